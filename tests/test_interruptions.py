"""Cuts, pauses, and people who are lost or mistaken: what ends a set, and what does not reach beyond it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing import Analysis, Options, PoseSequence, judge
from armswing.events import Event, RepCompleted, SetEnded, SubjectChanged, TrackingLost
from armswing.landmarks import MIRROR
from armswing.movement import BEGUN
from armswing.reasons import Reason
from armswing.synthetic import Camera, lift, perform, pull, push, standing
from sessions import poses_of

EXERCISES = {"pull": pull, "push": push, "lift": lift}
PULL, PUSH = Options(pattern="pull"), Options(pattern="push")


def after_a_cut(first: PoseSequence, then: PoseSequence, *, pause_s: float = 1 / 30, cut: bool = True) -> PoseSequence:
    """Return one recording after the other, the camera changing in between."""
    shifted = then.t - then.t[0] + first.t[-1] + pause_s
    columns = {
        name: np.concatenate((getattr(first, name), getattr(then, name)))
        for name in ("image", "world", "visibility", "settling")
    }
    cuts = cut & (np.arange(len(first) + len(then)) == len(first))
    return PoseSequence(t=np.concatenate((first.t, shifted)), size=first.size, cut=cuts, **columns)


@pytest.mark.parametrize(
    ("yaw", "way", "alone"), [(-40.0, 0.35, "partial"), (-20.0, 0.35, "partial"), (50.0, 0.40, "full")]
)
def test_where_the_way_of_a_row_is_not_seen_only_its_set_tells_that_it_is_short(
    yaw: float, way: float, alone: str
) -> None:
    """From far round on the other side rows look half as long as they are, those of a set as long as each other."""
    whole, short = (
        perform(pull(reps=2, range=each), camera=Camera(yaw=yaw, distance=3.0), fps=30).poses for each in (1.0, way)
    )
    assert [event.status for event in judge(short, PULL).reps] == [alone] * 2
    both = judge(after_a_cut(whole, short, cut=False), PULL)
    assert [event.status for event in both.reps] == ["full", "full", "partial", "partial"]


def measured(events: tuple[Event, ...], since_s: float) -> list[tuple[object, ...]]:
    """Return what was measured on the repetitions from some time on."""
    reps = [event.rep for event in events if isinstance(event, RepCompleted) and event.rep.start_s >= since_s]
    return [(rep.side, rep.start_s, rep.end_s, rep.view, repr(sorted(rep.values.items()))) for rep in reps]


@settings(max_examples=20, deadline=None)
@given(
    name=st.sampled_from(sorted(EXERCISES)),
    still_s=st.sampled_from([0.0, 0.1, 0.3, 0.6]),
    yaws=st.sampled_from([(-40, 60), (60, -40), (0, -90)]),
)
def test_what_was_before_a_cut_does_not_reach_beyond_it(name: str, still_s: float, yaws: tuple[int, int]) -> None:
    make = EXERCISES[name]
    first = poses_of(make(reps=2, end_still_s=0.2), yaws[0])
    both = after_a_cut(first, poses_of(make(reps=2, start_still_s=still_s), yaws[1]))
    alone = both.slice(slice(len(first), None))
    expected = measured(judge(alone, Options(pattern=name)).events, 0.0)
    assert expected
    assert measured(judge(both, Options(pattern=name)).events, both.t[len(first)]) == expected


def begun_within(name: str, share: float, *, yaw: float = -40.0) -> tuple[Analysis, Analysis]:
    """Return what is found in a set of three, and without the beginning of its first repetition."""
    done = perform(EXERCISES[name](reps=3), camera=Camera(yaw=yaw), fps=30)
    first, options = done.truth.reps[0], Options(pattern=name)
    begin = int(done.poses.t.searchsorted(first.start_s + share * (first.peak_s - first.start_s)))
    return judge(done.poses, options), judge(done.poses.slice(slice(begin, None)), options)


@pytest.mark.parametrize("name", sorted(EXERCISES))
@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 0.4, 0.5])
def test_a_recording_that_begins_within_a_repetition_has_that_one_too(name: str, share: float) -> None:
    """How the arm set out is read where it comes back to."""
    whole, begun = ([event.rep for event in found.reps] for found in begun_within(name, share))
    assert [rep.peak_s for rep in begun] == pytest.approx([rep.peak_s for rep in whole], abs=0.07)
    for quantity in ("range_of_motion", "coupling"):
        expected = [rep.value(quantity) for rep in whole]
        assert [rep.value(quantity) for rep in begun] == pytest.approx(expected, rel=BEGUN)


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_what_needs_a_start_that_was_not_seen_is_not_measured(name: str) -> None:
    _, begun = begun_within(name, 0.5, yaw=-75.0)
    assert [Reason.CUT_OFF in event.rep.flags for event in begun.reps] == [True, False, False]
    for quantity in {"concentric", "trunk_heave", "push_off"} & begun.reps[0].rep.values.keys():
        assert [event.rep[quantity].reason for event in begun.reps] == [Reason.CUT_OFF, "", ""]
    assert all(event.rep["eccentric"].known for event in begun.reps)


@pytest.mark.parametrize("pictures", range(150, 186, 5))
def test_the_end_of_a_recording_is_the_same_in_a_mirror(pictures: int) -> None:
    poses = poses_of(push(reps=2, side="both")).slice(slice(0, pictures))
    image, world = poses.image[:, MIRROR].copy(), poses.world[:, MIRROR] * [-1, 1, 1]
    image[..., 0] = poses.size[0] - image[..., 0]
    mirrored = replace(poses, image=image, world=world, visibility=poses.visibility[:, MIRROR])
    seen = ([(e.rep.side, e.status, e.score.score) for e in judge(p, PUSH).reps] for p in (poses, mirrored))
    assert next(seen) == next(seen)


def test_how_the_legs_rested_before_a_movement_that_was_no_repetition_is_forgotten() -> None:
    """Two minutes later the same person stands in a split stance and moves the wrong leg."""
    work = poses_of(pull(reps=3, leg="same", stance="split", start_still_s=1.0))
    half = poses_of(pull(reps=1, range=0.35, lead_out_s=1.0))
    reps = judge(after_a_cut(half, work, pause_s=120.0, cut=False), PULL).reps
    assert len(reps) == 3
    assert [event.score.cue for event in reps] == [event.score.cue for event in judge(work, PULL).reps]
    assert {event.rep.value("wrong_leg") for event in reps} == {1.0}


def test_another_view_after_a_cut_is_no_exchange_of_left_and_right() -> None:
    first, then = poses_of(pull(reps=1), 60).slice(slice(0, 30)), poses_of(pull(reps=2, period_s=1.6), -60)
    then = then.slice(slice(42, None))  # within the first repetition
    reps = judge(after_a_cut(first, then), PULL).reps
    assert [event.score.score for event in reps] == pytest.approx([e.score.score for e in judge(then, PULL).reps])


def test_slow_motion_gives_nobody_more_time_to_become_the_subject() -> None:
    poses = poses_of(pull(reps=4, rest_s=1.0))
    image = poses.image.copy()
    elsewhere = (poses.t > 4.3) & (poses.t < 4.6)
    image[elsewhere] += (300.0, 0.0)
    disturbed = replace(poses, t=poses.t * 8, image=image)
    analysis = judge(disturbed, Options(pattern="pull", slowmo_factor=8.0))
    assert [(e.rep.set_index, e.rep.rep_index) for e in analysis.reps] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert not any(isinstance(event, SubjectChanged) for event in analysis.events)
    assert analysis.found.tolist() == (~elsewhere).tolist()


def test_a_hard_cut_ends_the_set() -> None:
    poses = poses_of(pull(reps=4))
    cut = np.zeros(len(poses), dtype=bool)
    cut[len(poses) // 2] = True
    analysis = judge(replace(poses, cut=cut), PULL)
    assert [event.reason for event in analysis.events if isinstance(event, SetEnded)] == ["CUT", "END"]
    assert [event.reason for event in analysis.events if isinstance(event, SubjectChanged)] == ["CUT"]
    assert {event.rep.set_index for event in analysis.reps} == {1, 2}
    assert all(event.rep.rep_index >= 1 for event in analysis.reps)


def test_a_jump_to_somebody_else_discards_what_was_under_way() -> None:
    poses = poses_of(pull(reps=3))
    image = poses.image.copy()
    away = (poses.t > 4.9) & (poses.t < 5.6)  # during the second repetition
    image[away] += np.array([300.0, 0.0])
    analysis = judge(replace(poses, image=image), PULL)
    assert Reason.SUBJECT_CHANGED in {event.reason for event in analysis.discarded}
    assert len(analysis.reps) == 2


def test_a_lost_person_is_told_of_and_the_set_ends_after_three_seconds() -> None:
    poses = poses_of(pull(reps=4, rest_s=3.2))
    gone = (poses.t > 4.6) & (poses.t < 8.4)
    assert gone.sum() > 90
    world, image = poses.world.copy(), poses.image.copy()
    world[gone], image[gone] = np.nan, np.nan
    analysis = judge(replace(poses, world=world, image=image), PULL)
    assert any(isinstance(event, TrackingLost) for event in analysis.events)
    assert [e.reason for e in analysis.events if isinstance(e, SetEnded)] == ["TRACKING_LOST", "END"]


def test_it_is_told_since_when_a_person_is_lost_where_pictures_are_missing_too() -> None:
    poses = poses_of(pull(reps=2))
    world = poses.world.copy()
    world[(poses.t > 5.0) & (poses.t < 5.1)] = np.nan
    kept = np.flatnonzero((poses.t < 3.0) | (poses.t > 5.0))
    columns = {name: getattr(poses, name)[kept] for name in ("t", "image", "visibility")}
    events = judge(PoseSequence(world=world[kept], size=poses.size, **columns), PULL).events
    (lost,) = (event for event in events if isinstance(event, TrackingLost))
    assert (lost.since_s, lost.t) == pytest.approx((poses.t[poses.t < 3.0][-1], poses.t[poses.t > 5.0][0]))


def test_a_pause_ends_the_set() -> None:
    analysis = judge(poses_of(pull(reps=2, rest_s=12.0)), PULL)
    assert [event.rep.set_index for event in analysis.reps] == [1, 2]
    ended = [event for event in analysis.events if isinstance(event, SetEnded)]
    assert [(event.set_index, event.reason) for event in ended] == [(1, "PAUSE"), (2, "END")]
    assert ended[0].t == pytest.approx(analysis.reps[0].rep.end_s + 10, abs=0.5)


def test_a_set_does_not_end_under_a_repetition() -> None:
    first, second = judge(poses_of(pull(reps=2, rest_s=8.8)), PULL).reps
    assert second.rep.start_s < first.rep.end_s + 10 < second.rep.end_s
    assert [first.rep.set_index, second.rep.set_index] == [1, 1]


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_arms_that_are_lowered_for_the_pause_do_not_put_off_the_end_of_the_set(name: str) -> None:
    """The left arm leaves the posture in which it waited, or takes it, and rests there until it works."""
    sets = [EXERCISES[name](side=side, reps=4, lead_in_s=1.0, lead_out_s=1.0) for side in ("right", "left")]
    right, left = (poses_of(motion) for motion in sets)
    between = poses_of(standing(seconds=12))
    poses = after_a_cut(after_a_cut(right, between, cut=False), left, cut=False)
    analysis = judge(poses, Options(pattern=name))
    assert [(e.rep.side, e.rep.set_index, e.rep.rep_index) for e in analysis.reps] == [
        (side, which, rep) for which, side in enumerate(("right", "left"), 1) for rep in range(1, 5)
    ]
    (pause, _) = (event for event in analysis.events if isinstance(event, SetEnded))
    assert pause.reason == "PAUSE"
    assert pause.t == pytest.approx(analysis.reps[3].rep.end_s + 10, abs=1.5)


@pytest.mark.parametrize("name", sorted(EXERCISES))
@pytest.mark.parametrize(("period_s", "hold_s"), [(6.0, 4.0), (9.0, 0.2), (9.0, 4.0), (2.4, 8.0)])
def test_a_slow_repetition_after_a_pause_belongs_to_its_set(name: str, period_s: float, hold_s: float) -> None:
    poses = poses_of(EXERCISES[name](reps=3, period_s=period_s, hold_s=hold_s, rest_s=5.0))
    reps = judge(poses, Options(pattern=name)).reps
    assert [event.rep.set_index for event in reps] == [1, 1, 1]
