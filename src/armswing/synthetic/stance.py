"""Where the feet are planted in each stance, and how high the pelvis then is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from armswing.pose import Array
from armswing.synthetic.body import Body
from armswing.synthetic.figure import OUTWARD

Stance = Literal["standing", "split", "hinged", "half_kneeling", "lying", "seated"]

_LIFTED_CLEARANCE_M = 0.2
_HEEL_UP_DEG, _TIPTOE_DEG = 32.0, 70.0
"""Pitch of the hind foot in a split stance, and of the foot behind a kneeling knee."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Footing:
    """What a stance gives the feet.

    Attributes
    ----------
    ankles : ndarray, shape (2, 3)
        Left and right, in the room, m.
    toe_down : ndarray, shape (2,)
        Pitch of the feet, degrees.
    seat : (float, float) or None
        Height and depth of the pelvis where the stance fixes it, m; None where the legs carry it.
    """

    ankles: Array
    toe_down: Array
    seat: tuple[float, float] | None = None


def footing(body: Body, stance: Stance) -> Footing:
    """Return where the feet of somebody working with the right arm are.

    The left, opposite leg is the hind one in a split stance, from where it can go back as well as
    come through, and the front one of a half-kneeling person.
    """
    size, low = body.stature, body.ankle_height
    wide = 0.9 * body.half_hips + 0.012 * size
    feet = np.array([[wide, low, 0.0], [-wide, low, 0.0]])
    match stance:
        case "split":
            up = _heel_up(body, _HEEL_UP_DEG)
            apart = np.array([[0.0, up, -0.19 * size], [0.0, 0.0, 0.12 * size]])
            return Footing(ankles=feet + apart, toe_down=np.array([_HEEL_UP_DEG, 0.0]))
        case "half_kneeling":
            apart = np.array([[0.0, 0.0, 0.96 * body.thigh], [0.0, _heel_up(body, _TIPTOE_DEG), -0.92 * body.shank]])
            seat = (0.03 * size + 0.985 * body.thigh, 0.0)
            return Footing(ankles=feet + apart, toe_down=np.array([0.0, _TIPTOE_DEG]), seat=seat)
        case "seated":
            forward = np.array([0.0, 0.0, 0.98 * body.thigh])
            return Footing(ankles=feet + forward, toe_down=np.zeros(2), seat=(low + 0.99 * body.shank, 0.0))
    return Footing(ankles=feet, toe_down=np.zeros(2))


def _heel_up(body: Body, toe_down_deg: float) -> float:
    """Return how much higher the ankle is when the foot stands on its tip with this pitch, m."""
    pitch = np.radians(toe_down_deg)
    return float(body.foot * np.sin(pitch) - (body.ankle_height - body.sole) * (1 - np.cos(pitch)))


def hip_height(
    body: Body, ankles: Array, over: Array, knee_deg: Array, lifted: Array, *, roll_deg: npt.ArrayLike = 0.0
) -> Array:
    """Return how high the pelvis is over its standing leg or legs.

    Parameters
    ----------
    body : Body
        Whose legs.
    ankles : ndarray, shape (2, 3)
        Where the feet are planted, m.
    over : ndarray, shape (frames, 2)
        x and z of the pelvis, m.
    knee_deg : ndarray, shape (frames,)
        Flexion of the standing knee.
    lifted : ndarray, shape (frames, 2)
        How far each leg is off the floor, 0 to 1; a lifted leg does not hold the pelvis down.
    roll_deg : array_like, shape (frames,)
        Lean of the pelvis to the right.
    """
    aside = over[:, :1] + body.half_hips * OUTWARD - ankles[:, 0]
    ahead = over[:, 1:] - ankles[:, 2]
    length = body.leg_length(knee_deg)[:, None]
    room = np.maximum(length**2 - aside**2 - ahead**2, (0.3 * length) ** 2)
    raised = body.half_hips * OUTWARD * np.sin(np.radians(np.asarray(roll_deg, dtype=np.float64)))[..., None]
    height = np.sqrt(room) + ankles[:, 1] - raised + _LIFTED_CLEARANCE_M * np.abs(lifted)
    return np.asarray(height.min(axis=1))
