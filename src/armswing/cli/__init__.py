"""The command ``armswing``: one verb per file, each importing late what it needs.

Exit codes: 0 all done, 1 any input failed, 2 wrong usage or configuration, 130 stopped with Ctrl-C.
Results go to stdout, everything else to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn, cast

import typer

from armswing._version import __version__
from armswing.cli import analyze, batch, demo, doctor, explain, live, patterns
from armswing.cli.console import complain, tolerate_closed_pipe
from armswing.errors import ArmswingError, ConfigError, ModelError, PatternError

EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED = 1, 2, 130

# Typer's errors of usage; where their classes live has moved between its versions.
_UsageError = typer.BadParameter.__bases__[0]
_CommandError = cast("type[Exception]", _UsageError.__bases__[0])

app = typer.Typer(
    name="armswing",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"armswing {__version__}")
        raise typer.Exit


@app.callback()
def _armswing(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Check the form of runners' strength work: a video in, scored repetitions out."""


app.command()(analyze.analyze)
app.command()(live.live)
app.command()(batch.batch)
app.command()(demo.demo)
app.command()(patterns.patterns)
app.command()(explain.explain)
app.command()(doctor.doctor)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit code.

    Parameters
    ----------
    args : sequence of str, optional
        What follows ``armswing``; without, the arguments of the process.
    """
    tolerate_closed_pipe()
    debug = "--debug" in (sys.argv[1:] if args is None else args)
    try:
        code = app(None if args is None else list(args), prog_name="armswing", standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        code = EXIT_STOPPED
    except _CommandError as error:
        code = _complain_of_usage(error)
    except ArmswingError as error:
        if debug:
            raise
        complain(str(error))
        code = EXIT_USAGE if isinstance(error, ConfigError | PatternError | ModelError) else EXIT_FAILED
    except Exception as error:  # the last place that can spare the user a traceback
        if debug:
            raise
        complain(f"this is a fault of armswing: {type(error).__name__}: {error}; see it whole with --debug")
        code = EXIT_FAILED
    if code == EXIT_STOPPED:
        complain("stopped")
    sys.exit(code or 0)


def _complain_of_usage(error: Exception) -> int:
    """Say in one line what is wrong with the command line."""
    message = str(getattr(error, "format_message", error.__str__)())
    if not message:  # no arguments at all: Typer has printed the help
        return EXIT_USAGE
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "armswing")
    complain(f"{message.rstrip('.').replace(chr(10), ' ')}; see {command} --help")
    return EXIT_USAGE
