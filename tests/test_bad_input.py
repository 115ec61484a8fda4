"""What is no good video, or a strange one, ends in results or in one row of failures: never in anything else.

One run of ``armswing batch`` over all of `bad_input.CASES`, in its own worker processes, with a stand-in for the
pose model that reads every picture; then each file's end is looked at.  What other tests prove is not repeated here:

=====================================================  ========================================
what a reader gives: upright, square, times, cuts      test_video.py
one clear line for each kind of bad file               test_container.py
timestamps mended                                      test_timing.py
a worker that dies, a kill of the whole run            test_batch.py, test_batch_pool.py
a damaged file of poses                                test_pose_file.py, test_batch_resume.py
names of folders, nothing above the output folder      test_results.py, test_batch_resume.py
Parquet that is parted by a manifest's cells           test_batch_cli.py
=====================================================  ========================================
"""

from __future__ import annotations

import csv
import errno
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

import bad_input
from armswing.api import Options
from armswing.batch import run as batch
from armswing.batch.planning import Clip, Settings
from armswing.batch.work import Task, do_clip
from armswing.cli import main
from armswing.errors import ArmswingError
from armswing.io import files
from armswing.io.files import safe_text
from armswing.io.models import resolve_model
from bad_input import BY_ARGUMENT, CASES, Case, Reading, make_all
from batch_parts import Here, rows
from video_files import write_video

LONGEST_S = 300  # no run of this takes a tenth of it; a hang is a failure, not an endless test

FORMULA = ("=", "+", "-", "@", "\t", "\r")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="names, links and pipes that are not there")


@dataclass(frozen=True)
class Ran:
    """What a run over all cases left."""

    folder: Path
    out: Path
    code: int
    summary: dict[str, list[dict[str, str]]]
    failures: dict[str, list[dict[str, str]]]
    said: str

    @property
    def folders(self) -> dict[str, Path]:
        """The clips' folders by what stands in the tables."""
        return {in_table(path.name): path for path in self.out.iterdir() if path.is_dir() and path.name[0] != "."}


def by_path(table: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows(table):
        found.setdefault(row["path"], []).append(row)
    return found


def in_table(name: str) -> str:
    """A name as it stands in a table."""
    return safe_text(name).encode("utf-8", "backslashreplace").decode()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    root = tmp_path_factory.mktemp("bad")
    (root / "in").mkdir()
    make_all(root / "in")
    before = {str(path.relative_to(root)) for path in root.rglob("*")}
    readers = Reading(2)

    @contextmanager
    def executor(workers: int, dask: str | None) -> Iterator[tuple[Reading, int]]:
        yield readers, 2

    def hangs() -> None:
        readers.pool.kill()

    watchdog = threading.Timer(LONGEST_S, hangs)
    watchdog.start()
    with pytest.MonkeyPatch.context() as patch, open(root / "said", "w+", errors="replace") as said:  # noqa: PTH123
        patch.chdir(root / "in")
        patch.setattr("armswing.cli.batch._executor", executor)
        patch.setattr("sys.stderr", said)
        patch.setattr("sys.stdout", said)
        with pytest.raises(SystemExit) as stopped:
            main(["batch", ".", *BY_ARGUMENT, "-p", "pull", "-o", "../out", "--jobs", "2"])
        said.seek(0)
        text = said.read()
    watchdog.cancel()
    readers.pool.kill()
    after = {str(path.relative_to(root)) for path in root.rglob("*")}
    strange = {name for name in after - before if not name.startswith("out")} - {"said"}
    assert not strange, "something was written outside of the output folder"
    assert isinstance(stopped.value.code, int)
    tables = (by_path(root / "out" / f"{name}.csv") for name in ("summary", "failures"))
    yield Ran(root / "in", root / "out", stopped.value.code, *tables, text)
    shutil.rmtree(root, ignore_errors=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.name))
def test_each_file_ends_in_results_or_in_one_row(ran: Ran, case: Case) -> None:
    done, failed = (table.get(in_table(case.name), []) for table in (ran.summary, ran.failures))
    if failed:
        assert not done
        (row,) = failed
        assert case.says or case.either, row["what"]
        assert re.search(case.says, row["what"]), row["what"]
        assert "fault of armswing" not in row["what"]
        assert row["stage"] in ("open", "poses", "write")
        assert row["what_to_do"]
        assert "\n" not in row["what"] + row["what_to_do"]
        return
    assert done, "the file is in neither table"
    assert not case.says or case.either
    folder = ran.folders[done[0]["folder"]]
    frames = rows(folder / "frames.csv")
    assert len(frames) >= 1
    times = [float(frame["t_s"]) for frame in frames]
    assert all(earlier <= later for earlier, later in itertools.pairwise(times))
    document = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    if case.frames is not None:
        assert len(frames) == case.frames
        assert (document["video"]["width"], document["video"]["height"]) == case.size
        assert (document["warnings"] == []) == (done[0]["warnings"] == "")
    assert {path.name for path in folder.iterdir()} >= {"reps.csv", "frames.csv", "summary.json"}


def test_nothing_else_is_said_or_left(ran: Ran) -> None:
    assert ran.code == 1
    names = [in_table(case.name) for case in CASES]
    assert len(set(names)) == len(names)
    assert {*ran.summary, *ran.failures} == set(names)
    assert "Traceback" not in ran.said
    lines = ran.said.splitlines()
    assert all(line.startswith("armswing: ") for line in lines[:-4]), lines
    left = [path for path in ran.out.rglob("*") if ".part" in path.name]
    assert not left
    assert set(ran.folders) == {found[0]["folder"] for found in ran.summary.values()}


def test_what_is_cut_later_gives_no_fewer_pictures(ran: Ran) -> None:
    for kind in ("fast.mp4", "mkv", "ts", "webm"):
        counts = []
        for tenth in bad_input.TENTHS:
            found = ran.summary.get(f"cut_{tenth}.{kind}")
            counts.append(len(rows(ran.out / found[0]["folder"] / "frames.csv")) if found else 0)
        assert counts == sorted(counts), kind
        assert counts[-1] >= 14, kind


def test_no_cell_of_any_table_is_a_formula(ran: Ran) -> None:
    seen = 0
    for table in ran.out.rglob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name, cell in row.items():
                    assert not name.startswith(FORMULA)
                    if cell.startswith(FORMULA):
                        float(cell)  # a number may be negative
                    seen += cell.startswith("'=")
    assert seen >= 2  # the clip's own table, and that of all


def test_run_again_only_what_failed_is_tried_again(ran: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ran.folder)
    asked = []

    class Asks(Here):
        def submit(self, fn: object, task: Task) -> object:  # type: ignore[override]
            asked.append(task.path)
            return super().submit(lambda task: batch.failure(task.path, "open", "no; try"), task)

    @contextmanager
    def executor(workers: int, dask: str | None) -> Iterator[tuple[Asks, int]]:
        yield Asks(), 1

    monkeypatch.setattr("armswing.cli.batch._executor", executor)
    with pytest.raises(SystemExit):
        main(["batch", ".", *BY_ARGUMENT, "-p", "pull", "-o", "../out"])
    assert {in_table(name) for name in asked} <= set(ran.failures)


# ── the output folder ──


def test_an_output_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_video(tmp_path / "a.mp4")
    if os.geteuid():
        (tmp_path / "fixed").mkdir(mode=0o555)
    out = tmp_path / "fixed" / "out" if os.geteuid() else Path("/proc/armswing")  # where root may write nothing either
    with pytest.raises(SystemExit) as stopped:
        main(["batch", str(tmp_path / "a.mp4"), "-p", "pull", "-o", str(out)])
    said = capsys.readouterr().err
    assert (stopped.value.code, len(said.splitlines())) == (1, 1)
    assert "cannot be written there" in said


def one(folder: Path, name: str = "a.mp4") -> list[Clip]:
    if not (folder / name).exists():
        write_video(folder / name)
    return [Clip(path=name, file=str(folder / name), options=Options(pattern="pull"))]


def do(clips: list[Clip], out: Path, work: object = bad_input.do_reading) -> batch.Report:
    return batch.run(clips, Settings(output_dir=out), Here(), work=work)  # type: ignore[arg-type]


def test_a_clips_folder_that_cannot_be_made(tmp_path: Path) -> None:
    clips = one(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_text("mine")
    assert do(clips, tmp_path / "out").failed == 1
    (row,) = rows(tmp_path / "out" / "failures.csv")
    assert (row["path"], row["stage"]) == ("a.mp4", "write")
    assert (tmp_path / "out" / "a").read_text() == "mine"


@pytest.mark.parametrize("full", ["frames.csv", "summary.json", "a.jpg"])
def test_a_disk_that_fills_up_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    """What was there stays; once there is space, the same command does the rest."""
    clips = one(tmp_path) + one(tmp_path, "b.mp4")
    do(clips[:1], tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out" / "a").iterdir()}
    whole = files.whole_file

    @contextmanager
    def too_little(path: Path) -> Iterator[object]:
        with whole(path) as file:
            yield file
            if Path(path).name == full and not (tmp_path / "space").exists():
                file.flush()
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for module in ("files", "tables", "summary"):
        monkeypatch.setattr(f"armswing.io.{module}.whole_file", too_little, raising=False)

    def evidence(*args: object, **options: object) -> list[str]:
        if full == "a.jpg" and not (tmp_path / "space").exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return []

    monkeypatch.setattr("armswing.batch.work.write_evidence", evidence)
    os.utime(tmp_path / "a.mp4", (1, 1))  # changed since: to be done again
    report = do(clips, tmp_path / "out")
    assert (report.done, report.failed) == (0, 2)
    assert all("No space left" in row["what"] for row in rows(tmp_path / "out" / "failures.csv"))
    assert {path: path.read_bytes() for path in (tmp_path / "out" / "a").iterdir()} == before
    assert not (tmp_path / "out" / "b").exists()
    (tmp_path / "space").touch()
    report = do(clips, tmp_path / "out")
    assert (report.done, report.failed) == (2, 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_journal_on_a_full_disk_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_video(tmp_path / "a.mp4")
    (tmp_path / "out" / ".batch").mkdir(parents=True)
    (tmp_path / "out" / ".batch" / "journal.jsonl").symlink_to("/dev/full")
    monkeypatch.setattr("armswing.batch.journal.Path.read_bytes", lambda path: b"")

    @contextmanager
    def executor(workers: int, dask: str | None) -> Iterator[tuple[Here, int]]:
        yield Here(), 1

    monkeypatch.setattr("armswing.cli.batch._executor", executor)
    monkeypatch.setattr("armswing.api.find_poses", bad_input.read_poses)
    with pytest.raises(SystemExit) as stopped:
        main(["batch", str(tmp_path / "a.mp4"), "-p", "pull", "-o", str(tmp_path / "out"), "--quiet"])
    said = capsys.readouterr().err
    assert (stopped.value.code, len(said.splitlines())) == (1, 1), said
    assert "No space left" in said
    assert "fault" not in said


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)]
    if not mount or os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a disk, and not everywhere")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_real_disk_that_is_full(tiny_disk: Path, tmp_path: Path) -> None:
    clips = [clip for name in "abc" for clip in one(tmp_path, f"{name}.mp4")]
    out = tiny_disk / "out"
    assert do(clips[:1], out).done == 1
    (tiny_disk / "ballast").write_bytes(bytes(1 << 17))
    with suppress(OSError), (tiny_disk / "more").open("wb", 0) as file:
        while True:
            file.write(bytes(4096))
    with pytest.raises(ArmswingError, match="cannot be written"):
        do(clips, out)
    assert not list(out.rglob("*.part"))
    (tiny_disk / "ballast").unlink()
    report = do(clips, out)
    assert (report.skipped, report.done, report.failed) == (1, 2, 0)


# ── manifests ──


def test_no_path_of_a_manifest_leads_a_write_out_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "a" / "b" / "season"
    deep.mkdir(parents=True)
    video = write_video(tmp_path / "a" / "clip.mp4")
    (deep / "link.mp4").symlink_to(video)
    (deep / "links").symlink_to(tmp_path / "a", target_is_directory=True)
    drive = write_video(deep / "C:\\up\\..\\..\\clip.mp4")
    write_video(tmp_path / "a" / "other.mp4", frames=12)
    good = [str(video), "../../other.mp4", "links/../links/clip.mp4", "link.mp4", drive.name]
    bad = [
        "..",
        "/",
        "../../../../../../../../etc/passwd",
        "\\\\host\\share\\clip.mp4",
        "~nobody-of-this-name/clip.mp4",
    ]
    bad += ["~", "con", "NUL", "https:/x", "a" * 300 + ".mp4", "x/" * 3000 + "y.mp4", "-o/../../y.mp4", "\x1b[2J.mp4"]
    with (deep / "list.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "pattern", "athlete", "=cmd", "folder", "@note"])
        for number, name in enumerate([*good, *bad]):
            writer.writerow([name, "pull", "../../..", "+1", "../../elsewhere", "\t=1" if number else "\r-1"])
    monkeypatch.chdir(deep)
    before = set(tmp_path.rglob("*"))

    @contextmanager
    def executor(workers: int, dask: str | None) -> Iterator[tuple[Here, int]]:
        yield Here(), 1

    monkeypatch.setattr("armswing.cli.batch._executor", executor)
    monkeypatch.setattr("armswing.api.find_poses", bad_input.read_poses)
    with pytest.raises(SystemExit) as stopped:
        main(["batch", "list.csv", "-o", "out", "--quiet"])
    assert stopped.value.code == 1
    new = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(deep / "out") for path in new)
    assert all(path.resolve().is_relative_to(deep / "out") for path in new)
    summary, failures = by_path(deep / "out" / "summary.csv"), by_path(deep / "out" / "failures.csv")
    assert set(summary) == set(good)
    assert set(failures) == {safe_text(name) for name in bad}
    assert all(len(found) == 1 and "fault" not in found[0]["what"] for found in failures.values())
    for table in (deep / "out").rglob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file)):
                text = row if number == 0 or table.name == "failures.csv" else row[:2]
                assert not any(cell.startswith(FORMULA) for cell in text), (table, row)
    (row,) = summary["link.mp4"]
    assert (row["'=cmd"], row["'@note"], row["manifest_folder"]) == ("'+1", "'\t=1", "../../elsewhere")


# ── the pose model itself ──


def test_the_pose_model_takes_the_strange_ones_too(tmp_path: Path) -> None:
    wanted = {"point.avi", "line.avi", "huge.avi", "one.mp4", "alpha.webm"}
    cases = [case for case in CASES if case.name in wanted]
    make_all(tmp_path, cases)
    options = Options(pattern="pull", model="lite")
    assert resolve_model("lite")
    clips = [Clip(path=case.name, file=str(tmp_path / case.name), options=options) for case in cases]
    batch.run(clips, Settings(output_dir=tmp_path / "out"), Here(), work=do_clip)
    found = {row["path"]: row for row in rows(tmp_path / "out" / "summary.csv")}
    assert rows(tmp_path / "out" / "failures.csv") == []
    assert {row["reason"] for row in found.values()} == {"NOBODY"}
    assert set(found) == wanted
