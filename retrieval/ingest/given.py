"""What is given by hand, a file or the address of a page: read once, and kept as an offer.

The articles of a file have ids that begin with ``given/`` and the number of the giving, unless the file says them.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from retrieval.errors import NotAnArticleError
from retrieval.fetching.addresses import printable_address
from retrieval.ingest.sources import SourceReading
from retrieval.loaders import SourceError, load_one, load_source
from retrieval.loaders.text_files import unstorable_character
from retrieval.store.received import offered_articles
from retrieval.text.splitting import split
from retrieval.told import told
from retrieval.types import Given, LoadedArticle, LoadProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.home import Home
    from retrieval.progress import Progress

_OFFERED_FOR = timedelta(days=1)
_MOST_CHARACTERS = 50_000_000
"""Of all texts that are given at once: what is packed may hold a thousand times as much as was sent."""
_CHARACTERS_A_RECORD = 1_000
"""That each record counts for besides its text."""
_BITS = 48
"""Of the number of a giving, which nobody guesses and which a button can hold."""


def offer_file(home: Home, path: Path) -> Given:
    """Read a file that was given, under the name that it has, and keep its articles as an offer.

    Raises:
        NotAnArticleError: there is none in it, or it cannot be read.

    """
    batch = _new_batch()
    timezone = home.settings.timezone

    def load(path: Path, name: str) -> Iterator[LoadedArticle | LoadProblem]:
        return load_one(path, f"given/{batch}/{name}", timezone=timezone)

    return _offer(home, batch, path.name, _read(partial(load_source, str(path), timezone=timezone, load_file=load)))


def offer_page(home: Home, progress: Progress, address: str) -> Given:
    """Fetch a page, as an address among the sources is fetched, and keep its article as an offer.

    Raises:
        NotAnArticleError: it cannot be fetched, or is no page with an article.

    """
    # Of a feed or a sitemap, which is refused, no page is asked for needlessly.
    settings = home.settings.model_copy(update={"fetch_linked_pages": False, "fetch_pages": 1})
    reading = SourceReading(settings, progress)
    with TemporaryDirectory() as folder, reading.fetched([address], Path(folder)) as load_address:
        records = _read(partial(load_source, address, timezone=settings.timezone, load_address=load_address))
    if any(isinstance(record, LoadedArticle) and record.line is not None for record in records):
        raise NotAnArticleError(told("is a feed or a sitemap, and no page: name it in CITEBOT_SOURCES"))
    return _offer(home, _new_batch(), printable_address(address), records)


def _new_batch() -> str:
    return str(secrets.randbits(_BITS) or 1)


def _read(load: partial[Iterator[LoadedArticle | LoadProblem]]) -> list[LoadedArticle | LoadProblem]:
    records = []
    characters = 0
    try:
        for record in load():
            records.append(record)
            text = record.article.text if isinstance(record, LoadedArticle) else ""
            characters += len(text) + _CHARACTERS_A_RECORD
            if characters > _MOST_CHARACTERS:
                raise NotAnArticleError(told("holds too much to be given by hand: put it into a source"))
    except SourceError as error:
        raise NotAnArticleError(error.problem.reason) from error
    return records


def _offer(home: Home, batch: str, name: str, records: Sequence[LoadedArticle | LoadProblem]) -> Given:
    problems = []
    found: dict[str, LoadedArticle] = {}
    for record in records:
        if problem := _problem_of(record, name, found):
            problems.append(problem)
        elif isinstance(record, LoadedArticle):
            found[record.article.id] = record
    if not found:
        raise NotAnArticleError(problems[0] if problems else told("holds no article"))
    offered = list(found.values())
    home.received.drop_offers(datetime.now(UTC) - _OFFERED_FOR)
    home.received.keep(offered_articles(batch, name, offered))
    title = offered[0].article.title or name
    return Given(batch, title, name, len(offered), datetime.now(UTC), problems[0] if problems else "")


def _problem_of(record: LoadedArticle | LoadProblem, name: str, found: Mapping[str, LoadedArticle]) -> str:
    """Return why a record is no article beside those that were `found` before it; "" where it is one."""
    if isinstance(record, LoadProblem):
        return record.reason
    article = record.article
    said = (article.id, article.title, article.text, article.source, article.url)
    if character := unstorable_character("\n".join(filter(None, said))):
        return told("holds {character}; remove it", character=character)
    if article.id in found:
        return told("the id {id!r} was already read from {origin}: make ids unique", id=article.id, origin=name)
    return "" if split(article.text, article.title) else told("the text is empty or only repeats the title")
