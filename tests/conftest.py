"""What all tests share: where the clips, the samples and the golden files are."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import armswing

TESTS = Path(__file__).resolve().parent
PACKAGE = Path(armswing.__file__).resolve().parent

# A slow machine is no failure, and the same commit gives the same verdict every time.
settings.register_profile("armswing", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("armswing")


def _package_data(name: str) -> Path:
    """Return the folder ``name`` that travels with the package: inside a wheel, or beside src in a checkout."""
    inside = PACKAGE / "_data" / name
    return inside if inside.is_dir() else PACKAGE.parents[1] / name


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them; then read the diff",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the clips, so that none can forget to."""
    for item in items:
        if {"clips", "clip_truth"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("clips")


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Undo what a command run within a test does to the log: other tests read it."""
    logger = logging.getLogger("armswing")
    handlers, level, propagate = logger.handlers, logger.level, logger.propagate
    yield
    logger.handlers, logger.level, logger.propagate = handlers, level, propagate


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the source checkout; skips where the tests run without one, as against a built wheel."""
    root = TESTS.parent
    if not (root / "src" / "armswing").is_dir():
        pytest.skip("needs the source checkout, and these tests run outside of one")
    return root


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the sample videos that travel with the package."""
    return _package_data("sample_videos")


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the pose models that travel with the package."""
    return _package_data("models")


@pytest.fixture(scope="session")
def clips() -> Path:
    """The folder of the real clips: ARMSWING_CLIPS, or ../shared/clips beside the checkout."""
    named = os.environ.get("ARMSWING_CLIPS")
    folder = Path(named) if named else TESTS.parent.parent / "shared" / "clips"
    if not (folder / "clips.json").is_file():
        pytest.skip(f"the real clips are not here: no clips.json in {folder} (ARMSWING_CLIPS names another folder)")
    return folder


@pytest.fixture(scope="session")
def clip_truth(clips: Path) -> dict[str, dict[str, Any]]:
    """What a person read off each clip, by file name."""
    table = json.loads((clips / "clips.json").read_text(encoding="utf-8"))
    return {clip["file"]: clip for clip in table["clips"]}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return ``check(name, text)``: the text must equal tests/golden/name exactly (or becomes it: --update-golden)."""

    def check(name: str, text: str) -> None:
        path = TESTS / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        assert path.is_file(), f"there is no golden file {name} yet: pytest --update-golden writes it"
        assert text == path.read_bytes().decode(), f"{name} differs; if that is right: pytest --update-golden"

    return check
