from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from armswing import Analysis, Options, PoseSequence, judge
from armswing.errors import VideoError
from armswing.io.overlay import annotate
from armswing.io.writer import TIME_BASE
from overlay_parts import landmarks


def write_video(path: Path, *, times: list[float], size: tuple[int, int] = (64, 48)) -> Path:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv444p"  # takes odd sizes too
        stream.codec_context.time_base = TIME_BASE
        for i, t in enumerate(times):
            picture = np.full((size[1], size[0], 3), 60 + i, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture).reformat(format="yuv444p")
            frame.pts, frame.time_base = round(t / TIME_BASE), TIME_BASE
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def analysed(path: Path, times: list[float], size: tuple[int, int], **options: Any) -> Analysis:
    """Return an analysis of a made video without the pose model: somebody stands in it."""
    n = len(times)
    poses = PoseSequence(
        t=np.array(times),
        image=np.tile(landmarks(size), (n, 1, 1)),
        world=np.tile(np.random.default_rng(2).normal(size=(33, 3)), (n, 1, 1)),
        visibility=np.ones((n, 33)),
        size=size,
        source=str(path),
    )
    return judge(poses, Options(pattern="pull", **options))


def read_back(path: Path) -> tuple[list[float], SimpleNamespace]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        about = SimpleNamespace(codec=stream.codec_context.name, pixels=stream.codec_context.pix_fmt)
        return [float(frame.pts * frame.time_base) for frame in file.decode(stream)], about


@pytest.mark.parametrize("size", [(64, 48), (65, 49)])
def test_the_annotated_video_has_the_analysed_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    times = [0.0, 0.033, 0.07, 0.1, 0.2, 0.233]
    video = write_video(tmp_path / "in.mp4", times=times, size=size)
    said: list[float] = []
    annotate(video, analysed(video, times, size), tmp_path / "out.mp4", progress=lambda t, _: said.append(t))
    found, about = read_back(tmp_path / "out.mp4")
    assert found == pytest.approx(times, abs=1e-4)
    assert said == pytest.approx(times, abs=1e-4)
    assert (about.codec, about.pixels) == ("h264", "yuv420p")
    content = (tmp_path / "out.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "plays before it is loaded"


def test_the_same_part_and_rate_are_read_again(tmp_path: Path) -> None:
    times = [i / 20 for i in range(40)]
    video = write_video(tmp_path / "in.mp4", times=times)
    kept = [t for t in times[::2] if 0.5 <= t <= 1.0]
    analysis = analysed(video, kept, (64, 48), max_fps=10, time_range=(0.5, 1.0))
    annotate(video, analysis, tmp_path / "out.mp4")
    found, _ = read_back(tmp_path / "out.mp4")
    assert found == pytest.approx([t - 0.5 for t in kept], abs=1e-4), "its 0:00 is the first picture"


Spoil = Callable[[Path, Analysis], Analysis]


def _missing(video: Path, analysis: Analysis) -> Analysis:
    video.unlink()
    return analysis


def _shorter(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 30 for i in range(4)])
    return analysis


def _longer(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 30 for i in range(9)])
    return analysis


def _other_times(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 15 for i in range(6)])
    return analysis


def _other_size(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 30 for i in range(6)], size=(48, 64))
    return analysis


def _without_poses(video: Path, analysis: Analysis) -> Analysis:
    return replace(analysis, poses=None)


@pytest.mark.parametrize("spoil", [_missing, _shorter, _longer, _other_times, _other_size, _without_poses])
def test_no_file_when_the_video_is_not_the_one_analysed(tmp_path: Path, spoil: Spoil) -> None:
    video = write_video(tmp_path / "in.mp4", times=[i / 30 for i in range(6)])
    analysis = spoil(video, analysed(video, [i / 30 for i in range(6)], (64, 48)))
    with pytest.raises(VideoError):
        annotate(video, analysis, tmp_path / "out.mp4")
    assert {path.name for path in tmp_path.iterdir()} <= {"in.mp4"}


def test_the_video_itself_is_not_overwritten(tmp_path: Path) -> None:
    times = [i / 30 for i in range(6)]
    video = write_video(tmp_path / "in.mp4", times=times)
    before = video.read_bytes()
    with pytest.raises(VideoError, match="the video itself"):
        annotate(video, analysed(video, times, (64, 48)), video)
    assert video.read_bytes() == before
