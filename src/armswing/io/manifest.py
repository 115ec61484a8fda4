"""A table of clips: a CSV with a column ``path``, and what else is to be known of each clip."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from armswing.errors import ConfigError

PATH, PATTERN, SIDE = "path", "pattern", "side"
"""The columns that say what to do; all others are carried into the results."""

_MOST_BYTES = 1 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestRow:
    """One clip of a manifest.

    Attributes
    ----------
    line : int
        Where it ends in the file, from 1.
    path : str
        As it stands there; may be empty.
    pattern, side : str
        Empty where the manifest does not say.
    carried : mapping of str to str
        The other columns by name.
    """

    line: int
    path: str
    pattern: str
    side: str
    carried: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a manifest says.

    Attributes
    ----------
    columns : tuple of str
        The columns that are carried, in their order.
    rows : tuple of ManifestRow
        The clips, in their order.
    """

    columns: tuple[str, ...]
    rows: tuple[ManifestRow, ...]


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    path : Path
        CSV in UTF-8, with a header and cells between commas, or semicolons where the header has them.

    Raises
    ------
    ConfigError
        When it cannot be read or is no such table.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{path}: a manifest has at most {_MOST_BYTES >> 30} GB; cut it in parts")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: the manifest cannot be read ({reason}); check the path") from error
    try:
        return parse_manifest(data)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def parse_manifest(data: bytes) -> Manifest:
    """Take a manifest apart; see `read_manifest`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"expected a CSV in UTF-8, got other bytes ({error}); save it as CSV UTF-8") from error
    if "\0" in text:
        raise ConfigError("expected a CSV in UTF-8, got a file with zero bytes; save it as CSV UTF-8")
    header_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if ";" in header_line and "," not in header_line else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = _header(next((cells for cells in reader if any(cell.strip() for cell in cells)), []))
        rows = tuple(_row(header, cells, reader.line_num) for cells in reader if any(cell.strip() for cell in cells))
    except csv.Error as error:
        raise ConfigError(f"line {reader.line_num}: expected cells of a CSV, got something else ({error})") from error
    return Manifest(columns=tuple(name for name in header if name not in (PATH, PATTERN, SIDE)), rows=rows)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    names = [name.lower() if name.lower() in (PATH, PATTERN, SIDE) else name for name in names]
    while names and not names[-1]:
        names.pop()
    if PATH not in names:
        came = ", ".join(repr(name[:40]) for name in names[:10]) or "nothing"
        raise ConfigError(f"expected a header with a column {PATH!r}, got {came}; add it as the first line")
    double = next((name for index, name in enumerate(names) if name in names[:index]), None)
    if double is not None or "" in names:
        raise ConfigError(f"every column needs a name of its own, got {double or ''!r} twice or empty; rename it")
    return names


def _row(header: list[str], cells: list[str], line: int) -> ManifestRow:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise ConfigError(f"line {line}: expected at most {len(header)} cells, got {len(cells)}; quote what has commas")
    known = dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=False))
    return ManifestRow(
        line=line,
        path=known.pop(PATH),
        pattern=known.pop(PATTERN, "").strip(),
        side=known.pop(SIDE, "").strip(),
        carried=known,
    )
