"""How accurate armswing is on rendered people whose every joint is known.

    python benchmarks/accuracy.py [--half tuning|held_out|both] [--full] [--poses DIR] [--render] [--short] [--write]

It judges the poses that the pose model found in the clips, compares them with what was done,
and prints tables: what should be reached, counting, faults, coupling by behaviour, and each
quantity in each view.  It reports; it fails on nothing but an unusable folder (exit code 2).
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rendered import report
from rendered.footage import FOLDER, WHOLE_FOLDER, render_missing
from rendered.grid import arms, everyday, fraction, full, postures
from rendered.measures import idle, measure_all
from rich.console import Console

DOCS = Path(__file__).resolve().parents[1] / "docs"

app = typer.Typer(add_completion=False)


class Which(StrEnum):
    """Which half of the clips."""

    TUNING = "tuning"
    HELD_OUT = "held_out"
    BOTH = "both"


@app.command()
def main(
    *,
    half: Annotated[Which, typer.Option(help="Which half to look at.")] = Which.TUNING,
    whole: Annotated[bool, typer.Option("--full", help="The whole grid, not the balanced fraction.")] = False,
    poses: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where the poses of the clips are kept; the whole grid has a folder of its own."
        ),
    ] = None,
    render: Annotated[bool, typer.Option("--render", help="Render the clips that have no poses yet.")] = False,
    short: Annotated[bool, typer.Option("--short", help="Leave out the tables of single quantities.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write docs/accuracy.md and its pictures as well.")] = False,
    docs: Annotated[Path, typer.Option(metavar="DIR", help="Where --write puts them.")] = DOCS,
) -> None:
    """Print how accurate armswing is on rendered people whose every joint is known."""
    grid = full() if whole else fraction()
    poses = poses or (WHOLE_FOLDER if whole else FOLDER)  # the same names stand for other people there
    wanted = report.HALVES if half is Which.BOTH or write else (half.value,)
    clips = [clip for clip in grid if clip.half in wanted]
    bent, other = ([clip for clip in more if clip.half in wanted] for more in (postures(), arms()))
    if render:
        render_missing((*clips, *bent, *other, *everyday()), folder=poses)
    rows, left_out = measure_all(clips, poses)
    nothing = idle(everyday(), poses)
    bent_rows, other_rows = (measure_all(more, poses)[0] for more in (bent, other))
    if not rows:
        typer.echo(f"{poses}: expected the poses of rendered clips, found none; --render makes them", err=True)
        raise typer.Exit(2)
    console = Console(width=report.WIDTH, highlight=False, emoji=False, markup=False)
    for name in report.HALVES:
        own = report.of_half(rows, name)
        if own and half.value in (name, Which.BOTH):
            console.rule(f"{name.replace('_', '-')} half: {len(own)} clips")
            tables = [
                *report.short(own, nothing, *(report.of_half(more, name) for more in (bent_rows, other_rows))),
                *([] if short else report.views(own)),
            ]
            for table in tables:
                report.show(console, table)
    for reason, count in Counter(left_out.values()).items():
        typer.echo(f"left out of {len(clips)} clips: {count}, {reason}", err=True)
    if write:
        for path in report.write(rows, docs, idle=nothing, postures=bent_rows, arms=other_rows, left_out=len(left_out)):
            typer.echo(f"wrote {path}")


if __name__ == "__main__":
    app()
