"""Settings of the Telegram bot, read once at the edge beside those of retrieval."""

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from retrieval.errors import SettingsError
from retrieval.settings import CommaSeparated, RetrievalSettings, split_on_commas

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LogFormat = Literal["text", "json"]

_TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")


class BotSettings(RetrievalSettings):
    """What `bot.application.run_bot` is called with."""

    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    """Root of a self-hosted Bot API server, without a trailing slash; None means Telegram's own."""
    admin_ids: Annotated[tuple[int, ...], CommaSeparated] = ()
    allowed_ids: Annotated[tuple[int, ...], CommaSeparated] = ()
    """Ids of people or groups who may ask; empty lets everyone ask."""
    questions_per_minute: int = Field(default=10, ge=1)
    keep_days: int = Field(default=90, ge=1)
    """For so many days is kept what is stored about people."""
    log_level: LogLevel = "INFO"
    log_format: LogFormat = "text"

    _split_ids = field_validator("admin_ids", "allowed_ids", mode="before")(split_on_commas)

    @field_validator("telegram_api_url")
    @classmethod
    def _root_of_a_server(cls, value: str | None) -> str | None:
        if value is None:
            return None
        address = urlsplit(value)
        if (
            address.scheme not in {"http", "https"}
            or not address.hostname
            or address.port == 0  # one above 65535 is a ValueError here
            or address.query
            or address.fragment
        ):
            message = "is not the root of a Bot API server; expected an address such as http://127.0.0.1:8081"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper_case(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("log_format", mode="before")
    @classmethod
    def _lower_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    def required_token(self) -> str:
        """Return the token in clear.

        Its shape is checked here and not by a validator, because the message of a validator repeats the value.

        Raises:
            SettingsError: the token is missing or cannot be one; never shows what was found.

        """
        token = self.telegram_token.get_secret_value().strip() if self.telegram_token else ""
        if not token:
            raise SettingsError("CITEBOT_TELEGRAM_TOKEN is not set: put the token from @BotFather there")
        if not _TOKEN_SHAPE.fullmatch(token):
            raise SettingsError(
                "CITEBOT_TELEGRAM_TOKEN is not a bot token: expected the whole of what @BotFather gave, digits, "
                "a colon and 35 letters (its value is not shown here)"
            )
        return token
