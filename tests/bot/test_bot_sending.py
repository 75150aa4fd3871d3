"""How the bot sends: paced in each chat, patient where it is told to wait, and silent where it was sent away."""

import asyncio
import time
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest
from bot_process import Starter
from moving_clock import now, on_moving_clock
from telegram.error import ChatMigrated, Forbidden, RetryAfter
from telegram_server import BOT, TelegramServer, buttons

from bot.transport import pacing
from bot.transport.absences import Absences
from bot.transport.fairness import FairPace, Share
from bot.transport.pacing import Pacer

# `bot.application` keeps the same out of the log: PTB warns of an attribute that it reads itself.
pytestmark = pytest.mark.filterwarnings("ignore:.*attribute `retry_after`")

RUSSIAN = {"id": 1002, "language_code": "ru"}
GROUP = {"id": -500, "type": "group", "title": "News"}
SUPERGROUP = {"id": -100500, "type": "supergroup", "title": "News"}
MENTION = f"@{BOT['username']} Who leads the board?"
MENTIONED = [{"type": "mention", "offset": 0, "length": len(BOT["username"]) + 1}]


def attempts(telegram: TelegramServer, chat: int) -> list[float]:
    return [call.at for call in telegram.calls if call.method == "sendMessage" and call.fields["chat_id"] == chat]


def membership(status: str) -> dict[str, Any]:
    person = {"id": 1001, "is_bot": False, "first_name": "Ann"}

    def member(status: str) -> dict[str, Any]:
        return {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    return {
        "my_chat_member": {
            "chat": {"id": 1001, "type": "private", "first_name": "Ann"},
            "from": person,
            "date": int(time.time()),
            "old_chat_member": member("member"),
            "new_chat_member": member(status),
        }
    }


async def test_who_blocks_the_bot_is_left_alone_until_they_start_it_again(
    telegram: TelegramServer, start: Starter
) -> None:
    telegram.blocked_by.add(1001)
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="long story")
    await telegram.until(lambda: attempts(telegram, 1001), "an attempt")
    await telegram.receive(text="Who leads the board?")
    await telegram.receive(text="/help", sender=RUSSIAN)
    [sent] = await telegram.messages(1)
    assert sent.fields["chat_id"] == RUSSIAN["id"]
    assert len(attempts(telegram, 1001)) == 1
    telegram.blocked_by.clear()
    await telegram.receive(text="/start")
    await telegram.messages(2)
    await telegram.receive(text="Who leads the board?")
    await telegram.messages(3)
    assert await bot.stop() == 0
    assert bot.log().count("has sent the bot away") == 1
    assert "ERROR" not in bot.log()


async def test_telegram_tells_when_the_bot_is_blocked_and_unblocked(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    await telegram.deliver(membership("kicked"))
    await telegram.receive(text="/help")
    await telegram.receive(text="/help", sender=RUSSIAN)
    [sent] = await telegram.messages(1)
    assert sent.fields["chat_id"] == RUSSIAN["id"]
    await telegram.deliver(membership("member"))
    await telegram.confirmed()
    await telegram.receive(text="/help")
    await telegram.messages(2)
    assert len(attempts(telegram, 1001)) == 1


async def test_who_unblocked_the_bot_while_it_was_away_is_as_welcome_as_before(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="/language")  # so that something is stored about them
    await telegram.messages(1)
    await telegram.deliver(membership("kicked"))
    await telegram.confirmed()
    assert await bot.stop() == 0
    telegram.restarted()
    await start()
    await telegram.polling()
    await telegram.receive(text="Who leads the board?")
    answer = (await telegram.messages(2))[-1]
    assert buttons(answer)


async def test_a_group_that_becomes_a_supergroup_is_answered_there(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(allowed_ids=str(GROUP["id"]))
    await telegram.polling()
    telegram.migrated[GROUP["id"]] = SUPERGROUP["id"]
    await telegram.receive(text=MENTION, entities=MENTIONED, chat=GROUP)
    [sent] = await telegram.messages(1)
    assert sent.fields["chat_id"] == SUPERGROUP["id"]
    await telegram.receive(chat=GROUP, migrate_to_chat_id=SUPERGROUP["id"])
    await telegram.receive(chat=SUPERGROUP, migrate_from_chat_id=GROUP["id"])
    await telegram.confirmed()
    await telegram.receive(text=MENTION, entities=MENTIONED, chat=SUPERGROUP)
    await telegram.messages(2)
    assert await bot.stop() == 0
    assert len(attempts(telegram, GROUP["id"])) == 1
    assert len(telegram.sent()) == 2
    assert bot.log().count("Group -500 is now -100500: change CITEBOT_ALLOWED_IDS") == 1


class Telegram:
    """Answers requests with what it was given, in order, then with True."""

    def __init__(self, *outcomes: Exception) -> None:
        self.outcomes = list(outcomes)
        self.chats: list[int] = []
        self.times: dict[int, list[float]] = defaultdict(list)
        """When each chat was written to."""

    async def __call__(self, _endpoint: str, data: dict[str, Any]) -> bool:
        self.chats.append(data["chat_id"])
        self.times[data["chat_id"]].append(now())
        if self.outcomes:
            raise self.outcomes.pop(0)
        return True


async def send(pacer: Pacer, telegram: Telegram, chat: int = 1, endpoint: str = "sendMessage") -> object:
    data = {"chat_id": chat}
    return await pacer.process_request(telegram, (endpoint, data), {}, endpoint, data, None)


@on_moving_clock
async def test_a_private_chat_gets_one_message_a_second_after_a_short_burst() -> None:
    pacer, telegram = Pacer(Absences()), Telegram()
    await asyncio.gather(*(send(pacer, telegram, 1001) for _ in range(10)))
    assert telegram.times[1001] == pytest.approx([0, 0, 0, 1, 2, 3, 4, 5, 6, 7], abs=0.01)


@pytest.mark.parametrize("bots", [1, 3, 60])
@on_moving_clock
async def test_several_bots_together_send_as_much_as_one(bots: int) -> None:
    telegram = Telegram()
    pacers = [Pacer(Absences()) for _ in range(bots)]
    for pacer in pacers:
        pacer.share(bots)
    await asyncio.gather(*(send(pacers[number % bots], telegram, 1000 + number) for number in range(240)))
    times = sorted(each for times in telegram.times.values() for each in times)
    # Thirty a second, after what each may send at once.
    assert len([each for each in times if each < 0.01]) == max(15, bots)
    assert times[-1] == pytest.approx((240 - max(15, bots)) / 30, abs=0.05)


@on_moving_clock
async def test_it_is_behind_while_what_is_said_waits_for_more_than_three_seconds() -> None:
    pacer, telegram = Pacer(Absences()), Telegram()
    sending = [asyncio.create_task(send(pacer, telegram, 1000 + number)) for number in range(15 + 100)]
    await asyncio.sleep(0)
    assert (pacer.is_behind(1), pacer.is_behind(GROUP["id"])) == (True, True)
    await asyncio.sleep(0.5)  # 15 are through
    assert (pacer.is_behind(1), pacer.is_behind(GROUP["id"])) == (False, False)
    await asyncio.gather(*sending)


@on_moving_clock
async def test_it_is_not_behind_for_a_person_because_of_floods_in_groups() -> None:
    pacer, telegram = Pacer(Absences()), Telegram()
    floods = [asyncio.create_task(send(pacer, telegram, -100500 - group)) for group in range(40) for _ in range(5)]
    await asyncio.sleep(0)
    assert (pacer.is_behind(1), pacer.is_behind(GROUP["id"])) == (False, True)
    await asyncio.gather(*floods)


@on_moving_clock
async def test_a_group_gets_at_most_twenty_messages_a_minute() -> None:
    messages, seconds = pacing._GROUP
    assert messages + 60 * messages / seconds <= 20
    pacer, telegram = Pacer(Absences()), Telegram()
    await asyncio.gather(*(send(pacer, telegram, SUPERGROUP["id"]) for _ in range(7)))
    assert telegram.times[SUPERGROUP["id"]] == pytest.approx([0, 0, 0, 0, 0, 4, 8], abs=0.01)


@on_moving_clock
async def test_a_person_does_not_wait_behind_the_floods_of_groups() -> None:
    pacer, telegram = Pacer(Absences()), Telegram()
    floods = [asyncio.create_task(send(pacer, telegram, -100500 - group)) for group in range(20) for _ in range(5)]
    await asyncio.sleep(0.51)
    began = now()
    await send(pacer, telegram, 1001)
    assert telegram.times[1001][0] - began < 0.04
    # What may go at once is gone; since then each of those that flood gets as much as the others.
    assert Counter(len(times) for chat, times in telegram.times.items() if chat < 0) == {5: 3, 1: 15}
    await asyncio.gather(*floods)
    assert {len(times) for chat, times in telegram.times.items() if chat < 0} == {5}


@on_moving_clock
async def test_who_does_not_wait_any_more_takes_nobodys_turn() -> None:
    pace, order = FairPace(1, 1.0), []
    shares = [Share(goes_first=False) for _ in range(4)]

    async def clear(number: int) -> None:
        await pace.clear(shares[number])
        order.append(number)

    waiting = [asyncio.create_task(clear(number)) for number in range(4)]
    await asyncio.sleep(0.5)
    waiting[2].cancel()
    await asyncio.wait(waiting)
    await clear(2)
    assert order == [0, 1, 3, 2]


@on_moving_clock
async def test_who_has_had_more_does_not_wait_for_long_behind_all_who_come_later() -> None:
    pace, order = FairPace(1, 1.0), []
    had_more = Share(goes_first=True)

    async def clear(name: str, share: Share) -> None:
        await pace.clear(share)
        order.append(name)

    await asyncio.gather(clear("more", had_more), clear("more", had_more))
    waiting = [asyncio.create_task(clear("first", Share(goes_first=True)))]
    await asyncio.sleep(0)
    waiting += [asyncio.create_task(clear("more", had_more)) for _ in range(2)]
    for number in range(12):
        waiting.append(asyncio.create_task(clear(str(number), Share(goes_first=True))))
        await asyncio.sleep(1)
    await asyncio.wait(waiting)
    assert pace.behind(goes_first=False) == 0
    assert order == ["more", "more", "first", "0", "1", "2", "more", "more", *map(str, range(3, 12))]


@on_moving_clock
async def test_what_a_chat_has_had_counts_when_another_bot_joins() -> None:
    pacer, telegram = Pacer(Absences()), Telegram()
    pacer.share(15)  # one message in half a second
    for _ in range(6):
        await send(pacer, telegram, 1001)
    pacer.share(30)
    await asyncio.sleep(2)
    await asyncio.gather(*(send(pacer, telegram, chat) for chat in (1002, 1002, 1002, 1001)))
    assert telegram.chats[6:] == [1002, 1002, 1001, 1002]


@on_moving_clock
async def test_a_chat_that_must_wait_gets_its_message_once_and_holds_up_no_other() -> None:
    pacer, telegram = Pacer(Absences()), Telegram(RetryAfter(3))
    await asyncio.gather(send(pacer, telegram, 1001), *(send(pacer, telegram, 1002) for _ in range(2)))
    assert telegram.times[1001] == pytest.approx([0, 3], abs=0.01)
    assert telegram.times[1002] == pytest.approx([0, 0], abs=0.01)


@on_moving_clock
async def test_a_chat_that_asks_for_more_patience_than_an_answer_is_worth_is_given_up() -> None:
    telegram = Telegram(RetryAfter(301))
    with pytest.raises(RetryAfter):
        await send(Pacer(Absences()), telegram)
    assert telegram.chats == [1]


@pytest.mark.parametrize("refused", [1, 3, 6])
@on_moving_clock
async def test_after_a_pause_what_has_waited_goes_at_the_ordinary_pace(refused: int) -> None:
    times: list[float] = []
    order: list[int] = []

    async def telegram(number: int) -> bool:
        times.append(now())
        if len(times) == refused:
            raise RetryAfter(30)
        order.append(number)
        return True

    pacer = Pacer(Absences())
    data = {"chat_id": 1}
    await asyncio.gather(
        *(pacer.process_request(telegram, (number,), {}, "sendMessage", data, None) for number in range(9))
    )
    after = times[refused:]
    assert len(times) == 10
    assert after[0] - times[refused - 1] == pytest.approx(30, abs=0.01)
    # Three at once, then one a second.
    assert all(later - earlier > 0.9 for earlier, later in zip(after, after[3:], strict=False))
    assert all(later - earlier > 0.9 for earlier, later in pairwise(after[2:]))
    waited = [number for number in order if number != refused - 1]
    assert waited == sorted(waited)


@on_moving_clock
async def test_typing_is_left_out_while_a_chat_waits() -> None:
    pacer = Pacer(Absences())
    telegram = Telegram(RetryAfter(10))
    waiting = asyncio.create_task(send(pacer, telegram))
    await asyncio.sleep(5)
    assert await send(pacer, telegram, endpoint="sendChatAction") is False
    assert telegram.chats == [1]
    assert await waiting is True
    assert await send(pacer, telegram, endpoint="sendChatAction") is True
    assert telegram.chats == [1, 1, 1]


@on_moving_clock
async def test_who_keeps_data_about_people_is_told_once_that_the_bot_was_sent_away() -> None:
    told: list[tuple[int, bool]] = []

    async def on_change(chat: int, welcome: bool) -> None:
        told.append((chat, welcome))

    absences = Absences(on_change)
    pacer = Pacer(absences)
    telegram = Telegram(Forbidden("Forbidden: bot was blocked by the user"))
    for _ in range(3):
        with pytest.raises(Forbidden):
            await send(pacer, telegram)
    assert telegram.chats == [1]
    assert told == [(1, False)]
    await absences.called_back(1)
    assert told == [(1, False), (1, True)]
    assert await send(pacer, telegram) is True


@on_moving_clock
async def test_a_message_follows_its_group() -> None:
    pacer = Pacer(Absences())
    telegram = Telegram(ChatMigrated(-100))
    assert await send(pacer, telegram, chat=-1) is True
    assert await send(pacer, telegram, chat=-1) is True
    assert telegram.chats == [-1, -100, -100]


@on_moving_clock
async def test_lanes_of_chats_that_are_quiet_are_forgotten() -> None:
    pacer = Pacer(Absences())
    for chat in range(1, 3000):
        await send(pacer, Telegram(), chat=chat)
    assert len(pacer._lanes) <= pacing._LANES
