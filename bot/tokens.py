"""What the tokens of bots look like, so that none is ever shown."""

import re

_BLOT = "<token>"
_TOKEN_SHAPE = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")

# The colon may come percent-encoded inside an address.
TOKEN_SHAPED = re.compile(r"(?<!\d)\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
"""What looks like the token of a bot, anywhere in a text."""


def is_token(text: str) -> bool:
    """Tell whether a text has the shape of a bot's token."""
    return bool(_TOKEN_SHAPE.fullmatch(text))


def redact(text: str, *tokens: str) -> str:
    """Return `text` without `tokens` and without anything that is shaped like a bot's."""
    for token in tokens:
        text = text.replace(token, _BLOT)
    return TOKEN_SHAPED.sub(_BLOT, text)
