"""A piece of an article in which a quote may stand, as words and sentences."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.text.quoted_words import quoted_words
from retrieval.text.splitting import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from retrieval.text.quoted_words import QuotedWord
    from retrieval.types import ArticleHeader, Span


@dataclass(frozen=True, eq=False)
class Place:
    """A piece of an article: ``text == article.text[start:start + len(text)]``; words are known by their numbers."""

    article: ArticleHeader
    start: int
    text: str
    passage_id: int = 0
    """A passage of it, by which the store knows its article."""

    @cached_property
    def words(self) -> Sequence[QuotedWord]:
        """The words of the piece, with their places in it."""
        return quoted_words(self.text)

    @cached_property
    def forms(self) -> Sequence[str]:
        """What they are compared by."""
        return [word.form for word in self.words]

    @cached_property
    def numbers(self) -> Mapping[str, Sequence[int]]:
        """Where each word stands."""
        found: dict[str, list[int]] = {}
        for number, form in enumerate(self.forms):
            found.setdefault(form, []).append(number)
        return found

    @cached_property
    def sentences(self) -> Sequence[Span]:
        """Where sentences stand in the piece."""
        return sentence_spans(self.text)

    def sentence_of(self, word: int) -> int:
        """The number of the sentence in which a word stands."""
        return max(bisect_right(self._sentence_starts, self.words[word].start) - 1, 0)

    def words_of_sentence(self, sentence: int) -> tuple[int, int]:
        """The numbers of the first word of a sentence and of the one after its last."""
        starts = self._word_starts
        span = self.sentences[sentence]
        return bisect_right(starts, span.start - 1), bisect_right(starts, span.end - 1)

    @cached_property
    def _sentence_starts(self) -> Sequence[int]:
        return [span.start for span in self.sentences]

    @cached_property
    def _word_starts(self) -> Sequence[int]:
        return [word.start for word in self.words]
