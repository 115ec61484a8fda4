"""reps.csv and frames.csv: the columns by name, values from the athlete's exact truth, empty where unseen."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import armswing
import sessions
from armswing.io.columns import Column, Row
from armswing.io.rep_columns import CUE, LEADING, reps_columns, rule_column
from armswing.io.summary import KEYS, summarize
from armswing.io.tables import FRAME_COLUMNS, cell_text, frame_reps, rep_rows, write_frames_csv, write_reps_csv
from armswing.landmarks import Side
from armswing.patterns import patterns
from armswing.pose import PoseSequence
from armswing.synthetic import side_truth

# Written out here on purpose: other programs read these names.
_OF_THE_ISSUE = (
    "video, set_index, rep_index, pattern, variant, side, status, reason, start_s, peak_s, end_s, concentric_s, hold_s,"
    " eccentric_s, range_of_motion, score, confidence, grade, coupling, coupling_hip, coupling_trunk, hip_gain_deg,"
    " trunk_gain_deg, hip_correlation, hip_lag_s, opposition_arms, opposition_legs, elbow_flare_deg, elbow_plane_deg,"
    " elbow_flexion_min_deg, elbow_flexion_max_deg, shoulder_elevation_peak_deg, view, fps"
)
LEADING_OF_THE_ISSUE = _OF_THE_ISSUE.split(", ")
MARGINS = ["score_margin", "coupling_margin"]
NOT_MEASURED_WHEN_DISCARDED = [*LEADING_OF_THE_ISSUE[11:32], *MARGINS]


def written(
    analysis: armswing.Analysis, folder: Path, write: Callable[..., None] = write_reps_csv
) -> list[dict[str, str]]:
    path = folder / "table.csv"
    write(analysis, path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("score", "told"), [(84.97, "84.9"), (85.0, "85.0"), (0.0, "0.0")])
def test_a_score_in_the_table_is_cut_off_like_that_of_its_set(score: float, told: str, tmp_path: Path) -> None:
    alike = [replace(event, score=replace(event.score, score=score)) for event in sessions.exact().reps]
    analysis = replace(sessions.exact(), events=tuple(alike))
    assert {row["score"] for row in written(analysis, tmp_path)} == {told}
    assert format(summarize(analysis)["sets"][0]["score"], ".1f") == told


# ── reps.csv: its columns ──


@pytest.mark.parametrize("name", sorted(patterns()))
def test_the_columns_are_the_published_ones(name: str) -> None:
    pattern = patterns()[name]
    names = [column.name for column in reps_columns(pattern)]
    assert names[: len(LEADING_OF_THE_ISSUE)] == LEADING_OF_THE_ISSUE
    rules = [f"score_{rule.code.lower()}" for rule in pattern.rules]
    assert names[len(LEADING_OF_THE_ISSUE) :] == [*MARGINS, *rules, "cue"]
    assert len(names) == len(set(names))


def test_the_header_is_written_without_a_single_row(tmp_path: Path) -> None:
    assert written(sessions.no_rep(), tmp_path) == []
    header = (tmp_path / "table.csv").read_bytes().decode()
    assert header.startswith(",".join([*LEADING_OF_THE_ISSUE, *MARGINS]) + ",score_push_coupling,")
    assert header.endswith(",cue\r\n")
    assert header.count("\n") == 1


# ── reps.csv: its values ──


def test_values_are_those_of_the_truth(tmp_path: Path) -> None:
    rows = written(sessions.exact(), tmp_path)
    truth = sessions.performance().truth.reps
    assert len(rows) == len(truth) == 3
    for number, (row, true) in enumerate(zip(rows, truth, strict=True), start=1):
        assert (row["video"], row["set_index"], row["rep_index"]) == ("rows.mp4", "1", str(number))
        assert (row["pattern"], row["side"], row["status"], row["reason"]) == ("pull", "right", "full", "")
        assert float(row["peak_s"]) == pytest.approx(true.peak_s, abs=0.1)
        assert float(row["elbow_flare_deg"]) == pytest.approx(true.flare_deg, abs=1.0)
        assert float(row["elbow_flexion_max_deg"]) == pytest.approx(true.elbow_flexion_max_deg, abs=1.0)
        assert float(row["score_pull_coupling"]) == 100.0
        assert float(row["score_pull_flare"]) == 0.0, "70 degrees is beyond the band of the rule"
        assert row["cue"] == "Aim the elbow at your back pocket."
        assert (row["view"], row["fps"]) == ("front-right", "30.00")


def test_what_was_not_measured_is_empty_and_zero_is_zero(tmp_path: Path) -> None:
    first = written(sessions.eventful(), tmp_path)[0]
    assert first["hip_lag_s"] == first["score_pull_timing"] == "", "a leg that did not move has no lag"
    assert float(first["coupling_hip"]) == 0.0


def test_score_and_coupling_have_their_margins_as_far_as_they_are_known(tmp_path: Path) -> None:
    exact = sessions.exact()
    scored = exact.reps[0].score
    none = {"score": None, "grade": "", "score_margin": None}
    scores = (scored, replace(scored, **none), replace(scored, score_margin=None, coupling_margin=None))
    events = tuple(replace(rep, score=score) for rep, score in zip(exact.reps, scores, strict=True))
    rows = written(replace(exact, events=events), tmp_path)
    assert [tuple(row[name] for name in MARGINS) for row in rows] == [("22.0", "0.400"), ("", "0.400"), ("", "")]


def test_discarded_movements_are_rows_with_a_reason_and_without_measures(tmp_path: Path) -> None:
    rows = [row for row in written(sessions.eventful(), tmp_path) if row["status"] == "discarded"]
    events = sessions.eventful().discarded
    assert [row["reason"] for row in rows] == [event.reason for event in events]
    assert rows, "the free arm swings along, so there must be some"
    for row, event in zip(rows, events, strict=True):
        assert row["rep_index"] == ""
        assert row["side"] == event.side == "right"
        assert float(row["start_s"]) == pytest.approx(event.start_s, abs=1e-3)
        unmeasured = [*NOT_MEASURED_WHEN_DISCARDED, *(name for name in row if name.startswith("score_")), "cue"]
        assert {row[name] for name in unmeasured} == {""}


def test_rows_stand_in_the_order_of_time(tmp_path: Path) -> None:
    starts = [float(row["start_s"]) for row in written(sessions.eventful(), tmp_path)]
    assert starts == sorted(starts)
    assert len(starts) == len(sessions.eventful().reps) + len(sessions.eventful().discarded)
    reversed_events = replace(sessions.eventful(), events=sessions.eventful().events[::-1])
    assert written(reversed_events, tmp_path) == written(sessions.eventful(), tmp_path)


def test_a_name_that_looks_like_a_formula_is_made_safe_and_numbers_are_not(tmp_path: Path) -> None:
    rows = written(sessions.eventful(), tmp_path)
    assert {row["video"] for row in rows} == {"'=rows.mp4"}
    negative = [value for row in rows for value in row.values() if re.fullmatch(r"-\d+\.\d+", value)]
    assert negative, "there should be a negative number to look at"
    assert not [value for row in rows for name, value in row.items() if value.startswith("'") and name != "video"]


def test_times_are_those_of_the_medium_in_slow_motion(tmp_path: Path) -> None:
    poses = sessions.performance().poses
    slowed = PoseSequence(
        **{name: getattr(poses, name) for name in ("image", "world", "visibility", "size")}, t=poses.t * 4
    )
    rows = written(armswing.judge(slowed, armswing.Options(pattern="pull", slowmo_factor=4.0)), tmp_path)
    assert len(rows) == 3
    for row, true in zip(rows, sessions.performance().truth.reps, strict=True):
        assert float(row["peak_s"]) == pytest.approx(4 * true.peak_s, abs=0.4)
        parts = sum(float(row[name]) for name in ("concentric_s", "hold_s", "eccentric_s"))
        assert parts == pytest.approx(float(row["end_s"]) - float(row["start_s"]), abs=0.01)
        assert float(row["fps"]) == pytest.approx(30.0, abs=0.01), "pictures of each second of the movement"


def test_numbers_are_plain_and_of_fixed_rounding(tmp_path: Path) -> None:
    columns = {column.name: column for column in reps_columns(sessions.eventful().pattern)}
    for row in written(sessions.eventful(), tmp_path):
        for name, value in row.items():
            column = columns[name]
            if value and column.kind == "number":
                assert re.fullmatch(rf"-?\d+\.\d{{{column.decimals}}}", value), name
                assert not re.fullmatch(r"-0\.0+", value), name
            elif value and column.kind == "whole":
                assert re.fullmatch(r"\d+", value), name


def test_a_tiny_negative_number_is_no_negative_zero() -> None:
    (column,) = (column for column in LEADING if column.name == "hip_gain_deg")
    tiny = replace(column, read=lambda _: -0.01)
    row = Row(video="", pattern="pull", slowmo_factor=1.0, event=sessions.exact().reps[0])
    assert tiny.cell(tiny.value(row)) == "0.0"


def test_rows_for_json_are_the_cells_of_the_csv(tmp_path: Path) -> None:
    for row, cells in zip(rep_rows(sessions.eventful()), written(sessions.eventful(), tmp_path), strict=True):
        assert list(row) == list(cells)
        assert all((value is None) == (cells[name] == "") for name, value in row.items())
        assert row["start_s"] == float(cells["start_s"])


def test_an_analysis_writes_its_own_table(tmp_path: Path) -> None:
    sessions.exact().to_csv(tmp_path / "mine.csv")
    write_reps_csv(sessions.exact(), tmp_path / "other.csv")
    assert (tmp_path / "mine.csv").read_bytes() == (tmp_path / "other.csv").read_bytes()


# ── frames.csv ──

_TRUE = {
    "elbow_flexion": "elbow_flexion",
    "shoulder_elevation": "shoulder_elevation",
    "elbow_flare": "flare",
    "hip_flexion": "hip_flexion",
    "knee_flexion": "knee_flexion",
}


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("quantity", sorted(_TRUE))
def test_frames_have_the_true_angles(tmp_path: Path, side: Side, quantity: str) -> None:
    rows = written(sessions.exact(), tmp_path, write_frames_csv)
    truth = side_truth(sessions.performance().poses.world, side)
    found = np.array([float(row[f"{side.value}_{quantity}_deg"]) for row in rows])
    np.testing.assert_allclose(found, getattr(truth, _TRUE[quantity]), atol=0.1)


def test_frames_stand_one_a_picture_with_its_time(tmp_path: Path) -> None:
    rows = written(sessions.exact(), tmp_path, write_frames_csv)
    poses = sessions.performance().poses
    assert [int(row["frame_index"]) for row in rows] == list(range(len(poses)))
    np.testing.assert_allclose([float(row["t_s"]) for row in rows], poses.t, atol=5e-4)
    assert list(rows[0]) == [column.name for column in FRAME_COLUMNS]


def test_the_drive_of_the_working_arm_goes_up_and_down_with_each_repetition(tmp_path: Path) -> None:
    rows = written(sessions.exact(), tmp_path, write_frames_csv)
    t = np.array([float(row["t_s"]) for row in rows])
    drive = np.array([float(row["right_drive"]) for row in rows])
    for true in sessions.performance().truth.reps:
        top = drive[np.abs(t - true.peak_s) < 0.05].mean()
        ends = [drive[np.abs(t - at) < 0.05].mean() for at in (true.start_s, true.end_s)]
        assert top - max(ends) > 0.7
    assert np.ptp([float(row["left_drive"]) for row in rows]) < 0.7, "the left arm does not work"


def test_frames_without_the_person_are_empty_and_say_so(tmp_path: Path) -> None:
    rows = written(sessions.eventful(), tmp_path, write_frames_csv)
    measures = [column.name for column in FRAME_COLUMNS[5:]]
    assert [int(row["frame_index"]) for row in rows if row["found"] == "0"] == [40, 41, 42, 43]
    for row in rows:
        assert {row[name] == "" for name in measures} == {row["found"] == "0"}


def test_frames_know_their_repetition(tmp_path: Path) -> None:
    rows = written(sessions.exact(), tmp_path, write_frames_csv)
    reps = sessions.exact().reps
    for row in rows:
        t = float(row["t_s"])
        inside = [e.rep.rep_index for e in reps if e.rep.start_s + 1e-3 < t < e.rep.end_s - 1e-3]
        outside = all(t < e.rep.start_s - 1e-3 or t > e.rep.end_s + 1e-3 for e in reps)
        if inside:
            assert (row["set_index"], row["rep_index"]) == ("1", str(inside[0]))
        elif outside:
            assert (row["set_index"], row["rep_index"]) == ("", "")


def test_where_repetitions_overlap_the_nearer_top_decides() -> None:
    """By turns, one arm may begin before the other is back."""
    first, second = sessions.exact().reps[:2]
    early = replace(second, rep=replace(second.rep, start_s=first.rep.end_s - 0.5))
    t = np.array([first.rep.peak_s, first.rep.end_s - 0.4, first.rep.end_s - 0.1, second.rep.peak_s])
    for order in ([first, early], [early, first]):
        assert frame_reps(t, order)[1].tolist() == [1, 1, 1, 2]
    late = replace(first, rep=replace(first.rep, end_s=second.rep.peak_s - 0.1))
    for order in ([late, second], [second, late]):
        assert frame_reps(np.array([second.rep.peak_s - 0.2]), order)[1].tolist() == [2]


def test_frames_of_an_empty_room_are_rows_all_the_same(tmp_path: Path) -> None:
    rows = written(sessions.nobody(), tmp_path, write_frames_csv)
    assert len(rows) == len(sessions.nobody().poses or ())
    assert {row["found"] for row in rows} == {"0"}


def test_a_video_without_a_picture_has_a_header_only(tmp_path: Path) -> None:
    assert written(replace(sessions.exact(), poses=None), tmp_path, write_frames_csv) == []


# ── the documentation of the columns ──


def page() -> str:
    """Return docs/columns.md, from the tables in the code."""
    score = replace(
        rule_column("CODE"),
        name="score_…",
        what=(
            "0 to 100: marks of a rule, one column for each rule of the pattern (`score_margin` is none), in the order"
            " of `armswing patterns`"
        ),
    )
    keys = [f"| `{key}` | {what} |" for key, what in KEYS.items()]
    lines = [
        "# What is in the files",
        "",
        "Every video gets a folder with `reps.csv`, `frames.csv` and `summary.json`. The tables are CSV after RFC",
        "4180, UTF-8, with a header always. An empty cell means not measured; 0 means measured, and zero. Text that",
        "a spreadsheet would run as a formula gets an apostrophe in front. Left and right are the person's own.",
        "Times, durations and lags are those of the video, before `--slowmo-factor`.",
        "",
        "This page is compared with the code by a test (`pytest --update-golden` writes it anew).",
        "",
        "## reps.csv",
        "",
        "One row for each repetition and each movement that was not counted, in the order of time.",
        "",
        *table((*LEADING, score, CUE)),
        "",
        "## frames.csv",
        "",
        "One row for each picture that was looked at. Angles are those of the single picture, not smoothed;",
        "repetitions are judged on smoothed poses, so their extremes differ from the extremes here by a few degrees.",
        "",
        *table(FRAME_COLUMNS),
        "",
        "## summary.json",
        "",
        "| key | what it is |",
        "| --- | --- |",
        *keys,
    ]
    return "\n".join(lines) + "\n"


def table(columns: tuple[Column, ...]) -> list[str]:
    def row(column: Column) -> str:
        kind = {"text": "text", "whole": "whole number", "number": f"number, {column.decimals} decimals"}[column.kind]
        cells = (f"`{column.name}`", column.unit, kind, column.what, column.empty)
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    return [
        "| column | unit | written as | what it is, allowed values | empty when |",
        "| --- | --- | --- | --- | --- |",
    ] + [row(column) for column in columns]


def test_the_page_of_columns_is_that_of_the_code(checkout: Path, request: pytest.FixtureRequest) -> None:
    path = checkout / "docs" / "columns.md"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(page(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page(), "if that is right: pytest --update-golden"


@pytest.mark.parametrize("column", [*LEADING, CUE, *FRAME_COLUMNS], ids=lambda column: str(column.name))
def test_every_column_says_what_it_is_and_when_it_is_empty(column: Column) -> None:
    assert column.what
    assert column.empty
    assert column.name.endswith("_s") == (column.unit == "s")
    assert column.name.endswith("_deg") == (column.unit == "deg")


@pytest.mark.parametrize("analysis", [sessions.exact, sessions.eventful], ids=["exact", "eventful"])
def test_values_are_among_the_allowed(analysis: Callable[[], armswing.Analysis]) -> None:
    allowed = {
        "side": {"left", "right", "both"},
        "status": {"full", "partial", "discarded"},
        "grade": {"connected", "good", "partly", "arms_only", None},
    }
    for row in rep_rows(analysis()):
        assert all(row[name] in values for name, values in allowed.items())


# ── golden ──


@pytest.mark.parametrize("name", ["exact", "eventful"])
def test_reps_csv_is_the_golden_one(name: str, tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    write_reps_csv(getattr(sessions, name)(), tmp_path / "reps.csv")
    golden(f"rows_{name}.reps.csv", (tmp_path / "reps.csv").read_bytes().decode())


@pytest.mark.parametrize("decimals", [0, 1, 3])
def test_numbers_are_written_as_one_at_a_time(decimals: int) -> None:
    numbers = np.random.default_rng(1).normal(scale=[0.01, 1.0, 100.0, 1e6], size=(200, 4))
    numbers[::7, 1], numbers[5] = np.nan, [0.0, -0.0, np.inf, -np.inf]
    rounded = np.round(numbers, decimals) + 0.0
    expected = ["".join(f"{x:.{decimals}f}," if np.isfinite(x) else "," for x in row) for row in rounded.tolist()]
    text = cell_text(numbers, decimals)
    assert [row[row > 0].tobytes().decode() for row in text] == expected


def test_times_are_rounded_as_the_numbers_they_are(tmp_path: Path) -> None:
    poses = sessions.performance().poses
    ntsc = replace(poses, t=np.arange(len(poses)) * 1001 / 30000)
    rows = written(armswing.judge(ntsc, armswing.Options(pattern="pull")), tmp_path, write_frames_csv)
    assert len(rows) > 105
    assert [row["t_s"] for row in rows] == [f"{t:.3f}" for t in ntsc.t]
