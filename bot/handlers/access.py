"""Who may talk to the bot."""

import logging
from collections.abc import Collection
from typing import Any

from telegram import Update
from telegram.ext import ApplicationHandlerStop, BaseHandler, ContextTypes

from bot.services.replies import Replies, sender_of
from bot.transport.updates import GivenUp

_LOGGER = logging.getLogger(__name__)


class Access:
    """Turns away whoever is not on the operator's list; an empty list lets everyone in but bots and who is blocked."""

    def __init__(
        self,
        replies: Replies,
        open_to_all: BaseHandler[Any, Any, Any],
        *,
        allowed: Collection[int],
        blocked: Collection[int],
        admins: Collection[int],
    ) -> None:
        """What `open_to_all` handles is let pass for everyone but bots and those who are blocked."""
        self._replies = replies
        self._open_to_all = open_to_all
        self._blocked = frozenset(blocked)
        self._allowed = frozenset(allowed) | frozenset(admins) if allowed else None

    async def check(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let the update pass to the other handlers, or end it here: politely in private, silently in a group.

        Raises:
            ApplicationHandlerStop: the sender may not talk to the bot.

        """
        if self._is_blocked(update) or _is_of_a_bot(update):
            raise ApplicationHandlerStop
        if self._allowed is None or self._open_to_all.check_update(update):
            return
        sender = sender_of(update.message) if update.message else update.effective_user and update.effective_user.id
        chat = update.effective_chat and update.effective_chat.id
        if self._allowed.isdisjoint({sender, chat}):
            await self._turn_away(update, str(sender))
            raise ApplicationHandlerStop

    async def check_given_up(self, given_up: GivenUp, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do the same for what is not handled any more; raises what `check` does."""
        await self.check(given_up.update, context)

    async def _turn_away(self, update: Update, sender: str) -> None:
        texts = await self._replies.texts_for(update.effective_user)
        message = update.message
        if message and message.chat.type == message.chat.PRIVATE:
            await self._replies.say(message, texts.say("not-allowed", id=sender))
        elif update.callback_query:
            await update.callback_query.answer(texts.say("not-allowed", id=sender))
        elif update.inline_query:
            await update.inline_query.answer([], is_personal=True)

    def _is_blocked(self, update: Update) -> bool:
        """Tell whether the operator wants no word to be said to whoever sent `update`."""
        ids = {each.id for each in (update.effective_sender, update.effective_chat) if each}
        return not self._blocked.isdisjoint(ids)

    def migrated(self, group: int, supergroup: int) -> None:
        """Let a group that may talk to the bot go on as a supergroup, until the bot is started anew."""
        if self._allowed is not None and group in self._allowed and supergroup not in self._allowed:
            self._allowed |= {supergroup}
            _LOGGER.warning("Group %d is now %d: change CITEBOT_ALLOWED_IDS, or it is turned away", group, supergroup)


def _is_of_a_bot(update: Update) -> bool:
    """Tell whether another bot wrote, with which this one might talk for ever; who speaks for a group is none."""
    message = update.message
    return bool(message and message.sender_chat is None and message.from_user and message.from_user.is_bot)
