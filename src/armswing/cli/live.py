"""``armswing live``: the same engine on a camera."""

from __future__ import annotations

import contextlib
import json
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from armswing.cli.analyze import CONFIG, DEBUG, JSON, MAX_FPS, MODEL, QUIET, SIDE, SUBJECT, check, point
from armswing.errors import ArmswingError, ConfigError

if TYPE_CHECKING:
    from armswing.api import Options
    from armswing.events import Event, RepCompleted
    from armswing.io.camera import Camera, Source
    from armswing.io.video import Pixels
    from armswing.io.voice import Voice
    from armswing.io.window import Window
    from armswing.live import Take
    from armswing.phrases import Phrases
    from armswing.training import Shown

DEMO_PATTERN = "pull"


def live(
    *,
    pattern: Annotated[
        str | None,
        typer.Option("--pattern", "-p", metavar="NAME", help="The exercise: pull, push or lift. Key p: the next one."),
    ] = None,
    camera: Annotated[
        str,
        typer.Option(
            "--camera", metavar="WHICH", help="Number, device, URL of a stream, or a video file that poses as a camera."
        ),
    ] = "0",
    output_dir: Annotated[
        Path | None,
        typer.Option(
            "--output-dir", "-o", metavar="DIR", help="Keep repetitions, poses and summary in a folder in it."
        ),
    ] = None,
    save_video: Annotated[
        str | None,
        typer.Option("--save-video", metavar="KIND", help="Keep the video too: raw or annotated; needs --output-dir."),
    ] = None,
    side: Annotated[str, SIDE] = "auto",
    model: Annotated[str, MODEL] = "full",
    config: Annotated[Path | None, CONFIG] = None,
    resolution: Annotated[
        str | None, typer.Option("--resolution", metavar="WxH", help="What to ask of the camera: 1280x720.")
    ] = None,
    mirror: Annotated[
        bool,
        typer.Option("--mirror/--no-mirror", help="Show the picture as a mirror does; the verdicts do not change."),
    ] = True,
    max_fps: Annotated[float, MAX_FPS] = 30.0,
    subject: Annotated[str | None, SUBJECT] = None,
    voice: Annotated[bool, typer.Option("--voice/--no-voice", help="Speak counts and cues.")] = True,
    voice_name: Annotated[
        str | None, typer.Option("--voice-name", metavar="NAME", help="Which voice; `list` shows them.")
    ] = None,
    voice_rate: Annotated[
        int | None, typer.Option("--voice-rate", metavar="N", help="Words a minute.", show_default=False)
    ] = None,
    language: Annotated[
        Path | None,
        typer.Option("--language", metavar="FILE", help="A translation of what is shown and said, in TOML."),
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Without a window: for servers and tests.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Play the sample videos as if they were a camera.")] = False,
    as_json: Annotated[bool, JSON] = False,
    quiet: Annotated[bool, QUIET] = False,
    debug: Annotated[bool, DEBUG] = False,
) -> None:
    """Coach live, on a camera: one cue at a time, seen and heard.

    Nothing is recorded unless [b]--output-dir[/b] is given. Keys: q quit, space pause, p next exercise, n new set,
    s save picture, m mute.
    """
    from armswing.api import Options
    from armswing.cli.console import log_to_stderr
    from armswing.config import Config, load_config
    from armswing.phrases import Phrases, load_phrases
    from armswing.training import Training

    log_to_stderr(debug=debug, quiet=quiet)
    if voice_name == "list":
        _list_voices()
    if pattern is None and not demo:
        raise ConfigError("--pattern is needed: pull, push or lift; or try --demo")
    options = Options(
        pattern=pattern or DEMO_PATTERN,
        side=side,  # type: ignore[arg-type]  # the session checks it
        model=model,
        max_fps=max_fps,
        subject=None if subject is None else point(subject),
        config=Config() if config is None else load_config(config),
    )
    check(options, output_dir)
    keeping = Keeping(output_dir=output_dir, video=_video_kind(save_video, output_dir))
    phrases = Phrases() if language is None else load_phrases(language)
    source = _demo_source(options.pattern) if demo else _source(camera, resolution)
    telling = Telling(as_json=as_json, quiet=quiet, keeping=keeping)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_terminated_like_interrupted())
        source_camera = stack.enter_context(_camera(source, max_fps))
        window = None if headless else stack.enter_context(_window(source_camera.size))
        speaker = stack.enter_context(_voice(voice_rate, voice_name)) if voice else None
        Training(
            source_camera,
            _beginner(source_camera, options, keeping, phrases),
            pattern=options.pattern,
            model=model,
            window=window,
            voice=speaker,
            phrases=phrases,
            mirrored=mirror,
            on_shown=telling.shown,
            on_end=telling.ended,
            save_picture=_saver(keeping),
        ).run()
    raise typer.Exit(1 if telling.troubled else 0)


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """What is kept, and where.

    Attributes
    ----------
    output_dir : Path or None
        None: nothing is.
    video : str or None
        ``raw``, ``annotated`` or none.
    """

    output_dir: Path | None
    video: str | None

    def folder(self, pattern: str) -> Path:
        """Return a new folder for a take; its name says when it began, and the exercise."""
        assert self.output_dir is not None  # asked for only where something is kept
        name = f"live-{time.strftime('%Y%m%d-%H%M%S')}-{pattern}"
        number, folder = 1, self.output_dir / name
        while folder.exists():
            number, folder = number + 1, self.output_dir / f"{name}-{number + 1}"
        return folder


def _beginner(camera: Camera, options: Options, keeping: Keeping, phrases: Phrases) -> Callable[[str, str], Take]:
    """Return what makes a take for the name of a pattern and of a model."""
    from armswing.io.mediapipe_pose import PoseEstimator
    from armswing.io.models import resolve_model
    from armswing.io.record import Recorder
    from armswing.live import Take
    from armswing.patterns import get_pattern

    def begin(pattern: str, model: str) -> Take:
        chosen = replace(options, pattern=pattern, model=model)
        found = resolve_model(model)
        estimator = PoseEstimator(found, subject=chosen.subject)
        recorder = None
        if keeping.output_dir is not None:
            recorder = Recorder(
                keeping.folder(pattern),
                chosen.config.apply(get_pattern(pattern)),
                name=camera.source.name,
                size=camera.size,
                video=keeping.video,  # type: ignore[arg-type]  # checked with the options
                about={"pattern": pattern, "side": chosen.side, "model": model, "model_sha256": found.sha256},
            )
        return Take(chosen, estimator, model_sha256=found.sha256, recorder=recorder, phrases=phrases)

    return begin


# --- what stands on the terminal -------------------------------------------------------------------


class Telling:
    """Prints repetitions as they end, and where the files are."""

    def __init__(self, *, as_json: bool, quiet: bool, keeping: Keeping) -> None:
        self.troubled = False
        self._as_json, self._quiet, self._keeping = as_json, quiet, keeping

    def shown(self, take: Take, shown: Shown) -> None:
        """Tell what became known with a picture."""
        if shown.moment is not None:
            self._tell(take, shown.moment.events)

    def ended(self, take: Take, events: Sequence[Event]) -> None:
        """Tell what became known at the end of a take, and what was written."""
        from armswing.cli.console import complain, messages

        self._tell(take, events)
        recorder = take.recorder
        if recorder is None:
            return
        if recorder.trouble:
            self.troubled = True
            complain(recorder.trouble)
        elif not self._quiet:
            names = ", ".join(path.name for path in recorder.files)
            messages().print(f"Kept in {recorder.folder}: {names}", soft_wrap=True)

    def _tell(self, take: Take, events: Sequence[Event]) -> None:
        from armswing.events import RepCompleted

        for event in events:
            if isinstance(event, RepCompleted) and self._as_json:
                print(json.dumps(_as_data(take, event), ensure_ascii=False, allow_nan=False), flush=True)
            elif isinstance(event, RepCompleted) and not self._quiet:
                print(_as_line(event), flush=True)


def _as_data(take: Take, event: RepCompleted) -> dict[str, object]:
    from armswing.io.columns import Row
    from armswing.io.rep_columns import reps_columns

    name = "live" if take.recorder is None else str(take.recorder.name)
    row = Row(video=name, pattern=take.pattern.name, slowmo_factor=1.0, event=event)
    return {column.name: column.value(row) for column in reps_columns(take.pattern)}


def _as_line(event: RepCompleted) -> str:
    """Return a repetition as one line.

    The set and the number in it, its top, the arm, the score and what to change.
    """
    from armswing.cli import words
    from armswing.reasons import sentences

    rep, score = event.rep, event.score
    verdict = words.within(score.score, score.score_margin)
    verdict = f"{verdict} {words.GRADES[score.grade]}" if score.score is not None else "not scored"
    why = score.cue if score.score is not None else sentences("|".join(score.reasons))
    arm = "both arms" if rep.side == "both" else f"{rep.side} arm"
    partial = ", partial" if event.status == "partial" else ""
    line = f"set {rep.set_index}, rep {rep.rep_index:>2}  {words.clock(rep.peak_s):>7}  {arm}{partial}: {verdict}"
    return f"{line}  ({why})" if why else line


# --- the parts, each with its error in one line ----------------------------------------------------


def _source(camera: str, resolution: str | None) -> Source:
    from armswing.io.camera import find_source

    return find_source(camera, resolution=None if resolution is None else _size(resolution))


def _demo_source(pattern: str) -> Source:
    from armswing.io.camera import FileSource
    from armswing.io.samples import pattern_of_sample, sample_videos

    return FileSource(*(video for video in sample_videos() if pattern_of_sample(video) == pattern))


def _size(text: str) -> tuple[int, int]:
    """Return the size that ``WxH`` names.

    Examples
    --------
    >>> _size("1280x720")
    (1280, 720)
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise ConfigError(f"--resolution must be width x height in pixels, for instance 1280x720; got {text!r}")
    return int(width), int(height)


def _video_kind(kind: str | None, output_dir: Path | None) -> str | None:
    if kind not in (None, "raw", "annotated"):
        raise ConfigError(f"--save-video must be raw or annotated, got {kind!r}")
    if kind is not None and output_dir is None:
        raise ConfigError("--save-video needs --output-dir, which says where the video goes")
    return kind


def _camera(source: Source, max_fps: float) -> Camera:
    from armswing.io.camera import Camera

    return Camera(source, max_fps=max_fps)


def _window(size: tuple[int, int]) -> Window:
    from armswing.io.window import Window

    return Window("armswing", size)


@contextlib.contextmanager
def _voice(rate: int | None, name: str | None) -> Iterator[Voice]:
    """Give a voice; where there is none, say so in one line and go on without."""
    from armswing.cli.console import complain
    from armswing.io.voice import Voice

    with Voice(voice=name) if rate is None else Voice(voice=name, rate=rate) as voice:
        yield voice
        if voice.trouble:
            complain(voice.trouble)


def _list_voices() -> NoReturn:
    from armswing.io.voice import voices

    for name in voices():
        print(name)
    raise typer.Exit(0)


def _saver(keeping: Keeping) -> Callable[[Pixels, float], str]:
    """Return what writes a picture of the screen and says where it is."""
    from armswing.io.pictures import write_picture

    def save(rgb: Pixels, t: float) -> str:
        path = (keeping.output_dir or Path()) / f"armswing-{time.strftime('%Y%m%d-%H%M%S')}-{t:.1f}.png"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_picture(rgb, path)
        except (ArmswingError, OSError) as error:
            return str(error)
        return path.name

    return save


@contextlib.contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end a run as properly as Ctrl-C does, and Ctrl-C also where a shell has it ignored."""
    ends = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(one, signal.default_int_handler) for one in ends]
    try:
        yield
    finally:
        for one, handler in zip(ends, before, strict=True):
            signal.signal(one, handler)
