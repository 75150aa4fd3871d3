"""Runs the real bot over a library of set answers, for the tests that need a process but no model.

What the question begins with chooses the answer: ``missing``, ``later``, ``unsure``, ``long``, ``held``, ``slow``,
``deadly``, ``hostile``; what it holds chooses it too: ``Nothing``, ``broken``; and on how many days the cited story
moved: ``story 7``. All else is answered with `CITED` excerpts.

What is held goes on when the test says so, by a file in the folder in which the bot runs. The environment variable
CONSTANTS holds other values for constants of modules, as JSON, such as ``{"bot.application._LONGEST_STOP": 1}``.
"""

import importlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from bot.application import run_bot
from bot.settings import BotSettings
from retrieval.articles import Coverage, Edition, OutletCoverage, article_key
from retrieval.errors import NotAnArticleError, NothingToRollBackError, RetrievalError
from retrieval.progress import Progress
from retrieval.question.conversation import Conversation
from retrieval.told import told
from retrieval.types import (
    Act,
    Answer,
    Article,
    ArticleCounts,
    Certainty,
    Citation,
    Digest,
    Followed,
    Given,
    IndexReport,
    KnownReport,
    LoadProblem,
    NearestArticle,
    News,
    Period,
    QuoteCheck,
    QuoteClass,
    Received,
    Timeline,
    TimelineDay,
)

WHEN = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001 - articles carry naive times
EVIDENCE = "The board chose a new chair."
PARAGRAPH = "Совет директоров избрал нового председателя 😀. It met on Monday & voted <twice>. "
HOSTILE = "<&>\"' </b> &lt; 😀 \u202eשלום"
HOSTILE_IN_A_LINE = "\u2068<&>\"' </b> &lt; 😀 שלום\u2069"
"""The same as a headline: isolated, so that it turns round nothing beside it, and without what would turn it round."""
ANSWER = (24, 35)
"""What is marked in the first excerpt where passages are read."""
CITED = 8
LONG_ID = "папка/" * 60 + "a9"

LET_GO = "let-go"
ARTICLES_READ = "articles-read"
SENTENCES_EMBEDDED = "sentences-embedded"
"""Names of the files for which something waits."""
PUBLISHED = "published"
"""Name of the file from which on another index is published, which answers what begins with ``later``, and has news
of that and of what begins with ``moving`` for whoever follows it: the articles that they do not know."""
STORY_GONE = "story-gone"
"""Name of the file from which on no story moves any more."""


def hold(file: str = LET_GO, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Wait until `file` exists, and call `meanwhile` again and again."""
    while not Path(file).exists():
        meanwhile()
        time.sleep(0.01)


def text_of(number: int) -> str:
    """Return the text of article `a<number>`, which the excerpt stands in the middle of."""
    return f"Paragraph before {number}.\n\n{excerpt_of(number)}\n\nParagraph after {number}. {PARAGRAPH * 150}"


def excerpt_of(number: int) -> str:
    return f"Before. {EVIDENCE} After." if number == 1 else f"It was close. Very close {number}."


def title_of(number: int) -> str:
    return "The board" if number == 1 else f"The vote {number}"


def url_of(number: int) -> str | None:
    return f"https://example.org/{number}?a=1&lt=3&q=\"'<>" if number % 2 else None


def id_of(number: int) -> str:
    return LONG_ID if number == CITED else f"a{number}"


def citation(number: int) -> Citation:
    excerpt = excerpt_of(number)
    start = text_of(number).index(excerpt)
    highlight = (8, 8 + len(EVIDENCE)) if number == 1 else (0, 13)
    return Citation(
        number=number,
        article_id=id_of(number),
        title=title_of(number),
        source="example.org",
        url=url_of(number),
        published_at=WHEN,
        excerpt=excerpt,
        start=start,
        end=start + len(excerpt),
        highlight=highlight,
        score=1 / number,
    )


def answer(question: str, citations: tuple[Citation, ...], nearest: tuple[NearestArticle, ...] = ()) -> Answer:
    return Answer(
        question,
        Certainty.SURE if citations else Certainty.NONE,
        0.9,
        date(2024, 9, 9) if citations else None,
        citations,
        nearest,
        12.5,
    )


NEAREST = (NearestArticle("a1", HOSTILE, WHEN), NearestArticle("a2", "Undated", None))


def story_day(number: int) -> TimelineDay:
    day = date(2024, 8, 31) + timedelta(number)
    moment = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - articles carry naive times
    told = replace(citation(1 + number % CITED), number=number, published_at=moment)
    excerpt = f"On day {number} <the board> met. " + PARAGRAPH
    return TimelineDay(day, replace(told, excerpt=excerpt, highlight=(0, len(excerpt)), end=told.start + len(excerpt)))


class FakeLibrary:
    """Answers by rote."""

    def __init__(self) -> None:
        numbers = range(1, CITED + 1)
        self._articles = [
            Article(id_of(number), title_of(number), text_of(number), WHEN, "example.org", url_of(number))
            for number in numbers
        ]

    def ask(
        self,
        question: str,
        *,
        limit: int | None = None,
        conversation: Conversation | None = None,
        read: bool = True,
        **_others: object,
    ) -> Answer:
        kind = question.split(maxsplit=1)[0].lower()
        if question.endswith("what is known?") and "CITEBOT_HOLD_EXAMPLES" in os.environ:
            hold()
        missing = answer(question, (), NEAREST)
        fixed = {
            "missing": missing,
            **({} if Path(PUBLISHED).exists() else {"later": missing}),
            "unsure": replace(answer(question, (citation(1),), NEAREST[1:]), certainty=Certainty.UNSURE),
            "creature": replace(answer(question, ()), act=Act.WHO_ARE_YOU),
        }
        if kind in fixed:
            return fixed[kind]
        if kind == "deadly":
            hold()
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == "held":
            hold()
        if kind == "slow":
            time.sleep(0.03)
        if "broken" in question:
            raise LookupError(f"no luck with {question}")
        first = replace(citation(1), answer_span=ANSWER if read else None)
        if kind == "long":
            first = replace(first, excerpt=f"{first.excerpt}\n" + PARAGRAPH * 250)
        if kind == "hostile":
            hostile = replace(first, title=HOSTILE, excerpt=HOSTILE, highlight=(0, len(HOSTILE)))
            return answer(question, (hostile,))
        if kind == "dated":
            days = Period(date(2024, 9, 9), date(2024, 9, 9), "yesterday")
            elsewhere = replace(citation(2), source="two.org", event_day=date(2024, 9, 3))
            return replace(answer(question, (first, elsewhere)), period=days, widened=True)
        found = answer(question, (first, *map(citation, range(2, (limit or 3) + 1)))[:CITED])
        leans = kind == "and" and conversation is not None and conversation.subject
        return replace(found, understood=f"{question} ({conversation.subject})") if leans else found

    def cited_story(self, answer: Answer) -> Timeline:
        told = re.search(r"story (\d+)", answer.question)
        days = range(1, int(told[1]) + 1) if told and not Path(STORY_GONE).exists() else ()
        return Timeline(answer.question, tuple(story_day(number) for number in days))

    def followed(self, answer: Answer, asked_at: datetime) -> Followed:
        cited = answer.citations if answer.answered else ()
        known = tuple(KnownReport(each.article_id, each.published_at) for each in cited)
        return Followed(answer.understood or answer.question, asked_at, known, 7)

    def news_for(self, followed: Followed, count: int) -> News | None:
        known = {report.article_id for report in followed.known}
        cited = tuple(each for each in map(citation, range(1, CITED)) if each.article_id not in known)[:count]
        if not Path(PUBLISHED).exists() or not cited or not followed.question.startswith(("later", "moving")):
            return None
        if followed.question.startswith("later") and known:
            return None
        new = answer(followed.question, cited)
        return News(new, self.followed(new, followed.asked_at))

    def check_quote(self, text: str) -> QuoteCheck:
        return QuoteCheck(text, QuoteClass.NOWHERE, text, 0, len(text), ())

    def check_asked_quote(self, _text: str) -> QuoteCheck | None:
        return None

    def nearest(self, text: str, count: int) -> tuple[NearestArticle, ...]:
        return () if "Nothing" in text else NEAREST[:count]

    def article(self, key: str) -> Article | None:
        return next((article for article in self._articles if article_key(article.id) == key), None)

    def newest(self, count: int) -> list[Article]:
        return self._articles[:count]

    def digest(self, until: datetime) -> Digest:
        return Digest(until - timedelta(days=1), until, (citation(1), citation(2)))

    def coverage(self) -> Coverage:
        outlets = (
            OutletCoverage("example.org", 1200, date(2024, 1, 18), date(2024, 9, 9)),
            OutletCoverage("", 1, None, None),
            OutletCoverage("one.org", 2, date(2024, 5, 1), date(2024, 5, 1)),
        )
        return Coverage(7, WHEN, 1203, outlets)

    def edition(self) -> Edition:
        if Path(PUBLISHED).exists():
            return Edition(8, datetime.now(UTC), 1203)
        return Edition(7, WHEN.replace(tzinfo=UTC), 1203)

    def close(self) -> None:
        """Nothing runs in the background."""


class FakeMaintainer:
    """Indexes nothing, in two steps that are held; can go back once."""

    rolled_back = False

    def __init__(self, _settings: BotSettings, progress: Progress) -> None:
        self._progress = progress

    def index(self) -> IndexReport:
        hold(ARTICLES_READ, lambda: self._progress.reading(21, "feed.jsonl"))
        hold(SENTENCES_EMBEDDED, lambda: self._progress.embedding(4, 12))
        counts = ArticleCounts(added=3, changed=1, removed=2)
        return IndexReport(counts, 50, 300, 12, "000008", 7.0, (LoadProblem("feed.jsonl", 1, "is not JSON"),))

    def receive(self, received: Sequence[Received]) -> None:
        """Nothing is kept."""

    def has_received(self) -> bool:
        return False

    def take_in(self) -> None:
        """Nothing was received."""

    def given(self) -> list[Given]:
        return []

    def offer_file(self, path: Path) -> Given:
        raise NotImplementedError(path)

    def offer_page(self, address: str) -> Given:
        raise NotAnArticleError(told("cannot be read: {reason}", reason=address))

    def accept(self, batch: str) -> None:
        """Nothing was offered."""

    def decline(self, batch: str) -> None:
        """Nothing was offered."""

    def take_back(self, batch: str) -> None:
        """Nothing was given."""

    def rollback(self) -> SimpleNamespace:
        if FakeMaintainer.rolled_back:
            oldest = told(
                "generation {generation} is the oldest that is kept: nothing to go back to", generation="000006"
            )
            raise NothingToRollBackError(oldest)
        FakeMaintainer.rolled_back = True
        return SimpleNamespace(name="000006", articles=21)


def set_constants() -> None:
    for name, value in json.loads(os.environ.get("CONSTANTS", "{}")).items():
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, value)


def main() -> int:
    set_constants()
    try:
        return run_bot(BotSettings.load(), lambda _settings: FakeLibrary(), FakeMaintainer)
    except RetrievalError as error:
        print(f"citebot: {error}", file=sys.stderr)  # noqa: T201 - as the command does
        return 1


if __name__ == "__main__":
    sys.exit(main())
