"""Whether a page is about what a feed or sitemap says of it: sites serve captchas and refusals as pages like others."""

from collections.abc import Iterable

from retrieval.text.terms import term_of, words_of
from retrieval.text.vocabulary import STOP_WORDS

_BEGINNING = 600
"""Characters of what a feed says that are looked at: a teaser, or the beginning of the text."""
_FEWEST = 3
"""Words that tell something, below which nothing is known."""
_SHARE = 0.4
"""Share of these words that the page has at least. Pages of articles have nearly all; walls have one by chance."""
_SHORTEST = 3
"""Letters of the shortest word that tells something; numbers always do."""


def is_about(page: str, title: str, text: str) -> bool:
    """Return whether the text of a page is about what a title and a text say, or these say too little to tell."""
    wanted = _telling(words_of(f"{title}\n{text[:_BEGINNING]}"))
    if len(wanted) < _FEWEST:
        return True
    return len(wanted & _telling(words_of(page))) >= _SHARE * len(wanted)


def _telling(words: Iterable[str]) -> set[str]:
    return {term_of(word) for word in words if word not in STOP_WORDS and (len(word) >= _SHORTEST or word.isdigit())}
