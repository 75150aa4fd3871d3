"""Posts of the operator's channel are articles: the real bot over a real index, with what Telegram delivers of it."""

import asyncio
import sqlite3
from contextlib import closing

from bot_process import UNPACED, Bot, Starter
from telegram_server import BOT, READER, TelegramServer
from test_bot_operator import said

from retrieval.library import Library
from retrieval.progress import Progress
from retrieval.types import Article

CONSTANTS = UNPACED | {"bot.services.intake._TOGETHER": 0.1}
CHANNEL = {"id": -1001234567890, "type": "channel", "title": "Вести Ильмы", "username": "Ilma_News"}
PRIVATE = {"id": -1009876543210, "type": "channel", "title": "Редакция"}
RENAMED = {"id": -1001112223334, "type": "channel", "title": "Вести", "username": "another_name"}
TITLE = "Паром вышел в рейс"
WORDS = "Паром Александрит перевёз через пролив девятьсот пассажиров за сутки."
LATER = "Паром Александрит перевёз через пролив восемьсот пассажиров за сутки."
QUESTION = "Сколько пассажиров паром Александрит перевёз через пролив?"
SENT = 1_725_874_560
NOT_NAMED = (
    f"I was made an administrator of the channel “Редакция{'й' * 91}…”. I do not read it. If its posts are to be "
    "articles, put -1009876543210 into CITEBOT_TELEGRAM_CHANNELS and start me again."
)
SETTINGS = {"min_confidence": "0", "reader": "off", "citations": "1", "telegram_channels": "@ilma_news, -1009876543210"}

RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
"""What Telegram tells of every administrator."""


async def deliver(telegram: TelegramServer, number: int, *, chat: object = CHANNEL, edited: int = 0, **fields) -> None:
    kind = "edited_channel_post" if edited else "channel_post"
    body = {"message_id": number, "date": SENT, "chat": chat, "sender_chat": chat, **fields}
    await telegram.deliver({kind: body | ({"edit_date": edited} if edited else {})})


async def start_bot(start: Starter, telegram: TelegramServer, indexed: Library, **settings: str) -> Bot:
    bot = await start("run_hashing_bot", home=str(indexed.home.settings.home), **(SETTINGS | settings))
    await telegram.polling()
    return bot


def written(text: str) -> dict[str, object]:
    return {"text": f"{TITLE}\n\n{text}", "entities": [{"type": "bold", "offset": 0, "length": len(TITLE)}]}


async def published(telegram: TelegramServer, indexed: Library, article_id: str, text: str | None) -> Article | None:
    """Return an article once its text is that one, None once it is gone; the bot publishes it by itself."""

    def now() -> Article | None:
        return next((article for article in indexed.whole_articles() if article.id == article_id), None)

    def is_there() -> bool:
        article = now()
        return article is None if text is None else bool(article and text in article.text)

    await telegram.eventually(is_there, f"{article_id} to say {text}")
    return now()


async def test_a_post_is_answered_from_within_seconds_and_so_is_its_edit_until_it_says_nothing(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    bot = await start_bot(start, telegram, indexed)
    with indexed.home.lock.held(10):  # another process works on the index: the post is kept, and waits
        await deliver(telegram, 7, **written(WORDS))
        await telegram.eventually(lambda: bool(indexed.home.received.taken_in()), "the post to be kept")
    article = await published(telegram, indexed, "1234567890/7", WORDS)
    assert article
    assert (article.title, article.source, article.url) == (TITLE, "Вести Ильмы", "https://t.me/Ilma_News/7")
    assert article.published_at
    assert article.published_at.isoformat() == "2024-09-09T12:36:00"
    await telegram.eventually(lambda: "Taken in what was received: 1 articles added" in bot.log(), "the log")
    answers = [await said(telegram, QUESTION)]
    while "девятьсот" not in answers[-1].fields["text"] and len(answers) < 9:  # a new index is opened beside
        await asyncio.sleep(0.5)
        answers.append(await said(telegram, QUESTION))
    assert "девятьсот" in answers[-1].fields["text"]
    assert "https://t.me/Ilma_News/7" in answers[-1].fields["text"]

    await deliver(telegram, 7, edited=SENT + 60, **written(LATER))
    await published(telegram, indexed, "1234567890/7", LATER)
    await deliver(telegram, 7, edited=SENT + 90, text="Снято.")
    await published(telegram, indexed, "1234567890/7", None)
    assert len(telegram.sent()) == len(answers)  # nobody answers a post
    assert await bot.stop() == 0


async def test_captions_albums_forwards_and_private_channels(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    bot = await start_bot(start, telegram, indexed)
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]
    for number in range(20, 60):  # more than one person, or one group, may send at once
        await deliver(telegram, number, photo=photo, media_group_id="9")
    await deliver(telegram, 60, photo=photo, media_group_id="9", caption=WORDS)
    origin = {"type": "channel", "date": SENT - 86_400, "message_id": 3, "chat": {**PRIVATE, "title": "Порт"}}
    await deliver(telegram, 61, text=LATER, forward_origin=origin)
    await deliver(telegram, 5, chat=PRIVATE, text=f"{TITLE}: {WORDS} 😀")
    album = await published(telegram, indexed, "1234567890/60", WORDS)
    passed_on = await published(telegram, indexed, "1234567890/61", LATER)
    private = await published(telegram, indexed, "9876543210/5", WORDS)
    assert album
    assert passed_on
    assert private
    assert (passed_on.source, passed_on.url) == ("Порт", "https://t.me/Ilma_News/61")
    assert f"{passed_on.published_at}" == "2024-09-08 12:36:00"
    assert (private.source, private.url) == ("Редакция", "https://t.me/c/9876543210/5")
    assert len(indexed.listed()) == 6
    assert await bot.stop() == 0


async def test_a_post_that_came_before_a_kill_is_taken_in_by_the_next_start(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    never = {"bot.services.intake._TOGETHER": 600.0}
    bot = await start("run_hashing_bot", never, home=str(indexed.home.settings.home), **SETTINGS)
    await telegram.polling()
    await deliver(telegram, 7, **written(WORDS))
    await telegram.eventually(lambda: bool(indexed.home.received.taken_in()), "the post to be kept")
    await bot.kill()
    assert "1234567890/7" not in {article.id for article in indexed.listed()}
    telegram.restarted()
    bot = await start_bot(start, telegram, indexed)
    await published(telegram, indexed, "1234567890/7", WORDS)
    assert await bot.stop() == 0


async def test_a_post_that_the_bot_was_killed_at_again_and_again_is_kept_all_the_same(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    indexed.beside(Progress()).receive([])  # the database is of today
    bot = await start_bot(start, telegram, indexed)
    database = sqlite3.connect(indexed.home.settings.home / "citebot.sqlite", isolation_level=None)
    with closing(database):
        database.execute("BEGIN IMMEDIATE")
        await deliver(telegram, 7, **written(WORDS))
        for _ in range(2):
            await telegram.eventually(lambda bot=bot: "cannot be kept" in bot.log(), "the post to be tried")
            await bot.kill()
            telegram.restarted()
            bot = await start_bot(start, telegram, indexed)
        assert "1 updates were given up" in bot.log()
    await published(telegram, indexed, "1234567890/7", WORDS)
    assert await bot.stop() == 0


async def test_a_channel_that_is_not_named_is_not_read_and_the_operators_are_told_its_number_once(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    bot = await start_bot(start, telegram, indexed, admin_ids=str(READER["id"]), telegram_channels="@ilma_news")
    made = {"date": SENT, "chat": PRIVATE | {"title": f"Редакция\u202e{'й' * 300}"}, "from": READER}
    statuses = [{"user": BOT, "status": status} for status in ("left", "administrator")]
    rights = dict.fromkeys(RIGHTS, False)
    change = {"old_chat_member": statuses[0], "new_chat_member": statuses[1] | rights}
    for _ in range(2):
        await telegram.deliver({"my_chat_member": made | change})
    await telegram.deliver({"my_chat_member": made | change | {"chat": CHANNEL}})
    for chat in (PRIVATE, RENAMED, RENAMED):
        await deliver(telegram, 5, chat=chat, text=WORDS)
    await deliver(telegram, 7, text=WORDS)
    await published(telegram, indexed, "1234567890/7", WORDS)
    assert await bot.stop() == 0
    asked = [call.fields["allowed_updates"] for call in telegram.calls if call.method == "getUpdates"]
    assert {name for names in asked for name in names} >= {"message", "channel_post", "edited_channel_post"}
    assert [call.fields["text"] for call in telegram.sent()] == [NOT_NAMED]
    assert bot.log().count("Channel -1009876543210 is not in CITEBOT_TELEGRAM_CHANNELS") == 1
    assert bot.log().count("Channel -1001112223334 is not in CITEBOT_TELEGRAM_CHANNELS") == 1
    assert [received.article_id for received in indexed.home.received.taken_in()] == ["1234567890/7"]
