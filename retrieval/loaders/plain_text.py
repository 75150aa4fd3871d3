"""One article a file: a title line, a date line, the text, and a last line that names the outlet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from retrieval.loaders.addresses import host_of
from retrieval.loaders.dates import parse_date_line
from retrieval.loaders.text_files import UnusableFileError, one_line_reason, read_text_file, tell_broken
from retrieval.told import told, told_by
from retrieval.types import Article, LoadedArticle, LoadProblem, Span

_BYLINE_LIMIT = 200
"""Characters of the longest line between title and date that is a byline or a rubric rather than a paragraph."""

_OUTLET_LINE_LIMIT = 500
_OUTLET_WORDS = 6
_OUTLET_WORDS_WITHOUT_COLON = 3

_SPACE = re.compile(r"\s*")
_OUTLET_LINE = re.compile(
    r"(?:(?P<label>по материалам|источник|source|based on)\s*:|по материалам\s)\s*(?P<value>\S.*)", re.IGNORECASE
)
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)*\.[^\W\d]{2,})(?:/\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlainTextLoader:
    """Reads one ``.txt`` file (a `retrieval.types.Loader`)."""

    timezone: ZoneInfo

    def __call__(self, path: Path, *, article_id: str) -> Iterator[LoadedArticle | LoadProblem]:
        """Yield the article of `path`, or the `LoadProblem` that says why there is none."""
        try:
            text = read_text_file(path)
            yield LoadedArticle(parse_article(text, article_id=article_id, timezone=self.timezone), str(path))
            yield from tell_broken(path, text)
        except OSError as error:
            yield LoadProblem(str(path), None, told("cannot be read: {reason}", reason=one_line_reason(error)))
        except UnusableFileError as error:
            yield LoadProblem(str(path), None, told_by(error))


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who published an article, as its last line says."""

    name: str
    url: str | None


def parse_article(text: str, *, article_id: str, timezone: ZoneInfo) -> Article:
    """Take the text of a file apart; ``article.text`` is a contiguous, verbatim slice of `text`.

    The title is the first line that is not blank. The date is one of the next two, when the whole line is a date. A
    title that is repeated as the caption of a picture stays in the text.

    Raises:
        UnusableFileError: there is no title, or nothing below it.

    """
    title = _next_line(text, 0, len(text))
    if title is None:
        raise UnusableFileError(told("is empty; expected a title line, a date line and the text below them"))
    body, outlet = _split_outlet(text, Span(title.end, len(text)))
    body, published_at = _split_date(text, body, timezone)
    body_text = text[body.start : body.end].strip()
    if not body_text:
        raise UnusableFileError(told("has a title but no text; the first line is the title, put the text below it"))
    return Article(
        id=article_id,
        title=text[title.start : title.end],
        text=body_text,
        published_at=published_at,
        source=outlet.name if outlet else None,
        url=outlet.url if outlet else None,
    )


def parse_outlet_line(line: str) -> Outlet | None:
    """Return the outlet of a line such as ``По материалам: iz.ru`` or ``Source: https://example.com/news/1``.

    A sentence that begins like one (``По материалам дела, …``) is not one: None.
    """
    match = _OUTLET_LINE.fullmatch(line.strip()) if len(line) <= _OUTLET_LINE_LIMIT else None
    if match is None:
        return None
    value = match["value"]
    link = _URL.search(value)
    url = link[0].rstrip(".,;)]>»") if link else None
    name = " ".join(_URL.sub(" ", value).strip(" \t.,;:()[]<>—–-|").split())
    domain = _DOMAIN.fullmatch(name)
    if domain:
        return Outlet(domain["host"], url)
    if name:
        return Outlet(name, url) if _is_outlet_name(name, after_colon=match["label"] is not None) else None
    host = host_of(url or "")
    return Outlet(host, url) if host else None


def _split_outlet(text: str, body: Span) -> tuple[Span, Outlet | None]:
    """Cut the last line that is not blank off `body` if it names the outlet."""
    end = body.start + len(text[body.start : body.end].rstrip())
    line_start = text.rfind("\n", body.start, end) + 1
    if line_start == 0:
        return body, None
    outlet = parse_outlet_line(text[line_start:end])
    return Span(body.start, line_start if outlet else end), outlet


def _split_date(text: str, body: Span, timezone: ZoneInfo) -> tuple[Span, datetime | None]:
    """Take the date out of the first two lines of `body`."""
    first = _next_line(text, body.start, body.end)
    second = _next_line(text, first.end, body.end) if first else None
    if first and (found := parse_date_line(text[first.start : first.end], timezone=timezone)):
        return Span(first.end, body.end), found
    if not first or not second:
        return body, None
    found = parse_date_line(text[second.start : second.end], timezone=timezone)
    if found is None:
        return body, None
    if _next_line(text, second.end, body.end) is None:
        return first, found
    # Between title and date stand bylines and rubrics, which are no text. A whole paragraph there is, and since the
    # text is one piece, the date line stays in it then.
    return Span(second.end if first.end - first.start <= _BYLINE_LIMIT else first.start, body.end), found


def _next_line(text: str, start: int, end: int) -> Span | None:
    """Return the next line of ``text[start:end]`` that is not blank, without the space round it."""
    space = _SPACE.match(text, start, end)
    line_start = space.end() if space else start
    if line_start >= end:
        return None
    line_end = text.find("\n", line_start, end)
    line = text[line_start : end if line_end < 0 else line_end]
    return Span(line_start, line_start + len(line.rstrip()))


def _is_outlet_name(name: str, *, after_colon: bool) -> bool:
    """Tell a name from the rest of a sentence, by its length and, where no colon leads to it, by its capital."""
    words = len(name.split())
    if after_colon:
        return words <= _OUTLET_WORDS
    return words <= _OUTLET_WORDS_WITHOUT_COLON and (name[0].isupper() or name[0] in "«\"'“„")
