"""Why something was not measured, not scored or not counted: every code and its sentence, in one place."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A code as it stands in the CSV; `sentence` is what people read."""

    sentence: str

    __hash__ = str.__hash__  # `Enum` hashes in Python

    def __new__(cls, code: str, sentence: str) -> Reason:
        """Make a member that is its code and carries its sentence."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    # What this camera, this view or this clip does not allow to be measured.
    LOW_VISIBILITY = "LOW_VISIBILITY", "a joint it needs is hidden"
    OUT_OF_FRAME = "OUT_OF_FRAME", "a joint it needs leaves the picture"
    BONE_LENGTH = "BONE_LENGTH", "the pose is doubtful: a limb changes its length"
    UNSTEADY = "UNSTEADY", "the pose is unsteady: a joint it needs jumps about"
    LR_SWAP = "LR_SWAP", "the pose model exchanges left and right"
    LOW_FPS = "LOW_FPS", "too few pictures a second (12 are needed, 20 for timing)"
    TOO_FAR = "TOO_FAR", "the person is too small in the picture"
    VIEW = "VIEW", "it cannot be seen from this side"
    TRACKING_GAP = "TRACKING_GAP", "the person was not found in part of the repetition"
    NO_READY = "NO_READY", "no moment of rest shows where the legs start from"
    NO_LEG_DRIVE = "NO_LEG_DRIVE", "the opposite leg hardly moved, so it has no timing"
    STILL = "STILL", "neither side moved enough to compare"
    CUT_OFF = "CUT_OFF", "the recording begins or ends within the repetition"
    NO_ONE_LEG_VIEW = "NO_ONE_LEG_VIEW", "the feet cannot be compared in this posture"
    NOT_REACHED = "NOT_REACHED", "the arm was never in the position where it is read"
    PART_ONLY = "PART_ONLY", "it belongs to the part of the exercise that was left out"
    NOT_DEFINED = "NOT_DEFINED", "this pattern does not measure it"

    # What concerns a counted repetition as a whole.
    BILATERAL = "BILATERAL", "both arms worked together"
    PARTIAL = "PARTIAL", "not the whole way"
    NOT_ENOUGH = "NOT_ENOUGH", "too little of it could be measured for a score"

    # Why a movement of the arm was not counted.
    TOO_SHORT = "TOO_SHORT", "faster than a strength repetition"
    TOO_LONG = "TOO_LONG", "longer than a repetition: a change of posture"
    GAIT = "GAIT", "the arm swing of walking or running"
    MOVING_ABOUT = "MOVING_ABOUT", "the person moved through the picture or turned over"
    NOT_THE_PATTERN = "NOT_THE_PATTERN", "the arm did not do what the pattern asks"
    DEPTH_ONLY = "DEPTH_ONLY", "the arm hardly moved in the picture: only its depth did, which is a guess"
    ISOLATED = "ISOLATED", "one movement of its kind among others: more likely a gesture"
    HIDDEN_ARM = "HIDDEN_ARM", "the arm was hidden, so its movement is a guess"
    COPIED_ARM = "COPIED_ARM", "the arm went with the other one, half hidden or in depth only: a guess"
    COUNTER_SWING = "COUNTER_SWING", "the free arm swinging against the working one"
    OTHER_SIDE = "OTHER_SIDE", "not the side that was asked for"
    SUBJECT_CHANGED = "SUBJECT_CHANGED", "the tracker jumped to somebody else"
    TRACKING_LOST = "TRACKING_LOST", "the person was lost during the repetition"
    INCOMPLETE = "INCOMPLETE", "it had only begun when the recording ended"
    CUT = "CUT", "it had only begun when the camera changed"
    NOBODY = "NOBODY", "nobody was found in the video"


def sentences(codes: str) -> str:
    """Return the sentences of codes joined by ``|``, as they stand in the CSV.

    Examples
    --------
    >>> sentences("BILATERAL|PARTIAL")
    'both arms worked together; not the whole way'
    """
    return "; ".join(Reason[code].sentence for code in codes.split("|") if code)
