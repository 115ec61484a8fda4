"""The quantities of a repetition: what leans, turns or hides must not change what it is not about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from armswing.api import Options, judge
from armswing.events import RepCompleted
from armswing.landmarks import Landmark
from armswing.patterns import patterns
from armswing.reasons import Reason
from armswing.rules import Verdict
from armswing.synthetic import Camera, Exercise, lift, perform, pull, push

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


@pytest.mark.parametrize(("name", "reason"), [("push", Reason.VIEW), ("pull", ""), ("lift", "")])
def test_the_flare_of_a_press_is_not_read_from_straight_ahead(name: str, reason: str) -> None:
    """The elbow is drawn too near the body there, and good ones would be told to float out."""
    ahead, beside = (second_rep(KINDS[name](reps=2), yaw=yaw).rep["elbow_flare"] for yaw in (0.0, -30.0))
    assert ahead.reason == reason
    assert beside.known
