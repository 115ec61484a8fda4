"""Makes, and reads, the small video files that the tests of reading and writing need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from armswing.io.video import Picture, VideoReader

COARSE = Fraction(1, 90_000)


def plain(index: int, size: tuple[int, int]) -> np.ndarray:
    """A grey picture, a little brighter from one to the next."""
    return np.full((size[1], size[0], 3), 60 + index % 100, dtype=np.uint8)


def corners(index: int, size: tuple[int, int]) -> np.ndarray:
    """Black with a red top left, a green top right and a blue bottom left quarter."""
    width, height = size
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    rgb[: height // 2, : width // 2, 0] = 255
    rgb[: height // 2, width // 2 :, 1] = 255
    rgb[height // 2 :, : width // 2, 2] = 255
    return rgb


def scene(seed: int) -> Callable[[int, tuple[int, int]], np.ndarray]:
    """Return a painter of one still scene of random blocks."""

    def paint(index: int, size: tuple[int, int]) -> np.ndarray:
        blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 1), dtype=np.uint8)
        rows, columns = (np.arange(n) * 8 // n for n in (size[1], size[0]))
        return np.repeat(blocks[rows[:, None], columns], 3, axis=2)

    return paint


def write_video(
    path: Path,
    *,
    frames: int = 10,
    fps: float = 30,
    times: Sequence[float] | None = None,
    size: tuple[int, int] = (64, 48),
    paint: Callable[[int, tuple[int, int]], np.ndarray] = plain,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    container: str = "mp4",
    rotation: int = 0,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
    keyframe_every: int = 12,
    sound_s: float = 0.0,
) -> Path:
    """Write pictures ``paint(i, size)`` at ``times``, or ``frames`` of them at ``fps``, and return the path."""
    times = [i / fps for i in range(frames)] if times is None else times
    with av.open(str(path), "w", format=container, options=options or {}) as file:
        stream = file.add_stream(codec, rate=Fraction(fps).limit_denominator(1001))
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = keyframe_every
        if codec == "libx264":
            stream.codec_context.time_base = COARSE
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        sound = file.add_stream("aac", rate=8000) if sound_s else None
        base = stream.codec_context.time_base if codec == "libx264" else Fraction(1, round(fps))
        for index, t in enumerate(times):
            frame = av.VideoFrame.from_ndarray(paint(index, size)).reformat(format=pixels)
            frame.pts, frame.time_base = round(t / base), base
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
        if sound is not None:
            _mux_silence(file, sound, sound_s)
    return path


def write_sound(path: Path, *, seconds: float = 0.5, cover: bool = False) -> Path:
    """Write a file with sound only, or with sound and a cover picture."""
    with av.open(str(path), "w", format="mp4") as file:
        sound = file.add_stream("aac", rate=8000)
        if cover:
            picture = file.add_stream("mjpeg", rate=1)
            picture.width, picture.height, picture.pix_fmt = 64, 48, "yuvj420p"
            picture.disposition = av.stream.Disposition.attached_pic
            frame = av.VideoFrame.from_ndarray(plain(0, (64, 48))).reformat(format="yuvj420p")
            frame.pts = 0
            packets = [*picture.encode(frame), *picture.encode(None)]
            file.mux(packets)
        _mux_silence(file, sound, seconds)
    return path


def write_still(path: Path) -> Path:
    """Write a still picture; the name says of which kind."""
    av.VideoFrame.from_ndarray(corners(0, (64, 48))).save(str(path))
    return path


def read(path: Path, **options: float | tuple[float, float] | None) -> list[Picture]:
    """Return the pictures of a video file."""
    with VideoReader(path, **options) as video:  # type: ignore[arg-type]
        return list(video)


def decoding_threads() -> list[threading.Thread]:
    """Return the threads of readers that are open."""
    return [thread for thread in threading.enumerate() if thread.name == "armswing-decode"]


def _mux_silence(file: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    for start in range(0, round(seconds * 8000), 1024):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 8000, start
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def videos(folder: Path, *names: str) -> list[Path]:
    """Files that are called like videos, each with its name as its content."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]
