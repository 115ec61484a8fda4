"""Where the command line writes: results to stdout, everything else to stderr."""

from __future__ import annotations

import logging
import os
import sys
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def complain(message: str) -> None:
    """Print one line on stderr, without what a terminal would obey."""
    line = "".join(c if c.isprintable() else "?" for c in " ".join(message.splitlines()))
    print(f"armswing: {line}", file=sys.stderr)


class _Forgiving:
    """A stdout whose reader may go away, as ``head`` does: the rest is then dropped without a word."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop what nobody reads any more."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._drop()
            return len(text)

    def flush(self) -> None:
        """Flush, or drop what nobody reads any more."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._drop()

    def _drop(self) -> None:
        # The interpreter flushes at exit once more; let it reach nowhere (Python's own advice).
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def tolerate_closed_pipe() -> None:
    """Let the work go on when the reader of stdout has gone, and let no letter of a name be an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    if not isinstance(sys.stdout, _Forgiving):
        sys.stdout = _Forgiving(sys.stdout)  # it has all that a text stream has


def log_to_stderr(*, debug: bool, quiet: bool) -> None:
    """Show the log of armswing on stderr: warnings, or everything with ``--debug``."""
    level = logging.DEBUG if debug else logging.ERROR if quiet else logging.WARNING
    logger = logging.getLogger("armswing")
    logger.setLevel(level)
    logger.propagate = False
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("armswing: %(message)s"))
    logger.handlers = [handler]


def results() -> Console:
    """Return the console for results: stdout."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, soft_wrap=False, emoji=False, markup=False)


def messages() -> Console:
    """Return the console for progress and messages: stderr."""
    from rich.console import Console

    return Console(file=sys.stderr, stderr=True, highlight=False, emoji=False, markup=False)
