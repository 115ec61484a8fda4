"""The turn of the shoulder line, read off its width in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from armswing.landmarks import N_LANDMARKS, Landmark, Side
from armswing.turning import SHOULDERS, shoulder_line_turn

TRUNK_PX = 100.0


def turn_of(image: np.ndarray, side: Side, *, shoulders: float = SHOULDERS) -> np.ndarray:
    """Return the turn in a picture, with shoulders so long in the pose model's metres."""
    return shoulder_line_turn(image, line_in_metres(len(image), shoulders=shoulders), side)


def line_in_metres(samples: int, *, shoulders: float = SHOULDERS) -> np.ndarray:
    """The shoulders of an upright trunk of half a metre, one behind the other."""
    world = np.zeros((samples, N_LANDMARKS, 3))
    world[:, Landmark.LEFT_SHOULDER] = (0.0, -0.5, 0.5 * 0.5 * shoulders)
    world[:, Landmark.RIGHT_SHOULDER] = (0.0, -0.5, -0.5 * 0.5 * shoulders)
    return world


def seen(phi_deg: np.ndarray, *, shift: float = 0.0, lean_deg: float = 0.0, shoulders: float = SHOULDERS) -> np.ndarray:
    """Shoulders and hips of somebody whose shoulder line makes these angles with the picture, from far away."""
    image = np.zeros((len(phi_deg), N_LANDMARKS, 2))
    half = 0.5 * shoulders * TRUNK_PX * np.cos(np.radians(phi_deg))
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
    turn = turn_of(seen(phi), side)
    assert turn[-1] - turn[0] == pytest.approx(10.0, rel=0.03)
    assert (np.diff(turn) > 0).all()


def test_a_broad_persons_line_is_as_long_as_the_pose_model_makes_it() -> None:
    phi = 40.0 + np.linspace(-5, 5, 21)
    turn = turn_of(seen(phi, shoulders=0.82), Side.LEFT, shoulders=0.82)
    assert turn[-1] - turn[0] == pytest.approx(10.0, rel=0.03)


def test_a_line_that_lost_depth_is_not_taken_for_a_short_one() -> None:
    image = seen(40.0 + np.linspace(-5, 5, 21))
    np.testing.assert_array_equal(turn_of(image, Side.LEFT, shoulders=0.5), turn_of(image, Side.LEFT))


def test_shifting_and_leaning_change_nothing() -> None:
    phi = 45 + np.linspace(-8, 8, 15)
    plain = turn_of(seen(phi), Side.LEFT)
    np.testing.assert_allclose(turn_of(seen(phi, shift=33.0, lean_deg=25.0), Side.LEFT), plain, atol=1e-9)


@pytest.mark.parametrize("lean_deg", [-40.0, 40.0, 60.0])
def test_leaning_toward_the_camera_or_away_changes_nothing(lean_deg: float) -> None:
    """The trunk looks shorter then, and the shoulders as wide as before."""
    phi = 45 + np.linspace(-8, 8, 15)
    c, s = np.cos(np.radians(lean_deg)), np.sin(np.radians(lean_deg))
    image, world = seen(phi), line_in_metres(len(phi))
    image[..., 1] *= c
    world = world @ np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])
    np.testing.assert_allclose(shoulder_line_turn(image, world, Side.LEFT), turn_of(seen(phi), Side.LEFT), atol=1e-9)


def test_a_line_that_faces_the_camera_is_not_blown_up() -> None:
    """A pixel of noise on a line of full width must not read as a large turn."""
    image = seen(np.zeros(11))
    image[5, Landmark.LEFT_SHOULDER, 0] += 1.0
    assert np.ptp(turn_of(image, Side.LEFT)) < 4.0


def test_nan_in_nan_out() -> None:
    image = seen(np.full(5, 40.0))
    image[2] = np.nan
    assert np.isnan(turn_of(image, Side.LEFT)[2])
