"""One state of the overlay painted into one picture: the skeleton, the counter, cue and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from armswing.io.overlay_state import OverlayState
from armswing.landmarks import BONES, Joint, Landmark, Side
from armswing.pose import Array

if TYPE_CHECKING:
    from armswing.io.video import Pixels

Colour = tuple[int, int, int]

SEEN = 0.5
"""Landmarks below this visibility are dimmed: the pose model guesses them."""

GRADE_WORDS = {"connected": "connected", "good": "good", "partly": "partly connected", "arms_only": "arms only"}

# Colours are RGB and, after Okabe and Ito, differ for colour-blind people too; words say the same.
GRADE_COLOURS: dict[str, Colour] = {
    "connected": (40, 215, 165),
    "good": (110, 185, 255),
    "partly": (250, 215, 60),
    "arms_only": (255, 120, 80),
}
_WHITE, _SOFT, _DARK = (255, 255, 255), (205, 205, 205), (20, 20, 20)
_BODY, _WORKING, _DIMMED = (215, 230, 240), (255, 190, 40), (135, 135, 135)

# --- sizes, in hundredths of the picture's shorter side --------------------------------------------
_MARGIN, _PAD, _GAP = 2.0, 1.6, 2.6
_COUNT, _VERDICT, _CUE, _SMALL = 14.0, 5.4, 6.0, 3.7
_DOT, _DOT_PITCH = 1.5, 4.2
_BONE, _JOINT = 0.8, 0.9
_COLUMN = 62.0  # widest text beside the counter
_BAND = 0.35  # share of the light that a band lets through: white on it is read over snow
_BOLD, _PLAIN = 600, 450  # weights of the font
_FRACTION = 3  # binary digits after the point in OpenCV's drawing coordinates


def draw(picture: Pixels, state: OverlayState) -> None:
    """Draw a state into a picture, in place.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        RGB, contiguous.
    state : OverlayState
        What to draw.
    """
    if state.image is not None and state.visibility is not None:
        _draw_skeleton(picture, state.image, state.visibility, state.working)
    for panel in _panels(state, (picture.shape[1], picture.shape[0])):
        _draw_panel(picture, panel)


def _unit(size: tuple[int, int]) -> float:
    return min(size) / 100.0


def _draw_skeleton(picture: Pixels, image: Array, visibility: Array, working: tuple[Side, ...]) -> None:
    unit = _unit((picture.shape[1], picture.shape[0]))
    thick = max(round(_BONE * unit), 1)
    # Points far outside come from a pose model gone astray; drawing them would overflow OpenCV's numbers.
    drawn = (np.abs(image) <= 4 * max(picture.shape)).all(axis=-1)  # False for NaN
    points = np.where(drawn[:, None], image, 0.0)
    at = [(round(x), round(y)) for x, y in (points * 2**_FRACTION).tolist()]
    seen = (visibility >= SEEN).tolist()
    lines = [line for line in _lines(working) if drawn[line.first] and drawn[line.last]]
    # The faint first, so that nothing guessed lies over what was seen.
    for line in sorted(lines, key=lambda line: (seen[line.first] and seen[line.last], line.colour == _WORKING)):
        clear = seen[line.first] and seen[line.last]
        width = max(round(thick * line.width), 1) if clear else max(thick // 2, 1)
        colour = line.colour if clear else _DIMMED
        for stroke, paint in ((width + 2 + thick // 2, _DARK), (width, colour)) if clear else ((width, colour),):
            cv2.line(picture, at[line.first], at[line.last], paint, stroke, cv2.LINE_AA, _FRACTION)
    radius = max(round(_JOINT * unit * 2**_FRACTION), 1)
    for mark in {mark for line in lines for mark in (line.first, line.last)}:
        colour = _WHITE if seen[mark] else _DIMMED
        cv2.circle(picture, at[mark], radius, colour, cv2.FILLED, cv2.LINE_AA, _FRACTION)


class _Line(NamedTuple):
    first: Landmark
    last: Landmark
    colour: Colour
    width: float = 1.0


@cache
def _lines(working: tuple[Side, ...]) -> tuple[_Line, ...]:
    """Return the lines of the skeleton; with one arm at work its leg and the diagonal between them stand out."""
    arm: tuple[Joint, ...] = ("shoulder", "elbow", "wrist")
    leg: tuple[Joint, ...] = ("hip", "knee", "ankle", "foot_index")
    bright = {side.landmark(joint) for side in working for joint in arm}
    alone = working[0] if len(working) == 1 else None
    if alone is not None:
        bright |= {alone.opposite.landmark(joint) for joint in leg}
    lines = [_Line(a, b, _WORKING, 1.4) if a in bright and b in bright else _Line(a, b, _BODY) for a, b in BONES]
    if len(working) == 2:  # both shoulders shine, the line between them is no arm
        lines[0] = _Line(*BONES[0], _BODY)
    if alone is not None:
        lines.append(_Line(alone.landmark("shoulder"), alone.opposite.landmark("hip"), _WORKING, 0.8))
    return tuple(lines)


# --- the panels: where what stands -----------------------------------------------------------------


class _Text(NamedTuple):
    """Words with the top left corner of their line."""

    words: str
    x: int
    y: int
    size: int
    weight: int
    colour: Colour


class _Dot(NamedTuple):
    x: int
    y: int
    radius: int
    colour: Colour
    filled: bool


class _Panel(NamedTuple):
    """A dark band with text on it: left, top, right, bottom in pixels."""

    box: tuple[int, int, int, int]
    texts: tuple[_Text, ...]
    dots: tuple[_Dot, ...] = ()


class _Words(NamedTuple):
    words: str
    size: float
    weight: int
    colour: Colour


def _panels(state: OverlayState, size: tuple[int, int]) -> Iterator[_Panel]:
    """Yield the bands: the clock top right, the score top left, cue and notes from the bottom up."""
    width, height = size
    unit = _unit(size)
    margin = _MARGIN * unit
    clock = _clock(state.t, width - margin, margin, unit)
    yield clock
    yield _score(state, margin, margin, clock.box[0] - margin, unit)
    bottom = height - margin
    below = (
        [_Words(state.cue, _CUE * unit, _BOLD, _WHITE)] if state.cue else [],
        [_Words(note, _SMALL * unit, _PLAIN, _WHITE) for note in state.notes],
    )
    for block in below:
        if block:
            panel = _centred(block, width, bottom, unit)
            yield panel
            bottom = panel.box[1] - 0.6 * margin


def _clock(t: float, right: float, top: float, unit: float) -> _Panel:
    """Return the medium's own time: that of the tables, whatever part of the medium is shown."""
    minutes, tenths = divmod(int(max(t, 0.0) * 10), 600)
    words = f"{minutes}:{tenths // 10:02d}.{tenths % 10}"
    size, pad = _SMALL * unit, 0.8 * unit
    # As wide as with the widest digits, or it would tremble.
    left = right - 2 * pad - _width(re.sub(r"\d", "0", words), round(size), _PLAIN)
    text = _line(_Words(words, size, _PLAIN, _SOFT), left + pad, top + pad)
    return _Panel(_box(left, top, right, top + size + 2 * pad), (text,))


def _score(state: OverlayState, left: float, top: float, right: float, unit: float) -> _Panel:
    """Return the counter, beside it the last repetition, below them the set."""
    pad, gap = _PAD * unit, _GAP * unit
    x, y = left + pad, top + pad
    count = _Words(str(state.count), _COUNT * unit, _BOLD, _WHITE)
    label = _Words(_counted(state), _SMALL * unit, _PLAIN, _SOFT)
    column_x = x + max(_width_of(count), _width_of(label)) + gap
    # Digits stand on the baseline and are lower than a line: the label moves up into the air below them.
    texts = [_line(count, x, y - 0.05 * count.size), _line(label, x, y + 0.85 * count.size)]
    beside = _stack(_last_rep(state, min(_COLUMN * unit, right - pad - column_x), unit), column_x, y)
    texts += beside
    end_x = max((t.x + _width(t.words, t.size, t.weight) for t in texts), default=round(x))
    end_y = max(t.y + t.size for t in texts)
    dots = _dots(state, x, end_y + _DOT * unit + 0.5 * gap, right - pad, unit)
    if dots:
        end_x = max(end_x, dots[-1].x + dots[-1].radius)
        end_y = dots[-1].y + round(_DOT * unit)
    return _Panel(_box(left, top, min(end_x + pad, right), end_y + pad), tuple(texts), dots)


def _counted(state: OverlayState) -> str:
    words = "rep" if state.count == 1 else "reps"
    return f"{words}, {state.partial} partial" if state.partial else words


def _last_rep(state: OverlayState, width: float, unit: float) -> list[_Words]:
    if not state.count:
        return []
    words = GRADE_WORDS.get(state.grade, state.grade)
    verdict = "not scored" if state.score is None else f"{state.score:.0f} {words}"
    lines = [_Words(verdict, _VERDICT * unit, _BOLD, GRADE_COLOURS.get(state.grade, _WHITE))]
    small = [*([state.why_not_scored] if state.why_not_scored else []), state.about]
    lines += [_Words(words, _SMALL * unit, _PLAIN, _WHITE) for words in small]
    return [part for line in lines for part in _wrapped(line, width)]


def _dots(state: OverlayState, left: float, middle: float, right: float, unit: float) -> tuple[_Dot, ...]:
    """Return one dot per repetition of the set, the latest that there is room for; a partial one is small."""
    pitch, radius = _DOT_PITCH * unit, _DOT * unit
    room = max(int((right - left - 2 * radius) // pitch) + 1, 0)
    latest = state.dots[-room:] if room else ()
    return tuple(
        _Dot(
            x=round(left + radius + i * pitch),
            y=round(middle),
            radius=max(round(radius if status == "full" else 0.6 * radius), 1),
            colour=GRADE_COLOURS.get(grade, _SOFT),
            filled=bool(grade),
        )
        for i, (grade, status) in enumerate(latest)
    )


def _centred(block: list[_Words], width: int, bottom: float, unit: float) -> _Panel:
    """Return a band with lines in the middle of the picture, ending at ``bottom``."""
    pad, room = _PAD * unit, width - 2 * (_MARGIN + _PAD) * unit
    lines = [part for words in block for part in _wrapped(words, room)]
    texts = _stack(lines, 0.0, 0.0)
    tall = max(t.y + t.size for t in texts)
    wide = max(_width_of(line) for line in lines)
    top = bottom - pad - tall - pad
    moved = tuple(
        text._replace(x=round((width - _width_of(line)) / 2), y=round(text.y + top + pad))
        for text, line in zip(texts, lines, strict=True)
    )
    return _Panel(_box((width - wide) / 2 - pad, top, (width + wide) / 2 + pad, bottom), moved)


def _stack(lines: Iterable[_Words], x: float, y: float) -> list[_Text]:
    texts = []
    for line in lines:
        texts.append(_line(line, x, y))
        y += 1.25 * line.size
    return texts


def _wrapped(line: _Words, width: float) -> list[_Words]:
    """Break a line between words so that each part fits into a width; a longer word stands alone."""
    parts = [""]
    for word in line.words.split():
        longer = f"{parts[-1]} {word}".strip()
        if parts[-1] and _width(longer, round(line.size), line.weight) > width:
            parts.append(word)
        else:
            parts[-1] = longer
    return [line._replace(words=part) for part in parts]


def _line(line: _Words, x: float, y: float) -> _Text:
    return _Text(line.words, round(x), round(y), max(round(line.size), 1), line.weight, line.colour)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return round(left), round(top), round(right), round(bottom)


def _draw_panel(picture: Pixels, panel: _Panel) -> None:
    left, top, right, bottom = (max(n, 0) for n in panel.box)
    region = picture[top:bottom, left:right]
    if region.size:
        region[:] = cv2.convertScaleAbs(region, alpha=_BAND)
    for dot in panel.dots:
        fill = cv2.FILLED if dot.filled else max(dot.radius // 3, 1)
        cv2.circle(picture, (dot.x, dot.y), dot.radius, dot.colour, fill, cv2.LINE_AA)
    for text in panel.texts:
        _write(picture, text)


# --- text: the only place that knows how OpenCV writes ---------------------------------------------

_BASELINE = 0.78  # of a line's height


@cache
def _font() -> cv2.FontFace:
    """Return OpenCV's own sans serif font, which has more than ASCII."""
    return cv2.FontFace("sans")


@lru_cache(maxsize=4096)
def _width(words: str, size: int, weight: int) -> int:
    """Return how many pixels a text is wide."""
    return int(cv2.getTextSize((0, 0), words, (0, 0), _font(), max(size, 1), weight)[2])


def _width_of(line: _Words) -> int:
    return _width(line.words, round(line.size), line.weight)


def _write(picture: Pixels, text: _Text) -> None:
    start = text.x, text.y + round(_BASELINE * text.size)
    cv2.putText(picture, text.words, start, text.colour, _font(), text.size, text.weight)
