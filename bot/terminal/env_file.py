"""Writing settings into ``.env``: in one step, with everything else in it left as it is."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values, set_key, unset_key

from retrieval.disk import give_place
from retrieval.errors import SettingsError
from retrieval.settings import require_file
from retrieval.told import system_reason, told

if TYPE_CHECKING:
    from collections.abc import Mapping

# Read alike by whatever reads such files; Docker takes quotes as part of the value.
_PLAIN = re.compile(r"[^\s'\"#$\\`]+(?: [^\s'\"#$\\`]+)*")
_OURS_ALONE = 0o600


def settings_in(path: Path) -> dict[str, str]:
    """Return what the file sets, by names in capitals; nothing where there is none.

    Raises:
        SettingsError: it cannot be read.

    """
    try:
        found = dotenv_values(path, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(told(".env is not UTF-8: save it as UTF-8")) from error
    except OSError as error:
        raise SettingsError(
            told(".env cannot be read ({reason}): make it readable", reason=system_reason(error))
        ) from error
    return {name.upper(): value for name, value in found.items() if value}


def require_writable(path: Path) -> None:
    """Make sure that the file can be written in the end, before anything is asked.

    Raises:
        SettingsError: it cannot.

    """
    require_file(path)
    folder = path.resolve().parent
    if not os.access(folder, os.W_OK):
        reason = os.strerror(errno.EACCES)
        raise SettingsError(
            told(".env cannot be written ({reason}): let citebot write into {folder}", reason=reason, folder=folder)
        )


def write_settings(path: Path, changes: Mapping[str, str | None]) -> None:
    """Set what has a value in `changes`, and take out what has None, so that only its owner can read the file.

    A line that is commented out, as in ``.env.example``, gets its value below it. However this ends, the file is
    either as it was or as it shall be.

    Raises:
        SettingsError: it cannot be read or written, or cannot hold a value.

    """
    target = path.resolve()  # where a link leads to
    wanted = {**settings_in(target), **changes}
    try:
        with tempfile.TemporaryDirectory(prefix=".env.", dir=target.parent) as folder:
            draft = Path(folder) / "draft"
            draft.touch(_OURS_ALONE)
            draft.write_text(_with_places_for(_text_of(target), changes), encoding="utf-8")
            _change(draft, changes)
            _require(draft, {name: value for name, value in wanted.items() if value})
            draft.chmod(_OURS_ALONE)
            _give_to_the_owner_of(target, draft)
            give_place(draft, target)
    except OSError as error:
        raise SettingsError(
            told(".env cannot be written ({reason}): let citebot write into {folder}",
                 reason=system_reason(error), folder=target.parent)
        ) from error  # fmt: skip


def _give_to_the_owner_of(target: Path, draft: Path) -> None:
    """Let the file stay with its owner, as whom a service may read it, also where root writes it."""
    if target.exists():
        found = target.stat()
        with suppress(PermissionError):  # only root may give files away
            os.chown(draft, found.st_uid, found.st_gid)


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def _with_places_for(text: str, changes: Mapping[str, str | None]) -> str:
    for name, value in changes.items():
        if value and not re.search(rf"^\s*(?:export\s+)?{name}\s*=", text, re.MULTILINE | re.IGNORECASE):
            text = re.sub(rf"^# ?{name}=.*$", rf"\g<0>\n{name}=", text, count=1, flags=re.MULTILINE)
    return text


def _change(draft: Path, changes: Mapping[str, str | None]) -> None:
    written = {name.upper(): name for name in dotenv_values(draft, encoding="utf-8")}
    for name, value in changes.items():
        as_written = written.get(name, name)
        if value:
            quotes = "never" if _PLAIN.fullmatch(value) else "always"
            set_key(draft, as_written, value, quote_mode=quotes, encoding="utf-8")
        elif name in written:
            unset_key(draft, as_written, encoding="utf-8")


def _require(draft: Path, wanted: Mapping[str, str]) -> None:
    found = settings_in(draft)
    for name in sorted(wanted.keys() | found.keys()):
        if found.get(name) != wanted.get(name):
            raise SettingsError(told("{name} cannot be written into .env as it is: put it there by hand", name=name))


def is_set_outside(name: str) -> bool:
    """Tell whether the environment sets what then wins over the file."""
    return any(other.upper() == name and value for other, value in os.environ.items())
