"""The main stories of a day, over a real index: what most outlets tell first, and nothing of another day."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hashing_model import Corpus, hashing_library, settings_for

from bot.cli import cli
from retrieval.types import Digest

UNTIL = datetime(2024, 7, 2, 9)  # noqa: DTZ001 - articles carry naive times
FLOOD = "Паводок в Старопрудске в ночь на понедельник затопил 63 дома и школу. Жителей вывозят на лодках."
TEXTS = {
    "flood": ("2024-07-01T20:00:00", "iz.ru", FLOOD),
    "flood-tass": ("2024-07-01T21:00:00", "tass.ru", FLOOD),
    "flood-again": ("2024-07-02T08:00:00", "ria.ru", f"{FLOOD} Школу отдали под ночлег."),
    "theatre": ("2024-07-02T07:00:00", "iz.ru", "Театр показал новую пьесу о море. Билеты раскупили за час."),
    "comet": ("2024-07-01", "astro.org", "The comet passed Saturn late on Monday. Its tail was filmed."),
    "before": ("2024-07-01T08:59:00", "iz.ru", "Трамвай вышел на линию до вокзала. Билет стоит 42 рубля."),
    "day-before": ("2024-06-30", "iz.ru", "Аграрии собрали 120 тонн пшеницы. Урожай выше прошлогоднего."),
    "after": ("2024-07-02T09:01:00", "iz.ru", "Мост через Ильму открыли утром. Его длина 840 метров."),
    "undated": (None, "iz.ru", "Лес посадили школьники. Саженцы дал питомник."),
    "far-ahead": ("2031-07-02T08:00:00", "iz.ru", "Завод запустил новый цех. В нём работают триста человек."),
    "last": ("9999-12-31", "iz.ru", "Часы на башне встали. Мастера обещают пустить их завтра."),
    "today": ("2024-07-02", "iz.ru", "Музей открыл зал минералов. Вход свободный до осени."),
}


@pytest.fixture
def digest_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    corpus = Corpus(tmp_path / "news")
    records = [
        {"id": name, "title": name.title(), "date": moment, "source": outlet, "text": text}
        for name, (moment, outlet, text) in TEXTS.items()
    ]
    corpus.write_lines("news.jsonl", records)
    library = hashing_library(settings_for(tmp_path / "home", tmp_path / "news"))
    library.index()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.commands.opening.open_library", lambda *_: library)
    return library.digest


def told(digest: Digest) -> list[str]:
    return [citation.article_id for citation in digest.citations]


def test_what_most_outlets_tell_comes_first_and_then_the_newest(digest_of) -> None:
    digest = digest_of(UNTIL)
    assert told(digest) == ["flood-again", "theatre", "comet"]
    flood = digest.citations[0]
    assert flood.excerpt == "Паводок в Старопрудске в ночь на понедельник затопил 63 дома и школу."
    assert [version.article_id for version in flood.reprints] == ["flood", "flood-tass"]
    assert flood.other_outlets == 2
    assert (digest.since, digest.until) == (datetime(2024, 7, 1, 9), UNTIL)  # noqa: DTZ001 - as above


def test_each_article_is_told_on_one_day(digest_of) -> None:
    assert sorted(told(digest_of(datetime(2024, 7, 1, 9)))) == ["before", "day-before"]  # noqa: DTZ001 - as above
    assert sorted(told(digest_of(datetime(2024, 7, 3, 9)))) == ["after", "today"]  # noqa: DTZ001 - as above
    assert told(digest_of(datetime(2024, 7, 9, 9))) == []  # noqa: DTZ001 - as above


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])  # noqa: DTZ901 - as above
def test_the_first_and_the_last_moment_that_there_are_have_a_digest(digest_of, moment: datetime) -> None:
    assert told(digest_of(moment)) == []


def test_no_more_stories_than_are_wanted(digest_of) -> None:
    assert told(digest_of(UNTIL, count=1)) == ["flood-again"]


@pytest.mark.usefixtures("digest_of")
def test_the_command_prints_them_or_that_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEBOT_LANGUAGE", "ru")

    def said(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["digest", *arguments])
        assert done.exit_code == 0
        return done.stdout

    lines = said("--now", "2024-07-02T09:00").splitlines()
    assert lines[0] == "[1] Паводок в Старопрудске в ночь на понедельник затопил 63 дома и школу."
    assert lines[1].startswith("    Flood-Again · ria.ru · +2 издания")
    assert said("--now", "2024-08-02") == "За последние сутки ничего не вышло.\n"
    found = json.loads(said("--now", "2024-07-02T09:00", "--json"))
    assert list(found) == ["since", "until", "citations"]
    assert [citation["article_id"] for citation in found["citations"]] == ["flood-again", "theatre", "comet"]
