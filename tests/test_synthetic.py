"""The synthetic athlete does what its parameters say, and its truth is true."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing import synthetic
from armswing.errors import ConfigError, PoseError
from armswing.landmarks import MIRROR, Landmark, Side
from armswing.synthetic import (
    BODIES,
    Body,
    Camera,
    Exercise,
    Motion,
    Performance,
    counter_swing,
    getting_into_position,
    lift,
    perform,
    picking_up,
    pull,
    push,
    running,
    side_truth,
    standing,
    talking,
    trunk_pitch,
    walking,
    with_noise,
)
from armswing.synthetic.stance import Stance

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


class TestTruth:
    def test_signs_of_the_angles(self) -> None:
        points = figure(
            RIGHT_WRIST=(-0.17, 0.2, 0.25),
            LEFT_ELBOW=(0.47, 0.5, 0),
            LEFT_KNEE=(0.11, 0.0, 0.43),
            LEFT_ANKLE=(0.11, -0.43, 0.43),
        )
        right, left = side_truth(points, Side.RIGHT), side_truth(points, Side.LEFT)
        expected = {
            "shoulder_elevation": 0.0, "flare": 0.0, "elbow_flexion": 90.0, "hip_flexion": 0.0, "separation": 0.0,
            "retract": 0.0,
        }  # fmt: skip
        for name, value in expected.items():
            assert getattr(right, name)[0] == pytest.approx(value, abs=1e-9), name
        assert left.hip_flexion[0] == pytest.approx(90.0)
        assert left.knee_flexion[0] == pytest.approx(90.0)
        assert left.shoulder_elevation[0] == pytest.approx(90.0)
        assert left.plane_of_elevation[0] == pytest.approx(0.0, abs=1e-9)
        assert left.flare[0] == pytest.approx(90.0, abs=1e-5)

    def test_drives_count_in_limb_lengths(self) -> None:
        points = figure(RIGHT_ELBOW=(-0.17, 0.5, -0.3), LEFT_ELBOW=(0.17, 0.5, 0.3), LEFT_WRIST=(0.17, 0.75, 0.3))
        assert side_truth(points, Side.RIGHT).retract[0] == pytest.approx(1.0)
        left = side_truth(points, Side.LEFT)
        assert left.reach_fwd[0] == pytest.approx(0.3 / 0.55)
        assert left.reach_up[0] == pytest.approx(0.25 / 0.55)
        assert left.plane_of_elevation[0] == pytest.approx(90.0)

    def test_separation_sign(self) -> None:
        """The right shoulder 30 degrees forward."""
        c, s = 0.17 * np.cos(np.pi / 6), 0.17 * np.sin(np.pi / 6)
        points = figure(RIGHT_SHOULDER=(-c, 0.5, s), LEFT_SHOULDER=(c, 0.5, -s))
        assert side_truth(points, Side.RIGHT).separation[0] == pytest.approx(30.0)
        assert side_truth(points, Side.LEFT).separation[0] == pytest.approx(-30.0)

    def test_turning_the_person_changes_nothing(self) -> None:
        done = perform(push(reps=1), fps=10)
        for side in Side:
            before = done.truth.side(side)
            for turn in rotations(20):
                after = side_truth(done.points @ turn.T, side)
                for name, values in vars(before).items():
                    gap = np.abs(getattr(after, name) - values)
                    assert np.minimum(gap, 360 - gap).max() < 1e-6, name

    def test_trunk_pitch(self) -> None:
        lean = {"LEFT_SHOULDER": (0.17, 0.4, 0.3), "RIGHT_SHOULDER": (-0.17, 0.4, 0.3)}
        assert trunk_pitch(figure(**lean))[0] == pytest.approx(np.degrees(np.arctan2(3, 4)))


class TestBody:
    @motions(ALL)
    def test_bones_keep_their_length(self, motion: Motion) -> None:
        body = Body(stature=1.62, girth=1.2, arm=0.95, leg=1.05)
        done = perform(motion, body=body, fps=15)
        for side in Side:
            chain = [side.landmark(joint) for joint in ("shoulder", "elbow", "wrist")]
            chain_leg = [side.landmark(joint) for joint in ("hip", "knee", "ankle", "foot_index", "heel")]
            for joints in (
                chain,
                chain_leg,
                [Landmark.LEFT_HIP, Landmark.RIGHT_HIP],
                [Landmark.NOSE, Landmark.LEFT_EAR],
            ):
                for a, b in itertools.pairwise(joints):
                    length = np.linalg.norm(at(done, a) - at(done, b), axis=1)
                    assert np.ptp(length) < 1e-9, (a, b)
        for first, second, length in (
            ("SHOULDER", "ELBOW", body.upper_arm),
            ("ELBOW", "WRIST", body.forearm),
            ("HIP", "KNEE", body.thigh),
            ("KNEE", "ANKLE", body.shank),
        ):
            bone = at(done, Landmark[f"RIGHT_{first}"]) - at(done, Landmark[f"RIGHT_{second}"])
            np.testing.assert_allclose(np.linalg.norm(bone, axis=1), length, atol=1e-9)

    @pytest.mark.parametrize("wrong", [{"stature": 0.0}, {"girth": -1.0}, {"leg": float("nan")}])
    def test_impossible_bodies(self, wrong: dict[str, float]) -> None:
        with pytest.raises(PoseError, match=next(iter(wrong))):
            Body(**wrong)

    @motions(ALL)
    def test_nobody_sinks_into_the_floor(self, motion: Motion) -> None:
        done = perform(motion, fps=15)
        joints = ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")
        marks = [Landmark[f"{side.name}_{joint}"] for joint in joints for side in Side]
        assert done.points[:, marks, 1].min() > 0.0


BUILDS = {name: BODIES[name] for name in ("small", "broad", "long-limbed", "short-limbed")}


class TestBuild:
    """What a skeleton cannot do nobody does, whatever the build."""

    @pytest.mark.parametrize("body", BUILDS.values(), ids=BUILDS.keys())
    @motions(ALL)
    def test_joints_and_floor(self, motion: Motion, body: Body) -> None:
        done = perform(motion, body=body, fps=10)
        for side in (done.truth.left, done.truth.right):
            for angles, limit in ((side.elbow_flexion, 150), (side.knee_flexion, 150), (side.hip_flexion, 145)):
                assert angles.max() < limit
        soles = [Landmark[f"{side.name}_{end}"] for side in Side for end in ("HEEL", "FOOT_INDEX")]
        assert done.points[:, soles, 1].min() > -0.005
        if getattr(motion, "stance", "") != "lying":
            assert done.points[:, soles, 1].min(axis=1).max() < body.sole + 0.01

    @pytest.mark.parametrize("stance", ["standing", "split", "hinged", "half_kneeling"])
    @pytest.mark.parametrize("name", BODIES)
    def test_the_leg_that_does_not_move_stays_planted(self, stance: Stance, name: str) -> None:
        for motion in (pull(stance=stance), push(stance=stance if stance != "hinged" else "standing", leg_late=0.2)):
            planted = [Landmark.RIGHT_ANKLE, Landmark.RIGHT_HEEL, Landmark.RIGHT_FOOT_INDEX]
            assert np.ptp(perform(motion, body=BODIES[name], fps=10).points[:, planted], axis=0).max() < 0.003

    def test_a_dip_of_nothing_keeps_the_feet_on_the_floor(self) -> None:
        done = perform(pull(leg="both", leg_deg=0.0), fps=10)
        assert at(done, Landmark.LEFT_ANKLE)[:, 1].max() < 0.1

    def test_bodies_differ_in_stature_build_and_limbs(self) -> None:
        assert len(BODIES) >= 5
        assert len(set(BODIES.values())) == len(BODIES)
        for name, least in (("stature", 0.3), ("girth", 0.25), ("arm", 0.1), ("leg", 0.05)):
            assert np.ptp([getattr(body, name) for body in BODIES.values()]) > least, name


class TestCamera:
    def test_plus_90_shows_the_left_side(self) -> None:
        for yaw, near, far in ((90, "LEFT", "RIGHT"), (-90, "RIGHT", "LEFT")):
            world = perform(standing(seconds=1), camera=Camera(yaw=yaw)).poses.world
            assert (world[:, Landmark[f"{near}_SHOULDER"], 2] < world[:, Landmark[f"{far}_SHOULDER"], 2] - 0.2).all()

    def test_from_the_front_the_left_is_on_the_right_of_the_picture(self) -> None:
        poses = perform(standing(seconds=1), camera=Camera(yaw=0)).poses
        for points in (poses.image, poses.world):
            assert (points[:, Landmark.LEFT_HIP, 0] > points[:, Landmark.RIGHT_HIP, 0]).all()
            assert (points[:, Landmark.NOSE, 1] < points[:, Landmark.LEFT_ANKLE, 1]).all()
        assert (poses.world[:, Landmark.NOSE, 2] < 0).all()

    def test_world_is_about_the_hips_and_keeps_lengths(self) -> None:
        done = perform(push(reps=1), camera=Camera(yaw=33, pitch=8, roll=5), fps=10)
        hips = done.poses.world[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
        np.testing.assert_allclose(hips, 0.0, atol=1e-12)
        length = np.linalg.norm(done.poses.world[:, 11] - done.poses.world[:, 28], axis=1)
        np.testing.assert_allclose(length, np.linalg.norm(done.points[:, 11] - done.points[:, 28], axis=1))
        np.testing.assert_allclose(np.linalg.det(done.camera.axes), 1.0)

    def test_pitch_looks_down_and_roll_turns_the_picture(self) -> None:
        middle = np.array([0.0, 0.95, 0.0])
        left_of_camera = middle + 0.5 * Camera(yaw=0).axes[0]
        assert Camera(yaw=0, pitch=10).pixels(middle)[1] < 240
        assert Camera(yaw=0, roll=10).pixels(left_of_camera)[1] < 240

    @motions(ALL)
    def test_all_is_finite_and_in_the_picture(self, motion: Motion) -> None:
        poses = perform(motion, fps=15).poses
        assert np.isfinite(poses.image).all()
        assert np.isfinite(poses.world).all()
        assert (poses.image > 0).all()
        assert (poses.image < poses.size).all()

    def test_who_is_behind_the_camera_is_an_error(self) -> None:
        with pytest.raises(PoseError, match="further away"):
            perform(standing(), camera=Camera(distance=0.05))

    def test_far_arm_is_hidden_in_side_views_only(self) -> None:
        still = standing(seconds=1)
        for yaw, far, near in ((90, "RIGHT", "LEFT"), (-90, "LEFT", "RIGHT")):
            seen = perform(still, camera=Camera(yaw=yaw)).poses.visibility
            assert (seen[:, Landmark[f"{far}_ELBOW"]] < 0.3).all()
            assert (seen[:, Landmark[f"{near}_ELBOW"]] > 0.9).all()
        assert (perform(still, camera=Camera(yaw=45)).poses.visibility > 0.9).all()


class TestMirror:
    @pytest.mark.parametrize("right", [pull(flare_deg=50), push(stance="lying"), lift(free_arm="counter", jitter=0.1)])
    def test_a_left_set_is_the_mirror_image_of_a_right_set(self, right: Exercise) -> None:
        a = perform(right, camera=Camera(yaw=-30), fps=10)
        b = perform(replace(right, side="left"), camera=Camera(yaw=30), fps=10)
        np.testing.assert_allclose(b.points, a.points[:, MIRROR] * [-1, 1, 1], atol=1e-12)
        np.testing.assert_allclose(b.poses.world, a.poses.world[:, MIRROR] * [-1, 1, 1], atol=1e-12)
        np.testing.assert_allclose(b.poses.image[..., 0], 640 - a.poses.image[:, MIRROR, 0], atol=1e-9)
        for side in Side:
            for name, values in vars(a.truth.side(side)).items():
                np.testing.assert_allclose(getattr(b.truth.side(side.opposite), name), values, atol=1e-6)
        for left_rep, right_rep in zip(b.truth.reps, a.truth.reps, strict=True):
            assert left_rep.side == "left"
            assert left_rep.flare_deg == pytest.approx(right_rep.flare_deg, abs=1e-6)


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


class TestSampling:
    @motions(ALL)
    def test_the_rate_samples_one_curve(self, motion: Motion) -> None:
        fine = perform(motion, fps=60)
        for fps in (10, 15, 30):
            coarse = perform(motion, fps=fps)
            same = fine.poses.world[:: 60 // fps][: len(coarse.poses)]
            np.testing.assert_allclose(coarse.poses.world[: len(same)], same, atol=1e-12)
            assert [rep.peak_s for rep in coarse.truth.reps] == [rep.peak_s for rep in fine.truth.reps]

    def test_start_and_duration(self) -> None:
        done = perform(push(), duration_s=5.0, start_s=10.0, fps=20)
        assert len(done.poses) == 100
        assert done.poses.t[0] == 10.0
        assert [rep.index for rep in done.truth.reps] == [0]
        assert 11.0 < done.truth.reps[0].peak_s < 14.0

    @settings(max_examples=40, deadline=None)
    @given(
        motion=st.builds(
            lambda kind, options: kind(reps=2, **options),
            st.sampled_from([pull, push, lift]),
            st.fixed_dictionaries(
                {
                    "side": st.sampled_from(["left", "right", "alternating"]),
                    "leg": st.sampled_from(["opposite", "same", "both", "none"]),
                    "range": st.floats(0.2, 1.0),
                    "leg_late": st.floats(0.0, 0.45),
                    "trunk_deg": st.floats(0.0, 35.0),
                    "flare_deg": st.floats(-10.0, 75.0),
                }
            ),
        ),
        stature=st.floats(1.4, 2.0),
    )
    def test_any_set_is_finite_and_keeps_its_bones(self, motion: Exercise, stature: float) -> None:
        body = Body(stature=stature)
        done = perform(motion, body=body, fps=10)
        assert np.isfinite(done.points).all()
        thigh = np.linalg.norm(at(done, Landmark.LEFT_KNEE) - at(done, Landmark.LEFT_HIP), axis=1)
        np.testing.assert_allclose(thigh, body.thigh)
        assert len(done.truth.reps) == 2

    def test_rests_are_finite_where_the_way_there_and_back_do_not_cancel_to_the_bit(self) -> None:
        motion = push(reps=3, period_s=1.8, rest_s=0.6)
        done = perform(motion, fps=25)
        assert -1e-12 < motion.effort(done.poses.t).min() < 0.0, "choose numbers that leave a trace below 0"
        assert np.isfinite(done.points).all()


class TestNoise:
    def test_nothing_asked_nothing_changed(self) -> None:
        poses = perform(push(reps=1)).poses
        same = with_noise(poses, np.random.default_rng(0))
        np.testing.assert_array_equal(same.world, poses.world)
        np.testing.assert_array_equal(same.image, poses.image)
        np.testing.assert_array_equal(same.visibility, poses.visibility)

    @pytest.mark.parametrize("correlation_s", [0.0, 0.2])
    def test_jitter_has_the_size_asked(self, correlation_s: float) -> None:
        poses = perform(standing(seconds=20)).poses
        rough = with_noise(poses, np.random.default_rng(0), image_px=3.0, world_m=0.02, correlation_s=correlation_s)
        assert np.std(rough.image - poses.image) == pytest.approx(3.0, rel=0.05)
        assert np.std(rough.world - poses.world) == pytest.approx(0.02, rel=0.05)
        step = np.std(np.diff(rough.world - poses.world, axis=0))
        assert (step < 0.015) == (correlation_s > 0)

    def test_depth_gain(self) -> None:
        poses = perform(push(reps=1)).poses
        flat = with_noise(poses, np.random.default_rng(0), depth_gain=0.7)
        np.testing.assert_allclose(flat.world, poses.world * [1, 1, 0.7])

    def test_dropouts_are_nan_rows_that_settle_afterwards(self) -> None:
        poses = perform(standing(seconds=60)).poses
        gappy = with_noise(poses, np.random.default_rng(0), dropout=0.2, settle_frames=6, cuts=(30,))
        assert 0.1 < (~gappy.found).mean() < 0.3
        assert np.isnan(gappy.image[~gappy.found]).all()
        assert np.isnan(gappy.visibility[~gappy.found]).all()
        begins = np.flatnonzero(gappy.found[1:] & ~gappy.found[:-1]) + 1
        assert gappy.settling[begins].all()
        assert not gappy.settling[~gappy.found].any()
        assert np.flatnonzero(gappy.cut).tolist() == [30]
        untouched = with_noise(poses, np.random.default_rng(0), settle_frames=6)
        assert np.flatnonzero(untouched.settling).tolist() == list(range(6))

    def test_a_hidden_arm_copies_the_seen_one(self) -> None:
        poses = perform(pull(leg="none"), camera=Camera(yaw=-90)).poses
        made_up = with_noise(poses, np.random.default_rng(0), hidden_copies=True)
        hidden = poses.visibility[:, Landmark.LEFT_ELBOW] < 0.5
        assert hidden.mean() > 0.5
        left = made_up.world[:, Landmark.LEFT_ELBOW] - made_up.world[:, Landmark.LEFT_SHOULDER]
        right = made_up.world[:, Landmark.RIGHT_ELBOW] - made_up.world[:, Landmark.RIGHT_SHOULDER]
        np.testing.assert_allclose(left[hidden], right[hidden], atol=1e-12)
        assert made_up.visibility[hidden, Landmark.LEFT_WRIST].max() <= 0.1

    def test_left_and_right_are_exchanged_for_some_frames(self) -> None:
        poses = perform(standing(seconds=60)).poses
        mixed = with_noise(poses, np.random.default_rng(0), exchanged=0.2, exchanged_frames=5.0)
        hit = np.any(mixed.world != poses.world, axis=(1, 2))
        assert 0.1 < hit.mean() < 0.3
        assert 3.0 < hit.sum() / (np.diff(hit.astype(int)) == 1).sum() < 8.0
        for name in ("image", "world", "visibility"):
            np.testing.assert_array_equal(getattr(mixed, name)[hit], getattr(poses, name)[hit][:, MIRROR])

    @pytest.mark.parametrize("wrong", [{"dropout": 1.0}, {"exchanged": 1.0}, {"exchanged_frames": 0.5}])
    def test_impossible_noise(self, wrong: dict[str, float]) -> None:
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            with_noise(perform(standing(seconds=1)).poses, np.random.default_rng(0), **wrong)


def test_public_names_are_sorted_and_there() -> None:
    assert synthetic.__all__ == sorted(synthetic.__all__)
    assert all(hasattr(synthetic, name) for name in synthetic.__all__)
