from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from armswing.errors import VideoError
from armswing.io import writer as module
from armswing.io.video import VideoReader
from armswing.io.writer import VideoWriter
from video_files import corners, decoding_threads, plain, read


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert not decoding_threads()


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


# --- growing files -------------------------------------------------------------------------------


def _growing(path: Path, seconds: float) -> VideoWriter:
    writer = VideoWriter(path, size=(64, 48), fps=20, growing=True)
    for i in range(round(20 * seconds)):
        writer.write(np.full((48, 64, 3), 10 * (i % 20), dtype=np.uint8), 5.0 + i / 20)
    return writer


def test_a_growing_video_plays_as_far_as_it_has_come_when_it_is_cut_short(tmp_path: Path) -> None:
    writer = _growing(tmp_path / "v.mp4", 4.5)
    (tmp_path / "killed.mp4").write_bytes((tmp_path / "v.mp4").read_bytes())
    times = [picture.t for picture in read(tmp_path / "killed.mp4")]
    assert times == pytest.approx([i / 20 for i in range(len(times))], abs=1e-4)
    assert 60 <= len(times) <= 90, "all but the second that was not done"
    writer.close()
    assert len(read(tmp_path / "v.mp4")) == 90


def test_a_growing_video_that_fails_keeps_what_it_has(tmp_path: Path) -> None:
    _growing(tmp_path / "v.mp4", 2.5).abort()
    assert len(read(tmp_path / "v.mp4")) >= 40
