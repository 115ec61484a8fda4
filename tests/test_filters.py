"""The uniform grid and the two low-passes: cutting the input anywhere changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing.filters import BRIDGE_S, CUTOFF_HZ, GRID_HZ, CausalLowPass, GridBlock, Resampler, smooth

HALF_POWER = 10 ** (-3 / 20)


def blocks(n: int, cuts: Sequence[int]) -> list[slice]:
    """Slices that cover n samples, cut where told; empty ones stay."""
    bounds = [0, *sorted(cuts), n]
    return [slice(a, b) for a, b in itertools.pairwise(bounds)]


def sine(hz: float, seconds: float = 20.0, rate_hz: float = GRID_HZ) -> tuple[np.ndarray, np.ndarray]:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return t, np.sin(2 * np.pi * hz * t)


def gain_and_delay(y: np.ndarray, t: np.ndarray, hz: float) -> tuple[float, float]:
    """Amplitude of a filtered unit sine and its delay in seconds, away from the ends."""
    inside = (t > 4.0) & (t < t[-1] - 4.0)
    waves = np.stack([np.sin(2 * np.pi * hz * t[inside]), np.cos(2 * np.pi * hz * t[inside])], axis=1)
    (a, b), *_ = np.linalg.lstsq(waves, y[inside], rcond=None)
    return float(np.hypot(a, b)), float(-np.arctan2(b, a) / (2 * np.pi * hz))


class TestCausalLowPass:
    @given(st.lists(st.integers(0, 50), max_size=8), st.integers(0, 2**32))
    def test_any_cut_gives_the_same_bits(self, cuts: list[int], seed: int) -> None:
        x = np.random.default_rng(seed).normal(size=(50, 4))
        whole = CausalLowPass().update(x)
        pieces = CausalLowPass()
        np.testing.assert_array_equal(np.concatenate([pieces.update(x[part]) for part in blocks(50, cuts)]), whole)

    def test_one_by_one_gives_the_same_bits(self) -> None:
        x = np.random.default_rng(0).normal(size=(200, 99))
        single = CausalLowPass()
        np.testing.assert_array_equal(
            np.concatenate([single.update(row[None]) for row in x]), CausalLowPass().update(x)
        )

    def test_the_past_does_not_know_the_future(self) -> None:
        x = np.random.default_rng(1).normal(size=(40, 2))
        other = x.copy()
        other[25:] = 100.0
        np.testing.assert_array_equal(CausalLowPass().update(x)[:25], CausalLowPass().update(other)[:25])

    def test_it_starts_at_rest(self) -> None:
        np.testing.assert_allclose(CausalLowPass().update(np.full((30, 2), [3.0, -7.0])), np.full((30, 2), [3.0, -7.0]))

    def test_reset_forgets(self) -> None:
        x = np.random.default_rng(2).normal(size=(30, 2))
        used = CausalLowPass()
        used.update(x + 50.0)
        used.reset()
        np.testing.assert_array_equal(used.update(x), CausalLowPass().update(x))

    def test_no_sample_changes_nothing(self) -> None:
        x = np.random.default_rng(3).normal(size=(10, 2))
        filtered = CausalLowPass()
        assert filtered.update(x[:0]).shape == (0, 2)
        np.testing.assert_array_equal(filtered.update(x), CausalLowPass().update(x))

    def test_half_the_power_at_the_cutoff(self) -> None:
        t, x = sine(CUTOFF_HZ)
        gain, _ = gain_and_delay(CausalLowPass().update(x[:, None])[:, 0], t, CUTOFF_HZ)
        assert gain == pytest.approx(HALF_POWER, abs=0.002)

    def test_large_and_small_movements_are_delayed_alike(self) -> None:
        """About 32 ms for all signals, so that their relative timing survives."""
        t, x = sine(0.5)
        for size in (0.02, 0.45):
            gain, delay = gain_and_delay(CausalLowPass().update(size * x[:, None])[:, 0], t, 0.5)
            assert gain == pytest.approx(size, rel=0.01)
            assert delay == pytest.approx(0.032, abs=0.006)


class TestSmooth:
    @pytest.mark.parametrize("hz", [0.3, 1.0, 2.5])
    def test_a_movement_is_neither_shifted_nor_made_smaller(self, hz: float) -> None:
        t, x = sine(hz)
        gain, delay = gain_and_delay(smooth(x), t, hz)
        assert delay == pytest.approx(0.0, abs=1e-4)
        assert gain == pytest.approx(1.0, abs=0.05)

    @pytest.mark.parametrize(("cutoff_hz", "rate_hz"), [(6.0, 30.0), (4.0, 30.0), (6.0, 60.0)])
    def test_half_the_power_at_the_cutoff_after_both_passes(self, cutoff_hz: float, rate_hz: float) -> None:
        """Winter's correction: without it the two passes would meet -6 dB here."""
        t, x = sine(cutoff_hz, rate_hz=rate_hz)
        gain, delay = gain_and_delay(smooth(x, cutoff_hz=cutoff_hz, rate_hz=rate_hz), t, cutoff_hz)
        assert gain == pytest.approx(HALF_POWER, abs=0.005)
        assert delay == pytest.approx(0.0, abs=1e-4)

    def test_fast_jitter_goes(self) -> None:
        t, x = sine(13.0)
        assert gain_and_delay(smooth(x), t, 13.0)[0] < 0.01

    def test_time_runs_both_ways_alike(self) -> None:
        x = np.cumsum(np.random.default_rng(0).normal(size=90))
        np.testing.assert_allclose(smooth(x[::-1])[::-1][20:-20], smooth(x)[20:-20], atol=0.02)

    @pytest.mark.parametrize("n", [0, 1, 2, 3])
    def test_too_few_samples_stay_as_they_are(self, n: int) -> None:
        x = np.random.default_rng(0).normal(size=(n, 3))
        np.testing.assert_array_equal(smooth(x), x)

    @pytest.mark.parametrize(("n", "off"), [(4, 0.1), (5, 0.05), (11, 1e-3), (12, 1e-3), (31, 1e-3)])
    def test_short_input_keeps_its_level_and_its_slope(self, n: int, off: float) -> None:
        """In steps of the line: with less to pad with, the ends ring a little."""
        line = 30.0 + np.arange(n)
        np.testing.assert_allclose(smooth(line), line, atol=off)

    def test_columns_of_any_shape_do_not_mix(self) -> None:
        x = np.random.default_rng(0).normal(size=(40, 33, 3))
        whole = smooth(x)
        assert whole.shape == x.shape
        np.testing.assert_allclose(whole[:, 7, 1], smooth(x[:, 7, 1]), atol=1e-12)


def resampled(t: np.ndarray, x: np.ndarray, parts: list[slice], *, splits: Sequence[int] = ()) -> GridBlock:
    """Feed a resampler in parts, told to split where a part begins at one of ``splits``; join what comes out."""
    resampler = Resampler()
    found = []
    for part in parts:
        if part.start in splits and part.stop > part.start:
            resampler.split()
        found.append(resampler.update(t[part], x[part]))
    joined = {
        name: np.concatenate([getattr(block, name) for block in found]) for name in ("t", "x", "spacing_s", "starts")
    }
    return GridBlock(**joined)


def same(a: GridBlock, b: GridBlock) -> None:
    for name in ("t", "x", "spacing_s", "starts"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


spacings = st.lists(
    st.one_of(st.floats(0.001, 0.08), st.just(1 / 30), st.just(1 / 60), st.floats(0.3, 1.5)), min_size=2, max_size=60
)


class TestResampler:
    @settings(max_examples=200)
    @given(
        spacings, st.lists(st.integers(0, 60), max_size=10), st.floats(0, 100), st.sets(st.integers(0, 60), max_size=3)
    )
    def test_any_cut_gives_the_same_bits(
        self, gaps: list[float], cuts: list[int], start: float, splits: set[int]
    ) -> None:
        """Holes of all lengths among them, and splits: those must be block bounds in both."""
        t = start + np.cumsum(gaps)
        n = len(t)
        x = np.random.default_rng(n).normal(size=(n, 3))
        told = sorted(s for s in splits if s < n)
        coarse = resampled(t, x, blocks(n, told), splits=told)
        fine = resampled(t, x, blocks(n, [*(c for c in cuts if c <= n), *told]), splits=told)
        single = resampled(t, x, blocks(n, range(1, n)), splits=told)
        same(fine, coarse)
        same(single, coarse)

    @given(spacings, st.floats(0, 100))
    def test_every_sample_is_on_the_grid_and_on_the_line(self, gaps: list[float], start: float) -> None:
        t = start + np.cumsum(gaps)
        x = np.stack([2.0 * t + 1.0, -t], axis=1)
        grid = resampled(t, x, [slice(None)])
        np.testing.assert_allclose(grid.t * GRID_HZ, np.round(grid.t * GRID_HZ), atol=1e-9)
        np.testing.assert_allclose(grid.x, np.stack([2.0 * grid.t + 1.0, -grid.t], axis=1), atol=1e-9)
        assert (np.diff(grid.t) > 0).all()
        assert ((grid.t >= t[0] - 1e-9) & (grid.t <= t[-1] + 1e-9)).all()

    @given(spacings, st.floats(0, 100))
    def test_nothing_is_missing_but_in_the_holes(self, gaps: list[float], start: float) -> None:
        t = start + np.cumsum(gaps)
        got = set(np.round(resampled(t, np.zeros((len(t), 1)), [slice(None)]).t * GRID_HZ).astype(int))
        for left, right in itertools.pairwise(t):
            between = np.arange(np.ceil(left * GRID_HZ + 1e-6), np.floor(right * GRID_HZ - 1e-6) + 1).astype(int)
            if right - left <= BRIDGE_S - 1e-9:
                assert got.issuperset(between)
            elif right - left > BRIDGE_S + 1e-9:
                assert got.isdisjoint(between)

    def test_a_short_hole_is_bridged_and_says_how_wide_it_was(self) -> None:
        t = np.array([0.0, 0.1, 0.5, 0.6])
        grid = resampled(t, t[:, None], [slice(None)])
        np.testing.assert_allclose(grid.x[:, 0], grid.t, atol=1e-12)
        assert len(grid.t) == 19
        inside = (grid.t > 0.11) & (grid.t < 0.49)
        np.testing.assert_allclose(grid.spacing_s[inside], 0.4)
        np.testing.assert_allclose(grid.spacing_s[(grid.t > 0.01) & (grid.t < 0.09)], 0.1)
        assert grid.starts.tolist() == [True] + 18 * [False]

    def test_a_long_hole_is_not_bridged_and_begins_anew(self) -> None:
        t = np.array([0.0, 0.1, 0.71, 0.81])
        grid = resampled(t, t[:, None], [slice(None)])
        assert not ((grid.t > 0.11) & (grid.t < 0.7)).any()
        np.testing.assert_allclose(grid.t[grid.starts], [0.0, 22 / 30])

    def test_split_bridges_nothing(self) -> None:
        t = np.array([0.05, 0.15, 0.25, 0.35])
        x = np.array([0.0, 0.0, 9.0, 9.0])[:, None]
        grid = resampled(t, x, [slice(0, 2), slice(2, 4)], splits=[2])
        assert set(grid.x[:, 0]) == {0.0, 9.0}
        assert not ((grid.t > 0.151) & (grid.t < 0.249)).any()
        np.testing.assert_allclose(grid.t[grid.starts], [2 / 30, 8 / 30])

    def test_a_sample_is_given_as_soon_as_it_is_known(self) -> None:
        resampler = Resampler()
        assert resampler.update(np.array([0.01]), np.zeros((1, 1))).t.tolist() == []
        assert resampler.update(np.array([0.02]), np.zeros((1, 1))).t.tolist() == []
        assert resampler.update(np.array([0.05]), np.zeros((1, 1))).t.tolist() == [1 / 30]
        assert resampler.update(np.array([0.12]), np.zeros((1, 1))).t.tolist() == [2 / 30, 3 / 30]

    def test_input_on_the_grid_comes_out_as_it_went_in(self) -> None:
        t = np.arange(90) / GRID_HZ
        x = np.random.default_rng(0).normal(size=(90, 2))
        grid = resampled(t, x, [slice(None)])
        np.testing.assert_array_equal(grid.t, t)
        np.testing.assert_allclose(grid.x, x, atol=1e-12)
        np.testing.assert_allclose(grid.spacing_s[1:], 1 / GRID_HZ)

    def test_no_sample_changes_nothing(self) -> None:
        resampler = Resampler()
        assert resampler.update(np.empty(0), np.empty((0, 4))).x.shape == (0, 4)
        t = np.array([0.0, 0.1])
        same(resampler.update(t, t[:, None]), Resampler().update(t, t[:, None]))
