"""Files that appear whole or not at all, and text that a spreadsheet does not take for a formula."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from armswing.errors import VideoError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that spreadsheets run as a formula (OWASP, CSV injection)."""


@contextlib.contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """Open a text file for writing that appears under its name when all of it is written.

    Parameters
    ----------
    path : str or path
        The file; an older one of the name is replaced.  Its folder must exist.

    Yields
    ------
    text file
        UTF-8, and line ends as they are written; a file's name that is no UTF-8 gets escapes.

    Notes
    -----
    It is written under a temporary name in the same folder and renamed, so a reader sees the old
    file or the new one, never half of one.  After an error the old one stays and nothing is left.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with whole_file(Path(folder) / "note.txt") as file:
    ...         _ = file.write("all of it")
    ...         before = os.path.exists(Path(folder) / "note.txt")
    ...     before, (Path(folder) / "note.txt").read_text()
    (False, 'all of it')
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:  # also Ctrl-C: nothing half-written stays behind
        part.unlink(missing_ok=True)
        raise


def refuse_no_file(path: Path) -> None:
    """Find out whether a path is that of a file: a pipe may never end, and a device never does.

    Raises
    ------
    VideoError
        When it is a folder, or something else that is no file.
    OSError
        When it cannot be looked at; see `Path.stat`.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise VideoError(f"{path}: expected a video file, got a folder; name a file in it")
    if not stat.S_ISREG(mode):
        raise VideoError(f"{path}: expected a video file, got a pipe or device, no file; copy it to a file")


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a whole text file at once, see `whole_file`."""
    with whole_file(path) as file:
        file.write(text)


def safe_text(text: str) -> str:
    """Return text that is safe in a cell of a CSV: an apostrophe goes before what looks like a formula.

    For columns of text only: a number may begin with a minus.

    Examples
    --------
    >>> safe_text("=1+1.mp4"), safe_text("clip.mp4")
    ("'=1+1.mp4", 'clip.mp4')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
