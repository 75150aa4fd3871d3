"""Telling the operators what they did not ask for, each in their own language."""

import logging
from collections.abc import Callable, Collection

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.people.database import PeopleError
from bot.people.desk import PeopleDesk
from bot.people.store import PeopleStore
from bot.rendering.markup import Block, Run, clean, messages
from bot.texts import LANGUAGES, Texts, catalogue

_LOGGER = logging.getLogger(__name__)


class Operators:
    """Those whom CITEBOT_ADMIN_IDS names, in their private chats."""

    def __init__(self, people: PeopleDesk, numbers: Collection[int], language: str) -> None:
        """Speak the language that each has chosen with /language, or else `language`."""
        self._people = people
        self._numbers = sorted(number for number in numbers if number > 0)  # groups hear nothing of it
        self._language = language

    @property
    def are_there(self) -> bool:
        """Whether there is anybody to be told."""
        return bool(self._numbers)

    async def tell(self, bot: Bot, message: Callable[[Texts], str]) -> bool:
        """Tell each of them; return False where Telegram could not be reached, and all is to be told later."""
        reached = [await self._reach(bot, operator, message) for operator in self._numbers]
        return any(reached) or not reached

    async def _reach(self, bot: Bot, operator: int, message: Callable[[Texts], str]) -> bool:
        """Write to an operator; return whether there is no use in trying it again."""
        texts = await self._texts_for(operator)
        try:
            for part in messages([Block((Run(clean(message(texts))),))]):
                await bot.send_message(operator, part.plain)
        except (BadRequest, Forbidden):
            _LOGGER.info("Operator %d has not written to the bot yet, or has blocked it, and is told nothing", operator)
        except TelegramError as error:
            _LOGGER.warning("Operator %d could not be told: %s", operator, error)
            return False
        return True

    async def _texts_for(self, operator: int) -> Texts:
        try:
            chosen = await self._people.do(PeopleStore.language, operator)
        except PeopleError:
            chosen = None
        return catalogue(chosen if chosen in LANGUAGES else self._language)
