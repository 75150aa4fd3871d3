"""Quotes in Telegram: asked about, passed on, or selected in another message; the real bot over a real index."""

from typing import Any

import pytest
from bot_process import UNPACED, Starter
from hashing_model import BRIDGE, COMET, Corpus
from telegram_server import Call, TelegramServer, buttons
from test_bot_reading import seen

from retrieval.library import Library

CONSTANTS = UNPACED
RUSSIAN = {"language_code": "ru"}
CHANNEL = {"type": "channel", "chat": {"id": -1009, "type": "channel", "title": "News"}, "message_id": 7}
SPEECH = "«Мы не будем брать плату за проезд», — сказал губернатор Сергей Иванов."


@pytest.fixture
async def bot(telegram: TelegramServer, start: Starter, corpus: Corpus, indexed: Library) -> None:
    """The bot over an index of four articles."""
    corpus.write("speech", SPEECH, "Слушали его молча и недолго.")
    indexed.index()
    home = str(indexed.home.settings.home)
    await start("run_hashing_bot", home=home, min_confidence="0", reader="off", citations="1")
    await telegram.polling()


async def told(telegram: TelegramServer, text: str, number: int = 1, **message: Any) -> Call:
    await telegram.receive(text=text, **message)
    return (await telegram.messages(number))[-1]


def selected(text: str, *, is_manual: bool = True) -> dict[str, Any]:
    """A reply to a part of another message, as Telegram delivers it."""
    replied = {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": f"Before. {text}"}
    return {"reply_to_message": replied, "quote": {"text": text, "position": 8, "is_manual": is_manual}}


@pytest.mark.usefixtures("bot")
async def test_the_class_of_a_quote_is_told_and_what_differs_is_marked_in_both_languages(
    telegram: TelegramServer,
) -> None:
    said = await told(telegram, f"Правда ли, что «{BRIDGE[0]}»?", sender=RUSSIAN)
    assert seen(said) == f"Дословно: так стоит в статье.\n\nBridge\n{BRIDGE[0]}"
    said = await told(telegram, "Это цитата? «Мост через Волгу открыли в сентябре»", 2, sender=RUSSIAN)
    assert said.fields["text"].startswith(
        "Изменено: в статье здесь другие слова.\n\n<i>Вы привели:</i> Мост через <s>Волгу</s> открыли в сентябре\n\n"
    )
    assert said.fields["text"].endswith("<blockquote><b>Мост через <u>Ильму</u> открыли в сентябре</b>.</blockquote>")
    said = await told(telegram, "Is it true that “the comet never passed Saturn late on Monday”?", 3)
    assert seen(said).startswith(
        "Altered: the article has other words here.\n\n"
        "You quoted: the comet never passed Saturn late on Monday\n\nComet\n"
    )
    assert "<s>never</s>" in said.fields["text"]
    said = await told(telegram, "Правда ли, что Петров сказал: «Мы не будем брать плату за проезд»?", 4, sender=RUSSIAN)
    assert seen(said).startswith("Эти слова есть в статье, но их автор другой: Сергей Иванов.\n")
    said = await told(telegram, f"“{COMET[0]} Мост через Ильму открыли в сентябре.” - is that a quote?", 5)
    assert seen(said).startswith("Stitched together: these words stand in several places.\n\n1. Comet\n")
    said = await told(telegram, "Did Smith say “nobody has ever seen such weather here”?", 6)
    assert seen(said) == "No article has these words.\n\nClosest to your question:"
    assert len(buttons(said)) == 3


@pytest.mark.usefixtures("bot")
async def test_what_is_put_together_of_many_parts_floods_nobody(telegram: TelegramServer) -> None:
    said = await told(telegram, f"Is it true that “{'Мост через Ильму открыли в сентябре. ' * 60}”?")
    assert "\n\n10. Bridge\n" in seen(said)
    assert seen(said).endswith("… and 50 more")


@pytest.mark.usefixtures("bot")
async def test_a_post_that_is_passed_on_is_checked_and_one_that_no_article_has_is_news_as_ever(
    telegram: TelegramServer,
) -> None:
    origin = CHANNEL | {"date": 1725883200}
    said = await told(telegram, " ".join(BRIDGE), forward_origin=origin)
    assert seen(said).startswith("Verbatim: these words stand in the article.\n\nBridge\n")
    said = await told(telegram, "Nobody has ever seen such weather. " * 5, 2, forward_origin=origin)
    assert seen(said).startswith("This looks like a piece of news and not like a question.")


@pytest.mark.usefixtures("bot")
async def test_a_part_of_another_message_is_checked_or_is_what_a_question_is_about(telegram: TelegramServer) -> None:
    said = await told(telegram, "это правда?", sender=RUSSIAN, **selected("Мост через Ильму открыли в мае."))
    assert "<s>мае</s>" in said.fields["text"]
    said = await told(telegram, "is that true?", 2, **selected(COMET[0]))
    assert seen(said).startswith("Verbatim: these words stand in the article.\n\nComet\n")
    said = await told(telegram, "а когда это было?", 3, sender=RUSSIAN, **selected("Мост через Ильму"))
    assert seen(said).startswith("Понято как: Когда это было (Мост через Ильму)?\n")
    assert BRIDGE[0] in seen(said)
    # What Telegram selects by itself is no quote.
    said = await told(telegram, "Билет стоит 42 рубля?", 4, sender=RUSSIAN, **selected(COMET[0], is_manual=False))
    assert "Дословно" not in seen(said)


@pytest.mark.usefixtures("bot")
async def test_ordinary_questions_are_answered_as_ever(telegram: TelegramServer) -> None:
    said = await told(telegram, "Правда ли, что мост открыли?", sender=RUSSIAN)
    assert BRIDGE[0] in seen(said)
    assert "Context" in buttons(said) or "Контекст" in buttons(said)
    said = await told(telegram, "Правда ли, что мост через Ильму открыли в сентябре?", 2, sender=RUSSIAN)
    assert seen(said).startswith("Дословно: так стоит в статье.\n")
    said = await told(telegram, "«Когда открыли мост через Ильму?»", 3, sender=RUSSIAN)
    assert seen(said).startswith(f"Bridge\n{BRIDGE[0]}")
