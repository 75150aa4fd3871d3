"""Measure how well questions are understood that lean on the conversation; prints a table of docs/quality.md.

    python benchmarks/follow_ups.py [--home FOLDER] [--dialogues FILE] [--show]

The dialogues of tests/data/dialogues.jsonl are led with the sample articles, which are indexed below --home where they
are not yet. Every question that leans on the one before it is asked as it was typed, as it was understood, and in full.
Turns that are no questions ("message": true) are passed over; those that the articles do not answer are asked and not
counted. --show prints every turn that was counted, with the first excerpt where it lacks the answer.
"""

import argparse
import json
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.evaluation.figures import holds_answer
from retrieval.library import Library
from retrieval.question.conversation import Conversation
from retrieval.ranking.weights import shipped_weights
from retrieval.settings import RetrievalSettings
from retrieval.types import ANYTHING, Answer

ROOT = Path(__file__).parent.parent
DIALOGUES = ROOT / "tests" / "data" / "dialogues.jsonl"
FORMS = ("typed", "understood", "full")
COLUMNS = ("R@1", "evidence@1", "evidence@3", "answered")


@dataclass(frozen=True)
class Turn:
    """One question of a dialogue in its three forms, and what is right."""

    typed: str
    understood: str
    full: str
    article_ids: tuple[str, ...]
    answers: tuple[str, ...]
    answer: Answer
    """To the question as it was understood, however unsure."""

    @property
    def leans(self) -> bool:
        """Whether the question was written to be understood from the ones before it."""
        return self.typed != self.full

    @property
    def is_counted(self) -> bool:
        """Whether it leans and the articles answer it."""
        return self.leans and bool(self.answers)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, default=ROOT / "data" / "state")
    parser.add_argument("--dialogues", type=Path, default=DIALOGUES)
    parser.add_argument("--show", action="store_true", help="print the turns as well")
    arguments = parser.parse_args()
    library = Library(RetrievalSettings(home=arguments.home, sources=(str(ROOT / "data" / "articles"),)))
    if not library.status().healthy:
        library.index()
    print("| language | questions | form | " + " | ".join(COLUMNS) + " |")
    print("|---" * (3 + len(COLUMNS)) + "|")
    for language in ("ru", "en"):
        turns = [turn for turn in turns_of(arguments.dialogues, library, language) if turn.is_counted]
        for form, figures in measure(turns, library).items():
            print(f"| {language} | {len(turns)} | {form} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
        if arguments.show:
            show(turns)


def show(turns: Iterable[Turn]) -> None:
    """Print each turn as it was typed, understood and meant, and the first excerpt where that does not answer."""
    for turn in turns:
        found = _holds(turn.answer, turn)
        print(f"{'ok  ' if any(found[:3]) else 'LOST'} {turn.typed} -> {turn.understood} [{turn.full}]")
        if not found[0]:
            print(f"       {turn.answer.citations[0].excerpt}")


def turns_of(path: Path, library: Library, language: str | None = None) -> Iterator[Turn]:
    """Lead every dialogue of a file, or of a language, from its beginning to its end."""
    for line in path.read_text(encoding="utf-8").splitlines():
        dialogue = json.loads(line)
        if language in {None, dialogue["lang"]}:
            yield from _lead(dialogue["turns"], library)


def _lead(turns: list[dict[str, Any]], library: Library) -> Iterator[Turn]:
    conversation = Conversation()
    for turn in turns:
        if turn.get("message"):
            continue
        answer = library.ask(turn["question"], conversation=conversation)
        yield Turn(
            typed=turn["question"],
            understood=answer.understood or turn["question"],
            full=turn["full"],
            article_ids=tuple(turn["article_ids"]),
            answers=tuple(turn["answers"]),
            answer=library.ask(turn["question"], conversation=conversation, limit=3, bounds=ANYTHING),
        )
        conversation = conversation.after(answer)


def measure(turns: Iterable[Turn], library: Library) -> dict[str, tuple[float, ...]]:
    """Share of the turns, for each form of their questions, that have what `COLUMNS` names."""

    @cache
    def ask(question: str) -> Answer:
        return library.ask(question, limit=3, bounds=ANYTHING)

    def figures(turn: Turn, form: str) -> tuple[bool, ...]:
        answer = turn.answer if form == "understood" else ask(getattr(turn, form))
        found = _holds(answer, turn)
        right_article = bool(answer.citations) and answer.citations[0].article_id in turn.article_ids
        return right_article, any(found[:1]), any(found), answer.confidence >= shipped_weights().minimum_confidence

    turns = list(turns)
    rows = {form: [figures(turn, form) for turn in turns] for form in FORMS}
    return {form: tuple(map(statistics.fmean, zip(*those, strict=True))) for form, those in rows.items()}


def _holds(answer: Answer, turn: Turn) -> list[bool]:
    """Which of the excerpts of an answer hold what is right."""
    return [holds_answer(citation.excerpt, turn.answers) for citation in answer.citations]


if __name__ == "__main__":
    main()
