"""Where the bot is: blocked, called back, thrown out of a group, or moved with it to a supergroup."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from cachetools import LRUCache
from telegram import Chat, ChatMember, Message, Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.transport.absences import Absences

_LOGGER = logging.getLogger(__name__)

_REMEMBERED = 10_000
_AWAY = frozenset({ChatMember.BANNED, ChatMember.LEFT})


class Presence:
    """Sees every update before the others do."""

    def __init__(self, absences: Absences, *on_migrated: Callable[[int, int], None]) -> None:
        """`on_migrated` is told the old and the new id of a group."""
        self._absences = absences
        self._on_migrated = on_migrated
        self._met: LRUCache[int, None] = LRUCache(_REMEMBERED)
        """Private chats that have written in this run."""

    async def check(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Note what `update` says of where the bot is; let no work be done for a chat that has sent it away.

        Raises:
            ApplicationHandlerStop: the answer could not be sent, or there is nothing to answer.

        """
        chat = update.effective_chat
        if chat is None:
            return
        if update.my_chat_member:
            await self._membership(chat.id, update.my_chat_member.new_chat_member.status)
            raise ApplicationHandlerStop
        if update.message and self._moved(update.message):
            raise ApplicationHandlerStop
        if chat.id in self._absences:
            # Whoever unblocks the bot is offered /start; where they do not take it, my_chat_member has told.
            if not (update.message and (update.message.text or "").startswith("/start")):
                raise ApplicationHandlerStop
            await self._absences.called_back(chat.id)
        elif update.message and chat.type == Chat.PRIVATE and chat.id not in self._met:
            # An earlier run may have noted that they blocked the bot, and not have heard that they unblocked it.
            # That is noted beside the answer: a message that waited here would be overtaken by the next one.
            self._met[chat.id] = None
            context.application.create_task(self._absences.called_back(chat.id), update=update)

    async def _membership(self, chat: int, status: str) -> None:
        if status in _AWAY:
            await self._absences.sent_away(chat)
        else:
            await self._absences.called_back(chat)

    def _moved(self, message: Message) -> bool:
        """Tell whether `message` says that its group has become a supergroup; it says so in both."""
        # Of several bots on one database, one may see this and another one that.
        before = message.migrate_from_chat_id or message.chat_id
        for told in self._on_migrated:
            if message.migrate_to_chat_id or message.migrate_from_chat_id:
                told(before, message.migrate_to_chat_id or message.chat_id)
        return bool(message.migrate_to_chat_id or message.migrate_from_chat_id)


async def note_presence(people: PeopleDesk, chat: int, welcome: bool) -> None:
    """Note with what is stored about people whether the bot is `welcome` in `chat`."""
    if chat < 0:
        return
    try:
        await people.do(PeopleStore.activate if welcome else PeopleStore.deactivate, chat, datetime.now(UTC))
    except PeopleError as error:
        _LOGGER.warning("It cannot be noted who has blocked the bot: %s", error)
