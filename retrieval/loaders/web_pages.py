"""The pages that feeds and sitemaps name -> articles: a bounded number a run, none twice without need."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.fetching.addresses import printable_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.addresses import host_of, is_front_page
from retrieval.loaders.html_pages import article_from_page
from retrieval.loaders.likeness import is_about
from retrieval.loaders.page_text import PageError
from retrieval.loaders.text_files import broken_characters
from retrieval.loaders.walls import WallError
from retrieval.told import told, told_by
from retrieval.types import Article, LoadNotice, LoadProblem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from retrieval.fetching.fetcher import Fetcher
    from retrieval.fetching.kept import KeptResponse

_NUMBER = re.compile(r"\d+")
_WHOLE_ARTICLE = 1_000
"""Characters of a text that is no captcha, consent or "for subscribers only" under the headline of an article."""
_SOMETHING_ELSE = told(
    "holds something else than its feed or sitemap says, perhaps a captcha or a consent; it is not read now and "
    "asked for again in the next run"
)
_FRONT_PAGE = told("leads to the front page of its site; it is not read now and asked for again in the next run")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a page beforehand."""

    address: str
    article_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why there is no article in a page."""

    reason: str
    kind: str
    may_pass: bool = False


class PageReader:
    """Reads the pages of one source in one run."""

    def __init__(self, fetcher: Fetcher, *, timezone: ZoneInfo, limit: int) -> None:
        """`limit` is the most pages that are asked for; those that are known already do not count."""
        self._fetcher = fetcher
        self._timezone = timezone
        self._left = limit
        self._failures: dict[tuple[str | None, str], list[LoadProblem]] = {}

    def read(
        self, address: str, *, article_id: str, version: str | None, title: str = "", text: str = ""
    ) -> Article | None:
        """Return the article of a page; None where there is none, which is noted as a problem, or none yet.

        A page is asked for unless it is kept under the same `version`; None is never the same. Where it cannot be
        had now, what was kept of it serves. So it does where the page is about something else than the `title` and
        the `text` that are known of it, such as a captcha; then it is asked for again in the next run.
        """
        known = _Known(address, article_id, title, text)
        kept = self._fetcher.kept(address)
        if kept and version is not None and kept.version == version:
            found = self._article(kept, known)
            if not (isinstance(found, _Refusal) and found.may_pass):
                return self._told(found, address)
        fetched = self._fetch(address, version)
        page = fetched or kept
        if page is None:
            return None
        found = self._article(page, known)
        if isinstance(found, _Refusal) and fetched and kept and kept.body != fetched.body:
            earlier = self._article(kept, known)
            if isinstance(earlier, Article):
                self._fetcher.keep(address, kept)
                self._told(found, address)
                return earlier
        return self._told(found, address)

    def _article(self, page: KeptResponse, known: _Known) -> Article | _Refusal:
        try:
            article = page_article(page, article_id=known.article_id, timezone=self._timezone)
        except FetchError as error:
            return _Refusal(told_by(error), kind=str(error))
        except WallError as error:
            reason = _SOMETHING_ELSE if known.title or known.text else told_by(error)
            return _Refusal(reason, kind=reason, may_pass=True)
        except PageError as error:
            return _Refusal(told_by(error), kind=_NUMBER.sub("", str(error)))
        if is_front_page(page.address) and not is_front_page(known.address):
            return _Refusal(_FRONT_PAGE, kind=_FRONT_PAGE, may_pass=True)
        words = f"{article.title}\n{article.text}" if len(article.text) >= _WHOLE_ARTICLE else article.text
        if not is_about(words, known.title, known.text):
            return _Refusal(_SOMETHING_ELSE, kind=_SOMETHING_ELSE, may_pass=True)
        return article

    def _told(self, found: Article | _Refusal, address: str) -> Article | None:
        """Return an article; of a refusal None, and note it. Broken characters of an article are noted."""
        if isinstance(found, _Refusal):
            self._note(LoadProblem(printable_address(address), None, found.reason), kind=found.kind)
            return None
        if reason := broken_characters(f"{found.title}\n{found.text}"):
            self._note(LoadNotice(printable_address(address), None, reason), kind=_NUMBER.sub("", reason))
        return found

    def problems(self) -> Iterator[LoadProblem]:
        """Yield what went wrong, each kind of trouble with a host once."""
        for problem, *others in self._failures.values():
            if others:
                reason = told(
                    "{reason} ({number} more of its pages likewise)", reason=problem.reason, number=len(others)
                )
                yield replace(problem, reason=reason)
            else:
                yield problem

    def _fetch(self, address: str, version: str | None) -> KeptResponse | None:
        if self._left == 0:
            return None
        self._left -= 1
        try:
            return self._fetcher.fetch(address, limit=self._fetcher.limits.page_bytes, version=version)
        except FetchError as error:
            self._note(LoadProblem(printable_address(address), None, told_by(error)), kind=str(error))
            return None

    def _note(self, problem: LoadProblem, *, kind: str) -> None:
        self._failures.setdefault((host_of(problem.source), kind), []).append(problem)


def page_article(page: KeptResponse, *, article_id: str, timezone: ZoneInfo) -> Article:
    """Return the article of a page that was fetched.

    Raises:
        FetchError: it is not an HTML page.
        PageError: the page holds no article.

    """
    if not is_page(page):
        found = page.content_type.partition(";")[0].strip()[:60] or told("something")
        raise FetchError(told("serves {found}, not an HTML page; take another address", found=found))
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
