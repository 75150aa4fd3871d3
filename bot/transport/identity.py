"""Who the bot is: asked of Telegram before anything else, since a wrong token makes all other work useless."""

import asyncio
from contextlib import suppress

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.settings import BotSettings
from bot.transport.errors import NotRunningError
from bot.transport.polling import BotRequest
from retrieval.errors import SettingsError
from retrieval.told import Told, told, told_by

_TELEGRAM = "https://api.telegram.org"
_PATIENCE = 5.0
"""Seconds for each step of asking: somebody waits for it."""


class UnreachableError(NotRunningError):
    """There is no word from Telegram."""


def refusal(api_url: str | None) -> Told:
    """Say that the token was refused, by Telegram or by the Bot API server at `api_url`."""
    if api_url:
        return told(
            "CITEBOT_TELEGRAM_TOKEN was refused at CITEBOT_TELEGRAM_API_URL={telegram_api_url}: check that this "
            "is the root of a Bot API server, and that the token is the one from @BotFather",
            telegram_api_url=api_url,
        )
    return told(
        "CITEBOT_TELEGRAM_TOKEN was refused by Telegram: it may have been revoked; take a new one from @BotFather"
    )


def server_addresses(api_url: str | None) -> tuple[str, str]:
    """Return what PTB puts before the token in the addresses of methods and of files."""
    root = api_url or _TELEGRAM
    return f"{root}/bot", f"{root}/file/bot"


def name_of_bot(token: str, api_url: str | None) -> str:
    """Ask Telegram what the bot of a token is called, such as ``@NewsBot``.

    Raises:
        SettingsError: Telegram refuses the token.
        UnreachableError: there is no answer.

    """
    try:
        return asyncio.run(_ask(token, api_url))
    except InvalidToken:
        # PTB's message repeats the token, and so would the chain of causes.
        raise SettingsError(refusal(api_url)) from None
    except TelegramError as error:
        raise UnreachableError(
            told("Telegram cannot be reached ({reason}), so the token is not checked yet", reason=str(error))
        ) from None


def check_token(settings: BotSettings) -> str | None:
    """Return why the token could not be checked; None where it was, and holds.

    Raises:
        SettingsError: it is missing or malformed, or Telegram refuses it.

    """
    try:
        name_of_bot(settings.required_token(), settings.telegram_api_url)
    except UnreachableError as error:
        return told_by(error)
    return None


async def _ask(token: str, api_url: str | None) -> str:
    request = BotRequest(
        read_timeout=_PATIENCE, write_timeout=_PATIENCE, connect_timeout=_PATIENCE, pool_timeout=_PATIENCE
    )
    methods, files = server_addresses(api_url)
    bot = Bot(token, methods, files, request=request, get_updates_request=request)
    try:
        await bot.initialize()
        return bot.name
    finally:
        with suppress(TelegramError):
            await bot.shutdown()
