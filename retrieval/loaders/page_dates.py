"""When a page was published, as the page itself declares it; no date rather than a wrong one.

Libraries that look for dates take any they find: of an update, a neighbouring headline, the copyright. Here a date
counts only where markup says that it is the publication's, or where it stands by itself in a date's element of the
article.
"""

from collections.abc import Iterator
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from retrieval.loaders.dates import parse_date_line, parse_publication_date

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "article.published",
    "published_time",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date.issued",
    "dcterms.issued",
    "parsely-pub-date",
    "sailthru.date",
    "mediator_published_time",
)
"""What pages call their date of publication in ``<meta>``, the surest first."""

_NAME = f'translate(concat(@class, " ", @id), "{ascii_uppercase}", "{ascii_lowercase}")'
_DATE_ELEMENTS = f'.//*[contains({_NAME}, "date") or contains({_NAME}, "publish") or contains({_NAME}, "time")]'
"""Elements of a class or id such as ``article__date``, ``published``, ``news-time``."""


def publication_date(tree: "HtmlElement", *, described: dict[str, Any], timezone: ZoneInfo) -> datetime | None:
    """Return when the page was published, naive and in `timezone`; None where it does not say so clearly.

    Args:
        tree: the page.
        described: the JSON-LD object of its article (`retrieval.loaders.linked_data`).
        timezone: the zone that naive dates are in, and that others are converted to.

    """
    for written in (*_declared(tree, described), *_in_markup(tree)):
        if moment := parse_publication_date(written, timezone=timezone):
            return moment
    return _in_writing(tree, timezone)


def _declared(tree: "HtmlElement", described: dict[str, Any]) -> Iterator[str]:
    """Yield the dates of publication that JSON-LD and ``<meta>`` name."""
    published = described.get("datePublished")
    for date in published if isinstance(published, list) else [published]:
        if isinstance(date, str | int):
            yield str(date)
    named: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        for attribute in ("property", "name", "itemprop"):
            named.setdefault(meta.get(attribute, "").strip().lower(), meta.get("content", ""))
    yield from (named[name] for name in _META_NAMES if name in named)


def _in_markup(tree: "HtmlElement") -> Iterator[str]:
    """Yield the date of an element that is marked as the publication's, or of the only ``<time>`` of the page.

    Where several are marked so, they are of related articles and comments as well: the article's own stands with the
    headline.
    """
    marked = _marked(tree)
    if len({date for _, date in marked}) > 1:
        within = {element for container in _containers(tree)[:1] for element in container.iter()}
        marked = [(element, date) for element, date in marked if element in within]
    yield from (date for _, date in marked[:1])
    moments = {element.get("datetime", "") for element in tree.iterfind(".//time[@datetime]")}
    if len(moments) == 1:
        yield from moments


def _marked(tree: "HtmlElement") -> list[tuple["HtmlElement", str]]:
    return [
        (element, element.get("datetime") or element.get("content") or element.text_content())
        for element in tree.xpath('.//*[@itemprop="datePublished"] | .//time[@pubdate]')
    ]


def _containers(tree: "HtmlElement") -> list["HtmlElement"]:
    """Return the elements that hold the article with its headline, the surest first."""
    return tree.xpath(".//article[.//h1] | .//main[.//h1]") or [heading.getparent() for heading in tree.iter("h1")]


def _in_writing(tree: "HtmlElement", timezone: ZoneInfo) -> datetime | None:
    """Return the date that an element of the article, by its name a date's, holds and nothing else besides."""
    dates = {
        date
        for container in _containers(tree)[:1]
        for element in container.xpath(_DATE_ELEMENTS)
        if (date := parse_date_line(element.text_content(), timezone=timezone))
    }
    # Where there are several, of comments or of neighbouring news, none is known to be the article's.
    return dates.pop() if len(dates) == 1 else None
