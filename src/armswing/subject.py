"""Keep to one person: the hip centre and the size of the trunk move continuously."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armswing.geometry import Array, Flags, length
from armswing.kinematics import mid_hip, mid_shoulder, trunk_length
from armswing.landmarks import Landmark
from armswing.pose import PoseSequence

STEP, STEP_PER_S, FORGET_S = 0.35, 3.0, 0.5
"""The hip centre may jump this many trunk lengths at once and travel so many a second: a walker crossing the
picture makes 3, an exercise below 2.  After the last of the three no more room is given: somebody found two
trunk lengths away is somebody else (our judgement)."""

RESIZE, RESIZE_PER_S = 1.35, 1.0
"""The trunk may change its length in the picture by this factor at once, and by so much more a second
(our judgement)."""

POINT_REACH = 1.5
"""A point is on a person when it lies within so many trunk lengths of the trunk's middle (our judgement)."""

NEARER = 1.1
"""Somebody whose trunk is so many times longer in the picture than the one the pose model took is the subject:
who films an exercise stands in front, whoever passes or talks in the background faces the camera.  Of 64 rendered
athletes with somebody behind them 59 are followed, with 1.2 there are 57; four of the others lie on the floor (our
judgement)."""

SETTLE_S = 1.0
"""Somebody else, followed for so long, is the new subject (our judgement)."""

_TRUNK = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sighting:
    """What became of a block of frames.

    Attributes
    ----------
    usable : ndarray of bool, shape (frames,)
        The subject was found and the tracker has settled on it.
    changed : ndarray of bool, shape (frames,)
        Another person, or the same one after a hard cut, is the subject from this frame on.
    jumped : ndarray of bool, shape (frames,)
        The tracker left the subject in this frame.
    """

    usable: Flags
    changed: Flags
    jumped: Flags


class Subject:
    """Follow one person through frames or blocks of frames.

    Parameters
    ----------
    point : (float, float), optional
        A point on the person at the beginning, in square pixels; frames in which
        somebody else is found do not count until that person is.
    slowmo_factor : float
        How many times slower the medium plays than people moved.
    """

    def __init__(self, *, point: tuple[float, float] | None = None, slowmo_factor: float = 1.0) -> None:
        self._point = point
        self._slowmo = slowmo_factor
        self._last: tuple[float, Array, float] | None = None  # time, hip centre, trunk length
        self._other_since = float("nan")
        self._other: tuple[float, Array, float] | None = None

    def update(self, poses: PoseSequence) -> Sighting:
        """Say of each frame whether it shows the subject."""
        n = len(poses)
        usable, changed, jumped = (np.zeros(n, dtype=bool) for _ in range(3))
        t, candidates = poses.t / self._slowmo, poses.found & ~poses.settling
        centres, sizes = mid_hip(poses.image), trunk_length(poses.image)
        on_point = self._on_point(poses) if self._point is not None else None
        if not poses.cut.any() and self._calm(t, candidates, centres, sizes):
            usable |= candidates
            self._remember(t, centres, sizes, candidates)
            return Sighting(usable=usable, changed=changed, jumped=jumped)
        for i in range(n):
            if poses.cut[i]:
                self._last, self._other = None, None
                changed[i] = True
            if not candidates[i] or (on_point is not None and self._point is not None and not on_point[i]):
                continue
            self._point = None
            usable[i], changed_here, jumped[i] = self._follow(float(t[i]), centres[i], float(sizes[i]))
            changed[i] |= changed_here
        return Sighting(usable=usable, changed=changed, jumped=jumped)

    def _calm(self, t: Array, candidates: Flags, centres: Array, sizes: Array) -> bool:
        """Whether the whole block plainly shows the subject, so that no frame needs a look of its own."""
        if self._point is not None or self._other is not None:
            return False
        t, centre, size = t[candidates], centres[candidates], sizes[candidates]
        if self._last is not None:
            t = np.concatenate(([self._last[0]], t))
            centre = np.concatenate((self._last[1][None], centre))
            size = np.concatenate(([self._last[2]], size))
        return bool(_same(np.diff(t), length(np.diff(centre, axis=0)), size[:-1], size[1:]).all())

    def _remember(self, t: Array, centres: Array, sizes: Array, candidates: Flags) -> None:
        where = np.flatnonzero(candidates)
        if len(where):
            last = where[-1]
            self._last = (float(t[last]), centres[last], float(sizes[last]))

    def _follow(self, t: float, centre: Array, size: float) -> tuple[bool, bool, bool]:
        """Return whether a frame shows the subject, is a new subject's first, and is a jump away."""
        here = (t, centre, size)
        if self._last is None:
            self._last = here
            return True, False, False
        followed = self._other is not None and _is_same(self._other, here)
        if not followed and _is_same(self._last, here):
            self._last, self._other = here, None
            return True, False, False
        if not followed:
            self._other, self._other_since = here, t
            return False, False, True
        self._other = here
        if t - self._other_since < SETTLE_S:
            return False, False, False
        self._last, self._other = here, None
        return True, True, False

    def _on_point(self, poses: PoseSequence) -> Flags:
        """Return in which frames the pointed-at place lies on the person found: shape (frames,)."""
        point = np.array(self._point or (np.nan, np.nan))
        return np.asarray(distance_from(poses.image, point) <= POINT_REACH)


def distance_from(image: Array, point: Array) -> Array:
    """Return how far a point in the picture is from the middle of a trunk, in trunk lengths: shape (...).

    Parameters
    ----------
    image : ndarray, shape (..., 33, 2)
        Landmarks in square pixels; NaN in, NaN out.
    point : ndarray, shape (2,)
        Square pixels.
    """
    middle = 0.5 * (mid_hip(image) + mid_shoulder(image))
    return length(middle - point) / trunk_length(image)


def whom_to_follow(people: Array, size: tuple[int, int]) -> int:
    """Return which of several people in a picture is the one who exercises.

    Parameters
    ----------
    people : ndarray, shape (people, 33, 2)
        Landmarks in square pixels, whom the pose model took for the only one first.
    size : (int, int)
        Width and height of the picture.

    Returns
    -------
    int
        The first; or the largest of those whose trunk is wholly in the picture, if that one is `NEARER`.
    """
    trunks = people[:, _TRUNK]
    inside = ((trunks >= 0) & (trunks <= np.array(size))).all(axis=(-1, -2))
    sizes = np.where(inside, trunk_length(people), 0.0)
    largest = int(np.argmax(sizes))
    return largest if sizes[largest] >= NEARER * trunk_length(people[0]) else 0


def _same(dt: Array, step: Array, before: Array, after: Array) -> Flags:
    """Whether two sightings may be one person, given the time and the way between them."""
    ratio = np.maximum(before, after) / np.maximum(np.minimum(before, after), 1e-9)
    elapsed = np.minimum(dt, FORGET_S)
    near = step <= (STEP + STEP_PER_S * elapsed) * np.maximum(before, after)
    return np.asarray(near & (ratio <= RESIZE + RESIZE_PER_S * elapsed))


def _is_same(a: tuple[float, Array, float], b: tuple[float, Array, float]) -> bool:
    step = length((b[1] - a[1])[None])
    return bool(_same(np.array([b[0] - a[0]]), step, np.array([a[2]]), np.array([b[2]]))[0])
