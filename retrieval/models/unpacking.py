"""The bundled model, unpacked below the home on its first use."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from safetensors import SafetensorError

from retrieval.disk import give_place, make_private
from retrieval.errors import ModelError
from retrieval.models.packed_model import unpack
from retrieval.told import told

_BUILD_TIMEOUT_SECONDS: Final = 300


def unpack_once(packed: Path, folder: Path, name: str, announce: Callable[[str], None]) -> Path:
    """Make the `folder` of the model called `name` unless it is there.

    It is made whole or not at all, whoever else tries and whenever the process dies.

    Raises:
        ModelError: the model cannot be read or written.

    """
    if (folder / "model.safetensors").is_file():
        return folder
    try:
        make_private(folder.parent.parent)  # the home, which may be begun here
        folder.parent.mkdir(exist_ok=True)
        # The lock goes with its process, so whoever holds it knows that every partial folder was left by a dead one.
        with FileLock(folder.parent / ".lock", timeout=_BUILD_TIMEOUT_SECONDS):
            if not (folder / "model.safetensors").is_file():
                announce(told("Preparing the model {bundled_model} (once, a few seconds) …", bundled_model=name))
                for leftover in [*folder.parent.glob(".*.partial"), folder]:
                    shutil.rmtree(leftover, ignore_errors=True)
                _publish(packed, folder)
    except Timeout as error:
        raise ModelError(
            told(
                "Another process has been preparing the model in {parent} for {seconds} s; wait "
                "for it or end it, then try again.",
                parent=folder.parent,
                seconds=_BUILD_TIMEOUT_SECONDS,
            )
        ) from error
    except (OSError, SafetensorError) as error:
        raise ModelError(
            told(
                "Cannot write the model to {parent} ({error}); it takes 250 MB. Make room, or set CITEBOT_HOME "
                "to a folder that can be written.",
                parent=folder.parent,
                error=error,
            )
        ) from error
    return folder


def _publish(packed: Path, folder: Path) -> None:
    partial = folder.with_name(f".{folder.name}.partial")
    try:
        unpack(packed, partial)
        give_place(partial, folder)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
