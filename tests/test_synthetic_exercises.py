"""Sets of the synthetic athlete do what their parameters say, as people can."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from armswing.errors import ConfigError
from armswing.landmarks import Landmark
from armswing.synthetic import (
    BODIES,
    Exercise,
    Motion,
    lift,
    perform,
    pull,
    push,
)
from synthetic_motions import EXERCISES, at, change, during, motions


class TestReps:
    @motions(EXERCISES)
    def test_the_drive_tops_at_peak_s(self, motion: Motion) -> None:
        done = perform(motion, fps=60)
        assert len(done.truth.reps) == 5
        for rep in done.truth.reps:
            side = done.truth.left if rep.side == "left" else done.truth.right
            inside = (done.truth.t >= rep.start_s) & (done.truth.t <= rep.end_s)
            drive = getattr(side, motion.drive or "")[inside]
            top = np.interp(rep.peak_s, done.truth.t[inside], drive)
            assert top > drive.max() - 0.01 * np.ptp(drive)
            assert rep.drive_range == pytest.approx(np.ptp(drive), abs=0.01)

    @pytest.mark.parametrize(("motion", "prior"), [(pull(), 0.7), (push(), 0.45), (lift(), 1.2)])
    def test_full_reps_are_full_and_half_ones_half(self, motion: Exercise, prior: float) -> None:
        full = perform(motion, fps=10).truth.reps[0].drive_range
        half = perform(replace(motion, range=0.5), fps=10).truth.reps[0].drive_range
        assert full > prior
        assert 0.35 * full < half < 0.65 * full

    def test_tempo(self) -> None:
        motion = pull(
            reps=3, period_s=2.0, concentric_share=0.25, hold_s=0.4, rest_s=1.0, start_still_s=1.5, lead_in_s=0.5
        )
        plan = [(p.start_s, p.top_s, p.lower_s, p.end_s) for p in motion.plan]
        np.testing.assert_allclose(plan, [(2.0, 2.5, 2.9, 4.4), (5.4, 5.9, 6.3, 7.8), (8.8, 9.3, 9.7, 11.2)])
        lengths = [p.end_s - p.start_s for p in pull(reps=8, jitter=0.2).plan]
        assert 0.1 < np.ptp(lengths) <= 0.4 * 2.4
        still = perform(motion, fps=30)
        ready = (still.truth.t > 0.6) & (still.truth.t < 2.0)
        assert np.ptp(still.truth.right.retract[ready]) < 0.01

    def test_alternating_takes_turns(self) -> None:
        done = perform(push(side="alternating", reps=4), fps=15)
        assert [rep.side for rep in done.truth.reps] == ["right", "left", "right", "left"]
        for rep in range(4):
            side = done.truth.left if done.truth.reps[rep].side == "left" else done.truth.right
            other = done.truth.right if done.truth.reps[rep].side == "left" else done.truth.left
            assert change(side.reach_fwd, done, rep) > 0.5
            assert abs(change(other.reach_fwd, done, rep)) < 0.2  # a waiting hand rides on the turning trunk

    @pytest.mark.parametrize(
        "wrong",
        [
            {"period_s": 0},
            {"side": "middle"},
            {"leg": "third"},
            {"jitter": 0.9},
            {"side": "both", "leg": "same"},
            {"side": "alternating", "free_arm": "counter"},
            {"fatigue": 1.1},
            {"fatigue": -0.1},
            {"pause_after": 5},
            {"pause_after": -1},
            {"pause_after": 1, "pause_arms": "up"},
            {"stance": "half_kneeling", "leg": "opposite", "leg_deg": -10.0},
        ],
    )
    def test_impossible_sets(self, wrong: dict[str, object]) -> None:
        with pytest.raises(ConfigError):
            push(**wrong)  # type: ignore[arg-type]  # parametrized

    @pytest.mark.parametrize("kind", [pull, push])
    @pytest.mark.parametrize("name", ["reach_deg", "behind_deg", "bend_deg"])
    @pytest.mark.parametrize("value", [-1.0, float("nan")])
    def test_impossible_ways_of_the_arm(self, kind: type[Exercise], name: str, value: float) -> None:
        with pytest.raises(ConfigError, match=f"{name} must be a number of at least 0, got {value}"):
            kind(**{name: value})

    @pytest.mark.parametrize(("kind", "stance"), [(push, "hinged"), (lift, "hinged"), (lift, "lying"), (pull, "lying")])
    def test_stances_a_pattern_does_not_have(self, kind: type[Exercise], stance: str) -> None:
        with pytest.raises(ConfigError, match=f"stance of a .* must be one of standing, .* got '{stance}'"):
            kind(stance=stance)  # type: ignore[arg-type]  # parametrized

    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_alternating_turns_trunk_and_leg_to_the_side_that_works(self, kind: type[Exercise]) -> None:
        done = perform(kind(side="alternating", reps=2), fps=30)
        turns = [change(done.truth.thorax_turn, done, rep) for rep in (0, 1)]
        assert turns[0] == pytest.approx(-turns[1], abs=0.5)
        assert abs(turns[0]) > 10
        for rep, moving, quiet in ((0, done.truth.left, done.truth.right), (1, done.truth.right, done.truth.left)):
            assert abs(change(moving.hip_flexion, done, rep)) > 20
            assert abs(change(quiet.hip_flexion, done, rep)) < 10

    def test_a_pause_comes_after_its_rep(self) -> None:
        plain, paused = push(reps=4), push(reps=4, pause_after=2, pause_s=5.0)
        later = [b.start_s - a.start_s for a, b in zip(plain.plan, paused.plan, strict=True)]
        np.testing.assert_allclose(later, [0, 0, 5, 5])
        assert paused.duration_s == pytest.approx(plain.duration_s + 5)

    def test_the_arms_wait_or_hang_in_a_pause(self) -> None:
        for arms, lowest in (("start", 110), ("hang", 10)):
            done = perform(push(reps=2, pause_after=1, pause_arms=arms), fps=10)  # type: ignore[arg-type]  # parametrized
            first, second = done.truth.reps
            inside = (done.truth.t > first.end_s) & (done.truth.t < second.start_s)
            elbow = done.truth.right.elbow_flexion[inside]
            assert lowest < elbow.min() < lowest + 15
            assert max(elbow[0], elbow[-1]) > 110


class TestParameters:
    @pytest.mark.parametrize("flare", [0.0, 20.0, 60.0])
    @pytest.mark.parametrize("side", ["left", "right"])
    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_flare(self, kind: type[Exercise], side: str, flare: float) -> None:
        done = perform(kind(flare_deg=flare, side=side, reps=2), fps=10)  # type: ignore[arg-type]  # parametrized
        for rep in done.truth.reps:
            assert rep.flare_deg == pytest.approx(flare, abs=4.0)

    @pytest.mark.parametrize(("kind", "sign"), [(pull, -1), (push, 1), (lift, 1)])
    def test_the_leg_that_moves(self, kind: type[Exercise], sign: int) -> None:
        for leg, moving, quiet in (("opposite", "left", "right"), ("same", "right", "left")):
            done = perform(kind(leg=leg, leg_deg=40, reps=1), fps=30)  # type: ignore[arg-type]  # parametrized
            sides = {"left": done.truth.left, "right": done.truth.right}
            assert sign * change(sides[moving].hip_flexion, done) == pytest.approx(40, abs=8)
            assert sign * change(sides[quiet].hip_flexion, done) < 8

    def test_both_legs_move_together(self) -> None:
        done = perform(push(leg="both", leg_deg=40, reps=1))
        left, right = (change(side.hip_flexion, done) for side in (done.truth.left, done.truth.right))
        assert left > 25
        assert left == pytest.approx(right, abs=6)

    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_fatigue_wears_the_form_off_from_rep_to_rep(self, kind: type[Exercise]) -> None:
        fresh, tired = (perform(kind(fatigue=fatigue), fps=30) for fatigue in (0.0, 1.0))
        assert np.ptp([rep.drive_range for rep in fresh.truth.reps]) < 2e-3
        ranges = [rep.drive_range for rep in tired.truth.reps]
        assert (np.diff(ranges) < 0).all()
        assert ranges[0] == pytest.approx(fresh.truth.reps[0].drive_range, rel=0.02)
        assert ranges[-1] < 0.9 * ranges[0]
        flares = [rep.flare_deg for rep in tired.truth.reps]
        assert flares[-1] - flares[0] == pytest.approx(30, abs=6)
        up = [plan.top_s - plan.start_s for plan in tired.motion.plan]
        np.testing.assert_allclose(np.divide(up, up[0]), [1.0, 1.25, 1.5, 1.75, 2.0])
        leg, turn = tired.truth.left.hip_flexion, tired.truth.thorax_turn
        for values in (leg, turn):
            assert 0.15 < change(values, tired, 4) / change(values, tired, 0) < 0.35

    def test_half_as_tired_loses_half(self) -> None:
        half, full = pull(fatigue=0.5).form(np.array([1e3])), pull(fatigue=1.0).form(np.array([1e3]))
        assert full.range == pytest.approx(0.85)
        assert half.range == pytest.approx(0.925)
        assert full.leg_deg == pytest.approx(7.0)
        assert half.flare_deg == pytest.approx(30.0)

    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_an_arm_of_range_0_stays_while_trunk_and_leg_go_on(self, kind: type[Exercise]) -> None:
        whole, still = perform(kind(reps=2, protract_deg=0.0)), perform(kind(reps=2, range=0.0, protract_deg=0.0))
        assert still.motion.plan == still.truth.reps == ()
        np.testing.assert_allclose(still.truth.thorax_turn, whole.truth.thorax_turn, atol=1e-9)
        np.testing.assert_allclose(still.truth.left.hip_flexion, whole.truth.left.hip_flexion, atol=3.0)
        for name in ("elbow_flexion", "shoulder_elevation", "flare"):
            assert np.ptp(getattr(still.truth.right, name)) < 1e-6, name

    def test_a_late_leg_is_late(self) -> None:
        def top_of_leg(late: float) -> float:
            done = perform(push(leg_late=late, reps=1), fps=60)
            return float(done.truth.t[done.truth.left.hip_flexion > 50].mean())

        assert top_of_leg(0.35) - top_of_leg(0.0) == pytest.approx(0.35 * 2.6, abs=0.05)

    @pytest.mark.parametrize(
        "motion",
        [pull(leg="none"), push(leg="none"), lift(leg="none"), push(leg="both"), pull(side="both", leg="both")],
    )
    def test_planted_feet_do_not_move(self, motion: Exercise) -> None:
        done = perform(motion, fps=15)
        for mark in (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE, Landmark.LEFT_FOOT_INDEX, Landmark.RIGHT_HEEL):
            assert np.ptp(at(done, mark), axis=0).max() < 1e-9

    @pytest.mark.parametrize(("motion", "sign"), [(pull(reps=1), -1), (push(reps=1), 1), (lift(reps=1), 1)])
    @pytest.mark.parametrize("trunk", [0.0, 10.0, 30.0])
    def test_trunk_turn(self, motion: Exercise, sign: int, trunk: float) -> None:
        done = perform(replace(motion, trunk_deg=trunk, pelvis_deg=4.0, protract_deg=0.0), fps=30)
        assert sign * change(done.truth.thorax_turn, done) == pytest.approx(trunk, abs=0.1)
        assert sign * change(done.truth.right.separation, done) == pytest.approx(trunk + 4.0, abs=3.0)

    def test_arm_only_moves_nothing_else(self) -> None:
        done = perform(pull(trunk_deg=0, pelvis_deg=0, protract_deg=0, leg="none", reps=1))
        for side in (done.truth.left, done.truth.right):
            assert abs(change(side.hip_flexion, done)) < 1.0
            assert abs(change(side.separation, done)) < 1.0

    def test_lying_is_horizontal(self) -> None:
        lying = perform(push(stance="lying"), fps=15).truth.trunk_pitch
        assert np.abs(lying + 90).max() < 12
        assert np.abs(perform(push(), fps=15).truth.trunk_pitch).max() < 12

    def test_heave_leans_back(self) -> None:
        assert change(perform(pull(heave_deg=20)).truth.trunk_pitch, perform(pull(heave_deg=20))) < -12
        assert abs(change(perform(pull()).truth.trunk_pitch, perform(pull()))) < 5

    @pytest.mark.parametrize(("kind", "drive"), [(pull, "retract"), (push, "reach_fwd"), (lift, "reach_up")])
    def test_a_counter_swing_is_smaller_and_opposite(self, kind: type[Exercise], drive: str) -> None:
        done = perform(kind(free_arm="counter", reps=1), fps=30)
        inside = during(done)
        work, free = (getattr(side, drive)[inside] for side in (done.truth.right, done.truth.left))
        assert 0.05 < np.ptp(free) < 0.7 * np.ptp(work)
        assert np.corrcoef(work, free)[0, 1] < -0.3

    def test_lift_variants(self) -> None:
        tops = {variant: perform(lift(variant=variant), fps=30) for variant in ("curl_press", "press", "curl")}
        for variant, done in tops.items():
            assert (done.truth.right.reach_up.max() >= 0.5) == (variant != "curl")
        assert tops["press"].truth.right.reach_up[0] > tops["curl"].truth.right.reach_up[0] + 0.5
        assert tops["curl_press"].truth.reps[0].shoulder_elevation_peak_deg > 150

    def test_lift_dips_and_pushes_off(self) -> None:
        done = perform(lift(reps=1, dip_deg=20), fps=60)
        knee, rep = done.truth.right.knee_flexion, done.truth.reps[0]
        assert np.interp(rep.peak_s, done.truth.t, knee) < 10
        for part in (done.truth.t < rep.peak_s, done.truth.t > rep.peak_s):
            assert knee[part].max() > 18

    def test_stances(self) -> None:
        assert perform(pull(stance="half_kneeling", leg="none")).truth.right.knee_flexion.min() > 60
        assert pull(stance="half_kneeling").working_leg == "none"
        seated = perform(push(stance="seated", leg="none")).truth
        assert seated.left.hip_flexion.min() > 70
        split = perform(push(stance="split", leg="none"))
        assert (at(split, Landmark.RIGHT_ANKLE)[:, 2] - at(split, Landmark.LEFT_ANKLE)[:, 2]).min() > 0.3


class TestPlausible:
    def test_pull_brings_the_elbow_past_the_ribs(self) -> None:
        done = perform(pull(), fps=30)
        rep = done.truth.reps[0]
        right = done.truth.right
        assert np.interp(rep.peak_s, done.truth.t, right.retract) > 0.4
        assert 85 <= np.interp(rep.peak_s, done.truth.t, right.elbow_flexion) <= 105
        assert rep.elbow_flexion_min_deg < 20
        assert change(done.truth.left.hip_flexion, done) < -10

    @pytest.mark.parametrize("hinge_deg", [35.0, 42.0, 50.0])
    @pytest.mark.parametrize("name", BODIES)
    def test_a_hinged_pull_hangs_to_the_floor_and_comes_to_the_ribs(self, hinge_deg: float, name: str) -> None:
        body = BODIES[name]
        done = perform(pull(stance="hinged", hinge_deg=hinge_deg, reps=1), body=body, fps=30)
        rep, right, left = done.truth.reps[0], done.truth.right, done.truth.left
        start, top = int(np.searchsorted(done.truth.t, rep.start_s)), int(np.searchsorted(done.truth.t, rep.peak_s))
        assert np.abs(done.truth.trunk_pitch - hinge_deg).max() < 4
        arm = at(done, Landmark.RIGHT_WRIST)[start] - at(done, Landmark.RIGHT_SHOULDER)[start]
        assert -arm[1] > 0.97 * np.linalg.norm(arm)
        assert right.retract[top] > 0.4
        assert at(done, Landmark.RIGHT_ELBOW)[top, 1] > at(done, Landmark.RIGHT_SHOULDER)[top, 1] - 0.06 * body.stature
        wrist, hip, shoulder = (at(done, Landmark[f"RIGHT_{name}"])[top] for name in ("WRIST", "HIP", "SHOULDER"))
        assert hip[2] < wrist[2] < shoulder[2]
        assert hip[1] < wrist[1] < shoulder[1]
        assert at(done, Landmark.RIGHT_HIP)[start, 2] < at(done, Landmark.RIGHT_ANKLE)[start, 2] - 0.05 * body.stature
        assert 20 < right.knee_flexion.min() < right.knee_flexion.max() < 45
        assert change(left.hip_flexion, done) == pytest.approx(-28, abs=6)
        assert abs(change(right.hip_flexion, done)) < 8

    def test_a_bent_over_rib_cage_turns_about_its_own_axis(self) -> None:
        done = perform(pull(stance="hinged", reps=1, protract_deg=0.0, sway_m=0.0), fps=30)
        middle = (at(done, Landmark.LEFT_SHOULDER) + at(done, Landmark.RIGHT_SHOULDER)) / 2
        hips = (at(done, Landmark.LEFT_HIP) + at(done, Landmark.RIGHT_HIP)) / 2
        assert np.ptp((middle - hips)[:, 0]) < 0.02
        assert change(at(done, Landmark.RIGHT_SHOULDER)[:, 1], done) > 0.03

    def test_push_straightens_the_arm_and_the_same_leg(self) -> None:
        done = perform(push(), fps=30)
        rep = done.truth.reps[0]
        right = done.truth.right
        assert rep.elbow_flexion_min_deg < 12
        assert rep.elbow_flexion_max_deg > 110
        assert np.interp(rep.peak_s, done.truth.t, right.reach_fwd) > 0.9
        assert change(right.hip_flexion, done) < -3
        assert 60 <= done.truth.left.hip_flexion.max() <= 80

    @motions(EXERCISES)
    def test_speeds_are_human(self, motion: Motion) -> None:
        done = perform(motion, fps=60)
        speed = np.linalg.norm(np.diff(done.points, axis=0), axis=-1) * 60
        assert speed.max() < 3.0
