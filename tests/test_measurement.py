"""The quantities of a repetition: what leans, turns or hides must not change what it is not about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from armswing.api import Options, judge
from armswing.events import RepCompleted
from armswing.landmarks import Landmark
from armswing.patterns import patterns
from armswing.pose import PoseSequence
from armswing.rules import Verdict
from armswing.synthetic import Camera, Exercise, Performance, lift, perform, pull, push

KINDS: dict[str, type[Exercise]] = {"pull": pull, "push": push, "lift": lift}


def second_rep(motion: Exercise, *, yaw: float = -40.0) -> RepCompleted:
    pattern = type(motion).__name__.lower()
    poses = perform(motion, camera=Camera(yaw=yaw, size=(960, 720))).poses
    return judge(poses, Options(pattern=pattern)).reps[1]


class TestOpposition:
    """The legs work against each other or not, however the trunk leans over them."""

    @pytest.mark.parametrize("free_arm", ["still", "counter"])
    @pytest.mark.parametrize("stance", ["standing", "split", "hinged"])
    @pytest.mark.parametrize("yaw", [-40.0, -90.0])
    def test_a_row_with_a_little_lean_needs_no_cue(self, yaw: float, stance: str, free_arm: str) -> None:
        for heave_deg in (6.0, 15.0):
            motion = pull(reps=2, heave_deg=heave_deg, stance=stance, free_arm=free_arm)  # type: ignore[arg-type]  # parametrized
            assert second_rep(motion, yaw=yaw).score.cue == "", heave_deg

    @pytest.mark.parametrize("yaw", [-45.0, -60.0, -90.0])
    def test_much_lean_is_told_as_lean(self, yaw: float) -> None:
        score = second_rep(pull(reps=2, heave_deg=45.0), yaw=yaw).score
        assert score.cue == "Turn, don't lean back."
        assert score["PULL_OPPOSITION"].verdict is not Verdict.FAIL

    @pytest.mark.parametrize("yaw", [-30.0, -60.0, -90.0])
    @pytest.mark.parametrize("leg", ["opposite", "same", "both"])
    @pytest.mark.parametrize("name", patterns())
    def test_it_is_that_of_an_upright_trunk(self, name: str, leg: str, yaw: float) -> None:
        upright, leaning = (
            second_rep(KINDS[name](reps=2, leg=leg, heave_deg=heave_deg), yaw=yaw).rep  # type: ignore[arg-type]  # parametrized
            for heave_deg in (0.0, 30.0)
        )
        assert leaning.value("opposition_legs") == pytest.approx(upright.value("opposition_legs"), abs=0.05)
        assert (leaning.value("opposition_legs") < -0.9) == (leg == "both")

    @pytest.mark.parametrize("name", patterns())
    def test_planted_feet_stay_still_under_a_trunk_that_leans(self, name: str) -> None:
        for heave_deg in (0.0, 45.0):
            rep = second_rep(KINDS[name](reps=2, leg="none", heave_deg=heave_deg)).rep
            assert rep["opposition_legs"].reason == "STILL"


@pytest.mark.parametrize("name", patterns())
@pytest.mark.parametrize("yaw", [-30.0, 30.0])
def test_a_free_arm_that_follows_in_depth_only_keeps_still(name: str, yaw: float) -> None:
    """The pose model lets it go along with the working one, while in the picture its hand stays."""
    motion = KINDS[name](reps=3, side="right", trunk_deg=0.0, pelvis_deg=0.0, leg="none")
    poses = perform(motion, camera=Camera(yaw=yaw, size=(960, 720))).poses
    world = poses.world.copy()
    working, free = ([Landmark[f"{side}_{joint}"] for joint in ("ELBOW", "WRIST")] for side in ("RIGHT", "LEFT"))
    world[:, free, 2] += 0.3 * (world[:, working, 2] - world[:1, working, 2])
    reps = [event.rep for event in judge(replace(poses, world=world), Options(pattern=name)).reps]
    assert len(reps) == 3
    assert all(abs(rep.value("opposition_arms")) < 0.02 for rep in reps)
    assert all(rep["opposition_arms"].known for rep in reps)


class TestArmThatSeemsToSetOutLate:
    """From the front the pose model draws the first part of an arm's way as none at all."""

    def late(self, done: Performance, seconds: float) -> PoseSequence:
        """Return the poses with a right arm that rests for so long after its start and catches up until the top."""
        t, poses = done.poses.t, done.poses
        of = t.copy()
        for rep in done.truth.reps:
            out = (t >= rep.start_s) & (t <= rep.peak_s)
            share = np.maximum(t[out] - rep.start_s - seconds, 0.0) / (rep.peak_s - rep.start_s - seconds)
            of[out] = rep.start_s + share * (rep.peak_s - rep.start_s)
        source = np.abs(t[:, None] - of).argmin(axis=0)
        columns = {"world": poses.world.copy(), "image": poses.image.copy()}
        for column in columns.values():
            arm = column[:, [Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST]] - column[:, [Landmark.RIGHT_SHOULDER]]
            column[:, [Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST]] = column[:, [Landmark.RIGHT_SHOULDER]] + arm[source]
        return replace(poses, **columns)

    def test_what_the_leg_does_before_belongs_to_the_repetition(self) -> None:
        poses = self.late(perform(pull(reps=3, side="right"), camera=Camera(yaw=-40.0), fps=30), 0.3)
        reps = judge(poses, Options(pattern="pull")).reps
        assert [event.rep.value("coupling_hip") > 0.95 for event in reps] == [True] * 3

    @pytest.mark.parametrize("name", patterns())
    def test_but_a_leg_that_is_late_does_not_seem_to_be_in_time(self, name: str) -> None:
        rep = second_rep(KINDS[name](reps=3, leg_late=0.3)).rep
        assert rep.value("coupling_hip") == 0.0


class TestRowDrawnShort:
    """The pose model draws half of the way of a row, because the arm's depth shrinks."""

    def rows(self, share: float = 1.0, *, yaw: float = -40.0, depth: float = 0.5) -> list[RepCompleted]:
        """Return rows of so much of the way, as with a cable from lower down, and with so much of the elbow's depth."""
        motion = pull(reps=2, range=share, reach_deg=48.0, behind_deg=48.0, bend_deg=85.0)
        poses = perform(motion, camera=Camera(yaw=yaw, distance=3.0), fps=30).poses
        world = poses.world.copy()
        for side in ("RIGHT", "LEFT"):
            shoulder, elbow = Landmark[f"{side}_SHOULDER"], Landmark[f"{side}_ELBOW"]
            world[:, elbow, 2] = world[:, shoulder, 2] + depth * (world[:, elbow, 2] - world[:, shoulder, 2])
        return list(judge(replace(poses, world=world), Options(pattern="pull")).reps)

    @pytest.mark.parametrize("yaw", [-45.0, -30.0, 25.0])
    def test_it_goes_as_far_as_its_upper_arm_is_long(self, yaw: float) -> None:
        (exact, *_) = judge(
            perform(
                pull(reps=2, reach_deg=48.0, behind_deg=48.0, bend_deg=85.0), camera=Camera(yaw=yaw, distance=3.0)
            ).poses,
            Options(pattern="pull"),
        ).reps
        rows = self.rows(yaw=yaw)
        assert len(rows) == 2
        for event in rows:
            for quantity in ("range_of_motion", "retraction_peak"):
                assert event.rep.value(quantity) == pytest.approx(exact.rep.value(quantity), abs=0.2)
            assert event.status == "full"

    def test_it_is_not_partial_either(self) -> None:
        assert [event.status for event in self.rows(yaw=20.0, depth=0.3)] == ["full"] * 2

    def test_less_than_half_of_it_does_not(self) -> None:
        rows = self.rows(0.4)
        assert len(rows) == 2
        assert all(event.rep.value("retraction_peak") < 0.0 for event in rows)
        assert {event.score["PULL_RANGE"].verdict for event in rows} == {Verdict.FAIL}
