"""Files in XML, told apart by their first element: an export of WordPress, a feed, a sitemap."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from retrieval.fetching.errors import FetchError
from retrieval.loaders.encodings import decode_markup
from retrieval.loaders.feed_files import articles_of_entries
from retrieval.loaders.feeds import FEED_BYTES, read_feed
from retrieval.loaders.file_heads import head_of
from retrieval.loaders.text_files import UnusableFileError, format_name, one_line_reason
from retrieval.loaders.wordpress_export import WordPressLoader
from retrieval.told import told, told_by
from retrieval.types import LoadedArticle, LoadProblem

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_FEEDS = frozenset({"rss", "rdf", "feed", "channel"})
_SITEMAPS = frozenset({"urlset", "sitemapindex"})
_WORDPRESS = "wordpress.org/export/"
_NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class XmlFileLoader:
    """Reads one ``.xml`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the articles of `path`, and a `LoadProblem` for what is broken."""
        try:
            beginning = _COMMENT.sub("", _text_of(_head(path)))
            found = _ELEMENT.search(beginning)
            name = found[1].lower() if found else ""
            if name == "rss" and _WORDPRESS in beginning:
                yield from WordPressLoader(self.timezone)(path, article_id=article_id)
            elif name in _FEEDS:
                yield from self._feed(path, article_id)
            else:
                yield LoadProblem(str(path), None, _unknown(name))
        except OSError as error:
            yield LoadProblem(str(path), None, told("cannot be read: {reason}", reason=one_line_reason(error)))
        except (UnusableFileError, FetchError) as error:
            yield LoadProblem(str(path), None, told_by(error))

    def _feed(self, path: Path, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        if path.stat().st_size > FEED_BYTES:
            raise UnusableFileError(
                told(
                    "is a feed of more than {feed_bytes:,} bytes; store its entries as JSON Lines",
                    feed_bytes=FEED_BYTES,
                )
            )
        entries = read_feed(path.read_bytes(), address="", charset=None, timezone=self.timezone)
        yield from articles_of_entries(entries, path, article_id)


def _head(path: Path) -> bytes:
    head = head_of(path)
    if not head:
        # Nothing, or it cannot be read: then this says why.
        path.open("rb").close()
    if name := format_name(head):
        raise UnusableFileError(told("is {name}, not XML; give it the ending of what it is", name=name))
    return head


def _text_of(head: bytes) -> str:
    return decode_markup(head, names=("latin-1",))


def _unknown(name: str) -> str:
    if name in _SITEMAPS:
        return told("is a sitemap, which holds addresses and no articles; name the address of the sitemap as a source")
    found = told("XML of an unknown kind (<{name}>)", name=name[:_NAME_LIMIT]) if name else told("no XML")
    return told("is {found}; expected an export of WordPress or a feed", found=found)
