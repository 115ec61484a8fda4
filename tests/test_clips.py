"""The main job on real clips and on the sample videos: counts, sides, tops, verdicts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from armswing import Analysis, Options, analyze, judge

SURE = (
    "avatar_floor_press_alternated",
    "avatar_one_arm_row_left",
    "avatar_one_arm_row_right",
    "avatar_push_press_left",
    "avatar_row_standing_pulley_right",
    "avatar_shoulder_press_alternated",
    "curl_alternating_sar",
    "curl_both_side",
    "lift_both_front",
    "lift_both_rotation_tag",
    "pull_left_cable_cut",
    "push_both_sar",
    "push_floor_side",
)

Analysed = Callable[[Path, str], Analysis]


@pytest.fixture(scope="module")
def analysed() -> Analysed:
    """Analyse a video, each once."""
    return cache(analyze)


def test_the_list_of_clips_is_whole(clip_truth: dict[str, dict[str, Any]]) -> None:
    assert sorted(SURE) == sorted(name[:-4] for name, clip in clip_truth.items() if clip.get("sure") == "high")


@pytest.mark.parametrize("name", SURE)
def test_repetitions_are_found(
    name: str, clips: Path, clip_truth: dict[str, dict[str, Any]], analysed: Analysed
) -> None:
    truth = clip_truth[f"{name}.mp4"]
    reps = analysed(clips / f"{name}.mp4", truth["pattern"]).reps
    fewest, most = truth.get("accept_reps", [truth["reps"]] * 2)
    assert fewest <= len(reps) <= most
    sides = [event.rep.side for event in reps]
    wanted = truth["sides"][: len(sides)]
    if truth.get("sides_any_order"):
        sides, wanted = sorted(sides), sorted(wanted)
    if "accept_sides" in truth:
        assert set(sides) <= set(truth["accept_sides"])
    else:
        assert sides == wanted
    if len(reps) == truth["reps"]:
        assert [event.rep.peak_s for event in reps] == pytest.approx(
            truth.get("tops_s", [e.rep.peak_s for e in reps]), abs=0.4
        )
    for event in reps:
        assert min(abs(event.rep.peak_s - top) for top in truth.get("tops_s", [event.rep.peak_s])) <= 0.4
    if "status" in truth:
        assert {event.status for event in reps} == {truth["status"]}


def test_a_rotation_tag_changes_nothing(clips: Path, analysed: Analysed) -> None:
    plain = analysed(clips / "lift_both_front.mp4", "lift").reps
    tagged = analysed(clips / "lift_both_rotation_tag.mp4", "lift").reps
    assert [(e.rep.side, e.status) for e in plain] == [(e.rep.side, e.status) for e in tagged]
    assert [e.rep.peak_s for e in plain] == pytest.approx([e.rep.peak_s for e in tagged], abs=0.1)


@pytest.mark.parametrize("name", ["walk_two_people", "bad_nobody_then_far"])
def test_no_exercise_gives_no_repetition(name: str, clips: Path, analysed: Analysed) -> None:
    first = analysed(clips / f"{name}.mp4", "pull")
    assert first.poses is not None
    for pattern in ("pull", "push", "lift"):
        assert judge(first.poses, Options(pattern=pattern)).reps == ()


def test_poses_replayed_give_the_same_events(samples: Path, analysed: Analysed) -> None:
    first = analysed(samples / "row_planted_-45_960x540.mp4", "pull")
    assert first.poses is not None
    again = judge(first.poses, first.options)
    assert [repr(event.rep.values) for event in first.reps] == [repr(event.rep.values) for event in again.reps]
    assert [event.reason for event in first.discarded] == [event.reason for event in again.discarded]


def test_poses_take_less_than_a_kilobyte_a_frame(samples: Path, analysed: Analysed) -> None:
    poses = analysed(samples / "row_planted_-45_960x540.mp4", "pull").poses
    assert poses is not None
    arrays = (poses.t, poses.image, poses.world, poses.visibility, poses.settling, poses.cut)
    assert sum(array.nbytes for array in arrays) <= 1024 * len(poses)


def test_a_row_of_the_arm_alone_is_graded_so(samples: Path, analysed: Analysed) -> None:
    reps = analysed(samples / "row_armonly_-45_640x480.mp4", "pull").reps
    assert [event.rep.side for event in reps] == ["right"] * 3
    assert {event.score.grade for event in reps} == {"arms_only"}


def test_a_flared_row_is_named_so(samples: Path, analysed: Analysed) -> None:
    flared = analysed(samples / "row_flared_-45_640x480.mp4", "pull").reps
    close = analysed(samples / "row_planted_-45_960x540.mp4", "pull").reps
    assert {event.score["PULL_FLARE"].verdict for event in flared} == {"fail"}
    assert {event.score["PULL_FLARE"].verdict for event in close} == {"pass"}


@pytest.mark.parametrize(
    ("name", "pattern", "sides"),
    [
        ("press_good_+45_640x480", "push", ["right", "left", "right"]),
        ("supine_good_+90_640x480", "push", ["right", "left", "right"]),
        ("lift_good_+00_540x960", "lift", ["right", "right"]),
        ("lift_good_+45_640x480", "lift", ["right", "right"]),
    ],
)
def test_good_samples_are_coupled(name: str, pattern: str, sides: list[str], samples: Path, analysed: Analysed) -> None:
    reps = analysed(samples / f"{name}.mp4", pattern).reps
    assert [event.rep.side for event in reps] == sides
    assert all(event.rep.value("coupling") >= 0.75 for event in reps if event.rep["coupling"].known)
