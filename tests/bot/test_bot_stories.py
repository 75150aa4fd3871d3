"""A cited story day by day in Telegram: the button, what it sends, its pages, and what of it is gone."""

from pathlib import Path

import pytest
from bot_process import UNPACED, Starter
from run_fake_bot import STORY_GONE
from telegram_server import TelegramServer, buttons

CONSTANTS = UNPACED
LABEL = "Timeline"


async def asked(telegram: TelegramServer, question: str) -> tuple[dict[str, str], int]:
    """Ask; return the buttons of the answer and its number."""
    await telegram.polling()
    await telegram.receive(text=question)
    (answered,) = await telegram.messages(1)
    return buttons(answered), answered.message_id


async def test_a_story_is_told_day_by_day_also_after_a_restart(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    labels, message_id = await asked(telegram, "Which story 3?")
    assert await bot.stop() == 0
    bot = await start()
    await telegram.press(labels[LABEL], message_id)
    _, told = await telegram.messages(2)

    assert told.parsed is not None
    blocks = told.parsed.text.split("\n\n")
    assert blocks[0] == "Timeline: Which story 3?"
    assert [block.split("\n")[0] for block in blocks[1:]] == [
        "1 September 2024",
        "2 September 2024",
        "3 September 2024",
    ]
    for day, block in enumerate(blocks[1:], start=1):
        assert block.split("\n")[1].startswith(f"On day {day} <the board> met.")
        assert block.split("\n")[-1] == "example.org"
    assert buttons(told) == {}
    assert await bot.stop() == 0


async def test_a_long_story_has_pages_that_are_turned_in_place(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    labels, message_id = await asked(telegram, "Which story 60?")
    await telegram.press(labels[LABEL], message_id)
    _, told = await telegram.messages(2)
    shown = []
    page = told
    while True:
        assert page.parsed is not None
        shown.append(page.parsed.text)
        onwards = next((data for label, data in buttons(page).items() if label.endswith("›")), None)
        if onwards is None:
            break
        await telegram.press(onwards, told.message_id)
        page = (await telegram.edits(len(shown)))[-1]
    assert len(shown) > 2
    days = [line for text in shown for line in text.split("\n") if line.startswith("On day ")]
    assert [line.split()[2] for line in days] == [str(day) for day in range(1, 61)]
    assert await bot.stop() == 0


@pytest.mark.parametrize("days", [0, 1])
async def test_where_a_story_has_one_day_there_is_no_button(
    telegram: TelegramServer, start: Starter, days: int
) -> None:
    bot = await start()
    labels, _ = await asked(telegram, f"Which story {days}?")
    assert LABEL not in labels
    assert await bot.stop() == 0


async def test_a_story_that_is_gone_and_a_forged_button_are_told(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    labels, message_id = await asked(telegram, "Which story 3?")
    (tmp_path / STORY_GONE).touch()
    await telegram.press(labels[LABEL], message_id)
    *_, gone = await telegram.messages(2)
    await telegram.press("h:999:0:", message_id)
    *_, forged = await telegram.messages(3)

    assert gone.parsed is not None
    assert forged.parsed is not None
    assert gone.parsed.text == "There is no timeline any more: the articles of this story are gone, or all of one day."
    assert forged.parsed.text == "This button has expired. Please ask again."
    assert await bot.stop() == 0
