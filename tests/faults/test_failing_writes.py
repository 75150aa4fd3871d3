"""Every write of every command that changes a home fails in turn: nothing is lost, the next run gets it right."""

import json
import os
import subprocess
import sys

import pytest
from faulty_commands import SCENARIOS
from places import ROOT, SUPPORT

EVERY = int(os.environ.get("FAILING_WRITES_EVERY", "0"))
"""Every how many calls fails, in all commands; else a few of some commands do."""
CUTS = int(os.environ.get("POWER_CUTS", "0"))
SEED = int(os.environ.get("POWER_CUTS_SEED", "1"))
LIMITS = int(os.environ.get("MEMORY_LIMITS", "4"))
A_FEW = ("update", "forget", "restore")
SECONDS_A_RUN = 15
"""Far more than a command takes with a look at what it left, on a busy machine as well."""
MOST_RUNS = 1000


def told_by(program, *arguments):
    done = subprocess.run(
        [sys.executable, "-W", "error", SUPPORT / program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, SUPPORT))), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    for outcome in outcomes:
        failures = outcome.pop("failures")
        print(program, outcome)  # noqa: T201
        assert failures == [], f"{len(failures)} of {outcome}: {failures[0]}"
    return outcomes


def scenarios(*, whole):
    return [[name] for name in SCENARIOS] if whole else [A_FEW]


@pytest.mark.begun_first
@pytest.mark.timeout(300 + SECONDS_A_RUN * (2 * MOST_RUNS // EVERY if EVERY else 0))
@pytest.mark.parametrize("names", scenarios(whole=EVERY), ids=" ".join)
def test_whichever_write_fails_what_is_published_is_whole_and_the_next_run_completes(names, faulty_files, tmp_path):
    outcomes = told_by("run_failing_writes.py", tmp_path, faulty_files, EVERY or 90, *names)

    for outcome in outcomes:
        # A database may write once more or less than the time before, so that the last call of all never comes.
        assert outcome["runs"] * 0.99 - 1 < outcome["failed"] <= outcome["runs"]
        assert outcome["before"] + outcome["after"] == outcome["runs"]


@pytest.mark.begun_first
@pytest.mark.timeout(300 + SECONDS_A_RUN * CUTS)
@pytest.mark.parametrize("names", scenarios(whole=CUTS), ids=" ".join)
def test_after_a_power_cut_at_any_moment_the_same_holds(names, faulty_files, tmp_path):
    outcomes = told_by("run_power_cuts.py", tmp_path, faulty_files, CUTS or 4, SEED, *names)

    for outcome in outcomes:
        assert outcome["before"] + outcome["after"] == outcome["cuts"] > outcome["after the end"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere memory is not limited so")
@pytest.mark.timeout(300 + SECONDS_A_RUN * 2 * LIMITS)
def test_with_too_little_memory_a_command_ends_with_one_line_and_nothing_is_lost(tmp_path):
    [outcome] = told_by("run_short_of_memory.py", tmp_path, LIMITS)

    assert outcome["runs"] == 2 * LIMITS
    assert outcome["ended with an error"] > 0
