"""`/whoami` tells the numbers that the settings ask for, to everyone but those who are blocked."""

from bot_process import Starter
from telegram_server import BOT, READER, TelegramServer

ANN = READER["id"]
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "News"}
CHANNEL = {"id": -1009876543210, "type": "channel", "title": "Feed"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


async def asked(telegram: TelegramServer, **message: object) -> str:
    before = len(telegram.sent())
    await telegram.receive(**{"text": "/whoami", **message})
    text: str = (await telegram.messages(before + 1))[-1].fields["text"]
    return text


async def test_people_and_groups_are_told_their_numbers(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    assert await asked(telegram) == f"Your Telegram number: {ANN}"
    assert await asked(telegram, sender={"id": 1234567890, "language_code": "ru"}) == "Ваш номер в Telegram: 1234567890"
    of_group = "The Telegram number of this group: -1001234567890"
    assert await asked(telegram, chat=GROUP) == f"Your Telegram number: {ANN}\n{of_group}"
    assert await asked(telegram, chat=GROUP, text=f"/whoami@{BOT['username']}") == (
        f"Your Telegram number: {ANN}\n{of_group}"
    )
    assert await asked(telegram, chat=GROUP, sender=ANONYMOUS, sender_chat=GROUP) == of_group
    assert await asked(telegram, chat=GROUP, sender=ANONYMOUS, sender_chat=CHANNEL) == (
        f"The Telegram number of the channel that you speak for: -1009876543210\n{of_group}"
    )


async def test_who_may_not_ask_is_told_too_and_who_is_blocked_is_not(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(allowed_ids="7", blocked_ids="1003")
    await telegram.polling()
    await telegram.receive(text="/whoami", sender={"id": 1003})
    await telegram.receive(text="/whoami@OtherBot", chat=GROUP)
    await telegram.receive(text="Who leads the board?", chat=GROUP)
    assert await asked(telegram) == f"Your Telegram number: {ANN}"
    assert (await asked(telegram, chat=GROUP)).endswith("of this group: -1001234567890")
    assert (await asked(telegram, text="/whoami@OtherBot")).startswith("Sorry, this bot does not answer everyone.")
    assert await bot.stop() == 0
    assert len(telegram.sent()) == 3
