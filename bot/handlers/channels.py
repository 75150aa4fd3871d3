"""Channels in which the bot is an administrator: the posts of those that the settings name are articles."""

import logging
from collections.abc import Collection

from telegram import Chat, ChatMember, ChatMemberUpdated, Update
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.rendering.lines import within_a_line
from bot.rendering.markup import clean
from bot.services.channel_posts import post_of
from bot.services.intake import Intake
from bot.services.linked_pages import LinkedPages
from bot.services.operators import Operators
from bot.transport.updates import GivenUp

_LOGGER = logging.getLogger(__name__)

_MOST_TOLD = 20
"""Channels of which the operators are told in one run: anybody may make the bot an administrator of theirs."""
_LONGEST_TITLE = 100


class Channels:
    """Sees every update before all others do, and keeps what channels post from them."""

    def __init__(self, intake: Intake, links: LinkedPages, operators: Operators, channels: Collection[str]) -> None:
        """`channels` are the settings': numbers and public names."""
        self._intake = intake
        self._links = links
        self._operators = operators
        self._channels = frozenset(channels)
        self._told: set[int] = set()
        self._logged: set[int] = set()

    async def take(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Keep a post, or the change of one; tell the operators of a channel that the settings do not name.

        Raises:
            ApplicationHandlerStop: it is a post, which nobody answers.

        """
        message = update.channel_post or update.edited_channel_post
        if message:
            if not self._is_listed(message.chat):
                self._log_unread(message.chat)
            elif post := post_of(message):
                await self._intake.keep([post, *self._links.of(message, post)])
                self._links.wake()
            raise ApplicationHandlerStop
        change = update.my_chat_member
        if change and self._is_to_be_told(change):
            self._told.add(change.chat.id)
            self._log_unread(change.chat)
            title, number = within_a_line(clean(change.chat.title or ""), _LONGEST_TITLE), str(change.chat.id)
            await self._operators.tell(context.bot, lambda texts: texts.say("channel-new", title=title, number=number))

    async def take_given_up(self, given_up: GivenUp, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do the same for what the bot has twice ended at: a post comes only once, and keeping it ends nothing."""
        await self.take(given_up.update, context)

    def _log_unread(self, chat: Chat) -> None:
        """Log a channel that is not read once: its public name may have been another one when the settings named it."""
        if chat.id not in self._logged and len(self._logged) < _MOST_TOLD:
            self._logged.add(chat.id)
            _LOGGER.warning("Channel %d is not in CITEBOT_TELEGRAM_CHANNELS, so it is not read", chat.id)

    def _is_listed(self, chat: Chat) -> bool:
        return not self._channels.isdisjoint({str(chat.id), f"@{chat.username}".casefold()})

    def _is_to_be_told(self, change: ChatMemberUpdated) -> bool:
        """Tell whether the bot became an administrator of a channel that is not read, and of which was not told yet."""
        statuses = (change.old_chat_member.status, change.new_chat_member.status)
        return (
            change.chat.type == Chat.CHANNEL
            and statuses[0] != ChatMember.ADMINISTRATOR == statuses[1]
            and not self._is_listed(change.chat)
            and change.chat.id not in self._told
            and len(self._told) < _MOST_TOLD
        )
