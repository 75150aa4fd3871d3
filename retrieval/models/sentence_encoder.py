"""What gives a text its vector: our own BERT for the models that it reads, sentence-transformers for all others."""

from __future__ import annotations

import json
import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import torch
from safetensors import safe_open

from retrieval.models.bert import Bert, Shape
from retrieval.models.products import Arithmetic, best_arithmetic, has_native_bfloat16
from retrieval.models.tokenizer import LibraryTokenizer
from retrieval.models.unigram import WordTokenizer, is_known
from retrieval.models.word_rows import WordRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.models.tokenizer import Tokenizer

_NORMALIZING: Final = {
    "lowercase": "do_lower_case",
    "strip_accents": "strip_accents",
    "handle_chinese_chars": "tokenize_chinese_chars",
}
"""What a tokenizer's own file calls what its configuration, which overrules it, may say otherwise."""
_WORDS: Final = "embeddings.word_embeddings.weight"
_UNKNOWN_LIMIT: Final = 512
_NOISY_LOGGERS: Final = ("huggingface_hub", "sentence_transformers", "transformers")


class SentenceEncoder(Protocol):
    """A model of texts; one thread at a time."""

    prompts: Mapping[str, str]
    """What it wants before a text, by the kind of text."""
    default_prompt_name: str | None

    def read(self, texts: Sequence[str]) -> list[Any]:
        """Make of texts what `vectors` takes."""

    def lengths(self, read: Sequence[Any]) -> list[int]:
        """Tokens of each text as far as the model reads it."""

    def vectors(self, read: Sequence[Any]) -> NDArray[np.float32]:
        """Return a vector of any length for each text, of shape (len(read), dimension)."""

    def warm_up(self) -> None:
        """Do now what the first questions would otherwise wait for."""


class BertEncoder:
    """A sentence-transformers folder of a BERT whose tokens' mean is the vector, without that library's seconds."""

    def __init__(self, folder: Path, arithmetic: Arithmetic | None = None) -> None:
        """Load the model of a folder; `arithmetic` is what the processor is best in unless told.

        What it raises means that it is another kind of model, for `LibraryEncoder`: a ValueError where it is told to
        be one, else whatever reading it comes upon.

        """
        transformer, settings = _modules(folder), _content(folder / "config_sentence_transformers.json")
        self.shape, self._limit = _shape(transformer)
        self.tokenizer = _tokenizer(transformer / "tokenizer.json")
        self._file = transformer / "model.safetensors"
        _require(self._file.is_file())
        self._words = WordRows(self._file, _WORDS, f"bert.{_WORDS}")
        self.prompts: Mapping[str, str] = settings.get("prompts") or {}
        self.default_prompt_name = settings.get("default_prompt_name")
        self._bert = Bert(self.weights, self.shape, arithmetic or best_arithmetic())
        self._limit = min(self._limit, self._bert.longest)

    @property
    def weights(self) -> dict[str, Any]:
        """A BERT's weights by name, read when they are used: what was laid out anew is not held as it was, too."""
        with safe_open(self._file, framework="pt") as opened:
            names = {name.removeprefix("bert."): name for name in opened.keys()}  # noqa: SIM118
            tensors = {name: opened.get_tensor(stored) for name, stored in names.items() if name != _WORDS}
        return tensors | {_WORDS: self._words}

    def read(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the token ids of texts, cut at the model's end."""
        return [self._cut(ids) for ids in self.tokenizer.ids(texts)]

    def _cut(self, ids: list[int]) -> NDArray[np.int32]:
        return np.array(ids if len(ids) <= self._limit else [*ids[: self._limit - 1], ids[-1]], np.int32)

    def lengths(self, read: Sequence[NDArray[np.int32]]) -> list[int]:
        """Tokens of each text."""
        return list(map(len, read))

    def vectors(self, read: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Return the mean of each text's last hidden states."""
        states = self._bert.encode(read)
        means: NDArray[np.float32] = torch.stack([part.mean(0) for part in states.split(self.lengths(read))]).numpy()
        return means

    def warm_up(self) -> None:
        """Have what is compiled for texts as short as a question compiled now."""
        self._bert.warm_up()


class LibraryEncoder:
    """Any model that sentence-transformers loads, with its own forward pass."""

    def __init__(self, folder: Path) -> None:
        """Load the model of a folder; what the library raises is nowhere documented."""
        with _quiet():
            self._model = _load(str(folder))
        self.prompts: Mapping[str, str] = self._model.prompts
        self.default_prompt_name = self._model.default_prompt_name

    def read(self, texts: Sequence[str]) -> list[str]:
        """Return the texts: they are tokenised when they are embedded, and once more to be measured."""
        return list(texts)

    def lengths(self, read: Sequence[str]) -> list[int]:
        """Tokens of each text as far as the model reads it."""
        tokenizer = self._model.tokenizer
        if not callable(tokenizer):  # a static model's, which pads nothing
            return [1] * len(read)
        limit = self._model.max_seq_length or _UNKNOWN_LIMIT
        tokenised = tokenizer(list(read), truncation=True, max_length=limit, return_attention_mask=False)
        return [len(ids) for ids in tokenised["input_ids"]]

    def vectors(self, read: Sequence[str]) -> NDArray[np.float32]:
        """Return what the library's modules make of texts."""
        with torch.inference_mode():
            # `encode` does the same, and spends 2 of 13 ms a question on what is around it.
            if hasattr(self._model, "preprocess"):
                features = self._model.preprocess(list(read))
            else:  # sentence-transformers before 5.4
                features = self._model.tokenize(list(read))
            rows: NDArray[np.float32] = self._model(features)["sentence_embedding"].to(torch.float32).numpy()
        return rows

    def warm_up(self) -> None:
        """Do nothing: which lengths the library compiles for is its own affair."""


def load_encoder(folder: Path) -> SentenceEncoder:
    """Load the model of a folder in the quickest way that there is for its kind."""
    try:
        return BertEncoder(folder)
    except Exception:  # noqa: BLE001 - whatever ours cannot read, such as weights with other names, the library may
        return LibraryEncoder(folder)


def _modules(folder: Path) -> Path:
    """The folder of the encoder, if nothing but a mean and a normalisation follows it."""
    if not (folder / "modules.json").is_file():
        return folder  # the library takes the mean, too
    first, *others = [
        (module["type"].rpartition(".")[2], folder / module["path"]) for module in _content(folder / "modules.json")
    ]
    kinds = [kind for kind, _ in others]
    _require(first[0] == "Transformer" and kinds in (["Pooling"], ["Pooling", "Normalize"]))
    pooling = _content(others[0][1] / "config.json")
    modes = {name.removeprefix("pooling_mode_") for name, value in pooling.items() if value is True}
    modes |= {f"{mode}_tokens" for mode in [pooling.get("pooling_mode")] if mode}
    _require(modes - {"include_prompt"} == {"mean_tokens"} and pooling.get("include_prompt", True))
    found: Path = first[1]
    return found


def _shape(folder: Path) -> tuple[Shape, int]:
    """What the configuration of a BERT tells, and how many tokens of a text it may be given."""
    bert = _content(folder / "config.json")
    _require(not (folder / "adapter_config.json").is_file())
    _require(not any(bert.get(name) for name in ("quantization_config", "pruned_heads", "auto_map")))
    sentences = _content(folder / "sentence_bert_config.json")
    usual = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute", "is_decoder": False}
    _require(bert.get("model_type") == "bert")
    _require(all(bert.get(name, value) == value for name, value in usual.items()))
    _require(not sentences.get("do_lower_case"))
    _require(set(sentences) <= {"max_seq_length", "do_lower_case"})
    limit = sentences.get("max_seq_length") or _content(folder / "tokenizer_config.json").get("model_max_length")
    shape = Shape(bert["num_hidden_layers"], bert["num_attention_heads"], bert["layer_norm_eps"])
    return shape, int(limit or bert["max_position_embeddings"])


def _tokenizer(path: Path) -> Tokenizer:
    _require(path.is_file())
    configured = _content(path.with_name("tokenizer_config.json"))
    overruled = {own: configured[name] for own, name in _NORMALIZING.items() if name in configured}
    if overruled:
        normalizer = _content(path).get("normalizer") or {}
        _require(all(normalizer.get(own, value) == value for own, value in overruled.items()))
    content = _content(path)
    return WordTokenizer(path, content) if is_known(content) else LibraryTokenizer(path)


def _content(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _require(fits: bool) -> None:
    if not fits:
        raise ValueError


def _load(folder: str) -> Any:
    """Load a model in bfloat16 where the processor computes in it natively, elsewhere in float32."""
    from sentence_transformers import SentenceTransformer  # takes seconds, and the bundled model needs none of it

    dtype = torch.bfloat16 if has_native_bfloat16() else torch.float32
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


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' bars, hints and warnings out of the operator's terminal."""
    from transformers.utils import logging as transformers_logging  # slow to import

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
