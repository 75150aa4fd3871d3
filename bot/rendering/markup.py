"""Telegram messages of plain text and tags. Pure, and the only place that writes HTML.

A message is first laid out as blocks of runs, a run being plain text with the tags around it. Blocks are packed into
messages, and cut where one is too long, before any markup is written; so a cut can never fall inside a tag, an entity
such as ``&amp;`` or a surrogate pair, and each message closes what it opens.
Rules of the markup: https://core.telegram.org/bots/api#html-style
"""

import bisect
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

MESSAGE_UNITS = 4000
"""UTF-16 units of visible text in a message; Telegram refuses more than 4,096."""
MESSAGE_BYTES = 30 * 1024
"""UTF-8 bytes of a message with its markup; Telegram refuses more than 32 KiB."""

BOLD = "b"
UNDERLINED = "u"
ITALIC = "i"
QUOTE = "blockquote"
FOLDED_QUOTE = "blockquote expandable"
"""Of which the first lines are seen, and the rest at a touch."""

_LONGEST_URL = 1024

# Where a text that is too long may be cut, best first: after a paragraph, a sentence, a word.
_BOUNDARIES = (re.compile(r"\n+"), re.compile(r"[.!?…]+[»”\"')\]]*\s+"), re.compile(r"\s+"))


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
    pieces = []
    while not _fits(block.runs(), units):
        text = "".join(run.text for run in block.body)
        if not text:
            break
        end = _boundary(text, _longest_prefix(block, len(text), units))
        pieces.append(_piece(block, 0, end))
        block = _piece(block, end, len(text))
    pieces.append(block)
    # Telegram strips a message at both ends and refuses one of which nothing is left.
    return [piece.runs() for piece in pieces if any(run.text.strip() for run in piece.body)]


def _longest_prefix(block: Block, length: int, units: int) -> int:
    """Return how many characters of the body fit into a message; at least one, so that cutting comes to an end."""
    lengths = range(1, min(length, units) + 1)
    return max(1, bisect.bisect_left(lengths, True, key=lambda end: not _fits(_piece(block, 0, end).runs(), units)))


def _boundary(text: str, longest: int) -> int:
    """Return where to cut `text` at or before `longest`, not so early that a message is half empty."""
    for pattern in _BOUNDARIES:
        ends = [match.end() for match in pattern.finditer(text, longest // 2, longest)]
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
    return "".join(f"{run.text} ({run.url})" if run.url else run.text for run in runs)
