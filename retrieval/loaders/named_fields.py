"""Articles as other programs write them into tables and JSON: fields of many names, in English and in Russian."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from retrieval.loaders.addresses import absolute_address, host_of
from retrieval.loaders.dates import parse_timestamp, unless_beginning
from retrieval.loaders.markup_text import line_of_markup, text_of_markup
from retrieval.loaders.text_files import unstorable_character
from retrieval.text.languages import language_code
from retrieval.told import told
from retrieval.types import Article

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "articleid", "newsid", "postid", "guid", "uuid", "ид", "идентификатор", "номер"),
    "title": ("title", "headline", "header", "subject", "заголовок", "название", "наименование", "тема"),
    "text": (
        "text", "fulltext", "articletext", "body", "articlebody", "content", "contenttext", "contenthtml", "article",
        "текст", "полныйтекст", "текстстатьи", "текстновости", "тело", "содержание", "содержимое", "контент",
    ),
    "date": (
        "date", "publishedat", "published", "datepublished", "publicationdate", "publishdate", "publishedon", "pubdate",
        "datetime", "timestamp", "createdat", "created", "дата", "датапубликации", "датаивремя",
        "опубликовано", "датасоздания",
    ),
    "source": (
        "source", "outlet", "publisher", "publication", "sitename", "site", "источник", "издание", "сми", "сайт",
    ),
    "url": ("url", "link", "permalink", "href", "address", "ссылка", "адрес", "адресстраницы", "урл"),
    "lang": ("lang", "language", "язык"),
}  # fmt: skip
"""Field -> what it is called, without spaces and marks and in lower case, the likeliest name first."""

_MARKS = re.compile(r"[\W_]+")
_MARKUP = re.compile(
    r"</(?:p|div|h[1-6]|ul|ol|li|a|strong|b|em|i|span|table|blockquote)>|<(?:br|p)\s*/?>", re.IGNORECASE
)
_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?:,? (\d\d?):(\d\d)(?::(\d\d))?)?", re.ASCII)
_NO_DATE = re.compile(r"null|none|nan|nat|n/a|\\n|[-–—]|[0TZ:. +-]+", re.IGNORECASE)
"""What databases and programs write where there is none, such as ``0000-00-00 00:00:00``."""
_MILLISECONDS = re.compile(r"\d{12,13}", re.ASCII)


class BrokenRecordError(ValueError):
    """What is wrong with one record, in one line."""


def fields_of(names: Iterable[str]) -> dict[str, str]:
    """Return which of `names`, as they are written, is which field."""
    written: dict[str, str] = {}
    for name in names:
        written.setdefault(_MARKS.sub("", name).casefold(), name)
    found = {
        field: next((known for known in all_names if known in written), None) for field, all_names in NAMES.items()
    }
    return {field: written[name] for field, name in found.items() if name}


def article_of(values: Mapping[str, str], *, article_id: str, timezone: ZoneInfo) -> Article:
    """Return the article that a record is; HTML in its text becomes plain.

    Args:
        values: by the name of the field; those that are missing are empty.
        article_id: what the id is made of where the record has none of its own: with it, what the record says.
        timezone: the zone that naive dates are in, and that others are converted to.

    Raises:
        BrokenRecordError: there is no text, the date is none, or a character cannot be stored.

    """
    for field, value in values.items():
        if found := unstorable_character(value):
            raise BrokenRecordError(told('"{field}" holds {found}; remove it', field=field, found=found))
    text = _plain(values.get("text", ""))
    if not text.strip():
        raise BrokenRecordError(told('"text" is empty; every record needs the text of its article'))
    source, url = " ".join(values.get("source", "").split()), values.get("url", "")
    address = absolute_address(source)
    return Article(
        id=" ".join(values.get("id", "").split()) or f"{article_id}#{_digest(values)}",
        title=line_of_markup(values.get("title", "")),
        text=text,
        published_at=_date(values.get("date", "").strip(), timezone),
        source=(host_of(address) if address else source) or None,
        url=absolute_address(url) or address,
        language=language_code(values.get("lang", "")),
    )


def _plain(text: str) -> str:
    return text_of_markup(text) if _MARKUP.search(text) else text


def _digest(values: Mapping[str, str]) -> str:
    """The same for a record wherever it stands in its file."""
    said = "\0".join(values.get(field, "").strip() for field in NAMES)
    return sha256(said.encode()).hexdigest()[:16]


def _date(written: str, timezone: ZoneInfo) -> datetime | None:
    """Return the moment of a date, also of one in seconds or milliseconds since 1970."""
    if not written or _NO_DATE.fullmatch(written):
        return None
    try:
        if _SECONDS.fullmatch(written) or _MILLISECONDS.fullmatch(written):
            seconds = float(written) / (1000 if _MILLISECONDS.fullmatch(written) else 1)
            return datetime.fromtimestamp(seconds, UTC).astimezone(timezone).replace(tzinfo=None)
        if found := _DAY_FIRST.fullmatch(written):
            # So most tables write it, and dateparser takes a hundred times as long.
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - naive as it is written
        return unless_beginning(parse_timestamp(written, timezone=timezone))
    except ValueError as error:
        raise BrokenRecordError(told('"date": {error}, or nothing', error=error)) from error
