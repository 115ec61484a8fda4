"""The synthetic athlete as MediaPipe sees it: errors of the sizes that were measured on rendered people.

The figures are in `armswing.synthetic.pose_model_fit`.  Depth is flat (a gain below 1 that differs from part to
part) and beside the truth, so that it may even point the wrong way; joints in the picture are beside where they
should be; what the body hides is unsure, and an arm that is hidden is made up after the other one.  Errors are no
noise: more than half of what changes in them within a set comes back whenever the same pose does.  What was measured
seldom or never, or may differ elsewhere, can be asked for: depths of the arms that point the wrong way for a while,
left and right exchanged, nobody found, and how much of a hidden arm is made up.

It makes joints as wrong as they were, not every angle: of the rendered clips the checker reads the straightest elbow 13
degrees too bent and the most bent one 18 too straight, here 4 and none; the turn of the shoulder line 7 degrees too
large, here 1 too small.  One repetition is less like the next (coupling: .20 for .09), half hidden far arms are counted
less (at 60 and 90 degrees 2 of 20 for 14), and rows straight ahead more.  So it is for tests and for phantoms, which it
has more of; figures of accuracy come from rendered clips.  ``benchmarks/rendered/compare_noise.py`` prints both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from armswing.errors import ConfigError
from armswing.landmarks import Landmark
from armswing.pose import Array, Flags, PoseSequence
from armswing.synthetic import pose_model_fit as fit
from armswing.synthetic.athlete import Performance
from armswing.synthetic.noise import copied_arms, jitter, with_noise

HIDDEN_FROM, HIDDEN_BELOW = 0.5, 0.3
"""Visibility of an elbow below which its arm begins to be made up, and is made up as far as it gets (measured: at
.5-.8 there is nothing of the other arm in it, below .3 as much as `COPIED` says)."""

STRAIGHT_DEG, BENT_DEG = 20.0, 70.0
"""The depth of a forearm points the wrong way when the elbow is nearly straight: up to the first flexion as often as it
does, from the second on never (measured: .36-.52 of the frames below 25 degrees at 30-60 degrees off the front, none
to .1 above 75)."""

GRADUAL = 0.5
"""How far apart in its slow error, in standard deviations, a depth that points the right way and one that points the
wrong way are: in between it is drawn too small (our judgement)."""

SETTLE_FRAMES = 6
"""Frames that are marked as settling when somebody is found, as `armswing.io` does it."""

WAVES = 40
"""Waves that make up a random function of the pose: enough for a bell-shaped distribution of its values."""

SIDES = ("LEFT", "RIGHT")
JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
SEGMENTS = {
    "upper arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
}
"""What hangs on what; the trunk and the lines of shoulders and hips come before."""

ARMS = ("upper arm", "forearm")
"""Segments whose depth the pose model may point the wrong way altogether."""

LINES = {"shoulder line": "shoulder", "hip line": "hip"}
_FOLLOWERS = {"wrist": ("PINKY", "INDEX", "THUMB"), "ankle": ("HEEL", "FOOT_INDEX")}
_FACE = slice(Landmark.NOSE, Landmark.LEFT_SHOULDER)


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """From where each frame is seen.

    Attributes
    ----------
    view : ndarray, shape (frames,)
        Degrees of the hips off the camera, 0 (front or back) to 90 (side).
    left_far : ndarray of bool, shape (frames,)
        The left side is the one further away.
    """

    view: Array
    left_far: Flags

    def at(self, figures: fit.Figures, side: str) -> Array:
        """Return a measured figure for a side of the body, shape (frames,)."""
        near, far = (np.interp(self.view, fit.VIEWS, row) for row in figures)
        return np.where(self.left_far == (side == "LEFT"), far, near)


def seen_from(world: Array) -> Seen:
    """Return from where each frame of exact world landmarks, shape (frames, 33, 3), is seen."""
    line = world[:, Landmark.LEFT_HIP] - world[:, Landmark.RIGHT_HIP]
    view = np.degrees(np.arctan2(np.abs(line[:, 2]), np.abs(line[:, 0])))
    return Seen(view=view, left_far=np.asarray(line[:, 2] > 0))


def middle(points: Array, joint: str) -> Array:
    """Return the point between the left and the right one of a joint, shape (frames, 2 or 3)."""
    return 0.5 * (points[:, mark("LEFT", joint)] + points[:, mark("RIGHT", joint)])


def mark(side: str, joint: str) -> Landmark:
    """Return the landmark of a joint."""
    return Landmark[f"{side}_{joint.upper()}"]


def trunk_size(points: Array) -> float:
    """Return the median distance from the hips to the shoulders: the unit of all lengths here."""
    return float(np.nanmedian(np.linalg.norm(middle(points, "shoulder") - middle(points, "hip"), axis=-1)))


def prone(exact: Array, side: str, part: str) -> Array:
    """Return how prone the depth of a part of the arm is to point the wrong way, 0 to 1, shape (frames,)."""
    if part != "forearm":
        return np.ones(len(exact))
    upper, fore = (exact[:, mark(side, b)] - exact[:, mark(side, a)] for a, b in (SEGMENTS[part] for part in ARMS))
    sizes = np.linalg.norm(upper, axis=-1) * np.linalg.norm(fore, axis=-1)
    flexion = np.degrees(np.arccos(np.clip((upper * fore).sum(axis=-1) / sizes, -1.0, 1.0)))
    return np.asarray(np.clip((BENT_DEG - flexion) / (BENT_DEG - STRAIGHT_DEG), 0.0, 1.0))


def beside(image: Array, side: str, joint: str) -> Array:
    """Return how far a joint is from what may hide it, in trunk lengths, shape (frames,).

    That is the axis of the trunk for an arm and the same joint of the other one for a leg.
    """
    here = image[:, mark(side, joint)]
    if joint in ("knee", "ankle"):
        off = np.linalg.norm(here - image[:, mark(SIDES[side == "LEFT"], joint)], axis=-1)
    else:
        shoulders = middle(image, "shoulder")
        axis = shoulders - middle(image, "hip")
        across = here - shoulders
        off = np.abs(across[:, 0] * axis[:, 1] - across[:, 1] * axis[:, 0]) / np.linalg.norm(axis, axis=-1)
    return np.asarray(off / trunk_size(image))


def made_up(poses: PoseSequence, visibility: Array, *, share: float | None = None) -> PoseSequence:
    """Return exact poses with arms of low visibility made up after the other one.

    Parameters
    ----------
    poses : PoseSequence
        Exact ones.
    visibility : ndarray, shape (frames, 33)
        As the pose model gives it.
    share : float or None
        How much of the other arm is in a hidden one; None as far as was measured in each view.
    """
    seen = seen_from(poses.world)
    image, world = np.array(poses.image), np.array(poses.world)
    weights = {}
    for side in SIDES:
        shown = visibility[:, mark(side, "elbow")]
        hidden = np.clip((HIDDEN_FROM - shown) / (HIDDEN_FROM - HIDDEN_BELOW), 0.0, 1.0)
        far = seen.left_far == (side == "LEFT")
        copied = np.interp(seen.view, fit.VIEWS, fit.COPIED) if share is None else share
        weights[side] = np.where(far, hidden * copied, 0.0)
    return replace(poses, image=copied_arms(image, weights), world=copied_arms(world, weights))


def like_mediapipe(
    performance: Performance,
    rng: np.random.Generator,
    *,
    wrong_way: float | None = None,
    invented: float | None = None,
    exchanged: float = fit.EXCHANGED,
    lost: float = fit.LOST,
) -> PoseSequence:
    """Return a performance as MediaPipe's full model would see it.

    Parameters
    ----------
    performance : Performance
        What is done, with its exact poses.
    rng : numpy.random.Generator
        Where the chance comes from; the same state gives the same poses.
    wrong_way : float or None
        Chance, 0 to below 1, that the depth of an upper arm, or of the forearm of a straight arm, points the wrong way
        where flat depths and slow errors alone would have it right; None as large as was measured, by view and side.
    invented : float or None
        How much of the seen arm is in a hidden one, 0 to 1; None as much as was measured, by view.
    exchanged : float
        Share of frames in which left and right are exchanged; as measured, none.
    lost : float
        Share of frames in which nobody is found; as measured, none.

    Returns
    -------
    PoseSequence
        Poses of the same times.  The first frames are marked as settling.

    Raises
    ------
    ConfigError
        When a share is out of its range.

    Notes
    -----
    Fitted on clips of about seven seconds of one rendered person who faces the camera or stands up to 90 degrees off
    it, at 30 pictures a second; a view from behind is taken for its mirror image from the front.  In those clips
    nobody was ever lost and left and right were never exchanged: both happen with real people, so give them a share
    to see what they do.  Most of an error is the same whenever the pose is; who stands still is seen to move less.

    Examples
    --------
    >>> import numpy as np
    >>> from armswing.synthetic import Camera, like_mediapipe, perform, pull
    >>> done = perform(pull(reps=1), camera=Camera(yaw=-45), fps=30)
    >>> like_mediapipe(done, np.random.default_rng(0)).world.shape == done.poses.world.shape
    True
    """
    if not (wrong_way is None or 0.0 <= wrong_way < 1.0) or not (invented is None or 0.0 <= invented <= 1.0):
        raise ConfigError(f"wrong_way must be from 0 to below 1 and invented from 0 to 1, got {wrong_way}, {invented}")
    exact = performance.poses
    keep = float(np.exp(-1.0 / (exact.fps * fit.SLOW_S)))
    chance = _Chance(rng=rng, pose=pose_vector(exact.world), keep=keep)
    seen = seen_from(exact.world)
    visibility = _visibility(exact, seen, chance)
    aimed = made_up(exact, visibility, share=invented)
    image, moved = _picture(aimed, seen, chance)
    world = _across(aimed, moved)
    world[..., 2] = _depth(aimed.world, seen, chance, wrong_way)
    unsure = replace(exact, image=image, world=world, visibility=visibility, source=f"{exact.source}, like MediaPipe")
    return with_noise(unsure, rng, dropout=lost, exchanged=exchanged, settle_frames=SETTLE_FRAMES)


def pose_vector(world: Array) -> Array:
    """Return what the errors depend on: where the four limbs point, in trunk lengths, shape (frames, 24)."""
    limbs = [
        world[:, mark(side, end)] - world[:, mark(side, start)] for side in SIDES for start, end in SEGMENTS.values()
    ]
    return np.asarray(np.concatenate(limbs, axis=-1) / trunk_size(world))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Chance:
    """Errors of standard deviation 1 of one sequence.

    Attributes
    ----------
    rng : numpy.random.Generator
        Where they come from.
    pose : ndarray, shape (frames, 24)
        See `pose_vector`.
    keep : float
        How much of what wanders in time is left in the next frame, before the second filter.
    """

    rng: np.random.Generator
    pose: Array
    keep: float

    def constant(self, columns: int) -> Array:
        """Return what stays the same all along, shape (columns,)."""
        return self.rng.standard_normal(columns)

    def fast(self, columns: int) -> Array:
        """Return what is new in each frame, shape (frames, columns)."""
        return self.rng.standard_normal((len(self.pose), columns))

    def spells(self, share: Array) -> Array:
        """Return how much something is the case that lasts for a while, 0 to 1, given its chance in each frame.

        Shape (frames,).  It comes and goes gradually, and is half the case with that chance.
        """
        level = np.sqrt(fit.WRONG_STAYS) * self.constant(1) + np.sqrt(1.0 - fit.WRONG_STAYS) * self.wander(1)[:, 0]
        return np.asarray(np.clip(0.5 + (ndtri(share) - level) / GRADUAL, 0.0, 1.0))

    def wander(self, columns: int) -> Array:
        """Return what changes with the pose and, less, with time, shape (frames, columns); its mean is near 0."""
        again = np.sqrt(fit.AGAIN / fit.CONTRAST) * self._of_pose(columns)
        return np.asarray(again + np.sqrt(1.0 - fit.AGAIN) * self._of_time(columns))

    def _of_pose(self, columns: int) -> Array:
        """Return smooth random functions of the pose: sums of waves, of Gaussian covariance."""
        waves = self.rng.standard_normal((self.pose.shape[1], columns, WAVES)) / fit.REACH
        phases = self.rng.uniform(0.0, 2.0 * np.pi, (columns, WAVES))
        values = np.sqrt(2.0 / WAVES) * np.cos(np.tensordot(self.pose, waves, axes=1) + phases).sum(axis=-1)
        return np.asarray(values - np.nanmean(values, axis=0))

    def _of_time(self, columns: int) -> Array:
        """Return noise that went twice through the same first-order filter."""
        before = int(10.0 / (1.0 - self.keep)) + 1  # frames until the start is forgotten
        once = jitter(self.rng, (before + len(self.pose), columns), self.keep)
        twice, value = np.empty_like(once), np.zeros(columns)
        for now, step in enumerate(once):
            value = self.keep * value + step
            twice[now] = value
        return np.asarray(twice[before:] * (1.0 - self.keep**2) / np.sqrt(1.0 + self.keep**2))


def _visibility(exact: PoseSequence, seen: Seen, chance: _Chance) -> Array:
    """Return the visibility of each landmark, shape (frames, 33)."""
    visibility = np.full(exact.visibility.shape, fit.ALWAYS_SEEN)
    for side in SIDES:
        for limb in (("elbow", "wrist"), ("knee", "ankle")):
            stays, wanders = chance.constant(1), chance.wander(1)[:, 0]  # a limb is hidden as a whole
            for joint in limb:
                logit = seen.at(fit.VISIBLE_LEVEL[joint], side)
                logit = logit + seen.at(fit.VISIBLE_SLOPE[joint], side) * beside(exact.image, side, joint)
                logit += seen.at(fit.VISIBLE_SPREAD[joint], side) * stays
                logit += seen.at(fit.VISIBLE_WANDER[joint], side) * wanders
                visible = np.minimum(1.0 / (1.0 + np.exp(-logit)), fit.ALWAYS_SEEN)
                for name in (joint.upper(), *_FOLLOWERS.get(joint, ())):
                    visibility[:, Landmark[f"{side}_{name}"]] = visible
    visibility[~exact.found] = np.nan
    return visibility


def _picture(aimed: PoseSequence, seen: Seen, chance: _Chance) -> tuple[Array, Array]:
    """Return the landmarks in the picture, and how far they are off in trunk lengths; both shape (frames, 33, 2)."""
    late = np.gradient(aimed.image, aimed.t, axis=0)
    size = trunk_size(aimed.image)
    up = middle(aimed.image, "shoulder") - middle(aimed.image, "hip")
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    draws = _drawn_together(chance)
    off = np.zeros_like(aimed.image)
    for side in SIDES:
        for joint in JOINTS:
            stays, wanders = draws[side, joint]
            error = seen.at(fit.PICTURE_OFFSET[joint], side)[:, None] * up
            error += seen.at(fit.PICTURE_SPREAD[joint], side)[:, None] * stays
            error += seen.at(fit.PICTURE_WANDER[joint], side)[:, None] * wanders
            error += seen.at(fit.PICTURE_JITTER[joint], side)[:, None] * chance.fast(2)
            for name in (joint.upper(), *_FOLLOWERS.get(joint, ())):
                here = Landmark[f"{side}_{name}"]
                off[:, here] = error - fit.LAG_S[joint] * late[:, here] / size
    off[:, _FACE] = middle(off, "shoulder")[:, None]
    return aimed.image + size * off, off


def _drawn_together(chance: _Chance) -> dict[tuple[str, str], tuple[Array, Array]]:
    """Return what stays and what wanders of each joint in the picture, some joints partly together."""
    draws = {(side, joint): (chance.constant(2), chance.wander(2)) for side in SIDES for joint in JOINTS}
    for (first, second), share in fit.TOGETHER.items():
        for side in SIDES:
            leader, follower = (
                (("LEFT", first), ("RIGHT", second)) if first == second else ((side, first), (side, second))
            )
            if first == second and side == "RIGHT":
                continue
            stays, wanders = (
                share * a + np.sqrt(1.0 - share**2) * b for a, b in zip(draws[leader], draws[follower], strict=True)
            )
            draws[follower] = (stays, wanders)
    return draws


def _across(aimed: PoseSequence, off: Array) -> Array:
    """Return the world landmarks with the errors of the picture, limb by limb as long as the model makes them."""
    world = np.array(aimed.world)
    world[..., :2] += off * trunk_size(aimed.world)
    world -= middle(world, "hip")[:, None]
    whole = world.copy()
    for side in SIDES:
        for segment, (start, end) in SEGMENTS.items():
            a, b = mark(side, start), mark(side, end)
            world[:, b, :2] = world[:, a, :2] + fit.ACROSS[segment] * (whole[:, b, :2] - whole[:, a, :2])
            for name in _FOLLOWERS.get(end, ()):
                c = Landmark[f"{side}_{name}"]
                world[:, c, :2] = world[:, b, :2] + fit.ACROSS[segment] * (whole[:, c, :2] - whole[:, b, :2])
    return world


def _depth(exact: Array, seen: Seen, chance: _Chance, wrong_way: float | None) -> Array:
    """Return the depth of the landmarks, shape (frames, 33), built from the hips outward."""
    size = trunk_size(exact)
    exact_z = exact[..., 2]
    z = exact_z.copy()

    def changed(part: str, true: Array, side: str) -> Array:
        error = seen.at(fit.DEPTH_OFFSET[part], side) + seen.at(fit.DEPTH_SPREAD[part], side) * chance.constant(1)
        error = error + seen.at(fit.DEPTH_WANDER[part], side) * chance.wander(1)[:, 0]
        error += seen.at(fit.DEPTH_JITTER[part], side) * chance.fast(1)[:, 0]
        return np.asarray(seen.at(fit.DEPTH_GAIN[part], side) * true + size * error)

    shoulders = changed("trunk", middle(exact, "shoulder")[:, 2] - middle(exact, "hip")[:, 2], "LEFT")
    away = np.where(seen.left_far, 1.0, -1.0)
    for (part, joint), centre in zip(LINES.items(), (shoulders, np.zeros(len(z))), strict=True):
        left, right = mark("LEFT", joint), mark("RIGHT", joint)
        half = 0.5 * away * changed(part, away * (exact_z[:, left] - exact_z[:, right]), "LEFT")
        z[:, left], z[:, right] = centre + half, centre - half
    true = {
        (side, part): exact_z[:, mark(side, end)] - exact_z[:, mark(side, start)]
        for side in SIDES
        for part, (start, end) in SEGMENTS.items()
    }
    found = {(side, part): changed(part, true[side, part], side) for side, part in true}
    if wrong_way != 0.0:
        for side, part in ((side, part) for side in SIDES for part in ARMS):
            often = seen.at(fit.WRONG_WAY[part], side) if wrong_way is None else np.full(len(z), wrong_way)
            wrong = chance.spells(often * prone(exact, side, part)) * (found[side, part] * true[side, part] > 0.0)
            found[side, part] *= 1.0 - (1.0 + fit.WRONG_SIZE) * wrong
    for (side, part), depth in found.items():
        start, end = SEGMENTS[part]
        a, b = mark(side, start), mark(side, end)
        z[:, b] = z[:, a] + depth
        for name in _FOLLOWERS.get(end, ()):
            c = Landmark[f"{side}_{name}"]
            z[:, c] = z[:, b] + seen.at(fit.DEPTH_GAIN[part], side) * (exact_z[:, c] - exact_z[:, b])
    z[:, _FACE] += (shoulders - middle(exact, "shoulder")[:, 2])[:, None]
    return z
