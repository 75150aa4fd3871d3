"""What was meant to be a setting and is not read: unknown names, and lines of ``.env`` that are none."""

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.settings import BotSettings
from retrieval.told import Told, told

_PREFIX = "CITEBOT_"
_KNOWN = frozenset(_PREFIX + name.upper() for name in BotSettings.model_fields)


def unread_settings() -> Iterator[Told]:
    """Yield a sentence for each name in the environment and in ``.env`` that begins as settings do and is none.

    Values are not repeated: they may be secrets. A ``.env`` that cannot be read is left to `BotSettings.load`.
    """
    # It says of each line that is none that it "could not parse" it, in a form of its own.
    logging.getLogger("dotenv.main").disabled = True
    yield from map(_unknown, _not_settings(os.environ))
    lines = _lines_of_the_file()
    for name in _not_settings(line.key for line in lines if line.key):
        yield told("in .env: {warning}", warning=_unknown(name))
    for line in lines:
        if line.error:
            yield told(
                "in .env: line {line} is not read; expected NAME=value, or # before a remark", line=line.original.line
            )


def _not_settings(names: Iterable[str]) -> list[str]:
    # Settings are read whether their names are in capitals or not.
    return sorted({name for name in names if name.upper().startswith(_PREFIX) and name.upper() not in _KNOWN})


def _unknown(name: str) -> Told:
    from retrieval.text.edits import nearest  # here and not above: nearly nobody needs it

    known = sorted(known.removeprefix(_PREFIX) for known in _KNOWN)
    near = nearest(name.upper().removeprefix(_PREFIX), known)
    if near is None:
        return told("{name} is no setting of Citebot and is not read", name=name)
    return told("{name} is no setting of Citebot and is not read; did you mean {near}?", name=name, near=_PREFIX + near)


def _lines_of_the_file() -> list[Binding]:
    path = Path(str(BotSettings.model_config["env_file"]))
    try:
        with path.open(encoding=BotSettings.model_config["env_file_encoding"]) as file:
            return list(parse_stream(file))
    except (OSError, UnicodeDecodeError):
        return []
