"""Every column of ``reps.csv``, in order.

This is the one table of them: the file is written from it, and ``docs/columns.md`` is
compared with it by a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from armswing.events import RepCompleted
from armswing.io.columns import Column, Value, both, judged, measured
from armswing.patterns import Pattern
from armswing.scoring import cut_off

_NEVER = "never"
_DISCARDED = "in discarded rows"
_NOT_MEASURED = "not measured (`summary.json` says why), and in discarded rows"
_LEGS = "legs not seen well enough, both arms at work, and in discarded rows"
_TRUNK = "unless the camera stands obliquely in front, on the side of the working arm, and the trunk is upright"
_START_UNSEEN = "the recording begins after the arm has set out, and in discarded rows"
_END_UNSEEN = "the recording ends before the arm is back, and in discarded rows"

_WHO: tuple[Column, ...] = (
    Column(
        name="video", kind="text", what="name of the video file", empty="poses without a video", read=lambda r: r.video
    ),
    Column(
        name="set_index",
        kind="whole",
        what="number of the set in the video, from 1; in discarded rows the set at that moment, or the next",
        empty=_NEVER,
        read=both(lambda e: e.rep.set_index, lambda e: e.set_index),
    ),
    Column(
        name="rep_index",
        kind="whole",
        what="number of the repetition in its set, from 1",
        empty=_DISCARDED,
        read=judged(lambda e: e.rep.rep_index),
    ),
    Column(
        name="pattern",
        kind="text",
        what="the exercise: see `armswing patterns`",
        empty=_NEVER,
        read=lambda r: r.pattern,
    ),
    Column(
        name="variant",
        kind="text",
        what="how it was done, for patterns with variants; `lift`: `curl_press`, `press`, `curl`",
        empty="the pattern has no variants, and in discarded rows",
        read=judged(lambda e: e.rep.variant),
    ),
    Column(
        name="side",
        kind="text",
        what="the working arm, the person's own: `left`, `right`, `both`",
        empty=_NEVER,
        read=both(lambda e: e.rep.side, lambda e: e.side),
    ),
    Column(
        name="status",
        kind="text",
        what="`full` and `partial` are counted repetitions; `discarded` is a movement that was not counted",
        empty=_NEVER,
        read=both(lambda e: e.status, lambda _: "discarded"),
    ),
    Column(
        name="reason",
        kind="text",
        what=(
            "codes joined by `|`: what concerns the repetition as a whole, why it has no score,"
            " or why it was discarded; `armswing explain CODE` says each in words"
        ),
        empty="nothing to say",
        read=both(lambda e: "|".join(e.score.reasons), lambda e: e.reason),
    ),
)

_WHEN: tuple[Column, ...] = (
    Column(
        name="start_s",
        unit="s",
        what="the movement begins",
        empty=_NEVER,
        read=both(lambda e: e.rep.start_s, lambda e: e.start_s),
    ),
    Column(
        name="peak_s",
        unit="s",
        what="the far end of the path (middle of the stay there)",
        empty=_NEVER,
        read=both(lambda e: e.rep.peak_s, lambda e: e.peak_s),
    ),
    Column(
        name="end_s",
        unit="s",
        what="the arm is back",
        empty=_NEVER,
        read=both(lambda e: e.rep.end_s, lambda e: e.end_s),
    ),
    Column(
        name="concentric_s",
        unit="s",
        what="time from the start to the top",
        empty=_START_UNSEEN,
        read=measured("concentric", of_time=True),
    ),
    Column(
        name="hold_s",
        unit="s",
        what="time at the top",
        empty=_END_UNSEEN,
        read=measured("hold", of_time=True),
    ),
    Column(
        name="eccentric_s",
        unit="s",
        what="time of the way back",
        empty=_END_UNSEEN,
        read=measured("eccentric", of_time=True),
    ),
)

_HOW_WELL: tuple[Column, ...] = (
    Column(
        name="range_of_motion",
        unit="arm lengths (`pull`: upper-arm lengths)",
        what="way of the hand from start to top (`pull`: of the elbow)",
        empty=_NOT_MEASURED,
        read=measured("range_of_motion"),
    ),
    Column(
        name="score",
        what="0 to 100: weighted mean of the rules' marks, limited by essential faults; cut off after one decimal",
        empty="not scored (`reason` says why), and in discarded rows",
        decimals=1,
        read=judged(lambda e: None if e.score.score is None else cut_off(e.score.score, 1)),
    ),
    Column(
        name="confidence",
        what="0 to 1: how much of the repetition was seen well enough, over the assessed rules by weight",
        empty="not scored, and in discarded rows",
        read=judged(lambda e: e.score.confidence),
    ),
    Column(
        name="grade",
        kind="text",
        what="`connected` (score from 85), `good` (from 70), `partly` (from 50), `arms_only`",
        empty="not scored, and in discarded rows",
        read=judged(lambda e: e.score.grade),
    ),
    Column(
        name="coupling",
        what=(
            "0 to 1: how well the opposite leg (.6) and the trunk (.4) go with the arm; where the trunk's turn is not"
            " seen, the leg alone"
        ),
        empty=_LEGS,
        read=measured("coupling"),
    ),
    Column(
        name="coupling_hip",
        what="0 to 1: the part of the legs; 0 when the wrong leg moves",
        empty=_LEGS,
        read=measured("coupling_hip"),
    ),
    Column(
        name="coupling_trunk",
        what="0 to 1: the part of the trunk",
        empty=_TRUNK,
        read=measured("coupling_trunk"),
    ),
)

_BODY: tuple[Column, ...] = (
    Column(
        name="hip_gain_deg",
        unit="deg",
        what="opposite minus same-side hip flexion explained by the arm; + = as the pattern asks, 0 = both feet stay",
        empty=_LEGS,
        decimals=1,
        read=measured("hip_gain"),
    ),
    Column(
        name="trunk_gain_deg",
        unit="deg",
        what="turn of the shoulder line explained by the arm; + = the way the pattern asks for",
        empty=_TRUNK,
        decimals=1,
        read=measured("trunk_gain"),
    ),
    Column(
        name="hip_correlation",
        what="-1 to 1: largest correlation of legs and arm within the shift that counts as in time",
        empty="the legs hardly moved; " + _LEGS,
        read=measured("hip_correlation"),
    ),
    Column(
        name="hip_lag_s",
        unit="s",
        what="how much later than the arm the leg comes; - = earlier",
        empty="no rest seen, leg hardly moved; " + _LEGS,
        read=measured("hip_lag", of_time=True),
    ),
    Column(
        name="opposition_arms",
        what="-1 together, 0 one of them still, 1 opposite: the two arms",
        empty="neither moved enough; " + _NOT_MEASURED,
        read=measured("opposition_arms"),
    ),
    Column(
        name="opposition_legs",
        what="-1 together, 0 one of them still, 1 opposite: the two thighs, whatever the trunk does",
        empty="neither moved enough; " + _NOT_MEASURED,
        read=measured("opposition_legs"),
    ),
    Column(
        name="elbow_flare_deg",
        unit="deg",
        what="upper arm out of the plane of the trunk's side: 0 = along it, + = out, - = across the body",
        empty=_NOT_MEASURED,
        decimals=1,
        read=measured("elbow_flare"),
    ),
    Column(
        name="elbow_plane_deg",
        unit="deg",
        what="direction of the raised upper arm: 0 = straight out to the side, 90 = forward, -90 = back",
        empty="the arm was never raised 30 deg; " + _NOT_MEASURED,
        decimals=1,
        read=measured("elbow_plane"),
    ),
    Column(
        name="elbow_flexion_min_deg",
        unit="deg",
        what="smallest elbow flexion of the repetition: 0 = straight arm",
        empty=_NOT_MEASURED,
        decimals=1,
        read=measured("elbow_flexion_min"),
    ),
    Column(
        name="elbow_flexion_max_deg",
        unit="deg",
        what="largest elbow flexion of the repetition: 90 = right angle",
        empty=_NOT_MEASURED,
        decimals=1,
        read=measured("elbow_flexion_max"),
    ),
    Column(
        name="shoulder_elevation_peak_deg",
        unit="deg",
        what="highest elevation of the upper arm from the trunk: 0 = hanging along it, 180 = overhead",
        empty=_NOT_MEASURED,
        decimals=1,
        read=measured("shoulder_elevation_peak"),
    ),
)

_SEEN: tuple[Column, ...] = (
    Column(
        name="view",
        kind="text",
        what=(
            "where the camera stood, seen from the person: `front`, `front-left`, `left`, `behind-left`, `behind`,"
            " `behind-right`, `right`, `front-right`, `head`, `feet`, each also with `-lying`"
        ),
        empty="discarded before it was looked at closely",
        read=both(lambda e: e.rep.view, lambda e: e.view),
    ),
    Column(
        name="fps",
        unit="1/s",
        what=(
            "pictures with the person found, in each second of the movement: in slow motion more than the video has a"
            " second"
        ),
        empty="discarded before it was looked at closely",
        decimals=2,
        read=both(lambda e: e.rep.fps, lambda e: e.fps),
    ),
)

_HOW_SURE: tuple[Column, ...] = (
    Column(
        name="score_margin",
        what=(
            "plus or minus so many points: nine of ten scores of rendered people seen from there are right within it;"
            " the score itself is never below 0 or above 100"
        ),
        empty="not scored, or not measured from there, and in discarded rows",
        decimals=1,
        read=judged(lambda e: e.score.score_margin),
    ),
    Column(
        name="coupling_margin",
        what="the same of `coupling`, which is itself never below 0 or above 1; 1 = it may be off by all of it",
        empty="no `coupling`, or not measured from there, and in discarded rows",
        read=judged(lambda e: e.score.coupling_margin),
    ),
)

LEADING: tuple[Column, ...] = (*_WHO, *_WHEN, *_HOW_WELL, *_BODY, *_SEEN, *_HOW_SURE)
"""The columns that ``reps.csv`` has for every pattern, in their order."""

CUE = Column(
    name="cue",
    kind="text",
    what="the one thing to change next",
    empty="no rule failed, and in discarded rows",
    read=judged(lambda e: e.score.cue),
)
"""The last column of ``reps.csv``."""


@cache
def rule_column(code: str) -> Column:
    """Return the column of a rule's marks: ``score_<rule>``."""

    def marks(event: RepCompleted) -> Value:
        return 100.0 * event.score[code].marks

    return Column(
        name=f"score_{code.lower()}",
        what=f"0 to 100: marks of the rule {code}; it fails below 50; `armswing explain {code}`",
        empty="not assessed (`summary.json` says why), and in discarded rows",
        decimals=1,
        read=judged(marks),
    )


def reps_columns(pattern: Pattern) -> Sequence[Column]:
    """Return the columns of ``reps.csv`` for a pattern, in their order."""
    return (*LEADING, *(rule_column(rule.code) for rule in pattern.rules), CUE)
