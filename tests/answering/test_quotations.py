"""Quoted words beside articles: of which class they are, where they stand, and which words differ."""

import pytest
from hashing_model import hashing_library, open_hashing_library, settings_for

from retrieval.answering.quotations.checking import Quoted, checked
from retrieval.answering.quotations.places import Place
from retrieval.answering.quotations.speakers import is_said_by
from retrieval.store.queries import StoreQueries
from retrieval.text.quoted_words import quoted_words
from retrieval.text.splitting import sentence_spans
from retrieval.types import ArticleHeader, QuoteClass

BRIDGE = (
    "Мост через Ильму открыли 5 сентября. Его длина составляет 840 метров без подходов. "
    "«Мы не будем брать плату за проезд, если федеральный центр поможет», — сказал губернатор Сергей Иванов. "
    "Рабочие уже убирают леса, говорит прораб. Первый автобус пойдёт в четверг утром."
)
HARBOUR = (
    "The mayor denied that the harbour would be sold to investors. “We will never close the library on Mill Lane,” "
    "said Mary Smith. Prices rose 12% to $1,200 in May. The ferry takes eleven minutes to cross the bay."
)


def place(name, text):
    return Place(ArticleHeader(name, name.title(), None, "iz.ru", None, None), 0, text)


def look_up(text, speaker=""):
    return checked(Quoted(text, 0, len(text), speaker), [place("bridge", BRIDGE), place("harbour", HARBOUR)])


def differing(check):
    """Pairs of what the quote has and what the article has."""
    excerpts = {each.number: each.excerpt for each in check.citations}
    return [
        (check.quote[slice(*each.span)], excerpts[each.citation][slice(*each.excerpt_span)])
        for each in check.differences
    ]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Мост — «Ёлка», 5\u00a0км!", ["мост", "елка", "5", "км"]),
        ("10 000 рублей и 10\u202f000 рублей", ["10000", "рублей", "и", "10000", "рублей"]),
        ("$1,200 and 12%", ["$", "1200", "and", "12", "%"]),
        ("выросла на 1,5% до −3", ["выросла", "на", "1,5", "%", "до", "-3"]),
        ("don’t, o'clock; какой-то", ["don't", "o'clock", "какой", "то"]),
        ("за\u00adкры\u200bли мо́ст", ["закрыли", "мост"]),
        ("10–15 человек", ["10", "15", "человек"]),
    ],
)
def test_words_are_made_alike_but_for_what_changes_what_is_said(text, forms):
    assert [word.form for word in quoted_words(text)] == forms


def test_sentences_have_their_places_however_short_they_are():
    text = "Да. Мост открыт!\n\nНет."
    assert [text[span.start : span.end] for span in sentence_spans(text)] == ["Да.", "Мост открыт!", "Нет."]


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("Мост через Ильму открыли 5 сентября.", False),
        ("МОСТ ЧЕРЕЗ ИЛЬМУ - открыли 5\u00a0сентября", False),
        ("Мост через Ильму открыли 5 сентября. Его длина составляет 840 метров без подходов.", False),
        ("длина составляет 840 метров", True),
        ("Мост через Ильму… Его длина составляет 840 метров без подходов", True),
        ("The ferry takes […] to cross the bay", True),
        ("Prices rose 12% to $1200 in May", False),
    ],
)
def test_verbatim_is_what_stands_in_an_article_or_a_part_of_it(text, is_cut):
    check = look_up(text)
    assert (check.verdict, check.differences, check.is_cut) == (QuoteClass.VERBATIM, (), is_cut)
    [cited] = check.citations
    article = {"bridge": BRIDGE, "harbour": HARBOUR}[cited.article_id]
    assert article[cited.start : cited.end] == cited.excerpt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Мост через Ильму открыли 6 сентября.", [("6", "5")]),
        ("Мост через Волгу открыли 5 сентября.", [("Волгу", "Ильму")]),
        ("Мост через Ильму не открыли 5 сентября.", [("не", "")]),
        ("Мы будем брать плату за проезд, если федеральный центр поможет", [("", "не")]),
        ("будем брать плату за проезд", [("", "не")]),
        ("Мы … будем брать плату за проезд", [("", "не")]),
        ("Его длина составляет 840 метров … подходов", [("", "без")]),
        ("We will close the library on Mill Lane", [("", "never")]),
        ("the harbour would be sold to investors", [("", "denied that")]),
        ("Prices rose 13% to $1,200 in May.", [("13", "12")]),
        ("Prices rose 12 to $1,200 in May.", [("", "%")]),
        ("The ferry takes minutes to cross the bay.", [("", "eleven")]),
    ],
)
def test_altered_is_what_differs_in_some_words_and_these_are_told(text, expected):
    check = look_up(text)
    assert (check.verdict, differing(check)) == (QuoteClass.ALTERED, expected)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Рабочие уже убирают леса, мост через Ильму открыли 5 сентября.",
            ["Рабочие уже убирают леса", "Мост через Ильму открыли 5 сентября"],
        ),
        (
            "Мост через Ильму открыли 5 сентября. Первый автобус пойдёт в четверг утром.",
            ["Мост через Ильму открыли 5 сентября", "Первый автобус пойдёт в четверг утром"],
        ),
        (
            "Prices rose 12% to $1,200 in May, and the ferry takes eleven minutes to cross. Мост через Ильму открыли.",
            ["Prices rose 12% to $1,200 in May. The ferry takes eleven minutes to cross", "Мост через Ильму открыли"],
        ),
    ],
)
def test_stitched_is_what_stands_in_several_places(text, parts):
    check = look_up(text)
    assert check.verdict is QuoteClass.STITCHED
    assert [each.excerpt[slice(*each.highlight)] for each in check.citations] == parts


@pytest.mark.parametrize(
    "text",
    [
        "Курс доллара вырос до 90 рублей.",
        "Губернатор пообещал, что платить никому не придётся.",
        "The library will stay open, promised the mayor.",
        "мост",
        "…",
    ],
)
def test_nowhere_is_what_is_said_in_other_words_or_not_at_all(text):
    check = look_up(text)
    assert (check.verdict, check.citations, check.differences) == (QuoteClass.NOWHERE, (), ())


@pytest.mark.parametrize(
    ("text", "speaker", "verdict", "said_by"),
    [
        ("Мы не будем брать плату за проезд", "Иванов", QuoteClass.VERBATIM, ""),
        ("Мы не будем брать плату за проезд", "Сергей Иванов", QuoteClass.VERBATIM, ""),
        ("Мы не будем брать плату за проезд", "губернатор", QuoteClass.VERBATIM, ""),
        ("Мы не будем брать плату за проезд", "Сергей Петров", QuoteClass.OTHER_SPEAKER, "Сергей Иванов"),
        ("We will never close the library on Mill Lane", "Mary Smith", QuoteClass.VERBATIM, ""),
        ("We will never close the library on Mill Lane", "John Brown", QuoteClass.OTHER_SPEAKER, "Mary Smith"),
        ("Мост через Ильму открыли 5 сентября", "Петров", QuoteClass.OTHER_SPEAKER, ""),
        ("We will close the library on Mill Lane", "John Brown", QuoteClass.ALTERED, "Mary Smith"),
    ],
)
def test_another_speaker_is_told(text, speaker, verdict, said_by):
    check = look_up(text, speaker)
    assert (check.verdict, check.said_by) == (verdict, said_by)


@pytest.mark.parametrize(
    ("said", "asked", "is_same"),
    [
        ("Медведева", "Медведев", True),
        ("Цоя", "Цой", True),
        ("Толстого", "Лев Толстой", True),
        ("Кравца", "Кравец", True),
        ("Соловья", "Соловей", True),
        ("Зеленской", "Зеленская", True),
        ("Smith's", "Mary Smith", True),
        ("Медведчук", "Медведев", False),
        ("Truss", "Trump", False),
        ("Путков", "Путин", False),
        ("Пётр Иванов", "Иван Петров", False),
    ],
)
def test_forms_of_one_name_are_told_from_names_that_begin_alike(said, asked, is_same):
    assert is_said_by(said, asked) is is_same


def test_a_sentence_that_has_its_speaker_is_not_given_to_that_of_the_next_one():
    told = place(
        "mill",
        "Иванов выступил перед жителями города. Потом спросили о старой мельнице. "
        "«Мы откроем мельницу через год», — ответил он. Погода не помешает, сообщил Сидоров.",
    )
    quote = "Мы откроем мельницу через год"
    check = checked(Quoted(quote, 0, len(quote), "Иванов"), [told])
    assert (check.verdict, check.said_by) == (QuoteClass.VERBATIM, "")


@pytest.mark.parametrize(
    ("text", "is_cut_short"),
    [
        ("Мы не будем брать плату за проезд", True),
        ("Мы не будем брать плату за проезд, если федеральный центр поможет», — сказал губернатор", False),
        ("takes eleven minutes", False),
    ],
)
def test_a_cut_that_leaves_out_a_condition_is_told(text, is_cut_short):
    assert look_up(text).is_cut_short is is_cut_short


def test_a_headline_is_told_as_such_and_does_not_count_before_the_text_that_follows_it():
    entitled = place("the old mill burns down again", BRIDGE)
    check = checked(Quoted("«The Old Mill Burns Down Again»", 1, 30), [entitled])
    assert (check.verdict, check.is_headline) == (QuoteClass.VERBATIM, True)
    assert check.citations[0].excerpt == "Мост через Ильму открыли 5 сентября."
    post = "The Old Mill Burns Down Again\n\nМост через Ильму открыли 5 сентября."
    check = checked(Quoted(post, 0, len(post)), [entitled])
    assert (check.verdict, check.is_headline) == (QuoteClass.VERBATIM, False)
    assert post[check.start : check.end] == check.quote == "Мост через Ильму открыли 5 сентября."


def test_a_library_checks_what_is_asked_and_passes_over_what_is_forgotten(indexed):
    library = open_hashing_library(indexed.home.settings)
    text = "Правда ли, что «мост через Ильму открыли в октябре»?"
    check = library.check_asked_quote(text)
    assert (check.verdict, differing(check)) == (QuoteClass.ALTERED, [("октябре", "сентябре")])
    assert text[check.start : check.end] == check.quote == "мост через Ильму открыли в октябре"
    assert library.check_quote("The comet passed Saturn late on Monday.").citations[0].article_id == "comet"
    assert library.check_asked_quote("Правда ли, что мост открыли?") is None
    assert library.check_asked_quote("«Новые правила игры в шахматы»") is None
    assert library.check_asked_quote("Правда ли, что комета прошла вчера вечером около Сатурна?") is None
    indexed.forget(["bridge"])
    gone = library.check_asked_quote(text)
    assert (gone.verdict, gone.citations) == (QuoteClass.NOWHERE, ())
    assert "bridge" not in [each.article_id for each in gone.nearest]


def test_an_article_that_is_written_anew_while_it_is_read_is_not_said_to_hold_nothing(home, corpus, monkeypatch):
    settings = settings_for(home, corpus.folder, kept_generations=1)
    said = "Мост через Ильму открыли в сентябре."
    corpus.write("bridge", said, "Его длина составляет 840 метров без подходов.")
    corpus.write("comet", "The comet passed Saturn late on Monday.")
    hashing_library(settings).index()
    library = open_hashing_library(settings)
    texts_around = StoreQueries.texts_around

    def replaced_before(queries, ids, margin):
        monkeypatch.undo()
        corpus.write("bridge", said, "Его длина составляет 850 метров без подходов.")
        hashing_library(settings).index()
        return texts_around(queries, ids, margin)

    monkeypatch.setattr(StoreQueries, "texts_around", replaced_before)

    check = library.check_quote(said)

    assert (check.verdict, check.citations[0].article_id) == (QuoteClass.VERBATIM, "bridge")
