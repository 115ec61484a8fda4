"""Every text that is shown or spoken while somebody trains, in one table: English here, ready to translate.

A translation is a TOML file with some or all of these keys; what it leaves out stays English::

    "screen.reps" = "Wdh."
    "PUSH_RANGE.low" = "Ganz durchdrücken."

The cues are those of the rules (`armswing.rules.Rule.cue_low` and ``cue_high``), under the rule's code.
"""

from __future__ import annotations

import difflib
import os
import string
from collections.abc import Mapping, Sequence

from armswing.errors import ConfigError, shown
from armswing.landmarks import Landmark, Side
from armswing.patterns import patterns
from armswing.toml_file import read_toml

_SCREEN = {
    "screen.reps": "reps",
    "screen.last": "last",
    "screen.coupling": "coupling",
    "screen.flare": "elbow",
    "screen.flare_good": "good",
    "screen.flare_low": "tucked",
    "screen.flare_high": "too wide",
    "screen.not_scored": "not scored",
    "screen.muted": "muted",
    "screen.recording": "recording",
    "screen.title": "{pattern}, set {set}",
    "screen.paused": "Paused",
    "screen.not_recorded": "Disk full? Nothing more is kept",
    "screen.new_set": "New set",
    "screen.no_camera": "Camera lost: waiting for it",
    "screen.slow": "Slow computer: press l for the lite model",
    "grade.connected": "connected",
    "grade.good": "good",
    "grade.partly": "partly connected",
    "grade.arms_only": "arms only",
    "key.q": "quit",
    "key.space": "pause",
    "key.m": "mute",
    "key.p": "next exercise",
    "key.n": "new set",
    "key.s": "save picture",
    "side.left": "left",
    "side.right": "right",
    "side.each": "each",
    "side.opposite": "opposite",
}

_COACH = {
    "cue.ribs": "Let your ribs turn with your {arm} arm.",
    "praise.fixed": "Yes, that's it. Keep that.",
    "missing.joint": "I can't see your {joint}.",
    "missing.TOO_FAR": "Come closer: I see you too small.",
    "missing.LOW_FPS": "More light: too few pictures a second.",
    "missing.TRACKING_GAP": "I lost sight of you.",
    "missing.unclear": "I can't see you clearly.",
}

_FRAMING = {
    "framing.nobody": "I can't see anybody.",
    "framing.back": "Step back: your whole body in the picture.",
    "framing.back_lying": "Move the camera further away.",
    "framing.middle": "Move to the middle of the picture.",
    "framing.middle_lying": "Turn the camera: you are not wholly in.",
    "framing.closer": "Come closer.",
    "framing.closer_lying": "Move the camera closer.",
    "framing.still": "Hold still for a second.",
    "framing.turn_left": "Turn a little to your left.",
    "framing.turn_right": "Turn a little to your right.",
    "framing.face": "Turn and face the camera.",
    "framing.turn": "Turn your working arm toward the camera.",
    "framing.other_side": "Put the camera on your {arm} side.",
    "framing.feet": "Not from the feet: film from the side.",
    "framing.head": "Not from the head: film from the side.",
}

_JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def _cues() -> dict[str, str]:
    """Return the cues of every rule of every pattern: ``CODE.low`` and ``CODE.high``."""
    rules = {rule.code: rule for pattern in patterns().values() for rule in pattern.rules}
    given = {f"{rule.code}.{end}": cue for rule in rules.values() for end, cue in rule.cues.items()}
    return dict(sorted(given.items()))


def _joints() -> dict[str, str]:
    """Return what the joints are called, one by one and in pairs: ``joint.left_knee``, ``joint.knees``."""
    one = {f"joint.{side.value}_{joint}": f"{side.value} {joint}" for joint in _JOINTS for side in Side}
    return one | {f"joint.{joint}s": f"{joint}s" for joint in _JOINTS}


def english() -> dict[str, str]:
    """Return the table: every text in English by its key, those with braces to be filled."""
    return _SCREEN | _COACH | _FRAMING | _joints() | _cues()


class Phrases:
    """The texts in one language.

    Parameters
    ----------
    translated : mapping of str to str
        Texts in another language by key; the others stay English.

    Raises
    ------
    ConfigError
        When a key is unknown, or a text asks for a value that its English does not have.

    Examples
    --------
    >>> Phrases().say("PUSH_COUPLING.low", side="right")
    'Right hand out, left knee in.'
    >>> german = Phrases({"side.left": "linkes", "PUSH_COUPLING.low": "{leg} Knie zum Arm"})
    >>> german.say("PUSH_COUPLING.low", side="right")
    'linkes Knie zum Arm'
    """

    def __init__(self, translated: Mapping[str, str] | None = None) -> None:
        self._texts = english()
        for key, text in (translated or {}).items():
            _check(key, text, self._texts)
        self._texts |= translated or {}

    def say(self, key: str, *, side: str = "", **values: str) -> str:
        """Return a text.

        Parameters
        ----------
        key : str
            Its key in the table.
        side : str
            The working arm, ``left``, ``right`` or ``both``: fills ``{arm}``, ``{leg}`` and the same
            with a capital.
        **values
            What else the text asks for.
        """
        return self._texts[key].format(**self._sides(side), **values)

    def cannot_see(self, marks: Sequence[Landmark]) -> str:
        """Return what to say of a joint that cannot be seen, or of that joint on both sides.

        Examples
        --------
        >>> Phrases().cannot_see([Landmark.LEFT_KNEE])
        "I can't see your left knee."
        >>> Phrases().cannot_see([Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE])
        "I can't see your knees."
        """
        name = marks[0].name.lower()
        joint = name if len(marks) == 1 else name.partition("_")[2] + "s"
        return self.say("missing.joint", joint=self.say(f"joint.{joint}"))

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def _sides(self, side: str) -> dict[str, str]:
        if not side:
            return {}
        arm, leg = {"left": ("left", "right"), "right": ("right", "left"), "both": ("each", "opposite")}[side]
        arm, leg = self._texts[f"side.{arm}"], self._texts[f"side.{leg}"]
        return {"arm": arm, "leg": leg, "Arm": arm[:1].upper() + arm[1:], "Leg": leg[:1].upper() + leg[1:]}


def load_phrases(path: str | os.PathLike[str]) -> Phrases:
    """Read a translation.

    Raises
    ------
    ConfigError
        When the file cannot be read, is no TOML, or has a text that does not fit.
    """
    return read_toml(path, "the translation", Phrases)


def _check(key: str, text: object, known: Mapping[str, str]) -> None:
    if key not in known:
        near = difflib.get_close_matches(key, list(known), n=1)
        raise ConfigError(f"unknown text {shown(key)}" + (f"; did you mean {near[0]}?" if near else ""))
    if not isinstance(text, str) or not text.strip():
        raise ConfigError(f"{key} must be a text in quotes, got {shown(text)}")
    surplus = _asked(text) - _asked(known[key])
    if surplus:
        raise ConfigError(
            f"{key}: {{{surplus.pop()[:40]}}} cannot be filled; there is {_asked(known[key]) or 'nothing'}"
        )


def _asked(text: str) -> set[str]:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError as error:
        raise ConfigError(f"{shown(text)}: {error}; write a brace twice to show one") from error
    # "{arm:9999999999}" would fill the memory, "{arm!x}" fail when it is to be said.
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise ConfigError(f"{shown(text)}: a brace holds a name alone; leave out what follows : or !")
    return {name for _, name, _, _ in parts if name is not None}
