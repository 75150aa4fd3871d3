"""Which questions lean on the conversation, and how they are completed from it."""

import json
from dataclasses import asdict, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.question.conversation import Conversation
from retrieval.question.follow_up import asks_little, is_vague, leans
from retrieval.question.parsing import parse
from retrieval.question.rewording import reword
from retrieval.question.wording import in_full, question_words
from retrieval.text.terms import composed
from retrieval.types import Answer, Certainty, Citation

TODAY = date(2024, 9, 10)
TREATY = "Когда был подписан договор о границе Каринии и Вестмара?"


def answer(question, *excerpts, understood=None, title="Title"):
    citations = tuple(
        Citation(number, "a", title, None, None, None, excerpt, 0, len(excerpt), (0, len(excerpt)), 1.0)
        for number, excerpt in enumerate(excerpts, start=1)
    )
    certainty, confidence = (Certainty.SURE, 0.9) if citations else (Certainty.NONE, 0.0)
    return Answer(question, certainty, confidence, None, citations, (), 1.0, understood)


def words(question):
    return question_words(composed(question))


def understood_in(conversation, question):
    """Return a question in full, as it is understood after a conversation."""
    return conversation.understood(parse(question, TODAY), TODAY).full


def reworded(question, subject):
    found = reword(question, subject, "")
    return in_full(found.text, found.topic)


def talk(*questions):
    """Return how each question is understood after the ones before it, none of which the articles answer."""
    conversation, understood = Conversation(), []
    for question in questions:
        understood.append(understood_in(conversation, question))
        changed = None if understood[-1] == question else understood[-1]
        conversation = conversation.after(answer(question, understood=changed))
    return understood


@pytest.mark.parametrize(
    "question",
    [
        "почему?",
        "а почему?",
        "А когда это было?",
        "кто он?",
        "и сколько она стоила",
        "а в Москве?",
        "А среди женщин?",
        "А кто подписал новую смету?",
        "Сколько ей лет?",
        "кто ею руководит?",
        "Кто занимал пост до неё?",
        "Проезд по нему платный?",
        "а что насчёт рыбалки?",
        "а сколько в Казани?",
        "Why?",
        "and when?",
        "who is she",
        "What about Germany?",
        "And in July?",
        "в октябре?",
        "за второй день?",
        "in July 2023?",
        "почему так долго?",
        "why so late?",
        "что дальше?",
        "и что потом?",
        "чем всё закончилось?",
        "где именно?",
        "what happened next?",
        "What share of the vote did she get?",
        "Where were they taken?",
        "What happened to her later?",
        "did he sign it",
        "What was her job before that?",
        "When was that?",
        "and how many were there?",
    ],
)
def test_a_question_that_says_too_little_leans(question):
    assert leans(words(question), ())


@pytest.mark.parametrize(
    "question",
    [
        TREATY,
        "А кто победил на выборах мэра Красноберёзовска?",
        "and who won the Wexcombe Prize in 2024?",
        "паводок в полынском округе",
        "Какой курс биткоина был на конец года?",
        "Что произошло в этом году на Волге?",
        "Правда ли это, что мост закрыли?",
        "На сколько больше высота клюва попугая его ширины?",
        "Как живут в таких городах, как Норильск и Мурманск?",
        "How many people had to leave their homes in the flood?",
        "How long does it take to cross the bridge?",
        "How many beds are there in the hospital?",
        "Who painted the landscape that came back to the museum?",
        "Who makes the vaccine and when will it be sold?",
        "Did Edwin Rooke know that his ship was burning?",
        "Which companies announced this week price cuts?",
        "Who was the then president?",
        "Почему так растут цены на хлеб?",
        "В Новотальске мост",
        "спасибо",
        "да",
        "",
        "?!",
        "🙂",
        "İİ?",
    ],
)
def test_a_question_that_says_enough_does_not(question):
    assert not leans(words(question), ())


def test_a_question_without_names_leans_where_it_asks_about_what_was_told():
    told = {"sprinkler", "valv", "fire", "ship"}

    assert leans(words("When was the fire?"), told)
    assert leans(words("What closed the valve on the ship?"), told)
    assert not leans(words("When was the earthquake?"), told)
    assert not leans(words("Who won the oscar?"), {"won", "marathon"})
    assert not leans(words("When was the fire on the Gannet Queen?"), told)
    assert not leans(words("Which valve and which sprinkler of the ship failed?"), told)


@pytest.mark.parametrize(
    ("question", "vague"),
    [("Who came second?", True), ("Кто подписал новую смету?", True), ("Кто такой Галеев?", False), (TREATY, False)],
)
def test_a_question_of_few_words_without_a_name_is_vague(question, vague):
    assert is_vague(words(question)) is vague


@pytest.mark.parametrize(
    ("question", "little"),
    [
        ("когда инаугурация?", True),
        ("кто будет ремонтировать?", True),
        ("Was anyone killed?", True),
        ("what is the damage?", True),
        ("what is inflation?", False),
        ("кто такой ньютон?", False),
        ("где париж?", False),
        ("какая завтра погода?", False),
        ("кто изобрёл телефон?", False),
        ("инаугурация", False),
    ],
)
def test_a_question_about_one_thing_that_may_be_anythings_asks_little(question, little):
    assert asks_little(words(question)) is little


@pytest.mark.parametrize(
    ("question", "subject", "understood"),
    [
        (
            "А в октябре?",
            "До скольких процентов ЦБ поднял ставку в июле 2024 года?",
            "До скольких процентов ЦБ поднял ставку в октябре 2024 года?",
        ),
        (
            "а в Полынском округе?",
            "Сколько людей эвакуировали на пике наводнения в Усть-Ильме?",
            "Сколько людей эвакуировали на пике наводнения в Полынском округе?",
        ),
        (
            "А среди женщин?",
            "Кто победил среди мужчин на марафоне в Зареченске?",
            "Кто победил среди женщин на марафоне в Зареченске?",
        ),
        ("а в 2023?", "Сколько заработал завод в 2022 году?", "Сколько заработал завод в 2023?"),
        ("а в июле 2023?", "Какой была ставка в мае 2024 года?", "Какой была ставка в июле 2023?"),
        (
            "and in July 2023?",
            "What was the rate in May 2024 in Verland?",
            "What was the rate in July 2023 in Verland?",
        ),
        ("а со Швецией?", "Когда подписан договор с Вестмаром?", "Когда подписан договор со Швецией?"),
        ("What about Germany?", "What is the inflation in Verland?", "What is the inflation in Germany?"),
        ("and in the Alps?", "How much snow fell in the Pyrenees?", "How much snow fell in the Alps?"),
        ("And in July?", "What was the key rate in October 2024?", "What was the key rate in July 2024?"),
        ("а в Усть-Ильме?", "Сколько людей привили в Приозёрном крае?", "Сколько людей привили в Усть-Ильме?"),
        ("а за второй день?", "Сколько машин прошло за первые сутки?", "Сколько машин прошло за второй день?"),
        (
            "а во второй?",
            "Сколько человек вывезли в первый день паводка?",
            "Сколько человек вывезли во второй день паводка?",
        ),
        ("а в Новотальске?", "Кто мэр Зареченска?", "Кто мэр в Новотальске?"),
        ("and in Aldermoor?", "Who is the mayor of Lindal?", "Who is the mayor in Aldermoor?"),
        ("а бухгалтер?", "Сколько лет получил директор?", "Сколько лет получил бухгалтер?"),
        ("а прокурором?", "Кто был судьёй по делу «Уютграда»?", "Кто был прокурором по делу «Уютграда»?"),
    ],
)
def test_a_place_or_a_time_takes_the_place_of_the_one_before(question, subject, understood):
    assert reworded(question, subject) == understood


@pytest.mark.parametrize(
    ("question", "subject", "understood"),
    [
        ("а почему?", "Когда прорвало дамбу в Усть-Ильме?", "почему (прорвало дамбу в Усть-Ильме)?"),
        ("а сколько он весит?", "Откуда запустили «Зоркий-4»?", "сколько он весит («Зоркий-4»)?"),
        ("кто её построил?", "Сколько стоит новая школа?", "кто её построил (новая школа)?"),
        ("Сколько ей лет?", "«Ирида» – что это за машина?", "Сколько ей лет («Ирида» – что это за машина)?"),
        ("and who signed it?", "When was the treaty signed?", "who signed it (the treaty signed)?"),
        ("How old is it?", "How many beds has the hospital?", "How old is it (beds has the hospital)?"),
        ("and the women's?", "Who won the men's race?", "the women's (Who won the men's race)?"),
        ("а мост?", "Сколько лет получил директор?", "мост (Сколько лет получил директор)?"),
        ("а против?", "Кто голосовал за бюджет?", "против (Кто голосовал за бюджет)?"),
        ("он признал вину?", "Кого арестовали?", "он признал вину?"),
        ("почему?", "Кого арестовали?", "почему (арестовали)?"),
        ("а почему?", "Кто там?", "а почему?"),
    ],
)
def test_other_questions_get_what_the_one_before_was_about(question, subject, understood):
    assert reworded(question, subject) == understood


@pytest.mark.parametrize(
    ("question", "subject", "understood"),
    [
        ("а среди женщин?", "Кто победил на марафоне?", "Кто победил на марафоне среди женщин?"),
        ("а в Мурманске?", "Когда откроют аэропорт?", "Когда откроют аэропорт в Мурманске?"),
        ("and among women?", "Who won the race", "Who won the race among women?"),
    ],
)
def test_a_phrase_that_takes_no_place_goes_to_the_end(question, subject, understood):
    assert reworded(question, subject) == understood


@pytest.mark.parametrize(
    ("question", "named", "understood"),
    [
        ("кто это?", "Вера Чагина", "Кто такая Вера Чагина (режиссёр спектакля)?"),
        ("А кто он?", "Игнат Лопарёв", "Кто такой Игнат Лопарёв (режиссёр спектакля)?"),
        ("who is that?", "Ines Carrow", "Who is Ines Carrow (режиссёр спектакля)?"),
        ("что это?", "«Ирида»", "Что такое «Ирида» (режиссёр спектакля)?"),
        ("what is that?", "Tinker Robotics", "What is Tinker Robotics (режиссёр спектакля)?"),
        ("сколько ей лет?", "Вера Чагина", "сколько ей лет (Вера Чагина; режиссёр спектакля)?"),
    ],
)
def test_what_was_answered_is_named(question, named, understood):
    found = reword(question, "Кто режиссёр спектакля?", "", named)

    assert in_full(found.text, found.topic) == understood


def test_only_the_beginning_of_a_pasted_text_is_remembered():
    understood = reworded("а почему?", " ".join(f"слово{number}" for number in range(1000)))

    assert understood == f"почему ({' '.join(f'слово{number}' for number in range(30))})?"


def test_a_follow_up_of_a_follow_up_leans_on_both():
    assert talk(TREATY, "а кто его подписал?", "и где это было?", "а зачем?")[1:] == [
        "кто его подписал (договор о границе Каринии и Вестмара)?",
        "где это было (подписал; подписан договор о границе Каринии и Вестмара)?",
        "зачем (подписан договор о границе Каринии и Вестмара)?",
    ]


def test_another_place_holds_for_what_was_asked_last():
    assert talk("Сколько людей эвакуировали в Усть-Ильме?", "а сколько домов затопило?", "а в Полынске?", "а почему?")[
        2:
    ] == [
        "сколько домов затопило (людей эвакуировали в Полынске)?",
        "почему (домов затопило; людей эвакуировали в Полынске)?",
    ]


def test_a_full_question_begins_anew():
    full = "Сколько стоит трактор «Ярик-35» в Светлоярске?"

    assert talk(TREATY, full, "а кто его собирает?") == [
        TREATY,
        full,
        "кто его собирает (трактор «Ярик-35» в Светлоярске)?",
    ]


def test_a_vague_question_does_not_end_the_conversation():
    assert talk("What share of infections did the Lindal vaccine prevent?", "Who paid the doctors?", "and why?")[
        1:
    ] == [
        "Who paid the doctors?",
        "why (paid the doctors; share of infections did the Lindal vaccine prevent)?",
    ]


@pytest.mark.parametrize("thanks", ["Спасибо!", "ok, thanks", "да", "🙂", ":", ""])
def test_what_says_nothing_leaves_the_conversation_as_it_was(thanks):
    assert talk("What was the rate in May?", thanks, "and in July?") == [
        "What was the rate in May?",
        thanks,
        "What was the rate in July?",
    ]


def test_what_was_told_decides_about_a_vague_question():
    first = Conversation().after(answer("Who owned the Gannet Queen?", "Sprinklers failed.", title="Ferry burnt"))

    assert first.told == tuple(sorted(["sprinkler", "fail", "ferri", "burnt"]))
    assert (
        understood_in(first, "Why did the sprinklers fail?") == "Why did the sprinklers fail (owned the Gannet Queen)?"
    )
    assert understood_in(first, "Why did the brakes fail there?") != "Why did the brakes fail there?"
    assert understood_in(first, "Why did inflation rise?") == "Why did inflation rise?"


def test_what_was_told_is_remembered_over_an_answer_that_cites_nothing():
    first = Conversation().after(answer("Who owned the Gannet Queen?", "Sprinklers failed."))
    second = first.after(answer("and why?", understood=understood_in(first, "and why?")))

    assert second == replace(first, unanswered="and why?")
    assert second.after(answer("Who leads the bank?")) == replace(first, unanswered="Who leads the bank?")
    assert second.after(answer("Who leads the Bank of Verland?", "Dahl.", title="Rate cut")).told == (
        "cut",
        "dahl",
        "rate",
    )


def test_the_first_question_stands_by_itself_whatever_it_is():
    assert understood_in(Conversation(), "а почему?") == "а почему?"


def test_a_conversation_can_be_kept_as_json():
    conversation = Conversation().after(answer(TREATY, "Подписан в Ледене."))
    conversation = conversation.after(answer("а кто?", understood=understood_in(conversation, "а кто?")))
    kept = Conversation(**json.loads(json.dumps(asdict(conversation))))

    assert understood_in(kept, "а где это?") == understood_in(conversation, "а где это?")
    assert understood_in(kept, "Сколько стоит договор?") == understood_in(conversation, "Сколько стоит договор?")


@settings(deadline=None)  # the first question about a Russian word reads the dictionary
@given(
    st.lists(st.text(max_size=40) | st.sampled_from(["İİ", "а почему?", "And in July?", "кто он?", TREATY]), max_size=6)
)
def test_any_text_can_be_said(questions):
    understood = talk(*questions)

    assert len(understood) == len(questions)
    assert understood[:1] == questions[:1]
    assert all(text.strip() for text, question in zip(understood, questions, strict=True) if question.strip())
