"""Where the legs start from: their scissor in the ready pose, or in the pauses of the set."""

from __future__ import annotations

import math

import numpy as np

from armswing.filters import GRID_HZ, filter_joints, smooth
from armswing.geometry import Array, extent, median
from armswing.kinematics import hip_flexion, trunk_axes
from armswing.landmarks import BOTH, Landmark

READY_S = 0.7
"""Stillness before a set that shows the ready pose (our judgement)."""

READY_DEG = 8.0
"""How much the scissor of the hips may move meanwhile: the dead zone of the coupling."""

LOW = 0.15
"""A drive this close to its lowest in the pause is low, in typical repetitions (our judgement)."""

ENOUGH_S = 0.2
"""Without a ready pose, so much pause is needed in all (our judgement)."""

_TRUNK_AND_THIGHS = BOTH.landmark("shoulder"), slice(Landmark.LEFT_HIP, Landmark.RIGHT_KNEE + 1)


class LegRest:
    """Collect the rest level of left minus right hip flexion through one set.

    The level matters: a split or half-kneeling stance has a large scissor of its own, and a
    leg that comes late can be told from the wrong leg against the rest only.
    """

    def __init__(self) -> None:
        self._ready = float("nan")
        self._pauses: list[Array] = []

    @property
    def ready_deg(self) -> float:
        """The level in the ready pose, which no pause changes any more; NaN while none has been seen."""
        return self._ready

    def before(self, world: Array, drives: Array) -> float:
        """Take the poses before a repetition and return the rest level known by now.

        Parameters
        ----------
        world : ndarray, shape (samples, 33, 3)
            Landmarks on the uniform grid between the last repetition and this one.
        drives : ndarray, shape (samples, arms)
            The drives of the arms that are seen.

        Returns
        -------
        float
            Degrees; NaN while no rest has been seen.
        """
        n = len(world)
        if n >= 4 and math.isnan(self._ready):
            (world,) = filter_joints(smooth, world, runs=_TRUNK_AND_THIGHS)
            axes = trunk_axes(world)
            axes = axes.holding(median(axes.pelvis_forward))
            left, right = hip_flexion(world, BOTH, axes).T
            scissor = left - right
            low = (drives <= drives.min(axis=0) + LOW).all(axis=1)
            still = round(READY_S * GRID_HZ)
            if n >= still and low[-still:].all() and extent(scissor[-still:]) < READY_DEG:
                self._ready = float(median(scissor[-still:]))
            self._pauses.append(scissor[low])
        if not math.isnan(self._ready):
            return self._ready
        pooled = np.concatenate(self._pauses) if self._pauses else np.empty(0)
        return float(median(pooled)) if len(pooled) >= ENOUGH_S * GRID_HZ else float("nan")
