"""The database: its schema, what is read back from it, and what it says when it fails."""

import re
import sqlite3
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st

import retrieval.store.migrations
from retrieval.errors import DatabaseError, IndexMissingError
from retrieval.ingest.recipe import content_hash, text_hash
from retrieval.store.database import Database
from retrieval.store.queries import StoreQueries
from retrieval.store.retractions import RetractionStore
from retrieval.store.tables import SCHEMA_REVISION, metadata
from retrieval.store.writer import NewRevision, StoreWriter
from retrieval.text.splitting import split
from retrieval.types import Article, ArticleHeader

# What loaders let through: no halves of surrogate pairs and no NUL.
STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
NASTY = st.sampled_from(
    ["🙂", "👩\u200d🚀", "e\u0301", "שלום עולם", "𝔘𝔫𝔦", "\ufeff", "\u2028", "\u0301", "a", "Я. ", "\n\n", "'"]
)
TEXTS = st.one_of(st.text(STORABLE, min_size=1, max_size=500), st.lists(NASTY, min_size=1, max_size=300).map("".join))


@pytest.fixture
def database(tmp_path):
    database = Database.in_file(tmp_path / "citebot.sqlite")
    database.migrate()
    return database


@pytest.fixture(scope="module")
def shared_database(tmp_path_factory):
    database = Database.in_file(tmp_path_factory.mktemp("store") / "citebot.sqlite")
    database.migrate()
    return database


def revision_of(article):
    passages = tuple(split(article.text, article.title))
    hashes = tuple(
        tuple(text_hash(article.title, article.text[span.start : span.end]) for span in passage.sentences)
        for passage in passages
    )
    return NewRevision(article, content_hash(article), passages, hashes)


def store(database, *articles):
    """Store articles and record a generation of them; return its number."""
    writer = StoreWriter(database)
    ids = writer.add([revision_of(article) for article in articles])
    with database.connect() as connection:
        kept = connection.execute(sa.text("SELECT id FROM generation")).scalars().all()
    return writer.add_generation("model", dict.fromkeys(ids, "/articles"), after=0, kept=kept)


def rows(database, table):
    with database.connect() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608


def bridge(text="Мост открыли в субботу. Его строили десять лет подряд.", **others):
    return Article(id="bridge", title="Мост", text=text, **others)


# The schema


def test_the_newest_migration_is_the_one_that_readers_expect():
    config = Config()
    config.set_main_option("script_location", str(Path(retrieval.store.migrations.__file__).parent))

    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_REVISION


def test_the_migrated_schema_is_that_of_the_tables(database):
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrations_and_tables_create_the_same_sql(database, tmp_path):
    other = sa.create_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
    metadata.create_all(other)
    definitions = sa.text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql NOT NULL")

    def read(connection):
        return {name: set(re.findall(r"\w+", sql)) for name, sql in connection.execute(definitions)}

    with database.connect() as ours, other.connect() as theirs:
        found, expected = read(ours), read(theirs)
    other.dispose()

    assert found == expected
    assert {name for name, words in found.items() if "AUTOINCREMENT" in words} == {"passage"}


def test_migrating_again_changes_nothing(database):
    store(database, bridge())
    database.migrate()
    database.check_schema()

    assert rows(database, "revision") == 1


def test_a_database_without_addresses_of_what_was_forgotten_is_read_and_not_written(database):
    number = store(database, bridge())
    with database.begin() as connection:
        connection.execute(sa.text("DROP TABLE retracted_address"))
        connection.execute(sa.text("DROP INDEX ix_revision_article_id"))
        connection.execute(sa.text("DROP TABLE received"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0003'"))

    database.check_schema()
    assert StoreQueries(database).count_articles(number) == 1
    assert RetractionStore(database).readable(number) is None
    with pytest.raises(DatabaseError, match=f"schema 0003, this version of citebot expects {SCHEMA_REVISION}"):
        database.check_schema(to_write=True)

    database.migrate()
    database.check_schema(to_write=True)
    assert rows(database, "retracted_address") == 0


def test_a_database_of_a_newer_citebot_is_refused_by_readers_and_writers(database):
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    for use in (database.check_schema, database.migrate):
        with pytest.raises(
            DatabaseError, match=rf"schema 9999, this version of citebot expects {SCHEMA_REVISION}: .*install"
        ) as told:
            use()
        assert "\n" not in str(told.value)
    assert rows(database, "revision") == 0


def test_a_database_without_a_schema_is_a_missing_index(tmp_path):
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    (tmp_path / "empty.sqlite").touch()

    with pytest.raises(IndexMissingError, match="run `citebot index`"):
        Database.in_file(tmp_path / "empty.sqlite").check_schema()


def test_reading_where_there_is_no_file_creates_none(tmp_path):
    database = Database.in_file(tmp_path / "none.sqlite")

    with pytest.raises(IndexMissingError, match="run `citebot index`"):
        database.check_schema()
    with pytest.raises(IndexMissingError, match="run `citebot index`"):
        StoreQueries(database).sources(1)
    assert not list(tmp_path.iterdir())


def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path, monkeypatch):
    database = Database.in_file(tmp_path / "citebot.sqlite")

    def fail(_connection, _cursor, statement, *_others):
        if "CREATE TABLE embedding" in statement:
            raise KeyboardInterrupt

    sa.event.listen(database._engine, "before_cursor_execute", fail)
    with pytest.raises(KeyboardInterrupt):
        database.migrate()
    sa.event.remove(database._engine, "before_cursor_execute", fail)

    with database.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    database.migrate()
    database.check_schema()


# Addresses and failures


@pytest.mark.parametrize(
    "url",
    [
        "",
        "citebot.sqlite",
        "postgresql://bot:geheim@host:port/citebot",
        "mysql://bot:geheim@localhost/citebot",
        "sqlite+aiosqlite:///citebot.sqlite",
        "nothing://bot:geheim@localhost/citebot",
        "bot:geheim@localhost",
        "sqlite+geheim:///x",
    ],
)
def test_a_wrong_url_is_one_line_that_names_the_setting_and_no_password(url):
    with pytest.raises(DatabaseError) as told:
        Database.at(url)

    message = str(told.value)
    assert message.startswith("CITEBOT_DATABASE_URL: ")
    assert "expected an SQLAlchemy URL such as sqlite:///" in message
    assert "bot:geheim" not in message
    assert "\n" not in message


@pytest.mark.parametrize("content", [b"This is no database, but it is long enough to be read as one. " * 40, b"SQLite"])
def test_a_file_that_is_no_database_is_one_line_with_its_place_and_the_way_out(tmp_path, content):
    file = tmp_path / "citebot.sqlite"
    file.write_bytes(content)

    for use in (Database.in_file(file).check_schema, Database.in_file(file).migrate):
        with pytest.raises(
            DatabaseError, match=r"citebot\.sqlite failed: file is not a database; .*run `citebot"
        ) as told:
            use()
        assert "\n" not in str(told.value)
    assert file.read_bytes() == content


def test_a_folder_in_place_of_the_database_is_one_line(tmp_path):
    with pytest.raises(DatabaseError, match="failed: unable to open database file; check") as told:
        Database.in_file(tmp_path).migrate()

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", ["with space", "what?", "a#b", "100%", "a%20b", "ключ=1&x", "дом", "it's"])
def test_the_path_of_the_database_may_have_any_characters(tmp_path, name):
    file = tmp_path / name / "citebot.sqlite"
    Database.in_file(file).migrate()

    assert file.is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_database_that_was_replaced_is_read_anew(database, tmp_path):
    store(database, bridge())
    assert StoreQueries(database).count_articles(1) == 1
    for leftover in tmp_path.glob("citebot.sqlite*"):
        leftover.unlink()
    Database.in_file(tmp_path / "citebot.sqlite").migrate()

    assert StoreQueries(database).count_articles(1) == 0


# What is stored is what is read


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, title=st.text(STORABLE, max_size=30))
def test_a_stored_passage_is_a_slice_of_its_article(shared_database, text, title):
    article = Article(
        id="any",
        title=title,
        text=text,
        published_at=datetime.fromisoformat("2024-09-09T12:36:00"),
        source="s",
        url="u",
    )
    revision = revision_of(article)
    if not revision.passages:
        return
    known = StoreWriter(shared_database).known_revisions([revision.content_hash])
    if not known:
        StoreWriter(shared_database).add([revision])
    with shared_database.connect() as connection:
        query = "SELECT p.id FROM passage p JOIN revision r ON r.id = p.revision_id WHERE content_hash = :h ORDER BY 1"
        ids = connection.execute(sa.text(query), {"h": revision.content_hash}).scalars().all()

    passages = StoreQueries(shared_database).passages(ids)

    assert [(passage.start, passage.end, passage.sentences) for passage in passages] == [
        (passage.start, passage.end, passage.sentences) for passage in revision.passages
    ]
    for passage in passages:
        assert passage.text == article.text[passage.start : passage.end]
        assert passage.article == ArticleHeader("any", title, article.published_at, "s", "u", None)


def vectors_of(database, generation):
    """The blocks of a generation's vectors."""
    queries = StoreQueries(database)
    return list(queries.vectors(queries.ordered_revisions(generation).tolist(), "model"))


def test_the_texts_of_a_generation_come_in_the_order_of_its_vectors(database):
    articles = [
        Article(
            id=str(number),
            title=f"Title {number}",
            text=f"The first sentence of number {number} 🙂. The second sentence of this article.",
        )
        for number in range(250)
    ]
    number = store(database, *articles)
    sentences = [
        (passage.title, passage.text[span.start : span.end])
        for passage in StoreQueries(database).passage_texts(number)
        for span in passage.sentences
    ]
    hashes = [text_hash(title, sentence) for title, sentence in reversed(sentences)]
    StoreWriter(database).add_embeddings("model", hashes, np.arange(500, dtype=np.float32)[::-1, None])

    blocks = vectors_of(database, number)

    assert np.concatenate(blocks)[:, 0].tolist() == list(range(500))
    assert sentences[2] == ("Title 1", "The first sentence of number 1 🙂.")
    assert [passage.title for passage in StoreQueries(database).passage_texts(number)] == [
        article.title for article in sorted(articles, key=lambda article: article.id)
    ]


def test_sentences_without_a_vector_of_the_model_are_left_out(database):
    number = store(database, bridge())
    StoreWriter(database).add_embeddings("other", [text_hash("Мост", "Мост открыли в субботу.")], np.ones((1, 2)))

    assert vectors_of(database, number) == []


def test_passages_come_in_the_order_asked_for_without_those_that_are_gone(database):
    store(database, bridge(), Article(id="b", title="B", text="Other text."))
    reader = StoreQueries(database)

    assert [passage.id for passage in reader.passages([2, 99, 1, 2])] == [2, 1, 2]
    assert reader.passages([]) == []


def test_the_id_of_a_passage_never_comes_to_mean_another(database):
    store(database, bridge())
    StoreWriter(database).keep_only([])
    assert rows(database, "passage") == 0
    store(database, bridge("Совсем другой текст."))

    assert [passage.id for passage in StoreQueries(database).passage_texts(1)] == [2]
    assert StoreQueries(database).passages([1]) == []


def test_sources_are_counted_the_largest_first(database):
    number = store(
        database,
        *[Article(id=str(count), title="", text=f"Text {count}.", source="iz.ru") for count in range(3)],
        *[Article(id=f"b{count}", title="", text=f"Text b{count}.", source="a.ru") for count in range(2)],
        *[Article(id=f"c{count}", title="", text=f"Text c{count}.") for count in range(2)],
    )

    found = [(source.name, source.articles) for source in StoreQueries(database).sources(number)]
    assert found == [("iz.ru", 3), ("", 2), ("a.ru", 2)]


def test_the_range_of_dates_leaves_out_articles_without_one(database):
    first = Article(id="1", title="", text="One.", published_at=datetime.fromisoformat("2023-12-31T23:59:00"))
    last = Article(id="2", title="", text="Two.", published_at=datetime.fromisoformat("2024-09-09"))
    number = store(database, last, Article(id="3", title="", text="Three."), first)
    dateless = store(database, Article(id="4", title="", text="Four."))
    reader = StoreQueries(database)

    assert [str(day) for day in reader.date_range(number)] == ["2023-12-31", "2024-09-09"]
    assert reader.date_range(dateless) == (None, None)


# What writers leave and forget


def test_each_text_is_embedded_once_however_often_it_is_stored(database):
    writer = StoreWriter(database)
    twice = "Это предложение стоит здесь дважды. "
    ids = writer.add(
        [
            revision_of(bridge(twice * 2)),
            revision_of(Article(id="copy", title="Мост", text=twice + "Ещё одно предложение стоит тут.")),
        ]
    )

    assert writer.count_unembedded(ids, "model") == 2
    waiting = list(writer.unembedded(ids, "model"))
    assert {(sentence.title, sentence.text) for sentence in waiting} == {
        ("Мост", twice.strip()),
        ("Мост", "Ещё одно предложение стоит тут."),
    }
    hashes = [sentence.text_hash for sentence in waiting]
    writer.add_embeddings("model", hashes, np.ones((len(hashes), 2)))
    writer.add_embeddings("model", hashes, np.zeros((len(hashes), 2)))

    assert rows(database, "embedding") == 2
    assert writer.count_unembedded(ids, "model") == 0
    assert writer.count_unembedded(ids, "other model") == 2
    assert list(writer.unembedded(ids, "model")) == []


def test_embeddings_keep_sixteen_bits_of_every_number(database):
    number = store(database, Article(id="1", title="", text="One."))
    vector = np.array([[0.123456789, -1.0, 65504.0, 6e-8]], np.float32)
    StoreWriter(database).add_embeddings("model", [text_hash("", "One.")], vector)

    (block,) = vectors_of(database, number)

    assert block.dtype == np.float32
    assert block.tolist() == vector.astype(np.float16).astype(np.float32).tolist()


def test_known_revisions_are_found_among_more_hashes_than_one_query_takes(database):
    writer = StoreWriter(database)
    revisions = [revision_of(Article(id=str(number), title="", text=f"Text {number}.")) for number in range(1200)]
    ids = writer.add(revisions)
    hashes = [revision.content_hash for revision in revisions]

    assert writer.known_revisions([*hashes, "unknown"]) == dict(zip(hashes, ids, strict=True))


def test_what_no_kept_generation_needs_is_forgotten_and_the_rest_stays(database):
    writer = StoreWriter(database)
    articles = [Article(id=str(number), title="", text=f"Text {number}.") for number in range(4)]
    ids = writer.add([revision_of(article) for article in articles])
    hashes = [text_hash("", article.text) for article in articles]
    writer.add_embeddings("model", hashes, np.ones((4, 2)))
    writer.add_embeddings("old model", hashes, np.ones((4, 2)))
    writer.add_generation("model", dict.fromkeys(ids[:2], "a"), after=0, kept=[])
    writer.add_generation("model", dict.fromkeys(ids[1:3], "a"), after=0, kept=[1])
    writer.add_generation("old model", dict.fromkeys(ids[3:], "a"), after=0, kept=[1, 2])

    writer.keep_only([2])

    assert {table: rows(database, table) for table in ("generation", "generation_revision", "revision", "passage")} == {
        "generation": 1,
        "generation_revision": 2,
        "revision": 2,
        "passage": 2,
    }
    assert (rows(database, "sentence"), rows(database, "embedding")) == (2, 2)
    assert StoreQueries(database).revisions_of(2).keys() == {"1", "2"}


def test_numbers_of_generations_only_grow(database):
    writer = StoreWriter(database)
    (revision_id,) = writer.add([revision_of(bridge())])

    assert writer.add_generation("model", {revision_id: "a"}, after=0, kept=[]) == 1
    assert writer.add_generation("model", {revision_id: "a"}, after=7, kept=[1]) == 8
    assert writer.add_generation("model", {revision_id: "a"}, after=3, kept=[1]) == 9
    assert rows(database, "generation") == 2


def test_of_a_generation_that_is_like_another_only_what_differs_is_handed_over(database):
    writer = StoreWriter(database)
    ids = writer.add([revision_of(Article(id=str(number), title="", text=f"Text {number}.")) for number in range(8)])
    writer.add_generation("model", dict.fromkeys(ids[:6], "a"), after=0, kept=[])
    wanted = dict.fromkeys(ids[1:5], "a") | {ids[5]: "b", ids[6]: "a"}
    handed = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if "INTO generation_revision" in statement and "SELECT" not in statement:
            handed.extend(parameters)

    sa.event.listen(database._engine, "before_cursor_execute", note)
    assert writer.add_generation("model", wanted, after=0, kept=[1], like=1) == 2
    assert handed == [(2, ids[5], "b"), (2, ids[6], "a")]
    assert writer.add_generation("model", {ids[0]: "a", ids[7]: "a"}, after=0, kept=[1, 2], like=2) == 3
    assert writer.add_generation("model", wanted, after=0, kept=[1, 2, 3], like=2) == 4

    with database.connect() as connection:
        listed = connection.execute(sa.text("SELECT generation_id, revision_id, origin FROM generation_revision")).all()
    found = {number: {row[1]: row[2] for row in listed if row[0] == number} for number in (1, 2, 3, 4)}
    assert found == {1: dict.fromkeys(ids[:6], "a"), 2: wanted, 3: {ids[0]: "a", ids[7]: "a"}, 4: wanted}


def test_an_error_while_writing_undoes_the_whole_step(database):
    writer = StoreWriter(database)
    same = revision_of(bridge())

    with pytest.raises(DatabaseError, match="UNIQUE"):
        writer.add([same, same])

    assert rows(database, "revision") == 0
    assert rows(database, "sentence") == 0
