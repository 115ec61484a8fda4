"""Stand-ins for what a live run is made of: a camera, an estimator, a window and a voice, all scripted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from armswing.io.camera import Shot
from armswing.pose import PoseFrame, PoseSequence


class Poses:
    """An estimator that knows the poses beforehand: the frame whose time is nearest."""

    def __init__(self, poses: PoseSequence) -> None:
        self.poses = poses
        self.closed = False

    def estimate(self, rgb: np.ndarray, t: float, cut: bool = False) -> PoseFrame:
        frame = self.poses[int(np.argmin(np.abs(self.poses.t - t)))]
        assert isinstance(frame, PoseFrame)
        return PoseFrame(
            t=t, image=frame.image, world=frame.world, visibility=frame.visibility, size=frame.size, cut=cut
        )

    def close(self) -> None:
        self.closed = True


@dataclass
class Source:
    name: str = "camera 0"


@dataclass
class ScriptedCamera:
    """Gives a grey picture for every time; None in the script is a moment without a picture, a call is made."""

    script: Iterator[float | Callable[[], None] | None]
    size: tuple[int, int] = (640, 480)
    given_per_picture: int = 1
    lost: bool = False
    ended: bool = False
    number: int = 0
    source: Source = field(default_factory=Source)

    def __post_init__(self) -> None:
        self._grey = np.full((self.size[1], self.size[0], 3), 90, dtype=np.uint8)

    def newest(self, timeout_s: float) -> Shot | None:
        for item in self.script:
            if callable(item):
                item()
                continue
            if item is None:
                return None
            self.number += self.given_per_picture
            return Shot(t=item, rgb=self._grey, cut=False, number=self.number, captured_at=time.perf_counter())
        self.ended = True
        return None


@dataclass
class ScriptedWindow:
    """Presses keys at given pictures."""

    keys: Mapping[int, str] = field(default_factory=dict)
    closes_at: int = 10**9
    shown: int = 0
    asked: int = 0

    def show(self, rgb: np.ndarray) -> None:
        self.shown += 1

    def key(self) -> str:
        self.asked += 1
        return self.keys.get(self.asked, "")

    @property
    def closed(self) -> bool:
        return self.asked >= self.closes_at


@dataclass
class ScriptedVoice:
    said: list[str] = field(default_factory=list)
    muted: bool = False
    trouble: str | None = None

    def say(self, text: str) -> None:
        self.said.append(text)
