"""What a pattern is: a frozen description, and the rules all patterns share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from armswing.coupling import Response
from armswing.errors import ConfigError
from armswing.kinematics import QUANTITIES
from armswing.rules import Band, Cap, Rule

Moment = Literal["start", "top", "change"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What the arm must do for a movement to be this exercise at all.

    Attributes
    ----------
    quantity : str
        A quantity of `armswing.kinematics`, of the working arm.
    moment : {"start", "top", "change"}
        Its value at the start, at the top, or the change from start to top.
    at_least, at_most : float
        Both in the unit of the quantity.
    spare : float
        A movement that keeps the condition by less than this looks like what it keeps out.
    why : str
        What it keeps out.
    """

    quantity: str
    moment: Moment
    at_least: float = -np.inf
    at_most: float = np.inf
    spare: float = 0.0
    why: str

    def holds(self, start: float, top: float) -> bool:
        """Whether the condition holds, given the quantity at the start and at the top."""
        return self._keeps(start, top, 0.0)

    def surely_holds(self, start: float, top: float) -> bool:
        """Whether it holds with room to spare."""
        return self._keeps(start, top, self.spare)

    def _keeps(self, start: float, top: float, spare: float) -> bool:
        value = start if self.moment == "start" else top if self.moment == "top" else top - start
        return bool(self.at_least + spare <= value <= self.at_most - spare)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Shares of the drive's rise between which a quantity is read, as the median.

    Attributes
    ----------
    from_share, to_share : float
        0 at the low end, 1 at the top.
    beside : bool
        The elbow is then beside the body or a little behind it, see `armswing.foreshortening`.
    need : str
        Which of `armswing.needs.NEEDS` has to be seen.
    """

    from_share: float
    to_share: float
    beside: bool = False
    need: str = "upper_arm"


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A way of doing the pattern; the first whose conditions hold is taken.

    Attributes
    ----------
    name : str
        As it stands in the CSV.
    full : bool
        Whether it is the whole pattern or a part of it.
    conditions : tuple of Condition
        What tells it apart.
    like_a_gesture : bool
        People do this with empty hands too, so it counts only when it is repeated, or when nothing
        else the arm did speaks against it.
    """

    name: str
    full: bool
    conditions: tuple[Condition, ...]
    like_a_gesture: bool = False


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """One exercise pattern.

    Attributes
    ----------
    name, title : str
        What the user types, and what the user reads.
    drive : mapping of str to float
        The drive of an arm: a weighted sum of quantities that rises by about 1 in a typical
        repetition.
    reach : str
        The quantity whose range is the range of motion.
    way : str
        Which of `armswing.needs.NEEDS` has to be seen for how far the arm goes.
    elbow_travel : float
        Trunk lengths by which the elbow must travel in the picture, about its shoulder: depth alone is a guess.
    elbow_travel_unsure : float
        The same where a condition is kept only just.
    hip, trunk : Response
        How the scissor of the hips and the turn of the ribs should answer the drive.
    conditions : tuple of Condition
        What makes it this exercise.
    whole : tuple of Condition
        What makes it the whole way, beside its rise; without them it is partial, and counts only when it is repeated.
    flare : Shares
        When the elbow's flare is read.
    rules : tuple of Rule
        What is judged.
    variants : tuple of Variant
        Empty where there is one way only.
    """

    name: str
    title: str
    drive: Mapping[str, float]
    reach: str
    hip: Response
    trunk: Response
    conditions: tuple[Condition, ...]
    flare: Shares
    rules: tuple[Rule, ...]
    variants: tuple[Variant, ...] = field(default=())
    whole: tuple[Condition, ...] = field(default=())
    way: str = "arm"
    elbow_travel: float = 0.0
    elbow_travel_unsure: float = 0.0

    @cached_property
    def measures(self) -> frozenset[str]:
        """The quantities of a repetition that its rules read."""
        return frozenset(rule.measure for rule in self.rules)

    def __post_init__(self) -> None:
        of_variants = [c.quantity for variant in self.variants for c in variant.conditions]
        asked = {*self.drive, self.reach, *(c.quantity for c in self.conditions + self.whole), *of_variants}
        unknown = sorted(asked - QUANTITIES.keys())
        if unknown:
            raise ConfigError(f"pattern {self.name}: unknown quantities {', '.join(unknown)}")
        codes = [rule.code for rule in self.rules]
        if len(codes) != len(set(codes)):
            raise ConfigError(f"pattern {self.name}: a rule code stands twice")


TRUNK_DEAD_ZONE_DEG, TRUNK_FULL_DEG = 17.0, 23.0
"""Turn of the shoulder line that earns nothing, and that earns full marks: trunks that stand still show up to 17
degrees, because a shoulder blade turns the line as well.  Of still ribs rows earn .07 of it on the average, presses
.13, lifts none, of turning ones 1.00, .81 and .82; 16 and 22, or 18 and 24, change that by up to .06 (268 rendered
repetitions of tuning bodies, from 22 degrees off the front on; our judgement)."""


def trunk_response(sign: int) -> Response:
    """Return how the turn of the ribs should answer the drive: +1 = the working shoulder goes forward with it."""
    return Response(sign=sign, full_deg=TRUNK_FULL_DEG, dead_zone_deg=TRUNK_DEAD_ZONE_DEG)


COUPLING_BAND = Band(zero_below=0.12, good_from=0.70)
"""Our judgement; wide enough that .10 of coupling moves the score by less than 8 points."""

ARMS_ONLY = Cap(score=45.0, full_at=0.25, gone_at=0.35)
"""A repetition of the arm alone can never look good, however tidy the arm is (limits: our judgement)."""

PRESENT = Band(good_to=0.0, zero_above=1.0)
"""For quantities that are 1 where a fault is there and 0 where it is not."""

COMMON_RULES: tuple[Rule, ...] = (
    Rule(
        code="WRONG_LEG",
        title="The leg opposite the working arm moves",
        measure="wrong_leg",
        band=PRESENT,
        cap=Cap(score=50.0, full_at=1.0, gone_at=0.0),
        cue_high="Other leg: {arm} arm, {leg} leg.",
        priority=1,
        why="In running each arm swings with the opposite leg; the leg on its own side trains another movement.",
        source="J. Gruenke, balancedrunner.com: right hand out, left knee in. Limit: our judgement",
    ),
    Rule(
        code="BILATERAL",
        title="One arm works at a time",
        measure="bilateral",
        band=PRESENT,
        cap=Cap(score=60.0, full_at=1.0, gone_at=0.0),
        cue_high="One arm at a time.",
        priority=2,
        why="Two arms together cannot turn the trunk: there is no diagonal from shoulder to opposite hip.",
        source="J. Gruenke, balancedrunner.com: the two sides work opposite each other. Limit: our judgement",
    ),
    Rule(
        code="LEGS_SILENT",
        title="The legs take part",
        measure="coupling_hip",
        band=Band(zero_below=0.0, good_from=0.10),
        cap=Cap(score=65.0, full_at=0.0, gone_at=0.10),
        cue_low="Let the {leg} leg join in.",
        priority=6,
        why="A trunk that turns over planted feet is half of the chain; the other half is the hip. "
        "Where the turn of the trunk is not seen, the limit for the arm alone comes first.",
        source="Our judgement",
    ),
    Rule(
        code="PARTIAL",
        title="The arm goes the whole way",
        measure="partial",
        band=PRESENT,
        cap=Cap(score=70.0, full_at=1.0, gone_at=0.0),
        cue_high="Go the whole way.",
        priority=9,
        why="The end of the path is where trunk and hip have to follow.",
        source="Our judgement",
    ),
)
"""Rules of every pattern; they weigh nothing and cap the score."""
