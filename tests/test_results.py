"""The folder of results: every video its own, complete or not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sessions
from armswing.errors import VideoError
from armswing.io.results import result_folders, write_results


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def video(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def results_of(path: Path, folder: Path) -> None:
    """Leave what an earlier run leaves."""
    folder.mkdir(parents=True)
    document = {"video": {"name": path.name, "bytes": path.stat().st_size}}
    (folder / "summary.json").write_text(json.dumps(document), encoding="utf-8")


# ── names ──


def test_videos_of_one_stem_get_folders_of_their_own(tmp_path: Path) -> None:
    videos = [video(tmp_path / name) for name in ("a/clip.mp4", "b/clip.mp4", "b/clip.mov", "clip-2.mp4", "CLIP.avi")]
    folders = result_folders(videos, tmp_path / "out")
    found = [folders[v].name for v in videos]
    assert found == ["clip", "clip-2", "clip-3", "clip-2-2", "CLIP-4"]
    assert len({name.casefold() for name in found}) == len(found)


def test_the_same_videos_get_the_same_folders_again(tmp_path: Path) -> None:
    videos = [video(tmp_path / "a" / "clip.mp4", b"one"), video(tmp_path / "b" / "clip.mp4", b"three")]
    first = result_folders(videos, tmp_path / "out")
    for path, folder in first.items():
        results_of(path, folder)
    assert result_folders(videos, tmp_path / "out") == first
    assert result_folders(videos[1:], tmp_path / "out") == {videos[1]: first[videos[1]]}, "also without the first"


def test_results_of_another_video_are_not_overwritten(tmp_path: Path) -> None:
    monday, tuesday = video(tmp_path / "mon" / "row.mp4", b"long"), video(tmp_path / "tue" / "row.mp4", b"longer")
    results_of(monday, tmp_path / "out" / "row")
    assert result_folders([tuesday], tmp_path / "out")[tuesday].name == "row-2"


def test_a_folder_that_holds_no_results_is_used(tmp_path: Path) -> None:
    path = video(tmp_path / "row.mp4")
    (tmp_path / "out" / "row").mkdir(parents=True)
    assert result_folders([path], tmp_path / "out")[path].name == "row"
    (tmp_path / "out" / "row" / "summary.json").write_text("[]", encoding="utf-8")
    assert result_folders([path], tmp_path / "out")[path].name == "row"


# ── files ──


def test_all_files_are_there_and_nothing_else(tmp_path: Path) -> None:
    files = write_results(sessions.exact(), tmp_path / "out" / "rows")
    assert [path.name for path in files] == ["reps.csv", "frames.csv", "summary.json"]
    assert names(tmp_path / "out" / "rows") == {"reps.csv", "frames.csv", "summary.json"}
    assert all(path.stat().st_size for path in files)


def test_the_annotated_video_comes_with_them(tmp_path: Path) -> None:
    files = write_results(sessions.exact(), tmp_path / "rows", annotate=lambda path: path.write_bytes(b"film"))
    assert files[-1] == tmp_path / "rows" / "annotated.mp4"
    assert files[-1].read_bytes() == b"film"


def fail(path: Path) -> None:
    path.write_bytes(b"half a film")
    raise VideoError("the disk is full")


def test_when_the_video_fails_nothing_appears(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="disk is full"):
        write_results(sessions.exact(), tmp_path / "out" / "rows", annotate=fail)
    assert names(tmp_path) == set()


def test_when_it_fails_earlier_results_stay_as_they_were(tmp_path: Path) -> None:
    write_results(sessions.exact(), tmp_path / "rows")
    before = {path.name: path.read_bytes() for path in (tmp_path / "rows").iterdir()}
    with pytest.raises(VideoError, match="disk is full"):
        write_results(sessions.eventful(), tmp_path / "rows", annotate=fail)
    assert {path.name: path.read_bytes() for path in (tmp_path / "rows").iterdir()} == before


def test_an_old_annotated_video_does_not_stay_beside_new_tables(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_results(sessions.exact(), tmp_path, annotate=lambda path: path.write_bytes(b"film"))
    write_results(sessions.eventful(), tmp_path)
    assert "annotated.mp4" not in names(tmp_path)
    assert "earlier run was removed" in caplog.text


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    video(tmp_path / "file")
    with pytest.raises(VideoError, match=r"the results cannot be written there .* see --output-dir"):
        write_results(sessions.exact(), tmp_path / "file" / "rows")
