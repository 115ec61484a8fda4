"""Draws one picture: the passes of the shaders on a head-less OpenGL context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from armswing.errors import ConfigError
from armswing.pose import Array
from armswing.synthetic.camera import Camera
from armswing.synthetic.render.device import BLOCKS, Device, Gl, Masks, Tiles, device
from armswing.synthetic.render.look import Look
from armswing.synthetic.render.rig import Rig
from armswing.synthetic.render.view import SHADOW_TEXELS, TO_LIGHT, View, camera_view, light_view, on_floor

Pixels = npt.NDArray[np.uint8]

TILE, COARSE_TILE, SHADOW_TILE = 16, 32, 8
"""Side of a tile: of the picture, of the coarse pass and of the shadow map, px of the picture and of the map."""
COARSE = 8
"""Pixels of the picture along one side of a pixel of the coarse pass."""
_HAIR = {"short": (0.012, 0.0), "bun": (0.009, 0.042), "shaved": (0.002, 0.0)}
"""Thickness of the hair and radius of the bun, m."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Person:
    """Somebody in a picture.

    Attributes
    ----------
    rig : Rig
        Where the body is.
    frame : int
        In which frame of it.
    look : Look
        What it looks like.
    dumbbells : (bool, bool)
        In the left and in the right hand.
    cables : tuple of (int, ndarray)
        The hand, 0 left and 1 right, and where the cable comes from, m in the room.
    """

    rig: Rig
    frame: int
    look: Look
    dumbbells: tuple[bool, bool] = (False, False)
    cables: tuple[tuple[int, Array], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """What stands in the room.

    Attributes
    ----------
    kind : int
        0 nothing, 1 a mat to lie on, 2 a box to sit on.
    seat : (float, float, float, float)
        Middle of the box's top and half its width, m.
    """

    kind: int = 0
    seat: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


class Renderer:
    """Draws people in a room with OpenGL, without a screen.

    Parameters
    ----------
    size : (int, int)
        Width and height of the pictures, px.
    supersampling : int
        Pixels rendered along each side of a pixel.

    Raises
    ------
    ConfigError
        When moderngl or EGL is missing.

    Notes
    -----
    It makes its thread's OpenGL context current while it draws, and draws into pictures of its own, so
    several may be alive; use it in a ``with`` statement or call `close`, in the thread that made it.

    Made for Mesa's llvmpipe, which runs both sides of each branch: what is not to be computed must not be
    drawn.  So the picture is cut into tiles, a tile is drawn with a shader of those parts of the body
    that can be seen in it, and pixels without anybody fail a depth test.
    """

    def __init__(self, size: tuple[int, int], *, supersampling: int = 1) -> None:
        self.size, self._by = size, supersampling
        self._room_key: object = None
        self._device: Device | None = device()
        with self._device.ctx:
            self._make_targets(self._device)

    def _make_targets(self, on: Device) -> None:
        ctx = on.ctx
        full = self.size[0] * self._by, self.size[1] * self._by
        coarse = -(-full[0] // COARSE), -(-full[1] // COARSE)
        self._room, self._met = ctx.texture(full, 4, dtype="f4"), ctx.texture(full, 2, dtype="f4")
        self._coarse = ctx.texture(coarse, 2, dtype="f4")
        self._shadows = ctx.texture((SHADOW_TEXELS, SHADOW_TEXELS), 2, dtype="f4")
        depth = ctx.depth_texture(full)
        empty, picture = ctx.texture(full, 3), ctx.texture(full, 3)
        self._to_room, self._to_empty = ctx.framebuffer([self._room]), ctx.framebuffer([empty])
        self._to_coarse, self._to_shadows = ctx.framebuffer([self._coarse]), ctx.framebuffer([self._shadows])
        self._only_met, self._to_met = ctx.framebuffer([self._met]), ctx.framebuffer([self._met], depth)
        self._to_depth, self._to_picture = ctx.framebuffer([], depth), ctx.framebuffer([picture], depth)
        self._views = {name: on.block("View") for name in ("room", "camera", "coarse", "light")}
        frames = (self._to_room, self._to_empty, self._to_coarse, self._to_shadows, self._only_met, self._to_met)
        textures = (self._room, self._met, self._coarse, self._shadows, depth, empty, picture)
        self._owned = (*frames, self._to_depth, self._to_picture, *textures, *self._views.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free what it draws into; closing twice is fine."""
        on, self._device = self._device, None
        if on is not None:
            with on.ctx:
                for thing in self._owned:
                    thing.release()

    def _open(self) -> Device:
        if self._device is None:
            raise ConfigError("the renderer is closed; make a new one")
        return self._device

    def draw(
        self, camera: Camera, people: Sequence[Person], *, light: float = 1.0, furniture: Furniture | None = None
    ) -> Pixels:
        """Draw people, the farthest first.

        Parameters
        ----------
        camera : Camera
            Who looks; its picture must have the renderer's size.
        people : sequence of Person
            Who is there; those that come later hide those before.
        light : float
            Amount of light, 1 = good.
        furniture : Furniture, optional
            What stands in the room.

        Returns
        -------
        ndarray of uint8, shape (height, width, 3)
        """
        if camera.size != self.size:
            raise ConfigError(f"this renderer draws {self.size[0]}x{self.size[1]}, the camera {camera.size}")
        on = self._open()
        with on.ctx:
            self._draw_room(on, camera, light, furniture or Furniture())
            on.ctx.copy_framebuffer(self._to_picture, self._to_empty)
            for person in people:
                self._draw_person(on, camera, person, light)
            raw = self._to_picture.read(components=3, alignment=1)
        width, height = self.size
        picture = np.frombuffer(raw, dtype=np.uint8).reshape(height * self._by, width * self._by, 3)
        if self._by == 1:
            return picture
        cells = picture.reshape(height, self._by, width, self._by, 3).astype(np.uint16)
        return np.asarray((cells.sum(axis=(1, 3)) + self._by**2 // 2) // self._by**2, dtype=np.uint8)

    # ---- passes

    def _draw_room(self, on: Device, camera: Camera, light: float, furniture: Furniture) -> None:
        key = (camera, light, furniture)
        if key == self._room_key:
            return
        view = camera_view(camera, 1.0, self._by)
        self._write_view("room", view, light=light, scale=1.0)
        rows, columns = -(-view.size[1] // TILE), -(-view.size[0] // TILE)
        (everything,) = on.upload((np.ones((rows, columns), dtype=np.int_), TILE, view.size))
        on.state(self._to_room, self._views["room"])
        on.run("room", everything, furniture=furniture.kind, seat=furniture.seat)
        self._room.use(1)
        on.state(self._to_empty, self._views["room"])
        on.run("develop", everything)
        self._room_key = key

    def _draw_person(self, on: Device, camera: Camera, person: Person, light: float) -> None:
        rig = person.rig
        part, start, end, radius = rig.capsules(person.frame, person.look.loose)
        low, high = _write_figure(on, person)
        seen, lamp = camera_view(camera, rig.scale, self._by), light_view(low, high)
        for name, view, shrink in (("camera", seen, 1), ("coarse", seen, COARSE), ("light", lamp, 1)):
            self._write_view(name, view, light=light, scale=rig.scale, lamp=lamp, shrink=shrink)
        fine = seen.tiles(start, end, radius, tile=TILE, bits=part)
        shadow = seen.tiles(on_floor(start), on_floor(end), radius + 0.12, tile=TILE)
        cables = [
            (rig.joints[person.frame, 4 + hand] + 0.075 * rig.axes[person.frame, 3 + hand, 1], anchor / rig.scale)
            for hand, anchor in person.cables
        ]
        lines = [seen.tiles(a[None], b[None], np.array([0.02]), tile=TILE) for a, b in cables]
        coarse = _coarser(fine, COARSE_TILE // TILE)
        lit = lamp.tiles(start, end, radius, tile=SHADOW_TILE, bits=part)
        full, small = seen.size, self._coarse.size
        lamp_tiles, coarse_tiles, fine_tiles, floor_tiles, *cable_tiles = on.upload(
            (lit, SHADOW_TILE, lamp.size),
            (coarse, COARSE_TILE // COARSE, small),
            *((grid, TILE, full) for grid in (fine, shadow, *lines)),
        )

        for target in (self._to_shadows, self._to_coarse, self._only_met):
            target.clear(-1.0, 0.0, 0.0, 0.0)
        self._march(on, self._to_shadows, "light", lamp_tiles, steps=48, stop=(0.002, 0.0))
        slope = 1.45 * COARSE * seen.cone[0]
        self._march(on, self._to_coarse, "coarse", coarse_tiles, steps=40, stop=(0.004, slope), step_back=1.0)
        self._coarse.use(0)
        self._stencil(on, fine_tiles, 1.0 / COARSE)
        self._march(on, self._to_met, "camera", fine_tiles, steps=56, stop=(0.0002, 0.0003), begin=1.0 / COARSE)
        self._met.use(0)
        self._stencil(on, fine_tiles, 1.0)

        self._room.use(1)
        self._shadows.use(2)
        on.state(self._to_picture, self._views["camera"], blend=True)
        on.run("floor", floor_tiles)
        on.state(self._to_picture, self._views["camera"], blend=True, test=True)
        on.run("shade", fine_tiles, by_parts=True)
        on.state(self._to_picture, self._views["camera"], blend=True)
        for (hand, anchor), tiles in zip(cables, cable_tiles, strict=True):
            ends: dict[str, Any] = {
                "cable_from": tuple(hand),
                "cable_to": tuple(anchor),
                "cable_radius": 0.005 / rig.scale,
            }
            on.run("cable", tiles, **ends)

    def _march(
        self,
        on: Device,
        target: Gl,
        view: str,
        tiles: Tiles,
        *,
        steps: int,
        stop: tuple[float, float],
        step_back: float = 0.0,
        begin: float = 0.0,
    ) -> None:
        on.state(target, self._views[view], test=begin > 0.0)
        on.run("march", tiles, by_parts=True, coarse_scale=begin, steps=steps, stop=stop, step_back=step_back)

    def _stencil(self, on: Device, tiles: Tiles, scale: float) -> None:
        """Set the depth so that the next pass leaves out the pixels where the texture at unit 0 has nobody."""
        on.state(self._to_depth, self._views["camera"], test=True, always=True)
        on.run("stencil", tiles, scale=scale)

    def _write_view(
        self, name: str, view: View, *, light: float, scale: float, lamp: View | None = None, shrink: int = 1
    ) -> None:
        block = np.zeros((BLOCKS["View"][1], 4))
        rays = (view.origin, view.origin_x, view.origin_y, view.toward, view.toward_x, view.toward_y)
        block[:6, :3] = rays
        block[6] = shrink / view.size[0], shrink / view.size[1], *view.cone
        if lamp is not None:
            block[7, :3] = lamp.origin_x / (lamp.origin_x @ lamp.origin_x)
            block[8, :3] = lamp.origin_y / (lamp.origin_y @ lamp.origin_y)
            block[9, :3] = lamp.origin
        block[10] = *TO_LIGHT, SHADOW_TEXELS
        block[11, :2] = light, scale
        self._views[name].write(block.astype("f4").tobytes())


def _write_figure(on: Device, person: Person) -> tuple[Array, Array]:
    """Write the block of the person, and return the corners of the box around it."""
    rig, look, frame = person.rig, person.look, person.frame
    joints = rig.joints[frame]
    low, high = joints.min(axis=0) - 0.26, joints.max(axis=0) + 0.26
    block = np.zeros((BLOCKS["Figure"][1], 4))
    block[:17, :3] = joints
    block[17:38, :3] = rig.axes[frame].reshape(21, 3)
    block[38:43, :3] = look.skin, look.hair, look.shirt, look.shorts, look.shoes
    thick, bun = _HAIR[look.hair_style]
    block[43] = rig.girth, rig.limb_girth, look.loose, thick
    block[44] = look.sleeve, look.trousers, bun, look.tights
    block[45, :2] = person.dumbbells
    block[46, :3], block[47, :3] = low, high
    on.write_figure(block)
    return low, high


def _coarser(masks: Masks, by: int) -> Masks:
    """Return masks of tiles that are larger by a whole factor."""
    rows, columns = masks.shape
    padded = np.pad(masks, ((0, -rows % by), (0, -columns % by)))
    blocks = padded.reshape(padded.shape[0] // by, by, padded.shape[1] // by, by)
    return np.asarray(np.bitwise_or.reduce(np.bitwise_or.reduce(blocks, axis=3), axis=1))
