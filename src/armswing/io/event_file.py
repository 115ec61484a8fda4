"""What a session told of poses, on disk: all that it found and measured, without the scores.

The format, version 1: two lines of strict JSON::

    {"format": 1, "poses": CRC-32 of the poses, "crc32": CRC-32 of the second line}
    [{"event": "RepCompleted", "t": …, "rep": {…}}, …]

An event has its fields by their names, a measured quantity is ``[value, reason, share, at_s]``.  Numbers come back
exactly; null stands for NaN.  The score of a repetition is reckoned anew by the rules of the pattern, so limits and
weights may be others than before.  `Rep.poses` is not kept, and None on reading: whoever has the file has the poses.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np

from armswing.errors import VideoError, shown
from armswing.events import Event, RepCompleted, RepDiscarded, SetEnded, SubjectChanged, TrackingLost
from armswing.io.files import write_text
from armswing.landmarks import Side
from armswing.patterns import Pattern
from armswing.pose import PoseSequence
from armswing.reasons import Reason
from armswing.reps import Measured, Rep

FORMAT = 1

_KINDS = {kind.__name__: kind for kind in (RepCompleted, RepDiscarded, SetEnded, TrackingLost, SubjectChanged)}
_NOT_KEPT = {RepCompleted: "score", Rep: "poses"}
_MOST = 2**31  # of a whole number


def save_events(events: Iterable[Event], poses: PoseSequence, path: str | os.PathLike[str]) -> None:
    """Write what a session told of poses to a file, which appears when all of it is written.

    Parameters
    ----------
    events : iterable of Event
        All of it, in order.
    poses : PoseSequence
        Of which.
    path : str or path
        The file; an older one of the name is replaced.

    Raises
    ------
    VideoError
        When the file cannot be written.
    """
    try:
        told = json.dumps([_plain_event(event) for event in events], allow_nan=False, separators=(",", ":")) + "\n"
        head = {"format": FORMAT, "poses": _checksum(poses), "crc32": zlib.crc32(told.encode())}
        write_text(path, f"{json.dumps(head)}\n{told}")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise VideoError(f"{path}: the events cannot be written there ({reason}); see that there is space") from error


def load_events(path: str | os.PathLike[str], poses: PoseSequence, pattern: Pattern) -> tuple[Event, ...] | None:
    """Read what a session told of poses; None where it was told of others.

    Parameters
    ----------
    path : str or path
        The file.
    poses : PoseSequence
        Of which it should be.
    pattern : Pattern
        By its rules the repetitions are scored.

    Raises
    ------
    VideoError
        When the file cannot be read, is no file of events, or is damaged.
    """
    file = Path(path)
    try:
        first, _, told = file.read_bytes().partition(b"\n")
        head = json.loads(first)
        if head["format"] != FORMAT:
            raise VideoError(
                f"{file}: expected events of format {FORMAT}, got {shown(head['format'])}; a newer armswing wrote it"
            )
        if zlib.crc32(told) != head["crc32"]:
            raise ValueError("the checksum does not fit")
        if head["poses"] != _checksum(poses):
            return None
        return tuple(_event(data, pattern) for data in json.loads(told))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise VideoError(
            f"{file}: expected a whole file of events, but it is damaged ({type(error).__name__}); judge the poses anew"
        ) from error
    except OSError as error:
        if isinstance(error, VideoError):
            raise
        raise VideoError(f"{file}: the events cannot be read ({error.strerror}); check the path") from error


def _checksum(poses: PoseSequence) -> int:
    """Return a number that tells poses from others: these from those another machine found in the same video."""
    checksum = zlib.crc32(repr(poses.size).encode())
    for name in ("t", "image", "world", "visibility", "settling", "cut"):
        checksum = zlib.crc32(np.ascontiguousarray(getattr(poses, name)).data, checksum)
    return checksum


# --- fields ----------------------------------------------------------------------------------------


class _As(NamedTuple):
    """How a field is written, and how it is read: a value that is not of its kind raises."""

    plain: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _plain_event(event: Event) -> dict[str, Any]:
    return {"event": type(event).__name__, **_plain(event)}


def _event(data: dict[str, Any], pattern: Pattern) -> Event:
    kind = _KINDS[data.pop("event")]
    values = _read(kind, data)
    return RepCompleted.scored(**values, pattern=pattern) if kind is RepCompleted else kind(**values)


def _plain(thing: Any) -> dict[str, Any]:
    """Return the fields of an object that are kept."""
    kind: Any = type(thing)
    return {name: field.plain(getattr(thing, name)) for name, field in _kept(kind).items()}


def _read(kind: type, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an object as it has them; all must be there, and no others."""
    kept = _kept(kind)
    if data.keys() != kept.keys():
        raise ValueError(f"these are not the fields of a {kind.__name__}")
    return {name: field.read(data[name]) for name, field in kept.items()}


@cache
def _kept(kind: Any) -> dict[str, _As]:
    special = {"side": _As(str, _side), "reason": _As(str, _text if kind is SetEnded else _code)}
    types = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.name != _NOT_KEPT.get(kind)]
    return {name: special.get(name) or _FIELDS[types[name]] for name in names}


def _plain_number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _number(data: Any) -> float:
    if data is None:
        return math.nan
    if type(data) is not float or not math.isfinite(data):
        raise ValueError("expected a number")
    return data


def _whole(data: Any) -> int:
    if type(data) is not int or not 0 <= data < _MOST:
        raise ValueError("expected a whole number")
    return data


def _flag(data: Any) -> bool:
    if type(data) is not bool:
        raise ValueError("expected true or false")
    return data


def _text(data: Any) -> str:
    if type(data) is not str:
        raise ValueError("expected a text")
    return data


def _side(data: Any) -> str:
    return _text(data) if data == "both" else Side(data).value


def _code(data: Any) -> str:
    return str(Reason[data]) if data != "" else ""


def _plain_codes(codes: frozenset[str]) -> list[str]:
    return sorted(str(code) for code in codes)


def _codes(data: Any) -> frozenset[str]:
    return frozenset(_code(code) for code in data)


def _plain_values(values: Mapping[str, Measured]) -> dict[str, list[Any]]:
    kept = _kept(Measured).items()
    return {name: [field.plain(getattr(one, own)) for own, field in kept] for name, one in values.items()}


def _values(data: Any) -> dict[str, Measured]:
    kept = _kept(Measured).items()
    return {
        name: Measured(**{own: field.read(each) for (own, field), each in zip(kept, one, strict=True)})
        for name, one in data.items()
    }


def _rep(data: Any) -> Rep:
    return Rep(**_read(Rep, data))


_FIELDS: dict[Any, _As] = {
    float: _As(_plain_number, _number),
    int: _As(int, _whole),
    bool: _As(bool, _flag),
    str: _As(str, _text),
    frozenset[str]: _As(_plain_codes, _codes),
    Mapping[str, Measured]: _As(_plain_values, _values),
    Rep: _As(_plain, _rep),
}
"""By the type of the field."""
