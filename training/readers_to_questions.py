"""Make evaluation folders of the seen questions of readers, over the sample articles and a second, invented corpus.

    python -m training.readers_to_questions FOLDER

FOLDER gets `samples` and `second`, each with `articles.jsonl` and `questions.jsonl`, of `tests/data/readers`: the half
that is for tuning. What leans on a conversation, what is no question, and sloppy forms of a question are left out.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from retrieval.loaders import load_source
from retrieval.types import LoadedArticle
from training.json_lines import Record, read_records, write_set

ROOT = Path(__file__).parent.parent
READERS = ROOT / "tests" / "data" / "readers"
CORPORA = {"samples": ROOT / "data" / "articles", "second": READERS / "articles.jsonl"}
_TIMEZONE = ZoneInfo("Europe/Moscow")


def articles_of(source: Path) -> Iterator[Record]:
    """Yield the articles of a source as records."""
    for loaded in load_source(str(source), timezone=_TIMEZONE):
        if isinstance(loaded, LoadedArticle):
            article = loaded.article
            date = article.published_at.isoformat() if article.published_at else None
            yield {
                "id": article.id,
                "title": article.title,
                "date": date,
                "source": article.source,
                "text": article.text,
            }


def questions_of(asked: list[Record]) -> list[Record]:
    """Return what stands for itself, as known questions."""
    plain = [one for one in asked if not (one["message"] or one["before"] or one["form_of"])]
    kept = ("id", "question", "kind", "answerable", "article_ids", "answers")
    return [{**{name: one[name] for name in kept}, "evidence": None} for one in plain]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    for name, source in CORPORA.items():
        questions = questions_of(read_records(READERS / f"{name}_seen.jsonl"))
        articles = list(articles_of(source))
        write_set(arguments.folder / name, articles, questions)
        print(f"{arguments.folder / name}: {len(articles)} articles, {len(questions)} questions")


if __name__ == "__main__":
    main()
