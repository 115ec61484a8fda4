"""The pipeline, folded, for one video: `analyze` reads, estimates, judges and returns an `Analysis`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from armswing.config import Config
from armswing.events import Event, RepCompleted, RepDiscarded
from armswing.patterns import Pattern, get_pattern
from armswing.pose import Flags, PoseFrame, PoseSequence
from armswing.scoring import set_score
from armswing.session import CHUNK, Session, SideChoice
from armswing.subject import Subject

if TYPE_CHECKING:
    from armswing.io.models import PoseModel

Progress = Callable[[float, float | None], None]
"""Called with the seconds of the medium that are done, and all of them where known."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a video was, or is to be, analysed.

    Attributes
    ----------
    pattern : str
        Name of the pattern.
    side : {"auto", "left", "right", "both"}
        Which arm works.
    model : str
        ``full``, ``lite`` or the path of a bundle.
    max_fps : float
        At most so many pictures a second go to the pose model.
    time_range : (float, float), optional
        Only this part of the medium, in its own seconds.
    slowmo_factor : float
        How many times slower the medium plays than the movement was.
    subject : (float, float), optional
        A point on the person, in square pixels of the upright picture.
    config : Config
        The user's own limits.
    """

    pattern: str
    side: SideChoice = "auto"
    model: str = "full"
    max_fps: float = 30.0
    time_range: tuple[float, float] | None = None
    slowmo_factor: float = 1.0
    subject: tuple[float, float] | None = None
    config: Config = field(default_factory=Config)

    def limited_pattern(self) -> Pattern:
        """Return the pattern with the user's limits in its rules."""
        return self.config.apply(get_pattern(self.pattern))

    def session(self) -> Session:
        """Return a fresh session with these options."""
        return Session(
            self.limited_pattern(),
            side=self.side,
            subject=self.subject,
            slowmo_factor=self.slowmo_factor,
            thresholds=self.config.thresholds(),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class Analysis:
    """One video, analysed.

    Attributes
    ----------
    video : str
        Where the poses come from.
    options : Options
        How it was done.
    pattern : Pattern
        The pattern with the user's limits in its rules.
    poses : PoseSequence or None
        The poses, at most 1 KB a frame; None for a video without a picture in its time range.
    events : tuple of Event
        All that became known, in that order.
    model_sha256 : str
        The pose model; empty where none was used.
    fps : float or None
        Pictures a second of the medium.
    warnings : tuple of str
        What the user should know of the input.
    """

    video: str
    options: Options
    pattern: Pattern
    poses: PoseSequence | None
    events: tuple[Event, ...]
    model_sha256: str = ""
    fps: float | None = None
    warnings: tuple[str, ...] = ()

    @cached_property
    def found(self) -> Flags:
        """In which frames the person was found and the tracker had settled: shape (frames,)."""
        poses, options = self.poses, self.options
        subject = Subject(point=options.subject, slowmo_factor=options.slowmo_factor)
        if poses is None:
            return np.zeros(0, dtype=bool)
        # In blocks, as the session does: a calm block is looked at as a whole, which is much faster.
        blocks = [poses.slice(slice(first, first + CHUNK)) for first in range(0, len(poses), CHUNK)]
        return np.concatenate([subject.update(block).usable for block in blocks])

    @property
    def reps(self) -> tuple[RepCompleted, ...]:
        """The counted repetitions, in order."""
        return tuple(event for event in self.events if isinstance(event, RepCompleted))

    @property
    def discarded(self) -> tuple[RepDiscarded, ...]:
        """The movements that were not counted, each with its reason."""
        return tuple(event for event in self.events if isinstance(event, RepDiscarded))

    @property
    def set_scores(self) -> dict[int, float | None]:
        """The median score of each set by its number; None where no repetition was scored."""
        sets = sorted({event.rep.set_index for event in self.reps})
        return {n: set_score(e.score.score for e in self.reps if e.rep.set_index == n) for n in sets}

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Write the table of repetitions, ``reps.csv``; the columns stand in `armswing.io.tables`."""
        from armswing.io.tables import write_reps_csv

        write_reps_csv(self, Path(path))


@dataclass(frozen=True, kw_only=True, eq=False)
class Footage:
    """What a pose model saw in one video: all that judging needs of it.

    Attributes
    ----------
    poses : PoseSequence or None
        The poses; None for a video without a picture in its time range.
    model_sha256 : str
        The pose model.
    fps : float or None
        Pictures a second of the medium.
    warnings : tuple of str
        What the user should know of the input.
    """

    poses: PoseSequence | None
    model_sha256: str
    fps: float | None = None
    warnings: tuple[str, ...] = ()


def find_poses(
    video: str | os.PathLike[str],
    options: Options,
    *,
    model: PoseModel | None = None,
    progress: Progress | None = None,
    ahead: bool = True,
) -> Footage:
    """Find the poses in one video: the first half of `analyze`.

    Parameters
    ----------
    video : str or path
        A video file.
    options : Options
        Of them the model, the pictures a second, the time range and the point on the person.
    model : PoseModel, optional
        The model of the options, where it was looked up before.
    progress : callable, optional
        Called now and then with the seconds done and the seconds in all.
    ahead : bool
        Decode in a thread of its own, see `armswing.io.video.VideoReader`.

    Raises
    ------
    VideoError, ModelError, ConfigError
        When the input does not fit.
    """
    from armswing.io.mediapipe_pose import PoseEstimator, read_poses
    from armswing.io.models import resolve_model
    from armswing.io.video import VideoReader

    model = resolve_model(options.model) if model is None else model
    frames: list[PoseFrame] = []
    with ExitStack() as stack:
        reader = stack.enter_context(
            VideoReader(video, max_fps=options.max_fps, time_range=options.time_range, ahead=ahead)
        )
        estimator = stack.enter_context(PoseEstimator(model, subject=options.subject))
        for _, frame in read_poses(reader, estimator):
            frames.append(frame)
            if progress is not None:
                progress(frame.t, reader.duration_s)
        return Footage(
            poses=PoseSequence.from_frames(frames, source=os.fspath(video)) if frames else None,
            model_sha256=model.sha256,
            fps=reader.fps,
            warnings=(reader.damaged,) if reader.damaged else (),
        )


def assess(
    video: str | os.PathLike[str], footage: Footage, options: Options, *, events: Sequence[Event] | None = None
) -> Analysis:
    """Judge what was seen in one video: the second half of `analyze`.

    Parameters
    ----------
    video : str or path
        The video.
    footage : Footage
        Its poses.
    options : Options
        How they are judged.
    events : sequence of Event, optional
        What a session with these options told of these poses; it is then not asked again.
    """
    if events is None:
        session = options.session()
        events = (session.update(footage.poses) if footage.poses is not None else []) + session.finish()
    return Analysis(
        video=os.fspath(video),
        options=options,
        pattern=options.limited_pattern(),
        poses=footage.poses,
        events=tuple(events),
        model_sha256=footage.model_sha256,
        fps=footage.fps,
        warnings=footage.warnings,
    )


def analyze(
    video: str | os.PathLike[str], pattern: str, *, progress: Progress | None = None, **options: object
) -> Analysis:
    """Analyse one video.

    Parameters
    ----------
    video : str or path
        A video file.
    pattern : str
        ``pull``, ``push``, ``lift``, or a pattern of your own.
    progress : callable, optional
        Called now and then with the seconds done and the seconds in all.
    **options
        The other fields of `Options`.

    Raises
    ------
    VideoError, ModelError, ConfigError, PatternError
        When the input does not fit; nothing is written.
    """
    chosen = Options(pattern=pattern, **options)  # type: ignore[arg-type]  # Session and the readers check them
    chosen.session()  # finds out what is wrong with them before the video is read
    return assess(video, find_poses(video, chosen, progress=progress), chosen)


def judge(poses: PoseSequence, options: Options) -> Analysis:
    """Judge poses that are at hand: of a synthetic athlete, of another pose model.

    The events are the same as those of the video the poses come from.
    """
    session = options.session()
    events = session.update(poses) + session.finish()
    return Analysis(
        video=poses.source, options=options, pattern=session.pattern, poses=poses, events=tuple(events), fps=poses.fps
    )
