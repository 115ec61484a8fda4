"""summary.json: what was done and what came out, strict JSON, the same for the same poses."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import armswing
import sessions
from armswing.io.summary import KEYS, SCHEMA_VERSION, given, summarize, to_json, write_summary
from armswing.reasons import Reason
from armswing.synthetic import Camera, perform, push

ALL = [sessions.exact, sessions.eventful, sessions.no_rep, sessions.nobody]


@pytest.mark.parametrize("analysis", ALL, ids=lambda f: f.__name__)
def test_it_is_strict_json_with_the_documented_keys(analysis: Callable[[], armswing.Analysis], tmp_path: Path) -> None:
    write_summary(analysis(), tmp_path / "summary.json")

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    document = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert list(document) == list(KEYS)
    assert document["schema_version"] == SCHEMA_VERSION == 1
    assert document["armswing_version"] == armswing.__version__


def test_a_number_that_is_none_does_not_slip_through() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"fps": float("nan")})


def test_a_video_without_a_rate_has_none() -> None:
    assert summarize(replace(sessions.exact(), fps=float("nan")))["video"]["fps"] is None
    assert summarize(replace(sessions.exact(), fps=None))["video"]["fps"] is None


def test_it_says_what_came_out() -> None:
    summary = summarize(sessions.exact())
    assert summary["counts"] == {"full": 3, "partial": 0, "discarded": 0}
    assert summary["reason"] is None
    (only,) = summary["sets"]
    scores = sorted(event.score.score or 0.0 for event in sessions.exact().reps)
    assert only["score"] == math.floor(10 * scores[1]) / 10, "the median of three"
    assert (only["set_index"], only["scored"], only["grade"], only["grades"]) == (1, 3, "connected", {"connected": 3})


@pytest.mark.parametrize(
    ("score", "told", "called"), [(84.97, 84.9, "good"), (85.0, 85.0, "connected"), (0.0, 0.0, "arms_only")]
)
def test_a_score_is_cut_off_so_that_it_never_reads_like_a_better_grade(score: float, told: float, called: str) -> None:
    alike = [replace(event, score=replace(event.score, score=score)) for event in sessions.exact().reps]
    (only,) = summarize(replace(sessions.exact(), events=tuple(alike)))["sets"]
    assert (only["score"], only["grade"]) == (told, called)


def test_it_says_with_what() -> None:
    analysis = replace(sessions.eventful(), model_sha256="ab" * 32, warnings=("the file ends early",))
    summary = summarize(analysis)
    assert summary["model"] == {"name": "full", "sha256": "ab" * 32}
    assert summary["overrides"] == {"rules.PULL_FLARE.good_to": 45.0}
    assert summary["pattern"] == "pull"
    assert summary["warnings"] == ["the file ends early"]
    assert summary["options"] == {
        "side": "auto",
        "max_fps": 30.0,
        "time_range": None,
        "slowmo_factor": 1.0,
        "subject": None,
    }
    assert summarize(sessions.eventful())["model"] is None, "these poses come from no model"


def test_a_path_of_the_users_own_model_stays_private() -> None:
    options = replace(sessions.exact().options, model="/home/someone/heavy.task")
    assert summarize(replace(sessions.exact(), options=options, model_sha256="ab"))["model"]["name"] == "heavy.task"


def test_it_describes_the_video(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"x" * 17)
    facts = summarize(replace(sessions.eventful(), video=str(video)))["video"]
    poses = sessions.eventful().poses
    assert poses is not None
    assert facts == {
        "name": "clip.mp4",
        "bytes": 17,
        "fps": 30.0,
        "width": 640,
        "height": 480,
        "start_s": 0.0,
        "end_s": round(float(poses.t[-1]), 3),
        "frames": len(poses),
        "found_share": round(1 - 4 / len(poses), 3),
    }


def test_it_says_what_could_not_be_assessed_and_in_how_many() -> None:
    missing = summarize(sessions.eventful())["not_assessed"]
    assert missing["hip_lag"] == {"NO_LEG_DRIVE": {"reps": 3, "sentence": Reason.NO_LEG_DRIVE.sentence}}
    assert not {"elbow_flare", "coupling_trunk"} & set(missing)


def test_a_set_is_as_far_off_as_the_worst_of_its_repetitions() -> None:
    """Of arms that take turns one is toward the camera and one away."""
    poses = perform(push(side="alternating", reps=4), camera=Camera(yaw=-30, size=(960, 720)), fps=30).poses
    analysis = armswing.judge(poses, armswing.Options(pattern="push"))
    margins = {event.score.score_margin for event in analysis.reps}
    assert len(margins) == 2
    assert summarize(analysis)["sets"][0]["score_margin"] == max(margins, key=lambda margin: margin or 0.0)


def test_it_counts_what_was_discarded_by_reason() -> None:
    summary = summarize(sessions.eventful())
    assert sum(entry["count"] for entry in summary["discarded"].values()) == len(sessions.eventful().discarded) > 0
    assert all(entry["sentence"] == Reason[code].sentence for code, entry in summary["discarded"].items())


def test_nobody_in_view_is_a_result_with_its_reason() -> None:
    summary = summarize(sessions.nobody())
    assert (summary["reason"], summary["sets"], summary["view"]) == ("NOBODY", [], None)
    assert summary["counts"] == {"full": 0, "partial": 0, "discarded": 0}
    assert summary["video"]["found_share"] == 0.0
    assert [advice[:16] for advice in summary["camera_advice"]] == ["Nobody was found"]


def test_somebody_who_does_nothing_is_not_nobody() -> None:
    assert summarize(sessions.no_rep())["reason"] is None


def test_advice_comes_from_the_view() -> None:
    ahead = perform(sessions.performance().motion, camera=Camera(yaw=0.0), fps=30).poses
    assert summarize(sessions.exact())["camera_advice"] == []
    summary = summarize(armswing.judge(ahead, armswing.Options(pattern="pull")))
    assert (summary["view"], summary["view_deg"]) == ("front", pytest.approx(0, abs=3))
    assert ["Turn about 40 degrees" in advice for advice in summary["camera_advice"]] == [True]


def test_where_no_movement_has_a_view_it_is_that_of_all_frames() -> None:
    """A repetition that was isolated tells no view."""
    ahead = perform(sessions.performance().motion, camera=Camera(yaw=0.0), fps=30).poses
    analysis = armswing.judge(ahead, armswing.Options(pattern="pull"))
    isolated = tuple(replace(event, view="") for event in sessions.eventful().discarded)
    summary = summarize(replace(analysis, events=isolated))
    assert summary["view"] == "front"
    assert any("repetitions are missed" in advice for advice in summary["camera_advice"])


@pytest.mark.parametrize("name", ["exact", "eventful"])
def test_summary_is_the_golden_one(name: str, golden: Callable[[str, str], None]) -> None:
    document = summarize(getattr(sessions, name)()) | {"armswing_version": "(any)"}
    golden(f"rows_{name}.summary.json", to_json(document))


def test_a_range_to_the_end_of_the_video_is_strict_json() -> None:
    options = armswing.Options(pattern="pull", time_range=(2.00049, math.inf))
    assert json.loads(to_json(given(options)))["time_range"] == [2.00049, None]
