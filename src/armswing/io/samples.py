"""Find the sample videos that travel with the package: short rendered clips of the synthetic athlete."""

from __future__ import annotations

from pathlib import Path

from armswing.errors import VideoError

_PACKAGE_ROOT = Path(__file__).resolve().parents[1]

_PATTERNS = ("pull", "push", "lift")
_GOOD = "good"


def sample_videos() -> tuple[Path, ...]:
    """Return the sample videos: pull, push, lift, and of each the good ones before the faults.

    Raises
    ------
    VideoError
        When neither an installed nor an editable armswing has any.
    """
    folders = [_PACKAGE_ROOT / "_data" / "sample_videos"]
    # Only a src layout is a checkout: beside an installed package lies nothing of ours.
    if _PACKAGE_ROOT.parent.name == "src":
        folders.append(_PACKAGE_ROOT.parents[1] / "sample_videos")
    for folder in folders:
        found = tuple(sorted(folder.glob("*.mp4"), key=_rank))
        if found:
            return found
    looked = " or ".join(map(str, folders))
    raise VideoError(f"the sample videos must be in {looked}, but there are none; reinstall armswing")


def pattern_of_sample(video: Path) -> str:
    """Return the pattern that a sample shows, by the first word of its name.

    Examples
    --------
    >>> pattern_of_sample(Path("push_lying_good_+75_854x480.mp4"))
    'push'
    """
    word = video.name.partition("_")[0]
    if word not in _PATTERNS:
        raise VideoError(f"{video}: the name of a sample must begin with {', '.join(_PATTERNS)}, got {word!r}")
    return word


def _rank(video: Path) -> tuple[int, bool, str]:
    words = video.stem.split("_")
    return _PATTERNS.index(pattern_of_sample(video)), _GOOD not in words, video.name
