"""Video files out: H.264 that browsers play, with the pictures' own times."""

from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av
import av.codec.codec
import av.error
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, VideoReformatter
from av.video.stream import VideoStream

from armswing.errors import VideoError
from armswing.io.container import FPS_RANGE, said

if TYPE_CHECKING:
    from armswing.io.video import Pixels

ENCODER = "libx264"
TIME_BASE = Fraction(1, 90_000)  # divides every usual picture rate
_AT_ONCE = {"movflags": "+faststart"}
# A fragment begins with every key picture, once a second, and reaches the disk when it is done.
_GROWING = {"movflags": "+frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
_MOST_CRF = 51
_BT709 = 1  # one number for colour space, primaries and transfer (ITU-T H.273)
_ADVICE = "see that the folder exists, may be written and has space, and that `armswing doctor` is content"


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
    crf : float
        Compression, 0 (none) to 51; 23 is good.
    growing : bool
        Write a file that plays from the beginning to wherever it ends, and has its name at once: what a
        kill leaves of it is a video (fragmented mp4).  Takes less time a picture and more bytes.

    Raises
    ------
    VideoError
        When the file cannot be written, or H.264 cannot be encoded here.

    Notes
    -----
    The first picture's time is the video's 0:00.  Leaving the ``with`` block by an
    exception, or `abort`, removes what was written, but for a growing file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: tuple[int, int],
        fps: float,
        crf: float = 23,
        growing: bool = False,
    ) -> None:
        if min(size) < 1 or not FPS_RANGE[0] <= fps <= FPS_RANGE[1]:
            raise VideoError(f"size must be (width, height) and fps {FPS_RANGE}, got {size} and {fps}")
        if not 0 <= crf <= _MOST_CRF:
            raise VideoError(f"crf must be from 0 to {_MOST_CRF}, got {crf}")
        self.path = Path(path)
        self.size = size
        self.frames_written = 0
        self._growing = growing
        self._part = self.path if growing else self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        self._first_s = 0.0
        self._last_pts = -1
        self._reformatter = VideoReformatter()
        self._container: OutputContainer | None = None
        try:
            options = _GROWING if growing else _AT_ONCE
            self._container = av.open(str(self._part.absolute()), "w", format="mp4", options=options)
            self._stream = _h264_stream(self._container, size, fps, crf, growing=growing)
            self._container.start_encoding()
        except (av.error.FFmpegError, av.codec.codec.UnknownCodecError, OSError, ValueError) as error:
            self.abort()
            raise VideoError(f"{self.path}: cannot write an H.264 video here ({said(error)}); {_ADVICE}") from error

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
            if not self._growing:
                self._part.replace(self.path)
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise VideoError(f"{self.path}: cannot finish this video ({said(error)}); {_ADVICE}") from error
        self._container = None

    def abort(self) -> None:
        """Stop, and remove what was written so far; an older file of the name stays.

        A growing file stays as far as it has grown.
        """
        container, self._container = self._container, None
        if container is not None:
            with contextlib.suppress(av.error.FFmpegError, OSError):
                container.close()
        if not (self._growing and self.frames_written):
            self._part.unlink(missing_ok=True)

    def _encode(self, container: OutputContainer, frame: VideoFrame | None) -> None:
        try:
            container.mux(self._stream.encode(frame))
        except (av.error.FFmpegError, OSError) as error:
            self.abort()
            raise VideoError(f"{self.path}: cannot write this video ({said(error)}); {_ADVICE}") from error


def _h264_stream(
    container: OutputContainer, size: tuple[int, int], fps: float, crf: float, *, growing: bool
) -> VideoStream:
    """Add a stream that every browser plays: H.264, 4:2:0, square pixels, even size, BT.709 colours."""
    options = {"preset": "veryfast", "crf": f"{crf:g}"}
    if growing:
        # Live, the pose model needs the processor, and no picture may wait in the encoder for those after it.
        options = {"preset": "ultrafast", "tune": "zerolatency", "crf": f"{crf:g}", "g": str(round(fps))}
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
