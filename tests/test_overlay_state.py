from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from armswing import Analysis, PoseFrame, RepCompleted, RepDiscarded, Side
from armswing.io.overlay_state import CUE_S, state_at
from armswing.reasons import Reason
from overlay_parts import frame_at, three_pulls


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return three_pulls()


def test_count_is_that_of_the_events_so_far(analysis: Analysis) -> None:
    assert analysis.poses is not None
    assert len(analysis.reps) == 3
    for i in range(len(analysis.poses)):
        frame = analysis.poses[i]
        assert isinstance(frame, PoseFrame)
        done = [rep for rep in analysis.reps if rep.t <= frame.t]
        state = state_at(analysis.events, frame, usable=True)
        assert state.count == len(done)
        assert len(state.dots) == len(done)
    assert state.count == len(analysis.reps), "the last picture shows the final count"


@pytest.mark.parametrize("factor", [1.2, 3.0, 7.0])
def test_slow_motion_hides_no_repetition_of_the_last_picture(analysis: Analysis, factor: float) -> None:
    """Its times come back from another clock, and may lie behind the last picture by their last digit."""
    frame = frame_at(analysis, analysis.reps[-1].t)
    told = [replace(event, t=np.nextafter(frame.t, np.inf)) for event in analysis.reps]
    assert state_at(told, frame, usable=True, slowmo_factor=factor).count == len(told)


def test_what_is_found_late_in_slow_motion_does_not_wait(analysis: Analysis) -> None:
    first = analysis.reps[0]
    late = replace(first, t=first.rep.end_s + 1.5)
    frame = frame_at(analysis, first.rep.end_s + 1.2)
    assert state_at([late], frame, usable=True).notes != ()
    assert state_at([late], frame, usable=True, slowmo_factor=8.0).notes == ()


def test_score_and_grade_are_those_of_the_last_repetition(analysis: Analysis) -> None:
    second = analysis.reps[1]
    before = state_at(analysis.events, frame_at(analysis, second.t - 0.05), usable=True)
    after = state_at(analysis.events, frame_at(analysis, second.t + 0.05), usable=True)
    assert before.score == analysis.reps[0].score.score
    assert (after.score, after.grade, after.about) == (second.score.score, second.score.grade, "right arm")
    assert after.margin == second.score.score_margin == 22.0


def test_the_cue_stays_a_few_seconds(analysis: Analysis) -> None:
    rep = analysis.reps[-1]
    told = replace(rep, score=replace(rep.score, cue="Slow on the way back."))
    frame = frame_at(analysis, rep.t)
    for later, cue in ((0.0, told.score.cue), (CUE_S - 0.1, told.score.cue), (CUE_S + 0.1, "")):
        assert state_at([told], replace(frame, t=rep.t + later), usable=True).cue == cue


def test_movements_not_counted_are_named_in_words(analysis: Analysis) -> None:
    frame = frame_at(analysis, 3.0)
    moved = RepDiscarded(
        t=frame.t - 1, set_index=1, side="left", start_s=0.5, peak_s=1, end_s=1.5, reason="COUNTER_SWING"
    )
    notes = state_at([moved], frame, usable=True).notes
    assert notes == (f"Not counted, left arm: {Reason.COUNTER_SWING.sentence}",)
    both = state_at([moved, replace(moved, side="right")], frame, usable=True).notes
    assert both == (f"Not counted, both arms: {Reason.COUNTER_SWING.sentence}",)
    assert state_at([replace(moved, t=frame.t + 0.1)], frame, usable=True).notes == (), "not known yet"
    assert state_at([replace(moved, t=frame.t - CUE_S)], frame, usable=True).notes == (), "long ago"


def test_a_repetition_held_back_is_said_to_wait(analysis: Analysis) -> None:
    rep = analysis.reps[0]
    end_s, frame = rep.rep.end_s, frame_at(analysis, 0.0)
    held = replace(rep, t=end_s + 5.0)
    alone = RepDiscarded(
        t=held.t, set_index=1, side="left", start_s=end_s - 2, peak_s=end_s - 1, end_s=end_s, reason="ISOLATED"
    )
    for event in (held, alone):
        for later, waits in ((0.5, False), (1.5, True), (4.9, True), (5.1, False)):
            notes = state_at([event], replace(frame, t=end_s + later), usable=True).notes
            assert any("waits" in note for note in notes) == waits, later
    at_once = replace(alone, reason="HIDDEN_ARM")
    assert state_at([at_once], replace(frame, t=end_s + 1.5), usable=True).notes == (), "its reason was known at once"


def test_no_skeleton_where_the_subject_is_not_usable(analysis: Analysis) -> None:
    frame = frame_at(analysis, 3.0)
    nobody = PoseFrame.nobody(3.0, size=frame.size)
    assert state_at([], frame, usable=True).image is not None
    assert state_at([], nobody, usable=False).image is None
    assert state_at([], nobody, usable=False).notes == ("Nobody found",)
    assert state_at([], frame, usable=False).image is None
    assert "Somebody else" in state_at([], frame, usable=False).notes[0]


def test_somebody_just_found_is_shown_but_dimmed(analysis: Analysis) -> None:
    state = state_at([], replace(frame_at(analysis, 3.0), settling=True), usable=False)
    assert state.image is not None
    assert state.visibility is not None
    assert not state.visibility.any()
    assert state.notes == ()


def test_the_working_arm_is_that_of_the_nearest_repetition(analysis: Analysis) -> None:
    first, second = analysis.reps[0], analysis.reps[1]
    events = [first, replace(second, rep=replace(second.rep, side="left"))]
    middle = 0.5 * (first.rep.end_s + second.rep.start_s)
    frame = frame_at(analysis, 0.0)
    assert state_at(events, frame, usable=True).working == (Side.RIGHT,)
    assert state_at(events, replace(frame, t=middle - 0.01), usable=True).working == (Side.RIGHT,)
    assert state_at(events, replace(frame, t=middle + 0.01), usable=True).working == (Side.LEFT,)
    together = [replace(first, rep=replace(first.rep, side="both"))]
    assert set(state_at(together, frame, usable=True).working) == set(Side)


def test_an_unscored_repetition_says_why(analysis: Analysis) -> None:
    rep = analysis.reps[0]
    score = replace(rep.score, score=None, grade="", reasons=("LOW_VISIBILITY", "PARTIAL"))
    event = RepCompleted(t=rep.t, rep=replace(rep.rep, flags=frozenset({"PARTIAL"}), full=False), score=score)
    state = state_at([event], frame_at(analysis, rep.t + 0.1), usable=True)
    assert state.why_not_scored == Reason.LOW_VISIBILITY.sentence
    assert state.about == "right arm, partial"
    assert state.partial == 1
