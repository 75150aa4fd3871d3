"""What is remembered of a conversation, so that «а когда это было?» can be understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.follow_up import is_vague, leans, says_nothing
from retrieval.rewording import reword
from retrieval.terms import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer


@dataclass(frozen=True, slots=True)
class Conversation:
    """A few short texts, however long the conversation has been.

    Of the questions two count: the last one that stood by itself, and the last one that leant on it. What
    `dataclasses.asdict` makes of a conversation can be kept as JSON; ``Conversation(**kept)`` brings it back.
    """

    subject: str = ""
    """The last question that stood by itself, or was made to; empty where nothing has been asked yet."""
    latest: str = ""
    """The last question that leant on `subject`, as it was asked; empty where none has."""
    told: Sequence[str] = ()
    """The terms (`retrieval.terms`) of the headlines and excerpts that the last answer cited."""

    def understood(self, question: str) -> str:
        """Complete a question that leans on the conversation; return any other exactly as it is."""
        if self.subject and leans(question, frozenset(self.told)):
            return reword(question, self.subject, self.latest).text
        return question

    def after(self, answer: Answer) -> Conversation:
        """Return the conversation with one more question, the one that was answered."""
        if answer.understood is None and says_nothing(answer.question):
            return self
        told = _terms_told(answer)
        if answer.understood is not None:
            reworded = reword(answer.question, self.subject, self.latest)
            return Conversation(reworded.subject, reworded.latest, told or self.told)
        if self.subject and is_vague(answer.question):
            return replace(self, latest=answer.question, told=told or self.told)
        return Conversation(answer.question, "", told)


def _terms_told(answer: Answer) -> tuple[str, ...]:
    texts = [text for cited in answer.citations for text in (cited.title, cited.excerpt)]
    return tuple(sorted({term for text in texts for term in terms_of(text)}))
