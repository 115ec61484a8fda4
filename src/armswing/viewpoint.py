"""Where the camera stands, seen from the person, and whether they should turn."""

from __future__ import annotations

import numpy as np

from armswing.geometry import Array, cosine, median
from armswing.kinematics import Limbs, TrunkAxes, shoulder_width, trunk_axes
from armswing.landmarks import Side
from armswing.pose import PoseSequence

NEAR_SIDE_DEG = (15.0, 72.0)
"""Where the camera may stand, from the person's front toward the working arm, for the turn of the trunk to be seen:
from 30 to 60 degrees turning trunks are told from still ones with an AUC of .98, 1.00 in rows and presses and .92 in
lifts; from the front and from the side the width of the shoulders says nothing (rendered people, held-out half)."""

BEST_DEG = 40.0
"""The middle of the views in which coupling, trunk and elbow are all seen (rendered people)."""

LYING_DEG = 55.0
"""A trunk tilted this far from the vertical of the picture's space is lying or hinged level (our judgement)."""

FRONT_WIDTH, SIDE_WIDTH = 0.65, 0.30
"""Width of the shoulders in trunk lengths, across the trunk in the picture: front above, side below (measured:
front .72, 45 degrees .56-.58)."""

VIEW_STAYS = 0.035
"""By so much the width must pass one of these borders before the view changes within a set: nine in ten repetitions are
read no further from the one before, half of them .015 (23 pairs in real clips)."""

ALONG_TRUNK = 0.80
"""Beyond this cosine between the line of sight and the trunk the camera looks along the body (our judgement)."""


def view_of(image: Array, axes: TrunkAxes, *, before: str = "") -> tuple[str, float]:
    """Return where the camera stood during a stretch of poses, seen from the person.

    Parameters
    ----------
    image : ndarray, shape (samples, 33, 2)
        Landmarks in square pixels, finite.
    axes : TrunkAxes
        Of the same in metres.
    before : str
        The view of the repetition before, which stays the view where the width is near a border.

    Returns
    -------
    view : str
        ``front``, ``front-left``, ``left``, …, ``feet`` or ``head``, with ``-lying`` added for a level trunk.
    azimuth_deg : float
        Degrees from the person's front, + = toward the left.

    Notes
    -----
    Front, oblique or side comes from the width of the shoulders across the trunk in the picture,
    because widths are measured well; which side, and front or back, from the signs of the
    direction to the camera in the axes of the pelvis.
    """
    up = median(axes.up)
    along, forward, left = -up[2], -median(axes.pelvis_forward[..., 2]), median(axes.pelvis_right[..., 2])
    lying = "-lying" if -up[1] < cosine(LYING_DEG) else ""
    azimuth = float(np.degrees(np.arctan2(left, forward)))
    if abs(along) > ALONG_TRUNK:
        return ("head" if along > 0 else "feet") + lying, azimuth
    picture = Limbs(image)
    width = float(median(shoulder_width(picture) / picture.trunk_length))
    facing = "front" if forward > 0 else "behind"
    side = "left" if left > 0 else "right"
    was = before.removesuffix("-lying")
    oblique = VIEW_STAYS if "-" in was else 0.0
    if width >= FRONT_WIDTH + (oblique or (-VIEW_STAYS if was == facing else 0.0)):
        return facing + lying, azimuth
    narrow = width < SIDE_WIDTH - (oblique or (-VIEW_STAYS if was == side else 0.0))
    return (side if narrow else f"{facing}-{side}") + lying, azimuth


def where_from(poses: PoseSequence) -> tuple[str, float]:
    """Return where the camera stood in the frames in which somebody was found, as `view_of` does.

    The view is empty and the angle NaN when there are none.
    """
    found = poses.found
    if not found.any():
        return "", float("nan")
    world, image = (np.asfortranarray(points[found]) for points in (poses.world, poses.image))
    return view_of(image, trunk_axes(world))


def on_the_far_side(view: str, working: Side) -> bool:
    """Whether the camera stands on the other side than the working arm's."""
    return view.removesuffix("-lying").split("-")[-1] not in (working.value, "front", "behind")


def should_turn(view: str, azimuth_deg: float, working: Side | None) -> bool:
    """Whether somebody upright would be seen better if they turned.

    Parameters
    ----------
    view : str
        As `view_of` gives it; not of somebody who lies, nor along the trunk.
    azimuth_deg : float
        Where the camera stands from the person's front, + = toward the left; may be NaN.
    working : Side or None
        The side of the working arm; None where it is both, by turns, or not known.
    """
    if working is None and abs(azimuth_deg) <= NEAR_SIDE_DEG[1]:
        return False
    if working is not None and NEAR_SIDE_DEG[0] <= -working.sign * azimuth_deg <= NEAR_SIDE_DEG[1]:
        return False
    if view in ("left", "right") or view.startswith("behind"):
        return True
    return working is not None and (view == "front" or on_the_far_side(view, working))


def turn_to(side: Side, azimuth_deg: float) -> float:
    """Return how far somebody has to turn so that an arm comes toward the camera: degrees, + = to their right.

    Parameters
    ----------
    side : Side
        Which arm.
    azimuth_deg : float
        Where the camera stands from the person's front, + = toward the left; NaN in, NaN out.
    """
    # Who turns to the right brings the camera round to the left.
    return (-side.sign * BEST_DEG - azimuth_deg + 180.0) % 360.0 - 180.0
