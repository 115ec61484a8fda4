"""The folder of results of one video: it has a name of its own, and its files appear only complete."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from armswing.errors import VideoError
from armswing.io.summary import size_in_bytes, write_summary
from armswing.io.tables import write_frames_csv, write_reps_csv

if TYPE_CHECKING:
    from armswing.api import Analysis

_log = logging.getLogger(__name__)

ANNOTATED = "annotated.mp4"
SUMMARY = "summary.json"

Annotate = Callable[[Path], None]
"""Writes the annotated video under the path it is given."""


def write_results(analysis: Analysis, folder: Path, *, annotate: Annotate | None = None) -> tuple[Path, ...]:
    """Write everything that is kept of one video.

    Parameters
    ----------
    analysis : Analysis
        A video, analysed.
    folder : path
        Where the files go; it is made where it is missing.
    annotate : callable, optional
        Writes the annotated video.

    Returns
    -------
    tuple of Path
        The files: ``reps.csv``, ``frames.csv``, ``summary.json`` and, where asked for, ``annotated.mp4``.

    Raises
    ------
    VideoError
        When something cannot be written; files of an earlier run are then as they were.

    Notes
    -----
    All files are written aside first and take their names at the end.  An ``annotated.mp4`` of an
    earlier run is removed, because it shows other verdicts than the tables beside it.
    """
    made = _missing_parents(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as aside:
            names = _write_all(analysis, Path(aside), annotate)
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
    taken: set[str] = set()
    folders = {}
    for video in videos:
        number = 1
        while True:
            name = video.stem if number == 1 else f"{video.stem}-{number}"
            # Upper and lower case are one folder on most desktops.
            if name.casefold() not in taken and not _belongs_to_another(output_dir / name, video):
                break
            number += 1
        taken.add(name.casefold())
        folders[video] = output_dir / name
    return folders


def _belongs_to_another(folder: Path, video: Path) -> bool:
    try:
        known = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))["video"]
        return (known["name"], known["bytes"]) != (video.name, size_in_bytes(video))
    except (OSError, ValueError, KeyError, TypeError):
        return False  # no results of ours
