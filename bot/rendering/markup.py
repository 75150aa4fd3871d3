"""Telegram messages of plain text and tags. Pure, and the only place that writes HTML.

A message is first laid out as blocks of runs, a run being plain text with the tags around it. Blocks are packed into
messages, and cut where one is too long, before any markup is written; so a cut can never fall inside a tag, an entity
such as ``&amp;`` or a surrogate pair, and each message closes what it opens.
Rules of the markup: https://core.telegram.org/bots/api#html-style
"""

import bisect
import html
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import overload

MESSAGE_UNITS = 4000
"""UTF-16 units of visible text in a message; Telegram refuses more than 4,096."""
MESSAGE_BYTES = 30 * 1024
"""UTF-8 bytes of a message with its markup; Telegram refuses more than 32 KiB."""

BOLD = "b"
UNDERLINED = "u"
ITALIC = "i"
STRUCK = "s"
QUOTE = "blockquote"
FOLDED_QUOTE = "blockquote expandable"
"""Of which the first lines are seen, and the rest at a touch."""

DIRECTIVE = ":~:"
"""What begins that part of an address which tells a browser what to look for in a page."""
_LONGEST_URL = 1024

# Where a text that is too long may be cut, best first: after a paragraph, a sentence, a word.
_BOUNDARIES = (re.compile(r"\n+"), re.compile(r"(?<![.!?…])[.!?…]+[»”\"')\]]*\s+"), re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class MessagePart:
    """One message: as HTML, and the same without markup for a server that refuses the HTML."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look; tags stand outermost first, as they are written between ``<`` and ``>``."""

    text: str
    tags: tuple[str, ...] = ()
    url: str | None = None

    def all_tags(self) -> tuple[str, ...]:
        """Return the tags with that of the link innermost."""
        return (*self.tags, f'a href="{html.escape(self.url, quote=True)}"') if self.url else self.tags


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What stays together in one message where it fits; where it does not, the body is cut.

    `head` and `tail` are short; each piece of the body has them, so that no piece is parted from its source.
    """

    body: Runs
    head: Runs = ()
    tail: Runs = ()

    def runs(self) -> Runs:
        """Return the whole of it in order."""
        return (*self.head, *self.body, *self.tail)


_BETWEEN_BLOCKS = Run("\n\n")


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON can bring in and UTF-8 cannot carry; the length stays."""
    return text.encode(errors="replace").decode()


def web_address(url: str | None) -> str | None:
    """Return `url` if Telegram would make a link of it; a feed may hold anything."""
    if url and len(url) <= _LONGEST_URL and url.lower().startswith(("http://", "https://")):
        return clean(url)
    return None


def messages(blocks: Iterable[Block], units: int = MESSAGE_UNITS) -> list[MessagePart]:
    """Return `blocks` as messages of at most so many UTF-16 units, in order."""
    return [MessagePart(_as_html(runs), _as_plain(runs)) for runs in _pack(blocks, units)]


class Pages(Sequence[MessagePart]):
    """A long text as messages with one head. Its borders are found once; a page is written when it is asked for."""

    def __init__(self, head: Runs, text: str, units: int, borders: Sequence[int] | None = None) -> None:
        """`borders` are those that another object has found for the same head, text and units."""
        self._block = Block((Run(text),), head=head)
        self._units = units
        self.borders: Sequence[int] = _borders(self._block, units) if borders is None else borders
        """Where in the text each page begins and ends: two numbers a page, in order."""

    def __len__(self) -> int:
        return len(self.borders) // 2

    @overload
    def __getitem__(self, index: int) -> MessagePart: ...
    @overload
    def __getitem__(self, index: slice) -> list[MessagePart]: ...
    def __getitem__(self, index: int | slice) -> MessagePart | list[MessagePart]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        runs = _piece(self._block, *self.borders[2 * number : 2 * number + 2]).runs()
        return MessagePart(_as_html(runs), _as_plain(runs))


def _borders(block: Block, units: int) -> Sequence[int]:
    return array("q", (border for piece in _cuts(block, units) for border in piece))


def _pack(blocks: Iterable[Block], units: int) -> list[Runs]:
    """Fill messages greedily; a block is parted only where it does not fit into a message of its own."""
    packed: list[Runs] = []
    for block in blocks:
        for piece in _cut(block, units):
            joined = (*packed[-1], _BETWEEN_BLOCKS, *piece) if packed else ()
            if joined and _fits(joined, units):
                packed[-1] = joined
            else:
                packed.append(piece)
    return packed


def _cut(block: Block, units: int) -> list[Runs]:
    """Return `block` in pieces that fit into a message each; as it is where it fits."""
    return [_piece(block, start, end).runs() for start, end in _cuts(block, units)]


def _cuts(block: Block, units: int) -> Iterator[tuple[int, int]]:
    """Yield where the pieces of the body begin and end that fit into a message each."""
    text = "".join(run.text for run in block.body)
    start, likely = 0, units
    while start < len(text):
        end = longest = _longest(block, start, min(len(text), start + units), units, start + likely)
        if end < len(text):
            end, likely = _boundary(text, start, longest), longest - start
        # Telegram strips a message at both ends and refuses one of which nothing is left.
        if not text[start:end].isspace():
            yield start, end
        start = end


def _longest(block: Block, start: int, most: int, units: int, likely: int) -> int:
    """Return how far the body fits into a message from `start` on, `most` at most; where it is `likely` to end is fast.

    It goes on by one character at least, so that cutting comes to an end.
    """

    def is_too_long(end: int) -> bool:
        return not _fits(_piece(block, start, end).runs(), units)

    if not is_too_long(most):
        return most
    ends = range(start + 1, most + 1)
    if likely in ends and likely + 1 in ends:
        if is_too_long(likely):
            ends = range(start + 1, likely + 1)
        elif is_too_long(likely + 1):
            return likely
        else:
            ends = range(likely + 1, most + 1)
    first = bisect.bisect_left(ends, True, key=is_too_long)
    return max(start + 1, ends[first] - 1 if first < len(ends) else most)


def _boundary(text: str, start: int, longest: int) -> int:
    """Return where to cut `text` at or before `longest`, not so early that a message from `start` is half empty."""
    for pattern in _BOUNDARIES:
        ends = [match.end() for match in pattern.finditer(text, (start + longest) // 2, longest)]
        if ends:
            return ends[-1]
    return longest


def _piece(block: Block, start: int, end: int) -> Block:
    """Return the block with ``text[start:end]`` of its body, `text` being that of the whole body."""
    piece = []
    position = 0
    for run in block.body:
        text = run.text[max(0, start - position) : max(0, end - position)]
        if text:
            piece.append(Run(text, run.tags, run.url))
        position += len(run.text)
    return Block(tuple(piece), block.head, block.tail)


def _fits(runs: Runs, limit: int) -> bool:
    if sum(len(run.text) for run in runs) > limit:
        return False
    # Without markup the addresses become visible, so this is the longer of the two.
    units = len(_as_plain(runs).encode("utf-16-le")) // 2
    return units <= limit and len(_as_html(runs).encode()) <= MESSAGE_BYTES


def _as_html(runs: Runs) -> str:
    pieces: list[str] = []
    opened: tuple[str, ...] = ()
    for run in (*runs, Run("")):
        tags = run.all_tags()
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(opened, tags, strict=False)))
        pieces.extend(_closing(opened[shared:]))
        pieces.extend(f"<{tag}>" for tag in tags[shared:])
        pieces.append(html.escape(run.text, quote=True))
        opened = tags
    return "".join(pieces)


def _closing(tags: Sequence[str]) -> Iterable[str]:
    return (f"</{tag.partition(' ')[0]}>" for tag in reversed(tags))


def _as_plain(runs: Runs) -> str:
    return "".join(f"{run.text} ({_to_be_read(run.url)})" if run.url else run.text for run in runs)


def _to_be_read(url: str) -> str:
    """Return an address without what is for browsers alone."""
    return url.partition(DIRECTIVE)[0].removesuffix("#")
