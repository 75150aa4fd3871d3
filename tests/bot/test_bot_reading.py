"""What a reader meets: the real bot as a process, over HTTP, against a server that enforces Telegram's rules."""

import asyncio
import re
import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest
from bot_process import UNPACED, Starter
from run_fake_bot import CITED, HOSTILE_IN_A_LINE, LONG_ID, text_of
from telegram_server import BOT, MOST_UNITS, READER, Call, Fault, TelegramServer, buttons, parse_html, units

from retrieval.articles import article_key

CONSTANTS = UNPACED
GROUP = {"id": -100500, "type": "supergroup", "title": "News"}
RUSSIAN = {"id": 1002, "language_code": "ru"}
QUESTION = "Who leads the secretboard?"
TELL_ME = "Сообщить, когда появится"
MANY = 600
"""People; more than are remembered where memory is watched."""
NEWS = (
    "Flood in Elmwick: the river left its banks.\nThe water rose by two metres in a night, the council said on "
    "Monday. Forty families were taken to the school, where they will stay until the weekend at least."
)


async def ask(telegram: TelegramServer, text: str = QUESTION, **message: object) -> Call:
    """Ask as a reader and return the answer."""
    before = len(telegram.sent())
    await telegram.receive(text=text, **message)
    return (await telegram.messages(before + 1))[-1]


async def press(telegram: TelegramServer, call: Call, label: str, **who: object) -> str:
    """Press a button below a message of the bot's; return the id of the query."""
    return await telegram.press(buttons(call)[label], call.message_id, **who)


def seen(call: Call) -> str:
    assert call.parsed is not None
    return call.parsed.text


# Behaviour 5: /start, /help, links to articles


async def test_start_says_who_it_is_what_is_covered_and_what_to_ask(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    greeting = await ask(telegram, f"/start@{BOT['username']}")
    while not buttons(greeting):  # the examples are tried out beside
        greeting = await ask(telegram, "/start")
    before = len(telegram.sent())
    assert greeting.fields["text"].startswith("Hello! I answer questions about an archive of news articles")
    assert (
        "The archive holds 1,203 articles from 3 outlets, published from 18 January 2024 to 9 September 2024. "
        "Last updated on 9 September 2024.\n\nYou can try one of these:"
    ) in greeting.fields["text"]
    assert list(buttons(greeting)) == ["The board: what is known?"]
    query = await press(telegram, greeting, "The board: what is known?")
    answer = (await telegram.messages(before + 1))[-1]
    assert (await telegram.answered(query)).ok
    assert seen(answer).startswith("1. The board\nexample.org · 9 September 2024\nBefore. The board chose a new chair.")
    assert answer.fields["reply_parameters"]["message_id"] == greeting.message_id


async def test_an_example_of_an_earlier_version_is_asked_as_it_stands_on_its_button(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    greeting = await ask(telegram, "/start")
    [old, other] = ({"text": text, "callback_data": f"e:0:0:{article_key(text)}"} for text in ("missing Ivy…?", "Why?"))
    message = {
        "message_id": greeting.message_id, "date": 1, "chat": {"id": READER["id"], "type": "private"}, "from": BOT,
        "text": "Hello!", "reply_markup": {"inline_keyboard": [[other], [old]]},
    }  # fmt: skip
    await telegram.press(old["callback_data"], greeting.message_id, message=message)
    assert seen((await telegram.messages(2))[-1]).startswith("I found no answer that I am sure of.")


async def test_start_does_not_wait_for_examples(telegram: TelegramServer, start: Starter) -> None:
    await start(hold_examples="yes")
    await telegram.polling()
    greeting = await ask(telegram, "/start")
    assert seen(greeting).endswith("Last updated on 9 September 2024.")
    assert buttons(greeting) == {}


@pytest.mark.parametrize("payload", ["junk_-payload", "a_", "a_short", "a_" + "A" * 62, "a_AAAAAAAAAAA", "inline"])
async def test_a_junk_payload_is_harmless(telegram: TelegramServer, start: Starter, payload: str) -> None:
    bot = await start()
    await telegram.polling()
    said = (await ask(telegram, f"/start {payload}")).fields["text"]
    assert said.startswith("This article is no longer there" if payload.startswith("a_") else "Hello!")
    assert await bot.stop() == 0
    assert "Error" not in bot.log()


async def test_a_link_opens_its_article_page_by_page(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    opened = await ask(telegram, f"/start a_{article_key(LONG_ID)}")
    assert seen(opened).startswith(f"The vote {CITED}\nexample.org · 9 September 2024\n\nParagraph before {CITED}.")
    text, page = "", opened
    for number in range(1, 20):
        assert units(seen(page)) <= MOST_UNITS
        text += seen(page).partition("\n\n")[2]
        following = [label for label in buttons(page) if label.startswith(f"Page {number + 1} ")]
        if not following:
            break
        await telegram.press(buttons(page)[following[0]], opened.message_id)
        page = (await telegram.edits(number))[-1]
        assert f"‹ Page {number}" in buttons(page)
    assert re.sub(r"\s+", "", text) == re.sub(r"\s+", "", text_of(CITED))
    assert len(telegram.edited()) >= 4
    assert len(telegram.sent()) == 1


# Behaviours 7 to 9: the answer


async def test_an_answer_has_its_buttons_and_pages_turn_in_place(telegram: TelegramServer, start: Starter) -> None:
    await start(citations="3")
    await telegram.polling()
    answer = await ask(telegram)
    assert list(buttons(answer)) == ["Context 1", "Context 2", "Context 3", "More excerpts ›", "Follow", "👍", "👎"]
    await press(telegram, answer, "More excerpts ›")
    second = (await telegram.edits(1))[-1]
    assert second.fields["message_id"] == answer.message_id
    assert second.fields["link_preview_options"] == {"is_disabled": True}
    assert seen(second).startswith(
        "1. The vote 4\nexample.org · 9 September 2024\nIt was close. Very close 4.\n\n2. The"
    )
    assert seen(second).endswith("As of 9 September 2024.")
    around = ["Context 1", "Context 2", "Context 3"]
    assert list(buttons(second)) == [*around, "‹ Back", "More excerpts ›", "👍", "👎"]
    await press(telegram, second, "More excerpts ›")
    third = (await telegram.edits(2))[-1]
    assert list(buttons(third)) == [*around[:2], "‹ Back", "👍", "👎"]
    await press(telegram, second, "‹ Back")
    back = (await telegram.edits(3))[-1]
    assert back.fields["text"] == answer.fields["text"]
    assert back.fields["reply_markup"] == answer.fields["reply_markup"]


async def test_the_text_around_an_excerpt_leads_to_the_article_and_back(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    answer = await ask(telegram)
    await press(telegram, answer, "Context 2")
    around = (await telegram.edits(1))[-1]
    assert seen(around).startswith(
        "The vote 2\nexample.org · 9 September 2024\n\n"
        "Paragraph before 2.\n\nIt was close. Very close 2.\n\nParagraph after 2."
    )
    assert seen(around).endswith("…")
    assert around.parsed is not None
    assert around.parsed.pieces("b") == ["It was close."]
    assert list(buttons(around)) == ["‹ Back", "Article"]
    await press(telegram, around, "Article")
    article = (await telegram.edits(2))[-1]
    assert seen(article).startswith("The vote 2\nexample.org · 9 September 2024\n\nParagraph before 2.")
    assert list(buttons(article)) == ["Page 2 ›", "‹ Back"]
    await press(telegram, article, "Page 2 ›")
    await press(telegram, (await telegram.edits(3))[-1], "‹ Back")
    assert (await telegram.edits(4))[-1].fields["text"] == answer.fields["text"]


async def test_not_found_is_said_plainly_with_the_nearest_headlines_as_buttons(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    refusal = await ask(telegram, "missing", sender=RUSSIAN)
    assert seen(refusal) == "Уверенного ответа не нашёл.\n\nБлиже всего по теме:"
    assert list(buttons(refusal)) == [f"{HOSTILE_IN_A_LINE} · 9 сентября 2024", "Undated", TELL_ME, "👍", "👎"]
    await press(telegram, refusal, "Undated", sender=RUSSIAN)
    opened = (await telegram.messages(2))[-1]
    assert seen(opened).startswith("The vote 2\nexample.org · 9 сентября 2024\n\nParagraph before 2.")


async def test_an_unsure_answer_is_marked_and_stays_so_after_a_restart(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    await telegram.polling()
    guess = await ask(telegram, "unsure", sender=RUSSIAN)
    assert seen(guess) == (
        "Не уверен, но похоже на ответ:\n\nBefore. The board chose a new chair. After.\n"
        "The board\nexample.org · 9 сентября 2024\n\nНиже — другие статьи по теме."
    )
    assert list(buttons(guess)) == ["Контекст", "Статья", "Undated", TELL_ME, "👍", "👎"]
    assert await bot.stop() == 0
    await start()
    await press(telegram, guess, "Статья", sender=RUSSIAN)
    article = (await telegram.edits(1))[-1]
    assert seen(article).startswith("The board\nexample.org · 9 сентября 2024\n\nParagraph before 1.")
    await press(telegram, article, "‹ Назад", sender=RUSSIAN)
    back = (await telegram.edits(2))[-1]
    assert (back.fields["text"], buttons(back)) == (guess.fields["text"], buttons(guess))
    rated = await telegram.answered(await press(telegram, guess, "👍", sender=RUSSIAN))
    assert rated.fields["text"] == "Спасибо, учту."
    with sqlite3.connect(tmp_path / "data" / "state" / "people.sqlite") as people:
        assert people.execute("SELECT certainty, useful FROM exchange JOIN rating").fetchall() == [("unsure", 1)]
    people.close()


async def test_a_group_gets_one_excerpt_and_the_rest_behind_buttons(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    answer = await ask(telegram, f"/ask {QUESTION}", chat=GROUP)
    assert answer.parsed is not None
    assert answer.parsed.pieces("blockquote") == ["Before. The board chose a new chair. After."]
    assert list(buttons(answer)) == ["Context", "Article", "More excerpts ›", "👍", "👎"]
    await press(telegram, answer, "More excerpts ›", chat=GROUP, sender=RUSSIAN)
    assert seen((await telegram.edits(1))[-1]).startswith("The vote 2\nexample.org · 9 сентября 2024\nIt was close.")
    assert (await ask(telegram, "/ask", chat=GROUP)).fields["text"].startswith("Write the question after the command")
    said = {"message_id": 50, "date": 1, "chat": GROUP, "from": {**READER, "id": 7}, "text": "missing"}
    asked = await ask(telegram, "/ask", chat=GROUP, reply_to_message=said)
    assert seen(asked).startswith("I found no answer that I am sure of.")


# Behaviours 11 and 12: buttons


async def test_buttons_are_answered_while_a_search_is_busy(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    answer = await ask(telegram)
    await telegram.receive(text="held", sender=RUSSIAN)
    await telegram.typing(2)
    for label in ("👍", "Context 1", "More excerpts ›", "👎"):
        query = await press(telegram, answer, label)
        assert (await telegram.answered(query)).ok
    assert len(await telegram.edits(2)) == 2
    assert len(telegram.sent()) == 1


async def test_a_button_pressed_twice_is_no_error(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    answer = await ask(telegram)
    queries = [await press(telegram, answer, label) for label in ("Context 1", "Context 1", "👍", "👍")]
    for query in queries:
        assert (await telegram.answered(query)).ok
    await telegram.until(lambda: sum(call.method == "editMessageText" for call in telegram.calls) == 2, "both edits")
    assert len(telegram.edited()) == 1
    await ask(telegram, "/help")
    assert await bot.stop() == 0
    assert len(telegram.sent()) == 2
    assert "Error" not in bot.log()


async def test_an_old_query_and_a_message_that_is_gone_are_no_error(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    answer = await ask(telegram)
    telegram.fault("answerCallbackQuery", Fault(400, "Bad Request: query is too old and response timeout expired"))
    await press(telegram, answer, "Context 1")
    await telegram.edits(1)
    telegram.fault("editMessageText", Fault(400, "Bad Request: message to edit not found"))
    assert (await telegram.answered(await press(telegram, answer, "Context 2"))).ok
    await ask(telegram, "/help")
    assert await bot.stop() == 0
    assert "Error" not in bot.log()
    assert "Traceback" not in bot.log()


async def test_after_a_restart_buttons_go_on_and_after_forget_they_have_expired(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start()
    await telegram.polling()
    answer = await ask(telegram)
    assert await bot.stop() == 0
    await start()
    await press(telegram, answer, "More excerpts ›")
    assert seen((await telegram.edits(1))[-1]).startswith(
        "1. The vote 4\nexample.org · 9 September 2024\nIt was close."
    )
    assert (await telegram.answered(await press(telegram, answer, "👎"))).fields["text"] == "Thank you, noted."
    await ask(telegram, "/forget")
    assert (await telegram.answered(await press(telegram, answer, "👎"))).fields["text"].startswith("This button has")
    await press(telegram, answer, "Context 1")
    assert (await telegram.messages(3))[-1].fields["text"] == "This button has expired. Please ask again."
    assert len(telegram.edited()) == 1


FORGED = (
    "junk", "", "p", "p:1", "p:-1:0:", "p:99999999999999999999:0:", "p:999999999999999:0:", "c:1:999999999:", "z:1:1:",
    "a:0:999999999:AAAAAAAAAAA", "a:0:0:", "o:0:0:'; DROP", "o:0:0:AAAAAAAAAAA", "e:0:0:AAAAAAAAAAA", "l:0:0:xx",
    "g:999999999999999:0:", "p:١:0:", "p:1:0:\u0000", "😀" * 16,
)  # fmt: skip


async def test_forged_data_is_harmless(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    await ask(telegram)
    for person, data in enumerate(FORGED, start=2000):
        sender = RUSSIAN | {"id": person}
        assert (await telegram.answered(await telegram.press(data, 101, sender=sender))).ok, data
        assert telegram.edited() == [], data
        assert "Error" not in bot.log(), data
    await ask(telegram, "/help")
    assert await bot.stop() == 0
    assert telegram.edited() == []
    assert "Error" not in bot.log()


async def test_an_answer_of_somebody_else_is_not_shown(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    answer = await ask(telegram)
    query = await press(telegram, answer, "👎", sender=RUSSIAN)
    assert (await telegram.answered(query)).fields["text"].startswith("Эта кнопка устарела")
    await press(telegram, answer, "More excerpts ›", sender=RUSSIAN)
    assert (await telegram.messages(2))[-1].fields["text"].startswith("Эта кнопка устарела")
    assert telegram.edited() == []


async def test_button_data_fit_for_the_longest_ids(telegram: TelegramServer, start: Starter) -> None:
    await start(citations=str(CITED))
    await telegram.polling()
    answer = await ask(telegram)
    await press(telegram, answer, f"Context {CITED}")
    await press(telegram, (await telegram.edits(1))[-1], "Article")
    article = (await telegram.edits(2))[-1]
    assert seen(article).startswith(f"The vote {CITED}")
    assert all(len(data.encode()) <= 64 for data in buttons(article).values())
    assert f"https://t.me/{BOT['username']}?start=a_{article_key(LONG_ID)}" in (answer.parsed or parse_html("")).links()


async def test_ratings_are_stored_and_can_be_changed(telegram: TelegramServer, start: Starter, tmp_path: Path) -> None:
    bot = await start()
    await telegram.polling()
    answer = await ask(telegram)
    for label in ("👍", "👎"):
        await telegram.answered(await press(telegram, answer, label))
    assert await bot.stop() == 0
    with sqlite3.connect(tmp_path / "data" / "state" / "people.sqlite") as database:
        rated = database.execute("SELECT question, useful FROM rating JOIN exchange ON id = exchange_id").fetchall()
        shown = database.execute("SELECT number, article_id, start FROM shown ORDER BY number").fetchall()
    database.close()
    assert rated == [(QUESTION, 0)]
    assert shown == [
        (number, f"a{number}", text_of(number).index("B" if number == 1 else "It")) for number in (1, 2, 3)
    ]


# Commands


async def test_a_language_is_chosen_and_kept(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    offered = await ask(telegram, "/language")
    assert buttons(offered) == {"English": "l:0:0:en", "Русский": "l:0:0:ru"}
    await press(telegram, offered, "Русский")
    assert (await telegram.messages(2))[-1].fields["text"] == "Теперь я говорю по-русски."
    assert seen(await ask(telegram)).endswith("По состоянию на 9 сентября 2024.")
    assert await bot.stop() == 0
    await start()
    assert (await ask(telegram, "/help")).fields["text"].startswith("Как спрашивать")


async def test_sources_lists_outlets_and_dates(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    said = (await ask(telegram, "/sources", sender=RUSSIAN)).fields["text"]
    assert "В архиве 1\u00a0203 статьи из 3 изданий, с 18 января 2024 по 9 сентября 2024." in said
    assert said.endswith(
        "Издания:\n• example.org: 1\u00a0200 статей, с 18 января 2024 по 9 сентября 2024\n• без издания: 1 статья\n"
        "• one.org: 2 статьи, 1 мая 2024"
    )


async def test_new_begins_a_conversation_and_forget_deletes_for_good(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await ask(telegram)
    await ask(telegram, "And who signed?")
    assert (await ask(telegram, "/new")).fields["text"].startswith("The conversation is forgotten")
    await ask(telegram, "Where is the bridge?")
    database = tmp_path / "data" / "state" / "people.sqlite"
    with sqlite3.connect(database) as people:
        goes_on_from = people.execute("SELECT id, previous_id FROM exchange ORDER BY id").fetchall()
    people.close()
    assert goes_on_from == [(1, None), (2, 1), (3, None)]
    await ask(telegram, sender=RUSSIAN, text="Что было?")
    assert (await ask(telegram, "/forget")).fields["text"].startswith("All that was stored about you is deleted")
    on_disk = b"".join(path.read_bytes() for path in database.parent.glob("people.sqlite*"))
    assert b"secretboard" not in on_disk
    assert "Что было?".encode() in on_disk
    assert await bot.stop() == 0
    assert "secretboard" not in bot.log()


async def test_forget_also_deletes_what_is_being_answered_in_a_group(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="/ask held secretboard", chat=GROUP)
    await telegram.typing(1)
    await telegram.receive(text="/forget")
    await telegram.confirmed()
    bot.let_go()
    await telegram.messages(2)
    with sqlite3.connect(tmp_path / "data" / "state" / "people.sqlite") as people:
        assert people.execute("SELECT count(*) FROM exchange").fetchone() == (0,)
    people.close()


async def test_new_waits_for_the_question_that_is_being_answered(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="held secretboard")
    await telegram.typing(1)
    await telegram.receive(text="/new")
    await telegram.confirmed()
    bot.let_go()
    await telegram.messages(2)
    assert not seen(await ask(telegram, "And who signed?")).startswith("Understood")


async def test_a_question_may_begin_on_the_line_below_the_command(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    answer = await ask(telegram, "/ask\nmissing the board?", chat=GROUP)
    assert seen(answer).startswith("I found no answer that I am sure of.")


async def test_after_a_restart_a_follow_up_is_still_shown_as_understood(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(citations="3")
    await telegram.polling()
    await ask(telegram)
    answer = await ask(telegram, "And who signed?")
    assert await bot.stop() == 0
    await start(citations="3")
    await telegram.polling()
    await press(telegram, answer, "More excerpts ›")
    second = (await telegram.edits(1))[-1]
    await press(telegram, second, "‹ Back")
    assert (await telegram.edits(2))[-1].fields["text"] == answer.fields["text"]


async def test_a_follow_up_is_understood_from_the_conversation(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    understood = f"Understood as: And who signed? ({QUESTION})\n"
    assert not seen(await ask(telegram)).startswith("Understood")
    assert seen(await ask(telegram, "And who signed?")).startswith(understood)
    await ask(telegram, "/new")
    assert not seen(await ask(telegram, "And who signed?")).startswith("Understood")


async def test_in_a_group_a_conversation_is_what_replies_to_its_answers(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    first = await ask(telegram, f"/ask {QUESTION}", chat=GROUP)
    other = await ask(telegram, "/ask Where is the new bridge?", chat=GROUP)
    replied = [
        {"message_id": each.message_id, "date": 1, "chat": GROUP, "from": BOT, "text": seen(each)}
        for each in (first, other)
    ]
    follow_ups = [await ask(telegram, "And who signed?", chat=GROUP, reply_to_message=each) for each in replied]
    assert seen(follow_ups[0]).startswith(f"Understood as: And who signed? ({QUESTION})\n")
    assert seen(follow_ups[1]).startswith("Understood as: And who signed? (Where is the new bridge?)\n")
    assert not seen(await ask(telegram, "/ask And who signed?", chat=GROUP)).startswith("Understood")


async def test_a_conversation_that_another_version_has_stored_is_not_gone_on_with(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await ask(telegram)
    of_other_versions = ('{"subject": 5}', '{"version": 2, "subject": "?"}', '{"nonsense": "?"}', "[]")
    for told, stored in enumerate(of_other_versions, start=1):
        with sqlite3.connect(tmp_path / "data" / "state" / "people.sqlite") as people:
            people.execute("UPDATE exchange SET conversation = ?", (stored,))
        people.close()
        assert seen(await ask(telegram, "And who signed?")).startswith("1. The board\n"), stored
        assert bot.log().count("A stored conversation is not of this version") == told
    assert await bot.stop() == 0
    assert "Error" not in bot.log()


async def test_forget_also_deletes_what_is_being_answered(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.receive(text="held secretboard")
    await telegram.typing(1)
    await telegram.receive(text="/forget")
    await telegram.confirmed()
    bot.let_go()
    assert (await telegram.messages(2))[-1].fields["text"].startswith("All that was stored about you is deleted")
    on_disk = b"".join(path.read_bytes() for path in (tmp_path / "data" / "state").glob("people.sqlite*"))
    assert b"secretboard" not in on_disk


# Behaviour 20: what is no question


async def test_a_piece_of_news_is_answered_with_articles_about_it(telegram: TelegramServer, start: Starter) -> None:
    await start()
    await telegram.polling()
    origin = {"type": "channel", "date": 1, "chat": {"id": -1007, "type": "channel", "title": "News"}, "message_id": 5}
    for message in (
        {"text": NEWS},
        {"text": NEWS.replace("\n", " ")},
        {"text": NEWS.partition("\n")[2].replace(". ", ", "), "forward_origin": origin},
        {"text": "word " * 800, "sender": {"id": 1003}},
    ):
        offered = await ask(telegram, **message)
        assert offered.fields["text"].startswith("This looks like a piece of news and not like a question. Closest")
        assert list(buttons(offered)) == [f"{HOSTILE_IN_A_LINE} · 9 September 2024", "Undated"]
    await press(telegram, offered, "Undated", sender={"id": 1003})
    assert seen((await telegram.messages(5))[-1]).startswith("The vote 2")
    nothing = await ask(telegram, "Nothing of this is known here. " * 30)
    assert nothing.fields["text"].endswith("I found nothing close to it in the articles.")
    question = await ask(telegram, "Who leads the board?", forward_origin=origin)
    assert seen(question).startswith("1. The board\n")


# Behaviour 22: inline mode


async def test_inline_mode_offers_excerpts_within_two_seconds(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    empty = await telegram.answered(await telegram.type("  "))
    assert empty.fields["results"] == []
    assert empty.fields["button"] == {"text": "Write a question about the news", "start_parameter": "inline"}
    began = asyncio.get_running_loop().time()
    offer = await telegram.answered(await telegram.type(QUESTION))
    assert asyncio.get_running_loop().time() - began < 2
    assert offer.ok
    assert offer.fields["cache_time"] == 300
    results = offer.fields["results"]
    assert [result["title"] for result in results] == ["The board", *(f"The vote {n}" for n in range(2, CITED + 1))]
    assert results[0]["description"] == "The board chose a new chair."
    content = results[0]["input_message_content"]
    assert content["link_preview_options"] == {"is_disabled": True}
    assert parse_html(content["message_text"]).text == (
        "Before. The board chose a new chair. After.\nThe board\nexample.org · 9 September 2024"
    )
    unsure = await telegram.answered(await telegram.type("unsure"))
    assert unsure.fields["button"]["text"] == "No answer that I am sure of: ask me in private"
    [guess] = unsure.fields["results"]
    assert guess["title"] == "Not sure: The board"
    assert parse_html(guess["input_message_content"]["message_text"]).text.startswith(
        "I am not sure, but this may be the answer:\n\nBefore. The board chose"
    )
    missing = await telegram.answered(await telegram.type("missing", sender=RUSSIAN))
    assert missing.fields["results"] == []
    assert missing.fields["button"]["text"] == "Уверенного ответа не нашёл: спросите меня лично"
    assert await bot.stop() == 0
    assert "secretboard" not in bot.log()


async def test_inline_questions_are_found_again_and_only_the_last_typed_counts(
    telegram: TelegramServer, start: Starter
) -> None:
    await start()
    await telegram.polling()
    typed = [await telegram.type(QUESTION[:length]) for length in (5, 10, 15)]
    assert (await telegram.answered(typed[-1])).ok
    await telegram.receive(text="held", sender=RUSSIAN)
    await telegram.typing(1)
    again = await telegram.answered(await telegram.type(QUESTION[:15]))
    assert len(again.fields["results"]) == CITED
    busy = await telegram.answered(await telegram.type("Another question?"))
    assert busy.fields["button"]["text"] == "Busy right now: ask me in private"
    assert busy.fields["cache_time"] == 0
    # These were typed before all that was answered since.
    assert telegram.waiting(typed) == set(typed[:2])


async def test_an_inline_question_that_fails_is_not_in_the_log(telegram: TelegramServer, start: Starter) -> None:
    bot = await start()
    await telegram.polling()
    await telegram.type("broken secretboard")
    async with asyncio.timeout(8):
        while "Error" not in bot.log():  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.05)
    assert "\nLookupError\n" in bot.log()
    assert "secretboard" not in bot.log()


async def test_strangers_get_nothing_from_buttons_and_inline_mode(telegram: TelegramServer, start: Starter) -> None:
    await start(allowed_ids="1001")
    await telegram.polling()
    answer = await ask(telegram)
    pressed = await telegram.answered(await press(telegram, answer, "👍", sender=RUSSIAN))
    assert pressed.fields["text"].startswith("Извините, этот бот отвечает не всем. Ваш номер в Telegram — 1002")
    assert (await telegram.answered(await telegram.type(QUESTION, sender=RUSSIAN))).fields["results"] == []


# Behaviour 25: memory


@pytest.mark.timeout(600)
async def test_readers_who_come_by_leave_nothing_in_memory(telegram: TelegramServer, start: Starter) -> None:
    remembered = dict.fromkeys(("bot.services.limits._REMEMBERED", "bot.services.gathering._REMEMBERED"), 400)
    bot = await start(log_level="warning", constants=remembered)
    await telegram.polling()

    async def come_by(first: int, count: int) -> int:
        """Let so many people rate an answer that is gone; return the bot's memory afterwards, in KiB."""
        queries = [await telegram.press("g:1:0:", 101, sender={"id": first + person}) for person in range(count)]
        await telegram.until(lambda: not telegram.waiting(queries), "answers to everyone", 240)
        return resident(bot.process.pid)

    await come_by(10_000, MANY)  # what is bounded is full then
    sizes = [await come_by(first, MANY) for first in (20_000, 30_000, 40_000)]
    growth = [after - before for before, after in pairwise(sizes)]
    assert min(growth) < MANY  # less than a kilobyte a person; the heap may grow once, where many come at a time


def resident(process: int) -> int:
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        pytest.skip("memory can be looked up on Linux only")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status.read_text(encoding="utf-8"))[1])  # type: ignore[index]
