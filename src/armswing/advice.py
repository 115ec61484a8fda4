"""Where to put the camera, in short plain sentences, from what could not be seen.

Which view shows what was measured on rendered clips with exact truth: 30 to 45
degrees off the front, the working arm toward the camera, at hip height, with the
whole body in view.  Lying on the back, the feet are the wrong place to film from.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from armswing.landmarks import Side
from armswing.reasons import Reason
from armswing.viewpoint import BEST_DEG, NEAR_SIDE_DEG, on_the_far_side, should_turn, turn_to

MOST = 3
"""Nobody moves a camera four ways at once."""

WHERE = (
    "Film from 30 to 45 degrees off the front, the working arm toward the camera, at hip height, whole body in view."
)
"""The advice where nothing more particular is known."""

WHERE_BOTH = (
    "Both arms work: film from 20 degrees off the front, where both are seen, at hip height, whole body in view."
)
"""The same where both arms worked, together or by turns."""

_LEGS = frozenset(
    {
        "coupling",
        "coupling_hip",
        "hip_gain",
        "hip_correlation",
        "hip_lag",
        "late_by",
        "wrong_leg",
        "same_hip_change",
        "opposition_legs",
        "one_leg_share",
        "push_off",
        "landing",
    }
)
_ARM = frozenset(
    {
        "range_of_motion",
        "retraction_peak",
        "elbow_flare",
        "elbow_plane",
        "elbow_flexion_min",
        "elbow_flexion_max",
        "shoulder_elevation_peak",
        "tempo",
    }
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a camera showed of a set.

    Attributes
    ----------
    views : sequence of str
        The view of each repetition and each discarded movement, as in the CSV; empty ones do not count.
    azimuth_deg : float
        Where the camera stood, from the person's front, + = toward the left; NaN when it is not known.
    sides : sequence of str
        The working arm of each counted repetition: ``left``, ``right`` or ``both``.
    missing : mapping of str to collection of str
        Codes of why a quantity was not assessed, by quantity.
    concerns : collection of str
        Codes that concern whole repetitions, discarded movements or the video.
    """

    views: Collection[str] = ()
    azimuth_deg: float = float("nan")
    sides: Collection[str] = ()
    missing: Mapping[str, Collection[str]] = field(default_factory=dict)
    concerns: Collection[str] = ()

    @property
    def reasons(self) -> frozenset[str]:
        """Every code, wherever it came from."""
        return frozenset(self.concerns).union(*self.missing.values())

    def lacks(self, code: str, quantities: Collection[str]) -> bool:
        """Whether a code kept one of these quantities from being assessed."""
        return any(code in self.missing.get(name, ()) for name in quantities)

    @property
    def working(self) -> str:
        """The side of the working arm; empty where it is both, together or by turns, or not known."""
        found = set(self.sides)
        return found.pop() if len(found) == 1 and found <= {"left", "right"} else ""

    @property
    def view(self) -> str:
        """The view that occurs most; empty when there is none."""
        return most_common(view for view in self.views if view)


def most_common(values: Iterable[str]) -> str:
    """Return the value that occurs most, the first of several; empty when there is none.

    Examples
    --------
    >>> most_common(["front", "left", "left"])
    'left'
    """
    return next((value for value, _ in Counter(values).most_common(1)), "")


def camera_advice(seen: Seen) -> tuple[str, ...]:
    """Return what to change about the camera, the most important first; empty when all is well.

    Parameters
    ----------
    seen : Seen
        What the camera showed.

    Examples
    --------
    >>> camera_advice(Seen(views=["front-right"], sides=["right"]))
    ()
    >>> camera_advice(Seen(views=["feet-lying"], sides=["right"]))
    ('Do not film from the feet: put the camera at your side, at the height of your trunk.',)
    """
    found = (*_about_the_person(seen), *_about_the_frame(seen), *_about_the_view(seen), *_about_the_recording(seen))
    return tuple(dict.fromkeys(found))[:MOST]


def _about_the_person(seen: Seen) -> Iterable[str]:
    if Reason.NOBODY in seen.reasons:
        yield "Nobody was found: see that the whole body is in the picture, well lit, and not too far away."
    if Reason.SUBJECT_CHANGED in seen.reasons:
        yield "Keep other people out of the picture, or point at the athlete: --subject X,Y (pixels)."
    if Reason.TOO_FAR in seen.reasons:
        yield "Come closer, or zoom in: the body should fill most of the height of the picture."


def _about_the_frame(seen: Seen) -> Iterable[str]:
    if seen.lacks(Reason.OUT_OF_FRAME, _LEGS):
        yield "Step back: the legs are not wholly in the picture, and the coupling is read from them."
    elif seen.lacks(Reason.LOW_VISIBILITY, _LEGS):
        yield "Step back, or clear the view: the legs are hidden or cut off, and the coupling is read from them."
    elif Reason.OUT_OF_FRAME in seen.reasons:
        yield "Step back, or turn the phone: the arms leave the picture."
    # A hidden free arm is no matter of the camera: where the working arm is seen well, it often is.
    hidden = {Reason.HIDDEN_ARM, Reason.COPIED_ARM} & set(seen.concerns) and not seen.sides
    if hidden or (seen.lacks(Reason.LOW_VISIBILITY, _ARM) and (seen.working or not seen.sides)):
        yield "Turn the working arm toward the camera: an arm behind the body cannot be measured."
    elif seen.lacks(Reason.LOW_VISIBILITY, _ARM) and not seen.view.endswith("-lying"):
        yield WHERE_BOTH


def _about_the_view(seen: Seen) -> Iterable[str]:
    view = seen.view
    place, lying = view.removesuffix("-lying"), view.endswith("-lying")
    working = Side(seen.working) if seen.working else None
    if place in ("feet", "head"):
        yield f"Do not film from the {place}: put the camera at your side, at the height of your trunk."
    elif lying:
        if working and on_the_far_side(view, working):
            yield f"Put the camera on your {working.value} side, where the working arm is."
    elif view and (should_turn(view, seen.azimuth_deg, working) or seen.lacks(Reason.VIEW, ("coupling",))):
        yield _turn(seen)  # the legs of who bends over are not seen from where those of others are
    elif not seen.sides and (
        place == "front" or abs(seen.azimuth_deg) < NEAR_SIDE_DEG[0] or Reason.DEPTH_ONLY in seen.concerns
    ):
        yield (
            f"Turn about {BEST_DEG:.0f} degrees, the working arm toward the camera: an arm that points at it is hardly"
            " seen to move, so repetitions are missed."
        )


def _turn(seen: Seen) -> str:
    """Return how to turn so that the working arm comes toward the camera; where to film from when that is not known."""
    if not seen.working or math.isnan(seen.azimuth_deg):
        return WHERE_BOTH if seen.sides and not seen.working else WHERE
    right = turn_to(Side(seen.working), seen.azimuth_deg)
    degrees = 10 * round(abs(right) / 10)
    if degrees == 0:
        return WHERE
    hand = "right" if right > 0 else "left"
    return f"Turn about {degrees} degrees to your {hand}: your {seen.working} arm comes toward the camera."


def _about_the_recording(seen: Seen) -> Iterable[str]:
    if Reason.LOW_FPS in seen.reasons:
        yield "Record 30 pictures a second, with more light: in the dark phones take fewer."
    if {Reason.TRACKING_LOST, Reason.TRACKING_GAP} & seen.reasons:
        yield "More light and a plain background help: the person was lost for moments."
    if {Reason.BONE_LENGTH, Reason.LR_SWAP} & seen.reasons:
        yield "The pose was unsteady: more light, closer clothes, and a view off the front help."
    if Reason.NO_READY in seen.reasons:
        yield "Stand still for a second before the first repetition: it shows where the legs start from."
    if {Reason.CUT_OFF, Reason.INCOMPLETE} & seen.reasons:
        yield "Record from two seconds before the first repetition to two seconds after the last."
