"""Runs commands with less and less memory, until they cannot have any, and looks at what is left.

Prints one JSON object: how many runs there were, how many ended with an error, and every failed expectation.

Arguments: a folder to work in, how many limits to try between none and enough for all.
"""

import json
import resource
import sys
from pathlib import Path

from faulty_commands import BRIDGE, in_a_child, scenario_in
from run_failing_writes import require_one_line
from warming import warm

COMMANDS = (("index",), ("ask", BRIDGE[1]))
ENOUGH = 64 << 20
"""Bytes beyond those that the process that forks has: a run takes less."""


def commanded(scenario, arguments, more):
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    scenario.arguments = arguments
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return scenario.command()


def main(folder, count):
    warm()
    scenario, before, after = scenario_in("update", folder)
    file = folder / "told.json"
    outcome = {"runs": 0, "ended with an error": 0, "failures": []}
    for number in range(count):
        for arguments in COMMANDS:
            more = ENOUGH * number // count
            scenario.renew()
            outcome["runs"] += 1
            try:
                code, said = in_a_child(lambda a=arguments, m=more: commanded(scenario, a, m), file)
                outcome["ended with an error"] += code != 0
                require_one_line(code, said)
                assert in_a_child(lambda: scenario.require_mended(before, after), file)
            except (AssertionError, RuntimeError) as failure:
                outcome["failures"].append(f"{arguments[0]} with {more} bytes more: {failure}")
    print(json.dumps(outcome))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
