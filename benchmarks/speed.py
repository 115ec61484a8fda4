"""How fast armswing is, as ratios against a bare loop in the same run.

    python benchmarks/speed.py [--video PATH ...] [--pattern push] [--repeats 3]

The bare loop reads every picture with PyAV, converts it to RGB and hands it to
MediaPipe, with the same model, in the plain way.  armswing does the whole job on the
same file.  The two take turns, and the medians of the ratios are printed: absolute
times say more about the machine and its other users than about the code.

Without ``--video`` it makes its own inputs from a sample video: 1080p with 60 and 720p
with 30 pictures a second.  It reports; it fails on nothing.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from armswing.api import analyze
from armswing.io.mediapipe_pose import PoseEstimator, _without_chatter, read_poses
from armswing.io.models import resolve_model
from armswing.io.video import VideoReader
from armswing.io.writer import VideoWriter
from armswing.pose import PoseFrame, PoseSequence
from armswing.session import Session

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"
SAMPLE = "pull_good_-45_1280x720.mp4"
# Wanted: pictures a second of the medium -> highest ratio of wall time and of CPU time.
TARGETS = {60: (0.55, 0.65), 30: (1.05, 1.10)}
REAL_TIME_TARGET, FRAME_MS_TARGET, POSE_BYTES_TARGET = 1000, 1.0, 1024
LONG_S = 120.0  # length of the poses that the analysis after them is timed with
ROUNDS = 9  # so often; the median counts
BLOCK = 300  # frames


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run took, in seconds; CPU time is that of all threads."""

    wall_s: float
    cpu_s: float


def main() -> None:
    arguments = _arguments()
    if arguments.read_only:
        _print_peak(arguments.video[0])
        return
    with tempfile.TemporaryDirectory() as folder:
        videos = arguments.video or [
            make_video(Path(folder) / "1080p60.mp4", size=(1920, 1080), fps=60, seconds=arguments.seconds),
            make_video(Path(folder) / "720p30.mp4", size=(1280, 720), fps=30, seconds=arguments.seconds),
        ]
        for video in videos:
            report_pipeline(video, arguments)
            report_memory(video)
        poses = read_all_poses(videos[-1], arguments.model)
    per_frame = sum(a.nbytes for a in (poses.t, poses.image, poses.world, poses.visibility, poses.settling, poses.cut))
    print(f"poses      {per_frame / len(poses):.0f} bytes a frame (wanted: at most {POSE_BYTES_TARGET})")
    report_after_poses(poses, arguments.pattern)


# --- from the file to the reps -------------------------------------------------------------------


def bare_loop(path: Path, model: str) -> None:
    """Read, convert and detect in the plain way: what the product is measured against."""
    with _without_chatter():
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(resolve_model(model).path)),
            running_mode=vision.RunningMode.VIDEO,
        )
        landmarker = vision.PoseLandmarker.create_from_options(options)
    last_ms = -1
    with av.open(str(path)) as container, landmarker:
        for frame in container.decode(video=0):
            rgb = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
            last_ms = max(round((frame.time or 0.0) * 1000), last_ms + 1)
            landmarker.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb), last_ms)


def report_pipeline(path: Path, arguments: argparse.Namespace) -> None:
    """Print the ratios of wall and CPU time on one video."""
    fps = _fps(path)
    wanted = TARGETS.get(60 if fps > 45 else 30 if fps > 20 else 0)
    print(f"{path.name}: {fps:.2f} pictures a second")
    warm_up(path, arguments.model)
    walls, cpus = [], []
    for turn in range(arguments.repeats):
        bare = cost(lambda: bare_loop(path, arguments.model))
        ours = cost(lambda: analyze(path, pattern=arguments.pattern, model=arguments.model))
        walls.append(ours.wall_s / bare.wall_s)
        cpus.append(ours.cpu_s / bare.cpu_s)
        print(
            f"  run {turn + 1}    bare {bare.wall_s:.2f} s, CPU {bare.cpu_s:.2f} s;"
            f" armswing {ours.wall_s:.2f} s, CPU {ours.cpu_s:.2f} s; ratios {walls[-1]:.2f}, {cpus[-1]:.2f}"
        )
    for name, ratios, most in zip(("wall", "CPU"), (walls, cpus), wanted or (None, None), strict=True):
        target = "" if most is None else f" (wanted: at most {most:.2f})"
        print(f"  {name:8} {statistics.median(ratios):.2f} of the bare loop{target}")


def warm_up(path: Path, model: str) -> None:
    """Load everything that is loaded once per process, so that it falls into neither side."""
    with VideoReader(path) as video, PoseEstimator(model) as estimator:
        for picture in (next(video), next(video)):
            estimator.estimate(picture.rgb, picture.t)


def read_all_poses(path: Path, model: str) -> PoseSequence:
    with VideoReader(path) as video, PoseEstimator(model) as estimator:
        return PoseSequence.from_frames(pose for _, pose in read_poses(video, estimator))


def cost(run: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Cost(wall_s=time.perf_counter() - wall, cpu_s=time.process_time() - cpu)


# --- memory --------------------------------------------------------------------------------------


def report_memory(path: Path) -> None:
    """Print how much memory reading takes after a second, and at the end, in a process of its own."""
    command = [sys.executable, __file__, "--read-only", "--video", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    print(f"  memory   {done.stdout.strip()}")


def _print_peak(path: Path) -> None:
    before = _peak_mb()
    early = None
    with VideoReader(path) as video:
        for picture in video:
            if early is None and picture.t >= 1.0:
                early = _peak_mb()
            time.sleep(0.005)  # slower than decoding, as the pose model is
        size, frames = video.size, video.frames_used
    late = _peak_mb()
    if early is None:
        early = late
    print(
        f"reading adds {early - before:.0f} MB in the first second and {late - early:.1f} MB in all the rest"
        f" ({frames} pictures of {size[0] * size[1] * 3 / 1e6:.1f} MB)"
    )


def _peak_mb() -> float:
    """Return the most memory that this process has taken; NaN where the system does not say (not Linux)."""
    # Not getrusage: there a child begins with what its parent took.
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


# --- after the poses -----------------------------------------------------------------------------


def report_after_poses(poses: PoseSequence, pattern: str) -> None:
    """Print how fast everything after the poses is, in blocks and frame by frame."""
    long = repeated(poses, LONG_S)
    length_s = float(long.t[-1] - long.t[0])
    frames = [long[i] for i in range(len(long))]
    blocks = [long.slice(slice(i, i + BLOCK)) for i in range(0, len(long), BLOCK)]
    ways: dict[str, Sequence[PoseSequence | PoseFrame]] = {
        "in one block": [long],
        f"in blocks of {BLOCK}": blocks,
        "frame by frame": frames,
    }

    def judge(parts: Sequence[PoseSequence | PoseFrame]) -> None:
        session = Session(pattern)
        for part in parts:
            session.update(part)
        session.finish()

    taken_s = {
        how: [cost(lambda parts=parts: judge(parts)).cpu_s for _ in range(ROUNDS)] for how, parts in ways.items()
    }
    frame_ms = [1e3 * took / len(frames) for took in taken_s.pop("frame by frame")]
    for how, took in taken_s.items():
        slowest, *_, fastest = sorted(length_s / each for each in took)
        usual = length_s / statistics.median(took)
        print(
            f"analysis   {how}: {usual:,.0f} x real time, {slowest:,.0f} to {fastest:,.0f} in {ROUNDS} rounds"
            f" (wanted: at least {REAL_TIME_TARGET:,})"
        )
    print(
        f"analysis   frame by frame: {statistics.median(frame_ms):.2f} ms a frame, {min(frame_ms):.2f} to"
        f" {max(frame_ms):.2f} (wanted: at most {FRAME_MS_TARGET:g})"
    )


def repeated(poses: PoseSequence, length_s: float) -> PoseSequence:
    """Return the poses one after the other until they last ``length_s`` seconds."""
    step = float(np.median(np.diff(poses.t)))
    period = float(poses.t[-1] - poses.t[0]) + step
    times = max(1, round(length_s / period))
    return PoseSequence(
        t=np.concatenate([poses.t + i * period for i in range(times)]),
        size=poses.size,
        source=poses.source,
        **{
            name: np.concatenate([getattr(poses, name)] * times)
            for name in ("image", "world", "visibility", "settling", "cut")
        },
    )


# --- inputs --------------------------------------------------------------------------------------


def make_video(path: Path, *, size: tuple[int, int], fps: int, seconds: float) -> Path:
    """Scale a sample video up, forwards and backwards in turn, every picture once."""
    with av.open(str(SAMPLES / SAMPLE)) as source:
        pictures = [frame.reformat(*size, format="rgb24") for frame in source.decode(video=0)]
    way = [*pictures, *pictures[-2:0:-1]]
    with VideoWriter(path, size=size, fps=fps) as writer:
        for index in range(round(seconds * fps)):
            writer.write(way[index % len(way)].to_ndarray(), index / fps)
    return path


def _fps(path: Path) -> float:
    with VideoReader(path) as video:
        return video.fps or 0.0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--video", type=Path, nargs="+", help="time these files in place of made ones")
    parser.add_argument("--pattern", default="pull")
    parser.add_argument("--model", default="full")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6.0, help="length of the made files")
    parser.add_argument("--read-only", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
