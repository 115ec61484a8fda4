"""Video files in and out: upright pictures of square pixels with the medium's own times.

Reading decodes in a thread that runs a few pictures ahead: beside the pose model it
takes no time of its own, and the same memory however long the video is.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import math
import os
import queue
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import av
import av.codec.codec
import av.error
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream

from armswing.errors import ConfigError, VideoError

_log = logging.getLogger(__name__)

Pixels = npt.NDArray[np.uint8]
Thumbnail = npt.NDArray[np.float32]

# --- what is taken for possible; beyond it a file's header is wrong (our judgement) -------------
FPS_RANGE = (0.5, 1000.0)
ASPECT_RANGE = (0.1, 10.0)
FALLBACK_FPS = 30.0
LATEST_S = 1e9  # 30 years: a timestamp beyond is no timestamp
# --- reading -----------------------------------------------------------------------------------
AHEAD = 3  # pictures that wait for the consumer: 19 MB at 1080p
SEEK_FROM_S = 3.0  # below, decoding from the beginning is as quick as seeking
ROUNDING_S = 1e-6  # 2.0 s in units of 1/90000 may come out as 1.9999999
# More pixels a second than 1080p at 75: one core no longer decodes two pictures within the 30 ms
# that the pose model takes for one, so frame threads (a fifth more CPU time) pay.
THREADED_PIXELS_PER_S = 1920 * 1080 * 75
# A medium that ends this much before its announced end was cut off (our judgement).
MISSING_S, MISSING_SHARE = 0.5, 0.05
# --- hard cuts, see CutDetector ------------------------------------------------------------------
CUT_DIFFERENCE = 0.4
CUT_CALM = 1 / 3
FEATURELESS = 4.0  # grey levels; less contrast than this in a thumbnail says nothing
# Quarter turns against the clock -> OpenCV's names.
_TURNS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
_COLUMNS, _ROWS, _SAMPLES = 32, 18, 4
# --- writing -------------------------------------------------------------------------------------
ENCODER = "libx264"
TIME_BASE = Fraction(1, 90_000)  # divides every usual picture rate
_BT709 = 1  # one number for colour space, primaries and transfer (ITU-T H.273)
_ADVICE = "see that the folder exists, may be written and has space, and that `armswing doctor` is content"


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


class TimeRepair:
    """Turns the timestamps of a medium into strictly increasing times.

    Parameters
    ----------
    step : float
        Nominal seconds between two pictures.

    Notes
    -----
    Good timestamps, also irregular ones, pass unchanged.  The rest:

    * missing, not finite or absurdly late: the time before plus ``step``;
    * repeated or a little backward: half a step on, so that the next good
      timestamp still fits; a whole step from the second such in a row;
    * backward by more than `RESTART_S`: the clock restarted (joined recordings);
      its times go on from where they were.
    """

    RESTART_S = 1.0  # wrong order and rounding stay far below, restarts far above (our judgement)

    def __init__(self, step: float) -> None:
        self._step = step
        self._last = -math.inf
        self._offset = 0.0
        self._repaired = False

    def update(self, stamp: float | None) -> float:
        """Return the time in seconds of the next picture, later than the one before."""
        if stamp is None or not abs(stamp) < LATEST_S:
            t = self._last + self._step if math.isfinite(self._last) else 0.0
            self._last = t
            return t
        t = stamp + self._offset
        good = t > self._last
        if not good:
            back = self._last - t
            t = self._last + (self._step if self._repaired or back > self.RESTART_S else self._step / 2)
            if back > self.RESTART_S:
                self._offset = t - stamp
        self._repaired = not good
        self._last = t
        return t


class Thinning:
    """Chooses at most ``max_fps`` pictures a second and leaves their times alone.

    Notes
    -----
    A grid of ``1 / max_fps`` that follows the pictures: a picture is taken when it is
    nearer to the next point of the grid than its successor will be, and at most a quarter
    of a step early; the grid then moves by a tenth towards it.  So 60 becomes every
    second picture, jitter drops nothing, and media that run up to 2 % faster than
    ``max_fps`` (a phone's 30.3) are taken whole.
    """

    EARLY = 0.25  # of a step: half-way between the jitter to bear and the rate to keep
    FOLLOW = 0.1

    def __init__(self, max_fps: float) -> None:
        self._step = 1.0 / max_fps
        self._due = -math.inf
        self._before = -math.inf

    def update(self, t: float) -> bool:
        """Return whether the picture at ``t`` is taken."""
        early = min(self.EARLY * self._step, (t - self._before) / 2)
        self._before = t
        late = t - self._due
        if late < -early:
            return False
        self._due = t if late > self._step else self._due + self.FOLLOW * late
        self._due += self._step
        return True


class CutDetector:
    """Finds hard cuts: another camera from one picture to the next.

    Notes
    -----
    Two pictures differ by ``1 - r``, r being the correlation of their thumbnails:
    exposure and contrast fall out.  A picture begins a new shot when it differs from the
    one before by at least `CUT_DIFFERENCE`, while the pictures on either side of the
    change are calm: they differ by less than `CUT_CALM` of that.  So a flash is none (the
    picture after it differs as much again), nor is a camera that is picked up or swung
    round (it changes over many pictures).

    On our 16 clips and 7 rendered samples the only true cut differs by .785; in
    steady shots the largest difference is .056 (a flash), a jump within one shot
    .183, and a phone carried away reaches .76 for half a second without a calm
    neighbour.  Any threshold from .19 to .78 gives the same result; .4 is near the
    geometric middle.
    """

    def __init__(self) -> None:
        self._shots: list[Thumbnail] = []

    def update(self, thumbnail: Thumbnail) -> bool:
        """Take the next thumbnail; return whether the one *before* it began a new shot."""
        self._shots = [*self._shots[-3:], thumbnail]
        if len(self._shots) < 3:
            return False
        *earlier, before, candidate, after = self._shots
        jump = difference(before, candidate)
        if jump < CUT_DIFFERENCE:
            return False
        calm_before = not earlier or difference(earlier[-1], before) < CUT_CALM * jump
        return calm_before and difference(candidate, after) < CUT_CALM * jump


def thumbnail(rgb: Pixels) -> Thumbnail:
    """Return a picture's pattern on 18 rows and 32 columns, without its brightness and contrast.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
        Any picture.

    Returns
    -------
    ndarray of float32, shape (576,)
        The green channel, each cell the mean of 4 x 4 samples, brought to mean 0 and
        length 1; all 0 for a picture without features.
    """
    samples = rgb.reshape(-1).take(_sample_positions(*rgb.shape[:2]))
    cells: Thumbnail = samples.mean(axis=0, dtype=np.float32)
    cells -= cells.mean()
    length = math.sqrt(float(cells @ cells))
    if length < FEATURELESS * math.sqrt(cells.size):
        return np.zeros_like(cells)
    cells /= length
    return cells


@functools.lru_cache(maxsize=4)
def _sample_positions(height: int, width: int) -> npt.NDArray[np.intp]:
    """Return where the samples lie in the flat array of a picture: shape (16 samples, 576 cells)."""
    rows = (np.arange(_ROWS * _SAMPLES) * 2 + 1) * height // (2 * _ROWS * _SAMPLES)
    columns = (np.arange(_COLUMNS * _SAMPLES) * 2 + 1) * width // (2 * _COLUMNS * _SAMPLES)
    green = (rows[:, None] * width + columns) * 3 + 1
    cells = green.reshape(_ROWS, _SAMPLES, _COLUMNS, _SAMPLES).transpose(1, 3, 0, 2)
    return np.ascontiguousarray(cells.reshape(_SAMPLES * _SAMPLES, _ROWS * _COLUMNS), dtype=np.intp)


def difference(one: Thumbnail, other: Thumbnail) -> float:
    """Return 1 minus the correlation of two thumbnails, 0 to 2; 0 when either is without features."""
    if not one.any() or not other.any():
        return 0.0
    return 1.0 - float(one @ other)


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
        self._finished = False
        self._close = weakref.finalize(self, decoding.close)
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
        item = self._queue.get()
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


class _Decoding:
    """The thread behind a `VideoReader`; knows nothing of it, so that a forgotten reader is collected."""

    def __init__(self, path: Path, max_fps: float, time_range: tuple[float, float]) -> None:
        self._path = path
        self._max_fps = max_fps
        self._start_s, self._end_s = time_range
        self.queue: queue.Queue[_Decoded | _End] = queue.Queue(AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="armswing-decode", daemon=True)
        self._damage: list[str] = []
        self._frames_read = 0
        self._container, self._stream = _open(path)
        self._upright = _Upright(_pixel_aspect(self._stream))
        self.fps = _nominal_fps(self._stream)
        self.duration_s = _duration(self._container, self._stream)

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

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for picture in self._marked():
                if not self._put(_Decoded(picture, self._frames_read)):
                    return
        except Exception as caught:  # noqa: BLE001 - handed over to the consumer, which raises it
            error = caught
        self._put(_End(self._frames_read, "; ".join(self._damage) or None, error))

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
        step = 1.0 / (self.fps or FALLBACK_FPS)
        announced = _announced(self._container, self._stream)
        times, thinning = TimeRepair(step), Thinning(self._max_fps)
        t = -math.inf
        for stamp, frame in self._decoded():
            t = times.update(stamp)
            if t < self._start_s - ROUNDING_S:
                continue
            if t > self._end_s + ROUNDING_S:
                return
            self._frames_read += 1
            if thinning.update(t):
                yield t, self._upright.convert(frame)
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
                self._container, self._stream = _open(self._path)
                yield from self._frames()
                return
            first = False
            yield stamp, frame

    def _seek(self) -> bool:
        base = self._stream.time_base
        if base is None:
            return False
        try:
            self._container.seek(int((self._start_s + _origin(self._container)) / base), stream=self._stream)
        except av.error.FFmpegError:
            return False
        return True

    def _frames(self) -> Iterator[tuple[float | None, VideoFrame]]:
        origin = _origin(self._container)
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
                yield _stamp(frame, self._stream, origin), frame
        if undecodable:
            self._damage.append(f"{undecodable} damaged part{'s' if undecodable > 1 else ''} could not be decoded")

    def _packets(self) -> Iterator[Packet[VideoStream] | None]:
        """Yield the packets of the stream, then None, which empties the decoder."""
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    yield packet
        except av.error.FFmpegError as error:
            self._damage.append(f"the file cannot be read to its end ({_said(error)})")
        yield None


class _Upright:
    """Converts decoded frames to upright RGB of square pixels, all of the first one's size."""

    def __init__(self, pixel_aspect: float) -> None:
        self._pixel_aspect = pixel_aspect
        self._reformatter = VideoReformatter()
        self._shape: tuple[int, int] | None = None

    def convert(self, frame: VideoFrame) -> Pixels:
        """Return the frame as contiguous uint8 of shape (height, width, 3)."""
        # One thread: the pose model needs the other cores.  Width and colours in one pass: resizing the RGB
        # picture afterwards took 4.5 ms in place of 1.4.
        width = max(round(frame.width * self._pixel_aspect), 1)
        plain = self._reformatter.reformat(frame, width=width, format="rgb24", threads=1)
        rgb = np.asarray(plain.to_ndarray(), dtype=np.uint8)
        turn = _TURNS.get(round(frame.rotation / 90) % 4)
        if turn is not None:
            rgb = np.asarray(cv2.rotate(np.ascontiguousarray(rgb), turn), dtype=np.uint8)
        if self._shape is None:
            self._shape = rgb.shape[0], rgb.shape[1]
        if rgb.shape[:2] != self._shape:
            rgb = _fitted(rgb, self._shape)
        return np.ascontiguousarray(rgb)


def _resized(rgb: Pixels, size: tuple[int, int]) -> Pixels:
    how = cv2.INTER_AREA if size[0] < rgb.shape[1] or size[1] < rgb.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=how), dtype=np.uint8)


def _fitted(rgb: Pixels, shape: tuple[int, int]) -> Pixels:
    """Scale a picture into another shape, keeping its proportions, with black bars."""
    scale = min(shape[0] / rgb.shape[0], shape[1] / rgb.shape[1])
    height, width = (max(1, min(full, round(n * scale))) for full, n in zip(shape, rgb.shape, strict=False))
    top, left = (shape[0] - height) // 2, (shape[1] - width) // 2
    fitted = np.zeros((*shape, 3), dtype=np.uint8)
    fitted[top : top + height, left : left + width] = _resized(rgb, (width, height))
    return fitted


def _open(path: Path) -> tuple[InputContainer, VideoStream]:
    """Open a video file and its first video stream.

    Raises
    ------
    VideoError
        When it is none.
    """
    head = _head(path)
    try:
        # An absolute path: "rtsp:x.mp4" is a file's name here, not an address.
        container = av.open(str(path.absolute()), mode="r")
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise VideoError(f"{path}: expected a video file, {_what_came(head, error)}") from error
    try:
        return container, _first_stream(container, path)
    except BaseException:
        container.close()
        raise


def _head(path: Path) -> bytes:
    """Return the first bytes of a file that can be read."""
    if path.is_dir():
        raise VideoError(f"{path}: expected a video file, got a folder; name a file in it")
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError as error:
        raise VideoError(f"{path}: expected a video file, but there is no such file; check the spelling") from error
    except PermissionError as error:
        raise VideoError(
            f"{path}: expected a video file, but you may not read this one; change its permissions"
        ) from error
    except (OSError, ValueError) as error:
        raise VideoError(f"{path}: expected a video file, but it cannot be read ({error}); copy it anew") from error
    if not head:
        raise VideoError(f"{path}: expected a video file, got an empty one (0 bytes); copy or record it anew")
    return head


def _what_came(head: bytes, error: Exception) -> str:
    if head.startswith(b"version https://git-lfs"):
        return "got the place-holder of one (Git LFS); fetch it with: git lfs pull"
    # A text has no control characters but tab, line feed and carriage return.
    if not any(byte < 32 and byte not in (9, 10, 13) for byte in head):
        return "got a text; give the video itself"
    return f"got something else or a damaged one ({_said(error)}); play it, copy it anew or convert it to mp4"


def _first_stream(container: InputContainer, path: Path) -> VideoStream:
    name = container.format.name
    # FFmpeg reads still pictures with demuxers called image2, png_pipe, jpeg_pipe, webp_pipe …
    if name == "image2" or name.endswith("_pipe"):
        raise VideoError(f"{path}: expected a video file, got a still picture; give a video")
    # A cover picture of a piece of music is a video stream too.
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        came = "sound only" if container.streams.audio else "a file without a video track"
        raise VideoError(f"{path}: expected a video file, got {came}; give a video")
    stream = streams[0]
    codec = stream.codec_context
    # PyAV gives None for a codec it does not know, whatever its types say.
    if not getattr(codec, "width", 0) or not getattr(codec, "height", 0):
        raise VideoError(f"{path}: its video track is of an unknown kind or damaged; convert it to mp4 (H.264)")
    per_second = codec.width * codec.height * (_nominal_fps(stream) or FALLBACK_FPS)
    threaded = per_second > THREADED_PIXELS_PER_S
    stream.thread_type = "FRAME" if threaded else "NONE"
    codec.thread_count = 0 if threaded else 1
    return stream


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


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


def _nominal_fps(stream: VideoStream) -> float | None:
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and FPS_RANGE[0] <= rate <= FPS_RANGE[1]:
            return float(rate)
    return None


def _pixel_aspect(stream: VideoStream) -> float:
    """Return width over height of one pixel; 1 when the file says nothing or nonsense."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if ASPECT_RANGE[0] <= aspect <= ASPECT_RANGE[1] else 1.0


def _duration(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


def _announced(container: InputContainer, stream: VideoStream) -> float:
    """Return the length that the pictures must have; 0 when only that of the file, with its sound, is known."""
    known = stream.duration or len(container.streams) == 1
    return (_duration(container, stream) or 0.0) if known else 0.0


def _origin(container: InputContainer) -> float:
    """Return the timestamp, in seconds, that players show as 0:00."""
    return (container.start_time or 0) / av.time_base


def _stamp(frame: VideoFrame, stream: VideoStream, origin: float) -> float | None:
    # The frames that come out of the decoder at the end carry a pts, but no time base.
    base = frame.time_base or stream.time_base
    if frame.pts is None or not base:
        return None
    return float(frame.pts * base) - origin


class VideoWriter:
    """Writes an H.264 video in an mp4 file that browsers play.

    Parameters
    ----------
    path : str or path
        The file to write; it appears when all of it is written, and replaces an old one.
    size : (int, int)
        Width and height of the pictures.  Odd ones are padded by one pixel: H.264
        wants even ones.
    fps : float
        Nominal pictures a second; the times of the pictures are kept all the same.

    Raises
    ------
    VideoError
        When the file cannot be written, or H.264 cannot be encoded here.

    Notes
    -----
    The first picture's time is the video's 0:00.  Leaving the ``with`` block by an
    exception, or `abort`, removes what was written.
    """

    def __init__(self, path: str | os.PathLike[str], *, size: tuple[int, int], fps: float) -> None:
        if min(size) < 1 or not FPS_RANGE[0] <= fps <= FPS_RANGE[1]:
            raise VideoError(f"size must be (width, height) and fps {FPS_RANGE}, got {size} and {fps}")
        self.path = Path(path)
        self.size = size
        self.frames_written = 0
        self._part = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        self._first_s = 0.0
        self._last_pts = -1
        self._reformatter = VideoReformatter()
        self._container: OutputContainer | None = None
        try:
            self._container = av.open(str(self._part.absolute()), "w", format="mp4", options={"movflags": "+faststart"})
            self._stream = _h264_stream(self._container, size, fps)
            self._container.start_encoding()
        except (av.error.FFmpegError, av.codec.codec.UnknownCodecError, OSError, ValueError) as error:
            self.abort()
            raise VideoError(f"{self.path}: cannot write an H.264 video here ({_said(error)}); {_ADVICE}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def write(self, rgb: Pixels, t: float) -> None:
        """Add one picture.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
            The picture, of the size given to the writer.
        t : float
            Its time in seconds, later than the picture before.

        Raises
        ------
        VideoError
            When the picture has another size or type, time does not increase, the
            writer is closed, or the disk is full.
        """
        width, height = self.size
        if rgb.dtype != np.uint8 or rgb.shape != (height, width, 3):
            raise VideoError(f"rgb must be uint8 of shape {(height, width, 3)}, got {rgb.dtype} of shape {rgb.shape}")
        if self._container is None:
            raise VideoError(f"{self.path}: the writer is closed; make a new one")
        if not self.frames_written:
            self._first_s = t
        pts = round((t - self._first_s) / TIME_BASE)
        if not pts > self._last_pts:
            raise VideoError(f"{self.path}: times must increase from picture to picture, got {t} s")
        padded = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge") if height % 2 or width % 2 else rgb
        frame = self._reformatter.reformat(
            VideoFrame.from_ndarray(np.ascontiguousarray(padded)), format="yuv420p", dst_colorspace=Colorspace.ITU709
        )
        frame.pts, frame.time_base = pts, TIME_BASE
        self._encode(self._container, frame)
        self._last_pts = pts
        self.frames_written += 1

    def close(self) -> None:
        """Finish the file and give it its name; closing twice is fine.

        Raises
        ------
        VideoError
            When no picture was written, or the disk is full.
        """
        if self._container is None:
            return
        if not self.frames_written:
            self.abort()
            raise VideoError(f"{self.path}: expected at least one picture to write, got none; there is no such video")
        self._encode(self._container, None)
        try:
            self._container.close()
            self._part.replace(self.path)
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise VideoError(f"{self.path}: cannot finish this video ({_said(error)}); {_ADVICE}") from error
        self._container = None

    def abort(self) -> None:
        """Stop, and remove what was written so far; an older file of the name stays."""
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(av.error.FFmpegError, OSError):
                container.close()
        self._part.unlink(missing_ok=True)

    def _encode(self, container: OutputContainer, frame: VideoFrame | None) -> None:
        try:
            container.mux(self._stream.encode(frame))
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise VideoError(f"{self.path}: cannot write this video ({_said(error)}); {_ADVICE}") from error


def _h264_stream(container: OutputContainer, size: tuple[int, int], fps: float) -> VideoStream:
    """Add a stream that every browser plays: H.264, 4:2:0, square pixels, even size, BT.709 colours."""
    options = {"preset": "veryfast", "crf": "23"}
    stream = container.add_stream(ENCODER, rate=Fraction(fps).limit_denominator(1001), options=options)
    if not isinstance(stream, VideoStream):
        raise ValueError(f"{ENCODER} is no video encoder")
    stream.width, stream.height = size[0] + size[0] % 2, size[1] + size[1] % 2
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = TIME_BASE
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = 1  # limited, as in every camera's video
    return stream
