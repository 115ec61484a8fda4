"""Whether everything is there that an analysis needs; behind ``armswing doctor``."""

from __future__ import annotations

import ctypes
import importlib.metadata
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from armswing._version import __version__
from armswing.errors import ArmswingError
from armswing.io.devices import video_devices
from armswing.io.models import MODEL_NAMES, resolve_model
from armswing.io.samples import sample_videos
from armswing.io.voice import START_S, Voice

OLDEST_PYTHON = (3, 11)

PACKAGES = ("numpy", "scipy", "av", "mediapipe", "typer", "rich")

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb.so.1": "libxcb1",
    "libX11.so.6": "libx11-6",
}
"""System libraries that OpenCV and MediaPipe load on Linux, with their Debian packages."""

IMPORT_S = 120.0
"""A first import compiles and reads much from a slow disk."""


class Health(Enum):
    """How it stands with one thing."""

    WELL = "well"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What.
    health : Health
        ``FAULT`` where no video can be analysed because of it.
    found : str
        What was found.
    remedy : str
        What to do about it; empty where nothing is.
    """

    name: str
    health: Health = Health.WELL
    found: str
    remedy: str = ""


def check_up() -> Iterator[Check]:
    """Yield everything that is looked at, the quick things first."""
    yield _python()
    yield Check(name="armswing", found=__version__)
    yield from _packages()
    yield _opencv()
    yield from _libraries()
    yield from _imports()
    yield from _models()
    yield _pose()
    yield _encoder()
    yield _samples()
    yield _cameras()
    yield _voice()


def _python() -> Check:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return Check(name="Python", health=Health.FAULT, found=found, remedy="install Python 3.11 or newer")
    return Check(name="Python", found=found)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _packages() -> Iterator[Check]:
    for package in PACKAGES:
        version = _version(package)
        if version is None:
            yield Check(name=package, health=Health.FAULT, found="missing", remedy=f"pip install {package}")
        else:
            yield Check(name=package, found=version)


def _opencv() -> Check:
    """Compare the two packages that own one folder."""
    ours, theirs = _version("opencv-python"), _version("opencv-contrib-python")
    found = f"opencv-python {ours or 'missing'}, opencv-contrib-python {theirs or 'missing'}"
    if ours is not None and ours == theirs:
        return Check(name="OpenCV", found=found)
    version = theirs or ours
    wanted = f"=={version}" if version else ""
    remedy = (
        "both own the folder cv2 and must be of one version:"
        f" pip install --force-reinstall --no-deps opencv-python{wanted} opencv-contrib-python{wanted}"
    )
    return Check(name="OpenCV", health=Health.NOTE if version else Health.FAULT, found=found, remedy=remedy)


def missing_libraries() -> list[str]:
    """Return the system libraries that cannot be loaded; none but on Linux."""
    return [name for name in LIBRARIES if not _loads(name)] if sys.platform == "linux" else []


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _libraries() -> Iterator[Check]:
    if sys.platform != "linux":
        return
    missing = missing_libraries()
    if missing:
        packages = " ".join(LIBRARIES[name] for name in missing)
        yield Check(
            name="system libraries",
            health=Health.NOTE,  # a fault only where an import or the pose model fails for want of one
            found=f"missing: {', '.join(missing)}",
            remedy=f"on Debian or Ubuntu: apt-get install {packages}",
        )
    else:
        yield Check(name="system libraries", found="all there")


def _imports() -> Iterator[Check]:
    """Import each in a process of its own: a broken library may end the process that loads it."""
    for module in ("av", "cv2", "mediapipe"):
        trouble = _trouble_importing(module)
        if trouble is None:
            yield Check(name=f"import {module}", found="works")
            continue
        named = [package for library, package in LIBRARIES.items() if library in trouble]
        remedy = f"on Debian or Ubuntu: apt-get install {' '.join(named)}" if named else f"reinstall it: {trouble}"
        yield Check(name=f"import {module}", health=Health.FAULT, found=trouble, remedy=remedy)


def _trouble_importing(module: str) -> str | None:
    """Return what goes wrong when a module is imported; None when nothing does."""
    command = [sys.executable, "-c", f"import {module}"]
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=IMPORT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done after {IMPORT_S:.0f} s"
    if done.returncode == 0:
        return None
    last = done.stderr.strip().splitlines()
    return last[-1] if last else f"ended with code {done.returncode}"


def _models() -> Iterator[Check]:
    for name in MODEL_NAMES:
        try:
            model = resolve_model(name)
        except ArmswingError as error:
            yield Check(name=f"model {name}", health=Health.FAULT, found=str(error), remedy="reinstall armswing")
        else:
            yield Check(name=f"model {name}", found=f"whole (sha256 {model.sha256[:12]}…)")


def _pose() -> Check:
    """Look for a person in a grey picture: all of MediaPipe has to work for that."""
    name = "pose model at work"
    try:
        import numpy as np

        from armswing.io.mediapipe_pose import PoseEstimator

        with PoseEstimator("full") as estimator:
            estimator.estimate(np.full((240, 320, 3), 128, dtype=np.uint8), 0.0)
    except (ArmswingError, ImportError, OSError) as error:
        packages = " ".join(LIBRARIES[library] for library in missing_libraries())
        remedy = f"on Debian or Ubuntu: apt-get install {packages}" if packages else "reinstall armswing and mediapipe"
        return Check(name=name, health=Health.FAULT, found=str(error), remedy=remedy)
    return Check(name=name, found="works")


def _encoder() -> Check:
    """Write a video of one picture."""
    name = "H.264 encoder"
    try:
        import numpy as np

        from armswing.io.writer import VideoWriter

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "try.mp4")
            with VideoWriter(path, size=(64, 48), fps=30) as writer:
                writer.write(np.zeros((48, 64, 3), dtype=np.uint8), 0.0)
    except (ArmswingError, ImportError, OSError) as error:
        remedy = "--save-video will not work: reinstall av from PyPI, whose wheels carry it"
        return Check(name=name, health=Health.NOTE, found=str(error), remedy=remedy)
    return Check(name=name, found="works")


def _samples() -> Check:
    try:
        samples = sample_videos()
    except ArmswingError as error:
        return Check(
            name="sample videos", health=Health.NOTE, found=str(error), remedy="`armswing demo` needs them: reinstall"
        )
    return Check(name="sample videos", found=f"{len(samples)} in {samples[0].parent}")


def _cameras() -> Check:
    devices = video_devices()
    if devices is None:
        return Check(name="cameras", found="not looked for on this system")
    if not devices:
        return Check(name="cameras", found="none found (video files do not need one)")
    found = ", ".join(f"{device.path} ({device.name})" for device in devices)
    closed = [str(device.path) for device in devices if not device.permitted]
    if closed:
        remedy = f"you may not open {', '.join(closed)}: join the group video, then log in again"
        return Check(name="cameras", health=Health.NOTE, found=found, remedy=remedy)
    return Check(name="cameras", found=found)


def _voice() -> Check:
    """Start the process that speaks, and play a moment of silence."""
    with Voice() as voice:
        if voice.wait_until_ready():
            return Check(name="voice", found="works")
        found, _, remedy = (voice.trouble or f"not ready after {START_S:.0f} s").partition("; ")
    return Check(name="voice", health=Health.NOTE, found=found, remedy=remedy or "the rest works without it")
