"""Performing a motion in front of a camera: poses as the pose model would give them, and the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from armswing.errors import ConfigError
from armswing.landmarks import MIRROR, Landmark, Side
from armswing.pose import Array, PoseSequence
from armswing.synthetic.body import Body
from armswing.synthetic.camera import Camera
from armswing.synthetic.figure import blazepose_points, pose_body
from armswing.synthetic.motion import Drive, Motion, RepPlan
from armswing.synthetic.truth import RepTruth, SideTruth, Truth, side_truth, trunk_pitch

SEEN = 0.99
HIDDEN_ARM = 0.1
"""Visibility of an arm behind the trunk: MediaPipe gives the elbow .03-.2."""
HIDDEN_LEG = 0.6
"""A far leg behind the near one is still tracked (knee drive is robust in every view: measured on rendered clips)."""
SIDE_VIEW_DEG = 75.0
_TRUNK_HALF_DEPTH = 0.065
_SAMPLES_PER_REP = 241
_ARM_JOINTS = ("ELBOW", "WRIST", "PINKY", "INDEX", "THUMB")
_LEG_JOINTS = ("KNEE", "ANKLE", "HEEL", "FOOT_INDEX")


@dataclass(frozen=True, kw_only=True, eq=False)
class Performance:
    """A motion as performed.

    Attributes
    ----------
    poses : PoseSequence
        What a perfect pose model would give.
    truth : Truth
        The exact angles and reps.
    points : ndarray, shape (frames, 33, 3)
        The landmarks in the room: x to the left of somebody who faces the z axis, y up, m.
    motion, body, camera
        What was performed, by whom, and seen from where.
    """

    poses: PoseSequence
    truth: Truth
    points: Array
    motion: Motion
    body: Body
    camera: Camera


def perform(
    motion: Motion,
    *,
    body: Body | None = None,
    camera: Camera | None = None,
    fps: float = 30.0,
    duration_s: float | None = None,
    start_s: float = 0.0,
) -> Performance:
    """Perform a motion in front of a camera.

    Parameters
    ----------
    motion : Motion
        What to do, for instance ``pull(side="left")``.
    body : Body, optional
        Who does it; 1.75 m without.
    camera : Camera, optional
        Who looks; without, 40 degrees off the front on the person's right.
    fps : float
        Pictures a second.  Another rate samples the same motion.
    duration_s : float, optional
        How long; the motion's own length without.
    start_s : float
        Time of the first picture.

    Raises
    ------
    ConfigError
        When fps or duration is not above 0.
    """
    body, camera = body or Body(), camera or Camera()
    length = motion.duration_s if duration_s is None else duration_s
    if not (fps > 0 and length > 0):
        raise ConfigError(f"fps and duration_s must be above 0, got {fps} and {length}")
    t = np.arange(max(2, int(np.floor(length * fps + 1e-9)))) / fps
    points, turn = _points(motion, body, t)
    poses = PoseSequence(
        t=t + start_s,
        image=camera.pixels(points),
        world=camera.world(points),
        visibility=_visibility(points, camera, body),
        size=camera.size,
        source=f"synthetic {type(motion).__name__}",
    )
    truth = Truth(
        t=poses.t,
        left=side_truth(points, Side.LEFT),
        right=side_truth(points, Side.RIGHT),
        trunk_pitch=trunk_pitch(points),
        thorax_turn=turn,
        reps=tuple(_rep_truths(motion, body, start_s, within_s=float(t[-1]))),
    )
    return Performance(poses=poses, truth=truth, points=points, motion=motion, body=body, camera=camera)


def _points(motion: Motion, body: Body, t: Array) -> tuple[Array, Array]:
    """Return the landmarks in the room and the turn of the rib cage, mirrored where the motion is."""
    command = motion.command(t, body)
    points = blazepose_points(body, pose_body(body, command))
    turn = np.broadcast_to(np.asarray(command.thorax_turn, dtype=np.float64), t.shape)
    if motion.mirrored:
        points, turn = points[:, MIRROR] * np.array([-1.0, 1.0, 1.0]), -turn
    return points, turn


def _visibility(points: Array, camera: Camera, body: Body) -> Array:
    """Return the visibility of each landmark, (frames, 33): low where the body is in the way in side views."""
    seen = camera.view(points)
    visibility = np.full(seen.shape[:2], SEEN)
    shoulders = seen[:, Landmark.LEFT_SHOULDER] - seen[:, Landmark.RIGHT_SHOULDER]
    away = shoulders[:, 2] / np.linalg.norm(shoulders, axis=-1)
    sideways = np.abs(away) >= np.sin(np.radians(SIDE_VIEW_DEG))
    shoulder = seen[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER], :2].mean(axis=1)
    hip = seen[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP], :2].mean(axis=1)
    axis = (hip - shoulder) / np.linalg.norm(hip - shoulder, axis=-1, keepdims=True)
    depth = _TRUNK_HALF_DEPTH * body.stature * body.girth
    for side, far in (("LEFT", away > 0), ("RIGHT", away < 0)):
        for joint in _ARM_JOINTS:
            mark = Landmark[f"{side}_{joint}"]
            beside = seen[:, mark, :2] - shoulder
            off = np.abs(beside[:, 0] * axis[:, 1] - beside[:, 1] * axis[:, 0])
            visibility[sideways & far & (off < depth), mark] = HIDDEN_ARM
        for joint in _LEG_JOINTS:
            mark = Landmark[f"{side}_{joint}"]
            apart = np.linalg.norm(seen[:, mark, :2] - seen[:, MIRROR[mark], :2], axis=-1)
            visibility[sideways & far & (apart < depth), mark] = HIDDEN_LEG
    return visibility


def _rep_truths(motion: Motion, body: Body, start_s: float, *, within_s: float) -> Iterator[RepTruth]:
    """Measure each rep that ends in time, on samples of its own so that fps does not matter."""
    plans = [plan for plan in motion.plan if plan.end_s <= within_s + 1e-9]
    if not plans or motion.drive is None:
        return
    moments = np.stack([np.linspace(plan.start_s, plan.end_s, _SAMPLES_PER_REP) for plan in plans])
    points, _ = _points(motion, body, moments.ravel())
    sides = {side: side_truth(points, Side(side)) for side in ("left", "right")}
    for row, plan in enumerate(plans):
        part = slice(row * _SAMPLES_PER_REP, (row + 1) * _SAMPLES_PER_REP)
        angles = sides["left" if plan.side == "left" else "right"]
        yield _rep_truth(plan, motion.drive, angles, part, t=moments[row], start_s=start_s)


def _rep_truth(plan: RepPlan, name: Drive, angles: SideTruth, part: slice, *, t: Array, start_s: float) -> RepTruth:
    """Measure one rep: the rows ``part`` of the angles, at the times ``t``."""
    drive = getattr(angles, name)[part]
    way = (drive - drive.min()) / max(float(np.ptp(drive)), 1e-12)
    top = t[way >= 0.9]
    elbow, elevation = angles.elbow_flexion[part], angles.shoulder_elevation[part]
    match name:
        case "retract":
            phase = way >= 0.8
        case "reach_fwd":
            phase = way <= 0.25
        case _:
            rack = int(np.argmax(elbow))
            after = np.arange(len(t)) >= rack
            phase = after & (t <= t[np.argmax(drive)]) & (elevation <= 90.0)
            phase[rack] = True
    return RepTruth(
        index=plan.index,
        side=plan.side,
        start_s=plan.start_s + start_s,
        peak_s=float((top[0] + top[-1]) / 2) + start_s,
        end_s=plan.end_s + start_s,
        drive_range=float(np.ptp(drive)),
        flare_deg=float(np.median(angles.flare[part][phase])),
        elbow_flexion_min_deg=float(elbow.min()),
        elbow_flexion_max_deg=float(elbow.max()),
        shoulder_elevation_peak_deg=float(elevation.max()),
    )
