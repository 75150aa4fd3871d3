"""The operator's commands: for admins alone, in private, noted in the log, as a process over HTTP."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bot_process import UNPACED, Bot, Starter
from run_fake_bot import ARTICLES_READ, PUBLISHED, SENTENCES_EMBEDDED
from telegram_server import READER, Call, Fault, TelegramServer, buttons

from bot.handlers.commands import COMMANDS
from bot.handlers.operator import OPERATOR_MENU
from bot.people.audit import UNFINISHED, begin_operation, end_operation, last_operations
from bot.people.missed import Judgement, judge, missed, missed_with, note_asked_again, to_ask_again
from bot.people.overview import Usage, usage
from bot.people.store import PeopleStore
from bot.people.types import Exchange, Shown
from retrieval.evaluation.questions import load_questions
from retrieval.types import Certainty

CONSTANTS = UNPACED
ADMIN = str(READER["id"])
OTHER = {"id": 1002}
RUSSIAN = {"id": 1002, "language_code": "ru"}
GROUP = {"id": -100500, "type": "supergroup", "title": "News"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
DONE = "Done: index 000008. Articles: 3 added, 1 changed, 2 removed; records with a problem: 1; 7 s."
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


async def said(telegram: TelegramServer, text: str, **message: object) -> Call:
    before = len(telegram.sent())
    await telegram.receive(text=text, **message)
    return (await telegram.messages(before + 1))[-1]


async def test_stats_and_missed_tell_what_was_asked(telegram: TelegramServer, start: Starter, tmp_path: Path) -> None:
    bot = await start(admin_ids=ADMIN)
    await telegram.polling()
    none = await said(telegram, "/missed")
    assert none.fields["text"] == "Every question was answered, and nobody gave a 👎."
    answered = await said(telegram, "Who leads the secretboard?")
    await said(telegram, "missing secretboard", sender=OTHER)
    guesses = [await said(telegram, f"unsure {which} secretboard") for which in ("liked", "disliked", "unrated")]
    for call, label in ((answered, "👎"), (guesses[0], "👍"), (guesses[1], "👎")):
        await telegram.answered(await telegram.press(buttons(call)[label], call.message_id))
    stats = await said(telegram, "/stats")
    assert stats.fields["text"].startswith(
        "Last 24 hours\nQuestions: 5\nAnswered: 20%\nUnsure: 60%\n👎: 40%\n"
        "An answer took: half 12 ms at most, 95% 12 ms at most\nPeople: 2\n\nLast 7 days\n"
    )
    listed = await said(telegram, "/missed")
    assert listed.fields["text"] == (
        "Without a sure answer (∅ none, ≈ unsure): 2\n"
        "1. ≈ unsure unrated secretboard\n    → The board · 9 September 2024\n"
        "3. ∅ missing secretboard\n\n"
        "Found useless (👎): 2\n"
        "2. 👎 unsure disliked secretboard\n    → The board · 9 September 2024\n"
        "4. 👎 Who leads the secretboard?\n    → The board · 9 September 2024\n\n"
        "Press a number to see what was answered and to say which article answers it. What you have judged (✓) "
        "comes as questions.jsonl, for `citebot evaluate`; the rest as to-judge.jsonl."
    )
    assert await questions_sent(telegram, tmp_path) == {
        "to-judge.jsonl": [
            ("unsure unrated secretboard", "unsure", False, ()),
            ("unsure disliked secretboard", "disliked", False, ()),
            ("missing secretboard", "unanswered", False, ()),
            ("Who leads the secretboard?", "disliked", False, ()),
        ]
    }
    assert await bot.stop() == 0
    assert bot.log().count(f"Operator {ADMIN}: /missed") == 2
    assert bot.log().count(f"Operator {ADMIN}: /stats") == 1
    assert "secretboard" not in bot.log()


async def questions_sent(telegram: TelegramServer, folder: Path, files: int = 1) -> dict[str, list[tuple[object, ...]]]:
    """Return what `citebot evaluate` reads in the last files that were sent, by their names."""

    def documents() -> list[tuple[str, str]]:
        return [call.fields["document"] for call in telegram.calls if call.method == "sendDocument"]

    await telegram.until(lambda: len(documents()) >= files, "the files")
    found: dict[str, list[tuple[object, ...]]] = {}
    for name, body in documents()[-files:]:
        (folder / name).write_text(body, encoding="utf-8")
        found[name] = [
            (each.question, each.kind, each.answerable, tuple(each.article_ids))
            for each in load_questions(folder / name)
        ]
    return found


async def test_an_operator_says_which_article_answers_what_was_missed(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(home="home", admin_ids=ADMIN)
    await telegram.polling()
    for question in ("missing secretboard", "missing <b>map</b>", "unsure secretboard"):
        await said(telegram, question, sender=OTHER)
    listed = await said(telegram, "/missed")

    unsure, nowhere, refused = [await pressed(telegram, listed, number) for number in ("1", "2", "3")]
    assert unsure.fields["text"] == (
        "<b>unsure secretboard</b>\n\n<blockquote><b>Before. The board chose a new chair. After.</b></blockquote>\n"
        '<a href="https://example.org/1?a=1&amp;lt=3&amp;q=&quot;&#x27;&lt;&gt;'
        '#:~:text=Before.%20The%20board%20chose%20a%20new%20chair.%20After.">The board</a>\n'
        "example.org · 9 September 2024\n\nWhich article answers it?"
    )
    assert nowhere.fields["text"] == (
        "<b>missing &lt;b&gt;map&lt;/b&gt;</b>\n\nNothing was cited.\n\nWhich article answers it?"
    )
    assert [*buttons(unsure)] == ["The board · 9 September 2024", "Undated", "No article does"]

    second = await pressed(telegram, refused, "Undated")
    assert second.fields["text"] == "Kept: “The vote 2” answers it."
    assert (await pressed(telegram, nowhere, "No article does")).fields["text"] == "Kept: no article answers it."
    again = await said(telegram, "/missed")
    assert again.fields["text"].splitlines()[1:5] == [
        "1. ≈ unsure secretboard", "    → The board · 9 September 2024", "2. ∅ ✓ missing &lt;b&gt;map&lt;/b&gt;",
        "3. ∅ ✓ missing secretboard",
    ]  # fmt: skip
    assert await questions_sent(telegram, tmp_path, 3) == {
        "questions.jsonl": [
            ("missing <b>map</b>", "unanswered", False, ()),
            ("missing secretboard", "unanswered", True, ("a2",)),
        ],
        "to-judge.jsonl": [("unsure secretboard", "unsure", False, ())],
    }
    assert await bot.stop() == 0
    assert len(re.findall(rf"Operator {ADMIN}: judged question \d", bot.log())) == 2
    assert "secretboard" not in bot.log()


async def test_a_list_that_is_too_long_for_a_message_comes_in_two(telegram: TelegramServer, start: Starter) -> None:
    await start(admin_ids=ADMIN)
    await telegram.polling()
    for number in range(10):
        await said(telegram, f"missing {number} " + "🚋" * 300, sender={"id": 3000 + number})
    await telegram.receive(text="/missed")
    first, last = (await telegram.messages(12))[-2:]
    assert first.fields["text"].count("🚋…") == 10
    assert "reply_markup" not in first.fields
    assert last.fields["text"].startswith("Press a number to see")
    assert [*buttons(last)] == [str(number) for number in range(1, 11)]


async def pressed(telegram: TelegramServer, call: Call, label: str, **place: object) -> Call:
    """Return what is said where a button is pressed."""
    before = len(telegram.sent())
    await telegram.answered(await telegram.press(buttons(call)[label], call.message_id, **place))
    return (await telegram.messages(before + 1))[-1]


async def test_nobody_else_and_nobody_in_a_group_presses_what_operators_may(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(home="home", admin_ids=ADMIN)
    await telegram.polling()
    await said(telegram, "missing secretboard")
    listed = await said(telegram, "/missed")
    shown = await pressed(telegram, listed, "1")
    for place in ({"sender": OTHER}, {"chat": GROUP}, {"sender": OTHER, "chat": GROUP}):
        for call, label in ((listed, "1"), (shown, "Undated"), (shown, "No article does")):
            refused = await pressed(telegram, call, label, **place)
            assert refused.fields["text"] == "This button has expired. Please ask again."
    assert await bot.stop() == 0
    store = PeopleStore.open(tmp_path / "home", None)
    assert [each.judgement for each in missed(store, 10)] == [None]
    store.close()


async def test_a_new_index_is_asked_what_was_missed_and_operators_hear_once_what_it_answers(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    often = UNPACED | {"bot.services.asking_again._LOOK_EVERY": 0.05, "bot.services.desks._PAUSE": 0.01}
    bot = await start(constants=often, home="home", admin_ids=f"{ADMIN},1002")
    await telegram.polling()
    for question in ("later secretboard", "missing secretboard", "later <b>map</b>"):
        await said(telegram, question, sender=OTHER)
    bot.let_go(PUBLISHED)
    sent = (await telegram.messages(5))[-2:]
    assert [(call.fields["chat_id"], call.fields["text"]) for call in sent] == [
        (1001, ANSWERED_NOW),
        (1002, ANSWERED_NOW),
    ]
    listed = await said(telegram, "/missed")
    assert [line for line in listed.fields["text"].splitlines() if "secretboard" in line] == [
        "1. ∅ missing secretboard"
    ]
    assert await bot.stop() == 0
    telegram.restarted()
    await start(constants=often, home="home", admin_ids=f"{ADMIN},1002")
    await telegram.polling()
    await said(telegram, "Who leads the board?")
    assert len(telegram.sent()) == 7


ANSWERED_NOW = (
    "Questions that were missed and are answered now: 2\n"
    "• later <b>map</b>\n    → The board · 9 September 2024\n"
    "• later secretboard\n    → The board · 9 September 2024"
)


async def test_to_all_others_the_commands_do_not_exist(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(admin_ids="7")
    await telegram.polling()
    for command in ("/stats", "/missed", "/reindex", "/rollback", "/audit"):
        assert (await said(telegram, command)).fields["text"].startswith("I do not know this command")
    assert await bot.stop() == 0
    assert "Operator" not in bot.log()


async def test_in_a_group_even_an_admin_gets_no_word_and_who_hides_behind_it_even_less(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(admin_ids=f"{ADMIN}, {ANONYMOUS['id']}, {GROUP['id']}")
    await telegram.polling()
    for command in ("/missed", "/rollback", "/audit", "/reindex"):
        await telegram.receive(text=command, chat=GROUP)
        await telegram.receive(text=command, chat=GROUP, sender=ANONYMOUS, sender_chat=GROUP)
    audit = await said(telegram, "/audit")
    assert audit.fields["chat_id"] == READER["id"]
    assert re.fullmatch(rf"The operators' last commands:\n.* · {ADMIN} · /audit · not finished", audit.fields["text"])
    assert await bot.stop() == 0
    assert len(telegram.sent()) == 1


async def test_what_operators_have_done_is_kept_and_shown(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(admin_ids=f"{ADMIN}, 1002", keep_days="7")
    await telegram.polling()
    await said(telegram, "/rollback")
    await said(telegram, "/rollback", sender=OTHER)
    await said(telegram, "/forget", sender=OTHER)
    assert await bot.stop() == 0
    telegram.restarted()
    await start(admin_ids=ADMIN)
    await telegram.polling()
    lines = (await said(telegram, "/audit")).fields["text"].splitlines()
    today = datetime.now(UTC).date()
    assert all(line.startswith((f"{today} ", f"{today - timedelta(days=1)} ")) for line in lines[1:])
    assert [line.partition(" UTC · ")[2] for line in lines[1:]] == [
        f"{ADMIN} · /audit · not finished",
        "1002 · /rollback · there was no earlier index",
        f"{ADMIN} · /rollback · done",
    ]


@pytest.fixture
def start_telling_often(start: Starter) -> Starter:
    """Start bots that tell without delay how far an operator's work is."""

    async def starter(**settings: str) -> Bot:
        return await start(constants={"bot.handlers.operator._BETWEEN_EDITS": 0.05}, **settings)

    return starter


async def test_reindexing_shows_how_far_it_is_in_one_message(
    telegram: TelegramServer, start_telling_often: Starter
) -> None:
    bot = await start_telling_often(admin_ids=ADMIN)
    await telegram.polling()
    assert (await said(telegram, "/reindex")).fields["text"] == "Indexing…"
    assert (await said(telegram, "/help", sender=OTHER)).fields["text"].startswith("How to ask")
    await telegram.edits(1)
    bot.let_go(ARTICLES_READ)
    await telegram.edits(2)
    bot.let_go(SENTENCES_EMBEDDED)
    await telegram.edits(3)
    assert [call.fields["text"] for call in telegram.edited()] == [
        "Indexing: 21 articles read",
        "Indexing: 4 of 12 sentences embedded",
        DONE,
    ]
    assert await bot.stop() == 0
    assert f"Operator {ADMIN}: /reindex" in bot.log()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(400, "Bad Request: message to edit not found"),
        Fault(429, "Too Many Requests: retry after 900", retry_after=900),
        Fault(drop=True),
    ],
)
async def test_what_came_of_reindexing_is_told_in_another_message_where_the_first_cannot_be_changed(
    telegram: TelegramServer, start: Starter, fault: Fault
) -> None:
    bot = await start(admin_ids=ADMIN)
    await telegram.polling()
    await said(telegram, "/reindex")
    telegram.fault("editMessageText", fault, times=9)
    bot.let_go(ARTICLES_READ)
    bot.let_go(SENTENCES_EMBEDDED)
    assert (await telegram.messages(2))[-1].fields["text"] == DONE
    audit = (await said(telegram, "/audit")).fields["text"]
    assert f"{ADMIN} · /reindex · done" in audit


async def test_what_came_of_reindexing_is_told_once_where_the_edit_only_seemed_to_fail(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(admin_ids=ADMIN)
    await telegram.polling()
    await said(telegram, "/reindex")
    telegram.fault("editMessageText", Fault(performed=True))
    bot.let_go(ARTICLES_READ)
    bot.let_go(SENTENCES_EMBEDDED)
    await telegram.until(lambda: any(call.fields["text"] == DONE for call in telegram.edited()), "the end")
    await said(telegram, "/audit")
    assert await bot.stop() == 0
    assert [call.fields["text"] for call in telegram.sent()[:-1]] == ["Indexing…"]


async def test_an_index_is_made_and_told_of_where_its_beginning_could_not_be_told(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(admin_ids=ADMIN)
    await telegram.polling()
    telegram.fault("sendMessage", Fault(429, "Too Many Requests: retry after 900", retry_after=900))
    bot.let_go(ARTICLES_READ)
    bot.let_go(SENTENCES_EMBEDDED)
    assert (await said(telegram, "/reindex")).fields["text"] == DONE


async def test_what_came_of_a_command_is_kept_where_it_cannot_be_told(telegram: TelegramServer, start: Starter) -> None:
    await start(admin_ids=ADMIN)
    await telegram.polling()
    telegram.fault("sendMessage", Fault(429, "Too Many Requests: retry after 900", retry_after=900))
    await telegram.receive(text="/rollback")
    await telegram.until(lambda: any("retry after 900" in call.description for call in telegram.calls), "the refusal")
    assert f"{ADMIN} · /rollback · done" in (await said(telegram, "/audit")).fields["text"]


async def test_what_a_killed_bot_did_for_an_operator_is_not_done_again(
    telegram: TelegramServer, start_telling_often: Starter
) -> None:
    bot = await start_telling_often(admin_ids=ADMIN)
    await telegram.polling()
    await said(telegram, "/reindex")
    await telegram.edits(1)
    await bot.kill()
    telegram.restarted()
    again = await start_telling_often(admin_ids=ADMIN)
    await telegram.polling()
    lines = (await said(telegram, "/audit")).fields["text"].splitlines()
    assert [line.partition(" UTC · ")[2] for line in lines[1:]] == [
        f"{ADMIN} · /audit · not finished",
        f"{ADMIN} · /reindex · not finished",
    ]
    assert await again.stop() == 0
    assert "/reindex" not in again.log()


async def test_work_on_the_index_is_one_at_a_time(telegram: TelegramServer, start: Starter) -> None:
    await start(admin_ids=ADMIN)
    await telegram.polling()
    assert (await said(telegram, "/reindex")).fields["text"] == "Indexing…"
    answer = await said(telegram, "/rollback")
    assert answer.fields["text"] == "The index is being worked on. Please wait until that is done."


async def test_a_second_reindex_says_how_far_the_first_one_is(
    telegram: TelegramServer, start_telling_often: Starter
) -> None:
    bot = await start_telling_often(admin_ids=ADMIN)
    await telegram.polling()
    await said(telegram, "/reindex")
    await telegram.edits(1)
    second = await said(telegram, "/reindex")
    assert second.fields["text"] == "That is going on already. Indexing: 21 articles read"
    bot.let_go(ARTICLES_READ)
    bot.let_go(SENTENCES_EMBEDDED)
    await telegram.until(lambda: any("Done: index" in call.fields["text"] for call in telegram.edited()), "the end")
    assert (await said(telegram, "/reindex")).fields["text"] == "Indexing…"


async def test_a_stop_does_not_wait_for_the_index(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(admin_ids=ADMIN)
    await telegram.polling()
    await said(telegram, "/reindex")
    assert await bot.stop() == 0
    told = telegram.edited()[-1]  # on a slow machine after one about its progress
    assert told.fields["text"] == "The bot was told to stop. The index is as it was."


async def test_rollback_says_what_is_published_or_why_not(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(admin_ids=ADMIN)
    await telegram.polling()
    done = await said(telegram, "/rollback")
    assert done.fields["text"] == "The earlier index 000006 is in use again: 21 articles."
    refused = await said(telegram, "/rollback")
    assert refused.fields["text"] == (
        "There is no earlier index to go back to: the one in use is the oldest that is kept."
    )
    late = await said(telegram, "/rollback", date=int(time.time()) - 700)
    assert late.fields["text"].startswith("I was away when you gave this command.")
    assert await bot.stop() == 0
    assert bot.log().count(f"Operator {ADMIN}: /rollback") == 2


async def test_all_is_said_in_the_language_of_the_operator(
    telegram: TelegramServer, start_telling_often: Starter
) -> None:
    bot = await start_telling_often(admin_ids="1002")
    await telegram.polling()
    for command, told in (
        ("/missed", "На все вопросы нашёлся ответ, и никто не поставил 👎."),
        ("/rollback", "Снова действует предыдущий индекс 000006: 21 статья."),
        ("/rollback", "Вернуться не к чему: предыдущего индекса нет, самый старый из сохранённых уже действует."),
        ("/reindex", "Индексирую…"),
        ("/rollback", "С индексом уже идёт работа. Подождите, пока она закончится."),
    ):
        assert (await said(telegram, command, sender=RUSSIAN)).fields["text"] == told
    assert (await said(telegram, "/stats", sender=RUSSIAN)).fields["text"].startswith("Последние сутки\nВопросов: 0\n")
    bot.let_go(ARTICLES_READ)
    bot.let_go(SENTENCES_EMBEDDED)
    await telegram.until(lambda: any("Готово" in call.fields["text"] for call in telegram.edited()), "the end")
    assert telegram.edited()[-1].fields["text"] == (
        "Готово: индекс 000008. Статьи: добавлено 3, изменено 1, удалено 2; записей с ошибкой: 1; 7 с."
    )
    assert await bot.stop() == 0
    telegram.restarted()
    await start_telling_often(admin_ids="1002")
    await telegram.polling()
    lines = (await said(telegram, "/audit", sender=RUSSIAN)).fields["text"].splitlines()
    assert lines[0] == "Последние команды администраторов:"
    assert [line.partition(" UTC · ")[2] for line in lines[1:]] == [
        "1002 · /audit · не закончено",
        "1002 · /stats · выполнено",
        "1002 · /rollback · с индексом уже шла работа",
        "1002 · /reindex · выполнено",
        "1002 · /rollback · предыдущего индекса не было",
        "1002 · /rollback · выполнено",
        "1002 · /missed · выполнено",
    ]


async def test_the_commands_are_in_the_operators_menus_and_help_and_in_no_others(
    telegram: TelegramServer, start: Starter
) -> None:
    telegram.strangers = {1002}
    bot = await start(admin_ids=f"{ADMIN}, 1002, -100500")
    await telegram.polling()
    await telegram.until(lambda: len(telegram.commands_of_chats.get(READER["id"], ())) == 3, "the operator's menu")
    menus = telegram.commands_of_chats[READER["id"]]
    assert menus.keys() == {"", "en", "ru"}
    assert [[command["command"] for command in menu] for menu in menus.values()] == [[*COMMANDS, *OPERATOR_MENU]] * 3
    assert menus["ru"][-1]["description"] == "ваш номер в Telegram, а в группе — и номер группы"
    assert {command["command"] for menu in telegram.commands.values() for command in menu} == set(COMMANDS)
    assert 1002 not in telegram.commands_of_chats

    assert (
        (await said(telegram, "/help"))
        .fields["text"]
        .endswith(
            "\n\nFor operators:\n"
            "/stats – how much is asked, and how well it is answered\n"
            "/missed – the questions without a good answer\n"
            "/articles – articles given by hand, and taking them back\n"
            "/reindex – take in what has changed in the articles\n"
            "/rollback – go back to the earlier index\n"
            "/audit – the operators' last commands\n"
            "/whoami – your Telegram number, and in a group that of the group"
        )
    )
    for elsewhere in ({"sender": {"id": 1003}}, {"chat": GROUP}):
        assert "/stats" not in (await said(telegram, "/help", **elsewhere)).fields["text"]
    assert "/reindex – учесть" in (await said(telegram, "/help", sender=RUSSIAN)).fields["text"]
    await telegram.until(lambda: len(telegram.commands_of_chats.get(1002, ())) == 3, "the menu of who now wrote")
    assert await bot.stop() == 0
    assert "Operator 1002 has not written to the bot yet" in bot.log()
    assert "WARNING" not in bot.log()


async def test_who_is_an_operator_no_longer_sees_the_readers_menu_again(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(admin_ids=f"{ADMIN}, 1002")
    await telegram.polling()
    await said(telegram, "/stats", sender=OTHER)
    await telegram.until(lambda: len(telegram.commands_of_chats.get(1002, ())) == 3, "the operators' menus")
    assert await bot.stop() == 0
    telegram.restarted()
    await start(admin_ids=ADMIN)
    await telegram.until(lambda: telegram.commands_of_chats[1002] == {}, "the end of the menu")
    assert len(telegram.commands_of_chats[READER["id"]]) == 3


async def test_trouble_with_a_menu_does_not_end_the_bot(telegram: TelegramServer, start: Starter) -> None:
    telegram.fault("setMyCommands", Fault(500, "Internal Server Error"), times=4)
    bot = await start(admin_ids=ADMIN)
    tried = f"The menu of operator {ADMIN} could not be set: Internal Server Error"
    await telegram.until(lambda: [call.method for call in telegram.calls].count("setMyCommands") == 4, "the tries")
    await said(telegram, "/stats")
    await telegram.until(lambda: len(telegram.commands_of_chats.get(READER["id"], ())) == 3, "the operator's menu")
    assert await bot.stop() == 0
    assert tried in bot.log()


@pytest.fixture
def store(tmp_path: Path) -> PeopleStore:
    return PeopleStore.open(tmp_path, None)


def exchange(person: int, question: str, hours_ago: float, took_ms: float, *cited: str) -> Exchange:
    """An exchange: with two articles sure, with one unsure."""
    shown = tuple(Shown(article, 0, 10) for article in cited)
    asked_at = NOW - timedelta(hours=hours_ago)
    certainty = (Certainty.NONE, Certainty.UNSURE, Certainty.SURE)[len(set(cited))]
    return Exchange(person, person, "private", question, question, asked_at, certainty, 0.5, took_ms, True, shown)


def test_usage_counts_what_was_asked_since_a_moment(store: PeopleStore) -> None:
    assert usage(store, NOW) == Usage(0, 0, 0, 0, 0, 0.0, 0.0)
    for place in range(20):
        number = store.record(exchange(place % 3, f"question {place}", place, 10.0 * (place + 1), *"ab"[: place % 3]))
        if place in {1, 3}:
            for person in (7, 8):
                store.rate(number, place % 3, person, useful=False, now=NOW)
    assert usage(store, NOW - timedelta(hours=100)) == Usage(20, 6, 7, 2, 3, 110.0, 200.0)
    assert usage(store, NOW - timedelta(hours=2)) == Usage(3, 1, 1, 1, 3, 20.0, 30.0)
    store.close()


def test_operations_are_kept_for_as_long_as_all_else(store: PeopleStore) -> None:
    numbers = [begin_operation(store, 1, "reindex", NOW - timedelta(days=days)) for days in (3, 2, 1)]
    end_operation(store, numbers[1], "done")
    assert [(each.began_at, each.outcome) for each in last_operations(store, 2)] == [
        (NOW - timedelta(days=1), UNFINISHED),
        (NOW - timedelta(days=2), "done"),
    ]
    assert store.purge(NOW - timedelta(days=1.5)) == 2
    assert [each.began_at for each in last_operations(store, 10)] == [NOW - timedelta(days=1)]
    store.close()


def test_missed_are_the_latest_unanswered_and_disliked_and_guesses_that_nobody_liked(store: PeopleStore) -> None:
    store.record(exchange(1, "sure", 7, 10, "a", "b"))
    guess = store.record(exchange(1, "guess", 6, 10, "a"))
    liked = store.record(exchange(1, "liked", 5, 10, "a"))
    disliked = store.record(exchange(1, "disliked", 4, 10, "b", "a", "b"))
    unanswered = store.record(exchange(2, "unanswered", 3, 10))
    store.rate(liked, 1, 1, useful=True, now=NOW)
    store.rate(disliked, 1, 1, useful=False, now=NOW)
    found = missed(store, 10)
    assert [(each.number, each.question, each.certainty, each.disliked, each.article_ids) for each in found] == [
        (unanswered, "unanswered", Certainty.NONE, False, ()),
        (disliked, "disliked", Certainty.SURE, True, ("b", "a")),
        (guess, "guess", Certainty.UNSURE, False, ("a",)),
    ]
    assert [question.number for question in missed(store, 1)] == [unanswered]
    store.close()


def test_what_operators_say_of_a_question_goes_with_it(store: PeopleStore) -> None:
    number = store.record(exchange(1, "unanswered", 3, 10))
    assert number is not None
    assert judge(store, number, Judgement("a"), NOW)
    assert judge(store, number, Judgement(None), NOW)
    [known] = missed(store, 10)
    assert known == missed_with(store, number)
    assert known.judgement == Judgement(None)
    store.forget(1)
    assert missed_with(store, number) is None
    assert not judge(store, number, Judgement("a"), NOW)
    assert not note_asked_again(store, number, 8, answered=True)
    store.close()


def test_what_was_missed_is_asked_once_of_each_later_index_until_one_answers(store: PeopleStore) -> None:
    old, new = (store.record(exchange(1, "unanswered", hours, 10)) for hours in (3, 1))
    made_at = NOW - timedelta(hours=2)
    assert [each.number for each in to_ask_again(store, 8, made_at, 10)] == [old]
    assert note_asked_again(store, old, 8, answered=False)
    assert not note_asked_again(store, old, 8, answered=False)
    assert to_ask_again(store, 8, made_at, 10) == []
    assert [each.number for each in to_ask_again(store, 9, NOW, 10)] == [new, old]
    assert note_asked_again(store, old, 9, answered=True)
    assert [each.number for each in to_ask_again(store, 10, NOW, 10)] == [new]
    assert [each.number for each in missed(store, 10)] == [new]
    judge(store, old, Judgement("a"), NOW)
    assert [each.number for each in missed(store, 10)] == [new, old]
    store.close()
