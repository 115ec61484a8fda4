"""Poses that were found before: one file for each content of a video, pose model and way of looking.

``FOLDER/ab/abcdef…-MODEL-OPTIONS.armswing``: the beginnings of the SHA-256 of the video's bytes and of the pose model,
and the hash of the options that poses depend on.  The files are those of `armswing.io.pose_file`, to be read with
`PoseSequence.load`; their ``about`` holds ``content``, ``model_sha256``, ``fps`` of the medium, ``warnings`` and
``mediapipe``.  Moving or renaming a video keeps its poses.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from armswing.errors import VideoError
from armswing.io.pose_file import PoseFile, read_pose_file, save_poses
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


def _fits(about: Mapping[str, Any]) -> bool:
    fps, warnings = about.get("fps", 0), about.get("warnings")
    return (
        (fps is None or (isinstance(fps, int | float) and not isinstance(fps, bool) and 0 < fps < _FASTEST))
        and isinstance(warnings, list)
        and all(isinstance(warning, str) for warning in warnings)
    )
