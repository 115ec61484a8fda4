"""How long live takes from a picture to the screen, and whether it keeps up.

    python benchmarks/live.py [--clip PATH ...] [--pattern pull] [--model full] [--fps 30] [--rounds 3]
    python benchmarks/live.py --rates             # the same clip offered at 10, 15 and 30 pictures a second
    python benchmarks/live.py --soak 30           # half an hour in a loop: memory, and the drift of time

It plays clips as a camera does, at their own pace, through the whole of ``armswing live``: camera thread, pose
model, session, cues, record with raw video, screen and, where there is a display, the window.  Delays are those
from the capture of a picture to the moment it stands on the screen, with what was found in it drawn, seen by reading
the screen itself (`on_screen`); and to the moment the window returns, two milliseconds later.  The pose model's own
time in the same run stands beside them, because the rest is all that armswing can help.  It reports; it fails on
nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from armswing.api import Options, analyze
from armswing.errors import CameraError
from armswing.events import RepCompleted
from armswing.io.camera import Camera, FileSource
from armswing.io.mediapipe_pose import PoseEstimator
from armswing.io.record import Recorder
from armswing.io.samples import pattern_of_sample, sample_videos
from armswing.live import Take
from armswing.patterns import get_pattern
from armswing.training import Shown, Training

if TYPE_CHECKING:
    import numpy.typing as npt

    from armswing.io.video import Pixels
    from armswing.pose import PoseFrame

OVERHEAD_MS, CUE_MS = 12.0, 150.0
"""Wanted: at the 95th percentile so much above the pose model's, and so long from the picture that ends a repetition
to its cue."""


class TimedEstimator(PoseEstimator):
    """The pose model with a watch."""

    def __init__(self, model: str) -> None:
        self.took_s: list[float] = []
        super().__init__(model)

    def estimate(self, rgb: npt.NDArray[np.uint8], t: float, cut: bool = False) -> PoseFrame:
        """Find the person, and note how long it took."""
        began = time.perf_counter()
        frame = super().estimate(rgb, t, cut)
        self.took_s.append(time.perf_counter() - began)
        return frame


class NoWindow:
    """Takes what is drawn where there is no display: all of the drawing, none of the showing."""

    closed = False

    def show(self, rgb: Pixels) -> None:
        """Take a picture."""

    def key(self) -> str:
        """Return that no key is pressed."""
        return ""


class SilentVoice:
    """Takes what is said."""

    muted, trouble = False, None

    def say(self, text: str) -> None:
        """Take a text."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What happened to one picture: times by the clock of the computer, but for ``t``."""

    t: float
    number: int
    captured_at: float
    taken_at: float
    seen_at: float
    shown_at: float
    spoken_at: float
    ends_rep: bool
    found_after_s: float


@dataclass
class Run:
    """What was seen of one training."""

    pictures: list[Picture] = field(default_factory=list)
    reps: list[RepCompleted] = field(default_factory=list)
    model_s: list[float] = field(default_factory=list)
    skipped: int = 0
    memory_mb: list[tuple[float, float]] = field(default_factory=list)

    def see(self, shown: Shown, seen_at: float) -> None:
        """Keep the numbers of a picture, and nothing of the picture itself."""
        moment = shown.moment
        ended = [event for event in (moment.events if moment else ()) if isinstance(event, RepCompleted)]
        self.reps += [replace(event, rep=replace(event.rep, poses=None)) for event in ended]
        self.pictures.append(
            Picture(
                t=shown.shot.t,
                number=shown.shot.number,
                captured_at=shown.shot.captured_at,
                taken_at=shown.taken_at,
                seen_at=seen_at,
                shown_at=shown.shown_at,
                spoken_at=shown.spoken_at,
                ends_rep=bool(ended),
                found_after_s=ended[-1].t - ended[-1].rep.end_s if ended else float("nan"),
            )
        )


def main() -> None:
    arguments = _arguments()
    clips = arguments.clip or [v for v in sample_videos() if pattern_of_sample(v) == arguments.pattern]
    with _display() as window:
        print(f"{', '.join(clip.name for clip in clips)}; model {arguments.model}; {_named(window)}")
        if arguments.soak:
            report_soak(clips, arguments, window)
        elif arguments.rates:
            report_rates(clips, arguments, window)
        else:
            for number in range(1, arguments.rounds + 1):
                print(f"run {number}")
                report_delays(train(clips, arguments, window, max_fps=arguments.fps))


def train(
    clips: list[Path], arguments: argparse.Namespace, window: object, *, max_fps: float, soak_s: float = 0.0
) -> Run:
    """Play clips through a training and return what was seen."""
    run = Run()
    with (
        tempfile.TemporaryDirectory() as folder,
        Camera(FileSource(*clips, loop=soak_s > 0), max_fps=max_fps) as camera,
    ):

        def begin(pattern: str, model: str) -> Take:
            estimator = TimedEstimator(model)
            run.model_s = estimator.took_s
            recorder = Recorder(
                Path(folder) / "take", get_pattern(pattern), name="benchmark", size=camera.size, video="raw"
            )
            return Take(Options(pattern=pattern, model=model), estimator, recorder=recorder)

        def seen(_: Take, shown: Shown) -> None:
            run.see(shown, getattr(window, "seen_at", float("nan")))
            if soak_s and len(run.pictures) % 1000 == 0:
                run.memory_mb.append((shown.shot.t, memory_mb()))
            if soak_s and shown.shot.t > soak_s:
                training.end()

        training = Training(
            camera,
            begin,
            pattern=arguments.pattern,
            model=arguments.model,
            window=window,  # type: ignore[arg-type]  # a stand-in has all that is asked of it
            voice=SilentVoice(),  # type: ignore[arg-type]  # likewise
            on_shown=seen,
            on_end=lambda _, events: run.reps.extend(e for e in events if isinstance(e, RepCompleted)),
        )
        training.run()
        run.skipped = camera.skipped
    return run


def report_delays(run: Run) -> None:
    """Print the delays of one run."""
    pictures, model = run.pictures, 1e3 * np.array(run.model_s)
    returned = 1e3 * np.array([p.shown_at - p.captured_at for p in pictures[1:]])
    seen = 1e3 * np.array([p.seen_at - p.captured_at for p in pictures[1:]])
    delays = np.where(np.isnan(seen), returned, seen)
    aged = 1e3 * max(p.taken_at - p.captured_at for p in pictures[1:])  # the first waits while the model is loaded
    step = 1e3 * float(np.median(np.diff([p.t for p in pictures])))
    wanted = OVERHEAD_MS + (step if np.median(model) > step else 0.0)
    over = np.percentile(delays, 95) - np.percentile(model, 95)
    print(f"  pictures    {len(pictures)} shown, {run.skipped} skipped, {1e3 / step:.1f} a second")
    print(f"  pose model  {_percentiles(model)} ms")
    print(f"  to screen   {_percentiles(delays)} ms ({np.isfinite(seen).mean():.0%} of the pictures seen there)")
    print(f"  to return   {_percentiles(returned)} ms")
    print(f"  above the model at the 95th percentile: {over:.1f} ms (wanted: at most {wanted:.1f})")
    print(f"  oldest picture when it was taken: {aged:.1f} ms")
    ends = [p for p in pictures if p.ends_rep]
    if ends:
        screen = max(1e3 * (p.shown_at - p.captured_at) for p in ends)
        voice = max(1e3 * (p.spoken_at - p.captured_at) for p in ends)
        found = np.median([p.found_after_s for p in ends])
        print(
            f"  {len(ends)} repetitions: at most {screen:.0f} ms to the screen, {voice:.0f} ms to the voice after the"
            f" picture that ends one (wanted: {CUE_MS:.0f}); that picture comes {found:.2f} s after the end itself"
        )


def report_rates(clips: list[Path], arguments: argparse.Namespace, window: object) -> None:
    """Print what becomes of the same clip offered at several rates, clip by clip."""
    for clip in clips:
        whole = analyze(clip, arguments.pattern, model=arguments.model).reps
        print(f"{clip.name}: {len(whole)} in the video, {_told(whole)}")
        for fps in (10.0, 15.0, 30.0):
            run = train([clip], arguments, window, max_fps=fps)
            print(f"  {fps:.0f} a second, {len(run.pictures)} pictures: {_told(run.reps)}")


def report_soak(clips: list[Path], arguments: argparse.Namespace, window: object) -> None:
    """Print memory and the drift of time over a long run."""
    began = time.perf_counter()
    run = train(clips, arguments, window, max_fps=arguments.fps, soak_s=60.0 * arguments.soak)
    wall = time.perf_counter() - began
    report_delays(run)
    first, last = run.pictures[1], run.pictures[-1]  # the first waits while the model is loaded
    drift = (last.t - first.t) - (last.captured_at - first.captured_at)
    print(f"  {wall / 60:.1f} minutes, {len(run.reps)} repetitions; drift of time {1e3 * drift:.1f} ms")
    for t, mb in run.memory_mb[:: max(len(run.memory_mb) // 12, 1)]:
        print(f"  at {t / 60:5.1f} min {mb:.0f} MB")
    print(f"  threads {threading.active_count()}")


def memory_mb() -> float:
    """Return the memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def _told(reps: list[RepCompleted] | tuple[RepCompleted, ...]) -> str:
    return ", ".join(
        f"{e.rep.side[0]} {e.rep.peak_s:.2f} s {'–' if e.score.score is None else format(e.score.score, '.0f')}"
        f"{'' if not e.score.reasons else ' ' + '|'.join(e.score.reasons)}"
        for e in reps
    )


def _percentiles(values: npt.NDArray[np.floating]) -> str:
    return "median {:.1f}, 95th {:.1f}, 99th {:.1f}".format(*np.percentile(values, [50, 95, 99]))


@contextlib.contextmanager
def _display() -> Iterator[object]:
    from on_screen import WatchedWindow

    try:
        window = WatchedWindow("armswing benchmark", (1280, 720))
    except (CameraError, OSError):  # no display, or one that is not X
        yield NoWindow()
    else:
        with window:
            yield window


def _named(window: object) -> str:
    return "drawn, but no display to show it on" if isinstance(window, NoWindow) else "in a window"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--clip", type=Path, action="append", help="a video to play; without, the samples of the pattern"
    )
    parser.add_argument("--pattern", default="pull")
    parser.add_argument("--model", default="full")
    parser.add_argument("--fps", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rates", action="store_true")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    return parser.parse_args()


if __name__ == "__main__":
    main()
