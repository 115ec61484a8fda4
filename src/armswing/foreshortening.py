"""The depth of an upper arm from how short it looks.

The pose model draws an upper arm that points at the camera or away from it nearly as short in the picture as it
looks, but gives it only a third to a half of its depth: in metres the arm shrinks.  Bones do not.  What is missing
in length is therefore missing in depth, and only on which side of the shoulder the elbow lies is asked of the
model.  On rendered people this lowers the mean error of the flare from 15 to 7 degrees, and of the plane of elevation
in a lift from 18 to 9.  Where the arm has its length already nothing changes.

In two cases the model is asked less.  An arm that goes from in front of the body to behind it passes through the
plane of the picture and shows its whole length there, longer than before and after: from then on, until it passes
again, the elbow is on the far side of the shoulder, and how long this arm is drawn is known as well.  With the elbow
out to the side an arm that goes back stays on the near side and never shows that.  And an elbow beside the body that
faces the camera has hardly any depth: there the pose model draws it too near the body instead, so what is missing lies
out to the side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from armswing.geometry import Array, Flags, cosine, dot, length, median, unit
from armswing.kinematics import Limbs, TrunkAxes
from armswing.landmarks import Side

UPPER_ARM = 0.58
"""Length of an upper arm in trunk lengths, as the pose model draws it across the line of sight: .57-.60 on rendered
people of three statures, .50-.63 on filmed ones.  Anatomy has .60-.65.  With .56 and .60 the mean error of the flare
grows by less than a degree (rendered people)."""

NEARER = 0.05
"""The pose model draws an elbow so many trunk lengths nearer to the camera than it is, on the average of all frames
(measured on rendered people); it matters for an arm whose depth the model puts near zero."""

ACROSS_DEG = -10.0
"""An elbow further across the body than that is taken to be on the other side of the shoulder, if it is not across the
body there: seen from the side, the near elbow of a lift is drawn behind the shoulder (measured; our judgement)."""

PASSING = 0.02
"""An arm is drawn so much longer, in trunk lengths, where it passes through the plane of the picture than where it set
out and where it is read: rows do it by .02-.13, flared ones come no further than .006; limits of .01-.03 do equally
well (rendered people)."""

WHOLE_FROM, WHOLE_TO = 0.55, 0.66
"""Lengths of an upper arm, in trunk lengths, between which one may be drawn in the plane of the picture; the rendered
people have .55-.65, see `UPPER_ARM` (our judgement)."""

SURE = 0.15
"""Where the pose model itself draws the elbow so many trunk lengths on the other side of the shoulder, it is believed:
of elbows that did pass it draws some there by up to .11, of flared rows that look as if they had passed by .24
(rendered people; the limit is our judgement)."""

FACING = 0.35
"""Least depth of the direction in which the body faces, of 1, for going back to be going away from the camera: from the
side, where it is below .25, arms move back within the plane of the picture; at 60 degrees off the front it is .5
(rendered people; the limit is our judgement)."""


FACED = 0.80
"""Least depth, toward the camera, of the direction in which the body faces, of 1, for an elbow beside it to have none:
37 degrees off the front.  At the low end of a press the mean error of the flare falls from 15 to 7 degrees straight
ahead (40 repetitions), from 5.3 to 2.3 at 12-38 on the near side (29) and from 17 to 9 on the far side (14); limits of
.75 and .85 do equally well, .92 less so (rendered people, tuning bodies)."""


Samples = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """An arm passes through the plane of the picture, and back again.

    Attributes
    ----------
    sample, back : int
        When.
    length : float
        How long it is drawn then, in trunk lengths.
    behind : bool
        Whether the elbow is further from the camera than the shoulder in between.
    """

    sample: int
    back: int
    length: float
    behind: bool


def whole_upper_arm(
    limbs: Limbs, side: Side, axes: TrunkAxes, *, start: int, read: Flags, beside: bool = False
) -> Array:
    """Return the landmarks with the elbow of a side moved until the upper arm has its length.

    Parameters
    ----------
    limbs : Limbs
        Of landmarks of shape (samples, 33, 3): metres, x right, y down, z away from the camera, in agreement with
        the picture; NaN in, NaN out.
    side : Side
        Which arm.
    axes : TrunkAxes
        Of these landmarks.
    start : int
        The sample in which the arm sets out.
    read : ndarray of bool, shape (samples,)
        The samples in which its direction is asked for.
    beside : bool
        The elbow is then beside the body or a little behind it; that matters where the body faces the camera.

    Returns
    -------
    ndarray, shape (samples, 33, 3)
        A copy; only one elbow differs, and only where the upper arm is shorter than both `UPPER_ARM` and the longest
        that an upper arm of this person is drawn, or has passed through the plane of the picture: arms that keep their
        length stay as they are.  It moves in depth, but beside a body that faces the camera, where it is read: there it
        comes back to where it is not in front of that body, and out to the side by what its upper arm lacks then.
    """
    trunk = float(median(limbs.trunk_length))
    reading = read.nonzero()[0]
    # As long as it is drawn on most people, or on this one if that is less.
    longest = min(UPPER_ARM, float(limbs.arms.lengths[:, 0].max()) / trunk)
    if beside and len(reading) and float(median(axes.forward[reading, 2])) <= -FACED:
        return _beside(limbs, side, axes, reading, longest * trunk)
    upper_arm = limbs.arms.vectors[:, 0, side.column] / trunk
    across, depth = dot(upper_arm[:, :2], upper_arm[:, :2]), upper_arm[:, 2]
    passage = _passage(upper_arm, np.sqrt(across), axes.forward, start, reading)
    size = max(longest, min(passage.length, WHOLE_TO) if passage else 0.0)
    drawn, missing = depth * depth, size**2 - across
    short = missing > drawn
    whole = np.sqrt(np.maximum(missing, drawn))
    is_behind = _is_behind(upper_arm, across, whole, side.sign * axes.thorax_right)
    if passage:
        between = slice(passage.sample, passage.back)
        is_behind[between], short[between] = passage.behind, True
    restored = limbs.points.copy(order="K")
    shoulder, elbow = restored[:, side.landmark("shoulder"), 2], restored[:, side.landmark("elbow"), 2]
    elbow[short] = (shoulder + np.where(is_behind, whole, -whole) * trunk)[short]
    return restored


def _beside(limbs: Limbs, side: Side, axes: TrunkAxes, reading: Samples, size: float) -> Array:
    """Return the landmarks with an elbow not in front of the body, and out by what its upper arm lacks of a size."""
    upper_arm, forward = limbs.arms.vectors[reading, 0, side.column], unit(median(axes.forward[reading]))
    upper_arm[:, 2] -= np.maximum(dot(upper_arm, forward), 0.0) / forward[2]
    missing = np.maximum(size - length(upper_arm), 0.0)
    outward = side.sign * axes.thorax_right[reading]
    restored = limbs.points.copy(order="K")
    shoulder = restored[reading, side.landmark("shoulder")]
    restored[reading, side.landmark("elbow")] = shoulder + upper_arm + missing[:, None] * outward
    return restored


def _is_behind(upper_arm: Array, across: Array, whole: Array, outward: Array) -> Flags:
    """Return whether the elbow is further from the camera than the shoulder, sample by sample."""
    depth = upper_arm[:, 2]
    # The two elbows that look alike: behind the shoulder and in front of it.
    beside, ahead = dot(upper_arm[:, :2], outward[:, :2]), whole * outward[:, 2]
    limit = cosine(90.0 - ACROSS_DEG) * np.sqrt(across + whole * whole)
    behind, before = beside + ahead < limit, beside - ahead < limit
    # A model that lost none of the depth has no bias either.
    drawn_behind = depth * whole > -NEARER * (whole - np.abs(depth))
    return np.where(behind == before, drawn_behind, before)


def _passage(upper_arm: Array, drawn: Array, forward: Array, start: int, reading: Samples) -> Passage | None:
    """Return where the arm passes through the plane of the picture between its start and where it is read."""
    if not len(reading) or reading[0] <= start:
        return None
    longest = start + int(drawn[start : (reading[0] + reading[-1]) // 2 + 1].argmax())
    whole = float(drawn[longest])
    if not (whole >= WHOLE_FROM and whole - max(float(drawn[start]), float(median(drawn[reading]))) >= PASSING):
        return None
    facing = float(median(forward[reading, 2]))
    if not abs(facing) >= FACING:
        return None
    ahead = dot(upper_arm, forward)
    behind = (float(median(ahead[reading])) < float(ahead[start])) == (facing < 0.0)
    drawn_behind = float(median(upper_arm[reading, 2]))
    if (-drawn_behind if behind else drawn_behind) >= SURE:
        return None
    back = reading[-1] + int(drawn[reading[-1] :].argmax()) + 1
    return Passage(sample=longest, back=back, length=whole, behind=behind)
