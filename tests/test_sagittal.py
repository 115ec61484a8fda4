"""Legs swing fore and aft: what a guessed depth makes of that sideways is taken back."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from armswing.events import RepCompleted
from armswing.geometry import median
from armswing.kinematics import Limbs, TrunkAxes, hip_flexion, knee_flexion, trunk_axes
from armswing.landmarks import BOTH, N_LANDMARKS, Landmark
from armswing.sagittal import SCATTER, legs_fore_and_aft
from armswing.session import Session
from armswing.synthetic import BODIES, Camera, Exercise, lift, like_mediapipe, perform, pull, push

SWING = np.radians(20.0) * np.sin(np.linspace(0, np.pi, 31))
BEFORE = slice(1)
LEGS = BOTH.landmark("knee"), BOTH.landmark("ankle")


def person(view_deg: float, *, swing: np.ndarray = SWING, astride_deg: float = 0.0) -> np.ndarray:
    """Somebody whose left leg swings forward, the knee bending as far: shape (samples, 33, 3)."""
    world = np.zeros((len(swing), N_LANDMARKS, 3))
    for name, sign in (("LEFT", 1.0), ("RIGHT", -1.0)):
        hip, side = np.array([0.1 * sign, 0.0, 0.0]), np.radians(astride_deg) * sign
        flexion = swing if name == "LEFT" else 0 * swing
        thigh = np.stack((np.full_like(swing, np.sin(side)), np.cos(side) * np.cos(flexion), -np.sin(flexion)), axis=-1)
        world[:, Landmark[f"{name}_SHOULDER"]] = (0.18 * sign, -0.5, 0.0)
        world[:, Landmark[f"{name}_HIP"]] = hip
        world[:, Landmark[f"{name}_KNEE"]] = hip + 0.42 * thigh
        world[:, Landmark[f"{name}_ANKLE"]] = hip + 0.42 * thigh + (0.0, 0.4, 0.0)
    c, s = np.cos(np.radians(view_deg)), np.sin(np.radians(view_deg))
    turned: np.ndarray = world @ np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    return turned


def shallow(world: np.ndarray, share: float) -> np.ndarray:
    """The same with so much of the depth of thighs and shanks."""
    flat = world.copy()
    for part in LEGS:
        flat[:, part, 2] = world[:, BOTH.landmark("hip"), 2] + share * (
            world[:, part, 2] - world[:, BOTH.landmark("hip"), 2]
        )
    return flat


def axes_of(world: np.ndarray) -> TrunkAxes:
    """The axes as a movement holds them."""
    axes = trunk_axes(world)
    return axes.holding(median(axes.pelvis_forward))


def corrected(world: np.ndarray) -> np.ndarray:
    return legs_fore_and_aft(Limbs(world), axes_of(world), before=BEFORE)


def swung(world: np.ndarray) -> float:
    """How far the left hip flexes, degrees."""
    return float(np.ptp(hip_flexion(world, BOTH, axes_of(world))[:, 0]))


@pytest.mark.parametrize("view", [-90.0, -40.0, 0.0, 20.0, 60.0, 160.0])
@pytest.mark.parametrize("astride_deg", [0.0, 20.0])
def test_legs_that_keep_to_their_planes_stay_as_they_are(view: float, astride_deg: float) -> None:
    """However far apart they stand."""
    world = person(view, astride_deg=astride_deg)
    np.testing.assert_allclose(corrected(world), world, atol=1e-12)


@pytest.mark.parametrize("view", [20.0, 30.0, 45.0, 60.0])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.5])
def test_a_swing_with_a_wrong_depth_comes_nearer_to_the_true_one(view: float, share: float) -> None:
    """By the share that the proportion of the two errors gives."""
    world = person(view)
    wrong = shallow(world, share)
    n = np.sin(np.radians(view))
    left = abs(swung(corrected(wrong)) - 20.0) / abs(swung(wrong) - 20.0)
    assert left == pytest.approx(SCATTER**2 / (n**2 + SCATTER**2), abs=0.08)


@pytest.mark.parametrize("view", [-45.0, 30.0])
def test_thigh_and_shank_lose_the_same_share_of_their_sideways_way(view: float) -> None:
    world = person(view)
    world[:, LEGS[1].start] += np.outer(np.sin(SWING), world[0, Landmark.LEFT_HIP] / 0.1)  # the foot goes out
    axes, n = axes_of(world), np.sin(np.radians(view))

    def way_out(points: np.ndarray) -> np.ndarray:
        ways = Limbs(points).legs.vectors[:, :, 0] @ median(axes.pelvis_right)
        return np.asarray(np.ptp(ways, axis=0))

    wrong = shallow(world, 0.5)
    before, after = way_out(wrong), way_out(corrected(wrong))
    np.testing.assert_allclose(after, before * SCATTER**2 / (n**2 + SCATTER**2), rtol=0.02)
    assert before.min() > 0.03


def test_the_knee_bends_as_it_did() -> None:
    world = person(45.0)
    wrong = shallow(world, 0.4)

    def bent(points: np.ndarray) -> float:
        return float(np.abs(knee_flexion(points, BOTH) - knee_flexion(world, BOTH)).max())

    assert bent(corrected(wrong)) < 0.5 * bent(wrong)


@pytest.mark.parametrize("view", [-40.0, -25.0, 25.0, 40.0])
@pytest.mark.parametrize("toes_deg", [15.0, 30.0])
def test_knees_that_part_as_both_bend_are_not_one_that_goes_forward(view: float, toes_deg: float) -> None:
    """They follow the toes."""
    world = dipping(toes_deg, view)
    left, right = np.ptp(hip_flexion(corrected(world), BOTH, axes_of(world)), axis=0)
    assert abs(left - right) < 4.0
    alone = world.copy()
    for part in LEGS:
        alone[:, part.start + 1] = world[:1, part.start + 1]  # the right leg stays where it was
    assert swung(corrected(alone)) != pytest.approx(swung(alone), abs=4.0)


def dipping(toes_deg: float, view: float) -> np.ndarray:
    """Somebody whose knees both go forward by 40 degrees, in planes turned outward: shape (samples, 33, 3)."""
    world = person(0.0)
    for name, sign in (("LEFT", 1.0), ("RIGHT", -1.0)):
        out, flexion = np.radians(toes_deg) * sign, 2 * SWING
        thigh = np.stack((np.sin(flexion) * np.sin(out), np.cos(flexion), -np.sin(flexion) * np.cos(out)), axis=-1)
        world[:, Landmark[f"{name}_KNEE"]] = world[:, Landmark[f"{name}_HIP"]] + 0.42 * thigh
        world[:, Landmark[f"{name}_ANKLE"]] = world[:, Landmark[f"{name}_KNEE"]] + (0.0, 0.4, 0.0)
    c, s = np.cos(np.radians(view)), np.sin(np.radians(view))
    turned: np.ndarray = world @ np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    return turned


def test_from_straight_ahead_nothing_changes() -> None:
    """Depth is not sideways there, and what moves sideways has been seen to."""
    world = person(0.0)
    world[5:, LEGS[0], 0] += 0.05
    np.testing.assert_allclose(corrected(world), world, atol=1e-12)


def test_only_the_depth_of_knees_and_ankles_changes() -> None:
    wrong = shallow(person(40.0), 0.3)
    kept = wrong.copy()
    changed = corrected(wrong) != wrong
    np.testing.assert_array_equal(wrong, kept)
    assert changed[1:-1, LEGS[0], 2].any()
    changed[:, LEGS[0], 2] = changed[:, LEGS[1], 2] = False
    assert not changed.any()


def test_a_missing_ankle_stays_missing_and_leaves_the_knee() -> None:
    wrong = shallow(person(40.0), 0.3)
    without = wrong.copy()
    without[:, LEGS[1]] = np.nan
    got = corrected(without)
    assert np.isnan(got[:, LEGS[1]]).all()
    np.testing.assert_array_equal(got[:, LEGS[0]], corrected(wrong)[:, LEGS[0]])


@pytest.mark.parametrize(
    ("motion", "body", "yaw", "seed", "counted"),
    [
        (push(reps=3, leg_late=0.25, rest_s=1.5, seed=5), "tall", 22.0, 1057, 2),
        (lift(reps=3, leg_deg=20.0, seed=1), "short-limbed", -50.0, 957, 3),
    ],
)
def test_what_counts_goes_by_the_legs_as_they_are_drawn(
    motion: Exercise, body: str, yaw: float, seed: int, counted: int
) -> None:
    """By the legs as they are put right the presses were walking, and the lifts one more on the left."""
    done = perform(motion, body=BODIES[body], camera=Camera(yaw=yaw), fps=30)
    session = Session(type(motion).__name__.lower())
    events = session.update(like_mediapipe(done, np.random.default_rng(seed))) + session.finish()
    assert [event.rep.side for event in events if isinstance(event, RepCompleted)] == ["right"] * counted


def test_the_wrong_leg_of_a_row_is_told_in_spite_of_the_pose_models_depth() -> None:
    """Without this half of them are named."""
    named = []
    for yaw, name, seed in itertools.product((-20.0, 45.0, 60.0), ("small", "tall", "broad"), range(3)):
        done = perform(pull(reps=3, leg="same", seed=seed), body=BODIES[name], camera=Camera(yaw=yaw), fps=30)
        session = Session("pull")
        events = session.update(like_mediapipe(done, np.random.default_rng(seed))) + session.finish()
        reps = [event.rep for event in events if isinstance(event, RepCompleted) and event.rep.side == "right"]
        named += [rep["wrong_leg"].value for rep in reps if rep["wrong_leg"].known]
    assert len(named) >= 20
    assert np.mean(named) > 0.85
