"""Example questions, made from the newest articles and tried out, so that each of them is answered for sure."""

import asyncio
import logging
from collections.abc import Sequence

from bot.rendering.examples import EXAMPLES, NEWEST, candidates, is_good
from bot.services.desks import ArticleDesk, DeskBusyError, QuestionDesk
from bot.texts import LANGUAGES, Texts, catalogue
from retrieval.articles import Coverage, article_key
from retrieval.types import Article

_LOOK_EVERY = 30.0

_LOGGER = logging.getLogger(__name__)

Example = tuple[str, str]
"""A question, and the key of the article that it is about."""


class Examples:
    """Keeps questions ready that show a newcomer what can be asked, in each language."""

    def __init__(self, question_desk: QuestionDesk, article_desk: ArticleDesk, look_every: float = _LOOK_EVERY) -> None:
        """Look every so many seconds whether another index is published."""
        self._question_desk = question_desk
        self._article_desk = article_desk
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
        coverage = await self._article_desk.coverage()
        if coverage == self._coverage:
            return
        articles = await self._article_desk.newest(NEWEST)
        ready = {language: await self._try_out(articles, catalogue(language)) for language in LANGUAGES}
        self._coverage, self._ready = coverage, ready

    async def _try_out(self, articles: Sequence[Article], texts: Texts) -> tuple[Example, ...]:
        good: dict[str, Example] = {}
        for article, question in candidates(articles, texts):
            if article.id in good:
                continue
            # Readers go first.
            await self._question_desk.left_idle()
            if is_good(question, await self._question_desk.ask(question.text, limit=1), article):
                good[article.id] = (question.text, article_key(article.id))
            if len(good) == EXAMPLES:
                break
        return tuple(good.values())
