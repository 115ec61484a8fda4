from __future__ import annotations

import gc
import math
import os
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armswing.errors import ConfigError, VideoError
from armswing.io import video as module
from armswing.io.video import AHEAD, CutDetector, Picture, Thinning, TimeRepair, VideoReader, VideoWriter, thumbnail
from video_files import corners, plain, scene, write_sound, write_still, write_video

STEP = 1 / 30
MS = 0.001


def read(path: Path, **options: float | tuple[float, float] | None) -> list[Picture]:
    with VideoReader(path, **options) as video:  # type: ignore[arg-type]
        return list(video)


def times(path: Path, **options: float | tuple[float, float] | None) -> list[float]:
    return [picture.t for picture in read(path, **options)]


def decoding_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "armswing-decode"]


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert not decoding_threads()


# --- times ---------------------------------------------------------------------------------------


def repaired(stamps: list[float | None], step: float = STEP) -> list[float]:
    repair = TimeRepair(step)
    return [repair.update(stamp) for stamp in stamps]


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ([0.0, 0.1, 0.15, 0.9, 5.0], [0.0, 0.1, 0.15, 0.9, 5.0]),
        ([None, None, None], [0.0, 0.1, 0.2]),
        ([7.0, None, None, 7.3], [7.0, 7.1, 7.2, 7.3]),
        ([0.0, 0.1, 0.1, 0.2], [0.0, 0.1, 0.15, 0.2]),
        ([0.0, 0.1, 0.1, 0.1, 0.4], [0.0, 0.1, 0.15, 0.25, 0.4]),
        ([0.0, 0.2, 0.1, 0.3], [0.0, 0.2, 0.25, 0.3]),
        ([8.0, 9.0, 0.0, 0.1, 0.4], [8.0, 9.0, 9.1, 9.2, 9.5]),
        ([0.0, math.nan, 0.2, math.inf, 1e300], [0.0, 0.1, 0.2, 0.3, 0.4]),
        ([-0.5, -0.4], [-0.5, -0.4]),
        ([], []),
    ],
    ids=["good", "all missing", "missing", "repeated", "stuck", "swapped", "restarted", "absurd", "negative", "none"],
)
def test_time_repair(stamps: list[float | None], expected: list[float]) -> None:
    assert repaired(stamps, 0.1) == pytest.approx(expected)


@given(st.lists(st.none() | st.floats() | st.floats(-2, 2) | st.sampled_from([0.0, STEP, 1.0])), st.floats(1e-3, 2.0))
def test_repaired_times_are_finite_and_increase_whatever_comes(stamps: list[float | None], step: float) -> None:
    out = repaired(stamps, step)
    assert len(out) == len(stamps)
    assert all(math.isfinite(t) for t in out)
    assert all(later > earlier for earlier, later in pairwise(out))


@given(st.lists(st.floats(-10, 1e6), unique=True), st.floats(1e-3, 2.0))
def test_good_timestamps_pass_unchanged(stamps: list[float], step: float) -> None:
    assert repaired(sorted(stamps), step) == sorted(stamps)


@given(st.integers(3, 40), st.data())
def test_one_bad_timestamp_moves_no_other(frames: int, data: st.DataObject) -> None:
    good: list[float | None] = [i * STEP for i in range(frames)]
    where = data.draw(st.integers(1, frames - 2))
    bad = data.draw(st.sampled_from([None, math.nan, good[where - 1]]))
    out = repaired([*good[:where], bad, *good[where + 1 :]])
    assert out[:where] + out[where + 1 :] == good[:where] + good[where + 1 :]


# --- thinning ------------------------------------------------------------------------------------


def thinned(stamps: list[float], max_fps: float = 30.0) -> list[int]:
    thinning = Thinning(max_fps)
    return [i for i, t in enumerate(stamps) if thinning.update(t)]


@pytest.mark.parametrize(
    ("fps", "each"),
    [
        (23.976, 1),
        (24, 1),
        (25, 1),
        (29.97, 1),
        (30, 1),
        (30.3, 1),
        (59.94, 2),
        (60, 2),
        (60.3, 2),
        (119.88, 4),
        (240, 8),
    ],
)
def test_thinning_of_regular_media_is_regular(fps: float, each: int) -> None:
    frames = 2000
    assert thinned([i / fps for i in range(frames)]) == list(range(0, frames, each))


@pytest.mark.parametrize("fps", [31, 35, 40, 48, 50, 100])
def test_thinning_never_gives_more_than_allowed(fps: float) -> None:
    seconds = 60
    kept = len(thinned([i / fps for i in range(seconds * round(fps))]))
    # 2 % more is let pass, see Thinning.
    assert 0.75 * 30 * seconds <= kept <= 1.025 * 30 * seconds + 1


@given(st.sampled_from([(30.0, 1), (29.97, 1), (25.0, 1), (60.0, 2), (59.94, 2)]), st.data())
def test_thinning_bears_jitter(rate: tuple[float, int], data: st.DataObject) -> None:
    fps, each = rate
    jitter = data.draw(st.lists(st.floats(-3 * MS, 3 * MS), min_size=60, max_size=60))
    assert thinned([i / fps + late for i, late in enumerate(jitter)]) == list(range(0, 60, each))


def test_thinning_takes_the_picture_after_a_gap_and_goes_on() -> None:
    stamps = [*(i / 60 for i in range(10)), *(3.01 + i / 60 for i in range(10))]
    assert thinned(stamps) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]


# --- hard cuts -----------------------------------------------------------------------------------


def cuts(pictures: list[np.ndarray]) -> list[int]:
    detector = CutDetector()
    return [i - 1 for i, rgb in enumerate(pictures) if detector.update(thumbnail(rgb))]


def shot(seed: int) -> np.ndarray:
    return scene(seed)(0, (160, 90))


ONE, OTHER = shot(1), shot(2)


def test_cut_is_found_where_it_is() -> None:
    assert cuts([ONE] * 10 + [OTHER] * 10) == [10]
    assert cuts([ONE, OTHER, OTHER]) == [1]


def test_flash_is_no_cut() -> None:
    white = np.full_like(ONE, 250) + (OTHER // 50)
    assert cuts([ONE] * 5 + [white] + [ONE] * 5) == []
    assert cuts([ONE] * 5 + [OTHER] + [ONE] * 5) == []


@pytest.mark.parametrize("exposed", [ONE // 2, ONE // 4 + 150, 255 - (255 - ONE) // 3])
def test_exposure_is_no_cut(exposed: np.ndarray) -> None:
    assert cuts([ONE] * 5 + [exposed.astype(np.uint8)] * 5) == []


def test_swung_camera_is_no_cut() -> None:
    wide = np.concatenate([ONE, OTHER, shot(3), shot(4)], axis=1)
    swing = [wide[:, x : x + 160] for x in range(0, 480, 40)]
    assert cuts([ONE] * 5 + swing + [shot(4)] * 5) == []


def test_pictures_without_features_say_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 8, (12, 90, 160, 3), dtype=np.uint8)
    assert cuts(list(noise)) == []
    assert cuts([noise[0]] * 6 + [ONE] * 6) == []


def test_thumbnails_are_of_one_shape() -> None:
    for size in ((1920, 1080), (31, 17), (1, 1)):
        assert thumbnail(corners(0, size)).shape == (18 * 32,)


def found_cuts(path: Path, time_range: tuple[float, float] | None = None) -> list[float]:
    return [picture.t for picture in read(path, time_range=time_range) if picture.cut]


def test_cut_of_a_real_clip(clips: Path) -> None:
    assert found_cuts(clips / "pull_left_cable_cut.mp4", (3.8, 4.8)) == [pytest.approx(4.32, abs=0.04)]


@pytest.mark.parametrize(
    ("clip", "start", "end"),
    [
        ("push_floor_side.mp4", 2.5, 3.3),  # a jump within one shot
        ("walk_two_people.mp4", 5.2, 5.8),  # flashes
        ("bad_nobody_then_far.mp4", 75.3, 76.5),  # the phone is carried away
    ],
)
def test_what_looks_like_a_cut_in_real_clips(clips: Path, clip: str, start: float, end: float) -> None:
    assert found_cuts(clips / clip, (start, end)) == []


@pytest.mark.parametrize("threshold", [0.2, 0.3, 0.5, 0.7, 0.75])
def test_threshold_of_cuts_hardly_matters(clips: Path, monkeypatch: pytest.MonkeyPatch, threshold: float) -> None:
    monkeypatch.setattr(module, "CUT_DIFFERENCE", threshold)
    assert len(found_cuts(clips / "pull_left_cable_cut.mp4", (4.2, 4.5))) == 1
    assert found_cuts(clips / "push_floor_side.mp4", (2.7, 3.1)) == []


@pytest.mark.slow
def test_no_other_cut_in_any_clip(clips: Path, samples: Path) -> None:
    found = {}
    for path in [*sorted(clips.glob("*.mp4")), *sorted(samples.glob("*.mp4"))]:
        if path.name not in {"bad_lfs_pointer.mp4", "bad_no_video_track.mp4"}:
            found[path.name] = len(found_cuts(path))
    assert {name: n for name, n in found.items() if n} == {"pull_left_cable_cut.mp4": 1}


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
    convert = module._Upright.convert

    def counted(self: module._Upright, frame: av.VideoFrame) -> np.ndarray:
        nonlocal converted
        converted += 1
        return convert(self, frame)

    monkeypatch.setattr(module._Upright, "convert", counted)
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


# --- the thread ----------------------------------------------------------------------------------


def test_closing_early_ends_the_thread_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    convert = module._Upright.convert
    converted: list[float] = []

    def counted(self: module._Upright, frame: av.VideoFrame) -> np.ndarray:
        converted.append(frame.time)
        return convert(self, frame)

    monkeypatch.setattr(module._Upright, "convert", counted)
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
    convert = module._Upright.convert
    done = 0

    def fails(self: module._Upright, frame: av.VideoFrame) -> np.ndarray:
        nonlocal done
        done += 1
        if done == 5:
            raise MemoryError("no room")
        return convert(self, frame)

    monkeypatch.setattr(module._Upright, "convert", fails)
    got: list[float] = []
    with VideoReader(write_video(tmp_path / "a.mp4", frames=20)) as video, pytest.raises(MemoryError, match="no room"):
        got.extend(picture.t for picture in video)
    assert got == pytest.approx([0, STEP, 2 * STEP])  # the fourth was held back, for its cut is not known


def test_memory_is_constant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: weakref.WeakSet[Owner] = weakref.WeakSet()
    most = 0

    class Owner(np.ndarray):
        """An array that can be counted."""

    convert = module._Upright.convert

    def counted(self: module._Upright, frame: av.VideoFrame) -> np.ndarray:
        nonlocal most
        rgb = convert(self, frame).view(Owner)
        alive.add(rgb)
        most = max(most, len(alive))
        return rgb

    monkeypatch.setattr(module._Upright, "convert", counted)
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


# --- bad files -----------------------------------------------------------------------------------


def make_missing(folder: Path) -> Path:
    return folder / "missing.mp4"


def make_folder(folder: Path) -> Path:
    (folder / "folder.mp4").mkdir()
    return folder / "folder.mp4"


def make_empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def make_text(folder: Path) -> Path:
    (folder / "text.mp4").write_text("Dear diary,\n" * 100)
    return folder / "text.mp4"


def make_pointer(folder: Path) -> Path:
    (folder / "pointer.mp4").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    return folder / "pointer.mp4"


def make_noise(folder: Path) -> Path:
    (folder / "noise.mp4").write_bytes(np.random.default_rng(0).bytes(5000))
    return folder / "noise.mp4"


def make_headless(folder: Path) -> Path:
    data = write_video(folder / "whole.mp4").read_bytes()
    (folder / "headless.mp4").write_bytes(data[: data.index(b"moov") - 4])
    return folder / "headless.mp4"


def make_unknown_codec(folder: Path) -> Path:
    data = write_video(folder / "whole.mp4").read_bytes()
    (folder / "codec.mp4").write_bytes(data.replace(b"avc1", b"zzzz"))
    return folder / "codec.mp4"


def make_undecodable(folder: Path) -> Path:
    data = write_video(folder / "whole.mp4", options={"movflags": "faststart"}).read_bytes()
    body = data.index(b"mdat") + 4
    (folder / "undecodable.mp4").write_bytes(data[:body] + bytes(len(data) - body))
    return folder / "undecodable.mp4"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (make_missing, "there is no such file; check the spelling"),
        (make_folder, "got a folder; name a file in it"),
        (make_empty, r"got an empty one \(0 bytes\); copy or record it anew"),
        (make_text, "got a text; give the video itself"),
        (make_pointer, "got the place-holder of one .*git lfs pull"),
        (make_noise, "got something else or a damaged one .*; play it"),
        (make_headless, "got something else or a damaged one .*; play it"),
        (make_unknown_codec, "video track is of an unknown kind or damaged; convert it"),
        (make_undecodable, r"not one picture could be read \(.*damaged.*\); copy it anew or convert it"),
        (lambda folder: write_sound(folder / "a.m4a"), "got sound only; give a video"),
        (lambda folder: write_sound(folder / "a.m4a", cover=True), "got sound only; give a video"),
        (lambda folder: write_still(folder / "a.png"), "got a still picture; give a video"),
        (lambda folder: write_still(folder / "a.jpg"), "got a still picture; give a video"),
    ],
)
def test_bad_files_get_one_clear_line(
    tmp_path: Path, make: Callable[[Path], Path], says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path)
    with pytest.raises(VideoError, match=says) as caught:
        VideoReader(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("clip", ["bad_lfs_pointer.mp4", "bad_no_video_track.mp4"])
def test_bad_clips(clips: Path, clip: str) -> None:
    with pytest.raises(VideoError, match=r"place-holder|without a video track"):
        VideoReader(clips / clip)


def test_no_permission(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file (root)")
    with pytest.raises(VideoError, match="you may not read this one; change its permissions"):
        VideoReader(path)


def test_no_permission_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write_video(tmp_path / "a.mp4")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(VideoError, match="you may not read this one; change its permissions"):
        VideoReader(path)


def test_name_like_an_address_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_video(tmp_path / "a.mp4").rename(tmp_path / "http:a.mp4")
    monkeypatch.chdir(tmp_path)
    assert len(read(Path("http:a.mp4"))) == 10


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


# --- writing -------------------------------------------------------------------------------------


def test_written_video_is_read_back(tmp_path: Path) -> None:
    stamps = [10.0, 10.04, 10.05, 10.5, 11.0]
    with VideoWriter(tmp_path / "a.mp4", size=(96, 64), fps=30) as writer:
        for t in stamps:
            writer.write(corners(0, (96, 64)), t)
    assert writer.frames_written == 5
    pictures = read(tmp_path / "a.mp4", max_fps=1000)
    assert [picture.t for picture in pictures] == pytest.approx([t - 10.0 for t in stamps], abs=2e-5)
    assert np.abs(pictures[0].rgb.astype(int) - corners(0, (96, 64))).mean() < 12


def test_written_video_plays_in_browsers(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with VideoWriter(path, size=(64, 48), fps=30) as writer:
        for i in range(5):
            writer.write(plain(i, (64, 48)), i / 30)
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 30
        assert stream.sample_aspect_ratio in (None, 1)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")  # +faststart: plays while it loads


@pytest.mark.parametrize(("size", "even"), [((65, 47), (66, 48)), ((64, 47), (64, 48)), ((1, 1), (2, 2))])
def test_odd_sizes_are_padded(tmp_path: Path, size: tuple[int, int], even: tuple[int, int]) -> None:
    with VideoWriter(tmp_path / "a.mp4", size=size, fps=25) as writer:
        for i in range(3):
            writer.write(np.full((size[1], size[0], 3), 200, np.uint8), i / 25)
    with VideoReader(tmp_path / "a.mp4") as video:
        assert video.size == even
        assert next(video).rgb.min() > 180  # the padding repeats the edge


def test_sliced_picture_is_written_as_its_copy(tmp_path: Path) -> None:
    wide = np.concatenate([corners(0, (64, 48)), corners(0, (64, 48))], axis=1)
    for name, rgb in (("a.mp4", wide[:, :64]), ("b.mp4", wide[:, :64].copy())):
        with VideoWriter(tmp_path / name, size=(64, 48), fps=30) as writer:
            writer.write(rgb, 0.0)
    assert (read(tmp_path / "a.mp4")[0].rgb == read(tmp_path / "b.mp4")[0].rgb).all()


def test_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("old")
    with VideoWriter(path, size=(64, 48), fps=30) as writer:
        writer.write(plain(0, (64, 48)), 0.0)
        assert path.read_text() == "old"
        assert len(list(tmp_path.iterdir())) == 2
    assert list(tmp_path.iterdir()) == [path]
    assert len(read(path)) == 1
    writer.close()


def test_error_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("old")
    writer = VideoWriter(path, size=(64, 48), fps=30)

    def fail() -> None:
        with writer:
            writer.write(plain(0, (64, 48)), 0.0)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(VideoError, match="the writer is closed"):
        writer.write(plain(0, (64, 48)), 1.0)


def test_video_without_pictures_is_an_error(tmp_path: Path) -> None:
    with (
        pytest.raises(VideoError, match="at least one picture"),
        VideoWriter(tmp_path / "a.mp4", size=(64, 48), fps=30),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_missing_encoder_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ENCODER", "no_such_encoder")
    with pytest.raises(VideoError, match=r"cannot write an H\.264 video here"):
        VideoWriter(tmp_path / "a.mp4", size=(64, 48), fps=30)
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="see that the folder exists"):
        VideoWriter(tmp_path / "no" / "a.mp4", size=(64, 48), fps=30)


@pytest.mark.parametrize(("size", "fps"), [((0, 48), 30), ((64, 48), 0), ((64, 48), math.nan)])
def test_senseless_writer(tmp_path: Path, size: tuple[int, int], fps: float) -> None:
    with pytest.raises(VideoError, match="size must be"):
        VideoWriter(tmp_path / "a.mp4", size=size, fps=fps)


@pytest.mark.parametrize(
    ("rgb", "t", "says"),
    [
        (plain(0, (48, 64)), 1.0, r"uint8 of shape \(48, 64, 3\), got uint8 of shape \(64, 48, 3\)"),
        (plain(0, (64, 48)).astype(float), 1.0, "got float64"),
        (plain(0, (64, 48)), 0.0, "times must increase"),
        (plain(0, (64, 48)), -1.0, "times must increase"),
    ],
)
def test_wrong_picture_is_refused_and_nothing_is_left(tmp_path: Path, rgb: np.ndarray, t: float, says: str) -> None:
    def write() -> None:
        with VideoWriter(tmp_path / "a.mp4", size=(64, 48), fps=30) as writer:
            writer.write(plain(0, (64, 48)), 0.0)
            writer.write(rgb, t)

    with pytest.raises(VideoError, match=says):
        write()
    assert list(tmp_path.iterdir()) == []
