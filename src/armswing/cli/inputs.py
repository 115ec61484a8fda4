"""From what the user named to the videos that are meant: files, folders and patterns of names."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset(
    ".3gp .avi .flv .gif .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm .wmv".split()  # noqa: SIM905
)
"""Endings by which a video is known in a folder; a file named by itself may have any."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An input that came to nothing, and why."""

    path: str
    message: str


def find_videos(named: Iterable[str]) -> tuple[list[Path], list[Failure]]:
    """Return the videos that are meant, each once, in the order in which they were named.

    Parameters
    ----------
    named : iterable of str
        Files, folders (searched to the bottom) and patterns such as ``clips/*.mov``.

    Returns
    -------
    videos : list of Path
        Files that are named by themselves are among them whether they are videos or not.
    failures : list of Failure
        What led to no video.
    """
    videos: dict[str, Path] = {}
    failures = []
    for name in named:
        try:
            found = _videos(name)
        except OSError as error:
            failures.append(Failure(path=name, message=f"{name}: cannot be looked into ({error.strerror or error})"))
            continue
        if isinstance(found, str):
            failures.append(Failure(path=name, message=f"{name}: {found}"))
            continue
        for video in found:
            # Not Path.resolve: a link that leads to itself is an error for its clip alone.
            videos.setdefault(os.path.realpath(video), video)
    return list(videos.values()), failures


def _videos(name: str) -> list[Path] | str:
    """Return the videos behind one name, or why there are none."""
    path = Path(home(name))
    if path.is_dir():
        found = _in_folder(path)
        endings = " ".join(sorted(SUFFIXES))
        return found or f"expected videos, but there is none in this folder or below it; known endings: {endings}"
    if path.exists() or not glob.has_magic(name):
        return [path]  # a missing file is reported when it is opened
    found = [
        video
        for match in map(Path, sorted(_matches(str(path))))
        for video in (_in_folder(match) if match.is_dir() else [match])
    ]
    return found or "expected videos, but nothing has such a name; check the spelling"


def home(name: str) -> str:
    """Return a path with a leading ``~`` made out; unlike `Path.expanduser`, a stranger's stays as it is."""
    return os.path.expanduser(name)  # noqa: PTH111 - Path.expanduser fails on an unknown ~stranger


def _matches(pattern: str) -> set[str]:
    """Return what matches a pattern of names, ``**`` standing for any folders.

    Those are searched here, without following links: with two of a folder to itself, `glob` finds 2^40 names.
    """
    parts = Path(pattern).parts
    if "**" not in parts:
        return set(glob.glob(pattern))  # noqa: PTH207 - Path.glob takes no absolute pattern
    at = parts.index("**")
    above, below = str(Path(*parts[:at])), parts[at + 1 :]
    found: set[str] = set()
    for base in glob.glob(above) if glob.has_magic(above) else [above]:  # noqa: PTH207 - as above
        if not below:
            found.add(base)
            continue
        for folder, folders, _ in os.walk(base):
            folders[:] = [name for name in folders if not name.startswith(".")]
            found |= _matches(str(Path(glob.escape(folder), *below)))
    return found


def _in_folder(folder: Path) -> list[Path]:
    """Return the videos of a folder and those below it, by name; hidden ones and our own left out."""
    found = []

    def fail(error: OSError) -> None:
        raise error

    for parent, folders, files in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = [Path(parent, name) for name in sorted(files) if not name.startswith(".")]
        found += [path for path in here if path.suffix.lower() in SUFFIXES and not _is_ours(path)]
    return found


def _is_ours(path: Path) -> bool:
    """Whether a video is one that armswing wrote among its results."""
    return path.name == "annotated.mp4" and path.with_name("summary.json").is_file()
