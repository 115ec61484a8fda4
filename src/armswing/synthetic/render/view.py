"""Views of the room, the camera's and the light's, and which tiles of a picture something can be seen in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from armswing.pose import Array
from armswing.synthetic.camera import Camera

TO_LIGHT = np.array([0.50, 1.00, 0.62]) / np.linalg.norm([0.50, 1.00, 0.62])
"""Direction of the lamp in the room."""
SHADOW_TEXELS = 128
_NEAREST = 0.15


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A way of looking at the room: the ray of each place in a picture.

    Attributes
    ----------
    origin, origin_x, origin_y, toward, toward_x, toward_y : ndarray, shape (3,)
        The ray at the share (x, y) of the picture starts at ``origin + x * origin_x + y * origin_y``
        and goes along ``toward + x * toward_x + y * toward_y``.
    size : (int, int)
        Width and height, px.
    """

    origin: Array
    toward: Array
    size: tuple[int, int]
    origin_x: Array = field(default_factory=lambda: np.zeros(3))
    origin_y: Array = field(default_factory=lambda: np.zeros(3))
    toward_x: Array = field(default_factory=lambda: np.zeros(3))
    toward_y: Array = field(default_factory=lambda: np.zeros(3))

    @property
    def cone(self) -> tuple[float, float]:
        """Radius of a pixel's cone: per metre of way, and at its start in metres."""
        height = self.size[1]
        return float(np.linalg.norm(self.toward_y)) / height / 2, float(np.linalg.norm(self.origin_y)) / height / 2

    def pixels(self, points: Array) -> tuple[Array, Array]:
        """Return pixels (..., 2) and pixels per metre (...) of points in the room."""
        width, height = self.size
        x, y = self.toward_x + self.origin_x, self.toward_y + self.origin_y
        if self.toward_x.any():
            away = np.cross(x, y)
            away /= np.linalg.norm(away)
            seen = points - self.origin
            depth = np.maximum(seen @ away, _NEAREST)
            flat = seen / depth[..., None] - self.toward
            share = np.stack([flat @ x / (x @ x), flat @ y / (y @ y)], axis=-1)
            return share * (width, height), height / np.linalg.norm(y) / depth
        flat = points - self.origin
        share = np.stack([flat @ x / (x @ x), flat @ y / (y @ y)], axis=-1)
        return share * (width, height), np.full(flat.shape[:-1], height / np.linalg.norm(y))

    def tiles(
        self, start: Array, end: Array, radius: Array, *, tile: int, bits: npt.ArrayLike = 1
    ) -> npt.NDArray[np.int_]:
        """Return in which tiles capsules can be seen.

        Parameters
        ----------
        start, end : ndarray, shape (capsules, 3)
        radius : ndarray, shape (capsules,)
        tile : int
            Side of a tile, px.
        bits : array_like of int, shape (capsules,)
            What a tile gets for each capsule that is seen in it; they are or-ed.

        Returns
        -------
        ndarray of int, shape (rows, columns)
        """
        (a, near_a), (b, near_b) = self.pixels(start), self.pixels(end)
        columns, rows = -(-self.size[0] // tile), -(-self.size[1] // tile)
        y, x = np.mgrid[0:rows, 0:columns] * tile + tile / 2
        centre = np.stack([x, y], axis=-1)[:, :, None]
        way = b - a
        along = ((centre - a) * way).sum(-1) / np.maximum((way**2).sum(-1), 1e-9)
        off = centre - a - np.clip(along, 0.0, 1.0)[..., None] * way
        reach = radius * np.maximum(near_a, near_b) + tile * np.sqrt(0.5)
        seen = (off**2).sum(-1) < reach**2
        return np.asarray(np.bitwise_or.reduce(np.where(seen, np.asarray(bits), 0), axis=-1))


def camera_view(camera: Camera, scale: float, supersampling: int = 1) -> View:
    """Return what a camera sees, in units of ``scale`` metres."""
    (width, height), (right, down, away) = camera.size, camera.axes
    x, y = width / height / camera.focal * right, down / camera.focal
    return View(
        origin=camera.position / scale,
        toward=away - (x + y) / 2,
        toward_x=x,
        toward_y=y,
        size=(width * supersampling, height * supersampling),
    )


def light_view(low: Array, high: Array) -> View:
    """Return the lamp's view of a box; it moves by whole texels, so that shadows do not crawl."""
    right = np.cross([0.0, 1.0, 0.0], TO_LIGHT)
    right /= np.linalg.norm(right)
    down = np.cross(right, TO_LIGHT)
    corners = np.array([[(low, high)[(i >> k) & 1][k] for k in range(3)] for i in range(8)])
    flat = corners @ np.stack([right, down], axis=-1)
    side = float(np.ceil(np.ptp(flat, axis=0).max() / 0.25) * 0.25)
    texel = side / SHADOW_TEXELS
    x, y = np.floor((flat.min(axis=0) + flat.max(axis=0) - side) / 2 / texel) * texel
    top = float((corners @ TO_LIGHT).max()) + 0.1
    return View(
        origin=x * right + y * down + top * TO_LIGHT,
        origin_x=side * right,
        origin_y=side * down,
        toward=-TO_LIGHT,
        size=(SHADOW_TEXELS, SHADOW_TEXELS),
    )


def on_floor(points: Array) -> Array:
    """Return where the shadows of points fall on the floor."""
    return np.asarray(points - points[..., 1:2] / TO_LIGHT[1] * TO_LIGHT)
