"""The exercise patterns, one file each: a module in this package that defines ``PATTERN`` is a pattern."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache

from armswing.errors import PatternError
from armswing.patterns.base import Condition, Pattern, Shares, Variant
from armswing.rules import Rule

__all__ = ["Condition", "Pattern", "Shares", "Variant", "describe", "get_pattern", "patterns", "rules_named"]


@cache
def _modules() -> dict[str, tuple[Pattern, str]]:
    """Return every pattern with the documentation of its module, by name."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        pattern = getattr(module, "PATTERN", None)
        if isinstance(pattern, Pattern):
            found[pattern.name] = (pattern, (module.__doc__ or "").strip())
    return found


def patterns() -> dict[str, Pattern]:
    """Return every pattern by its name."""
    return {name: pattern for name, (pattern, _) in _modules().items()}


def get_pattern(name: str) -> Pattern:
    """Return the pattern of this name.

    Raises
    ------
    PatternError
        When there is none; the message names those there are.
    """
    known = patterns()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise PatternError(f"expected a pattern ({', '.join(sorted(known))}), got {name!r}{hint}")


def describe(name: str) -> str:
    """Return the user's page of a pattern: the documentation of its module."""
    get_pattern(name)
    return _modules()[name][1]


def rules_named(code: str) -> dict[str, Rule]:
    """Return the rules of this code, by the pattern that uses them.

    Raises
    ------
    PatternError
        When no pattern has such a rule; the message names the nearest.
    """
    every = {rule.code for pattern in patterns().values() for rule in pattern.rules}
    wanted = code.upper().replace("-", "_")
    if wanted not in every:
        near = difflib.get_close_matches(wanted, sorted(every), n=3)
        hint = f"; nearest: {', '.join(near)}" if near else f"; there are {', '.join(sorted(every))}"
        raise PatternError(f"expected the code of a rule, got {code!r}{hint}")
    using = {name: [r for r in pattern.rules if r.code == wanted] for name, pattern in patterns().items()}
    return {name: rules[0] for name, rules in using.items() if rules}
