"""Poses: what the pose model saw, validated once and read-only from then on.

Conventions
-----------
* Time is axis 0, landmarks axis -2, space axis -1.
* ``image``: square pixels, x to the right, y down, origin at the top left.
* ``world``: metres, x to the right of the picture, y down, z away from the camera,
  origin at the middle of the hips (the frame of MediaPipe's world landmarks).
* Single or double precision, as given: the pose model gives single, 0.8 KB a frame.
* Nobody in view: the row is NaN, never absent and never 0.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from armswing.errors import PoseError
from armswing.landmarks import N_LANDMARKS

Array = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]

_COLUMNS = {"image": (N_LANDMARKS, 2), "world": (N_LANDMARKS, 3), "visibility": (N_LANDMARKS,)}


def _frozen(name: str, value: npt.ArrayLike, shape: tuple[int, ...]) -> Array:
    """Return ``value`` as a read-only array of the given shape: single precision stays, all else becomes double."""
    array: Array = np.asarray(value)
    if array.dtype != np.float32:
        array = np.asarray(value, dtype=np.float64)
    if array.shape != shape:
        wanted = ", ".join(map(str, shape))
        raise PoseError(f"{name} must have shape ({wanted}), got {array.shape}; is time the first axis?")
    if array.flags.writeable:
        array = array.copy()
        array.setflags(write=False)
    return array


def _own(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    own = column.copy(order="K")
    own.setflags(write=False)
    return own


def _none_set() -> Flags:
    """Return the default of the flags: as many as there are frames, none of them set."""
    return np.empty(0, dtype=np.bool_)


def _frozen_flags(name: str, value: npt.ArrayLike, frames: int) -> Flags:
    array = np.asarray(value, dtype=np.bool_)
    if array.shape == (0,):
        array = np.zeros(frames, dtype=np.bool_)
    if array.shape != (frames,):
        raise PoseError(f"{name} must have shape ({frames},), got {array.shape}")
    if array.flags.writeable:
        array = array.copy()
        array.setflags(write=False)
    return array


def _checked_size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    if width < 1 or height < 1:
        raise PoseError(f"size must be (width, height) in square pixels, both at least 1, got {size}")
    return int(width), int(height)


@dataclass(frozen=True, kw_only=True, eq=False)
class PoseFrame:
    """One picture's pose.

    Attributes
    ----------
    t : float
        Time in seconds, from the medium.
    image : ndarray, shape (33, 2)
        Landmarks in square pixels.
    world : ndarray, shape (33, 3)
        Landmarks in metres about the middle of the hips.
    visibility : ndarray, shape (33,)
        The model's own estimate that a landmark is seen, 0 to 1.
    size : (int, int)
        Width and height of the picture in square pixels.
    settling : bool
        The tracker has only just found the person: shown, but not measured.
    cut : bool
        The picture changed as a whole since the one before (another camera).

    Raises
    ------
    PoseError
        When an array has another shape, or ``t`` is not finite.
    """

    t: float
    image: Array
    world: Array
    visibility: Array
    size: tuple[int, int]
    settling: bool = False
    cut: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite(self.t):
            raise PoseError(f"t must be a finite number of seconds, got {self.t}")
        object.__setattr__(self, "size", _checked_size(self.size))
        for name, shape in _COLUMNS.items():
            object.__setattr__(self, name, _frozen(name, getattr(self, name), shape))

    @property
    def found(self) -> bool:
        """Whether somebody was found in the picture."""
        return bool(np.isfinite(self.world).all() and np.isfinite(self.image).all())

    @classmethod
    def nobody(cls, t: float, *, size: tuple[int, int], cut: bool = False) -> Self:
        """Return the pose of a picture with nobody in it: all NaN."""
        empty = {name: np.full(shape, np.nan, dtype=np.float32) for name, shape in _COLUMNS.items()}
        return cls(t=t, image=empty["image"], world=empty["world"], visibility=empty["visibility"], size=size, cut=cut)

    def as_sequence(self) -> PoseSequence:
        """Return a sequence of this one frame (views, nothing is copied)."""
        return PoseSequence(
            t=np.array([self.t]),
            image=self.image[None],
            world=self.world[None],
            visibility=self.visibility[None],
            size=self.size,
            settling=np.array([self.settling]),
            cut=np.array([self.cut]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class PoseSequence:
    """The poses of successive pictures: the same as `PoseFrame` with a leading time axis.

    Attributes
    ----------
    t : ndarray, shape (frames,)
        Seconds, strictly increasing.
    image : ndarray, shape (frames, 33, 2)
        Landmarks in square pixels.
    world : ndarray, shape (frames, 33, 3)
        Landmarks in metres about the middle of the hips.
    visibility : ndarray, shape (frames, 33)
        The model's own estimate that a landmark is seen, 0 to 1.
    size : (int, int)
        Width and height of the pictures in square pixels.
    settling, cut : ndarray of bool, shape (frames,)
        See `PoseFrame`.
    source : str
        Where the poses come from, for people to read.

    Raises
    ------
    PoseError
        When an array has another shape, or time does not increase strictly.

    Notes
    -----
    Slicing gives views; a single index gives a `PoseFrame`.
    """

    t: Array
    image: Array
    world: Array
    visibility: Array
    size: tuple[int, int]
    settling: Flags = field(default_factory=_none_set)
    cut: Flags = field(default_factory=_none_set)
    source: str = ""

    def __post_init__(self) -> None:
        t = np.asarray(self.t, dtype=np.float64)
        if t.ndim != 1:
            raise PoseError(f"t must have shape (frames,), got {t.shape}")
        frames = len(t)
        object.__setattr__(self, "t", _frozen("t", t, (frames,)))
        if not np.isfinite(t).all() or (np.diff(t) <= 0).any():
            raise PoseError("t must be finite and strictly increasing; repair repeated timestamps before")
        object.__setattr__(self, "size", _checked_size(self.size))
        for name, shape in _COLUMNS.items():
            object.__setattr__(self, name, _frozen(name, getattr(self, name), (frames, *shape)))
        for name in ("settling", "cut"):
            object.__setattr__(self, name, _frozen_flags(name, getattr(self, name), frames))

    def __len__(self) -> int:
        return len(self.t)

    def __getitem__(self, index: int | slice) -> PoseSequence | PoseFrame:
        if isinstance(index, slice):
            return self.slice(index)
        return PoseFrame(
            t=float(self.t[index]),
            image=self.image[index],
            world=self.world[index],
            visibility=self.visibility[index],
            size=self.size,
            settling=bool(self.settling[index]),
            cut=bool(self.cut[index]),
        )

    def slice(self, index: slice) -> Self:
        """Return the frames of a slice, as views.

        Raises
        ------
        PoseError
            When the step is not positive.
        """
        if index.step is not None and index.step < 1:
            raise PoseError(f"time must go on: a slice of poses needs a positive step, got {index.step}")
        whole = vars(self).items()
        return self.trusted(**{k: v if k in ("size", "source") else v[index] for k, v in whole})

    def copy(self) -> Self:
        """Return the same frames in arrays of their own, with time contiguous in memory."""
        columns = vars(self) | {name: _own(getattr(self, name)) for name in ("t", *_COLUMNS, "settling", "cut")}
        return self.trusted(**columns)

    @classmethod
    def trusted(cls, **columns: Any) -> Self:
        """Return a sequence of columns that were checked before: all attributes, nothing copied or looked at."""
        sequence = object.__new__(cls)
        vars(sequence).update(columns)
        return sequence

    @property
    def found(self) -> Flags:
        """Whether somebody was found, per frame: shape (frames,)."""
        seen = np.isfinite(self.world).all(axis=(-1, -2)) & np.isfinite(self.image).all(axis=(-1, -2))
        return np.asarray(seen)

    @property
    def fps(self) -> float:
        """Pictures a second by the median spacing; NaN with fewer than two frames."""
        return float(1.0 / np.median(np.diff(self.t))) if len(self) > 1 else float("nan")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the poses to a file; see `armswing.io.pose_file.save_poses`."""
        from armswing.io.pose_file import save_poses

        save_poses(self, path)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> PoseSequence:
        """Read poses from a file; see `armswing.io.pose_file.load_poses`."""
        from armswing.io.pose_file import load_poses

        return load_poses(path)

    @classmethod
    def from_frames(cls, frames: Iterable[PoseFrame], *, source: str = "") -> Self:
        """Join frames in the order of time.

        Raises
        ------
        PoseError
            With no frame at all, or when the picture changes its size.
        """
        all_frames = list(frames)
        if not all_frames:
            raise PoseError("a pose sequence needs at least one frame, got none")
        size = all_frames[0].size
        other = next((f.size for f in all_frames if f.size != size), None)
        if other is not None:
            raise PoseError(f"all frames must have one picture size, got {size} and {other}")
        return cls(
            t=np.array([f.t for f in all_frames]),
            image=np.stack([f.image for f in all_frames]),
            world=np.stack([f.world for f in all_frames]),
            visibility=np.stack([f.visibility for f in all_frames]),
            size=size,
            settling=np.array([f.settling for f in all_frames]),
            cut=np.array([f.cut for f in all_frames]),
            source=source,
        )
