"""``armswing batch`` as a user runs it: inputs of every kind, exit codes, what one sees."""

from __future__ import annotations

import csv
import functools
import http.server
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import batch_work
from armswing.batch.work import Failed
from armswing.cli import main
from armswing.cli.batch_progress import watching, words_of_pace
from armswing.io.evidence import is_evidence
from armswing.io.samples import sample_videos
from batch_parts import TABLES, Here, rows
from stores import object_store


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder, in this process, with poses that are pretended."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("armswing.api.find_poses", batch_work.pretend_poses)
    monkeypatch.setattr("armswing.batch.work.write_evidence", lambda *args, **options: [])

    @contextmanager
    def here(workers: int, dask: str | None) -> Iterator[tuple[Executor, int]]:
        yield Here(), workers

    monkeypatch.setattr("armswing.cli.batch._executor", here)

    def run_it(*args: object, stdin: str = "") -> Outcome:
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as stopped:
            main(["batch", *[str(arg) for arg in args]])
        captured = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return Outcome(stopped.value.code, captured.out, captured.err)

    return run_it


def videos(*names: str, text: str = "rows 1") -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def paths(table: str = "results/summary.csv") -> list[str]:
    return [row["path"] for row in rows(Path(table))]


# ── inputs ──


def test_files_folders_patterns_and_a_list(run: Run) -> None:
    videos("z.mp4", "clips/b.mov", "clips/deep/a.mp4", "more/x1.mp4", "more/x2.mp4", "a b.mp4")
    done = run("z.mp4", "clips", "more/x?.mp4", "-", "-p", "pull", stdin="a b.mp4\nz.mp4\r\n\nnone.mp4\n")
    assert done.code == 1
    assert paths() == ["z.mp4", "clips/b.mov", "clips/deep/a.mp4", "more/x1.mp4", "more/x2.mp4", "a b.mp4"]
    (failed,) = rows(Path("results/failures.csv"))
    assert (failed["path"], failed["stage"]) == ("none.mp4", "open")
    # They are copies of one video.
    assert done.out.startswith("7 clips: 6 done (5 from poses kept earlier) and 1 failed\n")


def test_a_manifest_says_what_is_done_and_what_is_carried(run: Run) -> None:
    videos("season/clips/a.mp4", "season/clips/b.mp4", "season/clips/c.mp4")
    Path("season/list.csv").write_text(
        "path,pattern,side,athlete,date\n"
        "clips/a.mp4,pull,right,Ada,2026-03-01\n"
        "clips/b.mp4,push,,Bo,2026-03-02\n"
        "clips/c.mp4,jump,,Cy,\n"
        "clips/c.mp4,pull,up,Cy,\n"
        ",pull,,Di,\n"
        "../../../etc/passwd,pull,,Eve,\n"
    )
    done = run("season/list.csv")
    assert done.code == 1
    found = rows(Path("results/summary.csv"))
    assert [(r["path"], r["athlete"], r["date"], r["pattern"]) for r in found] == [
        ("clips/a.mp4", "Ada", "2026-03-01", "pull"),
        ("clips/b.mp4", "Bo", "2026-03-02", "push"),
    ]
    failed = rows(Path("results/failures.csv"))
    assert [row["stage"] for row in failed] == ["input", "input", "input", "open"]
    assert "line 4: " in failed[0]["what"]
    assert "'jump'" in failed[0]["what"]
    assert "side must be one of" in failed[1]["what"]
    assert "line 6: expected the path of a video" in failed[2]["what"]
    assert {path.name for path in Path("results").iterdir()} >= {"a", "b"}
    assert not Path("../etc").exists()


def test_what_is_carried_tells_clips_apart_and_is_not_lost(run: Run) -> None:
    videos("a.mp4")
    Path("ann.csv").write_text("path,athlete\na.mp4,Ann\n")
    assert run("a.mp4", "ann.csv", "a.mp4", "-p", "pull").code == 0
    assert [row["athlete"] for row in rows(Path("results/summary.csv"))] == ["Ann"]
    Path("both.csv").write_text("path,pattern,athlete\na.mp4,pull,Ann\na.mp4,pull,Bob\na.mp4,pull,Ann\n")
    assert run("both.csv", "-o", "both").code == 0
    assert [row["athlete"] for row in rows(Path("both/summary.csv"))] == ["Ann", "Bob"]


def test_a_pattern_must_come_from_somewhere(run: Run) -> None:
    videos("a.mp4")
    Path("list.csv").write_text("path\na.mp4\n")
    done = run("a.mp4")
    assert (done.code, done.err) == (2, "armswing: --pattern must say which exercise a.mp4 shows: pull, push or lift\n")
    done = run("list.csv")
    assert done.code == 1
    assert "expected a pattern, got none" in done.err
    assert run("list.csv", "-p", "pull").code == 0


@pytest.mark.parametrize(
    ("args", "complaint"),
    [
        (["-p", "pull", "--jobs", "0"], "--jobs must be a number of processes from 1, got 0"),
        (["-p", "pull", "--format", "xlsx"], "--format must be csv or parquet, got 'xlsx'"),
        (["-p", "jump"], "jump"),
        (["-p", "pull", "--model", "none.task"], "no such file"),
        (["-p", "pull", "-o", "a.mp4"], "must be a folder"),
    ],
)
def test_wrong_usage_is_one_line_and_touches_nothing(run: Run, args: list[str], complaint: str) -> None:
    videos("a.mp4")
    done = run("a.mp4", *args)
    assert done.code == 2
    assert complaint in done.err
    assert len(done.err.splitlines()) == 1
    assert [path.name for path in Path().iterdir()] == ["a.mp4"]


# ── what one sees ──


def test_a_second_run_says_how_many_are_left_alone(run: Run) -> None:
    videos("a.mp4")
    videos("b.mp4", text="rows 2")
    assert run("a.mp4", "-p", "pull").code == 0
    done = run("a.mp4", "b.mp4", "-p", "pull")
    assert done.code == 0
    assert done.out.startswith("2 clips: 1 done and 1 done before and left alone\n")
    assert done.err == "armswing: 1 of 2 are done under the same options and are left alone (--force does all)\n"
    assert run("a.mp4", "b.mp4", "-p", "pull", "--force").out.startswith("2 clips: 2 done\n")


def test_what_poses_were_kept_for_is_told(run: Run) -> None:
    videos("a.mp4")
    videos("b.mp4", text="rows 2")
    videos("c.mp4", text="rows 3")
    Path("rules.toml").write_text("[rules.PULL_FLARE]\ngood_to = 45\nzero_above = 70\n")
    assert run("a.mp4", "b.mp4", "-p", "pull").out.startswith("2 clips: 2 done\n")
    done = run("a.mp4", "b.mp4", "c.mp4", "-p", "pull", "--config", "rules.toml")
    assert done.out.startswith("3 clips: 3 done (2 from poses kept earlier)\n")
    assert json.loads(Path("results/run.json").read_text())["clips"]["from_cached_poses"] == 2
    assert run("a.mp4", "-p", "pull", "--config", "rules.toml", "--force").out.startswith("1 clip: 1 done\n")


def test_dry_run_says_what_would_be_done_and_does_nothing(run: Run) -> None:
    videos("a.mp4", "w/a.mp4")
    run("a.mp4", "-p", "pull")
    before = sorted(path for path in Path("results").rglob("*"))
    done = run("a.mp4", "w/a.mp4", "none/*.mp4", "-p", "pull", "--dry-run")
    assert done.code == 1
    assert done.out.splitlines() == [
        "done   pull  a.mp4 -> results/a",
        "to do  pull  w/a.mp4 -> results/a-2",
        "2 clips: 1 done before, 1 to do; 1 input came to nothing",
    ]
    assert "nothing has such a name" in done.err
    assert sorted(path for path in Path("results").rglob("*")) == before
    assert run("a.mp4", "-p", "pull", "--dry-run", "-o", "other").code == 0
    assert not Path("other").exists()


def test_json_is_the_document_of_the_run(run: Run) -> None:
    videos("a.mp4")
    done = run("a.mp4", "-p", "pull", "--json")
    assert json.loads(done.out) == json.loads(Path("results/run.json").read_text())
    assert done.err == ""


def test_failures_are_told_as_they_come(run: Run) -> None:
    videos("a.mp4")
    videos("bad.mp4", text="bad")
    done = run("bad.mp4", "a.mp4", "-p", "pull", "--quiet")
    assert (done.code, done.out) == (1, "")
    assert done.err == f"armswing: {Path('bad.mp4').absolute()}: expected a video file, got a bad one; copy it anew\n"
    done = run("bad.mp4", "a.mp4", "-p", "pull", "--fail-fast", "-o", "other", "--jobs", "1")
    assert done.code == 1


def test_the_rest_is_estimated_from_the_pace() -> None:
    assert words_of_pace(4, 8, 10.0) == "24.0 clips/min, 20 s left"


def test_on_a_narrow_terminal_names_give_way_and_figures_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=70)
    monkeypatch.setattr("armswing.cli.batch_progress.messages", lambda: console)
    with watching(quiet=False) as watcher:
        watcher.begin(120, 20)
        watcher.tick(["clips/" + "a-long-name-" * 5 + ".mp4", "https://host/b.mp4", "c.mp4", "d.mp4", "e.mp4"])
        watcher.failed(Failed(path="x.mp4", stage="open", what="x.mp4: expected a video", remedy="give one"))
        watcher.tick(["a-long-name-" * 5, "b.mp4"])
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen.getvalue()).replace("\r", "\n").splitlines()
    assert any(re.search(r"21/120 [\d.]+ clips/min, .* left a-long", line) for line in lines)
    assert all(len(line) <= 70 for line in lines)


def test_ctrl_c_leaves_what_is_done_and_goes_on_from_there(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate("abc"):
        videos(f"{name}.mp4", text=f"rows {number}")
    pretended = batch_work.pretend_poses

    def stop_at_b(video: Path, *args: Any, **options: Any) -> Any:
        if video.name == "b.mp4":
            raise KeyboardInterrupt
        return pretended(video, *args, **options)

    monkeypatch.setattr("armswing.api.find_poses", stop_at_b)
    monkeypatch.setattr("armswing.cli.batch.AHEAD", 1)
    done = run("a.mp4", "b.mp4", "c.mp4", "-p", "pull", "-j", 1)
    assert (done.code, done.err.splitlines()[-1]) == (130, "armswing: stopped")
    assert paths() == ["a.mp4"]
    assert json.loads(Path("results/run.json").read_text())["complete"] is False
    monkeypatch.setattr("armswing.api.find_poses", pretended)
    done = run("a.mp4", "b.mp4", "c.mp4", "-p", "pull")
    assert done.out.startswith("3 clips: 2 done and 1 done before")
    assert paths() == ["a.mp4", "b.mp4", "c.mp4"]


# ── from elsewhere ──


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server over a folder, for as long as a test runs."""
    handler = functools.partial(_Quiet, directory=str(tmp_path / "web"))
    (tmp_path / "web").mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def test_addresses_are_fetched_and_known_again(run: Run, server: str, tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="needs the extra [cloud]")
    pytest.importorskip("aiohttp", reason="needs the extra [cloud]")
    for name, text in {"season 1/a.mp4": "rows 1", "season 1/b.mp4": "rows 2"}.items():
        (tmp_path / "web" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "web" / name).write_text(text)
    good = [f"{server}/season%201/{name}.mp4" for name in "ab"]
    done = run(*good, f"{server}/none.mp4", "-p", "pull")
    assert done.code == 1
    assert paths() == good
    assert sorted(path.name for path in Path("results").iterdir() if path.is_dir()) == [".batch", ".poses", "a", "b"]
    (failed,) = rows(Path("results/failures.csv"))
    assert failed["path"] == f"{server}/none.mp4"
    assert "cannot be fetched" in failed["what"]
    assert json.loads(Path("results/a/summary.json").read_text())["video"]["name"] == "a.mp4"
    done = run(*good, "-p", "pull")
    assert done.out.startswith("2 clips: 0 done and 2 done before")


def test_an_address_of_an_unknown_kind(run: Run) -> None:
    pytest.importorskip("fsspec", reason="needs the extra [cloud]")
    done = run("nowhere://x/a.mp4", "-p", "pull")
    assert done.code == 1
    (failed,) = rows(Path("results/failures.csv"))
    assert "nowhere" in failed["what"]


STORES = {"s3": "s3fs", "gs": "gcsfs"}


@pytest.fixture
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of an object store, by the kind of its addresses; the libraries are sent to this machine for it."""
    kind = request.param
    fsspec = pytest.importorskip("fsspec", reason="needs the extra [cloud]")
    pytest.importorskip(STORES[kind], reason="needs the extra [cloud]")
    names = ("x/a.mp4", "x/y/b.MOV", "x/note.txt", "c 1.mp4")
    with object_store({f"season/{name}": b"rows 1" for name in names}) as address:
        for name, value in {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "any",
            "STORAGE_EMULATOR_HOST": address,
        }.items():
            monkeypatch.setenv(name, value)
        fsspec.get_filesystem_class(kind).clear_instance_cache()
        yield f"{kind}://season"
        fsspec.get_filesystem_class(kind).clear_instance_cache()


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_folders_and_patterns_of_an_object_store(run: Run, store: str) -> None:
    done = run(f"{store}/x/", f"{store}/*.mp4", f"{store}/none.mp4", "-p", "pull")
    assert done.code == 1
    assert paths() == [f"{store}/x/a.mp4", f"{store}/x/y/b.MOV", f"{store}/c 1.mp4"]
    (failed,) = rows(Path("results/failures.csv"))
    assert (failed["path"], failed["stage"]) == (f"{store}/none.mp4", "open")
    assert json.loads(Path("results/a/summary.json").read_text())["video"]["name"] == "a.mp4"
    assert run(f"{store}/x/", "-p", "pull").out.startswith("2 clips: 0 done and 2 done before")


# ── parquet ──


def test_parquet_is_parted_by_athlete_and_date(run: Run) -> None:
    ds = pytest.importorskip("pyarrow.dataset", reason="needs the extra [parquet]")
    videos("a.mp4", "b.mp4", "c.mp4")
    Path("list.csv").write_text(
        "path,athlete,date,note\na.mp4,Ada,2026-03-01,first\nb.mp4,../../../Bo,2026-03-01,\nc.mp4,Ada,,=1+1\n"
    )
    run("list.csv", "-p", "pull")
    assert Path("results/reps.csv").exists()
    in_csv = rows(Path("results/reps.csv"))
    assert run("list.csv", "-p", "pull", "--format", "parquet").code == 0
    assert not Path("results/reps.csv").exists()
    assert not Path("results/summary.csv").exists()
    for name in ("summary", "reps"):
        folder = Path("results") / f"{name}.parquet"
        assert all(file.resolve().is_relative_to(folder.resolve()) for file in folder.rglob("*.parquet"))
        assert (folder / "athlete=Ada" / "date=2026-03-01").is_dir()
    table = ds.dataset("results/reps.parquet", partitioning="hive").to_table()
    found = {(row["path"], row["rep_index"]): row for row in table.to_pylist()}
    assert len(found) == len(in_csv)
    for row in in_csv:
        other = found[row["path"], int(row["rep_index"])]
        assert other["peak_s"] == float(row["peak_s"])
        assert other["score"] == (float(row["score"]) if row["score"] else None)
        assert (other["note"] or "") == row["note"]
    assert {row["path"]: row["athlete"] for row in table.to_pylist()}["b.mp4"] == "../../../Bo"
    assert not (Path("..") / "Bo").exists()
    assert run("list.csv", "-p", "pull").code == 0
    assert not Path("results/reps.parquet").exists()


# ── for real ──


@pytest.mark.slow
def test_two_samples_in_two_processes(tmp_path: Path) -> None:
    """The command as a user runs it; what comes out is what `armswing analyze` writes, with pictures."""
    samples = [path for path in sample_videos() if path.name.startswith(("pull_flared", "pull_armonly"))]
    options = ["-p", "pull", "--time-range", "0", "3.4"]

    def armswing(*args: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "armswing", *map(str, args), *options]
        return subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=500,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    (tmp_path / "text.mp4").write_text("no video\n")
    done = armswing("batch", *samples, "text.mp4", "-o", "batch", "--jobs", 2)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("armswing: ") == len(done.stderr.splitlines()) == 1
    assert done.stdout.startswith("3 clips: 2 done and 1 failed\n")
    assert armswing("analyze", *samples, "-o", "each").returncode == 0
    for sample in samples:
        ours, theirs = tmp_path / "batch" / sample.stem, tmp_path / "each" / sample.stem
        for name in ("reps.csv", "frames.csv", "summary.json"):
            assert (ours / name).read_bytes() == (theirs / name).read_bytes()
        pictures = [path for path in ours.iterdir() if is_evidence(path.name)]
        reps = [row for row in rows(ours / "reps.csv") if row["rep_index"]]
        assert len(reps) >= 1
        assert len(pictures) == 3 * len(reps)
        assert all(path.read_bytes()[:2] == b"\xff\xd8" for path in pictures)
    before = {name: (tmp_path / "batch" / name).read_bytes() for name in TABLES}
    again = armswing("batch", *samples, "text.mp4", "-o", "batch", "--jobs", 2)
    assert "2 of 3 are done" in again.stderr
    assert {name: (tmp_path / "batch" / name).read_bytes() for name in TABLES} == before


def test_what_stands_in_the_tables_is_one_csv(run: Run) -> None:
    videos('a,"b".mp4')
    run('a,"b".mp4', "-p", "pull")
    data = Path("results/summary.csv").read_bytes().decode()
    header, first = csv.reader(io.StringIO(data, newline=""))
    assert data.startswith(",".join(header) + "\r\n")
    assert first[:2] == ['a,"b".mp4', "a,_b_"]
    assert len(first) == len(header)
