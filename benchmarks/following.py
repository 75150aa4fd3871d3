"""Measure followed questions: how many messages are to the point, and how many questions are told of at all.

    python benchmarks/following.py --homes FOLDER [--data FOLDER] [--half seen|unseen|judged] [--steps 20] [--most 60]
        [--list]

A folder holds articles.jsonl with dates, and questions_seen.jsonl and questions_unseen.jsonl as tests/data/news has
them, or questions.jsonl as `citebot evaluate` reads it, of which every other question is seen. The articles are
indexed up to a day, and then days are added step by step, so many --steps in all, in a home of its own below --homes
that is made anew each time. Each question is asked and followed at a step drawn at random: where the articles answer
it, at one before the first that does; where later ones do as well, once more at one after that first; where nothing
answers it, at any. What is relative to a time that the step moves is left out. Of a set with more than --most
questions as many are drawn. A message is to the point where its first citation is of an article that answers, or its
excerpt holds an answer; whatever else it is about counts as a mistake. An article told twice to one follow is a repeat.

The judged questions, tests/data/following/questions.jsonl, were written for this: each with the day from which on it is
followed, the later articles that its reader wants to be told of, and those that do no harm, which count as nothing.
"""

import argparse
import json
import random
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from retrieval.evaluation.figures import holds_answer
from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.types import Certainty, Citation, Followed

DATA = Path(__file__).parent.parent / "tests" / "data"
NEWS = DATA / "news"
JUDGED = DATA / "following" / "questions.jsonl"
SHOWN = 3
NOON = time(12)


@dataclass(frozen=True)
class Asked:
    """A question, and what answers it."""

    id: str
    kind: str
    question: str
    article_ids: frozenset[str]
    answers: tuple[str, ...]
    period: tuple[str, ...] | None
    """The first and the last day that it names, in ISO 8601."""
    followed_from: date | None = None
    """Where it is known."""
    harmless: frozenset[str] = frozenset()
    """Articles of which a message is neither right nor wrong."""

    def is_right(self, citation: Citation) -> bool:
        """Whether a citation is of an article that answers, or holds an answer."""
        return citation.article_id in self.article_ids or (
            bool(self.answers) and holds_answer(citation.excerpt, self.answers)
        )


@dataclass
class Reader:
    """Somebody who follows a question from a step on."""

    asked: Asked
    step: int
    is_answerable: bool
    """Whether an article that answers comes later."""
    was_answered: bool = False
    followed: Followed | None = None
    told: list[tuple[int, float, Citation]] = field(default_factory=list)
    """The first citation of each message, with its step and the confidence."""
    repeats: int = 0

    @property
    def judged(self) -> list[bool]:
        """Of each message that is right or wrong, whether it is right."""
        return [
            self.asked.is_right(citation)
            for _, _, citation in self.told
            if citation.article_id not in self.asked.harmless
        ]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=NEWS)
    parser.add_argument("--half", choices=("seen", "unseen", "judged"), default="seen")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--list", action="store_true", help="print every message")
    arguments = parser.parse_args()
    chance = random.Random(7)
    is_judged = arguments.half == "judged"
    questions = list(judged_of(arguments.data.name) if is_judged else questions_of(arguments.data, arguments.half))
    steps = steps_of(arguments.data, arguments.steps, {each.followed_from for each in questions if each.followed_from})
    drawn = sorted(chance.sample(questions, min(arguments.most, len(questions))), key=lambda each: each.id)
    readers = [reader for question in drawn for reader in readers_of(question, steps, chance)]
    replay(arguments.homes / f"following-{arguments.data.name}-{arguments.half}", steps, readers)
    print(*table([reader for reader in readers if reader.followed]), sep="\n")
    if arguments.list:
        print(*messages(readers), sep="\n")


def steps_of(data: Path, count: int, ends: Collection[date] = ()) -> list[list[dict[str, Any]]]:
    """The dated articles in groups of about as many, each of whole days, in the order of their days.

    After each of the days in `ends` a group is over.
    """
    lines = (data / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    articles = sorted((each for each in map(json.loads, lines) if each["date"]), key=lambda each: str(each["date"]))
    steps: list[list[dict[str, Any]]] = [[]]
    for article in articles:
        last = day_of(steps[-1][-1]) if steps[-1] else day_of(article)
        is_full = len(steps[-1]) >= len(articles) / count
        if (is_full and day_of(article) != last) or any(last <= end < day_of(article) for end in ends):
            steps.append([])
        steps[-1].append(article)
    return steps


def day_of(article: dict[str, Any]) -> date:
    """The day on which an article was published."""
    return date.fromisoformat(article["date"][:10])


def questions_of(data: Path, half: str) -> Iterator[Asked]:
    """The questions of one half."""
    split = data / f"questions_{half}.jsonl"
    lines = (split if split.exists() else data / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = lines if split.exists() else lines[half == "unseen" :: 2]
    for record in map(json.loads, chosen):
        yield Asked(
            record["id"],
            record["kind"],
            record["question"],
            frozenset(record["article_ids"]),
            tuple(record["answers"] or ()),
            tuple(record["period"]) if record.get("period") else None,
        )


def judged_of(name: str) -> Iterator[Asked]:
    """The judged questions of one folder of articles."""
    for record in map(json.loads, JUDGED.read_text(encoding="utf-8").splitlines()):
        if record["articles"] == name:
            yield Asked(
                record["id"],
                record["kind"],
                record["question"],
                frozenset(record["expected"]),
                (),
                None,
                date.fromisoformat(record["followed_from"]),
                frozenset(record["harmless"]),
            )


def readers_of(asked: Asked, steps: Sequence[Sequence[dict[str, Any]]], chance: random.Random) -> Iterator[Reader]:
    """Who follows a question, and from when on; nobody where all that answers it is there from the beginning."""
    answering = [at for at, step in enumerate(steps) if any(each["id"] in asked.article_ids for each in step)]
    if asked.followed_from:
        begun = max((at for at, step in enumerate(steps) if day_of(step[-1]) <= asked.followed_from), default=0)
        yield Reader(asked, begun, is_answerable=any(at > begun for at in answering))
        return
    if not asked.article_ids:
        yield Reader(asked, chance.randrange(len(steps) - 1), is_answerable=False)
        return
    if answering and answering[0]:
        yield Reader(asked, chance.randrange(answering[0]), is_answerable=True)
    if answering and answering[0] < len(steps) - 1:
        later = [at for at in answering if at > answering[0]]
        yield Reader(asked, chance.randrange(answering[0], min([*later, len(steps) - 1])), is_answerable=bool(later))


def replay(home: Path, steps: Sequence[Sequence[dict[str, Any]]], readers: Sequence[Reader]) -> None:
    """Add the articles step by step, and tell each reader what is new."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    source = home / "articles.jsonl"
    library = Library(RetrievalSettings(home=home / "home", sources=(str(source),)))
    for number, step in enumerate(steps):
        with source.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in step)
        library.index()
        moment = datetime.combine(day_of(step[-1]), NOON)
        for reader in readers:
            if reader.step == number:
                begin(reader, library, moment)
            elif reader.followed:
                tell(reader, library, number)
        print(f"{number + 1} of {len(steps)}: {moment.date()}", flush=True)
    library.close()


def begin(reader: Reader, library: Library, moment: datetime) -> None:
    """Ask and follow, unless the question would mean another time than it does."""
    answer = library.ask(reader.asked.question, limit=SHOWN, now=moment)
    period = answer.period and (answer.period.first.isoformat(), answer.period.last.isoformat())
    if period != reader.asked.period and not reader.asked.followed_from:
        return
    reader.was_answered = answer.certainty is Certainty.SURE
    reader.followed = library.followed(answer, moment)


def tell(reader: Reader, library: Library, step: int) -> None:
    """Ask again, and note what is new."""
    if reader.followed is None or (news := library.news_for(reader.followed, SHOWN)) is None:
        return
    known = {report.article_id for report in reader.followed.known}
    reader.repeats += any(each.article_id in known for each in news.answer.citations)
    reader.told.append((step, news.answer.confidence, news.answer.citations[0]))
    reader.followed = replace(news.followed, known=(*reader.followed.known, *news.followed.known))


def table(readers: Sequence[Reader]) -> Iterator[str]:
    """The figures, by what readers had been shown, and in all."""
    groups = {
        "no answer yet": [reader for reader in readers if not reader.was_answered],
        "an answer": [reader for reader in readers if reader.was_answered],
        "all": readers,
    }
    yield f"{'shown':14} {'follows':>8} {'messages':>9} {'to the point':>13} {'told of':>15} {'repeats':>8}"
    for name, some in groups.items():
        told = [is_right for reader in some for is_right in reader.judged]
        waiting = [reader for reader in some if reader.is_answerable]
        reached = sum(any(reader.judged) for reader in waiting)
        share = f"{sum(told) / len(told):.3f}" if told else "-"
        repeats = sum(reader.repeats for reader in some)
        yield f"{name:14} {len(some):8} {len(told):9} {share:>13} {f'{reached} of {len(waiting)}':>15} {repeats:8}"
    kinds = Counter((reader.asked.kind, is_right) for reader in readers for is_right in reader.judged)
    for kind in sorted({kind for kind, _ in kinds}):
        yield f"  {kind}: {kinds[kind, True]} of {kinds[kind, True] + kinds[kind, False]} to the point"


def messages(readers: Sequence[Reader]) -> Iterator[str]:
    """Every message, and who waits in vain."""
    for reader in readers:
        for step, confidence, citation in reader.told:
            mark = "+" if reader.asked.is_right(citation) else "-"
            mark = "o" if citation.article_id in reader.asked.harmless else mark
            state = "answered" if reader.was_answered else "refused"
            yield f"{mark} {reader.asked.id} ({state} at {reader.step}, told at {step}) {reader.asked.question}"
            yield f"    {confidence:.3f} {citation.article_id}: {citation.excerpt[slice(*citation.highlight)]}"
        if reader.followed and reader.is_answerable and not reader.told:
            yield f"0 {reader.asked.id} ({reader.was_answered} at {reader.step}) {reader.asked.question}"


if __name__ == "__main__":
    main()
