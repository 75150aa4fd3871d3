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
from hashing_model import BRIDGE, COMET, TRAM, Corpus, HashingLibrary, settings_for
from web_documents import rss, rss_item
from web_server import XML, WebServer

from retrieval.errors import NothingToIndexError
from retrieval.types import ArticleCounts, IndexReport, LoadProblem
from retrieval.watching import SourceWatch

SETTLE = 0.4
QUIET = 2.5
"""Seconds in which nothing more is expected to happen."""


class Watched:
    """A watch in a thread, which counts the occasions that it yields."""

    def __init__(self, *sources, home, every=3600.0, during=lambda: None, longest=10.0):
        self.count = 0
        self.blind = []
        self.due = []
        self._stop = threading.Event()
        self.watch = SourceWatch(
            [str(source) for source in sources],
            home=home,
            every=every,
            settle=SETTLE,
            longest=longest,
            on_blind=self.blind.append,
        )
        self._thread = threading.Thread(target=self._run, args=(during,))
        self._thread.start()
        until(lambda: self.count == 1)

    def _run(self, during):
        for is_due in self.watch.occasions(self._stop):
            during()
            self.due.append(is_due)
            self.count += 1

    def end(self):
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def watched(home):
    begun = []

    def begin(*sources, **others):
        begun.append(Watched(*sources, home=home, **others))
        return begun[-1]

    yield begin
    for each in begun:
        each.end()


# Occasions


def test_files_that_are_written_together_are_one_occasion(watched, corpus):
    watch = watched(corpus.folder)
    for number in range(20):
        corpus.write(f"article-{number}", "Текст.")

    until(lambda: watch.count == 2)
    time.sleep(QUIET)
    assert watch.count == 2


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


def test_a_file_that_is_being_written_is_left_until_it_rests(watched, corpus):
    seen = []
    path = corpus.write("long", "Начало.")
    watch = watched(corpus.folder, during=lambda: seen.append(path.read_text(encoding="utf-8").count("строка")))
    with path.open("a", encoding="utf-8") as file:
        for _ in range(20):
            file.write("Ещё одна строка.\n")
            file.flush()
            time.sleep(SETTLE / 4)

    until(lambda: watch.count == 2)
    assert seen == [0, 20]


def test_a_file_that_never_rests_is_not_waited_for_for_ever(watched, corpus):
    watch = watched(corpus.folder, longest=2.0)
    deadline = time.monotonic() + 60
    while watch.count == 1 and time.monotonic() < deadline:
        corpus.write("log", str(time.monotonic()))
        time.sleep(SETTLE / 4)

    assert watch.count > 1


def test_what_changes_during_an_occasion_makes_another(watched, corpus):
    may_go_on = threading.Event()
    may_go_on.set()
    watch = watched(corpus.folder, during=lambda: may_go_on.wait(60))
    may_go_on.clear()
    corpus.write("first", "Текст.")
    time.sleep(1)
    corpus.write("second", "Текст.")
    time.sleep(1)
    corpus.write("third", "Текст.")
    may_go_on.set()

    until(lambda: watch.count >= 3)


def test_a_home_inside_a_watched_folder_and_hidden_files_set_nothing_off(corpus, home):
    inside = corpus.folder / "state"
    inside.mkdir()
    watch = Watched(corpus.folder, home=inside)
    library = HashingLibrary(settings_for(inside, corpus.folder / "bridge.txt"))
    try:
        (corpus.folder / ".git").mkdir()
        (corpus.folder / ".git" / "index").write_text("x")
        (corpus.folder / ".bridge.txt.swp").write_text("x")
        (inside / "bot.heartbeat").touch()
        time.sleep(QUIET)
        assert watch.count == 1
        corpus.write("bridge", *BRIDGE)
        until(lambda: watch.count == 2)
        library.index()
        time.sleep(QUIET)
        assert watch.count == 2
    finally:
        watch.end()


def test_sources_inside_the_home_are_watched(home):
    inside = Corpus(home / "articles")
    inside.write("bridge", *BRIDGE)
    watch = Watched(inside.folder, home=home)
    try:
        inside.write("comet", *COMET)
        until(lambda: watch.count == 2)
    finally:
        watch.end()


def test_reading_sets_nothing_off(watched, three_articles, home):
    library = HashingLibrary(settings_for(home, three_articles.folder))
    watch = watched(three_articles.folder, during=library.index)
    time.sleep(QUIET)

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


def test_web_addresses_are_looked_at_at_intervals(watched):
    watch = watched("https://news.example/feed", every=0.5)

    until(lambda: watch.count >= 4)


def test_changes_of_files_do_not_put_the_interval_off(watched, corpus):
    watch = watched(corpus.folder, every=3.0)
    deadline = time.monotonic() + 60
    while watch.due.count(True) < 3 and time.monotonic() < deadline:
        corpus.write("article", str(time.monotonic()))
        time.sleep(SETTLE * 2)

    assert watch.due[0] is True
    assert (watch.due.count(True), False in watch.due) == (3, True)


def test_where_events_cannot_be_had_the_interval_remains(corpus, home, monkeypatch):
    def refuse(*_paths, **_options):
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("retrieval.watching.watch", refuse)
    watch = Watched(corpus.folder, home=home, every=0.5)
    try:
        until(lambda: watch.count >= 3)
        assert [str(error) for error in watch.blind] == ["[Errno 28] inotify watch limit reached"]
    finally:
        watch.end()


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
        began = time.monotonic()

        assert command.end(signal.SIGTERM) == 0
        assert time.monotonic() - began < 20


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


def test_it_waits_for_the_first_article_and_says_so_once(run, corpus, home):
    command = run("index", "--watch", corpus.folder)
    until(lambda: command.warnings)
    (corpus.folder / "notes.unknown").write_text("no article")
    time.sleep(QUIET)
    corpus.write("bridge", *BRIDGE)

    assert told(command).startswith("generation 000001: 1 added;")
    assert command.end(signal.SIGTERM) == 0
    [warning] = command.warnings
    assert warning.startswith("citebot: no articles in ")


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
    HashingLibrary(settings_for(home, corpus.folder)).index()
    corpus.write_lines("feed.jsonl", [{"id": number, "text": f"Сообщение {number}."} for number in range(3000)])
    library = HashingLibrary(settings_for(home, corpus.folder))
    command = run("index", "--watch", corpus.folder, HASHING_SECONDS="0.3")
    committed = until(lambda: (count := embedded(home)) > 2 and count)

    assert command.end(signal.SIGTERM) == 0
    assert command.warnings == ["citebot: told to stop; what is published stays, and what is embedded is kept"]
    assert embedded(home) == committed == 2 + 1024
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
    from bot.watch import Watcher

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
