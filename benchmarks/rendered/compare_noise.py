"""Compare what the synthetic pose model makes of the rendered clips with what the real one found in them.

    PYTHONPATH=benchmarks python -m rendered.compare_noise

prints shares and errors that nothing was fitted to, as measured and as the model makes them.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from rich.console import Console

from armswing.api import Options, judge
from rendered import report, tables
from rendered.fit_noise import SEEDS, cases, measured, shares, simulated
from rendered.footage import performance
from rendered.grid import VIEWS, Clip
from rendered.measures import ClipRow, compare, measure


def show_shares() -> None:
    """Print how often depth points the wrong way and joints are unseen, view by view."""
    print("near, then far, at", *VIEWS, "degrees; measured above, the model below")
    ours = [shares(list(cases(partial(simulated, seed=seed)))) for seed in SEEDS]
    for name, row in shares(list(cases(measured))).items():
        for values in (row, np.mean([one[name] for one in ours], axis=0)):
            print(f"{name:20}", *(f"{value:5.2f}" for value in values))


def show_errors() -> None:
    """Print what the checker makes of the rendered clips, and of the model's."""
    clips = [case.clip for case in cases(measured)]
    both = {
        "the rendered clips": [measure(clip) for clip in clips],
        "what the synthetic pose model makes of them": [_judged(clip) for clip in clips],
    }
    console = Console(width=120)
    for title, rows in both.items():
        console.rule(title)
        report.show(console, tables.overall(rows))
        report.show(console, tables.counting(rows))


def _judged(clip: Clip) -> ClipRow:
    done = performance(clip)
    return compare(clip, done, judge(simulated(clip, done.poses, seed=0), Options(pattern=clip.pattern)))


if __name__ == "__main__":
    show_shares()
    show_errors()
