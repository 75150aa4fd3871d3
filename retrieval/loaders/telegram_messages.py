"""What is an article among the messages of a Telegram channel, and which title it has, in whatever form they came."""

from collections.abc import Sequence

from retrieval.text.one_line import on_one_line

SHORTEST_MESSAGE = 40
"""Letters and digits of the shortest message that is an article rather than the caption of a picture."""

TITLE_LIMIT = 100
"""Characters of the longest title; a longer first line is cut between two words."""

BOLD = "bold"
"""The kind of a run of bold text, as the exports in JSON call it."""

_BOLD_TITLE = 10
"""Letters and digits of the shortest bold beginning that is a headline rather than an emphasised word."""


def is_article(text: str) -> bool:
    """Whether a message says enough for an article."""
    return _letters(text) >= SHORTEST_MESSAGE


def title_of(pieces: Sequence[tuple[str, str]], text: str) -> str:
    """Return the bold beginning of a message, otherwise its first line, cut between two words where it is long.

    It never is the whole message: text that only repeats its title would not be searched.

    Args:
        pieces: the runs of the text, each with its kind.
        text: the same in one piece, without space round it.

    """
    first = next((piece for piece in pieces if piece[1].strip()), ("", ""))
    opening = first[1].strip().partition("\n")[0].strip()
    if first[0] != BOLD or _letters(opening) < _BOLD_TITLE:
        opening = text.partition("\n")[0].strip()
    limit = TITLE_LIMIT if len(opening) < len(text) else min(TITLE_LIMIT, len(text) * 2 // 3)
    return _shorten(on_one_line(opening), limit)


def _shorten(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    whole_words = line[:limit].rpartition(" ")[0].rstrip(" ,.:;—–-")
    return f"{whole_words or line[:limit]}…"


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
