from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from armswing import Analysis, Side
from armswing.io import drawing, skeleton
from armswing.io.drawing import GRADE_COLOURS, GRADE_WORDS, draw
from armswing.io.overlay_state import OverlayState, state_at
from armswing.landmarks import BONES, Landmark
from armswing.reasons import Reason
from armswing.scoring import GRADES
from overlay_parts import frame_at, landmarks, three_pulls

SIZES = [(480, 854), (640, 480), (1280, 720), (1920, 1080)]
GREY = 128


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return three_pulls()


def canvas(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    return np.full((size[1], size[0], 3), GREY, dtype=np.uint8)


def drawn(state: OverlayState, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    picture = canvas(size)
    draw(picture, state)
    return picture


def full_state(**changes: Any) -> OverlayState:
    """Everything at once, and as long as it gets."""
    longest = sorted((reason.sentence for reason in Reason), key=len)[-2:]
    return replace(
        OverlayState(
            t=5999.9,
            count=128,
            partial=99,
            dots=(("connected", "full"), ("", "partial"), ("arms_only", "full")) * 40,
            about="right arm, set 12, partial",
            why_not_scored=longest[-1],
            cue="Left knee up as right hand goes up. Then down again.",
            notes=(
                *(f"Not counted, right arm: {sentence}" for sentence in longest),
                "One waits: it counts with another like it",
                "Somebody else: not followed",
            ),
        ),
        **changes,
    )


def test_every_grade_has_words_and_a_colour() -> None:
    grades = {name for _, name in GRADES}
    assert GRADE_WORDS.keys() == GRADE_COLOURS.keys() == grades


@pytest.mark.parametrize(("margin", "told"), [(None, "84 good"), (27.0, "84 ± 27 good")])
def test_the_score_is_cut_off_as_everywhere_and_has_its_margin(margin: float | None, told: str) -> None:
    state = full_state(score=84.97, margin=margin, grade="good", why_not_scored="")
    assert told in {text.words for panel in drawing._panels(state, (1280, 720)) for text in panel.texts}


def test_the_skeleton_is_where_the_landmarks_are_and_nowhere_else() -> None:
    image = landmarks()
    state = OverlayState(t=0.0, image=image, visibility=np.ones(33))
    changed = (drawn(state) != drawn(replace(state, image=None))).any(axis=-1)
    for bone in BONES:
        middle = image[list(bone)].mean(axis=0)
        for x, y in (*image[list(bone)], middle):
            assert changed[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].any(), bone
    left, top = image.min(axis=0).astype(int) - 12
    right, bottom = image.max(axis=0).astype(int) + 12
    changed[top:bottom, left:right] = False
    assert not changed.any()


@pytest.mark.parametrize("side", list(Side))
def test_the_working_arm_its_leg_and_the_diagonal_stand_out(side: Side) -> None:
    image = landmarks()
    picture = drawn(OverlayState(t=0.0, image=image, visibility=np.ones(33), working=(side,)))
    plain = drawn(OverlayState(t=0.0, image=image, visibility=np.ones(33)))
    chain = [
        (side.landmark("shoulder"), side.landmark("elbow")),
        (side.landmark("elbow"), side.landmark("wrist")),
        (side.opposite.landmark("hip"), side.opposite.landmark("knee")),
        (side.landmark("shoulder"), side.opposite.landmark("hip")),
    ]
    for a, b in chain:
        x, y = np.linspace(image[a], image[b], 40)[10:30].round().astype(int).T
        assert (picture[y, x] == skeleton.WORKING).all(axis=-1).any(), (a, b)
        assert not (plain[y, x] == skeleton.WORKING).all(axis=-1).any(), (a, b)
    other = np.linspace(*image[[side.opposite.landmark("elbow"), side.opposite.landmark("wrist")]], 40)
    x, y = other.round().astype(int)[10:30].T
    highlighted = (picture[y, x] == skeleton.WORKING).all(axis=-1)
    assert highlighted.mean() < 0.5, "only lines that cross it"


def test_hidden_landmarks_are_dimmed() -> None:
    image = landmarks()
    visibility = np.ones(33)
    visibility[Landmark.LEFT_WRIST] = 0.3
    x, y = image[Landmark.LEFT_WRIST].round().astype(int)
    seen = drawn(OverlayState(t=0.0, image=image, visibility=np.ones(33)))
    hidden = drawn(OverlayState(t=0.0, image=image, visibility=visibility))
    assert tuple(seen[y, x]) == (255, 255, 255)
    assert tuple(hidden[y, x]) == skeleton.DIMMED


def test_the_counter_changes_when_a_repetition_completes(analysis: Analysis) -> None:
    assert analysis.poses is not None
    t = analysis.reps[1].t
    # Without the skeleton, which moves; at one clock time, which runs.
    before, after = (
        replace(state_at(analysis.events, frame_at(analysis, t + d), usable=True), image=None, t=0.0, cue="")
        for d in (-0.05, 0.05)
    )
    assert (before.count, after.count) == (1, 2)
    changed = np.argwhere((drawn(before) != drawn(after)).any(axis=-1))
    assert len(changed)
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert top < 40
    assert left < 40
    assert bottom < 240
    assert right < 320


@pytest.mark.parametrize("size", [*SIZES, (333, 701), (101, 77), (7, 5), (1, 1), (2000, 60)])
def test_every_size_takes_everything(size: tuple[int, int]) -> None:
    picture = drawn(full_state(image=landmarks(size), visibility=np.ones(33), working=(Side.LEFT,)), size)
    assert picture.shape == (size[1], size[0], 3)
    assert (picture != GREY).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1e12, 1e300])
def test_landmarks_that_are_none_are_not_drawn(bad: float) -> None:
    image = landmarks()
    image[Landmark.RIGHT_KNEE] = bad
    good = OverlayState(t=0.0, image=landmarks(), visibility=np.ones(33))
    with_bad = drawn(replace(good, image=image))
    assert (with_bad != drawn(replace(good, image=None))).any(), "the rest is"
    assert (with_bad != drawn(good)).any()
    nothing = replace(good, image=np.full((33, 2), bad), visibility=np.full(33, np.nan))
    np.testing.assert_array_equal(drawn(nothing), drawn(replace(good, image=None)))


STATES = [full_state(), full_state(score=100.0, margin=27.0, grade="partly", why_not_scored=""), OverlayState(t=0.0)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_overlaps_or_leaves_the_picture(state: OverlayState, size: tuple[int, int]) -> None:
    panels = list(drawing._panels(state, size))
    for i, panel in enumerate(panels):
        left, top, right, bottom = panel.box
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        for other in panels[i + 1 :]:
            x = min(right, other.box[2]) - max(left, other.box[0])
            y = min(bottom, other.box[3]) - max(top, other.box[1])
            assert min(x, y) < 0, (panel, other)
        boxes = [(t.x, t.y, t.x + drawing._width(t.words, t.size, t.weight), t.y + t.size) for t in panel.texts]
        boxes += [(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in panel.dots]
        for box in boxes:
            assert left <= box[0] < box[2] <= right + 1, panel
            assert box[3] <= bottom + 1, panel


@pytest.mark.parametrize("light", [0, 255])
def test_text_is_read_on_black_and_on_white(light: int) -> None:
    picture = np.full((480, 640, 3), light, dtype=np.uint8)
    state = OverlayState(t=0.0, cue="One arm at a time.")
    draw(picture, state)
    *_, cue = drawing._panels(state, (640, 480))
    left, top, right, bottom = cue.box
    region = picture[top:bottom, left:right].mean(axis=-1)
    assert region.max() == 255
    assert np.median(region) <= 100, "a dark band, whatever is behind it"


def test_sizes_grow_with_the_picture() -> None:
    small, large = (next(iter(drawing._panels(full_state(), size))) for size in ((640, 360), (1920, 1080)))
    assert large.texts[0].size == pytest.approx(3 * small.texts[0].size, abs=2)
