"""Poses and analyses of the synthetic athlete that tests share: fast, and the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

import armswing
from armswing.config import parse_config
from armswing.events import Event, RepCompleted
from armswing.pose import PoseSequence
from armswing.reprojection import FOCAL_LENGTH
from armswing.synthetic import Camera, Performance, perform, pull, standing, with_noise

# The focal length that armswing assumes, in the unit of the synthetic camera: then exact poses stay exact.
CAMERA = Camera(yaw=-40.0, focal=FOCAL_LENGTH * 640 / 480)


@cache
def performance() -> Performance:
    """Three one-arm rows on the right, the elbow far out."""
    return perform(pull(side="right", reps=3, flare_deg=70.0), camera=CAMERA, fps=30)


@cache
def exact() -> armswing.Analysis:
    """The analysis of those rows, from exact poses."""
    poses = replace(performance().poses, source="rows.mp4")
    return armswing.judge(poses, armswing.Options(pattern="pull"))


@cache
def eventful() -> armswing.Analysis:
    """Rows of an arm alone whose free arm swings along, seen by an unsure pose model, with a gap."""
    motion = pull(side="left", reps=3, leg="none", free_arm="counter", counter_deg=55.0)
    poses = perform(motion, camera=Camera(yaw=40.0), fps=30).poses
    unsure = with_noise(poses, np.random.default_rng(7), image_px=1.0, world_m=0.004, correlation_s=0.2)
    return armswing.judge(
        replace(without(unsure, 40, 44), source="=rows.mp4"),
        armswing.Options(pattern="pull", config=parse_config({"rules": {"PULL_FLARE": {"good_to": 45}}})),
    )


@cache
def no_rep() -> armswing.Analysis:
    """Somebody stands there and does nothing."""
    return armswing.judge(perform(standing(seconds=3.0)).poses, armswing.Options(pattern="push"))


@cache
def nobody() -> armswing.Analysis:
    """An empty room."""
    poses = no_rep().poses
    assert poses is not None
    return armswing.judge(without(poses, 0, len(poses)), armswing.Options(pattern="push"))


@cache
def busy() -> PoseSequence:
    """Poses of three sets with counted and discarded movements, a loss of the person and a hard cut."""
    left, right = eventful().poses, performance().poses
    assert left is not None
    parts = (left, without(right, len(right) - 20, len(right)), left)
    starts = np.cumsum([0.0, *(part.t[-1] - part.t[0] + 4.0 for part in parts)])
    cut = np.zeros(sum(map(len, parts)), dtype=bool)
    cut[len(left) + len(right)] = True
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in ("image", "world", "visibility")
    }
    t = np.concatenate([part.t - part.t[0] + start for part, start in zip(parts, starts[:-1], strict=True)])
    return PoseSequence(t=t, size=left.size, cut=cut, **columns)


def without(poses: PoseSequence, first: int, last: int) -> PoseSequence:
    """Return poses with nobody found in the frames from ``first`` up to ``last``."""
    arrays = {name: getattr(poses, name).copy() for name in ("image", "world", "visibility")}
    for array in arrays.values():
        array[first:last] = np.nan
    return replace(poses, **arrays)


def poses_of(motion: Any, yaw: float = -40, **options: Any) -> PoseSequence:
    return perform(motion, camera=Camera(yaw=yaw), fps=options.pop("fps", 30), **options).poses


def told(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    """What was said, in a form that can be compared exactly."""
    lines: list[tuple[Any, ...]] = []
    for event in events:
        if isinstance(event, RepCompleted):
            values = tuple((name, m.value, m.reason) for name, m in sorted(event.rep.values.items()))
            lines.append((type(event).__name__, event.t, event.rep.rep_index, event.rep.side, repr(values)))
        else:
            lines.append((type(event).__name__, event.t, repr(event)))
    return lines
