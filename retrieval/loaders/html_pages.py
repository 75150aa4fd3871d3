"""One article a page: text, headline, date, outlet, address and language of an HTML page.

What is the article and what is menus, advertisements, comments and other headlines is told by trafilatura
(https://trafilatura.readthedocs.io); this module bounds what reaches it and decides what it is believed.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from retrieval.loaders.addresses import absolute_address, host_of, is_front_page
from retrieval.loaders.dates import parse_date_line
from retrieval.loaders.linked_data import own_linked_data
from retrieval.loaders.page_dates import publication_date
from retrieval.loaders.page_text import PAGE_LIMIT, PageError, parse_page
from retrieval.loaders.pointers import drop_pointers
from retrieval.loaders.text_files import broken_characters, broken_line, is_legible, one_line_reason
from retrieval.loaders.walls import require_no_wall
from retrieval.text.languages import language_code, mostly_cyrillic
from retrieval.text.pointers import is_pointer
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SHORTEST_TEXT = 80
"""Characters of the shortest text that is an article rather than "Please enable JavaScript"."""

_TABLE_RULE = re.compile(r"[|\s:-]+")
_SPACE = re.compile(r"\s+")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class HtmlLoader:
    """Reads one ``.html`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the article of `path`, or the `LoadProblem` that says why there is none."""
        try:
            with path.open("rb") as stream:
                page = stream.read(PAGE_LIMIT + 1)
            article = article_from_page(page, article_id=article_id, url=None, timezone=self.timezone)
            yield LoadedArticle(article, str(path))
            if reason := broken_characters(f"{article.title}\n{article.text}"):
                yield LoadNotice(str(path), broken_line(page), reason)
        except OSError as error:
            yield LoadProblem(str(path), None, told("cannot be read: {reason}", reason=one_line_reason(error)))
        except PageError as error:
            yield LoadProblem(str(path), None, told_by(error))


def article_from_page(
    page: bytes, *, article_id: str, url: str | None, timezone: ZoneInfo, charset: str | None = None
) -> Article:
    """Take the article out of a page.

    Args:
        page: the bytes of the page, unpacked.
        article_id: the id that the article gets.
        url: where the page was fetched; what it declares as its own address goes before.
        timezone: the zone that naive dates are in, and that others are converted to.
        charset: the encoding that came with the page, e.g. in its ``Content-Type``.

    Raises:
        PageError: there is no article in it; the reason is one line.

    """
    tree = parse_page(page, charset=charset)
    address = _address(tree, url)
    described = own_linked_data(tree, address=address)
    published_at = publication_date(tree, described=described, timezone=timezone)
    language = _language(tree)
    headlines = [_folded(heading.text_content()) for heading in tree.iter("h1")]
    site = _site(tree, described, headlines)
    titles = [*headlines, *(one.text_content() for one in tree.iterfind(".//head/title"))]
    drop_pointers(tree)
    extracted = _extract(tree, address)
    title = _title(extracted.title or "", headlines, site or extracted.sitename)
    text = _text(extracted, title=title, published_at=published_at, timezone=timezone)
    if len(text) < SHORTEST_TEXT:
        found = told("only {text_count} characters of text", text_count=len(text)) if text else told("no text")
        raise PageError(
            told("holds no article: {found} found; it may be a list of headlines, or made by a script", found=found)
        )
    require_no_wall(titles, text)
    if not is_legible(f"{title}\n{text}"):
        raise PageError(told("has characters that its encoding does not have; save the page as UTF-8"))
    return Article(
        id=article_id,
        title=title,
        text=text,
        published_at=published_at,
        source=site or (host_of(address) if address else _domain(extracted.sitename, title)),
        url=address,
        language=None if language == "en" and mostly_cyrillic(text) else language,
    )


@cache
def _trafilatura() -> Any:
    # Loading it takes half a second, which an import of the loaders must not cost.
    import trafilatura

    # What it could not do is told by the result.
    for library in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
    return trafilatura


def _extract(tree: "HtmlElement", url: str | None) -> Any:
    """Return trafilatura's document, whose `title`, `sitename`, `text` and `body` are used."""
    try:
        document = _trafilatura().bare_extraction(
            tree,
            url=url,
            include_comments=False,
            with_metadata=True,
            # Its date is not used, so it need not look far.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception as error:  # a fault of the library's costs one page
        raise PageError(told("cannot be taken apart ({kind})", kind=type(error).__name__)) from error
    if document is None:
        raise PageError(told("holds no article: no text found; it may be a list of headlines, or made by a script"))
    return document


def _text(extracted: Any, *, title: str, published_at: datetime | None, timezone: ZoneInfo) -> str:
    """Return the paragraphs with an empty line between them, headings in Markdown's form, without title and date."""
    headings = {_folded("".join(heading.itertext())) for heading in extracted.body.iter("head")}
    blocks = []
    for line in extracted.text.split("\n"):
        block = _table_row(line.strip()) if line.startswith("|") else line.strip()
        folded = _folded(block)
        repeats_title = _alike(folded) == _alike(title)
        repeats_date = published_at and parse_date_line(folded, timezone=timezone) == published_at
        if block and not repeats_title and not repeats_date and not is_pointer(block):
            blocks.append(f"## {block}" if folded in headings else block)
    return "\n\n".join(blocks)


def _table_row(line: str) -> str:
    """Return the cells of a row, of a table's rule nothing."""
    return "" if _TABLE_RULE.fullmatch(line) else line.strip("| ")


def _title(found: str, headlines: list[str], site: str | None) -> str:
    """Return the headline without the site's name, which pages like to add where browsers show it."""
    title = _folded(found)
    # Some sites set their own name as the <h1> of every page.
    if len(headlines) == 1 and headlines[0] not in {"", site} and title.startswith(headlines[0]):
        return headlines[0]
    if site:
        title = re.sub(rf"\s+[|·•—–:-]\s+{re.escape(_folded(site))}$", "", title, flags=re.IGNORECASE)
    return title


def _address(tree: "HtmlElement", url: str | None) -> str | None:
    """Return the page's own address: the canonical one, unless it is the site's front page."""
    declared = [link.get("href", "") for link in tree.iterfind(".//link[@rel='canonical']")]
    for candidate in (*declared, _meta(tree, "og:url") or ""):
        address = absolute_address(candidate, base=url) if candidate else None
        if address and not is_front_page(address):
            return address
    return url


def _language(tree: "HtmlElement") -> str | None:
    return language_code(tree.get("lang") or tree.get("xml:lang") or _meta(tree, "og:locale") or "")


def _site(tree: "HtmlElement", described: dict[str, Any], headlines: list[str]) -> str | None:
    """Return the name of the site as the page gives it; some give the headline for it."""
    publisher = described.get("publisher")
    publishers = publisher if isinstance(publisher, list) else [publisher]
    names = [one.get("name") for one in publishers if isinstance(one, dict)]
    titles = {_alike(title) for title in (*headlines, _meta(tree, "og:title") or "")}
    for name in (_meta(tree, "og:site_name"), *names):
        if isinstance(name, str) and name.strip() and _alike(_folded(name)) not in titles:
            return _folded(name)
    return None


def _domain(name: str | None, title: str) -> str | None:
    """Return a name that trafilatura found where it is a host, as the last resort of a page without an address."""
    found = (name or "").strip().lower()
    return found if _HOST.fullmatch(found) and found != title.lower() else None


def _meta(tree: "HtmlElement", name: str) -> str | None:
    for meta in tree.iterfind(".//meta[@content]"):
        if name in {meta.get("property"), meta.get("name")}:
            return _folded(meta.get("content", "")) or None
    return None


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _alike(text: str) -> str:
    return text.casefold().rstrip(".")
