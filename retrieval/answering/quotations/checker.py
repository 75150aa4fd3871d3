"""A message that quotes something -> what the articles of a generation have of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.answering.quotations.candidates import places_of
from retrieval.answering.quotations.checking import Quoted, checked
from retrieval.question.asking import is_question
from retrieval.question.quoting import QuoteAsked, asked_quote, claims
from retrieval.types import QuoteClass

if TYPE_CHECKING:
    from retrieval.answering.quotations.places import Place
    from retrieval.home import Home
    from retrieval.index.generation import Generation
    from retrieval.models.embedding import Embedder
    from retrieval.types import QuoteCheck

_CLOSE = 0.8
"""Share of its words that an article has from which what was asked without quotation marks is a quotation."""
_WHOLE_ARTICLE = 1_000_000
"""Characters around a passage in which its article names who speaks."""
_IN_ORDER = (
    QuoteClass.VERBATIM,
    QuoteClass.OTHER_SPEAKER,
    QuoteClass.ALTERED,
    QuoteClass.STITCHED,
    QuoteClass.NOWHERE,
)
"""Of several readings of one message the one counts of which most is found."""


@dataclass(frozen=True, slots=True)
class QuoteChecker:
    """Checks quotations against one generation."""

    home: Home
    generation: Generation
    embedder: Embedder

    def check(self, text: str) -> QuoteCheck:
        """Check the quotation that a text asks about, and where it asks about none the text itself."""
        asked = asked_quote(text)
        if asked is not None:
            return self._checked(text, asked)
        claimed = list(claims(text)) or [QuoteAsked(0, len(text))]
        return min((self._checked(text, each) for each in claimed), key=_what_is_found)

    def check_asked(self, text: str) -> QuoteCheck | None:
        """Check the quotation that a text asks about; None where it asks about none, or rather about a matter.

        What stands in quotation marks is none where no article has nearly the same words, unless it is asked whether it
        is one; so is a question in them that no article has word for word. «Правда ли, что …?» without quotation marks
        asks about one where an article has nearly the same words.
        """
        asked = asked_quote(text)
        if asked is not None:
            check = self._checked(text, asked)
            return check if asked.is_sure or _is_told(check) else None
        found = min((self._checked(text, each) for each in claims(text)), key=_what_is_found, default=None)
        return found if found is not None and _is_close(found) else None

    def _checked(self, text: str, asked: QuoteAsked) -> QuoteCheck:
        hidden = self.home.retractions.passages(self.generation.manifest.number)
        quote = text[asked.start : asked.end]
        places = places_of(quote, self.generation, self.embedder, self.home.queries, hidden)
        return checked(Quoted(text, asked.start, asked.end, asked.speaker), places, self._whole_text)

    def _whole_text(self, place: Place) -> str:
        found = self.home.queries.texts_around([place.passage_id], _WHOLE_ARTICLE)
        return found[0].text if found else place.text


def _what_is_found(check: QuoteCheck) -> tuple[int, float]:
    return _IN_ORDER.index(check.verdict), -sum(citation.score for citation in check.citations)


def _is_told(check: QuoteCheck) -> bool:
    """Whether what is found of a quotation is an answer by itself; that of a question has to be word for word."""
    if check.verdict is QuoteClass.STITCHED:
        return not is_question(check.quote)
    return _is_close(check) and not (check.verdict is QuoteClass.ALTERED and is_question(check.quote))


def _is_close(check: QuoteCheck) -> bool:
    if check.verdict in {QuoteClass.VERBATIM, QuoteClass.OTHER_SPEAKER}:
        return True
    return check.verdict is QuoteClass.ALTERED and check.citations[0].score >= _CLOSE
