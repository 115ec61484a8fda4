"""Sets: which repetitions count, what place they take, and when a set is over.

A repetition that was judged counts at once, unless it could be a gesture: then `armswing.doubt` decides.
Seconds here are those of the session's clock; events tell those of the medium.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from armswing.doubt import RECHECK_S, Doubt, Held
from armswing.events import Event, RepCompleted, RepDiscarded, SetEnded
from armswing.geometry import median
from armswing.movement import Movement
from armswing.reasons import Reason
from armswing.reps import RepThresholds, Rise
from armswing.rest import LegRest

SET_PAUSE_S = 10.0
"""A set ends after so long without a repetition (our judgement)."""

SET_LOST_S = 3.0
"""A set ends when the person is lost for so long (our judgement)."""

HEIGHTS = 5
"""So many repetitions tell how far the arm goes in a set (our judgement)."""

TYPICAL = 0.8
"""Rise of a whole repetition while the set has shown none, and at the least: the obliquest view in which we have a
whole row shows 0.9, others up to 1.9, so range is judged within the set and by the rules (our judgement)."""


@dataclass(kw_only=True)
class _Set:
    """What is known of the set in progress."""

    index: int
    reps: int
    last_end_s: float
    heights: list[tuple[float, float]]


class Sets:
    """The sets of a session, one after the other.

    Parameters
    ----------
    slowmo_factor : float
        Seconds of the medium in one of the session's clock.
    thresholds : RepThresholds
        When a rise is a full repetition.

    Attributes
    ----------
    rest : LegRest
        How the legs rest in the set in progress.
    """

    def __init__(self, slowmo_factor: float, thresholds: RepThresholds) -> None:
        self.rest = LegRest()
        self._slowmo = slowmo_factor
        self._thresholds = thresholds
        self._doubt = Doubt()
        self._current: _Set | None = None
        self._begun = 0
        self._pause_check_s = np.inf

    @property
    def in_progress(self) -> bool:
        """Whether a repetition has counted and its set is not over."""
        return self._current is not None

    def is_full(self, movement: Movement) -> bool:
        """Whether a movement goes the whole way, as it is drawn: what counts depends on that."""
        if movement.variant is not None:
            return movement.variant.full
        return movement.meets(movement.pattern.whole) and movement.height >= self.full_height

    def goes_the_whole_way(self, movement: Movement) -> bool:
        """Whether it does with an upper arm of whole length; what counts does not depend on that.

        Where the camera does not show it, whether it goes as far as others of its set.
        """
        if movement.variant is not None or not movement.meets(movement.pattern.whole):
            return False
        least = 0.0 if movement.gate(movement.pattern.way)[1] == Reason.VIEW else TYPICAL
        return movement.whole_height >= self._thresholds.full * max(least, self._typical[1])

    @property
    def full_height(self) -> float:
        """From how high on a rise is a full repetition of the set in progress."""
        return self._thresholds.full * max(TYPICAL, self._typical[0])

    @property
    def _typical(self) -> tuple[float, float]:
        """How far the drive typically rose in the last repetitions, as drawn and with a whole upper arm; 0 without."""
        if self._current is None:
            return 0.0, 0.0
        height, whole = median(np.array(self._current.heights))
        return float(height), float(whole)

    @property
    def waiting(self) -> tuple[RepCompleted, ...]:
        """Repetitions that are judged but wait for another like them."""
        return self._doubt.waiting

    @property
    def deadline_s(self) -> float:
        """When something is to be decided by the clock; see `due`."""
        return min(self._pause_check_s, self._doubt.next_decision_s)

    def take(self, held: Held, now: float) -> list[Event]:
        """Take a repetition that was judged and return those that count now."""
        return [self._count(counted, now) for counted in self._doubt.take(held)]

    def withdraw(self, start_s: float) -> bool:
        """Take back the repetition that began then, if it still waits, and return whether it did."""
        return self._doubt.withdraw(start_s)

    def discarded(self, rise: Rise, reason: Reason, movement: Movement | None = None) -> RepDiscarded:
        """Take note of a movement that does not count and return the event."""
        self._doubt.unruly(rise, reason)
        seen = movement.observation if movement is not None else None
        return RepDiscarded(
            t=rise.found_s * self._slowmo,
            set_index=self._current.index if self._current else self._begun + 1,
            side=rise.side.value,
            start_s=rise.start_s * self._slowmo,
            peak_s=rise.peak_s * self._slowmo,
            end_s=rise.end_s * self._slowmo,
            reason=str(reason),
            view=seen.view if seen else "",
            fps=seen.fps if seen else float("nan"),
        )

    def due(self, now: float, under_way_s: float) -> list[Event]:
        """Do what is to be done by the clock: decide on what waits, and end a set after its pause.

        An arm that moves, under way since ``under_way_s`` (infinite where none is), is waited for.
        """
        events = self._decided(now, now, under_way_s) if now >= self._doubt.next_decision_s else []
        if now < self._pause_check_s:
            return events
        if under_way_s < np.inf:
            self._pause_check_s = now + RECHECK_S
            return events
        return events + self.end("PAUSE", now)

    def after_a_hole(self, since_s: float, now: float) -> list[Event]:
        """End the set if its person was not seen for too long: since when, and until now."""
        if self._current is not None and now - self._current.last_end_s > SET_PAUSE_S:
            return self.end("PAUSE", now)
        if self._current is not None and since_s < now - SET_LOST_S:
            return self.end("TRACKING_LOST", now)
        return []

    def end(self, reason: str, now: float) -> list[Event]:
        """End the set in progress, if there is one, and decide on all that waits."""
        told = self._decided(np.inf, now)
        self.rest, self._doubt = LegRest(), Doubt()
        if self._current is None:
            return told
        ended = SetEnded(t=now * self._slowmo, set_index=self._current.index, reason=reason)
        self._current, self._pause_check_s = None, np.inf
        return [*told, ended]

    def _decided(self, decide_at: float, now: float, under_way_s: float = np.inf) -> list[Event]:
        """Tell what became of repetitions whose wait is over."""
        counted, alone = self._doubt.decide(decide_at, under_way_s)
        told: list[Event] = [self._count(held, now) for held in counted]
        for held in alone:
            isolated = self.discarded(held.rise, Reason.ISOLATED)
            told.append(replace(isolated, t=now * self._slowmo))
        if self._current is None and not self._doubt.waiting:
            self.rest = LegRest()  # how the legs rested before what was none
        return told

    def _count(self, held: Held, now: float) -> RepCompleted:
        """Give a repetition its place in the set."""
        if self._current is None:
            self._begun += 1
            self._current = _Set(index=self._begun, reps=0, last_end_s=held.rise.end_s, heights=[])
        current = self._current
        current.reps += 1
        current.last_end_s = max(current.last_end_s, held.rise.end_s)
        self._pause_check_s = current.last_end_s + SET_PAUSE_S
        current.heights = [*current.heights, (held.likeness.height, held.whole_height)][-HEIGHTS:]
        rep = replace(held.event.rep, rep_index=current.reps, set_index=current.index)
        return replace(held.event, t=now * self._slowmo, rep=rep)
