"""Install Citebot into .venv beside this file; where that is done already, do nothing.

`make run` and `make test` call it. It runs before any package is there and on any Python 3, if only to say that it is
too old: hence nothing but the standard library, and nothing newer than Python 3.6.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, Dict, FrozenSet, Iterable, List, Optional, Set, Tuple

ROOT = Path(__file__).resolve().parent
NEEDED = (3, 11)
NEWEST_LOOKED_FOR = 15
LOCKED_FOR = ((3, 11), "linux", "x86_64")
"""The Python, system and processor that `make lock` is run with: what depends on them is locked for these alone."""
LOCKS: Tuple[Tuple[str, FrozenSet[str]], ...] = (
    ("run.txt", frozenset()),
    ("extras.txt", frozenset({"documents", "postgres"})),
)
"""The locks with the extras that each has; all extras are in `LOCK_OF_ALL`."""
LOCK_OF_ALL = "test.txt"
LINE_EVERY = 30.0
"""Seconds between two lines where nobody sees a line that changes."""

RUSSIAN = {
    "Citebot needs Python {needed} or newer; this is {found}. Install it, then: make {goal} PYTHON=python{needed}": (
        "Нужен Python {needed} или новее, а это {found}. Установите его и наберите: make {goal} PYTHON=python{needed}"
    ),
    "Using {python}, since python3 is {found}.": "Беру {python}: python3 здесь {found}.",
    "Making .venv anew: its Python is gone or another one.": "Создаю .venv заново: его Python исчез или сменился.",
    "1. Making .venv (some seconds) …": "1. Создаю .venv (несколько секунд) …",
    ".venv cannot be made: {reason}. On Debian and Ubuntu: apt install python3-venv": (
        "Не получается создать .venv: {reason}. В Debian и Ubuntu помогает apt install python3-venv"
    ),
    "2. Installing packages (1.5 GB; the first time one to five minutes) …": (
        "2. Ставлю пакеты (1,5 ГБ; в первый раз от одной до пяти минут) …"
    ),
    "No packages are locked for {machine}: taking any that pyproject.toml allows.": (
        "Для {machine} версии пакетов не закреплены: беру любые из тех, что допускает pyproject.toml."
    ),
    "fetching package {count}: {name}": "скачиваю пакет {count}: {name}",
    "unpacking {count} packages": "распаковываю пакеты: {count}",
    "Installed in {seconds} s.": "Установлено за {seconds} с.",
    "The packages could not be installed; all that pip said is in {log}.": (
        "Не получилось поставить пакеты; всё, что сказал pip, лежит в {log}."
    ),
    "Citebot cannot be installed here: {reason}.": "Здесь Citebot не установить: {reason}.",
    "Stopped; the next run goes on with what is fetched.": "Остановлено; в следующий раз скачанное пригодится.",
}


def say(template: str, **fields: object) -> str:
    """Return a sentence in the user's language."""
    settings = (os.environ.get(name, "") for name in ("CITEBOT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    language = next(filter(None, settings), "")
    return (RUSSIAN[template] if language.lower().startswith("ru") else template).format(**fields)


def told_version(version: Iterable[object]) -> str:
    """Return a version as people write it."""
    return ".".join(map(str, list(version)[:2]))


class InstallError(Exception):
    """What keeps Citebot from being installed, in one line."""


class Environment:
    """The virtual environment, and what is known of it."""

    def __init__(self, root: Path) -> None:
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.log = self.folder / "install.log"
        self._record = self.folder / "installed.json"
        self._project = root / "pyproject.toml"
        self._locks = root / "locks"

    def version(self) -> Optional[Tuple[int, ...]]:
        """Return the version of its Python where that runs and finds its packages; otherwise None."""
        told = "import sys, pip; print(*sys.version_info[:2])"
        try:
            found = subprocess.run(
                [str(self.python), "-c", told], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
            )
        except OSError:
            return None
        return tuple(map(int, found.stdout.split())) if found.returncode == 0 else None

    def extras(self) -> Set[str]:
        """Return the extras that were asked for before."""
        return set(self._noted().get("extras", []))

    def holds(self, extras: Iterable[str]) -> bool:
        """Whether all that the project asks for now, with these extras, was installed with the Python that it has."""
        noted, version = self._noted(), self.version()
        same = version is not None and (noted.get("python"), noted.get("project")) == (list(version), self._digest())
        return same and set(extras) <= self.extras()

    def note(self, extras: Iterable[str]) -> None:
        """Note that all of it is installed."""
        record = {"python": self.version(), "project": self._digest(), "extras": sorted(extras)}
        self._record.write_text(json.dumps(record) + "\n", encoding="utf-8")

    def _noted(self) -> Dict[str, Any]:
        try:
            noted = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def lock_with(self, extras: Iterable[str]) -> Optional[Path]:
        """Return the file that locks what these extras need; None where there is none for this machine."""
        if (self.version(), sys.platform, platform.machine()) != LOCKED_FOR:
            return None
        name = next((name for name, held in LOCKS if held.issuperset(extras)), LOCK_OF_ALL)
        return self._locks / name if (self._locks / name).is_file() else None

    def make(self, python: str) -> None:
        """Make it with a Python, in place of one that does not run."""
        if self.folder.is_symlink() or self.folder.is_file():
            self.folder.unlink()
        elif self.folder.exists():
            shutil.rmtree(str(self.folder))
        command = [python, "-m", "venv", str(self.folder)]
        made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if made.returncode:
            shutil.rmtree(str(self.folder), ignore_errors=True)
            lines = made.stdout.decode(errors="replace").split("\n")
            reason = next((line.strip() for line in lines if line.strip()), "python -m venv")
            raise InstallError(
                say(".venv cannot be made: {reason}. On Debian and Ubuntu: apt install python3-venv", reason=reason)
            )

    def _digest(self) -> str:
        digest = hashlib.sha256(self._project.read_bytes())
        for lock in sorted(self._locks.glob("*.txt")):
            digest.update(lock.read_bytes())
        return digest.hexdigest()


class Display:
    """One line that changes in a terminal; elsewhere a line now and then."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._last = time.monotonic()

    def line(self, text: str) -> None:
        """Print a line that stays."""
        self.clear()
        self._stream.write(text + "\n")
        self._stream.flush()

    def show(self, text: str) -> None:
        """Show how far the work is."""
        if self._is_terminal:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write("\r\033[K" + ("   " + text)[:width])
            self._stream.flush()
        elif time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            self.line("   " + text)

    def clear(self) -> None:
        """Take away what is shown."""
        if self._is_terminal:
            self._stream.write("\r\033[K")


def described(line: str, count: int) -> Tuple[Optional[str], int]:
    """Return how far pip is by a line of its output, or None where that tells nothing; and packages fetched so far."""
    fetched = re.match(r"\s*(?:Downloading|Using cached) (\S+?)-\d\S* (\([^)]*\))", line)
    if fetched:
        count += 1
        return say("fetching package {count}: {name}", count=count, name=" ".join(fetched.groups())), count
    if line.startswith("Installing collected packages:"):
        return say("unpacking {count} packages", count=line.count(",") + 1), count
    return None, count


def install_packages(environment: Environment, extras: List[str], display: Display) -> None:
    """Install what is locked, each file with the hash that it had, and then Citebot with what is left: PyTorch."""
    lock = environment.lock_with(extras)
    wanted = ["--editable", ".[" + ",".join(sorted(extras)) + "]" if extras else "."]
    with environment.log.open("w", encoding="utf-8") as log:
        if lock is None:
            machine = "Python {} ({}, {})".format(
                told_version(environment.version() or ()), sys.platform, platform.machine()
            )
            display.line(
                say(
                    "No packages are locked for {machine}: taking any that pyproject.toml allows.",
                    machine=machine,
                )
            )
        else:
            run_pip(environment, ["--require-hashes", "--no-deps", "--requirement", str(lock)], log, display)
        run_pip(environment, wanted, log, display)


def run_pip(environment: Environment, wanted: List[str], log: IO[str], display: Display) -> None:
    """Run pip; all that it says goes to the log, and the end of that is shown where it fails."""
    # What is not compiled now is when it is first used, which is only a part of it.
    command = [str(environment.python), "-m", "pip", "install", "--no-compile", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off"]
    count = 0
    pip = subprocess.Popen([*command, *wanted], cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with pip:
        for raw in pip.stdout or ():
            line = raw.decode(errors="replace")
            log.write(line)
            told, count = described(line, count)
            if told:
                display.show(told)
    log.flush()
    if pip.returncode:
        display.clear()
        said = environment.log.read_text(encoding="utf-8").split("\n")
        for error in [line for line in said if line.startswith("ERROR")][-3:]:
            display.line(error)
        raise InstallError(
            say("The packages could not be installed; all that pip said is in {log}.", log=environment.log)
        )


def new_enough_python(goal: str, display: Display) -> str:
    """Return a Python that is new enough: this one, or another on the PATH."""
    if sys.version_info[:2] >= NEEDED:
        return sys.executable
    found = told_version(sys.version_info)
    for minor in range(NEWEST_LOOKED_FOR, NEEDED[1] - 1, -1):
        python = shutil.which("python3.{}".format(minor))
        if python:
            display.line(say("Using {python}, since python3 is {found}.", python=python, found=found))
            return python
    raise InstallError(
        say(
            "Citebot needs Python {needed} or newer; this is {found}. "
            "Install it, then: make {goal} PYTHON=python{needed}",
            needed=told_version(NEEDED),
            found=found,
            goal=goal,
        )
    )


def install(extras: List[str], goal: str, display: Display) -> None:
    """Install what is not installed yet."""
    environment = Environment(ROOT)
    if environment.holds(extras):
        return
    wanted = sorted(environment.extras().union(extras))
    started = time.monotonic()
    version = environment.version()
    if version is None or version < NEEDED:
        python = new_enough_python(goal, display)
        if environment.folder.exists():
            display.line(say("Making .venv anew: its Python is gone or another one."))
        display.line(say("1. Making .venv (some seconds) …"))
        environment.make(python)
    display.line(say("2. Installing packages (1.5 GB; the first time one to five minutes) …"))
    install_packages(environment, wanted, display)
    environment.note(wanted)
    display.line(say("Installed in {seconds} s.", seconds=round(time.monotonic() - started)))


def main() -> None:
    """Run from the command line; what goes wrong is one line and exit code 1."""
    parser = argparse.ArgumentParser(description="Install Citebot into .venv.")
    parser.add_argument("extras", nargs="*", help="extras of pyproject.toml, such as: documents")
    parser.add_argument("--goal", default="run", help=argparse.SUPPRESS)
    given = parser.parse_args()
    display = Display(sys.stderr)
    try:
        install(given.extras, given.goal, display)
    except InstallError as error:
        display.line("citebot: " + str(error))
        sys.exit(1)
    except OSError as error:  # the folder is another's, or the disk is full
        display.line("citebot: " + say("Citebot cannot be installed here: {reason}.", reason=error))
        sys.exit(1)
    except KeyboardInterrupt:
        display.line(say("Stopped; the next run goes on with what is fetched."))
        sys.exit(130)


if __name__ == "__main__":
    main()
