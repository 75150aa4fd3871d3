"""The pages that posts of channels link to: each read once, under the rules of all that is fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import address_key, printable_address
from retrieval.fetching.errors import FetchError
from retrieval.fetching.kept import ResponseFolder
from retrieval.ingest.sources import SourceReading
from retrieval.loaders.addresses import is_front_page
from retrieval.loaders.likeness import is_about
from retrieval.loaders.page_text import PageError
from retrieval.loaders.text_files import unstorable_character
from retrieval.loaders.web_pages import page_article
from retrieval.told import told, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.fetching.fetcher import Fetcher
    from retrieval.home import Home
    from retrieval.progress import Progress
    from retrieval.store.linked import WaitingLink
    from retrieval.types import Article


def read_links(home: Home, progress: Progress, tell: Callable[[str, str], None]) -> None:
    """Read all pages that wait to be read, and keep their articles.

    Args:
        home: where they are kept.
        progress: ends the reading; what is not read then is read the next time.
        tell: called for each page with its address, as it may be shown, and why it is no article; "" where it is one.

    Raises:
        DatabaseError: they cannot be looked up or kept.

    """
    waiting = home.links.waiting()
    if not waiting:
        return
    reading = SourceReading(home.settings, progress)
    with TemporaryDirectory() as folder, reading.fetcher(ResponseFolder(Path(folder))) as fetcher:
        for link in waiting:
            tell(printable_address(link.address), _read(home, fetcher, link))


def _read(home: Home, fetcher: Fetcher, link: WaitingLink) -> str:
    try:
        article = _article(home, fetcher, link)
    except (FetchError, PageError) as error:
        home.links.give_up(link)
        return told_by(error)
    home.links.keep_page(link, article)
    return ""


def _article(home: Home, fetcher: Fetcher, link: WaitingLink) -> Article:
    """Return the article of a page; without a date of its own it has that of the post."""
    timezone = home.settings.timezone
    page = fetcher.fetch(link.address, limit=fetcher.limits.page_bytes)
    article = page_article(page, article_id=address_key(link.address), timezone=timezone)
    if is_front_page(page.address):
        raise FetchError(told("is the front page of its site"))
    if not is_about(f"{article.title}\n{article.text}", "", link.text):
        raise FetchError(told("is about something else than the post, perhaps a captcha or a consent"))
    said = (article.id, article.title, article.text, article.source, article.url)
    if character := unstorable_character("\n".join(filter(None, said))):
        raise FetchError(told("holds {character}; remove it", character=character))
    posted = datetime.fromtimestamp(link.sent_at, timezone).replace(tzinfo=None)
    return replace(article, published_at=article.published_at or posted)
