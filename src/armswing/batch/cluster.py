"""A Dask cluster as the executor of a batch: SLURM, Kubernetes or a few machines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from armswing.errors import ConfigError

CONNECT_S = 30


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a scheduler; give its executor and how many tasks it can do at a time.

    Parameters
    ----------
    address : str
        ``tcp://scheduler:8786``, or the scheduler's file.

    Raises
    ------
    ConfigError
        When distributed is not installed, or there is no scheduler.

    Notes
    -----
    A worker that dies has its clips done by others; a clip whose workers die again and again
    (``distributed.scheduler.allowed-failures``, 3) fails alone.
    """
    try:
        import distributed
    except ImportError as error:
        raise ConfigError("--dask needs distributed; install it with: pip install 'armswing[cluster]'") from error
    connect: Any = distributed.Client  # carries no types
    named = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = connect(**named, timeout=CONNECT_S)
    except (OSError, TimeoutError, ValueError) as error:
        raise ConfigError(f"--dask must be the address of a scheduler that answers, got {address} ({error})") from error
    with client:
        executor = client.get_executor(pure=False)
        try:
            yield executor, max(sum(client.ncores().values()), 1)
        finally:
            executor.shutdown(wait=False)
