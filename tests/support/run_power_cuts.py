"""Runs a command once, and looks again and again at what a power cut at a random moment of it may have left.

Prints a JSON object for each scenario, a line each:
how many calls were written down, how many cuts there were, how many left what was there before,
and every failed expectation.

Arguments: a folder to work in, the compiled `faulty_files.c`, how many cuts, the seed, and scenarios of
`faulty_commands.SCENARIOS`.
"""

import copy
import json
import random
import sys

from faulty_commands import in_a_child, made, scenario_in
from faulty_files import FaultyFiles
from power_cuts import Disk, records
from warming import warm

AFTER_THE_END = 4
"""One cut in so many comes when the command has ended: what it did is there."""


class Cuts:
    """One run of a scenario, and the cuts in it."""

    def __init__(self, name, folder, library):
        self.scenario, self.before, self.after = scenario_in(name, folder)
        self.file = self.scenario.folder / "told.json"
        self.counts = {"cuts": 0, "after the end": 0, "before": 0, "after": 0}
        self.failures = []
        self.scenario.renew()
        self.records = self.run(FaultyFiles(library))
        self.require_true_to_the_run()

    def run(self, files):
        log = self.scenario.folder / "log"

        def run():
            files.arm(self.scenario.work, log=log)
            return self.scenario.command()

        self.begun = Disk(self.scenario.work)
        code, said = in_a_child(run, self.file)
        assert code == 0, said
        return records(log)

    def require_true_to_the_run(self):
        """With all that was written down, the folder is what the run made it."""
        there = contents(self.scenario.work)
        disk = copy.deepcopy(self.begun)
        for record in self.records:
            disk.do(record)
        disk.write()
        made = contents(self.scenario.work)
        assert made == there, sorted(str(path) for path in made.keys() ^ there.keys())

    def cut(self, seed):
        """Cut the power at a moment that the seed tells, and look at what is left."""
        chance = random.Random(seed)
        has_ended = not chance.randrange(AFTER_THE_END)
        moment = len(self.records) if has_ended else chance.randrange(len(self.records))
        self.counts["cuts"] += 1
        self.counts["after the end"] += has_ended
        try:
            in_a_child(lambda: self.leave(moment, chance), self.file)
            found = in_a_child(lambda: self.scenario.require_mended(self.before, self.after), self.file)
            self.counts[found] += 1
            assert not has_ended or self.after == self.before or found == "after", "what was done is lost"
        except (AssertionError, RuntimeError) as failure:
            self.failures.append(f"seed {seed}, after {moment} of {len(self.records)} calls: {failure}")

    def leave(self, moment, chance):
        """Have the folder hold what a disk may hold after so many calls; in a child, whose disk goes with it."""
        disk = self.begun
        for record in self.records[:moment]:
            disk.do(record)
        disk.write(chance)


def contents(folder):
    return {
        path: path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if not path.name.endswith("-shm")
    }


def outcome(name, folder, library, cuts, seed):
    runs = Cuts(name, folder, library)
    for number in range(cuts):
        runs.cut(seed + number)
    return {"calls": len(runs.records), **runs.counts, "failures": runs.failures}


if __name__ == "__main__":
    warm()
    cuts, seed = map(int, sys.argv[3:5])
    for each in sys.argv[5:]:
        told = outcome(each, made(sys.argv[1], each), sys.argv[2], cuts, seed)
        print(json.dumps({"scenario": each, **told}, ensure_ascii=False), flush=True)  # noqa: T201
