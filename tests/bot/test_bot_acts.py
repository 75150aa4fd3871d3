"""What is no question: the real bot as a process, over HTTP, by kind of message."""

import sqlite3
from pathlib import Path

from bot_process import UNPACED, Starter
from run_fake_bot import text_of
from telegram_server import BOT, READER, Call, TelegramServer, buttons

CONSTANTS = UNPACED
GROUP = {"id": -100500, "type": "supergroup", "title": "News"}
RUSSIAN = {"id": 1002, "language_code": "ru"}
QUESTION = "Who leads the secretboard?"
SECOND_PAGE = "1. The vote 4\nexample.org · 9 September 2024\nIt was close. Very close 4.\n\n2. The vote 5"
NOTHING_BEFORE = "There is nothing to go on from yet: ask a question first."


async def say(telegram: TelegramServer, text: str, **message: object) -> Call:
    """Say something as a reader and return what comes back."""
    before = len(telegram.sent())
    await telegram.receive(text=text, **message)
    return (await telegram.messages(before + 1))[-1]


def seen(call: Call) -> str:
    assert call.parsed is not None
    return call.parsed.text


def replied_to(call: Call) -> dict[str, object]:
    return {"message_id": call.message_id, "date": 1, "chat": GROUP, "from": BOT, "text": seen(call)}


async def test_a_greeting_is_returned_in_the_operators_words_with_examples(
    telegram: TelegramServer, start: Starter
) -> None:
    await start(bot_name="Herald", greeting=r"Welcome!\nThis is the <Herald>.", about="A paper & a bot.")
    await telegram.polling()
    greeted = await say(telegram, "Herald, hello!")
    while not buttons(greeted):  # the examples are tried out beside
        greeted = await say(telegram, "привет 👋")
    own = "Welcome!\nThis is the <Herald>.\n\nA paper & a bot.\n\n"
    assert seen(greeted) == (
        f"{own}Just write your question. If I am not sure of the answer or find none, I tell you so.\n\n"
        "You can try one of these:"
    )
    assert list(buttons(greeted)) == ["The board: what is known?"]
    introduced = seen(await say(telegram, "who are you?"))
    assert introduced.startswith("I am Herald, a bot and not a person: I answer")
    assert "\n\nA paper & a bot.\n\nThe archive holds 1,203 articles" in introduced
    begun = await say(telegram, "/start")
    assert seen(begun).startswith(f"{own}Just write your question.")
    assert "I tell you so. More: /help\n\nThe archive holds 1,203 articles" in seen(begun)
    assert seen(await say(telegram, "give me examples")) == "You can try one of these:"


async def test_small_talk_gets_a_line_and_is_not_stored(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(questions_per_minute="30")
    await telegram.polling()
    await say(telegram, QUESTION)
    lines = {
        "спасибо!": "Пожалуйста! Спрашивайте ещё.",
        "ок, понятно": "Хорошо. Спрашивайте, если что.",
        "👍": "Хорошо. Спрашивайте, если что.",
        "до свидания": "До свидания! Будет вопрос — пишите.",
        "как дела?": "Всё хорошо, спасибо. О какой новости рассказать?",
        "ты тут?": "Я здесь. Напишите вопрос.",
        "тупой бот": "Давайте спокойнее. Если ответ не тот, спросите другими словами.",
        "молодец": "Спасибо, приятно слышать.",
        "это не то": "Жаль, что не помог. Попробуйте спросить иначе: с именем, местом или датой.",
        "?": "Напишите вопрос словами: кто, что, где, когда или сколько.",
    }
    said = {text: seen(await say(telegram, text, sender=RUSSIAN)) for text in lines}
    assert said == lines
    assert seen(await say(telegram, "help")).startswith("How to ask")
    assert seen(await say(telegram, "what can you do?")).startswith("How to ask")
    assert seen(await say(telegram, "thanks")) == "You are welcome! Ask on."
    assert seen(await say(telegram, "Creature or machine, which?")).startswith("I am a bot and not a person:")
    assert seen(await say(telegram, "And who signed?")).startswith(f"Understood as: And who signed? ({QUESTION})\n")
    assert await bot.stop() == 0
    with sqlite3.connect(tmp_path / "data" / "state" / "people.sqlite") as people:
        stored = people.execute("SELECT question, previous_id FROM exchange ORDER BY id").fetchall()
    people.close()
    assert stored == [(QUESTION, None), ("And who signed?", 1)]
    assert "спасибо" not in bot.log()
    assert all(call.fields["chat_id"] != RUSSIAN["id"] for call in telegram.calls if call.method == "sendChatAction")


async def test_what_the_articles_cover_and_what_is_new_is_told(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    for text in ("how many articles do you have?", "what do you know?", "source?"):
        covered = seen(await say(telegram, text))
        assert covered.startswith("The archive holds 1,203 articles from 3 outlets")
        assert covered.endswith("• one.org: 2 articles, 1 May 2024")
    assert seen(await say(telegram, "what's new?")).startswith("1. The board\n"), "it is asked like a question"


async def test_an_answer_is_gone_on_from_by_words(telegram: TelegramServer, start: Starter) -> None:
    await start(citations="3", questions_per_minute="30")
    await telegram.polling()
    for text in ("more", "tell me more", "again"):
        assert seen(await say(telegram, text)).startswith(NOTHING_BEFORE)
    answer = await say(telegram, QUESTION)
    second = await say(telegram, "anything else?")
    assert seen(second).startswith(SECOND_PAGE)
    assert list(buttons(second)) == ["Context 1", "Context 2", "Context 3", "‹ Back", "More excerpts ›", "👍", "👎"]
    sources = await say(telegram, "source?")
    assert seen(sources).startswith("Where the last answer comes from:\n\nThe board\nexample.org · 9 September 2024")
    assert seen(sources).count("The vote") == 5
    assert sources.parsed is not None
    assert (
        sources.parsed.links()[0]
        == "https://example.org/1?a=1&lt=3&q=\"'<>#:~:text=The%20board%20chose%20a%20new%20chair."
    )
    third = await say(telegram, "more")
    assert list(buttons(third)) == ["Context 1", "Context 2", "‹ Back", "👍", "👎"]
    assert seen(await say(telegram, "more")) == "There are no more excerpts for this question."
    again = await say(telegram, "once more")
    assert again.fields["text"] == answer.fields["text"]
    assert again.fields["reply_markup"] == answer.fields["reply_markup"]
    assert seen(await say(telegram, "more")) == seen(second)
    details = await say(telegram, "tell me more")
    assert seen(details).startswith("The board\nexample.org · 9 September 2024\n\nParagraph before 1.")
    assert seen(details).partition("\n\n")[2].strip() in " ".join(text_of(1).split(" "))
    await say(telegram, "/new")
    assert seen(await say(telegram, "more")).startswith(NOTHING_BEFORE)


async def test_a_page_that_was_turned_to_by_a_button_counts(telegram: TelegramServer, start: Starter) -> None:
    await start(citations="3")
    await telegram.polling()
    answer = await say(telegram, QUESTION)
    await telegram.press(buttons(answer)["More excerpts ›"], answer.message_id)
    await telegram.edits(1)
    assert seen(await say(telegram, "more")).startswith(
        "1. The vote 7\nexample.org · 9 September 2024\nIt was close. Very close 7."
    )


async def test_after_a_refusal_the_nearest_articles_are_offered(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    refusal = await say(telegram, "missing")
    for text in ("more", "source?", "details"):
        said = await say(telegram, text)
        assert seen(said) == "The last answer had no excerpts.\n\nClosest to your question:"
        assert list(buttons(said)) == list(buttons(refusal))[:2]
    assert (await say(telegram, "again")).fields["text"] == refusal.fields["text"]


async def test_an_unsure_answer_is_gone_on_from_like_a_sure_one(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    guess = await say(telegram, "unsure")
    more = await say(telegram, "more")
    assert seen(more) == "There are no more excerpts for this question.\n\nClosest to your question:"
    assert list(buttons(more)) == ["Undated"]
    assert seen(await say(telegram, "source?")).endswith(":\n\nThe board\nexample.org · 9 September 2024")
    assert seen(await say(telegram, "tell me more")).startswith(
        "The board\nexample.org · 9 September 2024\n\nParagraph"
    )
    again = await say(telegram, "again")
    assert (again.fields["text"], buttons(again)) == (guess.fields["text"], buttons(guess))


async def test_more_waits_for_the_question_that_is_being_answered(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(citations="3")
    await telegram.polling()
    await telegram.receive(text="held secretboard")
    await telegram.typing(1)
    await telegram.receive(text="more")
    assert seen(await say(telegram, "thanks")) == "You are welcome! Ask on."
    await telegram.confirmed()
    bot.let_go()
    assert seen((await telegram.messages(3))[-1]).startswith(SECOND_PAGE)


async def test_in_a_group_it_is_the_answer_that_is_replied_to(telegram: TelegramServer, start: Starter) -> None:
    await start(questions_per_minute="30")
    await telegram.polling()
    answer = await say(telegram, f"/ask {QUESTION}", chat=GROUP)
    await say(telegram, "/ask missing", chat=GROUP)
    mention = [{"type": "mention", "offset": 0, "length": len(BOT["username"]) + 1}]
    more = await say(telegram, "more", chat=GROUP, reply_to_message=replied_to(answer))
    assert seen(more).startswith("The vote 2\nexample.org · 9 September 2024\nIt was close. Very close 2.")
    assert list(buttons(more)) == ["Context", "Article", "‹ Back", "More excerpts ›", "👍", "👎"]
    await telegram.press(buttons(more)["Article"], more.message_id, chat=GROUP)
    await telegram.press(buttons((await telegram.edits(1))[-1])["Page 2 ›"], more.message_id, chat=GROUP)
    await telegram.press(buttons((await telegram.edits(2))[-1])["‹ Back"], more.message_id, chat=GROUP)
    assert (await telegram.edits(3))[-1].fields["text"] == more.fields["text"]
    further = await say(telegram, "more", chat=GROUP, reply_to_message=replied_to(more))
    assert seen(further).startswith("The vote 3\nexample.org · 9 September 2024\nIt was close. Very close 3.")
    alone = await say(telegram, f"@{BOT['username']} more", chat=GROUP, entities=mention)
    assert seen(alone) == "Which answer do you mean? Write this as a reply to it."
    thanked = await say(telegram, f"@{BOT['username']} thanks!", chat=GROUP, entities=mention)
    assert seen(thanked) == "You are welcome! Ask on."
    before = len(telegram.sent())
    await telegram.receive(text="thanks", chat=GROUP)
    assert seen(await say(telegram, "/ask hello", chat=GROUP)).startswith("Hello! I answer questions")
    assert len(telegram.sent()) == before + 1


async def test_words_to_the_bot_count_towards_its_limit(telegram: TelegramServer, start: Starter) -> None:
    await start(questions_per_minute="2")
    await telegram.polling()
    said = [seen(await say(telegram, "thanks")) for _ in range(3)]
    assert said[:2] == ["You are welcome! Ask on."] * 2
    assert said[2].startswith("You ask faster than I can answer")


async def test_a_caption_may_greet_and_a_picture_without_words_asks_for_some(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    photo = [{"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1}]
    await telegram.receive(caption="thanks", photo=photo)
    assert seen((await telegram.messages(1))[-1]) == "You are welcome! Ask on."
    await telegram.receive(photo=photo, sender=READER)
    assert seen((await telegram.messages(2))[-1]).startswith("I read text only.")


async def test_small_talk_in_inline_mode_is_not_searched_for(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    offered = await telegram.answered(await telegram.type("hello"))
    assert offered.fields["results"] == []
    assert offered.fields["button"]["text"] == "Write a question about the news"
