"""What a reader sends as one gets one answer, though Telegram delivers several messages: as a process over HTTP."""

import time

import pytest
from bot_process import UNPACED, Bot, Starter
from telegram_server import TelegramServer

CONSTANTS = UNPACED
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
QUESTION = "Who leads the board?"
NEWS = "This looks like a piece of news and not like a question."


async def ended(telegram: TelegramServer, bot: Bot) -> None:
    """End the bot once it has been given everything; it finishes what it has begun."""
    await telegram.confirmed()
    assert await bot.stop() == 0


@pytest.mark.parametrize("place", [0, 2])
async def test_of_an_album_the_caption_is_answered_once(telegram: TelegramServer, start: Starter, place: int) -> None:
    bot = await start()
    await telegram.polling()
    numbers = []
    for picture in range(3):
        caption = {"caption": QUESTION} if picture in {place, 2} else {}
        numbers.append(await telegram.receive(photo=PHOTO, media_group_id="7", **caption))
    await telegram.messages(1)
    await ended(telegram, bot)
    [answer] = telegram.sent()
    assert "<b>The board chose" in answer.fields["text"]
    assert answer.fields["reply_parameters"]["message_id"] == numbers[place]


async def test_an_album_without_words_gets_one_line(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    for album in ("7", "8"):
        for _ in range(3):
            await telegram.receive(photo=PHOTO, media_group_id=album)
    await telegram.messages(2)
    await ended(telegram, bot)
    assert [call.fields["text"][:16] for call in telegram.sent()] == ["I read text only"] * 2


async def test_a_paste_in_several_parts_gets_one_answer(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(questions_per_minute="2")
    await telegram.polling()
    now = int(time.time())
    first = await telegram.receive(text="word " * 819, date=now)
    for part, date in (("word " * 819, now + 1), ("word " * 600, now + 2), ("The end.", now + 4)):
        await telegram.receive(text=part, date=date)
    await telegram.receive(text="word " * 819, date=now, sender={"id": 1002})
    await telegram.receive(text=QUESTION, date=now + 4)
    assert {call.fields["chat_id"] for call in await telegram.messages(3)} == {1001, 1002}
    await ended(telegram, bot)
    offered, answered = [call for call in telegram.sent() if call.fields["chat_id"] == 1001]
    assert offered.fields["text"].startswith(NEWS)
    assert offered.fields["reply_parameters"]["message_id"] == first
    assert "<b>The board chose" in answered.fields["text"]


async def test_a_question_right_after_a_pasted_text_is_answered(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    now = int(time.time())
    await telegram.receive(text="word " * 819, date=now)
    await telegram.receive(text=QUESTION, date=now + 1)
    await telegram.messages(2)
    await ended(telegram, bot)
    assert [call.fields["text"][:16] for call in telegram.sent()] == [NEWS[:16], '1. <a href="http']


async def test_pieces_of_news_that_are_forwarded_together_are_answered_each(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    channel = {"type": "channel", "chat": {"id": -1007, "type": "channel", "title": "News"}, "message_id": 5}
    for written in (1_700_000_000, 1_700_003_600, 1_700_003_601):
        await telegram.receive(text="word " * 500, forward_origin=channel | {"date": written})
    await telegram.messages(2)
    await ended(telegram, bot)
    assert [call.fields["text"].startswith(NEWS) for call in telegram.sent()] == [True, True]
