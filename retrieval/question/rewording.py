"""A question that leans on earlier ones, and those -> one question that stands by itself.

Words are only put together: «а в октябре?» takes the place of «в июле» in the question before it, and «кто её
подписал?» gets what that question was about as its topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from retrieval.question.news import asked_about
from retrieval.question.referents import genders_of, names_person, speaks_of
from retrieval.question.wording import asks, opening_length, question_words
from retrieval.text.dictionaries import is_predicate
from retrieval.text.morphology import begins_phrase, forms, genders_of_person
from retrieval.text.terms import composed, is_cyrillic
from retrieval.text.vocabulary import (
    ARTICLES,
    AUXILIARIES,
    MEASURES,
    MONTHS,
    OPENINGS,
    PEOPLE_STEMS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    WHETHER,
    WHO,
    any_of,
    forms_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.question.wording import QuestionWord

_TOPIC_WORDS = 30
"""So many words of an earlier question count: somebody may have pasted an article."""
_SUCH = frozenset(("такой", "такая", "такое", "такие"))
_BEFORE_THE_TOPIC = QUESTION_WORDS | {WHETHER} | PREPOSITIONS | AUXILIARIES | MEASURES | PRONOUNS | _SUCH
"""What a question may begin with that does not say what it is about."""
_OPENING_QUOTES = "«„“\"'"
_CLOSING_QUOTES = "»”\"'"
_ABOUT = frozenset(("о", "об", "обо", "про", "по", "насчет", "с", "со", "about", "on", "regarding", "with"))
_ABOUT_AT_THE_END = re.compile(rf"[ ](?:{any_of(_ABOUT)}|насчёт)[ ]+$", re.IGNORECASE)
"""What joins a topic to the words that ask for its news."""
_BEHIND_WORDS = " \n\t?!.…,;:—–-("
_PEOPLE = re.compile(rf"{forms_of(PEOPLE_STEMS)}\w*", re.IGNORECASE)
_YEAR = frozenset(("год", "года", "году", "г"))
_SAME_PREPOSITIONS = {"во": "в", "со": "с", "об": "о", "of": "in"}
_INSIDE = frozenset(("в", "во", "на", "in", "at"))
_MOST_APPENDED = 4
"""So many words of a phrase go to the end of the question before it."""
_WHAT = frozenset(("что", "what"))
_WHO_IS_IT = WHO | _WHAT | PRONOUNS | AUXILIARIES | _SUCH


@dataclass(frozen=True, slots=True)
class Reworded:
    """A question that stands by itself, and on what the next one may lean."""

    text: str
    topic: str
    """What the conversation adds to `text`; empty where that stands by itself."""
    subject: str
    latest: str
    is_exchanged: bool
    """Whether `subject` asks the same of another place, time or the like."""


def reword(question: str, subject: str, latest: str, named: str = "") -> Reworded:
    """Complete a question that leans on `subject`, the last one in full, and `latest`, the last one that leant on it.

    `latest` is empty where none did; `named` is what the last answer named, where the question may mean it.
    """
    question, subject, latest = composed(question), composed(subject), composed(latest)
    exchanged = _of_other_news(question, subject) or _exchanged(question, subject) or _appended(question, subject)
    if exchanged is not None:
        text, topic = _with_topic(latest, exchanged) if latest else (exchanged, "")
        return Reworded(text, topic, exchanged, latest, is_exchanged=True)
    if named and (asked := _asked_who(question, named)):
        return Reworded(asked, _topic(subject, whole=False), subject, asked, is_exchanged=False)
    return Reworded(*_with_topic(question, subject, latest, named), subject, question, is_exchanged=False)


def has_place_for(words: Sequence[QuestionWord], earlier: Sequence[QuestionWord]) -> bool:
    """Whether a question has a phrase of the same form as a fragment, «в Полынске» as «а в Лондоне?»."""
    fragment = words[opening_length(words) :]
    head = next((word for word in fragment if word.is_content), None)
    return head is not None and bool(_same_phrases(fragment, head, earlier))


def _asked_who(question: str, named: str) -> str | None:
    """«Кто это?» and "who is she?" with the name of whom or what is meant; None for any other question."""
    keys = {word.key for word in question_words(question)} - OPENINGS
    if not keys <= _WHO_IS_IT or keys.isdisjoint(PRONOUNS) or keys.isdisjoint(WHO | _WHAT):
        return None
    is_thing = keys.isdisjoint(WHO)
    if not is_cyrillic(named):
        return f"{'What' if is_thing else 'Who'} is {named}"
    if is_thing and not names_person(named):
        return f"Что такое {named}"
    return f"Кто {'такая' if genders_of_person(named.split()) == {'femn'} else 'такой'} {named}"


def _of_other_news(question: str, subject: str) -> str | None:
    """A question for news of one topic asked of another: «а о мосте?», "what about the bridge?"; None for others."""
    topic = asked_about(subject, bounded=False)
    words = question_words(question)
    fragment = words[opening_length(words) :]
    if not topic or len(fragment) == len(words) or asks(fragment) or not any(word.is_content for word in fragment):
        return None
    if _are_people(fragment) and not _are_people(question_words(topic)):  # «а погибшие?» are those of the flood
        return None
    other = _between(question, fragment)
    start = subject.rindex(topic)
    if fragment[0].key in _ABOUT:
        return f"{_ABOUT_AT_THE_END.sub('', subject[:start])} {other}{subject[start + len(topic) :]}"
    if fragment[0].key in PREPOSITIONS:
        return None
    return subject[:start] + other + subject[start + len(topic) :]


def _are_people(words: Sequence[QuestionWord]) -> bool:
    """Whether the last word means people and is no name."""
    last = words[-1]
    readings = () if last.is_name else forms(last.key)
    is_russian = any(form.is_animate and (form.is_noun or form.is_adjective) for form in readings)
    return is_russian or _PEOPLE.fullmatch(last.key) is not None


def _exchanged(question: str, subject: str) -> str | None:
    """`subject` with the place, time or the like that `question` names instead; None where that fits nowhere."""
    words, earlier = question_words(question), question_words(subject)
    fragment = words[opening_length(words) :]
    content = [word for word in fragment if word.is_content]
    if not content or asks(fragment):
        return None
    phrase = _phrase_for(fragment, content[0], earlier)
    if phrase is None:
        return None
    first, last = phrase
    if any(word.key.isdigit() for word in fragment):
        last = _through_the_year(earlier, last)
    if not _is_adjective(fragment[-1]):
        last = _through_the_noun(earlier, last)
    start, end = _with_quotes(subject, earlier[first].start, earlier[last].end)
    return subject[:start] + _between(question, fragment) + subject[end:]


def _with_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """A piece of a text with the quotation marks that one end of it leaves open."""
    opens, closes = text[max(0, start - 1) : start], text[end : end + 1]
    is_quoted = bool(opens) and opens in _OPENING_QUOTES and bool(closes) and closes in _CLOSING_QUOTES
    if is_quoted:
        return start - 1, end + 1
    piece = text[start:end]
    return start, end + (bool(closes) and closes in _CLOSING_QUOTES and any(mark in piece for mark in _OPENING_QUOTES))


def _phrase_for(
    fragment: Sequence[QuestionWord], head: QuestionWord, earlier: Sequence[QuestionWord]
) -> tuple[int, int] | None:
    """First and last place of what a fragment, which `head` stands for, takes the place of."""
    same = _same_phrases(fragment, head, earlier)
    if fragment[0].key in PREPOSITIONS:
        return same[-1] if same else _place_alone(fragment[0], head, earlier)
    return same[0] if len(same) == 1 else None


def _same_phrases(
    fragment: Sequence[QuestionWord], head: QuestionWord, earlier: Sequence[QuestionWord]
) -> list[tuple[int, int]]:
    """First and last places of the phrases with the preposition, of the names or of the roles that a fragment is of."""
    phrases = _phrases(earlier, _kind(head))
    if fragment[0].key in PREPOSITIONS:
        return [with_it for phrase in phrases if (with_it := _with_preposition(earlier, phrase, fragment[0]))]
    if head.is_name:
        return phrases
    return _same_roles(head, earlier) if len(fragment) == 1 else []


def _place_alone(
    preposition: QuestionWord, head: QuestionWord, earlier: Sequence[QuestionWord]
) -> tuple[int, int] | None:
    """The only name, where it stands without a preposition as in «мэр Зареченска», for «в Новотальске»."""
    phrases = _phrases(earlier, "name")
    if not head.is_name or preposition.key not in _INSIDE or len(phrases) != 1:
        return None
    first, last = phrases[0]
    governed = first > 0 and earlier[first - 1].key in PREPOSITIONS
    return None if governed or names_person(earlier[last].key) else (first, last)


def _same_roles(head: QuestionWord, earlier: Sequence[QuestionWord]) -> list[tuple[int, int]]:
    """Places of those in the same case: «директор» for «бухгалтер»."""
    cases = _cases_of_role(head)
    return [(place, place) for place, word in enumerate(earlier) if word.is_content and cases & _cases_of_role(word)]


def _cases_of_role(word: QuestionWord) -> set[tuple[str, frozenset[str]]]:
    """Cases in which a word may be a common noun for a person, each with its being one or more."""
    readings = forms(word.key)
    if not readings or not readings[0].is_noun or word.is_name:
        return set()
    return {(form.case, form.genders & {"plur"}) for form in readings if form.is_noun and form.is_animate}


def _appended(question: str, subject: str) -> str | None:
    """`subject` with the phrase that `question` is at its end: «а среди женщин?»; None where it is something else."""
    words = question_words(question)
    fragment = words[opening_length(words) :]
    if len(fragment) < len(("among", "women")) or fragment[0].key not in PREPOSITIONS or asks(fragment):
        return None
    if not fragment[1].is_content or len(fragment) > _MOST_APPENDED or not asks(question_words(subject)):
        return None
    return f"{subject.rstrip(_BEHIND_WORDS)} {question[fragment[0].start : fragment[-1].end]}?"


def _kind(word: QuestionWord) -> str:
    """What a word may be exchanged for."""
    if word.key in MONTHS:
        return "month"
    if word.key.isdigit():
        return "number"
    return "name" if word.is_name else "word"


def _phrases(words: Sequence[QuestionWord], kind: str) -> list[tuple[int, int]]:
    """First and last place of each run of words of a kind; names alone make runs of several words."""
    runs: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        if not word.is_content or _kind(word) != kind:
            continue
        if kind == "name" and runs and runs[-1][1] == place - 1 and not word.begins_part:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _through_the_year(words: Sequence[QuestionWord], last: int) -> int:
    """Place of the last word of "October 2024" or «октябре 2024 года», where `last` is that of the month."""
    while last + 1 < len(words) and (words[last + 1].key.isdigit() or words[last + 1].key in _YEAR):
        last += 1
    return last


def _with_preposition(
    words: Sequence[QuestionWord], phrase: tuple[int, int], preposition: QuestionWord
) -> tuple[int, int] | None:
    """The phrase together with the preposition before it; None where that is another one."""
    first, last = phrase
    place = first - 2 if first > 1 and words[first - 1].key in ARTICLES else first - 1
    if place < 0 or _plain(words[place].key) != _plain(preposition.key):
        return None
    return place, last


def _through_the_noun(words: Sequence[QuestionWord], last: int) -> int:
    """Place of the last word of «Приозёрном крае» or «первые сутки», where `last` is that of the adjective."""
    while last + 1 < len(words) and _is_adjective(words[last]) and begins_phrase(words[last].key, words[last + 1].key):
        last += 1
    return last


def _is_adjective(word: QuestionWord) -> bool:
    readings = forms(word.key)
    return bool(readings) and readings[0].is_adjective


def _plain(preposition: str) -> str:
    return _SAME_PREPOSITIONS.get(preposition, preposition)


def _with_topic(question: str, subject: str, latest: str = "", named: str = "") -> tuple[str, str]:
    """The question without what joins it to the earlier ones, and what these were about."""
    words = question_words(question)
    opening = opening_length(words)
    is_fragment = opening > 0 and not asks(words[opening:])  # «а бухгалтер?» asks what was asked before
    says_what = not is_fragment and any(word.is_content for word in words)
    keeps_latest = not says_what or (not named and _means_what_leant(words, subject, latest))
    earlier = [latest, subject] if keeps_latest else [subject]
    topics = [named]
    for text in earlier:
        if any(word.is_content for word in question_words(text)):
            topics.append(_topic(text, whole=is_fragment, verbs=not says_what))
            is_fragment = False
    topic = "; ".join(filter(None, topics))
    return (_between(question, words[opening:] or words), topic) if topic else (question, "")


def _means_what_leant(words: Sequence[QuestionWord], subject: str, latest: str) -> bool:
    """Whether a pronoun can mean something that `latest` names, and nothing that `subject` does."""
    genders = genders_of(words)
    return speaks_of(genders, question_words(latest)) and not speaks_of(genders, question_words(subject))


def _topic(question: str, *, whole: bool, verbs: bool = True) -> str:
    """What a question is about: without what joins it to others and, unless `whole`, without what asks.

    Without `verbs` what was asked of that is left out as well: «мост», not «построили мост».
    """
    if topic := asked_about(question, bounded=False):
        return topic
    words = question_words(question)
    words = words[opening_length(words) :] or words
    if whole:
        return _between(question, words[:_TOPIC_WORDS])
    about = _without_what_asks(words)
    if not verbs and about and is_predicate(about[0].key) and not about[0].is_name:
        about = _without_what_asks(about[1:])
    while about and about[-1].key in PRONOUNS:
        about.pop()
    if not any(word.is_content for word in about):
        return "" if not verbs else _between(question, words[:_TOPIC_WORDS])
    return _between(question, about[:_TOPIC_WORDS])


def _without_what_asks(words: Sequence[QuestionWord]) -> list[QuestionWord]:
    return list(dropwhile(lambda word: word.key in _BEFORE_THE_TOPIC, words))


def _between(question: str, words: Sequence[QuestionWord]) -> str:
    """What is written from the first of some words to the last, with the quotation marks around them."""
    start, end = words[0].start, words[-1].end
    following = re.search(r"\w", question[end:])
    text = question[start : end + following.start() if following else len(question)].rstrip(_BEHIND_WORDS)
    return question[start - 1] + text if start and question[start - 1] in _OPENING_QUOTES else text
