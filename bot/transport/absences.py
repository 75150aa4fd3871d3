"""The chats that have sent the bot away: nothing more is sent there until they call it back."""

import logging
from collections.abc import Awaitable, Callable

from cachetools import LRUCache

_LOGGER = logging.getLogger(__name__)

_REMEMBERED = 10_000


class Absences:
    """Who has blocked the bot or thrown it out of a group, the last ten thousand of them."""

    def __init__(self, on_change: Callable[[int, bool], Awaitable[None]] | None = None) -> None:
        """`on_change` is awaited with a chat and whether the bot may speak there; for whoever stores that."""
        self._chats: LRUCache[int, None] = LRUCache(_REMEMBERED)
        self._on_change = on_change

    def __contains__(self, chat: int) -> bool:
        return chat in self._chats

    async def sent_away(self, chat: int) -> None:
        """Note that `chat` does not want the bot any more, or is no more."""
        if chat in self._chats:
            return
        self._chats[chat] = None
        _LOGGER.info("Chat %d has sent the bot away", chat)
        if self._on_change:
            await self._on_change(chat, False)

    def forget(self, chat: int) -> None:
        """Do not know any more whether the bot may speak in `chat`: another bot may have heard of it since."""
        self._chats.pop(chat, None)

    async def called_back(self, chat: int) -> None:
        """Note that the bot may speak in `chat`."""
        self._chats.pop(chat, None)
        if self._on_change:
            await self._on_change(chat, True)
