"""The skeleton over a picture, with what is being judged standing out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from armswing.io.lettering import DARK, WHITE, Colour
from armswing.landmarks import BONES, Joint, Landmark, Side
from armswing.pose import Array

if TYPE_CHECKING:
    from armswing.io.video import Pixels

SEEN = 0.5
"""Landmarks below this visibility are dimmed: the pose model guesses them."""

# Colours are RGB and, after Okabe and Ito, differ for colour-blind people too; words say the same.
GRADE_COLOURS: dict[str, Colour] = {
    "connected": (40, 215, 165),
    "good": (110, 185, 255),
    "partly": (250, 215, 60),
    "arms_only": (255, 120, 80),
}
BODY, WORKING, DIMMED = (215, 230, 240), (255, 190, 40), (135, 135, 135)

_BONE, _JOINT = 0.8, 0.9  # in hundredths of the picture's shorter side
FRACTION = 3
"""Binary digits after the point in OpenCV's drawing coordinates."""


def unit_of(size: tuple[int, int]) -> float:
    """Return a hundredth of a picture's shorter side, in pixels."""
    return min(size) / 100.0


def drawable(picture: Pixels, image: Array) -> npt.NDArray[np.bool_]:
    """Return which landmarks can be drawn, shape (33,): those far outside come from a pose model gone astray.

    Drawing them would overflow OpenCV's numbers.
    """
    return np.asarray((np.abs(image) <= 4 * max(picture.shape)).all(axis=-1))  # False for NaN


def draw_skeleton(
    picture: Pixels, image: Array, visibility: Array, working: tuple[Side, ...], *, diagonal: bool = True
) -> None:
    """Draw the skeleton into a picture, in place.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        RGB, contiguous.
    image, visibility : ndarray of shape (33, 2) and (33,)
        The landmarks in pixels of the picture; those that are NaN are left out.
    working : tuple of Side
        The arms at work: with one, its opposite leg stands out too.
    diagonal : bool
        Whether the line from the working shoulder to the opposite hip is part of it.
    """
    thick = max(round(_BONE * unit_of((picture.shape[1], picture.shape[0]))), 1)
    drawn = drawable(picture, image)
    points = np.where(drawn[:, None], image, 0.0)
    at = [(round(x), round(y)) for x, y in (points * 2**FRACTION).tolist()]
    seen = (visibility >= SEEN).tolist()
    lines = [line for line in _lines(working, diagonal) if drawn[line.first] and drawn[line.last]]
    # The faint first, so that nothing guessed lies over what was seen.
    for line in sorted(lines, key=lambda line: (seen[line.first] and seen[line.last], line.colour == WORKING)):
        clear = seen[line.first] and seen[line.last]
        width = max(round(thick * line.width), 1) if clear else max(thick // 2, 1)
        colour = line.colour if clear else DIMMED
        for stroke, paint in ((width + 2 + thick // 2, DARK), (width, colour)) if clear else ((width, colour),):
            cv2.line(picture, at[line.first], at[line.last], paint, stroke, cv2.LINE_AA, FRACTION)
    radius = max(round(_JOINT * unit_of((picture.shape[1], picture.shape[0])) * 2**FRACTION), 1)
    for mark in {mark for line in lines for mark in (line.first, line.last)}:
        colour = WHITE if seen[mark] else DIMMED
        cv2.circle(picture, at[mark], radius, colour, cv2.FILLED, cv2.LINE_AA, FRACTION)


class _Line(NamedTuple):
    first: Landmark
    last: Landmark
    colour: Colour
    width: float = 1.0


@cache
def _lines(working: tuple[Side, ...], diagonal: bool) -> tuple[_Line, ...]:
    """Return the lines of the skeleton; with one arm at work its leg and the diagonal between them stand out."""
    arm: tuple[Joint, ...] = ("shoulder", "elbow", "wrist")
    leg: tuple[Joint, ...] = ("hip", "knee", "ankle", "foot_index")
    bright = {side.landmark(joint) for side in working for joint in arm}
    alone = working[0] if len(working) == 1 else None
    if alone is not None:
        bright |= {alone.opposite.landmark(joint) for joint in leg}
    lines = [_Line(a, b, WORKING, 1.4) if a in bright and b in bright else _Line(a, b, BODY) for a, b in BONES]
    if len(working) == 2:  # both shoulders shine, the line between them is no arm
        lines[0] = _Line(*BONES[0], BODY)
    if alone is not None and diagonal:
        lines.append(_Line(alone.landmark("shoulder"), alone.opposite.landmark("hip"), WORKING, 0.8))
    return tuple(lines)
