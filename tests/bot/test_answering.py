"""When an answer is noted: in the moment in which its first message goes out, and not if that was not taken."""

import asyncio

import pytest
from telegram import Update
from telegram.error import BadRequest, ChatMigrated, NetworkError, TimedOut

from bot.transport.answering import AnsweredElsewhereError, aside, goes_out, handling, is_due, noted


class Notes:
    def __init__(self, *, may: bool = True) -> None:
        self.may = may
        self.noted: list[str] = []

    async def answers(self, update: Update) -> bool:
        self.noted.append(f"answers {update.update_id}")
        return self.may

    async def has_not_answered(self, update: Update) -> None:
        self.noted.append(f"has not answered {update.update_id}")


async def sending(error: Exception | None = None) -> str:
    await goes_out()
    if error:
        raise error
    return "sent"


async def test_the_first_message_of_each_update_is_noted() -> None:
    notes = Notes()
    for number in (1, 2):
        with handling(Update(number)):
            assert [await noted(notes, sending) for _ in range(3)] == ["sent"] * 3
    assert await noted(notes, sending) == "sent"
    assert notes.noted == ["answers 1", "answers 2"]


async def test_what_is_said_aside_is_not_noted_and_what_a_task_says_is() -> None:
    notes = Notes()
    with handling(Update(1)):
        with aside():
            await noted(notes, sending)
        assert notes.noted == []
        await asyncio.create_task(noted(notes, sending))
    assert notes.noted == ["answers 1"]
    assert not is_due()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ChatMigrated(-1005), ["has not answered 1"]),
        (BadRequest("Bad Request: chat not found"), ["has not answered 1"]),
        (NetworkError("Bad Gateway"), ["has not answered 1"]),
        (TimedOut(), []),
    ],
)
async def test_what_telegram_has_not_taken_is_noted_anew(error: Exception, told: list[str]) -> None:
    notes = Notes()
    with handling(Update(1)):
        with pytest.raises(type(error)):
            await noted(notes, lambda: sending(error))
        await noted(notes, sending)
    assert notes.noted == ["answers 1", *told, "answers 1"]


async def test_nothing_goes_out_where_another_bot_answers() -> None:
    sent = []

    async def send() -> None:
        await goes_out()
        sent.append("sent")

    with handling(Update(1)), pytest.raises(AnsweredElsewhereError):
        await noted(Notes(may=False), send)
    assert sent == []
