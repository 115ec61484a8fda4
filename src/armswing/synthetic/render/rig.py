"""From landmarks to what the shaders draw: joints, the axes of the segments, and where each part can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armswing.landmarks import Joint, Landmark, Side
from armswing.pose import Array
from armswing.synthetic.body import Body

STATURE_M = 1.75
"""Stature of the person in whose metres the shaders count."""
JOINTS: tuple[Joint, ...] = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
SIDES = (Side.LEFT, Side.RIGHT)
TRUNK, HEAD, LEFT_ARM, RIGHT_ARM, LEFT_LEG, RIGHT_LEG = (1 << bit for bit in range(6))
_ARMS, _LEGS = (LEFT_ARM, RIGHT_ARM), (LEFT_LEG, RIGHT_LEG)

# Places in Rig.joints and Rig.axes, as in common.glsl.
_MID_SHOULDER, _MID_HIP, _WAIST, _HEAD, _NECK = range(12, 17)
_PELVIS, _THORAX, _SKULL, _HAND, _FOOT = 0, 1, 2, 3, 5

_BLEND_M = 0.04
"""Parts this near to each other may melt into each other."""
# Middle of the head from the middle of the ears, and height of the eyes over the mouth, m of STATURE_M.
_HEAD_OVER_EARS, _EYES_OVER_MOUTH = np.array([0.0, 0.01225, 0.0079]), np.array([0.0, 0.0735, -0.0018])


@dataclass(frozen=True, kw_only=True, eq=False)
class Rig:
    """The person of some pictures in metres of somebody 1.75 m tall; see ``shaders/common.glsl``.

    Attributes
    ----------
    joints : ndarray, shape (frames, 17, 3)
        Shoulders, elbows, wrists, hips, knees, ankles (left, right), middle of the shoulders and of
        the hips, waist, head, foot of the neck; in the room.
    axes : ndarray, shape (frames, 7, 3, 3)
        Of pelvis, rib cage, head, hands and feet; the rows are left, up and forward, of a hand
        toward palm, fingers and thumb.
    scale : float
        Metres per unit of length.
    girth : float
        Of the trunk against the average.
    """

    joints: Array
    axes: Array
    scale: float
    girth: float

    @property
    def limb_girth(self) -> float:
        """Thickness of arms and legs against the average: they vary less than the trunk."""
        return float(np.sqrt(self.girth))

    def capsules(self, frame: int, loose: float) -> tuple[Array, Array, Array, Array]:
        """Return capsules that hold each part and all it may melt into.

        Parameters
        ----------
        frame : int
            Which frame.
        loose : float
            How loose the clothes are, 0 to 1.

        Returns
        -------
        part : ndarray of int, shape (capsules,)
            The part's bit.
        start, end : ndarray, shape (capsules, 3)
            In the room.
        radius : ndarray, shape (capsules,)
        """
        j, wide = self.joints[frame], max(1.0, self.girth)
        near, cloth = _BLEND_M, 0.03 * loose
        found = [
            (TRUNK, j[_MID_HIP], j[_MID_SHOULDER], 0.20 * wide + near + cloth),
            (TRUNK, j[0], j[1], 0.09 * wide + near),
            (HEAD, j[_NECK], j[_HEAD] + 0.03 * self.axes[frame, _SKULL, 1], 0.14 + near),
        ]
        for side in (0, 1):
            shoulder, elbow, wrist, hip, knee, ankle = j[side:12:2]
            fingers, toes = self.axes[frame, _HAND + side, 1], self.axes[frame, _FOOT + side, 2]
            thick = self.limb_girth
            found += [
                (_ARMS[side], shoulder, elbow, 0.065 * thick + near + cloth),
                (_ARMS[side], elbow, wrist, 0.050 * thick + near),
                (_ARMS[side], wrist, wrist + 0.075 * fingers, 0.135 + near),
                (_LEGS[side], hip, knee, 0.100 * thick + near + cloth),
                (_LEGS[side], knee, ankle, 0.060 * thick + near),
                (_LEGS[side], ankle, ankle + 0.14 * toes, 0.085 + near),
            ]
        part, start, end, radius = zip(*found, strict=True)
        return np.array(part), np.array(start), np.array(end), np.array(radius)


def _unit(v: Array) -> Array:
    return np.asarray(v / np.linalg.norm(v, axis=-1, keepdims=True))


def _axes(left: Array, up: Array, *, keep: str) -> Array:
    """Return rows left, up and forward; the one of the two directions that is kept is exact."""
    forward = _unit(np.cross(left, up))
    if keep == "up":
        up = _unit(up)
        return np.stack([np.cross(up, forward), up, forward], axis=-2)
    left = _unit(left)
    return np.stack([left, np.cross(forward, left), forward], axis=-2)


def rig(points: Array, body: Body) -> Rig:
    """Return joints and axes of a person's landmarks.

    Parameters
    ----------
    points : ndarray, shape (frames, 33, 3)
        Landmarks in the room, m, as `blazepose_points` makes them, mirrored or not.
    body : Body
        Whose they are.
    """
    scale = body.stature / STATURE_M
    points = np.asarray(points, dtype=np.float64) / scale

    joints = np.empty((len(points), 17, 3))
    for i, joint in enumerate(JOINTS):
        for side in (0, 1):
            joints[:, 2 * i + side] = points[:, SIDES[side].landmark(joint)]
    mid_shoulder, mid_hip = joints[:, 0:2].mean(axis=1), joints[:, 6:8].mean(axis=1)
    trunk = mid_shoulder - mid_hip
    pelvis = _axes(joints[:, 6] - joints[:, 7], trunk, keep="left")
    thorax = _axes(joints[:, 0] - joints[:, 1], trunk, keep="up")
    skull, middle = _skull(points)
    joints[:, _MID_SHOULDER], joints[:, _MID_HIP] = mid_shoulder, mid_hip
    joints[:, _WAIST] = mid_hip + 0.36 * trunk
    joints[:, _HEAD] = middle
    joints[:, _NECK] = mid_shoulder + 0.055 * thorax[:, 1] - 0.010 * thorax[:, 2]
    axes = [pelvis, thorax, skull]
    axes += [_hand(points, side) for side in SIDES] + [_foot(points, side) for side in SIDES]
    return Rig(joints=joints, axes=np.stack(axes, axis=1), scale=scale, girth=body.girth)


def _skull(points: Array) -> tuple[Array, Array]:
    """Return the head's axes and its middle, from ears, eyes and mouth."""
    ears = points[:, Landmark.LEFT_EAR], points[:, Landmark.RIGHT_EAR]
    eyes = points[:, [Landmark.LEFT_EYE, Landmark.RIGHT_EYE]].mean(axis=1)
    mouth = points[:, [Landmark.MOUTH_LEFT, Landmark.MOUTH_RIGHT]].mean(axis=1)
    left = _unit(ears[0] - ears[1])
    rise = eyes - mouth
    rough = _axes(left, rise, keep="left")
    # Eyes and mouth are not quite above each other: turn by the angle between their line and up.
    tilt = np.arctan2(_EYES_OVER_MOUTH[2], _EYES_OVER_MOUTH[1])
    up = np.cos(tilt) * rough[:, 1] - np.sin(tilt) * rough[:, 2]
    axes = np.stack([left, up, np.cross(left, up)], axis=-2)
    middle = (ears[0] + ears[1]) / 2 + np.einsum("i,fij->fj", _HEAD_OVER_EARS, axes)
    return axes, middle


def _hand(points: Array, side: Side) -> Array:
    """Return rows toward palm, fingers and thumb."""
    elbow, wrist = points[:, side.landmark("elbow")], points[:, side.landmark("wrist")]
    index, pinky = points[:, Landmark[f"{side.name}_INDEX"]], points[:, Landmark[f"{side.name}_PINKY"]]
    fingers = _unit(wrist - elbow)
    across = index - pinky
    thumb = _unit(across - (across * fingers).sum(-1, keepdims=True) * fingers)
    return np.stack([-side.sign * np.cross(fingers, thumb), fingers, thumb], axis=-2)


def _foot(points: Array, side: Side) -> Array:
    """Return rows left, up and toward the toes."""
    ankle, heel = points[:, side.landmark("ankle")], points[:, side.landmark("heel")]
    toes = _unit(points[:, side.landmark("foot_index")] - heel)
    rise = ankle - heel
    up = _unit(rise - (rise * toes).sum(-1, keepdims=True) * toes)
    return np.stack([np.cross(up, toes), up, toes], axis=-2)
