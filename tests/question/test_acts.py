"""What is no question, as people write it, and what only looks like it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import DATA

from retrieval.question import acts
from retrieval.question.acts import act_of
from retrieval.text import phrases
from retrieval.text.terms import words_of
from retrieval.types import Act

MEANT = {
    Act.GREETING: """
        привет | Привет! | ПРИВЕТ | приветик | Приветствую | прив | привееет | приветттт | Привет 👋 | привет, бот
        Привет, бот! | здравствуйте | Здравствуй | здрасьте | Здрасте | здраствуйте | здравствуйте!!! | Доброе утро
        добрый день | Добрый вечер! | Доброго дня | доброго времени суток | Доброго времени суток, уважаемый бот
        хай | ку | салам | Салам алейкум | здарова | даров | Всем привет | привет всем | привет! как дела?
        Привет, друг | hi | Hi! | hello | Hello there | hi there | hey | heyyy | good morning | Good evening!
        hello bot | yo | Hi everyone | hellooo | privet | 👋 | првиет | добрый день, бот | ну привет | о, привет
        утро доброе | привет ты тут? | здравстуйте
    """,
    Act.HOW_ARE_YOU: """
        как дела | Как дела? | как ты? | как жизнь | как поживаешь? | how are you? | how's it going | как твои дела
    """,
    Act.PRESENCE: """
        ты тут? | ты здесь | тест | Test | бот? | эй, бот | ау | алло | Ты работаешь? | are you there?
        проверка связи | ты живой? | вы тут | есть кто живой | можно вопрос? | у меня вопрос
    """,
    Act.THANKS: """
        спасибо | Спасибо! | спасибо большое | Большое спасибо! | спс | пасиб | благодарю | Благодарю за ответ
        сенкс | спасибооо | спасибо 🙏 | спасибо, всё понятно | ок спасибо | Ок, спасибо. | хорошо, спасибо
        спасибо за помощь | ясно, спасибо | спасибо, бот | еще раз спасибо | огромное спасибо! | спасибо вам
        Спасибо тебе, бот! | спсибо | thanks | Thanks! | thx | ty | thank you | Thank you very much! | thanks a lot
        many thanks | ok thanks | 🙏 | ❤️ | Thank you so much!!! | cheers | спасибо, не надо | понял, спасибо
        great, thanks | спасибо большое за ответ | спасибо тебе большое | супер, спасибо | спасибо, очень помог :D
        благодарю вас
    """,
    Act.GOODBYE: """
        пока | Пока! | пока-пока | покаааа | до свидания | До встречи | до связи | всего доброго | Всего хорошего!
        спокойной ночи | удачи | bye | Bye bye | goodbye | see you later | good night | ну всё, пока | до свидание
        хорошего дня | have a nice day | ладно, пока
    """,
    Act.ACKNOWLEDGEMENT: """
        ок | Ок. | оке | окей | ok | OK! | okay | ясно | Понятно | понятненько | понял | поняла | ясно-понятно
        хорошо | ладно | ага | угу | да | нет | 👍 | 👍👍👍 | 👌 | got it | I see | ok got it | + | ++ | всё понятно
        хаха | ахахах | лол | ого | ничего себе | интересно | норм | извини | all right | oooк | хорошо 👍 | ну ок
        а, понятно | 🤝 | вот оно что | буду знать | не надо | yes | no | wow | ок, понял | да, всё | жаль
    """,
    Act.NOTHING: """
        ? | ?? | ??? | … | ... | ))) | ) | ! | 123 | 2024 | 5 | 😂 | 🤔🤔 | :D | - | — | . | «» | ?! | 12:36 | ну | хм
        эм... | ммм | а? | 100% | 🇷🇺 | ###
    """,
    Act.SWEARING: """
        иди нахуй | пошёл ты | ты тупой | тупой бот | Ты идиот! | бот дурак | заткнись | блять | fuck you
        stupid bot | you are stupid | сука | пошел в жопу | shut up | ты совсем тупой? | wtf | ну ты и дебил
        нахуй иди | ебаный бот | пиздец
    """,
    Act.COMPLAINT: """
        плохой бот | не то | это не то | неправильно | Это неправда | ты не прав | бред | чушь какая-то | ты врёшь
        bad bot | that's wrong | wrong | 👎 | не о том | я не об этом | ты не понял | неверный ответ | useless
        это неверно | not what I asked
    """,
    Act.PRAISE: """
        молодец | Молодец! | умница | хороший бот | супер | класс | отлично! | круто | ты лучший | good bot
        well done | great | awesome! | very nice | красава | здорово | бот молодец | perfect | ты супер
    """,
    Act.WHO_ARE_YOU: """
        кто ты | Кто ты? | ты кто | кто вы? | кто ты такой | как тебя зовут? | ты бот? | ты человек?
        ты человек или бот | ты робот | это бот? | с кем я разговариваю? | кто тебя создал | расскажи о себе
        who are you | who are you? | are you human? | are you a bot | what's your name? | ты chatgpt?
        привет, ты кто? | tell me about yourself | представься | что ты такое | are you an AI? | а ты кто?
    """,
    Act.WHAT_CAN_YOU: """
        что ты умеешь | Что ты умеешь? | что умеешь? | а что ты умеешь | что ты можешь | чем ты можешь помочь?
        чем поможешь | что умеет бот? | what can you do | What can you do? | зачем ты нужен | какие у тебя функции
        how can you help me? | what do you do? | скажи, что ты умеешь | привет, что ты умеешь? | что умеет этот бот
    """,
    Act.WHAT_ABOUT: """
        о чём ты знаешь | О чем ты знаешь? | что ты знаешь? | какие темы | какие есть темы? | темы | о чём статьи?
        какие у тебя источники | what do you know? | what topics do you cover | откуда ты берёшь новости?
        какие издания | какие источники ты используешь? | which sources do you use? | что у тебя в базе?
    """,
    Act.HOW_MANY_ARTICLES: """
        сколько у тебя статей | Сколько у тебя статей? | сколько статей | сколько статей в базе?
        сколько всего статей | how many articles do you have? | how many articles | сколько новостей ты знаешь
        сколько статей в архиве
    """,
    Act.HELP: """
        помоги | Помоги! | помощь | help | Help! | help me | как тобой пользоваться? | как пользоваться ботом
        как ты работаешь | инструкция | помогите | can you help me? | ты можешь помочь? | how do you work?
        с чего начать | how to use this bot
    """,
    Act.SOURCES: """
        источник? | источник | Источники | а источник? | пруф | пруфы? | откуда это? | откуда информация
        откуда ты это знаешь | кто это написал | Кто это написал? | ссылка | дай ссылку | скинь ссылку
        где источник? | source? | sources | link | where is this from? | who wrote this? | proof? | ссылку на статью
        ссылку можно? | укажи источник | откуда инфа? | кто об этом пишет? | ты уверен? | are you sure? | дай пруф
        откуда такие данные? | а откуда это?
    """,
    Act.MORE: """
        а ещё? | А еще? | ещё | еще | ещё! | что ещё? | а что ещё | ещё что-нибудь? | есть ещё? | дальше | Дальше!
        продолжай | покажи ещё | more | More! | show me more | anything else? | what else? | next | go on
        давай ещё | ещё варианты | это всё? | и ещё | что ещё известно? | а ещё что-нибудь есть? | more please
        дай ещё | ещё, пожалуйста
    """,
    Act.DETAILS: """
        подробнее | Подробнее! | подробнее? | а подробнее? | расскажи подробнее | Расскажи подробнее, пожалуйста
        можно подробнее? | подробности | поподробнее | подробней | хочу подробнее | tell me more | Tell me more!
        more details | details | расскажи больше | полностью | статья целиком | покажи статью | полный текст
        full article | can you tell me more? | подробние | а можно поподробнее? | расскажи об этом подробнее
        tell me more about it | подробнее пж
    """,
    Act.AGAIN: """
        ещё раз | еще раз | повтори | Повтори, пожалуйста | повторите | не понял | не поняла | Не понял.
        я не понял | непонятно | again | repeat | say that again | can you repeat? | I don't understand | ещё разок
        не понимаю | можешь повторить? | в смысле? | не поняла тебя | не понял, повтори | once more | не понял ответ
    """,
    Act.NEWS: """
        что нового? | Что нового | что новенького | какие новости? | новости | Новости! | последние новости
        свежие новости | главные новости | новости дня | какие новости сегодня? | what's new? | whats new
        latest news | news | any news? | есть новости? | покажи новости | расскажи новости | привет, что нового?
        headlines | top news | что нового сегодня? | дай последние новости | новости за сегодня | what is new today?
        последние статьи | что интересного?
    """,
    Act.EXAMPLES: """
        примеры | пример | примеры вопросов | что спросить | что можно спросить? | что у тебя можно спросить?
        приведи примеры | examples | what can I ask? | give me examples | о чём тебя можно спросить
        какие вопросы можно задать? | give me an example | what should I ask | что спросить?
        какие вопросы тебе можно задать
    """,
}
MESSAGES = [
    (message.strip(), act)
    for act, messages in MEANT.items()
    for line in messages.strip().splitlines()
    for message in line.split(" | ")
]
"""Each message and what is meant by it."""

ASKED = """
    привет, кто мэр Заречинска?
    Здравствуйте! Когда откроют мост?
    спасибо, а когда откроют мост?
    спасибо, а сколько это стоит?
    ок, а почему?
    хорошо, кто подписал договор?
    понятно, а в Москве?
    что нового в деле о пожаре?
    что нового по мосту
    что нового про трамвай?
    новости о хоккее
    новости хоккея
    новости Заречинска
    новости спорта
    последние новости о паводке
    какие новости о выборах мэра?
    новости за вчера
    что нового произошло в Усть-Ильме?
    кто ты такой, Бикбулатов?
    кто такой Бикбулатов?
    кто это?
    кто он такой
    кто они?
    кто?
    кто написал?
    кто автор?
    кто автор романа
    кто сказал?
    кто об этом сообщил?
    почему?
    когда?
    где?
    как?
    а как?
    как это?
    что?
    зачем?
    откуда?
    откуда запустили ракету?
    откуда взяли деньги?
    сколько?
    а сколько?
    сколько это стоит?
    сколько статей в Уголовном кодексе?
    сколько статей написал Иванов
    сколько новостей про мост
    как это работает?
    как работает вакцина?
    как пользоваться трамваем
    как дела у Спартака?
    как дела с мостом
    как здоровье?
    а она?
    а он здоров?
    а там?
    а в октябре?
    а в 2024?
    и кто её подписал?
    а лучший?
    а лучшая актриса?
    а бухгалтер?
    а дети?
    а потом?
    что потом?
    что дальше будет с мостом?
    что дальше?
    чем закончилось?
    что случилось?
    что происходит?
    что известно о пожаре
    что ещё построят в Заречинске?
    что ещё сказал мэр?
    ещё один мост
    ещё пожар
    подробнее о пожаре
    расскажи о пожаре
    расскажи подробнее про мост через Волгу
    расскажи про Путина
    подробности аварии
    детали сделки
    источник пожара
    источник загрязнения
    источники финансирования моста
    ссылка на Сахалин
    помоги найти новости о хоккее
    помощь пострадавшим
    помощь погорельцам
    помогите узнать, когда откроют мост
    примеры коррупции
    пример для подражания
    тест-драйв трактора
    тест на антитела
    проверка
    а проверка?
    ещё раз о мосте
    повтори про мост
    не понял, кто победил?
    не понимаю, почему подорожал мост
    пока неизвестно
    пока все дома
    пока мост закрыт
    спасибо деду за победу
    спасибо врачам
    привет из Усть-Ильмы
    доброе утро Вьетнам
    день города
    добрый доктор
    спокойной ночи, малыши
    удачи Спартаку
    молодец против овец
    супер кубок
    класс опасности отходов
    круто подорожало молоко
    отлично сдали экзамен
    идиот
    Идиот Достоевский премьера
    козёл
    тупой угол
    осёл
    дурак
    огонь
    бред сивой кобылы
    что умеет робот Фёдор?
    что может мэр?
    что делает мэр?
    что он умеет?
    зачем он нужен?
    зачем нужен мост?
    о чём роман?
    о чём договорились?
    о чем договор
    какие темы обсуждали на саммите?
    какие издания закрыли?
    какие источники у пожара
    где опубликован указ
    верно ли, что мост закрыт?
    правда, что Путин приедет?
    правда ли это?
    это человек?
    человек
    да здравствует король
    нет ли новостей о мосте?
    нет денег
    больше всего пострадал кто?
    больше 300 человек
    следующее заседание
    следующий?
    начать строительство
    ок, гугл, погода
    погода
    курс доллара
    мост
    хоккей
    трамвай Зареченск
    Путин
    Красноберёзовск мэр
    ставка ЦБ
    ключевая ставка декабрь
    5 букв
    9 мая
    2024 год
    COVID-19
    G7
    Мост через Волгу открыли на месяц позже срока
    Суд вынес приговор основателю «Уютграда»
    who is the mayor?
    hello, who is the mayor of Port Averley?
    thanks, and when does it open?
    what's new in Harrowmere?
    news about the strike
    latest news on the ferry fire
    any news about the tunnel?
    what about fishing?
    what about him?
    and the fine?
    the fine
    how many articles are in the treaty?
    how many?
    why?
    when?
    who?
    and why
    who else was on the shortlist?
    what else was stolen?
    more than 300 people
    more money for schools
    next year
    next decision
    sources of funding
    source of the fire
    proof of concept
    link between smoking and cancer
    details of the contract
    examples of corruption
    help for the victims
    how does it work?
    how does this work
    what can the rover do?
    what does he do for a living?
    who wrote it?
    who wrote Salt Inventory?
    where is it from?
    repeat offender
    again in court
    morning mist
    good morning Vietnam
    bye-bye Birdie
    ok corral
    perfect storm
    nice attack
    Nice
    Moore
    stupid
    idiot
    moron
    tanks
    is it true that the tunnel leaks?
    human error
    Karinia and Vestmar sign border treaty
    Ferry owner fined after car-deck fire
    election results
"""


@pytest.mark.parametrize(("message", "act"), MESSAGES)
def test_what_is_no_question_is_told_by_what_is_meant(message, act):
    assert act_of(message) is act


@pytest.mark.parametrize("message", [line.strip() for line in ASKED.strip().splitlines()])
def test_what_may_be_asked_about_the_articles_is_no_act(message):
    assert act_of(message) is None


def test_there_are_many_of_both():
    assert len({message for message, _ in MESSAGES}) == len(MESSAGES) >= 400
    assert len(set(ASKED.split("\n"))) >= 200
    assert MEANT.keys() == set(Act)


@pytest.mark.parametrize("name", ["sample_questions", "questions_by_kind", "questions_across_languages", "dialogues"])
def test_no_known_question_is_an_act(name):
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    records = [record for line in lines for record in json.loads(line).get("turns", [json.loads(line)])]
    questions = [record[form] for record in records for form in ("question", "full") if form in record]

    assert len(questions) >= 20
    assert [question for question in questions if act_of(question)] == []


def test_one_word_more_makes_a_question_of_any_act():
    assert [message for message, _ in MESSAGES if act_of(f"{message} Заречинск")] == []
    assert [message for message, _ in MESSAGES if act_of(f"Selene-3 {message}")] == []


def test_capitals_and_marks_do_not_matter_to_words():
    for message, act in MESSAGES:
        if any(map(str.isalpha, message)) and ":D" not in message:
            assert act_of(f" {message.upper()} !!! 😀 ") is act, message


@pytest.mark.parametrize(
    ("typed", "act"),
    [
        ("ghbdtn", Act.GREETING),
        ("Ghbdtn!", Act.GREETING),
        ("cgfcb,j", Act.THANKS),
        ("cgfcb,j, gjyznyj", Act.THANKS),
        ("f to`?", Act.MORE),
        ("gjlhj,ytt", Act.DETAILS),
        ("xnj yjdjuj?", Act.NEWS),
        ("rnj nfrjq", None),
        ("rnj v'h Pfhtxbycrf", None),
    ],
)
def test_the_keyboard_may_be_set_to_the_other_alphabet(typed, act):
    assert act_of(typed) is act


def test_the_bot_is_spoken_to_by_its_name():
    assert act_of("привет, Вестник Заречья!") is None
    assert act_of("привет, Вестник Заречья!", ["Вестник Заречья"]) is Act.GREETING
    assert act_of("Вестник Заречья, что ты умеешь?", ["Вестник Заречья"]) is Act.WHAT_CAN_YOU
    assert act_of("вестник заречья?", ["Вестник Заречья"]) is Act.PRESENCE
    assert act_of("что пишет Вестник Заречья о мосте?", ["Вестник Заречья"]) is None
    assert act_of("привет", ["", "!"]) is Act.GREETING


def test_what_is_empty_is_no_act_and_what_is_long_is_one_only_without_words():
    assert act_of("") is act_of(" \n") is None
    assert act_of(")" * 4000) is Act.NOTHING
    assert act_of("привет " * 600) is None


@given(st.text(max_size=300))
def test_any_text_is_told(text):
    act_of(text)


def test_the_lists_hold_each_phrase_once_and_as_its_words_are_found():
    listed = [phrase for each in acts.LISTS.values() for phrase in each]

    assert len(listed) == len(set(listed))
    assert acts.LISTS.keys() == set(Act)
    assert () not in listed
    odd = [phrase for phrase in listed if phrases.OBSCENE not in phrase and tuple(words_of(" ".join(phrase))) != phrase]
    assert odd == []
