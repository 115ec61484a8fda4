"""Find the pose models: the two bundles of armswing, or a user's own.

The bundles lie in one folder with `models.toml`, which describes them.  A wheel
carries the folder as ``armswing/_data/models``; in an editable checkout it is
``models`` at the root of the repository.  Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

from armswing.errors import ModelError

MODEL_NAMES = ("full", "lite")

_PACKAGE_ROOT = Path(__file__).resolve().parents[1]
_MANIFEST = "models.toml"
# What the MediaPipe Tasks API looks for inside a pose landmarker bundle.
_MEMBERS = {"pose_detector.tflite", "pose_landmarks_detector.tflite"}
_REPAIR = "reinstall armswing, or in a checkout run: python models/build_models.py"


@dataclass(frozen=True, kw_only=True)
class PoseModel:
    """A pose landmarker bundle that is there and looks whole.

    Attributes
    ----------
    name : str
        ``"full"`` or ``"lite"`` for ours, else the file's name.
    path : Path
        The bundle.
    sha256 : str
        Its hash, 64 lower-case hexadecimal digits; recorded with every result.
    """

    name: str
    path: Path
    sha256: str


def resolve_model(model: str | os.PathLike[str] = "full") -> PoseModel:
    """Find a pose model and check it.

    Parameters
    ----------
    model : str or path
        ``"full"`` (more exact), ``"lite"`` (faster), or the path of a pose
        landmarker bundle (``.task``) of your own.

    Returns
    -------
    PoseModel
        Where it is and its hash.

    Raises
    ------
    ModelError
        When it is missing or damaged.

    Notes
    -----
    The hash of ours must be the one in `models.toml`.  A user's own bundle is
    only looked into: it must be a zip with the two networks of a pose landmarker.
    """
    if isinstance(model, str) and model in MODEL_NAMES:
        return _our_model(model)
    return _own_model(Path(model).expanduser())


def models_folder() -> Path:
    """Return the folder with the bundles and `models.toml`.

    Raises
    ------
    ModelError
        When neither an installed nor an editable armswing has one.
    """
    folders = [_PACKAGE_ROOT / "_data" / "models"]
    # Only a src layout is a checkout: beside an installed package lies nothing of ours.
    if _PACKAGE_ROOT.parent.name == "src":
        folders.append(_PACKAGE_ROOT.parents[1] / "models")
    for folder in folders:
        if (folder / _MANIFEST).is_file():
            return folder
    looked = " or ".join(str(folder / _MANIFEST) for folder in folders)
    raise ModelError(f"the pose models must be described in {looked}, but there is no such file; {_REPAIR}")


def _our_model(name: str) -> PoseModel:
    folder = models_folder()
    file, expected = _described(folder / _MANIFEST, name)
    path = folder / file
    if not path.is_file():
        raise ModelError(f"the {name} pose model must be at {path}, but there is no such file; {_REPAIR}")
    digest = _sha256(path)
    if digest != expected:
        raise ModelError(
            f"the {name} pose model is damaged: {path} must have sha256 {expected}, got {digest}"
            f" ({path.stat().st_size} bytes); {_REPAIR}"
        )
    return PoseModel(name=name, path=path, sha256=digest)


def _described(manifest: Path, name: str) -> tuple[str, str]:
    """Return file name and sha256 that `models.toml` gives for a model."""
    try:
        entry = tomllib.loads(manifest.read_text(encoding="utf-8"))[name]
        return str(entry["file"]), str(entry["sha256"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{manifest} must give file and sha256 of [{name}], but could not be read so ({error!r}); {_REPAIR}"
        raise ModelError(message) from error


def _own_model(path: Path) -> PoseModel:
    if not path.exists():
        names = ", ".join(MODEL_NAMES)
        raise ModelError(
            f"model must be one of {names} or the path of a pose landmarker bundle (.task),"
            f" got {str(path)!r}, and there is no such file; check the spelling"
        )
    if not path.is_file():
        raise ModelError(f"model must be a file (.task), got the folder {path}; name the file inside it")
    digest = _sha256(path)
    try:
        with zipfile.ZipFile(path) as archive:
            missing = _MEMBERS - set(archive.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"model must be a pose landmarker bundle (a .task file, which is a zip), but {path} is not one"
            f" ({path.stat().st_size} bytes); it may be damaged: copy or download it again"
        ) from error
    if missing:
        raise ModelError(
            f"model must be a pose landmarker bundle with {' and '.join(sorted(_MEMBERS))},"
            f" but {path} has no {' and no '.join(sorted(missing))}; give a *pose* landmarker"
        )
    return PoseModel(name=path.name, path=path, sha256=digest)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"the pose model {path} must be readable, but reading it failed ({error.strerror}); check its permissions"
        ) from error
