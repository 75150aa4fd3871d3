"""What a question costs beside its bare embedding; the first beside the tenth; starting; and the memory of waiting.

    python benchmarks/question_speed.py FOLDER --home HOME [--questions 60] [--threads 2] [--starts 3]

FOLDER has `articles.jsonl` and `questions*.jsonl`; its index is made in HOME, or found there. For each question, one
after the other: its embedding alone, the question without the reader, with it. The ratio is that of the percentiles.
A start is a process of its own: `citebot ask` beside one that imports sentence-transformers and loads the same model,
by turns.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from retrieval.library import Library
from retrieval.settings import RetrievalSettings

STOCK = "import sys; from sentence_transformers import SentenceTransformer as S; S(sys.argv[1], device='cpu')"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--starts", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    lines = [line for path in sorted(options.folder.glob("questions*.jsonl")) for line in path.open(encoding="utf-8")]
    questions = list(dict.fromkeys(json.loads(line)["question"] for line in lines))[: options.questions]
    library = Library(RetrievalSettings(home=options.home))
    library.index([str(options.folder / "articles.jsonl")])
    embedder = library.opened().embedder
    library.warm_up()
    times = [milliseconds(lambda: library.ask(question)) for question in questions[:10]]  # noqa: B023
    print(f"after warming up: first {times[0]:.0f} ms, tenth {times[9]:.0f} ms, median of ten {median(times):.0f} ms")
    print(f"resident, having answered ten: {resident():.2f} GB", flush=True)
    columns: dict[str, list[float]] = {"bare embedding": [], "without reading": [], "with reading": []}
    for question in questions:
        columns["bare embedding"].append(milliseconds(lambda: embedder.embed_query(question)))  # noqa: B023
        columns["without reading"].append(milliseconds(lambda: library.ask(question, read=False)))  # noqa: B023
        columns["with reading"].append(milliseconds(lambda: library.ask(question)))  # noqa: B023
    bare = columns["bare embedding"]
    print(f"{len(questions)} questions, {options.threads} threads")
    for name, values in columns.items():
        halves = [percentile(values, share) for share in (0.5, 0.95)]
        ratios = [value / percentile(bare, share) for value, share in zip(halves, (0.5, 0.95), strict=True)]
        print(
            f"{name:<16} p50 {halves[0]:7.1f} ms ({ratios[0]:.1f} times the bare), "
            f"p95 {halves[1]:7.1f} ms ({ratios[1]:.1f} times)"
        )
    if options.starts:
        starts(options.home, questions[0], options.starts)


def starts(home: Path, question: str, count: int) -> None:
    """Time processes that start cold, by turns."""
    [folder] = (home / "models").glob("multilingual*")
    citebot = [sys.executable, "-m", "bot"]
    commands = {
        "sentence-transformers": [sys.executable, "-c", STOCK, str(folder)],
        "citebot ask": [*citebot, "ask", question],
        "citebot status": [*citebot, "status"],
        "citebot --help": [*citebot, "--help"],
    }
    environment = {**os.environ, "CITEBOT_HOME": str(home)}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(count):
        for name, command in commands.items():
            times[name].append(milliseconds(lambda: run(command, environment)))  # noqa: B023
    stock = median(times["sentence-transformers"])
    for name, values in times.items():
        print(f"{name:<22} {median(values) / 1000:.2f} s, {median(values) / stock:.2f} times the first")


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command of ours to its end."""
    subprocess.run(command, env=environment, capture_output=True, check=True)  # noqa: S603 - no foreign input


def milliseconds(work: Callable[[], object]) -> float:
    """Tell how long some work takes."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def median(values: list[float]) -> float:
    """The middle of some values."""
    return statistics.median(values)


def resident() -> float:
    """Gigabytes that this process holds in memory, pages of files included."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e6


if __name__ == "__main__":
    main()
