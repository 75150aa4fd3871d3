"""What a network loses on a batch while it learns to read, and how well it reads pairs that it does not learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import razdel
import torch
from sklearn.metrics import roc_auc_score
from torch import nn

from training.encoding import EncodedPair, tensors
from training.network import Network
from training.reader_pairs import NO_BAG, grouped

_NOT_HERE = -1e4
"""The score of a token that is not the passage's."""
_NOT_ALLOWED = -1e9
_LONGEST = 30
"""Tokens of an answer, at most."""
_ROWS = 16
"""Rows of a batch in which pairs are measured."""


def loss_of(network: Network, batch: Sequence[EncodedPair]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the losses of "does it answer" and of the span's two ends, each a single number."""
    ids, mask, inside = tensors(batch)
    ends, answerable = network(ids, mask)
    rows = counted(batch, answerable.tolist())
    yes = torch.tensor([float(batch[row].answerable) for row in rows])
    answered = nn.functional.binary_cross_entropy_with_logits(answerable[rows], yes)
    spanned = [number for number, example in enumerate(batch) if example.first >= 0]
    if not spanned:
        return answered, answered.detach() * 0
    ends = ends[spanned].masked_fill(~inside[spanned][..., None], _NOT_HERE)
    wanted = torch.tensor([[batch[number].first, batch[number].last] for number in spanned])
    begins, closes = (nn.functional.cross_entropy(ends[..., side], wanted[:, side]) for side in (0, 1))
    return answered, (begins + closes) / 2 * len(spanned) / len(batch)


def counted(batch: Sequence[EncodedPair], answerable: Sequence[float]) -> list[int]:
    """Return the rows from which "does it answer" is learned: of a bag that answers only the surest, else all."""
    rows, surest = [], dict[int, int]()
    for row, example in enumerate(batch):
        if example.bag == NO_BAG or not example.answerable:
            rows.append(row)
        elif answerable[row] > answerable[surest.setdefault(example.bag, row)]:
            surest[example.bag] = row
    return sorted([*rows, *surest.values()])


def best_spans(ends: torch.Tensor, inside: torch.Tensor, longest: int = _LONGEST) -> list[tuple[int, int]]:
    """Return the most probable first and last token of each row; `ends` are scores of shape (rows, tokens, 2).

    `inside`, (rows, tokens), are the tokens that may be in a span.
    """
    ends = ends.masked_fill(~inside[..., None], _NOT_HERE).log_softmax(1)
    scores = ends[..., 0][:, :, None] + ends[..., 1][:, None, :]
    allowed = torch.ones_like(scores[0]).triu().tril(longest - 1).bool()
    flat = scores.masked_fill(~allowed, _NOT_ALLOWED).flatten(1).argmax(1)
    return [(int(value) // scores.shape[2], int(value) % scores.shape[2]) for value in flat]


def evaluate(network: Network, examples: Sequence[EncodedPair]) -> dict[str, float]:
    """Measure the area under ROC and, where answers are marked, spans (token-overlap F1, and the right sentence).

    The pairs are encoded whole, and some of them answer. A bag is as sure as its surest passage.
    """
    order = sorted(range(len(examples)), key=lambda number: len(examples[number].ids))
    scores = np.zeros(len(examples))
    spans: dict[int, tuple[int, int]] = {}
    with torch.inference_mode():
        for start in range(0, len(order), _ROWS):
            some = order[start : start + _ROWS]
            ids, mask, inside = tensors([examples[number] for number in some])
            ends, answerable = network(ids, mask)
            scores[some] = answerable.numpy()
            spans |= zip(some, best_spans(ends, inside), strict=True)
    figures = {"auc": area(examples, scores.tolist())}
    answered = [(example, spans[number]) for number, example in enumerate(examples) if example.first >= 0]
    if answered:
        figures["span_f1"] = float(np.mean([overlap(example, *span) for example, span in answered]))
        figures["sentence"] = float(np.mean([in_right_sentence(example, span[0]) for example, span in answered]))
    return {name: round(figure, 4) for name, figure in figures.items()}


def area(examples: Sequence[EncodedPair], scores: Sequence[float]) -> float:
    """Return the area under ROC of pairs and bags; a bag has the highest score of its passages."""
    told = grouped(
        [_Scored(example.bag, example.answerable, score) for example, score in zip(examples, scores, strict=True)]
    )
    best = [max(one.score for one in group) for group in told]
    return float(roc_auc_score([group[0].answerable for group in told], best))


@dataclass(frozen=True, slots=True)
class _Scored:
    bag: int
    answerable: bool
    score: float


def overlap(example: EncodedPair, first: int, last: int) -> float:
    """Return the F1 of the tokens `first` to `last` and those of the answer."""
    common = min(last, example.last) - max(first, example.first) + 1
    size = last - first + 1 + example.last - example.first + 1
    return max(0.0, 2 * common / size)


def in_right_sentence(example: EncodedPair, token: int) -> bool:
    """Whether the token of a pair that is encoded whole is in a sentence that holds the answer's words."""
    pair = example.pair
    if pair is None or pair.answer is None:
        return False
    place = example.offsets[token - example.begin][0] + 1
    sentences = razdel.sentenize(pair.passage)
    found = next((sentence.text for sentence in sentences if sentence.start <= place <= sentence.stop), "")
    return pair.passage[slice(*pair.answer)].casefold() in found.casefold()
