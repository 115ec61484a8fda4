"""The batch: resumed, re-scored, in order, whatever is killed."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import batch_work
from armswing.api import Options
from armswing.batch import run as batch
from armswing.batch.planning import Clip
from armswing.batch.pool import WorkerPool
from armswing.batch.results import carried_names
from armswing.batch.run import Watcher
from armswing.batch.work import Done, Failed, do_clip
from batch_parts import OPTIONS, STRICT, Here, clip, do, rows, season, tables, tree

# ── what comes out ──


def test_every_clip_has_a_folder_and_all_have_one_table(tmp_path: Path) -> None:
    report = do(season(tmp_path / "in"), tmp_path / "out")
    assert (report.clips, report.done, report.skipped, report.failed, report.complete) == (6, 6, 0, 0, True)
    summary = rows(tmp_path / "out" / "summary.csv")
    assert [row["path"] for row in summary] == [f"week{n // 2}/row{n % 2}.mp4" for n in range(6)]
    assert [row["folder"] for row in summary] == ["row0", "row1", "row0-2", "row1-2", "row0-3", "row1-3"]
    reps = rows(tmp_path / "out" / "reps.csv")
    for row in summary:
        own = rows(tmp_path / "out" / row["folder"] / "reps.csv")
        assert own == [{name: rep[name] for name in own[0]} for rep in reps if rep["folder"] == row["folder"]]
        assert int(row["full"]) == sum(rep["status"] == "full" for rep in own) > 0
    assert report.reps == sum(int(row["full"]) + int(row["partial"]) for row in summary)
    assert rows(tmp_path / "out" / "failures.csv") == []
    document = json.loads((tmp_path / "out" / "run.json").read_text())
    assert document["complete"] is True
    assert document["clips"] == {"inputs": 6, "done_before": 0, "done_now": 6, "from_cached_poses": 0, "failed": 0}
    assert document.keys() == batch.RUN_KEYS.keys()


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend poses for as long as a test runs, in all its threads."""
    monkeypatch.setattr("armswing.api.find_poses", batch_work.pretend_poses)


@pytest.mark.usefixtures("pretended")
def test_order_is_that_of_the_inputs_whoever_is_first(tmp_path: Path) -> None:
    texts = ["slow 1", "rows 2", "slow 3", "bad", "rows 1", "bad"]
    clips = [clip(tmp_path / "in", f"{n}.mp4", text) for n, text in enumerate(texts)]
    do(clips, tmp_path / "one")
    with ThreadPoolExecutor(4) as pool:
        do(clips, tmp_path / "many", pool, work=do_clip)
    assert tree(tmp_path / "many") == tree(tmp_path / "one")
    assert [row["path"] for row in rows(tmp_path / "one" / "failures.csv")] == ["3.mp4", "5.mp4"]


def test_columns_of_a_manifest_are_carried(tmp_path: Path) -> None:
    clips = [
        clip(tmp_path / "in", "a.mp4", "rows 0", athlete="Ada", score="A+"),
        clip(tmp_path / "in", "b.mp4", "rows 1", athlete="=HYPERLINK()"),
        clip(tmp_path / "in", "=c.mp4", "rows 1"),
    ]
    do(clips, tmp_path / "out", carried=("athlete", "score"))
    for table in ("summary.csv", "reps.csv"):
        found = {(row["path"], row["athlete"], row["manifest_score"]) for row in rows(tmp_path / "out" / table)}
        assert found == {("a.mp4", "Ada", "A+"), ("b.mp4", "'=HYPERLINK()", ""), ("'=c.mp4", "", "")}
    assert list(carried_names(["score_x", "view", "date"]).values()) == ["manifest_score_x", "manifest_view", "date"]


def test_patterns_beside_each_other_have_all_their_rules_as_columns(tmp_path: Path) -> None:
    press = Options(pattern="push")
    clips = [clip(tmp_path / "in", "a.mp4", "rows 0"), clip(tmp_path / "in", "b.mp4", "rows 0", press)]
    do(clips, tmp_path / "out")
    with (tmp_path / "out" / "reps.csv").open(newline="") as file:
        names = next(csv.reader(file))
    assert {"score_pull_flare", "score_push_flare"} <= set(names)
    assert len(names) == len(set(names))
    assert [row["pattern"] for row in rows(tmp_path / "out" / "summary.csv")] == ["pull", "push"]


def test_a_failure_is_a_row_that_says_what_to_do(tmp_path: Path) -> None:
    clips = [
        clip(tmp_path / "in", "bad.mp4", "bad"),
        clip(tmp_path / "in", "good.mp4", "rows 0"),
        clip(tmp_path / "in", "crash.mp4", "crash"),
        Clip(path="gone.mp4", file=str(tmp_path / "gone.mp4"), options=OPTIONS),
    ]
    before = Failed(path="none/", stage="input", what="no video", remedy="check the spelling")
    report = do(clips, tmp_path / "out", failed=[before])
    assert (report.clips, report.done, report.failed) == (5, 1, 4)
    found = rows(tmp_path / "out" / "failures.csv")
    assert [(row["path"], row["stage"]) for row in found] == [
        ("none/", "input"),
        ("bad.mp4", "poses"),
        ("crash.mp4", "poses"),
        ("gone.mp4", "open"),
    ]
    assert [row["what_to_do"] for row in found] == [
        "check the spelling",
        "copy it anew",
        "see it whole with: armswing analyze --debug",
        "check the spelling",
    ]
    assert "RuntimeError: a fault" in found[2]["what"]
    assert [row["path"] for row in rows(tmp_path / "out" / "summary.csv")] == ["good.mp4"]


def test_fail_fast_stops_and_keeps_what_is_done(tmp_path: Path) -> None:
    texts = ["rows 0", "bad", "rows 1", "rows 2"]
    clips = [clip(tmp_path / "in", f"{n}.mp4", text) for n, text in enumerate(texts)]
    executor = Here()
    report = do(clips, tmp_path / "out", executor, fail_fast=True, window=1)
    assert (report.done, report.failed, report.complete) == (1, 1, False)
    assert len(executor.asked) == 2
    assert [row["path"] for row in rows(tmp_path / "out" / "summary.csv")] == ["0.mp4"]


@pytest.mark.usefixtures("pretended")
def test_never_more_are_handed_out_than_the_window(tmp_path: Path) -> None:
    flying, most = 0, 0

    class Counting(ThreadPoolExecutor):
        def submit(self, *args: Any, **kwargs: Any) -> Future[Any]:  # type: ignore[override]
            nonlocal flying, most
            flying += 1
            most = max(most, flying)
            future = super().submit(*args, **kwargs)
            return future

    class Count(Watcher):
        def done(self, path: str, done: Done) -> None:
            nonlocal flying
            flying -= 1

    clips = [clip(tmp_path / "in", f"{n}.mp4", "rows 0") for n in range(9)]
    with Counting(2) as pool:
        do(clips, tmp_path / "out", pool, watcher=Count(), window=3, work=do_clip)
    assert most == 3


# ── evidence ──


def test_pictures_of_other_verdicts_do_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pretended(video: Path, wanted: Sequence[Any], folder: Path, *, earlier: Path | None = None) -> list[str]:
        for moment in wanted:
            (folder / moment.file).write_text(str(earlier))
        return [moment.file for moment in wanted]

    monkeypatch.setattr("armswing.batch.work.write_evidence", pretended)
    clips = [clip(tmp_path / "in", "a.mp4", "rows 2")]
    do(clips, tmp_path / "out", evidence=True)
    pictures = {path.name for path in (tmp_path / "out" / "a").glob("rep_*.jpg")}
    assert {name.split("_")[3] for name in pictures} == {"start", "peak", "worst"}
    assert {path.read_text() for path in (tmp_path / "out" / "a").glob("rep_*.jpg")} == {"None"}
    (tmp_path / "out" / "a" / "rep_9_9_peak_1.000s.jpg").touch()
    do([clip(tmp_path / "in", "a.mp4", "", STRICT)], tmp_path / "out", evidence=True)
    assert not (tmp_path / "out" / "a" / "rep_9_9_peak_1.000s.jpg").exists()
    known = {path.read_text() for path in (tmp_path / "out" / "a").glob("rep_*.jpg")}
    assert known == {str(tmp_path / "out" / "a")}, "the same video: its pictures may be taken again"
    do(clips, tmp_path / "out", evidence=False)
    assert not list((tmp_path / "out" / "a").glob("rep_*.jpg"))


# ── killed ──


def test_a_clip_that_kills_its_worker_is_a_row_and_not_the_end(tmp_path: Path) -> None:
    texts = ["rows 0", "die", "rows 1", "once 2", "leave", "rows 2"]
    clips = [clip(tmp_path / "in", f"{n}.mp4", text) for n, text in enumerate(texts)]
    with WorkerPool(2) as pool:
        report = do(clips, tmp_path / "out", pool, window=4)
    assert (report.done, report.failed, report.complete) == (4, 2, True)
    failed = rows(tmp_path / "out" / "failures.csv")
    assert [(row["path"], row["stage"]) for row in failed] == [("1.mp4", "worker"), ("4.mp4", "worker")]
    assert "SIGKILL, twice" in failed[0]["what"]
    assert [row["path"] for row in rows(tmp_path / "out" / "summary.csv")] == ["0.mp4", "2.mp4", "3.mp4", "5.mp4"]


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import batch_work, test_batch
from armswing.batch.pool import WorkerPool
if __name__ == "__main__":
    clips = test_batch.season(Path(sys.argv[2]), count=12)
    print("begun", flush=True)
    with WorkerPool(2) as pool:
        test_batch.do(clips, Path(sys.argv[3]), pool, work=batch_work.do_slowly)
"""


@pytest.mark.slow
def test_killed_at_any_moment_and_started_again_it_is_as_if_undisturbed(tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=12)
    do(clips, tmp_path / "calm")
    chance = random.Random(5)
    command = [sys.executable, "-c", RUN, str(Path(__file__).parent), str(tmp_path / "in"), str(tmp_path / "killed")]
    killed = 0
    for _ in range(8):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as run:
            assert run.stdout is not None
            run.stdout.readline()
            journal = tmp_path / "killed" / ".batch" / "journal.jsonl"
            before = journal.stat().st_size if journal.exists() else 0
            until = time.monotonic() + 120
            while run.poll() is None and time.monotonic() < until:
                if journal.exists() and journal.stat().st_size > before:
                    time.sleep(chance.uniform(0.0, 0.4))
                    break
                time.sleep(0.005)
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)  # the workers too, wherever they are
                killed += 1
        if run.returncode == 0:
            break
    assert killed >= 2
    do(clips, tmp_path / "killed")
    assert tables(tmp_path / "killed") == tables(tmp_path / "calm")
    ours = {name: data for name, data in tree(tmp_path / "killed").items() if ".part" not in name}
    assert ours == tree(tmp_path / "calm")
