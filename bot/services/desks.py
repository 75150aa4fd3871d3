"""Where the bot waits for the library, which works on threads so that the event loop stays free.

Searching is slow and one at a time; looking up articles is quick and does not wait for searches.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from retrieval.articles import Coverage, Edition
from retrieval.question.conversation import Conversation
from retrieval.types import Answer, Article, Digest, Followed, NearestArticle, News, QuoteCheck, Timeline

_DEADLINE = 30.0
_PLACES = 64
_LONGEST_QUEUE = 10.0
"""Seconds that the questions which wait may take: who comes then is told at once, and not after as long a wait."""
_WEIGHT_OF_LAST = 0.1
"""Of the last piece of work in how long one takes: a single long one turns nobody away."""
_LOOKUPS_AT_ONCE = 2
_PAUSE = 0.5
_CROWD = 6
"""A question that finds so many on their way is answered without reading: all wait for the same cores."""

_Result = TypeVar("_Result")


class Archive(Protocol):
    """What the bot needs of `retrieval.library.Library`; every method blocks while it works."""

    def ask(
        self,
        question: str,
        *,
        limit: int | None = None,
        now: datetime | None = None,
        conversation: Conversation | None = None,
        read: bool = True,
        first_in: str | None = None,
    ) -> Answer:
        """Answer `question` with up to `limit` citations; `now` is what "yesterday" is relative to.

        What the question leaves out is filled in from the `conversation` before it. Without `read` the best passages
        are not read, which is several times as fast. The article with the id `first_in` is looked into first.
        """

    def cited_story(self, answer: Answer) -> Timeline:
        """Tell how the story of an answer's first citation went on, day by day."""

    def followed(self, answer: Answer, asked_at: datetime) -> Followed:
        """Return what is asked again for whoever was shown an answer to a question of a moment."""

    def news_for(self, followed: Followed, count: int) -> News | None:
        """Ask that again; return up to `count` citations of what is new, if any."""

    def check_quote(self, text: str) -> QuoteCheck:
        """Tell whether words stand in the articles as they are quoted."""

    def check_asked_quote(self, text: str) -> QuoteCheck | None:
        """The same of what a message asks about; None where that is no quotation."""

    def nearest(self, text: str, count: int) -> tuple[NearestArticle, ...]:
        """Return the articles that are closest to `text`."""

    def article(self, key: str) -> Article | None:
        """Return the article with this key."""

    def newest(self, count: int) -> Sequence[Article]:
        """Return the newest articles."""

    def digest(self, until: datetime) -> Digest:
        """Tell the main stories of the 24 hours before a moment."""

    def coverage(self) -> Coverage:
        """Tell what the articles cover."""

    def edition(self) -> Edition:
        """Tell from what questions are answered now; quick."""

    def close(self) -> None:
        """End what runs in the background."""


class DeskBusyError(Exception):
    """Every place in the queue is taken."""


class QuestionDesk:
    """Hands questions to the archive one after another, in the order in which they came."""

    def __init__(
        self,
        archive: Archive,
        *,
        places: int = _PLACES,
        deadline: float = _DEADLINE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take questions for `archive`: at most `places` at once, each for at most `deadline` seconds.

        On a slow machine fewer than `places` wait: no more than are likely to be answered in ten seconds.
        """
        self._archive = archive
        self._clock = clock
        self._usual = 0.0
        """Seconds that a piece of work has taken of late."""
        self._deadline = deadline
        self._places = places
        self._taken = 0
        self._counting = threading.Lock()
        # One thread: the work is arithmetic that uses all cores already, and a second would only slow the first.
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")

    async def ask(
        self,
        question: str,
        *,
        limit: int | None = None,
        now: datetime | None = None,
        conversation: Conversation | None = None,
        deadline: float | None = None,
        read: bool = True,
        follow: bool = False,
        first_in: str | None = None,
    ) -> Answer:
        """Answer `question`, within `deadline` seconds if that is less than what every question gets.

        The article with the id `first_in` is looked into first. Whether to `read` passages is for the caller to say,
        who knows from `has_time_to_read` whether others wait; and whether to `follow` the cited story, on how many days
        it moved.

        Raises:
            DeskBusyError: too many questions are waiting.
            TimeoutError: the deadline passed; a question that was being worked on keeps its place until it is done.

        """

        def work() -> Answer:
            answer = self._archive.ask(
                question, limit=limit, now=now, conversation=conversation, read=read, first_in=first_in
            )
            if not (follow and answer.citations):
                return answer
            return replace(answer, story_days=len(self._archive.cited_story(answer).days))

        return await self._do(work, deadline)

    async def cited_story(self, answer: Answer) -> Timeline:
        """Tell how the story of an answer's first citation went on; raises what `ask` does."""
        return await self._do(lambda: self._archive.cited_story(answer), None)

    async def followed(self, answer: Answer, asked_at: datetime) -> Followed:
        """Return what is asked again for whoever was shown an answer; raises what `ask` does."""
        return await self._do(lambda: self._archive.followed(answer, asked_at), None)

    async def news_for(self, followed: Followed, count: int) -> News | None:
        """Return what is new for whoever follows a question; raises what `ask` does."""
        return await self._do(lambda: self._archive.news_for(followed, count), None)

    @property
    def taken(self) -> int:
        """How many questions wait, the one that is being answered counted."""
        return self._taken

    def idle(self) -> bool:
        """Tell whether no question is on its way."""
        return self._taken == 0

    async def left_idle(self) -> None:
        """Wait until no question is on its way, for what is not as urgent as readers."""
        while not self.idle():  # noqa: ASYNC110 - questions are done on another thread
            await asyncio.sleep(_PAUSE)

    def has_time_to_read(self) -> bool:
        """Tell whether few enough questions are on their way for one more to be answered with reading."""
        return self._taken < _CROWD

    async def nearest(self, text: str, count: int) -> tuple[NearestArticle, ...]:
        """Return the articles that are closest to `text`; raises what `ask` does."""
        return await self._do(lambda: self._archive.nearest(text, count), None)

    async def check_quote(self, text: str) -> QuoteCheck:
        """Tell whether words stand in the articles as they are quoted; raises what `ask` does."""
        return await self._do(lambda: self._archive.check_quote(text), None)

    async def check_asked_quote(self, text: str) -> QuoteCheck | None:
        """The same of what a message asks about, None where that is no quotation; raises what `ask` does."""
        return await self._do(lambda: self._archive.check_asked_quote(text), None)

    async def _do(self, work: Callable[[], _Result], deadline: float | None) -> _Result:
        with self._counting:
            if self._taken >= self._places or self._taken * self._usual > _LONGEST_QUEUE:
                raise DeskBusyError
            self._taken += 1
        future = self._executor.submit(self._timed, work)
        future.add_done_callback(self._free_place)
        async with asyncio.timeout(min(self._deadline, deadline or self._deadline)):
            return await asyncio.wrap_future(future)

    def _timed(self, work: Callable[[], _Result]) -> _Result:
        began = self._clock()
        try:
            return work()
        finally:
            took = min(self._clock() - began, self._deadline)  # nobody waits for longer
            self._usual += _WEIGHT_OF_LAST * (took - self._usual)

    def _free_place(self, _work: Future[Any]) -> None:
        with self._counting:
            self._taken -= 1

    def close(self) -> None:
        """Take no more questions and forget those that wait."""
        self._executor.shutdown(wait=False, cancel_futures=True)


class ArticleDesk:
    """Looks up articles, and what they cover, beside the questions that are being answered."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._executor = ThreadPoolExecutor(max_workers=_LOOKUPS_AT_ONCE, thread_name_prefix="articles")

    async def article(self, key: str) -> Article | None:
        """Return the article with this key; None where there is none."""
        return await self._do(lambda: self._archive.article(key))

    async def newest(self, count: int) -> Sequence[Article]:
        """Return the newest articles."""
        return await self._do(lambda: self._archive.newest(count))

    async def digest(self, until: datetime) -> Digest:
        """Tell the main stories of the 24 hours before a moment, naive in the archive's time zone."""
        return await self._do(lambda: self._archive.digest(until))

    async def coverage(self) -> Coverage:
        """Tell what the articles cover."""
        return await self._do(self._archive.coverage)

    async def edition(self) -> Edition:
        """Tell from what questions are answered now."""
        return await self._do(self._archive.edition)

    async def _do(self, work: Callable[[], _Result]) -> _Result:
        async with asyncio.timeout(_DEADLINE):
            return await asyncio.wrap_future(self._executor.submit(work))

    def close(self) -> None:
        """Forget what waits."""
        self._executor.shutdown(wait=False, cancel_futures=True)
