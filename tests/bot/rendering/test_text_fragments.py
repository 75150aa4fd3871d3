"""Links to the place of an excerpt: how they are written, and that a browser finds it."""

from dataclasses import replace

import pytest
from browsers import PATIENCE_MS, launched_browser

from bot.rendering.text_fragments import address_of_place
from retrieval.types import Citation

ADDRESS = "https://news.example/1"
LONG = "Мост через реку, который строили семь лет и дважды останавливали, открыли в среду утром – на год позже срока."
LONG_ENDS = "Мост через реку, который строили", "– на год позже срока."


def cited(excerpt: str, start: int = 0, end: int | None = None) -> Citation:
    highlight = (start, len(excerpt) if end is None else end)
    return Citation(1, "a", "T", None, ADDRESS, None, excerpt, 0, len(excerpt), highlight, 0.5)


def place(excerpt: str, address: str = ADDRESS, **bounds: int) -> str:
    found = address_of_place(address, cited(excerpt, **bounds))
    assert found.startswith(address)
    return found.removeprefix(address)


def test_a_short_sentence_is_looked_for_whole_and_nothing_in_it_is_taken_for_the_address() -> None:
    assert place('Before. Well-known, "A&B" won #1. After.', start=8, end=33) == (
        "#:~:text=Well%2Dknown%2C%20%22A%26B%22%20won%20%231."
    )


def test_a_long_sentence_is_looked_for_by_its_ends() -> None:
    words = "One two three four five six seven eight nine ten, eleven – twelve thirteen fourteen fifteen."
    assert place(words) == (
        "#:~:text=One%20two%20three%20four%20five,eleven%20%E2%80%93%20twelve%20thirteen%20fourteen%20fifteen."
    ).replace("eleven%20%E2%80%93%20twelve", "%E2%80%93%20twelve")


def test_long_words_leave_room_for_fewer_and_at_last_for_none() -> None:
    words = " ".join(f"{letter * 30}" for letter in "абвгдежз")
    assert place(words).count("%20") == 4
    assert place(" ".join(letter * 90 for letter in "абвгдежз")) == ""


def test_of_paragraphs_the_first_and_the_last_words_are_looked_for_whatever_stands_in_them_unseen() -> None:
    assert (
        place("A lead\u00ad line.\n\nIts last  words here.") == "#:~:text=A%20lead%20line.,Its%20last%20words%20here."
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://t.me/news/12",
        "https://news.example/report.PDF?page=1",
        "https://news.example/1#:~:text=else",
        "https://news.example:port[/",
    ],
)
def test_where_a_page_has_no_such_places_the_address_stays(address: str) -> None:
    assert address_of_place(address, cited("The bridge is open.")) == address


def test_a_fragment_stays_and_no_evidence_leads_nowhere() -> None:
    assert place("Открыт.", "https://news.example/1#part") == ":~:text=%D0%9E%D1%82%D0%BA%D1%80%D1%8B%D1%82."
    assert place("Открыт.", start=0, end=0) == ""


@pytest.mark.parametrize(
    ("evidence", "within"),
    [
        (LONG, LONG.replace("среду", "<a href='/x'>среду</a>").replace(" – ", "&nbsp;– ")),
        ("«Да-да», – сказал мэр.", "<b>«Да-да»</b>, –\n сказал мэр."),
        ("Costs rose 5% & more, he said.", "Costs rose 5% &amp; more, he said."),
        ("Первый абзац вывода.\n\nИ последний абзац.", "Первый абзац вывода.</p><p>И последний абзац."),
    ],
)
def test_a_browser_goes_to_the_place(evidence: str, within: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    page_of = tmp_path_factory.mktemp("page") / "page.html"
    filler = "".join(f"<p>Абзац {number}, в котором нет ничего. Мост через реку.</p>" for number in range(200))
    page_of.write_text(
        f"<!doctype html><meta charset=utf-8>{filler}<p id=place>Начало. {within} Конец.</p>{filler}", "utf-8"
    )
    citation = replace(cited(evidence), url=page_of.as_uri())
    with launched_browser() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address_of_place(page_of.as_uri(), citation))
        page.wait_for_function("scrollY > 0")
        seen = page.evaluate("(b => b.top >= 0 && b.bottom <= innerHeight)(place.getBoundingClientRect())")
    assert seen
