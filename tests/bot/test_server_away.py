"""A bot whose home is on a PostgreSQL that goes away and comes back: one line to readers and in the log, no more."""

from pathlib import Path

from bot_process import Starter
from citebot_process import until
from hashing_model import Corpus, cited, hashing_library, settings_for, write_three_articles
from postgres_server import PostgresServer
from telegram_server import TelegramServer

QUESTION = "When did the comet pass Saturn?"
RUSSIAN = {"id": 1002, "language_code": "ru"}
UNAVAILABLE = "The articles cannot be searched right now. Please ask again in a few minutes."
IN_RUSSIAN = "Сейчас искать в статьях не получается. Спросите, пожалуйста, ещё раз через несколько минут."


async def test_questions_asked_while_the_server_is_away_are_told_so_and_later_ones_answered(
    telegram: TelegramServer, start: Starter, tmp_path: Path, own_postgres: PostgresServer
) -> None:
    corpus = Corpus(tmp_path / "articles")
    write_three_articles(corpus)
    url = own_postgres.new_database()
    hashing_library(settings_for(tmp_path / "home", corpus.folder, database_url=url)).index()
    bot = await start(
        "run_hashing_bot", home=str(tmp_path / "home"), database_url=url, reader="off", min_confidence="0"
    )
    await telegram.polling()
    await telegram.receive(text=QUESTION)
    [answer] = await telegram.messages(1)
    assert "The comet passed Saturn late on Monday." in answer.fields["text"]

    own_postgres.stop()
    await telegram.receive(text=QUESTION)
    await telegram.receive(text="Когда открыли мост через Ильму?", sender=RUSSIAN)
    told = await telegram.messages(3)
    assert sorted(call.fields["text"] for call in told[1:]) == [UNAVAILABLE, IN_RUSSIAN]
    await telegram.receive(text="/help")
    await telegram.messages(4)

    own_postgres.start()
    await telegram.receive(text="Who filmed the tail of the comet?")
    answer = (await telegram.messages(5))[-1]
    assert "Astronomers filmed its tail for eleven hours." in answer.fields["text"]
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log()
    failures = [line for line in bot.log().splitlines() if "The database failed: " in line]
    assert len(failures) == 2
    assert all("postgresql+psycopg://" in line for line in failures)


def test_what_is_published_after_the_server_was_away_is_taken_up(tmp_path: Path, own_postgres: PostgresServer) -> None:
    corpus = Corpus(tmp_path / "articles")
    write_three_articles(corpus)
    settings = settings_for(tmp_path / "home", corpus.folder, database_url=own_postgres.new_database())
    answering, writing = hashing_library(settings), hashing_library(settings)
    writing.index()
    assert cited(answering.ask(QUESTION))[0] == "comet"
    answering.follow(every=0.05)
    for article in ("tram", "bus"):
        own_postgres.stop()
        own_postgres.start()
        corpus.write(article, f"The {article} costs 42 roubles since Friday.")
        writing.index()
        until(lambda article=article: article in cited(answering.ask(f"How much does the {article} cost?")))
    answering.close()


async def test_a_bot_does_not_begin_while_the_server_is_away(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    url = "postgresql+psycopg://bot:geheim@127.0.0.1:1/citebot"
    bot = await start("run_hashing_bot", home=str(tmp_path / "home"), database_url=url)
    assert await bot.exit_code() == 1
    assert (
        "citebot: the database postgresql+psycopg://bot:***@127.0.0.1:1/citebot failed: connection failed" in bot.log()
    )
    assert "Traceback" not in bot.log()
    assert "geheim" not in bot.log()
