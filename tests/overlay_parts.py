"""What the tests of the overlay share: an analysis to show, its pictures, and somebody to draw."""

from __future__ import annotations

from functools import cache

import numpy as np

from armswing import Analysis, Options, PoseFrame, judge
from armswing.synthetic import Camera, perform, pull


@cache
def three_pulls() -> Analysis:
    """Three pulls of the right arm, seen by a perfect pose model."""
    poses = perform(pull(side="right", reps=3), camera=Camera(yaw=-40), fps=30).poses
    return judge(poses, Options(pattern="pull"))


def frame_at(analysis: Analysis, t: float) -> PoseFrame:
    """The pose in the analysed picture nearest to a time."""
    poses = analysis.poses
    assert poses is not None
    frame = poses[int(np.argmin(np.abs(poses.t - t)))]
    assert isinstance(frame, PoseFrame)
    return frame


def landmarks(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """A made-up person in the middle of the picture, no two landmarks at one place."""
    angle = 2.4 * np.arange(33)
    radius = 0.03 + 0.005 * np.arange(33)
    return np.array(size) * (0.5 + radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1))
