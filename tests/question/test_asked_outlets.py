"""Which outlets a question restricts its answer to, and what is left of it."""

import pytest

from retrieval.question.outlets import OutletNames

NAMES = OutletNames.of(
    [
        *("iz.ru", "kommersant.ru", "lenta.ru", "bbc.com", "www.bbc.co.uk", "interfax.ru", "rbc.ru", "uralvedom.ru"),
        *("sevvest.ru", "verland-herald.com", "priozerye24.ru", "zarechensk-gorod.ru", "tihorech-news.ru"),
        *(
            "Лугорские вести",
            "The Kestering Post",
            "Вестник Сыни",
            "Меридиан",
            "Ведомости (vedomosti.ru)",
            "tvzvezda.ru",
        ),
    ],
    {"Ъ-Сибирь": "kommersant.ru", "Сынька": "Вестник Сыни"},
)


@pytest.mark.parametrize(
    ("question", "names", "rest"),
    [
        ("Что пишет Коммерсант о мосте?", ["kommersant.ru"], "Что известно о мосте?"),
        ("что коммерсант пишет о мосте", ["kommersant.ru"], "Что известно о мосте?"),
        ("Коммерсант пишет о мосте", ["kommersant.ru"], "Что известно о мосте?"),
        ("О чём пишет «Коммерсантъ»?", ["kommersant.ru"], "Что нового?"),
        ("Что вчера писали Известия о мосте?", ["iz.ru"], "Что вчера известно о мосте?"),
        ("Что на прошлой неделе сообщал Интерфакс?", ["interfax.ru"], "Что на прошлой неделе нового?"),
        ("Сколько погибших по данным Известий?", ["iz.ru"], "Сколько погибших?"),
        ("По данным газеты «Известия», сколько погибших?", ["iz.ru"], "Сколько погибших?"),
        ("По данным агентства Интерфакс сколько погибших", ["interfax.ru"], "Сколько погибших"),
        ("Кто победил по версии Вестника Сыни?", ["Вестник Сыни"], "Кто победил?"),
        ("Кто победил, как сообщает Сынька?", ["Вестник Сыни"], "Кто победил?"),
        ("Что пишет Ъ-Сибирь о заводе?", ["kommersant.ru"], "Что известно о заводе?"),
        ("Что у Интерфакса о мосте?", ["interfax.ru"], "Что известно о мосте?"),
        ("Есть ли у РБК что-нибудь о мосте?", ["rbc.ru"], "Что известно о мосте?"),
        ("Что нового у Интерфакса?", ["interfax.ru"], "Что нового?"),
        ("Последние новости РБК о мосте", ["rbc.ru"], "Последние новости о мосте"),
        ("Что пишут Коммерсант и РБК о мосте?", ["kommersant.ru", "rbc.ru"], "Что известно о мосте?"),
        ("Что пишет Коммерсант: когда откроют мост?", ["kommersant.ru"], "Когда откроют мост?"),
        ("Когда, сообщает Интерфакс, откроют мост?", ["interfax.ru"], "Когда откроют мост?"),
        ("Что пишут тихореченские новости о школе?", ["tihorech-news.ru"], "Что известно о школе?"),
        ("По данным «Приозерья 24», где отключат воду?", ["priozerye24.ru"], "Где отключат воду?"),
        ("Что пишут Уральские ведомости о шахте?", ["uralvedom.ru"], "Что известно о шахте?"),
        ("Сколько стоит шахта, по данным Ведомостей?", ["Ведомости (vedomosti.ru)"], "Сколько стоит шахта?"),
        ("Как пишут Лугорские вести, кто победил?", ["Лугорские вести"], "Кто победил?"),
        ("Что пишет Лента ру про мост", ["lenta.ru"], "Что известно про мост?"),
        ("Новости Ленты о выборах", ["lenta.ru"], "Новости о выборах"),
        ("Что говорят в Известиях о паводке?", ["iz.ru"], "Что известно о паводке?"),
        ("Что пишет Звезда об учениях?", ["tvzvezda.ru"], "Что известно об учениях?"),
        ("источник: iz.ru сколько погибших", ["iz.ru"], "Сколько погибших"),
        ("What does the BBC say about the strike?", ["bbc.com", "www.bbc.co.uk"], "What is known about the strike?"),
        ("What did BBC News report yesterday?", ["bbc.com", "www.bbc.co.uk"], "What is new yesterday?"),
        ("How many died according to the Post?", ["The Kestering Post"], "How many died?"),
        ("according to the verland herald who won?", ["verland-herald.com"], "Who won?"),
        ("Who won, the Kestering Post reports?", ["The Kestering Post"], "Who won?"),
        ("Does the Kestering Post have anything on the flood?", ["The Kestering Post"], "What is known on the flood?"),
        ("What does the BBC say happened in Leeds?", ["bbc.com", "www.bbc.co.uk"], "What happened in Leeds?"),
        ("Latest news from the BBC about the flood", ["bbc.com", "www.bbc.co.uk"], "Latest news about the flood"),
        ("According to Meridian, when does it open?", ["Меридиан"], "When does it open?"),
        ("What does Kommersant write about the bridge?", ["kommersant.ru"], "What is known about the bridge?"),
        ("What's in the Kestering Post about the fire?", ["The Kestering Post"], "What is known about the fire?"),
    ],
)
def test_the_outlet_is_found_and_the_rest_is_a_tidy_question(question, names, rest):
    found = NAMES.found_in(question)

    assert found is not None
    assert list(found.names) == names
    assert found.rest == rest
    assert question[found.span.start : found.span.end].strip(" ,:") == found.words


@pytest.mark.parametrize(
    "question",
    [
        "Кто купил Коммерсант?",
        "Сколько подписчиков у РБК?",
        "Сколько денег взыскали у Медузы?",
        "Кто главный редактор у Коммерсанта?",
        "Что министр сообщил РБК о ставке?",
        "Что сообщили Интерфаксу в полиции?",
        "Что пишут звёзды о концерте?",
        "по данным уральских ведомств, сколько стоит мост?",
        "Что пишет дождь по стёклам?",
        "Что известно о новостях РБК?",
        "Почему Лента закрыла магазины?",
        "Известия о смерти писателя",
        "Правда ли, что мост закрыли?",
        "Какие вести из порта?",
        "Что говорят эксперты о ставке?",
        "Где проходит лента конвейера?",
        "Почему журналисты Известий бастуют?",
        "Что случилось у РБК?",
        "По словам мэра, когда откроют мост?",
        "Что пишет губернатор в телеграм-канале?",
        "Who bought the Kestering Post?",
        "What did the mayor say to the BBC about the strike?",
        "Why was the BBC fined?",
        "According to the independent inquiry, who was to blame?",
        "What did the post say about him?",
        "How many people work for Reuters?",
        "When did the sun rise on Monday?",
        "What do scientists say about the star?",
        "According to the mayor, when will the post office open?",
        "What time is it?",
    ],
)
def test_a_question_about_an_outlet_or_without_one_restricts_nothing(question):
    assert NAMES.found_in(question) is None


@pytest.mark.parametrize(
    ("question", "called", "rest"),
    [
        ("Что пишет Медуза о мосте?", "Медуза", "Что известно о мосте?"),
        ("Сколько погибших, по данным ТАСС?", "ТАСС", "Сколько погибших?"),
        ("Что пишет РИА Новости о мосте?", "РИА Новости", "Что известно о мосте?"),
        ("По данным Тальских известий, кто победил?", "Тальских известий", "Кто победил?"),
        ("What does the Sunday Times say about the flood?", "Sunday Times", "What is known about the flood?"),
        ("According to example.com, who won?", "example.com", "Who won?"),
    ],
)
def test_an_outlet_that_no_article_comes_from_is_named_as_missing(question, called, rest):
    found = NAMES.found_in(question)

    assert found is not None
    assert found.is_missing
    assert (found.called, found.rest) == (called, rest)


def test_without_articles_of_any_outlet_well_known_ones_are_missing():
    found = OutletNames.of([], {}).found_in("Что пишет Интерфакс о мосте?")

    assert found is not None
    assert found.is_missing


def test_a_name_of_the_operator_that_names_no_outlet_of_the_articles_is_missing():
    found = OutletNames.of(["iz.ru"], {"Портовик": "portovik.ru"}).found_in("Что пишет Портовик о мосте?")

    assert found is not None
    assert found.is_missing
