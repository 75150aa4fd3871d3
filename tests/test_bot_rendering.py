"""Rendering: what stands where, and that Telegram takes every message whatever the articles hold."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_server import Parsed, parse_html, units

from bot.rendering import MESSAGE_BYTES, MESSAGE_UNITS, MessagePart, render_answer
from bot.texts import catalogue
from retrieval.types import Answer, Citation, NearestArticle

RU = catalogue("ru")
EN = catalogue("en")
WHEN = datetime(2024, 9, 9, 12, 36)  # noqa: DTZ001 - articles carry naive times


def cite(
    excerpt: str,
    highlight: tuple[int, int] = (0, 0),
    *,
    number: int = 1,
    title: str = "A title",
    url: str | None = None,
    source: str | None = "iz.ru",
    published_at: datetime | None = WHEN,
) -> Citation:
    length = len(excerpt)
    return Citation(number, f"a{number}", title, source, url, published_at, excerpt, 0, length, highlight, 1.0)


def found(*citations: Citation, as_of: date | None = date(2024, 9, 9)) -> Answer:
    return Answer("?", True, 0.9, as_of, citations, (), 1.0)


def checked(parts: list[MessagePart]) -> list[Parsed]:
    """Return what the reader sees, having made sure that Telegram takes it."""
    parsed = [parse_html(part.html) for part in parts]
    for part, seen in zip(parts, parsed, strict=True):
        assert 1 <= units(seen.text) <= MESSAGE_UNITS
        assert 1 <= units(part.plain.strip()) <= MESSAGE_UNITS
        assert len(part.html.encode()) <= MESSAGE_BYTES
    return parsed


def test_an_answer_reads_evidence_then_sources_then_date() -> None:
    answer = found(cite("До. Суть & <дело>. После.", (4, 18), url="https://iz.ru/1?a=1&b=2"), cite("Ещё.", number=2))
    [part] = render_answer(answer, RU)
    assert part.html == (
        "<b>Суть &amp; &lt;дело&gt;.</b> [1]\n\n"
        '<b>[1]</b> <a href="https://iz.ru/1?a=1&amp;b=2">A title</a>\niz.ru, 9 сентября 2024\n'
        "<blockquote expandable>До. <b>Суть &amp; &lt;дело&gt;.</b> После.</blockquote>\n\n"
        "<b>[2]</b> A title\niz.ru, 9 сентября 2024\n<blockquote expandable>Ещё.</blockquote>\n\n"
        "По состоянию на 9 сентября 2024."
    )
    assert part.plain == (
        "Суть & <дело>. [1]\n\n[1] A title (https://iz.ru/1?a=1&b=2)\niz.ru, 9 сентября 2024\n"
        "До. Суть & <дело>. После.\n\n[2] A title\niz.ru, 9 сентября 2024\nЕщё.\n\nПо состоянию на 9 сентября 2024."
    )


def test_what_an_article_lacks_is_left_out() -> None:
    [part] = render_answer(found(cite("Text.", (0, 5), source=None, published_at=None, title=""), as_of=None), EN)
    assert part.html == ("<b>Text.</b> [1]\n\n<b>[1]</b> a1\n<blockquote expandable><b>Text.</b></blockquote>")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://user?id=1", "feed", "https://" + "x" * 3000, ""])
def test_only_web_addresses_of_sane_length_become_links(url: str) -> None:
    [part] = render_answer(found(cite("Text.", (0, 5), url=url)), EN)
    assert "<a" not in part.html


def test_without_an_answer_the_nearest_headlines_are_listed() -> None:
    nearest = (NearestArticle("a1", "<One> & only", WHEN), NearestArticle("a2", "", None))
    [part] = render_answer(Answer("?", False, 0.1, None, (), nearest, 1.0), EN)
    assert part.html == (
        "The articles do not answer this question.\n\nClosest to your question:\n"
        "• &lt;One&gt; &amp; only, 9 September 2024\n• a2"
    )
    [alone] = render_answer(Answer("?", False, 0.1, None, (), (), 1.0), EN)
    assert alone.html == alone.plain == "The articles do not answer this question."


def test_a_source_stays_with_its_excerpt_where_both_fit_into_one_message() -> None:
    citations = [
        cite(f"<{number}>" + "Слово за словом. " * 100, (0, 3), number=number, title=f"Title {number}")
        for number in range(1, 6)
    ]
    parsed = checked(render_answer(found(*citations), RU))
    assert len(parsed) == 3
    for citation in citations:
        [home] = [seen.text for seen in parsed if citation.title in seen.text]
        assert citation.excerpt.strip() in home


def test_an_oversized_excerpt_is_cut_between_sentences_and_loses_nothing() -> None:
    excerpt = "Первое предложение здесь. Second one & more! " * 300
    parts = render_answer(found(cite(excerpt, (0, 25), url="https://iz.ru/")), RU)
    parsed = checked(parts)
    assert len(parsed) == 5
    assert "".join("".join(seen.pieces("blockquote")) for seen in parsed) == excerpt
    for seen in parsed[1:-1]:
        assert seen.pieces("blockquote")[0].rstrip().endswith((".", "!"))
    assert parsed[0].text.startswith("Первое предложение здесь. [1]")
    assert parsed[1].links() == ["https://iz.ru/"]


@pytest.mark.parametrize("character", ["😀", "&", '"', "x", "\u0301", "<b>", "\ud83d"])
def test_text_without_any_boundary_is_cut_all_the_same(character: str) -> None:
    excerpt = character * 9000
    parsed = checked(render_answer(found(cite(excerpt, (10, 8000))), EN))
    whole = "".join("".join(seen.pieces("blockquote")) for seen in parsed)
    assert whole == excerpt.replace("\ud83d", "?")


def test_an_excerpt_of_blanks_makes_no_empty_message() -> None:
    checked(render_answer(found(cite("Text." + " \n" * 9000 + "End.", (0, 5))), EN))


texts = st.text(st.sampled_from("aя<>&\"'/;b😀 \n.!\ud83d\u202e#x3"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(
    excerpt=st.builds(lambda text, times: (text or "x") * times, texts, st.sampled_from([1, 2, 80, 300])),
    bounds=st.tuples(st.integers(0, 20_000), st.integers(0, 20_000)),
    heading=st.tuples(texts, texts, texts),
)
def test_telegram_takes_whatever_articles_hold(
    excerpt: str, bounds: tuple[int, int], heading: tuple[str, str, str]
) -> None:
    start, end = sorted(min(bound, len(excerpt)) for bound in bounds)
    title, source, address = heading
    url = "https://x.org/" + address
    citations = [cite(excerpt, (start, end), number=number, title=title, url=url, source=source) for number in (1, 2)]
    for seen in checked(render_answer(found(*citations), RU)):
        assert set(seen.links()) <= {url.replace("\ud83d", "?")}
