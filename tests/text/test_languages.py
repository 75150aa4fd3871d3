"""Languages: told by a library that needs no network, stored with the article, counted by the status."""

import socket

import pytest
from hashing_model import BRIDGE, TRAM
from rich.console import Console

from bot.terminal.status import print_status
from retrieval.text.languages import detect_language, language_code, mostly_cyrillic
from retrieval.types import LanguageCount

BULGARIAN_LOOKALIKE = "Поезд опоздал на три часа"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Президент подписал указ о новых выплатах семьям с детьми.", "ru"),
        ("В Москве открыли музей", "ru"),
        ("ЦБ повысил ставку до 21%", "ru"),
        ("СРОЧНО: ВЗРЫВ НА ЗАВОДЕ В ДЗЕРЖИНСКЕ", "ru"),
        ("Town library opens a reading garden", "en"),
        ("Train delayed by three hours", "en"),
        ("У Києві відкрили новий музей", "uk"),
        ("Нацбанк підвищив облікову ставку до 15%", "uk"),
        ("Алматыда жаңа мұражай ашылды", "kk"),
        ("Сот қала әкімін екі айға қамауға алды", "kk"),
        ("Die Zentralbank senkt den Leitzins", "de"),
        ("Bürgermeister für zwei Monate verhaftet", "de"),
        ("Le président a signé un décret sur les nouvelles allocations.", "fr"),
    ],
)
def test_short_news_are_told_apart(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "12:36 — 15%", "да", "OK", "2024", "https://iz.ru/news/politics/1234", "🔥🔥🔥" * 20, BULGARIAN_LOOKALIKE],
)
def test_what_tells_too_little_has_no_language(text):
    assert detect_language(text) is None


def test_addresses_do_not_make_a_text_english():
    assert detect_language("Мост через Ильму открыли. " + "https://example.com/the/best/news/of/the/world " * 5) == "ru"


def test_only_the_beginning_of_a_long_text_is_looked_at():
    assert detect_language(" ".join(BRIDGE) * 40 + "The comet passed Saturn late on Monday. " * 200_000) == "ru"


def test_detection_is_the_same_every_time_and_needs_no_network(monkeypatch):
    monkeypatch.setattr(socket, "socket", None)

    assert {detect_language(" ".join(TRAM)) for _ in range(20)} == {"ru"}


@pytest.mark.parametrize(
    ("written", "code"),
    [("ru", "ru"), (" RU ", "ru"), ("de-AT", "de"), ("en_US", "en"), ("rus", None), ("", None), ("r", None)],
)
def test_codes_have_two_letters(written, code):
    assert language_code(written) == code


@pytest.mark.parametrize(("text", "expected"), [("Привет, world", True), ("Hello, мир", False), ("", False)])
def test_alphabets_are_counted(text, expected):
    assert mostly_cyrillic(text) is expected


def languages_of(library):
    return {article.id: article.language for article in library.newest(9)}


def test_the_language_of_an_article_is_detected_when_it_is_stored(library, corpus):
    corpus.write_lines(
        "feed.jsonl",
        [
            {"id": "ru", "date": "2024-01-06", "text": " ".join(BRIDGE)},
            {"id": "uk", "date": "2024-01-05", "text": "Новий трамвай вийшов на лінію до вокзалу.", "title": "Трамвай"},
            {"id": "en", "date": "2024-01-04", "text": "The comet passed Saturn late on Monday.", "lang": ""},
            {"id": "said", "date": "2024-01-03", "text": "Новий міст відкрили у вересні.", "lang": "be-BY"},
            {"id": "none", "date": "2024-01-02", "text": "12:36 — 15 %, 14:00 — 17 %, 15:00 — 22 %"},
        ],
    )
    library.index()

    assert languages_of(library) == {"ru": "ru", "uk": "uk", "en": "en", "said": "be", "none": None}
    assert library.status().languages == (
        LanguageCount("be", 1),
        LanguageCount("en", 1),
        LanguageCount("ru", 1),
        LanguageCount("uk", 1),
        LanguageCount(None, 1),
    )


def test_the_status_tells_languages_in_one_line(library, corpus, capsys):
    corpus.write("bridge", *BRIDGE)
    corpus.write("tram", *TRAM)
    corpus.write_lines("feed.jsonl", [{"id": "none", "text": "12:36 — 15 %, 14:00 — 17 %"}])
    library.index()

    print_status(Console(), library.status())

    assert "languages   ru 2, (unknown) 1\n" in capsys.readouterr().out


def test_the_language_of_an_unchanged_article_is_not_detected_again(indexed, corpus, monkeypatch):
    asked = []
    monkeypatch.setattr("retrieval.ingest.collecting.detect_language", asked.append)
    corpus.write("tram", *TRAM)

    report = indexed.index()

    assert (report.articles.unchanged, report.articles.changed, report.articles.added) == (3, 0, 1)
    assert asked == ["Tram\n" + " ".join(TRAM)]


def test_an_article_stored_before_languages_were_detected_is_stored_anew_and_not_embedded(
    library, three_articles, monkeypatch
):
    monkeypatch.setattr("retrieval.ingest.recipe.RECIPE", "split 1, embed 1")
    monkeypatch.setattr("retrieval.ingest.collecting.detect_language", lambda _: None)
    library.index()
    assert library.status().languages == (LanguageCount(None, 3),)
    monkeypatch.undo()

    report = library.index()

    assert (report.articles.changed, report.embedded) == (3, 0)
    assert library.status().languages == (LanguageCount("ru", 2), LanguageCount("en", 1))
