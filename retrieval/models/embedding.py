"""Texts to vectors, of one length and in batches, for any number of threads. Imports torch: import it where it is used.

Three things make it several times as fast on a processor as sentence-transformers with its defaults
(`benchmarks/embedding_speed.py`): arithmetic in bfloat16 where the processor has it or in 8 bits where it has AVX2, our
own forward pass without padding for BERTs (`retrieval.models.bert`), and small batches of texts of nearly one length.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self, TypeVar, TypeVarTuple

import numpy as np
from numpy.typing import NDArray

# Threads that wait for each other give their core away. With the default, two busy processes on two cores (a bot and
# an indexing run) spend most of their time waiting actively for one another: measured, a tenth of the speed.
# To be set before torch is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from retrieval.errors import ModelError
from retrieval.models.model_files import ModelFiles, download_model, shortened
from retrieval.models.sentence_encoder import SentenceEncoder, load_encoder
from retrieval.told import told

_TOKENS_PER_BATCH: Final = 512
"""A question waits for one batch at most, 0.1 s on two cores. Twice as many are a twelfth quicker."""
_TEXTS_TO_READ_AT_ONCE: Final = 1024
_E5_PROMPTS: Final = ("query: ", "passage: ")
_E5_NAME: Final = re.compile(r"(^|[-_/])e5-(small|base|large)(?!.*instruct)", re.IGNORECASE)
_REMEDY: Final = told(
    "Choose another; one that Citebot itself prepared or downloaded is renewed when its folder is deleted."
)

Vectors = NDArray[np.float32]
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class Embedder:
    """A loaded model; safe to share between threads.

    Vectors are float32, of length 1, and comparable by their dot product. A text longer than the model reads is cut at
    its end. Arithmetic is on the processor, in bfloat16 where it has instructions for that: then a vector's cosine
    with the float32 one is .99998 on average, and a text's vectors alone and in a batch differ as little. In 8 bits,
    where it has AVX2 but no bfloat16, that is .9997 on average, .9975 for a page of one letter; batches change nothing.
    """

    def __init__(self, encoder: SentenceEncoder, *, name: str, fingerprint: str, prompts: tuple[str, str]) -> None:
        self._encoder = encoder
        self._name = name
        self._fingerprint = fingerprint
        self._query_prompt, self._document_prompt = prompts
        # One thread runs the model: tokenizers keep their padding in shared state, each thread that calls torch would
        # have its own set of workers on the same cores, and a question waits for one batch of documents, not for all.
        self._runner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedder")
        self._dimension = len(self._embed([""], self._query_prompt)[0])

    @classmethod
    def load(cls, files: ModelFiles) -> Self:
        """Load a model, from the hub only where `files` are not on this machine.

        Raises:
            ModelError: the files cannot be had, or are no model that gives one vector a text.

        """
        files = download_model(files)
        try:
            encoder = load_encoder(Path(files.location))
            prompts = _prompts(encoder, files.name)
            return cls(encoder, name=files.name, fingerprint=files.fingerprint or "", prompts=prompts)
        except ModelError:
            raise
        except Exception as error:  # what a broken folder raises is nowhere documented
            raise ModelError(
                told(
                    "Cannot load the model in {location} ({reason}); expected a folder that "
                    "sentence_transformers.SentenceTransformer loads. {remedy}",
                    location=files.location,
                    reason=shortened(error),
                    remedy=_REMEDY,
                )
            ) from error

    @property
    def name(self) -> str:
        """What the operator calls the model."""
        return self._name

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change whenever the vectors may."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self._dimension

    @property
    def encoder(self) -> SentenceEncoder:
        """The model itself; to be used within `run` only."""
        return self._encoder

    def run(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Do other work with the model's parts, on the thread that the model runs on."""
        return self._runner.submit(work, *arguments).result()

    def warm_up(self) -> None:
        """Do now what the first questions would otherwise wait for: for who answers more than one."""
        self.run(self._encoder.warm_up)

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question, of shape (dimension,).

        Raises:
            ModelError: the model gave no finite vector.

        """
        vector: Vectors = self.embed_queries([text])[0]
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of a few questions at once, of shape (len(texts), dimension).

        Raises:
            ModelError: the model gave no finite vector.

        """
        # A command line can hand over halves of surrogate pairs, which no tokenizer takes.
        return self._embed([text.encode("utf-8", "replace").decode("utf-8") for text in texts], self._query_prompt)

    def embed_documents(self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None) -> Vectors:
        """Return the vectors of `texts` in their order, of shape (len(texts), dimension).

        `progress` is called after each batch with the number of texts done so far.

        Raises:
            ModelError: the model gave no finite vector.

        """
        vectors = np.empty((len(texts), self._dimension), np.float32)
        done = 0
        for positions, rows in self.embed_batches(texts):
            vectors[positions] = rows
            done += len(positions)
            if progress is not None:
                progress(done)
        return vectors

    def embed_batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield batches as they are done, longest texts first: positions in `texts`, and their vectors.

        The vectors are of shape (len(positions), dimension). Each position comes exactly once. For callers who
        store what is done, so that an interrupted run does not begin anew.

        Raises:
            ModelError: the model gave no finite vector.

        """
        read, lengths = self._read(texts)
        for positions in _batches(lengths):
            yield positions, self._vectors([read[position] for position in positions])

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        return self._unit(self._runner.submit(self._forward, [prompt + text for text in texts]).result())

    def _forward(self, texts: list[str]) -> Vectors:
        return self._encoder.vectors(self._encoder.read(texts))

    def _vectors(self, read: list[Any]) -> Vectors:
        return self._unit(self._runner.submit(self._encoder.vectors, read).result())

    def _read(self, texts: Sequence[str]) -> tuple[list[Any], list[int]]:
        """Read all texts, a portion at a time so that questions come in between; also return their tokens' numbers."""
        everything: list[Any] = []
        lengths: list[int] = []
        for start in range(0, len(texts), _TEXTS_TO_READ_AT_ONCE):
            some = [self._document_prompt + text for text in texts[start : start + _TEXTS_TO_READ_AT_ONCE]]
            read = self._runner.submit(self._encoder.read, some).result()
            everything += read
            lengths += self._runner.submit(self._encoder.lengths, read).result()
        return everything, lengths

    def _unit(self, rows: Vectors) -> Vectors:
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and lengths.all()):
            raise ModelError(
                told(
                    "The model {name!r} gave a vector of length {length}, expected a finite one above 0: its files "
                    "are damaged. {remedy}",
                    name=self._name,
                    length=float(lengths.min()),
                    remedy=_REMEDY,
                )
            )
        unit: Vectors = rows / lengths
        return unit


def _batches(token_counts: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions by falling length, so many at once that their tokens, were they padded, stay within the bound."""
    batch: list[int] = []
    for position in sorted(range(len(token_counts)), key=lambda position: -token_counts[position]):
        # Lengths fall, so the batch's first text is its longest, to which the others are padded.
        if batch and token_counts[batch[0]] * (len(batch) + 1) > _TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _prompts(encoder: SentenceEncoder, name: str) -> tuple[str, str]:
    """Return what the model wants before a question and before a document; it may want nothing."""
    configured = {key: prompt for key, prompt in encoder.prompts.items() if prompt}
    if not configured and _E5_NAME.search(Path(name).name):
        # The E5 models were trained with these, but their hub pages have them in prose only.
        return _E5_PROMPTS
    default = configured.get(encoder.default_prompt_name or "", "")
    document = next((configured[key] for key in ("document", "passage", "corpus") if key in configured), default)
    return configured.get("query", default), document
