"""Questions made out of sentences: which, word by word, and of what none is made."""

from datetime import date

import pytest
from hashing_model import Corpus, hashing_library, settings_for

from retrieval.evaluation.hiding import Stories, ask_made
from retrieval.evaluation.made_questions import make_questions, questions_of
from retrieval.progress import TrialProgress

DAY = date(2024, 9, 9)


@pytest.mark.parametrize(
    ("sentence", "made"),
    [
        ("В Липовце живут 14 тысяч человек.", [("Сколько человек в Липовце живут?", "14 тысяч человек")]),
        (
            "Из зоны затопления спасатели вывезли более 340 жителей Заречья.",
            [("Сколько жителей Заречья из зоны затопления спасатели вывезли?", "340 жителей")],
        ),
        (
            "Месячный проездной подорожает до 1 550 рублей, а льготы для школьников сохранят.",
            [("До скольких рублей месячный проездной подорожает?", "1 550 рублей")],
        ),
        (
            "Мост через Волгу в Новотальске открыли 29 ноября.",
            [
                ("Когда мост через Волгу в Новотальске открыли?", "29 ноября"),
                ("Где мост через Волгу открыли?", "Новотальске"),
            ],
        ),
        (
            "Пожарная сигнализация склада была отключена с весны.",
            [("С какого числа пожарная сигнализация склада была отключена?", "с весны")],
        ),
        (
            "Строители накрыли крышей ледовый дворец в Твери.",
            [("Где строители накрыли крышей ледовый дворец?", "Твери")],
        ),
        (
            "Решающую шайбу на последней минуте забросил двадцатилетний Игорь Петров.",
            [("Кто решающую шайбу на последней минуте забросил?", "Игорь Петров")],
        ),
        (
            "Владимир Путин направил телеграмму главе соседнего государства.",
            [("Кто направил телеграмму главе соседнего государства?", "Владимир Путин")],
        ),
        (
            "About 1,400 people had already bought season tickets.",
            [("How many people had already bought season tickets?", "1,400 people")],
        ),
        (
            "The two routes will cost 2.3 million crowns a year.",
            [("How many crowns will the two routes cost a year?", "2.3 million crowns")],
        ),
        (
            "Two coastguard helicopters lifted 97 people to safety.",
            [("How many people did two coastguard helicopters lift to safety?", "97 people")],
        ),
        (
            "The new town library opened a reading garden on Monday.",
            [("When did the new town library open a reading garden?", "on Monday")],
        ),
        (
            "Judge Honor Castellane delivered the ruling at Port Averley Crown Court.",
            [("Who delivered the ruling at Port Averley Crown Court?", "Judge Honor Castellane")],
        ),
    ],
)
def test_a_statement_becomes_questions_that_it_answers(sentence, made):
    assert [(question, answer) for question, answer, _ in questions_of(sentence, DAY)] == made


@pytest.mark.parametrize(
    "sentence",
    [
        "Его длина составляет 840 метров без подходов.",  # whose is not said
        "«Мы ждём 300 человек из трёх областей», — говорит он.",  # speech
        "Почему цена выросла на 5 рублей за один месяц?",
        "Который год в районе живут 300 человек без воды.",
        "Тогда в городе построили 12 школ для детей.",
        "Площадь земель с 30 до 34 гектаров увеличили власти района.",  # two numbers: which is asked?
        "It cost 58,000 pounds, most of them given by readers.",
        "Price of the ticket: 42 crowns for adults.",
        "",
    ],
)
def test_of_what_does_not_stand_by_itself_no_question_is_made(sentence):
    assert list(questions_of(sentence, DAY)) == []


def test_the_same_questions_are_made_every_time_of_as_many_articles_as_there_are(hashed_sample):
    opened = hashed_sample.opened()
    made = make_questions(opened)

    assert make_questions(opened) == made
    assert make_questions(opened, 20) == made[:20]
    assert len({question.revision for question in made[:20]}) == 20
    texts = [question.text for question in made]
    assert len(set(texts)) == len(texts) > 80
    articles = {article.id: article.text for article in hashed_sample.whole_articles()}
    stories = Stories(hashed_sample)
    for question in made:
        assert question.evidence in articles[stories.article(question)]
        assert question.answer in " ".join(question.evidence.split())


def test_a_new_article_leaves_the_questions_about_the_others_as_they_are(corpus):
    for village in ("Липовке", "Сосновке", "Берёзовке", "Дубровке", "Ольховке", "Ельне", "Ивне", "Рябиновке"):
        corpus.write(
            village, f"В деревне {village} живут 300 человек.", f"Школу в деревне {village} открыли 29 ноября."
        )
    library = indexed(corpus)
    before = [question.text for question in make_questions(library.opened())]
    assert len(before) == 16
    corpus.write("a-new-one", "В новом посёлке Заречном живут 14 тысяч человек.")
    library.index()

    after = [question.text for question in make_questions(library.opened())]

    assert [text for text in after if "Заречн" not in text] == before
    assert len(after) == len(before) + 1


def test_the_story_of_a_question_is_hidden_or_what_holds_its_answer(hashed_sample):
    stories = Stories(hashed_sample)
    made = {question.text: question for question in make_questions(hashed_sample.opened())}
    fare = made["До скольких рублей месячный проездной подорожает?"]
    opening = made["Где строители накрыли крышей ледовый дворец «Полюс»?"]

    story = stories.around(fare)
    told = stories.holding(fare, story)
    passages = {passage.id: passage for passage in hashed_sample.home.queries.passages(sorted(story))}

    assert {passage.article.id for passage in passages.values()} == {"ru/tram-fare-belokamsk-november"}
    assert {each for each in story if "1 550" in passages[each].text} == told
    assert set() < told < story
    assert stories.holding(opening, stories.around(opening)) == frozenset()


@pytest.fixture
def corpus(tmp_path):
    return Corpus(tmp_path / "articles")


def indexed(corpus):
    library = hashing_library(settings_for(corpus.folder.parent / "home", corpus.folder))
    library.index()
    return library


def test_a_number_that_holds_the_answers_number_is_a_false_answer(corpus):
    corpus.write("tram", "Билет на новый трамвай в Ельне стоит 5 рублей.")
    corpus.write("bus", "Билет на новый автобус в Ельне стоит 15 рублей.")
    library = indexed(corpus)
    [tram] = [question for question in make_questions(library.opened()) if question.answer == "5 рублей"]

    hidden, shown = ask_made([tram], library, TrialProgress())

    assert (hidden.question.answerable, shown.question.answerable) == (False, True)
    assert [cited.article_id for cited in hidden.answer.citations] == ["bus"]


def test_a_name_is_hidden_in_every_form(corpus):
    corpus.write("cup", "Решающую шайбу на последней минуте забросил двадцатилетний Игорь Петров.")
    with (corpus.folder / "cup.txt").open("a", encoding="utf-8") as file:
        file.write("\n" + "Зрители долго не расходились. " * 60 + "\n\nВечером Игоря Петрова наградили медалью.\n")
    library = indexed(corpus)
    [scorer] = [question for question in make_questions(library.opened()) if question.answer == "Игорь Петров"]
    stories = Stories(library)
    story = stories.around(scorer)

    told = stories.holding(scorer, story)

    texts = {passage.id: passage.text for passage in library.home.queries.passages(sorted(story))}
    assert {each for each, text in texts.items() if "Петров" in text} == told
    assert len(told) == 2
    assert told < story
