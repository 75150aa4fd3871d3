"""What of a conversation a question is understood from: answers and questions without one, names, other subjects."""

from dataclasses import replace
from datetime import date

import pytest

from retrieval.question.conversation import Conversation
from retrieval.question.parsing import parse
from retrieval.types import Answer, Certainty, Citation

TODAY = date(2024, 9, 10)
MAYOR = ("Кто мэр Красноберёзовска?", "Мэр Красноберёзовска", "Победила Анна Тихвинская.", "Анна Тихвинская")
HUNTER = ("Кто нашёл носорога в Якутии?", "Носорог в мерзлоте", "Нашёл его охотник Семён Потапов.", "Семён Потапов")
CAPTAIN = ("Who was the captain of the Gannet Queen?", "Ferry burnt", "Captain Edwin Rooke was cleared.", "Edwin Rooke")


def ask(conversation, question, title="", excerpt="", marked="", *, certainty=None, confidence=0.0):
    """Return how a question is understood, and the conversation after it, as the library would go on with it."""
    asked = parse(question, TODAY)
    understood = conversation.understood(asked, TODAY)
    start = excerpt.find(marked)
    span = (start, start + len(marked)) if marked else None
    cited = Citation(1, "a", title, None, None, None, excerpt, 0, len(excerpt), (0, len(excerpt)), 1.0, span)
    answer = Answer(
        question=question,
        certainty=certainty or (Certainty.SURE if excerpt else Certainty.NONE),
        confidence=confidence or (0.9 if excerpt else 0.0),
        as_of=None,
        citations=(cited,) if excerpt else (),
        nearest=(),
        took_ms=1.0,
        understood=None if understood is asked else understood.full,
        canonical=question,
    )
    return understood.full, conversation.after(answer)


def talk(*turns):
    """Return how the last of some questions is understood; each is a text that nothing answers, or what answers it."""
    understood, conversation = "", Conversation()
    for turn in turns:
        understood, conversation = ask(conversation, turn) if isinstance(turn, str) else ask(conversation, *turn)
    return understood


def test_a_pronoun_means_whom_the_answer_named():
    assert talk(MAYOR, "а сколько ей лет?") == "сколько ей лет (Анна Тихвинская; мэр Красноберёзовска)?"
    assert talk(CAPTAIN, "was he punished?") == ("was he punished (Edwin Rooke; the captain of the Gannet Queen)?")


def test_a_pronoun_of_another_gender_does_not():
    assert talk(MAYOR, "а сколько ему лет?") == "сколько ему лет (мэр Красноберёзовска)?"
    assert talk(CAPTAIN, "when was it built?") == "when was it built (the captain of the Gannet Queen)?"


def test_of_two_that_were_named_a_pronoun_means_the_one_whom_it_fits():
    scientist = ("а кто его изучает?", "Носорог", "Тушу изучает Саргылана Винокурова.", "Саргылана Винокурова")

    assert talk(HUNTER, scientist, "а где она работает?").startswith("где она работает (Саргылана Винокурова; ")
    assert talk(HUNTER, scientist, "а сколько ему заплатят?").startswith("сколько ему заплатят (Семён Потапов; ")


def test_a_pronoun_means_what_was_asked_about_sooner_than_whom_a_later_answer_named():
    actor = ("а кто лучший актёр?", "Фестиваль", "Лучший актёр – Рустам Гаджимурадов.", "Рустам Гаджимурадов")
    festival = ("Сколько зрителей собрал фестиваль «Белая сцена»?", "Фестиваль", "Его видели 18 400 зрителей.")

    assert talk(festival, actor, "когда он пройдёт снова?") == (
        "когда он пройдёт снова (зрителей собрал фестиваль «Белая сцена»)?"
    )


@pytest.mark.parametrize(
    ("first", "asked", "understood"),
    [
        (MAYOR, "кто это?", "Кто такая Анна Тихвинская (мэр Красноберёзовска)?"),
        (HUNTER, "а кто он?", "Кто такой Семён Потапов (нашёл носорога в Якутии)?"),
        (CAPTAIN, "who is that?", "Who is Edwin Rooke (the captain of the Gannet Queen)?"),
    ],
)
def test_who_is_it_asks_about_whom_the_answer_named(first, asked, understood):
    assert talk(first, asked) == understood


@pytest.mark.parametrize(
    "between",
    ["Какая завтра погода?", "Сколько стоит новый айфон?", "Кто изобрёл телефон?", "а сколько в Шереметьево?", "🙂"],
)
def test_a_question_without_an_answer_is_not_gone_on_from(between):
    assert talk(MAYOR, between, "а сколько ей лет?") == talk(MAYOR, "а сколько ей лет?")
    assert talk(MAYOR, between, "почему?") in {
        "почему (мэр Красноберёзовска)?",
        "почему (Шереметьево; мэр Красноберёзовска)?",
    }


def test_where_nothing_was_answered_the_last_question_is_gone_on_from():
    assert talk("Кто мэр Зареченска?", "Кто мэр Новотальска?", "а сколько ему лет?") == (
        "сколько ему лет (мэр Новотальска)?"
    )


def test_a_pronoun_means_a_person_who_was_just_asked_about_if_it_fits():
    newton = "Кто такой Исаак Ньютон?"

    assert talk(HUNTER, newton, "а сколько ему лет?") == "сколько ему лет (Исаак Ньютон)?"
    assert talk(MAYOR, newton, "а сколько ей лет?").startswith("сколько ей лет (Анна Тихвинская; ")
    assert talk(CAPTAIN, "Who was Isaac Newton?", "how old was he?") == "how old was he (Isaac Newton)?"
    assert talk(CAPTAIN, "Who was Isaac Newton?", "when was it built?").endswith("(the captain of the Gannet Queen)?")


def test_what_leans_on_a_question_without_an_answer_leaves_that_in_its_place():
    assert talk(MAYOR, "Кто такой Исаак Ньютон?", "а сколько ему лет?", "а где он родился?") == (
        "где он родился (Исаак Ньютон)?"
    )


def test_words_of_the_last_question_mean_that_one():
    assert talk(MAYOR, "Сколько стоит проезд в Париже?", "а почему проезд подорожал?") == (
        "почему проезд подорожал (проезд в Париже)?"
    )


def test_another_place_is_put_into_the_question_that_has_one():
    held = ("Сколько людей эвакуировали в Усть-Ильме?", "Паводок", "Вывезли 340 человек.")

    assert talk(held, "Какая погода в Париже?", "а в Полынске?") == "Сколько людей эвакуировали в Полынске?"
    assert talk(MAYOR, "Какая погода в Париже?", "а в Лондоне?") == "Какая погода в Лондоне?"


@pytest.mark.parametrize(
    ("confidence", "understood"), [(0.0, "почему (мэр Красноберёзовска)?"), (0.2, "почему (мост на остров Лосиный)?")]
)
def test_a_question_that_was_nearly_answered_changes_the_subject(confidence, understood):
    _, conversation = ask(Conversation(), *MAYOR)
    _, conversation = ask(conversation, "Где мост на остров Лосиный?", confidence=confidence)

    assert ask(conversation, "а почему?")[0] == understood


def test_after_a_refusal_another_place_holds_for_what_was_asked_last():
    held = ("Сколько людей эвакуировали в Усть-Ильме?", "Паводок", "Вывезли 340 человек.")

    assert talk(held, "а сколько домов затопило?", "а в Полынске?") == (
        "сколько домов затопило (людей эвакуировали в Полынске)?"
    )


def test_an_answer_from_elsewhere_changes_the_subject_though_the_question_names_nothing():
    elsewhere = ("Когда открыли новую школу?", "Школа с бассейном", "Школу открыли 2 сентября.")
    same = ("Когда проходили выборы?", "Мэр Красноберёзовска", "Выборы прошли 6–8 сентября.")

    assert talk(MAYOR, elsewhere, "а кто построил?") == "кто построил (новую школу)?"
    assert talk(MAYOR, same, "почему?") == "почему (проходили выборы; мэр Красноберёзовска)?"


def test_a_question_that_asks_little_leans_and_may_be_meant_as_it_is():
    asked = parse("Когда инаугурация?", TODAY)
    _, conversation = ask(Conversation(), *MAYOR)

    assert conversation.understood(asked, TODAY).full == "Когда инаугурация (мэр Красноберёзовска)?"
    assert conversation.otherwise(asked, TODAY) is asked
    assert Conversation().understood(asked, TODAY) is asked
    assert Conversation().otherwise(asked, TODAY) is None


def test_a_question_that_names_little_is_taken_as_it_is_and_may_lean():
    asked = parse("Кто изобрёл телефон?", TODAY)
    _, conversation = ask(Conversation(), *MAYOR)

    assert conversation.understood(asked, TODAY) is asked
    assert conversation.otherwise(asked, TODAY).full == "Кто изобрёл телефон (мэр Красноберёзовска)?"


@pytest.mark.parametrize("question", ["Сколько лет Анне Тихвинской?", "а сколько ей лет?", "паводок"])
def test_a_full_question_and_one_that_leans_are_meant_in_one_way(question):
    _, conversation = ask(Conversation(), *MAYOR)

    assert conversation.otherwise(parse(question, TODAY), TODAY) is None


def test_a_question_that_was_answered_as_if_it_leant_is_gone_on_from_as_one_that_did():
    _, conversation = ask(Conversation(), *MAYOR)
    meant = conversation.otherwise(parse("Кто изобрёл телефон?", TODAY), TODAY).full
    cited = Citation(1, "b", "Совсем другое", None, None, None, "Телефон.", 0, 8, (0, 8), 1.0)
    answer = Answer("Кто изобрёл телефон?", Certainty.SURE, 0.9, None, (cited,), (), 1.0, understood=meant)
    after = conversation.after(answer)

    assert (after.subject, after.latest) == (conversation.subject, "Кто изобрёл телефон?")
    assert conversation.after(replace(answer, understood=None)).subject == "Кто изобрёл телефон?"


def test_the_question_is_remembered_as_it_was_taken_not_as_it_was_typed():
    answer = Answer("rnj v'h?", Certainty.NONE, 0.0, None, (), (), 1.0, "Кто мэр?", canonical="Кто мэр?")

    assert Conversation().after(answer).subject == "Кто мэр?"
