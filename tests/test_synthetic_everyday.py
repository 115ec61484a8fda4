"""What the synthetic athlete does beside exercises looks like what it is called."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.errors import ConfigError
from armswing.landmarks import Landmark, Side
from armswing.synthetic import (
    BODIES,
    counter_swing,
    getting_into_position,
    perform,
    picking_up,
    running,
    standing,
    talking,
    walking,
)
from synthetic_motions import EVERYDAY, at


class TestEveryday:
    def test_nothing_everyday_has_reps(self) -> None:
        for motion in EVERYDAY.values():
            assert motion.plan == ()
            assert perform(motion, fps=10).truth.reps == ()

    def test_walking_walks(self) -> None:
        done = perform(walking(crossing=False, seconds=6), fps=60)
        hips = [side.hip_flexion for side in (done.truth.left, done.truth.right)]
        assert np.corrcoef(hips)[0, 1] < -0.5
        arms = [-side.retract for side in (done.truth.left, done.truth.right)]
        assert np.corrcoef(arms[0], hips[0])[0, 1] < -0.8  # an arm swings against its own leg
        swing = np.degrees(np.arcsin(arms[1]))
        assert 20 <= np.ptp(swing) / 2 <= 32
        assert 10 < np.median(done.truth.right.elbow_flexion) < 50
        assert np.ptp(done.truth.right.retract) > 0.7  # as large as a pull
        assert np.ptp(done.truth.right.reach_fwd) > 0.45

    def test_a_planted_foot_hardly_slides_when_crossing(self) -> None:
        done = perform(walking(path_m=2.4, seconds=2.4), fps=60)
        middle = (done.truth.t > 0.8) & (done.truth.t < 1.6)
        speed = np.stack(
            [np.gradient(at(done, mark)[:, 0], 1 / 60) for mark in (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE)]
        )
        assert np.median(np.abs(speed).min(axis=0)[middle]) < 0.35
        hips = at(done, Landmark.LEFT_HIP)[:, 0]
        assert hips[-1] - hips[0] > 1.5

    def test_running_on_the_spot(self) -> None:
        """The thigh moves little, the knee and the ankle tell the phase; the arms are at full size."""
        done = perform(running(), fps=60)
        right = done.truth.right
        assert 80 < right.elbow_flexion.min() < right.elbow_flexion.max() < 105
        assert 2 < np.ptp(right.hip_flexion) < 16
        assert np.ptp(right.knee_flexion) > 60
        assert np.ptp(at(done, Landmark.RIGHT_ANKLE)[:, 1]) > 0.15
        assert np.ptp(right.retract) > 0.7
        assert np.ptp(right.reach_fwd) > 0.45

    def test_standing_is_still(self) -> None:
        done = perform(standing(), fps=10)
        assert np.ptp(done.points, axis=0).max() < 0.06

    def test_talking_hands(self) -> None:
        for hands, talks, rests in (("left", "left", "right"), ("right", "right", "left")):
            one = perform(talking(hands=hands, seconds=20), fps=15).truth  # type: ignore[arg-type]  # parametrized
            assert np.ptp(getattr(one, talks).reach_fwd) > 0.4
            assert np.ptp(getattr(one, rests).reach_fwd) < 0.1
        both = perform(talking(seconds=20), fps=15).truth
        assert abs(np.corrcoef(both.left.reach_fwd, both.right.reach_fwd)[0, 1]) < 0.6
        other_day = perform(talking(seconds=20, seed=1), fps=15).truth
        assert np.abs(other_day.left.reach_fwd - both.left.reach_fwd).max() > 0.2

    def test_getting_into_position_bends_and_ends_ready(self) -> None:
        done = perform(getting_into_position(), fps=30)
        assert done.truth.trunk_pitch.max() > 35
        after = done.truth.t > 7.5
        assert np.ptp(done.truth.right.reach_fwd[after]) < 0.02
        assert at(done, Landmark.LEFT_HIP)[0, 0] < -0.8

    @pytest.mark.parametrize("side", ["left", "right"])
    @pytest.mark.parametrize("name", BODIES)
    def test_picking_up(self, name: str, side: str) -> None:
        body = BODIES[name]
        for seed in range(4):
            done = perform(picking_up(side=side, seed=seed), body=body, fps=20)  # type: ignore[arg-type]  # parametrized
            wrist, foot = at(done, Landmark[f"{side.upper()}_WRIST"]), at(done, Landmark[f"{side.upper()}_ANKLE"])
            low = int(wrist[:, 1].argmin())
            assert wrist[low, 1] < 0.14 * body.stature
            assert abs(wrist[low, 0]) > abs(foot[low, 0])
            assert 0.0 < wrist[low, 2] - foot[low, 2] < body.foot + 0.06
            assert done.truth.trunk_pitch[low] > 50
            assert getattr(done.truth, side).knee_flexion[low] > 50
            assert abs(done.truth.trunk_pitch[-1]) < 5
            assert getattr(done.truth, side).elbow_flexion[-1] > 120
            ankles = done.points[:, [Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE, Landmark.LEFT_FOOT_INDEX]]
            assert np.ptp(ankles, axis=0).max() < 1e-9
            # Who bends does not fall over: the middle of trunk, arms and legs is over the feet.
            joints = ("SHOULDER", "SHOULDER", "HIP", "HIP", "KNEE", "ELBOW")
            centre = np.mean([at(done, Landmark[f"{s.name}_{j}"])[low, 2] for j in joints for s in Side])
            assert foot[low, 2] - 0.03 * body.stature < centre < foot[low, 2] + body.foot

    def test_every_picking_up_is_another(self) -> None:
        lowest = [
            perform(picking_up(seed=seed), fps=20).points[:, Landmark.RIGHT_WRIST, 1].argmin() for seed in (0, 1, 2)
        ]
        assert len(set(lowest)) == 3
        hangs = perform(picking_up(to_shoulder=False), fps=10).truth.right.elbow_flexion
        assert hangs[-1] < 30
        with pytest.raises(ConfigError, match="bend_deg"):
            picking_up(bend_deg=10.0)

    def test_counter_swing_is_in_antiphase(self) -> None:
        truth = perform(counter_swing(ratio=0.5)).truth
        assert np.corrcoef(truth.left.retract, truth.right.retract)[0, 1] < -0.9
        assert np.ptp(truth.left.retract) < 0.65 * np.ptp(truth.right.retract)
