"""Live: a picture comes in, and it is known what to show and what to say.

Everything below is that of a video: the same estimator, the same `armswing.session.Session`.  A `Take` is one
stretch of training with one pattern and one pose model; `armswing.training` runs takes on a camera.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Protocol

from armswing.api import Analysis, Options
from armswing.cues import Coach, Said
from armswing.events import Event, RepCompleted, SetEnded
from armswing.framing import Framing
from armswing.io.screen import Screen
from armswing.landmarks import Side
from armswing.patterns import Pattern
from armswing.phrases import Phrases
from armswing.pose import PoseFrame
from armswing.reasons import Reason
from armswing.underway import SoFar

if TYPE_CHECKING:
    from armswing.io.camera import Shot
    from armswing.io.record import Recorder
    from armswing.io.video import Pixels

CUE_S = 6.0
"""A cue stays on the screen for so long, or until the next repetition (our judgement)."""

MOST_DOTS = 40
"""Repetitions of a set that are kept for the screen."""

SLOW_FPS = 15.0
"""Below, the full model is too much for this computer, and the screen offers the lite one."""

PACE_S = 3.0
"""Over so long the pace is looked at."""


class Estimator(Protocol):
    """What finds the person: `armswing.io.mediapipe_pose.PoseEstimator`, or a stand-in."""

    def estimate(self, rgb: Pixels, t: float, cut: bool = False) -> PoseFrame:
        """Return the pose in the next picture."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """What is known after a picture.

    Attributes
    ----------
    frame : PoseFrame
        The pose.
    follows : bool
        It is the subject's.
    events : sequence of Event
        What became known with this picture.
    rep : RepCompleted or None
        The last repetition among it that belongs to the set in progress.
    said : Said or None
        What the coach says to it.
    so_far : SoFar or None
        The repetition under way, up to the picture before; see `Take.follow_up`.
    help : str
        How to stand, likewise.
    """

    frame: PoseFrame
    follows: bool
    events: Sequence[Event]
    rep: RepCompleted | None
    said: Said | None
    so_far: SoFar | None
    help: str


@dataclass(kw_only=True)
class Tally:
    """The set so far, as the screen shows it.

    ``working`` is the arm of the last repetition, ``both`` where the one before in the set was of another.
    """

    set_index: int = 1
    count: int = 0
    dots: deque[tuple[str, str]]
    last: RepCompleted | None = None
    working: str = ""
    said: Said | None = None
    said_at: float = -math.inf

    @classmethod
    def empty(cls) -> Tally:
        """Return the tally before the first repetition."""
        return cls(dots=deque(maxlen=MOST_DOTS))

    def add(self, event: RepCompleted) -> None:
        """Take a repetition; the first of another set begins anew."""
        side = event.rep.side
        if event.rep.set_index != self.set_index or self.last is None:
            self.set_index, self.count, self.working = event.rep.set_index, 0, side
            self.dots.clear()
        else:
            self.working = side if self.last.rep.side == side else "both"
        self.count += 1
        self.dots.append((event.score.grade, event.status))
        self.last = replace(event, rep=replace(event.rep, poses=None))
        self.said = None


class Take:
    """One stretch of training with one pattern and one pose model.

    Parameters
    ----------
    options : Options
        As for a video; ``time_range`` does not apply.
    estimator : Estimator
        One that has seen no other picture; the take closes it.
    model_sha256 : str
        Of the pose model, for the record.
    recorder : Recorder, optional
        Keeps what becomes known.
    phrases : Phrases, optional
        The language.
    """

    def __init__(
        self,
        options: Options,
        estimator: Estimator,
        *,
        model_sha256: str = "",
        recorder: Recorder | None = None,
        phrases: Phrases | None = None,
    ) -> None:
        self.options = options
        self.recorder = recorder
        self.session = options.session()
        self.tally = Tally.empty()
        self.frames = 0
        self._estimator = estimator
        self._sha256 = model_sha256
        self._phrases = phrases or Phrases()
        self._coach = Coach(self.pattern, self._phrases)
        self._framing = Framing(self.pattern, self._phrases)
        self._begin_set = False
        self._set_on = False
        self._so_far: SoFar | None = None
        self._help = ""
        self._to_keep: tuple[PoseFrame, Sequence[Event]] | None = None
        self._pace: deque[tuple[float, int]] = deque()

    @property
    def pattern(self) -> Pattern:
        """What is trained."""
        return self.session.pattern

    def look(self, shot: Shot) -> PoseFrame:
        """Find the person in the next picture; a thread of its own may do so while the one before is judged."""
        return self._estimator.estimate(shot.rgb, shot.t, shot.cut)

    def judge(self, shot: Shot, frame: PoseFrame) -> Moment:
        """Take the pose found in the next picture and return what is known after it; `follow_up` is next."""
        begins, self._begin_set = self._begin_set, False
        if begins:  # what came before does not go on: for the session that is what a cut is
            frame, self._set_on = replace(frame, cut=True), False
        events = self.session.update(frame)
        self._to_keep = frame, events
        # What the cut brings is all of the set before: it is told and recorded, but has no place in the new one.
        new = [] if begins else events
        for event in events if begins else ():
            if isinstance(event, SetEnded):
                self.tally.set_index = event.set_index + 1
        self.frames += 1
        self._note_pace(shot)
        goes_on = self._so_far is not None and self._so_far.side in self.session.under_way
        return Moment(
            frame=frame,
            follows=self.session.follows,
            events=events,
            rep=next((event for event in reversed(new) if isinstance(event, RepCompleted)), None),
            said=self._say(new),
            so_far=self._so_far if goes_on else None,
            help=self._help,
        )

    def follow_up(self, moment: Moment) -> None:
        """Record what became known, and find out what the next picture shows of the repetition and of how to stand.

        To be called once this picture is shown: a cue does not wait for the disk, and the other two change slowly and
        take as long as the judging.
        """
        self._keep()
        self._so_far = self.session.so_far()
        under_way = self._set_on or bool(self.session.under_way)
        usable, side = self.session.follows, self.tally.working
        self._help = self._framing.update(moment.frame, usable=usable, under_way=under_way, side=side)

    def new_set(self) -> None:
        """Begin a new set with the next picture."""
        self._begin_set = True
        self.tally = Tally.empty()
        self._coach.new_set()

    def finish(self) -> list[Event]:
        """End the session and the record; return what is still to be told."""
        self._keep()
        events = self.session.finish()
        for event in events:
            if isinstance(event, RepCompleted):
                self.tally.add(event)
        self._estimator.close()
        if self.recorder is not None:
            analysis = None
            if self.frames:
                analysis = Analysis(
                    video=str(self.recorder.name),
                    options=self.options,
                    pattern=self.pattern,
                    poses=None,
                    events=(),
                    model_sha256=self._sha256,
                )
            self.recorder.close(events, analysis)
        return events

    @property
    def slow(self) -> bool:
        """Whether pictures are skipped and fewer than `SLOW_FPS` a second are left."""
        if len(self._pace) < 2 or self._pace[-1][0] - self._pace[0][0] < PACE_S:
            return False
        step = median(later - t for (t, _), (later, _) in pairwise(self._pace))
        given = self._pace[-1][1] - self._pace[0][1]
        return step > 1.0 / SLOW_FPS and given > 1.25 * (len(self._pace) - 1)

    def _keep(self) -> None:
        """Record the last picture, unless that is done: its repetitions are on the disk when this returns."""
        kept, self._to_keep = self._to_keep, None
        if kept is not None and self.recorder is not None:
            self.recorder.note(*kept)

    def _note_pace(self, shot: Shot) -> None:
        self._pace.append((shot.t, shot.number))
        while shot.t - self._pace[0][0] > 2 * PACE_S or (
            len(self._pace) > 2 and self._pace[-1][0] - self._pace[1][0] >= PACE_S
        ):
            self._pace.popleft()

    def _say(self, events: Sequence[Event]) -> Said | None:
        said: Said | None = None
        reps: list[RepCompleted] = []
        for event in events:
            if isinstance(event, RepCompleted):
                self._set_on = True
                self.tally.add(event)
                reps.append(event)
            elif isinstance(event, SetEnded):
                said, reps = self._of(reps) or said, []
                self._set_on = False
                self._coach.new_set()
        said = self._of(reps) or said
        if said is not None and said.code == Reason.LOW_FPS and self.slow:
            said = None  # more light does not help a slow computer, and the screen says what does
        if said is not None:
            self.tally.said, self.tally.said_at = said, events[-1].t
        return said

    def _of(self, reps: Sequence[RepCompleted]) -> Said | None:
        """Return what the coach says of repetitions that became known together."""
        return self._coach.update(*reps) if reps else None


# --- the screen ------------------------------------------------------------------------------------


def screen_of(take: Take, moment: Moment, phrases: Phrases) -> Screen:
    """Return what the screen shows after a picture; notices, keys and the state of the voice are not of the take."""
    tally, frame, so_far = take.tally, moment.frame, moment.so_far
    last = tally.last
    score = last.score if last else None
    said = tally.said if tally.said and frame.t - tally.said_at < CUE_S else None
    nan = float("nan")
    coupling = so_far.coupling.value if so_far and so_far.coupling.known else nan
    return Screen(
        image=frame.image if moment.follows or (frame.found and frame.settling) else None,
        visibility=frame.visibility,
        working=(so_far.side,) if so_far else _arms(last),
        coupling=coupling,
        coupling_last=last.rep["coupling"].value if last and last.rep["coupling"].known else nan,
        flare_deg=so_far.elbow_flare.value if so_far and so_far.elbow_flare.known else nan,
        flare_band=flare_band(take.pattern),
        count=tally.count,
        score=score.score if score else None,
        margin=score.score_margin if score else None,
        grade=score.grade if score else "",
        dots=tuple(tally.dots),
        cue=said.text if said else "",
        cue_kind=said.kind if said else "",
        help=moment.help,
        title=phrases.say("screen.title", pattern=take.pattern.name, set=str(tally.set_index)),
        recording=take.recorder is not None and take.recorder.video_kind is not None,
        model=take.options.model,
    )


def flare_band(pattern: Pattern) -> tuple[float, float]:
    """Return from where to where the elbow's flare is good, in degrees; NaN where the pattern does not judge it."""
    bands = [rule.band for rule in pattern.rules if rule.measure == "elbow_flare"]
    return (bands[0].good_from, bands[0].good_to) if bands else (float("nan"), float("nan"))


def _arms(last: RepCompleted | None) -> tuple[Side, ...]:
    if last is None:
        return ()
    return tuple(Side) if last.rep.side == "both" else (Side(last.rep.side),)
