"""Words in a picture: how wide they are, where their lines break, and how they are written.

The only place that knows how OpenCV writes.
"""

from __future__ import annotations

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
    for word in words.split():
        longer = f"{parts[-1]} {word}".strip()
        if parts[-1] and text_width(longer, size, weight) > width:
            parts.append(word)
        else:
            parts[-1] = longer
    return parts


def write(picture: Pixels, text: Text) -> None:
    """Write a text into a picture, in place."""
    start = text.x, text.y + round(_BASELINE * text.size)
    cv2.putText(picture, text.words, start, text.colour, _font(), text.size, text.weight)
