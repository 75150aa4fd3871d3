"""Which questions lean on the conversation, and how they are completed from it."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation import Conversation
from retrieval.follow_up import is_vague, leans
from retrieval.rewording import reword
from retrieval.types import Answer, Citation

TREATY = "Когда был подписан договор о границе Каринии и Вестмара?"


def answer(question, *excerpts, understood=None, title="Title"):
    citations = tuple(
        Citation(number, "a", title, None, None, None, excerpt, 0, len(excerpt), (0, len(excerpt)), 1.0)
        for number, excerpt in enumerate(excerpts, start=1)
    )
    return Answer(question, bool(citations), 0.9, None, citations, (), 1.0, understood)


def talk(*questions):
    """Return how each question is understood after the ones before it, none of which the articles answer."""
    conversation, understood = Conversation(), []
    for question in questions:
        understood.append(conversation.understood(question))
        reworded = None if understood[-1] == question else understood[-1]
        conversation = conversation.after(answer(question, understood=reworded))
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
    assert leans(question, ())


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
        "спасибо",
        "да",
        "",
        "?!",
        "🙂",
        "İİ?",
    ],
)
def test_a_question_that_says_enough_does_not(question):
    assert not leans(question, ())


def test_a_question_without_names_leans_where_it_asks_about_what_was_told():
    told = {"sprinkler", "valv", "fire", "ship"}

    assert leans("When was the fire?", told)
    assert leans("What closed the valve on the ship?", told)
    assert not leans("When was the earthquake?", told)
    assert not leans("Who won the oscar?", {"won", "marathon"})
    assert not leans("When was the fire on the Gannet Queen?", told)
    assert not leans("Which valve and which sprinkler of the ship failed?", told)


@pytest.mark.parametrize(
    ("question", "vague"),
    [("Who came second?", True), ("Кто подписал новую смету?", True), ("Кто такой Галеев?", False), (TREATY, False)],
)
def test_a_question_of_few_words_without_a_name_is_vague(question, vague):
    assert is_vague(question) is vague


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
    ],
)
def test_a_place_or_a_time_takes_the_place_of_the_one_before(question, subject, understood):
    assert reword(question, subject, "").text == understood


@pytest.mark.parametrize(
    ("question", "subject", "understood"),
    [
        ("а почему?", "Когда прорвало дамбу в Усть-Ильме?", "почему (прорвало дамбу в Усть-Ильме)?"),
        ("а сколько он весит?", "Откуда запустили «Зоркий-4»?", "сколько он весит (запустили «Зоркий-4»)?"),
        ("Сколько ей лет?", "«Ирида» – что это за машина?", "Сколько ей лет («Ирида» – что это за машина)?"),
        ("and who signed it?", "When was the treaty signed?", "who signed it (the treaty signed)?"),
        ("How old is it?", "How many beds has the hospital?", "How old is it (beds has the hospital)?"),
        ("and the women's?", "Who won the men's race?", "the women's (Who won the men's race)?"),
        ("а бухгалтер?", "Сколько лет получил директор?", "бухгалтер (Сколько лет получил директор)?"),
        ("он признал вину?", "Кого арестовали?", "он признал вину (арестовали)?"),
        ("а почему?", "Кто там?", "а почему?"),
    ],
)
def test_other_questions_get_what_the_one_before_was_about(question, subject, understood):
    assert reword(question, subject, "").text == understood


def test_only_the_beginning_of_a_pasted_text_is_remembered():
    understood = reword("а почему?", " ".join(f"слово{number}" for number in range(1000)), "").text

    assert understood == f"почему ({' '.join(f'слово{number}' for number in range(30))})?"


def test_a_follow_up_of_a_follow_up_leans_on_both():
    assert talk(TREATY, "а кто его подписал?", "и где это было?", "а зачем?")[1:] == [
        "кто его подписал (подписан договор о границе Каринии и Вестмара)?",
        "где это было (его подписал; подписан договор о границе Каринии и Вестмара)?",
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
        "кто его собирает (стоит трактор «Ярик-35» в Светлоярске)?",
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
    assert first.understood("Why did the sprinklers fail?") == "Why did the sprinklers fail (owned the Gannet Queen)?"
    assert first.understood("Why did the brakes fail there?") != "Why did the brakes fail there?"
    assert first.understood("Why did inflation rise?") == "Why did inflation rise?"


def test_what_was_told_is_remembered_over_an_answer_that_cites_nothing():
    first = Conversation().after(answer("Who owned the Gannet Queen?", "Sprinklers failed."))
    second = first.after(answer("and why?", understood=first.understood("and why?")))

    assert second.told == first.told
    assert second.after(answer("Who leads the National Bank of Verland?")).told == ()


def test_the_first_question_stands_by_itself_whatever_it_is():
    assert Conversation().understood("а почему?") == "а почему?"


def test_a_conversation_can_be_kept_as_json():
    conversation = Conversation().after(answer(TREATY, "Подписан в Ледене."))
    conversation = conversation.after(answer("а кто?", understood=conversation.understood("а кто?")))
    kept = Conversation(**json.loads(json.dumps(asdict(conversation))))

    assert kept.understood("а где это?") == conversation.understood("а где это?")
    assert kept.understood("Сколько стоит договор?") == conversation.understood("Сколько стоит договор?")


@given(
    st.lists(st.text(max_size=40) | st.sampled_from(["İİ", "а почему?", "And in July?", "кто он?", TREATY]), max_size=6)
)
def test_any_text_can_be_said(questions):
    understood = talk(*questions)

    assert len(understood) == len(questions)
    assert understood[:1] == questions[:1]
    assert all(text.strip() for text, question in zip(understood, questions, strict=True) if question.strip())
