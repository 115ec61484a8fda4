"""How fast, small and quick to start a batch is, as ratios in one run.

    python benchmarks/batch.py [--repeats 3] [--clips 4] [--seconds 8] [--only speed,rescoring,memory]

**Speed**: the same clips by a bare loop (PyAV, RGB, MediaPipe, in the plain way, one after the other), by a batch
of one job and by a batch of two, in turn; the medians of the ratios are printed.  Processes are warm before the
clock starts, as they are for all but the first clip of a season.  **Re-scoring**: cached clips under other limits
of a rule, from the events that are kept beside the poses; and under other repetition thresholds, judged anew from
the poses.  **Memory** and **start** of the parent process: with a stand-in for the work, which writes ready-made
files.  It reports; it fails on nothing.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from typing import Any

from speed import Cost, bare_loop, cost, make_video, read_all_poses, repeated, warm_up

from armswing.api import Options, judge
from armswing.batch.identity import content_of, poses_under, stamp_of
from armswing.batch.pool import WorkerPool
from armswing.batch.run import Clip, Settings, Watcher, run
from armswing.batch.work import Done, Outcome, Task, do_clip
from armswing.config import parse_config
from armswing.io.models import resolve_model
from armswing.io.pose_cache import PoseKey, cache_poses
from armswing.io.results import write_results
from armswing.pose import PoseSequence

TWO_OVER_ONE, OVER_BARE_30, OVER_BARE_60 = 1.85, 1.75, 3.3
OWN_SHARE, REAL_TIME, START_S = 0.03, 1000, 3.0
OPTIONS = Options(pattern="pull")
CLIP_S = (10.0, 60.0)  # lengths of the clips that are re-scored
MANY = (10, 1000, 10_000)


def main() -> None:
    arguments = _arguments()
    if arguments.resume:
        _resume(Path(arguments.resume), arguments.count)
        return
    parts = arguments.only.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "speed" in parts:
            for fps, size, wanted in ((30, (1280, 720), OVER_BARE_30), (60, (1920, 1080), OVER_BARE_60)):
                report_speed(folder, fps, size, wanted, arguments)
        if "rescoring" in parts:
            video = make_video(folder / "short.mp4", size=(640, 360), fps=30, seconds=4.0)
            report_rescoring(folder, read_all_poses(video, "full"))
        if "memory" in parts:
            report_memory(folder)


# --- speed -----------------------------------------------------------------------------------------


class Sums(Watcher):
    """Adds up what the workers took."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        self.video_s = 0.0

    def done(self, path: str, done: Done) -> None:
        """Take note of a clip that is done."""
        self.cpu_s += done.took["cpu"]
        self.video_s += done.seconds


def report_speed(folder: Path, fps: int, size: tuple[int, int], wanted: float, arguments: argparse.Namespace) -> None:
    """Print the ratios of a bare loop, one job and two jobs over the same clips."""
    first = make_video(folder / f"{fps}.mp4", size=size, fps=fps, seconds=arguments.seconds)
    videos = [folder / f"{fps}-{n}.mp4" for n in range(arguments.clips)]
    for number, video in enumerate(videos):
        # Bytes of its own behind the last box, so that no clip finds the poses of another.
        video.write_bytes(first.read_bytes() + b"\0\0\0\x0cfree" + number.to_bytes(4, "big"))
    warm_up(first, "full")
    print(f"{size[1]}p{fps}: {arguments.clips} clips of {arguments.seconds:g} s", flush=True)
    ratios: dict[str, list[float]] = {}
    for turn in range(arguments.repeats):
        bare = cost(lambda: [bare_loop(video, "full") for video in videos])
        one, share = _batch(folder, videos, 1)
        two, _ = _batch(folder, videos, 2)
        plain, _ = _batch(folder, videos, 1, evidence=False)
        two_plain, _ = _batch(folder, videos, 2, evidence=False)
        found = {
            "two over one": one.wall_s / two.wall_s,
            "two over bare": bare.wall_s / two.wall_s,
            "two over one, no pictures": plain.wall_s / two_plain.wall_s,
            "two over bare, no pictures": bare.wall_s / two_plain.wall_s,
            "CPU: bare over one": bare.cpu_s / one.cpu_s,
            "CPU: one over two": one.cpu_s / two.cpu_s,
            "CPU: no pictures over one": plain.cpu_s / one.cpu_s,
            "CPU hours a video hour": one.cpu_s / (arguments.clips * arguments.seconds),
            "share of pool and cache": share,
        }
        for name, value in found.items():
            ratios.setdefault(name, []).append(value)
        print(
            f"  run {turn + 1}   bare {bare.wall_s:.1f} s (CPU {bare.cpu_s:.1f}), one job {one.wall_s:.1f}"
            f" (CPU {one.cpu_s:.1f}), two {two.wall_s:.1f} (CPU {two.cpu_s:.1f});"
            f" without pictures {plain.wall_s:.1f} and {two_plain.wall_s:.1f} s",
            flush=True,
        )
    wishes = {
        "two over one": f"at least {TWO_OVER_ONE:.2f}",
        "two over bare": f"at least {wanted:.2f}",
        "share of pool and cache": f"at most {OWN_SHARE:.3f}",
    }
    for name, values in ratios.items():
        wish = f" (wanted: {wishes[name]})" if name in wishes else ""
        print(f"  {name:26} {statistics.median(values):.3f}{wish}", flush=True)


def _batch(folder: Path, videos: Sequence[Path], jobs: int, *, evidence: bool = True) -> tuple[Cost, float]:
    """Do all clips from nothing; return what it took, and the share of pool and cache in the CPU time."""
    clips = [Clip(path=video.name, file=str(video), options=OPTIONS) for video in videos]
    with tempfile.TemporaryDirectory(dir=folder) as out, WorkerPool(jobs) as pool:
        settings = Settings(output_dir=Path(out), evidence=evidence, window=4 * jobs)
        warm = [Path(out) / f"warm{number}" for number in range(jobs)]  # at once, so that each process has one
        for future in [pool.submit(do_clip, _task(videos[0], place, place)) for place in warm]:
            future.result()
        sums = Sums()
        cpu, wall = time.process_time(), time.perf_counter()
        report = run(clips, settings, pool, watcher=sums)
        took, own = time.perf_counter() - wall, time.process_time() - cpu
        assert report.done == len(clips), report
        files = list((Path(out) / ".poses").rglob("*.armswing"))
        poses = [PoseSequence.load(file) for file in files]
        cpu = time.process_time()
        for video, each in zip(videos, poses, strict=True):
            key = PoseKey(content=content_of(video), model_sha256="0" * 64, under="bench")
            cache_poses(Path(out) / "again", key, each, {"fps": None, "warnings": []})
        cache = time.process_time() - cpu
        return Cost(wall_s=took, cpu_s=own + sums.cpu_s), (own + cache) / (own + sums.cpu_s)


def _task(video: Path, folder: Path, cache: Path, options: Options = OPTIONS, **more: Any) -> Task:
    return Task(
        path=video.name,
        file=str(video),
        options=options,
        model_sha256=resolve_model("full").sha256,
        folder=str(folder),
        cache=str(cache),
        **more,
    )


# --- re-scoring ------------------------------------------------------------------------------------


def report_rescoring(folder: Path, poses: PoseSequence) -> None:
    """Print how much faster than life cached clips are done under other rules and thresholds, files and all."""
    for length_s in CLIP_S:
        long = repeated(poses, 2 * length_s).slice(slice(round(30 * length_s)))
        video = folder / f"long{length_s:g}.mp4"
        video.write_bytes(b"any")
        content, stamp = content_of(video), stamp_of(video)
        key = PoseKey(content=content, model_sha256=resolve_model("full").sha256, under=poses_under(OPTIONS))
        cache_poses(folder / "poses", key, long, {"fps": 30.0, "warnings": []})
        cached = {"content": content, "stamp": stamp, "evidence": False}
        once = partial(_cpu_s, video, folder / "long", folder / "poses", **cached)
        once(OPTIONS)  # leaves its events; no numbers below are those it was scored by, and none occur twice
        rules, thresholds, judging = [], [], []
        for number in range(1, 8):
            other_rules = _with({"rules": {"PULL_FLARE": {"good_to": 30.0 + number / 10}}})
            rules.append(once(other_rules))
            thresholds.append(once(_with({"reps": {"longest_s": 15.0 + number / 10}})))
            cpu = time.process_time()
            judge(long, other_rules)
            judging.append(time.process_time() - cpu)
        kept, anew, alone = (length_s / statistics.median(times) for times in (rules, thresholds, judging))
        print(
            f"re-scoring  clips of {length_s:g} s, times real time on one core: other limits of a rule,"
            f" from kept events, {kept:,.0f} (wanted: at least {REAL_TIME:,}); other repetition thresholds,"
            f" judged anew, {anew:,.0f}; judging alone, without files, {alone:,.0f}",
            flush=True,
        )


def _cpu_s(video: Path, folder: Path, cache: Path, options: Options, **cached: Any) -> float:
    """Do a clip whose poses are at hand; return its CPU seconds."""
    done = do_clip(_task(video, folder, cache, options, **cached))
    assert isinstance(done, Done)
    assert done.cached
    return done.took["cpu"]


def _with(numbers: dict[str, Any]) -> Options:
    return Options(pattern=OPTIONS.pattern, config=parse_config(numbers))


# --- memory and start ------------------------------------------------------------------------------


class Here(Executor):
    """Does each task at once."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do a task and return its future."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def write_ready_made(task: Task) -> Outcome:
    """Stand in for the work: the files of one analysis, written as they are."""
    folder = Path(task.folder)
    folder.mkdir(parents=True)
    for name, data in _ready_made(folder.parent.parent / "ready").items():
        (folder / name).write_bytes(data)
    return Done(
        stamp=stamp_of(Path(task.file)), content="0" * 64, seconds=60.0, reps=3, cached=False, took={"cpu": 0.0}
    )


_ready: dict[str, bytes] = {}


def _ready_made(folder: Path) -> dict[str, bytes]:
    if not _ready:
        from armswing.synthetic import Camera, perform, pull

        poses = perform(pull(side="right", reps=3), camera=Camera(yaw=-40.0), fps=30).poses
        for file in write_results(judge(poses, OPTIONS), folder):
            if file.name != "frames.csv":
                _ready[file.name] = file.read_bytes()
    return _ready


def report_memory(folder: Path) -> None:
    """Print the parent's memory over the number of clips, and how long a resumed run takes to its first clip."""
    peaks = {}
    for count in MANY:
        place = folder / f"many{count}"
        (place / "in").mkdir(parents=True)
        for number in range(count):
            (place / "in" / f"clip{number:05d}.mp4").touch()
        peaks[count] = _in_a_process(place, count)[0]
    least = min(peaks.values())
    grown = ", ".join(f"{count:,} clips {peak:.0f} MB (+{peak - least:.1f})" for count, peak in peaks.items())
    print(f"memory      of the parent: {grown}")
    _, start_s, cpu_s = _in_a_process(folder / f"many{MANY[-1]}", MANY[-1])
    print(
        f"start       of a resumed run over {MANY[-1]:,} finished clips: {start_s:.1f} s, CPU {cpu_s:.1f} s"
        f" (wanted: at most {START_S:g})"
    )


def _in_a_process(place: Path, count: int) -> tuple[float, float, float]:
    """Run a batch in a process of its own; return its peak in MB, and the seconds and CPU seconds to its first clip."""
    command = [sys.executable, __file__, "--resume", str(place), "--count", str(count)]
    start = time.time()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak_mb, begun, cpu_s = (float(word) for word in done.stdout.split())
    return peak_mb, begun - start, cpu_s


def _resume(place: Path, count: int) -> None:
    from armswing.cli.clips import find_clips

    begun = []

    class Begin(Watcher):
        def begin(self, clips: int, done_before: int) -> None:
            begun.extend((time.time(), time.process_time()))

    inputs = find_clips([str(place / "in")], [], OPTIONS, OPTIONS)
    assert len(inputs.clips) == count
    run(inputs.clips, Settings(output_dir=place / "out"), Here(), watcher=Begin(), work=write_ready_made)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(status.split("VmHWM:")[1].split()[0]) / 1e3, *begun)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--clips", type=int, default=4, help="so many of each kind, an even number")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each")
    parser.add_argument("--only", default="speed,rescoring,memory")
    parser.add_argument("--resume", help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
