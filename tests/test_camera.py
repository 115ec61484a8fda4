"""Cameras are played by scripted devices, and by a video file at its own pace."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from armswing.errors import CameraError, ConfigError, VideoError
from armswing.io import camera
from armswing.io.camera import Camera, FileSource, Shot, find_source
from video_files import write_video

WAIT_S = 5.0


def grey(level: int, size: tuple[int, int] = (64, 48)) -> np.ndarray:
    return np.full((size[1], size[0], 3), level, dtype=np.uint8)


class Scripted:
    """A camera that gives a picture when it is told to, and goes when it is told to."""

    name, finite = "scripted", False

    def __init__(self) -> None:
        self.there = True
        self.opened = 0
        self._asked = threading.Condition()
        self._given: list[tuple[float, np.ndarray, bool] | Exception | None] = []
        self._taken = 0

    def open(self) -> Scripted:
        if not self.there:
            raise CameraError("gone")
        self.opened += 1
        return self

    def close(self) -> None:
        pass

    def read(self) -> tuple[float, np.ndarray, bool] | None:
        with self._asked:
            self._taken += 1
            self._asked.notify_all()
            if not self._asked.wait_for(lambda: self._given, timeout=WAIT_S):
                return None
            item = self._given.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def give(self, *items: tuple[float, np.ndarray, bool] | Exception | None) -> None:
        """Hand items over and wait until the camera's thread has dealt with all of them."""
        with self._asked:
            wanted = self._taken + len(items)
            self._given += items
            self._asked.notify_all()
            self._asked.wait_for(lambda: self._taken >= wanted, timeout=WAIT_S if items[-1] is not None else 0.05)


@dataclass
class Opened:
    source: Scripted = field(default_factory=Scripted)

    def __enter__(self) -> tuple[Camera, Scripted]:
        self.source._given.append((100.0, grey(0), False))
        self.camera = Camera(self.source)
        return self.camera, self.source

    def __exit__(self, *_: object) -> None:
        self.camera._stop.set()
        self.source.give(None)
        self.camera.close()


def taken(camera: Camera) -> Shot:
    shot = camera.newest(WAIT_S)
    assert shot is not None
    return shot


def level(shot: Shot) -> int:
    return int(shot.rgb[0, 0, 0])


def test_only_the_newest_picture_is_kept_and_each_is_given_out_once() -> None:
    with Opened() as (cam, source):
        source.give((100.1, grey(1), False), (100.2, grey(2), False), (100.3, grey(3), False))
        shot = taken(cam)
        assert (level(shot), shot.number, cam.skipped) == (3, 4, 3)
        assert cam.newest(0.01) is None


def test_time_begins_with_the_first_picture() -> None:
    with Opened() as (cam, source):
        assert taken(cam).t == 0.0
        source.give((100.25, grey(1), False))
        assert taken(cam).t == pytest.approx(0.25)


def test_a_cut_in_a_picture_that_was_skipped_is_not_forgotten() -> None:
    with Opened() as (cam, source):
        taken(cam)
        source.give((100.1, grey(1), True), (100.2, grey(2), False))
        assert taken(cam).cut
        source.give((100.3, grey(3), False))
        assert not taken(cam).cut


@pytest.mark.parametrize("end", [None, VideoError("unplugged")])
def test_a_camera_that_goes_is_waited_for_and_time_goes_on(
    monkeypatch: pytest.MonkeyPatch, end: Exception | None
) -> None:
    monkeypatch.setattr(camera, "RETRY_S", 0.01)
    with Opened() as (cam, source):
        taken(cam)
        source.there = False
        source.give(end)
        assert cam.newest(0.2) is None
        assert cam.lost
        assert not cam.ended
        source.there = True
        source.give((160.0, grey(7), False))
        shot = taken(cam)
        assert (level(shot), shot.t, shot.cut, cam.lost, source.opened) == (7, 60.0, True, False, 2)


def test_pictures_of_another_size_are_fitted_into_the_first() -> None:
    with Opened() as (cam, source):
        taken(cam)
        source.give((100.1, grey(200, (128, 128)), False))
        assert taken(cam).rgb.shape == (48, 64, 3)


def test_no_more_pictures_a_second_than_asked_for() -> None:
    source = Scripted()
    source._given.append((0.0, grey(0), False))
    cam = Camera(source, max_fps=10.0)
    given = [taken(cam).t]
    for i in range(1, 60):
        source.give((i / 60, grey(0), False))
        shot = cam.newest(0.0)
        given += [shot.t] if shot else []
    cam._stop.set()
    source.give(None)
    cam.close()
    assert len(given) == 10
    assert np.diff(given) == pytest.approx(np.full(9, 0.1), abs=0.02)


def test_a_camera_without_a_picture_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "FIRST_PICTURE_S", 0.05)
    source = Scripted()
    with pytest.raises(CameraError, match="gives no picture"):
        Camera(source)
    source.give(None)


# --- a file that poses as a camera ---------------------------------------------------------------


def played(path: Path, *, loop: bool = False, rounds_s: float = 0.0) -> list[Shot]:
    shots = []
    with Camera(FileSource(path, loop=loop)) as cam:
        while not cam.ended and (not rounds_s or not shots or shots[-1].t < rounds_s):
            shot = cam.newest(WAIT_S)
            shots += [shot] if shot else []
        last = cam.newest(0.0)
    return [*shots, *([last] if last else [])]


def test_a_file_is_played_at_its_own_pace_with_its_own_times(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", frames=10, fps=20)
    shots = played(video)
    assert [shot.t for shot in shots] == pytest.approx([i / 20 for i in range(10)], abs=1e-3)
    lasted = shots[-1].captured_at - shots[0].captured_at
    assert lasted >= 0.44


def test_a_file_waits_until_somebody_wants_it(tmp_path: Path) -> None:
    with Camera(FileSource(write_video(tmp_path / "v.mp4", frames=10, fps=20))) as cam:
        time.sleep(0.4)  # a pose model is being loaded
        assert taken(cam).t == 0.0
        time.sleep(0.4)  # and is slow the first time
        second = taken(cam)
    assert (second.number, second.t) == (2, pytest.approx(0.05, abs=1e-3))


def test_files_one_after_the_other_go_on_in_time(tmp_path: Path) -> None:
    videos = [write_video(tmp_path / f"{i}.mp4", frames=4, fps=20) for i in range(2)]
    with Camera(FileSource(*videos)) as cam:
        shots = []
        while shot := cam.newest(WAIT_S):
            shots.append(shot)
    assert [shot.t for shot in shots] == pytest.approx([i / 20 for i in range(8)], abs=2e-3)
    assert [i for i, shot in enumerate(shots) if shot.cut] == [4]


def test_a_file_in_a_loop_goes_on_in_time_and_cuts_at_the_seam(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", frames=4, fps=20)
    shots = played(video, loop=True, rounds_s=0.45)
    assert np.diff([shot.t for shot in shots]) == pytest.approx(np.full(len(shots) - 1, 0.05), abs=2e-3)
    assert [i for i, shot in enumerate(shots) if shot.cut] == [4, 8]


# --- what a user may name ------------------------------------------------------------------------


def test_what_is_no_camera_is_refused_with_the_cameras_there_are(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match=r"there is no 'nowhere\.mp4'; .*camera"):
        find_source("nowhere.mp4")
    with pytest.raises(ConfigError, match="keeps its own"):
        find_source(str(write_video(tmp_path / "v.mp4", frames=2, fps=20)), resolution=(640, 480))
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    with pytest.raises(CameraError, match=r"text\.mp4"):
        find_source(str(text)).open()


def test_an_absent_camera_is_one_plain_line(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CameraError, match=r"^camera 97 cannot be opened: .*camera"):
        find_source("97").open()
    with pytest.raises(CameraError, match=r"^camera http://127\.0\.0\.1:9/video cannot be opened: nothing answers"):
        find_source("http://127.0.0.1:9/video").open()
    assert capfd.readouterr().err == ""


# --- a network stream ----------------------------------------------------------------------------


class _Stream(BaseHTTPRequestHandler):
    """Serves grey pictures as a web camera does, motion JPEG, ever brighter."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            for level in range(20, 220, 10):
                picture = cv2.imencode(".jpg", grey(level))[1].tobytes()
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                self.wfile.write(head.encode() + picture + b"\r\n")
                time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        pass


def test_a_network_stream_is_a_camera_and_is_waited_for_when_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "RETRY_S", 0.05)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stream)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        with Camera(find_source(f"http://127.0.0.1:{server.server_port}/camera")) as cam:
            first = taken(cam)
            shots = [first]
            while len(shots) < 60 and not (len(shots) > 5 and level(shots[-1]) < level(shots[-2])):
                shots.append(taken(cam))
        assert cam.size == (64, 48)
        assert [shot.t for shot in shots] == sorted(shot.t for shot in shots)
        assert shots[-1].cut, "the stream ended and was opened again"
        assert not any(shot.cut for shot in shots[1:-1])
    finally:
        server.shutdown()
        server.server_close()
