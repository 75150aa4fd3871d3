"""Make an evaluation folder of readers' questions about real news.

    python -m training.news_questions ARTICLES.jsonl FOLDER [--questions FILE]

`questions/` holds questions as readers type them, and where their answers stand: the id of an article, and from which
character to which. The texts are not the project's. By the files of questions, ARTICLES.jsonl is that of an evaluation
set:

- `russian_news.jsonl`, the default, and `english_over_russian_news.jsonl`: `ru-news-same-event`;
- `russian_over_english_news.jsonl`: `en-news-qa`.

A line of `english_over_russian_news.jsonl` puts the question `of` that id of `russian_news.jsonl` in English; its
answers are those of the original. Of each file in which question and article differ in language there is a second half,
`…_unseen.jsonl`, that nothing is fitted to. `lang` is the language of a question, Russian where it is not told.
"""

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from training.json_lines import Record, read_records, write_set

QUESTIONS = Path(__file__).parent / "questions" / "russian_news.jsonl"


def as_asked(question: Record, originals: Mapping[str, Record]) -> Record:
    """Return a question with its language, and with all that a translation leaves to its original.

    `originals` are by their ids.

    Raises:
        KeyError: the original is missing.

    """
    original = originals[question["of"]] if "of" in question else {}
    return {"lang": "ru", **original, **question}


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
        "answers": list(dict.fromkeys(written(*place) for place in question["answers"])),
        "evidence": written(*evidence) if evidence else None,
    }


def missing_articles(questions: Iterable[Record], texts: Mapping[str, str]) -> list[str]:
    """Return the ids of the articles that the questions name and `texts` lack, in their order."""
    return sorted({article_id for question in questions for article_id in question["article_ids"]} - texts.keys())


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=Path, default=QUESTIONS, help="default: %(default)s")
    arguments = parser.parse_args()
    articles = read_records(arguments.articles)
    texts = {article["id"]: article["text"] for article in articles}
    originals = {question["id"]: question for question in read_records(QUESTIONS)}
    asked = [as_asked(question, originals) for question in read_records(arguments.questions)]
    if missing := missing_articles(asked, texts):
        parser.error(
            f"{arguments.articles} has no article {missing[0]}, which {arguments.questions} asks about; "
            "give the articles that these questions were written for"
        )
    questions = [with_texts(question, texts) for question in asked]
    write_set(arguments.folder, articles, questions)
    print(f"{arguments.folder}: {len(articles)} articles, {len(questions)} questions")


if __name__ == "__main__":
    main()
