"""Analyse several videos one after the other, and report each as it is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armswing.cli.console import complain, messages, results
from armswing.cli.inputs import Failure
from armswing.errors import ArmswingError, ConfigError

if TYPE_CHECKING:
    from armswing.api import Analysis, Options, Progress


@dataclass(frozen=True, kw_only=True)
class Job:
    """A video and how it is to be analysed."""

    video: Path
    options: Options


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a run writes, prints and fails.

    Attributes
    ----------
    output_dir : Path
        Each video gets a folder in it.
    save_video : bool
        Write the annotated video as well.
    as_json : bool
        One JSON document on stdout in place of the tables.
    quiet : bool
        Nothing but errors.
    fail_fast : bool
        Stop at the first video that fails.
    debug : bool
        Let errors through with their traceback.
    """

    output_dir: Path
    save_video: bool = False
    as_json: bool = False
    quiet: bool = False
    fail_fast: bool = False
    debug: bool = False


@dataclass(frozen=True, kw_only=True)
class _Done:
    analysis: Analysis
    summary: dict[str, Any]
    files: tuple[Path, ...]


def run(jobs: Sequence[Job], manner: Manner, *, failures: Sequence[Failure] = ()) -> int:
    """Do all jobs and return the exit code.

    Parameters
    ----------
    jobs : sequence of Job
        What to do, in this order.
    manner : Manner
        How.
    failures : sequence of Failure
        Inputs that failed before there was a job.

    Raises
    ------
    ConfigError
        When an option fits no video.
    """
    from armswing.io.results import result_folders

    folders = result_folders([job.video for job in jobs], manner.output_dir)
    failed, done = list(failures), []
    for failure in failures:
        complain(failure.message)
    for number, job in enumerate(jobs, start=1):
        if failed and manner.fail_fast:
            break
        where = f"{number}/{len(jobs)} {job.video.name}" if len(jobs) > 1 else job.video.name
        one = _one(job, folders[job.video], manner, label=where)
        if isinstance(one, Failure):
            failed.append(one)
        else:
            done.append(one)
    _conclude(done, failed, manner, asked=len(jobs) + len(failures))
    return 1 if failed else 0


def _one(job: Job, folder: Path, manner: Manner, *, label: str) -> _Done | Failure:
    """Do one job; whatever goes wrong with one video must not end the run of the others."""
    try:
        done = _analyse(job, folder, manner, label)
    except ConfigError:
        raise
    except ArmswingError as error:
        if manner.debug:
            raise
        complain(str(error))
        return Failure(path=str(job.video), message=str(error))
    except Exception as error:  # one bad file must not end a run of hours
        if manner.debug:
            raise
        message = f"{job.video}: this is a fault of armswing: {type(error).__name__}: {error}; see it with --debug"
        complain(message)
        return Failure(path=str(job.video), message=message)
    if not (manner.quiet or manner.as_json):
        from armswing.cli.report import print_report

        print_report(results(), done.analysis, done.summary, done.files)
    return done


def _analyse(job: Job, folder: Path, manner: Manner, label: str) -> _Done:
    from armswing.api import analyze
    from armswing.io.results import write_results
    from armswing.io.summary import summarize

    options = {f.name: getattr(job.options, f.name) for f in fields(job.options) if f.name != "pattern"}
    with _progress(label, job.options.time_range, shown=not manner.quiet) as (report, say):
        analysis = analyze(job.video, job.options.pattern, progress=report, **options)
        annotate = None
        if manner.save_video:
            say(f"{label}: drawing")
            annotate = _annotator(job.video, analysis, report)
        files = write_results(analysis, folder, annotate=annotate)
    return _Done(analysis=analysis, summary=summarize(analysis), files=files)


def _annotator(video: Path, analysis: Analysis, progress: Progress | None) -> Callable[[Path], None]:
    from armswing.io.overlay import annotate

    def write(path: Path) -> None:
        annotate(video, analysis, path, progress=progress)

    return write


@contextlib.contextmanager
def _progress(
    label: str, time_range: tuple[float, float] | None, *, shown: bool
) -> Iterator[tuple[Progress | None, Callable[[str], None]]]:
    """Show a bar on a terminal; give what to call with the seconds done, and what to call with another label."""
    console = messages()
    if not (shown and console.is_terminal):
        yield None, lambda _: None
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    first, last = time_range or (0.0, float("inf"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)

        def report(done_s: float, total_s: float | None) -> None:
            total = None if total_s is None else max(min(total_s, last) - first, 0.0)
            bar.update(task, completed=done_s - first, total=total)

        yield report, lambda text: bar.update(task, description=text)


def _conclude(done: Sequence[_Done], failed: Sequence[Failure], manner: Manner, *, asked: int) -> None:
    if manner.as_json:
        from armswing.io.summary import to_json
        from armswing.io.tables import rep_rows

        documents = [
            one.summary | {"reps": rep_rows(one.analysis), "files": [path.as_posix() for path in one.files]}
            for one in done
        ]
        errors = [{"video": {"name": Path(one.path).name}, "error": one.message} for one in failed]
        results().print(to_json([*documents, *errors]), end="", soft_wrap=True)
    elif len(done) > 1 and not manner.quiet:
        from armswing.cli.report import print_overview

        print_overview(results(), [one.summary for one in done])
    if failed and asked > 1:
        names = ", ".join(one.path for one in failed)
        complain(f"{len(failed)} of {asked} failed: {names}")
