"""The package as a whole: its public names, what importing costs, and what travels with it."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.metadata import requires, version
from pathlib import Path

import pytest

import armswing

PACKAGE = Path(armswing.__file__).resolve().parent
HEAVY = {"av", "cv2", "matplotlib", "mediapipe", "scipy"}
SHIPPED_VIDEOS = 11

# Paths of the machines this is written on. Nothing of them may stand in a file of the project.
MACHINE_PATH = re.compile(rb"(?<![\w.~-])/(?:work/|root/|tmp/w\b)")


def run_python(code: str, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *args], capture_output=True, encoding="utf-8", timeout=120, check=False
    )


def heavy_modules_after(code: str) -> set[str]:
    """Run code in a fresh interpreter and return which of the heavy packages it loaded."""
    report = "\nimport sys\nprint('LOADED', *{name.partition('.')[0] for name in sys.modules})"
    done = run_python(code + report)
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.rpartition("LOADED")[2].split()
    assert "armswing" in loaded, "the check itself does not see what is loaded"
    return HEAVY & set(loaded)


# ── public names ──


def names_for_type_checkers() -> dict[str, str]:
    """Return name -> module of the imports under ``if TYPE_CHECKING`` in __init__.py."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    blocks = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: node.module or "" for node in imports for alias in node.names}


def test_all_is_sorted_and_without_doubles() -> None:
    assert armswing.__all__ == sorted(set(armswing.__all__))


def test_the_three_lists_of_public_names_agree() -> None:
    assert set(armswing.__all__) == {*armswing._HOMES, "__version__"}
    assert names_for_type_checkers() == armswing._HOMES


@pytest.mark.parametrize("name", armswing.__all__)
def test_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(armswing, name)
    assert name in dir(armswing)
    if name in armswing._HOMES:
        assert value is getattr(import_module(armswing._HOMES[name]), name)
        assert value.__doc__


def test_every_error_is_reached_through_its_base() -> None:
    errors = import_module("armswing.errors")
    classes = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert len(classes) > 1
    assert all(issubclass(e, armswing.ArmswingError) for e in classes)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        _ = armswing.analyse


# ── what importing costs ──


def test_importing_armswing_loads_nothing_heavy() -> None:
    assert heavy_modules_after("import armswing") == set()


def test_public_names_load_nothing_heavy() -> None:
    """Naming things is not using them: only calls may bring in the heavy packages."""
    assert heavy_modules_after("from armswing import *") <= {"scipy"}  # filters may import scipy at the top


@pytest.mark.skipif(not (PACKAGE / "cli" / "__init__.py").is_file(), reason="armswing.cli is not written yet")
def test_help_loads_nothing_heavy() -> None:
    code = """
import sys
from importlib.metadata import entry_points
(script,) = entry_points(group="console_scripts", name="armswing")
sys.argv = ["armswing", "--help"]
try:
    script.load()()
except SystemExit as stop:
    assert not stop.code, stop.code
"""
    assert heavy_modules_after(code) == set()


def test_the_check_for_heavy_modules_sees_one() -> None:
    assert heavy_modules_after("import armswing, scipy") == {"scipy"}


# ── what travels with it ──


def test_version_is_the_installed_one() -> None:
    assert armswing.__version__ == version("armswing")


def test_the_two_opencv_packages_are_held_at_one_version() -> None:
    held = [line for line in requires("armswing") or [] if line.startswith("opencv-")]
    specifiers = {re.sub(r"^[\w-]+", "", line) for line in held}
    assert len(held) == 2
    assert len(specifiers) == 1, f"both own the cv2 folder, so both must be the same: {held}"
    assert specifiers.pop().startswith("==")
    assert version("opencv-python") == version("opencv-contrib-python")


def test_models_travel_with_the_package(models: Path) -> None:
    table = tomllib.loads((models / "models.toml").read_text(encoding="utf-8"))
    assert {"full", "lite"} <= set(table)
    for model in table.values():
        content = (models / model["file"]).read_bytes()
        assert len(content) == model["bytes"]
        assert hashlib.sha256(content).hexdigest() == model["sha256"]


def test_sample_videos_travel_with_the_package(samples: Path) -> None:
    videos = sorted(samples.glob("*.mp4"))
    assert len(videos) == SHIPPED_VIDEOS
    for video in videos:
        assert video.read_bytes()[4:8] == b"ftyp", f"{video.name} is not an mp4 file"
        assert video.with_name(f"{video.stem}.truth.json").is_file()


def test_every_sample_video_is_described(samples: Path) -> None:
    described = set(re.findall(r"`([^`]+\.mp4)`", (samples / "README.md").read_text(encoding="utf-8")))
    assert described == {video.name for video in samples.glob("*.mp4")}


def test_types_travel_with_the_package() -> None:
    assert (PACKAGE / "py.typed").is_file()


# ── the repository ──


def test_no_file_names_a_path_of_the_machine_it_was_written_on(checkout: Path) -> None:
    if not (checkout / ".git").exists():
        pytest.skip("needs a git checkout, to know which files belong to the project")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        check=True,
    ).stdout
    files = [checkout / name for name in listed.decode().split("\0") if name]
    texts = {f: f.read_bytes() for f in files if f.is_file() and f.suffix not in {".mp4", ".task"}}
    assert checkout / "pyproject.toml" in texts
    hits = [
        f"{path.relative_to(checkout)}:{number}: {line.decode(errors='replace').strip()[:100]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert not hits, "\n".join(hits)


@pytest.mark.parametrize("line", ["open('@work/main')", '"@root/.cache"', "file:/@@tmp/w/venv", "in @tmp/w."])
def test_a_path_of_the_machine_is_recognised(line: str) -> None:
    assert MACHINE_PATH.search(line.replace("@", "/").encode())  # written so that this file passes the test above


@pytest.mark.parametrize("line", [b"framework/work/root", b"../work/x", b"/tmp/where", b"/workshop"])
def test_an_innocent_path_is_left_alone(line: bytes) -> None:
    assert not MACHINE_PATH.search(line)


# ── the tests themselves ──


def test_every_clip_of_the_truth_table_is_there(clips: Path, clip_truth: dict[str, dict[str, object]]) -> None:
    assert clip_truth
    assert not [name for name in clip_truth if not (clips / name).is_file()]
