"""What a column of a CSV file is: its name, unit, values, when it is empty, and how it is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from armswing.events import RepCompleted, RepDiscarded
from armswing.io.files import safe_text

Value = str | int | float | None
"""What stands in a cell; None where nothing was measured."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of ``reps.csv`` before it is split into cells.

    Attributes
    ----------
    video : str
        The file's name.
    pattern : str
        Name of the pattern.
    slowmo_factor : float
        How many times slower the medium plays than the movement was.
    event : RepCompleted or RepDiscarded
        The repetition, or the movement that was not counted.
    """

    video: str
    pattern: str
    slowmo_factor: float
    event: RepCompleted | RepDiscarded


def _no_value(row: Row) -> Value:
    raise NotImplementedError  # frames.csv is written from arrays, not from rows


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a CSV file.

    Attributes
    ----------
    name : str
        Its heading.
    kind : {"text", "whole", "number"}
        Text, a whole number, or a number with ``decimals``.
    unit : str
        Unit of the number; empty for text and ratios.
    what : str
        What it is, and its allowed values.
    empty : str
        When the cell is empty.
    decimals : int
        Digits after the point.
    read : callable
        Reads the value from a row.
    """

    name: str
    kind: Literal["text", "whole", "number"] = "number"
    unit: str = ""
    what: str
    empty: str
    decimals: int = 3
    read: Callable[[Row], Value] = _no_value

    def value(self, row: Row) -> Value:
        """Return what stands in the cell, rounded; None where nothing was measured."""
        value = self.read(row)
        if isinstance(value, float):
            return round(float(value), self.decimals) + 0.0 if math.isfinite(value) else None  # + 0.0: no "-0.0"
        return value if value != "" else None

    def cell(self, value: Value) -> str:
        """Return a value as it is written."""
        if value is None:
            return ""
        if isinstance(value, str):
            return safe_text(value)
        return f"{value:.{self.decimals}f}" if self.kind == "number" else f"{value:d}"


def measured(quantity: str, *, of_time: bool = False) -> Callable[[Row], Value]:
    """Return a reader of a quantity of the repetition; times go back to the clock of the medium."""

    def read(row: Row) -> Value:
        if isinstance(row.event, RepDiscarded):
            return None
        return row.event.rep.value(quantity) * (row.slowmo_factor if of_time else 1.0)

    return read


def judged(read: Callable[[RepCompleted], Value]) -> Callable[[Row], Value]:
    """Return a reader of something that only counted repetitions have."""
    return lambda row: read(row.event) if isinstance(row.event, RepCompleted) else None


def both(rep: Callable[[RepCompleted], Value], discarded: Callable[[RepDiscarded], Value]) -> Callable[[Row], Value]:
    """Return a reader of something that repetitions and discarded movements have."""
    return lambda row: rep(row.event) if isinstance(row.event, RepCompleted) else discarded(row.event)
