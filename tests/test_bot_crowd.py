"""Many at once: as a process over HTTP."""

from bot_process import Starter
from telegram_server import Call, TelegramServer, buttons

QUESTION = "Who leads the board?"
CROWD = range(3000, 3005)
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
    await telegram.receive(text="slow 4", sender=FIRST)
    for person in CROWD:
        await telegram.receive(text=QUESTION, sender={"id": person})
    await telegram.until(lambda: sum(call.method == "sendChatAction" for call in telegram.calls) == 6, "six questions")
    await telegram.receive(text=QUESTION, sender=LAST)
    await telegram.messages(7, seconds=15)
    shown = {person["id"]: said_to(telegram, person["id"])[0] for person in (FIRST, LAST)}
    assert marked(shown[2001]) == marked(said_to(telegram, CROWD[-1])[0]) == ["a new chair", "a new chair"]
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
    await start()
    await telegram.polling()
    for _ in range(4):
        await telegram.receive(text="slow 1")
    await telegram.messages(4, seconds=15)
    happened = [call.method for call in telegram.calls if call.method in {"sendChatAction", "sendMessage"}]
    assert happened == ["sendChatAction", "sendMessage"] * 4
