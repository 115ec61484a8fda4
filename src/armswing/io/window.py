"""A window to watch pictures in, and the keys that are pressed in it.

OpenCV shows it: through Qt on Linux, in the wheels that armswing asks for, through the system's own
toolkit elsewhere.  Qt ends the whole program where it finds no display; so that is found out before.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

import cv2
import numpy as np

from armswing.errors import CameraError

if TYPE_CHECKING:
    from armswing.io.video import Pixels

_KEYS = {27: "esc", 32: "space"}
_WITHOUT_MODIFIERS = 0xFFFF  # GTK tells of shift and the like in higher bits

# The only platform that the wheels bring; a desktop on Wayland shows it through XWayland.
# Qt warns of fonts, a left session and the like, which is of no use to anybody here.
_QT = {
    "QT_QPA_PLATFORM": "xcb",
    "QT_LOGGING_RULES": "*.debug=false;*.info=false;*.warning=false",
    "SESSION_MANAGER": "",
}

_numbers = itertools.count(1)


class Window:
    """A window that can be resized and keeps the pictures' aspect ratio.

    Parameters
    ----------
    title : str
        What its frame says.
    size : (int, int)
        Width and height to begin with, in pixels.

    Attributes
    ----------
    closed : bool
        Somebody closed it, or `close` did.

    Raises
    ------
    CameraError
        When there is no display to show it on.

    Notes
    -----
    To be used by the thread that made it: on macOS that must be the main thread.
    """

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        # Qt finds a window by its name only if that is ASCII, so the title comes afterwards.
        self._name = f"armswing {next(_numbers)}"
        self._bgr: Pixels | None = None
        self._pressed: deque[str] = deque()
        self.closed = False
        self._listened = False
        try:
            # The display is held until the window stands: an X server without a window manager begins anew when its
            # last visitor leaves, and the toolkit would find it in the middle of that.
            with _display(), _environment(_QT):
                cv2.namedWindow(self._name, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
            cv2.resizeWindow(self._name, *size)
            cv2.setWindowTitle(self._name, title)
        except cv2.error as error:
            raise _no_window(f"OpenCV cannot open one ({error.err or error})") from error
        self._wait()

    def show(self, rgb: Pixels) -> None:
        """Show a picture; nothing happens once the window is closed.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
            RGB.
        """
        if self.closed:
            return
        if self._bgr is None or self._bgr.shape != rgb.shape:
            self._bgr = np.empty_like(rgb)
        cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR, dst=self._bgr)
        cv2.imshow(self._name, self._bgr)
        self._wait()

    def key(self) -> str:
        """Return the oldest key not yet asked for: a character in lower case, ``space``, ``esc``, or nothing."""
        if not self._listened:  # showing a picture listens as well
            self._wait()
        self._listened = False
        return self._pressed.popleft() if self._pressed else ""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height at which the pictures are shown now: drawn as large, their words are sharpest."""
        if self.closed:
            return 0, 0
        _, _, width, height = cv2.getWindowImageRect(self._name)
        return width, height

    def close(self) -> None:
        """Close the window; closing twice does no harm."""
        if not self.closed:
            self._vanish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _wait(self) -> None:
        """Let the toolkit draw and listen for a millisecond."""
        if self.closed:
            return
        self._listened = True
        key = _named(cv2.waitKeyEx(1))
        if key:
            self._pressed.append(key)
        if not self._visible():
            self._vanish()

    def _visible(self) -> bool:
        try:
            return cv2.getWindowProperty(self._name, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # the toolkit has let go of it altogether
            return False

    def _vanish(self) -> None:
        self.closed = True
        try:
            cv2.destroyWindow(self._name)
            cv2.waitKeyEx(1)
        except cv2.error:
            pass


def _named(code: int) -> str:
    code &= _WITHOUT_MODIFIERS
    if code in _KEYS:
        return _KEYS[code]
    return chr(code).lower() if 32 < code < 127 else ""


@contextmanager
def _display() -> Iterator[None]:
    """Hold a connection to the display; refuse where there is none, as the toolkit would end the program."""
    if not sys.platform.startswith("linux"):
        yield
        return
    name = os.environ.get("DISPLAY", "")
    if not name:
        wayland = " (Wayland without XWayland)" if os.environ.get("WAYLAND_DISPLAY") else ""
        raise _no_window(f"DISPLAY is not set{wayland}")
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        raise _no_window("libxcb.so.1 is missing, which shows windows (Debian: libxcb1)") from error
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    try:
        if xcb.xcb_connection_has_error(connection):
            raise _no_window(f"the display {name!r} cannot be opened")
        yield
    finally:
        xcb.xcb_disconnect(connection)


def _no_window(why: str) -> CameraError:
    return CameraError(f"expected a display to open a window on, but {why}; use --headless to go without one")


@contextmanager
def _environment(wanted: dict[str, str]) -> Iterator[None]:
    """Set environment variables for a while: the toolkit reads them when the first window opens."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
