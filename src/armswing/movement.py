"""One rise of the drive looked at as a whole: what it was; `armswing.screening` says whether it counts.

The rise was *found* causally; here its whole window is smoothed without delay and
judged in retrospect, the same in live and batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from armswing.feet import swing
from armswing.filters import GRID_HZ, filter_joints, smooth
from armswing.foreshortening import whole_upper_arm
from armswing.geometry import (
    Array,
    Flags,
    correlation,
    cross,
    dot,
    extent,
    length,
    lowest,
    mean,
    median,
    unit,
)
from armswing.kinematics import (
    QUANTITIES,
    Limbs,
    TrunkAxes,
    joint,
    mid_shoulder,
    retraction,
    trunk_axes,
    trunk_way,
    weighted_sum,
)
from armswing.landmarks import BOTH, Side
from armswing.observability import Observation, arm_visibility, gates, observe
from armswing.patterns.base import Condition, Pattern, Variant
from armswing.pose import PoseSequence
from armswing.reps import Phases, phases
from armswing.sagittal import legs_fore_and_aft

RETRACE, RETRACE_SURE = 0.25, 0.20
"""A weight goes back the way it came.  As the camera sees it, the wrist's ways out and back differ by up to .19 trunk
lengths in 99 of 100 filmed repetitions, by .02-1.1 in gestures, half of them by more than .26: beyond the first a
movement is no repetition.  With the depth, which is guessed, 97 of 100 differ by no more than the second: beyond it
another like it is needed (263 movements of 13 clips as they are, mirrored, smaller, darker, blurred, noisy; our
judgement)."""

WAY_SHARES = np.linspace(0.2, 0.9, 15)
"""The two ways are compared at these shares of the rise: at its ends the wrist hardly moves (our judgement)."""

SLACK = 0.1
"""The tempo of both ways is compared above this share of the rise both have in common (our judgement)."""

BEGUN = 0.05
"""Where the poses begin, an arm that is so much higher, in shares of the rise, than where it comes back to had set out
before (our judgement)."""

EARLIER_S = 0.2
"""A rise may have begun so much before the causal drive, which is late, was off its low (our judgement)."""

NEAR = round(0.1 * GRID_HZ)
"""A quantity at the start is read in so many samples before it and after it (our judgement)."""

CHAIN_S = 0.3
"""The trunk is compared with the arm from so much before its start, and so are legs that went before it: of presses
from the front the pose model draws the first part of the arm's way as none at all, so that the leg has gone half of its
own when they are found to begin.  That takes the error of the hip's part from .12 to .00 in presses from straight
ahead, from .08 to .01 in presses and .06 to .03 in rows at 15-72 degrees on the near side; .2 to .5 s do alike (592
rendered repetitions, tuning bodies)."""

MARGIN_S = 0.5
"""So much is kept from before a rise: the position it starts from (our judgement)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """A stretch of poses on the uniform grid, as the pose model gave them.

    Attributes
    ----------
    poses : PoseSequence
        Not smoothed.
    spacing_s : ndarray, shape (samples,)
        Spacing of the medium's own pictures around each sample.
    swaps : ndarray of bool, shape (samples,)
        Where left and right were exchanged.
    drives : ndarray, shape (samples, 2)
        The causal drives of the left and the right arm.
    """

    poses: PoseSequence
    spacing_s: Array
    swaps: Flags
    drives: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Movement:
    """A rise of one arm's drive with the poses around it, smoothed.

    Attributes
    ----------
    side : Side
        The working arm.
    pattern : Pattern
        What it is looked at as.
    window : Window
        The poses as they came, from a little before the rise to its end.
    world, image : ndarray, shape (samples, 33, 3) and (samples, 33, 2)
        The same, smoothed; in metres the legs swing fore and aft, see `armswing.sagittal`.
    limbs : Limbs
        Of ``world``.
    drawn : Limbs
        The same with the legs as the pose model draws them: what is a repetition does not depend on what
        `armswing.sagittal` makes of them.
    axes : TrunkAxes
        Of ``world``, with the forward direction held fixed.
    drives : dict of Side to ndarray, shape (samples,)
        The drive of both arms.
    quantities : dict of str to ndarray, shape (samples, 2)
        Those of the left and the right side that were computed so far; see `quantity`.
    rise : slice
        The samples in which the rise was found.
    phases : Phases
        Start, top and end, as sample numbers.
    cut_off : bool
        The end was not seen: the recording, the set or the view ended.
    view_before : str
        The view of the repetition before in the same set; empty where there is none.
    """

    side: Side
    pattern: Pattern
    window: Window
    world: Array
    image: Array
    limbs: Limbs
    drawn: Limbs
    axes: TrunkAxes
    drives: dict[Side, Array]
    rise: slice
    phases: Phases
    cut_off: bool
    view_before: str
    quantities: dict[str, Array] = field(repr=False)
    _moments: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)

    @property
    def t(self) -> Array:
        """Seconds on the session's clock, shape (samples,)."""
        return self.window.poses.t

    @cached_property
    def observation(self) -> Observation:
        """How well the repetition was seen, from start to end."""
        part = self.span
        poses = self.window.poses.slice(part)
        return observe(
            poses,
            self.axes.part(part),
            self.picture,
            self.window.spacing_s[part],
            self.window.swaps[part],
            view_before=self.view_before,
        )

    @cached_property
    def picture(self) -> Limbs:
        """Limbs and trunk as the picture shows them, smoothed, from start to end."""
        return Limbs(self.image[self.span])

    @cached_property
    def arms_seen(self) -> Array:
        """How visible the left and the right arm are from start to end: shape (2,); see `arm_visibility`."""
        return arm_visibility(self.window.poses.visibility[self.span], BOTH)

    @cached_property
    def swing(self) -> float:
        """How surely a leg swings, see `armswing.feet`: 0 where both feet stay, 1 where one of them is not seen."""
        if self.gate("feet")[1]:
            return 1.0
        seen = self.observation
        return swing(joint(self.image[self.span], BOTH, "ankle"), seen.torso_px, seen.off_front_deg)

    @cached_property
    def wrist_ways(self) -> Array:
        """How far the left and the right wrist go in the picture, in trunk lengths: along the trunk and across it.

        About the middle of the shoulders, shape (2, 2).  From wherever somebody upright is seen, the ways along the
        trunk are the same.
        """
        points = self.image[self.span]
        up = unit(median(trunk_way(points)))
        axes = np.array([up, [up[1], -up[0]]])
        paths = (joint(points, BOTH, "wrist") - mid_shoulder(points)[:, None]) @ axes.T
        ways: Array = np.ptp(paths, axis=0) / self.observation.torso_px
        return ways

    @cached_property
    def span(self) -> slice:
        """The samples from start to end."""
        return slice(self.phases.start, self.phases.end + 1)

    @cached_property
    def chain_span(self) -> slice:
        """The samples in which trunk and legs may be compared with the arm: from `CHAIN_S` before the start to the end.

        Where the start was not seen, from there to as long after the end.
        """
        more, start, end = round(CHAIN_S * GRID_HZ), self.phases.start, self.phases.end + 1
        return slice(max(start - more, 0), end) if self.start_seen else slice(start, min(end + more, len(self.t)))

    @cached_property
    def chain_drive(self) -> Array:
        """The drive of the working arm meanwhile."""
        return self.drives[self.side][self.chain_span]

    @cached_property
    def reach_span(self) -> slice:
        """The whole way of the joints: the samples from the low before the start to the end.

        Where the start was not seen, from there to the low after the end.
        """
        drive, start, end = self.drives[self.side], self.phases.start, self.phases.end
        if self.start_seen:
            return slice(int(np.argmin(drive[: start + 1])), end + 1)
        return slice(start, end + int(np.argmin(drive[end:])) + 1)

    @cached_property
    def drive(self) -> Array:
        """The drive of the working arm from start to end."""
        return self.drives[self.side][self.span]

    @cached_property
    def other_drive(self) -> Array:
        """The drive of the other arm meanwhile."""
        return self.drives[self.side.opposite][self.span]

    @cached_property
    def arms_agree(self) -> float:
        """Correlation of the drives of both arms, -1 to 1."""
        return correlation(self.drive, self.other_drive)

    @property
    def seconds_long(self) -> float:
        """Seconds from start to end on the session's clock."""
        return float(self.t[self.phases.end] - self.t[self.phases.start])

    @cached_property
    def start_seen(self) -> bool:
        """Whether the arm was seen to set out.

        Where the poses begin within the way out, it comes back to lower than it seemed to start from.
        """
        phases, drive = self.phases, self.drives[self.side]
        if self.cut_off or phases.start >= round((MARGIN_S - EARLIER_S) * GRID_HZ):
            return True
        return lowest(drive[: phases.start + 1]) - lowest(drive[phases.end :]) <= BEGUN * self.height

    @property
    def top_share(self) -> float:
        """After which share of its time the top comes, 0 to 1; NaN where the start or the end was not seen."""
        phases = self.phases
        if self.cut_off or not self.start_seen:
            return float("nan")
        return (phases.peak - phases.start) / max(phases.end - phases.start, 1)

    @cached_property
    def height(self) -> float:
        """How far the drive rose, in typical repetitions."""
        return extent(self.drive)

    def as_far_as_it_goes(self, name: str) -> Array:
        """Return a quantity of the working arm over all samples, the retraction of a row with a whole upper arm."""
        return self._elbow_behind if name == "retraction" == self.pattern.reach else self.quantity(name)

    @cached_property
    def _elbow_behind(self) -> Array:
        """The retraction with a whole upper arm: rows of 1.5 are drawn as .9 at 25-53 degrees, and 1.4 like this."""
        top = np.zeros(len(self.t), dtype=bool)
        top[self.phases.top_first : self.phases.top_last + 1] = True
        whole = whole_upper_arm(self.limbs, self.side, self.axes, start=self.phases.start, read=top)
        return retraction(whole, self.side, self.axes)

    @cached_property
    def whole_height(self) -> float:
        """How far the drive rose, a row's with an upper arm of whole length, in typical repetitions."""
        reach = self.pattern.reach
        gained = self.as_far_as_it_goes(reach) - self.quantity(reach)
        return extent(self.drive + self.pattern.drive.get(reach, 0.0) * gained[self.span])

    @cached_property
    def _wrist(self) -> Array:
        """The way from shoulder to wrist in trunk lengths, shape (samples, 3)."""
        offset = joint(self.world, self.side, "wrist") - joint(self.world, self.side, "shoulder")
        return np.asarray(offset / median(self.limbs.trunk_length))

    @cached_property
    def wrist_way_out(self) -> Array:
        """The wrist's way out at equal heights of the drive, shape (15, 3).

        In trunk lengths about the shoulder: forward, up, and out to the side of the arm.
        """
        axes = self.axes
        outward = self.side.sign * cross(axes.forward, axes.up)
        return _way(self, np.array([dot(self._wrist, axis) for axis in (axes.forward, axes.up, outward)]), back=False)

    @cached_property
    def way_back_differs(self) -> tuple[float, float]:
        """Mean distance between the wrist's way out and its way back at equal heights of the drive, in trunk lengths.

        Across the line of sight, and with the depth: that is a guess, and a wrist that points at the camera seemed to
        come back as much as .40 away from where it went (a filmed press, mirrored).  NaN where the end was not seen.
        """
        if self.cut_off:
            return float("nan"), float("nan")
        wrist = self._wrist.T
        apart = _way(self, wrist, back=False) - _way(self, wrist, back=True)
        return float(mean(length(apart[:, :2]))), float(mean(length(apart)))

    @property
    def equal_ways_s(self) -> tuple[float, float]:
        """Seconds of the way out and of the way back over the same part of the rise.

        The repetition is told to be over before the arm is all the way down, so the phases themselves
        are not of equal length.
        """
        drive, phases = self.drives[self.side], self.phases
        low = max(drive[phases.start], drive[phases.end])
        floor = low + SLACK * (drive[phases.top_first] - low)
        out = np.count_nonzero(drive[phases.start : phases.top_first + 1] >= floor)
        back = np.count_nonzero(drive[phases.top_last : phases.end + 1] >= floor)
        return float(out / GRID_HZ), float(back / GRID_HZ)

    def quantity(self, name: str, side: Side | None = None) -> Array:
        """Return a quantity of the working arm's side, or of another, over all samples."""
        if name not in self.quantities:
            self.quantities[name] = QUANTITIES[name](self.limbs, BOTH, self.axes)
        return self.quantities[name][:, (side or self.side).column]

    def at_start(self, name: str) -> float:
        """Return a quantity at the start: the median of the samples `NEAR` to it.

        Where the start was not seen, it is read at the end: the arm comes back to where it set out from.
        """
        start = self.phases.start if self.start_seen else self.phases.end
        return self._at("start", name, slice(max(start - NEAR, 0), start + NEAR + 1))

    def at_top(self, name: str) -> float:
        """Return a quantity at the top: the median over the hold."""
        return self._at("top", name, slice(self.phases.top_first, self.phases.top_last + 1))

    def _at(self, moment: str, name: str, samples: slice) -> float:
        key = moment, name
        if key not in self._moments:
            self._moments[key] = float(median(self.quantity(name)[samples]))
        return self._moments[key]

    def gate(self, need: str) -> tuple[float, str]:
        """Return the share of frames in which what ``need`` asks for is seen, and why it may not be measured."""
        return self._gates[need]

    @cached_property
    def _gates(self) -> dict[str, tuple[float, str]]:
        return gates(self.observation, self.side)

    def seconds(self, sample: float) -> float:
        """Return the time of a sample number, which may lie between samples."""
        t = self.t
        before = min(int(sample), len(t) - 1)
        return float(t[before]) + (sample - before) / GRID_HZ

    @cached_property
    def variant(self) -> Variant | None:
        """The first variant of the pattern whose conditions hold; None where there is none."""
        for variant in self.pattern.variants:
            if self.meets(variant.conditions):
                return variant
        return None

    @property
    def like_a_gesture(self) -> bool:
        """Whether people make such a movement with empty hands too, or it is the pattern only just."""
        known = self.variant is not None and self.variant.like_a_gesture
        return known or not self.surely_the_pattern or self.way_back_differs[1] > RETRACE_SURE

    @cached_property
    def surely_the_pattern(self) -> bool:
        """Whether all conditions of the pattern hold with room to spare."""
        return all(c.surely_holds(*self._start_and_top(c)) for c in self.pattern.conditions)

    @property
    def surely_at_top(self) -> bool:
        """Whether those hold that ask for the top."""
        at_top = (c for c in self.pattern.conditions if c.moment != "start")
        return all(c.surely_holds(*self._start_and_top(c)) for c in at_top)

    def meets(self, conditions: tuple[Condition, ...]) -> bool:
        """Whether all conditions hold."""
        return all(c.holds(*self._start_and_top(c)) for c in conditions)

    def _start_and_top(self, condition: Condition) -> tuple[float, float]:
        """Return a quantity at the start and at the top; NaN where the condition does not ask for it."""
        name, moment = condition.quantity, condition.moment
        start = float("nan") if moment == "top" else self.at_start(name)
        return start, float("nan") if moment == "start" else self.at_top(name)


def look_at(
    window: Window,
    *,
    side: Side,
    pattern: Pattern,
    start_s: float,
    end_s: float,
    cut_off: bool,
    view_before: str = "",
) -> Movement:
    """Smooth a window and find the phases of the rise in it.

    Parameters
    ----------
    window : Window
        From about `MARGIN_S` before the rise to its end.
    side, pattern : Side, Pattern
        The working arm, and what it is looked at as.
    start_s, end_s : float
        Start and end of the rise as found, in seconds on the session's clock.
    cut_off : bool
        The end was not seen.
    view_before : str
        The view of the repetition before in the same set.
    """
    poses = window.poses
    world, image = filter_joints(smooth, poses.world, poses.image)
    limbs = Limbs(world)
    axes = trunk_axes(limbs)
    axes = axes.holding(median(axes.pelvis_forward))
    rise = slice(int(poses.t.searchsorted(start_s - EARLIER_S)), int(poses.t.searchsorted(end_s, side="right")))
    quantities = {name: QUANTITIES[name](limbs, BOTH, axes) for name in pattern.drive}
    drive = weighted_sum(quantities, pattern.drive)
    drives = {which: drive[:, which.column] for which in Side}
    found = _phases_within(drives[side], rise)
    world = legs_fore_and_aft(limbs, axes, before=slice(found.start + 1))
    return Movement(
        side=side,
        pattern=pattern,
        window=window,
        world=world,
        image=image,
        limbs=Limbs(world),
        drawn=limbs,
        axes=axes,
        drives=drives,
        quantities=quantities,
        rise=rise,
        phases=found,
        cut_off=cut_off,
        view_before=view_before,
    )


def turned_to(movement: Movement, side: Side) -> Movement:
    """Return the same stretch of poses looked at as a movement of the other arm."""
    return replace(movement, side=side, phases=_phases_within(movement.drives[side], movement.rise), _moments={})


def _phases_within(drive: Array, rise: slice) -> Phases:
    found, first = phases(drive[rise]), rise.start
    return Phases(
        start=found.start + first,
        top_first=found.top_first + first,
        top_last=found.top_last + first,
        peak=found.peak + first,
        end=found.end + first,
    )


def _way(movement: Movement, path: Array, *, back: bool) -> Array:
    """Return a path of shape (space, samples) out or back at equal heights of the drive: shape (15, space)."""
    drive, phases = movement.drives[movement.side], movement.phases
    top = (phases.top_first + phases.top_last) // 2
    part = slice(phases.end, top - 1 if top > 0 else None, -1) if back else slice(phases.start, top + 1)
    low, high = max(drive[phases.start], drive[phases.end]), drive[top]
    return _at_heights(low + (high - low) * WAY_SHARES, drive[part], path[:, part])


def _at_heights(heights: Array, drive: Array, path: Array) -> Array:
    """Return a path of shape (space, samples) at given heights of a drive that rises, small dips levelled.

    Its shape is (heights, space).
    """
    rising = np.maximum.accumulate(drive) + 1e-9 * np.arange(len(drive))
    return np.array([np.interp(heights, rising, way) for way in path]).T
