"""What a text means to the bot itself, told by its vector: «мне тут человек отвечает или программа?»."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from retrieval.array_files import loaded_arrays
from retrieval.question.asking import is_question
from retrieval.text.terms import words_of
from retrieval.text.vocabulary import YOU_AND_ME, any_of
from retrieval.types import Act

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.models.embedding import Embedder

FILE = Path(str(resources.files("retrieval.answering").joinpath("small_talk.npz")))
"""What `python -m training.small_talk` learned for the vectors of the bundled model."""
QUESTION = "question"
"""The label of what is no small talk."""
_FEWEST_WORDS = 3
"""Of fewer words the closed lists know all that is small talk; «последний звонок» is none."""
_LEAST = 0.9
"""Probability from which a text is taken for small talk: a question that is taken for it is worse than a refusal."""


_SPEAKS_OF_US = re.compile(rf"\b{any_of(YOU_AND_ME)}\b", re.IGNORECASE)
"""What a question to the bot itself has: «кто поблагодарил врачей?» is about the articles."""


class Learned(NamedTuple):
    """A linear model over vectors."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    """Shape (labels, dimension)."""
    biases: NDArray[np.float32]


class SmallTalk:
    """Tells what is said to the bot from what is asked of the articles."""

    def __init__(self, embedder: Embedder) -> None:
        """`embedder` is that of the bundled model, for whose vectors it was learned."""
        self._embedder = embedder

    def act_of(self, text: str) -> Act | None:
        """What a text means; None where it is, or may well be, a question about the articles."""
        if len(words_of(text)) < _FEWEST_WORDS or (is_question(text) and not _SPEAKS_OF_US.search(text)):
            return None
        learned = _learned()
        log_odds = learned.weights @ self._embedder.embed_query(text) + learned.biases
        shares = np.exp(log_odds - log_odds.max())
        asks = learned.labels.index(QUESTION)
        if shares[asks] > (1 - _LEAST) * shares.sum():
            return None
        shares[asks] = 0
        return Act(learned.labels[int(shares.argmax())])


@cache
def _learned() -> Learned:
    arrays = loaded_arrays(FILE)
    return Learned(tuple(arrays["labels"].tolist()), arrays["weights"], arrays["biases"])
