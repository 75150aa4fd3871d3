"""Questions that ask for whatever there is: «что случилось?», «последние новости о мосте», "what's new with the tram?".

They are answered with what there is about their topic, the newest first; without a topic, with the main events.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.question.acts import act_of
from retrieval.question.wording import LONGEST_QUESTION
from retrieval.text.terms import words_of
from retrieval.text.vocabulary import (
    ASKING_FOR_EVENTS,
    AUXILIARIES,
    DEMONSTRATIVES,
    EVENTS,
    NOW,
    OPENINGS,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    STOP_WORDS,
    WAS_OR_WILL_BE,
    WHICH,
    any_of,
)
from retrieval.types import Act

if TYPE_CHECKING:
    from collections.abc import Sequence
    from re import Pattern

_ABOUT = r"(?:о|об|обо|про|по|с|со|на|у|вокруг|насч[её]т|касательно|относительно)"
_INSIDE = r"(?:в|во|из)"
_NOW = r"(?:сейчас|теперь|там|на сегодня|на данный момент|на этот час|в итоге|сегодня)"
_NEWS = r"(?:новост(?:ь|и|ей|ям|ями|ях)|вест[иь]|сводк[аи]|заголовки|обновления)"
_NEWEST = r"(?:(?:сам\w+ )?(?:последн|свеж|нов|главн)\w+)"
_GIVE = r"(?:какие|какая|есть(?: ли)?|расскажи|расскажите|покажи|покажите|дай|дайте|хочу|все|всё|еще|ещё|а|и|ну)"
_ENGLISH_ABOUT = r"(?:on|about|regarding|concerning|with|of|from|in|for|at|around)"
_ENGLISH_NEWS = r"(?:news|updates?|headlines|developments?|word|stories)"
_FRAMES = (
    rf"(?:{_GIVE} )*(?:{_NEWEST} )?{_NEWS} (?:(?:{_ABOUT}|{_INSIDE}) )?",
    rf"(?:{_NEWEST}) (?:об?|про|по) ",
    (
        rf"(?:{_GIVE} )?что (?:{_NOW} )?(?:ново\w+|слышно|известно|интересно\w+|последн\w+)"
        rf"(?: {_NOW})?(?: известно| слышно)? (?:{_ABOUT}|{_INSIDE}) "
    ),
    rf"(?:сам\w+ )?(?:последни[ех]|недавни[ех]|свежи[ех]) (?!{_NEWS}\b)(?=\w+ )",
    rf"(?:the )?(?:most recent|latest|recent) (?!{_ENGLISH_NEWS}\b)(?=[a-z]{{3,}}s )",
    rf"что (?:{_NOW} )?(?:происходит|творится|делается)(?: {_NOW})? (?:{_ABOUT}|{_INSIDE}) ",
    rf"что (?:{_NOW} )?(?:с|со) ",
    (
        rf"как (?:{_NOW} )?(?:(?:обсто[яи]т|идут|ид[её]т|продвигаются) )?(?:{_NOW} )?(?:дел[ао]|ситуация|обстановка)"
        rf"(?: (?:обсто[яи]т|идут|{_NOW}))* (?:{_ABOUT}|{_INSIDE}) "
    ),
    rf"как[аяо]{{1,2}} (?:{_NOW} )?(?:ситуация|обстановка)(?: {_NOW})? (?:{_ABOUT}|{_INSIDE}) ",
    (
        rf"(?:(?:what(?:'s| is| are)|is there|are there|any|give me|show me|tell me|the|some) )*"
        rf"(?:(?:latest|newest|recent|breaking|fresh|more) )?{_ENGLISH_NEWS} {_ENGLISH_ABOUT} "
    ),
    (
        rf"(?:what(?:'s| is) )?(?:the )?(?:very )?(?:latest|newest|new)(?: {_ENGLISH_NEWS})?"
        rf"(?: now)? {_ENGLISH_ABOUT} "
    ),
    r"(?:what(?:'s| is) )(?:going on|happening)(?: now| currently| right now)? (?:with|in|at|around|to) ",
    r"what (?:is|do we) know[n]?(?: so far| now)? (?:about|of|on) ",
    r"how (?:are|do) things (?:stand |going |now )*(?:with|in|at) ",
    r"where do (?:things|we) stand (?:with|on) ",
)
_OPENS = re.compile(rf"(?:{'|'.join(_FRAMES)})(?P<topic>.+)", re.IGNORECASE)
_CLOSES = re.compile(
    rf"(?P<topic>.+?)(?<![ ,:—–-])[ ,:—–-]+(?:(?:{_NEWEST} )?новост[ьи]|что ново\w+|what(?:'s| is) new|"
    r"(?:latest |recent )?(?:news|updates)|latest)",
    re.IGNORECASE,
)
_ASKS_MORE = re.compile(rf"[,;:] |\b{any_of(QUESTION_WORDS)}\b", re.IGNORECASE)
"""What a topic does not hold: «что известно о том, кто поджёг склад» asks for one thing."""
_ENDS_WITH_NOW = re.compile(
    rf"(?<![ ,])[ ,]+(?:{_NOW}|{any_of(NOW)}|right now|at the moment|so far|to date)$", re.IGNORECASE
)
_IN_A_PLACE = re.compile(
    rf"(?:(?i:что (?:{_NOW} )?(?:случилось|произошло|происходило|происходит|было|будет) (?:интересного )?(?:в|во) )"
    r"(?=[А-ЯЁ])|(?i:what (?:has )?(?:happened|was happening|went on) in (?:the )?)(?=[A-Z]))(?P<topic>.+)"
)
"""What within a time asks for all that was in a place."""
_MARKS = " \t\n?!.…,;:—–-"
_ASK_FOR_ONE_THING = QUESTION_WORDS - WHICH - frozenset(("что", "чего", "чем"))
"""«Когда», «сколько», "who": what asks so, asks about something that was named before."""
_ASK_FOR_ALL = frozenset(("что", "чего", "what", "anything", "something", "everything", "things"))
_HERE = frozenset(("городе", "регионе", "области", "крае", "округе", "мире", "стране")) | frozenset(
    ("city", "town", "area", "region", "country", "world")
)
"""«Что нового в этом городе?» points at nothing that was named."""
_SAY_NOTHING = _ASK_FOR_ALL | OPENINGS | PRONOUNS | PREPOSITIONS
_BEFORE_A_PRONOUN = AUXILIARIES | QUESTION_WORDS | PREPOSITIONS | OPENINGS


def asked_about(text: str, *, bounded: bool) -> str | None:
    """The topic of which a question wants the news, "" for all there is; None where it asks for something else.

    `text` is the question without what restricts it to a time or an outlet, if anything does.
    """
    if len(text) > LONGEST_QUESTION:
        return None
    words = words_of(text)
    if bounded and (OPENINGS.issuperset(words) or _asks_what_was(text)):
        return ""  # «вчера», «что было вчера?»
    if _asks_for_events(text):
        return ""
    bare = text.strip(_MARKS)
    for pattern in (_OPENS, _CLOSES, *([_IN_A_PLACE] if bounded else [])):
        topic = _topic_of(pattern, bare)
        if topic is not None:
            return topic
    return None


def asks_again(text: str, *, bounded: bool) -> bool:
    """Whether a text asks for the news of what was named before: «а что нового?», "any news about it?".

    Within a time or an outlet it may say no more than "about it". `text` is without what restricts it.
    """
    words = words_of(text)
    points = any(_points(words, place) for place in range(len(words)))
    if not points and not (words and words[0] in OPENINGS):
        return False
    if bounded and _SAY_NOTHING.issuperset(words):
        return True
    if not points:
        return _asks_for_events(text)
    match = _OPENS.fullmatch(text.strip(_MARKS))
    return match is not None and _SAY_NOTHING.issuperset(words_of(match["topic"]))


def _topic_of(pattern: Pattern[str], text: str) -> str | None:
    match = pattern.fullmatch(text)
    if not match or _ASKS_MORE.search(match["topic"]):
        return None
    topic = _ENDS_WITH_NOW.sub("", match["topic"].strip(_MARKS)).strip(_MARKS)
    if _asks_for_events(topic):
        return ""
    return None if _means_what_was_named(topic) else topic


def _asks_what_was(text: str) -> bool:
    """Whether a text asks what was, or will be, and names nothing: not «ожидается?», which asks whether."""
    words = words_of(text)
    known = WAS_OR_WILL_BE | STOP_WORDS | ASKING_FOR_EVENTS
    if WAS_OR_WILL_BE.isdisjoint(words) or not known.issuperset(words):
        return False
    asks_for_all = not _ASK_FOR_ALL.isdisjoint(words) or not text.endswith("?")
    return asks_for_all and not _asks_about_one_thing(words)


def _asks_for_events(text: str) -> bool:
    """Whether a text asks for events and names none."""
    if act_of(text) is Act.NEWS:
        return True
    words = words_of(text)
    known = EVENTS | ASKING_FOR_EVENTS | STOP_WORDS
    return not EVENTS.isdisjoint(words) and known.issuperset(words) and not _asks_about_one_thing(words)


def _means_what_was_named(topic: str) -> bool:
    """Whether a topic is a pronoun: «что с ним случилось?»."""
    words = words_of(topic)
    return (EVENTS | ASKING_FOR_EVENTS | STOP_WORDS).issuperset(words) and _asks_about_one_thing(words)


def _asks_about_one_thing(words: Sequence[str]) -> bool:
    """Whether words that name nothing mean something named before: «когда это было?», «что его ждёт?»."""
    return not _ASK_FOR_ONE_THING.isdisjoint(words) or any(_points(words, place) for place in range(len(words)))


def _points(words: Sequence[str], place: int) -> bool:
    word, before, behind = words[place], words[:place], words[place + 1 :]
    if word not in PRONOUNS or (word in DEMONSTRATIVES and behind and behind[0] in _HERE):
        return False
    return word != "that" or not before or before[-1] in _BEFORE_A_PRONOUN  # "all that happened"
