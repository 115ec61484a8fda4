"""A rule is a small frozen value, and its sentence is its documentation.

``armswing explain CODE`` prints the very object that judged the repetition.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import numpy as np

from armswing.errors import ConfigError
from armswing.landmarks import Side
from armswing.reps import Rep


class Verdict(StrEnum):
    """What a rule says of a repetition."""

    PASS = "pass"
    FAIL = "fail"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, kw_only=True)
class Band:
    """Where a quantity is good and how it falls off: a trapezoid.

    Attributes
    ----------
    good_from, good_to : float
        Full marks in between; infinite where a side is open.
    zero_below, zero_above : float
        No marks beyond; in between the marks fall in a straight line.

    Examples
    --------
    >>> band = Band(zero_below=-15, good_from=0, good_to=40, zero_above=65)
    >>> [round(band.marks(x), 2) for x in (-20, -7.5, 20, 52.5, 70)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    zero_below: float = -np.inf
    good_from: float = -np.inf
    good_to: float = np.inf
    zero_above: float = np.inf

    def __post_init__(self) -> None:
        if not self.zero_below <= self.good_from <= self.good_to <= self.zero_above:
            raise ConfigError(
                "a band must rise: zero_below <= good_from <= good_to <= zero_above, got "
                f"{self.zero_below}, {self.good_from}, {self.good_to}, {self.zero_above}"
            )
        if np.isfinite(self.good_from) != np.isfinite(self.zero_below):
            raise ConfigError("a band is open below or has both zero_below and good_from")
        if np.isfinite(self.good_to) != np.isfinite(self.zero_above):
            raise ConfigError("a band is open above or has both good_to and zero_above")

    def marks(self, value: float) -> float:
        """Return 0 to 1 for a value; NaN for NaN."""
        if math.isnan(value):
            return float("nan")
        if value < self.good_from:
            return 0.0 if value <= self.zero_below else (value - self.zero_below) / (self.good_from - self.zero_below)
        if value > self.good_to:
            return 0.0 if value >= self.zero_above else (self.zero_above - value) / (self.zero_above - self.good_to)
        return 1.0


@dataclass(frozen=True, kw_only=True)
class Cap:
    """A limit on the score of a repetition that fails in an essential point.

    The limit holds in full at ``full_at`` and beyond, and is gone at ``gone_at``; in between it
    fades, so that no small change of the quantity makes the score jump.
    """

    score: float
    full_at: float
    gone_at: float

    def limit(self, value: float) -> float:
        """Return the highest score that a value of the quantity allows, 100 where the cap is gone."""
        share = (value - self.gone_at) / (self.full_at - self.gone_at)
        return 100.0 - (100.0 - self.score) * min(max(share, 0.0), 1.0)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that is judged in a repetition.

    Attributes
    ----------
    code : str
        Its name everywhere: in the CSV, in ``explain``, in a user's settings.
    title : str
        What it looks at, in plain words.
    measure : str
        The quantity of the repetition that it reads.
    unit : str
        The unit of that quantity; empty for a ratio.
    band : Band
        Which values are good.
    weight : float
        Its share of the score; 0 for a rule that only caps.
    cap : Cap or None
        A limit on the score, by the value of the quantity.
    cue_low, cue_high : str
        What to say when the value is too low or too high; ``{arm}``, ``{leg}`` and ``{Leg}`` stand for
        the sides of the working arm and the opposite leg.
    priority : int
        Which cue goes first when several rules fail: the lowest.
    why, source : str
        Why it matters; where the limits come from.
    """

    code: str
    title: str
    measure: str
    unit: str = ""
    band: Band
    weight: float = 0.0
    cap: Cap | None = None
    cue_low: str = ""
    cue_high: str = ""
    priority: int
    why: str
    source: str

    def __post_init__(self) -> None:
        if self.weight < 0:
            raise ConfigError(f"{self.code}: weight must not be negative, got {self.weight}")
        if not (self.cue_low or self.cue_high):
            raise ConfigError(f"{self.code}: a rule needs something to say when it fails")

    def cue_end(self, value: float) -> str:
        """Return which cue a failing value calls for: ``low`` or ``high``; a rule with one cue has it for both."""
        if not (self.cue_low and self.cue_high):
            return "low" if self.cue_low else "high"
        return "low" if value < self.band.good_from else "high"

    @property
    def cues(self) -> dict[str, str]:
        """The cues by their end, ``low`` and ``high``, unfilled."""
        return {end: cue for end, cue in (("low", self.cue_low), ("high", self.cue_high)) if cue}


class Finding(NamedTuple):
    """What one rule found in one repetition.

    Attributes
    ----------
    code : str
        The rule.
    verdict : Verdict
        ``fail`` below half marks, ``pass`` from there on, or ``not assessed``.
    value : float
        The quantity, in the rule's unit; NaN when not assessed.
    marks : float
        0 to 1; NaN when not assessed.
    weight, limit : float
        The rule's weight, and the highest score it allows.
    share : float
        Share of the frames that passed the quantity's gates.
    at_s : float
        When the value was read, in seconds of the medium; NaN where it has no moment.
    cue : str
        What to say; empty unless the rule fails.
    reason : str
        Code of why it was not assessed.
    """

    code: str
    verdict: Verdict
    value: float = float("nan")
    marks: float = float("nan")
    weight: float = 0.0
    limit: float = 100.0
    share: float = 0.0
    at_s: float = float("nan")
    cue: str = ""
    reason: str = ""


@cache
def _spoken(cue: str, side: str) -> str:
    """Fill the sides into a cue; with both arms at work the words say so."""
    if side == "both":
        return cue.format(arm="each", leg="opposite", Leg="Opposite", Arm="Each")
    working = Side(side)
    arm, leg = working.value, working.opposite.value
    return cue.format(arm=arm, leg=leg, Leg=leg.capitalize(), Arm=arm.capitalize())


def evaluate(rule: Rule, rep: Rep) -> Finding:
    """Judge one repetition by one rule."""
    measured = rep[rule.measure]
    if not measured.known:
        return Finding(code=rule.code, verdict=Verdict.NOT_ASSESSED, weight=rule.weight, reason=measured.reason)
    marks = rule.band.marks(measured.value)
    failed = marks < 0.5
    return Finding(
        code=rule.code,
        verdict=Verdict.FAIL if failed else Verdict.PASS,
        value=measured.value,
        marks=marks,
        weight=rule.weight,
        limit=rule.cap.limit(measured.value) if rule.cap else 100.0,
        share=measured.share,
        at_s=measured.at_s,
        cue=_spoken(rule.cues[rule.cue_end(measured.value)], rep.side) if failed else "",
    )
