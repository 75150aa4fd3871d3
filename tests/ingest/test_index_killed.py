"""An index that is killed, at whatever moment: the old one goes on answering, and the next run completes."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from hashing_model import cited, settings_for
from places import ARTICLES, ROOT, SUPPORT

from retrieval.library import Library
from retrieval.types import ArticleCounts

EVERY = int(os.environ.get("KILLED_EVERY", "19"))
DELAYS = int(os.environ.get("KILLED_DELAYS", "2"))
MOST_STEPS = 250
"""More than a run has."""
SECONDS_A_RUN = 10
"""Far more than a killed run and the look at what it left take, on a busy machine as well."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs are forked")
@pytest.mark.begun_first
@pytest.mark.timeout(300 + SECONDS_A_RUN * (MOST_STEPS // EVERY + DELAYS))
@pytest.mark.parametrize("scenario", ["update", "first", "rebuild", "mend", "afterrollback"])
def test_killed_at_any_step_an_index_answers_as_before_and_the_next_run_completes(scenario, tmp_path):
    command = [sys.executable, "-W", "error", str(SUPPORT / "run_killed_indexes.py")]
    done = subprocess.run(
        [*command, scenario, str(tmp_path), str(EVERY), str(DELAYS)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["failures"] == [], done.stderr
    assert outcome["killed"] >= outcome["steps"] // EVERY


def embeddings(home):
    """How many sentences are embedded so far."""
    try:
        connection = sqlite3.connect(f"file:{home / 'citebot.sqlite'}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return 0
    try:
        return connection.execute("SELECT count(*) FROM embedding").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def kill_as_soon_as(ready, home, sources):
    """Run the command line's index, and kill it when `ready` says so."""
    environment = {**os.environ, "CITEBOT_HOME": str(home), "CITEBOT_SOURCES": str(sources), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", "from bot.cli import main; main()", "index"]
    with subprocess.Popen(command, cwd=home, env=environment, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and not ready():
            time.sleep(0.005)
        running.kill()
    assert running.returncode in (-signal.SIGKILL, 0)


def test_the_real_command_killed_after_it_embedded_loses_nothing(sample_library, models_folder, tmp_path):
    home, sources = tmp_path / "home", tmp_path / "articles"
    home.mkdir()
    (home / "models").symlink_to(models_folder)
    sources.mkdir()
    shutil.copy(ARTICLES / "en" / "averley-marathon.txt", sources)
    model = sample_library.model  # loading it takes seconds
    library = Library(settings_for(home, sources), model=model)
    embedded = library.index().embedded
    before = library.ask("Who won the Averley marathon?")
    shutil.copy(ARTICLES / "en" / "ferry-fire-verdict.txt", sources)

    kill_as_soon_as(lambda: embeddings(home) > embedded, home, sources)

    after = Library(settings_for(home, sources), model=model)
    status = after.status()
    assert status.healthy
    if status.articles == 1:  # on a busy machine the kill may come late
        assert after.ask("Who won the Averley marathon?").citations == before.citations
    report = after.index()
    assert report.articles == ArticleCounts(added=2 - status.articles, unchanged=status.articles)
    assert report.embedded == 0
    assert "ferry-fire-verdict" in cited(after.ask("Which ferry burned?", limit=10))
    left = sorted(path.name for path in (home / "generations").iterdir())
    assert left == ["000001", report.generation]
