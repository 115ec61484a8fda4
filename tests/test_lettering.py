from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing.io.lettering import BOLD, PITCH, PLAIN, Text, fitted, fitted_line, text_width, wrapped, write

WORDS = st.lists(st.sampled_from(["a", "Left", "knee", "gleichzeitig", "右の手、", "ł", "hochziehen."]), min_size=1)


def ink(words: str) -> np.ndarray:
    picture = np.zeros((60, 400, 3), dtype=np.uint8)
    write(picture, Text(words, 10, 10, 40, BOLD, (255, 255, 255)))
    return picture


@settings(deadline=None, max_examples=60)
@given(WORDS.map(" ".join), st.integers(8, 60), st.integers(40, 500), st.integers(10, 300))
def test_a_fitted_text_is_as_large_as_fits_and_never_leaves_its_box(
    words: str, most: int, width: int, height: int
) -> None:
    size, lines = fitted(words, BOLD, (most, 8), (width, height))
    assert size <= most
    assert all(text_width(line, size, BOLD) <= width for line in lines)
    assert PITCH * size * len(lines) <= max(height, PITCH + 1e-9)
    whole = "".join(lines).replace(" ", "")
    if not any(line.endswith("\u2026") or not line for line in lines):
        assert whole == words.replace(" ", ""), "nothing lost"
        larger = wrapped(words, size + 1, BOLD, width)
        too_wide = max(text_width(line, size + 1, BOLD) for line in larger) > width
        assert size == most or too_wide or PITCH * (size + 1) * len(larger) > height


def test_what_does_not_fit_at_all_is_cut_off_and_says_so() -> None:
    size, lines = fitted("Right hand out, left knee in.", PLAIN, (20, 10), (60, 26))
    assert size == 10
    assert lines[0].startswith("Right")
    assert lines[-1].endswith("\u2026")
    assert fitted_line("gleichzeitig", PLAIN, (20, 10), 40)[1].endswith("\u2026")
    assert fitted_line("gleichzeitig", PLAIN, (20, 10), 1)[1] == ""


def test_lines_are_about_as_long_as_each_other() -> None:
    size, lines = fitted(
        "Left knee up as right hand goes up.",
        BOLD,
        (30, 30),
        (text_width("Left knee up as right hand goes", 30, BOLD), 80),
    )
    assert (size, len(lines)) == (30, 2)
    first, last = (text_width(line, size, BOLD) for line in lines)
    assert min(first, last) > 0.7 * max(first, last)


def test_scripts_without_spaces_break_between_their_signs_but_not_before_a_stop() -> None:
    for width in range(60, 300, 10):
        lines = wrapped("右の手を出して、左膝を上げる。", 20, BOLD, width)
        assert len(lines) > 1
        assert "".join(lines) == "右の手を出して、左膝を上げる。"
        assert not any(line[0] in "、。" for line in lines)
        assert max(text_width(line, 20, BOLD) for line in lines) <= width


def test_a_line_breaks_only_where_there_was_a_space() -> None:
    assert wrapped("one  two", 20, BOLD, 1) == ["one", "two"]
    assert wrapped("押す 2セット", 20, BOLD, 1000) == ["押す 2セット"]


@pytest.mark.parametrize("sign", ["ä", "é", "ł", "ж", "右", "한", "°", "±", "\u2026"])
def test_signs_outside_ascii_are_written(sign: str) -> None:
    assert ink(sign).any()
    assert (ink(sign) != ink("?")).any()
    assert (ink(sign) != ink("\U0001fae8")).any(), "nor is it what stands for an unknown sign"
