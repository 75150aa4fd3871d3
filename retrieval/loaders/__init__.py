"""Sources -> articles: one module a format, all of them behind `load_source`.

A format is added by a module with a `retrieval.types.Loader` and one line in `LOADERS`.
"""

import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from retrieval.errors import RetrievalError
from retrieval.fetching.addresses import is_address, printable_address
from retrieval.fetching.errors import FetchError
from retrieval.loaders.documents import INSTALL, DocumentLoader, can_read
from retrieval.loaders.folders import list_files
from retrieval.loaders.html_files import HtmlFileLoader
from retrieval.loaders.json_files import JsonFileLoader
from retrieval.loaders.json_lines import JsonLinesLoader
from retrieval.loaders.markdown import MarkdownLoader
from retrieval.loaders.passed_over import passed_over
from retrieval.loaders.plain_text import PlainTextLoader
from retrieval.loaders.tables import TableLoader
from retrieval.loaders.text_files import is_storable_name, one_line_reason, printable_name
from retrieval.loaders.xml_files import XmlFileLoader
from retrieval.told import told, told_by, told_together
from retrieval.types import LoadedArticle, Loader, LoadNotice, LoadProblem

LOADERS: Mapping[str, Callable[[ZoneInfo], Loader]] = {
    ".txt": PlainTextLoader,
    ".jsonl": JsonLinesLoader,
    ".jsonl.gz": JsonLinesLoader,
    ".ndjson": JsonLinesLoader,
    ".json": JsonFileLoader,
    ".csv": TableLoader,
    ".tsv": TableLoader,
    ".xml": XmlFileLoader,
    ".rss": XmlFileLoader,
    ".atom": XmlFileLoader,
    ".docx": DocumentLoader,
    ".odt": DocumentLoader,
    ".rtf": DocumentLoader,
    ".pdf": DocumentLoader,
    ".md": MarkdownLoader,
    ".markdown": MarkdownLoader,
    ".html": HtmlFileLoader,
    ".htm": HtmlFileLoader,
    ".xhtml": HtmlFileLoader,
}
"""Ending of a file's name, or a whole name, in lower case -> what makes its loader. The longest that fits wins."""

_SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*://", re.IGNORECASE)
"""How an address begins."""


class SourceError(RetrievalError):
    """A source could not be read at all, which says nothing about the articles that it held before."""

    def __init__(self, problem: LoadProblem) -> None:
        super().__init__(told_together([problem.source, problem.reason], ": "))
        self.problem = problem


LoadAddress = Callable[[str], Iterator[LoadedArticle | LoadProblem]]
"""Loads what an address serves (`retrieval.loaders.web.WebLoader`); raises `FetchError` on the first step."""


LoadFile = Callable[[Path, str], Iterator[LoadedArticle | LoadProblem]]
"""Loads a file under a name: its path below the source."""


def load_source(
    source: str,
    *,
    timezone: ZoneInfo,
    load_address: LoadAddress | None = None,
    leave_out: Path | None = None,
    load_file: LoadFile | None = None,
) -> Iterator[LoadedArticle | LoadProblem]:
    """Yield the articles of a source one by one, and a `LoadProblem` for each file or record that is broken.

    A folder is read recursively in the order of its paths; hidden files are passed over, and so are endings that no
    loader has, which one `LoadNotice` tells before everything else. A problem whose `line` is None means that the
    file was not read to its end: articles of it that are missing now are not known to be gone. Ids are not checked
    for being unique.

    Args:
        source: path of a file or folder, or an address on the web, as the operator wrote it.
        timezone: the zone that naive dates are in, and that others are converted to.
        load_address: loads addresses; without it none is loaded.
        leave_out: a folder that is passed over where it lies in another: Citebot's own.
        load_file: loads each file in place of `load_one`.

    Raises:
        SourceError: on the first step, and only there: nothing of the source can be read.

    """
    if is_address(source):
        yield from _load_address(source, load_address)
        return
    path = Path(source)
    try:
        mode = path.stat().st_mode if source.strip() else 0
    except FileNotFoundError as error:
        if _SCHEME.match(source):
            reason = told("is no address that is fetched: only http:// and https:// are; correct it")
            raise SourceError(LoadProblem(printable_address(source), None, reason)) from error
        raise _source_error(source, told("no such file or folder; correct the path")) from error
    except OSError as error:
        raise _source_error(source, told("cannot be read: {reason}", reason=one_line_reason(error))) from error
    except ValueError as error:
        raise _source_error(source, told("is not a path; correct it")) from error
    load = load_file or partial(load_one, timezone=timezone)
    if stat.S_ISDIR(mode):
        yield from _load_folder(path, load, leave_out)
    elif stat.S_ISREG(mode):
        yield from _load_single_file(path, load)
    else:
        raise _source_error(source, told("is neither a file nor a folder; correct the path"))


def _load_address(address: str, load_address: LoadAddress | None) -> Iterator[LoadedArticle | LoadProblem]:
    place = printable_address(address)
    if load_address is None:
        raise SourceError(LoadProblem(place, None, told("is an address, where only files and folders are read")))
    try:
        yield from load_address(address)
    except FetchError as error:
        raise SourceError(LoadProblem(place, None, told_by(error))) from error


def _load_folder(folder: Path, load: LoadFile, leave_out: Path | None) -> Iterator[LoadedArticle | LoadProblem]:
    try:
        listing = list_files(folder, wanted=lambda name: ending_of(name) is not None, leave_out=leave_out)
    except OSError as error:
        raise _source_error(str(folder), told("cannot be listed: {reason}", reason=one_line_reason(error))) from error
    unread = [item for item in listing.items if isinstance(item, Path) and not can_read(item.suffix.lower())]
    yield from _told_others(folder, listing.others, unread)
    for item in listing.items:
        if isinstance(item, LoadProblem):
            yield item
        elif can_read(item.suffix.lower()):
            yield from load(item, item.relative_to(folder).as_posix())


def _told_others(folder: Path, others: Sequence[Path], unread: Sequence[Path]) -> Iterator[LoadNotice]:
    """Tell once which kinds of files are passed over in a folder and below it, `unread` for want of a library."""
    place = printable_name(str(folder))
    if unread:
        reason = told(
            "{passed_over}; to have them read: {install}",
            passed_over=passed_over([path.name for path in unread]),
            install=INSTALL,
        )
        yield LoadNotice(place, None, reason, tuple(map(str, unread)))
    if others:
        yield LoadNotice(place, None, passed_over([path.name for path in others]))


def _load_single_file(path: Path, load: LoadFile) -> Iterator[LoadedArticle | LoadProblem]:
    """Load a source that is one file: when that fails before its first record, the source was not read at all."""
    if ending_of(path.name) is None:
        raise _source_error(
            str(path), told("has an unknown ending; supported are {loaders}", loaders=", ".join(LOADERS))
        )
    records = load(path, path.name)
    for first in records:
        if isinstance(first, LoadProblem) and first.line is None:
            raise SourceError(first)
        yield first
        yield from records


def load_one(path: Path, name: str, *, timezone: ZoneInfo) -> Iterator[LoadedArticle | LoadProblem]:
    """Load `path` under `name`, its path below the source."""
    ending = ending_of(path.name) or ""
    if not is_storable_name(str(path)):
        reason = told("its name holds control characters or bytes that are not UTF-8; rename it")
        yield LoadProblem(printable_name(str(path)), None, reason)
        return
    yield from LOADERS[ending](timezone)(path, article_id=name[: -len(ending)])


def ending_of(name: str) -> str | None:
    """Return the longest key of `LOADERS` that fits `name`; a name that is nothing but an ending has none."""
    fitting = [ending for ending in LOADERS if _fits(name.lower(), ending)]
    return max(fitting, key=len, default=None)


def _fits(name: str, ending: str) -> bool:
    if ending.startswith("."):
        return name.endswith(ending) and name != ending
    return name == ending


def _source_error(source: str, reason: str) -> SourceError:
    # Spelled as in `LoadedArticle.origin`, so that what was read from a source before can be told by its beginning.
    name = str(Path(source)) if source.strip() else "(empty)"
    return SourceError(LoadProblem(printable_name(name), None, reason))
