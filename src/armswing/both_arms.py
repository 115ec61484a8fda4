"""What the other arm does meanwhile: whether both work together, or one of them only seems to work."""

from __future__ import annotations

from armswing.geometry import correlation, extent, highest, lowest
from armswing.kinematics import elbow_flexion
from armswing.landmarks import BOTH, Side
from armswing.movement import Movement
from armswing.observability import ARM_COUNTS
from armswing.reps import RepThresholds

TOGETHER_CORRELATION, TOGETHER_EQUAL, TOGETHER_EQUAL_AGAIN = 0.6, 0.6, 0.45
"""Two arms that agree so well and go about equally far work together; the last is enough after a repetition of both
arms: nobody changes from two arms to one by moving the other a little less (our judgement)."""

FORESHORTENED_DEG, SURELY_CORRELATION, SURELY_EQUAL = 30.0, 0.95, 0.75
"""An elbow that bends by less in the picture points at the camera, and what it seems to do is no witness: of the 90
degrees of a row 5 to 15 degrees off the front, one elbow shows 12, the other 31 the other way.  The drives alone then
have to agree so well and be so equal; with the pose model's errors two in five thousand movements of one-arm rows do.
With those errors it seldom helps, either: of two-arm rows 5 to 15 degrees off the front 12 of 72 sets come out right in
place of 8, on exact poses all 24 in place of 12 (synthetic athlete; the limits are our judgement)."""

TOGETHER_SEEN = 0.57
"""… when each is so well seen; see `arm_visibility`.  The far arm in a one-arm row filmed from the side shows up to .55
and seems to do what the near one does; the arms of two-arm sets show .60-.97 (13 clips as they are, mirrored, smaller,
darker, blurred, noisy; our judgement).  After a repetition of both arms `ARM_COUNTS` is enough."""

HARDLY = 0.2
"""An arm that moves less than this share of the other one is still, whatever the picture says (our judgement)."""

LEAST_WAY, EQUAL_WAYS = 0.20, 0.35
"""Where one wrist goes so many trunk lengths along the trunk in the picture, the other one has to go so large a share
of it, or the pose model moves it in depth only.  Both arms of somebody upright go equally far along the trunk wherever
they are seen from: by .83 and more of each other on exact poses, in whole repetitions with the pose model's errors by
.44 in rows, .46 in presses and .81 in lifts but for one in twenty.  Where one arm works at a time it is .05-.2.  Lying,
the camera may look along the trunk: a filmed two-arm press shows .16-.43 (our judgement)."""

COUNTER_CORRELATION, COUNTER_EQUAL = -0.3, 0.7
"""An arm swinging against the other one, by less than this share of it, is the free arm; our judgement."""


def arms_together(movement: Movement, *, again: bool = False) -> bool:
    """Whether both arms, well seen, go the same way about equally far; ``again``: they did so just before."""
    enough = ARM_COUNTS if again else TOGETHER_SEEN
    return lowest(movement.arms_seen) >= enough and _arms_alike(movement, again=again)


def copies_the_other_arm(movement: Movement) -> bool:
    """Whether this arm does what the other one does, whose repetition it is then: half hidden, or in depth only."""
    seen, other = (movement.arms_seen[side.column] for side in (movement.side, movement.side.opposite))
    if seen < min(TOGETHER_SEEN, other):
        return _arms_alike(movement)
    alike = movement.arms_agree > TOGETHER_CORRELATION
    return bool(other >= TOGETHER_SEEN) and alike and _in_depth_only(movement, movement.side)


def swings_against(movement: Movement) -> bool:
    """Whether this is the free arm, swinging against the working one and less far."""
    return movement.arms_agree < COUNTER_CORRELATION and movement.height < COUNTER_EQUAL * extent(movement.other_drive)


def better_seen_arm(movement: Movement) -> Side:
    """Return the arm that is seen better."""
    return max(movement.side, movement.side.opposite, key=lambda side: movement.arms_seen[side.column])


def on_its_way(movement: Movement, thresholds: RepThresholds) -> bool:
    """Whether an arm set out before the other one, or is not yet back, so that its own rise is another one.

    Two arms do not come back at once, and a joint that the pose model throws about looks like an arm that does.
    """
    drive = movement.drives[movement.side][movement.rise.start :]
    top, way = highest(drive), extent(drive)
    apart = min(top - drive[0], top - drive[-1]) < thresholds.turned * way
    return bool(apart and way >= thresholds.partial)


def _arms_alike(movement: Movement, *, again: bool = False) -> bool:
    """Whether both arms go the same way about equally far, however well they are seen.

    Notes
    -----
    Two witnesses are averaged: the drive, which comes from the three-dimensional pose, and the
    bend of the elbow as it looks in the picture, where it can be seen there.  A two-arm press filmed
    from the foot end showed why: the depth of one arm was guessed badly, the picture of both was clear.
    """
    height, other_height = movement.height, extent(movement.other_drive)
    if other_height < HARDLY * height or movement.arms_agree <= 2.0 * TOGETHER_CORRELATION - 1.0:
        return False  # the second: whatever the elbows do
    if any(_in_depth_only(movement, side) for side in Side):
        return False
    elbows = elbow_flexion(movement.picture, BOTH)
    own, other = elbows[:, movement.side.column], elbows[:, movement.side.opposite.column]
    if min(extent(own), extent(other)) < FORESHORTENED_DEG and _surely_alike(movement):
        return True
    agreement = 0.5 * (movement.arms_agree + correlation(own, other))
    equal = 0.5 * (other_height / max(height, 1e-9) + extent(other) / max(extent(own), 1e-9))
    return agreement > TOGETHER_CORRELATION and equal >= (TOGETHER_EQUAL_AGAIN if again else TOGETHER_EQUAL)


def _in_depth_only(movement: Movement, side: Side) -> bool:
    """Whether the wrist of a side goes too little along the trunk to go with the other one; see `EQUAL_WAYS`."""
    own, other = (movement.wrist_ways[which.column, 0] for which in (side, side.opposite))
    return not movement.observation.bent and bool(other >= LEAST_WAY and own < EQUAL_WAYS * other)


def _surely_alike(movement: Movement) -> bool:
    """Whether the drives of both arms leave no doubt that they go the same way equally far."""
    lower, higher = sorted((movement.height, extent(movement.other_drive)))
    return movement.arms_agree > SURELY_CORRELATION and lower >= SURELY_EQUAL * higher
