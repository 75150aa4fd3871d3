"""Indexing shared by a run and two workers that are killed at random moments: what is embedded, and how often.

Each is killed with SIGKILL and started anew, as often as asked for; whenever a run comes to its end, articles are added
and changed, and another one begins. The model is that of the tests, slowed down, so that most kills meet one at work. A
trigger in the database notes each embedding that a transaction tries to keep, so a text that two have embedded and kept
shows, even where the second one changed nothing. In the end everything is compared with an index that was built
undisturbed, and one JSON object is printed.

Usage: killed_indexing.py URL OTHER_URL [KILLS] [SEED], with the URLs of two empty databases on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "tests" / "support" / "run_hashing_citebot.py"
ARTICLES = 100
SENTENCES = 20
ADDED, CHANGED = 40, 5
"""Articles of each further run."""
LONGEST_LIFE = 20.0
"""Seconds after the start within which a process is killed, wherever it is by then; so is one in four."""
LONGEST_WORK = 2.5
"""Seconds after it was first seen at work within which each other one is killed; a portion takes one."""
ENDS_WITHIN = 300.0
WORDS = ("мост", "школа", "парк", "завод", "поле", "река", "лес", "улица", "театр", "музей", "вокзал", "порт")
EVERYWHERE = "Подписывайтесь на новости района и читайте их каждое утро."
NOTING = """
CREATE TABLE kept (model text, text_hash bytea);
CREATE FUNCTION note_kept() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN INSERT INTO kept VALUES (NEW.model, NEW.text_hash); RETURN NEW; END';
CREATE TRIGGER note_kept BEFORE INSERT ON embedding FOR EACH ROW EXECUTE FUNCTION note_kept();
"""
HOLDING = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE application_name = :name AND state = 'idle in transaction'
AND relation = to_regclass('embedding_task') AND mode = 'RowShareLock'
"""
UNEMBEDDED = """
SELECT count(*) FROM sentence WHERE NOT EXISTS (SELECT FROM embedding WHERE embedding.text_hash = sentence.text_hash)
"""


class Corpus:
    """A folder of articles, some of whose sentences are the same."""

    def __init__(self, folder: Path, draw: random.Random) -> None:
        self._folder = folder
        self._draw = draw
        self._count = 0
        folder.mkdir()

    def add(self, count: int) -> None:
        """Write so many more articles; five have one title, and a sentence that all end with."""
        for _ in range(count):
            self._count += 1
            self._write(self._count)

    def change(self, count: int) -> None:
        """Write articles anew."""
        for number in self._draw.sample(range(1, self._count + 1), count):
            self._write(number)

    def _write(self, number: int) -> None:
        title = f"Новости района {number - number % 5}"
        sentences = [
            f"В районе за год появились {' и '.join(self._draw.choices(WORDS, k=3))} номер {self._draw.randrange(500)}."
            for _ in range(SENTENCES)
        ]
        text = f"{title}\n\n{' '.join(sentences)} {EVERYWHERE}\n"
        (self._folder / f"article-{number:04}.txt").write_text(text, encoding="utf-8")


class Commands:
    """Starts `citebot index` and its workers on one database."""

    def __init__(self, folder: Path, url: str, sources: Path) -> None:
        self._folder = folder
        self._url = url
        self._sources = sources
        self.engine = sa.create_engine(url)
        self.embedded = folder / "embedded"
        folder.mkdir()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
        self._environment = {
            **inherited,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests" / "support"))),
            "CITEBOT_HOME": str(folder / "home"),
            "CITEBOT_DATABASE_URL": url,
            "CITEBOT_READER": "off",
            "CITEBOT_MIN_CONFIDENCE": "0",
            "HASHING_EMBEDDED": str(self.embedded),
            "HASHING_TASK": "64",
        }

    def start(self, *arguments: str, name: str = "citebot", pause: float = 1.0) -> subprocess.Popen[bytes]:
        """Start `citebot` with these arguments, known to the database by `name`; 64 sentences take `pause` seconds."""
        return subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, str(PROGRAM), *arguments],
            cwd=self._folder,
            env={
                **self._environment,
                "CITEBOT_DATABASE_URL": f"{self._url}?application_name={quote(name)}",
                "HASHING_PAUSE": str(pause),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self._folder / "errors").open("ab"),
        )

    def index(self) -> None:
        """Index undisturbed."""
        if code := self.start("index", str(self._sources), pause=0).wait(ENDS_WITHIN):
            raise RuntimeError(f"a run that nobody disturbed ended with {code}")

    def arguments(self, name: str) -> tuple[str, ...]:
        """What to start a process of this name with."""
        return ("index", str(self._sources)) if name == "run" else ("index", "--worker")

    def answers(self) -> list[object]:
        """What is published, as it is told, and what is answered."""
        told: list[object] = []
        for arguments in (
            ("status", "--json"),
            ("articles", "--json"),
            ("ask", "--json", "Где появились мост и парк?"),
        ):
            done = subprocess.run(  # noqa: S603 - this very program
                [sys.executable, str(PROGRAM), *arguments], cwd=self._folder, env=self._environment,
                capture_output=True, check=True, text=True,
            )  # fmt: skip
            told += [
                {name: value for name, value in json.loads(line).items() if name in COMPARED}
                for line in done.stdout.splitlines()
            ]
        return told


COMPARED = {
    "articles", "passages", "sentences", "healthy", "sources", "languages",
    "article_id", "title", "citations", "confidence",
}  # fmt: skip


class Killing:
    """A run and two workers; each is killed sooner or later, and started again."""

    def __init__(self, commands: Commands, corpus: Corpus, draw: random.Random) -> None:
        self._commands = commands
        self._corpus = corpus
        self._draw = draw
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ends_at: dict[str, float] = {}
        self.kills: Counter[str] = Counter()
        self.while_working = 0
        """Kills of one that held a portion."""
        self.runs = 0

    def go_on(self, kills: int) -> None:
        """Kill so many, and let the last run come to its end."""
        for name in ("run", "worker 1", "worker 2"):
            self._start(name)
        while self.kills.total() < kills:
            self._look()
        while self._running["run"].poll() is None:
            time.sleep(0.1)
        self._require_success("run")

    def close(self) -> None:
        """End what still runs."""
        for process in self._running.values():
            process.kill()
            process.wait()

    def _start(self, name: str) -> None:
        self._running[name] = self._commands.start(*self._commands.arguments(name), name=name)
        at_random = self._draw.random() < 1 / 4
        self._ends_at[name] = time.monotonic() + self._draw.uniform(0.0, LONGEST_LIFE) if at_random else float("inf")

    def _look(self) -> None:
        time.sleep(0.02)
        for name, process in self._running.items():
            if process.poll() is not None:
                self._require_success(name)
                self.runs += 1
                self._corpus.add(ADDED)
                self._corpus.change(CHANGED)
                self._start(name)
            elif time.monotonic() >= self._ends_at[name]:
                self.while_working += self._holds(name)
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.kills[name] += 1
                self._start(name)
                return
            elif self._ends_at[name] == float("inf") and self._holds(name):
                self._ends_at[name] = time.monotonic() + self._draw.uniform(0.0, LONGEST_WORK)

    def _holds(self, name: str) -> bool:
        """Whether a process is embedding a portion just now: its transaction waits for it meanwhile."""
        with self._commands.engine.connect() as connection:
            return bool(connection.execute(sa.text(HOLDING), {"name": name}).scalar_one())

    def _require_success(self, name: str) -> None:
        if code := self._running[name].returncode:
            raise RuntimeError(f"{name} ended by itself with {code}")


def number(commands: Commands, query: str) -> int:
    """What a query counts."""
    with commands.engine.connect() as connection:
        return int(connection.execute(sa.text(query)).scalar_one())


def main(url: str, other_url: str, kills: int, seed: int) -> None:
    """Kill so many processes, and print what came of it."""
    draw = random.Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        corpus = Corpus(folder / "articles", draw)
        corpus.add(ADDED)
        commands = Commands(folder / "killed", url, folder / "articles")
        commands.index()
        with commands.engine.begin() as connection:
            connection.exec_driver_sql(NOTING)
        corpus.add(ARTICLES)
        killing = Killing(commands, corpus, draw)
        try:
            killing.go_on(kills)
        finally:
            killing.close()
        calm = Commands(folder / "calm", other_url, folder / "articles")
        calm.index()
        texts = Counter(commands.embedded.read_text(encoding="utf-8").splitlines())
        outcome = {
            "kills": dict(sorted(killing.kills.items())),
            "kills of one that held a portion": killing.while_working,
            "runs that came to their end": killing.runs + 1,
            "texts embedded": len(texts),
            "embedded again, for what a kill took": texts.total() - len(texts),
            "kept": number(commands, "SELECT count(*) FROM kept"),
            "kept twice": number(
                commands,
                "SELECT count(*) FROM (SELECT FROM kept GROUP BY model, text_hash HAVING count(*) > 1) AS twice",
            ),
            "sentences": number(commands, "SELECT count(*) FROM sentence"),
            "sentences without an embedding": number(commands, UNEMBEDDED),
            "portions left": number(commands, "SELECT count(*) FROM embedding_task"),
            "same as undisturbed": commands.answers() == calm.answers(),
        }
        for each in (commands, calm):
            each.engine.dispose()
    print(json.dumps(outcome, indent=2))


if __name__ == "__main__":
    kills_and_seed = [int(argument) for argument in sys.argv[3:5]]
    main(sys.argv[1], sys.argv[2], *(*kills_and_seed, *(50, 1)[len(kills_and_seed) :]))
