"""The commands, and one kind line for what is neither a command nor a question."""

from telegram import Update
from telegram.ext import ContextTypes

from bot.handlers.limits import RecentKeys
from bot.handlers.replies import Replies, texts_of_reader

COMMANDS = ("start", "help")
"""In the order of the menu; each has a ``command_…`` line in the catalogues that describes it."""


class Commands:
    """Fixed words in answer to fixed questions."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._albums = RecentKeys()

    async def start(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Greet."""
        if update.message:
            await self._replies.say(update.message, texts_of_reader(update.message).start)

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Explain how to ask."""
        if update.message:
            await self._replies.say(update.message, texts_of_reader(update.message).help)

    async def unknown(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Point from a command that does not exist to /help."""
        if update.message:
            await self._replies.say(update.message, texts_of_reader(update.message).unknown_command)

    async def without_words(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Ask for words, once an album: its pictures come as a message each."""
        message = update.message
        if message and not (message.media_group_id and self._albums.seen_before(message.media_group_id)):
            await self._replies.say(message, texts_of_reader(message).text_only)
