"""What the overlay shows at a moment: how many were counted, how the last was, what was not counted.

Nothing here draws; `armswing.io.drawing` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from armswing.events import Event, RepCompleted, RepDiscarded
from armswing.landmarks import Side
from armswing.pose import Array, PoseFrame
from armswing.reasons import Reason, sentences

CUE_S = 4.0
"""How long a cue, or a movement that was not counted, stays in the picture (our judgement)."""

WAITS_S = 1.0
"""A repetition that is over for so long and not yet told of waits for another like it (see `armswing.doubt`)."""

ROUNDING_S = 1e-6
"""Seconds of the medium come from another clock in slow motion, and may be off by their last digit."""

MOST_NOTES = 2
"""Of the movements that were not counted, so many stand in the picture at once."""


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
    grade, score, margin : str, float or None, float or None
        Of the last repetition; how far off its score may be, None where that is not known.
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
    margin: float | None = None
    about: str = ""
    why_not_scored: str = ""
    cue: str = ""
    notes: tuple[str, ...] = ()
    image: Array | None = None
    visibility: Array | None = None
    working: tuple[Side, ...] = ()


def state_at(events: Sequence[Event], frame: PoseFrame, *, usable: bool, slowmo_factor: float = 1.0) -> OverlayState:
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
    slowmo_factor : float
        How many times slower the medium plays than the movement was.
    """
    now = frame.t + ROUNDING_S
    done = [e for e in events if isinstance(e, RepCompleted) and e.t <= now]
    last = done[-1] if done else None
    shown = usable or (frame.found and frame.settling)
    return OverlayState(
        t=frame.t,
        count=len(done),
        partial=sum(e.status == "partial" for e in done),
        dots=tuple((e.score.grade, e.status) for e in done if last and e.rep.set_index == last.rep.set_index),
        grade=last.score.grade if last else "",
        score=last.score.score if last else None,
        margin=last.score.score_margin if last else None,
        about=_about(last) if last else "",
        why_not_scored=_why_not_scored(last) if last else "",
        cue=last.score.cue if last and frame.t - last.t < CUE_S else "",
        notes=(*_not_counted(events, now), *_waiting(events, now, WAITS_S * slowmo_factor), *_who(frame, usable)),
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


def _waiting(events: Iterable[Event], t: float, waits_s: float) -> tuple[str, ...]:
    """Return that a repetition is held back, which only those know who know what comes."""
    ends = [(e.rep.end_s, e.t) for e in events if isinstance(e, RepCompleted)]
    ends += [(e.end_s, e.t) for e in events if isinstance(e, RepDiscarded) and e.reason == Reason.ISOLATED]
    waits = any(end_s + waits_s <= t < told_s for end_s, told_s in ends)
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
