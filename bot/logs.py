"""Logging to standard error, as text or JSON lines, with every token blotted out.

What may be logged at INFO and above: counts, times, ids of updates, kinds of errors. Never the text of a question
and never a name.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.tokens import redact

if TYPE_CHECKING:
    from bot.settings import LogFormat, LogLevel

# The first two write each address they call, and the address of a Bot API method holds the token; the third tells at
# each start which builds of itself it does not have, the fourth how it looks at a database, and the last what it loads.
_TALKATIVE = ("httpx", "httpcore", "faiss.loader", "alembic.runtime", "pymorphy3")

# PTB writes whole updates and the secret of a webhook here, and tracebacks of what `bot.transport` tells in a line.
_SILENCED = ("telegram.ext", "telegram.ext.Updater")


class TextFormatter(logging.Formatter):
    """One line a record, followed by its traceback; redacted as a whole, so that no part can slip through."""

    def __init__(self, *tokens: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._tokens = tokens

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text of `record`."""
        return redact(super().format(record), *self._tokens)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message and, where there is one, exception."""

    def __init__(self, *tokens: str) -> None:
        super().__init__()
        self._tokens = tokens

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line of `record`."""
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return redact(json.dumps(fields, ensure_ascii=False), *self._tokens)


def configure_logging(level: LogLevel, style: LogFormat, *tokens: str) -> None:
    """Send all logging, and Python's warnings, to standard error at `level` and above, without `tokens`.

    Replaces handlers that were there, since they would not redact.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(*tokens) if style == "json" else TextFormatter(*tokens))
    handler.setLevel(level)  # some libraries lower the level of their own loggers
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENCED:
        logging.getLogger(name).disabled = True  # of this one alone, not of those below it
