"""Addresses -> articles: a feed, a sitemap or a page, told by what the address serves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import printable_address
from retrieval.fetching.errors import FetchError
from retrieval.fetching.unpacking import unpack_file
from retrieval.loaders.addresses import host_of
from retrieval.loaders.feeds import read_feed, read_json_feed
from retrieval.loaders.page_text import PageError
from retrieval.loaders.sitemaps import read_sitemap
from retrieval.loaders.web_pages import PageReader, charset_of, is_page, page_article
from retrieval.types import Article, LoadedArticle, LoadProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from retrieval.fetching.fetcher import Fetcher
    from retrieval.fetching.kept import KeptResponse
    from retrieval.loaders.feeds import FeedEntry
    from retrieval.loaders.sitemaps import SitemapEntry

_SITEMAPS_OF_INDEX = 20
"""Most sitemaps of an index that are read, those that were changed last."""

_HEAD = 20_000
"""Bytes within which the first element of a document begins."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_FEEDS = {"rss", "rdf", "feed", "channel"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SITEMAPS = {"urlset", "sitemapindex"}


class WebLoader:
    """Yields the articles of an address; `retrieval.loaders.load_source` calls it."""

    def __init__(self, fetcher: Fetcher, *, timezone: ZoneInfo, linked_pages: bool, page_limit: int) -> None:
        """With `linked_pages` the pages of feed entries are read too, up to `page_limit` new ones a source and run."""
        self._fetcher = fetcher
        self._timezone = timezone
        self._linked_pages = linked_pages
        self._page_limit = page_limit

    def __call__(self, address: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the articles of `address`, each with its number as its line, and a `LoadProblem` for each trouble.

        Raises:
            FetchError: on the first step: nothing can be read there now.

        """
        place = printable_address(address)
        self._fetcher.announce(f"fetching {place}")
        served = self._fetcher.fetch(address, limit=self._fetcher.limits.source_bytes)
        body = unpack_file(served.body, limit=self._fetcher.limits.source_bytes)
        first = "" if _is_json_feed(body) else _first_element(body)
        if first in _SITEMAPS:
            yield from self._sitemap(body, served.address, place)
        elif first in _FEEDS:
            charset = charset_of(served.content_type)
            entries = read_feed(body, address=served.address, charset=charset, timezone=self._timezone)
            yield from self._feed(entries, place)
        elif _is_json_feed(body):
            yield from self._feed(read_json_feed(body, timezone=self._timezone), place)
        elif is_page(served):
            yield self._page(served, place)
        else:
            found = served.content_type.partition(";")[0].strip()[:60] or "something"
            raise FetchError(f"serves {found}, where a feed, a sitemap or an HTML page is expected; correct it")

    def _page(self, served: KeptResponse, place: str) -> LoadedArticle:
        try:
            article = page_article(served, article_id=_shortened(place), timezone=self._timezone)
        except PageError as error:
            raise FetchError(str(error)) from error
        return LoadedArticle(article, place)

    def _feed(self, entries: list[FeedEntry], place: str) -> Iterator[LoadedArticle | LoadProblem]:
        if not entries:
            raise FetchError("is a feed without entries; what was read from it before stays")
        pages = self._pages() if self._linked_pages else None
        textless = 0
        for number, entry in enumerate(entries, start=1):
            article = self._entry_article(entry, pages, place)
            if article.text:
                yield LoadedArticle(article, place, number)
            else:
                textless += 1
        yield from pages.problems() if pages else ()
        if textless and not pages:
            reason = f"{textless} of {len(entries)} entries have no text; set CITEBOT_FETCH_LINKED_PAGES=true"
            yield LoadProblem(place, None, reason)

    def _entry_article(self, entry: FeedEntry, pages: PageReader | None, place: str) -> Article:
        """The feed's own words on an entry, with the text of its page where that is longer."""
        identifier = f"{_shortened(place)}#{entry.key}"
        page = None
        if pages and entry.link:
            page = pages.read(entry.link, article_id=identifier, version=entry.version)
        text = max(entry.text, page.text if page else "", key=len)
        return Article(
            identifier,
            entry.title or (page.title if page else ""),
            text,
            published_at=entry.published_at or (page.published_at if page else None),
            source=host_of(entry.link or place),
            url=printable_address(entry.link) if entry.link else None,
            language=page.language if page else None,
        )

    def _sitemap(self, body: bytes, address: str, place: str) -> Iterator[LoadedArticle | LoadProblem]:
        problems: list[LoadProblem] = []
        entries = self._listed(body, host_of(address), problems)
        if not entries:
            raise FetchError(problems[0].reason if problems else "is a sitemap without pages of its own host")
        yield from problems
        newest = sorted(entries, key=_changed_at, reverse=True)[: self._page_limit]
        self._fetcher.announce(f"fetching what is new of {len(newest)} pages")
        pages = self._pages()
        for number, entry in enumerate(newest, start=1):
            identifier = f"{_shortened(place)}#{_shortened(printable_address(entry.address))}"
            article = pages.read(entry.address, article_id=identifier, version=entry.version)
            if article:
                title, date = entry.title or article.title, article.published_at or entry.published_at
                yield LoadedArticle(replace(article, title=title, published_at=date), place, number)
        yield from pages.problems()

    def _listed(self, body: bytes, host: str | None, problems: list[LoadProblem]) -> list[SitemapEntry]:
        """Return the pages that a sitemap lists, or the newest sitemaps of an index.

        What is on other hosts is none of its business: it is passed over, as the protocol says.
        """
        sitemap = read_sitemap(body, timezone=self._timezone)
        own = [entry for entry in sitemap.entries if host_of(entry.address) == host]
        if not sitemap.is_index:
            return own
        pages: dict[str, SitemapEntry] = {}
        for part in own[:_SITEMAPS_OF_INDEX]:
            try:
                pages |= {entry.address: entry for entry in self._pages_of(part, host)}
            except FetchError as error:
                problems.append(LoadProblem(printable_address(part.address), None, str(error)))
        return list(pages.values())

    def _pages_of(self, part: SitemapEntry, host: str | None) -> list[SitemapEntry]:
        limit = self._fetcher.limits.source_bytes
        served = self._fetcher.fetch(part.address, limit=limit)
        sitemap = read_sitemap(unpack_file(served.body, limit=limit), timezone=self._timezone)
        if sitemap.is_index:
            raise FetchError("is an index within an index, which is not followed; name it as a source of its own")
        return [entry for entry in sitemap.entries if host_of(entry.address) == host]

    def _pages(self) -> PageReader:
        return PageReader(self._fetcher, timezone=self._timezone, limit=self._page_limit)


def _is_json_feed(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b"jsonfeed.org/version" in body


def _first_element(body: bytes) -> str:
    """Return the name of the first element of a document, in lower case and without its prefix; "" for none."""
    head = body[:_HEAD]
    text = head.decode("utf-16", errors="ignore") if head.startswith(_UTF16_MARKS) else head.decode("latin-1")
    found = _ELEMENT.search(_COMMENT.sub("", text))
    return found[1].lower() if found else ""


def _changed_at(entry: SitemapEntry) -> datetime:
    return entry.changed_at or datetime.min  # noqa: DTZ901 - naive


def _shortened(place: str) -> str:
    """An address as a part of an id: the same for http and https."""
    return place.partition("://")[2].rstrip("/")
