"""Article text -> passages -> sentences, every one with its offsets into the text.

Short paragraphs are merged and long ones divided, so that passages hold about `PASSAGE_MINIMUM` to
`PASSAGE_MAXIMUM` characters: long enough to carry their own context, short enough to be shown. Sentences are the
unit that is embedded; sentence borders come from razdel (https://github.com/natasha/razdel), which knows Russian
abbreviations and initials and does well on English.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import razdel

from retrieval.text.pointers import is_pointer
from retrieval.types import PassageSpan, Span

RECIPE = 2
"""Raise when the same text would be split otherwise: stored articles are then split anew."""

PASSAGE_MINIMUM = 500
PASSAGE_MAXIMUM = 900
SENTENCE_MINIMUM = 25
SENTENCE_MAXIMUM = 400
HEADING_MAXIMUM = 200

_BLOCK = 20_000
"""Characters handed to razdel at once: it copies what it has joined so far with every piece that it joins."""

_PARAGRAPH_BREAK = re.compile(r"\n\s*")
_HEADING = re.compile(r"=+ .* =+|#+ .*")
_VISIBLE = re.compile(r"\S")
_PLACES_TO_CUT = (re.compile(r"[;:]\s"), re.compile(r",\s|\s[—–-]\s"), re.compile(r"\s"))


def split(text: str, title: str = "") -> list[PassageSpan]:
    """Split `text` into passages in text order; none is empty, none overlaps another.

    Paragraphs that only repeat `title` (picture captions) or point elsewhere belong to no passage; headings in wiki or
    Markdown form belong to the passage they open but to none of its sentences. A text that has nothing else yields no
    passage.
    """
    passages: list[PassageSpan] = []
    for run in _runs_of_paragraphs(text, title):
        passages.extend(_merge([piece for paragraph in run for piece in _divide(text, paragraph)]))
    return passages


def sentences_of(paragraph: str) -> list[str]:
    """The sentences of a short text, in order."""
    return [sentence.text for sentence in razdel.sentenize(paragraph)]


def sentence_spans(text: str) -> list[Span]:
    """Where the sentences of a text stand, however short they are, in order; none goes beyond its paragraph."""
    found: list[Span] = []
    for paragraph in _paragraphs(text):
        content = text[paragraph.start : paragraph.end]
        for start, end in pairwise([*_borders(content), len(content)]):
            found.append(Span(paragraph.start + start, paragraph.start + start + len(content[start:end].rstrip())))
    return found


def _runs_of_paragraphs(text: str, title: str) -> Iterator[list[Span]]:
    """Yield runs of neighbouring paragraphs; a caption that repeats the title ends a run, and so does a pointer."""
    caption = _folded(title)
    run: list[Span] = []
    for paragraph in _paragraphs(text):
        told = text[paragraph.start : paragraph.end]
        if is_pointer(told) or (caption and _folded(told) == caption):
            yield run
            run = []
        else:
            run.append(paragraph)
    yield run


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")


def _paragraphs(text: str) -> Iterator[Span]:
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    for gap in _PARAGRAPH_BREAK.finditer(text, start, end):
        stop = gap.start()
        while text[stop - 1].isspace():
            stop -= 1
        if _is_wrapped_line(text[stop - 1], gap[0], text[gap.end()]):
            continue
        yield Span(start, stop)
        start = gap.end()
    if start < end:
        yield Span(start, end)


def _is_wrapped_line(before: str, gap: str, following: str) -> bool:
    """Whether a single newline only wraps a line: the sentence goes on in lower case on the next one."""
    return gap.count("\n") == 1 and following.islower() and before not in ".!?…:;"


def _divide(text: str, paragraph: Span) -> list[PassageSpan]:
    """Make one piece of a paragraph, or several of about equal length where it is too long for a passage."""
    sentences = list(_sentences(text, paragraph))
    if paragraph.end - paragraph.start <= PASSAGE_MAXIMUM:
        return [PassageSpan(paragraph.start, paragraph.end, tuple(sentences))]
    pieces = -(-(paragraph.end - paragraph.start) // PASSAGE_MAXIMUM)
    target = (paragraph.end - paragraph.start) / pieces
    groups: list[list[Span]] = [[sentences[0]]]
    for sentence in sentences[1:]:
        if sentence.end - groups[-1][0].start > max(target, PASSAGE_MINIMUM):
            groups.append([])
        groups[-1].append(sentence)
    return [PassageSpan(group[0].start, group[-1].end, tuple(group)) for group in groups]


def _merge(pieces: list[PassageSpan]) -> Iterator[PassageSpan]:
    """Join neighbours while the result stays short enough; headings join what follows them."""
    current: PassageSpan | None = None
    for piece in pieces:
        if current is None:
            current = piece
        elif _belong_together(current, piece):
            current = PassageSpan(current.start, piece.end, current.sentences + piece.sentences)
        else:
            yield current
            current = piece
    if current is not None and current.sentences:
        yield current


def _belong_together(current: PassageSpan, piece: PassageSpan) -> bool:
    if not current.sentences:
        return True
    if not piece.sentences or piece.end - current.start > PASSAGE_MAXIMUM:
        return False
    return min(current.end - current.start, piece.end - piece.start) < PASSAGE_MINIMUM


def _sentences(text: str, paragraph: Span) -> Iterator[Span]:
    content = text[paragraph.start : paragraph.end]
    if len(content) <= HEADING_MAXIMUM and _HEADING.fullmatch(content):
        return
    starts = [0]
    for start in _borders(content):
        if start - starts[-1] >= SENTENCE_MINIMUM:
            starts.append(start)
    if len(starts) > 1 and len(content) - starts[-1] < SENTENCE_MINIMUM:
        starts.pop()
    for start, end in pairwise([*starts, len(content)]):
        sentence = content[start:end].rstrip()
        yield from _shorten(text, Span(paragraph.start + start, paragraph.start + start + len(sentence)))


def _borders(content: str) -> Iterator[int]:
    """Yield where razdel sees sentences begin; what a block ends with is looked at again with what follows it."""
    start = 0
    while start < len(content):
        block = content[start : start + _BLOCK]
        starts = [start + found.start for found in razdel.sentenize(block)]
        if start + len(block) == len(content):
            yield from starts
            return
        yield from starts[:-1] or starts
        start = starts[-1] if len(starts) > 1 else _last_cut(content, start + _BLOCK - SENTENCE_MAXIMUM)
        start = _next_visible(content, start, len(content))


def _shorten(text: str, sentence: Span) -> Iterator[Span]:
    """Cut what razdel could not divide (lists, tables) at the last clause, else word, that keeps it short."""
    start = sentence.start
    while sentence.end - start > SENTENCE_MAXIMUM:
        cut = _last_cut(text, start)
        yield Span(start, start + len(text[start:cut].rstrip()))
        start = _next_visible(text, cut, sentence.end)
    yield Span(start, sentence.end)


def _next_visible(text: str, start: int, end: int) -> int:
    found = _VISIBLE.search(text, start, end)
    return found.start() if found else end


def _last_cut(text: str, start: int) -> int:
    middle, limit = start + SENTENCE_MAXIMUM // 2, start + SENTENCE_MAXIMUM
    for place in _PLACES_TO_CUT:
        ends = [found.end() for found in place.finditer(text, middle, limit)]
        if ends:
            return ends[-1]
    return limit
