"""News that is forwarded or pasted: no question, but there may be articles about the same event."""

import re

from telegram import Message

LONGEST_QUESTION = 600
"""Characters; what is longer is taken for a text."""
LONGEST_TEXT = 4096
"""Characters; Telegram's own limit for a message."""
NEAREST_TO_TEXT = 5
"""Articles that are offered."""

_SHORTEST_NEWS = 150
_HEAD = 400
_SENTENCE_END = re.compile(r"[.!?…][»”\"')\]]*(?=\s|$)")


def is_news(message: Message, text: str) -> bool:
    """Tell whether `text` of `message` is a piece of news rather than a question.

    Whatever is long is; so is what is forwarded, or has several paragraphs, unless it is short or asks something.
    """
    if len(text) > LONGEST_QUESTION:
        return True
    copied = message.forward_origin is not None or "\n" in text.strip()
    return copied and len(text) >= _SHORTEST_NEWS and not text.rstrip().endswith("?")


def head_of(text: str) -> str:
    """Return the headline and the first sentences of a text, which say what it is about."""
    stripped = text.strip()
    if len(stripped) <= _HEAD:
        return stripped
    ends = [match.end() for match in _SENTENCE_END.finditer(stripped, 0, _HEAD)]
    return stripped[: ends[-1] if ends else _HEAD]
