"""A user's own limits: a TOML file that overrides named rules and repetition thresholds.

::

    [rules.PULL_FLARE]        # a rule by its code, see `armswing explain PULL_FLARE`
    good_to = 45              # limits of its band, in the rule's unit
    zero_above = 70
    weight = 8

    [reps]                    # see `armswing.reps.RepThresholds`
    longest_s = 20
"""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from armswing.errors import ConfigError, shown
from armswing.patterns import Pattern, patterns
from armswing.reps import RepThresholds
from armswing.rules import Band, Rule
from armswing.toml_file import read_toml

_BAND_KEYS = tuple(f.name for f in fields(Band))
_RULE_KEYS = (*_BAND_KEYS, "weight")
_REP_KEYS = tuple(f.name for f in fields(RepThresholds))


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a user changed.

    Attributes
    ----------
    rules : mapping of str to mapping of str to float
        New numbers by rule code and name.
    reps : mapping of str to float
        New repetition thresholds by name.
    """

    rules: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    reps: Mapping[str, float] = field(default_factory=dict)

    @property
    def overrides(self) -> dict[str, float]:
        """Every changed number by its full name, as it is recorded in the outputs."""
        rules = {f"rules.{code}.{key}": value for code, table in self.rules.items() for key, value in table.items()}
        return rules | {f"reps.{key}": value for key, value in self.reps.items()}

    def apply(self, pattern: Pattern) -> Pattern:
        """Return the pattern with the user's numbers in its rules."""
        return replace(pattern, rules=tuple(self._rule(rule) for rule in pattern.rules))

    def thresholds(self) -> RepThresholds:
        """Return the repetition thresholds with the user's numbers."""
        return replace(RepThresholds(), **self.reps)

    def _rule(self, rule: Rule) -> Rule:
        new = dict(self.rules.get(rule.code, {}))
        if not new:
            return rule
        weight = new.pop("weight", rule.weight)
        try:
            return replace(rule, band=replace(rule.band, **new), weight=weight)
        except ConfigError as error:
            raise ConfigError(f"rules.{rule.code}: {error}") from error


def load_config(path: str | os.PathLike[str]) -> Config:
    """Read a user's settings.

    Raises
    ------
    ConfigError
        When the file cannot be read, is no TOML, or names something unknown; the message
        names what was meant, as far as can be told.
    """
    return read_toml(path, "the settings", parse_config)


def parse_config(data: Mapping[str, Any]) -> Config:
    """Check settings and return them.

    Raises
    ------
    ConfigError
        On an unknown name, or a value that is no number.
    """
    _known(data, ("rules", "reps"), "table")
    codes = sorted({rule.code for pattern in patterns().values() for rule in pattern.rules})
    rules = _table(data, "rules")
    _known(rules, codes, "rule")
    by_code = {}
    for code in rules:
        table = _table(rules, code)
        _known(table, _RULE_KEYS, f"setting of {code}")
        by_code[code] = {key: _number(f"rules.{code}.{key}", value) for key, value in table.items()}
    reps = _table(data, "reps")
    _known(reps, _REP_KEYS, "repetition threshold")
    config = Config(rules=by_code, reps={key: _number(f"reps.{key}", value) for key, value in reps.items()})
    for pattern in patterns().values():
        config.apply(pattern)
    config.thresholds()
    return config


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"{key} must be a table of settings, got {shown(table)}")
    return table


def _known(given: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
            raise ConfigError(f"unknown {what} {shown(name)}{hint}")


def _number(name: str, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
    except OverflowError:  # a whole number of 400 digits
        number = math.inf
    if not math.isfinite(number):
        raise ConfigError(f"{name} must be a finite number, got {shown(value)}")
    return number
