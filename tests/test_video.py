from __future__ import annotations

import gc
import math
import time
import weakref
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from armswing.errors import ConfigError, VideoError
from armswing.io import video as module
from armswing.io.video import AHEAD, VideoReader
from video_files import corners, decoding_threads, plain, read, write_video

STEP = 1 / 30
MS = 0.001


def times(path: Path, **options: float | tuple[float, float] | None) -> list[float]:
    return [picture.t for picture in read(path, **options)]


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert not decoding_threads()


# --- reading -------------------------------------------------------------------------------------


def test_pictures_and_what_the_reader_says(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=30, size=(64, 48))
    with VideoReader(path) as video:
        assert (video.path, video.size, video.fps) == (path, (64, 48), 30)
        assert video.duration_s == pytest.approx(1.0)
        pictures = list(video)
        assert (video.frames_read, video.frames_used, video.damaged) == (30, 30, None)
    assert [picture.t for picture in pictures] == pytest.approx([i / 30 for i in range(30)])
    for picture in pictures:
        assert picture.rgb.shape == (48, 64, 3)
        assert picture.rgb.dtype == np.uint8
        assert picture.rgb.flags.c_contiguous
        assert not picture.cut
    assert [int(picture.rgb.mean()) for picture in pictures] == pytest.approx(range(60, 90), abs=2)


@pytest.mark.parametrize("fps", [24000 / 1001, 25, 30000 / 1001, 30])
def test_times_are_the_mediums_own(tmp_path: Path, fps: float) -> None:
    path = write_video(tmp_path / "a.mp4", frames=40, fps=fps)
    assert times(path) == pytest.approx([i / fps for i in range(40)], abs=2e-5)


def test_variable_rate(tmp_path: Path) -> None:
    stamps = [0.0, 0.04, 0.075, 0.2, 0.21, 1.0, 1.5, 1.54]
    path = write_video(tmp_path / "a.mp4", times=stamps)
    assert times(path, max_fps=1000) == pytest.approx(stamps, abs=2e-5)


@pytest.mark.parametrize("fps", [60, 60000 / 1001])
def test_sixty_a_second_are_thinned_by_half_with_their_own_times(tmp_path: Path, fps: float) -> None:
    path = write_video(tmp_path / "a.mp4", frames=61, fps=fps)
    with VideoReader(path) as video:
        assert [picture.t for picture in video] == pytest.approx([i / fps for i in range(0, 61, 2)], abs=2e-5)
        assert (video.frames_read, video.frames_used) == (61, 31)
    assert len(times(path, max_fps=60)) == 61
    assert len(times(path, max_fps=15)) == 16


def test_only_the_pictures_given_out_are_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted = 0
    convert = module.Upright.convert

    def counted(self: module.Upright, frame: av.VideoFrame) -> np.ndarray:
        nonlocal converted
        converted += 1
        return convert(self, frame)

    monkeypatch.setattr(module.Upright, "convert", counted)
    path = write_video(tmp_path / "a.mp4", frames=60, fps=60)
    assert len(read(path)) == converted == 30


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_rotation_is_honoured(tmp_path: Path, quarter_turns: int) -> None:
    angle = (0, 90, 180, -90)[quarter_turns]
    path = write_video(tmp_path / "a.mp4", frames=2, size=(96, 64), paint=corners, rotation=angle)
    with VideoReader(path) as video:
        rgb = next(video).rgb
        assert video.size == ((96, 64) if quarter_turns % 2 == 0 else (64, 96)) == rgb.shape[1::-1]
    expected = np.rot90(corners(0, (96, 64)), quarter_turns)
    assert np.abs(rgb.astype(int) - expected).mean() < 12
    assert rgb.flags.c_contiguous


def test_real_clip_with_a_rotation_tag_is_upright(clips: Path) -> None:
    plain_clip, tagged = (
        read(clips / f"lift_both_{name}.mp4", time_range=(0, 0.05))[0] for name in ("front", "rotation_tag")
    )
    assert plain_clip.rgb.shape == tagged.rgb.shape
    assert np.abs(plain_clip.rgb.astype(int) - tagged.rgb).mean() < 8


@pytest.mark.parametrize(
    ("aspect", "rotation", "size"),
    [
        (Fraction(3, 8), 0, (24, 48)),
        (Fraction(27, 32), 0, (54, 48)),
        (Fraction(16, 11), 0, (93, 48)),
        (Fraction(3, 2), 90, (48, 96)),
        (Fraction(1, 50), 0, (64, 48)),  # nonsense is left alone
    ],
)
def test_pixels_become_square(tmp_path: Path, aspect: Fraction, rotation: int, size: tuple[int, int]) -> None:
    path = write_video(tmp_path / "a.mp4", frames=2, paint=corners, aspect=aspect, rotation=rotation)
    with VideoReader(path) as video:
        rgb = next(video).rgb
        assert video.size == size == rgb.shape[1::-1]
    expected = np.rot90(corners(0, (size if not rotation else size[::-1])), rotation // 90)
    assert np.abs(rgb.astype(int) - expected).mean() < 14


@pytest.mark.parametrize("width", [33, 41, 50, 63, 65, 98])
def test_odd_and_padded_widths(tmp_path: Path, width: int) -> None:
    path = write_video(
        tmp_path / "a.avi", frames=2, size=(width, 47), paint=corners, codec="ffv1", pixels="bgr0", container="avi"
    )
    rgb = read(path)[0].rgb
    np.testing.assert_array_equal(rgb, corners(0, (width, 47)))
    assert rgb.flags.c_contiguous
    assert rgb.strides == (width * 3, 3, 1)


def test_gif(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.gif", frames=12, fps=10, codec="gif", pixels="rgb8", container="gif")
    with VideoReader(path) as video:
        assert video.size == (64, 48)
        assert [picture.t for picture in video] == pytest.approx([i / 10 for i in range(12)])


@pytest.mark.parametrize("container", ["matroska", "avi", "mpegts", "mov"])
def test_other_containers(tmp_path: Path, container: str) -> None:
    codec = "mpeg4" if container == "avi" else "libx264"
    path = write_video(tmp_path / "a.video", frames=20, codec=codec, container=container)
    assert times(path) == pytest.approx([i / 30 for i in range(20)], abs=2 * MS)


def test_sound_beside_the_pictures_changes_nothing(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mkv", frames=15, container="matroska", sound_s=3.0)
    with VideoReader(path) as video:
        assert [picture.t for picture in video] == pytest.approx([i / 30 for i in range(15)], abs=0.03)
        assert video.damaged is None


def test_first_of_two_video_streams(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mkv"), "w") as file:
        streams = [file.add_stream("libx264", rate=30) for _ in range(2)]
        for stream, width in zip(streams, (64, 96), strict=True):
            stream.width, stream.height, stream.pix_fmt = width, 48, "yuv420p"
        for stream, width in zip(streams, (64, 96), strict=True):
            frame = av.VideoFrame.from_ndarray(plain(0, (width, 48)))
            frame.pts, frame.time_base = 0, Fraction(1, 30)
            file.mux([*stream.encode(frame), *stream.encode(None)])
    with VideoReader(tmp_path / "a.mkv") as video:
        assert video.size == (64, 48)


def test_size_that_changes_is_fitted_into_the_first(tmp_path: Path) -> None:
    """MPEG-TS files may be joined byte by byte: the size changes and the clock starts again."""
    parts = [
        write_video(tmp_path / f"{i}.ts", frames=10, size=size, container="mpegts", paint=lambda i, s: plain(140, s))
        for i, size in enumerate([(64, 48), (48, 64)])
    ]
    path = tmp_path / "a.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    pictures = read(path)
    assert len(pictures) >= 18
    assert {picture.rgb.shape for picture in pictures} == {(48, 64, 3)}
    stamps = [picture.t for picture in pictures]
    assert all(0 < later - earlier < 0.2 for earlier, later in pairwise(stamps))
    upright = pictures[-1].rgb
    assert upright[:, :10].max() < 20  # the black bar beside the upright picture
    assert upright[:, 20:44].min() > 80


@pytest.mark.parametrize("time_range", [(0.0, 2.0), (3.0, 6.0), (5.5, 7.0), (6.5, 9.0)])
def test_a_time_range_of_joined_files_is_that_of_the_repaired_times(
    tmp_path: Path, time_range: tuple[float, float]
) -> None:
    part = write_video(tmp_path / "part.ts", frames=120, container="mpegts").read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(part + part)
    wanted = [t for t in times(path) if time_range[0] - 1e-6 <= t <= time_range[1] + 1e-6]
    assert len(wanted) > 10
    assert times(path, time_range=time_range) == wanted


def test_time_range(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=300, fps=30)
    whole = times(path)
    for start, end in ((0, 0.5), (1.0, 1.5), (5.02, 5.4), (9.5, 99)):
        assert times(path, time_range=(start, end)) == [t for t in whole if start - 1e-6 <= t <= end + 1e-6]
    with VideoReader(path, time_range=(5, 6)) as video:
        assert len(list(video)) == video.frames_read == 31
        assert video.damaged is None


def test_seeking_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", frames=240, fps=30, keyframe_every=50)
    with_seek = read(path, time_range=(6.1, 6.4))
    monkeypatch.setattr(module, "SEEK_FROM_S", math.inf)
    without = read(path, time_range=(6.1, 6.4))
    assert [a.t for a in with_seek] == [b.t for b in without]
    assert all((a.rgb == b.rgb).all() for a, b in zip(with_seek, without, strict=True))


def test_seeking_too_far_begins_at_the_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_video(tmp_path / "a.mp4", frames=240, fps=30, keyframe_every=30)

    def too_far(self: module._Decoding) -> bool:
        self._container.seek(7_000_000, backward=False)
        return True

    monkeypatch.setattr(module._Decoding, "_seek", too_far)
    assert times(path, time_range=(6.0, 6.1)) == pytest.approx([6.0, 6.0 + STEP, 6.0 + 2 * STEP, 6.1], abs=MS)


@pytest.mark.parametrize("time_range", [(-1, 2), (2, 2), (3, 1), (math.nan, 1)])
def test_senseless_time_range(tmp_path: Path, time_range: tuple[float, float]) -> None:
    path = write_video(tmp_path / "a.mp4")
    with pytest.raises(ConfigError, match="time_range must be two times"):
        VideoReader(path, time_range=time_range)


@pytest.mark.parametrize("max_fps", [0, -1, math.nan, math.inf])
def test_senseless_max_fps(tmp_path: Path, max_fps: float) -> None:
    with pytest.raises(ConfigError, match="max_fps must be a number above 0"):
        VideoReader(write_video(tmp_path / "a.mp4"), max_fps=max_fps)


def test_time_range_behind_the_end(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=30)
    with pytest.raises(VideoError, match=r"no picture between 5 and 6 s of the video, which is 1\.0 s long"):
        VideoReader(path, time_range=(5, 6))


@pytest.mark.parametrize("spoil", ["cut off", "overwritten"])
def test_damaged_tail_gives_what_is_readable_and_says_so(
    tmp_path: Path, spoil: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write_video(
        tmp_path / "a.mp4",
        frames=90,
        size=(160, 120),
        options={"movflags": "faststart"},
        paint=lambda i, size: np.random.default_rng(i).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8),
    )
    data = path.read_bytes()
    head = data[: len(data) * 6 // 10]
    path.write_bytes(head if spoil == "cut off" else head + np.random.default_rng(0).bytes(len(data) - len(head)))
    with VideoReader(path) as video:
        stamps = [picture.t for picture in video]
        assert "could not be decoded" in (video.damaged or "")
        assert f"ends at {stamps[-1] + STEP:.1f} s of the 3.0 s" in (video.damaged or "")
    assert 30 < len(stamps) < 70
    assert stamps == pytest.approx([i * STEP for i in range(len(stamps))], abs=MS)
    assert capfd.readouterr() == ("", "")


# --- the thread ----------------------------------------------------------------------------------


def test_closing_early_ends_the_thread_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convert = module.Upright.convert
    converted: list[float] = []

    def counted(self: module.Upright, frame: av.VideoFrame) -> np.ndarray:
        converted.append(frame.time)
        return convert(self, frame)

    monkeypatch.setattr(module.Upright, "convert", counted)
    with VideoReader(write_video(tmp_path / "a.mp4", frames=100)) as video:
        next(video)
        assert decoding_threads()
    assert not decoding_threads()
    assert len(converted) <= 2 * AHEAD + 4  # closing empties the queue, so a few more may come
    video.close()
    with pytest.raises(StopIteration):
        next(video)


def test_leaving_by_an_error_ends_the_thread(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", frames=100)
    with pytest.raises(KeyError), VideoReader(path):
        raise KeyError


def test_forgotten_reader_is_collected(tmp_path: Path) -> None:
    video = VideoReader(write_video(tmp_path / "a.mp4", frames=100))
    next(video)
    gone = weakref.ref(video)
    del video
    gc.collect()
    assert gone() is None
    assert not decoding_threads()


def test_error_in_the_thread_reaches_the_consumer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convert = module.Upright.convert
    done = 0

    def fails(self: module.Upright, frame: av.VideoFrame) -> np.ndarray:
        nonlocal done
        done += 1
        if done == 5:
            raise MemoryError("no room")
        return convert(self, frame)

    monkeypatch.setattr(module.Upright, "convert", fails)
    got: list[float] = []
    with VideoReader(write_video(tmp_path / "a.mp4", frames=20)) as video, pytest.raises(MemoryError, match="no room"):
        got.extend(picture.t for picture in video)
    assert got == pytest.approx([0, STEP, 2 * STEP])  # the fourth was held back, for its cut is not known


def test_memory_is_constant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: weakref.WeakSet[Owner] = weakref.WeakSet()
    most = 0

    class Owner(np.ndarray):
        """An array that can be counted."""

    convert = module.Upright.convert

    def counted(self: module.Upright, frame: av.VideoFrame) -> np.ndarray:
        nonlocal most
        rgb = convert(self, frame).view(Owner)
        alive.add(rgb)
        most = max(most, len(alive))
        return rgb

    monkeypatch.setattr(module.Upright, "convert", counted)
    monkeypatch.setattr(Owner, "__hash__", object.__hash__, raising=False)
    with VideoReader(write_video(tmp_path / "a.mp4", frames=200)) as video:
        for picture in video:
            if picture.t < 0.5:
                time.sleep(0.005)  # the decoder runs ahead as far as it may
            del picture
    # In the queue, held for the cut, being converted, waiting to be queued, with the consumer.
    assert AHEAD <= most <= AHEAD + 4


def test_decoding_runs_ahead(tmp_path: Path) -> None:
    with VideoReader(write_video(tmp_path / "a.mp4", frames=50)) as video:
        deadline = time.perf_counter() + 5
        while video._queue.qsize() < AHEAD and time.perf_counter() < deadline:
            time.sleep(0.005)
        assert video._queue.qsize() == AHEAD
