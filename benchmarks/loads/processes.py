"""The bot and `citebot index` as processes, and what they take of the machine."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "bot")
_TIME = re.compile(r"(?:(?:(\d+)-)?(\d+):)?(\d+):([\d.]+)")


@dataclass(frozen=True)
class Programs:
    """The commands that run the bot and index; others than the real ones are for tests."""

    bot: Sequence[str] = (*_COMMAND, "run")
    index: Sequence[str] = (*_COMMAND, "index")


class CommandError(Exception):
    """A command failed; says what it has written last."""


@dataclass
class Runner:
    """Runs commands in one home."""

    programs: Programs
    folder: Path
    settings: Mapping[str, str]
    """What is in the environment beside that of whoever runs this; CITEBOT_ variables of theirs are left out."""
    indexing_seconds: float = field(default=0.0, init=False)
    """Processor time of all runs of `citebot index` so far."""

    def environment(self) -> dict[str, str]:
        """Return what the commands run under."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        return {**kept, "PYTHONPATH": path, **self.settings}

    def start_bot(self) -> "BotProcess":
        """Start the bot; its log is `bot.log`."""
        return BotProcess(self._start(self.programs.bot, self.folder / "bot.log"), self.folder / "bot.log")

    async def index(self, source: Path) -> None:
        """Index `source`.

        Raises:
            CommandError: it failed.

        """
        log = self.folder / "index.log"
        process = self._start((*self.programs.index, str(source)), log)
        _, status, used = await asyncio.to_thread(os.wait4, process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.indexing_seconds += used.ru_utime + used.ru_stime
        if process.returncode:
            raise CommandError(f"citebot index ended with {process.returncode}: {last_lines(log)}")

    def _start(self, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - these very programs
                command,
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )


class BotProcess:
    """The running bot."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log

    def require_running(self) -> None:
        """Raise `CommandError` where it has ended."""
        if self._process.poll() is not None:
            raise CommandError(f"the bot ended with {self._process.returncode}: {last_lines(self._log)}")

    def usage(self) -> tuple[float, float]:
        """Return its resident memory in megabytes, and how many seconds of processor time it has used so far.

        Raises:
            CommandError: it has ended.

        """
        self.require_running()
        command = ("ps", "-o", "rss=,time=", "-p", str(self._process.pid))
        found = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()  # noqa: S603
        return round(int(found[0]) * 1024 / 1e6, 1), seconds_of(found[1])

    def stop(self) -> None:
        """End it in order."""
        self._process.terminate()
        self._process.wait()


def seconds_of(time: str) -> float:
    """Return what `ps` means by a time such as ``1-02:03:04`` or ``2:03.50``."""
    found = _TIME.fullmatch(time)
    if not found:
        raise ValueError(f"{time!r} is no time")
    days, hours, minutes, seconds = found.groups(default="0")
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + float(seconds)


def last_lines(log: Path, count: int = 3) -> str:
    """Return the end of a log."""
    return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
