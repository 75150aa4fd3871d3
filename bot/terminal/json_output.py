"""Results as JSON, one object a line."""

import json
from dataclasses import asdict
from typing import Any

import click

from retrieval.types import Answer


def print_answer_json(answer: Answer, identifier: Any = None) -> None:
    """Print an answer as one JSON object; `identifier` is what the asker called the question."""
    fields = asdict(answer)
    for inner in ("canonical", "act", "lacking", "is_outdated", "story_days"):  # of use to what goes on from it alone
        del fields[inner]
    for citation in fields["citations"]:
        _without_sources(citation)
    first = {"id": identifier, "question": fields.pop("question"), "answered": answer.answered}
    _print({**first, **fields})


def print_json(record: Any, **first: Any) -> None:
    """Print a dataclass as one JSON object, `first` before its own fields."""
    fields = asdict(record)
    for day in fields.get("days", ()):
        _without_sources(day["citation"])
    _print({**first, **fields})


def _without_sources(citation: dict[str, Any]) -> None:
    """Leave out who relays whom, which is told in words."""
    del citation["origin"], citation["relaying"]


def _print(fields: dict[str, Any]) -> None:
    click.echo(json.dumps(fields, ensure_ascii=False, default=_as_iso))


def _as_iso(value: Any) -> str:
    return value.isoformat()  # type: ignore[no-any-return]  # dates and moments are all that JSON does not know
