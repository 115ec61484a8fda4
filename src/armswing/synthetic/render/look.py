"""What the person looks like: skin, hair, clothes, and what is in the hands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from armswing.errors import ConfigError
from armswing.synthetic.motion import check_choice

Colour = tuple[float, float, float]
HairStyle = Literal["short", "bun", "shaved"]
Weight = Literal["none", "dumbbell", "cable"]
WeightSide = Literal["working", "left", "right", "both"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the person looks like.

    Attributes
    ----------
    skin, hair, shirt, shorts, shoes : (float, float, float)
        Linear red, green and blue, 0 to 1.
    hair_style : {"short", "bun", "shaved"}
        How the hair is worn.
    loose : float
        How loose the clothes are: 0 = close, 1 = two sizes too large.
    sleeve, trousers : float
        Length of the sleeves as a share of the upper arm, and of the shorts as a share of the thigh.
    tights : bool
        Tights in the colour of the shorts.
    weight : {"none", "dumbbell", "cable"}
        What is held.
    weight_side : {"working", "left", "right", "both"}
        The hand that holds it; ``working`` asks the motion, and is the right one where it has none.

    Raises
    ------
    ConfigError
        When a number is out of its range or a word unknown.
    """

    skin: Colour = (0.62, 0.38, 0.27)
    hair: Colour = (0.035, 0.022, 0.014)
    shirt: Colour = (0.045, 0.14, 0.34)
    shorts: Colour = (0.020, 0.021, 0.026)
    shoes: Colour = (0.55, 0.56, 0.58)
    hair_style: HairStyle = "short"
    loose: float = 0.25
    sleeve: float = 0.50
    trousers: float = 0.66
    tights: bool = False
    weight: Weight = "none"
    weight_side: WeightSide = field(default="working")

    def __post_init__(self) -> None:
        for name in ("skin", "hair", "shirt", "shorts", "shoes"):
            colour = getattr(self, name)
            if len(colour) != 3 or not all(0.0 <= part <= 1.0 for part in colour):
                raise ConfigError(f"{name} must be three numbers from 0 to 1, got {colour}")
        for name, low, high in (("loose", 0.0, 1.0), ("sleeve", 0.1, 1.0), ("trousers", 0.2, 1.0)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} must be from {low} to {high}, got {value}")
        check_choice("hair_style", self.hair_style, get_args(HairStyle))
        check_choice("weight", self.weight, get_args(Weight))
        check_choice("weight_side", self.weight_side, get_args(WeightSide))


LOOKS: dict[str, Look] = {
    "a": Look(),
    "b": Look(
        skin=(0.155, 0.068, 0.036),
        hair=(0.040, 0.022, 0.014),
        shirt=(0.52, 0.52, 0.48),
        shorts=(0.030, 0.050, 0.11),
        shoes=(0.34, 0.03, 0.025),
        hair_style="shaved",
        loose=0.1,
    ),
    "c": Look(
        skin=(0.70, 0.46, 0.35),
        hair=(0.17, 0.075, 0.025),
        shirt=(0.29, 0.026, 0.045),
        shorts=(0.035, 0.035, 0.04),
        shoes=(0.03, 0.03, 0.034),
        hair_style="bun",
        loose=0.0,
        sleeve=0.25,
        tights=True,
    ),
    "d": Look(
        skin=(0.36, 0.19, 0.105),
        hair=(0.014, 0.010, 0.008),
        shirt=(0.030, 0.031, 0.034),
        shorts=(0.16, 0.17, 0.18),
        shoes=(0.10, 0.28, 0.10),
        loose=0.9,
        sleeve=0.75,
        trousers=0.92,
    ),
    "e": Look(
        skin=(0.50, 0.29, 0.17),
        hair=(0.012, 0.010, 0.009),
        shirt=(0.50, 0.34, 0.06),
        shorts=(0.045, 0.05, 0.07),
        shoes=(0.06, 0.12, 0.32),
        hair_style="bun",
        sleeve=0.35,
        trousers=0.45,
    ),
}
"""Looks by name: fair and short-haired, dark and shaved, fair with a bun and tights, brown in loose clothes, tan."""
