"""Which clips the bench is made of: a balanced fraction of patterns, behaviours, views and bodies, in two halves.

The half called ``tuning`` may be looked at when limits are chosen; ``held_out`` is for judging only.  The two share
no body, look, tempo, lens or size of movement.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from armswing.synthetic import (
    BODIES,
    Body,
    Camera,
    Motion,
    getting_into_position,
    lift,
    picking_up,
    pull,
    push,
    running,
    standing,
    talking,
    walking,
)
from armswing.synthetic.stance import Stance

Half = Literal["tuning", "held_out"]
Cell = tuple[int, bool, Literal["high", "low"]]

PATTERNS = {"pull": pull, "push": push, "lift": lift}
VIEWS = (0, 30, 45, 60, 90)
"""Degrees off the front."""

SIZES: dict[Half, dict[str, dict[str, float]]] = {
    "tuning": {
        "flared": {"pull": 65.0, "push": 78.0, "lift": 62.0},
        "tucked": {"pull": 0.0, "push": 8.0},
        "late": {"pull": 0.3, "push": 0.3, "lift": 0.3},
        "half": {"pull": 0.5, "push": 0.7, "lift": 0.5},
    },
    "held_out": {
        "flared": {"pull": 58.0, "push": 70.0, "lift": 56.0},
        "tucked": {"pull": 4.0, "push": 14.0},
        "late": {"pull": 0.4, "push": 0.38, "lift": 0.35},
        "half": {"pull": 0.55, "push": 0.72, "lift": 0.55},
    },
}
"""How large the faults are: degrees of flare, share of a repetition, share of the way.  A press bends the elbow late,
so half of its joints' way takes .7 of the hand's."""

HINGE_DEG: dict[Half, float] = {"tuning": 45.0, "held_out": 58.0}
"""How far the trunk is bent over in hinged rows."""

ARM_WAYS: dict[Half, dict[str, dict[str, dict[str, float]]]] = {
    "tuning": {
        "pull": {
            "high": {"reach_deg": 85.0, "behind_deg": 25.0, "bend_deg": 110.0, "flare_deg": 45.0},
            "low": {"reach_deg": 48.0, "behind_deg": 48.0, "bend_deg": 85.0, "flare_deg": 10.0},
        },
        "push": {
            "high": {"reach_deg": 95.0, "behind_deg": 8.0, "bend_deg": 105.0, "flare_deg": 60.0},
            "low": {"reach_deg": 72.0, "behind_deg": 28.0, "bend_deg": 128.0, "flare_deg": 20.0},
        },
    },
    "held_out": {
        "pull": {
            "high": {"reach_deg": 80.0, "behind_deg": 30.0, "bend_deg": 115.0, "flare_deg": 35.0},
            "low": {"reach_deg": 52.0, "behind_deg": 45.0, "bend_deg": 90.0, "flare_deg": 5.0},
        },
        "push": {
            "high": {"reach_deg": 92.0, "behind_deg": 10.0, "bend_deg": 100.0, "flare_deg": 70.0},
            "low": {"reach_deg": 75.0, "behind_deg": 26.0, "bend_deg": 125.0, "flare_deg": 30.0},
        },
    },
}
"""Other ways of the arm than the usual one, as with a cable from higher up or from lower down."""

BEHAVIOURS: dict[str, dict[str, Any]] = {
    "good": {},
    "arm_only": {"leg": "none", "trunk_deg": 0.0, "pelvis_deg": 0.0},
    "trunk_only": {"leg": "none"},
    "leg_only": {"trunk_deg": 0.0, "pelvis_deg": 0.0},
    "wrong_leg": {"leg": "same"},
    "late_leg": {"leg_late": "late"},
    "both_legs": {"leg": "both"},
    "flared": {"flare_deg": "flared"},
    "tucked": {"flare_deg": "tucked"},
    "half_range": {"range": "half"},
}
"""What is done with the arm at work; everything else is as in ``good``.  Words in place of numbers name a size."""

MANNERS: dict[Half, tuple[dict[str, Any], ...]] = {
    "tuning": (
        {
            "body": "average man",
            "look": 0,
            "period_s": 2.0,
            "leg": 1.0,
            "trunk_deg": 22.0,
            "focal": 1.35,
            "height": 0.95,
        },
        {
            "body": "average woman",
            "look": 1,
            "period_s": 2.3,
            "leg": 0.85,
            "trunk_deg": 25.0,
            "focal": 1.3,
            "height": 1.0,
        },
        {"body": "tall", "look": 1, "period_s": 2.1, "leg": 0.95, "trunk_deg": 20.0, "focal": 1.4, "height": 0.9},
    ),
    "held_out": (
        {"body": "small", "look": 2, "period_s": 1.8, "leg": 0.9, "trunk_deg": 24.0, "focal": 1.5, "height": 1.1},
        {"body": "broad", "look": 3, "period_s": 2.5, "leg": 1.1, "trunk_deg": 19.0, "focal": 1.2, "height": 0.85},
        {
            "body": "long-limbed",
            "look": 2,
            "period_s": 1.9,
            "leg": 0.8,
            "trunk_deg": 27.0,
            "focal": 1.45,
            "height": 1.2,
        },
        {"body": "slender", "look": 3, "period_s": 2.4, "leg": 1.05, "trunk_deg": 21.0, "focal": 1.25, "height": 1.05},
    ),
}
"""Body, look, tempo, share of the usual knee drive, turn of the ribs, focal length (heights), camera height (m)."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One clip of the bench.

    Attributes
    ----------
    pattern, behaviour : str
        What is exercised, and how.
    view : int
        Degrees off the front.
    near : bool
        The working arm is on the camera's side.
    half : {"tuning", "held_out"}
        What it may be used for.
    cropped : bool
        The picture ends below the hips.
    serial : int
        Its number, from which its side and manner follow.
    stance : str
        How the person stands, bends over or lies.
    arm : str
        Which way the arm goes: the usual one, or one of `ARM_WAYS`.
    """

    pattern: str
    behaviour: str
    view: int
    near: bool
    half: Half
    cropped: bool
    serial: int
    stance: Stance = "standing"
    arm: Literal["usual", "high", "low"] = "usual"

    @property
    def name(self) -> str:
        """What the file of its poses is called."""
        where = f"{self.view:02d}{'' if self.view == 0 else '_near' if self.near else '_far'}"
        how = f"{self.behaviour}{'' if self.stance == 'standing' else '_' + self.stance}"
        how += "" if self.arm == "usual" else f"_{self.arm}"
        return f"{self.pattern}_{how}_{where}{'_cropped' if self.cropped else ''}_{self.half}"

    @property
    def side(self) -> str:
        """The working arm."""
        return ("right", "left")[self.serial % 2]

    @property
    def manner(self) -> Mapping[str, Any]:
        """Who does it, how fast and how far, and through which lens."""
        choices = MANNERS[self.half]
        return choices[(self.serial // 2) % len(choices)]

    @property
    def look(self) -> int:
        """What the person and the clothes look like."""
        return int(self.manner["look"])

    @property
    def bystander(self) -> Literal["none", "moving"]:
        """Nobody else is there."""
        return "none"

    @property
    def body(self) -> Body:
        """Who does it."""
        return BODIES[self.manner["body"]]

    @property
    def motion(self) -> Motion:
        """What is done: two repetitions in six to seven seconds."""
        manner, make = self.manner, PATTERNS[self.pattern]
        sizes = SIZES[self.half]
        fault = {
            name: sizes[value][self.pattern] if value in sizes else value
            for name, value in BEHAVIOURS[self.behaviour].items()
        }
        usual = {
            "leg_deg": make().leg_deg * manner["leg"],
            "trunk_deg": manner["trunk_deg"] * (0.6 if self.pattern == "lift" else 1.0),
            "period_s": manner["period_s"] * (1.2 if self.pattern == "lift" else 1.0),
        }
        timing = {"start_still_s": 1.0, "end_still_s": 0.3, "rest_s": 0.3, "jitter": 0.05}
        bent = {"hinge_deg": HINGE_DEG[self.half]} if self.stance == "hinged" else {}
        way = {} if self.arm == "usual" else ARM_WAYS[self.half][self.pattern][self.arm]
        own = timing | usual | bent | way | fault
        return make(reps=2, side=self.side, seed=self.serial, stance=self.stance, **own)

    @property
    def camera(self) -> Camera:
        """Where it is seen from: whole body in view, the taller picture for what goes overhead."""
        manner, stature = self.manner, self.body.stature
        yaw = float(self.view) * (1 if (self.side == "left") == self.near else -1)
        overhead = self.pattern == "lift"
        if self.cropped:
            return Camera(
                yaw=yaw, distance=1.0 * stature, height=0.76 * stature, focal=manner["focal"], size=(640, 480)
            )
        field = (1.45 if overhead else 1.32) * stature  # metres from the lower to the upper edge
        height = manner["height"] + (0.12 * stature if overhead else 0.0)
        low = height - field / 2
        height -= max(low + 0.14, 0.0)  # the feet stay in the picture
        size = (480, 640) if overhead else (640, 480)
        return Camera(yaw=yaw, distance=field * manner["focal"], height=height, focal=manner["focal"], size=size)


EVERYDAY: dict[str, Motion] = {
    "walking": walking(seconds=29.0, seed=11),
    "running": running(seconds=29.0, seed=12),
    "standing": standing(seconds=29.0, seed=13),
    "talking": talking(hands="both", seconds=29.0, seed=14),
    "gesturing": talking(hands="right", seconds=29.0, seed=18),
    "setting_up": getting_into_position(seed=15),
    "setting_up_again": getting_into_position(seed=19),
    "picking_up": picking_up(seed=16),
    "picking_up_again": picking_up(seed=20, side="left", to_shoulder=True),
    "bystander": standing(seconds=29.0, seed=17),
}
"""What is no exercise; beside the one called ``bystander`` a second person moves."""


@dataclass(frozen=True, kw_only=True)
class Idle:
    """A clip without a repetition in it.

    Attributes
    ----------
    what : str
        A key of `EVERYDAY`.
    yaw : int
        Degrees of the camera off the front.
    """

    what: str
    yaw: int

    @property
    def look(self) -> int:
        """What the person and the clothes look like."""
        return 4

    @property
    def name(self) -> str:
        """What the file of its poses is called."""
        return f"idle_{self.what}_{self.yaw:+03d}"

    @property
    def motion(self) -> Motion:
        """What is done."""
        return EVERYDAY[self.what]

    @property
    def body(self) -> Body:
        """Who does it."""
        return BODIES["short-limbed"]

    @property
    def camera(self) -> Camera:
        """Where it is seen from: at full size."""
        return Camera(yaw=float(self.yaw), distance=3.0, height=1.0, size=(480, 640), focal=1.2)

    @property
    def bystander(self) -> Literal["none", "moving"]:
        """The second person."""
        return "moving" if self.what == "bystander" else "none"


def everyday() -> tuple[Idle, ...]:
    """Return the clips without a repetition: each from three sides, ten minutes in all."""
    return tuple(Idle(what=what, yaw=yaw) for what in EVERYDAY for yaw in (0, -40, 75))


def fraction() -> tuple[Clip, ...]:
    """Return the balanced fraction: every pattern and behaviour in every view, near and far and halves by turns."""
    return tuple(_numbered(_fraction()))


def postures() -> tuple[Clip, ...]:
    """Return what is done bent over and lying, beside the fraction, in which everybody stands."""
    hinged = itertools.product(("pull",), ("hinged",), (20, 30, 45, 60, 90))
    lying = itertools.product(("push",), ("lying",), (45, 90))
    cells = itertools.product((*hinged, *lying), ("good", "arm_only", "wrong_leg"))
    halves: tuple[Half, ...] = ("tuning", "held_out")
    return tuple(
        Clip(
            pattern=pattern,
            behaviour=behaviour,
            view=view,
            near=True,
            half=halves[k % 2],
            cropped=False,
            serial=len(fraction()) + k,
            stance=stance,
        )
        for k, ((pattern, stance, view), behaviour) in enumerate(cells)
    )


def arms() -> tuple[Clip, ...]:
    """Return good rows and presses whose arms go other ways than the one of the fraction."""
    pull: tuple[Cell, ...] = ((30, True, "high"), (45, True, "low"), (90, True, "high"), (30, False, "low"))
    push: tuple[Cell, ...] = ((0, True, "high"), (0, True, "low"), (45, True, "high"), (90, True, "low"))
    halves: tuple[Half, ...] = ("tuning", "held_out")
    of_both = [*(("pull", cell) for cell in pull), *(("push", cell) for cell in push)]
    before = len(fraction()) + len(postures())
    return tuple(
        Clip(
            pattern=pattern,
            behaviour="good",
            view=view,
            near=near,
            half=half,
            cropped=False,
            serial=before + k,
            arm=arm,
        )
        for k, (half, (pattern, (view, near, arm))) in enumerate(itertools.product(halves, of_both))
    )


def full() -> tuple[Clip, ...]:
    """Return the whole grid: every pattern, behaviour and view, near and far, in both halves."""
    halves: tuple[Half, ...] = ("tuning", "held_out")
    cells = itertools.product(PATTERNS, BEHAVIOURS, VIEWS, (True, False), halves)
    whole = (
        {"pattern": p, "behaviour": b, "view": v, "near": near, "half": half, "cropped": False}
        for p, b, v, near, half in cells
        if (near or v) and (p, b) != ("lift", "tucked")
    )
    return tuple(_numbered(whole))


def _numbered(cells: Iterator[dict[str, Any]]) -> Iterator[Clip]:
    for serial, cell in enumerate(cells):
        yield Clip(serial=serial, **cell)


def _fraction() -> Iterator[dict[str, Any]]:
    for p, b, v in itertools.product(range(len(PATTERNS)), range(len(BEHAVIOURS)), range(len(VIEWS))):
        pattern, behaviour, view = list(PATTERNS)[p], list(BEHAVIOURS)[b], VIEWS[v]
        if (pattern, behaviour) == ("lift", "tucked"):
            continue  # a rack with the elbow by the ribs is the usual one
        yield {
            "pattern": pattern,
            "behaviour": behaviour,
            "view": view,
            "near": view == 0 or (p + b + v) % 3 != 0,
            "half": "held_out" if (p + b // 2 + v) % 2 else "tuning",
            "cropped": False,
        }
    # The trunk must be told without the legs as well.
    for p, b, v in itertools.product(("pull", "push"), ("trunk_only", "arm_only"), (30, 45, 60)):
        held_out = (p == "push") == (v == 45)
        half: Half = "held_out" if held_out else "tuning"
        yield {"pattern": p, "behaviour": b, "view": v, "near": True, "half": half, "cropped": True}
