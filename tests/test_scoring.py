"""From findings to a score: weights, caps, and never a number for what was not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armswing.patterns import get_pattern
from armswing.reps import Measured
from armswing.rules import Band, Cap, Rule
from armswing.scoring import (
    ENOUGH,
    ENOUGH_BOTH,
    MIN_FPS,
    RepScore,
    grade,
    main_cue,
    score_rep,
    set_score,
)
from reps_by_hand import Value, rep_with

PULL = get_pattern("pull").rules


def rule(code: str, weight: float, *, cap: Cap | None = None, priority: int = 1) -> Rule:
    """A rule whose marks are the value itself, and whose cue is its code."""
    return Rule(
        code=code, title=code, measure=code.lower(), band=Band(zero_below=0, good_from=1), weight=weight, cap=cap,
        cue_low=code, priority=priority, why="Because.", source="This test",
    )  # fmt: skip


RULES = (rule("COUPLING", 50), rule("FLARE", 30), rule("TEMPO", 20))


def scored(values: dict[str, Value], rules: tuple[Rule, ...] = RULES, **other: Any) -> RepScore:
    return score_rep(rep_with(values, **other), rules, essential="coupling")


def pull_rep(**changed: Value) -> dict[str, Value]:
    """A row with full marks everywhere, and what is changed of it."""
    good: dict[str, Value] = {
        "coupling": 1.0, "coupling_hip": 1.0, "late_by": 0.0, "opposition": 1.0, "elbow_flare": 20.0,
        "retraction_peak": 0.4, "trunk_heave": 5.0, "tempo": 1.2, "wrong_leg": 0.0, "bilateral": 0.0, "partial": 0.0,
    }  # fmt: skip
    return {**good, **changed}


class TestScore:
    def test_the_weighted_mean_of_marks(self) -> None:
        got = scored({"coupling": 0.8, "flare": 0.5, "tempo": 1.0})
        assert got.score == pytest.approx(100 * (50 * 0.8 + 30 * 0.5 + 20 * 1.0) / 100)
        assert [finding.code for finding in got.findings] == ["COUPLING", "FLARE", "TEMPO"]
        assert got["FLARE"].marks == 0.5

    def test_what_was_not_assessed_has_no_weight(self) -> None:
        got = scored({"coupling": 0.8, "flare": "LOW_VISIBILITY", "tempo": 1.0})
        assert got.score == pytest.approx(100 * (50 * 0.8 + 20 * 1.0) / 70)

    def test_zero_counts_where_not_assessed_does_not(self) -> None:
        assert scored({"coupling": 1.0, "flare": 0.0, "tempo": 1.0}).score == pytest.approx(70.0)
        assert scored({"coupling": 1.0, "flare": "VIEW", "tempo": 1.0}).score == pytest.approx(100.0)

    def test_a_perfect_row_has_a_hundred_points(self) -> None:
        got = scored(pull_rep(), PULL)
        assert (got.score, got.grade, got.cue, got.reasons) == (100.0, "connected", "", ())

    @given(
        st.dictionaries(st.sampled_from(["coupling", "flare", "tempo"]), st.one_of(st.floats(-1, 2), st.just("VIEW")))
    )
    def test_nan_never_enters(self, values: dict[str, Value]) -> None:
        got = scored(values)
        if got.score is None:
            assert (got.grade, got.confidence) == ("", None)
            assert got.reasons
        else:
            assert 0.0 <= got.score <= 100.0
            assert got.confidence is not None
            assert 0.0 <= got.confidence <= 1.0

    @given(st.sets(st.sampled_from([*pull_rep()])), st.sampled_from([0.0, 0.4, 1.0]))
    def test_a_gate_is_never_worse_than_a_fault(self, gated: set[str], coupling: float) -> None:
        """What is turned off is left out, and not counted as nothing."""
        plain = pull_rep(coupling=coupling, coupling_hip=coupling)
        worst = {"late_by": 9.0, "opposition": -1.0, "elbow_flare": 99.0, "retraction_peak": -9.0, "trunk_heave": 99.0,
                 "tempo": 99.0, "wrong_leg": 1.0, "bilateral": 1.0, "partial": 1.0, "coupling_hip": 0.0}  # fmt: skip
        off = scored({**plain, **dict.fromkeys(gated, "LOW_VISIBILITY")}, PULL).score
        bad = scored({**plain, **{name: worst.get(name, 0.0) for name in gated}}, PULL).score
        if off is not None:
            assert bad is not None
            assert off >= bad - 1e-9
            assert "coupling" not in gated


class TestNoScore:
    def test_without_the_essential_quantity_and_with_its_reason(self) -> None:
        got = scored({"coupling": "OUT_OF_FRAME", "flare": 1.0, "tempo": 1.0})
        assert (got.score, got.grade, got.confidence, got.reasons) == (None, "", None, ("OUT_OF_FRAME",))
        assert got["FLARE"].marks == 1.0

    def test_enough_of_the_weight_must_be_assessed(self) -> None:
        assert ENOUGH == 0.60
        just = (rule("COUPLING", 45), rule("FLARE", 15), rule("TEMPO", 40))
        short = (rule("COUPLING", 45), rule("FLARE", 14.9), rule("TEMPO", 40.1))
        values: dict[str, Value] = {"coupling": 1.0, "flare": 1.0, "tempo": "CUT_OFF"}
        assert scored(values, just).score == 100.0
        assert scored(values, short).score is None
        assert scored(values, short).reasons == ("NOT_ENOUGH",)

    @pytest.mark.parametrize(("fps", "scores"), [(MIN_FPS, True), (30.0, True), (11.9, False), (5.0, False)])
    def test_too_few_pictures_a_second(self, fps: float, scores: bool) -> None:
        """12 is the floor for a score."""
        assert MIN_FPS == 12
        got = scored(pull_rep(), PULL, fps=fps)
        assert (got.score is not None) == scores
        assert got.reasons == (() if scores else ("LOW_FPS",))

    def test_flags_stand_beside_the_reason(self) -> None:
        got = scored({"coupling": "TOO_FAR"}, flags=frozenset({"PARTIAL", "CUT_OFF"}))
        assert got.reasons == ("CUT_OFF", "PARTIAL", "TOO_FAR")


class TestCaps:
    @pytest.mark.parametrize(
        ("changed", "most"),
        [
            ({"wrong_leg": 1.0}, 50.0),
            ({"bilateral": 1.0}, 60.0),
            ({"partial": 1.0}, 70.0),
            ({"coupling_hip": 0.0}, 65.0),
            ({"coupling_hip": 0.05}, 82.5),
            ({"wrong_leg": 1.0, "partial": 1.0}, 50.0),
        ],
    )
    def test_an_essential_fault_limits_the_score(self, changed: dict[str, Value], most: float) -> None:
        """A12."""
        assert scored(pull_rep(**changed), PULL).score == pytest.approx(most)

    @pytest.mark.parametrize(("coupling", "most"), [(0.0, 45), (0.25, 45), (0.30, 72.5), (0.35, 100)])
    def test_an_arm_alone_is_limited_and_the_limit_fades(self, coupling: float, most: float) -> None:
        """Over a ramp of .10 of C."""
        free = Rule(**{**vars(PULL[0]), "band": Band(zero_below=-2.0, good_from=-1.0)})
        assert free.measure == "coupling"
        assert scored(pull_rep(coupling=coupling), (free, *PULL[1:])).score == pytest.approx(most)

    def test_a_tidy_arm_alone_is_arms_only(self) -> None:
        got = scored(pull_rep(coupling=0.0, coupling_hip=0.0), PULL)
        assert got.score == pytest.approx(45.0)
        assert got.grade == "arms_only"

    def test_a_cap_never_raises(self) -> None:
        bad = pull_rep(
            coupling=0.0, coupling_hip=0.0, elbow_flare=90.0, retraction_peak=-1.0, opposition=-1.0, tempo=9.0
        )
        got = scored(bad, PULL).score
        assert got is not None
        assert got < 45.0

    def test_what_was_not_assessed_caps_nothing(self) -> None:
        got = scored(pull_rep(wrong_leg="NO_READY", coupling_hip="LOW_VISIBILITY"), PULL)
        assert got.score == pytest.approx(100.0)


class TestBothArms:
    """Coupling not assessed, at most 60."""

    BOTH = frozenset({"BILATERAL"})

    def rep(self, **changed: Value) -> RepScore:
        legs = dict.fromkeys(("coupling", "coupling_hip", "late_by", "wrong_leg"), "BILATERAL")
        values = pull_rep(**{**legs, "bilateral": 1.0, **changed})
        return scored(values, PULL, side="both", flags=self.BOTH)

    def test_it_is_scored_without_coupling_and_limited(self) -> None:
        got = self.rep()
        assert got.score == pytest.approx(60.0)
        assert got.reasons == ("BILATERAL",)
        assert got.cue == "One arm at a time."

    def test_a_bad_one_scores_less(self) -> None:
        got = self.rep(elbow_flare=90.0, retraction_peak=-1.0, opposition=-1.0)
        assert got.score is not None
        assert got.score < 40.0

    def test_something_must_be_assessed_all_the_same(self) -> None:
        hidden = dict.fromkeys(("elbow_flare", "retraction_peak", "tempo", "opposition"), "LOW_VISIBILITY")
        got = self.rep(**hidden)  # 8 of 100 left
        assert ENOUGH_BOTH == 0.25
        assert (got.score, got.reasons) == (None, ("BILATERAL", "NOT_ENOUGH"))


class TestConfidence:
    def test_the_mean_share_of_usable_frames_by_weight(self) -> None:
        """A22, the view factor being 1."""
        got = scored({"coupling": Measured(value=1, share=0.9), "flare": Measured(value=1, share=0.5), "tempo": "VIEW"})
        assert got.confidence == pytest.approx((50 * 0.9 + 30 * 0.5) / 80)

    def test_it_is_printed_beside_the_score_never_multiplied_into_it(self) -> None:
        unsure = {name: Measured(value=1.0, share=0.81) for name in ("coupling", "flare", "tempo")}
        got = scored({**unsure})
        assert (got.score, got.confidence) == (100.0, pytest.approx(0.81))


class TestGrades:
    @pytest.mark.parametrize(
        ("score", "name"),
        [
            (100, "connected"), (85, "connected"), (84.9, "good"), (70, "good"), (69.9, "partly"), (50, "partly"),
            (49.9, "arms_only"), (0, "arms_only"), (None, ""),
        ],
    )  # fmt: skip
    def test_limits(self, score: float | None, name: str) -> None:
        assert grade(score) == name


class TestSetScore:
    @pytest.mark.parametrize(
        ("scores", "expected"),
        [([80.0, 20.0, 90.0], 80.0), ([80.0, None, 90.0], 85.0), ([None, None], None), ([], None), ([0.0, None], 0.0)],
    )
    def test_the_median_of_those_scored(self, scores: list[float | None], expected: float | None) -> None:
        assert set_score(iter(scores)) == expected


class TestMainCue:
    def test_the_most_important_fault_is_named(self) -> None:
        rules = (rule("TEMPO", 1, priority=9), rule("COUPLING", 1, priority=2), rule("FLARE", 1, priority=5))

        def cue(**marks: Value) -> str:
            return main_cue(scored(marks, rules).findings, rules)

        assert cue(tempo=0.0, coupling=0.0, flare=0.0) == "COUPLING"
        assert cue(tempo=0.0, coupling=1.0, flare=0.0) == "FLARE"
        assert cue(tempo=0.0, coupling=1.0, flare=1.0) == "TEMPO"
        assert cue(tempo=1.0, coupling=1.0, flare=1.0) == ""
        assert cue(tempo=0.0, coupling="VIEW", flare="VIEW") == "TEMPO"

    def test_an_unscored_repetition_may_have_a_cue(self) -> None:
        got = scored({"coupling": "OUT_OF_FRAME", "flare": 0.0, "tempo": 1.0})
        assert (got.score, got.cue) == (None, "FLARE")

    @pytest.mark.parametrize("name", ["pull", "push", "lift"])
    def test_the_order_of_the_specification(self, name: str) -> None:
        """Wrong leg, both arms, coupling, opposition, range, flare, leg rules, tempo.

        Timing goes before coupling, because a late leg is what leaves no coupling.
        """
        order = {
            "pull": ["WRONG_LEG", "BILATERAL", "PULL_TIMING", "PULL_COUPLING", "PULL_OPPOSITION", "PULL_RANGE",
                     "PULL_FLARE", "PULL_HEAVE", "PULL_TEMPO"],
            "push": ["WRONG_LEG", "BILATERAL", "PUSH_TIMING", "PUSH_COUPLING", "PUSH_OPPOSITION", "PUSH_RANGE",
                     "PUSH_FLARE", "PUSH_TEMPO"],
            "lift": ["WRONG_LEG", "BILATERAL", "LIFT_TIMING", "LIFT_COUPLING", "LIFT_OPPOSITION", "LIFT_TOP",
                     "LIFT_RACK", "LIFT_TEMPO"],
        }[name]  # fmt: skip
        priority = {rule.code: rule.priority for rule in get_pattern(name).rules}
        found = [priority[code] for code in order]
        assert found == sorted(found)
        assert len(set(found)) == len(found)


def test_a_rule_that_is_not_there_is_an_error() -> None:
    with pytest.raises((KeyError, LookupError, StopIteration)):
        scored({"coupling": 1.0})["NO_SUCH_RULE"]


def test_findings_of_an_unmeasured_rep_are_all_not_assessed() -> None:
    got = scored({}, PULL)
    assert got.score is None
    assert {finding.reason for finding in got.findings} == {"NOT_DEFINED"}
    assert all(np.isnan(finding.marks) for finding in got.findings)
