"""What a message means that asks nothing about the articles: a greeting, thanks, «а ещё?», «источник?», a smile.

A message is such an act only as a whole: it falls apart into phrases of closed lists (`retrieval.text.phrases`), with
nothing left over. «привет, кто мэр Заречинска?» is a question.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from retrieval.question.keyboard import retyped
from retrieval.text import phrases
from retrieval.text.terms import words_of
from retrieval.text.vocabulary import ARTICLES, COLLOQUIAL, OPENINGS
from retrieval.types import Act

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from retrieval.text.phrases import Phrase


ON_ANSWER = frozenset((Act.MORE, Act.DETAILS, Act.AGAIN, Act.SOURCES))
"""Acts that go on from the last answer."""

LISTS: Mapping[Act, frozenset[Phrase]] = {
    Act.MORE: phrases.MORE,
    Act.DETAILS: phrases.DETAILS,
    Act.AGAIN: phrases.AGAIN,
    Act.SOURCES: phrases.SOURCES,
    Act.NEWS: phrases.NEWS,
    Act.EXAMPLES: phrases.EXAMPLES,
    Act.HOW_MANY_ARTICLES: phrases.HOW_MANY_ARTICLES,
    Act.WHAT_ABOUT: phrases.WHAT_ABOUT,
    Act.WHAT_CAN_YOU: phrases.WHAT_CAN_YOU,
    Act.WHO_ARE_YOU: phrases.WHO_ARE_YOU,
    Act.HELP: phrases.HELP,
    Act.SWEARING: phrases.SWEARING,
    Act.COMPLAINT: phrases.COMPLAINTS,
    Act.THANKS: phrases.THANKS,
    Act.GOODBYE: phrases.GOODBYES,
    Act.PRAISE: phrases.PRAISE,
    Act.GREETING: phrases.GREETINGS,
    Act.HOW_ARE_YOU: phrases.HOW_ARE_YOU,
    Act.PRESENCE: phrases.PRESENCE,
    Act.ACKNOWLEDGEMENT: phrases.ACKNOWLEDGEMENTS,
    Act.NOTHING: phrases.NOISE,
}
"""The closed list of each act."""
_SIGNS: Mapping[Act, str] = {
    Act.SWEARING: "🖕",
    Act.COMPLAINT: "👎😡🤬😠",
    Act.THANKS: "🙏💐🌹❤♥🤗",
    Act.PRAISE: "👏🔥🏆😍🥰",
    Act.GREETING: "👋🙋",
    Act.ACKNOWLEDGEMENT: "👍👌🤝✅🆗🫡💯",
}
"""What a message without words means by its pictures."""
_ONLY_A_PLUS = re.compile(r"\s*\++1?\s*")
_FACE = re.compile(r"(?<!\w)[:;=][-'^]?[DdPpOo](?!\w)")
"""A face that is drawn with a letter."""
_REACTIONS = frozenset((Act.COMPLAINT, Act.PRAISE, Act.PRESENCE, Act.ACKNOWLEDGEMENT))
_OPENINGS = OPENINGS | ARTICLES

_LONGEST = 200
"""Characters; what is longer has more to say than an act."""
_MOST_WORDS = 12
_STRETCHED = re.compile(r"(\w)\1{2,}")
_STRETCHED_AT_THE_END = re.compile(r"(\w)\1+$")


def act_of(text: str, names: Collection[str] = ()) -> Act | None:
    """What `text` means where it asks nothing about the articles; None where it may, and where it is empty.

    `names` are those that the bot is called by besides «бот».
    """
    written = _FACE.sub(" ", text)
    if not any(map(str.isalpha, written)):
        return _act_of_signs(text) if text.strip() else None
    if len(text) > _LONGEST:
        return None
    readings = (_act_of_words(reading, names) for reading in (written, *_retyped(written)))
    return next(filter(None, readings), None)


def _retyped(text: str) -> Iterator[str]:
    """What the keys of a text write in the other alphabet: marks behind words as such, or as letters."""
    if text.isascii():
        chunks = [[*retyped(chunk, russian=True)] for chunk in text.split()]
        yield from (" ".join(readings[which] for readings in chunks) for which in (0, -1))


def _act_of_words(text: str, names: Collection[str]) -> Act | None:
    words = _known_words(text, names)
    if len(words) > _MOST_WORDS:
        return None
    in_full = tuple(COLLOQUIAL.get(word, word) for word in words)
    acts = next(filter(None, map(_acts_in, (words, _without_fillers(words), in_full, _without_fillers(in_full)))), None)
    if not acts:
        return None
    act = min(acts, key=list(Act).index)
    # «а лучший?» after an answer asks on.
    return None if act in _REACTIONS and "?" in text and words[0] in _OPENINGS and len(words) > 1 else act


def _without_fillers(words: Phrase) -> Phrase:
    return tuple(word for word in words if word not in phrases.FILLERS)


def _act_of_signs(text: str) -> Act:
    if _ONLY_A_PLUS.fullmatch(text):
        return Act.ACKNOWLEDGEMENT
    return next((act for act, signs in _SIGNS.items() if any(sign in text for sign in signs)), Act.NOTHING)


def _known_words(text: str, names: Collection[str]) -> Phrase:
    """The words of a text, each as the lists have it if they do, whatever the bot is called by as `phrases.BOT`."""
    words = tuple(words_of(text))
    for name in names:
        words = _renamed(words, tuple(words_of(name)))
    return tuple(map(_as_listed, words))


def _renamed(words: Phrase, name: Phrase) -> Phrase:
    for place in range(len(words)):
        if name and words[place : place + len(name)] == name:
            return (*words[:place], phrases.BOT, *_renamed(words[place + len(name) :], name))
    return words


def _as_listed(word: str) -> str:
    if word in phrases.BOT_NAMES:
        return phrases.BOT
    if word.startswith(phrases.OBSCENE_STEMS):
        return phrases.OBSCENE
    if phrases.LAUGHTER.fullmatch(word):
        return phrases.LAUGHING
    known = _known()
    for form in _forms(word):
        if form in known:
            return form
    return next((meant for meant in phrases.OFTEN_MISTYPED if _is_one_slip_away(word, meant)), word)


def _forms(word: str) -> Sequence[str]:
    """The word, and what it is where letters were held down: «спасибооо», "goood"."""
    return word, _STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word), _STRETCHED_AT_THE_END.sub(r"\1", word)


def _is_one_slip_away(word: str, meant: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two neighbours have changed places."""
    start = 0
    while start < min(len(word), len(meant)) and word[start] == meant[start]:
        start += 1
    typed, right = word[start:], meant[start:]
    if typed[1:] == right[1:] or typed[1:] == right or typed == right[1:]:
        return True
    return typed[:2] == right[1::-1] and typed[2:] == right[2:]


def _acts_in(words: Phrase) -> tuple[Act, ...] | None:
    """The acts of the phrases into which words fall apart, each as long as can be; None where some are left over."""
    if not words:
        return ()
    table = _table()
    for length in range(len(words), 0, -1):
        act = table.get(words[:length])
        if act is not None:
            others = _acts_in(words[length:])
            if others is not None:
                return act, *others
    return None


@cache
def _table() -> Mapping[Phrase, Act]:
    return {phrase: act for act, listed in LISTS.items() for phrase in listed}


@cache
def _known() -> frozenset[str]:
    return phrases.FILLERS.union(*_table())
