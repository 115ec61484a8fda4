"""What a motion is: a pose command as a function of time, and the reps it means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from armswing.errors import ConfigError
from armswing.pose import Array
from armswing.synthetic.body import Arms, Body, Command

Drive = Literal["retract", "reach_fwd", "reach_up"]
RepSide = Literal["left", "right", "both"]

_ARM_ANGLES = ("lateral", "sagittal", "elbow", "swivel", "protract", "lift")


@dataclass(frozen=True, kw_only=True)
class RepPlan:
    """When one rep is meant to happen.

    Attributes
    ----------
    index : int
        From 0.
    side : {"left", "right", "both"}
        The working arm.
    start_s, top_s, lower_s, end_s : float
        Start, arrival at the top, leaving the top, end: seconds.
    """

    index: int
    side: RepSide
    start_s: float
    top_s: float
    lower_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class Motion(ABC):
    """Something a person does.

    Attributes
    ----------
    sway_m : float
        How far the standing body wanders, m.
    seed : int
        Of everything irregular.
    """

    sway_m: float = 0.006
    seed: int = 0

    @property
    @abstractmethod
    def duration_s(self) -> float:
        """How long it takes."""

    @property
    def plan(self) -> tuple[RepPlan, ...]:
        """The reps meant, in the order of time; none for what is no exercise."""
        return ()

    @property
    def drive(self) -> Drive | None:
        """The drive that tops in each rep."""
        return None

    @property
    def mirrored(self) -> bool:
        """Whether the command is to be mirrored: a left set is a right set seen in a mirror."""
        return False

    @abstractmethod
    def command(self, t: Array, body: Body) -> Command:
        """Return the pose at the times ``t`` (frames,), in seconds from the start."""


def posture(
    *,
    lateral: npt.ArrayLike = 8.0,
    sagittal: npt.ArrayLike = 0.0,
    elbow: npt.ArrayLike = 15.0,
    swivel: npt.ArrayLike = 10.0,
    protract: npt.ArrayLike = 0.0,
    lift: npt.ArrayLike = 0.0,
) -> Array:
    """Return the angles of `Arms` as one array (6, ...), so that postures can be mixed.

    The defaults are an arm that hangs.
    """
    parts = (lateral, sagittal, elbow, swivel, protract, lift)
    return np.stack(np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in parts)))


def as_arms(angles: Array) -> Arms:
    """Return `Arms` from an array of shape (6, frames, 2)."""
    return Arms(**dict(zip(_ARM_ANGLES, angles, strict=True)))


def check_positive(motion: Motion, *names: str) -> None:
    """Raise a `ConfigError` when one of the named numbers is not finite and above 0."""
    for name in names:
        value = getattr(motion, name)
        if not (np.isfinite(value) and value > 0):
            raise ConfigError(f"{name} must be a number above 0, got {value}")


def check_not_negative(motion: Motion, *names: str) -> None:
    """Raise a `ConfigError` when one of the named numbers is not finite or below 0."""
    for name in names:
        value = getattr(motion, name)
        if not (np.isfinite(value) and value >= 0):
            raise ConfigError(f"{name} must be a number of at least 0, got {value}")


def check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise a `ConfigError` when a word is not one of those allowed."""
    if value not in allowed:
        raise ConfigError(f"{name} must be one of {', '.join(allowed)}, got {value!r}")
