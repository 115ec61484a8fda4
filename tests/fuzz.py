"""Files changed at random: whatever comes of them is a result or one plain error, soon, and in bounded memory.

The tests run a few rounds of each target; for more::

    python tests/fuzz.py video --seconds 600 --seed 1 --keep found/

Every round is known by target, seed and number (``--first 1234 --rounds 1`` does one again).  Videos are changed in
a process of their own, because a fault of a codec would end it: what ends or stops it is kept and told like the rest.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import random
import resource
import signal
import string
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

import sessions
from armswing.batch.work import failure
from armswing.config import load_config
from armswing.errors import ArmswingError, ConfigError, VideoError
from armswing.events import RepCompleted
from armswing.io.event_file import save_events
from armswing.io.manifest import parse_manifest
from armswing.io.pose_cache import PoseKey, cached_events, cached_poses
from armswing.io.pose_file import read_pose_file, save_poses
from armswing.io.stills import stills
from armswing.io.summary import summarize, to_json
from armswing.io.tables import rep_rows
from armswing.io.video import VideoReader
from armswing.patterns import get_pattern
from armswing.phrases import english, load_phrases
from armswing.pose import PoseSequence
from video_files import write_sound, write_video

LONGEST_S = 20  # of one round: the files are of a few kilobytes
MOST_BYTES = 3 << 30  # of address space, beside what the libraries take

_NUMBERS = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_TEXT = b"=\"'\\{}[]()<>,;:.-+@#\n\r\t \0%~/$0123456789eEinfna\xff\xc3\xa4\xf0\x9f\x92\xaa"


def changed(data: bytes, rng: random.Random, words: tuple[bytes, ...] = ()) -> bytes:
    """Return bytes with one to eight changes."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(out) + 1)
        length = min(rng.choice((1, 1, 2, 4, 8, 40, 400)), len(out) - at)
        match rng.randrange(9):
            case 0:
                out[at : at + length] = rng.randbytes(length)
            case 1 if at < len(out):
                out[at] ^= 1 << rng.randrange(8)
            case 2:
                number = rng.choice(_NUMBERS) & ((1 << 8 * (size := rng.choice((1, 2, 4, 8)))) - 1)
                out[at : at + size] = number.to_bytes(size, rng.choice(("big", "little")))
            case 3:
                del out[at : at + length]
            case 4:
                out[at:at] = bytes(out[(start := rng.randrange(len(out) + 1)) : start + length])
            case 5:
                out[at:at] = bytes(rng.choice(_TEXT) for _ in range(length))
            case 6:
                out[at : at + length] = bytes(length)
            case 7 if words:
                out[at:at] = rng.choice(words)
            case 8 if rng.random() < 0.3:
                del out[at:]
            case _:
                with contextlib.suppress(StopIteration):  # a number that stands there becomes another
                    start = next(i for i in range(at, len(out)) if out[i] in b"0123456789")
                    out[start : start + 1] = rng.choice((b"-1", b"1e999", b"nan", b"9" * 30, b"0x" + b"f" * 5000))
    return bytes(out)


# ── what is changed, and what must hold ──


def video_seeds(folder: Path) -> list[bytes]:
    """Return small videos of many kinds."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = {"paint": lambda i, size: np.random.default_rng(i).integers(0, 255, (*size[::-1], 3), np.uint8)}
    small = {"size": (16, 16), "frames": 5}
    made = [
        write_video(folder / "a.mp4", **small),
        write_video(folder / "b.mp4", **small, options={"movflags": "faststart"}, rotation=90, sound_s=0.1),
        write_video(folder / "c.mp4", **small, options={"movflags": "frag_keyframe+empty_moov"}),
        write_video(folder / "d.mov", **small, codec="prores_ks", pixels="yuva444p10le", container="mov"),
        write_video(folder / "e.mov", **small, codec="png", pixels="rgba", container="mov"),
        write_video(folder / "f.mkv", **small, container="matroska"),
        write_video(folder / "g.webm", **small, codec="libvpx-vp9", pixels="yuva420p", container="webm"),
        write_video(folder / "h.avi", **small, codec="mpeg4", container="avi"),
        write_video(folder / "i.avi", **small, codec="mjpeg", pixels="yuvj420p", container="avi"),
        write_video(folder / "j.ts", **small, container="mpegts"),
        write_video(folder / "k.mpg", **small, fps=25, codec="mpeg2video", container="mpeg"),
        write_video(folder / "l.flv", **small, container="flv"),
        write_video(folder / "m.gif", **small, codec="gif", pixels="rgb8", container="gif"),
        write_video(folder / "n.h264", **small, container="h264"),
        write_video(folder / "o.hevc", **small, codec="libx265", container="hevc"),
        write_video(folder / "p.mp4", size=(64, 48), frames=12, **noise),
        write_video(folder / "q.mkv", **small, codec="libsvtav1", container="matroska"),
        write_sound(folder / "r.m4a"),
    ]
    return [path.read_bytes() for path in made]


_ATOMS = (
    b"moov",
    b"stts",
    b"stsz",
    b"stco",
    b"elst",
    b"tkhd",
    b"mdat",
    b"moof",
    b"trun",
    b"\x00\x00\x01",
    b"#EXTM3U\n",
)


def fuzz_video(path: Path) -> None:
    """Read a video, and still pictures of it: pictures of one size at rising times, or a `VideoError`."""
    try:
        with VideoReader(path, ahead=False) as video:
            times = []
            for picture in video:
                assert picture.rgb.shape == (video.size[1], video.size[0], 3)
                assert np.isfinite(picture.t)
                times.append(picture.t)
        assert times
        assert (np.diff(times) > 0).all()
        for still in stills(path, times[::3]):
            assert still.rgb.ndim == 3
    except VideoError as error:
        assert_plain(error, path)


def fuzz_poses(path: Path) -> None:
    """Read a file of poses: poses, or a `VideoError`; and what is taken from the cache can be used."""
    try:
        found = read_pose_file(path)
        assert len(found.poses) > 0
        assert isinstance(found.poses, PoseSequence)
    except ArmswingError as error:
        assert_plain(error, path, VideoError)


def fuzz_cache(path: Path) -> None:
    """Take poses from the cache: they are whole, or there are none; never an error."""
    key = PoseKey(content="ab" * 32, model_sha256="cd" * 32, under="0")
    kept = key.path(path.parent)
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(path.read_bytes())
    found = cached_poses(path.parent, key)
    if found is not None:
        fps = found.about["fps"]
        assert fps is None or 0 < float(fps) < float("inf")
        assert found.whole


def fuzz_events(path: Path) -> None:
    """Take events from the cache: what is found can be told of, or there are none; never an error."""
    key = PoseKey(content="ab" * 32, model_sha256="cd" * 32, under="0")
    analysis = sessions.eventful()
    assert analysis.poses is not None
    kept = key.events_path(path.parent, "0")
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(path.read_bytes())
    found = cached_events(path.parent, key, "0", analysis.poses, analysis.pattern)
    if found is not None:
        again = replace(analysis, events=found)
        assert len(rep_rows(again)) == len(again.reps) + len(again.discarded)
        to_json(summarize(again))


def fuzz_manifest(path: Path) -> None:
    """Take a manifest apart: rows of the columns it names, or a `ConfigError`."""
    try:
        manifest = parse_manifest(path.read_bytes())
    except ConfigError as error:
        assert_plain(ConfigError(f"{path}: {error}"), path)
        return
    for row in manifest.rows:
        assert tuple(row.carried) == manifest.columns
        assert "\0" not in row.path


def fuzz_settings(path: Path) -> None:
    """Read settings: they can be applied, or a `ConfigError`."""
    try:
        config = load_config(path)
    except ConfigError as error:
        assert_plain(error, path)
        return
    config.apply(get_pattern("pull"))
    config.thresholds()
    assert all(np.isfinite(value) for value in config.overrides.values())


def fuzz_phrases(path: Path) -> None:
    """Read a translation: each of its texts can be said, or a `ConfigError`."""
    try:
        phrases = load_phrases(path)
    except ConfigError as error:
        assert_plain(error, path)
        return
    for key, text in english().items():
        asked = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        said = phrases.say(key, **dict.fromkeys(asked, "word"))
        assert len(said) < 100_000


def assert_plain(error: ArmswingError, path: Path, kind: type[ArmswingError] = ArmswingError) -> None:
    """Check that an error is one line about the file, of bearable length, and says what to do."""
    assert isinstance(error, kind)
    message = str(error)
    assert message.startswith(f"{path}: "), message[:300]
    assert len(message) < 1000, f"{len(message)} letters: {message[:300]}"
    assert "\n" not in message, message[:300]
    assert failure(str(path), "open", message).what


_SETTINGS = b"""[rules.PULL_FLARE]
good_to = 45
zero_above = 70.5
weight = 8
[reps]
longest_s = 20
near_low = 0.05
"""


def seeds(target: str, folder: Path) -> list[bytes]:
    """Return what a target's changes begin with."""
    folder.mkdir(parents=True, exist_ok=True)
    if target == "video":
        return video_seeds(folder)
    if target in ("poses", "cache"):
        about = {"content": "ab" * 32, "fps": 30.0, "warnings": []}
        for name, number in (("one", 1), ("many", 40)):
            nowhere = np.random.default_rng(0).normal(size=(number, 33, 3)).astype(np.float32)
            poses = PoseSequence(
                t=np.arange(number) / 30,
                image=nowhere[..., :2],
                world=nowhere,
                visibility=nowhere[..., 0],
                size=(64, 48),
            )
            save_poses(poses, folder / name, about=about)
        return [(folder / name).read_bytes() for name in ("one", "many")]
    if target == "events":
        analysis = sessions.eventful()
        assert analysis.poses is not None
        few = [event for event in analysis.events if not isinstance(event, RepCompleted)]
        save_events(analysis.events, analysis.poses, folder / "all")
        save_events([*analysis.reps[:1], *few], analysis.poses, folder / "few")
        return [(folder / name).read_bytes() for name in ("all", "few")]
    if target == "manifest":
        return [
            b'path,pattern,side,athlete\r\n"a ""b"".mp4",pull,left,Ada\r\nc.mp4,,,=1+1\r\n',
            "\ufeffpath;date\nä.mp4;2026-03-01\n".encode(),
        ]
    if target == "settings":
        return [_SETTINGS]
    texts = [f'"{key}" = "{text}"\n' for key, text in english().items() if '"' not in text]
    return ["".join(texts[n::20]).encode() for n in range(20)]


_WORDS = {
    "video": _ATOMS,
    "settings": (b"[" * 3000, b"{a=" * 2000, b"1" * 5000, b"0x" + b"f" * 5000, b"inf", b"nan", b"1e400", b"=" * 9),
    "phrases": (
        b"{arm!z}",
        b"{arm:d}",
        b"{arm:99999999999}",
        b"{arm.x}",
        b"{arm[0]}",
        b"{}",
        b"{0}",
        b"{{",
        b"\\u001b",
    ),
    "events": (b"1e999", b"NaN", b"[" * 3000, b"9" * 400, b"null", b"true", b'"left"', b'"CUT"', b"\\ud800", b"{}"),
    "manifest": (b'"' * 3, b"\r", b"\0", b",,,,", b"path", b"a" * 140_000, b"=cmd", b"../../x", b"\x1b[31m"),
}

TARGETS: dict[str, Callable[[Path], None]] = {
    "video": fuzz_video,
    "poses": fuzz_poses,
    "cache": fuzz_cache,
    "events": fuzz_events,
    "manifest": fuzz_manifest,
    "settings": fuzz_settings,
    "phrases": fuzz_phrases,
}


def repacked(data: bytes, rng: random.Random) -> bytes:
    """Return a file of poses with something changed inside its blocks, and checksums that fit."""
    import struct
    import zlib

    out, at, number = bytearray(data[:8]), 8, 0
    which = rng.choice((0, 0, 1))
    while at + 8 <= len(data):
        length, _ = struct.unpack_from("<II", data, at)
        block = zlib.decompress(data[at + 8 : at + 8 + length])
        at += 8 + length
        if number == which:
            words = (b"1e999", b"NaN", b"[" * 3000, b"9" * 400, b"null", b'"fps": 1e999', b'"fps": -1', b"\\ud800")
            block = changed(block, rng, words)
        number += 1
        packed = zlib.compress(block)
        out += struct.pack("<II", len(packed), zlib.crc32(packed)) + packed
    return bytes(out)


def with_fitting_checksum(data: bytes) -> bytes:
    """Return a changed file of events that passes for a whole one, where its first line still says what it is."""
    import json
    import zlib

    first, _, told = data.partition(b"\n")
    try:
        head = {**json.loads(first), "crc32": zlib.crc32(told)}
    except (ValueError, TypeError, RecursionError):
        return data
    return json.dumps(head).encode() + b"\n" + told


def case(target: str, number: int, seed: int, begin: list[bytes]) -> bytes:
    """Return the file of one round."""
    rng = random.Random(f"{target} {seed} {number}")
    data = begin[number % len(begin)]
    if target in ("poses", "cache") and rng.random() < 0.7:
        return repacked(data, rng)
    data = changed(data, rng, _WORDS.get(target, ()))
    return with_fitting_checksum(data) if target == "events" and rng.random() < 0.9 else data


# ── many rounds ──


def child(target: str, folder: Path, *, first: int, rounds: int, seed: int, until: float, keep: Path | None) -> int:
    """Do rounds and print what was found; the round under way stands in a file, should this process end in it."""
    if target == "video":
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    logging.disable()
    begin = seeds(target, folder / "seeds")
    path = folder / "case.bin"
    number, told = first - 1, set()
    for number in range(first, first + rounds):
        if time.time() > until:
            break
        path.write_bytes(case(target, number, seed, begin))
        (folder / "number").write_text(str(number))
        signal.setitimer(signal.ITIMER_REAL, LONGEST_S)  # its signal ends the process
        try:
            TARGETS[target](path)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            signal.setitimer(signal.ITIMER_REAL, 0)
            where = traceback.extract_tb(error.__traceback__)[-1]
            if (type(error), where.filename, where.lineno) not in told:  # each fault once
                told.add((type(error), where.filename, where.lineno))
                what = " ".join(traceback.format_exc(limit=-3)[-700:].split())
                tell(f"{target} --seed {seed} --first {number}: {what}", path, keep)
        signal.setitimer(signal.ITIMER_REAL, 0)
    print(f"{target}: up to round {number}", flush=True)
    (folder / "number").write_text("all")
    return len(told)


def tell(what: str, path: Path, keep: Path | None) -> None:
    """Print what was found, and keep its file."""
    print(f"found: {what}", flush=True)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        name = "-".join(what.split(": ", maxsplit=1)[0].split()).replace("--", "")
        (keep / f"{name}.bin").write_bytes(path.read_bytes())


def run(
    target: str, rounds: int, *, seed: int = 0, first: int = 0, seconds: float = 1e9, keep: Path | None = None
) -> int:
    """Do rounds in processes of their own and return how much was found."""
    until, last, found = time.time() + seconds, first + rounds, 0
    with tempfile.TemporaryDirectory(prefix="armswing-fuzz-") as name:
        number = Path(name, "number")
        while first < last and time.time() < until:
            number.unlink(missing_ok=True)
            command = [sys.executable, __file__, target, "--child", name, "--first", str(first), "--until", str(until)]
            command += ["--rounds", str(last - first), "--seed", str(seed)]
            command += ["--keep", str(keep)] if keep else []
            code = subprocess.run(command, check=False).returncode
            at = number.read_text() if number.exists() else "none"
            if at == "all":
                return found + code
            if at == "none":
                print(f"found: {target}: cannot begin", flush=True)
                return found + 1
            tell(f"{target} --seed {seed} --first {at}: the process ended with {code}", Path(name, "case.bin"), keep)
            found += 1
            first = int(at) + 1
    return found


def main() -> int:
    """Run as a script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--rounds", type=int, default=1_000_000_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each target")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a folder for the files that were too much")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--until", type=float, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        how = {"first": args.first, "rounds": args.rounds, "seed": args.seed, "until": args.until, "keep": args.keep}
        return child(args.target, args.child, **how)
    targets = TARGETS if args.target == "all" else [args.target]
    found = [
        run(one, args.rounds, seed=args.seed, first=args.first, seconds=args.seconds, keep=args.keep) for one in targets
    ]
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())
