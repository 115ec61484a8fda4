"""A rendered performance as a video, with its truth beside it."""

from __future__ import annotations

import json
import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from armswing._version import __version__
from armswing.errors import VideoError
from armswing.io.files import whole_file
from armswing.io.writer import VideoWriter
from armswing.synthetic.athlete import Performance
from armswing.synthetic.render.frames import render
from armswing.synthetic.render.look import LOOKS, Look
from armswing.synthetic.render.picture import Picture

TRUTH_SUFFIX = ".truth.json"
_DIGITS = 4


def write_video(
    path: str | os.PathLike[str],
    performance: Performance,
    *,
    look: Look | None = None,
    picture: Picture | None = None,
    crf: float = 23,
) -> None:
    """Render a performance into an H.264 video, and write its truth beside it.

    Parameters
    ----------
    path : str or path
        The video, ``.mp4``; ``clip.mp4`` gets ``clip.truth.json``.
    performance : Performance
        What is done, by whom, seen from where.
    look, picture
        As in `render`.
    crf : float
        Compression, 0 to 51: 23 is good, 35 a much forwarded video, 45 hardly bearable.

    Raises
    ------
    ConfigError
        When moderngl or EGL is missing.
    VideoError
        When the files cannot be written.

    Notes
    -----
    Each of the two files appears when all of it is written; the truth first.
    """
    path = Path(path)
    look, picture = look or LOOKS["a"], picture or Picture()
    left, top, right, bottom = picture.box(performance.camera.size)
    size = right - left, bottom - top
    truth = json.dumps(truth_of(performance, look=look, picture=picture, crf=crf), indent=1) + "\n"
    with VideoWriter(path, size=size, fps=performance.poses.fps, crf=crf) as writer:
        for t, rgb in zip(performance.poses.t, render(performance, look=look, picture=picture), strict=True):
            writer.write(rgb, float(t))
        try:
            with whole_file(path.with_name(path.stem + TRUTH_SUFFIX)) as file:
                file.write(truth)
        except OSError as error:
            raise VideoError(f"{path}: cannot write the truth beside it ({error.strerror})") from error


def truth_of(
    performance: Performance, *, look: Look | None = None, picture: Picture | None = None, crf: float | None = None
) -> dict[str, Any]:
    """Return what a performance really was, as JSON has it.

    Returns
    -------
    dict
        ``motion`` (its name and all its numbers), ``body``, ``camera``, ``look``, ``picture``, ``fps``,
        ``frames``, ``size`` of the pictures in px, and ``reps`` with sides, times in s and angles in degrees.
    """
    picture = picture or Picture()
    left, top, right, bottom = picture.box(performance.camera.size)
    return {
        "armswing": __version__,
        "motion": {"name": type(performance.motion).__name__.lower(), **_plain(performance.motion)},
        "body": _plain(performance.body),
        "camera": _plain(performance.camera),
        "look": _plain(look or LOOKS["a"]),
        "picture": _plain(picture),
        "crf": crf,
        "fps": round(performance.poses.fps, _DIGITS),
        "frames": len(performance.points),
        "size": [right - left, bottom - top],
        "reps": [_plain(rep) for rep in performance.truth.reps],
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it, numbers rounded."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    return round(float(value), _DIGITS)
