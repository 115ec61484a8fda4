"""Time: a uniform grid, a causal low-pass for finding reps, a zero-phase one for judging them.

All causal parts carry their state from call to call and treat a block sample by
sample in the order of time, so cutting the input anywhere changes nothing, not
even the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import signal

from armswing.geometry import Array, Flags
from armswing.landmarks import JOINT_RUNS

GRID_HZ = 30.0
"""Rate of the uniform grid that everything after the pose model works on."""

CUTOFF_HZ = 6.0
"""Low-pass cutoff.  4-10 Hz is usual for human movement; 6 Hz is what an open vector-coding tool for the
same landmarks uses.  Winter (Biomechanics and Motor Control) gives residual analysis to choose it."""

BRIDGE_S = 0.5
"""Longest hole in the poses that is bridged by a straight line while finding reps (our judgement)."""

MEASURED_GAP_S = 0.2
"""Longest hole whose bridged samples still count as measured: 5 frames at 25-30 fps (our judgement)."""


@lru_cache(maxsize=16)
def _butterworth(cutoff_hz: float, rate_hz: float) -> tuple[Array, Array]:
    """Return numerator and denominator of a 2nd-order Butterworth low-pass."""
    b, a = signal.butter(2, cutoff_hz, fs=rate_hz)
    return b, a


@lru_cache(maxsize=16)
def _rest_state(cutoff_hz: float, rate_hz: float) -> Array:
    """Return the state of the filter after a constant 1 has gone on for ever."""
    state: Array = signal.lfilter_zi(*_butterworth(cutoff_hz, rate_hz))
    return state


class CausalLowPass:
    """2nd-order Butterworth low-pass of every column, sample by sample.

    Chosen over a one-euro filter, whose delay depends on speed: the fast wrist and the
    slow hip would be shifted against each other by 38-78 ms, which is of the order of
    the lags we judge.
    """

    def __init__(self, *, cutoff_hz: float = CUTOFF_HZ, rate_hz: float = GRID_HZ) -> None:
        self._b, self._a = _butterworth(cutoff_hz, rate_hz)
        self._zi = _rest_state(cutoff_hz, rate_hz)
        self._state: Array | None = None

    def reset(self) -> None:
        """Forget the past: the next sample is taken as having been there for ever."""
        self._state = None

    def update(self, x: Array) -> Array:
        """Filter the next samples.

        Parameters
        ----------
        x : ndarray, shape (samples, columns)
            Finite values on the uniform grid.

        Returns
        -------
        ndarray, shape (samples, columns)
        """
        if len(x) == 0:
            return x
        rows = x.T  # along a row the filter is twice as quick
        if self._state is None:
            self._state = self._zi * rows[:, :1]
        y, self._state = signal.lfilter(self._b, self._a, rows, zi=self._state)
        return np.asarray(y.T, dtype=np.float64)


def smooth(x: Array, *, cutoff_hz: float = CUTOFF_HZ, rate_hz: float = GRID_HZ) -> Array:
    """Low-pass without delay: the same Butterworth filter run forward and backward.

    Parameters
    ----------
    x : ndarray, shape (samples, ...)
        Finite values on the uniform grid.

    Returns
    -------
    ndarray, shape (samples, ...)
        Unchanged where there are fewer than four samples.

    Notes
    -----
    Two passes lower the -3 dB point; as Winter (4th ed., p. 69) has it the warped
    frequency of each pass is raised by ``1 / (2 ** (1/2) - 1) ** (1/4)``.
    """
    if len(x) < 4:
        return x
    correction = (2.0**0.5 - 1.0) ** 0.25
    warped = np.arctan(np.tan(np.pi * cutoff_hz / rate_hz) / correction) / np.pi * rate_hz
    b, a = _butterworth(float(warped), rate_hz)
    rows = x.reshape(len(x), -1).T  # along a row the filter is twice as quick
    edge = min(len(x) - 1, round(rate_hz / 3))
    # What `scipy.signal.filtfilt` does with its odd padding, without computing the initial state anew each time.
    padded = np.empty((len(rows), len(x) + 2 * edge))
    padded[:, edge:-edge] = rows
    np.subtract(2.0 * rows[:, :1], rows[:, edge:0:-1], out=padded[:, :edge])
    np.subtract(2.0 * rows[:, -1:], rows[:, -2 : -edge - 2 : -1], out=padded[:, -edge:])
    for _ in range(2):
        state = _rest_state(float(warped), rate_hz) * padded[:, :1]
        padded = signal.lfilter(b, a, padded, zi=state)[0][:, ::-1]
    return np.asarray(padded[:, edge : edge + len(x)].T, dtype=np.float64).reshape(x.shape)


@dataclass(frozen=True, kw_only=True, eq=False)
class GridBlock:
    """Samples on the uniform grid.

    Attributes
    ----------
    t : ndarray, shape (samples,)
        Seconds, multiples of the grid's step.
    x : ndarray, shape (samples, columns)
        Interpolated values, in Fortran order.
    spacing_s : ndarray, shape (samples,)
        Spacing of the two inputs each sample lies between: what the medium really gave.
    starts : ndarray of bool, shape (samples,)
        True at the first sample after a hole that was too long to bridge.
    """

    t: Array
    x: Array
    spacing_s: Array
    starts: Flags


class Resampler:
    """Put irregular samples on the uniform grid by straight lines, causally.

    A grid sample is given out as soon as an input at or after it has come.
    """

    def __init__(self, *, rate_hz: float = GRID_HZ, bridge_s: float = BRIDGE_S) -> None:
        self._rate_hz = rate_hz
        self._bridge_s = bridge_s
        self._t: Array = np.empty(0)
        self._x: Array | None = None
        self._split = True
        self._stretch = 0  # stretches of samples begun so far
        self._shown = 0  # the stretch of the last grid sample given out

    def split(self) -> None:
        """Do not bridge from what has come so far to what comes next."""
        self._split = True

    def update(self, t: Array, x: Array) -> GridBlock:
        """Take the next samples and return the grid samples they complete.

        Parameters
        ----------
        t : ndarray, shape (n,)
            Seconds, strictly increasing over all calls.
        x : ndarray, shape (n, columns)
            Finite values.
        """
        if len(t) == 0:
            none = np.empty(0)
            return GridBlock(t=none, x=np.empty((0, x.shape[1])), spacing_s=none, starts=np.empty(0, bool))
        if self._split or self._x is None:
            first = np.ceil(t[0] * self._rate_hz)
            self._stretch += 1
        else:
            t, x = np.concatenate((self._t, t)), np.concatenate((self._x, x))
            first = np.floor(t[0] * self._rate_hz) + 1
        self._t, self._x, self._split = t[-1:].copy(), x[-1:].copy(), False
        grid = np.arange(first, np.floor(t[-1] * self._rate_hz) + 1) / self._rate_hz
        right = np.minimum(np.searchsorted(t, grid, side="left"), len(t) - 1)
        left = np.where(t[right] > grid, right - 1, right)
        bridged = t[right] - t[left] <= self._bridge_s
        grid, left, right = grid[bridged], left[bridged], right[bridged]
        spacing = t[right] - t[left]
        weight = np.where(spacing > 0, (grid - t[left]) / np.where(spacing > 0, spacing, 1.0), 0.0)
        before, values = x.T.take(left, axis=1), x.T.take(right, axis=1)
        values -= before
        values *= weight
        values += before
        stretch = self._stretch + np.concatenate(([0], np.cumsum(np.diff(t) > self._bridge_s)))
        shown = stretch[right]
        starts = np.diff(shown, prepend=self._shown) > 0
        self._stretch = int(stretch[-1])
        self._shown = int(shown[-1]) if len(shown) else self._shown
        gaps = np.diff(t, prepend=t[:1])[right]
        return GridBlock(t=grid, x=values.T, spacing_s=gaps, starts=starts)


def filter_joints(
    low_pass: Callable[[Array], Array], *points: Array, runs: tuple[slice, ...] = JOINT_RUNS
) -> list[Array]:
    """Return the joints of trunk, arms and legs filtered, in Fortran order; the other landmarks are NaN.

    Parameters
    ----------
    low_pass : callable
        Filters the columns of an array of shape (samples, columns).
    *points : ndarray, shape (samples, 33, space)
        Several are filtered at once: the same stretch in metres and in the picture.
    runs : tuple of slice
        Stretches of the landmark axis, where fewer will do.
    """
    joints = [whole[:, run].reshape(len(whole), -1) for whole in points for run in runs]
    columns = low_pass(np.concatenate(joints, axis=1))
    filtered = [np.full(whole.shape, np.nan, order="F") for whole in points]
    first = 0
    for part in (whole[:, run] for whole in filtered for run in runs):
        last = first + part[0].size
        part[...] = columns[:, first:last].reshape(part.shape)
        first = last
    return filtered
