"""``armswing demo``: the main job on the sample videos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from armswing.cli.analyze import DEBUG, JSON, MODEL, QUIET, SAVE_VIDEO


def demo(
    *,
    output_dir: Annotated[
        Path, typer.Option("--output-dir", "-o", metavar="DIR", help="Each video gets a folder in it.")
    ] = Path("armswing-demo"),
    model: Annotated[str, MODEL] = "full",
    save_video: Annotated[bool, SAVE_VIDEO] = False,
    as_json: Annotated[bool, JSON] = False,
    quiet: Annotated[bool, QUIET] = False,
    debug: Annotated[bool, DEBUG] = False,
) -> None:
    """Analyze the sample videos that come with armswing (a minute or two)."""
    from armswing.api import Options
    from armswing.cli.analyze import check
    from armswing.cli.console import log_to_stderr, messages
    from armswing.cli.run import Job, Manner, run
    from armswing.io.samples import pattern_of_sample, sample_videos

    log_to_stderr(debug=debug, quiet=quiet)
    videos = sample_videos()
    jobs = [Job(video=v, options=Options(pattern=pattern_of_sample(v), model=model)) for v in videos]
    check(jobs[0].options, output_dir)
    manner = Manner(output_dir=output_dir, save_video=save_video, as_json=as_json, quiet=quiet, debug=debug)
    code = run(jobs, manner)
    if not quiet:
        messages().print(f"The videos are in {videos[0].parent}, the results in {output_dir}.", soft_wrap=True)
    raise typer.Exit(code)
