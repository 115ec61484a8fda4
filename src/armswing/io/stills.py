"""Single pictures of a video by their times, without decoding what lies between where that can be left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import av.error
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from armswing.errors import VideoError
from armswing.io import container
from armswing.io.video import Pixels, Upright

ROUNDING_S = 5e-4  # the picture sought may carry its time in other units
_MOST_BYTES = 64 << 20  # of packets that wait for a picture among them; more is decoded to be rid of it


class Still(NamedTuple):
    """One picture: the time that was asked for, and upright RGB of square pixels."""

    t: float
    rgb: Pixels


def stills(path: Path, times: Iterable[float]) -> Iterator[Still]:
    """Yield the pictures at the given times, each the first at its time or after, in the order of time.

    Parameters
    ----------
    path : Path
        A video file.
    times : iterable of float
        Seconds of the medium, as a `armswing.io.video.VideoReader` gives them.

    Raises
    ------
    VideoError
        When the file is no video.

    Notes
    -----
    Every packet is read, but decoding begins only at the last key picture before a time.  A time after the last
    picture, or in a damaged part, gives nothing.
    """
    wanted = sorted(set(times))
    if not wanted:
        return
    file, stream = container.open_video(path)
    with file:
        upright = Upright(container.pixel_aspect(stream))
        at = 0
        for t, frame in _frames(file, stream, wanted):
            rgb: Pixels | None = None
            while at < len(wanted) and t >= wanted[at] - ROUNDING_S:
                try:
                    rgb = upright.convert(frame) if rgb is None else rgb
                except (av.error.FFmpegError, VideoError):  # the next one may do
                    break
                yield Still(wanted[at], rgb)
                at += 1
            if at == len(wanted):
                return


def _frames(
    file: av.container.InputContainer, stream: VideoStream, wanted: list[float]
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield frames with their times, of those parts of the file alone in which one is wanted."""
    origin = container.origin(file)
    waiting: list[Packet[VideoStream]] = []
    decoding = False
    next_wanted = iter(wanted)
    due = next(next_wanted)
    for packet in _packets(file, stream):
        t = _time(packet, origin)
        if packet.is_keyframe and t <= due and not math.isnan(t):
            waiting.clear()
            decoding = False
        waiting.append(packet)
        if not decoding and (t >= due - ROUNDING_S or sum(p.size for p in waiting) > _MOST_BYTES):
            stream.codec_context.flush_buffers()
            decoding = True
        if not decoding:
            continue
        for one in waiting:
            for frame in _decoded(stream, one):
                stamp = container.stamp(frame, stream, origin)
                if stamp is None:
                    continue
                yield stamp, frame
                while stamp >= due - ROUNDING_S:
                    due = next(next_wanted, math.inf)
        waiting.clear()
    rest: list[Packet[VideoStream] | None] = [*waiting, None]  # the last group, and what the decoder still holds
    for last in rest:
        for frame in _decoded(stream, last):
            stamp = container.stamp(frame, stream, origin)
            if stamp is not None:
                yield stamp, frame


def _packets(file: av.container.InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    try:
        for packet in file.demux(stream):
            if packet.size:
                yield packet
    except av.error.FFmpegError:
        return  # cut off: what was read before is all there is


def _decoded(stream: VideoStream, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
    try:
        return list(stream.decode(packet))
    except av.error.FFmpegError:
        return []


def _time(packet: Packet[VideoStream], origin: float) -> float:
    return float(packet.pts * packet.time_base) - origin if packet.pts is not None and packet.time_base else math.nan
