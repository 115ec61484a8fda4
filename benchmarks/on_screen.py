"""A window that notes when each picture stands on the screen.

The toolkit paints a picture at once and then listens for keys for two milliseconds more, so the moment its window
returns is not the moment somebody sees the picture.  Here every picture carries a mark in the last corner that is on
the screen, black and white by turns, and a thread asks the X server for that point until it has changed.
"""

from __future__ import annotations

import ctypes
import threading
import time
from typing import TYPE_CHECKING

import cv2

from armswing.io.window import Window

if TYPE_CHECKING:
    from armswing.io.video import Pixels

MARK_PX = 8
"""Side of the mark."""

LOOK_EVERY_S = 1e-4
GIVE_UP_S = 0.1

_ALL_PLANES, _Z_PIXMAP = 0xFFFFFFFF, 2


class WatchedWindow(Window):
    """A window of the size of its pictures that notes when they stand on the screen.

    Attributes
    ----------
    seen_at : float
        When the last picture did, by ``time.perf_counter()``; NaN where that was not seen, as where another window
        lies above it.
    """

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        super().__init__(title, size)
        self.seen_at = float("nan")
        self._white = False
        self._x = _Screen()

    def show(self, rgb: Pixels) -> None:
        """Show a picture and note when it stands there."""
        left, top, width, height = cv2.getWindowImageRect(self._name)
        if (width, height) != (rgb.shape[1], rgb.shape[0]):  # the first picture: drawn as large as it is
            cv2.resizeWindow(self._name, rgb.shape[1], rgb.shape[0])
        right = min(left + rgb.shape[1], self._x.size[0])
        bottom = min(top + rgb.shape[0], self._x.size[1])
        self._white = not self._white
        rgb[bottom - top - MARK_PX : bottom - top, right - left - MARK_PX : right - left] = 255 * self._white
        self.seen_at = float("nan")
        watcher = threading.Thread(target=self._watch, args=(right - MARK_PX // 2, bottom - MARK_PX // 2))
        watcher.start()
        super().show(rgb)
        watcher.join()

    def _watch(self, x: int, y: int) -> None:
        until = time.perf_counter() + GIVE_UP_S
        while (now := time.perf_counter()) < until:
            if (self._x.brightness(x, y) >= 128) is self._white:
                self.seen_at = now
                return
            time.sleep(LOOK_EVERY_S)


class _Screen:
    """The X server's screen, to be read.

    Attributes
    ----------
    size : (int, int)
        Width and height in pixels; only points on it may be asked for.
    """

    def __init__(self) -> None:
        x, pointer, number = ctypes.CDLL("libX11.so.6"), ctypes.c_void_p, ctypes.c_ulong
        x.XOpenDisplay.restype = pointer
        x.XDefaultRootWindow.argtypes, x.XDefaultRootWindow.restype = [pointer], number
        plane = [ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, number, ctypes.c_int]
        x.XGetImage.argtypes, x.XGetImage.restype = [pointer, number, *plane], pointer
        x.XGetPixel.argtypes, x.XGetPixel.restype = [pointer, ctypes.c_int, ctypes.c_int], number
        x.XDestroyImage.argtypes = [pointer]
        self._x, self._display = x, x.XOpenDisplay(None)
        self._root = x.XDefaultRootWindow(self._display)
        x.XDisplayWidth.argtypes = x.XDisplayHeight.argtypes = [pointer, ctypes.c_int]
        self.size: tuple[int, int] = x.XDisplayWidth(self._display, 0), x.XDisplayHeight(self._display, 0)

    def brightness(self, x: int, y: int) -> int:
        """Return the blue of a point of the screen, 0 to 255."""
        image = self._x.XGetImage(self._display, self._root, x, y, 1, 1, _ALL_PLANES, _Z_PIXMAP)
        value = self._x.XGetPixel(image, 0, 0)
        self._x.XDestroyImage(image)
        return int(value) & 0xFF
