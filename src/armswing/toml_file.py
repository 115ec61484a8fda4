"""The TOML files of a user: read in one place, so that what is wrong with one is said in one way."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from armswing.errors import ConfigError

T = TypeVar("T")


def read_toml(path: str | os.PathLike[str], what: str, parse: Callable[[Mapping[str, Any]], T]) -> T:
    """Return what ``parse`` makes of a file.

    Parameters
    ----------
    path : path
        The file.
    what : str
        What it holds, for the message: ``the settings``.
    parse : callable
        Takes the tables; what it finds wrong is said with the name of the file.

    Raises
    ------
    ConfigError
        When the file cannot be read, is no TOML, or ``parse`` raises one.
    """
    file = Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file}: {what} cannot be read ({error.strerror}); check the path") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of 5000 digits, tables in tables
        raise ConfigError(
            f"{file}: expected TOML, got text that is none ({str(error)[:200]}); correct that line"
        ) from error
    try:
        return parse(data)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from error
