"""What a reader sends as one and Telegram delivers as several messages: an album, or a text that is too long."""

import asyncio
from datetime import datetime, timedelta

from cachetools import LRUCache
from telegram import Message

from bot.services.limits import RecentKeys
from bot.services.replies import sender_of

_ALBUM_ARRIVES = 1.5
"""Seconds that the pictures of an album wait for one with a caption."""
_PART_AT_LEAST = 2000
"""Characters of any part but the last: Telegram's programs part a text at 4,096, or at a boundary shortly before."""
_BETWEEN_PARTS = timedelta(seconds=3)
_QUESTION_AT_MOST = 200
_REMEMBERED = 4096


class Gathering:
    """Tells which one of the messages that belong together stands for all of them."""

    def __init__(self) -> None:
        self._albums = RecentKeys()
        self._captions = RecentKeys()
        self._long: LRUCache[tuple[int, int, bool], datetime] = LRUCache(_REMEMBERED)

    async def stands_for_all(self, message: Message) -> bool:
        """Tell whether to answer `message`, and not another one that was sent with it.

        Of an album that is the first picture with a caption, or else the first, for which a moment passes; of a text
        in several parts the first part.
        """
        if message.media_group_id:
            return await self._stands_for_album(message)
        return not self._goes_on(message)

    async def _stands_for_album(self, message: Message) -> bool:
        album = (message.chat_id, message.media_group_id)
        if message.caption:
            # Also where a picture without one has been taken for the whole album: that costs a line, not an answer.
            self._albums.seen_before(album)
            return not self._captions.seen_before(album)
        await asyncio.sleep(_ALBUM_ARRIVES)
        return not self._albums.seen_before(album)

    def _goes_on(self, message: Message) -> bool:
        """Tell whether `message` goes on with a part that came just before it; remember it if more may come."""
        origin = message.forward_origin
        key = (message.chat_id, sender_of(message), origin is None)
        written = origin.date if origin else message.date
        before = self._long.pop(key, None)
        if len(message.text or "") >= _PART_AT_LEAST:
            self._long[key] = written
        if before is None or abs(written - before) > _BETWEEN_PARTS:
            return False
        return not _is_short_question(message.text or "")


def _is_short_question(text: str) -> bool:
    """Whether a text is rather about what was pasted before than the end of it."""
    return len(text) <= _QUESTION_AT_MOST and text.rstrip().endswith("?") and "\n" not in text.strip()
