"""Settings of the Telegram bot, read once at the edge beside those of retrieval."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self, get_args
from urllib.parse import urlsplit

from pydantic import BeforeValidator, SecretStr, ValidationInfo, field_validator

from bot.tokens import TOKEN_SHAPED, is_token
from retrieval.errors import SettingsError
from retrieval.setting_values import (
    hours_of_a_day,
    one_of,
    telegram_channel,
    telegram_channels,
    telegram_numbers,
    web_address,
    whole_number,
)
from retrieval.settings import CommaSeparated, RetrievalSettings, Switch
from retrieval.text.one_line import on_one_line
from retrieval.told import told

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]

# https://core.telegram.org/bots/webhooks
_TELEGRAM_CALLS = (443, 80, 88, 8443)

TelegramChannels = Annotated[tuple[str, ...], CommaSeparated, BeforeValidator(telegram_channels)]
TelegramNumbers = Annotated[tuple[int, ...], CommaSeparated, BeforeValidator(telegram_numbers)]

_LONGEST = {"bot_name": 64, "greeting": 1000, "about": 300}
"""Characters."""

_SECRET_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,256}")


@dataclass(frozen=True, slots=True)
class WebhookPlace:
    """Where Telegram calls, and where that arrives."""

    url: str
    """What the operator gave; Telegram is told `path` below it."""
    path: str = field(repr=False)
    """Made up, so that nobody else knows where to call; the same for all bots that share a server's database."""
    secret: str = field(repr=False)
    """What Telegram shows with each call."""
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Persona:
    """How the bot presents itself, in the operator's own words; None where it speaks for itself."""

    name: str | None = None
    greeting: str | None = None
    """What it begins with; may have several lines."""
    about: str | None = None
    """About the newsroom, in one line."""


class BotSettings(RetrievalSettings):
    """What `bot.application.run_bot` is called with."""

    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    """Root of a self-hosted Bot API server, without a trailing slash; None means Telegram's own."""
    telegram_webhook_url: str | None = None
    """Where Telegram reaches the bot, without a trailing slash; None means that the bot fetches updates."""
    telegram_webhook_listen: str = "127.0.0.1:8443"
    telegram_webhook_secret: SecretStr | None = None
    """What Telegram shows with each call; None makes one up."""
    telegram_channels: TelegramChannels = ()
    """Channels whose posts are articles: numbers such as ``-1001234567890`` and names such as ``@daily_news``."""
    telegram_read_links: Switch = False
    """Whether pages that their posts link to with a preview are read, and are articles too."""
    admin_ids: TelegramNumbers = ()
    allowed_ids: TelegramNumbers = ()
    """Ids of people or groups who may ask; empty lets everyone ask."""
    blocked_ids: TelegramNumbers = ()
    """Ids of people or groups who get no word."""
    questions_per_minute: Annotated[int, whole_number(1)] = 10
    questions_at_once: Annotated[int, whole_number(1)] = 64
    """Of all people together; beyond that the bot says that it is busy."""
    keep_days: Annotated[int, whole_number(1, 36_500)] = 90
    """For so many days is kept what is stored about people."""
    quiet_hours: Annotated[tuple[int, int] | None, CommaSeparated, BeforeValidator(hours_of_a_day)] = (22, 8)
    """From which hour to which nobody is told what they did not ask for at that moment; None means at no hour."""
    digest_channel: Annotated[str | None, BeforeValidator(telegram_channel)] = None
    """Number of a channel, or its name with an @, in which the digest is posted daily; None means in none."""
    digest_hour: Annotated[int, whole_number(0, 23)] = 9
    messages_a_day: Annotated[int, whole_number(1, 100)] = 5
    """Most messages about followed questions that one person gets in a day."""
    bot_name: str | None = None
    greeting: str | None = None
    about: str | None = None
    language: Annotated[Literal["ru", "en"] | None, one_of(("ru", "en"))] = None
    """What the command line speaks; None means as the locale says (`bot.terminal.language`)."""
    log_level: Annotated[LogLevel, one_of(get_args(LogLevel))] = "INFO"
    log_format: Annotated[LogFormat, one_of(get_args(LogFormat))] = "text"
    metrics_port: Annotated[int | None, whole_number(1, 65_535)] = None
    """Where on loopback /metrics and /healthz are served; None means nowhere."""

    @field_validator("bot_name", "greeting", "about")
    @classmethod
    def _short_enough(cls, value: str | None, info: ValidationInfo) -> str | None:
        # What stands in .env has no other way to begin a line.
        lines = [on_one_line(line) for line in (value or "").replace("\\n", "\n").splitlines()]
        words = "\n".join(lines).strip()
        if info.field_name != "greeting":
            words = on_one_line(words)
        longest = _LONGEST[str(info.field_name)]
        if len(words) > longest:
            raise ValueError(
                told("has {length} characters; expected at most {longest}", length=len(words), longest=longest)
            )
        return words or None

    @field_validator("telegram_api_url")
    @classmethod
    def _root_of_a_server(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if web_address(value) is None:
            raise ValueError(
                told("is not the root of a Bot API server; expected an address such as http://127.0.0.1:8081")
            )
        return value.strip().rstrip("/")

    @field_validator("telegram_webhook_url")
    @classmethod
    def _reachable_for_telegram(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return None
        address = web_address(value)
        if address is None:
            raise ValueError(told("is not an address; expected one such as https://bot.example.org/citebot"))
        # A Bot API server of one's own may call whatever it is told to; one that is wrong is told of first.
        if not info.data.get("telegram_api_url", "wrong"):
            if address.scheme != "https":
                raise ValueError(told("Telegram calls nothing but https"))
            if (address.port or 443) not in _TELEGRAM_CALLS:
                raise ValueError(
                    told("Telegram calls no other port than {ports}", ports=", ".join(map(str, _TELEGRAM_CALLS)))
                )
        return value.strip().rstrip("/")

    @field_validator("telegram_webhook_listen")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        address = web_address(f"http://{value.strip()}")
        if address is None or not address.port or address.path:
            raise ValueError(told("is not a place to listen at; expected host and port such as 127.0.0.1:8443"))
        return value.strip()

    @classmethod
    def load(cls) -> Self:
        """Read the environment and ``.env``.

        Raises:
            SettingsError: names every wrong value; or one that looks like a token, and does not show it.

        """
        settings = super().load()
        for name, value in settings:
            if name != "sources" and TOKEN_SHAPED.search(str(value)):
                raise SettingsError(
                    told(
                        "{name} holds what looks like the token of a bot, which belongs into CITEBOT_TELEGRAM_TOKEN "
                        "(its value is not shown here)",
                        name=f"CITEBOT_{name.upper()}",
                    )
                )
        return settings

    def lets_in(self, person: int) -> bool:
        """Tell whether somebody may talk to the bot in private, and so be told something unasked."""
        if person in self.blocked_ids:
            return False
        return not self.allowed_ids or person in self.allowed_ids or person in self.admin_ids

    def persona(self) -> Persona:
        """Return how the bot presents itself."""
        return Persona(self.bot_name, self.greeting, self.about)

    def webhook(self) -> WebhookPlace | None:
        """Return where updates are received; None where they are fetched.

        As with the token, the secret is checked here so that it is never shown.

        Raises:
            SettingsError: the secret cannot be one.

        """
        if self.telegram_webhook_url is None:
            return None
        given = self.telegram_webhook_secret
        secret = given.get_secret_value() if given else self._made_up("secret", 32)
        if not _SECRET_SHAPE.fullmatch(secret):
            raise SettingsError(
                told(
                    "CITEBOT_TELEGRAM_WEBHOOK_SECRET is not a secret of a webhook: expected 1 to 256 of A-Z, "
                    "a-z, 0-9, _ and - (its value is not shown here)"
                )
            )
        address = urlsplit(f"//{self.telegram_webhook_listen}")
        path = self._made_up("path", 24)
        return WebhookPlace(self.telegram_webhook_url, path, secret, address.hostname or "", address.port or 0)

    def _made_up(self, what: str, length: int) -> str:
        """Return what nobody can guess: another one at each start, or where several bots answer to it, theirs."""
        if not self.shares_server():
            return secrets.token_urlsafe(length)
        key = hashlib.blake2b(f"{what} {self.telegram_webhook_url}".encode(), key=self.required_token().encode()[:64])
        return urlsafe_b64encode(key.digest()[:length]).rstrip(b"=").decode()

    def shares_server(self) -> bool:
        """Tell whether other bots may work on the same queue: those whose database is the same PostgreSQL."""
        return bool(self.database_url and self.database_url.startswith("postgresql"))

    def bot_number(self) -> int:
        """Return Telegram's number of the bot, with which its token begins; raises what `required_token` does."""
        return int(self.required_token().partition(":")[0])

    def required_token(self) -> str:
        """Return the token in clear.

        Its shape is checked here and not by a validator, because the message of a validator repeats the value.

        Raises:
            SettingsError: the token is missing or cannot be one; never shows what was found.

        """
        token = self.telegram_token.get_secret_value().strip() if self.telegram_token else ""
        if not token:
            raise SettingsError(told("CITEBOT_TELEGRAM_TOKEN is not set: put the token from @BotFather there"))
        if not is_token(token):
            raise SettingsError(
                told(
                    "CITEBOT_TELEGRAM_TOKEN is not a bot token: expected the whole of what @BotFather gave, digits, "
                    "a colon and 35 letters (its value is not shown here)"
                )
            )
        return token
