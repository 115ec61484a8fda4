"""Counts and cues, spoken by a process of its own: nothing here ever waits for a word.

Speech is an extra: ``pip install 'armswing[voice]'``; on Debian it needs libespeak-ng1 and alsa-utils as well.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from armswing.errors import ConfigError
from armswing.io import voice_process

RATE = 180
"""Words a minute: a cue of 8 words is over in 3 s, about the time of one repetition (our judgement)."""

START_S = 30.0
"""A speech engine that is not up after so long will not be (our judgement)."""

END_S = 1.0
"""A process that has not ended so long after it was asked to is killed (our judgement)."""


class Voice:
    """Speak short texts, the newest first.

    What is being spoken is spoken to its end, for half a word helps nobody.  One text waits meanwhile: a newer one
    takes its place, for a count that comes late is wrong.

    Parameters
    ----------
    rate : int
        Words a minute.
    voice : str, optional
        Name of a voice, see `voices`; that of the system without.
    command : sequence of str, optional
        Another program that speaks; see `armswing.io.voice_process` for what it reads and writes.

    Attributes
    ----------
    muted : bool
        Nothing new is spoken.

    Raises
    ------
    ConfigError
        When there is no voice of that name; the message has the nearest.  Whatever else goes wrong is `trouble`.
    """

    def __init__(self, *, rate: int = RATE, voice: str | None = None, command: Sequence[str] | None = None) -> None:
        self.muted = False
        self._trouble: str | None = None
        self._delay_s = float("nan")
        self._lock = threading.Lock()
        self._started = threading.Event()
        self._idle = False
        self._waiting: tuple[str, float] | None = None
        self._said_at = float("nan")
        self._closed = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                command or _command("--rate", str(rate), *_named(voice)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                **_apart(),
            )
        except OSError as error:
            self._fail(f"no process can be started ({error.strerror})")
        except ConfigError:
            self._errors.close()
            raise
        self._listener = threading.Thread(target=self._listen, name="voice", daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def trouble(self) -> str | None:
        """Why there is no speech: one line, what to do after a semicolon; None while all is well."""
        return self._trouble

    @property
    def delay_s(self) -> float:
        """Seconds from `say` to the first sound of the text spoken last; NaN before."""
        return self._delay_s

    def say(self, text: str) -> None:
        """Speak a text, now or after the one that is being spoken; returns at once."""
        text = " ".join(text.split())
        with self._lock:
            if self.muted or self._trouble or self._closed or not text:
                return
            self._waiting = text, time.perf_counter()
            self._next()

    def wait_until_ready(self, timeout_s: float = START_S) -> bool:
        """Wait until the first text can be spoken; return whether it can."""
        return self._started.wait(timeout_s) and self._trouble is None

    def close(self) -> None:
        """End the process, in the middle of a word if need be."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        if self._process is not None:
            _end(self._process)
        self._listener.join(END_S)
        self._errors.close()

    # -- the process ------------------------------------------------------------------------------
    def _next(self) -> None:
        """Send the text that waits, if the process has nothing to do; the lock is held."""
        if not self._idle or self._waiting is None or self._closed:
            return
        (text, self._said_at), self._waiting = self._waiting, None
        if self.muted or self._process is None or self._process.stdin is None:
            return
        self._idle = False
        # It waits for this one line, so there is room for it: writing does not block.
        with contextlib.suppress(OSError):  # it died: the listener tells
            self._process.stdin.write(f"{text}\n".encode())
            self._process.stdin.flush()

    def _listen(self) -> None:
        """Follow what the process says of itself, until it ends."""
        if self._process is None or self._process.stdout is None:
            return
        with self._process.stdout as lines:
            for line in lines:
                word, _, rest = line.decode(errors="replace").strip().partition("\t")
                if word == "trouble":
                    self._fail(rest)
                elif word == "began":
                    self._delay_s = time.perf_counter() - self._said_at
                elif word in ("ready", "done"):
                    with self._lock:
                        self._idle = True
                        self._next()
                    self._started.set()
        if not self._closed and self._trouble is None:
            self._fail(self._last_words(self._process))

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"the voice stopped ({lines[-1] if lines else f'code {process.returncode}'}); start again to hear it"

    def _fail(self, trouble: str) -> None:
        self._trouble = " ".join(trouble.split())
        self._started.set()


def voices() -> tuple[str, ...]:
    """Return the names of the voices there are.

    Raises
    ------
    ConfigError
        When there is no speech; the message says why and what to do.
    """
    return tuple(name for _, name in _voices())


def _voices() -> list[tuple[str, str]]:
    """Return identifier and name of each voice."""
    try:
        done = subprocess.run(
            _command("--voices"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_S,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"the voices cannot be listed: {error}") from error
    found = [line.split("\t") for line in done.stdout.splitlines()]
    trouble = next((fields[1] for fields in found if fields[0] == "trouble"), "")
    if trouble or done.returncode != 0:
        why = trouble or (done.stderr.strip().splitlines() or [f"code {done.returncode}"])[-1]
        raise ConfigError(f"the voices cannot be listed: {why}")
    return [(fields[1], fields[2]) for fields in found if fields[0] == "voice"]


def _named(voice: str | None) -> tuple[str, ...]:
    """Return the options that choose a voice by its name, by its identifier, or by the end of that."""
    if voice is None:
        return ()
    try:
        known = _voices()
    except ConfigError:
        return ()  # the process finds the same trouble, and tells
    wanted = voice.casefold()
    for identifier, name in known:
        if wanted in (name.casefold(), identifier.casefold(), identifier.casefold().rpartition("/")[2]):
            return "--voice", identifier
    names = {name.casefold(): name for _, name in known}
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = f"did you mean {names[near[0]]!r}?" if near else "`armswing live --voice-name list` names them"
    raise ConfigError(f"unknown voice {voice!r}; {hint}")


def _command(*options: str) -> list[str]:
    # By its path, and without that path among those of the modules: nothing else of armswing is loaded.
    return [sys.executable, "-P", str(Path(voice_process.__file__)), *options]


def _apart() -> dict[str, Any]:
    """Return how to start a process that a Ctrl-C in the terminal does not reach."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process by the end of its input, or by force, with all that it started."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
