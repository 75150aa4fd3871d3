"""Sitemaps -> the addresses of pages (https://www.sitemaps.org/protocol.html), with what news sitemaps add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lxml import etree

from retrieval.fetching.addresses import is_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.dates import parse_timestamp

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_TAGS = 2_000_000
"""Most tags of a sitemap, which the protocol allows 50,000 pages: each takes a hundred bytes of memory."""


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page, or in an index a further sitemap."""

    address: str
    changed_at: datetime | None
    """Naive, in the time zone that was asked for."""
    version: str | None
    """The date of the last change as the sitemap writes it; None where it has none."""
    title: str | None = None
    """Of a news article, if the sitemap has it."""
    published_at: datetime | None = None
    """Of a news article, if the sitemap has it; as `changed_at`."""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file holds."""

    is_index: bool
    entries: tuple[SitemapEntry, ...]
    """The one that was changed last first; those without a date at the end, in their order."""


def read_sitemap(data: bytes, *, timezone: ZoneInfo) -> Sitemap:
    """Read a sitemap or a sitemap index; what is broken in it is passed over.

    Raises:
        FetchError: `data` are no sitemap.

    """
    if data.count(b"<") > _TAGS:
        raise FetchError(f"is no sound sitemap: more than {_TAGS:,} tags; check it in a browser")
    # No entity is looked up and nothing is loaded; libxml2 itself bounds depth and the length of texts.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser=parser)
    except etree.XMLSyntaxError as error:
        raise FetchError("holds no sitemap that can be read; check the address in a browser") from error
    if root is None or _name(root) not in {"urlset", "sitemapindex"}:
        raise FetchError("holds no sitemap that can be read; check the address in a browser")
    found = [_entry(element, timezone) for element in root if _name(element) in {"url", "sitemap"}]
    entries = sorted((one for one in found if one), key=lambda one: one.changed_at or datetime.min, reverse=True)  # noqa: DTZ901 - naive
    return Sitemap(_name(root) == "sitemapindex", tuple(entries))


def _entry(element: Any, timezone: ZoneInfo) -> SitemapEntry | None:
    values = {_name(part): " ".join((part.text or "").split()) for part in element.iter()}
    address, changed = values.get("loc", ""), values.get("lastmod") or None
    if not is_address(address):
        return None
    published_at = _timestamp(values.get("publication_date"), timezone)
    return SitemapEntry(
        address,
        changed_at=_timestamp(changed, timezone) or published_at,
        version=changed or values.get("publication_date") or None,
        title=values.get("title") or None,
        published_at=published_at,
    )


def _timestamp(value: str | None, timezone: ZoneInfo) -> datetime | None:
    try:
        return parse_timestamp(value, timezone=timezone) if value else None
    except ValueError:
        return None


def _name(element: Any) -> str:
    """The name of an element without its namespace, which not all files have right; "" for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
