"""How a long run tells how far it is."""

import time
from collections.abc import Callable


class Progress:
    """Told what an indexing run does; this one keeps silent, the command line draws a bar."""

    def reading(self, articles: int, place: str) -> None:
        """`articles` were read so far; `place` is the source or file that is being read."""

    def embedding(self, done: int, total: int) -> None:
        """`done` of `total` sentences are embedded."""

    def begun(self, articles: int, total: int) -> None:
        """The newest `articles` of `total` are published to begin with; the others are embedded now."""

    def copying(self, done: int, total: int) -> None:
        """`done` of `total` rows of a home that is carried over are copied."""

    def building(self) -> None:
        """The new generation is being written and checked."""

    def announce(self, message: str) -> None:
        """Something that happens once and takes seconds, such as preparing the model."""

    def step(self) -> None:
        """Called where there may be nothing to show for long; what it raises ends the run."""


class TrialProgress(Progress):
    """Told what a trial does, beside what its indexing does; this one keeps silent."""

    def asking(self, system: str, done: int, total: int) -> None:
        """`done` of `total` questions were put to `system`."""


class Pace:
    """How fast work goes on and how long it will take, by what was done of it since it was first looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_at: float | None = None
        self._began_with = self._done = 0
        self._total: int | None = None

    def note(self, done: int, total: int | None) -> None:
        """Note how far the work is; where it is less than before, other work has begun."""
        if self._began_at is None or total != self._total or done < self._done:
            self._began_at, self._began_with, self._total = self._clock(), done, total
        self._done = done

    @property
    def rate(self) -> float | None:
        """Pieces of work a second; None as long as it cannot be told."""
        if self._began_at is None:
            return None
        seconds, pieces = self._clock() - self._began_at, self._done - self._began_with
        return pieces / seconds if pieces and seconds else None

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take at that rate; None as long as it cannot be told."""
        rate = self.rate
        return None if rate is None or self._total is None else (self._total - self._done) / rate
