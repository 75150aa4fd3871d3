"""Pages that posts of a channel link to are articles too: the real bot over a real index, with pages on loopback."""

import threading

from bot_process import UNPACED, Bot, Starter
from telegram_server import TelegramServer
from test_bot_channels import CHANNEL, SENT, SETTINGS, WORDS, deliver, published
from web_documents import page
from web_server import Served, WebServer

from retrieval.library import Library
from retrieval.types import ReceivedKind

CONSTANTS = UNPACED | {"bot.services.intake._TOGETHER": 0.1}
POST = "Паром Александрит вышел в рейс через пролив: пассажиров вдвое больше, чем прошлым летом."
TITLE = "Паром Александрит вышел в рейс через пролив"
BODY = (
    "Паром Александрит перевёз через пролив девятьсот пассажиров за сутки, что вдвое больше, чем прошлым летом.",
    "Капитан парома рассказал, что рейсов прибавится, если пассажиров в августе будет столько же, сколько в июле.",
)
ELSE = (
    "Концерт на набережной перенесли из-за дождя на субботу, сообщили организаторы утром в понедельник.",
    "Билеты примут и тогда, а вернуть их можно до четверга в кассе городского театра на площади Мира.",
)
FORBIDDEN = "must not be fetched: robots.txt of the host forbids it; ask its owner, or take another address"
ON = {"telegram_read_links": "true", "fetch_private_addresses": "true", "fetch_delay": "0"}


async def start_bot(start: Starter, telegram: TelegramServer, indexed: Library, **settings: str) -> Bot:
    home = str(indexed.home.settings.home)
    bot = await start("run_hashing_bot", CONSTANTS, home=home, **(SETTINGS | ON | settings))
    await telegram.polling()
    return bot


def linking(text: str, address: str) -> dict[str, object]:
    """Return a post whose last word is a link."""
    entity = {"type": "text_link", "offset": len(text) + 1, "length": 5, "url": address}
    return {"text": f"{text} Далее", "entities": [entity]}


def typed(text: str, address: str) -> dict[str, object]:
    """Return a post that ends with an address."""
    return {"text": f"{text} {address}", "entities": [{"type": "url", "offset": len(text) + 1, "length": len(address)}]}


def article(*paragraphs: str, title: str = TITLE) -> Served:
    return Served(page(title, *paragraphs).encode())


def asked(web: WebServer, path: str) -> int:
    return sum(each == path for each, _ in web.requests)


def ids(indexed: Library) -> set[str]:
    return {each.id for each in indexed.listed()}


async def test_a_page_is_an_article_beside_its_post_read_once_and_anew_where_the_link_changes(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    with WebServer() as web:
        web.paths |= {"/ferry": article(*BODY), "/corrected": article(*BODY[::-1])}
        bot = await start_bot(start, telegram, indexed)
        await deliver(telegram, 7, **linking(POST, f"{web.root}/ferry"))
        found = await published(telegram, indexed, f"{web.host}/ferry", BODY[0])
        assert found
        assert (found.title, found.url) == (TITLE, f"{web.root}/ferry")
        assert f"{found.published_at}" == "2024-09-09 12:36:00"
        assert await published(telegram, indexed, "1234567890/7", POST)

        await deliver(telegram, 7, edited=SENT + 60, **typed(f"{POST} Обновлено.", f"{web.root}/ferry"))
        await published(telegram, indexed, "1234567890/7", "Обновлено.")
        chosen = {"link_preview_options": {"url": f"{web.root}/corrected"}}
        await deliver(telegram, 7, edited=SENT + 90, **(linking(POST, f"{web.root}/ferry") | chosen))
        await published(telegram, indexed, f"{web.host}/corrected", BODY[1])
        await published(telegram, indexed, f"{web.host}/ferry", None)
        assert (asked(web, "/ferry"), asked(web, "/corrected")) == (1, 1)

        await deliver(telegram, 7, edited=SENT + 120, text=POST)
        await published(telegram, indexed, f"{web.host}/corrected", None)
        assert await published(telegram, indexed, "1234567890/7", POST)
        assert await bot.stop() == 0


async def test_a_post_that_only_announces_its_page_is_no_article_beside_it(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    with WebServer() as web:
        web.paths["/ferry"] = article(*BODY)
        bot = await start_bot(start, telegram, indexed)
        await deliver(telegram, 7, **typed(f"{TITLE}. Подробнее:", f"{web.root}/ferry"))
        await published(telegram, indexed, f"{web.host}/ferry", BODY[0])
        await published(telegram, indexed, "1234567890/7", None)
        indexed.index()  # nor for a whole run
        assert ids(indexed) & {"1234567890/7", f"{web.host}/ferry"} == {f"{web.host}/ferry"}
        assert await bot.stop() == 0


async def test_what_cannot_be_read_is_one_warning_and_holds_up_nothing(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    with WebServer() as web:
        release = threading.Event()

        def slowly(handler: object) -> None:
            release.wait(30)
            article(*BODY)(handler)

        web.paths |= {
            "/slow": slowly,
            "/other": article(*ELSE, title="Концерт перенесли"),
            "/robots.txt": Served(b"User-agent: *\nDisallow: /closed", kind="text/plain"),
            "/closed/ferry": article(*BODY),
        }
        bot = await start_bot(start, telegram, indexed)
        await deliver(telegram, 6, **linking(POST, f"{web.root}/slow"))
        await telegram.eventually(lambda: asked(web, "/robots.txt") == 1, "the page to be asked for")
        for number, place in enumerate(("missing", "other", "closed/ferry"), start=7):
            await deliver(telegram, number, **linking(f"{WORDS} {number}", f"{web.root}/{place}"))
        await published(telegram, indexed, "1234567890/9", WORDS)
        assert f"{web.host}/slow" not in ids(indexed)
        release.set()
        await published(telegram, indexed, f"{web.host}/slow", BODY[0])
        await telegram.eventually(lambda: bot.log().count("to which a post links") == 3, "three warnings")
        warnings = [line.partition(web.root)[2] for line in bot.log().splitlines() if "to which a post links" in line]
        assert [line.replace(", to which a post links, is not read:", "") for line in warnings] == [
            "/missing answers 404 Not Found; check the address",
            "/other is about something else than the post, perhaps a captcha or a consent",
            f"/closed/ferry {FORBIDDEN}",
        ]
        assert indexed.home.links.waiting() == []
        web.paths["/missing"] = article(*BODY[::-1])
        await deliver(telegram, 7, edited=SENT + 60, **linking(f"{WORDS} 7!", f"{web.root}/missing"))
        await published(telegram, indexed, f"{web.host}/missing", BODY[1])  # what failed is tried at the next edit
        assert await bot.stop() == 0


async def test_a_link_that_came_before_a_kill_is_read_by_the_next_start(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    with WebServer() as web:
        release = threading.Event()
        web.paths["/robots.txt"] = lambda _: release.wait(30)
        web.paths["/ferry"] = article(*BODY)
        bot = await start_bot(start, telegram, indexed)
        await deliver(telegram, 7, **linking(POST, f"{web.root}/ferry"))
        await telegram.eventually(lambda: bool(indexed.home.links.waiting()), "the link to be kept")
        await bot.kill()
        release.set()
        web.paths.pop("/robots.txt")
        telegram.restarted()
        bot = await start_bot(start, telegram, indexed)
        await published(telegram, indexed, f"{web.host}/ferry", BODY[0])
        assert await bot.stop() == 0


async def test_without_the_setting_or_a_preview_no_page_is_asked_for(
    telegram: TelegramServer, start: Starter, indexed: Library
) -> None:
    with WebServer() as web:
        web.paths["/ferry"] = article(*BODY)
        post = linking(POST, f"{web.root}/ferry")
        bot = await start_bot(start, telegram, indexed, telegram_read_links="false")
        await deliver(telegram, 6, **post)
        await published(telegram, indexed, "1234567890/6", POST)
        assert await bot.stop() == 0
        telegram.restarted()
        bot = await start_bot(start, telegram, indexed)
        photo = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]
        caption = {"caption": post["text"], "caption_entities": post["entities"], "photo": photo}
        await deliver(telegram, 7, **caption)
        await deliver(telegram, 8, **(post | {"link_preview_options": {"is_disabled": True}}))
        await deliver(telegram, 9, **linking(POST, "https://t.me/ilma/7"))
        await deliver(telegram, 10, **linking(POST, web.root))
        await deliver(telegram, 11, chat=CHANNEL | {"id": -1002222222222, "username": "other"}, **post)
        await deliver(telegram, 12, text=WORDS)
        await published(telegram, indexed, "1234567890/12", WORDS)
        kept = {each.kind for each in indexed.home.received.taken_in()}
        assert (kept, indexed.home.links.waiting(), web.requests) == ({ReceivedKind.POST}, [], [])
        assert await bot.stop() == 0
