from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armswing import Side
from armswing.io.lettering import Text, write
from armswing.io.screen import CONNECTED, Screen, draw_screen, judged
from armswing.io.screen_layout import Box, Panel, layout
from armswing.io.skeleton import GRADE_COLOURS, WORKING
from armswing.landmarks import Landmark
from armswing.phrases import Phrases, english
from armswing.reasons import Reason
from armswing.scoring import GRADES
from overlay_parts import landmarks

SIZES = [(640, 480), (1280, 720), (1920, 1080), (540, 960), (720, 1280)]
OTHER_SIZES = [(320, 240), (480, 640), (960, 540), (2560, 1080)]
GREY = 128
GRADE_NAMES = [name for _, name in GRADES]
ENGLISH = Phrases()
KEYS = tuple((key.removeprefix("key."), text) for key, text in english().items() if key.startswith("key."))
LONG_KEYS = tuple((key, f"{text} und wieder weiter") for key, text in KEYS)
TOO_MANY_KEYS = LONG_KEYS * 4
LONG = Phrases(
    {
        "screen.reps": "Wiederholungen",
        "screen.last": "letzte Wiederholung",
        "screen.coupling": "Zusammenspiel von Arm und Bein",
        "screen.flare": "Ellbogenwinkel",
        "screen.flare_good": "genau richtig so",
        "screen.flare_high": "viel zu weit außen",
        "screen.not_scored": "ohne Wertung geblieben",
        "screen.muted": "stummgeschaltet",
        "screen.recording": "wird aufgezeichnet",
        "grade.connected": "Donaudampfschifffahrtsverbunden",
        "grade.partly": "teilweise miteinander verbunden",
    }
)
KANJI = Phrases({"screen.reps": "回", "screen.coupling": "連動", "grade.partly": "一部だけ連動している"})
FILLED = defaultdict(lambda: "right", joint="right foot_index", count="12")
CUES = sorted({text.format_map(FILLED) for text in english().values()}, key=len)
LONG_CUE = "Gleichzeitig linkes Knie hochziehen, rechten Ellbogen dichter heranführen."


def a_screen(size: tuple[int, int] = (640, 480), **changes: Any) -> Screen:
    """Everything that there is to show, none of it long."""
    usual = Screen(
        image=landmarks(size),
        visibility=np.ones(33),
        working=(Side.RIGHT,),
        coupling=0.6,
        coupling_last=0.4,
        flare_deg=30.0,
        flare_band=(0.0, 40.0),
        count=8,
        score=88.0,
        margin=9.0,
        grade="connected",
        dots=(("connected", "full"), ("", "partial"), ("arms_only", "full")),
        cue="Right hand out, left knee in.",
        cue_kind="cue",
        title="Pull, set 2",
        keys=KEYS,
    )
    return replace(usual, **changes)


def drawn(
    screen: Screen, size: tuple[int, int] = (640, 480), *, mirrored: bool = False, grey: int = GREY
) -> np.ndarray:
    picture = np.full((size[1], size[0], 3), grey, dtype=np.uint8)
    return draw_screen(picture, screen, ENGLISH, mirrored=mirrored)


def panels_of(screen: Screen, size: tuple[int, int] = (640, 480), phrases: Phrases = ENGLISH) -> dict[str, Panel]:
    return {panel.name: panel for panel in layout(screen, phrases, size, mirrored=False)}


# --- boxes -------------------------------------------------------------------------------------------


@cache
def ink(words: str, size: int, weight: int) -> Box | None:
    """Where a text at (0, 0) leaves ink."""
    canvas = np.zeros((3 * size, len(words) * 2 * size + 3 * size, 3), dtype=np.uint8)
    write(canvas, Text(words, size, size, size, weight, (255, 255, 255)))
    rows, columns = np.nonzero(canvas[..., 0] > 60)
    if not rows.size:
        return None
    return columns.min() - size, rows.min() - size, columns.max() + 1 - size, rows.max() + 1 - size


def boxes_in(panel: Panel) -> list[list[tuple[str, Box]]]:
    """The boxes of what stands on a panel; each list is one way that it can look."""
    still = [(text.words, box) for text in panel.texts if (box := moved(text))]
    still += [("dot", (d.x - d.radius, d.y - d.radius, d.x + d.radius + 1, d.y + d.radius + 1)) for d in panel.dots]
    still += [(sign.name, sign.box) for sign in panel.signs]
    if panel.bar is not None:
        left, top, right, bottom = panel.bar.box
        over = (right - left) // 3
        bar = ("bar", (left - over, top, right + over, bottom))
        return [[*still, bar, ("label", box)] for text in (panel.bar.words, panel.bar.reached) if (box := moved(text))]
    if panel.dial is not None:
        dial = panel.dial
        body = 0.62 * dial.radius
        ends = sorted((dial.x - dial.outward * body, dial.x + dial.outward * dial.radius))
        arc = ("dial", (round(ends[0]), round(dial.y - 0.55 * dial.radius), round(ends[1]), dial.y + dial.radius))
        degrees = ("degrees", moved(dial.degrees) or arc[1])
        return [[*still, arc, degrees, (name, moved(text) or arc[1])] for name, text in dial.words.items()]
    return [still]


def moved(text: Text) -> Box | None:
    box = ink(text.words, text.size, text.weight)
    return box and (box[0] + text.x, box[1] + text.y, box[2] + text.x, box[3] + text.y)


def assert_apart(boxes: list[tuple[str, Box]]) -> None:
    for (a, one), (b, other) in combinations(boxes, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        assert min(across, down) <= 0, (a, one, b, other)


def assert_inside(inner: Box, outer: Box, what: object) -> None:
    assert outer[0] <= inner[0] <= inner[2] <= outer[2], (what, inner, outer)
    assert outer[1] <= inner[1] <= inner[3] <= outer[3], (what, inner, outer)


@st.composite
def screens(draw: st.DrawFn) -> Screen:
    scored = draw(st.booleans())
    return a_screen(
        working=draw(st.sampled_from([(), (Side.LEFT,), (Side.RIGHT,), tuple(Side)])),
        flare_band=draw(st.sampled_from([(0.0, 40.0), (np.nan, np.nan), (30.0, np.inf)])),
        count=draw(st.sampled_from([0, 1, 8, 10, 40, 128, 999])),
        score=draw(st.sampled_from([0.0, 7.0, 88.0, 100.0])) if scored else None,
        margin=draw(st.sampled_from([None, np.nan, 3.0, 27.0])) if scored else None,
        grade=draw(st.sampled_from(GRADE_NAMES)) if scored else "",
        why_not_scored="" if scored else draw(st.sampled_from(["", *(reason.sentence for reason in Reason)])),
        dots=tuple(
            draw(
                st.lists(
                    st.tuples(st.sampled_from([*GRADE_NAMES, ""]), st.sampled_from(["full", "partial"])), max_size=45
                )
            )
        ),
        cue=draw(
            st.sampled_from(["", *CUES, LONG_CUE, "右の手を出しながら、左膝を上げて、足の裏で床をしっかり押す。"])
        ),
        cue_kind=draw(st.sampled_from(["cue", "praise", "missing"])),
        help=draw(st.sampled_from(["", "Step back, I can't see your feet", LONG_CUE])),
        notice=draw(st.sampled_from(["", "Paused", "Slow computer: press l for the lite model", LONG_CUE])),
        title=draw(st.sampled_from(["", "Pull, set 2", "Einarmiges Rudern am Kabelzug, Satz 112"])),
        keys=draw(st.sampled_from([(), KEYS, LONG_KEYS, TOO_MANY_KEYS])),
        muted=draw(st.booleans()),
        recording=draw(st.booleans()),
        model=draw(st.sampled_from(["", "lite"])),
    )


@settings(deadline=None, max_examples=150)
@given(screens(), st.sampled_from([*SIZES, *OTHER_SIZES]), st.sampled_from([ENGLISH, LONG, KANJI]), st.booleans())
def test_nothing_overlaps_or_leaves_the_picture(
    screen: Screen, size: tuple[int, int], phrases: Phrases, mirrored: bool
) -> None:
    panels = layout(screen, phrases, size, mirrored=mirrored)
    assert_apart([(panel.name, panel.box) for panel in panels])
    for panel in panels:
        assert_inside(panel.box, (0, 0, *size), panel.name)
        for boxes in boxes_in(panel):
            assert_apart(boxes)
            for what, box in boxes:
                assert_inside(box, panel.box, (panel.name, what))
    named = {panel.name: panel for panel in panels}
    if "keys" in named and size[1] > size[0]:
        assert named["keys"].box[3] - named["keys"].box[1] < 0.11 * size[1], "along the edge"
    wanted = {
        "counter": True,
        "coupling": True,
        "last": screen.score is not None or screen.why_not_scored != "" or screen.count > 0,
        "elbow": np.isfinite(screen.flare_band).any(),
        "signs": screen.muted or screen.recording,
        "said": any((screen.cue, screen.help, screen.notice)),
        "keys": any((screen.keys, screen.title, screen.model)),
    }
    assert named.keys() == {name for name, there in wanted.items() if there}, "and all of it is there"


@pytest.mark.parametrize("size", SIZES)
def test_the_counter_is_the_largest_and_the_cue_the_next_largest_words(size: tuple[int, int]) -> None:
    panels = panels_of(a_screen(size, count=28), size)
    count = panels["counter"].texts[0]
    score, cue = max(panels["last"].texts, key=lambda text: text.size), panels["said"].texts[0]
    assert count.words == "28"
    assert count.size > 1.4 * score.size
    others = [text for name in ("keys", "last") for text in panels[name].texts if text != score]
    assert cue.size > 1.2 * max(text.size for text in others)


@pytest.mark.parametrize("size", SIZES)
def test_counter_and_every_cue_are_readable_at_a_quarter_of_the_width(size: tuple[int, int]) -> None:
    """Numerals 12 pixels high and letters of 7: about what an eye reads as its own words at 160 x 120."""
    quarter = 160 / 640 * 480 / min(size)
    for count in (8, 28, 128):
        box = ink(str(count), panels_of(a_screen(size, count=count), size)["counter"].texts[0].size, 600)
        assert box is not None
        assert quarter * (box[3] - box[1]) >= 12
    for cue in CUES:
        assert quarter * panels_of(a_screen(size, cue=cue), size)["said"].texts[0].size >= 8.5, cue


@pytest.mark.parametrize("size", [(333, 701), (101, 77), (160, 120), (7, 5), (1, 1), (2000, 60), (60, 2000)])
def test_every_size_takes_everything(size: tuple[int, int]) -> None:
    everything = a_screen(size, count=128, dots=a_screen().dots * 15, notice="Paused", muted=True, recording=True)
    for screen in (
        everything,
        replace(everything, score=None, why_not_scored="No leg seen"),
        Screen(image=None, visibility=None),
    ):
        picture = drawn(screen, size, mirrored=True)
        assert picture.shape == (size[1], size[0], 3)
        assert picture.flags.c_contiguous


def test_a_long_set_shows_its_latest_repetitions_in_rows_of_ten() -> None:
    first, last = (("connected", "full"),) * 47, (("arms_only", "full"),)
    dots = panels_of(a_screen(dots=first + last))["counter"].dots
    assert len(dots) == 38, "four rows, the last of eight"
    assert dots[-1].colour == GRADE_COLOURS["arms_only"]


# --- the mirror ---------------------------------------------------------------------------------------


def test_a_mirrored_picture_is_flipped_with_its_skeleton_but_not_its_words() -> None:
    rgb = np.random.default_rng(1).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    before = rgb.copy()
    screen = a_screen(flare_band=(np.nan, np.nan))
    assert screen.image is not None
    flipped = replace(screen, image=screen.image * (-1, 1) + (639, 0))
    mirrored = draw_screen(rgb, screen, ENGLISH, mirrored=True)
    np.testing.assert_array_equal(
        mirrored, draw_screen(np.ascontiguousarray(rgb[:, ::-1]), flipped, ENGLISH, mirrored=False)
    )
    np.testing.assert_array_equal(rgb, before, "the camera's own picture stays")
    draw_screen(rgb, screen, ENGLISH, mirrored=False)
    np.testing.assert_array_equal(rgb, before)


@pytest.mark.parametrize("side", list(Side))
def test_the_dial_shows_the_arm_on_the_side_where_the_picture_has_it(side: Side) -> None:
    screen = a_screen(working=(side,))
    for mirrored in (False, True):
        (dial,) = (panel.dial for panel in layout(screen, ENGLISH, (640, 480), mirrored=mirrored) if panel.dial)
        assert dial.outward == side.sign * (1 if mirrored else -1), "a person who faces the camera"


# --- the person ---------------------------------------------------------------------------------------


SHOULDER, HIP = (300, 150), (340, 330)


def lit(coupling: float, visibility: float = 1.0, grey: int = 20) -> np.ndarray:
    """The picture with nothing on the person but the diagonal of the right arm."""
    image = np.full((33, 2), np.nan)
    image[Landmark.RIGHT_SHOULDER], image[Landmark.LEFT_HIP] = SHOULDER, HIP
    return drawn(
        Screen(image=image, visibility=np.full(33, visibility), working=(Side.RIGHT,), coupling=coupling), grey=grey
    )


def test_the_diagonal_from_shoulder_to_opposite_hip_lights_up_with_the_coupling() -> None:
    pictures = [lit(coupling) for coupling in (np.nan, 0.1, 0.4, 0.7, 1.0)]
    rows = [picture[240, 260:380].astype(int) for picture in pictures]
    middle = [row[60].sum() for row in rows]
    assert middle[0] > 3 * 20, "seen even without a repetition"
    assert sorted(set(middle)) == middle, "brighter"
    cores = [int((row.min(axis=-1) > 100).sum()) for row in rows]
    assert sorted(cores) == cores
    assert cores[-1] >= 2 * cores[0], "wider"
    glows = [int((row[:, 1] - row[:, 0] > 15).sum()) for row in rows]
    assert sorted(set(glows)) == glows, "and in a wider glow"


def test_the_glow_is_seen_on_a_white_shirt() -> None:
    red, green, _ = lit(1.0, grey=240)[240, 320 - 20].astype(int)
    assert green - red > 50
    assert tuple(lit(1.0, grey=240)[240, 320 - 100]) == (240, 240, 240), "and only near the line"


def test_a_diagonal_that_is_guessed_does_not_light_up() -> None:
    body = slice(100, 380), slice(230, 420)
    for visibility, same in ((0.3, True), (1.0, False)):
        assert np.array_equal(lit(1.0, visibility)[body], lit(np.nan, visibility)[body]) == same


def test_the_elbow_is_marked_by_whether_its_flare_is_good() -> None:
    screen = a_screen(image=landmarks(), keys=(), cue="")
    assert screen.image is not None
    x, y = screen.image[Landmark.RIGHT_ELBOW].round().astype(int)
    middles, rings = [], []
    for flare, colour in (
        (20.0, GRADE_COLOURS["connected"]),
        (60.0, GRADE_COLOURS["arms_only"]),
        (-20.0, GRADE_COLOURS["arms_only"]),
    ):
        region = drawn(replace(screen, flare_deg=flare))[y - 12 : y + 13, x - 12 : x + 13]
        assert (region == colour).all(axis=-1).sum() > 20
        middles.append(tuple(region[12, 12]))
        rings.append((region == colour).all(axis=-1).sum())
    assert middles[0] == (255, 255, 255) != middles[1] == GRADE_COLOURS["arms_only"], "a ring, a disc: not colour alone"
    for not_known in (replace(screen, flare_deg=np.nan), replace(screen, working=tuple(Side))):
        region = drawn(not_known)[y - 12 : y + 13, x - 12 : x + 13]
        assert not (region == GRADE_COLOURS["connected"]).all(axis=-1).any(), "one flare says nothing of two elbows"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1e12, 1e300])
def test_landmarks_that_are_none_are_not_drawn(bad: float) -> None:
    nobody = drawn(a_screen(image=None))
    np.testing.assert_array_equal(drawn(a_screen(image=np.full((33, 2), bad), visibility=np.zeros(33))), nobody)
    image = landmarks()
    image[Landmark.LEFT_HIP] = bad
    assert (drawn(a_screen(image=image)) != nobody).any(), "the rest is"


# --- the gauges -----------------------------------------------------------------------------------------


def test_the_bar_is_as_full_as_the_coupling_and_says_when_it_is_connected() -> None:
    bar = panels_of(a_screen())["coupling"].bar
    assert bar is not None
    left, top, right, bottom = bar.box
    column = slice(left + 2, left + 3)
    for coupling, colour in (
        (0.25, WORKING),
        (0.5, WORKING),
        (CONNECTED, GRADE_COLOURS["connected"]),
        (1.0, GRADE_COLOURS["connected"]),
    ):
        picture = drawn(a_screen(coupling=coupling))
        filled = (picture[top:bottom, column] == colour).all(axis=-1).mean()
        assert filled == pytest.approx(coupling, abs=0.04)
        label = picture[bar.words.y : bar.words.y + bar.words.size, bar.words.x - 20 : right + 20]
        assert (label == GRADE_COLOURS["connected"]).all(axis=-1).any() == (coupling >= CONNECTED), "a word too"
    for coupling in (np.nan, 0.0):
        empty = drawn(a_screen(coupling=coupling))[top:bottom, column]
        assert not (empty == WORKING).all(axis=-1).any()
    white = (drawn(a_screen(coupling=np.nan))[top:bottom, column] == 255).all(axis=-1)[:, 0]
    mark = 1 - np.flatnonzero(white).mean() / (bottom - top)
    assert mark == pytest.approx(CONNECTED, abs=0.02)


def test_the_last_coupling_is_marked_beside_the_bar() -> None:
    bar = panels_of(a_screen())["coupling"].bar
    assert bar is not None
    _, top, right, bottom = bar.box
    beside = slice(right + 1, right + (right - bar.box[0]) // 3)
    without = drawn(a_screen(coupling_last=np.nan))
    for last in (0.1, 0.5, 0.95):
        changed = (drawn(a_screen(coupling_last=last)) != without).any(axis=-1)[top:bottom, beside]
        rows = np.flatnonzero(changed.any(axis=1))
        assert 1 - rows.mean() / (bottom - top) == pytest.approx(last, abs=0.03)


def test_the_dial_turns_with_the_elbow_and_says_what_it_shows() -> None:
    panel = panels_of(a_screen())["elbow"]
    dial = panel.dial
    assert dial is not None
    assert dial.outward == -1

    def needle(flare: float) -> np.ndarray:
        picture = drawn(a_screen(flare_deg=flare))[panel.box[1] : panel.box[3], panel.box[0] : panel.box[2]]
        at = np.argwhere((picture == WORKING).all(axis=-1)).mean(axis=0)
        return at[::-1] - (dial.x - panel.box[0], dial.y - panel.box[1])

    for flare in (0.0, 45.0, 90.0, -30.0):
        x, y = needle(flare)
        assert np.degrees(np.arctan2(-x, y)) == pytest.approx(flare, abs=6), "outward is to the left here"
    np.testing.assert_allclose(needle(400.0), needle(90.0))
    words = [judged(flare, (0.0, 40.0)) for flare in (-5.0, 0.0, 40.0, 41.0, np.nan)]
    assert words == ["low", "good", "good", "high", ""]
    assert judged(20.0, (np.nan, 40.0)) == ""
    assert [dial.words[name].words for name in ("low", "good", "high")] == [
        ENGLISH.say(f"screen.flare_{name}") for name in ("low", "good", "high")
    ]


# --- what is said ---------------------------------------------------------------------------------------


def said(**changes: Any) -> str:
    panel = panels_of(a_screen(cue="", **changes) if "cue" not in changes else a_screen(**changes)).get("said")
    return " ".join(text.words for text in panel.texts) if panel else ""


def test_one_cue_and_help_only_without_it() -> None:
    assert said() == ""
    assert said(help="Step back") == "Step back"
    assert said(cue="Stand tall.", help="Step back") == "Stand tall."
    assert said(cue="Stand tall.", notice="Paused") == "Paused Stand tall."


@pytest.mark.parametrize("size", SIZES)
def test_a_notice_however_long_leaves_the_cue_the_larger(size: tuple[int, int]) -> None:
    texts = panels_of(a_screen(size, notice=" ".join([LONG_CUE] * 3)), size)["said"].texts
    cue = [text.size for text in texts if set(text.words.split()) <= set(a_screen().cue.split())]
    assert cue
    assert min(cue) > 1.5 * texts[0].size


def test_every_word_comes_from_the_phrases() -> None:
    marked = Phrases({key: f"x{i}" for i, key in enumerate(english()) if key.startswith(("screen.", "grade."))})
    screens = [a_screen(muted=True, recording=True), a_screen(score=None, grade="", why_not_scored="y")]
    for screen in screens:
        panels = layout(screen, marked, (640, 480), mirrored=False)
        own = {"y", "8", "88", "\u00b19", *screen.cue.split(), screen.title, *(text for key in KEYS for text in key)}
        for panel in panels:
            texts = [*panel.texts, *(panel.dial.words.values() if panel.dial else ())]
            texts += [panel.bar.words, panel.bar.reached] if panel.bar else []
            for text in texts:
                assert text.words.startswith("x") or set(text.words.split()) <= own or text.words in own, text


def test_the_score_is_cut_off_as_everywhere() -> None:
    words = {text.words for text in panels_of(a_screen(score=84.97, grade="good"))["last"].texts}
    assert "84" in words
    assert "85" not in words


def test_a_repetition_without_a_score_says_so_and_why() -> None:
    unscored = a_screen(score=None, margin=None, grade="")
    for why in ("", "No leg seen."):
        words = " ".join(text.words for text in panels_of(replace(unscored, why_not_scored=why))["last"].texts)
        assert words == f"last not scored {why}".strip()
    assert "last" not in panels_of(replace(unscored, count=0)), "there was none yet"


def test_grades_differ_in_more_than_colour() -> None:
    dots = panels_of(a_screen(dots=tuple((name, "full") for name in [*GRADE_NAMES, ""])))["counter"].dots
    assert len({dot.fill for dot in dots}) == len(dots)


def test_nothing_of_one_screen_is_left_on_the_next() -> None:
    one = a_screen()
    other = a_screen(count=9, score=40.0, grade="arms_only", cue="Stand on one foot.", flare_deg=80.0, muted=True)
    first = drawn(one)
    drawn(other)
    np.testing.assert_array_equal(drawn(one), first)
    in_french = draw_screen(
        np.full((480, 640, 3), GREY, np.uint8), one, Phrases({"screen.reps": "fois"}), mirrored=False
    )
    assert (in_french != first).any()


@pytest.mark.parametrize("light", [0, 255])
def test_text_is_read_on_black_and_on_white(light: int) -> None:
    screen = a_screen(image=None)
    picture = drawn(screen, grey=light)
    for panel in panels_of(screen).values():
        left, top, right, bottom = panel.box
        region = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
        assert region.max() >= 180
        assert np.median(region) <= 90, (panel.name, "a dark band, whatever is behind it")
