"""Batches of pretended clips, and what they leave behind."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import batch_work
from armswing.api import Options
from armswing.batch import run as batch
from armswing.batch.planning import Clip, Settings
from armswing.batch.run import Report, Watcher
from armswing.batch.work import Failed, Outcome, Task
from armswing.config import parse_config

OPTIONS = Options(pattern="pull")
STRICT = Options(pattern="pull", config=parse_config({"rules": {"PULL_FLARE": {"good_to": 10, "zero_above": 20}}}))
TABLES = ("summary.csv", "reps.csv", "failures.csv")


class Here(Executor):
    """Does each task at once, in this process; keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Task] = []
        self.most = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.append(args[0])
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        future.set_result(fn(*args, **kwargs))
        return future


def clip(folder: Path, name: str, text: str, options: Options = OPTIONS, **carried: str) -> Clip:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(text)
    return Clip(path=name, file=str(path), options=options, carried=carried)


def season(folder: Path, options: Options = OPTIONS, count: int = 6) -> list[Clip]:
    """Clips of three weeks, each week with the same names."""
    return [clip(folder, f"week{n // 2}/row{n % 2}.mp4", f"rows {n}", options) for n in range(count)]


def do(
    clips: Sequence[Clip],
    out: Path,
    executor: Executor | None = None,
    *,
    work: Callable[[Task], Outcome] = batch_work.do_pretended,
    watcher: Watcher | None = None,
    failed: Sequence[Failed] = (),
    **settings: Any,
) -> Report:
    wanted = Settings(output_dir=out, **{"evidence": False, **settings})
    return batch.run(clips, wanted, executor or Here(), work=work, watcher=watcher, failed=failed)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in TABLES}


def tree(out: Path) -> dict[str, bytes]:
    """All results, but what says when it was."""
    files = [path for path in out.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in files
        if path.name not in ("run.json", "journal.jsonl", "lock")
    }
