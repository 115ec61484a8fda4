"""``armswing analyze``: the main job."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from armswing.errors import ConfigError

if TYPE_CHECKING:
    from armswing.api import Options

DEBUG = typer.Option("--debug", show_default=False, help="Show errors with their traceback, and a log.")
QUIET = typer.Option(
    "--quiet", "-q", show_default=False, help="Print nothing but errors; the results are in the files."
)
JSON = typer.Option("--json", show_default=False, help="Print one JSON document in place of the tables.")
MODEL = typer.Option(
    "--model", metavar="NAME", help="Pose model: full is more exact, lite is faster; or the path of your own."
)
SIDE = typer.Option("--side", metavar="SIDE", help="Which arm works: left, right, both, or auto, which finds out.")
CONFIG = typer.Option("--config", metavar="FILE", help="Your own limits for named rules, in TOML.")
MAX_FPS = typer.Option("--max-fps", metavar="N", help="Look at most at so many pictures a second.")
TIME_RANGE = typer.Option("--time-range", metavar="A B", help="Only from second A to second B.")
SLOWMO_FACTOR = typer.Option("--slowmo-factor", metavar="N", help="How many times slower than life the video plays.")
SUBJECT = typer.Option("--subject", metavar="X,Y", help="A point on the person at the start, in pixels.")
SAVE_VIDEO = typer.Option(
    "--save-video/--no-save-video", help="Write annotated.mp4 too: skeleton, rep counter and verdict drawn in."
)


def analyze(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Videos, folders with videos, or patterns of names.")
    ],
    *,
    pattern: Annotated[
        str,
        typer.Option(
            "--pattern", "-p", metavar="NAME", help="The exercise: pull, push or lift; see `armswing patterns`."
        ),
    ],
    output_dir: Annotated[
        Path, typer.Option("--output-dir", "-o", metavar="DIR", help="Each video gets a folder in it.")
    ] = Path("results"),
    side: Annotated[str, SIDE] = "auto",
    model: Annotated[str, MODEL] = "full",
    config: Annotated[Path | None, CONFIG] = None,
    max_fps: Annotated[float, MAX_FPS] = 30.0,
    time_range: Annotated[tuple[float, float] | None, TIME_RANGE] = None,
    slowmo_factor: Annotated[float, SLOWMO_FACTOR] = 1.0,
    subject: Annotated[str | None, SUBJECT] = None,
    save_video: Annotated[bool, SAVE_VIDEO] = False,
    as_json: Annotated[bool, JSON] = False,
    quiet: Annotated[bool, QUIET] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going/--fail-fast", help="Go on with the other videos when one fails.")
    ] = True,
    debug: Annotated[bool, DEBUG] = False,
) -> None:
    """Find, count and score the repetitions in videos.

    Prints a table for every video and writes [b]DIR/NAME/[/b]: reps.csv, frames.csv, summary.json.
    """
    from armswing.api import Options
    from armswing.cli.console import log_to_stderr
    from armswing.cli.inputs import find_videos
    from armswing.cli.run import Job, Manner, run
    from armswing.config import Config, load_config

    log_to_stderr(debug=debug, quiet=quiet)
    options = Options(
        pattern=pattern,
        side=side,  # type: ignore[arg-type]  # the session checks it
        model=model,
        max_fps=max_fps,
        time_range=time_range,
        slowmo_factor=slowmo_factor,
        subject=None if subject is None else point(subject),
        config=Config() if config is None else load_config(config),
    )
    check(options, output_dir)
    videos, failures = find_videos(paths)
    manner = Manner(
        output_dir=output_dir,
        save_video=save_video,
        as_json=as_json,
        quiet=quiet,
        fail_fast=not keep_going,
        debug=debug,
    )
    raise typer.Exit(run([Job(video=video, options=options) for video in videos], manner, failures=failures))


def point(text: str) -> tuple[float, float]:
    """Return the point that ``X,Y`` names.

    Raises
    ------
    ConfigError
        When it is no point.

    Examples
    --------
    >>> point("320,240.5")
    (320.0, 240.5)
    """
    try:
        x, y = (float(part) for part in text.split(","))
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError("not finite")
    except ValueError as error:
        raise ConfigError(f"--subject must be a point X,Y in pixels, for instance 320,240; got {text!r}") from error
    return x, y


def check(options: Options, output_dir: Path | None) -> None:
    """Find out what is wrong with the options before the first video is opened.

    Raises
    ------
    ConfigError, PatternError, ModelError
        When an option fits no video, or the results can go nowhere; None keeps none.
    """
    from armswing.io.models import resolve_model

    options.session()
    if not options.max_fps > 0:
        raise ConfigError(f"--max-fps must be a number above 0, got {options.max_fps:g}")
    if options.time_range is not None and not 0 <= options.time_range[0] < options.time_range[1]:
        first, last = options.time_range
        raise ConfigError(f"--time-range must be two times in seconds, 0 <= A < B, got {first:g} and {last:g}")
    resolve_model(options.model)
    if output_dir is None:
        return
    existing = next(path for path in (output_dir.absolute(), *output_dir.absolute().parents) if path.exists())
    if not existing.is_dir():
        raise ConfigError(f"--output-dir must be a folder, but {existing} is a file; choose another")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise ConfigError(f"--output-dir: you may not write into {existing}; choose another folder")
