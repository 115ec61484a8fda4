"""What a live run leaves on the disk: at its end, and when it is killed."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from armswing.api import Analysis, Options, judge
from armswing.errors import VideoError
from armswing.events import RepCompleted
from armswing.io import record
from armswing.io.pose_file import load_poses
from armswing.io.record import POSES, Recorder
from armswing.io.tables import rep_rows
from armswing.pose import PoseFrame, PoseSequence
from armswing.session import Session
from armswing.synthetic import Camera, perform, pull
from video_files import read

OPTIONS = Options(pattern="pull")


@pytest.fixture(scope="module")
def poses() -> PoseSequence:
    return perform(pull(side="right", reps=3), camera=Camera(yaw=-40), fps=30).poses


_OPEN: list[Recorder] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test left open, as the end of a process does."""
    yield
    while _OPEN:
        _OPEN.pop().close([], None)


def recorder(folder: Path, poses: PoseSequence, **options: object) -> Recorder:
    _OPEN.append(Recorder(folder / "take", OPTIONS.session().pattern, name="camera 0", size=poses.size, **options))  # type: ignore[arg-type]
    return _OPEN[-1]


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "take" / "reps.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def frames(poses: PoseSequence) -> list[PoseFrame]:
    return [frame for i in range(len(poses)) if isinstance(frame := poses[i], PoseFrame)]


def run(keeps: Recorder, poses: PoseSequence) -> Session:
    session = Session("pull")
    for frame in frames(poses):
        keeps.note(frame, session.update(frame))
    return session


def test_a_repetition_is_on_the_disk_with_the_frame_that_ends_it(tmp_path: Path, poses: PoseSequence) -> None:
    keeps, session, ended = recorder(tmp_path, poses), Session("pull"), 0
    assert (tmp_path / "take" / "reps.csv").read_text(encoding="utf-8").startswith("video,set_index,")
    for frame in frames(poses):
        events = session.update(frame)
        keeps.note(frame, events)
        ended += sum(isinstance(event, RepCompleted) for event in events)
        assert sum(row["status"] == "full" for row in rows(tmp_path)) == ended
    assert ended >= 2


def test_what_was_kept_gives_the_same_repetitions_again(tmp_path: Path, poses: PoseSequence) -> None:
    keeps = recorder(tmp_path, poses)
    session = run(keeps, poses)
    keeps.close(
        session.finish(), Analysis(video="camera 0", options=OPTIONS, pattern=session.pattern, poses=None, events=())
    )
    again = judge(load_poses(tmp_path / "take" / POSES), OPTIONS)
    written = rows(tmp_path)
    assert len(written) == 3
    for kept, row in zip(written, rep_rows(again), strict=True):
        assert {key: str(value) for key, value in kept.items() if value} == {
            key: kept_as for key, value in row.items() if (kept_as := _cell(again, key, value))
        }


def _cell(analysis: Analysis, key: str, value: object) -> str:
    columns = {column.name: column for column in record.reps_columns(analysis.pattern)}
    return columns[key].cell(value)  # type: ignore[arg-type]


def test_the_summary_counts_what_was_trained(tmp_path: Path, poses: PoseSequence) -> None:
    keeps = recorder(tmp_path, poses)
    session = run(keeps, poses)
    keeps.close(
        session.finish(), Analysis(video="camera 0", options=OPTIONS, pattern=session.pattern, poses=None, events=())
    )
    summary = json.loads((tmp_path / "take" / "summary.json").read_text(encoding="utf-8"))
    assert summary["counts"]["full"] == 3
    assert (summary["video"]["frames"], summary["video"]["name"]) == (len(poses), "camera 0")
    assert sorted(path.name for path in keeps.files) == [POSES, "reps.csv", "summary.json"]


def test_no_poses_are_held_in_memory(tmp_path: Path, poses: PoseSequence) -> None:
    keeps = recorder(tmp_path, poses)
    run(keeps, poses)
    reps = [event for event in keeps.events if isinstance(event, RepCompleted)]
    assert reps
    assert all(event.rep.poses is None for event in reps)


@pytest.mark.parametrize("kind", ["raw", "annotated"])
def test_pictures_are_kept_with_their_times(tmp_path: Path, poses: PoseSequence, kind: str) -> None:
    keeps = recorder(tmp_path, poses, video=kind)
    times = [0.0, 0.04, 0.11, 0.12]
    for t in times:
        keeps.film(np.zeros((poses.size[1], poses.size[0], 3), dtype=np.uint8), t)
    keeps.close([], None)
    assert [p.t for p in read(tmp_path / "take" / f"{kind}.mp4", max_fps=120.0)] == pytest.approx(times, abs=1e-4)


def test_without_a_picture_there_is_no_video_and_no_trouble(tmp_path: Path, poses: PoseSequence) -> None:
    keeps = recorder(tmp_path, poses, video="raw")
    keeps.close([], None)
    assert keeps.trouble == ""
    assert not (tmp_path / "take" / "raw.mp4").exists()


@pytest.mark.parametrize("broken", ["poses", "rows", "film"])
def test_a_full_disk_is_told_once_and_what_still_can_be_kept_is(
    tmp_path: Path, poses: PoseSequence, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    keeps = recorder(tmp_path, poses, video="raw")

    def full(*_: object) -> None:
        raise VideoError("no space left on device")

    if broken == "poses":
        monkeypatch.setattr(keeps._poses, "write", full)
    elif broken == "rows":
        monkeypatch.setattr(os, "fsync", full)
    else:
        assert keeps._video is not None
        monkeypatch.setattr(keeps._video._writer, "write", full)
    keeps.film(np.zeros((poses.size[1], poses.size[0], 3), dtype=np.uint8), 0.0)
    session = run(keeps, poses)
    keeps.close(session.finish(), None)
    assert "no space left" in keeps.trouble
    assert len(rows(tmp_path)) == 3


def test_a_folder_that_is_there_or_may_not_be_made_is_refused(tmp_path: Path, poses: PoseSequence) -> None:
    recorder(tmp_path, poses)
    with pytest.raises(VideoError, match="see --output-dir"):
        recorder(tmp_path, poses)
    (tmp_path / "file").write_text("")
    with pytest.raises(VideoError, match="see --output-dir"):
        recorder(tmp_path / "file", poses)
