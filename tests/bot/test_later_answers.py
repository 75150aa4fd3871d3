"""Asking again what was missed: what ends it on the way costs no operator the word."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest

from bot.people.desk import PeopleDesk
from bot.people.missed import missed
from bot.people.store import PeopleStore
from bot.people.types import Exchange
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.later_answers import LaterAnswers
from bot.services.operators import Operators
from retrieval.articles import Edition
from retrieval.types import Answer, Certainty, Citation

if TYPE_CHECKING:
    from telegram import Bot

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


class Newsroom:
    """An archive that answers everything, but for a question that takes too long at first."""

    def __init__(self) -> None:
        self.is_slow = True
        self.asked: list[str] = []

    def edition(self) -> Edition:
        return Edition(8, NOW, 1)

    def ask(self, question: str, **_options: object) -> Answer:
        self.asked.append(question)
        if question == "slow" and self.is_slow:
            raise TimeoutError
        cited = Citation(1, "a1", f"About {question}", None, None, None, "T", 0, 1, (0, 1), 1)
        return Answer(question, Certainty.SURE, 0.9, None, (cited,), (), 1)


class Chat:
    """Telegram, as far as what is sent there."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def send_message(self, _chat: int, text: str) -> None:
        self.sent.append(text)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleDesk]:
    """Three questions without an answer, of which the one in the middle is slow."""
    store = PeopleStore.open(tmp_path, None)
    for hours, question in ((3, "first"), (2, "slow"), (1, "last")):
        asked_at = NOW - timedelta(hours=hours)
        store.record(Exchange(1, 1, "private", question, question, asked_at, Certainty.NONE, 0.5, 10, True, ()))
    desk = PeopleDesk(store)
    yield desk
    desk.close()


async def test_a_question_that_takes_too_long_costs_no_other_its_turn(people: PeopleDesk) -> None:
    newsroom, chat = Newsroom(), Chat()
    questions, articles = QuestionDesk(newsroom), ArticleDesk(newsroom)  # type: ignore[arg-type]
    later = LaterAnswers(questions, articles, people, Operators(people, [7], "en"), ZoneInfo("UTC"))
    await later._look(cast("Bot", chat))
    assert newsroom.asked == ["last", "slow", "first"]
    assert [text.splitlines() for text in chat.sent] == [
        [
            "Questions that were missed and are answered now: 2",
            "• last", "    → About last",
            "• first", "    → About first",
        ]
    ]  # fmt: skip
    newsroom.is_slow = False
    await later._look(cast("Bot", chat))
    await later._look(cast("Bot", chat))
    assert newsroom.asked[3:] == ["slow"]
    assert [text.splitlines()[1] for text in chat.sent[1:]] == ["• slow"]
    questions.close()
    articles.close()


async def test_what_is_answered_before_the_asking_is_cut_short_is_told_at_the_next_look(people: PeopleDesk) -> None:
    newsroom, chat = Newsroom(), Chat()
    questions, articles = QuestionDesk(newsroom), ArticleDesk(newsroom)  # type: ignore[arg-type]
    later = LaterAnswers(questions, articles, people, Operators(people, [7], "en"), ZoneInfo("UTC"))
    waited = 0

    async def until_the_end() -> None:
        nonlocal waited
        waited += 1
        if waited == 2:
            raise RuntimeError

    questions.left_idle = until_the_end  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        await later._look(cast("Bot", chat))
    assert len(await people.do(missed, 10)) == 3
    newsroom.is_slow = False
    await later._look(cast("Bot", chat))
    assert [text.splitlines()[1::2] for text in chat.sent] == [["• last", "• slow", "• first"]]
    questions.close()
    articles.close()
