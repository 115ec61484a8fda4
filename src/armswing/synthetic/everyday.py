"""What people do on one spot before, between and instead of reps: none of it may be counted as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from armswing.errors import ConfigError
from armswing.pose import Array
from armswing.synthetic.body import Body, Command, Legs
from armswing.synthetic.curves import blend, ramp, sway, through
from armswing.synthetic.figure import pose_body
from armswing.synthetic.motion import Motion, as_arms, check_choice, check_not_negative, check_positive, posture
from armswing.synthetic.stance import footing, hip_height

TalkingArms = Literal["left", "right", "both"]
PickingSide = Literal["left", "right"]

_HANDLE = 0.13
"""Height of a wrist whose hand holds a weight that stands on the floor, as a fraction of stature (our judgement)."""


@dataclass(frozen=True, kw_only=True)
class Everyday(Motion):
    """Something that is no exercise and goes on for ``seconds``."""

    seconds: float = 8.0

    def __post_init__(self) -> None:
        check_positive(self, "seconds")
        check_not_negative(self, "sway_m")

    @property
    def duration_s(self) -> float:
        """How long it goes on."""
        return self.seconds


def _upright(t: Array, body: Body, motion: Motion, *, knee_deg: float = 7.0) -> tuple[Array, Legs]:
    """Return the pelvis and the planted legs of somebody standing."""
    ankles = footing(body, "standing").ankles
    over = motion.sway_m * np.stack([sway(t, motion.seed, 1), sway(t, motion.seed, 2)], axis=-1)
    y = hip_height(body, ankles, over, np.full(len(t), knee_deg), np.zeros((len(t), 2)))
    return np.stack([over[:, 0], y, over[:, 1]], axis=-1), Legs(ankle=ankles)


@dataclass(frozen=True, kw_only=True)
class Standing(Everyday):
    """Standing about, arms hanging."""

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        pelvis, legs = _upright(t, body, self)
        idle = np.stack([sway(t, self.seed, 5), sway(t, self.seed, 6)], axis=-1)
        return Command(
            pelvis=pelvis,
            thorax_turn=1.5 * sway(t, self.seed, 4),
            thorax_pitch=2.0,
            head_turn=6.0 * sway(t, self.seed, 3),
            head_pitch=2.0,
            arms=as_arms(posture(lateral=8.0, sagittal=2.0 + 2.0 * idle, elbow=15.0 + 3.0 * idle)),
            legs=legs,
        )


@dataclass(frozen=True, kw_only=True)
class Talking(Everyday):
    """Standing and talking with the hands: irregular gestures.

    Attributes
    ----------
    hands : {"left", "right", "both"}
        Which of them talk.
    size : float
        1 = as large as people's gestures get; 0 = none.
    pace_s : float
        Mean time between gestures.
    """

    hands: TalkingArms = "both"
    size: float = 1.0
    pace_s: float = 0.9

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive(self, "pace_s")
        check_not_negative(self, "size")
        check_choice("hands", self.hands, get_args(TalkingArms))

    def _gestures(self, t: Array, side: int) -> Array:
        """Return the posture (6, frames) of one arm: from one drawn station to the next."""
        rng = np.random.default_rng((self.seed, 50 + side))
        rest = posture()
        count = max(1, int(np.ceil(1.6 * self.seconds / self.pace_s)))
        gaps = self.pace_s * rng.uniform(0.5, 1.6, count)
        stations = [rest]
        for gesture in rng.random(count):
            low, high = np.array([0.0, 10.0, 45.0, 5.0, -4.0, 0.0]), np.array([30.0, 75.0, 125.0, 45.0, 6.0, 10.0])
            drawn = rng.uniform(low, high)
            stations.append(rest if gesture < 0.2 else blend(rest, drawn, self.size))
        moves = gaps * rng.uniform(0.45, 0.95, count)
        begin = np.concatenate([[0.0], np.cumsum(gaps)[:-1]]) + 0.3
        return through(t, begin, stations, moves).T

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        pelvis, legs = _upright(t, body, self)
        idle = posture(elbow=np.full_like(t, 15.0))
        talks = (self.hands != "right", self.hands != "left")
        arms = np.stack([self._gestures(t, side) if on else idle for side, on in enumerate(talks)], axis=-1)
        reach = np.radians(arms[1])
        return Command(
            pelvis=pelvis,
            pelvis_turn=1.5 * sway(t, self.seed, 6),
            thorax_turn=4.0 * sway(t, self.seed, 4) + 4.0 * (np.sin(reach[:, 1]) - np.sin(reach[:, 0])),
            thorax_pitch=2.0 + 2.0 * sway(t, self.seed, 5),
            head_turn=14.0 * sway(t, self.seed, 3),
            head_pitch=3.0 + 4.0 * sway(t, self.seed, 7),
            arms=as_arms(arms),
            legs=legs,
        )


@dataclass(frozen=True, kw_only=True)
class CounterSwing(Everyday):
    """Standing and swinging the arms against each other, one further than the other.

    Attributes
    ----------
    period_s : float
        Time of one swing to and fro.
    arm_deg : float
        How far the right arm swings to either side.
    ratio : float
        How far the left one does against that.
    elbow_deg : float
        Flexion of the elbows.
    """

    period_s: float = 1.4
    arm_deg: float = 30.0
    ratio: float = 0.5
    elbow_deg: float = 45.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive(self, "period_s")
        check_not_negative(self, "ratio")

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        pelvis, legs = _upright(t, body, self, knee_deg=14.0)
        swing = np.sin(2 * np.pi * t / self.period_s) * ramp(t, 0.0, 1.0)
        arms = self.arm_deg * swing[:, None] * np.array([-self.ratio, 1.0])
        turn = 0.2 * self.arm_deg * swing
        return Command(
            pelvis=pelvis,
            pelvis_turn=-0.3 * turn,
            thorax_turn=turn,
            thorax_pitch=4.0,
            head_pitch=3.0,
            arms=as_arms(posture(lateral=10.0, sagittal=arms, elbow=self.elbow_deg + 0.3 * arms, swivel=15.0)),
            legs=legs,
        )


@dataclass(frozen=True, kw_only=True)
class PickingUp(Everyday):
    """Picks up a weight beside the foot: stands, bends hips and knees, grasps, rises, settles.

    Every seed takes its own time and bends its own way.

    Attributes
    ----------
    side : {"left", "right"}
        The hand that grasps.
    bend_deg : float
        How far the trunk leans forward over the weight, give or take 8 degrees.
    to_shoulder : bool
        Whether the weight is brought to the shoulder and stays there; it hangs otherwise.
    """

    seconds: float = 9.0
    side: PickingSide = "right"
    bend_deg: float = 66.0
    to_shoulder: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("side", self.side, get_args(PickingSide))
        if not 50.0 <= self.bend_deg <= 80.0:
            raise ConfigError(f"bend_deg must be 50 to 80 for a hand to reach the floor, got {self.bend_deg}")

    @property
    def mirrored(self) -> bool:
        """Whether the command, written for the right hand, is mirrored."""
        return self.side == "left"

    def _steps(self) -> tuple[Array, Array]:
        """Return when the person bends, rises and brings the weight up, and how long each takes: (3,) s each."""
        rng = np.random.default_rng((self.seed, 70))
        moves = np.array([1.3, 1.4, 0.9]) * rng.uniform(0.8, 1.3, 3)
        stays = np.array([0.8, 0.5, 0.5]) * rng.uniform(0.6, 1.4, 3)
        return np.cumsum(stays) + np.concatenate([[0.0], np.cumsum(moves)[:-1]]), moves

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        rng = np.random.default_rng((self.seed, 71))
        begin, length = self._steps()
        down = through(t, begin[:2], [0.0, 1.0, 0.0], length[:2])
        tilt = self.bend_deg + rng.uniform(-8.0, 8.0)
        turn, ahead = rng.uniform(2.0, 14.0), rng.uniform(0.08, 0.13) * body.stature
        hanging = posture(lateral=8.0, sagittal=[2.0, 2.0], elbow=[15.0, 10.0])
        grasping = posture(
            lateral=[10.0, 10.0], sagittal=[tilt - 8.0, tilt - rng.uniform(6.0, 14.0)], elbow=[35.0, 6.0], swivel=5.0
        )
        racked = posture(lateral=[8.0, 22.0], sagittal=[2.0, rng.uniform(15.0, 30.0)], elbow=[15.0, 132.0], swivel=5.0)
        up = ramp(t, begin[2], length[2]) * self.to_shoulder
        arms = blend(hanging[:, None], grasping[:, None], down[:, None])
        arms = blend(arms, racked[:, None], up[:, None])
        stands, legs = _upright(t, body, self)
        # The pelvis goes to where the hand is then at the handle, beside the forefoot.
        bent = Command(pelvis=np.zeros(3), tilt=tilt, thorax_turn=turn, arms=as_arms(grasping[:, None]))
        reach = pose_body(body, bent).wrist[0, 1]
        low = stands.copy()
        low[:, 1:] = np.array([_HANDLE * body.stature, ahead]) - reach[1:]
        return Command(
            pelvis=blend(stands, low, down[:, None]),
            thorax_turn=turn * down + 1.5 * sway(t, self.seed, 4) * (1 - down),
            thorax_pitch=2.0 * (1 - down),
            head_turn=5.0 * sway(t, self.seed, 3),
            head_pitch=2.0 - 0.4 * tilt * down,
            tilt=tilt * down,
            arms=as_arms(arms),
            legs=legs,
        )
