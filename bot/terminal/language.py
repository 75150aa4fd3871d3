"""In which language the command line speaks, and all that it says in it.

Nothing here stands on a library: what a signal makes of the first moments is said in this language as well.
"""

from __future__ import annotations

import gettext
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.messages import DOMAIN, FOLDER, LANGUAGES, SOURCE_LANGUAGE, looked_up, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WISH = "CITEBOT_LANGUAGE"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What names the locale, the first that is set."""


class _Speech:
    language = SOURCE_LANGUAGE


def language() -> str:
    """The language that is spoken: a code of `bot.messages.LANGUAGES`."""
    return _Speech.language


def speak(code: str) -> None:
    """Speak this language from now on, and have click do so."""
    _Speech.language = code
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = code  # the only way to tell `gettext` apart from the locale


def spoken(text: str) -> str:
    """Return a text in the language that is spoken, where it is a sentence that can be told in it."""
    return translated(text, _Speech.language)


def phrase(text: str) -> str:
    """Return words that are no `Told`, such as a help text, as they are spoken."""
    return looked_up(text, _Speech.language)


def wanted_language() -> str:
    """Return the language of the user: as `CITEBOT_LANGUAGE` says, else as the locale does.

    A wrong value counts as none here: reading the settings tells of it.
    """
    return chosen(os.environ, _from_file)


def chosen(environment: Mapping[str, str], from_file: Callable[[], str] = str) -> str:
    """Return the language that `environment` asks for; `from_file` gives what stands in ``.env``, if it is needed."""
    wish = next((value for name, value in environment.items() if name.upper() == _WISH and value), "") or from_file()
    if (code := wish.strip().lower()) in LANGUAGES:
        return code
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    code = locale.lower().partition("_")[0].partition(".")[0].partition("@")[0]
    return code if code in LANGUAGES else SOURCE_LANGUAGE


def _from_file() -> str:
    """Return what ``.env`` says of the language, else ""; what is wrong with it is told by who reads all of it."""
    with suppress(OSError, UnicodeDecodeError), Path(".env").open(encoding="utf-8") as file:
        from dotenv.parser import parse_stream

        found = {line.key.upper(): line.value for line in parse_stream(file) if line.key}
        return found.get(_WISH) or ""
    return ""
