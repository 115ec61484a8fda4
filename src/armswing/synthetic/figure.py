"""Forward kinematics: from a pose command to joints and the 33 landmarks, all frames at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from armswing.landmarks import N_LANDMARKS, Joint, Landmark, Side
from armswing.pose import Array
from armswing.synthetic.body import Arms, Body, Command, Legs

SIDES = (Side.LEFT, Side.RIGHT)
OUTWARD = np.array([1.0, -1.0])
"""Sign of x on the (left, right) axis: the left is at +x."""
_UP = np.array([0.0, 1.0, 0.0])
_JOINTS: tuple[Joint, ...] = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_SOFT_FLOOR_M = 0.005
_REACH = 0.9999

# Spine and head as fractions of stature: mid-hip to shoulder line 0.288 (Winter: 0.818 - 0.530); (left, up, forward).
_LUMBAR, _CHEST, _SHOULDERS = (0.0, 0.058, -0.004), (0.0, 0.080, 0.0), (0.0, 0.150, -0.004)
_NECK, _ATLAS, _HEAD = (0.0, 0.190, -0.008), (0.0, 0.045, 0.007), (0.0, 0.046, 0.007)

# The face in the head's own axes, as fractions of stature; the left half, mirrored for the right.
_FACE = {
    "eye_inner": (0.0125, 0.001, 0.048),
    "eye": (0.018, 0.001, 0.047),
    "eye_outer": (0.024, 0.001, 0.0445),
    "ear": (0.0445, -0.007, -0.0045),
}
_MOUTH, _NOSE = (0.0137, -0.041, 0.048), (0.0, -0.017, 0.0655)
# The hand: along the fingers and toward the thumb, in hand lengths.
_HAND = {"pinky": (0.95, -0.35), "index": (1.05, 0.25), "thumb": (0.6, 0.5)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """Where the joints are: ``(frames, 3)``, or ``(frames, 2, 3)`` for (left, right), m, in the room.

    ``head_axes``, ``thorax_axes`` (frames, 3, 3) and ``foot_axes`` (frames, 2, 3, 3) have the
    columns left, up, forward; ``palm`` (frames, 2, 3) is the way the thumb points.
    """

    shoulder: Array
    elbow: Array
    wrist: Array
    palm: Array
    hip: Array
    knee: Array
    ankle: Array
    foot_axes: Array
    head: Array
    head_axes: Array
    thorax_axes: Array


def _unit(v: Array) -> Array:
    return np.asarray(v / np.linalg.norm(v, axis=-1, keepdims=True))


def _turn(axis: int, deg: npt.ArrayLike) -> Array:
    """Return right-handed rotations about a room axis, shape (..., 3, 3)."""
    angle = np.radians(np.asarray(deg, dtype=np.float64))
    matrix = np.zeros((*angle.shape, 3, 3))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix[..., axis, axis] = 1.0
    matrix[..., i, i] = matrix[..., j, j] = np.cos(angle)
    matrix[..., j, i] = np.sin(angle)
    matrix[..., i, j] = -np.sin(angle)
    return matrix


def _oriented(turn: npt.ArrayLike, pitch: npt.ArrayLike, roll: npt.ArrayLike = 0.0) -> Array:
    return np.asarray(_turn(1, turn) @ _turn(0, pitch) @ _turn(2, roll))


def _about(axis: Array, v: Array, deg: npt.ArrayLike) -> Array:
    """Turn ``v`` about the unit vectors ``axis`` (Rodrigues)."""
    angle = np.radians(np.asarray(deg, dtype=np.float64))[..., None]
    along = (axis * v).sum(-1, keepdims=True) * axis
    return np.asarray(v * np.cos(angle) + np.cross(axis, v) * np.sin(angle) + along * (1 - np.cos(angle)))


def _placed(origin: Array, axes: Array, offset: npt.ArrayLike, scale: float) -> Array:
    return np.asarray(origin + scale * (axes @ np.asarray(offset, dtype=np.float64)))


def _sided(value: npt.ArrayLike, frames: int) -> Array:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (frames, 2))


def _collar(body: Body, arms: Arms, frames: int) -> Array:
    """Return the shoulder joints from the top of the breast bone, thorax axes: (frames, 2, 3).

    The collar bone keeps its length, so a protracted shoulder also comes nearer the middle.
    """
    protract, lift = np.radians(_sided(arms.protract, frames)), np.radians(_sided(arms.lift, frames))
    x = OUTWARD * np.cos(protract) * np.cos(lift)
    return body.half_shoulders * np.stack([x, np.sin(lift), np.sin(protract) * np.cos(lift)], axis=-1)


def _arm_chain(body: Body, arms: Arms, shoulder: Array, mid_hip: Array) -> tuple[Array, Array, Array]:
    """Return elbow, wrist and thumb direction, each (frames, 2, 3).

    The angles count from the trunk line and the shoulder line, as the checker's measures do, so a
    commanded flare is the flare that can be seen.
    """
    frames = len(shoulder)
    up = _unit(shoulder.mean(axis=1) - mid_hip)
    left: Array = shoulder[:, 0] - shoulder[:, 1]
    left = _unit(left - (left * up).sum(-1, keepdims=True) * up)
    axes = np.stack([left, up, np.cross(left, up)], axis=-1)[:, None]
    lat, sag, flex, swivel = (
        np.radians(_sided(v, frames)) for v in (arms.lateral, arms.sagittal, arms.elbow, arms.swivel)
    )
    along = np.stack([OUTWARD * np.sin(lat), -np.cos(lat) * np.cos(sag), np.cos(lat) * np.sin(sag)], axis=-1)
    ahead = np.stack([np.zeros_like(lat), np.sin(sag), np.cos(sag)], axis=-1)
    inward = np.stack([-OUTWARD * np.cos(lat), -np.sin(lat) * np.cos(sag), np.sin(lat) * np.sin(sag)], axis=-1)
    bend = np.cos(swivel)[..., None] * ahead + np.sin(swivel)[..., None] * inward
    fore = np.cos(flex)[..., None] * along + np.sin(flex)[..., None] * bend
    thumb = np.cos(flex)[..., None] * bend - np.sin(flex)[..., None] * along
    along, fore, thumb = ((axes @ v[..., None])[..., 0] for v in (along, fore, thumb))
    elbow = shoulder + body.upper_arm * along
    return elbow, elbow + body.forearm * fore, thumb


def _standing_leg(body: Body, hip: Array, ankle: Array, forward: Array) -> tuple[Array, Array]:
    """Return the unit directions of thigh and shank that bring the ankle to its place (two-bone IK)."""
    reach = ankle - hip
    distance = np.linalg.norm(reach, axis=-1, keepdims=True)
    along = reach / distance
    distance = np.minimum(distance, _REACH * (body.thigh + body.shank))
    cos = (body.thigh**2 + distance**2 - body.shank**2) / (2 * body.thigh * distance)
    cos = np.clip(cos, -1.0, 1.0)
    pole = _unit(forward - (forward * along).sum(-1, keepdims=True) * along)
    thigh = cos * along + np.sqrt(1 - cos**2) * pole
    return thigh, _unit(along * distance - body.thigh * thigh)


def _leg_chain(body: Body, legs: Legs, hip: Array, base: Array, pelvis: Array) -> tuple[Array, Array, Array]:
    """Return knee, ankle (frames, 2, 3) and foot axes (frames, 2, 3, 3)."""
    frames = len(hip)
    foot = base[:, None] @ _turn(1, OUTWARD * _sided(legs.toe_out, frames))
    if legs.ankle is None:
        thigh = shank = np.broadcast_to(-base[:, None, :, 1], hip.shape)
    else:
        ankle = np.broadcast_to(np.asarray(legs.ankle, dtype=np.float64), hip.shape)
        thigh, shank = _standing_leg(body, hip, ankle, foot[..., 2])
    right = np.broadcast_to(-pelvis[:, None, :, 0], hip.shape)
    swing, bend = _sided(legs.swing, frames), _sided(legs.knee, frames)
    knee = hip + body.thigh * _about(right, thigh, swing)
    foot = foot @ _turn(0, _sided(legs.toe_down, frames))
    return knee, knee + body.shank * _about(right, shank, swing - bend), foot


def pose_body(body: Body, command: Command) -> Figure:
    """Return where a command puts the joints.

    Parameters
    ----------
    body : Body
        Whose joints.
    command : Command
        The pose, of one or many frames.

    Returns
    -------
    Figure
        Room coordinates, metres.
    """
    c, size = command, body.stature
    origin = np.atleast_2d(np.asarray(c.pelvis, dtype=np.float64))
    frames = len(origin)
    base = np.broadcast_to(_turn(1, c.heading), (frames, 3, 3))
    if c.supine:
        base = base @ _turn(0, -90.0)
    trunk = base @ _turn(0, c.tilt)
    pelvis = trunk @ _oriented(c.pelvis_turn, c.pelvis_pitch, c.pelvis_roll)
    thorax = trunk @ _oriented(c.thorax_turn, c.thorax_pitch, c.thorax_roll)
    pairs = ((c.pelvis_turn, c.thorax_turn), (c.pelvis_pitch, c.thorax_pitch), (c.pelvis_roll, c.thorax_roll))
    waist = trunk @ _oriented(*(np.add(a, b) / 2 for a, b in pairs))
    head = trunk @ _oriented(c.head_turn, c.head_pitch)
    neck = trunk @ _oriented(np.add(c.thorax_turn, c.head_turn) / 2, np.add(c.thorax_pitch, c.head_pitch) / 2)

    chest = _placed(_placed(origin, pelvis, _LUMBAR, size), waist, _CHEST, size)
    sternum = _placed(chest, thorax, _SHOULDERS, size)
    shoulder = sternum[:, None] + (thorax[:, None] @ _collar(body, c.arms, frames)[..., None])[..., 0]
    elbow, wrist, palm = _arm_chain(body, c.arms, shoulder, origin)
    skull = _placed(_placed(_placed(chest, thorax, _NECK, size), neck, _ATLAS, size), head, _HEAD, size)
    hip = origin[:, None] + body.half_hips * OUTWARD[:, None] * pelvis[:, None, :, 0]
    knee, ankle, foot = _leg_chain(body, c.legs, hip, base, pelvis)
    figure = Figure(
        shoulder=shoulder,
        elbow=elbow,
        wrist=wrist,
        palm=palm,
        hip=hip,
        knee=knee,
        ankle=ankle,
        foot_axes=foot,
        head=skull,
        head_axes=np.broadcast_to(head, (frames, 3, 3)),
        thorax_axes=np.broadcast_to(thorax, (frames, 3, 3)),
    )
    return _grounded(body, figure) if c.grounded else figure


def _grounded(body: Body, figure: Figure) -> Figure:
    """Return the figure shifted up or down so that its lowest heel or toe stands; the change is smooth."""
    low = np.concatenate([sole[..., 1] - body.sole for sole in _soles(body, figure).values()], axis=1)
    shift = _SOFT_FLOOR_M * np.log(np.exp(-low / _SOFT_FLOOR_M).sum(axis=1))[:, None] * _UP
    moved = {name: getattr(figure, name) + shift[:, None] for name in _JOINTS}
    return replace(figure, head=figure.head + shift, **moved)


def _soles(body: Body, figure: Figure) -> dict[str, Array]:
    """Return heel and tip of the feet, each (frames, 2, 3)."""
    down = body.sole - body.ankle_height
    ends = {"HEEL": (0.0, down, -0.03 * body.stature), "FOOT_INDEX": (0.0, down, body.foot)}
    return {name: _placed(figure.ankle, figure.foot_axes, offset, 1.0) for name, offset in ends.items()}


def blazepose_points(body: Body, figure: Figure) -> Array:
    """Return the 33 landmarks of a figure in the room: (frames, 33, 3), m."""
    points = np.empty((len(figure.head), N_LANDMARKS, 3))
    points[:, Landmark.NOSE] = _placed(figure.head, figure.head_axes, _NOSE, body.stature)
    fore = _unit(figure.wrist - figure.elbow)
    for i, side in enumerate(SIDES):
        mirror = np.array([OUTWARD[i], 1.0, 1.0])
        for name, place in _FACE.items():
            first, _, rest = name.partition("_")
            mark = Landmark["_".join(filter(None, (side.name, first.upper(), rest.upper())))]
            points[:, mark] = _placed(figure.head, figure.head_axes, mirror * place, body.stature)
        mouth = Landmark[f"MOUTH_{side.name}"]
        points[:, mouth] = _placed(figure.head, figure.head_axes, mirror * _MOUTH, body.stature)
        for joint in _JOINTS:
            points[:, side.landmark(joint)] = getattr(figure, joint)[:, i]
        for name, (along, thumb) in _HAND.items():
            finger = figure.wrist[:, i] + body.hand * (along * fore[:, i] + thumb * figure.palm[:, i])
            points[:, Landmark[f"{side.name}_{name.upper()}"]] = finger
        for end, sole in _soles(body, figure).items():
            points[:, Landmark[f"{side.name}_{end}"]] = sole[:, i]
    return points
