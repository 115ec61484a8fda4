"""What a session reports, in the order in which it became known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from armswing.reps import Rep
from armswing.scoring import RepScore, score_rep

if TYPE_CHECKING:
    from armswing.patterns import Pattern


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened; ``t`` is when it was known, in seconds of the medium."""

    t: float


@dataclass(frozen=True, kw_only=True)
class RepCompleted(Event):
    """A repetition ended and was judged."""

    rep: Rep
    score: RepScore

    @classmethod
    def scored(cls, rep: Rep, pattern: Pattern, *, t: float) -> Self:
        """Return the event of a repetition, with its score by the rules of a pattern."""
        upward = pattern.reach == "upward_reach"
        return cls(t=t, rep=rep, score=score_rep(rep, pattern.rules, essential="coupling", upward=upward))

    @property
    def status(self) -> str:
        """``full`` or ``partial``."""
        return "full" if self.rep.full else "partial"


@dataclass(frozen=True, kw_only=True)
class RepDiscarded(Event):
    """A movement of an arm that was not counted, and why."""

    set_index: int
    side: str
    start_s: float
    peak_s: float
    end_s: float
    reason: str
    view: str = ""
    fps: float = float("nan")


@dataclass(frozen=True, kw_only=True)
class SetEnded(Event):
    """A set is over: a pause, a hard cut, another person, lost tracking, or the end."""

    set_index: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class TrackingLost(Event):
    """The subject has not been found since ``since_s``, when it was seen last."""

    since_s: float


@dataclass(frozen=True, kw_only=True)
class SubjectChanged(Event):
    """The tracker follows somebody else, or the same person after a hard cut."""

    reason: str
