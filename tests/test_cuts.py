from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from armswing.io import cuts as module
from armswing.io.cuts import CutDetector, thumbnail
from video_files import corners, decoding_threads, read, scene


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert not decoding_threads()


def cuts(pictures: list[np.ndarray]) -> list[int]:
    detector = CutDetector()
    return [i - 1 for i, rgb in enumerate(pictures) if detector.update(thumbnail(rgb))]


def shot(seed: int) -> np.ndarray:
    return scene(seed)(0, (160, 90))


ONE, OTHER = shot(1), shot(2)


def test_cut_is_found_where_it_is() -> None:
    assert cuts([ONE] * 10 + [OTHER] * 10) == [10]
    assert cuts([ONE, OTHER, OTHER]) == [1]


def test_flash_is_no_cut() -> None:
    white = np.full_like(ONE, 250) + (OTHER // 50)
    assert cuts([ONE] * 5 + [white] + [ONE] * 5) == []
    assert cuts([ONE] * 5 + [OTHER] + [ONE] * 5) == []


@pytest.mark.parametrize("exposed", [ONE // 2, ONE // 4 + 150, 255 - (255 - ONE) // 3])
def test_exposure_is_no_cut(exposed: np.ndarray) -> None:
    assert cuts([ONE] * 5 + [exposed.astype(np.uint8)] * 5) == []


def test_swung_camera_is_no_cut() -> None:
    wide = np.concatenate([ONE, OTHER, shot(3), shot(4)], axis=1)
    swing = [wide[:, x : x + 160] for x in range(0, 480, 40)]
    assert cuts([ONE] * 5 + swing + [shot(4)] * 5) == []


def test_pictures_without_features_say_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 8, (12, 90, 160, 3), dtype=np.uint8)
    assert cuts(list(noise)) == []
    assert cuts([noise[0]] * 6 + [ONE] * 6) == []


def test_thumbnails_are_of_one_shape() -> None:
    for size in ((1920, 1080), (31, 17), (1, 1)):
        assert thumbnail(corners(0, size)).shape == (18 * 32,)


def found_cuts(path: Path, time_range: tuple[float, float] | None = None) -> list[float]:
    return [picture.t for picture in read(path, time_range=time_range) if picture.cut]


def test_cut_of_a_real_clip(clips: Path) -> None:
    assert found_cuts(clips / "pull_left_cable_cut.mp4", (3.8, 4.8)) == [pytest.approx(4.32, abs=0.04)]


@pytest.mark.parametrize(
    ("clip", "start", "end"),
    [
        ("push_floor_side.mp4", 2.5, 3.3),  # a jump within one shot
        ("walk_two_people.mp4", 5.2, 5.8),  # flashes
        ("bad_nobody_then_far.mp4", 75.3, 76.5),  # the phone is carried away
    ],
)
def test_what_looks_like_a_cut_in_real_clips(clips: Path, clip: str, start: float, end: float) -> None:
    assert found_cuts(clips / clip, (start, end)) == []


@pytest.mark.parametrize("threshold", [0.2, 0.3, 0.5, 0.7, 0.75])
def test_threshold_of_cuts_hardly_matters(clips: Path, monkeypatch: pytest.MonkeyPatch, threshold: float) -> None:
    monkeypatch.setattr(module, "CUT_DIFFERENCE", threshold)
    assert len(found_cuts(clips / "pull_left_cable_cut.mp4", (4.2, 4.5))) == 1
    assert found_cuts(clips / "push_floor_side.mp4", (2.7, 3.1)) == []


@pytest.mark.slow
def test_no_other_cut_in_any_clip(clips: Path, samples: Path) -> None:
    found = {}
    for path in [*sorted(clips.glob("*.mp4")), *sorted(samples.glob("*.mp4"))]:
        if path.name not in {"bad_lfs_pointer.mp4", "bad_no_video_track.mp4"}:
            found[path.name] = len(found_cuts(path))
    assert {name: n for name, n in found.items() if n} == {"pull_left_cable_cut.mp4": 1}
