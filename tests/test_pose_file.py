from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing.errors import ArmswingError, PoseError, VideoError
from armswing.io import pose_file
from armswing.io.pose_file import MAGIC, PoseWriter, load_poses, read_pose_file, save_poses
from armswing.pose import PoseFrame, PoseSequence

COLUMNS = ("t", "image", "world", "visibility", "settling", "cut")


def some_poses(frames: int, *, seed: int = 0, dtype: type = np.float32) -> PoseSequence:
    random = np.random.default_rng(seed)
    world = random.normal(size=(frames, 33, 3)).astype(dtype)
    world[::7] = np.nan
    return PoseSequence(
        t=np.cumsum(random.uniform(0.01, 0.1, frames)),
        image=random.normal(300, 100, (frames, 33, 2)).astype(dtype),
        world=world,
        visibility=random.uniform(size=(frames, 33)).astype(dtype),
        size=(640, 480),
        settling=random.uniform(size=frames) < 0.3,
        cut=random.uniform(size=frames) < 0.1,
        source="somewhere ü",
    )


def assert_same(a: PoseSequence, b: PoseSequence) -> None:
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
        assert getattr(a, name).dtype == getattr(b, name).dtype
    assert (a.size, a.source) == (b.size, b.source)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("frames", [1, 100, 5000])
def test_what_was_saved_is_what_is_loaded_to_the_bit(tmp_path: Path, frames: int, dtype: type) -> None:
    poses = some_poses(frames, dtype=dtype)
    save_poses(poses, tmp_path / "p.poses", about={"model": "full"})
    found = read_pose_file(tmp_path / "p.poses")
    assert_same(found.poses, poses)
    assert (found.about, found.whole) == ({"model": "full"}, True)
    assert [path.name for path in tmp_path.iterdir()] == ["p.poses"]


def test_a_sequence_saves_and_loads_itself(tmp_path: Path) -> None:
    poses = some_poses(10)
    poses.save(tmp_path / "p.poses")
    assert_same(PoseSequence.load(tmp_path / "p.poses"), poses)


def grown(path: Path, poses: PoseSequence) -> None:
    with PoseWriter(path, size=poses.size, source=poses.source) as writer:
        for i in range(len(poses)):
            frame = poses[i]
            assert isinstance(frame, PoseFrame)
            writer.write(frame)


def test_a_file_that_grew_frame_by_frame_is_the_same(tmp_path: Path) -> None:
    poses = some_poses(100)
    grown(tmp_path / "p.poses", poses)
    assert_same(load_poses(tmp_path / "p.poses"), poses)


def test_a_file_cut_short_anywhere_gives_the_frames_before_that(tmp_path: Path) -> None:
    poses = some_poses(100)
    grown(tmp_path / "p.poses", poses)
    data = (tmp_path / "p.poses").read_bytes()
    seen = set()
    for end in range(len(MAGIC), len(data), 997):
        (tmp_path / "cut.poses").write_bytes(data[:end])
        try:
            found = read_pose_file(tmp_path / "cut.poses")
        except VideoError:
            assert end < 40_000, "at least the first block is there"
            continue
        assert not found.whole
        seen.add(len(found.poses))
        assert_same(found.poses, poses.slice(slice(0, len(found.poses))))
    assert seen == {30, 60, 90}


def test_while_it_grows_no_more_than_a_block_waits(tmp_path: Path) -> None:
    poses = some_poses(pose_file.BLOCK + 1)
    writer = PoseWriter(tmp_path / "p.poses", size=poses.size)
    for i in range(len(poses)):
        frame = poses[i]
        assert isinstance(frame, PoseFrame)
        writer.write(frame)
    assert len(load_poses(tmp_path / "p.poses")) == pose_file.BLOCK  # as after a kill
    writer.close()


def block(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return struct.pack("<II", len(packed), zlib.crc32(packed)) + packed


HEADER = {"format": 1, "size": [640, 480], "dtype": "<f4", "source": "", "about": {}}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "something else"),
        (b"PK\x03\x04 not poses", "something else"),
        (MAGIC, "header does not fit"),
        (MAGIC + block(b"no json"), "header does not fit"),
        (MAGIC + block(json.dumps(HEADER | {"format": 2}).encode()), "a newer armswing"),
        (MAGIC + block(json.dumps(HEADER | {"dtype": "object"}).encode()), "header does not fit"),
        (MAGIC + block(json.dumps(HEADER).encode()), "at least one frame"),
        (MAGIC + block(json.dumps(HEADER).encode()) + block(b"x" * 100), "no whole number of frames"),
        (MAGIC + block(json.dumps(HEADER).encode())[:-1] + b"?", "checksum"),
        (MAGIC + block(bytes(40_000_000)), "larger than it may be"),
    ],
)
def test_what_is_no_whole_file_of_poses_is_one_plain_line(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "p.poses").write_bytes(data)
    with pytest.raises(VideoError, match=r"p\.poses: expected") as caught:
        load_poses(tmp_path / "p.poses")
    assert said in str(caught.value)


@settings(deadline=None, max_examples=200)
@given(at=st.integers(0, 2**32), what=st.binary(min_size=1, max_size=20))
def test_damage_anywhere_is_told_or_harmless(tmp_path_factory: pytest.TempPathFactory, at: int, what: bytes) -> None:
    folder = tmp_path_factory.mktemp("damage")
    poses = some_poses(40)
    grown(folder / "p.poses", poses)
    data = bytearray((folder / "p.poses").read_bytes())
    place = at % len(data)
    data[place : place + len(what)] = what
    (folder / "p.poses").write_bytes(data)
    told, found = "", None
    try:
        found = load_poses(folder / "p.poses")
    except ArmswingError as error:
        told = str(error)
    assert found is not None or "p.poses" in told
    if found is not None:
        np.testing.assert_array_equal(found.t, poses.t[: len(found)])


def test_a_missing_file_and_a_folder_that_may_not_be_written_say_so(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="check the path"):
        load_poses(tmp_path / "none.poses")
    with pytest.raises(VideoError, match="cannot be written"):
        save_poses(some_poses(2), tmp_path / "nowhere" / "p.poses")


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    with (
        PoseWriter(tmp_path / "p.poses", size=(640, 480)) as writer,
        pytest.raises(PoseError, match="one picture size"),
    ):
        writer.write(PoseFrame.nobody(0.0, size=(320, 240)))
