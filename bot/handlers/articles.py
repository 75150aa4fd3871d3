"""Whole articles, page by page."""

import asyncio
from dataclasses import replace

from telegram import Message

from bot.rendering.callback_data import Action, CallbackData
from bot.rendering.keyboards import article_keyboard
from bot.rendering.markup import Pages
from bot.rendering.messages import Renderer
from bot.services.desks import ArticleDesk
from bot.services.replies import Replies
from bot.texts import Texts
from retrieval.types import Article


class Articles:
    """Shows articles of the archive."""

    def __init__(self, article_desk: ArticleDesk, replies: Replies, renderer: Renderer) -> None:
        self._article_desk = article_desk
        self._replies = replies
        self._renderer = renderer

    async def send(self, message: Message, key: str, texts: Texts) -> bool:
        """Reply to `message` with the first page of an article; return False where there is no such article."""
        article = await self._article_desk.article(key)
        if article is None:
            return False
        pages = await self._pages(article, texts)
        shown = CallbackData(Action.ARTICLE, key=key)
        await self._replies.send_parts(message, pages[:1], article_keyboard(shown, len(pages), texts))
        return True

    async def _pages(self, article: Article, texts: Texts) -> Pages:
        # Beside the event loop: an article of megabytes takes a moment.
        return await asyncio.to_thread(self._renderer.article, article, texts)

    async def turn(self, message: Message, wanted: CallbackData, texts: Texts) -> bool:
        """Put the page of an article that is `wanted` into the bot's own `message`; return False where it is gone."""
        article = await self._article_desk.article(wanted.key)
        if article is None:
            return False
        pages = await self._pages(article, texts)
        page = min(wanted.number, len(pages) - 1)  # it may have become shorter since
        keyboard = article_keyboard(replace(wanted, number=page), len(pages), texts)
        await self._replies.show_instead(message, pages[page : page + 1], keyboard)
        return True
