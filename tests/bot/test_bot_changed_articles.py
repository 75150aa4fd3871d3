"""Old messages after the articles have changed: the real bot over a real index that is written beside it."""

import asyncio

import pytest
from bot_process import UNPACED, Starter
from hashing_model import BRIDGE, COMET, HARVEST
from telegram_server import Call, TelegramServer, buttons
from test_bot_reading import ask, press, seen

from retrieval.library import Library

CONSTANTS = UNPACED
QUESTION = "The comet passed Saturn late on Monday?"
CHANGED = ("The comet passed Saturn late on Sunday.", COMET[1])
GONE = "This article is no longer there."


@pytest.fixture
def over_the_index(start: Starter, indexed: Library):
    """Start the bot over the index of three articles."""

    async def starter() -> object:
        home = str(indexed.home.settings.home)
        return await start("run_hashing_bot", home=home, min_confidence="0", reader="off", citations="1")

    return starter


async def answered(telegram: TelegramServer) -> Call:
    await telegram.polling()
    answer = await ask(telegram, QUESTION)
    assert COMET[0] in seen(answer)
    assert "Context" in buttons(answer)
    return answer


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_excerpt_of_an_article_that_changed_is_said_to_have_changed_and_the_new_text_is_shown(
    telegram: TelegramServer, over_the_index, indexed: Library, corpus, restarted: bool
) -> None:
    bot = await over_the_index()
    answer = await answered(telegram)
    corpus.write("comet", *CHANGED)
    indexed.index()
    if restarted:
        assert await bot.stop() == 0
        await over_the_index()
    await press(telegram, answer, "Context")
    said, article = (await telegram.messages(3))[-2:]
    assert said.fields["text"] == "The article has changed since. This is what it says now:"
    assert seen(article).startswith("Comet\n\nThe comet passed Saturn late on Sunday.")
    assert telegram.edited() == []


@pytest.mark.parametrize("way", ["removed", "forgotten"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_an_excerpt_of_an_article_that_is_gone_is_not_shown_again(
    telegram: TelegramServer, over_the_index, indexed: Library, corpus, way: str, restarted: bool
) -> None:
    bot = await over_the_index()
    answer = await answered(telegram)
    if way == "removed":
        corpus.remove("comet")
        indexed.index()
    else:
        indexed.forget(["comet"])
    if restarted:
        assert await bot.stop() == 0
        await over_the_index()
    await press(telegram, answer, "Context")
    assert (await telegram.messages(2))[-1].fields["text"] == GONE
    # Forgetting takes effect at once; a newly published index is opened in the background.
    answers = [seen(await ask(telegram, QUESTION)).lower()]
    while way == "removed" and "comet" in answers[-1] and len(answers) < 8:
        await asyncio.sleep(1)
        answers.append(seen(await ask(telegram, QUESTION)).lower())
    assert "comet" not in answers[-1]
    assert telegram.edited() == []


async def test_another_page_of_an_answer_is_of_the_articles_as_they_are(
    telegram: TelegramServer, over_the_index, indexed: Library, corpus
) -> None:
    await over_the_index()
    answer = await answered(telegram)
    await press(telegram, answer, "More excerpts ›")
    second = (await telegram.edits(1))[-1]
    indexed.forget(["comet"])
    await press(telegram, second, "‹ Back")
    assert "omet" not in seen((await telegram.edits(2))[-1])


async def test_what_did_not_change_is_opened_though_the_answer_would_now_be_another(
    telegram: TelegramServer, over_the_index, indexed: Library, corpus
) -> None:
    bot = await over_the_index()
    answer = await answered(telegram)
    corpus.write("exact", QUESTION, title="The comet")
    corpus.write("bridge", *HARVEST, *BRIDGE)
    indexed.index()
    assert await bot.stop() == 0
    await over_the_index()
    await press(telegram, answer, "Context")
    around = (await telegram.edits(1))[-1]
    assert seen(around) == "Comet\n\n" + " ".join(COMET)


async def test_a_page_beyond_the_end_of_an_article_that_became_shorter_is_its_last(
    telegram: TelegramServer, over_the_index, indexed: Library, corpus
) -> None:
    corpus.write("comet", *COMET, *(f"Sentence number{number} about the tail of the comet." for number in range(200)))
    indexed.index()
    await over_the_index()
    answer = await answered(telegram)
    await press(telegram, answer, "Context")
    around = (await telegram.edits(1))[-1]
    await press(telegram, around, "Article")
    article = (await telegram.edits(2))[-1]
    corpus.write("comet", *COMET)
    indexed.index()
    await press(telegram, article, "Page 2 ›")
    assert seen((await telegram.edits(3))[-1]) == "Comet\n\n" + " ".join(COMET)


async def test_inline_results_of_a_forgotten_article_are_not_offered_again(
    telegram: TelegramServer, over_the_index, indexed: Library
) -> None:
    await over_the_index()
    await answered(telegram)  # the first search takes longer than typing waits
    first = await telegram.answered(await telegram.type(QUESTION))
    assert COMET[0] in str(first.fields["results"])
    indexed.forget(["comet"])
    again = await telegram.answered(await telegram.type(QUESTION))
    assert "omet" not in str(again.fields["results"])
