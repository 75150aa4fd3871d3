"""Sitemaps -> the addresses of pages (https://www.sitemaps.org/protocol.html), with what news sitemaps add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from retrieval.fetching.addresses import is_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.dates import parse_publication_date
from retrieval.loaders.xml_text import local_name, read_markup, recover_markup, split_name
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

_TAGS = 2_000_000
"""Most tags of a sitemap, which the protocol allows 50,000 pages: each takes a hundred bytes of memory."""

_SPACES = {"", *(f"{scheme}://www.sitemaps.org/schemas/sitemap/0.9" for scheme in ("http", "https"))}
"""Namespaces of the protocol's own elements, whatever that of their parent is."""


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


def read_sitemap(data: bytes, *, timezone: ZoneInfo, charset: str | None = None) -> Sitemap:
    """Read a sitemap or a sitemap index; what is broken in it is passed over.

    Args:
        data: the file, unpacked.
        timezone: the zone that naive dates are in, and that others are converted to.
        charset: as the server calls its encoding; what the file itself declares goes first.

    Raises:
        FetchError: `data` are no sitemap.

    """
    if data.count(b"<") > _TAGS:
        raise FetchError(told("is no sound sitemap: more than {tags:,} tags; check it in a browser", tags=_TAGS))
    root = recover_markup(read_markup(data, charset=charset))
    if root is None or _name(root) not in {"urlset", "sitemapindex"}:
        raise FetchError(told("holds no sitemap that can be read; check the address in a browser"))
    found = [_entry(element, timezone) for element in root if _name(element) in {"url", "sitemap"}]
    entries = sorted((one for one in found if one), key=lambda one: one.changed_at or datetime.min, reverse=True)  # noqa: DTZ901 - naive
    return Sitemap(_name(root) == "sitemapindex", tuple(entries))


def _entry(element: Any, timezone: ZoneInfo) -> SitemapEntry | None:
    # Pictures, films and translations have addresses, titles and dates as well.
    own = _values(part for part in element if _space(part) == _space(element) or _space(part) in _SPACES)
    news = _values(part for group in element if _name(group) == "news" for part in group)
    address, changed = own.get("loc", ""), own.get("lastmod") or None
    if not is_address(address):
        return None
    published = news.get("publication_date", "")
    published_at = parse_publication_date(published, timezone=timezone)
    return SitemapEntry(
        address,
        changed_at=(parse_publication_date(changed, timezone=timezone) if changed else None) or published_at,
        version=changed or published or None,
        title=news.get("title") or None,
        published_at=published_at,
    )


def _values(elements: Iterable[Any]) -> dict[str, str]:
    """Return the texts of elements by their names, of several the first that has one."""
    values: dict[str, str] = {}
    for element in elements:
        text = " ".join((element.text or "").split())
        if text:
            values.setdefault(_name(element), text)
    return values


def _space(element: Any) -> str:
    """The namespace of an element, or the prefix that stands for one that is declared nowhere."""
    space, name = split_name(element.tag)
    return space or name.rpartition(":")[0]


def _name(element: Any) -> str:
    """The name of an element without its namespace, which not all files have right; "" for a comment."""
    return local_name(split_name(element.tag)[1])
