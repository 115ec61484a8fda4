"""The athlete as MediaPipe sees it: what was measured comes out again, and is judged as on the bench."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest

from armswing.api import Analysis, Options, judge
from armswing.errors import ConfigError
from armswing.landmarks import MIRROR, Landmark
from armswing.observability import swapped_frames
from armswing.pose import PoseSequence
from armswing.rules import Verdict
from armswing.synthetic import Camera, Performance, like_mediapipe, perform, pull, standing
from armswing.synthetic import pose_model_fit as fit
from armswing.synthetic.pose_model import mark, seen_from, trunk_size

SEEDS = range(12)


@cache
def row(yaw: float, **options: Any) -> Performance:
    """Two rows of the right arm: it is the near one at negative yaw, as on the bench."""
    motion = pull(reps=2, side="right", period_s=2.1, start_still_s=1.0, end_still_s=0.3, rest_s=0.3, **options)
    camera = Camera(yaw=yaw, distance=3.2, focal=1.35, height=0.95)
    return perform(motion, camera=camera, fps=30)


@cache
def seen(yaw: float, **options: Any) -> tuple[PoseSequence, ...]:
    done = row(yaw, **options)
    return tuple(like_mediapipe(done, np.random.default_rng(seed)) for seed in SEEDS)


@cache
def judged(yaw: float, **options: Any) -> tuple[Analysis, ...]:
    return tuple(judge(poses, Options(pattern="pull")) for poses in seen(yaw, **options))


def depth(poses: PoseSequence, side: str, start: str, end: str) -> np.ndarray:
    return np.asarray(poses.world[:, mark(side, end), 2] - poses.world[:, mark(side, start), 2])


def test_the_same_chance_gives_the_same_poses() -> None:
    one, same, other = (like_mediapipe(row(-45.0), np.random.default_rng(seed)) for seed in (5, 5, 6))
    for name in ("t", "image", "world", "visibility", "settling"):
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert np.abs(one.image - other.image).max() > 1.0
    assert not np.shares_memory(one.image, row(-45.0).poses.image)


def test_poses_are_whole_about_the_hips_and_settle_first() -> None:
    for poses in seen(-45.0):
        assert poses.found.all()
        assert np.flatnonzero(poses.settling).tolist() == list(range(6))
        hips = poses.world[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
        np.testing.assert_allclose(hips, 0.0, atol=1e-12)
        assert poses.visibility.min() > 0.0
        assert poses.visibility.max() == fit.ALWAYS_SEEN


@pytest.mark.parametrize(
    ("yaw", "part", "start", "end"),
    [
        (-45.0, "thigh", "hip", "knee"),
        (-30.0, "upper arm", "shoulder", "elbow"),
        (-60.0, "upper arm", "shoulder", "elbow"),
    ],
)
def test_depth_is_as_flat_as_measured(yaw: float, part: str, start: str, end: str) -> None:
    exact, gains = row(yaw, leg="same").poses, []
    for poses in seen(yaw, leg="same"):
        gains.append(np.polyfit(depth(exact, "RIGHT", start, end), depth(poses, "RIGHT", start, end), 1)[0])
    view = fit.VIEWS.index(-yaw)
    assert np.mean(gains) == pytest.approx(fit.DEPTH_GAIN[part][0][view], abs=0.15)
    assert 0.0 < fit.DEPTH_GAIN[part][0][view] < 0.8, "flat, and not the other way round"


@pytest.mark.parametrize(
    ("side", "joint"), [("RIGHT", "hip"), ("RIGHT", "elbow"), ("LEFT", "shoulder"), ("LEFT", "ankle")]
)
def test_joints_in_the_picture_are_off_as_measured(side: str, joint: str) -> None:
    exact, far, view = row(-45.0).poses, int(side == "LEFT"), fit.VIEWS.index(45.0)
    here, size = mark(side, joint), trunk_size(exact.image)
    late = fit.LAG_S[joint] * np.gradient(exact.image[:, here], exact.t, axis=0)
    errors = [(poses.image[:, here] - exact.image[:, here] + late) / size for poses in seen(-45.0)]
    within = np.sqrt(np.mean([error.var(axis=0) for error in errors]))
    measured = np.hypot(fit.PICTURE_WANDER[joint][far][view], fit.PICTURE_JITTER[joint][far][view])
    assert within == pytest.approx(measured, rel=0.35)
    upward = -np.mean([error[:, 1].mean() for error in errors])
    assert upward == pytest.approx(fit.PICTURE_OFFSET[joint][far][view], abs=0.02)
    bend = np.sqrt(np.mean([np.diff(error, 2, axis=0) ** 2 for error in errors]) / 6)
    assert bend < 0.5 * within, "errors go on from frame to frame"


@pytest.mark.parametrize(
    ("yaw", "start", "end", "low", "high"),
    [
        (-30.0, "shoulder", "elbow", 0.0, 0.12),  # measured .01
        (-60.0, "elbow", "wrist", 0.05, 0.6),  # measured .32
        (45.0, "shoulder", "elbow", 0.2, 0.8),  # the far arm: measured .62
    ],
)
def test_the_depth_of_the_arm_may_point_the_wrong_way(
    yaw: float, start: str, end: str, low: float, high: float
) -> None:
    done = row(yaw)
    true = depth(done.poses, "RIGHT", start, end)
    length = np.linalg.norm(done.poses.world[0, mark("RIGHT", end)] - done.poses.world[0, mark("RIGHT", start)])
    deep = np.abs(true) > 0.3 * length
    assert deep.sum() > 20, "choose a movement with depth"
    wrong = np.mean([(depth(poses, "RIGHT", start, end) * true < 0)[deep].mean() for poses in seen(yaw)])
    assert low <= wrong <= high


def test_what_the_body_hides_is_unsure() -> None:
    middle = {
        (side, joint): np.median([poses.visibility[:, mark(side, joint)] for poses in seen(-90.0)])
        for side in ("LEFT", "RIGHT")
        for joint in ("elbow", "knee")
    }
    assert 0.03 < middle["LEFT", "elbow"] < 0.5  # measured .08 (median), .03-.5 in single clips
    assert 0.2 < middle["LEFT", "knee"] < 0.5  # measured .38
    assert min(middle["RIGHT", "elbow"], middle["RIGHT", "knee"]) > 0.9


def test_a_hidden_arm_is_made_up_after_the_seen_one() -> None:
    exact, pulled = row(-90.0).poses, []
    for poses in seen(-90.0):
        hidden = poses.visibility[:, Landmark.LEFT_ELBOW] < 0.3
        found = poses.image[:, Landmark.LEFT_WRIST] - poses.image[:, Landmark.LEFT_SHOULDER]
        own, other = (exact.image[:, mark(s, "wrist")] - exact.image[:, mark(s, "shoulder")] for s in ("LEFT", "RIGHT"))
        way = (other - own)[hidden]
        pulled.append(((found - own)[hidden] * way).sum() / (way**2).sum())
    assert np.mean(pulled) == pytest.approx(fit.COPIED[-1], abs=0.2)


def test_who_stands_still_is_seen_still() -> None:
    done = perform(standing(seconds=6), camera=Camera(yaw=-45.0), fps=30)
    lively, still = seen(-45.0), [like_mediapipe(done, np.random.default_rng(seed)) for seed in SEEDS]

    def swing(poses: PoseSequence, exact: PoseSequence) -> float:
        off = poses.image[:, Landmark.RIGHT_ELBOW] - exact.image[:, Landmark.RIGHT_ELBOW]
        return float(off.std(axis=0).mean() / trunk_size(exact.image))

    moved = np.mean([swing(poses, row(-45.0).poses) for poses in lively])
    assert np.mean([swing(poses, done.poses) for poses in still]) < 0.85 * moved


def test_near_and_far_are_told_from_the_hips() -> None:
    for yaw, left_far in ((-60.0, True), (60.0, False)):
        view = seen_from(row(yaw).poses.world)
        assert np.median(view.view) == pytest.approx(60.0, abs=10.0)
        assert (view.left_far == left_far).all()


class TestFaultsByChoice:
    """What was measured seldom or never, or differs from clip to clip, can be asked for."""

    @staticmethod
    def wrong(poses: PoseSequence, start: str, end: str, *, straight: bool = True) -> np.ndarray:
        """Return in which of the frames with depth, and with such an elbow, it points the wrong way."""
        done = row(-45.0)
        true, flexion = depth(done.poses, "RIGHT", start, end), done.truth.right.elbow_flexion
        deep = (np.abs(true) > 0.05) & ((flexion < 20.0) if straight else (flexion > 75.0))
        return np.asarray((depth(poses, "RIGHT", start, end) * true < 0)[deep])

    @pytest.mark.parametrize(("start", "end"), [("shoulder", "elbow"), ("elbow", "wrist")])
    def test_depths_point_the_wrong_way_as_often_as_asked(self, start: str, end: str) -> None:
        def often(chance: float) -> float:
            made = [like_mediapipe(row(-45.0), np.random.default_rng(s), wrong_way=chance) for s in SEEDS]
            return float(np.mean([self.wrong(poses, start, end).mean() for poses in made]))

        none, half, mostly = often(0.0), often(0.5), often(0.9)
        assert none < 0.3
        assert half - none == pytest.approx(0.45 * (1.0 - none), abs=0.2)
        assert mostly > 0.65

    def test_they_do_so_for_a_while(self) -> None:
        changes, frames = 0, 0
        for seed in SEEDS:
            wrong = self.wrong(like_mediapipe(row(-45.0), np.random.default_rng(seed), wrong_way=0.5), "elbow", "wrist")
            changes, frames = changes + int(np.diff(wrong).sum()), frames + len(wrong)
        assert frames / max(changes, 1) > 8, "a chance of one half in each frame alone would change every second frame"

    def test_the_forearm_of_a_bent_arm_points_the_right_way(self) -> None:
        for seed in SEEDS:
            without, much = (
                like_mediapipe(row(-45.0), np.random.default_rng(seed), wrong_way=chance) for chance in (0.0, 0.9)
            )
            bent = [self.wrong(poses, "elbow", "wrist", straight=False) for poses in (without, much)]
            np.testing.assert_array_equal(*bent)

    def test_wrong_depths_leave_everything_else_as_it_was(self) -> None:
        without, much = (
            like_mediapipe(row(-45.0), np.random.default_rng(0), wrong_way=chance) for chance in (0.0, 0.9)
        )
        np.testing.assert_array_equal(without.image, much.image)
        np.testing.assert_array_equal(without.visibility, much.visibility)
        other = np.any(without.world != much.world, axis=(0, 2))
        assert {mark.name.split("_")[1] for mark in Landmark if other[mark]} == {
            "ELBOW", "WRIST", "PINKY", "INDEX", "THUMB"
        }  # fmt: skip

    def test_left_and_right_are_exchanged_as_often_as_asked(self) -> None:
        seeds = range(6)
        plain = [like_mediapipe(row(-45.0), np.random.default_rng(s)) for s in seeds]
        mixed = [like_mediapipe(row(-45.0), np.random.default_rng(s), exchanged=0.1) for s in seeds]
        hits = []
        for one, other in zip(plain, mixed, strict=True):
            hit = np.any(one.image != other.image, axis=(1, 2))
            hits.append(hit.mean())
            for name in ("image", "world", "visibility"):
                np.testing.assert_array_equal(getattr(other, name)[hit], getattr(one, name)[hit][:, MIRROR])
            assert swapped_frames(other.world, other.t).any() == hit.any()
        assert np.mean(hits) == pytest.approx(0.1, abs=0.06)

    def test_nobody_is_found_as_often_as_asked(self) -> None:
        made = [like_mediapipe(row(-45.0), np.random.default_rng(seed), lost=0.1) for seed in range(6)]
        assert np.mean([~poses.found for poses in made]) == pytest.approx(0.1, abs=0.05)
        for poses in made:
            again = np.flatnonzero(poses.found[1:] & ~poses.found[:-1]) + 1
            assert poses.settling[again].all()

    def test_as_measured_nobody_is_lost_and_nothing_exchanged(self) -> None:
        assert fit.LOST == fit.EXCHANGED == 0.0
        for poses in seen(-45.0):
            assert poses.found.all()
            assert not swapped_frames(poses.world, poses.t).any()

    @pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
    def test_a_hidden_arm_is_made_up_as_far_as_asked(self, share: float) -> None:
        exact, pulled = row(-90.0).poses, []
        for seed in SEEDS:
            poses = like_mediapipe(row(-90.0), np.random.default_rng(seed), invented=share)
            hidden = poses.visibility[:, Landmark.LEFT_ELBOW] < 0.3
            found = poses.image[:, Landmark.LEFT_WRIST] - poses.image[:, Landmark.LEFT_SHOULDER]
            own, other = (
                exact.image[:, mark(s, "wrist")] - exact.image[:, mark(s, "shoulder")] for s in ("LEFT", "RIGHT")
            )
            way = (other - own)[hidden]
            pulled.append(((found - own)[hidden] * way).sum() / (way**2).sum())
        assert np.mean(pulled) == pytest.approx(share, abs=0.2)

    @pytest.mark.parametrize("wrong", [{"wrong_way": 1.0}, {"invented": 1.1}, {"lost": 1.0}, {"exchanged": -0.1}])
    def test_impossible_shares(self, wrong: dict[str, float]) -> None:
        with pytest.raises(ConfigError, match=next(iter(wrong)) if "lost" not in wrong else "dropout"):
            like_mediapipe(row(-45.0), np.random.default_rng(0), **wrong)


class TestVerdicts:
    """As on the bench of rendered clips, where every one of these is counted and judged so."""

    @staticmethod
    def counted(analyses: tuple[Analysis, ...]) -> float:
        sides = Counter(event.rep.side for analysis in analyses for event in analysis.reps)
        return sides["right"] / (2 * len(analyses))

    @staticmethod
    def coupling(analyses: tuple[Analysis, ...]) -> float:
        reps = [event.rep for analysis in analyses for event in analysis.reps if event.rep.side == "right"]
        return float(np.nanmedian([rep.values["coupling_hip"].value for rep in reps]))

    def test_a_good_row(self) -> None:
        assert self.counted(judged(-45.0)) > 0.7
        assert self.coupling(judged(-45.0)) > 0.7

    def test_a_row_of_the_arm_only(self) -> None:
        analyses = judged(-45.0, leg="none", trunk_deg=0.0, pelvis_deg=0.0)
        assert self.counted(analyses) > 0.5
        assert self.coupling(analyses) < 0.25

    def test_the_wrong_leg_is_named(self) -> None:
        analyses = judged(-45.0, leg="same")
        named = [
            any(finding.code == "WRONG_LEG" and finding.verdict is Verdict.FAIL for finding in event.score.findings)
            for analysis in analyses
            for event in analysis.reps
        ]
        assert self.counted(analyses) > 0.5
        assert np.mean(named) > 0.6
