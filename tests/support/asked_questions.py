"""A people's database as a bot leaves it, of questions that tests name."""

from datetime import timedelta

from bot.people.store import PeopleStore
from bot.people.types import Exchange, Shown
from retrieval.types import Certainty

SURE, UNSURE, REFUSED = Certainty.SURE, Certainty.UNSURE, Certainty.NONE


def ask(home, now, *questions):
    """Store questions: each a text, a certainty and of `days` ago, `took`, `person`, `cited`, `disliked` any.

    `took` is in milliseconds, `cited` has ids of articles.
    """
    store = PeopleStore.open(home, None)
    for text, certainty, told in questions:
        person, asked_at = told.get("person", 1001), now - timedelta(days=told.get("days", 0))
        exchange = Exchange(
            person_id=person,
            chat_id=person,
            chat_kind="private",
            question=text,
            understood=text,
            asked_at=asked_at,
            certainty=certainty,
            confidence=0.5,
            took_ms=told.get("took", 20.0),
            was_read=True,
            shown=tuple(Shown(article, 0, 5) for article in told.get("cited", ())),
        )
        number = store.record(exchange)
        if told.get("disliked"):
            store.rate(number, person, person, useful=False, now=asked_at)
    store.close()
