"""Index articles and ask questions of one system, in a process of its own: ``python -m peers.one TASK.json``.

Reads what `benchmarks/side_by_side.py` wrote, and writes what happened to the file that it names.
"""

import importlib
import json
import sys
import time
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from peers.system import Article, System, Task


def main() -> None:
    """Do one task."""
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    task = Task(Path(told["articles"]), Path(told["model"]), Path(told["folder"]), told["tuned"])
    articles = [_article(line) for line in task.articles.read_text(encoding="utf-8").splitlines()]
    _use_threads(told["threads"])
    started = _now()
    system: System = importlib.import_module(f"peers.{told['module']}").open_system(task)
    loaded = _now()
    texts = system.index(articles)
    indexed = _now()
    result = {
        "loading_s": loaded.wall - started.wall,
        "indexing_s": indexed.wall - loaded.wall,
        "indexing_cpu_s": indexed.cpu - loaded.cpu,
        "texts": texts,
        "outcomes": _asked(system, told["questions"], judged=told["judged"]),
        "versions": {package: version(package) for package in told["packages"]},
    }
    Path(told["result"]).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def _article(line: str) -> Article:
    record = json.loads(line)
    title, date, source = (record.get(field) or "" for field in ("title", "date", "source"))
    return Article(str(record["id"]), title, record["text"], date, source)


def _use_threads(threads: int) -> None:
    """Say to torch what the environment says to everything else."""
    import torch

    torch.set_num_threads(threads)


class _Moment(NamedTuple):
    wall: float
    cpu: float
    """Seconds of all threads."""


def _now() -> _Moment:
    return _Moment(time.perf_counter(), time.process_time())


def _asked(system: System, questions: list[dict[str, Any]], *, judged: bool) -> list[dict[str, Any]]:
    """Ask all, and only then what is not timed, if it is wanted this time."""
    system.ask(questions[0]["question"], questions[0]["now"])  # the first one also pays for what is loaded late
    timed = []
    for asked in questions:
        started = _now()
        reply = system.ask(asked["question"], asked["now"])
        ended = _now()
        took = {"took_ms": 1000 * (ended.wall - started.wall), "cpu_ms": 1000 * (ended.cpu - started.cpu)}
        timed.append((asked, reply, took))
    return [
        {**took, **asdict(system.judged(asked["question"], asked["now"], reply) if judged else reply)}
        for asked, reply, took in timed
    ]


if __name__ == "__main__":
    main()
