"""What the numbers and codes mean, in the plain words that stand on the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable

from armswing.rules import Finding, Rule
from armswing.scoring import cut_off

GRADES = {"connected": "connected", "good": "good", "partly": "partly", "arms_only": "arms only", "": "no score"}

NOTHING = "–"
"""Stands where nothing was measured."""

_QUANTITIES = {
    "coupling": "coupling of arm and leg",
    "coupling_hip": "the legs' part",
    "coupling_trunk": "turn of the trunk",
    "late_by": "timing of the leg",
    "wrong_leg": "which leg moved",
    "opposition": "the two sides against each other",
    "elbow_flare": "elbow out or in",
    "elbow_plane": "elbow in front",
    "retraction_peak": "how far the elbow goes back",
    "range_of_motion": "range",
    "trunk_heave": "leaning back",
    "tempo": "tempo",
    "same_hip_change": "the long leg",
    "one_leg_share": "standing on one foot",
    "push_off": "push-off",
    "landing": "landing",
    "finish_elevation": "height of the arm at the finish",
    "shoulder_elevation_peak": "height of the arm",
    "bilateral": "whether both arms work",
    "partial": "whether it is the whole way",
}

# By the last words of a rule's code, and whether its value is too low or too high.
_FAULTS = {
    "COUPLING": ("leg does not join in", ""),
    "WRONG_LEG": ("", "wrong leg"),
    "BILATERAL": ("", "both arms at once"),
    "LEGS_SILENT": ("legs still", ""),
    "PARTIAL": ("", "not the whole way"),
    "TIMING": ("", "leg not in time"),
    "OPPOSITION": ("sides move together", ""),
    "FLARE": ("elbow in", "elbow out"),
    "RANGE": ("short", ""),
    "HEAVE": ("", "leaning back"),
    "TEMPO": ("way back too fast", "way back very slow"),
    "LONG_LEG": ("", "leg not long"),
    "ONE_LEG": ("on both feet", ""),
    "PUSH_OFF": ("no push-off", ""),
    "LAND": ("stiff landing", "deep landing"),
    "RACK": ("elbow too far out", "elbow across"),
    "TOP": ("arm not tall", ""),
}


def clock(seconds: float) -> str:
    """Return a time as people read it off a player.

    Examples
    --------
    >>> clock(2.25), clock(65.04), clock(59.97)
    ('0:02.2', '1:05.0', '1:00.0')
    """
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def whole(value: float | None) -> str:
    """Return a score as a whole number, cut off: a good 84.9 must not read 85, which is connected.

    Examples
    --------
    >>> whole(84.9), whole(None)
    ('84', '–')
    """
    return NOTHING if value is None or math.isnan(value) else f"{cut_off(value):.0f}"


def within(value: float | None, margin: float | None) -> str:
    """Return a score with the margin it is right within, where that is known.

    Examples
    --------
    >>> within(72.3, 8.0), within(72.3, None), within(None, None)
    ('72 ± 8', '72', '–')
    """
    return whole(value) if value is None or margin is None else f"{whole(value)} ± {whole(margin)}"


def percent(share: float, margin: float | None) -> str:
    """Return a share as whole percent with the margin it is right within, where that is known.

    Examples
    --------
    >>> percent(1.0, 0.1), percent(0.72, None), percent(math.nan, None)
    ('100 % ± 10', '72 %', '–')
    """
    if math.isnan(share):
        return NOTHING
    return f"{100 * share:.0f} %" if margin is None else f"{100 * share:.0f} % ± {100 * margin:.0f}"


def degrees(value: float) -> str:
    """Return an angle rounded to 5 degrees: one camera gives no more.

    Examples
    --------
    >>> degrees(13.1), degrees(-1.9)
    ('15°', '0°')
    """
    return NOTHING if math.isnan(value) else f"{5 * round(value / 5)}°"


def fault(finding: Finding, rule: Rule) -> str:
    """Return a failed rule's fault in two or three words."""
    parts = finding.code.split("_")
    too_low = finding.value < rule.band.good_from
    for first in range(len(parts)):
        low, high = _FAULTS.get("_".join(parts[first:]), ("", ""))
        if low or high:
            return (low or high) if too_low else (high or low)
    return " ".join(parts[1:] or parts).lower()


def quantity(name: str) -> str:
    """Return the name of a quantity in plain words."""
    return _QUANTITIES.get(name, name.replace("_", " "))


def view(name: str) -> str:
    """Return where the camera stood.

    Examples
    --------
    >>> view("front-right"), view("left-lying"), view("feet-lying"), view("")
    ('filmed from the front right', 'lying, filmed from the left', 'lying, filmed from the feet', '')
    """
    if not name:
        return ""
    place = name.removesuffix("-lying").replace("-", " ")
    where = f"filmed from {place}" if place.startswith("behind") else f"filmed from the {place}"
    return f"lying, {where}" if name.endswith("-lying") else where


def number(count: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> number(1, "repetition"), number(3, "repetition")
    ('1 repetition', '3 repetitions')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
