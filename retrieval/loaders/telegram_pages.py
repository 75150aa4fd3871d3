"""Many articles a file: the messages of a channel as Telegram Desktop exports them in HTML, ``messages.html``.

A channel of many messages has ``messages2.html`` and more; each is read by itself. The pages name the channel, but
neither its number nor its address: an article's id is the channel's name and the number of the message.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import timezone as fixed_zone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree, html

from retrieval.loaders.telegram_messages import BOLD, is_article, title_of
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, unstorable_character
from retrieval.text.one_line import on_one_line
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadProblem

EXPORT_PAGE_LIMIT = 20_000_000
"""Bytes of the longest page that is read; Telegram Desktop puts a thousand messages on each."""

_HEAD = 4_000
"""Bytes within which a page of an export tells what it is."""
_EXPORTED = re.compile(rb"<title>\s*Exported Data\s*</title>", re.IGNORECASE)
_HISTORY = re.compile(rb"class=[\"']page_body chat_page[\"']", re.IGNORECASE)
_WRAPPED = re.compile(rb"class=[\"']page_wrap\b", re.IGNORECASE)

_MOMENT = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d)(?::(\d\d))?(?: UTC([+-])(\d\d):?(\d\d))?", re.ASCII)
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"message(\d{1,18})", re.ASCII)
_BOLD_TAGS = frozenset({"strong", "b"})
_PARAGRAPHS = frozenset({"blockquote", "pre", "div", "p"})


def is_telegram_page(head: bytes) -> bool:
    """Whether a file that begins with `head` is a page of an export of Telegram Desktop."""
    beginning = head[:_HEAD]
    return bool(_WRAPPED.search(beginning) and (_EXPORTED.search(beginning) or _HISTORY.search(beginning)))


@dataclass(frozen=True, slots=True)
class TelegramPageLoader:
    """Reads one ``messages.html`` (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:  # noqa: ARG002 - messages have ids
        """Yield the articles of `path` in order, or the `LoadProblem` that says why there are none.

        Service messages, and those that are too short (`is_article`), are no articles.
        """
        try:
            root, is_whole = _parsed(path)
            channel, messages = _channel(root), list(_messages(root))
            for place, message in enumerate(messages if is_whole else messages[:-1], start=1):
                yield from self._read(path, place, channel, message)
            if not is_whole:
                yield LoadProblem(str(path), None, told("breaks off before its end; export the channel again"))
        except OSError as error:
            yield LoadProblem(str(path), None, told("cannot be read: {reason}", reason=one_line_reason(error)))
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))

    def _read(self, path: Path, place: int, channel: str, message: Any) -> Iterator[LoadedArticle | LoadProblem]:
        number = _NUMBER.fullmatch(message.get("id") or "")
        pieces = _pieces(_text_element(message))
        text = "".join(piece for _, piece in pieces).strip()
        if not is_article(text):
            return
        if number is None:
            reason = told("the message {text!r} has no number; export the channel again", text=text[:40])
            yield LoadProblem(str(path), place, reason)
        elif found := unstorable_character(text):
            yield LoadProblem(
                str(path), place, told("message {number} holds {found}; remove it", number=number[1], found=found)
            )
        else:
            article = Article(
                id=f"{channel}/{number[1]}",
                title=title_of(pieces, text),
                text=text,
                published_at=_moment(message, self.timezone),
                source=channel,
            )
            yield LoadedArticle(article, str(path))


def _parsed(path: Path) -> tuple[Any, bool]:
    """Return the page, and whether it is there to its end."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        data = b"" if size > EXPORT_PAGE_LIMIT else stream.read(EXPORT_PAGE_LIMIT + 1)
    if max(size, len(data)) > EXPORT_PAGE_LIMIT:
        raise UnusableFileError(
            told(
                "is longer than {export_page_limit:,} bytes; export the channel again as JSON",
                export_page_limit=EXPORT_PAGE_LIMIT,
            )
        )
    try:
        root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    except etree.LxmlError as error:
        raise UnusableFileError(told("is no HTML that can be taken apart; export the channel again")) from error
    return root, b"</html>" in data[-1_000:].lower()


def _channel(root: Any) -> str:
    """Return the name of the channel.

    Raises:
        UnusableFileError: these are not the messages of a channel.

    """
    headers = (element for element in root.iter("div") if "page_header" in _classes(element))
    name = on_one_line("".join(text for header in headers for text in header.itertext()))
    if not any("history" in _classes(element) for element in root.iter("div")):
        raise UnusableFileError(told("is an overview of an export of Telegram and holds no messages; remove it"))
    if not name or unstorable_character(name):
        raise UnusableFileError(told("names no channel; export the channel again"))
    senders = {on_one_line(sender) for message in _messages(root) if (sender := _sender(message))}
    if senders - {name}:
        raise UnusableFileError(
            told(
                "holds messages of others than {name!r}, so it is the export of a chat, not of a channel; remove "
                "it, or export the channel as machine-readable JSON",
                name=name[:40],
            )
        )
    return name


def _messages(root: Any) -> Iterator[Any]:
    """Yield each message but those of the service: dates, pinned messages, changes of the channel."""
    for element in root.iter("div"):
        classes = _classes(element)
        if "message" in classes and "service" not in classes:
            yield element


def _sender(message: Any) -> str:
    """Return who sent a message; "" where it is joined to the one before it, which has the same sender."""
    element = next((part for part in _children(_child(message, "body")) if "from_name" in _classes(part)), None)
    # What a bot sent for somebody has ``via @bot`` behind the name, in an element of its own.
    return (element.text or "") if element is not None else ""


def _text_element(message: Any) -> Any:
    """Return the element with the text of a message; what it replies to is not its text, what it forwards is."""
    body = _child(message, "body")
    forwarded = _child(body, "forwarded", "body")
    own = _child(body, "text")
    return own if own is not None else _child(forwarded, "text")


def _child(element: Any, *classes: str) -> Any:
    return next((part for part in _children(element) if set(classes) <= _classes(part)), None)


def _children(element: Any) -> Iterator[Any]:
    return iter(element if element is not None else ())


def _classes(element: Any) -> set[str]:
    return set((element.get("class") or "").split())


def _pieces(element: Any) -> list[tuple[str, str]]:
    """Return the runs of a message's text, each with its kind; breaks in the source of the page are but spaces."""
    if element is None:
        return []
    pieces: list[tuple[str, str]] = []
    bold = 0
    for event, part in etree.iterwalk(element, events=("start", "end")):
        is_bold = part.tag in _BOLD_TAGS
        bold += is_bold * (1 if event == "start" else -1)
        written = part.text if event == "start" else part.tail if part is not element else ""
        if (part.tag == "br" and event == "start") or (part.tag in _PARAGRAPHS and part is not element):
            pieces.append(("break", "\n"))
        if written and isinstance(part.tag, str):
            pieces.append((BOLD if bold else "plain", _SPACE.sub(_without_breaks, written)))
    return _without_space_at_breaks(pieces)


def _without_breaks(space: re.Match[str]) -> str:
    return " " if "\n" in space[0] or "\r" in space[0] else space[0]


def _without_space_at_breaks(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join runs of one kind, so that a title in bold may hold a link, and leave lines without space at their ends."""
    joined: list[tuple[str, str]] = []
    for kind, text in pieces:
        if kind == "break" and joined:
            joined[-1] = (joined[-1][0], joined[-1][1].rstrip(" ") + text)
        elif kind != "break" and joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + text)
        elif kind != "break":
            joined.append((kind, text))
    return joined


def _moment(message: Any, timezone: ZoneInfo) -> datetime | None:
    """Return when a message was sent; exports of before 2022 tell it in the exporting machine's time only."""
    element = _child(_child(message, "body"), "date")
    found = _MOMENT.fullmatch((element.get("title") or "").strip()) if element is not None else None
    if found is None:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone follows
        if found[7] is None:
            return moment
        offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
        zone = fixed_zone(offset if found[7] == "+" else -offset)
        return moment.replace(tzinfo=zone).astimezone(timezone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
