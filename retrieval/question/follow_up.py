"""Whether a question leans on the conversation: «а почему?», "and who signed it?", «а в Москве?».

Told by closed lists of words and by how little the question names. In doubt it does not, since a question that is
asked in full must lose nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.question.wording import asks, opening_length
from retrieval.text.dictionaries import is_proper_name
from retrieval.text.morphology import begins_phrase
from retrieval.text.vocabulary import (
    CONJUNCTIONS,
    DEGREES,
    DEMONSTRATIVES,
    POINTING_ADVERBS,
    PREPOSITIONS,
    PRONOUNS,
    REASONS,
    RELATIVE_DAYS,
    WHICH,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.question.wording import QuestionWord

_MOST_CONTENT = 6
"""A question with more words that say what it is about never leans."""
_CONTENT_AFTER_OPENING = 4
"""A question that is joined to what was said by «а» or "and" leans with up to so many words of content."""
_CONTENT_OF_FRAGMENT = 3
"""The same for one that does not ask: «а в Москве?»."""
_VAGUE_CONTENT = 3
"""A question without any name may lean on the conversation with up to so many words of content."""
_WORDS_THAT_MEASURE = (2, 3)
"""A question that measures something by what was said has so many words: «почему так долго?»."""
_ENOUGH_TO_MEAN = 3
"""With so many words of content before it, a pronoun means one of them."""

_SPAN_OF_TIME = re.compile(
    r"год|недел|месяц|лет|весн|осен|зим|сезон|year|week|month|summer|spring|autumn|winter|season"
)
_IDLE_IT = re.compile(r"takes?|took|costs?|means?|true|possible|legal|necessary|called|like")
_IDLE_IT_ENDS = frozenset(("to", "that", "when", "if"))
_POSSESSIVES = frozenset(("its", "his", "their"))
_POINTING = PRONOUNS | POINTING_ADVERBS
_ASK_WHAT_IT_IS = frozenset(("такой", "такая", "такое", "такие"))
_BE = frozenset(("is", "are", "was", "were", "be", "been"))


def leans(words: Sequence[QuestionWord], spoken_of: Collection[str]) -> bool:
    """Whether a question of these words cannot be understood without the conversation.

    `spoken_of` holds the terms (`retrieval.text.terms`) of what was cited last.
    """
    opening = opening_length(words)
    content = [word for word in words[opening:] if word.is_content]
    if len(content) > _MOST_CONTENT:
        return False
    if pointing_words(words) or _measures_by_it(words[opening:]) or _is_phrase_alone(words):
        return True
    if not content:
        return asks(words) or opening > 0
    if opening:
        return _leans_after_opening(words[opening:], content)
    return _names_little(content) and sum(word.term in spoken_of for word in content) > len(content) / 2


def pointing_words(words: Sequence[QuestionWord]) -> list[QuestionWord]:
    """The pronouns and the like that mean what was named before the question, not in it."""
    return [
        word
        for place, word in enumerate(words)
        if word.key in _POINTING and not _is_named(words, place) and not _is_idle(words, place)
    ]


def is_vague(words: Sequence[QuestionWord]) -> bool:
    """Whether a question names so little that it may as well lean on the conversation as stand by itself."""
    return _names_little([word for word in words if word.is_content])


def asks_little(words: Sequence[QuestionWord]) -> bool:
    """Whether a question names one thing that may be anything's: «когда инаугурация?», "was anyone killed?".

    Not where that is a name, or where it asks what the thing is.
    """
    content = [word for word in words if word.is_content]
    if not asks(words) or len(content) != 1 or content[0].is_name or is_proper_name(content[0].key):
        return False
    keys = [word.key for word in words]
    return RELATIVE_DAYS.isdisjoint(keys) and _ASK_WHAT_IT_IS.isdisjoint(keys) and not _defines_in_english(keys)


def _defines_in_english(keys: Sequence[str]) -> bool:
    """Whether these are the words of "what is inflation?", other than "what is the damage?"."""
    return keys[0] in WHICH and len(keys) == len(("what", "is", "inflation")) and keys[1] in _BE


def says_nothing(words: Sequence[QuestionWord]) -> bool:
    """Whether a text neither asks nor is about anything: thanks, a smile, a dash."""
    return not asks(words) and not any(word.is_content for word in words)


def _leans_after_opening(words: Sequence[QuestionWord], content: Sequence[QuestionWord]) -> bool:
    if not asks(words):
        return len(content) <= _CONTENT_OF_FRAGMENT
    if any(word.is_name for word in content):
        return all(word.is_name for word in content) and words[words.index(content[0]) - 1].key in PREPOSITIONS
    return len(content) <= _CONTENT_AFTER_OPENING


def _names_little(content: Sequence[QuestionWord]) -> bool:
    return len(content) <= _VAGUE_CONTENT and not any(word.is_name for word in content)


def _measures_by_it(words: Sequence[QuestionWord]) -> bool:
    """«Почему так долго?», "why so late?"."""
    if len(words) not in _WORDS_THAT_MEASURE:
        return False
    return words[0].key in REASONS and words[1].key in DEGREES


def _is_phrase_alone(words: Sequence[QuestionWord]) -> bool:
    """«В октябре?», «за второй день?», "in July 2023?": nothing but a preposition and what it goes with."""
    if not words or words[0].key not in PREPOSITIONS:
        return False
    match words[1:]:
        case [noun]:
            return noun.is_content
        case [first, second]:
            return second.key.isdigit() or begins_phrase(first.key, second.key)
    return False


def _is_named(words: Sequence[QuestionWord], place: int) -> bool:
    """Whether the question itself names, before the pointing word, what this may mean."""
    before, key = words[:place], words[place].key
    content = [number for number, word in enumerate(before) if word.is_content]
    if any(word.is_name for word in before) or len(content) >= _ENOUGH_TO_MEAN:
        return True
    if not content:
        return False
    if key in _POSSESSIVES or (key == "her" and before[-1].key not in PREPOSITIONS):
        return True  # "the people who left their homes"
    return any(word.begins_part or word.key in CONJUNCTIONS for word in words[content[0] + 1 : place + 1])


def _is_idle(words: Sequence[QuestionWord], place: int) -> bool:
    """Whether a pointing word points at nothing here: "how long does it take to …", «в этом году», "are there"."""
    key = words[place].key
    before, following = words[:place], [word.key for word in words[place + 1 :]]
    if following and key in DEMONSTRATIVES and _SPAN_OF_TIME.match(following[0]):
        return True
    return _is_idle_in_russian(key, before, following) or _is_idle_in_english(key, before, following)


def _is_idle_in_russian(key: str, before: Sequence[QuestionWord], following: Sequence[str]) -> bool:
    if key == "это":  # «правда ли это, что …», «фотосинтез – это?»
        return "что" in following or (not following and any(word.is_content for word in before))
    return key in {"такие", "таких"} and "как" in following


def _is_idle_in_english(key: str, before: Sequence[QuestionWord], following: Sequence[str]) -> bool:
    next_one = following[0] if following else ""
    if key == "it":
        return bool(_IDLE_IT.fullmatch(next_one)) and not _IDLE_IT_ENDS.isdisjoint(following)
    if key == "there":
        return next_one in _BE or bool(before and before[-1].key in _BE)
    if key == "that":  # "the picture that was stolen"
        return bool(following) and any(word.is_content for word in before)
    return key == "then" and bool(before) and before[-1].key == "the"
