from __future__ import annotations

import numpy as np
import pytest

from armswing.events import RepCompleted
from armswing.landmarks import Side
from armswing.pose import PoseSequence
from armswing.session import Session
from armswing.synthetic import Camera, perform, pull, push
from armswing.underway import ENOUGH_RISE, SoFar


def followed(poses: PoseSequence, pattern: str) -> tuple[list[tuple[float, SoFar | None]], list[RepCompleted]]:
    session, seen, reps = Session(pattern), [], []
    for i in range(len(poses)):
        events = session.update(poses[i])
        reps += [event for event in events if isinstance(event, RepCompleted)]
        seen.append((float(poses.t[i]), session.so_far()))
    session.finish()
    return seen, reps


@pytest.fixture(scope="module")
def good() -> tuple[list[tuple[float, SoFar | None]], list[RepCompleted]]:
    return followed(perform(push(side="right", reps=2), camera=Camera(yaw=-40), fps=30).poses, "push")


def test_between_repetitions_and_at_their_beginning_there_is_nothing_to_show(good) -> None:
    seen, reps = good
    assert len(reps) == 2
    for event in reps:
        rep = event.rep
        middle = [so_far for t, so_far in seen if rep.peak_s <= t <= rep.peak_s + 0.2]
        assert middle
        assert all(so_far is not None and so_far.side is Side.RIGHT for so_far in middle)
        told = [so_far for t, so_far in seen if rep.end_s + 0.3 <= t <= rep.end_s + 0.5]
        assert told == [None] * len(told)
    assert min(so_far.rise for _, so_far in seen if so_far) >= ENOUGH_RISE
    assert seen[0][1] is None


def test_at_the_top_it_says_what_the_verdict_will_say(good) -> None:
    seen, reps = good
    for event in reps:
        last = [so_far for t, so_far in seen if so_far and t <= event.rep.end_s][-1]
        assert last.coupling.value == pytest.approx(event.rep["coupling"].value, abs=0.1)


def test_an_arm_alone_shows_no_coupling_at_any_moment() -> None:
    seen, reps = followed(perform(push(side="right", reps=2, leg="none"), camera=Camera(yaw=-40), fps=30).poses, "push")
    assert reps
    shown = [so_far.coupling.value for _, so_far in seen if so_far and so_far.coupling.known]
    assert len(shown) > 30
    assert max(shown) < 0.45


def test_what_is_not_seen_is_not_shown() -> None:
    poses = perform(pull(side="right", reps=2), camera=Camera(yaw=-40), fps=30).poses
    visibility = poses.visibility.copy()
    visibility[:, 25:] = 0.1
    hidden = PoseSequence(t=poses.t, image=poses.image, world=poses.world, visibility=visibility, size=poses.size)
    shown = [so_far for _, so_far in followed(hidden, "pull")[0] if so_far]
    assert shown
    assert {so_far.coupling.reason for so_far in shown} == {"LOW_VISIBILITY"}


def test_looking_on_changes_no_event() -> None:
    poses = perform(pull(side="right", reps=3), camera=Camera(yaw=-40), fps=30).poses
    alone = Session("pull")
    events = [event for event in alone.update(poses) if isinstance(event, RepCompleted)]
    watched = followed(poses, "pull")[1]
    assert [(e.t, e.score.score) for e in watched] == [(e.t, pytest.approx(e.score.score)) for e in events]
    assert np.allclose([e.rep["coupling"].value for e in watched], [e.rep["coupling"].value for e in events])
