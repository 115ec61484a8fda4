from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armswing.io.timing import Thinning, TimeRepair

STEP = 1 / 30
MS = 0.001


# --- times ---------------------------------------------------------------------------------------


def repaired(stamps: list[float | None], step: float = STEP) -> list[float]:
    repair = TimeRepair(step)
    return [repair.update(stamp) for stamp in stamps]


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        ([0.0, 0.1, 0.15, 0.9, 5.0], [0.0, 0.1, 0.15, 0.9, 5.0]),
        ([None, None, None], [0.0, 0.1, 0.2]),
        ([7.0, None, None, 7.3], [7.0, 7.1, 7.2, 7.3]),
        ([0.0, 0.1, 0.1, 0.2], [0.0, 0.1, 0.15, 0.2]),
        ([0.0, 0.1, 0.1, 0.1, 0.4], [0.0, 0.1, 0.15, 0.25, 0.4]),
        ([0.0, 0.2, 0.1, 0.3], [0.0, 0.2, 0.25, 0.3]),
        ([8.0, 9.0, 0.0, 0.1, 0.4], [8.0, 9.0, 9.1, 9.2, 9.5]),
        ([0.0, math.nan, 0.2, math.inf, 1e300], [0.0, 0.1, 0.2, 0.3, 0.4]),
        ([-0.5, -0.4], [-0.5, -0.4]),
        ([], []),
    ],
    ids=["good", "all missing", "missing", "repeated", "stuck", "swapped", "restarted", "absurd", "negative", "none"],
)
def test_time_repair(stamps: list[float | None], expected: list[float]) -> None:
    assert repaired(stamps, 0.1) == pytest.approx(expected)


@given(st.lists(st.none() | st.floats() | st.floats(-2, 2) | st.sampled_from([0.0, STEP, 1.0])), st.floats(1e-3, 2.0))
def test_repaired_times_are_finite_and_increase_whatever_comes(stamps: list[float | None], step: float) -> None:
    out = repaired(stamps, step)
    assert len(out) == len(stamps)
    assert all(math.isfinite(t) for t in out)
    assert all(later > earlier for earlier, later in pairwise(out))


@given(st.lists(st.floats(-10, 1e6), unique=True), st.floats(1e-3, 2.0))
def test_good_timestamps_pass_unchanged(stamps: list[float], step: float) -> None:
    assert repaired(sorted(stamps), step) == sorted(stamps)


@given(st.integers(3, 40), st.data())
def test_one_bad_timestamp_moves_no_other(frames: int, data: st.DataObject) -> None:
    good: list[float | None] = [i * STEP for i in range(frames)]
    where = data.draw(st.integers(1, frames - 2))
    bad = data.draw(st.sampled_from([None, math.nan, good[where - 1]]))
    out = repaired([*good[:where], bad, *good[where + 1 :]])
    assert out[:where] + out[where + 1 :] == good[:where] + good[where + 1 :]


# --- thinning ------------------------------------------------------------------------------------


def thinned(stamps: list[float], max_fps: float = 30.0) -> list[int]:
    thinning = Thinning(max_fps)
    return [i for i, t in enumerate(stamps) if thinning.update(t)]


@pytest.mark.parametrize(
    ("fps", "each"),
    [
        (23.976, 1),
        (24, 1),
        (25, 1),
        (29.97, 1),
        (30, 1),
        (30.3, 1),
        (59.94, 2),
        (60, 2),
        (60.3, 2),
        (119.88, 4),
        (240, 8),
    ],
)
def test_thinning_of_regular_media_is_regular(fps: float, each: int) -> None:
    frames = 2000
    assert thinned([i / fps for i in range(frames)]) == list(range(0, frames, each))


@pytest.mark.parametrize("fps", [31, 35, 40, 48, 50, 100])
def test_thinning_never_gives_more_than_allowed(fps: float) -> None:
    seconds = 60
    kept = len(thinned([i / fps for i in range(seconds * round(fps))]))
    # 2 % more is let pass, see Thinning.
    assert 0.75 * 30 * seconds <= kept <= 1.025 * 30 * seconds + 1


@given(st.sampled_from([(30.0, 1), (29.97, 1), (25.0, 1), (60.0, 2), (59.94, 2)]), st.data())
def test_thinning_bears_jitter(rate: tuple[float, int], data: st.DataObject) -> None:
    fps, each = rate
    jitter = data.draw(st.lists(st.floats(-3 * MS, 3 * MS), min_size=60, max_size=60))
    assert thinned([i / fps + late for i, late in enumerate(jitter)]) == list(range(0, 60, each))


def test_thinning_takes_the_picture_after_a_gap_and_goes_on() -> None:
    stamps = [*(i / 60 for i in range(10)), *(3.01 + i / 60 for i in range(10))]
    assert thinned(stamps) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
