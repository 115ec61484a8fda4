"""The analysis drawn into the picture, plainly, so that a wrong count can be seen.

`state_at` says what is known at a moment, `draw` paints it into one picture: the
annotated video and a live window share both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from armswing.errors import VideoError
from armswing.events import Event, RepCompleted, RepDiscarded
from armswing.io.video import FALLBACK_FPS, FPS_RANGE, Pixels, VideoReader, VideoWriter
from armswing.landmarks import BONES, Joint, Landmark, Side
from armswing.pose import Array, PoseFrame, PoseSequence
from armswing.reasons import Reason, sentences
from armswing.subject import Subject

if TYPE_CHECKING:
    from armswing.api import Analysis

Colour = tuple[int, int, int]

CUE_S = 4.0
"""How long a cue, or a movement that was not counted, stays in the picture (our judgement)."""

WAITS_S = 1.0
"""A repetition that is over for so long and not yet told of waits for another like it (see `armswing.doubt`)."""

MOST_NOTES = 2
"""Of the movements that were not counted, so many stand in the picture at once."""

SEEN = 0.5
"""Landmarks below this visibility are dimmed: the pose model guesses them."""

GRADE_WORDS = {"connected": "connected", "good": "good", "partly": "partly connected", "arms_only": "arms only"}

# Colours are RGB and, after Okabe and Ito, differ for colour-blind people too; words say the same.
GRADE_COLOURS: dict[str, Colour] = {
    "connected": (40, 215, 165),
    "good": (110, 185, 255),
    "partly": (250, 215, 60),
    "arms_only": (255, 120, 80),
}
_WHITE, _SOFT, _DARK = (255, 255, 255), (205, 205, 205), (20, 20, 20)
_BODY, _WORKING, _DIMMED = (215, 230, 240), (255, 190, 40), (135, 135, 135)

# --- sizes, in hundredths of the picture's shorter side --------------------------------------------
_MARGIN, _PAD, _GAP = 2.0, 1.6, 2.6
_COUNT, _VERDICT, _CUE, _SMALL = 14.0, 5.4, 6.0, 3.7
_DOT, _DOT_PITCH = 1.5, 4.2
_BONE, _JOINT = 0.8, 0.9
_COLUMN = 62.0  # widest text beside the counter
_BAND = 0.35  # share of the light that a band lets through: white on it is read over snow
_BOLD, _PLAIN = 600, 450  # weights of the font
_FRACTION = 3  # binary digits after the point in OpenCV's drawing coordinates


@dataclass(frozen=True, kw_only=True, eq=False)
class OverlayState:
    """What is drawn into one picture.

    Attributes
    ----------
    t : float
        Seconds of the medium.
    count, partial : int
        Repetitions counted so far; how many of them were partial.
    dots : tuple of (str, str)
        Grade and status of each repetition of the latest set.
    grade, score : str, float or None
        Of the last repetition.
    about : str
        Which arm did the last repetition, in which set, and whether it was partial.
    why_not_scored : str
        Empty when the last repetition was scored.
    cue : str
        The one thing to say, for `CUE_S` after the repetition.
    notes : tuple of str
        What was not counted lately or waits, and that nobody is in view.
    image, visibility : ndarray of shape (33, 2) and (33,), or None
        The landmarks in pixels of the picture; None where there is no skeleton to draw.
    working : tuple of Side
        The arms to show as the working ones.
    """

    t: float
    count: int = 0
    partial: int = 0
    dots: tuple[tuple[str, str], ...] = ()
    grade: str = ""
    score: float | None = None
    about: str = ""
    why_not_scored: str = ""
    cue: str = ""
    notes: tuple[str, ...] = ()
    image: Array | None = None
    visibility: Array | None = None
    working: tuple[Side, ...] = ()


# --- what is known at a moment ---------------------------------------------------------------------


def state_at(events: Sequence[Event], frame: PoseFrame, *, usable: bool) -> OverlayState:
    """Return what to draw into the picture of a frame.

    Parameters
    ----------
    events : sequence of Event
        Those of the session: so far, or all of them.  Later ones do not count yet; they
        only help to tell which arm is at work.
    frame : PoseFrame
        The pose in the picture.
    usable : bool
        The pose is the subject's (see `armswing.subject.Sighting`).
    """
    done = [e for e in events if isinstance(e, RepCompleted) and e.t <= frame.t]
    last = done[-1] if done else None
    shown = usable or (frame.found and frame.settling)
    return OverlayState(
        t=frame.t,
        count=len(done),
        partial=sum(e.status == "partial" for e in done),
        dots=tuple((e.score.grade, e.status) for e in done if last and e.rep.set_index == last.rep.set_index),
        grade=last.score.grade if last else "",
        score=last.score.score if last else None,
        about=_about(last) if last else "",
        why_not_scored=_why_not_scored(last) if last else "",
        cue=last.score.cue if last and frame.t - last.t < CUE_S else "",
        notes=(*_not_counted(events, frame.t), *_waiting(events, frame.t), *_who(frame, usable)),
        image=frame.image if shown else None,
        visibility=frame.visibility if usable else np.zeros(len(frame.visibility)),
        working=_working(events, frame.t),
    )


def _about(event: RepCompleted) -> str:
    which_set = [f"set {event.rep.set_index}"] if event.rep.set_index > 1 else []
    return ", ".join([_arm(event.rep.side), *which_set, *(["partial"] if event.status == "partial" else [])])


def _arm(side: str) -> str:
    return "both arms" if side == "both" else f"{side} arm"


def _why_not_scored(event: RepCompleted) -> str:
    if event.score.score is not None:
        return ""
    return sentences("|".join(code for code in event.score.reasons if code not in event.rep.flags))


def _not_counted(events: Iterable[Event], t: float) -> tuple[str, ...]:
    """Return the latest sentences about what was not counted; both arms with one reason are one sentence."""
    sides: dict[str, set[str]] = {}
    for event in events:
        if isinstance(event, RepDiscarded) and 0 <= t - event.t < CUE_S:
            sides.setdefault(event.reason, set()).add(event.side)
    named = {reason: "both" if len(which) > 1 else min(which) for reason, which in sides.items()}
    notes = [f"Not counted, {_arm(side)}: {sentences(reason)}" for reason, side in named.items()]
    return tuple(notes[-MOST_NOTES:])


def _waiting(events: Iterable[Event], t: float) -> tuple[str, ...]:
    """Return that a repetition is held back, which only those know who know what comes."""
    ends = [(e.rep.end_s, e.t) for e in events if isinstance(e, RepCompleted)]
    ends += [(e.end_s, e.t) for e in events if isinstance(e, RepDiscarded) and e.reason == Reason.ISOLATED]
    waits = any(end_s + WAITS_S <= t < told_s for end_s, told_s in ends)
    return ("One waits: it counts with another like it",) if waits else ()


def _who(frame: PoseFrame, usable: bool) -> tuple[str, ...]:
    if not frame.found:
        return ("Nobody found",)
    return () if usable or frame.settling else ("Somebody else: not followed",)


def _working(events: Iterable[Event], t: float) -> tuple[Side, ...]:
    """Return the arms of the repetition that is nearest in time."""
    reps = [e.rep for e in events if isinstance(e, RepCompleted)]
    if not reps:
        return ()
    side = min(reps, key=lambda rep: max(rep.start_s - t, t - rep.end_s, 0.0)).side
    return tuple(Side) if side == "both" else (Side(side),)


# --- drawing ---------------------------------------------------------------------------------------


def draw(picture: Pixels, state: OverlayState) -> None:
    """Draw a state into a picture, in place.

    Parameters
    ----------
    picture : ndarray of uint8, shape (height, width, 3)
        RGB, contiguous.
    state : OverlayState
        What to draw.
    """
    if state.image is not None and state.visibility is not None:
        _draw_skeleton(picture, state.image, state.visibility, state.working)
    for panel in _panels(state, (picture.shape[1], picture.shape[0])):
        _draw_panel(picture, panel)


def _unit(size: tuple[int, int]) -> float:
    return min(size) / 100.0


def _draw_skeleton(picture: Pixels, image: Array, visibility: Array, working: tuple[Side, ...]) -> None:
    unit = _unit((picture.shape[1], picture.shape[0]))
    thick = max(round(_BONE * unit), 1)
    # Points far outside come from a pose model gone astray; drawing them would overflow OpenCV's numbers.
    drawn = (np.abs(image) <= 4 * max(picture.shape)).all(axis=-1)  # False for NaN
    points = np.where(drawn[:, None], image, 0.0)
    at = [(round(x), round(y)) for x, y in (points * 2**_FRACTION).tolist()]
    seen = (visibility >= SEEN).tolist()
    lines = [line for line in _lines(working) if drawn[line.first] and drawn[line.last]]
    # The faint first, so that nothing guessed lies over what was seen.
    for line in sorted(lines, key=lambda line: (seen[line.first] and seen[line.last], line.colour == _WORKING)):
        clear = seen[line.first] and seen[line.last]
        width = max(round(thick * line.width), 1) if clear else max(thick // 2, 1)
        colour = line.colour if clear else _DIMMED
        for stroke, paint in ((width + 2 + thick // 2, _DARK), (width, colour)) if clear else ((width, colour),):
            cv2.line(picture, at[line.first], at[line.last], paint, stroke, cv2.LINE_AA, _FRACTION)
    radius = max(round(_JOINT * unit * 2**_FRACTION), 1)
    for mark in {mark for line in lines for mark in (line.first, line.last)}:
        colour = _WHITE if seen[mark] else _DIMMED
        cv2.circle(picture, at[mark], radius, colour, cv2.FILLED, cv2.LINE_AA, _FRACTION)


class _Line(NamedTuple):
    first: Landmark
    last: Landmark
    colour: Colour
    width: float = 1.0


@cache
def _lines(working: tuple[Side, ...]) -> tuple[_Line, ...]:
    """Return the lines of the skeleton; with one arm at work its leg and the diagonal between them stand out."""
    arm: tuple[Joint, ...] = ("shoulder", "elbow", "wrist")
    leg: tuple[Joint, ...] = ("hip", "knee", "ankle", "foot_index")
    bright = {side.landmark(joint) for side in working for joint in arm}
    alone = working[0] if len(working) == 1 else None
    if alone is not None:
        bright |= {alone.opposite.landmark(joint) for joint in leg}
    lines = [_Line(a, b, _WORKING, 1.4) if a in bright and b in bright else _Line(a, b, _BODY) for a, b in BONES]
    if len(working) == 2:  # both shoulders shine, the line between them is no arm
        lines[0] = _Line(*BONES[0], _BODY)
    if alone is not None:
        lines.append(_Line(alone.landmark("shoulder"), alone.opposite.landmark("hip"), _WORKING, 0.8))
    return tuple(lines)


# --- the panels: where what stands -----------------------------------------------------------------


class _Text(NamedTuple):
    """Words with the top left corner of their line."""

    words: str
    x: int
    y: int
    size: int
    weight: int
    colour: Colour


class _Dot(NamedTuple):
    x: int
    y: int
    radius: int
    colour: Colour
    filled: bool


class _Panel(NamedTuple):
    """A dark band with text on it: left, top, right, bottom in pixels."""

    box: tuple[int, int, int, int]
    texts: tuple[_Text, ...]
    dots: tuple[_Dot, ...] = ()


class _Words(NamedTuple):
    words: str
    size: float
    weight: int
    colour: Colour


def _panels(state: OverlayState, size: tuple[int, int]) -> Iterator[_Panel]:
    """Yield the bands: the clock top right, the score top left, cue and notes from the bottom up."""
    width, height = size
    unit = _unit(size)
    margin = _MARGIN * unit
    clock = _clock(state.t, width - margin, margin, unit)
    yield clock
    yield _score(state, margin, margin, clock.box[0] - margin, unit)
    bottom = height - margin
    below = (
        [_Words(state.cue, _CUE * unit, _BOLD, _WHITE)] if state.cue else [],
        [_Words(note, _SMALL * unit, _PLAIN, _WHITE) for note in state.notes],
    )
    for block in below:
        if block:
            panel = _centred(block, width, bottom, unit)
            yield panel
            bottom = panel.box[1] - 0.6 * margin


def _clock(t: float, right: float, top: float, unit: float) -> _Panel:
    """Return the medium's own time: that of the tables, whatever part of the medium is shown."""
    minutes, tenths = divmod(int(max(t, 0.0) * 10), 600)
    words = f"{minutes}:{tenths // 10:02d}.{tenths % 10}"
    size, pad = _SMALL * unit, 0.8 * unit
    # As wide as with the widest digits, or it would tremble.
    left = right - 2 * pad - _width(re.sub(r"\d", "0", words), round(size), _PLAIN)
    text = _line(_Words(words, size, _PLAIN, _SOFT), left + pad, top + pad)
    return _Panel(_box(left, top, right, top + size + 2 * pad), (text,))


def _score(state: OverlayState, left: float, top: float, right: float, unit: float) -> _Panel:
    """Return the counter, beside it the last repetition, below them the set."""
    pad, gap = _PAD * unit, _GAP * unit
    x, y = left + pad, top + pad
    count = _Words(str(state.count), _COUNT * unit, _BOLD, _WHITE)
    label = _Words(_counted(state), _SMALL * unit, _PLAIN, _SOFT)
    column_x = x + max(_width_of(count), _width_of(label)) + gap
    # Digits stand on the baseline and are lower than a line: the label moves up into the air below them.
    texts = [_line(count, x, y - 0.05 * count.size), _line(label, x, y + 0.85 * count.size)]
    beside = _stack(_last_rep(state, min(_COLUMN * unit, right - pad - column_x), unit), column_x, y)
    texts += beside
    end_x = max((t.x + _width(t.words, t.size, t.weight) for t in texts), default=round(x))
    end_y = max(t.y + t.size for t in texts)
    dots = _dots(state, x, end_y + _DOT * unit + 0.5 * gap, right - pad, unit)
    if dots:
        end_x = max(end_x, dots[-1].x + dots[-1].radius)
        end_y = dots[-1].y + round(_DOT * unit)
    return _Panel(_box(left, top, min(end_x + pad, right), end_y + pad), tuple(texts), dots)


def _counted(state: OverlayState) -> str:
    words = "rep" if state.count == 1 else "reps"
    return f"{words}, {state.partial} partial" if state.partial else words


def _last_rep(state: OverlayState, width: float, unit: float) -> list[_Words]:
    if not state.count:
        return []
    words = GRADE_WORDS.get(state.grade, state.grade)
    verdict = "not scored" if state.score is None else f"{state.score:.0f} {words}"
    lines = [_Words(verdict, _VERDICT * unit, _BOLD, GRADE_COLOURS.get(state.grade, _WHITE))]
    small = [*([state.why_not_scored] if state.why_not_scored else []), state.about]
    lines += [_Words(words, _SMALL * unit, _PLAIN, _WHITE) for words in small]
    return [part for line in lines for part in _wrapped(line, width)]


def _dots(state: OverlayState, left: float, middle: float, right: float, unit: float) -> tuple[_Dot, ...]:
    """Return one dot per repetition of the set, the latest that there is room for; a partial one is small."""
    pitch, radius = _DOT_PITCH * unit, _DOT * unit
    room = max(int((right - left - 2 * radius) // pitch) + 1, 0)
    latest = state.dots[-room:] if room else ()
    return tuple(
        _Dot(
            x=round(left + radius + i * pitch),
            y=round(middle),
            radius=max(round(radius if status == "full" else 0.6 * radius), 1),
            colour=GRADE_COLOURS.get(grade, _SOFT),
            filled=bool(grade),
        )
        for i, (grade, status) in enumerate(latest)
    )


def _centred(block: list[_Words], width: int, bottom: float, unit: float) -> _Panel:
    """Return a band with lines in the middle of the picture, ending at ``bottom``."""
    pad, room = _PAD * unit, width - 2 * (_MARGIN + _PAD) * unit
    lines = [part for words in block for part in _wrapped(words, room)]
    texts = _stack(lines, 0.0, 0.0)
    tall = max(t.y + t.size for t in texts)
    wide = max(_width_of(line) for line in lines)
    top = bottom - pad - tall - pad
    moved = tuple(
        text._replace(x=round((width - _width_of(line)) / 2), y=round(text.y + top + pad))
        for text, line in zip(texts, lines, strict=True)
    )
    return _Panel(_box((width - wide) / 2 - pad, top, (width + wide) / 2 + pad, bottom), moved)


def _stack(lines: Iterable[_Words], x: float, y: float) -> list[_Text]:
    texts = []
    for line in lines:
        texts.append(_line(line, x, y))
        y += 1.25 * line.size
    return texts


def _wrapped(line: _Words, width: float) -> list[_Words]:
    """Break a line between words so that each part fits into a width; a longer word stands alone."""
    parts = [""]
    for word in line.words.split():
        longer = f"{parts[-1]} {word}".strip()
        if parts[-1] and _width(longer, round(line.size), line.weight) > width:
            parts.append(word)
        else:
            parts[-1] = longer
    return [line._replace(words=part) for part in parts]


def _line(line: _Words, x: float, y: float) -> _Text:
    return _Text(line.words, round(x), round(y), max(round(line.size), 1), line.weight, line.colour)


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return round(left), round(top), round(right), round(bottom)


def _draw_panel(picture: Pixels, panel: _Panel) -> None:
    left, top, right, bottom = (max(n, 0) for n in panel.box)
    region = picture[top:bottom, left:right]
    if region.size:
        region[:] = cv2.convertScaleAbs(region, alpha=_BAND)
    for dot in panel.dots:
        fill = cv2.FILLED if dot.filled else max(dot.radius // 3, 1)
        cv2.circle(picture, (dot.x, dot.y), dot.radius, dot.colour, fill, cv2.LINE_AA)
    for text in panel.texts:
        _write(picture, text)


# --- text: the only place that knows how OpenCV writes ---------------------------------------------

_BASELINE = 0.78  # of a line's height


@cache
def _font() -> cv2.FontFace:
    """Return OpenCV's own sans serif font, which has more than ASCII."""
    return cv2.FontFace("sans")


@lru_cache(maxsize=4096)
def _width(words: str, size: int, weight: int) -> int:
    """Return how many pixels a text is wide."""
    return int(cv2.getTextSize((0, 0), words, (0, 0), _font(), max(size, 1), weight)[2])


def _width_of(line: _Words) -> int:
    return _width(line.words, round(line.size), line.weight)


def _write(picture: Pixels, text: _Text) -> None:
    start = text.x, text.y + round(_BASELINE * text.size)
    cv2.putText(picture, text.words, start, text.colour, _font(), text.size, text.weight)


# --- a whole video ---------------------------------------------------------------------------------


def annotate(
    video: str | os.PathLike[str],
    analysis: Analysis,
    target: str | os.PathLike[str],
    *,
    progress: Callable[[float, float | None], None] | None = None,
) -> None:
    """Write the analysed part of a video with the analysis drawn into it.

    Parameters
    ----------
    video : str or path
        The video that was analysed; it is read once more.
    analysis : Analysis
        What was found in it.
    target : str or path
        The file to write (H.264 in mp4, without sound); it appears when all of it is written.
    progress : callable, optional
        Called now and then with the seconds done and the seconds in all.

    Raises
    ------
    VideoError
        When the video cannot be read, is not the one analysed, or the file cannot be written.

    Notes
    -----
    The pictures are the analysed ones: at most ``max_fps`` a second, with their own times.
    """
    if Path(target).exists() and Path(target).samefile(video):
        raise VideoError(f"{target}: expected a new file for the annotated video, got the video itself; name another")
    poses = analysis.poses
    options = analysis.options
    with VideoReader(video, max_fps=options.max_fps, time_range=options.time_range) as reader:
        if poses is None:
            raise VideoError(f"{video}: nothing was analysed in it, so there is nothing to draw")
        usable = Subject(point=options.subject).update(poses).usable
        drawn = 0
        with VideoWriter(target, size=reader.size, fps=_frame_rate(poses)) as writer:
            for picture in reader:
                if drawn == len(poses) or picture.t != poses.t[drawn] or reader.size != poses.size:
                    break
                frame = poses[drawn]
                assert isinstance(frame, PoseFrame)
                draw(picture.rgb, state_at(analysis.events, frame, usable=bool(usable[drawn])))
                writer.write(picture.rgb, picture.t)
                drawn += 1
                if progress is not None:
                    progress(picture.t, reader.duration_s)
            if drawn != len(poses) or reader.frames_used != len(poses):
                raise VideoError(
                    f"{video}: expected the {len(poses)} pictures that were analysed, but they differ from number "
                    f"{drawn + 1} on; has the file changed? analyse it anew"
                )


def _frame_rate(poses: PoseSequence) -> float:
    fps = poses.fps
    return float(np.clip(fps, *FPS_RANGE)) if np.isfinite(fps) else FALLBACK_FPS
