"""The record of live training: repetitions on disk as they end, poses and video as they come.

A pulled plug loses no finished repetition, a second of poses and a second of video.
"""

from __future__ import annotations

import csv
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

from armswing.errors import ArmswingError, VideoError
from armswing.events import Event, RepCompleted, RepDiscarded
from armswing.io.columns import Row
from armswing.io.pose_file import PoseWriter, load_poses
from armswing.io.rep_columns import reps_columns
from armswing.io.summary import write_summary
from armswing.io.writer import VideoWriter
from armswing.pose import PoseFrame

if TYPE_CHECKING:
    from armswing.api import Analysis
    from armswing.io.video import Pixels
    from armswing.patterns import Pattern

_log = logging.getLogger(__name__)

VideoKind = Literal["raw", "annotated"]

POSES = "poses.armswing"
NOMINAL_FPS = 30.0
"""What a live video says of its rate; its pictures have their own times."""

PICTURES_WAIT = 60
"""Pictures that may wait for the encoder: two seconds, 166 MB at 720p; then the camera's pictures wait."""


class Recorder:
    """Writes what becomes known of one stretch of training with one pattern.

    Parameters
    ----------
    folder : path
        Where the files go; it is made.
    pattern : Pattern
        What is trained.
    name : str
        What stands in the column ``video``.
    size : (int, int)
        Width and height of the pictures.
    slowmo_factor : float
        See `armswing.api.Options`.
    video : {"raw", "annotated"}, optional
        Which pictures are kept.
    about : dict
        What is to be known of the poses: see `armswing.io.pose_file`.

    Attributes
    ----------
    name : str
        What was filmed.
    video_kind : str or None
        Which pictures are kept.
    events : list of Event
        All that became known, without the poses of the repetitions.
    trouble : str
        One line when something could not be written any more; the training goes on.

    Raises
    ------
    VideoError
        When nothing can be written there.
    """

    def __init__(
        self,
        folder: Path,
        pattern: Pattern,
        *,
        name: str,
        size: tuple[int, int],
        slowmo_factor: float = 1.0,
        video: VideoKind | None = None,
        about: dict[str, object] | None = None,
    ) -> None:
        self.folder = folder
        self.events: list[Event] = []
        self.trouble = ""
        self.name = name
        self._pattern, self._slowmo = pattern, slowmo_factor
        self._columns = reps_columns(pattern)
        self.video_kind = video
        try:
            folder.mkdir(parents=True)
            self._file: TextIO = (folder / "reps.csv").open("x", encoding="utf-8", newline="")
        except OSError as error:
            raise VideoError(f"{folder}: nothing can be written there ({error.strerror}); see --output-dir") from error
        self._csv = csv.writer(self._file)
        self._csv.writerow(column.name for column in self._columns)
        self._sync()
        self._poses: PoseWriter | None = PoseWriter(folder / POSES, size=size, source=name, about=about)
        self._video = _Filming(folder / f"{video}.mp4", size) if video is not None else None

    @property
    def files(self) -> tuple[Path, ...]:
        """What has been written so far."""
        return tuple(sorted(path for path in self.folder.iterdir() if not path.name.startswith(".")))

    def note(self, frame: PoseFrame, events: Sequence[Event]) -> None:
        """Keep a frame's pose and what became known with it; repetitions are on the disk when this returns."""
        self._tell(events)
        if self._poses is not None:
            try:
                self._poses.write(frame)
            except VideoError as error:
                self._poses.give_up()
                self._poses = None
                self._troubled(error)

    def film(self, rgb: Pixels, t: float) -> None:
        """Keep a picture; it is encoded by a thread of its own."""
        if self._video is None:
            return
        self._video.put(rgb, t)
        if self._video.error is not None:
            self._troubled(self._video.error)
            self._video = None

    def close(self, events: Sequence[Event], analysis: Analysis | None) -> None:
        """Write what is still to be told, and the summary.

        Parameters
        ----------
        events : sequence of Event
            What became known when the session was finished.
        analysis : Analysis or None
            All of it but poses and events, which are filled in here; None writes no summary.
        """
        self._tell(events)
        video, self._video = self._video, None
        self._try(self._file.close)
        if video is not None:
            self._try(video.close)
        if self._poses is not None:
            self._try(self._poses.close)
            if analysis is not None:
                self._try(lambda: self._summarise(analysis))

    def _summarise(self, analysis: Analysis) -> None:
        whole = replace(analysis, poses=load_poses(self.folder / POSES), events=tuple(self.events))
        write_summary(whole, self.folder / "summary.json")

    def _try(self, step: Callable[[], None]) -> None:
        """Take one step of the end; what goes wrong with it keeps nothing else from being kept."""
        try:
            step()
        except (OSError, ArmswingError) as error:
            self._troubled(error)

    def _tell(self, events: Sequence[Event]) -> None:
        """Keep events; the rows of repetitions and discarded movements are on the disk when this returns."""
        self.events += [_lean(event) for event in events]
        rows = [event for event in events if isinstance(event, RepCompleted | RepDiscarded)]
        try:
            for event in rows:
                row = Row(video=self.name, pattern=self._pattern.name, slowmo_factor=self._slowmo, event=event)
                self._csv.writerow(column.cell(column.value(row)) for column in self._columns)
            if rows:
                self._sync()
        except (OSError, ValueError) as error:  # a full disk; a file that was closed after one
            self._troubled(error)

    def _sync(self) -> None:
        """See to it that the lines survive a pulled plug."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def _troubled(self, error: Exception) -> None:
        if not self.trouble:
            self.trouble = f"{self.folder}: not everything can be written any more ({error})"
            _log.warning("%s", self.trouble)


def _lean(event: Event) -> Event:
    """Return an event without the poses of its repetition, which take half a megabyte each."""
    if not isinstance(event, RepCompleted):
        return event
    return replace(event, rep=replace(event.rep, poses=None))


class _Filming:
    """Encodes pictures in a thread: the pose model does not wait for it."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self.error: Exception | None = None
        self._queue: queue.Queue[tuple[Pixels, float] | None] = queue.Queue(maxsize=PICTURES_WAIT)
        self._writer = VideoWriter(path, size=size, fps=NOMINAL_FPS, growing=True)
        self._thread = threading.Thread(target=self._run, name="filming", daemon=True)
        self._thread.start()

    def put(self, rgb: Pixels, t: float) -> None:
        """Hand over a picture; waits when too many wait."""
        self._queue.put((rgb, t))

    def close(self) -> None:
        """Encode what waits, and close the file."""
        self._queue.put(None)
        self._thread.join()
        if self.error is None and self._writer.frames_written:
            self._writer.close()
        else:
            self._writer.abort()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if self.error is None:
                try:
                    self._writer.write(*item)
                except VideoError as error:
                    self.error = error
