"""The three exercises: pull (row), push (chest press) and lift (curl and overhead press)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np

from armswing.pose import Array
from armswing.synthetic.body import Legs
from armswing.synthetic.curves import blend, min_jerk
from armswing.synthetic.motion import Drive, check_choice, check_not_negative, posture
from armswing.synthetic.sets import Exercise, Form
from armswing.synthetic.stance import Stance

LiftVariant = Literal["curl_press", "press", "curl"]

_FLARES_FROM = 0.2
"""A pull of so much of its range flares as far as a full one; a lesser one less."""


@dataclass(frozen=True, kw_only=True)
class Pull(Exercise):
    """One-arm row: the elbow goes back, the ribs turn with it, the opposite leg goes back.

    Attributes
    ----------
    hinge_deg : float
        How far the trunk is bent over in the stance ``hinged``, the working arm hanging to the floor.
    reach_deg, behind_deg, bend_deg : float
        The way of the arm: how far forward the upper arm reaches at the start, but hinged, and how far behind the
        trunk it is at the top, with the elbow bent so much.

    See Also
    --------
    Exercise : the other parameters.
    """

    leg_deg: float = 28.0
    hinge_deg: float = 42.0
    reach_deg: float = 66.0
    behind_deg: float = 40.0
    bend_deg: float = 100.0

    turn_sign: ClassVar[int] = -1
    turn_before: ClassVar[float] = 0.35
    pitch_deg: ClassVar[float] = 14.0
    rest_knee_deg: ClassVar[float] = 18.0
    stances: ClassVar[tuple[Stance, ...]] = ("standing", "split", "hinged", "half_kneeling", "seated")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, "hinge_deg", "reach_deg", "behind_deg", "bend_deg")

    @property
    def tilt_deg(self) -> float:
        """Bent over when hinged."""
        return self.hinge_deg if self.stance == "hinged" else 0.0

    @property
    def drive(self) -> Drive:
        """The elbow behind the shoulder."""
        return "retract"

    def work(self, effort: Array, form: Form) -> Array:
        """Return the working arm: reaching forward and nearly straight, to elbow behind the ribs."""
        way = self.way(effort, form)
        ahead = self.turn_before * form.trunk_deg - 2.0
        goes = np.clip(form.range / _FLARES_FROM, 0.0, 1.0)
        return posture(
            lateral=blend(ahead, form.flare_deg, goes * min_jerk(effort / 0.75)),
            sagittal=blend(self.hinge_deg + 2.0 if self.stance == "hinged" else self.reach_deg, -self.behind_deg, way),
            elbow=blend(10.0, self.bend_deg, way),
            swivel=blend(5.0, 0.0, way),
            protract=self.protract_deg * (0.5 - way),
        )

    def counter(self, effort: Array) -> Array:
        """Return the free arm: from a little behind to the front, bent like a runner's."""
        return posture(
            lateral=8.0,
            sagittal=self.tilt_deg + blend(-0.4, 0.6, effort) * self.counter_deg,
            elbow=blend(25.0, 60.0, effort),
            swivel=15.0,
        )

    def swing(self, effort: Array, form: Form) -> Legs:
        """Return the leg going back: the foot leaves the floor behind the body."""
        back = form.leg_deg * effort
        # Bent over, the thigh starts in front of the hip and passes the vertical: only the knee keeps the toes up.
        bend = 1.3 + self.tilt_deg / 60.0
        return Legs(swing=-back, knee=bend * np.abs(back), toe_down=1.6 * back)

    def knee_bend(self, effort: Array, legs: Array) -> Array:
        """Return the standing knee: softer under a trunk that is bent over."""
        return np.full(len(effort), self.rest_knee_deg + 0.3 * self.tilt_deg)


@dataclass(frozen=True, kw_only=True)
class Push(Exercise):
    """One-arm chest press, standing or lying: hand forward, opposite knee in, the same leg long.

    Attributes
    ----------
    behind_deg, bend_deg, reach_deg : float
        The way of the arm: how far behind the trunk the upper arm is at the start, but lying, with the elbow bent so
        much, and how far forward it reaches at the top.

    See Also
    --------
    Exercise : the other parameters.
    """

    leg_deg: float = 65.0
    flare_deg: float = 40.0
    protract_deg: float = 16.0
    behind_deg: float = 18.0
    bend_deg: float = 122.0
    reach_deg: float = 85.0

    way_power: ClassVar[float] = 1.7

    def __post_init__(self) -> None:
        super().__post_init__()
        check_not_negative(self, "reach_deg", "behind_deg", "bend_deg")

    @property
    def drive(self) -> Drive:
        """The hand in front of the shoulder."""
        return "reach_fwd"

    def work(self, effort: Array, form: Form) -> Array:
        """Return the working arm: hand by the chest, to straight ahead where the pelvis points."""
        way = self.way(effort, form)
        before = self.turn_before if self.side in ("left", "right") else 0.0
        ahead = (1 - before) * form.trunk_deg * (self.side != "both") + 2.0
        return posture(
            lateral=blend(form.flare_deg, ahead, min_jerk((way - 0.2) / 0.8)),
            sagittal=blend(self._elbow_behind(effort, form), self.reach_deg, way),
            elbow=blend(self.bend_deg, 8.0, way),
            swivel=blend(0.0, 10.0, way),
            protract=self.protract_deg * (way - 0.4),
        )

    def _elbow_behind(self, effort: Array, form: Form) -> Array:
        """Return how far the elbow is behind the trunk at the bottom: the floor is in the way of who lies on it.

        The elbow that waits stays up when the trunk rolls to its side.
        """
        if self.stance != "lying":
            return np.full_like(effort, -self.behind_deg)
        return 2.0 + form.trunk_deg * effort[:, ::-1]

    def counter(self, effort: Array) -> Array:
        """Return the free arm: from the front to behind, bent like a runner's."""
        return posture(
            lateral=10.0,
            sagittal=blend(0.5, -0.5, effort) * self.counter_deg,
            elbow=blend(70.0, 85.0, effort),
            swivel=15.0,
        )

    def swing(self, effort: Array, form: Form) -> Legs:
        """Return the knee coming in."""
        return knee_drive(form.leg_deg, effort)

    def knee_bend(self, effort: Array, legs: Array) -> Array:
        """Return the standing knee: it lengthens as the other comes in."""
        return np.asarray(self.rest_knee_deg - 12.0 * np.abs(legs).max(axis=1))


@dataclass(frozen=True, kw_only=True)
class Lift(Exercise):
    """Curl and overhead press on one foot, the opposite knee driving up.

    Attributes
    ----------
    variant : {"curl_press", "press", "curl"}
        The whole way, from the shoulder up, or to the shoulder only.
    dip_deg : float
        How far the standing knee gives before the press and on landing.

    See Also
    --------
    Exercise : the other parameters; ``flare_deg`` is that of the rack.
    """

    period_s: float = 3.4
    leg_deg: float = 70.0
    flare_deg: float = 28.0
    trunk_deg: float = 12.0
    protract_deg: float = 6.0
    variant: LiftVariant = "curl_press"
    dip_deg: float = 20.0

    turn_before: ClassVar[float] = 0.2
    pitch_deg: ClassVar[float] = 2.0
    rest_knee_deg: ClassVar[float] = 8.0
    stances: ClassVar[tuple[Stance, ...]] = ("standing", "split", "half_kneeling", "seated")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("variant", self.variant, get_args(LiftVariant))

    @property
    def drive(self) -> Drive:
        """The hand above the shoulder."""
        return "reach_up"

    def _phases(self, effort: Array, form: Form) -> tuple[Array, Array]:
        """Return how far curl and press are, each 0 to 1."""
        way = self.way(effort, form)
        match self.variant:
            case "press":
                return np.ones_like(way), way
            case "curl":
                return way, np.zeros_like(way)
        # Each eases only where it meets the other: at the ends the effort itself is at rest.
        x, y = np.minimum(way / 0.55, 1.0), np.maximum((way - 0.38) / 0.62, 0.0)
        return (3 * x - x**3) / 2, (3 * y**2 - y**3) / 2

    def _leg_curve(self, effort: Array) -> Array:
        if self.variant != "curl_press":
            return effort
        return min_jerk((effort - 0.25) / 0.75)

    def work(self, effort: Array, form: Form) -> Array:
        """Return the working arm: hanging, the hand to the shoulder, the hand overhead."""
        curl, press = self._phases(effort, form)
        high = min_jerk((press - 0.45) / 0.55)
        return posture(
            lateral=blend(blend(8.0, form.flare_deg, min_jerk(curl / 0.8)), 6.0, high),
            sagittal=blend(blend(0.0, 32.0 if self.variant != "curl" else 12.0, curl), 168.0, press),
            elbow=blend(blend(12.0, 135.0, curl), 10.0, press),
            swivel=blend(0.0, 5.0, curl),
            protract=self.protract_deg * press,
            lift=24.0 * press,
        )

    def counter(self, effort: Array) -> Array:
        """Return the free arm: from the front to behind."""
        return posture(
            lateral=10.0,
            sagittal=blend(0.5, -0.5, effort) * self.counter_deg,
            elbow=blend(60.0, 40.0, effort),
            swivel=15.0,
        )

    def swing(self, effort: Array, form: Form) -> Legs:
        """Return the knee driving up."""
        return knee_drive(form.leg_deg, effort)

    def knee_bend(self, effort: Array, legs: Array) -> Array:
        """Return the standing knee: it gives before the press and on the way down, and is long at the top."""
        way = effort.max(axis=1)
        give = {"curl_press": 0.42, "press": 0.18, "curl": 0.5}[self.variant]
        dip = min_jerk(way / give) * (1 - min_jerk((way - give) / 0.4))
        return np.asarray(self.rest_knee_deg - 3.0 * way + self.dip_deg * dip)


def knee_drive(leg_deg: Array, effort: Array) -> Legs:
    """Return a knee that comes up by ``leg_deg`` (frames, 1), the shank hanging, the toes trailing on the way."""
    clear = np.clip(np.abs(leg_deg) / 60.0, 0.0, 1.0)
    return Legs(
        swing=leg_deg * effort,
        knee=1.15 * np.abs(leg_deg) * effort,
        toe_down=clear * (12.0 * effort + 18.0 * np.sin(np.pi * effort)),
    )
