"""Every motion of the synthetic athlete, and what its tests read off them."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.landmarks import Landmark
from armswing.synthetic import (
    Exercise,
    Motion,
    Performance,
    counter_swing,
    getting_into_position,
    lift,
    picking_up,
    pull,
    push,
    running,
    standing,
    talking,
    walking,
)

EXERCISES: dict[str, Exercise] = {
    "pull": pull(),
    "pull left, counter-swing": pull(side="left", free_arm="counter", jitter=0.2),
    "pull split": pull(stance="split"),
    "pull half-kneeling": pull(stance="half_kneeling", leg="none"),
    "pull both": pull(side="both", leg="both"),
    "pull alternating": pull(side="alternating"),
    "pull hinged": pull(stance="hinged"),
    "pull hinged left, counter-swing": pull(stance="hinged", side="left", free_arm="counter"),
    "pull hinged alternating": pull(stance="hinged", side="alternating", hinge_deg=50.0),
    "pull hinged both": pull(stance="hinged", side="both", leg="both"),
    "pull hinged, tired": pull(stance="hinged", fatigue=1.0),
    "pull with a pause": pull(pause_after=2, pause_arms="hang"),
    "push": push(),
    "push alternating": push(side="alternating"),
    "push lying": push(stance="lying"),
    "push lying alternating": push(stance="lying", side="alternating"),
    "push seated": push(stance="seated", leg="none"),
    "push both": push(side="both"),
    "push half-kneeling": push(stance="half_kneeling"),
    "push, tired": push(fatigue=1.0),
    "lift": lift(),
    "lift alternating": lift(side="alternating"),
    "lift seated": lift(stance="seated"),
    "lift press": lift(variant="press", leg="none"),
    "lift curl": lift(variant="curl", leg="none"),
    "lift left with lead": lift(side="left", lead_in_s=1.0, lead_out_s=1.0, free_arm="counter"),
}
EVERYDAY: dict[str, Motion] = {
    "walking": walking(),
    "treadmill": walking(crossing=False, heading=0.0),
    "running": running(),
    "standing": standing(),
    "talking": talking(),
    "talking left": talking(hands="left", seed=3),
    "getting into position": getting_into_position(),
    "getting into position to pull": getting_into_position(purpose="pull"),
    "counter-swing": counter_swing(),
    "picking up": picking_up(),
    "picking up left": picking_up(side="left", to_shoulder=False, seed=3),
    "picking up, upright": picking_up(bend_deg=50.0, seed=3),
    "picking up, bent": picking_up(bend_deg=80.0),
}
ALL = {**EXERCISES, **EVERYDAY}


def motions(chosen: dict[str, Motion] | dict[str, Exercise]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("motion", chosen.values(), ids=chosen.keys())


def at(done: Performance, mark: Landmark) -> np.ndarray:
    return done.points[:, mark]


def during(done: Performance, rep: int = 0) -> np.ndarray:
    truth = done.truth.reps[rep]
    return (done.truth.t >= truth.start_s) & (done.truth.t <= truth.end_s)


def change(values: np.ndarray, done: Performance, rep: int = 0) -> float:
    """Value at the top of a rep minus that at its start."""
    truth = done.truth.reps[rep]
    return float(np.interp(truth.peak_s, done.truth.t, values) - np.interp(truth.start_s, done.truth.t, values))


def figure(**marks: tuple[float, float, float]) -> np.ndarray:
    """A person who faces the room's z axis: x to the left, y up, z ahead."""
    points = np.zeros((1, 33, 3))
    still = {
        "LEFT_SHOULDER": (0.17, 0.5, 0), "RIGHT_SHOULDER": (-0.17, 0.5, 0),
        "LEFT_HIP": (0.11, 0, 0), "RIGHT_HIP": (-0.11, 0, 0),
        "LEFT_ELBOW": (0.17, 0.2, 0), "RIGHT_ELBOW": (-0.17, 0.2, 0),
        "LEFT_WRIST": (0.17, -0.05, 0), "RIGHT_WRIST": (-0.17, -0.05, 0),
        "LEFT_KNEE": (0.11, -0.43, 0), "RIGHT_KNEE": (-0.11, -0.43, 0),
        "LEFT_ANKLE": (0.11, -0.86, 0), "RIGHT_ANKLE": (-0.11, -0.86, 0),
    }  # fmt: skip
    for name, place in {**still, **marks}.items():
        points[0, Landmark[name]] = place
    return points


def rotations(count: int) -> np.ndarray:
    q = np.random.default_rng(1).standard_normal((count, 4))
    w, x, y, z = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.moveaxis(np.array(rows), -1, 0)
