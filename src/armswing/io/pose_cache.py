"""Poses that were found before, and what a session told of them.

There is one file of poses for each content of a video, pose model and way of looking:

``FOLDER/ab/abcdef…-MODEL-OPTIONS.armswing``: the beginnings of the SHA-256 of the video's bytes and of the pose model,
and the hash of the options that poses depend on.  The files are those of `armswing.io.pose_file`, to be read with
`PoseSequence.load`; their ``about`` holds ``content``, ``model_sha256``, ``fps`` of the medium, ``warnings`` and
``mediapipe``.  Moving or renaming a video keeps its poses.

Beside them lie the events, ``…-OPTIONS-JUDGING.json`` (`armswing.io.event_file`), with the hash of what they depend on
besides the poses: scoring by other limits then needs no judging.  Whatever is missing or damaged is made anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from armswing.errors import VideoError
from armswing.events import Event
from armswing.io.event_file import load_events, save_events
from armswing.io.pose_file import PoseFile, read_pose_file, save_poses
from armswing.patterns import Pattern
from armswing.pose import PoseSequence

_log = logging.getLogger(__name__)

SUFFIX = ".armswing"
_FASTEST = 1e6  # pictures a second, beyond all cameras: a number that another program put there


@dataclass(frozen=True, kw_only=True, slots=True)
class PoseKey:
    """What poses depend on.

    Attributes
    ----------
    content, model_sha256 : str
        Hashes of the video's bytes and of the pose model.
    under : str
        Hash of the options.
    """

    content: str
    model_sha256: str
    under: str

    def path(self, folder: Path) -> Path:
        """Return the file in a folder of poses."""
        return folder / self.content[:2] / f"{self.content[:32]}-{self.model_sha256[:12]}-{self.under}{SUFFIX}"

    def events_path(self, folder: Path, under: str) -> Path:
        """Return the file of the events, ``under`` a hash of what they depend on besides the poses."""
        poses = self.path(folder)
        return poses.with_name(f"{poses.stem}-{under}.json")


def cached_poses(folder: Path, key: PoseKey) -> PoseFile | None:
    """Return poses that are at hand; None where there are none, or they are not whole or not those."""
    path = key.path(folder)
    if not path.exists():
        return None
    try:
        file = read_pose_file(path)
    except VideoError as error:
        _log.warning("%s", error)
        return None
    if not file.whole or file.about.get("content") != key.content or not _fits(file.about):
        return None
    return file


def cache_poses(folder: Path, key: PoseKey, poses: PoseSequence, about: Mapping[str, Any]) -> None:
    """Keep poses.

    Raises
    ------
    VideoError
        When they cannot be written.
    """
    path = key.path(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VideoError(f"{path.parent}: the poses cannot be kept there ({error.strerror}); see --cache") from error
    save_poses(poses, path, about={"content": key.content, "model_sha256": key.model_sha256, **about})


def cached_events(
    folder: Path, key: PoseKey, under: str, poses: PoseSequence, pattern: Pattern
) -> tuple[Event, ...] | None:
    """Return what a session told of poses, scored by a pattern's rules; None where that is not at hand.

    Parameters
    ----------
    folder, key : Path, PoseKey
        Where the poses are kept.
    under : str
        Hash of what the events depend on besides the poses; numbers of rules are not among it.
    poses : PoseSequence
        The poses themselves: events of others are not taken.
    pattern : Pattern
        The pattern that scores.
    """
    path = key.events_path(folder, under)
    if not path.exists():
        return None
    try:
        return load_events(path, poses, pattern)
    except VideoError as error:
        _log.warning("%s", error)
        return None


def cache_events(folder: Path, key: PoseKey, under: str, poses: PoseSequence, events: Iterable[Event]) -> None:
    """Keep what a session told of poses that are kept; see `cached_events`.

    Raises
    ------
    VideoError
        When it cannot be written.
    """
    save_events(events, poses, key.events_path(folder, under))


def _fits(about: Mapping[str, Any]) -> bool:
    fps, warnings = about.get("fps", 0), about.get("warnings")
    return (
        (fps is None or (isinstance(fps, int | float) and not isinstance(fps, bool) and 0 < fps < _FASTEST))
        and isinstance(warnings, list)
        and all(isinstance(warning, str) for warning in warnings)
    )
