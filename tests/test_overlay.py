from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest

from armswing import Analysis, Options, PoseFrame, PoseSequence, RepCompleted, RepDiscarded, Side, judge
from armswing.errors import VideoError
from armswing.io import overlay
from armswing.io.overlay import CUE_S, GRADE_COLOURS, GRADE_WORDS, OverlayState, annotate, draw, state_at
from armswing.io.video import TIME_BASE
from armswing.landmarks import BONES, Landmark
from armswing.reasons import Reason
from armswing.scoring import GRADES
from armswing.synthetic import Camera, perform, pull

SIZES = [(480, 854), (640, 480), (1280, 720), (1920, 1080)]
GREY = 128


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """Three pulls of the right arm, seen by a perfect pose model."""
    poses = perform(pull(side="right", reps=3), camera=Camera(yaw=-40), fps=30).poses
    return judge(poses, Options(pattern="pull"))


def canvas(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    return np.full((size[1], size[0], 3), GREY, dtype=np.uint8)


def drawn(state: OverlayState, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    picture = canvas(size)
    draw(picture, state)
    return picture


def frame_at(analysis: Analysis, t: float) -> PoseFrame:
    poses = analysis.poses
    assert poses is not None
    frame = poses[int(np.argmin(np.abs(poses.t - t)))]
    assert isinstance(frame, PoseFrame)
    return frame


def full_state(**changes: Any) -> OverlayState:
    """Everything at once, and as long as it gets."""
    longest = sorted((reason.sentence for reason in Reason), key=len)[-2:]
    return replace(
        OverlayState(
            t=5999.9,
            count=128,
            partial=99,
            dots=(("connected", "full"), ("", "partial"), ("arms_only", "full")) * 40,
            about="right arm, set 12, partial",
            why_not_scored=longest[-1],
            cue="Left knee up as right hand goes up. Then down again.",
            notes=(
                *(f"Not counted, right arm: {sentence}" for sentence in longest),
                "One waits: it counts with another like it",
                "Somebody else: not followed",
            ),
        ),
        **changes,
    )


def write_video(path: Path, *, times: list[float], size: tuple[int, int] = (64, 48)) -> Path:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv444p"  # takes odd sizes too
        stream.codec_context.time_base = TIME_BASE
        for i, t in enumerate(times):
            picture = np.full((size[1], size[0], 3), 60 + i, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(picture).reformat(format="yuv444p")
            frame.pts, frame.time_base = round(t / TIME_BASE), TIME_BASE
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def landmarks(size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """A made-up person in the middle of the picture, no two landmarks at one place."""
    angle = 2.4 * np.arange(33)
    radius = 0.03 + 0.005 * np.arange(33)
    return np.array(size) * (0.5 + radius[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1))


# --- what is known at a moment ---------------------------------------------------------------------


def test_count_is_that_of_the_events_so_far(analysis: Analysis) -> None:
    assert analysis.poses is not None
    assert len(analysis.reps) == 3
    for i in range(len(analysis.poses)):
        frame = analysis.poses[i]
        assert isinstance(frame, PoseFrame)
        done = [rep for rep in analysis.reps if rep.t <= frame.t]
        state = state_at(analysis.events, frame, usable=True)
        assert state.count == len(done)
        assert len(state.dots) == len(done)
    assert state.count == len(analysis.reps), "the last picture shows the final count"


def test_score_and_grade_are_those_of_the_last_repetition(analysis: Analysis) -> None:
    second = analysis.reps[1]
    before = state_at(analysis.events, frame_at(analysis, second.t - 0.05), usable=True)
    after = state_at(analysis.events, frame_at(analysis, second.t + 0.05), usable=True)
    assert before.score == analysis.reps[0].score.score
    assert (after.score, after.grade, after.about) == (second.score.score, second.score.grade, "right arm")


def test_every_grade_has_words_and_a_colour() -> None:
    grades = {name for _, name in GRADES}
    assert GRADE_WORDS.keys() == GRADE_COLOURS.keys() == grades


def test_the_cue_stays_a_few_seconds(analysis: Analysis) -> None:
    rep = analysis.reps[-1]
    told = replace(rep, score=replace(rep.score, cue="Slow on the way back."))
    frame = frame_at(analysis, rep.t)
    for later, cue in ((0.0, told.score.cue), (CUE_S - 0.1, told.score.cue), (CUE_S + 0.1, "")):
        assert state_at([told], replace(frame, t=rep.t + later), usable=True).cue == cue


def test_movements_not_counted_are_named_in_words(analysis: Analysis) -> None:
    frame = frame_at(analysis, 3.0)
    moved = RepDiscarded(
        t=frame.t - 1, set_index=1, side="left", start_s=0.5, peak_s=1, end_s=1.5, reason="COUNTER_SWING"
    )
    notes = state_at([moved], frame, usable=True).notes
    assert notes == (f"Not counted, left arm: {Reason.COUNTER_SWING.sentence}",)
    both = state_at([moved, replace(moved, side="right")], frame, usable=True).notes
    assert both == (f"Not counted, both arms: {Reason.COUNTER_SWING.sentence}",)
    assert state_at([replace(moved, t=frame.t + 0.1)], frame, usable=True).notes == (), "not known yet"
    assert state_at([replace(moved, t=frame.t - CUE_S)], frame, usable=True).notes == (), "long ago"


def test_a_repetition_held_back_is_said_to_wait(analysis: Analysis) -> None:
    rep = analysis.reps[0]
    end_s, frame = rep.rep.end_s, frame_at(analysis, 0.0)
    held = replace(rep, t=end_s + 5.0)
    alone = RepDiscarded(
        t=held.t, set_index=1, side="left", start_s=end_s - 2, peak_s=end_s - 1, end_s=end_s, reason="ISOLATED"
    )
    for event in (held, alone):
        for later, waits in ((0.5, False), (1.5, True), (4.9, True), (5.1, False)):
            notes = state_at([event], replace(frame, t=end_s + later), usable=True).notes
            assert any("waits" in note for note in notes) == waits, later
    at_once = replace(alone, reason="HIDDEN_ARM")
    assert state_at([at_once], replace(frame, t=end_s + 1.5), usable=True).notes == (), "its reason was known at once"


def test_no_skeleton_where_the_subject_is_not_usable(analysis: Analysis) -> None:
    frame = frame_at(analysis, 3.0)
    nobody = PoseFrame.nobody(3.0, size=frame.size)
    assert state_at([], frame, usable=True).image is not None
    assert state_at([], nobody, usable=False).image is None
    assert state_at([], nobody, usable=False).notes == ("Nobody found",)
    assert state_at([], frame, usable=False).image is None
    assert "Somebody else" in state_at([], frame, usable=False).notes[0]


def test_somebody_just_found_is_shown_but_dimmed(analysis: Analysis) -> None:
    state = state_at([], replace(frame_at(analysis, 3.0), settling=True), usable=False)
    assert state.image is not None
    assert state.visibility is not None
    assert not state.visibility.any()
    assert state.notes == ()


def test_the_working_arm_is_that_of_the_nearest_repetition(analysis: Analysis) -> None:
    first, second = analysis.reps[0], analysis.reps[1]
    events = [first, replace(second, rep=replace(second.rep, side="left"))]
    middle = 0.5 * (first.rep.end_s + second.rep.start_s)
    frame = frame_at(analysis, 0.0)
    assert state_at(events, frame, usable=True).working == (Side.RIGHT,)
    assert state_at(events, replace(frame, t=middle - 0.01), usable=True).working == (Side.RIGHT,)
    assert state_at(events, replace(frame, t=middle + 0.01), usable=True).working == (Side.LEFT,)
    together = [replace(first, rep=replace(first.rep, side="both"))]
    assert set(state_at(together, frame, usable=True).working) == set(Side)


def test_an_unscored_repetition_says_why(analysis: Analysis) -> None:
    rep = analysis.reps[0]
    score = replace(rep.score, score=None, grade="", reasons=("LOW_VISIBILITY", "PARTIAL"))
    event = RepCompleted(t=rep.t, rep=replace(rep.rep, flags=frozenset({"PARTIAL"}), full=False), score=score)
    state = state_at([event], frame_at(analysis, rep.t + 0.1), usable=True)
    assert state.why_not_scored == Reason.LOW_VISIBILITY.sentence
    assert state.about == "right arm, partial"
    assert state.partial == 1


# --- drawing ---------------------------------------------------------------------------------------


def test_the_skeleton_is_where_the_landmarks_are_and_nowhere_else() -> None:
    image = landmarks()
    state = OverlayState(t=0.0, image=image, visibility=np.ones(33))
    changed = (drawn(state) != drawn(replace(state, image=None))).any(axis=-1)
    for bone in BONES:
        middle = image[list(bone)].mean(axis=0)
        for x, y in (*image[list(bone)], middle):
            assert changed[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].any(), bone
    left, top = image.min(axis=0).astype(int) - 12
    right, bottom = image.max(axis=0).astype(int) + 12
    changed[top:bottom, left:right] = False
    assert not changed.any()


@pytest.mark.parametrize("side", list(Side))
def test_the_working_arm_its_leg_and_the_diagonal_stand_out(side: Side) -> None:
    image = landmarks()
    picture = drawn(OverlayState(t=0.0, image=image, visibility=np.ones(33), working=(side,)))
    plain = drawn(OverlayState(t=0.0, image=image, visibility=np.ones(33)))
    chain = [
        (side.landmark("shoulder"), side.landmark("elbow")),
        (side.landmark("elbow"), side.landmark("wrist")),
        (side.opposite.landmark("hip"), side.opposite.landmark("knee")),
        (side.landmark("shoulder"), side.opposite.landmark("hip")),
    ]
    for a, b in chain:
        x, y = np.linspace(image[a], image[b], 40)[10:30].round().astype(int).T
        assert (picture[y, x] == overlay._WORKING).all(axis=-1).any(), (a, b)
        assert not (plain[y, x] == overlay._WORKING).all(axis=-1).any(), (a, b)
    other = np.linspace(*image[[side.opposite.landmark("elbow"), side.opposite.landmark("wrist")]], 40)
    x, y = other.round().astype(int)[10:30].T
    highlighted = (picture[y, x] == overlay._WORKING).all(axis=-1)
    assert highlighted.mean() < 0.5, "only lines that cross it"


def test_hidden_landmarks_are_dimmed() -> None:
    image = landmarks()
    visibility = np.ones(33)
    visibility[Landmark.LEFT_WRIST] = 0.3
    x, y = image[Landmark.LEFT_WRIST].round().astype(int)
    seen = drawn(OverlayState(t=0.0, image=image, visibility=np.ones(33)))
    hidden = drawn(OverlayState(t=0.0, image=image, visibility=visibility))
    assert tuple(seen[y, x]) == (255, 255, 255)
    assert tuple(hidden[y, x]) == overlay._DIMMED


def test_the_counter_changes_when_a_repetition_completes(analysis: Analysis) -> None:
    assert analysis.poses is not None
    t = analysis.reps[1].t
    # Without the skeleton, which moves; at one clock time, which runs.
    before, after = (
        replace(state_at(analysis.events, frame_at(analysis, t + d), usable=True), image=None, t=0.0, cue="")
        for d in (-0.05, 0.05)
    )
    assert (before.count, after.count) == (1, 2)
    changed = np.argwhere((drawn(before) != drawn(after)).any(axis=-1))
    assert len(changed)
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    assert top < 40
    assert left < 40
    assert bottom < 240
    assert right < 320


@pytest.mark.parametrize("size", [*SIZES, (333, 701), (101, 77), (7, 5), (1, 1), (2000, 60)])
def test_every_size_takes_everything(size: tuple[int, int]) -> None:
    picture = drawn(full_state(image=landmarks(size), visibility=np.ones(33), working=(Side.LEFT,)), size)
    assert picture.shape == (size[1], size[0], 3)
    assert (picture != GREY).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1e12, 1e300])
def test_landmarks_that_are_none_are_not_drawn(bad: float) -> None:
    image = landmarks()
    image[Landmark.RIGHT_KNEE] = bad
    good = OverlayState(t=0.0, image=landmarks(), visibility=np.ones(33))
    with_bad = drawn(replace(good, image=image))
    assert (with_bad != drawn(replace(good, image=None))).any(), "the rest is"
    assert (with_bad != drawn(good)).any()
    nothing = replace(good, image=np.full((33, 2), bad), visibility=np.full(33, np.nan))
    np.testing.assert_array_equal(drawn(nothing), drawn(replace(good, image=None)))


STATES = [full_state(), full_state(score=100.0, grade="partly", why_not_scored=""), OverlayState(t=0.0)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_overlaps_or_leaves_the_picture(state: OverlayState, size: tuple[int, int]) -> None:
    panels = list(overlay._panels(state, size))
    for i, panel in enumerate(panels):
        left, top, right, bottom = panel.box
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        for other in panels[i + 1 :]:
            x = min(right, other.box[2]) - max(left, other.box[0])
            y = min(bottom, other.box[3]) - max(top, other.box[1])
            assert min(x, y) < 0, (panel, other)
        boxes = [(t.x, t.y, t.x + overlay._width(t.words, t.size, t.weight), t.y + t.size) for t in panel.texts]
        boxes += [(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in panel.dots]
        for box in boxes:
            assert left <= box[0] < box[2] <= right + 1, panel
            assert box[3] <= bottom + 1, panel


@pytest.mark.parametrize("light", [0, 255])
def test_text_is_read_on_black_and_on_white(light: int) -> None:
    picture = np.full((480, 640, 3), light, dtype=np.uint8)
    state = OverlayState(t=0.0, cue="One arm at a time.")
    draw(picture, state)
    *_, cue = overlay._panels(state, (640, 480))
    left, top, right, bottom = cue.box
    region = picture[top:bottom, left:right].mean(axis=-1)
    assert region.max() == 255
    assert np.median(region) <= 100, "a dark band, whatever is behind it"


def test_sizes_grow_with_the_picture() -> None:
    small, large = (next(iter(overlay._panels(full_state(), size))) for size in ((640, 360), (1920, 1080)))
    assert large.texts[0].size == pytest.approx(3 * small.texts[0].size, abs=2)


# --- a whole video ---------------------------------------------------------------------------------


def analysed(path: Path, times: list[float], size: tuple[int, int], **options: Any) -> Analysis:
    """Return an analysis of a made video without the pose model: somebody stands in it."""
    n = len(times)
    poses = PoseSequence(
        t=np.array(times),
        image=np.tile(landmarks(size), (n, 1, 1)),
        world=np.tile(np.random.default_rng(2).normal(size=(33, 3)), (n, 1, 1)),
        visibility=np.ones((n, 33)),
        size=size,
        source=str(path),
    )
    return judge(poses, Options(pattern="pull", **options))


def read_back(path: Path) -> tuple[list[float], SimpleNamespace]:
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        about = SimpleNamespace(codec=stream.codec_context.name, pixels=stream.codec_context.pix_fmt)
        return [float(frame.pts * frame.time_base) for frame in file.decode(stream)], about


@pytest.mark.parametrize("size", [(64, 48), (65, 49)])
def test_the_annotated_video_has_the_analysed_pictures(tmp_path: Path, size: tuple[int, int]) -> None:
    times = [0.0, 0.033, 0.07, 0.1, 0.2, 0.233]
    video = write_video(tmp_path / "in.mp4", times=times, size=size)
    said: list[float] = []
    annotate(video, analysed(video, times, size), tmp_path / "out.mp4", progress=lambda t, _: said.append(t))
    found, about = read_back(tmp_path / "out.mp4")
    assert found == pytest.approx(times, abs=1e-4)
    assert said == pytest.approx(times, abs=1e-4)
    assert (about.codec, about.pixels) == ("h264", "yuv420p")
    content = (tmp_path / "out.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "plays before it is loaded"


def test_the_same_part_and_rate_are_read_again(tmp_path: Path) -> None:
    times = [i / 20 for i in range(40)]
    video = write_video(tmp_path / "in.mp4", times=times)
    kept = [t for t in times[::2] if 0.5 <= t <= 1.0]
    analysis = analysed(video, kept, (64, 48), max_fps=10, time_range=(0.5, 1.0))
    annotate(video, analysis, tmp_path / "out.mp4")
    found, _ = read_back(tmp_path / "out.mp4")
    assert found == pytest.approx([t - 0.5 for t in kept], abs=1e-4), "its 0:00 is the first picture"


Spoil = Callable[[Path, Analysis], Analysis]


def _missing(video: Path, analysis: Analysis) -> Analysis:
    video.unlink()
    return analysis


def _shorter(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 30 for i in range(4)])
    return analysis


def _longer(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 30 for i in range(9)])
    return analysis


def _other_times(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 15 for i in range(6)])
    return analysis


def _other_size(video: Path, analysis: Analysis) -> Analysis:
    write_video(video, times=[i / 30 for i in range(6)], size=(48, 64))
    return analysis


def _without_poses(video: Path, analysis: Analysis) -> Analysis:
    return replace(analysis, poses=None)


@pytest.mark.parametrize("spoil", [_missing, _shorter, _longer, _other_times, _other_size, _without_poses])
def test_no_file_when_the_video_is_not_the_one_analysed(tmp_path: Path, spoil: Spoil) -> None:
    video = write_video(tmp_path / "in.mp4", times=[i / 30 for i in range(6)])
    analysis = spoil(video, analysed(video, [i / 30 for i in range(6)], (64, 48)))
    with pytest.raises(VideoError):
        annotate(video, analysis, tmp_path / "out.mp4")
    assert {path.name for path in tmp_path.iterdir()} <= {"in.mp4"}


def test_the_video_itself_is_not_overwritten(tmp_path: Path) -> None:
    times = [i / 30 for i in range(6)]
    video = write_video(tmp_path / "in.mp4", times=times)
    before = video.read_bytes()
    with pytest.raises(VideoError, match="the video itself"):
        annotate(video, analysed(video, times, (64, 48)), video)
    assert video.read_bytes() == before
