"""The pose agrees with the picture: exact poses stay, errors across the line of sight go, the rest is bounded."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.kinematics import QUANTITIES
from armswing.landmarks import Landmark, Side
from armswing.pose import PoseSequence
from armswing.reprojection import FOCAL_LENGTH, agree_with_picture
from armswing.synthetic import Camera, Motion, lift, perform, pull, push, walking

EXACT_M = 1e-9
"""Rounding: exact poses seen through the assumed camera stay within this of where they were."""

MOTIONS: dict[str, Motion] = {
    "pull": pull(reps=1),
    "push lying": push(reps=1, stance="lying"),
    "lift": lift(reps=1),
    "walking through the picture": walking(seconds=4),
}
ANGLES = ("elbow_flexion", "shoulder_elevation", "elbow_flare", "hip_flexion", "knee_flexion", "thorax_rotation")


def camera(
    yaw: float, *, focal: float = FOCAL_LENGTH, size: tuple[int, int] = (640, 480), distance: float = 4.2
) -> Camera:
    """A camera whose focal length counts in longer sides of the picture."""
    return Camera(yaw=yaw, focal=focal * max(size) / size[1], size=size, distance=distance)


def agreed(poses: PoseSequence) -> np.ndarray:
    return agree_with_picture(poses.world, poses.image, poses.size)


def angle_errors(got: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Every angle of both sides against that of the exact pose, degrees."""
    apart = [np.abs(QUANTITIES[name](got, side) - QUANTITIES[name](exact, side)) for name in ANGLES for side in Side]
    return np.minimum(apart, 360.0 - np.array(apart))


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("yaw", [0, 45, -90, 180])
@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1920, 1080)])
def test_exact_poses_stay_as_they_are(motion: str, yaw: float, size: tuple[int, int]) -> None:
    poses = perform(MOTIONS[motion], camera=camera(yaw, size=size), fps=6).poses
    assert np.abs(agreed(poses) - poses.world).max() < EXACT_M


@pytest.mark.parametrize(
    ("focal", "worst", "typical"), [(0.8, 3.1, 0.5), (0.95, 1.6, 0.3), (1.3, 2.1, 0.3), (1.6, 4.9, 0.6)]
)
def test_another_lens_costs_a_few_degrees_at_most(focal: float, worst: float, typical: float) -> None:
    """At 4.2 m, the whole body in view.  The largest belong to one press lying with the arm toward the lens."""
    errors = []
    for motion in ("pull", "push lying", "lift"):
        for yaw in (0, -40, 45, 90):
            poses = perform(MOTIONS[motion], camera=camera(yaw, focal=focal), fps=6).poses
            errors.append(angle_errors(agreed(poses), poses.world).ravel())
    every = np.concatenate(errors)
    assert every.max() < worst
    assert every.mean() < typical


def test_errors_across_the_line_of_sight_are_repaired() -> None:
    poses = perform(push(reps=1), camera=camera(-40), fps=15).poses
    rough = poses.world.copy()
    rough[..., :2] += np.random.default_rng(0).normal(0, 0.05, rough[..., :2].shape)
    got = agree_with_picture(rough, poses.image, poses.size)
    before, after = angle_errors(rough, poses.world).mean(), angle_errors(got, poses.world).mean()
    assert before > 5.0
    assert after < 0.5
    spread = [np.sqrt(np.mean((points - poses.world)[..., :2] ** 2)) for points in (rough, got)]
    assert spread[1] < 0.4 * spread[0]


def test_one_joint_in_a_wrong_place_is_put_back() -> None:
    """The hand is no part of the fit, so the others stay exact."""
    poses = perform(pull(reps=1), camera=camera(-40), fps=6).poses
    wrong = poses.world.copy()
    wrong[:, Landmark.RIGHT_WRIST, :2] += [0.2, -0.1]
    assert np.abs(agree_with_picture(wrong, poses.image, poses.size) - poses.world).max() < EXACT_M


def test_depth_is_kept_and_the_hips_stay_the_origin() -> None:
    poses = perform(lift(reps=1), camera=camera(30, focal=0.8), fps=6).poses
    rough = poses.world + np.random.default_rng(1).normal(0, 0.03, poses.world.shape)
    got = agree_with_picture(rough, poses.image, poses.size)
    np.testing.assert_array_equal(got[..., 2], rough[..., 2])
    hips = 0.5 * (got[:, Landmark.LEFT_HIP] + got[:, Landmark.RIGHT_HIP])
    np.testing.assert_allclose(hips[:, :2], 0.0, atol=1e-12)


def test_nan_in_nan_out_frame_by_frame() -> None:
    poses = perform(pull(reps=1), camera=camera(-40), fps=6).poses
    whole = agreed(poses)
    world, image = poses.world.copy(), poses.image.copy()
    world[2], image[2] = np.nan, np.nan
    image[4, Landmark.LEFT_PINKY] = np.nan
    got = agree_with_picture(world, image, poses.size)
    assert np.isnan(got[2]).all()
    assert np.isnan(got[4, Landmark.LEFT_PINKY, :2]).all()
    others = np.delete(np.arange(len(poses)), 2)
    kept = np.ones(33, bool)
    kept[Landmark.LEFT_PINKY] = False
    np.testing.assert_array_equal(got[others][:, kept], whole[others][:, kept])


def test_a_frame_gives_what_a_sequence_gives() -> None:
    poses = perform(pull(reps=1), camera=camera(-40, focal=0.9), fps=6).poses
    whole = agreed(poses)
    for i in (0, 5, len(poses) - 1):
        one = agree_with_picture(poses.world[i], poses.image[i], poses.size)
        np.testing.assert_allclose(one, whole[i], atol=1e-12)


def test_larger_pixels_change_nothing() -> None:
    poses = perform(pull(reps=1), camera=camera(-40), fps=6).poses
    twice = agree_with_picture(poses.world, 2 * poses.image, (1280, 960))
    np.testing.assert_allclose(twice, poses.world, atol=EXACT_M)


def test_no_frames_in_no_frames_out() -> None:
    none = agree_with_picture(np.empty((0, 33, 3)), np.empty((0, 33, 2)), (640, 480))
    assert none.shape == (0, 33, 3)
