"""The group below a channel: which post is discussed is known, and looked into first. Over a real index."""

import json
from typing import Any

import pytest
from bot_process import UNPACED, Starter
from hashing_model import Corpus, hashing_library, settings_for
from telegram_server import BOT, Call, TelegramServer
from test_bot_reading import seen

from bot.services.discussion import subject_of

CONSTANTS = UNPACED
GROUP = {"id": -100500, "type": "supergroup", "title": "News: the talk"}
CHANNEL = {"id": -1001234, "type": "channel", "title": "News"}
ILMA = "Мост через Ильму открыли в сентябре, движение по нему уже началось."
NEVA = "Мост через Неву открыли в октябре, движение по нему уже началось."
TALK = "Собрание жильцов перенесли на пятницу, прийти могут все соседи дома."
RUSSIAN = {"language_code": "ru"}
BY_PEOPLE = (
    {"type": "user", "sender_user": {"id": 5, "is_bot": False, "first_name": "Eve"}},
    {"type": "hidden_user", "sender_user_name": "Eve"},
)
MENTION = f"@{BOT['username']}"
MENTIONED = [{"type": "mention", "offset": 0, "length": len(MENTION)}]


@pytest.fixture
async def bot(telegram: TelegramServer, start: Starter, corpus: Corpus, home: Any) -> None:
    """The bot over an index of a channel's two posts."""
    posts = [
        {"id": number, "type": "message", "date": "2024-09-09T12:00:00", "text": text}
        for number, text in ((7, ILMA), (8, NEVA))
    ]
    export = {"name": "News", "type": "public_channel", "id": 1234, "messages": posts}
    (corpus.folder / "result.json").write_text(json.dumps(export), "utf-8")
    hashing_library(settings_for(home, corpus.folder)).index()
    await start("run_hashing_bot", home=str(home), min_confidence="0", reader="off", citations="1")
    await telegram.polling()


def posted(number: int, text: str) -> dict[str, Any]:
    """A post of the channel as Telegram puts it into the group."""
    origin = {"type": "channel", "chat": CHANNEL, "message_id": number, "date": 1725883200}
    return {"text": text, "sender_chat": CHANNEL, "is_automatic_forward": True, "forward_origin": origin}


async def post(telegram: TelegramServer, number: int, text: str, **message: Any) -> dict[str, Any]:
    """Have a post appear in the group; return it as what replies to it holds it."""
    sender = {"id": 777000, "first_name": "Telegram"}
    place = await telegram.receive(chat=GROUP, sender=sender, **(posted(number, text) | message))
    return {"message_id": place, "date": 1725883200, "chat": GROUP, "from": sender | {"is_bot": False}} | posted(
        number, text
    )


async def asked(telegram: TelegramServer, question: str, number: int, **message: Any) -> Call:
    mentioned = {"text": f"{MENTION} {question}", "entities": MENTIONED}
    await telegram.receive(chat=GROUP, sender=RUSSIAN, **mentioned, **message)
    return (await telegram.messages(number))[-1]


@pytest.mark.usefixtures("bot")
async def test_a_question_below_a_post_needs_no_subject(telegram: TelegramServer) -> None:
    first, second = await post(telegram, 7, ILMA), await post(telegram, 8, NEVA)
    for number, (replied, told) in enumerate([(first, ILMA), (second, NEVA), (first, ILMA)], 1):
        thread = {"reply_to_message": replied, "message_thread_id": replied["message_id"]}
        said = await asked(telegram, "когда его открыли?", number, **thread)
        assert told in seen(said)
    # Somebody's comment is replied to: the thread tells which post it is on.
    comment = {
        "message_id": 90,
        "date": 1725883300,
        "chat": GROUP,
        "text": "Ура!",
        "from": {"id": 5, "first_name": "A", "is_bot": False},
    }
    said = await asked(
        telegram, "когда его открыли?", 4, reply_to_message=comment, message_thread_id=second["message_id"]
    )
    assert NEVA in seen(said)
    # A reply to an answer goes on from there.
    answer = {"message_id": said.message_id, "date": 1725883400, "chat": GROUP, "text": "…", "from": BOT}
    said = await asked(telegram, "а через Ильму?", 5, reply_to_message=answer, message_thread_id=second["message_id"])
    assert ILMA in seen(said)


@pytest.mark.usefixtures("bot")
async def test_what_a_post_lacks_is_found_in_the_others_and_a_post_that_is_no_article_is_understood(
    telegram: TelegramServer,
) -> None:
    second = await post(telegram, 8, NEVA)
    said = await asked(telegram, "когда открыли мост через Ильму?", 1, reply_to_message=second)
    assert ILMA in seen(said)
    unknown = await post(telegram, 9, ILMA)
    said = await asked(telegram, "когда его открыли?", 2, reply_to_message=unknown)
    assert ILMA in seen(said)
    # What the channel has itself passed on tells where it is from.
    for number, origin in enumerate(BY_PEOPLE, 3):
        passed_on = await post(telegram, 9, ILMA, forward_origin={"date": 1725883200, **origin})
        said = await asked(telegram, "когда его открыли?", number, message_thread_id=passed_on["message_id"])
        assert ILMA in seen(said)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"{ILMA}\n\nНиже подробности.", ILMA),
        (f"Срочно!\n\n{ILMA} Дальше.", f"Срочно! {ILMA}"),
        ("Коротко.", "Коротко."),
        ("а" * 300, "а" * 200),
        ("", ""),
    ],
)
def test_of_a_post_its_headline_is_the_subject(text: str, subject: str) -> None:
    assert subject_of(text) == subject


@pytest.mark.usefixtures("bot")
async def test_a_post_itself_is_answered_by_nobody_whatever_it_says(telegram: TelegramServer) -> None:
    await post(telegram, 10, f"{MENTION} {TALK}", entities=MENTIONED)
    await post(telegram, 11, "/ask когда открыли мост?")
    said = await asked(telegram, "когда открыли мост через Неву?", 1)
    assert NEVA in seen(said)
    assert len(telegram.sent()) == 1
