"""Who may do what: every act of operators, and every button, against every kind of caller, over HTTP."""

import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any, Literal, NamedTuple, cast

import pytest
from bot_process import UNPACED, Bot, Starter
from telegram.ext import Application, BaseHandler, CallbackQueryHandler, CommandHandler
from telegram_server import BOT, READER, TOKEN, Call, TelegramServer, buttons

from bot.handlers.buttons import Buttons
from bot.handlers.menus import Menus
from bot.handlers.operator import Operator
from bot.handlers.registry import ALLOWED_UPDATES, Aside, allowed_updates, register
from bot.people.audit import last_operations
from bot.people.store import PeopleStore
from bot.rendering.callback_data import Action
from bot.settings import BotSettings

CONSTANTS = UNPACED

SILENCE = ""
UNKNOWN = "I do not know this command. Write your question in plain words, or see /help."
PASSED_ON = "Another wrote this command, so I do not carry it out. Please type it yourself."
NOT_ALLOWED = (
    "Sorry, this bot does not answer everyone. Your Telegram number is {person}: "
    "give it to the bot's owner if you need access."
)
EXPIRED = "This button has expired. Please ask again."
HELP = "How to ask"

CHANNEL = {"id": -1009876543210, "type": "channel", "title": "Feed"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
OTHER_BOT = {"is_bot": True, "first_name": "Other", "username": "OtherBot"}
BY_EVE = {"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": False, "first_name": "Eve"}}


class Caller(NamedTuple):
    """Somebody who gives a command, and what they are told."""

    who: str
    """Whose number they have, of `PEOPLE`."""
    commanding: str
    """What is said to a command of operators alone; it is not carried out."""
    helped: str = SILENCE
    """What is said to /help, which everyone who may ask has."""
    message: Mapping[str, Any] = MappingProxyType({})
    """What the message holds beside the command."""
    group: Literal["", "allowed", "strange"] = ""
    """Where it is given; a private chat unless told."""
    to: str = ""
    """What stands behind the command."""


TO_BOT = f"@{BOT['username']}"
CALLERS = {
    "operator in a group": Caller("operator", SILENCE, HELP, group="allowed"),
    "operator in a group, to the bot by name": Caller("operator", SILENCE, HELP, group="allowed", to=TO_BOT),
    # What stands in an operator's help changes nothing.
    "operator who passes on what another wrote": Caller("operator", PASSED_ON, HELP, {"forward_origin": BY_EVE}),
    "operator who sends what a bot offered": Caller("operator", PASSED_ON, HELP, {"via_bot": {"id": 6} | OTHER_BOT}),
    "operator who edits": Caller("operator", SILENCE, message={"kind": "edited_message", "edit_date": 1}),
    "operator who posts in a channel": Caller("operator", SILENCE, message={"kind": "channel_post", "chat": CHANNEL}),
    "operator whom the settings block": Caller("blocked operator", SILENCE),
    "reader in private": Caller("reader", UNKNOWN, HELP),
    "reader who passes on what another wrote": Caller("reader", UNKNOWN, HELP, {"forward_origin": BY_EVE}),
    "reader in a group": Caller("reader", SILENCE, HELP, group="allowed"),
    "reader in a group, to the bot by name": Caller("reader", SILENCE, HELP, group="allowed", to=TO_BOT),
    "reader who edits": Caller("reader", SILENCE, message={"kind": "edited_message", "edit_date": 1}),
    "reader whom the settings block": Caller("blocked", SILENCE),
    "reader who is not allowed": Caller("stranger", NOT_ALLOWED, NOT_ALLOWED),
    "reader who is not allowed, in a group that is not": Caller("stranger", SILENCE, group="strange"),
    "anonymous admin of a group": Caller(
        "reader", SILENCE, HELP, {"sender": ANONYMOUS, "sender_chat": "group"}, "allowed"
    ),
    "channel that speaks in a group": Caller(
        "reader", SILENCE, HELP, {"sender": ANONYMOUS, "sender_chat": CHANNEL}, "allowed"
    ),
    "channel that edits its post": Caller("reader", SILENCE, message={"kind": "edited_channel_post", "chat": CHANNEL}),
    "another bot in private": Caller("reader", SILENCE, message={"sender": OTHER_BOT}),
    "another bot in a group": Caller("reader", SILENCE, message={"sender": OTHER_BOT}, group="allowed"),
}

OF_OPERATORS_ALONE = {name: caller.commanding for name, caller in CALLERS.items()}
TABLE: dict[str, Mapping[str, str]] = {
    "stats": OF_OPERATORS_ALONE,
    "missed": OF_OPERATORS_ALONE,
    "articles": OF_OPERATORS_ALONE,
    "reindex": OF_OPERATORS_ALONE,
    "rollback": OF_OPERATORS_ALONE,
    "audit": OF_OPERATORS_ALONE,
    "help": {name: caller.helped for name, caller in CALLERS.items()},
}
"""What is said to each act of operators, by caller; an operator in private, by whom it is done, has a test below."""

OF_ITS_CHAT = {
    Action.PAGE, Action.AROUND, Action.USEFUL, Action.USELESS, Action.PERIOD, Action.OUTLET, Action.STORY, Action.DAYS,
    Action.FOLLOW, Action.UNFOLLOW,
}  # fmt: skip
"""What buttons do with an answer, for the chat alone that got it."""
OF_ALL_READERS = {Action.ARTICLE, Action.OPEN, Action.EXAMPLE, Action.LANGUAGE}
"""What they do for everyone who may ask: articles are open to all of them, and one's language is one's own."""

OF_OPERATORS = {Action.MISSED, Action.JUDGE, Action.ADD, Action.DECLINE, Action.GIVEN, Action.TAKE_BACK}
"""What they do for operators in private alone (tests/bot/test_bot_operator.py, test_bot_given.py)."""


@pytest.fixture
def handlers() -> list[BaseHandler[Any, Any, Any]]:
    """All that the bot registers."""
    application = Application.builder().token(TOKEN).build()
    parts = SimpleNamespace(questions=None, articles=None, people=None, maintenance=None, examples=None)
    road = SimpleNamespace(
        absences=None, pacer=SimpleNamespace(migrated=None), settle=None, count=lambda _kind: None, tally=None
    )
    settings = BotSettings(telegram_token=TOKEN, admin_ids=(1,))
    aside = Aside(Menus(cast("Any", None), (1,)), cast("Any", None), cast("Any", None), cast("Any", None))
    register(application, settings, cast("Any", parts), cast("Any", road), aside)
    return [handler for group in application.handlers.values() for handler in group]


def test_the_table_has_every_act_of_operators(handlers: list[BaseHandler[Any, Any, Any]]) -> None:
    theirs = [handler for handler in handlers if isinstance(getattr(handler.callback, "__self__", None), Operator)]
    assert all(isinstance(handler, CommandHandler) for handler in theirs), "an act that is no command has no row yet"
    commands = {name for handler in theirs for name in cast("Any", handler).commands}
    assert commands == set(TABLE)
    assert {name for name in vars(Operator) if not name.startswith("_")} == set(TABLE)


def test_every_button_is_of_a_chat_or_of_all_readers(handlers: list[BaseHandler[Any, Any, Any]]) -> None:
    pressed = [cast("Any", handler).callback for handler in handlers if isinstance(handler, CallbackQueryHandler)]
    assert [each.__func__ for each in pressed] == [Buttons.press]
    handled = {*pressed[0].__self__._handlers, Action.USEFUL, Action.USELESS}
    assert handled == set(Action) == OF_ITS_CHAT | OF_ALL_READERS | OF_OPERATORS
    assert set(ALLOWED_UPDATES) == {"message", "callback_query", "inline_query", "my_chat_member"}
    with_channels = allowed_updates(BotSettings(telegram_token=TOKEN, telegram_channels=("@news",)))
    assert set(with_channels) == {*ALLOWED_UPDATES, "channel_post", "edited_channel_post"}


PEOPLE = {"operator": 10_000, "blocked operator": 20_000, "reader": 30_000, "blocked": 40_000, "stranger": 50_000}
GROUPS = {"allowed": -100_000, "strange": -900_000}
CELLS = [(command, caller) for command in TABLE for caller in CALLERS]
"""Each has a person and a group of its own, so that it is known what was said to whom."""


def person_of(cell: tuple[str, str]) -> int:
    return PEOPLE[CALLERS[cell[1]].who] + CELLS.index(cell)


def group_of(cell: tuple[str, str]) -> dict[str, Any]:
    return {"id": GROUPS[CALLERS[cell[1]].group] - CELLS.index(cell), "type": "supergroup", "title": "News"}


def message_of(cell: tuple[str, str]) -> dict[str, Any]:
    """Return how a caller gives a command, as `TelegramServer.receive` takes it."""
    caller = CALLERS[cell[1]]
    message = {**caller.message, "text": f"/{cell[0]}{caller.to}"}
    if caller.group:
        message["chat"] = group_of(cell)
    if message.get("sender_chat") == "group":
        message["sender_chat"] = group_of(cell)
    return message | {"sender": {"id": person_of(cell)} | message.get("sender", {})}


async def open_bot(start: Starter) -> Bot:
    """Start a bot that knows who each caller is."""
    people = {who: [person_of(cell) for cell in CELLS if CALLERS[cell[1]].who == who] for who in PEOPLE}
    groups = [group_of(cell)["id"] for cell in CELLS if CALLERS[cell[1]].group == "allowed"]
    listed = {
        "admin_ids": [READER["id"], *people["operator"], *people["blocked operator"]],
        "blocked_ids": [*people["blocked operator"], *people["blocked"]],
        "allowed_ids": [*people["reader"], *people["blocked"], *groups, CHANNEL["id"]],
    }
    return await start(home="home", **{name: ",".join(map(str, numbers)) for name, numbers in listed.items()})


def said_to(calls: list[Call], chat: int) -> list[str]:
    return [call.fields["text"] for call in calls if call.fields["chat_id"] == chat]


async def test_what_operators_may_do_nobody_else_can(telegram: TelegramServer, start: Starter, tmp_path: Path) -> None:
    bot = await open_bot(start)
    await telegram.polling()
    for cell in CELLS:
        await telegram.receive(**message_of(cell))
    expected = {cell: TABLE[cell[0]][cell[1]] for cell in CELLS}
    await telegram.messages(sum(map(bool, expected.values())))
    await telegram.confirmed()
    assert await bot.stop() == 0
    for cell, said in expected.items():
        chat = message_of(cell).get("chat", {"id": person_of(cell)})["id"]
        told = [text.partition("\n")[0] if said == HELP else text for text in said_to(telegram.sent(), chat)]
        assert told == ([said.format(person=person_of(cell))] if said else []), cell
    assert not [call for call in telegram.calls if call.method in {"sendDocument", "editMessageText"}]
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert last_operations(store.engine, 100) == []
    assert not re.search(r"Operator \d+: /", bot.log())


async def test_an_operator_in_private_may_do_all_of_it(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await open_bot(start)
    bot.let_go("articles-read")
    bot.let_go("sentences-embedded")
    await telegram.polling()
    for number, command in enumerate(TABLE, 1):
        await telegram.receive(text=f"/{command}")
        said = (await telegram.messages(number))[-1].fields["text"]
        assert said.startswith(HELP) if command == "help" else said not in {UNKNOWN, PASSED_ON}
    await telegram.edits(1)
    assert await bot.stop() == 0
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        done = [(each.person_id, each.command) for each in last_operations(store.engine, 100)]
    assert sorted(done) == sorted((READER["id"], command) for command in TABLE if command != "help")


async def test_no_button_and_no_inline_query_gives_a_command(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await open_bot(start)
    await telegram.polling()
    for data in (*(f"/{command}" for command in TABLE), *TABLE, "x:1:0:", "p:-1:0:", "p:1:0", "p:١:0:", "p:1:0:\n"):
        for sender in (None, {"id": person_of(("stats", "reader in private"))}):
            query = await telegram.press(data, 7, sender=sender)
            assert (await telegram.answered(query)).fields["text"] == EXPIRED
    for command in TABLE:
        query = await telegram.type(f"/{command}")
        assert (await telegram.answered(query)).method == "answerInlineQuery"
    assert await bot.stop() == 0
    assert telegram.sent() == []
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert last_operations(store.engine, 100) == []


async def test_buttons_of_an_answer_do_nothing_in_another_chat(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(home="home")
    await telegram.polling()
    await telegram.receive(text="Who leads the secretboard?")
    [answer] = await telegram.messages(1)
    exchange = buttons(answer)["👍"].split(":")[1]
    stranger, group = {"id": 1002}, {"id": -100500, "type": "supergroup", "title": "News"}
    sent = 1
    for action in sorted(OF_ITS_CHAT):
        # What is forged, or pressed under a message that was passed on; the one who asked may be in the group as well.
        for place in ({"sender": stranger}, {"sender": stranger, "chat": group}, {"chat": group}):
            query = await telegram.press(f"{action}:{exchange}:1:", answer.message_id, **place)
            told = (await telegram.answered(query)).fields.get("text")
            if action in {Action.USEFUL, Action.USELESS}:
                assert told == EXPIRED
            else:
                sent += 1
                assert (await telegram.messages(sent))[-1].fields["text"] == EXPIRED
    assert await bot.stop() == 0
    assert len(telegram.sent()) == sent
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert store.ratings_of(int(exchange)) == {}


async def test_a_rating_counts_once_however_often_it_is_sent(
    telegram: TelegramServer, start: Starter, tmp_path: Path
) -> None:
    bot = await start(home="home")
    await telegram.polling()
    await telegram.receive(text="Who leads the board?")
    [answer] = await telegram.messages(1)
    for _ in range(3):
        await telegram.answered(await telegram.press(buttons(answer)["👍"], answer.message_id))
    assert await bot.stop() == 0
    with closing(PeopleStore.open(tmp_path / "home", None)) as store:
        assert store.ratings_of(int(buttons(answer)["👍"].split(":")[1])) == {READER["id"]: True}


async def test_the_limit_is_of_the_person_wherever_and_however_they_ask(
    telegram: TelegramServer, start: Starter
) -> None:
    bot = await start(questions_per_minute="1")
    await telegram.polling()
    group = {"id": -100500, "type": "supergroup", "title": "News"}
    question = "Who leads the board?"
    await telegram.receive(text=question)
    await telegram.messages(1)
    name = f"@{BOT['username']}"
    mention = [{"type": "mention", "offset": 0, "length": len(name)}]
    await telegram.receive(text=question, kind="edited_message", edit_date=1)
    await telegram.receive(text=question, forward_origin=BY_EVE)
    await telegram.receive(text=f"/ask {question}")
    await telegram.receive(text=f"{name} {question}", chat=group, entities=mention)
    await telegram.receive(text=f"/ask {question}", chat={**group, "id": -100501})
    await telegram.receive(text=f"{name} {question}", kind="edited_message", chat=group, entities=mention, edit_date=1)
    await telegram.confirmed()
    await telegram.receive(text="/help", sender={"id": 1002})
    await telegram.messages(3)
    assert await bot.stop() == 0
    told = sorted(call.fields["text"].partition(":")[0].partition("\n")[0] for call in telegram.sent()[1:])
    assert told == ["How to ask", "You ask faster than I can answer"]


async def test_links_to_articles_count_as_presses(telegram: TelegramServer, start: Starter) -> None:
    bot = await start(questions_per_minute="1")
    await telegram.polling()
    for _ in range(7):
        await telegram.receive(text="/start a_AAAAAAAAAAA")
    told = [call.fields["text"] for call in await telegram.messages(7)]
    assert await bot.stop() == 0
    gone, too_many = "This article is no longer there.", "You press faster than I can follow. Please wait a little."
    assert sorted(told) == [gone] * 6 + [too_many]
