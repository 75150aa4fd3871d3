"""Whole articles by their keys, and what the articles of an index cover."""

import re
from datetime import UTC, date, datetime

import pytest
from hashing_model import BRIDGE, COMET, cited

from retrieval.articles import KEY_LENGTH, ArticleKeys, article_key


@pytest.mark.parametrize("article_id", ["a", "", "папка/" * 100, "x" * 5000, "\udcff", "a\0b", "😀"])
def test_a_key_is_short_and_plain_whatever_the_id(article_id: str) -> None:
    key = article_key(article_id)
    assert len(key) == KEY_LENGTH
    assert re.fullmatch("[A-Za-z0-9_-]+", key)
    assert article_key(article_id) == key != article_key(article_id + "1")


def test_keys_find_their_revisions_and_nothing_else() -> None:
    ids = [f"статья/{number}" for number in range(500)]
    keys = ArticleKeys(3, [(article_id, 1000 + number) for number, article_id in enumerate(ids)])
    assert [keys.revision(article_key(article_id)) for article_id in ids] == list(range(1000, 1500))
    for key in ("", "short", "A" * KEY_LENGTH, "_" * KEY_LENGTH, "A" * 64, "ключключклю", article_key("other")):
        assert keys.revision(key) is None
    assert ArticleKeys(1, []).revision(article_key("a")) is None


def test_an_article_is_found_by_its_key_also_after_it_has_changed(indexed, three_articles) -> None:
    bridge = indexed.article(article_key("bridge"))
    assert (bridge.id, bridge.title, bridge.text) == ("bridge", "Bridge", " ".join(BRIDGE))
    assert indexed.article(article_key("tram")) is None
    three_articles.write("bridge", *COMET)
    three_articles.remove("harvest")
    indexed.index()
    assert indexed.article(article_key("bridge")).text == " ".join(COMET)
    assert indexed.article(article_key("harvest")) is None
    indexed.rollback()
    assert indexed.article(article_key("bridge")).text == " ".join(BRIDGE)


def test_a_citation_is_a_slice_of_the_article(indexed) -> None:
    [citation] = indexed.ask("Какова длина моста?", limit=1).citations
    article = indexed.article(article_key(citation.article_id))
    assert article.text[citation.start : citation.end] == citation.excerpt


def test_the_nearest_articles_are_each_named_once(indexed) -> None:
    assert indexed.nearest(" ".join(COMET), 2)[0].article_id == "comet"
    nearest = indexed.nearest("Мост через Ильму", 5)
    assert nearest[0].article_id == "bridge"
    assert len({article.article_id for article in nearest}) == len(nearest)
    assert len(indexed.nearest("Мост через Ильму", 1)) == 1


def test_coverage_counts_outlets_and_dates(library, corpus) -> None:
    corpus.write_lines(
        "news.jsonl",
        [
            {"id": "1", "title": "One", "date": "2024-09-01", "source": "iz.ru", "text": "One thing happened today."},
            {"id": "2", "title": "Two", "date": "2024-09-05", "source": "iz.ru", "text": "Two things happened."},
            {"id": "3", "title": "Three", "date": "2024-01-02", "source": "b.org", "text": "Three more came later."},
            {"id": "4", "title": "Four", "text": "Four have no date at all."},
        ],
    )
    library.index()
    coverage = library.coverage()
    outlets = [(each.name, each.articles, each.first_date, each.last_date) for each in coverage.outlets]
    assert outlets == [
        ("iz.ru", 2, date(2024, 9, 1), date(2024, 9, 5)),
        ("", 1, None, None),
        ("b.org", 1, date(2024, 1, 2), date(2024, 1, 2)),
    ]
    assert (coverage.articles, coverage.generation) == (4, 1)
    assert (coverage.first_date, coverage.last_date) == (date(2024, 1, 2), date(2024, 9, 5))
    assert coverage.published_at.tzinfo is None
    # The settings' time zone is Moscow's.
    assert abs(coverage.published_at - datetime.now(UTC).replace(tzinfo=None)).total_seconds() < 4 * 3600
    assert [article.id for article in library.newest(2)] == ["2", "1"]
    assert [article.id for article in library.newest(9)] == ["2", "1", "3"]


def test_articles_without_dates_cover_no_time(indexed) -> None:
    coverage = indexed.coverage()
    assert coverage.first_date is coverage.last_date is None
    assert indexed.newest(3) == []
    assert cited(indexed.ask("Какова длина моста?"))[0] == "bridge"
