"""Where the legs start from: the ready pose, or the pauses."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.rest import READY_S, LegRest
from armswing.synthetic import Motion, Performance, perform, pull, push, running, standing


def done(motion: Motion, seconds: float = 3.0) -> Performance:
    return perform(motion, fps=30, duration_s=seconds)


def scissor(performance: Performance) -> np.ndarray:
    """Left minus right hip flexion, by the athlete's own truth."""
    return performance.truth.left.hip_flexion - performance.truth.right.hip_flexion


def low(n: int) -> np.ndarray:
    """Two drives at rest."""
    return np.zeros((n, 2))


STANCES = {
    "standing": standing(seconds=3),
    "split": pull(stance="split", reps=0, start_still_s=3),
    "half-kneeling": pull(stance="half_kneeling", leg="none", reps=0, start_still_s=3),
    "lying": push(stance="lying", reps=0, start_still_s=3),
}


@pytest.mark.parametrize("stance", STANCES)
def test_the_ready_pose_of_any_stance(stance: str) -> None:
    performance = done(STANCES[stance])
    got = LegRest().before(performance.poses.world, low(90))
    assert got == pytest.approx(np.median(scissor(performance)), abs=1.0)


def test_a_split_stance_is_far_from_no_scissor() -> None:
    """Why the rest is measured and not taken for 0."""
    assert abs(np.median(scissor(done(STANCES["split"])))) > 15
    assert abs(np.median(scissor(done(STANCES["standing"])))) < 3


def test_nothing_seen_nothing_known() -> None:
    rest = LegRest()
    assert np.isnan(rest.before(np.empty((0, 33, 3)), np.empty((0, 2))))
    world = done(standing(seconds=1)).poses.world[:3]
    assert np.isnan(rest.before(world, low(3)))


def test_an_arm_that_is_up_is_no_rest() -> None:
    """Half of the time each arm is up, and never are both low: no pause."""
    world = done(STANCES["standing"]).poses.world
    drives = low(90)
    drives[:45, 0], drives[45:, 1] = 1.0, 1.0
    assert np.isnan(LegRest().before(world, drives))


def test_legs_that_move_are_not_ready() -> None:
    """One of the arms is low throughout, but the legs run: their median in the pauses is all there is."""
    performance = done(running(seconds=3))
    world = performance.poses.world
    swinging = np.ptp(scissor(performance)[-round(READY_S * 30) :])
    got = LegRest().before(world, low(90))
    assert swinging > 8.0
    assert got == pytest.approx(np.median(scissor(performance)), abs=2.0)


def test_a_leg_that_is_under_way_does_not_count_as_ready() -> None:
    """The leg comes up in the last second of three; the drives given say that the arms rest."""
    performance = done(push(reps=1, start_still_s=2.0))
    moved = scissor(performance)
    assert abs(np.median(moved[-21:]) - moved[0]) > 15
    assert LegRest().before(performance.poses.world, low(90)) == pytest.approx(moved[0], abs=2.0)


def test_short_pauses_add_up() -> None:
    rest = LegRest()
    performance = done(STANCES["split"])
    world = performance.poses.world
    assert np.isnan(rest.before(world[:4], low(4)))
    assert rest.before(world[10:14], low(4)) == pytest.approx(np.median(scissor(performance)), abs=1.0)


def test_a_ready_pose_counts_for_more_than_pauses() -> None:
    rest = LegRest()
    ready, other = done(STANCES["split"]), done(STANCES["standing"])
    first = rest.before(ready.poses.world, low(90))
    for _ in range(5):
        assert rest.before(other.poses.world[:15], low(15)) == first


def test_the_first_ready_pose_counts_for_the_whole_set() -> None:
    rest = LegRest()
    split, standing_ = (done(STANCES[name]) for name in ("split", "standing"))
    first = rest.before(standing_.poses.world, low(90))
    assert first == pytest.approx(np.median(scissor(standing_)), abs=1.0)
    assert rest.before(split.poses.world, low(90)) == first
