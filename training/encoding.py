"""Pairs as the tokens that a reader learns from, in batches of about one length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from training.reader_pairs import Pair

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
    """Token ids of question and passage; where the passage's tokens begin; the answer's first and last token or -1."""

    ids: list[int]
    begin: int
    answerable: bool
    first: int = -1
    last: int = -1
    offsets: tuple[tuple[int, int], ...] = ()
    """Of the passage's tokens, as characters of the passage; only where a pair is encoded whole."""
    pair: Pair | None = None


def encode(pairs: Sequence[Pair], tokenizer: Any, chance: random.Random, *, whole: bool = False) -> list[EncodedPair]:
    """Tokenise pairs, each passage cut to a window around its answer: as long as may be, or (not `whole`) shorter.

    A pair whose answer is longer than the window is left out.
    """
    encoded = []
    for start in range(0, len(pairs), _TOKENISED_AT_ONCE):
        some = pairs[start : start + _TOKENISED_AT_ONCE]
        questions = tokenizer([pair.question for pair in some], add_special_tokens=False)["input_ids"]
        passages = tokenizer([pair.passage for pair in some], add_special_tokens=False, return_offsets_mapping=True)
        tokens = zip(some, questions, passages["input_ids"], passages["offset_mapping"], strict=True)
        for pair, question, ids, offsets in tokens:
            width = PASSAGE_TOKENS
            if not whole and chance.random() >= WHOLE_SHARE:
                width = chance.randint(LEAST_TOKENS, PASSAGE_TOKENS)
            first, last = answer_tokens(pair, offsets)
            if last - first >= width:
                continue
            left = window(len(ids), first, last, width, chance)
            head = [_BEGIN, *question[:QUESTION_TOKENS], _END, _END]
            shift = len(head) - left
            encoded.append(
                EncodedPair(
                    ids=[*head, *ids[left : left + width], _END],
                    begin=len(head),
                    answerable=pair.answerable,
                    first=first + shift if first >= 0 else -1,
                    last=last + shift if first >= 0 else -1,
                    offsets=tuple(offsets[left : left + width]) if whole else (),
                    pair=pair if whole else None,
                )
            )
    return encoded


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
    """Yield batches of about one length, in random order; each has at most `BATCH_TOKENS` with its padding."""
    order = list(examples)
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), _SORTED_AT_ONCE):
        batch: list[EncodedPair] = []
        for example in sorted(order[start : start + _SORTED_AT_ONCE], key=lambda example: -len(example.ids)):
            if batch and len(batch[0].ids) * (len(batch) + 1) > BATCH_TOKENS:
                found.append(batch)
                batch = []
            batch.append(example)
        found.append(batch)
    chance.shuffle(found)
    yield from found


def tensors(batch: Sequence[EncodedPair]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, attention mask, and which tokens are the passage's; each of shape (rows, tokens)."""
    length = max(len(example.ids) for example in batch)
    ids = torch.tensor([example.ids + [_PAD] * (length - len(example.ids)) for example in batch])
    positions = torch.arange(length)[None]
    ends = torch.tensor([[len(example.ids)] for example in batch])
    begins = torch.tensor([[example.begin] for example in batch])
    return ids, (positions < ends).long(), (positions >= begins) & (positions < ends - 1)
