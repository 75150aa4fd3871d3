"""Status: numbers that add up, problems that are told, and nothing heavy loaded for either."""

import json
import subprocess
import sys

import pytest
from hashing_model import TRAM, hashing_library, settings_for
from places import ARTICLES, ROOT

from retrieval.library import Library
from retrieval.loaders import load_source
from retrieval.types import LoadedArticle, SourceCount

HEAVY = (
    "numpy",
    "torch",
    "faiss",
    "sentence_transformers",
    "transformers",
    "alembic",
    "scipy",
    "telegram",
    "dateparser",
    "trafilatura",
    "lxml",
    "markdown_it",
    "ijson",
    "py3langid",
    "babel",
    "fluent",
    "filelock",
    "httpx",
    "pymorphy3",
    "rich.progress",
    "safetensors",
    "sqlalchemy.dialects.postgresql",
)
NOT_FOR_HELP = (*HEAVY, "pydantic", "pydantic_settings", "rich", "sqlalchemy", "asyncio", "email")


COMMAND = """
import os
from bot.cli import main
os.environ["CITEBOT_HOME"], sys.argv[1:] = {home!r}, {arguments!r}
try:
    main()
except SystemExit as end:
    assert end.code == {expected}, end.code
"""


def loaded_modules(code, *arguments, heavy=HEAVY):
    """Run `code` in a Python of its own; return which heavy modules it has loaded then."""
    script = f"import sys\n{code}\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


def test_before_the_first_run_nothing_is_healthy(library, home):
    status = library.status()

    assert (status.healthy, status.problems) == (False, (f"there is no index yet in {home}: run `citebot index`",))
    assert (status.articles, status.passages, status.sentences, status.disk_bytes) == (0, 0, 0, 0)
    assert (status.sources, status.languages, status.generation) == ((), (), None)
    assert (status.first_date, status.published_at) == (None, None)
    assert not home.exists()


def test_the_numbers_are_those_of_the_published_generation(library, corpus, home):
    corpus.write_lines(
        "feed.jsonl",
        [
            {"id": "1", "text": "Первая запись для проверки.", "source": "iz.ru", "date": "2024-09-09T12:36:00"},
            {"id": "2", "text": "Вторая запись для проверки.", "source": "iz.ru", "date": "2023-01-02"},
            {"id": "3", "text": "Третья запись для проверки. Ещё одно предложение там же.", "source": "tass.ru"},
            {"id": "4", "text": "Четвёртая запись для проверки."},
        ],
    )
    report = library.index()

    status = library.status()

    assert (status.healthy, status.problems) == (True, ())
    assert (status.articles, status.passages, status.sentences) == (4, report.passages, report.sentences) == (4, 4, 5)
    assert status.sources == (SourceCount("iz.ru", 2), SourceCount("", 1), SourceCount("tass.ru", 1))
    assert (str(status.first_date), str(status.last_date)) == ("2023-01-02", "2024-09-09")
    assert (status.model, status.generation) == ("hashing", "000001")
    assert status.disk_bytes == sum(path.stat().st_size for path in home.rglob("*") if path.is_file())


def test_the_sample_adds_up(hashed_sample):
    status = hashed_sample.status()
    articles = list(load_source(str(ARTICLES), timezone=hashed_sample.home.settings.timezone))

    assert all(isinstance(record, LoadedArticle) for record in articles)
    assert status.healthy
    assert status.articles == len(articles) == sum(source.articles for source in status.sources)
    assert status.articles <= status.passages <= status.sentences
    assert status.last_date == max(record.article.published_at for record in articles).date()


def test_the_age_of_a_generation_is_in_the_time_zone_of_the_settings(indexed, home, corpus):
    tokyo = hashing_library(settings_for(home, corpus.folder, timezone="Asia/Tokyo")).status().published_at
    moscow = indexed.status().published_at

    assert (tokyo - moscow).total_seconds() == 6 * 3600
    assert moscow.tzinfo is None


def test_a_database_outside_the_home_counts_as_disk_use(tmp_path, three_articles, home):
    file = tmp_path / "elsewhere" / "articles.sqlite"
    library = hashing_library(settings_for(home, three_articles.folder, database_url=f"sqlite:///{file}"))
    library.index()

    assert library.status().disk_bytes >= file.stat().st_size + (home / "current").stat().st_size
    assert library.status().healthy


def test_a_model_folder_that_is_gone_is_told_and_not_raised(indexed, home, corpus, tmp_path):
    settings = settings_for(home, corpus.folder, embedding_model=str(tmp_path / "no-model"))

    status = Library(settings).status()

    assert (status.healthy, status.articles) == (False, 3)
    assert "no-model" in status.problems[0]
    assert "\n" not in status.problems[0]


def test_another_model_that_is_not_here_yet_is_told(indexed, home, corpus):
    status = Library(settings_for(home, corpus.folder, embedding_model="someone/another-model")).status()

    assert (status.healthy, status.articles) == (False, 3)
    assert "someone/another-model, which is not on this machine" in status.problems[0]


def test_an_index_that_is_being_written_can_be_described(indexed, corpus, monkeypatch):
    seen = []
    build = type(indexed.home.generations).add

    def describe_and_add(folder, generation):
        seen.append(indexed.status())
        written = build(folder, generation)
        seen.append(indexed.status())
        return written

    monkeypatch.setattr(type(indexed.home.generations), "add", describe_and_add)
    corpus.write("tram", *TRAM)
    indexed.index()

    assert [(status.healthy, status.articles, status.generation) for status in seen] == [(True, 3, "000001")] * 2
    assert indexed.status().articles == 4


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_status_loads_neither_model_nor_index_nor_bot(published, json_option, sample_library, tmp_path):
    home = sample_library.home.settings.home if published else tmp_path / "none"
    code = COMMAND.format(home=str(home), arguments=["status", *json_option], expected=0 if published else 1)

    assert loaded_modules(code) == "[]"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["articles"], 0),
        (["articles", "--json"], 0),
        (["forget", "--list"], 0),
        (["health"], 1),
        (["run"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_that_answer_nothing_load_nothing_heavy(arguments, expected, sample_library):
    home = str(sample_library.home.settings.home)

    assert loaded_modules(COMMAND.format(home=home, arguments=arguments, expected=expected)) == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["index", "--help"], ["ask", "--help"], ["asK"]])
def test_help_loads_neither_settings_nor_database(arguments, tmp_path):
    code = COMMAND.format(home=str(tmp_path), arguments=arguments, expected=2 if arguments == ["asK"] else 0)
    heavy = tuple(name for name in NOT_FOR_HELP if name != "email" or arguments != ["--version"])

    assert loaded_modules(code, heavy=heavy) == "[]"


def test_status_as_json_has_every_number(sample_library, tmp_path):
    command = [sys.executable, "-c", "from bot.cli import main; main()", "status", "--json"]
    environment = {"CITEBOT_HOME": str(sample_library.home.settings.home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    status = json.loads(done.stdout)

    assert status["healthy"] is True
    assert status["articles"] == sum(source["articles"] for source in status["sources"])
    assert status["articles"] == sum(language["articles"] for language in status["languages"])
    counted = {each["language"]: each["articles"] for each in status["languages"]}
    assert counted == {language: len([*ARTICLES.glob(f"{language}/*.txt")]) for language in ("ru", "en")}
    assert status.keys() >= {"passages", "sentences", "first_date", "last_date", "model", "generation", "disk_bytes"}


@pytest.mark.parametrize("module", ["retrieval", "retrieval.types", "retrieval.errors", "bot"])
def test_the_nouns_load_nothing_heavy_not_even_numpy(module):
    assert loaded_modules(f"import {module}") == "[]"


@pytest.mark.parametrize("module", ["retrieval.library", "retrieval.settings", "bot.cli", "bot.settings"])
def test_the_facade_and_the_commands_load_nothing_heavy(module):
    assert loaded_modules(f"import {module}") == "[]"
