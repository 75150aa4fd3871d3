"""Runs a command again and again, lets another system call that writes fail each time, and looks at what is left.

Prints a JSON object for each scenario, a line each:
how many calls the command makes, how many runs there were, in how many a call failed, how many
ended with an error, how many left what was there before, and every failed expectation.

Arguments: a folder to work in, the compiled `faulty_files.c`, every how many calls to let fail, and scenarios of
`faulty_commands.SCENARIOS`.
"""

import errno
import json
import sys

from faulty_commands import in_a_child, made, scenario_in
from faulty_files import FaultyFiles
from warming import warm

KINDS = ((errno.ENOSPC, True), (errno.EIO, False))
"""A full disk stays full; a disk that fails may do so once."""


class Runs:
    """All runs of one scenario."""

    def __init__(self, name, folder, library):
        self.scenario, self.before, self.after = scenario_in(name, folder)
        self.files = FaultyFiles(library)
        self.file = self.scenario.folder / "told.json"
        self.counts = {"runs": 0, "failed": 0, "ended with an error": 0, "before": 0, "after": 0}
        self.failures = []

    def disturbed(self, at, error, *, lasting):
        """Run the command, whose `at`-th call fails; return what came of it."""

        def run():
            self.files.arm(self.scenario.work, at, error, lasting=lasting)
            code, said = self.scenario.command()
            return code, said, self.files.counted, self.files.failed

        self.scenario.renew()
        return in_a_child(run, self.file)

    def calls(self):
        """How many calls that write there are, where none fails."""
        return self.disturbed(0, 0, lasting=False)[2]

    def look(self, at, error, *, lasting):
        """Disturb a run, and look at what it left."""
        self.counts["runs"] += 1
        try:
            code, said, _, failed = self.disturbed(at, error, lasting=lasting)
            self.counts["failed"] += failed > 0
            self.counts["ended with an error"] += code != 0
            require_one_line(code, said)
            self.counts[in_a_child(lambda: self.scenario.require_mended(self.before, self.after), self.file)] += 1
        except (AssertionError, RuntimeError) as failure:
            self.failures.append(f"call {at}, {errno.errorcode[error]}{' for good' if lasting else ''}: {failure}")


def require_one_line(code, said):
    """An error is one line; nobody is shown a traceback."""
    text = "\n".join(said)
    assert code in (0, 1), f"ended with {code}: {text}"
    for word in ("Traceback", "unexpected error", "Error:", "Exception"):
        assert word not in text, text
    told = [line for line in said if line.startswith("citebot: ")]
    assert code == 0 or len(told) == 1 or any(": " in line for line in said), text


def outcome(name, folder, library, every):
    runs = Runs(name, folder, library)
    calls = runs.calls()
    for at in range(1 + every // 2, calls + 1, every):
        for error, lasting in KINDS:
            runs.look(at, error, lasting=lasting)
    return {"calls": calls, **runs.counts, "failures": runs.failures}


if __name__ == "__main__":
    warm()
    for each in sys.argv[4:]:
        told = outcome(each, made(sys.argv[1], each), sys.argv[2], int(sys.argv[3]))
        print(json.dumps({"scenario": each, **told}, ensure_ascii=False), flush=True)  # noqa: T201
