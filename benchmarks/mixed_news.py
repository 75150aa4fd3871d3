"""Make an evaluation folder of news in two languages, in which much of what is asked is absent.

    python benchmarks/mixed_news.py EVAL FOLDER

EVAL holds the sets `en-ru-news` (English headlines over Russian articles) and `en-news-qa` (English questions over
English articles). Both go into one corpus, less the articles behind some of the headlines and most of the English
articles: so an answer may stand in the other language, or nowhere.
"""

import argparse
import json
import random
from pathlib import Path

HEADLINES_WITHOUT_ARTICLE = 50
ENGLISH_ARTICLES = 110


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", type=Path, metavar="EVAL")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    chance = random.Random(1)
    headlines, questions = (read(arguments.sets / name / "questions.jsonl") for name in ("en-ru-news", "en-news-qa"))
    removed = {
        article_id
        for question in chance.sample(headlines, HEADLINES_WITHOUT_ARTICLE)
        for article_id in question["article_ids"]
    }
    asked = sorted({article_id for question in questions for article_id in question["article_ids"]})
    kept = set(chance.sample(asked, min(ENGLISH_ARTICLES, len(asked))))
    articles = [
        article for article in read(arguments.sets / "en-ru-news" / "articles.jsonl") if article["id"] not in removed
    ]
    articles += [article for article in read(arguments.sets / "en-news-qa" / "articles.jsonl") if article["id"] in kept]
    present = {article["id"] for article in articles}
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write(arguments.folder / "articles.jsonl", articles)
    write(arguments.folder / "questions.jsonl", [over(question, present) for question in headlines + questions])


def over(question: dict, present: set[str]) -> dict:
    """The question as it stands where only some articles are there."""
    ids = [article_id for article_id in question["article_ids"] if article_id in present]
    if ids or not question["answerable"]:
        return question | {"article_ids": ids}
    return question | {"answerable": False, "article_ids": [], "answers": [], "evidence": None}


def read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.open(encoding="utf-8")]


def write(file: Path, records: list[dict]) -> None:
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    file.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
