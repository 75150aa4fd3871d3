"""Tables: columns of many names, encodings, delimiters and quotes, and one line with its number for what is broken."""

import tracemalloc
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.loaders.tables import TableLoader
from retrieval.types import Article, LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")
MOMENT = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001
TEXT = "Мост через Ильму открыли в сентябре. Его длина составляет 840 метров."


def load(tmp_path, content, *, name="news.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    records = list(TableLoader(MOSCOW)(path, article_id="news"))
    assert {getattr(record, "origin", None) or record.source for record in records} <= {str(path)}
    return records


def articles_of(tmp_path, content, **options):
    records = load(tmp_path, content, **options)
    assert [record for record in records if isinstance(record, LoadProblem)] == []
    return [record.article for record in records]


def problems_of(tmp_path, content, **options):
    records = load(tmp_path, content, **options)
    return [(one.line, one.reason) if isinstance(one, LoadProblem) else one.article.text for one in records]


ARTICLE = Article("7", "Мост", TEXT, MOMENT, "ilma.example", "https://ilma.example/most", "ru")


@pytest.mark.parametrize(
    "header",
    [
        "id,title,date,source,link,lang,text",
        "ID,Заголовок,Дата,Источник,Ссылка,Язык,Текст",
        "\ufeffguid,Headline,Published At,publisher,URL,language,BODY",
        "ид,Название,Дата публикации,издание,адрес,lang,Текст статьи",
        "post_id,subject,published_at,outlet,href,lang,full-text",
        '"id","title","date","source","url","lang","content"',
    ],
)
def test_columns_have_names_in_two_languages(tmp_path, header):
    row = f"7,Мост,2024-09-09 12:36,ilma.example,https://ilma.example/most,ru,{TEXT}"

    assert articles_of(tmp_path, f"{header}\n{row}\n") == [ARTICLE]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_encoding_and_delimiter_are_found_out(tmp_path, delimiter, encoding, line_break):
    rows = [
        ("id", "Заголовок", "Текст", "Дата"),
        ("1", '"Мост, «старый»; и | новый"', f'"Он сказал: ""да""{line_break}\t{TEXT};,|"', "09.09.2024 12:36"),
        ("2", "Ещё один мост", TEXT, "9 сентября 2024"),
    ]
    content = line_break.join(delimiter.join(row) for row in rows)

    first, second = articles_of(tmp_path, content, encoding=encoding, name="a.tsv")

    assert first == Article("1", "Мост, «старый»; и | новый", f'Он сказал: "да"{line_break}\t{TEXT};,|', MOMENT)
    assert second == Article("2", "Ещё один мост", TEXT, MOMENT.replace(hour=0, minute=0))


def test_what_excel_writes_is_read(tmp_path):
    content = f"sep=;\r\nНомер;Текст;Дата\r\n1;{TEXT};09.09.2024 12:36:00\r\n;;\r\n"

    assert articles_of(tmp_path, content, encoding="cp1251") == [Article("1", "", TEXT, MOMENT)]


def test_a_row_without_an_id_is_known_by_what_it_says(tmp_path):
    one, two = articles_of(tmp_path, "title,text\nA,First text.\nA,Second text.\n")
    again, one_again = articles_of(tmp_path, "\n\ntitle,text\nB,Third text.\nA,First text.\n\n")

    assert one.id.startswith("news#")
    assert len({one.id, two.id, again.id}) == 3
    assert one == one_again


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-09-09T09:36:00Z", MOMENT),
        ("1725874560", MOMENT),
        ("1725874560000", MOMENT),
        ("1725874560.0", MOMENT),
        ("9.9.2024, 12:36", MOMENT),
        ("", None),
        ("NULL", None),
        ("nan", None),
        ("0", None),
        ("0000-00-00 00:00:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-03", datetime(1970, 1, 3)),  # noqa: DTZ001
    ],
)
def test_dates_are_read(tmp_path, date, expected):
    [article] = articles_of(tmp_path, f'text;date\nText.;"{date}"\n')
    assert article.published_at == expected


def test_html_becomes_text_and_an_address_as_source_its_host(tmp_path):
    [article] = articles_of(tmp_path, 'content,source\n"<p>A &lt; b</p><p>c</p>",https://www.a.example/1\n')

    assert (article.text, article.source, article.url) == ("A < b\n\nc", "a.example", "https://www.a.example/1")


def test_words_in_the_cells_of_a_table_stay_apart(tmp_path):
    rows = "<tr><!-- years --><th>Год</th><th>Цена</th></tr><tr><td><p>2024</p></td><td><p>57</p></td></tr>"
    frame = "<table><tr><td><p>Мост.</p><p>Дорога.</p></td></tr></table>"
    [article] = articles_of(tmp_path, f"text\n<table><caption>Мосты</caption>{rows}</table>{frame}\n")

    assert article.text == "Мосты\n\nГод | Цена\n\n2024 | 57\n\nМост.\n\nДорога."


def test_a_broken_row_costs_no_other_and_is_named_with_its_line(tmp_path):
    content = (
        "id,text,date\n"
        '1,"First\ntext.",\n'  # lines 2 and 3
        "2,,\n"
        "3,Third.,вчера\n"
        "4,Fourth, with a comma.,,x\n"
        '5,"Fifth "quoted" text.",\n'
        "6,Sixth\x00 one.,\n"
        "7,Seventh.\n"
        '8,"Eighth \\"quoted\\", text.",\n'
        '9,"Ninth.,\n'
        "10,Tenth.,\n"
    )

    assert problems_of(tmp_path, content) == [
        "First\ntext.",
        (4, '"text" is empty; every record needs the text of its article'),
        (5, "\"date\": 'вчера' is not a date; expected one such as 2024-09-09T12:36:00+03:00, or nothing"),
        (6, "has 5 fields where the header names 3; put what holds the delimiter into quotes"),
        (7, 'has a quotation mark inside a quoted field that is not doubled; write "" for it'),
        (8, '"text" holds a NUL character (\\u0000); remove it'),
        "Seventh.",
        'Eighth "quoted", text.',
        (11, 'a quotation mark that opens a field is not closed; close it, or write "" for one inside a field'),
        "Tenth.",
    ]


def test_a_broken_byte_costs_one_row(tmp_path):
    content = f"id,text\n1,{TEXT}\n2,{TEXT}Ж\n3,{TEXT}\n".encode().replace("Ж".encode(), b"\xd0")

    assert problems_of(tmp_path, content) == [
        TEXT,
        (3, "holds bytes that are not UTF-8; save the file as UTF-8"),
        TEXT,
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"id;name;when\n1;a;b\n",
            'has no column of texts: call it "text" or «текст»; its columns are id, name, when',
        ),
        (
            ",".join(f"c{number}" for number in range(30)).encode(),
            'has no column of texts: call it "text" or «текст»; its columns are '
            + ", ".join(f"c{number}" for number in range(20))
            + " and 10 more",
        ),
        (b"", "is empty; expected a table whose first row names the columns"),
        (b"\n\n  \n", "is empty; expected a table whose first row names the columns"),
        (b"PK\x03\x04rest", "is a ZIP archive or an office document, not a text file; save it as CSV in UTF-8"),
        (b"text\n\x00\x00\x00\x02", "is binary, not text; save it as CSV in UTF-8"),
        (
            b"text\n\xff\xc1\x81\x98" * 9,
            "is neither UTF-8 nor UTF-16 nor Windows-1251 text; save it as plain text in UTF-8",
        ),
    ],
    ids=range(7),
)
def test_what_is_no_table_of_articles_is_one_line(tmp_path, content, reason):
    assert problems_of(tmp_path, content) == [(None, reason)]


def test_a_header_alone_holds_nothing_and_a_missing_file_is_a_problem(tmp_path):
    assert load(tmp_path, "id,text\n") == []
    assert list(TableLoader(MOSCOW)(tmp_path / "gone.csv", article_id="gone")) == [
        LoadProblem(str(tmp_path / "gone.csv"), None, "cannot be read after line 0: No such file or directory")
    ]


def test_a_row_that_is_too_long_costs_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.loaders.tables.ROW_LIMIT", 8_000)
    long = "is longer than 8,000 characters; is a quotation mark not closed?"

    assert problems_of(tmp_path, f"text\nFirst.\n{'x' * 30_000}\nThird.\n") == ["First.", (3, long), "Third."]
    lines = "A line.\n" * 2_000
    assert problems_of(tmp_path, f'text\nFirst.\n"Second.\n{lines}Last.\n') == [
        "First.", (3, long), *["A line."] * 2_000, "Last.",
    ]  # fmt: skip


def test_a_large_table_is_never_held_whole(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="cp1251") as stream:
        stream.write("id;текст\n")
        for number in range(8_000):
            stream.write(f'{number};"{TEXT * 10}"\n')
    assert path.stat().st_size > 5_000_000

    tracemalloc.start()
    try:
        count = sum(isinstance(one, LoadedArticle) for one in TableLoader(MOSCOW)(path, article_id="a"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert count == 8_000
    assert peak < 4_000_000


@given(
    st.binary(max_size=200)
    | st.text(alphabet='text,;"\\\n\r\t1а|', max_size=200).map(lambda text: f"text,id\n{text}".encode())
)
@settings(max_examples=100, deadline=None)
def test_any_file_gives_articles_and_problems(tmp_path_factory, content):
    for record in load(tmp_path_factory.getbasetemp(), content):
        if isinstance(record, LoadProblem):
            assert "\n" not in record.reason
        else:
            assert record.article.text.strip()
