"""How well a sentence's wording suits what a question asks for, as far as features of an index cannot tell.

«Кто такой X» wants who X is, so a sentence that puts a word beside the name: "palaeontologist X", «X — хоккеист».
And who was in office once is not who is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.kinds import Clue
from retrieval.text.terms import terms_of
from retrieval.text.vocabulary import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.question.parsing import Question
    from retrieval.types import Passage

SUITS, UNTOLD, UNSUITABLE = 1.0, 0.0, -1.0

_FORMERLY = re.compile(
    r"\b(?:прежн|бывш|экс-|предшественни|отставк|уволен|уволил|расторг|former|ex-|predecessor|resign|sacked|quit\b|"
    r"step(?:s|ped|ping)? down|outgoing)|(?:ушел|ушёл|ушла|уходит|уйдет|уйдёт|покинул\w*|оставил\w*|сложил\w*) (?:с )?"
    r"(?:пост|должност|полномочи)",
    re.IGNORECASE,
)
_WORD_OR_MARK = re.compile(r"\w[\w-]*|[^\w\s]")
_MARKS_BESIDE_A_NAME = frozenset("«»„“”\"'(")
_IS = frozenset(("—", "–", "-", "это", "is", "was", "are", "является", "являлся", "являлась"))
_SHORTEST_NOUN = 3
_VERB = re.compile(r".*(?:л|ла|ло|ли|лся|лась|лись|ет|ит|ют|ут|ят|ать|ить|еть|ся|сь|ed|ing)")


def suitability(question: Question, passage: Passage) -> tuple[float, ...]:
    """For each sentence of a passage whether it suits the question: `SUITS`, `UNTOLD` or `UNSUITABLE`."""
    texts = [passage.text_of(span) for span in passage.sentences]
    if question.defines:
        names = frozenset(terms_of(question.defines))
        return tuple(SUITS if _says_what_it_is(text, names) else UNTOLD for text in texts)
    if question.wants & Clue.PERSON and question.asks_for_newest:
        return tuple(UNSUITABLE if _FORMERLY.search(text) else UNTOLD for text in texts)
    return (UNTOLD,) * len(texts)


def _says_what_it_is(text: str, names: frozenset[str]) -> bool:
    """Whether a word stands beside a name and says what that is."""
    tokens = _WORD_OR_MARK.findall(text)
    places = [place for place, token in enumerate(tokens) if names.intersection(terms_of(token))]
    if not places:
        return False
    before = [token for token in tokens[: places[0]] if token not in _MARKS_BESIDE_A_NAME]
    behind = [token for token in tokens[_end_of(places) + 1 :] if token not in _MARKS_BESIDE_A_NAME]
    opening = [token.lower() for token in before] if len(before) == 1 else before
    return _is_noun(opening[-1:]) or _goes_on_to_say(behind)


def _end_of(places: Sequence[int]) -> int:
    """Where the first run of neighbouring places ends."""
    end = places[0]
    for place in places[1:]:
        if place > end + 1:
            break
        end = place
    return end


def _is_noun(words: Sequence[str]) -> bool:
    """Whether a word before a name may say what that is: in small letters, neither a verb nor a preposition."""
    word = words[0] if words else ""
    return (
        word.isalpha()
        and word.islower()
        and len(word) >= _SHORTEST_NOUN
        and word not in STOP_WORDS
        and not _VERB.fullmatch(word)
    )


def _goes_on_to_say(behind: Sequence[str]) -> bool:
    if not behind:
        return False
    if behind[0].lower() in _IS:
        return True
    return behind[0] == "," and len(behind) > 1 and (behind[1] in {"a", "an", "the"} or _is_noun(behind[1:2]))
