"""Measure what readers really ask: utility, certainty, current facts, messages; makes tables of docs/quality.md.

    python benchmarks/readers.py --homes FOLDER [--half seen|unseen] [--kinds] [--misses] [--bounds]

The questions are those of tests/data/readers, over the sample articles and over a second, invented corpus; their
indexes are kept below --homes. Each is asked as a conversation would ask it, after the questions before it.
--kinds adds a row for each kind and style, --misses names every question that went wrong, --bounds tells what other
bounds of certainty would make of the same answers.

Utility is (right and sure + half of right and unsure + rightly refused or handled - wrong and sure - answered though
nothing answers) / all questions. An answer is right where its first excerpt is of a right article and holds an answer;
of a fact that changed only the newest counts.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from retrieval.evaluation.figures import holds_answer
from retrieval.library import Library
from retrieval.question.acts import act_of
from retrieval.question.conversation import Conversation
from retrieval.settings import RetrievalSettings
from retrieval.types import ANYTHING, Answer, Bounds, Certainty
from training.readers_to_questions import CORPORA, READERS

ASKED_AT = datetime(2025, 6, 1, 12)  # noqa: DTZ001 - naive, as the library takes it
CITATIONS = 3


class ReaderQuestion(BaseModel):
    """A question as a reader types it, and what is right."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    kind: str
    style: str
    answerable: bool
    article_ids: tuple[str, ...]
    answers: tuple[str, ...]
    before: tuple[str, ...]
    """What was asked before it in the same conversation."""
    full: str | None
    """What leans on the conversation, asked in full."""
    form_of: str | None
    """Id of the clean question of which this is a sloppy form."""
    outdated: tuple[str, ...]
    """What older articles answer."""
    message: str | None
    """What it is, where it is not a question."""

    def is_right(self, answer: Answer, citations: int = 1) -> bool:
        """Whether one of the first excerpts holds an answer of a right article."""
        return any(
            cited.article_id in self.article_ids and holds_answer(cited.excerpt, self.answers)
            for cited in answer.citations[:citations]
        )


@dataclass(frozen=True)
class Asked:
    """How a question went: as the bot answers, and whatever its certainty."""

    question: ReaderQuestion
    handled: bool
    """Whether it was told to be no question."""
    answer: Answer
    in_full: Answer | None
    """The answer to the same asked in full; None where it stands by itself."""

    @property
    def is_right(self) -> bool:
        """Whether the first excerpt answers, as far as there is one."""
        return self.question.is_right(self.answer)

    def certainty(self, bounds: Bounds) -> Certainty:
        """What the answer is with these bounds."""
        if self.handled or not self.answer.citations:
            return Certainty.NONE
        return bounds.certainty(self.answer.confidence, lacking=self.answer.lacking)

    def worth(self, bounds: Bounds) -> float:
        """What the answer is worth to the reader, in [-1, 1]."""
        certainty = self.certainty(bounds)
        if self.question.message:
            return float(self.handled)
        if not self.question.answerable:
            return {Certainty.SURE: -1.0, Certainty.UNSURE: 0.0, Certainty.NONE: 1.0}[certainty]
        right = {Certainty.SURE: 1.0, Certainty.UNSURE: 0.5, Certainty.NONE: 0.0}
        return right[certainty] if self.is_right else -float(certainty is Certainty.SURE)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--half", choices=("seen", "unseen"), default="seen")
    for flag in ("--kinds", "--misses", "--bounds"):
        parser.add_argument(flag, action="store_true")
    arguments = parser.parse_args()
    everything: list[Asked] = []
    print("| questions | " + " | ".join(FIGURES) + " |\n" + "|---" * (len(FIGURES) + 1) + "|")
    for corpus, articles in CORPORA.items():
        settings = RetrievalSettings(home=arguments.homes / corpus, sources=(str(articles),))
        library = Library(settings)
        library.index()
        asked = ask_all(library, READERS / f"{corpus}_{arguments.half}.jsonl")
        bounds = library.bounds()
        print(row(corpus, asked, bounds), flush=True)
        everything += asked
    print(row("both", everything, bounds))
    if arguments.kinds:
        for part in ("kind", "style"):
            for name, some in sorted(_grouped(everything, part).items()):
                print(row(f"{part} {name}", some, bounds))
    if arguments.misses:
        print(*misses(everything, bounds), sep="\n")
    if arguments.bounds:
        print(*other_bounds(everything), sep="\n")


def ask_all(library: Library, file: Path) -> list[Asked]:
    """Ask all questions of a file, each after those before it."""
    questions = [ReaderQuestion.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [ask(library, question) for question in questions]


def ask(library: Library, question: ReaderQuestion) -> Asked:
    """Ask one question, whatever the bounds; those before it with the bounds in force."""
    conversation = Conversation()
    for before in question.before:
        if act_of(before) is None:
            conversation = conversation.after(library.ask(before, conversation=conversation, now=ASKED_AT))
    ask_anything = library.ask
    answer = ask_anything(question.question, conversation=conversation, limit=CITATIONS, now=ASKED_AT, bounds=ANYTHING)
    in_full = ask_anything(question.full, limit=CITATIONS, now=ASKED_AT, bounds=ANYTHING) if question.full else None
    return Asked(question, _is_handled(library, question.question, answer, conversation), answer, in_full)


def _is_handled(library: Library, text: str, answer: Answer, conversation: Conversation) -> bool:
    """Whether a text is told to be no question: by the closed lists, or by what it is near where nothing is found."""
    if act_of(text) is not None:
        return True
    refused = library.bounds().certainty(answer.confidence) is Certainty.NONE
    return refused and library.ask(text, conversation=conversation, now=ASKED_AT).act is not None


Some = Sequence[Asked]


def _share(asked: Some, is_so: Callable[[Asked], bool]) -> str:
    return f"{fmean(map(is_so, asked)):.3f}" if asked else "–"


def _answerable(asked: Iterable[Asked]) -> list[Asked]:
    return [one for one in asked if one.question.answerable]


def _unanswerable(asked: Iterable[Asked]) -> list[Asked]:
    return [one for one in asked if not one.question.answerable and not one.question.message]


def _is(certainty: Certainty, bounds: Bounds, right: bool | None = None) -> Callable[[Asked], bool]:
    return lambda one: one.certainty(bounds) is certainty and right in {None, one.is_right}


def _newest_first(asked: Some, _bounds: Bounds) -> str:
    changing = [one for one in asked if one.question.outdated]
    return f"{sum(one.is_right for one in changing)} of {len(changing)}"


def _same_as_clean(asked: Some, bounds: Bounds) -> str:
    """How often a sloppy form has the first citation, and the certainty, of the clean one."""
    by_id = {one.question.id: one for one in asked}
    pairs = [(one, by_id[one.question.form_of]) for one in asked if one.question.form_of in by_id]
    places = [(_first(one), _first(clean)) for one, clean in pairs]
    same = [first == second for first, second in places]
    equal = [
        alike and one.certainty(bounds) is clean.certainty(bounds)
        for alike, (one, clean) in zip(same, pairs, strict=True)
    ]
    return f"{fmean(same):.3f} ({fmean(equal):.3f})" if pairs else "–"


def _first(one: Asked) -> tuple[str, int] | None:
    return next(((cited.article_id, cited.start) for cited in one.answer.citations), None)


def _follow_ups(asked: Some, _bounds: Bounds) -> str:
    """Evidence@3 of what leans on the conversation, as understood and in full."""
    leaning = [(one.question, one.answer, one.in_full) for one in asked if one.in_full and one.question.answerable]
    if not leaning:
        return "–"
    understood = fmean(question.is_right(answer, CITATIONS) for question, answer, _ in leaning)
    full = fmean(question.is_right(answer, CITATIONS) for question, _, answer in leaning if answer)
    return f"{understood:.3f}/{full:.3f}"


FIGURES: dict[str, Callable[[Some, Bounds], str]] = {
    "count": lambda asked, _: str(len(asked)),
    "utility": lambda asked, bounds: f"{fmean(one.worth(bounds) for one in asked):.3f}",
    "first right, whatever sure": lambda asked, _: _share(_answerable(asked), lambda one: one.is_right),
    "right and sure": lambda asked, bounds: _share(_answerable(asked), _is(Certainty.SURE, bounds, right=True)),
    "right, unsure": lambda asked, bounds: _share(_answerable(asked), _is(Certainty.UNSURE, bounds, right=True)),
    "wrong as sure": lambda asked, bounds: _share(_answerable(asked), _is(Certainty.SURE, bounds, right=False)),
    "wrong, unsure": lambda asked, bounds: _share(_answerable(asked), _is(Certainty.UNSURE, bounds, right=False)),
    "refused": lambda asked, bounds: _share(_answerable(asked), _is(Certainty.NONE, bounds)),
    "unanswerable: sure": lambda asked, bounds: _share(_unanswerable(asked), _is(Certainty.SURE, bounds)),
    "unanswerable: unsure": lambda asked, bounds: _share(_unanswerable(asked), _is(Certainty.UNSURE, bounds)),
    "newest first": _newest_first,
    "messages handled": lambda asked, _: _share(
        [one for one in asked if one.question.message], lambda one: one.handled
    ),
    "questions taken for messages": lambda asked, _: str(sum(one.handled for one in asked if not one.question.message)),
    "same as clean (and as sure)": _same_as_clean,
    "follow-ups, understood/full": _follow_ups,
}


def row(name: str, asked: Some, bounds: Bounds) -> str:
    """All figures of some questions, as a row of a table."""
    return f"| {name} | " + " | ".join(figure(asked, bounds) for figure in FIGURES.values()) + " |"


def _grouped(asked: Iterable[Asked], part: str) -> dict[str, list[Asked]]:
    groups = defaultdict(list)
    for one in asked:
        groups[getattr(one.question, part)].append(one)
    return groups


def misses(asked: Some, bounds: Bounds) -> list[str]:
    """A line for each question that is worth less than it could be, the most harmful first."""
    lines = []
    for one in sorted(asked, key=lambda one: one.worth(bounds)):
        if one.worth(bounds) < 1:
            question, answer = one.question, one.answer
            first = answer.citations[0] if answer.citations else None
            marked = first.excerpt[slice(*first.highlight)] if first else ""
            lines.append(
                json.dumps(
                    [
                        one.worth(bounds),
                        round(answer.confidence, 2),
                        question.kind,
                        question.question,
                        answer.understood,
                        "right" if one.is_right else "wrong",
                        question.answers[:2],
                        first.article_id if first else None,
                        marked,
                    ],
                    ensure_ascii=False,
                )
            )
    return lines


def other_bounds(asked: Some) -> list[str]:
    """The ten bounds that are worth most to these readers."""
    steps = [step / 40 for step in range(1, 40)]
    worths = [
        (fmean(one.worth(bounds) for one in asked), bounds)
        for sure, unsure in product(steps, steps)
        if unsure <= sure and (bounds := Bounds(sure, unsure))
    ]
    best = sorted(worths, key=lambda pair: pair[0], reverse=True)[:10]
    return [f"sure {bounds.sure:.3f}, unsure {bounds.unsure:.3f}: utility {worth:.3f}" for worth, bounds in best]


if __name__ == "__main__":
    main()
