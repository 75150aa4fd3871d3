"""Which messages ask about a quotation, what they quote and as whose words; all others ask something else."""

import pytest

from retrieval.question.quoting import asked_quote, asks_whether_true, claims


@pytest.mark.parametrize(
    ("text", "quote", "speaker"),
    [
        ("Правда ли, что Иванов сказал: «Платы за проезд не будет»?", "Платы за проезд не будет", "Иванов"),
        (
            "Правда ли, что губернатор Сергей Иванов заявил «платы за проезд не будет»?",
            "платы за проезд не будет",
            "губернатор Сергей Иванов",
        ),
        ("Это цитата? «Платы за проезд не будет никогда»", "Платы за проезд не будет никогда", ""),
        ("«Платы за проезд не будет никогда»", "Платы за проезд не будет никогда", ""),
        ("«Платы за проезд не будет» (Иванов). Это правда?", "Платы за проезд не будет", "Иванов"),
        ("Кто сказал «хлеб сам себя не испечёт»?", "хлеб сам себя не испечёт", ""),
        ("Песков говорил «платы за проезд не будет»?", "платы за проезд не будет", "Песков"),
        ("Did John Brown say “we will never pay for it”?", "we will never pay for it", "John Brown"),
        ('Is "we will never pay for it" a real quote?', "we will never pay for it", ""),
        ('"We will never pay for it," said Smith. Is this true?', "We will never pay for it,", "Smith"),
        ("'We will never pay for it' - is that true?", "We will never pay for it", ""),
    ],
)
def test_a_quotation_that_is_asked_about(text, quote, speaker):
    asked = asked_quote(text)
    assert (text[asked.start : asked.end], asked.speaker) == (quote, speaker)


@pytest.mark.parametrize(
    "text",
    [
        "О чём фильм «Иван Васильевич меняет свою профессию»?",
        "Сколько стоит «большой билет на целый месяц» в Верхнекарске?",
        "Где снимали «Место встречи изменить никак нельзя»?",
        "Правда ли, что «Газпром» построил мост?",
        "Что ответил Песков на слова «платы за проезд не будет»?",
        "Иванов сказал: «Платы за проезд не будет никогда».",
        "Правда ли, что мост построили?",
        "Кто написал картину «Скачет красная конница на защиту границы»?",
        "Кто произносил перед выступлением слова «Идущие на смерть приветствуют тебя»?",
        'According to the commercial, "what is the fabric of our lives"?',
        "Who is attributed with the famous quote “Be the change that you wish to see”?",
        'Where is the film "the man who was never there" shot?',
        'What did Smith mean by "we will never pay for it"?',
    ],
)
def test_what_asks_something_else_is_no_question_about_a_quotation(text):
    assert asked_quote(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Правда ли, что мост построили?", []),
        (
            "Правда ли, что мост через реку откроют в мае?",
            [("мост через реку откроют в мае", "")],
        ),
        (
            "Правда ли, что Иванов сказал, что мост через реку откроют в мае?",
            [
                ("Иванов сказал, что мост через реку откроют в мае", ""),
                ("мост через реку откроют в мае", "Иванов"),
            ],
        ),
        (
            "Did Mary Smith say that the library on Mill Lane will close?",
            [("the library on Mill Lane will close", "Mary Smith")],
        ),
        ("Когда через реку откроют новый большой мост?", []),
    ],
)
def test_what_is_asked_without_quotation_marks(text, expected):
    assert [(text[each.start : each.end], each.speaker) for each in claims(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("правда?", True),
        ("Это так?", True),
        ("А это правда?", True),
        ("верно?", True),
        ("это цитата?", True),
        ("он так говорил?", True),
        ("Is that true?", True),
        ("Is it a real quote?", True),
        ("когда это было?", False),
        ("правда ли, что мост открыли?", False),
        ("How much is it?", False),
    ],
)
def test_what_asks_whether_something_is_so_and_nothing_else(text, expected):
    assert asks_whether_true(text) is expected
