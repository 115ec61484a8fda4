"""The main job on real clips: counts, sides, tops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from armswing import Analysis, Options, PoseSequence, analyze, judge
from armswing.io.mediapipe_pose import PoseEstimator, read_poses
from armswing.io.models import resolve_model
from armswing.io.video import VideoReader

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


@pytest.mark.parametrize("name", ["avatar_row_standing_pulley_right", "push_both_sar", "push_floor_side"])
def test_a_mirrored_clip_shows_the_same_repetitions_on_the_other_side(
    name: str, clips: Path, clip_truth: dict[str, dict[str, Any]]
) -> None:
    truth = clip_truth[f"{name}.mp4"]
    with VideoReader(clips / f"{name}.mp4") as video, PoseEstimator(resolve_model("full")) as estimator:
        mirrored = (replace(picture, rgb=np.ascontiguousarray(picture.rgb[:, ::-1])) for picture in video)
        poses = PoseSequence.from_frames([frame for _, frame in read_poses(mirrored, estimator)])
    reps = judge(poses, Options(pattern=truth["pattern"])).reps
    other = {"left": "right", "right": "left", "both": "both"}
    assert [event.rep.side for event in reps] == [other[side] for side in truth["sides"]]
    assert [event.rep.peak_s for event in reps] == pytest.approx(truth["tops_s"], abs=0.4)


@pytest.mark.parametrize("name", ["walk_two_people", "bad_nobody_then_far"])
def test_no_exercise_gives_no_repetition(name: str, clips: Path, analysed: Analysed) -> None:
    first = analysed(clips / f"{name}.mp4", "pull")
    assert first.poses is not None
    for pattern in ("pull", "push", "lift"):
        assert judge(first.poses, Options(pattern=pattern)).reps == ()
