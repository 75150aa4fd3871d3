"""The pages that feeds and sitemaps name -> articles: a bounded number a run, none twice without need."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import printable_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.addresses import host_of
from retrieval.loaders.html_pages import article_from_page
from retrieval.loaders.page_text import PageError
from retrieval.types import Article, LoadProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from retrieval.fetching.fetcher import Fetcher
    from retrieval.fetching.kept import KeptResponse

_NUMBER = re.compile(r"\d+")


class PageReader:
    """Reads the pages of one source in one run."""

    def __init__(self, fetcher: Fetcher, *, timezone: ZoneInfo, limit: int) -> None:
        """`limit` is the most pages that are asked for; those that are known already do not count."""
        self._fetcher = fetcher
        self._timezone = timezone
        self._left = limit
        self._failures: dict[tuple[str | None, str], list[LoadProblem]] = {}

    def read(self, address: str, *, article_id: str, version: str | None) -> Article | None:
        """Return the article of a page; None where there is none, which is noted as a problem, or none yet.

        A page is asked for unless it is kept under the same `version`; None is never the same. Where it cannot be
        had now, what was kept of it serves.
        """
        kept = self._fetcher.kept(address)
        if kept is None or version is None or kept.version != version:
            kept = self._fetch(address, version) or kept
        if kept is None:
            return None
        try:
            return page_article(kept, article_id=article_id, timezone=self._timezone)
        except FetchError as error:
            self._note(address, str(error), kind=str(error))
        except PageError as error:
            self._note(address, str(error), kind=_NUMBER.sub("", str(error)))
        return None

    def problems(self) -> Iterator[LoadProblem]:
        """Yield what went wrong, each kind of trouble with a host once."""
        for problem, *others in self._failures.values():
            more = f" ({len(others)} more of its pages likewise)" if others else ""
            yield replace(problem, reason=problem.reason + more)

    def _fetch(self, address: str, version: str | None) -> KeptResponse | None:
        if self._left == 0:
            return None
        self._left -= 1
        try:
            return self._fetcher.fetch(address, limit=self._fetcher.limits.page_bytes, version=version)
        except FetchError as error:
            self._note(address, str(error), kind=str(error))
            return None

    def _note(self, address: str, reason: str, *, kind: str) -> None:
        problem = LoadProblem(printable_address(address), None, reason)
        self._failures.setdefault((host_of(address), kind), []).append(problem)


def page_article(page: KeptResponse, *, article_id: str, timezone: ZoneInfo) -> Article:
    """Return the article of a page that was fetched.

    Raises:
        FetchError: it is not an HTML page.
        PageError: the page holds no article.

    """
    if not is_page(page):
        found = page.content_type.partition(";")[0].strip()[:60] or "something"
        raise FetchError(f"serves {found}, not an HTML page; take another address")
    return article_from_page(
        page.body, article_id=article_id, url=page.address, timezone=timezone, charset=charset_of(page.content_type)
    )


def is_page(page: KeptResponse) -> bool:
    """Tell an HTML page by what its server says, or where that says nothing by how it begins."""
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind in {"", "text/plain", "application/octet-stream", "application/xml", "text/xml"}:
        beginning = page.body[:2000].lower()
        return b"<html" in beginning or b"<!doctype html" in beginning
    return kind in {"text/html", "application/xhtml+xml"}


def charset_of(content_type: str) -> str | None:
    """Return the character set that a Content-Type names."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip(" \"'").lower() or None
    return None
