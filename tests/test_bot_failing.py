"""What Telegram refuses, and what fails on the way to an answer: as a process over HTTP."""

import asyncio
from itertools import pairwise

import pytest
from bot_process import Starter
from telegram_server import Fault, TelegramServer, buttons

QUESTION = "Who leads the board?"
OTHER = {"id": 1002}
TOO_OLD = Fault(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
NOT_MODIFIED = Fault(400, "Bad Request: message is not modified: specified new message content is the same")
BLOCKED = Fault(403, "Forbidden: bot was blocked by the user")


@pytest.mark.parametrize("fault", [TOO_OLD, BLOCKED, Fault(502)])
async def test_a_press_that_cannot_be_answered_is_obeyed_all_the_same(
    telegram: TelegramServer, start: Starter, fault: Fault
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text=QUESTION)
    [answer] = await telegram.messages(1)
    telegram.fault("answerCallbackQuery", fault, times=2)
    await telegram.press(buttons(answer)["👎"], answer.message_id)
    await telegram.press(buttons(answer)["¶ 1"], answer.message_id)
    [around] = await telegram.edits(1)
    assert around.fields["message_id"] == answer.message_id
    assert await bot.stop() == 0
    assert len(telegram.sent()) == 1
    assert "Error" not in bot.log()
    assert "Traceback" not in bot.log()


@pytest.mark.parametrize("fault", [NOT_MODIFIED, TOO_OLD, BLOCKED])
async def test_a_message_that_cannot_be_changed_is_no_error_to_anybody(
    telegram: TelegramServer, start: Starter, fault: Fault
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text=QUESTION)
    [answer] = await telegram.messages(1)
    telegram.fault("editMessageText", fault)
    query = await telegram.press(buttons(answer)["¶ 1"], answer.message_id)
    assert (await telegram.answered(query)).ok
    await telegram.until(lambda: any(call.method == "editMessageText" for call in telegram.calls), "an attempt")
    # Whoever has blocked the bot gets no word until they call it back.
    for number, text in enumerate((QUESTION, "/start")):
        await telegram.receive(text=text)
        await telegram.receive(text="/help", sender={"id": 3000 + number})
        await telegram.until(lambda: 3000 + number in {call.fields["chat_id"] for call in telegram.sent()}, "help")  # noqa: B023
    assert await bot.stop() == 0
    assert telegram.edited() == []
    to_reader = [call.fields["text"][:8] for call in telegram.sent() if call.fields["chat_id"] == 1001]
    assert sorted(to_reader) == ["<b>The b", *([] if fault is BLOCKED else ["<b>The b"]), "Hello! I"]
    assert "Error" not in bot.log()
    assert "Traceback" not in bot.log()


async def test_typing_is_repeated_while_a_question_is_slow_and_ends_with_its_error(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    await telegram.receive(text="slow 10 broken")
    [told] = await telegram.messages(1, seconds=20)
    assert told.fields["text"].startswith("Something went wrong")
    await asyncio.sleep(5)
    shown = [call.at for call in telegram.calls if call.method == "sendChatAction"]
    assert len(shown) == 3
    assert all(3.5 < later - earlier < 5 for earlier, later in pairwise(shown))
    assert max(shown) < told.at
