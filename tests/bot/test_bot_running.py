"""How the bot runs: never deaf, alone, and without a question lost, as a process over HTTP."""

import os
import time
from pathlib import Path

from bot_process import Starter
from click.testing import CliRunner
from telegram_server import Fault, TelegramServer

from bot.cli import cli
from bot.health import DEAF_AFTER

RUSSIAN = {"id": 1002, "language_code": "ru"}


def health_of(home: Path) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["health"], env={"CITEBOT_HOME": str(home)})
    return result.exit_code, result.output


async def test_a_malformed_update_costs_neither_the_others_nor_its_text(
    telegram: TelegramServer, start: Starter
) -> None:
    telegram.fault("getUpdates", Fault(), times=2)
    bot = await start()
    broken = await telegram.deliver({"message": {"message_id": "secretboard", "chat": []}})
    await telegram.deliver({"message": "secretboard"})
    await telegram.receive(text="/help")
    [help_] = await telegram.messages(1)
    assert help_.fields["text"].startswith("How to ask")
    await telegram.until(
        lambda: any(call.fields.get("offset", 0) > broken + 1 for call in telegram.calls), "the batch to be confirmed"
    )
    await telegram.deliver({"message": "secretboard"})
    await telegram.receive(text="/help", sender=RUSSIAN)
    await telegram.messages(2)
    assert await bot.stop() == 0
    assert bot.log().count("is malformed") == 3
    assert f"Update {broken} is malformed (KeyError)" in bot.log()
    assert "secretboard" not in bot.log()
    assert "Traceback" not in bot.log()


async def test_dropped_connections_and_pages_of_proxies_are_survived(telegram: TelegramServer, start: Starter) -> None:
    page = Fault(page="<html><h1>502 Bad Gateway</h1></html>")
    telegram.fault("getMe", page, times=2)
    telegram.fault("getUpdates", Fault(200, page="<html>Please log in</html>"))
    telegram.fault("getUpdates", page)
    bot = await start()
    await telegram.polling()
    telegram.cut = True
    await telegram.until(lambda: telegram.dropped >= 2, "dropped connections")
    telegram.cut = False
    await telegram.receive(text="/help")
    await telegram.messages(1)
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log()
    assert bot.log().count("Fetching updates failed") <= 3


async def test_health_follows_the_bot(telegram: TelegramServer, start: Starter, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert health_of(home)[0] == 1
    bot = await start(home=str(home))
    await telegram.polling()
    await telegram.until((home / "bot.heartbeat").exists, "the first heartbeat")
    assert health_of(home)[0] == 0
    heard = time.time() - DEAF_AFTER - 5
    os.utime(home / "bot.heartbeat", (heard, heard))
    code, told = health_of(home)
    assert code == 1
    assert told.startswith("Telegram was last heard 6")
    await telegram.receive(text="/help")
    await telegram.messages(1)
    assert health_of(home)[0] == 0
    assert await bot.stop() == 0
    code, told = health_of(home)
    assert code == 1
    assert told.startswith("no bot runs with CITEBOT_HOME=")


async def test_a_bot_that_is_cut_off_does_not_beat(telegram: TelegramServer, start: Starter, tmp_path: Path) -> None:
    heartbeat = tmp_path / "home" / "bot.heartbeat"
    await start(home=str(heartbeat.parent))
    await telegram.polling()
    await telegram.until(heartbeat.exists, "the first heartbeat")
    telegram.cut = True
    await telegram.until(lambda: telegram.dropped, "the end of the poll that was under way")
    last = heartbeat.stat().st_mtime_ns
    await telegram.until(lambda: telegram.dropped >= 3, "further attempts")
    assert heartbeat.stat().st_mtime_ns == last


async def test_two_bots_in_one_home_are_refused(telegram: TelegramServer, start: Starter) -> None:
    first = await start()
    await telegram.polling()
    second = await start()
    assert await second.exit_code() == 1
    assert "citebot: another bot runs with CITEBOT_HOME=data/state: stop it first" in second.log()
    assert "Traceback" not in second.log()
    await telegram.receive(text="/help")
    await telegram.messages(1)
    assert await first.stop() == 0
    third = await start()
    telegram.restarted()
    await telegram.polling()
    assert await third.stop() == 0


async def test_a_second_instance_elsewhere_is_noticed_and_logged_once(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    first = await start()
    await telegram.polling()
    second = await start(home=str(tmp_path / "other"))
    await telegram.until(lambda: sum("Conflict" in call.description for call in telegram.calls) >= 4, "conflicts")
    assert await first.stop() == 0
    assert await second.stop() == 0
    logs = first.log() + second.log()
    assert 1 <= logs.count("Another program fetches updates with this token") <= 2
    assert first.log().count("Another program") <= 1
    assert "Traceback" not in logs


async def test_what_a_killed_bot_had_fetched_is_answered_by_the_next(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="held")
    await telegram.receive(text="Who leads the board?", sender=RUSSIAN)
    await telegram.confirmed()
    await telegram.typing(2)
    await bot.kill()
    assert telegram.sent() == []
    bot.let_go()
    again = await start()
    sent = await telegram.messages(2)
    assert {call.fields["chat_id"] for call in sent} == {1001, RUSSIAN["id"]}
    assert await again.stop() == 0
    assert len(telegram.sent()) == 2
    assert "2 updates that the last run did not finish are handled now" in again.log()


async def test_an_answer_that_had_begun_to_go_out_is_not_begun_again_after_a_kill(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="long story")
    await telegram.messages(2)
    await bot.kill()
    said = len(telegram.sent())
    telegram.restarted()
    again = await start()
    await telegram.polling()
    await telegram.receive(text="/help", sender=RUSSIAN)
    await telegram.messages(said + 1)
    assert await again.stop() == 0
    assert [call.fields["chat_id"] for call in telegram.sent()[said:]] == [RUSSIAN["id"]]
    assert "that the last run did not finish" not in again.log()


async def test_what_kills_the_bot_twice_is_said_to_be_given_up_and_what_waited_behind_it_is_answered(
    telegram: TelegramServer, start: Starter
) -> None:
    first = await start()
    await telegram.polling()
    await telegram.receive(text="deadly")
    for person in (3000, 3001, 3002):
        await telegram.receive(text="Who leads the board?", sender={"id": person})
    await telegram.confirmed()
    first.let_go()
    assert await first.exit_code() != 0
    second = await start()
    assert await second.exit_code() != 0
    assert "4 updates that the last run did not finish are handled now" in second.log()
    assert telegram.sent() == []
    third = await start()
    sent = {call.fields["chat_id"]: call.fields["text"] for call in await telegram.messages(4)}
    assert sent.keys() == {1001, 3000, 3001, 3002}
    assert sent[1001] == "I have broken off twice at this question. Please ask it in other words."
    assert await third.stop() == 0
    assert "1 updates were given up: the bot has twice ended while it handled them" in third.log()


async def test_an_update_that_comes_twice_is_answered_once_also_after_a_restart(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    asked = {"message_id": 77, "date": int(time.time())}
    for _ in range(2):
        await telegram.receive(text="/help", update_id=9001, **asked)
    await telegram.receive(text="/sources", update_id=9002)
    await telegram.messages(2)
    assert await bot.stop() == 0
    telegram.restarted()
    await start()
    await telegram.receive(text="/help", update_id=9001, **asked)
    await telegram.receive(text="/new", update_id=9003)
    sent = await telegram.messages(3)
    assert [call.fields["text"][:5] for call in sent] == ["How t", "The a", "The c"]


async def test_what_was_asked_while_the_bot_was_away_is_answered_and_said_to_be_late(
    telegram: TelegramServer, start: Starter
) -> None:
    await telegram.receive(text="Who leads the board?", date=int(time.time()) - 601)
    await telegram.receive(text="/help", date=int(time.time()) - 601, sender=RUSSIAN)
    await telegram.receive(text="Who leads the board?", sender={"id": 1003})
    await start()
    sent = await telegram.messages(4)
    texts = {chat: [call.fields["text"] for call in sent if call.fields["chat_id"] == chat] for chat in (1001, 1002)}
    assert texts[1001][0] == "You asked this while I was away. I am answering now."
    assert "<b>The board chose" in texts[1001][1]
    assert len(texts[1002]) == 1
    assert texts[1002][0].startswith("Как спрашивать")


async def test_a_chat_is_told_once_of_an_absence_however_much_was_asked_there(
    telegram: TelegramServer, start: Starter
) -> None:
    away = int(time.time()) - 700
    for moment in range(away, away + 3):
        await telegram.receive(text="Who leads the board?", date=moment)
        await telegram.receive(text="Who leads the board?", date=moment, sender=RUSSIAN)
    bot = await start()
    await telegram.messages(8)
    assert await bot.stop() == 0
    said = {
        chat: [call.fields["text"][:3] for call in telegram.sent() if call.fields["chat_id"] == chat]
        for chat in (1001, 1002)
    }
    assert said == {1001: ["You", *["1. "] * 3], 1002: ["Вы ", *["1. "] * 3]}


async def test_who_asked_too_much_while_the_bot_was_away_is_told_no_more_than_they_may_ask(
    telegram: TelegramServer, start: Starter
) -> None:
    for _ in range(4):
        await telegram.receive(text="Who leads the board?", date=int(time.time()) - 601)
    bot = await start(questions_per_minute="1")
    await telegram.messages(3)
    assert await bot.stop() == 0
    said = sorted(call.fields["text"][:9] for call in telegram.sent())
    assert said == ["1. <a hre", "You ask f", "You asked"]


async def test_help_comes_while_twenty_people_wait(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    for person in range(20):
        await telegram.receive(text="held", sender={"id": 3000 + person})
    await telegram.typing(20)
    for person in (4000, 4001):
        await telegram.receive(text="/help", sender={"id": person})
    assert {call.fields["chat_id"] for call in await telegram.messages(2)} == {4000, 4001}
    bot.let_go()
    sent = await telegram.messages(22)
    assert {call.fields["chat_id"] for call in sent} == {*range(3000, 3020), 4000, 4001}


async def test_more_questions_than_the_operator_allows_are_told_that_the_bot_is_busy(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(questions_at_once="2")
    await telegram.polling()
    for person in range(4):
        await telegram.receive(text="held", sender={"id": 3000 + person})
    await telegram.messages(2)
    bot.let_go()
    sent = await telegram.messages(4)
    assert sum("too many questions at once" in call.fields["text"] for call in sent) == 2
    assert len({call.fields["chat_id"] for call in sent}) == 4


async def test_whom_the_operator_blocks_gets_no_word(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(blocked_ids=f"{RUSSIAN['id']}, -100500")
    await telegram.polling()
    await telegram.receive(text="/start", sender=RUSSIAN)
    await telegram.receive(text="/help", chat={"id": -100500, "type": "supergroup", "title": "News"})
    await telegram.receive(text="/help")
    await telegram.messages(1)
    assert await bot.stop() == 0
    assert [call.fields["chat_id"] for call in telegram.calls if "chat_id" in call.fields] == [1001]


async def test_a_started_answer_is_waited_for_no_longer_than_a_stop_may_take(
    telegram: TelegramServer, start: Starter
) -> None:
    telegram.flood_waits[1001] = 200
    bot = await start(constants={"bot.application._LONGEST_STOP": 1.0})
    await telegram.polling()
    await telegram.receive(text="/help")
    await telegram.until(lambda: any(call.method == "sendMessage" for call in telegram.calls), "an attempt")
    assert await bot.stop() == 0
    assert "Some answers did not finish in 1 s; they are begun again at the next start" in bot.log()
    assert "Traceback" not in bot.log()
    telegram.flood_waits.clear()
    telegram.restarted()
    await start()
    await telegram.messages(1)


async def test_an_update_that_cannot_be_written_down_costs_no_other(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    chat = {"id": 1001, "type": "private", "first_name": "Ann"}
    # What Telegram says of a pinned message that is deleted or out of reach.
    pinned = {"chat": chat, "message_id": 5, "date": 0}
    person = {"id": 1001, "is_bot": False, "first_name": "Ann"}
    message = {"message_id": 9, "date": int(time.time()), "chat": chat, "from": person, "pinned_message": pinned}
    await telegram.deliver({"message": message})
    await telegram.receive(text="/help")
    [answer] = await telegram.messages(1)
    assert answer.fields["text"].startswith("How to ask")
    assert await bot.stop() == 0
    assert "cannot be written down (TypeError)" in bot.log()
