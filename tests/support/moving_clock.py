"""An event loop whose clock moves by itself: what waits for a minute waits no time, and still in the right order."""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

_TICK = 1e-6
"""Seconds that pass in any case: a wait that is shorter than what the clock can tell would never end."""


class _Selector(selectors.DefaultSelector):
    """Adds to `waited` the seconds that it should have waited."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:  # nothing is due: what is waited for comes from another thread
            return super().select()
        ready = super().select(0)
        if not ready:
            self.waited += max(timeout, _TICK)
        return ready


class MovingClockLoop(asyncio.SelectorEventLoop):
    """Begins at 0 o'clock."""

    def __init__(self) -> None:
        self._waits = _Selector()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.waited


def on_moving_clock(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test on a loop of its own whose clock moves by itself."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        with asyncio.Runner(loop_factory=MovingClockLoop) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now() -> float:
    """Return the time of the running loop."""
    return asyncio.get_running_loop().time()
