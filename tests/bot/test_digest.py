"""The digest: told when asked for, and sent once a day to who wants it and to a channel."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest
from bot_process import UNPACED, Starter
from telegram.error import NetworkError
from telegram_server import READER, TelegramServer, buttons
from test_bot_reading import GROUP, RUSSIAN, ask, press, seen

from bot.people.desk import PeopleDesk
from bot.people.digests import DailyDigest, due_digests, want_digest
from bot.people.store import PeopleStore
from bot.rendering.messages import Renderer
from bot.services.desks import ArticleDesk
from bot.services.digests import Channel, Digests
from retrieval.types import Article, Citation, Digest

if TYPE_CHECKING:
    from telegram import Bot as TelegramBot

CONSTANTS = UNPACED | {"bot.services.asking_again._LOOK_EVERY": 0.05}
ANN, BEN = 1001, 1002
TODAY = date(2026, 1, 10)
YESTERDAY = TODAY - timedelta(days=1)
NINE = datetime(2026, 1, 10, 6, tzinfo=UTC)
"""In Moscow."""


async def test_the_digest_is_told_when_it_is_asked_for(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    digest = await ask(telegram, "/digest")
    assert digest.parsed is not None
    heading, first, second = digest.parsed.text.split("\n\n")
    assert heading.startswith("The main stories of the last day, ")
    assert first == "1. The board\nexample.org · 9 September 2024\nBefore. The board chose a new chair. After."
    assert second == "2. The vote 2\nexample.org · 9 September 2024\nIt was close. Very close 2."
    assert digest.parsed.pieces("blockquote") == [first.splitlines()[-1], second.splitlines()[-1]]
    assert list(buttons(digest)) == ["The board · 9 September 2024", "The vote 2 · 9 September 2024"]
    await press(telegram, digest, "The vote 2 · 9 September 2024")
    assert seen((await telegram.messages(2))[-1]).startswith("The vote 2\nexample.org")
    assert seen(await ask(telegram, "/digest", chat=GROUP)).startswith(heading)
    assert await bot.stop() == 0


async def test_a_digest_that_is_asked_for_counts_as_a_question(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(questions_per_minute="1")
    await telegram.polling()
    assert seen(await ask(telegram, "/digest")).startswith("The main stories of the last day, ")
    refused = (await ask(telegram, "/digest")).fields["text"]
    assert refused == "You ask faster than I can answer: at most 1 question a minute. Please wait a little."
    assert await bot.stop() == 0


async def test_a_daily_digest_is_begun_changed_and_ended_in_private(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(home="home")
    await telegram.polling()
    said = [
        ("/digest off", "Вам ничего и не приходит. Чтобы получать главное каждый день в 9 часов, напишите /digest 9."),
        ("/digest 24", "Напишите после команды час, например: /digest 9. Отменить — /digest off."),
        (
            "/digest 9",
            (
                "Главное за сутки будет приходить сюда каждый день в 9:00 (Europe/Moscow), если было что-то новое. "
                "Отменить — /digest off."
            ),
        ),
    ]
    for command, expected in said:
        assert (await ask(telegram, command, sender=RUSSIAN)).fields["text"] == expected
    in_group = await ask(telegram, "/digest 9", chat=GROUP)
    assert in_group.fields["text"] == "Write this to me in private."
    assert await bot.stop() == 0
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert due_digests(store, 9, date(2100, 1, 1)) == [DailyDigest(RUSSIAN["id"], 9, "ru")]
    telegram.restarted()
    again = await start(home="home")
    await telegram.polling()
    ended = await ask(telegram, "/digest off", sender=RUSSIAN)
    assert ended.fields["text"] == "Хорошо, больше не присылаю."
    assert await again.stop() == 0


async def test_what_is_due_is_sent_once_and_posted_in_the_channel_without_buttons(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    hour = datetime.now(ZoneInfo("UTC")).hour
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        want_digest(store, DailyDigest(READER["id"], hour, "en"), date(2026, 1, 1))
    settings = {"home": "home", "timezone": "UTC", "digest_hour": str(hour), "language": "ru"}
    bot = await start(digest_channel="-1009876543210", **settings)
    await telegram.polling()
    posted, sent = sorted(await telegram.messages(2), key=lambda call: call.fields["chat_id"])
    assert posted.fields["chat_id"] == -1009876543210
    assert seen(posted).startswith("Главное за сутки, ")
    assert buttons(posted) == {}
    assert seen(sent).startswith("The main stories of the last day, ")
    assert len(buttons(sent)) == 2
    assert await bot.stop() == 0
    telegram.restarted()
    again = await start(digest_channel="-1009876543210", **settings)
    await telegram.polling()
    await ask(telegram, "/help")
    assert await again.stop() == 0
    assert len(telegram.sent()) == 3


class Newsroom:
    """An archive of one story a day, or of none."""

    def __init__(self) -> None:
        self.is_empty = False
        self.is_forgotten = False
        self.asked: list[datetime] = []

    def digest(self, until: datetime) -> Digest:
        self.asked.append(until)
        cited = Citation(1, "a1", "Title", None, None, None, "T", 0, 1, (0, 1), 1)
        return Digest(until, until, () if self.is_empty or self.is_forgotten else (cited,))

    def article(self, _key: str) -> Article | None:
        return None if self.is_forgotten else Article("a1", "Title", "T", None, None, None)


class Chat:
    """Telegram, as far as to whom something is sent; `error` is raised in place of the next message."""

    def __init__(self) -> None:
        self.sent: list[int | str] = []
        self.error: Exception | None = None
        self.on_sent: Callable[[], None] = lambda: None

    async def send_message(self, chat: int | str, _text: str, **_others: object) -> None:
        if self.error:
            error, self.error = self.error, None
            raise error
        self.sent.append(chat)
        self.on_sent()


class Look:
    """Looks by hand, as a bot that is started anew each time."""

    def __init__(self, people: PeopleDesk) -> None:
        self.people = people
        self.chat = Chat()
        self.newsroom = Newsroom()
        self.turned_away: set[int] = set()

    async def __call__(self, now: datetime, channel: Channel | None = None) -> list[int | str]:
        """Return to whom something was sent so far."""
        articles = ArticleDesk(self.newsroom)  # type: ignore[arg-type]
        zone, renderer = ZoneInfo("Europe/Moscow"), Renderer(lambda: "Bot")
        digests = Digests(articles, self.people, renderer, zone, channel, lambda person: person not in self.turned_away)
        await digests._look(cast("TelegramBot", self.chat), now)
        articles.close()
        return self.chat.sent


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    store = PeopleStore.open(tmp_path, None)
    for person, hour in ((ANN, 9), (BEN, 23)):
        want_digest(store, DailyDigest(person, hour, "en"), YESTERDAY)
    people = PeopleDesk(store)
    yield Look(people)
    people.close()


async def test_a_digest_comes_at_its_hour_or_soon_after_and_once_a_day(look: Look) -> None:
    assert await look(NINE - timedelta(minutes=1)) == []
    assert await look(NINE + timedelta(hours=2, minutes=50)) == [ANN]
    assert look.newsroom.asked == [datetime(2026, 1, 10, 9)], "of the hour at which it was due"  # noqa: DTZ001
    assert await look(NINE + timedelta(hours=2, minutes=55)) == [ANN]
    assert await look(NINE + timedelta(hours=16)) == [ANN, BEN], "an hour after midnight"
    assert await look(NINE + timedelta(hours=16, minutes=1)) == [ANN, BEN]
    assert await look(NINE + timedelta(days=1)) == [ANN, BEN, ANN]


async def test_a_digest_is_made_once_for_all_who_get_it(look: Look) -> None:
    channel = Channel("@news", 9, "ru")
    want_digest(look.people.store, DailyDigest(BEN, 9, "en"), YESTERDAY)
    assert await look(NINE, channel) == ["@news", ANN, BEN]
    assert await look(NINE + timedelta(minutes=1), channel) == ["@news", ANN, BEN]
    assert look.newsroom.asked == [datetime(2026, 1, 10, 9)]  # noqa: DTZ001 - as the archive's


async def test_what_is_forgotten_while_digests_go_out_is_in_none_of_the_later_ones(look: Look) -> None:
    want_digest(look.people.store, DailyDigest(BEN, 9, "en"), YESTERDAY)

    def forget() -> None:
        look.newsroom.is_forgotten = True

    look.chat.on_sent = forget
    assert await look(NINE) == [ANN]


async def test_who_may_not_talk_to_the_bot_any_more_gets_no_digest(look: Look) -> None:
    look.turned_away.add(ANN)
    assert await look(NINE) == []
    assert look.newsroom.asked == []


async def test_what_was_due_in_a_long_stop_is_left_out(look: Look) -> None:
    assert await look(NINE + timedelta(hours=3, minutes=1)) == []


async def test_nothing_is_said_of_an_empty_day(look: Look) -> None:
    look.newsroom.is_empty = True
    assert await look(NINE) == []
    look.newsroom.is_empty = False
    assert await look(NINE + timedelta(minutes=5)) == []


async def test_what_telegram_did_not_take_is_sent_at_the_next_look(look: Look) -> None:
    look.chat.error = NetworkError("Bad Gateway")
    assert await look(NINE) == []
    assert await look(NINE + timedelta(minutes=1)) == [ANN]
    channel = Channel("@news", 9, "ru")
    look.chat.error = NetworkError("Bad Gateway")
    assert await look(NINE + timedelta(minutes=2), channel) == [ANN]
    assert await look(NINE + timedelta(minutes=3), channel) == [ANN, "@news"]
    assert await look(NINE + timedelta(minutes=4), channel) == [ANN, "@news"]
