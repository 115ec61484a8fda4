"""The faults that the checker should tell from what is fine, and how well it does.

For each fault: how far the measurement parts it from what is fine, and how often the rules name it.  For ribs that do
not turn: how well the trunk part alone tells them, view by view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rendered.agreement import five_numbers, stratified_auc
from rendered.grid import BEHAVIOURS, PATTERNS
from rendered.measures import ClipRow, RepRow
from rendered.tables import (
    Table,
    behaving,
    cells,
    estimates,
    near_oblique,
    number,
    part_of,
    percent,
    reps_of,
    share,
    spoken,
    truths,
)

TURNING = ("good", "trunk_only", "wrong_leg", "late_leg", "both_legs", "flared", "tucked", "half_range")
STILL = ("arm_only", "leg_only")
"""Behaviours in which the ribs turn with the arm, and those in which they do not."""

_FAILS = {"low", "high"}
_ASSESSED = {*_FAILS, "pass"}

IN_TIME = tuple(name for name in BEHAVIOURS if name != "late_leg")
RIGHT_LEG = tuple(name for name in BEHAVIOURS if name != "wrong_leg")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that the checker should tell from what is fine.

    Attributes
    ----------
    title : str
        What people call it.
    faulty, fine : tuple of str
        Behaviours with it, and those it is compared with.
    quantity : str
        What tells them apart.
    lower : bool
        Whether the faulty ones have less of it.
    named_by : dict of str to str
        By the code of a rule the verdict that names the fault: ``low`` or ``high``.
    silent : tuple of str
        Behaviours in which the rule must be silent; ``fine`` without.
    """

    title: str
    faulty: tuple[str, ...]
    fine: tuple[str, ...]
    quantity: str
    lower: bool = False
    named_by: dict[str, str]
    silent: tuple[str, ...] = ()


_COUPLING = {"PULL_COUPLING": "low", "PUSH_COUPLING": "low", "LIFT_COUPLING": "low"}
_TIMING = {"PULL_TIMING": "high", "PUSH_TIMING": "high", "LIFT_TIMING": "high"}
_FLARE = {"PULL_FLARE": "high", "PUSH_FLARE": "high", "LIFT_RACK": "low"}
_RANGE = {"PARTIAL": "high", "PULL_RANGE": "low", "PUSH_RANGE": "low", "LIFT_TOP": "low"}

FAULTS: dict[str, Fault] = {
    "arm_only": Fault(
        title="arm alone",
        faulty=("arm_only",),
        fine=("good",),
        quantity="coupling",
        lower=True,
        named_by=_COUPLING,
    ),
    "wrong_leg": Fault(
        title="wrong leg",
        faulty=("wrong_leg",),
        fine=("good",),
        quantity="coupling",
        lower=True,
        named_by={"WRONG_LEG": "high"},
        silent=RIGHT_LEG,
    ),
    "late_leg": Fault(
        title="late leg",
        faulty=("late_leg",),
        fine=("good",),
        quantity="late_by",
        named_by=_TIMING,
        silent=IN_TIME,
    ),
    "flared": Fault(
        title="flared, not close",
        faulty=("flared",),
        fine=("tucked",),
        quantity="elbow_flare",
        named_by=_FLARE,
    ),
    "flared_usual": Fault(
        title="flared, not good",
        faulty=("flared",),
        fine=("good",),
        quantity="elbow_flare",
        named_by=_FLARE,
    ),
    "partial": Fault(
        title="half the way",
        faulty=("half_range",),
        fine=("good",),
        quantity="range_of_motion",
        lower=True,
        named_by={"PARTIAL": "high"},
    ),
    "range": Fault(
        title="same, any rule",
        faulty=("half_range",),
        fine=("good",),
        quantity="range_of_motion",
        lower=True,
        named_by=_RANGE,
    ),
}
"""The faults that are looked for; a lift has no tucked elbow, so flared lifts are compared with good ones only."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """How often a rule names a fault: of how many repetitions in which it was assessed."""

    named: int
    faulty: int
    falsely: int
    fine: int

    @property
    def found(self) -> float:
        """Share of the faulty repetitions that are named."""
        return share(self.named, self.faulty)

    @property
    def false_alarms(self) -> float:
        """Share of the fine ones that are."""
        return share(self.falsely, self.fine)


def separation(rows: Sequence[RepRow], fault: Fault, *, exact: bool = False) -> float:
    """Return the AUC of a fault within the exercises: estimates, or the truth."""
    own = behaving(rows, *fault.faulty, *fault.fine)
    value = (truths if exact else estimates)(own, fault.quantity)
    faulty = np.array([row.clip.behaviour in fault.faulty for row in own], dtype=bool)
    return stratified_auc(-value if fault.lower else value, faulty, [row.clip.pattern for row in own])


def naming(rows: Sequence[RepRow], fault: Fault, *, exact: bool = False) -> Naming:
    """Return how often the rules name a fault, on the rendered or the exact poses."""

    def told(behaviours: tuple[str, ...]) -> tuple[int, int]:
        verdicts = [row.exact_verdicts if exact else row.verdicts for row in behaving(rows, *behaviours)]
        assessed = [
            [found[code] == named for code, named in fault.named_by.items() if found.get(code, _NONE) != _NONE]
            for found in verdicts
        ]
        return sum(any(answers) for answers in assessed), sum(bool(answers) for answers in assessed)

    named, faulty = told(fault.faulty)
    falsely, fine = told(fault.silent or fault.fine)
    return Naming(named=named, faulty=faulty, falsely=falsely, fine=fine)


_NONE = "not assessed"


def faults(clips: Sequence[ClipRow]) -> Table:
    """Return how well each fault is told from what is fine."""
    rows = reps_of(clips)
    lines = []
    for fault in FAULTS.values():
        seen, sure = naming(rows, fault), naming(rows, fault, exact=True)
        told = (
            f"{part} of {whole}"
            for one in (seen, sure)
            for part, whole in ((one.faulty - one.named, one.faulty), (one.falsely, one.fine))
        )
        aucs = (number(separation(rows, fault), 2), number(separation(rows, fault, exact=True), 2))
        misses, alarms, exact_misses, exact_alarms = told
        sizes = (_measured(behaving(rows, *group), fault) for group in (fault.faulty, fault.fine))
        of = "/".join(map(str, sizes))
        lines.append((fault.title, fault.quantity, aucs[0], of, misses, alarms, aucs[1], exact_misses, exact_alarms))
    return Table(
        title="Faults",
        note=(
            "AUC: the chance that a faulty repetition stands on the faulty side of a fine one of the same exercise "
            "(.50 is guessing); fine are the good ones, and where it says *not close* the tucked ones. Misses and "
            "false alarms are those of the rule as it stands, of the repetitions in which it was assessed; *n* are the "
            "faulty and the fine ones that the AUC is of. The last three columns are the same on the exact poses: what "
            "no camera could mend. A flare below the limit of its rule, as in the held-out half some are, is missed "
            "there too."
        ),
        headings=("fault", "told by", "AUC", "n", "misses", "false", "exact AUC", "exact misses", "exact false"),
        rows=tuple(lines),
    )


def _measured(rows: Sequence[RepRow], fault: Fault) -> int:
    return int(np.isfinite(estimates(rows, fault.quantity)).sum())


def verdicts(clips: Sequence[ClipRow]) -> Table:
    """Return how often each rule fails a repetition that passes on the exact poses, and the other way about."""
    reps = [rep for row in clips for rep in row.reps]
    lines = []
    for code in dict.fromkeys(code for rep in reps for code in rep.exact_verdicts):
        asked = [(rep.exact_verdicts.get(code, ""), rep.verdicts.get(code, "")) for rep in reps]
        both = [(true in _FAILS, seen in _FAILS) for true, seen in asked if {true, seen} <= _ASSESSED]
        fine, faulty = ([seen for true, seen in both if true is fails] for fails in (False, True))
        lines.append((code, part_of(sum(fine), len(fine)), part_of(len(faulty) - sum(faulty), len(faulty))))
    return Table(
        title="Verdicts of every rule",
        note=(
            "Of the repetitions in which a rule was assessed: those that pass on the exact poses and failed, and those "
            "that fail there and passed; repetitions near its limit are among them."
        ),
        headings=("rule", "failed for nothing", "missed"),
        rows=tuple(sorted(lines)),
    )


def trunk(clips: Sequence[ClipRow]) -> Table:
    """Return how well turning ribs are told from still ones, in the views where that is offered."""
    whole, cropped = reps_of(clips), reps_of(clips, cropped=True)
    groups = [(label, [row for row in whole if chosen(row)]) for label, chosen in cells().items()]
    oblique = near_oblique(whole)
    groups += [("all", whole), ("30-60 near", oblique)]
    groups += [(f"same, {name}", [row for row in oblique if row.clip.pattern == name]) for name in PATTERNS]
    groups += [("legs hidden", cropped)]
    lines = []
    for label, rows in groups:
        turning, still = behaving(rows, *TURNING), behaving(rows, *STILL)
        offered = share(int(np.isfinite(estimates(rows, "trunk_gain")).sum()), len(rows))
        aucs = (number(trunk_auc(rows, name), 2) for name in ("trunk_gain", "coupling_trunk"))
        medians = (number(five_numbers(estimates(part, "coupling_trunk"))[2], 2) for part in (turning, still))
        gains = (number(five_numbers(estimates(part, "trunk_gain"))[2], 1) for part in (turning, still))
        sizes = (str(len(turning)), str(len(still)))
        lines.append((label, *sizes, percent(offered), *aucs, *gains, *medians))
    medians_of = ("gain t.", "gain s.", "part t.", "part s.")
    return Table(
        title="The trunk part alone: turning ribs against still ones",
        note=(
            "AUC of trunk_gain and of coupling_trunk within the exercises; then the medians of both, turning and "
            "still (t., s.). "
            f"Turning: {', '.join(map(spoken, TURNING))}; still: {', '.join(map(spoken, STILL))}."
        ),
        headings=("view", "turning", "still", "offered", "AUC gain", "AUC part", *medians_of),
        rows=tuple(lines),
    )


def trunk_auc(rows: Sequence[RepRow], quantity: str) -> float:
    """Return how well a quantity of the trunk tells turning ribs from still ones."""
    own = behaving(rows, *TURNING, *STILL)
    turning = np.array([row.clip.behaviour in TURNING for row in own], dtype=bool)
    return stratified_auc(estimates(own, quantity), turning, [row.clip.pattern for row in own])
