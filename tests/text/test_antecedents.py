"""Which sentences cannot be understood without the one before, and which only look so."""

import pytest

from retrieval.text.antecedents import points_back


@pytest.mark.parametrize(
    "sentence",
    [
        "Он подписал контракт на два года.",
        "Её нашли в 1908 году.",
        "Это произошло в пятницу.",
        "Об этом сообщил губернатор Олег Старостин.",
        "По его словам, движение откроют к 1 октября.",
        "По предварительной версии врачей, он потерял сознание.",
        "Там же открыли музей.",
        "Тогда же построили мост.",
        "В этот день шёл дождь.",
        "Такие данные опубликовал комитет статистики.",
        "Медицинский осмотр он прошёл в понедельник.",
        "Срок его полномочий составит пять лет.",
        "Заявление он подал в четверг утром.",
        "Билеты на неё поступят в продажу 1 ноября.",
        "Поэтому движение закрыли.",
        "«Мы закончим к маю», — пообещал он.",
        "«Мы закончим к маю», — пообещала она журналистам.",
        "He said the line would open in May.",
        "It was built in 1931.",
        "Their members will vote on Tuesday.",
        "This was caused by a fire.",
        "But that is not all.",
        "In London he met the press.",
        "After the match he said nothing.",
        "When he got no reply, his mother looked for the cave.",
        "On Tuesday they went back.",
        '"We will be done by May," she said.',
        "She said that the company would appeal.",
        "She's 30.",
        "They’ve left the town.",
        "That's not all.",
    ],
)
def test_what_was_named_before_is_meant(sentence):
    assert points_back(sentence) is True


@pytest.mark.parametrize(
    "sentence",
    [
        "Мост открыли в июне.",
        "Губернатор сообщил, что он уйдёт в мае.",
        "Лузгин возглавляет Вязнинск с 2021 года, ранее он руководил хлебозаводом.",
        "Водитель обходил автобус, когда его сбили.",
        "За рулём сидел водитель: он вёз пациента.",
        "В салоне было 32 пассажира, шестеро из них ушиблись.",
        "«Опора» обещает, что она закончит мост.",
        "По информации «Вестника Сыни», она вдвое ниже.",  # the name may be of any gender
        "В этом году урожай выше.",
        "При этом цены выросли.",
        "Кроме того, отключили отопление.",
        "Те, кто пришёл, остались довольны.",
        "Главное — это люди.",
        "«Он был прав», — заявил Иван Петров.",
        "The company said it would close.",
        "Thieves said they would return the cross.",
        "Mirela Stanek won, though she is 41.",
        "This week the bank cut its rate.",
        "There were no injuries.",
        "It is unclear why the crane fell.",
        "It took the crew nine hours.",
        "Those who came were glad.",
        "There's no danger.",
        "It’s unclear why the crane fell.",
        "The mayor said she'll go.",
        "",
    ],
)
def test_what_is_understood_by_itself(sentence):
    assert points_back(sentence) is False
