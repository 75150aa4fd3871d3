"""What an index of so many sentences costs: building it, a hundred new articles, opening it, questions, memory, disk.

    python benchmarks/growth.py ARTICLES.jsonl QUESTIONS.jsonl FOLDER --reader off 10000 100000 1000000

Articles are read from a file and dated a hundred a day; the first 10,000 sentences of them are embedded. More are made
of these: the same articles of other weeks, in which every rare word is another one, and whose vectors are turned as one
about the mean of all, so that articles of one week are as like each other as real ones, and those of two weeks are not.
Homes stay in FOLDER and are used again. The time of updates is without the model, which takes the same whatever there
is; that of questions is with it. All sizes are measured in turn, twice, and of each figure the lower one counts. Prints
them, and writes them to FOLDER/growth.json.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from growth_report import draw, table

from retrieval.articles import article_key
from retrieval.library import Library
from retrieval.models.model import Model, model_named
from retrieval.settings import RetrievalSettings
from retrieval.text.splitting import split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.index.generation import BuiltGeneration, Generation
    from retrieval.models.embedding import Embedder
    from retrieval.models.sentence_encoder import SentenceEncoder

WEEK = 10_000
"""Sentences of the articles that are taken as they are."""
READ = 100_000
"""Sentences up to which articles are read and indexed; larger homes consist of such ones, as often as it takes."""
LEAST = 1000
"""Sentences of a home at least."""
UPDATE = 100
"""Articles of an update."""
ASKED = 100
SWAP_SECONDS = 0.2
"""How often whoever asks looks whether anything was published."""
UPDATES = 3
DAYS = 7
FIRST = datetime(2024, 1, 1)  # noqa: DTZ001 - articles have no time zones
RARE = 5
"""Articles that a word stands in at most to be another one in each week."""
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC, LATIN = "щъ", "zq"
"""What a word begins with that is another one, so that it is known what it was."""
SYLLABLES = {
    CYRILLIC: [first + second for first in "бвгдзклмнп" for second in "аоуие"],
    LATIN: [first + second for first in "bvgdzklmnp" for second in "aouie"],
}
MADE = re.compile(
    "|".join(
        f"{mark}({each})({each})"
        for mark, each in zip(SYLLABLES, ("[бвгдзклмнп][аоуие]", "[bvgdzklmnp][aouie]"), strict=True)
    ),
    re.IGNORECASE,
)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--reader", default="on", choices=["on", "off"])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--picture", type=Path, help="draw the figures against the sizes")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(STEPS[arguments.step](arguments, arguments.sizes[0])))
        return
    rows = {size: step_of("build", size) for size in arguments.sizes}
    for _ in range(arguments.rounds):
        for size in arguments.sizes:
            rows[size] = better(rows[size], step_of("update", size) | step_of("ask", size))
    for size in arguments.sizes:
        rows[size] |= step_of("swap", size)
    measured = [{"size": size, **row} for size, row in rows.items()]
    (arguments.folder / "growth.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print("\n".join(table(measured)))
    if arguments.picture:
        draw(measured, arguments.picture)


def step_of(step: str, size: int) -> dict[str, Any]:
    """What one step tells of one size, in a process of its own."""
    arguments = [*sys.argv[1:]]
    sizes = [each for each in arguments if each.isdecimal() and int(each) >= LEAST]
    others = [each for each in arguments if each not in sizes]
    command = [sys.executable, __file__, *others, str(size), "--step", step]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - it is this program
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def better(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """The lower one of each figure: what else the machine does only adds."""
    return one | {name: min(value, one.get(name, value)) for name, value in other.items()}


def build(arguments: argparse.Namespace, size: int) -> dict[str, Any]:
    """Make the home of one size, where it is not there yet, and tell how long that took."""
    base = Base.of(arguments)
    home, sources = places(arguments, size)
    note = home / "built.json"
    if not note.exists() and size > READ:
        started = time.monotonic()
        repeat(arguments, size)
        note.write_text(json.dumps({"build_s": None, "made_s": round(time.monotonic() - started, 1)}))
    if not note.exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(sources, ignore_errors=True)
        sources.mkdir(parents=True)
        for week in range(-(-size // base.sentences)):
            write(sources / f"week-{week:05}.jsonl", base.week(week))
        started = time.monotonic()
        library(arguments, size).index()
        note.write_text(json.dumps({"build_s": round(time.monotonic() - started, 1)}))
    found: dict[str, Any] = json.loads(note.read_text())
    return found


def repeat(arguments: argparse.Namespace, size: int) -> None:
    """Make a large home of one of `READ` sentences: each time with other ids, dates, vectors and one other word."""
    from growth_copies import Copies

    home, sources = places(arguments, size)
    shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir(parents=True)
    own, small = library(arguments, size), library(arguments, READ)
    Copies(small, own, sources, weeks=-(-READ // WEEK), turn=_turn).make(size // READ)
    counted = own.index().articles
    if counted.added or counted.changed or counted.removed:
        message = f"the home that was put together is not what its sources hold: {counted}"
        raise RuntimeError(message)


def update(arguments: argparse.Namespace, size: int) -> dict[str, Any]:
    """Add a hundred articles a few times, each in a process of its own, and take them away again."""
    base = Base.of(arguments)
    home, sources = places(arguments, size)
    found = []
    new = sources / "new.jsonl"
    for number in range(UPDATES):
        write(new, base.week(900 + number)[:UPDATE])
        found.append(json.loads(run_index(arguments, size)))
    new.unlink()
    run_index(arguments, size)
    return {
        **{name: round(statistics.median(each[name] for each in found), 2) for name in found[0]},
        "disk_MB": round(sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6),
    }


def run_index(arguments: argparse.Namespace, size: int) -> str:
    """Index in a process of its own; return what `index` tells, as JSON."""
    done = subprocess.run(index_command(arguments, size), check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - it is this program
    return done.stdout.splitlines()[-1]


def index_command(arguments: argparse.Namespace, size: int) -> list[str]:
    """What indexes the home of one size once."""
    places_ = [str(each) for each in (arguments.articles, arguments.questions, arguments.folder)]
    return [sys.executable, __file__, *places_, str(size), "--step", "index"]


def index(arguments: argparse.Namespace, size: int) -> dict[str, Any]:
    """Index once; tell how long that took, and how long of it the new generation was written, checked and published."""
    own = library(arguments, size)
    generations = own.home.generations
    add, began = generations.add, 0.0

    def noting(generation: BuiltGeneration) -> Generation:
        nonlocal began
        began = time.monotonic()
        return add(generation)

    def ending(number: int) -> None:
        publish(number)
        ended.append(time.monotonic())

    publish, ended = generations.publish, list[float]()
    generations.add, generations.publish = noting, ending  # type: ignore[method-assign]
    report = own.index()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "update_s": report.seconds,
        "update_cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "publish_s": round(ended[0] - began, 2) if ended else 0.0,
        "update_MB": round(used.ru_maxrss / 1024),
    }


def ask(arguments: argparse.Namespace, size: int) -> dict[str, Any]:
    """Open a home, ask, and tell how long it takes and how much memory."""
    own = library(arguments, size)
    embedder = own.model.load()
    embedder.embed_query("мост")
    started = time.monotonic()
    generation = own.home.generations.open(own.home.generations.published().number)
    opening = time.monotonic() - started
    own.opened()
    idle = resident()
    asked = questions(arguments)
    for question in asked[:5]:
        own.ask(question)
    used = time.process_time()
    times = [timed(lambda question=question: own.ask(question)) for question in asked]  # type: ignore[misc]
    used = time.process_time() - used
    searches = [timed(lambda question=question: own.rank(question, 10, read=False)) for question in asked]  # type: ignore[misc]
    return {
        "sentences": generation.manifest.sentences,
        "articles": generation.manifest.articles,
        "segments": len(generation.manifest.segments),
        "open_s": round(opening, 2),
        **figures("ask", times),
        "ask_cpu_ms": round(1000 * used / len(asked), 1),
        **figures("search", searches),
        "idle_MB": round(idle),
        "asking_MB": round(resident()),
        "asking_own_MB": round(resident("RssAnon")),
    }


def questions(arguments: argparse.Namespace) -> list[str]:
    """Some of the questions, spread over all."""
    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines][:: max(1, len(lines) // ASKED)][:ASKED]


def swap(arguments: argparse.Namespace, size: int) -> dict[str, Any]:
    """Ask without a break while another process adds a hundred articles and publishes them, and until it is taken up.

    The times are those of questions that were asked while the other process ran, and of those within a second of the
    moment when the new generation was taken up.
    """
    base = Base.of(arguments)
    _, sources = places(arguments, size)
    own = library(arguments, size)
    own.opened()
    own.follow(SWAP_SECONDS)
    asked = questions(arguments)
    for question in asked:
        own.ask(question)
    before = own.opened().generation.manifest.number
    memory = resident()
    write(sources / "new.jsonl", base.week(950)[:UPDATE])
    indexing = subprocess.Popen(index_command(arguments, size), stdout=subprocess.DEVNULL)  # noqa: S603 - it is this program
    times: list[tuple[float, float]] = []
    taken_up, most = 0.0, memory
    while not taken_up or time.monotonic() < taken_up + 1:
        started = time.monotonic()
        own.ask(asked[len(times) % len(asked)])
        times.append((started, time.monotonic()))
        most = max(most, resident())
        if not taken_up and own.opened().generation.manifest.number != before:
            taken_up = time.monotonic()
        if indexing.poll():
            message = "the update failed"
            raise RuntimeError(message)
    own.close()
    (sources / "new.jsonl").unlink()
    run_index(arguments, size)
    beside = [1000 * (ended - started) for started, ended in times if ended < taken_up - 1]
    around = [1000 * (ended - started) for started, ended in times if ended >= taken_up - 1]
    return {
        "beside_p50_ms": round(statistics.median(beside), 1),
        "beside_longest_ms": round(max(beside), 1),
        "swap_p50_ms": round(statistics.median(around), 1),
        "swap_longest_ms": round(max(around), 1),
        "swap_MB": round(most),
        "before_swap_MB": round(memory),
    }


STEPS: dict[str, Callable[[argparse.Namespace, int], dict[str, Any]]] = {
    "build": build,
    "update": update,
    "index": index,
    "ask": ask,
    "swap": swap,
}


class Base:
    """Articles of one week, and the vectors of their sentences."""

    def __init__(self, articles: list[dict[str, Any]], sentences: int) -> None:
        self.articles = articles
        self.sentences = sentences
        held = Counter(word for each in articles for word in set(WORD.findall(each["title"] + " " + each["text"])))
        self._rare = {word for word, count in held.items() if count <= RARE}

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Base:
        """The first articles of a file."""
        found: list[dict[str, Any]] = []
        sentences = 0
        for line in arguments.articles.read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            sentences += sum(len(passage.sentences) for passage in split(article["text"], article.get("title") or ""))
            found.append({**article, "title": article.get("title") or ""})
            if sentences >= WEEK:
                break
        return cls(found, sentences)

    def week(self, number: int) -> list[dict[str, Any]]:
        """The articles of a week."""
        step = timedelta(days=DAYS) / len(self.articles)
        return [
            {
                **article,
                "id": f"{number:04}-{article_key(str(article['id']))}",
                "title": self._told_otherwise(article["title"], number),
                "text": self._told_otherwise(article["text"], number),
                "date": (FIRST + number * timedelta(days=DAYS) + place * step).isoformat(timespec="seconds"),
            }
            for place, article in enumerate(self.articles)
        ]

    def _told_otherwise(self, text: str, number: int) -> str:
        return WORD.sub(lambda match: _other(match[0], number) if match[0] in self._rare else match[0], text)


def _other(word: str, number: int) -> str:
    if not number:
        return word
    mark = CYRILLIC if re.match("[а-яё]", word, re.IGNORECASE) else LATIN
    high, low = divmod(number, len(SYLLABLES[mark]))
    made = mark + SYLLABLES[mark][high] + SYLLABLES[mark][low] + word.lower()
    return made.capitalize() if word[0].isupper() else made


def _once(text: str) -> tuple[str, int]:
    """What a text was in the first week, and of which week it is; the first one where no word tells."""
    found = MADE.search(text)
    if found is None:
        return text, 0
    high, low = (each.lower() for each in found.groups() if each)
    syllables = next(listed for listed in SYLLABLES.values() if high in listed)
    number = syllables.index(high) * len(syllables) + syllables.index(low)
    return MADE.sub("", text), number


class DrawnEmbedder:
    """Embeds questions with the real model, and sentences with what it gave for those of the first week."""

    def __init__(self, real: Callable[[], Embedder], folder: Path) -> None:
        self._real_embedder: Embedder | None = None
        self._load = real
        self._file = folder / "vectors.npz"
        self._place_of: dict[str, int] | None = None
        self.name, self.fingerprint = "drawn", "drawn-1"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._real.dimension

    @property
    def _real(self) -> Embedder:
        if self._real_embedder is None:
            self._real_embedder = self._load()
        return self._real_embedder

    @property
    def encoder(self) -> SentenceEncoder:
        """The real model, which the reader changes."""
        return self._real.encoder

    def run(self, work: Callable[..., Any], *arguments: object) -> Any:
        """Do other work on the thread of the real model."""
        return self._real.run(work, *arguments)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The vector of a question."""
        return self._real.embed_query(text)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions."""
        return self._real.embed_queries(texts)

    def embed_documents(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """The vectors of sentences, turned about the mean by their week."""
        if self._place_of is None:
            self._read()
        assert self._place_of is not None  # noqa: S101 - it was read
        once = [_once(text) for text in texts]
        missing = sorted({text for text, week in zip(texts, once, strict=True) if not week[1]} - self._known)
        if missing:
            self._embed(missing, progress)
        found = np.empty((len(texts), self._vectors.shape[1]), dtype=np.float32)
        weeks = np.array([week for _, week in once])
        places = np.array([self._place_of.get(text.lower(), -1) for text, _ in once])
        mean = self._vectors.mean(axis=0)
        for week in np.unique(weeks).tolist():
            own = np.flatnonzero(weeks == week)
            found[own] = mean + (self._vectors[places[own]] - mean) @ _turn(week, len(mean))
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def _read(self) -> None:
        texts: list[str] = []
        self._vectors = np.zeros((0, self._real.dimension if not self._file.exists() else 1), dtype=np.float32)
        if self._file.exists():
            with np.load(self._file) as kept:
                texts, self._vectors = kept["texts"].tolist(), kept["vectors"]
        self._known = set(texts)
        self._place_of = {text.lower(): place for place, text in enumerate(texts)}

    def _embed(self, texts: list[str], progress: Callable[[int], None] | None) -> None:
        vectors = np.concatenate([self._vectors, self._real.embed_documents(texts, progress=progress)])
        every = [*sorted(self._known, key=self._place), *texts]
        np.savez(self._file, texts=np.array(every), vectors=vectors)
        self._read()

    def _place(self, text: str) -> int:
        assert self._place_of is not None  # noqa: S101 - it was read
        return self._place_of[text.lower()]


def _turn(week: int, dimension: int) -> NDArray[np.float32]:
    """The rotation of a week; none in the first one."""
    if not week:
        return np.eye(dimension, dtype=np.float32)
    drawn = np.random.default_rng(week).normal(size=(dimension, dimension))
    return np.linalg.qr(drawn)[0].astype(np.float32)


def places(arguments: argparse.Namespace, size: int) -> tuple[Path, Path]:
    """The home and the sources of one size."""
    return arguments.folder / f"home-{size}", arguments.folder / f"sources-{size}"


def library(arguments: argparse.Namespace, size: int) -> Library:
    """The library of one size."""
    home, sources = places(arguments, size)
    home.mkdir(parents=True, exist_ok=True)
    reader = None if arguments.reader == "on" else "off"
    bundled = model_named(None, arguments.folder)
    embedder = DrawnEmbedder(lambda: bundled.load(lambda _: None), arguments.folder)
    model = Model("drawn", fingerprint=lambda: embedder.fingerprint, load=lambda _: embedder)  # type: ignore[arg-type, return-value]  # it has the outside of one
    settings = RetrievalSettings(home=home, sources=(str(sources),), reader=reader)
    return Library(settings, model=model, model_home=arguments.folder)


def write(path: Path, articles: Sequence[dict[str, Any]]) -> None:
    """Write articles to a file."""
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in articles), encoding="utf-8")


def timed(run: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def figures(name: str, times: Sequence[float]) -> dict[str, float]:
    """The middle one of some times, and that which one of twenty exceeds."""
    return {
        f"{name}_p50_ms": round(statistics.median(times), 1),
        f"{name}_p95_ms": round(sorted(times)[int(0.95 * (len(times) - 1))], 1),
    }


def resident(kind: str = "VmRSS") -> float:
    """Mebibytes that this process holds, those of mapped files among them that it has read; `RssAnon` without these."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(kind)) / 1024


if __name__ == "__main__":
    main()
