"""Two arms at once, by turns, or one that only seems to work: whose repetition it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from armswing import Options, PoseSequence, judge
from armswing.landmarks import Landmark
from armswing.reasons import Reason
from armswing.synthetic import Camera, lift, perform, pull, push

EXERCISES = {"pull": pull, "push": push, "lift": lift}

LEFT_ARM = [
    mark
    for mark in Landmark
    if mark.name.startswith("LEFT_") and mark.name[5:] in {"ELBOW", "WRIST", "PINKY", "INDEX", "THUMB"}
]


def poses_of(motion: Any, yaw: float = 0) -> PoseSequence:
    return perform(motion, camera=Camera(yaw=yaw), fps=30).poses


@pytest.mark.parametrize("name", EXERCISES)
def test_two_arms_are_one_repetition_of_both(name: str) -> None:
    reps = judge(poses_of(EXERCISES[name](reps=3, side="both")), Options(pattern=name)).reps
    assert [event.rep.side for event in reps] == ["both"] * 3
    for event in reps:
        assert event.rep["coupling"].reason == Reason.BILATERAL
        assert event.score.score is not None
        assert event.score.score <= 60


@pytest.mark.parametrize("share", [0.9, 0.7, 0.6, 0.55, 0.5, 0.4])
@pytest.mark.parametrize("name", EXERCISES)
def test_a_repetition_counts_once_when_one_arm_goes_less_far(name: str, share: float) -> None:
    poses = poses_of(EXERCISES[name](reps=3, side="both"), -40)
    less = {}
    for field in ("image", "world"):
        points = getattr(poses, field).copy()
        shoulder = points[:, [Landmark.LEFT_SHOULDER]]
        arm = points[:, LEFT_ARM] - shoulder
        points[:, LEFT_ARM] = shoulder + arm[:1] + share * (arm - arm[:1])
        less[field] = points
    reps = judge(replace(poses, **less), Options(pattern=name)).reps
    assert len(reps) == 3
    assert {event.rep.side for event in reps} in ({"both"}, {"right"})


@pytest.mark.parametrize(("seen", "side"), [(0.50, "right"), (0.65, "both")])
@pytest.mark.parametrize("name", EXERCISES)
def test_an_arm_half_hidden_behind_the_trunk_does_not_work_too(name: str, seen: float, side: str) -> None:
    """The pose model lets it do what the other arm does."""
    poses = poses_of(EXERCISES[name](reps=3, side="both"))
    visibility = poses.visibility.copy()
    visibility[:, LEFT_ARM] = seen
    seen_so = replace(poses, visibility=visibility)
    assert [event.rep.side for event in judge(seen_so, Options(pattern=name)).reps] == [side] * 3
    asked_for = judge(seen_so, Options(pattern=name, side="left")).reps
    assert [event.rep.side for event in asked_for] == ["left"] * 3


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
