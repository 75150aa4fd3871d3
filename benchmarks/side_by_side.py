"""Compare Citebot with what one would take instead: same machine, model, articles and questions.

    python benchmarks/side_by_side.py --folder FOLDER [--peers NAME,…] [--articles N] [--questions N] [--threads 2]
        [--rounds 2] [--json FILE] [--picture FILE] NAME=FOLDER …

Each set is a folder with articles.jsonl and questions*.jsonl. --articles and --questions cut it; articles that are
asked about are kept first. Each peer that can be installed gets an environment of its own below --folder, made once,
and runs as it comes and tuned, every time in a process of its own with --threads threads. All systems run one after
the other, as often as --rounds says, and the better of what depends on the machine is shown.

What is left out, and why, is printed below the table. What stands for each figure: `peers.figures.Figures`; what a
peer is made to do: its module in benchmarks/peers.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from peers.compared import CITEBOT, PEERS, Compared, Variant, variants
from peers.environments import InstallationError, python_of
from peers.figures import Figures, Outcome, Run, figures, with_refusals_by_score
from peers.sets import CutSet, cut, read_set
from peers.table import QUALITY, SPEED, draw, table

from retrieval.models.model_files import resolve_model

BENCHMARKS = Path(__file__).parent
NO_READER = (
    "Haystack: its extractive reader and its cross-encoder need weights that no package carries; run without either."
)
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


class RunError(Exception):
    """A system did not come through; says why in a line."""


@dataclass(frozen=True)
class Compares:
    """Everything that one comparison needs."""

    folder: Path
    model: Path
    threads: int
    rounds: int
    pythons: Mapping[Compared, Path]


def main() -> None:
    """Run the command line."""
    arguments = parsed()
    folder = arguments.folder.resolve()
    model = Path(resolve_model(None, folder / "home").location)
    loaded = f"Load {load()} at the start"
    cuts = [cut_set(name, place, arguments) for name, place in arguments.sets]
    notes: list[str] = [NO_READER] if any(peer.name == "Haystack" for peer in arguments.peers) else []
    pythons = installed(arguments.peers, folder / "environments", notes)
    compares = Compares(folder, model, arguments.threads, arguments.rounds, pythons)
    shown: dict[str, list[Figures]] = {}
    versions: dict[str, str] = {}
    for some in cuts:
        told = f"{some.name}: {len(some.articles)} articles, {len(some.questions)} questions"
        notes.append(f"{told}, of which nothing answers {sum(not asked.answerable for asked in some.questions)}.")
        shown[some.name] = compare(some, compares, versions, notes)
    for columns in (SPEED, QUALITY):
        for name, systems in shown.items():
            print(*table(name, systems, columns), "", sep="\n")
    notes.append(
        "Versions: " + ", ".join(f"{package} {version}" for package, version in sorted(versions.items())) + "."
    )
    notes.append(f"{machine()} {loaded}, {load()} at the end.")
    print(*notes, sep="\n")
    if arguments.json:
        written = {"sets": {name: list(map(asdict, systems)) for name, systems in shown.items()}, "notes": notes}
        arguments.json.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if arguments.picture:
        draw(shown, arguments.picture)


def parsed() -> argparse.Namespace:
    """Read the command line; names of peers become peers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER", type=named_folder)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--peers", type=named_peers, default=PEERS)
    parser.add_argument("--articles", type=int)
    parser.add_argument("--questions", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--picture", type=Path)
    return parser.parse_args()


def named_folder(argument: str) -> tuple[str, Path]:
    """Take NAME=FOLDER apart."""
    name, equals, place = argument.partition("=")
    if not (name and equals and Path(place, "articles.jsonl").is_file()):
        raise argparse.ArgumentTypeError(f"{argument!r}: expected NAME=FOLDER, with articles.jsonl in the folder")
    return name, Path(place)


def named_peers(argument: str) -> tuple[Compared, ...]:
    """Find peers by their names, separated by commas; none for an empty list."""
    by_name = {peer.name.casefold(): peer for peer in PEERS}
    names = [name.strip().casefold() for name in argument.split(",") if name.strip()]
    if unknown := [name for name in names if name not in by_name]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r}: expected some of {', '.join(peer.name for peer in PEERS)}")
    return tuple(by_name[name] for name in names)


def machine() -> str:
    """The kind of processor, how many cores and how much memory."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"Machine: {names[0] if names else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB."


def load() -> str:
    """How many processes wanted a core, on average of a minute."""
    return f"{os.getloadavg()[0]:.1f}"


def cut_set(name: str, folder: Path, arguments: argparse.Namespace) -> CutSet:
    """Read a set and cut it; what is wrong with it ends the script with a line."""
    try:
        return cut(read_set(name, folder), arguments.articles, arguments.questions)
    except (OSError, ValueError) as error:
        sys.exit(f"{folder}: {error}")


def installed(peers: Sequence[Compared], folder: Path, notes: list[str]) -> dict[Compared, Path]:
    """The Python of each system; of a peer that cannot be installed a note says why."""
    pythons = {}
    for compared in (CITEBOT, *peers):
        try:
            pythons[compared] = python_of(compared, folder)
        except InstallationError as error:
            notes.append(f"{compared.name} is left out, it could not be installed: {error}")
    return pythons


def compare(some: CutSet, compares: Compares, versions: dict[str, str], notes: list[str]) -> list[Figures]:
    """Run all systems on a set, and all again as often as is asked for."""
    runs: dict[Variant, list[Run]] = {}
    failed: set[Variant] = set()
    for number in range(compares.rounds):
        for variant in variants(tuple(peer for peer in compares.pythons if peer is not CITEBOT)):
            if variant in failed:
                continue
            started = time.monotonic()
            try:
                last = number == compares.rounds - 1
                runs.setdefault(variant, []).append(run(some, variant, compares, versions, judged=last))
                took = time.monotonic() - started
                print(f"{some.name}, round {number + 1}: {variant.name}, {took:.0f} s", file=sys.stderr, flush=True)
            except RunError as error:
                failed.add(variant)
                notes.append(f"{some.name}: {variant.name} is left out: {error}")
    complete = {variant: done for variant, done in runs.items() if variant not in failed}
    return list(computed(some, complete))


def computed(some: CutSet, runs: Mapping[Variant, Sequence[Run]]) -> Iterator[Figures]:
    """Figures of all systems; bounds on scores refuse as much of what is answerable as Citebot does."""
    allowed: float | None = None
    for variant, done in runs.items():
        found = figures(variant.name, len(some.articles), some.questions, done)
        if variant.compared is CITEBOT:
            allowed = found.refused_answerable
        yield with_refusals_by_score(found, some.questions, done[-1].outcomes, allowed)


def run(some: CutSet, variant: Variant, compares: Compares, versions: dict[str, str], *, judged: bool) -> Run:
    """Run one system in a process of its own; `judged` as in `peers.one`.

    Raises:
        RunError: it did not come through.

    """
    with tempfile.TemporaryDirectory(dir=compares.folder) as place:
        task = written_task(some, variant, compares, Path(place), judged=judged)
        command = [str(compares.pythons[variant.compared]), "-m", "peers.one", str(task)]
        peak_memory_mib = run_process(command, environment(variant, compares.threads), Path(place))
        result: dict[str, Any] = json.loads((Path(place) / "result.json").read_text(encoding="utf-8"))
    versions.update(result["versions"])
    outcomes = tuple(Outcome(**{**one, "articles": tuple(one["articles"])}) for one in result["outcomes"])
    return Run(result["indexing_s"], result["indexing_cpu_s"], result["texts"], peak_memory_mib, outcomes)


def written_task(some: CutSet, variant: Variant, compares: Compares, folder: Path, *, judged: bool) -> Path:
    """Write down what the process is to do."""
    articles, task, kept = folder / "articles.jsonl", folder / "task.json", folder / "kept"
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in some.articles]
    articles.write_text("".join(lines), encoding="utf-8")
    kept.mkdir()
    told = {
        "module": variant.compared.module,
        "packages": variant.compared.packages,
        "tuned": variant.tuned,
        "articles": str(articles),
        "model": str(compares.model),
        "folder": str(kept),
        "threads": compares.threads,
        "judged": judged,
        "questions": [{"question": asked.question, "now": asked.now} for asked in some.questions],
        "result": str(folder / "result.json"),
    }
    task.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return task


def environment(variant: Variant, threads: int) -> dict[str, str]:
    """What the process finds in its environment: no setting of Citebot, no way to a hub, so many threads."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CITEBOT_")}
    paths = [str(BENCHMARKS), str(BENCHMARKS.parent)] if variant.compared is CITEBOT else [str(BENCHMARKS)]
    offline = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "true"}
    # Threads that wait do so without spinning: where something else is at work that would cost most of the time.
    counted = {**dict.fromkeys(THREAD_VARIABLES, str(threads)), "OMP_WAIT_POLICY": "PASSIVE"}
    return {**kept, **offline, **counted, "PYTHONPATH": os.pathsep.join(paths)}


def run_process(command: list[str], variables: dict[str, str], folder: Path) -> float:
    """Run a process to its end in a folder; return its peak of memory in MiB.

    Raises:
        RunError: it failed; with the last line that it wrote.

    """
    with (folder / "output").open("w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            command, cwd=folder, env=variables, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            shutil.copyfileobj(output, sys.stderr)
            output.seek(0)
            lines = [line.strip() for line in output if line.strip()]
            raise RunError(lines[-1] if lines else f"ended with {process.returncode}")
    return usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
