"""What restricts a question to a time or an outlet, and the question without the words that say so."""

from datetime import date

import pytest

from retrieval.question.bounds import Bounded, bounds_of, restricted, restricts_alone
from retrieval.question.conversation import Conversation
from retrieval.question.outlets import OutletNames
from retrieval.question.parsing import parse
from retrieval.types import Answer, Certainty, Citation, NamedOutlet, Period

TODAY = date(2024, 9, 10)
NAMES = OutletNames.of(["iz.ru", "kommersant.ru"], {})


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Что вчера решила дума?", "Что решила дума?"),
        ("Вчера дума приняла закон?", "Дума приняла закон?"),
        ("Сколько погибло с 26 по 31 августа?", "Сколько погибло?"),
        ("What did the council decide on Friday?", "What did the council decide?"),
        ("вчера", ""),
        ("Кто мэр?", "Кто мэр?"),
    ],
)
def test_the_words_of_a_time_are_left_out(text, rest):
    assert bounds_of(text, TODAY)[1] == rest


def test_a_month_or_a_year_is_searched_for_where_nothing_of_that_time_answers():
    assert bounds_of("Кто победил на прошлой неделе?", TODAY)[2] == "Кто победил?"
    assert bounds_of("Кто победил в марте?", TODAY)[2] == "Кто победил в марте?"


def test_an_outlet_restricts_and_is_not_searched_for():
    question = parse("По данным Известий, сколько стоит проезд?", TODAY, outlet_names=NAMES)

    assert question.matter == "Сколько стоит проезд?"
    assert (question.bounds.outlets, question.bounds.outlet) == (
        ("iz.ru",),
        NamedOutlet("iz.ru", "По данным Известий"),
    )
    (wider,) = question.widened()
    assert (wider.bounds.outlets, wider.matter) == (None, "Сколько стоит проезд?")


def test_of_both_the_outlet_is_given_up_first():
    question = parse("Что вчера писал Коммерсант о мосте?", TODAY, outlet_names=NAMES)
    yesterday = Period(date(2024, 9, 9), date(2024, 9, 9), "вчера")

    assert (question.bounds.period, question.bounds.outlets) == (yesterday, ("kommersant.ru",))
    assert [(wider.bounds.period, wider.bounds.outlets) for wider in question.widened()] == [
        (yesterday, None),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("text", "alone"), [("А вчера?", True), ("вчера", True), ("А мост вчера?", False), ("А?", False)]
)
def test_a_text_may_say_nothing_but_when(text, alone):
    assert restricts_alone(text, parse(text, TODAY).bounds) == alone


def test_another_time_takes_the_place_of_that_of_a_question():
    friday = Bounded(Period(date(2024, 9, 6), date(2024, 9, 6), "В пятницу"))

    assert restricted("Что вчера решила дума?", friday, TODAY) == "Что решила дума в пятницу?"
    assert restricted("Что решила дума?", friday, TODAY) == "Что решила дума в пятницу?"
    other = Bounded(Period(date(2024, 9, 6), date(2024, 9, 6), "on Friday"))
    assert restricted("What happened yesterday?", other, TODAY) == "What happened on Friday?"


def _after(conversation, question, understood=None):
    bounds = parse(understood or question, TODAY).bounds
    cited = Citation(1, "a", "Дума", None, None, None, "Дума приняла закон.", 0, 19, (0, 19), 1.0)
    answer = Answer(
        question=question,
        certainty=Certainty.SURE,
        confidence=0.9,
        as_of=None,
        citations=(cited,),
        nearest=(),
        took_ms=1.0,
        understood=understood,
        canonical=question,
        period=bounds.period,
    )
    return conversation.after(answer)


def test_a_time_alone_keeps_the_topic_of_the_conversation():
    conversation = _after(Conversation(), "Что сегодня решила дума?")
    understood = conversation.understood(parse("А вчера?", TODAY), TODAY)

    assert understood.full == "Что решила дума вчера?"
    assert understood.bounds.period == Period(date(2024, 9, 9), date(2024, 9, 9), "вчера")
    conversation = _after(conversation, "А вчера?", understood.full)
    assert conversation.understood(parse("А в пятницу?", TODAY), TODAY).full == "Что решила дума в пятницу?"


def test_what_asks_for_all_of_a_time_leaves_the_topic():
    conversation = _after(Conversation(), "Что сегодня решила дума?")
    understood = conversation.understood(parse("Что случилось вчера?", TODAY), TODAY)

    assert understood.is_about_all
    assert understood.full == "Что случилось вчера?"


def test_bounds_that_meet_allow_what_both_do():
    september = Bounded(Period(date(2024, 9, 1), date(2024, 9, 30)), ("iz.ru", "tass.ru"), published=True)
    week = Period(date(2024, 8, 26), date(2024, 9, 1), "на той неделе")
    tass = NamedOutlet("tass.ru", "по данным ТАСС")

    both = september.meeting(Bounded(week, ("tass.ru",), tass))
    assert (both.period, both.outlets) == (Period(date(2024, 9, 1), date(2024, 9, 1), "на той неделе"), ("tass.ru",))
    assert both.published
    assert september.meeting(Bounded()).period == september.period
    august = Period(date(2024, 8, 1), date(2024, 8, 31), "в августе")
    assert september.meeting(Bounded(august)) == Bounded(august, (), None, published=True)
    assert Bounded(outlets=("iz.ru",)).meeting(Bounded(None, ("tass.ru",), tass)).outlets == ()
