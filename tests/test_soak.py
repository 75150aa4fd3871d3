"""A library that lives through many random steps, kills among them, and is looked at after each."""

import json
import os
import subprocess
import sys

import pytest
from places import ROOT, SUPPORT

STEPS = int(os.environ.get("SOAK_STEPS", "60"))
SEED = int(os.environ.get("SOAK_SEED", "20241122"))
SECONDS_A_STEP = 10
"""Far more than a step takes, on a busy machine as well."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the steps are forked")
@pytest.mark.begun_first
@pytest.mark.timeout(SECONDS_A_STEP * STEPS)
def test_after_each_of_many_random_steps_answers_come_only_from_what_should_be_there(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(SUPPORT / "run_soak.py"), str(tmp_path), str(STEPS), str(SEED)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    print(f"SOAK_STEPS={STEPS} SOAK_SEED={SEED}: {outcome['counts']}, {outcome['killed']} killed")  # noqa: T201
    assert outcome["problem"] == "", f"SOAK_SEED={SEED}, after {outcome['told']}"
    assert outcome["steps"] == STEPS
    if STEPS >= 60:
        assert outcome["killed"] > STEPS // 20
    if STEPS >= 200:
        assert min(outcome["counts"].values()) > 0
