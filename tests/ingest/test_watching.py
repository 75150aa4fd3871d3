"""Watching: every change is brought in, once and whole, and nothing else sets a run off."""

import json
import re
import shutil
import signal
import threading
import time

import pytest
from citebot_process import Command, until
from filelock import FileLock
from hashing_model import BRIDGE, COMET, TRAM, Corpus, hashing_library, settings_for
from web_documents import rss, rss_item
from web_server import XML, FakeTime, WebServer

from retrieval.errors import NothingToIndexError
from retrieval.ingest import watching
from retrieval.ingest.watching import SourceWatch
from retrieval.types import ArticleCounts, IndexReport, LoadProblem

SETTLE = 0.4


# When it is time: file events that are written down beforehand, by a clock that only they move


class Script(threading.Event):
    """What happens at which second, one after the other; a watch that waits is taken to the next of them.

    Takes the place of the event that ends a watch, of its clock, and of the file events.
    """

    def __init__(self, *moments):
        super().__init__()
        self.now = 0.0
        self._moments = list(moments)

    def clock(self):
        return self.now

    def events(self, *_folders, **_options):
        """Yield the paths that change at each moment, as watchfiles does."""
        while not self.is_set():
            yield self._next()

    def wait(self, timeout=None):  # noqa: ARG002 - the script tells how long
        """Take a watch that has no folder to the next moment."""
        self._next()
        return self.is_set()

    def _next(self):
        self.now, *paths = self._moments.pop(0)
        if not self._moments:
            self.set()
        return {(1, str(path)) for path in paths}


@pytest.fixture
def occasions(corpus, home, monkeypatch):
    """Run a watch of `corpus` through a script; return at which seconds it was time, and whether the time was up."""

    def run(*moments, sources=None, during=lambda _now: None, **others):
        script, found = Script(*moments), []
        monkeypatch.setattr("retrieval.ingest.watching.watch", script.events)
        folders = [str(corpus.folder)] if sources is None else sources
        timing = {"every": 3600.0, "settle": 1.0, "longest": 10.0, **others}
        watch = SourceWatch(folders, home=home, clock=script.clock, **timing)
        for is_due in watch.occasions(script):
            found.append((script.now, is_due))
            during(script)
        return found

    return run


def test_files_that_are_written_together_are_one_occasion(occasions, corpus):
    files = [corpus.folder / f"article-{number}" for number in range(20)]
    assert occasions((0,), (0.5, *files[:10]), (0.75, *files[10:]), (1.5,), (1.75,), (2,), (100,), (3000,)) == [
        (0, True),
        (1.75, False),
    ]


def test_a_file_that_is_being_written_is_left_until_it_rests(occasions, corpus):
    file = corpus.folder / "long"
    writing = [(1 + step / 2, file) for step in range(10)]
    assert occasions((0,), *writing, (6,), (6.25,), (6.5,), (7,)) == [(0, True), (6.5, False)]


def test_a_file_that_never_rests_is_waited_for_no_longer_than_that(occasions, corpus):
    file = corpus.folder / "log"
    writing = [(1 + step / 2, file) for step in range(60)]
    assert occasions((0,), *writing) == [(0, True), (11, False), (21.5, False)]


def test_what_changes_during_an_occasion_makes_another(occasions, corpus):
    def go_on(script):
        script.now += 60

    first, second = corpus.folder / "first", corpus.folder / "second"
    script = ((0,), (61, first), (62,), (123, second), (124,), (200,))
    assert occasions(*script, during=go_on) == [(0, True), (62, False), (124, False)]


def test_web_addresses_are_looked_at_at_intervals(occasions):
    moments = [(second / 2,) for second in range(30)]
    assert occasions(*moments, sources=["https://news.example/feed"], every=5.0) == [(0, True), (5, True), (10, True)]


def test_changes_of_files_do_not_put_the_interval_off(occasions, corpus):
    writing = [(second, corpus.folder / "article") if second % 2 else (second,) for second in range(13)]
    assert occasions(*writing, every=5.0) == [
        (0, True), (2, False), (4, False), (6, True), (8, False), (10, False), (12, True),
    ]  # fmt: skip


def test_it_may_be_asked_for_another_occasion_sooner(corpus, home, monkeypatch):
    script = Script((0,), (4,), (5,), (6,))
    monkeypatch.setattr("retrieval.ingest.watching.watch", script.events)
    watch = SourceWatch([str(corpus.folder)], home=home, every=3600.0, clock=script.clock)
    found = []
    for _ in watch.occasions(script):
        found.append(script.now)
        if script.now == 0:
            watch.again_in(5)
    assert found == [0, 5]


# What is noticed: real files and their events


class Watched:
    """A watch in a thread, which counts the occasions that it yields, and the events that it was handed."""

    def __init__(self, *sources, home, monkeypatch, every=3600.0, during=lambda: None, clock=time.monotonic):
        self.count = 0
        self.blind = []
        self.looks = 0
        self.paths = set()
        self._stop = threading.Event()
        monkeypatch.setattr("retrieval.ingest.watching.watch", self._noting(watching.watch))
        self.watch = SourceWatch(
            [str(source) for source in sources],
            home=home,
            every=every,
            settle=SETTLE,
            on_blind=self.blind.append,
            clock=clock,
        )
        self._thread = threading.Thread(target=self._run, args=(during,))
        self._thread.start()
        until(lambda: self.count == 1)

    def _noting(self, watch):
        def noting(*folders, **options):
            for changes in watch(*folders, **options):
                self.paths.update(path.rpartition("/")[2] for _, path in changes)
                yield changes
                self.looks += 1

        return noting

    def _run(self, during):
        for _ in self.watch.occasions(self._stop):
            during()
            self.count += 1

    def has_noticed(self, name):
        """Wait until the event of a file of this name was handed over, and looked at."""
        until(lambda: name in self.paths)
        looks = self.looks
        until(lambda: self.looks >= looks + 2)

    def end(self):
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def watched(home, monkeypatch):
    begun = []

    def begin(*sources, home=home, **others):
        begun.append(Watched(*sources, home=home, monkeypatch=monkeypatch, **others))
        return begun[-1]

    yield begin
    for each in begun:
        each.end()


@pytest.mark.parametrize("change", ["new", "changed", "removed", "moved in", "below", "folder moved in"])
def test_every_kind_of_change_below_a_folder_is_noticed(watched, corpus, tmp_path, change):
    path = corpus.write("article", "Текст.")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(path, elsewhere)
    (corpus.folder / "below").mkdir()
    watch = watched(corpus.folder)
    {
        "new": lambda: corpus.write("other", "Текст."),
        "changed": lambda: corpus.write("article", "Другой текст."),
        "removed": path.unlink,
        "moved in": lambda: (elsewhere / "article.txt").rename(corpus.folder / "moved.txt"),
        "below": lambda: corpus.write("below/article", "Текст."),
        "folder moved in": lambda: elsewhere.rename(corpus.folder / "elsewhere"),
    }[change]()

    until(lambda: watch.count == 2)


def test_hidden_files_and_a_home_inside_a_watched_folder_set_nothing_off(watched, corpus):
    inside = corpus.folder / "state"
    inside.mkdir()
    clock = FakeTime()
    watch = watched(corpus.folder, home=inside, clock=clock.clock)
    library = hashing_library(settings_for(inside, corpus.folder / "bridge.txt"))

    (corpus.folder / ".git").mkdir()
    (corpus.folder / ".git" / "index").write_text("x")
    (corpus.folder / ".bridge.txt.swp").write_text("x")
    (inside / "bot.heartbeat").touch()
    watch.has_noticed("bot.heartbeat")
    clock.now += 60
    watch.has_noticed("bot.heartbeat")
    assert watch.count == 1

    corpus.write("bridge", *BRIDGE)
    watch.has_noticed("bridge.txt")
    clock.now += 60
    until(lambda: watch.count == 2)

    library.index()
    (corpus.folder / ".fence").touch()
    watch.has_noticed(".fence")
    clock.now += 60
    watch.has_noticed(".fence")
    assert {"citebot.sqlite", "index.lock"} < watch.paths
    assert watch.count == 2


def test_sources_inside_the_home_are_watched(watched, home):
    inside = Corpus(home / "articles")
    inside.write("bridge", *BRIDGE)
    watch = watched(inside.folder)
    inside.write("comet", *COMET)

    until(lambda: watch.count == 2)


def test_reading_sets_nothing_off(watched, three_articles, home):
    library, clock = hashing_library(settings_for(home, three_articles.folder)), FakeTime()
    watch = watched(three_articles.folder, during=library.index, clock=clock.clock)
    (three_articles.folder / ".fence").touch()
    watch.has_noticed(".fence")
    clock.now += 60
    watch.has_noticed(".fence")

    assert watch.count == 1


def test_a_source_that_does_not_exist_yet_is_waited_for(watched, tmp_path):
    folder, file = tmp_path / "later", tmp_path / "feed.jsonl"
    watch = watched(folder, file)
    folder.mkdir()
    until(lambda: watch.count == 2)
    (folder / "article.txt").write_text("Title\n\nText.")
    until(lambda: watch.count == 3)
    file.write_text("{}")
    until(lambda: watch.count == 4)
    shutil.rmtree(folder)
    until(lambda: watch.count == 5)
    folder.mkdir()
    until(lambda: watch.count == 6)


def test_a_source_that_is_no_path_is_watched_like_one_that_is_not_there(watched, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    watch = watched("news\0", folder)
    (folder / "article.txt").write_text("Title\n\nText.")
    until(lambda: watch.count == 2)


def test_a_source_that_is_a_file_may_be_replaced_as_editors_do(watched, corpus, tmp_path):
    feed = corpus.write_lines("feed.jsonl", [])
    watch = watched(feed)
    for count in (2, 3):
        new = tmp_path / "new"
        new.write_text(f"{count}")
        new.replace(feed)
        until(lambda count=count: watch.count == count)
    with feed.open("a") as file:
        file.write("more")
    until(lambda: watch.count == 4)


def test_where_events_cannot_be_had_the_interval_remains(corpus, home, monkeypatch):
    def refuse(*_paths, **_options):
        raise OSError(28, "inotify watch limit reached")

    script, blind = Script(*((second,) for second in range(12))), []
    monkeypatch.setattr("retrieval.ingest.watching.watch", refuse)
    watch = SourceWatch([str(corpus.folder)], home=home, every=5.0, clock=script.clock, on_blind=blind.append)

    assert [(script.now, is_due) for is_due in watch.occasions(script)] == [(0, True), (5, True), (10, True)]
    assert [str(error) for error in blind] == ["[Errno 28] inotify watch limit reached"]


# The command


LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  (.*); \d+\.\d s")


@pytest.fixture
def run(home, tmp_path):
    commands = []

    def begin(*arguments, **environment):
        commands.append(Command(*arguments, home=home, folder=tmp_path, **environment))
        return commands[-1]

    yield begin
    for command in commands:
        if command.process.poll() is None:
            command.process.kill()
            command.end()


def told(command):
    line = command.line()
    found = LINE.fullmatch(line)
    assert found, line
    return found[1]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_each_run_that_changes_something_is_one_line_until_it_is_told_to_end(run, corpus, ending):
    corpus.write("bridge", *BRIDGE)
    command = run("index", "--watch", corpus.folder)
    assert told(command) == "generation 000001: 1 added; 2 sentences, 2 of them embedded now"
    corpus.write("tram", *TRAM)
    corpus.write("comet", *COMET)
    assert told(command) == "generation 000002: 2 added; 6 sentences, 4 of them embedded now"
    corpus.write("comet", COMET[0])
    corpus.remove("tram")
    assert told(command) == "generation 000003: 1 changed, 1 removed; 3 sentences, 0 of them embedded now"

    assert command.end(ending) == 0
    assert command.lines_left() == []
    assert command.warnings == []


WEB = {"CITEBOT_FETCH_PRIVATE_ADDRESSES": "true", "CITEBOT_FETCH_DELAY": "0"}


def test_a_change_of_a_file_does_not_poll_addresses(run, corpus):
    with WebServer() as server:
        feed = server.serve("/rss", rss(rss_item("comet", COMET[0])), XML)
        corpus.write("bridge", *BRIDGE)
        command = run("index", "--watch", corpus.folder, feed, **WEB)
        assert told(command).startswith("generation 000001: 2 added;")
        corpus.write("tram", *TRAM)
        assert told(command).startswith("generation 000002: 1 added;")

        assert command.end(signal.SIGTERM) == 0
        assert server.asked() == {"/rss": 1}


def test_a_server_that_asks_to_wait_does_not_keep_it_from_ending(run):
    with WebServer() as server:
        feed = server.serve("/rss", status=429, headers={"Retry-After": "50"})
        command = run("index", "--watch", feed, **WEB)
        until(lambda: server.statuses("/rss"))

        assert command.end(signal.SIGTERM) == 0
        assert server.statuses("/rss") == [429], "50 seconds later it would have been asked again"


def test_as_json_each_report_is_a_line_and_problems_are_told_once(run, corpus):
    corpus.write_lines("feed.jsonl", [{"id": "bridge", "text": BRIDGE[0]}, {"id": "broken"}])
    command = run("index", "--watch", "--json", corpus.folder)
    first = json.loads(command.line())
    assert first["articles"]["added"] == 1
    assert len(first["problems"]) == 1
    corpus.write("tram", *TRAM)
    second = json.loads(command.line())
    assert (second["generation"], second["articles"]["added"]) == ("000002", 1)
    assert second["problems"] == first["problems"]

    assert command.end(signal.SIGTERM) == 0
    assert len(command.warnings) == 1
    assert re.fullmatch(r"citebot: .*feed\.jsonl:2: .*\"text\" is missing.*", command.warnings[0])


def test_it_waits_for_the_first_article_and_says_so_once(run, corpus, tmp_path):
    runs = tmp_path / "runs"
    command = run("index", "--watch", corpus.folder, HASHING_RUNS=str(runs))
    until(lambda: command.warnings)
    (corpus.folder / "notes.unknown").write_text("no article")
    until(lambda: runs.read_text().count("run") == 2)
    corpus.write("bridge", *BRIDGE)

    assert told(command).startswith("generation 000001: 1 added;")
    assert command.end(signal.SIGTERM) == 0
    place, over = corpus.folder, f"{corpus.folder}: 1 file passed over: 1 .unknown"
    stays = "the index stays as it is: check the sources (CITEBOT_SOURCES)"
    assert command.warnings == [
        f"citebot: no articles in '{place}'; {stays}",
        f"citebot: no articles in '{place}'; the first problem: {over}; {stays}",
        f"citebot: {over}",
    ]


def test_between_runs_others_may_write_and_while_they_do_it_waits(run, corpus, home, indexed):
    command = run("index", "--watch", corpus.folder)
    corpus.write("tram", *TRAM)
    assert told(command).startswith("generation 000002: 1 added;")
    assert indexed.rollback().name == "000001"
    with FileLock(home / "index.lock"):
        corpus.remove("comet")
        until(lambda: command.warnings)
    assert told(command).startswith("generation 000003: 1 added, 1 removed;")

    assert command.end(signal.SIGTERM) == 0
    assert command.warnings == [f"citebot: another citebot is writing the index in {home}: wait until it is done"]


def test_told_to_end_during_a_run_it_keeps_what_is_embedded(run, corpus, home):
    corpus.write("bridge", *BRIDGE)
    hashing_library(settings_for(home, corpus.folder)).index()
    corpus.write_lines("feed.jsonl", [{"id": number, "text": f"Сообщение {number}."} for number in range(3000)])
    library = hashing_library(settings_for(home, corpus.folder))
    command = run("index", "--watch", corpus.folder, HASHING_HOLD_AFTER="1024")
    until(lambda: embedded(home) == 2 + 1024)

    assert command.end(signal.SIGTERM) == 0
    assert command.warnings[-1] == "citebot: told to stop; what is published stays, and what is embedded is kept"
    assert embedded(home) == 2 + 1024
    assert library.status().generation == "000001"
    assert library.index().embedded == 3000 - 1024


def embedded(home):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "citebot.sqlite", timeout=30)) as connection:
        return connection.execute("SELECT count(*) FROM embedding").fetchone()[0]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--rebuild", "--watch"], "--watch goes with none of --rebuild, --dry-run and --accept-removals"),
        (["--dry-run", "--watch"], "--watch goes with none of --rebuild, --dry-run and --accept-removals"),
        (["--every", "5"], "--every goes with --watch"),
        (["--watch", "--every", "0"], "0 is not in the range x>=1"),
    ],
)
def test_what_makes_no_sense_together_is_wrong_usage(run, arguments, reason):
    command = run("index", *arguments)

    assert command.end() == 2
    assert reason in command.warnings[-1]


# What goes wrong in one run


def report_of(generation, *problems, **counts):
    return IndexReport(ArticleCounts(**counts), 1, 1, 0, generation, 0.1, problems)


def test_whatever_goes_wrong_in_one_run_the_next_one_goes_on():
    from bot.terminal.watch import Watcher

    outcomes = iter(
        [
            report_of("000001", unchanged=1),
            OSError(28, "No space left on device"),
            OSError(28, "No space left on device"),
            ZeroDivisionError("division by zero"),
            NothingToIndexError("no articles"),
            report_of("000001", LoadProblem("a.jsonl", 3, "is broken"), LoadProblem("b", None, "is gone"), unchanged=1),
            report_of("000002", LoadProblem("b", None, "is gone"), unchanged=1),
        ]
    )

    def index():
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    shown, warnings = [], []
    watcher = Watcher(index, show=shown.append, warn=warnings.append)
    again = [watcher.run() for _ in range(7)]

    assert again == [None, 60.0, 60.0, 60.0, 60.0, None, None]
    assert [report.generation for report in shown] == ["000002"]
    assert warnings == [
        "[Errno 28] No space left on device",
        "unexpected error, please report it: ZeroDivisionError: division by zero",
        "no articles",
        "a.jsonl:3: is broken",
        "b: is gone",
    ]
