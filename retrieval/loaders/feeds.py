"""RSS, RDF, Atom and JSON feeds -> entries. A feed is a window: what is no longer in it has only moved out of sight."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from retrieval.fetching.addresses import is_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.addresses import host_of, is_front_page
from retrieval.loaders.dates import parse_publication_date
from retrieval.loaders.encodings import decode_markup
from retrieval.loaders.feed_elements import entries_of, feed_title_of, is_atom, text_inside
from retrieval.loaders.markup_text import is_markup, line_of_markup, text_of_markup, tidy_plain_text
from retrieval.loaders.pointers import without_pointers
from retrieval.loaders.text_files import BROKEN
from retrieval.loaders.xml_text import parse_markup, read_markup
from retrieval.told import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from retrieval.loaders.feed_elements import EntryElements

FEED_BYTES = 5_000_000
_TAGS = 200_000
"""Most tags of a feed."""
_UNCLOSED_TAGS = 100
"""Most tags in a row that do not end."""

_KEY_LENGTH = 200
"""Characters of the longest key of an entry that is kept as it is."""
_OUTLET_LENGTH = 80
"""Characters of the longest title of a feed that is the name of its outlet."""
_ADDRESS = re.compile(
    r".*://.*|www\.\S+|(?:[a-z\d-]+\.)+[a-z]{2,}(?:[:/?]\S*)?|(?:[а-яё\d-]+\.)+рф(?:[:/?]\S*)?", re.IGNORECASE
)
"""What a program gives a feed for a title where nobody has named it."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry as the feed has it."""

    key: str
    """What no other entry of the feed is known by: its guid or id, else its link, its title, or a hash of its text."""
    title: str
    text: str
    """The longest text that the feed has for it; may be empty."""
    link: str | None
    published_at: datetime | None
    """Naive, in the time zone that was asked for."""
    version: str
    """Changes when the feed says that the entry was changed."""
    outlet: str | None
    """The outlet that the entry names, otherwise the feed's title; None where neither is a name."""


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
    root = parse_markup(read_markup(data, charset=charset))
    if root is None:
        raise FetchError(told("holds no feed that can be read; check the address in a browser"))
    outlet = _outlet(_line(feed_title_of(root)))
    return _newest_first(_entry(entry, address, timezone, outlet) for entry in entries_of(root))


def is_json_feed(data: bytes, *, content_type: str) -> bool:
    """Tell a JSON feed by what it says of itself, or is said to be; one that is broken, by the name of the format."""
    beginning = data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if not beginning.startswith(b"{"):
        return False
    try:
        feed = _parse_json(data)
    except (ValueError, RecursionError):
        return b"jsonfeed.org" in data
    named = "jsonfeed.org" in str(feed.get("version")) or "feed+json" in content_type.lower()
    return named and "items" in feed


def read_json_feed(data: bytes, *, timezone: ZoneInfo) -> list[FeedEntry]:
    """Return the entries of a JSON feed (https://www.jsonfeed.org/version/1.1/), each once, the newest first.

    Raises:
        FetchError: `data` are no JSON feed.

    """
    try:
        feed = _parse_json(data)
        items = [item for item in feed["items"] if isinstance(item, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FetchError(told("holds no JSON feed that can be read; check the address in a browser")) from error
    outlet = _outlet(line_of_markup(_string(feed, "title")))
    return _newest_first(_json_entry(item, timezone, outlet) for item in items)


def _parse_json(data: bytes) -> dict[str, Any]:
    feed = json.loads(decode_markup(data, names=()).removeprefix("\ufeff"), strict=False)
    if not isinstance(feed, dict):
        raise ValueError("no object")  # noqa: TRY004 - as what is no JSON
    return feed


def _require_modest(data: bytes) -> None:
    if len(data) > FEED_BYTES:
        raise FetchError(
            told(
                "is a feed of {data_count:,} bytes, where {feed_bytes:,} are read; take a shorter one",
                data_count=len(data),
                feed_bytes=FEED_BYTES,
            )
        )
    if data.count(b"<") > _TAGS or max(part.count(b"<") for part in data.split(b">")) > _UNCLOSED_TAGS:
        raise FetchError(told("is no sound feed: too many tags, or tags that do not end; check it in a browser"))


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry, and what it may be known by, the surest first."""

    entry: FeedEntry
    identifier: str
    link: str

    @property
    def names(self) -> list[str]:
        """A front page is no page of one article."""
        links = (name for name in (self.identifier, self.link) if not is_front_page(name))
        return [_key(name) for name in (*links, self.entry.title) if name] + [_hash(self.entry.text)]

    @property
    def same(self) -> tuple[str, ...]:
        """What two entries share that are one, at different times: the id does not tell by itself."""
        told = (self.identifier, self.link, self.entry.title)
        return told if self.identifier and self.entry.title else (*told, self.entry.text)


def _newest_first(entries: Iterable[_Found]) -> list[FeedEntry]:
    ordered = sorted(entries, key=lambda found: found.entry.published_at or datetime.min, reverse=True)  # noqa: DTZ901 - naive
    newest: dict[tuple[str, ...], _Found] = {}
    for found in ordered:
        newest.setdefault(found.same, found)
    return [replace(entry, key=key) for entry, key in _keyed(list(newest.values()))]


def _keyed(entries: list[_Found]) -> Iterator[tuple[FeedEntry, str]]:
    """Yield entries with their keys: of what an entry may be known by, the first that no other is known by.

    Some feeds give all their entries one id, or one link.
    """
    shared = Counter(name for found in entries for name in set(found.names))
    taken: set[str] = set()
    for found in entries:
        names = [*found.names, *(_key(" ".join(found.same)),)]
        key = next((name for name in names if shared[name] <= 1 and name not in taken), names[-1])
        taken.add(key)
        yield found.entry, key


def _outlet(title: str) -> str | None:
    """Return the title of a feed where it can name an outlet; None where it is an address, broken, or a sentence."""
    is_name = 0 < len(title) <= _OUTLET_LENGTH and title.isprintable() and BROKEN not in title
    return title if is_name and not _ADDRESS.fullmatch(title) else None


def _own_outlet(elements: EntryElements) -> str | None:
    """Return the outlet that an entry says it was taken from, as feeds do that collect the entries of others."""
    title = _line(elements.source)
    return _outlet(title) or host_of(elements.source_address) or host_of(title)


def _entry(elements: EntryElements, address: str, timezone: ZoneInfo, outlet: str | None) -> _Found:
    link = _joined(address, elements.link)
    dates = elements.dates
    moments = (parse_publication_date(written, timezone=timezone) for written in dates.values())
    title = _line(elements.title)
    entry = FeedEntry(
        key="",
        title=title,
        text=_own_text(max(map(_text, elements.texts), key=len, default=""), title),
        link=link if is_address(link) else None,
        published_at=next(filter(None, moments), None),
        version=dates["updated"] or dates["published"],
        outlet=_own_outlet(elements) or outlet,
    )
    return _Found(entry, elements.identifier, elements.link)


def _own_text(text: str, title: str) -> str:
    """Return a text without what is no part of it: its title, with which full texts begin, and pointers elsewhere."""
    first, _, others = text.partition("\n\n")
    return without_pointers(others if others and " ".join(first.split()) == title else text)


def _joined(address: str, link: str) -> str:
    """Return a link as an address; one that cannot be taken apart as it is."""
    try:
        return urljoin(address, link) if link else ""
    except ValueError:
        return link


def _line(element: Any | None) -> str:
    return " ".join(_text(element).split()) if element is not None else ""


def _text(element: Any) -> str:
    """Return the text of an element: of HTML, unless it says that it is none or does not look so."""
    value = text_inside(element)
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    if element.get("mode", "").lower() == "base64":
        value = _from_base64(value)
    elif "/" in kind and not kind.startswith("text/") and not kind.endswith("xml"):
        return ""  # a picture, or something else that is packed
    says_nothing = kind in {"", "text", "text/plain"}
    is_title = element.tag.rpartition("}")[2].rpartition(":")[2].lower() == "title"
    if says_nothing and (is_atom(element) or is_title) and not is_markup(value):
        return tidy_plain_text(value)
    return text_of_markup(value, pointers=is_title)


def _from_base64(value: str) -> str:
    try:
        return base64.b64decode(value).decode("utf-8", "replace")
    except ValueError:
        return ""


def _json_entry(item: dict[str, Any], timezone: ZoneInfo, outlet: str | None) -> _Found:
    link, title = _string(item, "url") or _string(item, "external_url"), line_of_markup(_string(item, "title"))
    published, changed = _string(item, "date_published"), _string(item, "date_modified")
    moments = (parse_publication_date(written, timezone=timezone) for written in (published, changed))
    texts = (
        text_of_markup(_string(item, "content_html"), pointers=False),
        tidy_plain_text(_string(item, "content_text")),
        tidy_plain_text(_string(item, "summary")),
    )
    entry = FeedEntry(
        key="",
        title=title,
        text=_own_text(max(texts, key=len), title),
        link=link if is_address(link) else None,
        published_at=next(filter(None, moments), None),
        version=changed or published,
        outlet=outlet,
    )
    return _Found(entry, _string(item, "id"), link)


def _string(item: dict[str, Any], name: str) -> str:
    """Return a field as text; a number is one, since ids and dates are often written so."""
    value = item.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value.strip() if isinstance(value, str) else ""


def _key(value: str) -> str:
    """Shorten what is too long for a part of an id, and cannot stand in one."""
    value = " ".join(value.split())
    return value if value.isprintable() and 0 < len(value) <= _KEY_LENGTH else _hash(value)


def _hash(value: str) -> str:
    return sha256(value.encode(errors="replace")).hexdigest()[:32]
