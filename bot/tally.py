"""What the bot counts of itself, for whoever looks at it from outside. It holds no word and no number of a person."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from typing import Literal, get_args

Outcome = Literal["answered", "unsure", "nothing_found", "busy", "too_slow", "limited"]
"""What came of a question: turned away where the bot is busy, given up at its deadline, one too many of a person."""
Trouble = Literal["conflict", "database", "fetching", "library", "telegram", "unexpected"]
"""What went wrong: another program has the token; the database; fetching updates; answering; sending; all else."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
TROUBLES: tuple[Trouble, ...] = get_args(Trouble)
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds: questions are counted by which of these their answer took at most."""


class Tally:
    """Counts from the start of the bot on; for the event loop alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last_update: float | None = None
        self._buckets = [0] * (len(BOUNDS) + 1)
        self.questions: Counter[Outcome] = Counter()
        self.troubles: Counter[Trouble] = Counter()
        self.seconds = 0.0
        """What all answers together took."""

    def update(self) -> None:
        """Note that an update has come in."""
        self._last_update = self._clock()

    def question(self, outcome: Outcome, seconds: float | None = None) -> None:
        """Count a question, and how long its answer took, where there is one."""
        self.questions[outcome] += 1
        if seconds is not None:
            self._buckets[bisect_left(BOUNDS, seconds)] += 1
            self.seconds += seconds

    def trouble(self, kind: Trouble) -> None:
        """Count what went wrong."""
        self.troubles[kind] += 1

    @property
    def since_update(self) -> float | None:
        """Seconds since the last update came in; None where none has yet."""
        return None if self._last_update is None else self._clock() - self._last_update

    @property
    def answers_within(self) -> list[int]:
        """How many answers took at most each of `BOUNDS`, and last how many there were."""
        return [sum(self._buckets[: place + 1]) for place in range(len(self._buckets))]
