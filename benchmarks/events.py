"""Measure how articles are grouped: reports of one event, and threads of what followed on it.

    python benchmarks/events.py --homes FOLDER [--list] NAME=FOLDER …

A FOLDER has `articles.jsonl` and `questions.jsonl` in the form of ``citebot evaluate``, the questions being headlines:
those of other outlets on events that an article tells, and near misses that none tells. Each headline is indexed as an
article of its own, and undated articles as if all were of one day, which is the hardest case. It prints how many
headlines are grouped with the right article, how many only with others, how many near misses are grouped at all, and
how many articles groups hold; --list prints the headlines of each group, to be judged by eye.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from retrieval.library import Library
from retrieval.settings import RetrievalSettings

ONE_DAY = "2024-06-01"
HEADLINE = "headline-"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    print("| set | groups | headlines | right | only others | near misses | grouped | groups of articles | articles |")
    print("|---" * 9 + "|")
    for argument in arguments.sets:
        name, folder = argument.split("=", 1)
        questions = read(Path(folder) / "questions.jsonl")
        source = arguments.homes / f"{name}.jsonl"
        source.parent.mkdir(parents=True, exist_ok=True)
        records = [*map(dated, read(Path(folder) / "articles.jsonl")), *map(as_article, questions)]
        source.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records), encoding="utf-8")
        library = Library(RetrievalSettings(home=arguments.homes / name, sources=(str(source),)))
        library.index()
        titles = {record["id"]: record["title"] or record["text"] for record in records}
        for kind, groups in groups_of(library).items():
            print(f"| {name} | {kind} | " + " | ".join(map(str, figures(questions, groups))) + " |")
            if arguments.list:
                print(*(" · ".join(titles[each] for each in sorted(group)) for group in groups), sep="\n")


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def dated(article: dict[str, Any]) -> dict[str, Any]:
    """An article with a date."""
    return article | {"date": article["date"] or ONE_DAY}


def as_article(question: dict[str, Any]) -> dict[str, Any]:
    """A headline as an article of its own."""
    return {"id": HEADLINE + question["id"], "title": "", "text": question["question"], "date": ONE_DAY}


def groups_of(library: Library) -> Mapping[str, list[set[str]]]:
    """Articles by their ids that report one event, and that are of one thread."""
    opened = library.opened()
    layout = opened.generation.layout
    passages = opened.queries.passages(layout.passage_ids.tolist())
    ids = [passage.id for passage in passages]
    found = {}
    for kind, group_of in (("events", layout.events_of(ids)), ("threads", layout.threads_of(ids))):
        groups: dict[int, set[str]] = defaultdict(set)
        for passage in passages:
            if passage.id in group_of:
                groups[group_of[passage.id]].add(passage.article.id)
        found[kind] = list(groups.values())
    return found


def figures(questions: Iterable[dict[str, Any]], groups: Iterable[set[str]]) -> tuple[int, ...]:
    """What a row of the table says, in its order."""
    group_of = {article: group for group in groups for article in group}
    answered = {True: 0, False: 0}
    asked = {True: 0, False: 0}
    others = 0
    for question in questions:
        told = bool(question["article_ids"])
        asked[told] += 1
        group = {each for each in group_of.get(HEADLINE + question["id"], ()) if not each.startswith(HEADLINE)}
        is_right = not told or not group.isdisjoint(question["article_ids"])
        answered[told] += bool(group) and is_right
        others += bool(group) and not is_right
    articles = [{each for each in group if not each.startswith(HEADLINE)} for group in groups]
    several = [group for group in articles if len(group) > 1]
    return asked[True], answered[True], others, asked[False], answered[False], len(several), sum(map(len, several))


if __name__ == "__main__":
    main()
