"""When sources were read and how new they are: what a run notes, and which source is silent."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hashing_model import hashing_library, settings_for
from web_documents import rss, rss_item
from web_server import XML, Served, WebServer

from retrieval.errors import NothingToIndexError, StoppedError
from retrieval.ingest.heard import SourceState, longest_pause, read_sources
from retrieval.progress import Progress

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOSCOW = ZoneInfo("Europe/Moscow")
TEXTS = [f"Number {number} of the bulletins tells of bridge number {number}." for number in range(40)]


def records(*ages):
    return [
        {"id": f"a{number}", "text": TEXTS[number], "date": (NOW - age).astimezone(MOSCOW).isoformat()}
        for number, age in enumerate(ages)
    ]


@pytest.fixture
def one(corpus):
    """A file that is a source."""
    return corpus.folder / "one.jsonl"


@pytest.fixture
def index(home):
    def index(*sources, **settings):
        before = datetime.now(UTC)
        settings = {"fetch_delay": 0, "fetch_private_addresses": True, **settings}
        hashing_library(settings_for(home, *sources, **settings)).index()
        return before, read_sources(home), datetime.now(UTC)

    return index


def test_a_run_notes_when_each_source_was_read_and_how_new_it_is(corpus, one, index):
    ages = [2 * HOUR, 3 * DAY, 8 * DAY, 9 * DAY, 10 * DAY, 50 * DAY]
    corpus.write_lines("one.jsonl", [*records(*ages), {"id": "undated", "text": "Undated."}])
    corpus.write_lines("two.jsonl", [{"id": "b", "text": "Another text.", "date": "2024-09-09"}])
    before, [first, second], after = index(one, corpus.folder / "two.jsonl")
    assert before <= first.read_at == first.tried_at <= after
    assert (first.place, first.newest_at) == (str(one), NOW - 2 * HOUR)
    assert first.longest_pause == 5 * DAY  # that before it is from before the last thirty days
    assert second.newest_at == datetime(2024, 9, 9, tzinfo=MOSCOW)
    assert second.longest_pause is None


def test_what_comes_from_the_future_is_not_the_newest(corpus, one, index):
    corpus.write_lines("one.jsonl", records(2 * HOUR, -3 * DAY))
    _, [state], _ = index(one)
    assert state.newest_at == NOW - 2 * HOUR


def test_a_source_that_fails_keeps_what_was_known_of_it(corpus, one, index, tmp_path):
    corpus.write_lines("one.jsonl", records(2 * HOUR))
    other = tmp_path / "other.txt"
    other.write_text("Мост\n\nМост открыли в сентябре.\n", encoding="utf-8")
    _, [before, _], _ = index(one, other)
    one.unlink()
    _, [failed, kept], _ = index(one, other)
    assert failed.tried_at == kept.tried_at == kept.read_at > before.read_at == failed.read_at
    assert failed.newest_at == NOW - 2 * HOUR


def test_a_run_that_finds_nothing_has_tried_all_the_same_and_what_is_no_source_is_forgotten(corpus, one, index, home):
    corpus.write_lines("one.jsonl", records(2 * HOUR))
    _, [before], _ = index(one)
    one.unlink()
    with pytest.raises(NothingToIndexError):
        index(one)
    [tried] = read_sources(home)
    assert tried.tried_at > before.tried_at == tried.read_at
    other = corpus.write("other", "Трамвай пустили.")
    _, states, _ = index(other)
    assert [state.place for state in states] == [str(other)]


def test_what_a_stopped_run_has_not_come_to_stays_as_it_was(corpus, one, home):
    two = corpus.write_lines("two.jsonl", [{"id": "b", "text": "Another text."}])
    corpus.write_lines("one.jsonl", records(2 * HOUR))
    hashing_library(settings_for(home, one, two)).index()
    before = read_sources(home)

    class Stopping(Progress):
        def reading(self, _articles, place):
            if place == str(two):
                raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        hashing_library(settings_for(home, one, two), progress=Stopping()).index()
    first, second = read_sources(home)
    assert second == before[1]
    assert first.read_at > before[0].read_at


def test_an_address_is_known_without_its_credentials_and_fails_by_itself(home, index):
    with WebServer() as server:
        item = rss_item("one", f"<p>{TEXTS[0]}</p>", date=(NOW - HOUR).strftime("%a, %d %b %Y %H:%M:%S +0000"))
        address = server.serve("/feed?token=secret", rss(item), XML).replace("http://", "http://ann:secret@")
        _, [state], _ = index(address)
        assert state.newest_at == NOW - HOUR
        assert state.place == f"{server.root}/feed?token=***"
        assert "secret" not in (home / "sources.json").read_text(encoding="utf-8")
        server.paths["/feed?token=secret"] = Served(status=404)
        with pytest.raises(NothingToIndexError):
            index(address)
    [failed] = read_sources(home)
    assert failed.tried_at > failed.read_at == state.read_at


def test_an_address_that_rests_was_neither_tried_nor_read(home):
    with WebServer() as server:
        item = rss_item("one", f"<p>{TEXTS[0]}</p>")
        address = server.serve("/feed", rss(item), XML)
        settings = settings_for(home, address, fetch_delay=0, fetch_private_addresses=True)
        library = hashing_library(settings)
        library.ask_addresses_anew()
        library.index()
        [asked] = read_sources(home)
        library.index()
        assert read_sources(home) == [asked]
        library.ask_addresses_anew()
        library.index()
        assert read_sources(home)[0].read_at > asked.read_at


WITHOUT_ZONE = {"place": "/srv", "tried_at": "2026-01-01T00:00:00", "read_at": None, "newest_at": None}


@pytest.mark.parametrize("noted", [{}, WITHOUT_ZONE | {"longest_pause": None}])
def test_a_damaged_note_counts_as_none(corpus, one, index, home, noted):
    home.mkdir()
    (home / "sources.json").write_text(json.dumps({"generation": 1, "sources": [noted]}), encoding="utf-8")
    assert read_sources(home) == []
    corpus.write_lines("one.jsonl", records(2 * HOUR))
    _, [state], _ = index(one)
    assert state.newest_at == NOW - 2 * HOUR


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ((), None),
        ((0, 1, 2, 3), None),
        ((0, 1, 2, 3, 4), None),  # not a week yet
        ((0, 1, 2, 3, 8), 5),
        ((0, 1, 2, 3, 8, 40), 5),
        ((0, 1, 2, 29, 31), None),
    ],
)
def test_the_longest_pause_is_that_of_a_month_that_is_known_well_enough(ages, expected):
    moments = [NOW - age * DAY for age in reversed(ages)]
    assert longest_pause(moments) == (None if expected is None else expected * DAY)


@pytest.mark.parametrize(
    ("read", "tried", "newest", "pause", "expected"),
    [
        (1 * HOUR, 1 * HOUR, 20 * HOUR, HOUR, None),  # at least a day
        (1 * HOUR, 1 * HOUR, 26 * HOUR, HOUR, "overdue"),
        (1 * HOUR, 1 * HOUR, 5 * DAY, 2 * DAY, None),
        (1 * HOUR, 1 * HOUR, 7 * DAY, 2 * DAY, "overdue"),
        (1 * HOUR, 1 * HOUR, 700 * DAY, None, None),  # nothing is known of its pauses
        (1 * HOUR, 1 * HOUR, None, None, None),
        (90 * DAY, 90 * DAY, 91 * DAY, DAY, None),  # nobody has read it since
        (5 * HOUR, 1 * HOUR, 6 * HOUR, HOUR, None),
        (7 * HOUR, 1 * HOUR, 8 * HOUR, HOUR, "unread"),
        (None, 1 * HOUR, None, None, "unread"),
    ],
)
def test_which_source_is_silent(read, tried, newest, pause, expected):
    moments = [None if age is None else NOW - age for age in (read, newest)]
    assert SourceState("place", NOW - tried, *moments, pause).silence(NOW) == expected


def test_of_folders_the_inner_one_counts(corpus, index, tmp_path):
    inner = tmp_path / "articles" / "inner"
    inner.mkdir()
    corpus.write_lines("inner/one.jsonl", records(2 * HOUR))
    corpus.write_lines("two.jsonl", [{"id": "b", "text": "Another text.", "date": "2024-09-09"}])
    _, states, _ = index(corpus.folder, inner)
    assert [(state.place, state.newest_at) for state in states] == [
        (str(corpus.folder), datetime(2024, 9, 9, tzinfo=MOSCOW)),
        (str(inner), NOW - 2 * HOUR),
    ]


def test_the_first_run_of_a_server_may_fail_and_notes_what_it_could_not_read(home, corpus, migrated_url, caplog):
    with pytest.raises(NothingToIndexError):
        hashing_library(settings_for(home, corpus.folder / "gone", database_url=migrated_url)).index()

    assert caplog.messages == []
    assert [(state.place, state.read_at) for state in read_sources(home)] == [(str(corpus.folder / "gone"), None)]
    assert home.stat().st_mode & 0o777 == 0o700
