"""When a page was published, as the page itself declares it; no date rather than a wrong one.

Libraries that look for dates take any they find: of an update, a neighbouring headline, the copyright. Here a date
counts only where markup says that it is the publication's, or where it stands by itself in a date's element of the
article.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from retrieval.loaders.dates import parse_date_line, parse_timestamp

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

_ARTICLE_TYPES = frozenset({"article", "blogposting", "liveblogposting", "report", "socialmediaposting"})
_NAME = f'translate(concat(@class, " ", @id), "{ascii_uppercase}", "{ascii_lowercase}")'
_DATE_ELEMENTS = f'.//*[contains({_NAME}, "date") or contains({_NAME}, "publish") or contains({_NAME}, "time")]'
"""Elements of a class or id such as ``article__date``, ``published``, ``news-time``."""


def publication_date(tree: "HtmlElement", *, timezone: ZoneInfo) -> datetime | None:
    """Return when the page was published, naive and in `timezone`; None where it does not say so clearly."""
    for written in (*_declared(tree), *_in_markup(tree)):
        try:
            return parse_timestamp(written.strip(), timezone=timezone)
        except ValueError:
            continue
    return _in_writing(tree, timezone)


def linked_data(tree: "HtmlElement") -> Iterator[dict[str, Any]]:
    """Yield the JSON-LD objects of a page that describe an article."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            waiting = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            found = waiting.pop(0)
            if isinstance(found, list):
                waiting += found
            elif isinstance(found, dict):
                waiting += [found.get("@graph"), found.get("mainEntity")]
                if _is_article(found.get("@type")):
                    yield found


def _is_article(kind: Any) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(
        isinstance(one, str) and (one.lower() in _ARTICLE_TYPES or "newsarticle" in one.lower()) for one in kinds
    )


def _declared(tree: "HtmlElement") -> Iterator[str]:
    """Yield the dates of publication that JSON-LD and ``<meta>`` name."""
    for article in linked_data(tree):
        if isinstance(article.get("datePublished"), str):
            yield article["datePublished"]
    named: dict[str, str] = {}
    for meta in tree.iterfind(".//meta[@content]"):
        for attribute in ("property", "name", "itemprop"):
            named.setdefault(meta.get(attribute, "").lower(), meta.get("content", ""))
    yield from (named[name] for name in _META_NAMES if name in named)


def _in_markup(tree: "HtmlElement") -> Iterator[str]:
    """Yield the dates of elements that are marked as the publication's, or the only ``<time>`` of the page."""
    for element in tree.xpath('.//*[@itemprop="datePublished"] | .//time[@pubdate]'):
        yield element.get("datetime") or element.get("content") or element.text_content()
    moments = {element.get("datetime", "") for element in tree.iterfind(".//time[@datetime]")}
    if len(moments) == 1:
        yield from moments


def _in_writing(tree: "HtmlElement", timezone: ZoneInfo) -> datetime | None:
    """Return the date that an element of the article, by its name a date's, holds and nothing else besides."""
    containers = tree.xpath(".//article[.//h1] | .//main[.//h1]") or [
        heading.getparent() for heading in tree.iter("h1")
    ]
    dates = {
        date
        for container in containers[:1]
        for element in container.xpath(_DATE_ELEMENTS)
        if (date := parse_date_line(element.text_content(), timezone=timezone))
    }
    # Where there are several, of comments or of neighbouring news, none is known to be the article's.
    return dates.pop() if len(dates) == 1 else None
