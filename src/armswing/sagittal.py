"""The depth of the legs, from how little they move sideways.

Seen obliquely, a leg that swings forward is seen to move across the picture as well, and that is measured within
pixels; how far it moves in depth the pose model guesses, most often too little.  In metres the knee then seems to go
out to the side and hardly forward: of the 20 degrees that the hips of a row part, a camera 20 degrees off the front
shows 3.  But in all that is done here thighs and shanks swing fore and aft, in planes beside the body's middle (the
sagittal planes).  So the sideways way that the model's depth leaves them with is taken for an error of that depth, in
the proportion in which the one is known better than the other.

Over 406 repetitions of rendered people whose bodies the limits were chosen on (197 clips; exact poses are the truth;
feet that stay are told before, see `armswing.feet`) this lowers the mean error of the drive of the legs from 7.7 to 5.5
degrees in rows, 8.6 to 8.4 in presses and 8.8 to 7.4 in lifts, of the hip part of the coupling from .109 to .061, of a
leg's lateness from .08 to .05 s, and that of the push-off of a lift seen from 60 degrees on from 6 to 3 degrees.

The price: a leg that does swing sideways, or turns with the pelvis, is misread.  On exact poses the drive is off by .4
degrees in rows, 1.3 in presses and 1.7 in lifts on the average, a whole lift of 96 degrees by up to 7, and one leg
that is lifted 20 degrees sideways reads as a drive of 13-24.
"""

from __future__ import annotations

import numpy as np

from armswing.geometry import Array, cross, dot, median, unit
from armswing.kinematics import Limbs, TrunkAxes
from armswing.landmarks import BOTH

SCATTER = 0.5
"""How far a leg moves sideways, or is seen to, against the error of its depth: .02-.04 and .02 trunk lengths against
.04-.11 (rendered people).  With .3, .4, .7 and 1 in place of .5 the hip part is off by .046, .056, .072 and .087 in
place of .061; the smaller, the more a leg that is lifted sideways reads as a drive (our judgement)."""

SPLAY = 4.0
"""By so much more legs scatter sideways per trunk length that both knees go forward, or back, together: they follow
the toes, which point outward by 5 to 30 degrees, and seen obliquely knees that part look like one that goes forward and
one that goes back.  It matters where a foot is not seen: with the pose model's errors dips of 45 degrees, toes 20
degrees out, earn .16-.28 then, and .16-.43 without it.  15 degrees are .27 trunk lengths, in units of .07 of depth;
with 2 and 8 in place of 4 the hip part is off by .060 and .062 (our judgement)."""


def legs_fore_and_aft(limbs: Limbs, axes: TrunkAxes, *, before: slice) -> Array:
    """Return the landmarks with knees and ankles moved in depth, so that the legs move sideways less.

    Parameters
    ----------
    limbs : Limbs
        Of landmarks of shape (samples, 33, 3): metres, x right, y down, z away from the camera, in agreement with the
        picture; NaN in, NaN out.
    axes : TrunkAxes
        Of these landmarks; forward is the direction in which the legs swing.
    before : slice
        Samples before the legs move: how far to the side they are then is how this person stands, sits or lies.

    Returns
    -------
    ndarray, shape (samples, 33, 3)
        A copy.  Seen from ahead nothing changes, because depth is not sideways there.  Legs that keep to their planes
        stay as they are.

    Notes
    -----
    Legs that go forward or back together are left nearly as they are, see `SPLAY`.

    A segment that moves sideways by ``s``, with a depth of the variance ``a**2`` where legs scatter sideways with
    ``b**2``, is most likely ``- s n / (n**2 + (b/a)**2)`` further away; ``n`` is the depth of the direction sideways.
    """
    legs = limbs.legs.vectors
    right, forward = unit(median(cross(axes.forward, axes.up))), unit(median(axes.forward))  # however the trunk leans
    place, depth = dot(legs, right), right[2]
    sideways = place - median(place[before])
    ahead = dot(legs[:, 0], forward) / median(limbs.trunk_length)
    swung = ahead - median(ahead[before])
    together = np.where(swung[:, 0] * swung[:, 1] > 0.0, np.abs(swung).min(axis=-1), 0.0)
    scatter = SCATTER**2 + (SPLAY * together) ** 2
    further = -sideways * depth / (depth * depth + scatter[:, None, None])
    moved = limbs.points.copy(order="K")
    moved[:, BOTH.landmark("knee"), 2] += further[:, 0]
    moved[:, BOTH.landmark("ankle"), 2] += further[:, 0] + further[:, 1]
    return moved
