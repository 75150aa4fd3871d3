"""An environment of its own for each peer, made by venv and pip and kept."""

import json
import subprocess
import sys
from pathlib import Path

from peers.compared import Compared

_INSTALLED = "installed.json"
_TIMEOUT_SECONDS = 1800


class InstallationError(Exception):
    """A peer cannot be installed; says why in a line."""


def python_of(compared: Compared, folder: Path) -> Path:
    """Return the Python in which a system runs; its environment is made below `folder` unless it is there.

    Raises:
        InstallationError: pip did not install it.

    """
    if not compared.requirements:
        return Path(sys.executable)
    environment = folder / compared.module
    python = environment / "bin" / "python"
    kept = environment / _INSTALLED
    wanted = json.dumps(compared.requirements)
    if not (kept.is_file() and kept.read_text(encoding="utf-8") == wanted):
        print(f"Installing {compared.name} …", file=sys.stderr, flush=True)
        _run([sys.executable, "-m", "venv", str(environment)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *compared.requirements])
        kept.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own command line
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InstallationError(f"not installed within {_TIMEOUT_SECONDS} s") from error
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise InstallationError(lines[-1].strip() if lines else f"pip ended with {done.returncode}")
