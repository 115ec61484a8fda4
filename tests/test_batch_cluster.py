"""The same batch on a Dask cluster, one of whose machines goes away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import batch_work
from armswing.batch.cluster import cluster
from armswing.batch.planning import Settings
from armswing.batch.run import Watcher, run
from armswing.batch.work import Done
from armswing.errors import ConfigError
from batch_parts import do, season, tables, tree

pytestmark = [
    pytest.mark.slow,
    # distributed leaves sockets and loops to the collector when a worker was killed
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def two_workers() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as local:
        yield local


def test_a_worker_killed_half_way_changes_nothing(two_workers: Any, tmp_path: Path) -> None:
    clips = season(tmp_path / "in", count=10)
    do(clips, tmp_path / "calm")
    pids = [worker.pid for worker in two_workers.workers.values()]
    done: list[str] = []

    class Killer(Watcher):
        def done(self, path: str, _: Done) -> None:
            done.append(path)
            if len(done) == 4:
                os.kill(pids[0], signal.SIGKILL)

    with cluster(two_workers.scheduler_address) as (executor, places):
        assert places == 2
        settings = Settings(output_dir=tmp_path / "out", evidence=False, window=4)
        report = run(clips, settings, executor, watcher=Killer(), work=batch_work.do_slowly)
    assert (report.done, report.failed, report.complete) == (10, 0, True)
    assert tables(tmp_path / "out") == tables(tmp_path / "calm")
    assert {n: d for n, d in tree(tmp_path / "out").items() if ".part" not in n} == tree(tmp_path / "calm")


def test_no_scheduler_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the extra [cluster]")
    monkeypatch.setattr("armswing.batch.cluster.CONNECT_S", 1)
    with (
        pytest.raises(ConfigError, match=r"a scheduler that answers, got tcp://127\.0\.0\.1:9"),
        cluster("tcp://127.0.0.1:9"),
    ):
        pass
