"""Worker processes behind the interface of `concurrent.futures`: the death of one costs its own task, nothing else.

Python's own `ProcessPoolExecutor` breaks as a whole when one process dies.  Pools that live on share a queue, and
with it a lock, between all workers: one that is killed while it holds the lock stops the others.  Here every
worker has a pipe of its own and a thread that waits at it, so nothing is shared that a death could leave locked.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection, wait
from typing import Any, ParamSpec, TypeVar

from armswing.io.memory import keep_memory_together

P = ParamSpec("P")
T = TypeVar("T")

RENEW_AFTER = 100
"""A process ends after so many tasks and is followed by a new one: reader and pose model keep 1 MB of every clip
(measured over 60 clips), and loading everything anew takes a few seconds."""

_PATIENCE_S = 5.0  # an idle worker leaves at once when its pipe closes; one that hangs is killed


class WorkerDied(RuntimeError):  # noqa: N818 - what happened, as StopIteration and KeyboardInterrupt
    """The process that worked on a task ended before the task did."""


class WorkerPool(Executor):
    """Runs each task in one of so many processes, which are started when first needed and serve many tasks.

    Parameters
    ----------
    jobs : int
        So many processes.
    renew_after : int
        So many tasks are done by one process before the next takes its place.

    Notes
    -----
    The processes are spawned, not forked, so a task must be a function of a module and its arguments must
    pickle.  A task whose process dies raises `WorkerDied`; the next task gets a new process.  When this
    process ends, however it does, its workers end too.
    """

    def __init__(self, jobs: int, *, renew_after: int = RENEW_AFTER) -> None:
        self._renew_after = renew_after
        self._context = multiprocessing.get_context("spawn")
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._workers: dict[int, _Worker] = {}
        self._closed = False
        self._killed = False
        self._threads = [
            threading.Thread(target=self._serve, args=(number,), name=f"armswing-worker-{number}", daemon=True)
            for number in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a task and return its future."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool is shut down: no task can be added")
            future: Future[T] = Future()
            self._tasks.put((future, fn, args, kwargs))
            return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks, finish those that were queued, or cancel them, and end the processes."""
        with self._lock:
            first, self._closed = not self._closed, True
        if cancel_futures:
            self._cancel()
        if first:
            for _ in self._threads:
                self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """End the processes at once, in the middle of their tasks, and wait until they are gone."""
        self._killed = True
        self._cancel()
        with self._lock:
            for worker in self._workers.values():
                worker.process.kill()
        self.shutdown()

    @property
    def pids(self) -> tuple[int, ...]:
        """The worker processes that are there."""
        with self._lock:
            return tuple(worker.process.pid or 0 for worker in self._workers.values())

    def _cancel(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                task = self._tasks.get_nowait()
                if task is None:
                    self._tasks.put(None)
                    return
                task[0].cancel()
                task[0].set_running_or_notify_cancel()

    def _serve(self, number: int) -> None:
        """Give one worker its tasks, one after the other."""
        while (task := self._tasks.get()) is not None:
            future, *call = task
            if future.set_running_or_notify_cancel():
                self._do(number, future, tuple(call))
            del task, future, call  # keep nothing while waiting
        with self._lock:
            worker = self._workers.pop(number, None)
        if worker is not None:
            worker.close()

    def _do(self, number: int, future: Future[Any], call: tuple[Any, ...]) -> None:
        try:
            with self._lock:
                if self._killed:
                    raise WorkerDied("the run was stopped")
                worker = self._workers.get(number)
                if worker is None or not worker.process.is_alive():  # it may have died at rest
                    worker = self._workers[number] = _Worker(self._context)
            done, value = worker.call(call)
            if worker.calls >= self._renew_after:
                with self._lock:
                    self._workers.pop(number, None)
                worker.close()
        except WorkerDied as error:
            with self._lock:
                self._workers.pop(number, None)
            future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - what does not pickle; whoever asked for it is told
            future.set_exception(error)
        else:
            if done:
                future.set_result(value)
            else:
                future.set_exception(value)


_Task = tuple[Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, context: Any) -> None:
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.calls = 0

    def call(self, task: tuple[Any, ...]) -> tuple[bool, Any]:
        """Have a task done; return whether it was, and its result or error."""
        self.calls += 1
        try:
            self._pipe.send(task)
            wait([self._pipe, self.process.sentinel])
            if self._pipe.poll():
                done, value = self._pipe.recv()
                return done, value
        except (EOFError, ConnectionError):
            pass  # it died while it read or wrote
        self.close()
        raise WorkerDied(_how_it_ended(self.process.exitcode))

    def close(self) -> None:
        self._pipe.close()
        self.process.join(_PATIENCE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return f"the worker process was ended by {signal.Signals(-code).name}"
    return f"the worker process ended with code {code}"


# --- in the worker process -------------------------------------------------------------------------


def _work(pipe: Connection) -> None:
    """Do what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the parent decides what it means
    keep_memory_together()
    logging.getLogger("armswing").addHandler(logging.NullHandler())  # the terminal is the parent's
    threading.Thread(target=_leave_with_parent, name="armswing-parent", daemon=True).start()
    while True:
        try:
            fn, args, kwargs = pipe.recv()
        except (EOFError, ConnectionError):
            return
        try:
            answer = (True, fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed over to whoever asked
            answer = (False, error)
        try:
            pipe.send(answer)
        except (BrokenPipeError, ConnectionError):
            return
        except Exception as error:  # noqa: BLE001 - an answer that does not pickle
            pipe.send((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _leave_with_parent() -> None:
    """Wait for the end of the parent process, however it comes, and end this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
