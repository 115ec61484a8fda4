"""Patterns are found by the package itself; adding a file adds one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import armswing.patterns as package
from armswing.config import parse_config
from armswing.errors import ConfigError, PatternError
from armswing.kinematics import QUANTITIES
from armswing.patterns import Condition, Pattern, Variant, describe, get_pattern, patterns, rules_named
from armswing.session import Session
from armswing.synthetic import perform, pull

TOY = '''"""Wave: a toy that greets.

Wave with one hand.
"""

from dataclasses import replace

from armswing.patterns.base import COMMON_RULES
from armswing.patterns.pull import PATTERN as PULL
from armswing.rules import Band, Rule

RULE = Rule(
    code="WAVE_HIGH", title="The hand is high", measure="range_of_motion", band=Band(zero_below=0, good_from=1),
    weight=100, cue_low="Higher.", priority=5, why="It is seen.", source="This test",
)
PATTERN = replace(PULL, name="wave", title="Waving", rules=(RULE, *COMMON_RULES))
'''

every_pattern = pytest.mark.parametrize("pattern", patterns().values(), ids=patterns().keys())


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A file more in the package: the pattern ``wave``."""
    (tmp_path / "wave.py").write_text(TOY, encoding="utf-8")
    (tmp_path / "no_pattern.py").write_text('"""Holds no pattern."""\n\nPATTERN = "a word"\n', encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    package._modules.cache_clear()
    yield "wave"
    package._modules.cache_clear()
    for name in ("wave", "no_pattern"):
        sys.modules.pop(f"{package.__name__}.{name}", None)
        if hasattr(package, name):
            delattr(package, name)


class TestFinding:
    def test_every_file_of_the_package_is_a_pattern(self) -> None:
        files = {path.stem for folder in package.__path__ for path in Path(folder).glob("*.py")}
        assert set(patterns()) == files - {"__init__", "base"}
        assert {"pull", "push", "lift"} <= set(patterns())

    @every_pattern
    def test_by_name(self, pattern: Pattern) -> None:
        assert get_pattern(pattern.name) is pattern

    @pytest.mark.parametrize(("wrong", "near"), [("pul", "pull"), ("psuh", "push"), ("lifting", "lift")])
    def test_an_unknown_name_tells_the_nearest(self, wrong: str, near: str) -> None:
        with pytest.raises(PatternError, match=rf"\(lift, pull, push\), got '{wrong}'; did you mean {near}\?"):
            get_pattern(wrong)

    def test_a_name_like_none_tells_all(self) -> None:
        with pytest.raises(PatternError, match=r"expected a pattern \(lift, pull, push\), got 'xyz'$"):
            get_pattern("xyz")
        with pytest.raises(PatternError, match="did you mean pull"):
            describe("pul")


class TestToy:
    """Issue 2, part 8: adding a file adds a pattern."""

    def test_it_is_not_there_without_its_file(self) -> None:
        with pytest.raises(PatternError):
            get_pattern("wave")

    def test_it_is_found_described_and_explained(self, toy: str) -> None:
        assert set(patterns()) == {"lift", "pull", "push", toy}
        assert get_pattern(toy).title == "Waving"
        assert describe(toy).splitlines()[0] == "Wave: a toy that greets."
        assert list(rules_named("wave-high")) == [toy]
        assert toy in rules_named("WRONG_LEG")

    def test_its_rules_can_be_set(self, toy: str) -> None:
        changed = parse_config({"rules": {"WAVE_HIGH": {"good_from": 2}}}).apply(get_pattern(toy))
        assert changed.rules[0].band.good_from == 2.0

    def test_a_session_takes_it(self, toy: str) -> None:
        session = Session(toy)
        assert session.pattern is get_pattern(toy)
        assert session.update(perform(pull(reps=1), fps=30).poses) + session.finish()


class TestRulesNamed:
    @every_pattern
    def test_every_rule_by_its_code_however_it_is_written(self, pattern: Pattern) -> None:
        for rule in pattern.rules:
            for code in (rule.code, rule.code.lower(), rule.code.replace("_", "-")):
                assert rules_named(code)[pattern.name] is rule

    def test_a_shared_rule_names_all_who_use_it(self) -> None:
        assert set(rules_named("WRONG_LEG")) == set(patterns())
        assert set(rules_named("PULL_FLARE")) == {"pull"}

    def test_an_unknown_code_tells_the_nearest(self) -> None:
        with pytest.raises(PatternError, match=r"expected the code of a rule, got 'pull_flair'; nearest: PULL_FLARE"):
            rules_named("pull_flair")
        with pytest.raises(PatternError, match=r"there are BILATERAL, .*WRONG_LEG$"):
            rules_named("?")


class TestEveryPattern:
    @every_pattern
    def test_its_page(self, pattern: Pattern) -> None:
        page = describe(pattern.name)
        assert page.startswith(f"{pattern.name.capitalize()}: ")
        assert len(page.split()) > 40
        assert page == page.strip()
        assert pattern.title

    @every_pattern
    def test_every_quantity_it_names_exists(self, pattern: Pattern) -> None:
        of_variants = [c for variant in pattern.variants for c in variant.conditions]
        for condition in (*pattern.conditions, *pattern.whole, *of_variants):
            assert condition.quantity in QUANTITIES
            assert condition.moment in ("start", "top", "change")
            assert condition.at_least < condition.at_most
            assert condition.why
        assert set(pattern.drive) <= set(QUANTITIES)
        assert pattern.reach in QUANTITIES
        assert pattern.conditions

    @every_pattern
    def test_its_legs_answer_as_the_source_demands(self, pattern: Pattern) -> None:
        """Signs, full marks and dead zones."""
        full = {"pull": (-1, 20, 23), "push": (1, 30, 23), "lift": (1, 30, 23)}[pattern.name]
        assert (pattern.hip.sign, pattern.hip.full_deg, pattern.trunk.full_deg) == full
        assert pattern.trunk.sign == pattern.hip.sign
        assert (pattern.hip.dead_zone_deg, pattern.trunk.dead_zone_deg) == (8, 17)

    @every_pattern
    def test_its_coupling_weighs_most(self, pattern: Pattern) -> None:
        heaviest = max(pattern.rules, key=lambda rule: rule.weight)
        assert heaviest.code == f"{pattern.name.upper()}_COUPLING"
        assert heaviest.measure == "coupling"

    @every_pattern
    def test_a_drive_rises_by_about_one_in_a_typical_repetition(self, pattern: Pattern) -> None:
        from armswing import synthetic

        names = {"retraction": "retract", "forward_reach": "reach_fwd", "upward_reach": "reach_up"}
        truth = perform(getattr(synthetic, pattern.name)(reps=1), fps=30).truth.right
        drive = sum(weight * getattr(truth, names.get(name, name)) for name, weight in pattern.drive.items())
        assert 1.0 < max(drive) - min(drive) < 2.6  # a whole curl and press is about two presses


class TestCondition:
    @pytest.mark.parametrize(
        ("moment", "holds"),
        [("start", (True, False, False)), ("top", (False, True, True)), ("change", (False, True, False))],
    )
    def test_moments(self, moment: str, holds: tuple[bool, ...]) -> None:
        """Between 20 and 40, both included: (start, top) = (30, 50), (10, 40), (50, 20)."""
        condition = Condition(quantity="elbow_flexion", moment=moment, at_least=20, at_most=40, why="")  # type: ignore[arg-type]
        pairs = ((30.0, 50.0 if moment != "change" else 90.0), (10.0, 40.0), (50.0, 20.0))
        assert tuple(condition.holds(*pair) for pair in pairs) == holds

    def test_room_to_spare(self) -> None:
        """Between 20 and 40 it holds, from 25 to 35 for certain."""
        condition = Condition(quantity="elbow_flexion", moment="top", at_least=20, at_most=40, spare=5, why="")
        tops = (20.0, 24.0, 25.0, 35.0, 36.0, 40.0)
        assert [condition.holds(0.0, top) for top in tops] == [True] * 6
        assert [condition.surely_holds(0.0, top) for top in tops] == [False, False, True, True, False, False]

    def test_what_was_not_seen_does_not_hold(self) -> None:
        condition = Condition(quantity="elbow_flexion", moment="top", why="")
        assert not condition.holds(0.0, float("nan"))


class TestPatternErrors:
    def test_unknown_quantities(self) -> None:
        pattern = get_pattern("pull")
        strange = Condition(quantity="charisma", moment="top", why="")
        for wrong in (
            {"drive": {"charisma": 1.0}},
            {"reach": "charisma"},
            {"conditions": (strange,)},
            {"whole": (strange,)},
            {"variants": (Variant(name="x", full=True, conditions=(strange,)),)},
        ):
            with pytest.raises(ConfigError, match="pattern pull: unknown quantities charisma"):
                replace(pattern, **wrong)

    def test_a_code_twice(self) -> None:
        pattern = get_pattern("pull")
        with pytest.raises(ConfigError, match="pattern pull: a rule code stands twice"):
            replace(pattern, rules=(*pattern.rules, pattern.rules[0]))
