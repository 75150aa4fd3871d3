"""Whom or what a pronoun can mean."""

from datetime import date

import pytest

from retrieval.question.parsing import parse
from retrieval.question.referents import asks_about_person, can_mean, genders_of, name_in, speaks_of


def words(question):
    return parse(question, date(2024, 9, 10)).words


@pytest.mark.parametrize(
    ("answer", "question", "name"),
    [
        ("Анна Тихвинская", "Кто победил на выборах?", "Анна Тихвинская"),
        ("самовыдвиженец Анна Тихвинская", "Кто победил на выборах?", "Анна Тихвинская"),
        ("Виталию Грушину", "Кто самый старший?", "Виталий Грушин"),
        ("компания «Уралдорспан»", "Какая фирма взялась за ремонт?", "«Уралдорспан»"),
        ("Полынскому театру кукол", "Кто получил приз?", "Полынскому театру кукол"),
        ("Tinker Robotics", "Which company will build it?", "Tinker Robotics"),
        ("the poet Emeka Strand", "Who chairs the jury?", "Emeka Strand"),
        ("Лисья Свадьба", "Какая постановка взяла приз?", "Лисья Свадьба"),
        ("на чердаке дачи под Светлоярском", "Где нашли картину?", ""),
        ("Светлоярском", "Где нашли картину?", ""),
        ("16 мая", "Когда запустили спутник?", ""),
        ("охотник", "Кто нашёл носорога?", ""),
        ("водитель правобережной подстанции Рашид Бикбулатов из Новотальска", "Кто проехал первым?", ""),
    ],
)
def test_an_answer_names_somebody_or_something(answer, question, name):
    assert name_in(answer, question) == name


@pytest.mark.parametrize(
    ("question", "name", "can"),
    [
        ("сколько ей лет?", "Анна Тихвинская", True),
        ("сколько ему лет?", "Анна Тихвинская", False),
        ("сколько им лет?", "Игнат Лопарёв", True),  # «доволен им» would be one man
        ("кто они?", "Игнат Лопарёв", False),
        ("кто это?", "Анна Тихвинская", True),
        ("какой ей грозит штраф?", "«Уралдорспан»", True),
        ("how old is she?", "Ines Carrow", True),
        ("где он работает?", "Полынскому театру кукол", True),
        ("где она работает?", "Полынскому театру кукол", False),
    ],
)
def test_a_pronoun_can_mean_a_name_of_its_gender(question, name, can):
    assert can_mean(genders_of(words(question)), name) is can


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Кто такой Исаак Ньютон?", True),
        ("Кто мэр Парижа?", True),
        ("Who was the captain of the Gannet Queen?", True),
        ("Сколько лет Анне Тихвинской?", True),
        ("Кто изобрёл телефон?", False),
        ("Who discovered America?", False),
        ("Сколько стоит новый айфон?", False),
        ("Кто?", False),
    ],
)
def test_a_question_about_somebody_names_him_or_his_post(question, asks):
    assert asks_about_person(words(question)) is asks


def test_a_pronoun_can_mean_a_noun_of_its_gender():
    asked = words("Сколько стоит школа в Светлоярске?")

    assert speaks_of(genders_of(words("кто её построил?")), asked)
    assert not speaks_of(genders_of(words("кто их построил?")), asked)
    assert not speaks_of(genders_of(words("а почему?")), asked)
    assert speaks_of(genders_of(words("how old is she?")), words("Who was Marie Curie?"))
    assert not speaks_of(genders_of(words("how old is it?")), words("Who was Marie Curie?"))
    assert not speaks_of(genders_of(words("how old is she?")), words("What does the bridge cost?"))
