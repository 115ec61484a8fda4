"""How the person is filmed: light, blur, noise, who else is there, and what of it is cut away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from armswing.errors import ConfigError
from armswing.synthetic.motion import check_choice

Bystander = Literal["none", "standing", "moving"]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How the person is filmed.

    Attributes
    ----------
    light : float
        Amount of light: 1 = a well lit room, .25 = poor, above 1 = overexposed.
    motion_blur : float
        Share of the time between two pictures for which the shutter is open, 0 to 1.
    sensor_noise : float
        Standard deviation of each pixel's noise in levels of 0 to 255.
    bystander : {"none", "standing", "moving"}
        Somebody else behind the person, who stands or talks with the hands.
    crop : (float, float, float, float)
        Shares of the picture that are cut away at left, top, right and bottom.  The pictures are
        that much smaller, and pixel (0, 0) is another one: see `box`.
    supersampling : int
        Pixels rendered along each side of a pixel: 2 = smoother edges, four times the work.
    seed : int
        Of the noise.

    Raises
    ------
    ConfigError
        When a number is out of its range or a word unknown.
    """

    light: float = 1.0
    motion_blur: float = 0.0
    sensor_noise: float = 0.0
    bystander: Bystander = "none"
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    supersampling: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (("light", 0.01, 4.0), ("motion_blur", 0.0, 1.0), ("sensor_noise", 0.0, 100.0)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ConfigError(f"{name} must be from {low} to {high}, got {value}")
        check_choice("bystander", self.bystander, get_args(Bystander))
        if self.supersampling not in (1, 2, 3, 4):
            raise ConfigError(f"supersampling must be 1, 2, 3 or 4, got {self.supersampling}")
        left, top, right, bottom = crop = self.crop
        if not (all(0.0 <= share < 1.0 for share in crop) and left + right <= 0.9 and top + bottom <= 0.9):
            raise ConfigError(f"crop must leave a tenth of the picture or more, got {crop}")

    def box(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return what is left of a picture by `crop`.

        Parameters
        ----------
        size : (int, int)
            Width and height of the camera's picture, px.

        Returns
        -------
        (int, int, int, int)
            Left, top, right and bottom, px; right and bottom no longer belong to it.  Its width
            and height are even, as video wants them, where those of the picture are.

        Examples
        --------
        >>> Picture(crop=(0.0, 0.0, 0.0, 0.25)).box((640, 480))
        (0, 0, 640, 360)
        """
        width, height = size
        left, top = 2 * round(self.crop[0] * width / 2), 2 * round(self.crop[1] * height / 2)
        right, bottom = 2 * round(self.crop[2] * width / 2), 2 * round(self.crop[3] * height / 2)
        return left, top, width - right, height - bottom
