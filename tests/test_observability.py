"""What may be measured: each gate turns off what it is about, says why, and never lowers a score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from armswing.api import Options, judge
from armswing.kinematics import trunk_axes, trunk_length
from armswing.landmarks import MIRROR, Landmark, Side
from armswing.measurement import Context, measure
from armswing.movement import Movement, Window, look_at
from armswing.needs import NEEDS
from armswing.observability import arm_visibility, gates, observe, swapped_frames
from armswing.patterns import get_pattern
from armswing.reps import Rep
from armswing.rules import Verdict
from armswing.scoring import RepScore, score_rep
from armswing.synthetic import Camera, Exercise, lift, perform, pull, push, standing

PULL = get_pattern("pull")
ARM = {"range_of_motion", "retraction_peak", "elbow_flare", "elbow_flexion_min", "elbow_flexion_max"}
FROM_ITS_SIDE = {"elbow_flare", "range_of_motion", "retraction_peak"}
LEGS = {"coupling", "coupling_hip", "hip_gain", "wrong_leg"}
TIMING = {"hip_lag", "late_by"}
OTHER_ARM = {"opposition_arms", "opposition"}
OTHER_LEG = {*LEGS, *TIMING, "opposition_legs", "opposition"}
TURN = {"coupling_trunk", "trunk_gain"}
EVERYTHING = {*ARM, *OTHER_ARM, *OTHER_LEG, *TURN, "same_hip_change", "trunk_heave"}


@dataclass(frozen=True)
class Seen:
    """One row with the right arm, as it was seen and judged."""

    movement: Movement
    score: RepScore
    rep: Rep


def row(yaw: float = -40.0, **faults: Any) -> Window:
    """One good row seen without a fault of the camera's."""
    poses = perform(pull(reps=1, **faults), camera=Camera(yaw=yaw, size=(1280, 960)), fps=30).poses
    n = len(poses)
    return Window(poses=poses, spacing_s=np.full(n, 1 / 30), swaps=np.zeros(n, bool), drives=np.zeros((n, 2)))


def judged(window: Window) -> Seen:
    truth = perform(pull(reps=1), fps=30).truth
    (rep,) = truth.reps
    movement = look_at(window, side=Side.RIGHT, pattern=PULL, start_s=rep.start_s, end_s=rep.end_s + 0.3, cut_off=False)
    rest = float(np.median((truth.left.hip_flexion - truth.right.hip_flexion)[truth.t < 0.8]))
    made = Rep(
        rep_index=1, set_index=1, side="right", start_s=rep.start_s, peak_s=rep.peak_s, end_s=rep.end_s, full=True,
        fps=movement.observation.fps, values=measure(movement, Context(rest_deg=rest, together=False, full=True)),
    )  # fmt: skip
    return Seen(movement=movement, score=score_rep(made, PULL.rules, essential="coupling"), rep=made)


def spoilt(window: Window, **changed: np.ndarray) -> Window:
    return replace(window, poses=replace(window.poses, **changed))


# ── faults: each takes a window and gives it back with one fault ──

Fault = Callable[[Window], Window]


def hidden(mark: Landmark, visibility: float, *, share: float = 1.0) -> Fault:
    """A landmark that is hardly seen, in this share of the frames, evenly spread."""

    def fault(window: Window) -> Window:
        seen = np.array(window.poses.visibility)
        n = len(seen)
        seen[np.floor(np.arange(1, n + 1) * share) > np.floor(np.arange(n) * share), mark] = visibility
        return spoilt(window, visibility=seen)

    return fault


def cropped(edge_above: Landmark) -> Fault:
    """A picture that ends above a landmark."""

    def fault(window: Window) -> Window:
        width, _ = window.poses.size
        height = int(window.poses.image[:, edge_above, 1].min())
        return replace(window, poses=replace(window.poses, size=(width, height)))

    return fault


def stretched(joint: Landmark, end: Landmark, by: float) -> Fault:
    """A bone that slowly changes its length."""

    def fault(window: Window) -> Window:
        world = np.array(window.poses.world)
        factor = 1.0 + by * np.sin(2 * np.pi * window.poses.t / 1.3)
        world[:, end] = world[:, joint] + factor[:, None] * (world[:, end] - world[:, joint])
        return spoilt(window, world=world)

    return fault


def exchanged(frames: tuple[int, ...]) -> Fault:
    """Left and right exchanged in single frames; the core is told of it as it would find out."""

    def fault(window: Window) -> Window:
        world = np.array(window.poses.world)
        world[list(frames)] = world[list(frames)][:, MIRROR]
        found = swapped_frames(world, window.poses.t)
        return replace(window, swaps=np.concatenate(([False], found)))

    return fault


def shaking(mark: Landmark, pixels: float) -> Fault:
    def fault(window: Window) -> Window:
        image = np.array(window.poses.image)
        image[:, mark] += np.random.default_rng(0).normal(0, pixels, (len(image), 2))
        return spoilt(window, image=image)

    return fault


def moved(mark: Landmark, pixels: float) -> Fault:
    """A landmark shifted to the side, in the picture only."""

    def fault(window: Window) -> Window:
        image = np.array(window.poses.image)
        image[:, mark, 0] += pixels
        return spoilt(window, image=image)

    return fault


def rate(fps: float) -> Fault:
    return lambda window: replace(window, spacing_s=np.full(len(window.spacing_s), 1 / fps))


def in_turn(short_s: float, long_s: float) -> Fault:
    """Every other picture late, as a camera's pictures are when some are left out: the longer step has more samples."""

    def fault(window: Window) -> Window:
        step = window.poses.t[1] - window.poses.t[0]
        pattern = np.repeat([short_s, long_s], [round(short_s / step), round(long_s / step)])
        return replace(window, spacing_s=np.resize(pattern, len(window.spacing_s)))

    return fault


def smaller(torso_px: float) -> Fault:
    """The same picture from far away: a larger picture with the person small in its middle."""

    def fault(window: Window) -> Window:
        middle = np.array(window.poses.size) / 2
        factor = torso_px / float(np.median(trunk_length(window.poses.image)))
        return spoilt(window, image=middle + factor * (window.poses.image - middle))

    return fault


def gap(share: float) -> Fault:
    """Frames in which nobody was found, bridged on the grid, in the middle of the repetition."""

    def fault(window: Window) -> Window:
        spacing = window.spacing_s.copy()
        start, end = judged(window).movement.phases.start, judged(window).movement.phases.end
        spacing[start + 5 : start + 5 + round(share * (end - start + 1))] = 0.4
        return replace(window, spacing_s=spacing)

    return fault


def both(first: Fault, second: Fault) -> Fault:
    return lambda window: second(first(window))


R = {name: Landmark[f"RIGHT_{name}"] for name in ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")}
L = {name: Landmark[f"LEFT_{name}"] for name in ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")}

GATES: dict[str, tuple[Fault, str, set[str]]] = {
    "working wrist hidden": (hidden(R["WRIST"], 0.4), "LOW_VISIBILITY", ARM | OTHER_ARM),
    "working elbow half seen": (hidden(R["ELBOW"], 0.6), "LOW_VISIBILITY", ARM | OTHER_ARM),
    "working wrist hidden in a third": (hidden(R["WRIST"], 0.1, share=0.34), "LOW_VISIBILITY", ARM | OTHER_ARM),
    "free arm hidden": (hidden(L["ELBOW"], 0.1), "LOW_VISIBILITY", OTHER_ARM),
    "both knees hidden": (
        both(hidden(L["KNEE"], 0.3), hidden(R["KNEE"], 0.3)),
        "LOW_VISIBILITY",
        OTHER_LEG | {"same_hip_change"},
    ),
    "picture ends at the knees": (
        cropped(R["KNEE"]),
        "OUT_OF_FRAME",
        OTHER_LEG | {"same_hip_change"},
    ),
    "forearm changes its length": (stretched(R["ELBOW"], R["WRIST"], 0.6), "BONE_LENGTH", ARM | OTHER_ARM),
    "opposite thigh changes its length": (
        stretched(L["HIP"], L["KNEE"], 0.4),
        "BONE_LENGTH",
        OTHER_LEG,
    ),
    "shoulder line changes its length": (stretched(L["SHOULDER"], R["SHOULDER"], 0.5), "BONE_LENGTH", EVERYTHING),
    "left and right exchanged": (exchanged((45, 60)), "LR_SWAP", EVERYTHING),
    "opposite knee shakes": (shaking(L["KNEE"], 16.0), "UNSTEADY", OTHER_LEG),
    "10 pictures a second": (rate(10.0), "LOW_FPS", EVERYTHING),
    "10 pictures a second, unevenly": (in_turn(0.08, 0.12), "LOW_FPS", EVERYTHING),
    "too far": (smaller(55.0), "TOO_FAR", EVERYTHING),
    "not found in a third": (gap(0.33), "TRACKING_GAP", EVERYTHING),
}


@pytest.fixture(scope="module")
def clean() -> Seen:
    return judged(row())


def test_without_a_fault_everything_is_measured(clean: Seen) -> None:
    assert all(clean.rep[name].known for name in EVERYTHING)
    assert clean.score.score is not None
    assert clean.score.score > 90
    assert clean.score.confidence == pytest.approx(1.0)


@pytest.mark.parametrize("name", GATES)
def test_a_gate_turns_off_what_it_is_about_and_nothing_else(name: str, clean: Seen) -> None:
    fault, reason, off = GATES[name]
    seen = judged(fault(row()))
    for quantity in off:
        measured = seen.rep[quantity]
        assert (measured.known, measured.reason) == (False, reason), quantity
        assert np.isnan(measured.value), quantity
    for quantity in EVERYTHING - off:
        assert seen.rep[quantity].known, quantity


@pytest.mark.parametrize("name", GATES)
def test_a_gate_leaves_out_and_never_lowers(name: str, clean: Seen) -> None:
    """What is left keeps its marks, and the score is their mean, or there is none."""
    fault, reason, _ = GATES[name]
    seen = judged(fault(row()))
    left = [f for f in seen.score.findings if f.verdict is not Verdict.NOT_ASSESSED]
    assert {f.code for f in seen.score.findings} - {f.code for f in left}
    assert all(f.cue == "" for f in seen.score.findings if f.verdict is Verdict.NOT_ASSESSED)
    if seen.score.score is None:
        assert reason in seen.score.reasons
        return
    assert all(f.marks == pytest.approx(clean.score[f.code].marks, abs=1e-3) for f in left)
    mean = 100 * sum(clean.score[f.code].marks * f.weight for f in left) / sum(f.weight for f in left)
    assert seen.score.score == pytest.approx(mean, abs=0.1)


def test_hiding_the_free_arm_lowers_nothing(clean: Seen) -> None:
    """A gate never lowers the score."""
    seen = judged(hidden(L["ELBOW"], 0.1)(row()))
    assert clean.score.score is not None
    assert seen.score.score is not None
    assert seen.score["PULL_OPPOSITION"].verdict is not Verdict.FAIL
    assert seen.score.score >= clean.score.score - 1e-6


@pytest.mark.parametrize(
    "fault",
    [
        hidden(R["WRIST"], 0.1, share=0.15),
        hidden(R["WRIST"], 0.66),
        hidden(L["KNEE"], 0.51),
        stretched(R["ELBOW"], R["WRIST"], 0.15),
        stretched(L["HIP"], L["KNEE"], 0.10),
        shaking(L["KNEE"], 0.6),
        rate(12.5),
        smaller(64.0),
        gap(0.15),
        exchanged(()),
    ],
    ids=[
        "15 % hidden",
        "wrist .66",
        "knee .51",
        "forearm 10 %",
        "thigh 7 %",
        "steady",
        "12.5 fps",
        "64 px",
        "15 % gap",
        "-",
    ],
)
def test_what_lies_within_the_limits_is_measured(fault: Fault) -> None:
    seen = judged(fault(row()))
    assert all(seen.rep[name].known for name in EVERYTHING)


def test_the_share_of_usable_frames_is_told() -> None:
    """It is what the confidence is made of."""
    seen = judged(hidden(R["WRIST"], 0.1, share=0.15)(row()))
    assert seen.rep["elbow_flare"].share == pytest.approx(0.85, abs=0.02)
    assert seen.rep["coupling"].share == 1.0
    assert seen.score.confidence is not None
    arm = sum(rule.weight for rule in PULL.rules if rule.measure in {*ARM, "tempo"})
    assert seen.score.confidence == pytest.approx(1.0 - 0.15 * arm / 100, abs=0.03)


def test_frames_that_were_bridged_or_spoilt_are_not_usable(clean: Seen) -> None:
    observation = clean.movement.observation
    n = len(observation.measured)
    some, others = np.arange(n) < 0.15 * n, np.arange(n) >= n - 0.04 * n
    spoilt_too = replace(observation, measured=~some, swapped=others)
    share, reason = gates(spoilt_too, Side.RIGHT)["hip"]
    assert (share, reason) == (pytest.approx(1.0 - (some | others).mean()), "")


def test_a_bridged_frame_shows_nothing(clean: Seen) -> None:
    """A joint that is hidden in some frames and not measured in others is hidden in both."""
    observation = clean.movement.observation
    n = len(observation.measured)
    bridged, hidden_in = np.arange(n) < 0.15 * n, np.arange(n) >= n - 0.15 * n
    visibility = np.array(observation.poses.visibility)
    visibility[hidden_in, L["HIP"]] = 0.1
    poses = replace(observation.poses, visibility=visibility)
    assert gates(replace(observation, poses=poses), Side.RIGHT)["hip"][1] == ""
    assert gates(replace(observation, measured=~bridged), Side.RIGHT)["hip"][1] == ""
    assert gates(replace(observation, poses=poses, measured=~bridged), Side.RIGHT)["hip"][1] == "LOW_VISIBILITY"


def test_a_small_person_lowers_the_confidence() -> None:
    near, far = judged(smaller(120.0)(row())), judged(smaller(70.0)(row()))
    assert near.score.confidence is not None
    assert far.score.confidence is not None
    assert far.score.confidence < near.score.confidence


def rep_seen_from(motion: Exercise, yaw: float) -> Rep:
    poses = perform(motion, camera=Camera(yaw=yaw, size=(960, 720))).poses
    return judge(poses, Options(pattern=type(motion).__name__.lower(), side="right")).reps[1].rep


@pytest.mark.parametrize("heave_deg", [0.0, 45.0])
@pytest.mark.parametrize(
    ("yaw", "known"),
    [
        (-10, False), (-25, True), (-30, True), (-36, True), (-45, True), (-90, True), (25, True), (5, False),
        (170, False), (155, True), (-170, False), (-150, True),
    ],
)  # fmt: skip
def test_leaning_back_is_not_seen_from_the_front_nor_from_behind(yaw: float, known: bool, heave_deg: float) -> None:
    """Whether it is seen goes by degrees: the word for the view changes as the trunk leans."""
    rep = rep_seen_from(pull(reps=2, heave_deg=heave_deg), yaw)
    assert rep["trunk_heave"].reason == ("" if known else "VIEW")
    assert rep["coupling"].known


@pytest.mark.parametrize(
    ("yaw", "known"),
    [
        (0, False),
        (-30, False),
        (-45, False),
        (-57, False),
        (-65, True),
        (-75, True),
        (-90, True),
        (75, True),
        (135, False),
    ],
)
def test_what_the_standing_knee_gives_is_seen_from_the_side(yaw: float, known: bool) -> None:
    rep = rep_seen_from(lift(reps=2), yaw)
    for quantity in ("push_off", "landing"):
        assert rep[quantity].reason == ("" if known else "VIEW")
    assert rep["one_leg_share"].known


@pytest.mark.parametrize(("yaw", "known"), [(-15.0, False), (-35.0, True), (35.0, True), (-165.0, False)])
def test_the_legs_of_somebody_bent_over_are_not_seen_from_near_the_front(yaw: float, known: bool) -> None:
    """With the pose model's errors they were taken for the other leg; upright ones are seen from there."""
    bent, upright = judged(row(yaw=yaw, stance="hinged")), judged(row(yaw=yaw))
    assert bent.movement.observation.bent
    assert not upright.movement.observation.bent
    reasons = {bent.rep[name].reason for name in ("coupling_hip", "same_hip_change")}
    assert reasons == ({""} if known else {"VIEW"})
    assert upright.rep["coupling_hip"].known
    assert bent.rep["coupling_trunk"].known == (known and yaw < 0)


def test_every_need_says_how_well_it_was_measured() -> None:
    assert all(
        any(character.isdigit() for character in need.because) or "_DEG" in need.because for need in NEEDS.values()
    )


def test_a_side_view_hides_the_far_arm() -> None:
    """Seen from the left, the right arm is made up."""
    seen = judged(row(90.0))
    assert {seen.rep[name].reason for name in ARM - FROM_ITS_SIDE} == {"LOW_VISIBILITY"}
    assert {seen.rep[name].reason for name in FROM_ITS_SIDE} == {"VIEW"}
    assert all(judged(row(-90.0)).rep[name].known for name in ARM)


@pytest.mark.parametrize(
    ("motion", "yaw", "known"),
    [
        *((lift, yaw, known) for yaw, known in ((-90.0, True), (0.0, True), (25.0, True), (40.0, False))),
        *((push, yaw, known) for yaw, known in ((-90.0, True), (0.0, True), (25.0, False))),
        *((pull, yaw, known) for yaw, known in ((-90.0, True), (-25.0, True), (0.0, False), (25.0, False))),
    ],
)
def test_where_the_upper_arm_points_is_seen_from_its_side(motion: Any, yaw: float, known: bool) -> None:
    """Of a row not from the front either: its arm is drawn too near the body there."""
    poses = perform(motion(reps=1, side="right"), camera=Camera(yaw=yaw, distance=5.0)).poses
    (event,) = judge(poses, Options(pattern=motion.__name__.lower())).reps
    rep = event.rep
    assert rep["elbow_flare"].known == known
    assert rep["elbow_flare"].reason == ("" if known else "VIEW")
    assert rep["elbow_flexion_max"].known


@pytest.mark.parametrize(("yaw", "known"), [(-90.0, True), (-20.0, True), (0.0, True), (30.0, True), (45.0, False)])
def test_how_far_a_row_goes_is_not_seen_from_far_round_on_the_other_side(yaw: float, known: bool) -> None:
    rep = judged(row(yaw)).rep
    assert {rep[name].reason for name in FROM_ITS_SIDE - {"elbow_flare"}} == ({""} if known else {"VIEW"})


def test_nor_from_behind() -> None:
    assert {judged(row(yaw)).rep["elbow_flare"].reason for yaw in (180.0, 150.0, -150.0)} == {"VIEW"}


def test_an_arm_is_as_visible_as_its_less_visible_joint() -> None:
    visibility = np.ones((4, 33))
    visibility[:, Landmark.LEFT_ELBOW] = [0.1, 0.9, 0.5, 1.0]
    visibility[:, Landmark.LEFT_WRIST] = [0.3, 0.2, 0.5, 1.0]
    assert arm_visibility(visibility, Side.LEFT) == pytest.approx((0.1 + 0.2 + 0.5 + 1.0) / 4)
    assert arm_visibility(visibility, Side.RIGHT) == 1.0


@pytest.mark.parametrize("yaw", [-30.0, -45.0, -60.0])
def test_the_turn_of_the_trunk_is_offered_with_the_working_arm_toward_the_camera(yaw: float) -> None:
    rep = judged(row(yaw, leg="none")).rep
    assert all(rep[name].known for name in TURN)
    assert rep.value("coupling_hip") < 0.1
    assert rep.value("coupling_trunk") > 0.9
    assert rep.value("coupling") == pytest.approx(0.6 * rep.value("coupling_hip") + 0.4 * rep.value("coupling_trunk"))


@pytest.mark.parametrize("yaw", [0.0, -90.0, 45.0, 150.0, -150.0])
def test_and_in_no_other_view(yaw: float) -> None:
    rep = judged(row(yaw)).rep
    assert {rep[name].reason for name in TURN} == {"VIEW"}
    assert rep["coupling"].value == rep["coupling_hip"].value or not rep["coupling"].known


def test_the_turn_of_the_trunk_needs_no_legs() -> None:
    rep = judged(GATES["both knees hidden"][0](row())).rep
    assert all(rep[name].known for name in TURN)
    assert not rep["coupling"].known


def test_a_knee_behind_the_other_is_seen_as_well_as_that_one() -> None:
    """From the side the near leg hides the resting far one, and the pose model doubts it."""
    window = hidden(L["KNEE"], 0.2)(row(-90.0, leg="none"))
    assert judged(window).rep["coupling_hip"].known
    apart = both(hidden(L["KNEE"], 0.2), moved(L["KNEE"], 120.0))(row(-90.0, leg="none"))
    assert judged(apart).rep["coupling_hip"].reason == "LOW_VISIBILITY"


def test_needs_name_what_is_measured_only() -> None:
    """A quantity of the legs needs the knees, one of the arm the wrist."""
    assert all("knee" in NEEDS[name].working for name in ("hip", "same_hip", "opposition_legs", "one_leg"))
    assert all("wrist" in NEEDS[name].working for name in ("arm", "opposition_arms"))


class TestSwaps:
    def world(self, frames: int = 30) -> tuple[np.ndarray, np.ndarray]:
        poses = perform(standing(seconds=2), fps=30).poses
        return np.array(poses.world[:frames]), poses.t[:frames]

    def test_an_exchange_and_its_end_are_seen(self) -> None:
        world, t = self.world()
        world[10:13] = world[10:13][:, MIRROR]
        assert np.flatnonzero(swapped_frames(world, t)).tolist() == [9, 12]

    @pytest.mark.parametrize("joint", ["SHOULDER", "HIP"])
    def test_one_line_is_enough(self, joint: str) -> None:
        world, t = self.world()
        marks = [Landmark[f"LEFT_{joint}"], Landmark[f"RIGHT_{joint}"]]
        world[10][marks] = world[10][marks[::-1]]
        assert np.flatnonzero(swapped_frames(world, t)).tolist() == [9, 10]

    def test_a_quick_turn_is_none(self) -> None:
        poses = perform(standing(seconds=1), fps=30).poses
        angle = np.radians(300.0) * poses.t  # 10 degrees a frame
        turned = np.array(poses.world)
        x, z = poses.world[..., 0], poses.world[..., 2]
        turned[..., 0] = np.cos(angle)[:, None] * x + np.sin(angle)[:, None] * z
        turned[..., 2] = np.cos(angle)[:, None] * z - np.sin(angle)[:, None] * x
        assert not swapped_frames(turned, poses.t).any()

    def test_after_a_hole_anything_may_have_happened(self) -> None:
        world, t = self.world()
        world[10:] = world[10:][:, MIRROR]
        assert not swapped_frames(world, t + np.where(np.arange(30) >= 10, 0.1, 0.0)).any()

    @pytest.mark.parametrize("frames", [5, 20])
    def test_three_frames_around_are_spoilt(self, frames: int) -> None:
        poses = perform(standing(seconds=2), fps=30).poses.slice(slice(0, frames))
        swaps = np.arange(frames) == frames // 2
        seen = observe(poses, trunk_axes(poses.world), poses.image, np.full(frames, 1 / 30), swaps)
        expected = np.abs(np.arange(frames) - frames // 2) <= 3
        np.testing.assert_array_equal(seen.swapped, expected)


def test_what_was_observed_of_a_clean_row(clean: Seen) -> None:
    seen = clean.movement.observation
    poses = clean.movement.window.poses.slice(clean.movement.span)
    assert seen.view == "front-right"
    assert seen.fps == pytest.approx(30.0)
    assert seen.torso_px == pytest.approx(np.median(trunk_length(poses.image)), rel=0.01)
    assert seen.inside.all()
    assert seen.measured.all()
    assert not seen.swapped.any()
    assert not seen.lying
    limbs = {f"{side}_{joint}" for side in ("left", "right") for joint in ("elbow", "wrist", "knee", "ankle")}
    assert set(seen.variation) == limbs | {"shoulder", "hip"}
    assert all(seen.variation[name] < 1e-6 for name in limbs | {"hip"})
    assert seen.variation["shoulder"] < 0.05  # the shoulder blade goes forward and back
    assert seen.jitter.max() < 0.005
