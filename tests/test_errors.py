"""Each error is one of ours and a builtin, and the tree in the docstring is the tree there is."""

from __future__ import annotations

import re

import pytest

from armswing import errors
from armswing.errors import ArmswingError, CameraError, ConfigError, ModelError, PatternError, PoseError, VideoError

BUILTIN = {
    PoseError: ValueError,
    VideoError: OSError,
    CameraError: OSError,
    ModelError: RuntimeError,
    ConfigError: ValueError,
    PatternError: LookupError,
}


@pytest.mark.parametrize(("error", "builtin"), BUILTIN.items())
def test_is_ours_and_a_builtin(error: type[Exception], builtin: type[Exception]) -> None:
    for base in (ArmswingError, builtin):
        with pytest.raises(base, match=r"^what to do$"):
            raise error("what to do")


def test_the_base_is_no_builtin_in_particular() -> None:
    assert ArmswingError.__bases__ == (Exception,)


def test_every_error_is_listed_here_and_in_the_drawn_tree() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert defined == {"ArmswingError", *(error.__name__ for error in BUILTIN)}
    drawn = re.findall(r"── (\w+)\s+\((\w+)\)", errors.__doc__ or "")
    assert dict(drawn) == {error.__name__: builtin.__name__ for error, builtin in BUILTIN.items()}
