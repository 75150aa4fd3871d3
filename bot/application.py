"""The Telegram bot as a process: built from its parts, connected, polled, and brought to an orderly end."""

import asyncio
import logging
import signal
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from telegram import LinkPreviewOptions
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application, Defaults
from telegram.warnings import PTBDeprecationWarning

from bot.handlers.desk import Archive, QuestionDesk, ReadingDesk
from bot.handlers.errors import PollingRequest, PollingTrouble
from bot.handlers.limits import Arrivals
from bot.handlers.registry import ALLOWED_UPDATES, AnyApplication, Desks, menus, register
from bot.logs import configure_logging
from bot.people.retention import purge_daily
from bot.people.store import PeopleDesk, PeopleStore
from bot.settings import BotSettings
from retrieval.errors import SettingsError

_LOGGER = logging.getLogger(__name__)


_LONGEST_WAIT = 30.0
_TIMEOUT = 15.0

Opener = Callable[[BotSettings], Archive]


@dataclass(slots=True)
class _End:
    """Whether the bot shall end, and whether because its token no longer holds."""

    event: asyncio.Event = field(default_factory=asyncio.Event)
    refused: bool = False

    def refuse(self) -> None:
        self.refused = True
        self.event.set()


def run_bot(settings: BotSettings, open_library: Opener | None = None) -> int:
    """Run the bot until SIGTERM or SIGINT; return the exit code 0.

    `open_library` stands in for `retrieval.library.Library.open` where tests need no model.

    Raises:
        SettingsError: the token is missing, malformed or refused by Telegram.
        RetrievalError: the library cannot be opened.

    """
    token = settings.required_token()
    configure_logging(settings.log_level, settings.log_format, token)
    archive = (open_library or _open_library)(settings)
    people = PeopleDesk(PeopleStore.open(settings.home, settings.database_url))
    desks = Desks(QuestionDesk(archive), ReadingDesk(archive), people)
    try:
        asyncio.run(_serve(settings, token, desks))
    except InvalidToken:
        # PTB's message repeats the token, and so would the chain of causes.
        raise SettingsError(_refusal(settings)) from None
    finally:
        desks.close()
    return 0


def _refusal(settings: BotSettings) -> str:
    if settings.telegram_api_url:
        return (
            f"CITEBOT_TELEGRAM_TOKEN was refused at CITEBOT_TELEGRAM_API_URL={settings.telegram_api_url}: "
            "check that this is the root of a Bot API server, and that the token is the one from @BotFather"
        )
    return "CITEBOT_TELEGRAM_TOKEN was refused by Telegram: it may have been revoked; take a new one from @BotFather"


def _open_library(settings: BotSettings) -> Archive:
    # Here and not above, so that the bot can be built and tested without what the library stands on.
    from retrieval.library import Library

    return Library.open(settings)


def build_application(
    settings: BotSettings, token: str, desks: Desks, on_refused: Callable[[], None]
) -> AnyApplication:
    """Build the bot from its parts; `on_refused` is called when Telegram stops accepting the token."""
    # PTB announces a change of an attribute that only PTB itself reads here, each time Telegram asks for patience.
    warnings.filterwarnings("ignore", message=".*attribute `retry_after`", category=PTBDeprecationWarning)
    builder = (
        Application.builder()
        .token(token)
        .read_timeout(_TIMEOUT)
        .write_timeout(_TIMEOUT)
        .connect_timeout(_TIMEOUT)
        .pool_timeout(_TIMEOUT)
        .get_updates_request(PollingRequest(on_refused, _TIMEOUT))
        .rate_limiter(AIORateLimiter(max_retries=2))
        .concurrent_updates(Arrivals())
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
    )
    if settings.telegram_api_url:
        builder = builder.base_url(f"{settings.telegram_api_url}/bot")
        builder = builder.base_file_url(f"{settings.telegram_api_url}/file/bot")
    application = builder.build()
    register(application, settings, desks)
    return application


async def _serve(settings: BotSettings, token: str, desks: Desks) -> None:
    end = _End()
    _end_on_signals(end)
    application = build_application(settings, token, desks, end.refuse)
    tidying = asyncio.create_task(purge_daily(desks.people, settings.keep_days))
    try:
        await _unless(end, _begin(application))
        await end.event.wait()
    finally:
        tidying.cancel()
        await _finish(application)
    if end.refused:
        raise InvalidToken


async def _begin(application: AnyApplication) -> None:
    """Connect, trying for as long as it takes, and start to answer."""
    await _connect(application)
    if application.updater is None:
        raise RuntimeError("the application was built without an updater")
    await application.updater.start_polling(
        bootstrap_retries=-1,
        allowed_updates=list(ALLOWED_UPDATES),
        # Telegram keeps what was asked while the bot was away; it is answered now.
        drop_pending_updates=False,
        error_callback=PollingTrouble(),
    )
    await application.start()
    await _publish_commands(application)
    _LOGGER.info("Answering as @%s", application.bot.username)


async def _connect(application: AnyApplication) -> None:
    wait = 1.0
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            _LOGGER.warning("Telegram cannot be reached (%s); trying again in %.0f s", error, wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            return


async def _publish_commands(application: AnyApplication) -> None:
    """Fill the menu, for the reader's language and for all others; the bot works without it."""
    for code, menu in menus():
        try:
            await application.bot.set_my_commands(menu, language_code=code)
        except TelegramError as error:
            _LOGGER.warning("The menu of commands could not be set for language %s: %s", code or "(any)", error)


async def _finish(application: AnyApplication) -> None:
    """Stop fetching, let running answers finish, and disconnect."""
    if application.updater and application.updater.running:
        await application.updater.stop()
    if application.running:
        await application.stop()
    await application.shutdown()
    # Of an application that never got through to Telegram this closes what it had opened on the way.
    await application.bot.shutdown()


async def _unless(end: _End, work: Awaitable[None]) -> None:
    """Await `work`, but give it up when the end comes first."""
    task = asyncio.ensure_future(work)
    ended = asyncio.create_task(end.event.wait())
    await asyncio.wait([task, ended], return_when=asyncio.FIRST_COMPLETED)
    ended.cancel()
    if not task.done():
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _end_on_signals(end: _End) -> None:
    """End in order at the first signal; a second one finds the default behaviour and ends at once."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def first_signal() -> None:
        end.event.set()
        for each in signals:
            loop.remove_signal_handler(each)

    # Windows has no signal handlers in its event loop; Ctrl-C still interrupts.
    with suppress(NotImplementedError):
        for each in signals:
            loop.add_signal_handler(each, first_signal)
