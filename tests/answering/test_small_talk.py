"""What is said to the bot itself, in words that no closed list holds."""

import pytest

from retrieval.answering.small_talk import SmallTalk
from retrieval.models.model import model_named
from retrieval.types import Act


@pytest.fixture(scope="module")
def small_talk(models_folder):
    return SmallTalk(model_named(None, models_folder).load(lambda _: None))


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Вы человек или всё-таки машина?", Act.WHO_ARE_YOU),
        ("с кем я вообще сейчас говорю", Act.WHO_ARE_YOU),
        ("На какие темы с тобой разговаривать?", Act.WHAT_ABOUT),
        ("And what are you able to do for me?", Act.WHAT_CAN_YOU),
        ("Да пошёл ты, болван", Act.SWEARING),
        ("совсем не о том я тебя спрашивал, подумай ещё", Act.COMPLAINT),
        ("хорошего тебе вечера, железный друг", Act.GOODBYE),
        ("огромное человеческое спасибо за помощь", Act.THANKS),
        ("не пойму, что тут вообще нажимать", Act.HELP),
    ],
)
def test_what_is_near_to_something_typical_means_the_same(small_talk, text, act):
    assert small_talk.act_of(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "Сколько стоит билет в кино?",
        "Какой сегодня курс доллара?",
        "Кто возглавляет ФРС США?",
        "гороскоп на завтра весы",
        "курс биткоина",
        "Who won the election?",
        "What does the new bridge look like?",
        "Здравствуйте, а как зовут тренера сборной?",
        "Спасибо, а когда откроют мост?",
        "последний звонок",
        "вечер",
        "завтрак",
        "Hello Kitty",
        "кто поблагодарил врачей?",
        "",
    ],
)
def test_a_question_about_the_world_is_no_small_talk(small_talk, text):
    assert small_talk.act_of(text) is None
