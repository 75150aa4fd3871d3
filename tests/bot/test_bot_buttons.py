"""What buttons say, what counts as news, which questions are given as examples, and what is deleted in time."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.people.desk import PeopleDesk
from bot.people.retention import purge_daily
from bot.people.store import PeopleStore
from bot.rendering.callback_data import LONGEST_DATA, Action, CallbackData
from bot.rendering.examples import LONGEST, questions_about
from bot.services.desks import ArticleDesk, QuestionDesk
from bot.services.examples import Examples
from bot.services.news import is_news, opening_of
from bot.texts import catalogue
from retrieval.articles import Coverage, article_key
from retrieval.types import Answer, Article, Certainty, Citation

SENTENCE = "The river left its banks on Monday night. "


@given(
    st.builds(
        CallbackData,
        st.sampled_from(Action),
        st.integers(0, 10**15 - 1),
        st.integers(0, 10**9 - 1),
        st.text(st.sampled_from("aZ09_-"), max_size=11),
        st.integers(0, 10**9 - 1),
    )
)
def test_what_a_button_says_is_short_and_comes_back(data: CallbackData) -> None:
    assert 1 <= len(data.packed().encode()) <= LONGEST_DATA
    assert CallbackData.parse(data.packed()) == data


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
    assert is_news(text, forwarded=forwarded) is expected


def test_the_head_of_a_text_is_its_first_sentences() -> None:
    assert opening_of(" Short.\n") == "Short."
    assert opening_of(SENTENCE * 50) == (SENTENCE * 9).strip()
    assert opening_of("x" * 1000) == "x" * 400


class Shelf:
    """An archive that answers for sure what is asked about articles whose title holds "good", and guesses otherwise."""

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
        title = question.partition(" — ")[0].partition(":")[0]
        certainty = Certainty.SURE if "good" in title or "хорош" in title else Certainty.UNSURE
        citations = (Citation(1, title, title, None, None, None, "Text.", 0, 5, (0, 5), 1.0),)
        return Answer(question, certainty, 1.0, None, citations, (), 1.0)

    def newest(self, count: int) -> list[Article]:
        return self.articles[:count]


async def chosen(shelf: Shelf, language: str) -> list[str]:
    questions, articles = QuestionDesk(shelf), ArticleDesk(shelf)  # type: ignore[arg-type]
    examples = Examples(questions, articles, look_every=0.01)
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
    articles.close()
    assert all(key == article_key(question.partition(" — ")[0].partition(":")[0]) for question, key in found)
    return [question for question, _ in found]


async def test_examples_are_answered_for_sure_in_the_readers_language_and_of_several_outlets() -> None:
    shelf = Shelf("Bad a", "Нечто хорошо б", "A good a", "B good a", "C good b", "D good c", "E good " + "long " * 9)
    assert await chosen(shelf, "en") == [f"{title}: what is known?" for title in ("C good b", "D good c", "A good a")]
    shelf = Shelf("Bad a", "Нечто хорошо б", "A good a")
    assert (await chosen(shelf, "ru"))[0] == "Нечто хорошо б — что известно?"
    assert await chosen(Shelf("Bad a"), "en") == []
    assert await chosen(Shelf(), "en") == []


TEXT = "Ночью метель усилилась. В Ветрогорске ждут. Утром рассказал главный инженер порта Юрий Касаткин: всё."


@pytest.mark.parametrize(
    ("title", "text", "language", "expected"),
    [
        ("Метель закрыла аэропорт, рейсов нет", TEXT, "ru", ["Когда метель закрыла аэропорт?"]),
        ("Ветрогорск достроил порт", "Город Ветрогорск растёт.", "ru", ["Когда Ветрогорск достроил порт?"]),
        ("Ветрогорск достроил порт", "Город растёт.", "ru", ["Ветрогорск достроил порт — что известно?"]),
        ("В Ветрогорске открыли мост", TEXT, "ru", ["Когда в Ветрогорске открыли мост?", "Когда открыли мост?"]),
        ("На Каме ЦБ открыл новую школу", TEXT, "ru", ["Когда на Каме ЦБ открыл новую школу?"]),
        ("ЦБ поднял ставку до 2,5 %", TEXT, "ru", ["Когда ЦБ поднял ставку до 2,5 %?"]),
        ("Новая школа у порта", TEXT, "ru", ["Новая школа у порта — что известно?"]),
        ("«Зоркий» — спутник для лесников", "Текст.", "ru", ["«Зоркий» — что известно?"]),
        ("«Зоркий» ответил", "Текст.", "ru", ["Когда «Зоркий» ответил?", "«Зоркий» ответил — что известно?"]),
        ("Очень длинный заголовок о мосте без глагола", TEXT, "ru", ["Юрий Касаткин — кто это?"]),
        ("Метель закрыла порт", TEXT, "en", ["Метель закрыла порт: what is known?"]),
        ("A long headline about the harbour without a date", '"No," said Ann Lee, a cook.', "en", ["Who is Ann Lee?"]),
        ("A long headline about the harbour without a date", "No, said Mr Freer. It is", "en", []),
        (
            "A long headline about the harbour without a date",
            "Now the Port Authority waits, and the Port's Hall.",
            "en",
            ["The Port Authority: what is known?"],
        ),
        (" \n", TEXT, "ru", []),
    ],
)
def test_questions_about_an_article_are_whole_and_fit_a_button(
    title: str, text: str, language: str, expected: list[str]
) -> None:
    questions = [each.text for each in questions_about(Article("a", title, text), catalogue(language))]
    assert questions[: len(expected)] == expected
    assert bool(questions) == bool(expected)
    assert all(len(question) <= LONGEST for question in questions)


@pytest.mark.parametrize(
    ("evidence", "certainty", "expected"),
    [
        ("Мост открыли 9 сентября.", Certainty.SURE, ["Когда открыли мост?"]),
        ("Мост открыли 9 сентября.", Certainty.UNSURE, []),
        ("Мост открыли.", Certainty.SURE, []),
    ],
)
async def test_an_example_that_asks_when_is_answered_with_a_date(
    evidence: str, certainty: Certainty, expected: list[str]
) -> None:
    class Bridge(Shelf):
        def ask(self, question: str, **_options: object) -> Answer:
            self.asked.append(question)
            cited = Citation(1, "m", "", None, None, None, evidence, 0, len(evidence), (0, len(evidence)), 1.0)
            sure = certainty if "Когда открыли" in question else Certainty.UNSURE
            return Answer(question, sure, 1.0, None, (cited,), (), 1.0)

    bridge = Bridge()
    bridge.articles = [Article("m", "В Омске открыли мост", "Текст.")]
    questions, articles = QuestionDesk(bridge), ArticleDesk(bridge)  # type: ignore[arg-type]
    examples = Examples(questions, articles)
    keeping = asyncio.create_task(examples.keep_ready())
    while not examples._ready:  # noqa: ASYNC110 - nobody tells when they are ready
        await asyncio.sleep(0.01)
    assert [question for question, _ in examples.ready(bridge.coverage(), catalogue("ru"))] == expected
    keeping.cancel()
    questions.close()
    articles.close()


async def test_what_is_old_is_deleted_at_the_start(tmp_path: Path) -> None:
    store = PeopleStore.open(tmp_path, None)
    long_ago, lately = datetime.now(UTC) - timedelta(days=8), datetime.now(UTC) - timedelta(days=6)
    store.choose_language(1, "ru", long_ago)
    store.choose_language(2, "ru", lately)
    store.choose_language(3, "ru", datetime.now(UTC))
    desk = PeopleDesk(store)
    purging = asyncio.create_task(purge_daily(desk, 7))
    while await desk.do(PeopleStore.language, 1):  # noqa: ASYNC110 - the store tells nobody
        await asyncio.sleep(0.01)
    assert await desk.do(PeopleStore.language, 2) == "ru"
    assert not purging.done()
    purging.cancel()
    desk.close()
