"""Entries of feeds that were saved as files -> articles; feeds at addresses are `retrieval.loaders.web`'s."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from retrieval.fetching.addresses import printable_address
from retrieval.loaders.addresses import host_of
from retrieval.loaders.feeds import FeedEntry
from retrieval.loaders.text_files import UnusableFileError, broken_characters, is_legible
from retrieval.told import told
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem


def articles_of_entries(
    entries: Sequence[FeedEntry], path: Path, article_id: str
) -> Iterator[LoadedArticle | LoadProblem]:
    """Yield an article an entry, with its number; those without text are told in one line.

    Raises:
        UnusableFileError: their encoding is unknown.

    """
    textless = 0
    legible = [entry for entry in entries if is_legible(f"{entry.title}\n{entry.text}")]
    if entries and not legible:
        raise UnusableFileError(told("is in an encoding that cannot be told; save it anew as UTF-8"))
    for number, entry in enumerate(legible, start=1):
        if not entry.text:
            textless += 1
            continue
        article = Article(
            id=f"{article_id}#{entry.key}",
            title=entry.title,
            text=entry.text,
            published_at=entry.published_at,
            source=entry.outlet or host_of(entry.link or ""),
            url=printable_address(entry.link) if entry.link else None,
        )
        yield LoadedArticle(article, str(path), number)
    if reason := broken_characters("".join(f"{entry.title}{entry.text}" for entry in entries)):
        yield LoadProblem(str(path), None, reason)
    if textless:
        yield LoadNotice(
            str(path),
            None,
            told(
                "{textless} of {entries_count} entries have no text and are passed over",
                textless=textless,
                entries_count=len(entries),
            ),
        )
