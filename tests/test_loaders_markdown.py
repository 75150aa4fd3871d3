"""Markdown: the fields of the front matter, plain text out of the rest, and one line for what is broken."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.loaders.markdown import FRONT_MATTER_LIMIT, MARKDOWN_LIMIT, MarkdownLoader, parse_markdown
from retrieval.loaders.text_files import UnusableFileError
from retrieval.types import Article, LoadedArticle, LoadProblem

MOSCOW = ZoneInfo("Europe/Moscow")

ARTICLE = """\
---
title: "Мост через Ильму: открыт"
date: 2024-09-09T09:36:00Z
outlet: ilma-news.example
link: https://ilma-news.example/most
language: ru-RU
id: 0071
draft: no
tags: [мост, транспорт]
---
# Мост через Ильму: открыт

Новый мост **открыли** для машин
в [понедельник](https://ilma-news.example/monday), на `год` раньше&nbsp;срока.  
Длина — 840&thinsp;метров. ![Мост](most.jpg "Мост")

![Только картинка](most.jpg)

## Что *дальше*

- Автобус № 118;
- движение

  грузовиков.

1. Первое
2. Второе

> Ждали этого сорок лет.

| Год | Машин |
|-----|------:|
| 2024 | 23 600 |

<div class="note">Платы <i>не</i> будет.<script>alert(1)</script></div>

<!-- не для печати -->

***

```python
print("мост")
```

[понедельник]: https://example.com
"""  # noqa: W291 - two spaces are a line break

ARTICLE_TEXT = """\
Новый мост открыли для машин в понедельник, на год раньше\u00a0срока.
Длина — 840\u2009метров.

## Что дальше

- Автобус № 118;

- движение

грузовиков.

1. Первое

2. Второе

Ждали этого сорок лет.

Год | Машин

2024 | 23 600

Платы не будет.

print("мост")"""


def moment(*parts):
    return datetime(*parts)  # noqa: DTZ001


def parse(text):
    return parse_markdown(text, article_id="a", timezone=MOSCOW)


def with_fields(fields, body="Text below."):
    return f"---\n{fields}\n---\n{body}\n"


def load(path):
    return list(MarkdownLoader(MOSCOW)(path, article_id="folder/a"))


def reason(text):
    with pytest.raises(UnusableFileError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_article_is_taken_apart(tmp_path, line_break, encoding):
    path = tmp_path / "a.md"
    path.write_bytes(ARTICLE.replace("\n", line_break).encode(encoding))

    article = Article(
        id="0071",
        title="Мост через Ильму: открыт",
        text=ARTICLE_TEXT,
        published_at=moment(2024, 9, 9, 12, 36),
        source="ilma-news.example",
        url="https://ilma-news.example/most",
        language="ru",
    )
    assert load(path) == [LoadedArticle(article, str(path), None)]


def test_without_front_matter_the_first_heading_is_the_title():
    assert parse("Intro.\n\n## Part\n\nTitle *here*\n===========\n\nText.\n\n# Another\n\nMore.\n") == Article(
        id="a", title="Title here", text="Intro.\n\n## Part\n\nText.\n\n# Another\n\nMore."
    )


def test_without_any_heading_there_is_no_title():
    assert parse("First.\n\nSecond.\n") == Article(id="a", title="", text="First.\n\nSecond.")


def test_a_heading_that_only_repeats_the_title_is_not_text():
    article = parse(with_fields("Title: Bus 7  gets a route", "## Bus 7 Gets a Route.\n\n# Another\n\nText."))

    assert (article.title, article.text) == ("Bus 7 gets a route", "# Another\n\nText.")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("source: iz.ru\noutlet: tass.ru", ("iz.ru", None, None)),
        ("source: ~\noutlet: tass.ru", ("tass.ru", None, None)),
        ("SOURCE: ТАСС", ("ТАСС", None, None)),
        ("url: https://a.example/1", (None, "https://a.example/1", None)),
        ("canonical: https://a.example/2", (None, "https://a.example/2", None)),
        ("lang: EN", (None, None, "en")),
        ("language: english", (None, None, None)),
        ("author: {name: x}\n1: 2\ntags: [a, b]", (None, None, None)),
        ("# nothing", (None, None, None)),
    ],
)
def test_fields_have_several_names_and_others_are_passed_over(fields, expected):
    article = parse(with_fields(fields))

    assert (article.source, article.url, article.language) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-09-09", moment(2024, 9, 9)),
        ("2024-09-09 12:36", moment(2024, 9, 9, 12, 36)),
        ("2024-09-09T12:36:00+00:00", moment(2024, 9, 9, 15, 36)),
        ('"9 сентября 2024, 12:36"', moment(2024, 9, 9, 12, 36)),
        ("Mon, 09 Sep 2024 12:36:00 +0300", moment(2024, 9, 9, 12, 36)),
        ("", None),
        ("null", None),
    ],
)
def test_dates_are_read_as_they_are_written(date, expected):
    assert parse(with_fields(f"date: {date}")).published_at == expected


@pytest.mark.parametrize(
    ("title", "expected"), [("no", "no"), ("2024-09-09", "2024-09-09"), ("007", "007"), ("!!binary aGk=", "aGk=")]
)
def test_values_are_texts_whatever_yaml_makes_of_them(title, expected):
    assert parse(with_fields(f"title: {title}")).title == expected


def test_merges_do_not_grow():
    rows = [f"{own}: &{own} {{<<: [{', '.join([f'*{before}'] * 9)}]}}" for before, own in pairwise("abcdefghi")]

    assert parse(with_fields("\n".join(["a: &a {x: y}", *rows, "title: Title"]))).title == "Title"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("title: a: b", "its front matter is not valid YAML in line 2: mapping values are not allowed here"),
        (
            "a: b\ntitle: [a",
            "its front matter is not valid YAML in line 4: expected ',' or ']', but got '<stream end>'",
        ),
        (
            "a: b\n\tc: d",
            "its front matter is not valid YAML in line 3: found character '\\t' that cannot start any token",
        ),
        ("a: &a [*a]", "its front matter is not valid YAML in line 2: found unconstructable recursive node"),
        ("a: *b", "its front matter is not valid YAML in line 2: found undefined alias 'b'"),
        ("? [a]\n: b", "its front matter is not valid YAML in line 2: found unhashable key"),
        ("title: \x07", "its front matter holds characters that YAML does not allow; remove them"),
        ("a: " + "[" * 3000, "its front matter is nested too deeply; expected fields such as title: …"),
        ("- a", "its front matter holds no fields; expected lines such as title: …"),
        ("a", "its front matter holds no fields; expected lines such as title: …"),
        ("title: [a]", '"title" in the front matter is a list; expected a text'),
        ("source: {a: b}", '"source" in the front matter is a group of fields; expected a text'),
        ('title: !!python/object/apply:os.system ["true"]', '"title" in the front matter is a list; expected a text'),
        ('id: "a\\0"', '"id" in the front matter holds a NUL character (\\u0000); remove it'),
        (
            'id: "\\ud800"',
            '"id" in the front matter holds half of a surrogate pair (\\ud800), which is no character; remove it',
        ),
        (
            "date: вчера",
            "\"date\" in the front matter: 'вчера' is not a date; expected one such as 2024-09-09T12:36:00+03:00",
        ),
        (
            "a: " + "x" * FRONT_MATTER_LIMIT,
            "its front matter is longer than 50,000 characters; is a line --- missing?",
        ),
    ],
)
def test_broken_front_matter_is_one_line(fields, expected):
    assert reason(with_fields(fields)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: a\n\nText.", "its front matter does not end; close it with a line ---"),
        ("---\ntitle: a\n---\n", "has no text; put it below the front matter and the title"),
        ("# Title\n\n![picture](a.png)\n", "has no text; put it below the front matter and the title"),
        ("", "has no text; put it below the front matter and the title"),
        ("x" * (MARKDOWN_LIMIT + 1), "has 1,000,001 characters and one article may have 1,000,000; split it"),
    ],
)
def test_a_file_without_an_article_is_one_line(text, expected):
    assert reason(text) == expected


def test_what_cannot_be_read_is_a_problem_of_the_whole_file(tmp_path):
    gone, picture, broken = (tmp_path / name for name in ("gone.md", "picture.md", "broken.md"))
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    broken.write_text(with_fields("date: soon"), encoding="utf-8")

    assert load(gone) == [LoadProblem(str(gone), None, "cannot be read: No such file or directory")]
    assert load(picture) == [
        LoadProblem(str(picture), None, "is a PNG picture, not text; save it as plain text in UTF-8")
    ]
    [problem] = load(broken)
    assert (problem.source, problem.line) == (str(broken), None)


MARKS = st.text(alphabet="---:#*[]()!<>|`&~ \n\tаb1", max_size=200)


@given(st.one_of(st.text(max_size=200), MARKS, st.tuples(MARKS, MARKS).map(lambda parts: with_fields(*parts))))
@example("---\n\x85: a\n---\n")
@settings(max_examples=300, deadline=None)
def test_any_text_is_an_article_or_one_line(text):
    try:
        article = parse(text)
    except UnusableFileError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return

    assert article.text.strip()
    assert "\n" not in article.title
