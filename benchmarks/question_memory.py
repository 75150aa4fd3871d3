"""Memory of a library that is asked: idle, and after a hundred, a thousand, ten thousand questions. Linux only.

    python benchmarks/question_memory.py FOLDER --home HOME [--questions 10000] [--others QUESTIONS.jsonl ...]

FOLDER has `articles.jsonl` and `questions*.jsonl`; its index is made in HOME, or found there. It is made in a process
of its own, since a bot that waits has indexed nothing. Asked first are the questions as they are, then the same with
one word of another question in each, so that none is asked twice. *Resident* is all that the process holds, *own* of
that what is no page of a file.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from retrieval.library import Library
from retrieval.settings import RetrievalSettings

MARKS = (1, 10, 100, 300, 1_000, 2_000, 3_000, 5_000, 7_000, 10_000)
_SEED = 7


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--others", type=Path, nargs="*", default=[])
    parser.add_argument("--reader", default=None)
    options = parser.parse_args()
    indexing = multiprocessing.get_context("spawn").Process(target=index, args=(options.home, options.folder))
    indexing.start()
    indexing.join()
    library = Library.open(RetrievalSettings(home=options.home, reader=options.reader))
    tell("opened")
    library.warm_up()
    tell("idle, warmed up")
    files = [*sorted(options.folder.glob("questions*.jsonl")), *options.others]
    lines = [line for path in files for line in path.open(encoding="utf-8")]
    questions = list(dict.fromkeys(json.loads(line)["question"] for line in lines))
    print(f"{len(questions)} questions as they are, {options.questions} in all", flush=True)
    begun = time.perf_counter()
    for number, question in enumerate(itertools.islice(varied(questions), options.questions), start=1):
        library.ask(question)
        if number in MARKS or number == options.questions:
            tell(f"{number} questions, {1000 * (time.perf_counter() - begun) / number:.0f} ms each")


def index(home: Path, folder: Path) -> None:
    """Make the index, if it is not there."""
    Library(RetrievalSettings(home=home)).index([str(folder / "articles.jsonl")])


def varied(questions: list[str]) -> Iterator[str]:
    """Yield all questions, then without end one that has a word of another; always the same ones."""
    yield from questions
    draw = random.Random(_SEED)
    known = set(questions)
    while True:
        words = draw.choice(questions).split()
        words[draw.randrange(len(words))] = draw.choice(draw.choice(questions).split())
        question = " ".join(words)
        if question not in known:
            known.add(question)
            yield question


def tell(when: str) -> None:
    """Print what this process holds, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    resident, own = (int(status.partition(f"{name}:")[2].split()[0]) / 1e3 for name in ("VmRSS", "RssAnon"))
    print(f"{when:<34} resident {resident:7.1f} MB, own {own:7.1f} MB", flush=True)


if __name__ == "__main__":
    main()
