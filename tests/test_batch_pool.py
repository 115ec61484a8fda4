"""The pool of processes: what one dies of is nobody else's business."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path
from typing import Any

import pytest

from armswing.batch.pool import WorkerDied, WorkerPool


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(2)
    yield pool
    pool.kill()
    assert pool.pids == ()


def gone(pid: int, patience_s: float = 20.0) -> bool:
    """Whether a process ends soon."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        try:  # a zombie that nobody waits for is gone all the same, once its other threads have ended too
            zombie = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"
            if zombie and len(list(Path(f"/proc/{pid}/task").iterdir())) == 1:
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_results_errors_and_answers_that_do_not_pickle_come_back(pool: WorkerPool) -> None:
    assert [future.result(60) for future in [pool.submit(operator.neg, n) for n in range(5)]] == [0, -1, -2, -3, -4]
    with pytest.raises(ValueError, match="no number"):
        pool.submit(int, "no number").result(60)
    with pytest.raises(Exception, match=r"(?i)pickle"):
        pool.submit(threading.Lock).result(60)
    with pytest.raises(Exception, match=r"(?i)pickle"):
        pool.submit(lambda: 1).result(60)
    assert pool.submit(operator.neg, 4).result(60) == -4


def test_processes_serve_many_tasks(pool: WorkerPool) -> None:
    pids = {pool.submit(os.getpid).result(60) for _ in range(6)}
    assert len(pids) <= 2
    assert os.getpid() not in pids
    assert pids <= set(pool.pids)


def test_a_process_is_followed_by_a_new_one_in_time() -> None:
    with WorkerPool(1, renew_after=2) as pool:
        pids = [pool.submit(os.getpid).result(60) for _ in range(5)]
        assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
        assert gone(pids[0])
        assert gone(pids[2])


@pytest.mark.parametrize(
    ("death", "how"),
    [((signal.raise_signal, signal.SIGKILL), "ended by SIGKILL"), ((os._exit, 3), "ended with code 3")],
)
def test_a_death_costs_its_own_task_and_no_other(pool: WorkerPool, death: tuple[Any, ...], how: str) -> None:
    futures = [pool.submit(*(death if n == 3 else (operator.neg, n))) for n in range(8)]
    wait(futures, 60)
    with pytest.raises(WorkerDied, match=how):
        futures[3].result(0)
    assert [future.result(0) for n, future in enumerate(futures) if n != 3] == [0, -1, -2, -4, -5, -6, -7]


def test_a_worker_killed_at_rest_costs_nothing(pool: WorkerPool) -> None:
    before = {pool.submit(os.getpid).result(60) for _ in range(4)}
    for pid in before:
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
    after = {pool.submit(os.getpid).result(60) for _ in range(4)}
    assert not before & after


def test_killing_the_pool_ends_its_processes_in_the_middle() -> None:
    pool = WorkerPool(1)
    working = pool.submit(time.sleep, 60)
    waiting = pool.submit(operator.neg, 1)
    until = time.monotonic() + 60
    while not pool.pids and time.monotonic() < until:
        time.sleep(0.01)
    (pid,) = pool.pids
    pool.kill()
    assert gone(pid)
    with pytest.raises(WorkerDied):
        working.result(0)
    with pytest.raises(CancelledError):
        waiting.result(0)
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(operator.neg, 1)


def test_workers_do_not_outlive_a_parent_that_is_killed() -> None:
    code = """
import os, time
from armswing.batch.pool import WorkerPool
if __name__ == "__main__":
    pool = WorkerPool(1)
    print(pool.submit(os.getpid).result(60), flush=True)
    pool.submit(time.sleep, 60)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.3)  # it is at work
        parent.kill()
    assert gone(pid)


def test_shutdown_waits_for_what_was_queued() -> None:
    with WorkerPool(1) as pool:
        futures = [pool.submit(operator.neg, n) for n in range(3)]
    assert [future.result(0) for future in futures] == [0, -1, -2]
    assert pool.pids == ()
