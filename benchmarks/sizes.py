"""How long indexing takes and what it needs of memory and disk, for so many articles; and how long a question takes.

    python benchmarks/sizes.py ARTICLES.jsonl 1000 10000

Each number of articles is indexed from nothing into a throw-away home by the command line itself, with the settings of
the environment; then the headlines of fifty of them are asked. Peaks of memory are of the whole process.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

ASKED = 50
PARTS = ("citebot.sqlite", "generations", "models")


def main() -> None:
    """Print a row for each number of articles."""
    source, *numbers = sys.argv[1:]
    print("articles  sentences  indexing_s  index_MiB  ask_MiB  database_MB  generation_MB  p50_ms  p95_ms")
    for number in map(int, numbers):
        with tempfile.TemporaryDirectory() as folder:
            print(row(Path(source), number, Path(folder)), flush=True)


def row(source: Path, number: int, folder: Path) -> str:
    """Index the first `number` articles below `folder`, ask, and return what it took."""
    articles = folder / "articles.jsonl"
    with source.open(encoding="utf-8") as lines, articles.open("w", encoding="utf-8") as file:
        file.writelines(islice(lines, number))
    questions = folder / "questions.jsonl"
    with articles.open(encoding="utf-8") as lines, questions.open("w", encoding="utf-8") as file:
        for place, line in enumerate(islice(lines, ASKED)):
            record = json.loads(line)
            file.write(json.dumps({"id": place, "question": record.get("title") or record["text"][:80]}) + "\n")
    home = folder / "home"
    started = time.monotonic()
    indexed, index_peak = run(home, "index", str(articles), "--json")
    took = time.monotonic() - started
    answered, ask_peak = run(home, "ask", "--questions", str(questions))
    times = sorted(json.loads(line)["took_ms"] for line in answered.splitlines()[1:])
    report: dict[str, Any] = json.loads(indexed)
    sizes = {part: size(home / part) / 1e6 for part in PARTS}
    counted = report["articles"]["added"] + report["articles"]["duplicates"]
    return (
        f"{counted:8}  {report['sentences']:9}  {took:10.0f}  {index_peak:9.0f}  {ask_peak:7.0f}  "
        f"{sizes['citebot.sqlite']:11.1f}  {sizes['generations']:13.1f}  "
        f"{statistics.median(times):6.0f}  {times[int(0.95 * len(times))]:6.0f}"
    )


def run(home: Path, *arguments: str) -> tuple[str, float]:
    """Run the command line; return what it printed, and its peak of memory in MiB."""
    command = [str(Path(sys.executable).with_name("citebot")), *arguments]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        environment = {**os.environ, "CITEBOT_HOME": str(home)}
        process = subprocess.Popen(command, stdout=output, env=environment)  # noqa: S603 - our own command line
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} failed")
        output.seek(0)
        return output.read(), usage.ru_maxrss / 1024


def size(place: Path) -> int:
    """Bytes of a file, or of all files of a folder."""
    return sum(path.stat().st_size for path in [place, *place.rglob("*")] if path.is_file())


if __name__ == "__main__":
    main()
