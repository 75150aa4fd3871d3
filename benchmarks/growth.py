"""What an index of so many sentences costs: building it, a hundred new articles, opening it, questions, memory, disk.

    python benchmarks/growth.py ARTICLES.jsonl QUESTIONS.jsonl FOLDER --reader off 10000 100000 1000000

Articles are read from a file and dated a hundred a day; the first 10,000 sentences of them are embedded. More are made
of these: the same articles of other weeks, in which every rare word is another one, and whose vectors are turned as one
about the mean of all, so that articles of one week are as like each other as real ones, and those of two weeks are not.
Homes stay in FOLDER and are used again. The time of updates is without the model, which takes the same whatever there
is; that of questions is with it. Prints a row for each size, and writes all to FOLDER/growth.json.
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

from retrieval.articles import article_key
from retrieval.library import Library
from retrieval.models.model import Model, model_named
from retrieval.settings import RetrievalSettings
from retrieval.text.splitting import split

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.models.embedding import Embedder

WEEK = 10_000
"""Sentences of the articles that are taken as they are."""
READ = 100_000
"""Sentences up to which articles are read and indexed; larger homes consist of such ones, as often as it takes."""
UPDATE = 100
"""Articles of an update."""
ASKED = 100
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
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        print(json.dumps(STEPS[arguments.step](arguments, arguments.sizes[0])))
        return
    measured = []
    for size in arguments.sizes:
        row = measure(size)
        measured.append(row)
        if len(measured) == 1:
            print("  ".join(row))
        print("  ".join(f"{value:>{len(name)}}" for name, value in row.items()), flush=True)
    (arguments.folder / "growth.json").write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


def measure(size: int) -> dict[str, Any]:
    """All figures of one size, each step in a process of its own."""
    arguments = [*sys.argv[1:]]
    sizes = [each for each in arguments if each.isdecimal()]
    others = [each for each in arguments if each not in sizes]
    row: dict[str, Any] = {}
    for step in ("build", "update", "ask"):
        command = [sys.executable, __file__, *others, str(size), "--step", step]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - it is this program
        row |= json.loads(done.stdout.splitlines()[-1])
    return row


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
    times, published = [], []
    new = sources / "new.jsonl"
    for number in range(UPDATES):
        write(new, base.week(900 + number)[:UPDATE])
        found = run_index(arguments, size)
        times.append(found["seconds"])
        published.append(found["published"])
    new.unlink()
    run_index(arguments, size)
    return {
        "update_s": round(statistics.median(times), 2),
        "whole_update_s": round(statistics.median(published), 2),
        "disk_MB": round(sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6),
    }


def run_index(arguments: argparse.Namespace, size: int) -> dict[str, float]:
    """Index in a process of its own; tell how long it took, and how long with its start."""
    code = [sys.executable, __file__, str(arguments.articles), str(arguments.questions), str(arguments.folder)]
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 - it is this program
        [*code, str(size), "--step", "index"], check=True, stdout=subprocess.PIPE, text=True
    )
    return {**json.loads(done.stdout.splitlines()[-1]), "published": time.monotonic() - started}


def index(arguments: argparse.Namespace, size: int) -> dict[str, Any]:
    """Index once."""
    own = library(arguments, size)
    report = own.index()
    return {"seconds": report.seconds, "sentences": report.sentences, "embedded": report.embedded}


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
    lines = arguments.questions.read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines][:: max(1, len(lines) // ASKED)][:ASKED]
    for question in asked[:5]:
        own.ask(question)
    times = [timed(lambda question=question: own.ask(question)) for question in asked]  # type: ignore[misc]
    searches = [timed(lambda question=question: own.rank(question, 10, read=False)) for question in asked]  # type: ignore[misc]
    return {
        "sentences": generation.manifest.sentences,
        "articles": generation.manifest.articles,
        "segments": len(generation.manifest.segments),
        "open_s": round(opening, 2),
        **figures("ask", times),
        **figures("search", searches),
        "idle_MB": round(idle),
        "asking_MB": round(resident()),
        "peak_MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


STEPS: dict[str, Callable[[argparse.Namespace, int], dict[str, Any]]] = {
    "build": build,
    "update": update,
    "index": index,
    "ask": ask,
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


def resident() -> float:
    """Mebibytes that this process holds, those of mapped files among them that it has read."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
