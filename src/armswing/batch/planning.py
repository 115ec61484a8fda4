"""What a batch has to do: its clips, where the results of each go, and which are done already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from armswing.api import Options
from armswing.batch.identity import content_of, results_under, stamp_of
from armswing.batch.journal import Entry
from armswing.batch.results import Format
from armswing.errors import ArmswingError, VideoError
from armswing.io.models import resolve_model
from armswing.io.remote import is_remote, remote_name, remote_stamp
from armswing.io.results import SUMMARY, FolderNames

POSES = ".poses"


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """One input.

    Attributes
    ----------
    path : str
        As the user named it.
    file : str
        Where it is: an absolute path, or an address.
    options : Options
        How it is to be analysed; clips may share them.
    carried : mapping of str to str
        What is carried into the results.
    """

    path: str
    file: str
    options: Options
    carried: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a batch is done.

    Attributes
    ----------
    output_dir : Path
        Each clip gets a folder in it.
    cache : Path, optional
        Where poses are kept; ``output_dir/.poses`` without.
    evidence : bool
        Write the pictures of each repetition.
    force : bool
        Do again what is done, and find the poses anew.
    fail_fast : bool
        Stop at the first clip that fails.
    form : {"csv", "parquet"}
        Of the tables.
    carried : tuple of str
        The columns that are carried into the results, in their order.
    window : int
        At most so many clips are handed to the executor at a time.
    """

    output_dir: Path
    cache: Path | None = None
    evidence: bool = True
    force: bool = False
    fail_fast: bool = False
    form: Format = "csv"
    carried: tuple[str, ...] = ()
    window: int = 8

    @property
    def poses(self) -> Path:
        """The folder of poses."""
        return (self.cache or self.output_dir / POSES).absolute()


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A clip with all that is decided before it is worked on.

    Attributes
    ----------
    key : str
        Its name in the journal.
    folder : str
        Name of the folder of its results.
    under : str
        Hash of what its results depend on besides the video.
    done : bool
        It is done, under the same options.
    known : Entry or None
        What the journal knows of it.
    """

    key: str
    folder: str
    under: str
    done: bool
    known: Entry | None


def plan(clips: Sequence[Clip], settings: Settings, known: Mapping[str, Entry]) -> list[Planned]:
    """Decide for every clip where its results go and whether it is done.

    Names depend on the inputs, their order and what the journal knows: not on which clip was finished first.
    """
    keys = _keys(clips)
    models = {name: resolve_model(name).sha256 for name in {clip.options.model for clip in clips}}
    names = FolderNames(settings.output_dir, (entry.folder for entry in known.values()))
    under: dict[int, str] = {}
    planned = []
    for clip, key in zip(clips, keys, strict=True):
        if id(clip.options) not in under:
            under[id(clip.options)] = results_under(
                clip.options, models[clip.options.model], evidence=settings.evidence
            )
        entry = known.get(key)
        stamp = _stamp(clip.file)
        if entry is not None:
            folder = entry.folder
        else:
            size = stamp.partition(":")[0]
            name = remote_name(clip.file) if is_remote(clip.file) else Path(clip.file).name
            folder = names.choose(name, int(size) if size.isdigit() else None)
        done = (
            not settings.force
            and entry is not None
            and entry.under == under[id(clip.options)]
            # A video that was moved away since stays done.
            and stamp in ("", entry.stamp)
            and _summary(settings.output_dir / folder) == entry.summary
        )
        planned.append(Planned(key=key, folder=folder, under=under[id(clip.options)], done=done, known=entry))
    return planned


def _keys(clips: Iterable[Clip]) -> list[str]:
    seen: Counter[str] = Counter()
    keys = []
    for clip in clips:
        seen[clip.file] += 1
        keys.append(clip.file if seen[clip.file] == 1 else f"{clip.file}#{seen[clip.file]}")
    return keys


def _summary(folder: Path) -> str:
    """Return the hash of a folder's summary; empty where there is none."""
    try:
        return content_of(folder / SUMMARY)
    except VideoError:
        return ""


def _stamp(file: str) -> str:
    """Return the stamp of a file; empty where it cannot be had, which the worker will tell."""
    try:
        return remote_stamp(file) if is_remote(file) else stamp_of(Path(file))
    except (ArmswingError, OSError, ValueError):
        return ""
