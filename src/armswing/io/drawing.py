"""One state of the overlay painted into one picture: the skeleton, the counter, cue and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import cv2

from armswing.io.lettering import BOLD, PLAIN, SOFT, WHITE, Colour, Text, wrapped, write
from armswing.io.lettering import text_width as _width
from armswing.io.overlay_state import OverlayState
from armswing.io.skeleton import GRADE_COLOURS, draw_skeleton, unit_of
from armswing.scoring import cut_off

if TYPE_CHECKING:
    from armswing.io.video import Pixels

GRADE_WORDS = {"connected": "connected", "good": "good", "partly": "partly connected", "arms_only": "arms only"}

# --- sizes, in hundredths of the picture's shorter side --------------------------------------------
_MARGIN, _PAD, _GAP = 2.0, 1.6, 2.6
_COUNT, _VERDICT, _CUE, _SMALL = 14.0, 5.4, 6.0, 3.7
_DOT, _DOT_PITCH = 1.5, 4.2
_COLUMN = 62.0  # widest text beside the counter
_BAND = 0.35  # share of the light that a band lets through: white on it is read over snow


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
        draw_skeleton(picture, state.image, state.visibility, state.working)
    for panel in _panels(state, (picture.shape[1], picture.shape[0])):
        _draw_panel(picture, panel)


# --- the panels: where what stands -----------------------------------------------------------------


class _Dot(NamedTuple):
    x: int
    y: int
    radius: int
    colour: Colour
    filled: bool


class _Panel(NamedTuple):
    """A dark band with text on it: left, top, right, bottom in pixels."""

    box: tuple[int, int, int, int]
    texts: tuple[Text, ...]
    dots: tuple[_Dot, ...] = ()


class _Words(NamedTuple):
    words: str
    size: float
    weight: int
    colour: Colour


def _panels(state: OverlayState, size: tuple[int, int]) -> Iterator[_Panel]:
    """Yield the bands: the clock top right, the score top left, cue and notes from the bottom up."""
    width, height = size
    unit = unit_of(size)
    margin = _MARGIN * unit
    clock = _clock(state.t, width - margin, margin, unit)
    yield clock
    yield _score(state, margin, margin, clock.box[0] - margin, unit)
    bottom = height - margin
    below = (
        [_Words(state.cue, _CUE * unit, BOLD, WHITE)] if state.cue else [],
        [_Words(note, _SMALL * unit, PLAIN, WHITE) for note in state.notes],
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
    left = right - 2 * pad - _width(re.sub(r"\d", "0", words), round(size), PLAIN)
    text = _line(_Words(words, size, PLAIN, SOFT), left + pad, top + pad)
    return _Panel(_box(left, top, right, top + size + 2 * pad), (text,))


def _score(state: OverlayState, left: float, top: float, right: float, unit: float) -> _Panel:
    """Return the counter, beside it the last repetition, below them the set."""
    pad, gap = _PAD * unit, _GAP * unit
    x, y = left + pad, top + pad
    count = _Words(str(state.count), _COUNT * unit, BOLD, WHITE)
    label = _Words(_counted(state), _SMALL * unit, PLAIN, SOFT)
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
    within = "" if state.margin is None else f" ± {state.margin:.0f}"
    verdict = "not scored" if state.score is None else f"{cut_off(state.score):.0f}{within} {words}"
    lines = [_Words(verdict, _VERDICT * unit, BOLD, GRADE_COLOURS.get(state.grade, WHITE))]
    small = [*([state.why_not_scored] if state.why_not_scored else []), state.about]
    lines += [_Words(words, _SMALL * unit, PLAIN, WHITE) for words in small]
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
            colour=GRADE_COLOURS.get(grade, SOFT),
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


def _stack(lines: Iterable[_Words], x: float, y: float) -> list[Text]:
    texts = []
    for line in lines:
        texts.append(_line(line, x, y))
        y += 1.25 * line.size
    return texts


def _wrapped(line: _Words, width: float) -> list[_Words]:
    """Break a line between words so that each part fits into a width; a longer word stands alone."""
    parts = wrapped(line.words, round(line.size), line.weight, width)
    return [line._replace(words=part) for part in parts]


def _width_of(line: _Words) -> int:
    return _width(line.words, round(line.size), line.weight)


def _line(line: _Words, x: float, y: float) -> Text:
    return Text(line.words, round(x), round(y), max(round(line.size), 1), line.weight, line.colour)


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
        write(picture, text)
