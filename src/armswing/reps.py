"""Repetitions: one hysteresis machine per arm finds them, causally, in the drive.

The *drive* says how far an arm has gone along its path, in units of a typical
repetition (see `armswing.patterns`): it rises while the working muscles shorten
(concentric) and falls on the way back (eccentric).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from armswing.errors import ConfigError
from armswing.geometry import Array, Flags, lowest, median
from armswing.landmarks import Side
from armswing.pose import PoseSequence
from armswing.reasons import Reason

MOST_S = 600.0
"""All poses of a repetition are kept until it ends; nobody takes longer for one (our judgement)."""


@dataclass(frozen=True, kw_only=True)
class RepThresholds:
    """When a rise and a fall of the drive are a repetition; heights in typical repetitions, times in seconds.

    Sources: the two-sided threshold (enter above, leave below) is the design of Google's
    repetition counter; 0.70 for full counted 360 synthetic sets right, with 0.45 for partial:
    0.40, because whole rows seen 30 degrees off the front rise by .43-1.3 (rendered people);
    the rest is our judgement.
    """

    rise: float = 0.25
    """The arm is under way when the drive is this far above its low."""
    near_low: float = 0.08
    """The movement starts when the drive was last this close to its low."""
    returned: float = 0.15
    """The arm is back when this share of the rise is left."""
    turned: float = 0.50
    """The arm may turn round early once this share of the rise has been given back."""
    partial: float = 0.40
    """Smaller rises are ignored."""
    full: float = 0.70
    """Rises from here on are full repetitions, in shares of the set's own typical rise."""
    rest_s: float = 0.5
    """An arm that gave back ``turned`` and falls no further for so long has ended its repetition."""
    baseline_s: float = 4.0
    """Time constant with which the low follows an arm that settles at a new height."""
    shortest_s: float = 0.8
    """A faster rise and fall is no strength repetition: that is the period of a running arm swing."""
    begun_s: float = 0.2
    """A movement that starts so soon after the first pose was under way before: it is over when the arm falls no
    further, because how low it was is not known."""
    longest_s: float = 15.0
    """A longer one is a change of posture."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not (math.isfinite(value) and value > 0):
                raise ConfigError(f"reps.{name} must be a positive number, got {value}")
        rising = (("near_low", "rise"), ("returned", "turned"), ("partial", "full"), ("shortest_s", "longest_s"))
        for low, high in rising:
            if not getattr(self, low) < getattr(self, high):
                values = f"{getattr(self, low)} and {getattr(self, high)}"
                raise ConfigError(f"reps.{low} must be less than reps.{high}, got {values}")
        if self.longest_s > MOST_S:
            raise ConfigError(f"reps.longest_s must be at most {MOST_S:g} seconds, got {self.longest_s:g}")


class Ending(StrEnum):
    """How a rise of the drive ended."""

    RETURNED = "returned"
    OVERLONG = "overlong"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True)
class Rise:
    """A rise and fall of one arm's drive, as the machine saw it.

    Attributes
    ----------
    start_s, peak_s, end_s : float
        Seconds on the session's clock.
    low, high : float
        The drive at its start and its peak.
    found_s : float
        When it was known to be over: never before ``end_s``.
    ending : Ending
        Why it is over.
    """

    side: Side
    start_s: float
    peak_s: float
    end_s: float
    low: float
    high: float
    found_s: float
    ending: Ending

    @property
    def height(self) -> float:
        """How far the drive rose, in typical repetitions."""
        return self.high - self.low


class RepSegmenter:
    """Find the repetitions of one arm.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(0, 6, 1 / 30)
    >>> drive = 0.5 - 0.5 * np.cos(2 * np.pi * t / 3)
    >>> [round(rise.peak_s, 1) for rise in RepSegmenter(Side.RIGHT).update(t, drive)]
    [1.5, 4.5]
    """

    def __init__(self, side: Side, *, thresholds: RepThresholds | None = None) -> None:
        self._side = side
        self._is = thresholds or RepThresholds()
        self._first_t = float("nan")
        self._reset()

    def _reset(self) -> None:
        self._last_t = float("nan")
        self._under_way = False
        self._low = float("inf")
        self._start = float("nan")
        self._high = -float("inf")
        self._peak = float("nan")
        self._valley = float("inf")
        self._valley_t = float("nan")

    def update(self, t: Array, drive: Array) -> list[Rise]:
        """Take the next samples of the drive and return the rises that ended within them.

        Parameters
        ----------
        t, drive : ndarray, shape (samples,)
            Seconds, strictly increasing over all calls, and the finite drive.
        """
        if math.isnan(self._first_t) and len(t):
            self._first_t = float(t[0])
        rises: list[Rise] = []
        samples = zip(t.tolist(), drive.tolist(), strict=True)
        going_on = True
        while going_on:
            if not self._under_way:
                going_on = self._follow_low(samples)
            else:
                going_on, ended = self._follow_rise(samples)
                if ended is not None:
                    rises.append(ended)
        return rises

    def interrupt(self) -> Rise | None:
        """Forget everything; return the rise that was under way, if it was large enough to tell of."""
        rise = None
        if self.height >= self._is.partial:
            rise = self._rise(self._last_t, self._last_t, Ending.INTERRUPTED)
        self._first_t = float("nan")
        self._reset()
        return rise

    @property
    def under_way(self) -> bool:
        """Whether the arm is on its way."""
        return self._under_way

    @property
    def height(self) -> float:
        """How far the rise in progress has got, in typical repetitions; 0 when the arm is low."""
        return self._high - self._low if self._under_way else 0.0

    @property
    def under_way_since(self) -> float:
        """Start of the rise in progress in seconds; NaN when the arm is low."""
        return self._start if self._under_way else float("nan")

    def _follow_low(self, samples: Iterator[tuple[float, float]]) -> bool:
        """Follow the arm while it is low; return whether a rise began before the samples were over."""
        is_, low, last = self._is, self._low, self._last_t
        began = False
        for now, value in samples:
            if value <= low:
                low, self._start = value, now
            else:
                low += (value - low) * min((now - last) / is_.baseline_s, 1.0)
                if value - low <= is_.near_low:
                    self._start = now
            last = now
            if value - low > is_.rise:
                began = self._under_way = True
                self._high = self._valley = value
                self._peak = self._valley_t = now
                break
        self._low, self._last_t = low, last
        return began

    def _follow_rise(self, samples: Iterator[tuple[float, float]]) -> tuple[bool, Rise | None]:
        """Follow a rise; return whether it ended before the samples were over, and the rise if it is one to tell of."""
        is_, low, start, now = self._is, self._low, self._start, self._last_t
        high, valley, valley_t = self._high, self._valley, self._valley_t
        height = high - low
        end, ending = math.nan, Ending.RETURNED
        begun_before = start - self._first_t < is_.begun_s
        returned = -math.inf if begun_before else is_.returned
        for now, value in samples:
            if value > high:
                high = valley = value
                self._peak = valley_t = now
                height = high - low
            elif value < valley:
                valley, valley_t = value, now
            if value <= low + returned * height:
                end = now
                break
            if high - valley >= is_.turned * height and (value - valley > is_.rise or now - valley_t >= is_.rest_s):
                end = valley_t
                break
            if now - start > is_.longest_s:
                end, ending = now, Ending.OVERLONG
                break
        self._high, self._valley, self._valley_t, self._last_t = high, valley, valley_t, now
        return (False, None) if math.isnan(end) else (True, self._close(end, now, ending))

    def _rise(self, end: float, now: float, ending: Ending) -> Rise:
        return Rise(
            side=self._side,
            start_s=self._start,
            peak_s=self._peak,
            end_s=end,
            low=self._low,
            high=self._high,
            found_s=now,
            ending=ending,
        )

    def _close(self, end: float, now: float, ending: Ending) -> Rise | None:
        rise = self._rise(end, now, ending)
        valley, valley_t = self._valley, self._valley_t
        self._reset()
        self._last_t = now
        self._low, self._start = (valley, valley_t) if ending is Ending.RETURNED else (float("inf"), now)
        return rise if rise.height >= self._is.partial else None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One quantity of one repetition.

    Attributes
    ----------
    value : float
        In the unit of the quantity; NaN when it was not measured.
    reason : str
        Code that says why it was not measured; empty when it was.
    share : float
        Share of the repetition's frames that passed the gates, 0 to 1.
    at_s : float
        The moment the value was read, in seconds of the medium; NaN where it has no single moment.
    """

    value: float
    reason: str = ""
    share: float = 1.0
    at_s: float = float("nan")

    def __post_init__(self) -> None:
        if not self.reason and math.isnan(self.value):
            raise ValueError("a quantity that was not measured needs the reason why")

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return not self.reason


def not_measured(reason: str, *, share: float = 0.0) -> Measured:
    """Return a quantity that was not measured, with the code of the reason."""
    return Measured(value=float("nan"), reason=reason, share=share)


@dataclass(frozen=True, kw_only=True, eq=False)
class Rep:
    """One repetition with everything that was measured on it: all that a rule sees.

    Attributes
    ----------
    rep_index, set_index : int
        From 1; repetitions count on through the set, sets through the video.
    side : str
        ``left``, ``right`` or ``both``: the person's own.
    variant : str
        Variant of the pattern, for instance ``curl``; empty where there is none.
    start_s, peak_s, end_s : float
        Seconds of the medium.
    full : bool
        Whether the arm went the whole way.
    flags : frozenset of str
        Codes that concern the repetition as a whole, for instance ``BILATERAL``.
    values : mapping of str to Measured
        The quantities by name.
    view : str
        Where the camera stood, for instance ``front-left``.
    toward_deg : float
        The same in degrees from the person's front, + = toward the working arm; NaN for somebody who lies.
    fps : float
        Pictures there were of each second of the movement.
    poses : PoseSequence
        The poses it was judged on, on the uniform grid.
    """

    rep_index: int
    set_index: int
    side: str
    variant: str = ""
    start_s: float
    peak_s: float
    end_s: float
    full: bool
    flags: frozenset[str] = frozenset()
    values: Mapping[str, Measured] = field(default_factory=dict)
    view: str = ""
    toward_deg: float = float("nan")
    fps: float = float("nan")
    poses: PoseSequence | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __getitem__(self, name: str) -> Measured:
        return self.values.get(name) or not_measured(Reason.NOT_DEFINED)

    def value(self, name: str) -> float:
        """Return the value of a quantity; NaN when it was not measured."""
        return self[name].value


REST_SHARE = 0.25
"""The arm rests within this share of the rise of its lowest or highest (our judgement)."""


@dataclass(frozen=True, kw_only=True)
class Phases:
    """Start, top and end of a repetition by level crossings, as sample numbers (top as a fraction)."""

    start: int
    top_first: int
    top_last: int
    peak: float
    end: int


def phases(drive: Array, *, near_low: float = 0.10, top: float = 0.95, stay: float = 0.90) -> Phases:
    """Split the drive of one repetition into concentric, hold and eccentric.

    Parameters
    ----------
    drive : ndarray, shape (samples,)
        Smoothed drive with one rise and fall in it.
    near_low : float
        The repetition starts when this share of the rise was last passed on the way up, and
        ends where it is first passed on the way down.
    top, stay : float
        The hold is the stay above ``top`` of the rise; the peak is the middle of the stay
        above ``stay``: single samples of a flat top scatter by up to 240 ms.

    Notes
    -----
    The low and the top are the levels the arm rests at, not the extremes: a dip of a tenth of the
    rise before a press, or an overshoot at the end of a hold, would move a phase by a second.

    Returns
    -------
    Phases
    """
    highest = int(drive.argmax())
    before, after = drive[: highest + 1], drive[highest:]
    most, low_before, low_after = float(drive[highest]), lowest(before), lowest(after)
    high = _level(drive, drive >= most - REST_SHARE * (most - min(low_before, low_after)))
    low = _level(before, before <= low_before + REST_SHARE * (most - low_before))
    rise, fall = high - low, high - low_after
    start = _where(before <= low + near_low * rise)[-1]
    end = highest + (_where(after <= low_after + near_low * fall)[0] if fall > 0 else len(after) - 1)
    height = high - min(float(drive[start]), float(drive[end]))
    way = drive[start : end + 1]
    reached, stayed = _where(way >= high - (1 - top) * height), _where(way >= high - (1 - stay) * height)
    return Phases(
        start=start,
        top_first=start + reached[0],
        top_last=start + reached[-1],
        peak=start + 0.5 * (stayed[0] + stayed[-1]),
        end=end,
    )


def _level(drive: Array, chosen: Flags) -> float:
    """Return the level at which an arm rests: the median, so that a brief dip or overshoot does not count."""
    return float(median(drive[chosen]))


def _where(condition: Flags) -> list[int]:
    """Return the samples for which a condition holds; the first one where it holds for none."""
    where: list[int] = condition.nonzero()[0].tolist()
    return where or [0]
