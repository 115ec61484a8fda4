"""People on their feet: walking, running on the spot, and coming in to set up.

None of it may be counted as a rep, though the arms swing as far as in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from armswing.pose import Array
from armswing.synthetic.body import Body, Command, Legs
from armswing.synthetic.curves import blend, bump, ramp, sway, through, travel
from armswing.synthetic.everyday import Everyday
from armswing.synthetic.motion import as_arms, check_choice, check_positive, posture

Purpose = Literal["pull", "push", "lift"]

_SIDE_PHASE = np.array([0.0, 0.5])
"""The right leg half a stride after the left."""


def _walking_legs(phase: Array, size: Array, swing_deg: float) -> Legs:
    """Return a walker's legs; the phase of each leg begins with its heel strike, ``size`` 1 = a full stride.

    Knee and hip curves after Winter, Biomechanics and Motor Control of Human Gait, 2nd ed.
    """
    size = size[:, None]
    swing = 7.0 * size + swing_deg * size * np.cos(2 * np.pi * phase)
    knee = 6.0 + size * (11.0 * bump(phase, 0.13, 0.07) + 54.0 * bump(phase, 0.72, 0.10))
    toe = size * (32.0 * bump(phase, 0.62, 0.09) - 15.0 * bump(phase, 0.98, 0.09))
    return Legs(swing=swing, knee=knee, toe_down=toe)


@dataclass(frozen=True, kw_only=True)
class Walking(Everyday):
    """Walking at full size, across the room and back, or on a treadmill.

    Attributes
    ----------
    crossing : bool
        Whether the walker gets anywhere.
    speed : float
        m/s.
    stride_s : float
        Time of two steps.
    arm_deg : float
        How far each arm swings to either side.
    elbow_deg : float
        Its mean flexion.
    path_m : float
        Length of the way before the walker turns round.
    heading : float
        The way it goes, degrees to the left of the room's z axis.
    """

    crossing: bool = True
    speed: float = 1.25
    stride_s: float = 1.1
    arm_deg: float = 26.0
    elbow_deg: float = 28.0
    path_m: float = 2.0
    heading: float = 90.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive(self, "speed", "stride_s", "path_m")

    def _way(self, t: Array) -> tuple[Array, Array, Array]:
        """Return way along the heading (m), speed (share of full) and heading (degrees)."""
        if not self.crossing:
            return np.zeros_like(t), np.ones_like(t), np.full_like(t, self.heading)
        ramp_s = 0.5
        pass_s = self.path_m / self.speed
        every = pass_s + 2 * ramp_s
        way, speed, turned = np.full_like(t, -self.path_m / 2), np.zeros_like(t), np.zeros_like(t)
        for count in range(int(np.ceil(self.seconds / every))):
            start = count * every
            gone, fast = travel(t, start, start + pass_s, ramp_s)
            way += (-1) ** count * self.speed * gone
            speed += fast
            turned += 180.0 * ramp(t, start + pass_s - 0.1, 2 * ramp_s + 0.2)
        return way, speed, self.heading + turned

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        way, speed, heading = self._way(t)
        size = 0.3 + 0.7 * speed
        phase = t[:, None] / self.stride_s + _SIDE_PHASE
        step = np.cos(2 * np.pi * phase)
        leg = body.thigh + body.shank
        swing_deg = np.degrees(np.arcsin(np.clip(self.speed * self.stride_s / (4 * leg), 0.1, 0.7)))
        ahead = np.radians(self.heading)
        aside = 0.02 * np.sin(2 * np.pi * phase[:, 0]) * size
        x = way * np.sin(ahead) + aside * np.cos(ahead)
        z = way * np.cos(ahead) - aside * np.sin(ahead)
        forward = -step * size[:, None]
        turn = step[:, 0] * size
        return Command(
            pelvis=np.stack([x, np.zeros_like(t), z], axis=-1),
            pelvis_turn=-5.0 * turn,
            pelvis_pitch=2.0,
            thorax_turn=6.0 * turn,
            thorax_pitch=4.0,
            head_turn=1.5 * sway(t, self.seed, 3),
            head_pitch=4.0,
            heading=heading,
            grounded=True,
            arms=as_arms(
                posture(
                    lateral=9.0,
                    sagittal=2.0 + self.arm_deg * forward,
                    elbow=self.elbow_deg + 0.5 * self.arm_deg * forward,
                    swivel=15.0,
                )
            ),
            legs=_walking_legs(phase, size, float(swing_deg)),
        )


@dataclass(frozen=True, kw_only=True)
class Running(Everyday):
    """Running on the spot: big arms, heels that rise, thighs that hardly do.

    Attributes
    ----------
    stride_s : float
        Time of two steps.
    thigh_deg, knee_deg : float
        How far thigh and knee flex in the swing.
    arm_deg, elbow_deg : float
        Swing to either side, and flexion of the elbow.
    trunk_deg : float
        Turn of the rib cage to either side.
    """

    stride_s: float = 0.72
    thigh_deg: float = 9.0
    knee_deg: float = 75.0
    arm_deg: float = 36.0
    elbow_deg: float = 92.0
    trunk_deg: float = 9.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive(self, "stride_s")

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        phase = t[:, None] / self.stride_s + _SIDE_PHASE
        raised = bump(phase, 0.6, 0.13)
        forward = -np.cos(2 * np.pi * (phase - 0.6))
        turn = forward[:, 1]
        return Command(
            pelvis=np.stack([0.01 * forward[:, 0], np.zeros_like(t), self.sway_m * sway(t, self.seed, 1)], axis=-1),
            pelvis_turn=-0.6 * self.trunk_deg * turn,
            pelvis_pitch=3.0,
            thorax_turn=self.trunk_deg * turn,
            thorax_pitch=6.0,
            head_turn=1.5 * sway(t, self.seed, 3),
            head_pitch=3.0,
            grounded=True,
            arms=as_arms(
                posture(
                    lateral=blend(22.0, 12.0, 0.5 + 0.5 * forward),
                    sagittal=-10.0 + self.arm_deg * forward,
                    elbow=self.elbow_deg + 6.0 * forward,
                    swivel=blend(5.0, 25.0, 0.5 + 0.5 * forward),
                )
            ),
            legs=Legs(
                swing=4.0 + self.thigh_deg * raised,
                knee=10.0 + self.knee_deg * raised,
                toe_down=8.0 + 0.8 * (self.knee_deg - self.thigh_deg) * raised,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class GettingIntoPosition(Everyday):
    """Walks in, turns to the camera, bends, picks up a weight, rises, sets up and stands still.

    Attributes
    ----------
    purpose : {"pull", "push", "lift"}
        The posture it ends in.
    bend_deg : float
        How far the trunk leans forward over the weight.
    """

    seconds: float = 9.0
    purpose: Purpose = "push"
    bend_deg: float = 55.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("purpose", self.purpose, get_args(Purpose))

    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t``."""
        stride_s, speed, from_m = 1.1, 1.1, 1.2
        arrive = from_m / speed
        way, fast = travel(t, 0.0, arrive, 0.5)
        facing = ramp(t, arrive - 0.1, 1.2)
        stop = arrive + 1.3
        size = np.maximum(fast, 0.35 * (1 - ramp(t, stop - 0.4, 0.4)))
        phase = t[:, None] / stride_s + _SIDE_PHASE
        walk = _walking_legs(phase, size, 20.0)
        bend = through(t, [stop + 0.3, stop + 2.0], [0.0, 1.0, 0.0], [1.3, 1.2])
        squat = 38.0 * bend[:, None]
        up = stop + 3.3
        forward = -np.cos(2 * np.pi * phase) * size[:, None]
        swinging = posture(lateral=9.0, sagittal=2.0 + 24.0 * forward, elbow=25.0 + 10.0 * forward, swivel=15.0)
        reaching = posture(lateral=6.0, sagittal=np.full(forward.shape, self.bend_deg), elbow=6.0, swivel=5.0)
        ends = {
            "pull": posture(lateral=4.0, sagittal=64.0, elbow=12.0),
            "push": posture(lateral=35.0, sagittal=-15.0, elbow=120.0, swivel=0.0),
            "lift": posture(lateral=8.0, sagittal=2.0, elbow=14.0),
        }
        ready = ends[self.purpose][:, None, None]
        set_up = ramp(t, up, 1.1)[:, None] * np.array([self.purpose == "push", True])
        arms = blend(blend(swinging, reaching, bend[:, None]), ready, set_up)
        pitch = blend(3.0, self.bend_deg, bend) + (11.0 * set_up[:, 1] if self.purpose == "pull" else 0.0)
        back = -0.13 * body.stature * np.sin(np.radians(squat[:, 0]))
        return Command(
            pelvis=np.stack([speed * way - from_m, np.zeros_like(t), back], axis=-1),
            pelvis_pitch=0.6 * pitch,
            thorax_pitch=pitch,
            thorax_turn=5.0 * -forward[:, 0],
            head_pitch=0.6 * pitch,
            head_turn=8.0 * sway(t, self.seed, 3),
            heading=blend(90.0, 0.0, facing),
            grounded=True,
            arms=as_arms(arms),
            legs=Legs(
                swing=np.asarray(walk.swing) + squat, knee=np.asarray(walk.knee) + 2 * squat, toe_down=walk.toe_down
            ),
        )
