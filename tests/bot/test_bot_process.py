"""The real bot as a process, over HTTP, against a Bot API server that enforces Telegram's rules."""

import re
from itertools import pairwise

import pytest
from bot_process import Starter
from run_fake_bot import HOSTILE, HOSTILE_IN_A_LINE
from telegram_server import BOT, MOST_UNITS, Fault, TelegramServer, units

from bot.handlers.commands import COMMANDS
from retrieval.articles import article_key

GROUP = {"id": -100500, "type": "supergroup", "title": "News"}
RUSSIAN = {"id": 1002, "language_code": "ru"}


async def test_start_fills_the_menu_for_everyone_and_each_language(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    assert set(telegram.commands) == {"", "ru", "en"}
    assert [command["command"] for command in telegram.commands["ru"]] == list(COMMANDS)
    assert telegram.commands["ru"] != telegram.commands[""] == telegram.commands["en"]
    assert await bot.stop() == 0
    polls = [call for call in telegram.calls if call.method == "getUpdates"]
    wanted = ["message", "callback_query", "inline_query", "my_chat_member"]
    assert all(call.fields["allowed_updates"] == wanted for call in polls)


async def test_fixed_words_are_said_in_the_language_of_the_reader(telegram: TelegramServer, start: Starter) -> None:
    await start(hold_examples="yes")  # they are tried out beside, and would come into the second greeting
    await telegram.polling()
    texts = []
    for text, sender in (
        ("/start", {}),
        ("/start junk_-payload", {}),
        (f"/help@{BOT['username']}", RUSSIAN),
        ("/help", {"id": 1003, "language_code": None}),
        ("/nonsense", {"id": 1004}),
    ):
        number = await telegram.receive(text=text, sender=sender)
        texts.append((await telegram.messages(len(texts) + 1))[-1])
        assert texts[-1].fields["reply_parameters"]["message_id"] == number
        assert "parse_mode" not in texts[-1].fields
    said = [call.fields["text"] for call in texts]
    assert said[0] == said[1]
    assert said[0].startswith("Hello!")
    assert said[2].startswith("Как спрашивать")
    assert said[3].startswith("How to ask")
    assert said[4].startswith("I do not know this command")


async def test_an_answer_is_a_reply_with_linked_sources(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    number = await telegram.receive(text="Who leads the secretboard?")
    [sent] = await telegram.messages(1)
    assert sent.fields["reply_parameters"] == {"message_id": number, "allow_sending_without_reply": True}
    assert sent.fields["link_preview_options"] == {"is_disabled": True}
    assert sent.parsed is not None
    assert sent.parsed.text.startswith(
        "1. The board\nexample.org · 9 September 2024\nBefore. The board chose a new chair. After.\n\n2. The vote 2\n"
    )
    assert sent.parsed.text.endswith("As of 9 September 2024.")
    assert sent.parsed.links() == [
        "https://example.org/1?a=1&lt=3&q=\"'<>#:~:text=The%20board%20chose%20a%20new%20chair.",
        f"https://t.me/{BOT['username']}?start=a_{article_key('a2')}",
        "https://example.org/3?a=1&lt=3&q=\"'<>#:~:text=It%20was%20close.",
    ]
    assert sent.parsed.pieces("blockquote") == [
        "Before. The board chose a new chair. After.",
        "It was close. Very close 2.",
        "It was close. Very close 3.",
    ]
    actions = [call for call in telegram.calls if call.method == "sendChatAction"]
    assert len(actions) == 1
    assert telegram.calls.index(actions[0]) < telegram.calls.index(sent)
    assert await bot.stop() == 0
    assert "secretboard" not in bot.log()
    assert "ann_o_nymous" not in bot.log()
    assert "Answered with 3 citations" in bot.log()


async def test_titles_and_texts_are_shown_literally(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    await telegram.receive(text=f"hostile {HOSTILE}")
    [sent] = await telegram.messages(1)
    assert sent.parsed is not None
    assert sent.parsed.pieces("a") == [HOSTILE_IN_A_LINE]
    assert sent.parsed.pieces("blockquote") == [HOSTILE]


async def test_a_very_long_answer_comes_in_ordered_valid_parts(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    await telegram.receive(text="long story")
    await telegram.until(lambda: any("As of" in call.fields["text"] for call in telegram.sent()), "the last part")
    sent = telegram.sent()
    parsed = [call.parsed for call in sent if call.parsed]
    assert len(sent) == len(parsed) >= 5
    assert all(units(part.text) <= MOST_UNITS for part in parsed)
    assert ["reply_parameters" in call.fields for call in sent] == [True] + [False] * (len(sent) - 1)
    gaps = [later.at - earlier.at for earlier, later in pairwise(sent)]
    assert min(gaps) >= 0.9
    assert sum(part.text.count("избрал нового председателя") for part in parsed) == 250
    assert all("1. The board" in part.text for part in parsed if "избрал нового председателя" in part.text)
    both = [part for part in parsed if "2. The vote 2" in part.text]
    assert len(both) == 1
    assert "It was close. Very close 2." in both[0].text
    assert ["reply_markup" in call.fields for call in sent] == [False] * (len(sent) - 1) + [True]


async def test_other_kinds_of_message_get_one_polite_line(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    sticker = {
        "file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1, "is_animated": False,
        "is_video": False,
    }  # fmt: skip
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    for index, (body, expected) in enumerate(
        (
            ({"sticker": sticker}, "I read text only"),
            ({"text": " \n\u00a0"}, "The question is empty"),
            ({"text": "x" * 10_000}, "The text is too long"),
            ({"photo": photo, "caption": "Who leads the board?"}, "1. The board\n"),
            ({"photo": photo, "media_group_id": "7"}, "I read text only"),
        )
    ):
        await telegram.receive(**body, sender={"id": 2000 + index})
        sent = await telegram.messages(index + 1)
        assert sent[-1].parsed is not None
        assert sent[-1].parsed.text.startswith(expected)
    await telegram.receive(photo=photo, media_group_id="7")
    await telegram.receive(kind="edited_message", text="An edited question?", edit_date=1)
    await telegram.receive(text="/start", update_id=9000)
    await telegram.receive(text="/start", update_id=9000)
    await telegram.receive(text="last")
    sent = await telegram.messages(7)
    assert sum(call.fields["text"].startswith("Hello!") for call in sent) == 1
    assert len(sent) == 7


async def test_in_a_group_only_mentions_and_replies_are_answered(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    await telegram.receive(text="Just talking", chat=GROUP)
    await telegram.receive(text="/help@OtherBot", chat=GROUP)
    name = f"@{BOT['username'].upper()}"
    mention = [{"type": "mention", "offset": 3, "length": len(name)}]
    asked = await telegram.receive(text=f"😀 {name} missing", chat=GROUP, entities=mention)
    await telegram.messages(1)
    said = {"message_id": 50, "date": 1, "chat": GROUP, "from": BOT, "text": "Before"}
    replied = await telegram.receive(text="missing", chat=GROUP, reply_to_message=said)
    sent = await telegram.messages(2)
    assert [call.fields["reply_parameters"]["message_id"] for call in sent] == [asked, replied]
    assert {call.fields["chat_id"] for call in sent} == {GROUP["id"]}


async def test_only_listed_people_are_answered(telegram: TelegramServer, start: Starter) -> None:
    await start(allowed_ids="1002, -5", admin_ids="1003")
    await telegram.polling()
    await telegram.receive(text="Who leads the board?")
    assert "Your Telegram number is 1001" in (await telegram.messages(1))[-1].fields["text"]
    for index, person in enumerate((1002, 1003)):
        await telegram.receive(text="/help", sender={"id": person})
        assert (await telegram.messages(index + 2))[-1].fields["text"].startswith("How to ask")


async def test_asking_too_fast_is_said_once(telegram: TelegramServer, start: Starter) -> None:
    await start(questions_per_minute="1")
    await telegram.polling()
    for _ in range(4):
        await telegram.receive(text="Who leads the board?")
    await telegram.receive(text="Who leads the board?", sender=RUSSIAN)
    sent = await telegram.messages(3)
    assert sum("at most 1 question a minute" in call.fields["text"] for call in sent) == 1
    assert sum(call.fields["chat_id"] == RUSSIAN["id"] for call in sent) == 1


@pytest.mark.parametrize("token", ["1:wrong", "123456789:BBwrongwrongwrongwrongwrongwrongwro_", "https://x/bot1:abc"])
async def test_a_wrong_token_ends_with_one_clear_line(start: Starter, token: str) -> None:
    bot = await start(telegram_token=token)
    assert await bot.exit_code() == 1
    lines = bot.log().strip().splitlines()
    assert lines[-1].startswith("citebot: CITEBOT_TELEGRAM_TOKEN ")
    assert token not in bot.log()
    assert "Traceback" not in bot.log()


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_revoked_in_mid_polling_ends_the_process(
    telegram: TelegramServer, start: Starter, status: int
) -> None:
    bot = await start()
    await telegram.polling()
    telegram.fault("getUpdates", Fault(status, "Unauthorized"))
    await telegram.receive(text="wake up")
    assert await bot.exit_code() == 1
    assert "citebot: CITEBOT_TELEGRAM_TOKEN was refused" in bot.log()
    assert "Traceback" not in bot.log()


async def test_trouble_at_the_start_and_in_between_is_survived(telegram: TelegramServer, start: Starter) -> None:
    telegram.fault("getMe", Fault(), times=2)
    telegram.fault("deleteWebhook", Fault())
    telegram.fault("getUpdates", Fault(drop=True), times=2)
    telegram.fault("sendMessage", Fault())
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="Who leads the board?")
    await telegram.messages(1)
    assert await bot.stop() == 0
    assert len(telegram.sent()) == 1
    assert "Telegram cannot be reached (Bad Gateway); trying again in 1 s" in bot.log()
    assert bot.log().count("Fetching updates failed") == 1
    assert "Traceback" not in bot.log()


async def test_refused_markup_is_sent_again_once_and_plain(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    telegram.fault("sendMessage", Fault(400, "Bad Request: can't parse entities: Unexpected end tag"))
    await telegram.receive(text="Who leads the secretboard?")
    [sent] = await telegram.messages(1)
    assert "parse_mode" not in sent.fields
    assert "Before. The board chose a new chair. After." in sent.fields["text"]
    assert not re.search(r"</?(b|a|blockquote)\b|&(amp|lt|quot)", sent.fields["text"].replace("&lt=3", ""))
    assert sum(call.method == "sendMessage" for call in telegram.calls) == 2
    assert await bot.stop() == 0
    assert "secretboard" not in bot.log()


async def test_flood_control_is_waited_out_and_sends_once(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    telegram.fault("sendMessage", Fault(429, "Too Many Requests: retry after 1", retry_after=1))
    await telegram.receive(text="/help")
    await telegram.messages(1)
    first, second = [call for call in telegram.calls if call.method == "sendMessage"]
    assert second.at - first.at >= 1


async def test_what_may_have_arrived_is_not_sent_again(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    telegram.fault("sendMessage", Fault(drop=True, performed=True))
    await telegram.receive(text="Who leads the board?")
    await telegram.messages(1)
    await telegram.receive(text="/help")
    first, second = await telegram.messages(2)
    assert first.fields["text"] != second.fields["text"]
    assert await bot.stop() == 0
    assert len([call for call in telegram.calls if call.method == "sendMessage"]) == 2
    assert "It is not known whether a message arrived" in bot.log()


async def test_overload_is_said_and_nobody_is_left_without_a_word(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    for person in range(70):
        await telegram.receive(text="held" if not person else "Who leads the board?", sender={"id": 3000 + person})
    await telegram.receive(text="/help", sender={"id": 4000})
    await telegram.messages(1 + 70 - 64)
    bot.let_go()
    sent = await telegram.messages(71)
    assert {call.fields["chat_id"] for call in sent} == {*range(3000, 3070), 4000}
    assert sum("too many questions at once" in call.fields["text"] for call in sent) == 70 - 64


async def test_an_error_is_told_once_with_a_reference_that_the_log_has(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="broken secretboard")
    [sent] = await telegram.messages(1)
    reference = re.search("code ([0-9a-f]{8})", sent.fields["text"])
    assert reference
    await telegram.receive(text="/help")
    await telegram.messages(2)
    assert f"Error {reference[1]}" in bot.log()
    assert "\nLookupError\n" in bot.log()
    assert "secretboard" not in bot.log()
    typing = [call.at for call in telegram.calls if call.method == "sendChatAction"]
    assert max(typing) < sent.at


@pytest.mark.parametrize(
    ("status", "description"),
    [(403, "Forbidden: bot was blocked by the user"), (400, "Bad Request: message to be replied not found")],
)
async def test_a_reader_who_has_gone_is_no_error(
    telegram: TelegramServer, start: Starter, status: int, description: str
) -> None:
    bot = await start()
    await telegram.polling()
    telegram.fault("sendMessage", Fault(status, description))
    await telegram.receive(text="Who leads the board?")
    await telegram.until(lambda: any(call.method == "sendMessage" for call in telegram.calls), "an attempt")
    await telegram.receive(text="/help", sender=RUSSIAN)
    [sent] = await telegram.messages(1)
    assert sent.fields["chat_id"] == RUSSIAN["id"]
    assert await bot.stop() == 0
    assert "Error" not in bot.log()


async def test_sigterm_finishes_running_answers_while_others_are_served(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(log_level="debug")
    await telegram.polling()
    await telegram.receive(text="held secretboard")
    await telegram.typing(1)
    await telegram.receive(text="/help", sender=RUSSIAN)
    [help_] = await telegram.messages(1)
    assert help_.fields["chat_id"] == RUSSIAN["id"]
    bot.process.terminate()
    await telegram.until(lambda: telegram.calls[-1].fields.get("timeout") == 0, "the last fetch")
    bot.let_go()
    assert await bot.exit_code() == 0
    assert len(telegram.sent()) == 2
    # An in-depth log is allowed the question, never the token; the fixture sees to that.
    assert "DEBUG" in bot.log()


async def test_a_started_bot_ends_in_order_while_telegram_cannot_be_reached(
    telegram: TelegramServer, start: Starter
) -> None:
    telegram.fault("getMe", Fault(), times=50)
    bot = await start(log_format="json")
    await telegram.until(lambda: len(telegram.calls) >= 2, "attempts")
    assert await bot.stop() == 0
    assert '"level": "WARNING"' in bot.log()
    assert "Traceback" not in bot.log()
