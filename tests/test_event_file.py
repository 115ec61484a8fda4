"""Events on disk: what a session told comes back as it was, or not at all."""

from __future__ import annotations

import contextlib
import json
import math
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sessions
from armswing.api import Analysis, Footage, Options, assess, judge
from armswing.config import parse_config
from armswing.errors import VideoError
from armswing.events import Event, RepCompleted
from armswing.io.event_file import load_events, save_events
from armswing.io.summary import summarize
from armswing.io.tables import rep_rows
from armswing.patterns import get_pattern
from armswing.reps import Measured, Rep

PULL = Options(pattern="pull")
ALL_CASES = [
    PULL,
    Options(pattern="pull", side="left"),
    Options(pattern="pull", slowmo_factor=1.3),
    Options(pattern="push"),
    Options(pattern="lift"),
]


def facts(value: Any) -> Any:
    """Return everything in an event but the poses; NaN is a word, so that it equals itself."""
    if isinstance(value, Mapping):
        return {name: facts(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [facts(each) for each in value]
    if isinstance(value, float) and math.isnan(value):
        return "not a number"
    if hasattr(value, "__dataclass_fields__"):
        own = {field.name: facts(getattr(value, field.name)) for field in fields(value) if field.name != "poses"}
        return type(value).__name__, own
    return value


def told(analysis: Analysis, path: Path, **changes: Any) -> tuple[Event, ...]:
    """Save the events of an analysis and return what is loaded."""
    assert analysis.poses is not None
    save_events(analysis.events, analysis.poses, path)
    found = load_events(path, analysis.poses, changes.get("pattern", analysis.pattern))
    assert found is not None
    return found


@pytest.mark.parametrize("options", ALL_CASES, ids=lambda o: f"{o.pattern} {o.side} {o.slowmo_factor}")
def test_what_was_told_comes_back(tmp_path: Path, options: Options) -> None:
    analysis = judge(sessions.busy(), options)
    found = told(analysis, tmp_path / "events.json")
    assert facts(found) == facts(analysis.events)
    assert all(event.rep.poses is None for event in found if isinstance(event, RepCompleted))
    again = replace(analysis, events=found)
    assert rep_rows(again) == rep_rows(analysis)
    assert summarize(again) == summarize(analysis)


def test_the_case_has_every_kind_of_event() -> None:
    kinds = Counter(type(event).__name__ for event in judge(sessions.busy(), PULL).events)
    assert kinds == {"RepCompleted": 9, "RepDiscarded": 2, "SetEnded": 3, "TrackingLost": 1, "SubjectChanged": 1}


def test_nothing_told_is_something_to_keep(tmp_path: Path) -> None:
    assert told(sessions.no_rep(), tmp_path / "events.json") == ()


def test_scores_are_those_of_the_rules_at_hand(tmp_path: Path) -> None:
    strict = Options(
        pattern="pull",
        config=parse_config({"rules": {"PULL_FLARE": {"good_to": 10, "zero_above": 20}, "PULL_TEMPO": {"weight": 40}}}),
    )
    before, wanted = judge(sessions.busy(), PULL), judge(sessions.busy(), strict)
    found = told(before, tmp_path / "events.json", pattern=strict.limited_pattern())
    assert facts(found) == facts(wanted.events)
    assert facts(found) != facts(before.events)


def test_who_has_the_events_asks_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = Options(pattern="pull", config=parse_config({"rules": {"PULL_FLARE": {"good_to": 10}}}))
    poses = sessions.eventful().poses
    assert poses is not None
    judged = judge(poses, strict)
    monkeypatch.setattr("armswing.api.Session", None)
    footage = Footage(poses=judged.poses, model_sha256="", fps=judged.fps)
    again = assess("rows.mp4", footage, strict, events=judged.events)
    assert (again.events, again.pattern) == (judged.events, judged.pattern)


def test_the_file_is_strict_json_of_two_lines(tmp_path: Path) -> None:
    told(sessions.eventful(), tmp_path / "events.json")
    text = (tmp_path / "events.json").read_text(encoding="ascii")
    head, events = text.splitlines()
    assert json.loads(head).keys() == {"format", "poses", "crc32"}
    assert "NaN" not in text
    assert "Infinity" not in text
    first = json.loads(events)[0]
    assert first["event"] == "RepCompleted"
    assert set(first["rep"]) == {field.name for field in fields(Rep)} - {"poses"}
    assert all(len(measured) == len(fields(Measured)) for measured in first["rep"]["values"].values())


def test_numbers_of_numpy_come_back_as_plain_ones(tmp_path: Path) -> None:
    analysis = sessions.exact()
    event = analysis.reps[0]
    of_numpy: dict[str, Any] = {"value": np.float64(0.1), "share": np.float32(0.5), "at_s": np.float64("nan")}
    values = {"coupling": Measured(**of_numpy), "bilateral": Measured(value=1, share=1)}
    other: dict[str, Any] = {"full": np.bool_(True), "rep_index": np.int64(3), "start_s": np.float64(1 / 3)}
    rep = replace(event.rep, values=values, **other)
    (found,) = told(replace(analysis, events=(replace(event, rep=rep),)), tmp_path / "events.json")
    assert isinstance(found, RepCompleted)
    back = found.rep
    assert facts(back.values) == facts(values)
    assert (back.full, back.rep_index, back.start_s) == (True, 3, 1 / 3)
    assert (type(back.full), type(back.rep_index), type(back.start_s)) == (bool, int, float)
    assert {type(getattr(m, name)) for m in back.values.values() for name in ("value", "share", "at_s")} == {float}


def test_what_json_cannot_say_is_not_written(tmp_path: Path) -> None:
    analysis = sessions.exact()
    assert analysis.poses is not None
    endless = replace(analysis.events[-1], t=math.inf)
    with pytest.raises(VideoError, match="the events cannot be written there"):
        save_events([endless], analysis.poses, tmp_path / "events.json")
    with pytest.raises(VideoError, match="the events cannot be written there"):
        save_events(analysis.events, analysis.poses, tmp_path / "nowhere" / "events.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["t", "image", "world", "visibility", "settling", "cut", "size"])
def test_events_of_other_poses_are_none(tmp_path: Path, name: str) -> None:
    analysis = sessions.exact()
    told(analysis, tmp_path / "events.json")
    poses = analysis.poses
    assert poses is not None
    if name == "size":
        other = replace(poses, size=(poses.size[0] + 1, poses.size[1]))
    else:
        column = getattr(poses, name).copy()
        column[-1] = ~column[-1] if column.dtype == bool else np.nextafter(column[-1], np.inf, dtype=column.dtype)
        other = replace(poses, **{name: column})
    assert load_events(tmp_path / "events.json", other, analysis.pattern) is None
    assert load_events(tmp_path / "events.json", replace(poses, source="b.mp4"), analysis.pattern) is not None


# ── damage ──


def kept(folder: Path) -> tuple[Path, bytes]:
    analysis = sessions.eventful()
    told(analysis, folder / "events.json")
    return folder / "events.json", (folder / "events.json").read_bytes()


def load(path: Path) -> tuple[Event, ...] | None:
    analysis = sessions.eventful()
    assert analysis.poses is not None
    return load_events(path, analysis.poses, analysis.pattern)


def with_events(whole: bytes, events: bytes) -> bytes:
    """Return a file with other events and a checksum that fits."""
    head = json.loads(whole.partition(b"\n")[0])
    return json.dumps({**head, "crc32": zlib.crc32(events)}).encode() + b"\n" + events


def test_a_file_cut_short_is_damaged(tmp_path: Path) -> None:
    path, whole = kept(tmp_path)
    line = whole.index(b"\n")
    for left in (0, 1, line - 1, line, line + 1, len(whole) // 2, len(whole) - 2, len(whole) - 1):
        path.write_bytes(whole[:left])
        with pytest.raises(VideoError, match=r"events\.json: expected a whole file of events, but it is damaged"):
            load(path)


@settings(max_examples=200)
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_is_seen(tmp_path_factory: pytest.TempPathFactory, where: float, bit: int) -> None:
    path, whole = kept(tmp_path_factory.getbasetemp())
    data = bytearray(whole)
    data[int(where * len(data))] ^= 1 << bit
    path.write_bytes(data)
    found = None
    with contextlib.suppress(VideoError):
        found = load(path)
    assert found is None


def test_a_later_format_is_not_guessed_at(tmp_path: Path) -> None:
    path, whole = kept(tmp_path)
    path.write_bytes(whole.replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(VideoError, match="expected events of format 1, got 2; a newer armswing wrote it"):
        load(path)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["left", "CUT", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every place in a JSON document: what holds it, and its key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in items for place in ((value, key), *places(each))]


@settings(max_examples=300)
@given(data=st.data(), other=JSON)
def test_whatever_stands_in_a_field(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, other: Any) -> None:
    """With a checksum that fits: what is read can be used, or it is damaged."""
    path, whole = kept(tmp_path_factory.getbasetemp())
    document = json.loads(whole.partition(b"\n")[2])
    holder, key = data.draw(st.sampled_from(places(document)))
    holder[key] = other
    path.write_bytes(with_events(whole, json.dumps(document).encode()))
    assert_usable(path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"t":', '"t":"'),
        ('"side":"left"', '"side":"auto"'),
        ('"side":"left"', '"side":null'),
        ('"side":"right","start_s"', '"side":"auto","start_s"'),
        ('"full":true', '"full":1'),
        ('"rep_index":1', '"rep_index":1.0'),
        ('"rep_index":1', '"rep_index":' + "9" * 400),
        ('"rep_index":1', '"rep_index":-1'),
        ('"flags":[]', '"flags":["NO_SUCH_CODE"]'),
        ('"partial":[0.0,"",', '"partial":[0.0,"NO_SUCH_CODE",'),
        ('"partial":[0.0,"",', '"partial":[null,"",'),
        ('"partial":[0.0,"",', '"partial":[NaN,"",'),
        ('"partial":[0.0,"",', '"partial":[1e999,"",'),
        ('"partial":[0.0,"",', '"partial":["",'),
        ('"partial":[0.0,"",', '"partial":["0","",'),
        ('"partial":[0.0,"",', '"partial":[true,"",'),
        ('"event":"RepCompleted"', '"event":"Event"'),
        ('"event":"RepCompleted",', ""),
        ('"variant":"",', ""),
        ('"variant":"",', '"variant":7,'),
        ('"variant":"",', '"variant":"","poses":null,'),
        ('"reason":"INCOMPLETE"', '"reason":"END"'),
        ('"flags":[]', '"flags":' + "[" * 100_000),
    ],
    ids=lambda text: text[:40],
)
def test_a_field_of_another_kind_is_damage(tmp_path: Path, old: str, new: str) -> None:
    path, whole = kept(tmp_path)
    events = whole.partition(b"\n")[2].decode()
    assert old in events
    path.write_bytes(with_events(whole, events.replace(old, new, 1).encode()))
    with pytest.raises(VideoError, match="damaged"):
        load(path)


def assert_usable(path: Path) -> None:
    try:
        found = load(path)
    except VideoError:
        return
    assert found is not None
    again = replace(sessions.eventful(), events=found)
    assert len(rep_rows(again)) == len(again.reps) + len(again.discarded)
    json.dumps(summarize(again), allow_nan=False)


def test_a_folder_of_its_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "events.json").mkdir()
    with pytest.raises(VideoError, match="the events cannot be read"):
        load(tmp_path / "events.json")


def test_the_score_is_that_of_the_pattern_whatever_its_reach() -> None:
    """The one place where a repetition is scored knows which patterns lift the arm."""
    event = judge(sessions.busy(), PULL).reps[0]
    rep = replace(event.rep, toward_deg=0.0)
    margins = [RepCompleted.scored(rep, get_pattern(name), t=1.0).score.coupling_margin for name in ("pull", "lift")]
    assert margins == [0.6, 0.4]
