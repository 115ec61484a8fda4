"""The synthetic body: its proportions, and the commands that pose it.

Room axes: metres, x to the person's left, y up, z the way the person faces; the floor is
y = 0.  Frames are axis 0; where both sides are meant, axis 1 is (left, right).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from armswing.errors import PoseError
from armswing.pose import Array


@dataclass(frozen=True, kw_only=True)
class Body:
    """A person's measures.

    Attributes
    ----------
    stature : float
        Height in metres.
    girth : float
        Breadth of shoulders and hips, and of the trunk, against the average.
    arm, leg : float
        Length of the limbs against the average for this stature.

    Notes
    -----
    Segment lengths are the fractions of stature of Drillis and Contini (1966) as tabulated by
    Winter, Biomechanics and Motor Control of Human Movement, 4th ed., fig. 4.1.  Two are set
    apart: half the breadth of shoulders and hips is that of MediaPipe's own landmarks (0.68 and
    0.44 of the torso), which lie further in than Winter's acromia and trochanters.
    """

    stature: float = 1.75
    girth: float = 1.0
    arm: float = 1.0
    leg: float = 1.0

    def __post_init__(self) -> None:
        for name in ("stature", "girth", "arm", "leg"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise PoseError(f"{name} must be a positive number, got {value}")

    @property
    def upper_arm(self) -> float:
        """Shoulder to elbow, m."""
        return 0.186 * self.stature * self.arm

    @property
    def forearm(self) -> float:
        """Elbow to wrist, m."""
        return 0.146 * self.stature * self.arm

    @property
    def hand(self) -> float:
        """Wrist to knuckles, m: about half of Winter's hand."""
        return 0.050 * self.stature * self.arm

    @property
    def thigh(self) -> float:
        """Hip to knee, m."""
        return 0.245 * self.stature * self.leg

    @property
    def shank(self) -> float:
        """Knee to ankle, m."""
        return 0.246 * self.stature * self.leg

    @property
    def ankle_height(self) -> float:
        """Ankle above the sole, m."""
        return 0.039 * self.stature

    @property
    def foot(self) -> float:
        """Ankle to tip of the foot, m."""
        return 0.110 * self.stature

    @property
    def half_shoulders(self) -> float:
        """Middle of the trunk to a shoulder joint, m."""
        return 0.098 * self.stature * self.girth

    @property
    def half_hips(self) -> float:
        """Middle of the trunk to a hip joint, m."""
        return 0.063 * self.stature * self.girth

    @property
    def sole(self) -> float:
        """How far heel and tip of the foot are above the floor when they stand on it, m."""
        return 0.25 * self.ankle_height

    def leg_length(self, knee_deg: npt.ArrayLike) -> Array:
        """Return the distance from hip to ankle with the knee flexed by ``knee_deg``."""
        cos = np.cos(np.radians(np.asarray(knee_deg, dtype=np.float64)))
        return np.asarray(np.sqrt(self.thigh**2 + self.shank**2 + 2 * self.thigh * self.shank * cos))


BODIES: Mapping[str, Body] = MappingProxyType(
    {
        "small": Body(stature=1.53, girth=0.94),
        "average woman": Body(stature=1.63, girth=0.97),
        "average man": Body(stature=1.76),
        "tall": Body(stature=1.87, girth=1.04),
        "broad": Body(stature=1.76, girth=1.18),
        "slender": Body(stature=1.76, girth=0.88),
        "long-limbed": Body(stature=1.76, arm=1.06, leg=1.04),
        "short-limbed": Body(stature=1.63, girth=1.08, arm=0.94, leg=0.96),
    }
)
"""People to try things on, by name: several statures, builds and proportions.

The statures are the 5th and 50th percentiles of the women and the 50th and 95th of the men of the 1988 survey of the
U.S. Army (ANSUR: Gordon et al. 1989, NATICK/TR-89/044), to the centimetre.  Girths and lengths of limbs against the
average are our judgement of what is common: about two standard deviations at the ends.
"""


@dataclass(frozen=True, kw_only=True)
class Arms:
    """What both arms do; every array broadcasts to ``(frames, 2)`` = (left, right), degrees.

    Attributes
    ----------
    lateral : array_like
        The upper arm out of the sagittal plane of the trunk: the elbow's flare.
    sagittal : array_like
        The upper arm within that plane: 0 hanging, 90 forward, 180 overhead, negative behind.
    elbow : array_like
        Flexion, 0 = straight.
    swivel : array_like
        Turns the forearm inward about the upper arm; 0 = it bends forward and up.
    protract, lift : array_like
        The collar bone forward and up.
    """

    lateral: npt.ArrayLike = 8.0
    sagittal: npt.ArrayLike = 0.0
    elbow: npt.ArrayLike = 15.0
    swivel: npt.ArrayLike = 10.0
    protract: npt.ArrayLike = 0.0
    lift: npt.ArrayLike = 0.0


@dataclass(frozen=True, kw_only=True)
class Legs:
    """What both legs do; arrays broadcast to ``(frames, 2)`` = (left, right), degrees.

    Attributes
    ----------
    ankle : array_like or None
        Where the ankles are planted, ``(2, 3)`` or ``(frames, 2, 3)`` in the room; with None the
        legs hang straight below the pelvis.
    swing : array_like
        The thigh turned forward from there.
    knee : array_like
        The knee flexed more than there.
    toe_down : array_like
        Pitch of the foot; 0 = flat.
    toe_out : array_like
        Yaw of foot and knee.
    """

    ankle: npt.ArrayLike | None = None
    swing: npt.ArrayLike = 0.0
    knee: npt.ArrayLike = 0.0
    toe_down: npt.ArrayLike = 0.0
    toe_out: npt.ArrayLike = 8.0


@dataclass(frozen=True, kw_only=True)
class Command:
    """A pose of the whole body; arrays broadcast to ``(frames,)``, degrees unless said.

    Attributes
    ----------
    pelvis : array_like, shape (frames, 3)
        Middle of the hips in the room, m.
    pelvis_turn, pelvis_pitch, pelvis_roll : array_like
        Turn to the left, pitch forward, lean to the right.
    thorax_turn, thorax_pitch, thorax_roll : array_like
        The same of the rib cage, in the room, not against the pelvis.
    head_turn, head_pitch : array_like
        The same of the head.
    heading : array_like
        The way the whole person faces, to the left of the room's z axis.
    supine : bool
        On the back, head away from the room's z axis; the angles above then count from there.
    tilt : array_like
        Pelvis, rib cage and head pitched forward as one about the hips; their angles above then count from there,
        so that a bent-over rib cage turns about its own long axis.
    grounded : bool
        Shift the body up or down until the lowest heel or toe stands on the floor.
    """

    pelvis: npt.ArrayLike
    pelvis_turn: npt.ArrayLike = 0.0
    pelvis_pitch: npt.ArrayLike = 0.0
    pelvis_roll: npt.ArrayLike = 0.0
    thorax_turn: npt.ArrayLike = 0.0
    thorax_pitch: npt.ArrayLike = 0.0
    thorax_roll: npt.ArrayLike = 0.0
    head_turn: npt.ArrayLike = 0.0
    head_pitch: npt.ArrayLike = 0.0
    heading: npt.ArrayLike = 0.0
    supine: bool = False
    tilt: npt.ArrayLike = 0.0
    grounded: bool = False
    arms: Arms = field(default_factory=Arms)
    legs: Legs = field(default_factory=Legs)
