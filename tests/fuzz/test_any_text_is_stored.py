"""What no database takes is told in one line wherever in an article it stands, and costs no other article."""

from datetime import datetime

import pytest

from retrieval import loaders
from retrieval.types import Article, LoadedArticle

KINDS_OF_HOMES = ("folder", "server")
SOUND = Article("a", "Title", "The bridge was opened on Monday.", datetime(2024, 9, 9), "iz.ru", "https://a.example")  # noqa: DTZ001
FIELDS = ("id", "title", "text", "source", "url")


@pytest.mark.parametrize(("character", "told"), [("\0", "a NUL character"), ("\ud800", "half of a surrogate pair")])
def test_surrogates_and_nul_in_any_column_cost_one_article(library, corpus, monkeypatch, character, told):
    broken = [
        Article(*(f"{getattr(SOUND, name)} {character} {field}" if name == field else getattr(SOUND, name)
                  if name != "id" else field for name in ("id", "title", "text", "published_at", "source", "url")))
        for field in FIELDS
    ]  # fmt: skip

    class Loader:
        def __init__(self, _timezone):
            pass

        def __call__(self, path, **_named):
            yield from (LoadedArticle(article, str(path), number) for number, article in enumerate([*broken, SOUND]))

    monkeypatch.setattr(loaders, "LOADERS", {".txt": Loader})
    corpus.write("any", "Text.")
    report = library.index()

    assert [(problem.line, told in problem.reason) for problem in report.problems] == [(n, True) for n in range(5)]
    [citation] = library.ask(f"{character} bridge {character}").citations
    assert citation.excerpt == SOUND.text
