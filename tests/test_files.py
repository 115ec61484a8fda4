"""Files appear whole or not at all, and no text is taken for a formula."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from armswing.io.files import safe_text, whole_file, write_text


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_file_appears_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    with whole_file(path) as file:
        file.write("half")
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert names(tmp_path) == ["table.csv"]


def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")
    with whole_file(path) as file:
        file.write("new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_after_an_error_the_old_file_stays_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def fail_half_way() -> None:
        with whole_file(path) as file:
            file.write("new")
            raise error

    with pytest.raises(error):
        fail_half_way()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["table.csv"]


def test_the_part_is_written_in_the_same_folder(tmp_path: Path) -> None:
    """Renaming from another disk would not be at once."""
    with whole_file(tmp_path / "table.csv"):
        assert [name for name in names(tmp_path) if name.startswith(".table.csv.")]


def test_line_ends_and_letters_are_kept(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "Übung\r\nzwei\n")
    assert (tmp_path / "a.txt").read_bytes() == "Übung\r\nzwei\n".encode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_others_may_read_what_the_user_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_text(tmp_path / "a.txt", "")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "nowhere" / "a.txt", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == "'" + text


@pytest.mark.parametrize("text", ["", "clip.mp4", "a=b", "1-2", " =1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert safe_text(text) == text
