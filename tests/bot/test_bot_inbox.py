"""The queue of updates after an earlier run has left some: a chat's stay in their order."""

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from telegram import Bot, Update

from bot.transport.inbox import Inbox
from bot.transport.journal import UpdateJournal
from bot.transport.updates import GivenUp, update_of

ANN, BEN = 1001, 1002


def update(number: int, chat: int) -> Update:
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": f"question {number}"}
    found = Update.de_json({"update_id": number, "message": message}, None)
    assert found
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal in which an earlier run has left the updates 1 and 3 of Ann and 2 of Ben, whom it has failed twice."""
    journal = UpdateJournal(tmp_path / "updates.sqlite")
    for number, chat in ((1, ANN), (2, BEN), (3, ANN)):
        journal.add(number, update(number, chat).to_json())
    for _ in range(2):
        journal.begun(2)
    journal.close()
    return tmp_path / "updates.sqlite"


async def test_what_comes_anew_of_a_chat_waits_for_what_was_left_of_it_and_for_nothing_else(path: Path) -> None:
    inbox = Inbox(UpdateJournal(path))
    await inbox.replay(Bot("123456789:token"))
    for number, chat in ((4, ANN), (5, BEN), (6, 1003)):
        await inbox.put(update(number, chat))
    taken = []
    while len(taken) < 6:
        item = await asyncio.wait_for(inbox.get(), 10)
        given_up = isinstance(item, GivenUp)
        handled = item.update if isinstance(item, GivenUp) else item
        assert isinstance(handled, Update)
        taken.append((handled.update_id, given_up))
        await inbox.handled(handled)
    await inbox.close()
    order = [number for number, _ in taken]
    assert sorted(order) == [1, 2, 3, 4, 5, 6]
    assert order.index(1) < order.index(3) < order.index(4)
    assert order.index(2) < order.index(5)
    assert [number for number, given_up in taken if given_up] == [2]
    assert order.index(6) < order.index(3), "who has nothing left waits for nobody"


async def test_what_comes_while_nothing_of_its_chat_is_left_is_taken_at_once(path: Path) -> None:
    inbox = Inbox(UpdateJournal(path), patience=0.01)
    await inbox.replay(Bot("123456789:token"))
    first = [await asyncio.wait_for(inbox.get(), 10) for _ in range(3)]
    await inbox.put(update(7, ANN))
    last = await asyncio.wait_for(inbox.get(), 10)
    assert isinstance(last, Update)
    assert last.update_id == 7
    assert len(first) == 3
    for number in (1, 2, 3, 7):
        body = json.loads(update(number, ANN).to_json())
        await inbox.handled(Update.de_json(body, None))  # type: ignore[arg-type]
    await inbox.close()


async def test_what_orderly_ends_cut_short_is_not_given_up(path: Path) -> None:
    for _ in range(3):
        inbox = Inbox(UpdateJournal(path))
        await inbox.replay(Bot("123456789:token"))
        first = await asyncio.wait_for(inbox.get(), 10)
        assert isinstance(first, Update)
        assert first.update_id == 1
        await inbox.begun(first)
        await inbox.close()


async def test_a_body_that_is_damaged_costs_no_other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE updates SET body = '{' || body WHERE update_id = 1")
        database.commit()
    inbox = Inbox(UpdateJournal(path), patience=0.01)
    await inbox.replay(Bot("123456789:token"))
    items = [await asyncio.wait_for(inbox.get(), 10) for _ in range(2)]
    assert [update.update_id for item in items if (update := update_of(item))] == [2, 3]
    await inbox.close()
