"""The last stretch of poses on the uniform grid: what a repetition is judged on when it ends."""

from __future__ import annotations

import numpy as np

from armswing.filters import GRID_HZ, GridBlock
from armswing.geometry import Array, Flags
from armswing.landmarks import N_LANDMARKS
from armswing.movement import Window
from armswing.observability import swapped_frames
from armswing.pose import PoseSequence
from armswing.reprojection import agree_with_picture

WORLD = slice(0, 3 * N_LANDMARKS)
_IMAGE = slice(3 * N_LANDMARKS, 5 * N_LANDMARKS)
_VISIBILITY = slice(5 * N_LANDMARKS, 6 * N_LANDMARKS)
_SWAP = 6 * N_LANDMARKS
_POSE = _SWAP + 1  # columns that come from the poses; time, spacing and the two drives follow
_TIME, _SPACING, _DRIVES = _POSE, _POSE + 1, slice(_POSE + 2, _POSE + 4)


class Columns:
    """Turn frames into the columns that go on the grid: world, image, visibility, exchanged sides."""

    def __init__(self) -> None:
        self._last: tuple[float, Array] | None = None
        self._cut = False  # since then

    @property
    def last_s(self) -> float | None:
        """Time of the last usable frame; None before the first."""
        return None if self._last is None else self._last[0]

    def update(self, poses: PoseSequence, t: Array, usable: Flags) -> Array:
        """Return the columns of usable frames, shape (usable frames, columns).

        Parameters
        ----------
        poses : PoseSequence
            The next frames.
        t : ndarray, shape (frames,)
            Their times on the session's clock.
        usable : ndarray of bool, shape (frames,)
            Which of them show the subject.
        """
        times = t[usable]
        n = len(times)
        columns = np.empty((n, _POSE), order="F")  # see `armswing.geometry`
        cuts = np.concatenate(([self._cut], poses.cut)).cumsum()
        cut = np.diff(cuts[1:][usable], prepend=0) > 0
        self._cut = bool(cuts[-1] > (cuts[1:][usable][-1] if n else 0))
        if n == 0:
            return columns
        given, image = (np.asfortranarray(points[usable], dtype=np.float64) for points in (poses.world, poses.image))
        world = agree_with_picture(given, image, poses.size)
        swap = columns[:, _SWAP]
        if self._last is None:
            swap[0], swap[1:] = 0.0, swapped_frames(world, times)
        else:
            joined = np.concatenate((self._last[1][None], world))
            swap[:] = swapped_frames(joined, np.concatenate(([self._last[0]], times)))
        swap[cut] = 0.0  # another shot shows another view, not an exchange
        self._last = float(times[-1]), world[-1].copy()
        columns[:, WORLD].reshape(world.shape)[:] = world
        columns[:, _IMAGE].reshape(image.shape)[:] = image
        columns[:, _VISIBILITY] = poses.visibility[usable]
        return columns


class Recent:
    """The last stretch of grid samples with the causal drives of both arms.

    Parameters
    ----------
    keep_s : float
        Seconds that can be asked for, back from the newest sample of a window.
    most : int
        Samples that are added at once, at the most.
    """

    def __init__(self, *, keep_s: float, most: int) -> None:
        self._keep_s = keep_s
        self._keep = round(keep_s * GRID_HZ) + most
        self._data = np.empty((2 * self._keep + most, _POSE + 4), order="F")
        self._n = 0

    @property
    def last_s(self) -> float:
        """Time of the last sample; minus infinity before the first."""
        return float(self._data[self._n - 1, _TIME]) if self._n else -np.inf

    def forget(self) -> None:
        """Drop all samples: what comes next has nothing to do with them."""
        self._n = 0

    def append(self, grid: GridBlock, part: slice, drives: Array) -> None:
        """Add samples of a block, with their drives of shape (samples, 2); the oldest go when there is no room."""
        n = len(drives)
        if self._n + n > len(self._data):
            self._data[: self._keep] = self._data[self._n - self._keep : self._n]
            self._n = self._keep
        rows = self._data[self._n : self._n + n]
        rows[:, :_POSE], rows[:, _TIME], rows[:, _SPACING] = grid.x[part], grid.t[part], grid.spacing_s[part]
        rows[:, _DRIVES] = drives
        self._n += n

    def window(self, start_s: float, end_s: float, size: tuple[int, int]) -> Window:
        """Return the poses from start to end, both included, but none older than ``keep_s`` before the end.

        They are views, and hold until the next samples are added.
        """
        rows = self._between(max(start_s, end_s - self._keep_s), end_s)
        rows.flags.writeable = False
        n = len(rows)
        unset = np.zeros(n, dtype=bool)
        poses = PoseSequence.trusted(
            t=rows[:, _TIME],
            world=rows[:, WORLD].reshape(n, N_LANDMARKS, 3),
            image=rows[:, _IMAGE].reshape(n, N_LANDMARKS, 2),
            visibility=rows[:, _VISIBILITY],
            size=size,
            settling=unset,
            cut=unset,
            source="",
        )
        return Window(poses=poses, spacing_s=rows[:, _SPACING], swaps=rows[:, _SWAP] > 0, drives=rows[:, _DRIVES])

    def _between(self, start_s: float, end_s: float) -> Array:
        t = self._data[: self._n, _TIME]
        return self._data[t.searchsorted(start_s) : t.searchsorted(end_s, side="right")]
