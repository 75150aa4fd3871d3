"""The group below a channel: which post is discussed where somebody asks.

Telegram puts each post of a channel into the group that is linked to it, and comments reply to that message, or carry
its number as that of their thread.
"""

import logging

from telegram import Message, MessageOriginChannel

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.discussed import DiscussedPost, discussed_in, note_discussed
from bot.services.channel_posts import channel_number
from bot.services.replies import text_of
from retrieval.text.splitting import sentences_of

_LOGGER = logging.getLogger(__name__)

_SUBJECT = 40
"""Characters of the shortest beginning that tells what a post is about: «Срочно!» does not."""
_LONGEST_SUBJECT = 200


class Discussions:
    """Remembers the posts that were seen, for comments that reply to other comments."""

    def __init__(self, people: PeopleDesk) -> None:
        self._people = people

    async def note(self, message: Message) -> None:
        """Remember a post that Telegram has put into the group."""
        post = _post_in(message)
        if post is None:
            return
        try:
            await self._people.do(note_discussed, message.chat_id, message.message_id, post)
        except PeopleError as error:
            _LOGGER.warning("What a thread is about cannot be kept: %s", error)

    async def post_of(self, message: Message) -> DiscussedPost | None:
        """Return the post that a message is a comment on; None where it is on none, or that is not known."""
        if replied := message.reply_to_message and _post_in(message.reply_to_message):
            return replied
        if message.message_thread_id is None or message.chat.type == message.chat.PRIVATE:
            return None
        try:
            return await self._people.do(discussed_in, message.chat_id, message.message_thread_id)
        except PeopleError as error:
            _LOGGER.warning("What a thread is about cannot be looked up: %s", error)
            return None


def _post_in(message: Message) -> DiscussedPost | None:
    """Return the post that Telegram has put into the group by a message; None for a message of somebody."""
    if not message.is_automatic_forward:
        return None
    origin = message.forward_origin
    # What the channel has itself passed on from somebody says who that is, and not which post of the channel it is.
    known = f"{channel_number(origin.chat)}/{origin.message_id}" if isinstance(origin, MessageOriginChannel) else ""
    return DiscussedPost(known, subject_of(text_of(message)))


def subject_of(text: str) -> str:
    """Return the first sentences of a post that tell what it is about: its headline, where it has one."""
    subject = ""
    for line in text.splitlines():
        for sentence in sentences_of(line):
            subject = f"{subject} {sentence.strip()}".strip()
            if len(subject) >= _SUBJECT:
                return subject[:_LONGEST_SUBJECT]
    return subject
