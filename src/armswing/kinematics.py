"""Joint angles and reaches from a pose: one function per quantity.

All quantities take world landmarks of shape (..., 33, 3) in metres (see
`armswing.pose`), a side and, where they are at hand, the trunk's axes, and return
shape (...).  NaN in, NaN out.  For `BOTH` sides they return shape (..., 2), at little more
than the cost of one.

Frames of reference (ISB axis names, after Wu et al. 2005, J
Biomech 38:981; built from landmarks, hence "ISB-style"): Y up along the trunk,
Z to the person's right, X forward.  The thorax takes Z from the shoulder line,
the pelvis from the hip line; both share Y, because landmarks give the pelvis no
axis of its own.  Nothing refers to the vertical of the picture, so a person
lying on the back is measured like one who stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Self

import numpy as np

from armswing.geometry import (
    Array,
    angle_between,
    cross,
    dot,
    elevation_from_plane,
    length,
    median,
    perpendicular,
    signed_angle,
    unit,
)
from armswing.landmarks import BOTH, JOINT_RUNS, BothSides, Joint, Landmark, Side

_LEFT_ENDS = slice(Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP + 1, Landmark.LEFT_HIP - Landmark.LEFT_SHOULDER)
_RIGHT_ENDS = slice(Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP + 1, Landmark.RIGHT_HIP - Landmark.RIGHT_SHOULDER)


@dataclass(frozen=True, kw_only=True, eq=False)
class TrunkAxes:
    """Unit axes of thorax and pelvis, each of shape (..., 3), in the frame of the landmarks.

    ``forward`` is the axis of reaches and hip angles: the pelvis's own, or a direction held
    fixed for a repetition so that turning the pelvis does not leak into them.
    """

    up: Array
    thorax_right: Array
    pelvis_right: Array
    pelvis_forward: Array
    forward: Array

    @cached_property
    def thorax_forward(self) -> Array:
        """Forward of the thorax, shape (..., 3); computed when it is asked for."""
        return cross(self.up, self.thorax_right)

    def part(self, frames: slice) -> Self:
        """Return the axes of some of the frames, as views."""
        return self._at(frames)

    @cached_property
    def beside(self) -> Self:
        """The same axes with an axis of length 1 for the sides, as views of shape (..., 1, 3)."""
        return self._at((..., None, slice(None)))

    def holding(self, forward: Array) -> Self:
        """Return the same axes with a forward direction to hold on to, shape (3,) or (..., 3)."""
        return type(self)(
            up=self.up,
            thorax_right=self.thorax_right,
            pelvis_right=self.pelvis_right,
            pelvis_forward=self.pelvis_forward,
            forward=perpendicular(forward, self.up),
        )

    def steady(self) -> Self:
        """Return the axes of a trunk that keeps its median posture throughout, each of shape (3,), of finite axes."""
        up = unit(median(self.up))
        thorax_right, pelvis_right, pelvis_forward, forward = (
            perpendicular(median(axis), up)
            for axis in (self.thorax_right, self.pelvis_right, self.pelvis_forward, self.forward)
        )
        return type(self)(
            up=up,
            thorax_right=thorax_right,
            pelvis_right=pelvis_right,
            pelvis_forward=pelvis_forward,
            forward=forward,
        )

    def _at(self, index: Any) -> Self:
        return type(self)(
            up=self.up[index],
            thorax_right=self.thorax_right[index],
            pelvis_right=self.pelvis_right[index],
            pelvis_forward=self.pelvis_forward[index],
            forward=self.forward[index],
        )


def joint(points: Array, side: Side | BothSides, name: Joint) -> Array:
    """Return one landmark, shape (..., space), or that of both sides, shape (..., 2, space)."""
    return points[..., side.landmark(name), :]


def mid_shoulder(points: Array) -> Array:
    """Return the middle of the shoulder line, shape (..., space)."""
    middle: Array = 0.5 * (points[..., Landmark.LEFT_SHOULDER, :] + points[..., Landmark.RIGHT_SHOULDER, :])
    return middle


def mid_hip(points: Array) -> Array:
    """Return the middle of the hip line, shape (..., space)."""
    middle: Array = 0.5 * (points[..., Landmark.LEFT_HIP, :] + points[..., Landmark.RIGHT_HIP, :])
    return middle


def trunk_lines(points: Array) -> Array:
    """Return the lines of the shoulders and of the hips, from left to right: shape (..., 2, space)."""
    lines: Array = points[..., _RIGHT_ENDS, :] - points[..., _LEFT_ENDS, :]
    return lines


def trunk_way(points: Array) -> Array:
    """Return the way from mid-hip to mid-shoulder, shape (..., space)."""
    sides = joint(points, BOTH, "shoulder") - joint(points, BOTH, "hip")
    way: Array = 0.5 * (sides[..., 0, :] + sides[..., 1, :])
    return way


def trunk_length(points: Array) -> Array:
    """Return the distance from mid-hip to mid-shoulder, in the unit of ``points`` (metres or pixels)."""
    return length(trunk_way(points))


def shoulder_width(picture: Limbs) -> Array:
    """Return how wide the shoulder line is across the trunk, as the picture shows it: pixels, shape (...)."""
    line, trunk = (
        joint(picture.points, Side.RIGHT, "shoulder") - joint(picture.points, Side.LEFT, "shoulder"),
        picture.trunk,
    )
    return np.abs(line[..., 0] * trunk[..., 1] - line[..., 1] * trunk[..., 0]) / picture.trunk_length


def segment_length(points: Array, side: Side | BothSides, first: Joint, second: Joint) -> Array:
    """Return the distance between two joints of a side, in the unit of ``points``."""
    return length(joint(points, side, second) - joint(points, side, first))


def trunk_axes(world: Array | Limbs) -> TrunkAxes:
    """Return the axes of thorax and pelvis of landmarks, or of their limbs; forward is the pelvis's own.

    Notes
    -----
    With Y up and Z to the right, X = Y x Z points forward in any right-handed frame.
    """
    limbs = limbs_of(world)
    up = unit(limbs.trunk)
    lines = perpendicular(trunk_lines(limbs.points), up[..., None, :])
    thorax_right, pelvis_right = lines[..., 0, :], lines[..., 1, :]
    pelvis_forward = cross(up, pelvis_right)
    return TrunkAxes(
        up=up,
        thorax_right=thorax_right,
        pelvis_right=pelvis_right,
        pelvis_forward=pelvis_forward,
        forward=pelvis_forward,
    )


class Limb:
    """An arm or a leg of both sides: two segments, one after the other.

    Parameters
    ----------
    joints : ndarray, shape (..., 6, space)
        Its three joints from the trunk outwards, of each the left one and the right one.

    Attributes
    ----------
    vectors : ndarray, shape (..., 2, 2, space)
        From joint to joint: first upper arm or thigh, then forearm or shank; of each the left one and the right one.
    """

    def __init__(self, joints: Array) -> None:
        joints = joints.reshape(*joints.shape[:-2], 3, 2, joints.shape[-1])
        self.vectors: Array = joints[..., 1:, :, :] - joints[..., :-1, :, :]

    @cached_property
    def lengths(self) -> Array:
        """How long each segment is, shape (..., 2, 2)."""
        return length(self.vectors)

    @cached_property
    def directions(self) -> Array:
        """The same vectors with length 1."""
        return unit(self.vectors)

    @cached_property
    def bend(self) -> Array:
        """Flexion of the joint between the segments in degrees, left and right: shape (..., 2)."""
        return angle_between(self.directions[..., 0, :, :], self.directions[..., 1, :, :])


class Limbs:
    """The arms, the legs and the trunk of a pose: what several quantities read is computed once.

    Parameters
    ----------
    points : ndarray, shape (..., 33, space)
        Landmarks.
    """

    def __init__(self, points: Array) -> None:
        self.points = points

    @cached_property
    def arms(self) -> Limb:
        """Upper arms and forearms."""
        return Limb(self.points[..., JOINT_RUNS[0], :])

    @cached_property
    def legs(self) -> Limb:
        """Thighs and shanks."""
        return Limb(self.points[..., JOINT_RUNS[1], :])

    @cached_property
    def trunk(self) -> Array:
        """The way from mid-hip to mid-shoulder, shape (..., space)."""
        return trunk_way(self.points)

    @cached_property
    def trunk_length(self) -> Array:
        """How long that is, shape (...)."""
        return length(self.trunk)


def limbs_of(world: Array | Limbs) -> Limbs:
    """Return the limbs of landmarks, or those that are at hand."""
    return world if isinstance(world, Limbs) else Limbs(world)


def _axes(limbs: Limbs, side: Side | BothSides, axes: TrunkAxes | None) -> TrunkAxes:
    axes = trunk_axes(limbs) if axes is None else axes
    return axes.beside if side is BOTH else axes


def _upper_arm(limbs: Limbs, side: Side | BothSides) -> Array:
    """Return the direction of the upper arm."""
    direction: Array = limbs.arms.directions[..., 0, side.column, :]
    return direction


def _arm(limbs: Limbs, side: Side | BothSides) -> tuple[Array, Array]:
    """Return the way from shoulder to wrist, and how long the arm is along its segments."""
    arms = limbs.arms
    across: Array = arms.vectors[..., 0, side.column, :] + arms.vectors[..., 1, side.column, :]
    return across, arms.lengths[..., 0, side.column] + arms.lengths[..., 1, side.column]


def elbow_flexion(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Elbow flexion in degrees: 0 = straight arm, 90 = right angle.  It needs no axes."""
    del axes
    flexion: Array = limbs_of(world).arms.bend[..., side.column]
    return flexion


def shoulder_elevation(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Humerothoracic elevation in degrees: 0 = hanging along the trunk, 90 = square to it, 180 = overhead."""
    limbs = limbs_of(world)
    return angle_between(_upper_arm(limbs, side), -_axes(limbs, side, axes).up)


def elbow_flare(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Angle of the upper arm out of the sagittal plane of the thorax, in degrees.

    0 = elbow in line with the side of the body, + = out to the side, - = across the
    body.  With the upper arm square to the trunk and straight out it is the 90
    degrees of the press literature.
    """
    limbs = limbs_of(world)
    lateral = side.sign * dot(_upper_arm(limbs, side), _axes(limbs, side, axes).thorax_right)
    return elevation_from_plane(lateral)


def elbow_plane(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Plane of elevation of the upper arm in degrees: 0 = straight out (abduction), 90 = straight forward.

    Notes
    -----
    Ill-conditioned near 0 and 180 degrees of elevation (Phadke et al. 2011, J Biomech
    44:700); read it between about 30 and 150 only.
    """
    limbs = limbs_of(world)
    axes, upper_arm = _axes(limbs, side, axes), _upper_arm(limbs, side)
    return signed_angle(dot(upper_arm, axes.thorax_forward), side.sign * dot(upper_arm, axes.thorax_right))


def elbow_stack(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """How far the elbow lies outside the wrist, in forearm lengths: + = elbow further out."""
    limbs = limbs_of(world)
    forearm: Array = limbs.arms.directions[..., 1, side.column, :]
    return -side.sign * dot(forearm, _axes(limbs, side, axes).thorax_right)


def hip_flexion(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Hip flexion in degrees against the line of the trunk: 0 = thigh in line, + = knee in front."""
    limbs = limbs_of(world)
    axes, thigh = _axes(limbs, side, axes), limbs.legs.directions[..., 0, side.column, :]
    return signed_angle(dot(thigh, axes.forward), -dot(thigh, axes.up))


def knee_flexion(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Knee flexion in degrees: 0 = straight leg.  It needs no axes."""
    del axes
    flexion: Array = limbs_of(world).legs.bend[..., side.column]
    return flexion


def thorax_rotation(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """Axial angle of the thorax on the pelvis in degrees: + = this side's shoulder in front.

    Notes
    -----
    The "hip-shoulder separation" of throwing.  From one camera the pelvis line is not
    to be trusted (it is dragged along with the shoulders), so this is exact on exact
    poses and not offered as a verdict on estimated ones.
    """
    axes = _axes(limbs_of(world), side, axes)
    y = dot(axes.thorax_right, axes.pelvis_forward)
    return signed_angle(side.sign * y, dot(axes.thorax_right, axes.pelvis_right))


def retraction(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """How far the elbow is behind the shoulder, in upper-arm lengths: -1 = straight forward, + = behind."""
    limbs = limbs_of(world)
    return -dot(_upper_arm(limbs, side), _axes(limbs, side, axes).forward)


def forward_reach(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """How far the wrist is in front of the shoulder, in arm lengths: 1 = arm straight forward."""
    limbs = limbs_of(world)
    across, whole = _arm(limbs, side)
    return dot(across, _axes(limbs, side, axes).forward) / whole


def upward_reach(world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
    """How far the wrist is above the shoulder along the trunk, in arm lengths: -1 = hanging, 1 = overhead."""
    limbs = limbs_of(world)
    across, whole = _arm(limbs, side)
    return dot(across, _axes(limbs, side, axes).up) / whole


class Quantity(Protocol):
    """A quantity of one side of the body; all have this one signature."""

    __name__: str

    def __call__(self, world: Array | Limbs, side: Side | BothSides, axes: TrunkAxes | None = None) -> Array:
        """Return the quantity, shape (...), of world landmarks, shape (..., 33, 3), or of their limbs."""
        ...


QUANTITIES: dict[str, Quantity] = {
    function.__name__: function
    for function in (
        elbow_flexion,
        shoulder_elevation,
        elbow_flare,
        elbow_plane,
        elbow_stack,
        hip_flexion,
        knee_flexion,
        thorax_rotation,
        retraction,
        forward_reach,
        upward_reach,
    )
}
"""Every quantity of one side by its name; the generic tests run over all of them."""


def weighted(
    world: Array | Limbs, side: Side | BothSides, weights: Mapping[str, float], axes: TrunkAxes | None = None
) -> Array:
    """Return the weighted sum of quantities by name: the drive of an arm, or of both."""
    limbs = limbs_of(world)
    axes = trunk_axes(limbs) if axes is None else axes
    return weighted_sum({name: QUANTITIES[name](limbs, side, axes) for name in weights}, weights)


def weighted_sum(quantities: Mapping[str, Array], weights: Mapping[str, float]) -> Array:
    """Return the same of quantities that were computed before."""
    parts = [weight * quantities[name] for name, weight in weights.items()]
    return np.asarray(sum(parts[1:], start=parts[0]))
