"""What pull, push and lift have in common: the plan of a set, the stance, trunk and legs."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal, get_args

import numpy as np

from armswing.errors import ConfigError
from armswing.pose import Array
from armswing.synthetic.body import Body, Command, Legs
from armswing.synthetic.curves import blend, ramp, sway
from armswing.synthetic.motion import (
    Motion,
    RepPlan,
    RepSide,
    as_arms,
    check_choice,
    check_not_negative,
    check_positive,
    posture,
)
from armswing.synthetic.stance import Stance, footing, hip_height

WorkingSide = Literal["left", "right", "both", "alternating"]
WorkingLeg = Literal["opposite", "same", "both", "none"]
FreeArm = Literal["still", "counter"]
PauseArms = Literal["start", "hang"]

_MAX_DIP_DEG = 45.0
_MAX_SEATED_LEG_DEG = 35.0
"""A thigh that is across already has so much way left."""
_ON_FEET = ("standing", "split", "hinged")
_SEATS = ("half_kneeling", "seated")
_HANG_S = 0.8
"""Time in which the arms go down for a pause, and come up after it."""
_TIRED_RANGE, _TIRED_SLOWER, _TIRED_COUPLING, _TIRED_FLARE_DEG = 0.15, 1.0, 0.75, 30.0
"""What the last rep of a set of fatigue 1 has lost and gained; see `Exercise`.

To failure, reps lose about half their speed (Sanchez-Medina and Gonzalez-Badillo 2011, Med Sci Sports Exerc 43:1725);
the rest is our judgement, the range such that a failing rep is still one.
"""
_HOOK_LYING = (30.0, 62.0)
"""Hip and knee flexion of a leg whose foot rests on the floor, lying on the back."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Form:
    """How well the person works at each moment: arrays of shape (frames, 1), as the parameters of `Exercise`."""

    range: Array
    leg_deg: Array
    trunk_deg: Array
    flare_deg: Array


@dataclass(frozen=True, kw_only=True)
class Exercise(Motion):
    """A set of reps with its faults as numbers.

    Attributes
    ----------
    reps : int
        How many.
    side : {"right", "left", "both", "alternating"}
        Working arm; an alternating set begins on the right.
    period_s, concentric_share : float
        Time of a rep without hold and rest, and the part of it that goes to the top.
    hold_s, rest_s : float
        At the top, and between reps.
    pause_after, pause_s : int, float
        After so many reps (0 = never) the set pauses for so long, above ``rest_s``.
    pause_arms : {"start", "hang"}
        Whether the arms wait in the first posture or are let down for the pause and brought up again.
    jitter : float
        Relative spread of the period from rep to rep.
    range : float
        1 = the full way, .5 = half of it.  With 0 the arm stays in its first posture while trunk and leg go on as
        timed: such a set has no reps.
    fatigue : float
        0 = all reps alike.  From the first rep, which is fresh, to the last the form wears off linearly.  With 1, a
        set to failure, the last one has 15 % less range, takes twice as long to the top, keeps a quarter of
        ``leg_deg`` and ``trunk_deg`` and flares 30 degrees more.
    leg : {"opposite", "same", "both", "none"}, optional
        Which leg moves with the arm: same = the wrong one, none = planted feet, both = a dip.  Without, the
        opposite one, or none when both arms work or the leg cannot go back because the thigh lies across.
    leg_deg : float
        How far that thigh moves against the trunk: back in a pull, forward in the others.  Negative
        turns it round.  In a dip both go at most 45 degrees, sitting and half-kneeling 35.
    leg_late : float
        How much later than the arm the leg goes, as a share of the rep.
    trunk_deg, pelvis_deg : float
        How far the rib cage turns with the arm, and the pelvis against it.
    flare_deg : float
        The elbow's flare in the phase in which the checker reads it.
    protract_deg : float
        How far the working collar bone goes back and forth.
    heave_deg : float
        How far the trunk leans back toward the top.
    free_arm : {"still", "counter"}
        What the arm that does not work does; it swings only where one arm does all the work.
    counter_deg : float
        Excursion of a counter-swinging free arm.
    stance : {"standing", "split", "hinged", "half_kneeling", "lying", "seated"}
        How the person stands, bends over, kneels, sits or lies (on the back).
    lead_in_s, start_still_s, end_still_s, lead_out_s : float
        From hanging arms into the first posture, still there (READY), still at the end, and back.

    Raises
    ------
    ConfigError
        When a number or a combination of parameters is not possible.
    """

    reps: int = 5
    side: WorkingSide = "right"
    period_s: float = 2.4
    concentric_share: float = 0.45
    hold_s: float = 0.2
    rest_s: float = 0.5
    pause_after: int = 0
    pause_s: float = 4.0
    pause_arms: PauseArms = "start"
    jitter: float = 0.0
    range: float = 1.0
    fatigue: float = 0.0
    leg: WorkingLeg | None = None
    leg_deg: float = 20.0
    leg_late: float = 0.0
    trunk_deg: float = 22.0
    pelvis_deg: float = 5.0
    flare_deg: float = 15.0
    protract_deg: float = 14.0
    heave_deg: float = 0.0
    free_arm: FreeArm = "still"
    counter_deg: float = 40.0
    stance: Stance = "standing"
    lead_in_s: float = 0.0
    start_still_s: float = 1.0
    end_still_s: float = 0.8
    lead_out_s: float = 0.0

    turn_sign: ClassVar[int] = 1
    """+1 when the rib cage turns away from the working arm at the top, -1 when toward it."""
    turn_before: ClassVar[float] = 0.3
    """Share of the turn by which the rib cage is turned the other way at the bottom."""
    way_power: ClassVar[float] = 1.0
    """Joints that move alike move the hand unevenly; this evens it out, roughly."""
    pitch_deg: ClassVar[float] = 4.0
    rest_knee_deg: ClassVar[float] = 14.0
    stances: ClassVar[tuple[Stance, ...]] = ("standing", "split", "half_kneeling", "lying", "seated")
    """Those in which it can be done."""

    def __post_init__(self) -> None:
        check_positive(self, "period_s", "concentric_share")
        check_not_negative(self, "hold_s", "rest_s", "pause_s", "jitter", "range", "fatigue")
        check_not_negative(self, "lead_in_s", "start_still_s", "end_still_s", "lead_out_s")
        check_choice("side", self.side, get_args(WorkingSide))
        check_choice("free_arm", self.free_arm, get_args(FreeArm))
        check_choice("pause_arms", self.pause_arms, get_args(PauseArms))
        check_choice(f"the stance of a {type(self).__name__.lower()}", self.stance, self.stances)
        if self.leg is not None:
            check_choice("leg", self.leg, get_args(WorkingLeg))
        if self.reps < 0 or self.concentric_share >= 1 or not 0 <= self.jitter < 0.5 or self.fatigue > 1:
            raise ConfigError(
                "reps must be at least 0, concentric_share below 1, jitter below 0.5 and fatigue at most 1"
            )
        if not 0 <= self.pause_after < max(self.reps, 1):
            raise ConfigError(f"pause_after must leave a rep of {self.reps} for later, got {self.pause_after}")
        self._check_sides()

    def _check_sides(self) -> None:
        """Raise a `ConfigError` when arms, legs and stance do not go together."""
        if self.free_arm == "counter" and self.side in ("both", "alternating"):
            raise ConfigError(f"side={self.side!r} leaves no arm free to swing; give free_arm='still'")
        if self.side == "both" and self.leg in ("opposite", "same"):
            raise ConfigError(f"both arms have no {self.leg} leg; give leg='none' or leg='both'")
        if self.leg not in (None, "none") and self._back_from_across:
            raise ConfigError(f"{self.stance} the thigh lies across and cannot go back; give leg='none'")
        if self.stance == "half_kneeling" and (self.working_leg in ("same", "both") or self.side == "alternating"):
            raise ConfigError("a half-kneeling person can move only the opposite leg, and not alternate")

    @property
    def working_leg(self) -> WorkingLeg:
        """The leg that moves: the opposite one unless said, none when both arms work or it cannot go back."""
        return self.leg or ("none" if self.side == "both" or self._back_from_across else "opposite")

    @property
    def _back_from_across(self) -> bool:
        """Whether a thigh is meant to go back that lies across, its foot planted in front."""
        return self.stance in _SEATS and self.turn_sign * self.leg_deg < 0

    @property
    def mirrored(self) -> bool:
        """Whether the command, written for the right arm, is mirrored."""
        return self.side == "left"

    @property
    def tilt_deg(self) -> float:
        """How far pelvis, rib cage and head are bent over as one."""
        return 0.0

    @property
    def plan(self) -> tuple[RepPlan, ...]:
        """The reps meant: none where the arm does not move."""
        return self.beats if self.range > 0 else ()

    @cached_property
    def beats(self) -> tuple[RepPlan, ...]:
        """When arm, trunk and leg move, be there an arm that does or not."""
        rng = np.random.default_rng((self.seed, 99))
        plans, start = [], self.lead_in_s + self.start_still_s
        for index in range(self.reps):
            length = self.period_s * (1 + self.jitter * float(rng.uniform(-1, 1)))
            longer = length * self.concentric_share * _TIRED_SLOWER * self._worn(index)
            top = start + length * self.concentric_share + longer
            end = start + length + self.hold_s + longer
            alternate: RepSide = "left" if index % 2 else "right"
            side = alternate if self.side == "alternating" else self.side
            plans.append(
                RepPlan(index=index, side=side, start_s=start, top_s=top, lower_s=top + self.hold_s, end_s=end)
            )
            start = end + self.rest_s + self.pause_s * (index + 1 == self.pause_after)
        return tuple(plans)

    def _worn(self, index: int) -> float:
        """Return how far the form has worn off in a rep, 0 to 1."""
        return self.fatigue * index / max(self.reps - 1, 1)

    def form(self, t: Array) -> Form:
        """Return how well the person works at the times ``t``; it wears off between the tops of the reps."""
        worn = np.zeros(len(t))
        if self.beats:
            tops = [(s, self._worn(rep.index)) for rep in self.beats for s in (rep.top_s, rep.lower_s)]
            worn = np.interp(t, *np.transpose(tops))
        worn = worn[:, None]
        coupled = 1 - _TIRED_COUPLING * worn
        most = _MAX_SEATED_LEG_DEG if self.stance in _SEATS else np.inf
        return Form(
            range=self.range * (1 - _TIRED_RANGE * worn),
            leg_deg=np.clip(self.leg_deg, -most, most) * coupled,
            trunk_deg=self.trunk_deg * coupled,
            flare_deg=self.flare_deg + _TIRED_FLARE_DEG * worn,
        )

    @property
    def duration_s(self) -> float:
        """From the first frame to the last."""
        last = self.beats[-1].end_s if self.beats else self.lead_in_s + self.start_still_s
        late = abs(self.leg_late) * self.period_s
        return last + late + self.end_still_s + self.lead_out_s

    def effort(self, t: Array, *, late: float = 0.0) -> Array:
        """Return how far each arm is on its way, 0 to 1: (frames, 2); a left set counts as right (see `mirrored`)."""
        effort = np.zeros((len(t), 2))
        for rep in self.beats:
            length = rep.end_s - rep.start_s
            now = t - late * length
            share = ramp(now, rep.start_s, rep.top_s - rep.start_s) - ramp(now, rep.lower_s, rep.end_s - rep.lower_s)
            column = 0 if rep.side == "left" and not self.mirrored else 1
            effort[:, column] += share
            if rep.side == "both":
                effort[:, 0] += share
        return effort

    def leg_effort(self, t: Array) -> Array:
        """Return how far each leg is on its way, 0 to 1: (frames, 2)."""
        effort = self._leg_curve(self.effort(t, late=self.leg_late))
        match self.working_leg:
            case "opposite":
                return effort[:, ::-1]
            case "same":
                return effort
            case "both":
                return np.repeat(effort.max(axis=1, keepdims=True), 2, axis=1)
        return np.zeros_like(effort)

    def way(self, effort: Array, form: Form) -> Array:
        """Return how far the joints of an arm are at which its hand or elbow is ``range * effort`` along."""
        # Two ramps that cancel leave a trace that may be below 0, of which there is no power.
        return np.asarray(np.maximum(form.range * effort, 0.0) ** self.way_power)

    def _leg_curve(self, effort: Array) -> Array:
        """Return the leg's part of the way where the arm is ``effort`` along."""
        return effort

    @abstractmethod
    def work(self, effort: Array, form: Form) -> Array:
        """Return the posture (6, frames, 2) of an arm that is ``effort`` of its range along."""

    @abstractmethod
    def counter(self, effort: Array) -> Array:
        """Return the posture of the free arm that swings against the working one."""

    @abstractmethod
    def swing(self, effort: Array, form: Form) -> Legs:
        """Return swing, knee and foot of the legs that are ``effort`` along, without ankles."""

    def knee_bend(self, effort: Array, legs: Array) -> Array:
        """Return the flexion of the standing knee, shape (frames,), degrees."""
        return np.full(len(effort), self.rest_knee_deg)

    def turn(self, effort: Array) -> Array:
        """Return the turn of the rib cage to the left as a share of ``trunk_deg``: (frames,)."""
        before = self.turn_before if self.side in ("left", "right") else 0.0
        net = effort[:, 1] - effort[:, 0]
        return self.turn_sign * (net - before)

    def _arm_angles(self, t: Array, effort: Array, form: Form) -> Array:
        lying = self.stance == "lying"
        hang = posture(lateral=16.0 if lying else 8.0, sagittal=self.tilt_deg, elbow=np.full(effort.shape, 12.0))
        free = hang if self.free_arm == "still" else self.counter(effort[:, ::-1])
        works = np.array([self.side in ("both", "alternating"), True])
        angles = np.where(works, self.work(effort, form), free)
        return blend(hang, angles, self._ready(t)[:, None])

    def _ready(self, t: Array) -> Array:
        """Return how far the arms are from hanging in their posture, 0 to 1: (frames,)."""
        ready = ramp(t, 0.0, self.lead_in_s) if self.lead_in_s else np.ones_like(t)
        if self.pause_after and self.pause_arms == "hang":
            down, up = self.beats[self.pause_after - 1].end_s, self.beats[self.pause_after].start_s
            move = min(_HANG_S, (up - down) / 2)
            ready = ready - ramp(t, down, move) + ramp(t, up - move, move)
        if self.lead_out_s:
            ready = ready - ramp(t, self.duration_s - self.lead_out_s, self.lead_out_s)
        return ready

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        effort, legs, form = self.effort(t), self.leg_effort(t), self.form(t)
        turn = self.turn(effort)
        gain = 0.6 if self.stance == "lying" else 1.0
        heave = self.heave_deg * effort.max(axis=1)
        dip = self._dip(legs, form)
        pitch = self._stance_pitch() - heave + 0.5 * dip
        thorax = form.trunk_deg[:, 0] * turn
        if self.stance == "lying":  # who rolls to one side on the floor lifts the other shoulder: an oblique crunch
            pitch = pitch + 0.4 * np.abs(thorax)
        wander = [sway(t, self.seed, channel) for channel in (1, 2, 3)]
        pelvis, pose = self._base(body, effort, legs, form, wander)
        return Command(
            pelvis=pelvis,
            pelvis_turn=-gain * self.pelvis_deg * turn + wander[0] * 0.5,
            pelvis_pitch=0.6 * pitch,
            pelvis_roll=self._roll(legs),
            thorax_turn=thorax,
            thorax_pitch=pitch,
            thorax_roll=0.0,
            head_turn=0.15 * thorax + 1.5 * wander[1],
            head_pitch=0.4 * pitch - 0.5 * self.tilt_deg + 1.5 * wander[2],
            supine=self.stance == "lying",
            tilt=self.tilt_deg,
            arms=as_arms(self._arm_angles(t, effort, form)),
            legs=pose,
        )

    def _stance_pitch(self) -> float:
        return {"lying": 0.0, "hinged": 0.0, "seated": 0.3, "half_kneeling": 0.4}.get(self.stance, 1.0) * self.pitch_deg

    def _roll(self, legs: Array) -> Array:
        """Return the lean of the pelvis to the right, over the leg that stands: (frames,)."""
        return np.asarray(2.5 * (legs[:, 1] - legs[:, 0]) * (self.stance in _ON_FEET))

    @property
    def _dips(self) -> bool:
        return self.working_leg == "both" and self.stance in _ON_FEET

    def _dip(self, legs: Array, form: Form) -> Array:
        """Return how far both hips flex with the feet planted, degrees: (frames,)."""
        if not self._dips:
            return np.zeros(len(legs))
        deep = np.clip(np.abs(form.leg_deg[:, 0]), 0.0, _MAX_DIP_DEG)
        return deep * (1 - legs[:, 0] if self.turn_sign < 0 else legs[:, 0])

    def _base(self, body: Body, effort: Array, legs: Array, form: Form, wander: list[Array]) -> tuple[Array, Legs]:
        """Return the pelvis (frames, 3) and the legs of the stance."""
        if self.stance == "lying":
            return self._lying(body, legs, form)
        foot = footing(body, self.stance)
        moving, dip = (np.zeros_like(legs) if self._dips else legs), self._dip(legs, form)
        free = self.swing(moving, form)
        # Who lifts a foot comes over the other; a leg that hardly moves hardly shifts the weight.
        size = np.abs(form.leg_deg[:, 0])
        share = size / (size + 8.0)
        shift = 0.75 * share * foot.ankles[1, 0] * (moving[:, 0] - moving[:, 1])
        x, z = self.sway_m * wander[0], self.sway_m * wander[1]
        if foot.seat:
            y, z = np.full_like(x, foot.seat[0]), z + foot.seat[1]
        else:
            lean = self._stance_pitch() + self.tilt_deg
            hips_back = 0.125 * np.sin(np.radians(lean)) + 0.12 * np.sin(np.radians(dip))
            x, z = x + shift, z + foot.ankles[:, 2].mean() - hips_back * body.stature
            knee = self.knee_bend(effort, moving) + 2 * dip
            y = hip_height(body, foot.ankles, np.stack([x, z], axis=-1), knee, moving, roll_deg=self._roll(legs))
        toe_down = foot.toe_down + np.asarray(free.toe_down)
        return np.stack([x, y, z], axis=-1), replace(free, ankle=foot.ankles, toe_down=toe_down)

    def _lying(self, body: Body, legs: Array, form: Form) -> tuple[Array, Legs]:
        """Return pelvis and legs on the back: the working leg comes in, the other straightens."""
        hip, knee = _HOOK_LYING
        long = legs[:, ::-1] * (self.working_leg != "both") * np.clip(form.leg_deg / 50.0, 0.0, 1.0)
        swing = blend(hip, 8.0, long) + form.leg_deg * legs
        bend = blend(knee, 14.0, long) + 0.5 * form.leg_deg * legs
        pelvis = np.broadcast_to(np.array([0.0, 0.06 * body.stature, 0.08 * body.stature]), (len(legs), 3))
        return pelvis, Legs(swing=swing, knee=bend, toe_down=bend - swing + 20 * (0.5 - legs))
