"""Answers that a time or an outlet restricts, what happened in a time, and news of a topic: over a real index."""

from datetime import date, datetime

import pytest
from hashing_model import cited

from retrieval.library import Library
from retrieval.types import ANYTHING, Certainty, Order, Period

NOW = datetime(2024, 9, 10, 12)  # noqa: DTZ001 - as the library takes it
ARTICLES = (
    ("duma", "2024-09-09T10:00", "iz.ru", "Дума решила", "Дума Ильмы решила закрыть старый рынок на ремонт."),
    ("rates", "2024-09-09T15:00", "tass.ru", "Тарифы", "Тарифы на воду в Ильме выросли на пять процентов."),
    ("june", "2024-06-03T10:00", "iz.ru", "Дума решила", "Дума Ильмы решила построить новую школу для детей."),
    ("late", "2024-09-05T10:00", "tass.ru", "Пожар", "Пожар на складе 16 августа уничтожил две тонны зерна."),
    ("plan", "2024-05-20T10:00", "iz.ru", "Каток", "Каток в Ильме откроют 10 сентября для всех детей."),
    ("undated", None, None, "Справка", "Дума Ильмы решила собираться каждый понедельник месяца."),
)


@pytest.fixture
def published(library: Library, corpus):
    corpus.write_lines(
        "articles.jsonl",
        [
            {"id": name, "date": moment, "source": outlet, "title": title, "text": text}
            for name, moment, outlet, title, text in ARTICLES
        ],
    )
    library.index()
    return library


def ask(library, question, **more):
    return library.ask(question, now=NOW, bounds=ANYTHING, **more)


def with_shipped_bounds(library):
    """The same, as sure as it has to be where no setting says otherwise."""
    settings = library.home.settings.model_copy(update={"min_confidence": None, "unsure_confidence": None})
    return Library(settings, model=library.model)


def test_only_what_was_published_in_the_time_is_cited(published):
    answer = ask(published, "Что решила дума Ильмы в июне?")

    assert set(cited(answer)) == {"june"}
    assert answer.period == Period(date(2024, 6, 1), date(2024, 6, 30), "в июне")
    assert not answer.widened


def test_what_tells_of_the_day_is_cited_wherever_it_was_published(published):
    answer = ask(published, "Что уничтожил пожар 16 августа?")

    assert cited(answer) == ["late"]
    assert answer.citations[0].event_day == date(2024, 8, 16)


def test_what_lies_within_does_not_hide_what_is_surer_outside_from_who_takes_anything(published):
    answer = ask(with_shipped_bounds(published), "Что уничтожил пожар на складе 9 сентября?")

    assert (answer.widened, cited(answer)[0]) == (True, "late")


def test_where_nothing_is_of_the_time_what_is_from_outside_is_marked(published):
    answer = ask(published, "Что решила дума Ильмы 1 марта?")

    assert answer.widened
    assert answer.period == Period(date(2024, 3, 1), date(2024, 3, 1), "1 марта")
    assert set(cited(answer)) >= {"duma", "june"}


def test_an_outlet_restricts_and_one_that_has_nothing_is_told(published):
    answer = ask(published, "По данным ТАСС, что с тарифами на воду?")
    other = ask(published, "По данным Коммерсанта, сколько процентов тарифы на воду?")

    assert (cited(answer), answer.outlet.name, answer.widened) == (["rates"], "tass.ru", False)
    assert (cited(other)[0], other.outlet.words, other.widened) == ("rates", "По данным Коммерсанта", True)


def test_what_happened_in_a_time_is_one_citation_a_story_the_newest_first(published):
    answer = ask(published, "Что случилось вчера?")

    assert cited(answer) == ["rates", "duma"]
    assert [citation.excerpt for citation in answer.citations] == [ARTICLES[1][4], ARTICLES[0][4]]
    assert (answer.certainty, answer.order) == (Certainty.SURE, Order.NEWEST)


def test_what_happened_is_told_by_later_articles_too(published):
    assert cited(ask(published, "Что было 16 августа?")) == ["late"]


def test_of_a_time_of_which_nothing_is_told_nothing_is_cited(published):
    answer = ask(published, "Что случилось 1 марта?")

    assert (answer.citations, answer.certainty) == ((), Certainty.NONE)
    assert [near.article_id for near in answer.nearest] == ["rates", "duma", "late"]


def test_what_is_new_are_the_newest_stories_up_to_the_limit(published):
    assert cited(ask(published, "Что нового?")) == ["rates", "duma", "late", "june", "plan"]
    assert cited(ask(published, "новости", limit=2)) == ["rates", "duma"]


def test_news_of_a_topic_are_about_it_and_come_by_time(published):
    answer = ask(published, "Дума Ильмы решила: новости")

    assert cited(answer) == ["duma", "june", "undated"]
    assert answer.order is Order.NEWEST
    assert not answer.is_outdated
    assert published.ask("Дума Ильмы решила: новости", now=datetime(2025, 1, 1), bounds=ANYTHING).is_outdated  # noqa: DTZ001


def test_news_of_what_is_in_no_article_are_none(published):
    question = "Последние новости о бегемотах"

    assert with_shipped_bounds(published).ask(question, now=NOW).certainty is Certainty.NONE
    assert ask(published, question).citations  # who takes anything gets what is nearest


def test_what_is_given_from_outside_is_never_gone_beyond(published):
    june = published.within(date(2024, 6, 1), date(2024, 6, 30), None)

    assert cited(ask(published, "Что решила дума Ильмы?", within=june)) == ["june"]
    assert cited(ask(published, "Что решила дума Ильмы вчера?", within=june)) == []
    assert cited(ask(published, "Что случилось?", within=published.within(None, None, "ТАСС.RU"))) == []
    assert cited(ask(published, "Что случилось?", within=published.within(None, None, "TASS.RU"))) == ["rates", "late"]
    since = published.within(date(2024, 9, 6), None, None)
    assert since.period == Period(date(2024, 9, 6), date(2024, 9, 9))
    assert published.within(None, None, None) is None


def test_what_is_forgotten_is_no_event(published):
    published.forget(["rates"])

    assert cited(ask(published, "Что случилось вчера?")) == ["duma"]
    assert cited(with_shipped_bounds(published).ask("Последние новости о тарифах", now=NOW)) == []


def test_news_of_which_an_article_only_may_be_are_unsure(published):
    answer = with_shipped_bounds(published).ask("Последние новости о складе в Ильме", now=NOW)

    assert answer.certainty is not Certainty.SURE
    assert answer.order is Order.NEWEST


def test_what_is_offered_where_nothing_is_told_is_of_the_given_outlet(published):
    tass = published.within(None, None, "tass.ru")

    answer = published.ask("Что случилось 1 марта?", now=NOW, within=tass)
    assert {near.article_id for near in answer.nearest} <= {"rates", "late"}


def test_words_of_a_time_and_an_outlet_are_as_typed(published):
    answer = published.ask("что ВЧЕРА решила дума ильмы по данным известий", now=NOW, bounds=ANYTHING)

    assert (answer.period.words, answer.outlet.words) == ("ВЧЕРА", "по данным известий")


def test_what_is_to_come_is_told_by_what_was_written_before(library, corpus):
    text = "Мост через Ильму откроют 15 сентября, обещает мэрия города."
    corpus.write_lines(
        "articles.jsonl",
        [{"id": "open", "date": "2024-09-05T10:00", "source": "iz.ru", "title": "Мост", "text": text}],
    )
    library.index()

    answer = library.ask("Что будет 15 сентября?", now=NOW)
    assert cited(answer) == ["open"]
    assert answer.period == Period(date(2024, 9, 15), date(2024, 9, 15), "15 сентября")


@pytest.mark.parametrize(
    ("question", "now", "found"),
    [
        ("Что произошло сегодня?", NOW, []),
        ("Что произошло 10 сентября?", datetime(2024, 9, 11, 12), []),  # noqa: DTZ001 - as above
        ("Что будет 10 сентября?", datetime(2024, 9, 5, 12), ["plan"]),  # noqa: DTZ001
    ],
)
def test_what_was_planned_is_no_news_of_the_day_for_which_it_was(published, question, now, found):
    answer = published.ask(question, now=now, bounds=ANYTHING)

    assert [each for each in cited(answer) if each == "plan"] == found


def test_news_of_a_topic_in_a_time_are_what_is_told_of_it(library, corpus):
    told = (
        "Пожар в Угличе потушили лесники и добровольцы со всей области. Пожар в Угличе начался 2 июля и погубил склад."
    )
    others = [
        {"id": f"other-{place}", "date": "2024-07-03T10:00", "title": word, "text": f"{word} номер {place} открыт."}
        for place, word in enumerate(("Яхта", "Рынок", "Театр", "Вокзал"), 2)
    ]
    corpus.write_lines(
        "articles.jsonl", [{"id": "later", "date": "2024-08-15T10:00", "title": "", "text": told}, *others]
    )
    library.index()

    in_july = ask(library, "последние новости о пожаре в Угличе в июле")
    ever = ask(library, "последние новости о пожаре в Угличе")

    evidence = [[each.excerpt[slice(*each.highlight)] for each in answer.citations] for answer in (in_july, ever)]
    assert evidence == [
        ["Пожар в Угличе начался 2 июля и погубил склад."],
        ["Пожар в Угличе потушили лесники и добровольцы со всей области."],
    ]
