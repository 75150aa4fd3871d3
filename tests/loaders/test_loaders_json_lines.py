"""JSON Lines: every record is an article or a problem with its line."""

import gzip
import json
import tracemalloc
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders import json_lines
from retrieval.loaders.json_lines import JsonLinesLoader
from retrieval.types import Article, LoadedArticle, LoadNotice, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
GOOD = '{"id": "good", "text": "Text."}'
GOOD_ARTICLE = Article(id="good", title="", text="Text.")


def bare(record):
    """Take the article out of a record that is one."""
    return record.article if isinstance(record, LoadedArticle) else record


def load(path):
    return [bare(record) for record in JsonLinesLoader(MOSCOW)(path, article_id="unused")]


def load_lines(tmp_path, *lines):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return load(path)


def test_every_field_is_read(tmp_path):
    record = {
        "id": "a-1",
        "title": "Заголовок",
        "date": "2024-09-09T09:36:00Z",
        "source": "iz.ru",
        "url": "https://iz.ru/1",
        "lang": "ru",
        "text": " First.\r\n\n Second.\t\n",
        "other": [1, None],
    }

    assert load_lines(tmp_path, json.dumps(record)) == [
        Article(
            id="a-1",
            title="Заголовок",
            text=" First.\r\n\n Second.\t\n",
            published_at=datetime(2024, 9, 9, 12, 36),  # noqa: DTZ001
            source="iz.ru",
            url="https://iz.ru/1",
            language="ru",
        )
    ]


@pytest.mark.parametrize("empty", [None, ""])
def test_all_but_id_and_text_may_be_empty(tmp_path, empty):
    record = {"id": 7, "title": empty, "date": empty, "source": empty, "url": empty, "lang": empty, "text": "Текст"}

    assert load_lines(tmp_path, json.dumps(record)) == [Article(id="7", title="", text="Текст")]


@pytest.mark.parametrize(
    ("code", "language"), [("ru", "ru"), ("RU", "ru"), ("de-AT", "de"), ("en_US", "en"), ("rus", None), ("und", None)]
)
def test_languages_become_two_letters_or_none(tmp_path, code, language):
    [article] = load_lines(tmp_path, json.dumps({"id": "a", "lang": code, "text": "English text"}))

    assert article.language == language


def test_a_date_alone_is_its_midnight(tmp_path):
    [article] = load_lines(tmp_path, '{"id": "a", "date": "2022-01-02", "text": "x"}')

    assert article.published_at == datetime(2022, 1, 2)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "is not valid JSON (Expecting property name enclosed in double quotes, column 2); each line must"),
        ('{"id": "a", "text": "cut off', "is not valid JSON (Invalid control character at, column 29)"),
        ('{"id": "a"} {"id": "b"}', "is not valid JSON (Extra data, column 13)"),
        (b'{"id": "a", "text": "\xcf\xf0"}', "is not UTF-8 (byte 22 of the line); save the file as UTF-8"),
        ("[1]", "is a list; expected an object such as"),
        ("null", "is null; expected an object"),
        ("NaN", "is a number; expected an object"),
        ('"text"', "is a string; expected an object"),
        ('{"text": "x"}', '"id" is missing or empty; every record needs one that no other has'),
        ('{"id": null, "text": "x"}', '"id" is missing or empty'),
        ('{"id": " ", "text": "x"}', '"id" is missing or empty'),
        ('{"id": true, "text": "x"}', '"id" is true or false; expected a string or a whole number'),
        ('{"id": 1.5, "text": "x"}', '"id" is a number; expected a string or a whole number'),
        ('{"id": "a"}', '"text" is missing; every record needs the text of its article'),
        ('{"id": "a", "text": null}', '"text" is empty; every record needs the text of its article'),
        ('{"id": "a", "text": " \\n "}', '"text" is empty'),
        ('{"id": "a", "text": ["x"]}', '"text" is a list; expected a string'),
        ('{"id": "a", "text": "x", "title": 5}', '"title" is a number; expected a string'),
        ('{"id": "a", "text": "x", "source": {}}', '"source" is an object; expected a string'),
        ('{"id": "a", "text": "x", "url": false}', '"url" is true or false; expected a string'),
        ('{"id": "a", "text": "x", "lang": 1}', '"lang" is a number; expected a string'),
        ('{"id": "a", "text": "x", "date": 1725874560}', '"date" is a number; expected a string'),
        (
            '{"id": "a", "text": "x", "date": "soon"}',
            "\"date\": 'soon' is not a date; expected one such as 2024-09-09T12:36:00+03:00, or null",
        ),
        (
            '{"id": "a", "text": "x \\ud83d y"}',
            '"text" holds half of a surrogate pair (\\ud83d), which is no character; remove it',
        ),
        ('{"id": "a\\udc00", "text": "x"}', '"id" holds half of a surrogate pair (\\udc00)'),
        ('{"id": "a", "text": "x\\u0000y"}', '"text" holds a NUL character (\\u0000); remove it'),
        ('{"id": "a", "title": "\\u0000", "text": "x"}', '"title" holds a NUL character'),
        ('{"id": "a", "text": "x", "deep": ' + "[" * 100_000, "is nested too deeply; expected a flat JSON object"),
        ('{"id": ' + "1" * 5000 + ', "text": "x"}', "holds a number with too many digits; write it as a string"),
    ],
)
def test_a_broken_record_is_named_by_its_line_and_the_others_are_read(tmp_path, line, reason):
    first, problem, last = load_lines(tmp_path, GOOD, "", line, GOOD)

    assert [first, last] == [GOOD_ARTICLE, GOOD_ARTICLE]
    assert (problem.source, problem.line) == (str(tmp_path / "a.jsonl"), 3)
    assert problem.reason.startswith(reason)
    assert len(problem.reason.splitlines()) == 1


def test_numbers_that_no_field_holds_do_not_matter(tmp_path):
    assert load_lines(tmp_path, '{"id": "good", "text": "Text.", "score": NaN, "x": 1e999}') == [GOOD_ARTICLE]


def test_a_surrogate_pair_is_one_character(tmp_path):
    [article] = load_lines(tmp_path, '{"id": "a", "text": "\\ud83d\\ude00"}')

    assert article.text == "😀"


def test_mark_blank_lines_and_carriage_returns_are_passed_over(tmp_path):
    lines = [b"\xef\xbb\xbf" + GOOD.encode() + b"\r", b"\r", b"  ", GOOD.encode(), b""]

    assert load_lines(tmp_path, *lines) == [GOOD_ARTICLE, GOOD_ARTICLE]


def test_an_empty_file_holds_nothing(tmp_path):
    assert load_lines(tmp_path) == []


def test_utf_16_is_one_problem(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{GOOD}\n{GOOD}\n", encoding="utf-16")

    assert load(path) == [LoadProblem(str(path), None, "is UTF-16; JSON Lines are UTF-8, save it so")]


def test_a_line_at_the_limit_is_read_and_one_beyond_it_is_a_problem(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "LINE_LIMIT", 1000)
    monkeypatch.setattr(json_lines, "_SKIP_PIECE", 64)
    fitting = GOOD.ljust(1000)

    found = load_lines(tmp_path, fitting, fitting + " ", GOOD, "x" * 5000, fitting, fitting + " ")

    reason = "is longer than 1,000 bytes; one line must hold one article"
    too_long = [LoadProblem(str(tmp_path / "a.jsonl"), line, reason) for line in (2, 4, 6)]
    assert found == [GOOD_ARTICLE, too_long[0], GOOD_ARTICLE, too_long[1], GOOD_ARTICLE, too_long[2]]


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz"])
def test_a_line_of_50_megabytes_does_not_go_to_memory(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    with gzip.open(path, "wb", compresslevel=1) if ending.endswith(".gz") else path.open("wb") as stream:
        stream.write(b'{"id": "a", "text": "')
        for _ in range(50):
            stream.write(b"x" * 1_000_000)
        stream.write(f'"}}\n{GOOD}\n'.encode())

    tracemalloc.start()
    found = load(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    reason = "is longer than 10,000,000 bytes; one line must hold one article"
    assert found == [LoadProblem(str(path), 1, reason), GOOD_ARTICLE]
    assert peak < 35_000_000


def test_gzip_is_told_by_its_content(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + GOOD.encode()))

    assert load(path) == [GOOD_ARTICLE]


@pytest.mark.parametrize("data", [b"", GOOD.encode()])
def test_what_is_only_called_gzip_is_a_problem(tmp_path, data):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(data)

    reason = "is not a gzip file though its name ends so; rename it, or make it again"
    assert load(path) == [LoadProblem(str(path), None, reason)]


def many_records():
    return "".join(f'{{"id": {number}, "text": "Text {number * 7919}"}}\n' for number in range(5000)).encode()


def assert_broken_off(path):
    *articles, problem = load(path)
    assert 0 < len(articles) < 5000
    assert [article.id for article in articles] == [str(number) for number in range(len(articles))]
    assert (problem.source, problem.line) == (str(path), None)
    assert problem.reason.startswith(f"the gzip data are damaged or cut off after line {len(articles)} (")


def test_records_before_the_end_of_a_cut_off_gzip_file_are_read(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    packed = gzip.compress(many_records())
    path.write_bytes(packed[: len(packed) // 2])

    assert_broken_off(path)


def test_records_before_a_damaged_place_in_a_gzip_file_are_read(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    packed = bytearray(gzip.compress(many_records()))
    packed[len(packed) // 2 :] = b"\xff" * (len(packed) // 2)
    path.write_bytes(packed)

    assert_broken_off(path)


def test_rubbish_behind_the_gzip_data_is_a_problem(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(f"{GOOD}\n".encode()) + b"rubbish")

    article, problem = load(path)

    assert article == GOOD_ARTICLE
    assert (problem.line, problem.reason[:57]) == (None, "the gzip data are damaged or cut off after line 1 (Not a ")


def test_a_file_that_vanished_is_a_problem(tmp_path):
    path = tmp_path / "a.jsonl"

    assert load(path) == [LoadProblem(str(path), None, "cannot be read after line 0: No such file or directory")]


def test_an_article_knows_the_line_of_its_record(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f"\n{{broken\n{GOOD}\n", encoding="utf-8")

    [problem, loaded] = JsonLinesLoader(MOSCOW)(path, article_id="unused")

    assert problem.line == 2
    assert loaded == LoadedArticle(GOOD_ARTICLE, str(path), 3)


def test_records_are_read_one_by_one(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{GOOD}\n{{broken\n", encoding="utf-8")
    records = JsonLinesLoader(MOSCOW)(path, article_id="unused")

    assert next(records) == LoadedArticle(GOOD_ARTICLE, str(path), 1)
    records.close()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1).filter(str.strip)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_texts_come_back_to_the_character(texts, ascii_only, zipped):
    lines = [json.dumps({"id": str(n), "text": t}, ensure_ascii=ascii_only) for n, t in enumerate(texts)]
    data = "\n".join(lines).encode()
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("a.jsonl.gz" if zipped else "a.jsonl")
        path.write_bytes(gzip.compress(data) if zipped else data)
        articles = load(path)

    assert [article.text for article in articles] == texts


@pytest.mark.parametrize("text", ["Мост открыли в среду", "The bridge was opened. " * 50])
def test_a_broken_byte_costs_one_character(tmp_path, text):
    broken = json.dumps({"id": "a", "text": f"{text}#"}, ensure_ascii=False).encode().replace(b"#", b"\xd0")

    assert load_lines(tmp_path, broken, GOOD) == [
        Article(id="a", title="", text=f"{text}\ufffd"),
        LoadNotice(str(tmp_path / "a.jsonl"), 1, "has 1 broken character (\ufffd) in its text; save it anew as UTF-8"),
        GOOD_ARTICLE,
    ]
