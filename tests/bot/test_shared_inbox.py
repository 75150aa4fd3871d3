"""The way in where several bots share a queue, in real PostgreSQL, whose connection is lost."""

import asyncio
import json

import psycopg
import pytest
import sqlalchemy as sa
from telegram import Bot, Update

from bot.people.database import PeopleError, transaction
from bot.people.store import PeopleStore
from bot.people.tables import queue
from bot.people.update_queue import UpdateQueue
from bot.transport import shared_inbox
from bot.transport.shared_inbox import SharedInbox

ROLLBACK = {
    "update_id": 1,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 1001, "type": "private"}, "text": "/rollback"},
}


@pytest.fixture
def store(tmp_path, database_url):
    opened = PeopleStore.open(tmp_path, database_url)
    yield opened
    opened.close()


def waiting(store):
    with transaction(store.engine) as connection:
        return list(connection.execute(sa.select(queue.c.body).where(queue.c.body.is_not(None))).scalars())


async def test_what_is_not_to_be_handled_again_is_not_where_the_queue_was_away_when_that_was_said(
    store, monkeypatch
) -> None:
    def lost(_connection) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    inbox = SharedInbox(UpdateQueue(store.engine, 123456789, 1))
    bot = Bot("123456789:token")
    await inbox.deliver(Update.de_json(ROLLBACK, bot))
    assert [json.loads(body)["update_id"] for body in waiting(store)] == [1]
    inbox.known(is_known=True)
    await inbox.replay(bot)
    update = await inbox.get()
    inbox.pause()
    with monkeypatch.context() as patched:
        patched.setattr(store.engine.dialect, "do_commit", lost)
        with pytest.raises(PeopleError, match="closed the connection"):
            await inbox.settle(update)
    assert len(waiting(store)) == 1
    await inbox.handled(update)
    await inbox.close()
    assert waiting(store) == []


async def test_what_one_chat_has_sent_does_not_keep_others_from_being_taken(store, monkeypatch) -> None:
    monkeypatch.setattr(shared_inbox, "_MOST_AT_ONCE", 3)
    inbox = SharedInbox(UpdateQueue(store.engine, 123456789, 1))
    bot = Bot("123456789:token")
    for number, chat in enumerate((-5, -5, -5, -5, 1001)):
        message = ROLLBACK["message"] | {"chat": {"id": chat, "type": "private" if chat > 0 else "group"}}
        await inbox.deliver(Update.de_json({"update_id": number, "message": message}, bot))
    inbox.known(is_known=True)
    await inbox.replay(bot)
    async with asyncio.timeout(30):
        taken = [await inbox.get() for _ in range(5)]
    assert [update.update_id for update in taken] == [0, 1, 2, 3, 4]
    await inbox.close()
