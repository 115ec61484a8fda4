"""The process that speaks: a line of text in, a line on what became of it out.

`armswing.io.voice` starts it and talks to it; it stands alone and imports nothing of armswing, so that it is up at
once.  Out come, one word to a line: ``ready``, for each text ``began`` and ``done``, and in place of any of them
``trouble`` with a plain sentence, after which it ends.  It ends as well when its input does, in the middle of a word
if need be: whoever started it is gone.
"""

from __future__ import annotations

import argparse
import io
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import Callable
from typing import Any, NoReturn

SYNTHESIS_S = 10.0
"""The longest sentence takes some 20 ms to synthesise; a library that takes so long hangs (our judgement)."""

PLAYER_S = 5.0
"""A player may take so much longer than the sound lasts (our judgement)."""

SILENCE_S = 0.05

PACKAGE = "the package pyttsx3 is missing; pip install 'armswing[voice]'"
LIBRARY = "no speech library was found ({}); on Debian or Ubuntu: apt-get install libespeak-ng1"
PLAYER = "no player was found; on Debian or Ubuntu: apt-get install alsa-utils"
DEVICE = "no sound can be played ({}); `aplay -l` lists the sound cards there are"

Tell = Callable[[str], None]


class TroubleError(Exception):
    """Why there is no speech: what is missing, a semicolon, and what to do."""


class PlayedEngine:
    """eSpeak NG by way of pyttsx3, played by ``aplay``: Linux.

    pyttsx3 plays by itself as well, but then returns before the sound is over, loses every second of two texts in a
    row, and does not tell that there is no sound card (version 2.99).  So it only makes the sound here.
    """

    def __init__(self, *, rate: int, voice: str | None) -> None:
        self._engine = _engine(rate=rate, voice=voice)
        self._finished = threading.Event()
        self._engine.connect("finished-utterance", self._on_finished)
        self._file = os.memfd_create("armswing-voice")  # in memory: nothing is left behind, however this ends
        player = shutil.which("aplay")
        if player is None:
            raise TroubleError(PLAYER)
        self._player = player
        self._play(_silence())  # wakes the sound card, and shows whether there is one

    def _on_finished(self, completed: bool, **_: Any) -> None:
        if completed:
            self._finished.set()

    def speak(self, text: str, began: Callable[[], None]) -> None:
        """Speak a text to its end."""
        self._finished.clear()
        # It is written from another thread, and only then finished.
        self._engine.save_to_file(text, f"/proc/self/fd/{self._file}")
        self._engine.runAndWait()
        if not self._finished.wait(SYNTHESIS_S):
            raise TroubleError(f"the speech library hangs; it made no sound in {SYNTHESIS_S:.0f} s")
        self._play(os.pread(self._file, os.fstat(self._file).st_size, 0), began)

    def _play(self, sound: bytes, began: Callable[[], None] = lambda: None) -> None:
        with wave.open(io.BytesIO(sound)) as file:
            seconds = file.getnframes() / file.getframerate()
        with subprocess.Popen(
            [self._player, "-q"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as player:
            began()
            try:
                _, said = player.communicate(sound, timeout=seconds + PLAYER_S)
            except subprocess.TimeoutExpired:
                player.kill()
                raise TroubleError(DEVICE.format("the player hangs")) from None
        if player.returncode != 0:
            last = said.decode(errors="replace").strip().splitlines()[-1:] or [f"code {player.returncode}"]
            raise TroubleError(DEVICE.format(last[0].split(": ", 2)[-1]))


class DirectEngine:
    """What the system itself has, by way of pyttsx3: macOS and Windows.

    A new engine for every text: on Windows one that is used again says nothing (pyttsx3 2.99, as its users report).
    """

    def __init__(self, *, rate: int, voice: str | None) -> None:
        self._with: dict[str, Any] = {"rate": rate, "voice": voice}
        _engine(**self._with)

    def speak(self, text: str, began: Callable[[], None]) -> None:
        """Speak a text to its end."""
        engine = _engine(**self._with)
        engine.connect("started-utterance", lambda **_: began())
        engine.say(text)
        engine.runAndWait()


def _engine(*, rate: int | None = None, voice: str | None = None) -> Any:
    try:
        import pyttsx3
    except ImportError:
        raise TroubleError(PACKAGE) from None
    try:
        engine = pyttsx3.init()
    except (ImportError, OSError, RuntimeError) as error:
        raise TroubleError(LIBRARY.format(" ".join(str(error).split()) or type(error).__name__)) from error
    for name, value in (("voice", voice), ("rate", rate)):
        if value is not None:
            engine.setProperty(name, value)
    return engine


def _silence() -> bytes:
    with io.BytesIO() as sound:
        with wave.open(sound, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(22050)
            file.writeframes(bytes(2 * round(SILENCE_S * 22050)))
        return sound.getvalue()


def _own_output() -> Tell:
    """Return how to tell the parent something, and send all else that is printed to nowhere."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)

    def tell(line: str) -> None:
        try:
            out.write(f"{line}\n")
        except BrokenPipeError:
            _exit()  # nobody listens any more

    return tell


def _exit() -> NoReturn:
    """End this process, and the player with it."""
    if sys.platform != "win32" and os.getsid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _listen(texts: queue.SimpleQueue[str]) -> NoReturn:
    """Take lines from the input, and end the process with it."""
    with open(sys.stdin.fileno(), "rb", closefd=False) as lines:
        for line in lines:
            texts.put(line.decode(errors="replace").strip())
    _exit()  # at once, whatever the main thread waits for


def speak(tell: Tell, *, rate: int, voice: str | None) -> NoReturn:
    """Speak line by line until the input ends."""
    texts: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(texts,), daemon=True).start()
    engine = (PlayedEngine if sys.platform == "linux" else DirectEngine)(rate=rate, voice=voice)
    tell("ready")
    while True:
        engine.speak(texts.get(), lambda: tell("began"))
        tell("done")


def main() -> int:
    """Speak, or list the voices."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started this
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=int, default=180)
    parser.add_argument("--voice")
    parser.add_argument("--voices", action="store_true")
    options = parser.parse_args()
    tell = _own_output()
    try:
        if not options.voices:
            speak(tell, rate=options.rate, voice=options.voice)
        for voice in _engine().getProperty("voices"):
            tell(f"voice\t{voice.id}\t{voice.name}")
    except TroubleError as trouble:
        tell(f"trouble\t{trouble}")
        return 1
    return 0


if __name__ == "__main__":
    # Without the interpreter's own ending: speech libraries are known to fail in theirs.
    os._exit(main())
