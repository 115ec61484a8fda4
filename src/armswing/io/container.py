"""The file around the pictures: opened, or refused in one clear line, and what it says of its video."""

from __future__ import annotations

from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from armswing.errors import VideoError
from armswing.io.files import refuse_no_file

# --- what is taken for possible; beyond it a file's header is wrong (our judgement) -------------
FPS_RANGE = (0.5, 1000.0)
ASPECT_RANGE = (0.1, 10.0)
FALLBACK_FPS = 30.0
MOST_PIXELS = 2 * 7680 * 4320  # twice 8K, 200 MB a picture: a header of a few bytes may claim as much as it likes
_LISTS = ("hls", "concat", "dash", "imf", "sdp")  # FFmpeg's names of what holds no pictures but leads to them
# More pixels a second than 1080p at 75: one core no longer decodes two pictures within the 30 ms
# that the pose model takes for one, so frame threads (a fifth more CPU time) pay.
THREADED_PIXELS_PER_S = 1920 * 1080 * 75

# --- opening -----------------------------------------------------------------------------------


def open_video(path: Path) -> tuple[InputContainer, VideoStream]:
    """Open a video file and its first video stream.

    Raises
    ------
    VideoError
        When it is none.
    """
    head = _head(path)
    if _is_text(head):  # FFmpeg would draw a text, and play the files that a playlist names
        raise VideoError(f"{path}: expected a video file, {_what_came(head)}")
    try:
        # An absolute path: "rtsp:x.mp4" is a file's name here, not an address.
        container = av.open(str(path.absolute()), mode="r", options={"protocol_whitelist": "file"})
    except (av.error.FFmpegError, OSError, ValueError) as error:
        came = f"got something else or a damaged one ({said(error)}); play it, copy it anew or convert it to mp4"
        raise VideoError(f"{path}: expected a video file, {came}") from error
    try:
        return container, _first_stream(container, path)
    except BaseException:
        container.close()
        raise


def _head(path: Path) -> bytes:
    """Return the first bytes of a file that can be read."""
    try:
        refuse_no_file(path)
        with path.open("rb") as file:
            head = file.read(512)
    except FileNotFoundError as error:
        raise VideoError(f"{path}: expected a video file, but there is no such file; check the spelling") from error
    except PermissionError as error:
        raise VideoError(
            f"{path}: expected a video file, but you may not read this one; change its permissions"
        ) from error
    except (OSError, ValueError) as error:
        if isinstance(error, VideoError):
            raise
        raise VideoError(
            f"{path}: expected a video file, but it cannot be read ({said(error)}); copy it anew"
        ) from error
    if not head:
        raise VideoError(f"{path}: expected a video file, got an empty one (0 bytes); copy or record it anew")
    return head


def _is_text(head: bytes) -> bool:
    # A text has no control characters but tab, line feed and carriage return.  YUV4MPEG begins as one.
    return not head.startswith(b"YUV4MPEG2 ") and not any(byte < 32 and byte not in (9, 10, 13) for byte in head)


def _what_came(head: bytes) -> str:
    if head.startswith(b"version https://git-lfs"):
        return "got the place-holder of one (Git LFS); fetch it with: git lfs pull"
    return "got a text; give the video itself"


def _first_stream(container: InputContainer, path: Path) -> VideoStream:
    name = container.format.name
    # FFmpeg reads still pictures with demuxers called image2, png_pipe, jpeg_pipe, webp_pipe …
    if name == "image2" or name.endswith("_pipe"):
        raise VideoError(f"{path}: expected a video file, got a still picture; give a video")
    if name in _LISTS:
        raise VideoError(f"{path}: expected a video file, got a list of others ({name}); give the videos themselves")
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
    if codec.width * codec.height * max(pixel_aspect(stream), 1.0) > MOST_PIXELS:
        raise VideoError(
            f"{path}: its pictures have {codec.width}x{codec.height} pixels, more than armswing takes"
            f" ({MOST_PIXELS / 1e6:.0f} million); make them smaller"
        )
    per_second = codec.width * codec.height * (nominal_fps(stream) or FALLBACK_FPS)
    threaded = per_second > THREADED_PIXELS_PER_S
    stream.thread_type = "FRAME" if threaded else "NONE"
    codec.thread_count = 0 if threaded else 1
    return stream


def said(error: Exception) -> str:
    """Return what an error of FFmpeg or of the system says, in one line."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


# --- what the file says ------------------------------------------------------------------------


def nominal_fps(stream: VideoStream) -> float | None:
    """Return the pictures a second that the file names; None when it says nothing or nonsense."""
    for rate in (stream.average_rate, stream.guessed_rate):
        if rate and FPS_RANGE[0] <= rate <= FPS_RANGE[1]:
            return float(rate)
    return None


def pixel_aspect(stream: VideoStream) -> float:
    """Return width over height of one pixel; 1 when the file says nothing or nonsense."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if ASPECT_RANGE[0] <= aspect <= ASPECT_RANGE[1] else 1.0


def duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the length in seconds that the file names; None when it says nothing."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


def announced(container: InputContainer, stream: VideoStream) -> float:
    """Return the length that the pictures must have; 0 when only that of the file, with its sound, is known."""
    known = stream.duration or len(container.streams) == 1
    return (duration(container, stream) or 0.0) if known else 0.0


JOINED = frozenset({"mpegts", "mpeg"})
"""Formats whose files are joined byte by byte: the clock may start again at any place in them."""


def can_be_sought(container: InputContainer) -> bool:
    """Whether a time names one place of the file."""
    return container.format.name not in JOINED


def origin(container: InputContainer) -> float:
    """Return the timestamp, in seconds, that players show as 0:00."""
    return (container.start_time or 0) / av.time_base


def stamp(frame: VideoFrame, stream: VideoStream, start_s: float) -> float | None:
    """Return the time of a frame in seconds after the file's `origin`; None when it has none."""
    # The frames that come out of the decoder at the end carry a pts, but no time base.
    base = frame.time_base or stream.time_base
    if frame.pts is None or not base:
        return None
    return float(frame.pts * base) - start_s
