"""The times of pictures: what is wrong with them mended, and at most so many a second chosen."""

from __future__ import annotations

import math

LATEST_S = 1e9  # 30 years: a timestamp beyond is no timestamp (our judgement)


class TimeRepair:
    """Turns the timestamps of a medium into strictly increasing times.

    Parameters
    ----------
    step : float
        Nominal seconds between two pictures.

    Notes
    -----
    Good timestamps, also irregular ones, pass unchanged.  The rest:

    * missing, not finite or absurdly late: the time before plus ``step``;
    * repeated or a little backward: half a step on, so that the next good
      timestamp still fits; a whole step from the second such in a row;
    * backward by more than `RESTART_S`: the clock restarted (joined recordings);
      its times go on from where they were.
    """

    RESTART_S = 1.0  # wrong order and rounding stay far below, restarts far above (our judgement)

    def __init__(self, step: float) -> None:
        self._step = step
        self._last = -math.inf
        self._offset = 0.0
        self._repaired = False

    def update(self, stamp: float | None) -> float:
        """Return the time in seconds of the next picture, later than the one before."""
        if stamp is None or not abs(stamp) < LATEST_S:
            t = self._last + self._step if math.isfinite(self._last) else 0.0
            self._last = t
            return t
        t = stamp + self._offset
        good = t > self._last
        if not good:
            back = self._last - t
            t = self._last + (self._step if self._repaired or back > self.RESTART_S else self._step / 2)
            if back > self.RESTART_S:
                self._offset = t - stamp
        self._repaired = not good
        self._last = t
        return t


class Thinning:
    """Chooses at most ``max_fps`` pictures a second and leaves their times alone.

    Notes
    -----
    A grid of ``1 / max_fps`` that follows the pictures: a picture is taken when it is
    nearer to the next point of the grid than its successor will be, and at most a quarter
    of a step early; the grid then moves by a tenth towards it.  So 60 becomes every
    second picture, jitter drops nothing, and media that run up to 2 % faster than
    ``max_fps`` (a phone's 30.3) are taken whole.
    """

    EARLY = 0.25  # of a step: half-way between the jitter to bear and the rate to keep
    FOLLOW = 0.1

    def __init__(self, max_fps: float) -> None:
        self._step = 1.0 / max_fps
        self._due = -math.inf
        self._before = -math.inf

    def update(self, t: float) -> bool:
        """Return whether the picture at ``t`` is taken."""
        early = min(self.EARLY * self._step, (t - self._before) / 2)
        self._before = t
        late = t - self._due
        if late < -early:
            return False
        self._due = t if late > self._step else self._due + self.FOLLOW * late
        self._due += self._step
        return True
