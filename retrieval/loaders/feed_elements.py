"""What of a feed's entry is the entry's own: its children by their namespace, never what is nested deeper.

Pictures, players, related articles and authors have titles, links and descriptions too; libraries for feeds take them
for the entry's (kurtmckee/feedparser#53, #154, #367).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from lxml import etree

from retrieval.fetching.addresses import is_address
from retrieval.loaders.xml_text import local_name, split_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENTRIES = {"item", "entry"}

_OWN = re.compile(
    r"backend\.userland\.com/rss|blogs\.law\.harvard\.edu/tech/rss|cyber\.law\.harvard\.edu/rss$|purl\.org/rss/1\.0$|"
    r"(?:my|channel)\.netscape\.com/rdf/simple/0\.9$|purl\.org/net/rss1\.1|purl\.org/atom|www\.w3\.org/2005/atom"
)
"""Namespaces of the formats themselves; many feeds use the elements of several of them."""
_MODULES = {
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "search.yahoo.com/mrss": "media",
    "www.rssboard.org/media-rss": "media",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "www.w3.org/1999/xhtml": "xhtml",
    "turbo.yandex.ru": "turbo",
}
_OWN_PREFIXES = {"", "rss", "atom", "atom03", "a10"}
_SCHEME = re.compile(r"^https?://|(?<![/#])[/#]+$")

_TEXTS = {
    *(("", name) for name in ("description", "summary", "content", "body", "abstract", "fullitem", "tagline")),
    *(("dc", "description"), ("dcterms", "abstract"), ("xhtml", "body"), ("xhtml", "div"), ("turbo", "content")),
}
_FULL_TEXTS = {"encoded", "full-text", "fulltext", "full_text"}
"""What outlets call the whole article, in namespaces of their own and of those that they write it for."""
_TITLES = (("", "title"), ("dc", "title"), ("itunes", "title"), ("media", "title"))
_LESSER_TEXTS = (("itunes", "summary"), ("media", "description"), ("itunes", "subtitle"))
"""What describes an episode or a film, and is the text of an entry that has no other."""
_DATES = {
    "published": (("", "pubdate"), ("", "published"), ("", "issued"), ("dcterms", "issued"), ("dcterms", "available")),
    "updated": (("", "updated"), ("", "modified"), ("dc", "date"), ("dcterms", "modified"), ("", "lastbuilddate")),
    "created": (("", "created"), ("dcterms", "created"), ("dcterms", "date"), ("", "date")),
}
_PAGES = {"", "text/html", "application/xhtml+xml"}


@dataclass(frozen=True, slots=True)
class EntryElements:
    """The elements of an entry."""

    identifier: str
    """Its guid or id; empty where it has none."""
    link: str
    """Its own page, as it is written; empty where it has none."""
    title: Any | None
    texts: tuple[Any, ...]
    """All that may be its text."""
    dates: dict[str, str]
    """What is ``published``, ``updated`` and ``created`` -> as it is written."""
    source: Any | None
    """The element that names the feed that the entry was taken from; None where it is the feed's own."""
    source_address: str
    """The address of that feed, as it is written; may be empty."""


def feed_title_of(root: Any) -> Any | None:
    """Return the element of a feed's own title; None where it has none."""
    is_feed = _name(root, None)[1] in {"feed", "channel"}
    parts = root.iterchildren(etree.Element)
    feed = root if is_feed else next((part for part in parts if _name(part, root) == ("", "channel")), None)
    return None if feed is None else _title(feed)


def entries_of(root: Any) -> Iterator[EntryElements]:
    """Yield the entries of a feed in their order."""
    within = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and within is None and _is_entry(element, root):
            within = element
            found = _elements(element)
            if found is not None:
                yield found
        elif event == "end" and within is element:
            within = None


def is_atom(element: Any) -> bool:
    """Return whether an element's type is as Atom says, where the formats before take all texts for HTML."""
    return re.search(r"atom|echo|pie", split_name(element.tag)[0], re.IGNORECASE) is not None


def text_inside(element: Any) -> str:
    """Return what an element holds: its text, and elements in it as HTML."""
    if not len(element):
        return element.text or ""
    for part in element.iterdescendants():
        if isinstance(part.tag, str):
            part.tag = local_name(split_name(part.tag)[1]) or "span"
    etree.cleanup_namespaces(element)
    inside = etree.tostring(element, method="html", encoding="unicode", with_tail=False)
    return str(inside[inside.index(">") + 1 : inside.rindex("<")])


def _is_entry(element: Any, root: Any) -> bool:
    space, name = _name(element, root)
    return not space and name in _ENTRIES


def _elements(entry: Any) -> EntryElements | None:
    """Sort the children of an entry by what they are."""
    own: dict[tuple[str, str], list[Any]] = {}
    for child in entry.iterchildren(etree.Element):
        own.setdefault(_name(child, entry), []).append(child)
    texts = [part for name, parts in own.items() if name in _TEXTS or name[1] in _FULL_TEXTS for part in parts]
    if not any(text_inside(text).strip() for text in texts):
        texts = _lesser_texts(own, entry)
    if not own and not entry.attrib:
        return None
    identifier = _first_text(own, (("", "guid"), ("", "id"))) or _attribute(entry, "about")
    source = next(iter(own.get(("", "source"), ())), None)
    return EntryElements(
        identifier=_joined(entry, identifier),
        link=_link(own, entry),
        title=next((part for name in _TITLES for part in own.get(name, ()) if text_inside(part).strip()), None),
        texts=tuple(texts),
        dates={kind: _first_text(own, names) for kind, names in _DATES.items()}
        | ({"updated": entry.get("lastmod")} if entry.get("lastmod") else {}),
        # In Atom a whole head of a feed, in RSS its title.
        source=_title(source) if source is not None and len(source) else source,
        source_address="" if source is None else source.get("url") or "",
    )


def _title(feed: Any) -> Any | None:
    titles = (part for part in feed.iterchildren(etree.Element) if _name(part, feed) == ("", "title"))
    return next((title for title in titles if text_inside(title).strip()), None)


def _lesser_texts(own: dict[tuple[str, str], list[Any]], entry: Any) -> list[Any]:
    groups = [group for group in own.get(("media", "group"), ()) if not _is_of_pictures(group)]
    grouped = [part for group in groups for part in group if _name(part, entry) in _LESSER_TEXTS]
    return [*(part for name in _LESSER_TEXTS for part in own.get(name, ())), *grouped]


def _is_of_pictures(group: Any) -> bool:
    return any(part.get("medium") == "image" or (part.get("type") or "").startswith("image/") for part in group)


def _link(own: dict[tuple[str, str], list[Any]], entry: Any) -> str:
    """Return the address of the entry's page: an RSS link, else an Atom link to it, else a guid that says it is one."""
    original = _first_text(own, (("feedburner", "origlink"),))
    links = own.get(("", "link"), [])
    written = [(link.text or "").strip() for link in links if not link.get("href") and not link.get("rel")]
    pages = [link for link in links if link.get("href") and (link.get("rel") or "alternate").lower() == "alternate"]
    pages.sort(key=lambda link: (link.get("type") or "").partition(";")[0].strip().lower() not in _PAGES)
    guids = [
        (guid.text or "").strip()
        for name in ("guid", "id")
        for guid in own.get(("", name), ())
        if (guid.get("isPermaLink") or guid.get("ispermalink") or "true").lower() == "true"
        and is_address((guid.text or "").strip())
    ]
    candidates = [original, *written, *(_joined(link, link.get("href")) for link in pages), entry.get("href"), *guids]
    return _joined(entry, next(filter(None, candidates), ""))


def _name(element: Any, entry: Any | None) -> tuple[str, str]:
    """Return the module that an element is of, "" for the entry's own, and its name there in lower case."""
    namespace, name = split_name(element.tag)
    if not namespace:
        prefix = name.rpartition(":")[0].lower()  # that is declared nowhere
        return ("" if prefix in _OWN_PREFIXES else prefix), local_name(name)
    if entry is not None and namespace == split_name(entry.tag)[0]:
        return "", name.lower()
    space = _SCHEME.sub("", namespace.strip().lower())
    return ("" if _OWN.match(space) else _MODULES.get(space, space)), name.lower()


def _first_text(own: dict[tuple[str, str], list[Any]], names: tuple[tuple[str, str], ...]) -> str:
    texts = (" ".join("".join(part.itertext()).split()) for name in names for part in own.get(name, ()))
    return next(filter(None, texts), "")


def _attribute(element: Any, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local_name(split_name(key)[1]) == name), "")


def _joined(element: Any, address: str) -> str:
    """Return an address or id, seen from the ``xml:base`` of its element."""
    try:
        return urljoin(element.base, address) if element.base and address else address
    except ValueError:
        return address
