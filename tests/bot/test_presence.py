"""What the bot notes of a chat is noted beside the answers, so that no message overtakes an earlier one."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from telegram import Chat, Message, Update

from bot.handlers.presence import Presence
from bot.transport.absences import Absences


def message_in(chat: int, number: int) -> Update:
    message = Message(number, datetime.now(UTC), Chat(chat, Chat.PRIVATE), text="a question")
    return Update(number, message=message)


async def test_no_message_waits_until_a_chat_is_noted() -> None:
    stored = asyncio.Event()
    noted: list[tuple[int, bool]] = []

    async def on_change(chat: int, welcome: bool) -> None:
        await stored.wait()
        noted.append((chat, welcome))

    beside: list[asyncio.Task[None]] = []

    def create_task(coroutine: Any, update: Update) -> None:
        del update
        beside.append(asyncio.create_task(coroutine))

    context: Any = SimpleNamespace(application=SimpleNamespace(create_task=create_task))
    presence = Presence(Absences(on_change))
    for number in (1, 2, 3):
        checked = presence.check(message_in(7, number), context)
        # Driven by hand: a coroutine that ends at once has waited for nothing.
        try:
            checked.send(None)
        except StopIteration:
            continue
        raise AssertionError(f"message {number} waited")
    assert noted == []
    stored.set()
    await asyncio.gather(*beside)
    assert noted == [(7, True)]
