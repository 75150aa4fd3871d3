"""Questions about a time in Telegram: what is said above the excerpts, and the buttons that lead to another time."""

import sqlite3
from pathlib import Path

from bot_process import UNPACED, Starter
from telegram_server import TelegramServer, buttons

CONSTANTS = UNPACED
ASKED = "Dated vote: who won yesterday?"


def questions_stored(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "data" / "state" / "people.sqlite") as people:
        stored = [question for (question,) in people.execute("SELECT question FROM exchange ORDER BY id")]
    people.close()
    return stored


async def test_a_time_is_shown_and_buttons_lead_to_others_also_after_a_restart(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text=ASKED)
    (answered,) = await telegram.messages(1)
    assert answered.parsed is not None
    text = answered.parsed.text
    assert text.startswith(
        "for 9 September 2024\n\nI found nothing about this for 9 September 2024. "
        "Here is what there is from another time:\n\n1. The board"
    )
    assert "\nthe day meant: 3 September 2024" in text
    labels = buttons(answered)
    assert {"‹ 8 September 2024", "10 September 2024 ›", "Only two.org"} <= set(labels)
    assert any(label.startswith("Wider: 9") and "15 September 2024" in label for label in labels)
    assert await bot.stop() == 0

    bot = await start()
    await telegram.press(labels["‹ 8 September 2024"], answered.message_id)
    await telegram.messages(2)
    await telegram.press(labels["Only two.org"], answered.message_id)
    await telegram.messages(3)
    assert await bot.stop() == 0
    assert questions_stored(tmp_path) == [
        ASKED,
        "Dated vote: who won on 8 September 2024?",
        "Dated vote: who won yesterday according to two.org?",
    ]
