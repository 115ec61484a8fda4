"""The statistics of the bench: how well estimates agree with the truth, and how well a quantity tells two groups apart.

They know nothing of poses; arrays are one value per repetition, NaN where there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import linregress, rankdata

Array = npt.NDArray[np.float64]

CONFIDENT = 1.96
"""Standard deviations to either side that hold 95 % of a normal distribution."""

FEWEST = 4
"""Fewer pairs give neither gain nor correlation, nor anything else about how errors scatter."""

MOST = 90
"""Per cent of the errors that count as most of them."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How well estimates agree with the truth; NaN where too few are known.

    Attributes
    ----------
    wanted, n : int
        Repetitions whose truth is known, and those of them that have an estimate.
    bias, mae, rmse : float
        Mean, mean absolute and root mean square of estimate minus truth.
    most : float
        The error that nine in ten stay within (90th percentile of its size).
    gain, correlation : float
        Slope of the estimate on the truth, and Pearson's correlation.
    change_within, change_between : float
        The smallest change between two repetitions that is real with 95 % confidence: in one video, and in two.

    Notes
    -----
    The detectable change is 1.96 sqrt(2) SEM (Weir JP 2005, J Strength Cond Res 19:231).  In one video the standard
    error of measurement is the standard deviation of the error around the video's own mean, pooled over the videos:
    what is wrong in the same way throughout a video cancels.  Between videos it is the standard deviation of all
    errors.
    """

    wanted: int
    n: int
    bias: float
    mae: float
    rmse: float
    most: float
    gain: float
    correlation: float
    change_within: float
    change_between: float

    @property
    def offered(self) -> float:
        """Share of the repetitions that have an estimate; NaN where no truth is known."""
        return self.n / self.wanted if self.wanted else float("nan")


def agreement(truth: Array, estimate: Array, group: Sequence[object], *, spread: float = 0.0) -> Agreement:
    """Compare estimates with the truth.

    Parameters
    ----------
    truth, estimate : ndarray, shape (repetitions,)
        NaN where not known.
    group : sequence, length repetitions
        Which video each repetition is of.
    spread : float
        Truths that scatter less tell neither gain nor correlation.
    """
    known = np.isfinite(truth) & np.isfinite(estimate)
    x, error = truth[known], estimate[known] - truth[known]
    nothing = float("nan")
    gain = correlation = nothing
    if len(x) >= FEWEST and x.std() > max(spread, 1e-12):
        line = linregress(x, x + error)
        gain, correlation = float(line.slope), float(line.rvalue)
    some = len(x) > 0
    return Agreement(
        wanted=int(np.isfinite(truth).sum()),
        n=len(x),
        bias=float(error.mean()) if some else nothing,
        mae=float(np.abs(error).mean()) if some else nothing,
        rmse=float(np.sqrt(np.mean(error**2))) if some else nothing,
        most=float(np.percentile(np.abs(error), MOST)) if len(x) >= FEWEST else nothing,
        gain=gain,
        correlation=correlation,
        change_within=detectable(_pooled(error, [g for g, k in zip(group, known, strict=True) if k])),
        change_between=detectable(float(error.std(ddof=1))) if len(x) >= FEWEST else nothing,
    )


def detectable(standard_error: float) -> float:
    """Return the smallest change that is real with 95 % confidence.

    Examples
    --------
    >>> round(detectable(1.0), 2)
    2.77
    """
    return CONFIDENT * float(np.sqrt(2.0)) * standard_error


def _pooled(error: Array, group: Sequence[object]) -> float:
    """Return the standard deviation within the groups, pooled; NaN where none has two."""
    names: dict[object, int] = {}
    which = np.array([names.setdefault(name, len(names)) for name in group], dtype=np.intp)
    freedom = len(error) - len(names)
    if freedom < 1:
        return float("nan")
    mean = np.bincount(which, error) / np.bincount(which)
    return float(np.sqrt(np.sum((error - mean[which]) ** 2) / freedom))


def auc(faulty: Array, fine: Array) -> float:
    """Return the chance that a faulty repetition has a larger value than a fine one; ties count half.

    NaN values are left out; NaN where a group is empty.

    Examples
    --------
    >>> auc(np.array([3.0, 4.0]), np.array([1.0, 3.0]))
    0.875
    """
    faulty, fine = faulty[np.isfinite(faulty)], fine[np.isfinite(fine)]
    if not (len(faulty) and len(fine)):
        return float("nan")
    ranks = rankdata(np.concatenate((faulty, fine)))[: len(faulty)]
    return float((ranks.sum() - len(faulty) * (len(faulty) + 1) / 2) / (len(faulty) * len(fine)))


def stratified_auc(value: Array, faulty: npt.NDArray[np.bool_], stratum: Sequence[object]) -> float:
    """Return the same over pairs of the same stratum only, so that what differs between strata tells nothing.

    Parameters
    ----------
    value : ndarray, shape (repetitions,)
        Larger in the faulty ones; NaN is left out.
    faulty : ndarray of bool, shape (repetitions,)
        Which ones are faulty.
    stratum : sequence, length repetitions
        Only repetitions of the same one are compared: the exercise.
    """
    names, total, pairs = np.array([str(name) for name in stratum]), 0.0, 0
    for name in np.unique(names):
        own = (names == name) & np.isfinite(value)
        weight = int((own & faulty).sum() * (own & ~faulty).sum())
        if weight:
            total += weight * auc(value[own & faulty], value[own & ~faulty])
            pairs += weight
    return total / pairs if pairs else float("nan")


def five_numbers(values: Array) -> tuple[float, float, float, float, float]:
    """Return minimum, lower quartile, median, upper quartile and maximum; NaN is left out."""
    values = values[np.isfinite(values)]
    if not len(values):
        return (float("nan"),) * 5
    low, lower, middle, upper, high = np.percentile(values, [0, 25, 50, 75, 100]).tolist()
    return low, lower, middle, upper, high
