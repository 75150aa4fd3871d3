"""A quote and the places where it may stand -> what is found of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from retrieval.answering.quotations.aligning import Aligned, align
from retrieval.answering.quotations.chaining import best_chain
from retrieval.answering.quotations.speakers import attributions, is_mentioned, is_said_by, named
from retrieval.text.quoted_words import quoted_words
from retrieval.types import Citation, QuoteCheck, QuoteClass, QuoteDifference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.answering.quotations.aligning import Differing
    from retrieval.answering.quotations.chaining import Chain, Run
    from retrieval.answering.quotations.places import Place
    from retrieval.text.quoted_words import QuotedWord

FEWEST_WORDS = 3
"""Words of which a quote is looked for."""
_LEAST_SHARE = 0.6
"""Share of a quote's words that articles must have, and of them and what differs those that are the same."""
_LEAST_CONTENT = 0.5
"""Share of those of its words that say something."""
_PART = 4
"""Words of a part that make it one, and how many of them must say something."""
_PART_CONTENT = 2


@dataclass(frozen=True, slots=True)
class Quoted:
    """What somebody quotes: ``text[start:end]``, and as whose words, if as anybody's."""

    text: str
    start: int
    end: int
    speaker: str = ""


def checked(
    quoted: Quoted, places: Sequence[Place], whole_text: Callable[[Place], str] = lambda place: place.text
) -> QuoteCheck:
    """Look for a quote in some places; `whole_text` gives the article of a place, where a speaker may be named."""
    quoted = _without_headline(quoted, places)
    quote = quoted_words(quoted.text[quoted.start : quoted.end])
    found = _explained(quote, places)
    if (not found or _class_of(found) is not QuoteClass.VERBATIM) and (entitled := _entitled(quote, places)):
        check = _told(quoted, QuoteClass.VERBATIM, quote, [_beginning(entitled, len(quote))])
        return replace(check, is_headline=True)
    if not found:
        return _told(quoted, QuoteClass.NOWHERE)
    verdict = _class_of(found)
    said_by: str | None = ""
    if quoted.speaker and verdict is QuoteClass.VERBATIM:
        others = [found, *_elsewhere(quote, places, found[0])]
        found, said_by = min(
            ((each, _said_by_another(each[0], quoted.speaker, whole_text)) for each in others),
            key=lambda pair: pair[1] is not None,
        )
        verdict = QuoteClass.VERBATIM if said_by is None else QuoteClass.OTHER_SPEAKER
    elif quoted.speaker:
        said_by = _said_by_another(found[0], quoted.speaker, whole_text)
    return _told(quoted, verdict, quote, found, said_by or "")


def _without_headline(quoted: Quoted, places: Sequence[Place]) -> Quoted:
    """What is quoted without a first line that is the headline of an article: posts begin with that."""
    first, parted, rest = quoted.text[quoted.start : quoted.end].partition("\n")
    if not parted or not rest.strip() or not _entitled(quoted_words(first), places):
        return quoted
    return replace(quoted, start=quoted.end - len(rest.lstrip()))


def _entitled(quote: Sequence[QuotedWord], places: Sequence[Place]) -> Place | None:
    """The first of an article's places of which a quote is the headline, if there is such an article."""
    forms = [word.form for word in quote]
    of_title = (place for place in places if forms == [word.form for word in quoted_words(place.article.title)])
    return min(of_title, key=lambda place: (place.article.id, place.start), default=None) if forms else None


def _beginning(place: Place, length: int) -> Aligned:
    """The first sentence of a place, of which nothing is quoted."""
    first, end = place.words_of_sentence(0)
    return Aligned(place, 0, length, first, end, (), is_cut=False, is_cut_short=False)


def _explained(quote: Sequence[QuotedWord], places: Sequence[Place]) -> list[Aligned]:
    """The quote by the places in which its parts stand; nothing where too little of it stands anywhere."""
    if len(quote) < FEWEST_WORDS:
        return []
    chain = best_chain(quote, places)
    if not chain:
        return []
    found = _aligned(_whole_parts(chain, quote), quote)
    lost = sum(each.unexplained for each in found)
    changed = sum(each.changed for each in found)
    kept = len(quote) - lost
    if kept < _LEAST_SHARE * len(quote):
        return []
    if kept < _LEAST_SHARE * (kept + changed) and lost:
        return []
    if len(found) == 1 and _is_scattered(found[0], kept):
        return []
    return found if _has_content(quote, found) else []


def _is_scattered(aligned: Aligned, kept: int) -> bool:
    """Whether the article says so much between the words of a quote that they are another sentence's."""
    return kept < 0.34 * (aligned.end - aligned.at) or (len(aligned.differing) > 1 and aligned.changed > kept)


def _has_content(quote: Sequence[QuotedWord], found: Sequence[Aligned]) -> bool:
    differs = {word for each in found for part in each.differing for word in range(part.first, part.last)}
    content = [number for number, word in enumerate(quote) if word.is_content]
    same = sum(number not in differs for number in content)
    return same >= max(_LEAST_CONTENT * len(content), 1)


def _whole_parts(chain: Chain, quote: Sequence[QuotedWord]) -> Sequence[Sequence[Run]]:
    """The places of a chain, but those of which so little is taken that it may have come by chance."""
    large = [group for group in chain if _is_part(group, quote)]
    return large or chain[:1]


def _is_part(group: Sequence[Run], quote: Sequence[QuotedWord]) -> bool:
    words = [word for run in group for word in quote[run.first : run.last]]
    return len(words) >= 2 * _PART or (len(words) >= _PART and sum(word.is_content for word in words) >= _PART_CONTENT)


def _aligned(groups: Sequence[Sequence[Run]], quote: Sequence[QuotedWord]) -> list[Aligned]:
    """Each part of a quote beside its place; what stands between two parts is the earlier one's."""
    starts = [0, *(group[0].first for group in groups[1:]), len(quote)]
    return [align(group, quote, first, last) for group, (first, last) in zip(groups, pairwise(starts), strict=True)]


def _class_of(found: Sequence[Aligned]) -> QuoteClass:
    if len(found) > 1:
        return QuoteClass.STITCHED
    return QuoteClass.ALTERED if found[0].differing else QuoteClass.VERBATIM


def _elsewhere(quote: Sequence[QuotedWord], places: Sequence[Place], found: Aligned) -> Iterator[list[Aligned]]:
    """The other places where a quote stands word for word."""
    for place in places:
        other = _explained(quote, [place]) if place is not found.place else []
        if len(other) == 1 and not other[0].differing:
            yield other


def _said_by_another(aligned: Aligned, speaker: str, whole_text: Callable[[Place], str]) -> str | None:
    """Whom the article gives as the speaker in place of `speaker`, "" where nobody; None where it may be the same."""
    if not named(speaker):
        return None
    given = attributions(aligned)
    if any(is_said_by(each.name, speaker) for each in given):
        return None
    if given:
        return given[0].name
    return None if is_mentioned(whole_text(aligned.place), speaker) else ""


def _told(
    quoted: Quoted,
    verdict: QuoteClass,
    quote: Sequence[QuotedWord] = (),
    found: Sequence[Aligned] = (),
    said_by: str = "",
) -> QuoteCheck:
    citations = tuple(_cited(each, number, len(quote)) for number, each in enumerate(found, 1))
    differences = [
        _difference(each, part, quote, citation)
        for each, citation in zip(found, citations, strict=True)
        for part in each.differing
    ]
    return QuoteCheck(
        text=quoted.text,
        verdict=verdict,
        quote=quoted.text[quoted.start : quoted.end],
        start=quoted.start,
        end=quoted.end,
        citations=citations,
        differences=tuple(differences),
        is_cut=any(each.is_cut for each in found),
        is_cut_short=any(each.is_cut_short for each in found),
        speaker=quoted.speaker,
        said_by=said_by,
    )


def _cited(aligned: Aligned, number: int, length: int) -> Citation:
    """The whole sentences in which a part of a quote stands."""
    place, article = aligned.place, aligned.place.article
    first = min([aligned.at, *(part.at for part in aligned.differing if part.at < part.end)])
    start = place.sentences[place.sentence_of(first)].start
    end = place.sentences[place.sentence_of(aligned.end - 1)].end
    highlight = (place.words[first].start - start, place.words[aligned.end - 1].end - start)
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published_at=article.published_at,
        excerpt=place.text[start:end],
        start=place.start + start,
        end=place.start + end,
        highlight=highlight,
        score=round((aligned.last - aligned.first - aligned.unexplained) / length, 4),
    )


def _difference(aligned: Aligned, part: Differing, quote: Sequence[QuotedWord], citation: Citation) -> QuoteDifference:
    place = aligned.place
    moved = citation.start - place.start
    start, end = (max(each - moved, 0) for each in _span(place.words, part.at, part.end))
    return QuoteDifference(_span(quote, part.first, part.last), citation.number, (start, end))


def _span(words: Sequence[QuotedWord], first: int, last: int) -> tuple[int, int]:
    """Where some words stand; where there are none, the end of the word before them."""
    if first < last:
        return words[first].start, words[last - 1].end
    place = words[first - 1].end if first else (words[0].start if words else 0)
    return place, place
