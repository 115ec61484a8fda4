"""The OpenGL context of a thread, with the shaders that it has compiled; no screen is needed."""

from __future__ import annotations

import os
import threading
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from armswing.errors import ConfigError
from armswing.synthetic.render.rig import HEAD, LEFT_ARM, LEFT_LEG, RIGHT_ARM, RIGHT_LEG, TRUNK

Masks = npt.NDArray[np.int_]
Tiles = list[tuple[int, int, int]]
"""What to draw: the parts of the body, the first corner and the number of corners."""
Gl = Any
"""An object of moderngl, whose types are too narrow for its own uniforms."""

BLOCKS = {"View": (0, 12), "Figure": (1, 48)}
"""Uniform blocks: binding, and size in vec4."""
_UNITS = {"coarse": 0, "source": 0, "met": 0, "room": 1, "shadows": 2}
"""Texture units of the samplers."""
_CORNERS = np.array([[0, 0], [1, 0], [0, 1], [0, 1], [1, 0], [1, 1]])
_HELP = (
    'pip install "armswing[render]" brings moderngl; Debian and Ubuntu have the rest in '
    "libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri"
)
_WITH = {"WITH_TRUNK": TRUNK, "WITH_HEAD": HEAD, "WITH_ARMS": LEFT_ARM | RIGHT_ARM, "WITH_LEGS": LEFT_LEG | RIGHT_LEG}
_ARMS, _LEGS = _WITH["WITH_ARMS"], _WITH["WITH_LEGS"]
_ALL = sum(_WITH.values())
VARIANTS = (
    _LEGS,
    _ARMS,
    TRUNK | _ARMS,
    TRUNK | _LEGS,
    _ARMS | _LEGS,
    TRUNK | _ARMS | _LEGS,
    TRUNK | HEAD | _ARMS,
    _ALL,
)
"""Sets of parts for which there is a shader, cheap ones first."""


_threads = threading.local()


def device() -> Device:
    """Return the device of this thread, made when it is first wanted.

    Raises
    ------
    ConfigError
        When moderngl or EGL is missing.
    """
    process, made = getattr(_threads, "device", (0, None))
    if made is None or process != os.getpid():  # a forked process must not draw with its parent's
        made = Device(_context())
        _threads.device = os.getpid(), made
    return made


@cache
def _shader(name: str) -> str:
    return resources.files(__package__).joinpath("shaders", f"{name}.glsl").read_text(encoding="utf-8")


def _context() -> Gl:
    try:
        import moderngl
    except ImportError as error:
        raise ConfigError(f"rendering needs moderngl, which is not here ({error}); {_HELP}") from error
    try:
        context: Gl = moderngl.create_context  # its types want a dict for a backend's name
        return context(standalone=True, backend="egl", require=330)
    except Exception as error:  # that is what glcontext raises
        raise ConfigError(
            f"rendering needs OpenGL 3.3 through EGL, which does not work here ({error}); {_HELP}"
        ) from error


class Device:
    """A context and its shaders: to compile them takes seconds, so that all renderers of a thread share one.

    Parameters
    ----------
    context : moderngl.Context
        To be made current, ``with device.ctx``, around everything done here.
    """

    def __init__(self, context: Gl) -> None:
        self.ctx = context
        self._programs: dict[tuple[str, int], tuple[Gl, Gl]] = {}
        with context:
            self._corners = context.buffer(reserve=1 << 18, dynamic=True)
            self._figure = self.block("Figure")

    @property
    def name(self) -> str:
        """Name and version of what draws: pictures are the same to the bit only on the same."""
        with self.ctx:
            info = self.ctx.info
        return f"{info['GL_RENDERER']}, {info['GL_VERSION']}"

    def block(self, name: str) -> Gl:
        """Return a new buffer for a uniform block."""
        return self.ctx.buffer(reserve=16 * BLOCKS[name][1])

    def write_figure(self, block: npt.NDArray[np.float64]) -> None:
        """Set the person that the next shaders draw, (48, 4)."""
        self._figure.write(block.astype("f4").tobytes())

    def state(self, target: Gl, view: Gl, *, test: bool = False, always: bool = False, blend: bool = False) -> None:
        """Say where the next shaders draw, as seen from where, and with which tests."""
        ctx, gl = self.ctx, type(self.ctx)
        target.use()
        view.bind_to_uniform_block(BLOCKS["View"][0])
        self._figure.bind_to_uniform_block(BLOCKS["Figure"][0])
        (ctx.enable if test else ctx.disable)(gl.DEPTH_TEST)
        ctx.depth_func = "1" if always else "<"
        if target.depth_attachment is not None:
            target.depth_mask = always
        (ctx.enable if blend else ctx.disable)(gl.BLEND)
        ctx.blend_func = gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA

    def run(self, name: str, tiles: Tiles, *, by_parts: bool = False, **uniforms: Any) -> None:
        """Draw tiles with a shader, those of each set of parts with its own."""
        for parts, first, count in tiles:
            variant = next(v for v in VARIANTS if not parts & ~v) if by_parts else 0
            program, vertices = self._program(name, variant)
            values = dict(uniforms)
            if variant:
                values["arms"] = _sides(parts, LEFT_ARM, RIGHT_ARM)
                values["legs"] = _sides(parts, LEFT_LEG, RIGHT_LEG)
            for key, value in values.items():
                if key in program:
                    program[key].value = value
            vertices.render(vertices=count, first=first)

    def _program(self, name: str, variant: int) -> tuple[Gl, Gl]:
        """Return a shader of some parts of the body, compiled when it is first wanted."""
        if (name, variant) not in self._programs:
            defines = "".join(f"#define {word}\n" for word, parts in _WITH.items() if variant & parts)
            body = [_shader("body")] if variant else []
            source = "\n".join(["#version 330", defines, _shader("common"), *body, _shader(name)])
            program = self.ctx.program(vertex_shader="#version 330\n" + _shader("tile"), fragment_shader=source)
            for key, (place, _) in BLOCKS.items():
                if key in program:
                    program[key].binding = place
            for key, unit in _UNITS.items():
                if key in program:
                    program[key].value = unit
            vertices = self.ctx.vertex_array(program, [(self._corners, "2f", "corner")])
            self._programs[name, variant] = program, vertices
        return self._programs[name, variant]

    def upload(self, *grids: tuple[Masks, int, tuple[int, int]]) -> list[Tiles]:
        """Put the corners of tiles into the buffer: grids with the side of a tile and the picture's size in px.

        Returns for each grid what to draw: the parts, the first corner and how many.
        """
        corners, draws, first = [], [], 0
        for grid, tile, size in grids:
            rows, columns = np.nonzero(grid)
            masks = grid[rows, columns]
            order = np.argsort(masks, kind="stable")
            low = np.stack([columns, rows], axis=-1)[order, None] * tile
            corners.append(((low + tile * _CORNERS) / size).reshape(-1, 2))
            parts, counts = np.unique(masks, return_counts=True)
            firsts = first + 6 * np.concatenate([[0], np.cumsum(counts)[:-1]])
            draws.append([(int(p), int(f), 6 * int(n)) for p, f, n in zip(parts, firsts, counts, strict=False)])
            first += 6 * len(masks)
        data = np.concatenate(corners).astype("f4").tobytes()
        if len(data) > self._corners.size:
            self._corners.orphan(len(data))
        self._corners.write(data)
        return draws


def _sides(parts: int, left: int, right: int) -> tuple[int, int]:
    """Return the first and the last side of a pair that is there; the right one alone when none is."""
    return (0 if parts & left else 1), (1 if parts & right else 0 if parts & left else 1)
