"""Write ``reps.csv`` and ``frames.csv``; their columns stand here and in `armswing.io.rep_columns`."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from armswing.events import RepCompleted, RepDiscarded
from armswing.io.columns import Column, Row, Value
from armswing.io.files import whole_file
from armswing.io.rep_columns import reps_columns
from armswing.kinematics import QUANTITIES, trunk_axes, weighted
from armswing.landmarks import Side
from armswing.pose import PoseSequence
from armswing.reprojection import agree_with_picture
from armswing.session import CHUNK
from armswing.subject import Subject

if TYPE_CHECKING:
    from armswing.api import Analysis

FRAME_QUANTITIES = (
    "elbow_flexion",
    "shoulder_elevation",
    "elbow_flare",
    "elbow_plane",
    "hip_flexion",
    "knee_flexion",
)
"""The quantities of each side in ``frames.csv``."""

_WHAT = {
    "elbow_flexion": "0 = straight arm",
    "shoulder_elevation": "upper arm from the trunk: 0 = hanging along it, 180 = overhead",
    "elbow_flare": "upper arm out of the plane of the trunk's side: + = out, - = across the body",
    "elbow_plane": "direction of the upper arm: 0 = out, 90 = forward, -90 = back; ill-defined while it hangs",
    "hip_flexion": "thigh against the line of the trunk: + = knee in front",
    "knee_flexion": "0 = straight leg",
}
_NOT_FOUND = "`found` is 0"


def _frame_columns() -> tuple[Column, ...]:
    sides = [side.value for side in Side]
    drives = [
        Column(
            name=f"{side}_drive",
            what="how far the arm is along the pattern's path: it rises by about 1 in a typical repetition",
            empty=_NOT_FOUND,
        )
        for side in sides
    ]
    angles = [
        Column(name=f"{side}_{name}_deg", unit="deg", what=_WHAT[name], empty=_NOT_FOUND, decimals=1)
        for side in sides
        for name in FRAME_QUANTITIES
    ]
    return (
        Column(
            name="frame_index",
            kind="whole",
            what="number of the picture among those looked at, from 0",
            empty="never",
        ),
        Column(name="t_s", unit="s", what="time of the picture in the medium", empty="never"),
        Column(
            name="found",
            kind="whole",
            what="1 = the person was found and the tracker has settled, 0 = not",
            empty="never",
        ),
        Column(
            name="set_index",
            kind="whole",
            what="set of the repetition that the picture belongs to",
            empty="between repetitions",
        ),
        Column(
            name="rep_index",
            kind="whole",
            what="the repetition that the picture belongs to; where two overlap, the one whose top is nearer",
            empty="between repetitions",
        ),
        *drives,
        *angles,
    )


FRAME_COLUMNS: tuple[Column, ...] = _frame_columns()
"""The columns of ``frames.csv``, in their order."""


def rep_rows(analysis: Analysis) -> list[dict[str, Value]]:
    """Return the rows of ``reps.csv``, in the order of time.

    Parameters
    ----------
    analysis : Analysis
        A video, analysed.

    Returns
    -------
    list of dict
        One per counted repetition and per discarded movement: value by column, rounded as it is
        written; None where nothing was measured.
    """
    columns = reps_columns(analysis.pattern)
    events: list[RepCompleted | RepDiscarded] = [*analysis.reps, *analysis.discarded]
    rows = [
        Row(
            video=PurePath(analysis.video).name,
            pattern=analysis.pattern.name,
            slowmo_factor=analysis.options.slowmo_factor,
            event=event,
        )
        for event in sorted(events, key=_when)
    ]
    return [{column.name: column.value(row) for column in columns} for row in rows]


def _when(event: RepCompleted | RepDiscarded) -> tuple[float, float, str]:
    """Return what rows are sorted by."""
    at = event.rep if isinstance(event, RepCompleted) else event
    return at.start_s, at.peak_s, at.side


def write_reps_csv(analysis: Analysis, path: str | os.PathLike[str]) -> None:
    """Write the table of repetitions.

    Parameters
    ----------
    analysis : Analysis
        A video, analysed.
    path : str or path
        The file; it appears when all of it is written.
    """
    columns = reps_columns(analysis.pattern)
    with whole_file(path) as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in columns)
        for row in rep_rows(analysis):
            writer.writerow(column.cell(row[column.name]) for column in columns)


def write_frames_csv(analysis: Analysis, path: str | os.PathLike[str]) -> None:
    """Write the quantities of every frame.

    Parameters
    ----------
    analysis : Analysis
        A video, analysed.
    path : str or path
        The file; it appears when all of it is written.

    Notes
    -----
    The values are those of the single frame, not smoothed, after the pose was brought into
    agreement with the picture.  Repetitions are judged on smoothed poses, with the forward direction held
    fixed, so their extremes differ from the extremes here by a few degrees.
    """
    with whole_file(path) as file:
        file.write(",".join(column.name for column in FRAME_COLUMNS) + "\r\n")
        if analysis.poses is not None:
            file.writelines(_frame_lines(analysis, analysis.poses))


def _frame_lines(analysis: Analysis, poses: PoseSequence) -> Iterable[str]:
    found = found_frames(poses, analysis.options.subject)
    sets, reps = frame_reps(poses.t, analysis.reps)
    numbers = _frame_numbers(analysis, poses, found)
    index = np.arange(len(poses))
    table = np.column_stack((index, poses.t, found, sets, reps, numbers))
    pattern = ",".join("%.0f" if c.kind == "whole" else f"%.{c.decimals}f" for c in FRAME_COLUMNS) + "\r\n"
    # One format for a whole row: 50 times as fast as a cell at a time.
    return ((pattern % tuple(row)).replace("nan", "") for row in table.tolist())


def _frame_numbers(analysis: Analysis, poses: PoseSequence, found: npt.NDArray[np.bool_]) -> npt.NDArray[np.floating]:
    """Return drives and angles, shape (frames, columns); NaN where the person was not found."""
    numbers = np.full((len(poses), 2 * (1 + len(FRAME_QUANTITIES))), np.nan)
    world = agree_with_picture(poses.world[found], poses.image[found], poses.size)
    axes = trunk_axes(world)
    drives = [weighted(world, side, analysis.pattern.drive, axes) for side in Side]
    angles = [QUANTITIES[name](world, side, axes) for side in Side for name in FRAME_QUANTITIES]
    numbers[found] = np.column_stack(drives + angles)
    for column, definition in enumerate(FRAME_COLUMNS[-numbers.shape[1] :]):
        numbers[:, column] = np.round(numbers[:, column], definition.decimals) + 0.0  # no "-0.0"
    return numbers


def found_frames(poses: PoseSequence, point: tuple[float, float] | None) -> npt.NDArray[np.bool_]:
    """Return in which frames the person was found and the tracker had settled: shape (frames,).

    Parameters
    ----------
    poses : PoseSequence
        At least one frame.
    point : (float, float) or None
        A point on the person at the beginning, in square pixels.
    """
    subject = Subject(point=point)
    # In blocks, as the session does: a calm block is looked at as a whole, which is much faster.
    return np.concatenate(
        [subject.update(poses.slice(slice(i, i + CHUNK))).usable for i in range(0, len(poses), CHUNK)]
    )


def frame_reps(
    t: npt.NDArray[np.floating], reps: Sequence[RepCompleted]
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """Return set and number of the repetition that each frame belongs to.

    Parameters
    ----------
    t : ndarray, shape (frames,)
        Seconds of the medium.
    reps : sequence of RepCompleted
        The counted repetitions.

    Returns
    -------
    sets, numbers : ndarray, shape (frames,)
        NaN between repetitions; where two overlap, the one whose top is nearer.
    """
    sets, numbers, away = np.full(len(t), np.nan), np.full(len(t), np.nan), np.full(len(t), np.inf)
    for event in reps:
        rep = event.rep
        distance = np.abs(t - rep.peak_s)
        here = (t >= rep.start_s) & (t <= rep.end_s) & (distance < away)
        sets[here], numbers[here], away[here] = rep.set_index, rep.rep_index, distance[here]
    return sets, numbers
