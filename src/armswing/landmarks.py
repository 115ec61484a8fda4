"""The 33 body landmarks and the two sides: the only place where an index appears.

Names and numbers are those of the MediaPipe pose landmarker (BlazePose).  Left
and right are the person's own, whatever the picture shows.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Joint = Literal["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index"]


class Landmark(IntEnum):
    """Position of each landmark on the landmark axis of a pose array."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


N_LANDMARKS = len(Landmark)


class Side(Enum):
    """A side of the person's own body.

    Examples
    --------
    >>> Side.RIGHT.opposite
    <Side.LEFT: 'left'>
    >>> Side.LEFT.landmark("knee")
    <Landmark.LEFT_KNEE: 25>
    """

    LEFT = "left"
    RIGHT = "right"

    __hash__ = object.__hash__  # `Enum` hashes in Python, and sides are keys all over

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT

    @property
    def sign(self) -> int:
        """+1 for the right, -1 for the left: the thorax and pelvis Z axes point to the right."""
        return 1 if self is Side.RIGHT else -1

    @property
    def column(self) -> int:
        """Its place where an axis is both sides: 0 for the left, 1 for the right."""
        return 1 if self is Side.RIGHT else 0

    def landmark(self, joint: Joint) -> Landmark:
        """Return the landmark of a joint on this side."""
        return _BY_SIDE[self, joint]


class BothSides:
    """Both sides at once, the left one first: stands for a `Side` where an axis of two sides is wanted.

    Examples
    --------
    >>> import numpy as np
    >>> world = np.zeros((100, 33, 3))
    >>> world[:, BOTH.landmark("knee")].shape
    (100, 2, 3)
    """

    sign = np.array([-1.0, 1.0])
    column = slice(None)

    def landmark(self, joint: Joint) -> slice:
        """Return the landmarks of a joint on both sides, which lie side by side."""
        return _BY_JOINT[joint]


BOTH = BothSides()

_BY_SIDE: dict[tuple[Side, str], Landmark] = {
    (side, mark.name.removeprefix(f"{side.name}_").lower()): mark
    for side in Side
    for mark in Landmark
    if mark.name.startswith(f"{side.name}_")
}

_BY_JOINT: dict[str, slice] = {
    joint: slice(left, left + 2) for (side, joint), left in _BY_SIDE.items() if side is Side.LEFT
}


def _mirror_index() -> npt.NDArray[np.intp]:
    swap = {"LEFT": "RIGHT", "RIGHT": "LEFT"}
    names = ["_".join(swap.get(part, part) for part in mark.name.split("_")) for mark in Landmark]
    return np.array([Landmark[name] for name in names], dtype=np.intp)


MIRROR: npt.NDArray[np.intp] = _mirror_index()
"""``pose[..., MIRROR, :]`` exchanges the left and the right landmarks."""
MIRROR.setflags(write=False)

JOINTS: tuple[Landmark, ...] = tuple(
    side.landmark(name) for name in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in Side
)
"""What is measured on: the joints of trunk, arms and legs."""

JOINT_RUNS: tuple[slice, slice] = (
    slice(Landmark.LEFT_SHOULDER, Landmark.RIGHT_WRIST + 1),
    slice(Landmark.LEFT_HIP, Landmark.RIGHT_ANKLE + 1),
)
"""The same as two stretches of the landmark axis: slices are views, and quicker than lists of numbers."""


def joints_of(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the rows of the `JOINTS`, in their order, of values of shape (samples, 33, ...)."""
    return np.concatenate([values[:, run] for run in JOINT_RUNS], axis=1)


BONES: tuple[tuple[Landmark, Landmark], ...] = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP),
    (Landmark.LEFT_SHOULDER, Landmark.LEFT_ELBOW),
    (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_ELBOW),
    (Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST),
    (Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST),
    (Landmark.LEFT_HIP, Landmark.LEFT_KNEE),
    (Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE),
    (Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE),
    (Landmark.RIGHT_KNEE, Landmark.RIGHT_ANKLE),
    (Landmark.LEFT_ANKLE, Landmark.LEFT_FOOT_INDEX),
    (Landmark.RIGHT_ANKLE, Landmark.RIGHT_FOOT_INDEX),
)
"""The skeleton that is drawn: pairs of landmarks joined by a line."""
