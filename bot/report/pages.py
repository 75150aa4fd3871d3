"""What all pages have in common: how they are made of a template, and how they are put into a file."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.texts import page_catalogue
from retrieval.errors import ReportError
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from bot.texts import Texts

MARK = '<meta name="generator" content="Citebot">'
"""What a page has at its beginning, so that it may be replaced by another one and no other file is."""
_MARKED_WITHIN = 1000
"""Bytes."""
_OPEN = 0o666
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What no page may hold, and would command a terminal that shows its source."""
_PRIVATE = 0o600


def render(template: str, language: str, **content: Any) -> str:
    """Make the page of a template, in one of `bot.texts.LANGUAGES`; all of `content` is text and never markup."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    texts = page_catalogue(language)
    environment = Environment(
        loader=PackageLoader("bot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    mark = Markup(MARK)  # noqa: S704 - a constant
    environment.globals |= {"say": texts.say, "language": language, "mark": mark}
    environment.filters |= _filters(texts)
    return _CONTROL.sub("\ufffd", environment.get_template(template).render(content))


def _filters(texts: Texts) -> dict[str, Any]:
    """How values are written in a language; a value that there is none of is a dash."""

    def share(value: float | None, decimals: int = 0) -> str:
        return "–" if value is None else texts.written_share(value, decimals)

    def figure(value: float | None) -> str:
        return "–" if value is None else texts.written_number(value, 3 if value <= 1 else 1)

    return {
        "number": texts.written_number,
        "share": share,
        "figure": figure,
        "date": texts.written_date,
        "date_in_form": texts.written_in_form,
    }


def write_page(path: Path, page: str, *, private: bool = False) -> None:
    """Write a page, whole or not at all; a page that is there is replaced.

    One that is `private` nobody else on the machine can read.

    Raises:
        ReportError: the file cannot be written, or holds something else than a page of Citebot's.

    """
    _require_no_other(path)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            unfinished = Path(file.name)
            try:
                file.write(page.encode("utf-8", errors="replace"))
                file.flush()
                unfinished.chmod(_PRIVATE if private else _OPEN & ~_umask())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink()
                raise
    except OSError as error:
        raise _unwritable(path, error) from error


def check_page_place(path: Path) -> None:
    """Make sure that a page can be written there, before the minutes that it may take to make.

    Raises:
        ReportError: it cannot.

    """
    _require_no_other(path)
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def _require_no_other(path: Path) -> None:
    try:
        with path.open("rb") as file:
            beginning = file.read(_MARKED_WITHIN)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from error
    if beginning and MARK.encode() not in beginning:
        raise ReportError(
            told("{path} is there and is no page of Citebot's: move it away, or give another file", path=path)
        )


def _umask() -> int:
    """What new files are not to be allowed; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _unwritable(path: Path, error: OSError) -> ReportError:
    return ReportError(
        told(
            "the report {path} cannot be written ({reason}): give a file in a folder that is yours",
            path=path,
            reason=system_reason(error),
        )
    )
