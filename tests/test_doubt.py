"""Which repetitions wait for company, and what company counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from armswing.doubt import LIKE_DEG, LIKE_TOP, RECHECK_S, UNREST_S, Doubt, Held, Likeness
from armswing.landmarks import Side
from armswing.reasons import Reason
from armswing.reps import Ending, Rise

LEFT, RIGHT = Side.LEFT, Side.RIGHT


def rise(start_s: float, side: Side = RIGHT) -> Rise:
    """A movement of two seconds."""
    top, end = start_s + 1.0, start_s + 2.0
    return Rise(
        side=side, start_s=start_s, peak_s=top, end_s=end, low=0.0, high=1.0, found_s=end, ending=Ending.RETURNED
    )


def held(
    start_s: float,
    side: Side = RIGHT,
    *,
    height: float = 1.0,
    elbow_deg: float = 90.0,
    top_share: float = 0.5,
    needs_another: bool = False,
    like_a_gesture: bool = False,
    way: float = 0.0,
) -> Held:
    likeness = Likeness(
        side=side,
        height=height,
        seconds=2.0,
        top_share=top_share,
        elbow_deg=elbow_deg,
        elevation_deg=30.0,
        way_out=np.full((15, 3), way),
        end_s=start_s + 2.0,
    )
    event = cast(Any, f"{side.value} {start_s:g}")  # what is told of it is of no concern here
    return Held(
        event=event,
        rise=rise(start_s, side),
        likeness=likeness,
        whole_height=height,
        needs_another=needs_another,
        like_a_gesture=like_a_gesture,
    )


def counted(doubt: Doubt, *reps: Held) -> list[str]:
    return [str(one.event) for rep in reps for one in doubt.take(rep)]


def test_a_calm_repetition_counts_at_once() -> None:
    assert counted(Doubt(), held(20)) == ["right 20"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (Reason.NOT_THE_PATTERN, []),
        (Reason.DEPTH_ONLY, []),
        (Reason.TOO_SHORT, []),
        (Reason.ISOLATED, []),
        (Reason.HIDDEN_ARM, ["right 15"]),
        (Reason.COPIED_ARM, ["right 15"]),
        (Reason.COUNTER_SWING, ["right 15"]),
        (Reason.OTHER_SIDE, ["right 15"]),
    ],
)
def test_what_no_set_consists_of_speaks_against_a_repetition(reason: Reason, told: list[str]) -> None:
    doubt = Doubt()
    doubt.unruly(rise(10), reason)
    assert counted(doubt, held(15)) == told


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_before_anything_has_counted_both_arms_speak_against_it(side: Side) -> None:
    doubt = Doubt()
    doubt.unruly(rise(10, side), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(14)) == []


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_what_an_arm_does_during_a_repetition_of_the_other_speaks_against_neither(side: Side) -> None:
    doubt = Doubt()
    assert counted(doubt, held(10, side, needs_another=True)) == []
    doubt.unruly(rise(9.5, side.opposite), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(16, height=3.0)) == ["right 16"]


def test_within_a_set_the_free_arm_may_do_what_it_likes() -> None:
    doubt = Doubt()
    assert counted(doubt, held(4)) == ["right 4"]
    doubt.unruly(rise(8, LEFT), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(12, height=3.0)) == ["right 12"]


def test_a_second_like_it_lets_both_count() -> None:
    doubt = Doubt()
    doubt.unruly(rise(10), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(14), held(17)) == ["right 14", "right 17"]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({}, ["right 10", "right 14"]),
        ({"elbow_deg": 120.0}, ["right 14"]),
        ({"needs_another": True}, ["right 14"]),
        ({"side": LEFT}, ["left 10", "right 14"]),
    ],
)
def test_one_in_no_doubt_vouches_for_the_one_before_it(first: dict[str, Any], told: list[str]) -> None:
    """They differ in the wrist's way, the depth of which is guessed."""
    doubt = Doubt()
    assert counted(doubt, held(10, **({"like_a_gesture": True, "way": 0.3} | first))) == []
    assert counted(doubt, held(14)) == told


def test_one_like_those_that_count_vouches_for_the_one_before_it() -> None:
    doubt = Doubt()
    assert counted(doubt, held(4)) == ["right 4"]
    assert counted(doubt, held(8, like_a_gesture=True, way=0.3), held(12, like_a_gesture=True)) == [
        "right 8",
        "right 12",
    ]


def test_something_else_in_between_is_no_company() -> None:
    doubt = Doubt()
    doubt.unruly(rise(10), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(14)) == []
    doubt.unruly(rise(17), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(20)) == []
    assert counted(doubt, held(23)) == ["right 20", "right 23"]


def test_arms_that_take_turns_count_when_one_has_done_it_twice() -> None:
    doubt = Doubt()
    doubt.unruly(rise(10), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(14, RIGHT), held(17, LEFT)) == []
    assert counted(doubt, held(20, RIGHT)) == ["right 14", "left 17", "right 20"]
    assert doubt.waiting == ()


def test_one_that_stays_alone_among_gestures_is_isolated() -> None:
    doubt = Doubt()
    doubt.unruly(rise(10), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(14)) == []
    kept, alone = doubt.decide(16 + UNREST_S)
    assert kept == []
    assert [str(one.event) for one in alone] == ["right 14"]


def test_one_that_waits_can_be_taken_back_and_one_that_counts_cannot() -> None:
    doubt = Doubt()
    assert counted(doubt, held(3)) == ["right 3"]
    doubt.unruly(rise(10), Reason.NOT_THE_PATTERN)
    assert counted(doubt, held(14, LEFT, height=3.0, needs_another=True)) == []
    assert not doubt.withdraw(3.0)
    assert doubt.withdraw(14.0)
    assert doubt.waiting == ()
    assert doubt.decide(16 + UNREST_S) == ([], [])


@pytest.mark.parametrize("other", [True, False])
def test_one_that_was_taken_for_a_gesture_speaks_against_the_next(other: bool) -> None:
    doubt = Doubt()
    if other:
        doubt.unruly(rise(10), Reason.ISOLATED)
    kept = counted(doubt, held(18))
    assert kept == ([] if other else ["right 18"])


def test_two_arms_may_differ_more_than_one_from_time_to_time() -> None:
    first = held(14).likeness
    assert held(17, RIGHT, elbow_deg=90.0 + LIKE_DEG).likeness.like(first)
    assert not held(17, RIGHT, elbow_deg=91.0 + LIKE_DEG).likeness.like(first)
    assert held(17, LEFT, elbow_deg=91.0 + LIKE_DEG).likeness.like(first)


def test_repetitions_of_a_set_turn_round_at_the_same_share_of_their_time() -> None:
    first = held(14).likeness
    assert held(17, top_share=0.5 + LIKE_TOP).likeness.like(first)
    assert not held(17, top_share=0.51 + LIKE_TOP).likeness.like(first)
    assert not held(17, LEFT, top_share=0.49 - LIKE_TOP).likeness.like(first)
    assert held(17, top_share=float("nan")).likeness.like(first), "its end was not seen"


def test_a_movement_that_began_within_the_wait_speaks_against_it() -> None:
    """However long it took; one that began later does not."""
    for later_s, isolated in ((-0.5, True), (0.5, False)):
        doubt = Doubt()
        assert counted(doubt, held(14, needs_another=False)) == ["right 14"]
        waiting = replace(held(40), like_a_gesture=True, likeness=held(40, height=3.0).likeness)
        assert counted(doubt, waiting) == []
        doubt.unruly(rise(waiting.until_s + later_s), Reason.NOT_THE_PATTERN)
        kept, alone = doubt.decide(waiting.until_s + 5)
        assert ([len(kept), len(alone)]) == ([0, 1] if isolated else [1, 0])


def test_a_wait_lasts_while_an_arm_is_under_way_that_set_out_before_its_end() -> None:
    doubt = Doubt()
    waiting = replace(held(4), like_a_gesture=True)
    assert counted(doubt, waiting) == []
    assert doubt.next_decision_s == waiting.until_s
    now = waiting.until_s + 0.1
    assert doubt.decide(now, waiting.until_s - 1) == ([], [])
    assert doubt.next_decision_s == now + RECHECK_S
    assert doubt.waiting == (waiting.event,)
    assert doubt.decide(now + RECHECK_S, waiting.until_s + 0.05) == ([waiting], [])
    assert doubt.next_decision_s == np.inf
