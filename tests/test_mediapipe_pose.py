from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from armswing.errors import ModelError, PoseError
from armswing.io import mediapipe_pose as module
from armswing.io.mediapipe_pose import SETTLING_FRAMES, PoseEstimator, read_poses
from armswing.io.models import PoseModel, resolve_model
from armswing.io.video import Picture, VideoReader
from armswing.kinematics import mid_hip, trunk_length
from armswing.landmarks import Landmark

FRAME = 1 / 30


@pytest.fixture(scope="module")
def person(samples: Path) -> np.ndarray:
    """A picture with one whole person in it, shape (height, width, 3)."""
    videos = sorted(samples.glob("*.mp4"))
    if not videos:
        pytest.skip(f"no sample video in {samples}")
    with VideoReader(videos[0], time_range=(0.5, 1.0)) as video:
        return next(video).rgb


@pytest.fixture
def estimator() -> Iterator[PoseEstimator]:
    with PoseEstimator("lite") as estimator:
        yield estimator


def empty(person: np.ndarray) -> np.ndarray:
    return np.zeros_like(person)


def test_pose_is_in_square_pixels_and_metres(estimator: PoseEstimator, person: np.ndarray) -> None:
    pose = estimator.estimate(person, 12.345)
    height, width = person.shape[:2]
    assert (pose.t, pose.size, pose.found, pose.cut) == (12.345, (width, height), True, False)
    body = pose.image[[Landmark.NOSE, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    assert ((body > 1) & (body < (width, height))).all()
    hips, nose = body[1:].mean(axis=0), body[0]
    # The head of somebody standing is above the hips by a good part of the picture, not by a part of 1.
    assert hips[1] - nose[1] > 0.1 * height
    world = pose.world[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    np.testing.assert_allclose(world.mean(axis=0), 0, atol=0.02)
    assert 0.3 < np.linalg.norm(pose.world[Landmark.NOSE]) < 1.2
    assert ((pose.visibility >= 0) & (pose.visibility <= 1)).all()


def test_pixels_do_not_depend_on_what_lies_beside_the_person(person: np.ndarray) -> None:
    """A picture twice as wide: coordinates of 0 to 1 change, square pixels do not."""
    wide = np.concatenate([person, np.zeros_like(person)], axis=1)
    with PoseEstimator("lite") as one, PoseEstimator("lite") as other:
        for i in range(SETTLING_FRAMES):
            narrow_pose, wide_pose = one.estimate(person, i * FRAME), other.estimate(wide, i * FRAME)
    trunk = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    np.testing.assert_allclose(wide_pose.image[trunk], narrow_pose.image[trunk], atol=0.02 * person.shape[0])


def test_nobody_is_nan(estimator: PoseEstimator, person: np.ndarray) -> None:
    pose = estimator.estimate(empty(person), 0.0, cut=True)
    assert not pose.found
    assert pose.cut
    assert not pose.settling
    assert np.isnan(pose.image).all()
    assert np.isnan(pose.visibility).all()


@pytest.mark.parametrize("columns", [1, 2, 3, 5])
def test_odd_widths_and_sliced_arrays_give_the_pose_of_their_copy(person: np.ndarray, columns: int) -> None:
    sliced = person[:, :-columns]
    assert not sliced.flags.c_contiguous
    with PoseEstimator("lite") as one, PoseEstimator("lite") as other:
        seen, expected = one.estimate(sliced, 0.0), other.estimate(sliced.copy(), 0.0)
    assert seen.found
    np.testing.assert_array_equal(seen.image, expected.image)
    np.testing.assert_array_equal(seen.world, expected.world)


def test_mirrored_view_of_the_memory(person: np.ndarray) -> None:
    """Negative strides: the person's left and right change places in the picture."""
    with PoseEstimator("lite") as one, PoseEstimator("lite") as other:
        seen, expected = one.estimate(person[:, ::-1], 0.0), other.estimate(person[:, ::-1].copy(), 0.0)
    np.testing.assert_array_equal(seen.image, expected.image)


def test_settles_after_every_detection(estimator: PoseEstimator, person: np.ndarray) -> None:
    pictures = [person] * 8 + [empty(person)] * 2 + [person] * 8
    poses = [estimator.estimate(rgb, i * FRAME) for i, rgb in enumerate(pictures)]
    found = [pose.found for pose in poses]
    first, again = found.index(True), 10 + found[10:].index(True)
    assert not any(found[8:10])
    settling = [i for i, pose in enumerate(poses) if pose.settling]
    assert settling == [*range(first, first + SETTLING_FRAMES), *range(again, again + SETTLING_FRAMES)]


@pytest.mark.parametrize(("fps", "settles"), [(60.0, 6), (30.0, 6), (25.0, 5), (15.0, 3), (10.0, 2)])
def test_with_few_pictures_a_second_it_settles_sooner(person: np.ndarray, fps: float, settles: int) -> None:
    with PoseEstimator("lite") as estimator:
        poses = [estimator.estimate(person, i / fps) for i in range(10)]
    assert [pose.found for pose in poses] == [True] * 10
    assert [pose.settling for pose in poses] == [True] * settles + [False] * (10 - settles)


def test_cut_forgets_the_person(person: np.ndarray) -> None:
    """After a cut the poses are those of a fresh estimator, visibilities included (MediaPipe smooths them)."""
    moved = np.roll(person, person.shape[1] // 4, axis=1)
    with PoseEstimator("lite") as one, PoseEstimator("lite") as fresh:
        for i in range(8):
            one.estimate(person, i * FRAME)
        after, expected = one.estimate(moved, 8 * FRAME, cut=True), fresh.estimate(moved, 0.0)
    assert after.cut
    assert after.settling
    np.testing.assert_array_equal(after.image, expected.image)
    np.testing.assert_array_equal(after.visibility, expected.visibility)


def test_times_too_close_or_negative_for_mediapipe_pass_unchanged(estimator: PoseEstimator, person: np.ndarray) -> None:
    times = [-0.5, -0.4999, -0.4998, -0.4, 0.0, 1e6]
    assert [estimator.estimate(person, t).t for t in times] == times


@pytest.mark.parametrize(
    "rgb",
    [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)],
)
def test_other_arrays_are_refused(estimator: PoseEstimator, rgb: np.ndarray) -> None:
    with pytest.raises(PoseError, match=r"rgb must be uint8 of shape \(height, width, 3\), got"):
        estimator.estimate(rgb, 0.0)


def test_time_must_be_a_number(estimator: PoseEstimator, person: np.ndarray) -> None:
    with pytest.raises(PoseError, match="t must be a finite number"):
        estimator.estimate(person, float("nan"))


def test_closed_is_closed(person: np.ndarray) -> None:
    estimator = PoseEstimator("lite")
    estimator.close()
    estimator.close()
    for cut in (False, True):
        with pytest.raises(ModelError, match="closed"):
            estimator.estimate(person, 0.0, cut=cut)


def test_bundle_that_does_not_load(tmp_path: Path) -> None:
    path = tmp_path / "broken.task"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("pose_detector.tflite", "pose_landmarks_detector.tflite"):
            archive.writestr(name, b"no network")
    with pytest.raises(ModelError, match=r"broken\.task must be a MediaPipe pose landmarker bundle"):
        PoseEstimator(resolve_model(path))


def test_bundle_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="must be readable"):
        PoseEstimator(PoseModel(name="gone", path=tmp_path / "gone.task", sha256=""))


def test_path_with_other_letters(tmp_path: Path, models: Path, person: np.ndarray) -> None:
    path = shutil.copy(models / "pose_landmarker_lite.task", tmp_path / "modèle 姿勢.task")
    with PoseEstimator(str(path)) as estimator:
        assert estimator.estimate(person, 0.0).found


def test_read_poses_goes_with_the_pictures(person: np.ndarray) -> None:
    pictures = [Picture(0.0, person), Picture(0.5, person, cut=True)]
    with PoseEstimator("lite") as estimator:
        pairs = list(read_poses(pictures, estimator))
    assert [picture for picture, _ in pairs] == pictures
    assert [(pose.t, pose.cut) for _, pose in pairs] == [(0.0, False), (0.5, True)]


# --- the terminal --------------------------------------------------------------------------------

SCRIPT = """
import sys, threading
import numpy as np
from armswing.io.mediapipe_pose import PoseEstimator

person = np.load(sys.argv[1])
estimator = PoseEstimator("lite")
estimator.estimate(np.zeros_like(person), 0.0)
assert estimator.estimate(person, 1.0).found
estimator.estimate(person, 2.0, cut=True)
print("a word of ours", file=sys.stderr)
if sys.argv[2] == "close":
    estimator.close()
elif sys.argv[2] == "raise":
    raise KeyError("an error of ours")
elif sys.argv[2] == "cycle":
    estimator.me = estimator
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize("how", ["close", "leave", "cycle", "raise"])
def test_nothing_but_our_own_words_on_the_terminal(person: np.ndarray, tmp_path: Path, how: str) -> None:
    np.save(tmp_path / "person.npy", person)
    done = run(SCRIPT, str(tmp_path / "person.npy"), how)
    lines = done.stderr.splitlines()
    assert done.stdout == ""
    assert lines[0] == "a word of ours"
    if how == "raise":
        assert done.returncode == 1
        assert lines[1].startswith("Traceback")
        assert lines[-1] == "KeyError: 'an error of ours'"
    else:
        assert (done.returncode, lines[1:]) == (0, [])


def test_importing_the_module_does_not_load_mediapipe() -> None:
    done = run("import armswing.io.mediapipe_pose, sys; print('mediapipe' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr


def test_only_chatter_is_kept_back(capfd: pytest.CaptureFixture[str]) -> None:
    lines = [
        "W0000 00:00:1795345639.650002    1486 inference_feedback_manager.cc:121] Feedback manager",
        "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.",
        "WARNING: Logging before InitGoogle() is written to STDERR",
        "WARNING: the disk is nearly full",
        "ValueError: from another thread",
        "no end of line",
    ]

    def write() -> None:
        os.write(2, "\n".join(lines).encode())

    with module._without_chatter():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert capfd.readouterr().err == "\n".join(lines[3:])


def test_errors_pass_through_the_silence(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with module._without_chatter():
            os.write(2, b"before the error\n")
            raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        fail()
    os.write(2, b"and after\n")
    assert capfd.readouterr().err == "before the error\nand after\n"


def test_works_without_a_standard_error(person: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "person.npy", person)
    done = run(
        "import os; os.close(2)\n" + SCRIPT.replace("print(", "(lambda *a, **k: None)("),
        str(tmp_path / "person.npy"),
        "close",
    )
    assert done.returncode == 0


def test_two_at_once_in_two_threads(person: np.ndarray, capfd: pytest.CaptureFixture[str]) -> None:
    found: list[bool] = []

    def work() -> None:
        with PoseEstimator("lite") as estimator:
            found.extend(estimator.estimate(person, i * FRAME).found for i in range(3))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 6
    assert capfd.readouterr().err == ""


def test_poses_are_frozen(estimator: PoseEstimator, person: np.ndarray) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimator.estimate(person, 0.0).t = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("which", [0, 1])
def test_of_two_people_the_one_pointed_at_is_followed(person: np.ndarray, which: int) -> None:
    both = np.hstack([person, person])
    width = person.shape[1]
    with PoseEstimator("lite") as alone:
        hips = alone.estimate(person, 0.0).image[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    point = (float(hips[0]) + which * width, float(hips[1]))
    with PoseEstimator("lite", subject=point) as estimator:
        for i in range(4):
            pose = estimator.estimate(both, i * FRAME)
            assert pose.found
            found = pose.image[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
            assert abs(found[0] - point[0]) < 0.1 * width


def with_somebody_smaller(person: np.ndarray) -> np.ndarray:
    """The person with a copy of three quarters of the size beside, whom the model is surer of."""
    small = cv2.resize(person, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    grey = np.full((len(person) - len(small), *small.shape[1:]), 127, np.uint8)
    return np.hstack([person, np.vstack([grey, small])])


@pytest.mark.parametrize("before", [[], ["person"] * 8 + ["nobody"] * 2])
def test_the_larger_of_two_people_is_followed(person: np.ndarray, before: list[str]) -> None:
    """From the first picture with somebody in it on, and again when somebody is found anew."""
    both = with_somebody_smaller(person)
    pictures = {"nobody": np.zeros_like(both), "person": np.roll(both, both.shape[1] // 2, axis=1)}
    with PoseEstimator("lite") as estimator:
        for i, what in enumerate(before):
            estimator.estimate(pictures[what], i * FRAME)
        poses = [estimator.estimate(both, (len(before) + i) * FRAME) for i in range(SETTLING_FRAMES + 1)]
    assert [pose.settling for pose in poses] == [True] * SETTLING_FRAMES + [False]
    assert all(pose.image[Landmark.LEFT_HIP, 0] < person.shape[1] for pose in poses)


@pytest.mark.parametrize("aside", [0.95, 1.0, 1.1])
def test_somebody_close_behind_is_not_followed(person: np.ndarray, aside: float) -> None:
    """Told to look for several people in a video, the model gives only the one behind in its first picture."""
    with PoseEstimator("lite") as alone:
        image = alone.estimate(person, 0.0).image
    trunk, hips = trunk_length(image), mid_hip(image)
    small = cv2.resize(person, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    left, right = 0.75 * image[:, 0].min() - 0.15 * trunk, 0.75 * image[:, 0].max() + 0.15 * trunk
    small = small[:, int(left) : int(right)]
    both = np.hstack([person, np.full_like(person, 127)])
    top, beside = int(0.172 * len(person)), int(hips[0] + aside * trunk)
    both[top : top + len(small), beside : beside + small.shape[1]] = small
    with PoseEstimator("lite") as estimator:
        poses = [estimator.estimate(both, i * FRAME) for i in range(3)]
    for pose in poses:
        assert trunk_length(pose.image) == pytest.approx(trunk, rel=0.1)
        assert abs(mid_hip(pose.image)[0] - hips[0]) < 0.2 * trunk


def test_whom_it_took_it_keeps_when_the_other_is_not_found_alone(
    person: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_only", lambda rgb, image: np.zeros_like(rgb))
    with PoseEstimator("lite") as estimator:
        pose = estimator.estimate(with_somebody_smaller(person), 0.0)
    assert pose.image[Landmark.LEFT_HIP, 0] > person.shape[1]


def test_nobody_at_the_point_is_nobody(person: np.ndarray) -> None:
    wide = np.hstack([person, np.zeros_like(person)])
    with PoseEstimator("lite", subject=(1.9 * person.shape[1], 5.0)) as estimator:
        assert not estimator.estimate(wide, 0.0).found
