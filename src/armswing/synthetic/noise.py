"""Making exact poses as unsure as those of a pose model, one fault at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from armswing.errors import ConfigError
from armswing.landmarks import MIRROR, Landmark
from armswing.pose import Array, Flags, PoseSequence

_ARM_JOINTS = ("ELBOW", "WRIST", "PINKY", "INDEX", "THUMB")
_SIDES = (("LEFT", "RIGHT"), ("RIGHT", "LEFT"))
_SEEN = 0.5


def with_noise(
    poses: PoseSequence,
    rng: np.random.Generator,
    *,
    image_px: float = 0.0,
    world_m: float = 0.0,
    correlation_s: float = 0.0,
    depth_gain: float = 1.0,
    dropout: float = 0.0,
    dropout_frames: float = 3.0,
    exchanged: float = 0.0,
    exchanged_frames: float = 3.0,
    settle_frames: int = 0,
    cuts: tuple[int, ...] = (),
    hidden_copies: bool = False,
) -> PoseSequence:
    """Return poses with the faults of a pose model.

    Parameters
    ----------
    poses : PoseSequence
        Exact poses; left as they are.
    rng : numpy.random.Generator
        Where the chance comes from.
    image_px, world_m : float
        Standard deviation of each coordinate, in pixels and metres.
    correlation_s : float
        Time constant of that jitter; 0 = new in each frame.
    depth_gain : float
        Factor on world z: MediaPipe's depth is flat, 0.6 to 1 (an assumption).
    dropout : float
        Share of frames in which nobody is found, from 0 to below 1.
    dropout_frames : float
        Mean length of such a gap.
    exchanged : float
        Share of frames in which left and right are exchanged, from 0 to below 1: the landmarks stay where they are
        and have each other's names.
    exchanged_frames : float
        Mean length of such a stretch.
    settle_frames : int
        Frames after each (re)detection, the first frame too, that are marked as settling: 6 in ours.
    cuts : tuple of int
        Frames that are marked as the first after a cut.
    hidden_copies : bool
        An arm that is not seen copies the one that is.

    Raises
    ------
    ConfigError
        When a share or a length is out of its range.
    """
    shares = {"dropout": dropout, "exchanged": exchanged}
    for name, share in shares.items():
        if not 0.0 <= share < 1.0:
            raise ConfigError(f"{name} must be a share of the frames from 0 to below 1, got {share}")
    if min(dropout_frames, exchanged_frames) < 1.0 or min(image_px, world_m, correlation_s) < 0.0:
        raise ConfigError("dropout_frames and exchanged_frames must be at least 1 and the jitters at least 0")
    image, world = np.array(poses.image), np.array(poses.world)
    visibility = np.array(poses.visibility)
    if hidden_copies:
        _copy_hidden(image, world, visibility)
    world[..., 2] *= depth_gain
    keep = _memory(poses, correlation_s)
    image += image_px * jitter(rng, image.shape, keep)
    world += world_m * jitter(rng, world.shape, keep)
    lost = _stretches(rng, len(poses), dropout, dropout_frames)
    other = _stretches(rng, len(poses), exchanged, exchanged_frames)
    for array in (image, world, visibility):
        array[other] = array[other][:, MIRROR]
        array[lost] = np.nan
    cut = np.array(poses.cut)
    cut[list(cuts)] = True
    settling = poses.settling | mark_settling(np.asarray(np.isfinite(world).all(axis=(1, 2))), settle_frames)
    return replace(poses, image=image, world=world, visibility=visibility, settling=settling, cut=cut)


def _memory(poses: PoseSequence, correlation_s: float) -> float:
    """Return how much of one frame's jitter is left in the next."""
    if correlation_s == 0.0 or len(poses) < 2:
        return 0.0
    return float(np.exp(-1.0 / (poses.fps * correlation_s)))


def jitter(rng: np.random.Generator, shape: tuple[int, ...], keep: float) -> Array:
    """Return first-order autoregressive noise of standard deviation 1 along axis 0."""
    noise = rng.standard_normal(shape)
    if keep:
        fresh = np.sqrt(1.0 - keep**2)
        for now in range(1, len(noise)):
            noise[now] = keep * noise[now - 1] + fresh * noise[now]
    return noise


def _stretches(rng: np.random.Generator, frames: int, share: float, length: float) -> Flags:
    """Return stretches of frames: a two-state chain with this share of frames in them and this mean length."""
    within = np.zeros(frames, dtype=np.bool_)
    if share == 0.0:
        return within
    leave = 1.0 / length
    enter = min(1.0, leave * share / (1.0 - share))
    draws = rng.random(frames)
    state = bool(draws[0] < share)
    for now, draw in enumerate(draws):
        if now:
            state = bool(draw >= leave) if state else bool(draw < enter)
        within[now] = state
    return within


def mark_settling(found: Flags, count: int) -> Flags:
    """Return the ``count`` frames after each detection."""
    begins = np.flatnonzero(found & ~np.concatenate([[False], found[:-1]]))
    settling = np.zeros(len(found), dtype=np.bool_)
    for begin in begins:
        settling[begin : begin + count] = True
    return settling & found


def _copy_hidden(image: Array, world: Array, visibility: Array) -> None:
    """Put an unseen arm parallel to the seen one, in place."""
    hidden = {}
    for side, other in _SIDES:
        elbow, opposite = Landmark[f"{side}_ELBOW"], Landmark[f"{other}_ELBOW"]
        hidden[side] = (visibility[:, elbow] < _SEEN) & (visibility[:, opposite] >= _SEEN)
        for joint in _ARM_JOINTS:
            mark = Landmark[f"{side}_{joint}"]
            visibility[hidden[side], mark] = np.minimum(visibility[hidden[side], mark], 0.1)
    weights = {side: rows.astype(np.float64) for side, rows in hidden.items()}
    for points in (image, world):
        points[:] = copied_arms(points, weights)


def copied_arms(points: Array, weights: Mapping[str, Array]) -> Array:
    """Return points with each arm moved toward a copy of the other one, from the same side's shoulder.

    Parameters
    ----------
    points : ndarray, shape (frames, 33, 2 or 3)
        In the picture or in the world; left as they are.
    weights : mapping of {"LEFT", "RIGHT"} to ndarray, shape (frames,)
        0 = the arm itself, 1 = parallel to the other one.
    """
    changed = points.copy()
    for side, other in _SIDES:
        shift = points[:, Landmark[f"{side}_SHOULDER"]] - points[:, Landmark[f"{other}_SHOULDER"]]
        weight = weights[side][:, None]
        for joint in _ARM_JOINTS:
            mark = Landmark[f"{side}_{joint}"]
            copy = points[:, Landmark[f"{other}_{joint}"]] + shift
            changed[:, mark] = (1.0 - weight) * points[:, mark] + weight * copy
    return changed
