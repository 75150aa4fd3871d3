"""Forgetting an article by hand: it is gone from every answer at once, its text from the disk, and it stays away."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa
from filelock import FileLock
from hashing_model import BRIDGE, COMET, HARVEST, cited, hashing_library, settings_for

from retrieval import upkeep as upkeep_module
from retrieval.articles import article_key
from retrieval.errors import IndexMissingError, NothingToIndexError, UnknownArticleError
from retrieval.progress import Progress
from retrieval.store.tables import revisions
from retrieval.types import ArticleCounts, Bounds, LanguageCount

KINDS_OF_HOMES = ("folder", "server")
ALL = {"bridge", "comet", "harvest"}


def adds_up(library):
    """Whether the status, what the outlets add up to, and what can be cited are the same; returns how many."""
    status, coverage = library.status(), library.coverage()
    counted = {
        status.articles,
        coverage.articles,
        sum(source.articles for source in status.sources),
        sum(language.articles for language in status.languages),
    }
    shown = {
        citation for question in (*BRIDGE, *HARVEST, *COMET) for citation in cited(library.ask(question, limit=50))
    }
    passages = library.rank("Мост", 50)
    assert counted == {len(shown)}
    assert status.passages == len(passages)
    assert status.sentences == sum(len(passage.sentences) for passage in passages)
    return len(shown)


def on_disk(home, text):
    """In which files of the database a text stands."""
    return [path.name for path in home.glob("citebot.sqlite*") if text.encode() in path.read_bytes()]


def shows(library, article_id):
    """Everywhere where an article shows."""
    found = []
    question = " ".join(COMET)
    if article_id in cited(library.ask(question, limit=50)):
        found.append("cited")
    if article_id in {near.article_id for near in library.ask(question, bounds=Bounds(2.0, 2.0)).nearest}:
        found.append("named")
    if article_id in {near.article_id for near in library.nearest(question, 50)}:
        found.append("near")
    if library.article(article_key(article_id)):
        found.append("whole")
    return found


@pytest.mark.of_files
def test_a_forgotten_article_is_gone_at_once_from_everywhere_in_every_process(indexed, home, corpus, home_settings):
    other = hashing_library(home_settings)
    assert shows(other, "comet") == ["cited", "named", "near", "whole"]
    assert on_disk(home, COMET[1]) != []

    assert indexed.forget(["comet"]) is True

    assert (shows(other, "comet"), shows(indexed, "comet")) == ([], [])
    assert (adds_up(other), adds_up(indexed)) == (2, 2)
    assert on_disk(home, COMET[0]) == on_disk(home, COMET[1]) == []
    assert [retraction.article_id for retraction in other.forgotten()] == ["comet"]


def languages_told(home):
    """What `citebot status --json` says: the number of articles, and that of each language."""
    status = json.loads(command(home, "status", "--json").stdout)
    return status["articles"], {language["language"]: language["articles"] for language in status["languages"]}


@pytest.mark.of_files
def test_the_languages_add_up_to_the_articles_before_and_after_the_text_is_erased(indexed, home, monkeypatch):
    monkeypatch.setattr(upkeep_module, "_PATIENCE", 0.05)
    both = (LanguageCount("ru", 2), LanguageCount("en", 1))
    assert (indexed.status().languages, languages_told(home)) == (both, (3, {"ru": 2, "en": 1}))

    with FileLock(home / "index.lock"):
        assert indexed.forget(["harvest"]) is False
        assert on_disk(home, HARVEST[0]) != []
        one_each = (LanguageCount("en", 1), LanguageCount("ru", 1))
        assert (indexed.status().languages, languages_told(home)) == (one_each, (2, {"en": 1, "ru": 1}))

    assert indexed.forget(["harvest"]) is True
    assert on_disk(home, HARVEST[0]) == []
    assert (indexed.status().languages, languages_told(home)) == (one_each, (2, {"en": 1, "ru": 1}))

    assert indexed.forget(["comet"]) is True
    assert (indexed.status().languages, languages_told(home)) == ((LanguageCount("ru", 1),), (1, {"ru": 1}))


def test_the_others_are_answered_as_if_it_had_never_been_there(indexed, corpus, tmp_path):
    corpus.remove("comet")
    without = hashing_library(settings_for(tmp_path / "other", corpus.folder))
    without.index()

    indexed.forget(["comet"])

    for question in (*BRIDGE, *HARVEST, *COMET):
        expected, found = without.ask(question, limit=9), indexed.ask(question, limit=9)
        told = [(each.article_id, each.start, each.end) for each in expected.citations]
        assert [(each.article_id, each.start, each.end) for each in found.citations] == told
        assert found.nearest == expected.nearest


def test_it_stays_away_by_its_id_and_by_its_text(indexed, corpus):
    indexed.forget(["comet"])
    corpus.write("copy", *COMET, title="Another headline")

    report = indexed.index()

    assert report.articles == ArticleCounts(unchanged=2, forgotten=2)
    assert (report.passages, report.sentences, report.generation) == (2, 4, "000002")
    assert indexed.index().generation == "000002"
    corpus.write("comet", "It is another text now.", "Nobody has read it.")
    assert indexed.index().articles == ArticleCounts(unchanged=2, forgotten=2)
    assert adds_up(indexed) == 2


def test_an_earlier_generation_does_not_bring_it_back(indexed, corpus, home):
    corpus.write("comet", COMET[0], "Its tail is shorter than it was.")
    corpus.write("twin", *COMET, title="Twin")
    indexed.index()
    indexed.forget(["comet"])

    manifest = indexed.rollback()

    assert (manifest.name, manifest.articles, manifest.passages, manifest.sentences) == ("000001", 2, 2, 4)
    assert (shows(indexed, "comet"), adds_up(indexed)) == ([], 2)
    assert on_disk(home, COMET[1]) == on_disk(home, "shorter than it was") == []
    assert indexed.index().articles == ArticleCounts(unchanged=2, forgotten=2)
    assert indexed.status().healthy


def test_a_copy_that_is_published_under_another_id_goes_too(indexed, corpus):
    corpus.write("twin", *COMET, title="Twin")
    assert indexed.index().articles == ArticleCounts(added=1, unchanged=3)

    indexed.forget(["comet"])

    assert (shows(indexed, "comet"), shows(indexed, "twin"), adds_up(indexed)) == ([], [], 2)


@pytest.mark.parametrize(("first", "second"), [("comet", "twin"), ("twin", "comet")])
@pytest.mark.parametrize("title", ["Comet", "Another headline"])
def test_the_ids_of_copies_are_forgotten_too(indexed, corpus, first, second, title):
    corpus.write("twin", *COMET, title=title)
    indexed.index()

    indexed.forget([first])

    assert {retraction.article_id for retraction in indexed.forgotten()} == {"comet", "twin"}
    assert indexed.forget([second]) is True
    corpus.write(second, "It is another text now.", "Nobody has read it.")
    assert indexed.index().articles == ArticleCounts(unchanged=2, forgotten=2)
    assert (shows(indexed, "comet"), shows(indexed, "twin"), adds_up(indexed)) == ([], [], 2)


@pytest.mark.parametrize(("first", "second"), [("comet", "twin"), ("twin", "comet")])
def test_undone_an_article_comes_back_without_its_copies(indexed, corpus, first, second):
    corpus.write("twin", *COMET, title="Comet")
    indexed.index()
    indexed.forget([first])

    indexed.let_back([first])

    assert indexed.index().articles == ArticleCounts(added=1, unchanged=2, forgotten=1)
    assert (shows(indexed, first) != [], shows(indexed, second)) == (True, [])


def test_undone_it_comes_back_with_the_next_run(indexed):
    indexed.forget(["comet"])
    indexed.index()

    indexed.let_back(["comet"])

    assert (indexed.forgotten(), shows(indexed, "comet")) == ((), [])
    assert indexed.index().articles == ArticleCounts(added=1, unchanged=2)
    assert shows(indexed, "comet") == ["cited", "named", "near", "whole"]
    assert adds_up(indexed) == 3


def test_an_unknown_id_does_nothing(indexed):
    with pytest.raises(UnknownArticleError, match="no article has the id 'komet'"):
        indexed.forget(["comet", "komet"])
    with pytest.raises(UnknownArticleError, match="no article with the id 'comet' was forgotten"):
        indexed.let_back(["comet"])

    assert indexed.forgotten() == ()
    assert adds_up(indexed) == 3


def test_without_an_index_there_is_nothing_to_forget(library, home):
    for use in (lambda: library.forget(["a"]), lambda: library.let_back(["a"]), library.forgotten):
        with pytest.raises(IndexMissingError, match="there is no index yet in "):
            use()
    assert not home.exists()


def test_while_another_process_writes_it_is_hidden_and_deleted_by_the_next_run(indexed, monkeypatch):
    monkeypatch.setattr(upkeep_module, "_PATIENCE", 0.05)
    with indexed.home.lock.held(0):
        assert indexed.forget(["comet"]) is False
        assert (shows(indexed, "comet"), adds_up(indexed)) == ([], 2)
        assert is_stored(indexed, COMET[1])

    assert indexed.index().articles == ArticleCounts(unchanged=2, forgotten=1)
    assert not is_stored(indexed, COMET[1])


def test_of_a_forgotten_article_nothing_is_stored_and_no_library_cites_it(indexed, home_settings):
    other = hashing_library(home_settings)
    assert shows(other, "comet") == ["cited", "named", "near", "whole"]
    assert is_stored(other, COMET[1])

    assert indexed.forget(["comet"]) is True

    assert (shows(other, "comet"), shows(indexed, "comet")) == ([], [])
    assert not is_stored(other, COMET[1])


def is_stored(library, text):
    """Whether a text stands in any row of the articles."""
    with library.home.database.connect() as connection:
        texts = connection.execute(sa.select(revisions.c.text)).scalars().all()
    return any(text in stored for stored in texts)


@pytest.mark.parametrize("moment", ["reading", "embedding", "building"])
def test_forgotten_while_an_index_is_built_it_is_not_published(
    corpus, home, three_articles, monkeypatch, moment, home_settings
):
    monkeypatch.setattr(upkeep_module, "_PATIENCE", 0.05)
    hashing_library(home_settings).index()
    corpus.write("comet", COMET[0], "Its tail is shorter than it was.")

    class Forgetting(Progress):
        def forget(self):
            other = hashing_library(home_settings)
            assert other.forget(["comet"]) is False

        def reading(self, _articles, _place):
            if moment == "reading":
                self.forget()

        def embedding(self, _done, _total):
            if moment == "embedding":
                self.forget()

        def building(self):
            if moment == "building":
                self.forget()

    library = hashing_library(home_settings, progress=Forgetting())
    library.index()

    assert (shows(library, "comet"), adds_up(library)) == ([], 2)
    assert on_disk(home, COMET[1]) == on_disk(home, "shorter than it was") == []
    after = hashing_library(home_settings).index()
    assert replace(after.articles, forgotten=0) == ArticleCounts(unchanged=2)


def test_where_all_is_forgotten_nothing_is_answered(indexed):
    indexed.forget(sorted(ALL))

    answer = indexed.ask(BRIDGE[0])

    assert (answer.answered, answer.confidence, answer.nearest) == (False, 0.0, ())
    assert (indexed.status().articles, indexed.status().sources) == (0, ())
    with pytest.raises(NothingToIndexError, match="no articles in"):
        indexed.index()


def command(home, *arguments):
    environment = {"CITEBOT_HOME": str(home), "PATH": "", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", _MAIN, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


_MAIN = "from bot.cli import main; main()"


@pytest.mark.of_files
def test_the_command_tells_what_it_did_and_leaves_a_line_in_the_log(indexed, home):
    done = command(home, "forget", "comet", "bridge")
    listed = command(home, "forget", "--list")
    undone = command(home, "forget", "--undo", "comet")
    unknown = command(home, "forget", "komet")

    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert done.stdout.startswith("Forgotten: ")
    assert "INFO retrieval.upkeep: forgotten: comet, bridge" in done.stderr
    assert [line.split()[-1] for line in listed.stdout.splitlines()] == ["bridge", "comet"]
    assert (undone.returncode, "let back: comet" in undone.stderr) == (0, True)
    assert (unknown.returncode, unknown.stdout, unknown.stderr.count("\n")) == (1, "", 1)
    assert "no article has the id 'komet'" in unknown.stderr
    assert [
        command(home, "forget", *wrong).returncode for wrong in ((), ("--list", "comet"), ("--list", "--undo"))
    ] == [2] * 3
