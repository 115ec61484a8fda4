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
        Elbow flare now, in degrees; NaN where it is not measured.
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
    drawn = drawable(picture, image)
    for side in screen.working:
        ends = [side.landmark("shoulder"), side.opposite.landmark("hip")]
        if drawn[ends].all():
            clear = bool((visibility[ends] >= SEEN).all())
            _draw_diagonal(picture, image[ends], screen.coupling if clear else math.nan)
    draw_skeleton(picture, image, visibility, screen.working, diagonal=False)


def _draw_diagonal(picture: Pixels, ends: Array, coupling: float) -> None:
    """Draw the line that is trained: the more coupled, the brighter and wider it glows."""
    unit = unit_of((picture.shape[1], picture.shape[0]))
    share = 0.0 if math.isnan(coupling) else min(max(coupling, 0.0), 1.0)
    _add_glow(picture, ends, (1.5 + 6.0 * share) * unit, share)
    colour = _mixed(_DIM, _BRIGHT, share)
    at = [(round(x), round(y)) for x, y in (ends * 2**FRACTION).tolist()]
    width = max(round((0.6 + 1.4 * share) * unit), 1)
    for stroke, paint in ((width + max(round(0.5 * unit), 2), DARK), (width, colour)):
        cv2.line(picture, at[0], at[1], paint, stroke, cv2.LINE_AA, FRACTION)


_DIM: Colour = (120, 150, 145)
_BRIGHT: Colour = (190, 255, 235)
_GLOW: Colour = (40, 215, 165)
_COARSE = 4  # the glow is drawn in so many times fewer pixels


def _add_glow(picture: Pixels, ends: Array, reach: float, share: float) -> None:
    if share <= 0:
        return
    height, width = picture.shape[:2]
    left, top = np.clip(np.floor(ends.min(axis=0) - 2 * reach), 0, (width, height)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(ends.max(axis=0) + 2 * reach), 0, (width, height)).astype(int).tolist()
    if right - left < _COARSE or bottom - top < _COARSE:
        return
    region = picture[top:bottom, left:right]
    small = np.zeros((max((bottom - top) // _COARSE, 1), max((right - left) // _COARSE, 1), 3), dtype=np.uint8)
    at = [(round(x), round(y)) for x, y in ((ends - (left, top)) / _COARSE).tolist()]
    colour = tuple(round(share * part) for part in _GLOW)
    cv2.line(small, at[0], at[1], colour, max(round(reach / _COARSE), 1))
    soft = cv2.blur(small, (2 * round(reach / _COARSE / 2) + 1,) * 2)
    glow = cv2.resize(soft, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    cv2.add(region, glow, dst=region)


def _mixed(first: Colour, last: Colour, share: float) -> Colour:
    r, g, b = (round(a + share * (z - a)) for a, z in zip(first, last, strict=True))
    return r, g, b


# --- the panels --------------------------------------------------------------------------------------

_BAND = 0.3  # share of the light that a band lets through: white on it is read over snow


def _draw_panel(picture: Pixels, panel: Panel, screen: Screen) -> None:
    _darken(picture, panel.box)
    for dot in panel.dots:
        _draw_dot(picture, dot)
    for sign in panel.signs:
        _draw_sign(picture, sign)
    for text in panel.texts:
        _put(picture, text)
    if panel.bar is not None:
        _draw_bar(picture, panel.bar, screen.coupling, screen.coupling_last)
    if panel.dial is not None:
        _draw_dial(picture, panel.dial, screen.flare_deg, screen.flare_band)


def _darken(picture: Pixels, box: Box) -> None:
    left, top, right, bottom = (max(n, 0) for n in box)
    region = picture[top:bottom, left:right]
    if region.size:
        region[:] = cv2.convertScaleAbs(region, alpha=_BAND)


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
        return round(bottom - min(max(value, 0.0), 1.0) * (bottom - top))

    cv2.rectangle(picture, (left, top), (right - 1, bottom - 1), _TRACK, cv2.FILLED)
    if not math.isnan(coupling):
        colour = GRADE_COLOURS["connected"] if reached else WORKING
        picture[height(coupling) : bottom, left:right] = colour
    line = max((right - left) // 12, 1)
    over = (right - left) // 3
    mark = height(CONNECTED)
    picture[mark - line // 2 : mark - line // 2 + line, left - over : right + over] = WHITE
    if not math.isnan(last):
        y = height(last)
        side = (right - left) // 3
        at = np.array([(right, y), (right + side, y - side // 2 - 1), (right + side, y + side // 2 + 1)])
        cv2.fillPoly(picture, [at.astype(np.int32)], SOFT, cv2.LINE_AA)


def _draw_dial(picture: Pixels, dial: Dial, flare: float, band: tuple[float, float]) -> None:
    """Draw the arc, on it the band that is good, and the upper arm as it is now."""
    low, high = (float(np.clip(end, *DIAL_DEG)) for end in band)
    stroke = max(dial.radius // 9, 1)
    radius = dial.radius - stroke

    # Degrees of OpenCV's ellipse run clockwise from the right; those of the arm from straight down outward.
    def turn(flare_deg: float) -> float:
        return 90.0 - dial.outward * flare_deg

    for (first, last), colour, width in ((DIAL_DEG, _TRACK, stroke), ((low, high), GOOD_COLOUR, stroke)):
        cv2.ellipse(picture, (dial.x, dial.y), (radius, radius), 0, turn(first), turn(last), colour, width, cv2.LINE_AA)
    if math.isnan(flare):
        return
    name = "low" if flare < low else "high" if flare > high else "good"
    _put(picture, dial.words[name])
    _put(picture, dial.degrees._replace(words=f"{flare:.0f}\u00b0"))
    angle = math.radians(turn(float(np.clip(flare, *DIAL_DEG))))
    end = (dial.x + round(radius * math.cos(angle)), dial.y + round(radius * math.sin(angle)))
    colour = GOOD_COLOUR if name == "good" else BAD_COLOUR
    cv2.line(picture, (dial.x, dial.y), end, WHITE, stroke, cv2.LINE_AA)
    cv2.circle(picture, (dial.x, dial.y), stroke, WHITE, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(picture, end, round(1.4 * stroke), colour, cv2.FILLED, cv2.LINE_AA)


# --- text: drawn once, then laid over the dark of its panel ------------------------------------------


def _put(picture: Pixels, text: Text) -> None:
    drawn = _raster(text.words, text.size, text.weight, text.colour)
    margin = text.size // 4
    top, left = text.y - margin, text.x - margin
    cut_top, cut_left = max(-top, 0), max(-left, 0)
    region = picture[top + cut_top : top + drawn.shape[0], left + cut_left : left + drawn.shape[1]]
    if region.size:
        cv2.max(region, drawn[cut_top:, cut_left:][: region.shape[0], : region.shape[1]], dst=region)


@lru_cache(maxsize=192)
def _raster(words: str, size: int, weight: int, colour: Colour) -> Pixels:
    margin = size // 4
    wide = text_width(words, size, weight) + 2 * margin
    drawn = np.zeros((round(PITCH * size) + 2 * margin, wide, 3), dtype=np.uint8)
    write(drawn, Text(words, margin, margin, size, weight, colour))
    return drawn
