"""Results as JSON, one object a line."""

import json
from dataclasses import asdict
from typing import Any

import click


def print_json(record: Any, **first: Any) -> None:
    """Print a dataclass as one JSON object, `first` before its own fields."""
    click.echo(json.dumps({**first, **asdict(record)}, ensure_ascii=False, default=_as_iso))


def _as_iso(value: Any) -> str:
    return value.isoformat()  # type: ignore[no-any-return]  # dates and moments are all that JSON does not know
