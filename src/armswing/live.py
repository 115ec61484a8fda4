"""Live training: pictures come in, and after each it is known what to show and what to say.

Everything below is that of a video: the same estimator, the same `armswing.session.Session`.  A `Take` is one
stretch of training with one pattern and one pose model; `Training` runs takes on a camera with a window, a voice
and a record, each of which may be missing.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Protocol

from armswing.api import Analysis, Options
from armswing.cues import Coach, Said
from armswing.events import Event, RepCompleted, SetEnded
from armswing.framing import Framing
from armswing.io.screen import Screen, draw_screen
from armswing.landmarks import Side
from armswing.patterns import Pattern, patterns
from armswing.phrases import Phrases
from armswing.pose import PoseFrame
from armswing.reasons import Reason
from armswing.underway import SoFar

if TYPE_CHECKING:
    from armswing.io.camera import Camera, Shot
    from armswing.io.record import Recorder
    from armswing.io.video import Pixels
    from armswing.io.voice import Voice
    from armswing.io.window import Window

CUE_S = 6.0
"""A cue stays on the screen for so long, or until the next repetition (our judgement)."""

MOST_DOTS = 40
"""Repetitions of a set that are kept for the screen."""

SLOW_FPS = 15.0
"""Below, the full model is too much for this computer, and the screen offers the lite one."""

PACE_S = 3.0
"""Over so long the pace is looked at."""

WAIT_S = 0.25
"""Without a picture for so long the window is looked after all the same."""

HELP_AGAIN_S = 8.0
"""The same help is spoken again after so long (our judgement)."""

NOTE_S = 2.0
"""A notice of what a key did stays for so long."""

KEYS = ("q", "space", "p", "n", "s", "m")
"""In the order in which the screen names them."""


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
    said : Said or None
        What the coach says to it.
    so_far : SoFar or None
        The repetition under way.
    help : str
        How to stand.
    """

    frame: PoseFrame
    follows: bool
    events: Sequence[Event]
    said: Said | None
    so_far: SoFar | None
    help: str

    @property
    def rep(self) -> RepCompleted | None:
        """The last repetition that became known with this picture."""
        return next((event for event in reversed(self.events) if isinstance(event, RepCompleted)), None)


@dataclass(kw_only=True)
class Tally:
    """The set so far, as the screen shows it; ``working`` is the arm at work, ``both`` also where they take turns."""

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
        if event.rep.set_index != self.set_index or self.last is None:
            self.set_index, self.count = event.rep.set_index, 0
            self.dots.clear()
        self.count += 1
        side = event.rep.side
        self.working = side if self.last is None or self.last.rep.side == side else "both"
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
        self._pace: deque[tuple[float, int]] = deque()

    @property
    def pattern(self) -> Pattern:
        """What is trained."""
        return self.session.pattern

    def update(self, shot: Shot) -> Moment:
        """Take the next picture and return what is known after it."""
        frame = self._estimator.estimate(shot.rgb, shot.t, shot.cut)
        if self._begin_set:  # what came before does not go on: for the session that is what a cut is
            frame, self._begin_set = replace(frame, cut=True), False
        events = self.session.update(frame)
        if self.recorder is not None:
            self.recorder.note(frame, events)
        self.frames += 1
        self._note_pace(shot)
        said = self._say(events)
        under_way = self._set_on or bool(self.session.under_way)
        side = self.tally.working
        return Moment(
            frame=frame,
            follows=self.session.follows,
            events=events,
            said=said,
            so_far=self.session.so_far(),
            help=self._framing.update(frame, usable=self.session.follows, under_way=under_way, side=side),
        )

    def new_set(self) -> None:
        """Begin a new set with the next picture."""
        self._begin_set = True
        self.tally = Tally.empty()
        self._coach.new_set()

    def finish(self) -> list[Event]:
        """End the session and the record; return what is still to be told."""
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

    def _note_pace(self, shot: Shot) -> None:
        self._pace.append((shot.t, shot.number))
        while shot.t - self._pace[0][0] > 2 * PACE_S or (
            len(self._pace) > 2 and self._pace[-1][0] - self._pace[1][0] >= PACE_S
        ):
            self._pace.popleft()

    def _say(self, events: Sequence[Event]) -> Said | None:
        said = None
        for event in events:
            if isinstance(event, SetEnded):
                self._set_on = False
                self._coach.new_set()
            if isinstance(event, RepCompleted):
                self._set_on = True
                self.tally.add(event)
                said = self._coach.update(event)
                if said is not None and said.code == Reason.LOW_FPS and self.slow:
                    said = None  # more light does not help a slow computer, and the screen says what does
                if said is not None:
                    self.tally.said, self.tally.said_at = said, event.t
        return said


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


# --- the loop --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """When what happened to one picture, by ``time.perf_counter()``: for measuring delays.

    Attributes
    ----------
    shot : Shot
        The picture.
    moment : Moment or None
        What was known after it; None while paused.
    taken_at, posed_at, shown_at : float
        It was taken from the camera; pose and verdict were known; it stood on the screen.
    spoken_at : float
        What is said to it was handed to the voice; NaN when nothing was.
    """

    shot: Shot
    moment: Moment | None
    taken_at: float
    posed_at: float
    shown_at: float
    spoken_at: float = math.nan


class Training:
    """Take after take on one camera, until the user ends it.

    Parameters
    ----------
    camera : Camera
        Gives the pictures.
    begin : callable
        Makes the take for the name of a pattern and of a model.
    pattern, model : str
        To begin with.
    window : Window, optional
        Shows the screen and hears the keys; without it nothing is drawn.
    voice : Voice, optional
        Speaks counts and cues.
    phrases : Phrases, optional
        The language.
    mirrored : bool
        Flip what is shown.
    on_shown : callable, optional
        Told of every picture after it was shown.
    on_end : callable, optional
        Told of every take after it was ended, with what became known at its end.
    save_picture : callable, optional
        Writes a picture of the screen, by its time; returns where it is.
    """

    def __init__(
        self,
        camera: Camera,
        begin: Callable[[str, str], Take],
        *,
        pattern: str,
        model: str = "full",
        window: Window | None = None,
        voice: Voice | None = None,
        phrases: Phrases | None = None,
        mirrored: bool = True,
        on_shown: Callable[[Take, Shown], None] | None = None,
        on_end: Callable[[Take, Sequence[Event]], None] | None = None,
        save_picture: Callable[[Pixels, float], str] | None = None,
    ) -> None:
        self._camera, self._begin, self._window, self._voice = camera, begin, window, voice
        self._phrases = phrases or Phrases()
        self._mirrored = mirrored
        self._on_shown, self._on_end, self._save_picture = on_shown, on_end, save_picture
        self._model = model
        self._take = begin(pattern, model)
        self._paused = False
        self._quit = False
        self._shown: Pixels | None = None
        self._seen: tuple[Shot, Screen] | None = None
        self._note, self._note_until = "", -math.inf
        self._helped = ("", -math.inf)

    def run(self) -> None:
        """Go on until the user or the camera ends it; the last take is then ended as well."""
        try:
            while not self._quit:
                shot = self._camera.newest(WAIT_S)
                if shot is not None:
                    self._picture(shot)
                elif self._camera.ended:
                    break
                else:
                    self._nothing()
                self._look_after_window()
        finally:
            self._end_take()

    def end(self) -> None:
        """End after the picture at hand."""
        self._quit = True

    # -- pictures -----------------------------------------------------------------------------------
    def _picture(self, shot: Shot) -> None:
        taken_at = time.perf_counter()
        moment = None if self._paused else self._take.update(shot)
        posed_at = time.perf_counter()
        if moment is not None:
            screen = screen_of(self._take, moment, self._phrases)
        else:
            screen = replace(self._seen[1], image=None, help="") if self._seen else Screen(image=None, visibility=None)
        self._seen = shot, screen
        drawn = self._draw(shot.rgb, screen, shot.t)
        shown_at = time.perf_counter()
        spoken_at = self._speak(moment) if moment is not None else math.nan
        if moment is not None and self._take.recorder is not None:
            self._film(self._take.recorder, shot, drawn)
        if self._on_shown is not None:
            times = {"taken_at": taken_at, "posed_at": posed_at, "shown_at": shown_at, "spoken_at": spoken_at}
            self._on_shown(self._take, Shown(shot=shot, moment=moment, **times))

    def _nothing(self) -> None:
        """Keep the window alive while no picture comes."""
        if self._seen is not None:
            shot, screen = self._seen
            self._draw(shot.rgb, replace(screen, image=None), shot.t)

    def _draw(self, rgb: Pixels, screen: Screen, t: float) -> Pixels | None:
        recorder = self._take.recorder
        annotated = recorder is not None and recorder.video_kind == "annotated"
        if self._window is None and not annotated:
            return None
        whole = replace(
            screen,
            notice=self._notice(t),
            keys=self._keys(),
            muted=self._voice is not None and self._voice.muted,
        )
        self._shown = draw_screen(rgb, whole, self._phrases, mirrored=self._mirrored)
        if self._window is not None:
            self._window.show(self._shown)
        return self._shown

    def _film(self, recorder: Recorder, shot: Shot, drawn: Pixels | None) -> None:
        if recorder.video_kind == "raw":
            recorder.film(shot.rgb, shot.t)
        elif recorder.video_kind == "annotated" and drawn is not None:
            recorder.film(drawn, shot.t)

    def _notice(self, t: float) -> str:
        if self._camera.lost:
            return self._phrases.say("screen.no_camera")
        if self._paused:
            return self._phrases.say("screen.paused")
        if t < self._note_until:
            return self._note
        if self._take.recorder is not None and self._take.recorder.trouble:
            return self._phrases.say("screen.not_recorded")
        if self._offers_lite():
            return self._phrases.say("screen.slow")
        return ""

    def _keys(self) -> tuple[tuple[str, str], ...]:
        wanted = [key for key in KEYS if key != "m" or self._voice is not None]
        return tuple((key, self._phrases.say(f"key.{key}")) for key in wanted)

    # -- the voice ----------------------------------------------------------------------------------
    def _speak(self, moment: Moment) -> float:
        """Hand to the voice what is to be said, and return when; NaN when there is nothing to say."""
        words = self._words(moment)
        if self._voice is None or not words:
            return math.nan
        self._voice.say(words)
        return time.perf_counter()

    def _words(self, moment: Moment) -> str:
        if moment.rep is not None:
            count = str(self._take.tally.count)
            return f"{count}. {moment.said.text}" if moment.said else count
        helped, at = self._helped
        if not moment.help or moment.so_far is not None:
            return ""
        if moment.help == helped and moment.frame.t - at < HELP_AGAIN_S:
            return ""
        self._helped = moment.help, moment.frame.t
        return moment.help

    # -- keys ---------------------------------------------------------------------------------------
    def _look_after_window(self) -> None:
        if self._window is None:
            return
        key = self._window.key()
        self._quit |= self._window.closed or key in ("q", "esc")
        if key == "space":
            self._paused = not self._paused
        elif key == "m" and self._voice is not None:
            self._voice.muted = not self._voice.muted
        elif key == "n":
            self._take.new_set()
            self._say_note(self._phrases.say("screen.new_set"))
        elif key == "p":
            names = list(patterns())
            self._next_take(names[(names.index(self._take.pattern.name) + 1) % len(names)], self._model)
            self._say_note(self._take.pattern.title)
        elif key == "l" and self._offers_lite():
            self._next_take(self._take.pattern.name, "lite")
        elif key == "s" and self._save_picture is not None and self._shown is not None and self._seen is not None:
            self._say_note(self._save_picture(self._shown, self._seen[0].t))

    def _offers_lite(self) -> bool:
        return self._take.slow and self._model == "full"

    def _say_note(self, text: str) -> None:
        self._note, self._note_until = text, (self._seen[0].t if self._seen else 0.0) + NOTE_S

    # -- takes --------------------------------------------------------------------------------------
    def _next_take(self, pattern: str, model: str) -> None:
        self._end_take()
        self._model = model
        self._take = self._begin(pattern, model)

    def _end_take(self) -> None:
        events = self._take.finish()
        if self._on_end is not None:
            self._on_end(self._take, events)
