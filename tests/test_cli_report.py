"""What is printed of an analysis: a table people can read, and what it leaves unsaid."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import armswing
import sessions
from armswing.cli import words
from armswing.cli.report import print_overview, print_report, what_to_change
from armswing.io.summary import summarize
from armswing.patterns import patterns
from armswing.synthetic import perform, pull


def printed(analysis: armswing.Analysis, width: int, *, terminal: bool) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=terminal, color_system=None, markup=False, highlight=False)
    print_report(console, analysis, summarize(analysis), [Path("results/rows/reps.csv")])
    print_overview(console, [summarize(analysis)] * 2)
    return file.getvalue()


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["exact", "eventful", "no_rep", "nobody"])
def test_the_table_fits_and_no_cell_is_cut(name: str, width: int, terminal: bool) -> None:
    text = printed(getattr(sessions, name)(), width, terminal=terminal)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    assert "nan" not in text.split()
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_the_table_says_what_a_person_needs() -> None:
    text = printed(sessions.exact(), 120, terminal=False)
    lines = text.splitlines()
    assert lines[0] == "rows.mp4 · pull · filmed from the front right"
    assert lines[2].split() == ["#", "arm", "top", "score", "verdict", "coupling", "elbow", "what", "to", "change"]
    first = lines[3].split(maxsplit=12)
    score = sessions.exact().reps[0].score
    assert (score.score_margin, score.coupling_margin) == (22.0, 0.40)
    assert first[:7] == ["1", "right", "0:02.2", str(int(score.score or 0)), "±", "22", "connected"]
    assert first[7:] == ["100", "%", "±", "40", "70°", "Aim the elbow at your back pocket."]
    whole = int(sessions.exact().set_scores[1] or 0)
    assert f"Set score     {whole} ± 22 of 100, connected" in lines
    assert lines[-2].split()[:6] == ["rows.mp4", "3", str(whole), "±", "22", "connected"]
    assert "Counted       3 repetitions" in lines


def test_no_margin_is_shown_where_none_is_known() -> None:
    unknown = [
        replace(event, score=replace(event.score, score_margin=None, coupling_margin=None))
        for event in sessions.exact().reps
    ]
    text = printed(replace(sessions.exact(), events=tuple(unknown)), 120, terminal=False)
    assert "100 %" in text
    assert "±" not in text


def test_the_cue_that_matters_most_comes_first_and_other_faults_in_short() -> None:
    motion = pull(side="right", reps=2, leg="none", flare_deg=70.0)
    analysis = armswing.judge(perform(motion, camera=sessions.CAMERA, fps=30).poses, armswing.Options(pattern="pull"))
    said = what_to_change(analysis.reps[0], analysis)
    assert said.startswith("Left leg back with the right elbow. Also: ")
    assert "elbow out" in said
    assert "legs still" not in said, "that would be the same fault twice"


def test_it_says_what_was_not_counted_and_why() -> None:
    text = printed(sessions.eventful(), 120, terminal=False)
    assert "Not counted   1 movement: " in text
    assert "timing of the leg: the opposite leg hardly moved, so it has no timing" in text


def test_an_empty_room_has_no_table() -> None:
    text = printed(sessions.nobody(), 80, terminal=False)
    assert "coupling" not in text
    assert "Counted       no repetition: nobody was found in the video" in text
    assert "Camera        Nobody was found" in text


def test_without_a_score_it_says_why() -> None:
    unscored = [
        replace(event, score=replace(event.score, score=None, grade="", reasons=("LOW_VISIBILITY",), cue=""))
        for event in sessions.exact().reps
    ]
    text = printed(replace(sessions.exact(), events=tuple(unscored)), 120, terminal=False)
    assert "no score" in text
    assert (
        "Set score     none: without the coupling of arm and leg there is no score, and a joint it needs is hid" in text
    )


def test_every_rule_and_quantity_has_plain_words() -> None:
    for pattern in patterns().values():
        for rule in pattern.rules:
            assert rule.measure in words._QUANTITIES, rule.code
            known = [rule.code.split("_", first)[-1] for first in range(rule.code.count("_") + 1)]
            assert set(known) & set(words._FAULTS), rule.code
