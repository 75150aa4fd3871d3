"""Outlets in questions: cases written before the code."""

import pytest

from retrieval.question.outlets import OutletNames

NAMES = OutletNames.of(
    [
        *("iz.ru", "kommersant.ru", "lenta.ru", "bbc.com", "bbc.co.uk", "interfax.ru", "rbc.ru", "meduza.io"),
        *("harrowherald.example", "talsk-novosti.ru", "sevvest.ru", "averley-courier.com", "delovoy-meridian.ru"),
        *("Уральские ведомости", "The Lindal Gazette", "Типичный Зареченск", "thesun.co.uk"),
    ],
    {"Портовик": "talsk-novosti.ru"},
)


@pytest.mark.parametrize(
    ("question", "names", "rest"),
    [
        ("Что пишет Коммерсантъ о строительстве моста?", ["kommersant.ru"], "Что известно о строительстве моста?"),
        ("Сколько человек пострадало, по данным Известий?", ["iz.ru"], "Сколько человек пострадало?"),
        ("По информации «Интерфакса», когда откроют мост?", ["interfax.ru"], "Когда откроют мост?"),
        ("Когда, по данным iz.ru, запустят трамвай?", ["iz.ru"], "Когда запустят трамвай?"),
        ("Что сообщает РБК о ключевой ставке?", ["rbc.ru"], "Что известно о ключевой ставке?"),
        ("Что говорится на сайте Ленты о выборах в Тальске?", ["lenta.ru"], "Что известно о выборах в Тальске?"),
        ("Что писали в Известиях про пожар на складе?", ["iz.ru"], "Что известно про пожар на складе?"),
        ("что пишет лента.ру о пожаре", ["lenta.ru"], "Что известно о пожаре?"),
        ("Новости РБК о рынке жилья", ["rbc.ru"], "Новости о рынке жилья"),
        ("Как сообщают Уральские ведомости, кто возглавил завод?", ["Уральские ведомости"], "Кто возглавил завод?"),
        ("Сколько стоил ремонт по данным Уральских ведомостей?", ["Уральские ведомости"], "Сколько стоил ремонт?"),
        ("По версии Тальских новостей, кто виноват в аварии?", ["talsk-novosti.ru"], "Кто виноват в аварии?"),
        ("Согласно Медузе, сколько людей вышло на площадь?", ["meduza.io"], "Сколько людей вышло на площадь?"),
        ("По данным Северного вестника, когда откроют школу?", ["sevvest.ru"], "Когда откроют школу?"),
        ("Сколько погибших, по сообщению Портовика?", ["talsk-novosti.ru"], "Сколько погибших?"),
        ("По данным Типичного Зареченска, где отключат воду?", ["Типичный Зареченск"], "Где отключат воду?"),
        ("Что пишет «Деловой меридиан» об урожае?", ["delovoy-meridian.ru"], "Что известно об урожае?"),
        (
            "How many people were hurt, according to the Harrow Herald?",
            ["harrowherald.example"],
            "How many people were hurt?",
        ),
        ("According to the BBC, when will the bridge open?", ["bbc.com", "bbc.co.uk"], "When will the bridge open?"),
        (
            "What does the Lindal Gazette say about the budget?",
            ["The Lindal Gazette"],
            "What is known about the budget?",
        ),
        (
            "What did the Averley Courier write about the storm?",
            ["averley-courier.com"],
            "What is known about the storm?",
        ),
        ("What does Interfax report on the key rate?", ["interfax.ru"], "What is known on the key rate?"),
        ("When did the mine reopen according to lenta.ru?", ["lenta.ru"], "When did the mine reopen?"),
        ("Meduza reports on the election", ["meduza.io"], "What is known on the election?"),
        ("Per the BBC, how long was the outage?", ["bbc.com", "bbc.co.uk"], "How long was the outage?"),
    ],
)
def test_an_outlet_of_the_corpus_is_found_and_taken_out(question, names, rest):
    found = NAMES.found_in(question)

    assert found is not None
    assert list(found.names) == names
    assert found.rest == rest


@pytest.mark.parametrize(
    "question",
    [
        "Кто купил Коммерсант?",
        "Сколько стоит Лента.ру?",
        "Что случилось с РБК?",
        "Кто работает в Известиях?",
        "Какие известия пришли из порта?",
        "По данным МЧС, сколько домов затоплено?",
        "Когда открылась лента магазинов в Тальске?",
        "Что пишет мэр о мосте?",
        "Почему оштрафовали Медузу?",
        "Who owns the Lindal Gazette?",
        "What happened at the BBC?",
        "According to police, how many people were arrested?",
        "How hot is the sun?",
        "Why did the courier strike in Averley end?",
        "Какие новости из Тальска?",
    ],
)
def test_what_is_asked_about_an_outlet_or_about_none_is_left_alone(question):
    assert NAMES.found_in(question) is None


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Что пишет ТАСС о наводнении?", "Что известно о наводнении?"),
        ("По данным РИА Новости, сколько домов затоплено?", "Сколько домов затоплено?"),
        ("According to Reuters, who won the election?", "Who won the election?"),
        ("Что сообщает gazeta.ru об аварии?", "Что известно об аварии?"),
        ("What does the Guardian say about the strike?", "What is known about the strike?"),
    ],
)
def test_an_outlet_that_the_corpus_lacks_is_found_without_names(question, rest):
    found = NAMES.found_in(question)

    assert found is not None
    assert found.names == ()
    assert found.is_missing
    assert found.rest == rest
