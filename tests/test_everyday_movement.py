"""What is no exercise gives no repetition: walking, gestures, getting into position, a still arm, an empty room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from armswing import Options, judge
from armswing.synthetic import (
    Camera,
    counter_swing,
    getting_into_position,
    lift,
    like_mediapipe,
    perform,
    pull,
    push,
    running,
    standing,
    talking,
    walking,
    with_noise,
)
from sessions import poses_of

EXERCISES = {"pull": pull, "push": push, "lift": lift}


EVERYDAY = {
    "walking": walking(seconds=20),
    "walking on the spot": walking(crossing=False, heading=0.0, seconds=20),
    "a slow walk": walking(crossing=False, heading=0.0, seconds=20, stride_s=1.5),
    "running on the spot": running(seconds=20),
    "slow running on the spot": running(seconds=20, stride_s=1.1),
    "standing": standing(seconds=15),
    "swinging the arms": counter_swing(),
    "getting into position to pull": getting_into_position(purpose="pull"),
    "getting into position to push": getting_into_position(purpose="push"),
    "getting into position to lift": getting_into_position(purpose="lift"),
}


@pytest.mark.parametrize("name", EVERYDAY)
@pytest.mark.parametrize("yaw", [0, -40, 90])
def test_everyday_movement_gives_no_repetition(name: str, yaw: float) -> None:
    poses = poses_of(EVERYDAY[name], yaw)
    for pattern in EXERCISES:
        assert judge(poses, Options(pattern=pattern)).reps == (), pattern


@pytest.mark.parametrize("hands", ["left", "right", "both"])
def test_a_gesturing_hand_is_hardly_ever_taken_for_a_repetition(hands: Any) -> None:
    """Gestures as large as they get, 8 minutes of them: one may be weight training to the millimetre."""
    counted = {
        pattern: sum(
            len(judge(poses_of(talking(hands=hands, seconds=60, seed=seed), 40), Options(pattern=pattern)).reps)
            for seed in range(8)
        )
        for pattern in EXERCISES
    }
    assert sum(counted.values()) <= 1, counted


@pytest.mark.parametrize(
    ("pattern", "seed", "hands"),
    [
        ("pull", 100, "right"),
        ("pull", 118, "right"),
        ("push", 119, "right"),
        ("push", 305, "right"),
        ("pull", 204, "both"),
        ("lift", 212, "right"),
        ("lift", 715, "both"),
    ],
)
def test_a_gesture_just_like_a_repetition_stays_alone(pattern: str, seed: int, hands: Any) -> None:
    """Each has one that keeps every condition of the pattern, at its edge or at the very beginning."""
    found = judge(poses_of(talking(hands=hands, seconds=60, seed=seed), 30), Options(pattern=pattern))
    assert found.reps == ()
    assert "ISOLATED" in {event.reason for event in found.discarded}


def test_a_hand_that_waves_is_no_curl() -> None:
    """It folds the arm as well, but ends above the shoulder."""
    waving = perform(talking(hands="right", seconds=60, seed=305), camera=Camera(yaw=0), fps=30)
    poses = like_mediapipe(waving, np.random.default_rng(305))
    assert judge(poses, Options(pattern="lift")).reps == ()


@pytest.mark.parametrize(("seed", "yaw"), [(305, -60), (905, 45)])
def test_a_gesture_that_comes_back_another_way_in_depth_alone_is_no_press(seed: int, yaw: float) -> None:
    """Across the line of sight its ways out and back are as near to each other as those of a repetition."""
    assert judge(poses_of(talking(hands="right", seconds=60, seed=seed), yaw), Options(pattern="push")).reps == ()


def test_a_still_arm_gives_no_repetition() -> None:
    poses = with_noise(poses_of(standing(seconds=20)), np.random.default_rng(1), image_px=3.0, world_m=0.02)
    for pattern in EXERCISES:
        assert judge(poses, Options(pattern=pattern)).reps == ()


def test_nobody_in_view_gives_nothing() -> None:
    poses = poses_of(pull(reps=2))
    empty = replace(poses, world=np.full_like(poses.world, np.nan), image=np.full_like(poses.image, np.nan))
    assert judge(empty, Options(pattern="pull")).reps == ()
