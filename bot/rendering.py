"""Answers as Telegram messages. Pure, and the only place that writes HTML.

An answer is first laid out as blocks of runs, a run being plain text with the tags around it. Blocks are packed into
messages, and cut where one is too long, before any markup is written; so a cut can never fall inside a tag, an entity
such as ``&amp;`` or a surrogate pair, and each message closes what it opens.
Rules of the markup: https://core.telegram.org/bots/api#html-style
"""

import bisect
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from bot.texts import Texts
from retrieval.types import Answer, Citation

MESSAGE_UNITS = 4000
"""UTF-16 units of visible text in a message; Telegram refuses more than 4,096."""
MESSAGE_BYTES = 30 * 1024
"""UTF-8 bytes of a message with its markup; Telegram refuses more than 32 KiB."""

_BOLD = "b"
_QUOTE = "blockquote expandable"
_LONGEST_URL = 2048

# Where a text that is too long may be cut, best first: after a paragraph, a sentence, a word.
_BOUNDARIES = (re.compile(r"\n+"), re.compile(r"[.!?…]+[»”\"')\]]*\s+"), re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One message: as HTML, and the same without markup for a server that refuses the HTML."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of text with one look; tags stand outermost first, as they are written between ``<`` and ``>``."""

    text: str
    tags: tuple[str, ...] = ()
    url: str | None = None

    def all_tags(self) -> tuple[str, ...]:
        return (*self.tags, f'a href="{html.escape(self.url, quote=True)}"') if self.url else self.tags


_Block = tuple[_Run, ...]

_BETWEEN_BLOCKS = _Run("\n\n")


def render_answer(answer: Answer, texts: Texts) -> list[MessagePart]:
    """Return `answer` as one message or, where it is long, several in order.

    The sentence that answers comes first, then each citation with its source, then how recent it all is. An answer
    without citations says so and names the closest articles.
    """
    blocks = _found(answer, texts) if answer.citations else _not_found(answer, texts)
    return [MessagePart(_as_html(runs), _as_plain(runs)) for runs in _pack(blocks)]


def _found(answer: Answer, texts: Texts) -> list[_Block]:
    first = answer.citations[0]
    evidence = first.excerpt[slice(*first.highlight)].strip()
    blocks: list[_Block] = [(_Run(_clean(evidence), (_BOLD,)), _Run(f" [{first.number}]"))]
    blocks.extend(_cited(citation, texts) for citation in answer.citations)
    if answer.as_of:
        blocks.append((_Run(texts.as_of.format(date=texts.written_date(answer.as_of))),))
    return blocks


def _cited(citation: Citation, texts: Texts) -> _Block:
    heading = (
        _Run(f"[{citation.number}]", (_BOLD,)),
        _Run(" "),
        _Run(_clean(citation.title) or citation.article_id, url=_web_address(citation.url)),
        _Run("\n"),
    )
    origin = ", ".join(part for part in (citation.source, _written(citation.published_at, texts)) if part)
    start, end = citation.highlight
    pieces = (
        _Run(_clean(origin) + "\n" if origin else ""),
        _Run(_clean(citation.excerpt[:start]), (_QUOTE,)),
        _Run(_clean(citation.excerpt[start:end]), (_QUOTE, _BOLD)),
        _Run(_clean(citation.excerpt[end:]), (_QUOTE,)),
    )
    return heading + tuple(run for run in pieces if run.text)


def _not_found(answer: Answer, texts: Texts) -> list[_Block]:
    blocks: list[_Block] = [(_Run(texts.not_found),)]
    if answer.nearest:
        lines = [texts.nearest]
        for article in answer.nearest:
            described = (article.title or article.article_id, _written(article.published_at, texts))
            lines.append("• " + ", ".join(part for part in described if part))
        blocks.append((_Run(_clean("\n".join(lines))),))
    return blocks


def _written(moment: datetime | None, texts: Texts) -> str:
    return texts.written_date(moment) if moment else ""


def _web_address(url: str | None) -> str | None:
    """Return `url` if Telegram would make a link of it; a feed may hold anything."""
    if url and len(url) <= _LONGEST_URL and url.lower().startswith(("http://", "https://")):
        return _clean(url)
    return None


def _clean(text: str) -> str:
    """Replace lone surrogates, which JSON can bring in and UTF-8 cannot carry; the length stays."""
    return text.encode(errors="replace").decode()


def _pack(blocks: Iterable[_Block]) -> list[_Block]:
    """Fill messages greedily; a block is parted only where it does not fit into a message of its own."""
    messages: list[_Block] = []
    for block in blocks:
        for piece in _cut(block):
            joined = (*messages[-1], _BETWEEN_BLOCKS, *piece) if messages else ()
            if joined and _fits(joined):
                messages[-1] = joined
            else:
                messages.append(piece)
    return messages


def _cut(block: _Block) -> list[_Block]:
    """Return `block` in pieces that fit into a message each; as it is where it fits."""
    pieces = []
    while not _fits(block):
        text = "".join(run.text for run in block)
        longest = _longest_prefix(block, len(text))
        end = _boundary(text, longest)
        pieces.append(_piece(block, 0, end))
        block = _piece(block, end, len(text))
    pieces.append(block)
    # Telegram strips a message at both ends and refuses one of which nothing is left.
    return [piece for piece in pieces if any(run.text.strip() for run in piece)]


def _longest_prefix(block: _Block, length: int) -> int:
    """Return how many characters of `block` fit into a message; at least one, so that cutting comes to an end."""
    lengths = range(1, length + 1)
    return max(1, bisect.bisect_left(lengths, True, key=lambda end: not _fits(_piece(block, 0, end))))


def _boundary(text: str, longest: int) -> int:
    """Return where to cut `text` at or before `longest`, not so early that a message is half empty."""
    for pattern in _BOUNDARIES:
        ends = [match.end() for match in pattern.finditer(text, longest // 2, longest)]
        if ends:
            return ends[-1]
    return longest


def _piece(block: _Block, start: int, end: int) -> _Block:
    """Return the runs of ``text[start:end]``, `text` being that of the whole `block`."""
    piece = []
    position = 0
    for run in block:
        text = run.text[max(0, start - position) : max(0, end - position)]
        if text:
            piece.append(_Run(text, run.tags, run.url))
        position += len(run.text)
    return tuple(piece)


def _fits(runs: _Block) -> bool:
    # Without markup the addresses become visible, so this is the longer of the two.
    units = len(_as_plain(runs).encode("utf-16-le")) // 2
    return units <= MESSAGE_UNITS and len(_as_html(runs).encode()) <= MESSAGE_BYTES


def _as_html(runs: _Block) -> str:
    pieces: list[str] = []
    opened: tuple[str, ...] = ()
    for run in (*runs, _Run("")):
        tags = run.all_tags()
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(opened, tags, strict=False)))
        pieces.extend(_closing(opened[shared:]))
        pieces.extend(f"<{tag}>" for tag in tags[shared:])
        pieces.append(html.escape(run.text, quote=True))
        opened = tags
    return "".join(pieces)


def _closing(tags: Sequence[str]) -> Iterable[str]:
    return (f"</{tag.partition(' ')[0]}>" for tag in reversed(tags))


def _as_plain(runs: _Block) -> str:
    return "".join(f"{run.text} ({run.url})" if run.url else run.text for run in runs)
