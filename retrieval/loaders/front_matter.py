"""The fields at the beginning of a Markdown file: YAML between two lines ``---``, or TOML between two lines ``+++``.

YAML is read by PyYAML's base loader, which makes a text of every value: ``2024-09-09`` is no date yet, ``no`` no truth
value, a tag names no Python object, and merges that could grow without bound are not made. What TOML makes of a value
is written out again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from retrieval.loaders.dates import parse_timestamp
from retrieval.loaders.markdown_notes import words_of_links
from retrieval.loaders.text_files import UnusableFileError, unstorable_character
from retrieval.told import told

FRONT_MATTER_LIMIT = 50_000
"""Characters of the longest front matter that is read."""

_YAML = re.compile(r"---[ \t]*\n(?P<fields>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<fields>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENING = re.compile(r"(?P<mark>---|\+\+\+)[ \t]*\n")
_TOML_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.ASCII)
_NOTHING = frozenset({"", "~", "null"})
"""How YAML writes that there is no value."""
_YES_OR_NO = frozenset({"true", "false", "yes", "no"})
"""What stands under ``published`` for programs that make sites of notes."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of the front matter by their names in lower case."""

    values: Mapping[str, Any]

    def text(self, *names: str) -> str:
        """Return the first of these fields that says something, on one line; "" where none does."""
        return self._first(names)[1]

    def date(self, *names: str, timezone: ZoneInfo) -> datetime | None:
        """Return the moment that the first of these fields names that says something besides yes and no."""
        named = tuple(name for name in names if str(self.values.get(name)).lower() not in _YES_OR_NO)
        name, written = self._first(named)
        try:
            return parse_timestamp(written, timezone=timezone) if written else None
        except ValueError as error:
            raise UnusableFileError(told('"{name}" in the front matter: {error}', name=name, error=error)) from error

    def _first(self, names: tuple[str, ...]) -> tuple[str, str]:
        for name in names:
            value = self.values.get(name, "")
            if not isinstance(value, str):
                kind = told("a list") if isinstance(value, list) else told("a group of fields")
                raise UnusableFileError(
                    told('"{name}" in the front matter is {kind}; expected a text', name=name, kind=kind)
                )
            if found := unstorable_character(value):
                raise UnusableFileError(
                    told('"{name}" in the front matter holds {found}; remove it', name=name, found=found)
                )
            if value.strip().lower() not in _NOTHING:
                return name, " ".join(words_of_links(value).split())
        return "", ""


def read_front_matter(text: str) -> tuple[Fields, str]:
    """Return front matter and body; the first is empty where the file does not begin with one.

    Raises:
        UnusableFileError: the front matter is broken.

    """
    opening = _OPENING.match(text)
    if opening is None:
        return Fields({}), text
    mark = opening["mark"]
    found = (_TOML if mark == "+++" else _YAML).match(text)
    if found is None:
        raise UnusableFileError(told("its front matter does not end; close it with a line {mark}", mark=mark))
    if len(found["fields"]) > FRONT_MATTER_LIMIT:
        raise UnusableFileError(
            told(
                "its front matter is longer than {front_matter_limit:,} characters; is a line {mark} missing?",
                front_matter_limit=FRONT_MATTER_LIMIT,
                mark=mark,
            )
        )
    parse = _parse_toml if mark == "+++" else _parse_yaml
    return Fields({name.lower(): value for name, value in parse(found["fields"]).items()}), text[found.end() :]


def _parse_yaml(written: str) -> Mapping[str, Any]:
    import yaml

    try:
        fields = yaml.load(written, Loader=yaml.BaseLoader)  # noqa: S506 - makes texts, lists and groups, no objects
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The front matter begins in the second line of the file, and a mark counts from 0.
        place = told(" in line {number}", number=mark.line + 2) if mark else ""
        raise UnusableFileError(
            told(
                "its front matter is not valid YAML{place}: {problem}",
                place=place,
                problem=error.problem or error.context,
            )
        ) from error
    except yaml.YAMLError as error:
        raise UnusableFileError(
            told("its front matter holds characters that YAML does not allow; remove them")
        ) from error
    except RecursionError as error:
        raise UnusableFileError(
            told("its front matter is nested too deeply; expected fields such as title: …")
        ) from error
    if not isinstance(fields, dict):
        if not fields:
            return {}
        raise UnusableFileError(told("its front matter holds no fields; expected lines such as title: …"))
    return {name: value for name, value in fields.items() if isinstance(name, str)}


def _parse_toml(written: str) -> Mapping[str, Any]:
    import tomllib

    try:
        fields = tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        # The front matter begins in the second line of the file.
        line = told(" in line {number}", number=int(place["line"]) + 1) if place and place["line"] else ""
        reason = _TOML_PLACE.sub("", str(error))
        raise UnusableFileError(
            told("its front matter is not valid TOML{line}: {reason}", line=line, reason=reason)
        ) from error
    except RecursionError as error:
        raise UnusableFileError(
            told("its front matter is nested too deeply; expected fields such as title = …")
        ) from error
    except ValueError as error:
        # Python refuses to convert integers of more than 4,300 digits.
        raise UnusableFileError(
            told("its front matter holds a number with too many digits; put it in quotes")
        ) from error
    return {name: _written_out(value) for name, value in fields.items()}


def _written_out(value: Any) -> Any:
    """Return a value as a text where it is a single one."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value
