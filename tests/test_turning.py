"""The turn of the shoulder line, read off its width in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.landmarks import N_LANDMARKS, Landmark, Side
from armswing.turning import SHOULDERS, shoulder_line_turn

TRUNK_PX = 100.0


def seen(phi_deg: np.ndarray, *, shift: float = 0.0, lean_deg: float = 0.0) -> np.ndarray:
    """Shoulders and hips of somebody whose shoulder line makes these angles with the picture, from far away."""
    image = np.zeros((len(phi_deg), N_LANDMARKS, 2))
    half = 0.5 * SHOULDERS * TRUNK_PX * np.cos(np.radians(phi_deg))
    for mark, x, y in (("LEFT_SHOULDER", half, 0.0), ("RIGHT_SHOULDER", -half, 0.0)):
        image[:, Landmark[mark]] = np.stack((x, np.full(len(half), y)), axis=-1)
    for mark, x in (("LEFT_HIP", 20.0), ("RIGHT_HIP", -20.0)):
        image[:, Landmark[mark]] = (x, TRUNK_PX)
    c, s = np.cos(np.radians(lean_deg)), np.sin(np.radians(lean_deg))
    turned: np.ndarray = image @ np.array([[c, s], [-s, c]]) + shift
    return turned


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("view", [30.0, 45.0, 60.0])
def test_a_small_turn_is_read_in_degrees(side: Side, view: float) -> None:
    """The nearer shoulder goes forward: the line turns away from the picture and grows narrower."""
    phi = view + np.linspace(-5, 5, 21)
    turn = shoulder_line_turn(seen(phi), side)
    assert turn[-1] - turn[0] == pytest.approx(10.0, rel=0.03)
    assert (np.diff(turn) > 0).all()


def test_shifting_and_leaning_change_nothing() -> None:
    phi = 45 + np.linspace(-8, 8, 15)
    plain = shoulder_line_turn(seen(phi), Side.LEFT)
    np.testing.assert_allclose(shoulder_line_turn(seen(phi, shift=33.0, lean_deg=25.0), Side.LEFT), plain, atol=1e-9)


def test_a_line_that_faces_the_camera_is_not_blown_up() -> None:
    """A pixel of noise on a line of full width must not read as a large turn."""
    image = seen(np.zeros(11))
    image[5, Landmark.LEFT_SHOULDER, 0] += 1.0
    assert np.ptp(shoulder_line_turn(image, Side.LEFT)) < 4.0


def test_nan_in_nan_out() -> None:
    image = seen(np.full(5, 40.0))
    image[2] = np.nan
    assert np.isnan(shoulder_line_turn(image, Side.LEFT)[2])
