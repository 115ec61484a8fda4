"""Words in a picture: how wide they are, where their lines break, and how they are written.

The only place that knows how OpenCV writes.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import cv2

if TYPE_CHECKING:
    from armswing.io.video import Pixels

Colour = tuple[int, int, int]

WHITE, SOFT, DARK = (255, 255, 255), (205, 205, 205), (20, 20, 20)
BOLD, PLAIN = 600, 450
"""Weights of the font."""

_BASELINE = 0.78  # of a line's height


PITCH = 1.2
"""From line to line, in sizes of the font."""

# Scripts without spaces between words: a line may break behind any of their signs, but not before a full stop.
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_STOPS = "\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f\u300d\u300f"
_PIECE = re.compile(f"(\\s*)([{_IDEOGRAPH}][{_STOPS}]*|[^\\s{_IDEOGRAPH}]+)")


class Text(NamedTuple):
    """Words with the top left corner of their line."""

    words: str
    x: int
    y: int
    size: int
    weight: int
    colour: Colour


@cache
def _font() -> cv2.FontFace:
    """Return OpenCV's own sans serif font, which has more than ASCII."""
    return cv2.FontFace("sans")


@lru_cache(maxsize=4096)
def text_width(words: str, size: int, weight: int) -> int:
    """Return how many pixels a text is wide."""
    return int(cv2.getTextSize((0, 0), words, (0, 0), _font(), max(size, 1), weight)[2])


def wrapped(words: str, size: int, weight: int, width: float) -> list[str]:
    """Break a text between words so that each part fits into a width; a longer word stands alone."""
    parts = [""]
    for space, piece in _PIECE.findall(words.strip()):
        longer = parts[-1] + (" " if space else "") + piece
        if parts[-1] and text_width(longer, size, weight) > width:
            parts.append(piece)
        else:
            parts[-1] = longer
    return parts


def write(picture: Pixels, text: Text) -> None:
    """Write a text into a picture, in place."""
    start = text.x, text.y + round(_BASELINE * text.size)
    cv2.putText(picture, text.words, start, text.colour, _font(), text.size, text.weight)


@lru_cache(maxsize=512)
def fitted(words: str, weight: int, sizes: tuple[int, int], box: tuple[int, int]) -> tuple[int, tuple[str, ...]]:
    """Return the largest size, and the lines, with which a text fits into a box.

    Parameters
    ----------
    words, weight
        What is written, and how boldly.
    sizes : (int, int)
        The largest and the smallest size to try, in pixels.
    box : (int, int)
        Width and height to fit into, in pixels.

    Returns
    -------
    size : int
        Between the two; less where the box is too low for a line of the smallest.
    lines : tuple of str
        Lines of about one length; what does not fit even at the smallest size is cut off, with an ellipsis.
    """
    width, height = box
    least = max(min(*sizes, int(height / PITCH)), 1)
    for tried in range(max(sizes[0], least), least - 1, -1):
        lines = wrapped(words, tried, weight, width)
        if PITCH * tried * len(lines) <= height and _widest(lines, tried, weight) <= width:
            return tried, tuple(_balanced(words, tried, weight, width, len(lines)))
    lines = wrapped(words, least, weight, width)
    most = max(int(height / (PITCH * least)), 1)
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return least, tuple(_cut(line, least, weight, width) for line in kept)


@lru_cache(maxsize=512)
def fitted_line(words: str, weight: int, sizes: tuple[int, int], width: int) -> tuple[int, str]:
    """Return the largest size with which a text fits into a width on one line, and the text, cut off if need be."""
    largest, least = max(sizes), max(min(sizes), 1)
    for tried in range(largest, least - 1, -1):
        if text_width(words, tried, weight) <= width:
            return tried, words
    return least, _cut(words, least, weight, width)


def _widest(lines: list[str], size: int, weight: int) -> int:
    return max(text_width(line, size, weight) for line in lines)


def _balanced(words: str, size: int, weight: int, width: int, count: int) -> list[str]:
    """Return as many lines, but no wider than they need be."""
    narrow, wide = width // (count + 1), width
    while count > 1 and wide - narrow > size // 2:
        middle = (narrow + wide) // 2
        lines = wrapped(words, size, weight, middle)
        if len(lines) > count or _widest(lines, size, weight) > middle:
            narrow = middle
        else:
            wide = middle
    return wrapped(words, size, weight, wide)


def _cut(line: str, size: int, weight: int, width: int) -> str:
    if text_width(line, size, weight) <= width:
        return line
    kept = line
    while kept and text_width(kept + "\u2026", size, weight) > width:
        kept = kept[:-1]
    return kept + "\u2026" if kept else ""
