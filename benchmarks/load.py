"""What one machine carries: the real bot under a steady stream of questions, while its index changes; then a peak.

    python benchmarks/load.py [--rate 20] [--seconds 600] [--swaps 10] [--peak 60] [--json FILE]
    python benchmarks/load.py --rates 5 10 15 20 25 [--each 60] [--json FILE]
        [--articles ARTICLES.jsonl --questions QUESTIONS.jsonl …] [--set CITEBOT_NAME=VALUE …]

The first asks so many questions a second (a Poisson stream) for so long, through so many index swaps: articles are
changed, one goes and one comes back, and `citebot index` runs beside the bot. Then comes twice the rate for --peak
seconds, the steady rate for half a minute, and quiet until all have an answer. The second tries one rate after the
other and tells the highest at which at most one question in a hundred is turned away ("busy") and the 95th percentile
stays below --longest seconds.

A thousand readers ask, each again only when all others have: one question in ten in a group, one in five followed by
another that leans on it; for four questions one button is pressed. The bot runs as it does for good (`citebot run`,
polling); Telegram is a server in this process, on loopback. A time is that from a question's being said to its
answer's arrival there. An excerpt counts as wrong where it does not stand, letter by letter, in the article that it
names, in an edition published by then, and as outdated where only in one replaced more than ten seconds before.

Articles are JSON Lines, as `citebot export` writes them; questions have a `question` a line (with `turns` or `before`,
conversations). Without --questions those beside the articles (questions*.jsonl) are asked. --set gives the bot other
settings, such as CITEBOT_READER=off. Exit code 1 says that a question got no word, or an answer that was wrong or came
twice.
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loads.corpus import ChangingCorpus
from loads.figures import Asked, Phase, carries, memory, outcomes, recovery, times
from loads.processes import BotProcess, CommandError, Programs, Runner
from loads.readers import PRESSES, Readers, read_conversations
from loads.telegram import TOKEN, WatchedTelegram

NEWS = Path(__file__).parents[1] / "tests" / "data" / "news"
CHANGED = 0.05
"""Of the articles, at each swap."""
SAMPLED_EVERY = 10.0
AFTER = 30.0
"""Seconds at the steady rate after the peak."""
PATIENCE = 120.0
"""Seconds without any word after which nothing more is waited for."""
BETWEEN_RATES = 5.0
UP_WITHIN = 300.0


@dataclass(frozen=True)
class Offered:
    """What the bot gets to do."""

    rate: float
    seconds: float
    swaps: int = 0
    peak: float = 0.0


@dataclass
class Machine:
    """What was used meanwhile."""

    memory_mb: list[float] = field(default_factory=list)
    bot_seconds: float = 0.0
    own_seconds: float = 0.0
    indexing_seconds: float = 0.0
    latest: float = 0.0
    """How late the readers of this program were at most, in seconds: where that is much, it is what is too slow."""


class Trial:
    """A bot, a Telegram and a crowd of readers."""

    def __init__(
        self, telegram: WatchedTelegram, readers: Readers, corpus: ChangingCorpus, runner: Runner, draw: random.Random
    ) -> None:
        self._telegram = telegram
        self._readers = readers
        self._corpus = corpus
        self._runner = runner
        self._draw = draw
        self._bot: BotProcess | None = None

    async def start(self) -> None:
        """Index the articles, and start the bot.

        Raises:
            CommandError: either failed.

        """
        await self._runner.index(self._corpus.file)
        self._bot = self._runner.start_bot()
        begun = time.monotonic()
        while True:
            self._bot.require_running()
            try:
                await self._telegram.polling(1.0)
            except AssertionError:
                if time.monotonic() - begun > UP_WITHIN:
                    raise CommandError("the bot does not fetch updates") from None
            else:
                return

    def stop(self) -> None:
        """End the bot."""
        if self._bot:
            self._bot.stop()

    async def offer(self, offered: Offered) -> dict[str, Any]:
        """Ask, and return the figures."""
        first = len(self._telegram.asked)
        machine = Machine()
        used = self._used()
        sampling = asyncio.create_task(self._sample(machine))
        swapping = asyncio.create_task(self._swap(offered))
        await self._ask(offered.rate, offered.seconds, "steady", machine)
        peak_begins = time.monotonic()
        if offered.peak:
            await self._ask(2 * offered.rate, offered.peak, "peak", machine)
        peak_ends = time.monotonic()
        if offered.peak:
            await self._ask(offered.rate, AFTER, "after", machine)
        await swapping
        await self._quiet()
        sampling.cancel()
        machine.memory_mb.append(self._running().usage()[0])
        now = self._used()
        machine.bot_seconds, machine.own_seconds, machine.indexing_seconds = (
            after - before for after, before in zip(now, used, strict=True)
        )
        asked = self._telegram.asked[first:]
        found = figures(asked, machine)
        if offered.peak:
            found["after the peak"] = recovery(_questions(asked), peak_begins, peak_ends)
        return found

    def _running(self) -> BotProcess:
        if not self._bot:
            raise CommandError("the bot was not started")
        return self._bot

    def _used(self) -> tuple[float, float, float]:
        return self._running().usage()[1], time.process_time(), self._runner.indexing_seconds

    async def _ask(self, rate: float, seconds: float, phase: Phase, machine: Machine) -> None:
        """Have readers ask and press at the moments of two Poisson streams, whatever the bot does."""
        begun = time.monotonic()
        moment = 0.0
        while (moment := moment + self._draw.expovariate(rate * (1 + PRESSES))) < seconds:
            await asyncio.sleep(max(0.0, begun + moment - time.monotonic()))
            machine.latest = max(machine.latest, time.monotonic() - begun - moment)
            if self._draw.random() * (1 + PRESSES) < PRESSES:
                await self._telegram.press_something(phase)
            else:
                await self._telegram.hear(self._readers.next(time.monotonic()), phase)

    async def _swap(self, offered: Offered) -> None:
        """Change articles and index them, at even times."""
        begun = time.monotonic()
        for swap in range(1, offered.swaps + 1):
            await asyncio.sleep(max(0.0, begun + swap * offered.seconds / (offered.swaps + 1) - time.monotonic()))
            self._corpus.change(CHANGED, time.monotonic())
            await self._runner.index(self._corpus.file)
            self._corpus.published(time.monotonic())

    async def _sample(self, machine: Machine) -> None:
        while True:
            machine.memory_mb.append(self._running().usage()[0])
            await asyncio.sleep(SAMPLED_EVERY)

    async def _quiet(self) -> None:
        """Wait until all have a word, or none has come for long."""
        left, since = self._telegram.unanswered, time.monotonic()
        while self._telegram.unanswered and time.monotonic() - since < PATIENCE:
            await asyncio.sleep(0.1)
            if self._telegram.unanswered != left:
                left, since = self._telegram.unanswered, time.monotonic()
        await asyncio.sleep(1.0)  # for what should not come twice


def _questions(asked: Sequence[Asked]) -> list[Asked]:
    return [each for each in asked if each.kind != "press"]


def figures(asked: Sequence[Asked], machine: Machine) -> dict[str, Any]:
    """Return what came of all that was asked, as JSON has it."""
    questions = _questions(asked)
    phases = {phase: [each for each in questions if each.phase == phase] for phase in ("steady", "peak", "after")}
    presses = [each for each in asked if each.kind == "press"]
    found = {phase: times(some) | outcomes(some) for phase, some in phases.items() if some}
    per_question = machine.bot_seconds / max(1, len(questions))
    return {
        **found,
        "presses": times(presses) | outcomes(presses),
        "memory": memory(machine.memory_mb),
        "memory_samples_mb": machine.memory_mb,
        "processor": {
            "bot_s": round(machine.bot_seconds, 1),
            "bot_ms_a_question": round(1000 * per_question, 1),
            "this_program_s": round(machine.own_seconds, 1),
            "indexing_s": round(machine.indexing_seconds, 1),
        },
        "readers_late_by_s": round(machine.latest, 3),
    }


@asynccontextmanager
async def trial(
    folder: Path, records: list[dict[str, Any]], conversations: list[tuple[str, ...]], options: argparse.Namespace
) -> AsyncIterator[Trial]:
    """Make what is needed, in an empty folder, and end the bot."""
    draw = random.Random(options.seed)
    settings = dict(each.partition("=")[::2] for each in options.settings)
    corpus = ChangingCorpus(records, folder / "articles.jsonl", draw, time.monotonic())
    readers = Readers(options.readers, conversations, draw)
    async with WatchedTelegram(corpus, readers, int(settings.get("CITEBOT_QUESTIONS_PER_MINUTE", 10))) as telegram:
        given = {
            "CITEBOT_HOME": str(folder / "home"),
            "CITEBOT_TELEGRAM_TOKEN": TOKEN,
            "CITEBOT_TELEGRAM_API_URL": telegram.url,
            "CITEBOT_LOG_LEVEL": "warning",
        }
        one = Trial(telegram, readers, corpus, Runner(options.programs, folder, given | settings), draw)
        try:
            await one.start()
            yield one
        finally:
            one.stop()


async def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Make the trial that is asked for; return all its figures.

    Raises:
        CommandError: the bot or a run of indexing failed.
        OSError, ValueError: articles or questions cannot be read.

    """
    if task := asyncio.current_task():  # told to end, it ends the bot as well
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    lines = options.articles.read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.strip()]
    files = options.questions or sorted(options.articles.parent.glob("questions*.jsonl"))
    conversations = read_conversations(files)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
    found: dict[str, Any] = {"machine": machine, "articles": len(records), "seed": options.seed}
    with tempfile.TemporaryDirectory() as name:
        async with trial(Path(name), records, conversations, options) as one:
            if not options.rates:
                offered = Offered(options.rate, options.seconds, options.swaps, options.peak)
                return found | {"offered": vars(offered), **told(await one.offer(offered))}
            found["rates"] = []
            for rate in sorted(options.rates):
                figures_of_rate = await one.offer(Offered(rate, options.each))
                found["rates"].append({"rate": rate, **figures_of_rate})
                print(row(rate, figures_of_rate), flush=True)
                if carries([(rate, figures_of_rate["steady"])], options.longest) is None:
                    break
                await asyncio.sleep(BETWEEN_RATES)
            found["carries"] = carries([(each["rate"], each["steady"]) for each in found["rates"]], options.longest)
    print(f"This machine carries {found['carries'] or 'none of these'} questions a second.")
    return found


def row(rate: float, found: dict[str, Any]) -> str:
    """Return a line of the table of rates."""
    steady = found["steady"]
    return (
        f"{rate:5.1f} a second: p50 {steady['p50_s']} s, p95 {steady['p95_s']} s, p99 {steady['p99_s']} s, "
        f"busy {steady['busy_share']:.2%}, {found['processor']['bot_ms_a_question']:.0f} ms of processor a question"
    )


def told(found: dict[str, Any]) -> dict[str, Any]:
    """Print figures, one kind a line; return them."""
    for name, value in found.items():
        if name != "memory_samples_mb":
            print(
                f"{name}: "
                + (", ".join(f"{key} {each}" for key, each in value.items()) if isinstance(value, dict) else str(value))
            )
    return found


def is_sound(found: dict[str, Any]) -> bool:
    """Tell whether nothing came of a question that must never come of one."""
    parts = [part for each in (found, *found.get("rates", ())) for part in each.values() if isinstance(part, dict)]
    return not any(part.get(name) for part in parts for name in ("dropped", "answered_twice", "wrong"))


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=Path, default=NEWS / "articles.jsonl")
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    parser.add_argument("--rate", type=float, default=20.0, help="questions a second")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--swaps", type=int, default=10)
    parser.add_argument("--peak", type=float, default=60.0, help="seconds at twice the rate")
    parser.add_argument("--rates", type=float, nargs="*", default=[], help="try these instead")
    parser.add_argument("--each", type=float, default=60.0, help="seconds of each of the rates")
    parser.add_argument("--longest", type=float, default=2.0, help="seconds that p95 must stay below")
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", dest="settings", metavar="NAME=VALUE", nargs="*", default=[])
    parser.add_argument("--json", type=Path, help="write all figures there")
    parser.set_defaults(programs=Programs())
    return parser.parse_args(arguments)


def main() -> None:
    """Run the command line."""
    options = parsed()
    try:
        found = asyncio.run(measured(options))
    except asyncio.CancelledError:
        sys.exit("load.py: stopped")
    except (CommandError, OSError, ValueError) as error:
        sys.exit(f"load.py: {error}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(not is_sound(found))


if __name__ == "__main__":
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # it tells of each request that an ending bot cuts off
    main()
