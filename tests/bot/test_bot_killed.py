"""A bot that is killed at random moments while many write to it, and started again each time."""

import asyncio
import os
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from bot_process import UNPACED, Bot, Starter
from citebot_process import Command
from killed_bot import Crowd, Newsroom, Outcome, left_by_killed
from telegram_server import TelegramServer

from retrieval.library import Library

KILLS = int(os.environ.get("KILLED_BOTS", "4"))
SEED = int(os.environ.get("KILLED_SEED", "20241122"))
SECONDS_A_KILL = 20
"""Far more than one takes, on a busy machine as well."""
LONGEST_LIFE = 2.0
"""Seconds within which the bot is killed: after it is up, or one in four times after it was started."""
CHANGED_EVERY = 3
"""Kills between two changes of the articles."""

GIVEN_UP = "broken off twice at this question"

CONSTANTS = UNPACED


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A Telegram that carries out whatever has reached it, as the real one does."""
    async with TelegramServer(gives_up=False) as server:
        yield server
    assert server.failures == []


@pytest.mark.begun_first
@pytest.mark.timeout(700 + SECONDS_A_KILL * KILLS)
async def test_killed_again_and_again_under_traffic_the_bot_answers_each_question_once_and_in_order(
    telegram: TelegramServer, start: Starter, library: Library, corpus
) -> None:
    chance = random.Random(SEED)
    newsroom = Newsroom(corpus)
    library.index()
    home = library.home.settings.home
    crowd = Crowd(telegram, newsroom, chance)
    half_answered, given_up = set(), set()

    async def started() -> Bot:
        telegram.restarted()
        settings = {"home": str(home), "questions_per_minute": "1000", "log_level": "warning"}
        return await start("run_hashing_bot", **settings, min_confidence="0", reader="off", citations="1")

    asking = asyncio.create_task(crowd.go_on())
    for kill in range(KILLS):
        bot = await started()
        if chance.random() > 1 / 4:
            await telegram.polling()
        await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
        await bot.kill()
        answering, begun_twice = left_by_killed(home / "updates.sqlite")
        half_answered |= answering
        given_up |= begun_twice
        if kill % CHANGED_EVERY == 0:
            newsroom.change(chance.randrange(newsroom.articles))
            library.index()
    asking.cancel()
    bot = await started()

    def all_answered() -> bool:
        outcome = Outcome.of(telegram, crowd.asked)
        return outcome.answered(0) <= half_answered | given_up

    await telegram.until(all_answered, "an answer to each question", 600)
    assert await bot.stop() == 0

    outcome = Outcome.of(telegram, crowd.asked)
    never = outcome.answered(0)
    print(  # noqa: T201
        f"KILLED_BOTS={KILLS} KILLED_SEED={SEED}: {len(crowd.asked)} questions, {len(outcome.answered(1))} answered "
        f"once; {len(half_answered)} half answered at a kill, {len(half_answered & never)} of them lost; "
        f"{len(given_up)} given up, {len(outcome.out_of_order())} out of order"
    )
    assert outcome.answered(1) | never == set(crowd.asked)
    told = {
        question for question, calls in outcome.answers.items() if any(GIVEN_UP in str(call.fields) for call in calls)
    }
    assert told <= given_up
    assert never <= half_answered | given_up
    assert outcome.out_of_order() == []
    assert set(outcome.quoted()) <= newsroom.said
    doctor = Command("doctor", home=home, folder=home.parent, CITEBOT_SOURCES=str(corpus.folder))
    assert doctor.end() == 0, doctor.lines_left()
