"""Keeping to one person: walks, bystanders, somebody else, and the cut of the input."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armswing.landmarks import Landmark
from armswing.pose import PoseSequence
from armswing.subject import NEARER, Sighting, Subject, whom_to_follow
from armswing.synthetic import lift, perform, pull, push, running, walking

FPS = 30


def person(
    t: np.ndarray, x: np.ndarray | float, *, y: float = 240.0, trunk: np.ndarray | float = 100.0
) -> PoseSequence:
    """Somebody whose hips are at (x, y) and whose trunk is so many pixels long, standing upright."""
    n = len(t)
    x, trunk = np.broadcast_to(x, n), np.broadcast_to(trunk, n)
    image = np.zeros((n, 33, 2))
    image[..., 0] = np.asarray(x)[:, None]
    image[..., 1] = y
    for side, aside in (("LEFT", 0.2), ("RIGHT", -0.2)):
        for joint, up in (("SHOULDER", 1.0), ("HIP", 0.0)):
            image[:, Landmark[f"{side}_{joint}"], 0] = x + aside * trunk
            image[:, Landmark[f"{side}_{joint}"], 1] = y - up * trunk
    return PoseSequence(t=t, image=image, world=np.zeros((n, 33, 3)), visibility=np.ones((n, 33)), size=(1280, 480))


def at_places(places: list[float | None], **other: object) -> PoseSequence:
    """One person a frame, 30 a second, at these places; None = nobody."""
    t = np.arange(len(places)) / FPS
    poses = person(t, np.array([0.0 if place is None else place for place in places]))
    lost = np.array([place is None for place in places])
    image, world, visibility = (np.array(a) for a in (poses.image, poses.world, poses.visibility))
    for column in (image, world, visibility):
        column[lost] = np.nan
    return replace(poses, image=image, world=world, visibility=visibility, **other)


def frames(flags: np.ndarray) -> list[int]:
    return np.flatnonzero(flags).tolist()


def followed(poses: PoseSequence, *, point: tuple[float, float] | None = None) -> Sighting:
    return Subject(point=point).update(poses)


ONE_PERSON = {
    "walking through": walking(),
    "running": running(),
    "pull": pull(reps=2),
    "push lying": push(reps=2, stance="lying"),
    "lift": lift(reps=2),
}


@pytest.mark.parametrize("motion", ONE_PERSON)
@pytest.mark.parametrize("fps", [10, 30])
def test_one_person_is_one_subject(motion: str, fps: int) -> None:
    seen = followed(perform(ONE_PERSON[motion], fps=fps).poses)
    assert seen.usable.all()
    assert not seen.changed.any()
    assert not seen.jumped.any()


def test_somebody_coming_nearer_is_one_subject() -> None:
    t = np.arange(90) / FPS
    assert followed(person(t, 300.0 + 20 * t, trunk=60.0 + 30 * t)).usable.all()


def test_a_jump_to_a_bystander_and_back() -> None:
    seen = followed(at_places([300.0] * 30 + [800.0] * 10 + [302.0] * 30))
    assert frames(seen.jumped) == [30]
    assert frames(~seen.usable) == list(range(30, 40))
    assert not seen.changed.any()


def test_two_bystanders_are_two_jumps() -> None:
    seen = followed(at_places([300.0] * 30 + [800.0] * 5 + [1200.0] * 5 + [300.0] * 10))
    assert frames(seen.jumped) == [30, 35]
    assert frames(~seen.usable) == list(range(30, 40))


def test_somebody_of_another_size_is_somebody_else() -> None:
    """Behind the subject, in the same place of the picture."""
    t = np.arange(60) / FPS
    seen = followed(person(t, 300.0, trunk=np.where(t < 1.0, 100.0, 50.0)))
    assert frames(seen.jumped) == [30]
    assert frames(seen.usable) == list(range(30))


@pytest.mark.parametrize(("aside", "trunk"), [(150.0, 100.0), (0.0, 60.0)], ids=["beside", "behind"])
def test_a_close_bystander_stays_somebody_else_for_a_second(aside: float, trunk: float) -> None:
    t = np.arange(75) / FPS
    there = t >= 1.0
    seen = followed(person(t, np.where(there, 300.0 + aside, 300.0), trunk=np.where(there, trunk, 100.0)))
    assert frames(seen.jumped) == [30]
    assert frames(seen.changed) == [60]
    assert frames(~seen.usable) == list(range(30, 60))


def test_somebody_followed_for_a_second_is_the_new_subject() -> None:
    seen = followed(at_places([300.0] * 30 + [800.0] * 60))
    assert frames(seen.jumped) == [30]
    assert frames(seen.changed) == [60]
    assert frames(~seen.usable) == list(range(30, 60))
    later = Subject()
    later.update(at_places([300.0] * 30 + [800.0] * 60))
    back = replace(at_places([300.0] * 10), t=3.0 + np.arange(10) / FPS)
    assert frames(later.update(back).jumped) == [0]


def test_a_hard_cut_makes_a_new_subject_at_once() -> None:
    cut = np.arange(60) == 30
    seen = followed(at_places([300.0] * 30 + [900.0] * 30, cut=cut))
    assert frames(seen.changed) == [30]
    assert seen.usable.all()
    assert not seen.jumped.any()


def test_a_hard_cut_without_anybody_is_a_change_all_the_same() -> None:
    cut = np.arange(40) == 10
    seen = followed(at_places([300.0] * 10 + [None] * 10 + [900.0] * 20, cut=cut))
    assert frames(seen.changed) == [10]
    assert frames(seen.usable) == [*range(10), *range(20, 40)]


def test_nobody_and_a_settling_tracker_are_not_usable() -> None:
    settling = np.isin(np.arange(30), range(15, 21))
    seen = followed(at_places([300.0] * 10 + [None] * 5 + [300.0] * 15, settling=settling))
    assert frames(seen.usable) == [*range(10), *range(21, 30)]
    assert not seen.jumped.any()


def test_found_again_nearby_is_the_subject_and_far_away_somebody_else() -> None:
    for place, same in ((360.0, True), (600.0, False)):
        seen = followed(at_places([300.0] * 10 + [None] * 60 + [place] * 10))
        assert seen.usable[70:].all() == same
        assert frames(seen.jumped) == ([] if same else [70])


class TestPoint:
    """``--subject X,Y``: frames do not count until the person pointed at is found."""

    def test_the_person_pointed_at(self) -> None:
        seen = followed(at_places([300.0] * 10 + [800.0] * 10), point=(790.0, 200.0))
        assert frames(seen.usable) == list(range(10, 20))
        assert not seen.changed.any()
        assert not seen.jumped.any()

    def test_afterwards_the_point_is_forgotten(self) -> None:
        walk = [800.0 - 8.0 * i for i in range(60)]
        assert followed(at_places([300.0] * 5 + walk), point=(800.0, 200.0)).usable[5:].all()

    def test_nobody_there(self) -> None:
        assert not followed(at_places([300.0] * 30), point=(1200.0, 100.0)).usable.any()


@given(
    st.lists(
        st.tuples(st.sampled_from([None, 200.0, 210.0, 340.0, 700.0, 1100.0]), st.integers(1, 40)),
        min_size=1,
        max_size=8,
    ),
    st.sets(st.integers(0, 200), max_size=2),
    st.sets(st.integers(0, 200), max_size=6),
    st.lists(st.integers(0, 200), max_size=6),
    st.sampled_from([None, (700.0, 200.0)]),
)
def test_a_block_gives_what_its_frames_give(
    runs: list[tuple[float | None, int]],
    cuts: set[int],
    settling: set[int],
    bounds: list[int],
    point: tuple[float, float] | None,
) -> None:
    places = [place for place, count in runs for _ in range(count)]
    n = len(places)
    poses = at_places(places, cut=np.isin(np.arange(n), list(cuts)), settling=np.isin(np.arange(n), list(settling)))
    whole = followed(poses, point=point)
    for edges in ([0, *sorted(b for b in bounds if b < n), n], range(n + 1)):
        subject = Subject(point=point)
        parts = [subject.update(poses.slice(slice(a, b))) for a, b in itertools.pairwise(edges)]
        for name in ("usable", "changed", "jumped"):
            got = np.concatenate([getattr(part, name) for part in parts])
            np.testing.assert_array_equal(got, getattr(whole, name), err_msg=name)


@pytest.mark.parametrize(
    ("trunks", "places", "who"),
    [
        ((100.0,), (640.0,), 0),
        ((100.0, 100.0 * NEARER + 1), (300.0, 900.0), 1),  # somebody nearer
        ((100.0, 100.0 * NEARER - 1), (300.0, 900.0), 0),  # hardly nearer: whom the model is surest of
        ((100.0, 130.0, 160.0), (300.0, 900.0, 600.0), 2),
        ((100.0, 160.0), (300.0, 1270.0), 0),  # half outside the picture: passes by
        ((100.0, 130.0, 160.0), (300.0, 900.0, 1270.0), 1),
    ],
)
def test_the_one_who_exercises_is_the_nearest(trunks: tuple[float, ...], places: tuple[float, ...], who: int) -> None:
    people = [person(np.zeros(1), x, trunk=trunk) for x, trunk in zip(places, trunks, strict=True)]
    assert whom_to_follow(np.concatenate([one.image for one in people]), (1280, 480)) == who
