"""Bands, caps and verdicts; and every rule of every pattern, with its cases as data."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armswing.errors import ConfigError
from armswing.patterns import Pattern, patterns
from armswing.reps import Measured
from armswing.rules import Band, Cap, Rule, Verdict, evaluate
from armswing.scoring import score_rep
from reps_by_hand import rep_with

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "rules.toml").read_text(encoding="utf-8")
)
RULES = {f"{name}-{rule.code}": (pattern, rule) for name, pattern in patterns().items() for rule in pattern.rules}
every_rule = pytest.mark.parametrize(("pattern", "rule"), RULES.values(), ids=RULES.keys())

FLARE = Rule(
    code="FLARE",
    title="The elbow",
    measure="flare",
    unit="deg",
    band=Band(zero_below=-20, good_from=0, good_to=40, zero_above=60),
    weight=10,
    cue_low="Let the {arm} elbow out, {leg} leg long.",
    cue_high="{Arm} elbow in, {Leg} leg back.",
    priority=1,
    why="Because.",
    source="This test",
)


class TestBand:
    @pytest.mark.parametrize(
        ("value", "marks"),
        [(-99, 0), (-20, 0), (-10, 0.5), (-5, 0.75), (0, 1), (17, 1), (40, 1), (45, 0.75), (50, 0.5), (60, 0), (99, 0)],
    )
    def test_a_trapezoid(self, value: float, marks: float) -> None:
        assert FLARE.band.marks(value) == pytest.approx(marks)

    def test_open_sides(self) -> None:
        assert Band(zero_below=0, good_from=1).marks(1e9) == 1.0
        assert Band(good_to=1, zero_above=2).marks(-1e9) == 1.0
        assert Band().marks(-np.inf) == Band().marks(np.inf) == 1.0

    def test_a_step_instead_of_a_ramp(self) -> None:
        step = Band(zero_below=1, good_from=1)
        assert (step.marks(0.999), step.marks(1.0)) == (0.0, 1.0)

    def test_what_was_not_measured_has_no_marks(self) -> None:
        assert np.isnan(FLARE.band.marks(float("nan")))

    @given(st.lists(st.floats(-100, 100), min_size=4, max_size=4).map(sorted), st.floats(-200, 200), st.floats(0, 50))
    def test_marks_lie_in_0_to_1_and_fall_away_from_the_good_part(
        self, limits: list[float], value: float, step: float
    ) -> None:
        band = Band(**dict(zip(("zero_below", "good_from", "good_to", "zero_above"), limits, strict=True)))
        assert 0.0 <= band.marks(value) <= 1.0
        if value >= band.good_to:
            assert band.marks(value + step) <= band.marks(value)
        if value <= band.good_from:
            assert band.marks(value - step) <= band.marks(value)

    @pytest.mark.parametrize(
        ("limits", "message"),
        [
            ({"zero_below": 2, "good_from": 1}, "a band must rise: .* got 2, 1, inf, inf"),
            ({"zero_below": 0, "good_from": 5, "good_to": 4, "zero_above": 9}, "a band must rise"),
            ({"good_to": 9, "zero_above": 4}, "a band must rise"),
            ({"good_from": 1}, "open below or has both zero_below and good_from"),
            ({"good_to": 1}, "open above or has both good_to and zero_above"),
            ({"good_from": float("nan"), "zero_below": 0}, "a band must rise"),
        ],
    )
    def test_a_band_that_is_none(self, limits: dict[str, float], message: str) -> None:
        with pytest.raises(ConfigError, match=message):
            Band(**limits)


class TestCap:
    @pytest.mark.parametrize(("value", "limit"), [(0.0, 45), (0.25, 45), (0.30, 72.5), (0.35, 100), (0.9, 100)])
    def test_it_fades_over_its_ramp(self, value: float, limit: float) -> None:
        """45 up to C = .25, and over a ramp of .10 rather than as a cliff."""
        assert Cap(score=45, full_at=0.25, gone_at=0.35).limit(value) == pytest.approx(limit)

    @pytest.mark.parametrize(("value", "limit"), [(0.0, 100), (0.5, 80), (1.0, 60), (3.0, 60)])
    def test_it_may_hold_above(self, value: float, limit: float) -> None:
        assert Cap(score=60, full_at=1.0, gone_at=0.0).limit(value) == pytest.approx(limit)


class TestRule:
    def test_a_rule_that_could_say_nothing(self) -> None:
        with pytest.raises(ConfigError, match="FLARE: a rule needs something to say"):
            replace(FLARE, cue_low="", cue_high="")

    def test_a_negative_weight(self) -> None:
        with pytest.raises(ConfigError, match="FLARE: weight must not be negative, got -1"):
            replace(FLARE, weight=-1)


class TestEvaluate:
    @pytest.mark.parametrize(
        ("value", "verdict", "cue"),
        [
            (20.0, Verdict.PASS, ""),
            (-10.0, Verdict.PASS, ""),
            (50.0, Verdict.PASS, ""),
            (-10.1, Verdict.FAIL, "Let the right elbow out, left leg long."),
            (50.1, Verdict.FAIL, "Right elbow in, Left leg back."),
        ],
    )
    def test_half_marks_pass_and_a_cue_comes_on_a_fail_only(self, value: float, verdict: Verdict, cue: str) -> None:
        """A13."""
        finding = evaluate(FLARE, rep_with({"flare": value}))
        assert (finding.code, finding.verdict, finding.value, finding.cue) == ("FLARE", verdict, value, cue)
        assert (finding.weight, finding.limit, finding.reason) == (10, 100.0, "")

    def test_not_assessed_is_neither_a_fail_nor_a_number(self) -> None:
        finding = evaluate(FLARE, rep_with({"flare": "LOW_VISIBILITY"}))
        assert (finding.verdict, finding.reason, finding.cue) == (Verdict.NOT_ASSESSED, "LOW_VISIBILITY", "")
        assert np.isnan(finding.value)
        assert np.isnan(finding.marks)
        assert finding.limit == 100.0
        assert evaluate(FLARE, rep_with({})).reason == "NOT_DEFINED"

    def test_the_cap_and_where_it_was_read_come_along(self) -> None:
        rule = replace(FLARE, cap=Cap(score=50, full_at=60, gone_at=40))
        finding = evaluate(rule, rep_with({"flare": Measured(value=50.0, share=0.9, at_s=1.25)}))
        assert (finding.limit, finding.share, finding.at_s) == (75.0, 0.9, 1.25)

    @pytest.mark.parametrize(
        ("side", "cue"),
        [
            ("right", "Right elbow in, Left leg back."),
            ("left", "Left elbow in, Right leg back."),
            ("both", "Each elbow in, Opposite leg back."),
        ],
    )
    def test_a_cue_names_the_persons_own_sides(self, side: str, cue: str) -> None:
        assert evaluate(FLARE, rep_with({"flare": 80.0}, side=side)).cue == cue

    def test_one_cue_serves_both_faults_where_there_is_one_only(self) -> None:
        low_only = replace(FLARE, cue_high="", cue_low="Low.")
        high_only = replace(FLARE, cue_low="", cue_high="High.")
        for value in (-50.0, 90.0):
            assert evaluate(low_only, rep_with({"flare": value})).cue == "Low."
            assert evaluate(high_only, rep_with({"flare": value})).cue == "High."


def test_every_rule_has_its_cases_and_every_case_its_rule() -> None:
    assert set(CASES) == {rule.code for _, rule in RULES.values()}
    for code, case in CASES.items():
        assert case["full"], code
        assert case.get("fail_low") or case.get("fail_high"), code


class TestEveryRule:
    @every_rule
    def test_its_cases(self, pattern: Pattern, rule: Rule) -> None:
        case = CASES[rule.code]
        assert rule.weight == case["weight"]
        for value in [*case["full"], *case.get("pass", [])]:
            finding = evaluate(rule, rep_with({rule.measure: value}))
            assert (finding.verdict, finding.cue) == (Verdict.PASS, ""), value
            assert (finding.marks == 1.0) == (value in case["full"]), value
        for side in ("low", "high"):
            for value in case.get(f"fail_{side}", []):
                finding = evaluate(rule, rep_with({rule.measure: value}))
                assert finding.verdict is Verdict.FAIL, value
                assert finding.cue, value
                meant = getattr(rule, f"cue_{side}") or rule.cue_low or rule.cue_high
                assert finding.cue.split()[-1] == meant.split()[-1].format(arm="right", leg="left"), value

    @every_rule
    def test_its_own_band(self, pattern: Pattern, rule: Rule) -> None:
        """Nothing at the ends, full marks at the limits of the good part, half way in between half marks."""
        band = rule.band
        for zero, good in ((band.zero_below, band.good_from), (band.zero_above, band.good_to)):
            if np.isfinite(zero):
                assert evaluate(rule, rep_with({rule.measure: zero})).verdict is Verdict.FAIL
                assert evaluate(rule, rep_with({rule.measure: good})).marks == 1.0
                assert band.marks((zero + good) / 2) == pytest.approx(0.5)

    @every_rule
    def test_not_assessed(self, pattern: Pattern, rule: Rule) -> None:
        finding = evaluate(rule, rep_with({rule.measure: "LOW_FPS"}))
        assert (finding.verdict, finding.reason, finding.cue, finding.limit) == (
            Verdict.NOT_ASSESSED,
            "LOW_FPS",
            "",
            100.0,
        )

    @every_rule
    def test_it_can_be_said_and_explained(self, pattern: Pattern, rule: Rule) -> None:
        """At most eight words, whichever side works."""
        for text in (rule.title, rule.why, rule.source):
            assert text.strip()
        for cue in filter(None, (rule.cue_low, rule.cue_high)):
            for side in ("left", "right", "both"):
                alone = replace(rule, cue_low=cue, cue_high=cue)
                bad = CASES[rule.code].get("fail_low") or CASES[rule.code]["fail_high"]
                said = evaluate(alone, rep_with({rule.measure: bad[0]}, side=side)).cue
                assert 1 <= len(said.split()) <= 8, said
                assert said[0].isupper(), said
                assert said.endswith((".", "!", "?")), said
                assert "{" not in said, said

    @every_rule
    def test_an_open_side_needs_no_cue_and_a_closed_one_has_one(self, pattern: Pattern, rule: Rule) -> None:
        assert bool(rule.cue_low) == np.isfinite(rule.band.zero_below)
        assert bool(rule.cue_high) == np.isfinite(rule.band.zero_above)

    def test_codes_are_unique_in_a_pattern_and_mean_one_rule_elsewhere(self) -> None:
        for pattern in patterns().values():
            codes = [rule.code for rule in pattern.rules]
            assert len(codes) == len(set(codes))
            assert all(code == code.upper() and code.replace("_", "").isalpha() for code in codes)
        by_code: dict[str, set[Rule]] = {}
        for _, rule in RULES.values():
            by_code.setdefault(rule.code, set()).add(rule)
        assert all(len(rules) == 1 for rules in by_code.values())

    @pytest.mark.parametrize("pattern", patterns().values(), ids=patterns().keys())
    def test_weights_make_a_hundred(self, pattern: Pattern) -> None:
        assert sum(rule.weight for rule in pattern.rules) == pytest.approx(100)


def score_at(pattern: Pattern, rule: Rule, value: float) -> float:
    """The score with everything else at full marks and all caps apart."""
    others = [replace(other, cap=None) for other in pattern.rules if other.weight > 0]
    values: dict[str, Any] = {"coupling": 1.0}
    for other in others:
        band = other.band
        values[other.measure] = band.good_from if np.isfinite(band.good_from) else band.good_to
    score = score_rep(rep_with({**values, rule.measure: value}), others, essential="coupling").score
    assert score is not None
    return score


@every_rule
def test_no_small_change_moves_the_score_far(pattern: Pattern, rule: Rule) -> None:
    """At most 8 points for 8 degrees, or for .10 of C; .10 as well of what counts in another unit."""
    if rule.weight == 0:
        assert rule.cap is not None
        return
    step = 8.0 if rule.unit == "deg" else 0.10
    ends = [rule.band.zero_below, rule.band.good_from, rule.band.good_to, rule.band.zero_above]
    known = [x for x in ends if np.isfinite(x)]
    values = np.linspace(min(known) - 2 * step, max(known) + 2 * step, 400)
    worst = max(abs(score_at(pattern, rule, x) - score_at(pattern, rule, x + step)) for x in values)
    assert 0.0 < worst <= 8.0 + 1e-9
