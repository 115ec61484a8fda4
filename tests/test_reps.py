"""Repetitions are found in a drive by one machine an arm, wherever the input is cut."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from armswing.errors import ConfigError
from armswing.filters import CausalLowPass
from armswing.landmarks import Side
from armswing.reps import Ending, Measured, Rep, RepSegmenter, RepThresholds, Rise, not_measured, phases

RATE_HZ = 30.0


def bumps(
    heights: Sequence[float], *, seconds: float = 2.0, rest_s: float = 1.0, noise: float = 0.0, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """One smooth rise and fall per height, with rests around them."""
    n, rest = round(seconds * RATE_HZ), np.zeros(round(rest_s * RATE_HZ))
    way = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    drive = np.concatenate([rest, *(part for height in heights for part in (height * way, rest))])
    drive = drive + noise * np.random.default_rng(seed).normal(size=len(drive))
    return np.arange(len(drive)) / RATE_HZ, drive


def through(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Straight lines through (second, drive)."""
    at, height = zip(*points, strict=True)
    t = np.arange(round(at[-1] * RATE_HZ) + 1) / RATE_HZ
    return t, np.interp(t, at, height)


def rises(t: np.ndarray, drive: np.ndarray, **thresholds: float) -> list[Rise]:
    return RepSegmenter(Side.RIGHT, thresholds=RepThresholds(**thresholds)).update(t, drive)


class TestRepSegmenter:
    @pytest.mark.parametrize("seed", range(5))
    def test_full_partial_and_too_small(self, seed: int) -> None:
        """Amplitudes 1, 1, .5, 1, .2, 1 with 2 % noise."""
        found = rises(*bumps([1, 1, 0.5, 1, 0.2, 1], noise=0.02, seed=seed))
        assert [rise.height for rise in found] == pytest.approx([1, 1, 0.5, 1, 1], abs=0.12)
        full = [rise.height >= RepThresholds().full for rise in found]
        assert full == [True, True, False, True, True]
        assert [rise.peak_s for rise in found] == pytest.approx([2, 5, 8, 11, 17], abs=0.25)

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("noise", [0.02, 0.06])
    def test_a_still_arm_gives_nothing(self, noise: float, seed: int) -> None:
        """34 phantom reps from a still arm: what no hysteresis led to elsewhere."""
        t = np.arange(round(20 * RATE_HZ)) / RATE_HZ
        drive = noise * np.random.default_rng(seed).normal(size=len(t))
        assert rises(t, drive) == []
        assert rises(t, CausalLowPass().update(3.0 + drive[:, None])[:, 0]) == []

    def test_a_slow_drift_is_no_repetition(self) -> None:
        assert rises(*through((0, 0.0), (30, 1.0), (60, -1.0))) == []

    def test_an_arm_that_settles_higher_has_a_new_low(self) -> None:
        """After a change of posture by .2 a bump of .5 is as high as it was before."""
        t, drive = bumps([0.5], rest_s=12.0)
        found = rises(t, drive + 0.2 * (t > 1.0))
        assert [rise.height for rise in found] == pytest.approx([0.5], abs=0.05)
        assert found[0].low == pytest.approx(0.2, abs=0.05)

    @pytest.mark.parametrize("seconds", [1.0, 2.4, 6.0, 12.0])
    def test_times_are_those_of_the_movement(self, seconds: float) -> None:
        (rise,) = rises(*bumps([1.0], seconds=seconds))
        near = 0.25 * seconds
        assert rise.start_s == pytest.approx(1.0, abs=near)
        assert rise.peak_s == pytest.approx(1.0 + seconds / 2, abs=2 / RATE_HZ)
        assert rise.end_s == pytest.approx(1.0 + seconds, abs=near)
        assert rise.high == pytest.approx(1.0, abs=0.01)
        assert rise.low == pytest.approx(0.0, abs=0.06)  # it follows a slow start a little: baseline_s
        assert rise.ending is Ending.RETURNED
        assert rise.found_s >= rise.end_s

    @pytest.mark.parametrize("seed", range(3))
    def test_the_start_is_where_the_arm_leaves_its_low_and_not_its_lowest_sample(self, seed: int) -> None:
        t, drive = through((0, 0), (4, 0), (5, 1), (6, 0), (7, 0))
        restless = drive + 0.03 * np.random.default_rng(seed).uniform(-1, 1, len(t))
        restless[30] = -0.05
        assert rises(t, restless)[0].start_s == pytest.approx(4.0, abs=0.2)

    @pytest.mark.parametrize("left", [0.15, 0.3, 0.4])
    def test_an_arm_is_back_when_so_much_of_the_rise_is_left(self, left: float) -> None:
        (rise,) = rises(*through((0, 0), (1, 0), (2, 1), (6, 0)), returned=left)
        assert rise.found_s == rise.end_s == pytest.approx(2 + 4 * (1 - left), abs=0.1)

    def test_one_that_had_begun_before_is_over_when_the_arm_falls_no_further(self) -> None:
        """How low the arm was is seen only then; the next repetition has a low to come back to."""
        t, drive = through((0, 0.5), (0.5, 1), (2, 0), (4, 0), (5, 1), (6, 0), (8, 0))
        first, second = rises(t, drive)
        assert (first.start_s, first.end_s) == pytest.approx((0.0, 2.0), abs=0.1)
        assert first.height == pytest.approx(0.5, abs=0.05)
        assert second.end_s == pytest.approx(5.85, abs=0.05)

    def test_the_side_is_told(self) -> None:
        t, drive = bumps([1.0])
        assert RepSegmenter(Side.LEFT).update(t, drive)[0].side is Side.LEFT

    def test_level_and_unit_of_the_clock_do_not_matter(self) -> None:
        t, drive = bumps([1, 0.8, 1])
        there = rises(t + 100.0, drive - 5.0)
        for a, b in zip(rises(t, drive), there, strict=True):
            assert b.peak_s - 100.0 == pytest.approx(a.peak_s)
            assert b.height == pytest.approx(a.height)

    @given(
        st.lists(st.floats(0.1, 1.4), min_size=1, max_size=5),
        st.lists(st.integers(0, 700), max_size=12),
        st.integers(0, 2**32),
    )
    def test_any_cut_gives_the_same_rises(self, heights: list[float], cuts: list[int], seed: int) -> None:
        t, drive = bumps(heights, noise=0.05, seed=seed)
        whole = rises(t, drive)
        bounds = [0, *sorted(cut for cut in cuts if cut < len(t)), len(t)]
        pieces = RepSegmenter(Side.RIGHT)
        found = [r for a, b in itertools.pairwise(bounds) for r in pieces.update(t[a:b], drive[a:b])]
        assert found == whole
        single = RepSegmenter(Side.RIGHT)
        assert [r for i in range(len(t)) for r in single.update(t[i : i + 1], drive[i : i + 1])] == whole

    @given(st.lists(st.floats(-2, 2), max_size=8), st.integers(0, 2**32))
    def test_whatever_comes_rises_are_in_order_and_large_enough(self, corners: list[float], seed: int) -> None:
        t, drive = through(*((3.0 * i, height) for i, height in enumerate([0.0, *corners, 0.0])))
        found = rises(t, drive + 0.05 * np.random.default_rng(seed).normal(size=len(t)))
        for rise in found:
            assert rise.start_s <= rise.peak_s <= rise.end_s <= rise.found_s
            assert rise.height >= RepThresholds().partial
        for before, after in itertools.pairwise(found):
            assert before.end_s <= after.start_s
            assert before.found_s < after.found_s

    def test_an_arm_that_turns_round_early_has_ended_its_repetition(self) -> None:
        """60 % given back, then up again: two repetitions, the first ends in the valley."""
        found = rises(*through((0, 0), (1, 0), (2, 1), (2.6, 0.4), (3.2, 1), (4.2, 0), (5, 0)))
        assert [rise.peak_s for rise in found] == pytest.approx([2.0, 3.2], abs=0.05)
        assert found[0].end_s == pytest.approx(2.6, abs=0.05)
        assert found[1].start_s == pytest.approx(2.6, abs=0.15)
        assert 2.6 < found[0].found_s < 3.0

    def test_a_small_dip_at_the_top_does_not_end_it(self) -> None:
        (rise,) = rises(*through((0, 0), (1, 0), (2, 1), (2.4, 0.7), (2.8, 0.95), (4, 0), (5, 0)))
        assert rise.peak_s == pytest.approx(2.0, abs=0.05)
        assert rise.end_s > 3.5

    def test_an_arm_that_rests_half_way_has_ended_its_repetition(self) -> None:
        (rise,) = rises(*through((0, 0), (1, 0), (2, 1), (2.6, 0.4), (6, 0.4)))
        assert rise.end_s == pytest.approx(2.6, abs=0.05)
        assert rise.found_s == pytest.approx(2.6 + RepThresholds().rest_s, abs=0.1)

    def test_an_arm_that_stays_up_is_overlong(self) -> None:
        (rise,) = rises(*through((0, 0), (1, 0), (2, 1), (30, 1)))
        assert rise.ending is Ending.OVERLONG
        assert rise.end_s == rise.found_s == pytest.approx(1.0 + RepThresholds().longest_s, abs=0.3)

    def test_after_an_overlong_one_the_new_height_is_the_low(self) -> None:
        found = rises(*through((0, 0), (1, 0), (2, 1), (30, 1), (31, 2), (32, 1), (34, 1)))
        assert [rise.ending for rise in found] == [Ending.OVERLONG, Ending.RETURNED]
        assert found[1].low == pytest.approx(1.0, abs=0.05)

    def test_thresholds_are_heeded(self) -> None:
        t, drive = bumps([0.5, 1.0])
        assert len(rises(t, drive)) == 2
        assert len(rises(t, drive, partial=0.6)) == 1
        (long_one,) = rises(*through((0, 0), (1, 0), (2, 1), (10, 1), (11, 0), (12, 0)), longest_s=4)
        assert long_one.ending is Ending.OVERLONG

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"rise": -1}, "reps.rise must be a positive number, got -1"),
            ({"longest_s": float("nan")}, "reps.longest_s must be a positive number, got nan"),
            ({"partial": 0.9}, r"reps.partial must be less than reps.full, got 0\.9 and 0\.7"),
            ({"near_low": 0.3}, "reps.near_low must be less than reps.rise"),
            ({"shortest_s": 20}, "reps.shortest_s must be less than reps.longest_s"),
            ({"longest_s": 1e9}, r"reps.longest_s must be at most 600 seconds, got 1e\+09"),
        ],
    )
    def test_thresholds_that_make_no_sense(self, wrong: dict[str, float], message: str) -> None:
        with pytest.raises(ConfigError, match=message):
            RepThresholds(**wrong)

    def test_the_sources_of_the_standing_thresholds(self) -> None:
        """Full from .70, partial from .40: whole rows seen obliquely rise by .43."""
        assert (RepThresholds().full, RepThresholds().partial) == (0.70, 0.40)


class TestInterrupt:
    def under_way(self, height: float) -> RepSegmenter:
        segmenter = RepSegmenter(Side.RIGHT)
        assert segmenter.update(*through((0, 0), (1, 0), (2, height), (2.5, height))) == []
        return segmenter

    def test_a_rise_under_way_is_told_of(self) -> None:
        segmenter = self.under_way(1.0)
        assert segmenter.under_way_since == pytest.approx(1.0, abs=0.1)
        rise = segmenter.interrupt()
        assert rise is not None
        assert rise.ending is Ending.INTERRUPTED
        assert (rise.end_s, rise.found_s) == (2.5, 2.5)
        assert rise.height == pytest.approx(1.0, abs=0.02)

    def test_a_small_one_and_none_are_not(self) -> None:
        assert self.under_way(0.4).interrupt() is None
        assert RepSegmenter(Side.RIGHT).interrupt() is None

    def test_nothing_is_remembered(self) -> None:
        segmenter = self.under_way(1.0)
        segmenter.interrupt()
        assert np.isnan(segmenter.under_way_since)
        assert segmenter.interrupt() is None
        t, drive = bumps([1.0])
        assert segmenter.update(t + 10, drive + 3) == rises(t + 10, drive + 3)

    def test_under_way_only_while_it_is(self) -> None:
        segmenter = RepSegmenter(Side.RIGHT)
        t, drive = bumps([1.0])
        since = []
        for i in range(len(t)):
            segmenter.update(t[i : i + 1], drive[i : i + 1])
            since.append(segmenter.under_way_since)
        known = np.isfinite(since)
        assert not known[: round(1.2 * RATE_HZ)].any()
        assert known[round(1.5 * RATE_HZ) : round(2.5 * RATE_HZ)].all()
        assert not known[-round(0.5 * RATE_HZ) :].any()


class TestPhases:
    def test_level_crossings_of_straight_lines(self) -> None:
        """Up from 1 to 3 s, held to 4 s, down until 5.5 s: levels and times worked out by hand."""
        t, drive = through((0, 0), (1, 0), (3, 1), (4, 1), (5.5, 0), (6, 0))
        found = phases(drive)
        low = 0.1
        height = 1 - low
        assert t[found.start] == pytest.approx(1 + 2 * 0.10, abs=0.04)
        assert t[found.end] == pytest.approx(4 + 1.5 * 0.90, abs=0.04)
        assert t[found.top_first] == pytest.approx(1 + 2 * (1 - 0.05 * height), abs=0.04)
        assert t[found.top_last] == pytest.approx(4 + 1.5 * 0.05 * height, abs=0.04)
        stay = 1 + 2 * (1 - 0.1 * height), 4 + 1.5 * 0.1 * height
        assert found.peak / RATE_HZ == pytest.approx(np.mean(stay), abs=0.04)

    @pytest.mark.parametrize("seconds", [1.0, 3.0, 8.0])
    def test_a_cosine_tops_in_its_middle(self, seconds: float) -> None:
        t, drive = bumps([1.0], seconds=seconds)
        found = phases(drive)
        way = np.arccos(1 - 2 * 0.1) / (2 * np.pi) * seconds  # when a raised cosine passes .1
        near = 0.04 + 0.02 * seconds  # the levels it rests at are not quite its extremes
        assert found.peak / RATE_HZ == pytest.approx(1 + seconds / 2, abs=0.02)
        assert t[found.start] == pytest.approx(1 + way, abs=near)
        assert t[found.end] == pytest.approx(1 + seconds - way, abs=near)

    def test_the_peak_of_a_flat_top_does_not_follow_its_noise(self) -> None:
        """One sample sticks out at either end of the hold; the peak stays in the middle."""
        t, drive = through((0, 0), (1, 0), (2, 1), (3, 1), (4, 0), (5, 0))
        for spike in (2.1, 2.9):
            rough = drive + 0.02 * (np.abs(t - spike) < 0.01)
            assert phases(rough).peak / RATE_HZ == pytest.approx(2.5, abs=0.02)

    def test_a_dip_before_the_start_does_not_move_it(self) -> None:
        t, drive = through((0, 0.12), (1, 0.12), (1.2, 0), (1.4, 0.12), (3, 0.12), (4, 1), (5, 1), (6, 0), (7, 0))
        assert t[phases(drive).start] == pytest.approx(3.1, abs=0.07)

    def test_an_overshoot_at_the_end_of_the_hold_does_not_move_the_top(self) -> None:
        t, drive = through((0, 0), (1, 0), (2, 1), (4, 1), (4.2, 1.12), (4.4, 1), (5.4, 0), (6, 0))
        found = phases(drive)
        assert t[found.top_first] == pytest.approx(1.95, abs=0.07)
        assert found.peak / RATE_HZ == pytest.approx(3.2, abs=0.1)

    def test_size_and_level_do_not_matter(self) -> None:
        _, drive = bumps([1.0], noise=0.01)
        assert phases(4.0 * drive - 7.0) == phases(drive)

    def test_a_start_lower_than_the_end(self) -> None:
        """Each side has its own near-low level; the top is measured from the lower of the two."""
        t, drive = through((0, 0), (1, 0), (2, 1), (3, 0.5), (4, 0.5))
        found = phases(drive)
        assert t[found.start] == pytest.approx(1.1, abs=0.04)
        assert t[found.end] == pytest.approx(2.9, abs=0.04)

    def test_an_end_that_was_not_seen(self) -> None:
        for last in ((2, 1), (3, 1)):
            assert phases(through((0, 0), (1, 0), (2, 1), last)[1]).end == last[0] * RATE_HZ
        t, drive = through((0, 0), (1, 0), (2, 1))
        found = phases(drive)
        assert t[found.start] == pytest.approx(1.1, abs=0.04)

    def test_nothing_happened(self) -> None:
        for n in (1, 2, 30):
            found = phases(np.full(n, 3.0))
            assert 0 <= found.start <= found.top_first <= found.top_last <= found.end <= n - 1

    @given(hnp.arrays(float, st.integers(1, 60), elements=st.floats(-5, 5, width=32)))
    def test_in_order_whatever_comes(self, drive: np.ndarray) -> None:
        found = phases(drive)
        assert 0 <= found.start <= found.top_first <= found.top_last <= found.end < len(drive)
        assert found.start <= found.peak <= found.end
        assert found.start <= int(np.argmax(drive)) <= found.end


class TestMeasured:
    def test_what_was_not_measured_says_why(self) -> None:
        with pytest.raises(ValueError, match="needs the reason why"):
            Measured(value=float("nan"))
        missing = not_measured("TOO_FAR", share=0.3)
        assert np.isnan(missing.value)
        assert (missing.known, missing.reason, missing.share) == (False, "TOO_FAR", 0.3)

    def test_what_was_measured_is_known_a_zero_too(self) -> None:
        measured = Measured(value=0.0)
        assert (measured.known, measured.reason, measured.share) == (True, "", 1.0)
        assert np.isnan(measured.at_s)


class TestRep:
    def rep(self, **values: Measured) -> Rep:
        return Rep(rep_index=1, set_index=1, side="right", start_s=0, peak_s=1, end_s=2, full=True, values=values)

    def test_quantities_by_name(self) -> None:
        rep = self.rep(tempo=Measured(value=1.5), hold=not_measured("CUT_OFF"))
        assert rep["tempo"].value == rep.value("tempo") == 1.5
        assert rep["hold"].reason == "CUT_OFF"
        assert np.isnan(rep.value("hold"))

    def test_what_the_pattern_does_not_measure_is_not_assessed(self) -> None:
        assert self.rep()["no_such_quantity"].reason == "NOT_DEFINED"
        assert np.isnan(self.rep().value("no_such_quantity"))

    def test_nothing_can_be_written(self) -> None:
        given = {"tempo": Measured(value=1.5)}
        rep = replace(self.rep(), values=given)
        with pytest.raises(TypeError):
            rep.values["tempo"] = Measured(value=9.0)  # type: ignore[index]
        with pytest.raises(FrozenInstanceError):
            rep.side = "left"  # type: ignore[misc]
        given["tempo"] = Measured(value=9.0)
        assert rep.value("tempo") == 1.5

    def test_replacing_keeps_the_quantities(self) -> None:
        assert replace(self.rep(tempo=Measured(value=1.5)), rep_index=7).value("tempo") == 1.5
