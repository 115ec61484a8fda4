"""One clip, from its file to its folder of results: what a worker process does, here or on another machine."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from armswing.batch.identity import content_of, events_under, poses_under, stamp_of
from armswing.errors import ArmswingError, ModelError, VideoError
from armswing.io.evidence import moments, write_evidence
from armswing.io.models import PoseModel, resolve_model
from armswing.io.pose_cache import PoseKey, cache_events, cache_poses, cached_events, cached_poses
from armswing.io.remote import fetched, is_remote, remote_stamp
from armswing.io.results import SUMMARY, write_results

if TYPE_CHECKING:
    from armswing.api import Analysis, Footage, Options

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What a worker needs to know of one clip; small, and it pickles.

    Attributes
    ----------
    path : str
        The clip as the user named it.
    file : str
        Where it is: an absolute path, or an address.
    options : Options
        How it is analysed.
    model_sha256 : str
        The pose model; a machine that has another one of the name refuses.
    folder : str
        The folder of its results.
    cache : str
        The folder of poses.
    stamp, content : str
        What the file was when its content was last looked at, and that content's hash; empty where not known.
    evidence : bool
        Write the pictures of each repetition.
    fresh : bool
        Find the poses anew and judge them anew, whatever is kept.
    """

    path: str
    file: str
    options: Options
    model_sha256: str
    folder: str
    cache: str
    stamp: str = ""
    content: str = ""
    evidence: bool = True
    fresh: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A clip whose results are written.

    Attributes
    ----------
    stamp, content : str
        The file as it was: size and time of change, and the hash of its bytes.
    summary : str
        The hash of ``summary.json``.
    seconds : float
        Length of what was looked at, in seconds of the medium.
    reps : int
        Counted repetitions.
    cached : bool
        Its poses were at hand.
    took : dict of str to float
        Seconds that each stage took, and ``cpu``: those of the process.
    notes : tuple of str
        What the user should know.
    """

    stamp: str
    content: str
    summary: str
    seconds: float
    reps: int
    cached: bool
    took: dict[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """A clip that came to nothing.

    Attributes
    ----------
    path : str
        The clip as the user named it.
    stage : str
        How far it came: ``input``, ``open``, ``poses``, ``judge``, ``write``, or ``worker`` when the process died.
    what, remedy : str
        What went wrong, and what to do.
    """

    path: str
    stage: str
    what: str
    remedy: str


Outcome = Done | Failed


@dataclass
class _Stages:
    """Knows the stage that a clip is in and how long each took."""

    now: str = "open"
    took: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.perf_counter)

    def enter(self, stage: str) -> None:
        at = time.perf_counter()
        self.took[self.now] = self.took.get(self.now, 0.0) + at - self._since
        self.now, self._since = stage, at


def do_clip(task: Task) -> Outcome:
    """Do one clip and write its results; whatever goes wrong with it is returned, not raised."""
    stages = _Stages()
    try:
        return _do(task, stages)
    except ArmswingError as error:
        return failure(task.path, stages.now, str(error))
    except OSError as error:
        what = f"{error.filename or task.path}: {error.strerror or error}"
        return failure(task.path, stages.now, f"{what}; check the path, its permissions and the space")
    except MemoryError:
        return failure(task.path, stages.now, "there was not enough memory; use fewer --jobs or cut the video")
    except Exception as error:  # noqa: BLE001 - one bad clip must not end a season
        _log.debug("%s", task.path, exc_info=True)
        what = f"this is a fault of armswing: {type(error).__name__}: {error}"
        return failure(task.path, stages.now, f"{what}; see it whole with: armswing analyze --debug")


def failure(path: str, stage: str, message: str) -> Failed:
    """Return a failure, its message parted into what went wrong and what to do.

    Examples
    --------
    >>> failure("a.mp4", "open", "a.mp4: expected a video, got a text; give the video itself").remedy
    'give the video itself'
    """
    what, _, remedy = " ".join(message.split()).rpartition("; ")
    return Failed(path=path, stage=stage, what=what or remedy, remedy=remedy if what else "")


def _do(task: Task, stages: _Stages) -> Done:
    cpu = time.process_time()
    with _local(task.file) as (video, stamp):
        content = task.content if task.content and stamp == task.stamp else content_of(video)
        stages.enter("poses")
        key = PoseKey(content=content, model_sha256=task.model_sha256, under=poses_under(task.options))
        footage, cached, notes = _footage(task, video, key)
        stages.enter("judge")
        analysis = _analysis(task, video, footage, key, notes)
        stages.enter("write")
        folder = Path(task.folder)
        _clear(folder)

        def evidence(aside: Path) -> list[str]:
            if not task.evidence:
                return []
            earlier = folder if content == task.content and not task.fresh else None
            return write_evidence(video, moments(analysis), aside, earlier=earlier)

        write_results(analysis, folder, also=evidence)
        stages.enter("done")
    return Done(
        stamp=stamp,
        content=content,
        summary=content_of(Path(task.folder) / SUMMARY),
        seconds=_seconds(analysis),
        reps=len(analysis.reps),
        cached=cached,
        took={**stages.took, "cpu": time.process_time() - cpu},
        notes=(*analysis.warnings, *notes),
    )


@contextlib.contextmanager
def _local(file: str) -> Iterator[tuple[Path, str]]:
    """Give the file, or a copy of what lies elsewhere, with its stamp from before it was read."""
    if is_remote(file):
        stamp = remote_stamp(file)
        with fetched(file) as copy:
            yield copy, stamp
        return
    path = Path(file)
    try:
        stamp = stamp_of(path)
    except FileNotFoundError as error:
        raise VideoError(f"{file}: expected a video file, but there is no such file; check the spelling") from error
    yield path, stamp


def _footage(task: Task, video: Path, key: PoseKey) -> tuple[Footage, bool, list[str]]:
    """Return the poses of a video, whether they were at hand, and what the user should know."""
    from armswing.api import Footage, find_poses

    cache = Path(task.cache)
    known = None if task.fresh else cached_poses(cache, key)
    if known is not None:
        footage = Footage(
            poses=known.poses,
            model_sha256=task.model_sha256,
            fps=known.about["fps"],
            warnings=tuple(known.about["warnings"]),
        )
        return footage, True, []
    model = _model(task.options.model)
    if model.sha256 != task.model_sha256:
        raise ModelError(
            f"the pose model {task.options.model} must have sha256 {task.model_sha256} as where the run was started,"
            f" but here it has {model.sha256}; install one version of armswing on all machines"
        )
    footage = find_poses(video, task.options, model=model, ahead=False)
    notes = []
    if footage.poses is not None:
        about = {"fps": footage.fps, "warnings": list(footage.warnings), "mediapipe": _mediapipe_version()}
        try:
            cache_poses(cache, key, replace(footage.poses, source=Path(task.path).name), about)
        except VideoError as error:  # the results do not need it
            notes.append(str(error))
    return footage, False, notes


def _analysis(task: Task, video: Path, footage: Footage, key: PoseKey, notes: list[str]) -> Analysis:
    """Judge poses, or score anew what was told of them before; add to the notes what the user should know."""
    from armswing.api import assess

    poses, options = footage.poses, task.options
    if poses is None:
        return assess(video, footage, options)
    cache, under = Path(task.cache), events_under(options)
    known = None if task.fresh else cached_events(cache, key, under, poses, options.limited_pattern())
    # Under the name it was given: a copy of a remote file lies elsewhere.
    analysis = assess(video, footage, options, events=known)
    if known is None and not notes:  # beside poses that could not be kept there is no place
        try:
            cache_events(cache, key, under, poses, analysis.events)
        except VideoError as error:  # the results do not need them
            notes.append(str(error))
    return analysis


@functools.cache
def _model(name: str) -> PoseModel:
    """Find a model once in a process: its hash takes a while."""
    return resolve_model(name)


@functools.cache
def _mediapipe_version() -> str:
    try:
        return importlib.metadata.version("mediapipe")
    except importlib.metadata.PackageNotFoundError:
        return ""


def _seconds(analysis: Analysis) -> float:
    poses = analysis.poses
    return 0.0 if poses is None else float(poses.t[-1] - poses.t[0])


def _clear(folder: Path) -> None:
    """Remove what a kill left half done."""
    for part in folder.glob(".*part*"):
        if part.is_dir() and not part.is_symlink():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
