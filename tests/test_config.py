"""A user's own limits: what they change, and what is said of a file that does not fit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from armswing.config import Config, load_config, parse_config
from armswing.errors import ConfigError
from armswing.patterns import get_pattern, patterns
from armswing.reps import RepThresholds

GOOD = """
[rules.PULL_FLARE]
good_to = 45
zero_above = 70.5
weight = 8

[rules.WRONG_LEG]
weight = 0

[reps]
longest_s = 20
"""


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


class TestGood:
    def test_it_changes_what_it_names_and_nothing_else(self, rules_file: Path) -> None:
        rules_file.write_text(GOOD, encoding="utf-8")
        config = load_config(rules_file)
        before = {rule.code: rule for rule in get_pattern("pull").rules}
        after = {rule.code: rule for rule in config.apply(get_pattern("pull")).rules}
        flare = after.pop("PULL_FLARE")
        assert (flare.band.good_to, flare.band.zero_above, flare.weight) == (45.0, 70.5, 8.0)
        old = before.pop("PULL_FLARE")
        assert (flare.band.zero_below, flare.band.good_from) == (old.band.zero_below, old.band.good_from)
        assert (flare.cue_high, flare.cap, flare.priority) == (old.cue_high, old.cap, old.priority)
        assert after == before
        assert config.apply(get_pattern("push")) == get_pattern("push")

    def test_thresholds(self, rules_file: Path) -> None:
        rules_file.write_text(GOOD, encoding="utf-8")
        changed = load_config(rules_file).thresholds()
        assert changed.longest_s == 20.0
        assert changed.shortest_s == RepThresholds().shortest_s

    def test_overrides_are_recorded_by_their_full_names(self, rules_file: Path) -> None:
        rules_file.write_text(GOOD, encoding="utf-8")
        assert load_config(str(rules_file)).overrides == {
            "rules.PULL_FLARE.good_to": 45.0,
            "rules.PULL_FLARE.zero_above": 70.5,
            "rules.PULL_FLARE.weight": 8.0,
            "rules.WRONG_LEG.weight": 0.0,
            "reps.longest_s": 20.0,
        }

    @pytest.mark.parametrize("text", ["", "[rules]\n", "[reps]\n[rules.PULL_FLARE]\n"])
    def test_an_empty_file_changes_nothing(self, rules_file: Path, text: str) -> None:
        rules_file.write_text(text, encoding="utf-8")
        config = load_config(rules_file)
        assert config.overrides == {}
        assert config.thresholds() == RepThresholds()
        assert all(config.apply(pattern) == pattern for pattern in patterns().values())
        assert Config().overrides == {}

    def test_an_open_side_can_be_closed(self) -> None:
        config = parse_config({"rules": {"PULL_RANGE": {"good_to": 0.8, "zero_above": 1.0}}})
        (rule,) = [rule for rule in config.apply(get_pattern("pull")).rules if rule.code == "PULL_RANGE"]
        assert rule.band.marks(0.9) == pytest.approx(0.5)

    @pytest.mark.parametrize("pattern", patterns().values(), ids=patterns().keys())
    def test_every_rule_can_be_weighed_anew(self, pattern: Any) -> None:
        config = parse_config({"rules": {rule.code: {"weight": 3} for rule in pattern.rules}})
        assert {rule.weight for rule in config.apply(pattern).rules} == {3.0}


class TestBad:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"rule": {}}, r"unknown table 'rule'; did you mean rules\?"),
            ({"colour": {}}, "unknown table 'colour'; there are rules, reps"),
            ({"rules": {"PULL_FLAIR": {}}}, r"unknown rule 'PULL_FLAIR'; did you mean PULL_FLARE\?"),
            ({"rules": {"?": {}}}, "unknown rule '[?]'; there are BILATERAL, .*WRONG_LEG"),
            (
                {"rules": {"PULL_FLARE": {"god_to": 1}}},
                r"unknown setting of PULL_FLARE 'god_to'; did you mean good_to\?",
            ),
            (
                {"rules": {"PULL_FLARE": {"cap": 1}}},
                "unknown setting of PULL_FLARE 'cap'; there are zero_below, .*weight",
            ),
            ({"reps": {"longest": 20}}, r"unknown repetition threshold 'longest'; did you mean longest_s\?"),
            (
                {"rules": {"PULL_FLARE": {"good_to": "45"}}},
                "rules.PULL_FLARE.good_to must be a finite number, got '45'",
            ),
            ({"rules": {"PULL_FLARE": {"weight": True}}}, "rules.PULL_FLARE.weight must be a finite number, got True"),
            ({"reps": {"longest_s": [20]}}, r"reps.longest_s must be a finite number, got \[20\]"),
            ({"rules": 3}, "rules must be a table of settings, got 3"),
            ({"rules": {"PULL_FLARE": 3}}, "PULL_FLARE must be a table of settings, got 3"),
            ({"reps": []}, r"reps must be a table of settings, got \[\]"),
            (
                {"rules": {"PULL_FLARE": {"good_to": 70}}},
                "rules.PULL_FLARE: a band must rise: .* got -15.0, 0.0, 70.0, 65.0",
            ),
            ({"rules": {"PULL_RANGE": {"good_to": 0.8}}}, "rules.PULL_RANGE: a band is open above or has both"),
            ({"rules": {"PULL_FLARE": {"weight": -1}}}, "rules.PULL_FLARE: PULL_FLARE: weight must not be negative"),
            ({"rules": {"PULL_FLARE": {"good_to": float("nan")}}}, "rules.PULL_FLARE"),
        ],
    )
    def test_what_does_not_fit(self, data: dict[str, Any], message: str) -> None:
        with pytest.raises(ConfigError, match=message):
            parse_config(data)

    @pytest.mark.parametrize(
        "data",
        [
            {"rules": {"PULL_FLARE": {"weight": float("inf")}}},
            {"rules": {"PULL_FLARE": {"weight": float("nan")}}},
            {"reps": {"rise": -1}},
            {"reps": {"longest_s": float("nan")}},
            {"reps": {"partial": 0.9}},
        ],
        ids=["weight inf", "weight nan", "rise -1", "longest_s nan", "partial above full"],
    )
    def test_numbers_without_sense(self, data: dict[str, Any]) -> None:
        with pytest.raises(ConfigError):
            parse_config(data)

    def test_the_file_is_named(self, rules_file: Path) -> None:
        rules_file.write_text("[reps]\nlongest = 20\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=r"rules\.toml: unknown repetition threshold"):
            load_config(rules_file)

    @pytest.mark.parametrize(
        "content", [b"[rules\n", b"rules = = 1\n", b"\xff\xfe\x00r", b"[reps]\nlongest_s = twenty\n"]
    )
    def test_no_toml(self, rules_file: Path, content: bytes) -> None:
        rules_file.write_bytes(content)
        with pytest.raises(
            ConfigError, match=r"rules\.toml: expected TOML, got text that is none \(.*\); correct that line"
        ):
            load_config(rules_file)

    def test_no_file(self, rules_file: Path) -> None:
        with pytest.raises(
            ConfigError, match=r"rules\.toml: the settings cannot be read \(No such file .*\); check the path"
        ):
            load_config(rules_file)

    def test_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="cannot be read"):
            load_config(tmp_path)

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
    def test_no_permission(self, rules_file: Path) -> None:
        rules_file.write_text(GOOD, encoding="utf-8")
        rules_file.chmod(0)
        with pytest.raises(ConfigError, match="Permission denied"):
            load_config(rules_file)
