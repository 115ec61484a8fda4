"""``armswing explain CODE``: a rule, or a reason, in words."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from armswing.rules import Rule


def explain(
    code: Annotated[str, typer.Argument(help="A rule such as PUSH_FLARE, or a reason such as LOW_VISIBILITY.")],
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Explain it with your own limits.")
    ] = None,
) -> None:
    """Say what a rule looks at, which values are good, and why."""
    from rich.text import Text

    from armswing.cli.console import results
    from armswing.config import Config, load_config
    from armswing.patterns import get_pattern, rules_named
    from armswing.reasons import Reason, sentences

    console = results()
    own = Config() if config is None else load_config(config)
    wanted = code.strip().upper().replace("-", "_")
    if wanted in Reason.__members__ and not _is_rule(wanted):
        console.print(Text(wanted, style="bold"), f"(a reason): {sentences(wanted)}.")
        return
    using = rules_named(code)
    patterns = [own.apply(get_pattern(name)) for name in using]
    rule = next(rule for rule in patterns[0].rules if rule.code == wanted)
    console.print(Text(f"{rule.code}: {rule.title}", style="bold"))
    for line in _says(rule):
        console.print(line)
    console.print(f"Exercises: {', '.join(sorted(using))}")


def _is_rule(code: str) -> bool:
    from armswing.patterns import patterns

    return any(rule.code == code for pattern in patterns().values() for rule in pattern.rules)


def _says(rule: Rule) -> Iterator[str]:
    """Yield what a rule says, line by line."""
    from armswing.cli import words

    yield f"Looks at: {words.quantity(rule.measure)} ({rule.measure})"
    yield f"Good: {good(rule)}"
    if rule.weight:
        yield f"Weight: {rule.weight:g}"
    else:
        yield "Weight: none; it only limits the score"
    if rule.cap is not None:
        yield f"Limit: {limit(rule)}"
    if rule.cue_low:
        yield f"When too low: {_cue(rule.cue_low)}"
    if rule.cue_high:
        yield f"{'When there' if _is_switch(rule) else 'When too high'}: {_cue(rule.cue_high)}"
    yield f"Why: {rule.why}"
    yield f"Source: {rule.source}"
    name, value = next((name, value) for name, value in vars(rule.band).items() if isfinite(value))
    yield f"To change it: write [rules.{rule.code}] and, say, {name} = {value:g} into a file, for --config"


def _cue(cue: str) -> str:
    """Return a cue as it is said for the right arm."""
    spoken = cue.format(arm="right", Arm="Right", leg="left", Leg="Left")
    return f"{spoken} (right arm)" if spoken != cue else spoken


def _is_switch(rule: Rule) -> bool:
    """Whether a rule reads a fault that is there (1) or not (0)."""
    return rule.measure in ("wrong_leg", "bilateral", "partial")


def good(rule: Rule) -> str:
    """Return a rule's band in words.

    Examples
    --------
    >>> from armswing.patterns import rules_named
    >>> good(rules_named("PULL_HEAVE")["pull"])
    'up to 15 deg; no marks from 35 deg up; it fails above 25 deg'
    """
    band, unit = rule.band, f" {rule.unit}" if rule.unit else ""
    if _is_switch(rule):
        return "when it is not there; it fails when it is"
    low, high = band.good_from > -float("inf"), band.good_to < float("inf")
    if low and high:
        text = f"from {band.good_from:g} to {band.good_to:g}{unit}"
    else:
        text = f"{band.good_from:g}{unit} and more" if low else f"up to {band.good_to:g}{unit}"
    none, fails = [], []
    if high:
        none.append(f"from {band.zero_above:g}{unit} up")
        fails.append(f"above {(band.good_to + band.zero_above) / 2:g}{unit}")
    if low:
        none.append(f"from {band.zero_below:g}{unit} down")
        fails.append(f"below {(band.good_from + band.zero_below) / 2:g}{unit}")
    return f"{text}; no marks {', or '.join(none)}; it fails {', or '.join(fails)}"


def limit(rule: Rule) -> str:
    """Return a rule's cap in words; empty where it has none."""
    cap = rule.cap
    if cap is None:
        return ""
    if _is_switch(rule):
        return f"the score is at most {cap.score:g} when it is there"
    below = cap.full_at < cap.gone_at
    return (
        f"the score is at most {cap.score:g} {'up to' if below else 'from'} {cap.full_at:g}"
        f"; the limit fades until {cap.gone_at:g}"
    )
