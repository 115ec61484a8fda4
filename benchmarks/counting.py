"""How well armswing counts, on a folder of clips with a person's own count.

    python benchmarks/counting.py --clips DIR [--model full] [--json]

``DIR/clips.json`` holds ``{"clips": [...]}``, one object per clip: ``file``, ``pattern``,
``reps`` and ``sure``; where known ``sides``, ``tops_s`` and ``status``; where more than
one answer is right ``accept_reps`` (lowest and highest), ``accept_sides`` and
``sides_any_order``.  Full and partial repetitions count; discarded movements do not.

A clip with 0 repetitions is run with every pattern: whatever is counted is a phantom.
It reports; it fails on nothing but an unusable folder (exit code 2).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from armswing import Analysis, ArmswingError, RepCompleted, analyze
from armswing.patterns import patterns

TOP_NEAR_S = 0.4
"""A top is right when it is found so near (hand-read times are right to about 0.3 s)."""

Analyse = Callable[[Path, str], Analysis]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One clip, looked at as one pattern.

    Attributes
    ----------
    file, pattern, sure : str
        The clip, what it was looked at as, and how sure the person was.
    wanted, found : int
        Repetitions read off by eye, and counted.
    accepted : bool
        The count is right, or lies in ``accept_reps``.
    sides_right, sides : int
        Of how many wanted sides the right one was found; 0 of 0 where none are known.
    top_errors_s : tuple of float or None
        Per wanted top how far the nearest repetition is from it; None where none is left.
    status_right : bool or None
        Whether all repetitions are full, or partial, as wanted; None where nothing is.
    """

    file: str
    pattern: str
    sure: str
    wanted: int
    found: int
    accepted: bool
    sides_right: int = 0
    sides: int = 0
    top_errors_s: tuple[float | None, ...] = ()
    status_right: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A clip that was not counted, and why."""

    file: str
    reason: str


def main(arguments: Sequence[str] | None = None, analyse: Analyse | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        clips = read_clips(asked.clips)
    except (OSError, ValueError, LookupError, TypeError) as error:
        print(f"{asked.clips}: expected a folder with a clips.json that lists clips ({error})", file=sys.stderr)
        return 2
    run = analyse or (lambda path, pattern: analyze(path, pattern, model=asked.model))
    rows: list[Row] = []
    skipped: list[Skipped] = []
    for clip in clips:
        for result in look_at(clip, asked.clips, run):
            (rows if isinstance(result, Row) else skipped).append(result)
            if not asked.json:
                print(line(result), flush=True)
    totals = {"all": summary(rows), "sure": summary([row for row in rows if row.sure == "high"])}
    if asked.json:
        print(json.dumps({"clips": [*map(asdict, rows)], "skipped": [*map(asdict, skipped)], **totals}, indent=1))
    else:
        print_summary(totals)
    return 0


def read_clips(folder: Path) -> list[dict[str, Any]]:
    """Return the clips of a folder; every one must say its file."""
    clips: list[dict[str, Any]] = json.loads((folder / "clips.json").read_text(encoding="utf-8"))["clips"]
    for clip in clips:
        clip["file"] + ""
    return clips


# --- one clip --------------------------------------------------------------------------------------


def look_at(clip: dict[str, Any], folder: Path, analyse: Analyse) -> Iterable[Row | Skipped]:
    """Yield what came of a clip, once per pattern."""
    ours = sorted(patterns())
    wanted, named = clip.get("reps"), clip.get("pattern")
    if (wanted or named is not None) and named not in ours:
        yield Skipped(file=clip["file"], reason=f"its pattern is {named}, and ours are {', '.join(ours)}")
        return
    if wanted is None and named is not None:
        yield Skipped(file=clip["file"], reason="no count is known")
        return
    for pattern in [named] if wanted else ours:
        try:
            analysis = analyse(folder / clip["file"], pattern)
        except ArmswingError as error:
            yield Skipped(file=clip["file"], reason=str(error))
            return
        if wanted is None:
            yield Skipped(file=clip["file"], reason="no count is known, and it can be read")
            return
        yield compare(clip, pattern, analysis.reps)


def compare(clip: dict[str, Any], pattern: str, reps: Sequence[RepCompleted]) -> Row:
    """Compare what was found with what a person saw."""
    wanted = clip["reps"]
    low, high = clip.get("accept_reps", (wanted, wanted))
    right, sides = sides_right(clip, [event.rep.side for event in reps])
    status = clip.get("status")
    return Row(
        file=clip["file"],
        pattern=pattern,
        sure=clip.get("sure", ""),
        wanted=wanted,
        found=len(reps),
        accepted=len(reps) == wanted or low <= len(reps) <= high,
        sides_right=right,
        sides=sides,
        top_errors_s=top_errors(clip.get("tops_s", ()), [event.rep.peak_s for event in reps]),
        status_right=all(event.status == status for event in reps) if status and reps else None,
    )


def sides_right(clip: dict[str, Any], found: Sequence[str]) -> tuple[int, int]:
    """Return how many sides are right, and of how many: the wanted ones, or the found ones where more are."""
    wanted = clip.get("sides", [])
    if not wanted:
        return 0, 0
    total = max(len(wanted), len(found))
    if "accept_sides" in clip:
        return min(sum(side in clip["accept_sides"] for side in found), len(wanted)), total
    if clip.get("sides_any_order") or len(set(wanted)) == 1:
        return (Counter(wanted) & Counter(found)).total(), total
    return sum(a == b for a, b in zip(wanted, found, strict=False)), total


def top_errors(wanted: Sequence[float], found: Sequence[float]) -> tuple[float | None, ...]:
    """Pair each wanted top with one found, the nearest pairs first, and return their distances."""
    pairs = sorted((abs(a - b), i, j) for i, a in enumerate(wanted) for j, b in enumerate(found))
    errors: dict[int, float] = {}
    taken: set[int] = set()
    for error, i, j in pairs:
        if i not in errors and j not in taken:
            errors[i] = error
            taken.add(j)
    return tuple(errors.get(i) for i in range(len(wanted)))


# --- all clips -------------------------------------------------------------------------------------


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures over many clips; None where nothing was to be told."""
    counted = [row for row in rows if row.wanted]
    empty = [row for row in rows if not row.wanted]
    errors = [abs(row.found - row.wanted) for row in counted]
    all_tops = [error for row in counted for error in row.top_errors_s]
    tops = [error for error in all_tops if error is not None]
    sides = sum(row.sides for row in counted)
    status = [row.status_right for row in counted if row.status_right is not None]
    return {
        "clips": len(counted),
        "exact": sum(error == 0 for error in errors),
        "accepted": sum(row.accepted for row in counted),
        "off_by_one_share": _share(sum(error == 1 for error in errors), len(errors)),
        "mean_absolute_error": statistics.fmean(errors) if errors else None,
        "side_accuracy": _share(sum(row.sides_right for row in counted), sides),
        "tops": len(all_tops),
        "tops_near": sum(error <= TOP_NEAR_S for error in tops),
        "top_error_median_s": statistics.median(tops) if tops else None,
        "top_error_max_s": max(tops, default=None),
        "status_right": sum(status),
        "status_known": len(status),
        "runs_without_reps": len(empty),
        "phantoms": sum(row.found for row in empty),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


# --- printing --------------------------------------------------------------------------------------


def line(result: Row | Skipped) -> str:
    """Return what is printed of one clip."""
    if isinstance(result, Skipped):
        return f"{result.file:40} skipped: {result.reason}"
    verdict = "right" if result.found == result.wanted else "accepted" if result.accepted else "WRONG"
    told = [f"{result.found} of {result.wanted} {verdict}"]
    if result.sides:
        told.append(f"sides {result.sides_right}/{result.sides}")
    if result.top_errors_s:
        told.append("tops " + " ".join("-" if e is None else f"{e:.2f}" for e in result.top_errors_s))
    if result.status_right is not None:
        told.append("status " + ("right" if result.status_right else "WRONG"))
    return f"{result.file:40} {result.pattern:5} {'; '.join(told)}"


def print_summary(totals: dict[str, dict[str, Any]]) -> None:
    """Print the figures, one to a line: of all clips, and of those the person was sure of."""
    print(f"\n{'':22}" + "".join(f"{name:>8}" for name in totals))
    for name in next(iter(totals.values())):
        values = [total[name] for total in totals.values()]
        print(f"{name:22}" + "".join(f"{_number(value):>8}" for value in values))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True, help="a folder with a clips.json")
    parser.add_argument("--model", default="full", help="full, lite or the path of a bundle")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
