"""The menus of commands: one for all readers, and for each operator one of their own that holds theirs as well."""

import logging
from collections.abc import Collection, Iterator

from telegram import Bot, BotCommand, BotCommandScopeChat, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.handlers.commands import COMMANDS
from bot.handlers.operator import OPERATOR_MENU
from bot.people.audit import operators
from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES, catalogue

_LOGGER = logging.getLogger(__name__)

_CODES = (None, *LANGUAGES)
"""What Telegram keeps a menu for: readers of each language, and of all others."""


class Menus:
    """Fills the menus; the bot works without them, so nothing that goes wrong here ends it."""

    def __init__(self, people: PeopleDesk, admins: Collection[int]) -> None:
        self._people = people
        self._admins = frozenset(admin for admin in admins if admin > 0)  # to groups the commands do not exist
        self._missing = set(self._admins)
        """Operators whose menu is still to be filled."""

    async def publish(self, bot: Bot) -> None:
        """Fill the menu of the readers and those of the operators; empty those of who is an operator no longer."""
        for code, menu in _menus(COMMANDS):
            try:
                await bot.set_my_commands(menu, language_code=code)
            except TelegramError as error:
                _LOGGER.warning("The menu of commands could not be set for language %s: %s", code or "(any)", error)
        for admin in sorted(self._admins):
            await self._fill(bot, admin)
        for person in sorted(await self._known_operators() - self._admins):
            await self._empty(bot, person)

    async def catch_up(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Fill the menu of an operator who had not written before the bot was started."""
        if update.effective_user and update.effective_user.id in self._missing:
            await self._fill(context.bot, update.effective_user.id)

    async def _fill(self, bot: Bot, admin: int) -> None:
        try:
            for code, menu in _menus((*COMMANDS, *OPERATOR_MENU)):
                await bot.set_my_commands(menu, scope=BotCommandScopeChat(admin), language_code=code)
        except BadRequest:
            _LOGGER.info("Operator %d has not written to the bot yet; their menu is filled when they do", admin)
        except TelegramError as error:
            _LOGGER.warning("The menu of operator %d could not be set: %s", admin, error)
        else:
            self._missing.discard(admin)

    async def _empty(self, bot: Bot, person: int) -> None:
        try:
            for code in _CODES:
                await bot.delete_my_commands(scope=BotCommandScopeChat(person), language_code=code)
        except TelegramError as error:
            _LOGGER.info("The menu of %d, an operator no longer, could not be emptied: %s", person, error)

    async def _known_operators(self) -> set[int]:
        try:
            return await self._people.do(operators)
        except PeopleError as error:
            _LOGGER.warning("It cannot be looked up who was an operator: %s", error)
            return set()


def _menus(names: Collection[str]) -> Iterator[tuple[str | None, list[BotCommand]]]:
    for code in _CODES:
        texts = catalogue(code or DEFAULT_LANGUAGE)
        yield code, [BotCommand(name, texts.say(f"command-{name}")) for name in names]
