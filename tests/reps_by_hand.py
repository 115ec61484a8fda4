"""Repetitions put together by hand, for tests of what judges them."""

from __future__ import annotations

from typing import Any

from armswing.reps import Measured, Rep, not_measured

Value = float | str | Measured
"""A quantity: its value, or the code of why it was not measured."""


def measured(value: Value) -> Measured:
    if isinstance(value, Measured):
        return value
    return not_measured(value) if isinstance(value, str) else Measured(value=float(value))


def rep_with(values: dict[str, Value], **other: Any) -> Rep:
    """A full right-arm repetition at 30 pictures a second with these quantities."""
    plain = {"rep_index": 1, "set_index": 1, "side": "right", "full": True, "fps": 30.0}
    times = {"start_s": 0.0, "peak_s": 1.0, "end_s": 2.0}
    return Rep(values={name: measured(value) for name, value in values.items()}, **{**plain, **times, **other})
