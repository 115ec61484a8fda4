"""The exact angles of a performance, straight from where the joints are.

Definitions are those of the checker; the code is not.  The checker builds frames of
axes by cross products; here each frame is turned upright by the smallest rotation that brings its
trunk line to the vertical, and what lies across the trunk is then a complex number, right +
i forward, so that a frame is a division.  The two can only agree when both are right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from armswing.landmarks import Landmark, Side
from armswing.pose import Array
from armswing.synthetic.motion import RepSide

Plane = npt.NDArray[np.complex128]


@dataclass(frozen=True, kw_only=True, eq=False)
class SideTruth:
    """The angles of one side, degrees, and its drives; every array has shape (frames,).

    Attributes
    ----------
    elbow_flexion : ndarray
        0 = straight.
    shoulder_elevation : ndarray
        0 hanging along the trunk, 90 across it, 180 overhead.
    plane_of_elevation : ndarray
        0 = straight out, 90 = straight forward, negative behind.
    flare : ndarray
        The elbow out of the sagittal plane of the thorax, + outward.
    hip_flexion : ndarray
        The thigh in the sagittal plane of the pelvis against the trunk line, + forward.
    knee_flexion : ndarray
        0 = straight.
    separation : ndarray
        Shoulder line against hip line about the trunk, + = this shoulder forward.
    retract, reach_fwd, reach_up : ndarray
        The reaches that drive a repetition, about the pelvis of the same frame, in upper-arm and in arm lengths.
    """

    elbow_flexion: Array
    shoulder_elevation: Array
    plane_of_elevation: Array
    flare: Array
    hip_flexion: Array
    knee_flexion: Array
    separation: Array
    retract: Array
    reach_fwd: Array
    reach_up: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class RepTruth:
    """One rep as it was performed.

    Attributes
    ----------
    index : int
        From 0.
    side : {"left", "right", "both"}
        The working arm.
    start_s, peak_s, end_s : float
        Start and end of the arm's way; the middle of its stay above 90 % of the drive's range.
    drive_range : float
        How far the drive went (of the right arm where both work).
    flare_deg : float
        The elbow's flare in the phase in which the checker reads it (median).
    elbow_flexion_min_deg, elbow_flexion_max_deg, shoulder_elevation_peak_deg : float
        Extremes over the rep.
    """

    index: int
    side: RepSide
    start_s: float
    peak_s: float
    end_s: float
    drive_range: float
    flare_deg: float
    elbow_flexion_min_deg: float
    elbow_flexion_max_deg: float
    shoulder_elevation_peak_deg: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """What a performance really was.

    Attributes
    ----------
    t : ndarray, shape (frames,)
        Seconds.
    left, right : SideTruth
        The angles of each side.
    trunk_pitch : ndarray, shape (frames,)
        The trunk line against gravity, degrees, + = leaning forward; lying on the back = -90.
    thorax_turn : ndarray, shape (frames,)
        The rib cage itself, without the shoulder blades, against the person's heading: degrees, + = to the left.
    reps : tuple of RepTruth
        The reps in the order of time.
    """

    t: Array
    left: SideTruth
    right: SideTruth
    trunk_pitch: Array
    thorax_turn: Array
    reps: tuple[RepTruth, ...] = ()

    def side(self, side: Side) -> SideTruth:
        """Return the angles of a side."""
        return self.left if side is Side.LEFT else self.right


def _length(v: Array) -> Array:
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", v, v)))


def _angle(a: Array, b: Array) -> Array:
    """Return the angle between vectors in degrees, by half-angle sums (exact at 0 and 180; Kahan)."""
    a, b = a / _length(a)[..., None], b / _length(b)[..., None]
    return np.asarray(np.degrees(2 * np.arctan2(_length(a - b), _length(a + b))))


def _upright(trunk: Array, v: Array) -> tuple[Plane, Array]:
    """Turn ``v`` by the smallest rotation that brings ``trunk`` to the vertical.

    Returns
    -------
    across : ndarray of complex, shape (frames,)
        Right + i forward for somebody who faces the room's z axis.
    up : ndarray, shape (frames,)
        Along the trunk.
    """
    unit = trunk / _length(trunk)[..., None]
    cos = unit[:, 1]
    slant = unit[:, [0, 2]]
    # The rotation about the horizontal axis at right angles to the slant, written out.
    down = np.einsum("fi,fi->f", slant, v[:, [0, 2]])
    shift = v[:, 1] + down / (1 + cos)
    flat = v[:, [0, 2]] - slant * shift[:, None]
    return -flat[:, 0] + 1j * flat[:, 1], cos * v[:, 1] + down


def side_truth(points: Array, side: Side) -> SideTruth:
    """Return the angles of one side.

    Parameters
    ----------
    points : ndarray, shape (frames, 33, 3)
        Landmarks in room axes (x to the person's left, y up, z ahead), any unit.  The person may
        face and lean anywhere but stand on the head.
    side : Side
        Whose.
    """

    def at(joint: str, of: Side = side) -> Array:
        return np.asarray(points[:, Landmark[f"{of.name}_{joint}"]])

    left, right = Side.LEFT, Side.RIGHT
    trunk = (at("SHOULDER", left) + at("SHOULDER", right) - at("HIP", left) - at("HIP", right)) / 2
    shoulders = _upright(trunk, at("SHOULDER", right) - at("SHOULDER", left))[0]
    hips = _upright(trunk, at("HIP", right) - at("HIP", left))[0]
    shoulders, hips = shoulders / abs(shoulders), hips / abs(hips)
    upper, fore = at("ELBOW") - at("SHOULDER"), at("WRIST") - at("ELBOW")
    thigh, shank = at("KNEE") - at("HIP"), at("ANKLE") - at("KNEE")
    across, _ = _upright(trunk, upper / _length(upper)[:, None])
    arm = across / shoulders
    out = side.sign * arm.real
    thigh_across, thigh_up = _upright(trunk, thigh)
    reach, reach_up = _upright(trunk, at("WRIST") - at("SHOULDER"))
    arm_length = _length(upper) + _length(fore)
    return SideTruth(
        elbow_flexion=_angle(upper, fore),
        shoulder_elevation=_angle(upper, -trunk),
        plane_of_elevation=np.degrees(np.arctan2(arm.imag, out)),
        flare=90.0 - np.degrees(np.arccos(np.clip(out, -1.0, 1.0))),
        hip_flexion=np.degrees(np.arctan2((thigh_across / hips).imag, -thigh_up)),
        knee_flexion=_angle(thigh, shank),
        separation=side.sign * np.degrees(np.angle(shoulders / hips)),
        retract=-(across / hips).imag,
        reach_fwd=(reach / hips).imag / arm_length,
        reach_up=reach_up / arm_length,
    )


def trunk_pitch(points: Array) -> Array:
    """Return the lean of the trunk line in the person's sagittal plane, degrees: (frames,)."""
    middle = points[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=1)
    trunk = middle - points[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
    across = points[:, Landmark.RIGHT_HIP] - points[:, Landmark.LEFT_HIP]
    # On the floor plane, right + i forward of the room; a quarter turn from right is ahead.
    ahead = 1j * (-across[:, 0] + 1j * across[:, 2])
    lean = ((-trunk[:, 0] + 1j * trunk[:, 2]) / (ahead / abs(ahead))).real
    return np.asarray(np.degrees(np.arctan2(lean, trunk[:, 1])))
