"""The sample videos: what they promise, and that the checker finds in each what its truth says."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from armswing import Analysis, analyze, judge
from armswing.errors import VideoError
from armswing.io.samples import pattern_of_sample, sample_videos
from armswing.io.video import VideoReader
from armswing.scoring import main_cue
from armswing.synthetic.render import truth_of

SHIPPED = 11
MOST_BYTES = 400_000
TOP_S = 0.2
VIDEOS = {video.stem.rpartition("_")[0].rpartition("_")[0]: video for video in sample_videos()}
"""The sample videos by exercise and variant."""

every_video = pytest.mark.parametrize("name", VIDEOS)

# What a variant must come out as: the grades that fit, and what is said first.
GRADES = {
    "good": {"connected"},
    "armonly": {"arms_only"},
    "flared": {"good", "connected"},
    "wrongleg": {"arms_only", "partly"},
    "late": {"arms_only", "partly"},
}
CUES = {
    "pull_armonly": "Right leg back with the left elbow.",
    "pull_flared": "Aim the elbow at your back pocket.",
    "push_armonly": "Right hand out, left knee in.",
    "push_wrongleg": "Other leg: right arm, left leg.",
    "lift_armonly": "Right knee up as left hand goes up.",
    "lift_late": "Hand and knee arrive together.",
}


def variant(name: str) -> str:
    return name.rpartition("_")[2]


def truth(name: str) -> dict[str, Any]:
    video = VIDEOS[name]
    told: dict[str, Any] = json.loads(video.with_name(f"{video.stem}.truth.json").read_text(encoding="utf-8"))
    return told


@cache
def analysed(name: str) -> Analysis:
    return analyze(VIDEOS[name], pattern_of_sample(VIDEOS[name]))


# ── what is there ──


def test_they_are_small_and_each_has_its_truth(samples: Path) -> None:
    assert len(VIDEOS) == SHIPPED
    assert sorted(VIDEOS.values()) == sorted(samples.glob("*.mp4"))
    for video in VIDEOS.values():
        assert video.stat().st_size <= MOST_BYTES, video.name
    assert {path.name for path in samples.glob("*.json")} == {f"{v.stem}.truth.json" for v in VIDEOS.values()}


def test_every_pattern_is_shown_well_with_the_arm_alone_and_with_a_fault() -> None:
    for pattern in ("pull", "push", "lift"):
        variants = {variant(name) for name in VIDEOS if name.startswith(f"{pattern}_")}
        assert {"good", "armonly"} < variants, "and a fault"
    assert {variant(name) for name in VIDEOS} == set(GRADES)


@every_video
def test_the_name_says_view_and_size_and_the_truth_agrees(name: str) -> None:
    told = truth(name)
    width, height = told["size"]
    assert VIDEOS[name].stem == f"{name}_{told['camera']['yaw']:+03.0f}_{width}x{height}"
    assert 480 <= min(width, height) <= 720
    with VideoReader(VIDEOS[name]) as video:
        assert sum(1 for _ in video) == told["frames"]
        assert video.size == (width, height)


def test_there_are_several_views_and_an_upright_picture() -> None:
    assert len({abs(truth(name)["camera"]["yaw"]) for name in VIDEOS}) >= 3
    assert any(width < height for width, height in (truth(name)["size"] for name in VIDEOS))


def test_they_are_listed_by_pattern_the_good_ones_first() -> None:
    assert list(VIDEOS) == [
        "pull_good",
        "pull_hinged_good",
        "pull_armonly",
        "pull_flared",
        "push_good",
        "push_lying_good",
        "push_armonly",
        "push_wrongleg",
        "lift_good",
        "lift_armonly",
        "lift_late",
    ]


def test_a_name_without_a_pattern_is_an_error() -> None:
    with pytest.raises(VideoError, match=r"must begin with pull, push, lift, got 'squat'"):
        pattern_of_sample(Path("squat_good_+00_640x480.mp4"))


# ── how they are made ──


@pytest.fixture(scope="module")
def recipe(checkout: Path) -> Iterator[ModuleType]:
    """The script that renders them."""
    spec = importlib.util.spec_from_file_location("sample_recipe", checkout / "sample_videos" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_they_are_what_the_script_makes(recipe: ModuleType) -> None:
    assert {sample.stem for sample in recipe.SAMPLES} == {video.stem for video in VIDEOS.values()}
    for sample in recipe.SAMPLES:
        made = truth_of(sample.performance, look=sample.look, crf=sample.crf)
        kept = truth(sample.name)
        made_reps, kept_reps = made.pop("reps"), kept.pop("reps")
        assert kept | {"armswing": ""} == made | {"armswing": ""}, sample.name
        assert len(made_reps) == len(kept_reps)
        for made_rep, kept_rep in zip(made_reps, kept_reps, strict=True):
            assert made_rep.pop("side") == kept_rep.pop("side")
            assert made_rep == pytest.approx(kept_rep, abs=0.01)


# ── what the checker finds in them ──


@every_video
def test_what_is_found_is_the_truth(name: str) -> None:
    meant, found = truth(name)["reps"], [event.rep for event in analysed(name).reps]
    assert len(meant) == 3
    assert [rep.side for rep in found] == [rep["side"] for rep in meant]
    assert [rep.peak_s for rep in found] == pytest.approx([rep["peak_s"] for rep in meant], abs=TOP_S)


@every_video
def test_it_is_graded_as_its_name_says(name: str) -> None:
    assert {event.score.grade for event in analysed(name).reps} <= GRADES[variant(name)]


@pytest.mark.parametrize("name", CUES)
def test_its_fault_is_named_first(name: str) -> None:
    seen = analysed(name)
    assert {main_cue(event.score.findings, seen.pattern.rules) for event in seen.reps} == {CUES[name]}


@pytest.mark.parametrize("name", [name for name in VIDEOS if variant(name) == "good"])
def test_good_ones_are_coupled_and_nothing_is_to_change(name: str) -> None:
    seen = analysed(name)
    assert min(event.rep.value("coupling") for event in seen.reps) >= 0.75
    assert {main_cue(event.score.findings, seen.pattern.rules) for event in seen.reps} == {""}


@pytest.mark.parametrize("name", [name for name in VIDEOS if variant(name) == "armonly"])
def test_the_arm_alone_is_not_coupled(name: str) -> None:
    assert max(event.rep.value("coupling") for event in analysed(name).reps) <= 0.25


def test_only_the_flared_row_is_named_so() -> None:
    verdicts = {
        name: {event.score["PULL_FLARE"].verdict for event in analysed(name).reps}
        for name in VIDEOS
        if name.startswith("pull_")
    }
    assert verdicts.pop("pull_flared") == {"fail"}
    assert {verdict for some in verdicts.values() for verdict in some} == {"pass"}


def test_faults_cost_points() -> None:
    scores = {name: analysed(name).set_scores[1] for name in VIDEOS}
    for pattern in ("pull", "push", "lift"):
        good = [score for name, score in scores.items() if name.startswith(pattern) and variant(name) == "good"]
        rest = [score for name, score in scores.items() if name.startswith(pattern) and variant(name) != "good"]
        assert min(good) >= 90.0 > max(rest)


def test_poses_replayed_give_the_same_events() -> None:
    first = analysed("pull_good")
    assert first.poses is not None
    again = judge(first.poses, first.options)
    assert [repr(event.rep.values) for event in first.reps] == [repr(event.rep.values) for event in again.reps]
    assert [event.reason for event in first.discarded] == [event.reason for event in again.discarded]


def test_poses_take_less_than_a_kilobyte_a_frame() -> None:
    poses = analysed("pull_good").poses
    assert poses is not None
    arrays = (poses.t, poses.image, poses.world, poses.visibility, poses.settling, poses.cut)
    assert sum(array.nbytes for array in arrays) <= 1024 * len(poses)
