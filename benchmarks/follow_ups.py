"""Measure how well questions are understood that lean on the conversation; prints a table of docs/quality.md.

    python benchmarks/follow_ups.py [--home FOLDER] [--dialogues FILE]

The dialogues of tests/data/dialogues.jsonl are led with the sample articles, which are indexed below --home where they
are not yet. Every question that leans on the one before it is asked as it was typed, as it was understood, and in full.
"""

import argparse
import json
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval.conversation import Conversation
from retrieval.evaluation import holds_answer
from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer
from retrieval.weights import shipped_weights

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

    @property
    def leans(self) -> bool:
        """Whether the question was written to be understood from the ones before it."""
        return self.typed != self.full


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=ROOT / "data" / "state")
    parser.add_argument("--dialogues", type=Path, default=DIALOGUES)
    arguments = parser.parse_args()
    library = Library(RetrievalSettings(home=arguments.home, sources=(str(ROOT / "data" / "articles"),)))
    if not library.status().healthy:
        library.index()
    print("| language | questions | form | " + " | ".join(COLUMNS) + " |")
    print("|---" * (3 + len(COLUMNS)) + "|")
    for language in ("ru", "en"):
        turns = [turn for turn in turns_of(arguments.dialogues, library, language) if turn.leans]
        for form, figures in measure(turns, library).items():
            print(f"| {language} | {len(turns)} | {form} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")


def turns_of(path: Path, library: Library, language: str | None = None) -> Iterator[Turn]:
    """Lead every dialogue of a file, or of a language, from its beginning to its end."""
    for line in path.read_text(encoding="utf-8").splitlines():
        dialogue = json.loads(line)
        if language in {None, dialogue["lang"]}:
            yield from _lead(dialogue["turns"], library)


def _lead(turns: list[dict], library: Library) -> Iterator[Turn]:
    conversation = Conversation()
    for turn in turns:
        answer = library.ask(turn["question"], conversation=conversation)
        conversation = conversation.after(answer)
        yield Turn(
            typed=turn["question"],
            understood=answer.understood or turn["question"],
            full=turn["full"],
            article_ids=tuple(turn["article_ids"]),
            answers=tuple(turn["answers"]),
        )


def measure(turns: Iterable[Turn], library: Library) -> dict[str, tuple[float, ...]]:
    """Share of the turns, for each form of their questions, that have what `COLUMNS` names."""

    @cache
    def ask(question: str) -> Answer:
        return library.ask(question, limit=3, minimum_confidence=0.0)

    def figures(turn: Turn, form: str) -> tuple[bool, ...]:
        answer = ask(getattr(turn, form))
        found = [holds_answer(citation.excerpt, turn.answers) for citation in answer.citations]
        right_article = bool(answer.citations) and answer.citations[0].article_id in turn.article_ids
        return right_article, any(found[:1]), any(found), answer.confidence >= shipped_weights().minimum_confidence

    turns = list(turns)
    rows = {form: [figures(turn, form) for turn in turns] for form in FORMS}
    return {form: tuple(map(statistics.fmean, zip(*those, strict=True))) for form, those in rows.items()}


if __name__ == "__main__":
    main()
