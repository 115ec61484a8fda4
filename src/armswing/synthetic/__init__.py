"""The synthetic athlete: motions with exact truth, poses not pictures.

A motion is a value whose faults are numbers; performing it in front of a camera gives the poses a
perfect pose model would find, and what was really done, computed by code that shares nothing with
the checker's.

Examples
--------
>>> from armswing.synthetic import Camera, perform, pull
>>> done = perform(pull(side="left", reps=3, flare_deg=60), camera=Camera(yaw=40), fps=30)
>>> done.poses.world.shape[1:]
(33, 3)
>>> [(rep.side, round(rep.peak_s, 1), round(rep.flare_deg)) for rep in done.truth.reps]
[('left', 2.2, 60), ('left', 5.3, 60), ('left', 8.4, 60)]

A faulty set is the same set with another number, and its angles come with it:

>>> from dataclasses import replace
>>> wrong_leg = perform(replace(done.motion, leg="same"))
>>> float(wrong_leg.truth.left.hip_flexion.min()) < float(wrong_leg.truth.right.hip_flexion.min())
True
"""

from armswing.synthetic.athlete import Performance, perform
from armswing.synthetic.body import BODIES, Body
from armswing.synthetic.camera import Camera
from armswing.synthetic.motion import Motion, RepPlan
from armswing.synthetic.motions import (
    counter_swing,
    getting_into_position,
    lift,
    picking_up,
    pull,
    push,
    running,
    standing,
    talking,
    walking,
)
from armswing.synthetic.noise import with_noise
from armswing.synthetic.pose_model import like_mediapipe
from armswing.synthetic.sets import Exercise
from armswing.synthetic.truth import RepTruth, SideTruth, Truth, side_truth, trunk_pitch

__all__ = [
    "BODIES",
    "Body",
    "Camera",
    "Exercise",
    "Motion",
    "Performance",
    "RepPlan",
    "RepTruth",
    "SideTruth",
    "Truth",
    "counter_swing",
    "getting_into_position",
    "lift",
    "like_mediapipe",
    "perform",
    "picking_up",
    "pull",
    "push",
    "running",
    "side_truth",
    "standing",
    "talking",
    "trunk_pitch",
    "walking",
    "with_noise",
]
