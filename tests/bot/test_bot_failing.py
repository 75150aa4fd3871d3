"""What Telegram refuses, and what fails on the way to an answer: mostly as a process over HTTP."""

import time
from collections.abc import Awaitable, Callable

import httpx
import pytest
from bot_process import Starter
from telegram import Bot, Message
from telegram.error import NetworkError
from telegram_server import READER, TOKEN, Fault, TelegramServer, buttons

from bot.services import replies
from bot.services.replies import Replies
from bot.transport.polling import BotRequest

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
    await telegram.press(buttons(answer)["Context 1"], answer.message_id)
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
    query = await telegram.press(buttons(answer)["Context 1"], answer.message_id)
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
    assert sorted(to_reader) == ["1. <a hr", *([] if fault is BLOCKED else ["1. <a hr"]), "Hello! I"]
    assert "Error" not in bot.log()
    assert "Traceback" not in bot.log()


@pytest.mark.parametrize(
    "description",
    [
        "not enough rights to send text messages to the chat",
        "have no rights to send a message",
        "TOPIC_CLOSED",
        "chat not found",
    ],
)
async def test_where_the_bot_may_not_write_is_one_line_in_the_log(
    telegram: TelegramServer, start: Starter, description: str
) -> None:
    bot = await start()
    await telegram.polling()
    telegram.fault("sendMessage", Fault(400, f"Bad Request: {description}"))
    await telegram.receive(text=QUESTION)
    await telegram.until(lambda: any(call.method == "sendMessage" for call in telegram.calls), "an attempt")
    await telegram.receive(text="/help", sender=OTHER)
    await telegram.messages(1)
    assert await bot.stop() == 0
    chats = [call.fields["chat_id"] for call in telegram.calls if call.method == "sendMessage"]
    assert chats == [READER["id"], OTHER["id"]]
    [line] = [line for line in bot.log().splitlines() if "cannot write in chat 1001" in line]
    assert "WARNING" in line
    assert description.lower() in line.lower()
    assert "ERROR" not in bot.log()
    assert "Traceback" not in bot.log()
    assert "File " not in bot.log()


ARRIVED = {"message_id": 7, "date": 0, "chat": {"id": 1001, "type": "private"}}
Say = Callable[..., Awaitable[tuple[int, list[float]]]]


def failed(status: int) -> httpx.Response:
    return httpx.Response(status, json={"ok": False, "error_code": status, "description": "Internal"})


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    """Say something over a line on which this happens in turn, and then success; return the tries and the waits."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def said(*happens: httpx.TransportError | httpx.Response) -> tuple[int, list[float]]:
        left = list(happens)
        tries = 0

        def answer(_request: httpx.Request) -> httpx.Response:
            nonlocal tries
            tries += 1
            outcome = left.pop(0) if left else httpx.Response(200, json={"ok": True, "result": ARRIVED})
            if isinstance(outcome, httpx.Response):
                return outcome
            raise outcome

        request = BotRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
        heard = {**ARRIVED, "date": int(time.time()), "from": READER, "text": QUESTION}
        message = Message.de_json(heard, Bot(TOKEN, request=request))
        with monkeypatch.context() as patched:
            patched.setattr(replies.asyncio, "sleep", sleep)
            await Replies().say(message, "Hello")
        return tries, waits

    return said


@pytest.mark.parametrize(
    "happens",
    [
        *(error("") for error in (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)),
        *map(failed, (500, 502, 503, 504)),
        httpx.Response(502, text="<h1>502 Bad Gateway</h1>"),
    ],
    ids=repr,
)
async def test_what_telegram_did_not_take_is_sent_again(
    say: Say, happens: httpx.TransportError | httpx.Response
) -> None:
    assert await say(happens, happens, happens) == (4, [1, 2, 4])


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError])
async def test_what_may_have_arrived_is_not_sent_again(say: Say, error: type[httpx.TransportError]) -> None:
    assert await say(error("")) == (1, [])


async def test_telegram_is_tried_for_a_minute(say: Say) -> None:
    refused = httpx.ConnectError("Connection refused")
    tries, waits = await say(*[refused] * 6)
    assert tries == 7
    assert waits == sorted(waits)
    assert sum(waits) == 60
    with pytest.raises(NetworkError):
        await say(*[refused] * 7)


async def test_an_answer_survives_a_failure_of_telegrams(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    telegram.fault("sendMessage", Fault(500, "Internal Server Error"))
    telegram.fault("sendMessage", Fault(504, "Gateway Timeout"))
    await telegram.receive(text=QUESTION)
    [answer] = await telegram.messages(1)
    assert "board" in answer.fields["text"]
    assert await bot.stop() == 0
    assert len([call for call in telegram.calls if call.method == "sendMessage"]) == 3
    assert "Traceback" not in bot.log()
