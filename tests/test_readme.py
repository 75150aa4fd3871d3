"""README.md, played through: every command of its console blocks prints what is shown there.

    python tests/test_readme.py --refresh

does the same and writes what the commands print into README.md. In a block, ``$ `` begins a command and ``> `` a line
that is typed at its prompt. A block after ``<!-- file: NAME -->`` is the content of a file that the commands find.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import ROOT

README = ROOT / "README.md"

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = (
    (re.compile(r"\b\d+\.\d s\b"), "SECONDS s"),
    (re.compile(r'(?<="took_ms": )[\d.]+'), "MILLISECONDS"),
    (re.compile(r"\b[\d.]+ MiB\b"), "SIZE MiB"),
    (re.compile(r"(?<=published )\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "MOMENT"),
    (re.compile(r"(?<=\bgeneration )(\s*)\d{6}\b", re.IGNORECASE), r"\1NUMBER"),
    # Processors with and without bfloat16 differ in the last digits of these.
    (re.compile(r'(?<="confidence": )[\d.]+|(?<="score": )[\d.]+'), "SHARE"),
    (re.compile(r"[ \t]+$", re.MULTILINE), ""),
)

pytestmark = pytest.mark.timeout(1800)


@dataclass(frozen=True)
class Command:
    """One command of a console block and what is shown below it."""

    text: str
    shown: str

    @property
    def typed(self) -> list[str]:
        return [line.removeprefix("> ") for line in self.shown.splitlines() if line.startswith("> ")]


def commands_of(readme: str) -> list[Command]:
    """All commands of all console blocks, in order."""
    parts = [part for block in _CONSOLE.findall(readme) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [Command(*part.split("\n", 1)) for part in parts]


def normalised(output: str) -> str:
    """`output` without what differs from run to run: times, sizes, moments, numbers of generations."""
    for pattern, replacement in _VARYING:
        output = pattern.sub(replacement, output)
    return output.strip("\n")


class WorkingCopy:
    """A folder as a newcomer has it after installation: the sample articles, the files of the README, no index."""

    def __init__(self, folder: Path, readme: str, models: Path | None = None) -> None:
        """`models` holds the bundled model, unpacked; without it the first command unpacks it."""
        self._folder = folder
        shutil.copytree(ROOT / "data" / "articles", folder / "data" / "articles")
        for name, content in _FILE.findall(readme):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
        (folder / "data" / "state").mkdir()
        if models:
            (folder / "data" / "state" / "models").symlink_to(models)

    def run(self, command: str, typed: list[str]) -> str:
        """What a command of the README prints on standard output."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        environment.pop("COLUMNS", None)
        environment["LC_ALL"] = "C.UTF-8"
        environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), environment["PATH"]])
        # Everything is installed already, and this is what follows.
        command = command.replace("make run", "citebot start")
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
        """What the README is to show."""
        shown = self.run(command.text, command.typed)
        return re.sub(r"[ \t]+$", "", shown, flags=re.MULTILINE).rstrip("\n") + "\n"


COMMANDS = commands_of(README.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> list[str]:
    """What the commands print, run in order in one working copy."""
    folder = tmp_path_factory.mktemp("readme")
    copy = WorkingCopy(folder, README.read_text(encoding="utf-8"), models_folder)
    return [copy.run(command.text, command.typed) for command in COMMANDS]


def test_the_readme_shows_commands() -> None:
    assert any(command.typed for command in COMMANDS)
    assert all(command.shown.strip() for command in COMMANDS)


@pytest.mark.parametrize("place", range(len(COMMANDS)), ids=[command.text.split('"')[0] for command in COMMANDS])
def test_a_command_prints_what_the_readme_shows(outputs: list[str], place: int) -> None:
    assert normalised(outputs[place]) == normalised(COMMANDS[place].shown)


def test_only_what_must_differ_is_ignored() -> None:
    status = "generation  000003, published 2026-11-22 18:56:34\ndisk        234.6 MiB   \n"
    assert normalised(status) == "generation  NUMBER, published MOMENT\ndisk        SIZE MiB"
    answer = "[1] За первые 24 часа через Волгу проехало 23 600 автомобилей.\nAs of 30 November 2024."
    assert normalised(answer) == answer


def refresh() -> None:
    """Write what the commands print today into README.md."""
    readme = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        copy = WorkingCopy(Path(folder) / "citebot", readme)

        def played(block: re.Match[str]) -> str:
            shown = "\n".join(f"$ {command.text}\n{copy.play(command)}" for command in commands_of(block[0]))
            return f"```console\n{shown}```"

        README.write_text(_CONSOLE.sub(played, readme), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--refresh"]:
        sys.exit(__doc__)
    refresh()
