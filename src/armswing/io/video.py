"""Video files in: upright pictures of square pixels with the medium's own times.

Reading decodes in a thread that runs a few pictures ahead: beside the pose model it
takes no time of its own, and the same memory however long the video is.  Where every core
has a video of its own (`armswing.batch`), it decodes when it is asked to, in the caller's thread.
"""

from __future__ import annotations

import logging
import math
import os
import queue
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import av.error
import cv2
import numpy as np
import numpy.typing as npt
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from armswing.errors import ConfigError, VideoError
from armswing.io import container
from armswing.io.cuts import CutDetector, thumbnail
from armswing.io.timing import Thinning, TimeRepair

_log = logging.getLogger(__name__)

Pixels = npt.NDArray[np.uint8]

AHEAD = 3  # pictures that wait for the consumer: 19 MB at 1080p
SEEK_FROM_S = 3.0  # below, decoding from the beginning is as quick as seeking
ROUNDING_S = 1e-6  # 2.0 s in units of 1/90000 may come out as 1.9999999
# A medium that ends this much before its announced end was cut off (our judgement).
MISSING_S, MISSING_SHARE = 0.5, 0.05
# Quarter turns against the clock -> OpenCV's names.
_UNSPECIFIED = 2  # colours as usual for a picture of the size (ITU-T H.273)
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture of a video.

    Attributes
    ----------
    t : float
        Seconds since the beginning of the medium, as a player shows them.
    rgb : ndarray of uint8, shape (height, width, 3)
        Upright, square pixels, contiguous in memory.
    cut : bool
        The camera changed between the picture before and this one.
    """

    t: float
    rgb: Pixels
    cut: bool = False


class _Decoded(NamedTuple):
    picture: Picture
    frames_read: int


class _End(NamedTuple):
    frames_read: int
    damaged: str | None
    error: BaseException | None


class VideoReader:
    """The pictures of a video file, one after the other.

    Parameters
    ----------
    path : str or path
        A video file, or an animated GIF.
    max_fps : float
        At most so many pictures a second are converted and given out.
    time_range : (float, float), optional
        First and last second wanted.
    ahead : bool
        Decode in a thread of its own, a few pictures ahead; the pictures are the same without.

    Attributes
    ----------
    path : Path
        The file.
    size : (int, int)
        Width and height of the pictures: upright, square pixels.
    fps : float or None
        Nominal pictures a second of the medium, before thinning.
    duration_s : float or None
        What the medium says of its length; None when it says nothing.
    frames_read, frames_used : int
        Pictures decoded and given out so far.
    damaged : str or None
        After the last picture: what could not be read, for the user to know.

    Raises
    ------
    VideoError
        When the file is missing, unreadable or no video, or has no picture at all.
    ConfigError
        When ``max_fps`` or ``time_range`` make no sense.

    Notes
    -----
    A picture of another size than the first is fitted into the first one's, with
    black bars.  Pixels that are not square are made so by stretching the width.
    The file is open until `close`; use a ``with`` statement.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        max_fps: float = 30.0,
        time_range: tuple[float, float] | None = None,
        ahead: bool = True,
    ) -> None:
        if not (math.isfinite(max_fps) and max_fps > 0):
            raise ConfigError(f"max_fps must be a number above 0, got {max_fps}")
        self.path = Path(path)
        decoding = _Decoding(self.path, max_fps, _checked_range(time_range))
        self.fps = decoding.fps
        self.duration_s = decoding.duration_s
        self.frames_read = 0
        self.frames_used = 0
        self.damaged: str | None = None
        self._queue = decoding.queue
        self._next = self._queue.get if ahead else decoding.items().__next__
        self._finished = False
        self._close = weakref.finalize(self, decoding.close)
        if ahead:
            decoding.start()
        self._ahead = self._take()
        if self._ahead is None:
            self.close()
            raise VideoError(_nothing_read(self.path, self.damaged, time_range, self.duration_s))
        height, width = self._ahead.rgb.shape[:2]
        self.size = (width, height)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop decoding and close the file; closing early or twice is fine."""
        self._finished = True
        self._ahead = None
        self._close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Picture:
        picture, self._ahead = self._ahead, None
        if picture is None:
            picture = self._take()
        if picture is None:
            raise StopIteration
        self.frames_used += 1
        return picture

    def _take(self) -> Picture | None:
        """Wait for the next picture; None after the last."""
        if self._finished:
            return None
        item = self._next()
        self.frames_read = item.frames_read
        if isinstance(item, _Decoded):
            return item.picture
        self._finished = True
        self.damaged = item.damaged
        if item.error is not None:
            self.close()
            raise item.error
        if item.damaged:
            _log.debug("%s: %s", self.path, item.damaged)
        return None


def _nothing_read(
    path: Path, damaged: str | None, time_range: tuple[float, float] | None, duration_s: float | None
) -> str:
    if time_range is not None and damaged is None:
        length = "" if duration_s is None else f", which is {duration_s:.1f} s long"
        return f"{path}: no picture between {time_range[0]:g} and {time_range[1]:g} s of the video{length}"
    reason = f" ({damaged})" if damaged else ""
    return f"{path}: expected a video, but not one picture could be read{reason}; copy it anew or convert it to mp4"


def _checked_range(time_range: tuple[float, float] | None) -> tuple[float, float]:
    if time_range is None:
        return -math.inf, math.inf
    start, end = time_range
    if not 0 <= start < end:
        raise ConfigError(f"time_range must be two times in seconds, 0 <= first < last, got {start} and {end}")
    return start, end


# --- the decoding, in a thread or without ---------------------------------------------------------


class _Decoding:
    """What is behind a `VideoReader`; knows nothing of it, so that a forgotten reader is collected."""

    def __init__(self, path: Path, max_fps: float, time_range: tuple[float, float]) -> None:
        self._path = path
        self._max_fps = max_fps
        self._start_s, self._end_s = time_range
        self.queue: queue.Queue[_Decoded | _End] = queue.Queue(AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="armswing-decode", daemon=True)
        self._damage: list[str] = []
        self._frames_read = 0
        self._container, self._stream = container.open_video(path)
        self._upright = Upright(container.pixel_aspect(self._stream))
        self.fps = container.nominal_fps(self._stream)
        self.duration_s = container.duration(self._container, self._stream)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        while self._thread.is_alive():
            # The thread may wait for a free place in the queue.
            try:
                self.queue.get_nowait()
            except queue.Empty:
                self._thread.join(0.005)
        self._container.close()

    def items(self) -> Iterator[_Decoded | _End]:
        """Yield the pictures and the end of them; an error is handed over, and the consumer raises it."""
        error: BaseException | None = None
        try:
            for picture in self._marked():
                yield _Decoded(picture, self._frames_read)
        except Exception as caught:  # noqa: BLE001 - see above
            error = caught
        yield _End(self._frames_read, "; ".join(self._damage) or None, error)

    def _run(self) -> None:
        for item in self.items():
            if not self._put(item):
                return

    def _put(self, item: _Decoded | _End) -> bool:
        """Hand over one item; False when the reader was closed meanwhile."""
        while not self._stop.is_set():
            try:
                self.queue.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def _marked(self) -> Iterator[Picture]:
        """Yield the wanted pictures with their cuts: each is known only with the next."""
        cuts = CutDetector()
        held: Picture | None = None
        for t, rgb in self._wanted():
            cut = cuts.update(thumbnail(rgb))
            if held is not None:
                yield Picture(held.t, held.rgb, cut)
            held = Picture(t, rgb)
        if held is not None:
            yield held

    def _wanted(self) -> Iterator[tuple[float, Pixels]]:
        """Yield time and pixels of the pictures in the time range that thinning takes."""
        step = 1.0 / (self.fps or container.FALLBACK_FPS)
        announced = container.announced(self._container, self._stream)
        times, thinning = TimeRepair(step), Thinning(self._max_fps)
        t = -math.inf
        unconverted = 0
        for stamp, frame in self._decoded():
            t = times.update(stamp)
            if t < self._start_s - ROUNDING_S:
                continue
            if t > self._end_s + ROUNDING_S:
                return
            self._frames_read += 1
            if not thinning.update(t):
                continue
            try:
                rgb = self._upright.convert(frame)
            except (av.error.FFmpegError, VideoError):  # of a kind, or a size, that damage made up
                unconverted += 1
                continue
            yield t, rgb
        if unconverted:
            self._damage.append(f"{unconverted} damaged picture{'s' if unconverted > 1 else ''} could not be converted")
        if math.isfinite(t) and announced - (t + step) > max(MISSING_S, MISSING_SHARE * announced):
            self._damage.append(f"the file ends at {t + step:.1f} s of the {announced:.1f} s it announces")

    def _decoded(self) -> Iterator[tuple[float | None, VideoFrame]]:
        """Yield timestamp and frame of everything that can be decoded, from a little before the time range."""
        sought = self._start_s >= SEEK_FROM_S and self._seek()
        first = True
        for stamp, frame in self._frames():
            if first and sought and (stamp is None or stamp > self._start_s):
                # The file's index led behind the wanted place: begin at the beginning.
                self._container.close()
                self._container, self._stream = container.open_video(self._path)
                yield from self._frames()
                return
            first = False
            yield stamp, frame

    def _seek(self) -> bool:
        base = self._stream.time_base
        if base is None or not container.can_be_sought(self._container):
            return False
        try:
            self._container.seek(int((self._start_s + container.origin(self._container)) / base), stream=self._stream)
        except av.error.FFmpegError:
            return False
        return True

    def _frames(self) -> Iterator[tuple[float | None, VideoFrame]]:
        origin = container.origin(self._container)
        undecodable = 0
        for packet in self._packets():
            if self._stop.is_set():
                return
            try:
                frames = self._stream.decode(packet)
            except av.error.FFmpegError:
                undecodable += 1
                continue
            for frame in frames:
                yield container.stamp(frame, self._stream, origin), frame
        if undecodable:
            self._damage.append(f"{undecodable} damaged part{'s' if undecodable > 1 else ''} could not be decoded")

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        """Yield the packets of the stream, then None, which empties the decoder."""
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    yield packet
        except av.error.FFmpegError as error:
            self._damage.append(f"the file cannot be read to its end ({container.said(error)})")
        yield None


# --- from a frame to its picture ------------------------------------------------------------------


class Upright:
    """Converts decoded frames to upright RGB of square pixels, all of the first one's size."""

    def __init__(self, pixel_aspect: float) -> None:
        self._pixel_aspect = pixel_aspect
        self._reformatter = VideoReformatter()
        self._shape: tuple[int, int] | None = None

    def convert(self, frame: VideoFrame) -> Pixels:
        """Return the frame as contiguous uint8 of shape (height, width, 3).

        Raises
        ------
        VideoError, av.error.FFmpegError
            When it is too large, or of a kind that cannot be converted.
        """
        # One thread: the pose model needs the other cores.  Width and colours in one pass: resizing the RGB
        # picture afterwards took 4.5 ms in place of 1.4.
        width = max(round(frame.width * self._pixel_aspect), 1)
        if width * frame.height > container.MOST_PIXELS:
            raise VideoError(f"a picture of {width}x{frame.height} pixels is more than armswing takes")
        try:
            plain = self._reformatter.reformat(frame, width=width, format="rgb24", threads=1)
        except av.error.FFmpegError:  # colours of a kind that it does not know: better a little off than none
            frame.colorspace = frame.color_primaries = frame.color_trc = _UNSPECIFIED
            plain = VideoReformatter().reformat(frame, width=width, format="rgb24", threads=1)
        rgb = np.asarray(plain.to_ndarray(), dtype=np.uint8)
        turn = _TURNS.get(round(frame.rotation / 90) % 4)
        if turn is not None:
            rgb = np.asarray(cv2.rotate(np.ascontiguousarray(rgb), turn), dtype=np.uint8)
        if self._shape is None:
            self._shape = rgb.shape[0], rgb.shape[1]
        if rgb.shape[:2] != self._shape:
            rgb = fitted(rgb, self._shape)
        return np.ascontiguousarray(rgb)


def _resized(rgb: Pixels, size: tuple[int, int]) -> Pixels:
    how = cv2.INTER_AREA if size[0] < rgb.shape[1] or size[1] < rgb.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=how), dtype=np.uint8)


def fitted(rgb: Pixels, shape: tuple[int, int]) -> Pixels:
    """Scale a picture into another shape, keeping its proportions, with black bars."""
    scale = min(shape[0] / rgb.shape[0], shape[1] / rgb.shape[1])
    height, width = (max(1, min(full, round(n * scale))) for full, n in zip(shape, rgb.shape, strict=False))
    top, left = (shape[0] - height) // 2, (shape[1] - width) // 2
    fitted = np.zeros((*shape, 3), dtype=np.uint8)
    fitted[top : top + height, left : left + width] = _resized(rgb, (width, height))
    return fitted
