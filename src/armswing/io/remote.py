"""Videos that are not on this machine: ``https://``, ``s3://``, ``gs://`` and whatever else fsspec reaches."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from armswing.errors import ConfigError, VideoError

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_CHANGES = ("ETag", "etag", "md5Hash", "LastModified", "last_modified", "mtime", "updated", "created")
"""What stores say of a file by which a change of it is seen, the surest first."""


def is_remote(name: str) -> bool:
    """Return whether a name is the address of something elsewhere.

    Examples
    --------
    >>> is_remote("s3://bucket/clip.mp4"), is_remote("clips/a.mp4"), is_remote("C:/clip.mp4")
    (True, False, False)
    """
    return _URL.match(name) is not None


def remote_name(url: str) -> str:
    """Return the file's name of an address.

    Examples
    --------
    >>> remote_name("https://host/season/clip%201.mp4?token=x")
    'clip 1.mp4'
    """
    path = url.partition("://")[2]
    if url.startswith(("http:", "https:")):
        path = unquote(path.partition("?")[0].partition("#")[0])
    return PurePosixPath(path.replace("\\", "/")).name or "clip"


def find_remote(name: str, suffixes: frozenset[str]) -> list[str]:
    """Return the videos behind an address: a file, a folder (``…/``), or a pattern with ``*``.

    Raises
    ------
    VideoError
        When the place cannot be reached.
    ConfigError
        When fsspec, or its part for this kind of address, is not installed.
    """
    folder = name.endswith("/")
    if not folder and "*" not in name:
        return [name]
    system, path = _system(name)
    try:
        found = system.find(path) if folder else system.glob(path)
        urls = [str(system.unstrip_protocol(file)) for file in sorted(found)]
    except Exception as error:
        raise _unreachable(name, error) from error
    return [url for url in urls if PurePosixPath(remote_name(url)).suffix.lower() in suffixes] if folder else urls


def remote_stamp(url: str) -> str:
    """Return what tells a changed file from the one before, as far as its store says."""
    system, path = _system(url)
    try:
        about = system.info(path)
    except Exception as error:
        raise _unreachable(url, error) from error
    change = next((about[key] for key in _CHANGES if about.get(key)), "")
    return f"{about.get('size')}:{change}"


@contextlib.contextmanager
def fetched(url: str) -> Iterator[Path]:
    """Give a copy of a remote file, with its name, for as long as the block runs.

    Raises
    ------
    VideoError
        When it cannot be fetched.
    """
    system, path = _system(url)
    with tempfile.TemporaryDirectory(prefix="armswing-") as folder:
        copy = Path(folder, Path(remote_name(url)).name[-100:])
        try:
            system.get_file(path, str(copy))
        except Exception as error:
            raise _unreachable(url, error) from error
        yield copy


def _system(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise ConfigError(f"{url}: addresses need fsspec; install it with: pip install 'armswing[cloud]'") from error
    try:
        system, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise ConfigError(f"{url}: {error}") from error
    except ValueError as error:
        raise VideoError(f"{url}: expected an address that fsspec knows, got {error}; check the spelling") from error
    return system, path


def _unreachable(url: str, error: Exception) -> VideoError:
    reason = " ".join(str(error).split()) or type(error).__name__
    return VideoError(f"{url}: cannot be fetched ({type(error).__name__}: {reason[:200]}); check the address")
