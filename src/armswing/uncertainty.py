"""How far a score and a coupling may be off, by where the camera stood.

On rendered people the same repetition was judged twice: on the poses the pose model found in the pictures, and on
the exact ones.  For each place of the camera the margin is the difference that nine of ten repetitions keep within
with 90 % confidence, by the order of the differences (Wilks 1941, Ann Math Stat 12:91), or the largest where there
are too few for that.  It is that of the pose model only: that the rules ask the right thing is not in it, nor what
real rooms, clothes and bodies add.
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
    """Where the camera stands: degrees from the person's front toward the working arm, from and to, and the margin."""

    from_deg: float
    to_deg: float
    margin: Margin


PLACES: tuple[Place, ...] = (
    Place(from_deg=-120.0, to_deg=-15.0, margin=Margin(score=51.0, coupling=0.67)),
    Place(from_deg=-15.0, to_deg=15.0, margin=Margin(score=12.0, coupling=0.10)),
    Place(from_deg=15.0, to_deg=72.0, margin=Margin(score=27.0, coupling=0.31)),
    Place(from_deg=72.0, to_deg=120.0, margin=Margin(score=8.0, coupling=0.10)),
)
"""Measured on one half of the rendered clips, 14 to 52 repetitions a place, rounded up; from behind there are none."""


def margin(toward_deg: float) -> Margin | None:
    """Return how far off a judged repetition may be; None where that was not measured.

    Parameters
    ----------
    toward_deg : float
        Degrees of the camera from the person's front toward the working arm; NaN where that is not known, or for
        somebody who lies: none of these were measured.

    Examples
    --------
    >>> margin(40.0)
    Margin(score=27.0, coupling=0.31)
    >>> margin(170.0) is None
    True
    """
    return next((place.margin for place in PLACES if place.from_deg <= toward_deg < place.to_deg), None)
