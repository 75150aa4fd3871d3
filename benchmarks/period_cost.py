"""What time costs: resolving the days that articles tell of, and a period in a question.

    python benchmarks/period_cost.py --home FOLDER [--rounds 3]

FOLDER is a home with a published index; without one the articles of tests/data/news are indexed there first. The days
of up to 500 sentences are resolved, and the same sentences embedded, in turns; the first divided by the second is what
resolving adds to indexing. Questions with a period and the same without are asked in turns as well. Figures are
medians of one run, since machines are noisy.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.text.splitting import split
from retrieval.time.articles import days_told
from retrieval.types import Article

ARTICLES = Path(__file__).parent.parent / "tests" / "data" / "news" / "articles.jsonl"
SENTENCES = 500
NOW = datetime(2024, 10, 1, 12)  # noqa: DTZ001 - naive, as the articles are
QUESTIONS = (
    ("Что решила областная дума?", "Что решила областная дума на прошлой неделе?"),
    ("Сколько человек пострадало при пожаре?", "Сколько человек пострадало при пожаре в сентябре?"),
    ("Кто открыл мост?", "Кто открыл мост с 26 по 31 августа?"),
    ("What did the council decide?", "What did the council decide last week?"),
    ("How many people were hurt in the fire?", "How many people were hurt in the fire in September?"),
)


def seconds(work: Callable[[], object]) -> float:
    """Tell how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def sentences_of(articles: list[Article]) -> list[tuple[str, date]]:
    """Return sentences of articles, each with the day on which its article was published."""
    return [
        (article.text[sentence.start : sentence.end], article.published_at.date())
        for article in articles
        if article.published_at
        for passage in split(article.text, article.title)
        for sentence in passage.sentences
    ][:SENTENCES]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    library = Library(RetrievalSettings(home=arguments.home, sources=str(ARTICLES)))
    library.index()
    told = sentences_of(library.newest(SENTENCES))
    model = library.model.load()
    works: dict[str, Callable[[], object]] = {
        "resolving days": lambda: [days_told(sentence, published) for sentence, published in told],
        "embedding": lambda: model.embed_documents([sentence for sentence, _ in told]),
        "without a period": lambda: [library.ask(question, now=NOW) for question, _ in QUESTIONS],
        "with a period": lambda: [library.ask(question, now=NOW) for _, question in QUESTIONS],
    }
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(arguments.rounds + 1):  # the first round warms up
        for name, work in works.items():
            took[name].append(seconds(work))
    medians = {name: statistics.median(times[1:]) for name, times in took.items()}
    for name, median in medians.items():
        print(f"{name}: {median:.2f} s")
    print(f"resolving days over embedding: {medians['resolving days'] / medians['embedding']:.3f}")
    print(f"a question with a period over one without: {medians['with a period'] / medians['without a period']:.2f}")


if __name__ == "__main__":
    main()
