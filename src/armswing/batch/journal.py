"""What is done: one line for each finished clip, in a file that a kill leaves readable.

``DIR/.batch/journal.jsonl``, JSON lines in UTF-8::

    {"clip": …, "stamp": …, "content": …, "under": …, "folder": …, "summary": …}

``clip`` names the clip (its absolute path, and ``#2`` … where one run has it more than once); ``stamp`` is size and
time of change of the file, ``content`` the SHA-256 of its bytes, ``under`` that of everything the results depend on
besides (see `armswing.batch.identity`), ``folder`` the folder of its results, ``summary`` the SHA-256 of the
``summary.json`` in it: another one was not written by a batch, and the clip is done again.  A later line of a clip
replaces an earlier one.  A line without its end was cut off by a kill and is no line.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from armswing.errors import VideoError
from armswing.io.files import whole_file

_log = logging.getLogger(__name__)

FOLDER = ".batch"
"""Holds what a run keeps for the next one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A clip that is done; the fields stand in the module's description."""

    clip: str
    stamp: str
    content: str
    under: str
    folder: str
    summary: str

    def line(self) -> bytes:
        """Return the entry as it stands in the file."""
        # Without surrogates: a name that is no UTF-8 is written in ASCII, and is itself again when read.
        return json.dumps(asdict(self), ensure_ascii=True).encode() + b"\n"


_FIELDS = tuple(field.name for field in fields(Entry))


class Journal:
    """The journal of one output folder, for one run at a time.

    Parameters
    ----------
    output_dir : Path
        The folder; it is made where it is missing, unless it is only to be read.
    write : bool
        Whether lines are to be added.

    Attributes
    ----------
    entries : dict of str to Entry
        What was done when it was opened, by clip.

    Raises
    ------
    VideoError
        When the folder cannot be written, or another run writes there.
    """

    def __init__(self, output_dir: Path, *, write: bool = True) -> None:
        self.path = output_dir / FOLDER / "journal.jsonl"
        self._lock: BinaryIO | None = None
        self._file: BinaryIO | None = None
        self._lines = 0
        if write:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._lock = _locked(self.path.with_name("lock"))
                self._file = self.path.open("ab")
            except OSError as error:
                self.close()
                if isinstance(error, VideoError):
                    raise
                raise _unwritable(output_dir, error) from error
        try:
            self.entries = self._read()
        except OSError as error:
            self.close()
            if isinstance(error, VideoError):
                raise
            raise _unwritable(output_dir, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let other runs write; closing twice is fine."""
        for file in (self._file, self._lock):
            if file is not None:
                with contextlib.suppress(OSError):  # what a full disk did not take was told when it was written
                    file.close()
        self._file = self._lock = None

    def add(self, entries: Iterable[Entry]) -> None:
        """Write entries; when this returns, a kill or a pulled plug loses none of them."""
        text = b"".join(entry.line() for entry in entries)
        if not text or self._file is None:
            return
        try:
            self._file.write(text)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unwritable(self.path.parent.parent, error) from error

    def _read(self) -> dict[str, Entry]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        whole = data.rfind(b"\n") + 1
        if whole < len(data) and self._file is not None:
            self._file.truncate(whole)
        entries: dict[str, Entry] = {}
        lines = data[:whole].splitlines()
        for line in lines:
            try:
                known = json.loads(line)
                entry = Entry(**{name: str(known[name]) for name in _FIELDS})
            except (ValueError, KeyError, TypeError):
                _log.warning("%s: a line is damaged and left out; its clip is done again", self.path)
                continue
            entries[entry.clip] = entry
        if len(lines) > 2 * len(entries) and self._file is not None:
            self._shorten(entries.values())
        return entries

    def _shorten(self, entries: Iterable[Entry]) -> None:
        """Write the file anew with the last line of each clip only."""
        assert self._file is not None
        self._file.close()
        with whole_file(self.path) as file:
            file.writelines(entry.line().decode() for entry in entries)
        self._file = self.path.open("ab")


def _locked(path: Path) -> BinaryIO:
    """Open a file that one process at a time may hold open; its end, however it comes, lets go of it."""
    file = path.open("ab")
    try:
        import fcntl
    except ImportError:  # Windows: two runs at once in one folder are not caught there
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise VideoError(f"{path.parent.parent}: another run writes there; wait for it, or choose another") from error
    except OSError:  # a file system without locks
        _log.debug("%s: cannot be locked", path)
    return file


def _unwritable(folder: Path, error: OSError) -> VideoError:
    return VideoError(
        f"{folder}: the results cannot be written there ({error.strerror or error}); see --output-dir and its space"
    )
