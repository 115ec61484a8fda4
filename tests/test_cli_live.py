"""The command ``armswing live``, from its options to its files."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from armswing.api import Options, analyze, judge
from armswing.cli import main
from armswing.io.pose_file import load_poses
from armswing.io.samples import sample_videos
from armswing.io.tables import rep_rows
from armswing.io.video import VideoReader
from video_files import write_video

COMMAND = [sys.executable, "-c", "from armswing.cli import main; main()", "live"]
GOOD_ROW = next(video for video in sample_videos() if video.name.startswith("pull_hinged_good"))
OUTCOMES = ("set_index", "rep_index", "side", "status", "reason", "start_s", "peak_s", "end_s", "score", "coupling")


def code_of(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["live", *arguments])
    return int(stopped.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "--pattern is needed"),
        (["-p", "pish"], 2, "did you mean push"),
        (["-p", "push", "--save-video", "raw"], 2, "needs --output-dir"),
        (["-p", "push", "--save-video", "all", "-o", "out"], 2, "must be raw or annotated"),
        (["-p", "push", "--resolution", "big"], 2, "must be width x height"),
        (["-p", "push", "--camera", "none.mp4"], 1, "there is no 'none.mp4'"),
        (["-p", "push", "--camera", "97"], 1, "camera 97 cannot be opened"),
        (["-p", "push", "--language", "none.toml"], 2, "translation cannot be read"),
        (["-p", "push", "--model", "none.task"], 2, "none.task"),
    ],
)
def test_what_does_not_fit_is_one_line_and_nothing_is_written(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], elsewhere: Path
) -> None:
    assert code_of(*arguments, "--no-voice", "--headless") == code
    heard = capsys.readouterr()
    assert said in heard.err
    assert heard.err.count("\n") == 1
    assert heard.out == ""
    assert list(elsewhere.iterdir()) == []


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command works in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_an_output_folder_it_writes_nowhere_and_asks_for_nothing(
    capsys: pytest.CaptureFixture[str], elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)
    assert code_of("-p", "push", "--camera", "97", "--no-voice", "--headless") == 1
    assert "camera 97 cannot be opened" in capsys.readouterr().err
    assert code_of("-p", "push", "--camera", "97", "-o", str(elsewhere), "--no-voice", "--headless") == 2
    assert "you may not write into" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display_it_says_how_to_go_without(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", frames=4, fps=20)
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    done = subprocess.run(
        [*COMMAND, "-p", "push", "--camera", str(video), "--no-voice"],
        capture_output=True,
        text=True,
        env=bare,
        check=False,
    )
    assert done.returncode == 1
    assert "--headless" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a live run over a sample, and what it printed."""
    out = tmp_path_factory.mktemp("lived")
    arguments = ["--camera", str(GOOD_ROW), "-p", "pull", "-o", str(out), "--save-video", "raw"]
    done = subprocess.run(
        [*COMMAND, *arguments, "--headless", "--no-voice", "--json"], capture_output=True, text=True, check=True
    )
    (folder,) = out.iterdir()
    return folder, done.stdout


@pytest.mark.slow
def test_a_clip_as_a_camera_gives_the_repetitions_of_the_clip(lived: tuple[Path, str]) -> None:
    folder, printed = lived
    rows = list(csv.DictReader((folder / "reps.csv").read_text(encoding="utf-8").splitlines()))
    wanted = analyze(GOOD_ROW, "pull").reps
    assert [row["side"] for row in rows if row["status"] != "discarded"] == [event.rep.side for event in wanted]
    told = [json.loads(line) for line in printed.splitlines()]
    assert [row["rep_index"] for row in told] == [event.rep.rep_index for event in wanted]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["counts"]["full"] + summary["counts"]["partial"] == len(wanted)
    assert summary["model"]["name"] == "full"


@pytest.mark.slow
def test_replaying_the_poses_gives_exactly_the_same_rows(lived: tuple[Path, str]) -> None:
    folder, printed = lived
    again = rep_rows(judge(load_poses(folder / "poses.armswing"), Options(pattern="pull")))
    told = [json.loads(line) for line in printed.splitlines()]
    counted = [row for row in again if row["status"] != "discarded"]
    assert [{key: row[key] for key in OUTCOMES} for row in told] == [
        {key: row[key] for key in OUTCOMES} for row in counted
    ]


@pytest.mark.slow
def test_analysing_the_raw_recording_gives_nearly_the_same(lived: tuple[Path, str]) -> None:
    folder, printed = lived
    told = [json.loads(line) for line in printed.splitlines()]
    again = analyze(folder / "raw.mp4", "pull").reps
    assert [row["side"] for row in told] == [event.rep.side for event in again]
    fps = min(row["fps"] for row in told)
    for row, event in zip(told, again, strict=True):
        assert event.rep.peak_s == pytest.approx(row["peak_s"], abs=1.5 / fps)
        if row["score"] is not None and event.score.score is not None:
            assert event.rep["coupling"].value == pytest.approx(row["coupling"], abs=0.05)
            assert event.score.score == pytest.approx(row["score"], abs=5.0)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_however_it_is_ended_the_finished_repetitions_are_kept(tmp_path: Path, how: signal.Signals) -> None:
    arguments = ["--demo", "-p", "pull", "-o", str(tmp_path), "--save-video", "raw", "--headless", "--no-voice"]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(2)]
    time.sleep(1.5)
    process.send_signal(how)
    rest, _ = process.communicate(timeout=60)
    told += rest.splitlines(keepends=True)
    (folder,) = tmp_path.iterdir()
    lines = (folder / "reps.csv").read_bytes().decode().split("\r\n")
    assert lines[-1] == "", "no half line"
    kept = [row for row in csv.DictReader(lines[:-1]) if row["status"] != "discarded"]
    assert len(kept) >= len(told) if how is signal.SIGKILL else len(kept) == len(told)
    assert len(load_poses(folder / "poses.armswing")) > 10
    with VideoReader(folder / "raw.mp4") as reader:
        assert next(reader).t == 0.0
    assert (folder / "summary.json").exists() == (how is not signal.SIGKILL)
    assert process.returncode == (-signal.SIGKILL if how is signal.SIGKILL else 130)
