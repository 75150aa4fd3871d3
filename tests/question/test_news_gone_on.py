"""How a conversation goes on from a question for the news of a topic."""

from datetime import date

import pytest

from retrieval.question.conversation import Conversation
from retrieval.question.outlets import OutletNames
from retrieval.question.parsing import parse
from retrieval.types import Answer, Certainty, Citation

TODAY = date(2024, 9, 10)
NAMES = OutletNames.of(["tass.ru", "gory24.ru", "iz.ru", "Elm Echo"], {})


def ask(conversation, question, *, is_answered=True):
    asked = parse(question, TODAY, outlet_names=NAMES)
    understood = conversation.understood(asked, TODAY)
    cited = Citation(1, "a", "Мост", None, None, None, "Мост открыли.", 0, 13, (0, 13), 1.0)
    answer = Answer(
        question=question,
        certainty=Certainty.SURE if is_answered else Certainty.NONE,
        confidence=0.9 if is_answered else 0.0,
        as_of=None,
        citations=(cited,) if is_answered else (),
        nearest=(),
        took_ms=1.0,
        understood=None if understood is asked else understood.full,
        canonical=question,
        period=understood.bounds.period,
        outlet=understood.bounds.outlet,
    )
    return understood, conversation.after(answer)


def talk(*questions):
    understood, conversation = None, Conversation()
    for question in questions:
        understood, conversation = ask(conversation, question)
    return understood


@pytest.mark.parametrize(
    ("questions", "full"),
    [
        (["Последние новости о мосте", "А сейчас?"], "Последние новости о мосте сейчас?"),
        (["Последние новости о мосте", "А вчера?"], "Последние новости о мосте вчера?"),
        (["Последние новости о мосте", "А сейчас?", "А вчера?"], "Последние новости о мосте вчера?"),
        (["Новости о мосте за июль", "А теперь?"], "Новости о мосте теперь?"),
        (["Последние новости о мосте", "А у ТАСС?"], "Последние новости о мосте по данным ТАСС?"),
        (
            ["Что нового о мосте?", "А у ТАСС?", "А в мае?", "А у Горы24?"],
            "Что нового о мосте в мае по данным Горы24?",
        ),
        (["Что нового о «Синем мосте»?", "А о «Старой роще»?"], "Что нового о «Старой роще»?"),
        (["Что нового о мосте?", "А про рощу?"], "Что нового про рощу?"),
        (["Latest on the bridge", "And in July?"], "Latest on the bridge in July?"),
        (["Latest on the bridge in July", "And now?"], "Latest on the bridge now?"),
        (["Latest on the bridge", "What about the stadium?"], "Latest on the stadium"),
        (["Последние новости о мосте", "А что нового?"], "Последние новости о мосте"),
        (["Последние новости о мосте", "Что нового об этом?"], "Последние новости о мосте"),
        (["Последние новости о мосте", "А что нового вчера?"], "Последние новости о мосте вчера?"),
        (["Последние новости о мосте", "А что нового вчера?", "А в мае?"], "Последние новости о мосте в мае?"),
        (["Последние новости о мосте", "А что пишут Известия?"], "Последние новости о мосте по данным iz.ru?"),
        (["Последние новости о мосте", "А в Известиях?"], "Последние новости о мосте по данным iz.ru?"),
        (["Последние новости о мосте", "А в Известиях?", "А у ТАСС?"], "Последние новости о мосте по данным ТАСС?"),
        (["Latest on the bridge", "Any news about it?"], "Latest on the bridge"),
        (["Latest on the bridge", "And in the Elm Echo?"], "Latest on the bridge according to the Elm Echo?"),
        (
            ["Latest on the bridge", "Anything in the Elm Echo about it?"],
            "Latest on the bridge according to Elm Echo?",
        ),
        (["Новости о паводке", "Когда это было?", "А погибшие?", "А вчера?"], "Новости о паводке вчера?"),
    ],
)
def test_the_topic_or_what_restricts_it_is_kept(questions, full):
    understood = talk(*questions)

    assert understood.full == full
    assert understood.wants_news


def test_what_is_asked_of_the_topic_gets_it_without_what_asked_for_news():
    assert talk("Последние новости о мосте", "А кто его открыл?").full == "кто его открыл (мосте)?"


def test_a_time_is_not_put_to_a_question_that_only_leant():
    _, conversation = ask(Conversation(), "Кто открыл мост?")
    _, conversation = ask(conversation, "А в роще?", is_answered=False)
    understood, _ = ask(conversation, "А вчера?")

    assert understood.full == "Кто открыл мост вчера?"
    assert not understood.wants_news


def test_other_questions_are_asked_as_of_now():
    assert talk("Сколько стоит проезд в июле?", "А сейчас?").full == "Сколько стоит проезд сейчас?"


@pytest.mark.parametrize(
    ("questions", "full"),
    [
        (["Новости о паводке", "А погибшие?"], "погибшие (паводке)?"),
        (["Новости о паводке", "Когда это было?", "А погибшие?"], "погибшие (паводке)?"),
        (["Latest on the flood", "And the victims?"], "the victims (the flood)?"),
        (["Кто открыл мост?", "А что нового?"], "что нового (мост)?"),
    ],
)
def test_people_are_those_of_what_the_news_are_about(questions, full):
    understood = talk(*questions)

    assert understood.full == full
    assert not understood.wants_news


def test_the_outlet_is_told_as_it_was_asked():
    outlet = talk("Latest on the bridge", "And in the Elm Echo?").bounds.outlet

    assert (outlet.name, outlet.words) == ("Elm Echo", "in the Elm Echo")


def test_without_what_joins_it_what_is_new_is_asked_of_all():
    assert talk("Последние новости о мосте", "Что нового?").is_about_all
