"""``summary.json``: what was done, with what, what came out, and what could not be assessed."""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from armswing._version import __version__
from armswing.advice import Seen, camera_advice
from armswing.io.files import write_text
from armswing.reasons import Reason, sentences
from armswing.scoring import cut_off, grade
from armswing.viewpoint import where_from

if TYPE_CHECKING:
    from armswing.api import Analysis, Options
    from armswing.events import RepCompleted

SCHEMA_VERSION = 1
"""Grows when a key changes its meaning or goes; new keys alone do not change it."""

KEYS = {
    "schema_version": "grows when a key of this file changes its meaning or goes",
    "armswing_version": "version of armswing",
    "video": "`name`, `bytes`, `fps` (of the medium), `width`, `height` (upright, square pixels), `start_s`, `end_s`,"
    " `frames` (looked at), `found_share` (0 to 1: frames with the person found)",
    "model": "`name`, `sha256` of the pose model; null for poses that come from elsewhere",
    "options": "`side`, `max_fps`, `time_range` (null at its end: to the end of the video), `slowmo_factor`, `subject`,"
    " as given",
    "overrides": "every number that `--config` changed, by its full name",
    "pattern": "the exercise",
    "view": "where the camera stood, most of the time",
    "view_deg": "degrees of the camera from the person's front over all frames: + toward the left",
    "counts": "`full`, `partial`, `discarded`",
    "reason": "why there is no repetition at all: `NOBODY`; null otherwise",
    "sets": "per set: `set_index`, `full`, `partial`, `scored`, `score` (median, cut off after one decimal),"
    " `score_margin` (points: nine of ten scores of rendered people seen from there are right within it; null where"
    " that was not measured), `grade`, `grades` (how many of each)",
    "cues": "what to change: each cue, and in how many repetitions it comes first",
    "discarded": "by reason: `count` and `sentence`",
    "not_assessed": "by quantity and reason: `reps` (how many) and `sentence`",
    "camera_advice": "what to change about the camera, the most important first",
    "warnings": "what to know of the input",
}
"""The keys of the document and what they hold."""


def summarize(analysis: Analysis) -> dict[str, Any]:
    """Return the summary of an analysis, ready for JSON: missing numbers are None.

    Parameters
    ----------
    analysis : Analysis
        A video, analysed.
    """
    options, video = analysis.options, _video(analysis)
    nobody = not analysis.reps and not video["found_share"]
    missing = not_assessed(analysis)
    seen = replace(_seen(analysis, missing), concerns=_concerns(analysis) | ({Reason.NOBODY} if nobody else set()))
    return {
        "schema_version": SCHEMA_VERSION,
        "armswing_version": __version__,
        "video": video,
        "model": {"name": PurePath(options.model).name, "sha256": analysis.model_sha256}
        if analysis.model_sha256
        else None,
        "options": given(options),
        "overrides": options.config.overrides,
        "pattern": analysis.pattern.name,
        "view": seen.view or None,
        "view_deg": _finite(seen.azimuth_deg, 0),
        "counts": _counts(analysis.reps) | {"discarded": len(analysis.discarded)},
        "reason": str(Reason.NOBODY) if nobody else None,
        "sets": [_set(analysis, index, score) for index, score in analysis.set_scores.items()],
        "cues": dict(Counter(event.score.cue for event in analysis.reps if event.score.cue).most_common()),
        "discarded": {
            code: {"count": count, "sentence": sentences(code)}
            for code, count in Counter(event.reason for event in analysis.discarded).most_common()
        },
        "not_assessed": {
            quantity: {code: {"reps": n, "sentence": sentences(code)} for code, n in by_reason.items()}
            for quantity, by_reason in missing.items()
        },
        "camera_advice": list(camera_advice(seen)),
        "warnings": list(analysis.warnings),
    }


def write_summary(analysis: Analysis, path: str | os.PathLike[str]) -> None:
    """Write ``summary.json``; it appears when all of it is written."""
    write_text(path, to_json(summarize(analysis)))


def given(options: Options) -> dict[str, Any]:
    """Return the options of a video that say how it is to be looked at, ready for JSON."""
    return {
        "side": options.side,
        "max_fps": options.max_fps,
        "time_range": [t if math.isfinite(t) else None for t in options.time_range] if options.time_range else None,
        "slowmo_factor": options.slowmo_factor,
        "subject": list(options.subject) if options.subject else None,
    }


def to_json(document: Any) -> str:
    """Return strict JSON, indented, with a line end; a number that is none raises ValueError."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def not_assessed(analysis: Analysis) -> dict[str, dict[str, int]]:
    """Return in how many repetitions each quantity was not assessed, by quantity and reason."""
    found: dict[str, dict[str, int]] = {}
    for event in analysis.reps:
        asked = dict.fromkeys([rule.measure for rule in analysis.pattern.rules] + list(event.rep.values))
        for quantity in asked:
            reason = str(event.rep[quantity].reason)
            if reason:
                by_reason = found.setdefault(quantity, {})
                by_reason[reason] = by_reason.get(reason, 0) + 1
    return found


def _video(analysis: Analysis) -> dict[str, Any]:
    poses = analysis.poses
    facts: dict[str, Any] = {
        "name": PurePath(analysis.video).name,
        "bytes": size_in_bytes(analysis.video),
        "fps": _finite(analysis.fps, 3),
    }
    if poses is None:
        nothing = dict.fromkeys(("width", "height", "start_s", "end_s"))
        return facts | nothing | {"frames": 0, "found_share": 0.0}
    return facts | {
        "width": poses.size[0],
        "height": poses.size[1],
        "start_s": _finite(poses.t[0], 3),
        "end_s": _finite(poses.t[-1], 3),
        "frames": len(poses),
        "found_share": _finite(analysis.found.mean(), 3),
    }


def size_in_bytes(video: str | os.PathLike[str]) -> int | None:
    """Return the size of a file; None where there is none, as with poses that come from elsewhere."""
    try:
        return Path(video).stat().st_size if os.fspath(video) else None
    except OSError:
        return None


def _finite(value: float | None, decimals: int) -> float | None:
    return round(float(value), decimals) if value is not None and math.isfinite(value) else None


def _counts(reps: tuple[RepCompleted, ...]) -> dict[str, int]:
    return {status: sum(event.status == status for event in reps) for status in ("full", "partial")}


def _set(analysis: Analysis, index: int, score: float | None) -> dict[str, Any]:
    reps = tuple(event for event in analysis.reps if event.rep.set_index == index)
    grades = Counter(event.score.grade for event in reps if event.score.grade)
    return {
        "set_index": index,
        **_counts(reps),
        "scored": sum(event.score.score is not None for event in reps),
        "score": None if score is None else cut_off(score, 1),
        "score_margin": max((event.score.score_margin or 0.0 for event in reps), default=0.0) or None,
        "grade": grade(score) or None,
        "grades": dict(grades.most_common()),
    }


def _seen(analysis: Analysis, missing: dict[str, dict[str, int]]) -> Seen:
    """Return what the camera showed; of the repetitions, else of what was discarded, else of all frames."""
    view, azimuth = where_from(analysis.poses) if analysis.poses is not None else ("", math.nan)
    discarded = [event.view for event in analysis.discarded if event.view]
    views = [event.rep.view for event in analysis.reps] or discarded or [view]
    return Seen(views=views, azimuth_deg=azimuth, sides=[event.rep.side for event in analysis.reps], missing=missing)


def _concerns(analysis: Analysis) -> set[str]:
    whole = {reason for event in analysis.reps for reason in event.score.reasons}
    return whole | {event.reason for event in analysis.discarded}
