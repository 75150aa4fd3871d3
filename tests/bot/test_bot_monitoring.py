"""What can be seen of the bot from outside: /healthz, /metrics, and what operators are told of silent sources."""

import asyncio
import json
import re
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiohttp import ClientSession
from bot_process import Bot, Starter
from places import ROOT
from prometheus_client.parser import text_string_to_metric_families
from run_fake_bot import WHEN
from telegram_server import READER, TOKEN, Fault, TelegramServer

from bot.health import read_health
from bot.monitoring import names_of
from bot.services.silence import Change, Known
from bot.tally import BOUNDS, OUTCOMES, TROUBLES, Tally
from retrieval.ingest.heard import SourceState

ADMIN = str(READER["id"])
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOK_OFTEN = {"bot.services.silence._LOOK_EVERY": 0.05}
FEED = "https://news.example/feed.xml"
CONFLICT = "another program uses this bot's token: stop one of them, or each loses questions"

Samples = dict[tuple[str, str], float]


@pytest.fixture
def port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number: int = taken.getsockname()[1]
    return number


async def fetched(port: int, path: str) -> tuple[int, str]:
    async with ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def samples(port: int) -> Samples:
    """All that /metrics tells, by name and label."""
    status, text = await fetched(port, "/metrics")
    assert status == 200
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def values(found: Samples, name: str) -> dict[str, float]:
    return {label: value for (each, label), value in found.items() if each == name}


def note_sources(home: Path, *states: dict[str, Any]) -> None:
    """Leave in the home what a run of `citebot index` would."""
    noted = [
        {"longest_pause": None, "newest_at": None}
        | {name: value.isoformat() if isinstance(value, datetime) else value for name, value in state.items()}
        for state in states
    ]
    home.mkdir(parents=True, exist_ok=True)
    (home / "unfinished").write_text(json.dumps({"generation": 7, "sources": noted}), encoding="utf-8")
    (home / "unfinished").replace(home / "sources.json")


def source(place: str = FEED, *, newest: timedelta = HOUR, read: timedelta = HOUR) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "place": place,
        "tried_at": now,
        "read_at": now - read if read > HOUR else now,
        "newest_at": now - newest,
        "longest_pause": 5 * 3600.0,
    }


async def test_health_is_what_the_command_says(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    telegram.cut = True
    bot = await start(home=str(tmp_path / "home"), metrics_port=str(port))
    await listens(bot, port)
    assert await fetched(port, "/healthz") == (503, f"{read_health(tmp_path / 'home').told}\n")
    assert (await samples(port))["citebot_healthy", ""] == 0
    telegram.cut = False
    await telegram.polling()
    await telegram.receive(text="/help")
    await telegram.messages(1)
    status, text = await fetched(port, "/healthz")
    assert status == 200
    assert re.fullmatch(r"Telegram was last heard \d s ago\n", text)
    assert read_health(tmp_path / "home").healthy
    assert (await fetched(port, "/"))[0] == 404
    async with ClientSession() as session, session.post(f"http://127.0.0.1:{port}/healthz") as response:
        assert response.status == 405
    assert await bot.stop() == 0


async def listens(bot: Bot, port: int) -> None:
    """Wait until the bot serves at the port."""
    deadline = time.monotonic() + 60
    while True:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert bot.process.is_running, bot.log()
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_questions_are_counted_by_what_came_of_them_and_nothing_is_told_of_people(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    await start(home=str(tmp_path / "home"), metrics_port=str(port), questions_per_minute="4")
    await telegram.polling()
    found = await samples(port)
    assert values(found, "citebot_questions_total") == dict.fromkeys(OUTCOMES, 0)
    assert values(found, "citebot_errors_total") == dict.fromkeys(TROUBLES, 0)
    assert ("citebot_last_update_age_seconds", "") not in found
    asked = ("Who leads the secretboard?", "unsure secretboard", "missing secretboard", "broken secretboard", "five")
    for count, text in enumerate(asked, start=1):
        await telegram.receive(text=text)
        await telegram.messages(count)
    _, text = await fetched(port, "/metrics")
    assert not any(word in text for word in ("secretboard", ADMIN, READER["username"], TOKEN.partition(":")[2]))
    found = await samples(port)
    counted = {"answered": 1, "unsure": 1, "nothing_found": 1, "limited": 1}
    assert values(found, "citebot_questions_total") == dict.fromkeys(OUTCOMES, 0) | counted
    assert values(found, "citebot_errors_total") == dict.fromkeys(TROUBLES, 0) | {"unexpected": 1}
    assert found["citebot_question_seconds_count", ""] == found["citebot_question_seconds_bucket", "+Inf"] == 3
    assert found["citebot_question_seconds_sum", ""] > 0
    assert 0 <= found["citebot_last_update_age_seconds", ""] < 60
    assert found["citebot_index_generation", ""] == 7
    assert found["citebot_index_articles", ""] == 1203
    age = time.time() - WHEN.replace(tzinfo=UTC).timestamp()
    assert found["citebot_index_age_seconds", ""] == pytest.approx(age, abs=60)
    assert found["process_resident_memory_bytes", ""] > 10_000_000


async def test_what_waits_is_told_and_who_is_turned_away(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    bot = await start(home=str(tmp_path / "home"), metrics_port=str(port), questions_at_once="2")
    await telegram.polling()
    for number in range(2):
        await telegram.receive(text="held", sender={"id": 2000 + number})
    await telegram.typing(2)
    await telegram.receive(text="one too many", sender={"id": 2002})
    await telegram.messages(1)
    found = await samples(port)
    assert found["citebot_questions_waiting", ""] == 2
    assert found["citebot_updates_under_way", ""] >= 2
    assert values(found, "citebot_questions_total")["busy"] == 1
    bot.let_go()
    await telegram.messages(3)
    assert values(await samples(port), "citebot_questions_total")["answered"] == 2


async def test_nothing_is_served_unless_it_is_wanted_and_a_port_that_is_taken_is_one_line(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    first = await start(metrics_port=str(port))
    await telegram.polling()
    second = await start(home=str(tmp_path / "other"), metrics_port=str(port))
    assert await second.exit_code() == 1
    assert f"citebot: CITEBOT_METRICS_PORT={port} cannot be had: Address already in use\n" in second.log()
    assert "Traceback" not in second.log()
    assert await first.stop() == 0
    telegram.restarted()
    await start()
    await telegram.polling()
    with socket.socket() as connection:
        assert connection.connect_ex(("127.0.0.1", port)) != 0


async def test_pages_from_elsewhere_cannot_have_a_browser_ask(
    telegram: TelegramServer, start: Starter, port: int
) -> None:
    await start(metrics_port=str(port))
    await telegram.polling()
    found = {}
    for host in ("evil.example", f"evil.example:{port}", f"localhost:{port}", f"127.0.0.1:{port}", "[::1]"):
        async with (
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/metrics", headers={"Host": host}) as response,
        ):
            found[host] = response.status
    assert list(found.values()) == [403, 403, 200, 200, 200]


async def test_sources_are_told_by_short_names(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    note_sources(
        tmp_path / "home",
        source(f"{FEED}?token=***&part=1", newest=2 * HOUR),
        source(f"{FEED}?part=2", newest=3 * DAY),
        source("/srv/news/articles", read=DAY) | {"newest_at": None},
    )
    await start(home=str(tmp_path / "home"), metrics_port=str(port))
    await telegram.polling()
    found = await samples(port)
    names = ["news.example/feed.xml", "news.example/feed.xml (2)", "news/articles"]
    assert values(found, "citebot_source_silent") == dict(zip(names, [0, 1, 1], strict=True))
    ages = values(found, "citebot_source_newest_article_age_seconds")
    assert {name: round(age / 3600) for name, age in ages.items()} == {names[0]: 2, names[1]: 72}
    ages = values(found, "citebot_source_read_age_seconds")
    assert {name: round(age / 3600) for name, age in ages.items()} == dict(zip(names, [0, 0, 24], strict=True))
    assert found["citebot_sources", ""] == 3
    assert found["citebot_sources_silent", ""] == 2


SAID: dict[str, Callable[[str, str], str]] = {
    "en": lambda newest, read: (
        f"Sources that have fallen silent:\n• {FEED}: nothing newer than {newest}; its longest pause in the month "
        f"before was 5 h\n• /srv/news: cannot be read, last read {read}. `citebot index` says why"
    ),
    "ru": lambda newest, read: (
        f"Источники, которые замолчали:\n• {FEED}: нет ничего новее {newest}; самая долгая пауза за месяц до этого "
        f"– 5 ч\n• /srv/news: не читается, последний раз прочитан {read}. Причину назовёт `citebot index`"
    ),
}
BACK = {"en": "Sources that are heard again:\n• ", "ru": "Источники, от которых снова есть новости:\n• "}


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_operators_are_told_once_of_a_source_that_falls_silent_and_once_that_it_is_back(
    telegram: TelegramServer, start: Starter, tmp_path: Path, language: str
) -> None:
    home = tmp_path / "home"
    settings = {"home": str(home), "admin_ids": f"{ADMIN},-100500", "language": language, "timezone": "UTC"}
    old = source("/srv/archive", newest=700 * DAY)
    note_sources(home, source(), source("/srv/news"), old)
    bot = await start(constants=LOOK_OFTEN, **settings)
    await telegram.polling()
    await heard(home, {FEED: False, "/srv/news": False})
    silent = [source(newest=30 * HOUR), source("/srv/news", read=7 * HOUR)]
    note_sources(home, *silent, old)
    [told] = await telegram.messages(1)
    moments = [f"{each:%Y-%m-%d %H:%M}" for each in (silent[0]["newest_at"], silent[1]["read_at"])]
    assert (told.fields["chat_id"], told.fields["text"]) == (int(ADMIN), SAID[language](*moments))
    await heard(home, {FEED: True, "/srv/news": True})
    assert await bot.stop() == 0
    assert bot.log().count("has fallen silent") == 2

    telegram.restarted()
    await start(constants=LOOK_OFTEN, **settings)
    await telegram.polling()
    note_sources(home, silent[0], source("/srv/news"), old)
    back = (await telegram.messages(2))[-1]
    assert back.fields["text"] == f"{BACK[language]}/srv/news"
    await heard(home, {FEED: True, "/srv/news": False})
    note_sources(home, source(), source("/srv/news"))
    assert (await telegram.messages(3))[-1].fields["text"] == f"{BACK[language]}{FEED}"
    await heard(home, {FEED: False, "/srv/news": False})
    assert len(telegram.sent()) == 3


async def test_what_many_sources_have_in_common_is_one_message_that_is_sent_when_telegram_takes_it(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    places = [f"https://{number:02}.example/feed" for number in range(25)]
    note_sources(home, *map(source, places))
    bot = await start(constants=LOOK_OFTEN, home=str(home), admin_ids=f"{ADMIN},1002")
    await telegram.polling()
    await heard(home, dict.fromkeys(places, False))
    telegram.fault("sendMessage", Fault(502), times=4)
    note_sources(home, *(source(place, newest=30 * HOUR) for place in places))
    sent = await telegram.messages(2)
    assert [call.fields["chat_id"] for call in sent] == [1001, 1002]
    lines = sent[0].fields["text"].splitlines()
    assert [line.partition(": ")[0] for line in lines[1:-1]] == [f"• {place}" for place in places[:20]]
    assert lines[-1] == "… and 5 more"
    await heard(home, dict.fromkeys(places, True))
    assert len([call for call in telegram.calls if call.method == "sendMessage"]) == 6
    assert bot.log().count("could not be told: ") == 4


async def test_long_names_of_many_sources_fit_into_one_message(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    places = [f"https://{number:02}.example/" + "🚋" * 60 + "рубрика" * 10 for number in range(60)]
    note_sources(home, *map(source, places))
    await start(constants=LOOK_OFTEN, home=str(home), admin_ids=ADMIN, language="en")
    await telegram.polling()
    await heard(home, dict.fromkeys(places, False))
    silent = [source(place, newest=30 * HOUR) for place in places[:30]]
    note_sources(home, *silent, *map(source, places[30:]))
    [told] = await telegram.messages(1)
    assert told.fields["text"].splitlines()[-1] == "… and 16 more"
    note_sources(home, *map(source, places[:30]), *(source(place, newest=30 * HOUR) for place in places[30:]))
    both = (await telegram.messages(2))[-1].fields["text"]
    assert [line for line in both.splitlines() if line.startswith("…")] == ["… and 23 more", "… and 20 more"]


async def heard(home: Path, expected: dict[str, bool]) -> None:
    """Wait until the bot has noted which of the sources are silent."""
    deadline = time.monotonic() + 60
    while True:
        file = home / "told-sources.json"
        found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        if found == expected:
            return
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


def test_what_could_not_be_told_is_told_the_next_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    alive = SourceState(FEED, now, now, now - HOUR, HOUR)
    silent = SourceState(FEED, now, now, now - 2 * DAY, HOUR)
    known = Known(tmp_path / "told.json")
    assert known.changes([alive], now) == []
    assert known.changes([silent], now) == known.changes([silent], now) == [Change(silent, "overdue")]
    known.keep([silent], [Change(silent, "overdue")])
    assert Known(tmp_path / "told.json").changes([silent], now) == []
    known.keep([], [])
    assert Known(tmp_path / "told.json").changes([silent], now) == []


def test_names_are_short_and_differ() -> None:
    now = datetime.now(UTC)
    places = ["/", "/a", f"https://a.example/bot{TOKEN}/feed", f"https://a.example/{'b' * 90}"]
    assert [name for name, _ in names_of([SourceState(place, now) for place in places])] == [
        "",
        "a",
        "a.example/bot***/feed",
        f"a.example/{'b' * 49}…",
    ]


def test_the_histogram_counts_what_took_at_most_so_long() -> None:
    tally = Tally()
    for seconds in (0.05, 0.1, 0.2, 31):
        tally.question("answered", seconds)
    assert tally.answers_within == [2, *[3] * (len(BOUNDS) - 1), 4]
    assert tally.seconds == pytest.approx(31.35)


async def test_two_bots_with_one_token_are_told_in_both_logs_and_in_health(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    homes = [tmp_path / "one", tmp_path / "two"]
    bots = [await start(home=str(homes[0]), metrics_port=str(port))]
    await telegram.polling()
    bots.append(await start(home=str(homes[1])))
    named = "Another program fetches updates with this token"
    await telegram.until(lambda: all(named in bot.log() for bot in bots), "both to notice")
    for home in homes:
        health = read_health(home)
        assert (health.healthy, health.told) == (False, CONFLICT)
    assert await fetched(port, "/healthz") == (503, f"{CONFLICT}\n")
    assert (await samples(port))["citebot_errors_total", "conflict"] >= 1
    for bot in bots:
        assert await bot.stop() == 0
        assert bot.log().count(named) == 1


async def test_the_pages_name_every_metric_and_no_other(
    telegram: TelegramServer, start: Starter, tmp_path: Path, port: int
) -> None:
    note_sources(tmp_path / "home", source())
    await start(home=str(tmp_path / "home"), metrics_port=str(port))
    await telegram.polling()
    await telegram.receive(text="/help")
    await telegram.messages(1)
    found = {name for name, _ in await samples(port) if name.startswith("citebot_") and not name.endswith("_created")}
    families = {re.sub("_(bucket|count|sum)$", "", name) for name in found}
    rules = (ROOT / "docs" / "monitoring" / "alerts.yml").read_text(encoding="utf-8")
    board = (ROOT / "docs" / "monitoring" / "dashboard.json").read_text(encoding="utf-8")
    assert set(re.findall(r"\bcitebot_\w+", rules + board)) <= found
    alarms = [rule["alert"] for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]]
    assert len({panel["id"] for panel in json.loads(board)["panels"]}) == len(json.loads(board)["panels"])
    for page in ("docs/operating.md", "docs/ru/operating.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert set(re.findall(r"`(citebot_\w+)", text)) == families
        assert set(re.findall(r"`(Citebot[A-Z]\w+)`", text)) == set(alarms)
