"""Whole articles of a published generation: what they cover, and each of them by a short key."""

from __future__ import annotations

import base64
import hashlib
import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from retrieval.types import Article, ArticleHeader, Copy

KEY_LENGTH = 11
"""Characters of an article's key."""

_DIGEST_BYTES = 8
_KEY = re.compile(rf"[A-Za-z0-9_-]{{{KEY_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class OutletCoverage:
    """What one outlet has contributed."""

    name: str
    """"" where the articles name no outlet."""
    articles: int
    first_date: date | None
    last_date: date | None


@dataclass(frozen=True, slots=True)
class Edition:
    """From what questions are answered."""

    generation: int
    made_at: datetime
    """In UTC with a time zone."""
    articles: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the articles of a published generation cover."""

    generation: int
    published_at: datetime
    """When the generation was made, in the settings' time zone."""
    articles: int
    outlets: tuple[OutletCoverage, ...]
    """The largest first."""

    @property
    def first_date(self) -> date | None:
        """Date of the oldest article; None where none has a date."""
        return min((outlet.first_date for outlet in self.outlets if outlet.first_date), default=None)

    @property
    def last_date(self) -> date | None:
        """Date of the newest article; None where none has a date."""
        return max((outlet.last_date for outlet in self.outlets if outlet.last_date), default=None)


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Narrows a list of articles; every condition must hold, and one that is empty always does."""

    words: tuple[str, ...] = ()
    """Each stands in the headline, the outlet's name or the id; neither case nor `ё` for `е` matters."""
    since: date | None = None
    """The first day, in the settings' time zone; an article without a date is left out."""
    until: date | None = None
    """The last day, likewise."""
    source: str | None = None
    """The outlet's whole name; neither case nor `ё` for `е` matters."""

    def takes(self, article: ArticleHeader) -> bool:
        """Whether an article is one of those that are wanted."""
        text = folded(f"{article.title}\n{article.source or ''}\n{article.id}")
        return (
            all(folded(word) in text for word in self.words)
            and (self.source is None or folded(article.source or "") == folded(self.source))
            and self._takes_day(article.published_at)
        )

    def _takes_day(self, moment: datetime | None) -> bool:
        if moment is None:
            return self.since is None and self.until is None
        day = moment.date()
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def article_of_copy(copy: Copy, stored: Article) -> Article:
    """Return the copy of a stored article as an article of its own."""
    return replace(
        stored,
        id=copy.article_id,
        title=copy.title,
        published_at=copy.published_at,
        source=copy.source,
        url=copy.url,
    )


def article_key(article_id: str) -> str:
    """Return a key of `KEY_LENGTH` letters, digits, ``-`` and ``_`` that stays the same as long as the id does.

    Ids may be of any length and alphabet; links and buttons take neither.
    """
    return base64.urlsafe_b64encode(_digest(article_id)).decode().rstrip("=")


class ArticleKeys:
    """Finds the articles of a generation by their keys, at sixteen bytes an article; immutable."""

    def __init__(self, generation: int, revisions: Iterable[tuple[str, int]]) -> None:
        """Take the article ids of `generation`, each with the number of its revision."""
        self.generation = generation
        pairs = sorted((int.from_bytes(_digest(article_id)), revision) for article_id, revision in revisions)
        self._digests = array("Q", (digest for digest, _ in pairs))
        self._revisions = array("q", (revision for _, revision in pairs))

    def revision(self, key: str) -> int | None:
        """Return the revision that is stored of the article; None where no article has this key."""
        if not _KEY.fullmatch(key):
            return None
        wanted = int.from_bytes(base64.urlsafe_b64decode(key + "="))
        place = bisect_left(self._digests, wanted)
        found = place < len(self._digests) and self._digests[place] == wanted
        return self._revisions[place] if found else None


def folded(text: str) -> str:
    """A text as names are compared: neither case nor `ё` for `е` matters."""
    return text.casefold().replace("ё", "е")


def _digest(article_id: str) -> bytes:
    # An id may hold a lone surrogate, which UTF-8 cannot carry.
    return hashlib.blake2b(article_id.encode(errors="surrogatepass"), digest_size=_DIGEST_BYTES).digest()
