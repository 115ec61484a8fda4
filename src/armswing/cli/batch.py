"""``armswing batch``: a folder, a season, a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from armswing.cli.analyze import (
    CONFIG,
    DEBUG,
    JSON,
    MAX_FPS,
    MODEL,
    QUIET,
    SIDE,
    SLOWMO_FACTOR,
    SUBJECT,
    TIME_RANGE,
    check,
    point,
)
from armswing.errors import ConfigError

if TYPE_CHECKING:
    from armswing.batch.planning import Settings
    from armswing.batch.run import Report
    from armswing.cli.clips import Inputs

AHEAD = 4
"""So many clips for each worker are handed out at a time: enough that none waits, and few to take back."""


def batch(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Videos, folders, patterns of names, addresses, manifests (.csv with a column path), or - for a list.",
        ),
    ],
    *,
    pattern: Annotated[
        str | None,
        typer.Option("--pattern", "-p", metavar="NAME", help="The exercise, where no manifest names it."),
    ] = None,
    output_dir: Annotated[
        Path,
        typer.Option("--output-dir", "-o", metavar="DIR", help="Each clip gets a folder in it, and all one table."),
    ] = Path("results"),
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", metavar="N", help="Worker processes; as many as processors without.")
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS", help="Work on a Dask cluster: tcp://scheduler:8786, or a file."),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="Where poses are kept; DIR/.poses of the output without."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--force", help="Leave alone what is done under the same options; or do all again.")
    ] = True,
    evidence: Annotated[
        bool, typer.Option("--evidence/--no-evidence", help="Keep three pictures of every repetition.")
    ] = True,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="Of the tables: csv or parquet.")] = "csv",
    side: Annotated[str, SIDE] = "auto",
    model: Annotated[str, MODEL] = "full",
    config: Annotated[Path | None, CONFIG] = None,
    max_fps: Annotated[float, MAX_FPS] = 30.0,
    time_range: Annotated[tuple[float, float] | None, TIME_RANGE] = None,
    slowmo_factor: Annotated[float, SLOWMO_FACTOR] = 1.0,
    subject: Annotated[str | None, SUBJECT] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going/--fail-fast", help="Go on with the other clips when one fails.")
    ] = True,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", show_default=False, help="Say what would be done, and do nothing.")
    ] = False,
    as_json: Annotated[bool, JSON] = False,
    quiet: Annotated[bool, QUIET] = False,
    debug: Annotated[bool, DEBUG] = False,
) -> None:
    """Analyse many videos at once, and go on where a run was stopped.

    Writes a folder for every clip, and for all of them [b]DIR/[/b]: summary.csv, reps.csv, failures.csv, run.json.
    """
    from armswing.api import Options
    from armswing.batch.planning import Settings
    from armswing.cli.clips import find_clips
    from armswing.cli.console import log_to_stderr
    from armswing.config import Config, load_config
    from armswing.patterns import patterns

    log_to_stderr(debug=debug, quiet=quiet)
    base = Options(
        pattern=pattern or next(iter(patterns())),
        side=side,  # type: ignore[arg-type]  # the session checks it
        model=_model_path(model),
        max_fps=max_fps,
        time_range=time_range,
        slowmo_factor=slowmo_factor,
        subject=None if subject is None else point(subject),
        config=Config() if config is None else load_config(config),
    )
    check(base, output_dir)
    if hasattr(sys.stdin, "reconfigure"):  # names of files need be no UTF-8
        sys.stdin.reconfigure(errors="surrogateescape")
    inputs = find_clips(paths, sys.stdin, base if pattern else None, base)
    workers = _workers(jobs)
    settings = Settings(
        output_dir=output_dir,
        cache=cache,
        evidence=evidence,
        force=not resume,
        fail_fast=not keep_going,
        form=_form(form),
        carried=tuple(inputs.carried),
        window=AHEAD * workers,
    )
    if dry_run:
        _print_plan(inputs, settings)
        raise typer.Exit(1 if inputs.failed else 0)
    report = _run(inputs, settings, workers, dask, quiet=quiet or as_json)
    if as_json:
        sys.stdout.write(report.files[-1].read_text(encoding="utf-8"))
    elif not quiet:
        _print_report(report)
    raise typer.Exit(1 if report.failed else 0)


def _model_path(model: str) -> str:
    """Return the model as workers elsewhere find it: a path of one's own absolute."""
    from armswing.io.models import MODEL_NAMES

    return model if model in MODEL_NAMES else str(Path(model).expanduser().absolute())


def _workers(jobs: int | None) -> int:
    if jobs is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs < 1:
        raise ConfigError(f"--jobs must be a number of processes from 1, got {jobs}")
    return jobs


def _form(form: str) -> Any:
    from armswing.batch.results import check_form

    check_form(form)
    return form


def _run(inputs: Inputs, settings: Settings, workers: int, dask: str | None, *, quiet: bool) -> Report:
    from dataclasses import replace

    from armswing.batch.run import run
    from armswing.cli.batch_progress import watching

    with watching(quiet=quiet) as watcher, _executor(workers, dask) as (executor, places):
        settings = replace(settings, window=AHEAD * places)
        return run(inputs.clips, settings, executor, failed=inputs.failed, watcher=watcher)


@contextmanager
def _executor(workers: int, dask: str | None) -> Iterator[tuple[Executor, int]]:
    """Give where the work is done, and how much of it at a time."""
    if dask is None:
        from armswing.batch.pool import WorkerPool

        pool = WorkerPool(workers)
        try:
            yield pool, workers
        except BaseException:  # also Ctrl-C: what is half done is done again
            pool.kill()
            raise
        pool.kill()  # idle, or with clips that --fail-fast gave up
        return
    from armswing.batch.cluster import cluster

    with cluster(dask) as (executor, places):
        yield executor, places


def _print_plan(inputs: Inputs, settings: Settings) -> None:
    from armswing.batch.journal import Journal
    from armswing.batch.planning import plan
    from armswing.cli.console import complain, results
    from armswing.cli.words import number

    journal = Journal(settings.output_dir, write=False)
    planned = plan(inputs.clips, settings, journal.entries)
    console = results()
    for clip, one in zip(inputs.clips, planned, strict=True):
        state = "done" if one.done else "to do"
        console.print(
            f"{state:6} {clip.options.pattern:5} {clip.path} -> {settings.output_dir / one.folder}", soft_wrap=True
        )
    for failed in inputs.failed:
        complain(f"{failed.what}; {failed.remedy}")
    done = sum(one.done for one in planned)
    print(
        f"{number(len(planned), 'clip')}: {done} done before, {len(planned) - done} to do;"
        f" {number(len(inputs.failed), 'input')} came to nothing"
    )


def _print_report(report: Report) -> None:
    from armswing.cli.console import results
    from armswing.cli.words import listed, number

    kept = f" ({report.cached} from poses kept earlier)" if report.cached else ""
    parts = [f"{report.done} done{kept}"]
    if report.skipped:
        parts.append(f"{report.skipped} done before and left alone")
    if report.failed:
        parts.append(f"{report.failed} failed")
    left = report.clips - report.done - report.skipped - report.failed
    if left:
        parts.append(f"{left} not begun or given up")
    console = results()
    console.print(f"{number(report.clips, 'clip')}: {listed(parts)}")
    if report.done:
        minutes = report.seconds / 60
        console.print(f"{number(report.reps, 'repetition')} in {minutes:.1f} minutes of video")
    names = ", ".join(path.name for path in report.files)
    console.print(f"{report.files[0].parent}: {names}", soft_wrap=True)
