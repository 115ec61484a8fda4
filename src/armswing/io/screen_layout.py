"""Where what stands on the live screen: boxes that never overlap, whatever is said in them.

The counter, the set and the elbow stand at the left, the last repetition and the coupling bar at the
right, what is said at the bottom; the keys stand at the left, and in a tall picture along the bottom
edge.  So the middle is left to the person.
Nothing here draws; `armswing.io.screen` does.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from armswing.io.lettering import BOLD, PITCH, PLAIN, SOFT, WHITE, Colour, Text, fitted, fitted_line, text_width
from armswing.io.skeleton import GRADE_COLOURS, unit_of
from armswing.phrases import Phrases
from armswing.scoring import cut_off

if TYPE_CHECKING:
    from armswing.io.screen import Screen

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

# --- sizes, in hundredths of the picture's shorter side --------------------------------------------
_MARGIN, _PAD, _GAP = 2.0, 2.0, 1.5  # text stays 4 % off the edge, in what every television shows
_COUNT, _SCORE, _GRADE = 27.0, 15.0, 6.0
_CUE, _HELP, _NOTICE = 11.0, 8.5, 8.0
_LABEL, _SMALL, _LEAST = 4.2, 3.2, 1.8
_COLUMN = 38.0  # widest column at the left and at the right
_SAID = 37.0  # highest that something is said
_LAST = 34.0  # height of the last repetition: the bar below begins at one height
_BAR, _BAR_PANEL, _BAR_HIGHEST = 7.0, 18.0, 66.0
_DIAL = 12.0  # radius
_DIAL_BEHIND, _DIAL_ABOVE = 0.62, 0.55  # what the dial takes behind and above the shoulder, in radii
_DOT, _DOT_PITCH, _DOTS_IN_ROW, _DOT_ROWS = 1.35, 3.45, 10, 4
_SIGN = 4.2
_DIGIT = 0.8  # height of a numeral with air around it, in sizes of the font
_FEWER_LINES = 0.85  # so much smaller may a cue be if it takes fewer lines
_KEY_ROWS = 3  # of the keys along the bottom edge

_FILL = {"connected": 1.0, "good": 0.7, "partly": 0.5, "arms_only": 0.25}
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
        margin=None if screen.margin is None or math.isnan(screen.margin) else screen.margin,
        grade=screen.grade,
        why_not_scored=screen.why_not_scored,
        dots=screen.dots,
        said=_said(screen),
        title=screen.title,
        model=screen.model,
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
    model: str
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
    """The panels of one state in one picture, in pixels."""

    def __init__(self, shown: _Shown, phrases: Phrases, size: tuple[int, int]) -> None:
        self.shown = shown
        self.phrases = phrases
        self.unit = unit_of(size)
        self.width, self.height = size
        self.tall = self.height > self.width
        self.margin, self.pad, self.gap = self.px(_MARGIN), self.px(_PAD), self.px(_GAP)
        self.right, self.bottom = self.width - self.margin, self.height - self.margin
        self.column = min(self.px(_COLUMN), round(0.38 * self.width)) - 2 * self.pad  # inside its panel

    def panels(self) -> list[Panel]:
        """Return the panels that there is something to say in."""
        counter = self.counter()
        elbow = self.elbow(counter.box[3] + self.gap)
        below = (elbow or counter).box[3] + self.gap
        aside = self.margin + self.column + 2 * self.pad
        bar_left = self.right - self.px(_BAR_PANEL)
        bar_top = self.margin + self.px(_LAST) + self.gap
        if self.tall:
            keys = self.keys_in_rows()
            signs = self.signs(below, self.margin, aside)
            top = signs.box[3] + self.gap if signs else below
            floor = keys.box[1] - self.gap if keys else self.bottom
            said = self.said(top, self.margin, self.right, floor)
            bar_bottom = min(bar_top + self.px(_BAR_HIGHEST), floor - self.px(_SAID) - self.gap)
        else:
            keys = self.keys_in_a_list(below)
            signs = self.signs(self.margin, aside + self.gap, self.width - aside - self.gap)
            left = keys.box[2] + self.gap if keys else self.margin
            said = self.said(below, left, bar_left - self.gap, self.bottom)
            bar_bottom = self.bottom
        found = (counter, elbow, self.last(), self.bar(bar_left, bar_top, bar_bottom), signs, said, keys)
        return [panel for panel in found if panel is not None]

    # --- one method a panel ------------------------------------------------------------------------

    def counter(self) -> Panel:
        """Return the number of repetitions, and below it the set."""
        x, y = self.margin + self.pad, self.margin + self.pad
        number = self.line(str(self.shown.reps), _Style(BOLD, _COUNT, WHITE), x, self.column)
        texts = [number._replace(y=y)]
        label = self.line(self.phrases.say("screen.reps"), _Style(PLAIN, _LABEL, SOFT), x, self.column)
        texts += _stacked([label], y + round(_DIGIT * number.size))
        y = _low(texts[1:])
        dots = self.dots(x, y + self.px(0.8))
        right = max([*map(_right, texts), *(dot.x + dot.radius for dot in dots)])
        low = dots[-1].y + self.px(_DOT) if dots else y
        return Panel("counter", (self.margin, self.margin, right + self.pad, low + self.pad), tuple(texts), dots)

    def dots(self, left: int, top: int) -> tuple[Dot, ...]:
        """Return a dot a repetition, ten a row; a long set loses its first rows."""
        rows = -(-len(self.shown.dots) // _DOTS_IN_ROW)
        shown = self.shown.dots[max(rows - _DOT_ROWS, 0) * _DOTS_IN_ROW :]
        return tuple(
            Dot(
                x=left + self.px(_DOT + i % _DOTS_IN_ROW * _DOT_PITCH),
                y=top + self.px(_DOT + i // _DOTS_IN_ROW * _DOT_PITCH),
                radius=max(self.px(_DOT if status == "full" else 0.65 * _DOT), 1),
                colour=GRADE_COLOURS.get(grade, SOFT),
                fill=_FILL.get(grade, 0.0),
            )
            for i, (grade, status) in enumerate(shown)
        )

    def elbow(self, top: int) -> Panel | None:
        """Return the dial of the elbow flare, and beside it in words what it says."""
        if not self.shown.outward:
            return None
        radius = self.px(_DIAL)
        left, y = self.margin + self.pad, top + self.pad
        behind, above = round(_DIAL_BEHIND * radius), round(_DIAL_ABOVE * radius)
        x = left + behind + radius + self.gap
        room = self.margin + self.pad + self.column - x
        label = self.line(self.phrases.say("screen.flare"), _Style(PLAIN, _SMALL, SOFT), x, room)
        degrees = self.line("-90\u00b0", _Style(PLAIN, _SMALL, SOFT), x, room)
        words = {
            name: self.line(self.phrases.say(f"screen.flare_{name}"), _Style(BOLD, _LABEL * 1.15, colour), x, room)
            for name, colour in (("good", GOOD_COLOUR), ("low", BAD_COLOUR), ("high", BAD_COLOUR))
        }
        label, middle, degrees = _stacked([label, max(words.values(), key=lambda text: text.size), degrees], y)
        words = {name: text._replace(y=middle.y) for name, text in words.items()}
        right = max(map(_right, (label, degrees, *words.values())))
        low = max(y + above + radius, _low([degrees]))
        shoulder = left + (behind if self.shown.outward > 0 else radius), y + above
        dial = Dial(*shoulder, radius, self.shown.outward, degrees, words)
        return Panel("elbow", (self.margin, top, right + self.pad, low + self.pad), (label,), dial=dial)

    def last(self) -> Panel | None:
        """Return how the last repetition was, as wide as its words."""
        shown, y = self.shown, self.margin + self.pad
        if shown.score is None and not shown.why_not_scored and not shown.reps:
            return None
        floor = self.margin + self.px(_LAST) - self.pad
        texts = _stacked([self.line(self.phrases.say("screen.last"), _Style(PLAIN, _SMALL, SOFT), 0, self.column)], y)
        y = _low(texts)
        if shown.score is None:
            words, style = self.phrases.say("screen.not_scored"), _Style(BOLD, _GRADE, WHITE)
            texts += _stacked(self.block(words, style, self.column, (floor - y) // 2), y)
            if shown.why_not_scored:
                style, y = _Style(PLAIN, _SMALL * 1.15, SOFT), _low(texts)
                texts += _stacked(self.block(shown.why_not_scored, style, self.column, floor - y), y)
        else:
            score = self.line(f"{cut_off(shown.score):.0f}", _Style(BOLD, _SCORE, WHITE), 0, self.column)
            y += self.px(0.4)
            texts.append(score._replace(y=y))
            y += round(_DIGIT * score.size)
            if shown.margin is not None:
                x = _right(score) + self.px(1.0)
                margin = self.line(f"\u00b1{shown.margin:.0f}", _Style(PLAIN, _LABEL, SOFT), x, self.column - x)
                texts.append(margin._replace(y=y - round(0.02 * score.size + 0.78 * margin.size)))
            if shown.grade:
                words, style = (
                    self.phrases.say(f"grade.{shown.grade}"),
                    _Style(BOLD, _GRADE, GRADE_COLOURS[shown.grade]),
                )
                texts += _stacked(self.block(words, style, self.column, floor - y), y)
        left = self.right - self.pad - max(map(_right, texts))
        moved = tuple(text._replace(x=text.x + left) for text in texts)
        return Panel("last", (left - self.pad, self.margin, self.right, _low(texts) + self.pad), moved)

    def bar(self, left: int, top: int, bottom: int) -> Panel | None:
        """Return the coupling bar, from one height on whatever stands above it."""
        y = top + self.pad
        words, reached = (
            _centred(self.line(self.phrases.say(key), style, 0, self.right - left - 2 * self.pad), left, self.right)
            for key, style in (
                ("screen.coupling", _Style(PLAIN, _SMALL, SOFT)),
                ("grade.connected", _Style(BOLD, _SMALL, GRADE_COLOURS["connected"])),
            )
        )
        wide = self.px(_BAR)
        x = (left + self.right - wide) // 2
        inside = x, y + self.px(PITCH * _SMALL + 0.8), x + wide, bottom - self.pad
        if inside[3] - inside[1] < wide:
            return None
        bar = Bar(inside, words._replace(y=y), reached._replace(y=y))
        return Panel("coupling", (left, top, self.right, bottom), bar=bar)

    def signs(self, top: int, left: int, right: int) -> Panel | None:
        """Return that a video is being written and that the voice is off: in the middle, or at the left."""
        names = [name for name in ("recording", "muted") if getattr(self.shown, name)]
        if not names:
            return None
        side, aside, pad = self.px(_SIGN), self.px(_SIGN + 1.0), self.px(1.2)
        room = right - left - 2 * self.pad - aside
        texts = [self.line(self.phrases.say(f"screen.{name}"), _Style(PLAIN, _SMALL, WHITE), 0, room) for name in names]
        wide = aside + max(map(_right, texts))
        x = left + self.pad if self.tall else (self.width - wide) // 2
        tops = [top + pad + i * self.px(_SIGN + 0.8) for i in range(len(names))]
        signs = tuple(Sign(name, (x, y, x + side, y + side)) for name, y in zip(names, tops, strict=True))
        moved = tuple(
            text._replace(x=x + aside, y=y + (side - text.size) // 2) for text, y in zip(texts, tops, strict=True)
        )
        return Panel("signs", (x - self.pad, top, x + wide + self.pad, tops[-1] + side + pad), moved, signs=signs)

    def said(self, top: int, left: int, right: int, bottom: int) -> Panel | None:
        """Return what is said, at the bottom of a space and as near to the middle of the picture as it goes."""
        room = right - left - 2 * self.pad
        rest = min(self.px(_SAID), bottom - top) - 2 * self.pad
        if not self.shown.said or min(room, rest) <= 0:
            return None
        texts: list[Text] = []
        for i, (words, style) in enumerate(self.shown.said):
            high = rest // 3 if i < len(self.shown.said) - 1 else rest  # a notice leaves room for the cue
            lines = self.block(words, style, room, high)
            fewer = self.block(words, style, room, min(high, round(2 * PITCH * self.px(style.size))))
            if fewer[0].size >= _FEWER_LINES * lines[0].size:
                lines = fewer
            rest -= _low(_stacked(lines, 0))
            texts += _stacked(lines, _low(texts) if texts else 0)
        wide = max(map(_right, texts)) + 2 * self.pad
        x = min(max((self.width - wide) // 2, left), right - wide)
        top = bottom - 2 * self.pad - _low(texts)
        moved = tuple(_centred(text._replace(y=text.y + top + self.pad), x, x + wide) for text in texts)
        return Panel("said", (x, top, x + wide, bottom), moved)

    def keys_in_a_list(self, top: int) -> Panel | None:
        """Return title and keys one below the other, at the left edge from the bottom up."""
        heading, keys = self.heading(), self.shown.keys
        room = self.bottom - top - 2 * self.pad
        least = max(self.px(_LEAST), 1)
        most = int(room / (PITCH * least))
        count = min(len(heading) + len(keys), most)
        if count < 1:
            return None
        for size in range(max(min(self.px(_SMALL), int(room / (PITCH * count))), least), least - 1, -1):
            aside = max((text_width(key, size, BOLD) for key, _ in keys), default=0) + size // 2
            if aside + max((text_width(what, size, PLAIN) for _, what in keys), default=0) <= self.column:
                break
        x = self.margin + self.pad
        rows = [[_text(words, (size, least), style, x, self.column)] for words, style in heading]
        for key, what in keys:
            name = _text(key, (size, least), _KEY, x, self.column // 2)
            start = max(x + aside, _right(name) + size // 2) if aside > self.column // 2 else x + aside
            rows.append([name, _text(what, (size, least), _WHAT, start, x + self.column - start)])
        pitch = round(PITCH * size)
        y = self.bottom - self.pad - pitch * count
        texts = [
            text._replace(y=y + i * pitch + (pitch - size) // 2) for i, row in enumerate(rows[:count]) for text in row
        ]
        right = max(map(_right, texts)) + self.pad
        return Panel("keys", (self.margin, y - self.pad, right, self.bottom), tuple(texts))

    def keys_in_rows(self) -> Panel | None:
        """Return title and keys along the bottom edge, smaller rather than in one row more."""
        parts = [[heading] for heading in self.heading()]
        parts += [[(key, _KEY), (what, _WHAT)] for key, what in self.shown.keys]
        if not parts:
            return None
        x, room = self.margin + self.pad, self.right - self.margin - 2 * self.pad
        least = max(self.px(_LEAST), 1)
        for size in range(max(self.px(_SMALL), least), least - 1, -1):
            rows = _flowing(parts, size, room)
            if len(rows) <= _KEY_ROWS:
                break
        pitch = round(PITCH * size)
        rows = rows[:_KEY_ROWS]
        top = self.bottom - pitch * len(rows) - 2 * (self.pad // 2)
        texts = [
            text._replace(x=x + text.x, y=top + self.pad // 2 + i * pitch + (pitch - size) // 2)
            for i, row in enumerate(rows)
            for text in row
        ]
        return Panel("keys", (self.margin, top, self.right, self.bottom), tuple(texts))

    def heading(self) -> list[tuple[str, _Style]]:
        """Return what stands above the keys."""
        return [(words, style) for words, style in ((self.shown.title, _KEY), (self.shown.model, _WHAT)) if words]

    # --- from hundredths to pixels -------------------------------------------------------------------

    def px(self, length: float) -> int:
        return round(length * self.unit)

    def sizes(self, style: _Style) -> tuple[int, int]:
        return max(self.px(style.size), 1), max(self.px(_LEAST), 1)

    def line(self, words: str, style: _Style, x: int, room: int) -> Text:
        """Return one line at the top of the picture, smaller where there is no room."""
        return _text(words, self.sizes(style), style, x, room)

    def block(self, words: str, style: _Style, wide: int, high: int) -> list[Text]:
        """Return the lines of a text at the left of the picture, smaller where there is no room."""
        size, lines = fitted(words, style.weight, self.sizes(style), (max(wide, 1), max(high, 1)))
        return [Text(line, 0, 0, size, style.weight, style.colour) for line in lines]


_KEY, _WHAT = _Style(BOLD, _SMALL, WHITE), _Style(PLAIN, _SMALL, SOFT)


def _text(words: str, sizes: tuple[int, int], style: _Style, x: int, room: int) -> Text:
    size, fit = fitted_line(words, style.weight, sizes, max(room, 1))
    return Text(fit, x, 0, size, style.weight, style.colour)


def _flowing(parts: list[list[tuple[str, _Style]]], size: int, room: int) -> list[list[Text]]:
    """Return the parts row by row, none broken over two rows."""
    rows: list[list[Text]] = [[]]
    x = 0
    for part in parts:
        wide = sum(text_width(words, size, style.weight) for words, style in part) + (len(part) - 1) * size // 2
        if rows[-1] and x + wide > room:
            rows.append([])
            x = 0
        for words, style in part:
            rows[-1].append(_text(words, (size, size), style, x, room - x))
            x = _right(rows[-1][-1]) + size // 2
        x += size // 2
    return rows


def _stacked(texts: list[Text], top: int) -> list[Text]:
    """Return lines one below the other, each in the middle of its pitch."""
    placed = []
    for text in texts:
        placed.append(text._replace(y=top + round((PITCH - 1) / 2 * text.size)))
        top += round(PITCH * text.size)
    return placed


def _right(text: Text) -> int:
    return text.x + text_width(text.words, text.size, text.weight)


def _low(texts: list[Text]) -> int:
    """Return where the next line begins."""
    return max(text.y + round((PITCH + 1) / 2 * text.size) for text in texts)


def _centred(text: Text, left: int, right: int) -> Text:
    return text._replace(x=(left + right - text_width(text.words, text.size, text.weight)) // 2)
