"""A question as it was typed -> the one text that is answered, whatever ways there are to type it.

Nothing that is measured of a question may depend on how it was typed: capitals, marks, courtesies, the keyboard's
alphabet, slips. A text that asks nothing, such as a headline, is put into the usual case too, and else left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.question.casing import capitals_tell, in_usual_case, with_capitals
from retrieval.question.follow_up import says_nothing
from retrieval.question.mending import mended
from retrieval.question.parsing import parse
from retrieval.question.politeness import without_politeness
from retrieval.question.restoring import restored
from retrieval.question.sentences import parted, that_ask
from retrieval.question.tidying import in_full_words, tidy, with_single_marks
from retrieval.question.unmarked import asks_unmarked
from retrieval.question.wording import asks, opening_length, question_words
from retrieval.text.terms import composed

if TYPE_CHECKING:
    from datetime import date

    from retrieval.question.parsing import Question
    from retrieval.text.lexicon import CorpusWords

LONGEST = 600
"""Characters of a text that is taken for a question; a longer one stays as it is."""
_BEHIND_A_SENTENCE = " ?!.…,;:"
_BEHIND_A_QUESTION = " ?!…,;:"
"""The same without the full stop, with which headlines end and keywords do not."""
_QUOTES = '»”")'


@dataclass(frozen=True, slots=True)
class Canonical:
    """A question in the form in which it is answered."""

    text: str
    is_mended: bool = False
    """Whether letters were changed, so that whoever asked should see what was understood."""


def canonical(typed: str, words: CorpusWords | None) -> Canonical:
    """Find out what was meant; without `words` of the articles, capitals and letters stay as they were typed."""
    tidied = tidy(typed)
    if not any(map(str.isalnum, tidied)) or len(typed) > LONGEST:
        return Canonical(typed)
    meant = restored(tidied, words) if words else tidied
    polite = with_single_marks(in_full_words(meant))
    sentences = parted(without_politeness(polite))
    if words is None:
        return Canonical(_finished(that_ask(sentences)))
    typed_tells = capitals_tell(polite)
    usual = [in_usual_case(sentence, words, typed_tells=typed_tells) for sentence in sentences]
    spelt = [mended(sentence, words) for sentence in usual]
    return Canonical(_finished(that_ask(spelt)), is_mended=meant != tidied or spelt != usual)


def without_opening(question: str) -> str:
    """A question without what would join it to one before it: «А кто открыл мост?», where there is none to join."""
    words = question_words(composed(question))
    opening = opening_length(words)
    if not opening or not asks(words[opening:]) or says_nothing(words[opening:]):
        return question
    return with_capitals(question[words[opening].start :])


def restated(question: Question, today: date) -> Question:
    """A question as it is searched for: with a capital, and without what would join it where it stands alone."""
    text = with_capitals(question.text if question.topic else without_opening(question.text))
    if text == question.text:
        return question
    return parse(text, today, topic=question.topic, outlet_names=question.outlet_names)


def _finished(sentences: list[str]) -> str:
    """Sentences as one text, with a capital for each and a question mark behind the last one if they ask."""
    text = " ".join(map(with_capitals, sentences))
    if text.rstrip(_QUOTES).endswith("?"):
        return text
    if asks_unmarked(text.rstrip(_BEHIND_A_QUESTION)):
        return text.rstrip(_BEHIND_A_SENTENCE) + "?"
    return text.rstrip("! ")
