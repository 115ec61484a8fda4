"""What a batch keeps is not done again, and what has changed is."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import batch_work
from armswing.api import Options
from armswing.batch.journal import Journal
from armswing.batch.planning import Clip, Settings, plan
from armswing.batch.run import Watcher
from armswing.batch.work import Done
from armswing.config import parse_config
from armswing.errors import VideoError
from armswing.io.event_file import save_events
from armswing.io.pose_file import read_pose_file, save_poses
from armswing.patterns import get_pattern
from armswing.pose import PoseSequence
from batch_parts import OPTIONS, STRICT, Here, clip, do, rows, season, tables, tree


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
