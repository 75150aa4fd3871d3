"""Pairs as the tokens that a reader learns from, in batches of about one length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from retrieval.ingest.recipe import embedding_text
from training.reader_pairs import NO_BAG, Pair, grouped

QUESTION_TOKENS = 48
PASSAGE_TOKENS = 224
BATCH_TOKENS = 3072
WHOLE_SHARE = 0.7
"""Share of the passages that are as long as may be; of the others a random part of at least `LEAST_TOKENS` is seen."""
LEAST_TOKENS = 60
_BEGIN, _PAD, _END = 0, 1, 2
"""Token ids of XLM-RoBERTa's tokenizer, which the bundled model has."""
_TOKENISED_AT_ONCE = 4096
_SORTED_AT_ONCE = 1024
"""So many examples in random order are sorted by length: batches pad little, and stay mixed."""


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """Token ids of question and passage; where the passage's tokens begin; the answer's first and last token or -1.

    A title stands before the passage's tokens and is none of them.
    """

    ids: list[int]
    begin: int
    answerable: bool
    first: int = -1
    last: int = -1
    offsets: tuple[tuple[int, int], ...] = ()
    """Of the passage's tokens, as characters of the passage; only where a pair is encoded whole."""
    pair: Pair | None = None
    bag: int = NO_BAG


def encode(pairs: Sequence[Pair], tokenizer: Any, chance: random.Random, *, whole: bool = False) -> list[EncodedPair]:
    """Tokenise pairs, each passage cut to a window around its answer: as long as may be, or (not `whole`) shorter.

    A title takes its tokens from the window's. A pair whose answer is longer than the window is left out.
    """
    encoded = []
    for start in range(0, len(pairs), _TOKENISED_AT_ONCE):
        some = pairs[start : start + _TOKENISED_AT_ONCE]
        questions = tokenizer([pair.question for pair in some], add_special_tokens=False)["input_ids"]
        texts = [titled(pair) for pair in some]
        told = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
        tokens = zip(some, questions, texts, told["input_ids"], told["offset_mapping"], strict=True)
        for pair, question, text, ids, offsets in tokens:
            width = PASSAGE_TOKENS
            if not whole and chance.random() >= WHOLE_SHARE:
                width = chance.randint(LEAST_TOKENS, PASSAGE_TOKENS)
            before = len(text) - len(pair.passage)
            title = ids[: sum(right <= before for _left, right in offsets)] if before else []
            head = [_BEGIN, *question[:QUESTION_TOKENS], _END, _END, *title]
            passage = _Tokens(ids[len(title) :], _moved(offsets[len(title) :], before))
            if (example := _windowed(pair, head, passage, width - len(title), chance)) is not None:
                encoded.append(example if whole else replace(example, offsets=(), pair=None))
    return encoded


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A passage's tokens: ids, and where each stands in it."""

    ids: list[int]
    offsets: list[tuple[int, int]]


def _moved(offsets: Sequence[tuple[int, int]], by: int) -> list[tuple[int, int]]:
    return [(max(0, left - by), right - by) for left, right in offsets]


def _windowed(pair: Pair, head: list[int], passage: _Tokens, width: int, chance: random.Random) -> EncodedPair | None:
    """Lay out a pair with a window of so many of the passage's tokens; None where its answer does not fit."""
    first, last = answer_tokens(pair, passage.offsets)
    if last - first >= width:
        return None
    left = window(len(passage.ids), first, last, width, chance)
    shift = len(head) - left
    return EncodedPair(
        ids=[*head, *passage.ids[left : left + width], _END],
        begin=len(head),
        answerable=pair.answerable,
        first=first + shift if first >= 0 else -1,
        last=last + shift if first >= 0 else -1,
        offsets=tuple(passage.offsets[left : left + width]),
        pair=pair,
        bag=pair.bag,
    )


def titled(pair: Pair) -> str:
    """Return the passage with its title before it, as the index reads it; alone where there is no title.

    Where words of the passage are made whole there, the answer would stand elsewhere: then it is alone too.
    """
    text = embedding_text(pair.title, pair.passage)
    return text if text.endswith(pair.passage) else pair.passage


def answer_tokens(pair: Pair, offsets: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the first and the last of the passage's tokens in which its answer stands; -1 both where it has none."""
    if not pair.answer:
        return -1, -1
    start, end = pair.answer
    inside = [number for number, (left, right) in enumerate(offsets) if left < end and right > start]
    return (inside[0], inside[-1]) if inside else (-1, -1)


def window(count: int, first: int, last: int, width: int, chance: random.Random) -> int:
    """Choose where a window of so many tokens begins in a passage of `count`, such that the answer is within."""
    low, high = (0, count - width) if first < 0 else (max(0, last + 1 - width), min(first, count - width))
    return chance.randint(low, high) if high > low else max(0, low)


def batches(examples: Sequence[EncodedPair], chance: random.Random) -> Iterator[list[EncodedPair]]:
    """Yield batches of about one length, in random order; each has at most `BATCH_TOKENS` with its padding.

    The examples of a bag, which stand one after another, stay in one batch, even in one that is too large.
    """
    order = [sorted(group, key=_falling) for group in grouped(examples)]
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), _SORTED_AT_ONCE):
        batch: list[EncodedPair] = []
        for group in sorted(order[start : start + _SORTED_AT_ONCE], key=lambda group: _falling(group[0])):
            if batch and len(batch[0].ids) * (len(batch) + len(group)) > BATCH_TOKENS:
                found.append(batch)
                batch = []
            batch += group
        found.append(batch)
    chance.shuffle(found)
    yield from found


def _falling(example: EncodedPair) -> int:
    return -len(example.ids)


def tensors(batch: Sequence[EncodedPair]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, attention mask, and which tokens are the passage's; each of shape (rows, tokens)."""
    length = max(len(example.ids) for example in batch)
    ids = torch.tensor([example.ids + [_PAD] * (length - len(example.ids)) for example in batch])
    positions = torch.arange(length)[None]
    ends = torch.tensor([[len(example.ids)] for example in batch])
    begins = torch.tensor([[example.begin] for example in batch])
    return ids, (positions < ends).long(), (positions >= begins) & (positions < ends - 1)
