"""The analysis drawn into the video, plainly, so that a wrong count can be seen.

`armswing.io.overlay_state.state_at` says what is known at a moment, `armswing.io.drawing.draw`
paints it into one picture: the annotated video and a live window share both.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from armswing.errors import VideoError
from armswing.io.container import FALLBACK_FPS, FPS_RANGE
from armswing.io.drawing import draw
from armswing.io.overlay_state import state_at
from armswing.io.video import VideoReader
from armswing.io.writer import VideoWriter
from armswing.pose import PoseFrame, PoseSequence

if TYPE_CHECKING:
    from armswing.api import Analysis


def annotate(
    video: str | os.PathLike[str],
    analysis: Analysis,
    target: str | os.PathLike[str],
    *,
    progress: Callable[[float, float | None], None] | None = None,
) -> None:
    """Write the analysed part of a video with the analysis drawn into it.

    Parameters
    ----------
    video : str or path
        The video that was analysed; it is read once more.
    analysis : Analysis
        What was found in it.
    target : str or path
        The file to write (H.264 in mp4, without sound); it appears when all of it is written.
    progress : callable, optional
        Called now and then with the seconds done and the seconds in all.

    Raises
    ------
    VideoError
        When the video cannot be read, is not the one analysed, or the file cannot be written.

    Notes
    -----
    The pictures are the analysed ones: at most ``max_fps`` a second, with their own times.
    """
    if Path(target).exists() and Path(target).samefile(video):
        raise VideoError(f"{target}: expected a new file for the annotated video, got the video itself; name another")
    poses = analysis.poses
    options = analysis.options
    with VideoReader(video, max_fps=options.max_fps, time_range=options.time_range) as reader:
        if poses is None:
            raise VideoError(f"{video}: nothing was analysed in it, so there is nothing to draw")
        usable = analysis.found
        drawn = 0
        with VideoWriter(target, size=reader.size, fps=_frame_rate(poses)) as writer:
            for picture in reader:
                if drawn == len(poses) or picture.t != poses.t[drawn] or reader.size != poses.size:
                    break
                frame = poses[drawn]
                assert isinstance(frame, PoseFrame)
                state = state_at(
                    analysis.events, frame, usable=bool(usable[drawn]), slowmo_factor=options.slowmo_factor
                )
                draw(picture.rgb, state)
                writer.write(picture.rgb, picture.t)
                drawn += 1
                if progress is not None:
                    progress(picture.t, reader.duration_s)
            if drawn != len(poses) or reader.frames_used != len(poses):
                raise VideoError(
                    f"{video}: expected the {len(poses)} pictures that were analysed, but they differ from number "
                    f"{drawn + 1} on; has the file changed? analyse it anew"
                )


def _frame_rate(poses: PoseSequence) -> float:
    fps = poses.fps
    return float(np.clip(fps, *FPS_RANGE)) if np.isfinite(fps) else FALLBACK_FPS
