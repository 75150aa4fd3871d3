"""Articles that operators give by hand: the real bot over a real index, with files and pages as they come."""

import json
from pathlib import Path

from bot_process import UNPACED, Bot, Starter
from documents import write_docx
from telegram_server import READER, Call, TelegramServer, buttons
from test_bot_operator import OTHER, said
from web_documents import page, rss, rss_item
from web_server import XML, WebServer

from bot.people.audit import last_operations
from bot.people.store import PeopleStore
from retrieval.library import Library

CONSTANTS = UNPACED
WORDS = "Паром Александрит перевёз через пролив девятьсот пассажиров за сутки."
MORE = "Капитан парома рассказал, что рейсов стало вдвое больше, чем прошлым летом."
REFUSED = {
    "missing": "answers 404 Not Found; check the address",
    "feed": "is a feed or a sitemap, and no page: name it in CITEBOT_SOURCES",
}
EXPIRED = "This button has expired. Please ask again."


async def start_bot(start: Starter, telegram: TelegramServer, indexed: Library) -> Bot:
    home = str(indexed.home.settings.home)
    settings = {"min_confidence": "0", "reader": "off", "citations": "1", "fetch_private_addresses": "true"}
    bot = await start("run_hashing_bot", home=home, admin_ids=str(READER["id"]), **settings)
    await telegram.polling()
    return bot


async def send(telegram: TelegramServer, name: str, content: bytes, **message: object) -> Call:
    """Send a file; return what the bot says to it."""
    before = len(telegram.sent())
    telegram.files[f"f{len(telegram.files)}"] = content
    file = list(telegram.files)[-1]
    size = message.pop("size", len(content))
    document = {"file_id": file, "file_unique_id": file, "file_name": name, "file_size": size}
    await telegram.receive(document=document, **message)
    return (await telegram.messages(before + 1))[-1]


async def press(telegram: TelegramServer, call: Call, label: str, **sender: object) -> None:
    await telegram.answered(await telegram.press(buttons(call)[label], call.message_id, **sender))


def titles(indexed: Library) -> list[str]:
    return sorted(article.title for article in indexed.listed())


async def test_a_file_is_told_added_when_its_operator_says_so_and_taken_back(
    telegram: TelegramServer, start: Starter, indexed: Library, tmp_path: Path
) -> None:
    bot = await start_bot(start, telegram, indexed)
    records = [{"id": f"ferry-{number}", "title": f"Паром {number}", "text": WORDS * number} for number in (1, 2)]
    lines = "\n".join([*(json.dumps(record) for record in records), "{"])
    offer = await send(telegram, f"../../рейсы <1>{'𝐀' * 300}.jsonl", lines.encode())
    told, problem = offer.fields["text"].split("\n")
    assert told == "I read 2 articles; the first: “Паром 1”. Shall they be added?"
    assert problem.startswith("Something in it cannot be read, and is left out: ")
    assert list(buttons(offer)) == ["Add", "No"]
    await press(telegram, offer, "Add", sender=OTHER)  # others see it where it is passed on
    assert (await telegram.messages(2))[-1].fields["text"] == EXPIRED
    assert len(indexed.listed()) == 3
    await press(telegram, offer, "Add")
    adding, added = await telegram.edits(2)
    assert adding.fields["text"] == "Adding “Паром 1”…"
    assert added.fields["text"] == (
        "Added: 2 articles, the first: “Паром 1”. Questions are answered from them in a moment. /articles takes them "
        "back."
    )
    assert {article.id for article in indexed.listed()} > {"ferry-1", "ferry-2"}
    await press(telegram, offer, "Add")  # once more, also where the bot was killed in between
    assert [call.fields["text"] for call in (await telegram.edits(4))[2:]] == [
        adding.fields["text"],
        added.fields["text"],
    ]

    file = write_docx(tmp_path / "капитан.docx", "Рейсов стало вдвое больше", MORE, WORDS)
    offer = await send(telegram, "капитан.docx", file.read_bytes(), caption="Добавь")
    assert offer.fields["text"] == "I read one article: “Рейсов стало вдвое больше”. Shall it be added?"
    await press(telegram, offer, "Add")
    await telegram.edits(6)
    indexed.index()  # a whole run keeps what was given
    assert titles(indexed)[-3:] == ["Паром 1", "Паром 2", "Рейсов стало вдвое больше"]
    listed = await said(telegram, "/articles")
    heading, *shown = listed.fields["text"].split("\n")
    assert heading == "Articles given by hand, the newest first. A button takes one back."
    assert [line.partition(" · ")[2] for line in shown] == ["Рейсов стало вдвое больше", "Паром 1 (2)"]
    before = len(telegram.sent())
    await press(telegram, listed, "✕ 2. Паром 1", sender=OTHER)
    assert (await telegram.messages(before + 1))[-1].fields["text"] == EXPIRED
    await press(telegram, listed, "✕ 2. Паром 1")
    assert (await telegram.messages(before + 2))[-1].fields["text"] == (
        "Taken back: “Паром 1”. In a moment no question is answered from it."
    )
    assert len(indexed.listed()) == 4
    assert await bot.stop() == 0
    store = PeopleStore.open(indexed.home.settings.home, None)
    done = [(each.command, each.outcome) for each in last_operations(store.engine, 9)]
    store.close()
    added_or_taken = ["articles: take back", "articles", *["articles: add"] * 3]
    assert done == [(each, "done") for each in added_or_taken]


async def test_what_is_no_article_is_refused_in_a_line_and_files_of_others_are_not_asked_for(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    bot = await start_bot(start, telegram, indexed)
    large = await send(telegram, "news.pdf", b"", size=20_000_001)
    assert large.fields["text"] == "This file is too large. Telegram hands files of up to 20 MB over to bots."
    unknown = await send(telegram, "news.exe", b"MZ")
    assert unknown.fields["text"].startswith("I cannot read files of this kind. I read .txt, .jsonl, ")
    other = await send(telegram, "news.txt", WORDS.encode(), sender=OTHER)
    assert other.fields["text"] == "I read text only. Please write your question in words."
    assert [call for call in telegram.calls if call.method == "getFile"] == []
    broken = await send(telegram, "news.docx", b"no archive")
    assert broken.fields["text"].startswith("Nothing of this can be added: ")
    telegram.files.clear()
    assert "/" not in broken.fields["text"].partition(": ")[2]  # no path of this machine
    assert await bot.stop() == 0
    assert indexed.home.received.taken_in() == []


async def test_a_link_is_answered_as_everybodys_and_its_page_offered_besides(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    with WebServer() as server:
        address = server.serve("/ferry.html", page("Паром вышел в рейс", WORDS, MORE))
        bot = await start_bot(start, telegram, indexed)
        await telegram.receive(text=address, sender=OTHER)
        [others] = await telegram.messages(1)
        offers = []
        for sent in (3, 5):
            await telegram.receive(text=f" {address}\n")
            answered, offer = (await telegram.messages(sent))[-2:]
            assert answered.fields["text"] == others.fields["text"]
            assert offer.fields["text"] == "I read one article: “Паром вышел в рейс”. Shall it be added?"
            offers.append(offer)
        await press(telegram, offers[0], "No")
        assert (await telegram.edits(1))[-1].fields["text"] == "Not added: “Паром вышел в рейс”."
        assert server.asked()["/ferry.html"] == 2
        await press(telegram, offers[1], "Add")
        assert (await telegram.edits(3))[-1].fields["text"].startswith("Added: “Паром вышел в рейс”.")
        assert [article.url for article in indexed.whole_articles() if article.url] == [address]
        for number, path in enumerate(("missing", "feed"), start=1):
            server.serve("/feed", rss(rss_item("n1", WORDS)), XML)
            await telegram.receive(text=f"{server.root}/{path}")
            refused = (await telegram.messages(5 + 2 * number))[-1].fields["text"]
            assert refused == f"Nothing of this can be added: {REFUSED[path]}"
        assert await bot.stop() == 0
