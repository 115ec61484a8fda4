"""Is it a set? Movements that could be gestures wait until another like them, or the end, decides.

A single raise of a hand can be a curl to the millimetre. What tells them apart is
company: repetitions come in sets of like ones, from a body at rest; gestures come
among movements of all kinds. So a repetition right after the arm did something
else, or the person moved about, is held back, and so is one that keeps a condition
of its pattern only just; a second one like it lets both count, and without one it is
`ISOLATED` unless the arm was quiet before and after. In an orderly set nothing is
ever held.
"""

from __future__ import annotations

from dataclasses import dataclass

from armswing.events import RepCompleted
from armswing.geometry import Array, length
from armswing.landmarks import Side
from armswing.movement import Movement
from armswing.reasons import Reason
from armswing.reps import Rise

UNREST_S = 10.0
"""What an arm did so long ago, or does so soon after, speaks for or against a repetition (our judgement)."""

RECHECK_S = 1.0
"""While an arm is under way when a wait is over, the decision waits for it (our judgement)."""

UNRULY = frozenset({Reason.NOT_THE_PATTERN, Reason.DEPTH_ONLY, Reason.TOO_SHORT, Reason.ISOLATED})
"""Movements that no set consists of; once a repetition is taken for a gesture it speaks against its neighbours too."""

LIKE_HEIGHT, LIKE_TIME = 1.6, 1.6
"""Two repetitions are alike when rise and time agree within these factors: in an oblique view the rise of one and
the same press was read 0.64 and 0.98 (our judgement)."""

LIKE_TOP = 0.20
"""… and the top comes after a share of their time that differs by no more than this: up to .15 in filmed sets, .07 in
rendered ones; of the pairs of gestures that are alike in all else three in ten differ by more (measured; the limit is
our judgement)."""

LIKE_DEG, LIKE_DEG_ACROSS = 15.0, 35.0
"""… and elbow and upper arm at the top within this angle: up to 13 in sets of one arm, filmed and rendered; the second
holds between the two arms: 29 in one athlete (our judgement)."""

LIKE_WAY = 0.25
"""… and the wrist's ways out lie on average within this many trunk lengths of each other (our judgement)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Likeness:
    """What is compared between two repetitions."""

    side: Side
    height: float
    seconds: float
    top_share: float
    elbow_deg: float
    elevation_deg: float
    way_out: Array
    end_s: float

    @classmethod
    def of(cls, movement: Movement) -> Likeness:
        """Read it off a movement."""
        return cls(
            side=movement.side,
            height=movement.height,
            seconds=movement.seconds_long,
            top_share=movement.top_share,
            elbow_deg=movement.at_top("elbow_flexion"),
            elevation_deg=movement.at_top("shoulder_elevation"),
            way_out=movement.wrist_way_out,
            end_s=float(movement.t[movement.phases.end]),
        )

    def like(self, other: Likeness) -> bool:
        """Whether two repetitions could belong to one set."""
        return self.about_like(other) and float(length(self.way_out - other.way_out).mean()) <= LIKE_WAY

    def about_like(self, other: Likeness) -> bool:
        """Whether they could but for the wrist's way, the depth of which is guessed."""
        heights, times = sorted((self.height, other.height)), sorted((self.seconds, other.seconds))
        degrees = LIKE_DEG if self.side is other.side else LIKE_DEG_ACROSS
        return (
            heights[1] <= LIKE_HEIGHT * heights[0]
            and times[1] <= LIKE_TIME * times[0]
            and not abs(self.top_share - other.top_share) > LIKE_TOP
            and abs(self.elbow_deg - other.elbow_deg) <= degrees
            and abs(self.elevation_deg - other.elevation_deg) <= degrees
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """A repetition that waits, or may.

    Attributes
    ----------
    event : RepCompleted
        Judged already; its place in the set is given when it counts.
    rise : Rise
        As it was found.
    likeness : Likeness
        What others are compared with.
    whole_height : float
        How far it went, see `armswing.movement.Movement.whole_height`.
    needs_another : bool
        The person had walked or bent just before, or it went part of the way only: without a second one it does not
        count.
    like_a_gesture : bool
        People do it with empty hands too, or it is at the edge of the pattern.
    """

    event: RepCompleted
    rise: Rise
    likeness: Likeness
    whole_height: float
    needs_another: bool
    like_a_gesture: bool

    @property
    def until_s(self) -> float:
        """When its wait is over."""
        return self.likeness.end_s + UNREST_S


class Doubt:
    """Decide which repetitions may count at once, and what becomes of those that wait."""

    def __init__(self) -> None:
        self._unruly: list[tuple[Side, float, float]] = []
        self._reps: list[Rise] = []
        self._counted: Likeness | None = None
        self._held: list[Held] = []
        self._not_before_s = -float("inf")

    @property
    def waiting(self) -> tuple[RepCompleted, ...]:
        """What is held."""
        return tuple(held.event for held in self._held)

    @property
    def next_decision_s(self) -> float:
        """When the first wait is over; infinite when nothing waits."""
        return max(min((held.until_s for held in self._held), default=float("inf")), self._not_before_s)

    def unruly(self, rise: Rise, reason: Reason) -> None:
        """Take note of a movement that was not counted."""
        if reason in UNRULY:
            recent = [other for other in self._unruly if other[2] >= rise.end_s - 4 * UNREST_S]
            self._unruly = [*recent, (rise.side, rise.start_s, rise.end_s)]

    def take(self, held: Held) -> list[Held]:
        """Take a new repetition and return those that count now, in order."""
        like = held.likeness
        self._reps = [*(rise for rise in self._reps if rise.end_s >= held.rise.start_s - 4 * UNREST_S), held.rise]
        if self._counted is not None and like.like(self._counted):
            return self._count([*self._vouched_for(held), held])
        partners = [other for other in self._held if like.like(other.likeness) and self._in_a_row(other, held)]
        enough = 2 if held.like_a_gesture and self._unrest(held.rise, like.end_s) else 1
        # Arms that take turns are a set too, but not before one of them has done it twice.
        same_arm = any(other.rise.side is held.rise.side for other in partners)
        if len(partners) >= enough and same_arm:  # a set: what waited only for that counts as well
            counted = [
                h for h in self._held if h in partners or not (h.needs_another or self._unrest(h.rise, like.end_s))
            ]
            self._held = [h for h in self._held if h not in counted]
            return self._count([*counted, held])
        if held.needs_another or held.like_a_gesture or self._unrest(held.rise, like.end_s):
            self._held.append(held)
            return []
        return self._count([*self._vouched_for(held), held])

    def _vouched_for(self, held: Held) -> list[Held]:
        """Release those in a row before one that is in no doubt, if they are about like it and only like a gesture."""
        like = held.likeness
        released = [
            h
            for h in self._held
            if like.about_like(h.likeness)
            and self._in_a_row(h, held)
            and not (h.needs_another or self._unrest(h.rise, like.end_s))
        ]
        self._held = [h for h in self._held if h not in released]
        return released

    def withdraw(self, start_s: float) -> bool:
        """Take back the repetition that began then, if it still waits, and return whether it did."""
        waits = [held for held in self._held if held.rise.start_s == start_s]
        self._held = [held for held in self._held if held not in waits]
        return bool(waits)

    def decide(self, now_s: float, under_way_s: float = float("inf")) -> tuple[list[Held], list[Held]]:
        """Return those whose wait is over: the ones that count after all, and the isolated ones.

        A wait lasts on while an arm is under way that set out (at ``under_way_s``) before it was over.
        """
        self._not_before_s = now_s + RECHECK_S
        over = [held for held in self._held if now_s >= held.until_s < under_way_s]
        self._held = [held for held in self._held if held not in over]
        alone = [held for held in over if held.needs_another or self._unrest(held.rise, held.until_s)]
        return self._count([held for held in over if held not in alone]), alone

    def _unrest(self, rise: Rise, until_s: float) -> bool:
        """Whether the arm did other things; what one arm does during a repetition of the other does not count.

        Before anything has counted the other arm speaks as well: who talks with one hand gestures with both.
        """
        either = self._counted is None
        others = [
            (side, end)
            for side, start, end in self._unruly
            if rise.start_s - UNREST_S <= end and start <= until_s and (either or side is rise.side)
        ]
        return not all(self._during_another(side, end) for side, end in others)

    def _during_another(self, side: Side, end_s: float) -> bool:
        """Whether a movement of one arm ended during a repetition of the other: the pose model lets it do the same."""
        return any(rep.side is not side and rep.start_s <= end_s <= rep.end_s for rep in self._reps)

    def _in_a_row(self, first: Held, second: Held) -> bool:
        """Whether the arm did nothing else between two repetitions: a set goes on, gestures come and go."""
        start, end = first.rise.end_s, second.rise.start_s
        return not any(side is second.rise.side and start <= t <= end for side, _, t in self._unruly)

    def _count(self, counted: list[Held]) -> list[Held]:
        if counted:
            self._counted = counted[-1].likeness
        return counted
