"""A few rounds of every target of `fuzz`, always the same; ``python tests/fuzz.py`` does as many as one likes."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fuzz
from armswing.config import load_config
from armswing.errors import ConfigError, VideoError
from armswing.io.pose_cache import PoseKey, cached_poses
from armswing.io.pose_file import load_poses
from armswing.phrases import load_phrases
from test_pose_file import HEADER, MAGIC, block

ROUNDS = {"poses": 150, "cache": 100, "events": 200, "manifest": 300, "settings": 60, "phrases": 150}


@pytest.mark.parametrize("target", ROUNDS)
def test_changed_files(target: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR")
    begin = fuzz.seeds(target, tmp_path / "seeds")
    for number in range(ROUNDS[target]):
        path = tmp_path / "case"
        path.write_bytes(fuzz.case(target, number, 0, begin))
        fuzz.TARGETS[target](path)


@pytest.mark.parametrize("target", ["manifest", "settings", "phrases", "poses", "events"])
@settings(max_examples=30)
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode())))
def test_any_bytes(target: str, tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / f"any-{target}"
    path.write_bytes((MAGIC if target == "poses" and len(data) % 2 else b"") + data)
    fuzz.TARGETS[target](path)


@pytest.mark.skipif(sys.platform == "win32", reason="no alarm there")
def test_changed_videos() -> None:
    """In a process of their own, which a fault of a codec would end."""
    command = [sys.executable, fuzz.__file__, "video", "--rounds", "110", "--seconds", "60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert "found" not in done.stdout
    assert "up to round" in done.stdout
    assert done.returncode == 0, done.stderr[-2000:]


def test_changes_are_the_same_every_time() -> None:
    data = bytes(range(200))
    assert [fuzz.changed(data, random.Random(n)) for n in range(50)] == [
        fuzz.changed(data, random.Random(n)) for n in range(50)
    ]


# ── what was found ──


@pytest.mark.parametrize(
    "text",
    [
        "reps.longest_s = " + "1" * 5000,  # more digits than Python takes
        "reps.longest_s = 0x" + "f" * 5000,  # as many, and it takes them
        "reps.longest_s = " + "1" * 400,  # too large for a number
        "x = " + "[" * 3000,
        "reps.longest_s." + "a." * 2000 + "a = 1",
        "[rules]\n" + "a" * 5000 + " = 1",
        '"screen.reps" = "{' + "a" * 5000 + '}"',
    ],
    ids=lambda text: text[:24],
)
@pytest.mark.parametrize("load", [load_config, load_phrases])
def test_toml_that_python_itself_chokes_on(tmp_path: Path, load: object, text: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(path)  # type: ignore[operator]
    fuzz.assert_plain(caught.value, path)


@pytest.mark.parametrize("field", ["{arm:99999999999}", "{arm!x}", "{arm:{leg}}", "{arm:d}"])
def test_a_brace_of_a_translation_holds_a_name_alone(tmp_path: Path, field: str) -> None:
    (tmp_path / "x.toml").write_text(f'"PUSH_COUPLING.low" = "{field}"')
    with pytest.raises(ConfigError, match="a brace holds a name alone"):
        load_phrases(tmp_path / "x.toml")


@pytest.mark.parametrize("header", ['{"format": 1, "size": [1e999, 480]}', "[" * 100_000])
def test_a_header_of_poses_beyond_all_numbers(tmp_path: Path, header: str) -> None:
    (tmp_path / "p").write_bytes(MAGIC + block(header.encode()))
    with pytest.raises(VideoError, match="header does not fit"):
        load_poses(tmp_path / "p")


@pytest.mark.parametrize("fps", [0, -30, float("nan"), float("inf"), 10**400, True, "30", "left out"])
def test_poses_of_an_impossible_rate_are_found_anew(tmp_path: Path, fps: object) -> None:
    import json

    key = PoseKey(content="ab" * 32, model_sha256="cd" * 32, under="0")
    path = key.path(tmp_path)
    path.parent.mkdir()
    (data,) = fuzz.seeds("cache", tmp_path / "seeds")[:1]
    start = data.index(MAGIC) + len(MAGIC)
    length = int.from_bytes(data[start : start + 4], "little")
    about = {"content": key.content, "fps": fps, "warnings": []}
    if fps == "left out":
        del about["fps"]
    header = json.dumps({**HEADER, "about": about}).encode()
    path.write_bytes(MAGIC + block(header) + data[start + 8 + length :])
    assert cached_poses(tmp_path, key) is None
    header = json.dumps({**HEADER, "about": {**about, "fps": 30}}).encode()
    path.write_bytes(MAGIC + block(header) + data[start + 8 + length :])
    assert cached_poses(tmp_path, key) is not None
