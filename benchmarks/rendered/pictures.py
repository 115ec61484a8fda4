"""The pictures of the report: coupling by behaviour, flare, turning against still ribs, and error by view."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rendered.agreement import FEWEST
from rendered.faults import STILL, TURNING
from rendered.grid import BEHAVIOURS, VIEWS
from rendered.measures import BY_NAME, ClipRow, RepRow
from rendered.tables import agree, behaving, cells, estimates, reps_of, spoken, truths

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GRID = "#22272e", "#768390", "#e3e6ea"
BLUE, ORANGE, GREEN, PURPLE, RED = "#2f6fab", "#d9822b", "#3a8f5c", "#7a5ba8", "#c2413b"
PATTERN_COLOURS = {"pull": BLUE, "push": ORANGE, "lift": GREEN}
VIEW_COLOURS = dict(zip(VIEWS, (PURPLE, BLUE, GREEN, ORANGE, RED), strict=True))
STYLE: dict[Any, Any] = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.size": 9,
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}

PICTURES = {
    "coupling": "Coupling of each behaviour. Every dot is a repetition; the bar is the median.",
    "flare": "Elbow flare as measured against what it was, by view. On the line the two agree.",
    "trunk": "Turn of the shoulder line with the arm, where it is assessed: ribs that turn, and ribs that do not.",
    "error": "Mean absolute error by view, the working arm on the camera's side and on the far side.",
}
"""The name of each picture's file, and what is said under it."""


def draw(clips: Sequence[ClipRow], folder: Path) -> list[Path]:
    """Draw all pictures into a folder and return their paths."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    rows = reps_of(clips)
    draws = {"coupling": _coupling, "flare": _flare, "trunk": _trunk, "error": _error}
    paths = []
    with mpl.rc_context(STYLE):
        for name, paint in draws.items():
            figure = Figure(figsize=(7.6, 2.7 if name == "flare" else 3.4), layout="constrained")
            paint(figure, rows)
            path = folder / f"{name}.png"
            figure.savefig(path, dpi=100, metadata={"Software": None})
            paths.append(path)
    return paths


def _coupling(figure: Figure, rows: Sequence[RepRow]) -> None:
    axes = figure.subplots()
    _quiet(axes, "y")
    random = np.random.default_rng(0)
    for place, behaviour in enumerate(BEHAVIOURS):
        own = behaving(rows, behaviour)
        for shift, (pattern, colour) in zip((-0.24, 0.0, 0.24), PATTERN_COLOURS.items(), strict=True):
            values = estimates([row for row in own if row.clip.pattern == pattern], "coupling")
            x = place + shift + random.uniform(-0.11, 0.11, len(values))
            axes.plot(x, values, "o", ms=4, color=colour, alpha=0.6, mew=0, clip_on=False)
        found = estimates(own, "coupling")
        if np.isfinite(found).any():
            axes.hlines(np.nanmedian(found), place - 0.4, place + 0.4, color=INK, lw=2)
    axes.set_xticks(range(len(BEHAVIOURS)), [spoken(name).replace(" ", "\n") for name in BEHAVIOURS])
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlim(-0.6, len(BEHAVIOURS) - 0.4)
    axes.set_ylabel("coupling")
    axes.tick_params(axis="x", length=0)
    handles = [axes.plot([], [], "o", ms=5, color=colour, label=name)[0] for name, colour in PATTERN_COLOURS.items()]
    axes.legend(handles=handles, ncols=3, loc="lower right", bbox_to_anchor=(1.0, 1.0))


def _flare(figure: Figure, rows: Sequence[RepRow]) -> None:
    panels = figure.subplots(1, len(VIEWS), sharex=True, sharey=True)
    for view, axes in zip(VIEWS, panels, strict=True):
        _quiet(axes, "both")
        axes.axline((0, 0), slope=1, color=MUTED, lw=1)
        own = [row for row in rows if row.clip.view == view]
        for near, filled in ((True, True), (False, False)):
            for pattern, colour in PATTERN_COLOURS.items():
                some = [row for row in own if row.clip.near == near and row.clip.pattern == pattern]
                x, y = truths(some, "elbow_flare"), estimates(some, "elbow_flare")
                axes.plot(x, y, "o", ms=4.5, mec=colour, mfc=colour if filled else "none", alpha=0.75)
        axes.set_title(f"{view}°")
        axes.set_aspect("equal")
        axes.set(xlim=(-25, 90), ylim=(-25, 90), xticks=(0, 40, 80), yticks=(0, 20, 40, 60, 80))
    panels[0].set_ylabel("measured flare (deg)")
    panels[len(panels) // 2].set_xlabel("true flare (deg)")
    handles = [panels[0].plot([], [], "o", color=colour, label=name)[0] for name, colour in PATTERN_COLOURS.items()]
    handles.append(panels[0].plot([], [], "o", mec=MUTED, mfc="none", label="far arm")[0])
    figure.legend(handles=handles, ncols=4, loc="outside lower center")


def _trunk(figure: Figure, rows: Sequence[RepRow]) -> None:
    axes = figure.subplots()
    _quiet(axes, "y")
    random = np.random.default_rng(0)
    labels = list(cells())
    for place, chosen in enumerate(cells().values()):
        for shift, behaviours, colour in ((-0.18, TURNING, GREEN), (0.18, STILL, RED)):
            values = estimates([row for row in behaving(rows, *behaviours) if chosen(row)], "trunk_gain")
            x = place + shift + random.uniform(-0.1, 0.1, len(values))
            axes.plot(x, values, "o", ms=4, color=colour, alpha=0.6, mew=0)
    axes.axhline(0, color=MUTED, lw=1)
    axes.set_xticks(range(len(labels)), [f"{label.split()[0]}°\n{label.partition(' ')[2]}" for label in labels])
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.set_ylabel("turn of the shoulder line (deg)")
    axes.tick_params(axis="x", length=0)
    if not np.isfinite(estimates(rows, "trunk_gain")).any():
        axes.text(0.5, 0.6, "not assessed in any view", transform=axes.transAxes, ha="center", color=MUTED, size=12)
    for label, colour in (("ribs turn", GREEN), ("ribs still", RED)):
        axes.plot([], [], "o", ms=5, color=colour, label=label)
    axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1.0, 1.0))


def _error(figure: Figure, rows: Sequence[RepRow]) -> None:
    titles = {
        "hip_gain": "legs",
        "elbow_flare": "elbow flare",
        "elbow_flexion_max": "elbow flexion",
        "shoulder_elevation_peak": "shoulder elevation",
    }
    panels = figure.subplots(1, len(titles), sharey=True)
    for (name, title), axes in zip(titles.items(), panels, strict=True):
        _quiet(axes, "y")
        for near, colour, mark, label in ((True, BLUE, "o-", "near arm"), (False, ORANGE, "s--", "far arm")):
            errors = [_error_in(rows, name, view, near) for view in VIEWS]
            axes.plot(VIEWS, errors, mark, color=colour, ms=5, lw=1.5, label=label)
        axes.set_title(title)
        axes.set_xticks(VIEWS)
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("mean absolute error (deg)")
    figure.supxlabel("degrees off the front", size=9)
    figure.legend(*panels[0].get_legend_handles_labels(), ncols=2, loc="outside upper right")


def _error_in(rows: Sequence[RepRow], quantity: str, view: int, near: bool) -> float:
    """Return the mean absolute error in a view, NaN where too few are known; from the front no arm is far."""
    own = [row for row in rows if row.clip.view == view and (row.clip.near == near or view == 0)]
    seen = agree(own, BY_NAME[quantity])
    return seen.mae if seen.n >= FEWEST else float("nan")


def _quiet(axes: Axes, which: str) -> None:
    axes.grid(axis=which, color=GRID, lw=0.8)  # type: ignore[arg-type]  # one of the three words it knows
    axes.set_axisbelow(True)
