"""Receiving updates: Telegram calls an address of ours, through a proxy that speaks HTTPS.

PTB has a server for this, which writes secrets and whole updates into its log and confirms what it cannot parse with
an error, so that Telegram sends it again for a day.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from telegram import Bot, Update, WebhookInfo
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.web import Application as WebApplication
from tornado.web import RequestHandler

from bot.settings import WebhookPlace
from bot.tally import Trouble
from bot.transport.errors import AwayError, NotRunningError
from bot.transport.inbox import parse_update
from bot.transport.reaching import until_reached
from bot.transport.trouble import Troubles
from retrieval.told import system_reason, told

_LOGGER = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name, not the secret

_MOST_BYTES = 1024 * 1024
_LOOK_EVERY = 10.0


class Delivery(Protocol):
    """Where updates are written down."""

    async def deliver(self, update: Update) -> None:
        """Write down an update; raises `AwayError` where that cannot be done now."""


class Webhook:
    """Receives updates from the start to the end of the bot."""

    def __init__(
        self,
        place: WebhookPlace,
        inbox: Delivery,
        allowed_updates: Sequence[str],
        *,
        on_heard: Callable[[], None],
        on_refused: Callable[[], None],
        on_trouble: Callable[[Trouble], None],
    ) -> None:
        """`on_heard` is called when Telegram says that it calls here; `on_refused` when the token no longer holds.

        `on_trouble` is called where the webhook is taken away, or Telegram cannot be asked about it.
        """
        self._on_trouble = on_trouble
        self._place = place
        self._inbox = inbox
        self._allowed_updates = allowed_updates
        self._on_heard = on_heard
        self._on_refused = on_refused
        self._url = f"{place.url}/{place.path}"
        self._server: HTTPServer | None = None
        self._watching: asyncio.Task[None] | None = None
        self._troubles = Troubles()
        self._told_error: datetime | None = None

    async def start(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Listen, and tell Telegram where, trying for as long as it takes.

        Raises:
            NotRunningError: the place is taken, or Telegram does not accept the address.

        """
        self._server = self._listen(application.bot)
        try:
            await until_reached(lambda: self._register(application.bot), unless=(InvalidToken, BadRequest))
        except BadRequest as error:
            raise NotRunningError(
                told("CITEBOT_TELEGRAM_WEBHOOK_URL was refused by Telegram: {error}", error=error)
            ) from None
        self._on_heard()
        self._watching = asyncio.create_task(self._watch(application.bot))

    async def stop(self, _application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Receive no more. The webhook stays set: Telegram keeps for the next start what it cannot deliver."""
        if self._watching:
            self._watching.cancel()
        if self._server:
            self._server.stop()
            await self._server.close_all_connections()

    def _listen(self, bot: Bot) -> HTTPServer:
        receiving = {"bot": bot, "inbox": self._inbox, "secret": self._place.secret, "troubles": self._troubles}
        # A proxy may pass on the path with or without the part that it answers to.
        web = _Silent([(rf"(?:/.*)?/{self._place.path}", _Receiver, receiving)])
        server = HTTPServer(web, max_body_size=_MOST_BYTES)
        try:
            server.listen(self._place.port, self._place.host)
        except OSError as error:
            place = f"{self._place.host}:{self._place.port}"
            raise NotRunningError(
                told(
                    "CITEBOT_TELEGRAM_WEBHOOK_LISTEN={place} cannot be had: {reason}",
                    place=place,
                    reason=system_reason(error),
                )
            ) from error
        return server

    def _is_new(self, error_date: datetime) -> bool:
        """Tell whether Telegram speaks of an error that was not told, and none was just now."""
        if self._told_error == error_date or not self._troubles.is_news("not delivered"):
            return False
        self._told_error = error_date
        return True

    async def _register(self, bot: Bot) -> None:
        await bot.set_webhook(
            self._url,
            secret_token=self._place.secret,
            allowed_updates=self._allowed_updates,
            # Telegram keeps what was asked while the bot was away; it is answered now.
            drop_pending_updates=False,
        )

    async def _watch(self, bot: Bot) -> None:
        """Ask Telegram now and then whether it still calls here, and put it right where it does not."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self._look(bot, await bot.get_webhook_info())
            except InvalidToken:
                self._on_refused()
                return
            except TelegramError as error:
                self._on_trouble("fetching")
                if self._troubles.is_news(type(error)):
                    _LOGGER.warning("Telegram could not be asked about the webhook: %s", error)

    async def _look(self, bot: Bot, info: WebhookInfo) -> None:
        if info.url != self._url:
            self._on_trouble("conflict")
            if self._troubles.is_news("taken away"):
                _LOGGER.error(
                    "Another program takes the webhook of this token away: stop one of them. It is set again each time"
                )
            await self._register(bot)
            return
        self._on_heard()
        if info.last_error_date and self._is_new(info.last_error_date):
            _LOGGER.warning(
                "Telegram could not deliver at %s: %s", f"{info.last_error_date:%H:%M:%S} UTC", info.last_error_message
            )


class _Silent(WebApplication):
    """Tornado without its log of requests, whose paths are secret here."""

    def log_request(self, handler: RequestHandler) -> None:
        """Log nothing."""


class _Receiver(RequestHandler):
    """Takes one update; answers when it is written down."""

    SUPPORTED_METHODS = ("POST",)

    def __init__(
        self,
        application: WebApplication,
        request: HTTPServerRequest,
        *,
        bot: Bot,
        inbox: Delivery,
        secret: str,
        troubles: Troubles,
    ) -> None:
        super().__init__(application, request, bot=bot, inbox=inbox, secret=secret, troubles=troubles)
        self._bot = bot
        self._inbox = inbox
        self._secret = secret
        self._troubles = troubles

    def initialize(self, **_parts: object) -> None:
        """Nothing: the parts are taken by the constructor."""

    async def post(self) -> None:
        """Take an update from whoever knows the secret."""
        shown = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode(), self._secret.encode()):
            if self._troubles.is_news("wrong secret"):
                _LOGGER.warning("A call of the webhook without the right secret was refused")
            self.set_status(HTTPStatus.FORBIDDEN)
            return
        # What is malformed is confirmed too: sent again, it would be no better.
        if update := parse_update(_parsed(self.request.body), self._bot):
            try:
                await self._inbox.deliver(update)
            except AwayError:
                self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
