"""Many clips over any executor of `concurrent.futures`: resumed, gathered, and put together."""

from __future__ import annotations

import platform
import queue
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from armswing._version import __version__
from armswing.api import Options
from armswing.batch.journal import Entry, Journal
from armswing.batch.planning import Clip, Planned, Settings, plan
from armswing.batch.pool import WorkerDied
from armswing.batch.results import Finished, check_form, writable, write_failures, write_tables
from armswing.batch.work import Done, Failed, Outcome, Task, do_clip, failure
from armswing.io.files import write_text
from armswing.io.models import resolve_model
from armswing.io.summary import given, to_json

RUN = "run.json"
TICK_S = 0.5
"""So often a watcher is told that time passes."""

Work = Callable[[Task], Outcome]


class Watcher:
    """Is told what happens; does nothing of its own."""

    def begin(self, clips: int, done_before: int) -> None:
        """Take note of how many clips there are, and how many of them were done before."""

    def tick(self, at_work: Sequence[str]) -> None:
        """Take note that time passes, and of the clips that are being worked on."""

    def done(self, path: str, done: Done) -> None:
        """Take note of a clip that is done."""

    def failed(self, failed: Failed) -> None:
        """Take note of a clip that failed."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What came of a batch.

    Attributes
    ----------
    clips, skipped, done, failed : int
        Inputs, those that were done before, those that are done now, and those that failed.
    cached : int
        Of those that are done now, how many had their poses at hand.
    complete : bool
        Every clip is done or failed: nothing was stopped.
    reps : int
        Repetitions counted in what was done now.
    seconds : float
        Length of the videos that were done now.
    files : tuple of Path
        The tables.
    """

    clips: int
    skipped: int
    done: int
    failed: int
    cached: int
    complete: bool
    reps: int
    seconds: float
    files: tuple[Path, ...]


def run(
    clips: Sequence[Clip],
    settings: Settings,
    executor: Executor,
    *,
    failed: Sequence[Failed] = (),
    watcher: Watcher | None = None,
    work: Work = do_clip,
) -> Report:
    """Do all clips that are not done, and write the tables of all.

    Parameters
    ----------
    clips : sequence of Clip
        The inputs; the tables follow their order.
    settings : Settings
        How.
    executor : Executor
        Where: processes of this machine (`armswing.batch.pool.WorkerPool`), or of others
        (``distributed.Client.get_executor()``), to which the files and the output folder have the same paths.
    failed : sequence of Failed
        Inputs that failed before there was a clip.
    watcher : Watcher, optional
        Is told what happens.
    work : callable
        Does one clip.

    Raises
    ------
    VideoError
        When the output folder cannot be written.
    ConfigError, ModelError, PatternError
        When an option fits no clip.

    Notes
    -----
    A clip counts as done when its line in the journal is on the disk, which comes after its last file.  So a kill at
    any moment loses at most what was under way, and the same command goes on from there.
    """
    check_form(settings.form)
    watcher = watcher or Watcher()
    started = time.time()
    with Journal(settings.output_dir) as journal:
        planned = plan(clips, settings, journal.entries)
        state = _State(clips=clips, planned=planned, failed=list(failed))
        watcher.begin(len(clips) + len(failed), sum(one.done for one in planned))
        for one in failed:
            watcher.failed(one)
        journal.entries.clear()  # what is needed of them is in the plan
        try:
            if not (failed and settings.fail_fast):
                for results in _gather(_tasks(clips, planned, settings), executor, settings.window, work, watcher):
                    state.take(results, journal, watcher)
                    if settings.fail_fast and state.failed:
                        break
                else:
                    state.complete = True
        finally:
            files = state.write(settings, started)
    return state.report(files)


def _tasks(clips: Sequence[Clip], planned: Sequence[Planned], settings: Settings) -> Iterator[tuple[int, Task]]:
    """Yield what is to be done, each when it is asked for."""
    output_dir = settings.output_dir.absolute()
    cache = str(settings.poses)
    models: dict[str, str] = {}
    for index, (clip, one) in enumerate(zip(clips, planned, strict=True)):
        if one.done:
            continue
        name = clip.options.model
        if name not in models:
            models[name] = resolve_model(name).sha256
        yield (
            index,
            Task(
                path=clip.path,
                file=clip.file,
                options=clip.options,
                model_sha256=models[name],
                folder=str(output_dir / one.folder),
                cache=cache,
                stamp=one.known.stamp if one.known else "",
                content=one.known.content if one.known else "",
                evidence=settings.evidence,
                fresh=settings.force,
            ),
        )


@dataclass
class _Flight:
    index: int
    task: Task


def _gather(
    tasks: Iterator[tuple[int, Task]], executor: Executor, window: int, work: Work, watcher: Watcher
) -> Iterator[list[tuple[int, Outcome]]]:
    """Yield outcomes as they come, with never more than ``window`` clips handed out.

    A clip whose process died is tried once more when all others are through, with the machine for itself: what ran
    out of memory beside others may fit alone, and what does not hurts nobody.
    """
    again: list[_Flight] = []
    for results in _pass(tasks, executor, window, work, watcher):
        known = []
        for flight, outcome in results:
            if isinstance(outcome, WorkerDied):
                again.append(flight)
            else:
                known.append((flight.index, outcome))
        yield known
    for results in _pass(((one.index, one.task) for one in again), executor, 1, work, watcher):
        yield [(flight.index, _told(flight.task, outcome)) for flight, outcome in results]


def _told(task: Task, outcome: Outcome | WorkerDied) -> Outcome:
    if not isinstance(outcome, WorkerDied):
        return outcome
    return failure(
        task.path, "worker", f"{outcome}, twice, the second time alone; convert the video to mp4 (H.264), or cut it"
    )


def _pass(
    tasks: Iterator[tuple[int, Task]], executor: Executor, window: int, work: Work, watcher: Watcher
) -> Iterator[list[tuple[_Flight, Outcome | WorkerDied]]]:
    """Hand out tasks and yield what came of them, some at a time."""
    flying: dict[Future[Outcome], _Flight] = {}
    landed: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
    more = True
    try:
        while True:
            while more and len(flying) < window:
                following = next(tasks, None)
                if following is None:
                    more = False
                    break
                future = executor.submit(work, following[1])
                flying[future] = _Flight(*following)
                future.add_done_callback(landed.put)
            if not flying:
                return
            try:
                ready = [landed.get(timeout=TICK_S)]
                while not landed.empty():
                    ready.append(landed.get())
            except queue.Empty:
                ready = []
            watcher.tick([flight.task.path for future, flight in flying.items() if future.running()])
            if ready:
                yield [(flying.pop(future), _outcome(future)) for future in ready]
    finally:
        for future in flying:
            future.cancel()


def _outcome(future: Future[Outcome]) -> Outcome | WorkerDied:
    try:
        return future.result()
    except WorkerDied as error:
        return error
    except CancelledError:
        return Failed(path="", stage="worker", what="the executor gave it up", remedy="start the same command again")
    except Exception as error:  # noqa: BLE001 - what an executor raises of its own, as for workers that die again and again
        what = " ".join(str(error).split()) or type(error).__name__
        return Failed(path="", stage="worker", what=what[:500], remedy="see the log of the workers")


@dataclass
class _State:
    """What has come so far; of a clip that is done it keeps one byte."""

    clips: Sequence[Clip]
    planned: Sequence[Planned]
    failed: list[Failed]
    complete: bool = False
    reps: int = 0
    seconds: float = 0.0
    done: int = 0
    cached: int = 0
    took: Counter[str] = field(default_factory=Counter)
    failures: dict[int, Failed] = field(default_factory=dict)
    is_done: bytearray = field(default_factory=bytearray)
    since: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.is_done = bytearray(one.done for one in self.planned)
        self.input_failures = tuple(self.failed)
        self.skipped = sum(self.is_done)

    def take(self, results: Iterable[tuple[int, Outcome]], journal: Journal, watcher: Watcher) -> None:
        """Take outcomes in: the journal first, then everything that is told of them."""
        results = list(results)
        journal.add(self._entry(index, one) for index, one in results if isinstance(one, Done))
        for index, one in results:
            path = self.clips[index].path
            if isinstance(one, Failed):
                named = replace(one, path=path)
                self.failures[index] = named
                self.failed.append(named)
                watcher.failed(named)
                continue
            self.is_done[index] = True
            self.done += 1
            self.cached += one.cached
            self.reps += one.reps
            self.seconds += one.seconds
            self.took.update(one.took)
            watcher.done(path, one)

    def _entry(self, index: int, done: Done) -> Entry:
        one = self.planned[index]
        return Entry(
            clip=one.key,
            stamp=done.stamp,
            content=done.content,
            under=one.under,
            folder=one.folder,
            summary=done.summary,
        )

    def finished(self) -> Iterator[Finished]:
        """Yield the clips that are done, in the order of the inputs."""
        for clip, one, done in zip(self.clips, self.planned, self.is_done, strict=True):
            if done:
                yield Finished(path=clip.path, folder=one.folder, pattern=clip.options.pattern, carried=clip.carried)

    def write(self, settings: Settings, started: float) -> tuple[Path, ...]:
        """Write the tables of what is done, of what failed, and ``run.json``."""
        patterns = {id(clip.options): clip.options.pattern for clip in self.clips}
        tables = write_tables(
            self.finished(),
            settings.output_dir,
            carried=settings.carried,
            patterns=patterns.values(),
            form=settings.form,
        )
        failures = [*self.input_failures, *(self.failures[index] for index in sorted(self.failures))]
        write_failures(failures, settings.output_dir)
        with writable(settings.output_dir):
            write_text(settings.output_dir / RUN, to_json(self._document(settings, started)))
        return (*tables, settings.output_dir / "failures.csv", settings.output_dir / RUN)

    def report(self, files: tuple[Path, ...]) -> Report:
        """Return what came of it."""
        return Report(
            clips=len(self.clips) + len(self.input_failures),
            skipped=self.skipped,
            done=self.done,
            failed=len(self.failed),
            cached=self.cached,
            complete=self.complete,
            reps=self.reps,
            seconds=self.seconds,
            files=files,
        )

    def _document(self, settings: Settings, started: float) -> dict[str, Any]:
        wall_s = time.perf_counter() - self.since
        options = {id(clip.options): clip.options for clip in self.clips}
        return {
            "schema_version": 1,
            "armswing_version": __version__,
            "complete": self.complete,
            "clips": {
                "inputs": len(self.clips) + len(self.input_failures),
                "done_before": self.skipped,
                "done_now": self.done,
                "from_cached_poses": self.cached,
                "failed": len(self.failed),
            },
            "options": [_options(one) for one in options.values()],
            "evidence": settings.evidence,
            "format": settings.form,
            "timings": {
                "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
                "wall_s": round(wall_s, 3),
                "video_s": round(self.seconds, 3),
                "clips_per_minute": round(60 * self.done / wall_s, 2) if wall_s else None,
                # Of all workers together; "cpu" is that of their processes, the others are by the clock.
                "workers_s": {stage: round(seconds, 3) for stage, seconds in sorted(self.took.items())},
            },
            "versions": {"python": platform.python_version(), "system": platform.platform(), **_versions()},
        }


def _options(options: Options) -> dict[str, Any]:
    return {
        "pattern": options.pattern,
        "model": Path(options.model).name,
        "model_sha256": resolve_model(options.model).sha256,
        **given(options),
        "overrides": options.config.overrides,
    }


def _versions() -> dict[str, str]:
    found = {}
    for package in ("av", "mediapipe", "numpy", "opencv-python", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


RUN_KEYS = {
    "schema_version": "grows when a key of this file changes its meaning or goes",
    "armswing_version": "version of armswing",
    "complete": "false when the run was stopped: the tables then hold what was done until then",
    "clips": "`inputs`, `done_before` (and left alone), `done_now`, `from_cached_poses` (of those), `failed`",
    "options": "each set of options among the clips, with the model's `model_sha256` and the `overrides` of `--config`",
    "evidence": "whether pictures of the repetitions were written",
    "format": "of the tables: `csv` or `parquet`",
    "timings": "`started`, `wall_s`, `video_s` (seconds of video done now), `clips_per_minute`, `workers_s` (by stage,"
    " all workers together; `cpu` is their CPU time)",
    "versions": "of Python, the system and the packages that have a part in the results, where the run was started",
}
"""The keys of ``run.json`` and what they hold."""
