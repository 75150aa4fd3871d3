"""What buttons say, what counts as news, which questions are given as examples, and what is deleted in time."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Chat, Message, MessageOriginHiddenUser

from bot.handlers.desk import QuestionDesk, ReadingDesk
from bot.handlers.examples import Examples
from bot.handlers.news import head_of, is_news
from bot.handlers.presses import LONGEST_DATA, Action, Press
from bot.people.desk import PeopleDesk
from bot.people.retention import purge_daily
from bot.people.store import PeopleStore
from bot.texts import catalogue
from retrieval.articles import Coverage, article_key
from retrieval.types import Answer, Article, Citation

NOW = datetime(2024, 9, 10, tzinfo=UTC)
SENTENCE = "The river left its banks on Monday night. "


@given(
    st.builds(
        Press,
        st.sampled_from(Action),
        st.integers(0, 10**15 - 1),
        st.integers(0, 10**9 - 1),
        st.text(st.sampled_from("aZ09_-"), max_size=11),
    )
)
def test_what_a_button_says_is_short_and_comes_back(press: Press) -> None:
    assert 1 <= len(press.data().encode()) <= LONGEST_DATA
    assert Press.read(press.data()) == press


def message(text: str, *, forwarded: bool = False) -> Message:
    origin = MessageOriginHiddenUser(NOW, "Somebody") if forwarded else None
    return Message(1, NOW, Chat(1, "private"), text=text, forward_origin=origin)


@pytest.mark.parametrize(
    ("text", "forwarded", "expected"),
    [
        ("Who leads the board?", False, False),
        ("Who leads the board?", True, False),
        (SENTENCE * 5, False, True),
        (SENTENCE * 5, True, True),
        (SENTENCE * 5 + "Why?", True, False),
        ("Flood\n\n" + SENTENCE * 5, False, True),
        ("Who leads\nthe board", False, False),
        (SENTENCE * 20, False, True),
        (SENTENCE * 20 + "Why?", False, True),
    ],
)
def test_news_is_what_is_long_or_copied_and_asks_nothing(text: str, forwarded: bool, expected: bool) -> None:
    assert is_news(message(text, forwarded=forwarded), text) is expected


def test_the_head_of_a_text_is_its_first_sentences() -> None:
    assert head_of(" Short.\n") == "Short."
    assert head_of(SENTENCE * 50) == (SENTENCE * 9).strip()
    assert head_of("x" * 1000) == "x" * 400


class Shelf:
    """An archive that answers questions about those articles whose title begins with "Good"."""

    def __init__(self, *titles: str) -> None:
        self.articles = [Article(title, title, "Text.", None, title.split()[-1]) for title in titles]
        self.asked: list[str] = []
        self.forgotten = 0
        self.looked = 0

    def coverage(self) -> Coverage:
        self.looked += 1
        return Coverage(7, datetime(2024, 9, 10, tzinfo=UTC), len(self.articles) - self.forgotten, ())

    def ask(self, question: str, **_options: object) -> Answer:
        self.asked.append(question)
        title = question.partition(": ")[2].rstrip("?")
        citations = (Citation(1, title, title, None, None, None, "Text.", 0, 5, (0, 5), 1.0),)
        return Answer(question, True, 1.0, None, citations if "Good" in title or "Хорош" in title else (), (), 1.0)

    def newest(self, count: int) -> list[Article]:
        return self.articles[:count]


async def chosen(shelf: Shelf, language: str) -> list[str]:
    questions, reading = QuestionDesk(shelf), ReadingDesk(shelf)  # type: ignore[arg-type]
    examples = Examples(questions, reading, look_every=0.01)
    assert examples.ready(shelf.coverage(), catalogue(language)) == ()
    keeping = asyncio.create_task(examples.keep_ready())
    while shelf.looked < 3:  # noqa: ASYNC110 - nobody tells when they are ready
        await asyncio.sleep(0.01)
    asked = len(shelf.asked)
    found = examples.ready(shelf.coverage(), catalogue(language))
    assert len(set(shelf.asked)) == asked  # in each language once, and not again for what has not changed
    shelf.forgotten = 1
    assert examples.ready(shelf.coverage(), catalogue(language)) == ()
    keeping.cancel()
    questions.close()
    reading.close()
    assert all(key == article_key(question.partition(": ")[2].rstrip("?")) for question, key in found)
    return [question for question, _ in found]


async def test_examples_are_answered_in_the_readers_language_and_of_several_outlets() -> None:
    shelf = Shelf("Bad a", "Хорошо б", "Good one a", "Good two a", "Good three b", "Good four c", "Good" * 30)
    assert await chosen(shelf, "en") == [f"What is known: Good {name}?" for name in ("three b", "four c", "one a")]
    shelf = Shelf("Bad a", "Хорошо б", "Good one a")
    assert (await chosen(shelf, "ru"))[0] == "Что известно: Хорошо б?"
    assert await chosen(Shelf("Bad a"), "en") == []
    assert await chosen(Shelf(), "en") == []


async def test_what_is_old_is_deleted_at_the_start(tmp_path: Path) -> None:
    store = PeopleStore.open(tmp_path, None)
    long_ago, lately = datetime.now(UTC) - timedelta(days=8), datetime.now(UTC) - timedelta(days=6)
    store.choose_language(1, "ru", long_ago)
    store.choose_language(2, "ru", lately)
    desk = PeopleDesk(store)
    purging = asyncio.create_task(purge_daily(desk, 7))
    while await desk.do(PeopleStore.language, 1):  # noqa: ASYNC110 - the store tells nobody
        await asyncio.sleep(0.01)
    assert await desk.do(PeopleStore.language, 2) == "ru"
    assert not purging.done()
    purging.cancel()
    desk.close()
