"""The quantities of one repetition: what the rules read and what stands in the CSV."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from armswing.coupling import Agreement, LegDrive, Response, couple, explained, leg_drive, opposition, saturate
from armswing.filters import GRID_HZ
from armswing.foreshortening import whole_upper_arm
from armswing.geometry import (
    Array,
    Flags,
    cross,
    dot,
    extent,
    highest,
    length,
    lowest,
    median,
    share_of,
    signed_angle,
)
from armswing.kinematics import QUANTITIES, Limbs, hip_flexion, joint, segment_length, trunk_way
from armswing.landmarks import BOTH
from armswing.movement import Movement
from armswing.reasons import Reason
from armswing.reps import Measured, not_measured
from armswing.turning import shoulder_line_turn

ARM_DEAD_ZONE = 0.15
"""A drive that moves less than this share of a typical repetition is still (our judgement)."""

SURELY_MOVED = 1.5
"""Opposition counts in full from this many times the way that a still side scatters over, and less the nearer to it:
legs that tremble by 16 degrees must not change a score that legs of 15 leave alone (our judgement)."""

KEEPS_STILL, MOVES = 0.20, 0.35
"""Way of the free wrist in the picture against that of the working one: up to the first the free arm keeps still and
from the second on it moves, whatever its depth says.  Of rendered people the free arm seemed to go along with the
working one by .1 to .3 of opposition, while its wrist went .04-.19 of the other one's way; in sets of both arms it goes
.46 and more, but where one of two hands goes along the line of sight (our judgement)."""

WENT_BEFORE = 0.5
"""Legs went before the arm when they changed by so much of the dead zone until it set out, 4 degrees: with 1 the error
of the hip's part of rows at 15-72 degrees is .040, with .5 .032, with .25 .024, but then legs that are late by a third
of the repetition earn up to .3 on exact poses (rendered people, tuning bodies; our judgement)."""

HIP_WEIGHT = 0.6
"""Share of the hip in the coupling where the trunk is seen as well: the legs are measured better (our judgement)."""

ONE_FOOT = 0.12
"""Ankles so far apart in height, in leg lengths, mean one foot is off the floor (our judgement)."""

BEFORE_START_S = 0.4
"""Where the flare is read at the low end of the drive, so much from before the start belongs to it: it is the position
of rest as well, and from the front a press is found to begin up to 0.4 s late (rendered people)."""

RACK_ELEVATION_DEG = 30.0
"""Below, the plane of elevation is ill-defined (Phadke et al. 2011; the limit is our judgement)."""

WHOLE_ONLY = ("finish_elevation", "one_leg_share", "push_off", "landing")
"""What is asked of the whole exercise only: a curl has no press to finish tall or to push off for."""

UPRIGHT_DEG = 30.0
"""A trunk within this of the picture's vertical lets the heights of the feet be compared (our judgement)."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a repetition needs to know of its set.

    Attributes
    ----------
    rest_deg : float
        Left minus right hip flexion at rest; NaN when no rest was seen.
    together : bool
        Both arms worked.
    full : bool
        The arm went the whole way.
    """

    rest_deg: float
    together: bool
    full: bool


def measure(movement: Movement, context: Context) -> dict[str, Measured]:
    """Return every quantity of a repetition by name; what was not measured says why."""
    values: dict[str, Measured] = {
        "bilateral": Measured(value=float(context.together)),
        "partial": Measured(value=float(not context.full)),
    }
    for group, measures in GROUPS:
        if not measures or measures & movement.pattern.measures:
            values.update(group(movement, context))
    if movement.variant is not None and not movement.variant.full:
        values |= dict.fromkeys(WHOLE_ONLY, not_measured(Reason.PART_ONLY))
    return values


def _gated(movement: Movement, need: str, read: Callable[[], float], *, at: float | None = None) -> Measured:
    """Read a quantity if its gate lets it through."""
    share, reason = movement.gate(need)
    if reason:
        return not_measured(reason, share=share)
    value = read()
    if math.isnan(value):
        return not_measured(Reason.NOT_REACHED, share=share)
    return Measured(value=value, share=share, at_s=float("nan") if at is None else movement.seconds(at))


def _arm(movement: Movement, context: Context) -> dict[str, Measured]:
    part, phases, pattern = movement.reach_span, movement.phases, movement.pattern
    top = slice(phases.top_first, phases.top_last + 1)
    elbow, elevation = movement.quantity("elbow_flexion"), movement.quantity("shoulder_elevation")
    drive = movement.drives[movement.side]
    reading = _reading(movement, drive, elevation)
    raised = reading & (elevation >= RACK_ELEVATION_DEG)
    read = reading.nonzero()[0]
    read_at = float(read.mean()) if len(read) else phases.peak

    def arm(read: Callable[[], float]) -> Measured:
        return _gated(movement, "arm", read, at=phases.peak)

    def way(read: Callable[[], float]) -> Measured:
        return _gated(movement, pattern.way, read, at=phases.peak)

    side, axes, beside = movement.side, movement.axes, pattern.flare.beside

    @cache
    def whole() -> Limbs:
        return Limbs(whole_upper_arm(movement.limbs, side, axes, start=phases.start, read=reading, beside=beside))

    def upper_arm(name: str, chosen: Flags) -> Measured:
        def angle() -> float:
            return _median(QUANTITIES[name](whole(), side, axes), chosen)

        return _gated(movement, pattern.flare.need, angle, at=read_at)

    raised_most = arm(lambda: highest(elevation[part]))
    return {
        "range_of_motion": way(lambda: extent(movement.as_far_as_it_goes(pattern.reach)[part])),
        "retraction_peak": way(lambda: float(median(movement.as_far_as_it_goes("retraction")[top]))),
        "elbow_flare": upper_arm("elbow_flare", reading),
        "elbow_plane": upper_arm("elbow_plane", raised),
        "elbow_flexion_min": arm(lambda: lowest(elbow[part])),
        "elbow_flexion_max": arm(lambda: highest(elbow[part])),
        "shoulder_elevation_peak": raised_most,
        "finish_elevation": raised_most,
    }


def _median(values: Array, chosen: Flags) -> float:
    values = values[chosen]
    return float(median(values)) if len(values) else float("nan")


def _reading(movement: Movement, drive: Array, elevation: Array) -> Flags:
    """Return in which samples the elbow's flare is read.

    By the shares of the drive that the pattern names; where it has variants (the lift), from the
    deepest bend of the elbow until the upper arm is level: the rack.
    """
    phases, window = movement.phases, movement.pattern.flare
    chosen = np.zeros(len(drive), dtype=bool)
    if movement.pattern.variants:
        deepest = _rack(movement)
        level = np.flatnonzero(elevation[deepest : phases.top_last + 1] >= 90.0)
        until = deepest + int(level[0]) if len(level) else phases.top_last
        chosen[deepest : until + 1] = True
        return chosen
    part = drive[movement.span]
    # At rest before the start the drive may be lower than at any time after it: that is the low end as well.
    share = np.maximum((drive - lowest(part)) / max(extent(part), 1e-9), 0.0)
    first = max(phases.start - round(BEFORE_START_S * GRID_HZ), 0) if window.from_share <= 0.0 else phases.start
    chosen[first : phases.end + 1] = True
    read: Flags = chosen & (share >= window.from_share) & (share <= window.to_share)
    return read


def _rack(movement: Movement) -> int:
    """Return the sample of the deepest bend of the elbow on the way up: where a press begins."""
    start = movement.phases.start
    return start + int(np.argmax(movement.quantity("elbow_flexion")[start : movement.phases.top_first + 1]))


def _phases(movement: Movement, context: Context) -> dict[str, Measured]:
    phases, t = movement.phases, movement.t
    missing = not_measured(Reason.CUT_OFF)
    concentric = Measured(value=float(t[phases.top_first] - t[phases.start])) if movement.start_seen else missing
    if movement.cut_off:
        return {"concentric": concentric, "hold": missing, "eccentric": missing, "tempo": missing}
    eccentric = float(t[phases.end] - t[phases.top_last])
    out, back = movement.equal_ways_s
    return {
        "concentric": concentric,
        "hold": Measured(value=float(t[phases.top_last] - t[phases.top_first])),
        "eccentric": Measured(value=eccentric),
        "tempo": _gated(movement, "arm", lambda: back / max(out, 1e-3)),
    }


def _legs(movement: Movement, context: Context) -> dict[str, Measured]:
    names = ("coupling_hip", "hip_gain", "hip_correlation", "hip_lag", "late_by", "wrong_leg")
    share, reason = movement.gate("hip")
    reason = str(Reason.BILATERAL) if context.together else reason
    if reason:
        return {name: not_measured(reason) for name in names} | {"same_hip_change": _same_hip(movement, context)}
    response = movement.pattern.hip
    drive, scissor = _arm_and_legs(movement, response)
    agreement = Agreement(drive, scissor, length=len(movement.drive))
    part = couple(drive, scissor, response, agreement=agreement)
    rest_deg = movement.swing * context.rest_deg * movement.side.sign
    at_rest = not math.isnan(rest_deg)
    seen = not movement.gate("feet")[1]
    legs = leg_drive(drive, scissor, response, rest_deg, agreement=agreement, feet_seen=seen) if at_rest else None
    against_rest = _against_rest(legs, share)
    coupling = 0.0 if against_rest["wrong_leg"].value == 1.0 else part.value
    at = movement.seconds(movement.phases.peak)
    return {
        "coupling_hip": Measured(value=coupling, share=share, at_s=at),
        "hip_gain": Measured(value=part.gain_deg, share=share, at_s=at),
        "hip_correlation": (
            not_measured(Reason.NO_LEG_DRIVE)
            if math.isnan(part.correlation)
            else Measured(value=part.correlation, share=share)
        ),
        **against_rest,
        "same_hip_change": _same_hip(movement, context),
    }


def chain(movement: Movement, context: Context) -> dict[str, Measured]:
    """Return the coupling from shoulder to opposite hip: of the legs, of the trunk, and of both.

    Without the legs there is none: they are the far end of the chain.  Where the camera does not show the turn of
    the trunk, it is that of the legs alone; where the wrong leg moves, it is 0.
    """
    found = _legs(movement, context) | _turn(movement, context)
    hip, trunk = found["coupling_hip"], found["coupling_trunk"]
    if not (hip.known and trunk.known) or found["wrong_leg"].value == 1.0:
        return {"coupling": hip, **found}
    value = HIP_WEIGHT * hip.value + (1.0 - HIP_WEIGHT) * trunk.value
    share = HIP_WEIGHT * hip.share + (1.0 - HIP_WEIGHT) * trunk.share
    return {"coupling": Measured(value=value, share=share, at_s=hip.at_s), **found}


def _turn(movement: Movement, context: Context) -> dict[str, Measured]:
    """Return how far the turn of the shoulders goes with the drive, and what that is worth."""
    share, reason = movement.gate("trunk_turn")
    reason = str(Reason.BILATERAL) if context.together else reason
    if reason:
        return dict.fromkeys(("coupling_trunk", "trunk_gain"), not_measured(reason, share=share))
    span = movement.chain_span
    turn = shoulder_line_turn(movement.image[span], movement.world[span], movement.side)
    agreement = Agreement(movement.chain_drive, turn, length=len(movement.drive))
    part = couple(movement.chain_drive, turn, movement.pattern.trunk, agreement=agreement)
    at = movement.seconds(movement.phases.peak)
    return {
        "coupling_trunk": Measured(value=part.value, share=share, at_s=at),
        "trunk_gain": Measured(value=part.gain_deg, share=share, at_s=at),
    }


def _arm_and_legs(movement: Movement, response: Response) -> tuple[Array, Array]:
    """Return the drive and the scissor from the start to the end, or from before the start where the legs went before.

    Legs that keep still until the arm sets out are compared from there: with the rest before it a leg that is late by
    a fifth of the repetition would earn full marks.
    """
    drive, scissor = movement.chain_drive, _scissor(movement)
    before = movement.phases.start - movement.chain_span.start
    if abs(scissor[before] - scissor[0]) >= WENT_BEFORE * response.dead_zone_deg:
        before = 0
    return drive[before:], scissor[before:]


def _scissor(movement: Movement) -> Array:
    """Return opposite minus same-side hip flexion in the chain's samples, + = the opposite knee in front.

    On feet that stay it is 0, see `armswing.feet`.
    """
    side, part = movement.side, movement.chain_span
    opposite, same = movement.quantity("hip_flexion", side.opposite)[part], movement.quantity("hip_flexion")[part]
    return movement.swing * (opposite - same)


def _against_rest(legs: LegDrive | None, share: float) -> dict[str, Measured]:
    """Return whether the wrong leg moved, and its lag; None where the legs' rest, which both need, is not known."""
    if legs is None:
        return dict.fromkeys(("wrong_leg", "hip_lag", "late_by"), not_measured(Reason.NO_READY, share=share))

    def timed(seconds: float) -> Measured:
        if math.isnan(seconds):
            return not_measured(Reason.NO_LEG_DRIVE, share=share)
        return Measured(value=seconds, share=share)

    return {
        "wrong_leg": Measured(value=float(legs.wrong_leg), share=share),
        "hip_lag": timed(legs.lag_s),
        "late_by": timed(legs.late_by_s),
    }


def _same_hip(movement: Movement, context: Context) -> Measured:
    """Return the degrees of same-side hip flexion that go with the drive: - = the leg grows long."""
    if context.together:
        return not_measured(Reason.BILATERAL)
    hip = movement.quantity("hip_flexion")[movement.chain_span]
    return _gated(movement, "same_hip", lambda: explained(movement.chain_drive, hip))


def _opposition(movement: Movement, context: Context) -> dict[str, Measured]:
    side = movement.side
    arms = movement.drive, _moves(movement) * movement.other_drive
    thighs = _thighs(movement)
    legs = thighs[:, side.opposite.column], thighs[:, side.column]
    dead = movement.pattern.hip.dead_zone_deg

    def against(pair: tuple[Array, Array], moved: float, need: str) -> Measured:
        share, hidden = movement.gate(need)
        if moved or hidden:
            return _gated(movement, need, lambda: opposition(*pair))
        return not_measured(Reason.STILL, share=share)

    moved = _moved(arms, ARM_DEAD_ZONE), _moved(legs, dead)
    found = {
        "opposition_arms": against(arms, moved[0], "opposition_arms"),
        "opposition_legs": against(legs, moved[1], "opposition_legs"),
    }
    return found | {"opposition": _both(found["opposition_arms"], found["opposition_legs"], moved)}


def _moves(movement: Movement) -> float:
    """Return how surely the free arm moves in the picture, 0 to 1; see `KEEPS_STILL`."""
    own, free = (float(length(movement.wrist_ways[side.column])) for side in (movement.side, movement.side.opposite))
    return saturate((free / own - KEEPS_STILL) / (MOVES - KEEPS_STILL)) if own > 0.0 else 1.0


def _thighs(movement: Movement) -> Array:
    """Return the hip flexion of both legs under a trunk that keeps still, degrees: shape (samples, 2).

    Against the trunk as it moves, one that leans moves both hips together, and so do the pose model's errors of its
    pitch: with those errors, of 332 repetitions on one leg or on planted feet 117 failed in opposition without any lean
    and 140 of 330 with a little; against a still trunk it is 85 and 87, and 102 in place of 104 of 108 in which both
    legs dip (synthetic athlete, seen or not).
    """
    part = movement.span
    return hip_flexion(movement.limbs, BOTH, movement.axes.part(part).steady())[part]


def _moved(pair: tuple[Array, Array], dead_zone: float) -> float:
    """Return how surely one of two sides moved: 0 within the scatter of a still one, 1 from `SURELY_MOVED` on."""
    further = max(extent(pair[0]), extent(pair[1])) / (2 * dead_zone)
    return min(max((further - 1.0) / (SURELY_MOVED - 1.0), 0.0), 1.0)


def _both(arms: Measured, legs: Measured, moved: tuple[float, float]) -> Measured:
    """Return the mean of arms and legs, each weighted with how surely it moved.

    Where one of them is hidden there is none: the other alone could turn a pass into a fail.
    """
    hidden = [m for m in (arms, legs) if not m.known and m.reason != Reason.STILL]
    known = [(m, weight) for m, weight in zip((arms, legs), moved, strict=True) if m.known]
    if hidden or not known:
        return not_measured((hidden or [arms])[0].reason)
    whole = sum(weight for _, weight in known)
    value, seen = (sum(getattr(m, name) * weight for m, weight in known) / whole for name in ("value", "share"))
    return Measured(value=value, share=seen)


def _trunk(movement: Movement, context: Context) -> dict[str, Measured]:
    """Return how far the trunk leaned back in the concentric phase; turning and rolling left out."""
    share, reason = movement.gate("trunk_heave")
    reason = reason if movement.start_seen else str(Reason.CUT_OFF)
    if reason:
        return {"trunk_heave": not_measured(reason, share=share)}
    axes, phases = movement.axes, movement.phases
    concentric = slice(phases.start, phases.top_first + 1)
    right = median(axes.pelvis_right[movement.span])
    up = axes.up[concentric] - (axes.up[concentric] @ right)[:, None] * right
    upright = up[0]
    forward = cross(upright, right)
    lean = signed_angle(-dot(up, forward[None]), dot(up, upright[None]))
    return {"trunk_heave": _gated(movement, "trunk_heave", lambda: highest(lean), at=phases.start + int(lean.argmax()))}


def _stance(movement: Movement, context: Context) -> dict[str, Measured]:
    """Return what the standing leg did: the one on the side of the working arm."""
    if context.together:
        missing = not_measured(Reason.BILATERAL)
        return {"one_leg_share": missing, "push_off": missing, "landing": missing}
    phases, knee = movement.phases, movement.quantity("knee_flexion")
    top = movement.at_top("knee_flexion")
    upward = knee[phases.start : phases.top_first + 1]
    downward = knee[phases.top_last : phases.end + 1]
    cut_off = not_measured(Reason.CUT_OFF)
    push_off = _gated(movement, "stance_knee", lambda: highest(upward) - top, at=phases.peak)
    landing = _gated(movement, "stance_knee", lambda: highest(downward) - top, at=phases.end)
    return {
        "one_leg_share": _one_leg(movement),
        "push_off": push_off if movement.start_seen else cut_off,
        "landing": cut_off if movement.cut_off else landing,
    }


def _one_leg(movement: Movement) -> Measured:
    """Return the share of the press, from the rack to the top, in which the opposite foot is off the floor.

    The curl before it is done on both feet: landing and pushing off belong to the press.
    """
    side, phases = movement.side, movement.phases
    image = movement.image[_rack(movement) : phases.top_last + 1]
    trunk = median(trunk_way(image))
    if abs(signed_angle(trunk[0], -trunk[1])) > UPRIGHT_DEG:
        return not_measured(Reason.NO_ONE_LEG_VIEW)
    leg = segment_length(image, side, "hip", "knee") + segment_length(image, side, "knee", "ankle")
    lift = joint(image, side, "ankle")[:, 1] - joint(image, side.opposite, "ankle")[:, 1]
    return _gated(movement, "one_leg", lambda: share_of(lift > ONE_FOOT * median(leg)), at=phases.peak)


GROUPS: tuple[tuple[Callable[[Movement, Context], dict[str, Measured]], frozenset[str]], ...] = (
    (_arm, frozenset()),
    (_phases, frozenset()),
    (chain, frozenset()),
    (_opposition, frozenset()),
    (_trunk, frozenset({"trunk_heave"})),
    (_stance, frozenset({"one_leg_share", "push_off", "landing"})),
)
"""What is measured, and which of it only where a rule of the pattern reads it."""
