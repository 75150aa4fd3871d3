"""Measure where excerpts begin and end; prints the table of docs/quality.md.

    python benchmarks/excerpts.py --homes FOLDER [--half seen|unseen] [--show]

First the passages of tests/data/excerpts, each with the probability that its sentences answer and the run of them that
a careful editor would cite. Then questions about the sample articles and about those of tests/data/readers, asked
whatever the certainty; their indexes are kept below --homes. --show prints each passage that is cited otherwise, and
each excerpt that begins or ends badly.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, ConfigDict
from readers import ASKED_AT, CITATIONS, ReaderQuestion

from retrieval.answering.excerpts import best_excerpt, goes_on
from retrieval.evaluation.figures import holds_answer
from retrieval.evaluation.questions import load_questions
from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.text.antecedents import points_back
from retrieval.types import ANYTHING, ArticleHeader, Citation, Passage, Span
from training.readers_to_questions import CORPORA, READERS

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "data" / "excerpts"
SAMPLE_QUESTIONS = ROOT / "tests" / "data" / "sample_questions.jsonl"
COLUMNS = ("excerpts", "evidence@1", "evidence@3", "mean characters", "begin pointing back", "end elsewhere")


class Case(BaseModel):
    """A passage, and what of it should be cited."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    paragraphs: tuple[tuple[str, ...], ...]
    """Their sentences."""
    probabilities: tuple[float, ...]
    """How probable it is for each sentence that it answers."""
    cited: tuple[int, int]
    """The first and the last sentence to be cited."""

    def passage(self) -> Passage:
        """The passage by itself."""
        text = "\n\n".join(" ".join(paragraph) for paragraph in self.paragraphs)
        spans, place = [], 0
        for sentence in (each for paragraph in self.paragraphs for each in paragraph):
            start = text.index(sentence, place)
            place = start + len(sentence)
            spans.append(Span(start, place))
        return Passage(0, ArticleHeader(self.id, "", None, None, None, None), 0, len(text), text, tuple(spans))

    def found(self) -> tuple[int, int]:
        """The first and the last sentence that are cited."""
        excerpt = best_excerpt(self.passage(), self.probabilities, frozenset())
        if excerpt is None:
            raise ValueError(f"{self.id} has no sentence")
        return excerpt.first, excerpt.last


@dataclass(frozen=True)
class Asked:
    """What was cited of the passages for a question."""

    citations: Sequence[Citation]
    sentences: Sequence[tuple[str, ...]]
    """Those of each excerpt."""
    evidence: Sequence[int]
    """Which of them answers."""
    article_ids: tuple[str, ...]
    answers: tuple[str, ...]

    def is_right(self, citations: int) -> bool:
        """Whether one of the first excerpts holds an answer of a right article."""
        return any(
            cited.article_id in self.article_ids and holds_answer(cited.excerpt, self.answers)
            for cited in self.citations[:citations]
        )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--half", choices=("seen", "unseen"), default="seen")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    cases = load_cases(arguments.half)
    right = [case.found() == case.cited for case in cases]
    print(f"as an editor would: {sum(right)} of {len(cases)}")
    for case, is_right in zip(cases, right, strict=True):
        if arguments.show and not is_right:
            print(f"  {case.id}: {case.found()} instead of {case.cited}: {case.paragraphs}")
    print("| questions | " + " | ".join(COLUMNS) + " |\n" + "|---" * (len(COLUMNS) + 1) + "|", flush=True)
    for name, asked in ask_all(arguments.homes, arguments.half):
        print(f"| {name} | " + " | ".join(figures(asked)) + " |", flush=True)
        if arguments.show:
            print(*badly_cut(asked), sep="\n")


def load_cases(half: str) -> list[Case]:
    """The passages of one half."""
    lines = (CASES / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Case.model_validate_json(line) for line in lines]


def ask_all(homes: Path, half: str) -> Iterator[tuple[str, list[Asked]]]:
    """Ask the answerable questions of each set."""
    for corpus, articles in CORPORA.items():
        library = Library(RetrievalSettings(home=homes / corpus, sources=(str(articles),)))
        library.index()
        asker = Asker(library)
        if corpus == "samples":
            known = [question for question in load_questions(SAMPLE_QUESTIONS) if question.answerable]
            yield "sample", [asker.ask(one.question, one.article_ids, one.answers) for one in known]
        lines = (READERS / f"{corpus}_{half}.jsonl").read_text(encoding="utf-8").splitlines()
        asked = [ReaderQuestion.model_validate_json(line) for line in lines]
        plain = [one for one in asked if one.answerable and not one.message]
        yield (
            f"readers, {corpus}",
            [asker.ask(one.full or one.question, one.article_ids, one.answers) for one in plain],
        )


class Asker:
    """Asks single questions, whatever the certainty, and takes apart what is cited."""

    def __init__(self, library: Library) -> None:
        self._library = library
        opened = library.opened()
        self._passages: dict[str, list[Passage]] = defaultdict(list)
        for passage in opened.queries.passages(opened.generation.layout.passage_ids.tolist()):
            self._passages[passage.article.id].append(passage)

    def ask(self, question: str, article_ids: tuple[str, ...], answers: tuple[str, ...]) -> Asked:
        """Ask a question by itself."""
        citations = self._library.ask(question, limit=CITATIONS, now=ASKED_AT, bounds=ANYTHING).citations
        cut = [self._sentences(citation) for citation in citations]
        return Asked(citations, [texts for texts, _ in cut], [place for _, place in cut], article_ids, answers)

    def _sentences(self, citation: Citation) -> tuple[tuple[str, ...], int]:
        """The sentences of an excerpt, and which of them answers."""
        inside = [
            (passage.text_of(span), span.start)
            for passage in self._passages[citation.article_id]
            for span in passage.sentences
            if citation.start <= span.start and span.end <= citation.end
        ]
        starts = [start for _, start in inside]
        return tuple(text for text, _ in inside), starts.index(citation.start + citation.highlight[0])


def figures(asked: Sequence[Asked]) -> list[str]:
    """What a row of the table says, in its order."""
    known = [one for one in asked if one.answers]
    excerpts = [excerpt for one in asked for excerpt in zip(one.sentences, one.evidence, strict=True)]
    lengths = [len(cited.excerpt) for one in asked for cited in one.citations]
    return [
        str(len(excerpts)),
        *(f"{fmean(one.is_right(citations) for one in known):.3f}" for citations in (1, CITATIONS)),
        f"{fmean(lengths):.0f}",
        f"{fmean(begins_badly(sentences) for sentences, _ in excerpts):.3f}",
        f"{fmean(ends_badly(*excerpt) for excerpt in excerpts):.3f}",
    ]


def begins_badly(sentences: Sequence[str]) -> bool:
    """Whether the first sentence points back to what is not there."""
    return points_back(sentences[0])


def ends_badly(sentences: Sequence[str], evidence: int) -> bool:
    """Whether the last sentence, behind the one that answers, is about something else than those before it."""
    return evidence < len(sentences) - 1 and not goes_on(sentences[-1], " ".join(sentences[:-1]))


def badly_cut(asked: Sequence[Asked]) -> list[str]:
    """A line for each excerpt that begins or ends badly."""
    return [
        json.dumps([begins_badly(sentences), ends_badly(sentences, place), place, *sentences], ensure_ascii=False)
        for one in asked
        for sentences, place in zip(one.sentences, one.evidence, strict=True)
        if begins_badly(sentences) or ends_badly(sentences, place)
    ]


if __name__ == "__main__":
    main()
