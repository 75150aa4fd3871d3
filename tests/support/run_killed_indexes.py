"""Runs `Library.index` again and again, kills it at another moment each time, and looks at what is left.

A program of its own, since it forks: no thread may be running then. Each kill is SIGKILL at a step, or SIGPROF after
so much processor time, which spares nothing either; a step is an SQL statement, a commit, or anything else that changes
a file, as Python's audit hooks tell it. Prints one JSON object: how many runs were killed, how many ran to their end,
and every failed expectation.

Arguments: a scenario of `SCENARIOS`, a folder to work in, every how many steps to kill, after how many delays to kill.
"""

import contextlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import traceback
from pathlib import Path

import alembic.command
import alembic.config
import faiss
import sqlalchemy as sa
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, Corpus, HashingEmbedder, hashing_library, settings_for
from warming import warm

import retrieval.answering.composing
import retrieval.ingest.collecting
import retrieval.ingest.indexing
import retrieval.ranking.search
import retrieval.store.writer
from retrieval.types import ArticleCounts

IMPORTED_BEFORE_FORKING = (alembic, faiss, retrieval)
CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "os.truncate"}
QUESTIONS = (*BRIDGE, *HARVEST, *COMET, *TRAM, "Мост закрыли на ремонт")
FAILED = 7


class Scenario:
    """An index that is there before the runs that are killed, and what those runs are to do."""

    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "home"
        self.corpus = Corpus(folder / "articles")

    def prepare(self):
        """Publish what answers until the killed run publishes something else."""
        self.corpus.write("bridge", *BRIDGE)
        self.corpus.write("harvest", *HARVEST)
        self.corpus.write("comet", *COMET)
        self.library().index()
        self.corpus.write("harvest", HARVEST[0], "Потом поле засеяли рожью и овсом.")
        self.library().index()
        self.change()

    def change(self):
        self.corpus.write("tram", *TRAM)
        self.corpus.write("bridge", BRIDGE[0], "Мост закрыли на ремонт до весны.")
        self.corpus.remove("comet")

    def library(self, home=None):
        return hashing_library(settings_for(home or self.home, self.corpus.folder), self.model())

    def model(self):
        return HashingEmbedder()

    def run(self, home):
        self.library(home).index()

    def old_library(self, home):
        return self.library(home)


class Update(Scenario):
    """Articles are added, changed and removed."""


class First(Scenario):
    """There is nothing before."""

    def prepare(self):
        self.home.mkdir()
        self.corpus.write("bridge", *BRIDGE)
        self.corpus.write("comet", *COMET)


class Rebuild(Scenario):
    """Everything is embedded anew, with another model."""

    def model(self):
        return HashingEmbedder(
            "hashing-2" if self.home.exists() and (self.folder / "changed").exists() else "hashing-1"
        )

    def change(self):
        super().change()
        (self.folder / "changed").touch()

    def run(self, home):
        self.library(home).index(rebuild=True)

    def old_library(self, home):
        return hashing_library(settings_for(home, self.corpus.folder), HashingEmbedder("hashing-1"))


class Mend(Scenario):
    """The published generation is damaged."""

    def change(self):
        super().change()
        (self.home / "generations" / "000002" / "layout.npz").write_bytes(b"damaged")


class AfterRollback(Update):
    """The newest generation was rolled back."""

    def change(self):
        super().change()
        self.library().rollback()


SCENARIOS = {scenario.__name__.lower(): scenario for scenario in (Update, First, Rebuild, Mend, AfterRollback)}


def in_a_child(work):
    """Run `work` in a forked process; return its exit status as `os.waitpid` gives it."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 - the child must never go on as if it were the parent
        traceback.print_exc()
        os._exit(FAILED)
    os._exit(0)
    return None


def wait(child):
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_at(step, home, counter=None):
    """Make this process kill itself at its `step`-th step; write the number of steps so far to `counter`."""
    steps = 0

    def count(*_):
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)
        if counter is not None:
            counter.write_text(str(steps))

    def audit(event, arguments):
        is_write = (
            event == "open" and str(arguments[0]).startswith(str(home)) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if is_write or event in CHANGES:
            if counter is not None and str(arguments[0]) == str(counter):
                return
            count()

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", count)
    sa.event.listen(sa.engine.Engine, "commit", count)
    sys.addaudithook(audit)


def state(library):
    """What a healthy library holds and answers, as JSON would give it back."""
    status = library.status()
    assert status.healthy, status.problems
    answers = []
    for question in QUESTIONS:
        citations = library.ask(question, limit=4).citations
        answers.append([[citation.article_id, citation.excerpt, citation.start] for citation in citations])
    sources = [[source.name, source.articles] for source in status.sources]
    return [status.articles, status.passages, status.sentences, sources, answers]


class Runs:
    """All killed runs of one scenario."""

    def __init__(self, scenario):
        self.scenario = scenario
        assert wait(in_a_child(scenario.prepare)) == 0
        self.old = self.ask_in_child(lambda: self.old_state(scenario.home))
        fresh = scenario.folder / "fresh"
        self.new = self.ask_in_child(lambda: (scenario.run(fresh), state(scenario.library(fresh)))[1])

    def ask_in_child(self, work):
        file = self.scenario.folder / "answer.json"
        assert wait(in_a_child(lambda: file.write_text(json.dumps(work())))) == 0
        return json.loads(file.read_text())

    def old_state(self, home):
        library = self.scenario.old_library(home)
        if isinstance(self.scenario, First | Mend):
            assert not library.status().healthy
            return None
        return state(library)

    def steps(self):
        """How many steps a whole run has, and how many seconds it takes."""
        counter, modules = self.scenario.folder / "steps", self.scenario.folder / "modules"
        home = self.copy_home()

        def run():
            kill_at(-1, home, counter)
            self.scenario.run(home)

        def note_modules():
            state(self.scenario.library(home))
            modules.write_text(" ".join(name for name in sys.modules if name != "__main__"))

        assert wait(in_a_child(run)) == 0
        assert wait(in_a_child(note_modules)) == 0
        for name in modules.read_text().split():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)  # here once, rather than in every child
        before = worked()
        assert wait(in_a_child(lambda: self.scenario.run(self.copy_home()))) == 0
        return int(counter.read_text()), worked() - before

    def copy_home(self):
        home = self.scenario.folder / "copy"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.scenario.home, home)
        return home

    def killed_at(self, step):
        home = self.copy_home()

        def run():
            kill_at(step, home)
            self.scenario.run(home)

        return self.look(home, wait(in_a_child(run)), f"step {step}")

    def killed_after(self, seconds):
        home = self.copy_home()

        def run():
            # Its own processor time and not a clock of ours, so that a busy machine does not move the moment.
            signal.setitimer(signal.ITIMER_PROF, seconds)
            self.scenario.run(home)

        return self.look(home, wait(in_a_child(run)), f"{seconds:.3f} s")

    def look(self, home, status, when):
        """Check what a run left that ended with `status`; tell whether it was killed, and what is wrong."""
        file = self.scenario.folder / "failure"
        file.write_text("")

        def check():
            try:
                assert status in (0, -signal.SIGKILL, -signal.SIGPROF), f"ended with {status}"
                self.check(home)
            except Exception:  # noqa: BLE001 - whatever it is, it is reported
                file.write_text(traceback.format_exc())

        ended = wait(in_a_child(check))
        failure = file.read_text() or (f"checking ended with {ended}" if ended else "")
        return status != 0, f"killed at {when}: {failure}" if failure else None

    def check(self, home):
        scenario = self.scenario
        if published_number(home) == published_number(scenario.home):
            assert self.old_state(home) == self.old
        else:
            assert state(scenario.library(home)) == self.new
        scenario.run(home)
        assert state(scenario.library(home)) == self.new
        again = scenario.library(home).index()
        assert again.articles == ArticleCounts(unchanged=again.articles.unchanged)
        assert again.embedded == 0
        left = sorted(path.name for path in (home / "generations").iterdir())
        assert len(left) <= 3, left
        assert all(name.isdecimal() for name in left), left
        if isinstance(scenario, Update):
            scenario.library(home).rollback()
            assert self.old_state(home) == self.old


def worked():
    """Seconds of processor time that the children that have ended took."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def published_number(home):
    try:
        return int((home / "current").read_text())
    except FileNotFoundError:
        return None


def main(name, folder, every, delays):
    warm()
    runs = Runs(SCENARIOS[name](Path(folder)))
    steps, seconds = runs.steps()
    outcomes = [runs.killed_at(step) for step in range(1, steps + 1, every)]
    outcomes += [runs.killed_after(seconds * (number + 0.5) / delays) for number in range(delays)]
    failures = [failure for _, failure in outcomes if failure]
    killed = sum(killed for killed, _ in outcomes)
    print(json.dumps({"steps": steps, "killed": killed, "runs": len(outcomes), "failures": failures}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
