"""Make an evaluation folder of readers' questions about real news.

    python -m training.news_questions ARTICLES.jsonl FOLDER

`questions/russian_news.jsonl` holds questions as readers type them, and where their answers stand: the id of an
article, and from which character to which. The texts are not the project's; ARTICLES.jsonl is that of the evaluation
set `ru-news-same-event`.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from training.json_lines import Record, read_records, write_records

QUESTIONS = Path(__file__).parent / "questions" / "russian_news.jsonl"


def with_texts(question: Record, texts: Mapping[str, str]) -> Record:
    """Return a question with its answers and its evidence as they are written; `texts` are by the articles' ids.

    Raises:
        KeyError: an article is missing.

    """

    def written(article_id: str, start: int, end: int) -> str:
        return texts[article_id][start:end]

    evidence = question["evidence"]
    return {
        **question,
        "lang": "ru",
        "answers": list(dict.fromkeys(written(*place) for place in question["answers"])),
        "evidence": written(*evidence) if evidence else None,
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    articles = read_records(arguments.articles)
    texts = {article["id"]: article["text"] for article in articles}
    questions = [with_texts(question, texts) for question in read_records(QUESTIONS)]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write_records(arguments.folder / "articles.jsonl", articles)
    write_records(arguments.folder / "questions.jsonl", questions)
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


if __name__ == "__main__":
    main()
