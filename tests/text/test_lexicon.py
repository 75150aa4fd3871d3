"""The words of articles: what is noted of them, what is asked of them, and what of that survives saving."""

import pytest
from corpus_words import passages_of, words_of

from retrieval.index import lexicon_builder
from retrieval.index.lexicon_builder import LexiconBuilder
from retrieval.store.queries import PassageText
from retrieval.text.lexicon import Lexicon, Spelling, key_of
from retrieval.types import Span

TEXTS = (
    "Вчера мэр Заречья показал программу и Большой Каньон.",
    "Большой Каньон открыт, большой мост тоже, а у моста ёлка.",
    "Новый iPhone и новая ёлка, сказал мэр.",
    "В НАТО спорил Орел, а орел и елка молчали.",
    "The toll of Lindal bridge fell in 2024.",
)


def lexicon_of(*texts, title=""):
    builder = LexiconBuilder()
    passages = passages_of(*texts, title=title)
    assert list(builder.noting(passages)) == passages
    return builder.build()


@pytest.fixture(scope="module", params=["built", "loaded"])
def lexicon(request, tmp_path_factory):
    built = lexicon_of(*TEXTS)
    if request.param == "built":
        return built
    path = tmp_path_factory.mktemp("lexicon") / "lexicon.npz"
    built.save(path)
    return Lexicon.load(path)


def test_forms_meet_whatever_their_capitals_and_dots():
    assert key_of("ЁЛКА") == key_of("елка") == "елка"


@pytest.mark.parametrize(
    ("key", "spelling"),
    [
        ("мэр", Spelling("мэр", 2, 0.0)),
        ("заречья", Spelling("Заречья", 1, 1.0)),
        ("iphone", Spelling("iPhone", 1, 1.0)),
        ("нато", Spelling("НАТО", 1, 1.0)),
        ("елка", Spelling("ёлка", 3, 0.0)),  # as it is mostly written
        ("орел", Spelling("орел", 2, 0.5)),  # in doubt small
        ("большой", Spelling("большой", 3, 0.5)),  # one of the three begins a sentence and tells nothing
        ("вчера", Spelling("Вчера", 1, None)),
        ("toll", Spelling("toll", 1, 0.0)),
        ("the", Spelling("The", 1, None)),
        ("2024", None),
        ("Мэр", None),
        ("нет", None),
    ],
)
def test_how_a_form_is_written_and_how_often(lexicon, key, spelling):
    assert lexicon.spelling(key) == spelling
    assert lexicon.count(key) == (spelling.count if spelling else 0)


def test_the_other_forms_of_a_word(lexicon):
    assert [form.text for form in lexicon.family("мост")] == ["моста"]
    assert [form.text for form in lexicon.family("мосту")] == ["мост", "моста"]
    assert list(lexicon.family("каньоны")) == [Spelling("Каньон", 2, 1.0)]
    assert list(lexicon.family("лес")) == []


def test_forms_near_a_misspelt_one(lexicon):
    assert lexicon.similar("мостт", 1) == {"мост": 1, "моста": 1}
    assert lexicon.similar("програму", 1) == {"программу": 1}
    assert lexicon.similar("прогармуу", 2) == {"программу": 2}
    assert lexicon.similar("лес", 1) == {}


def test_what_forms_begin_with(lexicon):
    assert [lexicon.begins_any(prefix) for prefix in ("iph", "iphone", "iphones", "прог", "я", "")] == [
        True, True, False, True, False, True,
    ]  # fmt: skip


def test_an_empty_lexicon_knows_nothing(tmp_path):
    lexicon_of().save(tmp_path / "lexicon.npz")
    empty = Lexicon.load(tmp_path / "lexicon.npz")

    assert len(empty) == 0
    assert (empty.spelling("мост"), empty.count("мост"), empty.similar("мост", 1)) == (None, 0, {})
    assert not empty.begins_any("")
    assert not empty.is_name("большой", "каньон")


# Names of two words


def test_words_that_make_a_name_together_are_known_as_one(tmp_path):
    texts = ("Открыли Большой Каньон.", "Закрыли Большой Каньон.", "Пели большой хор и большой оркестр.")
    built = lexicon_of(*texts)
    built.save(tmp_path / "lexicon.npz")

    for lexicon in (built, Lexicon.load(tmp_path / "lexicon.npz")):
        assert lexicon.is_name("большой", "каньон")
        assert not lexicon.is_name("большой", "хор")
        assert not lexicon.is_name("каньон", "большой")


def test_once_is_not_enough_for_a_name():
    assert not lexicon_of("Открыли Большой Каньон.", "Пел большой хор.").is_name("большой", "каньон")


def test_two_names_side_by_side_need_not_be_known_together():
    texts = ("Вошла Агнес Квилл.", "Вышла Агнес Квилл.")

    assert not lexicon_of(*texts).is_name("агнес", "квилл")


# What tells nothing


def test_what_is_written_in_capitals_throughout_tells_no_names():
    assert lexicon_of("МЭР ЗАРЕЧЬЯ УШЁЛ").spelling("заречья") == Spelling("Заречья", 1, None)


def test_an_english_title_tells_no_names_and_a_russian_one_does():
    assert lexicon_of("Снег.", title="Mayor Opens Bridge").spelling("bridge") == Spelling("Bridge", 1, None)
    assert lexicon_of("Снег.", title="Мэр Заречья ушёл").spelling("заречья") == Spelling("Заречья", 1, 1.0)


def test_the_title_of_an_article_counts_once_for_all_its_passages():
    passages = [PassageText(number, "Ушёл мэр", None, "Снег.", (Span(0, 5),)) for number in range(3)]
    builder = LexiconBuilder()
    list(builder.noting(passages))

    assert builder.build().count("мэр") == 1


@pytest.mark.parametrize("mark", [".", "!", "?", "…", ":", ";", " —", "\n"])
def test_behind_a_mark_a_capital_tells_nothing(mark):
    capital = lexicon_of(f"Сказал он{mark} Мэр ушёл").spelling("мэр").capital

    assert capital is None if mark != "\n" else capital == 1.0


# Bounds


def test_the_rarest_forms_are_left_out_where_there_are_too_many(monkeypatch):
    monkeypatch.setattr(lexicon_builder, "MOST_FORMS", 2)
    lexicon = lexicon_of("а мост у моста, мост и мост", "а вид")

    assert len(lexicon) == 2
    assert (lexicon.count("мост"), lexicon.count("а"), lexicon.count("вид")) == (3, 2, 0)


def test_words_that_are_too_long_are_no_words():
    assert lexicon_of(f"и {'щ' * 41} {'щ' * 40}").count("щ" * 40) == 1
    assert lexicon_of(f"и {'щ' * 41}").count("щ" * 41) == 0


# With every term beside


def test_a_word_stands_in_the_articles_in_any_form():
    words = words_of("У моста стоял мэр.")

    assert [words.hold(key) for key in ("моста", "мост", "мостами", "мэры", "лес")] == [True, True, True, True, False]
