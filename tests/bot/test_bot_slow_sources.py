"""A site that takes its time: whoever writes meanwhile is not kept waiting, and operators are told what goes on."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bot_process import Bot, Starter
from hashing_model import Corpus, hashing_library, settings_for, write_three_articles
from telegram_server import READER, Call, TelegramServer, buttons
from web_documents import rss, rss_item
from web_server import XML, Served, WebServer

from retrieval.errors import IndexBusyError, SourcesBusyError
from retrieval.library import Library
from retrieval.progress import Progress
from retrieval.types import ArticleCounts

ADMIN = str(READER["id"])
RUSSIAN = {"id": READER["id"], "language_code": "ru"}


class Slow:
    """Answers when it is let."""

    def __init__(self, served: Served) -> None:
        self.asked, self.let = threading.Event(), threading.Event()
        self._served = served

    def __call__(self, handler: Any) -> None:
        self.asked.set()
        self.let.wait(60)
        self._served(handler)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def slow(web: WebServer) -> Iterator[Slow]:
    feed = Slow(Served(rss(rss_item("tram", "The tram costs 42 roubles since Friday.")), XML))
    web.paths["/feed"] = feed
    yield feed
    feed.let.set()


@pytest.fixture
def library(tmp_path: Path, web: WebServer) -> Library:
    """Two generations of a folder, and from now on a site as well."""
    corpus = Corpus(tmp_path / "articles")
    write_three_articles(corpus)
    library = library_of(tmp_path, corpus.folder)
    library.index()
    corpus.write("bus", "The bus stops at the harbour.")
    library.index()
    return library_of(tmp_path, corpus.folder, f"{web.root}/feed")


def library_of(tmp_path: Path, *sources: object) -> Library:
    return hashing_library(settings_for(tmp_path / "home", *sources, fetch_private_addresses=True, fetch_delay=0))


@pytest.fixture
def start_over(start: Starter, library: Library) -> Starter:
    async def starter() -> Bot:
        settings = library.home.settings
        return await start(
            "run_hashing_bot",
            constants={"bot.handlers.operator._BETWEEN_EDITS": 0.05},
            home=str(settings.home),
            sources=",".join(settings.sources),
            fetch_private_addresses="true",
            fetch_delay="0",
            admin_ids=ADMIN,
            reader="off",
        )

    return starter


async def said(telegram: TelegramServer, text: str, **message: object) -> Call:
    before = len(telegram.sent())
    await telegram.receive(text=text, **message)
    return (await telegram.messages(before + 1))[-1]


async def shown(telegram: TelegramServer, ending: str) -> None:
    await telegram.until(lambda: any(call.fields["text"].endswith(ending) for call in telegram.edited()), ending)


async def test_while_a_slow_site_is_asked_the_operator_sees_which_and_others_may_write(
    telegram: TelegramServer, start_over: Starter, library: Library, slow: Slow
) -> None:
    bot = await start_over()
    await telegram.polling()
    assert (await said(telegram, "/reindex")).fields["text"] == "Indexing…"
    assert await asyncio.to_thread(slow.asked.wait, 60)
    await shown(telegram, "Indexing: 0 articles read; asking 127.0.0.1 now")
    second = await said(telegram, "/reindex")
    assert second.fields["text"] == "That is going on already. Indexing: 0 articles read; asking 127.0.0.1 now"
    assert library.forget(["bus"]) is True
    assert library.rollback().name == "000001"
    with pytest.raises(SourcesBusyError, match=r"another citebot is fetching the sources of .*: wait until it is done"):
        library.index()
    slow.let.set()
    await telegram.until(lambda: any("Done: index" in call.fields["text"] for call in telegram.edited()), "the end")
    assert (
        telegram.edited()[-1].fields["text"].startswith("Done: index 000003. Articles: 1 added, 0 changed, 0 removed")
    )
    assert await bot.stop() == 0


async def test_what_is_taken_back_while_a_slow_site_is_asked_is_told_to_come_next(
    telegram: TelegramServer, start_over: Starter, library: Library, slow: Slow, tmp_path: Path
) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry\n\nIt takes nine hundred passengers.\n", encoding="utf-8")
    upkeep = library.beside(Progress())
    upkeep.accept(upkeep.offer_file(tmp_path / "ferry.txt").batch)
    upkeep.take_in()
    bot = await start_over()
    await telegram.polling()
    await said(telegram, "/reindex")
    assert await asyncio.to_thread(slow.asked.wait, 60)
    listed = await said(telegram, "/articles")
    await telegram.press(buttons(listed)["✕ 1. The ferry"], listed.message_id)
    assert (await telegram.messages(3))[-1].fields["text"] == (
        "Taken back: “The ferry”. It is still among the articles: the index is being worked on, and this comes next."
    )
    assert "The ferry" in {article.title for article in library.listed()}
    slow.let.set()

    def is_gone() -> bool:
        return "The ferry" not in {article.title for article in library.listed()}

    await telegram.eventually(is_gone, "the ferry to be gone")
    assert await bot.stop() == 0


async def test_an_operator_is_told_that_another_process_fetches(
    telegram: TelegramServer, start_over: Starter, library: Library, slow: Slow
) -> None:
    await start_over()
    await telegram.polling()
    fetching = asyncio.create_task(asyncio.to_thread(library.index))
    assert await asyncio.to_thread(slow.asked.wait, 60)
    await said(telegram, "/reindex", sender=RUSSIAN)
    await shown(
        telegram,
        "Статьи уже загружаются из интернета, а медленные сайты отвечают долго. Когда загрузка закончится, они будут "
        "учтены.",
    )
    audit = await said(telegram, "/audit")
    assert audit.fields["text"].endswith("/reindex · articles were being fetched from the web")
    slow.let.set()
    assert (await fetching).articles == ArticleCounts(added=1, unchanged=4)


def test_who_writes_already_is_told_before_anything_is_fetched(
    library: Library, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.upkeep._PATIENCE", 0.0)
    with library.home.lock.held(0), pytest.raises(IndexBusyError, match="another citebot is writing the index"):
        library.index()
    assert not slow.asked.is_set()


def test_who_writes_when_all_is_fetched_is_waited_for(library: Library, slow: Slow) -> None:
    written = threading.Event()

    def write() -> None:
        with library.home.lock.held(5):
            slow.let.set()
            written.wait(1)  # indexing finds it locked

    writer = threading.Thread(target=lambda: (slow.asked.wait(60), write()))
    writer.start()
    report = library.index()
    writer.join()
    assert report.articles == ArticleCounts(added=1, unchanged=4)
