"""Poses from pictures, with the MediaPipe pose landmarker (Tasks API, video mode).

MediaPipe is imported with the first `PoseEstimator`, not with this module.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from armswing.errors import ModelError, PoseError
from armswing.io.models import PoseModel, resolve_model
from armswing.io.video import Picture
from armswing.kinematics import mid_hip, mid_shoulder, trunk_length
from armswing.pose import PoseFrame
from armswing.subject import POINT_REACH, distance_from, whom_to_follow

# Fed one and the same picture, the world landmarks still move for about this many
# frames after the detector has found somebody (measured: 42 mm over 9 frames, 36 mm in the first 4).
SETTLING_FRAMES = 6

# Of a camera with few pictures a second so many would be long: there it ends after this time, but not before so many
# pictures.  Joints are then .9 hundredths of a trunk off, .7 once settled (medians at 15 and at 10 pictures a second;
# it takes pictures, not time); a first repetition is worth more.
SETTLING_S, SETTLING_LEAST = 0.2, 2

# People looked for when one of them is to be chosen: a gym has more, but few stand near the subject (our judgement).
SEVERAL = 4

# What is left of a picture around somebody who is to be found alone in it, in trunk lengths (our judgement).
AROUND = 0.3

# What MediaPipe and TFLite write to the terminal from C++, whatever the environment says, and what
# matplotlib, which MediaPipe imports, says of its own folders.
_CHATTER = re.compile(
    rb"^(?:[IWE]\d{4} \d\d:\d\d:\d+|INFO: |WARNING: (?:Logging before|Read-only tensor|All log messages before)"
    rb"|Matplotlib (?:created|is building)|mkdir -p failed)"
)
_stderr_lock = threading.RLock()


class PoseEstimator:
    """Finds one person's landmarks in the pictures of one video.

    Parameters
    ----------
    model : PoseModel or str
        What `armswing.io.models.resolve_model` returns or takes.
    subject : (float, float), optional
        A point on the person at the beginning, in square pixels.  With it, several people are looked for in
        every picture and the one at the point is followed; that takes about twice the time.

    Raises
    ------
    ModelError
        When the model, or MediaPipe itself, does not load.

    Notes
    -----
    One estimator serves one video: it tracks the person from picture to picture.
    After a hard cut it forgets the person and searches anew.  Use it in a
    ``with`` statement, or call `close`.
    """

    def __init__(self, model: PoseModel | str = "full", *, subject: tuple[float, float] | None = None) -> None:
        self.model = model if isinstance(model, PoseModel) else resolve_model(model)
        self._bundle = _bundle(self.model)
        self._subject = None if subject is None else np.array(subject, dtype=np.float64)
        self._heard_all = False  # MediaPipe has said all that it says
        self._landmarker: Any = None
        self._frames_found = 0
        self._found_at = 0.0
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Free the networks; closing twice is fine."""
        self._landmarker = None
        self._finalizer()

    def estimate(self, rgb: npt.NDArray[np.uint8], t: float, cut: bool = False) -> PoseFrame:
        """Find the person in the next picture.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (height, width, 3)
            An upright picture of square pixels, in any memory layout.
        t : float
            Its time in seconds, later than the picture before.
        cut : bool
            The picture comes from another camera than the one before.

        Returns
        -------
        PoseFrame
            All NaN when nobody was found; ``settling`` for the first
            `SETTLING_FRAMES` pictures after somebody was found anew, or, with few pictures a second,
            for the first `SETTLING_S` seconds.

        Raises
        ------
        PoseError
            When the picture is of another type or shape, or ``t`` is not finite.
        ModelError
            When the estimator is closed, or MediaPipe fails.
        """
        height, width = _checked_shape(rgb)
        if not np.isfinite(t):
            raise PoseError(f"t must be a finite number of seconds, got {t}")
        if self._landmarker is None:
            raise ModelError("the pose estimator is closed; make a new one for each video")
        if cut:
            self.close()
            self._begin()
        result = self._detect(self._landmarker, rgb, self._next_ms(t))
        if result.pose_landmarks and self._subject is None and self._frames_found == 0:
            result = self._follow_the_nearest(rgb, t, result) or result
        images = _in_pixels(result, width, height)
        who = self._choose(images)
        if who is None:
            self._frames_found = 0
            return PoseFrame.nobody(t, size=(width, height), cut=cut)
        if self._frames_found == 0:
            self._found_at = t
        self._frames_found += 1
        long_enough = self._frames_found > SETTLING_LEAST and t - self._found_at > SETTLING_S - 1e-6
        return PoseFrame(
            t=t,
            image=images[who],
            world=np.array([(p.x, p.y, p.z) for p in result.pose_world_landmarks[who]], dtype=np.float32),
            visibility=np.array([p.visibility for p in result.pose_landmarks[who]], dtype=np.float32),
            size=(width, height),
            settling=self._frames_found <= SETTLING_FRAMES and not long_enough,
            cut=cut,
        )

    def _follow_the_nearest(self, rgb: npt.NDArray[np.uint8], t: float, taken: Any) -> Any:
        """Begin anew with the one who exercises if that is not whom the model took; return None where it is.

        Looking for one person, the model takes the one it is surest of: rather somebody in the background who faces
        the camera than the athlete in front, seen from the side; or it mixes the two.  Whom it has found it follows
        from picture to picture, so it is enough to show it the athlete alone once.  Looking for several all the time
        would take twice the time.
        """
        height, width = rgb.shape[:2]
        people = [*_in_pixels(taken, width, height), *self._everybody(rgb)]
        who = whom_to_follow(np.stack(people), (width, height))
        if who == 0:
            return None
        fresh = _landmarker(self._bundle, self.model, 1)
        alone = self._detect(fresh, _only(rgb, people[who]), self._next_ms(t))
        if not alone.pose_landmarks:
            _close_quietly(fresh)
            return None
        self.close()
        self._own(fresh)
        return alone

    def _everybody(self, rgb: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.float32]]:
        """Return the landmarks of all who are in a picture, each of shape (33, 2).

        Taken for a single picture: of two people side by side the first picture of a video gave one, somewhere
        between them.
        """
        several = _landmarker(self._bundle, self.model, SEVERAL, video=False)
        try:
            return _in_pixels(self._detect(several, rgb, None), rgb.shape[1], rgb.shape[0])
        finally:
            _close_quietly(several)

    def _choose(self, images: list[npt.NDArray[np.float32]]) -> int | None:
        """Return which of the people found is the subject; None when it is nobody."""
        if not images or self._subject is None:
            return 0 if images else None
        distances = distance_from(np.stack(images), self._subject)
        nearest = int(np.argmin(distances))
        if distances[nearest] > POINT_REACH:
            return None
        self._subject = 0.5 * (mid_hip(images[nearest]) + mid_shoulder(images[nearest]))
        return nearest

    def _begin(self) -> None:
        """Begin tracking from nothing, with a fresh landmarker.

        Measured at the hard cut of a cable pull: the landmarker of the shot before
        goes on from the old place, misses the hips by up to 100 px in the first picture
        and carries the old visibilities, which it smooths, on for 20 pictures (.38 for a
        wrist that a fresh one sees with .99).  A fresh one is right at once and costs 0.1 s.
        """
        self._frames_found = 0
        self._last_ms = -1
        people = 1 if self._subject is None else SEVERAL
        self._own(_landmarker(self._bundle, self.model, people))

    def _own(self, landmarker: Any) -> None:
        self._landmarker = landmarker
        self._finalizer = weakref.finalize(self, _close_quietly, landmarker)

    def _next_ms(self, t: float) -> int:
        """Return ``t`` as MediaPipe wants it: whole milliseconds, not negative, strictly increasing."""
        self._last_ms = max(round(t * 1000.0), self._last_ms + 1)
        return self._last_ms

    def _detect(self, landmarker: Any, rgb: npt.NDArray[np.uint8], ms: int | None) -> Any:
        """Return what a landmarker finds in the picture of a video, or in a single one: that has no time."""
        mp = _mediapipe()
        # mp.Image ignores strides: a sliced or padded array would be read as wrong pixels without a word.
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(rgb))
        with contextlib.nullcontext() if self._heard_all else _without_chatter():
            try:
                result = landmarker.detect(image) if ms is None else landmarker.detect_for_video(image, ms)
            except (RuntimeError, ValueError) as error:
                raise ModelError(f"MediaPipe failed on {_picture_at(ms)}: {error}") from error
        self._heard_all |= bool(result.pose_landmarks)
        return result


def read_poses(pictures: Iterable[Picture], estimator: PoseEstimator) -> Iterator[tuple[Picture, PoseFrame]]:
    """Yield every picture of a video with its pose.

    Parameters
    ----------
    pictures : iterable of Picture
        A `armswing.io.video.VideoReader`, or any other source of pictures.
    estimator : PoseEstimator
        One that has seen no other video.

    Yields
    ------
    (Picture, PoseFrame)
        In the order of time.
    """
    for picture in pictures:
        yield picture, estimator.estimate(picture.rgb, picture.t, picture.cut)


def _in_pixels(result: Any, width: int, height: int) -> list[npt.NDArray[np.float32]]:
    """Return the landmarks in the picture of everybody found, each of shape (33, 2)."""
    return [
        np.array([(p.x * width, p.y * height) for p in landmarks], dtype=np.float32)
        for landmarks in result.pose_landmarks
    ]


def _only(rgb: npt.NDArray[np.uint8], image: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return a picture in which all is grey but one person, whose landmarks in it are given."""
    spare = AROUND * trunk_length(image)
    left, top = np.maximum(image.min(axis=0) - spare, 0).astype(int)
    right, bottom = (image.max(axis=0) + spare).astype(int)
    alone = np.full_like(rgb, 127)
    alone[top:bottom, left:right] = rgb[top:bottom, left:right]
    return alone


def _checked_shape(rgb: npt.NDArray[np.uint8]) -> tuple[int, int]:
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise PoseError(f"rgb must be uint8 of shape (height, width, 3), got {rgb.dtype} of shape {rgb.shape}")
    return rgb.shape[0], rgb.shape[1]


def _bundle(model: PoseModel) -> bytes:
    """Read the bundle: MediaPipe itself cannot open paths with other than ASCII letters on Windows."""
    try:
        return model.path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"the pose model {model.path} must be readable, but reading it failed ({error.strerror})"
        ) from error


def _mediapipe() -> Any:
    """Import MediaPipe, late: it takes about a second."""
    if "mediapipe" in sys.modules:
        return sys.modules["mediapipe"]
    try:
        import mediapipe
    except (ImportError, OSError) as error:
        raise ModelError(
            f"MediaPipe must load, but did not: {error}; `armswing doctor` says what is missing"
        ) from error
    return mediapipe


def _picture_at(ms: int | None) -> str:
    return "a picture" if ms is None else f"the picture at {ms} ms"


def _landmarker(bundle: bytes, model: PoseModel, people: int, *, video: bool = True) -> Any:
    with _without_chatter():
        tasks = _mediapipe().tasks
        try:
            options = tasks.vision.PoseLandmarkerOptions(
                base_options=tasks.BaseOptions(model_asset_buffer=bundle),
                running_mode=tasks.vision.RunningMode.VIDEO if video else tasks.vision.RunningMode.IMAGE,
                num_poses=people,
            )
            return tasks.vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError, OSError, LookupError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the pose model {model.path} must be a MediaPipe pose landmarker bundle, but MediaPipe cannot load it"
                f" ({reason}); use --model full or lite, or get the file again"
            ) from error


def _close_quietly(landmarker: Any) -> None:
    """Close a landmarker; at the exit of the interpreter its threads may be gone already."""
    try:
        landmarker.close()
    except RuntimeError:
        # The process ends and frees everything; without a handle, __del__ will not try again and complain.
        landmarker._handle = None


@contextlib.contextmanager
def _without_chatter() -> Iterator[None]:
    """Keep the C++ log lines of MediaPipe and TFLite off the terminal.

    They go straight to file descriptor 2 and heed no environment variable (seen
    with 1.2.2).  So the descriptor points to a temporary file for a moment;
    afterwards every line that is not chatter, of whatever thread, is passed on.
    """
    with _stderr_lock, contextlib.ExitStack() as stack:
        try:
            caught = stack.enter_context(tempfile.TemporaryFile())
            terminal = os.dup(2)
        except OSError:  # no standard error, or nowhere to write: nothing to protect
            yield
            return
        _flush_stderr()
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            _flush_stderr()
            os.dup2(terminal, 2)
            os.close(terminal)
            caught.seek(0)
            _pass_on(caught.read())


def _pass_on(written: bytes) -> None:
    rest = b"".join(line for line in written.splitlines(keepends=True) if not _CHATTER.match(line))
    while rest:
        rest = rest[os.write(2, rest) :]


def _flush_stderr() -> None:
    # sys.stderr is None without a console (pythonw), and may be closed.
    with contextlib.suppress(AttributeError, ValueError, OSError):
        sys.stderr.flush()
