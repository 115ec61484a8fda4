"""Renders a performance, picture by picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from armswing.landmarks import Landmark
from armswing.pose import Array
from armswing.synthetic.athlete import Performance, perform
from armswing.synthetic.body import Body
from armswing.synthetic.everyday import Standing, Talking
from armswing.synthetic.motion import Drive
from armswing.synthetic.render.look import LOOKS, Look
from armswing.synthetic.render.picture import Picture
from armswing.synthetic.render.rig import Rig, rig
from armswing.synthetic.render.scene import Furniture, Person, Pixels, Renderer

SHUTTER_STEPS = 5
"""Moments averaged for one blurred picture."""
_BEHIND_M, _ASIDE_M = 1.2, 1.05
"""Where a bystander is from the middle of the room: away from the camera and to its right."""
_BYSTANDER_BODY = Body(stature=1.69, girth=0.95)
_FLOOR_M = 0.02
_SEAT_BELOW_HIPS_M = 0.105
_ANCHORS_M: dict[Drive, tuple[float, float]] = {
    "retract": (0.18, 1.6),
    "reach_fwd": (0.75, -1.3),
    "reach_up": (0.3, 0.1),
}
"""Where on the floor a cable ends for each drive: to the side of the hand, and ahead."""
_Hand = int  # 0 left, 1 right


def render(
    performance: Performance,
    *,
    look: Look | None = None,
    picture: Picture | None = None,
    frames: Sequence[int] | None = None,
) -> Iterator[Pixels]:
    """Render a performance, one picture for each frame of its poses.

    Parameters
    ----------
    performance : Performance
        What is done, by whom, seen from where.
    look : Look, optional
        What the person looks like; ``LOOKS["a"]`` without.
    picture : Picture, optional
        How it is filmed; well without.
    frames : sequence of int, optional
        Which frames; all without.

    Yields
    ------
    ndarray of uint8, shape (height, width, 3)
        Red, green and blue; rendered when it is asked for.  The size is that of
        ``performance.camera``, or what `Picture.crop` leaves of it.

    Raises
    ------
    ConfigError
        When moderngl or EGL is missing.

    Notes
    -----
    The joints are where ``performance.poses.image`` has them, the cropped away apart.  The same call
    gives the same pictures to the bit wherever the same version of Mesa draws them.
    """
    look, picture = look or LOOKS["a"], picture or Picture()
    camera = performance.camera
    film = _Film(performance, look, picture)
    left, top, right, bottom = picture.box(camera.size)
    with Renderer(camera.size, supersampling=picture.supersampling) as renderer:
        for frame in range(len(performance.points)) if frames is None else frames:
            rgb = film.expose(renderer, frame)
            yield np.ascontiguousarray(rgb[top:bottom, left:right])


class _Film:
    """What is in front of the camera at any moment, and what the camera makes of it."""

    def __init__(self, performance: Performance, look: Look, picture: Picture) -> None:
        self._camera, self._picture = performance.camera, picture
        share = picture.motion_blur / 2
        steps = SHUTTER_STEPS if share else 1
        self._moments = np.linspace(-share, share, steps) if share else np.zeros(1)
        self._cast: list[tuple[Rig, Person]] = []
        if picture.bystander != "none":
            points = _bystander(performance, moving=picture.bystander == "moving")
            other = LOOKS["e"] if look != LOOKS["e"] else LOOKS["d"]
            self._add(points, _BYSTANDER_BODY, other)
        hands = _hands(performance, look)
        weights = hands if look.weight == "dumbbell" else ()
        cables = tuple((hand, _anchor(performance, hand)) for hand in hands) if look.weight == "cable" else ()
        self._add(performance.points, performance.body, look, weights=weights, cables=cables)
        self._furniture = _furniture(performance)

    def _add(
        self,
        points: Array,
        body: Body,
        look: Look,
        *,
        weights: tuple[_Hand, ...] = (),
        cables: tuple[tuple[_Hand, Array], ...] = (),
    ) -> None:
        """Add somebody with a pose for each moment of each frame, moments within frames."""
        at = np.arange(len(points))[:, None] + self._moments
        at = np.clip(at, 0, len(points) - 1).ravel()
        low = np.minimum(at.astype(np.intp), max(len(points) - 2, 0))
        share = (at - low)[:, None, None]
        whole = rig((1 - share) * points[low] + share * points[np.minimum(low + 1, len(points) - 1)], body)
        dumbbells = (0 in weights, 1 in weights)
        self._cast.append((whole, Person(rig=whole, frame=0, look=look, dumbbells=dumbbells, cables=cables)))

    def expose(self, renderer: Renderer, frame: int) -> Pixels:
        """Return the whole picture of a frame."""
        steps = len(self._moments)
        drawn = [self._draw(renderer, steps * frame + step) for step in range(steps)]
        rgb = drawn[0] if steps == 1 else _averaged(drawn)
        if self._picture.sensor_noise:
            rng = np.random.default_rng((self._picture.seed, frame))
            noise = rng.standard_normal(rgb.shape, dtype=np.float32) * np.float32(self._picture.sensor_noise)
            rgb = np.clip(np.rint(rgb + noise), 0, 255).astype(np.uint8)
        return rgb

    def _draw(self, renderer: Renderer, moment: int) -> Pixels:
        people = [replace(person, frame=moment) for _, person in self._cast]
        return renderer.draw(self._camera, people, light=self._picture.light, furniture=self._furniture)


def _averaged(pictures: Sequence[Pixels]) -> Pixels:
    """Return the average of pictures in (roughly) linear light."""
    total = np.zeros(pictures[0].shape, dtype=np.float32)
    for rgb in pictures:
        total += np.square(rgb, dtype=np.float32)
    return np.rint(np.sqrt(total / len(pictures))).astype(np.uint8)


def _bystander(performance: Performance, *, moving: bool) -> Array:
    """Return the landmarks of somebody behind the person, who faces the camera."""
    t = performance.poses.t
    fps, seconds = performance.poses.fps, len(t) / performance.poses.fps
    motion = Talking(seconds=seconds, seed=5) if moving else Standing(seconds=seconds, seed=5)
    points = perform(motion, body=_BYSTANDER_BODY, fps=fps, duration_s=seconds + 1 / fps).points[: len(t)]
    yaw = np.radians(performance.camera.yaw)
    toward = np.array([np.sin(yaw), 0.0, np.cos(yaw)])
    right = np.array([np.cos(yaw), 0.0, -np.sin(yaw)])
    turned = points[..., :1] * right + points[..., 1:2] * np.array([0.0, 1.0, 0.0]) + points[..., 2:] * toward
    return np.asarray(turned + _ASIDE_M * right - _BEHIND_M * toward)


def _hands(performance: Performance, look: Look) -> tuple[_Hand, ...]:
    """Return which hands hold the weight."""
    side = look.weight_side
    if side == "working":
        side = getattr(performance.motion, "side", "right")
    return {"left": (0,), "right": (1,)}.get(side, (0, 1))


def _anchor(performance: Performance, hand: _Hand) -> Array:
    """Return where on the floor a hand's cable comes from, m: the weight pulls against the way of the hand."""
    aside, ahead = _ANCHORS_M[performance.motion.drive or "retract"]
    return np.array([(aside, -aside)[hand], _FLOOR_M, ahead])


def _furniture(performance: Performance) -> Furniture:
    """Return what the stance needs."""
    stance = getattr(performance.motion, "stance", "standing")
    if stance == "lying":
        return Furniture(kind=1)
    if stance != "seated":
        return Furniture()
    scale = performance.body.stature / 1.75
    hips = performance.points[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=(0, 1))
    top = float(hips[1]) - _SEAT_BELOW_HIPS_M * scale
    return Furniture(kind=2, seat=(float(hips[0]), top, float(hips[2]), 0.25))
