"""What benchmarks/news.py lets pass, on answers made by hand; and that its questions are true of its articles."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time

import pytest
from news import NEWS, TIMELINE, NewsQuestion, days_named, fault, table

from retrieval.types import (
    Answer,
    Certainty,
    Citation,
    Difference,
    DifferingValue,
    NamedOutlet,
    Order,
    Period,
    Timeline,
    TimelineDay,
    Version,
)

HALVES = ("seen", "unseen")
FRIDAY = date(2024, 8, 30)


def read(name):
    return [json.loads(line) for line in (NEWS / name).read_text(encoding="utf-8").splitlines()]


def question(kind, article_ids=("fire",), answers=("seven",), **more):
    rest = {"period": None, "slack": 0, "outlet": None, "event_day": None, "values": None, "once": None, "note": ""}
    return NewsQuestion(
        id="one",
        lang="en",
        kind=kind,
        question="What burned?",
        now=datetime.fromisoformat("2024-09-02T12:00"),
        article_ids=article_ids,
        answers=answers,
        **{"answerable": True, **rest, **more},
    )


def cited(article_id="fire", excerpt="On Friday seven sheds burned.", day=FRIDAY, number=1, **more):
    published_at = datetime.combine(day, time(20))
    return Citation(number, article_id, "", "echo", None, published_at, excerpt, 0, len(excerpt), (0, 1), 1.0, **more)


def answer(*citations, **more):
    certainty = Certainty.SURE if citations else Certainty.NONE
    return Answer("", certainty, 1.0, None, citations, (), 0.0, **more)


def told(*days):
    """A timeline of articles with the days of August on which they are told."""
    return Timeline("", tuple(TimelineDay(date(2024, 8, day), cited(name)) for name, day in days))


@pytest.mark.parametrize(
    ("timeline", "why"),
    [
        (told(("fire", 1), ("trial", 3)), None),
        (told(("fire-again", 1), ("trial", 3)), None),
        (told(("trial", 1), ("fire", 3)), "other articles"),
        (told(("fire", 3), ("trial", 1)), "days not in order"),
        (told(("fire", 3), ("trial", 3)), "days not in order"),
        (told(("fire", 1)), "other days"),
        (told(("fire", 1), ("trial", 3), ("storm", 5)), "other days"),
        (told(), "other days"),
    ],
)
def test_a_timeline_cites_each_day_of_the_story_in_order(timeline, why):
    asked = question(TIMELINE, article_ids=("fire", "trial"), answers=(), once=("fire", "fire-again"))
    assert fault(asked, timeline) == why


NAMED = Period(FRIDAY, FRIDAY)
REFUSED = answer()
WIDENED = answer(cited(day=date(2024, 8, 1)), widened=True, period=NAMED)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (answer(cited(), period=NAMED), None),
        (answer(cited()), "other period"),
        (answer(cited(), period=Period(FRIDAY, date(2024, 8, 31))), "other period"),
        (answer(cited(excerpt="Six sheds."), period=NAMED), "wrong citation"),
        (answer(cited("storm"), period=NAMED), "wrong citation"),
        (answer(cited(), cited("storm", day=date(2024, 8, 29)), period=NAMED), "cites another time"),
        (answer(cited(), cited("storm", day=date(2024, 9, 1), event_day=FRIDAY), period=NAMED), None),
        (answer(cited(), cited("storm", "On 30 August it rained.", date(2024, 9, 1)), period=NAMED), None),
        (REFUSED, "nothing in the period"),
        (WIDENED, "nothing in the period"),
    ],
)
def test_a_window_holds_all_that_is_cited(answer, why):
    assert fault(question("window", period=(FRIDAY, FRIDAY)), answer) == why


def test_vague_words_leave_the_ends_some_days():
    early = question("window", period=(date(2024, 8, 28), FRIDAY), slack=2)
    assert fault(early, answer(cited(), period=NAMED)) is None
    assert fault(early, answer(cited(), period=Period(date(2024, 8, 25), FRIDAY))) == "other period"


def test_until_a_day_may_begin_on_any():
    until = question("window", period=(None, FRIDAY))
    assert fault(until, answer(cited(), period=Period(date.min, FRIDAY))) is None


@pytest.mark.parametrize("kind", ["window", "outlet"])
def test_where_nothing_answers_that_is_said(kind):
    nothing = question(kind, (), (), answerable=False, period=(FRIDAY, FRIDAY))
    assert fault(nothing, REFUSED) is None
    assert fault(nothing, WIDENED) is None
    assert fault(nothing, answer(cited(), period=NAMED)) == "answers from elsewhere"


def test_what_is_wholly_about_a_time_takes_all_its_events():
    both = question("window", ("fire", "storm"), (), period=(FRIDAY, FRIDAY), once=("storm", "storm-again"))
    storm = cited("storm-again", number=2)
    assert fault(both, answer(cited(), storm, period=NAMED)) is None
    assert fault(both, answer(storm, period=NAMED)) == "leaves out events"
    folded = cited(reprints=(Version("storm", "", None, None, None),))
    assert fault(both, answer(folded, period=NAMED)) is None


def test_an_event_day_stands_beside_the_right_excerpt():
    told = question("event_day", event_day=FRIDAY)
    assert fault(told, answer(cited(event_day=FRIDAY))) is None
    assert fault(told, answer(cited())) == "other event day"
    assert fault(question("event_day"), answer(cited())) is None
    assert fault(told, REFUSED) == "refused"


def test_the_latest_leads_in_order():
    latest = question("latest", ("new", "old"), (), once=("new", "new-again"))
    new, old, older = cited("new-again"), cited("old", day=date(2024, 8, 2)), cited("fire", day=date(2024, 8, 1))
    assert fault(latest, answer(new, old, older, order=Order.NEWEST)) is None
    assert fault(latest, answer(new, old)) == "not ordered by time"
    assert fault(latest, answer(old, new, order=Order.NEWEST)) == "days rise"
    assert fault(latest, answer(new, order=Order.NEWEST)) == "too few"
    assert fault(latest, answer(new, older, old, order=Order.NEWEST)) == "days rise"
    assert fault(latest, answer(new, older, order=Order.NEWEST)) == "other articles"


def test_an_outlet_is_cited_alone():
    echo = question("outlet", outlet="echo")
    named = NamedOutlet("echo", "the Echo")
    assert fault(echo, answer(cited(), outlet=named)) is None
    assert fault(echo, answer(cited(), replace(cited(), source="herald"), outlet=named)) == "cites another outlet"


def test_a_difference_marks_every_value():
    differing = question("differences", values=("nine", "7"))
    reports = (cited(excerpt="Now nine died."), cited("old", "First 7 died, 17 hurt.", number=2))

    def marked(*spans):
        values = tuple(DifferingValue(number, span) for number, span in enumerate(spans, start=1))
        return answer(*reports, differences=(Difference((1, 2), values),))

    assert fault(differing, marked((4, 8), (6, 7))) is None
    assert fault(differing, marked((4, 13), (6, 12))) is None
    assert fault(differing, marked((4, 8), (14, 16))) == "other differences"
    assert fault(differing, answer(*reports)) == "no differences"
    assert fault(question("no_difference"), marked((4, 8), (6, 7))) == "false alarm"
    assert fault(question("no_difference"), answer(*reports)) is None


def test_reprints_are_cited_once():
    one_event = question("reprints", once=("fire", "fire-again"))
    assert fault(one_event, answer(cited(), cited("storm"))) is None
    assert fault(one_event, answer(cited(), cited("fire-again"))) == "cites 2 of it"
    assert fault(one_event, REFUSED) == "cites 0 of it"


def test_a_plain_question_is_answered_as_ever():
    assert fault(question("plain"), answer(cited())) is None
    assert fault(question("plain", (), (), answerable=False), REFUSED) is None
    assert fault(question("plain", (), (), answerable=False), answer(cited())) == "answered for sure"


def test_days_are_read_from_excerpts():
    named = cited(excerpt="16 августа, August 3 and 31 June; 40 may come.")
    assert set(days_named(named)) == {date(2024, 8, 16), date(2024, 8, 3)}


def test_the_table_counts_by_kind_and_language():
    rows = table([question("plain"), question("plain"), question("outlet")], [None, "refused", None])
    assert rows[0] == "| kind | all | en |"
    assert {"| outlet | 1/1 | 1/1 |", "| plain | 1/2 | 1/2 |", "| all | 2/3 | 2/3 |"} <= set(rows)


@pytest.mark.parametrize("half", [*HALVES, "more"])
def test_questions_are_true_of_the_articles(half):
    articles = {article["id"]: article for article in read("articles.jsonl")}
    for asked in map(NewsQuestion.model_validate, read(f"questions_{half}.jsonl")):
        right = [articles[name] for name in asked.article_ids]
        if asked.answers:
            assert all(any(text.casefold() in one["text"].casefold() for text in asked.answers) for one in right)
        if asked.kind == "differences":
            assert all(value in one["text"] for value, one in zip(asked.values, right, strict=True))
        if asked.outlet:
            assert {one["source"] for one in right} <= {asked.outlet}
        days = [datetime.fromisoformat(one["date"]) for one in right]
        assert all(day <= asked.now for day in days)
        if asked.kind in {"latest", TIMELINE}:
            assert days == sorted(days, reverse=asked.kind == "latest")
        assert set(asked.once or ()) <= articles.keys()


def test_the_halves_have_the_same_kinds_and_no_common_question():
    seen, unseen = (read(f"questions_{half}.jsonl") for half in HALVES)
    kinds = [Counter((one["kind"], one["lang"]) for one in half) for half in (seen, unseen)]
    assert kinds[0].keys() == kinds[1].keys()
    assert max(abs(kinds[0][kind] - kinds[1][kind]) for kind in kinds[0]) <= 1
    assert not {one["question"] for one in seen} & {one["question"] for one in unseen}
