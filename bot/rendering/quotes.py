"""Excerpts as quotations on a phone: each opens at the sentence that answers, and little of it is seen unasked.

Telegram shows the first lines of a quotation that is folded, and all of it at a touch. What is shown is verbatim and in
its order; «…» stands for what is left out, which is a button away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.rendering.by_article import Group
from bot.rendering.markup import BOLD, FOLDED_QUOTE, QUOTE, UNDERLINED, Run, Runs, clean
from retrieval.text.splitting import sentences_of
from retrieval.types import Citation

_LINE = 32
"""Characters of a line of a quotation on a phone, where most of it is in bold."""
_SEEN = 3 * _LINE
"""Characters of a folded quotation that are seen."""
_SHORT = 4 * _LINE
"""Characters up to which folding a quotation would save nothing."""
_LONG_EVIDENCE = 6 * _LINE
"""Characters up to which evidence too long to be seen in a folded quotation is gone on with."""
_PARAGRAPH_BREAK = 2
"""Characters at most between excerpts of which one follows upon the other."""

Looks = Sequence[tuple[tuple[int, int], str]]


def quotations(group: Group) -> Runs:
    """Return the excerpts of an article: the best as `quotation` does, the others below it in one, in their order."""
    others = sorted(group[1:], key=lambda citation: citation.start)
    if not others:
        return quotation(group[0])
    pieces = [_Piece(each, _opening(each), len(each.excerpt)) for each in others]
    folded = sum(piece.end - piece.start for piece in pieces) > _SHORT
    return (*quotation(group[0]), Run("\n"), *_quote(pieces, folded=folded))


def quotation(citation: Citation) -> Runs:
    """Return an excerpt in a quotation of its own: folded, unless that would hide a part of the evidence.

    Evidence that is longer than that is gone on with by whole sentences, as far as all is hardly longer still.
    """
    length, (evidence, evidence_end) = len(citation.excerpt), citation.highlight
    start = _opening(citation)
    if length - start <= _SHORT:
        return _quote([_Piece(citation, start, length)], folded=False)
    if evidence_end - start <= _SEEN:
        return _quote([_Piece(citation, start, length)], folded=True)
    end = _end_of_sentence(citation.excerpt, evidence_end, evidence + _LONG_EVIDENCE)
    return _quote([_Piece(citation, start, end)], folded=False)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is shown of an excerpt: ``citation.excerpt[start:end]``."""

    citation: Citation
    start: int
    end: int


def _opening(citation: Citation) -> int:
    """Return where an excerpt begins to be shown: at its evidence, unless that is seen from the beginning as well."""
    start, end = citation.highlight
    return 0 if len(citation.excerpt) <= _SHORT or end <= _SEEN else start


def _end_of_sentence(text: str, least: int, most: int) -> int:
    """Return where the last sentence ends that ends between `least`, where one does, and `most`."""
    end = least
    for sentence in sentences_of(text[least:]):
        next_end = text.index(sentence, end) + len(sentence)
        if next_end > most:
            break
        end = next_end
    return end


def _quote(pieces: Sequence[_Piece], *, folded: bool) -> Runs:
    tags = (FOLDED_QUOTE if folded else QUOTE,)
    runs: list[Run] = []
    shown_to: int | None = None
    for piece in pieces:
        cited = piece.citation
        left_out = bool(cited.excerpt[: piece.start].strip())
        if shown_to is not None:
            runs.append(Run("\n", tags))
            left_out |= cited.start - shown_to > _PARAGRAPH_BREAK
        if left_out:
            runs.append(Run("…", tags))
        runs.extend(marked(cited, piece.start, piece.end, tags))
        shown_to = cited.start + piece.end
    last = pieces[-1]
    if last.citation.excerpt[last.end :].strip():
        runs.append(Run(" …", tags))
    return tuple(runs)


def marked(citation: Citation, start: int, end: int, tags: tuple[str, ...]) -> Runs:
    """Return ``excerpt[start:end]`` within `tags`: the evidence in bold, the answer itself underlined."""
    looks = [(citation.highlight, BOLD)]
    if citation.answer_span:
        looks.append((citation.answer_span, UNDERLINED))
    edges = sorted({start, end, *(min(max(edge, start), end) for span, _ in looks for edge in span)})
    return tuple(
        Run(clean(citation.excerpt[left:right]), tags + _looks_between(left, right, looks))
        for left, right in pairwise(edges)
    )


def _looks_between(left: int, right: int, looks: Looks) -> tuple[str, ...]:
    return tuple(tag for (start, end), tag in looks if start <= left and right <= end)
