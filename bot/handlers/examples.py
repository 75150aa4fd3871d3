"""Example questions, made from the newest headlines and tried out, so that each of them is answered."""

import asyncio
import logging
import re
from collections.abc import Iterable
from contextlib import suppress

from bot.handlers.desk import DeskBusyError, QuestionDesk, ReadingDesk
from bot.texts import Texts
from retrieval.articles import article_key
from retrieval.types import Article

_WANTED = 3
_NEWEST = 60
_TRIED = 9
_PATIENCE = 1.5
"""Seconds that a greeting waits for its examples; those that come later are there for the next one."""
_LONGEST_TITLE = 90

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LOGGER = logging.getLogger(__name__)

Example = tuple[str, str]
"""A question, and the key of the article that it is about."""


class Examples:
    """Chooses questions that show a newcomer what can be asked; once for each index and language."""

    def __init__(self, desk: QuestionDesk, reading: ReadingDesk) -> None:
        self._desk = desk
        self._reading = reading
        self._generation = 0
        self._chosen: dict[str, asyncio.Task[tuple[Example, ...]]] = {}

    async def choose(self, generation: int, texts: Texts) -> tuple[Example, ...]:
        """Return up to three questions in the reader's language; none where that would take too long just now."""
        if generation != self._generation:
            self._generation = generation
            self._chosen.clear()
        task = self._chosen.get(texts.language)
        if task is None or (task.done() and not task.result()):
            task = self._chosen[texts.language] = asyncio.create_task(self._try_out(texts))
        with suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(task), _PATIENCE)
        return ()

    async def _try_out(self, texts: Texts) -> tuple[Example, ...]:
        good: list[Example] = []
        try:
            for article in _candidates(await self._reading.newest(_NEWEST), texts.language):
                question = question_about(article, texts)
                answer = await self._desk.ask(question, limit=1)
                if answer.citations and answer.citations[0].article_id == article.id:
                    good.append((question, article_key(article.id)))
                if len(good) == _WANTED:
                    break
        except (DeskBusyError, TimeoutError):
            _LOGGER.info("There was no time to try out example questions")
        except Exception as error:  # noqa: BLE001 - a greeting without examples is better than none
            _LOGGER.warning("No example questions could be made: %s", type(error).__name__)
        return tuple(good)


def question_about(article: Article, texts: Texts) -> str:
    """Return the example question about an article."""
    return texts.say("example-question", title=" ".join(article.title.split()).rstrip(" .?!"))


def _candidates(articles: Iterable[Article], language: str) -> list[Article]:
    """Return some of the newest articles: those in the reader's language first, and of as many outlets as possible."""
    outlets: set[str | None] = set()
    ranked = []
    for article in articles:
        if 0 < len(article.title.strip()) <= _LONGEST_TITLE:
            # Few sources name the language; the alphabet tells it well enough for the reader's comfort.
            foreign = bool(_CYRILLIC.search(article.title)) != (language == "ru")
            ranked.append((foreign, article.source in outlets, article))
            outlets.add(article.source)
    return [article for *_, article in sorted(ranked, key=lambda entry: entry[:2])][:_TRIED]
