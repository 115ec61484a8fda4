"""Which videos are meant by files, folders and patterns on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from armswing.cli.inputs import find_videos
from video_files import videos


def test_folders_are_searched_to_the_bottom_and_each_video_found_once(tmp_path: Path) -> None:
    wanted = videos(tmp_path, "a.mp4", "b/c.MOV", "b/d/e.webm")
    videos(
        tmp_path,
        "notes.txt",
        ".hidden.mp4",
        "._a.mp4",
        ".cache/f.mp4",
        "results/a/annotated.mp4",
        "results/a/summary.json",
    )
    found, failures = find_videos([str(wanted[2]), str(tmp_path), str(tmp_path / "*.mp4")])
    assert sorted(found) == sorted(wanted)
    assert found[0] == wanted[2], "in the order in which they were named"
    assert failures == []


def test_a_video_named_in_two_ways_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clip,) = videos(tmp_path, "clip.mp4")
    monkeypatch.chdir(tmp_path)
    assert find_videos(["clip.mp4", str(clip), "./clip.mp4", "."]) == ([Path("clip.mp4")], [])


def test_a_file_named_by_itself_may_have_any_ending(tmp_path: Path) -> None:
    (odd,) = videos(tmp_path, "clip.bin")
    assert find_videos([str(odd)]) == ([odd], [])


def test_brackets_in_a_name_are_no_pattern_where_there_is_such_a_file(tmp_path: Path) -> None:
    (odd,) = videos(tmp_path, "clip [1].mp4")
    assert find_videos([str(odd)]) == ([odd], [])
