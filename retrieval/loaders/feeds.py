"""RSS, RDF, Atom and JSON feeds -> entries. A feed is a window: what is no longer in it has only moved out of sight."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import feedparser

from retrieval.fetching.addresses import is_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.dates import parse_timestamp
from retrieval.loaders.markup_text import line_of_markup, text_of_markup, tidy_plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

FEED_BYTES = 5_000_000
_TAGS = 200_000
"""Most tags of a feed: the parser takes up to 0.1 ms for each."""
_UNCLOSED_TAGS = 100
"""Most tags in a row that are not closed: the time that the parser takes grows with their square."""

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}\bencoding\s*=", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_UTF16_MARKS = _MARKS[1:]
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_DIGITS = 8
"""Digits of a reference after which it is beyond all characters in any case."""
_ALLOWED = (range(9, 11), range(13, 14), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
"""The characters of XML (https://www.w3.org/TR/xml/#charsets)."""
_DATES = ("published", "updated", "created")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry as the feed has it."""

    key: str
    """What the feed knows it by: its guid or id, else its link, else a hash of its title."""
    title: str
    text: str
    """The longest text that the feed has for it; may be empty."""
    link: str | None
    published_at: datetime | None
    """Naive, in the time zone that was asked for."""
    version: str
    """Changes when the feed says that the entry was changed."""


def read_feed(data: bytes, *, address: str, charset: str | None, timezone: ZoneInfo) -> list[FeedEntry]:
    """Return the entries of an RSS, RDF or Atom feed, each once, the newest first; well-formed or not.

    Args:
        data: the feed, of up to `FEED_BYTES`.
        address: what relative links are relative to.
        charset: as the server says; what the feed itself declares goes first.
        timezone: the zone that naive dates are in, and that others are converted to.

    Raises:
        FetchError: `data` are no feed, or too much for one.

    """
    _require_modest(data)
    data = _without_impossible_references(data)
    # No address is given, since ids would be joined with it: they shall stay where the feed moves to another.
    headers = {}
    if not data.startswith(_MARKS) and not _DECLARED.match(data.lstrip()[:300]):
        headers["content-type"] = f"application/xml; charset={charset or _guess_charset(data)}"
    try:
        # Given as a stream, since a string would be taken for an address or a file's name.
        feed = feedparser.parse(
            io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a fault of the library's costs one feed
        raise FetchError(f"cannot be taken apart ({type(error).__name__}); check the address in a browser") from error
    if not feed.version:
        raise FetchError("holds no feed that can be read; check the address in a browser")
    return _newest_first(_entry(entry, address, timezone) for entry in feed.entries)


def read_json_feed(data: bytes, *, timezone: ZoneInfo) -> list[FeedEntry]:
    """Return the entries of a JSON feed (https://www.jsonfeed.org/version/1.1/), each once, the newest first.

    Raises:
        FetchError: `data` are no JSON feed.

    """
    try:
        feed = json.loads(data)
        items = [item for item in feed["items"] if isinstance(item, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FetchError("holds no JSON feed that can be read; check the address in a browser") from error
    return _newest_first(_json_entry(item, timezone) for item in items)


def _guess_charset(data: bytes) -> str:
    """What is not UTF-8 and does not say what it is comes from an old Russian server more often than from others."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1251"
    return "utf-8"


def _without_impossible_references(data: bytes) -> bytes:
    """Leave out references to what XML does not allow, such as ``&#xD800;``: the parser would fail on one."""
    if data.startswith(_UTF16_MARKS):
        text = data.decode("utf-16", errors="replace")
        return _REFERENCE.sub(_possible, text.encode(errors="replace")).decode().encode("utf-16")
    return _REFERENCE.sub(_possible, data)


def _possible(reference: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = reference.groups()
    digits = (hexadecimal or decimal).lstrip(b"0")[:_DIGITS] or b"0"
    character = int(digits, 16 if hexadecimal else 10)
    return reference[0] if any(character in allowed for allowed in _ALLOWED) else b""


def _require_modest(data: bytes) -> None:
    if len(data) > FEED_BYTES:
        raise FetchError(f"is a feed of {len(data):,} bytes, where {FEED_BYTES:,} are read; take a shorter one")
    if data.count(b"<") > _TAGS or max(part.count(b"<") for part in data.split(b">")) > _UNCLOSED_TAGS:
        raise FetchError("is no sound feed: too many tags, or tags that do not end; check it in a browser")


def _newest_first(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    ordered = sorted(entries, key=lambda entry: entry.published_at or datetime.min, reverse=True)  # noqa: DTZ901 - naive
    return list({entry.key: entry for entry in reversed(ordered)}.values())[::-1]


def _entry(entry: Any, address: str, timezone: ZoneInfo) -> FeedEntry:
    title = _plain(entry.get("title_detail")) if entry.get("title_detail") else ""
    written_link = entry.get("feedburner_origlink") or entry.get("link") or ""
    link = _joined(address, written_link)
    texts = [_plain(detail) for detail in [*entry.get("content", []), entry.get("summary_detail")] if detail]
    # What Russian outlets have for Yandex is the whole article.
    texts.append(text_of_markup(entry.get("yandex_full-text") or ""))
    return FeedEntry(
        key=_key(entry.get("id") or written_link or title),
        title=" ".join(title.split()),
        text=max(texts, key=len),
        link=link if is_address(link) else None,
        published_at=next(filter(None, (_moment(entry, name, timezone) for name in _DATES)), None),
        version=dict.get(entry, "updated") or dict.get(entry, "published") or "",
    )


def _joined(address: str, link: str) -> str:
    """Return a link as an address; one that cannot be taken apart as it is."""
    try:
        return urljoin(address, link) if link else ""
    except ValueError:
        return link


def _plain(detail: Any) -> str:
    value = detail.get("value") or ""
    return tidy_plain_text(value) if detail.get("type") == "text/plain" else text_of_markup(value)


def _moment(entry: Any, name: str, timezone: ZoneInfo) -> datetime | None:
    """Read a date as it is written; where that fails, as feedparser understood it, in universal time."""
    # Asked for in this way since feedparser answers for another date where there is none.
    written, understood = dict.get(entry, name), dict.get(entry, f"{name}_parsed")
    try:
        return parse_timestamp(written, timezone=timezone) if written else None
    except ValueError:
        pass
    try:
        moment = datetime(*understood[:6]) if understood else None  # noqa: DTZ001 - made universal below
        return moment.replace(tzinfo=UTC).astimezone(timezone).replace(tzinfo=None) if moment else None
    except (ValueError, OverflowError):
        return None


def _json_entry(item: dict[str, Any], timezone: ZoneInfo) -> FeedEntry:
    link = _string(item, "url") or _string(item, "external_url")
    title = line_of_markup(_string(item, "title"))
    published, changed = _string(item, "date_published"), _string(item, "date_modified")
    identifier = item.get("id")
    texts = (
        text_of_markup(_string(item, "content_html")),
        tidy_plain_text(_string(item, "content_text")),
        tidy_plain_text(_string(item, "summary")),
    )
    return FeedEntry(
        key=_key(str(identifier) if isinstance(identifier, int | float) else _string(item, "id") or link or title),
        title=title,
        text=max(texts, key=len),
        link=link if is_address(link) else None,
        published_at=_timestamp(published or changed, timezone),
        version=changed or published,
    )


def _string(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value.strip() if isinstance(value, str) else ""


def _timestamp(value: str, timezone: ZoneInfo) -> datetime | None:
    try:
        return parse_timestamp(value, timezone=timezone)
    except ValueError:
        return None


def _key(value: str) -> str:
    """Shorten what is too long for a part of an id, and cannot stand in one."""
    value = " ".join(value.split())
    sound = value.isprintable() and 0 < len(value) <= 200  # noqa: PLR2004 - characters
    return value if sound else sha256(value.encode(errors="replace")).hexdigest()[:32]
