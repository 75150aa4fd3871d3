"""Articles that were sent and that no source holds: published within a moment, and by each whole run as well."""

import gzip
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hashing_model import BRIDGE, HashingEmbedder, cited, hashing_library

from retrieval.errors import IndexBusyError, NotAnArticleError
from retrieval.store.received import offered_articles, received_post
from retrieval.types import Article, LoadedArticle

KINDS_OF_HOMES = ("folder", "server")
WORDS = "Паром Александрит перевёз через пролив девятьсот пассажиров за сутки"
LATER = "Паром Александрит перевёз через пролив восемьсот пассажиров за сутки"
SENT = 1_725_874_560
CHANNEL = 1234567890
REPEATS = "the text is empty or only repeats the title"
LONG_AGO = datetime(2024, 9, 9, tzinfo=UTC)


def post(number=7, text=WORDS, *, changed_at=SENT, title="Паром вышел в рейс"):
    runs = [("bold", title), ("plain", f"\n{text}.")] if text else []
    url = f"https://t.me/ilma/{number}"
    return received_post(CHANNEL, number, runs, sent_at=SENT, changed_at=changed_at, source="Ильма", url=url)


def export(corpus, text=WORDS, **message):
    fields = {"id": 7, "type": "message", "date_unixtime": str(SENT), "text": f"Паром в порту\n{text}.", **message}
    channel = {"name": "Ильма", "type": "public_channel", "id": CHANNEL, "messages": [fields]}
    (corpus.folder / "result.json").write_text(json.dumps(channel), encoding="utf-8")


@pytest.fixture
def upkeep(indexed):
    return indexed._upkeep


def texts(library):
    return {article.id: article for article in library.whole_articles()}


def counts(report):
    return (report.articles.added, report.articles.changed, report.articles.removed)


def test_a_post_is_published_at_once_and_nothing_else_is_read_or_changed(indexed, upkeep, corpus):
    corpus.write("bridge", "Этого", "никто", "не", "читает.")
    upkeep.receive([post()])
    report = upkeep.take_in()

    assert (counts(report), report.problems, report.embedded) == ((1, 0, 0), (), 1)
    [article] = [each for each in indexed.whole_articles() if each.id == "1234567890/7"]
    assert (article.title, article.text) == ("Паром вышел в рейс", f"Паром вышел в рейс\n{WORDS}.")
    assert (article.published_at, article.source) == (datetime(2024, 9, 9, 12, 36), "Ильма")  # noqa: DTZ001 - naive
    assert article.url == "https://t.me/ilma/7"
    assert cited(indexed.ask(WORDS))[0] == "1234567890/7"
    assert texts(indexed)["bridge"].text == " ".join(BRIDGE)
    assert upkeep.take_in().generation == report.generation  # nothing came since
    assert counts(indexed.index()) == (0, 1, 0)  # the file that was written meanwhile, and no post is gone


@pytest.mark.of_files
def test_an_edit_replaces_a_post_an_older_state_does_not_and_one_without_words_takes_it_out(indexed, upkeep):
    upkeep.receive([post()])
    upkeep.take_in()
    upkeep.receive([post(text=LATER, changed_at=SENT + 60)])
    upkeep.receive([post(text=WORDS, changed_at=SENT + 30)])
    assert counts(upkeep.take_in()) == (0, 1, 0)
    assert LATER in texts(indexed)["1234567890/7"].text
    upkeep.receive([post(text="", changed_at=SENT + 90)])
    assert counts(upkeep.take_in()) == (0, 0, 1)
    assert counts(indexed.index()) == (0, 0, 0)


@pytest.mark.of_files
def test_of_a_post_that_an_export_holds_too_the_one_edited_later_is_the_article(indexed, upkeep, corpus):
    upkeep.receive([replace(post(), received_at=LONG_AGO)])
    export(corpus)
    assert counts(indexed.index()) == (1, 0, 0)
    assert texts(indexed)["1234567890/7"].url == "https://t.me/ilma/7"  # the received one where both are as old
    export(corpus, LATER, edited_unixtime=str(SENT + 60))
    report = indexed.index()
    assert (counts(report), report.problems) == ((0, 1, 0), ())
    assert LATER in texts(indexed)["1234567890/7"].text
    assert counts(upkeep.take_in()) == (0, 0, 0)  # what is published from the export stays
    upkeep.receive([post(text=f"{LATER} вновь", changed_at=SENT + 90)])
    assert counts(upkeep.take_in()) == (0, 1, 0)
    assert counts(indexed.index()) == (0, 0, 0)
    upkeep.receive([post(text="", changed_at=SENT + 120)])
    assert counts(upkeep.take_in()) == (0, 0, 1)
    assert counts(indexed.index()) == (0, 0, 0)  # the older state of the export does not come back


@pytest.mark.of_files
def test_an_edit_that_comes_while_an_index_is_made_of_an_export_is_taken_in_after_it(
    indexed, upkeep, corpus, monkeypatch
):
    export(corpus, edited_unixtime=str(SENT + 60))
    edit = post(text=LATER, changed_at=SENT + 90)

    def taken_in(_store):
        upkeep.receive([edit])
        return []

    with monkeypatch.context() as patched:
        patched.setattr("retrieval.store.received.ReceivedStore.taken_in", taken_in)
        assert counts(indexed.index()) == (1, 0, 0)
    assert counts(upkeep.take_in()) == (0, 1, 0)
    assert LATER in texts(indexed)["1234567890/7"].text


def test_a_forgotten_post_is_deleted_and_its_words_do_not_come_again_under_another_number(indexed, upkeep):
    upkeep.receive([post()])
    upkeep.take_in()
    assert upkeep.forget(["https://t.me/ilma/7"])
    assert indexed.home.received.taken_in() == []
    upkeep.receive([post(), post(8)])
    assert counts(upkeep.take_in()) == (0, 0, 0)
    assert indexed.home.received.taken_in() == []
    assert "1234567890/8" not in texts(indexed)


@pytest.mark.of_files
def test_a_copy_of_an_article_stays_a_copy(indexed, upkeep, corpus):
    upkeep.receive([replace(post(number), received_at=LONG_AGO) for number in (8, 9)])
    upkeep.take_in()
    corpus.write("ferry", f"Паром вышел в рейс\n{WORDS}.", title="Паром вышел в рейс")
    indexed.index()
    number = indexed.home.generations.published().number
    of_posts = {copy.article_id for copy in indexed.home.stories.copies(number)}
    assert of_posts == {"1234567890/8", "1234567890/9"}
    upkeep.receive([post(10, LATER)])

    assert counts(upkeep.take_in()) == (1, 0, 0)
    number = indexed.home.generations.published().number
    assert {copy.article_id for copy in indexed.home.stories.copies(number)} == of_posts


@pytest.mark.of_files
def test_what_was_received_is_there_after_a_rebuild_and_a_rehearsal_counts_it(indexed, upkeep):
    upkeep.receive([post()])
    assert [each.article_id for each in indexed.preview().added] == ["1234567890/7"]
    assert indexed.index(rebuild=True).articles.added == 4
    assert indexed.preview().added == ()


@pytest.mark.of_files
def test_another_model_and_an_empty_home_are_left_to_a_whole_run(indexed, upkeep, home_settings, tmp_path):
    upkeep.receive([post()])
    other = hashing_library(home_settings, HashingEmbedder("hashing-2"))
    assert other._upkeep.take_in() is None
    empty = hashing_library(home_settings.model_copy(update={"home": tmp_path / "empty"}))._upkeep
    empty.receive([post()])
    assert empty.take_in() is None
    assert empty.index().articles.added == 4


@pytest.mark.of_files
def test_while_another_process_writes_a_post_is_kept_and_not_taken_in(indexed, upkeep, home_settings, monkeypatch):
    monkeypatch.setattr("retrieval.upkeep._PATIENCE", 0.0)
    upkeep.receive([])  # the database is of today
    with upkeep._writing():
        beside = hashing_library(home_settings)._upkeep
        beside.receive([post()])
        with pytest.raises(IndexBusyError):
            beside.take_in()
    assert counts(upkeep.take_in()) == (1, 0, 0)


@pytest.mark.of_files
def test_who_only_takes_in_a_post_is_waited_for(indexed, upkeep, monkeypatch):
    monkeypatch.setattr("retrieval.upkeep._PATIENCE", 60.0)
    for work in (indexed.index, upkeep.take_in, upkeep.rollback):
        upkeep.receive([post(text=f"{WORDS} {work.__name__}")])
        taking_in = threading.Event()

        def take_in(taking_in=taking_in):
            with upkeep._writing():
                taking_in.set()
                time.sleep(0.2)  # what comes meanwhile finds it locked

        writer = threading.Thread(target=take_in)
        writer.start()
        taking_in.wait()
        work()
        writer.join()
    assert "1234567890/7" in texts(indexed)


@pytest.mark.of_files
def test_posts_come_again_in_the_order_of_their_numbers_with_what_was_said_of_them(indexed, upkeep):
    came = [replace(post(number), received_at=datetime(2024, 9, 9, number, tzinfo=UTC)) for number in (10, 9, 8)]
    upkeep.receive(came)
    assert indexed.home.received.taken_in() == came[::-1]


def test_what_is_given_by_hand_is_taken_in_once_accepted_until_it_is_taken_back_or_forgotten(indexed, upkeep, tmp_path):
    files = [tmp_path / name for name in ("паром.txt", "порт.txt")]
    for file, text in zip(files, (WORDS, LATER), strict=True):
        file.write_text(f"О том, что в море\n\n{text}.\n", encoding="utf-8")
    offers = [upkeep.offer_file(file) for file in files]
    assert [(offer.title, offer.name, offer.articles) for offer in offers] == [
        ("О том, что в море", "паром.txt", 1),
        ("О том, что в море", "порт.txt", 1),
    ]
    assert counts(upkeep.take_in()) == (0, 0, 0)
    for offer in offers:
        assert [upkeep.accept(offer.batch).title for _ in range(2)] == [offer.title] * 2  # pressed twice
        assert upkeep.decline(offer.batch) is None
    assert counts(upkeep.take_in()) == (2, 0, 0)
    ids = [f"given/{offer.batch}/{name}" for offer, name in zip(offers, ("паром", "порт"), strict=True)]
    assert texts(indexed).keys() > set(ids)
    assert counts(indexed.index()) == (0, 0, 0)
    assert {given.batch for given in upkeep.given()} == {offer.batch for offer in offers}

    assert upkeep.take_back(offers[0].batch).name == "паром.txt"
    assert upkeep.take_back(offers[0].batch) is None
    assert counts(upkeep.take_in()) == (0, 0, 1)
    upkeep.forget([ids[1]])
    assert upkeep.given() == []
    assert not upkeep.has_received()


def test_what_was_taken_back_before_a_kill_is_found_to_be_published_still(indexed, upkeep, tmp_path):
    (tmp_path / "паром.txt").write_text(f"О том, что в море\n\n{WORDS}.\n", encoding="utf-8")
    offer = upkeep.offer_file(tmp_path / "паром.txt")
    assert not upkeep.has_received()
    upkeep.accept(offer.batch)
    assert upkeep.has_received()
    upkeep.take_in()
    upkeep.take_back(offer.batch)
    assert upkeep.has_received()
    assert counts(upkeep.take_in()) == (0, 0, 1)
    assert not upkeep.has_received()


@pytest.mark.of_files
def test_of_what_is_given_only_what_can_be_an_article_is_offered(upkeep, tmp_path):
    first = {"id": "ferry", "title": "Паром", "text": WORDS}
    records = [first, first | {"text": LATER}, {"id": "name", "title": "Порт", "text": "Порт"}]
    for number, reason in ((1, "the id 'ferry' was already read from given.jsonl: make ids unique"), (2, REPEATS)):
        lines = (json.dumps(record) for record in (first, records[number]))
        (tmp_path / "given.jsonl").write_text("\n".join(lines), encoding="utf-8")
        offer = upkeep.offer_file(tmp_path / "given.jsonl")
        assert (offer.title, offer.articles, offer.problem) == ("Паром", 1, reason)
    (tmp_path / "given.jsonl").write_text(json.dumps(records[2]), encoding="utf-8")
    with pytest.raises(NotAnArticleError, match=REPEATS):
        upkeep.offer_file(tmp_path / "given.jsonl")


@pytest.mark.of_files
def test_what_is_packed_tightly_is_not_read_to_its_end(upkeep, tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.ingest.given._MOST_CHARACTERS", 100_000)
    long = json.dumps({"id": "ferry", "title": "Паром", "text": WORDS * 2_000})
    for lines in (long, "{}\n" * 101):
        (tmp_path / "given.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        with pytest.raises(NotAnArticleError, match="holds too much to be given by hand: put it into a source"):
            upkeep.offer_file(tmp_path / "given.jsonl.gz")


@pytest.mark.of_files
def test_of_a_post_and_an_export_given_by_hand_the_one_edited_later_is_the_article(indexed, upkeep, corpus):
    for edited, expected in ((SENT, WORDS), (SENT + 30, WORDS), (SENT + 90, LATER)):
        upkeep.receive([post(changed_at=SENT + 60)])
        export(corpus, LATER, edited_unixtime=str(edited))
        offer = upkeep.offer_file(corpus.folder / "result.json")
        (corpus.folder / "result.json").unlink()
        upkeep.accept(offer.batch)
        upkeep.take_in()
        assert expected in texts(indexed)["1234567890/7"].text


@pytest.mark.of_files
def test_of_two_edits_in_a_second_the_later_stays_in_whatever_order_they_are_kept(indexed, upkeep):
    first = post(changed_at=SENT + 60)
    second = post(text=LATER, changed_at=SENT + 60)
    upkeep.receive([second])
    upkeep.receive([first])
    upkeep.take_in()
    assert LATER in texts(indexed)["1234567890/7"].text


@pytest.mark.of_files
def test_an_offer_that_nobody_answers_is_dropped_with_the_next_after_a_day(indexed, upkeep, tmp_path):
    file = tmp_path / "паром.txt"
    file.write_text(f"О том, что в море\n\n{WORDS}.\n", encoding="utf-8")
    article = Article("old", "Old", WORDS)
    [old] = offered_articles("7", "old.txt", [LoadedArticle(article, "old.txt")])
    upkeep.receive([replace(old, received_at=datetime.now(UTC) - timedelta(days=1, minutes=1))])
    assert upkeep.decline("7").title == "Old"
    upkeep.receive([replace(old, received_at=datetime.now(UTC) - timedelta(days=1, minutes=1))])
    upkeep.offer_file(file)
    assert upkeep.accept("7") is None


@pytest.mark.of_files
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("news.txt", b"", "is empty"),
        ("news.docx", b"PK", "is damaged or no document; save it anew"),
        ("news.exe", b"MZ", "has an unknown ending"),
        ("news.jsonl", b"{", "is not valid JSON"),
    ],
)
def test_a_file_that_holds_no_article_is_one_line(indexed, upkeep, tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAnArticleError) as told:
        upkeep.offer_file(tmp_path / name)
    assert reason in str(told.value)
    assert "\n" not in str(told.value)
