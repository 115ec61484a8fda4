"""A camera: its newest picture, and never an older one.

A thread reads the camera as fast as it delivers and keeps the newest picture only, so that
what is shown is never more than one picture behind, whatever the pose model takes.  A video
file can pose as a camera: it is played at its own pace.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import cv2
import numpy as np

from armswing.errors import CameraError, ConfigError, VideoError
from armswing.io.devices import video_devices
from armswing.io.timing import Thinning
from armswing.io.video import Picture, VideoReader, fitted

if TYPE_CHECKING:
    from armswing.io.video import Pixels

_log = logging.getLogger(__name__)

FIRST_PICTURE_S = 15.0
"""A camera that delivers nothing for so long after it was opened is taken for broken (our judgement)."""

RETRY_S = 0.5
"""Pause between attempts to open a camera that has gone."""

STREAM_TIMEOUT_MS = 5000
"""A network stream that is silent for so long is lost."""

FASTEST_FPS = 120.0
"""A file that poses as a camera is played with at most so many pictures a second."""

_SCHEMES = ("rtsp://", "rtsps://", "rtmp://", "http://", "https://", "udp://", "tcp://")


@dataclass(frozen=True, eq=False)
class Shot:
    """One picture of a camera.

    Attributes
    ----------
    t : float
        Seconds since the camera's first picture, at capture; for a file its own time.
    rgb : ndarray of uint8, shape (height, width, 3)
        Upright, contiguous, all of one size.
    cut : bool
        What is seen does not go on from the picture delivered before: the camera was away, or the file cuts.
    number : int
        How many pictures the camera had given up to this one, those skipped included; from 1.
    captured_at : float
        ``time.perf_counter()`` at capture: for measuring delays, never for judging.
    """

    t: float
    rgb: Pixels
    cut: bool
    number: int
    captured_at: float


class Device(Protocol):
    """What delivers pictures: a camera that is open, or a file that poses as one."""

    def read(self) -> tuple[float, Pixels, bool] | None:
        """Wait for the next picture; return time, RGB and cut, or None when no more comes.

        The time is in seconds on a clock that goes on while the device is away.
        """
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


class Source(Protocol):
    """Where pictures come from."""

    name: str
    finite: bool
    """Whether it has an end; a camera has none and is waited for."""

    def open(self) -> Device:
        """Open it, again and again if need be.

        Raises
        ------
        CameraError
            When it cannot be opened now.
        """
        ...


class Camera:
    """The newest picture of a source.

    Parameters
    ----------
    source : Source
        See `find_source`.
    max_fps : float
        At most so many pictures a second are given out.

    Attributes
    ----------
    size : (int, int)
        Width and height of the pictures; one of another size is fitted in with black bars.
    lost : bool
        The camera has gone and is being waited for.
    ended : bool
        A file has come to its end.
    skipped : int
        Pictures that were replaced by a newer one before anybody took them.

    Raises
    ------
    CameraError
        When the source cannot be opened, or delivers no picture.
    """

    def __init__(self, source: Source, *, max_fps: float = 30.0) -> None:
        self.source = source
        self.lost = False
        self.ended = False
        self.skipped = 0
        self._thinning = Thinning(max_fps)
        self._news = threading.Condition()
        self._newest: Shot | None = None
        self._stop = threading.Event()
        self._wanted = threading.Event()
        self._begun = False
        self._number = 0
        self._cut = False
        self._shape: tuple[int, int] | None = None
        self._origin: float | None = None
        device = source.open()
        self._thread = threading.Thread(target=self._run, args=(device,), name="camera", daemon=True)
        self._thread.start()
        first = self._first()
        if first is None:
            self.close()
            raise CameraError(f"{source.name}: it opens but gives no picture; is another program using it?")
        self.size = (first.rgb.shape[1], first.rgb.shape[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _first(self) -> Shot | None:
        """Wait for the first picture and leave it where it is."""
        with self._news:
            self._news.wait_for(lambda: self._newest or self.lost or self.ended, timeout=FIRST_PICTURE_S)
            return self._newest

    def newest(self, timeout_s: float) -> Shot | None:
        """Return the newest picture, each only once; wait for it, and return None when none comes in time.

        A file is played from the second call on: what takes long the first time, as a pose model does, misses
        nothing of it.
        """
        if self._begun:
            self._wanted.set()
        self._begun = True
        with self._news:
            self._news.wait_for(lambda: self._newest or self.ended, timeout=timeout_s)
            shot, self._newest = self._newest, None
        return shot

    def close(self) -> None:
        """Let go of the camera; closing twice is fine."""
        self._stop.set()
        self._wanted.set()
        # A camera that has gone may hold its thread for seconds; it is a daemon and ends with the process.
        self._thread.join(timeout=2.0)

    # -- the thread ---------------------------------------------------------------------------------
    def _run(self, device: Device) -> None:
        while True:
            try:
                for t, rgb, cut in self._pictures(device):
                    self._offer(t, rgb, cut)
            except (VideoError, cv2.error) as error:
                _log.warning("%s: %s", self.source.name, error)
            finally:
                device.close()
            if self._stop.is_set():
                return
            with self._news:
                self.ended, self.lost = self.source.finite, not self.source.finite
                self._news.notify_all()
            if self.ended:
                return
            again = self._wait_for_device()
            if again is None:
                return
            device, self._cut = again, True

    def _pictures(self, device: Device) -> Iterator[tuple[float, Pixels, bool]]:
        while not self._stop.is_set():
            read = device.read()
            if read is None:
                return
            yield read

    def _wait_for_device(self) -> Device | None:
        """Open the source again, as soon as it is back; None when the camera was closed meanwhile."""
        while not self._stop.wait(RETRY_S):
            with contextlib.suppress(CameraError):
                return self.source.open()
        return None

    def _offer(self, t: float, rgb: Pixels, cut: bool) -> None:
        captured_at = time.perf_counter()
        self._number += 1
        self._origin = t if self._origin is None else self._origin
        self._cut |= cut
        self.lost = False
        if not self._thinning.update(t):
            return
        if self._shape is None:
            self._shape = rgb.shape[0], rgb.shape[1]
        if rgb.shape[:2] != self._shape:
            rgb = fitted(rgb, self._shape)
        shot = Shot(t - self._origin, rgb, self._cut, self._number, captured_at)
        self._cut = False
        with self._news:
            if self._newest is not None:
                self.skipped += 1
                shot = replace(shot, cut=shot.cut or self._newest.cut)
            self._newest = shot
            self._news.notify_all()
        if self.source.finite:
            self._wanted.wait()


# --- cameras ---------------------------------------------------------------------------------------


def find_source(
    name: str,
    *,
    resolution: tuple[int, int] | None = None,
    loop: bool = False,
) -> Source:
    """Return the source that a user names.

    Parameters
    ----------
    name : str
        The number of a camera, the path of its device, the URL of a network stream, or a video file.
    resolution : (int, int), optional
        Width and height to ask of a camera; it may give another one.
    loop : bool
        Play a file again and again.

    Raises
    ------
    CameraError
        When there is no such camera or file.
    ConfigError
        When an option does not fit the source.
    """
    if name.isdecimal():
        return CameraSource(int(name), resolution=resolution)
    if name.lower().startswith(_SCHEMES):
        return CameraSource(name, resolution=None)
    path = Path(name)
    if path.is_char_device():
        return CameraSource(name, resolution=resolution)
    if not path.exists():
        raise CameraError(
            f"--camera must be a number, a device, a stream's URL or a video file; there is no {name!r}; {_there_are()}"
        )
    if resolution is not None:
        raise ConfigError("--resolution is asked of cameras; a video file keeps its own")
    return FileSource(path, loop=loop)


class CameraSource:
    """A camera of this computer, or a network stream, by way of OpenCV.

    Parameters
    ----------
    address : int or str
        Its number, device or URL.
    resolution : (int, int), optional
        Width and height to ask for.
    """

    finite = False

    def __init__(self, address: int | str, *, resolution: tuple[int, int] | None) -> None:
        self.name = f"camera {address}"
        self._address = address
        self._resolution = resolution

    def open(self) -> Device:
        """Open the camera; see `Source`."""
        with _without_warnings():
            capture = self._capture()
        if not capture.isOpened():
            capture.release()
            raise CameraError(f"{self.name} cannot be opened: {self._why()}")
        return _OpenCamera(capture)

    def _capture(self) -> cv2.VideoCapture:
        if isinstance(self._address, str) and self._address.lower().startswith(_SCHEMES):
            limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, STREAM_TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC]
            return cv2.VideoCapture(self._address, cv2.CAP_FFMPEG, [*limits, STREAM_TIMEOUT_MS])
        capture = cv2.VideoCapture(self._address)
        if self._resolution is not None and capture.isOpened():
            # Uncompressed, most USB cameras give 720p at 10 pictures a second only.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._resolution[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._resolution[1])
        return capture

    def _why(self) -> str:
        if isinstance(self._address, str) and self._address.lower().startswith(_SCHEMES):
            return "nothing answers at that address, or it is no video; try it in a player"
        path = Path(f"/dev/video{self._address}" if isinstance(self._address, int) else self._address)
        here = {device.path: device for device in video_devices() or ()}
        if path in here and not here[path].permitted:
            return f"you may not open {path}: join the group video, then log in again"
        what = "another program may be using it" if path in here else "it is absent, or in use"
        return f"{what}; {_there_are()}"


class _OpenCamera:
    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    def read(self) -> tuple[float, Pixels, bool] | None:
        if not self._capture.grab():
            return None
        t = time.perf_counter()  # the camera's clock is its pictures' arrival: nothing better is known everywhere
        found, bgr = self._capture.retrieve()
        if not found:
            return None
        return t, np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8), False

    def close(self) -> None:
        self._capture.release()


def _there_are() -> str:
    devices = video_devices()
    if devices is None:
        return "see the system's settings for the cameras there are, the first is 0"
    if not devices:
        return "this computer shows no camera; `armswing live --demo` needs none"
    return "cameras here: " + ", ".join(f"{device.number} ({device.name})" for device in devices)


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep OpenCV's own warnings of a camera that does not open off the terminal: we say it better."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # silent; read when FFmpeg is first used
    logging_of_opencv = cv2.utils.logging
    before = logging_of_opencv.getLogLevel()
    logging_of_opencv.setLogLevel(logging_of_opencv.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging_of_opencv.setLogLevel(before)


# --- a file that poses as a camera -----------------------------------------------------------------


class FileSource:
    """A video file played at its own pace.

    Parameters
    ----------
    *paths : path
        The file, or several that are played one after the other.
    loop : bool
        Begin again at the end.

    Notes
    -----
    Time goes on from file to file, and every seam is a cut.
    """

    def __init__(self, *paths: Path, loop: bool = False) -> None:
        self.name = ", ".join(path.name for path in paths)
        self.finite = True
        self._paths = paths
        self._loop = loop

    def open(self) -> Device:
        """Open the file; see `Source`."""
        return _PlayedFiles(self._paths, loop=self._loop)


class _PlayedFiles:
    def __init__(self, paths: Sequence[Path], *, loop: bool) -> None:
        self._next = itertools.cycle(paths) if loop else iter(paths)
        self._reader: VideoReader | None = _opened(next(self._next))
        self._begins_s = 0.0  # where the file begins on the camera's clock
        self._last_s = 0.0
        self._first_given = False
        self._started_at: float | None = None

    def read(self) -> tuple[float, Pixels, bool] | None:
        picture, seam = self._picture(), False
        while picture is None and self._reader is not None:
            self._begins_s, seam = self._last_s + 1.0 / (self._reader.fps or 30.0), True
            self._reader.close()
            path = next(self._next, None)
            self._reader = None if path is None else _opened(path)
            picture = self._picture()
        if picture is None:
            return None
        before, self._last_s = self._last_s, self._begins_s + picture.t
        now = time.perf_counter()
        if self._started_at is None and self._first_given:  # the clock starts when the first picture was wanted
            self._started_at = now - before
        self._first_given = True
        if self._started_at is not None:
            time.sleep(max(self._started_at + self._last_s - now, 0.0))
        return self._last_s, picture.rgb, picture.cut or seam

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()

    def _picture(self) -> Picture | None:
        return None if self._reader is None else next(self._reader, None)


def _opened(path: Path) -> VideoReader:
    try:
        return VideoReader(path, max_fps=FASTEST_FPS)
    except VideoError as error:
        raise CameraError(str(error)) from error
