"""The synthetic athlete moves as one figure in front of any camera, and its truth is true."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing import synthetic
from armswing.errors import PoseError
from armswing.landmarks import MIRROR, Landmark, Side
from armswing.synthetic import (
    BODIES,
    Body,
    Camera,
    Exercise,
    Motion,
    lift,
    perform,
    pull,
    push,
    side_truth,
    standing,
    trunk_pitch,
)
from armswing.synthetic.stance import Stance
from synthetic_motions import ALL, at, figure, motions, rotations


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


def test_public_names_are_sorted_and_there() -> None:
    assert synthetic.__all__ == sorted(synthetic.__all__)
    assert all(hasattr(synthetic, name) for name in synthetic.__all__)
