"""Speech from a process of its own: at once, the newest first, and trouble in one plain line.

No test makes a sound: either another program stands in for the one that speaks, or another pyttsx3 and another
player for those it uses.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from armswing.errors import ConfigError
from armswing.io import voice, voice_process
from armswing.io.voice import Voice, voices

PATIENCE_S = 60.0
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the player of Linux")

SPEAKER = """
import sys, time
from pathlib import Path
folder = Path(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    text = line.strip()
    with (folder / "spoken").open("a") as spoken:
        spoken.write(text + "\\n")
    print("began", flush=True)
    while text == "long" and not (folder / "over").exists():
        time.sleep(0.01)
    if text == "die":
        sys.exit("killed by a word")
    print("done", flush=True)
"""
"""Speaks without a sound; the word "long" goes on until there is a file "over"."""


def until(holds: Callable[[], object]) -> None:
    """Wait for what another process does."""
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Speaker:
    """A voice whose words can be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.voice = Voice(command=[sys.executable, "-c", SPEAKER, str(folder)])
        assert self.voice.wait_until_ready(PATIENCE_S)

    @property
    def spoken(self) -> list[str]:
        file = self._folder / "spoken"
        return file.read_text().splitlines() if file.exists() else []

    def hears(self, *words: str) -> None:
        """Wait until just these words were spoken."""
        until(lambda: len(self.spoken) >= len(words))
        assert self.spoken == list(words)

    def over(self) -> None:
        """End the long word."""
        (self._folder / "over").touch()


@pytest.fixture
def speaker(tmp_path: Path) -> Iterator[Speaker]:
    made = Speaker(tmp_path)
    yield made
    made.voice.close()


def test_it_speaks_what_it_is_told(speaker: Speaker) -> None:
    assert speaker.voice.trouble is None
    for k, word in enumerate(("one", "two", "three")):
        speaker.voice.say(word)
        speaker.hears(*("one", "two", "three")[: k + 1])
        until(lambda: speaker.voice._idle)


def test_what_is_spoken_is_finished_and_the_newest_comes_next(speaker: Speaker) -> None:
    speaker.voice.say("long")
    speaker.hears("long")
    for word in ("three", "four", "five"):
        speaker.voice.say(word)
    assert speaker.spoken == ["long"]
    speaker.over()
    speaker.hears("long", "five")
    until(lambda: speaker.voice._idle)
    assert speaker.spoken == ["long", "five"], "three and four are gone"


def test_saying_never_waits(speaker: Speaker) -> None:
    """A thousand texts while one is spoken: more than any pipe between two processes holds."""
    speaker.voice.say("long")
    for k in range(1000):
        speaker.voice.say(f"{k}" * 100)
    speaker.over()
    speaker.hears("long", "999" * 100)


def test_muted_it_says_nothing_not_even_what_waits(speaker: Speaker) -> None:
    speaker.voice.say("long")
    speaker.hears("long")
    speaker.voice.say("waits")
    speaker.voice.muted = True
    speaker.over()
    until(lambda: speaker.voice._idle)
    speaker.voice.muted = False
    speaker.voice.say("again")
    speaker.hears("long", "again")


def test_what_is_said_while_it_is_muted_is_not_kept(speaker: Speaker) -> None:
    speaker.voice.say("long")
    speaker.hears("long")
    speaker.voice.muted = True
    speaker.voice.say("muted")
    speaker.voice.muted = False
    speaker.over()
    until(lambda: speaker.voice._idle)
    assert speaker.spoken == ["long"]


def test_a_text_is_one_line(speaker: Speaker) -> None:
    speaker.voice.say(" \n ")
    speaker.voice.say("knee\nin")
    until(lambda: speaker.spoken)
    until(lambda: speaker.voice._idle)
    assert speaker.spoken == ["knee in"]


def test_the_delay_to_the_first_sound_is_known(speaker: Speaker) -> None:
    assert speaker.voice.delay_s != speaker.voice.delay_s
    speaker.voice.say("one")
    until(lambda: speaker.voice.delay_s > 0)


def test_a_process_that_dies_is_trouble_in_one_line(speaker: Speaker, capfd: pytest.CaptureFixture[str]) -> None:
    speaker.voice.say("die")
    until(lambda: speaker.voice.trouble)
    assert speaker.voice.trouble == "the voice stopped (killed by a word); start again to hear it"
    speaker.voice.say("one")
    speaker.voice.close()
    assert speaker.spoken == ["die"]
    assert capfd.readouterr() == ("", "")


def test_a_text_for_a_process_that_is_gone_is_no_error(speaker: Speaker) -> None:
    process = speaker.voice._process
    assert process is not None
    process.kill()
    process.wait()
    speaker.voice.say("one")
    until(lambda: speaker.voice.trouble)
    assert "the voice stopped" in str(speaker.voice.trouble)


def test_a_program_that_is_not_there_is_trouble() -> None:
    with Voice(command=["/no/such/program"]) as silent:
        assert not silent.wait_until_ready(PATIENCE_S)
        assert silent.trouble == "no process can be started (No such file or directory)"
        silent.say("one")


def test_trouble_is_passed_on(tmp_path: Path) -> None:
    with Voice(command=[sys.executable, "-c", "print('trouble\\tno sound card; buy one')"]) as silent:
        assert not silent.wait_until_ready(PATIENCE_S)
        assert silent.trouble == "no sound card; buy one"


def test_closing_ends_a_process_that_is_speaking(speaker: Speaker) -> None:
    speaker.voice.say("long")
    speaker.hears("long")
    process = speaker.voice._process
    speaker.voice.close()
    assert process is not None
    assert process.returncode is not None
    speaker.voice.close()
    speaker.voice.say("one")
    assert speaker.voice.trouble is None


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_closing_ends_what_the_process_started_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "END_S", 0.2)
    script = """
        import signal, subprocess, sys, time
        from pathlib import Path
        player = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(sys.argv[1]).write_text(str(player.pid))
        print("ready", flush=True)
        time.sleep(600)
    """
    file = tmp_path / "pid"
    with Voice(command=[sys.executable, "-c", textwrap.dedent(script), str(file)]) as stubborn:
        assert stubborn.wait_until_ready(PATIENCE_S)
        player = int(file.read_text())
        assert alive(player)
    until(lambda: not alive(player) or Path(f"/proc/{player}/stat").read_text().split()[2] == "Z")


# ── the process itself, with another pyttsx3 and another player ──

PYTTSX3 = """
import sys, threading, time, wave
from types import SimpleNamespace
BROKEN = {broken!r}
if BROKEN == "package":
    raise ImportError("No module named 'pyttsx3'")
class Engine:
    def __init__(self): self.told, self.saved = [], []
    def connect(self, topic, call): self.told.append(call)
    def setProperty(self, name, value): print("trouble\\tnoise on the output", flush=True); self.__dict__[name] = value
    def getProperty(self, name):
        known = {{"gmw/en-gb": "English (Great Britain)", "gmw/de": "German"}}
        return [SimpleNamespace(id=key, name=name) for key, name in known.items()]
    def save_to_file(self, text, file):
        self.text, self.file = text, file
    def runAndWait(self):
        for call in self.told: call(name=None, completed=False)
        if BROKEN == "engine": raise LookupError("no voice data")
        threading.Thread(target=self.later).start()
    def later(self):
        time.sleep(0.05)
        with wave.open(self.file, "wb") as sound:
            sound.setnchannels(1); sound.setsampwidth(1); sound.setframerate(1)
            sound.writeframes(f"{{self.text}}|{{getattr(self, 'rate', '')}}|{{getattr(self, 'voice', '')}}".encode())
            if self.text == "long": sound.writeframes(bytes(600))
        for call in self.told: call(name=None, completed=True)
def init():
    if BROKEN == "library": raise RuntimeError("no library\\nfound")
    return Engine()
"""

PLAYER = """#!{python}
import pathlib, sys, time, wave
with wave.open(sys.stdin.buffer) as sound:
    words = sound.readframes(sound.getnframes()).decode(errors="replace").strip(chr(0))
if words:
    with pathlib.Path({folder!r}, "played").open("a") as played:
        played.write(words + chr(10))
if words.startswith("long"):
    time.sleep(600)
sys.stderr.write({says!r})
sys.exit({code})
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return how to put a pyttsx3 and a player in place of those there are."""

    def put(*, broken: str = "", player: bool = True, says: str = "", code: int = 0) -> Path:
        (tmp_path / "pyttsx3.py").write_text(PYTTSX3.format(broken=broken))
        aplay = tmp_path / "bin" / "aplay"
        aplay.parent.mkdir()
        if player:
            aplay.write_text(PLAYER.format(python=sys.executable, folder=str(tmp_path), says=says, code=code))
            aplay.chmod(0o755)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("PATH", str(aplay.parent))
        return tmp_path / "played"

    return put


@LINUX
def test_a_text_becomes_a_sound_that_is_played(stand_in: Callable[..., Path]) -> None:
    played = stand_in()
    with Voice(rate=150) as speaking:
        assert speaking.wait_until_ready(PATIENCE_S), speaking.trouble
        for k, word in enumerate(("zwölf", "knee in", "three")):
            speaking.say(word)
            until(lambda k=k: played.exists() and len(played.read_text().splitlines()) > k)
            until(lambda: speaking._idle)
        assert speaking.trouble is None
    assert played.read_text().splitlines() == ["zwölf|150|", "knee in|150|", "three|150|"]


@LINUX
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"broken": "package"}, "the package pyttsx3 is missing; pip install 'armswing[voice]'"),
        (
            {"broken": "library"},
            "no speech library was found (no library found); on Debian or Ubuntu: apt-get install libespeak-ng1",
        ),
        ({"player": False}, "no player was found; on Debian or Ubuntu: apt-get install alsa-utils"),
        (
            {"code": 1, "says": "ALSA lib confmisc.c: much noise\naplay: main:831: audio open error: No such file\n"},
            "no sound can be played (audio open error: No such file); `aplay -l` lists the sound cards there are",
        ),
        ({"code": 3}, "no sound can be played (code 3); `aplay -l` lists the sound cards there are"),
    ],
)
def test_what_is_missing_is_one_line_with_what_to_do(
    stand_in: Callable[..., Path], capfd: pytest.CaptureFixture[str], broken: dict[str, object], said: str
) -> None:
    stand_in(**broken)
    with Voice() as silent:
        assert not silent.wait_until_ready(PATIENCE_S)
        assert silent.trouble == said
    assert capfd.readouterr() == ("", "")


@LINUX
def test_an_engine_that_fails_at_its_first_word_is_trouble(
    stand_in: Callable[..., Path], capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in(broken="engine")
    with Voice() as failing:
        assert failing.wait_until_ready(PATIENCE_S)
        failing.say("one")
        until(lambda: failing.trouble)
        assert failing.trouble == "the voice stopped (LookupError: no voice data); start again to hear it"
    assert capfd.readouterr() == ("", "")


def test_the_voices_are_listed_by_name(stand_in: Callable[..., Path]) -> None:
    stand_in()
    assert voices() == ("English (Great Britain)", "German")


def test_without_speech_the_voices_are_an_error_that_says_why(stand_in: Callable[..., Path]) -> None:
    stand_in(broken="package")
    with pytest.raises(ConfigError, match=r"the voices cannot be listed: the package pyttsx3 is missing; pip install"):
        voices()


@LINUX
@pytest.mark.parametrize("name", ["German", "german", "gmw/de", "de"])
def test_a_voice_is_chosen_by_its_name(stand_in: Callable[..., Path], name: str) -> None:
    played = stand_in()
    with Voice(voice=name) as speaking:
        assert speaking.wait_until_ready(PATIENCE_S), speaking.trouble
        speaking.say("eins")
        until(played.exists)
        until(lambda: speaking._idle)
    assert played.read_text() == f"eins|{voice.RATE}|gmw/de\n"


def test_an_unknown_voice_is_an_error_with_the_nearest(stand_in: Callable[..., Path]) -> None:
    stand_in()
    with pytest.raises(ConfigError, match="unknown voice 'Germna'; did you mean 'German'"):
        Voice(voice="Germna")
    with pytest.raises(ConfigError, match="unknown voice 'xyz'; `armswing live --voice-name list`"):
        Voice(voice="xyz")


@LINUX
def test_a_voice_without_speech_is_trouble_and_no_error(stand_in: Callable[..., Path]) -> None:
    stand_in(broken="package")
    with Voice(voice="German") as silent:
        assert not silent.wait_until_ready(PATIENCE_S)
        assert str(silent.trouble).startswith("the package pyttsx3 is missing")


@LINUX
def test_control_c_does_not_reach_it(stand_in: Callable[..., Path]) -> None:
    played = stand_in()
    with Voice() as speaking:
        assert speaking.wait_until_ready(PATIENCE_S), speaking.trouble
        assert speaking._process is not None
        assert os.getpgid(speaking._process.pid) != os.getpgid(0), "the terminal sends it to our group"
        os.kill(speaking._process.pid, signal.SIGINT)
        speaking.say("still here")
        until(lambda: played.exists() and "still here" in played.read_text())
        until(lambda: speaking._idle)


def _players(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


@LINUX
def test_it_ends_with_whoever_started_it_and_its_player_too(stand_in: Callable[..., Path], tmp_path: Path) -> None:
    """Kill the parent in the middle of a long word."""
    played = stand_in()
    script = """
        import sys, time
        sys.path[:0] = sys.argv[1].split(",")
        from armswing.io.voice import Voice
        speaking = Voice()
        assert speaking.wait_until_ready(), speaking.trouble
        speaking.say("long")
        print(speaking._process.pid, flush=True)
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), ",".join(sys.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as parent:
        assert parent.stdout is not None
        speaking = int(parent.stdout.readline())
        until(played.exists)
        (player,) = _players(speaking)
        parent.kill()
    until(lambda: not alive(speaking) or Path(f"/proc/{speaking}/stat").read_text().split()[2] == "Z")
    until(lambda: not alive(player) or Path(f"/proc/{player}/stat").read_text().split()[2] == "Z")


@LINUX
def test_closed_in_the_middle_of_a_word_nothing_is_left(stand_in: Callable[..., Path]) -> None:
    played = stand_in()
    with Voice() as speaking:
        assert speaking.wait_until_ready(PATIENCE_S), speaking.trouble
        speaking.say("long")
        until(played.exists)
        assert speaking._process is not None
        (player,) = _players(speaking._process.pid)
    assert speaking._process.returncode is not None
    until(lambda: not alive(player) or Path(f"/proc/{player}/stat").read_text().split()[2] == "Z")


def test_the_process_loads_nothing_of_armswing() -> None:
    """It is up at once, and a broken camera library does not silence it."""
    source = Path(voice_process.__file__).read_text(encoding="utf-8")
    assert "import armswing" not in source
    assert "from armswing" not in source


@LINUX
def test_real_speech_is_as_long_as_its_words(stand_in: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyttsx3", reason="speech is an extra: pip install 'armswing[voice]'")
    try:
        names = voices()
    except ConfigError as error:
        pytest.skip(f"no speech here: {error}")
    assert len(names) > 1
    played = stand_in()
    (played.parent / "pyttsx3.py").unlink()
    player = played.parent / "bin" / "aplay"
    keep = "import pathlib, sys; n = len(list(folder.glob('*.wav'))); data = sys.stdin.buffer.read()"
    player.write_text(
        f"#!{sys.executable}\nimport pathlib\nfolder = pathlib.Path({str(played.parent)!r})\n{keep}\n"
        "(folder / f'{n}.tmp').write_bytes(data)\n(folder / f'{n}.tmp').rename(folder / f'{n}.wav')\n"
    )
    lengths = []
    with Voice() as speaking:
        assert speaking.wait_until_ready(PATIENCE_S), speaking.trouble
        for k, text in enumerate(("twelve", "Right hand out, left knee in.", "twelve"), start=1):
            speaking.say(text)
            until((played.parent / f"{k}.wav").exists)
            until(lambda: speaking._idle)
            with wave.open(str(played.parent / f"{k}.wav")) as sound:
                lengths.append(sound.getnframes() / sound.getframerate())
    assert 0.2 < lengths[0] < 1.5
    assert 1.0 < lengths[1] < 4.0
    assert lengths[2] == pytest.approx(lengths[0], rel=0.05), "nothing of the one before is left in it"
