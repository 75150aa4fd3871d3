"""Make an evaluation folder of news in two languages, in which much of what is asked is absent.

    python -m training.mixed_news EVAL FOLDER

EVAL holds the sets `en-ru-news` (English headlines over Russian articles) and `en-news-qa` (English questions over
English articles). Both go into one corpus, less the articles behind some of the headlines and most of the English
articles: so an answer may stand in the other language, or nowhere.
"""

import argparse
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.json_lines import Record, read_records, write_set

HEADLINES_WITHOUT_ARTICLE = 50
ENGLISH_ARTICLES = 110


@dataclass(frozen=True, slots=True)
class NewsSet:
    """Articles and what is asked about them."""

    articles: Sequence[Record]
    questions: Sequence[Record]

    def without(self, removed: Collection[str]) -> list[Record]:
        """Return the articles less those with these ids."""
        return [article for article in self.articles if article["id"] not in removed]


def read_set(folder: Path) -> NewsSet:
    """Read the articles and the questions of an evaluation folder."""
    return NewsSet(read_records(folder / "articles.jsonl"), read_records(folder / "questions.jsonl"))


def mixed(
    headlines: NewsSet, english: NewsSet, without_article: int = HEADLINES_WITHOUT_ARTICLE, kept: int = ENGLISH_ARTICLES
) -> NewsSet:
    """Put two sets together, less the articles of so many headlines; of the English ones so many asked about stay."""
    chance = random.Random(1)
    removed = {
        article_id
        for question in chance.sample(headlines.questions, without_article)
        for article_id in question["article_ids"]
    }
    asked = sorted({article_id for question in english.questions for article_id in question["article_ids"]})
    staying = set(chance.sample(asked, min(kept, len(asked))))
    articles = headlines.without(removed)
    articles += [article for article in english.articles if article["id"] in staying]
    present = {article["id"] for article in articles}
    return NewsSet(articles, [over(question, present) for question in [*headlines.questions, *english.questions]])


def over(question: Record, present: Collection[str]) -> Record:
    """Return the question as it stands where only the articles with some ids are there."""
    ids = [article_id for article_id in question["article_ids"] if article_id in present]
    if ids or not question["answerable"]:
        return question | {"article_ids": ids}
    return question | {"answerable": False, "article_ids": [], "answers": [], "evidence": None}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", type=Path, metavar="EVAL")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    made = mixed(read_set(arguments.sets / "en-ru-news"), read_set(arguments.sets / "en-news-qa"))
    write_set(arguments.folder, made.articles, made.questions)


if __name__ == "__main__":
    main()
