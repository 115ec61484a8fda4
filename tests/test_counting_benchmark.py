from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from armswing import RepCompleted
from armswing.errors import VideoError
from armswing.reps import Rep
from armswing.scoring import RepScore


@pytest.fixture(scope="module")
def counting(checkout: Path) -> Iterator[ModuleType]:
    """The script as a module; it travels in no wheel."""
    spec = importlib.util.spec_from_file_location("counting_benchmark", checkout / "benchmarks" / "counting.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def rep(side: str, peak_s: float, *, full: bool = True) -> RepCompleted:
    seen = Rep(rep_index=1, set_index=1, side=side, start_s=peak_s - 1, peak_s=peak_s, end_s=peak_s + 1, full=full)
    score = RepScore(findings=(), score=None, confidence=None, grade="", reasons=(), cue="")
    return RepCompleted(t=peak_s + 1, rep=seen, score=score)


CLIPS: list[dict[str, Any]] = [
    {
        "file": "exact.mp4",
        "pattern": "pull",
        "reps": 2,
        "sure": "high",
        "sides": ["left", "left"],
        "tops_s": [1.0, 4.0],
    },
    {
        "file": "one_off.mp4",
        "pattern": "push",
        "reps": 3,
        "sure": "low",
        "sides": ["right", "left", "right"],
        "tops_s": [1, 2, 3],
    },
    {"file": "range.mp4", "pattern": "lift", "reps": 6, "sure": "high", "accept_reps": [4, 6], "status": "partial"},
    {"file": "swapped.mp4", "pattern": "pull", "reps": 2, "sides": ["left", "right"], "sides_any_order": True},
    {"file": "nobody.mp4", "pattern": None, "reps": 0, "sure": "high"},
    {"file": "treadmill.mp4", "pattern": "run", "reps": None},
    {"file": "unknown.mp4", "pattern": "pull", "reps": None},
    {"file": "broken.mp4", "pattern": None, "reps": None},
]

FOUND: dict[str, Sequence[RepCompleted]] = {
    "exact.mp4": [rep("left", 1.1), rep("left", 4.5)],
    "one_off.mp4": [rep("right", 1.0), rep("right", 3.0)],
    "range.mp4": [rep("right", t, full=False) for t in (1, 2, 3, 4)],
    "swapped.mp4": [rep("right", 1.0), rep("left", 2.0)],
}


def fake(path: Path, pattern: str) -> Any:
    if path.name == "broken.mp4":
        raise VideoError("broken.mp4: expected a video file, got a text")
    if path.name == "nobody.mp4":
        return SimpleNamespace(reps=[rep("left", 1.0)] if pattern == "lift" else [])
    return SimpleNamespace(reps=FOUND[path.name])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "clips.json").write_text(json.dumps({"clips": CLIPS}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def result(counting: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert counting.main(["--clips", str(folder), "--json"], fake) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_each_clip(result: dict[str, Any]) -> None:
    rows = {(row["file"], row["pattern"]): row for row in result["clips"]}
    exact = rows["exact.mp4", "pull"]
    assert (exact["wanted"], exact["found"], exact["accepted"]) == (2, 2, True)
    assert exact["top_errors_s"] == pytest.approx([0.1, 0.5])
    one_off = rows["one_off.mp4", "push"]
    assert (one_off["found"], one_off["accepted"]) == (2, False)
    assert (one_off["sides_right"], one_off["sides"]) == (1, 3), "in order: right, then left was wanted"
    assert one_off["top_errors_s"] == [0.0, None, 0.0]
    in_range = rows["range.mp4", "lift"]
    assert (in_range["found"], in_range["accepted"], in_range["status_right"]) == (4, True, True)
    assert (rows["swapped.mp4", "pull"]["sides_right"], rows["swapped.mp4", "pull"]["sides"]) == (2, 2)


def test_a_clip_without_repetitions_is_run_with_every_pattern(result: dict[str, Any]) -> None:
    found = {row["pattern"]: row["found"] for row in result["clips"] if row["file"] == "nobody.mp4"}
    assert found == {"pull": 0, "push": 0, "lift": 1}
    assert (result["all"]["runs_without_reps"], result["all"]["phantoms"]) == (3, 1)


def test_what_cannot_be_counted_is_skipped_with_the_reason(result: dict[str, Any]) -> None:
    skipped = {clip["file"]: clip["reason"] for clip in result["skipped"]}
    assert skipped.keys() == {"treadmill.mp4", "unknown.mp4", "broken.mp4"}
    assert "run" in skipped["treadmill.mp4"]
    assert skipped["unknown.mp4"] == "no count is known"
    assert "got a text" in skipped["broken.mp4"]


def test_all_clips(result: dict[str, Any]) -> None:
    total = result["all"]
    assert (total["clips"], total["exact"], total["accepted"]) == (4, 2, 3)
    assert total["off_by_one_share"] == 1 / 4
    assert total["mean_absolute_error"] == (0 + 1 + 2 + 0) / 4
    assert total["side_accuracy"] == (2 + 1 + 2) / (2 + 3 + 2)
    assert (total["tops"], total["tops_near"]) == (5, 3)
    assert total["top_error_median_s"] == pytest.approx(0.05)
    assert total["top_error_max_s"] == pytest.approx(0.5)
    assert (total["status_right"], total["status_known"]) == (1, 1)


def test_the_sure_clips_apart(result: dict[str, Any]) -> None:
    sure = result["sure"]
    assert (sure["clips"], sure["exact"], sure["accepted"], sure["mean_absolute_error"]) == (2, 1, 2, 1.0)


@pytest.mark.parametrize(
    ("clip", "found", "right"),
    [
        ({}, ["left"], (0, 0)),
        ({"sides": ["both", "both"], "accept_sides": ["both", "right"]}, ["right", "left"], (1, 2)),
        ({"sides": ["both"], "accept_sides": ["both", "right"]}, ["right", "both"], (1, 2)),
        ({"sides": ["left", "left", "left"]}, ["left", "left"], (2, 3)),
        ({"sides": ["left", "left"]}, ["right", "left", "left"], (2, 3)),
        ({"sides": ["left", "right"]}, ["right", "left"], (0, 2)),
        ({"sides": ["left", "right"], "sides_any_order": True}, ["left", "left"], (1, 2)),
    ],
)
def test_sides(counting: ModuleType, clip: dict[str, Any], found: list[str], right: tuple[int, int]) -> None:
    assert counting.sides_right(clip, found) == right


def test_each_top_is_paired_once(counting: ModuleType) -> None:
    assert counting.top_errors([1.0, 2.0], [1.9]) == (None, pytest.approx(0.1))
    assert counting.top_errors([1.0], []) == (None,)
    assert counting.top_errors([], [1.0]) == ()
    assert counting.top_errors([1.0, 4.0], [0.5, 1.1, 4.2]) == pytest.approx((0.1, 0.2))


def test_nothing_to_tell_is_none_and_not_zero(counting: ModuleType) -> None:
    total = counting.summary([])
    assert total["mean_absolute_error"] is None
    assert total["side_accuracy"] is None
    assert total["top_error_max_s"] is None


def test_the_table(counting: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert counting.main(["--clips", str(folder)], fake) == 0
    lines = capsys.readouterr().out.splitlines()
    told = {line.split()[0]: line for line in lines if line.strip()}
    assert "2 of 2 right; sides 2/2; tops 0.10 0.50" in told["exact.mp4"]
    assert "2 of 3 WRONG" in told["one_off.mp4"]
    assert "4 of 6 accepted; status right" in told["range.mp4"]
    assert "skipped: its pattern is run" in told["treadmill.mp4"]
    assert told["mean_absolute_error"].split() == ["mean_absolute_error", "0.75", "1.00"]


@pytest.mark.parametrize(
    "content", [None, "no json", "[]", '{"clips": [{"reps": 1}]}', '{"clips": 3}', '{"clips": [4]}']
)
def test_an_unusable_folder_is_wrong_usage(
    counting: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    if content is not None:
        (tmp_path / "clips.json").write_text(content, encoding="utf-8")
    assert counting.main(["--clips", str(tmp_path)], fake) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
