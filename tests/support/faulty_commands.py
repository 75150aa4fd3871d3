"""Commands that change a home, each with what is there before it and what must be there after it, for tests of faults.

For programs that fork: each step runs in a child.
"""

import contextlib
import importlib
import io
import json
import os
import shutil
import sys
import traceback
from pathlib import Path

from damaging import flip_bit
from hashing_model import (
    BRIDGE,
    COMET,
    HARVEST,
    TRAM,
    Corpus,
    HashingEmbedder,
    hashing_library,
    hashing_model,
    settings_for,
)

import bot.cli
import retrieval.library
from retrieval.backups.taking import take_backup
from retrieval.doctor.examining import examine
from retrieval.doctor.findings import Level
from retrieval.types import ArticleCounts

CHANGED = (BRIDGE[0], "Мост закрыли на ремонт до весны.")
EARLIER = (HARVEST[0], "Потом поле засеяли рожью и овсом.")
QUESTIONS = (BRIDGE[1], CHANGED[1], EARLIER[1], COMET[0], TRAM[1])
TEXTS = {
    "bridge": (" ".join(BRIDGE), " ".join(CHANGED)),
    "harvest": (" ".join(HARVEST), " ".join(EARLIER)),
    "comet": (" ".join(COMET),),
    "tram": (" ".join(TRAM),),
}
"""All that an article ever said."""
_LEFT_OVER = "belongs to nothing that is published or recorded"
_UNLIKE = " does not hold what was written"
FAILED = 7


class Scenario:
    """A command, and the folder that faults happen in: it holds `home`, and what else the command writes."""

    arguments = ("index",)
    cleared = (_LEFT_OVER,)
    """What the doctor may find wrong until the next run, which clears it."""

    def __init__(self, folder):
        self.folder = folder
        self.template = folder / "template"
        self.work = folder / "work"
        self.home = self.work / "home"
        self.corpus = Corpus(folder / "articles")

    def prepare(self):
        """Make what is there before, in the folder `work`."""
        self.corpus.write("bridge", *BRIDGE)
        self.corpus.write("harvest", *HARVEST)
        self.corpus.write("comet", *COMET)
        self.index()
        self.corpus.write("harvest", *EARLIER)
        self.index()

    def index(self):
        library = self.library()
        report = library.index()
        library.home.database.close()
        return report

    def library(self):
        return hashing_library(settings_for(self.home, self.corpus.folder), self.model())

    def model(self):
        return HashingEmbedder()

    def renew(self):
        """Let everything be as it was before the command."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.template, self.work)

    def command(self):
        """Run the command as the shell does; return its exit code and what it said."""
        os.environ.update(CITEBOT_HOME=str(self.home), CITEBOT_SOURCES=str(self.corpus.folder), **_SETTINGS)
        retrieval.library.model_named = lambda _name, _home: hashing_model(self.model())
        sys.argv = ["citebot", *self.told_arguments()]
        output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            try:
                bot.cli.main()
            except SystemExit as ended:
                code = ended.code or 0
        return code, output.buffer.getvalue().decode().splitlines()

    def told_arguments(self):
        return self.arguments

    def finish(self):
        """Run the command again, without a fault, where it has not come to its end yet."""
        code, said = self.command()
        assert code == 0, said

    def state(self):
        """What is published and answered; None where nothing is."""
        if not (self.home / "current").exists():
            return None
        library = self.library()
        status = library.status()
        assert status.healthy, status.problems
        answers = [[list(map(_told, library.ask(question, limit=4).citations))] for question in QUESTIONS]
        forgotten = [each.article_id for each in library.forgotten()]
        sources = [[source.name, source.articles] for source in status.sources]
        return [status.articles, status.passages, status.sentences, sources, answers, forgotten]

    def problems(self):
        """What the doctor finds wrong."""
        library = self.library()
        return [
            one.said
            for one in examine(library.home, library.model, lambda: None).findings
            if one.level is Level.PROBLEM
        ]

    def require_whole(self, before, after):
        """What is published is what was, or what should be; nothing but leftovers is wrong. Tells which of them."""
        found = self.state()
        assert found in (before, after), f"neither as before nor as it should be: {found}"
        if found is not None:
            wrong = [said for said in self.problems() if not any(words in said for words in self.cleared)]
            assert not wrong, wrong
        return "after" if found == after else "before"

    def require_done(self, after):
        """All is as after a run that nothing disturbed, and nothing is left over."""
        assert self.state() == after
        again = self.index()
        assert again.articles == ArticleCounts(unchanged=again.articles.unchanged, forgotten=again.articles.forgotten)
        assert again.embedded == 0
        assert self.problems() == []
        left = [path.name for name in ("generations", "segments") for path in (self.home / name).iterdir()]
        assert all(name.isdecimal() for name in left), left

    def require_mended(self, before, after):
        """All is whole, and the command run again brings it to its end; tells what was found first."""
        found = self.require_whole(before, after)
        self.finish()
        self.require_done(after)
        return found


_SETTINGS = {"CITEBOT_READER": "off", "CITEBOT_MIN_CONFIDENCE": "0", "LC_ALL": "C.UTF-8"}


def _told(citation):
    assert any(citation.excerpt in text for text in TEXTS[citation.article_id]), citation.excerpt
    return [citation.article_id, citation.title, citation.excerpt, citation.start]


class First(Scenario):
    """There is nothing before."""

    def prepare(self):
        self.work.mkdir()
        self.corpus.write("bridge", *BRIDGE)
        self.corpus.write("comet", *COMET)


class Update(Scenario):
    """Articles are added, changed and removed."""

    def prepare(self):
        super().prepare()
        self.corpus.write("tram", *TRAM)
        self.corpus.write("bridge", *CHANGED)
        self.corpus.remove("comet")


class Rebuild(Update):
    """Everything is embedded anew."""

    arguments = ("index", "--rebuild")
    cleared = (_LEFT_OVER, "no stored vector")


class Rollback(Scenario):
    """What was published before is published again."""

    arguments = ("rollback",)

    def finish(self):
        if (self.home / "current").read_text() == "2\n":
            super().finish()

    def require_done(self, after):
        assert self.state() == after
        assert [said for said in self.problems() if _LEFT_OVER not in said] == []


class Forget(Scenario):
    """An article is taken out of all answers."""

    arguments = ("forget", "bridge")

    def require_done(self, after):
        super().require_done(after)
        for file in self.home.glob("citebot.sqlite*"):
            assert CHANGED[0].encode() not in file.read_bytes(), file


class Backup(Scenario):
    """All is copied into a file."""

    @property
    def file(self):
        return self.work / "backup.tar.gz"

    def told_arguments(self):
        return ("backup", str(self.file))

    def finish(self):
        if not self.file.exists():
            super().finish()

    def require_done(self, after):
        from retrieval.backups.archive import read_archive

        super().require_done(after)
        assert read_archive(self.file).articles == after[0]
        # A folder beside may be left of one that was cut short.
        names = {path.name for path in self.work.iterdir() if not path.name.startswith(".backup.tar.gz.")}
        assert names == {"backup.tar.gz", "home"}


class Restore(Scenario):
    """A backup is put into an empty home."""

    @property
    def file(self):
        return self.folder / "backup.tar.gz"

    def prepare(self):
        super().prepare()
        take_backup(self.library().home, self.file, ())
        shutil.rmtree(self.home)

    def told_arguments(self):
        return ("restore", str(self.file))

    def finish(self):
        if not (self.home / "current").exists():
            super().finish()


class Repair(Scenario):
    """Both generations have a damaged file, and vectors are gone."""

    arguments = ("doctor", "--repair")

    def prepare(self):
        super().prepare()
        for file in (self.home / "generations").glob("*/articles.npy"):
            flip_bit(file)

    def state(self):
        return None if self._is_damaged() else super().state()

    def _is_damaged(self):
        return not self.library().status().healthy

    def require_whole(self, before, after):  # noqa: ARG002 - what was before is damaged
        if self._is_damaged():
            return "before"
        assert self.state() == after
        # The earlier generation may be damaged still.
        nothing_left = "generation 000001 is recorded in the database and has no files"
        allowed = (*self.cleared, f"generations/000001/articles.npy{_UNLIKE}", nothing_left)
        wrong = [said for said in self.problems() if not any(words in said for words in allowed)]
        assert not wrong, wrong
        return "after"


SCENARIOS = {one.__name__.lower(): one for one in (First, Update, Rebuild, Rollback, Forget, Backup, Restore, Repair)}


def in_a_child(work, file):
    """Run `work` in a forked process; return what it returns, as JSON gives it back.

    Raises:
        RuntimeError: it failed; its traceback.

    """
    sys.stdout.flush()
    file.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        try:
            file.write_text(json.dumps({"value": work()}), encoding="utf-8")
        except BaseException:  # noqa: BLE001 - the child must never go on as if it were the parent
            with contextlib.suppress(OSError):
                file.write_text(json.dumps({"failure": traceback.format_exc()}), encoding="utf-8")
            os._exit(FAILED)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    outcome = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if status or "failure" in outcome:
        raise RuntimeError(outcome.get("failure", f"ended with {status}"))
    return outcome["value"]


def made(folder, name):
    """Make a folder for a scenario in another one."""
    place = Path(folder, name)
    place.mkdir()
    return place


def scenario_in(name, folder):
    """Prepare a scenario in an empty folder; return it with what is before and after its command."""
    scenario = SCENARIOS[name](Path(folder))
    file = scenario.folder / "told.json"
    in_a_child(scenario.prepare, file)
    scenario.work.rename(scenario.template)
    scenario.renew()
    os.chdir(scenario.folder)
    before = in_a_child(scenario.state, file)
    after = in_a_child(lambda: (scenario.finish(), scenario.state())[1], file)

    def used():
        scenario.require_done(after)
        return [name for name in sys.modules if name != "__main__"]

    for module in in_a_child(used, file):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)  # here once, rather than in every child
    return scenario, before, after
