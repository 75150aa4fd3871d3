"""Whole articles, page by page."""

import asyncio

from telegram import Message

from bot.handlers.desk import ReadingDesk
from bot.handlers.keyboards import article_keyboard
from bot.handlers.replies import Replies
from bot.markup import MessagePart
from bot.rendering import Renderer
from bot.texts import Texts
from retrieval.types import Article


class Articles:
    """Shows articles of the archive."""

    def __init__(self, reading: ReadingDesk, replies: Replies, renderer: Renderer) -> None:
        self._reading = reading
        self._replies = replies
        self._renderer = renderer

    async def send(self, message: Message, key: str, texts: Texts) -> bool:
        """Reply to `message` with the first page of an article; return False where there is no such article."""
        article = await self._reading.article(key)
        if article is None:
            return False
        pages = await self._pages(article, texts)
        await self._replies.send_parts(message, pages[:1], article_keyboard(0, key, 0, len(pages), texts))
        return True

    async def _pages(self, article: Article, texts: Texts) -> list[MessagePart]:
        # Beside the event loop: an article of megabytes takes seconds.
        return await asyncio.to_thread(self._renderer.article, article, texts)

    async def turn(self, message: Message, key: str, page: int, exchange: int, texts: Texts) -> bool:
        """Put a page of an article into the bot's own `message`; return False where there is no such article.

        `exchange` is the answer to go back to, or 0.
        """
        article = await self._reading.article(key)
        pages = await self._pages(article, texts) if article else []
        if not pages:
            return False
        page = min(page, len(pages) - 1)  # it may have become shorter since
        keyboard = article_keyboard(exchange, key, page, len(pages), texts)
        await self._replies.show_instead(message, pages[page : page + 1], keyboard)
        return True
