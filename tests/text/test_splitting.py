"""Article text -> passages -> sentences: nothing lost, nothing invented, every offset exact."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.text.pointers import is_pointer
from retrieval.text.splitting import (
    HEADING_MAXIMUM,
    PASSAGE_MAXIMUM,
    PASSAGE_MINIMUM,
    SENTENCE_MAXIMUM,
    SENTENCE_MINIMUM,
    split,
)

HEADING = re.compile(r"=+ .* =+|#+ .*")
ANY_CHARACTER = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from(
    [
        *("\n", "\n\n", "\n \n", " ", "  ", "\t", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"),
        *("\u00a0", "\u3000", "\u200b", "\ufeff", "\u0301", "\u200f", "🙂", "👩\u200d🚀", "שלום", "文章。", "e\u0301"),
        *(
            ".",
            "!",
            "?",
            "…",
            "...",
            ";",
            ":",
            ",",
            " — ",
            "«",
            "»",
            '"',
            "(",
            ")",
            ":)",
            "1.",
            "а)",
            "т. е.",
            "г.",
            "А.",
        ),
        *(
            "# ",
            "## ",
            "== ",
            " ==",
            "Слово",
            "слово",
            "Word",
            "word",
            "Ещё одно предложение. ",
            "A sentence ends here. ",
        ),
        *("а" * 30, "Я" * 450, "слово " * 90, "Раз, два; три: " * 40, "x" * 1000),
    ]
)
TEXTS = st.one_of(st.text(ANY_CHARACTER, max_size=300), st.lists(PIECES, max_size=60).map("".join))
TITLES = st.one_of(st.just(""), st.just("Слово"), st.just("Слово слово."), st.text(ANY_CHARACTER, max_size=20))


def sentences_of(text, title=""):
    return [text[span.start : span.end] for passage in split(text, title) for span in passage.sentences]


def passages_of(text, title=""):
    return [text[passage.start : passage.end] for passage in split(text, title)]


def words(text):
    return [word.casefold().rstrip(".") for word in text.split() if word.rstrip(".")]


def uncovered(text, spans):
    """Pieces of `text` between the spans."""
    borders = [0, *(border for span in spans for border in (span.start, span.end)), len(text)]
    return [text[start:end] for start, end in zip(borders[::2], borders[1::2], strict=True)]


def is_only_headings_and_captions(piece, title):
    lines = [line.strip() for line in piece.split("\n")]
    rest = words("\n".join(line for line in lines if not (HEADING.fullmatch(line) or is_pointer(line))))
    caption = words(title)
    return rest == caption * (len(rest) // len(caption) if caption else 0)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TITLES)
@example("# " + "x y " * 300, "")
@example("# " + "x" * 700 + "\n\n# y\n\nz", "")
@example("Слово", "Слово")
@example("©0", "")
def test_every_visible_character_is_in_one_passage_and_one_sentence_but_for_headings_and_captions(text, title):
    passages = split(text, title)
    sentences = [span for passage in passages for span in passage.sentences]

    for before, after in [*pairwise(passages), *pairwise(sentences)]:
        assert before.end <= after.start
    for span in [*passages, *sentences]:
        assert span.start < span.end
        assert text[span.start : span.end] == text[span.start : span.end].strip()
    for passage in passages:
        assert passage.sentences
        assert passage.start <= passage.sentences[0].start
        assert passage.sentences[-1].end == passage.end
        assert passage.end - passage.sentences[0].start <= PASSAGE_MAXIMUM
    for span in sentences:
        assert span.end - span.start <= SENTENCE_MAXIMUM
    for piece in uncovered(text, sentences):
        assert is_only_headings_and_captions(piece, title)
    for piece in uncovered(text, passages):
        assert is_only_headings_and_captions(piece, title)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_splitting_twice_gives_the_same(text):
    assert split(text, "Слово") == split(text, "Слово")


@pytest.mark.parametrize("text", ["", " \n\t\u00a0\u2028 ", "\n" * 100_000])
def test_a_text_without_a_visible_character_has_no_passage(text):
    assert split(text) == []


@pytest.mark.parametrize("caption", ["Мост открыт", "мост  открыт.", "МОСТ\nоткрыт"])
def test_a_paragraph_that_repeats_the_title_is_in_no_passage(caption):
    text = f"{caption}\n\nПервый абзац о мосте через реку.\n\n{caption}\n\nВторой абзац о мосте через реку."

    assert passages_of(text, "Мост открыт.") == ["Первый абзац о мосте через реку.", "Второй абзац о мосте через реку."]


def test_a_sentence_that_only_begins_with_the_title_is_text():
    assert passages_of("Мост открыт для машин.", "Мост открыт") == ["Мост открыт для машин."]


def test_without_a_title_nothing_is_a_caption():
    assert passages_of("Мост открыт", "") == ["Мост открыт"]


@pytest.mark.parametrize("heading", ["== История ==", "## История", "=== История === \n# Основание"])
def test_a_heading_opens_the_passage_below_it_and_is_in_no_sentence(heading):
    text = f"Абзац до заголовка, самый обыкновенный.\n\n{heading}\n\nАбзац после него, тоже обыкновенный."

    assert passages_of(text) == [
        "Абзац до заголовка, самый обыкновенный.",
        f"{heading}\n\nАбзац после него, тоже обыкновенный.",
    ]
    assert sentences_of(text) == ["Абзац до заголовка, самый обыкновенный.", "Абзац после него, тоже обыкновенный."]


def test_headings_with_nothing_below_them_are_in_no_passage():
    assert passages_of("Первый и единственный абзац.\n\n== Ссылки ==\n\n## Примечания") == [
        "Первый и единственный абзац."
    ]
    assert passages_of("# Только заголовок") == []


def test_a_paragraph_in_the_form_of_a_heading_but_too_long_for_one_is_text():
    text = "# " + "слово " * (HEADING_MAXIMUM // 6) + "конец"

    assert len(text) > HEADING_MAXIMUM
    assert sentences_of(text) == [text]


def test_a_line_that_goes_on_in_lower_case_is_wrapped_and_not_a_paragraph():
    text = "Мэр открыл новый мост через\nреку Ильму в субботу утром.\nЖители ждали этого десять лет."

    assert sentences_of(text) == [
        "Мэр открыл новый мост через\nреку Ильму в субботу утром.",
        "Жители ждали этого десять лет.",
    ]


@pytest.mark.parametrize("end", list(".!?…:;"))
def test_after_the_end_of_a_sentence_no_line_is_wrapped(end):
    first, second = f"Это первая строка без продолжения{end}", "а это уже вторая, хоть и с малой буквы"

    assert sentences_of(f"{first}\n{second}") == [first, second]


@pytest.mark.parametrize(
    "sentence",
    [
        "Завод построили в 1998 г. на ул. Ленина, д. 5, близ вокзала.",
        "Так решил А. С. Пушкин и др. писатели того времени.",
        "Ущерб составил 3,2 млн руб. за год, т. е. вдвое больше.",
        "Mr. Smith paid $4.5 million for the U.S. company.",
        "Директор сказал: «Мы закончим в срок!» — и ушёл.",
    ],
)
def test_abbreviations_and_quotations_end_no_sentence(sentence):
    second = "Второе предложение стоит отдельно от первого."

    assert sentences_of(f"{sentence} {second}") == [sentence, second]


def test_tiny_sentences_are_joined_to_their_neighbour():
    text = "Да. Нет. Может быть, завтра утром. Это предложение достаточно длинное. Вот."

    assert sentences_of(text) == [
        "Да. Нет. Может быть, завтра утром.",
        "Это предложение достаточно длинное. Вот.",
    ]
    assert all(len(sentence) >= SENTENCE_MINIMUM for sentence in sentences_of(text))


@pytest.mark.parametrize("separator", ["; ", ", ", " — ", " "])
def test_a_sentence_that_is_too_long_is_cut_after_its_last_clause_or_word(separator):
    text = separator.join(["слово"] * 150) + "."

    found = sentences_of(text)

    assert all(len(sentence) <= SENTENCE_MAXIMUM for sentence in found)
    assert all(sentence.endswith(separator.rstrip() or "слово") for sentence in found[:-1])
    assert [word for sentence in found for word in sentence.split()] == text.split()


def test_a_text_without_a_space_is_cut_at_the_limit():
    assert [len(sentence) for sentence in sentences_of("ы" * 1000)] == [400, 400, 200]


def test_short_paragraphs_are_merged_until_they_make_a_passage():
    paragraph = "Предложение ровно такой длины, что в абзаце набирается почти двести знаков. " * 2
    text = "\n\n".join([paragraph.strip()] * 10)

    found = passages_of(text)

    assert [passage.count("\n\n") + 1 for passage in found] == [5, 5]
    assert all(PASSAGE_MINIMUM <= len(passage) <= PASSAGE_MAXIMUM for passage in found)


def test_a_long_paragraph_is_divided_between_sentences_into_about_equal_passages():
    sentence = "Предложение длиной ровно в пятьдесят знаков, вот. "
    text = (sentence * 40).strip()

    found = split(text)

    assert [len(passage.sentences) for passage in found] == [13, 13, 14]
    assert sentences_of(text) == [sentence.strip()] * 40


@pytest.mark.parametrize(
    ("piece", "times", "sentences"),
    [
        ("Это обыкновенное предложение о чём угодно. ", 50_000, 50_000),
        ("ы", 2_000_000, 5_000),
        (".", 200_000, 500),
        ("А\n", 50_000, 50_000),
    ],
)
def test_a_huge_text_is_split_whole(piece, times, sentences):
    text = piece * times

    found = [span for passage in split(text) for span in passage.sentences]

    assert len(found) == sentences
    assert "".join(text[span.start : span.end] for span in found).replace(" ", "") == re.sub(r"\s", "", text)


@pytest.mark.parametrize("piece", ["слово; ", '" ', "а. ", "(1) ", "слово "])
def test_a_long_list_without_a_sentence_is_split_whole(piece):
    text = (piece * (200_000 // len(piece))).strip()

    found = sentences_of(text)

    assert max(map(len, found)) <= SENTENCE_MAXIMUM
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


def test_a_paragraph_of_many_blocks_is_split_as_its_parts_would_be():
    sentences = [f"Предложение номер {number} стоит здесь по порядку." for number in range(3000)]

    assert sentences_of(" ".join(sentences)) == sentences


def test_a_paragraph_that_only_points_elsewhere_belongs_to_no_passage():
    first, second = "Мост через Ильму открыли в сентябре.", "Его длина составляет 840 метров без подходов."
    text = f"{first}\n\nЧитайте также: Новый трамвай вышел на линию\n\n{second}\n\nФото: Иван Петров"

    passages = split(text)

    assert [text[passage.start : passage.end] for passage in passages] == [first, second]


def test_a_sentence_that_begins_like_a_pointer_stays():
    text = "Фото: так называется новая выставка в музее. Она открыта до мая. Читайте также вывески."

    assert [text[passage.start : passage.end] for passage in split(text)] == [text]
