"""What `armswing doctor` finds, and what it says to do."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from armswing.errors import ModelError
from armswing.io import health
from armswing.io.health import Check, Health
from armswing.io.voice import Voice


def only(checks: Iterator[Check]) -> Check:
    (check,) = checks
    return check


def test_two_versions_in_one_folder_are_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"opencv-python": "4.9.0", "opencv-contrib-python": "5.0.0"}
    monkeypatch.setattr(importlib.metadata, "version", versions.__getitem__)
    check = health._opencv()
    assert check.health is Health.NOTE
    assert check.found == "opencv-python 4.9.0, opencv-contrib-python 5.0.0"
    assert "opencv-python==5.0.0 opencv-contrib-python==5.0.0" in check.remedy


def test_one_version_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "5.0.0")
    assert health._opencv().health is Health.WELL


def test_a_missing_package_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PACKAGES", ("no-such-package",))
    check = only(health._packages())
    assert check.health is Health.FAULT
    assert check.remedy == "pip install no-such-package"


@pytest.mark.skipif(sys.platform != "linux", reason="looked for on Linux only")
def test_missing_system_libraries_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LIBRARIES", {"libnosuch.so.9": "libnosuch9"})
    check = only(health._libraries())
    assert check.found == "missing: libnosuch.so.9"
    assert check.remedy.endswith("apt-get install libnosuch9")


def test_an_import_that_fails_names_the_library_it_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    message = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setattr(health, "_trouble_importing", lambda module: message if module == "cv2" else None)
    checks = {check.name: check for check in health._imports()}
    assert checks["import cv2"].health is Health.FAULT
    assert checks["import cv2"].remedy == "on Debian or Ubuntu: apt-get install libgl1"
    assert checks["import av"].health is Health.WELL


def test_importing_is_tried_in_a_process_of_its_own() -> None:
    assert health._trouble_importing("json") is None
    assert health._trouble_importing("no_such_module") == "ModuleNotFoundError: No module named 'no_such_module'"
    assert health._trouble_importing("os; os._exit(7)") == "ended with code 7"


def test_a_damaged_model_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(name: str) -> None:
        raise ModelError(f"the {name} pose model is damaged")

    monkeypatch.setattr(health, "resolve_model", damaged)
    assert [check.health for check in health._models()] == [Health.FAULT, Health.FAULT]


def test_an_encoder_that_is_missing_stops_no_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    from armswing.io import writer

    monkeypatch.setattr(writer, "ENCODER", "no_such_encoder")
    check = health._encoder()
    assert check.health is Health.NOTE
    assert "--save-video" in check.remedy


@pytest.mark.skipif(sys.platform != "linux", reason="looked for on Linux only")
def test_cameras_are_listed_without_being_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    assert health._cameras().found.startswith("none found")
    monkeypatch.setattr(Path, "glob", lambda *_: iter([Path("/dev/video9999")]))
    check = health._cameras()
    assert check.health is Health.NOTE, "there is no such device, so it may not be opened"
    assert "/dev/video9999 (name unknown)" in check.found


@pytest.mark.parametrize(
    ("trouble", "found", "remedy"),
    [
        ("no player was found; apt-get install alsa-utils", "no player was found", "apt-get install alsa-utils"),
        ("the voice stopped", "the voice stopped", "the rest works without it"),
    ],
)
def test_a_voice_that_does_not_speak_stops_no_analysis(
    monkeypatch: pytest.MonkeyPatch, trouble: str, found: str, remedy: str
) -> None:
    command = [sys.executable, "-c", f"print('trouble\\t{trouble}')"]
    monkeypatch.setattr(health, "Voice", lambda: Voice(command=command))
    check = health._voice()
    assert (check.health, check.found, check.remedy) == (Health.NOTE, found, remedy)


def test_a_voice_that_is_ready_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-c", "print('ready', flush=True); input()"]
    monkeypatch.setattr(health, "Voice", lambda: Voice(command=command))
    assert health._voice() == Check(name="voice", found="works")
