"""The command line: exit codes, one clear line for each error, files that are complete, a table people can read."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import armswing
import sessions
from armswing.cli import main
from armswing.io.samples import pattern_of_sample, sample_videos
from armswing.patterns import patterns
from video_files import videos, write_sound, write_still, write_video

FILES = {"reps.csv", "frames.csv", "summary.json"}


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        assert line.startswith("armswing: ")
        return line


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder, in this process."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("COLUMNS", "80")

    def run_it(*args: object) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(arg) for arg in args])
        captured = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Outcome(stopped.value.code, captured.out, captured.err)

    return run_it


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[[armswing.Analysis], list[dict[str, Any]]]:
    """Let every video give one analysis; return the list of what was asked for."""

    def pretend_it(analysis: armswing.Analysis) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def analyze(video: Path, pattern: str, **options: Any) -> armswing.Analysis:
            asked.append({"video": video, "pattern": pattern, **options})
            if not video.exists():
                raise armswing.errors.VideoError(f"{video}: expected a video file")
            return replace(analysis, video=str(video))

        monkeypatch.setattr("armswing.api.analyze", analyze)
        return asked

    return pretend_it


# ── the main job, for real ──


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One command on the beginning of a sample, an empty room and a file that is none, as a user runs it."""
    folder = tmp_path_factory.mktemp("done")
    sample = next(path for path in sample_videos() if path.name.startswith("pull_flared"))
    room = write_video(folder / "empty room.mp4", frames=6, size=(320, 240), fps=10)
    (folder / "text.mp4").write_text("no video\n")
    command = [sys.executable, "-m", "armswing", "analyze", str(sample), str(room), "text.mp4"]
    options = ["-p", "pull", "-o", "out", "--time-range", "0", "3.2"]
    ran = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, encoding="utf-8", timeout=300, check=False
    )
    return ran, folder


def test_a_repetition_of_a_real_video_is_in_table_and_files(
    done: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    ran, folder = done
    result = next((folder / "out").glob("pull_flared*"))
    assert {path.name for path in result.iterdir()} == FILES
    with (result / "reps.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert (first["side"], first["status"]) == ("right", "full")
    assert float(first["elbow_flare_deg"]) > 50
    assert "right" in ran.stdout
    assert "Aim the elbow at your back pocket." in " ".join(ran.stdout.split()), "the flared row is named as flared"
    assert f"Files         {Path('out', result.name)}: reps.csv" in ran.stdout
    summary = json.loads((result / "summary.json").read_text(encoding="utf-8"))
    assert summary["model"]["name"] == "full"
    assert summary["options"]["time_range"] == [0.0, 3.2]
    assert summary["video"]["end_s"] == pytest.approx(3.2, abs=0.05)


def test_an_empty_room_is_a_result_with_its_reason(done: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    ran, folder = done
    result = folder / "out" / "empty room"
    assert {path.name for path in result.iterdir()} == FILES
    assert len((result / "reps.csv").read_text(encoding="utf-8").splitlines()) == 1
    assert json.loads((result / "summary.json").read_text(encoding="utf-8"))["reason"] == "NOBODY"
    assert "no repetition: nobody was found in the video" in ran.stdout


def test_a_bad_file_does_not_stop_the_others_and_is_named_at_the_end(
    done: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    ran, folder = done
    assert ran.returncode == 1
    first, last = ran.stderr.splitlines()
    assert first == "armswing: text.mp4: expected a video file, got a text; give the video itself"
    assert last == "armswing: 1 of 3 failed: text.mp4"
    assert {path.name for path in (folder / "out").iterdir()} == {"empty room", "pull_flared_-30_960x540"}


# ── bad input ──


def bad_text(folder: Path) -> Path:
    (folder / "bad.mp4").write_text("I am no video.\n")
    return folder / "bad.mp4"


def bad_empty(folder: Path) -> Path:
    (folder / "bad.mp4").touch()
    return folder / "bad.mp4"


def bad_truncated(folder: Path) -> Path:
    whole = write_video(folder / "whole.mp4", frames=30)
    (folder / "bad.mp4").write_bytes(whole.read_bytes()[:-300])
    return folder / "bad.mp4"


def bad_sound(folder: Path) -> Path:
    return write_sound(folder / "bad.mp4")


def bad_picture(folder: Path) -> Path:
    return write_still(folder / "bad.png")


def bad_folder(folder: Path) -> Path:
    (folder / "bad").mkdir()
    (folder / "bad" / "notes.txt").touch()
    return folder / "bad"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "bad.mp4", "there is no such file; check the spelling"),
        (bad_text, "got a text"),
        (bad_empty, "got an empty one"),
        (bad_truncated, "damaged"),
        (bad_sound, "got sound only"),
        (bad_picture, "got a still picture"),
        (bad_folder, "there is none in this folder"),
        (lambda folder: folder / "*.mov", "nothing has such a name"),
    ],
    ids=["missing", "text", "empty", "truncated", "sound", "picture", "folder", "names"],
)
def test_bad_input_is_one_clear_line_and_leaves_nothing(
    run: Run, tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    bad = make(tmp_path)
    outcome = run("analyze", bad, "-p", "pull")
    assert outcome.code == 1
    assert says in outcome.complaint
    assert bad.name in outcome.complaint
    assert outcome.out == ""
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("name", "says"), [("bad_lfs_pointer.mp4", "git lfs pull"), ("bad_no_video_track.mp4", "without a video track")]
)
def test_bad_clips_say_what_they_are(run: Run, clips: Path, name: str, says: str) -> None:
    outcome = run("analyze", clips / name, "-p", "pull")
    assert outcome.code == 1
    assert says in outcome.complaint


# ── wrong usage and configuration ──


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["analyze"], "Missing argument 'PATH'"),
        (["analyze", "a.mp4"], "Missing option '--pattern'"),
        (["analyze", "a.mp4", "-p", "pul"], "did you mean pull?"),
        (["analyze", "a.mp4", "-p", "pull", "--model", "fulll"], "model must be one of full, lite"),
        (["analyze", "a.mp4", "-p", "pull", "--side", "up"], "side must be one of auto, left, right, both"),
        (["analyze", "a.mp4", "-p", "pull", "--max-fps", "0"], "--max-fps must be a number above 0"),
        (["analyze", "a.mp4", "-p", "pull", "--time-range", "3", "1"], "0 <= A < B, got 3 and 1"),
        (["analyze", "a.mp4", "-p", "pull", "--slowmo-factor", "0"], "slowmo_factor must be a positive number"),
        (["analyze", "a.mp4", "-p", "pull", "--time-range", "nan", "1"], "0 <= A < B, got nan and 1"),
        (["analyze", "a.mp4", "-p", "pull", "--subject", "12"], "--subject must be a point X,Y"),
        (["analyze", "a.mp4", "-p", "pull", "--subject", "nan,3"], "--subject must be a point X,Y"),
        (["analyze", "a.mp4", "-p", "pull", "--config", "none.toml"], "none.toml: the settings cannot be read"),
        (["analyze", "a.mp4", "-p", "pull", "-o", __file__], "--output-dir must be a folder"),
        (["analyze", "a.mp4", "-p", "pull", "--nonsense"], "No such option: --nonsense"),
        (["explain", "PUSH_FLAIR"], "nearest: PUSH_FLARE"),
        (["nonsense"], "No such command 'nonsense'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run: Run, args: list[str], says: str) -> None:
    outcome = run(*args)
    assert outcome.code == 2
    assert says in outcome.complaint
    assert outcome.out == ""
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[rules", "expected TOML"),
        ("[rules.PULL_FLAIR]\ngood_to = 3", "did you mean PULL_FLARE?"),
        ("[rules.PULL_FLARE]\ngood_to = 'wide'", "must be a finite number"),
        ("[rules.PULL_FLARE]\ngood_to = 500", "a band must rise"),
    ],
)
def test_a_broken_config_is_one_line_and_exit_code_2(run: Run, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    outcome = run("analyze", "a.mp4", "-p", "pull", "--config", tmp_path / "mine.toml")
    assert outcome.code == 2
    assert says in outcome.complaint


def test_nothing_at_all_prints_the_help(run: Run) -> None:
    outcome = run()
    assert outcome.code == 2
    assert "analyze" in outcome.out + outcome.err


# ── options reach where they belong ──


def test_options_reach_the_analysis(run: Run, tmp_path: Path, pretend: Any) -> None:
    asked = pretend(sessions.exact())
    (clip,) = videos(tmp_path, "clip.mp4")
    (tmp_path / "mine.toml").write_text("[rules.PULL_FLARE]\ngood_to = 45")
    outcome = run(
        *("analyze", clip, "-p", "pull", "--side", "right", "--model", "lite", "--max-fps", "15"),
        *(
            "--time-range",
            "1.5",
            "8",
            "--slowmo-factor",
            "2",
            "--subject",
            "320,240",
            "--config",
            tmp_path / "mine.toml",
        ),
    )
    assert outcome.code == 0
    (one,) = asked
    assert one["config"].overrides == {"rules.PULL_FLARE.good_to": 45.0}
    wanted = {"side": "right", "model": "lite", "max_fps": 15.0, "time_range": (1.5, 8.0), "subject": (320.0, 240.0)}
    assert {name: one[name] for name in wanted} == wanted
    assert (one["video"], one["pattern"], one["slowmo_factor"]) == (clip, "pull", 2.0)


def test_results_go_to_the_folder_named_and_by_default_to_results(run: Run, tmp_path: Path, pretend: Any) -> None:
    pretend(sessions.exact())
    (clip,) = videos(tmp_path, "clip.mp4")
    run("analyze", clip, "-p", "pull")
    run("analyze", clip, "-p", "pull", "-o", tmp_path / "deep" / "down")
    for folder in (Path("results/clip"), tmp_path / "deep" / "down" / "clip"):
        assert {path.name for path in folder.iterdir()} == FILES


def test_videos_of_one_name_do_not_collide(run: Run, tmp_path: Path, pretend: Any) -> None:
    pretend(sessions.exact())
    run("analyze", *videos(tmp_path, "a/clip.mp4", "b/clip.mp4", "b/clip.mov"), "-p", "pull")
    names = {}
    for folder in Path("results").iterdir():
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        names[folder.name] = (summary["video"]["name"], summary["video"]["bytes"])
    assert names == {"clip": ("clip.mp4", 10), "clip-2": ("clip.mp4", 10), "clip-3": ("clip.mov", 10)}


def test_save_video_draws_the_analysis(run: Run, tmp_path: Path, pretend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(sessions.exact())
    (clip,) = videos(tmp_path, "clip.mp4")
    drawn = []

    def annotate(video: Path, analysis: armswing.Analysis, target: Path, **_: object) -> None:
        drawn.append((video, analysis.video))
        target.write_bytes(b"film")

    monkeypatch.setattr("armswing.io.overlay.annotate", annotate)
    outcome = run("analyze", clip, "-p", "pull", "--save-video")
    assert drawn == [(clip, str(clip))]
    assert Path("results/clip/annotated.mp4").read_bytes() == b"film"
    assert "annotated.mp4" in outcome.out


# ── several videos ──


def test_failures_are_listed_and_the_rest_goes_on(run: Run, tmp_path: Path, pretend: Any) -> None:
    asked = pretend(sessions.exact())
    good = videos(tmp_path, "a.mp4", "c.mp4")
    outcome = run("analyze", good[0], tmp_path / "b.mp4", good[1], "-p", "pull")
    assert outcome.code == 1
    assert [one["video"].name for one in asked] == ["a.mp4", "b.mp4", "c.mp4"]
    assert outcome.err.splitlines()[-1] == f"armswing: 1 of 3 failed: {tmp_path / 'b.mp4'}"
    assert {path.name for path in Path("results").iterdir()} == {"a", "c"}


def test_fail_fast_stops_at_the_first(run: Run, tmp_path: Path, pretend: Any) -> None:
    asked = pretend(sessions.exact())
    good = videos(tmp_path, "a.mp4", "c.mp4")
    outcome = run("analyze", good[0], tmp_path / "b.mp4", good[1], "-p", "pull", "--fail-fast")
    assert outcome.code == 1
    assert [one["video"].name for one in asked] == ["a.mp4", "b.mp4"]


def test_a_fault_of_our_own_does_not_stop_the_others(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def analyze(video: Path, *_: object, **__: object) -> armswing.Analysis:
        if video.name == "a.mp4":
            raise ZeroDivisionError("division by zero")
        return replace(sessions.exact(), video=str(video))

    monkeypatch.setattr("armswing.api.analyze", analyze)
    clips = videos(tmp_path, "a.mp4", "b.mp4")
    outcome = run("analyze", *clips, "-p", "pull")
    assert outcome.code == 1
    assert "this is a fault of armswing: ZeroDivisionError: division by zero" in outcome.err
    assert "Traceback" not in outcome.err
    assert Path("results/b/reps.csv").is_file()
    with pytest.raises(ZeroDivisionError):
        main(["analyze", str(clips[0]), "-p", "pull", "--debug"])


def test_ctrl_c_leaves_with_130_and_nothing_half_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def analyze(*_: object, **__: object) -> armswing.Analysis:
        raise KeyboardInterrupt

    monkeypatch.setattr("armswing.api.analyze", analyze)
    outcome = run("analyze", *videos(tmp_path, "a.mp4", "b.mp4"), "-p", "pull")
    assert outcome.code == 130
    assert outcome.complaint == "armswing: stopped"
    assert list(Path().iterdir()) == []


# ── what is printed ──


def test_json_is_one_document_and_nothing_else(run: Run, tmp_path: Path, pretend: Any) -> None:
    pretend(sessions.eventful())
    (good,) = videos(tmp_path, "a.mp4")
    outcome = run("analyze", good, tmp_path / "b.mp4", "-p", "pull", "--json")
    first, second = json.loads(outcome.out)
    assert [row["status"] for row in first["reps"]].count("full") == 3
    assert first["reps"][0]["hip_lag_s"] is None
    assert first["files"] == [f"results/a/{name}" for name in ("reps.csv", "frames.csv", "summary.json")]
    assert first["counts"]["full"] == 3
    assert second["video"]["name"] == "b.mp4"
    assert "expected a video file" in second["error"]


def test_quiet_prints_errors_only(run: Run, tmp_path: Path, pretend: Any) -> None:
    pretend(sessions.exact())
    (good,) = videos(tmp_path, "a.mp4")
    assert run("analyze", good, "-p", "pull", "-q") == Outcome(0, "", "")
    assert run("analyze", tmp_path / "b.mp4", "-p", "pull", "-q").complaint.endswith("expected a video file")


# ── the other verbs ──


def test_demo_analyzes_every_sample_as_what_it_shows(run: Run, pretend: Any) -> None:
    asked = pretend(sessions.exact())
    outcome = run("demo")
    assert outcome.code == 0
    assert {one["video"]: one["pattern"] for one in asked} == {v: pattern_of_sample(v) for v in sample_videos()}
    assert {path.name for path in Path("armswing-demo").iterdir()} == {video.stem for video in sample_videos()}
    assert "armswing-demo" in outcome.err.replace("\n", "")


def test_patterns_lists_every_pattern_and_rule(run: Run) -> None:
    out = run("patterns").out
    for name, pattern in patterns().items():
        assert f"{name}: " in out
        assert all(rule.code in out for rule in pattern.rules)


@pytest.mark.parametrize("name", sorted(patterns()))
def test_explain_says_all_of_a_rule(run: Run, name: str) -> None:
    for rule in patterns()[name].rules:
        outcome = run("explain", rule.code.lower())
        text = " ".join(outcome.out.split())
        assert outcome.code == 0
        for part in (rule.code, rule.title, rule.why, rule.source):
            assert " ".join(part.split()) in text, rule.code
        assert not {"inf", "nan", "{arm}", "{leg}"} & set(text.replace(",", "").split()), rule.code
        for limit in (rule.band.good_from, rule.band.good_to):
            is_switch = rule.measure in ("wrong_leg", "bilateral", "partial")
            assert is_switch or not np.isfinite(limit) or f"{limit:g}" in text, rule.code


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("PULL_COUPLING", "the score is at most 45 up to 0.25; the limit fades until 0.35"),
        ("WRONG_LEG", "the score is at most 50 when it is there"),
        ("PUSH_FLARE", "Weight: 12"),
    ],
)
def test_explain_says_what_a_rule_does_to_the_score(run: Run, code: str, says: str) -> None:
    out = run("explain", code).out
    assert says in out
    assert ("\nLimit: " in out) == (code != "PUSH_FLARE")


def test_explain_knows_the_users_own_limits(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[rules.PULL_FLARE]\ngood_to = 44.5")
    assert "from 0 to 44.5 deg" in run("explain", "PULL_FLARE", "--config", tmp_path / "mine.toml").out


def test_explain_knows_reasons_too(run: Run) -> None:
    assert run("explain", "low-visibility").out == "LOW_VISIBILITY (a reason): a joint it needs is hidden.\n"


def test_doctor_is_content_here_and_says_so_with_its_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from armswing.io.health import Check, Health

    checks = [Check(name="a", found="well"), Check(name="b", health=Health.NOTE, found="so so", remedy="do this")]
    monkeypatch.setattr("armswing.io.health.check_up", lambda: iter(checks))
    outcome = run("doctor")
    assert outcome.code == 0
    assert "do this" in outcome.out
    checks.append(Check(name="c", health=Health.FAULT, found="broken", remedy="do that"))
    outcome = run("doctor")
    assert outcome.code == 1
    assert "do that" in outcome.out


def test_version(run: Run) -> None:
    assert run("--version") == Outcome(0, f"armswing {armswing.__version__}\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_reader_that_goes_away_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "armswing", "patterns"],
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (ran.returncode, ran.stderr) == (0, b"")
