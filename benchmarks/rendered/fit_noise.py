"""Fit the errors of MediaPipe to the poses of the rendered clips for tuning; print the table that armswing keeps.

    PYTHONPATH=benchmarks python -m rendered.fit_noise > fitted.py

and ``ruff format``; what is printed is `armswing.synthetic.pose_model_fit`.  How well that does on what it was not
fitted to, `rendered.compare_noise` prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import SupportsFloat

import numpy as np

from armswing.observability import swapped_frames
from armswing.pose import PoseSequence
from armswing.synthetic import like_mediapipe, pose_model
from armswing.synthetic.pose_model import (
    ARMS,
    JOINTS,
    LINES,
    SEGMENTS,
    SIDES,
    beside,
    made_up,
    mark,
    middle,
    pose_vector,
    prone,
    trunk_size,
)
from rendered.footage import FOLDER, performance, poses
from rendered.grid import VIEWS, Clip, fraction

ONE_SIDED = (*LINES, "trunk")
LIMBS = ("elbow", "wrist", "knee", "ankle")
LIMIT = 0.005
"""Visibilities are cut this far from 0 and 1 before their logit is taken."""
GAIN_SHRINK = 0.06
"""Trunk lengths of movement in depth below which a part's gain in a view is drawn to its gain in all views."""
APART = 6
"""Frames at which the correlation of slow errors is matched: .2 s."""
POINTS_AWAY = 0.3
"""Share of a segment's length that must lie in depth before its sign counts as wrong."""
MOST_WRONG = 0.8
"""Largest chance of that: few frames tell it in some views."""
SEEDS = range(3)
"""Chances that the model is averaged over."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A clip, what was found in it, and what an errorless model would have found; settled frames only."""

    clip: Clip
    found: PoseSequence
    exact: PoseSequence

    @property
    def cells(self) -> Iterator[tuple[str, int]]:
        """The sides of the body with whether they are far (1) or near (0)."""
        far = "RIGHT" if self.clip.camera.yaw > 0 else "LEFT"
        return ((side, int(side == far)) for side in SIDES)

    def whole(self, joint: str) -> bool:
        """Return whether the picture shows a joint."""
        return not (self.clip.cropped and joint in ("knee", "ankle"))


def cases(read: Callable[[Clip, PoseSequence], PoseSequence]) -> Iterator[Case]:
    """Return the clips for tuning that have been rendered, with the poses that ``read`` makes of each."""
    for clip in fraction():
        if clip.half == "tuning" and (FOLDER / f"{clip.name}.npz").exists():
            exact = performance(clip).poses
            found = read(clip, exact)
            keep = found.found & ~found.settling
            exact = made_up(exact, np.nan_to_num(found.visibility, nan=1.0))
            first = int(np.argmax(keep))
            if not keep[first:].all():
                raise ValueError(f"{clip.name}: somebody was lost; what is fitted here has no gaps")
            yield Case(clip=clip, found=found.slice(slice(first, None)), exact=exact.slice(slice(first, None)))


def copied(read: Callable[[Clip, PoseSequence], PoseSequence]) -> list[float]:
    """Return how much of the near arm is in a far one of low visibility, by view."""
    with_, square = np.zeros(len(VIEWS)), np.full(len(VIEWS), 1e-9)
    for case in cases(read):
        own = performance(case.clip).poses.slice(slice(len(case.found) * -1, None))
        far = next(side for side, is_far in case.cells if is_far)
        near = SIDES[far == "LEFT"]
        hidden = case.found.visibility[:, mark(far, "elbow")] < pose_model.HIDDEN_BELOW
        for joint in ("elbow", "wrist"):
            arms = [poses.image[hidden, mark(side, joint)] - poses.image[hidden, mark(side, "shoulder")]
                    for poses, side in ((case.found, far), (own, far), (own, near))]  # fmt: skip
            place = VIEWS.index(case.clip.view)
            with_[place] += ((arms[0] - arms[1]) * (arms[2] - arms[1])).sum()
            square[place] += ((arms[2] - arms[1]) ** 2).sum()
    share = with_ / square
    share[0] = 0.0  # neither arm is behind anything
    return [float(value) for value in np.clip(share, 0.0, 1.0)]


def correlation(series: list[np.ndarray], apart: int) -> float:
    """Return the pooled autocorrelation of errors about their means."""
    whole = sum(float((one**2).sum()) for one in series)
    return sum(float((one[apart:] * one[: len(one) - apart]).sum()) for one in series) / whole


def slow_time(series: list[np.ndarray]) -> float:
    """Return the time constant, s, of noise filtered twice that has their correlation .2 s apart."""
    steps = np.linspace(0.01, 5.0, 2000)
    return float(0.2 / steps[np.argmin(np.abs((1 + steps) * np.exp(-steps) - correlation(series, APART)))])


def spread(series: list[np.ndarray], slow_s: float) -> tuple[float, float, float]:
    """Return the standard deviations of errors (frames, dims): what stays in a clip, what wanders, what is new."""
    stays = np.sqrt(np.mean([one.mean(axis=0) ** 2 for one in series]))
    within = np.mean([one.var(axis=0).mean() for one in series])
    bend = np.mean([(np.diff(one, 2, axis=0) ** 2).mean() for one in series])
    lags = np.arange(3) / 30 / slow_s
    smooth = np.array([6, -8, 2]) @ ((1 + lags) * np.exp(-lags))
    fast = np.clip((bend - smooth * within) / (6 - smooth), 0.0, within)
    # The mean of some seconds of wandering is not 0: that much of the constants is not constant.
    n = np.mean([len(one) for one in series]) / 30 / (4 * slow_s)
    return (
        float(np.sqrt(max(stays**2 - within / n, 0.0))),
        float(np.sqrt((within - fast) * n / (n - 1))),
        float(np.sqrt(fast)),
    )


def picture_errors(all_cases: list[Case], lag_s: dict[str, float]) -> dict[tuple[str, int, int], list[np.ndarray]]:
    """Return errors in trunk lengths (frames, 2), along the trunk and across, by joint, far and view."""
    errors = defaultdict(list)
    for case in all_cases:
        image = case.exact.image
        up = middle(image, "shoulder") - middle(image, "hip")
        up /= np.linalg.norm(up, axis=-1, keepdims=True)
        velocity = np.gradient(image, case.exact.t, axis=0)
        for (side, far), joint in product(case.cells, JOINTS):
            if case.whole(joint):
                here = mark(side, joint)
                off = case.found.image[:, here] - image[:, here] + lag_s[joint] * velocity[:, here]
                turned = np.stack([(off * up).sum(axis=1), off[:, 0] * up[:, 1] - off[:, 1] * up[:, 0]], axis=1)
                for cell in (0, 1) if case.clip.view == 0 else (far,):
                    errors[joint, cell, case.clip.view].append(turned / trunk_size(image))
    return errors


def lags(all_cases: list[Case]) -> dict[str, float]:
    """Return how many seconds each joint of the seen side is late in the picture."""
    result = {}
    for joint in JOINTS:
        with_ = square = 0.0
        for case in all_cases:
            for side, far in case.cells:
                if case.whole(joint) and not far:
                    here = mark(side, joint)
                    velocity = np.gradient(case.exact.image[:, here], case.exact.t, axis=0)
                    off = case.found.image[:, here] - case.exact.image[:, here]
                    with_ -= ((off - off.mean(axis=0)) * velocity).sum()
                    square += (velocity**2).sum()
        result[joint] = float(with_ / square)
    return result


def depths(all_cases: list[Case]) -> dict[tuple[str, int, int], list[np.ndarray]]:
    """Return true and found depths in trunk lengths (frames, 2), by part, far and view; lines from near to far."""
    result = defaultdict(list)
    for case in all_cases:
        both = (case.exact.world, case.found.world)
        size, view = trunk_size(case.exact.world), case.clip.view
        far = next(side for side, is_far in case.cells if is_far)
        near = SIDES[far == "LEFT"]
        trunk = [middle(world, "shoulder") - middle(world, "hip") for world in both]
        lines = {p: [w[:, mark(far, j)] - w[:, mark(near, j)] for w in both] for p, j in LINES.items()}
        for part, pair in ({"trunk": trunk} | lines).items():
            for cell in (0, 1):
                result[part, cell, view].append(np.stack(pair, axis=1)[..., 2] / size)
        for (side, is_far), (part, (start, end)) in product(case.cells, SEGMENTS.items()):
            if case.whole(end):
                pair = [world[:, mark(side, end), 2] - world[:, mark(side, start), 2] for world in both]
                for cell in (0, 1) if view == 0 else (is_far,):
                    result[part, cell, view].append(np.stack(pair, axis=1) / size)
    return result


def straight(series: list[np.ndarray], towards: float, shrink: float) -> tuple[float, float]:
    """Return slope and intercept of the second column on the first, the slope drawn to ``towards``."""
    x, y = np.concatenate(series).T
    extra = len(x) * shrink**2
    slope = (((x - x.mean()) * (y - y.mean())).sum() + extra * towards) / (((x - x.mean()) ** 2).sum() + extra)
    return float(slope), float(y.mean() - slope * x.mean())


def again(all_cases: list[Case], lag_s: dict[str, float]) -> tuple[float, float, float]:
    """Return how much of the errors comes back with a pose, how far in poses it reaches, and the contrast.

    The covariance of errors in the picture more than .7 s apart, by distance between the poses, is that of a smooth
    random function less its mean in the clip; the contrast is its variance in a clip, when it has 1 over all poses.
    """
    edges = np.array([0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.1, 1.5])
    together_, pairs, far_apart = np.zeros(len(edges) - 1), np.zeros(len(edges) - 1), []
    for case in all_cases:
        pose = pose_vector(performance(case.clip).poses.world[-len(case.found) :])[::3]
        apart = np.linalg.norm(pose[:, None] - pose, axis=-1)
        far_apart.append(apart.ravel())
        t = case.found.t[::3]
        later = np.abs(t[:, None] - t) > 0.7
        for side, joint in product(SIDES, JOINTS):
            if case.whole(joint):
                here = mark(side, joint)
                late = lag_s[joint] * np.gradient(case.exact.image[:, here], case.exact.t, axis=0)
                off = (case.found.image[:, here] - case.exact.image[:, here] + late)[::3]
                off = off - off.mean(axis=0)
                alike = off @ off.T / (off**2).sum(axis=1).mean()
                together_ += np.histogram(apart[later], edges, weights=alike[later])[0]
                pairs += np.histogram(apart[later], edges)[0]
    seen = together_ / pairs
    centres, best = 0.5 * (edges[1:] + edges[:-1]), (np.inf, 0.0, 0.0, 0.0)
    for reach in np.arange(0.3, 1.5, 0.02):
        contrast = float(np.mean([1 - np.exp(-0.5 * (one / reach) ** 2).mean() for one in far_apart]))
        shape = (np.exp(-0.5 * (centres / reach) ** 2) - (1 - contrast)) / contrast
        share = float((seen * shape).sum() / (shape**2).sum())
        best = min(best, (float(((seen - share * shape) ** 2).sum()), share, float(reach), contrast))
    return best[1:]


def visible(all_cases: list[Case]) -> dict[tuple[str, int, int], list[np.ndarray]]:
    """Return distance to what hides and logit of the visibility (frames, 2), by joint, far and view."""
    result = defaultdict(list)
    for case in all_cases:
        image = performance(case.clip).poses.image[-len(case.found) :]
        for (side, far), joint in product(case.cells, LIMBS):
            if case.whole(joint):
                shown = np.clip(case.found.visibility[:, mark(side, joint)], LIMIT, 1 - LIMIT)
                pair = np.stack([beside(image, side, joint), np.log(shown / (1 - shown))], axis=1)
                for cell in (0, 1) if case.clip.view == 0 else (far,):
                    result[joint, cell, case.clip.view].append(pair)
    return result


def lengths(all_cases: list[Case]) -> dict[str, float]:
    """Return how long each limb is across the line of sight in the world landmarks, for its length in the picture."""
    ratios = defaultdict(list)
    for case in all_cases:
        for (side, _), (part, (start, end)) in product(case.cells, SEGMENTS.items()):
            if case.whole(end):
                a, b = mark(side, start), mark(side, end)
                world, picture = (
                    np.linalg.norm(getattr(case.found, kind)[:, b, :2] - getattr(case.found, kind)[:, a, :2], axis=1)
                    / np.linalg.norm(getattr(case.exact, kind)[:, b, :2] - getattr(case.exact, kind)[:, a, :2], axis=1)
                    for kind in ("world", "image")
                )
                ratios[part].append(np.median(world / picture))
    return {part: float(np.median(values)) for part, values in ratios.items()}


def table(all_cases: list[Case], share: list[float]) -> dict[str, object]:
    """Return every fitted constant by its name."""
    lag_s = lags(all_cases)
    raw = picture_errors(all_cases, lag_s)
    slow_s = float(np.median([slow_time([one - one.mean(axis=0) for one in series]) for series in raw.values()]))
    tables: dict[str, object] = {"LAG_S": lag_s, "SLOW_S": slow_s, "COPIED": share}
    grids: dict[str, dict[str, np.ndarray]] = defaultdict(lambda: defaultdict(lambda: np.zeros((2, len(VIEWS)))))

    def keep(prefix: str, key: tuple[str, int, int], **figures: float) -> None:
        for name, value in figures.items():
            grids[f"{prefix}_{name.upper()}"][key[0]][key[1], VIEWS.index(key[2])] = value

    def scatter(series: list[np.ndarray]) -> dict[str, float]:
        return dict(zip(("spread", "wander", "jitter"), spread(series, slow_s), strict=True))

    for key, series in raw.items():
        offset = float(np.mean([one[:, 0].mean() for one in series]))
        keep("PICTURE", key, offset=offset, **scatter([one - [offset, 0.0] for one in series]))
    found = depths(all_cases)
    for key, series in found.items():
        everywhere = [one for other, many in found.items() if other[0] == key[0] for one in many]
        if key[0] not in LINES:  # a line is turned by the view more than by the movement
            everywhere = [one - one.mean(axis=0) for one in everywhere]
        gain, offset = straight(series, straight(everywhere, 1.0, 0.0)[0], GAIN_SHRINK)
        if key[0] in LINES and key[2] == 0:
            offset = 0.0  # neither side is the far one
        left = [(one[:, 1] - gain * one[:, 0] - offset)[:, None] for one in series]
        keep("DEPTH", key, gain=gain, offset=offset, **scatter(left))
    for key, series in visible(all_cases).items():
        slope, level = straight(series, 0.0, 0.02)
        stays, wander, fast = scatter([(one[:, 1] - slope * one[:, 0] - level)[:, None] for one in series]).values()
        keep("VISIBLE", key, level=level, slope=slope, spread=stays, wander=float(np.hypot(wander, fast)))
    tables["TOGETHER"] = {("hip", "hip"): together(all_cases, "hip", "hip"),
                          ("elbow", "wrist"): together(all_cases, "elbow", "wrist")}  # fmt: skip
    tables["ACROSS"] = lengths(all_cases)
    tables["AGAIN"], tables["REACH"], tables["CONTRAST"] = again(all_cases, lag_s)
    return tables | grids


def together(all_cases: list[Case], first: str, second: str) -> float:
    """Return the correlation of the errors of two joints in the picture."""
    values = []
    for case in all_cases:
        off = case.found.image - case.exact.image
        for side in SIDES[: 1 if first == second else 2]:
            a = off[:, mark(side, first)].T
            b = off[:, mark("RIGHT" if first == second else side, second)].T
            values.extend(np.corrcoef(one, other)[0, 1] for one, other in zip(a, b, strict=True))
    return float(np.mean(values))


def measured(clip: Clip, exact: PoseSequence) -> PoseSequence:
    """Return what was found in a clip."""
    return poses(clip)


def simulated(clip: Clip, exact: PoseSequence, *, seed: int, wrong_way: float | None = None) -> PoseSequence:
    """Return what the model makes of a clip."""
    return like_mediapipe(performance(clip), np.random.default_rng([seed, clip.serial]), wrong_way=wrong_way)


def depth_signs(all_cases: list[Case]) -> dict[tuple[str, int, int], list[np.ndarray]]:
    """Return found depths of the arms, + = the right way, and how prone they are to go wrong, where they have depth.

    In trunk lengths (frames, 2), by part, far and view.
    """
    result = defaultdict(list)
    for case in all_cases:
        exact = performance(case.clip).poses.world[-len(case.found) :]
        for (side, far), part in product(case.cells, ARMS):
            a, b = (mark(side, joint) for joint in SEGMENTS[part])
            true, found = exact[:, b] - exact[:, a], case.found.world[:, b] - case.found.world[:, a]
            deep = np.abs(true[:, 2]) > POINTS_AWAY * np.linalg.norm(true, axis=1)
            right_way = found[deep, 2] * np.sign(true[deep, 2]) / trunk_size(exact)
            pair = np.stack([right_way, prone(exact, side, part)[deep]], axis=1)
            for cell in (0, 1) if case.clip.view == 0 else (far,):
                result[part, cell, case.clip.view].append(pair)
    return result


def wrong_way(all_cases: list[Case]) -> dict[str, object]:
    """Return how often the depth of an arm points the wrong way beyond what the rest of the model makes of it.

    The rest is what `armswing.synthetic.pose_model_fit` holds now: after a change of the other figures, run it twice.
    """
    seen = depth_signs(all_cases)
    without = [depth_signs(list(cases(partial(simulated, seed=seed, wrong_way=0.0)))) for seed in SEEDS]
    rates = {part: np.zeros((2, len(VIEWS))) for part in ARMS}
    between, within, sizes = 0.0, 0.0, []
    for (part, cell, view), pairs in seen.items():
        found, weak = np.concatenate(pairs).T
        usual = np.concatenate([pair for one in without for pair in one[part, cell, view]])[:, 0]
        if len(found):
            often, anyway = float((found < 0).mean()), float((usual < 0).mean())
            chance = max(often - anyway, 0.0) / (1.0 - anyway) / max(float(weak.mean()), 0.1)
            rates[part][cell, VIEWS.index(view)] = min(chance, MOST_WRONG)
            of_clips = [float((pair[:, 0] < 0).mean()) for pair in pairs if len(pair)]
            between += float(np.var(of_clips)) * len(of_clips)
            within += often * (1.0 - often) * len(of_clips)
            if 0.0 < often < 1.0:
                sizes.append(-found[found < 0].mean() / found[found > 0].mean())
    return {"WRONG_WAY": rates, "WRONG_SIZE": float(np.median(sizes)), "WRONG_STAYS": between / within}


def shares(all_cases: list[Case]) -> dict[str, list[float]]:
    """Return what nothing but how often depths point the wrong way is fitted to, by name and view: near, then far."""
    unseen = defaultdict(list)
    for case in all_cases:
        for (side, far), joint in product(case.cells, LIMBS):
            if case.whole(joint):
                unseen[joint, far, case.clip.view].extend(case.found.visibility[:, mark(side, joint)])
    cells = list(product((0, 1), VIEWS))
    signs = depth_signs(all_cases)
    rows = {f"{part} wrong": [np.mean(np.concatenate(signs[part, *c])[:, 0] < 0) for c in cells] for part in ARMS}
    rows |= {f"{j} unseen": [np.mean(np.array(unseen[j, *c]) < 0.5) for c in cells] for j in LIMBS}
    rows |= {f"{j} median": [np.median(unseen[j, *c] or [np.nan]) for c in cells] for j in LIMBS}
    return {name: [float(value) for value in row] for name, row in rows.items()}


HEAD = '''"""What MediaPipe's full model does to the synthetic athlete: the figures that `pose_model` works with.

Measured on {clips} rendered clips with exact truth ({frames} frames; benchmarks, half ``tuning``): three bodies, three
patterns, {views} degrees off the front.  Printed by ``benchmarks/rendered/fit_noise.py``: change
nothing by hand.

Tables have a row for the near side of the body and one for the far side, a column for each of `VIEWS`; from the
front both are the same.  Lengths are in trunk lengths, in the picture and in depth.
"""

from __future__ import annotations

from collections.abc import Mapping

Row = tuple[float, ...]
Figures = tuple[Row, Row]
Table = Mapping[str, Figures]

VIEWS: Row = {view_row}
"""Degrees of the hips off the camera."""

ALWAYS_SEEN = 0.995
"""Largest visibility; shoulders and hips have it in every view (measured: .98-1)."""
'''

FIGURE, BY_NAME = "float", "Mapping[str, float]"
WHAT = {
    "LOST": (FIGURE, "Share of frames in which nobody was found, from the first in which somebody was."),
    "EXCHANGED": (FIGURE, "Share of frames in which left and right were exchanged."),
    "LAG_S": (BY_NAME, "How late a joint is in the picture: slope of its error on its velocity, near side."),
    "SLOW_S": (FIGURE, """Time constant of what wanders, each of two equal filters: median over joints, sides and views
of the one whose correlation .2 s apart is that of the errors in the picture."""),
    "AGAIN": (FIGURE, """Share of the variance of errors within a clip that comes back with the pose: covariance of
errors in the picture more than .7 s apart by distance between the poses, and so are the next two."""),
    "REACH": (FIGURE, """How far one pose may be from another, in trunk lengths over all limbs, and still have most of
its errors: standard deviation of the Gaussian covariance."""),
    "CONTRAST": (FIGURE, "Variance within a clip of a function of the pose that has 1 over all poses: mean of clips."),
    "COPIED": ("Row", """How much of the near arm is in a far one whose elbow is seen below .3: least squares between
the two arms in the picture, elbow and wrist, by view."""),
    "TOGETHER": ("Mapping[tuple[str, str], float]", """Correlation of the errors of two joints in the picture: left and
right, or along one limb."""),
    "ACROSS": (BY_NAME, """Length of a limb across the line of sight in metres, for its length in the picture: median of
the clips."""),
    "PICTURE_OFFSET": ("Table", """Where a joint is put in the picture along the trunk, + = from the hips to the
shoulders: mean error."""),
    "PICTURE_SPREAD": ("Table", "Standard deviation of the mean error of a clip, each coordinate."),
    "PICTURE_WANDER": ("Table", "Standard deviation within a clip, each coordinate, without the jitter."),
    "PICTURE_JITTER": ("Table", "Standard deviation of what is new in each frame: from second differences of errors."),
    "DEPTH_GAIN": ("Table", """Slope of found depth on true depth, from end to end of a part (a line: from near to far).
Where a part hardly moves in depth it is drawn to its slope over all views."""),
    "DEPTH_OFFSET": ("Table", "What is left at depth 0."),
    "DEPTH_SPREAD": ("Table", "Standard deviation of the mean error of a clip beside gain and offset."),
    "DEPTH_WANDER": ("Table", "The same within a clip, without the jitter."),
    "DEPTH_JITTER": ("Table", "What is new in each frame."),
    "WRONG_WAY": ("Table", """How often the depth of an arm, the forearm's of a straight one, points the wrong way where
gain, offset and the errors above have it right: what is measured beyond what they make of the same clips."""),
    "WRONG_SIZE": (FIGURE, "Depth that points the wrong way, of depth that points the right way: median of the cells."),
    "WRONG_STAYS": (FIGURE, "Share of the variance of pointing the wrong way that lies between clips, not within."),
    "VISIBLE_LEVEL": ("Table", "Logit of the visibility on the axis of the trunk (arms) or of the other leg."),
    "VISIBLE_SLOPE": ("Table", "What one trunk length beside it adds: least squares."),
    "VISIBLE_SPREAD": ("Table", "Standard deviation of the mean of a clip beside that."),
    "VISIBLE_WANDER": ("Table", "The same within a clip."),
}  # fmt: skip


def rounded(value: object) -> object:
    """Return figures as they are printed, to three digits after the point."""
    if isinstance(value, Mapping):
        return {name: rounded(one) for name, one in value.items()}
    if isinstance(value, np.ndarray | list):
        return tuple(rounded(one) for one in value)
    assert isinstance(value, SupportsFloat)  # a figure is a number, a row or a table of them
    return round(float(value), 3) + 0.0  # -0.0 is printed as 0.0


def show_module(all_cases: list[Case]) -> None:
    """Print the module of constants."""
    exchanged = sum(int(swapped_frames(case.found.world, case.found.t).sum()) for case in all_cases)
    frames = sum(len(case.found) for case in all_cases)
    facts = {"clips": len(all_cases), "frames": f"{frames:,}", "view_row": rounded(list(VIEWS))}
    print(HEAD.format(views=", ".join(map(str, VIEWS)), **facts))
    lost = sum(int((~case.found.found).sum()) for case in all_cases)
    fitted = table(all_cases, copied(measured)) | wrong_way(all_cases)
    fitted |= {"LOST": lost / frames, "EXCHANGED": exchanged / frames}
    for name, (kind, meaning) in WHAT.items():
        print(f'{name}: {kind} = {rounded(fitted[name])}\n"""{meaning}"""\n')


if __name__ == "__main__":
    show_module(list(cases(measured)))
