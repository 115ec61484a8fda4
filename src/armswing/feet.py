"""Whether the feet stay: a leg does not swing on a foot that stays where it is.

How far a knee goes forward or back the pose model guesses, and it may guess far wrong: in hinged rows of the arm alone
the far knee seemed to go back by 19 cm, while the picture showed knee and foot to stay.  But two thighs cannot swing
against each other on two feet that stay.  The ankles are found within pixels, and the way between them is the same
wherever the camera moves.
"""

from __future__ import annotations

from armswing.geometry import Array, highest, length

STAY, PART = 0.10, 0.20
"""Change of the way between the ankles, in trunk lengths: up to the first both feet stay, from the second on a leg
swings.  Of 181 rendered repetitions on planted feet, standing, dipping, hinged, half-kneeling and lying, 174 show .10
or less, four more than .15 and one .23; 276 in which a leg swings, by half of its way too, show .23 and more; 17 filmed
ones on planted feet .01-.05.  In one of nine a foot is not seen (our judgement)."""


def swing(ankles: Array, trunk_px: float) -> float:
    """Return how surely a leg swings: 0 where both feet stay, 1 where they part or close.

    Parameters
    ----------
    ankles : ndarray, shape (samples, 2, 2)
        Left and right ankle in square pixels, smoothed; NaN in, NaN out.
    trunk_px : float
        Length of the trunk in the picture.
    """
    way = ankles[:, 1] - ankles[:, 0]
    change = highest(length(way - way[0])) / trunk_px
    return min(max((change - STAY) / (PART - STAY), 0.0), 1.0)
