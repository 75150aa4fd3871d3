"""A bot whose home is on a PostgreSQL that goes away and comes back: nothing is lost, and no traceback logged."""

from pathlib import Path

from bot_process import Starter
from citebot_process import until
from hashing_model import Corpus, cited, hashing_library, settings_for, write_three_articles
from postgres_server import PostgresServer
from telegram_server import TelegramServer

QUESTION = "When did the comet pass Saturn?"
SATURN = "The comet passed Saturn late on Monday."


async def test_what_is_asked_while_the_server_is_away_waits_and_is_answered_when_it_is_back(
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
    assert SATURN in answer.fields["text"]

    own_postgres.stop()
    await telegram.receive(text=QUESTION)
    await telegram.receive(text="Когда открыли мост через Ильму?", sender={"id": 1002, "language_code": "ru"})
    own_postgres.start()

    answers = "".join(call.fields["text"] for call in (await telegram.messages(3))[1:])
    assert SATURN in answers
    assert "Мост через Ильму открыли в сентябре." in answers
    await telegram.receive(text="Who filmed the tail of the comet?")
    answer = (await telegram.messages(4))[-1]
    assert "Astronomers filmed its tail for eleven hours." in answer.fields["text"]
    assert await bot.stop() == 0
    assert "Traceback" not in bot.log()


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
