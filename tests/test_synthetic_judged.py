"""The checker on the synthetic athlete's motions: what was done is what is found."""

from __future__ import annotations

import pytest

from armswing.api import Analysis, Options, judge
from armswing.patterns import patterns
from armswing.synthetic import BODIES, Camera, Exercise, Motion, lift, perform, picking_up, pull, push

KINDS: dict[str, type[Exercise]] = {"pull": pull, "push": push, "lift": lift}


def judged(
    motion: Motion, pattern: str, *, yaw: float = -40.0, body: str = "average man", distance: float = 4.2
) -> Analysis:
    done = perform(motion, body=BODIES[body], camera=Camera(yaw=yaw, distance=distance))
    return judge(done.poses, Options(pattern=pattern))


def sides(analysis: Analysis) -> list[str]:
    return [event.rep.side for event in analysis.reps]


def couplings(analysis: Analysis) -> list[float]:
    return [event.rep.values["coupling_hip"].value for event in analysis.reps]


class TestHinged:
    @pytest.mark.parametrize("side", ["left", "right"])
    @pytest.mark.parametrize("body", BODIES)
    def test_good_rows_are_counted_with_their_side_and_coupling(self, side: str, body: str) -> None:
        for yaw in (0.0, -40.0, 40.0):  # near enough: a trunk bent to the camera looks short
            motion = pull(stance="hinged", side=side, reps=3)  # type: ignore[arg-type]  # parametrized
            seen = judged(motion, "pull", yaw=yaw, body=body, distance=3.2)
            assert sides(seen) == [side] * 3
            if yaw:
                assert min(couplings(seen)) > 0.9
            else:  # the pose model takes one leg for the other there
                assert {event.rep["coupling"].reason for event in seen.reps} == {"VIEW"}

    def test_rows_on_planted_feet_have_no_coupling(self) -> None:
        seen = judged(pull(stance="hinged", leg="none", reps=3), "pull")
        assert sides(seen) == ["right"] * 3
        assert couplings(seen) == [0.0] * 3

    def test_alternating(self) -> None:
        seen = judged(pull(stance="hinged", side="alternating", reps=4), "pull")
        assert sides(seen) == ["right", "left"] * 2


@pytest.mark.parametrize("name", KINDS)
class TestSets:
    @pytest.mark.parametrize("side", ["left", "right"])
    def test_a_tired_set_is_counted_and_its_coupling_fades(self, name: str, side: str) -> None:
        motion = KINDS[name](fatigue=1.0, side=side)  # type: ignore[arg-type]  # parametrized
        seen = judged(motion, name, yaw=30.0 if side == "left" else -30.0)
        assert sides(seen) == [side] * 5
        ranges = [event.rep.values["range_of_motion"].value for event in seen.reps]
        assert ranges == sorted(ranges, reverse=True)

    @pytest.mark.parametrize("arms", ["start", "hang"])
    def test_a_pause_adds_no_rep(self, name: str, arms: str) -> None:
        motion = KINDS[name](reps=4, pause_after=2, pause_s=3.0, pause_arms=arms)  # type: ignore[arg-type]  # parametrized
        assert len(judged(motion, name).reps) == 4

    def test_an_arm_that_does_not_move_has_no_reps(self, name: str) -> None:
        assert judged(KINDS[name](range=0.0), name).reps == ()

    def test_alternating(self, name: str) -> None:
        assert sides(judged(KINDS[name](side="alternating", reps=4), name, yaw=0.0)) == ["right", "left"] * 2

    def test_trunk_alone_and_leg_alone(self, name: str) -> None:
        assert couplings(judged(KINDS[name](leg="none", reps=3), name)) == [0.0] * 3
        assert len(judged(KINDS[name](trunk_deg=0.0, pelvis_deg=0.0, reps=3), name).reps) == 3


@pytest.mark.parametrize("pattern", patterns())
@pytest.mark.parametrize("yaw", [0.0, 40.0, -80.0])
def test_picking_up_a_weight_is_no_rep(pattern: str, yaw: float) -> None:
    for seed, side, to_shoulder in ((0, "left", True), (1, "right", True), (2, "right", False), (3, "left", False)):
        motion = picking_up(seed=seed, side=side, to_shoulder=to_shoulder)  # type: ignore[arg-type]  # parametrized
        assert judged(motion, pattern, yaw=yaw).reps == (), (seed, side)
