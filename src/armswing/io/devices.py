"""The cameras of this computer, by their device files alone: opening one may hang, or light its lamp."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class VideoDevice:
    """A camera's device file.

    Attributes
    ----------
    path : Path
        The file.
    name : str
        What the system calls the camera.
    """

    path: Path
    name: str

    @property
    def number(self) -> str:
        """What to give to ``--camera``."""
        return self.path.name.removeprefix("video")

    @property
    def permitted(self) -> bool:
        """Whether this user may open it."""
        return os.access(self.path, os.R_OK | os.W_OK)


def video_devices() -> list[VideoDevice] | None:
    """Return the cameras; None where the system does not list them as files."""
    if sys.platform != "linux":
        return None
    paths = sorted(Path("/dev").glob("video[0-9]*"), key=lambda path: int(path.name.removeprefix("video")))
    return [VideoDevice(path=path, name=_name(path)) for path in paths]


def _name(device: Path) -> str:
    try:
        return Path("/sys/class/video4linux", device.name, "name").read_text(encoding="utf-8").strip()
    except OSError:
        return "name unknown"
