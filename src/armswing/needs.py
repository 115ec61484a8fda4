"""What each group of quantities needs to be seen, with the evidence: `armswing.observability` gates by it."""

from __future__ import annotations

from dataclasses import dataclass

from armswing.landmarks import Joint
from armswing.viewpoint import NEAR_SIDE_DEG

UPPER_ARM_DEG = (-30.0, 120.0)
"""Where the camera may stand, from the person's front toward the working arm, for the direction of the upper arm of a
lift to be read.  The flare is off by 2-4 degrees straight ahead, 4 at 12-25 on the near side, 9-13 at 25-53, 4-12 up
to 75, 4-9 from there on, 2-7 up to 30 on the far side; further round two of six clips are off by 34 and 71 (rendered
people, tuning bodies, other ways of the arm among them; from behind none were made)."""

ROW_TOP_DEG = (15.0, 120.0)
"""The same at the top of a row.  Straight ahead, and on the far side, the pose model draws the arm too near the body:
of 24 such repetitions all are read too small, by 6-23 degrees.  From 15 on the flare is off by 2-7 up to 53, by 3-11
from there on."""

PRESSING_DEG = (-15.0, 120.0)
"""The same at the low end of a press: off by 7 degrees straight ahead, 2-5 up to 53, 2-11 from there on; 9 at 20-38 on
the far side, all of them too small, and 18-27 further round."""

ROWING_DEG = (-38.0, 120.0)
"""The same for how far the arm of a row goes, with an upper arm of whole length: of whole rows 1 of 59 seen from nearer
than 28 degrees or on the far side, and 3 of 137 further on, are told that the elbow does not pass the ribs, 2 of 204
that they are partial.  Further round on the far side they are drawn half as long as they are, and 7 of 19 would be
called partial (rendered people, tuning bodies, other ways of the arm among them; by the degrees that are seen).  Within
a set repetitions are still compared with each other.  Short rows nearer to the front the pose model hardly shows at
all; with its errors on the synthetic athlete those of less than half the way that are counted there mostly pass."""

HEAVE_DEG = 15.0
"""So far from straight ahead, and from straight behind, a trunk's lean back is told from none.  With the pose model's
errors put on rows (the synthetic athlete, eight bodies, three seeds), by the degrees that are seen: nearer than that 22
of 181 that lean by 2 or 16 degrees are taken for more than 25, all of them within 10; beyond it none of 637, off by 5.8
degrees at 15-20, 5.0 at 20-28, 3.5 up to 55 and 2.3 further on.  A lean of 31 is read as 23 degrees at 15-20, 19 at
20-45, 23 at 45-55 and 29 from there on, and told in 27 of 47, 43 of 174, 9 of 28 and 81 of 91.  On rendered rows, none
of which leans, it is off by 2 degrees from 18 on, and never told.  Behind nothing was measured: it is taken to be as in
front."""

FEET_DEG = 10.0
"""So far from straight ahead, and from straight behind, feet that stay are told.  Nearer, a foot that comes up also
comes toward the camera, which moves it down in the picture: half a knee drive may not be seen at all there."""

STANCE_DEG = 60.0
"""The same for what the standing knee gives.  On rendered lifts 10 to 25 degrees are read 17 too small nearer than 10
degrees, 12 up to 20, 8 up to 60 and 2-3 further on (75 repetitions of tuning bodies).  Of those 11 of 15, 2 of 5, 2 of
35 and none of 20 fail, but in the held-out half and in further clips of good lifts 17 of 19 at 26-40 degrees on the
near side.  So neither can be told at the 30-45 degrees from which most else is seen best.  All by the degrees that are
seen, which on the near side are a few less than those of the camera.  Behind, 22 degrees are read as 12 at 135 and 5-7
at 155 from the front, with the pose model's errors on the synthetic athlete."""


BENT_DEG, BENT_OFF_FRONT_DEG = 30.0, 28.0
"""A trunk that is tilted so far is bent over; its legs and its turn are not seen by a camera nearer than the second to
straight ahead.  From there the drive of the legs in hinged rows is read as -1.1 to .6 of itself in six of six clips,
in two of them as that of the other leg, and shoulders that turn by 24-28 degrees as turning by 0-6; from 28 degrees on
the drive is read as .5 to 2.2 in 19 of 21 clips, never as that of the other leg (rendered people, tuning bodies; by
the degrees that are seen, which are some more than those of the camera; behind is taken to be as in front; the tilt is
our judgement, that of upright rows is up to 20)."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a quantity needs to be seen.

    Attributes
    ----------
    working, opposite : tuple of Joint
        Joints of the side of the working arm, and of the other.
    strict : tuple of Joint
        Those that must be seen for certain, because the pose model makes them up when it cannot.
    off_front_deg, bent_off_front_deg : float
        It is not seen by a camera that stands nearer than this to straight ahead, or to straight behind; and of
        somebody who is bent over.
    from_deg : (float, float)
        It is seen only by a camera that stands there, from the person's front toward the working arm.
    upright : bool
        It is not seen of somebody who lies.
    because : str
        How well what is read with it was measured, and from where.
    """

    working: tuple[Joint, ...] = ()
    opposite: tuple[Joint, ...] = ()
    strict: tuple[Joint, ...] = ()
    off_front_deg: float = 0.0
    bent_off_front_deg: float = 0.0
    from_deg: tuple[float, float] = (-180.0, 180.0)
    upright: bool = False
    because: str


_ARM: tuple[Joint, ...] = ("shoulder", "elbow", "wrist")
_TRUNK: tuple[Joint, ...] = ("shoulder", "hip")
_LEG: tuple[Joint, ...] = ("shoulder", "hip", "knee")
_WHOLE_LEG: tuple[Joint, ...] = ("hip", "knee", "ankle")


def _arm(because: str, *, from_deg: tuple[float, float] = Need.from_deg) -> Need:
    """Return what a quantity of the working arm needs."""
    return Need(working=_ARM, opposite=("shoulder",), strict=("elbow", "wrist"), from_deg=from_deg, because=because)


NEEDS: dict[str, Need] = {
    "arm": _arm(
        "Straightest elbow 13, most bent one 19 degrees (32 straight ahead, 24 at 30 near, 7 at 90 near),"
        " elevation 9 (15 at 30 near, 5 at 90 near), range .17 lengths; none at 90 far, where the arm is hidden.",
    ),
    "upper_arm": _arm("See `UPPER_ARM_DEG`.", from_deg=UPPER_ARM_DEG),
    "upper_arm_rowing": _arm("See `ROW_TOP_DEG`.", from_deg=ROW_TOP_DEG),
    "upper_arm_pressing": _arm("See `PRESSING_DEG`.", from_deg=PRESSING_DEG),
    "way_of_a_row": _arm("See `ROWING_DEG`.", from_deg=ROWING_DEG),
    "hip": Need(
        working=_LEG,
        opposite=_LEG,
        bent_off_front_deg=BENT_OFF_FRONT_DEG,
        because="Drive of the legs 7 degrees: 10 straight ahead, 4-6 at 30-90 near, 16 at 30 far, 4-8 further round;"
        " the hip's part of the coupling .01 (.05 at 30 far); the leg's lag .02 s.",
    ),
    "same_hip": Need(
        working=_LEG,
        opposite=_TRUNK,
        bent_off_front_deg=BENT_OFF_FRONT_DEG,
        because="Change of the hip 8 degrees: 9 straight ahead, 2-13 at 30-45, 5 at 60, 3 at 90 near, 7 at 90 far.",
    ),
    "feet": Need(
        working=("ankle",),
        opposite=("ankle",),
        off_front_deg=FEET_DEG,
        because="See `armswing.feet`: feet that stay are told from legs that swing but for 8 of 423 repetitions.",
    ),
    "opposition_arms": Need(
        working=_ARM,
        opposite=_ARM,
        strict=("elbow", "wrist"),
        because="Of -1 to 1, off by .02 at 0-60 (43 repetitions of the tuning half); from 60 near on an arm is hidden.",
    ),
    "opposition_legs": Need(
        working=_LEG,
        opposite=_LEG,
        bent_off_front_deg=BENT_OFF_FRONT_DEG,
        because="Of -1 to 1, off by .13: .15 at 0-30, .11-.12 further round (84 repetitions, tuning half).",
    ),
    "trunk_turn": Need(
        working=_TRUNK,
        opposite=_TRUNK,
        from_deg=NEAR_SIDE_DEG,
        upright=True,
        bent_off_front_deg=BENT_OFF_FRONT_DEG,
        because="Turn of the shoulder line 8 degrees: 5-8 at 30-45 near, 12 at 60; turning and still ribs AUC .98.",
    ),
    "trunk_heave": Need(working=_TRUNK, opposite=_TRUNK, off_front_deg=HEAVE_DEG, because="See `HEAVE_DEG`."),
    "one_leg": Need(
        working=_WHOLE_LEG,
        opposite=_WHOLE_LEG,
        because="Share of the press on one foot .02, but .6-.8 in one clip at 30 far and one at 60 near (40 repetitions"
        " of the tuning half).",
    ),
    "stance_knee": Need(working=_WHOLE_LEG, off_front_deg=STANCE_DEG, because="See `STANCE_DEG`."),
}
"""What each group of quantities needs; the joints are those of MediaPipe.

The figures are mean absolute errors on rendered people: those of the held-out half in docs/accuracy.md where nothing
else is said.  Degrees are those off the front, *near* with the working arm toward the camera, *far* with it away.  From
behind nothing was rendered and nothing measured: only what is plainly not seen there is gated, the rest is let through.
"""
