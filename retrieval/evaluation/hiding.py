"""Made questions, asked with what answers them and without it: what is left then is nothing but look-alikes."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from retrieval.evaluation.figures import EVIDENCE_CITATIONS, Outcome, holds_answer
from retrieval.evaluation.lemmas import holds_answer_in_any_form
from retrieval.evaluation.questions import KnownQuestion
from retrieval.types import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.evaluation.made_questions import MadeQuestion
    from retrieval.library import Library
    from retrieval.progress import TrialProgress

_NOTHING: frozenset[int] = frozenset()
_NUMBER = re.compile(r"\d+(?:[ \u00a0.,]\d+)*")
_WITHOUT_ARTICLE = "its story hidden"
_WITHOUT_ANSWER = "its answer hidden"


class Stories:
    """What tells the story of an article: reprints, reports of the same event, and how that went on."""

    def __init__(self, library: Library) -> None:
        opened = library.opened()
        self._number = opened.generation.manifest.number
        self._layout = opened.generation.layout
        self._queries = opened.queries
        self._stories = library.home.stories
        self._revisions = dict(opened.queries.article_revisions(self._number))
        self._articles = {revision: article for article, revision in self._revisions.items()}
        self._passages: dict[int, list[int]] = defaultdict(list)
        for passage in opened.queries.passage_texts(self._number):
            self._passages[passage.revision].append(passage.id)

    def article(self, question: MadeQuestion) -> str:
        """The id of the article that a question was made of."""
        return self._articles[question.revision]

    def around(self, question: MadeQuestion) -> frozenset[int]:
        """All passages that tell the story of a question's article, those of the article among them."""
        own = self._passages[question.revision]
        found = {*own, *self._layout.reporting(set(self._layout.events_of(own).values()))}
        found.update(self._layout.of_threads(set(self._layout.threads_of(own).values())))
        stories = set(self._stories.stories_of(self._number, own).values())
        for versions in self._stories.versions(self._number, stories).values():
            for version in versions:
                found.update(self._passages.get(self._revisions.get(version.article_id, 0), ()))
        return frozenset(found)

    def holding(self, question: MadeQuestion, story: frozenset[int]) -> frozenset[int]:
        """The passages of a story that hold a question's number or name in any form; none where that cannot be told.

        A headline that holds it would still tell it.
        """
        if question.asks_for_time_or_place:
            return _NOTHING
        number = _NUMBER.search(question.answer)
        key = number[0] if number else question.answer
        passages = self._queries.passages(list(story))
        if any(_may_hold(passage.article.title, key) for passage in passages):
            return _NOTHING
        return frozenset(passage.id for passage in passages if _may_hold(passage.text, key))


def _may_hold(text: str, key: str) -> bool:
    """Whether a number or a name stands in a text, be it in another form or as a part of a word."""
    return holds_answer(text, [key]) or holds_answer_in_any_form(text, [key])


def ask_made(questions: Sequence[MadeQuestion], library: Library, progress: TrialProgress) -> list[Outcome]:
    """Ask questions that were made out of what is published without their answers, and every other one also with it.

    Without it means as if those passages of its story were not there that hold the answer, so that the right subject
    is left without what is asked; where these cannot be told, as if the whole story were not there. A question whose
    answer is found all the same is no unanswerable one, and left out.
    """
    stories = Stories(library)
    outcomes: list[Outcome] = []
    for place, question in enumerate(questions):
        story = stories.around(question)
        told = stories.holding(question, story)
        kind = _WITHOUT_ANSWER if told else _WITHOUT_ARTICLE
        asked = KnownQuestion(id=f"{place}-", question=question.text, answerable=False, kind=kind)
        outcome = _ask(library, asked, told or story)
        # "15 people" holds no "5 people": that is a false answer, and has to count.
        if not any(holds_answer_in_any_form(cited.excerpt, [question.answer]) for cited in outcome.answer.citations):
            outcomes.append(outcome)
        if place % 2 == 0:
            outcomes.append(_ask(library, _answerable(question, str(place), stories), _NOTHING))
        progress.asking("citebot", place + 1, len(questions))
    return outcomes


def _answerable(question: MadeQuestion, identifier: str, stories: Stories) -> KnownQuestion:
    return KnownQuestion(
        id=identifier,
        question=question.text,
        article_ids=(stories.article(question),),
        answers=(question.answer,),
        evidence=question.evidence,
    )


def _ask(library: Library, question: KnownQuestion, hidden: frozenset[int]) -> Outcome:
    started = time.perf_counter()
    answer = library.ask(question.question, limit=EVIDENCE_CITATIONS, bounds=ANYTHING, hidden=hidden)
    took_ms = (time.perf_counter() - started) * 1000
    return Outcome(question, answer, article_ranks=(), passage_ranks=(), relevant_passages=0, took_ms=took_ms)
