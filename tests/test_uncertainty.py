"""How far off a score may be: one entry for each place of the camera that was measured."""

from __future__ import annotations

from itertools import pairwise

import pytest

from armswing import judge
from armswing.api import Options
from armswing.synthetic import Camera, Motion, lift, perform, pull, push
from armswing.uncertainty import PLACES, Margin, margin
from armswing.viewpoint import NEAR_SIDE_DEG


def test_the_places_follow_one_another() -> None:
    assert all(one.to_deg == following.from_deg for one, following in pairwise(PLACES))
    assert all(0 < place.margin.score < 100 for place in PLACES)
    assert all(0 < place.margin.coupling <= 1.0 for place in PLACES)


def test_from_straight_ahead_a_lift_is_measured_well_and_a_press_is_not() -> None:
    lifted, pressed = margin(0.0, upward=True), margin(0.0)
    assert lifted is not None
    assert pressed is not None
    assert 4 * lifted.score < pressed.score
    assert margin(40.0, upward=True) == margin(40.0)


def test_a_lift_gets_the_margin_of_a_lift() -> None:
    def margins(motion: Motion, pattern: str) -> set[float | None]:
        reps = judge(perform(motion, camera=Camera(yaw=5.0)).poses, Options(pattern=pattern)).reps
        return {event.score.score_margin for event in reps}

    wide, close = margin(0.0), margin(0.0, upward=True)
    assert margins(lift(reps=2, side="right"), "lift") == {close and close.score}
    assert margins(push(reps=2, side="right"), "push") == {wide and wide.score}


def test_the_views_in_which_the_trunk_counts_are_a_place_of_their_own() -> None:
    assert NEAR_SIDE_DEG in [(place.from_deg, place.to_deg) for place in PLACES]


@pytest.mark.parametrize("toward", [float("nan"), 150.0, -150.0])
def test_what_was_not_measured_has_no_margin(toward: float) -> None:
    assert margin(toward) is None


@pytest.mark.parametrize(("side", "yaw"), [("right", -40.0), ("left", 40.0)])
def test_a_working_arm_toward_the_camera_is_seen_better_than_one_away(side: str, yaw: float) -> None:
    def margins(at: float) -> Margin:
        motion = push(reps=1, side=side)  # type: ignore[arg-type]  # parametrized
        reps = judge(perform(motion, camera=Camera(yaw=at)).poses, Options(pattern="push")).reps
        (score,) = (event.score for event in reps)
        assert score.score_margin is not None
        assert score.coupling_margin is not None
        return Margin(score=score.score_margin, coupling=score.coupling_margin)

    assert margins(yaw).score < margins(-yaw).score < margins(0.0).score
    assert margins(yaw).coupling < margins(0.0).coupling


def test_somebody_who_lies_has_no_margin() -> None:
    poses = perform(push(reps=2, stance="lying"), camera=Camera(yaw=60.0)).poses
    reps = judge(poses, Options(pattern="push")).reps
    assert reps
    assert {event.score.score_margin for event in reps} == {None}


def test_somebody_bent_over_has_the_margin_of_the_place() -> None:
    poses = perform(pull(reps=2, stance="hinged"), camera=Camera(yaw=-40.0, distance=3.0)).poses
    place = margin(40.0)
    assert place is not None
    reps = judge(poses, Options(pattern="pull")).reps
    assert [(event.score.score_margin, event.score.coupling_margin) for event in reps] == [
        (place.score, place.coupling)
    ] * 2


def test_two_arms_at_once_have_no_margin() -> None:
    """They were not among what was measured."""
    reps = judge(perform(push(reps=2, side="both"), camera=Camera(yaw=0.0)).poses, Options(pattern="push")).reps
    assert {event.rep.side for event in reps} == {"both"}
    assert {event.score.score_margin for event in reps} == {None}


def test_without_a_score_there_is_no_margin_of_it() -> None:
    poses = perform(pull(reps=1), camera=Camera(yaw=-40.0), fps=10).poses
    assert all(event.score.score_margin is None for event in judge(poses, Options(pattern="pull")).reps)
