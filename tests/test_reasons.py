"""Every code has one sentence that a person can read."""

from __future__ import annotations

import pytest

from armswing.reasons import Reason, sentences


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_is_its_code_and_carries_a_sentence(reason: Reason) -> None:
    assert str(reason) == reason.name == reason.value
    assert f"{reason}" == reason.name
    assert Reason(reason.name) is reason
    assert reason.sentence.strip() == reason.sentence
    assert len(reason.sentence.split()) >= 3
    assert reason.sentence != reason.name
    assert not reason.sentence.endswith(".")


def test_no_sentence_stands_twice() -> None:
    assert len({reason.sentence for reason in Reason}) == len(Reason)


def test_no_code_breaks_the_column_it_stands_in() -> None:
    assert not any(set("|,;\"' ") & set(reason) for reason in Reason)


def test_codes_are_read_back_from_a_column() -> None:
    both = "|".join([Reason.LOW_VISIBILITY, Reason.TOO_FAR])
    assert sentences(both) == "a joint it needs is hidden; the person is too small in the picture"
    assert sentences("") == ""


def test_an_unknown_code_is_an_error() -> None:
    with pytest.raises((KeyError, ValueError), match="NO_SUCH_CODE"):
        sentences("PARTIAL|NO_SUCH_CODE")
