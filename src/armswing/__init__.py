"""armswing: a form checker for runners' strength work.

A video goes in, a table of scored repetitions comes out.  The names below are the
public ones; each is loaded when it is first used, so that ``import armswing`` costs
nothing and brings in neither OpenCV, PyAV, MediaPipe nor SciPy.

To make a name public, write it in three places of this file, in alphabetical order:
``__all__``, ``_HOMES`` and the imports for type checkers.  A test compares the three.
"""

from typing import TYPE_CHECKING

from armswing._version import __version__

if TYPE_CHECKING:  # what editors and mypy see; at run time `__getattr__` does the same, late
    from armswing.api import Analysis, Options, analyze, judge
    from armswing.errors import ArmswingError
    from armswing.events import RepCompleted, RepDiscarded
    from armswing.landmarks import Landmark, Side
    from armswing.patterns import Pattern, get_pattern
    from armswing.pose import PoseFrame, PoseSequence
    from armswing.session import Session

__all__ = [
    "Analysis",
    "ArmswingError",
    "Landmark",
    "Options",
    "Pattern",
    "PoseFrame",
    "PoseSequence",
    "RepCompleted",
    "RepDiscarded",
    "Session",
    "Side",
    "__version__",
    "analyze",
    "get_pattern",
    "judge",
]

_HOMES = {
    "Analysis": "armswing.api",
    "ArmswingError": "armswing.errors",
    "Landmark": "armswing.landmarks",
    "Options": "armswing.api",
    "Pattern": "armswing.patterns",
    "PoseFrame": "armswing.pose",
    "PoseSequence": "armswing.pose",
    "RepCompleted": "armswing.events",
    "RepDiscarded": "armswing.events",
    "Session": "armswing.session",
    "Side": "armswing.landmarks",
    "analyze": "armswing.api",
    "get_pattern": "armswing.patterns",
    "judge": "armswing.api",
}

if not TYPE_CHECKING:  # hidden from mypy, which would otherwise believe in any name at all

    def __getattr__(name):
        """Load a public name when it is first asked for (PEP 562)."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
