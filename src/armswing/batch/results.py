"""The tables of a whole batch, put together from the clips' folders in the order of the inputs."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from armswing.batch.work import Failed
from armswing.errors import ConfigError, VideoError
from armswing.io.columns import Column
from armswing.io.files import safe_text, whole_file
from armswing.io.rep_columns import CUE, LEADING, rule_column
from armswing.io.results import SUMMARY
from armswing.patterns import get_pattern

Format = Literal["csv", "parquet"]

Cells = dict[str, str]
"""One row as it is written: text by column; empty where nothing was measured."""

SUMMARY_TABLE, REPS_TABLE, FAILURES = "summary", "reps", "failures.csv"

_NO_SET = "no repetition was counted"
WHICH: tuple[Column, ...] = (
    Column(
        name="path", kind="text", what="the clip as it was named: path, address, or cell of the manifest", empty="never"
    ),
    Column(name="folder", kind="text", what="the folder of its results, below the output folder", empty="never"),
)
"""The first columns of both tables; those of the manifest follow."""

SUMMARY_COLUMNS: tuple[Column, ...] = (
    Column(name="pattern", kind="text", what="the exercise", empty="never"),
    Column(name="set_index", kind="whole", what="number of the set in the clip, from 1", empty=_NO_SET),
    Column(name="full", kind="whole", what="repetitions of the set that went the whole way", empty=_NO_SET),
    Column(name="partial", kind="whole", what="repetitions of the set that did not", empty=_NO_SET),
    Column(name="scored", kind="whole", what="repetitions of the set with a score", empty=_NO_SET),
    Column(name="score", what="0 to 100: median of the set's scores", empty="no repetition was scored", decimals=1),
    Column(
        name="score_margin",
        what="points within which nine of ten scores are right, seen from there",
        empty="not scored, or not measured from there",
        decimals=1,
    ),
    Column(
        name="grade", kind="text", what="of the score: `connected`, `good`, `partly`, `arms_only`", empty="not scored"
    ),
    Column(
        name="cue",
        kind="text",
        what="what to change: the cue that came first most often in the clip",
        empty="no rule failed",
    ),
    Column(name="discarded", kind="whole", what="movements of the clip that were not counted", empty="never"),
    Column(name="reason", kind="text", what="why the clip has no repetition at all: `NOBODY`", empty="nothing to say"),
    Column(name="view", kind="text", what="where the camera stood, most of the time", empty="nobody was seen"),
    Column(name="fps", unit="1/s", what="pictures a second of the medium", empty="the file does not say"),
    Column(name="start_s", unit="s", what="time of the first picture that was looked at", empty="there is none"),
    Column(name="end_s", unit="s", what="time of the last picture that was looked at", empty="there is none"),
    Column(name="found_share", what="0 to 1: share of the pictures with the person found", empty="never"),
    Column(name="warnings", kind="text", what="what to know of the input, joined by `|`", empty="nothing to say"),
)
"""The other columns of ``summary.csv``."""

FAILURE_COLUMNS = {
    "path": "the clip as it was named",
    "stage": "how far it came: `input`, `open`, `poses`, `judge`, `write`; `worker`: its process died, twice",
    "what": "what went wrong",
    "what_to_do": "what to do about it",
}
"""The columns of ``failures.csv``, all text."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A clip whose results are there.

    Attributes
    ----------
    path : str
        As the user named it.
    folder : str
        Name of its folder below the output folder.
    pattern : str
        What it was judged by.
    carried : mapping of str to str
        What the manifest says of it besides.
    """

    path: str
    folder: str
    pattern: str
    carried: Mapping[str, str]


@contextlib.contextmanager
def writable(output_dir: Path) -> Iterator[None]:
    """Turn what the system says of a table that cannot be written, as on a full disk, into a `VideoError`."""
    try:
        yield
    except OSError as error:
        if isinstance(error, VideoError):
            raise
        raise VideoError(
            f"{output_dir}: the tables cannot be written ({error.strerror or error}); see its space"
        ) from error


def write_failures(failed: Iterable[Failed], output_dir: Path) -> None:
    """Write ``failures.csv``, with its header alone where nothing failed."""
    with writable(output_dir), whole_file(output_dir / FAILURES) as file:
        writer = csv.writer(file)
        writer.writerow(FAILURE_COLUMNS)
        for one in failed:
            writer.writerow(safe_text(cell) for cell in (one.path, one.stage, one.what, one.remedy))


def write_tables(
    finished: Iterable[Finished],
    output_dir: Path,
    *,
    carried: Sequence[str] = (),
    patterns: Iterable[str] = (),
    form: Format = "csv",
) -> tuple[Path, Path]:
    """Write the table of all sets and that of all repetitions.

    Parameters
    ----------
    finished : iterable of Finished
        The clips, in the order of the rows; it is gone through once, and nothing of it is kept.
    output_dir : Path
        The folder that holds the clips' folders.
    carried : sequence of str
        The columns of the manifest that are carried over.
    patterns : iterable of str
        The patterns among the clips, for the columns of their rules.
    form : {"csv", "parquet"}
        Two files, or two folders of Parquet parted by athlete and date.

    Returns
    -------
    (Path, Path)
        Where they are.  Tables of the other form from an earlier run are removed.

    Raises
    ------
    VideoError
        When they cannot be written, or the results of a clip are gone.
    """
    names = carried_names(carried)
    extra = tuple(
        Column(name=names[name], kind="text", what="from the manifest", empty="empty there") for name in carried
    )
    rules = {
        f"score_{rule.code.lower()}": rule.code for name in sorted(set(patterns)) for rule in get_pattern(name).rules
    }
    reps_columns = (*WHICH, *extra, *LEADING, *(rule_column(code) for code in rules.values()), CUE)
    summary_columns = (*WHICH, *extra, *SUMMARY_COLUMNS)
    paths = tuple(output_dir / f"{name}.{form}" for name in (SUMMARY_TABLE, REPS_TABLE))
    write = _csv_pair if form == "csv" else _parquet_pair
    with writable(output_dir):
        write(_rows(finished, output_dir, names), (summary_columns, reps_columns), paths)
        other = "parquet" if form == "csv" else "csv"
        for name in (SUMMARY_TABLE, REPS_TABLE):
            _remove(output_dir / f"{name}.{other}")
    return paths[0], paths[1]


def carried_names(carried: Iterable[str]) -> dict[str, str]:
    """Return the column names of what a manifest carries over: those of our own columns get ``manifest_`` in front.

    They are safe for a spreadsheet, as the cells are.

    Examples
    --------
    >>> carried_names(["athlete", "score"])
    {'athlete': 'athlete', 'score': 'manifest_score'}
    """
    ours = {column.name for column in (*WHICH, *SUMMARY_COLUMNS, *LEADING, CUE)}
    taken: set[str] = set()
    names: dict[str, str] = {}
    for name in carried:
        new = f"manifest_{name}" if name in ours or name.startswith("score_") else safe_text(name)
        while new in taken:
            new = f"manifest_{new}"
        taken.add(new)
        names[name] = new
    return names


_Pair = tuple[list[Cells], list[Cells]]


def _rows(finished: Iterable[Finished], output_dir: Path, names: Mapping[str, str]) -> Iterator[_Pair]:
    """Yield the rows of both tables, clip by clip; cells are safe for a spreadsheet."""
    for clip in finished:
        folder = output_dir / clip.folder
        try:
            document = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
            with (folder / "reps.csv").open(encoding="utf-8", newline="") as file:
                reps = list(csv.DictReader(file))
        except (OSError, ValueError) as error:
            raise VideoError(
                f"{folder}: the results of {clip.path} cannot be read ({error}); do it again: --force"
            ) from error
        which = {"path": clip.path, "folder": clip.folder}
        which |= {new: clip.carried.get(name, "") for name, new in names.items()}
        which = {name: safe_text(text) for name, text in which.items()}
        yield [which | _cells(row) for row in set_rows(document)], [which | row for row in reps]


def set_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a clip in the table of sets: one a set, or one that says there is none."""
    video = document["video"]
    common = {
        "pattern": document["pattern"],
        "cue": next(iter(document["cues"]), ""),
        "discarded": document["counts"]["discarded"],
        "reason": document["reason"],
        "view": document["view"],
        "warnings": "|".join(document["warnings"]),
        **{name: video[name] for name in ("fps", "start_s", "end_s", "found_share")},
    }
    of_set = ("set_index", "full", "partial", "scored", "score", "score_margin", "grade")
    return [common | {name: each[name] for name in of_set} for each in document["sets"]] or [common]


def _cells(row: Mapping[str, Any]) -> Cells:
    columns = {column.name: column for column in SUMMARY_COLUMNS}
    return {name: columns[name].cell(None if value == "" else value) for name, value in row.items()}


def _csv_pair(rows: Iterable[_Pair], columns: Sequence[Sequence[Column]], paths: Sequence[Path]) -> None:
    with whole_file(paths[0]) as first, whole_file(paths[1]) as second:
        writers = [
            csv.DictWriter(file, [column.name for column in wanted], restval="", extrasaction="ignore")
            for file, wanted in zip((first, second), columns, strict=True)
        ]
        for writer in writers:
            writer.writeheader()
        for pair in rows:
            for writer, part in zip(writers, pair, strict=True):
                writer.writerows(part)


# --- Parquet ---------------------------------------------------------------------------------------

PARTED_BY = ("athlete", "date")
"""The columns of a manifest by which Parquet is parted, as far as it has them."""

_ROWS_AT_ONCE = 20_000


def check_form(form: str) -> None:
    """Find out whether tables of a form can be written here.

    Raises
    ------
    ConfigError
        When there is no such form, or Parquet is not installed.
    """
    if form not in ("csv", "parquet"):
        raise ConfigError(f"--format must be csv or parquet, got {form!r}")
    if form == "parquet":
        try:
            import pyarrow.dataset  # noqa: F401 - whether it is there
        except ImportError as error:
            raise ConfigError(
                "--format parquet needs pyarrow; install it with: pip install 'armswing[parquet]'"
            ) from error


def _parquet_pair(rows: Iterable[_Pair], columns: Sequence[Sequence[Column]], paths: Sequence[Path]) -> None:
    """Write two folders of Parquet, by way of two CSV files that hold the rows meanwhile."""
    import pyarrow.dataset as ds

    with tempfile.TemporaryDirectory(prefix=".part-", dir=paths[0].parent) as aside:
        texts = [Path(aside, f"{path.stem}.csv") for path in paths]
        _csv_pair(rows, columns, texts)
        for text, wanted, path in zip(texts, columns, paths, strict=True):
            schema = _schema(wanted)
            parted = [name for name in PARTED_BY if name in schema.names]
            new = Path(aside, path.name)
            new.mkdir()
            with text.open(encoding="utf-8", newline="") as file:
                ds.write_dataset(
                    _batches(csv.DictReader(file), wanted, schema),
                    new,
                    schema=schema,
                    format="parquet",
                    partitioning=ds.partitioning(_fields(schema, parted), flavor="hive") if parted else None,
                    max_partitions=100_000,
                    use_threads=False,  # rows keep their order
                )
            _remove(path)
            new.replace(path)


def _schema(columns: Sequence[Column]) -> Any:
    import pyarrow as pa

    types = {"text": pa.string(), "whole": pa.int64(), "number": pa.float64()}
    return pa.schema([(column.name, types[column.kind]) for column in columns])


def _fields(schema: Any, names: Sequence[str]) -> Any:
    import pyarrow as pa

    return pa.schema([schema.field(name) for name in names])


def _batches(rows: Iterable[Mapping[str, str]], columns: Sequence[Column], schema: Any) -> Iterator[Any]:
    import pyarrow as pa

    read = {"text": str, "whole": int, "number": float}
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append({c.name: read[c.kind](row[c.name]) if row[c.name] else None for c in columns})
        if len(part) == _ROWS_AT_ONCE:
            yield pa.RecordBatch.from_pylist(part, schema=schema)
            part = []
    yield pa.RecordBatch.from_pylist(part, schema=schema)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
