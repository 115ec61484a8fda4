"""What one sees of a batch while it runs: how far it is, how long it will take, and each failure as it comes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from armswing.batch.run import Watcher
from armswing.cli.console import complain, messages
from armswing.io.remote import is_remote, remote_name

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from armswing.batch.work import Done, Failed

SHOWN = 4
"""So many of the clips at work are named."""


@contextmanager
def watching(*, quiet: bool) -> Iterator[Watcher]:
    """Give a watcher that shows a bar on a terminal, and messages alone in a pipe."""
    console = messages()
    if quiet or not console.is_terminal:
        yield _Messages(quiet=quiet)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")  # names give way, figures do not
    columns = (
        BarColumn(bar_width=20),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[pace]}", markup=False, table_column=Column(no_wrap=True)),
        TextColumn("{task.description}", markup=False, table_column=rest),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as bar:
        yield _Bar(bar)


class _Messages(Watcher):
    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def begin(self, clips: int, done_before: int) -> None:
        if done_before and not self._quiet:
            complain(f"{done_before} of {clips} are done under the same options and are left alone (--force does all)")

    def done(self, path: str, done: Done) -> None:
        for note in done.notes:
            if not self._quiet:
                complain(f"{path}: {note}")

    def failed(self, failed: Failed) -> None:
        remedy = f"; {failed.remedy}" if failed.remedy else ""
        complain(f"{failed.what}{remedy}")


class _Bar(_Messages):
    def __init__(self, bar: Progress) -> None:
        super().__init__(quiet=False)
        self._bar = bar
        self._task: TaskID = bar.add_task("", total=None, pace="")
        self._since = time.monotonic()
        self._left = 0
        self._now = 0

    def begin(self, clips: int, done_before: int) -> None:
        super().begin(clips, done_before)
        self._left = clips - done_before
        self._bar.update(self._task, total=clips, completed=done_before)

    def tick(self, at_work: Sequence[str]) -> None:
        names = [remote_name(path) if is_remote(path) else Path(path).name for path in at_work[:SHOWN]]
        more = f" and {len(at_work) - SHOWN} more" if len(at_work) > SHOWN else ""
        self._bar.update(self._task, description=", ".join(names) + more, pace=self._pace())

    def done(self, path: str, done: Done) -> None:
        super().done(path, done)
        self._step()

    def failed(self, failed: Failed) -> None:
        super().failed(failed)
        self._step()

    def _step(self) -> None:
        self._now += 1
        self._bar.update(self._task, advance=1, pace=self._pace())

    def _pace(self) -> str:
        return words_of_pace(self._now, self._left - self._now, time.monotonic() - self._since)


def words_of_pace(done: int, left: int, seconds: float) -> str:
    """Return how fast it goes and how long the rest will take.

    Examples
    --------
    >>> words_of_pace(30, 60, 120.0), words_of_pace(0, 60, 5.0), words_of_pace(10, 5000, 60.0)
    ('15.0 clips/min, 4 min left', '', '10.0 clips/min, 8 h 20 min left')
    """
    if not done or seconds <= 0:
        return ""
    left_s = left * seconds / done
    minutes = round(left_s / 60)
    hours = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
    return f"{60 * done / seconds:.1f} clips/min, {hours if left_s >= 60 else f'{left_s:.0f} s'} left"
