"""One text of a question, whatever way it was typed: the steps one by one, and all of them together."""

import json
from datetime import date

import pytest
from corpus_words import words_of, words_of_sources
from places import ARTICLES, DATA

from retrieval.question.canonical import LONGEST, Canonical, canonical, restated, without_opening
from retrieval.question.casing import capitals_tell, in_usual_case, with_capitals
from retrieval.question.keyboard import retyped
from retrieval.question.mending import mended
from retrieval.question.parsing import parse
from retrieval.question.politeness import without_politeness
from retrieval.question.restoring import restored
from retrieval.question.sentences import parted, that_ask
from retrieval.question.tidying import in_full_words, tidy, with_single_marks
from retrieval.question.transliteration import reading, spelled_out
from retrieval.question.unmarked import asks_unmarked, is_keywords

SECOND = DATA / "readers" / "articles.jsonl"


@pytest.fixture(scope="module")
def words():
    """A few sentences with the words that the steps are tried on."""
    return words_of(
        "На мосту в Белокамске, который строил Рашид Бикбулатов, открыли движение трамваев.",
        "Вчера мэр Белокамска Рашид Бикбулатов показал: программа реконструкции моста готова.",
        "Теперь Большой Каньон закрыт, а Большой театр открыт, и билеты по 40 рублей, сказал мэр.",
        "Осенью на Большой Каньон поедет трамвай, пел большой хор, а в Зареченске вырастет цена проезда.",
        "In Lindal the mayor Agnes Quill opened the bridge, and the toll of the bridge fell, said the mayor.",
        "Новый iPhone и ёлка стоили дорого, ведь ёлка с iPhone не дружит.",
    )


@pytest.fixture(scope="module")
def real_words():
    """What the two corpora of readers' questions know of words."""
    return {"samples": words_of_sources(ARTICLES), "second": words_of_sources(SECOND)}


# tidying


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Кто  мэр? 😀👍🏽", "Кто мэр?"),
        ("мост :)", "мост"),
        ("Мост :( когда", "Мост когда"),
        ("где мост ((", "где мост"),
        ("цена 3)", "цена 3)"),
        ("счёт 3:0", "счёт 3:0"),
        ("→ мост ①", "мост"),
        ("№ 5, 7 °, ©", "№ 5, 7 °, ©"),
        ("Мост открыли\nКогда?", "Мост открыли. Когда?"),
        ("Мост,\nкогда", "Мост, когда"),
        ("кто\u00a0мэр？！", "кто мэр?!"),
        ("мо\u00adст и е\u0301лка\x00", "мост и елка"),
        ("и\u0306од", "йод"),
    ],
)
def test_a_text_is_put_on_one_line_without_pictures(typed, text):
    assert tidy(typed) == text
    assert tidy(text) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("скока чел. погибло", "сколько человек погибло"),
        ("Че там щас", "что там сейчас"),
        ("чё там", "что там"),
        ("сколько чел.", "сколько человек."),
        ("how r u", "how r you"),
        ("кое-че", "кое-че"),
        ("челка", "челка"),
    ],
)
def test_hurried_words_are_written_out(typed, text):
    assert in_full_words(typed) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("кто????", "кто?"),
        ("кто ! ? !", "кто?"),
        ("ну !!!", "ну!"),
        ("да...", "да…"),
        ("мост,,, да", "мост, да"),
        ("кто , мост ?", "кто, мост?"),
        ("ставка 3.5 ?", "ставка 3.5?"),
        ("спасибо)))", "спасибо"),
        ("мост (река)))", "мост (река)"),
        ("Кто (мэр)?", "Кто (мэр)?"),
        ("мост ((", "мост"),
    ],
)
def test_marks_stand_once_behind_their_word(typed, text):
    assert with_single_marks(typed) == text
    assert with_single_marks(text) == text


# politeness


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Здравствуйте! Кто мэр?", "Кто мэр?"),
        ("добрый день хотел узнать кто мэр", "кто мэр"),
        ("Подскажите, пожалуйста, кто мэр?", "кто мэр?"),
        ("скажите пожалуйста кто мэр", "кто мэр"),
        ("кто мэр, пожалуйста?", "кто мэр?"),
        ("кто мэр? спасибо", "кто мэр?"),
        ("кто мэр спасибо заранее", "кто мэр"),
        ("кто мэр, не знаете?", "кто мэр?"),
        ("интересно, когда откроют мост", "когда откроют мост"),
        ("а вот кто мэр?", "а кто мэр?"),
        ("кто, пожалуйста, мэр?", "кто мэр?"),
        ("Hi! Who is the mayor?", "Who is the mayor?"),
        ("could you tell me please when it opened?", "when it opened?"),
        ("who is the mayor please", "who is the mayor"),
    ],
)
def test_what_is_said_around_a_question_goes(typed, text):
    assert without_politeness(typed) == text


@pytest.mark.parametrize(
    "text",
    [
        "Интересно, что мост открыли",
        "Привет мэру",
        "Спасибо мэру за мост",
        "кому мэр сказал спасибо",
        "«Привет» кто снял?",
        "хочу мост",
        "Спасибо!",
        "пожалуйста",
        "tell me",
    ],
)
def test_what_is_told_of_politeness_and_politeness_alone_stay(text):
    assert without_politeness(text) == text


# sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Кто мэр? Где он?", ["Кто мэр?", "Где он?"]),
        ("Открыли мост. Когда это было", ["Открыли мост.", "Когда это было"]),
        ("Кто снял «Что? Где? Когда?» в 2020?", ["Кто снял «Что? Где? Когда?» в 2020?"]),
        ("На ул. Ленина что строят?", ["На ул. Ленина что строят?"]),
        ("мост", ["мост"]),
        ("", [""]),
    ],
)
def test_sentences_part_but_not_inside_a_quotation(text, sentences):
    assert parted(text) == sentences


@pytest.mark.parametrize(
    ("sentences", "kept"),
    [
        (["Я люблю рыбу.", "Кто мэр Заречья?"], ["Кто мэр Заречья?"]),
        (["Иду гулять.", "Кто мэр Заречья?", "Жду ответа."], ["Кто мэр Заречья?"]),
        (["Кто мэр Заречья?", "Где мост Ильмы?"], ["Где мост Ильмы?"]),
        (["Мост открыли.", "Когда?"], ["Мост открыли.", "Когда?"]),
        (["Кто мэр?", "Где он?"], ["Кто мэр?", "Где он?"]),
        (["Живу в Омске.", "Кто мэр Заречья?"], ["Живу в Омске.", "Кто мэр Заречья?"]),
        (["Мост открыли.", "Он длинный."], ["Мост открыли.", "Он длинный."]),
    ],
)
def test_the_last_question_stays_with_what_it_needs(sentences, kept):
    assert that_ask(sentences) == kept


# unmarked


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("кто мэр", True),
        ("мост когда открыли", True),
        ("мост открыт ли сегодня", True),
        ("погода выходные", True),
        ("ставка цб декабрь", True),
        ("lindal bridge toll", True),
        ("Стало известно, кто победил", False),
        ("Мост открыли", False),
        ("Прогноз погоды на 16 ноября", False),
        ("в Омске погода", False),
        ("mayor resigned", False),
        ("the toll", False),
        ("цена", False),
        ("спасибо большое", False),
    ],
)
def test_whether_a_text_without_a_mark_asks(text, asks):
    assert asks_unmarked(text) is asks


def test_keywords_name_what_they_look_for_and_ask_with_no_word():
    assert is_keywords("погода выходные")
    assert is_keywords("bridge toll")
    assert not is_keywords("кто мэр")
    assert not is_keywords("один два три четыре пять")


# keyboard


@pytest.mark.parametrize(
    ("chunk", "russian", "readings"),
    [
        ("rnj", True, ["кто"]),
        ("Vjcn?", True, ["Мост?"]),
        (",tkjrfvcr", True, ["белокамск"]),
        ("vjcn.", True, ["мост.", "мостю"]),
        ("ghbdtn,,", True, ["привет,,", "приветб,", "приветбб"]),
        ("Руддщ!", False, ["Hello!"]),
        ("еру", False, ["the"]),
    ],
)
def test_what_the_same_keys_write_in_the_other_alphabet(chunk, russian, readings):
    assert list(retyped(chunk, russian=russian)) == readings


# transliteration

KNOWN = {"мост", "кто", "такой", "щука", "ночь", "объезд", "человек", "сегодня", "жюри", "июль", "семья"}


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("most", "мост"), ("takoj", "такой"), ("takoi", "такой"), ("shchuka", "щука"), ("shuka", "щука"),
        ("noch", "ночь"), ("noch'", "ночь"), ("obezd", "объезд"), ("ob'ezd", "объезд"), ("4elovek", "человек"),
        ("segodnja", "сегодня"), ("zhuri", "жюри"), ("jyuri", "жюри"), ("ijul", "июль"), ("semya", "семья"),
        ("mos", None), ("xyz", None), ("", None),
    ],
)  # fmt: skip
def test_that_reading_counts_which_is_a_word(word, read):
    assert reading(word, lambda prefix: any(each.startswith(prefix) for each in KNOWN), KNOWN.__contains__) == read


@pytest.mark.parametrize(
    ("word", "read"),
    [("kto", "кто"), ("schuka", "щука"), ("4to", "что"), ("moy", "мой"), ("noch'", "ночь"), ("most1", "мост1")],
)
def test_the_most_usual_reading_needs_no_word(word, read):
    assert spelled_out(word) == read


# restoring


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("rnj nfrjq hfibl ,br,ekfnjd?", "кто такой рашид бикбулатов?"),
        ("ghjtpl", "проезд"),  # which stands there in another form
        ("црщ щзутув еру икшвпу", "who opened the bridge"),
        ("kto takoj rashid bikbulatov", "кто такой рашид бикбулатов"),
        ("KTO MER", "КТО МЭР"),
        ("kogda otkryli most?", "когда открыли мост?"),
    ],
)
def test_another_alphabet_is_told_by_the_words_that_are_known(words, typed, meant):
    assert restored(typed, words) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "who opened the bridge", "Who is Agnes Quill?", "bridge toll", "toll", "цена iphone", "xyz abc", "b",
        "кто такой Zoltan", "скока стоит cen", "кто мэр", "Скримшоу",
    ],
)  # fmt: skip
def test_what_is_known_as_it_was_typed_or_not_at_all_stays(words, typed):
    assert restored(typed, words) == typed


# casing


@pytest.mark.parametrize(
    ("text", "tell"),
    [
        ("кто мэр", True),
        ("Кто мэр", True),
        ("Рашид Бикбулатов", True),
        ("Мост НАТО", True),
        ("КТО МЭР", False),
        ("Кто Такой Мэр", False),
        ("123", False),
    ],
)
def test_whether_capitals_tell_anything(text, tell):
    assert capitals_tell(text) is tell


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("кто такой рашид бикбулатов", "кто такой Рашид Бикбулатов"),
        ("Кто мэр белокамска", "кто мэр Белокамска"),
        ("когда закрыли большой каньон", "когда закрыли Большой Каньон"),
        ("видел ли каньон мэр", "видел ли каньон мэр"),  # a word of the dictionary that is no name by itself
        ("новый IPHONE", "новый iPhone"),
        ("кто такой Скримшоу", "кто такой Скримшоу"),
        ("это юго-Запад", "это юго-запад"),
        ("Who opened The Bridge", "who opened the bridge"),
        ("in may 2024", "in May 2024"),
        ("why may i ask", "why may I ask"),
        ("when did us troops leave", "when did US troops leave"),
        ("tell us when", "tell us when"),
        ("кто такой а. с. Пушкин", "кто такой А. С. Пушкин"),
    ],
)
def test_words_are_written_as_the_articles_write_them(words, typed, text):
    assert in_usual_case(typed, words, typed_tells=True) == text
    assert in_usual_case(text, words, typed_tells=True) == text


def test_where_capitals_tell_nothing_only_the_articles_do(words):
    assert in_usual_case("КТО ТАКОЙ РАШИД СКРИМШОУ", words, typed_tells=False) == "кто такой Рашид скримшоу"


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("кто мэр", "Кто мэр"),
        ("«кто там» снят", "«Кто там» снят"),
        ("как «мост» строят", "Как «Мост» строят"),
        ('"who" sings', '"Who" sings'),
        ("да? нет", "Да? Нет"),
        ("iPhone сломан", "iPhone сломан"),
        ("1 мая", "1 мая"),
        ("", ""),
    ],
)
def test_sentences_and_quotations_begin_with_a_capital(sentence, text):
    assert with_capitals(sentence) == text
    assert with_capitals(text) == text


# mending


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("прогармма", "программа"),
        ("рекнструкции", "реконструкции"),
        ("двежение трамвая", "движение трамвая"),
        ("сколко стоит билет", "сколько стоит билет"),
        ("кто такой Бикбулатав", "кто такой Бикбулатов"),
        ("кто такой бикбулатав", "кто такой Бикбулатов"),
        ("when did the brigde open", "when did the bridge open"),
    ],
)
def test_a_slip_in_a_word_that_stands_nowhere_is_mended(words, typed, text):
    assert mended(typed, words) == text
    assert mended(text, words) == text


@pytest.mark.parametrize(
    "text",
    [
        "кто такой Скримшоу", "кто такой скримшоу", "who is Zoltan", "who is zoltan", "Кшиштоф", "Бикбулатян",
        "Рашида Бикбулатова", "Рошид",  # another name, or too short a one
        "моста", "мостик", "орла", "tall", "the tole", "мсат", "ПРОГАРММА", "програмнаяя", "програма", "реконструкцыи",
        "био-добавка", "онлайн-билет", "трамвай-кафе", "юго-запад", "хай-тек", "x2прогарм",
    ],
)  # fmt: skip
def test_what_may_be_a_name_or_another_word_is_left_alone(words, text):
    assert mended(text, words) == text


# all together

BRIDGE = "Когда открыли мост в Белокамске?"


@pytest.mark.parametrize(
    "typed",
    [
        BRIDGE,
        "когда открыли мост в белокамске",
        "КОГДА ОТКРЫЛИ МОСТ В БЕЛОКАМСКЕ",
        "Когда Открыли Мост В Белокамске?",
        "Здравствуйте! Подскажите, пожалуйста, когда открыли мост в Белокамске??? Спасибо 🙏",
        "когда открыли мост\nв белокамске ?!",
        "rjulf jnrhskb vjcn d ,tkjrfvcrt",
        "kogda otkryli most v belokamske",
        "Люблю рыбу. Когда открыли мост в Белокамске?",
    ],
)
def test_one_question_is_one_text_however_it_is_typed(words, typed):
    found = canonical(typed, words)

    assert found.text == BRIDGE
    assert found.is_mended is (typed.startswith(("rjulf", "kogda")))


@pytest.mark.parametrize(
    "typed", ["", " ", "?", "…", "👍", "🙂🙂", "слово " * 101 + "конец", "Мост открыли", "Мост открыли, и мэр рад."]
)
def test_what_asks_nothing_stays(words, typed):
    assert canonical(typed, words) == Canonical(typed)


def test_what_is_longer_than_a_question_stays():
    words = words_of("Мост открыт.")

    assert canonical("кто " * (LONGEST // 4), words).text.startswith("Кто кто")
    assert canonical("кто " * (LONGEST // 4) + "?", words) == Canonical("кто " * (LONGEST // 4) + "?")


def test_without_words_of_articles_letters_and_capitals_stay():
    assert canonical("привет! rnj vfp белокамска ???", None) == Canonical("Rnj vfp белокамска?")


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("А кто открыл мост?", "Кто открыл мост?"),
        ("And who opened the bridge?", "Who opened the bridge?"),
        ("А почему?", "Почему?"),
        ("А мост?", "А мост?"),
        ("Кто открыл мост?", "Кто открыл мост?"),
    ],
)
def test_what_would_join_a_question_to_one_before_it_goes_where_it_stands_alone(question, alone):
    assert without_opening(question) == alone


def test_a_question_is_searched_for_without_what_would_join_it():
    today = date(2024, 9, 10)
    assert restated(parse("А кто открыл мост?", today), today) == parse("Кто открыл мост?", today)
    leaning = parse("а когда открыли?", today, topic="мост")
    assert restated(leaning, today) == parse("А когда открыли?", today, topic="мост")


QUESTIONS = [
    (corpus, json.loads(line)["question"])
    for corpus, file in (
        ("samples", "readers/samples_seen.jsonl"),
        ("second", "readers/second_seen.jsonl"),
        ("samples", "sample_questions.jsonl"),
    )
    for line in (DATA / file).read_text(encoding="utf-8").splitlines()
]


def test_what_is_canonical_stays_as_it_is(real_words):
    assert len(QUESTIONS) == 402
    for corpus, question in QUESTIONS:
        once = canonical(question, real_words[corpus])
        assert canonical(once.text, real_words[corpus]) == Canonical(once.text), question


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("кто такой Скримшоу", "Кто такой Скримшоу?"),
        ("Who is Zoltan", "Who is Zoltan?"),
        ("когда приехал Кшиштоф", "Когда приехал Кшиштоф?"),
        ("как зовут мэра Йоханнесбурга", "Как зовут мэра Йоханнесбурга?"),
        ("что такое био-добавка", "Что такое био-добавка?"),
        ("где находится юго-западный вокзал", "Где находится юго-западный вокзал?"),
        ("сколько стоит онлайн-билет", "Сколько стоит онлайн-билет?"),
    ],
)
def test_names_that_no_article_knows_and_compounds_stay(real_words, typed, text):
    for words in real_words.values():
        assert canonical(typed, words) == Canonical(text)
