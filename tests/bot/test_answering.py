"""When an answer is noted: in the moment in which its first message goes out, and not if that was not taken."""

import asyncio

import pytest
from moving_clock import on_moving_clock
from telegram import Update
from telegram.error import BadRequest, ChatMigrated, NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.transport.answering import AnsweredElsewhereError, aside, goes_out, handling, is_due, noted
from bot.transport.polling import BotRequest


class Notes:
    def __init__(self, *, may: bool = True, seconds: float = 0.0) -> None:
        self.may = may
        self.seconds = seconds
        self.noted: list[str] = []

    async def answers(self, update: Update) -> bool:
        await asyncio.sleep(self.seconds)
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


@pytest.mark.parametrize(("seconds", "times"), [(2.9, 1), (3.1, 2)])
def test_what_waited_for_its_note_for_long_is_sent_anew_and_noted_once(seconds: float, times: int) -> None:
    begun = []

    async def send() -> str:
        begun.append("begun")
        return await sending()

    @on_moving_clock
    async def answer() -> None:
        notes = Notes(seconds=seconds)
        with handling(Update(1)):
            assert await noted(notes, send) == "sent"
        assert notes.noted == ["answers 1"]

    answer()
    assert begun == ["begun"] * times


@pytest.mark.parametrize(("error", "told"), [(NetworkError("Bad Gateway"), ["has not answered 1"]), (TimedOut(), [])])
def test_what_is_sent_anew_and_not_taken_is_noted_anew(error: Exception, told: list[str]) -> None:
    @on_moving_clock
    async def answer() -> None:
        notes = Notes(seconds=3.1)
        with handling(Update(1)), pytest.raises(type(error)):
            await noted(notes, lambda: sending(error))
        assert notes.noted == ["answers 1", *told]

    answer()


async def test_what_is_sent_anew_goes_over_a_connection_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.transport.answering._HALF_SENT_FOR", -1.0)
    requests: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        requests.append(await reader.read(100))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server, BotRequest() as request:
        host, port = server.sockets[0].getsockname()
        data = RequestData([RequestParameter.from_input("text", "Yes.")])
        with handling(Update(1)):
            sent = noted(Notes(), lambda: request.do_request(f"http://{host}:{port}", "POST", data))
            assert await sent == (200, b"{}")
    assert sorted(requests) == [b"", b"text=Yes."]
