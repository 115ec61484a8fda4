"""Where the camera stands, seen from the person, and which way they should turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from armswing.kinematics import trunk_axes, trunk_length
from armswing.landmarks import Landmark, Side
from armswing.observability import observe
from armswing.pose import PoseSequence
from armswing.synthetic import Camera, lift, perform, pull, push, standing
from armswing.viewpoint import on_the_far_side, should_turn, turn_to, view_of, where_from


def view_from(poses: PoseSequence) -> str:
    return view_of(poses.image, trunk_axes(poses.world))[0]


@pytest.mark.parametrize(
    ("yaw", "view"),
    [
        (0, "front"), (45, "front-left"), (-45, "front-right"), (90, "left"), (-90, "right"),
        (180, "behind"), (135, "behind-left"), (-135, "behind-right"),
    ],
)  # fmt: skip
def test_standing(yaw: float, view: str) -> None:
    """Where the camera stands, seen from the person: +90 shows the left side."""
    assert view_from(perform(standing(seconds=1), camera=Camera(yaw=yaw)).poses) == view


@pytest.mark.parametrize(
    ("yaw", "view"), [(0, "feet-lying"), (180, "head-lying"), (90, "left-lying"), (-90, "right-lying")]
)
def test_lying_on_the_back(yaw: float, view: str) -> None:
    still = push(stance="lying", reps=0, start_still_s=1, trunk_deg=0)
    poses = perform(still, camera=Camera(yaw=yaw)).poses
    assert view_from(poses) == view
    seen = observe(poses, trunk_axes(poses.world), poses.image, np.full(len(poses), 1 / 30), np.zeros(len(poses), bool))
    assert seen.lying


@pytest.mark.parametrize("kind", [pull, push, lift])
@pytest.mark.parametrize(("yaw", "view"), [(45, "front-left"), (-45, "front-right"), (90, "left"), (-90, "right")])
def test_an_exercise_does_not_turn_the_camera(kind: type, yaw: float, view: str) -> None:
    assert view_from(perform(kind(reps=1), camera=Camera(yaw=yaw)).poses) == view


@pytest.mark.parametrize("yaw", [0, 30, 45, 80, 100, 150])
def test_the_mirror_image_is_seen_from_the_other_side(yaw: float) -> None:
    here, there = (view_from(perform(standing(seconds=1), camera=Camera(yaw=side * yaw)).poses) for side in (1, -1))
    assert there == here.replace("left", "L").replace("right", "left").replace("L", "right")


@pytest.mark.parametrize(
    ("yaw", "width", "views"),
    [
        (20, 0.60, {"": "front-left", "front": "front-left", "front-left": "front-left"}),
        (20, 0.63, {"": "front-left", "front": "front", "front-left": "front-left", "behind": "front-left"}),
        (20, 0.67, {"": "front", "front": "front", "front-left": "front-left", "left": "front"}),
        (20, 0.70, {"": "front", "front": "front", "front-left": "front"}),
        (60, 0.25, {"": "left", "left": "left", "front-left": "left"}),
        (60, 0.28, {"": "left", "left": "left", "front-left": "front-left", "right": "left"}),
        (60, 0.32, {"": "front-left", "left": "left", "front-left": "front-left", "right": "front-left"}),
        (60, 0.35, {"": "front-left", "left": "front-left", "front-left": "front-left"}),
    ],
)
def test_near_a_border_the_view_of_the_repetition_before_stays(yaw: float, width: float, views: dict[str, str]) -> None:
    poses = perform(standing(seconds=1), camera=Camera(yaw=yaw)).poses
    image = np.array(poses.image)
    middle = image[:, [Landmark.RIGHT_HIP, Landmark.LEFT_HIP], 0].mean()
    across = np.abs(image[:, Landmark.LEFT_SHOULDER, 0] - image[:, Landmark.RIGHT_SHOULDER, 0])
    image[..., 0] = middle + (image[..., 0] - middle) * width / np.median(across / trunk_length(image))
    axes = trunk_axes(poses.world)
    assert {before: view_of(image, axes, before=before)[0] for before in views} == views


@pytest.mark.parametrize("yaw", [0, 20, 50, -70, 150])
@pytest.mark.parametrize("side", Side)
def test_who_turns_as_told_stands_where_nothing_is_to_be_turned(side: Side, yaw: float) -> None:
    asked = turn_to(side, where_from(perform(standing(seconds=1), camera=Camera(yaw=yaw)).poses)[1])
    poses = perform(standing(seconds=1), camera=Camera(yaw=yaw + asked)).poses  # to the right: the camera goes left
    view, azimuth = where_from(poses)
    assert not should_turn(view, azimuth, side)
    assert not on_the_far_side(view, side)


@pytest.mark.parametrize(
    ("yaw", "working", "turn"),
    [
        (0, None, False), (0, Side.LEFT, True), (40, Side.LEFT, False), (40, Side.RIGHT, True), (40, None, False),
        (90, Side.LEFT, True), (90, None, True), (180, None, True), (150, Side.LEFT, True),
    ],
)  # fmt: skip
def test_from_where_somebody_should_turn(yaw: float, working: Side | None, turn: bool) -> None:
    """Straight ahead hides a single arm that points there, the far side hides it whole, the side the turn."""
    view, azimuth = where_from(perform(standing(seconds=1), camera=Camera(yaw=yaw)).poses)
    assert should_turn(view, azimuth, working) is turn


def test_arms_by_turns_are_seen_obliquely_whatever_the_width_of_the_shoulders_says() -> None:
    """Who presses toward the camera hides a shoulder: the word for the view is then that of the side."""
    assert not should_turn("right", -45.0, None)
    assert should_turn("right", -80.0, None)


def test_the_arm_on_the_far_side() -> None:
    views = {
        "front": False,
        "front-left": True,
        "left": True,
        "left-lying": True,
        "front-right": False,
        "behind": False,
    }
    assert {view: on_the_far_side(view, Side.RIGHT) for view in views} == views


def test_without_anybody_there_is_no_view() -> None:
    poses = perform(standing(seconds=1), camera=Camera()).poses
    view, azimuth = where_from(replace(poses, image=poses.image * np.nan, world=poses.world * np.nan))
    assert view == ""
    assert np.isnan(azimuth)
