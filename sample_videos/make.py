"""Render the sample videos, each with its exact truth beside it.

    python sample_videos/make.py [NAME ...] [--folder DIR]

It needs the extra ``render`` (``pip install "armswing[render]"``, and EGL).  NAME is one of the samples below, such as
``pull_good``; all of them without.  The same versions of Mesa, NumPy and PyAV write the same files to the bit.

The name of a file says exercise, variant, camera yaw in degrees and size.  Its first word is the pattern.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from armswing.synthetic import BODIES, Camera, Exercise, Performance, lift, perform, pull, push
from armswing.synthetic.render import LOOKS, Look, write_video
from armswing.synthetic.render.look import Weight

FOLDER = Path(__file__).resolve().parent
FPS = 25.0


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample video.

    Attributes
    ----------
    name : str
        Exercise and variant; the first word is the pattern.
    motion : Exercise
        What is done.
    body : str
        Who does it, by name.
    look : Look
        What they wear and hold.
    camera : Camera
        Where it is filmed from.
    crf : float
        Compression.
    """

    name: str
    motion: Exercise
    body: str
    look: Look
    camera: Camera
    crf: float = 25.0

    @property
    def stem(self) -> str:
        """The name of the file without its ending."""
        width, height = self.camera.size
        return f"{self.name}_{self.camera.yaw:+03.0f}_{width}x{height}"

    @property
    def performance(self) -> Performance:
        """What is done, by whom, seen from where."""
        return perform(self.motion, body=BODIES[self.body], camera=self.camera, fps=FPS)


def _holding(look: str, weight: Weight) -> Look:
    return replace(LOOKS[look], weight=weight)


ARM_ONLY: dict[str, Any] = {"leg": "none", "trunk_deg": 0.0, "pelvis_deg": 0.0}
A_ROW: dict[str, Any] = {
    "reps": 3,
    "period_s": 1.7,
    "rest_s": 0.3,
    "end_still_s": 0.5,
    "free_arm": "counter",
    "counter_deg": 15.0,
}
A_PRESS: dict[str, Any] = {"reps": 3, "period_s": 1.7, "rest_s": 0.3, "end_still_s": 0.5}
LYING: dict[str, Any] = {"period_s": 2.1, "hold_s": 0.4, "rest_s": 0.2, "end_still_s": 0.3, "leg_deg": 42.0}
A_LIFT: dict[str, Any] = {"reps": 3, "period_s": 2.1, "rest_s": 0.3, "end_still_s": 0.5}

SAMPLES = (
    Sample(
        name="pull_good",
        motion=pull(**A_ROW),
        body="average man",
        look=_holding("b", "cable"),
        camera=Camera(yaw=-45, distance=3.4, height=1.0, pitch=2.0, size=(1280, 720)),
        crf=28.0,
    ),
    Sample(
        name="pull_armonly",
        motion=pull(side="left", **A_ROW | ARM_ONLY | {"free_arm": "still"}),
        body="average woman",
        look=_holding("c", "cable"),
        camera=Camera(yaw=30, distance=3.2, height=1.0, pitch=2.0, size=(640, 480)),
    ),
    Sample(
        name="pull_flared",
        motion=pull(flare_deg=66.0, leg_deg=24.0, **A_ROW),
        body="tall",
        look=_holding("d", "cable"),
        camera=Camera(yaw=-30, distance=3.7, height=1.1, pitch=2.0, size=(960, 540)),
    ),
    Sample(
        name="pull_hinged_good",
        motion=pull(side="left", stance="hinged", **A_ROW | {"free_arm": "still"}),
        body="slender",
        look=_holding("e", "dumbbell"),
        camera=Camera(yaw=45, distance=3.1, height=0.95, pitch=3.0, size=(640, 480)),
    ),
    Sample(
        name="push_good",
        motion=push(side="left", free_arm="counter", counter_deg=15.0, **A_PRESS),
        body="average woman",
        look=_holding("e", "dumbbell"),
        camera=Camera(yaw=45, distance=3.2, height=0.95, pitch=2.0, size=(854, 480)),
    ),
    Sample(
        name="push_armonly",
        motion=push(**A_PRESS | ARM_ONLY),
        body="broad",
        look=_holding("a", "dumbbell"),
        camera=Camera(yaw=-45, distance=3.3, height=1.0, pitch=2.0, size=(640, 480)),
    ),
    Sample(
        name="push_wrongleg",
        motion=push(leg="same", **A_PRESS),
        body="long-limbed",
        look=_holding("d", "dumbbell"),
        camera=Camera(yaw=-30, distance=3.4, height=1.0, pitch=2.0, size=(640, 480)),
    ),
    Sample(
        name="push_lying_good",
        motion=push(stance="lying", side="alternating", **A_PRESS | LYING),
        body="average woman",
        look=_holding("c", "dumbbell"),
        camera=Camera(yaw=75, distance=3.4, height=0.9, pitch=8.0, size=(854, 480)),
    ),
    Sample(
        name="lift_good",
        motion=lift(dip_deg=32.0, **A_LIFT),
        body="average woman",
        look=_holding("c", "dumbbell"),
        camera=Camera(yaw=-45, distance=3.7, height=1.05, focal=1.5, size=(720, 1280)),
        crf=28.0,
    ),
    Sample(
        name="lift_armonly",
        motion=lift(side="left", dip_deg=0.0, **A_LIFT | ARM_ONLY),
        body="short-limbed",
        look=_holding("b", "dumbbell"),
        camera=Camera(yaw=0, distance=3.6, height=1.05, focal=1.4, size=(480, 640)),
    ),
    Sample(
        name="lift_late",
        motion=lift(leg_late=0.25, **A_LIFT | {"rest_s": 0.2, "end_still_s": 0.4}),
        body="small",
        look=_holding("e", "dumbbell"),
        camera=Camera(yaw=-30, distance=3.3, height=1.05, focal=1.4, size=(480, 640)),
    ),
)


def main() -> None:
    """Render what is asked for."""
    names = [sample.name for sample in SAMPLES]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which; all without: {', '.join(names)}")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to; beside this file without")
    arguments = parser.parse_args()
    if unknown := sorted(set(arguments.names) - set(names)):
        parser.error(f"there is no sample {', '.join(unknown)}; there are {', '.join(names)}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        if arguments.names and sample.name not in arguments.names:
            continue
        path = arguments.folder / f"{sample.stem}.mp4"
        write_video(path, sample.performance, look=sample.look, crf=sample.crf)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB", flush=True)


if __name__ == "__main__":
    main()
