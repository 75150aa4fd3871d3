"""How the bot comes to its end: told to by a signal, or because of an error."""

import asyncio
import signal
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field

from retrieval.errors import RetrievalError


@dataclass(slots=True)
class End:
    """Whether the bot shall end, and because of which error if not because it was told to."""

    event: asyncio.Event = field(default_factory=asyncio.Event)
    error: RetrievalError | None = None

    def fail(self, error: RetrievalError) -> None:
        """Let the bot end because of `error`."""
        self.error = error
        self.event.set()

    async def unless(self, work: Awaitable[None]) -> None:
        """Await `work`, but give it up when the end comes first."""
        task = asyncio.ensure_future(work)
        ended = asyncio.create_task(self.event.wait())
        await asyncio.wait([task, ended], return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not task.done():
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    def follow_signals(self) -> None:
        """End in order at the first signal; a second one finds the default behaviour and ends at once."""
        loop = asyncio.get_running_loop()
        signals = (signal.SIGTERM, signal.SIGINT)

        def first_signal() -> None:
            self.event.set()
            for each in signals:
                loop.remove_signal_handler(each)

        # Windows has no signal handlers in its event loop; Ctrl-C still interrupts.
        with suppress(NotImplementedError):
            for each in signals:
                loop.add_signal_handler(each, first_signal)
