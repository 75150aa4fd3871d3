"""What the bot says, one TOML catalogue a language; no user-visible sentence stands in code.

The catalogues hold plain text. What stands in braces is filled in with `str.format` by whoever says it.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["ru", "en"]

LANGUAGES: tuple[Language, ...] = ("ru", "en")

# Most who use Telegram in these languages read Russian, and there is no catalogue of their own.
_READ_RUSSIAN = frozenset({"ru", "be", "uk", "kk"})
_CYRILLIC = re.compile("[\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class Texts:
    """The sentences of one language; the fields are the keys of its catalogue."""

    start: str
    help: str
    command_start: str
    command_help: str
    as_of: str
    not_found: str
    nearest: str
    text_only: str
    unknown_command: str
    empty_question: str
    long_question: str
    not_allowed: str
    too_many_questions: str
    busy: str
    late: str
    too_slow: str
    failed: str
    months: tuple[str, ...]
    """Twelve names in the form that follows a day."""

    def written_date(self, day: date) -> str:
        """Return `day` as it is read, e.g. ``9 September 2024``."""
        return f"{day.day} {self.months[day.month - 1]} {day.year}"


@cache
def catalogue(language: Language) -> Texts:
    """Return the sentences of `language`."""
    content = resources.files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(content)
    return Texts(**{**entries, "months": tuple(entries["months"])})


def texts_for(language_code: str | None, written: str = "") -> Texts:
    """Choose the catalogue for a reader.

    `language_code` is what Telegram tells of the reader, such as ``pt-br``; where it tells nothing, the alphabet of
    what they have `written` decides.
    """
    if language_code:
        return catalogue("ru" if language_code.lower().partition("-")[0] in _READ_RUSSIAN else "en")
    return catalogue("ru" if _CYRILLIC.search(written) else "en")
