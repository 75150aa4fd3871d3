"""The other end of `retrieval.documents.worker`: starts it, asks it, and ends it where it takes too long."""

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.loaders.text_files import UnusableFileError
from retrieval.told import told, unpacked

TIME_LIMIT = 120.0
"""Seconds that one document may take."""

# Without -P a module of the same name in the folder where the command was given would be taken.
_WORKER = ("-P", "-m", "retrieval.documents.worker")
_PACKAGES = Path(__file__).resolve().parents[2]


class DocumentProcess:
    """One process for one document after the other; it is started when it is needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def extract(self, path: Path, ending: str) -> dict[str, Any]:
        """Return what is in a document (`retrieval.documents.extracted.Extracted`).

        Raises:
            UnusableFileError: nothing can be read from it.

        """
        with self._lock:
            answer = self._ask(json.dumps({"path": str(path.absolute()), "ending": ending}) + "\n")
        if problem := answer.get("problem"):
            raise UnusableFileError(unpacked(problem))
        return answer

    def end(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    # What it was to be told when it ended is told to nobody.
                    with suppress(BrokenPipeError):
                        stream.close()
            self._process = None

    def _ask(self, request: str) -> dict[str, Any]:
        line = self._answer(request)
        if line is None:
            # It had nothing to do for a while and has ended between two documents.
            self.end()
            line = self._answer(request)
        if not line:
            self.end()
            raise UnusableFileError(
                told(
                    "takes more than {time_limit:.0f} seconds or more memory than a document may; split it",
                    time_limit=TIME_LIMIT,
                )
            )
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _answer(self, request: str) -> str | None:
        """Return the line of the answer; "" where there is none, and None where the request was not taken."""
        process = self._running()
        if not process.stdin or not process.stdout:
            return None
        timer = threading.Timer(TIME_LIMIT, process.kill)
        timer.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            return process.stdout.readline()
        except BrokenPipeError:
            return None
        finally:
            timer.cancel()

    def _running(self) -> "subprocess.Popen[str]":
        if self._process and self._process.poll() is not None:
            self.end()
        if self._process is None:
            paths = [str(_PACKAGES), os.environ.get("PYTHONPATH", "")]
            self._process = subprocess.Popen(  # noqa: S603 - this project's own module
                [sys.executable, *_WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        return self._process


@cache
def document_process() -> DocumentProcess:
    """Return the process of this program; it ends with the program at the latest."""
    process = DocumentProcess()
    atexit.register(process.end)
    return process
