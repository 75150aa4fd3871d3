"""The sentences of errors, problems and the command line in the reader's language, by their English ones.

The translations are ``texts/ru.po``, compiled to where the standard library's `gettext` looks for them:
click, which asks `gettext` as well, speaks the same language.
"""

import gettext
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from retrieval.told import Told

DOMAIN = "messages"
"""The domain of `gettext` that click asks."""
FOLDER = Path(__file__).parent / "texts"
"""Holds ``LANGUAGE/LC_MESSAGES/messages.mo``."""
SOURCE_LANGUAGE = "en"
LANGUAGES = (SOURCE_LANGUAGE, "ru")
"""ISO 639-1 codes of the languages in which these sentences can be told."""

_NO_BREAK = "\u00a0"


def translated(text: str, language: str) -> str:
    """Return a sentence in `language`; as it is where it is no `Told`, or nobody has translated it."""
    return _Teller(language).tell(text)


def looked_up(text: str, language: str) -> str:
    """Return words that stand in the catalogue as they are, such as a help text, in `language`."""
    return text if language == SOURCE_LANGUAGE or not text else _catalogue(language).gettext(text)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True)


class _Teller(Formatter):
    """Fills templates of one language, with what stands in them in that language as well."""

    def __init__(self, language: str) -> None:
        self._language = language

    def tell(self, text: str) -> str:
        if not isinstance(text, Told) or self._language == SOURCE_LANGUAGE:
            return str(text)
        return self.vformat(self._template(text), (), text.fields)

    def _template(self, text: Told) -> str:
        found = _catalogue(self._language)
        if text.plural is None:
            return found.gettext(text.template)
        return found.ngettext(text.template, text.plural, text.fields["count"])

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        value = super().get_value(key, args, kwargs)
        return self.tell(value) if isinstance(value, Told) else value

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Write a number with the separators of the language: 10,000.5 is 10 000,5 in Russian."""
        written = format(value, format_spec)
        if isinstance(value, bool) or not isinstance(value, int | float) or not format_spec:
            return written
        return written.translate({ord(","): _NO_BREAK, ord("."): ","})
