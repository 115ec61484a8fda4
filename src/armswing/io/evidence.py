"""The pictures that show a repetition: its start, its peak and its worst moment."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from armswing.errors import VideoError
from armswing.rules import Verdict

if TYPE_CHECKING:
    from armswing.api import Analysis
    from armswing.events import RepCompleted
    from armswing.io.video import Pixels
    from armswing.rules import Finding

_log = logging.getLogger(__name__)

_ALL = 1e6  # pictures a second: none is left out

HEIGHT = 480
"""Pictures are made this high; smaller ones stay as they are."""

QUALITY = 80
"""Of the JPEG: a picture takes some 30 KB."""

_NAME = re.compile(r"rep_\d+_\d+_(?:start|peak|worst)_(\d+\.\d{3})s\.jpg")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A picture that is to be kept.

    Attributes
    ----------
    set_index, rep_index : int
        The repetition.
    what : str
        ``start``, ``peak``, or ``worst``: where the rule that costs most was read.
    t : float
        Time of the picture in the medium.
    """

    set_index: int
    rep_index: int
    what: str
    t: float

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"rep_{self.set_index}_{self.rep_index}_{self.what}_{self.t:.3f}s.jpg"


def is_evidence(name: str) -> bool:
    """Whether a file's name is that of a picture of ours."""
    return _NAME.fullmatch(name) is not None


def moments(analysis: Analysis) -> list[Moment]:
    """Return what is to be seen of every counted repetition.

    A repetition of which no rule that was assessed has a moment has no ``worst``.
    """
    if analysis.poses is None:
        return []
    t = analysis.poses.t
    found = []
    for event in analysis.reps:
        times = {"start": event.rep.start_s, "peak": event.rep.peak_s, "worst": _worst_s(event)}
        for what, wanted in times.items():
            if math.isfinite(wanted):
                nearest = float(t[int(np.argmin(np.abs(t - wanted)))])
                found.append(Moment(set_index=event.rep.set_index, rep_index=event.rep.rep_index, what=what, t=nearest))
    return found


def _worst_s(event: RepCompleted) -> float:
    """Return when the rule that costs the most marks was read, of those that have a moment."""

    def lost(finding: Finding) -> tuple[bool, float]:
        return finding.verdict is Verdict.FAIL, (1.0 - finding.marks) * max(finding.weight, 1.0)

    timed = [f for f in event.score.findings if f.verdict is not Verdict.NOT_ASSESSED and math.isfinite(f.at_s)]
    return max(timed, key=lost).at_s if timed else math.nan


def write_evidence(video: Path, wanted: Sequence[Moment], folder: Path, *, earlier: Path | None = None) -> list[str]:
    """Write the pictures of all moments that can be read, and return their names.

    Parameters
    ----------
    video : Path
        The video.
    wanted : sequence of Moment
        What is to be seen.
    folder : Path
        Where the files go.
    earlier : Path, optional
        A folder with pictures of this very video: those of the same times are taken from there.

    Raises
    ------
    VideoError
        When the video cannot be opened, or a picture cannot be written.
    """
    from armswing.io.stills import stills

    known = _pictures_in(earlier) if earlier is not None else {}
    encoded = {moment.t: known[_key(moment.t)].read_bytes() for moment in wanted if _key(moment.t) in known}
    for still in stills(video, {moment.t for moment in wanted} - encoded.keys()):
        encoded[still.t] = _jpeg(still.rgb)
    if any(moment.t not in encoded for moment in wanted):
        encoded |= _read_through(video, {moment.t for moment in wanted} - encoded.keys())
    names = []
    for moment in wanted:
        if moment.t in encoded:
            (folder / moment.file).write_bytes(encoded[moment.t])
            names.append(moment.file)
    if len(names) < len(wanted):
        _log.debug("%s: %d of %d pictures could not be read", video, len(wanted) - len(names), len(wanted))
    return names


def _read_through(video: Path, times: set[float]) -> dict[float, bytes]:
    """Return the pictures that are found only by reading the file from its beginning, where its clock starts again."""
    from armswing.io.video import VideoReader

    missing = {_key(t): t for t in times}
    with VideoReader(video, max_fps=_ALL, ahead=False) as pictures:
        shown = ((missing.get(_key(picture.t)), picture) for picture in pictures)
        return {t: _jpeg(picture.rgb) for t, picture in shown if t is not None}


def _key(t: float) -> str:
    return f"{t:.3f}"


def _pictures_in(folder: Path) -> dict[str, Path]:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return {}
    return {match[1]: folder / name for name in names if (match := _NAME.fullmatch(name))}


def _jpeg(rgb: Pixels) -> bytes:
    import cv2

    height, width = rgb.shape[:2]
    if height > HEIGHT:
        rgb = np.asarray(
            cv2.resize(rgb, (max(round(width * HEIGHT / height), 1), HEIGHT), interpolation=cv2.INTER_AREA), np.uint8
        )
    done, data = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise VideoError(f"a picture of {width}x{height} pixels cannot be written as JPEG; use --no-evidence")
    return data.tobytes()
