"""The report of the bench: on the screen, and as a page with pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rendered import faults, margins, tables, targets
from rendered.grid import BEHAVIOURS, MANNERS, PATTERNS, SIZES, VIEWS, Half
from rendered.measures import QUANTITIES, ClipRow, IdleRow
from rendered.page_texts import INTRODUCTION, TRIED
from rendered.pictures import PICTURES, draw
from rendered.tables import Table

if TYPE_CHECKING:
    from rich.console import Console

HALVES: tuple[Half, ...] = ("tuning", "held_out")
WIDTH = 100


def of_half(clips: Iterable[ClipRow], half: Half) -> list[ClipRow]:
    """Return the clips of one half."""
    return [row for row in clips if row.clip.half == half]


def short(
    clips: Sequence[ClipRow],
    idle: Sequence[IdleRow] = (),
    postures: Sequence[ClipRow] = (),
    arms: Sequence[ClipRow] = (),
) -> list[Table]:
    """Return the tables that say the most."""
    most = (
        targets.required(clips, idle),
        tables.phantoms(idle),
        tables.counting(clips),
        tables.miscounted(clips),
        faults.faults(clips),
        faults.verdicts(clips),
        tables.couplings(clips),
        faults.trunk(clips),
        tables.overall(clips),
        tables.reasons(clips),
        tables.views(clips),
        margins.margins(clips),
        tables.postures(postures),
        tables.arms(arms),
    )
    return [table for table in most if table.rows]


def views(clips: Sequence[ClipRow]) -> list[Table]:
    """Return a table of every quantity with its views."""
    return [tables.by_view(clips, quantity) for quantity in QUANTITIES]


# --- on the screen ---------------------------------------------------------------------------------


def show(console: Console, table: Table) -> None:
    """Print a table."""
    from rich.table import Table as Grid

    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    words = _wordy(table)
    for place, heading in enumerate(table.headings):
        grid.add_column(heading, justify="left" if words[place] else "right", overflow="fold")
    for row in table.rows:
        grid.add_row(*row)
    console.print(f"\n{table.title}", style="bold")
    console.print(grid)
    if table.note:
        console.print(table.note, style="dim")


def _wordy(table: Table) -> list[bool]:
    """Return which columns hold words: the first, and those in which a cell begins with a letter."""
    columns = list(zip(*table.rows, strict=True))
    return [place == 0 or any(cell[:1].isalpha() for cell in column) for place, column in enumerate(columns)]


# --- the page --------------------------------------------------------------------------------------


def write(
    clips: Sequence[ClipRow],
    docs: Path,
    *,
    idle: Sequence[IdleRow] = (),
    postures: Sequence[ClipRow] = (),
    arms: Sequence[ClipRow] = (),
    left_out: int = 0,
) -> list[Path]:
    """Write ``accuracy.md`` and its pictures, of the held-out half, into a folder; return what was written.

    Parameters
    ----------
    clips : sequence of ClipRow
        Of both halves.
    docs : Path
        The folder.
    idle : sequence of IdleRow
        Clips without a repetition.
    postures : sequence of ClipRow
        What is done bent over and lying.
    arms : sequence of ClipRow
        Other ways of the arm.
    left_out : int
        Clips of the grid that could not be measured; the page says so.
    """
    held_out, tuning = of_half(clips, "held_out"), of_half(clips, "tuning")
    pictures = draw(held_out, docs / "accuracy")
    page = docs / "accuracy.md"
    more = (tables.postures(postures), tables.arms(arms))
    page.write_text(_page(held_out, tuning, idle, more, left_out), encoding="utf-8")
    return [page, *pictures]


def _page(
    held_out: Sequence[ClipRow],
    tuning: Sequence[ClipRow],
    idle: Sequence[IdleRow],
    more: Sequence[Table],
    left_out: int,
) -> str:
    reps = sum(len(row.reps) for row in (*held_out, *tuning))
    amount = f"{len(held_out) + len(tuning)} clips with {reps} repetitions"
    amount += f" ({left_out} more of the grid are missing)" if left_out else ""
    parts = [
        INTRODUCTION.format(amount=amount),
        _grid_words(held_out, tuning),
        "## The held-out half",
        *(_markdown(table, level=3) for table in (targets.required(held_out, idle), tables.phantoms(idle))),
        _picture("coupling"),
        *(_markdown(table, level=3) for table in (tables.couplings(held_out), faults.faults(held_out))),
        _markdown(faults.verdicts(held_out), level=3),
        *(_markdown(table, level=3) for table in (tables.counting(held_out), tables.miscounted(held_out))),
        _picture("trunk"),
        _markdown(faults.trunk(held_out), level=3),
        "### How well each quantity is measured",
        _picture("error"),
        _picture("flare"),
        _markdown(tables.overall(held_out), level=4),
        *(_markdown(table, level=4) for table in views(held_out)),
        _markdown(tables.reasons(held_out), level=3),
        _markdown(tables.views(held_out), level=3),
        _markdown(margins.margins(held_out), level=3),
        *(_markdown(table, level=2) for table in more),
        TRIED,
        "## The tuning half, in short",
        *(_markdown(table, level=3) for table in (targets.required(tuning), faults.faults(tuning))),
        _markdown(faults.verdicts(tuning), level=3),
        *(_markdown(table, level=3) for table in (tables.couplings(tuning), faults.trunk(tuning))),
        *(_markdown(table, level=3) for table in (tables.overall(tuning), margins.margins(tuning))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _grid_words(held_out: Sequence[ClipRow], tuning: Sequence[ClipRow]) -> str:
    where = ", ".join(str(view) for view in VIEWS)
    sizes = Table(
        title="",
        headings=("half", "fault", *PATTERNS),
        rows=tuple(
            (half.replace("_", "-"), fault, *(f"{size[pattern]:g}" if pattern in size else "–" for pattern in PATTERNS))
            for half in HALVES
            for fault, size in SIZES[half].items()
        ),
    )
    behaviours = ", ".join(tables.spoken(name) for name in BEHAVIOURS)
    manners = Table(
        title="The two halves",
        headings=("half", "body", "look", "repetition (s)", "knee drive", "turn of the ribs", "focal length", "camera"),
        rows=tuple(
            (
                half.replace("_", "-"),
                str(manner["body"]),
                _look(manner["look"]),
                f"{manner['period_s']:.1f}",
                f"{manner['leg']:.2f} of the usual",
                f"{manner['trunk_deg']:.0f} deg",
                f"{manner['focal']:.2f} heights",
                f"{manner['height']:.2f} m high",
            )
            for half in HALVES
            for manner in MANNERS[half]
        ),
    )
    return (
        "## What was filmed\n\n"
        f"The exercises {', '.join(PATTERNS)}, each done in these ways: {behaviours}; seen from {where} degrees off "
        "the front, with the working arm on the camera's side (*near*) and on the other (*far*); two repetitions each. "
        "*Cropped* clips end below the hips. Everybody stands: what is done bent over and lying has a table of its "
        "own, half-kneeling rows and arms that take turns were not filmed. The clips are a balanced fraction of all "
        "combinations: "
        f"{len(held_out)} in the half called held-out and {len(tuning)} in the one called tuning.\n\n"
        "Limits were chosen with the tuning half in sight; the held-out half judges. It was looked at after "
        "most changes, so it is not quite unseen. They share no body, look, "
        "tempo, size of movement, lens or height of the camera:\n\n"
        f"{_grid(manners)}\n\n"
        "A lift takes 1.2 times as long and turns the ribs 0.6 times as far. A look is a skin, hair and clothes. The "
        "faults differ in size: flare of the elbow in degrees, lateness as a share of the repetition, half the way as "
        f"a share of it.\n\n{_grid(sizes)}\n\n"
        "Alike in both halves are the room, the light and the size of the picture; of the movement the way of the "
        "arm (but in the table of other ways) and of the shoulder blade, the turn of the pelvis, the pauses and the "
        "share of the repetition that the arm takes to its top, the free arm and the sway. The clips in which there is "
        "nothing to count are one set, with one body that no exercise is done by; they belong to neither half and were "
        "looked at."
    )


def _look(number: int) -> str:
    from armswing.synthetic.render import LOOKS

    return list(LOOKS)[number % len(LOOKS)]


def _picture(name: str) -> str:
    return f"![{PICTURES[name]}](accuracy/{name}.png)\n\n*{PICTURES[name]}*"


def _markdown(table: Table, *, level: int) -> str:
    if not table.rows:
        return ""
    note = f"\n\n{table.note}" if table.note else ""
    return f"{'#' * level} {table.title}\n\n{_grid(table)}{note}"


def _grid(table: Table) -> str:
    rules = ["---" if wordy else "--:" for wordy in _wordy(table)]
    lines = [table.headings, tuple(rules), *table.rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
