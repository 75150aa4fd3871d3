"""Texts to vectors: the only module that imports torch and sentence_transformers. Import it where it is used.

Two things make it several times as fast on a processor as the library's defaults (`benchmarks/embedding_speed.py`):
arithmetic in bfloat16 where the processor has it, and small batches of texts of nearly one length, so that next to
nothing is computed for padding.
"""

import logging
import os
import platform
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeVar, TypeVarTuple

import numpy as np

# Threads that wait for each other give their core away. With the default, two busy processes on two cores (a bot and
# an indexing run) spend most of their time waiting actively for one another: measured, a tenth of the speed.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from retrieval.errors import ModelError
from retrieval.models.model_files import ModelFiles, download_model, shortened
from retrieval.told import told

_PADDED_TOKENS_PER_BATCH: Final = 512
"""On two cores 256 to 1,024 did equally well, 2,048 and 4,096 worse."""
_TEXTS_TO_MEASURE_AT_ONCE: Final = 1024
_UNKNOWN_LIMIT: Final = 512
_E5_PROMPTS: Final = ("query: ", "passage: ")
_E5_NAME: Final = re.compile(r"(^|[-_/])e5-(small|base|large)(?!.*instruct)", re.IGNORECASE)
_REMEDY: Final = told(
    "Choose another; one that Citebot itself prepared or downloaded is renewed when its folder is deleted."
)
_PROCESSOR_DESCRIPTION: Final = Path("/proc/cpuinfo")
_NOISY_LOGGERS: Final = ("huggingface_hub", "sentence_transformers", "transformers")

Vectors = NDArray[np.float32]
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class Embedder:
    """A loaded model; safe to share between threads.

    Vectors are float32, of length 1, and comparable by their dot product. A text longer than the model reads is cut at
    its end. Arithmetic is on the processor, in bfloat16 where it has instructions for that: then a vector's cosine
    with the float32 one is .99998 on average, and a text's vectors alone and in a batch differ as little.
    """

    def __init__(self, model: SentenceTransformer, *, name: str, fingerprint: str, prompts: tuple[str, str]) -> None:
        self._model = model
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
            with _quiet():
                model = _load(files.location)
            return cls(model, name=files.name, fingerprint=files.fingerprint or "", prompts=_prompts(model, files.name))
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
    def tokenizer(self) -> Any:
        """The model's tokenizer, as transformers has it; to be called within `run` only."""
        return self._model.tokenizer

    @property
    def encoder(self) -> Any:
        """The model before its tokens are pooled, as transformers has it."""
        return self._model[0].auto_model

    def run(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Do other work with the model's parts, on the thread that the model runs on."""
        return self._runner.submit(work, *arguments).result()

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
        for positions in _batches(self._token_counts(texts)):
            yield positions, self._embed([texts[position] for position in positions], self._document_prompt)

    def _embed(self, texts: list[str], prompt: str) -> Vectors:
        rows = self._runner.submit(self._forward, texts, prompt).result()
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

    def _forward(self, texts: list[str], prompt: str) -> Vectors:
        with torch.inference_mode():
            # `encode` does the same, and spends 2 of 13 ms a question on what is around it.
            if hasattr(self._model, "preprocess"):
                features = self._model.preprocess(texts, prompt=prompt)
            else:  # sentence-transformers before 5.4
                features = self._model.tokenize([prompt + text for text in texts])
            rows: Vectors = self._model(features)["sentence_embedding"].to(torch.float32).numpy()
        return rows

    def _token_counts(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text as far as the model reads it.

        Batches are tokenised once more later: that takes a fiftieth of the time, and keeping the tokens of a hundred
        thousand texts would take hundreds of megabytes.
        """
        limit = self._model.max_seq_length or _UNKNOWN_LIMIT
        tokenizer = self._model.tokenizer
        if not callable(tokenizer):  # a static model's, which pads nothing
            return [1] * len(texts)
        counts: list[int] = []
        for start in range(0, len(texts), _TEXTS_TO_MEASURE_AT_ONCE):
            some = [self._document_prompt + text for text in texts[start : start + _TEXTS_TO_MEASURE_AT_ONCE]]
            tokenised = self._runner.submit(
                tokenizer, some, truncation=True, max_length=limit, return_attention_mask=False
            ).result()
            counts += [len(ids) for ids in tokenised["input_ids"]]
        return counts


def _batches(token_counts: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions by falling length, so many at once that their padded tokens stay within the bound."""
    batch: list[int] = []
    for position in sorted(range(len(token_counts)), key=lambda position: -token_counts[position]):
        # Lengths fall, so the batch's first text is its longest, to which the others are padded.
        if batch and token_counts[batch[0]] * (len(batch) + 1) > _PADDED_TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _prompts(model: SentenceTransformer, name: str) -> tuple[str, str]:
    """Return what the model wants before a question and before a document; it may want nothing."""
    configured = {key: prompt for key, prompt in model.prompts.items() if prompt}
    if not configured and _E5_NAME.search(Path(name).name):
        # The E5 models were trained with these, but their hub pages have them in prose only.
        return _E5_PROMPTS
    default = configured.get(model.default_prompt_name or "", "")
    document = next((configured[key] for key in ("document", "passage", "corpus") if key in configured), default)
    return configured.get("query", default), document


def _load(folder: str) -> SentenceTransformer:
    """Load the encoder in bfloat16 where the processor computes in it natively, elsewhere in float32."""
    dtype = torch.bfloat16 if _has_native_bfloat16() else torch.float32
    # The folder has everything; unless told so, the library asks the hub about the base model.
    model = SentenceTransformer(folder, device="cpu", local_files_only=True, model_kwargs={"torch_dtype": dtype})
    # Mean and normalisation in bfloat16 would leave 8 significant bits of each vector.
    model[0].register_forward_hook(_to_float32)
    for module in list(model)[1:]:
        module.to(torch.float32)
    return model.eval()


def _to_float32(_module: Any, _inputs: Any, features: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.float() if isinstance(value, torch.Tensor) and value.is_floating_point() else value
        for key, value in features.items()
    }


def _has_native_bfloat16(processor_description: Path = _PROCESSOR_DESCRIPTION) -> bool:
    """Ask Linux about the processor; emulated bfloat16 is slower than float32, so doubt means no."""
    try:
        words = processor_description.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return False
    wanted = {"avx512_bf16", "amx_bf16"} if platform.machine() == "x86_64" else {"bf16"}
    return not wanted.isdisjoint(words)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' bars, hints and warnings out of the operator's terminal."""
    loggers = [logging.getLogger(name) for name in _NOISY_LOGGERS]
    levels = [logger.level for logger in loggers]
    bars = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
