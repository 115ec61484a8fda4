"""Write ``reps.csv`` and ``frames.csv``; their columns stand here and in `armswing.io.rep_columns`."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from armswing.events import RepCompleted, RepDiscarded
from armswing.io.columns import Column, Row, Value
from armswing.io.files import whole_file
from armswing.io.rep_columns import reps_columns
from armswing.kinematics import QUANTITIES, Limbs, trunk_axes, weighted_sum
from armswing.landmarks import BOTH, Side
from armswing.pose import PoseSequence
from armswing.reprojection import agree_with_picture

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


_DRIVE_DECIMALS, _ANGLE_DECIMALS = 3, 1


def _frame_columns() -> tuple[Column, ...]:
    sides = [side.value for side in Side]
    drives = [
        Column(
            name=f"{side}_drive",
            what="how far the arm is along the pattern's path: it rises by about 1 in a typical repetition",
            empty=_NOT_FOUND,
            decimals=_DRIVE_DECIMALS,
        )
        for side in sides
    ]
    angles = [
        Column(name=f"{side}_{name}_deg", unit="deg", what=_WHAT[name], empty=_NOT_FOUND, decimals=_ANGLE_DECIMALS)
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
            file.write(_frame_rows(analysis, analysis.poses).decode())


def _frame_rows(analysis: Analysis, poses: PoseSequence) -> bytes:
    """Return the rows of ``frames.csv``, written a column at a time: ten times as fast as a row at a time."""
    n, (drives, angles) = len(poses), _frame_numbers(analysis, poses)
    # Times are written from the number itself: of 3.5035 s, which is a little less, `numpy.round` makes 3.504.
    times = np.array([b"%.3f," % t for t in poses.t.tolist()]).view(np.uint8).reshape(n, -1)
    whole = np.column_stack((analysis.found, *frame_reps(poses.t, analysis.reps)))
    text = [
        cell_text(np.arange(n)[:, None], 0),
        times,
        cell_text(whole, 0),
        cell_text(drives, _DRIVE_DECIMALS),
        cell_text(angles, _ANGLE_DECIMALS),
    ]
    text[-1][:, -1] = ord("\r")
    rows = np.concatenate([*text, np.full((n, 1), ord("\n"), dtype=np.uint8)], axis=1)
    return rows.tobytes().translate(None, b"\0")


def cell_text(values: npt.NDArray[Any], decimals: int) -> npt.NDArray[np.uint8]:
    """Return numbers as the text of cells, each with a comma behind it.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Numbers; what is not finite gives an empty cell.
    decimals : int
        Digits after the point, rounded as by `numpy.round`; there is no minus zero.

    Returns
    -------
    ndarray of uint8, shape (rows, bytes)
        The characters; zero where there is none, also in the middle.

    Examples
    --------
    >>> text = cell_text(np.array([[1.26, -12.0, np.nan], [0.04, -0.04, 130.0]]), 1)
    >>> [row[row > 0].tobytes() for row in text]
    [b'1.3,-12.0,,', b'0.0,0.0,130.0,']
    """
    finite = np.isfinite(values)
    left = np.rint(np.where(finite, np.abs(values), 0.0) * 10**decimals).astype(np.int64)
    signs = np.where((values < 0) & (left > 0), ord("-"), 0)
    digits: list[npt.NDArray[np.int64]] = []  # the last one first
    while len(digits) <= decimals or left.any():
        asked = (left > 0) | (len(digits) <= decimals)
        left, digit = np.divmod(left, 10)
        digits.append(np.where(asked, digit + ord("0"), 0))
    point = [np.full(values.shape, ord("."))] if decimals else []
    text = [part * finite for part in (signs, *digits[decimals:][::-1], *point, *digits[:decimals][::-1])]
    return np.stack([*text, np.full(values.shape, ord(","))], axis=-1, dtype=np.uint8, casting="unsafe").reshape(
        len(values), -1
    )


def _frame_numbers(
    analysis: Analysis, poses: PoseSequence
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """Return drives and angles, each of shape (frames, columns); NaN where the person was not found."""
    found, drive = analysis.found, analysis.pattern.drive
    numbers = np.full((len(poses), 2 * (1 + len(FRAME_QUANTITIES))), np.nan)
    given, image = (np.asfortranarray(points[found], dtype=np.float64) for points in (poses.world, poses.image))
    world = agree_with_picture(given, image, poses.size)
    limbs = Limbs(world)
    axes = trunk_axes(limbs)
    quantities = {name: QUANTITIES[name](limbs, BOTH, axes) for name in {*drive, *FRAME_QUANTITIES}}
    angles = [quantities[name][:, side.column] for side in Side for name in FRAME_QUANTITIES]
    numbers[found] = np.column_stack([weighted_sum(quantities, drive), *angles])
    return numbers[:, :2], numbers[:, 2:]


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
