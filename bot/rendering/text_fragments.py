"""Links to the place in a page where an excerpt stands: the browser goes there and marks it.

Pages of several formats have no such places, and Telegram's own has none. The rules are those of
https://wicg.github.io/scroll-to-text-fragment/: words are found whole, however they are spaced; a page in which they
are not found opens as it would without them.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from bot.rendering.markup import DIRECTIVE
from retrieval.types import Citation

_LONGEST_ADDRESS = 1500
"""Characters; letters that are not Latin take six each."""
_WHOLE = 60
"""Characters up to which a sentence is looked for as it is, rather than by its beginning and its end."""
_WORDS_AT_AN_END = (5, 3)
"""How many words are looked for at each end, the most that the address has room for."""
_WITHOUT_PLACES = re.compile(r"\.(?:pdf|docx?|odt|rtf|txt|jpe?g|png|mp[34])$", re.IGNORECASE)
_OF_TELEGRAM = frozenset(("t.me", "telegram.me", "telegram.dog"))
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""What stands in words and is not looked for."""


def address_of_place(address: str, citation: Citation) -> str:
    """Return `address`, an article's on the web, so that it leads to the evidence of a citation where that is possible.

    A fragment that it has already stays.
    """
    if not _may_have_places(address):
        return address
    start, end = citation.highlight
    for directive in _directives(_UNSEEN.sub("", citation.excerpt[start:end])):
        found = f"{address}{'' if '#' in address else '#'}{DIRECTIVE}text={directive}"
        if len(found) <= _LONGEST_ADDRESS:
            return found
    return address


def _may_have_places(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not (parts.hostname in _OF_TELEGRAM or _WITHOUT_PLACES.search(parts.path) or DIRECTIVE in address)


def _directives(evidence: str) -> list[str]:
    """Return what may be looked for, the best first."""
    paragraphs = [words for line in evidence.splitlines() if (words := line.split())]
    if not paragraphs:
        return []
    first, last = paragraphs[0], paragraphs[-1]
    if len(paragraphs) == 1:
        whole = " ".join(first)
        if len(whole) <= _WHOLE or len(first) <= 2 * min(_WORDS_AT_AN_END):
            return [_encoded(first)]
    return [
        f"{_encoded(first[:count])},{_encoded(last[-count:])}"
        for count in _WORDS_AT_AN_END
        if _apart(first, last, count)
    ]


def _apart(first: Sequence[str], last: Sequence[str], count: int) -> bool:
    """Whether the words at both ends are others: a page is looked through for the end only behind the beginning."""
    return first is not last or len(first) >= 2 * count


def _encoded(words: Sequence[str]) -> str:
    """Return words so that nothing in them is taken for a part of the address."""
    return quote(" ".join(words), safe="", errors="replace").replace("-", "%2D")
