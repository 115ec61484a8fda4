"""The window, shown on a display of its own: opened by a program of its own, as the toolkit outlives the display."""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from armswing.errors import CameraError
from armswing.io import window
from armswing.io.window import Window

PATIENCE_S = 60.0
"""Nothing here takes so long; a test that waits for it has failed."""

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
MISSING = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
ON_A_DISPLAY = pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} missing: a display to try it on")

RED, BLUE = (220, 30, 10), (20, 40, 230)

# Left half red, right half blue, twice as wide as high.
WATCH = f"""
import cv2
import numpy as np
from armswing.io.window import Window

picture = np.full((200, 400, 3), {BLUE}, dtype=np.uint8)
picture[:, :200] = {RED}
with Window("armswing – Übung 右", (500, 250)) as window:
    size = None
    while not window.closed:
        window.show(picture)
        key = window.key()
        if key:
            print("key", key, flush=True)
        if key == "x":
            break
        if window.size != size and not window.closed:
            size = window.size
            print("size", *size, flush=True)
print("closed", window.closed, window.size, flush=True)
window.show(picture)
try:
    there = cv2.getWindowProperty(window._name, cv2.WND_PROP_VISIBLE) > 0
except cv2.error:
    there = False
print("there", there, repr(window.key()), flush=True)
again = Window("again", (100, 50))
again.show(picture)
print("again", again.closed, window.closed, flush=True)
again.close()
again.close()
"""


def environment(**changes: str | None) -> dict[str, str]:
    given = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return given | {key: value for key, value in changes.items() if value is not None}


# --- no display ---------------------------------------------------------------------------------------


@ON_LINUX
@pytest.mark.parametrize(
    ("display", "said"),
    [
        ({}, "DISPLAY is not set"),
        ({"DISPLAY": ""}, "DISPLAY is not set"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Wayland without XWayland"),
        ({"DISPLAY": ":4999"}, "':4999' cannot be opened"),
        ({"DISPLAY": "nonsense"}, "'nonsense' cannot be opened"),
    ],
)
def test_without_a_display_one_line_says_so_and_the_program_lives_on(display: dict[str, str], said: str) -> None:
    program = (
        "from armswing.errors import CameraError\n"
        "from armswing.io.window import Window\n"
        "try:\n    Window('armswing', (640, 480))\n"
        "except CameraError as error:\n    print(error)\n"
        "print('lives on')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(**display),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    line, after = done.stdout.splitlines()
    assert said in line
    assert "--headless" in line
    assert after == "lives on"


@ON_LINUX
def test_a_display_is_looked_for_before_anything_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.cv2, "namedWindow", lambda *_: pytest.fail("this would end the program"))
    monkeypatch.setenv("DISPLAY", ":4999")
    with pytest.raises(CameraError):
        Window("armswing", (640, 480))


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (-1, ""),
        (ord("q"), "q"),
        (ord("Q"), "q"),
        (0x100000 | ord("q"), "q"),  # GTK with the number lock on
        (ord("+"), "+"),
        (32, "space"),
        (27, "esc"),
        (13, ""),
        (0xFF51, ""),  # left arrow: its last eight bits are those of Q
        (0x250000, ""),  # left arrow on Windows
        (-55, ""),  # é
    ],
)
def test_codes_of_every_toolkit(code: int, key: str) -> None:
    assert window._named(code) == key


# --- on a display -------------------------------------------------------------------------------------


class Display:
    """A display in memory, and a program with a window on it."""

    def __init__(self, folder: Path) -> None:
        self.memory = folder / "Xvfb_screen0"
        listen, tell = os.pipe()
        command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", "1000x800x24", "-fbdir", str(folder)]
        self.server = subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL)
        os.close(tell)
        ready, _, _ = select.select([listen], [], [], PATIENCE_S)
        assert ready, "Xvfb does not start"
        with os.fdopen(listen) as number:
            self.name = f":{number.readline().strip()}"

    def tool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=environment(DISPLAY=self.name), capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def pixels(self) -> np.ndarray:
        """What the display shows, RGB: the memory is an XWD file."""
        data = self.memory.read_bytes()
        header = np.frombuffer(data[:100], dtype=">u4").astype(int)
        size, width, height, row, colours = header[[0, 4, 5, 12, 19]]
        start = size + 12 * colours
        rows = np.frombuffer(data[start : start + row * height], dtype=np.uint8).reshape(height, row)
        return rows[:, : 4 * width].reshape(height, width, 4)[..., 2::-1]


class Program:
    """A program that is watched line by line."""

    def __init__(self, display: Display) -> None:
        self.display = display
        # All that a desktop may have set; none of it may disturb.
        desktop = {
            "WAYLAND_DISPLAY": "wayland-0",
            "XDG_SESSION_TYPE": "wayland",
            "QT_QPA_PLATFORM": "wayland",
            "SESSION_MANAGER": "local/gone:/nowhere",
        }
        env = environment(DISPLAY=display.name, **desktop)
        env.pop("XDG_RUNTIME_DIR", None)
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", WATCH], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.line() == "size 500 250"
        assert until(lambda: self.display.tool("search", "--name", "^armswing ")), "a window of that name"
        self.window = self.display.tool("search", "--name", "^armswing ").splitlines()[-1]
        self.display.tool("windowfocus", self.window)
        assert until(lambda: self.display.tool("getwindowfocus") == self.window)

    def line(self) -> str:
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        assert ready, "the program says nothing"
        return self.process.stdout.readline().strip()

    def rest(self) -> list[str]:
        """Wait for the end, and return what it still said."""
        said, complained = self.process.communicate(timeout=PATIENCE_S)
        assert (self.process.returncode, complained) == (0, ""), "and not a word of the toolkit's"
        return said.splitlines()


def until(holds: Callable[[], object]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    shown = Display(tmp_path_factory.mktemp("display"))
    yield shown
    shown.server.terminate()
    shown.server.wait()


@pytest.fixture
def program(display: Display) -> Iterator[Program]:
    running = Program(display)
    yield running
    running.process.kill()
    running.process.communicate()


def press_close_button(display: str, number: int) -> None:
    """Do what a window manager does when its button is pressed."""

    class Message(ctypes.Structure):
        _fields_ = (
            ("type", ctypes.c_int),
            ("serial", ctypes.c_ulong),
            ("sent", ctypes.c_int),
            ("display", ctypes.c_void_p),
            ("window", ctypes.c_ulong),
            ("kind", ctypes.c_ulong),
            ("format", ctypes.c_int),
            ("data", ctypes.c_long * 5),
            ("unused", ctypes.c_long * 16),
        )

    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    connection = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    protocols, delete = (x11.XInternAtom(connection, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    client_message = 33
    message = Message(type=client_message, window=number, kind=protocols, format=32)
    message.data[0] = delete
    x11.XSendEvent(connection, ctypes.c_ulong(number), 0, 0, ctypes.byref(message))
    x11.XCloseDisplay(connection)


@ON_A_DISPLAY
def test_pictures_are_shown_in_their_colours_under_their_title_and_keep_their_ratio(
    program: Program, display: Display
) -> None:
    def looks(left: tuple[int, int], right: tuple[int, int]) -> bool:
        pixels = display.pixels()
        return tuple(pixels[left]) == RED and tuple(pixels[right]) == BLUE

    assert until(lambda: looks((125, 100), (125, 400)))
    assert display.tool("getwindowname", program.window) == "armswing – Übung 右"
    display.tool("windowsize", program.window, "600", "600")
    sizes: list[str] = []
    assert until(lambda: sizes.append(program.line()) or sizes[-1] == "size 600 300"), sizes
    assert until(lambda: looks((300, 290), (300, 310))), "in the middle of the window"
    assert not any(tuple(display.pixels()[row, 200]) == RED for row in (100, 500)), "and no higher"
    display.tool("key", "x")
    assert program.rest()[0] == "key x"


@ON_A_DISPLAY
def test_keys_come_by_their_names(program: Program, display: Display) -> None:
    for pressed, key in (("q", "q"), ("Q", "q"), ("space", "space"), ("Escape", "esc"), ("plus", "+"), ("m", "m")):
        display.tool("key", "Left")  # no key of ours
        display.tool("key", "eacute")
        display.tool("key", pressed)
        assert program.line() == f"key {key}"
    display.tool("key", "x")
    assert program.rest() == ["key x", "closed True (0, 0)", "there False ''", "again False True"]


@ON_A_DISPLAY
def test_the_button_in_the_frame_closes_it_for_good(program: Program, display: Display) -> None:
    press_close_button(display.name, int(program.window))
    assert program.rest() == ["closed True (0, 0)", "there False ''", "again False True"]
