"""From what the user named to the clips of a batch: besides videos also manifests, a list on stdin, and addresses."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from armswing.batch.planning import Clip
from armswing.batch.work import Failed, failure
from armswing.cli.inputs import SUFFIXES, find_videos, home
from armswing.errors import ArmswingError, ConfigError
from armswing.io.manifest import ManifestRow, read_manifest
from armswing.io.remote import find_remote, is_remote

if TYPE_CHECKING:
    from armswing.api import Options

STDIN = "-"


@dataclass
class Inputs:
    """What a batch is to work on.

    Attributes
    ----------
    clips : list of Clip
        In the order in which they were named; each once under the same options with the same columns carried.
    failed : list of Failed
        What led to no clip.
    carried : list of str
        The columns that manifests carry into the results.
    """

    clips: list[Clip] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)


def find_clips(named: Iterable[str], stdin: Iterable[str], options: Options | None, base: Options) -> Inputs:
    """Return the clips that are meant.

    Parameters
    ----------
    named : iterable of str
        Files, folders, patterns of names, addresses, manifests (``….csv``), and ``-``.
    stdin : iterable of str
        Lines with one name each, for ``-``.
    options : Options or None
        How clips are analysed that no manifest says more of; None without a pattern.
    base : Options
        The same with any pattern, for manifests that name their own.

    Raises
    ------
    ConfigError
        When a manifest is none, or a clip has no pattern from anywhere.
    """
    finder = _Finder(options, base)
    for name in named:
        if name == STDIN:
            for line in stdin:
                if line.rstrip("\r\n"):
                    finder.add(line.rstrip("\r\n"))
        else:
            finder.add(name)
    return finder.inputs


class _Finder:
    def __init__(self, options: Options | None, base: Options) -> None:
        self.inputs = Inputs()
        self._options = options
        self._base = base
        self._shared: dict[tuple[str, str], Options | str] = {}
        self._seen: dict[str, list[int]] = {}  # where a file stands among the clips

    def add(self, name: str) -> None:
        if name.lower().endswith(".csv") and not is_remote(name):
            self._add_manifest(Path(home(name)))
            return
        if self._options is None:
            raise ConfigError(f"--pattern must say which exercise {name} shows: pull, push or lift")
        if is_remote(name):
            try:
                found = find_remote(name, SUFFIXES)
            except ConfigError:
                raise
            except ArmswingError as error:
                self.inputs.failed.append(failure(name, "input", str(error)))
                return
            if not found:
                self.inputs.failed.append(failure(name, "input", f"{name}: no video is there; check the spelling"))
            for url in found:
                self._take(Clip(path=url, file=url, options=self._options))
            return
        try:
            videos, failures = find_videos([name])
        except (ValueError, RuntimeError, OSError) as error:  # a zero byte, a circle of links
            self.inputs.failed.append(failure(name, "input", f"{name!r}: is no path ({error}); check the spelling"))
            return
        self.inputs.failed += [failure(one.path, "input", one.message) for one in failures]
        for video in videos:
            self._take(Clip(path=str(video), file=_absolute(video), options=self._options))

    def _take(self, clip: Clip) -> None:
        """Take a clip once under the same options; what is carried with it makes it another one."""
        same = [i for i in self._seen.setdefault(clip.file, []) if self.inputs.clips[i].options == clip.options]
        for i in same:
            known = self.inputs.clips[i]
            if not clip.carried or clip.carried == known.carried:
                return
            if not known.carried:
                self.inputs.clips[i] = clip
                return
        self._seen[clip.file].append(len(self.inputs.clips))
        self.inputs.clips.append(clip)

    def _add_manifest(self, path: Path) -> None:
        manifest = read_manifest(path)
        self.inputs.carried += [name for name in manifest.columns if name not in self.inputs.carried]
        for row in manifest.rows:
            where = f"{path}, line {row.line}"
            options = self._options_of(row)
            if isinstance(options, str):
                self.inputs.failed.append(failure(row.path or where, "input", f"{where}: {options}"))
            elif not row.path.strip() or "\0" in row.path:
                what = f"{where}: expected the path of a video, got none; fill the cell"
                self.inputs.failed.append(failure(where, "input", what))
            else:
                file = row.path if is_remote(row.path) else _absolute(path.parent / home(row.path))
                self._take(Clip(path=row.path, file=file, options=options, carried=row.carried))

    def _options_of(self, row: ManifestRow) -> Options | str:
        """Return the options of a row, or why there are none; equal ones are one object."""
        which = (row.pattern, row.side)
        if which not in self._shared:
            self._shared[which] = self._made(row)
        return self._shared[which]

    def _made(self, row: ManifestRow) -> Options | str:
        if not row.pattern and self._options is None:
            return "expected a pattern, got none; fill its cell, or give --pattern"
        given = {"pattern": row.pattern, "side": row.side}
        named = {name: value for name, value in given.items() if value}
        options = replace(self._options or self._base, **named)  # type: ignore[arg-type]  # the session checks them
        try:
            options.session()
        except ArmswingError as error:
            return f"{error}; correct the cell"
        return options


def _absolute(path: Path) -> str:
    # Not resolve(): a link is a name of its own, and a circle of links is an error for its clip alone.
    return os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps ".."
