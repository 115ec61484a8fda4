"""Notebooks are documentation, so they run; what is committed was run, and is small and clean."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import armswing

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
# Outside of a checkout, as against a built wheel, there are none: the one case that is left skips.
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb")) or [FOLDER / "any.ipynb"]
MOST_BYTES = 300_000
A_CELL_TAKES_S = 300  # the pose model on two busy cores

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


@pytest.mark.slow
@every_notebook
def test_it_runs(path: Path, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat", reason="notebooks are run by nbclient: pip install --group notebook")
    nbclient = pytest.importorskip("nbclient", reason="notebooks are run by nbclient: pip install --group notebook")
    pytest.importorskip("ipykernel", reason="notebooks are run with ipykernel: pip install --group notebook")
    monkeypatch.setenv("PYTHONPATH", str(Path(armswing.__file__).parents[1]))  # the very package under test
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))  # not the user's own start-up files
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=A_CELL_TAKES_S, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()  # raises CellExecutionError with the cell and the traceback
    said = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [output for output in said if output.get("name") == "stderr"] == []


@every_notebook
def test_it_was_run_before_it_was_committed(path: Path, checkout: Path) -> None:
    code = [cell for cell in cells_of(path) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert outputs
    assert [output for output in outputs if output["output_type"] == "error" or output.get("name") == "stderr"] == []


@every_notebook
def test_it_is_small_and_names_no_machine(path: Path, checkout: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) <= MOST_BYTES
    without_pictures = re.sub(r'"image/png": "[^"]*"', "", text)
    assert re.search(r"/(home|tmp|root|work|Users)/|[A-Z]:\\\\", without_pictures) is None


@every_notebook
def test_it_is_narrated(path: Path, checkout: Path) -> None:
    kinds = [cell["cell_type"] for cell in cells_of(path)]
    assert kinds[0] == "markdown"
    assert kinds.count("markdown") >= kinds.count("code")
