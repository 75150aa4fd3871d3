"""An index of real files that is killed at random moments, one run after the other in one home."""

import json
import os
import subprocess
import sys

import pytest
from places import ROOT, SUPPORT

KILLS = int(os.environ.get("KILLED_RUNS", "4"))
SEED = int(os.environ.get("KILLED_SEED", "20241122"))
SECONDS_A_KILL = 30
"""Far more than one takes, on a busy machine as well."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs are forked")
@pytest.mark.begun_first
@pytest.mark.timeout(300 + SECONDS_A_KILL * KILLS)
def test_after_each_of_many_kills_at_random_moments_answers_come_whole_from_what_is_published(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SUPPORT / "run_random_kills.py"), str(tmp_path), str(KILLS), str(SEED)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    print(f"KILLED_RUNS={KILLS} KILLED_SEED={SEED}: {done.stdout}")  # noqa: T201
    outcome = json.loads(done.stdout)
    assert outcome["problem"] == ""
    assert outcome["killed"] == KILLS
