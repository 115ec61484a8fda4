"""Which cue to say now: one short sentence at the end of a repetition, or nothing.

The policy: one thing at a time, the most important first; a fault is worth a cue when it is a habit and not
a slip; what was said is given time to work, and praised when it did.  Feedback after every fault teaches
people to wait for it.  What could not be assessed is never found fault with: it is said what is missing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from armswing.events import RepCompleted
from armswing.landmarks import Side
from armswing.needs import NEEDS
from armswing.observability import ENOUGH_FRAMES, least_seen
from armswing.patterns import Pattern
from armswing.phrases import Phrases
from armswing.reasons import Reason
from armswing.reps import Rep
from armswing.rules import Finding, Rule, Verdict
from armswing.scoring import GRADES, RepScore

SEEN_IN, OF_LAST = 2, 3
"""A fault seen in so many of the last repetitions of an arm is a habit (our judgement)."""

QUIET_REPS = 3
"""The same is not said again for so many repetitions (our judgement)."""

STRONG = ENOUGH_FRAMES
"""The wrong leg is named at once when so large a share of the frames shows it: it turns the exercise into another."""

PRAISED = GRADES[0][0]
"""Lowest score that is praised after a cue."""

RIBS_STILL = 0.4
"""Below this much of the trunk's part an elbow that is far out comes from ribs that do not turn: J. Gruenke,
balancedrunner.com, on wide arm swing (the limit is our judgement)."""

_FAR_OUT = {"elbow_flare": "high", "elbow_plane": "low"}
"""The end of a quantity at which the elbow is out to the side; at the other end it is tucked in."""

_ONE_THING = (
    frozenset(
        {
            "wrong_leg",
            "bilateral",
            "late_by",
            "coupling",
            "coupling_hip",
            "opposition",
            "same_hip_change",
            "one_leg_share",
        }
    ),
    frozenset({"partial", "range_of_motion", "retraction_peak", "finish_elevation"}),
)
"""Quantities that say the same in other words, first what the legs do with the arm, then how far the arm goes: only
the most important of them that fails is a fault of its own."""

_MISSING: dict[str, str] = {
    Reason.TOO_FAR: "missing.TOO_FAR",
    Reason.LOW_FPS: "missing.LOW_FPS",
    Reason.TRACKING_GAP: "missing.TRACKING_GAP",
    Reason.UNSTEADY: "missing.unclear",
    Reason.BONE_LENGTH: "missing.unclear",
    Reason.LR_SWAP: "missing.unclear",
    Reason.VIEW: "missing.unclear",
    Reason.LOW_VISIBILITY: "missing.unclear",
    Reason.OUT_OF_FRAME: "missing.unclear",
}
"""What to say where no joint can be named."""

ESSENTIAL, ESSENTIAL_NEED = "coupling", "hip"
"""The quantity without which there is no score, and the need of its gate."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One thing to say.

    Attributes
    ----------
    kind : {"cue", "praise", "missing"}
        A fault to mend, a fault that was mended, or what could not be seen.
    code : str
        The rule, or the reason why the essential quantity was not assessed.
    text : str
        Ready to show and to speak, at most 8 words.
    """

    kind: Literal["cue", "praise", "missing"]
    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Fault:
    """A rule that failed, and to which end: ``key`` is both."""

    rule: Rule
    finding: Finding

    @property
    def end(self) -> str:
        return self.rule.cue_end(self.finding.value)

    @property
    def key(self) -> str:
        return f"{self.rule.code}.{self.end}"


class Coach:
    """Say at most one thing after each repetition of a set.

    Parameters
    ----------
    pattern : Pattern
        What is exercised, with the rules that judged it.
    phrases : Phrases, optional
        The texts; English without.

    Notes
    -----
    Faults are counted for each arm by itself: a cue names a side, and says what that side does.
    """

    def __init__(self, pattern: Pattern, phrases: Phrases | None = None) -> None:
        self._rules = sorted(pattern.rules, key=lambda rule: rule.priority)
        self._phrases = phrases or Phrases()
        self.new_set()

    def new_set(self) -> None:
        """Forget what was seen and said."""
        self._reps = 0
        self._failed: dict[str, deque[frozenset[str]]] = {}
        self._said: dict[str, int] = {}
        self._asked: tuple[str, str] | None = None

    def update(self, *events: RepCompleted) -> Said | None:
        """Take the counted repetitions that became known together and return what to say at the end of the last.

        None for nothing.  What would have been said of those before it is not taken for said.
        """
        for event in events:
            self._reps += 1
            faults = self._faults(event.score)
            failed = self._failed.setdefault(event.rep.side, deque(maxlen=OF_LAST))
            failed.append(frozenset(fault.key for fault in faults))
        rep, score = events[-1].rep, events[-1].score
        return self._praise(rep, score) or self._missing(rep) or self._cue(rep, self._faults(score))

    def _faults(self, score: RepScore) -> list[_Fault]:
        """Return what failed, the most important first."""
        found = {finding.code: finding for finding in score.findings}
        return [
            _Fault(rule=rule, finding=found[rule.code])
            for rule in self._rules
            if rule.code in found and found[rule.code].verdict is Verdict.FAIL
        ]

    def _praise(self, rep: Rep, score: RepScore) -> Said | None:
        """Praise a good repetition in which the fault that was cued last is gone."""
        if self._asked is None or score.score is None or score.score < PRAISED:
            return None
        code, side = self._asked
        if side not in (rep.side, "both") or score[code].verdict is not Verdict.PASS:
            return None
        self._asked = None
        return Said(kind="praise", code=code, text=self._phrases.say("praise.fixed", side=rep.side))

    def _missing(self, rep: Rep) -> Said | None:
        """Say what could not be seen, when the essential quantity was not assessed for it."""
        reason = rep[ESSENTIAL].reason
        if reason not in _MISSING or self._quiet("missing"):
            return None
        self._said["missing"] = self._reps
        return Said(kind="missing", code=str(reason), text=self._what_is_missing(rep, reason))

    def _what_is_missing(self, rep: Rep, reason: str) -> str:
        joint = reason in (Reason.LOW_VISIBILITY, Reason.OUT_OF_FRAME)
        if joint and rep.poses is not None and rep.side in ("left", "right"):
            working, need = Side(rep.side), NEEDS[ESSENTIAL_NEED]
            asked = [working.opposite.landmark(name) for name in reversed(need.opposite)]
            asked += [working.landmark(name) for name in reversed(need.working)]
            marks, share = least_seen(rep.poses, asked)
            if share > 0:
                return self._phrases.cannot_see(marks)
        return self._phrases.say(_MISSING[reason])

    def _cue(self, rep: Rep, faults: Collection[_Fault]) -> Said | None:
        said_by_another: set[str] = set()
        for fault in faults:
            if fault.rule.measure in said_by_another or not self._is_habit(rep, fault):
                continue
            said_by_another |= next((thing for thing in _ONE_THING if fault.rule.measure in thing), frozenset())
            text = self._text(rep, fault)
            if not self._quiet(text):
                self._said[text] = self._reps
                self._asked = fault.rule.code, rep.side
                return Said(kind="cue", code=fault.rule.code, text=text)
        return None

    def _is_habit(self, rep: Rep, fault: _Fault) -> bool:
        """Whether a fault was seen often enough to be worth a cue."""
        if fault.rule.measure == "wrong_leg" and fault.finding.share >= STRONG:
            return True
        times = sum(fault.key in failed for failed in self._failed[rep.side])
        tucked = fault.rule.measure in _FAR_OUT and fault.end != _FAR_OUT[fault.rule.measure]
        return times >= (OF_LAST if tucked else SEEN_IN)

    def _text(self, rep: Rep, fault: _Fault) -> str:
        if _FAR_OUT.get(fault.rule.measure) == fault.end and rep.value("coupling_trunk") < RIBS_STILL:
            return self._phrases.say("cue.ribs", side=rep.side)
        return self._phrases.say(fault.key, side=rep.side) if fault.key in self._phrases else fault.finding.cue

    def _quiet(self, what: str) -> bool:
        """Whether something was said so short a time ago that it is not said again."""
        return self._reps - self._said.get(what, -QUIET_REPS - 1) <= QUIET_REPS
