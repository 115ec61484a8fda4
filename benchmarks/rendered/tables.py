"""The figures of the bench as tables: how repetitions are counted and how well each quantity is measured.

What the other tables are made of is here too: rows are chosen and read, and numbers put into words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rendered.agreement import Agreement, Array, agreement, five_numbers
from rendered.grid import BEHAVIOURS, PATTERNS, VIEWS
from rendered.measures import BY_NAME, QUANTITIES, ClipRow, IdleRow, Quantity, RepRow

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


def near_oblique(rows: Iterable[RepRow]) -> list[RepRow]:
    """Return those seen at 30-60 degrees with the working arm on the camera's side."""
    return [row for row in rows if row.clip.near and row.clip.view in (30, 45, 60)]


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


def _seen(row: ClipRow, name: str, digits: int) -> str:
    """Return what was estimated in each repetition of a clip."""
    return ", ".join(number(rep.values[name].estimate, digits) for rep in row.reps)


def postures(clips: Sequence[ClipRow]) -> Table:
    """Return, clip by clip, what is done bent over or lying, as it is on exact poses and as it was seen."""
    lines = []
    for row in clips:
        clip, first = row.clip, row.reps[0]
        lines.append(
            (
                f"{clip.stance}, {clip.view}",
                spoken(clip.behaviour),
                clip.half.replace("_", "-"),
                f"{row.counted} of {len(row.reps)}",
                _seen(row, "hip_gain", 0),
                number(first.values["coupling"].truth, 2),
                _seen(row, "coupling", 2),
                number(first.values["score"].truth, 0),
                _seen(row, "score", 0),
                number(first.margins.get("score", float("nan")), 0),
            )
        )
    return Table(
        title="Bent over and lying",
        note=(
            "Seen from so many degrees off the front, the working arm near: the drive of the legs in degrees, then "
            "coupling and score on exact poses and as seen, of both repetitions, and what is given as ±; – is not "
            "assessed. Nearer to the front than 28 degrees, as they are seen, nothing is said of the legs of somebody "
            "who bends over."
        ),
        headings=("posture", "done", "half", "counted", "drive", "exact", "coupling", "exact", "score", "±"),
        rows=tuple(lines),
    )


def arms(clips: Sequence[ClipRow]) -> Table:
    """Return, clip by clip, good repetitions whose arms go other ways than the one of the fraction."""
    lines = []
    for row in clips:
        clip, first = row.clip, row.reps[0]
        where = f"{clip.view}{'' if clip.view == 0 else ' near' if clip.near else ' far'}"
        lines.append(
            (
                f"{clip.pattern}, {clip.arm}, {where}",
                clip.half.replace("_", "-"),
                f"{row.counted} of {len(row.reps)}",
                number(first.truth.flare_deg, 0),
                _seen(row, "elbow_flare", 0),
                number(first.values["range_of_motion"].truth, 2),
                _seen(row, "range_of_motion", 2),
                number(first.values["score"].truth, 0),
                _seen(row, "score", 0),
                number(first.margins.get("score", float("nan")), 0),
            )
        )
    return Table(
        title="Other ways of the arm",
        note=(
            "Good repetitions, as with a cable from higher up or from lower down, seen from so many degrees off the "
            "front: flare in degrees, range and score, each as it was and as seen in both repetitions, and what is "
            "given as ±; – is not assessed."
        ),
        headings=("arm", "half", "counted", "flare", "seen", "range", "seen", "score", "seen", "±"),
        rows=tuple(lines),
    )


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


def share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def part_of(part: int, whole: int) -> str:
    return f"{part} of {whole}, {percent(share(part, whole))}" if whole else "–"
