"""What to do so that the camera sees enough: one short help before a set, or during it, or nothing.

It is fed with every picture and looks at the last second, ten times a second.  A help appears when its reason
has lasted a while and then stands for a while, so that nothing flickers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armswing.geometry import Array, extent, median
from armswing.kinematics import trunk_axes, trunk_length
from armswing.landmarks import JOINTS, Joint, Landmark, Side
from armswing.needs import NEEDS
from armswing.observability import MARGIN, TORSO_PX, inside_picture, least_seen
from armswing.patterns import Pattern
from armswing.phrases import Phrases
from armswing.pose import PoseFrame, PoseSequence
from armswing.screening import moves_about
from armswing.viewpoint import NEAR_SIDE_DEG, on_the_far_side, should_turn, turn_to, view_of

APPEARS_S, STANDS_S, GOES_S = 0.7, 1.0, 0.3
"""A help appears when its reason has lasted so long, stands for so long at the least, and goes when all has been well
for so long (our judgement)."""

KEEP_S, RECENT_S = 1.0, 0.5
"""Moving about shows over the first, everything else over the second (our judgement)."""

EVERY_S = 0.1
"""Pictures closer together than this tell nothing new (our judgement)."""

HIDDEN_SHARE = 0.8
"""A joint is called hidden when so many of the recent pictures do not show it (our judgement)."""

_WHOLE_BODY = [Landmark.NOSE, *JOINTS]
_ON_ONE_FOOT = frozenset({"one_leg_share", "push_off", "landing"})
"""Quantities for which the feet must be seen."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Glance:
    """One picture that was looked at."""

    frame: PoseFrame
    found: bool
    usable: bool


class Framing:
    """Say what to change about the camera, or about where the person stands.

    Parameters
    ----------
    pattern : Pattern
        What is exercised.
    phrases : Phrases, optional
        The texts; English without.

    Examples
    --------
    >>> from armswing.patterns import get_pattern
    >>> framing = Framing(get_pattern("push"))
    >>> empty_room = [PoseFrame.nobody(t / 10, size=(640, 480)) for t in range(12)]
    >>> helps = [framing.update(frame, usable=False, under_way=False) for frame in empty_room]
    >>> helps[0], helps[-1]
    ('', "I can't see anybody.")
    """

    def __init__(self, pattern: Pattern, phrases: Phrases | None = None) -> None:
        self._phrases = phrases or Phrases()
        feet = _ON_ONE_FOOT & {rule.measure for rule in pattern.rules}
        self._leg: tuple[Joint, ...] = ("knee", "hip", "ankle") if feet else ("knee", "hip")
        self._glances: deque[_Glance] = deque(maxlen=round(KEEP_S / EVERY_S) + 1)
        self._shown, self._shown_since = "", -np.inf
        self._wanted, self._wanted_since = "", -np.inf

    def update(self, frame: PoseFrame, *, usable: bool, under_way: bool, side: str = "") -> str:
        """Take the next picture and return the help to show; empty when all is well.

        Parameters
        ----------
        frame : PoseFrame
            What the pose model found in it.
        usable : bool
            It shows the person who is followed.
        under_way : bool
            A set is on: an arm is under way, or repetitions have been counted in it.
        side : str
            The working arm, ``left``, ``right`` or ``both``; empty while it is not known.
        """
        last = self._glances[-1].frame if self._glances else frame
        if frame.cut or frame.t < last.t or frame.size != last.size:
            self._glances.clear()
        elif self._glances and frame.t - last.t < 0.9 * EVERY_S:  # pictures come a little early or late
            return self._shown
        while self._glances and frame.t - self._glances[0].frame.t > KEEP_S:
            self._glances.popleft()
        self._glances.append(_Glance(frame=frame, found=frame.found, usable=usable and not frame.settling))
        self._decide(self._help(frame.t, under_way, side), frame.t)
        return self._shown

    def _decide(self, wanted: str, now: float) -> None:
        """Change what is shown, when what is wanted has lasted and what is shown has stood long enough."""
        if wanted != self._wanted or now < self._wanted_since:
            self._wanted, self._wanted_since = wanted, now
        lasted = now - self._wanted_since >= (APPEARS_S if wanted else GOES_S)
        stood = not self._shown or not 0 <= now - self._shown_since < STANDS_S
        if wanted != self._shown and lasted and stood:
            self._shown, self._shown_since = wanted, now

    def _help(self, now: float, under_way: bool, side: str) -> str:
        recent = [glance for glance in self._glances if now - glance.frame.t <= RECENT_S]
        if 2 * sum(glance.found for glance in recent) < len(recent):
            return self._phrases.say("framing.nobody")
        good = [glance.frame for glance in recent if glance.found and glance.usable]
        if 2 * len(good) < len(recent):
            return "" if under_way else self._phrases.say("framing.still")
        poses = _joined(good)
        if under_way:
            return self._hidden(poses, side)
        axes = trunk_axes(poses.world)
        view, azimuth_deg = view_of(poses.image, axes)
        moving = self._moving()
        return (
            self._along(view)
            or self._frame(poses, lying=view.endswith("-lying"))
            or (self._phrases.say("framing.still") if moving else "")
            or self._turn(view, azimuth_deg, side)
            or self._hidden(poses, "")
        )

    def _moving(self) -> bool:
        """Whether the person moved about in the last second."""
        poses = _joined([glance.frame for glance in self._glances if glance.found and glance.usable])
        return moves_about(poses.image, trunk_axes(poses.world).up)

    def _along(self, view: str) -> str:
        """Say that the camera looks along the body, where it does."""
        place = view.removesuffix("-lying")
        return self._phrases.say(f"framing.{place}") if place in ("feet", "head") else ""

    def _frame(self, poses: PoseSequence, *, lying: bool) -> str:
        """Say where to go, or where the camera should, when the body is not wholly in the picture or too small."""
        body = median(poses.image[:, _WHOLE_BODY])
        if not inside_picture(body, poses.size).all():
            where = _where_to(body, poses.size)
        elif median(trunk_length(poses.image)) < TORSO_PX:
            where = "closer"
        else:
            return ""
        return self._phrases.say(f"framing.{where}_lying" if lying else f"framing.{where}")

    def _turn(self, view: str, azimuth_deg: float, side: str) -> str:
        """Say how to turn so that the working arm comes toward the camera; nobody who lies is told to turn."""
        working = Side(side) if side in ("left", "right") else None
        if view.endswith("-lying"):
            away = working is not None and on_the_far_side(view, working)
            return self._phrases.say("framing.other_side", side=side) if away else ""
        if not should_turn(view, azimuth_deg, working):
            ahead = not side and view == "front" and abs(azimuth_deg) < NEAR_SIDE_DEG[0]
            return self._phrases.say("framing.turn") if ahead else ""
        if view.startswith("behind"):
            return self._phrases.say("framing.face")
        right = turn_to(working, azimuth_deg) if working else -azimuth_deg
        return self._phrases.say("framing.turn_right" if right > 0 else "framing.turn_left")

    def _hidden(self, poses: PoseSequence, side: str) -> str:
        """Say which joint of the legs and of the working arm is not seen."""
        asked = [which.landmark(joint) for joint in self._leg for which in Side]
        arms = {"left": (Side.LEFT,), "right": (Side.RIGHT,), "both": tuple(Side)}.get(side, ())
        asked += [which.landmark(joint) for joint in NEEDS["arm"].working for which in arms]
        strict = {which.landmark(joint) for joint in NEEDS["arm"].strict for which in arms}
        marks, share = least_seen(poses, asked, strict=strict)
        return self._phrases.cannot_see(marks) if share >= HIDDEN_SHARE else ""


def _where_to(body: Array, size: tuple[int, int]) -> str:
    """Return whether to step back or to the middle, for a body of which something is outside the picture."""
    x, y = body[:, 0], body[:, 1]
    width, height = size
    if y.min() < MARGIN * height or y.max() > (1 - MARGIN) * height or extent(x) > (1 - 2 * MARGIN) * width:
        return "back"
    return "middle"


def _joined(frames: Sequence[PoseFrame]) -> PoseSequence:
    unset = np.zeros(len(frames), dtype=bool)
    return PoseSequence.trusted(
        t=np.array([frame.t for frame in frames]),
        image=np.array([frame.image for frame in frames]),
        world=np.array([frame.world for frame in frames]),
        visibility=np.array([frame.visibility for frame in frames]),
        size=frames[-1].size,
        settling=unset,
        cut=unset,
        source="",
    )
