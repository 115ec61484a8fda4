"""Poses on disk: a file that can grow picture by picture, and that a kill leaves readable.

The format, version 1 (little-endian)::

    8 bytes     b"ARMSWING"
    block       the header, JSON: {"format": 1, "size": [width, height], "dtype": "<f4", "source": …, "about": {…}}
    block …     the frames, some at a time
    block       empty: the file is whole

    block       4 bytes length of what follows compressed, 4 bytes CRC-32 of it, then the bytes (zlib)

A block of n frames holds, uncompressed, n times ``t`` (8-byte float), n bytes of flags (1 = settling, 2 = cut), then
the columns image (66 numbers a frame), world (99) and visibility (33) of the header's type, the bytes of each
column shuffled: first bytes of all numbers first, which makes them a fifth smaller.  Nothing in it can run: no pickle.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import numpy.typing as npt

from armswing.errors import PoseError, VideoError, shown
from armswing.landmarks import N_LANDMARKS
from armswing.pose import PoseFrame, PoseSequence

MAGIC = b"ARMSWING"
FORMAT = 1

BLOCK = 30
"""Frames that are written at once while a file grows: a kill loses no more than a second."""

_BLOCK_HEAD = struct.Struct("<II")
_COLUMNS = {"image": (N_LANDMARKS, 2), "world": (N_LANDMARKS, 3), "visibility": (N_LANDMARKS,)}
_SETTLING, _CUT = 1, 2
_MOST_FRAMES = 4096  # in a block
_MOST_BYTES = _MOST_FRAMES * (9 + 8 * 6 * N_LANDMARKS)
_LEVEL = 1  # zlib's fastest: the next ones save 2 % and take up to twice as long (measured)


class PoseWriter:
    """Writes a file of poses that grows.

    Parameters
    ----------
    path : str or path
        The file.  It is readable from the first block on, so it has its name from the beginning.
    size : (int, int)
        Width and height of the pictures in square pixels.
    source : str
        Where the poses come from, for people to read.
    about : mapping
        What else is to be known of them, ready for JSON: the model, the options.
    dtype : str
        Type of the numbers: ``<f4``, which is what a pose model gives, or ``<f8``.

    Raises
    ------
    VideoError
        When the file cannot be written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: tuple[int, int],
        source: str = "",
        about: Mapping[str, Any] | None = None,
        dtype: str = "<f4",
    ) -> None:
        self.path = Path(path)
        self._size, self._dtype = size, np.dtype(dtype)
        self._waiting: list[PoseFrame] = []
        header = {"format": FORMAT, "size": size, "dtype": dtype, "source": source, "about": dict(about or {})}
        try:
            self._file = self.path.open("wb")
            self._file.write(MAGIC)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self._block(json.dumps(header, allow_nan=False).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(whole=kind is None)

    def write(self, frame: PoseFrame) -> None:
        """Add one frame; it reaches the disk with its block."""
        if frame.size != self._size:
            raise PoseError(f"all frames must have one picture size, got {self._size} and {frame.size}")
        self._waiting.append(frame)
        if len(self._waiting) >= BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            poses = PoseSequence.from_frames(self._waiting)
            self._waiting = []
            self.write_block(poses)

    def write_block(self, poses: PoseSequence) -> None:
        """Add many frames at once."""
        for first in range(0, len(poses), _MOST_FRAMES):
            self._block(_packed(poses.slice(slice(first, first + _MOST_FRAMES)), self._dtype))

    def close(self, *, whole: bool = True) -> None:
        """Write what waits and close the file; closing twice is fine.

        Parameters
        ----------
        whole : bool
            Mark the file as whole.
        """
        if self._file.closed:
            return
        try:
            self.flush()
            if whole:
                self._block(b"")
        finally:
            self._file.close()

    def give_up(self) -> None:
        """Close the file as it is, after nothing more could be written."""
        self._waiting = []
        with contextlib.suppress(OSError):
            self._file.close()

    def _block(self, data: bytes) -> None:
        packed = zlib.compress(data, _LEVEL)
        try:
            self._file.write(_BLOCK_HEAD.pack(len(packed), zlib.crc32(packed)) + packed)
            self._file.flush()
        except OSError as error:
            self._file.close()
            raise _unwritable(self.path, error) from error


def save_poses(poses: PoseSequence, path: str | os.PathLike[str], *, about: Mapping[str, Any] | None = None) -> None:
    """Write poses to a file, which appears when all of it is written.

    Parameters
    ----------
    poses : PoseSequence
        Single precision stays, all else is kept in double.
    path : str or path
        The file; an older one of the name is replaced.
    about : mapping
        What else is to be known of them, ready for JSON.

    Raises
    ------
    VideoError
        When the file cannot be written.
    """
    single = all(getattr(poses, name).dtype == np.float32 for name in _COLUMNS)
    target = Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with PoseWriter(
            part, size=poses.size, source=poses.source, about=about, dtype="<f4" if single else "<f8"
        ) as writer:
            writer.write_block(poses)
        part.replace(target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError) and not isinstance(error, VideoError):
            raise _unwritable(target, error) from error
        raise


def load_poses(path: str | os.PathLike[str]) -> PoseSequence:
    """Read poses from a file.

    Parameters
    ----------
    path : str or path
        The file.  One that was cut short, by a kill or a full disk, gives the frames before that.

    Raises
    ------
    VideoError
        When the file cannot be read, is no file of poses, or is damaged.
    """
    return read_pose_file(path).poses


@dataclass(frozen=True, kw_only=True, eq=False)
class PoseFile:
    """What a file of poses holds.

    Attributes
    ----------
    poses : PoseSequence
        The frames.
    about : mapping
        What its writer wanted to be known of them.
    whole : bool
        The file was closed properly, so nothing of it is missing.
    """

    poses: PoseSequence
    about: Mapping[str, Any]
    whole: bool


def read_pose_file(path: str | os.PathLike[str]) -> PoseFile:
    """Read a file of poses with all that stands in it; see `load_poses`."""
    file = Path(path)
    try:
        with file.open("rb") as stream:
            if stream.read(len(MAGIC)) != MAGIC:
                raise VideoError(f"{file}: expected a file of poses, got something else; give the one armswing wrote")
            blocks = _blocks(stream, file)
            header = _header(next(blocks, b""), file)
            parts, whole = [], False
            for block in blocks:
                if not block:
                    whole = True
                    break
                parts.append(_unpacked(block, header, file))
    except OSError as error:
        if isinstance(error, VideoError):
            raise
        raise VideoError(f"{file}: the poses cannot be read ({error.strerror}); check the path") from error
    return PoseFile(poses=_joined(parts, header, file), about=header["about"], whole=whole)


# --- blocks ----------------------------------------------------------------------------------------


def _blocks(stream: BinaryIO, file: Path) -> Iterator[bytes]:
    """Yield the blocks, up to where the file was cut short."""
    while True:
        head = stream.read(_BLOCK_HEAD.size)
        if len(head) < _BLOCK_HEAD.size:
            return
        length, checksum = _BLOCK_HEAD.unpack(head)
        packed = stream.read(min(length, _MOST_BYTES))
        if len(packed) < length:
            return
        if zlib.crc32(packed) != checksum:
            raise _damaged(file, "a checksum does not fit")
        unpacking = zlib.decompressobj()
        try:
            data = unpacking.decompress(packed, _MOST_BYTES)
        except zlib.error as error:
            raise _damaged(file, str(error)) from error
        if not unpacking.eof:
            raise _damaged(file, "a block is larger than it may be")
        yield data


def _header(block: bytes, file: Path) -> dict[str, Any]:
    try:
        header = json.loads(block)
        if header["format"] != FORMAT:
            raise VideoError(
                f"{file}: expected poses of format {FORMAT}, got {shown(header['format'])}; a newer armswing wrote it"
            )
        width, height = (int(n) for n in header["size"])
        dtype = {"<f4": np.dtype("<f4"), "<f8": np.dtype("<f8")}[header["dtype"]]
        about, source = dict(header["about"]), str(header["source"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise _damaged(file, f"its header does not fit: {type(error).__name__}") from error
    return {"size": (width, height), "dtype": dtype, "about": about, "source": source}


def _packed(poses: PoseSequence, dtype: np.dtype[Any]) -> bytes:
    flags = poses.settling * _SETTLING + poses.cut * _CUT
    columns = [_shuffled(np.asarray(getattr(poses, name)).astype(dtype)) for name in _COLUMNS]
    return b"".join([poses.t.astype("<f8").tobytes(), flags.astype("u1").tobytes(), *columns])


def _unpacked(block: bytes, header: Mapping[str, Any], file: Path) -> dict[str, npt.NDArray[Any]]:
    dtype = header["dtype"]
    bytes_a_frame = 9 + dtype.itemsize * sum(int(np.prod(shape)) for shape in _COLUMNS.values())
    frames, rest = divmod(len(block), bytes_a_frame)
    if rest or not frames:
        raise _damaged(file, "a block has no whole number of frames")
    flags = np.frombuffer(block, "u1", frames, offset=8 * frames)
    columns: dict[str, npt.NDArray[Any]] = {
        "t": np.frombuffer(block, "<f8", frames),
        "settling": (flags & _SETTLING) > 0,
        "cut": (flags & _CUT) > 0,
    }
    at = 9 * frames
    for name, shape in _COLUMNS.items():
        numbers = frames * int(np.prod(shape))
        columns[name] = _ordered(block, dtype, numbers, at).reshape(frames, *shape)
        at += numbers * dtype.itemsize
    return columns


def _joined(parts: list[dict[str, npt.NDArray[Any]]], header: Mapping[str, Any], file: Path) -> PoseSequence:
    if not parts:
        raise VideoError(f"{file}: expected at least one frame, got none; the recording ended before its first picture")
    try:
        return PoseSequence(
            size=header["size"],
            source=header["source"],
            **{name: np.concatenate([part[name] for part in parts]) for name in parts[0]},
        )
    except PoseError as error:
        raise _damaged(file, str(error)) from error


def _shuffled(numbers: npt.NDArray[Any]) -> bytes:
    """Return the bytes of an array, the first byte of every number first."""
    return numbers.reshape(-1).view("u1").reshape(-1, numbers.itemsize).T.tobytes()


def _ordered(block: bytes, dtype: np.dtype[Any], numbers: int, at: int) -> npt.NDArray[Any]:
    shuffled = np.frombuffer(block, "u1", numbers * dtype.itemsize, offset=at).reshape(dtype.itemsize, numbers)
    ordered = np.empty((numbers, dtype.itemsize), dtype=np.uint8)
    for place, values in enumerate(shuffled):  # a quarter of the time of a transposed copy
        ordered[:, place] = values
    return ordered.view(dtype).reshape(-1)


def _unwritable(path: Path, error: OSError) -> VideoError:
    return VideoError(f"{path}: the poses cannot be written there ({error.strerror}); see that there is space")


def _damaged(path: Path, why: str) -> VideoError:
    return VideoError(f"{path}: expected a whole file of poses, but it is damaged ({why}); analyse the video anew")
