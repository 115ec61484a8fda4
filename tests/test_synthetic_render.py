"""The rendered athlete: the joints are where the truth has them, and each option does what it says."""

from __future__ import annotations

import hashlib
import inspect
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from armswing.errors import ConfigError, VideoError
from armswing.io.video import VideoReader
from armswing.landmarks import BONES, JOINTS, MIRROR, Landmark
from armswing.synthetic import (
    Body,
    Camera,
    Motion,
    Performance,
    __main__,
    lift,
    perform,
    pull,
    push,
    standing,
    talking,
    walking,
)
from armswing.synthetic.figure import blazepose_points, pose_body
from armswing.synthetic.render import LOOKS, Look, Picture, device, render, scene, truth_of, video, write_video
from armswing.synthetic.render.rig import Rig, rig
from armswing.synthetic.render.scene import Furniture, Person, Pixels, Renderer
from armswing.synthetic.render.view import camera_view, light_view, on_floor

SIZE = (192, 144)
CAMERA = Camera(yaw=40, size=SIZE)
GOLDEN = Path(__file__).parent / "golden" / "rendered.json"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    """Compile the shaders once for all tests that draw by hand."""
    try:
        made = Renderer(SIZE)
    except ConfigError as error:
        pytest.skip(str(error))
    with made:
        yield made


@pytest.fixture(scope="module")
def row() -> Performance:
    """Half a second of a row with the left arm."""
    return perform(pull(side="left", reps=1, start_still_s=0.0), camera=CAMERA, fps=10, duration_s=1.0)


def person(done: Performance, frame: int = 0, **worn: Any) -> Person:
    return Person(rig=rig(done.points, done.body), frame=frame, look=replace(LOOKS["a"], **worn))


def differ(a: Pixels, b: Pixels, by: int = 0) -> npt.NDArray[np.bool_]:
    return np.asarray(np.abs(a.astype(int) - b.astype(int)).max(axis=-1) > by)


def silhouette(renderer: Renderer, done: Performance, frame: int = 0) -> npt.NDArray[np.bool_]:
    """Return where the march of the rays met somebody, (height, width)."""
    renderer.draw(done.camera, [person(done, frame)])
    with device.device().ctx:
        met = np.frombuffer(renderer._met.read(), dtype=np.float32)
    return np.asarray(met.reshape(SIZE[1], SIZE[0], 2)[..., 0] > 0.0)


# ── where the joints are ──


@pytest.mark.parametrize("motion", [pull(), push(stance="lying"), walking(), talking()], ids=lambda m: type(m).__name__)
def test_the_axes_of_head_and_feet_are_found_again_in_the_landmarks(motion: Motion) -> None:
    body = Body(stature=1.6, girth=1.2, arm=0.9, leg=1.1)
    t = np.linspace(0.0, 3.0, 7)
    figure = pose_body(body, motion.command(t, body))
    found = rig(blazepose_points(body, figure), body)
    np.testing.assert_allclose(found.axes[:, 2].swapaxes(-1, -2), figure.head_axes, atol=2e-3)
    np.testing.assert_allclose(found.joints[:, 15] * found.scale, figure.head, atol=1e-3)
    np.testing.assert_allclose(found.axes[:, 5:7].swapaxes(-1, -2), figure.foot_axes, atol=1e-9)
    np.testing.assert_allclose(found.axes[:, 3:5, 2], figure.palm, atol=1e-9)


def test_axes_are_orthonormal_and_those_of_a_left_set_mirrored() -> None:
    right, left = (perform(pull(side=side, reps=1), camera=CAMERA, fps=5) for side in ("right", "left"))
    here, there = rig(right.points, right.body), rig(left.points, left.body)
    np.testing.assert_allclose(
        here.axes @ here.axes.swapaxes(-1, -2), np.broadcast_to(np.eye(3), here.axes.shape), atol=1e-9
    )
    flip = np.array([-1.0, 1.0, 1.0])
    # The left of a mirrored segment is the right one, so that its first row changes its sign once more.
    np.testing.assert_allclose(there.axes[:, :3], here.axes[:, :3] * flip * np.array([[-1.0], [1.0], [1.0]]), atol=1e-9)
    np.testing.assert_allclose(there.axes[:, 3], here.axes[:, 4] * flip, atol=1e-9)
    np.testing.assert_allclose(np.linalg.det(there.axes[:, [0, 1, 2, 5, 6]]), 1.0)
    np.testing.assert_allclose(left.points, right.points[:, MIRROR] * flip, atol=1e-9)


@pytest.mark.parametrize(
    "camera",
    [CAMERA, Camera(yaw=-90, pitch=12, height=1.5, size=(90, 160)), Camera(yaw=170, roll=25, focal=1.0, distance=5)],
    ids=["plain", "upright", "askew"],
)
def test_a_view_has_points_where_the_camera_has_them(camera: Camera) -> None:
    points = np.random.default_rng(1).uniform([-1, 0, -1], [1, 2, 1], (40, 3))
    pixels, per_metre = camera_view(camera, 1.0).pixels(points)
    np.testing.assert_allclose(pixels, camera.pixels(points), atol=1e-9)
    np.testing.assert_allclose(per_metre, camera.focal * camera.size[1] / camera.view(points)[..., 2])
    np.testing.assert_allclose(camera_view(camera, 0.5).pixels(points / 0.5)[0], pixels, atol=1e-9)
    np.testing.assert_allclose(camera_view(camera, 1.0, 3).pixels(points)[0], 3 * pixels, atol=1e-9)


def test_the_lamp_sees_all_of_the_box_and_its_rays_fall_on_the_floor_where_the_shadow_is() -> None:
    low, high = np.array([-0.7, 0.0, -0.9]), np.array([0.6, 2.1, 0.8])
    view = light_view(low, high)
    points = np.random.default_rng(2).uniform(low, high, (40, 3))
    pixels, _ = view.pixels(points)
    assert (pixels >= 0).all()
    assert (pixels <= view.size[0]).all()
    np.testing.assert_allclose(view.pixels(on_floor(points))[0], pixels, atol=1e-9)
    np.testing.assert_allclose(on_floor(points)[:, 1], 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("motion", "camera", "body"),
    [
        (pull(side="left"), CAMERA, Body()),
        (lift(), Camera(yaw=0, size=SIZE, roll=12), Body(stature=1.55, girth=1.25)),
        (push(stance="lying"), Camera(yaw=70, size=SIZE, height=1.3, pitch=12), Body(stature=1.9, arm=1.1)),
        (pull(stance="half_kneeling"), Camera(yaw=-90, size=SIZE), Body(leg=1.08)),
    ],
    ids=["left row", "lift askew", "lying", "kneeling"],
)
def test_the_person_is_drawn_where_the_landmarks_are(
    renderer: Renderer, motion: Motion, camera: Camera, body: Body
) -> None:
    done = perform(motion, camera=camera, body=body, fps=1)
    frame = 2
    seen = silhouette(renderer, done, frame)
    marks = done.poses.image[frame]
    for joint in JOINTS:
        x, y = marks[joint].astype(int)
        assert seen[y, x], f"nobody is at the {joint.name.lower()}"
    for bone in BONES:
        x, y = camera.pixels(done.points[frame, list(bone)].mean(axis=0)).astype(int)
        assert seen[y, x], f"nobody is between {bone[0].name.lower()} and {bone[1].name.lower()}"
    middle = (marks[Landmark.LEFT_HIP] + marks[Landmark.RIGHT_HIP]) / 2
    metre = camera.focal * camera.size[1] / camera.distance
    y, x = np.nonzero(seen)
    nearest = np.linalg.norm(np.stack([x, y], axis=-1)[:, None] + 0.5 - [*marks, middle], axis=-1).min(axis=1)
    assert nearest.max() < 0.33 * metre, "somebody is where no landmark is near"


def test_a_left_set_looks_like_a_right_one_in_a_mirror(renderer: Renderer) -> None:
    seen = [
        silhouette(renderer, perform(pull(side=side, reps=1), camera=replace(CAMERA, yaw=yaw), fps=1), 2)
        for side, yaw in (("left", 40.0), ("right", -40.0))
    ]
    assert (seen[0] != seen[1][:, ::-1]).mean() < 0.001
    assert (seen[0] != seen[1]).mean() > 0.01


@pytest.mark.parametrize(("hand", "weights"), [("LEFT", (True, False)), ("RIGHT", (False, True))])
def test_a_dumbbell_is_in_its_hand(renderer: Renderer, row: Performance, hand: str, weights: tuple[bool, bool]) -> None:
    empty = person(row, 5)
    changed = differ(*(renderer.draw(CAMERA, [who]) for who in (empty, replace(empty, dumbbells=weights))), by=8)
    y, x = np.nonzero(changed)
    metre = CAMERA.focal * SIZE[1] / CAMERA.distance
    body_part = y < row.poses.image[5, Landmark.LEFT_KNEE, 1]  # further down is its shadow
    there = row.poses.image[5, Landmark[f"{hand}_INDEX"]]
    assert body_part.sum() > 10
    assert np.linalg.norm(np.stack([x, y], axis=-1)[body_part].mean(axis=0) - there) < 0.12 * metre


@pytest.mark.parametrize("loose", [0.0, 1.0])
def test_tiles_leave_nothing_out(renderer: Renderer, loose: float, monkeypatch: pytest.MonkeyPatch) -> None:
    camera = replace(CAMERA, size=(640, 480), distance=3.2)  # so near that tiles are small
    done = perform(pull(side="left"), camera=camera, body=Body(girth=1.3), fps=2)
    who = person(done, 4, loose=loose, hair_style="bun")
    who = replace(who, dumbbells=(True, True))
    capsules = Rig.capsules

    def generous(*args: Any) -> Any:
        part, start, end, radius = capsules(*args)
        return part, start, end, radius + 0.5

    with Renderer(camera.size) as larger:
        usual = larger.draw(camera, [who])
        monkeypatch.setattr(Rig, "capsules", generous)
        all_of_it = larger.draw(camera, [who])
    assert differ(usual, all_of_it, by=12).sum() < 10


def test_furniture_is_drawn_where_the_stance_wants_it(renderer: Renderer) -> None:
    seated = perform(push(stance="seated", leg="none"), camera=CAMERA, fps=1)
    hips = seated.points[0, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    box = Furniture(kind=2, seat=(float(hips[0]), float(hips[1]) - 0.1, float(hips[2]), 0.25))
    without, with_box = (renderer.draw(CAMERA, [], furniture=thing) for thing in (None, box))
    below = CAMERA.pixels(hips - [0.0, 0.25, 0.0]).astype(int)
    assert differ(without, with_box)[below[1], below[0]]
    assert not differ(without, with_box)[: int(CAMERA.pixels(hips)[1]) - 8].any()
    mat = renderer.draw(CAMERA, [], furniture=Furniture(kind=1))
    assert differ(without, mat).any(axis=1).nonzero()[0].min() > SIZE[1] / 2


# ── the same every time ──


def test_the_same_call_gives_the_same_pictures(renderer: Renderer, row: Performance) -> None:
    picture = Picture(sensor_noise=6.0)
    first, second = (list(render(row, picture=picture, frames=[2, 3])) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert differ(first[0], first[1]).mean() > 0.5, "the noise must be new in each picture"


def test_several_renderers_do_not_draw_into_each_other(renderer: Renderer, row: Performance) -> None:
    alone = {look: list(render(row, look=LOOKS[look], frames=[0, 4])) for look in ("a", "b")}
    together = zip(*(render(row, look=LOOKS[look], frames=[0, 4]) for look in ("a", "b")), strict=True)
    for step, (a, b) in enumerate(together):
        assert np.array_equal(a, alone["a"][step])
        assert np.array_equal(b, alone["b"][step])


def golden_frames() -> dict[str, str]:
    """Return the hashes of a few pictures by their names."""
    motions: dict[str, tuple[Motion, Look]] = {
        "row left": (pull(side="left", flare_deg=60), replace(LOOKS["a"], weight="cable")),
        "press lying": (push(stance="lying"), LOOKS["d"]),
        "lift": (lift(), replace(LOOKS["c"], weight="dumbbell")),
    }
    hashes = {}
    for name, (motion, look) in motions.items():
        done = perform(motion, camera=CAMERA, fps=2, duration_s=2.0)
        (rgb,) = render(done, look=look, frames=[3])
        hashes[name] = hashlib.sha256(rgb.tobytes()).hexdigest()[:16]
    return hashes


def test_golden_pictures(renderer: Renderer, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(
            json.dumps({"device": device.device().name, **golden_frames()}, indent=1) + "\n", encoding="utf-8"
        )
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    if golden.pop("device") != device.device().name:
        pytest.skip(f"recorded with another renderer than {device.device().name}")
    assert golden_frames() == golden


# ── how it is filmed, and what the person looks like ──


def test_light_and_noise(renderer: Renderer, row: Performance) -> None:
    (good,), (poor,) = (render(row, picture=Picture(light=light), frames=[0]) for light in (1.0, 0.25))
    assert poor.mean() < 0.6 * good.mean()
    (noisy,) = render(row, picture=Picture(sensor_noise=7.0), frames=[0])
    assert np.std(noisy.astype(int) - good) == pytest.approx(7.0, rel=0.1)
    (other,) = render(row, picture=Picture(sensor_noise=7.0, seed=1), frames=[0])
    assert differ(noisy, other).mean() > 0.5


def test_motion_blurs_what_moves_and_nothing_else(renderer: Renderer, row: Performance) -> None:
    (sharp,), (blurred,) = (render(row, picture=Picture(motion_blur=blur), frames=[5]) for blur in (0.0, 1.0))
    changed = differ(sharp, blurred, by=10)
    speed = np.linalg.norm(row.poses.image[6] - row.poses.image[4], axis=-1)
    fast, slow = row.poses.image[5, [speed[list(JOINTS)].argmax(), Landmark.RIGHT_ANKLE]]
    fast = row.poses.image[5, JOINTS[int(speed[list(JOINTS)].argmax())]]

    def share(at: npt.NDArray[np.float64]) -> float:
        x, y = at.astype(int)
        return float(changed[y - 6 : y + 7, x - 6 : x + 7].mean())

    assert share(fast) > 0.15
    assert share(slow) < 0.5 * share(fast)
    assert not changed[:10].any()


def test_cropping_cuts_the_same_picture(renderer: Renderer, row: Performance) -> None:
    picture = Picture(crop=(0.1, 0.0, 0.2, 0.3))
    left, top, right, bottom = picture.box(SIZE)
    (whole,), (part,) = (render(row, picture=which, frames=[0]) for which in (Picture(), picture))
    np.testing.assert_array_equal(part, whole[top:bottom, left:right])
    assert (right - left, bottom - top) == (134, 100)


def test_supersampling_keeps_size_and_place(renderer: Renderer, row: Performance) -> None:
    (one,), (two,) = (render(row, picture=Picture(supersampling=by), frames=[0]) for by in (1, 2))
    assert one.shape == two.shape
    assert 0.0 < differ(one, two, by=60).mean() < 0.02


@pytest.mark.parametrize("bystander", ["standing", "moving"])
def test_a_bystander_is_beside_the_person(renderer: Renderer, row: Performance, bystander: Any) -> None:
    alone, not_alone = (list(render(row, picture=Picture(bystander=who), frames=[0, 7])) for who in ("none", bystander))
    there = [differ(a, b, by=12) for a, b in zip(alone, not_alone, strict=True)]
    x = np.nonzero(there[0])[1]
    assert there[0].sum() > 300
    assert np.median(x) > row.poses.image[0, :, 0].max()
    assert (differ(*not_alone, by=12) & there[0]).sum() > (100 if bystander == "moving" else 0)


@pytest.mark.parametrize(
    "change",
    [
        {"shirt": (0.5, 0.0, 0.5)},
        {"loose": 1.0},
        {"hair_style": "bun"},
        {"tights": True},
        {"sleeve": 0.9},
        {"trousers": 0.95},
        {"weight": "dumbbell", "weight_side": "both"},
        {"weight": "cable"},
    ],
    ids=lambda change: next(iter(change)) + str(next(iter(change.values()))),
)
def test_each_part_of_a_look_can_be_seen(renderer: Renderer, change: dict[str, Any]) -> None:
    from_behind = perform(pull(side="left", reps=1), camera=replace(CAMERA, yaw=140), fps=5, duration_s=1.4)
    (plain,), (other,) = (render(from_behind, look=replace(LOOKS["a"], **c), frames=[5]) for c in ({}, change))
    assert differ(plain, other, by=20).sum() > 8


def test_looks_are_looks_of_their_own(renderer: Renderer) -> None:
    assert len(LOOKS) >= 4
    done = perform(standing(), camera=replace(CAMERA, yaw=0), fps=1)
    x, y = done.poses.image[0, Landmark.NOSE].astype(int)
    faces = [next(render(done, look=look, frames=[0]))[y - 3 : y + 4, x - 2 : x + 3].mean() for look in LOOKS.values()]
    assert np.diff(sorted(faces)).min() > 4.0


# ── what is refused ──


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        (Look, {"skin": (0.5, 0.5, 1.5)}, "three numbers from 0 to 1"),
        (Look, {"shirt": (0.5, 0.5)}, "three numbers"),
        (Look, {"loose": -0.1}, "loose must be from"),
        (Look, {"hair_style": "curls"}, "hair_style must be one of"),
        (Look, {"weight": "anvil"}, "weight must be one of"),
        (Look, {"weight_side": "middle"}, "weight_side must be one of"),
        (Picture, {"light": 0.0}, "light must be from"),
        (Picture, {"light": float("nan")}, "light must be from"),
        (Picture, {"motion_blur": 1.1}, "motion_blur must be from"),
        (Picture, {"sensor_noise": -1.0}, "sensor_noise must be from"),
        (Picture, {"bystander": "crowd"}, "bystander must be one of"),
        (Picture, {"crop": (0.5, 0.0, 0.5, 0.0)}, "leave a tenth"),
        (Picture, {"supersampling": 5}, "supersampling must be"),
    ],
)
def test_what_cannot_be_is_refused(kind: type, change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        kind(**change)


def test_without_moderngl_it_says_what_to_install(row: Performance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_threads", threading.local())
    monkeypatch.setitem(sys.modules, "moderngl", None)
    with pytest.raises(ConfigError, match=r"pip install \"armswing\[render\]\".*libegl1"):
        next(render(row))


def test_without_egl_it_says_what_to_install(row: Performance, monkeypatch: pytest.MonkeyPatch) -> None:
    moderngl = pytest.importorskip("moderngl")

    def no_context(**_: object) -> None:
        raise Exception("libEGL.so not loaded")  # as glcontext does

    monkeypatch.setattr(device, "_threads", threading.local())
    monkeypatch.setattr(moderngl, "create_context", no_context)
    with pytest.raises(ConfigError, match=r"libEGL\.so not loaded.*libegl-mesa0"):
        next(render(row))


def test_a_closed_renderer_and_another_size_are_refused(renderer: Renderer, row: Performance) -> None:
    with pytest.raises(ConfigError, match="this renderer draws 192x144"):
        renderer.draw(replace(CAMERA, size=(64, 48)), [person(row)])
    with Renderer((64, 48)) as other:
        other.close()
    with pytest.raises(ConfigError, match="closed"):
        other.draw(replace(CAMERA, size=(64, 48)), [])


def test_importing_loads_no_opengl() -> None:
    code = "import sys, armswing.synthetic.render as _; print('moderngl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_every_shader_is_used() -> None:
    text = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (scene, device))
    folder = Path(scene.__file__).parent / "shaders"
    names = [path.stem for path in folder.glob("*.glsl")]
    assert len(names) >= 9
    assert [name for name in names if f'"{name}"' not in text] == []


# ── the video and its truth ──


def test_a_video_and_its_truth(renderer: Renderer, row: Performance, tmp_path: Path) -> None:
    picture = Picture(crop=(0.0, 0.0, 0.0, 0.25))
    for crf in (10, 45):
        write_video(tmp_path / f"{crf}.mp4", row, look=LOOKS["b"], picture=picture, crf=crf)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["10.mp4", "10.truth.json", "45.mp4", "45.truth.json"]
    assert (tmp_path / "45.mp4").stat().st_size < 0.5 * (tmp_path / "10.mp4").stat().st_size
    truth = json.loads((tmp_path / "45.truth.json").read_text(encoding="utf-8"))
    assert truth == json.loads(json.dumps(truth_of(row, look=LOOKS["b"], picture=picture, crf=45)))
    with VideoReader(tmp_path / "10.mp4") as reader:
        read = list(reader)
    rendered = list(render(row, look=LOOKS["b"], picture=picture))
    assert len(read) == len(rendered)
    assert np.abs(read[4].rgb.astype(int) - rendered[4]).mean() < 6.0
    np.testing.assert_allclose([frame.t for frame in read], row.poses.t - row.poses.t[0], atol=1e-3)


def test_the_truth_says_all_that_was_done() -> None:
    done = perform(
        pull(side="left", flare_deg=60.0, reps=2), body=Body(stature=1.62), camera=Camera(yaw=30, roll=5), fps=25
    )
    truth = json.loads(json.dumps(truth_of(done, look=LOOKS["b"], picture=Picture(crop=(0, 0.5, 0, 0)), crf=30)))
    assert truth["motion"]["name"] == "pull"
    assert (truth["motion"]["side"], truth["motion"]["flare_deg"]) == ("left", 60.0)
    assert (truth["body"]["stature"], truth["camera"]["roll"], truth["crf"]) == (1.62, 5, 30)
    assert (truth["fps"], truth["frames"], truth["size"]) == (25.0, len(done.points), [640, 240])
    assert truth["look"]["skin"] == list(LOOKS["b"].skin)
    assert [rep["side"] for rep in truth["reps"]] == ["left", "left"]
    for rep, expected in zip(truth["reps"], done.truth.reps, strict=True):
        for name in ("start_s", "peak_s", "end_s", "flare_deg", "drive_range"):
            assert rep[name] == pytest.approx(getattr(expected, name), abs=1e-4)


def test_nothing_half_written_stays(row: Performance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks_off(*_: object, **__: object) -> Iterator[Pixels]:
        yield np.zeros((SIZE[1], SIZE[0], 3), dtype=np.uint8)
        raise RuntimeError("the light went out")

    monkeypatch.setattr(video, "render", breaks_off)
    with pytest.raises(RuntimeError, match="light"):
        write_video(tmp_path / "clip.mp4", row)
    assert list(tmp_path.iterdir()) == []


def test_compression_out_of_range_is_refused(row: Performance, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="crf must be from 0 to 51"):
        write_video(tmp_path / "clip.mp4", row, crf=52)


# ── the command ──


def command(monkeypatch: pytest.MonkeyPatch, *args: str) -> int:
    monkeypatch.setattr(sys, "argv", ["armswing.synthetic", "render", *args])
    with pytest.raises(SystemExit) as left:
        __main__.main()
    return int(left.value.code or 0)


def test_the_command_hands_its_options_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, Any] = {}

    def listen(path: Path, performance: Performance, **options: Any) -> None:
        heard.update(path=path, done=performance, **options)

    monkeypatch.setattr("armswing.synthetic.render.write_video", listen)
    out = str(tmp_path / "out.mp4")
    motion = ("getting-into-position", "--set", "seed=3")
    exercise = ("pull", "--set", "side=left", "--set", "flare_deg=60", "--set", "reps=2", "--body", "stature=1.6")
    filmed = "--yaw 45 --roll 8 --size 480x640 --fps 10 --look b --weight cable --crop 0,0,0,.25 --light .5 --crf 33"
    assert command(monkeypatch, *motion, "-o", out) == 0
    assert (type(heard["done"].motion).__name__, heard["done"].motion.seed) == ("GettingIntoPosition", 3)
    assert (
        command(monkeypatch, *exercise, "-o", out, *filmed.split(), "--motion-blur", ".5", "--bystander", "moving") == 0
    )
    done = heard["done"]
    assert done.motion == pull(side="left", flare_deg=60.0, reps=2)
    assert done.body == Body(stature=1.6)
    assert done.camera == Camera(yaw=45.0, roll=8.0, size=(480, 640))
    assert done.poses.fps == pytest.approx(10.0)
    assert heard["look"] == replace(LOOKS["b"], weight="cable")
    assert heard["picture"] == Picture(crop=(0, 0, 0, 0.25), light=0.5, motion_blur=0.5, bystander="moving")
    assert heard["crf"] == 33.0
    worn = "--loose 1 --hair-style bun --sleeve .9 --trousers 1 --no-tights --shirt .1,.2,.3 --seed 7"
    assert command(monkeypatch, "-o", out, *worn.split(), "--look", "c", "pull") == 0
    changed = {"loose": 1.0, "hair_style": "bun", "sleeve": 0.9, "trousers": 1.0, "tights": False}
    assert heard["look"] == replace(LOOKS["c"], shirt=(0.1, 0.2, 0.3), **changed)
    assert heard["picture"] == Picture(seed=7)


@pytest.mark.parametrize("kind", [Camera, Look, Picture])
def test_whatever_the_renderer_takes_is_an_option(kind: type[Camera | Look | Picture]) -> None:
    assert {field.name for field in fields(kind)} <= inspect.signature(__main__.render).parameters.keys()


def test_a_motion_is_no_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["armswing.synthetic", "pull", "-o", str(tmp_path / "out.mp4")])
    with pytest.raises(SystemExit) as left:
        __main__.main()
    assert left.value.code == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("pulls",), "motion must be one of counter_swing"),
        (("pull", "--set", "flare=3"), "did you mean flare_deg?"),
        (("pull", "--set", "flare_deg=wide"), "flare_deg must be a number, got 'wide'"),
        (("pull", "--set", "reps=2.5"), "reps must be a whole number"),
        (("pull", "--set", "side=up"), "side must be one of left, right"),
        (("pull", "--set", "reps"), "NAME=VALUE"),
        (("pull", "--look", "z"), "look must be one of a, b"),
        (("pull", "--size", "640"), "size must be 2 numbers"),
        (("pull", "--weight", "anvil"), "weight must be one of"),
        (("pull", "--loose", "2"), "loose must be from 0.0 to 1.0, got 2.0"),
        (("pull", "--shirt", "red"), "shirt must be 3 numbers, got 'red'"),
        (("pull", "--body", "stature=0"), "stature must be a positive number"),
    ],
)
def test_the_command_says_what_is_wrong_in_one_line(
    args: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command(monkeypatch, *args, "-o", str(tmp_path / "out.mp4")) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
