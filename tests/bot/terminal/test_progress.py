"""What long work tells while it goes on: what is read, how fast, and how long it will take."""

import io

import pytest
from rich.console import Console

from bot.terminal import progress_bar as bar_module
from bot.terminal.progress_bar import ProgressBar
from retrieval.progress import Pace


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_rate_and_remaining_time_go_by_what_was_done_since_it_began(clock):
    pace = Pace(clock)
    pace.note(0, 1000)
    assert (pace.rate, pace.remaining) == (None, None)
    clock.now += 4
    pace.note(200, 1000)

    assert (pace.rate, pace.remaining) == (50.0, 16.0)


def test_where_other_work_begins_the_rate_begins_anew(clock):
    pace = Pace(clock)
    pace.note(40, None)
    clock.now += 2
    pace.note(60, None)
    assert (pace.rate, pace.remaining) == (10.0, None)
    clock.now += 10
    pace.note(0, 300)
    assert pace.rate is None
    clock.now += 1
    pace.note(100, 300)

    assert (pace.rate, pace.remaining) == (100.0, 2.0)


@pytest.fixture
def bar(clock, monkeypatch):
    """A bar that writes into a log, as a pair with what it has written."""
    monkeypatch.setattr(bar_module.time, "monotonic", clock)
    written = io.StringIO()
    shown = ProgressBar(Console(file=written))
    shown._pace = Pace(clock)
    return shown, written


def test_a_log_gets_a_line_every_half_minute(bar, clock):
    shown, written = bar
    with shown:
        for articles in range(0, 700, 10):
            shown.reading(articles, f"articles/{articles}.txt")
            clock.now += 1
        shown.embedding(0, 60_000)
        for done in range(100, 7000, 100):
            clock.now += 1
            shown.embedding(done, 60_000)
        shown.building()

    assert written.getvalue().splitlines() == [
        "reading articles: 300, 10/s, articles/300.txt",
        "reading articles: 600, 10/s, articles/600.txt",
        "embedding sentences: 2000 of 60000, 100/s, 10 min left",
        "embedding sentences: 5000 of 60000, 100/s, 9 min left",
    ]


def test_a_terminal_shows_rate_and_place_as_they_are(clock):
    written = io.StringIO()
    shown = ProgressBar(Console(file=written, force_terminal=True, width=140))
    with shown:
        shown.reading(1, "data/[red]/" + "long/" * 20 + "name.txt")
        shown._bar.refresh()

    assert "reading articles" in written.getvalue()
    assert "…/long/long/long/long/long/long/name.txt" in written.getvalue()
