"""Where what stands on the live screen: boxes that never overlap, whatever is said in them.

The counter and the set stand top left, the last repetition top right, the coupling bar at the right
edge, what is said at the bottom, the keys along the bottom edge: the middle is left to the person.
Nothing here draws; `armswing.io.screen` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from armswing.io.lettering import BOLD, PITCH, PLAIN, SOFT, WHITE, Colour, Text, fitted, fitted_line, text_width
from armswing.io.skeleton import GRADE_COLOURS, unit_of
from armswing.phrases import Phrases

if TYPE_CHECKING:
    from armswing.io.screen import Screen

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

# --- sizes, in hundredths of the picture's shorter side --------------------------------------------
_MARGIN, _PAD, _GAP = 2.0, 2.0, 1.5  # text stays 4 % off the edge, in what every television shows
_COUNT, _SCORE, _GRADE = 27.0, 15.0, 6.0
_CUE, _HELP, _NOTICE, _LEAST_SAID = 11.0, 8.5, 8.0, 3.0
_LABEL, _SMALL, _LEAST = 4.2, 3.2, 1.8
_COLUMN = 38.0  # widest column at the left and at the right
_SAID_WIDE, _SAID_TALL = 27.0, 38.0  # height kept free for what is said, in a wide and in a tall picture
_LAST_HEIGHT = 32.0  # of the last repetition: the bar below begins at one height
_BAR, _BAR_PANEL = 7.0, 18.0
_DIAL, _LEAST_DIAL = 12.0, 5.0  # radius
_DOT, _DOT_PITCH, _DOTS_IN_ROW, _DOT_ROWS = 1.35, 3.4, 10, 4
_DIGIT = 0.74  # height of a numeral, in sizes of the font
_NUMERAL_TOP = 0.05  # from the top of a line to the top of its numerals, likewise
_DIAL_BEHIND, _DIAL_ABOVE = 0.5, 0.6  # what the dial takes behind (in radii) and above the shoulder
_SIGN = 4.2

_FILL = {"connected": 1.0, "good": 0.75, "partly": 0.5, "arms_only": 0.25}
"""How much of a dot is filled, so that grades differ without their colours."""

GOOD_COLOUR, BAD_COLOUR = GRADE_COLOURS["connected"], GRADE_COLOURS["arms_only"]

KIND_COLOURS: dict[str, Colour] = {"praise": GRADE_COLOURS["connected"], "missing": GRADE_COLOURS["partly"]}
_HELP_COLOUR: Colour = GRADE_COLOURS["good"]


class Dot(NamedTuple):
    """One repetition of the set: the more connected, the fuller."""

    x: int
    y: int
    radius: int
    colour: Colour
    fill: float


class Bar(NamedTuple):
    """The coupling of the repetition in progress, from the bottom of its box up."""

    box: Box
    words: Text
    reached: Text


class Dial(NamedTuple):
    """The upper arm as it hangs from the shoulder: straight down is 0 degrees, out to the side 90."""

    x: int
    y: int
    radius: int
    outward: int
    degrees: Text
    words: dict[str, Text]


class Sign(NamedTuple):
    """A small picture: ``recording`` or ``muted``."""

    name: str
    box: Box


class Panel(NamedTuple):
    """A dark band with what stands on it."""

    name: str
    box: Box
    texts: tuple[Text, ...] = ()
    dots: tuple[Dot, ...] = ()
    signs: tuple[Sign, ...] = ()
    bar: Bar | None = None
    dial: Dial | None = None


def layout(screen: Screen, phrases: Phrases, size: tuple[int, int], *, mirrored: bool) -> tuple[Panel, ...]:
    """Return the panels of a screen.

    Parameters
    ----------
    screen : Screen
        What to show.
    phrases : Phrases
        The language of the labels.
    size : (int, int)
        Width and height of the picture.
    mirrored : bool
        Whether the person's right is at the right of the picture.
    """
    side = screen.working[0] if screen.working else None
    has_band = np.isfinite(screen.flare_band).any()
    shown = _Shown(
        reps=screen.count,
        score=screen.score,
        margin=screen.margin,
        grade=screen.grade,
        why_not_scored=screen.why_not_scored,
        dots=screen.dots,
        said=_said(screen),
        title=" \u00b7 ".join(part for part in (screen.title, screen.model) if part),
        keys=screen.keys,
        muted=screen.muted,
        recording=screen.recording,
        outward=0 if not has_band else side.sign * (1 if mirrored else -1) if side else 1,
    )
    return _layout(shown, phrases, size)


class _Style(NamedTuple):
    """Weight, size in hundredths of the picture's shorter side, colour."""

    weight: int
    size: float
    colour: Colour


class _Said(NamedTuple):
    words: str
    style: _Style


class _Shown(NamedTuple):
    """What of a screen changes seldom, so that its layout can be kept."""

    reps: int
    score: float | None
    margin: float | None
    grade: str
    why_not_scored: str
    dots: tuple[tuple[str, str], ...]
    said: tuple[_Said, ...]
    title: str
    keys: tuple[tuple[str, str], ...]
    muted: bool
    recording: bool
    outward: int  # of the dial; 0 for none


def _said(screen: Screen) -> tuple[_Said, ...]:
    """Return the notice, and below it the cue or else the help."""
    said = [_Said(screen.notice, _Style(BOLD, _NOTICE, WHITE))] if screen.notice else []
    if screen.cue:
        said.append(_Said(screen.cue, _Style(BOLD, _CUE, KIND_COLOURS.get(screen.cue_kind, WHITE))))
    elif screen.help:
        said.append(_Said(screen.help, _Style(BOLD, _HELP, _HELP_COLOUR)))
    return tuple(said)


@lru_cache(maxsize=16)
def _layout(shown: _Shown, phrases: Phrases, size: tuple[int, int]) -> tuple[Panel, ...]:
    return tuple(_Layout(shown, phrases, size).panels())


class _Layout:
    """The panels of one state in one picture; all lengths here in hundredths of its shorter side."""

    def __init__(self, shown: _Shown, phrases: Phrases, size: tuple[int, int]) -> None:
        self.shown = shown
        self.phrases = phrases
        self.unit = unit_of(size)
        self.width, self.height = size[0] / self.unit, size[1] / self.unit
        self.tall = size[1] > size[0]
        self.column = min(_COLUMN, 0.38 * self.width)

    def panels(self) -> Iterable[Panel]:
        keys = self._keys()
        floor = (keys.box[1] / self.unit - _GAP) if keys else self.height - _MARGIN
        ceiling = floor - (_SAID_TALL if self.tall else _SAID_WIDE)
        counter = self._counter()
        last = self._last()
        found = [counter, last, self._signs(), keys]
        top = counter.box[3] / self.unit + _GAP
        found.append(self._elbow(top, ceiling - _GAP))
        found.append(self._bar(_MARGIN + _LAST_HEIGHT + _GAP, floor))
        found.append(self._words(ceiling, floor))
        return [panel for panel in found if panel is not None]

    # --- one method a panel ------------------------------------------------------------------------

    def _counter(self) -> Panel:
        x, y = _MARGIN + _PAD, _MARGIN + _PAD
        room = self.column - 2 * _PAD
        number = self._line(str(self.shown.reps), _Style(BOLD, _COUNT, WHITE), (x, y), room, numeral=True)
        y += _DIGIT * number.size / self.unit + 0.5
        label = self._line(self.phrases.say("screen.reps"), _Style(PLAIN, _LABEL, SOFT), (x, y), room)
        y += PITCH * label.size / self.unit
        dots = self._dots(x, y + 0.8)
        right = max([self._right(number), self._right(label), *(dot.x + dot.radius for dot in dots)]) / self.unit
        bottom = (dots[-1].y + dots[-1].radius) / self.unit if dots else y
        return Panel("counter", self._box(_MARGIN, _MARGIN, right + _PAD, bottom + _PAD), (number, label), dots)

    def _dots(self, left: float, top: float) -> tuple[Dot, ...]:
        rows = -(-len(self.shown.dots) // _DOTS_IN_ROW)
        shown = self.shown.dots[max(rows - _DOT_ROWS, 0) * _DOTS_IN_ROW :]
        radius = _DOT * self.unit
        return tuple(
            Dot(
                x=round((left + _DOT + i % _DOTS_IN_ROW * _DOT_PITCH) * self.unit),
                y=round((top + _DOT + i // _DOTS_IN_ROW * _DOT_PITCH) * self.unit),
                radius=max(round(radius if status == "full" else 0.65 * radius), 1),
                colour=GRADE_COLOURS.get(grade, SOFT),
                fill=_FILL.get(grade, 0.0),
            )
            for i, (grade, status) in enumerate(shown)
        )

    def _last(self) -> Panel | None:
        shown = self.shown
        if shown.score is None and not shown.why_not_scored:
            return None
        room = self.column - 2 * _PAD
        x, y = 0.0, _MARGIN + _PAD
        texts = [self._line(self.phrases.say("screen.last"), _Style(PLAIN, _SMALL, SOFT), (x, y), room)]
        y += PITCH * _SMALL
        if shown.score is None:
            texts += self._block(
                self.phrases.say("screen.not_scored"), _Style(BOLD, _GRADE, WHITE), (x, y), (room, 2 * PITCH * _GRADE)
            )
            y = self._bottom(texts)
            left = _MARGIN + _LAST_HEIGHT - _PAD - y
            texts += self._block(shown.why_not_scored, _Style(PLAIN, _SMALL * 1.15, SOFT), (x, y), (room, left))
        else:
            colour = GRADE_COLOURS.get(shown.grade, WHITE)
            score = self._line(f"{shown.score:.0f}", _Style(BOLD, _SCORE, WHITE), (x, y), room, numeral=True)
            texts.append(score)
            y += _DIGIT * _SCORE + 0.6
            if shown.margin is not None and np.isfinite(shown.margin):
                beside = (self._right(score) / self.unit + 1.0, y - 0.6 - 0.95 * _LABEL)
                texts.append(
                    self._line(f"\u00b1{shown.margin:.0f}", _Style(PLAIN, _LABEL, SOFT), beside, room - beside[0])
                )
            words = self.phrases.say(f"grade.{shown.grade}") if shown.grade else ""
            texts += self._block(words, _Style(BOLD, _GRADE, colour), (x, y), (room, _MARGIN + _LAST_HEIGHT - _PAD - y))
        wide = max(self._right(text) for text in texts) / self.unit
        left = self.width - _MARGIN - _PAD - wide
        moved = tuple(text._replace(x=text.x + round(left * self.unit)) for text in texts)
        return Panel("last", self._box(left - _PAD, _MARGIN, self.width - _MARGIN, self._bottom(texts) + _PAD), moved)

    def _bar(self, top: float, bottom: float) -> Panel | None:
        if bottom - top < 2 * _PAD + 3 * _LABEL:
            return None
        left, right = self.width - _MARGIN - _BAR_PANEL, self.width - _MARGIN
        room = right - left - 2 * _PAD
        at = (left + _PAD, top + _PAD)
        words, reached = (
            self._centred(self._line(self.phrases.say(key), _Style(weight, _SMALL, colour), at, room), left, right)
            for key, weight, colour in (
                ("screen.coupling", PLAIN, SOFT),
                ("grade.connected", BOLD, GRADE_COLOURS["connected"]),
            )
        )
        middle = (left + right) / 2
        box = self._box(middle - _BAR / 2, top + _PAD + PITCH * _SMALL + 0.5, middle + _BAR / 2, bottom - _PAD)
        return Panel("coupling", self._box(left, top, right, bottom), bar=Bar(box, words, reached))

    def _elbow(self, top: float, bottom: float) -> Panel | None:
        radius = min(_DIAL, bottom - top - 2 * _PAD - _DIAL_ABOVE)
        if not self.shown.outward or radius < _LEAST_DIAL:
            return None
        left = _MARGIN + _PAD
        wide = (1 + _DIAL_BEHIND) * radius
        x = left + (_DIAL_BEHIND * radius if self.shown.outward > 0 else radius)
        y = top + _PAD + _DIAL_ABOVE
        words_x, room = left + wide + _GAP, self.column - wide - _GAP - 2 * _PAD
        label = self._line(self.phrases.say("screen.flare"), _Style(PLAIN, _SMALL, SOFT), (words_x, top + _PAD), room)
        y_words = top + _PAD + PITCH * _SMALL
        words = {
            name: self._line(
                self.phrases.say(f"screen.flare_{name}"), _Style(BOLD, _LABEL * 1.2, colour), (words_x, y_words), room
            )
            for name, colour in (("good", GOOD_COLOUR), ("low", BAD_COLOUR), ("high", BAD_COLOUR))
        }
        y_degrees = y_words + PITCH * _LABEL * 1.2
        degrees = self._line("-90\u00b0", _Style(PLAIN, _SMALL, SOFT), (words_x, y_degrees), room)
        right = max(map(self._right, (label, degrees, *words.values()))) / self.unit
        low = max(y + radius, y_degrees + PITCH * _SMALL)
        dial = Dial(self._px(x), self._px(y), self._px(radius), self.shown.outward, degrees, words)
        return Panel("elbow", self._box(_MARGIN, top, right + _PAD, low + _PAD), (label,), dial=dial)

    def _signs(self) -> Panel | None:
        names = [name for name in ("recording", "muted") if getattr(self.shown, name)]
        if not names:
            return None
        room = self.width - 2 * (self.column + _MARGIN + _GAP) - 2 * _PAD - _SIGN - 1.0
        y, texts, signs = _MARGIN + 0.6 * _PAD, [], []
        for name in names:
            signs.append((name, y))
            at = (_SIGN + 1.0, y + (_SIGN - _SMALL) / 2)
            texts.append(self._line(self.phrases.say(f"screen.{name}"), _Style(PLAIN, _SMALL, WHITE), at, room))
            y += _SIGN + 0.8
        wide = max(map(self._right, texts)) / self.unit
        left = (self.width - wide) / 2
        moved = tuple(text._replace(x=text.x + self._px(left)) for text in texts)
        drawn = tuple(Sign(name, self._box(left, at, left + _SIGN, at + _SIGN)) for name, at in signs)
        box = self._box(left - _PAD, _MARGIN, left + wide + _PAD, y - 0.8 + 0.6 * _PAD)
        return Panel("signs", box, moved, signs=drawn)

    def _words(self, top: float, bottom: float) -> Panel | None:
        """Return what is said: the notice at most a third of the height when there is more to say."""
        said = self.shown.said
        if not said or bottom - top < 2 * _PAD + _LEAST_SAID:
            return None
        left, right = _MARGIN, self.width - _MARGIN - _BAR_PANEL - _GAP
        room = right - left - 2 * _PAD
        texts: list[Text] = []
        y = top + _PAD
        for i, part in enumerate(said):
            high = bottom - _PAD - y
            if i < len(said) - 1:
                high = min(high / 3, 2 * PITCH * _SMALL * 1.4)
            texts += self._block(part.words, part.style, (left, y), (room, high))
            y = self._bottom(texts)
        wide = max(map(self._right, texts)) / self.unit - left
        down = bottom - _PAD - y
        moved = tuple(self._centred(text._replace(y=text.y + self._px(down)), left, right) for text in texts)
        middle = (left + right) / 2
        box = self._box(middle - wide / 2 - _PAD, top + down, middle + wide / 2 + _PAD, bottom)
        return Panel("said", box, moved)

    def _keys(self) -> Panel | None:
        """Return title and keys in as few rows as it takes, smaller rather than in a third row."""
        parts = [[(self.shown.title, BOLD, WHITE)]] if self.shown.title else []
        parts += [[(key, BOLD, WHITE), (what, PLAIN, SOFT)] for key, what in self.shown.keys]
        if not parts:
            return None
        room = self.width - 2 * (_MARGIN + _PAD)
        most = 3 if self.tall else 2
        for tried in np.linspace(_SMALL, _LEAST, 8):
            size = max(self._px(tried), 1)
            rows = self._rows(parts, size, room * self.unit)
            if len(rows) <= most:
                break
        rows = rows[:most]
        tall = len(rows) * PITCH * size / self.unit
        top = self.height - _MARGIN - 2 * 0.6 * _PAD - tall
        texts = []
        for i, row in enumerate(rows):
            y = self._px(top + 0.6 * _PAD) + round((i * PITCH + (PITCH - 1) / 2) * size)
            texts += [text._replace(x=text.x + self._px(_MARGIN + _PAD), y=y) for text in row]
        return Panel("keys", self._box(_MARGIN, top, self.width - _MARGIN, self.height - _MARGIN), tuple(texts))

    def _rows(self, parts: list[list[tuple[str, int, Colour]]], size: int, room: float) -> list[list[Text]]:
        rows: list[list[Text]] = [[]]
        x = 0
        for part in parts:
            widths = [text_width(words, size, weight) for words, weight, _ in part]
            wide = sum(widths) + round(0.4 * size) * (len(part) - 1)
            if rows[-1] and x + wide > room:
                rows.append([])
                x = 0
            for (words, weight, colour), width in zip(part, widths, strict=True):
                _, cut = fitted_line(words, weight, (size, size), max(int(room) - x, 1))
                rows[-1].append(Text(cut, x, 0, size, weight, colour))
                x += width + round(0.4 * size)
            x += round(0.9 * size)
        return rows

    # --- helpers: from hundredths to pixels ----------------------------------------------------------

    def _px(self, length: float) -> int:
        return round(length * self.unit)

    def _sizes(self, style: _Style) -> tuple[int, int]:
        return max(self._px(style.size), 1), max(self._px(_LEAST), 1)

    def _box(self, left: float, top: float, right: float, bottom: float) -> Box:
        return self._px(left), self._px(top), self._px(right), self._px(bottom)

    def _right(self, text: Text) -> int:
        return text.x + text_width(text.words, text.size, text.weight)

    def _bottom(self, texts: list[Text]) -> float:
        return max(text.y + PITCH * text.size for text in texts) / self.unit

    def _centred(self, text: Text, left: float, right: float) -> Text:
        wide = text_width(text.words, text.size, text.weight)
        return text._replace(x=round(((left + right) * self.unit - wide) / 2))

    def _line(self, words: str, style: _Style, at: tuple[float, float], room: float, *, numeral: bool = False) -> Text:
        """Return one line, smaller where there is no room; a numeral stands with its top at the given height."""
        high, fit = fitted_line(words, style.weight, self._sizes(style), max(self._px(room), 1))
        raised = round(_NUMERAL_TOP * high) if numeral else 0
        return Text(fit, self._px(at[0]), self._px(at[1]) - raised, high, style.weight, style.colour)

    def _block(self, words: str, style: _Style, at: tuple[float, float], room: tuple[float, float]) -> list[Text]:
        """Return the lines of a text, smaller where there is no room."""
        if not words or room[1] <= 0:
            return []
        box = max(self._px(room[0]), 1), max(self._px(room[1]), 1)
        high, lines = fitted(words, style.weight, self._sizes(style), box)
        x, y = self._px(at[0]), at[1] * self.unit
        return [
            Text(line, x, round(y + (i * PITCH + (PITCH - 1) / 2) * high), high, style.weight, style.colour)
            for i, line in enumerate(lines)
        ]
