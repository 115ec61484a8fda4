"""Where to put the camera: in plain words, from what could not be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

import sessions
from armswing.advice import _ARM, _LEGS, MOST, WHERE, WHERE_BOTH, Seen, camera_advice
from armswing.patterns import patterns
from armswing.synthetic import Camera, perform, standing
from armswing.viewpoint import where_from

GOOD = Seen(views=["front-right"] * 3, sides=["right"] * 3)


@pytest.mark.parametrize(
    ("view", "side"),
    [
        ("front-right", "right"),
        ("front-left", "left"),
        ("right-lying", "right"),
        ("left-lying", "left"),
        ("front", "both"),
    ],
)
def test_a_good_place_needs_no_advice(view: str, side: str) -> None:
    assert camera_advice(Seen(views=[view], sides=[side])) == ()


@pytest.mark.parametrize(
    ("view", "side", "words"),
    [
        ("front", "right", "30 to 45 degrees"),
        ("right", "right", "30 to 45 degrees"),
        ("behind", "left", "30 to 45 degrees"),
        ("behind-left", "left", "30 to 45 degrees"),
        ("front-left", "right", "30 to 45 degrees"),
        ("right", "left", "30 to 45 degrees"),
        ("left-lying", "right", "on your right side"),
        ("feet-lying", "right", "Do not film from the feet"),
        ("feet", "right", "Do not film from the feet"),
        ("head-lying", "left", "Do not film from the head"),
    ],
)
def test_a_bad_place_gets_its_advice(view: str, side: str, words: str) -> None:
    (advice,) = camera_advice(Seen(views=[view], sides=[side]))
    assert words in advice


@pytest.mark.parametrize("view", ["left-lying", "right-lying", "front-lying"])
def test_lying_is_never_sent_to_the_front(view: str) -> None:
    assert not [a for a in camera_advice(Seen(views=[view], sides=["right"])) if "off the front" in a]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"coupling": ["OUT_OF_FRAME"]}, "Step back: the legs"),
        ({"coupling_hip": ["LOW_VISIBILITY"]}, "Step back, or clear the view: the legs"),
        ({"elbow_flare": ["OUT_OF_FRAME"]}, "the arms leave the picture"),
        ({"elbow_flare": ["LOW_VISIBILITY"]}, "Turn the working arm toward the camera"),
        ({"coupling": ["LOW_FPS"]}, "Record 30 pictures a second"),
        ({"coupling": ["BONE_LENGTH"]}, "unsteady"),
        ({"wrong_leg": ["NO_READY"]}, "Stand still"),
        ({"hold": ["CUT_OFF"]}, "two seconds after"),
    ],
)
def test_what_is_missing_gets_its_advice(missing: dict[str, list[str]], words: str) -> None:
    (advice,) = camera_advice(Seen(views=GOOD.views, sides=GOOD.sides, missing=missing))
    assert words in advice


@pytest.mark.parametrize(
    ("concern", "words"),
    [
        ("NOBODY", "Nobody was found"),
        ("TOO_FAR", "Come closer"),
        ("SUBJECT_CHANGED", "--subject X,Y"),
        ("TRACKING_LOST", "was lost for moments"),
        ("HIDDEN_ARM", "Turn the working arm toward the camera"),
        ("COPIED_ARM", "Turn the working arm toward the camera"),
        ("DEPTH_ONLY", "an arm that points at it is hardly seen to move"),
    ],
)
def test_what_kept_movements_from_counting_gets_its_advice(concern: str, words: str) -> None:
    (advice,) = camera_advice(Seen(concerns=[concern]))
    assert words in advice


@pytest.mark.parametrize(("azimuth_deg", "told"), [(-14.0, True), (8.0, True), (25.0, False), (float("nan"), False)])
def test_who_is_nearly_straight_ahead_and_is_not_counted_is_told_to_turn(azimuth_deg: float, told: bool) -> None:
    advice = camera_advice(Seen(views=["front-left"], azimuth_deg=azimuth_deg, concerns=["NOT_THE_PATTERN"]))
    assert any("hardly seen to move" in line for line in advice) == told


@pytest.mark.parametrize(("view", "advice"), [("front-lying", []), ("left-lying", []), ("left", [WHERE])])
def test_who_lies_or_has_to_turn_anyway_is_not_told_to_turn_from_the_front(view: str, advice: list[str]) -> None:
    assert list(camera_advice(Seen(views=[view], concerns=["DEPTH_ONLY"]))) == advice


def test_a_hidden_free_arm_is_no_matter_of_the_camera() -> None:
    missing = {"opposition": ["LOW_VISIBILITY"], "opposition_arms": ["LOW_VISIBILITY"]}
    seen = Seen(views=GOOD.views, sides=GOOD.sides, missing=missing, concerns=["HIDDEN_ARM"])
    assert camera_advice(seen) == ()


def test_arms_by_turns_have_no_good_side() -> None:
    assert camera_advice(Seen(views=["front-left"] * 3, sides=["right", "left", "right"])) == ()
    hidden = {"elbow_flare": ["LOW_VISIBILITY"]}
    (advice,) = camera_advice(Seen(views=["front-left"], sides=["right", "left"], missing=hidden))
    assert advice == WHERE_BOTH
    beside = Seen(views=["left"], azimuth_deg=88.0, sides=["right", "left"], missing=hidden)
    assert camera_advice(beside) == (WHERE_BOTH,), "one thing is not said twice"
    assert camera_advice(Seen(views=["left-lying"], sides=["right", "left"], missing=hidden)) == ()
    assert camera_advice(Seen(views=["left"], azimuth_deg=88.0, sides=["right", "left"])) == (WHERE_BOTH,)


@pytest.mark.parametrize("code", ["BILATERAL", "STILL", "NO_LEG_DRIVE", "PARTIAL", "GAIT"])
def test_what_no_camera_changes_gets_none(code: str) -> None:
    assert camera_advice(Seen(views=GOOD.views, sides=GOOD.sides, missing={"coupling": [code]}, concerns=[code])) == ()


def test_the_most_important_comes_first_and_nobody_is_sent_four_ways() -> None:
    missing = {"coupling": ["OUT_OF_FRAME", "LOW_FPS", "BONE_LENGTH"], "elbow_flare": ["LOW_VISIBILITY"]}
    advice = camera_advice(Seen(views=["front"], sides=["left"], missing=missing, concerns=["TOO_FAR"]))
    assert len(advice) == MOST
    assert advice[0].startswith("Come closer")
    assert advice[1].startswith("Step back: the legs")


@pytest.mark.parametrize(
    ("azimuth", "view", "side", "words"),
    [
        (0.0, "front", "right", "Turn about 40 degrees to your left: your right arm comes toward the camera."),
        (0.0, "front", "left", "Turn about 40 degrees to your right: your left arm comes toward the camera."),
        (90.0, "left", "left", "Turn about 50 degrees to your left: your left arm comes toward the camera."),
        (40.0, "front-left", "right", "Turn about 80 degrees to your left: your right arm comes toward the camera."),
        (-170.0, "behind", "right", "Turn about 130 degrees to your right: your right arm comes toward the camera."),
    ],
)
def test_it_says_how_far_to_turn(azimuth: float, view: str, side: str, words: str) -> None:
    assert camera_advice(Seen(views=[view], azimuth_deg=azimuth, sides=[side])) == (words,)


@pytest.mark.parametrize("view", ["feet", "feet-lying", "head-lying"])
def test_a_camera_along_the_body_is_never_well_placed(view: str) -> None:
    (advice,) = camera_advice(Seen(views=[view], azimuth_deg=40.0, sides=["left"]))
    assert advice.startswith(f"Do not film from the {view.removesuffix('-lying')}")


def test_a_working_arm_toward_the_camera_needs_no_advice() -> None:
    assert camera_advice(Seen(views=["front"], azimuth_deg=25.0, sides=["left"])) == ()


def test_who_turns_as_told_is_seen_from_there() -> None:
    """Turning to the right by 40 degrees brings a camera in front of the person to 40 degrees on the left."""
    standing_ahead, turned = (perform(standing(seconds=1), camera=Camera(yaw=yaw)).poses for yaw in (0.0, 40.0))
    assert where_from(standing_ahead)[1] == pytest.approx(0.0, abs=3.0)
    assert where_from(turned)[1] == pytest.approx(40.0, abs=3.0)


def test_who_bends_over_is_told_to_turn_further_than_others() -> None:
    placed = Seen(views=["front"], azimuth_deg=-22.0, sides=["right"])
    assert camera_advice(placed) == ()
    unseen = replace(placed, missing={"coupling": ["VIEW"]})
    assert camera_advice(unseen) == ("Turn about 20 degrees to your left: your right arm comes toward the camera.",)


def test_without_a_repetition_from_straight_ahead_it_says_to_turn() -> None:
    (advice,) = camera_advice(Seen(views=["front"], azimuth_deg=2.0))
    assert advice.startswith("Turn about 40 degrees, the working arm toward the camera")


def test_the_view_that_occurs_most_decides() -> None:
    assert camera_advice(Seen(views=["front", "front-right", "front-right", ""], sides=["right"])) == ()
    assert camera_advice(Seen(views=["front", "front", "front-right"], sides=["right"])) == (WHERE,)


def test_the_quantities_it_knows_exist() -> None:
    """A quantity that was renamed would lose its advice without a word."""
    measured = set(sessions.exact().reps[0].rep.values)
    asked = {rule.measure for pattern in patterns().values() for rule in pattern.rules}
    assert measured | asked >= _LEGS | _ARM
