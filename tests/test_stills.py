"""Single pictures by their times are those that reading the whole video gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from armswing.errors import VideoError
from armswing.io import stills as module
from armswing.io.evidence import Moment, write_evidence
from armswing.io.samples import sample_videos
from armswing.io.stills import stills
from armswing.io.video import VideoReader
from video_files import decoding_threads, read, write_video


def test_pictures_are_those_of_the_reader() -> None:
    video = next(path for path in sample_videos() if path.name.startswith("push_armonly"))
    pictures = read(video)
    wanted = [0, 1, 40, 41, 120, len(pictures) - 1]
    found = list(stills(video, [pictures[i].t for i in reversed(wanted)]))
    assert [still.t for still in found] == [pictures[i].t for i in wanted]
    for still, index in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(still.rgb, pictures[index].rgb)


@pytest.mark.parametrize("rotation", [0, 90])
def test_only_the_groups_that_are_asked_for_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rotation: int
) -> None:
    video = write_video(tmp_path / "a.mp4", frames=120, fps=30, keyframe_every=10, rotation=rotation)
    pictures = read(video)
    decoded = []
    original = module._decoded
    monkeypatch.setattr(module, "_decoded", lambda s, p: [decoded.append(f) or f for f in original(s, p)])
    (still,) = stills(video, [pictures[74].t])
    np.testing.assert_array_equal(still.rgb, pictures[74].rgb)
    assert len(decoded) <= 15


def test_what_is_not_there_gives_nothing(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", frames=10, fps=10)
    assert list(stills(video, [])) == []
    assert list(stills(video, [5.0])) == []
    with pytest.raises(VideoError, match="no such file"):
        list(stills(tmp_path / "none.mp4", [0.0]))


def test_a_file_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mkv", frames=60, fps=30, container="matroska", keyframe_every=10, size=(320, 240))
    data = video.read_bytes()
    video.write_bytes(data[: len(data) // 2])
    times = [picture.t for picture in read(video)]
    assert 10 < len(times) < 60
    assert [still.t for still in stills(video, [times[5], times[-3], 1.9])] == [times[5], times[-3]]


def test_evidence_is_found_behind_a_place_where_the_clock_starts_again(tmp_path: Path) -> None:
    part = write_video(tmp_path / "part.ts", frames=60, container="mpegts").read_bytes()
    path = tmp_path / "joined.ts"
    path.write_bytes(part + part)
    pictures = read(path)
    asked = [pictures[10].t, pictures[90].t]
    assert asked[1] > pictures[59].t + 0.5
    wanted = [Moment(set_index=1, rep_index=i, what="peak", t=t) for i, t in enumerate(asked, start=1)]
    assert write_evidence(path, wanted, tmp_path) == [moment.file for moment in wanted]


def test_a_reader_without_its_thread_gives_the_same(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", frames=40)
    ahead = read(video)
    with VideoReader(video, ahead=False) as reader:
        assert not decoding_threads()
        beside = list(reader)
        assert (reader.frames_read, reader.frames_used) == (40, 40)
    assert [(p.t, p.cut) for p in ahead] == [(p.t, p.cut) for p in beside]
    for one, other in zip(ahead, beside, strict=True):
        np.testing.assert_array_equal(one.rgb, other.rgb)
