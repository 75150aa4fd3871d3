"""Markdown: the fields of the front matter, plain text out of the rest, and one line for what is broken."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from places import CASES

from retrieval.loaders import load_source
from retrieval.loaders.front_matter import FRONT_MATTER_LIMIT
from retrieval.loaders.markdown import MARKDOWN_LIMIT, MarkdownLoader, parse_markdown
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


def test_the_case_of_a_note_of_a_clipper():
    [record] = load_source(str(CASES / "14-obsidian-clipper" / "notes"), timezone=MOSCOW)

    assert record.article == Article(
        id="bridge",
        title="Мост через Талку открыли",
        text="Мост через реку Талка открыли в среду, рассказал мэр.\n\nСтроили его четыре года.",
        published_at=moment(2024, 9, 9),
        source="talsk.example",
        url="https://talsk.example/n/1",
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("source: https://www.a.example/1", ("a.example", "https://www.a.example/1")),
        ("source: https://a.example/1\nurl: https://b.example/2", ("a.example", "https://b.example/2")),
        ('source: "[Талск онлайн](https://a.example/1)"', ("Талск онлайн", "https://a.example/1")),
        ('source: "[[Издания/ТАСС|ТАСС]]"', ("ТАСС", None)),
        ("source: a.example", ("a.example", None)),
        ("source: file:///home/me", ("file:///home/me", None)),
    ],
)
def test_a_source_that_is_an_address_is_the_link_and_its_host_the_outlet(fields, expected):
    article = parse(with_fields(fields))

    assert (article.source, article.url) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("published: 2024-09-09\ncreated: 2024-09-10", moment(2024, 9, 9)),
        ("published:\ncreated: 2024-09-10\nsource: https://a.example", None),
        ("created: 2024-09-10", moment(2024, 9, 10)),
        ("published: true", None),
        ("published: No\npubdate: 2024-09-09", moment(2024, 9, 9)),
        ("publishDate: 2024-09-09\ndate: 2024-09-08", moment(2024, 9, 8)),
    ],
)
def test_the_day_on_which_a_page_was_clipped_is_not_its_date(fields, expected):
    assert parse(with_fields(fields)).published_at == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A [[b]], [[c|d]], [[e#f]], [[#g]] and **[[h]]**.", "A b, d, e > f, g and h."),
        ("| A |\n|---|\n| [[b\\|c]] |", "A\n\nc"),
        ("A ![[b.png]] c ![[d.pdf|300]].", "A  c ."),
        ("A `[[b]]` and `%%c%%`.\n\n```\n%%d%%\n```", "A [[b]] and %%c%%.\n\n%%d%%"),
        ("A %%b\n\nc%% d.", "A  d."),
        ("A.\n\n%%\nb\n\nc\n%%\n\nD.", "A.\n\nD."),
        ("A.\n\n%%b\n\nc", "A."),
        ("Up by 5%% a year.\n\nC.", "Up by 5%% a year.\n\nC."),
        ("A ==b *c*== d == e == f.", "A b c d == e == f."),
        ("> [!note] A\n> b", "A b"),
        ("A. ^a-1\n\nB^2 ^x y", "A.\n\nB^2 ^x y"),
        ("A [[b\nc]] [[d", "A [[b c]] [[d"),
    ],
)
def test_what_notes_add_to_markdown(body, expected):
    assert parse(body).text == expected


def test_html_in_markdown_keeps_its_words_apart():
    rows = "<tr><th>Год</th><th>Цена</th></tr>\n<tr><td>2024</td><td>5<b>7</b></td></tr>"

    assert parse(f"A.\n\n<table>{rows}</table>\n\n<div><p>B</p><p>C<br>D</p></div>\n\n<!-- e -->\n").text == (
        "A.\n\nГод | Цена\n\n2024 | 57\n\nB\n\nC\nD"
    )


TOML = """\
+++
title = "Автобус № 7: новый маршрут"
date = 2024-06-03T08:00:00+00:00
source = "elmwick.example"
Lang = "ru"
draft = false
id = 7
tags = ["a"]
[params]
nested = {a = 1}
+++
Текст.
"""


def test_front_matter_may_be_toml():
    assert parse(TOML) == Article(
        id="7",
        title="Автобус № 7: новый маршрут",
        text="Текст.",
        published_at=moment(2024, 6, 3, 11),
        source="elmwick.example",
        language="ru",
    )
    assert parse("+++\ndate = 2024-06-03\n+++\nA.").published_at == moment(2024, 6, 3)
    assert parse("+++\n+++\nA.").text == "A."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "+++\na = 1\nb\n+++\nA.",
            "its front matter is not valid TOML in line 3: Expected '=' after a key in a key/value pair",
        ),
        ('+++\ntitle = "a\n+++\nA.', "its front matter is not valid TOML in line 2: Illegal character '\\n'"),
        ("+++\na = 1\nA.", "its front matter does not end; close it with a line +++"),
        ("+++\ntitle = [1]\n+++\nA.", '"title" in the front matter is a list; expected a text'),
        (
            f"+++\na = {'[' * 3000}\n+++\nA.",
            "its front matter is nested too deeply; expected fields such as title = …",
        ),
        (
            f"+++\na = {'1' * 5000}\n+++\nA.",
            "its front matter holds a number with too many digits; put it in quotes",
        ),
    ],
)
def test_broken_toml_is_one_line(text, expected):
    assert reason(text) == expected
