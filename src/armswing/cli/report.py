"""The table on the terminal: what a person needs, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armswing.advice import most_common
from armswing.cli import words
from armswing.reasons import Reason, sentences
from armswing.rules import Verdict
from armswing.scoring import GRADES, main_cue

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from armswing.api import Analysis
    from armswing.events import RepCompleted

OTHERS = 2
"""So many other faults are named beside the cue that matters most."""

LABEL = len("Not assessed")

KEEP_IT_SO = "nothing: keep it so"
"""Said where no rule failed."""

_COLOURS = dict(zip((name for _, name in GRADES), ("green", "green", "yellow", "red"), strict=True))


def print_report(console: Console, analysis: Analysis, summary: dict[str, Any], files: Sequence[Path]) -> None:
    """Print one video's repetitions, what to change, and where the files are.

    Parameters
    ----------
    console : Console
        Where to.
    analysis, summary : Analysis, dict
        What came out, and its summary.
    files : sequence of Path
        What was written; all in one folder.
    """
    about = (summary["video"]["name"], analysis.pattern.name, words.view(summary["view"] or ""))
    show(console, _styled(" · ".join(filter(None, about)), "bold"))
    console.print()
    if analysis.reps:
        show(console, _table(console, analysis))
        console.print()
    show(console, _labelled(_below(analysis, summary)))
    if files:
        names = ", ".join(path.name for path in files)
        # A path is copied: it may run over the edge, but not be broken up.
        console.print(f"{'Files':<{LABEL}}  {files[0].parent}: {names}", soft_wrap=True)
    console.print()


def show(console: Console, what: Table | Text) -> None:
    """Print without the blanks with which tables are filled up to their width."""
    with console.capture() as captured:
        console.print(what)
    console.file.write("\n".join(line.rstrip() for line in captured.get().split("\n")))


def _styled(text: str, style: str) -> Text:
    from rich.text import Text

    return Text(text, style=style)


def plain_table(console: Console, *headings: tuple[str, bool]) -> Table:
    """Return an empty table whose cells are never cut; headings with whether they stand on the right."""
    from rich import box
    from rich.table import Table

    ruled = console.is_terminal
    table = Table(
        box=box.Box("    \n    \n ── \n    \n    \n    \n    \n    \n") if ruled else None,
        pad_edge=False,
        padding=(0, 1 if ruled else 2, 0, 0),
        show_edge=False,
        header_style="bold" if ruled else "",
    )
    for heading, right in headings[:-1]:
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    table.add_column(headings[-1][0], overflow="fold")
    return table


def _labelled(lines: Iterable[tuple[str, str]]) -> Table:
    """Return lines with a label each; a label that repeats is printed once."""
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=LABEL, no_wrap=True)
    grid.add_column(overflow="fold")
    last = ""
    for label, text in lines:
        grid.add_row("" if label == last else label, text)
        last = label
    return grid


def _table(console: Console, analysis: Analysis) -> Table:
    table = plain_table(
        console,
        ("#", True),
        ("arm", False),
        ("top", True),
        ("score", True),
        ("verdict", False),
        ("coupling", True),
        ("elbow", True),
        ("what to change", False),
    )
    several = len({event.rep.set_index for event in analysis.reps}) > 1
    last = None
    read = {rule.measure for rule in analysis.pattern.rules}
    elbow = "elbow_plane" if "elbow_plane" in read else "elbow_flare"  # whichever the pattern judges
    for event in analysis.reps:
        rep, score = event.rep, event.score
        if last is not None and rep.set_index != last:
            table.add_section()
        last = rep.set_index
        colour = _COLOURS.get(score.grade, "")
        table.add_row(
            f"{rep.set_index}.{rep.rep_index}" if several else str(rep.rep_index),
            rep.side,
            words.clock(rep.peak_s),
            _styled(words.within(score.score, score.score_margin), colour),
            _styled(words.GRADES[score.grade], colour),
            words.percent(rep.value("coupling"), score.coupling_margin),
            words.degrees(rep.value(elbow)),
            what_to_change(event, analysis),
        )
    return table


def what_to_change(event: RepCompleted, analysis: Analysis) -> str:
    """Return the one cue that matters most, and other faults in two or three words each."""
    rules = {rule.code: rule for rule in analysis.pattern.rules}
    failed = sorted(
        (f for f in event.score.findings if f.verdict is Verdict.FAIL and f.cue), key=lambda f: rules[f.code].priority
    )
    if not failed:
        return KEEP_IT_SO if event.score.score is not None else words.NOTHING
    cue = main_cue(event.score.findings, analysis.pattern.rules)
    # Silent legs are the same fault as a coupling that fails, said twice.
    others = [f for f in failed if f.cue != cue and not (f.code == "LEGS_SILENT" and _leg_is_named(failed))]
    named = list(dict.fromkeys(words.fault(f, rules[f.code]) for f in others))[:OTHERS]
    return f"{cue} Also: {', '.join(named)}." if named else cue


def _leg_is_named(failed: Sequence[Any]) -> bool:
    return any(finding.code.endswith(("COUPLING", "WRONG_LEG")) for finding in failed)


def _below(analysis: Analysis, summary: dict[str, Any]) -> Iterator[tuple[str, str]]:
    sets = summary["sets"]
    for each in sets:
        label = f"Set {each['set_index']} score" if len(sets) > 1 else "Set score"
        if each["score"] is None:
            yield label, f"none: {_why_no_score(analysis, each['set_index'])}"
        else:
            within = words.within(each["score"], each["score_margin"])
            yield label, f"{within} of 100, {words.GRADES[each['grade']]}"
    yield "Counted", _counted(summary)
    for code, entry in summary["discarded"].items():
        yield "Not counted", f"{words.number(entry['count'], 'movement')}: {sentences(code)}"
    yield from (("Not assessed", line) for line in _not_assessed(analysis, summary))
    yield from (("Camera", advice) for advice in summary["camera_advice"])
    yield from (("Note", warning) for warning in summary["warnings"])


def _counted(summary: dict[str, Any]) -> str:
    full, partial = summary["counts"]["full"], summary["counts"]["partial"]
    if summary["reason"]:
        return f"no repetition: {sentences(summary['reason'])}"
    if not full + partial:
        return "no repetition: no movement was one of this exercise"
    short = f", {partial if full else 'none'} of them {'not ' if full else ''}the whole way" if partial else ""
    return words.number(full + partial, "repetition") + short


def _why_no_score(analysis: Analysis, set_index: int) -> str:
    """Say why no repetition of a set has a score: what kept most of them from one."""
    reps = [event for event in analysis.reps if event.rep.set_index == set_index]
    reason = most_common(code for event in reps for code in event.score.reasons if code not in event.rep.flags)
    if not reason:
        return "no repetition was scored"
    if reason in (Reason.NOT_ENOUGH, Reason.LOW_FPS):
        return sentences(reason)
    return f"without the coupling of arm and leg there is no score, and {sentences(reason)}"


def _not_assessed(analysis: Analysis, summary: dict[str, Any]) -> Iterator[str]:
    """Say what no rule could judge, one line a reason."""
    asked = dict.fromkeys([*(rule.measure for rule in analysis.pattern.rules), "coupling_trunk"])
    reps = len(analysis.reps)
    by_reason: dict[tuple[str, int], list[str]] = {}
    for quantity in asked:
        for code, entry in summary["not_assessed"].get(quantity, {}).items():
            by_reason.setdefault((code, entry["reps"]), []).append(words.quantity(quantity))
    for (code, count), names in by_reason.items():
        where = "" if count == reps else f" (in {count} of {reps})"
        yield f"{words.listed(names)}{where}: {sentences(code)}"


def print_overview(console: Console, summaries: Sequence[dict[str, Any]]) -> None:
    """Print one line a video: repetitions, score, verdict and the cue that came most often."""
    columns = ("video", False), ("reps", True), ("score", True), ("verdict", False), ("what to change", False)
    table = plain_table(console, *columns)
    for summary in summaries:
        scored = [each for each in summary["sets"] if each["score"] is not None]
        reps = summary["counts"]["full"] + summary["counts"]["partial"]
        score = ", ".join(words.within(each["score"], each["score_margin"]) for each in scored) or words.NOTHING
        verdict = ", ".join(dict.fromkeys(words.GRADES[each["grade"]] for each in scored)) or words.GRADES[""]
        cue = next(iter(summary["cues"]), KEEP_IT_SO if scored else words.NOTHING)
        table.add_row(summary["video"]["name"], str(reps), score, verdict, cue)
    show(console, table)
    console.print()
