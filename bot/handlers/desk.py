"""Where questions wait for the library, which works on one thread so that the event loop stays free."""

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from retrieval.types import Answer

_DEADLINE = 30.0
_PLACES = 64


class QuestionAnswerer(Protocol):
    """What the bot needs of `retrieval.library.Library`."""

    def ask(self, question: str) -> Answer:
        """Answer `question`; blocks while it works."""


class DeskBusyError(Exception):
    """Every place in the queue is taken."""


class QuestionDesk:
    """Hands questions to the answerer one after another, in the order in which they came."""

    def __init__(self, answerer: QuestionAnswerer, *, places: int = _PLACES, deadline: float = _DEADLINE) -> None:
        """Take questions for `answerer`: at most `places` at once, each for at most `deadline` seconds."""
        self._answerer = answerer
        self._deadline = deadline
        self._places = threading.BoundedSemaphore(places)
        # One thread: the work is arithmetic that uses all cores already, and a second would only slow the first.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")

    async def ask(self, question: str) -> Answer:
        """Answer `question`.

        Raises:
            DeskBusyError: too many questions are waiting.
            TimeoutError: the deadline passed; a question that was being worked on keeps its place until it is done.

        """
        if not self._places.acquire(blocking=False):
            raise DeskBusyError
        work = self._executor.submit(self._answerer.ask, question)
        work.add_done_callback(self._free_place)
        async with asyncio.timeout(self._deadline):
            return await asyncio.wrap_future(work)

    def _free_place(self, _work: Future[Answer]) -> None:
        self._places.release()

    def close(self) -> None:
        """Take no more questions and forget those that wait."""
        self._executor.shutdown(wait=False, cancel_futures=True)
