from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from armswing.errors import VideoError
from armswing.io.video import VideoReader
from video_files import decoding_threads, read, write_sound, write_still, write_video


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert not decoding_threads()


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
