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
    bent : Margin or None
        The same of somebody who is bent over, where it differs.
    """

    from_deg: float
    to_deg: float
    margin: Margin
    upward: Margin | None = None
    bent: Margin | None = None


PLACES: tuple[Place, ...] = (
    Place(from_deg=-120.0, to_deg=-15.0, margin=Margin(score=55.0, coupling=0.40)),
    Place(
        from_deg=-15.0,
        to_deg=15.0,
        margin=Margin(score=62.0, coupling=1.0),
        upward=Margin(score=12.0, coupling=0.40),
    ),
    Place(
        from_deg=15.0,
        to_deg=72.0,
        margin=Margin(score=24.0, coupling=0.32),
        bent=Margin(score=24.0, coupling=0.45),
    ),
    Place(from_deg=72.0, to_deg=120.0, margin=Margin(score=26.0, coupling=0.40)),
)
"""Measured on one half of the rendered clips and rounded up, obliquely near by 5 points: 17 (13 with a score), 8 (5
lifts and 3 presses), 26 and 11 clips, of each the worse of its two repetitions; `benchmarks/accuracy.py` prints them.
Of somebody who is bent over: the largest differences of 21 hinged rows of the same bodies, 22 and .43, rounded up.
From behind there are none.  Three presses toward the camera say too little: what they may be off by is our judgement.
"""


def margin(toward_deg: float, *, upward: bool = False, bent: bool = False) -> Margin | None:
    """Return how far off a judged repetition may be; None where that was not measured.

    Parameters
    ----------
    toward_deg : float
        Degrees of the camera from the person's front toward the working arm; NaN where that is not known, or for
        somebody who lies: none of these were measured.
    upward : bool
        The exercise lifts the arm.
    bent : bool
        The person is bent over.

    Examples
    --------
    >>> margin(40.0)
    Margin(score=24.0, coupling=0.32)
    >>> margin(170.0) is None
    True
    """
    place = next((place for place in PLACES if place.from_deg <= toward_deg < place.to_deg), None)
    if place is None:
        return None
    own = (place.upward if upward else None) or (place.bent if bent else None)
    return own or place.margin
