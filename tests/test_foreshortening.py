"""The depth of an upper arm from how short it looks."""

from __future__ import annotations

import numpy as np
import pytest

from armswing import foreshortening
from armswing.foreshortening import UPPER_ARM
from armswing.geometry import Flags
from armswing.kinematics import (
    Limbs,
    TrunkAxes,
    elbow_flare,
    joint,
    retraction,
    segment_length,
    trunk_axes,
    trunk_length,
)
from armswing.landmarks import Landmark, Side
from armswing.pose import Array
from armswing.synthetic import BODIES, Camera, lift, perform, pull, push

MOTIONS = {"pull": pull, "push": push, "lift": lift}


def exact(yaw: float = -40.0, *, motion: str = "pull", body: str = "average man", **options: float) -> Array:
    """Return the exact landmarks of a repetition on the right."""
    movement = MOTIONS[motion](side="right", reps=1, **options)
    done = perform(movement, body=BODIES[body], camera=Camera(yaw=yaw), fps=30)
    world = done.poses.world.copy()
    world.setflags(write=True)
    return world


def whole_upper_arm(
    world: Array, side: Side, axes: TrunkAxes, *, start: int = 0, read: Flags | None = None, beside: bool = False
) -> Array:
    """Return the landmarks with the whole arm; without ``read`` it is asked for nowhere in particular."""
    read = np.zeros(len(world), dtype=bool) if read is None else read
    return foreshortening.whole_upper_arm(Limbs(world), side, axes, start=start, read=read, beside=beside)


def elbow_depth(world: Array) -> Array:
    depth: Array = (joint(world, Side.RIGHT, "elbow") - joint(world, Side.RIGHT, "shoulder"))[:, 2]
    return depth


def with_depth(world: Array, depth: Array) -> Array:
    changed = world.copy()
    changed[:, Landmark.RIGHT_ELBOW, 2] = world[:, Landmark.RIGHT_SHOULDER, 2] + depth
    return changed


def as_long_as_drawn(world: Array, trunks: float = UPPER_ARM) -> Array:
    """Return the same pose with upper arms of the length that the pose model gives them."""
    changed = world.copy()
    for side in Side:
        shoulder, elbow = side.landmark("shoulder"), side.landmark("elbow")
        shrink = trunks * np.median(trunk_length(world)) / segment_length(world, side, "shoulder", "elbow")
        changed[:, elbow] = world[:, shoulder] + (world[:, elbow] - world[:, shoulder]) * shrink[:, None]
    return changed


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("motion", ["pull", "push"])
def test_an_arm_that_keeps_its_length_stays_as_it_is(motion: str, body: str) -> None:
    world = exact(motion=motion, body=body)
    np.testing.assert_allclose(whole_upper_arm(world, Side.RIGHT, trunk_axes(world)), world, atol=2e-3)


def test_so_does_one_whose_elbow_is_drawn_across_the_body() -> None:
    world = as_long_as_drawn(exact(), 1.1 * UPPER_ARM)
    across = with_depth(world, -elbow_depth(world))
    np.testing.assert_allclose(whole_upper_arm(across, Side.RIGHT, trunk_axes(across)), across, atol=1e-9)


def test_so_does_one_that_is_drawn_short_all_the_time() -> None:
    world = as_long_as_drawn(exact(), 0.5)
    np.testing.assert_allclose(whole_upper_arm(world, Side.RIGHT, trunk_axes(world)), world, atol=2e-3)


@pytest.mark.parametrize(("drawn", "behind"), [(0.03, True), (-0.03, True), (-0.07, False)])
def test_an_elbow_is_drawn_a_little_too_near_the_camera(drawn: float, behind: bool) -> None:
    """In trunk lengths; from the front neither elbow is across the body."""
    world = as_long_as_drawn(exact(0.0))
    trunk = float(np.median(trunk_length(world)))
    oblique = np.array([-0.3, 0.3, drawn]) * trunk
    world[5, Landmark.RIGHT_ELBOW] = world[5, Landmark.RIGHT_SHOULDER] + oblique
    restored = whole_upper_arm(world, Side.RIGHT, trunk_axes(world))
    assert abs(elbow_depth(restored)[5]) == pytest.approx(np.sqrt(UPPER_ARM**2 - 0.18) * trunk, rel=1e-6)
    assert (elbow_depth(restored)[5] > 0) == behind


@pytest.mark.parametrize("yaw", [0.0, -30.0, -45.0])
def test_a_depth_that_was_taken_away_is_given_back(yaw: float) -> None:
    """The pose model gives a third to a half of the depth of an arm; the flare is right again without it."""
    world = as_long_as_drawn(exact(yaw))
    axes = trunk_axes(world)
    shrunk = with_depth(world, 0.4 * elbow_depth(world))
    restored = whole_upper_arm(shrunk, Side.RIGHT, axes)
    deep = np.abs(elbow_depth(world)) > 0.1
    assert deep.any()
    np.testing.assert_allclose(elbow_depth(restored)[deep], elbow_depth(world)[deep], atol=1e-6)
    true = elbow_flare(world, Side.RIGHT, axes)
    wrong, right = (elbow_flare(each, Side.RIGHT, axes) - true for each in (shrunk, restored))
    assert np.abs(right[deep]).max() < 1e-4 < np.abs(wrong[deep]).max()


def test_nothing_else_moves() -> None:
    world = as_long_as_drawn(exact())
    shrunk = with_depth(world, 0.4 * elbow_depth(world))
    before = shrunk.copy()
    changed = np.argwhere(whole_upper_arm(shrunk, Side.RIGHT, trunk_axes(world)) != before)
    assert {tuple(place[1:]) for place in changed} == {(Landmark.RIGHT_ELBOW, 2)}
    np.testing.assert_array_equal(shrunk, before, err_msg="the landmarks that were given are left alone")


def test_of_two_elbows_that_look_alike_the_one_across_the_body_is_the_less_likely() -> None:
    """From the side the near elbow is out toward the camera, though the model draws it a little behind the shoulder."""
    world = as_long_as_drawn(exact(-90.0))
    axes = trunk_axes(world)
    # Hanging, and as far out to the side as 25 degrees: toward the camera.
    length = UPPER_ARM * float(np.median(trunk_length(world)))
    tilt = np.radians(25.0)
    shoulder = world[:, Landmark.RIGHT_SHOULDER]
    world[:, Landmark.RIGHT_ELBOW] = shoulder + length * np.array([0.0, np.cos(tilt), 0.0])
    for drawn in (0.03, 0.0, -0.03):
        restored = whole_upper_arm(with_depth(world, np.full(len(world), drawn)), Side.RIGHT, axes)
        assert (elbow_flare(restored, Side.RIGHT, axes) > 0.0).all()


class TestPassingThePicture:
    """A row as the pose model draws it at its worst: all the time with the elbow a little nearer than the shoulder."""

    DRAWN = -0.08
    """Trunk lengths."""

    def row(self, yaw: float, **options: float) -> tuple[Array, Array, int, Flags]:
        """Return exact and drawn landmarks, the start, and where the elbow is furthest back."""
        world = as_long_as_drawn(exact(yaw, **options))
        drawn = with_depth(world, np.full(len(world), self.DRAWN * np.median(trunk_length(world))))
        way = retraction(world, Side.RIGHT)
        top = int(way.argmax())
        start = int(way[:top].argmin())
        read = np.zeros(len(world), dtype=bool)
        read[start:] = (way[start:] - way[start]) >= 0.9 * (way[top] - way[start])
        return world, drawn, start, read

    @pytest.mark.parametrize("yaw", [-30.0, -45.0, -60.0])
    @pytest.mark.parametrize("flare", [0.0, 15.0])
    def test_the_elbow_is_behind_afterwards(self, yaw: float, flare: float) -> None:
        world, drawn, start, read = self.row(yaw, flare_deg=flare)
        axes = trunk_axes(world)
        restored = whole_upper_arm(drawn, Side.RIGHT, axes, start=start, read=read)
        true, found, unaware = (
            np.median(elbow_flare(each, Side.RIGHT, axes)[read])
            for each in (world, restored, whole_upper_arm(drawn, Side.RIGHT, axes))
        )
        assert found == pytest.approx(true, abs=4.0)
        assert (elbow_depth(restored)[read] > 0.0).all()
        assert unaware > true + 10.0, "the model alone would have it out to the side"

    @pytest.mark.parametrize("yaw", [-45.0, -60.0])
    def test_one_that_is_out_to_the_side_never_passes(self, yaw: float) -> None:
        world, drawn, start, read = self.row(yaw, flare_deg=65.0)
        axes = trunk_axes(world)
        restored = whole_upper_arm(drawn, Side.RIGHT, axes, start=start, read=read)
        np.testing.assert_array_equal(restored, whole_upper_arm(drawn, Side.RIGHT, axes))
        assert (elbow_depth(restored)[read] < 0.0).all()

    @pytest.mark.parametrize(("drawn", "behind"), [(-0.13, True), (-0.17, False)])
    def test_a_model_that_is_sure_of_the_other_side_is_believed(self, drawn: float, behind: bool) -> None:
        world, _, start, read = self.row(-45.0)
        sure = with_depth(world, np.full(len(world), drawn * np.median(trunk_length(world))))
        restored = whole_upper_arm(sure, Side.RIGHT, trunk_axes(world), start=start, read=read)
        assert ((elbow_depth(restored)[read] > 0.0) == behind).all()

    def test_how_long_the_arm_is_drawn_there_is_its_length(self) -> None:
        world, _, start, read = self.row(-45.0)
        axes = trunk_axes(world)
        long = as_long_as_drawn(world, 0.62)
        drawn = with_depth(long, np.full(len(world), self.DRAWN * np.median(trunk_length(world))))
        restored = whole_upper_arm(drawn, Side.RIGHT, axes, start=start, read=read)
        trunk = np.median(trunk_length(world))
        assert segment_length(restored, Side.RIGHT, "shoulder", "elbow")[read] / trunk == pytest.approx(0.62, abs=0.005)

    def test_an_arm_that_comes_back_is_in_front_again(self) -> None:
        world, drawn, _, read = self.row(-45.0)
        behind = with_depth(drawn, -elbow_depth(drawn))
        back = np.arange(len(world)) >= len(world) - 10
        top = int(np.flatnonzero(read).mean())
        restored = whole_upper_arm(behind, Side.RIGHT, trunk_axes(world), start=top, read=back)
        assert (elbow_depth(restored)[back] < 0.0).all()

    def test_on_its_way_back_it_passes_again(self) -> None:
        world, drawn, start, read = self.row(-45.0)
        axes = trunk_axes(world)
        restored = whole_upper_arm(drawn, Side.RIGHT, axes, start=start, read=read)
        ahead = retraction(world, Side.RIGHT, axes) < -0.3
        assert ahead[: int(np.flatnonzero(read)[0])].any()
        assert ahead[int(np.flatnonzero(read)[-1]) :].any()
        assert (retraction(restored, Side.RIGHT, axes)[ahead] < -0.2).all()

    @pytest.mark.parametrize("yaw", [-90.0, -85.0])
    def test_from_the_side_nothing_is_told_by_it(self, yaw: float) -> None:
        world, drawn, start, read = self.row(yaw)
        axes = trunk_axes(world)
        way = slice(start + 3, int(np.flatnonzero(read)[0]) - 2)
        drawn[way] = as_long_as_drawn(drawn, 0.63)[way]  # as the pose model's lengths go up and down
        restored = whole_upper_arm(drawn, Side.RIGHT, axes, start=start, read=read)
        np.testing.assert_array_equal(restored, whole_upper_arm(drawn, Side.RIGHT, axes))

    def test_what_is_read_where_it_sets_out_has_passed_nothing(self) -> None:
        world, drawn, start, read = self.row(-45.0)
        axes = trunk_axes(world)
        read = read.copy()
        read[start] = True
        restored = whole_upper_arm(drawn, Side.RIGHT, axes, start=start, read=read)
        np.testing.assert_array_equal(restored, whole_upper_arm(drawn, Side.RIGHT, axes))


class TestElbowBesideTheBody:
    """The low end of a press seen by somebody it faces: the pose model draws the elbow too near the body."""

    READ = np.arange(60) < 10

    def press(self, yaw: float, flare_deg: float, tilt_deg: float = 0.0) -> tuple[Array, Array]:
        """Return exact and drawn landmarks: drawn, the elbow is in front of the shoulder and further in."""
        world = exact(yaw, motion="push", flare_deg=flare_deg, trunk_deg=0.0)[: len(self.READ)]
        c, s = np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))
        world = as_long_as_drawn(world @ np.array([[1, 0, 0], [0, c, s], [0, -s, c]]))
        trunk = float(np.median(trunk_length(world)))
        drawn = with_depth(world, np.full(len(world), -0.11 * trunk))
        drawn[:, Landmark.RIGHT_ELBOW] -= 0.10 * trunk * trunk_axes(world).thorax_right
        return world, drawn

    def flare(self, world: Array, axes: TrunkAxes, beside: bool) -> float:
        restored = whole_upper_arm(world, Side.RIGHT, axes, read=self.READ, beside=beside)
        return float(np.median(elbow_flare(restored, Side.RIGHT, axes)[self.READ]))

    @pytest.mark.parametrize("yaw", [0.0, 12.0, 25.0])
    @pytest.mark.parametrize("flare_deg", [35.0, 50.0, 65.0])
    def test_what_is_missing_lies_out_to_the_side(self, yaw: float, flare_deg: float) -> None:
        world, drawn = self.press(yaw, flare_deg)
        axes = trunk_axes(world)
        true = float(np.median(elbow_flare(world, Side.RIGHT, axes)[self.READ]))
        assert self.flare(drawn, axes, beside=True) == pytest.approx(true, abs=8.0)
        assert abs(self.flare(drawn, axes, beside=False) - true) > 11.0, "as depth it would do harm"

    @pytest.mark.parametrize("yaw", [-28.0, 0.0, 28.0])
    @pytest.mark.parametrize("flare_deg", [5.0, 40.0, 80.0])
    def test_an_exact_pose_keeps_its_flare(self, yaw: float, flare_deg: float) -> None:
        world = exact(yaw, motion="push", flare_deg=flare_deg, trunk_deg=0.0)[: len(self.READ)]
        axes = trunk_axes(world)
        true = float(np.median(elbow_flare(world, Side.RIGHT, axes)[self.READ]))
        assert self.flare(world, axes, beside=True) == pytest.approx(true, abs=1e-6)

    @pytest.mark.parametrize(
        ("yaw", "tilt_deg"), [(-40.0, 0.0), (40.0, 0.0), (-90.0, 0.0), (180.0, 0.0), (0.0, 50.0), (0.0, -85.0)]
    )
    def test_from_elsewhere_nothing_is_told_by_it(self, yaw: float, tilt_deg: float) -> None:
        """Obliquely, from the side, from behind, or along a tilted trunk."""
        world, drawn = self.press(yaw, 40.0, tilt_deg)
        axes = trunk_axes(world)
        restored, unaware = (
            whole_upper_arm(drawn, Side.RIGHT, axes, read=self.READ, beside=beside) for beside in (True, False)
        )
        np.testing.assert_array_equal(restored, unaware)

    def test_nothing_else_moves(self) -> None:
        world, drawn = self.press(0.0, 40.0)
        before = drawn.copy()
        changed = np.argwhere(
            whole_upper_arm(drawn, Side.RIGHT, trunk_axes(world), read=self.READ, beside=True) != before
        )
        assert set(changed[:, 0]) == set(self.READ.nonzero()[0])
        assert set(changed[:, 1]) == {Landmark.RIGHT_ELBOW}
        np.testing.assert_array_equal(drawn, before, err_msg="the landmarks that were given are left alone")

    def test_size_does_not_matter(self) -> None:
        world, drawn = self.press(10.0, 50.0)
        axes = trunk_axes(world)
        once, twice = (
            whole_upper_arm(size * drawn, Side.RIGHT, axes, read=self.READ, beside=True) for size in (1.0, 2.0)
        )
        np.testing.assert_allclose(twice, 2.0 * once, atol=1e-12)


def test_size_does_not_matter() -> None:
    world = as_long_as_drawn(exact())
    shrunk = with_depth(world, 0.4 * elbow_depth(world))
    axes = trunk_axes(shrunk)
    once, twice = whole_upper_arm(shrunk, Side.RIGHT, axes), whole_upper_arm(2.0 * shrunk, Side.RIGHT, axes)
    np.testing.assert_allclose(twice, 2.0 * once, atol=1e-12)


def test_nan_in_nan_out() -> None:
    world = as_long_as_drawn(exact())
    world[3] = np.nan
    restored = whole_upper_arm(world, Side.RIGHT, trunk_axes(world))
    assert np.isnan(restored[3]).all()
    assert np.isfinite(np.delete(restored, 3, axis=0)).all()
