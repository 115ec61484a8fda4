"""From a clip of the grid to the poses that are found in it: rendered, written as a video, read, kept in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from armswing.landmarks import JOINTS
from armswing.pose import PoseSequence
from armswing.synthetic import Performance, perform
from rendered.grid import Clip, Idle

FOLDER = Path(__file__).parent / "poses"
WHOLE_FOLDER = Path(__file__).parent / "poses_of_the_whole_grid"
MODEL = "full"

SAME_PX = 0.5
"""A movement is the one that was rendered when its joints are this close to where they were."""

_IMAGE_STEP, _WORLD_STEP, _VISIBILITY_STEP = 1 / 16, 1 / 4096, 1 / 255
"""Poses are kept to 1/16 pixel and a quarter of a millimetre: far below what the model scatters."""


def performance(clip: Clip | Idle) -> Performance:
    """Return what is done in a clip, with its truth."""
    return perform(clip.motion, body=clip.body, camera=clip.camera, fps=30)


def poses(clip: Clip | Idle, folder: Path = FOLDER) -> PoseSequence:
    """Return the poses that were found in a clip.

    Raises
    ------
    FileNotFoundError
        When the clip has not been rendered.
    ValueError
        When it was rendered of another movement than the one the grid asks for now.
    """
    path = folder / f"{clip.name}.npz"
    with np.load(path) as kept:
        asked = outline(performance(clip))
        if kept["outline"].shape != asked.shape or np.abs(kept["outline"] - asked).max() > SAME_PX:
            raise ValueError(f"{path.name} was rendered of another movement; delete it and render again")
        return unpack(kept)


def outline(done: Performance) -> np.ndarray:
    """Return what tells one movement in front of one camera from another: the joints in two pictures a second."""
    return done.camera.pixels(done.points[::15, JOINTS]).astype(np.float32)


def render_missing(clips: Sequence[Clip | Idle], *, processes: int = 2, folder: Path = FOLDER) -> None:
    """Render every clip that has no poses yet; what is finished stays when this is interrupted."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [(clip, folder) for clip in clips if not (folder / f"{clip.name}.npz").exists()]
    if not missing:
        return
    print(f"rendering {len(missing)} of {len(clips)} clips", flush=True)
    with get_context("spawn").Pool(processes) as pool:
        for k, name in enumerate(pool.imap_unordered(_render, missing), start=1):
            print(f"  {k}/{len(missing)} {name}", flush=True)


def _render(job: tuple[Clip | Idle, Path]) -> str:
    clip, folder = job
    from armswing.synthetic.render import LOOKS, Picture, write_video

    done = performance(clip)
    look = list(LOOKS.values())[clip.look % len(LOOKS)]
    with tempfile.TemporaryDirectory() as scratch:
        video = Path(scratch) / f"{clip.name}.mp4"
        write_video(video, done, look=look, picture=Picture(bystander=clip.bystander))
        found = read(video)
    part = folder / f"{clip.name}.part"
    with part.open("wb") as file:
        np.savez_compressed(file, outline=outline(done), **pack(found))
    part.replace(folder / f"{clip.name}.npz")
    return clip.name


def read(video: Path) -> PoseSequence:
    """Return the poses of a video as ``armswing analyze`` sees them."""
    from armswing.io.mediapipe_pose import PoseEstimator, read_poses
    from armswing.io.models import resolve_model
    from armswing.io.video import VideoReader

    with VideoReader(video) as reader, PoseEstimator(resolve_model(MODEL)) as estimator:
        return PoseSequence.from_frames(pose for _, pose in read_poses(reader, estimator))


def pack(found: PoseSequence) -> dict[str, np.ndarray]:
    """Return poses as small integers, each frame as its difference from the one before."""
    steps = {
        "image": (_IMAGE_STEP, np.int16),
        "world": (_WORLD_STEP, np.int16),
        "visibility": (_VISIBILITY_STEP, np.int16),
    }
    packed = {"t": found.t, "size": np.array(found.size), "found": found.found, "settling": found.settling}
    for name, (step, kind) in steps.items():
        whole = np.nan_to_num(np.round(getattr(found, name) / step)).astype(np.int32)
        packed[name] = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1])).astype(kind)
    return packed


def unpack(kept: np.lib.npyio.NpzFile) -> PoseSequence:
    """Return the poses that were packed, NaN where nobody was found."""
    steps = {"image": _IMAGE_STEP, "world": _WORLD_STEP, "visibility": _VISIBILITY_STEP}
    columns = {}
    for name, step in steps.items():
        values = np.cumsum(kept[name].astype(np.int32), axis=0) * step
        values[~kept["found"]] = np.nan
        columns[name] = values
    width, height = (int(side) for side in kept["size"])
    return PoseSequence(t=kept["t"], size=(width, height), settling=kept["settling"], **columns)
