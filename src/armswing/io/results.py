"""The folder of results of one video: it has a name of its own, and its files appear only complete."""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from armswing.errors import VideoError
from armswing.io.evidence import is_evidence
from armswing.io.summary import size_in_bytes, write_summary
from armswing.io.tables import write_frames_csv, write_reps_csv

if TYPE_CHECKING:
    from armswing.api import Analysis

_log = logging.getLogger(__name__)

ANNOTATED = "annotated.mp4"
SUMMARY = "summary.json"

_MOST_BYTES = 200
"""Of a folder's name: file systems take 255, and a number may follow."""

Annotate = Callable[[Path], None]
"""Writes the annotated video under the path it is given."""

Also = Callable[[Path], Iterable[str]]
"""Writes further files into the folder it is given, and returns their names."""


def write_results(
    analysis: Analysis, folder: Path, *, annotate: Annotate | None = None, also: Also | None = None
) -> tuple[Path, ...]:
    """Write everything that is kept of one video.

    Parameters
    ----------
    analysis : Analysis
        A video, analysed.
    folder : path
        Where the files go; it is made where it is missing.
    annotate : callable, optional
        Writes the annotated video.
    also : callable, optional
        Writes further files.

    Returns
    -------
    tuple of Path
        The files: ``reps.csv``, ``frames.csv``, ``summary.json`` and what was asked for besides.

    Raises
    ------
    VideoError
        When something cannot be written; files of an earlier run are then as they were.

    Notes
    -----
    All files are written aside first and take their names at the end.  An ``annotated.mp4`` and pictures of
    repetitions of an earlier run are removed, because they show other verdicts than the tables beside them.
    """
    made = _missing_parents(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as aside:
            names = _write_all(analysis, Path(aside), annotate)
            names += also(Path(aside)) if also is not None else []
            for name in names:
                Path(aside, name).replace(folder / name)
    except BaseException as error:
        for empty in made:
            _remove_if_empty(empty)
        if isinstance(error, OSError) and not isinstance(error, VideoError):
            reason = error.strerror or str(error)
            raise VideoError(f"{folder}: the results cannot be written there ({reason}); see --output-dir") from error
        raise
    if annotate is None and (folder / ANNOTATED).is_file():
        (folder / ANNOTATED).unlink()
        _log.warning("%s of an earlier run was removed: it showed other verdicts (--save-video)", folder / ANNOTATED)
    for old in [path for path in folder.iterdir() if is_evidence(path.name) and path.name not in names]:
        old.unlink(missing_ok=True)
    return tuple(folder / name for name in names)


def _write_all(analysis: Analysis, folder: Path, annotate: Annotate | None) -> list[str]:
    names = ["reps.csv", "frames.csv", SUMMARY]
    write_reps_csv(analysis, folder / "reps.csv")
    write_frames_csv(analysis, folder / "frames.csv")
    write_summary(analysis, folder / SUMMARY)
    if annotate is not None:
        annotate(folder / ANNOTATED)
        names.append(ANNOTATED)
    return names


def _missing_parents(folder: Path) -> list[Path]:
    """Return the folder and those above it that are not there yet, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        _log.debug("%s stays: it is not empty, or was never made", folder)


def result_folders(videos: Iterable[Path], output_dir: Path) -> dict[Path, Path]:
    """Return a folder of results for every video, no two alike.

    Parameters
    ----------
    videos : iterable of Path
        The videos of one run, in their order.
    output_dir : path
        Where the folders go.

    Returns
    -------
    dict of Path to Path
        ``output_dir/stem``, or ``stem-2``, ``stem-3`` … where the name is taken: by another video of
        this run, or by the results of another video (of other name or size) from an earlier one.  So the same
        video gets the same folder again, and no video overwrites the results of another.
    """
    names = FolderNames(output_dir)
    return {video: output_dir / names.choose(video.name, size_in_bytes(video)) for video in videos}


class FolderNames:
    """Names for folders of results below one folder, no two alike.

    Parameters
    ----------
    output_dir : path
        Where the folders go.
    taken : iterable of str
        Names that belong to other videos already.
    """

    def __init__(self, output_dir: Path, taken: Iterable[str] = ()) -> None:
        self._output_dir = output_dir
        # Upper and lower case are one folder on most desktops.
        self._taken = {name.casefold() for name in taken}
        self._next: dict[str, int] = {}

    def choose(self, video: str, size: int | None) -> str:
        """Return a name for the results of a video of this name and size in bytes; see `result_folders`."""
        stem = folder_name(video)
        number = self._next.get(stem.casefold(), 1)
        while True:
            name = stem if number == 1 else f"{stem}-{number}"
            number += 1
            if name.casefold() not in self._taken and not self._belongs_to_another(name, video, size):
                break
        self._next[stem.casefold()] = number
        self._taken.add(name.casefold())
        return name

    def _belongs_to_another(self, name: str, video: str, size: int | None) -> bool:
        try:
            known = json.loads((self._output_dir / name / SUMMARY).read_text(encoding="utf-8"))["video"]
            return (known["name"], known["bytes"]) != (video, size)
        except (OSError, ValueError, KeyError, TypeError):
            return False  # no results of ours


def folder_name(video: str) -> str:
    r"""Return the name of a folder for the results of a video: one step down, whatever the video is called.

    Examples
    --------
    >>> folder_name("clip 1.mp4"), folder_name(".."), folder_name("a/../b\n.mp4"), folder_name("con.mp4")
    ('clip 1', '_', 'b_', 'con_')
    """
    stem = Path(video).stem
    # What no file system takes, or a terminal obeys; and Windows drops dots and blanks at the end.
    name = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]', "_", stem).rstrip(". ")
    if name.startswith("."):
        name = f"_{name[1:]}"  # hidden, and ours
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", name):
        name = f"{name}_"
    while len(os.fsencode(name)) > _MOST_BYTES:
        name = name[:-1]
    return name or "_"
