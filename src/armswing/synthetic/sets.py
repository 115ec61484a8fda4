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

_MAX_DIP_DEG = 45.0
_HOOK_LYING = (30.0, 62.0)
"""Hip and knee flexion of a leg whose foot rests on the floor, lying on the back."""


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
    jitter : float
        Relative spread of the period from rep to rep.
    range : float
        1 = the full way, .5 = half of it.
    leg : {"opposite", "same", "both", "none"}, optional
        Which leg moves with the arm: same = the wrong one, none = planted feet, both = a dip.  Without, the
        opposite one, or none when both arms work.
    leg_deg : float
        How far that thigh moves against the trunk: back in a pull, forward in the others.  Negative
        turns it round.  In a dip both go at most 45 degrees.
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
        What the arm that does not work does.
    counter_deg : float
        Excursion of a counter-swinging free arm.
    stance : {"standing", "split", "half_kneeling", "lying", "seated"}
        How the person stands, kneels, sits or lies (on the back).
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
    jitter: float = 0.0
    range: float = 1.0
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

    def __post_init__(self) -> None:
        check_positive(self, "period_s", "concentric_share")
        check_not_negative(
            self, "hold_s", "rest_s", "jitter", "range", "lead_in_s", "start_still_s", "end_still_s", "lead_out_s"
        )
        check_choice("side", self.side, get_args(WorkingSide))
        check_choice("stance", self.stance, get_args(Stance))
        check_choice("free_arm", self.free_arm, get_args(FreeArm))
        if self.leg is not None:
            check_choice("leg", self.leg, get_args(WorkingLeg))
        if self.reps < 0 or self.concentric_share >= 1 or not 0 <= self.jitter < 0.5:
            raise ConfigError("reps must be at least 0, concentric_share below 1 and jitter below 0.5")
        if self.side == "both" and self.leg in ("opposite", "same"):
            raise ConfigError(f"both arms have no {self.leg} leg; give leg='none' or leg='both'")
        if self.stance == "half_kneeling" and (self.working_leg in ("same", "both") or self.side == "alternating"):
            raise ConfigError("a half-kneeling person can move only the opposite leg, and not alternate")

    @property
    def working_leg(self) -> WorkingLeg:
        """The leg that moves: the opposite one unless said, none when both arms work."""
        return self.leg or ("none" if self.side == "both" else "opposite")

    @property
    def mirrored(self) -> bool:
        """Whether the command, written for the right arm, is mirrored."""
        return self.side == "left"

    @cached_property
    def plan(self) -> tuple[RepPlan, ...]:
        """The reps meant."""
        rng = np.random.default_rng((self.seed, 99))
        plans, start = [], self.lead_in_s + self.start_still_s
        for index in range(self.reps):
            length = self.period_s * (1 + self.jitter * float(rng.uniform(-1, 1)))
            top = start + length * self.concentric_share
            end = start + length + self.hold_s
            alternate: RepSide = "left" if index % 2 else "right"
            side = alternate if self.side == "alternating" else self.side
            plans.append(
                RepPlan(index=index, side=side, start_s=start, top_s=top, lower_s=top + self.hold_s, end_s=end)
            )
            start = end + self.rest_s
        return tuple(plans)

    @property
    def duration_s(self) -> float:
        """From the first frame to the last."""
        last = self.plan[-1].end_s if self.plan else self.lead_in_s + self.start_still_s
        late = abs(self.leg_late) * self.period_s
        return last + late + self.end_still_s + self.lead_out_s

    def effort(self, t: Array, *, late: float = 0.0) -> Array:
        """Return how far each arm is on its way, 0 to 1: (frames, 2); a left set counts as right (see `mirrored`)."""
        effort = np.zeros((len(t), 2))
        for rep in self.plan:
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

    def way(self, effort: Array) -> Array:
        """Return how far the joints of an arm are at which its hand or elbow is ``range * effort`` along."""
        return np.asarray((self.range * effort) ** self.way_power)

    def _leg_curve(self, effort: Array) -> Array:
        """Return the leg's part of the way where the arm is ``effort`` along."""
        return effort

    @abstractmethod
    def work(self, effort: Array) -> Array:
        """Return the posture (6, frames, 2) of an arm that is ``effort`` of its range along."""

    @abstractmethod
    def counter(self, effort: Array) -> Array:
        """Return the posture of the free arm that swings against the working one."""

    @abstractmethod
    def swing(self, effort: Array) -> Legs:
        """Return swing, knee and foot of the legs that are ``effort`` along, without ankles."""

    def knee_bend(self, effort: Array, legs: Array) -> Array:
        """Return the flexion of the standing knee, shape (frames,), degrees."""
        return np.full(len(effort), self.rest_knee_deg)

    def turn(self, effort: Array) -> Array:
        """Return the turn of the rib cage to the left as a share of ``trunk_deg``: (frames,)."""
        before = self.turn_before if self.side in ("left", "right") else 0.0
        net = effort[:, 1] - effort[:, 0]
        return self.turn_sign * (net - before)

    def _arm_angles(self, t: Array, effort: Array) -> Array:
        lying = self.stance == "lying"
        hang = posture(lateral=16.0 if lying else 8.0, elbow=np.full(effort.shape, 12.0))
        free = hang if self.free_arm == "still" else self.counter(effort[:, ::-1])
        works = np.array([self.side in ("both", "alternating"), True])
        angles = np.where(works, self.work(effort), free)
        end = self.duration_s
        ready = ramp(t, 0.0, self.lead_in_s) if self.lead_in_s else np.ones_like(t)
        if self.lead_out_s:
            ready = ready - ramp(t, end - self.lead_out_s, self.lead_out_s)
        return blend(hang, angles, ready[:, None])

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        effort, legs = self.effort(t), self.leg_effort(t)
        turn = self.turn(effort)
        gain = 0.6 if self.stance == "lying" else 1.0
        lift = legs[:, 1] - legs[:, 0]
        heave = self.heave_deg * effort.max(axis=1)
        dip = self._dip(legs)
        pitch = self._stance_pitch() - heave + 0.5 * dip
        thorax = self.trunk_deg * turn
        if self.stance == "lying":  # who rolls to one side on the floor lifts the other shoulder: an oblique crunch
            pitch = pitch + 0.4 * np.abs(thorax)
        wander = [sway(t, self.seed, channel) for channel in (1, 2, 3)]
        pelvis, pose = self._base(body, effort, legs, dip, wander)
        return Command(
            pelvis=pelvis,
            pelvis_turn=-gain * self.pelvis_deg * turn + wander[0] * 0.5,
            pelvis_pitch=0.6 * pitch,
            pelvis_roll=2.5 * lift * (self.stance in ("standing", "split")),
            thorax_turn=thorax,
            thorax_pitch=pitch,
            thorax_roll=0.0,
            head_turn=0.15 * thorax + 1.5 * wander[1],
            head_pitch=0.4 * pitch + 1.5 * wander[2],
            supine=self.stance == "lying",
            arms=as_arms(self._arm_angles(t, effort)),
            legs=pose,
        )

    def _stance_pitch(self) -> float:
        return {"lying": 0.0, "seated": 0.3, "half_kneeling": 0.4}.get(self.stance, 1.0) * self.pitch_deg

    def _dip(self, legs: Array) -> Array:
        """Return how far both hips flex with the feet planted, degrees: (frames,)."""
        if self.working_leg != "both" or self.stance not in ("standing", "split"):
            return np.zeros(len(legs))
        deep = float(np.clip(abs(self.leg_deg), 0.0, _MAX_DIP_DEG))
        return deep * (1 - legs[:, 0] if self.turn_sign < 0 else legs[:, 0])

    def _base(self, body: Body, effort: Array, legs: Array, dip: Array, wander: list[Array]) -> tuple[Array, Legs]:
        """Return the pelvis (frames, 3) and the legs of the stance."""
        if self.stance == "lying":
            return self._lying(body, legs)
        foot = footing(body, self.stance)
        moving = np.zeros_like(legs) if dip.any() else legs
        free = self.swing(moving)
        # Who lifts a foot comes over the other; a leg that hardly moves hardly shifts the weight.
        share = np.abs(self.leg_deg) / (np.abs(self.leg_deg) + 8.0)
        shift = 0.75 * share * foot.ankles[1, 0] * (moving[:, 0] - moving[:, 1])
        x, z = self.sway_m * wander[0], self.sway_m * wander[1]
        if foot.seat:
            y, z = np.full_like(x, foot.seat[0]), z + foot.seat[1]
        else:
            hips_back = 0.125 * np.sin(np.radians(self._stance_pitch())) + 0.12 * np.sin(np.radians(dip))
            x, z = x + shift, z + foot.ankles[:, 2].mean() - hips_back * body.stature
            knee = self.knee_bend(effort, moving) + 2 * dip
            y = hip_height(body, foot.ankles, np.stack([x, z], axis=-1), knee, moving)
        toe_down = foot.toe_down + np.asarray(free.toe_down)
        return np.stack([x, y, z], axis=-1), replace(free, ankle=foot.ankles, toe_down=toe_down)

    def _lying(self, body: Body, legs: Array) -> tuple[Array, Legs]:
        """Return pelvis and legs on the back: the working leg comes in, the other straightens."""
        hip, knee = _HOOK_LYING
        long = legs[:, ::-1] * (self.working_leg != "both") * float(np.clip(self.leg_deg / 50.0, 0.0, 1.0))
        swing = blend(hip, 8.0, long) + self.leg_deg * legs
        bend = blend(knee, 14.0, long) + 0.5 * self.leg_deg * legs
        pelvis = np.broadcast_to(np.array([0.0, 0.06 * body.stature, 0.08 * body.stature]), (len(legs), 3))
        return pelvis, Legs(swing=swing, knee=bend, toe_down=bend - swing + 20 * (0.5 - legs))
