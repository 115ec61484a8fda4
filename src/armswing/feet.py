"""Whether the feet stay: a leg does not swing on a foot that stays where it is.

How far a knee goes forward or back the pose model guesses, and it may guess far wrong: in hinged rows of the arm alone
the far knee seemed to go back by 19 cm, while the picture showed knee and foot to stay.  But two thighs cannot swing
against each other on two feet that stay.  The ankles are found within pixels, and the way between them does not change
as a camera is moved along or turned a little.
"""

from __future__ import annotations

import math

from armswing.geometry import Array, highest, length

STAY, PART = 0.10, 0.20
"""Change of the way between the ankles, in trunk lengths, seen from `WHOLE_DEG` and more: up to the first both feet
stay, from the second on a leg swings.  Of 169 rendered repetitions on planted feet, standing, dipping, hinged,
half-kneeling and lying, 161 show .10 or less, four more than .15 and one .23; 254 in which a leg goes its usual way
show .23 and more; 17 filmed ones on planted feet .01-.05.  In one of seven a foot is not seen, or the camera stands
straight ahead (our judgement)."""

WHOLE_DEG = 30.0
"""Nearer to straight ahead a leg that goes forward or back is seen to go less far, and both limits shrink with the sine
of the degrees off the front.  Half a knee drive shows .11 at 10 degrees, .16 at 20, .21 at 30 and .28 at 45 to a camera
at hip height, and .06, .12, .18 and .25 to one at 1.4 m (exact poses; our judgement)."""


def swing(ankles: Array, trunk_px: float, off_front_deg: float) -> float:
    """Return how surely a leg swings: 0 where both feet stay, 1 where they part or close.

    Parameters
    ----------
    ankles : ndarray, shape (samples, 2, 2)
        Left and right ankle in square pixels, smoothed; NaN in, NaN out.
    trunk_px : float
        Length of the trunk in the picture.
    off_front_deg : float
        Where the camera stands, from straight ahead of the person or straight behind; more than 0.
    """
    way = ankles[:, 1] - ankles[:, 0]
    seen = min(math.sin(math.radians(off_front_deg)) / math.sin(math.radians(WHOLE_DEG)), 1.0)
    change = highest(length(way - way[0])) / (trunk_px * seen)
    return min(max((change - STAY) / (PART - STAY), 0.0), 1.0)
