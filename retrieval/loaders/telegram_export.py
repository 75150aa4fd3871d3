"""Many articles a file: the messages of a channel as Telegram Desktop exports them in JSON, ``result.json``.

The file may be hundreds of megabytes long; it is read in a stream, one message at a time. The export names no
public address of the channel, so its articles have none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from retrieval.loaders.dates import parse_timestamp
from retrieval.loaders.json_streams import BrokenJsonError, ValueBuilder, json_events
from retrieval.loaders.telegram_messages import is_article, title_of
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, unstorable_character
from retrieval.text.one_line import on_one_line
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadProblem

_CHANNELS = frozenset({"public_channel", "private_channel"})


class _BrokenMessageError(ValueError):
    """What is wrong with one message, in one line."""


@dataclass(frozen=True, slots=True)
class _Channel:
    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class TelegramExportLoader:
    """Reads one ``result.json`` (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:  # noqa: ARG002 - messages have ids
        """Yield the articles of `path` in order, and a `LoadProblem` with the number of each message that is broken.

        Where the file breaks off, what was read until then is followed by one `LoadProblem` without a line.

        Service messages, and those that are too short (`is_article`), are no articles.
        """
        number = 0
        try:
            with path.open("rb") as stream:
                for number, (channel, message) in enumerate(_messages(stream), start=1):
                    yield from self._read(path, number, channel, message)
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))
        except BrokenJsonError:
            reason = told("is not whole and valid JSON after message {number}; export the channel again", number=number)
            yield LoadProblem(str(path), None, reason)
        except OSError as error:
            yield LoadProblem(
                str(path),
                None,
                told("cannot be read after message {number}: {reason}", number=number, reason=one_line_reason(error)),
            )

    def _read(
        self, path: Path, number: int, channel: _Channel, message: Mapping[str, Any]
    ) -> Iterator[LoadedArticle | LoadProblem]:
        try:
            article = _article(channel, message, self.timezone)
        except _BrokenMessageError as error:
            yield LoadProblem(
                str(path), number, told("message {number} of the file {error}", number=number, error=error)
            )
            return
        if article:
            yield LoadedArticle(article, str(path), changed_at=_changed_at(message))


def _messages(stream: IO[bytes]) -> Iterator[tuple[_Channel, Mapping[str, Any]]]:
    """Yield each message of an export, built by itself, with the channel, which is named before them.

    The file is an object, at depth 1 stand its fields, at depth 2 the messages of one of them.
    """
    head: dict[str, Any] = {}
    key = ""
    channel: _Channel | None = None
    builder = ValueBuilder()
    for depth, event, value in json_events(stream, held=told("an export of a channel")):
        if depth == 1 and event == "map_key":
            key, channel = value, None
        elif depth == 1 and event == "start_array" and key == "messages":
            channel = _channel(head)
        elif depth == 1:
            head[key] = value
        elif channel and depth > 1 and builder.completes(depth - 2, event, value):
            if isinstance(builder.value, dict):
                yield channel, builder.value
            builder = ValueBuilder()
    if "messages" not in head:
        _channel(head)


def _channel(head: Mapping[str, Any]) -> _Channel:
    """Read what the export says of itself.

    Raises:
        UnusableFileError: it is not the export of a channel.

    """
    if "chats" in head:
        raise UnusableFileError(
            told("is the export of a whole account; open one channel, and export its history as JSON")
        )
    kind, number, name = (head.get(field) for field in ("type", "id", "name"))
    if not isinstance(kind, str) or not isinstance(number, int):
        raise UnusableFileError(
            told("is no export of Telegram Desktop; open a channel, and export its history as JSON")
        )
    if kind not in _CHANNELS:
        raise UnusableFileError(
            told("is the export of a chat ({kind}), not of a channel; remove it", kind=_brief(kind))
        )
    return _Channel(str(number), on_one_line(name) or None if isinstance(name, str) else None)


def _article(channel: _Channel, message: Mapping[str, Any], timezone: ZoneInfo) -> Article | None:
    """Return the article that a message is; None where it is none."""
    if message.get("type") != "message":
        return None
    pieces = _pieces(message.get("text"))
    text = "".join(piece for _, piece in pieces).strip()
    if not is_article(text):
        return None
    number = message.get("id")
    if not isinstance(number, int):
        raise _BrokenMessageError(told('has no whole number as "id"; export the channel again'))
    if found := unstorable_character(text):
        raise _BrokenMessageError(told("holds {found}; remove it", found=found))
    return Article(
        id=f"{channel.id}/{number}",
        title=title_of(pieces, text),
        text=text,
        published_at=_moment(message, timezone),
        source=channel.name,
    )


def _pieces(written: Any) -> list[tuple[str, str]]:
    """Return the runs of a message's text, each with its kind, e.g. ``bold``."""
    runs = written if isinstance(written, list) else [written]
    pieces = []
    for run in runs:
        if isinstance(run, str):
            pieces.append(("plain", run))
        elif isinstance(run, dict) and isinstance(run.get("text"), str):
            pieces.append((str(run.get("type")), run["text"]))
    return pieces


def _moment(message: Mapping[str, Any], timezone: ZoneInfo) -> datetime | None:
    """Return when a message was sent; exports of before 2022 tell it in the exporting machine's time only."""
    try:
        return datetime.fromtimestamp(int(message["date_unixtime"]), timezone).replace(tzinfo=None)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        pass
    try:
        return parse_timestamp(str(message.get("date")), timezone=timezone)
    except ValueError:
        return None


def _changed_at(message: Mapping[str, Any]) -> int | None:
    """Return when a message was edited last, or else sent, in seconds since 1970."""
    for field in ("edited_unixtime", "date_unixtime"):
        try:
            return int(message[field])
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
    return None


def _brief(text: str) -> str:
    return repr(text[:40])
