from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

from armswing.errors import ModelError
from armswing.io import models as module
from armswing.io.models import MODEL_NAMES, models_folder, resolve_model


def lay_out(root: Path, folder: str, models: Path, names: tuple[str, ...] = ("lite",)) -> Path:
    """Lay out a package under ``root`` with its models in ``folder`` and return that folder."""
    target = root / folder
    target.mkdir(parents=True)
    shutil.copy(models / "models.toml", target)
    for name in names:
        shutil.copy(models / f"pose_landmarker_{name}.task", target)
    return target


@pytest.fixture
def wheel(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder of a package laid out as an installed wheel, with the lite model only."""
    folder = lay_out(tmp_path / "site-packages", "armswing/_data/models", models)
    monkeypatch.setattr(module, "_PACKAGE_ROOT", tmp_path / "site-packages" / "armswing")
    return folder


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_ours_are_found_whole_wherever_the_tests_run(name: str) -> None:
    model = resolve_model(name)
    assert model.name == name
    assert model.path.is_file()
    assert model.sha256 == hashlib.sha256(model.path.read_bytes()).hexdigest()


def test_found_in_a_wheel(wheel: Path) -> None:
    assert models_folder() == wheel
    assert resolve_model("lite").path == wheel / "pose_landmarker_lite.task"


def test_found_in_a_checkout(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay_out(tmp_path, "models", models)
    monkeypatch.setattr(module, "_PACKAGE_ROOT", tmp_path / "src" / "armswing")
    assert resolve_model("lite").path == folder / "pose_landmarker_lite.task"


def test_what_lies_beside_an_installed_package_is_not_ours(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, "models", models)
    monkeypatch.setattr(module, "_PACKAGE_ROOT", tmp_path / "site-packages" / "armswing")
    with pytest.raises(ModelError, match="no such file; reinstall armswing"):
        resolve_model("lite")


def test_missing_model_is_named(wheel: Path) -> None:
    with pytest.raises(ModelError, match=r"full pose model must be at .*full\.task, but there is no such file"):
        resolve_model("full")


def test_damaged_model_is_refused(wheel: Path) -> None:
    path = wheel / "pose_landmarker_lite.task"
    data = bytearray(path.read_bytes())
    data[1_000_000] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"lite pose model is damaged.*must have sha256 15a3d041.*got .*reinstall"):
        resolve_model("lite")


def test_truncated_model_is_refused(wheel: Path) -> None:
    path = wheel / "pose_landmarker_lite.task"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"damaged.*\(1000 bytes\)"):
        resolve_model("lite")


@pytest.mark.parametrize("text", ["", "[lite]\nfile = 3", "not toml [", "[lite]\nsha256 = 'x'"])
def test_damaged_description_is_an_error(wheel: Path, text: str) -> None:
    (wheel / "models.toml").write_text(text)
    with pytest.raises(ModelError, match=r"models\.toml must give file and sha256|no such file"):
        resolve_model("lite")


def test_own_bundle(tmp_path: Path, models: Path) -> None:
    path = Path(shutil.copy(models / "pose_landmarker_lite.task", tmp_path / "mine.task"))
    model = resolve_model(path)
    assert (model.name, model.path) == ("mine.task", path)
    assert resolve_model(str(path)) == model
    assert model.sha256 == resolve_model("lite").sha256


def test_own_bundle_that_is_missing_names_the_choices() -> None:
    with pytest.raises(ModelError, match=r"one of full, lite or the path.*'heavy'.*no such file"):
        resolve_model("heavy")


def test_own_bundle_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="got the folder"):
        resolve_model(tmp_path)


def test_own_bundle_that_is_no_bundle(tmp_path: Path) -> None:
    path = tmp_path / "text.task"
    path.write_text("hello")
    with pytest.raises(ModelError, match=r"must be a pose landmarker bundle.*\(5 bytes\)"):
        resolve_model(path)


def test_own_bundle_of_another_task(tmp_path: Path) -> None:
    path = tmp_path / "hand.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hand_detector.tflite", b"")
    with pytest.raises(ModelError, match=r"has no pose_detector\.tflite and no pose_landmarks_detector\.tflite"):
        resolve_model(path)


def test_unreadable_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.task"
    path.write_bytes(b"x")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root, as in CI, may read everything
    with pytest.raises(ModelError, match="must be readable"):
        resolve_model(path)
