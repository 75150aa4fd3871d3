"""What an index run may remove, and what a dry run tells of it."""

import json

import pytest
from click.testing import CliRunner
from filelock import FileLock
from hashing_model import BRIDGE, COMET, HARVEST, TRAM, Corpus, HashingEmbedder, cited, hashing_library, settings_for

from bot.cli import cli
from retrieval.errors import IndexMismatchError, NothingToIndexError
from retrieval.types import ArticleCounts, ListedArticle, MovedArticle

KINDS_OF_HOMES = ("folder", "server")


@pytest.fixture
def two_folders(home, tmp_path):
    """A library on two folders: one with a single article, one with as many as are asked for."""

    def make(count):
        few, many = Corpus(tmp_path / "few"), Corpus(tmp_path / "many")
        few.write("bridge", *BRIDGE)
        few.write("harvest", *HARVEST)
        for number in range(count):
            many.write(f"report-{number}", f"Report number{number} was published on Monday.", COMET[number % 2])
        library = hashing_library(settings_for(home, few.folder, many.folder))
        library.index()
        return library, few, many

    return make


def kept(report):
    """Of each problem its source's name and what it says is kept."""
    return [(problem.source.rsplit("/", 1)[-1], problem.reason.partition(";")[0]) for problem in report.problems]


# Suspicious removals


def test_a_folder_that_is_suddenly_empty_loses_nothing_and_says_so(two_folders):
    library, few, _ = two_folders(3)
    few.remove("bridge")
    few.remove("harvest")

    report = library.index()

    assert report.articles == ArticleCounts(unchanged=5)
    assert kept(report) == [("few", "holds 0 articles and had 2: the 2 that are missing stay")]
    assert "`citebot index --accept-removals`" in report.problems[0].reason
    assert cited(library.ask(BRIDGE[0], limit=1)) == ["bridge"]
    assert kept(library.index()) == kept(report)


def test_removals_can_be_accepted(two_folders):
    library, few, _ = two_folders(3)
    few.remove("bridge")
    few.remove("harvest")

    report = library.index(accept_removals=True)

    assert (report.articles, report.problems) == (ArticleCounts(removed=2, unchanged=3), ())


def test_a_folder_that_loses_its_only_article_is_not_suspicious(two_folders):
    library, few, _ = two_folders(3)
    few.remove("bridge")
    assert library.index().articles == ArticleCounts(removed=1, unchanged=4)
    few.remove("harvest")
    assert library.index().articles == ArticleCounts(removed=1, unchanged=3)


@pytest.mark.parametrize(
    ("had", "left", "removed"),
    [(20, 1, 0), (20, 2, 18), (19, 1, 18), (30, 2, 0), (30, 3, 27)],
)
def test_of_twenty_articles_and_more_a_tenth_must_be_left(two_folders, had, left, removed):
    library, _, many = two_folders(had)
    for number in range(left, had):
        many.remove(f"report-{number}")

    report = library.index()

    assert report.articles == ArticleCounts(removed=removed, unchanged=had + 2 - removed)
    assert len(report.problems) == (removed == 0)


def test_a_file_that_is_emptied_is_no_reason_to_remove_its_articles(library, corpus, three_articles, tmp_path):
    feed = tmp_path / "feed.jsonl"
    records = [{"id": str(number), "title": "Tram", "text": text} for number, text in enumerate(TRAM)]
    feed.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    sources = [str(corpus.folder), str(feed)]
    library.index(sources)
    feed.write_text("", encoding="utf-8")

    report = library.index(sources)

    assert report.articles == ArticleCounts(unchanged=5)
    assert kept(report) == [("feed.jsonl", "holds 0 articles and had 2: the 2 that are missing stay")]


def test_articles_that_another_source_holds_now_are_not_missing(two_folders):
    library, few, many = two_folders(3)
    for name, text in (("bridge", BRIDGE), ("harvest", HARVEST)):
        few.remove(name)
        many.write(name, *text)

    assert library.index().problems == ()


def test_a_source_that_is_no_longer_named_is_not_suspicious(two_folders):
    library, few, _ = two_folders(3)

    report = library.index([str(few.folder)])

    assert (report.articles, report.problems) == (ArticleCounts(removed=3, unchanged=2), ())


def test_a_folder_whose_articles_were_all_forgotten_is_not_suspicious(two_folders):
    library, _, _ = two_folders(3)
    library.forget(["bridge", "harvest"])

    report = library.index()

    assert (report.articles, report.problems) == (ArticleCounts(unchanged=3, forgotten=2), ())


# Dry runs


def files(folder):
    """Every file below a folder with its content."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def changes(corpus):
    corpus.write("tram", *TRAM)
    corpus.write("bridge", BRIDGE[0], "Теперь его длина составляет 900 метров.")
    corpus.remove("comet")
    corpus.write("away/harvest", *HARVEST, title="Harvest")
    corpus.remove("harvest")
    corpus.write("again", *TRAM, title="Tram")
    corpus.write("empty")


def test_a_dry_run_tells_what_a_run_then_does_and_changes_no_file(indexed, corpus, home):
    changes(corpus)
    indexed.home.database.close()
    before = files(home)

    preview = indexed.preview()

    assert files(home) == before
    assert indexed.model.load().embedded == []
    assert preview.added == (ListedArticle("again", "Tram"), ListedArticle("away/harvest", "Harvest"))
    assert preview.changed == (ListedArticle("bridge", "Bridge"),)
    assert preview.removed == (ListedArticle("comet", "Comet"), ListedArticle("harvest", "Harvest"))
    assert preview.moved == (MovedArticle("away/harvest", "harvest"),)
    assert preview.duplicates == (ListedArticle("tram", "Tram"),)
    assert preview.generation == "000001"
    report = indexed.index()
    assert report.articles == preview.articles == ArticleCounts(2, 1, 2, 0, 1, 1)
    assert report.problems == preview.problems
    assert report.embedded == 3


def test_a_dry_run_before_the_first_run_makes_no_home(library, three_articles, home):
    preview = library.preview()

    assert not home.exists()
    assert (preview.articles, preview.generation) == (ArticleCounts(added=3), None)
    assert [listed.article_id for listed in preview.added] == ["bridge", "comet", "harvest"]


def test_a_dry_run_goes_on_beside_a_run_and_tells_what_would_stay(indexed, corpus, home):
    indexed.forget(["comet"])
    for name in ("bridge", "harvest", "comet"):
        corpus.remove(name)
    with FileLock(home / "index.lock"), pytest.raises(NothingToIndexError, match="no articles in"):
        indexed.preview()
    other = Corpus(corpus.folder.parent / "other")
    other.write("tram", *TRAM)

    with FileLock(home / "index.lock"):
        preview = indexed.preview([str(corpus.folder), str(other.folder)])
        accepted = indexed.preview([str(corpus.folder), str(other.folder)], accept_removals=True)

    assert preview.articles == ArticleCounts(added=1, unchanged=2)
    assert kept(preview) == [("articles", "holds 0 articles and had 2: the 2 that are missing stay")]
    assert accepted.articles == ArticleCounts(added=1, removed=2)


def test_a_dry_run_refuses_what_a_run_refuses(indexed, corpus, home_settings):
    other = hashing_library(home_settings, HashingEmbedder("hashing-2"))

    with pytest.raises(IndexMismatchError, match="--rebuild"):
        other.preview()


def test_the_command_lists_articles_up_to_a_bound(indexed, corpus, monkeypatch):
    monkeypatch.setattr("bot.commands.opening.library", lambda *_: indexed)
    changes(corpus)
    for number in range(30):
        corpus.write(f"new-{number:02}", f"Something happened in town{number}.")

    told = CliRunner().invoke(cli, ["index", "--dry-run"])
    as_json = json.loads(CliRunner().invoke(cli, ["index", "--dry-run", "--json"]).stdout)
    wrong = CliRunner().invoke(cli, ["index", "--dry-run", "--rebuild"])

    assert told.stdout.splitlines()[0] == "Articles: 32 added, 1 changed, 2 removed, 1 skipped, 1 duplicates."
    assert told.stdout.splitlines()[1] == "  added: again · Tram"
    assert "  added: 12 more; --json lists them all" in told.stdout.splitlines()
    assert "  moved: away/harvest, was harvest" in told.stdout.splitlines()
    assert told.stdout.splitlines()[-1] == (
        "Published is generation 000001; this was a dry run, and nothing was changed."
    )
    assert len(as_json["added"]) == as_json["articles"]["added"] == 32
    assert (as_json["removed"][0], as_json["generation"]) == ({"article_id": "comet", "title": "Comet"}, "000001")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
