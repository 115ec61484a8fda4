"""The figures of the bench as tables: from rows of repetitions to what is printed and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from rendered.agreement import Agreement, Array, agreement, five_numbers, stratified_auc
from rendered.grid import BEHAVIOURS, PATTERNS, VIEWS
from rendered.measures import BY_NAME, QUANTITIES, ClipRow, IdleRow, Quantity, RepRow

TOP_NEAR_S = 0.2
"""A top is right when it is found so near."""

OFFERED = 0.95
"""What is measured in this share of the repetitions is offered; the rest is for gates on single clips."""

TURNING = ("good", "trunk_only", "wrong_leg", "late_leg", "both_legs", "flared", "tucked", "half_range")
STILL = ("arm_only", "leg_only")
"""Behaviours in which the ribs turn with the arm, and those in which they do not."""

IN_TIME = tuple(name for name in BEHAVIOURS if name != "late_leg")
RIGHT_LEG = tuple(name for name in BEHAVIOURS if name != "wrong_leg")

Chosen = Callable[[RepRow], bool]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table for the screen and for the page.

    Attributes
    ----------
    title, note : str
        What it shows, and how to read it.
    headings : tuple of str
        Of the columns; the first one names the rows.
    rows : tuple of tuple of str
        The cells.
    """

    title: str
    note: str = ""
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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


# --- choosing and reading rows ---------------------------------------------------------------------


def reps_of(clips: Iterable[ClipRow], *, cropped: bool = False) -> list[RepRow]:
    """Return the repetitions of the clips that show the whole person, or of those that do not."""
    return [rep for row in clips if row.clip.cropped == cropped for rep in row.reps]


def behaving(rows: Iterable[RepRow], *behaviours: str) -> list[RepRow]:
    """Return the repetitions of some behaviours."""
    return [row for row in rows if row.clip.behaviour in behaviours]


def estimates(rows: Iterable[RepRow], quantity: str) -> Array:
    """Return what was measured, NaN where nothing was."""
    return np.array([row.values[quantity].estimate for row in rows])


def truths(rows: Iterable[RepRow], quantity: str) -> Array:
    """Return what was true, NaN where there is none."""
    return np.array([row.values[quantity].truth for row in rows])


def cells() -> dict[str, Chosen]:
    """Return the views of the bench, the working arm near and far, by their label."""

    def cell(view: int, near: bool) -> Chosen:
        return lambda row: row.clip.view == view and row.clip.near == near

    found: dict[str, Chosen] = {"0": cell(0, True)}
    for view in VIEWS:
        if view:
            found |= {f"{view} near": cell(view, True), f"{view} far": cell(view, False)}
    return found


def agree(rows: Sequence[RepRow], quantity: Quantity) -> Agreement:
    """Compare estimates with the truth of one quantity."""
    return agreement(
        truths(rows, quantity.name),
        estimates(rows, quantity.name),
        [row.clip.name for row in rows],
        spread=quantity.spread,
    )


# --- how well a quantity is measured ---------------------------------------------------------------

_AGREEMENT = ("reps", "offered", "bias", "MAE", "RMSE", "90 %", "gain", "r", "change in one", "in two")

AGREEMENT_NOTE = (
    "reps: repetitions whose truth is known; offered: share of them with an estimate (what was not counted has none); "
    "bias, MAE, RMSE: mean, mean absolute and root mean square error; 90 %: nine in ten errors are smaller; gain: "
    "slope of the estimate on the truth; r: correlation (both only where the truth varies); change: the smallest "
    "difference of two repetitions in one video, and in two videos, that is real with 95 % confidence (1.96 √2 SEM, "
    "Weir 2005)."
)


def overall(clips: Sequence[ClipRow]) -> Table:
    """Return how well each quantity is measured, all views together."""
    rows = reps_of(clips)
    return Table(
        title="Each quantity, all views together",
        note=AGREEMENT_NOTE,
        headings=("quantity", *_AGREEMENT),
        rows=tuple((_with_unit(q), *_agreement_cells(agree(rows, q), q)) for q in QUANTITIES),
    )


def by_view(clips: Sequence[ClipRow], quantity: Quantity) -> Table:
    """Return how well one quantity is measured in each view, and in each exercise."""
    rows = reps_of(clips)
    lines = []
    for label, chosen in cells().items():
        seen = agree([row for row in rows if chosen(row)], quantity)
        if seen.wanted:
            lines.append((label, *_agreement_cells(seen, quantity)))
    for pattern in PATTERNS:
        seen = agree([row for row in rows if row.clip.pattern == pattern], quantity)
        lines.append((pattern, *_agreement_cells(seen, quantity)))
    lines.append(("all", *_agreement_cells(agree(rows, quantity), quantity)))
    return Table(title=_with_unit(quantity), headings=("view", *_AGREEMENT), rows=tuple(lines))


def _with_unit(quantity: Quantity) -> str:
    return f"{quantity.title} ({quantity.unit})" if quantity.unit else quantity.title


def _agreement_cells(seen: Agreement, quantity: Quantity) -> tuple[str, ...]:
    errors = (seen.bias, seen.mae, seen.rmse, seen.most)
    changes = (seen.change_within, seen.change_between)
    return (
        str(seen.wanted),
        percent(seen.offered),
        *(number(error, quantity.digits) for error in errors),
        number(seen.gain, 2),
        number(seen.correlation, 2),
        *(number(change, quantity.digits) for change in changes),
    )


# --- coupling --------------------------------------------------------------------------------------


def couplings(clips: Sequence[ClipRow], quantity: str = "coupling") -> Table:
    """Return the distribution of the coupling of each behaviour."""
    rows = reps_of(clips)
    lines = []
    for behaviour in BEHAVIOURS:
        own = behaving(rows, behaviour)
        found = estimates(own, quantity)
        true_median = five_numbers(truths(own, quantity))[2]
        numbers = (number(value, 2) for value in (*five_numbers(found), true_median))
        lines.append((spoken(behaviour), str(int(np.isfinite(found).sum())), *numbers))
    return Table(
        title=f"{BY_NAME[quantity].title} of each behaviour",
        note="n: repetitions that have one; the last column is the median on the exact poses.",
        headings=("behaviour", "n", "min", "quarter", "median", "three quarters", "max", "exact"),
        rows=tuple(lines),
    )


# --- faults ----------------------------------------------------------------------------------------


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
        return _share(self.named, self.faulty)

    @property
    def false_alarms(self) -> float:
        """Share of the fine ones that are."""
        return _share(self.falsely, self.fine)


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
        lines.append((fault.title, fault.quantity, aucs[0], misses, alarms, aucs[1], exact_misses, exact_alarms))
    return Table(
        title="Faults",
        note=(
            "AUC: the chance that a faulty repetition stands on the faulty side of a fine one of the same exercise "
            "(.50 is guessing); fine are the good ones, and where it says *not close* the tucked ones. Misses and "
            "false alarms are those of the rule as it stands, of the repetitions in which it was assessed. The last "
            "three columns are the same on the exact poses: what no camera could mend."
        ),
        headings=("fault", "told by", "AUC", "misses", "false", "exact AUC", "exact misses", "exact false"),
        rows=tuple(lines),
    )


def trunk(clips: Sequence[ClipRow]) -> Table:
    """Return how well turning ribs are told from still ones, in the views where that is offered."""
    whole, cropped = reps_of(clips), reps_of(clips, cropped=True)
    groups = [(label, [row for row in whole if chosen(row)]) for label, chosen in cells().items()]
    groups += [("all", whole), ("30-60 near", _near_oblique(whole)), ("legs hidden", cropped)]
    lines = []
    for label, rows in groups:
        turning, still = behaving(rows, *TURNING), behaving(rows, *STILL)
        offered = _share(int(np.isfinite(estimates(rows, "trunk_gain")).sum()), len(rows))
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


def _near_oblique(rows: Iterable[RepRow]) -> list[RepRow]:
    return [row for row in rows if row.clip.near and row.clip.view in (30, 45, 60)]


# --- counting and views ----------------------------------------------------------------------------


def counting(clips: Sequence[ClipRow]) -> Table:
    """Return how well repetitions are counted in each view."""
    groups: list[tuple[str, list[ClipRow]]] = [
        (label, [row for row in clips if row.reps and chosen(row.reps[0]) and not row.clip.cropped])
        for label, chosen in cells().items()
    ]
    groups += [("legs hidden", [row for row in clips if row.clip.cropped])]
    groups += [("working arm visible", [row for row in clips if row.visible])]
    lines = []
    for label, rows in groups:
        reps = [rep for row in rows for rep in row.reps]
        found = [rep for rep in reps if rep.matched]
        late = np.abs([rep.top_error_s for rep in found])
        lines.append(
            (
                label,
                str(len(rows)),
                f"{sum(row.exact for row in rows)}",
                f"{len(found)} of {len(reps)}",
                str(sum(row.counted for row in rows) - len(found)),
                f"{sum(rep.side_right for rep in found)} of {len(found)}",
                number(float(np.median(late)), 2) if len(late) else "–",
                number(float(late.max()), 2) if len(late) else "–",
            )
        )
    return Table(
        title="Counting",
        note=(
            "exact: clips with the right count; extra: counted where there was none; top: median and largest distance "
            "from the true top in seconds."
        ),
        headings=("view", "clips", "exact", "reps found", "extra", "side right", "top", "largest"),
        rows=tuple(lines),
    )


def miscounted(clips: Sequence[ClipRow]) -> Table:
    """Return the clips whose count is not right, although the working arm can be seen, and what happened."""
    lines = []
    for row in clips:
        if row.visible and not row.exact:
            unknown = sum(not rep.exact for rep in row.reps)
            what = [f"{unknown} not counted on exact poses either"] if unknown else []
            what += row.discarded or ["no movement was noticed"]
            lines.append((row.clip.name, f"{row.counted} of {len(row.reps)}", "; ".join(what)))
    return Table(
        title="Clips that are not counted right, the working arm in view",
        headings=("clip", "counted", "what happened"),
        rows=tuple(lines),
    )


def reasons(clips: Sequence[ClipRow]) -> Table:
    """Return why quantities were not assessed, in how many repetitions."""
    rows = reps_of(row for row in clips if row.visible)
    lines = []
    for name in ("coupling_hip", "coupling_trunk", "hip_lag", "elbow_flare", "score"):
        why = Counter(row.values[name].reason for row in rows if row.values[name].reason)
        told = ", ".join(f"{reason} {count}" for reason, count in why.most_common())
        lines.append((BY_NAME[name].title, f"{len(rows) - why.total()} of {len(rows)}", told or "–"))
    return Table(
        title="Why there is no verdict",
        note="Of all repetitions whose working arm is in view.",
        headings=("quantity", "assessed", "in the others"),
        rows=tuple(lines),
    )


def views(clips: Sequence[ClipRow]) -> Table:
    """Return what the views were taken for."""
    lines = []
    for label, chosen in cells().items():
        seen = Counter(_as_seen(row) for row in reps_of(clips) if chosen(row) and row.matched)
        told = ", ".join(f"{view} {count}" for view, count in seen.most_common())
        lines.append((label, told or "–"))
    return Table(
        title="What the views were taken for",
        note="Repetitions, with the side of the working arm as `near` and the other one as `far`.",
        headings=("view", "taken for"),
        rows=tuple(lines),
    )


def _as_seen(row: RepRow) -> str:
    """Return the view with the working side as near."""
    side, other = row.clip.side, {"left": "right", "right": "left"}[row.clip.side]
    return row.view.replace(side, "near").replace(other, "far")


# --- requirements ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Requirement:
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


def requirements(clips: Sequence[ClipRow], idle: Sequence[IdleRow] = ()) -> list[Requirement]:
    """Return what should be reached, and what was."""
    return [
        *_counting_required(clips),
        *_phantoms_required(idle),
        *_offers_required(clips),
        *_values_required(clips),
        *_margins_required(clips),
    ]


def required(clips: Sequence[ClipRow], idle: Sequence[IdleRow] = ()) -> Table:
    """Return the requirements as a table."""
    words = {True: "reached", False: "not reached", None: "not measured"}
    return Table(
        title="What should be reached",
        note=(
            "Offered: measured, of all repetitions there, counted or not. In brackets the 95 % interval of a share "
            "(Wilson), taking every repetition for a trial of its own."
        ),
        headings=("what", "wanted", "measured", "verdict"),
        rows=tuple((r.what, r.wanted, r.measured, words[r.reached]) for r in requirements(clips, idle)),
    )


def _counting_required(clips: Sequence[ClipRow]) -> list[Requirement]:
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
            "the same without what is not offered: a row or a press from straight ahead, part of a press",
            sum(row.exact for row in offered),
            len(offered),
            at_least=0.99,
        ),
        Requirement(
            what="tops found within 0.2 s",
            wanted="100 %",
            measured=_of(near, len(matched)) + worst,
            reached=near == len(matched) if matched else None,
        ),
        Requirement(
            what="working side right",
            wanted="100 %",
            measured=_of(right, len(matched)),
            reached=right == len(matched) if matched else None,
        ),
    ]


def _phantoms_required(idle: Sequence[IdleRow]) -> list[Requirement]:
    if not idle:
        return []
    minutes = sum(row.seconds for row in idle) / 60
    counted = Counter[str]()
    for row in idle:
        counted.update(row.counted)
    return [
        Requirement(
            what="repetitions counted where there is none, each pattern",
            wanted="≤ 1 in 10 min",
            measured=", ".join(f"{name} {counted[name]}" for name in PATTERNS) + f" in {minutes:.1f} min",
            reached=max(counted.values()) <= max(1.0, minutes / 10),
        )
    ]


def phantoms(idle: Sequence[IdleRow]) -> Table:
    """Return what was counted in clips without a repetition, all views together."""
    lines = []
    for what in dict.fromkeys(row.clip.what for row in idle):
        rows = [row for row in idle if row.clip.what == what]
        counts = (str(sum(row.counted[pattern] for row in rows)) for pattern in PATTERNS)
        lines.append((spoken(what), f"{sum(row.seconds for row in rows):.0f} s", *counts))
    return Table(
        title="Counted where there is nothing to count",
        note="From the front, 40 and 75 degrees off it, at full size; a bystander is a second person who moves.",
        headings=("what", "length", *PATTERNS),
        rows=tuple(lines),
    )


def _margins_required(clips: Sequence[ClipRow]) -> list[Requirement]:
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


def _offers_required(clips: Sequence[ClipRow]) -> list[Requirement]:
    visible = [row for row in clips if row.visible]
    reps = reps_of(visible)
    flare = [row for row in reps if row.clip.view <= 45]
    oblique = _near_oblique(reps)
    wanted = (
        ("hip part offered, 0-90 degrees, working arm visible", reps, "coupling_hip"),
        ("trunk part offered, 30-60 degrees near", oblique, "trunk_gain"),
        ("flare offered, 0-45 degrees", flare, "elbow_flare"),
    )
    return [
        _proportion(what, int(np.isfinite(estimates(rows, name)).sum()), len(rows), at_least=OFFERED)
        for what, rows, name in wanted
    ]


def _values_required(clips: Sequence[ClipRow]) -> list[Requirement]:
    rows = reps_of(clips)
    hidden = reps_of(clips, cropped=True)
    wrong = naming(rows, FAULTS["wrong_leg"])
    flare = agree(rows, BY_NAME["elbow_flare"])
    return [
        _least("median coupling of good repetitions", _median_coupling(rows, "good"), 0.75),
        _most("median coupling of arm-only repetitions", _median_coupling(rows, "arm_only"), 0.25),
        _least("AUC of coupling, good against arm only", separation(rows, FAULTS["arm_only"]), 0.95),
        _least("AUC of coupling, right against wrong leg", separation(rows, FAULTS["wrong_leg"]), 0.95),
        _least("AUC of the trunk part, turning against still", trunk_auc(rows, "trunk_gain"), 0.95),
        _least("the same with the legs hidden", trunk_auc(hidden, "trunk_gain"), 0.95),
        _most("trunk part of arm-only repetitions, median", _median_coupling(rows, "arm_only", "coupling_trunk"), 0.25),
        _proportion("wrong leg named, where assessed", wrong.named, wrong.faulty, at_least=0.95),
        _proportion("wrong leg named falsely", wrong.falsely, wrong.fine, at_most=0.02),
        _least("AUC of flare, flared against close", separation(rows, FAULTS["flared"]), 0.95),
        Requirement(
            what="mean absolute error of flare, where offered",
            wanted="≤ 8 deg",
            measured=f"{flare.mae:.1f} deg" if flare.n else "–",
            reached=flare.mae <= 8.0 if flare.n else None,
        ),
    ]


def _median_coupling(rows: Sequence[RepRow], behaviour: str, quantity: str = "coupling") -> float:
    return five_numbers(estimates(behaving(rows, behaviour), quantity))[2]


def _least(what: str, value: float, limit: float) -> Requirement:
    reached = None if np.isnan(value) else value >= limit
    return Requirement(what=what, wanted=f"≥ {number(limit, 2)}", measured=number(value, 3), reached=reached)


def _most(what: str, value: float, limit: float) -> Requirement:
    reached = None if np.isnan(value) else value <= limit
    return Requirement(what=what, wanted=f"≤ {number(limit, 2)}", measured=number(value, 3), reached=reached)


def _proportion(
    what: str, part: int, whole: int, *, at_least: float | None = None, at_most: float | None = None
) -> Requirement:
    """Return a requirement on a share, with its 95 % interval (Wilson)."""
    limit, sign = (at_least, "≥") if at_least is not None else (at_most, "≤")
    assert limit is not None  # one of the two is asked for
    wanted = f"{sign} {limit * 100:.0f} %"
    if not whole:
        return Requirement(what=what, wanted=wanted, measured="–", reached=None)
    sure = binomtest(part, whole).proportion_ci(method="wilson")
    measured = f"{_of(part, whole)} ({sure.low * 100:.0f}–{sure.high * 100:.0f})"
    share = part / whole
    return Requirement(
        what=what, wanted=wanted, measured=measured, reached=share >= limit if sign == "≥" else share <= limit
    )


# --- words -----------------------------------------------------------------------------------------


def number(value: float, digits: int) -> str:
    """Return a number as it is printed; a dash where there is none.

    Examples
    --------
    >>> number(0.745, 2), number(-0.04, 1), number(float("nan"), 1)
    ('0.74', '0.0', '–')
    """
    if np.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def percent(share: float) -> str:
    """Return a share in per cent; a dash where there is none."""
    return "–" if np.isnan(share) else f"{share * 100:.0f} %"


def spoken(behaviour: str) -> str:
    """Return a behaviour in words."""
    return behaviour.replace("_", " ")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}, {percent(_share(part, whole))}" if whole else "–"
