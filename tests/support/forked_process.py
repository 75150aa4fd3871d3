"""Processes that are forked from one that has imported the bot: to import it takes most of a start."""

import asyncio
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing import forkserver
from pathlib import Path

from places import ROOT, SUPPORT

PROGRAMS = ("run_fake_bot", "run_hashing_bot")
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([*PROGRAMS, "warmed"])


class ForkedProcess:
    """A process of its own in which `main` of one of `PROGRAMS` runs, every warning being an error."""

    def __init__(self, program: str, folder: Path, environment: Mapping[str, str], log: Path) -> None:
        _serve_forks()
        self._process = _CONTEXT.Process(target=_run, args=(program, folder, dict(environment), log))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()

    def terminate(self) -> None:
        self._process.terminate()

    async def exit_code(self, seconds: float) -> int:
        """Wait for the end; a negative number is the signal that caused it.

        Raises:
            TimeoutError: it still runs after `seconds`.

        """
        await asyncio.to_thread(self._process.join, seconds)
        if self._process.exitcode is None:
            raise TimeoutError
        return self._process.exitcode

    async def kill(self) -> None:
        self._process.kill()
        assert await self.exit_code(60) == -signal.SIGKILL


def _serve_forks() -> None:
    """Start the process that forks, unless it runs; it takes the way to the modules from its environment."""
    before = {name: os.environ.get(name) for name in ("PYTHONPATH", "PYTHONWARNINGS")}
    os.environ |= {"PYTHONPATH": os.pathsep.join((str(ROOT), str(SUPPORT))), "PYTHONWARNINGS": "error"}
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _run(program: str, folder: Path, environment: Mapping[str, str], log: Path) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.exit(importlib.import_module(program).main())
