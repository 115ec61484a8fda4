"""Makes the files that a batch meets and wishes it had not, and says what must come of each.

All are small (64 x 48 pixels, a few pictures) and made by PyAV from nothing, but for the two pictures of 8K.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import av
import numpy as np
from av.packet import Packet

from armswing.api import Footage, Options
from armswing.batch.pool import WorkerPool
from armswing.batch.work import Outcome, Task, do_clip
from armswing.io.models import PoseModel
from armswing.io.video import VideoReader
from armswing.pose import PoseSequence
from armswing.synthetic import Camera, perform, pull
from video_files import plain, write_sound, write_still, write_video

TENTHS = range(1, 10)

Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it.

    Attributes
    ----------
    make : callable
        Writes the file under the path it is given.
    name : str
        The file's name, below the folder of all.
    frames : int or None
        So many pictures are looked at; None where it ends in a failure, or either will do.
    says : str
        What the failure says; empty where there are results.
    size : (int, int), optional
        Width and height of the pictures, upright and of square pixels.
    either : bool
        Results and failures are both right.
    """

    name: str
    make: Make
    frames: int | None = None
    says: str = ""
    size: tuple[int, int] = (64, 48)
    either: bool = False


def noise(index: int, size: tuple[int, int]) -> np.ndarray:
    """A picture that does not compress, so that a file has a middle."""
    return np.random.default_rng(index).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)


def made(path: Path, **options: Any) -> Path:
    """Write a video, see `write_video`, and return its path."""
    return write_video(path, **options)


def muxed(
    path: Path,
    *,
    codec: str = "mpeg4",
    container: str = "matroska",
    pixels: str = "yuv420p",
    frames: int = 8,
    size: tuple[int, int] = (64, 48),
    options: dict[str, str] | None = None,
    file_options: dict[str, str] | None = None,
    change: Callable[[int, Packet[Any]], None] | None = None,
    tags: tuple[int, int, int] | None = None,
    interlaced: bool = False,
) -> Path:
    """Write a video with a codec's own options and packets that are changed before they are written."""
    with av.open(str(path), "w", format=container, options=file_options or {}) as file:
        stream = file.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        context = stream.codec_context
        if tags:
            context.color_primaries, context.color_trc, context.colorspace = tags
        number = 0
        for index in [*range(frames), None]:
            frame = None
            if index is not None:
                frame = av.VideoFrame.from_ndarray(plain(10 * index, size)).reformat(format=pixels)
                frame.pts, frame.time_base = index, Fraction(1, 30)
            for packet in stream.encode(frame):
                if change is not None:
                    change(number, packet)
                number += 1
                file.mux(packet)
    return path


def spoilt(source: Path, path: Path, spoil: Callable[[bytes], bytes]) -> Path:
    """Write what becomes of a file's bytes."""
    path.write_bytes(spoil(source.read_bytes()))
    return path


@cache
def _whole(folder: Path, kind: str) -> Path:
    """Return an undamaged video of 20 pictures to spoil, outside of the folder of all."""
    path = folder.parent / f"whole.{kind}"
    how: dict[str, dict[str, Any]] = {
        "mp4": {},
        "fast.mp4": {"options": {"movflags": "faststart"}},
        "mkv": {"container": "matroska"},
        "ts": {"container": "mpegts"},
        "webm": {"container": "webm", "codec": "libvpx-vp9"},
    }
    return write_video(path, frames=20, paint=noise, keyframe_every=5, **how[kind])


def _stop_at(tenth: int, kind: str) -> Make:
    return lambda path: spoilt(_whole(path.parent.parent, kind), path, lambda data: data[: len(data) * tenth // 10])


def _joined(path: Path, container: str, codec: str, pixels: str) -> Path:
    parts = [
        write_video(path.with_name(f".{path.name}.{n}"), size=size, codec=codec, pixels=pixels, container=container)
        for n, size in enumerate([(64, 48), (32, 64), (96, 80)])
    ]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    for part in parts:
        part.unlink()
    return path


def _stamped(stamps: Callable[[int], int | None]) -> Callable[[int, Packet[Any]], None]:
    def change(number: int, packet: Packet[Any]) -> None:
        packet.pts = packet.dts = stamps(number)

    return change


def _two_streams(path: Path) -> Path:
    with av.open(str(path), "w", format="matroska") as file:
        streams = [file.add_stream("mpeg4", rate=30) for _ in range(3)]
        for stream, width in zip(streams, (64, 96, 32), strict=True):
            stream.width, stream.height, stream.pix_fmt = width, 48, "yuv420p"
        for index in range(6):
            for stream in streams:
                frame = av.VideoFrame.from_ndarray(plain(index, (stream.width, 48))).reformat(format="yuv420p")
                frame.pts, frame.time_base = index, Fraction(1, 30)
                file.mux(stream.encode(frame))
        for stream in streams:
            file.mux(stream.encode(None))
    return path


def _middle(data: bytes) -> bytes:
    at, length = len(data) * 4 // 10, len(data) // 5
    return data[:at] + np.random.default_rng(0).bytes(length) + data[at + length :]


def _subtitles(path: Path) -> Path:
    """A file with a track of text alone."""
    source = path.with_name(".text.srt")
    source.write_text("1\n00:00:00,000 --> 00:00:01,000\nup\n")
    with av.open(str(source)) as read, av.open(str(path), "w", format="matroska") as file:
        stream = file.add_stream_from_template(read.streams.subtitles[0])
        for packet in read.demux(read.streams.subtitles[0]):
            if packet.dts is not None:
                packet.stream = stream
                file.mux(packet)
    source.unlink()
    return path


def _linked(target: str) -> Make:
    def make(path: Path) -> Path:
        path.symlink_to(target)
        return path

    return make


def _written(data: bytes) -> Make:
    def make(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return make


def _pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _locked(path: Path) -> Path:
    made(path).chmod(0)
    return path


def _loops(path: Path) -> Path:
    """A folder with two links to itself: a search that follows them finds 2 to the power of 40 names."""
    path.parent.mkdir(parents=True)
    for name in "ab":
        (path.parent / name).symlink_to(".", target_is_directory=True)
    return made(path)


SEGMENT = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nplain.mp4\n#EXT-X-ENDLIST\n"
LONGEST = "ä" * 125 + "x.mp4"  # 255 bytes


def _turned(turn: int) -> Case:
    size = (64, 48) if turn == 180 else (48, 64)
    return Case(f"turned_{turn}.mp4", lambda path: made(path, rotation=turn), 10, size=size)


def _named(name: str) -> Case:
    return Case(name, made, 10)


def _h264(name: str, params: str, **more: Any) -> Case:
    return Case(
        name, lambda path: muxed(path, codec="libx264", container="mp4", options={"x264-params": params}, **more), 8
    )


CASES = [
    Case("plain.mp4", made, 10),
    # ── cut off, empty, nonsense ──
    *(Case(f"cut_{n}.mp4", _stop_at(n, "mp4"), says="damaged") for n in TENTHS),
    *(Case(f"cut_{n}.fast.mp4", _stop_at(n, "fast.mp4"), either=True) for n in TENTHS),
    *(Case(f"cut_{n}.mkv", _stop_at(n, "mkv"), either=True) for n in TENTHS),
    *(Case(f"cut_{n}.ts", _stop_at(n, "ts"), either=True) for n in TENTHS),
    *(Case(f"cut_{n}.webm", _stop_at(n, "webm"), either=True) for n in TENTHS),
    *(
        Case(
            f"header_only.{kind}",
            lambda path, kind=kind, size=size: spoilt(_whole(path.parent, kind), path, lambda data: data[:size]),
            says="damaged|not one picture",
        )
        for kind, size in {"mp4": 32, "fast.mp4": 1100, "mkv": 300, "ts": 564, "webm": 250}.items()
    ),
    Case("empty.mp4", _written(b""), says="0 bytes"),
    Case("zeros.mp4", _written(bytes(50_000)), says="damaged"),
    Case("random.mp4", _written(np.random.default_rng(1).bytes(50_000)), says="damaged"),
    Case("text.mov", _written(b"Dear diary,\n" * 100), says="got a text"),
    Case("picture.mp4", lambda path: write_still(path.with_suffix(".png")).rename(path), says="still picture"),
    Case("ending.jpg", made, 10),  # a video, whatever it is called
    Case("ending.mkv", made, 10),
    Case("ending.txt", made, 10),
    Case("notes.txt", _written(b"what we did on Tuesday\n" * 100), says="got a text"),
    Case("list.m3u8", _written(SEGMENT), says="got a text"),
    Case("list.mp4", _written(SEGMENT), says="got a text"),
    Case("joined.mp4", _written(b"ffconcat version 1.0\nfile plain.mp4\n"), says="got a text"),
    Case("far.mp4", _written(SEGMENT.replace(b"plain", b"http://127.0.0.1:9/x\n#\1")), says="list of others|damaged"),
    # ── tracks ──
    Case("no_video.mkv", _subtitles, says="without a video track"),
    Case("sound_only.mp4", write_sound, says="sound only"),
    Case("cover_only.mp4", lambda path: write_sound(path, cover=True), says="sound only"),
    Case("three_tracks.mkv", _two_streams, 6),
    # ── how many, how large ──
    Case("one.mp4", lambda path: made(path, frames=1), 1),
    Case("two.mp4", lambda path: made(path, frames=2), 2),
    Case(
        "point.avi",
        lambda p: made(p, size=(1, 1), frames=3, codec="ffv1", pixels="bgr0", container="avi"),
        3,
        size=(1, 1),
    ),
    Case(
        "line.avi",
        lambda p: made(p, size=(1, 48), frames=3, codec="mjpeg", pixels="yuvj444p", container="avi"),
        3,
        size=(1, 48),
    ),
    Case(
        "huge.avi",
        lambda p: made(p, size=(7680, 4320), frames=2, codec="mjpeg", pixels="yuvj420p", container="avi"),
        2,
        size=(7680, 4320),
    ),
    Case(
        "boasting.avi",
        lambda p: spoilt(made(p, codec="ffv1", pixels="bgr0", container="avi"), p, _boast),
        says="pixels",
    ),
    *(
        Case(
            f"odd_{w}x{h}.mkv",
            lambda p, w=w, h=h: made(p, size=(w, h), codec="ffv1", pixels="bgr0", container="matroska"),
            10,
            size=(w, h),
        )
        for w, h in ((63, 47), (17, 129), (2, 2))
    ),
    # ── time ──
    Case("slow.mp4", lambda path: made(path, frames=12, fps=1), 12),
    Case("fast.mp4", lambda path: made(path, frames=24, fps=240), 3),
    Case("uneven.mp4", lambda path: made(path, times=[0.0, 0.05, 0.1, 0.35, 0.9, 0.94, 2.5]), 7),
    Case("long_pause.mp4", lambda path: made(path, times=[0.0, 0.1, 20_000.0, 20_000.1]), 4),
    Case(
        "ages.mkv",
        lambda path: muxed(path, change=_stamped(lambda n: n * 33 if n < 4 else 900_000_000_000 + n * 33)),
        8,
    ),
    Case(
        "negative.mov",
        lambda path: muxed(
            path, container="mov", codec="libx264", file_options={"avoid_negative_ts": "disabled"}, change=_earlier
        ),
        2,
    ),
    Case("repeated.mkv", lambda path: muxed(path, change=_stamped(lambda n: n // 3 * 100)), 5),
    Case("standing.mkv", lambda path: muxed(path, change=_stamped(lambda n: 0)), 7),
    Case("backward.ts", lambda p: _joined(p, "mpegts", "mpeg2video", "yuv420p"), either=True),
    Case("unstamped.h264", lambda path: made(path, container="h264"), either=True),
    Case("unstamped.avi", lambda path: made(path, codec="mpeg4", container="avi"), 10),
    # ── how it is shown ──
    *(_turned(turn) for turn in (90, 180, 270)),
    Case("wide.mp4", lambda path: made(path, aspect=Fraction(16, 11)), 10, size=(93, 48)),
    Case("narrow.mp4", lambda path: made(path, aspect=Fraction(3, 8)), 10, size=(24, 48)),
    Case("nonsense.mp4", lambda path: made(path, aspect=Fraction(1, 999)), 10),
    # ── how it is coded ──
    Case(
        "ten_bits.mp4",
        lambda path: muxed(path, codec="libx265", container="mp4", pixels="yuv420p10le", options=QUIET),
        8,
    ),
    Case(
        "hdr.mp4",
        lambda path: muxed(
            path, codec="libx265", container="mp4", pixels="yuv420p10le", options=QUIET, tags=(9, 16, 9)
        ),
        8,
    ),
    Case("hlg.mkv", lambda path: muxed(path, codec="libx265", pixels="yuv422p10le", options=QUIET, tags=(9, 18, 9)), 8),
    Case("unknown_colours.mkv", lambda path: muxed(path, codec="ffv1", pixels="yuv444p16le", tags=(22, 18, 14)), 8),
    _h264("interlaced.mp4", "interlaced=1"),
    Case(
        "fields.mpg",
        lambda path: muxed(path, codec="mpeg2video", container="mpeg", options={"flags": "+ildct+ilme"}),
        8,
    ),
    Case("alpha.webm", lambda path: muxed(path, codec="libvpx-vp9", container="webm", pixels="yuva420p"), 8),
    Case("alpha_prores.mov", lambda path: muxed(path, codec="prores_ks", container="mov", pixels="yuva444p10le"), 8),
    Case("alpha_png.mov", lambda path: muxed(path, codec="png", container="mov", pixels="rgba"), 8),
    Case("grey.mkv", lambda path: muxed(path, codec="ffv1", pixels="gray"), 8),
    Case("full_colour.mp4", lambda path: muxed(path, codec="libx264", container="mp4", pixels="yuv444p"), 8),
    _h264("b_frames.mp4", "bframes=4:b-adapt=0:keyint=8"),
    _h264("open_gop.mp4", "open-gop=1:bframes=3:b-adapt=0:keyint=4:min-keyint=1"),
    Case("changing.h264", lambda p: _joined(p, "h264", "libx264", "yuv420p"), either=True),
    Case("changing.mjpeg", lambda p: _joined(p, "mjpeg", "mjpeg", "yuvj420p"), either=True),
    *(
        Case(f"hole.{kind}", lambda p, kind=kind: spoilt(_whole(p.parent, kind), p, _middle), either=True)
        for kind in ("mp4", "fast.mp4", "mkv", "ts", "webm")
    ),
    # ── names ──
    _named("two words  and more.mp4"),
    _named('it\'s "quoted", she said; `so`.mp4'),
    _named("first line\nsecond line\r.mp4"),
    _named("💪🏽 lift 🏃.mp4"),
    _named("\x1b[31mred.mp4"),
    _named("50% off %d %s.mp4"),
    _named("[a-z]*.mp4"),
    _named("file:,x.mp4"),
    _named("-rf.mp4"),
    _named("=1+1.mp4"),
    _named("+1.mp4"),
    _named("@SUM(A1).mp4"),
    _named("\ttab.mp4"),
    _named("\rreturn.mp4"),
    _named("con.mp4"),
    _named("...mp4"),
    _named(LONGEST),
    _named(os.fsdecode(b"no \xff utf-8.mp4")),
    # ── files that are none ──
    Case("loop.mp4", _linked("loop.mp4"), says="symbolic link|too many|cannot be read"),
    Case("nowhere.mp4", _linked("is/not/there.mp4"), says="no such file"),
    Case("around/clip.mp4", _loops, 10),
    Case("zero.mp4", _linked("/dev/zero"), says="no file"),
    Case("pipe.mp4", _pipe, says="no file"),
    Case("unreadable.mp4", _linked("/proc/self/mem"), says="cannot be read"),
    Case("forbidden.mp4", _locked, says="permission", either=os.geteuid() == 0),
    Case("gone.mp4", lambda path: path, says="no such file"),
    # ── what happens meanwhile (see `read_poses`) ──
    Case("vanishes_first.mp4", lambda path: made(path, frames=11), says="no such file"),
    Case("vanishes_then.mp4", lambda path: made(path, frames=160, fps=15, size=(640, 480)), says="no such file"),
    Case("disk_full.mp4", lambda path: made(path, frames=13), says="results cannot be written"),
]

QUIET = {"x265-params": "log-level=none"}

BY_ARGUMENT = (
    "ending.jpg",
    "ending.txt",
    "notes.txt",
    "list.m3u8",
    "gone.mp4",
    "unstamped.h264",
    "changing.h264",
    "changing.mjpeg",
    "...mp4",
)
"""Those that a search of the folder does not take for videos."""


def _boast(data: bytes) -> bytes:
    """Say in the header that the pictures are of 32,000 by 8,000 pixels."""
    at = data.index(b"strf") + 12
    return data[:at] + (32_000).to_bytes(4, "little") + (8_000).to_bytes(4, "little") + data[at + 8 :]


def _earlier(number: int, packet: Packet[Any]) -> None:
    shift = round(0.2 / packet.time_base)
    packet.pts, packet.dts = packet.pts - shift, packet.dts - shift


# ── the batch without its pose model ──


@cache
def _rows() -> PoseSequence:
    return perform(pull(side="right", reps=4, flare_deg=35.0), camera=Camera(yaw=-40.0), fps=30).poses


def read_poses(video: Path, options: Options, *, model: PoseModel, ahead: bool) -> Footage:
    """Stand in for the pose model: read all of a video, and give rows at its times."""
    if video.name.startswith("vanishes_first"):
        video.unlink()
    with VideoReader(video, max_fps=options.max_fps, time_range=options.time_range, ahead=ahead) as reader:
        times = []
        for picture in reader:
            assert picture.rgb.shape == (reader.size[1], reader.size[0], 3)
            assert picture.rgb.dtype == np.uint8
            assert picture.rgb.flags.c_contiguous
            times.append(picture.t)
        rows = _rows()
        which = np.clip(np.searchsorted(rows.t - rows.t[0], np.array(times) - times[0]), 0, len(rows) - 1)
        poses = PoseSequence(
            t=np.array(times),
            image=rows.image[which] * (np.array(reader.size) / rows.size),
            world=rows.world[which],
            visibility=rows.visibility[which],
            size=reader.size,
        )
    if video.name.startswith("vanishes_then"):
        video.unlink()
    if video.name.startswith("disk_full"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    return Footage(
        poses=poses, model_sha256=model.sha256, fps=reader.fps, warnings=(reader.damaged,) if reader.damaged else ()
    )


def do_reading(task: Task) -> Outcome:
    """Do a clip as `do_clip` does, but for the pose model."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with mock.patch("armswing.api.find_poses", read_poses):
            return do_clip(task)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Reading(Executor):
    """The batch's own worker processes, which do `do_reading` in place of `do_clip`."""

    def __init__(self, jobs: int) -> None:
        self.pool = WorkerPool(jobs)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a clip."""
        assert fn is do_clip
        return self.pool.submit(do_reading, *args, **kwargs)


def make_all(folder: Path, cases: Sequence[Case] = CASES) -> None:
    """Write the files of all cases."""
    for case in cases:
        path = folder / case.name
        path.parent.mkdir(parents=True, exist_ok=True) if "/" not in case.name else None
        case.make(path)
