"""Shoulder-to-opposite-hip coupling of one repetition.

The question: while the arm goes along its path (the drive), does the leg on the
*other* side do its part, in time and far enough?  The leg signal is the scissor,
opposite hip minus same-side hip, so that bending both legs counts for nothing.

``c = sqrt(synchrony * amplitude)``: half in time at full size is .71, and neither
can hide behind the other.  Degrees are those *explained* by the drive (slope of
the regression times the range of the drive), because peak-to-peak values grow
with noise.  Arrays here are one repetition on the uniform grid, shape (samples,),
perhaps with a little from before it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from armswing.filters import GRID_HZ
from armswing.geometry import Array, extent, mean

SYNCHRONY_NONE, SYNCHRONY_FULL = 0.30, 0.80
"""Correlation that counts for nothing, and from which on it is full (our judgement)."""

SHIFT_SHARE, SHIFT_S = 0.12, 0.25
"""How far the leg may lead or trail and still be in time: share of the repetition, and seconds (our judgement)."""

LAG_SHARE = 0.35
"""How far a late leg is searched for, as a share of the repetition; a maximum on the border is none
(our judgement)."""

LAG_MIN_CORRELATION = 0.60
"""Without this much agreement at the best shift the leg has no lag to speak of (our judgement)."""

MOVED, MOVED_FEET_SEEN = 0.5, 0.4
"""The leg moved when it went so large a share of the way for full marks from rest: 10 degrees in a row, 15 elsewhere,
and 8 and 12 where both feet are seen, because feet that stay have been told before, see `armswing.feet`.  There .1 to
.5 name the same wrong legs of the tuning bodies, .6 fewer; with the pose model's errors on the synthetic athlete .4
names 18 of 646 legs that dip or stay, .5 twelve, and both 275 of 278 wrong ones.  Without the feet .5 names
9 of 100 dips of lifts and 7 of presses seen from 6 to 20 degrees, .4 names 18 and 17 (our judgement)."""

_TINY = 1e-9

Lags = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, kw_only=True)
class Response:
    """How a signal should answer the drive.

    Attributes
    ----------
    sign : int
        +1 when it should rise with the drive, -1 when it should fall.
    full_deg : float
        Degrees explained by the drive that earn full marks.
    dead_zone_deg : float
        Up to here nothing was seen: about the repeatability of the pose model.
    """

    sign: int
    full_deg: float
    dead_zone_deg: float


@dataclass(frozen=True, kw_only=True)
class Coupling:
    """One part of the coupling.

    Attributes
    ----------
    value : float
        0 to 1.
    correlation : float
        Largest correlation with the drive within the allowed shift, -1 to 1; NaN when nothing moved.
    gain_deg : float
        Degrees explained by the drive, + in the direction asked for.
    """

    value: float
    correlation: float
    gain_deg: float


@dataclass(frozen=True, kw_only=True)
class LegDrive:
    """What the legs did against their rest.

    Attributes
    ----------
    lag_s : float
        + = the leg comes late; NaN when it has no lag to speak of.
    late_by_s : float
        How far the leg is out of time, at the least: the size of the lag, or, where the leg went to the asked
        side of rest but not with the arm, the longest lag that is searched for; NaN when it hardly moved.
    up_deg, down_deg : float
        95th percentile of the way to the asked side of rest, and to the other.
    wrong_leg : bool
        In time with the arm, to the wrong side.
    """

    lag_s: float
    late_by_s: float
    up_deg: float
    down_deg: float
    wrong_leg: bool


def saturate(x: float) -> float:
    """Clip to 0..1."""
    return min(max(x, 0.0), 1.0)


def lagged_correlation(a: Array, b: Array, *, max_lag: int, min_overlap: int = 8) -> tuple[Lags, Array]:
    """Return lags and the correlation of ``a[t]`` with ``b[t + lag]``.

    Parameters
    ----------
    a, b : ndarray, shape (samples,)
        Two signals on one grid.
    max_lag : int
        Lags from ``-max_lag`` to ``max_lag`` are tried.
    min_overlap : int
        Fewer common samples give NaN, as do constant signals.

    Returns
    -------
    lags : ndarray of int, shape (2 max_lag + 1,)
    correlation : ndarray, shape (2 max_lag + 1,)
    """
    n = len(a)
    max_lag = min(max_lag, n - 1)
    lags, count, starts, stops = _overlaps(n, max_lag)
    both = np.array((a, b))
    both -= (np.add.reduce(both, axis=1) / n)[:, None]
    sums = np.zeros((4, n + 1))
    np.add.accumulate(np.concatenate((both, both * both)), axis=1, out=sums[:, 1:])
    overlapping = sums.take(stops) - sums.take(starts)
    total, square = overlapping[:2], overlapping[2:]
    spread_a, spread_b = square - total * total / count
    least = _TINY * count
    usable = (count >= min_overlap) & (np.minimum(spread_a, spread_b) > least)
    product = np.correlate(both[1], both[0], mode="full")[n - 1 - max_lag : n + max_lag]
    common = product - total[0] * total[1] / count
    correlation = common / np.sqrt(np.where(usable, spread_a * spread_b, np.nan))
    return lags, np.minimum(np.maximum(correlation, -1.0), 1.0)


@lru_cache(maxsize=512)
def _overlaps(n: int, max_lag: int) -> tuple[Lags, Lags, Lags, Lags]:
    """Return how two signals a and b of n samples overlap when b is shifted.

    Returns
    -------
    lags, count : ndarray of int, shape (2 max_lag + 1,)
        The shifts, and how many samples overlap.
    starts, stops : ndarray of int, shape (4, 2 max_lag + 1)
        Where the overlap begins and ends in four tables of n + 1 sums, one after the other: of a and b, and of their
        squares.
    """
    lags = np.arange(-max_lag, max_lag + 1)
    # The pair (a[i], b[i + lag]) overlaps in i from max(0, -lag) to n - max(0, lag).
    later, earlier = np.maximum(0, lags), np.maximum(0, -lags)
    tables = (n + 1) * np.arange(4)[:, None]
    starts = tables + np.array([earlier, later, earlier, later])
    stops = tables + n - np.array([later, earlier, later, earlier])
    return lags, n - np.abs(lags), starts, stops


class Agreement:
    """How a signal goes with the drive, whatever is asked of it.

    Parameters
    ----------
    drive, x : ndarray, shape (samples,)
        Drive of the arm, and the signal in degrees; finite.
    length : int, optional
        Samples of the repetition itself, where more than that is compared: shifts are shares of it.
    """

    def __init__(self, drive: Array, x: Array, *, length: int | None = None) -> None:
        self._drive, self._x = drive, x
        self.length = len(drive) if length is None else length

    @cached_property
    def correlations(self) -> Array:
        """The correlation at every lag up to `LAG_SHARE` of the repetition: shape (2 lags + 1,), + = x comes late."""
        longest = max(1, int(LAG_SHARE * self.length))
        return lagged_correlation(self._drive, self._x, max_lag=longest)[1]

    def within(self, lag: int) -> Array:
        """Return the correlations up to a lag: shape (2 lag + 1,)."""
        middle = len(self.correlations) // 2
        return self.correlations[max(middle - lag, 0) : middle + lag + 1]

    @cached_property
    def explained_deg(self) -> float:
        """Degrees explained by the drive; see `explained`."""
        return explained(self._drive, self._x)


def explained(drive: Array, x: Array) -> float:
    """Return the degrees of ``x`` explained by the drive: regression slope times the drive's range."""
    centred = drive - mean(drive)
    return float(centred @ (x - mean(x))) / max(float(centred @ centred), _TINY) * extent(drive)


def couple(
    drive: Array, x: Array, response: Response, *, agreement: Agreement | None = None, rate_hz: float = GRID_HZ
) -> Coupling:
    """Return how well a signal answers the drive.

    Parameters
    ----------
    drive, x : ndarray, shape (samples,)
        Drive of the arm, and the signal in degrees; finite.
    response : Response
        What is asked of the signal.
    agreement : Agreement, optional
        Of the two, where it is at hand.
    """
    agreement = agreement or Agreement(drive, x)
    shift = max(1, int(min(SHIFT_SHARE * agreement.length, SHIFT_S * rate_hz)))
    gain = response.sign * agreement.explained_deg + 0.0  # a leg that keeps still has gone 0 degrees, not -0
    correlation = float(np.fmax.reduce(response.sign * agreement.within(shift)))
    if math.isnan(correlation):
        return Coupling(value=0.0, correlation=correlation, gain_deg=gain)
    synchrony = saturate((correlation - SYNCHRONY_NONE) / (SYNCHRONY_FULL - SYNCHRONY_NONE))
    amplitude = saturate((gain - response.dead_zone_deg) / (response.full_deg - response.dead_zone_deg))
    return Coupling(value=math.sqrt(synchrony * amplitude), correlation=correlation, gain_deg=gain)


def leg_drive(
    drive: Array,
    scissor: Array,
    response: Response,
    rest_deg: float,
    *,
    agreement: Agreement | None = None,
    feet_seen: bool = False,
    rate_hz: float = GRID_HZ,
) -> LegDrive:
    """Return timing and direction of the legs against their rest.

    Parameters
    ----------
    drive, scissor : ndarray, shape (samples,)
        Drive of the arm; opposite hip minus same-side hip flexion in degrees.
    rest_deg : float
        The scissor at rest.  It is essential: against a baseline taken from inside the
        repetition a leg that comes late was called the wrong leg in 78-100 % of synthetic
        repetitions, against the rest in none.
    agreement : Agreement, optional
        Of drive and scissor, where it is at hand.
    feet_seen : bool
        Feet that stay would have been told.
    """
    agreement = agreement or Agreement(drive, scissor)
    x = response.sign * (scissor - rest_deg)
    ordered = np.sort(x)
    up, down = ordered[round(0.95 * (len(x) - 1))], -ordered[round(0.05 * (len(x) - 1))]
    enough = (MOVED_FEET_SEEN if feet_seen else MOVED) * response.full_deg
    gain = response.sign * agreement.explained_deg
    moved = up >= enough
    lag, on_border = _lag(response.sign * agreement.correlations, rate_hz) if moved else (float("nan"), False)
    late_by = float("nan") if on_border else abs(lag)
    if moved and (on_border or (np.isnan(lag) and up > down and gain <= response.dead_zone_deg)):
        late_by = LAG_SHARE * agreement.length / rate_hz
    return LegDrive(
        lag_s=lag,
        late_by_s=late_by,
        up_deg=float(up),
        down_deg=float(down),
        wrong_leg=bool(gain < -response.dead_zone_deg and down >= max(enough, up)),
    )


def _lag(correlations: Array, rate_hz: float) -> tuple[float, bool]:
    """Return the best shift in seconds, NaN when it agrees too little or lies on the border, and whether it does."""
    best = int(np.fmax(correlations, -1.0).argmax())
    if not correlations[best] >= LAG_MIN_CORRELATION:
        return float("nan"), False
    on_border = best in (0, len(correlations) - 1)
    return float("nan") if on_border else (best - len(correlations) // 2) / rate_hz, on_border


def opposition(a: Array, b: Array) -> float:
    """Return how far two sides work against each other: +1 opposite, 0 one of them still, -1 together.

    Parameters
    ----------
    a, b : ndarray, shape (samples,)
        The same quantity of the two sides; finite.

    Examples
    --------
    >>> import numpy as np
    >>> swing = np.sin(np.linspace(0, 6, 50))
    >>> round(opposition(swing, -swing)), round(opposition(swing, 0 * swing)), round(opposition(swing, swing))
    (1, 0, -1)
    """
    apart, together = extent(a - b), extent(a + b)
    return (apart - together) / max(apart + together, _TINY)
