"""How far off scores and couplings are, by where the camera stood: what `armswing.uncertainty` is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.stats import binom

from armswing.uncertainty import PLACES, Margin, Place
from rendered.measures import ClipRow, RepRow
from rendered.tables import Table, number, reps_of

SHARE, CONFIDENCE = 0.90, 0.90
"""Nine of ten are to be within the margin, and that is to be so with nine chances in ten."""

VALUES = {"score": 0, "coupling": 2}
"""What has a margin, and its decimals."""


def margins(clips: Sequence[ClipRow]) -> Table:
    """Return, for each place of the camera, how far off the clips are, beside the margin that is given."""
    rows = []
    for label, given, reps in _places(reps_of(clips)):
        cells = [label]
        for name, digits in VALUES.items():
            apart = worst_of_clips(reps, name)
            inside = int((apart <= getattr(given, name)).sum())
            cells += [
                f"{len(apart)}",
                number(bound(apart), digits),
                number(getattr(given, name), digits),
                f"{inside} of {len(apart)}",
            ]
        rows.append(tuple(cells))
    return Table(
        title="How far off scores and couplings are, and what is said",
        note=(
            "Degrees from the front toward the working arm. n: clips, each by the worse of its two repetitions; 90 %: "
            "what nine of ten clips keep within, with 90 % confidence, or the largest of fewer than 22 clips; given: "
            "the margin that is printed; kept: clips within it."
        ),
        headings=("place", *(f"{head} {name}" for name in VALUES for head in ("n", "90 %", "given", "kept"))),
        rows=tuple(rows),
    )


def bound(apart: np.ndarray) -> float:
    """Return what `SHARE` of all differences keep within, by the order of those at hand (Wilks 1941).

    Parameters
    ----------
    apart : ndarray, shape (n,)
        Sizes of the differences; with too few of them their largest is returned, NaN with none.
    """
    if not len(apart):
        return float("nan")
    ranks = np.arange(1, len(apart) + 1)
    enough = ranks[binom.cdf(ranks - 1, len(apart), SHARE) >= CONFIDENCE]
    return float(np.sort(apart)[(enough[0] if len(enough) else len(apart)) - 1])


def worst_of_clips(reps: Sequence[RepRow], name: str) -> np.ndarray:
    """Return how far off a value is at the most in each clip that has it, shape (clips,): two repetitions are alike."""
    worst: dict[str, float] = {}
    for rep in reps:
        apart = abs(rep.values[name].estimate - rep.values[name].truth)
        if np.isfinite(apart):
            worst[rep.clip.name] = max(apart, worst.get(rep.clip.name, 0.0))
    return np.array(list(worst.values()))


def _places(reps: Sequence[RepRow]) -> Iterator[tuple[str, Margin, list[RepRow]]]:
    for place in PLACES:
        here = [rep for rep in reps if place.from_deg <= rep.toward_deg < place.to_deg]
        lifts = [rep for rep in here if rep.clip.pattern == "lift"] if place.upward else []
        if place.upward:
            yield _label(place) + ", lifts", place.upward, lifts
        yield _label(place), place.margin, [rep for rep in here if rep not in lifts]


def _label(place: Place) -> str:
    return f"{place.from_deg:.0f} to {place.to_deg:.0f}"
