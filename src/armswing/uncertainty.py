"""How far a score and a coupling may be off, by where the camera stood.

On rendered people the same repetition was judged twice: on the poses the pose model found in the pictures, and on
the exact ones seen from where nothing is hidden.  So what a place of the camera hides is in the margin: where the turn
of the ribs is not seen, the coupling is that of the hip alone.  For each place it is the difference that nine of ten
clips keep within with 90 % confidence, by the order of the differences (Wilks 1941, Ann Math Stat 12:91), or the
largest where there are too few for that.  That the rules ask the right thing is not in it, nor what real rooms,
clothes and bodies add.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Half the width of an interval around a judged value.

    Attributes
    ----------
    score : float
        Points.
    coupling : float
        Shares of 1.
    """

    score: float
    coupling: float


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the camera stands.

    Attributes
    ----------
    from_deg, to_deg : float
        Degrees from the person's front toward the working arm.
    margin : Margin
        How far off.
    upward : Margin or None
        The same of exercises that lift the arm, where it differs: they do not point at the camera.
    """

    from_deg: float
    to_deg: float
    margin: Margin
    upward: Margin | None = None


PLACES: tuple[Place, ...] = (
    Place(from_deg=-120.0, to_deg=-15.0, margin=Margin(score=53.0, coupling=0.40)),
    Place(
        from_deg=-15.0,
        to_deg=15.0,
        margin=Margin(score=58.0, coupling=0.60),
        upward=Margin(score=12.0, coupling=0.40),
    ),
    Place(from_deg=15.0, to_deg=72.0, margin=Margin(score=22.0, coupling=0.40)),
    Place(from_deg=72.0, to_deg=120.0, margin=Margin(score=27.0, coupling=0.40)),
)
"""Measured on rendered clips of the bodies of one half, most of them not in the bench, with other ways of the arm and
from other views: 48, 28 and 11, 124 and 53 with a score, of each the worse of its two repetitions; rounded up, straight
ahead and obliquely near by 1 or 2 points.  Of 35 hinged rows seen from 15 degrees on all but one keep within.  What
`benchmarks/accuracy.py` prints is of the bench alone.  From behind there are none.
"""


def margin(toward_deg: float, *, upward: bool = False) -> Margin | None:
    """Return how far off a judged repetition may be; None where that was not measured.

    Parameters
    ----------
    toward_deg : float
        Degrees of the camera from the person's front toward the working arm; NaN where that is not known, or for
        somebody who lies: none of these were measured.
    upward : bool
        The exercise lifts the arm.

    Examples
    --------
    >>> margin(40.0)
    Margin(score=22.0, coupling=0.4)
    >>> margin(170.0) is None
    True
    """
    place = next((place for place in PLACES if place.from_deg <= toward_deg < place.to_deg), None)
    if place is None:
        return None
    return (place.upward if upward else None) or place.margin
