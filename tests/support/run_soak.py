"""Adds, changes and removes articles, kills runs and rolls back, at random, and looks at everything after each step.

A program of its own, since it forks: the process that plans opens nothing, each step runs in a child that may be
killed, and one child reads all the time, as the running bot does. Prints one JSON object: the seed, how many steps of
each kind there were, how many were killed, and the first failed expectation with the steps that led there.

Arguments: a folder to work in, how many steps, the seed.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import traceback
from datetime import date
from pathlib import Path

from hashing_model import hashing_library, settings_for
from run_killed_indexes import in_a_child, kill_at, published_number, wait
from warming import warm

from retrieval.errors import NothingToRollBackError
from retrieval.index.generation import GenerationFolder
from retrieval.question.parsing import parse

MOST_ARTICLES = 30
FEWEST_ARTICLES = 4
STEPS_OF_A_RUN = 80
"""Steps after which a run may be killed: those that take fewer run to their end."""
STEPS_OF_A_ROLLBACK = 12
COMPARED_EVERY = 10
SYLLABLES = ("ба", "ве", "ги", "до", "жу", "ка", "ле", "ми", "но", "пу", "ра", "се", "ти", "ma", "ne", "lo", "ri", "du")
ASKED_ON = date(2024, 9, 10)
OUTLETS = (None, "one.example", "two.example")


class Newsroom:
    """The sources: a folder of text files and a feed of JSON Lines, and what they hold."""

    def __init__(self, folder, chance):
        self._chance = chance
        self._files = folder / "articles"
        self._feed = folder / "feed.jsonl"
        self._files.mkdir()
        self.sources = (str(self._files), str(self._feed))
        self.articles = {}
        """Article id -> title, sentences, outlet."""
        self.gone = []
        """Sentences that were once there."""
        self._made = 0
        for _ in range(2 * FEWEST_ARTICLES):
            self.add()

    def add(self):
        self._made += 1
        self._write(f"{self._chance.choice(('file', 'feed'))}-{self._made}")

    def change(self):
        article_id = self._chance.choice(sorted(self.articles))
        title, sentences, outlet = self.articles[article_id]
        kept = [sentence for sentence in sentences if self._chance.random() < 0.5]
        self.gone += [sentence for sentence in sentences if sentence not in kept]
        self._write(article_id, title if self._chance.random() < 0.7 else None, kept, outlet)

    def remove(self, article_id=None):
        article_id = article_id or self._chance.choice(sorted(self.articles))
        self.gone += self.articles.pop(article_id)[1]
        self._save(article_id)

    def _write(self, article_id, title=None, kept=(), outlet=None):
        sentences = [*kept, *(self._sentence() for _ in range(self._chance.randint(1, 12)))]
        self._chance.shuffle(sentences)
        title = title or self._sentence(3).rstrip(".")
        self.articles[article_id] = (title, sentences, outlet or self._chance.choice(OUTLETS))
        self._save(article_id)

    def _save(self, article_id):
        if article_id.startswith("feed"):
            records = (
                {"id": one, "title": title, "text": " ".join(sentences), "source": outlet, "date": "2024-09-09"}
                for one, (title, sentences, outlet) in self.articles.items()
                if one.startswith("feed")
            )
            self._feed.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
            return
        path = self._files / f"{article_id}.txt"
        if article_id not in self.articles:
            path.unlink()
            return
        title, sentences, outlet = self.articles[article_id]
        last = f"\n\nSource: {outlet}" if outlet else ""
        path.write_text(f"{title}\n\n{' '.join(sentences)}{last}\n", encoding="utf-8")

    def _sentence(self, words=None):
        count = words or self._chance.randint(6, 12)
        made = ["".join(self._chance.choices(SYLLABLES, k=self._chance.randint(2, 4))) for _ in range(count)]
        return " ".join(made).capitalize() + "."


def library_of(home, sources):
    return hashing_library(settings_for(home, *sources))


class Soak:
    """What is done, and what is expected to be published after it.

    A step is a method of `STEPS`. Each leaves `self.expected` as what answers may come from.
    """

    def __init__(self, folder, seed):
        self.chance = random.Random(seed)
        self.home = folder / "home"
        self.newsroom = Newsroom(folder, self.chance)
        self.published = {}
        """Generation -> the articles that it was built from."""
        self.expected = {}
        self.killed = 0
        self.counts = dict.fromkeys(STEPS, 0)
        self.told = []

    def step(self):
        name = self.chance.choices(list(STEPS), weights=list(STEPS.values()))[0]
        self.counts[name] += 1
        self.told.append(name)
        getattr(self, name)()

    def add(self):
        if len(self.newsroom.articles) < MOST_ARTICLES:
            self.newsroom.add()
        self.index()

    def change(self):
        self.newsroom.change()
        self.index()

    def remove(self):
        if len(self.newsroom.articles) > FEWEST_ARTICLES:
            self.newsroom.remove()
        self.index()

    def many(self):
        """Several changes before one run."""
        for _ in range(self.chance.randint(2, 5)):
            if len(self.newsroom.articles) > FEWEST_ARTICLES:
                self.chance.choice((self.newsroom.add, self.newsroom.change, self.newsroom.remove))()
        self.index()

    def index(self):
        self._run(lambda: library_of(self.home, self.newsroom.sources).index())
        self._note_published()

    def kill(self):
        """Change something, and kill the run that should bring it in; what it published counts, all or nothing."""
        self.chance.choice((self.newsroom.add, self.newsroom.change))()
        self._kill(lambda: library_of(self.home, self.newsroom.sources).index(), STEPS_OF_A_RUN)
        self._note_published()

    def forget(self):
        """Forget an article: gone from every generation at once, and kept away though its source still holds it."""
        there = sorted(self.expected)
        if len(there) <= FEWEST_ARTICLES:
            return
        article_id = self.chance.choice(there)
        self.newsroom.gone += self.expected[article_id][1]
        self._run(lambda: library_of(self.home, self.newsroom.sources).forget([article_id]))
        for articles in self.published.values():
            articles.pop(article_id, None)
        if article_id in self.newsroom.articles:
            if self.chance.random() < 0.5:
                self._run(lambda: library_of(self.home, self.newsroom.sources).index())
                others = {one: article for one, article in self.newsroom.articles.items() if one != article_id}
                self.published.setdefault(published_number(self.home), others)
            self.newsroom.remove(article_id)
        self._note_published()

    def rollback(self):
        self._run(self._roll_back)
        self._note_published()

    def kill_rollback(self):
        self._kill(self._roll_back, STEPS_OF_A_ROLLBACK)
        self._note_published()

    def _roll_back(self):
        with contextlib.suppress(NothingToRollBackError):
            library_of(self.home, ()).rollback()

    def _note_published(self):
        """A number that was never seen holds what the sources hold; any other holds what it held before."""
        number = published_number(self.home)
        self.expected = self.published.setdefault(number, dict(self.newsroom.articles))
        self.told[-1] += f" -> {number}"

    def _run(self, work):
        status = wait(in_a_child(work))
        assert status == 0, f"ended with {status}"

    def _kill(self, work, steps):
        at = self.chance.randint(1, steps)
        self.told[-1] += f" at {at}"

        def killed():
            kill_at(at, self.home)
            work()

        status = wait(in_a_child(killed))
        assert status in (0, -signal.SIGKILL), f"ended with {status}"
        self.killed += status != 0


STEPS = {
    "add": 5,
    "change": 5,
    "remove": 4,
    "many": 3,
    "index": 1,
    "kill": 6,
    "rollback": 3,
    "kill_rollback": 1,
    "forget": 2,
}
"""The steps and how often each is taken; another kind of step is one method of `Soak` and one entry here."""


class Looker:
    """Asks and counts, in a process of its own that lives as long as the soak does."""

    def __init__(self, folder, sources, seed):
        self.folder = folder
        self.home = folder / "home"
        self.sources = sources
        self.chance = random.Random(seed)
        self.running = library_of(self.home, sources)
        """Goes on from generation to generation, as the bot does."""

    def look(self, expected, gone, *, whole):
        fresh = library_of(self.home, self.sources)
        self.numbers_add_up(fresh, expected)
        ids = sorted(expected)
        asked = ids if whole else self.chance.sample(ids, min(8, len(ids)))
        for library, some in ((self.running, asked), (fresh, asked if whole else asked[:2])):
            for article_id in some:
                self.is_found(library, article_id, self.chance.choice(expected[article_id][1]), expected)
            for sentence in gone[-40:] if whole else gone[-5:]:
                self.is_not_found(library, sentence, expected)
        if whole:
            self.answers_as_rebuilt(fresh, expected, gone)

    def is_found(self, library, article_id, sentence, expected):
        answer = library.ask(sentence, limit=3)
        self.is_of(answer, expected)
        first = answer.citations[0]
        assert first.article_id == article_id, f"{sentence!r} of {article_id} was found in {first.article_id}"
        assert sentence in first.excerpt, f"{sentence!r} is not in {first.excerpt!r}"

    def is_not_found(self, library, sentence, expected):
        if any(sentence in sentences for _, sentences, _ in expected.values()):
            return  # rolled back to
        answer = library.ask(sentence, limit=5)
        self.is_of(answer, expected)
        assert not any(sentence in citation.excerpt for citation in answer.citations), f"{sentence!r} is still told"

    def is_of(self, answer, expected):
        assert answer.citations
        for citation in answer.citations:
            assert citation.article_id in expected, f"{citation.article_id} should not be there"
            title, sentences, outlet = expected[citation.article_id]
            assert citation.excerpt in " ".join(sentences)
            assert (citation.title, citation.source) == (title, outlet)

    def numbers_add_up(self, library, expected):
        status = library.status()
        assert status.healthy, status.problems
        on_disk = sum(path.stat().st_size for path in self.home.rglob("*") if path.is_file())
        number = int(status.generation)
        manifest = GenerationFolder(self.home).manifest(number)
        generation = library.opened()[0]
        outlets = {}
        for _, _, outlet in expected.values():
            outlets[outlet or ""] = outlets.get(outlet or "", 0) + 1
        articles, passages, sentences = self.rows(number)
        assert {source.name: source.articles for source in status.sources} == outlets
        assert status.articles == len(expected) == sum(outlets.values()) == articles
        assert status.passages == passages
        assert status.sentences == sentences
        assert manifest.articles == self.built_from(number)
        assert manifest.passages == len(generation.lexical) == len(generation.layout.passage_ids)
        assert manifest.sentences == len(generation.vectors) == generation.layout.first_sentences[-1]
        if manifest.articles == articles:  # none of them is forgotten
            assert (manifest.passages, manifest.sentences) == (passages, sentences)
        assert status.disk_bytes == on_disk

    def rows(self, number):
        count = """
            SELECT count(DISTINCT revision.id), count(DISTINCT passage.id), count(sentence.id)
            FROM generation_revision JOIN revision ON revision.id = generation_revision.revision_id
            JOIN passage ON passage.revision_id = revision.id JOIN sentence ON passage_id = passage.id
            WHERE generation_id = ?"""
        return self.select(count, number)

    def built_from(self, number):
        """How many articles a generation was built from, those among them that were forgotten later."""
        return self.select("SELECT count(*) FROM generation_revision WHERE generation_id = ?", number)[0]

    def select(self, query, number):
        with contextlib.closing(sqlite3.connect(self.home / "citebot.sqlite")) as connection:
            return connection.execute(query, (number,)).fetchone()

    def answers_as_rebuilt(self, library, expected, gone):
        """Whatever way it came about, an index gives the same hits, order and scores as one that is built anew."""
        home = self.folder / "rebuilt"
        shutil.rmtree(home, ignore_errors=True)
        rebuilt = library_of(home, self.sources)
        rebuilt.index()
        words = [word for sentence in gone[-5:] for word in sentence.split()[:2]]
        questions = [title for title, _, _ in expected.values()]
        questions += [sentences[0] for _, sentences, _ in expected.values()] + words + ["and", "ба ве", "?"]
        for question in questions:
            assert hits_of(library, question) == hits_of(rebuilt, question), question


def hits_of(library, question):
    found, passages = library._search(parse(question, ASKED_ON), 50, read=False)
    places = [(passage.article.id, passage.start, passage.end) for passage in passages.values()]
    return found.confidence, places, [(hit.score, hit.probabilities) for hit in found.hits]


class Talk:
    """One line of JSON at a time, to and from a forked child."""

    def __init__(self, work):
        to_child, from_parent = os.pipe(), os.pipe()
        self._child = in_a_child(lambda: work(os.fdopen(to_child[0]), os.fdopen(from_parent[1], "w")))
        self._ask, self._hear = os.fdopen(to_child[1], "w"), os.fdopen(from_parent[0])
        os.close(to_child[0])
        os.close(from_parent[1])

    def say(self, record):
        print(json.dumps(record), file=self._ask, flush=True)
        return json.loads(self._hear.readline())

    def end(self):
        os.kill(self._child, signal.SIGKILL)
        wait(self._child)
        self._ask.close()
        self._hear.close()


def looking(looker, questions, answers):
    """Look whenever the planning process asks for it, and tell what is wrong."""
    for line in questions:
        problem = ""
        try:
            looker().look(**json.loads(line))
        except Exception:  # noqa: BLE001 - whatever it is, it is reported
            problem = traceback.format_exc()
        print(json.dumps(problem), file=answers, flush=True)


def once(make):
    made = []
    return lambda: made[0] if made else (made.append(make()), made[0])[1]


def main(folder, steps, seed):
    warm()
    soak = Soak(folder, seed)
    sources = soak.newsroom.sources
    talk = Talk(lambda *pipes: looking(once(lambda: Looker(folder, sources, seed)), *pipes))
    problem = ""
    for number in range(1, steps + 1):
        try:
            whole = number in {1, steps} or number % COMPARED_EVERY == 0
            if whole:
                soak.told.append("index")
                soak.index()  # so that it can be compared with what the sources hold
            else:
                soak.step()
            problem = talk.say({"expected": soak.expected, "gone": soak.newsroom.gone, "whole": whole})
        except Exception:  # noqa: BLE001 - whatever it is, it is reported
            problem = traceback.format_exc()
        if problem:
            break
    talk.end()
    told = {"seed": seed, "steps": number, "counts": soak.counts, "killed": soak.killed, "problem": problem}
    print(json.dumps({**told, "told": soak.told if problem else []}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
