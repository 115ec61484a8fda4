"""Manifests: what is taken, what is carried, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from armswing.errors import ConfigError
from armswing.io.manifest import parse_manifest, read_manifest


def test_columns_that_say_what_to_do_and_others_that_are_carried() -> None:
    manifest = parse_manifest(b"athlete,Path,PATTERN,side,date\r\nAda,a.mp4,pull,left,2026-03-01\r\nBo,b c.mp4,,,\r\n")
    assert manifest.columns == ("athlete", "date")
    first, second = manifest.rows
    assert (first.path, first.pattern, first.side) == ("a.mp4", "pull", "left")
    assert first.carried == {"athlete": "Ada", "date": "2026-03-01"}
    assert (second.path, second.pattern, second.side) == ("b c.mp4", "", "")
    assert second.carried == {"athlete": "Bo", "date": ""}


def test_spreadsheets_of_other_countries() -> None:
    manifest = parse_manifest("\ufeffpath;athlete\r\na.mp4;Zoë, 2nd\r\n\r\n;;\r\n".encode())
    assert [(row.path, row.carried["athlete"]) for row in manifest.rows] == [("a.mp4", "Zoë, 2nd")]


def test_quotes_and_line_ends_in_cells() -> None:
    (row,) = parse_manifest(b'path,note\n"a ""b"",\nc.mp4",x\n').rows
    assert row.path == 'a "b",\nc.mp4'
    assert row.line == 3


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "header with a column 'path', got nothing"),
        (b"file,athlete\na.mp4,Ada\n", "header with a column 'path', got 'file', 'athlete'"),
        (b"path,path\na,b\n", "a name of its own"),
        (b"path,,x\na,b,c\n", "a name of its own"),
        (b"path\na.mp4,b.mp4\n", "line 2: expected at most 1 cells, got 2"),
        (b"path\n\xff\xfe\n", "in UTF-8, got other bytes"),
        (b"path\na\0b\n", "zero bytes"),
        (b'path\n"a" b\n', "line 2: expected cells of a CSV"),
        (b"path\n" + b"a" * 200_000 + b"\n", "larger than field limit"),
    ],
)
def test_what_is_no_manifest_is_one_clear_line(data: bytes, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "season.csv"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_manifest(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read \(No such file"):
        read_manifest(tmp_path / "none.csv")
