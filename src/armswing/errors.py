"""Every error armswing raises on purpose.

::

    ArmswingError
    ├── PoseError      (ValueError)    arrays of the wrong shape, order or type
    ├── VideoError     (OSError)       a video that cannot be opened, read or written
    ├── CameraError    (OSError)       a camera that cannot be opened, or no screen to show it on
    ├── ModelError     (RuntimeError)  a pose model that is missing, damaged or does not load
    ├── ConfigError    (ValueError)    a setting, rule, option or file of settings that does not fit
    └── PatternError   (LookupError)   a pattern, rule or quantity that does not exist

Each is also the builtin in brackets, so code that knows nothing of armswing can
catch it.  A message says what was expected, what came and what to do.
"""

_LONGEST = 60


class ArmswingError(Exception):
    """Base of all errors that armswing raises on purpose."""


class PoseError(ArmswingError, ValueError):
    """Pose arrays do not have the shape, order or type that was expected."""


class VideoError(ArmswingError, OSError):
    """A video cannot be opened, read or written."""


class CameraError(ArmswingError, OSError):
    """A camera cannot be opened, or there is no screen to show it on."""


class ModelError(ArmswingError, RuntimeError):
    """A pose model is missing, damaged or cannot be loaded."""


class ConfigError(ArmswingError, ValueError):
    """A setting, an option or a file of settings does not fit."""


class PatternError(ArmswingError, LookupError):
    """A pattern, a rule or a quantity of this name does not exist."""


def shown(value: object) -> str:
    """Return a value as it stands in a message: what a file holds may be too long to print.

    Examples
    --------
    >>> shown("45"), len(shown("a" * 1000)), shown(16**5000)
    ("'45'", 61, 'something too long to print')
    """
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # more digits, or tables in tables, than Python prints
        return "something too long to print"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
