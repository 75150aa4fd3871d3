"""Reading a question and a passage together: whether the passage answers, and with which of its words.

Vectors tell what a passage is about; they cannot tell whether it says what was asked. The reader is the bundled
encoder with low-rank changes to its weights [1] and two small heads, all in one file of 21 MB, averaged of two runs by
`training/soup.py` (docs/quality.md). It chooses among the passage's own characters and never writes.

[1] https://arxiv.org/abs/2106.09685
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from retrieval.errors import ModelError
from retrieval.models.answer_words import whole_words
from retrieval.models.bert import Bert
from retrieval.models.products import best_arithmetic
from retrieval.models.sentence_encoder import BertEncoder
from retrieval.settings import READER_FILE
from retrieval.text.whole import whole_with_places
from retrieval.told import told
from retrieval.types import Reading, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.models.embedding import Embedder
    from retrieval.models.tokenizer import Tokenizer
    from retrieval.types import Passage

_QUESTION_TOKENS: Final = 48
_PASSAGE_TOKENS: Final = 460
"""Together with the question what the model takes; nearly every passage has fewer than 300."""
_ANSWER_TOKENS: Final = 30
_BEGIN, _END = 0, 2
"""Token ids of XLM-RoBERTa's tokenizer, which the bundled model has."""
_FACTORS: Final = (".lora_A", ".lora_B")


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A text's tokens: ids, and where each stands in it."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class SpanReader:
    """A loaded reader; safe to share between threads.

    It runs on the thread of the embedder whose model it is.
    """

    def __init__(self, embedder: Embedder, tokenizer: Tokenizer, bert: Bert, heads: tuple[Any, Any]) -> None:
        self._embedder = embedder
        self._tokenizer = tokenizer
        self._bert = bert
        self._span_head, self._answerable_head = heads

    @classmethod
    def load(cls, embedder: Embedder, file: Path | None = None) -> Self:
        """Load the reader that is shipped, or the one in `file`; `embedder` holds the model that it was trained on.

        Raises:
            ModelError: the file cannot be read, or does not fit the model.

        """
        file = file or shipped_file()
        try:
            tensors, scale = _tensors(file)
            encoder = _bert_of(embedder)
            bert = Bert(_Changed(encoder.weights, tensors, scale), encoder.shape, best_arithmetic())
            heads = _head(tensors, "span_head", 2), _head(tensors, "answerable_head", 1)
        except (OSError, SafetensorError, KeyError, ValueError, AttributeError, RuntimeError) as error:
            raise ModelError(
                told(
                    "Cannot load the reader in {file} ({error}): expected a {reader_file} made by "
                    "training/reader.py for the bundled model; CITEBOT_READER=off answers without one",
                    file=file,
                    error=error,
                    reader_file=READER_FILE,
                )
            ) from error
        return cls(embedder, encoder.tokenizer, bert, heads)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Read passages in their order."""
        return self._embedder.run(self._read, question, passages) if passages else []

    def _read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        asked = self._tokenize([question])[0].ids[:_QUESTION_TOKENS]
        shown = [whole_with_places(passage.text) for passage in passages]
        told = [
            _Tokens(tokens.ids, [words.stored(*offsets) for offsets in tokens.offsets])
            for words, tokens in zip(shown, self._tokenize([words.text for words in shown]), strict=True)
        ]
        head = [_BEGIN, *asked, _END, _END]
        rows = [[*head, *tokens.ids, _END] for tokens in told]
        lengths = list(map(len, rows))
        with torch.inference_mode():
            hidden = self._bert.encode(rows)
            ends = [part.numpy() for part in self._span_head(hidden).split(lengths)]
            firsts = torch.tensor([0, *lengths[:-1]]).cumsum(0)
            answerable = self._answerable_head(hidden[firsts])[:, 0].tolist()
        return [
            _reading(passage, tokens.offsets, ends[row][len(head) : len(head) + len(tokens.ids)], answerable[row])
            for row, (passage, tokens) in enumerate(zip(passages, told, strict=True))
        ]

    def _tokenize(self, texts: list[str]) -> list[_Tokens]:
        # Halves of surrogate pairs, which no tokenizer takes, become one other character each.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        found = self._tokenizer.places(clean)
        return [_Tokens(ids[:_PASSAGE_TOKENS], places[:_PASSAGE_TOKENS]) for ids, places in found]


def shipped_file() -> Path:
    """Where the reader that comes with this version is kept."""
    return Path(str(resources.files("retrieval.models").joinpath(READER_FILE)))


def _bert_of(embedder: Embedder) -> BertEncoder:
    if isinstance(embedder.encoder, BertEncoder):
        return embedder.encoder
    message = told("the model is not the one that it was trained on")
    raise ValueError(message)


def _tensors(file: Path) -> tuple[dict[str, Any], float]:
    """Read all tensors, and the factor by which low-rank changes count."""
    with safe_open(file, framework="pt") as opened:
        scale = float((opened.metadata() or {})["scale"])
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    if not any(name.endswith(_FACTORS) for name in tensors):
        message = told("it changes no weight")
        raise ValueError(message)
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        message = told("it holds numbers that are not finite")
        raise ValueError(message)
    return tensors, scale


class _Changed(Mapping[str, Any]):
    """A model's weights, changed when they are asked for, so that no more than one is held in float32 at a time.

    Added is the product of the pair of factors that was trained for a weight.
    """

    def __init__(self, weights: Mapping[str, Any], tensors: Mapping[str, Any], scale: float) -> None:
        self._weights, self._scale = weights, scale
        self._factors = {}
        for name, factor in tensors.items():
            if name.endswith(_FACTORS[0]):
                place = name.removesuffix(_FACTORS[0])
                self._factors[f"{place.removeprefix('encoder.')}.weight"] = tensors[place + _FACTORS[1]], factor
        if missing := self._factors.keys() - weights.keys():
            raise KeyError(min(missing))

    def __getitem__(self, name: str) -> Any:
        weight = self._weights[name]
        if name not in self._factors:
            return weight
        left, right = self._factors[name]
        return weight.float() + self._scale * (left.float() @ right.float())

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)


def _head(tensors: dict[str, Any], name: str, size: int) -> Any:
    weight, bias = (tensors[f"{name}.{part}"].float() for part in ("weight", "bias"))
    head = torch.nn.Linear(weight.shape[1], size)
    head.load_state_dict({"weight": weight, "bias": bias})
    return head.eval()


def _reading(
    passage: Passage, offsets: Sequence[tuple[int, int]], ends: NDArray[np.float32], answerable: float
) -> Reading:
    """Sum up what was found for each token of a passage, `ends` of shape (tokens, 2), by its sentences."""
    begins, closes = (_log_shares(ends[:, side]) for side in (0, 1)) if len(offsets) else (np.empty(0), np.empty(0))
    # A token may hold the space before its word, so it belongs to the sentence in which its last character stands.
    lasts = np.array([max(left, right - 1) for left, right in offsets], dtype=np.int64) + passage.start
    probabilities, answers = [], []
    for sentence in passage.sentences:
        inside = np.flatnonzero((lasts >= sentence.start) & (lasts < sentence.end))
        probabilities.append(_chance(begins[inside], closes[inside]) if len(inside) else 1 / len(passage.sentences))
        answers.append(_best_answer(passage, sentence, offsets, inside, begins, closes))
    return Reading(answerable, tuple(probabilities), tuple(answers))


def _chance(begins: NDArray[np.float64], closes: NDArray[np.float64]) -> float:
    """The mean (in logarithms) of the probabilities that the answer begins here and that it ends here."""
    return min(1.0, float(np.exp((np.logaddexp.reduce(begins) + np.logaddexp.reduce(closes)) / 2)))


def _best_answer(
    passage: Passage,
    sentence: Span,
    offsets: Sequence[tuple[int, int]],
    inside: NDArray[np.int64],
    begins: NDArray[np.float64],
    closes: NDArray[np.float64],
) -> Span | None:
    """Find the most probable answer within a sentence; None where none of its tokens was read."""
    if not len(inside):
        return None
    scores = begins[inside][:, None] + closes[inside][None, :]
    allowed = np.triu(np.ones_like(scores, dtype=bool)) & np.tri(len(inside), k=_ANSWER_TOKENS - 1, dtype=bool)
    first, last = np.unravel_index(np.argmax(np.where(allowed, scores, -np.inf)), scores.shape)
    text = passage.text_of(sentence)
    before = sentence.start - passage.start
    start, end = offsets[inside[first]][0] - before, offsets[inside[last]][1] - before
    start, end = whole_words(text, max(0, start), min(len(text), end))
    return Span(sentence.start + start, sentence.start + end)


def _log_shares(values: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = values.astype(np.float64) - values.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))
