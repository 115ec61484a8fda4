"""The engine: poses go in, one frame or a block at a time, events come out.

Live and batch use this one object.  A repetition is *found* by causal signals as
the frames arrive; the moment it ends its whole window is *judged* with zero-phase
smoothing.  Cutting the input anywhere never changes the events.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np

from armswing.both_arms import arms_together, better_seen_arm, copies_the_other_arm, on_its_way, swings_against
from armswing.doubt import Held, Likeness
from armswing.errors import ConfigError, PoseError
from armswing.events import (
    Event,
    RepCompleted,
    SubjectChanged,
    TrackingLost,
)
from armswing.filters import BRIDGE_S, GRID_HZ, CausalLowPass, GridBlock, Resampler, filter_joints
from armswing.geometry import Array, Flags, extent, median, unit
from armswing.kinematics import trunk_axes, weighted
from armswing.landmarks import BOTH, N_LANDMARKS, BothSides, Side
from armswing.measurement import Context, measure
from armswing.movement import MARGIN_S, Movement, Window, look_at, turned_to
from armswing.observability import ARM_COUNTS, arm_visibility
from armswing.patterns import Pattern, get_pattern
from armswing.pose import PoseFrame, PoseSequence
from armswing.reasons import Reason
from armswing.recent import WORLD, Columns, Recent
from armswing.reps import Ending, Measured, Rep, RepSegmenter, RepThresholds, Rise
from armswing.screening import BENT_DEG, moves_about, top_passed, why_not_counted
from armswing.sets import SET_PAUSE_S, Sets
from armswing.subject import Subject
from armswing.underway import SoFar, so_far

SideChoice = Literal["auto", "left", "right", "both"]

UNSETTLED_S = 4.0
"""A person who walked, turned or bent so recently is still getting into position: a first repetition then waits for
a second (our judgement)."""

RESTLESS = 0.4
"""So does an arm that moved so far just before a first repetition, in typical ones (our judgement)."""

RESTING_S = 7.0
"""An arm that was lowered, or put up by less than a full repetition, and has not moved for so long is not within one:
slow ones move by more than `RepThresholds.rise` in that time, lowering an arm is .35 of a typical row and .61 of a
typical press (synthetic athlete; our judgement)."""

PAUSE_S = 3.0
"""So much of the pause before a repetition is looked at for the rest of the legs (our judgement)."""

AXIS_S = 2.0
"""The forward direction of the causal drive is the median over so long: one turn of the trunk does not move it
(our judgement)."""

AXIS_EVERY = 3
"""Every so many samples are enough for that median."""

SLICE = round(0.8 * SET_PAUSE_S * GRID_HZ)
"""Samples followed at once: fewer than a repetition in them could set a new deadline for."""

CHUNK = 512
"""Longest block worked on at once: bounds the memory, changes nothing else."""


class _Judged(NamedTuple):
    """What later movements of a set need to know of a repetition."""

    start_s: float
    end_s: float
    arm: BothSides | Side
    view: str


class Session:
    """Judge the repetitions of one person in one pattern.

    Parameters
    ----------
    pattern : str or Pattern
        What is being exercised.
    side : {"auto", "left", "right", "both"}
        Which arm works; ``auto`` finds out.
    subject : (float, float), optional
        A point on the person at the beginning, in square pixels.
    slowmo_factor : float
        How many times slower the medium plays than the movement was: 4 for 120 pictures a second
        played at 30.  Times in the events stay those of the medium.

    Raises
    ------
    ConfigError
        When an option does not fit.
    PatternError
        When there is no such pattern.

    Examples
    --------
    >>> from armswing.synthetic import Camera, perform, pull
    >>> poses = perform(pull(side="right", reps=3), camera=Camera(yaw=-40), fps=30).poses
    >>> session = Session("pull")
    >>> events = session.update(poses) + session.finish()
    >>> [event.rep.side for event in events if isinstance(event, RepCompleted)]
    ['right', 'right', 'right']
    """

    def __init__(
        self,
        pattern: str | Pattern,
        *,
        side: SideChoice = "auto",
        subject: tuple[float, float] | None = None,
        slowmo_factor: float = 1.0,
        thresholds: RepThresholds | None = None,
    ) -> None:
        if side not in get_args(SideChoice):
            raise ConfigError(f"side must be one of {', '.join(get_args(SideChoice))}, got {side!r}")
        if not (np.isfinite(slowmo_factor) and slowmo_factor > 0):
            raise ConfigError(f"slowmo_factor must be a positive number, got {slowmo_factor}")
        self.pattern = get_pattern(pattern) if isinstance(pattern, str) else pattern
        self._side = side
        self._slowmo = slowmo_factor
        self._thresholds = thresholds or RepThresholds()
        self._subject = Subject(point=subject, slowmo_factor=slowmo_factor)
        self._resampler = Resampler()
        self._low_pass = CausalLowPass()
        self._segmenters = {which: RepSegmenter(which, thresholds=self._thresholds) for which in Side}
        self._columns = Columns()
        keep_s = self._thresholds.longest_s + UNSETTLED_S + 2 * BRIDGE_S
        self._recent = Recent(keep_s=keep_s, most=SLICE)
        self._sets = Sets(slowmo_factor, self._thresholds)
        self._axis: Array | None = None
        self._size: tuple[int, int] | None = None
        self._last_frame_s = float("nan")
        self._lost = False
        self._follows = False
        self._busy_until = -np.inf  # end of the last counted repetition, session clock
        self._judged_last: _Judged | None = None
        self._finished = False

    # -- the one verb -----------------------------------------------------------------------------
    def update(self, poses: PoseFrame | PoseSequence) -> list[Event]:
        """Take the next frame, or the next block of frames, and return what became known.

        Raises
        ------
        PoseError
            When time does not go on, or the session is finished.
        """
        if isinstance(poses, PoseFrame):
            poses = poses.as_sequence()
        if self._finished:
            raise PoseError("this session is finished; start a new Session")
        if len(poses) == 0:
            return []
        if not poses.t[0] / self._slowmo > self._last_frame_s and not np.isnan(self._last_frame_s):
            raise PoseError(f"time must go on: got {poses.t[0]:.3f} s after {self._last_frame_s * self._slowmo:.3f} s")
        self._size = poses.size
        events: list[Event] = []
        for first in range(0, len(poses), CHUNK):
            events += self._chunk(poses.slice(slice(first, first + CHUNK)))
        return events

    def finish(self) -> list[Event]:
        """Say that nothing more comes; return what is still to be told."""
        if self._finished:
            return []
        self._finished = True
        return self._interrupt(Reason.INCOMPLETE, self._last_frame_s) + self._sets.end("END", self._last_frame_s)

    @property
    def under_way(self) -> dict[Side, float]:
        """The arms that are under way, with the start of the movement in seconds of the medium."""
        since = {side: segmenter.under_way_since for side, segmenter in self._segmenters.items()}
        return {side: start * self._slowmo for side, start in since.items() if np.isfinite(start)}

    @property
    def follows(self) -> bool:
        """Whether the last frame showed the subject."""
        return self._follows

    def so_far(self) -> SoFar | None:
        """Return what the repetition under way shows up to now: of the arm that has risen further.

        None between repetitions, and while a movement is still too small to say anything of it.  Nothing is
        counted or kept: the repetition is judged when it ends.
        """
        under_way = {side: seg.under_way_since for side, seg in self._segmenters.items()}
        rising = [
            look_at(
                self._window(start - MARGIN_S, self._recent.last_s),
                side=side,
                pattern=self.pattern,
                start_s=start,
                end_s=np.inf,
                cut_off=True,
            )
            for side, start in under_way.items()
            if np.isfinite(start)
        ]
        return so_far(max(rising, key=lambda movement: movement.height)) if rising else None

    @property
    def waiting(self) -> tuple[RepCompleted, ...]:
        """Repetitions that are judged but wait for another like them before they count; see `armswing.doubt`."""
        return self._sets.waiting

    # -- from frames to grid samples --------------------------------------------------------------
    def _chunk(self, poses: PoseSequence) -> list[Event]:
        t = poses.t / self._slowmo
        seen = self._subject.update(poses)
        lost, last_seen = self._lost_at(t, seen.usable)
        self._follows = bool(seen.usable[-1])
        columns = self._columns.update(poses, t, seen.usable)
        place = np.concatenate(([0], np.cumsum(seen.usable)))
        events: list[Event] = []
        turning = np.flatnonzero(seen.changed | seen.jumped | lost)
        first = 0
        for turn in [*turning.tolist(), len(t)]:
            part = slice(first, turn)
            events += self._samples(t[part][seen.usable[part]], columns[place[first] : place[turn]])
            first = turn
            if turn < len(t):
                since = float(last_seen[turn]) if lost[turn] else None
                events += self._turning_point(
                    float(t[turn]), cut=bool(poses.cut[turn]), changed=bool(seen.changed[turn]), lost_since=since
                )
        self._last_frame_s = float(t[-1])
        return events

    def _lost_at(self, t: Array, usable: Flags) -> tuple[Flags, Array]:
        """Return in which frames it becomes plain that the subject is lost, and when it was last seen before each."""
        since = np.where(usable, t, -np.inf)
        before = -np.inf if self._columns.last_s is None else self._columns.last_s
        last = np.maximum.accumulate(np.concatenate(([before], since)))[1:]
        missing = np.isfinite(last) & (t - last > BRIDGE_S)  # who was never seen is not lost
        previous = np.concatenate(([self._lost], missing[:-1]))
        self._lost = bool(missing[-1])
        now_missing: Flags = missing & ~previous
        return now_missing, last

    def _turning_point(self, now: float, *, cut: bool, changed: bool, lost_since: float | None) -> list[Event]:
        """Handle a hard cut, a change or a loss of the subject before the frame at ``now``."""
        self._resampler.split()
        if cut or changed:
            reason = Reason.CUT if cut else Reason.SUBJECT_CHANGED
            ended = self._interrupt(reason, now) + self._sets.end(str(reason), now)
            self._recent.forget()
            return [*ended, SubjectChanged(t=now * self._slowmo, reason=str(reason))]
        if lost_since is not None:
            events = self._interrupt(Reason.TRACKING_LOST, now)
            return [*events, TrackingLost(t=now * self._slowmo, since_s=lost_since * self._slowmo)]
        return self._interrupt(Reason.SUBJECT_CHANGED, now)

    def _samples(self, t: Array, columns: Array) -> list[Event]:
        """Put usable frames on the grid and follow both arms through its samples."""
        if len(t) == 0:
            return []
        grid = self._resampler.update(t, columns)
        events: list[Event] = []
        bounds = [0, *np.flatnonzero(grid.starts).tolist(), len(grid.t)]
        for first, last in pairwise(bounds):
            if first < len(grid.t) and grid.starts[first]:
                events += self._new_stretch(float(grid.t[first]))
            if last > first:
                events += self._follow(grid, slice(first, last))
        return events

    def _new_stretch(self, now: float) -> list[Event]:
        """Begin after a hole in the poses."""
        events = self._interrupt(Reason.TRACKING_LOST, now)
        events += self._sets.after_a_hole(self._recent.last_s, now)
        self._low_pass.reset()
        self._axis = None
        return events

    # -- from grid samples to rises ---------------------------------------------------------------
    def _follow(self, grid: GridBlock, part: slice) -> list[Event]:
        """Follow both arms through a stretch without a hole."""
        t, drives = grid.t[part], self._drives(grid.x[part, WORLD])
        events: list[Event] = []
        first = 0
        while first < len(t):
            # What the clock decides is decided at its own sample, wherever the input was cut.
            deadline = self._sets.deadline_s
            last = min(first + SLICE, len(t), max(int(t.searchsorted(deadline)), first) + 1)
            self._recent.append(grid, slice(part.start + first, part.start + last), drives[first:last])
            events += self._rises(t[first:last], drives[first:last])
            if t[last - 1] >= deadline:
                events += self._sets.due(float(t[last - 1]), self._moving_since(float(t[last - 1])))
            first = last
        return events

    def _moving_since(self, now: float) -> float:
        """Return since when an arm is under way that has not come to rest at another height; infinite where none is."""
        drives = self._window(now - RESTING_S, now).drives
        rests = {side: extent(drives[:, side.column]) < self._thresholds.rise for side in Side}
        moving = [
            arm.under_way_since
            for side, arm in self._segmenters.items()
            if arm.under_way
            and (arm.under_way_since > now - RESTING_S or not rests[side] or arm.height >= self._sets.full_height)
        ]
        return min(moving, default=np.inf)

    def _drives(self, world: Array) -> Array:
        """Return the causal drive of the left and the right arm: shape (samples, 2)."""
        (filtered,) = filter_joints(self._low_pass.update, world.reshape(-1, N_LANDMARKS, 3))
        axes = trunk_axes(filtered)
        keep = round(AXIS_S * GRID_HZ) - 1
        before = np.repeat(axes.pelvis_forward[:1], keep, axis=0) if self._axis is None else self._axis
        history = np.concatenate((before, axes.pelvis_forward))
        self._axis = history[-keep:].copy(order="F")
        windows = np.lib.stride_tricks.sliding_window_view(history, keep + 1, axis=0)[..., ::-AXIS_EVERY]
        axes = axes.holding(unit(median(np.moveaxis(windows, -1, 0))))
        return weighted(filtered, BOTH, self.pattern.drive, axes)

    def _rises(self, t: Array, drives: Array) -> list[Event]:
        found = [rise for i, side in enumerate(Side) for rise in self._segmenters[side].update(t, drives[:, i])]
        events: list[Event] = []
        for rise in sorted(found, key=lambda r: (r.found_s, -r.height)):
            events += self._judge(rise)
        return events

    # -- from rises to repetitions ----------------------------------------------------------------
    def _window(self, start_s: float, end_s: float) -> Window:
        assert self._size is not None  # a rise comes from poses, and poses have a size
        return self._recent.window(start_s, end_s, self._size)

    def _judge(self, rise: Rise, *, cut_off: Reason | None = None) -> list[Event]:
        """Judge a rise that is over: a repetition, or a movement that does not count."""
        if rise.ending is Ending.OVERLONG:
            return [self._sets.discarded(rise, Reason.TOO_LONG)]
        if self._shadow(rise, of=BOTH):
            return []
        movement = self._look_at(rise, cut_off is not None)
        why = self._why_not_counted(movement)
        if why is not None and cut_off is not None:
            why = cut_off
        if why is not None:
            return [self._sets.discarded(rise, why, movement)]
        before = self._before_in_set
        again = before is not None and before.arm is BOTH
        together = self._side == "both" or (self._side == "auto" and arms_together(movement, again=again))
        if together and self._shadow(rise, of=rise.side.opposite) and not self._withdrawn():
            return []  # the arm that went further was judged before, and counted alone
        if together and better_seen_arm(movement) is not rise.side:
            other = replace(rise, side=rise.side.opposite)
            seen_better = turned_to(movement, other.side)
            if cut_off is None and on_its_way(seen_better, self._thresholds):
                return []  # both are judged when that arm is back
            if self._why_not_counted(seen_better) is None:
                rise, movement = other, seen_better
        return self._completed(rise, movement, together=together)

    def _look_at(self, rise: Rise, cut_off: bool) -> Movement:
        window = self._window(rise.start_s - MARGIN_S, rise.found_s)
        before = self._before_in_set
        return look_at(
            window,
            side=rise.side,
            pattern=self.pattern,
            start_s=rise.start_s,
            end_s=rise.end_s,
            cut_off=cut_off,
            view_before=before.view if before else "",
        )

    def _shadow(self, rise: Rise, *, of: BothSides | Side) -> bool:
        """Whether the repetition judged last, if it was of that arm or of both, covers most of this rise."""
        if self._judged_last is None or self._judged_last.arm is not of:
            return False
        start, end = self._judged_last.start_s, self._judged_last.end_s
        overlap = min(end, rise.end_s) - max(start, rise.start_s)
        return overlap > 0.5 * min(end - start, rise.end_s - rise.start_s)

    def _withdrawn(self) -> bool:
        """Whether the repetition judged last still waited for another; it then gives way to one of both arms."""
        last = self._judged_last
        return last is not None and self._sets.withdraw(last.start_s)

    @property
    def _before_in_set(self) -> _Judged | None:
        """The repetition judged last, while a set goes on."""
        return self._judged_last if self._sets.in_progress else None

    def _why_not_counted(self, movement: Movement) -> Reason | None:
        """Say why a movement is no repetition of the set; None when it is one."""
        why = why_not_counted(movement, self._thresholds) or self._wrong_arm(movement)
        if why is None and movement.cut_off and not (self._sets.is_full(movement) and top_passed(movement)):
            return Reason.INCOMPLETE
        return why

    def _wrong_arm(self, movement: Movement) -> Reason | None:
        if self._side in ("left", "right"):
            return None if movement.side.value == self._side else Reason.OTHER_SIDE
        if copies_the_other_arm(movement):
            return Reason.COPIED_ARM
        return Reason.COUNTER_SWING if swings_against(movement) else None

    def _completed(self, rise: Rise, movement: Movement, *, together: bool) -> list[Event]:
        """Measure and score a repetition; it counts at once unless there is doubt."""
        rest_deg, moved_about = self._before(rise)
        full = self._sets.is_full(movement)
        whole_way = full or self._sets.goes_the_whole_way(movement)
        context = Context(rest_deg=rest_deg, together=together, full=whole_way)
        rep = self._rep(movement, measure(movement, context), context)
        event = RepCompleted.scored(rep, self.pattern, t=rise.found_s * self._slowmo)
        self._busy_until = rise.end_s
        arm = BOTH if together else rise.side
        self._judged_last = _Judged(rise.start_s, rise.end_s, arm, movement.observation.view)
        part_of_the_way = not self._sets.in_progress and movement.variant is None and not full
        held = Held(
            event=event,
            rise=rise,
            likeness=Likeness.of(movement),
            whole_height=movement.whole_height,
            needs_another=moved_about or part_of_the_way or not movement.meets(self.pattern.whole),
            like_a_gesture=movement.like_a_gesture,
        )
        return self._sets.take(held, rise.found_s)

    def _rep(self, movement: Movement, values: dict[str, Measured], context: Context) -> Rep:
        phases, poses, factor = movement.phases, movement.window.poses, self._slowmo
        cut_off = movement.cut_off or not movement.start_seen
        flags = {Reason.BILATERAL: context.together, Reason.PARTIAL: not context.full, Reason.CUT_OFF: cut_off}
        timed = values if factor == 1.0 else {name: replace(m, at_s=m.at_s * factor) for name, m in values.items()}
        return Rep(
            rep_index=0,
            set_index=0,
            side="both" if context.together else movement.side.value,
            variant=movement.variant.name if movement.variant else "",
            start_s=movement.seconds(phases.start) * factor,
            peak_s=movement.seconds(phases.peak) * factor,
            end_s=movement.seconds(phases.end) * factor,
            full=context.full,
            flags=frozenset(str(reason) for reason, holds in flags.items() if holds),
            values=timed,
            view=movement.observation.view,
            toward_deg=float("nan") if movement.observation.lying else movement.observation.toward(movement.side),
            fps=movement.observation.fps,
            poses=(poses if factor == 1.0 else replace(poses, t=poses.t * factor)).copy(),
        )

    def _before(self, rise: Rise) -> tuple[float, bool]:
        """Return what came before a repetition: the rest of the legs, and whether the person had moved about."""
        # Within a set the repetition before has shown that the person is in position.
        if self._sets.in_progress and not np.isnan(self._sets.rest.ready_deg):
            return self._sets.rest.ready_deg, False
        window = self._window(rise.start_s - UNSETTLED_S, rise.start_s)
        world, image = window.poses.world, window.poses.image
        pause = slice(int(window.poses.t.searchsorted(max(self._busy_until, rise.start_s - PAUSE_S))), None)
        drives = window.drives[pause]
        moved_about = False
        if not self._sets.in_progress and len(drives):
            own = drives[:, rise.side.column]
            bent = moves_about(image, trunk_axes(world).up, tilt_deg=BENT_DEG)
            moved_about = bent or extent(own) > RESTLESS
        # A hidden arm is made up, and what it seems to do says nothing of the pause.
        visibility = window.poses.visibility[pause]
        seen = arm_visibility(visibility, BOTH) >= ARM_COUNTS if len(visibility) else np.zeros(len(Side), dtype=bool)
        seen[rise.side.column] = True
        return self._sets.rest.before(world[pause], drives[:, seen]), moved_about

    # -- interruptions ----------------------------------------------------------------------------
    def _interrupt(self, reason: Reason, now: float) -> list[Event]:
        """Close what is under way: counted if the top was passed before an end or a cut, else discarded."""
        events: list[Event] = []
        found = filter(None, [segmenter.interrupt() for segmenter in self._segmenters.values()])
        for rise in sorted(found, key=lambda r: -r.height):  # as in `_rises`
            ended = reason in (Reason.INCOMPLETE, Reason.CUT)
            large = self._sets.in_progress or rise.height >= self._thresholds.full
            events += self._judge(rise, cut_off=reason) if ended and large else [self._sets.discarded(rise, reason)]
        self._low_pass.reset()
        self._axis = None
        return events
