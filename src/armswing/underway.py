"""What a repetition shows while it is under way: for the live screen, never for the record."""

from __future__ import annotations

from dataclasses import dataclass

from armswing.landmarks import Side
from armswing.measurement import Context, chain
from armswing.movement import Movement
from armswing.reps import Measured, not_measured

ENOUGH_RISE = 0.3
"""Before the arm has risen by this share of a typical repetition nothing is said of the coupling (our judgement)."""

_UNKNOWN = Context(rest_deg=float("nan"), together=False, full=False)
"""Of the set: that is asked for when the repetition is judged."""


@dataclass(frozen=True, kw_only=True)
class SoFar:
    """A repetition under way.

    Attributes
    ----------
    side : Side
        The arm.
    rise : float
        How far its drive has risen, in typical repetitions.
    coupling : Measured
        From its start up to now, by the measure that judges it at its end.
    elbow_flare : Measured
        Degrees now, on smoothed poses.
    """

    side: Side
    rise: float
    coupling: Measured
    elbow_flare: Measured


def so_far(movement: Movement) -> SoFar | None:
    """Return what a movement shows up to its last sample; None while it is too small.

    Parameters
    ----------
    movement : Movement
        From the start of a rise up to now.
    """
    if movement.height < ENOUGH_RISE:
        return None
    share, reason = movement.gate(movement.pattern.flare.need)
    flare = movement.quantity("elbow_flare")[-1]
    return SoFar(
        side=movement.side,
        rise=movement.height,
        coupling=chain(movement, _UNKNOWN)["coupling"],
        elbow_flare=not_measured(reason, share=share) if reason else Measured(value=float(flare), share=share),
    )
