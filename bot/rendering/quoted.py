"""What is found of quoted words: the lines that say it, and where the quote and the articles differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.texts import Texts
from retrieval.types import Citation, QuoteCheck, QuoteClass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and how it is marked."""

    text: str
    is_evidence: bool = False
    """Whether it is what is quoted."""
    differs: bool = False


def lines(check: QuoteCheck, texts: Texts) -> Iterator[str]:
    """Yield what is found, in a line, and what is to be known besides."""
    verdict = check.verdict.value
    if check.verdict is QuoteClass.OTHER_SPEAKER and not check.said_by:
        verdict = "unnamed"
    elif check.is_headline:
        verdict = "headline"
    yield texts.say("quote-verdict", verdict=verdict, said_by=check.said_by, speaker=check.speaker)
    if check.said_by and check.verdict in {QuoteClass.ALTERED, QuoteClass.STITCHED}:
        yield texts.say("quote-said-by", said_by=check.said_by)
    if check.is_cut_short:
        yield texts.say("quote-cut-short")
    elif check.is_cut and check.verdict in {QuoteClass.VERBATIM, QuoteClass.OTHER_SPEAKER}:
        yield texts.say("quote-cut")


def of_quote(check: QuoteCheck) -> list[Piece]:
    """The quote, with its words marked that the articles do not have there; empty where it has none such."""
    spans = [each.span for each in check.differences if each.span[0] < each.span[1]]
    return _pieces(check.quote, [], spans) if spans else []


def of_excerpt(citation: Citation, check: QuoteCheck) -> list[Piece]:
    """An excerpt, with what is quoted marked, and of that the words that the quote does not have."""
    spans = [each.excerpt_span for each in check.differences if each.citation == citation.number]
    return _pieces(citation.excerpt, [citation.highlight], spans)


def _pieces(text: str, evidence: Iterable[Span], differing: Iterable[Span]) -> list[Piece]:
    evidence, differing = list(evidence), list(differing)
    edges = sorted({0, len(text), *(edge for span in (*evidence, *differing) for edge in span)})
    return [Piece(text[a:b], _within(a, b, evidence), _within(a, b, differing)) for a, b in pairwise(edges)]


def _within(start: int, end: int, spans: Iterable[Span]) -> bool:
    return any(first <= start and end <= last for first, last in spans)
