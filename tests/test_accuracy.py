"""What the checker makes of a dozen rendered clips is what it made of them before, and the bench's own statistics."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from armswing import Options, judge
from armswing.patterns import patterns

DOZEN = {
    # what each exercise stands on: good, the arm alone, the wrong leg; from the front, oblique and from the side
    "pull_good_45_near_tuning": "the place the README asks for",
    "pull_arm_only_45_far_tuning": "no legs, the far arm",
    "pull_wrong_leg_90_near_tuning": "the wrong leg from the side",
    "push_good_30_near_tuning": "a good press, oblique",
    "push_arm_only_60_near_tuning": "no legs, nearly from the side",
    "push_wrong_leg_30_far_tuning": "the wrong leg, the far arm",
    "lift_good_00_tuning": "from the front",
    "lift_arm_only_45_near_tuning": "no legs",
    "lift_wrong_leg_45_near_tuning": "the wrong leg, oblique",
    # the elbows, and what must stay not assessed
    "pull_flared_30_near_tuning": "an elbow far out",
    "push_flared_00_tuning": "the same from the front",
    "pull_trunk_only_45_near_cropped_tuning": "the legs outside the picture",
}
KEPT = (
    "coupling",
    "coupling_hip",
    "coupling_trunk",
    "hip_gain",
    "trunk_gain",
    "same_hip_change",
    "elbow_flare",
    "elbow_flexion_min",
    "elbow_flexion_max",
    "shoulder_elevation_peak",
    "range_of_motion",
    "score",
)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The modules of the bench; they travel in no wheel."""

    agreement: ModuleType
    footage: ModuleType
    grid: ModuleType
    margins: ModuleType
    measures: ModuleType
    report: ModuleType
    tables: ModuleType


@pytest.fixture(scope="module")
def bench(checkout: Path) -> Iterator[Bench]:
    folder = str(checkout / "benchmarks")
    sys.path.insert(0, folder)
    try:
        yield Bench(**{name: importlib.import_module(f"rendered.{name}") for name in Bench.__annotations__})
    finally:
        sys.path.remove(folder)
        for name in [name for name in sys.modules if name.partition(".")[0] in ("accuracy", "rendered")]:
            del sys.modules[name]


@pytest.fixture(scope="module")
def clips(bench: Bench) -> dict[str, Any]:
    return {clip.name: clip for clip in bench.grid.fraction()}


# --- a dozen clips ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dozen(bench: Bench, clips: dict[str, Any]) -> list[Any]:
    if not any(bench.footage.FOLDER.glob("*.npz")):
        pytest.skip(f"no clip has been rendered: there are no poses in {bench.footage.FOLDER}")
    return [bench.measures.measure(clips[name]) for name in DOZEN]


def figures(bench: Bench, row: Any) -> dict[str, Any]:
    """Return what is kept of a clip."""
    return {
        "counted": f"{row.counted} of {len(row.reps)}",
        "reps": [
            {
                "top": f"{bench.tables.number(rep.top_error_s, 2)} s off",
                "side": "right" if rep.side_right else "wrong",
                "seen as": f"{rep.status}, {rep.view}",
                "fails": ", ".join(code for code, verdict in rep.verdicts.items() if verdict in ("low", "high")),
                **{name: told(bench, name, rep.values[name]) for name in KEPT},
            }
            for rep in row.reps
        ],
    }


def told(bench: Bench, name: str, pair: Any) -> str:
    digits = bench.measures.BY_NAME[name].digits
    found = pair.reason or bench.tables.number(pair.estimate, digits)
    return f"{found}, truly {bench.tables.number(pair.truth, digits)}"


def test_the_figures_of_a_dozen_clips(bench: Bench, dozen: list[Any], golden: Callable[[str, str], None]) -> None:
    found = {row.clip.name: figures(bench, row) for row in dozen}
    golden("accuracy.json", json.dumps(found, indent=1) + "\n")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("push_leg_only_00_tuning", "straight ahead the elbow is drawn in front of the body at the start"),
        ("pull_arm_only_45_near_cropped_tuning", "the elbow is drawn half its way only"),
        ("push_trunk_only_30_near_cropped_tuning", "the free arm goes back as far as the other goes out"),
    ],
)
def test_two_repetitions_at_the_edge_of_the_pattern_are_two(
    bench: Bench, clips: dict[str, Any], name: str, why: str
) -> None:
    row = bench.measures.measure(clips[name])
    assert (row.counted, [rep.matched and rep.side_right for rep in row.reps]) == (2, [True, True]), why


def test_a_bystander_who_talks_is_nobody(bench: Bench) -> None:
    rows = bench.measures.idle([clip for clip in bench.grid.everyday() if clip.what == "bystander"])
    assert [sum(row.counted.values()) for row in rows] == [0, 0, 0]


def test_the_dozen_is_of_the_grid(clips: dict[str, Any]) -> None:
    chosen = [clips[name] for name in DOZEN]
    assert {clip.pattern for clip in chosen} == set(patterns())
    assert {clip.behaviour for clip in chosen} >= {"good", "arm_only", "wrong_leg", "flared"}
    assert len({clip.view for clip in chosen}) == 5
    assert {clip.near for clip in chosen} == {True, False}


def test_the_tables_and_the_page(bench: Bench, dozen: list[Any], tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    page, *pictures = bench.report.write(dozen, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "rendered people, not on real ones" in text
    assert {str(path.relative_to(tmp_path)) for path in pictures} <= set(text.replace("(", ")").split(")"))
    assert all(path.stat().st_size < 60_000 for path in pictures)
    assert "nan" not in text.split()
    tables = [part.split("\n") for part in text.split("\n\n") if part.startswith("|")]
    assert len(tables) > 20
    assert all(len({line.count("|") for line in table}) == 1 for table in tables)


def test_who_bends_over_or_lies_is_told_the_good_leg_from_the_wrong_one(bench: Bench) -> None:
    """Seen from near the front hinged rows on the wrong leg scored 98, and good ones 37."""
    rows, left_out = bench.measures.measure_all(bench.grid.postures())
    assert not left_out
    assert all(row.counted == len(row.reps) for row in rows)
    scores: dict[str, list[float]] = {}
    for row in rows:
        scores.setdefault(row.clip.behaviour, []).extend(rep.values["score"].estimate for rep in row.reps)
    assert np.nanmin(scores["good"]) > 90.0
    assert np.nanmax(scores["wrong_leg"]) <= 50.0
    assert np.nanmedian(scores["arm_only"]) <= 45.0
    assert all(np.isfinite(values).sum() >= 6 for values in scores.values())
    table = bench.tables.postures(rows)
    assert len(table.rows) == len(rows) == len({row.clip.name for row in rows})


def test_arms_that_go_other_ways_are_read_as_well_from_their_own_side(bench: Bench) -> None:
    """Rows with a low cable were read half as long as they are, and called partial: 70 points for 98."""
    rows, left_out = bench.measures.measure_all(bench.grid.arms())
    assert not left_out
    assert {row.clip.half for row in rows} == {"tuning", "held_out"}
    from_their_side = [row for row in rows if row.clip.near and row.clip.view > 0]
    assert len(from_their_side) == 10
    for row in from_their_side:
        assert row.counted == len(row.reps) == 2
        for rep in row.reps:
            assert abs(rep.values["range_of_motion"].estimate - rep.values["range_of_motion"].truth) < 0.4
            assert abs(rep.values["elbow_flare"].estimate - rep.truth.flare_deg) < 10.0
            assert abs(rep.values["score"].estimate - rep.values["score"].truth) < 15.0
    table = bench.tables.arms(rows)
    assert len(table.rows) == len(rows) == 16


# --- comparing with what was done ------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["pull_good_45_near_tuning", "push_wrong_leg_60_near_tuning", "lift_flared_30_near_tuning"]
)
def test_exact_poses_have_hardly_an_error(bench: Bench, clips: dict[str, Any], name: str) -> None:
    """By the perspective alone: the truth is that of another place of the camera."""
    clip = clips[name]
    done = bench.footage.performance(clip)
    row = bench.measures.compare(clip, done, judge(done.poses, Options(pattern=clip.pattern)))
    assert row.exact
    assert len(row.reps) == 2
    for rep in row.reps:
        assert (rep.exact, rep.matched, rep.side_right) == (True, True, True)
        assert abs(rep.top_error_s) < 0.1
        assessed = {code: verdict for code, verdict in rep.verdicts.items() if verdict != "not assessed"}
        assert len(assessed) > 5
        assert assessed.items() <= rep.exact_verdicts.items()
        for quantity, pair in rep.values.items():
            # The score is that of what is assessed, which differs from place to place.
            if quantity not in ("rib_turn", "score") and np.isfinite(pair.estimate):
                degrees = bench.measures.BY_NAME[quantity].unit == "deg"
                assert abs(pair.estimate - pair.truth) <= (3.0 if degrees else 0.03), quantity
            assert np.isfinite(pair.estimate) or pair.reason


def test_what_was_not_counted_has_a_truth_and_a_reason(bench: Bench, clips: dict[str, Any]) -> None:
    clip = clips["pull_good_45_near_tuning"]
    done = bench.footage.performance(clip)
    nothing = replace(judge(done.poses, Options(pattern="pull")), events=())
    row = bench.measures.compare(clip, done, nothing)
    assert (row.counted, row.exact) == (0, False)
    for rep in row.reps:
        assert (rep.matched, rep.side_right, rep.verdicts) == (False, False, {})
        coupling = rep.values["coupling"]
        assert coupling.truth > 0.5
        assert np.isnan(coupling.estimate)
        assert coupling.reason == bench.measures.NOT_COUNTED


def test_one_performance_has_one_truth_wherever_it_is_filmed_from(bench: Bench, clips: dict[str, Any]) -> None:
    """From the side the turn of the ribs is not seen: that the coupling is then the hip's alone is an error."""
    rows = []
    for view in (30, 90):
        clip = replace(clips["pull_leg_only_90_near_held_out"], view=view)
        done = bench.footage.performance(clip)
        rows.append(bench.measures.compare(clip, done, judge(done.poses, Options(pattern="pull"))))
    oblique, beside = (row.reps[0].values["coupling"] for row in rows)
    assert oblique.truth == beside.truth == pytest.approx(0.6, abs=0.01)
    assert abs(oblique.estimate - oblique.truth) < 0.03
    assert beside.estimate - beside.truth == pytest.approx(0.4, abs=0.03)


def test_a_margin_keeps_nine_of_ten_clips(bench: Bench) -> None:
    bound = bench.margins.bound
    assert np.isnan(bound(np.array([])))
    assert bound(np.arange(21.0)) == 20.0  # too few for nine of ten with 90 % confidence: the largest
    assert bound(np.arange(60.0)) == 57.0  # the 58th of 60


def test_what_the_camera_hides_has_a_truth_all_the_same(bench: Bench, clips: dict[str, Any]) -> None:
    clip = clips["push_arm_only_30_near_cropped_tuning"]
    done = bench.footage.performance(clip)
    row = bench.measures.compare(clip, done, judge(done.poses, Options(pattern="push")))
    assert [rep.values["coupling_hip"].reason for rep in row.reps] == ["OUT_OF_FRAME"] * 2
    assert [rep.values["coupling_hip"].truth for rep in row.reps] == [0.0, 0.0]


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("pattern", ["pull", "push", "lift"])
def test_ribs_turn_the_asked_way(bench: Bench, pattern: str, side: str) -> None:
    good = bench.grid.Clip(
        pattern=pattern,
        behaviour="good",
        view=45,
        near=True,
        half="tuning",
        cropped=False,
        serial=int(side == "left"),
    )
    assert good.side == side
    done = bench.footage.performance(good)
    row = bench.measures.compare(good, done, judge(done.poses, Options(pattern=pattern)))
    wanted = done.motion.trunk_deg  # type: ignore[attr-defined]
    assert [rep.values["rib_turn"].truth for rep in row.reps] == pytest.approx([wanted] * 2, rel=0.25)


def test_a_folder_without_poses_is_wrong_usage(bench: Bench, tmp_path: Path) -> None:
    accuracy = importlib.import_module("accuracy")
    answer = CliRunner().invoke(accuracy.app, ["--poses", str(tmp_path)])
    assert answer.exit_code == 2
    assert "expected the poses of rendered clips" in answer.output


def test_poses_of_another_movement_are_refused(bench: Bench, clips: dict[str, Any], tmp_path: Path) -> None:
    clip, other = clips["pull_good_45_near_tuning"], clips["pull_tucked_45_near_tuning"]
    done = bench.footage.performance(other)
    packed = bench.footage.pack(done.poses)
    np.savez_compressed(tmp_path / f"{clip.name}.npz", outline=bench.footage.outline(done), **packed)
    with pytest.raises(ValueError, match="another movement"):
        bench.measures.measure(clip, tmp_path)
    whole = bench.footage.performance(clip)
    cut = bench.footage.pack(whole.poses.slice(slice(0, 150)))
    np.savez_compressed(tmp_path / f"{clip.name}.npz", outline=bench.footage.outline(whole), **cut)
    with pytest.raises(ValueError, match=r"150 pictures for \d+"):
        bench.measures.measure(clip, tmp_path)
    rows, left_out = bench.measures.measure_all([clip, other], tmp_path)
    assert rows == []
    assert "another movement" in left_out[clip.name]
    assert left_out[other.name] == "no poses yet (--render makes them)"


def test_matching(bench: Bench) -> None:
    match = bench.measures.match
    assert match([], [1.0]) == []
    assert match([1.0], []) == [None]
    assert match([1.6, 2.0], [1.9]) == [None, 0], "the nearest one, and no other"
    assert match([1.0, 1.5], [1.4, 1.3]) == [1, 0]
    assert match([1.0], [1.61]) == [None], "too far"


# --- statistics ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_auc_is_the_share_of_pairs_in_order(bench: Bench, seed: int) -> None:
    random = np.random.default_rng(seed)
    faulty, fine = random.integers(0, 6, 17).astype(float), random.integers(2, 9, 23).astype(float)
    faulty[3] = np.nan
    pairs = [(a > b) + 0.5 * (a == b) for a, b in itertools.product(faulty[np.isfinite(faulty)], fine)]
    assert bench.agreement.auc(faulty, fine) == pytest.approx(np.mean(pairs))
    assert bench.agreement.auc(fine, faulty) == pytest.approx(1 - np.mean(pairs))


def test_auc_of_nothing_is_not_a_number(bench: Bench) -> None:
    assert np.isnan(bench.agreement.auc(np.array([]), np.array([1.0])))
    assert np.isnan(bench.agreement.auc(np.array([1.0]), np.array([np.nan])))


def test_strata_are_compared_within_only(bench: Bench) -> None:
    value = np.array([1.0, 2.0, 11.0, 12.0, 99.0])
    faulty = np.array([False, True, False, True, False])
    stratified = bench.agreement.stratified_auc
    assert stratified(value, faulty, ["a", "a", "b", "b", "c"]) == 1.0
    assert stratified(value, faulty, ["a"] * 5) == pytest.approx(3 / 6)
    assert np.isnan(stratified(value, faulty, list("abcde")))


def test_gain_and_bias_of_known_errors(bench: Bench) -> None:
    truth = np.array([0.0, 10.0, 20.0, 30.0, 40.0, np.nan])
    found = bench.agreement.agreement(truth, 0.5 * truth + 3.0, list("aabbcc"))
    assert (found.wanted, found.n, found.offered) == (5, 5, 1.0)
    assert found.bias == pytest.approx(-7.0)
    assert found.mae == pytest.approx((3 + 2 + 7 + 12 + 17) / 5)
    assert found.rmse == pytest.approx(np.sqrt((9 + 4 + 49 + 144 + 289) / 5))
    assert (found.gain, found.correlation) == pytest.approx((0.5, 1.0))


def test_what_is_missing_is_not_offered_and_no_error(bench: Bench) -> None:
    truth, estimate = np.arange(4.0), np.array([0.0, np.nan, 2.0, np.nan])
    found = bench.agreement.agreement(truth, estimate, list("abcd"))
    assert (found.wanted, found.n, found.offered, found.mae) == (4, 2, 0.5, 0.0)
    assert np.isnan([found.gain, found.correlation, found.change_within, found.change_between, found.most]).all()
    nothing = bench.agreement.agreement(truth, np.full(4, np.nan), list("abcd"))
    assert np.isnan([nothing.bias, nothing.mae, nothing.rmse]).all()


def test_a_constant_truth_has_no_gain(bench: Bench) -> None:
    found = bench.agreement.agreement(np.full(6, 15.0), np.arange(6.0), list("aabbcc"), spread=1.0)
    assert np.isnan([found.gain, found.correlation]).all()
    assert found.bias == pytest.approx(-12.5)


def test_detectable_changes(bench: Bench) -> None:
    """What is wrong alike throughout a video cancels within it, and not between videos."""
    random = np.random.default_rng(0)
    videos = np.repeat(np.arange(400), 2)
    error = random.normal(0, 5, 400)[videos] + random.normal(0, 2, 800)
    found = bench.agreement.agreement(np.zeros(800), error, videos.tolist())
    assert found.change_within == pytest.approx(1.96 * np.sqrt(2) * 2, rel=0.1)
    assert found.change_between == pytest.approx(1.96 * np.sqrt(2) * np.hypot(5, 2), rel=0.1)


def test_five_numbers(bench: Bench) -> None:
    assert bench.agreement.five_numbers(np.array([4.0, 0.0, np.nan, 2.0, 1.0, 3.0])) == (0, 1, 2, 3, 4)
    assert np.isnan(bench.agreement.five_numbers(np.array([]))).all()
