"""The live screen: one picture of the camera with all that somebody who trains wants to see from afar.

`armswing.io.screen_layout` says where what stands; this paints it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from armswing.io.lettering import DARK, PITCH, SOFT, WHITE, Colour, Text, text_width, write
from armswing.io.screen_layout import BAD_COLOUR, GOOD_COLOUR, Bar, Box, Dial, Dot, Panel, Sign, layout
from armswing.io.skeleton import FRACTION, GRADE_COLOURS, SEEN, WORKING, draw_skeleton, drawable, unit_of
from armswing.landmarks import Side
from armswing.patterns.base import COUPLING_BAND
from armswing.phrases import Phrases
from armswing.pose import Array

if TYPE_CHECKING:
    from armswing.io.video import Pixels

CONNECTED = COUPLING_BAND.good_from
"""From this coupling on a repetition counts as connected: the mark on the bar."""

DIAL_DEG = (-30.0, 90.0)
"""What the dial of the elbow shows; beyond, the needle rests at its end."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Screen:
    """What is shown in one picture; its texts are ready to draw.

    Attributes
    ----------
    image, visibility : ndarray of shape (33, 2) and (33,), or None
        The landmarks in pixels of the unmirrored picture; None where there is no skeleton to draw.
    working : tuple of Side
        The arms of the repetition under way, or of the last one.
    coupling : float
        0 to 1, of the repetition in progress; NaN without one.
    coupling_last : float
        Of the last finished repetition; NaN where it was not measured.
    flare_deg : float
        Elbow flare now, of the first working arm, in degrees; NaN where it is not measured.
    flare_band : (float, float)
        The elbow flare that is good, in degrees; NaN for no dial.
    count : int
        Repetitions of the set.
    score, margin, grade : float or None, float or None, str
        Of the last repetition; the grade is ``connected``, ``good``, ``partly``, ``arms_only`` or empty.
    why_not_scored : str
        Empty when the last repetition was scored.
    dots : tuple of (str, str)
        Grade and status of each repetition of the set.
    cue, cue_kind : str
        The one thing to say; ``cue``, ``praise`` or ``missing``.
    help : str
        How to stand, shown when there is no cue.
    notice : str
        What stops or slows the program: paused, camera lost, slow computer.
    title : str
        Exercise and set.
    keys : tuple of (str, str)
        Keys and what they do.
    muted, recording : bool
        Whether the voice is off, and whether a video is being written.
    model : str
        The pose model.
    """

    image: Array | None
    visibility: Array | None
    working: tuple[Side, ...] = ()
    coupling: float = math.nan
    coupling_last: float = math.nan
    flare_deg: float = math.nan
    flare_band: tuple[float, float] = (math.nan, math.nan)
    count: int = 0
    score: float | None = None
    margin: float | None = None
    grade: str = ""
    why_not_scored: str = ""
    dots: tuple[tuple[str, str], ...] = ()
    cue: str = ""
    cue_kind: str = ""
    help: str = ""
    notice: str = ""
    title: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    muted: bool = False
    recording: bool = False
    model: str = ""


def draw_screen(rgb: Pixels, screen: Screen, phrases: Phrases, *, mirrored: bool) -> Pixels:
    """Return a picture with the screen drawn into it.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (height, width, 3)
        The picture of the camera; it stays as it is.
    screen : Screen
        What to show.
    phrases : Phrases
        The language of the labels.
    mirrored : bool
        Flip the picture, as in a mirror; texts stay readable, left and right stay the person's own.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        RGB, contiguous.
    """
    picture = np.asarray(cv2.flip(rgb, 1), dtype=np.uint8) if mirrored else rgb.copy()
    size = picture.shape[1], picture.shape[0]
    if screen.image is not None and screen.visibility is not None:
        image = screen.image
        if mirrored:
            image = image * (-1.0, 1.0) + (size[0] - 1.0, 0.0)
        _draw_body(picture, image, screen.visibility, screen)
    for panel in layout(screen, phrases, size, mirrored=mirrored):
        _draw_panel(picture, panel, screen)
    return picture


# --- the person --------------------------------------------------------------------------------------


def _draw_body(picture: Pixels, image: Array, visibility: Array, screen: Screen) -> None:
    draw_skeleton(picture, image, visibility, screen.working, diagonal=False)
    unit = unit_of((picture.shape[1], picture.shape[0]))
    drawn = drawable(picture, image)
    for side in screen.working:
        ends = [side.landmark("shoulder"), side.opposite.landmark("hip")]
        if drawn[ends].all():
            clear = bool((visibility[ends] >= SEEN).all())
            _draw_diagonal(picture, image[ends], screen.coupling if clear else math.nan, unit)
        elbow = side.landmark("elbow")
        if len(screen.working) == 1 and drawn[elbow] and visibility[elbow] >= SEEN:
            _draw_elbow(picture, image[elbow], judged(screen.flare_deg, screen.flare_band), unit)


def _draw_diagonal(picture: Pixels, ends: Array, coupling: float, unit: float) -> None:
    """Draw the line that is trained: the more coupled, the brighter and wider it glows."""
    share = 0.0 if math.isnan(coupling) else min(max(coupling, 0.0), 1.0)
    if share > 0:
        _add_glow(picture, ends, (2.0 + 5.0 * share) * unit, 0.9 * share)
    at = _fixed(ends)
    width = max(round((0.5 + 1.3 * share) * unit), 1)
    cv2.line(picture, at[0], at[1], _mixed(_DIM, _BRIGHT, share), width, cv2.LINE_AA, FRACTION)
    for end in at:
        cv2.circle(picture, end, round(1.1 * unit * 2**FRACTION), WHITE, cv2.FILLED, cv2.LINE_AA, FRACTION)


_DIM: Colour = (150, 165, 170)
_BRIGHT: Colour = (225, 255, 245)
_GLOW: Colour = GRADE_COLOURS["connected"]
_COARSE = 4  # the glow is drawn in so many times fewer pixels


def _add_glow(picture: Pixels, ends: Array, reach: float, strength: float) -> None:
    """Tint what lies around a line: on a white shirt light that is added would not be seen."""
    height, width = picture.shape[:2]
    left, top = np.clip(np.floor(ends.min(axis=0) - 2 * reach), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(ends.max(axis=0) + 2 * reach), 0, (width, height)).astype(int).tolist()
    if right - left < _COARSE or bottom - top < _COARSE:
        return
    region = picture[top:bottom, left:right]
    coarse = np.zeros(((bottom - top) // _COARSE, (right - left) // _COARSE), dtype=np.uint8)
    at = [(round(x), round(y)) for x, y in ((ends - (left, top)) / _COARSE).tolist()]
    cv2.line(coarse, at[0], at[1], round(255 * strength), max(round(reach / _COARSE), 1))
    side = 2 * round(0.5 * reach / _COARSE) + 1
    soft = cv2.blur(cv2.blur(coarse, (side, side)), (side, side))
    share = cv2.resize(soft, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    glow = cv2.merge([cv2.convertScaleAbs(share, alpha=part / 255) for part in _GLOW])
    rest = cv2.merge([cv2.bitwise_not(share)] * 3)
    cv2.add(cv2.multiply(region, rest, scale=1 / 255), glow, dst=region)


def _draw_elbow(picture: Pixels, at: Array, flare: str, unit: float) -> None:
    """Mark the working elbow: a ring where its flare is good, a full disc where it is not."""
    if not flare:
        return
    (centre,) = _fixed(at[None])
    colour, width = (GOOD_COLOUR, max(round(0.7 * unit), 1)) if flare == "good" else (BAD_COLOUR, cv2.FILLED)
    radius = round(1.9 * unit * 2**FRACTION)
    cv2.circle(picture, centre, radius, DARK, max(round(1.3 * unit), 1), cv2.LINE_AA, FRACTION)
    cv2.circle(picture, centre, radius, colour, width, cv2.LINE_AA, FRACTION)


def judged(flare_deg: float, band: tuple[float, float]) -> str:
    """Return whether an elbow flare is ``low``, ``good`` or ``high``; empty where that is not known."""
    if math.isnan(flare_deg) or math.isnan(band[0]) or math.isnan(band[1]):
        return ""
    return "low" if flare_deg < band[0] else "high" if flare_deg > band[1] else "good"


def _fixed(points: Array) -> list[tuple[int, int]]:
    return [(round(x), round(y)) for x, y in (points * 2**FRACTION).tolist()]


def _mixed(first: Colour, last: Colour, share: float) -> Colour:
    r, g, b = (round(a + share * (z - a)) for a, z in zip(first, last, strict=True))
    return r, g, b


# --- the panels --------------------------------------------------------------------------------------

_ROUND = 1.6  # radius of the corners, in hundredths of the picture's shorter side
_BAND = 0.3  # share of the light that a band lets through: white on it is read over snow


def _draw_panel(picture: Pixels, panel: Panel, screen: Screen) -> None:
    left, top, right, bottom = panel.box
    region = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    if region.size:
        inside = tuple(slice(max(-at, 0), max(-at, 0) + n) for at, n in zip((top, left), region.shape, strict=False))
        unit = unit_of((picture.shape[1], picture.shape[0]))
        still = _still(panel.box, panel.texts, panel.dots, panel.signs)
        dark = cv2.convertScaleAbs(region, alpha=_BAND)
        cv2.copyTo(cv2.max(dark, still[inside], dst=dark), _band(right - left, bottom - top, unit)[inside], region)
    if panel.bar is not None:
        _draw_bar(picture, panel.bar, screen.coupling, screen.coupling_last)
    if panel.dial is not None:
        _draw_dial(picture, panel.dial, screen.flare_deg, screen.flare_band)


@lru_cache(maxsize=32)
def _still(box: Box, texts: tuple[Text, ...], dots: tuple[Dot, ...], signs: tuple[Sign, ...]) -> Pixels:
    """Return what stands still on a panel, on black."""
    left, top, right, bottom = box
    drawn = np.zeros((max(bottom - top, 1), max(right - left, 1), 3), dtype=np.uint8)
    for dot in dots:
        _draw_dot(drawn, dot._replace(x=dot.x - left, y=dot.y - top))
    for sign in signs:
        x0, y0, x1, y1 = sign.box
        _draw_sign(drawn, sign._replace(box=(x0 - left, y0 - top, x1 - left, y1 - top)))
    for text in texts:
        write(drawn, text._replace(x=text.x - left, y=text.y - top))
    return drawn


def _lay_over(picture: Pixels, drawn: Pixels, at: tuple[int, int]) -> None:
    """Lay what was drawn on black over the dark of a panel: the brighter is seen."""
    left, top = at
    cut_left, cut_top = max(-left, 0), max(-top, 0)
    region = picture[top + cut_top : max(top + drawn.shape[0], 0), left + cut_left : max(left + drawn.shape[1], 0)]
    if region.size:
        cv2.max(region, drawn[cut_top:, cut_left:][: region.shape[0], : region.shape[1]], dst=region)


@lru_cache(maxsize=32)
def _band(width: int, height: int, unit: float) -> Pixels:
    """Return where a panel is: 255, and 0 outside its rounded corners; shape (height, width)."""
    side = min(round(_ROUND * unit), min(width, height) // 2)
    across, down = (side - 0.5 - np.minimum(np.arange(n), np.arange(n)[::-1]) for n in (width, height))
    outside = np.maximum(down, 0.0)[:, None] ** 2 + np.maximum(across, 0.0) ** 2 > side**2
    return np.where(outside, 0, 255).astype(np.uint8)


def _draw_dot(picture: Pixels, dot: Dot) -> None:
    inner = round(dot.fill * dot.radius)
    if inner:
        cv2.circle(picture, (dot.x, dot.y), inner, dot.colour, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(picture, (dot.x, dot.y), dot.radius, dot.colour, max(dot.radius // 5, 1), cv2.LINE_AA)


def _draw_sign(picture: Pixels, sign: Sign) -> None:
    left, top, right, bottom = sign.box
    side = right - left
    if sign.name == "recording":
        cv2.circle(
            picture, ((left + right) // 2, (top + bottom) // 2), max(round(0.36 * side), 1), _RED, -1, cv2.LINE_AA
        )
        return
    at = np.array([(0.08, 0.36), (0.28, 0.36), (0.54, 0.12), (0.54, 0.88), (0.28, 0.64), (0.08, 0.64)]) * side
    cv2.fillPoly(picture, [(at + np.array([left, top])).round().astype(np.int32)], WHITE, cv2.LINE_AA)
    for a, b in (((0.68, 0.36), (0.96, 0.64)), ((0.96, 0.36), (0.68, 0.64))):
        ends = [(round(left + x * side), round(top + y * side)) for x, y in (a, b)]
        cv2.line(picture, ends[0], ends[1], WHITE, max(side // 10, 1), cv2.LINE_AA)


_RED: Colour = (255, 70, 60)
_TRACK: Colour = (90, 90, 90)


def _draw_bar(picture: Pixels, bar: Bar, coupling: float, last: float) -> None:
    left, top, right, bottom = bar.box
    reached = coupling >= CONNECTED
    _put(picture, bar.reached if reached else bar.words)

    def height(value: float) -> int:
        value = 0.0 if math.isnan(value) else value
        return round(bottom - min(max(value, 0.0), 1.0) * (bottom - top))

    cv2.rectangle(picture, (left, top), (right - 1, bottom - 1), _TRACK, cv2.FILLED)
    if height(coupling) < bottom:
        colour = GRADE_COLOURS["connected"] if reached else WORKING
        cv2.rectangle(picture, (left, height(coupling)), (right - 1, bottom - 1), colour, cv2.FILLED)
    line = max((right - left) // 12, 1)
    over = (right - left) // 3
    mark = height(CONNECTED)
    at = mark - line // 2
    cv2.rectangle(picture, (left - over, at), (right + over - 1, at + line - 1), WHITE, cv2.FILLED)
    if not math.isnan(last):
        y = height(last)
        side = (right - left) // 3
        arrow = np.array([(right, y), (right + side, y - side // 2 - 1), (right + side, y + side // 2 + 1)])
        cv2.fillPoly(picture, [arrow.astype(np.int32)], SOFT, cv2.LINE_AA)


def _draw_dial(picture: Pixels, dial: Dial, flare: float, band: tuple[float, float]) -> None:
    """Draw head and trunk, the arc in front of the shoulder with what is good on it, and the upper arm as it is."""
    radius, stroke = dial.radius, max(dial.radius // 7, 1)
    arc, arm, inward = max(radius - stroke // 2 - 1, 1), max(radius - stroke - stroke // 2, 1), -dial.outward
    trunk, neck = dial.x + inward * round(0.3 * radius), dial.y - round(0.3 * radius)
    ends = (trunk, dial.y + round(0.12 * radius)), (trunk, dial.y + round(0.68 * radius))
    cv2.line(picture, *ends, _TRACK, max(round(0.45 * radius), 1), cv2.LINE_AA)
    cv2.circle(picture, (trunk, neck), round(0.22 * radius), _TRACK, cv2.FILLED, cv2.LINE_AA)

    def turn(flare_deg: float) -> float:
        """Return the degrees clockwise from the right of an arm that is so far off straight down."""
        return 90.0 - dial.outward * min(max(flare_deg, DIAL_DEG[0]), DIAL_DEG[1])

    for (first, last), colour in ((DIAL_DEG, _TRACK), (band, GOOD_COLOUR)):
        if not (math.isnan(first) or math.isnan(last)):
            span = turn(first), turn(last)
            cv2.ellipse(picture, (dial.x, dial.y), (arc, arc), 0, *span, colour, stroke, cv2.LINE_AA)
    name = judged(flare, band)
    if name:
        _put(picture, dial.words[name])
    if math.isnan(flare):
        return
    _put(picture, dial.degrees._replace(words=f"{flare:.0f}\u00b0"))
    angle = math.radians(turn(flare))
    end = dial.x + round(arm * math.cos(angle)), dial.y + round(arm * math.sin(angle))
    cv2.line(picture, (dial.x, dial.y), end, WORKING, stroke, cv2.LINE_AA)
    for point in ((dial.x, dial.y), end):
        cv2.circle(picture, point, round(0.8 * stroke), WHITE, cv2.FILLED, cv2.LINE_AA)


def _put(picture: Pixels, text: Text) -> None:
    margin = text.size // 4
    drawn = _lettered(text._replace(x=margin, y=margin))
    _lay_over(picture, drawn, (text.x - margin, text.y - margin))


@lru_cache(maxsize=192)
def _lettered(text: Text) -> Pixels:
    """Return a text on black, with a margin as wide as its left one."""
    wide = text_width(text.words, text.size, text.weight) + 2 * text.x
    drawn = np.zeros((round(PITCH * text.size) + 2 * text.y, wide, 3), dtype=np.uint8)
    write(drawn, text)
    return drawn
