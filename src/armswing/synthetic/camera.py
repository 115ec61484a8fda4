"""A pinhole camera in the room of the synthetic athlete."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armswing.errors import PoseError
from armswing.landmarks import Landmark
from armswing.pose import Array


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A pinhole camera that looks at the middle of the room.

    Attributes
    ----------
    yaw : float
        Degrees: 0 = from the front, +90 shows the person's left side, -90 the right.
    distance, height : float
        Metres from the middle of the room and above the floor.
    focal : float
        Focal length in picture heights.
    size : (int, int)
        Width and height of the picture in square pixels.
    pitch, roll : float
        Degrees: looking down, and turned clockwise as a phone held askew.

    Examples
    --------
    >>> import numpy as np
    >>> ahead = np.array([[0.0, 0.95, 0.0]])
    >>> Camera(size=(640, 480)).pixels(ahead).round(3).tolist()
    [[320.0, 240.0]]
    """

    yaw: float = -40.0
    distance: float = 4.2
    height: float = 0.95
    focal: float = 1.35
    size: tuple[int, int] = (640, 480)
    pitch: float = 0.0
    roll: float = 0.0

    def __post_init__(self) -> None:
        if self.distance <= 0 or self.focal <= 0 or min(self.size) < 1:
            raise PoseError(f"distance, focal and size must be positive, got {self}")

    @property
    def axes(self) -> Array:
        """Rows: right, down and away from the camera, in the room; shape (3, 3)."""
        yaw, pitch, roll = np.radians([self.yaw, self.pitch, self.roll])
        away = np.array([-np.sin(yaw) * np.cos(pitch), -np.sin(pitch), -np.cos(yaw) * np.cos(pitch)])
        right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
        down = np.cross(away, right)
        return np.stack([np.cos(roll) * right + np.sin(roll) * down, np.cos(roll) * down - np.sin(roll) * right, away])

    @property
    def position(self) -> Array:
        """Where it stands in the room, m; shape (3,)."""
        yaw = np.radians(self.yaw)
        return np.array([np.sin(yaw) * self.distance, self.height, np.cos(yaw) * self.distance])

    def view(self, points: Array) -> Array:
        """Return room points in the camera's axes from the camera: x right, y down, z away, m."""
        return np.asarray((points - self.position) @ self.axes.T)

    def pixels(self, points: Array) -> Array:
        """Return room points in square pixels, shape (..., 2).

        Raises
        ------
        PoseError
            When a point is behind the camera.
        """
        seen = self.view(points)
        if (seen[..., 2] <= 0).any():
            raise PoseError("part of the person is behind the camera; put the camera further away")
        width, height = self.size
        return np.asarray(self.focal * height * seen[..., :2] / seen[..., 2:] + np.array([width, height]) / 2)

    def world(self, points: Array) -> Array:
        """Return landmarks as MediaPipe's world landmarks: camera axes, m, about the middle of the hips.

        Parameters
        ----------
        points : ndarray, shape (frames, 33, 3)
            The landmarks in the room.
        """
        hips = points[..., [Landmark.LEFT_HIP, Landmark.RIGHT_HIP], :].mean(axis=-2, keepdims=True)
        return np.asarray((points - hips) @ self.axes.T)
