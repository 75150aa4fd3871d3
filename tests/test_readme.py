"""The README and the first pages after it, played through: every command prints what is shown there.

    python tests/test_readme.py --refresh

does the same and writes what the commands print into the pages. In a block, ``$ `` begins a command and ``> `` a line
that is typed at its prompt. A block after ``<!-- file: NAME -->`` is the content of a file that the commands find.
Pages of one language are played one after the other, as a newcomer reads them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from forking import Forks
from places import ROOT, SUPPORT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = {
    "en": ("README.md", "docs/start.md", "docs/commands.md"),
    "ru": ("README.ru.md", "docs/ru/start.md"),
}
"""By the language in which the command line speaks there."""

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = (
    (re.compile(r"\b\d+[.,]\d (s\b|с\.)"), r"SECONDS \1"),
    (re.compile(r'(?<="took_ms": )[\d.]+'), "MILLISECONDS"),
    (re.compile(r"\b[\d.]+ MiB\b"), "SIZE MiB"),
    (re.compile(r"(?<=published )\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "MOMENT"),
    (re.compile(r"\b(generation|индекс)(\s+)\d{6}\b", re.IGNORECASE), r"\1\2NUMBER"),
    # Processors with and without bfloat16 differ in the last digits of these.
    (re.compile(r'(?<="confidence": )[\d.]+|(?<="score": )[\d.]+'), "SHARE"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)

pytestmark = [pytest.mark.begun_first, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Command:
    """One command of a console block and what is shown below it."""

    text: str
    shown: str
    page: str = ""

    @property
    def typed(self) -> list[str]:
        return [line.removeprefix("> ") for line in self.shown.splitlines() if line.startswith("> ")]


def commands_of(text: str, page: str = "") -> list[Command]:
    """All commands of all console blocks of a page, in order."""
    parts = [part for block in _CONSOLE.findall(text) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [Command(*part.split("\n", 1), page) for part in parts]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def normalised(output: str) -> str:
    """`output` without what differs from run to run: times, sizes, moments, numbers of generations."""
    for pattern, replacement in _VARYING:
        output = pattern.sub(replacement, output)
    return output.strip("\n")


class WorkingCopy:
    """A folder as a newcomer has it after installation: the sample articles, the files of the pages, no index."""

    def __init__(
        self, folder: Path, language: str, models: Path | None = None, programs: Path = Path(sys.executable).parent
    ) -> None:
        """`models` holds the bundled model, unpacked; without it the first command unpacks it.

        In `programs` the command is.
        """
        self._folder = folder
        self._programs = programs
        self._language = language
        shutil.copytree(ROOT / "data" / "articles", folder / "data" / "articles")
        files = "".join(map(text_of, PAGES[language]))
        for name, content in _FILE.findall(files):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        (folder / "data" / "state").mkdir()
        if models:
            (folder / "data" / "state" / "models").symlink_to(models)

    def run(self, command: str, typed: list[str]) -> str:
        """What a command prints on standard output."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        environment.pop("COLUMNS", None)
        environment |= {"CITEBOT_LANGUAGE": self._language, "LC_ALL": "C.UTF-8"}
        environment["PATH"] = os.pathsep.join(
            [str(self._programs), str(Path(sys.executable).parent), environment["PATH"]]
        )
        # Everything is installed already, and this is what follows.
        command = command.replace("make run", "citebot start").replace(". .venv/bin/activate", "true")
        finished = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self._folder,
            env=environment,
            input="".join(f"{line}\n" for line in typed),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert finished.returncode == 0, f"$ {command}\n{finished.stdout}{finished.stderr}"
        return finished.stdout

    def play(self, command: Command) -> str:
        """What a page is to show."""
        shown = self.run(command.text, command.typed)
        return re.sub(r"[ \t]+$", "", shown, flags=re.MULTILINE).rstrip("\n") + "\n"


STOOD_ON = (
    "faiss",
    "alembic.command",
    "bot.__main__",
    "bot.cli",
    "bot.terminal.talking",
    "retrieval.ingest.indexing",
    "retrieval.models.sentence_encoder",
    "retrieval.models.span_reader",
)
"""What the commands import, PyTorch among it."""

COMMANDS = {
    language: [c for page in pages for c in commands_of(text_of(page), page)] for language, pages in PAGES.items()
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a command `citebot` that begins at once: PyTorch and the rest have been imported elsewhere."""
    forks, folder = (
        Forks("torch", "faiss", "bot.__main__", "bot.cli", "retrieval.ingest.indexing"),
        tmp_path_factory.mktemp("bin"),
    )
    started = [sys.executable, "-S", SUPPORT / "run_forked_citebot.py", forks.socket]
    (folder / "citebot").write_text(f'#!/bin/sh\nexec {shlex.join(map(str, started))} "$@"\n', encoding="utf-8")
    (folder / "citebot").chmod(0o700)
    yield folder
    forks.close()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, models_folder: Path, programs: Path) -> dict[str, list[str]]:
    """What the commands print by language, run in order in one working copy each."""
    copies = {name: WorkingCopy(tmp_path_factory.mktemp(name), name, models_folder, programs) for name in PAGES}
    return {language: _played(copy, language) for language, copy in copies.items()}


def _played(copy: WorkingCopy, language: str) -> list[str]:
    return [copy.run(command.text, command.typed) for command in COMMANDS[language]]


def test_the_pages_show_commands() -> None:
    for commands in COMMANDS.values():
        assert any(command.typed for command in commands)
        assert {command.page for command in commands if command.shown.strip()} == {c.page for c in commands}


@pytest.mark.parametrize(
    ("language", "place"),
    [(language, place) for language, commands in COMMANDS.items() for place in range(len(commands))],
    ids=[f"{c.page}: {c.text.split(chr(34))[0]}" for commands in COMMANDS.values() for c in commands],
)
def test_a_command_prints_what_its_page_shows(outputs: dict[str, list[str]], language: str, place: int) -> None:
    assert normalised(outputs[language][place]) == normalised(COMMANDS[language][place].shown)


def test_only_what_must_differ_is_ignored() -> None:
    status = "generation  000003, published 2026-11-22 18:56:34\ndisk        234.6 MiB   \n"
    assert normalised(status) == "generation  NUMBER, published MOMENT\ndisk        SIZE MiB"
    answer = "[1] За первые 24 часа через Волгу проехало 23 600 автомобилей.\nAs of 30 November 2024."
    assert normalised(answer) == answer


def refresh() -> None:
    """Write what the commands print today into the pages."""
    for language, pages in PAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            copy = WorkingCopy(Path(folder) / "citebot", language)

            def played(block: re.Match[str], copy: WorkingCopy = copy) -> str:
                shown = "\n".join(f"$ {command.text}\n{copy.play(command)}" for command in commands_of(block[0]))
                return f"```console\n{shown}```"

            for page in pages:
                (ROOT / page).write_text(_CONSOLE.sub(played, text_of(page)), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--refresh"]:
        sys.exit(__doc__)
    refresh()
