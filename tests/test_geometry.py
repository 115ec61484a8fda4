"""Vectors and angles, against numpy and against angles known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from armswing.geometry import (
    angle_between,
    correlation,
    cross,
    dot,
    elevation_from_plane,
    extent,
    highest,
    length,
    lowest,
    mean,
    median,
    perpendicular,
    share_of,
    signed_angle,
    unit,
)

SHAPES = [(3,), (7, 3), (4, 5, 3)]
X, Y, Z = np.eye(3)


def vectors(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def in_plane(degrees: float) -> np.ndarray:
    """A direction in the x-y plane, so many degrees from x."""
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees)), 0.0])


@pytest.mark.parametrize("shape", SHAPES)
def test_products_and_lengths_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    a, b = vectors(shape), vectors(shape, 1)
    np.testing.assert_allclose(dot(a, b), (a * b).sum(axis=-1))
    np.testing.assert_allclose(length(a), np.linalg.norm(a, axis=-1))
    np.testing.assert_allclose(cross(a, b), np.cross(a, b))


@pytest.mark.parametrize("shape", SHAPES)
def test_unit_keeps_the_direction(shape: tuple[int, ...]) -> None:
    v = 1000 * vectors(shape)
    np.testing.assert_allclose(np.linalg.norm(unit(v), axis=-1), 1.0)
    np.testing.assert_allclose(unit(v) * np.linalg.norm(v, axis=-1, keepdims=True), v)


def test_unit_of_no_direction_is_nan_and_spoils_nothing_else() -> None:
    rows = np.array([[0.0, 0.0, 0.0], [3.0, 0.0, 4.0], [np.nan, 1.0, 1.0], [1e-12, 0.0, 0.0]])
    got = unit(rows)
    np.testing.assert_allclose(got[1], [0.6, 0.0, 0.8])
    assert np.isnan(got[[0, 2, 3]]).all(axis=-1).all()


@given(hnp.arrays(float, (2, 3), elements=st.floats(-10, 10, width=32)))
def test_perpendicular_is_square_to_the_axis_and_leans_toward_v(pair: np.ndarray) -> None:
    v, axis = pair
    size = np.linalg.norm(axis)
    if size < 1e-3 or np.linalg.norm(np.cross(v, axis)) < 1e-3 * size:
        return
    axis = axis / size
    across = perpendicular(v, axis)
    assert np.linalg.norm(across) == pytest.approx(1.0)
    assert across @ axis == pytest.approx(0.0, abs=1e-6)
    assert across @ v > 0
    assert across @ np.cross(v, axis) == pytest.approx(0.0, abs=1e-6)


def test_perpendicular_of_the_axis_itself_has_no_direction() -> None:
    assert np.isnan(perpendicular(2.0 * Y, Y)).all()


@pytest.mark.parametrize("degrees", [0.0, 1e-6, 0.1, 30.0, 60.0, 90.0, 135.0, 179.9, 180.0 - 1e-6, 180.0])
def test_angle_between(degrees: float) -> None:
    got = angle_between(X, unit(0.01 * in_plane(degrees)))
    assert got == pytest.approx(degrees, abs=1e-12)
    assert angle_between(in_plane(-degrees), X) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    ("y", "x", "degrees"), [(0, 1, 0), (1, 1, 45), (1, 0, 90), (1, -1, 135), (-1, 0, -90), (-3, -3, -135), (0, -1, 180)]
)
def test_signed_angle(y: float, x: float, degrees: float) -> None:
    assert signed_angle(np.array(float(y)), np.array(float(x))) == pytest.approx(degrees)


@pytest.mark.parametrize(
    ("component", "degrees"), [(0, 0), (0.5, 30), (1, 90), (-1, -90), (1 + 1e-12, 90), (-1.1, -90)]
)
def test_elevation_from_plane(component: float, degrees: float) -> None:
    assert elevation_from_plane(np.array(component)) == pytest.approx(degrees)


@pytest.mark.parametrize("function", [angle_between, perpendicular, cross, dot])
def test_nan_in_nan_out(function: object) -> None:
    a, b = vectors((4, 3)), vectors((4, 3), 1)
    clean = function(a, b)  # type: ignore[operator]
    a[2, 1] = np.nan
    got = function(a, b)  # type: ignore[operator]
    assert np.isnan(got[2]).any()
    np.testing.assert_array_equal(got[[0, 1, 3]], clean[[0, 1, 3]])


def test_angles_of_nan_are_nan() -> None:
    nan = np.array(np.nan)
    assert all(np.isnan(x) for x in (signed_angle(nan, nan), elevation_from_plane(nan)))
    assert np.isnan(angle_between(unit(np.zeros(3)), X))


def test_one_call_serves_a_frame_and_a_sequence() -> None:
    a, b = vectors((4, 5, 3)), vectors((4, 5, 3), 1)
    for function in (angle_between, perpendicular, cross, dot):
        whole = function(a, b)
        np.testing.assert_allclose(whole[2, 3], function(a[2, 3], b[2, 3]), atol=1e-13)
        np.testing.assert_allclose(function(a, b[0, 0])[1], function(a[1], b[0, 0]), atol=1e-13)


@pytest.mark.parametrize("shape", [(1,), (2,), (7,), (6, 3), (5, 33, 2)])
def test_median_is_that_of_numpy(shape: tuple[int, ...]) -> None:
    np.testing.assert_allclose(median(vectors(shape)), np.median(vectors(shape), axis=0), rtol=1e-15)


@pytest.mark.parametrize("shape", [(1,), (2,), (7,), (6, 3), (5, 33, 2)])
def test_mean_is_that_of_numpy(shape: tuple[int, ...]) -> None:
    np.testing.assert_allclose(mean(vectors(shape)), np.mean(vectors(shape), axis=0), rtol=1e-12)
    np.testing.assert_allclose(mean(vectors(shape) > 0), np.mean(vectors(shape) > 0, axis=0), rtol=1e-15)


def test_extent_and_share() -> None:
    x = vectors((50,))
    assert extent(x) == np.ptp(x)
    assert (lowest(x), highest(x)) == (x.min(), x.max())
    assert share_of(x > 0.3) == np.mean(x > 0.3)
    x[1] = np.nan
    assert all(np.isnan(read(x)) for read in (lowest, highest, extent))


def test_correlation_is_that_of_numpy_and_nothing_moves_with_what_is_still() -> None:
    a, b = vectors((2, 40))
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert correlation(a, 3.0 - 2.0 * a) == pytest.approx(-1.0)
    assert correlation(a, np.full(40, 3.0)) == 0.0
