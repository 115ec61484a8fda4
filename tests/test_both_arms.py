"""Two arms at once, by turns, or one that only seems to work: whose repetition it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from armswing import Options, PoseSequence, judge
from armswing.both_arms import arms_together, better_seen_arm, copies_the_other_arm, swings_against
from armswing.landmarks import Landmark, Side
from armswing.movement import Movement, Window, look_at
from armswing.patterns import get_pattern
from armswing.reasons import Reason
from armswing.synthetic import BODIES, Camera, lift, perform, pull, push

EXERCISES = {"pull": pull, "push": push, "lift": lift}

LEFT_ARM = [
    mark
    for mark in Landmark
    if mark.name.startswith("LEFT_") and mark.name[5:] in {"ELBOW", "WRIST", "PINKY", "INDEX", "THUMB"}
]


def poses_of(motion: Any, yaw: float = 0) -> PoseSequence:
    return perform(motion, camera=Camera(yaw=yaw), fps=30).poses


def with_left_arm(
    poses: PoseSequence, change: Callable[[np.ndarray], np.ndarray], *, fields: tuple[str, ...] = ("image", "world")
) -> PoseSequence:
    """The left arm, from its shoulder, goes another way."""
    changed = {}
    for field in fields:
        points = getattr(poses, field).copy()
        shoulder = points[:, [Landmark.LEFT_SHOULDER]]
        points[:, LEFT_ARM] = shoulder + change(points[:, LEFT_ARM] - shoulder)
        changed[field] = points
    return replace(poses, **changed)


def less_far(share: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda arm: arm[:1] + share * (arm - arm[:1])


def later(frames: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda arm: np.concatenate((np.repeat(arm[:1], frames, axis=0), arm[:-frames]))


def visible(poses: PoseSequence, left_arm: float) -> PoseSequence:
    visibility = poses.visibility.copy()
    visibility[:, LEFT_ARM] = left_arm
    return replace(poses, visibility=visibility)


def movement(poses: PoseSequence, name: str, side: Side = Side.RIGHT) -> Movement:
    """The one repetition in the poses, looked at as a movement of an arm."""
    n = len(poses)
    window = Window(poses=poses, spacing_s=np.full(n, 1 / 30), swaps=np.zeros(n, bool), drives=np.zeros((n, 2)))
    (rep,) = perform(EXERCISES[name](reps=1), fps=30).truth.reps
    pattern = get_pattern(name)
    return look_at(window, side=side, pattern=pattern, start_s=rep.start_s, end_s=rep.end_s + 0.3, cut_off=False)


@pytest.mark.parametrize("name", ["pull", "push"])
def test_an_arm_that_goes_half_as_far_works_too_only_where_it_did_before(name: str) -> None:
    both = poses_of(EXERCISES[name](reps=1, side="both"))
    half = movement(with_left_arm(both, less_far(0.5)), name)
    assert not arms_together(half)
    assert arms_together(half, again=True)


@pytest.mark.parametrize("name", ["pull", "push"])
def test_an_arm_that_is_still_in_metres_is_still_whatever_the_picture_says(name: str) -> None:
    both = poses_of(EXERCISES[name](reps=1, side="both"))
    still = movement(with_left_arm(both, less_far(0.1), fields=("world",)), name)
    assert not arms_together(still, again=True)


@pytest.mark.parametrize("name", EXERCISES)
def test_arms_that_follow_each_other_are_not_together(name: str) -> None:
    both = poses_of(EXERCISES[name](reps=1, side="both"))
    apart = movement(with_left_arm(both, later(10)), name)
    assert apart.arms_agree > 0.4
    assert not arms_together(apart, again=True)
    assert arms_together(movement(both, name))


@pytest.mark.parametrize("name", EXERCISES)
def test_the_free_arm_swings_against_the_working_one_and_not_the_other_way_about(name: str) -> None:
    poses = poses_of(EXERCISES[name](reps=1, free_arm="counter"))
    assert swings_against(movement(poses, name, Side.LEFT))
    assert not swings_against(movement(poses, name, Side.RIGHT))


@pytest.mark.parametrize("side", Side)
def test_the_arm_that_is_seen_better(side: Side) -> None:
    poses = poses_of(pull(reps=1, side="both"))
    assert better_seen_arm(movement(visible(poses, 0.8), "pull", side)) is Side.RIGHT
    assert better_seen_arm(movement(visible(poses, 1.0), "pull", side)) is Side.LEFT


@pytest.mark.parametrize("name", EXERCISES)
def test_two_arms_are_one_repetition_of_both(name: str) -> None:
    reps = judge(poses_of(EXERCISES[name](reps=3, side="both")), Options(pattern=name)).reps
    assert [event.rep.side for event in reps] == ["both"] * 3
    for event in reps:
        assert event.rep["coupling"].reason == Reason.BILATERAL
        assert event.score.score is not None
        assert event.score.score <= 60


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("stance", ["standing", "split", "hinged", "half_kneeling", "seated"])
def test_a_row_of_two_arms_near_the_front_is_one_of_both(body: str, stance: Any) -> None:
    """Seen along the arms, one elbow seems to straighten as the other bends."""
    motion = pull(side="both", reps=2, stance=stance)
    for yaw in (-30, -15, -10, -5, 0, 5, 10, 15, 30):
        poses = perform(motion, body=BODIES[body], camera=Camera(yaw=yaw, size=(960, 720)), fps=30).poses
        reps = judge(poses, Options(pattern="pull")).reps
        assert [event.rep.side for event in reps] == ["both"] * 2, yaw


@pytest.mark.parametrize(("agrees", "far", "together"), [(True, 0.9, True), (True, 0.6, False), (False, 1.0, False)])
def test_without_the_picture_two_arms_have_to_agree_the_better(agrees: bool, far: float, together: bool) -> None:
    both = poses_of(pull(reps=1, side="both"), 10)
    same = with_left_arm(both, less_far(far), fields=("world",))
    poses = same if agrees else with_left_arm(same, later(5), fields=("world",))
    assert arms_together(movement(poses, "pull")) is together


@pytest.mark.parametrize(("seconds", "side"), [(0.12, "both"), (0.2, "both"), (0.5, "right")])
@pytest.mark.parametrize("name", ["pull", "push"])
def test_an_arm_that_seems_to_come_back_does_not_bring_the_other_one_back(name: str, seconds: float, side: str) -> None:
    """The pose model throws the less visible arm down while both are up: for half a second, and one arm worked."""
    done = perform(EXERCISES[name](reps=3, side="both", hold_s=1.2), fps=30)
    tops = [rep.peak_s for rep in done.truth.reps]
    thrown = np.abs(done.poses.t - tops[1])[:, None, None] < seconds / 2
    poses = visible(with_left_arm(done.poses, lambda arm: np.where(thrown, arm[:1], arm)), 0.8)
    reps = [event.rep for event in judge(poses, Options(pattern=name)).reps]
    assert [rep.side for rep in reps] == ["both", side, "both"]
    assert [rep.peak_s for rep in reps] == pytest.approx(tops, abs=0.1)
    assert min(rep.value("eccentric") for rep in reps) > 0.4


@pytest.mark.parametrize("share", [0.9, 0.7, 0.6, 0.55, 0.5, 0.4])
@pytest.mark.parametrize("name", EXERCISES)
def test_a_repetition_counts_once_when_one_arm_goes_less_far(name: str, share: float) -> None:
    poses = with_left_arm(poses_of(EXERCISES[name](reps=3, side="both"), -40), less_far(share))
    reps = judge(poses, Options(pattern=name)).reps
    assert len(reps) == 3
    assert {event.rep.side for event in reps} in ({"both"}, {"right"})


@pytest.mark.parametrize(("seen", "side"), [(0.50, "right"), (0.65, "both")])
@pytest.mark.parametrize("name", EXERCISES)
def test_an_arm_half_hidden_behind_the_trunk_does_not_work_too(name: str, seen: float, side: str) -> None:
    """The pose model lets it do what the other arm does."""
    poses = poses_of(EXERCISES[name](reps=3, side="both"))
    seen_so = visible(poses, seen)
    assert [event.rep.side for event in judge(seen_so, Options(pattern=name)).reps] == [side] * 3
    asked_for = judge(seen_so, Options(pattern=name, side="left")).reps
    assert [event.rep.side for event in asked_for] == ["left"] * 3


@pytest.mark.parametrize(("name", "way"), [("push", 0.5), ("push", 0.6), ("push", 1.0), ("pull", 1.0), ("lift", 1.0)])
@pytest.mark.parametrize("yaw", [-45.0, -30.0, 30.0, 40.0])
def test_two_arms_are_both_wherever_they_are_seen_from(name: str, way: float, yaw: float) -> None:
    """One hand may go along the line of sight and hardly be seen to move."""
    poses = poses_of(EXERCISES[name](reps=3, side="both", range=way, period_s=2.2), yaw)
    assert [event.rep.side for event in judge(poses, Options(pattern=name)).reps] == ["both"] * 3


@pytest.mark.parametrize(("name", "noticed"), [("push", 3), ("lift", 0)])
@pytest.mark.parametrize("yaw", [-30.0, 30.0])
def test_an_arm_that_moves_in_depth_only_does_not_work_too(name: str, noticed: int, yaw: float) -> None:
    """The pose model lets it follow the other arm in metres, while in the picture it hangs still."""
    poses = with_left_arm(poses_of(EXERCISES[name](reps=3, side="both"), yaw), less_far(0.1), fields=("image",))
    found = judge(poses, Options(pattern=name))
    assert [event.rep.side for event in found.reps] == ["right"] * 3
    assert [event.reason for event in found.discarded] == ["COPIED_ARM"] * noticed
    followed = movement(poses, name, Side.LEFT)
    assert copies_the_other_arm(followed)
    assert not copies_the_other_arm(movement(poses, name, Side.RIGHT))


@pytest.mark.parametrize("name", ["push", "lift"])
def test_a_hidden_arm_takes_no_repetition_from_one_that_is_seen(name: str) -> None:
    """It is made up, and may be made to go further."""
    both = with_left_arm(poses_of(EXERCISES[name](reps=3, side="both"), -60.0), less_far(3.5))
    reps = judge(visible(both, 0.2), Options(pattern=name)).reps
    assert [event.rep.side for event in reps] == ["right"] * 3


@pytest.mark.parametrize("name", EXERCISES)
def test_a_set_of_two_arms_goes_on_when_one_is_seen_less_well(name: str) -> None:
    poses = poses_of(EXERCISES[name](reps=4, side="both"))
    visibility = poses.visibility.copy()
    later = poses.t > judge(poses, Options(pattern=name)).reps[1].rep.end_s
    visibility[np.ix_(later, LEFT_ARM)] = 0.5
    reps = judge(replace(poses, visibility=visibility), Options(pattern=name)).reps
    assert [event.rep.side for event in reps] == ["both"] * 4


@pytest.mark.parametrize("name", ["pull", "push"])
def test_alternating_arms_are_told_apart(name: str) -> None:
    reps = judge(poses_of(EXERCISES[name](reps=4, side="alternating")), Options(pattern=name)).reps
    assert [event.rep.side for event in reps] == ["right", "left", "right", "left"]


@pytest.mark.parametrize("name", EXERCISES)
def test_a_free_arm_swinging_against_is_no_repetition(name: str) -> None:
    reps = judge(poses_of(EXERCISES[name](reps=4, free_arm="counter")), Options(pattern=name)).reps
    assert [event.rep.side for event in reps] == ["right"] * 4
