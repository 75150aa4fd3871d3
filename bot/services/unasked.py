"""Messages that nobody asked for at that moment: sent once, and only where it is known that nothing arrived, later."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Bot, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.rendering.markup import MessagePart
from bot.transport.reaching import never_arrived, was_refused

_LOGGER = logging.getLogger(__name__)

_BETWEEN_PARTS = 1.0


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From which hour to which nobody is told anything unasked, in the settings' time zone."""

    hours: tuple[int, int] | None
    """None where there are none; (22, 8) goes over midnight."""
    timezone: ZoneInfo

    def hold(self, now: datetime) -> bool:
        """Tell whether a moment, which has a time zone, is among them."""
        if self.hours is None:
            return False
        first, end = self.hours
        hour = now.astimezone(self.timezone).hour
        return first <= hour < end if first < end else hour >= first or hour < end

    def begin_of_day(self, now: datetime) -> datetime:
        """Return the midnight before a moment, there."""
        return now.astimezone(self.timezone).replace(hour=0, minute=0, second=0, microsecond=0)


async def to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Do what is not to be broken off, to its end also where the task that waits for it is cancelled."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def send_unasked(
    bot: Bot, chat: int | str, parts: Sequence[MessagePart], keyboard: InlineKeyboardMarkup | None
) -> bool:
    """Send a message of some parts in order, the last with the keyboard; return False where nothing of it arrived.

    Then it may be sent later. What may have arrived, and what a reader who has blocked the bot does not want, is not.
    """
    for place, part in enumerate(parts):
        if place:
            await asyncio.sleep(_BETWEEN_PARTS)
        try:
            await _send(bot, chat, part, keyboard if place == len(parts) - 1 else None)
        except (BadRequest, Forbidden) as error:
            is_reader = isinstance(chat, int) and chat > 0
            level = logging.INFO if is_reader else logging.WARNING
            _LOGGER.log(level, "A message that nobody waits for was refused by %s: %s", chat, error)
            return True
        except TelegramError as error:
            _LOGGER.warning("A message that nobody waits for could not be sent: %s", error)
            return bool(place) or not _has_not_arrived(error)
    return True


async def _send(bot: Bot, chat: int | str, part: MessagePart, keyboard: InlineKeyboardMarkup | None) -> None:
    try:
        await bot.send_message(chat, part.html, parse_mode=ParseMode.HTML, reply_markup=keyboard)
    except BadRequest as error:
        if "can't parse entities" not in str(error).lower():
            raise
        _LOGGER.exception("Telegram refused the markup of a message; sending it without")
        await bot.send_message(chat, part.plain, reply_markup=keyboard)


def _has_not_arrived(error: TelegramError) -> bool:
    if isinstance(error, RetryAfter):
        return True
    return isinstance(error, NetworkError) and (never_arrived(error) or was_refused(error))
