"""What the bot says: one Project Fluent catalogue a language, and no user-visible sentence in code.

A language is added by adding its file, such as ``kk.ftl``. The catalogues hold plain text without markup; their form
is https://projectfluent.org/fluent/guide/.
"""

import logging
import re
from calendar import monthrange
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from fluent.runtime import FluentBundle, FluentResource

_LOGGER = logging.getLogger(__name__)

_SUFFIX = ".ftl"
LANGUAGES: tuple[str, ...] = tuple(
    sorted(
        entry.name.removesuffix(_SUFFIX)
        for entry in resources.files(__package__).iterdir()
        if entry.name.endswith(_SUFFIX)
    )
)
"""ISO 639-1 codes of the languages that have a catalogue."""
DEFAULT_LANGUAGE = "en"

# Most who use Telegram in these languages read Russian; one that has a catalogue of its own gets that.
_READ_RUSSIAN = frozenset({"be", "kk", "uk"})
_CYRILLIC = re.compile("[\u0400-\u04ff]")


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str, catalogue: str) -> None:
        """Read `catalogue`, the content of a Fluent file."""
        self.language = language
        # Invisible marks around what is filled in would end up in names, links and searches.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource(catalogue))

    def say(self, key: str, **values: Any) -> str:
        """Return the sentence called `key`, with `values` filled in; numbers get the language's form.

        Raises:
            KeyError: the catalogue has no such sentence.

        """
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise KeyError(key)
        sentence, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            _LOGGER.error("The catalogue of %s has faults in %s: %s", self.language, key, errors)
        return str(sentence)

    def written_date(self, day: date) -> str:
        """Return `day` as it is read, e.g. ``9 September 2024``."""
        return format_date(day, self.say("date-form"), locale=self.language)

    def written_day(self, day: date) -> str:
        """Return `day` without its year, e.g. ``9 September``."""
        return format_date(day, self.say("day-form"), locale=self.language)

    def written_in_form(self, day: date, form: str) -> str:
        """Return `day` in a form of https://unicode.org/reports/tr35/tr35-dates.html, e.g. ``EEE d MMM``."""
        return format_date(day, form, locale=self.language)

    def written_number(self, number: float, decimals: int = 0) -> str:
        """Return `number` with so many decimals, e.g. ``1,186.5``."""
        form = "#,##0." + "0" * decimals if decimals else "#,##0"
        return format_decimal(number, form, locale=self.language)

    def written_share(self, share: float, decimals: int = 0) -> str:
        """Return a `share` of 1 in percent with so many decimals, e.g. ``66.7%``."""
        return format_percent(share, format=self._percent_form(decimals), locale=self.language)

    def _percent_form(self, decimals: int) -> str:
        """Return the language's own form of shares, which has a space before the sign or none, with decimals."""
        form: str = Locale.parse(self.language).percent_formats[None].pattern
        return form.replace("0", "0." + "0" * decimals, 1) if decimals else form

    def written_period(self, first: date, last: date) -> str:
        """Return the days from `first` to `last` as they are read, e.g. ``26–31 August 2024``."""
        if first == last:
            return self.written_date(first)
        if (first.day, last) == (1, first.replace(day=monthrange(first.year, first.month)[1])):
            return format_date(first, "LLLL y", locale=self.language)
        if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
            return format_date(first, self.say("year-form"), locale=self.language)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.written_date(last)}"
        begun = self.written_day(first) if first.year == last.year else self.written_date(first)
        return f"{begun} – {self.written_date(last)}"


@cache
def catalogue(language: str) -> Texts:
    """Return the sentences of `language`, one of `LANGUAGES`."""
    return Texts(language, _content(language))


@cache
def page_catalogue(language: str) -> Texts:
    """Return the sentences of the pages for operators in `language`, one of `LANGUAGES`, with the bot's own."""
    return Texts(language, _content(language) + "\n" + _content(language, "pages"))


def _content(language: str, *folders: str) -> str:
    return resources.files(__package__).joinpath(*folders, language + _SUFFIX).read_text(encoding="utf-8")


def language_for(language_code: str | None, written: str = "") -> str:
    """Guess the language of a reader.

    `language_code` is what Telegram tells of the reader, such as ``pt-br``; where it tells nothing, the alphabet of
    what they have `written` decides.
    """
    if not language_code:
        return "ru" if _CYRILLIC.search(written) else DEFAULT_LANGUAGE
    code = language_code.lower().partition("-")[0]
    if code in LANGUAGES:
        return code
    return "ru" if code in _READ_RUSSIAN else DEFAULT_LANGUAGE


def texts_for(language_code: str | None, written: str = "") -> Texts:
    """Return the catalogue for a reader of whom nothing but this is known; see `language_for`."""
    return catalogue(language_for(language_code, written))
