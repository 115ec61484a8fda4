"""docs/batch.md is what the code says of a batch's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from armswing.batch.results import FAILURE_COLUMNS, SUMMARY_COLUMNS, WHICH
from armswing.batch.run import RUN_KEYS
from test_tables import table


def page() -> str:
    """Return docs/batch.md, from the tables in the code."""
    failures = [f"| `{name}` | {what} |" for name, what in FAILURE_COLUMNS.items()]
    keys = [f"| `{key}` | {what} |" for key, what in RUN_KEYS.items()]
    lines = [
        "# What a batch writes",
        "",
        "```",
        "DIR/summary.csv            a row for each set of each clip",
        "DIR/reps.csv               a row for each repetition of each clip",
        "DIR/failures.csv           a row for each clip that came to nothing",
        "DIR/run.json               options, versions, timings of the last run",
        "DIR/CLIP/                  reps.csv, frames.csv, summary.json, and three pictures of every repetition:",
        "                           rep_SET_NUMBER_start_TIMEs.jpg, …_peak_…, …_worst_… (where the rule that costs",
        "                           most was read), 480 pixels high; --no-evidence leaves them out",
        "DIR/.poses/                the poses of every clip (or --cache DIR), for `PoseSequence.load`",
        "                           and beside them, as JSON, what was found and measured in them",
        "DIR/.batch/journal.jsonl   what is done; without it everything is written again, from the poses",
        "```",
        "",
        "Rows follow the order of the inputs, whichever clip was done first. `reps.csv` has, after `path`,",
        "`folder` and the columns of the manifest, those of [a clip's own](columns.md), with the rules of all",
        "patterns among the clips. A column of the manifest that has the name of one of ours gets `manifest_` in",
        "front. With `--format parquet`, `summary.parquet/` and `reps.parquet/` take the place of the two tables,",
        "parted by `athlete` and `date` as far as the manifest has these columns; text is as in the CSV.",
        "",
        "A clip is done when its line in the journal is on the disk. It is left alone (`--resume`, the default)",
        "as long as size and time of change of its file, the options, the pose model, the rules, the version of",
        "armswing and its own `summary.json` stay what they were; for an address, what its server says of size",
        "and change. A video that was moved away since stays done. `--force` does all again and finds the poses",
        "anew. Poses are found by the content of a video: renamed, copied, or judged by other rules, it needs no",
        "pose model a second time.",
        "Nor are its poses judged a second time when only limits and weights of rules changed: what was found and",
        "measured is kept beside them and scored anew, to the same files that judging gives. Another side, pattern,",
        "`--slowmo-factor` or `[reps]` threshold is judged anew; so is whatever is missing there, damaged, or of",
        "another version of armswing.",
        "The pictures come from a second reading of the file, of those parts alone in which one is wanted, and",
        "are kept when the rules change.",
        "",
        "A clip whose worker process dies is tried once more when all others are through, alone; then it is a",
        "failure.",
        "",
        "This page is compared with the code by a test (`pytest --update-golden` writes it anew).",
        "",
        "## summary.csv",
        "",
        "A row for each set; a clip without a repetition has one row, which says so.",
        "",
        *table((*WHICH, *SUMMARY_COLUMNS)),
        "",
        "## failures.csv",
        "",
        "| column | what it is |",
        "| --- | --- |",
        *failures,
        "",
        "## run.json",
        "",
        "| key | what it is |",
        "| --- | --- |",
        *keys,
    ]
    return "\n".join(lines) + "\n"


def test_the_page_of_a_batch_is_that_of_the_code(checkout: Path, request: pytest.FixtureRequest) -> None:
    path = checkout / "docs" / "batch.md"
    if request.config.getoption("--update-golden"):
        path.write_text(page(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page(), "if that is right: pytest --update-golden"
