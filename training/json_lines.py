"""Records in files of JSON Lines, as sets of pairs, articles and questions are kept."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def read_records(file: Path) -> list[Record]:
    """Read all records of a file in their order."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_set(folder: Path, articles: Iterable[Record], questions: Iterable[Record]) -> None:
    """Write an evaluation folder."""
    write_records(folder / "articles.jsonl", articles)
    write_records(folder / "questions.jsonl", questions)


def write_records(file: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write records, one a line; the file's folder is made where there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    file.write_text("".join(lines), encoding="utf-8")
