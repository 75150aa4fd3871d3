"""Events that several outlets report, and stories day by day: from files to what a reader sees."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from click.testing import CliRunner
from hashing_model import cited, hashing_library, settings_for

from bot.cli import cli
from bot.rendering.retold import retold
from bot.texts import catalogue
from retrieval.types import ANYTHING, Order

BEAR = "Медведь вошёл ночью в супермаркет Белых Мхов и съел торт целиком"
RETOLD = "Торт целиком съел медведь и ночью вошёл в супермаркет Белых Мхов"
QUESTION = "Кто съел торт в супермаркете?"
BRIDGE = {
    "close": ("2024-05-13", "Кожевенный мост закрыли.", "Первым разобрали тротуар."),
    "crack": ("2024-06-18", "Кожевенный мост треснул.", "Первым заметил сторож."),
    "crack-later": ("2024-06-18", "Кожевенный мост осмотрели.", "Первым спустился водолаз."),
    "open": ("2024-10-19", "Кожевенный мост открыли.", "Первым проехал молоковоз."),
}


def record(article_id, text, day="2024-09-09T10:00", source="a.ru", title=""):
    return {"id": article_id, "title": title, "date": day, "source": source, "text": text}


def reported(library):
    """Which articles report one event, by their ids."""
    generation = library.opened().generation
    passages = library.home.queries.passages(list(generation.layout.reporting(range(1, 100))))
    events = generation.layout.events_of([each.id for each in passages])
    groups = {}
    for each in passages:
        groups.setdefault(events[each.id], set()).add(each.article.id)
    return sorted(sorted(group) for group in groups.values())


@pytest.fixture
def told(library, corpus):
    """Index articles, and return the library."""

    def told(*records):
        corpus.write_lines("articles.jsonl", [*records, *others()])
        library.index([str(corpus.folder)])
        return library

    return told


def others():
    """Articles of other matters, so that words are rare."""
    words = ["Яхта", "Рынок", "Театр", "Футбол", "Погода", "Вокзал", "Школа", "Завод"]
    return [record(f"other-{word}", f"{word} номер {place} сегодня работает.") for place, word in enumerate(words, 2)]


def test_an_event_is_cited_once_and_the_other_outlet_is_named(told):
    library = told(record("bear", f"{BEAR}."), record("retold", f"{RETOLD}.", "2024-09-10T09:00", "b.ru"))

    assert reported(library) == [["bear", "retold"]]
    citation = library.ask(QUESTION, limit=1).citations[0]
    other = {"bear": "retold", "retold": "bear"}[citation.article_id]
    assert [version.article_id for version in citation.reprints] == [other]
    assert (citation.earliest, citation.other_outlets) == ("bear", 1)
    assert len({"bear", "retold"}.intersection(cited(library.ask(QUESTION)))) == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (RETOLD, "2024-09-20T09:00"),
        (f"{RETOLD} и погибли семеро", "2024-09-10T09:00"),
        ("Торт подорожал на рынке", "2024-09-10T09:00"),
    ],
)
def test_another_event_is_none(told, text, day):
    assert reported(told(record("bear", f"{BEAR} и погибли двое."), record("other", f"{text}.", day, "b.ru"))) == []


def test_events_do_not_depend_on_the_order_in_which_articles_came(told, tmp_path, corpus):
    first, second = record("bear", f"{BEAR}."), record("retold", f"{RETOLD}.", source="b.ru")
    told(second)
    library = told(first, second)
    anew = hashing_library(settings_for(tmp_path / "anew", corpus.folder))
    anew.index()

    assert reported(library) == reported(anew) == [["bear", "retold"]]


@pytest.mark.parametrize(
    ("relayed", "said"),
    [
        (f"{BEAR}, сообщает Медвежий вестник.", "+1 издание, ссылается на Медвежий вестник, первое — a.ru"),
        (f"{BEAR}, сообщает Иван Гордеев.", "+1 издание, первое — a.ru"),
        (f"{BEAR}, сообщает Медвежий вестник-Холл.", "+1 издание, первое — a.ru"),
        (f"{BEAR}, сообщает Медвежий вестник Союз.", "+1 издание, первое — a.ru"),
    ],
)
def test_who_only_relays_an_outlet_is_told_apart(told, relayed, said):
    library = told(
        record("bear", f"{BEAR}."),
        record("retold", relayed, "2024-09-10T09:00", "b.ru"),
        record("vestnik", "Озеро замёрзло ночью.", "2024-09-01T09:00", "Медвежий вестник"),
    )
    [citation] = library.ask(QUESTION, limit=1, within=library.within(None, None, "a.ru")).citations

    assert retold(citation, catalogue("ru")) == f"{said}, 9 сентября 2024"


def test_who_reports_by_itself_as_well_relays_nobody(told):
    library = told(
        record("bear", f"{BEAR}."),
        record("own", f"{BEAR}, видел сам корреспондент.", "2024-09-10T09:00", "b.ru"),
        record("relayed", f"{BEAR}, сообщает Медвежий вестник.", "2024-09-10T11:00", "b.ru"),
        record("vestnik", "Озеро замёрзло ночью.", "2024-09-01T09:00", "Медвежий вестник"),
    )
    [citation] = library.ask(QUESTION, limit=1, within=library.within(None, None, "a.ru")).citations

    assert {version.article_id for version in citation.reprints} == {"own", "relayed"}
    assert retold(citation, catalogue("ru")) == "+1 издание, первое — a.ru, 9 сентября 2024"


@pytest.mark.parametrize(
    ("relaying", "said"),
    [(0, "+4 outlets"), (1, "+4 outlets, 1 citing telegraf24"), (4, "+4 outlets, all citing telegraf24")],
)
def test_how_many_relay_one_outlet_is_said(told, relaying, said):
    library = told(record("bear", f"{BEAR}."))
    [citation] = library.ask(QUESTION, limit=1).citations
    several = replace(citation, other_outlets=4, relaying=relaying, origin="telegraf24" if relaying else None)

    assert retold(several, catalogue("en")) == said


def test_a_digest_has_one_line_for_an_event_whatever_its_reports_count(told):
    library = told(
        record("two", f"{BEAR} и погибли двое.", "2024-09-09T10:00", title="Медведь в Белых Мхах"),
        record("seven", f"{RETOLD} и погибли семеро.", "2024-09-09T20:00", "b.ru", title="Медведь в Белых Мхах"),
        record("goat", "Коза родила тройню на ферме у реки.", "2024-09-09T22:00", "b.ru"),
    )
    now = datetime(2024, 9, 10, 12)  # noqa: DTZ001 - as articles have none
    day = library.ask("Что случилось вчера?", now=now, limit=10)

    assert reported(library) == []
    assert cited(day)[:2] == ["seven", "goat"]
    assert "two" not in cited(day)
    assert day.order is Order.RELEVANCE
    for limit in (1, 2, 5):
        assert cited(library.ask("Что случилось вчера?", now=now, limit=limit)) == cited(day)[:limit]


def test_a_forgotten_report_is_named_no_more(told):
    library = told(record("bear", f"{BEAR}."), record("retold", f"{RETOLD}.", source="b.ru"))
    library.forget(["retold"])

    citation = library.ask(QUESTION, limit=1).citations[0]
    assert (citation.article_id, citation.reprints, citation.other_outlets) == ("bear", (), 0)


@pytest.fixture
def bridge(told):
    named = {"title": "Кожевенный мост"}
    return told(*(record(name, " ".join(text), f"{day}T10:00", **named) for name, (day, *text) in BRIDGE.items()))


def test_a_story_is_told_day_by_day_with_one_sentence_each(bridge):
    timeline = bridge.timeline("Хронология: Кожевенный мост")

    assert timeline.question == "Хронология: Кожевенный мост"
    assert [day.date for day in timeline.days] == [date(2024, 5, 13), date(2024, 6, 18), date(2024, 10, 19)]
    assert [day.citation.number for day in timeline.days] == [1, 2, 3]
    assert [day.citation.article_id for day in timeline.days][::2] == ["close", "open"]
    for day in timeline.days:
        text = " ".join(BRIDGE[day.citation.article_id][1:])
        assert text[day.citation.start : day.citation.end] == day.citation.excerpt


def test_an_event_is_told_on_the_day_of_its_first_report(told):
    library = told(record("bear", f"{BEAR}."), record("retold", f"{RETOLD}.", "2024-09-10T09:00", "b.ru"))

    assert [day.citation.article_id for day in library.timeline("медведь съел торт").days] == ["bear"]


def test_of_what_no_article_is_about_there_is_no_story(bridge):
    assert bridge.timeline("хронология полёта на Марс").days == ()
    assert bridge.timeline("хронология").days == ()


REPAIR = "Ремонт: Кожевенный мост через реку Карсу у старого рынка в городе Верхнекарске"
"""A headline, most of what these articles say, so that they are near to each other."""


@pytest.fixture
def repair(told):
    moved = {"close": ("2024-05-13", "закрыли"), "crack": ("2024-06-18", "треснул"), "open": ("2024-10-19", "открыли")}
    return told(*(record(name, f"{what}.", f"{day}T10:00", title=REPAIR) for name, (day, what) in moved.items()))


def test_the_story_of_what_is_cited_is_told_day_by_day_whatever_time_was_asked_of(repair):
    answer = repair.ask("Кожевенный мост закрыли 13 мая 2024?", bounds=ANYTHING)
    story = repair.cited_story(answer)

    assert answer.citations[0].article_id == "close"
    assert story.question == answer.question
    assert [day.date for day in story.days] == [date(2024, 5, 13), date(2024, 6, 18), date(2024, 10, 19)]


def test_what_stands_alone_has_a_story_of_one_day_and_what_cites_nothing_or_a_time_none(told):
    library = told(record("bear", f"{BEAR}."), record("yacht", "Яхта «Чайка» утонула в Белых Мхах."))

    assert [day.citation.article_id for day in library.cited_story(library.ask(QUESTION)).days] == ["bear"]
    assert library.cited_story(replace(library.ask(QUESTION), citations=())).days == ()
    assert library.cited_story(library.ask("Что нового?")).days == ()


def test_a_forgotten_article_is_no_part_of_a_story(repair):
    answer = repair.ask("Кожевенный мост закрыли 13 мая 2024?", bounds=ANYTHING)
    repair.forget(["open"])

    assert [day.citation.article_id for day in repair.cited_story(answer).days] == ["close", "crack"]


@pytest.fixture
def timeline(bridge, tmp_path, monkeypatch):
    """Run the command; give its standard output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.commands.opening.open_library", lambda *_: bridge)

    def run(*arguments, code=0):
        done = CliRunner().invoke(cli, ["timeline", *arguments])
        assert done.exit_code == code
        return done.stdout

    return run


def test_the_command_prints_days_with_what_happened_and_where_it_stands(timeline):
    lines = timeline("хронология: Кожевенный мост").splitlines()

    assert lines[:2] == ["13 мая 2024", "[1] Кожевенный мост закрыли. Первым разобрали тротуар."]
    assert "a.ru" in lines[2]


def test_as_json_it_is_the_question_and_its_days(timeline):
    found = json.loads(timeline("хронология: Кожевенный мост", "--json"))

    assert list(found) == ["question", "days"]
    assert [day["date"] for day in found["days"]] == ["2024-05-13", "2024-06-18", "2024-10-19"]
    assert list(found["days"][0]) == ["date", "citation"]
    assert found["days"][0]["citation"]["article_id"] == "close"


def test_where_nothing_is_found_the_command_says_so(timeline):
    assert timeline("хронология полёта на Марс") == "Статей о такой истории не нашёл.\n"
    assert json.loads(timeline("flight to Mars", "--json")) == {"question": "flight to Mars", "days": []}
    timeline(" ", code=2)
