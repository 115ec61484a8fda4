"""What makes results the same: the clip's content, the pose model, the options and the rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from armswing._version import __version__
from armswing.errors import VideoError
from armswing.io.files import refuse_no_file
from armswing.patterns import get_pattern

if TYPE_CHECKING:
    from armswing.api import Options

POSES = 2
"""Grows when the same video gives other poses; cached ones are then found no more."""

RESULTS = 17
"""Grows when the same poses give other events or other files; what was done before is then done again."""


def stamp_of(path: Path) -> str:
    """Return size and time of change of a file: as long as they stay, its content is taken to be the same."""
    status = path.stat()
    return f"{status.st_size}:{status.st_mtime_ns}"


def content_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    try:
        refuse_no_file(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        if isinstance(error, VideoError):
            raise
        raise VideoError(f"{path}: the video cannot be read ({error.strerror}); check its permissions") from error


def poses_under(options: Options) -> str:
    """Return the hash of the options that the poses depend on, besides the model."""
    return _hash([POSES, options.max_fps, options.time_range, options.subject])


def events_under(options: Options) -> str:
    """Return the hash of what a session's events depend on, besides the poses.

    The numbers of the rules are not among it, only which quantities they read: scores are reckoned anew from what was
    measured.
    """
    pattern = get_pattern(options.pattern)
    measured = sorted({rule.measure for rule in pattern.rules})
    finding = [repr(replace(pattern, rules=())), measured, repr(options.config.thresholds())]
    return _hash([RESULTS, __version__, options.side, options.slowmo_factor, finding])


def results_under(options: Options, model_sha256: str, *, evidence: bool) -> str:
    """Return the hash of everything, besides the video, that its results depend on.

    The rules are among it as they are, with their limits, so that results of other rules are never taken for done.
    """
    rules = [repr(rule) for rule in options.limited_pattern().rules]
    return _hash([model_sha256, poses_under(options), events_under(options), options.model, evidence, rules])


def _hash(values: list[object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
