"""Fetching updates: what goes wrong there is one log record for a kind of trouble, and never a bot that is deaf."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.tally import Trouble
from bot.transport.answering import goes_out, is_due
from bot.transport.inbox import parse_update, update_number
from bot.transport.trouble import Troubles

_LOGGER = logging.getLogger(__name__)

_NOTHING = b'{"ok": true, "result": []}'

# PTB waits half a minute at most before it tries again, and a try takes as long at most.
_STOPPED_AFTER = 120.0
_LIVES_EVERY = 10.0


class BotRequest(HTTPXRequest):
    """A connection to Telegram that does not write into the log what a server in between has said.

    It also tells in which moment a request goes out, as exactly as can be: whoever is killed just then may have sent
    what they noted, or not.
    """

    def __init__(self, *, httpx_kwargs: dict[str, Any] | None = None, **options: Any) -> None:
        """Take what `HTTPXRequest` takes, by name."""
        hooks = {"event_hooks": {"request": [_follow]}}
        super().__init__(httpx_kwargs=hooks | (httpx_kwargs or {}), **options)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return what `payload` says.

        Raises:
            TelegramError: it is not a JSON object, such as the page of a proxy.

        """
        try:
            content = json.loads(payload.decode(errors="replace"))
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise TelegramError("the response is not Telegram's")
        return content


async def _follow(request: Any) -> None:
    """Have the steps of a request of httpx told, where it sends an answer."""
    if is_due():
        request.extensions = {**request.extensions, "trace": _note_step}


async def _note_step(step: str, _details: dict[str, Any]) -> None:
    # The connection stands, and without what follows Telegram does nothing.
    if step == "http11.send_request_body.started":
        await goes_out()


class PollingRequest(BotRequest):
    """The connection that fetches updates.

    It notices that the token is no longer accepted: PTB would end polling with a traceback in the log and leave the
    process running, deaf. And it takes out what PTB cannot parse: PTB would drop the whole batch and fetch it again
    for ever.
    """

    def __init__(self, *, timeout: float, on_heard: Callable[[], None], on_refused: Callable[[], None]) -> None:
        """`on_heard` is called with each batch, also an empty one; `on_refused` when the token no longer holds."""
        super().__init__(connection_pool_size=1, read_timeout=timeout, connect_timeout=timeout)
        self._on_heard = on_heard
        self._on_refused = on_refused
        self._refused = False
        self.last_attempt = time.monotonic()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Return status and content of the response; an empty batch of updates once the token was refused."""
        self.last_attempt = time.monotonic()
        if not self._refused:
            status, content = await super().do_request(*args, **kwargs)
            if status == HTTPStatus.OK:
                content = _without_malformed(content)
                self._on_heard()
            if status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
                return status, content
            self._refused = True
            self._on_refused()
        await asyncio.sleep(0.1)
        return HTTPStatus.OK, _NOTHING


def _without_malformed(content: bytes) -> bytes:
    """Return a batch with an empty update in the place of each malformed one, so that it is confirmed all the same.

    Raises:
        NetworkError: it is not a batch of updates.

    """
    try:
        batch = json.loads(content)
        updates = batch["result"]
    except (ValueError, RecursionError, KeyError, TypeError):
        raise NetworkError("the response is not a batch of updates") from None
    if not isinstance(updates, list):
        raise NetworkError("the response is not a batch of updates")
    kept = [update if parse_update(update) else _emptied(update) for update in updates]
    return json.dumps(batch | {"result": [update for update in kept if update]}).encode()


def _emptied(update: object) -> dict[str, int] | None:
    number = update_number(update)
    return None if number is None else {"update_id": number}


class PollingTrouble:
    """Logs what goes wrong while updates are fetched."""

    def __init__(self, on_trouble: Callable[[Trouble], None], troubles: Troubles | None = None) -> None:
        """`on_trouble` is told of each one, also where it is logged no more."""
        self._on_trouble = on_trouble
        self._troubles = troubles or Troubles()

    def __call__(self, error: TelegramError) -> None:
        """Log `error`; PTB itself tries again, after a second at first and half a minute at most."""
        self._on_trouble("conflict" if isinstance(error, Conflict) else "fetching")
        if not self._troubles.is_news(type(error)):
            _LOGGER.debug("Fetching updates failed again: %s", error)
        elif isinstance(error, Conflict):
            _LOGGER.error("Another program fetches updates with this token: stop one of them, or each loses questions")
        else:
            _LOGGER.warning("Fetching updates failed (%s); trying until it works", error)


class Polling:
    """Fetches updates from the start to the end of the bot."""

    def __init__(
        self,
        request: PollingRequest,
        allowed_updates: Sequence[str],
        on_stopped: Callable[[], None],
        on_trouble: Callable[[Trouble], None],
    ) -> None:
        """`request` is the one that the application fetches with.

        `on_stopped` is called if fetching should end, `on_trouble` with whatever goes wrong in it meanwhile.
        """
        self.on_stopped = on_stopped
        self._on_trouble = on_trouble
        self._request = request
        self._allowed_updates = allowed_updates
        self._watching: asyncio.Task[None] | None = None

    async def start(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Begin, trying for as long as it takes."""
        if application.updater is None:
            raise RuntimeError("the application was built without an updater")
        self._request.last_attempt = time.monotonic()
        await application.updater.start_polling(
            bootstrap_retries=-1,
            allowed_updates=self._allowed_updates,
            # Telegram keeps what was asked while the bot was away; it is answered now.
            drop_pending_updates=False,
            error_callback=PollingTrouble(self._on_trouble),
        )
        self._watching = asyncio.create_task(self._watch())

    async def stop(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Fetch no more."""
        if self._watching:
            self._watching.cancel()
        if application.updater and application.updater.running:
            await application.updater.stop()

    async def _watch(self) -> None:
        """Notice that PTB has ended its task, which it does in silence where something unforeseen is raised."""
        while True:
            left = self._request.last_attempt + _STOPPED_AFTER - time.monotonic()
            if left <= 0:
                break
            await asyncio.sleep(left)
        self.on_stopped()


class SharedPolling:
    """Fetches updates while this bot is the one of several that does; the others only show that they live."""

    def __init__(self, polling: Polling, on_heard: Callable[[], None], on_refused: Callable[[], None]) -> None:
        """`on_heard` is called when Telegram has answered a bot that does not fetch."""
        self._polling = polling
        self._on_heard = on_heard
        self._on_refused = on_refused
        self._leads = False
        self._changed = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    def lead(self, leads: bool) -> None:
        """Note whether this bot is the one that fetches."""
        if leads != self._leads:
            self._leads = leads
            self._changed.set()

    async def start(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Begin to fetch, or to wait until this bot is to."""
        self._on_heard()
        self._following = asyncio.create_task(self._follow(application))

    async def stop(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Fetch no more."""
        if self._following:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
        await self._polling.stop(application)

    async def _follow(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        try:
            await self._take_turns(application)
        except InvalidToken:
            self._on_refused()
        except Exception:  # whatever it is: a bot that is to fetch and does not keeps the others from it
            _LOGGER.exception("Fetching updates has stopped")
            self._polling.on_stopped()

    async def _take_turns(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        fetches = False
        while True:
            self._changed.clear()
            # Whose turn it is may change while either is under way.
            if self._leads and not fetches:
                _LOGGER.info("This bot fetches the updates now")
                await self._polling.start(application)
                fetches = True
            elif fetches and not self._leads:
                _LOGGER.info("This bot fetches no updates for now")
                await self._polling.stop(application)
                fetches = False
            if not fetches:
                await self._show_that_it_lives(application.bot)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _LIVES_EVERY)

    async def _show_that_it_lives(self, bot: Bot) -> None:
        try:
            await bot.get_me()
        except InvalidToken:
            self._on_refused()
        except TelegramError as error:
            _LOGGER.debug("Telegram does not answer: %s", error)
        else:
            self._on_heard()
