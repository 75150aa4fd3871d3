"""Make an evaluation folder of questions that people asked and the passages that a search found for them.

    python -m training.bags_to_questions BAGS.jsonl FOLDER --language fi [--questions 400]

Lines of BAGS.jsonl are ``{lang, question, passages: [{title, text}], answerable}``: people judged whether any of the
passages answers, but not which one does. All passages of a language become articles, so what was found for a question
that none of them answers are look-alikes that nobody made up (NoMIRACL, https://arxiv.org/abs/2312.11361).
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from training.json_lines import Record, read_records, write_set


def make_set(bags: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Return articles and questions; passages of one text are one article."""
    articles: dict[str, Record] = {}
    questions = []
    for number, bag in enumerate(bags):
        found = [
            articles.setdefault(passage["text"], {"id": f"p{len(articles):05d}", **passage})["id"]
            for passage in bag["passages"]
            if passage["text"].strip()
        ]
        questions.append(
            {
                "id": f"q{number:05d}",
                "lang": bag["lang"],
                "question": bag["question"],
                "answerable": bag["answerable"],
                "article_ids": list(dict.fromkeys(found)) if bag["answerable"] else [],
                "answers": [],
                "evidence": None,
                "kind": "found" if bag["answerable"] else "look_alike",
            }
        )
    return list(articles.values()), questions


def drawn(bags: Sequence[Record], language: str, most: int) -> list[Record]:
    """Draw at most so many bags of a language, always the same ones."""
    those = [bag for bag in bags if bag["lang"] == language]
    return random.Random(1).sample(those, min(most, len(those)))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bags", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", required=True)
    parser.add_argument("--questions", type=int, default=400, help="at most")
    arguments = parser.parse_args()
    bags = drawn(read_records(arguments.bags), arguments.language, arguments.questions)
    articles, questions = make_set(bags)
    write_set(arguments.folder, articles, questions)
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


if __name__ == "__main__":
    main()
