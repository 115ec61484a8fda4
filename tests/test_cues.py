"""Which cue is said now: one at a time, the most important first, and not again and again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from armswing.cues import ESSENTIAL, ESSENTIAL_NEED, Coach, Said
from armswing.events import RepCompleted
from armswing.landmarks import Landmark
from armswing.needs import NEEDS
from armswing.patterns import get_pattern, patterns
from armswing.phrases import Phrases
from armswing.pose import PoseSequence
from armswing.reps import Measured
from armswing.scoring import score_rep
from armswing.session import Session
from armswing.synthetic import Camera, perform, pull
from reps_by_hand import Value, rep_with

PUSH, PULL, LIFT = (get_pattern(name) for name in ("push", "pull", "lift"))

GOOD: dict[str, Value] = {
    "coupling": 1.0, "coupling_hip": 1.0, "coupling_trunk": 1.0, "same_hip_change": -10.0, "late_by": 0.0,
    "opposition": 1.0, "elbow_flare": 30.0, "elbow_plane": 50.0, "range_of_motion": 0.6, "retraction_peak": 0.4,
    "trunk_heave": 5.0, "tempo": 1.2, "wrong_leg": 0.0, "bilateral": 0.0, "partial": 0.0, "one_leg_share": 1.0,
    "push_off": 20.0, "landing": 20.0, "finish_elevation": 170.0,
}  # fmt: skip
NO_LEG: dict[str, Value] = {"coupling": 0.2, "coupling_hip": 0.0}
WRONG_LEG: dict[str, Value] = {"coupling": 0.0, "coupling_hip": 0.0, "wrong_leg": 1.0}
SHORT: dict[str, Value] = {"range_of_motion": 0.2}
DROPPED: dict[str, Value] = {"tempo": 0.4}
PRAISE = "Yes, that's it. Keep that."
KNEE_IN = "Right hand out, left knee in."


def rep(pattern: Any = PUSH, /, faults: dict[str, Value] | None = None, **other: Any) -> RepCompleted:
    """A good repetition, and what is faulty of it."""
    made = rep_with({**GOOD, **(faults or {})}, **other)
    return RepCompleted(t=made.end_s, rep=made, score=score_rep(made, pattern.rules, essential="coupling"))


def texts(coach: Coach, *reps: RepCompleted) -> list[str]:
    said = [coach.update(event) for event in reps]
    return [one.text if one else "" for one in said]


def test_a_good_set_needs_no_words() -> None:
    assert texts(Coach(PUSH), *[rep()] * 5) == [""] * 5


def test_a_slip_is_no_habit() -> None:
    assert texts(Coach(PUSH), rep(PUSH, NO_LEG), rep(), rep(), rep(PUSH, NO_LEG), rep(), rep()) == [""] * 6


@pytest.mark.parametrize("second", [1, 2])
def test_a_fault_in_two_of_the_last_three_is_cued_when_it_is_there_again(second: int) -> None:
    faulty = [rep(PUSH, NO_LEG) if k in (0, second) else rep() for k in range(second + 1)]
    assert texts(Coach(PUSH), *faulty) == [*[""] * second, KNEE_IN]


def test_it_says_which_rule_and_what_kind() -> None:
    coach = Coach(PUSH)
    coach.update(rep(PUSH, NO_LEG))
    assert coach.update(rep(PUSH, NO_LEG)) == Said(kind="cue", code="PUSH_COUPLING", text=KNEE_IN)


def test_of_repetitions_that_become_known_together_the_last_is_spoken_of() -> None:
    coach = Coach(PUSH)
    assert coach.update(rep(PUSH, WRONG_LEG), rep(PUSH, WRONG_LEG)) is not None
    assert coach.update(rep(PUSH, WRONG_LEG)) is None
    assert Coach(PUSH).update(rep(PUSH, NO_LEG), rep(PUSH, NO_LEG)) is not None, "two of the last three"


def test_the_same_is_not_said_again_for_three_repetitions() -> None:
    got = texts(Coach(PUSH), *[rep(PUSH, SHORT)] * 10)
    assert got == ["", "Press all the way.", "", "", "", "Press all the way.", "", "", "", "Press all the way."]


def test_the_most_important_goes_first_and_the_next_while_it_is_quiet() -> None:
    both = rep(PUSH, {**NO_LEG, **DROPPED})
    assert texts(Coach(PUSH), both, both, both, both) == ["", KNEE_IN, "Lower it slowly.", ""]


def test_one_fault_is_not_put_in_other_words() -> None:
    """Silent legs fail five rules, two arms at once two, and a short press another two."""
    every: dict[str, Value] = {
        **NO_LEG,
        "opposition": -0.3,
        "same_hip_change": 19.0,
        "one_leg_share": 0.0,
        "late_by": 0.0,
    }
    assert texts(Coach(PUSH), *[rep(PUSH, every)] * 4) == ["", KNEE_IN, "", ""]
    knee_up = "Left knee up as right hand goes up."
    assert texts(Coach(LIFT), *[rep(LIFT, every)] * 4) == ["", knee_up, "", ""]
    late = rep(LIFT, {**NO_LEG, "late_by": 0.55})
    assert texts(Coach(LIFT), *[late] * 4) == ["", "Hand and knee arrive together.", "", ""]
    assert texts(Coach(PUSH), *[rep(PUSH, NO_LEG)] * 4) == ["", KNEE_IN, "", ""]
    short = rep(PUSH, {**SHORT, "partial": 1.0})
    assert texts(Coach(PUSH), *[short] * 4) == ["", "Press all the way.", "", ""]


def test_the_wrong_leg_is_named_at_once() -> None:
    got = texts(Coach(PUSH), *[rep(PUSH, WRONG_LEG)] * 6)
    assert got == ["Other leg: right arm, left leg.", "", "", "", "Other leg: right arm, left leg.", ""]


def test_a_wrong_leg_that_was_hardly_seen_waits_for_a_second() -> None:
    doubtful = rep(PUSH, {**WRONG_LEG, "wrong_leg": Measured(value=1.0, share=0.79)})
    assert texts(Coach(PUSH), doubtful, doubtful) == ["", "Other leg: right arm, left leg."]
    sure = rep(PUSH, {**WRONG_LEG, "wrong_leg": Measured(value=1.0, share=0.8)})
    assert texts(Coach(PUSH), sure) == ["Other leg: right arm, left leg."]


def test_a_doubtful_wrong_leg_does_not_hide_that_the_legs_are_silent() -> None:
    doubtful = rep(PUSH, {**WRONG_LEG, "wrong_leg": Measured(value=1.0, share=0.7)})
    assert texts(Coach(PUSH), rep(PUSH, NO_LEG), doubtful) == ["", KNEE_IN]


def test_each_arm_is_counted_by_itself() -> None:
    """A fault of the left side only is a fault of the left side, however the arms take turns."""
    left, right = rep(PUSH, NO_LEG, side="left"), rep(side="right")
    assert texts(Coach(PUSH), left, right, left, right) == ["", "", "Left hand out, right knee in.", ""]
    assert texts(Coach(PUSH), rep(PUSH, NO_LEG, side="left"), rep(PUSH, NO_LEG, side="right")) == ["", ""]


def test_both_arms_get_their_cue_by_turns() -> None:
    by_turns = [rep(PUSH, NO_LEG, side=side) for side in ("left", "right") * 4]
    left, right = "Left hand out, right knee in.", KNEE_IN
    assert texts(Coach(PUSH), *by_turns) == ["", "", left, right, "", "", left, right]


def test_a_cue_without_a_side_is_quiet_for_both() -> None:
    by_turns = [rep(PUSH, SHORT, side=side) for side in ("left", "right") * 3]
    assert texts(Coach(PUSH), *by_turns) == ["", "", "Press all the way.", "", "", ""]


def test_too_low_and_too_high_are_two_faults() -> None:
    slow = rep(PUSH, {"tempo": 8.0})
    assert texts(Coach(PUSH), rep(PUSH, DROPPED), slow) == ["", ""]
    assert texts(Coach(PUSH), slow, slow) == ["", "A little faster on the way back."]


def test_two_arms_at_once() -> None:
    bilateral: dict[str, Value] = dict.fromkeys(
        ("coupling", "coupling_hip", "coupling_trunk", "wrong_leg"), "BILATERAL"
    )
    faults = {**bilateral, "bilateral": 1.0, "opposition": -0.3}
    together = rep(PUSH, faults, side="both", flags=frozenset({"BILATERAL"}))
    coach = Coach(PUSH)
    assert texts(coach, *[together] * 4) == ["", "One arm at a time.", "", ""]
    assert texts(coach, rep(side="left")) == [PRAISE], "one arm it is"


@pytest.mark.parametrize(
    ("pattern", "far_out", "elbow"),
    [
        (PUSH, {"elbow_flare": 84.0}, "Make an arrow, not a T."),
        (PULL, {"elbow_flare": 64.0}, "Aim the elbow at your back pocket."),
        (LIFT, {"elbow_plane": 1.0}, "Elbow in front of your ribs."),
    ],
)
def test_an_elbow_far_out_over_ribs_that_stand_still_is_a_matter_of_the_ribs(
    pattern: Any, far_out: dict[str, Value], elbow: str
) -> None:
    ribs = "Let your ribs turn with your right arm."
    for trunk, said in ((0.39, ribs), (0.41, elbow), ("VIEW", elbow)):
        event = rep(pattern, {**far_out, "coupling_trunk": trunk})
        assert texts(Coach(pattern), event, event) == ["", said], trunk


def test_a_tucked_elbow_is_cued_after_three_in_a_row_and_is_no_matter_of_the_ribs() -> None:
    tucked = rep(PULL, {"elbow_flare": -14.0, "coupling_trunk": 0.1})
    float_out = "Let the elbow float out a little."
    assert texts(Coach(PULL), tucked, tucked, tucked) == ["", "", float_out]
    assert texts(Coach(PULL), tucked, tucked, rep(PULL), tucked) == [""] * 4


def test_what_was_not_assessed_is_never_cued() -> None:
    unseen = rep(PUSH, {"elbow_flare": "LOW_VISIBILITY", "range_of_motion": "OUT_OF_FRAME", "late_by": "LOW_FPS"})
    assert texts(Coach(PUSH), unseen, unseen, unseen) == ["", "", ""]


def test_a_fix_is_praised_once() -> None:
    coach = Coach(PUSH)
    texts(coach, rep(PUSH, NO_LEG), rep(PUSH, NO_LEG))
    assert coach.update(rep()) == Said(kind="praise", code="PUSH_COUPLING", text=PRAISE)
    assert texts(coach, rep(), rep()) == ["", ""]


def test_no_praise_without_the_fix_or_without_the_score() -> None:
    coach = Coach(PUSH)
    assert texts(coach, rep(PUSH, DROPPED), rep(PUSH, DROPPED))[1] == "Lower it slowly."
    assert rep(PUSH, DROPPED).score.score == pytest.approx(95)
    assert texts(coach, rep(PUSH, DROPPED)) == [""]  # enough points, but still dropped
    assert rep(PUSH, {"coupling": 0.5}).score.score < 85
    assert texts(coach, rep(PUSH, {"coupling": 0.5})) == [""]  # mended, but not enough points
    assert texts(coach, rep()) == [PRAISE]


def test_the_other_arm_does_not_earn_the_praise() -> None:
    coach = Coach(PUSH)
    texts(coach, rep(PUSH, NO_LEG), rep(PUSH, NO_LEG))
    assert texts(coach, rep(side="left"), rep(side="right")) == ["", PRAISE]


def test_a_fault_that_can_no_longer_be_seen_is_not_mended() -> None:
    coach = Coach(PUSH)
    texts(coach, rep(PUSH, DROPPED), rep(PUSH, DROPPED))
    assert texts(coach, rep(PUSH, {"tempo": "CUT_OFF"})) == [""]


def test_a_new_set_begins_anew() -> None:
    coach = Coach(PUSH)
    assert texts(coach, rep(PUSH, NO_LEG), rep(PUSH, NO_LEG))[1] == KNEE_IN
    coach.new_set()
    assert texts(coach, rep(PUSH, NO_LEG)) == [""]  # one is no habit
    assert texts(coach, rep(PUSH, NO_LEG)) == [KNEE_IN]  # and nothing is quiet
    coach.new_set()
    assert texts(coach, rep()) == [""]  # nor praised


def poses(*, hidden: tuple[Landmark, ...] = (), below: tuple[Landmark, ...] = ()) -> PoseSequence:
    """A row seen from the right front, with landmarks that are hidden or below the picture."""
    seen = perform(pull(reps=1), camera=Camera(yaw=-40.0), fps=30).poses
    visibility, image = seen.visibility.copy(), seen.image.copy()
    visibility[:, list(hidden)] = 0.2
    image[:, list(below), 1] = seen.size[1] + 5.0
    return PoseSequence(t=seen.t, image=image, world=seen.world, visibility=visibility, size=seen.size)


KNEES = Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE


@pytest.mark.parametrize(
    ("reason", "seen", "said"),
    [
        ("LOW_VISIBILITY", poses(hidden=(Landmark.LEFT_KNEE,)), "I can't see your left knee."),
        ("LOW_VISIBILITY", poses(hidden=(Landmark.RIGHT_HIP,)), "I can't see your right hip."),
        ("LOW_VISIBILITY", poses(hidden=KNEES), "I can't see your knees."),
        ("LOW_VISIBILITY", poses(hidden=(Landmark.RIGHT_WRIST, Landmark.LEFT_KNEE)), "I can't see your left knee."),
        ("OUT_OF_FRAME", poses(below=(Landmark.RIGHT_KNEE,)), "I can't see your right knee."),
        ("LOW_VISIBILITY", None, "I can't see you clearly."),
        ("UNSTEADY", poses(), "I can't see you clearly."),
        ("TOO_FAR", poses(), "Come closer: I see you too small."),
        ("LOW_FPS", None, "More light: too few pictures a second."),
        ("TRACKING_GAP", None, "I lost sight of you."),
    ],
)
def test_without_the_coupling_it_says_what_is_missing(reason: str, seen: PoseSequence | None, said: str) -> None:
    event = rep(PUSH, {"coupling": reason, "coupling_hip": reason}, poses=seen)
    assert Coach(PUSH).update(event) == Said(kind="missing", code=reason, text=said)


def test_what_is_missing_comes_first_and_is_quiet_for_three_repetitions() -> None:
    blind = rep(PUSH, {**SHORT, "coupling": "LOW_VISIBILITY"}, poses=poses(hidden=(Landmark.LEFT_KNEE,)))
    knee = "I can't see your left knee."
    assert texts(Coach(PUSH), *[blind] * 5) == [knee, "Press all the way.", "", "", knee]
    assert texts(Coach(PUSH), rep(PUSH, SHORT), blind) == ["", knee]


@pytest.mark.parametrize("reason", ["BILATERAL", "STILL", "NOT_DEFINED"])
def test_what_no_camera_changes_is_not_missing(reason: str) -> None:
    assert texts(Coach(PUSH), rep(PUSH, {"coupling": reason})) == [""]


def test_hidden_knees_are_named_from_the_poses_to_the_words() -> None:
    """The window that the session keeps of a repetition is what the joint is read from."""
    seen = perform(pull(side="right", reps=2), camera=Camera(yaw=-40.0), fps=30).poses
    visibility = seen.visibility.copy()
    visibility[:, KNEES] = 0.1
    dim = PoseSequence(t=seen.t, image=seen.image, world=seen.world, visibility=visibility, size=seen.size)
    session = Session("pull")
    events = [e for e in session.update(dim) + session.finish() if isinstance(e, RepCompleted)]
    assert [e.score.score for e in events] == [None, None]
    assert texts(Coach(session.pattern), *events) == ["I can't see your knees.", ""]


def test_the_essential_quantity_is_the_one_the_score_needs_and_its_need_exists() -> None:
    assert ESSENTIAL_NEED in NEEDS
    blind = rep(PUSH, {ESSENTIAL: "VIEW"})
    assert (blind.score.score, blind.score.reasons) == (None, ("VIEW",))


def test_a_translation_is_spoken() -> None:
    german = Phrases({"PUSH_RANGE.low": "Ganz durchdrücken."})
    assert texts(Coach(PUSH, german), rep(PUSH, SHORT), rep(PUSH, SHORT)) == ["", "Ganz durchdrücken."]


@pytest.mark.parametrize("name", sorted(patterns()))
def test_every_rule_of_every_pattern_can_be_cued(name: str) -> None:
    """Whatever fails again and again is said at last, in at most 8 words."""
    pattern = get_pattern(name)
    for rule in pattern.rules:
        band = rule.band
        ends = [end for end in (band.zero_below, band.zero_above) if np.isfinite(end)]
        for value in ends:
            said = texts(Coach(pattern), *[rep(pattern, {rule.measure: value, "coupling_trunk": 1.0})] * 3)
            wanted = rule.cues[rule.cue_end(value)].format(arm="right", leg="left", Arm="Right", Leg="Left")
            assert wanted in said, rule.code
            assert all(len(text.split()) <= 8 for text in said)
