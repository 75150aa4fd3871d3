"""What an article tells of a topic: which of its words stand in its headline, in its opening, or anywhere in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Self

from retrieval.text.dictionaries import is_word
from retrieval.text.morphology import dictionary_forms
from retrieval.text.terms import composed, term_of, words_of
from retrieval.text.vocabulary import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from retrieval.question.parsing import Question
    from retrieval.ranking.about import Mention
    from retrieval.types import Passage

    Places = frozenset[int]

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+(?:[-–][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[а-я]")
_SHORTEST_STEM = 1
"""Letters that any two forms of one word have in common: «яйца» and «яиц»."""
_SHORTEST_NAME = 4
"""Letters of a name that tells a story, and of those that its cases have in common."""
_CASE_ENDINGS = re.compile(r"|[ауеыиюя]|[оые]й|[оеы]м|[ыая]х|[ыая]ми|[ая]м|ого|ому|ую")
_SENTENCE_ENDS = re.compile(r"(?:[.!?…:]\s+|\n\s*|[—–]\s*)$")
_LOOKED_AT = 4
"""Characters before a word that tell whether it begins a sentence."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a topic."""

    word: str
    """In small letters."""
    is_name: bool
    """Whether it is a name or a number, which nothing else stands for."""
    is_compound: bool
    """Whether it is part of one like «Гранит-Арена», and not a name by itself."""
    weight: float
    """How rare it is, as a share of all words of the topic."""
    is_known: bool
    """Whether it stands in any article, or what stands for it."""

    def is_met_by(self, token: str) -> bool:
        """Whether it stands in a token of a text, in any form."""
        if token[:1].isdigit() and self.word.isdigit():
            return token == self.word
        parts = _PART.findall(token)
        if len(parts) > 1 and self.is_name and not self.is_compound and all(part[0].isupper() for part in parts):
            return False
        written = [part.lower().replace("ё", "е") for part in parts]
        return any(_is_same(self.word, part) or (self.is_name and _is_same_name(self.word, part)) for part in written)


@dataclass(frozen=True, slots=True)
class Topic:
    """The words of a topic that say what it is about."""

    words: tuple[Word, ...]

    @classmethod
    def of(cls, question: Question, rarity: Sequence[float], known: Sequence[bool]) -> Self:
        """The topic of a question, with how rare each of its terms is and whether any article holds it."""
        written = {term_of(word): word for word in words_of(question.matter)}
        compounds = {
            term_of(part.lower().replace("ё", "е"))
            for token in _TOKEN.findall(composed(question.matter))
            if len(parts := _PART.findall(token)) > 1
            for part in parts
        }
        words = (
            Word(
                word=written.get(term.term, term.term),
                is_name=term.is_name or term.is_number,
                is_compound=term.term in compounds,
                weight=weight,
                is_known=is_known,
            )
            for term, weight, is_known in zip(question.terms, rarity, known, strict=True)
        )
        return cls(tuple(words))

    @property
    def names(self) -> Places:
        """The places of its names and numbers."""
        return frozenset(place for place, word in enumerate(self.words) if word.is_name)

    @property
    def known(self) -> Places:
        """The places of the words that stand in any article."""
        return frozenset(place for place, word in enumerate(self.words) if word.is_known)

    def met_by(self, text: str) -> Places:
        """The places of those of its words that stand in a text."""
        tokens = set(_TOKEN.findall(composed(text)))
        return frozenset(
            place for place, word in enumerate(self.words) if any(word.is_met_by(token) for token in tokens)
        )

    def share(self, places: Collection[int]) -> float:
        """How much of the topic some of its words are."""
        return sum(self.words[place].weight for place in places)


@dataclass(frozen=True)
class Told:
    """What the passages of one article that were found tell of a topic."""

    topic: Topic
    mentions: tuple[Mention, ...]
    """The best first."""
    passages: Mapping[int, Passage]

    @property
    def lead(self) -> Passage:
        """The passage that is most about the topic."""
        return self.passages[self.mentions[0].passage_id]

    @cached_property
    def opening(self) -> Mention:
        """The first of these passages in the text."""
        return min(self.mentions, key=lambda mention: self.passages[mention.passage_id].start)

    @property
    def cosine(self) -> float:
        """How near the nearest sentence is."""
        return max(mention.cosine for mention in self.mentions)

    @cached_property
    def first_sentence(self) -> str:
        """As it stands in the article."""
        passage = self.passages[self.opening.passage_id]
        return passage.text_of(passage.sentences[0])

    @cached_property
    def in_first(self) -> Places:
        """What is met in its first sentence."""
        return self.topic.met_by(self.first_sentence)

    @cached_property
    def in_headline(self) -> Places:
        """What is met in its headline."""
        return self.topic.met_by(self.lead.article.title)

    @cached_property
    def in_head(self) -> Places:
        """What is met in either."""
        return self.in_headline | self.in_first

    @cached_property
    def anywhere(self) -> Places:
        """What is met in the headline or in any of these passages."""
        return self.in_headline.union(*(self.topic.met_by(text) for text in self._texts))

    @property
    def lacking(self) -> Places:
        """What is met nowhere in them."""
        return frozenset(range(len(self.topic.words))) - self.anywhere

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the names in these passages and in the headline, but those of the topic."""
        found = {name for text in (self.lead.article.title, *self._texts) for name in _names_in(text)}
        return frozenset(term_of(name) for name in found if not any(word.is_met_by(name) for word in self.topic.words))

    @cached_property
    def sentences(self) -> list[Places]:
        """What is met in each sentence."""
        return [
            self.topic.met_by(passage.text_of(span))
            for passage in (self.passages[mention.passage_id] for mention in self.mentions)
            for span in passage.sentences
        ]

    @property
    def _texts(self) -> Iterable[str]:
        return [self.passages[mention.passage_id].text for mention in self.mentions]


def _names_in(text: str) -> Iterator[str]:
    """Words with a capital that no beginning of a sentence asks for, in small letters."""
    text = composed(text)
    for match in _TOKEN.finditer(text):
        before = text[max(0, match.start() - _LOOKED_AT) : match.start()]
        name = match[0].lower().replace("ё", "е")
        is_inside = before and not _SENTENCE_ENDS.search(before)
        if match[0][0].isupper() and is_inside and len(name) >= _SHORTEST_NAME and name not in STOP_WORDS:
            yield name


def _is_same(word: str, other: str) -> bool:
    """Whether two words in small letters are forms of one."""
    if word == other:
        return True
    if word[:_SHORTEST_STEM] != other[:_SHORTEST_STEM]:
        return False
    if not _dictionary_forms(word).isdisjoint(_dictionary_forms(other)):
        return True
    # «Метро» and «метров» have one stem and are no forms of one word, as a dictionary that holds both tells.
    return term_of(word) == term_of(other) and not (_CYRILLIC.search(word) and is_word(word) and is_word(other))


def _is_same_name(name: str, other: str) -> bool:
    """Whether two names are one in two cases; dictionaries take «Лыков» for another word."""
    both = zip(name, other, strict=False)
    shared = next((place for place, (one, two) in enumerate(both) if one != two), min(len(name), len(other)))
    return shared >= _SHORTEST_NAME and all(_CASE_ENDINGS.fullmatch(word[shared:]) for word in (name, other))


@lru_cache(maxsize=20_000)
def _dictionary_forms(word: str) -> frozenset[str]:
    """What a Russian word may be a form of; none of any other word."""
    return (
        frozenset(form.replace("ё", "е") for form in dictionary_forms(word)) if _CYRILLIC.search(word) else frozenset()
    )
