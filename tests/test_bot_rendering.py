"""Rendering: what stands where, and that Telegram takes every message whatever the articles hold."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_server import Parsed, parse_html, units

from bot.markup import MESSAGE_BYTES, MESSAGE_UNITS, MessagePart
from bot.rendering import PAGE_UNITS, Renderer, headline, page_of
from bot.texts import catalogue
from retrieval.articles import article_key
from retrieval.types import Answer, Article, Citation, NearestArticle

RU = catalogue("ru")
EN = catalogue("en")
RENDERER = Renderer(lambda: "NewsBot")
LINK = f"https://t.me/NewsBot?start=a_{article_key('a1')}"
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
    answer_span: tuple[int, int] | None = None,
) -> Citation:
    place = (excerpt, 0, len(excerpt), highlight, 1.0, answer_span)
    return Citation(number, f"a{number}", title, source, url, published_at, *place)


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


def test_an_answer_reads_evidence_then_excerpts_each_with_its_source_then_date() -> None:
    second = cite("Ещё.", number=2, title="B", url="https://iz.ru/2")
    answer = found(cite("До. Суть & <дело>. После.", (4, 18), url="https://iz.ru/1?a=1&b=2"), second)
    [part] = RENDERER.answer(answer, RU)
    assert part.html == (
        "<b>Суть &amp; &lt;дело&gt;.</b> [1]\n\n"
        "<blockquote expandable>До. <b>Суть &amp; &lt;дело&gt;.</b> После.</blockquote>\n"
        '<b>[1]</b> <a href="https://iz.ru/1?a=1&amp;b=2">A title</a>\niz.ru, 9 сентября 2024\n\n'
        "<blockquote expandable>Ещё.</blockquote>\n"
        '<b>[2]</b> <a href="https://iz.ru/2">B</a>\niz.ru, 9 сентября 2024\n\n'
        "По состоянию на 9 сентября 2024."
    )
    assert part.plain == (
        "Суть & <дело>. [1]\n\n"
        "До. Суть & <дело>. После.\n[1] A title (https://iz.ru/1?a=1&b=2)\niz.ru, 9 сентября 2024\n\n"
        "Ещё.\n[2] B (https://iz.ru/2)\niz.ru, 9 сентября 2024\n\nПо состоянию на 9 сентября 2024."
    )


def test_the_answer_itself_is_underlined_where_it_is_known() -> None:
    [part] = RENDERER.answer(found(cite("It rose to 21 percent. More.", (0, 22), answer_span=(11, 21)), as_of=None), EN)
    assert part.html.startswith(
        "<b>It rose to <u>21 percent</u>.</b> [1]\n\n"
        "<blockquote expandable><b>It rose to <u>21 percent</u>.</b> More.</blockquote>\n"
    )
    [beyond] = RENDERER.answer(found(cite("One. Two. Three.", (0, 4), answer_span=(2, 9)), as_of=None), EN)
    assert "<b>On<u>e.</u></b><u> Two.</u> Three.</blockquote>" in beyond.html


def test_what_an_article_lacks_is_left_out_and_what_has_no_address_is_linked_in_the_bot() -> None:
    [part] = RENDERER.answer(found(cite("Text.", (0, 5), source=None, published_at=None, title=""), as_of=None), EN)
    assert part.html == (
        f'<b>Text.</b> [1]\n\n<blockquote expandable><b>Text.</b></blockquote>\n<b>[1]</b> <a href="{LINK}">a1</a>'
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://user?id=1", "feed", "https://" + "x" * 3000, ""])
def test_only_web_addresses_of_sane_length_become_links(url: str) -> None:
    [seen] = checked(RENDERER.answer(found(cite("Text.", (0, 5), url=url)), EN))
    assert seen.links() == [LINK]


def test_without_an_answer_nothing_is_cited() -> None:
    nearest = (NearestArticle("a1", "<One> & only", WHEN), NearestArticle("a2", "", None))
    [part] = RENDERER.answer(Answer("?", False, 0.1, None, (), nearest, 1.0), EN)
    assert part.html == part.plain == "The articles do not answer this question.\n\nClosest to your question:"
    [alone] = RENDERER.answer(Answer("?", False, 0.1, None, (), (), 1.0), EN)
    assert alone.html == alone.plain == "The articles do not answer this question."


def test_a_headline_is_one_line_with_its_date() -> None:
    assert headline(" Two\nlines ", "a1", WHEN, EN) == "Two lines · 9 September 2024"
    assert headline("", "a1", None, EN) == "a1"


def test_pages_hold_their_citations_and_their_own_date() -> None:
    later = datetime(2024, 12, 1)  # noqa: DTZ001 - articles carry naive times
    answer = found(
        *(cite("Text.", number=number, published_at=WHEN if number < 4 else later) for number in range(1, 6))
    )
    pages = [page_of(answer, page, 3) for page in range(3)]
    assert [[citation.number for citation in page.citations] for page in pages] == [[1, 2, 3], [4, 5], []]
    assert [page.as_of for page in pages] == [date(2024, 9, 9), date(2024, 12, 1), None]
    [more] = RENDERER.more(pages[1], EN)
    assert more.html.startswith("<blockquote expandable>Text.</blockquote>\n<b>[4]</b>")
    assert more.html.endswith("As of 1 December 2024.")


def test_the_text_around_an_excerpt_is_cut_between_words() -> None:
    text = "Начало. " * 200 + "Суть & дело. " + "Конец. " * 200
    start = text.index("Суть")
    place = (text[start : start + 12], start, start + 12, (0, 12), 1.0)
    citation = Citation(2, "a1", "A title", None, None, None, *place)
    [seen] = checked(RENDERER.surroundings(citation, Article("a1", "A title", text), EN))
    assert seen.text.startswith("…Начало. Начало.")
    assert seen.pieces("b") == ["Суть & дело.", "[2]"]
    assert seen.text.endswith("Конец. Конец.…\n[2] A title")
    whole = Citation(1, "a1", "", None, None, None, "Суть.", 4, 9, (0, 5), 1.0)
    [seen] = checked(RENDERER.surroundings(whole, Article("a1", "", "До. Суть. После."), EN))
    assert seen.text == "До. Суть. После.\n[1] a1"


def test_an_article_is_paged_without_loss_and_each_page_has_the_headline() -> None:
    text = "Первое предложение здесь. Second one & more!\n\n" * 400
    url = "https://iz.ru/" + "x" * 900
    pages = checked(RENDERER.article(Article("a1", "T" * 600, text, WHEN, "s" * 900, url), EN))
    assert len(pages) > 5
    assert all(units(page.text) <= PAGE_UNITS for page in pages)
    assert all(page.text.startswith("T" * 499 + "…\n" + "s" * 200 + ", 9 September 2024\n\n") for page in pages)
    assert "".join("".join(page.text.split("\n\n", 1)[1].split()) for page in pages) == "".join(text.split())


def test_an_article_without_text_shows_its_headline() -> None:
    [page] = checked(RENDERER.article(Article("a1", "Only a title", " \n"), EN))
    assert page.text == "Only a title\n\nOnly a title"


def test_a_source_stays_with_its_excerpt_where_both_fit_into_one_message() -> None:
    citations = [
        cite(f"<{number}>" + "Слово за словом. " * 100, (0, 3), number=number, title=f"Title {number}")
        for number in range(1, 6)
    ]
    parsed = checked(RENDERER.answer(found(*citations), RU))
    assert len(parsed) == 3
    for citation in citations:
        [home] = [seen.text for seen in parsed if citation.title in seen.text]
        assert citation.excerpt.strip() in home


def test_an_oversized_excerpt_is_cut_between_sentences_and_loses_nothing() -> None:
    excerpt = "Первое предложение здесь. Second one & more! " * 300
    parts = RENDERER.answer(found(cite(excerpt, (0, 25), url="https://iz.ru/")), RU)
    parsed = checked(parts)
    assert len(parsed) == 5
    assert "".join("".join(seen.pieces("blockquote")) for seen in parsed) == excerpt
    for seen in parsed[1:-1]:
        assert seen.pieces("blockquote")[0].rstrip().endswith((".", "!"))
    assert parsed[0].text.startswith("Первое предложение здесь. [1]")
    assert [seen.links() for seen in parsed if seen.pieces("blockquote")] == [["https://iz.ru/"]] * (len(parsed) - 1)


@pytest.mark.parametrize("character", ["😀", "&", '"', "x", "\u0301", "<b>", "\ud83d"])
def test_text_without_any_boundary_is_cut_all_the_same(character: str) -> None:
    excerpt = character * 9000
    parsed = checked(RENDERER.answer(found(cite(excerpt, (10, 8000))), EN))
    whole = "".join("".join(seen.pieces("blockquote")) for seen in parsed)
    assert whole == excerpt.replace("\ud83d", "?")


def test_an_excerpt_of_blanks_makes_no_empty_message() -> None:
    checked(RENDERER.answer(found(cite("Text." + " \n" * 9000 + "End.", (0, 5))), EN))


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
    for seen in checked(RENDERER.answer(found(*citations), RU)):
        assert set(seen.links()) <= {url.replace("\ud83d", "?")}
