"""Addresses -> articles: a feed, a sitemap or a page, told by what the address serves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import address_key, printable_address
from retrieval.fetching.errors import FetchError
from retrieval.fetching.unpacking import unpack_file
from retrieval.loaders.addresses import host_of
from retrieval.loaders.encodings import decode_markup
from retrieval.loaders.feeds import is_json_feed, read_feed, read_json_feed
from retrieval.loaders.page_text import PageError
from retrieval.loaders.sitemaps import read_sitemap
from retrieval.loaders.text_files import broken_characters, broken_line, is_legible
from retrieval.loaders.web_pages import PageReader, charset_of, is_page, page_article
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

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
_SITEMAPS = {"urlset", "sitemapindex"}
_ROOTS = {*_FEEDS, *_SITEMAPS, "html", "head", "body"}


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
        self._fetcher.announce(told("fetching {place}", place=place))
        served = self._fetcher.fetch(address, limit=self._fetcher.limits.source_bytes)
        body = unpack_file(served.body, limit=self._fetcher.limits.source_bytes)
        is_json = is_json_feed(body, content_type=served.content_type)
        first = "" if is_json else _first_element(body)
        charset = charset_of(served.content_type)
        if first in _SITEMAPS:
            yield from self._sitemap(body, served.address, place, charset)
        elif first in _FEEDS:
            entries = read_feed(body, address=served.address, charset=charset, timezone=self._timezone)
            yield from self._feed(entries, place)
        elif is_json:
            yield from self._feed(read_json_feed(body, timezone=self._timezone), place)
        elif is_page(served):
            loaded = self._page(served, place)
            yield loaded
            if reason := broken_characters(f"{loaded.article.title}\n{loaded.article.text}"):
                yield LoadNotice(place, broken_line(served.body), reason)
        else:
            found = served.content_type.partition(";")[0].strip()[:60] or told("something")
            raise FetchError(
                told("serves {found}, where a feed, a sitemap or an HTML page is expected; correct it", found=found)
            )

    def _page(self, served: KeptResponse, place: str) -> LoadedArticle:
        try:
            article = page_article(served, article_id=address_key(place), timezone=self._timezone)
        except PageError as error:
            raise FetchError(told_by(error)) from error
        return LoadedArticle(article, place)

    def _feed(self, entries: list[FeedEntry], place: str) -> Iterator[LoadedArticle | LoadProblem]:
        if not entries:
            raise FetchError(told("is a feed without entries; what was read from it before stays"))
        pages = self._pages() if self._linked_pages else None
        textless = 0
        legible = [entry for entry in entries if is_legible(f"{entry.title}\n{entry.text}")]
        if not legible:
            raise FetchError(told("is in an encoding that cannot be told; check the address in a browser"))
        for number, entry in enumerate(legible, start=1):
            article = self._entry_article(entry, pages, place)
            if article.text:
                yield LoadedArticle(article, place, number)
            else:
                textless += 1
        if reason := broken_characters("".join(f"{entry.title}{entry.text}" for entry in legible)):
            yield LoadNotice(place, None, reason)
        if illegible := len(entries) - len(legible):
            reason = told(
                "{illegible} of {entries_count} entries are in an encoding that cannot be told; check the address "
                "in a browser",
                illegible=illegible,
                entries_count=len(entries),
            )
            yield LoadProblem(place, None, reason)
        yield from pages.problems() if pages else ()
        if textless and not pages:
            reason = told(
                "{textless} of {entries_count} entries have no text; set CITEBOT_FETCH_LINKED_PAGES=true",
                textless=textless,
                entries_count=len(entries),
            )
            yield LoadProblem(place, None, reason)

    def _entry_article(self, entry: FeedEntry, pages: PageReader | None, place: str) -> Article:
        """The feed's own words on an entry, with the text of its page where that is longer."""
        identifier = f"{address_key(place)}#{entry.key}"
        page = None
        if pages and entry.link:
            page = pages.read(
                entry.link, article_id=identifier, version=entry.version, title=entry.title, text=entry.text
            )
        text = max(entry.text, page.text if page else "", key=len)
        return Article(
            identifier,
            entry.title or (page.title if page else ""),
            text,
            published_at=entry.published_at or (page.published_at if page else None),
            source=entry.outlet or host_of(entry.link or place),
            url=printable_address(entry.link) if entry.link else None,
            language=page.language if page else None,
        )

    def _sitemap(
        self, body: bytes, address: str, place: str, charset: str | None
    ) -> Iterator[LoadedArticle | LoadProblem]:
        problems: list[LoadProblem] = []
        entries = self._listed(body, host_of(address), problems, charset)
        if not entries:
            raise FetchError(problems[0].reason if problems else told("is a sitemap without pages of its own host"))
        yield from problems
        newest = sorted(entries, key=_changed_at, reverse=True)[: self._page_limit]
        self._fetcher.announce(told("fetching what is new of {newest_count} pages", newest_count=len(newest)))
        pages = self._pages()
        for number, entry in enumerate(newest, start=1):
            identifier = f"{address_key(place)}#{address_key(entry.address)}"
            article = pages.read(entry.address, article_id=identifier, version=entry.version, title=entry.title or "")
            if article:
                title, date = entry.title or article.title, article.published_at or entry.published_at
                yield LoadedArticle(replace(article, title=title, published_at=date), place, number)
        yield from pages.problems()

    def _listed(
        self, body: bytes, host: str | None, problems: list[LoadProblem], charset: str | None
    ) -> list[SitemapEntry]:
        """Return the pages that a sitemap lists, or the newest sitemaps of an index.

        What is on other hosts is none of its business: it is passed over, as the protocol says.
        """
        sitemap = read_sitemap(body, timezone=self._timezone, charset=charset)
        own = [entry for entry in sitemap.entries if host_of(entry.address) == host]
        if not sitemap.is_index:
            return own
        pages: dict[str, SitemapEntry] = {}
        for part in own[:_SITEMAPS_OF_INDEX]:
            try:
                pages |= {entry.address: entry for entry in self._pages_of(part, host)}
            except FetchError as error:
                problems.append(LoadProblem(printable_address(part.address), None, told_by(error)))
        return list(pages.values())

    def _pages_of(self, part: SitemapEntry, host: str | None) -> list[SitemapEntry]:
        limit = self._fetcher.limits.source_bytes
        served = self._fetcher.fetch(part.address, limit=limit)
        sitemap = read_sitemap(unpack_file(served.body, limit=limit), timezone=self._timezone)
        if sitemap.is_index:
            raise FetchError(told("is an index within an index, which is not followed; name it as a source of its own"))
        return [entry for entry in sitemap.entries if host_of(entry.address) == host]

    def _pages(self) -> PageReader:
        return PageReader(self._fetcher, timezone=self._timezone, limit=self._page_limit)


def _first_element(body: bytes) -> str:
    """Return the name of the element that a document is, in lower case and without its prefix; "" for none.

    That is the first, unless a server has written its warnings before it.
    """
    found = [name.lower() for name in _ELEMENT.findall(_COMMENT.sub("", decode_markup(body[:_HEAD], names=())))]
    return next((name for name in found if name in _ROOTS), found[0] if found else "")


def _changed_at(entry: SitemapEntry) -> datetime:
    return entry.changed_at or datetime.min  # noqa: DTZ901 - naive
