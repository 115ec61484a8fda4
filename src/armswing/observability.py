"""What this view and this visibility allow to be measured: the only place that gates.

A gate never lowers a score.  It says "not assessed" and why.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from armswing.filters import MEASURED_GAP_S
from armswing.geometry import Array, Flags, cosine, dot, length, mean, median, share_of, unit
from armswing.kinematics import Limbs, TrunkAxes, limbs_of, trunk_length, trunk_lines
from armswing.landmarks import JOINT_RUNS, JOINTS, MIRROR, BothSides, Joint, Landmark, Side, joints_of
from armswing.needs import BENT_DEG, NEEDS
from armswing.pose import PoseSequence
from armswing.reasons import Reason
from armswing.viewpoint import view_of

VISIBLE = 0.5
"""The pose model's own estimate from which a landmark counts as seen (MediaPipe's default)."""

VISIBLE_WORKING = 0.65
"""The same for elbow and wrist of an arm that is judged: a hidden arm is made up (measured: .03-.2 in side views)."""

ENOUGH_FRAMES = 0.80
"""Share of a repetition's frames in which all landmarks of a quantity must be seen (our judgement)."""

ARM_COUNTS = 0.4
"""Mean visibility of the less visible one of elbow and wrist that a movement needs to be counted at all: arms that
are made up show .03-.26, one half hidden behind the trunk .5 (measured on our clips)."""

MARGIN, INSIDE_FRAMES = 0.02, 0.90
"""Landmarks must lie this far inside the picture, as a share of its size, in this share of frames (our judgement)."""

SWAP_DEG, SWAP_WITHIN_S, SWAP_FRAMES = 60.0, 0.07, 0.05
"""A shoulder or hip line that turns so far between two frames was exchanged left for right; tolerated share of
frames.  Seen in 5 of 221 frames of an ordinary walking clip."""

SWAP_SPREAD = 3
"""Frames around an exchange that it spoils (our judgement)."""

COUNT_PX, TORSO_PX, TORSO_SURE_PX = 40.0, 60.0, 100.0
"""A trunk shorter than the first is not counted, shorter than the second not assessed; up to the third the confidence
rises (measured on VGA clips).  Thirteen filmed clips made so small that the trunk has 46 pixels count as they do whole,
but for one repetition of 36, and nothing counts in walking and running; at 35 they do not (our judgement)."""

MIN_FPS = 12.0
"""Pictures a second needed for a verdict: counts hold down to 10, angles do not (measured).  Timing needs no more: on
the rendered people how late a leg is comes out .019 s wrong at 13 and at 15 pictures a second, .018 s at 30."""

ARM_VARIATION, LEG_VARIATION, WIDTH_VARIATION = 0.20, 0.20, 0.15
"""Largest coefficient of variation of the length of an arm's and a leg's bones and of the lines of shoulders and hips
in a repetition.  Clean windows show 3-11 %, windows with exchanges and turns 10-25 %; a forearm or a thigh that
turns toward the camera reaches 18 % and is still usable (measured on our clips and on rendered people; our
judgement)."""

BEHIND_TRUNKS = 0.35
"""A knee or an ankle this close to the other one in the picture, in trunk lengths, may be hidden by that leg only: it
is then where the other one is, whatever the pose model says of its visibility.  From the side a resting far knee
shows .2-.5 and its hip is still read within 9 degrees (measured on rendered people; the limit is our judgement)."""

UNSTEADY_TRUNKS = 0.025
"""Root mean square of what the smoothing takes off a landmark in the picture, in trunk lengths.  Tracked joints show
.000-.017, knees that the model jumps between .034-.063 (measured on our clips)."""

_LIMBS = [f"{side.value}_{end}" for end in ("elbow", "wrist", "knee", "ankle") for side in Side]
_LINES = [*_LIMBS, "shoulder", "hip"]
_PLACE = {mark: place for place, mark in enumerate(JOINTS)}
_LEFT_LEG = slice(_PLACE[Landmark.LEFT_KNEE], None, 2)  # knee and ankle
_RIGHT_LEG = slice(_PLACE[Landmark.RIGHT_KNEE], None, 2)
_LIMIT: dict[Joint, float] = {
    "elbow": ARM_VARIATION,
    "wrist": ARM_VARIATION,
    "knee": LEG_VARIATION,
    "ankle": LEG_VARIATION,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Observation:
    """How well one stretch of poses was seen.

    Attributes
    ----------
    view : str
        Where the camera stood, seen from the person, in words; see `armswing.viewpoint.view_of`.
    azimuth_deg : float
        Where that is, from the person's front: + = toward the left.
    bent : bool
        The trunk is tilted by `armswing.needs.BENT_DEG` and more.
    torso_px : float
        Median length of the trunk in the picture.
    fps : float
        Pictures a second with the person found, holes left out.
    poses : PoseSequence
        What was looked at.
    smoothed : ndarray, shape (samples, 33, 2)
        Its landmarks in the picture, smoothed.
    measured : ndarray of bool, shape (samples,)
        Not bridged over a hole.
    swapped : ndarray of bool, shape (samples,)
        Spoilt by an exchange of left and right.
    variation : dict of str to float
        Coefficient of variation of the length of each limb (``left_elbow`` is the left upper arm, after
        its far end) and of the lines of the shoulders and the hips.
    """

    view: str
    azimuth_deg: float
    bent: bool
    torso_px: float
    fps: float
    poses: PoseSequence
    smoothed: Array
    measured: Flags
    swapped: Flags
    variation: dict[str, float]

    @cached_property
    def visibility(self) -> Array:
        """The pose model's own estimate that each of the `JOINTS` is seen, shape (samples, joints).

        See `BEHIND_TRUNKS`.
        """
        return _visibility(self.poses.visibility, self._at_rest, self.torso_px)

    @cached_property
    def inside(self) -> Flags:
        """Whether each of the `JOINTS` is inside the margins of the picture, shape (samples, joints)."""
        return inside_picture(self._image, self.poses.size)

    @cached_property
    def jitter(self) -> Array:
        """Root mean square of what the smoothing takes off each of the `JOINTS`, in trunk lengths: shape (joints,)."""
        taken_off = self._image - self._at_rest
        square: Array = np.add.reduce(taken_off * taken_off, axis=(0, 2))
        return np.sqrt(square / len(taken_off)) / self.torso_px

    @cached_property
    def _image(self) -> Array:
        return joints_of(self.poses.image)

    @cached_property
    def _at_rest(self) -> Array:
        return joints_of(self.smoothed)

    @cached_property
    def measured_share(self) -> float:
        """Share of frames that were not bridged."""
        return share_of(self.measured)

    @cached_property
    def swapped_share(self) -> float:
        """Share of frames spoilt by an exchange of left and right."""
        return share_of(self.swapped)

    def toward(self, side: Side) -> float:
        """Return where the camera stands from the person's front in degrees: + = toward a side."""
        return -side.sign * self.azimuth_deg

    @property
    def off_front_deg(self) -> float:
        """How far the camera stands from straight ahead of the person or straight behind, 0 to 90."""
        return min(abs(self.azimuth_deg), 180.0 - abs(self.azimuth_deg))

    @property
    def lying(self) -> bool:
        """Whether the trunk is level."""
        return self.view.endswith("-lying")


def swapped_frames(world: Array, t: Array) -> Flags:
    """Return which frames follow an exchange of left and right: shape (frames - 1,).

    Parameters
    ----------
    world : ndarray, shape (frames, 33, 3)
        Landmarks in metres as the pose model gave them.
    t : ndarray, shape (frames,)
        Seconds.
    """
    lines = unit(trunk_lines(world))
    jumped = np.logical_or.reduce(dot(lines[1:], lines[:-1]) < cosine(SWAP_DEG), axis=-1)
    return np.asarray(jumped & (np.diff(t) <= SWAP_WITHIN_S))


def observe(
    poses: PoseSequence,
    axes: TrunkAxes,
    smoothed: Array | Limbs,
    spacing_s: Array,
    swaps: Flags,
    *,
    view_before: str = "",
) -> Observation:
    """Look at a stretch of poses and say how well it was seen.

    Parameters
    ----------
    poses : PoseSequence
        On the uniform grid.
    axes : TrunkAxes
        Of its world landmarks.
    smoothed : ndarray, shape (samples, 33, 2), or Limbs
        The landmarks in the picture, smoothed.
    spacing_s : ndarray, shape (samples,)
        Spacing of the medium's own pictures around each sample.
    swaps : ndarray of bool, shape (samples,)
        Where left and right were exchanged.
    view_before : str
        See `armswing.viewpoint.view_of`.
    """
    spread = np.convolve(swaps, np.ones(2 * SWAP_SPREAD + 1))[SWAP_SPREAD:-SWAP_SPREAD] > 0 if swaps.any() else swaps
    picture = limbs_of(smoothed)
    view, azimuth = view_of(poses.image, axes, before=view_before)
    return Observation(
        view=view,
        azimuth_deg=azimuth,
        bent=-median(axes.up)[1] < cosine(BENT_DEG),
        torso_px=float(median(picture.trunk_length)),
        fps=_pictures_a_second(spacing_s),
        poses=poses,
        smoothed=picture.points,
        measured=spacing_s <= MEASURED_GAP_S,
        swapped=spread,
        variation=_variation(poses.world),
    )


def _pictures_a_second(spacing_s: Array) -> float:
    """Return the mean over time, holes left out: 80 and 120 ms in turn are 10 pictures a second, by the median 12.5.

    Rounded, so that twelve pictures a second stay twelve whatever the medium's clock does to the last digit.
    """
    given = spacing_s[(spacing_s > 0) & (spacing_s <= MEASURED_GAP_S)]
    return round(float(mean(1.0 / given) if len(given) else 1.0 / median(spacing_s)), 3)


def inside_picture(image: Array, size: tuple[int, int]) -> Flags:
    """Return which landmarks lie inside the margins of the picture: shape (...), False for NaN.

    Parameters
    ----------
    image : ndarray, shape (..., 2)
        Square pixels.
    size : (int, int)
        Width and height of the picture.
    """
    whole = np.asarray(size)
    inside: Flags = np.logical_and.reduce((image > MARGIN * whole) & (image < (1 - MARGIN) * whole), axis=-1)
    return inside


def least_seen(
    poses: PoseSequence, marks: Sequence[Landmark], *, strict: Collection[Landmark] = ()
) -> tuple[tuple[Landmark, ...], float]:
    """Return which of some landmarks is hidden or outside the picture in most frames, and in which share of them.

    Parameters
    ----------
    poses : PoseSequence
        With somebody in every frame.
    marks : sequence of Landmark
        The joints that are asked for; of several that are equally bad the first is named.
    strict : collection of Landmark
        Those that must be seen for certain; see `VISIBLE_WORKING`.

    Returns
    -------
    marks : tuple of Landmark
        One, or a joint of both sides where the other one is missing at least half as often.
    share : float
        0 to 1.
    """
    asked = list(marks)
    least = np.array([VISIBLE_WORKING if mark in strict else VISIBLE for mark in asked])
    torso_px = float(median(trunk_length(poses.image)))
    visibility = _visibility(poses.visibility, joints_of(poses.image), torso_px)[:, [_PLACE[mark] for mark in asked]]
    unseen = (visibility < least) | ~inside_picture(poses.image[:, asked], poses.size)
    shares = dict(zip(asked, unseen.mean(axis=0).tolist(), strict=True))
    worst = max(asked, key=shares.__getitem__)
    partner = Landmark(MIRROR[worst])
    both = shares[worst] > 0 and shares.get(partner, 0.0) >= 0.5 * shares[worst]
    return (tuple(sorted((worst, partner))) if both else (worst,)), shares[worst]


def _visibility(visibility: Array, joints: Array, torso_px: float) -> Array:
    """Return how visible the `JOINTS` are: a knee or ankle that is hidden behind the other one as much as that one.

    ``visibility`` is that of all landmarks, ``joints`` where the `JOINTS` are in the picture.
    """
    visibility = joints_of(visibility)
    left, right = visibility[:, _LEFT_LEG], visibility[:, _RIGHT_LEG]
    apart = joints[:, _LEFT_LEG] - joints[:, _RIGHT_LEG]
    behind = dot(apart, apart) < (BEHIND_TRUNKS * torso_px) ** 2
    better = np.maximum(left, right)
    np.copyto(left, better, where=behind)
    np.copyto(right, better, where=behind)
    return visibility


def _variation(world: Array) -> dict[str, float]:
    """Return the coefficient of variation of every limb's length, by ``side_joint``, and of the widths."""
    runs = [world[:, run] for run in JOINT_RUNS]  # both shoulders, elbows, wrists; hips, knees, ankles
    limbs = [run[:, 2:] - run[:, :-2] for run in runs]
    lengths = length(np.concatenate((*limbs, trunk_lines(world)), axis=1))
    typical = mean(lengths)
    apart = lengths - typical
    return dict(zip(_LINES, (np.sqrt(mean(apart * apart)) / typical).tolist(), strict=True))


def gates(seen: Observation, working: Side) -> dict[str, tuple[float, str]]:
    """Say of every need whether it may be measured.

    Parameters
    ----------
    seen : Observation
        The repetition.
    working : Side
        The side of the working arm.

    Returns
    -------
    dict of str to (float, str)
        By the name of the need: the share of frames that passed, less for a person who is small in the
        picture; and the code of why it may not be measured, empty when it may.
    """
    needed = _what_is_needed(working)
    hidden, unsure = seen.visibility < VISIBLE, seen.visibility < VISIBLE_WORKING
    spoilt = ~seen.measured[:, None], seen.swapped[:, None]
    wrong = np.concatenate((hidden, unsure, ~seen.inside, *spoilt), axis=1, dtype=np.float32)
    nothing_wrong = wrong @ needed.free_of == 0  # in each frame, for each need
    shares = np.add.reduce(nothing_wrong, dtype=np.float64) / len(wrong)
    passed, visible_share, inside_share = shares.reshape(3, -1)
    toward = seen.toward(working)
    off_front = seen.off_front_deg
    variation = np.array(list(seen.variation.values()))[:, None]
    failed: dict[str, bool | np.bool_ | Flags] = {
        Reason.TOO_FAR: seen.torso_px < TORSO_PX,
        Reason.LOW_FPS: seen.fps < MIN_FPS,
        Reason.VIEW: (toward < needed.from_deg)
        | (toward > needed.to_deg)
        | (off_front < needed.off_front_deg)
        | (seen.bent & (off_front < needed.bent_off_front_deg))
        | (needed.upright & seen.lying),
        Reason.TRACKING_GAP: seen.measured_share < ENOUGH_FRAMES,
        Reason.OUT_OF_FRAME: inside_share < INSIDE_FRAMES,
        Reason.LOW_VISIBILITY: visible_share < ENOUGH_FRAMES,
        Reason.LR_SWAP: seen.swapped_share > SWAP_FRAMES,
        Reason.UNSTEADY: np.maximum.reduce(seen.jitter[:, None] * needed.joints) > UNSTEADY_TRUNKS,
        Reason.BONE_LENGTH: np.logical_or.reduce(variation > needed.variation),
        "": True,
    }
    table = np.empty((len(failed), len(NEEDS)), dtype=bool)
    for row, fails_here in zip(table, failed.values(), strict=True):
        row[:] = fails_here
    codes = list(failed)
    first = table.argmax(axis=0).tolist()
    passed = (min(seen.torso_px / TORSO_SURE_PX, 1.0) * passed).tolist()
    return {name: (share, str(codes[k])) for name, share, k in zip(NEEDS, passed, first, strict=True)}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Needed:
    """`NEEDS` as arrays, for one working arm.

    Attributes
    ----------
    joints : ndarray, shape (joints, needs)
        1 where a need asks for one of the `JOINTS`.
    free_of : ndarray, shape (3 joints + 2, 3 needs)
        What may not be wrong in a frame: that a joint is hidden, not seen for certain, or outside the picture, that
        the frame was bridged, or spoilt by an exchange; first for a need as a whole, then for all to be visible, then
        for all to be inside.
    variation : ndarray, shape (lengths, needs)
        How much each length may vary.
    from_deg, to_deg, off_front_deg, bent_off_front_deg, upright : ndarray, shape (needs,)
        See `Need`.
    """

    joints: Array
    free_of: Array
    variation: Array
    from_deg: Array
    to_deg: Array
    off_front_deg: Array
    bent_off_front_deg: Array
    upright: Flags


@cache
def _what_is_needed(working: Side) -> _Needed:
    """Return what each need asks for, when an arm works."""
    asked, strictly, nothing = np.zeros((3, len(JOINTS), len(NEEDS)), dtype=np.float32)
    always, never = np.ones_like(asked[:1]), nothing[:1]
    variation = np.full((len(_LINES), len(NEEDS)), np.inf)
    variation[[_LINES.index("shoulder"), _LINES.index("hip")]] = WIDTH_VARIATION
    for k, need in enumerate(NEEDS.values()):
        joints = [(working, name) for name in need.working] + [(working.opposite, name) for name in need.opposite]
        for side, name in joints:
            place = _PLACE[side.landmark(name)]
            asked[place, k] = 1.0
            strictly[place, k] = name in need.strict
            if name in _LIMIT:
                variation[_LINES.index(f"{side.value}_{name}"), k] = _LIMIT[name]
    return _Needed(
        joints=asked,
        free_of=np.block(
            [
                [asked, asked, nothing],
                [strictly, strictly, nothing],
                [asked, nothing, asked],
                [always, always, never],
                [always, never, never],
            ]
        ),
        variation=variation,
        from_deg=np.array([need.from_deg[0] for need in NEEDS.values()]),
        to_deg=np.array([need.from_deg[1] for need in NEEDS.values()]),
        off_front_deg=np.array([need.off_front_deg for need in NEEDS.values()]),
        bent_off_front_deg=np.array([need.bent_off_front_deg for need in NEEDS.values()]),
        upright=np.array([need.upright for need in NEEDS.values()]),
    )


def arm_visibility(visibility: Array, side: Side | BothSides) -> Array:
    """Return the mean visibility of the less visible one of elbow and wrist.

    Parameters
    ----------
    visibility : ndarray, shape (samples, 33)
    side : Side or BothSides
        Which arm.

    Returns
    -------
    ndarray, shape () or (2,)
    """
    return mean(np.minimum(visibility[:, side.landmark("elbow")], visibility[:, side.landmark("wrist")]))
