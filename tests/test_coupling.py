"""Coupling of arm and opposite leg, on analytic signals and on what the athlete really did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from armswing.coupling import (
    Agreement,
    Response,
    couple,
    explained,
    lagged_correlation,
    leg_drive,
    opposition,
    saturate,
)
from armswing.filters import CausalLowPass, smooth
from armswing.patterns import patterns
from armswing.synthetic import Exercise, lift, perform, pull, push

PUSH = Response(sign=1, full_deg=30.0, dead_zone_deg=8.0)
PULL = Response(sign=-1, full_deg=20.0, dead_zone_deg=8.0)
DRIVE = {"pull": "retract", "push": "reach_fwd", "lift": "reach_up"}
N = 72


def bump(n: int = N, *, late: float = 0.0) -> np.ndarray:
    """A smooth rise and fall over one repetition, which may come late by a share of it."""
    share = np.arange(n) / n - late
    return np.where((share >= 0) & (share <= 1), 0.5 - 0.5 * np.cos(2 * np.pi * share), 0.0)


class TestCouple:
    @pytest.mark.parametrize(("response", "sign"), [(PUSH, 1), (PULL, -1)])
    def test_the_right_leg_in_time_and_far_enough(self, response: Response, sign: int) -> None:
        got = couple(bump(), sign * 45.0 * bump(), response)
        assert got.value == pytest.approx(1.0)
        assert got.correlation == pytest.approx(1.0)
        assert got.gain_deg == pytest.approx(45.0)

    def test_half_the_amplitude_in_time_is_the_root_of_a_half(self) -> None:
        got = couple(bump(), (8.0 + 0.5 * (30.0 - 8.0)) * bump(), PUSH)
        assert got.value == pytest.approx(np.sqrt(0.5))

    def test_half_the_synchrony_at_full_size_is_the_root_of_a_half(self) -> None:
        """Correlation .55, half way between .30 and .80: the rest of the leg's way has nothing to do with the arm."""
        drive = bump()
        other = np.sin(14 * np.pi * np.arange(N) / N)
        d, o = drive - drive.mean(), other - other.mean()
        o -= d * (d @ o) / (d @ d)
        r = 0.55
        x = d / np.linalg.norm(d) * r + o / np.linalg.norm(o) * np.sqrt(1 - r * r)
        x *= 60.0 / explained(drive, x)
        got = couple(drive, x, PUSH)
        assert got.correlation == pytest.approx(r, abs=0.02)
        assert got.value == pytest.approx(np.sqrt((got.correlation - 0.3) / 0.5))

    @pytest.mark.parametrize("degrees", [0.0, 3.0, 8.0])
    def test_an_arm_alone_has_exactly_none(self, degrees: float) -> None:
        assert couple(bump(), degrees * bump(), PUSH).value == 0.0

    def test_the_wrong_leg_has_none(self) -> None:
        got = couple(bump(), -45.0 * bump(), PUSH)
        assert got.value == 0.0
        assert got.gain_deg == pytest.approx(-45.0)

    def test_nobody_is_paid_for_flinging(self) -> None:
        assert couple(bump(), 300.0 * bump(), PUSH).value == couple(bump(), 45.0 * bump(), PUSH).value

    def test_a_small_shift_is_in_time_a_large_one_is_not(self) -> None:
        in_time = couple(bump(), 45.0 * bump(late=0.07), PUSH)
        late = couple(bump(), 45.0 * bump(late=0.35), PUSH)
        assert in_time.value > 0.95
        assert late.value < 0.1

    @pytest.mark.parametrize(("n", "most"), [(36, 4), (60, 7), (150, 7)])
    def test_how_far_the_leg_may_be_shifted(self, n: int, most: int) -> None:
        """By .12 of the repetition and by .25 s at the most."""
        drive, leg = bump(n), bump(n, late=0.3)
        allowed = [np.corrcoef(drive[: n - lag], leg[lag:])[0, 1] for lag in range(most + 1)]
        assert couple(drive, leg, PUSH).correlation == pytest.approx(max(allowed))

    @given(st.floats(0.01, 100.0), st.floats(-50, 50), st.floats(-90, 90))
    def test_unit_and_zero_of_the_drive_and_zero_of_the_legs_do_not_matter(
        self, scale: float, level: float, rest: float
    ) -> None:
        leg = 20.0 * bump(late=0.05)
        got, plain = couple(scale * bump() + level, leg + rest, PUSH), couple(bump(), leg, PUSH)
        assert got.value == pytest.approx(plain.value, abs=1e-6)
        assert got.gain_deg == pytest.approx(plain.gain_deg, abs=1e-6)

    @pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
    @pytest.mark.parametrize("late", [0.0, 0.04])
    def test_speed_does_not_matter(self, speed: float, late: float) -> None:
        """Half to twice as fast moves C by less than .002."""
        n = round(N / speed)
        here, there = (couple(bump(m), 20.0 * bump(m, late=late), PUSH).value for m in (N, n))
        assert there == pytest.approx(here, abs=0.002)

    @pytest.mark.parametrize(
        ("drive", "legs"),
        [(np.full(N, 2.0), 30 * bump()), (bump(), np.full(N, -7.0)), (np.zeros(N), np.zeros(N)), (bump(6), bump(6))],
        ids=["still arm", "still legs", "nothing", "too short"],
    )
    def test_what_does_not_move_has_none_and_no_warning(self, drive: np.ndarray, legs: np.ndarray) -> None:
        """Warnings are errors here."""
        got = couple(drive, legs, PUSH)
        assert got.value == 0.0
        assert np.isnan(got.correlation)
        legs_did = leg_drive(drive, legs, PUSH, float(legs[0]))
        assert np.isnan(legs_did.lag_s)
        assert not legs_did.wrong_leg

    def test_an_agreement_at_hand_changes_nothing(self) -> None:
        legs = 12.0 + 45.0 * bump(late=0.2)
        agreement = Agreement(bump(), legs)
        assert couple(bump(), legs, PUSH, agreement=agreement) == couple(bump(), legs, PUSH)
        assert leg_drive(bump(), legs, PUSH, 12.0, agreement=agreement) == leg_drive(bump(), legs, PUSH, 12.0)

    def test_causal_and_zero_phase_agree(self) -> None:
        """Within .10."""
        rng = np.random.default_rng(0)
        for late in (0.0, 0.05, 0.1):
            still = np.zeros(30)
            drive = np.concatenate([still, bump(), still]) + 0.02 * rng.normal(size=N + 60)
            legs = 22.0 * np.concatenate([still, bump(late=late), still]) + 1.5 * rng.normal(size=N + 60)
            both = np.stack([drive, legs], axis=1)
            rep = slice(30, 30 + N)
            causal, zero = CausalLowPass().update(both)[rep], smooth(both)[rep]
            assert couple(*causal.T, PUSH).value == pytest.approx(couple(*zero.T, PUSH).value, abs=0.10)

    def test_shares_are_those_of_the_repetition_where_more_is_compared(self) -> None:
        """A leg that is late by 8 of 50 samples is out of the 6 allowed, whatever stands before the start."""
        drive, leg = (np.concatenate((np.zeros(20), signal)) for signal in (bump(50), 40.0 * bump(50, late=0.16)))
        of_all, of_the_repetition = (
            couple(drive, leg, PUSH, agreement=Agreement(drive, leg, length=length)).correlation for length in (70, 50)
        )
        assert of_all > of_the_repetition
        never = leg_drive(drive, 40.0 - leg, PUSH, 0.0, agreement=Agreement(drive, 40.0 - leg, length=50))
        assert never.late_by_s == pytest.approx(0.35 * 50 / 30)


class TestExplained:
    def test_slope_times_range(self) -> None:
        rng = np.random.default_rng(0)
        drive, x = rng.normal(size=50), rng.normal(size=50)
        assert explained(drive, x) == pytest.approx(np.polyfit(drive, x, 1)[0] * np.ptp(drive))

    def test_noise_does_not_make_it_larger(self) -> None:
        """Why it is not the peak-to-peak value."""
        rng = np.random.default_rng(1)
        noisy = [30.0 * bump() + 4.0 * rng.normal(size=N) for _ in range(200)]
        assert np.mean([explained(bump(), x) for x in noisy]) == pytest.approx(30.0, abs=0.5)
        assert np.mean([np.ptp(x) for x in noisy]) > 38.0


class TestLegDrive:
    def test_the_right_leg(self) -> None:
        got = leg_drive(bump(), 12.0 + 45.0 * bump(), PUSH, 12.0)
        assert got.up_deg == pytest.approx(45.0, abs=1.0)
        assert got.down_deg == pytest.approx(0.0, abs=0.5)
        assert got.lag_s == 0.0
        assert got.late_by_s == 0.0
        assert not got.wrong_leg

    @pytest.mark.parametrize(("response", "sign"), [(PUSH, 1), (PULL, -1)])
    def test_the_wrong_leg(self, response: Response, sign: int) -> None:
        got = leg_drive(bump(), -sign * 45.0 * bump(), response, 0.0)
        assert got.wrong_leg
        assert got.down_deg == pytest.approx(45.0, abs=1.0)
        assert np.isnan(got.lag_s)

    @pytest.mark.parametrize("late", [0.1, 0.2, 0.3, -0.2])
    def test_a_late_leg_is_late_and_not_wrong(self, late: float) -> None:
        got = leg_drive(bump(), 45.0 * bump(late=late), PUSH, 0.0)
        assert got.lag_s == pytest.approx(late * N / 30.0, abs=0.1)
        assert got.late_by_s == abs(got.lag_s)
        assert not got.wrong_leg

    @pytest.mark.parametrize("late", [0.40, 0.45, 0.5])
    def test_a_leg_too_late_to_be_found_is_late_all_the_same(self, late: float) -> None:
        got = leg_drive(bump(), 45.0 * bump(late=late), PUSH, 0.0)
        assert np.isnan(got.lag_s) or got.lag_s > 0.7
        assert got.late_by_s > 0.7
        assert not got.wrong_leg
        assert couple(bump(), 45.0 * bump(late=late), PUSH).value == 0.0

    def test_without_the_rest_a_late_leg_would_be_the_wrong_one(self) -> None:
        """Why the rest level is essential: a baseline from inside the repetition turns the late leg round."""
        late = 45.0 * bump(late=0.45)
        assert leg_drive(bump(), late, PUSH, float(np.max(late))).wrong_leg
        assert not leg_drive(bump(), late, PUSH, 0.0).wrong_leg

    def test_to_the_wrong_side_but_not_in_time_is_not_the_wrong_leg(self) -> None:
        got = leg_drive(bump(), -45.0 * bump(late=0.45), PUSH, 0.0)
        assert got.down_deg > 40
        assert not got.wrong_leg

    def test_legs_that_both_dip_and_part_a_little_are_not_the_wrong_leg(self) -> None:
        got = [leg_drive(bump(), degrees * bump(), PUSH, 0.0).wrong_leg for degrees in (-11.0, -13.0, -17.0)]
        assert got == [False, False, True]

    def test_where_feet_are_seen_the_wrong_leg_is_told_earlier(self) -> None:
        ways = (-9.0, -11.0, -13.0)
        got = [leg_drive(bump(), degrees * bump(), PUSH, 0.0, feet_seen=True).wrong_leg for degrees in ways]
        assert got == [False, False, True]

    def test_a_leg_that_hardly_moved_has_no_timing(self) -> None:
        got = leg_drive(bump(), 9.0 * bump(late=0.2), PUSH, 0.0)
        assert np.isnan(got.lag_s)
        assert np.isnan(got.late_by_s)
        assert not got.wrong_leg

    def test_a_leg_that_does_something_else_has_no_lag(self) -> None:
        x = 45.0 * np.abs(np.sin(7 * np.pi * np.arange(N) / N))
        assert np.isnan(leg_drive(bump(), x, PUSH, 0.0).lag_s)


class TestLaggedCorrelation:
    @given(
        hnp.arrays(float, st.tuples(st.integers(12, 60), st.just(2)), elements=st.floats(-100, 100, width=16)),
        st.integers(0, 25),
    )
    def test_every_lag_is_that_of_numpy(self, pair: np.ndarray, max_lag: int) -> None:
        a, b = pair.T
        n = len(a)
        lags, got = lagged_correlation(a, b, max_lag=max_lag)
        assert lags.tolist() == list(range(-min(max_lag, n - 1), min(max_lag, n - 1) + 1))
        for lag, r in zip(lags, got, strict=True):
            i = np.arange(max(0, -lag), n - max(0, lag))
            if len(i) < 8 or min(np.std(a[i]), np.std(b[i + lag])) < 1e-3:
                assert np.isnan(r) or len(i) >= 8
            else:
                assert r == pytest.approx(np.corrcoef(a[i], b[i + lag])[0, 1], abs=1e-6)

    def test_a_positive_lag_means_that_b_is_late(self) -> None:
        lags, r = lagged_correlation(bump(), bump(late=0.125), max_lag=20)
        assert lags[np.argmax(r)] == 0.125 * N

    def test_too_little_overlap_and_constants_are_nan(self) -> None:
        rng = np.random.default_rng(0)
        lags, r = lagged_correlation(rng.normal(size=10), rng.normal(size=10), max_lag=9, min_overlap=6)
        assert np.isnan(r).tolist() == (np.abs(lags) > 4).tolist()
        assert np.isnan(lagged_correlation(np.ones(20), rng.normal(size=20), max_lag=3)[1]).all()

    def test_never_beyond_one(self) -> None:
        rng = np.random.default_rng(0)
        for a in rng.normal(size=(200, 31)):
            assert np.nanmax(np.abs(lagged_correlation(a, 3.0 * a + 1.0, max_lag=2)[1])) <= 1.0


class TestOpposition:
    @pytest.mark.parametrize(
        ("other", "value"),
        [(-1.0, 1.0), (0.0, 0.0), (1.0, -1.0), (-0.5, 1 / 2), (0.5, -1 / 2)],
        ids=["opposite", "one still", "together", "half opposite", "half together"],
    )
    def test_by_hand(self, other: float, value: float) -> None:
        assert opposition(bump(), other * bump()) == pytest.approx(value)

    @given(st.floats(0.01, 100), st.floats(-50, 50), st.floats(-1.5, 1.5))
    def test_unit_zero_and_order_do_not_matter(self, scale: float, level: float, other: float) -> None:
        a, b = bump(), other * bump(late=0.1)
        plain = opposition(a, b)
        assert opposition(scale * a + level, scale * b - level) == pytest.approx(plain, abs=1e-6)
        assert opposition(b, a) == pytest.approx(plain, abs=1e-9)
        assert -1.0 <= plain <= 1.0

    def test_two_still_sides_give_no_warning(self) -> None:
        assert opposition(np.ones(20), np.ones(20)) == 0.0


@pytest.mark.parametrize(("x", "clipped"), [(-0.5, 0.0), (0.0, 0.0), (0.3, 0.3), (1.0, 1.0), (7.0, 1.0)])
def test_saturate(x: float, clipped: float) -> None:
    assert saturate(x) == clipped


class TestAthlete:
    """What the legs of the synthetic athlete really did, by the truth's own angles."""

    def judged(self, kind: type[Exercise], **options: Any) -> list[tuple[float, bool, float]]:
        """Coupling, wrong leg and lag of each rep."""
        name = kind.__name__.lower()
        done = perform(kind(reps=2, **options), fps=30)
        truth, response = done.truth, patterns()[name].hip
        drive = getattr(truth.right, DRIVE[name])
        scissor = truth.left.hip_flexion - truth.right.hip_flexion
        rest = float(np.median(scissor[truth.t < 0.8]))
        found = []
        for rep in truth.reps:
            part = (truth.t >= rep.start_s) & (truth.t <= rep.end_s)
            legs = leg_drive(drive[part], scissor[part], response, rest)
            found.append((couple(drive[part], scissor[part], response).value, legs.wrong_leg, legs.lag_s))
        return found

    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_right_press_left_knee_in(self, kind: type[Exercise]) -> None:
        for value, wrong, lag in self.judged(kind):
            assert value > 0.9
            assert not wrong
            assert abs(lag) < 0.3

    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_the_other_knee(self, kind: type[Exercise]) -> None:
        for value, wrong, _ in self.judged(kind, leg="same"):
            assert value == 0.0
            assert wrong

    @pytest.mark.parametrize("kind", [pull, push, lift])
    @pytest.mark.parametrize("leg", ["both", "none"])
    def test_both_knees_and_none(self, kind: type[Exercise], leg: str) -> None:
        for value, wrong, _ in self.judged(kind, leg=leg):
            assert value < 0.1
            assert not wrong

    @pytest.mark.parametrize("kind", [pull, push, lift])
    def test_a_late_leg(self, kind: type[Exercise]) -> None:
        """The hip part alone: nothing left of it, and called late, not wrong."""
        for value, wrong, lag in self.judged(kind, leg_late=0.3, rest_s=2.0):
            assert value < 0.25
            assert not wrong
            assert lag > 0.4
