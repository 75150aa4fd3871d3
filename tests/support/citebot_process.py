"""The real command line as a process, over the model that can be computed by hand."""

import os
import queue
import threading
import time

from forking import Forks
from places import SUPPORT

_IMPORTED = ("hashing_model", "bot.__main__", "bot.cli", "faiss", "alembic.command", "retrieval.ingest.indexing")
_FORKS = Forks(*_IMPORTED, "warmed")


def until(condition, seconds=60):
    """Wait for a condition; return what it came to."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
    return found


class Command:
    """A running command; what it prints can be read line by line while it runs."""

    def __init__(self, *arguments, home, folder, **environment):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        wanted = {"CITEBOT_HOME": str(home), "CITEBOT_READER": "off", "CITEBOT_MIN_CONFIDENCE": "0", **environment}
        nothing, (output, its_output), (errors, its_errors) = os.open(os.devnull, os.O_RDONLY), os.pipe(), os.pipe()
        self.process = _FORKS.start(
            SUPPORT / "run_hashing_citebot.py",
            *arguments,
            folder=folder,
            environment=inherited | wanted,
            streams=[nothing, its_output, its_errors],
        )
        for given in (nothing, its_output, its_errors):
            os.close(given)
        self._lines = queue.Queue()
        self.warnings = []
        self._readers = [
            threading.Thread(target=self._read, args=(os.fdopen(output, encoding="utf-8"), self._lines.put)),
            threading.Thread(target=self._read, args=(os.fdopen(errors, encoding="utf-8"), self.warnings.append)),
        ]
        for reader in self._readers:
            reader.start()

    def line(self, seconds=60):
        """The next line of the output."""
        return self._lines.get(timeout=seconds)

    def lines_left(self):
        return list(self._lines.queue)

    def end(self, signal=None):
        """Wait for the end, after a signal if one is given; return the exit code."""
        if signal is not None:
            self.process.send_signal(signal)
        code = self.process.wait(60)
        for reader in self._readers:
            reader.join()
        return code

    def _read(self, stream, take):
        with stream:
            for line in stream:
                take(line.rstrip("\n"))
