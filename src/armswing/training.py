"""Training: takes on a camera with a window, a voice and a record, each of which may be missing.

A thread of its own finds the person in the next picture while the last one is judged, drawn and shown: what comes
after the pose then delays no picture but its own.  At most one picture is under way in it, and it takes the
newest there is, so that the screen is never more than one picture behind.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from armswing.events import Event
from armswing.io.memory import keep_memory_together
from armswing.io.screen import Screen, draw_screen
from armswing.live import Moment, Take, screen_of
from armswing.patterns import patterns
from armswing.phrases import Phrases

if TYPE_CHECKING:
    from armswing.io.camera import Camera, Shot
    from armswing.io.record import Recorder
    from armswing.io.video import Pixels
    from armswing.io.voice import Voice
    from armswing.io.window import Window
    from armswing.pose import PoseFrame

WAIT_S = 0.25
"""Without a picture for so long the window is looked after all the same."""

HELP_AGAIN_S = 8.0
"""The same help is spoken again after so long (our judgement)."""

NOTE_S = 2.0
"""A notice of what a key did stays for so long."""

KEYS = ("q", "space", "p", "n", "s", "m")
"""In the order in which the screen names them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """When what happened to one picture, by ``time.perf_counter()``: for measuring delays.

    Attributes
    ----------
    shot : Shot
        The picture.
    moment : Moment or None
        What was known after it; None while paused.
    taken_at, judged_at, shown_at : float
        It was taken from the camera; pose and verdict were known; it stood on the screen.
    spoken_at : float
        What is said to it was handed to the voice; NaN when nothing was.
    """

    shot: Shot
    moment: Moment | None
    taken_at: float
    judged_at: float
    shown_at: float
    spoken_at: float = math.nan


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """A picture with the pose found in it, by the estimator of a take; no pose while paused."""

    take: Take
    shot: Shot
    frame: PoseFrame | None
    taken_at: float


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
        keep_memory_together()
        self._camera, self._begin, self._window, self._voice = camera, begin, window, voice
        self._phrases = phrases or Phrases()
        self._mirrored = mirrored
        self._on_shown, self._on_end, self._save_picture = on_shown, on_end, save_picture
        self._model = model
        self._take = begin(pattern, model)
        self._looker = ThreadPoolExecutor(1, thread_name_prefix="pose")
        self._looking: Future[_Seen | None] = Future()
        self._paused = False
        self._quit = False
        self._taken: Shot | None = None
        self._shown: Pixels | None = None
        self._seen: tuple[Shot, Screen] | None = None
        self._note, self._note_until = "", -math.inf
        self._helped = ("", -math.inf)

    def run(self) -> None:
        """Go on until the user or the camera ends it; the last take is then ended as well."""
        with self._looker:
            self._look_on()
            try:
                while not self._quit:
                    wait([self._looking], timeout=WAIT_S)
                    seen = None
                    if self._looking.done():
                        seen = self._looking.result()
                        if seen is None and self._camera.ended:
                            break
                        self._look_on()
                    if seen is not None:
                        self._picture(seen)
                    else:
                        self._nothing()
                    self._look_after_window()
            finally:
                self._end_take()

    def end(self) -> None:
        """End after the picture at hand."""
        self._quit = True

    # -- pictures -----------------------------------------------------------------------------------
    def _look_on(self) -> None:
        """Have the thread of its own find the person in the picture that comes next."""
        self._looking = self._looker.submit(self._look, self._take, self._paused)

    def _look(self, take: Take, paused: bool) -> _Seen | None:
        """Find the person in the newest picture; None when none comes in time."""
        shot = self._camera.newest(WAIT_S)
        if shot is None:
            return None
        taken_at, self._taken = time.perf_counter(), shot
        return _Seen(take=take, shot=shot, frame=None if paused else take.look(shot), taken_at=taken_at)

    def _picture(self, seen: _Seen) -> None:
        """Judge, draw, show, speak and film a picture; one that a key overtook is shown alone."""
        shot, moment = seen.shot, None
        if seen.frame is not None and seen.take is self._take and not self._paused:
            moment = self._take.judge(shot, seen.frame)
        judged_at = time.perf_counter()
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
        if moment is not None:
            self._take.follow_up(moment)
        if self._on_shown is not None:
            times = {"taken_at": seen.taken_at, "judged_at": judged_at, "shown_at": shown_at, "spoken_at": spoken_at}
            self._on_shown(self._take, Shown(shot=shot, moment=moment, **times))

    def _nothing(self) -> None:
        """Keep the window alive while nothing new is known: no picture comes, or the pose model is still starting."""
        if self._seen is not None:
            shot, screen = self._seen
            self._draw(shot.rgb, replace(screen, image=None), shot.t)
        elif self._taken is not None:
            self._draw(self._taken.rgb, Screen(image=None, visibility=None), self._taken.t)

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
        wait([self._looking])  # the take closes what finds the person; that picture is the first one not judged
        events = self._take.finish()
        if self._on_end is not None:
            self._on_end(self._take, events)
