"""How far the rib cage turns, read off the width of the shoulder line in the picture.

The depth of the shoulders is what the pose model guesses worst, and it drags the pelvis along with them, so
neither the angle between the two lines nor the yaw of one of them tells a turning trunk from an arm that
works alone.  The width of the shoulder line across the trunk is measured within pixels.  Seen obliquely it
grows and shrinks as the line turns, and shifting or leaning the trunk leaves it as it is.
"""

from __future__ import annotations

import math

import numpy as np

from armswing.geometry import Array, length, median
from armswing.kinematics import Limbs, joint, limbs_of, shoulder_width, trunk_way
from armswing.landmarks import Side

SHOULDERS = 0.70
"""Length of the shoulder line in trunk lengths, as the pose model draws it: from the front .62-.72 (measured on
rendered people).  A line that the model makes longer in metres is taken to be so long: a broad person's shoulders, .82,
come out as .66-.74, and with .70 a row of the arm alone turned them by up to 16 degrees instead of 12.  That the model
makes a line shorter says nothing, it takes from the depth."""

NARROWEST = 0.20
"""Least depth of the shoulder line, in trunk lengths, by which a change of width is divided: a line that squarely
faces the camera does not show its turns (our judgement)."""


def shoulder_line_turn(image: Array | Limbs, world: Array, side: Side) -> Array:
    """Return how far the shoulder line turns, for a side that is toward the camera.

    Parameters
    ----------
    image : ndarray, shape (samples, 33, 2), or Limbs
        Landmarks in square pixels; NaN in, NaN out.
    world : ndarray, shape (samples, 33, 3)
        The same in metres, for the length of the line and the tilt of the trunk.
    side : Side
        The side whose shoulder is nearer to the camera; on the other side the signs are turned round.

    Returns
    -------
    ndarray, shape (samples,)
        Degrees, + = this side's shoulder goes forward.  Only differences have a meaning.

    Notes
    -----
    With the line at the angle ``phi`` to the picture its width is ``S cos phi``, so ``d phi = - d w / (S sin phi)``
    with ``S sin phi = sqrt(S**2 - w**2)``, taken at the median width of the stretch.  The shoulder line is not the
    rib cage: a shoulder blade that goes forward turns it by 6-18 degrees, which is why small turns earn nothing.

    All lengths are in trunk lengths.  A trunk that is bent over toward the camera looks shorter than it is: measured
    against that, the shoulders would be too wide, and a hinged row of the arm alone would turn them by 14 degrees, with
    the pose model's errors by up to 28, in place of 7 and 16.
    """
    picture, trunk = limbs_of(image), trunk_way(world)
    flat = median(length(trunk[:, :2]) / length(trunk))  # so much of the trunk's length is in the picture
    width = shoulder_width(picture) * flat / median(picture.trunk_length)
    whole = length(joint(world, side.opposite, "shoulder") - joint(world, side, "shoulder")) / length(trunk)
    typical = float(median(width))
    depth = math.sqrt(max(max(SHOULDERS, float(median(whole))) ** 2 - typical**2, NARROWEST**2))
    turn: Array = np.degrees((typical - width) / depth)
    return turn
