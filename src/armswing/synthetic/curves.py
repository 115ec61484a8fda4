"""Smooth curves of time, from which every motion is made.

All are functions of time itself, never of the frame number: a motion sampled at 15 or at
60 pictures a second is the same motion.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from armswing.pose import Array

SWAY_HZ = (0.15, 0.6)
"""Band of a standing person's slow sway in Hz (our judgement)."""


def min_jerk(x: npt.ArrayLike) -> Array:
    """Return the minimum-jerk step: 0 below 0, 1 above 1, at rest at both ends.

    References
    ----------
    Flash and Hogan 1985, J Neurosci 5:1688.

    Examples
    --------
    >>> min_jerk([-1.0, 0.5, 2.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    x = np.clip(np.asarray(x, dtype=np.float64), 0.0, 1.0)
    return np.asarray(x**3 * (10.0 - 15.0 * x + 6.0 * x**2))


def ramp(t: Array, start_s: float, length_s: float) -> Array:
    """Return a minimum-jerk step from 0 at ``start_s`` to 1 at ``start_s + length_s``."""
    return min_jerk((t - start_s) / max(length_s, 1e-9))


def blend(a: npt.ArrayLike, b: npt.ArrayLike, share: npt.ArrayLike) -> Array:
    """Return ``a`` where ``share`` is 0, ``b`` where it is 1, and the line between."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return np.asarray(a + (b - a) * np.asarray(share, dtype=np.float64))


def sway(t: Array, seed: int, channel: int) -> Array:
    """Return slow, aperiodic, repeatable wandering between about -1 and 1.

    Parameters
    ----------
    t : ndarray, shape (frames,)
        Seconds.
    seed, channel : int
        The person's day, and which of the body's parts wanders: same numbers, same curve.
    """
    rng = np.random.default_rng((seed, channel))
    hz, phase = rng.uniform(*SWAY_HZ, 3), rng.uniform(0, 2 * np.pi, 3)
    return np.asarray(np.sin(2 * np.pi * hz * t[:, None] + phase).mean(axis=1))


def through(t: Array, times: npt.ArrayLike, values: Sequence[npt.ArrayLike], move_s: npt.ArrayLike) -> Array:
    """Return a curve that starts at ``values[0]`` and moves to ``values[i + 1]`` from ``times[i]`` on.

    Parameters
    ----------
    t : ndarray, shape (frames,)
        Seconds.
    times : array_like, shape (moves,)
        When each move begins, in order.
    values : sequence of moves + 1 array_likes of one shape
        The stations.
    move_s : array_like, shape (moves,) or scalar
        How long each move takes; no longer than the time until the next.

    Returns
    -------
    ndarray, shape (frames, ...)
    """
    stations = np.asarray(values, dtype=np.float64)
    begin = np.atleast_1d(np.asarray(times, dtype=np.float64))
    length = np.broadcast_to(np.asarray(move_s, dtype=np.float64), begin.shape)
    share = min_jerk((t[:, None] - begin) / length)
    return np.asarray(stations[0] + np.tensordot(share, np.diff(stations, axis=0), axes=1))


def bump(phase: Array, centre: float, width: float) -> Array:
    """Return a smooth periodic bump of height 1 at ``centre`` (phase and width in cycles)."""
    sharpness = 1.0 / (2 * np.pi * width) ** 2
    return np.asarray(np.exp(sharpness * (np.cos(2 * np.pi * (phase - centre)) - 1.0)))


def travel(t: Array, start_s: float, stop_s: float, ramp_s: float) -> tuple[Array, Array]:
    """Return the way and the speed of something that moves at speed 1 from ``start_s`` to ``stop_s``.

    It gets going and stops in ``ramp_s`` each, with minimum-jerk changes of speed.
    """

    def integral(x: Array) -> Array:
        within = np.clip(x, 0.0, 1.0)
        return np.asarray(within**4 * (2.5 - 3.0 * within + within**2) + np.maximum(x - 1.0, 0.0))

    on, off = (t - start_s) / ramp_s, (t - stop_s) / ramp_s
    return ramp_s * (integral(on) - integral(off)), min_jerk(on) - min_jerk(off)
