"""Results as JSON, one object a line."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from retrieval.types import Answer, QuoteCheck

_COMMANDING = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def print_answer_json(answer: Answer, identifier: Any = None) -> None:
    """Print an answer as one JSON object; `identifier` is what the asker called the question."""
    fields = asdict(answer)
    for inner in ("canonical", "act", "lacking", "is_outdated", "story_days"):  # of use to what goes on from it alone
        del fields[inner]
    for citation in fields["citations"]:
        _without_sources(citation)
    first = {"id": identifier, "question": fields.pop("question"), "answered": answer.answered}
    print_json_line({**first, **fields})


def print_quote_json(check: QuoteCheck) -> None:
    """Print what is found of a quote as one JSON object."""
    fields = asdict(check)
    for citation in fields["citations"]:
        _without_sources(citation)
    print_json_line(fields)


def print_json(record: Any, **first: Any) -> None:
    """Print a dataclass as one JSON object, `first` before its own fields."""
    fields = asdict(record)
    for citation in (*(day["citation"] for day in fields.get("days", ())), *fields.get("citations", ())):
        _without_sources(citation)
    print_json_line({**first, **fields})


def _without_sources(citation: dict[str, Any]) -> None:
    """Leave out who relays whom, which is told in words."""
    del citation["origin"], citation["relaying"]


def print_json_line(fields: dict[str, Any]) -> None:
    """Print an object on one line; what would command a terminal, or turn its lines round, is escaped."""
    line = json.dumps(fields, ensure_ascii=False, default=_as_iso)
    click.echo(_COMMANDING.sub(lambda found: f"\\u{ord(found[0]):04x}", line))


def _as_iso(value: Any) -> str:
    return value.isoformat()  # type: ignore[no-any-return]  # dates and moments are all that JSON does not know
