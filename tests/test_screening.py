"""What tells a repetition from what is none: the legs of a quick set are no gait, and those of a gait no set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from armswing import Options, judge
from armswing.reasons import Reason
from armswing.synthetic import Camera, lift, like_mediapipe, perform, pull, push, running, walking
from sessions import poses_of

EXERCISES = {"pull": pull, "push": push, "lift": lift}


@pytest.mark.parametrize("variant", ["curl_press", "press", "curl"])
@pytest.mark.parametrize("period_s", [1.4, 1.6, 1.8])
@pytest.mark.parametrize("dip_deg", [20, 40])
def test_a_quick_lift_counts_with_its_legs_as_without_them(variant: Any, period_s: float, dip_deg: float) -> None:
    """The knee that comes up and the one that gives bend by turns, as in a step."""
    without = lift(reps=6, variant=variant, period_s=period_s, leg="none")
    for motion in (without, replace(without, leg="opposite", dip_deg=dip_deg)):
        analysis = judge(poses_of(motion), Options(pattern="lift"))
        assert len(analysis.reps) == 6
        assert analysis.discarded == ()


@pytest.mark.parametrize("variant", ["curl_press", "press"])
def test_a_press_overhead_without_a_rest_counts_though_its_knees_never_rest(variant: Any) -> None:
    analysis = judge(poses_of(lift(reps=5, variant=variant, period_s=1.2, rest_s=0.0)), Options(pattern="lift"))
    assert len(analysis.reps) == 5


@pytest.mark.parametrize("variant", ["curl_press", "press"])
@pytest.mark.parametrize("period_s", [1.4, 1.8])
def test_a_quick_press_overhead_counts_as_a_pose_model_sees_it(variant: Any, period_s: float) -> None:
    for seed in range(4):
        done = perform(lift(reps=6, variant=variant, period_s=period_s), camera=Camera(yaw=-40), fps=30)
        poses = like_mediapipe(done, np.random.default_rng(seed))
        assert len(judge(poses, Options(pattern="lift")).reps) == 6


@pytest.mark.parametrize("name", ["pull", "push"])
@pytest.mark.parametrize("period_s", [1.2, 1.4, 1.6, 1.8, 2.0])
def test_quick_arms_that_take_turns_in_a_split_stance_both_count(name: str, period_s: float) -> None:
    motion = EXERCISES[name](reps=6, side="alternating", stance="split", period_s=period_s)
    analysis = judge(poses_of(motion, -20), Options(pattern=name))
    assert [event.rep.side for event in analysis.reps] == ["right", "left"] * 3
    assert Reason.GAIT not in {event.reason for event in analysis.discarded}


GAITS = {
    "running": running(seconds=20, stride_s=1.1, arm_deg=50, thigh_deg=45, knee_deg=90),
    "slow running": running(seconds=20, stride_s=1.3),
    "a slow walk": walking(crossing=False, heading=0.0, seconds=20, stride_s=1.5),
}


@pytest.mark.parametrize(
    ("name", "yaw", "seed"),
    [("running", 40, 0), ("slow running", 0, 0), ("slow running", 40, 2), ("a slow walk", 0, 1)],
)
def test_a_gait_whose_arms_are_seen_badly_is_told_by_its_knees(name: str, yaw: float, seed: int) -> None:
    poses = like_mediapipe(perform(GAITS[name], camera=Camera(yaw=yaw), fps=30), np.random.default_rng(seed))
    for pattern in EXERCISES:
        assert judge(poses, Options(pattern=pattern)).reps == ()
