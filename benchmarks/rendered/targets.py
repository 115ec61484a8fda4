"""What the checker should reach on the bench, and whether it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import binomtest

from rendered.agreement import five_numbers
from rendered.faults import FAULTS, STILL, TURNING, naming, separation, trunk_auc
from rendered.grid import PATTERNS
from rendered.measures import BY_NAME, ClipRow, IdleRow, RepRow
from rendered.tables import Table, agree, behaving, estimates, near_oblique, number, part_of, reps_of

TOP_NEAR_S = 0.2
"""A top is right when it is found so near."""

OFFERED = 0.95
"""What is measured in this share of the repetitions is offered; the rest is for gates on single clips."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something the checker should reach.

    Attributes
    ----------
    what, wanted, measured : str
        In words and figures.
    reached : bool or None
        None where nothing was measured.
    """

    what: str
    wanted: str
    measured: str
    reached: bool | None


def targets(clips: Sequence[ClipRow], idle: Sequence[IdleRow] = ()) -> list[Target]:
    """Return what should be reached, and what was."""
    return [
        *_counting_required(clips),
        *_phantoms_required(idle),
        *_offers_required(clips),
        *_values_required(clips),
        *_margins_required(clips),
    ]


def required(clips: Sequence[ClipRow], idle: Sequence[IdleRow] = ()) -> Table:
    """Return the targets as a table."""
    words = {True: "reached", False: "not reached", None: "not measured"}
    return Table(
        title="What should be reached",
        note=(
            "Offered: measured, of all repetitions there, counted or not. In brackets the 95 % interval of a share "
            "(Wilson), taking every repetition for a trial of its own."
        ),
        headings=("what", "wanted", "measured", "verdict"),
        rows=tuple((r.what, r.wanted, r.measured, words[r.reached]) for r in targets(clips, idle)),
    )


def _counting_required(clips: Sequence[ClipRow]) -> list[Target]:
    visible = [row for row in clips if row.visible]
    reps = [rep for row in visible for rep in row.reps]
    matched = [rep for rep in reps if rep.matched]
    late = np.abs([rep.top_error_s for rep in matched])
    near = int((late <= TOP_NEAR_S).sum())
    right = sum(rep.side_right for rep in matched)
    exact = sum(row.exact for row in visible)
    offered = [row for row in visible if row.offered]
    worst = f"; largest {late.max():.2f} s" if len(late) else ""
    return [
        _proportion("clips counted exactly, working arm visible", exact, len(visible), at_least=0.99),
        _proportion(
            "the same without what is not offered: a row, or half a press, from straight ahead",
            sum(row.exact for row in offered),
            len(offered),
            at_least=0.99,
        ),
        Target(
            what="tops found within 0.2 s",
            wanted="100 %",
            measured=part_of(near, len(matched)) + worst,
            reached=near == len(matched) if matched else None,
        ),
        Target(
            what="working side right",
            wanted="100 %",
            measured=part_of(right, len(matched)),
            reached=right == len(matched) if matched else None,
        ),
    ]


def _phantoms_required(idle: Sequence[IdleRow]) -> list[Target]:
    if not idle:
        return []
    minutes = sum(row.seconds for row in idle) / 60
    counted = Counter[str]()
    for row in idle:
        counted.update(row.counted)
    return [
        Target(
            what="repetitions counted where there is none, each pattern",
            wanted="≤ 1 in 10 min",
            measured=", ".join(f"{name} {counted[name]}" for name in PATTERNS) + f" in {minutes:.1f} min",
            reached=max(counted.values()) <= max(1.0, minutes / 10),
        )
    ]


def _margins_required(clips: Sequence[ClipRow]) -> list[Target]:
    found = []
    for name in ("score", "coupling"):
        pairs = [
            (row.values[name], row.margins[name])
            for row in reps_of(clips)
            if name in row.margins and np.isfinite([row.values[name].truth, row.values[name].estimate]).all()
        ]
        inside = sum(abs(pair.estimate - pair.truth) <= margin for pair, margin in pairs)
        found.append(_proportion(f"true {name}s within the margin given", inside, len(pairs), at_least=0.90))
    return found


def _offers_required(clips: Sequence[ClipRow]) -> list[Target]:
    visible = [row for row in clips if row.visible]
    reps = reps_of(visible)
    flare = [row for row in reps if row.clip.view <= 45]
    oblique = near_oblique(reps)
    wanted = (
        ("hip part offered, 0-90 degrees, working arm visible", reps, "coupling_hip"),
        ("trunk part offered, 30-60 degrees near", oblique, "trunk_gain"),
        ("flare offered, 0-45 degrees", flare, "elbow_flare"),
    )
    return [
        _proportion(what, int(np.isfinite(estimates(rows, name)).sum()), len(rows), at_least=OFFERED)
        for what, rows, name in wanted
    ]


def _values_required(clips: Sequence[ClipRow]) -> list[Target]:
    rows = reps_of(clips)
    hidden = reps_of(clips, cropped=True)
    wrong = naming(rows, FAULTS["wrong_leg"])
    flare = agree(rows, BY_NAME["elbow_flare"])
    return [
        _least("median coupling of good repetitions", _median_coupling(rows, "good"), 0.75),
        _most("median coupling of arm-only repetitions", _median_coupling(rows, "arm_only"), 0.25),
        _least("AUC of coupling, good against arm only", separation(rows, FAULTS["arm_only"]), 0.95),
        _least("AUC of coupling, right against wrong leg", separation(rows, FAULTS["wrong_leg"]), 0.95),
        _trunk_told("AUC of the trunk part, turning against still", rows),
        _trunk_told("the same with the legs hidden", hidden),
        _most("trunk part of arm-only repetitions, median", _median_coupling(rows, "arm_only", "coupling_trunk"), 0.25),
        _proportion("wrong leg named, where assessed", wrong.named, wrong.faulty, at_least=0.95),
        _proportion("wrong leg named falsely", wrong.falsely, wrong.fine, at_most=0.02),
        _least("AUC of flare, flared against close", separation(rows, FAULTS["flared"]), 0.95),
        Target(
            what="mean absolute error of flare, where offered",
            wanted="≤ 8 deg",
            measured=f"{flare.mae:.1f} deg" if flare.n else "–",
            reached=flare.mae <= 8.0 if flare.n else None,
        ),
    ]


def _trunk_told(what: str, rows: Sequence[RepRow]) -> Target:
    told = _least(what, trunk_auc(rows, "trunk_gain"), 0.95)
    turning, still = (
        int(np.isfinite(estimates(behaving(rows, *behaviours), "trunk_gain")).sum()) for behaviours in (TURNING, STILL)
    )
    return replace(told, measured=f"{told.measured}, of {turning} and {still} repetitions")


def _median_coupling(rows: Sequence[RepRow], behaviour: str, quantity: str = "coupling") -> float:
    return five_numbers(estimates(behaving(rows, behaviour), quantity))[2]


def _least(what: str, value: float, limit: float) -> Target:
    reached = None if np.isnan(value) else value >= limit
    return Target(what=what, wanted=f"≥ {number(limit, 2)}", measured=number(value, 3), reached=reached)


def _most(what: str, value: float, limit: float) -> Target:
    reached = None if np.isnan(value) else value <= limit
    return Target(what=what, wanted=f"≤ {number(limit, 2)}", measured=number(value, 3), reached=reached)


def _proportion(
    what: str, part: int, whole: int, *, at_least: float | None = None, at_most: float | None = None
) -> Target:
    """Return a requirement on a share, with its 95 % interval (Wilson)."""
    limit, sign = (at_least, "≥") if at_least is not None else (at_most, "≤")
    assert limit is not None  # one of the two is asked for
    wanted = f"{sign} {limit * 100:.0f} %"
    if not whole:
        return Target(what=what, wanted=wanted, measured="–", reached=None)
    sure = binomtest(part, whole).proportion_ci(method="wilson")
    measured = f"{part_of(part, whole)} ({sure.low * 100:.0f}–{sure.high * 100:.0f})"
    share = part / whole
    return Target(
        what=what, wanted=wanted, measured=measured, reached=share >= limit if sign == "≥" else share <= limit
    )
