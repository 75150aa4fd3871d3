"""Indexes the sample articles while they change, and kills the run (SIGKILL) at a random moment, again and again.

A program of its own, since it forks. One home lives through all of it. Before each run some articles are added, changed
and removed; after each kill a fresh library answers from what the published generation was built from, whole and to
the letter. Now and then a run is left to end; in the end the index answers as one that is built anew, and a doctor
finds nothing. Prints one JSON object: the seed, what the runs came to, and the first failed expectation.

Arguments: a folder to work in, how many kills, the seed.
"""

import contextlib
import importlib
import json
import os
import random
import shutil
import signal
import statistics
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from hashing_model import hashing_library, settings_for
from places import ARTICLES
from run_killed_indexes import in_a_child, published_number, wait
from warming import warm

from retrieval.doctor.examining import examine
from retrieval.types import ArticleCounts

LEFT_TO_END = 20
"""Kills after which a run is left to end, and compared with an index that is built anew."""
ASKED = 4
MOST = 32
FEWEST = 20
TIMED = 9
"""Runs whose median is taken for the length of the next one."""


class Articles:
    """Files that are added, changed and removed."""

    def __init__(self, folder, chance):
        self.folder = folder
        self._chance = chance
        self._away = {}
        self._changes = 0
        for file in chance.sample(sorted(ARTICLES.rglob("*.txt")), MOST):
            path = folder / file.relative_to(ARTICLES)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, path)

    def texts(self):
        """What the files say now, by article id."""
        files = sorted(self.folder.rglob("*.txt"))
        return {str(file.relative_to(self.folder).with_suffix("")): file.read_text("utf-8") for file in files}

    def change(self):
        """Do one thing to one of them."""
        files = sorted(self.folder.rglob("*.txt"))
        file = self._chance.choice(files)
        way = self._chance.choice(("add", "change", "change", "remove"))
        if way == "add" and self._away:
            path = self._chance.choice(sorted(self._away))
            path.write_text(self._away.pop(path), encoding="utf-8")
        elif way == "remove" and len(files) > FEWEST:
            self._away[file] = file.read_text("utf-8")
            file.unlink()
        else:
            self._changes += 1
            title, text = file.read_text("utf-8").split("\n\n", 1)
            added = f"Дополнение {self._changes} внесли в этот текст {self._changes * 7} раз."
            file.write_text(f"{title}\n\n{added}\n\n{text}", encoding="utf-8")


class RandomKills:
    """The home, and what each of its generations was built from."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.home = folder / "home"
        self.chance = random.Random(seed)
        self.articles = Articles(folder / "articles", self.chance)
        self.published = {}
        self.lengths = []
        self.counts = Counter()

    def library(self, home=None):
        return hashing_library(settings_for(home or self.home, self.articles.folder))

    def index(self):
        """Index, undisturbed."""
        began = time.monotonic()
        assert wait(in_a_child(lambda: self.library().index())) == 0
        self.lengths.append(time.monotonic() - began)
        self.note_published()

    def import_what_is_needed(self):
        """Import here, once, what every child would: that takes longer than all else."""
        modules = self.folder / "modules"

        def noting():
            self.is_as_rebuilt()
            modules.write_text(" ".join(name for name in sys.modules if name != "__main__"))

        self.in_child(noting)
        for name in modules.read_text().split():
            with contextlib.suppress(ImportError):
                importlib.import_module(name)

    def kill(self):
        """Change something, and kill the run that brings it in; tell whether it was still running."""
        for _ in range(self.chance.randint(1, 4)):
            self.articles.change()
        before = published_number(self.home)
        child = in_a_child(lambda: self.library().index())
        time.sleep(self.chance.uniform(0, 1.05) * statistics.median(self.lengths[-TIMED:]))
        os.kill(child, signal.SIGKILL)  # one that has ended waits for `wait`
        status = wait(child)
        assert status in (0, -signal.SIGKILL), f"ended with {status}"
        self.note_published()
        published = published_number(self.home) != before
        self.counts["ended before it was killed" if status == 0 else "killed"] += 1
        self.counts["published before it was killed"] += published and status != 0
        return status != 0

    def note_published(self):
        """A number that was never seen holds what the files say; any other holds what they said then."""
        self.published.setdefault(published_number(self.home), self.articles.texts())

    def look(self):
        """Ask a fresh library for what is published, and for nothing else."""
        texts = self.published[published_number(self.home)]
        chosen = self.chance.sample(sorted(texts), ASKED)
        self.in_child(lambda: self.answers_from(texts, chosen))

    def answers_from(self, texts, chosen):
        library = self.library()
        status = library.status()
        assert status.healthy, status.problems
        assert status.articles == len(texts)
        for article_id in chosen:
            sentence = max(max(texts[article_id].split("\n\n"), key=len).split(". "), key=len)
            answer = library.ask(sentence, limit=5)
            assert answer.citations, sentence
            for citation in answer.citations:
                assert plain(citation.excerpt) in plain(texts[citation.article_id]), citation

    def compare(self):
        """Let a run end: it answers as an index that is built anew, changes nothing more, and nothing is damaged."""
        self.index()
        self.look()
        self.in_child(self.is_as_rebuilt)

    def is_as_rebuilt(self):
        library = self.library()
        again = library.index()
        assert again.articles == ArticleCounts(unchanged=again.articles.unchanged)
        assert again.embedded == 0
        examined = examine(library.home, library.model, lambda: None)
        assert examined.healthy, examined.findings
        fresh = self.folder / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        rebuilt = self.library(fresh)
        rebuilt.index()
        for text in self.articles.texts().values():
            title = text.split("\n", 1)[0]
            assert told(library.ask(title)) == told(rebuilt.ask(title)), title

    def in_child(self, work):
        file = self.folder / "failure"
        file.write_text("")

        def noting():
            try:
                work()
            except Exception:  # noqa: BLE001 - whatever it is, it is reported
                file.write_text(traceback.format_exc())

        ended = wait(in_a_child(noting))
        failure = file.read_text() or (f"ended with {ended}" if ended else "")
        if failure:
            raise AssertionError(failure)


def plain(text):
    return " ".join(text.split())


def told(answer):
    return answer.confidence, [(each.article_id, each.excerpt, each.start) for each in answer.citations]


def main(folder, kills, seed):
    warm()
    runs = RandomKills(folder, seed)
    problem = ""
    try:
        runs.index()
        runs.import_what_is_needed()
        runs.lengths.clear()  # a first one takes longer
        runs.articles.change()
        runs.index()
        while runs.counts["killed"] < kills:
            runs.kill()
            runs.look()
            if sum(runs.counts[each] for each in ("killed", "ended before it was killed")) % LEFT_TO_END == 0:
                runs.articles.change()
                runs.compare()
                print(dict(runs.counts), file=sys.stderr, flush=True)  # noqa: T201 - so far, should it be stopped
        runs.compare()
    except Exception:  # noqa: BLE001 - whatever it is, it is reported
        problem = traceback.format_exc()
    print(json.dumps({"seed": seed, **runs.counts, "problem": problem}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
