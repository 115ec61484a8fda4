"""Every quantity: worked by hand on simple figures, against the athlete's truth, and under what must not matter."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.kinematics import (
    QUANTITIES,
    Limbs,
    mid_hip,
    mid_shoulder,
    segment_length,
    trunk_axes,
    trunk_length,
    weighted,
)
from armswing.landmarks import BOTH, MIRROR, Landmark, Side
from armswing.synthetic import Body, Camera, Motion, Performance, lift, perform, pull, push, running, talking, walking

TRUTH = {
    "elbow_flexion": "elbow_flexion",
    "shoulder_elevation": "shoulder_elevation",
    "elbow_flare": "flare",
    "elbow_plane": "plane_of_elevation",
    "hip_flexion": "hip_flexion",
    "knee_flexion": "knee_flexion",
    "thorax_rotation": "separation",
    "retraction": "retract",
    "forward_reach": "reach_fwd",
    "upward_reach": "reach_up",
}
BY_HAND_ONLY = {"elbow_stack"}

MOTIONS: dict[str, Motion] = {
    "pull": pull(reps=1, flare_deg=50, free_arm="counter"),
    "push lying": push(reps=1, stance="lying"),
    "lift left": lift(reps=1, side="left"),
    "walking": walking(seconds=3),
    "running": running(seconds=2),
    "talking": talking(seconds=3),
}
CAMERAS = {
    "front": Camera(yaw=0),
    "left": Camera(yaw=45),
    "right side": Camera(yaw=-90),
    "behind": Camera(yaw=180),
    "askew": Camera(yaw=-30, pitch=12, roll=20),
}
BODIES = {"average": Body(), "short": Body(stature=1.45, girth=1.3, arm=0.9), "tall": Body(stature=2.0, leg=1.1)}

quantities = pytest.mark.parametrize("name", QUANTITIES)
sides = pytest.mark.parametrize("side", Side, ids=lambda side: side.value)


def facing(**marks: tuple[float, float, float]) -> np.ndarray:
    """World landmarks of a person who stands facing the camera: x to the picture's right, y down, z away.

    The person's left is at the picture's right; all joints not named hang straight down.
    """
    still = {
        "LEFT_SHOULDER": (0.17, -0.5, 0.0), "RIGHT_SHOULDER": (-0.17, -0.5, 0.0),
        "LEFT_HIP": (0.11, 0.0, 0.0), "RIGHT_HIP": (-0.11, 0.0, 0.0),
        "LEFT_ELBOW": (0.17, -0.2, 0.0), "RIGHT_ELBOW": (-0.17, -0.2, 0.0),
        "LEFT_WRIST": (0.17, 0.05, 0.0), "RIGHT_WRIST": (-0.17, 0.05, 0.0),
        "LEFT_KNEE": (0.11, 0.43, 0.0), "RIGHT_KNEE": (-0.11, 0.43, 0.0),
        "LEFT_ANKLE": (0.11, 0.86, 0.0), "RIGHT_ANKLE": (-0.11, 0.86, 0.0),
    }  # fmt: skip
    world = np.zeros((33, 3))
    for name, place in {**still, **marks}.items():
        world[Landmark[name]] = place
    return world


def turned_shoulders(degrees: float) -> np.ndarray:
    """The right shoulder forward by so many degrees."""
    x, z = 0.17 * np.cos(np.radians(degrees)), 0.17 * np.sin(np.radians(degrees))
    return facing(RIGHT_SHOULDER=(-x, -0.5, -z), LEFT_SHOULDER=(x, -0.5, z))


def rotations(count: int) -> list[np.ndarray]:
    """Rotations that reach every posture, lying and head down too."""
    found = []
    for matrix in np.random.default_rng(2).normal(size=(count, 3, 3)):
        q, _ = np.linalg.qr(matrix)
        found.append(q * np.linalg.det(q))
    return found


def gap(a: np.ndarray, b: np.ndarray) -> float:
    """Largest difference; 359.9 degrees are near 0."""
    apart = np.abs(a - b)
    return float(np.minimum(apart, np.abs(360.0 - apart)).max())


@pytest.fixture(scope="module")
def world() -> np.ndarray:
    """World landmarks of all sorts of postures, shape (frames, 33, 3)."""
    return np.concatenate([perform(motion, fps=6).poses.world for motion in MOTIONS.values()])


class TestByHand:
    def test_an_arm_that_hangs_with_the_forearm_forward(self) -> None:
        world = facing(RIGHT_WRIST=(-0.17, -0.2, -0.25), LEFT_KNEE=(0.11, 0.0, -0.43))
        expected = {
            "shoulder_elevation": 0.0, "elbow_flare": 0.0, "elbow_flexion": 90.0, "hip_flexion": 0.0,
            "thorax_rotation": 0.0, "knee_flexion": 0.0, "retraction": 0.0, "elbow_stack": 0.0,
        }  # fmt: skip
        for name, value in expected.items():
            assert QUANTITIES[name](world, Side.RIGHT) == pytest.approx(value, abs=1e-6), name
        assert QUANTITIES["hip_flexion"](world, Side.LEFT) == pytest.approx(90.0)

    def test_an_arm_straight_out(self) -> None:
        world = facing(LEFT_ELBOW=(0.47, -0.5, 0.0), LEFT_WRIST=(0.72, -0.5, 0.0))
        expected = {
            "shoulder_elevation": 90.0, "elbow_plane": 0.0, "elbow_flare": 90.0, "elbow_flexion": 0.0,
            "elbow_stack": -1.0, "upward_reach": 0.0, "forward_reach": 0.0,
        }  # fmt: skip
        for name, value in expected.items():
            assert QUANTITIES[name](world, Side.LEFT) == pytest.approx(value, abs=1e-6), name

    def test_the_right_shoulder_forward(self) -> None:
        world = turned_shoulders(30.0)
        assert QUANTITIES["thorax_rotation"](world, Side.RIGHT) == pytest.approx(30.0)
        assert QUANTITIES["thorax_rotation"](world, Side.LEFT) == pytest.approx(-30.0)

    @pytest.mark.parametrize(
        ("name", "marks", "value"),
        [
            ("retraction", {"RIGHT_ELBOW": (-0.17, -0.5, 0.3)}, 1.0),
            ("retraction", {"RIGHT_ELBOW": (-0.17, -0.5, -0.3)}, -1.0),
            ("forward_reach", {"RIGHT_ELBOW": (-0.17, -0.5, -0.3), "RIGHT_WRIST": (-0.17, -0.5, -0.55)}, 1.0),
            ("upward_reach", {}, -1.0),
            ("upward_reach", {"RIGHT_ELBOW": (-0.17, -0.8, 0.0), "RIGHT_WRIST": (-0.17, -1.05, 0.0)}, 1.0),
            ("shoulder_elevation", {"RIGHT_ELBOW": (-0.17, -0.8, 0.0)}, 180.0),
            ("elbow_plane", {"RIGHT_ELBOW": (-0.17, -0.5, -0.3)}, 90.0),
            ("elbow_plane", {"RIGHT_ELBOW": (-0.17, -0.5, 0.3)}, -90.0),
            ("elbow_flare", {"RIGHT_ELBOW": (0.13, -0.5, 0.0)}, -90.0),
            ("elbow_flare", {"RIGHT_ELBOW": (-0.32, -0.5 + 0.15 * 3**0.5, 0.0)}, 30.0),
            ("elbow_stack", {"RIGHT_ELBOW": (-0.42, -0.2, 0.0), "RIGHT_WRIST": (-0.17, -0.2, 0.0)}, 1.0),
            ("elbow_flexion", {"RIGHT_WRIST": (-0.17, -0.45, 0.0)}, 180.0),
            ("hip_flexion", {"RIGHT_KNEE": (-0.11, 0.43, 0.43)}, -45.0),
            ("knee_flexion", {"RIGHT_ANKLE": (-0.11, 0.43, 0.43)}, 90.0),
        ],
    )
    def test_one_joint_at_a_time(self, name: str, marks: dict[str, tuple[float, float, float]], value: float) -> None:
        assert QUANTITIES[name](facing(**marks), Side.RIGHT) == pytest.approx(value, abs=1e-6)

    def test_reach_counts_along_the_trunk_not_along_the_picture(self) -> None:
        """Lying with the head to the picture's right, the hand overhead is as far up as it was standing."""
        overhead = facing(RIGHT_ELBOW=(-0.17, -0.8, 0.0), RIGHT_WRIST=(-0.17, -1.05, 0.0))
        lying = overhead[:, [1, 0, 2]] * [-1, 1, 1]
        assert QUANTITIES["upward_reach"](lying, Side.RIGHT) == pytest.approx(1.0)

    def test_lengths_and_middles(self) -> None:
        world = facing(RIGHT_ELBOW=(-0.17, -0.1, 0.3))
        np.testing.assert_allclose(mid_shoulder(world), [0.0, -0.5, 0.0])
        np.testing.assert_allclose(mid_hip(world), [0.0, 0.0, 0.0])
        assert trunk_length(world) == pytest.approx(0.5)
        assert segment_length(world, Side.RIGHT, "shoulder", "elbow") == pytest.approx(0.5)
        assert trunk_length(100 * world[:, :2]) == pytest.approx(50)

    def test_weighted_is_the_sum_of_its_parts(self) -> None:
        world = facing(RIGHT_ELBOW=(-0.17, -0.5, 0.3), RIGHT_WRIST=(-0.17, -0.25, 0.3))
        got = weighted(world, Side.RIGHT, {"retraction": 2.0, "elbow_flexion": -0.1})
        assert got == pytest.approx(2.0 * 1.0 - 0.1 * 90.0)


class TestAxes:
    def test_facing_the_camera_forward_comes_toward_it(self) -> None:
        """The order of the cross product."""
        axes = trunk_axes(facing())
        np.testing.assert_allclose(axes.up, [0, -1, 0], atol=1e-15)
        for right in (axes.thorax_right, axes.pelvis_right):
            np.testing.assert_allclose(right, [-1, 0, 0], atol=1e-15)
        for forward in (axes.thorax_forward, axes.pelvis_forward, axes.forward):
            np.testing.assert_allclose(forward, [0, 0, -1], atol=1e-15)

    def test_axes_are_square_to_each_other(self, world: np.ndarray) -> None:
        axes = trunk_axes(world)
        for right, forward in (
            (axes.thorax_right, axes.thorax_forward),
            (axes.pelvis_right, axes.pelvis_forward),
        ):
            frame = np.stack([forward, axes.up, right], axis=1)
            np.testing.assert_allclose(
                frame @ frame.swapaxes(1, 2), np.broadcast_to(np.eye(3), frame.shape), atol=1e-12
            )
            np.testing.assert_allclose(np.linalg.det(frame), 1.0)

    def test_a_forward_held_fixed_keeps_the_turning_pelvis_out_of_the_reaches(self) -> None:
        """The pelvis turns under an arm and a thigh that stay where they are."""
        still = facing(RIGHT_ELBOW=(-0.17, -0.5, -0.3), RIGHT_WRIST=(-0.17, -0.5, -0.55), RIGHT_KNEE=(-0.11, 0.3, -0.3))
        turned = still.copy()
        turned[Landmark.LEFT_HIP], turned[Landmark.RIGHT_HIP] = (0.1, 0.0, 0.04), (-0.1, 0.0, -0.04)
        held = trunk_axes(turned).holding(trunk_axes(still).pelvis_forward)
        for name in ("retraction", "forward_reach"):
            assert QUANTITIES[name](turned, Side.RIGHT, held) == pytest.approx(QUANTITIES[name](still, Side.RIGHT))
            assert abs(QUANTITIES[name](turned, Side.RIGHT) - QUANTITIES[name](still, Side.RIGHT)) > 0.01
        np.testing.assert_allclose(held.pelvis_forward, trunk_axes(turned).pelvis_forward)

    def test_a_forward_held_fixed_is_made_square_to_the_trunk(self) -> None:
        held = trunk_axes(facing()).holding(np.array([0.0, 5.0, -2.0]))
        np.testing.assert_allclose(held.forward, [0, 0, -1], atol=1e-15)


class TestTruth:
    """Instantaneous angles within 0.1 degree of what the athlete did, by code of its own."""

    def compare(self, done: Performance, name: str) -> None:
        for side in Side:
            got = QUANTITIES[name](done.poses.world, side)
            assert gap(got, getattr(done.truth.side(side), TRUTH[name])) < 0.1

    def test_every_quantity_is_compared(self) -> None:
        assert set(QUANTITIES) == set(TRUTH) | BY_HAND_ONLY

    @pytest.mark.parametrize("motion", MOTIONS)
    @pytest.mark.parametrize("camera", CAMERAS)
    @pytest.mark.parametrize("name", TRUTH)
    def test_motions_and_views(self, name: str, camera: str, motion: str) -> None:
        self.compare(performed(motion, camera, "average"), name)

    @pytest.mark.parametrize("body", BODIES)
    @pytest.mark.parametrize("name", TRUTH)
    def test_bodies(self, name: str, body: str) -> None:
        self.compare(performed("pull", "left", body), name)

    @pytest.mark.parametrize("name", TRUTH)
    def test_single_precision_is_enough(self, name: str) -> None:
        done = performed("push lying", "left", "average")
        for side in Side:
            got = QUANTITIES[name](done.poses.world.astype(np.float32), side)
            assert gap(got, getattr(done.truth.side(side), TRUTH[name])) < 0.1


_DONE: dict[tuple[str, str, str], Performance] = {}


def performed(motion: str, camera: str, body: str) -> Performance:
    key = motion, camera, body
    if key not in _DONE:
        _DONE[key] = perform(MOTIONS[motion], camera=CAMERAS[camera], body=BODIES[body], fps=10)
    return _DONE[key]


class TestWhatMustNotMatter:
    """Over everything registered: a new quantity is found here by itself."""

    @quantities
    @sides
    def test_place_and_size(self, world: np.ndarray, name: str, side: Side) -> None:
        value = QUANTITIES[name](world, side)
        assert gap(QUANTITIES[name](world + np.array([3.0, -2.0, 40.0]), side), value) < 1e-6
        assert gap(QUANTITIES[name](0.37 * world, side), value) < 1e-6

    @quantities
    @sides
    def test_posture_in_the_room(self, world: np.ndarray, name: str, side: Side) -> None:
        """Twenty rotations, so lying too."""
        value = QUANTITIES[name](world, side)
        for rotation in rotations(20):
            assert gap(QUANTITIES[name](world @ rotation.T, side), value) < 1e-6

    @quantities
    @sides
    def test_the_mirror_image_exchanges_the_sides_exactly(self, world: np.ndarray, name: str, side: Side) -> None:
        flip = np.array([-1.0, 1.0, 1.0])
        mirrored = world[:, MIRROR] * flip
        got = QUANTITIES[name](mirrored, side.opposite)
        np.testing.assert_array_equal(got, QUANTITIES[name](world, side))
        forward = np.array([0.3, 0.1, -0.9])
        held = QUANTITIES[name](world, side, trunk_axes(world).holding(forward))
        got = QUANTITIES[name](mirrored, side.opposite, trunk_axes(mirrored).holding(forward * flip))
        np.testing.assert_array_equal(got, held)

    @quantities
    @sides
    def test_nan_in_nan_out(self, world: np.ndarray, name: str, side: Side) -> None:
        """A missing landmark gives NaN where it is used, and changes nothing where it is not."""
        value = QUANTITIES[name](world, side)
        assert np.isfinite(value).all()
        used = set()
        for mark in Landmark:
            holed = world.copy()
            holed[3, mark] = np.nan
            got = QUANTITIES[name](holed, side)
            np.testing.assert_array_equal(np.delete(got, 3), np.delete(value, 3))
            assert np.isnan(got[3]) or got[3] == value[3]
            if np.isnan(got[3]):
                used.add(mark)
        assert len(used) >= 3
        assert np.isnan(QUANTITIES[name](np.full((2, 33, 3), np.nan), side)).all()

    @quantities
    @sides
    def test_a_frame_gives_what_a_sequence_gives(self, world: np.ndarray, name: str, side: Side) -> None:
        value = QUANTITIES[name](world, side)
        assert value.shape == (len(world),)
        for frame in (0, 7, len(world) - 1):
            one = QUANTITIES[name](world[frame], side)
            assert np.shape(one) == ()
            assert one == pytest.approx(value[frame], abs=1e-9)
        stacked = QUANTITIES[name](world[:12].reshape(3, 4, 33, 3), side)
        np.testing.assert_allclose(stacked.ravel(), value[:12], atol=1e-9)

    @quantities
    @sides
    def test_axes_at_hand_change_nothing(self, world: np.ndarray, name: str, side: Side) -> None:
        np.testing.assert_array_equal(QUANTITIES[name](world, side, trunk_axes(world)), QUANTITIES[name](world, side))

    @quantities
    def test_limbs_at_hand_change_nothing(self, world: np.ndarray, name: str) -> None:
        limbs = Limbs(world)
        for side in (Side.LEFT, Side.RIGHT, BOTH, Side.LEFT):
            np.testing.assert_array_equal(QUANTITIES[name](limbs, side), QUANTITIES[name](world, side))

    @quantities
    def test_its_name_is_the_functions_and_it_is_documented(self, name: str) -> None:
        assert QUANTITIES[name].__name__ == name
        assert len((QUANTITIES[name].__doc__ or "").split()) > 5
