"""Live training on scripted parts: what is shown, said and kept."""

from __future__ import annotations

import csv
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from armswing import live
from armswing.api import Options, judge
from armswing.events import RepCompleted, SetEnded
from armswing.io.camera import Shot
from armswing.io.pose_file import load_poses
from armswing.io.record import POSES, Recorder
from armswing.live import MOST_DOTS, Take, flare_band
from armswing.patterns import get_pattern
from armswing.pose import PoseFrame, PoseSequence
from armswing.synthetic import Camera, perform, pull, push
from armswing.training import Shown, Training
from live_parts import Poses, ScriptedCamera, ScriptedVoice, ScriptedWindow

PULL = Options(pattern="pull")
SIZE = (640, 480)


@pytest.fixture(scope="module")
def rows() -> PoseSequence:
    poses = perform(pull(side="right", reps=4), camera=Camera(yaw=-40, size=SIZE), fps=30).poses
    return replace(poses, t=poses.t - poses.t[0])


@pytest.fixture(scope="module")
def arm_only() -> PoseSequence:
    return perform(
        push(side="right", reps=4, leg="none", trunk_deg=0.0), camera=Camera(yaw=-40, size=SIZE), fps=30
    ).poses


@pytest.fixture(scope="module")
def whole(rows: PoseSequence) -> Run:
    """The four rows to their end, without a key pressed."""
    return Run(rows).done()


@dataclass
class Run:
    """A training that is over, with all that came of it."""

    poses: PoseSequence
    pattern: str = "pull"
    model: str = "full"
    folder: Path | None = None
    keys: dict[int, str] = field(default_factory=dict)
    script: Iterable[float | Callable[[], None] | None] | None = None
    given_per_picture: int = 1
    video: str | None = None
    shown: list[Shown] = field(default_factory=list)
    takes: list[Take] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    estimator: type[Poses] = Poses

    def __post_init__(self) -> None:
        self.window = ScriptedWindow(keys=self.keys)
        self.voice = ScriptedVoice()
        self.estimators: list[Poses] = []
        times = self.poses.t.tolist() if self.script is None else self.script
        self.camera = ScriptedCamera(iter(times), size=self.poses.size, given_per_picture=self.given_per_picture)

    def begin(self, pattern: str, model: str) -> Take:
        recorder = None
        if self.folder is not None:
            folder = self.folder / f"{len(self.takes)}-{pattern}-{model}"
            recorder = Recorder(folder, get_pattern(pattern), name="camera 0", size=self.poses.size, video=self.video)  # type: ignore[arg-type]
        self.estimators.append(self.estimator(self.poses))
        self.takes.append(Take(Options(pattern=pattern, model=model), self.estimators[-1], recorder=recorder))
        return self.takes[-1]

    def save(self, rgb: np.ndarray, t: float) -> str:
        self.saved.append(t)
        return "saved"

    def done(self) -> Run:
        self.training = Training(
            self.camera,  # type: ignore[arg-type]  # stand-ins have all that is asked of them
            self.begin,
            pattern=self.pattern,
            model=self.model,
            window=self.window,  # type: ignore[arg-type]
            voice=self.voice,  # type: ignore[arg-type]
            on_shown=lambda _, shown: self.shown.append(shown),
            save_picture=self.save,
        )
        self.training.run()
        return self

    @property
    def reps(self) -> list[RepCompleted]:
        events = [event for shown in self.shown if shown.moment for event in shown.moment.events]
        return [event for event in events if isinstance(event, RepCompleted)]


def picture_at(poses: PoseSequence, t: float) -> int:
    return int(np.searchsorted(poses.t, t)) + 1


# --- the same engine -----------------------------------------------------------------------------


def told(event: RepCompleted) -> tuple[object, ...]:
    rep, score = event.rep, event.score
    numbers = (score.score, rep.start_s, rep.peak_s, rep.end_s, rep["coupling"].value)
    return rep.set_index, rep.rep_index, rep.side, event.status, score.grade, *numbers


def about(event: RepCompleted) -> tuple[object, ...]:
    return tuple(pytest.approx(part) if isinstance(part, float) else part for part in told(event))


def test_live_finds_what_the_video_would_give(rows: PoseSequence, whole: Run) -> None:
    assert [told(event) for event in whole.reps] == [about(event) for event in judge(rows, PULL).reps]


def test_the_poses_that_were_kept_give_the_same_again_new_sets_and_pauses_included(
    tmp_path: Path, rows: PoseSequence
) -> None:
    tops = [event.rep.peak_s for event in judge(rows, PULL).reps]
    run = Run(rows, folder=tmp_path, keys={picture_at(rows, tops[1] + 1.2): "n"}).done()
    recorder = run.takes[0].recorder
    assert recorder is not None
    kept = [told(event) for event in recorder.events if isinstance(event, RepCompleted)]
    assert kept == [about(event) for event in judge(load_poses(recorder.folder / POSES), PULL).reps]
    assert [rep[:2] for rep in kept] == [(1, 1), (1, 2), (2, 1), (2, 2)]


# --- what is shown and said ----------------------------------------------------------------------


def test_every_repetition_is_counted_aloud_with_the_picture_that_ends_it(whole: Run) -> None:
    ends = [shown for shown in whole.shown if shown.moment and shown.moment.rep]
    assert [words.split(".")[0] for words in whole.voice.said if words[0].isdigit()] == ["1", "2", "3", "4"]
    assert len(ends) == 4
    assert all(shown.spoken_at >= shown.judged_at for shown in ends)


def test_an_arm_alone_is_cued_and_the_cue_stays_a_while(arm_only: PoseSequence) -> None:
    run = Run(arm_only, pattern="push").done()
    cues = [shown.moment.said for shown in run.shown if shown.moment and shown.moment.said]
    assert cues
    assert cues[0].kind == "cue"
    assert any(cues[0].text in words for words in run.voice.said)
    assert len(cues) < len(run.reps)


def test_the_screen_counts_the_set_and_lights_up_while_a_repetition_is_under_way(rows: PoseSequence) -> None:
    take = Take(PULL, Poses(rows))
    camera = ScriptedCamera(iter(rows.t.tolist()), size=rows.size)
    screens = []
    while shot := camera.newest(0.0):
        moment = take.judge(shot, take.look(shot))
        screens.append(live.screen_of(take, moment, live.Phrases()))
        take.follow_up(moment)
    counts = [screen.count for screen in screens]
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2, 3, 4}
    lit = [screen.coupling for screen in screens if not np.isnan(screen.coupling)]
    assert max(lit) > 0.7
    assert any(np.isnan(screen.coupling) for screen in screens)
    assert screens[-1].dots[0] == ("connected", "full")
    assert screens[-1].flare_band == flare_band(get_pattern("pull"))
    assert all(screen.title == "pull, set 1" for screen in screens)


def test_the_bar_is_empty_with_the_very_picture_that_ends_a_repetition(whole: Run) -> None:
    moments = [shown.moment for shown in whole.shown if shown.moment]
    ends = [number for number, moment in enumerate(moments) if moment.rep]
    assert [moments[number].so_far for number in ends] == [None] * 4
    assert all(moments[number - 1].so_far is not None for number in ends)


def test_what_need_not_be_known_at_once_is_found_out_when_the_picture_is_shown(
    monkeypatch: pytest.MonkeyPatch, rows: PoseSequence
) -> None:
    done: list[str] = []
    monkeypatch.setattr(Take, "follow_up", lambda self, moment: done.append("follow up"))
    monkeypatch.setattr(ScriptedWindow, "show", lambda self, rgb: done.append("show"))
    shown = Run(rows, script=rows.t[:3].tolist()).done().shown
    assert done[: done.index("follow up") + 1][-2:] == ["show", "follow up"]
    assert done.count("follow up") == len(shown) == 3


def test_the_dots_of_a_long_set_do_not_grow(rows: PoseSequence) -> None:
    tally = live.Tally.empty()
    event = judge(rows, PULL).reps[0]
    for _ in range(3 * MOST_DOTS):
        tally.add(event)
    assert (tally.count, len(tally.dots)) == (3 * MOST_DOTS, MOST_DOTS)
    assert tally.last is not None
    assert tally.last.rep.poses is None


def test_help_is_spoken_once_and_not_with_every_picture() -> None:
    nobody = perform(pull(side="right", reps=1), camera=Camera(yaw=-40), fps=30).poses
    empty = PoseSequence(
        t=nobody.t,
        image=np.full_like(nobody.image, np.nan),
        world=np.full_like(nobody.world, np.nan),
        visibility=np.full_like(nobody.visibility, np.nan),
        size=nobody.size,
    )
    run = Run(empty).done()
    assert len(run.voice.said) == 1


# --- keys ----------------------------------------------------------------------------------------


def test_q_and_the_closed_window_end_it_properly(tmp_path: Path, rows: PoseSequence) -> None:
    run = Run(rows, folder=tmp_path, keys={30: "q"}).done()
    assert len(run.shown) == 30
    assert (run.takes[0].recorder.folder / "summary.json").exists()  # type: ignore[union-attr]
    closing = Run(rows)
    closing.window.closes_at = 20
    assert len(closing.done().shown) == 20
    assert closing.estimators[0].closed


def test_space_pauses_and_goes_on(rows: PoseSequence) -> None:
    run = Run(rows, keys={10: "space", 40: "space"}).done()
    paused = [shown.moment is None for shown in run.shown]
    # the picture after a key was looked at under the old order already: it is shown, and not judged
    assert paused == [10 < i <= 41 for i in range(1, len(paused) + 1)]
    assert run.window.shown == len(rows)


def test_p_goes_to_the_next_exercise_in_a_record_of_its_own(tmp_path: Path, rows: PoseSequence) -> None:
    run = Run(rows, folder=tmp_path, keys={50: "p"}).done()
    assert [take.pattern.name for take in run.takes] == ["pull", "push"]
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["0-pull-full", "1-push-full"]
    assert all((folder / "summary.json").exists() for folder in tmp_path.iterdir())
    assert all(estimator.closed for estimator in run.estimators)


def test_n_begins_a_new_set(rows: PoseSequence) -> None:
    tops = [event.rep.peak_s for event in judge(rows, PULL).reps]
    run = Run(rows, keys={picture_at(rows, tops[1] + 1.2): "n"}).done()
    assert [event.rep.set_index for event in run.reps][:3] == [1, 1, 2]


def test_what_is_left_of_the_set_before_has_no_place_in_the_new_one(tmp_path: Path, rows: PoseSequence) -> None:
    """The second repetition is past its top when n is pressed: it is recorded, and neither shown nor spoken."""
    top = judge(rows, PULL).reps[1].rep.peak_s
    run = Run(rows, folder=tmp_path, keys={picture_at(rows, top + 0.5): "n"}).done()
    take = run.takes[0]
    assert take.recorder is not None
    with (take.recorder.folder / "reps.csv").open(encoding="utf-8", newline="") as file:
        counted = [(row["set_index"], row["rep_index"]) for row in csv.DictReader(file) if row["status"] == "full"]
    assert counted == [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]
    assert [event.rep.set_index for event in run.reps] == [1, 1, 2, 2], "told"
    spoken = [shown.moment.rep for shown in run.shown if shown.moment and shown.moment.rep]
    assert [event.rep.set_index for event in spoken] == [1, 2], "those of the new set become known together"
    assert (take.tally.set_index, take.tally.count) == (2, 2)


def test_an_empty_set_is_numbered_as_the_next_one(rows: PoseSequence) -> None:
    take, numbers = Take(PULL, Poses(rows)), []
    pressed = [picture_at(rows, event.rep.end_s + 0.6) for event in judge(rows, PULL).reps[1:3]]
    for number, t in enumerate(rows.t, start=1):
        shot = Shot(float(t), np.zeros((*SIZE[::-1], 3), np.uint8), False, number, 0.0)
        take.follow_up(take.judge(shot, take.look(shot)))
        if number - 1 in pressed:
            numbers.append((take.tally.set_index, take.tally.count))
        if number in pressed:
            take.new_set()
    assert numbers == [(2, 0), (3, 0)]


def test_of_two_repetitions_that_become_known_together_the_cue_is_said() -> None:
    """The first waits for the second because the person had just walked into place."""
    motion = push(side="right", reps=3, leg="same", start_still_s=2.5)
    poses = perform(motion, camera=Camera(yaw=-30, size=(1280, 960)), fps=30).poses  # near enough to be sure at once
    image = poses.image + np.interp(poses.t, [0, 1], [-300, 0])[:, None, None] * [1.0, 0.0]
    said = []
    take = Take(Options(pattern="push"), Poses(replace(poses, image=image)))
    for number, t in enumerate(poses.t, start=1):
        shot = Shot(float(t), np.zeros((*SIZE[::-1], 3), np.uint8), False, number, 0.0)
        moment = take.judge(shot, take.look(shot))
        take.follow_up(moment)
        counted = [event for event in moment.events if isinstance(event, RepCompleted)]
        if counted:
            said.append((len(counted), moment.said.text if moment.said else "", take.tally.said))
    assert [count for count, *_ in said] == [2, 1]
    assert said[0][1] == "Other leg: right arm, left leg."
    assert said[0][2] is not None


def test_a_cut_does_not_swallow_the_cue_of_the_repetition_before_it() -> None:
    """The repetition and the end of its set become known together."""
    motion = push(side="right", reps=2, leg="same")
    poses = perform(motion, camera=Camera(yaw=-30, size=(1280, 960)), fps=30).poses
    first, take, said = (
        judge(poses, Options(pattern="push")).reps[0].rep,
        Take(Options(pattern="push"), Poses(poses)),
        [],
    )
    cut = picture_at(poses, first.peak_s + 0.6)
    for number, t in enumerate(poses.t, start=1):
        shot = Shot(float(t), np.zeros((*SIZE[::-1], 3), np.uint8), number == cut, number, 0.0)
        moment = take.judge(shot, take.look(shot))
        if any(isinstance(event, SetEnded) for event in moment.events):
            said.append(moment.said.text if moment.said else "")
    assert said[:1] == ["Other leg: right arm, left leg."]


def test_m_mutes_and_s_saves_what_is_shown(rows: PoseSequence) -> None:
    run = Run(rows, keys={5: "m", 9: "s"}).done()
    assert run.voice.muted
    assert run.saved == [rows.t[8]]


def test_lite_is_offered_only_when_the_computer_is_slow_and_never_taken_by_itself(
    tmp_path: Path, rows: PoseSequence
) -> None:
    slow = rows.t[::4].tolist()  # 7.5 pictures a second
    calm = Run(rows, keys={100: "l"}).done()
    assert [take.options.model for take in calm.takes] == ["full"]
    alone = Run(rows, script=slow, given_per_picture=4).done()
    assert [take.options.model for take in alone.takes] == ["full"]
    assert alone.takes[0].slow
    asked = Run(rows, script=slow, given_per_picture=4, keys={40: "l"}, folder=tmp_path).done()
    assert [take.options.model for take in asked.takes] == ["full", "lite"]


def test_a_camera_that_gives_few_pictures_is_no_slow_computer(rows: PoseSequence) -> None:
    assert not Run(rows, script=rows.t[::4].tolist()).done().takes[0].slow


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_camera_lost_five_times_keeps_every_finished_repetition(tmp_path: Path) -> None:
    rows = perform(pull(side="right", reps=6), camera=Camera(yaw=-40, size=SIZE), fps=30).poses
    run = Run(rows, folder=tmp_path)
    ends = [event.rep.end_s + 0.4 for event in judge(rows, PULL).reps[:5]]
    script: list[float | Callable[[], None] | None] = []
    times, away = [], 0.0
    for t in rows.t.tolist():
        if ends and t > ends[0]:
            ends.pop(0)
            script += [lambda: setattr(run.camera, "lost", True), None, None]
            script += [lambda: setattr(run.camera, "lost", False)]
            away += 1.5
        times.append(t + away)
        script.append(times[-1])
    assert not ends
    run.camera.script = iter(script)
    run.poses = replace(rows, t=np.array(times))
    run.done()
    assert [event.rep.rep_index for event in run.reps] == [1, 2, 3, 4, 5, 6]
    with (next(tmp_path.iterdir()) / "reps.csv").open(encoding="utf-8", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["full"] * 6
    assert len(run.shown) == len(times)
    assert run.window.shown >= len(times) + 10, "the window lives on while there is no picture"


def test_the_next_picture_is_looked_at_while_the_last_one_is_shown(rows: PoseSequence) -> None:
    run = Run(rows, script=rows.t[:40].tolist())
    looked_at: list[int] = []
    together = threading.Event()

    class Showing(ScriptedWindow):
        def show(self, rgb: np.ndarray) -> None:
            super().show(rgb)
            if self.shown == 20:  # until the thread has looked at the next: one alone would wait here in vain
                together.wait(timeout=5.0)
                looked_at.append(run.camera.number)

    class Looking(Poses):
        def estimate(self, rgb: np.ndarray, t: float, cut: bool = False) -> PoseFrame:
            frame = super().estimate(rgb, t, cut)
            if t == rows.t[20]:
                together.set()
            return frame

    run.window = Showing()
    run.estimator = Looking
    run.done()
    assert together.is_set()
    assert looked_at == [21], "one picture is under way, never two"
    assert [shown.shot.t for shown in run.shown] == rows.t[:40].tolist()


def test_while_the_pose_model_starts_the_picture_is_shown_already(rows: PoseSequence) -> None:
    shown_first = threading.Event()

    class Seeing(ScriptedWindow):
        def show(self, rgb: np.ndarray) -> None:
            super().show(rgb)
            shown_first.set()

    class Starting(Poses):
        def estimate(self, rgb: np.ndarray, t: float, cut: bool = False) -> PoseFrame:
            assert shown_first.wait(timeout=5.0), "nothing was shown before the first pose was known"
            return super().estimate(rgb, t, cut)

    run = Run(rows, script=rows.t[:5].tolist())
    run.window = Seeing()
    run.estimator = Starting
    run.done()
    assert [shown.shot.t for shown in run.shown] == rows.t[:5].tolist()


def test_what_finds_the_person_is_not_closed_while_it_looks(rows: PoseSequence) -> None:
    ended_in_time: list[bool] = []

    class Slow(Poses):
        def estimate(self, rgb: np.ndarray, t: float, cut: bool = False) -> PoseFrame:
            if t == rows.t[5]:
                time.sleep(0.2)
            ended_in_time.append(not self.closed)
            return super().estimate(rgb, t, cut)

    run = Run(rows, keys={5: "q"})
    run.estimator = Slow
    run.done()
    assert run.estimators[0].closed
    assert ended_in_time == [True] * 6


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_ends_it_in_the_middle_leaves_a_whole_record(
    tmp_path: Path, rows: PoseSequence, error: type[BaseException]
) -> None:
    def interrupt() -> None:
        raise error

    times: list[float | Callable[[], None] | None] = [*rows.t[:200].tolist(), interrupt]
    run = Run(rows, folder=tmp_path, script=times)
    with pytest.raises(error):
        run.done()
    folder = next(tmp_path.iterdir())
    assert (folder / "summary.json").exists()
    assert len(load_poses(folder / POSES)) == 200


@pytest.mark.parametrize("after", [0, 1], ids=["while it is shown", "while the next one is shown"])
def test_a_repetition_is_on_the_disk_once_when_showing_fails(
    tmp_path: Path, rows: PoseSequence, whole: Run, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Its row is written when its picture stands on the screen, and before the next one does."""
    first = next(number for number, shown in enumerate(whole.shown) if shown.moment and shown.moment.rep)
    pictures: list[list[str]] = []

    def show(self: ScriptedWindow, rgb: np.ndarray) -> None:
        pictures.append(read_rows(tmp_path))
        if len(run.shown) == first + after:
            raise KeyboardInterrupt

    monkeypatch.setattr(ScriptedWindow, "show", show)
    run = Run(rows, folder=tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run.done()
    assert len(pictures[-1]) == 1 + after  # the heading, and the row of a picture that was shown
    kept = read_rows(tmp_path)
    assert len(kept) == 2
    folder = next(tmp_path.iterdir())
    assert len(load_poses(folder / POSES)) == first + 1 + after


def read_rows(folder: Path) -> list[str]:
    (file,) = folder.glob("*/reps.csv")
    return file.read_text(encoding="utf-8").splitlines()


def test_nothing_is_written_unless_it_is_asked_for(
    tmp_path: Path, rows: PoseSequence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Run(rows).done()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["raw", "annotated"])
def test_the_video_holds_every_picture_that_was_looked_at(tmp_path: Path, rows: PoseSequence, kind: str) -> None:
    from video_files import read

    run = Run(rows, folder=tmp_path, video=kind, script=rows.t[:60].tolist()).done()
    folder = run.takes[0].recorder.folder  # type: ignore[union-attr]
    assert [p.t for p in read(folder / f"{kind}.mp4")] == pytest.approx(rows.t[:60].tolist(), abs=1e-4)


def test_arms_that_take_turns_are_both_at_work(rows: PoseSequence) -> None:
    tally, event = live.Tally.empty(), judge(rows, PULL).reps[0]
    other = replace(event, rep=replace(event.rep, side="left"))
    seen = []
    for one in (event, event, other, event, event):
        tally.add(one)
        seen.append(tally.working)
    assert seen == ["right", "right", "both", "both", "right"]
    tally.add(replace(other, rep=replace(other.rep, set_index=2)))
    assert tally.working == "left"
