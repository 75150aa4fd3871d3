"""Presses and commands while another process holds the people's database, as a process over HTTP."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from bot_process import Starter
from telegram_server import TelegramServer, buttons

QUESTION = "Who leads the board?"
WAITS = "Спасибо. Записать это получится чуть позже обычного."
LOST = "Ваш 👍 или 👎 записать не удалось. Нажмите, пожалуйста, ещё раз через несколько минут."


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold the database as a process does that writes into it for long."""
    with closing(sqlite3.connect(home / "people.sqlite", isolation_level=None)) as people:
        people.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "data" / "state"


async def test_presses_are_answered_in_the_chosen_language_while_another_process_holds_the_database(
    telegram: TelegramServer, start: Starter, home: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="/language")
    [question] = await telegram.messages(1)
    await telegram.press(buttons(question)["Русский"], question.message_id)
    await telegram.messages(2)
    await telegram.receive(text=QUESTION)
    answer = (await telegram.messages(3))[-1]
    with held(home):
        presses = [await telegram.press(buttons(answer)[mark], answer.message_id) for mark in ("👍", "👎")]
        presses.append(await telegram.press("nonsense", answer.message_id))
        told = [(await telegram.answered(query)).fields["text"] for query in presses]
        assert told == [WAITS, WAITS, "Эта кнопка устарела. Задайте, пожалуйста, вопрос ещё раз."]
        assert [call.fields["text"] for call in (await telegram.messages(5))[3:]] == [LOST, LOST]
    again = await telegram.press(buttons(answer)["👍"], answer.message_id)
    assert (await telegram.answered(again)).fields["text"] == "Спасибо, учту."
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log()


async def test_what_is_to_be_stored_is_not_said_to_be_about_articles_where_it_cannot_be(
    telegram: TelegramServer, start: Starter, home: Path
) -> None:
    await start()
    await telegram.polling()
    with held(home):
        await telegram.receive(text="/new")
        [told] = await telegram.messages(1)
    assert told.fields["text"] == "That cannot be done right now. Please try again in a few minutes."
