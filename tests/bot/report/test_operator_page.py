"""The operator's page: what it tells, in which language, and what it keeps to itself."""

import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from asked_questions import REFUSED, SURE, UNSURE, ask
from hashing_model import hashing_library
from html_pages import Page, check_page

from bot.people.store import PeopleStore
from bot.report.operator_page import OutletRow, gather_report, is_silent, render_operator_page
from bot.settings import BotSettings
from bot.texts import LANGUAGES
from retrieval.articles import OutletCoverage

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2024, 9, 10, 15, 30, tzinfo=MOSCOW)
NASTY = "<script>alert('x')</script> & \"quotes\" {{ 7 * 7 }}"
PERSON = 987654321
ARTICLES = [
    {"id": "bridge", "title": "Мост открыт", "date": "2024-09-09", "source": "iz.ru", "text": "Мост открыли."},
    {"id": "old", "title": "Мост строят", "date": "2024-07-01", "source": "iz.ru", "text": "Мост ещё строят."},
    {"id": "quiet", "title": "Comet", "date": "2024-08-01", "source": "herald.com", "text": "A comet passed."},
    {"id": "quiet2", "title": "Tail", "date": "2024-07-31", "source": "herald.com", "text": "Its tail was filmed."},
    {"id": "undated", "title": "Урожай", "text": "Аграрии собрали 120 тонн."},
]


@pytest.fixture(autouse=True)
def _settings_of_tests_alone(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("CITEBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def page(home, corpus):
    """Make the page of what was indexed and asked; `questions` as `asked_questions.ask` takes them."""

    def page(*questions, language="en", articles=ARTICLES, days=7, **settings):
        chosen = BotSettings(home=home, sources=(str(corpus.folder),), reader="off", **settings)
        library = hashing_library(chosen)
        if articles:
            corpus.write_lines("articles.jsonl", articles)
            library.index()
        if questions:
            ask(home, NOW, *questions)
        people = PeopleStore.open_to_read(home, None)
        report = gather_report(library, people, chosen, days, NOW)
        if people:
            people.close()
        found = Page(render_operator_page(report, language))
        check_page(found, language)
        return found

    return page


ASKED = [
    ("Когда открыли мост?", SURE, {"days": 1, "took": 100.0, "cited": ["bridge"]}),
    ("Кто президент Бразилии?", REFUSED, {"days": 1, "took": 1500.0, "person": PERSON}),
    ("кто президент  Бразилии?", REFUSED, {"took": 50.0}),
    ("Сколько стоит мост?", UNSURE, {"took": 60.0, "cited": ["bridge"]}),
    ("Где мост?", UNSURE, {"took": 60.0, "cited": ["bridge", "old"], "disliked": True}),
    ("Чей мост?", SURE, {"took": 60.0, "cited": ["gone"], "disliked": True}),
]


def test_what_was_asked_is_told_with_shares_and_day_by_day(page):
    found = page(*ASKED)
    for told in (
        "Made on 10 September 2024, 15:30.",
        "From 4 September 2024 to 10 September 2024.",
        "6 questions, from 2 people 33% answered for sure 33% answered, but unsure 33% refused: no answer found",
        "33% found useless (👎) 60 ms half of the answers took no longer (p50); 95 of 100 no longer than 1.5 s (p95)",
        "When Bar Questions Sure Unsure Refused Useless People Wed 4 Sep 0 0 0 0 0 0 Thu 5 Sep 0 0 0 0 0 0",
        "Mon 9 Sep 2 1 0 1 0 2 Tue 10 Sep 4 1 2 1 2 1",
        "When Bar p50 p95 Mon 9 Sep 1.5 s 1.5 s Tue 10 Sep 60 ms 60 ms",
    ):
        assert told in found.text
    assert '<i class="sure" style="width: 25.00%"></i><i class="unsure" style="width: 50.00%"></i>' in found.source


def test_what_was_missing_is_told_the_newest_first_and_what_is_asked_again_once(page):
    found = page(*ASKED)
    start = found.text.index("handle them with care. ")
    assert found.text[start:].startswith(
        "handle them with care. Чей мост? Tue 10 Sep · found useless "
        "Где мост? Tue 10 Sep · found useless · shown: Мост открыт "
        "кто президент Бразилии? Tue 10 Sep · refused · asked 2 times Speed"
    )
    assert "Сколько стоит мост?" not in found.text, "nobody found it useless"


def test_nothing_of_a_person_is_on_the_page(page):
    found = page(*ASKED)
    assert str(PERSON) not in found.source


def test_no_more_than_a_hundred_questions_are_shown(page):
    found = page(*((f"Вопрос {number}?", REFUSED, {}) for number in range(101)))
    assert "Shown are the latest 100." in found.text
    assert found.source.count("<h3>") == 100
    assert "Вопрос 100?" in found.text
    assert "Вопрос 0?" not in found.text


def test_what_is_not_kept_any_more_is_not_told_even_if_it_is_still_there(page):
    asked = [("Старое?", REFUSED, {"days": 4}), ("Новое?", REFUSED, {"days": 1})]
    found = page(*asked, keep_days=2)
    assert "Новое?" in found.text
    assert "Старое?" not in found.text
    assert "Earlier questions are not kept (CITEBOT_KEEP_DAYS is 2)." in found.text


def test_a_long_time_is_told_week_by_week(page):
    found = page(("Мост?", SURE, {"days": 30}), ("Мост?", SURE, {}), days=60)
    text = found.text
    assert "From 13 July 2024 to 10 September 2024." in text
    assert "13 Jul – 14 Jul 0 0 0 0 0 0 15 Jul – 21 Jul 0" in text
    assert "5 Aug – 11 Aug 1 1 0 0 0 1" in text
    assert "9 Sep – 10 Sep 1 1 0 0 0 1" in text


def test_sources_are_told_with_their_freshness_and_who_fell_silent(page):
    text = page().text
    assert "Outlet Articles In 7 days Newest Days since State" in text
    assert "iz.ru 2 1 9 September 2024 1 (no outlet) 1 0 – –" in text
    assert "herald.com 2 0 1 August 2024 40 silent" in text
    assert "Needs attention One outlet has fallen silent, see below." in text


@pytest.mark.parametrize(
    ("articles", "first", "last", "silent"),
    [
        (30, date(2024, 8, 3), date(2024, 9, 1), True),  # one a day, nothing for nine days
        (30, date(2024, 8, 5), date(2024, 9, 3), False),  # for seven days
        (5, date(2024, 8, 1), date(2024, 8, 29), False),  # one a week, nothing for twelve days
        (5, date(2024, 7, 1), date(2024, 7, 29), True),  # for forty-three days
        (1, date(2023, 1, 1), date(2023, 1, 1), False),  # nobody knows what is usual
        (3, None, None, False),
    ],
)
def test_silent_is_who_has_had_nothing_for_much_longer_than_usual(articles, first, last, silent):
    assert is_silent(OutletCoverage("iz.ru", articles, first, last), NOW.date()) is silent


def test_the_health_of_the_index_is_told(page):
    text = page().text
    assert "Index state all well generation 000001, published on " in text
    assert "holds 5 articles, 5 passages, 5 sentences" in text
    assert "dates 1 July 2024 – 9 September 2024 model hashing" in text
    assert "as shipped" in text


def test_a_bound_of_the_settings_is_told_as_such(page):
    text = page(min_confidence=0.25, unsure_confidence=0.125).text
    assert "sure from 0.250, as the settings say unsure from 0.125, as the settings say" in text


def test_where_no_bot_ran_the_rest_is_told(page):
    text = page().text
    assert "No bot has run with this home folder yet: there are no questions to tell of. Sources" in text


def test_where_nothing_was_asked_lately_that_is_told(page):
    text = page(("Мост?", SURE, {"days": 8})).text
    assert "Nothing was asked in this time. Sources" in text


def test_without_an_index_the_page_says_so_and_tells_the_rest(page):
    text = page(*ASKED, articles=()).text
    assert "Needs attention there is no index yet in " in text
    assert (
        "There is no index that can be read, so no articles to tell of. Index state cannot be served, see above" in text
    )
    assert "6 questions, from 2 people" in text


def test_what_people_and_articles_say_never_becomes_markup(page):
    articles = [{"id": "a", "title": NASTY, "date": "2024-09-09", "source": NASTY, "text": "Мост открыли."}]
    found = page((NASTY, UNSURE, {"cited": ["a"], "disliked": True}), articles=articles)
    assert "script" not in found.tags
    assert found.text.count("<script>alert('x')</script>") == 3
    assert found.text.count("{{ 7 * 7 }}") == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_in_every_language(page, language):
    page(*ASKED, language=language)


def test_the_page_can_be_had_in_russian(page):
    text = page(*ASKED, language="ru").text.replace("\xa0", " ")
    for told in (
        "Citebot: вопросы и статьи Составлено 10 сентября 2024, 15:30.",
        "6 вопросов от 2 человек 33 % с уверенным ответом",
        "95 из 100 — не дольше 1,5 с (p95)",
        "пн, 9 сент. 2 1 0 1 0 2 вт, 10 сент. 4 1 2 1 2 1",
        "вт, 10 сент. · без ответа · спросили 2 раза",
        "Замолчало 1 издание, см. ниже.",
        "содержит 5 статей, 5 отрывков, 5 предложений",
    ):
        assert told in text


def test_days_are_those_of_the_settings_time_zone(page, home, corpus):
    chosen = BotSettings(home=home, sources=(str(corpus.folder),), reader="off", timezone=MOSCOW)
    ask(home, NOW, ("Мост?", SURE, {"days": 16 / 24}), ("Мост?", SURE, {"days": 15 / 24}))
    people = PeopleStore.open_to_read(home, None)
    report = gather_report(hashing_library(chosen), people, chosen, 2, NOW)
    people.close()
    counted = [(period.first, period.usage.questions) for period in report.bot.periods]
    assert counted == [(date(2024, 9, 9), 1), (date(2024, 9, 10), 1)]
    assert report.first_day == NOW.date() - timedelta(days=1)


def test_outlets_are_rows_of_what_is_published(page, home, corpus):
    page()
    chosen = BotSettings(home=home, sources=(str(corpus.folder),), reader="off")
    report = gather_report(hashing_library(chosen), None, chosen, 7, NOW)
    assert OutletRow("iz.ru", 2, 1, date(2024, 9, 9), 1, silent=False) in report.outlets
    assert report.silent_outlets == 1
