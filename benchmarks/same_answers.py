"""Whether a home on PostgreSQL gives the same answers as the same home in a folder; and how long both take.

    python benchmarks/same_answers.py --homes FOLDER --server postgresql+psycopg://user@host NAME=FOLDER …

Each folder's `articles.jsonl` is indexed into a home below --homes, which is kept, and carried over into a database of
its own on the server, which is made anew. Then each question of `questions*.jsonl` is put to both, one after the other.
Counted are the answers that cite the same excerpts in the same order; those that differ are printed.
"""

import argparse
import json
import statistics
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from retrieval.home import Home
from retrieval.ingest.copying import copy_home
from retrieval.library import Library
from retrieval.progress import Progress
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
"""What "yesterday" is relative to, the same for both."""


def main() -> None:
    """Print a row for each set, and all questions that are answered otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--server", required=True, help="SQLAlchemy's URL of a server, without a database")
    parser.add_argument("--no-reader", action="store_true", help="answer without reading, which is a reader's speed")
    arguments = parser.parse_args()
    print("set                   questions  same  share   p50_folder_ms  p50_server_ms  p95_folder_ms  p95_server_ms")
    for argument in arguments.sets:
        name, _, folder = argument.partition("=")
        in_folder = Library(settings_of(arguments.homes / name, None, read=not arguments.no_reader))
        in_folder.index([str(Path(folder) / "articles.jsonl")])
        url = new_database(arguments.server, f"same_answers_{name.replace('-', '_')}")
        on_server = Library(settings_of(arguments.homes / name, url, read=not arguments.no_reader))
        copy_home(Home.of(in_folder.home.settings), Home.of(on_server.home.settings), Progress(), lambda: None)
        print(row(name, in_folder, on_server, questions(Path(folder))), flush=True)


def settings_of(home: Path, url: str | None, *, read: bool) -> RetrievalSettings:
    """The settings of a home, in its folder or on a server."""
    return RetrievalSettings(home=home, database_url=url, reader=None if read else "off")


def new_database(server: str, name: str) -> str:
    """Make an empty database in place of the one with this name; return its URL."""
    url = make_url(server)
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, password=url.password, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return url.set(database=name).render_as_string(hide_password=False)


def questions(folder: Path) -> list[str]:
    """The questions of a set, of all its files of questions."""
    files = sorted(folder.glob("questions*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [json.loads(line)["question"] for line in lines]


def row(name: str, in_folder: Library, on_server: Library, asked: list[str]) -> str:
    """Put each question to both, and tell how many answers are the same."""
    same = 0
    times: tuple[list[float], list[float]] = ([], [])
    for library in (in_folder, on_server):
        library.ask(asked[0], now=NOW)  # the first one opens
    for question in asked:
        answers = [library.ask(question, now=NOW) for library in (in_folder, on_server)]
        for answer, of_library in zip(answers, times, strict=True):
            of_library.append(answer.took_ms)
        one, other = map(cited, answers)
        same += one == other
        if one != other:
            print(f"  {question}\n    folder {one}\n    server {other}")
    figures = [f(of_library) for f in (statistics.median, percentile_95) for of_library in times]
    share = same / len(asked)
    return f"{name:20}  {len(asked):9}  {same:4}  {share:.4f}" + "".join(f"  {figure:13.1f}" for figure in figures)


def percentile_95(values: list[float]) -> float:
    """What nineteen of twenty values are not above."""
    return sorted(values)[int(0.95 * (len(values) - 1))]


def cited(answer: Answer) -> tuple[object, ...]:
    """What an answer cites, in order, and how sure it is."""
    places = tuple((citation.article_id, citation.start, citation.end) for citation in answer.citations)
    return (answer.certainty.value, *places)


if __name__ == "__main__":
    main()
