"""What was done in a clip beside what was found in it: one row per true repetition.

The truth of a quantity is what the checker itself measures on the *exact* poses of the same performance, seen from
where nothing is hidden, so a difference is the pose model's and the view's, not one of definition: one performance
has one truth, wherever it is filmed from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from armswing.api import Analysis, Options, judge
from armswing.coupling import explained
from armswing.events import RepCompleted
from armswing.landmarks import Side
from armswing.patterns import Pattern, get_pattern
from armswing.reps import Measured
from armswing.rules import Finding, Verdict
from armswing.synthetic import Camera, Performance, RepTruth, perform
from rendered.footage import FOLDER, performance, poses
from rendered.grid import PATTERNS, Clip, Idle

NEAR_S = 0.6
"""A repetition found this near to a true top is taken for that one."""

SPARE_FRAMES = 2
"""A video may have so many pictures more or less than the movement it shows."""

UNSEEN_FROM_DEG = 60
"""From here on an arm on the far side is hidden behind the trunk."""

NOT_COUNTED = "NOT_COUNTED"
"""Why there is no estimate where the repetition was not counted."""


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A quantity that is compared.

    Attributes
    ----------
    name, title, unit : str
        What the checker calls it, what people call it, and its unit.
    digits : int
        Decimals that are worth printing.
    spread : float
        Truths that scatter less (standard deviation) tell neither gain nor correlation.
    """

    name: str
    title: str
    unit: str = ""
    digits: int = 1
    spread: float = 3.0


QUANTITIES = (
    Quantity(name="coupling", title="Coupling", digits=2, spread=0.05),
    Quantity(name="coupling_hip", title="Coupling, hip part", digits=2, spread=0.05),
    Quantity(name="coupling_trunk", title="Coupling, trunk part", digits=2, spread=0.05),
    Quantity(name="hip_gain", title="Drive of the legs", unit="deg"),
    Quantity(name="trunk_gain", title="Turn of the shoulder line", unit="deg"),
    Quantity(name="rib_turn", title="Turn of the shoulder line against that of the ribs", unit="deg"),
    Quantity(name="same_hip_change", title="Change of the same-side hip", unit="deg"),
    Quantity(name="hip_lag", title="Lag of the leg", unit="s", digits=2, spread=0.03),
    Quantity(name="late_by", title="Leg out of time by", unit="s", digits=2, spread=0.03),
    Quantity(name="elbow_flare", title="Elbow flare", unit="deg"),
    Quantity(name="elbow_flexion_min", title="Smallest elbow flexion", unit="deg"),
    Quantity(name="elbow_flexion_max", title="Largest elbow flexion", unit="deg"),
    Quantity(name="shoulder_elevation_peak", title="Highest shoulder elevation", unit="deg"),
    Quantity(name="range_of_motion", title="Range of motion", unit="lengths", digits=2, spread=0.05),
    Quantity(name="score", title="Score", unit="points", spread=3.0),
)
"""All that is compared, in the order of the report.

``rib_turn`` is not the checker's: its truth is the turn of the rib cage itself, its estimate the checker's
``trunk_gain``, which comes from the line of the shoulders and takes part of the shoulder blades' way for a turn.
"""

BY_NAME = {quantity.name: quantity for quantity in QUANTITIES}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One quantity of one repetition.

    Attributes
    ----------
    truth, estimate : float
        NaN where it could not be measured: on the exact poses, and on the rendered ones.
    reason : str
        Why there is no estimate; empty where there is one.
    """

    truth: float
    estimate: float
    reason: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class RepRow:
    """One true repetition.

    Attributes
    ----------
    clip : Clip
        Where it was done.
    truth : RepTruth
        What was done.
    exact : bool
        Whether it counts on the exact poses; without that its quantities have no truth.
    matched : bool
        Whether it was counted.
    side_right : bool
        Whether on the right arm; False where it was not counted.
    top_error_s : float
        Time of the top as found minus the true one; NaN where it was not counted.
    status, view : str
        ``full`` or ``partial``, and where the camera was taken to be; empty where it was not counted.
    values : mapping of str to Pair
        The quantities by name.
    toward_deg : float
        Where it was taken to be in degrees, see `armswing.reps.Rep`; NaN where it was not counted.
    margins : mapping of str to float
        How far off the checker says that ``score`` and ``coupling`` may be; nothing where it does not.
    verdicts, exact_verdicts : mapping of str to str
        By the code of the rule ``pass``, ``low`` or ``high`` (it fails, with a value too low or too high), or
        ``not assessed``; on the rendered and on the exact poses; empty where it was not counted.
    """

    clip: Clip
    truth: RepTruth
    exact: bool
    matched: bool
    side_right: bool
    top_error_s: float
    status: str
    view: str
    toward_deg: float
    values: Mapping[str, Pair]
    margins: Mapping[str, float]
    verdicts: Mapping[str, str]
    exact_verdicts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, eq=False)
class ClipRow:
    """One clip.

    Attributes
    ----------
    clip : Clip
        Which.
    reps : tuple of RepRow
        Its true repetitions.
    counted : int
        Repetitions counted in it.
    discarded : tuple of str
        What else was seen in it, each with its arm, its time and why it does not count.
    """

    clip: Clip
    reps: tuple[RepRow, ...]
    counted: int
    discarded: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the count is right."""
        return self.counted == len(self.reps)

    @cached_property
    def offered(self) -> bool:
        """Whether this is offered to be counted: a row toward the camera is not, nor half a press."""
        ahead = self.clip.view == 0
        half_a_press = (self.clip.pattern, self.clip.behaviour) == ("push", "half_range")
        return not (ahead and (self.clip.pattern == "pull" or half_a_press))

    @cached_property
    def visible(self) -> bool:
        """Whether the working arm can be seen at all."""
        return self.clip.near or self.clip.view < UNSEEN_FROM_DEG


def measure_all(clips: Iterable[Clip], folder: Path = FOLDER) -> tuple[list[ClipRow], dict[str, str]]:
    """Return the rows of all clips, and by their names why clips are left out: no poses, or of another movement."""
    rows, left_out = [], {}
    for clip in clips:
        try:
            rows.append(measure(clip, folder))
        except FileNotFoundError:
            left_out[clip.name] = "no poses yet (--render makes them)"
        except ValueError as error:
            left_out[clip.name] = str(error)
    return rows, left_out


def measure(clip: Clip, folder: Path = FOLDER) -> ClipRow:
    """Judge the poses of a clip and compare with what was done in it.

    Raises
    ------
    FileNotFoundError
        When the clip has not been rendered.
    ValueError
        When it was rendered of another movement.
    """
    seen, done = poses(clip, folder), performance(clip)
    if abs(len(seen) - len(done.poses)) > SPARE_FRAMES:
        frames = f"{len(seen)} pictures for {len(done.poses)}"
        raise ValueError(f"{clip.name} was rendered of another movement ({frames}); delete it and render again")
    return compare(clip, done, judge(seen, Options(pattern=clip.pattern)))


def compare(clip: Clip, done: Performance, found: Analysis) -> ClipRow:
    """Compare what was found in a clip with what was done in it."""
    exact = _from_the_best_place(clip)
    rows = []
    for rep, sure, seen in zip(done.truth.reps, _by_true_rep(done, exact), _by_true_rep(done, found), strict=True):
        true_values = {name: value for name, (value, _) in _measured(sure).items()}
        row = RepRow(
            clip=clip,
            truth=rep,
            exact=sure is not None,
            matched=seen is not None,
            side_right=seen is not None and seen.rep.side == rep.side,
            top_error_s=seen.rep.peak_s - rep.peak_s if seen else float("nan"),
            status=seen.status if seen else "",
            view=seen.rep.view if seen else "",
            toward_deg=seen.rep.toward_deg if seen else float("nan"),
            values=_pairs(true_values | {"rib_turn": _rib_turn(clip, done, rep)}, _measured(seen)),
            margins=_margins(seen),
            verdicts=_verdicts(seen, found.pattern),
            exact_verdicts=_verdicts(sure, exact.pattern),
        )
        rows.append(row)
    others = [
        f"{event.reason} ({'working' if event.side == clip.side else 'other'} arm, {event.peak_s:.1f} s)"
        for event in found.discarded
    ]
    return ClipRow(clip=clip, reps=tuple(rows), counted=len(found.reps), discarded=tuple(others))


@dataclass(frozen=True, kw_only=True)
class IdleRow:
    """A clip in which nothing is to be counted.

    Attributes
    ----------
    clip : Idle
        Which.
    seconds : float
        How long it is.
    counted : mapping of str to int
        By pattern, repetitions that were counted all the same.
    """

    clip: Idle
    seconds: float
    counted: Mapping[str, int]


def idle(clips: Iterable[Idle], folder: Path = FOLDER) -> list[IdleRow]:
    """Judge the clips without a repetition that have poses, by every pattern."""
    rows = []
    for clip in clips:
        if (folder / f"{clip.name}.npz").exists():
            seen = poses(clip, folder)
            counted = {pattern: len(judge(seen, Options(pattern=pattern)).reps) for pattern in PATTERNS}
            rows.append(IdleRow(clip=clip, seconds=float(seen.t[-1] - seen.t[0]), counted=counted))
    return rows


def match(true_s: Sequence[float], found_s: Sequence[float], *, within_s: float = NEAR_S) -> list[int | None]:
    """Give each true time the found one that belongs to it, the nearest pairs first, none twice.

    Returns
    -------
    list of int or None
        For each true time the place of the found one, None where none is near enough.

    Examples
    --------
    >>> match([1.0, 3.0, 5.0], [3.2, 0.9, 9.0])
    [1, 0, None]
    """
    apart = sorted((abs(a - b), i, j) for i, a in enumerate(true_s) for j, b in enumerate(found_s))
    pairs: dict[int, int] = {}
    for distance, i, j in apart:
        if distance <= within_s and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [pairs.get(i) for i in range(len(true_s))]


def _by_true_rep(done: Performance, found: Analysis) -> list[RepCompleted | None]:
    """Return what was found of each true repetition."""
    reps = found.reps
    places = match([rep.peak_s for rep in done.truth.reps], [event.rep.peak_s for event in reps])
    return [None if place is None else reps[place] for place in places]


def _measured(event: RepCompleted | None) -> dict[str, tuple[float, str]]:
    """Return value and reason of each quantity; all not counted where there is no repetition."""
    if event is None:
        return dict.fromkeys(BY_NAME, (float("nan"), NOT_COUNTED))
    values = {name: _plain(event.rep[name]) for name in BY_NAME if name not in ("rib_turn", "score")}
    score = event.score.score
    scored = (float("nan"), "|".join(event.score.reasons)) if score is None else (score, "")
    return values | {"rib_turn": values["trunk_gain"], "score": scored}


def _margins(event: RepCompleted | None) -> dict[str, float]:
    if event is None:
        return {}
    margins = {"score": event.score.score_margin, "coupling": event.score.coupling_margin}
    return {name: margin for name, margin in margins.items() if margin is not None}


def _plain(measured: Measured) -> tuple[float, str]:
    return measured.value, str(measured.reason)


def _pairs(truth: Mapping[str, float], estimates: Mapping[str, tuple[float, str]]) -> dict[str, Pair]:
    return {name: Pair(truth=truth[name], estimate=value, reason=reason) for name, (value, reason) in estimates.items()}


def _from_the_best_place(clip: Clip) -> Analysis:
    """Return the judgement of a performance on exact poses, seen 40 degrees off the front on the working side.

    On exact poses angles and gains differ by a degree or two from camera to camera at the most, by the perspective.
    """
    yaw = 40.0 if clip.side == "left" else -40.0
    # Who bends over or lies is too small for the usual camera.
    camera = Camera(yaw=yaw) if clip.stance == "standing" else replace(clip.camera, yaw=yaw)
    done = perform(clip.motion, body=clip.body, camera=camera, fps=30)
    return judge(done.poses, Options(pattern=clip.pattern))


def _rib_turn(clip: Clip, done: Performance, rep: RepTruth) -> float:
    """Return how far the rib cage turned with the arm, + in the direction that the pattern asks for, degrees."""
    drive = done.motion.drive
    if drive is None or rep.side == "both":
        return float("nan")
    part = (done.truth.t >= rep.start_s) & (done.truth.t <= rep.end_s)
    way = getattr(done.truth.side(Side(rep.side)), drive)[part]
    # Turned to the left, a left shoulder is behind and a right one in front.
    forward = -1.0 if rep.side == "left" else 1.0
    return get_pattern(clip.pattern).trunk.sign * forward * explained(way, done.truth.thorax_turn[part])


def _verdicts(event: RepCompleted | None, pattern: Pattern) -> dict[str, str]:
    if event is None:
        return {}
    bands = {rule.code: rule.band for rule in pattern.rules}
    return {
        finding.code: _verdict(finding, low=finding.value < bands[finding.code].good_from)
        for finding in event.score.findings
    }


def _verdict(finding: Finding, *, low: bool) -> str:
    return ("low" if low else "high") if finding.verdict is Verdict.FAIL else finding.verdict.value
