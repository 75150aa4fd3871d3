"""Many at once: as a process over HTTP."""

from bot_process import Starter
from telegram_server import Call, TelegramServer, buttons

QUESTION = "Who leads the board?"
CROWD = range(3000, 3005)
GROUP = {"id": -100500, "type": "supergroup", "title": "News"}
BUSY = "There are too many questions at once. Please ask again in a minute."
FIRST, LAST = {"id": 2001}, {"id": 2002}


def said_to(telegram: TelegramServer, person: int) -> list[Call]:
    return [call for call in telegram.sent() if call.fields["chat_id"] == person]


def marked(call: Call) -> list[str]:
    """Return the words that are underlined, as are those that answer where passages were read."""
    assert call.parsed is not None
    return call.parsed.pieces("u")


async def test_in_a_crowd_passages_are_not_read_and_buttons_show_answers_as_they_were(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(citations="3")
    await telegram.polling()
    await telegram.receive(text="held", sender=FIRST)
    for person in CROWD:
        await telegram.receive(text=QUESTION, sender={"id": person})
    await telegram.typing(6)
    await telegram.receive(text=QUESTION, sender=LAST)
    await telegram.typing(7)
    # Typing is seen before a question is on its way; it is once what came after it has been answered.
    await telegram.receive(text="/help", sender={"id": 2003})
    await telegram.messages(1)
    bot.let_go()
    await telegram.messages(8)
    shown = {person["id"]: said_to(telegram, person["id"])[0] for person in (FIRST, LAST)}
    assert marked(shown[2001]) == marked(said_to(telegram, CROWD[-1])[0]) == ["a new chair"]
    assert marked(shown[2002]) == []
    assert await bot.stop() == 0
    telegram.restarted()
    await start(citations="3")
    await telegram.polling()
    for turn, person in enumerate((FIRST, LAST)):
        before = shown[person["id"]]
        await telegram.press(buttons(before)["More excerpts ›"], before.message_id, sender=person)
        more = (await telegram.edits(2 * turn + 1))[-1]
        await telegram.press(buttons(more)["‹ Back"], before.message_id, sender=person)
        assert (await telegram.edits(2 * turn + 2))[-1].fields["text"] == before.fields["text"]


async def test_a_chat_is_shown_typing_once_however_many_questions_wait(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    for _ in range(4):
        await telegram.receive(text="held")
    await telegram.confirmed()
    bot.let_go()
    await telegram.messages(4)
    happened = [call.method for call in telegram.calls if call.method in {"sendChatAction", "sendMessage"}]
    assert happened == ["sendChatAction", "sendMessage"] * 4


async def test_where_telegram_takes_no_more_for_now_a_question_is_turned_away_and_that_is_said_once_a_minute(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    await telegram.receive(text=QUESTION, sender=LAST)
    answer = (await telegram.messages(1))[0]
    for person in range(4000, 4320):
        await telegram.receive(text="/help", sender={"id": person})
    await telegram.confirmed()
    for _ in range(2):
        await telegram.receive(text=QUESTION, sender=FIRST)
    query = await telegram.press(buttons(answer)["More excerpts ›"], answer.message_id, sender=LAST)
    assert (await telegram.answered(query)).fields["text"] == BUSY
    await telegram.messages(1 + 320 + 1)
    assert [call.fields["text"] for call in said_to(telegram, FIRST["id"])] == [BUSY]
    await telegram.receive(text=QUESTION, sender=FIRST)
    await telegram.messages(1 + 320 + 2)
    assert marked(said_to(telegram, FIRST["id"])[1]) == ["a new chair"]


async def test_a_flood_in_one_group_stops_no_other_chat(telegram: TelegramServer, start: Starter) -> None:
    await start(log_level="warning")
    await telegram.polling()
    for number in range(300):
        await telegram.receive(text=f"/ask {QUESTION}", chat=GROUP, sender={"id": 3000 + number % 30})
    await telegram.receive(text="/help", sender=FIRST)
    await telegram.until(lambda: said_to(telegram, FIRST["id"]), "the help")
    assert 1 <= len(said_to(telegram, GROUP["id"])) <= 10
    assert said_to(telegram, FIRST["id"])[0].fields["text"].startswith("How to ask")


async def test_floods_in_many_groups_that_must_wait_keep_nobody_else_waiting(
    telegram: TelegramServer, start: Starter
) -> None:
    await start(log_level="error")
    await telegram.polling()
    for group in range(8):
        chat = {"id": -100600 - group, "type": "supergroup", "title": "News"}
        telegram.flood_waits[chat["id"]] = 250
        for number in range(40):
            await telegram.receive(text="/help", chat=chat, sender={"id": 3000 + number})
    await telegram.confirmed()
    # More than are handled at once wait for groups that get nothing for minutes.
    await telegram.receive(text="/help", sender=FIRST)
    [told] = await telegram.messages(1)
    assert told.fields["chat_id"] == FIRST["id"]


async def test_who_presses_without_end_is_told_so_on_the_button_and_others_are_not(
    telegram: TelegramServer, start: Starter
) -> None:
    await start(questions_per_minute="1")
    await telegram.polling()
    await telegram.receive(text=QUESTION, sender=FIRST)
    [answer] = await telegram.messages(1)
    around = buttons(answer)["Context 1"]
    presses = [await telegram.press(around, answer.message_id, sender=FIRST) for _ in range(9)]
    told = [(await telegram.answered(query)).fields.get("text") for query in presses]
    assert told == [None] * 6 + ["You press faster than I can follow. Please wait a little."] * 3
    query = await telegram.press(buttons(answer)["👍"], answer.message_id, sender=LAST)
    assert (await telegram.answered(query)).fields["text"].startswith("This button has expired")
    assert len(telegram.sent()) == 1
