"""Poses are checked at the door, read-only from then on, and cut without copying."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from armswing.errors import PoseError
from armswing.pose import PoseFrame, PoseSequence

SIZE = (640, 480)
COLUMNS = ("image", "world", "visibility")


def arrays(frames: int | None = None, dtype: type = np.float64) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    lead = () if frames is None else (frames,)
    shapes = {"image": (33, 2), "world": (33, 3), "visibility": (33,)}
    return {name: rng.random((*lead, *shape)).astype(dtype) for name, shape in shapes.items()}


def frame(t: float = 0.0, **other: Any) -> PoseFrame:
    return PoseFrame(**{"t": t, "size": SIZE, **arrays(), **other})


def sequence(frames: int = 5, **other: Any) -> PoseSequence:
    return PoseSequence(**{"t": np.arange(frames) / 10, "size": SIZE, **arrays(frames), **other})


class TestValidation:
    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (
                {"world": np.zeros((33, 5, 3))},
                r"world must have shape \(5, 33, 3\), got \(33, 5, 3\); is time the first",
            ),
            ({"image": np.zeros((5, 33, 3))}, r"image must have shape \(5, 33, 2\), got \(5, 33, 3\)"),
            ({"visibility": np.zeros((5, 33, 1))}, r"visibility must have shape \(5, 33\), got \(5, 33, 1\)"),
            ({"t": np.zeros((5, 1))}, r"t must have shape \(frames,\), got \(5, 1\)"),
            ({"t": [0, 1, 2, 2, 3]}, "strictly increasing; repair repeated timestamps"),
            ({"t": [0, 1, 2, 1, 3]}, "strictly increasing"),
            ({"t": [0, 1, np.nan, 3, 4]}, "finite and strictly increasing"),
            ({"t": [0, 1, 2, 3, np.inf]}, "finite"),
            ({"size": (0, 480)}, r"size must be \(width, height\) in square pixels, both at least 1, got \(0, 480\)"),
            ({"settling": np.zeros(4, bool)}, r"settling must have shape \(5,\), got \(4,\)"),
            ({"cut": np.zeros((5, 1), bool)}, r"cut must have shape \(5,\), got \(5, 1\)"),
        ],
    )
    def test_a_sequence_that_does_not_fit(self, wrong: dict[str, Any], message: str) -> None:
        with pytest.raises(PoseError, match=message):
            sequence(**wrong)

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            ({"world": np.zeros((1, 33, 3))}, r"world must have shape \(33, 3\), got \(1, 33, 3\)"),
            ({"t": float("nan")}, "t must be a finite number of seconds, got nan"),
            ({"size": (640, -1)}, "both at least 1"),
        ],
    )
    def test_a_frame_that_does_not_fit(self, wrong: dict[str, Any], message: str) -> None:
        with pytest.raises(PoseError, match=message):
            frame(**wrong)

    def test_lists_will_do(self) -> None:
        poses = sequence(t=[0, 1, 2, 3, 4], world=arrays(5)["world"].tolist())
        assert poses.t.dtype == np.float64
        np.testing.assert_array_equal(poses.world, arrays(5)["world"])


class TestReadOnly:
    def test_nothing_can_be_written(self) -> None:
        for pose in (sequence(), frame()):
            for name in COLUMNS:
                with pytest.raises(ValueError, match="read-only"):
                    getattr(pose, name)[0] = 0
            with pytest.raises(FrozenInstanceError):
                pose.size = (1, 1)  # type: ignore[misc]
        for name in ("t", "settling", "cut"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(sequence(), name)[0] = 1

    def test_what_was_given_stays_the_givers(self) -> None:
        given = arrays(5)
        poses = sequence(**given)
        before = poses.world.copy()
        given["world"][:] = 0.0
        np.testing.assert_array_equal(poses.world, before)

    def test_what_is_read_only_already_is_not_copied(self) -> None:
        given = arrays(5)["world"]
        given.setflags(write=False)
        assert np.shares_memory(sequence(world=given).world, given)


class TestTypes:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [(np.float32, np.float32), (np.float64, np.float64), (np.float16, np.float64), (np.int64, np.float64)],
    )
    def test_single_precision_stays_and_all_else_becomes_double(self, given: type, kept: type) -> None:
        for pose in (sequence(**arrays(5, given)), frame(**arrays(None, given))):
            assert {getattr(pose, name).dtype for name in COLUMNS} == {np.dtype(kept)}

    def test_time_is_always_double(self) -> None:
        assert sequence(t=np.arange(5, dtype=np.float32)).t.dtype == np.float64

    def test_single_precision_takes_at_most_a_kilobyte_a_frame(self) -> None:
        poses = sequence(1000, **arrays(1000, np.float32))
        columns = (*(getattr(poses, name) for name in COLUMNS), poses.t, poses.settling, poses.cut)
        assert sum(column.nbytes for column in columns) / 1000 <= 1024

    def test_single_precision_survives_joining_and_cutting(self) -> None:
        poses = sequence(**arrays(5, np.float32))
        joined = PoseSequence.from_frames([poses[0], poses[1]])  # type: ignore[list-item]
        assert joined.world.dtype == poses[1:3].world.dtype == np.float32


class TestCutting:
    def test_a_slice_is_a_view(self) -> None:
        poses = sequence(settling=[1, 1, 0, 0, 0], cut=[0, 0, 1, 0, 0], source="here")
        part = poses[1:4]
        assert isinstance(part, PoseSequence)
        for name in (*COLUMNS, "t", "settling", "cut"):
            assert np.shares_memory(getattr(part, name), getattr(poses, name)), name
            np.testing.assert_array_equal(getattr(part, name), getattr(poses, name)[1:4])
        assert (part.size, part.source, len(part)) == (SIZE, "here", 3)
        assert poses[::2].t.tolist() == [0.0, 0.2, 0.4]
        assert len(poses[3:3]) == 0

    def test_time_cannot_be_turned_round(self) -> None:
        with pytest.raises(PoseError, match="time must go on"):
            sequence()[::-1]

    def test_an_index_gives_a_frame(self) -> None:
        poses = sequence(settling=[1, 0, 0, 0, 0], cut=[0, 0, 0, 0, 1])
        first, last = poses[0], poses[-1]
        assert isinstance(first, PoseFrame)
        assert isinstance(last, PoseFrame)
        assert (first.t, first.settling, first.cut) == (0.0, True, False)
        assert (last.t, last.settling, last.cut) == (0.4, False, True)
        assert np.shares_memory(last.world, poses.world)
        np.testing.assert_array_equal(last.image, poses.image[4])
        with pytest.raises(IndexError):
            poses[5]

    def test_a_frame_as_a_sequence_is_a_view_of_itself(self) -> None:
        one = frame(1.5, settling=True, cut=True)
        poses = one.as_sequence()
        assert (len(poses), poses.t.tolist(), poses.settling.tolist(), poses.cut.tolist()) == (1, [1.5], [True], [True])
        for name in COLUMNS:
            assert np.shares_memory(getattr(poses, name), getattr(one, name))


class TestFromFrames:
    def test_frames_come_together_as_they_were(self) -> None:
        poses = sequence(settling=[1, 0, 0, 0, 0], cut=[0, 0, 1, 0, 0])
        joined = PoseSequence.from_frames((poses[i] for i in range(len(poses))), source="joined")  # type: ignore[misc]
        for name in (*COLUMNS, "t", "settling", "cut"):
            np.testing.assert_array_equal(getattr(joined, name), getattr(poses, name))
        assert (joined.size, joined.source) == (SIZE, "joined")

    def test_frames_that_cannot_be_joined(self) -> None:
        with pytest.raises(PoseError, match="at least one frame, got none"):
            PoseSequence.from_frames([])
        with pytest.raises(PoseError, match=r"one picture size, got \(640, 480\) and \(480, 640\)"):
            PoseSequence.from_frames([frame(0.0), frame(1.0, size=(480, 640))])
        with pytest.raises(PoseError, match="strictly increasing"):
            PoseSequence.from_frames([frame(1.0), frame(0.5)])


class TestNobody:
    def test_nobody_is_nan_never_zero(self) -> None:
        nobody = PoseFrame.nobody(2.0, size=SIZE, cut=True)
        assert (nobody.t, nobody.size, nobody.cut, nobody.settling, nobody.found) == (2.0, SIZE, True, False, False)
        assert all(np.isnan(getattr(nobody, name)).all() for name in COLUMNS)
        assert [getattr(nobody, name).shape for name in COLUMNS] == [(33, 2), (33, 3), (33,)]

    def test_found_needs_all_landmarks(self) -> None:
        world = arrays(5)["world"]
        world[2] = np.nan
        world[3, 7, 1] = np.nan
        poses = sequence(world=world)
        assert poses.found.tolist() == [True, True, False, False, True]
        assert [poses[i].found for i in range(5)] == poses.found.tolist()  # type: ignore[union-attr]

    def test_nobody_joins_somebody(self) -> None:
        poses = PoseSequence.from_frames([frame(0.0), PoseFrame.nobody(0.1, size=SIZE), frame(0.2)])
        assert poses.found.tolist() == [True, False, True]


def test_flags_are_false_unless_said() -> None:
    poses = sequence()
    assert not poses.settling.any()
    assert not poses.cut.any()
    assert poses.settling.dtype == poses.cut.dtype == np.bool_


def test_pictures_a_second_by_the_median() -> None:
    assert sequence(t=[0.0, 0.1, 0.2, 0.3, 9.0]).fps == pytest.approx(10.0)
    assert np.isnan(sequence(1).fps)
    assert replace(sequence(2), t=[0.0, 0.04]).fps == pytest.approx(25.0)
