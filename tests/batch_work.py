"""What the tests of the batch have worker processes do: functions of a module, because they are sent by name."""

from __future__ import annotations

import os
import signal
import time
from functools import cache
from pathlib import Path
from unittest import mock

import sessions
from armswing.api import Footage, Options
from armswing.batch.work import Outcome, Task, do_clip
from armswing.errors import VideoError
from armswing.io.models import PoseModel
from armswing.pose import PoseSequence
from armswing.synthetic import Camera, perform, pull


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    os._exit(3)


@cache
def poses(seed: int) -> PoseSequence:
    """Rows of one athlete; the seed says of which length and how."""
    motion = pull(side="right", reps=1 + seed % 3, flare_deg=20.0 + 10 * (seed % 5))
    return perform(motion, camera=Camera(yaw=-40.0), fps=15).poses


def pretend_poses(video: Path, options: Options, *, model: PoseModel, ahead: bool) -> Footage:
    """Stand in for the pose model: the file's text says what is to be seen, or what happens."""
    text = Path(video).read_text()
    word, _, number = text.partition(" ")
    assert not ahead
    if word == "bad":
        raise VideoError(f"{video}: expected a video file, got a bad one; copy it anew")
    if word == "crash":
        raise RuntimeError("a fault")
    if word == "die":
        die()
    if word == "leave":
        leave()
    if word == "once":  # dies the first time, as what finds too little memory beside others
        mark = Path(video).with_suffix(".tried")
        if not mark.exists():
            mark.touch()
            die()
    if word == "slow":
        time.sleep(0.3)
    found = sessions.busy() if word == "busy" else poses(int(number or 0))
    return Footage(poses=found, model_sha256=model.sha256, fps=15.0)


def do_pretended(task: Task) -> Outcome:
    """Do a clip whose poses are pretended; not in threads, which would undo it for each other."""
    with mock.patch("armswing.api.find_poses", pretend_poses):
        return do_clip(task)


def do_without_model(task: Task) -> Outcome:
    """Do a clip where nobody may look at the video."""
    with mock.patch("armswing.api.find_poses", side_effect=AssertionError("the pose model was asked")):
        return do_clip(task)


def do_without_judging(task: Task) -> Outcome:
    """Do a clip where nobody may look at the video, and no session may look at the poses."""
    with mock.patch("armswing.api.Session.update", side_effect=AssertionError("a session was asked")):
        return do_without_model(task)


def do_slowly(task: Task) -> Outcome:
    """Do a clip whose poses are pretended, and take a while."""
    time.sleep(0.15)
    return do_pretended(task)
