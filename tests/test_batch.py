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
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import batch_work
from armswing.api import Options
from armswing.batch import run as batch
from armswing.batch.journal import Journal
from armswing.batch.planning import Clip, Settings, plan
from armswing.batch.pool import WorkerPool
from armswing.batch.results import carried_names
from armswing.batch.run import Report, Watcher
from armswing.batch.work import Done, Failed, Outcome, Task, do_clip
from armswing.config import parse_config
from armswing.errors import VideoError
from armswing.io.event_file import save_events
from armswing.io.pose_file import read_pose_file, save_poses
from armswing.patterns import get_pattern
from armswing.pose import PoseSequence

OPTIONS = Options(pattern="pull")
STRICT = Options(pattern="pull", config=parse_config({"rules": {"PULL_FLARE": {"good_to": 10, "zero_above": 20}}}))
TABLES = ("summary.csv", "reps.csv", "failures.csv")


class Here(Executor):
    """Does each task at once, in this process; keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Task] = []
        self.most = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked.append(args[0])
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        future.set_result(fn(*args, **kwargs))
        return future


def clip(folder: Path, name: str, text: str, options: Options = OPTIONS, **carried: str) -> Clip:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text(text)
    return Clip(path=name, file=str(path), options=options, carried=carried)


def season(folder: Path, options: Options = OPTIONS, count: int = 6) -> list[Clip]:
    """Clips of three weeks, each week with the same names."""
    return [clip(folder, f"week{n // 2}/row{n % 2}.mp4", f"rows {n}", options) for n in range(count)]


def do(
    clips: Sequence[Clip],
    out: Path,
    executor: Executor | None = None,
    *,
    work: Callable[[Task], Outcome] = batch_work.do_pretended,
    watcher: Watcher | None = None,
    failed: Sequence[Failed] = (),
    **settings: Any,
) -> Report:
    wanted = Settings(output_dir=out, **{"evidence": False, **settings})
    return batch.run(clips, wanted, executor or Here(), work=work, watcher=watcher, failed=failed)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in TABLES}


def tree(out: Path) -> dict[str, bytes]:
    """All results, but what says when it was."""
    files = [path for path in out.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in files
        if path.name not in ("run.json", "journal.jsonl", "lock")
    }


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


# ── keep and resume ──


def test_what_is_done_is_left_alone(tmp_path: Path) -> None:
    clips = season(tmp_path / "in")
    do(clips, tmp_path / "out")
    before = tree(tmp_path / "out")
    executor = Here()
    report = do(clips, tmp_path / "out", executor, work=batch_work.do_without_model)
    assert (report.done, report.skipped) == (0, 6)
    assert executor.asked == []
    assert tree(tmp_path / "out") == before


def test_a_changed_video_a_lost_folder_and_a_failure_are_done_again(tmp_path: Path) -> None:
    clips = [*season(tmp_path / "in", count=4), clip(tmp_path / "in", "bad.mp4", "bad")]
    do(clips, tmp_path / "out")
    Path(clips[1].file).write_text("rows 12")
    (tmp_path / "out" / "row0-2" / "summary.json").unlink()
    executor = Here()
    report = do(clips, tmp_path / "out", executor)
    assert [task.path for task in executor.asked] == ["week0/row1.mp4", "week1/row0.mp4", "bad.mp4"]
    assert (report.done, report.skipped, report.failed) == (2, 2, 1)
    fresh = do(clips, tmp_path / "fresh")
    assert fresh.done == 4
    assert tables(tmp_path / "out") == tables(tmp_path / "fresh")


def test_what_another_command_wrote_into_the_folder_is_done_again(tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=2)
    do(clips, tmp_path / "out")
    before = tables(tmp_path / "out")
    summary = next((tmp_path / "out").glob("*/summary.json"))
    summary.write_text(summary.read_text(encoding="utf-8").replace('"pull"', '"lift"'), encoding="utf-8")
    report = do(clips, tmp_path / "out")
    assert (report.done, report.skipped) == (1, 1)
    assert tables(tmp_path / "out") == before


def test_a_video_that_was_moved_away_stays_done(tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=2)
    do(clips, tmp_path / "out")
    before = tables(tmp_path / "out")
    Path(clips[0].file).unlink()
    report = do(clips, tmp_path / "out")
    assert (report.skipped, report.failed) == (2, 0)
    assert tables(tmp_path / "out") == before


def test_force_finds_the_poses_anew(tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=2)
    do(clips, tmp_path / "out")
    report = do(clips, tmp_path / "out", force=True, work=batch_work.do_without_model)
    assert (report.done, report.failed) == (0, 2)
    assert do(clips, tmp_path / "out", force=True).done == 2


def test_other_rules_need_no_pose_model(tmp_path: Path) -> None:
    do(season(tmp_path / "in"), tmp_path / "out")
    lenient = tables(tmp_path / "out")
    strict = season(tmp_path / "in", STRICT)
    report = do(strict, tmp_path / "out", work=batch_work.do_without_model)
    assert (report.done, report.failed) == (6, 0)
    assert tables(tmp_path / "out")["summary.csv"] != lenient["summary.csv"]
    do(strict, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")
    assert json.loads((tmp_path / "out" / "run.json").read_text())["clips"]["from_cached_poses"] == 6


BUSY = [
    Options(pattern="pull"),
    Options(pattern="pull", side="left"),
    Options(pattern="pull", slowmo_factor=1.3),
    Options(pattern="lift"),
]
NUMBERS: list[dict[str, Any]] = [
    {},
    {"rules": {"PULL_FLARE": {"good_to": 10, "zero_above": 20}, "LIFT_COUPLING": {"weight": 5}}},
]


@pytest.mark.parametrize("numbers", NUMBERS, ids=["the same rules", "other rules"])
@pytest.mark.parametrize("options", BUSY, ids=lambda o: f"{o.pattern} {o.side} {o.slowmo_factor}")
def test_kept_events_give_the_same_files_as_judging(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: Options, numbers: dict[str, Any]
) -> None:
    def pretended(video: Path, wanted: Sequence[Any], folder: Path, *, earlier: Path | None = None) -> list[str]:
        for moment in wanted:
            (folder / moment.file).write_text(str(moment))
        return [moment.file for moment in wanted]

    monkeypatch.setattr("armswing.batch.work.write_evidence", pretended)
    first = Options(pattern=options.pattern, side=options.side, slowmo_factor=options.slowmo_factor)
    do([clip(tmp_path / "in", "a.mp4", "busy", first)], tmp_path / "first", cache=tmp_path / "cache", evidence=True)
    changed = [clip(tmp_path / "in", "a.mp4", "", replace(options, config=parse_config(numbers)))]
    for out, work in (("kept", batch_work.do_without_judging), ("judged", batch_work.do_pretended)):
        cache = tmp_path / "cache" if out == "kept" else None
        report = do(changed, tmp_path / out, work=work, cache=cache, evidence=True)
        assert (report.done, report.failed) == (1, 0)
    kept, judged = (
        {name: data for name, data in tree(tmp_path / out).items() if not name.startswith(".poses")}
        for out in ("kept", "judged")
    )
    assert kept == judged
    assert len([name for name in kept if name.endswith(".jpg")]) >= 9 or options.pattern == "lift"
    same = {name: data for name, data in tree(tmp_path / "first").items() if name.startswith("a/")}
    assert (same == {name: data for name, data in kept.items() if name.startswith("a/")}) is not bool(numbers)


def refused(tmp_path: Path, options: Options) -> bool:
    """Whether a clip of which events are kept wants to be judged under other options."""
    if not (tmp_path / "cache").exists():
        do([clip(tmp_path / "in", "a.mp4", "rows 1")], tmp_path / "first", cache=tmp_path / "cache")
    report = do(
        [clip(tmp_path / "in", "a.mp4", "", options)],
        tmp_path / "again",
        cache=tmp_path / "cache",
        work=batch_work.do_without_judging,
    )
    return report.failed == 1


@pytest.mark.parametrize(
    "options",
    [
        Options(pattern="push"),
        Options(pattern="pull", side="right"),
        Options(pattern="pull", slowmo_factor=1.1),
        Options(pattern="pull", config=parse_config({"reps": {"longest_s": 14}})),
        Options(pattern="pull", subject=(100.0, 100.0)),
    ],
    ids=["pattern", "side", "slow motion", "repetition thresholds", "subject"],
)
def test_what_a_session_depends_on_is_judged_anew(tmp_path: Path, options: Options) -> None:
    assert not refused(tmp_path, STRICT)
    assert refused(tmp_path, options)


@pytest.mark.parametrize("change", ["condition", "drive", "measure", "version", "counter"])
def test_events_of_another_pattern_or_version_are_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    assert not refused(tmp_path, STRICT)
    pattern = get_pattern("pull")
    condition = replace(pattern.conditions[0], at_most=79.0)
    rule = replace(pattern.rules[0], code="OTHER", measure="one_leg_share")
    other = {
        "condition": replace(pattern, conditions=(condition, *pattern.conditions[1:])),
        "drive": replace(pattern, drive={**pattern.drive, "retraction": 0.7}),
        "measure": replace(pattern, rules=(*pattern.rules, rule)),
    }
    if change in other:
        monkeypatch.setattr("armswing.batch.identity.get_pattern", lambda name: other[change])
    elif change == "version":
        monkeypatch.setattr("armswing.batch.identity.__version__", "99.0")
    else:
        monkeypatch.setattr("armswing.batch.identity.RESULTS", 99)
    assert refused(tmp_path, STRICT)


def test_force_judges_anew(tmp_path: Path) -> None:
    assert not refused(tmp_path, STRICT)
    (file,), (poses,) = ((tmp_path / "cache").rglob(name) for name in ("*.json", "*.armswing"))
    whole = file.read_bytes()
    save_events([], PoseSequence.load(poses), file)
    clips = [clip(tmp_path / "in", "a.mp4", "")]
    assert do(clips, tmp_path / "none", cache=tmp_path / "cache").reps == 0, "what is kept is taken"
    assert do(clips, tmp_path / "forced", cache=tmp_path / "cache", force=True).reps == 2
    assert file.read_bytes() == whole


def test_events_of_poses_that_were_found_anew_are_not_taken(tmp_path: Path) -> None:
    """Another machine may see a hair's breadth of difference in the same video."""
    assert not refused(tmp_path, STRICT)
    (file,) = (tmp_path / "cache").rglob("*.armswing")
    known = read_pose_file(file)
    image = known.poses.image.copy()
    image[0, 0, 0] = np.nextafter(image[0, 0, 0], np.inf, dtype=image.dtype)
    save_poses(replace(known.poses, image=image), file, about=known.about)
    assert refused(tmp_path, OPTIONS)


@pytest.mark.parametrize("left", [0, 8, 1000, -1], ids=["nothing", "the beginning", "a half", "all but the end"])
def test_damaged_events_are_found_anew(tmp_path: Path, left: int, caplog: pytest.LogCaptureFixture) -> None:
    clips = [clip(tmp_path / "in", "a.mp4", "rows 1")]
    do(clips, tmp_path / "out")
    before = tree(tmp_path / "out")
    (file,), (poses,) = ((tmp_path / "out" / ".poses").rglob(name) for name in ("*.json", "*.armswing"))
    assert (file.parent, file.name[: len(poses.stem) + 1]) == (poses.parent, f"{poses.stem}-")
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    (tmp_path / "out" / "a" / "summary.json").unlink()
    assert do(clips, tmp_path / "out", work=batch_work.do_without_model).done == 1
    assert tree(tmp_path / "out") == before
    assert file.read_bytes() == whole
    assert "expected a whole file of events" in caplog.text


def test_events_that_cannot_be_kept_cost_no_results(tmp_path: Path) -> None:
    notes: list[str] = []

    class Noting(Watcher):
        def done(self, path: str, done: Done) -> None:
            notes.extend(done.notes)

    assert not refused(tmp_path, STRICT)
    (file,) = (tmp_path / "cache").rglob("*.json")
    file.unlink()
    file.mkdir()
    (file / "full").touch()
    report = do([clip(tmp_path / "in", "a.mp4", "")], tmp_path / "out", cache=tmp_path / "cache", watcher=Noting())
    assert (report.done, report.failed) == (1, 0)
    (note,) = notes
    assert "the events cannot be written there" in note


def test_a_cache_elsewhere_serves_copies_under_other_names(tmp_path: Path) -> None:
    do([clip(tmp_path / "in", "a.mp4", "rows 1")], tmp_path / "one", cache=tmp_path / "poses")
    copy = [clip(tmp_path / "other", "b.mp4", "rows 1")]
    report = do(copy, tmp_path / "two", cache=tmp_path / "poses", work=batch_work.do_without_model)
    assert report.done == 1
    assert not (tmp_path / "two" / ".poses").exists()
    (file,) = (tmp_path / "poses").rglob("*.armswing")
    assert PoseSequence.load(file).source == "a.mp4"


@pytest.mark.parametrize("left", [0, 8, 1000, -12], ids=["nothing", "the beginning", "a half", "all but the end"])
def test_damaged_poses_are_found_anew(tmp_path: Path, left: int) -> None:
    clips = [clip(tmp_path / "in", "a.mp4", "rows 1")]
    do(clips, tmp_path / "out")
    before = tree(tmp_path / "out")
    (file,) = (tmp_path / "out" / ".poses").rglob("*.armswing")
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    (tmp_path / "out" / "a" / "summary.json").unlink()
    assert do(clips, tmp_path / "out").done == 1
    assert file.read_bytes() == whole
    assert tree(tmp_path / "out") == before


def test_poses_that_cannot_be_kept_cost_no_results(tmp_path: Path) -> None:
    (tmp_path / "poses").write_text("a file")
    notes: list[str] = []

    class Noting(Watcher):
        def done(self, path: str, done: Done) -> None:
            notes.extend(done.notes)

    clips = [clip(tmp_path / "in", "a.mp4", "rows 1")]
    report = do(clips, tmp_path / "out", cache=tmp_path / "poses", watcher=Noting())
    assert (report.done, report.failed) == (1, 0)
    (note,) = notes
    assert "cannot be kept there" in note


def test_the_same_clip_under_two_patterns_has_two_folders(tmp_path: Path) -> None:
    clips = [clip(tmp_path / "in", "a.mp4", "rows 1", Options(pattern=name)) for name in ("pull", "push")]
    do(clips, tmp_path / "out")
    assert [(row["folder"], row["pattern"]) for row in rows(tmp_path / "out" / "summary.csv")] == [
        ("a", "pull"),
        ("a-2", "push"),
    ]
    assert do(clips, tmp_path / "out").skipped == 2


def test_names_do_not_depend_on_which_was_first(tmp_path: Path) -> None:
    clips = season(tmp_path / "in")
    settings = Settings(output_dir=tmp_path / "out")
    whole = [one.folder for one in plan(clips, settings, {})]
    do(clips[3:4] + clips[1:2], tmp_path / "part")  # some were done, in another order …
    with Journal(tmp_path / "part", write=False) as journal:
        known = {
            one.key: journal.entries[one.key] for one in plan(clips, settings, journal.entries) if one.known is not None
        }
    assert len(known) == 2
    # … by a run over all of them, so under the names of that run.
    keys = [c.file for c in clips]
    known = {key: replace(entry, folder=whole[keys.index(key)]) for key, entry in known.items()}
    assert [one.folder for one in plan(clips, settings, known)] == whole


def test_a_line_cut_off_by_a_kill_is_no_line(tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=3)
    do(clips, tmp_path / "out")
    before = tables(tmp_path / "out")
    path = tmp_path / "out" / ".batch" / "journal.jsonl"
    data = path.read_bytes()
    for cut in (len(data) - 1, len(data) - 40, data.index(b"\n") + 5, 3):
        path.write_bytes(data[:cut])
        report = do(clips, tmp_path / "out")
        assert report.skipped == data[:cut].count(b"\n")
        assert tables(tmp_path / "out") == before
        assert path.read_bytes().count(b"\n") == 3
        assert do(clips, tmp_path / "out").skipped == 3


def test_the_journal_does_not_grow_for_ever(tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=3)
    for _ in range(5):
        do(clips, tmp_path / "out", force=True)
    with Journal(tmp_path / "out") as journal:
        assert len(journal.entries) == 3
    assert (tmp_path / "out" / ".batch" / "journal.jsonl").read_bytes().count(b"\n") <= 6


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with Journal(tmp_path / "out"), pytest.raises(VideoError, match="another run writes there"):
        do(season(tmp_path / "in"), tmp_path / "out")
    assert do(season(tmp_path / "in"), tmp_path / "out").done == 6


def test_nothing_leads_out_of_the_output_folder(tmp_path: Path) -> None:
    names = ["../../up.mp4", "..", "../...mp4", "a/../../b.mp4", ".hidden.mp4", ".batch", ".poses", "c\n\x1b[31m.mp4"]
    clips = [Clip(path=name, file=str(tmp_path / "in" / "deep" / name), options=OPTIONS) for name in names]
    for one in plan(clips, Settings(output_dir=tmp_path / "out"), {}):
        folder = tmp_path / "out" / one.folder
        assert folder.parent == tmp_path / "out"
        assert folder.resolve().parent == (tmp_path / "out").resolve()
        assert not one.folder.startswith(".")
        assert one.folder.isprintable()


def test_the_longest_name_there_is(tmp_path: Path) -> None:
    names = ["ä" * 125 + ".mp4", "ä" * 125 + ".mov"]
    clips = [clip(tmp_path / "in", name, "rows 0") for name in names]
    report = do(clips, tmp_path / "out")
    assert (report.done, report.failed) == (2, 0)
    folders = [row["folder"] for row in rows(tmp_path / "out" / "summary.csv")]
    assert len(set(folders)) == 2
    assert all(150 < len(os.fsencode(name)) < 230 for name in folders)


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
