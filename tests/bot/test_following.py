"""Followed questions: told once, when something is new, and to nobody else; the bot as a process over HTTP."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest
from bot_process import UNPACED, Bot, Starter
from hashing_model import TRAM, Corpus, hashing_library, settings_for
from people_database import follow_asked
from run_fake_bot import PUBLISHED
from telegram.error import NetworkError, TimedOut
from telegram_server import READER, Call, TelegramServer, buttons
from test_bot_reading import GROUP, RUSSIAN, ask, press, seen

from bot.people.desk import PeopleDesk
from bot.people.follows import MOST_FOLLOWS, end_follow, followed_by
from bot.people.store import PeopleStore
from bot.rendering.messages import Renderer
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.following import Followers
from bot.services.unasked import QuietHours
from retrieval.articles import Edition
from retrieval.library import Library
from retrieval.types import Answer, Certainty, Citation, Followed, KnownReport, News

if TYPE_CHECKING:
    from telegram import Bot as TelegramBot

CONSTANTS = UNPACED | {"bot.services.asking_again._LOOK_EVERY": 0.05, "bot.services.desks._PAUSE": 0.01}
ANN, BEN = 1001, 1002
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
TELL_ME = "Tell me when it appears"
WAITING = "When an article answers this, I write to you. /following lists what you follow."
FOLLOWED = "You follow this. When new articles bring something, I write to you. /following lists what you follow."
UTC_ZONE = ZoneInfo("UTC")


async def said(telegram: TelegramServer, count: int) -> str:
    return seen((await telegram.messages(count))[count - 1])


async def follow_by_button(telegram: TelegramServer, question: str, **others: object) -> Call:
    """Ask, and press the button that follows; return the answer."""
    answer = await ask(telegram, question, **others)
    label = next(label for label in buttons(answer) if label in {TELL_ME, "Follow", "Следить"})
    sent = len(telegram.sent())
    await press(telegram, answer, label, **others)
    await telegram.messages(sent + 1)
    return answer


def publish(folder: Path) -> None:
    (folder / PUBLISHED).touch()


async def test_who_was_told_of_no_answer_is_told_of_it_once_when_it_appears(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    refusal = await follow_by_button(telegram, "later secretboard")
    assert await said(telegram, 2) == WAITING
    await press(telegram, refusal, TELL_ME)
    assert await said(telegram, 3) == "You follow this already. /following lists what you follow."
    publish(tmp_path)
    told = (await telegram.messages(4))[-1]
    assert told.fields["chat_id"] == ANN
    assert told.parsed is not None
    assert told.parsed.text.startswith("There is an answer now: later secretboard\n\n1. The board\nexample.org")
    assert "Before. The board chose a new chair. After." in told.parsed.pieces("blockquote")
    assert list(buttons(told)) == ["Stop"]

    await bot.stop()
    telegram.restarted()
    again = await start(quiet_hours="off", home="home")
    await telegram.polling()
    for expected in ("All right, I write no more about this.", "You do not follow this any more."):
        sent = len(telegram.sent())
        await press(telegram, told, "Stop")
        assert await said(telegram, sent + 1) == expected
    assert await again.stop() == 0
    assert sum("There is" in call.fields["text"] for call in telegram.sent()) == 1
    assert "secretboard" not in bot.log() + again.log()


async def test_who_follows_an_answer_is_told_what_they_were_not_shown_in_their_language(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    await follow_by_button(telegram, "moving board", sender=RUSSIAN)
    publish(tmp_path)
    told = (await telegram.messages(3))[-1]
    assert told.fields["chat_id"] == RUSSIAN["id"]
    assert seen(told).startswith("Есть новое: moving board\n\n1. The vote 4\n")
    assert list(buttons(told)) == ["Не следить"]
    assert await bot.stop() == 0
    assert len(telegram.sent()) == 3


async def test_following_lists_what_one_follows_and_ends_it(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    none = await ask(telegram, "/following")
    assert none.fields["text"].startswith("You follow no question.")
    await follow_by_button(telegram, "later <b>map</b>")
    await follow_by_button(telegram, "Who leads the board?")
    listed = await ask(telegram, "/following")
    assert seen(listed) == (
        "You follow these questions. Press a number to stop.\n1. later <b>map</b>\n2. Who leads the board?"
    )
    assert list(buttons(listed)) == ["Stop 1", "Stop 2"]
    for stranger in ({"sender": {"id": BEN}}, {"chat": GROUP}):
        sent = len(telegram.sent())
        await telegram.press(buttons(listed)["Stop 1"], listed.message_id, **stranger)
        assert await said(telegram, sent + 1) == "This button has expired. Please ask again."
    await press(telegram, listed, "Stop 1")
    await telegram.messages(len(telegram.sent()) + 1)
    assert seen(await ask(telegram, "/following")).endswith("\n1. Who leads the board?")
    in_group = await ask(telegram, "/following", chat=GROUP)
    assert in_group.fields["text"] == "Write /following to me in private."
    assert list(buttons(await ask(telegram, "/ask missing", chat=GROUP)))[-2:] == ["👍", "👎"]
    await ask(telegram, "/forget")
    assert await bot.stop() == 0
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert followed_by(store, ANN) == []


async def test_forget_also_deletes_what_is_about_to_be_followed(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    answer = await ask(telegram, "Who leads the board?")
    await telegram.receive(text="held", sender={"id": BEN})
    await telegram.typing(2)
    query = await press(telegram, answer, "Follow")
    assert (await telegram.answered(query)).ok
    await ask(telegram, "/forget")
    bot.let_go()
    said = [seen(call) for call in (await telegram.messages(4))[2:] if call.fields["chat_id"] == ANN]
    assert said == ["This button has expired. Please ask again."]
    assert await bot.stop() == 0
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert followed_by(store, ANN) == []


async def test_who_is_off_the_operators_list_is_told_nothing(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    for person in (ANN, BEN):
        await follow_by_button(telegram, "later map", sender={"id": person})
    assert await bot.stop() == 0
    telegram.restarted()
    publish(tmp_path)
    again = await start(quiet_hours="off", home="home", allowed_ids=str(ANN))
    await telegram.polling()
    told = (await telegram.messages(5))[-1]
    assert told.fields["chat_id"] == ANN, "who would be told after the other"
    assert await again.stop() == 0
    assert len(telegram.sent()) == 5


async def test_a_message_that_has_begun_is_sent_though_the_bot_is_told_to_stop(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    await follow_by_button(telegram, "later map")
    telegram.flood_waits[ANN] = 2
    publish(tmp_path)
    await telegram.until(lambda: any("Too Many" in call.description for call in telegram.calls), "a refusal")
    assert await bot.stop() == 0
    assert seen(telegram.sent()[-1]).startswith("There is an answer now: later map\n")


async def test_a_reader_who_has_blocked_the_bot_follows_nothing_any_more(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    await follow_by_button(telegram, "later map")
    await follow_by_button(telegram, "moving board")
    telegram.blocked_by.add(ANN)
    publish(tmp_path)
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        while store.is_active(ANN):  # noqa: ASYNC110 - another process stores it
            await asyncio.sleep(0.05)
        assert followed_by(store, ANN) == []
    assert await bot.stop() == 0


NIGHT = {
    "id": "night",
    "title": "Паводок",
    "date": "2026-01-09T08:00:00",
    "source": "iz.ru",
    "text": "В Старопрудске затопило 63 дома. Жителей вывозят на лодках.",
}
MORNING = NIGHT | {"id": "morning", "date": "2026-01-10T08:00:00", "text": "В Старопрудске затопило 217 домов."}
HOUSES = "Сколько домов затопило в Старопрудске?"
NEWS_OF_HOUSES = (
    f"Есть новое: {HOUSES}\n\nПаводок\niz.ru · 10 января 2026\nВ Старопрудске затопило 217 домов.\n\n"
    "По состоянию на 10 января 2026."
)


async def start_over(library: Library, start: Starter, telegram: TelegramServer) -> Bot:
    settings = {"home": str(library.home.settings.home), "quiet_hours": "off", "questions_per_minute": "1000"}
    bot = await start("run_hashing_bot", min_confidence="0", reader="off", **settings)
    await telegram.polling()
    return bot


async def test_over_a_real_index_a_new_article_is_told_of(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    news = Corpus(tmp_path / "news")
    news.write_lines("flood.jsonl", [NIGHT])
    library = hashing_library(settings_for(tmp_path / "home", tmp_path / "news"))
    library.index()
    bot = await start_over(library, start, telegram)
    await follow_by_button(telegram, HOUSES, sender=RUSSIAN)
    news.write("tram", *TRAM)
    library.index()
    news.write_lines("flood.jsonl", [NIGHT, MORNING])
    library.index()
    assert seen((await telegram.messages(3))[-1]) == NEWS_OF_HOUSES
    assert await bot.stop() == 0


async def test_what_has_come_between_an_answer_and_the_press_of_its_button_is_told_as_well(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    news = Corpus(tmp_path / "news")
    news.write_lines("flood.jsonl", [NIGHT])
    library = hashing_library(settings_for(tmp_path / "home", tmp_path / "news"))
    library.index()
    bot = await start_over(library, start, telegram)
    answer = await ask(telegram, HOUSES, sender=RUSSIAN)
    news.write_lines("flood.jsonl", [NIGHT, MORNING])
    library.index()
    while "217" not in seen(await ask(telegram, HOUSES, sender={"id": BEN + 1})):
        pass  # it is looked once a second whether there is another index
    sent = len(telegram.sent())
    await press(telegram, answer, "Следить", sender=RUSSIAN)
    assert seen((await telegram.messages(sent + 2))[-1]) == NEWS_OF_HOUSES
    assert await bot.stop() == 0


class KilledError(BaseException):
    """Ends a look wherever it is, as SIGKILL does."""


class Newsroom:
    """An archive that has something new for whoever does not know it yet."""

    def edition(self) -> Edition:
        return Edition(8, NOW, 1)

    def news_for(self, followed: Followed, _count: int) -> News | None:
        if followed.question == "broken":
            raise LookupError(f"no luck with {followed.question}")
        if followed.known:
            return None
        said = followed.question.partition(" ")[0]
        cited = Citation(1, "a1", "About it", None, None, None, said, 0, len(said), (0, len(said)), 1)
        answer = Answer(followed.question, Certainty.SURE, 0.9, None, (cited,), (), 1)
        return News(answer, replace(followed, known=(KnownReport("a1", None),)))


class Chat:
    """Telegram, as far as what is sent there; `error` is raised in place of the next message."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.error: BaseException | None = None

    async def send_message(self, chat: int, text: str, **_others: object) -> None:
        if self.error:
            error, self.error = self.error, None
            raise error
        self.sent.append(f"{chat}: {text.partition(chr(10))[0]}")


def waiting_for(question: str) -> Followed:
    return Followed(question, datetime(2026, 1, 9), (), 7)  # noqa: DTZ001 - naive as the archive's


def told(*questions: str) -> list[str]:
    return [f"{ANN}: <i>There is an answer now: {question}</i>" for question in questions]


class Look:
    """Looks by hand, as a bot that is started anew each time, over two questions that one reader follows."""

    def __init__(self, people: PeopleDesk) -> None:
        self.people = people
        self.chat = Chat()
        self.turned_away: set[int] = set()

    async def __call__(self, quiet: tuple[int, int] | None = None, messages_a_day: int = 5) -> list[str]:
        """Return all that was sent so far."""
        newsroom = Newsroom()
        questions, articles = QuestionDesk(newsroom), ArticleDesk(newsroom)  # type: ignore[arg-type]
        hours = QuietHours(quiet, UTC_ZONE)
        renderer = Renderer(lambda: "CitebotTestBot")
        followers = Followers(
            questions,
            articles,
            self.people,
            renderer,
            hours,
            messages_a_day,
            3,
            lambda each: each not in self.turned_away,
        )
        await followers._look(cast("TelegramBot", self.chat))
        questions.close()
        articles.close()
        return self.chat.sent


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    store = PeopleStore.open(tmp_path, None)
    for question in ("first", "second"):
        follow_asked(store, ANN, waiting_for(question), NOW)
    people = PeopleDesk(store)
    yield Look(people)
    people.close()


async def test_in_quiet_hours_nothing_is_told_and_all_of_it_once_afterwards(look: Look) -> None:
    hour = datetime.now(UTC).hour
    assert await look(quiet=((hour - 1) % 24, (hour + 2) % 24)) == []
    assert await look(quiet=((hour + 3) % 24, (hour + 5) % 24)) == told("first", "second")
    assert await look() == told("first", "second")


async def test_what_is_beyond_the_messages_of_a_day_is_told_later(look: Look) -> None:
    assert await look(messages_a_day=1) == told("first")
    assert await look(messages_a_day=1) == told("first")
    assert await look(messages_a_day=2) == told("first", "second")


async def test_what_telegram_did_not_take_is_told_later_and_what_may_have_arrived_is_not(look: Look) -> None:
    look.chat.error = NetworkError("Bad Gateway")
    assert await look() == told("second")
    assert await look() == told("second", "first")
    look.chat.sent.clear()
    follow_asked(look.people.store, ANN, waiting_for("third"), NOW)
    look.chat.error = TimedOut()
    assert await look() == []
    assert await look() == []


async def test_what_the_bot_is_killed_at_is_told_at_most_once(look: Look) -> None:
    look.chat.error = KilledError()
    with pytest.raises(KilledError):
        await look()
    assert await look() == told("second")


async def test_one_question_that_fails_costs_no_other_one_and_is_not_in_the_log(
    look: Look, caplog: pytest.LogCaptureFixture
) -> None:
    store = look.people.store
    end_follow(store, followed_by(store, ANN)[0].number, ANN, NOW)
    follow_asked(store, BEN, waiting_for("broken"), NOW - timedelta(days=1))
    follow_asked(store, ANN, waiting_for("third"), NOW)
    assert await look() == told("second", "third")
    assert "A question could not be asked again" in caplog.text
    assert "LookupError" in caplog.text
    assert "broken" not in caplog.text
    caplog.clear()
    assert await look() == told("second", "third")
    assert caplog.text == "", "until there is another index"


async def test_one_sentence_that_is_new_to_two_questions_of_a_reader_is_told_once(look: Look) -> None:
    follow_asked(look.people.store, ANN, waiting_for("first in other words"), NOW)
    follow_asked(look.people.store, BEN, waiting_for("first"), NOW)
    assert await look() == [*told("first", "second"), told("first")[0].replace(str(ANN), str(BEN))]
    assert await look(messages_a_day=9) == look.chat.sent
    assert len(look.chat.sent) == 3


async def test_who_may_not_talk_to_the_bot_any_more_is_told_nothing_until_they_may_again(look: Look) -> None:
    look.turned_away.add(ANN)
    assert await look() == []
    look.turned_away.clear()
    assert await look() == told("first", "second")


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [((22, 8), {22, 23, *range(8)}), ((1, 3), {1, 2}), (None, set()), ((0, 23), set(range(23)))],
)
def test_quiet_hours_go_over_midnight(hours: tuple[int, int] | None, quiet: set[int]) -> None:
    moments = {hour: datetime(2026, 1, 10, hour, 30, tzinfo=UTC) for hour in (0, 1, 2, 3, 7, 8, 21, 22, 23)}
    found = {hour for hour, moment in moments.items() if QuietHours(hours, UTC_ZONE).hold(moment)}
    assert found == quiet & set(moments)


def test_quiet_hours_and_days_are_those_of_the_settings_zone_also_when_its_clocks_are_changed() -> None:
    quiet = QuietHours((22, 8), ZoneInfo("Europe/Berlin"))
    ends = {28: 7, 29: 6}
    """Hours in UTC; in the night to the 29th of March the summer begins."""
    for day, hour in ends.items():
        end = datetime(2026, 3, day, hour, tzinfo=UTC)
        assert quiet.hold(end - timedelta(seconds=1))
        assert not quiet.hold(end)
    assert quiet.begin_of_day(datetime(2026, 3, 29, 12, tzinfo=UTC)) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert quiet.begin_of_day(datetime(2026, 3, 30, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 22, tzinfo=UTC)


async def test_one_person_follows_so_many_questions_and_no_more(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        for number in range(MOST_FOLLOWS):
            follow_asked(store, READER["id"], waiting_for(f"later {number}"), NOW)
    bot = await start(quiet_hours="off", home="home")
    await telegram.polling()
    await follow_by_button(telegram, "later map")
    assert await said(telegram, 2) == (
        "You follow 20 questions already, which is the most. /following lists them, with a button each to stop."
    )
    assert await bot.stop() == 0
