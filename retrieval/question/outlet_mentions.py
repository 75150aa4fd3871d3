"""Where a question names outlets, in any case form, in Cyrillic or Latin, whether it asks them or about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Self

from retrieval.question.outlet_frames import CUE
from retrieval.question.outlet_hosts import is_spelled
from retrieval.question.outlet_names import BEFORE_A_NAME, HEADS
from retrieval.question.outlet_table import OutletTable, key_of, plain
from retrieval.question.transliteration import first_letters
from retrieval.text.dictionaries import is_word
from retrieval.text.morphology import begins_phrase, forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.question.outlet_table import Key

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-я]")
_JOINED = re.compile(r"[\s.\-–’'&:/]{1,3}")
"""What may stand between the words of a name."""
_TOGETHER = re.compile(r"[»”\"]?\s*(?:,|\bи|\bили|\band|\bor|,\s*и)\s+(?:the\s+)?[«“\"]?")
"""What may stand between the names of two outlets that are asked together."""
_HOST = re.compile(
    r"(?<![\w@.])(?:[a-z\d-]{1,63}\.)+(?:ru|com|org|net|info|su|io|uk|рф|tv|news|media|by|kz|ua)(?![\w.])",
    re.IGNORECASE,
)
_OPENING = " «„“\"'(—–-"
_QUOTES = '«„“"'
_LONGEST = 5
"""Words of a name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a question that may name an outlet."""

    start: int
    end: int
    outlets: tuple[str, ...]
    """As articles name them; empty where none of them does."""
    is_sure: bool
    """Whether it is written as only a name is, or means nothing else."""
    several: bool = False
    """Whether a verb beside it is in the plural."""
    either_number: bool = False
    nominative: bool = True
    """Whether it may be in the nominative."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """The names of outlets, those of the corpus and others that are well known."""

    _table: OutletTable

    @classmethod
    def of(cls, outlets: Iterable[str], aliases: Mapping[str, str]) -> Self:
        """Look for the `outlets` of a corpus, also by the operator's `aliases`, and for well-known others."""
        return cls(OutletTable.of(outlets, aliases))

    def in_question(self, question: str) -> Iterator[list[Mention]]:
        """Yield the places that may name outlets: by known names, by how their hosts are spelled, by how names look."""
        words = list(_WORD.finditer(question))
        known = list(self._known(question, words))
        yield _together(question, known)
        if CUE.search(question):
            yield list(self._spelled(question, words))
            yield list(_looking_like_outlets(question, words))

    def _known(self, question: str, words: Sequence[re.Match[str]]) -> Iterator[Mention]:
        place = 0
        while place < len(words):
            length, mention = next(
                (
                    (length, mention)
                    for length in range(min(_LONGEST, len(words) - place), 0, -1)
                    if (mention := self._mention(question, words, place, length))
                ),
                (1, None),
            )
            if mention:
                yield mention
            place += length

    def _mention(self, question: str, words: Sequence[re.Match[str]], place: int, length: int) -> Mention | None:
        chosen = words[place : place + length]
        if not _is_joined(question, chosen):
            return None
        written = tuple(plain(word[0]) for word in chosen)
        name = self._table.names.get(key_of(written))
        if name is None:
            return None
        is_plain = length == 1 and is_word(written[0])
        as_name = _is_written_as_name(question, chosen)
        if (is_plain or name.is_part) and _is_within_a_longer_name(question, words, place):
            return None
        if name.is_part and not as_name:
            return None
        number = _number(name.words)
        return Mention(
            start=chosen[0].start(),
            end=chosen[-1].end(),
            outlets=name.outlets,
            is_sure=not name.is_part and (as_name or not is_plain),
            several=number == "plur",
            either_number=number == "either",
            nominative=not _CYRILLIC.search(written[-1]) or written == name.words or name.is_part,
        )

    def _spelled(self, question: str, words: Sequence[re.Match[str]]) -> Iterator[Mention]:
        for place in range(len(words)):
            for length in range(min(_LONGEST - 1, len(words) - place), 0, -1):
                chosen = words[place : place + length]
                written = tuple(plain(word[0]) for word in chosen)
                as_name = _is_written_as_name(question, chosen, begins=True)
                may_name = as_name or length == 1 or _has_head(written) or _is_no_word(written)
                if not may_name or not _is_joined(question, chosen):
                    continue
                meant = self._spelled_by(written)
                if meant:
                    number = _number(written)
                    yield Mention(
                        start=chosen[0].start(),
                        end=chosen[-1].end(),
                        outlets=tuple(dict.fromkeys(meant)),
                        is_sure=_is_written_as_name(question, chosen) or _has_head(written) or _is_no_word(written),
                        several=number == "plur",
                        either_number=number == "either",
                    )
                    break

    def _spelled_by(self, words: Key) -> list[str]:
        first = words[0][:1]
        letters = {first, *first_letters(words[0])}
        names = {word: outlets for letter in letters for word, outlets in self._table.glued.get(letter, {}).items()}
        return [outlet for word, outlets in names.items() if is_spelled(words, word) for outlet in outlets]


def _is_joined(question: str, words: Sequence[re.Match[str]]) -> bool:
    return all(_JOINED.fullmatch(question, one.end(), other.start()) for one, other in pairwise(words))


def _is_written_as_name(question: str, words: Sequence[re.Match[str]], *, begins: bool = False) -> bool:
    """Whether a capital that no beginning of a sentence asks for, quotation marks or a host's dot make it a name.

    Where it `begins` the sentence, its capital counts as well if all of its words have one.
    """
    first, last = words[0], words[-1]
    if question[: first.start()].rstrip(" ")[-1:] in {*_QUOTES} and question[last.end() :][:1] in {*'»”"'}:
        return True
    if any(question[word.start() - 1] == "." and word.start() > first.start() for word in words):
        return True
    if first[0].isupper() and len(first[0]) > 1:
        return True
    opens = not question[: first.start()].strip(_OPENING)
    if opens and not begins:
        return any(word[0][0].isupper() for word in words[1:])
    return first[0][0].isupper()


def _is_within_a_longer_name(question: str, words: Sequence[re.Match[str]], place: int) -> bool:
    """Whether the word goes with one beside it: «Тальские известия», "the Sunday Times", «лента новостей»."""
    word = words[place]
    if place and question[words[place - 1].end() : word.start()].isspace():
        before = words[place - 1]
        opens = not question[: before.start()].strip(_OPENING)
        if before[0][0].isupper() and not opens and plain(before[0]) not in BEFORE_A_NAME:
            return True
        if plain(before[0]) not in BEFORE_A_NAME and begins_phrase(before[0], word[0]):
            return True
    if place + 1 < len(words) and question[word.end() : words[place + 1].start()].isspace():
        behind = words[place + 1]
        return behind[0][0].isupper() and _CYRILLIC.search(plain(word[0])) is None
    return False


def _number(words: Key) -> str:
    """``plur``, ``sing`` or ``either``, of a name in the nominative."""
    last = words[-1] if words else ""
    if not _CYRILLIC.search(last):
        return "either"
    if not any("plur" in form.genders and form.case == "nomn" for form in forms(last) if form.is_noun):
        return "sing"
    return "plur" if len(words) == 1 else "either"


def _has_head(words: Key) -> bool:
    """Whether its last word is one that outlets are named with, in any form, behind another."""
    return len(words) > 1 and key_of(words[-1:]) in _HEADS


def _is_no_word(words: Key) -> bool:
    """Whether a word of it is in no dictionary, so that it means nothing else: «карса24»."""
    return any(not is_word(word) for word in words)


_HEADS = frozenset(key_of((head,)) for head in HEADS)


def _together(question: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions, those that are named together as one."""
    groups: list[Mention] = []
    for mention in mentions:
        if groups and _TOGETHER.fullmatch(question, groups[-1].end, mention.start):
            last = groups[-1]
            outlets = tuple(dict.fromkeys((*last.outlets, *mention.outlets)))
            groups[-1] = replace(
                last, end=mention.end, outlets=outlets, is_sure=last.is_sure and mention.is_sure, either_number=True
            )
        else:
            groups.append(mention)
    return groups


def _looking_like_outlets(question: str, words: Sequence[re.Match[str]]) -> Iterator[Mention]:
    """Hosts, and names such as "the Lindal Post", that are no outlet of the corpus."""
    for match in _HOST.finditer(question):
        yield Mention(match.start(), match.end(), (), is_sure=True, either_number=True)
    for place in range(len(words)):
        for length in range(min(_LONGEST - 1, len(words) - place), 1, -1):
            chosen = words[place : place + length]
            written = tuple(plain(word[0]) for word in chosen)
            capitals = chosen[0][0][0].isupper() and (
                _CYRILLIC.search(written[-1]) or all(word[0][0].isupper() for word in chosen)
            )
            told = _is_written_as_name(question, chosen)
            if capitals and told and _is_joined(question, chosen) and _has_head(written):
                yield Mention(chosen[0].start(), chosen[-1].end(), (), is_sure=True, either_number=True)
                break
