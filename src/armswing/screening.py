"""Whether a movement counts: what is no repetition of its pattern, and why.

What another arm or other movements say of it is asked elsewhere: `armswing.both_arms` and `armswing.doubt`.
"""

from __future__ import annotations

import numpy as np

from armswing.filters import GRID_HZ
from armswing.geometry import Array, correlation, cosine, dot, extent, highest, lowest, median
from armswing.kinematics import Limbs, joint, limbs_of, mid_hip
from armswing.movement import EARLIER_S, MARGIN_S, RETRACE, Movement
from armswing.observability import ARM_COUNTS, COUNT_PX, VISIBLE
from armswing.reasons import Reason
from armswing.reps import RepThresholds

TRAVEL = 0.75
"""A hip centre that moves so many trunk lengths through the picture is walking about (our judgement)."""

RESIZE = 1.4
"""So does a trunk that changes its length in the picture by this factor (our judgement)."""

TILT_DEG = 50.0
"""A trunk that tilts so far is bending or getting up; a heaved row tilts 35 (our judgement)."""

BENT_DEG = 30.0
"""Before a repetition a smaller tilt tells already of picking something up (our judgement)."""

TURN_DEG = 70.0
"""A pelvis that ends turned so far from where it began has turned round (our judgement)."""

UNSTEADY = 0.25
"""A trunk whose widths vary by so much, or so many frames spoilt by exchanges of left and right, is no pose to
count on: clean windows show 3-11 %, a jumping man at the edge of our size limit 27-31 % (our judgement)."""

GAIT_S, GAIT_CORRELATION, GAIT_EQUAL, GAIT_KNEE_DEG = 1.6, -0.5, 0.6, 20.0
"""Two arms swinging against each other about equally far, or two knees bending by turns that do not rest with the arm,
faster than this: walking or running.  A slow walk of 80 steps a minute swings an arm there and back in 1.5 s.  The arms
of walkers and runners correlate by -.93 and below; the free arm that goes back while the other presses, by -.3
(synthetic and rendered people; the limits are our judgement)."""

OVERHEAD = 0.5
"""Nobody walks or runs lifting a hand so many arm lengths above its shoulder: swinging hands get up to .44, presses to
.9 and more (222 minutes of synthetic walkers and runners, synthetic presses; our judgement)."""

KNEES_REST, KNEES_FOLLOW = 0.33, 0.6
"""Knees that bend by turns with a repetition are still before it and go with it.  In the half second before it, what
one knee is bent more than the other changes by up to .26 of what it does within, or .5 with the pose model's errors; in
a gait 19 times in 20 by .34 and more.  With the drive it correlates by .97 and more, or nine times in ten by .6; in a
walk nine times in ten by less (synthetic athlete; the limits are our judgement)."""

TOP_HELD_S, TOP_LEFT = 0.3, 0.15
"""A repetition whose end was not seen counts when its top was held so long, or left by this share of the rise
(our judgement)."""


def why_not_counted(movement: Movement, thresholds: RepThresholds) -> Reason | None:
    """Say why a movement is no repetition of its pattern; None when it is one."""
    checks = (
        (Reason.TOO_FAR, _too_far),
        (Reason.HIDDEN_ARM, _hidden),
        (Reason.LR_SWAP, lambda m: m.observation.swapped_share > UNSTEADY),
        (Reason.BONE_LENGTH, _unsteady),
        (Reason.TOO_SHORT, lambda m: not m.cut_off and m.start_seen and m.seconds_long < thresholds.shortest_s),
        (Reason.MOVING_ABOUT, _moving_about),
        (Reason.GAIT, _gait),
        (Reason.NOT_THE_PATTERN, _other_exercise),
        (Reason.DEPTH_ONLY, _in_depth_only),
        (Reason.HIDDEN_ARM, _hardly_seen),
    )
    return next((reason for reason, fails in checks if fails(movement)), None)


def _too_far(movement: Movement) -> bool:
    return movement.observation.torso_px < COUNT_PX


def _hidden(movement: Movement) -> bool:
    return bool(movement.arms_seen[movement.side.column] < ARM_COUNTS)


def _unsteady(movement: Movement) -> bool:
    variation = movement.observation.variation
    return max(variation["shoulder"], variation["hip"]) > UNSTEADY


def _moving_about(movement: Movement) -> bool:
    axes, part = movement.axes, movement.span
    forward = axes.pelvis_forward[part]
    turned = bool(forward[-1] @ forward[0] < cosine(TURN_DEG))
    return turned or moves_about(movement.picture, axes.up[part])


def moves_about(image: Array | Limbs, up: Array, *, tilt_deg: float = TILT_DEG) -> bool:
    """Whether a person walks, comes nearer or bends, rather than standing, sitting or lying to exercise.

    Parameters
    ----------
    image : ndarray, shape (samples, 33, 2), or Limbs
        Landmarks in square pixels.
    up : ndarray, shape (samples, 3)
        The trunk's axis.
    tilt_deg : float
        A trunk tilted further than that, against the last sample, bends.
    """
    picture = limbs_of(image)
    centre, size = mid_hip(picture.points), picture.trunk_length
    way = centre - centre[-1:]
    travelled = highest(dot(way, way)) > (TRAVEL * median(size)) ** 2
    tilted = lowest(up @ up[-1]) < cosine(tilt_deg)
    return bool(travelled or highest(size) > RESIZE * lowest(size) or tilted)


def _gait(movement: Movement) -> bool:
    part = movement.span
    if movement.seconds_long >= GAIT_S or movement.observation.lying:  # nobody walks on the back
        return False
    knees = movement.drawn.legs.bend[part].T
    equal = extent(movement.other_drive) >= GAIT_EQUAL * movement.height
    bend = min(extent(knee) for knee in knees) >= GAIT_KNEE_DEG
    arms_swing = equal and movement.arms_agree < GAIT_CORRELATION
    legs_step = bend and correlation(*knees) < GAIT_CORRELATION and not _knees_rest_with_the_arm(movement)
    return bool((arms_swing or legs_step) and movement.at_top("upward_reach") < OVERHEAD)


def _knees_rest_with_the_arm(movement: Movement) -> bool:
    """Whether the knees were still before the arm set out, and then went with it: in a gait they go on and on."""
    start, still = movement.phases.start, round(MARGIN_S * GRID_HZ)
    if start < round((MARGIN_S - EARLIER_S) * GRID_HZ):  # hardly anything was seen before
        return False
    left, right = movement.drawn.legs.bend.T
    bent_more = left - right
    before, within = bent_more[max(start - still, 0) : start + 1], bent_more[movement.span]
    follow = abs(correlation(within, movement.drive)) >= KNEES_FOLLOW
    return follow and extent(before) <= KNEES_REST * extent(within)


def _other_exercise(movement: Movement) -> bool:
    pattern = movement.pattern
    if movement.way_back_differs[0] > RETRACE:
        return True
    return not movement.meets(pattern.conditions) or (bool(pattern.variants) and movement.variant is None)


def _in_depth_only(movement: Movement) -> bool:
    points, side = movement.picture.points, movement.side
    way = joint(points, side, "elbow") - joint(points, side, "shoulder")
    travelled = max(extent(way[:, 0]), extent(way[:, 1])) / median(movement.picture.trunk_length)
    needed = movement.pattern.elbow_travel
    if not movement.surely_the_pattern:
        needed = max(needed, movement.pattern.elbow_travel_unsure)
    return bool(travelled < needed)


def _hardly_seen(movement: Movement) -> bool:
    """Whether an arm that is half hidden gets to its top only just: the pose model lets a free arm move along.

    Of rows with the pose model's errors 293 of 320 count with this and without, and 19 movements of the free arm in
    place of 22; of 124 rendered sets 111 are counted exactly in place of 114 (our judgement).
    """
    return movement.arms_seen[movement.side.column] < VISIBLE and not movement.surely_at_top


def top_passed(movement: Movement) -> bool:
    """Whether a movement whose end was not seen got to its top and beyond."""
    drive = movement.drive
    top, rise = highest(drive), extent(drive)
    held = np.count_nonzero(drive >= top - 0.1 * rise) / GRID_HZ
    return bool(held >= TOP_HELD_S or drive[-1] <= top - TOP_LEFT * rise)
