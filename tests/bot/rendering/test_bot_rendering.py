"""Rendering: what stands where, and that Telegram takes every message whatever the articles hold."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_server import Parsed, parse_html, units

from bot.rendering import markup
from bot.rendering.markup import DIRECTIVE, MESSAGE_BYTES, MESSAGE_UNITS, MessagePart, Runs
from bot.rendering.messages import PAGE_UNITS, Renderer, headline, page_of
from bot.texts import catalogue
from retrieval.articles import article_key
from retrieval.types import Answer, Article, Certainty, Citation, Digest, NearestArticle

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
    article: str = "",
    start: int = 0,
    earlier: bool = False,
) -> Citation:
    place = (excerpt, start, start + len(excerpt), highlight, 1.0, answer_span)
    article_id = article or f"a{number}"
    return Citation(number, article_id, title, source, url, published_at, *place, earlier=earlier)


def found(*citations: Citation, as_of: date | None = date(2024, 9, 9)) -> Answer:
    return Answer("?", Certainty.SURE, 0.9, as_of, citations, (), 1.0)


def checked(parts: Sequence[MessagePart]) -> list[Parsed]:
    """Return what the reader sees, having made sure that Telegram takes it."""
    parsed = [parse_html(part.html) for part in parts]
    for part, seen in zip(parts, parsed, strict=True):
        assert 1 <= units(seen.text) <= MESSAGE_UNITS
        assert 1 <= units(part.plain.strip()) <= MESSAGE_UNITS
        assert len(part.html.encode()) <= MESSAGE_BYTES
    return parsed


def test_an_answer_reads_headline_source_and_excerpts_article_by_article_then_date() -> None:
    second = cite("Ещё.", number=2, title="B", url="https://iz.ru/2")
    answer = found(cite("До. Суть & <дело>. После.", (4, 18), url="https://iz.ru/1?a=1&b=2"), second)
    [part] = RENDERER.answer(answer, RU)
    assert part.html == (
        '1. <a href="https://iz.ru/1?a=1&amp;b=2#:~:text=%D0%A1%D1%83%D1%82%D1%8C%20%26%20%3C%D0%B4%D0%B5%D0%BB%D0%BE%3E.">'
        "A title</a>\niz.ru · 9 сентября 2024\n"
        "<blockquote>До. <b>Суть &amp; &lt;дело&gt;.</b> После.</blockquote>\n\n"
        '2. <a href="https://iz.ru/2">B</a>\niz.ru · 9 сентября 2024\n'
        "<blockquote>Ещё.</blockquote>\n\n"
        "По состоянию на 9 сентября 2024."
    )
    assert part.plain == (
        "1. A title (https://iz.ru/1?a=1&b=2)\niz.ru · 9 сентября 2024\nДо. Суть & <дело>. После.\n\n"
        "2. B (https://iz.ru/2)\niz.ru · 9 сентября 2024\nЕщё.\n\nПо состоянию на 9 сентября 2024."
    )


def test_excerpts_of_one_article_have_one_headline_and_stand_in_its_order_below_the_best() -> None:
    best = cite("Лучшее.", (0, 7), article="a", start=50)
    others = [
        cite("Третье.", (0, 7), number=2, article="a", start=90),
        cite("Второе.", (0, 7), number=3, article="a", start=81),
        cite("Четвёртое.", (0, 10), number=4, article="a", start=900),
    ]
    [part] = RENDERER.answer(found(best, *others), RU)
    assert part.html.split("\n", 1)[1] == (
        "iz.ru · 9 сентября 2024\n<blockquote><b>Лучшее.</b></blockquote>\n"
        "<blockquote><b>Второе.</b>\n<b>Третье.</b>\n…<b>Четвёртое.</b></blockquote>\n\n"
        "По состоянию на 9 сентября 2024."
    )


BEFORE, EVIDENCE, AFTER = "Раньше было иначе. " * 9, "Мост открыли в пятницу.", " Потом стало так." * 9
LONG_EVIDENCE = f"Мост, {'который так строили, ' * 8}открыли."


@pytest.mark.parametrize(
    ("excerpt", "evidence", "quote"),
    [
        ("Было. Мост открыли.", "Мост открыли.", "<blockquote>Было. <b>Мост открыли.</b></blockquote>"),
        (EVIDENCE + AFTER, EVIDENCE, f"<blockquote expandable><b>{EVIDENCE}</b>{AFTER}</blockquote>"),
        (BEFORE + EVIDENCE, EVIDENCE, f"<blockquote>…<b>{EVIDENCE}</b></blockquote>"),
        (
            BEFORE + EVIDENCE + AFTER,
            EVIDENCE,
            f"<blockquote expandable>…<b>{EVIDENCE}</b>{AFTER}</blockquote>",
        ),
        (
            f"{LONG_EVIDENCE} Да. Нет! {AFTER}",
            LONG_EVIDENCE,
            f"<blockquote><b>{LONG_EVIDENCE}</b> Да. Нет! …</blockquote>",
        ),
        (BEFORE + LONG_EVIDENCE, LONG_EVIDENCE, f"<blockquote>…<b>{LONG_EVIDENCE}</b></blockquote>"),
    ],
    ids=["short", "opens with it", "ends with it", "in the middle", "too long to be folded", "long at the end"],
)
def test_a_quotation_opens_at_its_evidence_and_folds_none_of_it_away(excerpt: str, evidence: str, quote: str) -> None:
    start = excerpt.index(evidence)
    [part] = RENDERER.answer(found(cite(excerpt, (start, start + len(evidence)))), RU)
    assert quote in part.html
    assert part.html.count(evidence) == 1


def lines_seen(message: str) -> int:
    """Return how many lines of 40 characters a reader sees of a message before touching anything."""
    seen = 0
    for piece in re.split(r"(<blockquote.*?</blockquote>)", message, flags=re.DOTALL):
        paragraphs = re.sub("<[^>]+>", "", piece).strip().splitlines()
        lines = sum(-(-len(paragraph) // 40) for paragraph in paragraphs)
        seen += min(lines, 3) if piece.startswith("<blockquote expandable") else lines
    return seen


def test_a_phone_shows_an_ordinary_answer_at_a_glance() -> None:
    title = "Первые сутки Покровского моста: 23 тысячи машин, одна авария и прощание с паромом"
    excerpts = [f"{sentence} " * 3 for sentence in ("За первые сутки через Волгу проехало 23 600 автомобилей.",) * 3]
    answer = found(
        *(
            cite(excerpt.strip(), (57, 113), number=number, article="a", title=title, start=number * 1000)
            for number, excerpt in enumerate(excerpts, start=1)
        )
    )
    [part] = RENDERER.answer(answer, RU)
    assert lines_seen(part.html) == 11


def test_the_answer_itself_is_underlined_where_it_is_known() -> None:
    [part] = RENDERER.answer(found(cite("It rose to 21 percent. More.", (0, 22), answer_span=(11, 21)), as_of=None), EN)
    assert part.html.endswith("<blockquote><b>It rose to <u>21 percent</u>.</b> More.</blockquote>")
    [beyond] = RENDERER.answer(found(cite("One. Two. Three.", (0, 4), answer_span=(2, 9)), as_of=None), EN)
    assert "<b>On<u>e.</u></b><u> Two.</u> Three.</blockquote>" in beyond.html


def test_what_an_article_lacks_is_left_out_and_what_has_no_address_is_linked_in_the_bot() -> None:
    [part] = RENDERER.answer(found(cite("Text.", (0, 5), source=None, published_at=None, title=""), as_of=None), EN)
    assert part.html == f'<a href="{LINK}">a1</a>\n<blockquote><b>Text.</b></blockquote>'


@pytest.mark.parametrize(
    ("published_at", "label"),
    [
        (datetime(2024, 2, 20), "Раньше, 20 февраля:"),  # noqa: DTZ001 - articles carry naive times
        (datetime(2023, 12, 5), "Раньше, 5 декабря 2023:"),  # noqa: DTZ001 - articles carry naive times
        (None, "Раньше:"),
    ],
)
def test_what_was_before_the_newest_report_says_so(published_at: datetime | None, label: str) -> None:
    before = cite("Было.", (0, 5), number=2, title="B", url="https://b.ru", published_at=published_at, earlier=True)
    [part] = RENDERER.answer(found(cite("Стало.", (0, 6)), before), RU)
    assert f'\n\n<i>{label}</i>\n2. <a href="https://b.ru#:~:text=%D0%91%D1%8B%D0%BB%D0%BE.">B</a>\n' in part.html


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://user?id=1", "feed", "https://" + "x" * 3000, ""])
def test_only_web_addresses_of_sane_length_become_links(url: str) -> None:
    [seen] = checked(RENDERER.answer(found(cite("Text.", (0, 5), url=url)), EN))
    assert seen.links() == [LINK]


def test_without_an_answer_nothing_is_cited() -> None:
    nearest = (NearestArticle("a1", "<One> & only", WHEN), NearestArticle("a2", "", None))
    [part] = RENDERER.answer(Answer("?", Certainty.NONE, 0.1, None, (), nearest, 1.0), EN)
    assert part.html == part.plain == "I found no answer that I am sure of.\n\nClosest to your question:"
    [alone] = RENDERER.answer(Answer("?", Certainty.NONE, 0.1, None, (), (), 1.0), RU)
    assert alone.html == alone.plain == "Уверенного ответа не нашёл."


def test_an_unsure_answer_is_marked_before_its_excerpt() -> None:
    nearest = (NearestArticle("a2", "Other", None),)
    guess = cite("До. Суть.", (4, 9), url="https://iz.ru/1")
    answer = Answer("?", Certainty.UNSURE, 0.4, date(2024, 9, 9), (guess,), nearest, 1.0)
    [part] = RENDERER.answer(answer, RU)
    assert part.html == (
        "Не уверен, но похоже на ответ:\n\n<blockquote>До. <b>Суть.</b></blockquote>\n"
        '<a href="https://iz.ru/1#:~:text=%D0%A1%D1%83%D1%82%D1%8C.">A title</a>\n'
        "iz.ru · 9 сентября 2024\n\nНиже — другие статьи по теме."
    )
    [alone] = RENDERER.answer(replace(answer, nearest=()), RU)
    assert alone.html.endswith("9 сентября 2024")


def test_an_excerpt_to_be_sent_on_is_marked_where_it_is_a_guess() -> None:
    citation = cite("Суть.", (0, 5), url="https://iz.ru/1")
    sure = RENDERER.citation(citation, EN, sure=True).html
    assert (
        sure == "<blockquote><b>Суть.</b></blockquote>\n"
        '<a href="https://iz.ru/1#:~:text=%D0%A1%D1%83%D1%82%D1%8C.">A title</a>\n'
        "iz.ru · 9 September 2024"
    )
    assert RENDERER.citation(citation, EN, sure=False).html == (f"I am not sure, but this may be the answer:\n\n{sure}")


def test_a_headline_is_one_line_with_its_date() -> None:
    assert headline(" Two\nlines ", "a1", WHEN, EN) == "Two lines · 9 September 2024"
    assert headline("", "a1", None, EN) == "a1"
    assert headline("A title that is long", "a1", WHEN, EN, 30) == "A title th… · 9 September 2024"


def test_pages_hold_their_citations_and_their_own_date() -> None:
    later = datetime(2024, 12, 1)  # noqa: DTZ001 - articles carry naive times
    answer = found(
        *(cite("Text.", number=number, published_at=WHEN if number < 4 else later) for number in range(1, 6))
    )
    pages = [page_of(answer, page, 3) for page in range(3)]
    assert [[citation.number for citation in page.citations] for page in pages] == [[1, 2, 3], [4, 5], []]
    assert [page.as_of for page in pages] == [date(2024, 9, 9), date(2024, 12, 1), None]
    [more] = RENDERER.more(pages[1], EN)
    assert more.html.startswith("1. <a")
    assert more.html.count("<blockquote>Text.</blockquote>") == 2
    assert more.html.endswith("As of 1 December 2024.")


def around(text: str, *excerpts: str) -> Parsed:
    """Return what is seen of the text around some excerpts of an article."""
    group = tuple(
        cite(excerpt, (0, len(excerpt)), article="a1", source=None, published_at=None, start=text.index(excerpt))
        for excerpt in excerpts
    )
    [seen] = checked(RENDERER.surroundings(group, Article("a1", "A title", text), EN))
    return seen


def test_the_text_around_an_excerpt_is_cut_between_words() -> None:
    seen = around("Начало. " * 200 + "Суть & дело. " + "Конец. " * 200, "Суть & дело.")
    assert seen.text.startswith("A title\n\n…Начало. Начало.")
    assert seen.pieces("b") == ["Суть & дело."]
    assert seen.text.endswith("Конец. Конец.…")
    assert around("До. Суть. После.", "Суть.").text == "A title\n\nДо. Суть. После."


def test_what_stands_around_several_excerpts_of_an_article_is_shown_together_in_its_order() -> None:
    near, far = "Ближе. " * 9, "Дальше. " * 200
    seen = around(f"Один. {near}Два. {far}Три.", "Два.", "Три.", "Один.")
    assert seen.pieces("b") == ["Один.", "Два.", "Три."]
    assert seen.text.startswith(f"A title\n\nОдин. {near}Два. Дальше. Дальше.")
    assert seen.text.endswith("Дальше. Дальше. Три.")
    assert seen.text.count("…") == 2
    assert "Дальше.…\n\n…Дальше." in seen.text


def test_an_article_is_paged_without_loss_and_each_page_has_the_headline() -> None:
    text = "Первое предложение здесь. Second one & more!\n\n" * 400
    url = "https://iz.ru/" + "x" * 900
    pages = checked(RENDERER.article(Article("a1", "T" * 600, text, WHEN, "s" * 900, url), EN))
    assert len(pages) > 5
    assert all(units(page.text) <= PAGE_UNITS for page in pages)
    assert all(page.text.startswith("T" * 499 + "…\n" + "s" * 200 + " · 9 September 2024\n\n") for page in pages)
    assert "".join("".join(page.text.split("\n\n", 1)[1].split()) for page in pages) == "".join(text.split())


def test_of_an_article_of_megabytes_only_the_page_that_is_shown_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "Первое предложение здесь & second one! "
    article = Article("a1", "A title", sentence * 60_000, WHEN)
    renderer = Renderer(lambda: "bot")
    pages = renderer.article(article, EN)
    written: list[int] = []
    as_html = markup._as_html

    def counted(runs: Runs) -> str:
        written.append(sum(len(run.text) for run in runs))
        return as_html(runs)

    monkeypatch.setattr(markup, "_as_html", counted)
    [last] = checked(renderer.article(article, EN)[-1:])
    assert len(written) == 1
    assert written[0] <= PAGE_UNITS
    assert last.text.endswith(sentence.strip())
    assert list(renderer.article(replace(article, text="Changed."), EN)) == list(
        Renderer(lambda: "bot").article(replace(article, text="Changed."), EN)
    )
    assert len(pages) > 700
    # Once for what seems to fit and once for one character more, as long as pages are alike.
    written.clear()
    assert len(Renderer(lambda: "bot").article(article, EN)) == len(pages)
    assert len(written) < 3 * len(pages)


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
    assert len(parsed) == 4
    assert "".join("".join(seen.pieces("blockquote")) for seen in parsed) == excerpt
    for seen in parsed[:-1]:
        assert seen.pieces("blockquote")[0].rstrip().endswith((".", "!"))
    place = "https://iz.ru/#:~:text=" + quote("Первое предложение здесь.")
    assert [seen.links() for seen in parsed] == [[place]] * 4


@pytest.mark.parametrize("character", ["😀", "&", '"', "x", "\u0301", "<b>", "\ud83d"])
def test_text_without_any_boundary_is_cut_all_the_same(character: str) -> None:
    excerpt = character * 9000
    for evidence in ((0, 90), (10, 8000)):
        parsed = checked(RENDERER.answer(found(cite(excerpt, evidence)), EN))
        whole = "".join("".join(seen.pieces("blockquote")) for seen in parsed)
        shown = excerpt if evidence[0] == 0 else f"…{excerpt[slice(*evidence)]} …"
        assert whole == shown.replace("\ud83d", "?")


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
        [link] = set(seen.links()) or {url}
        assert link.removesuffix(link.partition(DIRECTIVE)[2]).startswith(url.replace("\ud83d", "?"))


HOSTILE = (
    "<b>Есть новое</b>: & </i>\n\n1. Подделка\niz.ru · 1 января",
    "\u202e\u2067справа налево\u2066",
    "😀" * 3000,
    "",
    "\ud800 половина",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_told_unasked_is_taken_by_telegram_and_imitates_none_of_its_lines(words: str) -> None:
    cited = [cite(words or "?", (0, 1), number=number, title=words, source=words) for number in range(1, 6)]
    told = replace(found(*cited), question=words)
    heading, *_ = checked(RENDERER.followed(told, EN, is_first=False))[0].text.split("\n")
    assert heading.startswith("There is something new: ")
    assert units(heading) < 500
    assert not re.search("[\u202a-\u202e\u2066\u2067]", heading)
    digest = Digest(WHEN, WHEN, tuple(cited))
    parts = checked(RENDERER.digest(digest, EN))
    assert parts[0].text.startswith("The main stories of the last day, 9 September 2024")
    seen = "\n\n".join(part.text for part in parts)
    assert all(f"\n\n{number}. " in seen for number in range(1, 6))
