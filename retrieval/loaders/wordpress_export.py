"""Many articles a file: the published posts of a blog as WordPress exports them (WXR, *Tools → Export*).

The file may be gigabytes long: it is read as a stream, and of each post only the fields that are needed are held.
"""

import codecs
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html.entities import name2codepoint
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from lxml import etree

from retrieval.loaders.addresses import absolute_address, host_of
from retrieval.loaders.dates import parse_timestamp, unless_beginning
from retrieval.loaders.markup_text import line_of_markup, text_of_markup
from retrieval.loaders.text_files import UnusableFileError, one_line_reason
from retrieval.text.languages import language_code
from retrieval.told import told
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

_CONTENT = "content"
_LEFT_OF_CUT = "]>"
"""What libxml2 leaves of a text that it takes for too long."""
_CONTENT_TAGS = frozenset({"{http://purl.org/rss/1.0/modules/content/}encoded", "content:encoded"})
_EXCERPT = "excerpt"
_POST_FIELDS = frozenset(
    {
        "title", "link", "guid", "pubDate", "post_id", "post_date", "post_date_gmt", "status", "post_type",
        "post_password",
    }
)  # fmt: skip
_BLOG_FIELDS = frozenset({"title", "link", "language", "base_blog_url"})

_ENCODING = re.compile(rb"<\?xml[^>]{0,200}\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE)
_WITHOUT_CONTROLS = bytes(byte if byte >= 32 or byte in b"\t\n\r" else 32 for byte in range(256))  # noqa: PLR2004 - the space
_NO_CHARACTER = ("\ufffe".encode(), b" ")
_REFERENCE = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{0,30});|#(\d{1,9});|#[xX]([0-9a-fA-F]{1,7});)?")
_REFERENCE_LIMIT = 40
"""Characters of the longest reference."""
_TAIL = 2_000

_HIDDEN_SHORTCODES = re.compile(
    r"\[(?P<name>caption|wp_caption|gallery|playlist|audio|video|embed)\b[^\[\]]{0,500}"
    r"(?:/\]|\](?:.{0,2000}?\[/(?P=name)\])?)",
    re.DOTALL | re.IGNORECASE,
)
"""Pictures and players with their captions."""
_SHORTCODES = re.compile(r"\[[a-z][\w-]*\s+[\w-]+=[^\[\]]{0,1000}\]", re.IGNORECASE)
_CLOSING = re.compile(r"\[/([a-z][\w-]{0,50})\]", re.IGNORECASE)
_BARE = re.compile(r"\[/?([a-z][\w-]{0,50})\]", re.IGNORECASE)
_BLOCKS = re.compile(r"<!-- wp:|<p[\s>]", re.IGNORECASE)
_PARAGRAPH_BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class WordPressLoader:
    """Reads one export of WordPress (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the published posts of `path`, each with its number; drafts, pages and attachments are no articles.

        Where the file breaks off, what was read until then is followed by one `LoadProblem` without a line.
        """
        number = posts = textless = 0
        try:
            for number, (blog, item) in enumerate(_whole_items(path), start=1):
                if not _is_published_post(item):
                    continue
                posts += 1
                article = self._article(blog, item, f"{article_id}#{number}")
                if article.text:
                    yield LoadedArticle(article, str(path), number)
                else:
                    textless += 1
            if textless:
                reason = told(
                    "{textless:,} of {posts:,} published posts have no text and are passed over",
                    textless=textless,
                    posts=posts,
                )
                yield LoadNotice(str(path), None, reason)
        except UnusableFileError as error:
            yield LoadProblem(
                str(path),
                None,
                told("{error}; {number:,} items were read, export the blog again", error=error, number=number),
            )
        except OSError as error:
            yield LoadProblem(
                str(path),
                None,
                told("cannot be read after item {number}: {reason}", number=number, reason=one_line_reason(error)),
            )

    def _article(self, blog: Mapping[str, str], item: Mapping[str, str], substitute_id: str) -> Article:
        """Return a post as an article; where the export does not tell its number, with a substitute for its id."""
        site = (blog.get("base_blog_url") or blog.get("link") or "").strip()
        link, guid = absolute_address(item.get("link", "")), absolute_address(item.get("guid", ""))
        host = host_of(site) or host_of(link or guid or "")
        number = item.get("post_id", "").strip()
        return Article(
            # What WordPress itself calls the short link of a post: it stays where the export has another name.
            id=f"{_without_scheme(site) or host}/?p={number}" if number and host else substitute_id,
            title=line_of_markup(item.get("title", "")),
            text=_text(item.get(_CONTENT, "")) or text_of_markup(item.get(_EXCERPT, "")),
            published_at=self._moment(item),
            source=host or line_of_markup(blog.get("title", "")) or None,
            url=link or guid,
            language=language_code(blog.get("language", "").strip()),
        )

    def _moment(self, item: Mapping[str, str]) -> datetime | None:
        """Return when a post was published: in universal time where the export tells it, else as the blog had it."""
        universal = _timestamp(item.get("post_date_gmt", ""), ZoneInfo("UTC"))
        if universal:
            return universal.replace(tzinfo=UTC).astimezone(self.timezone).replace(tzinfo=None)
        written = (item.get(name, "") for name in ("pubDate", "post_date"))
        return next(filter(None, (_timestamp(date, self.timezone) for date in written)), None)


def _timestamp(written: str, timezone: ZoneInfo) -> datetime | None:
    """Return the moment of a date; None of ``0000-00-00 00:00:00``, which WordPress writes where there is none."""
    try:
        return unless_beginning(parse_timestamp(written.strip(), timezone=timezone))
    except ValueError:
        return None


def _is_published_post(item: Mapping[str, str]) -> bool:
    """Whether an item is for everybody to read: neither a draft nor a page, and not behind a password."""
    kind, status = item.get("post_type", "").strip(), item.get("status", "").strip()
    return kind == "post" and status == "publish" and not item.get("post_password", "").strip()


def _text(content: str) -> str:
    """Return the text of a post; where it was written without paragraphs, empty lines part them as WordPress has it."""
    shown = _SHORTCODES.sub("", _HIDDEN_SHORTCODES.sub(" ", content.replace("\r\n", "\n")))
    closed = {found[1].lower() for found in _CLOSING.finditer(shown)}
    shown = _BARE.sub(lambda found: "" if found[1].lower() in closed else found[0], shown)
    if _BLOCKS.search(shown):
        return text_of_markup(shown)
    paragraphs = _PARAGRAPH_BREAK.split(shown)
    return text_of_markup("\n<p>".join(paragraph.replace("\n", "<br>\n") for paragraph in paragraphs))


def _whole_items(path: Path) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """Yield the fields of each item, with those of the blog, which stand before them.

    Raises:
        UnusableFileError: something is wrong with the file as a whole. Where it breaks off, what was the last item
            then is not yielded, since it may be cut.

    """
    with path.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(0, stream.tell() - _TAIL))
        is_whole = b"</rss" in stream.read().replace(b"\x00", b"")
        stream.seek(0)
        last = unsound = None
        try:
            for found in _items(stream):
                if last:
                    yield last
                last = found
        except UnusableFileError as error:
            unsound = error
        if last and is_whole:
            yield last
    if not is_whole:
        raise UnusableFileError(told("breaks off"))
    if unsound:
        raise unsound


def _items(stream: IO[bytes]) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    blog: dict[str, str] = {}
    item: dict[str, str] = {}
    is_read = misplaced = False
    # Exports are often not quite XML: what is broken in them shall cost as little as can be. libxml2 itself bounds
    # depth and the length of texts, and no entity is looked up.
    source = _Utf8Stream(stream)
    parsed = etree.iterparse(
        source,
        events=("end",),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    try:
        for _, element in parsed:
            parent = element.getparent()
            if parent is None:
                is_read = True
                continue
            _note(element, _name(parent), blog, item)
            if _name(element) == "item":
                misplaced = misplaced or _name(parent) != "channel"
                yield blog, item
                item = {}
            _free(element, parent)
    except etree.XMLSyntaxError as error:
        raise UnusableFileError(told("is not XML that can be read")) from error
    if misplaced:
        raise UnusableFileError(told("is not sound XML: tags do not match, so that posts may be missing"))
    if any(error.type_name == "ERR_CDATA_NOT_FINISHED" for error in parsed.error_log):
        raise UnusableFileError(told("holds a text of more than 10,000,000 bytes, which is not read"))
    if not is_read or source.read(1):
        raise UnusableFileError(told("is not XML that can be read"))


def _note(element: Any, parent: str, blog: dict[str, str], item: dict[str, str]) -> None:
    """Keep the text of an element that is needed, the first of its name."""
    name = _name(element)
    if parent == "item" and name == "encoded":
        text = element.text or ""
        item.setdefault(_CONTENT if element.tag in _CONTENT_TAGS else _EXCERPT, "" if text == _LEFT_OF_CUT else text)
    elif parent == "item" and name in _POST_FIELDS:
        item.setdefault(name, element.text or "")
    elif parent == "channel" and name in _BLOG_FIELDS:
        blog.setdefault(name, element.text or "")


def _free(element: Any, parent: Any) -> None:
    """Let go of what was read: only open elements are kept, with one that is closed at most."""
    element.clear()
    while element.getprevious() is not None:
        del parent[0]


def _name(element: Any) -> str:
    """The name of an element without its namespace, also where the file does not declare it."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].rstrip("/")


class _Utf8Stream:
    """A file in whatever encoding it says, as UTF-8 that holds nothing which XML forbids."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder: codecs.IncrementalDecoder | None = None
        self._begun = ""
        """The beginning of a reference whose end is not read yet."""

    def read(self, size: int) -> bytes:
        while data := self._stream.read(size):
            decoder = self._decoder = self._decoder or _decoder_for(data)
            text = self._begun + decoder.decode(data)
            cut = text.rfind("&", max(0, len(text) - _REFERENCE_LIMIT))
            text, self._begun = (text[:cut], text[cut:]) if cut >= 0 else (text, "")
            if text:
                return _sound(text)
        text, self._begun = self._begun, ""
        return _sound(text)


def _sound(text: str) -> bytes:
    return (
        _REFERENCE.sub(_as_number, text).encode(errors="replace").translate(_WITHOUT_CONTROLS).replace(*_NO_CHARACTER)
    )


def _as_number(reference: re.Match[str]) -> str:
    """Write a reference by name as one by number; what is none, and what XML does not allow, as it can be read.

    After its first error libxml2 leaves even ``&amp;`` out, so that a title would lose it. In HTML both are the same.
    """
    name, decimal, hexadecimal = reference.groups()
    if decimal or hexadecimal:
        number = int(decimal or hexadecimal, 10 if decimal else 16)
        is_allowed = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or number > 0xFFFF  # noqa: PLR2004 - characters of XML
        return f"&#{number};" if is_allowed and number <= sys.maxunicode else " "
    if name and (number := name2codepoint.get(name, 39 if name == "apos" else 0)):
        return f"&#{number};"
    return "&#38;" + reference[0][1:]


def _decoder_for(beginning: bytes) -> codecs.IncrementalDecoder:
    """Return what decodes a file that begins so; what is broken in it becomes a mark of replacement."""
    named = _ENCODING.search(beginning[:300])
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = named[1].decode() if named and named[1].lower() not in {b"utf-8", b"utf8"} else "utf-8-sig"
    try:
        return codecs.getincrementaldecoder(encoding)("replace")
    except LookupError:
        return codecs.getincrementaldecoder("utf-8-sig")("replace")
