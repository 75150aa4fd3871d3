"""Example questions, made from the newest headlines and tried out, so that each of them is answered."""

import asyncio
import logging
import re
from collections.abc import Iterable, Sequence

from bot.handlers.desk import DeskBusyError, QuestionDesk, ReadingDesk
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.articles import Coverage, article_key
from retrieval.types import Article

_WANTED = 3
_NEWEST = 60
_TRIED = 9
_LOOK_EVERY = 30.0
_PAUSE = 0.5
_LONGEST_TITLE = 90

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LOGGER = logging.getLogger(__name__)

Example = tuple[str, str]
"""A question, and the key of the article that it is about."""


class Examples:
    """Keeps questions ready that show a newcomer what can be asked, in each language."""

    def __init__(self, desk: QuestionDesk, reading: ReadingDesk, look_every: float = _LOOK_EVERY) -> None:
        """Look every so many seconds whether another index is published."""
        self._desk = desk
        self._reading = reading
        self._look_every = look_every
        self._coverage: Coverage | None = None
        self._ready: dict[str, tuple[Example, ...]] = {}

    def ready(self, coverage: Coverage, texts: Texts) -> tuple[Example, ...]:
        """Return up to three questions in the reader's language; none that were made for another `coverage`.

        It changes with the index, and when an article is forgotten.
        """
        return self._ready.get(texts.language, ()) if coverage == self._coverage else ()

    async def keep_ready(self) -> None:
        """Prepare them now and whenever what the articles cover has changed; ends when it is cancelled."""
        while True:
            try:
                await self._prepare()
            except (DeskBusyError, TimeoutError):
                _LOGGER.info("There was no time to try out example questions; they are tried later")
            except Exception as error:  # noqa: BLE001 - a greeting without examples is better than no bot
                _LOGGER.warning("No example questions could be made: %s", type(error).__name__)
            await asyncio.sleep(self._look_every)

    async def _prepare(self) -> None:
        coverage = await self._reading.coverage()
        if coverage == self._coverage:
            return
        articles = await self._reading.newest(_NEWEST)
        ready = {language: await self._try_out(articles, catalogue(language)) for language in LANGUAGES}
        self._coverage, self._ready = coverage, ready

    async def _try_out(self, articles: Sequence[Article], texts: Texts) -> tuple[Example, ...]:
        good: list[Example] = []
        for article in _candidates(articles, texts.language):
            question = question_about(article, texts)
            # Readers go first.
            while not self._desk.idle():  # noqa: ASYNC110 - the desk is left on another thread
                await asyncio.sleep(_PAUSE)
            answer = await self._desk.ask(question, limit=1)
            if answer.citations and answer.citations[0].article_id == article.id:
                good.append((question, article_key(article.id)))
            if len(good) == _WANTED:
                break
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
