"""A process keeps its memory together."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys, threading
from armswing.io.memory import keep_memory_together
if sys.argv[1] == "together":
    keep_memory_together()
barrier = threading.Barrier(6)
def work():
    barrier.wait()
    kept = [bytes(2000) for _ in range(1000)]
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library has a heap a thread")
@pytest.mark.parametrize(("how", "one"), [("together", True), ("as it comes", False)])
def test_threads_share_one_heap(how: str, one: bool) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True)
    assert (done.stdout.count("<heap nr=") == 1) is one
