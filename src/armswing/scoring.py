"""From findings to a score: a weighted mean, essential faults as caps, never a number for what was not seen."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from armswing.observability import MIN_FPS
from armswing.reasons import Reason
from armswing.reps import Rep
from armswing.rules import Finding, Rule, Verdict, evaluate
from armswing.uncertainty import margin

ENOUGH = 0.60
"""Without this share of the pattern's weight assessed there is no score (our judgement)."""

ENOUGH_BOTH = 0.25
"""The same for two arms at once, whose coupling cannot be assessed: the score is capped anyway (our judgement)."""

GRADES: tuple[tuple[float, str], ...] = ((85.0, "connected"), (70.0, "good"), (50.0, "partly"), (0.0, "arms_only"))
"""Lowest score of each grade (our judgement)."""


@dataclass(frozen=True, kw_only=True)
class RepScore:
    """The judgement of one repetition.

    Attributes
    ----------
    findings : tuple of Finding
        One per rule, in the order of the pattern's rules.
    score : float or None
        0 to 100; None when it was not scored.
    confidence : float or None
        0 to 1: mean share of usable frames over the assessed rules, by weight.
    grade : str
        ``connected``, ``good``, ``partly``, ``arms_only``, or empty without a score.
    score_margin, coupling_margin : float or None
        How far off they may be by what the pose model saw; None without the value, and where it was not measured.
    reasons : tuple of str
        Codes of what concerns the repetition as a whole, of why there is no score.
    cue : str
        The one thing to say; empty when nothing failed.
    """

    findings: tuple[Finding, ...]
    score: float | None
    confidence: float | None
    grade: str
    reasons: tuple[str, ...]
    cue: str
    score_margin: float | None = None
    coupling_margin: float | None = None

    def __getitem__(self, code: str) -> Finding:
        return next(finding for finding in self.findings if finding.code == code)


def grade(score: float | None) -> str:
    """Return the grade of a score; empty without one.

    Examples
    --------
    >>> grade(91.0), grade(45.0), grade(None)
    ('connected', 'arms_only', '')
    """
    if score is None:
        return ""
    return next(name for lowest, name in GRADES if score >= lowest)


def cut_off(score: float, decimals: int = 0) -> float:
    """Return a score as people read it, cut off and not rounded: a good 84.97 must not read 85, which is connected.

    Examples
    --------
    >>> cut_off(84.97), cut_off(84.97, 1), cut_off(85.0, 1)
    (84.0, 84.9, 85.0)
    """
    steps = 10.0**decimals
    return math.floor(steps * score + 1e-6) / steps


def score_rep(rep: Rep, rules: Sequence[Rule], *, essential: str, upward: bool = False) -> RepScore:
    """Judge a repetition by all rules of its pattern.

    Parameters
    ----------
    rep : Rep
        The repetition with its quantities.
    rules : sequence of Rule
        The rules.
    essential : str
        The quantity without which there is no score: the coupling.
    upward : bool
        The exercise lifts the arm: see `armswing.uncertainty.margin`.
    """
    findings = tuple(evaluate(rule, rep) for rule in rules)
    assessed = [f for f in findings if f.verdict is not Verdict.NOT_ASSESSED and f.weight > 0]
    weight = sum(f.weight for f in assessed)
    missing = _why_no_score(rep, weight / max(sum(f.weight for f in findings), 1e-9), essential)
    score = None if missing else _score(assessed, findings)
    confidence = sum(f.weight * f.share for f in assessed) / weight if weight and score is not None else None
    off = None if Reason.BILATERAL in rep.flags else margin(rep.toward_deg, upward=upward)
    return RepScore(
        findings=findings,
        score=score,
        confidence=confidence,
        grade=grade(score),
        reasons=tuple(sorted(rep.flags | set(missing))),
        cue=main_cue(findings, rules),
        score_margin=off.score if off and score is not None else None,
        coupling_margin=off.coupling if off and rep["coupling"].known else None,
    )


def _why_no_score(rep: Rep, share: float, essential: str) -> tuple[str, ...]:
    both = Reason.BILATERAL in rep.flags
    if rep.fps < MIN_FPS:
        return (Reason.LOW_FPS,)
    if not both and not rep[essential].known:
        return (rep[essential].reason,)
    if share < (ENOUGH_BOTH if both else ENOUGH):
        return (Reason.NOT_ENOUGH,)
    return ()


def _score(assessed: Sequence[Finding], findings: Iterable[Finding]) -> float:
    mean = 100.0 * sum(f.weight * f.marks for f in assessed) / sum(f.weight for f in assessed)
    return float(min([mean, *(f.limit for f in findings)]))


def main_cue(findings: Iterable[Finding], rules: Iterable[Rule]) -> str:
    """Return the cue of the failed rule that matters most; empty when none failed."""
    priority = {rule.code: rule.priority for rule in rules}
    failed = [f for f in findings if f.verdict is Verdict.FAIL and f.cue]
    return min(failed, key=lambda f: priority[f.code]).cue if failed else ""


def set_score(scores: Iterable[float | None]) -> float | None:
    """Return the median of the scored repetitions of a set; None when none was scored."""
    known = [score for score in scores if score is not None]
    return float(np.median(known)) if known else None
