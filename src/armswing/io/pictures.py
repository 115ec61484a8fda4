"""Single pictures out: PNG and JPEG files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

from armswing.errors import VideoError

if TYPE_CHECKING:
    from armswing.io.video import Pixels


def write_picture(rgb: Pixels, path: Path) -> None:
    """Write a picture; the ending of the name says how.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
        The picture.
    path : path
        The file; an older one of the name is replaced.

    Raises
    ------
    VideoError
        When it cannot be written.
    """
    done, encoded = cv2.imencode(path.suffix, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    if not done:
        raise VideoError(f"{path}: the picture could not be encoded; use a name that ends in .png or .jpg")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(encoded.tobytes())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise VideoError(f"{path}: the picture cannot be written there ({error.strerror})") from error
