"""The façade: every citation is a slice of the article as it was read, whoever writes meanwhile."""

import json
import random
import string
import threading
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hashing_model import (
    BRIDGE,
    COMET,
    TRAM,
    Corpus,
    HashingEmbedder,
    cited,
    hashing_library,
    open_hashing_library,
    settings_for,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import ARTICLES, DATA

from retrieval.errors import DatabaseError, IndexMismatchError, IndexMissingError
from retrieval.library import Library
from retrieval.loaders import load_source
from retrieval.question.conversation import Conversation
from retrieval.ranking.search import Searcher
from retrieval.ranking.weights import shipped_weights
from retrieval.store.queries import StoreQueries
from retrieval.told import told
from retrieval.types import Bounds, Certainty

KINDS_OF_HOMES = ("folder", "server")
MOSCOW = ZoneInfo("Europe/Moscow")
QUESTIONS = [json.loads(line) for line in (DATA / "sample_questions.jsonl").read_text(encoding="utf-8").splitlines()]

NASTY_WORDS = st.sampled_from(
    [
        *(
            "мост",
            "река",
            "Saturn",
            "👩\u200d🚀",
            "🇷🇺",
            "e\u0301toile",
            "и\u0306од",
            "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
            "שלום",
            "مرحبا",
            "\u202eabc\u202c",
        ),
        *("文章。", "a\u0300\u0301\u0302b", "\ufeff", "\u200b", "\u2060", "\U0010ffff", "''", "--", "<b>&", "%s", "\\"),
    ]
)
SEPARATORS = st.sampled_from(["\u2028", "\x85", " ", ". ", "! ", "\n", "\n\n", "\r\n", "\u00a0", "…", ""])
NASTY_TEXTS = st.lists(st.tuples(NASTY_WORDS, SEPARATORS).map("".join), min_size=1, max_size=60).map("".join)


def articles_of(*sources):
    records = [record for source in sources for record in load_source(str(source), timezone=MOSCOW)]
    return {record.article.id: record.article for record in records}


def require_verbatim(answer, articles):
    assert answer.citations
    for number, citation in enumerate(answer.citations, start=1):
        article = articles[citation.article_id]
        assert citation.number == number
        assert citation.excerpt == article.text[citation.start : citation.end]
        assert citation.excerpt
        low, high = citation.highlight
        assert 0 <= low < high <= len(citation.excerpt)
        assert (citation.title, citation.source, citation.url) == (article.title, article.source, article.url)
        assert citation.published_at == article.published_at


# Verbatim


def test_every_stored_passage_of_the_sample_is_a_slice_of_its_article(hashed_sample):
    articles = articles_of(ARTICLES)
    store = StoreQueries(hashed_sample.home.database)
    texts = list(store.passage_texts(1))

    passages = store.passages([text.id for text in texts])

    assert hashed_sample.status().articles == len(articles)
    assert {passage.article.id for passage in passages} == articles.keys()
    for passage, text in zip(passages, texts, strict=True):
        assert passage.text == text.text == articles[passage.article.id].text[passage.start : passage.end]
        assert [(span.start - passage.start, span.end - passage.start) for span in passage.sentences] == [
            (span.start, span.end) for span in text.sentences
        ]


def test_an_id_may_be_of_any_length(library, corpus):
    """An id of the random letters that a web address may have: none of them can be packed."""
    drawn = random.Random(3)
    name = "".join(drawn.choices(string.ascii_letters + string.digits, k=20_000))
    corpus.write_lines("long.jsonl", [{"id": name, "title": "Bridge", "text": " ".join(BRIDGE)}])

    library.index()

    assert [header.id for header in library.listed()] == [name]
    assert cited(library.ask("мост через Ильму открыли")) == [name]


def test_every_excerpt_of_every_article_of_the_sample_is_a_slice_of_it(hashed_sample):
    articles = articles_of(ARTICLES)
    seen = set()

    for article in articles.values():
        for paragraph in article.text.split("\n")[::4]:
            answer = hashed_sample.ask(f"{article.title} {paragraph}", limit=10)
            require_verbatim(answer, articles)
            seen |= set(cited(answer))

    assert seen == articles.keys()


def test_answers_with_the_real_model_are_slices_of_their_articles(sample_library):
    library = Library.open(sample_library.home.settings)
    articles = articles_of(*sample_library.home.settings.sources)

    for question in QUESTIONS[::10]:
        require_verbatim(library.ask(question["question"], limit=5), articles)


@pytest.mark.parametrize(
    ("question", "article_id", "words"),
    [
        (
            "Why is the Port Averley harbour tunnel so much more expensive than planned?",
            "en/averley-harbour-tunnel-delay",
            "sealing joints between the concrete sections",
        ),
        (
            "На какую сумму оштрафовали паромную компанию за пожар на Gannet Queen?",
            "en/ferry-fire-verdict",
            "22 million crowns",
        ),
        (
            "Сколько людей эвакуировали на пике наводнения в Усть-Ильме?",
            "ru/flood-ust-ilma-peak",
            "4 215 человек",
        ),
    ],
)
def test_questions_are_answered_with_the_real_model_within_and_across_languages(
    sample_library, question, article_id, words
):
    citations = sample_library.ask(question, limit=5).citations

    assert any(citation.article_id == article_id and words in citation.excerpt for citation in citations)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(NASTY_TEXTS, min_size=1, max_size=5), title=st.one_of(st.just(""), NASTY_WORDS))
def test_articles_of_any_characters_are_cited_verbatim(tmp_path_factory, texts, title):
    folder = tmp_path_factory.mktemp("nasty")
    corpus = Corpus(folder / "articles")
    # The last one makes sure that there is something to index.
    records = [
        {"id": f"{number}-{title}", "title": title, "text": text} for number, text in enumerate(texts) if text.strip()
    ]
    corpus.write_lines("feed.jsonl", [*records, {"id": "last", "text": "👩\u200d🚀 Мост через 𝔘𝔫𝔦 открыли."}])
    library = hashing_library(settings_for(folder / "home", corpus.folder))
    library.index()
    articles = articles_of(corpus.folder)

    for question in ("мост", texts[0], "שלום Saturn", "🇷🇺"):
        require_verbatim(library.ask(question, limit=10), articles)


def test_offsets_count_characters_and_not_bytes_or_halves(library, corpus):
    text = "🙂" * 30 + ". 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 e\u0301 за пределами основной плоскости. שלום Мост открыли в субботу утром."
    corpus.write_lines("feed.jsonl", [{"id": "a", "text": text}])
    library.index()

    citation = library.ask("שלום Мост открыли в субботу утром").citations[0]

    assert text[citation.start : citation.end] == citation.excerpt
    low, high = citation.highlight
    assert citation.excerpt[low:high] == "שלום Мост открыли в субботу утром."


# Asking


def test_an_answer_names_its_newest_article_as_of(library, corpus):
    corpus.write_lines(
        "feed.jsonl",
        [
            {"id": "old", "text": "Мост закрыли прошлой зимой.", "date": "2023-01-10"},
            {"id": "new", "text": "Мост открыли этим летом.", "date": "2024-07-01T10:00:00"},
            {"id": "none", "text": "Мост построили неизвестно когда."},
        ],
    )
    library.index()

    answer = library.ask("мост")

    assert set(cited(answer)) == {"old", "new", "none"}
    assert str(answer.as_of) == "2024-07-01"


def test_a_question_that_fails_while_warming_up_is_told_to_the_log_alone(indexed, monkeypatch, caplog):
    def away(*_arguments, **_named):
        raise DatabaseError(told("the server is away"))

    with monkeypatch.context() as broken:
        broken.setattr(Searcher, "search", away)
        indexed.warm_up()

    assert [record.getMessage() for record in caplog.records] == [
        "no question could be answered to warm up: the server is away"
    ]
    indexed.warm_up()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_no_more_is_cited_than_the_limit(indexed, limit):
    assert 1 <= len(indexed.ask("Saturn пшеницы мост", limit=limit).citations) <= min(limit, 3)


@pytest.mark.parametrize("question", ["", " ", "?", "🙂", "и", "\x00", "'; DROP TABLE revision; --", "слово " * 5000])
def test_any_question_has_an_answer(indexed, question):
    answer = indexed.ask(question)

    assert 0 <= answer.confidence <= 1
    assert indexed.status().articles == 3


def test_a_minimum_confidence_of_one_abstains_and_names_what_is_nearest(indexed):
    answer = indexed.ask("Какова длина моста через Ильму?", bounds=Bounds(1.0, 1.0))

    assert (answer.answered, answer.citations, answer.as_of) == (False, (), None)
    assert answer.nearest[0].article_id == "bridge"
    assert len(answer.nearest) <= 3


@pytest.mark.parametrize(
    ("chosen", "sure", "unsure"),
    [
        ({"min_confidence": None}, 0.6, 0.35),
        ({"min_confidence": 0.8}, 0.8, 0.35),
        ({"min_confidence": 0.2}, 0.2, 0.2),
        ({"min_confidence": 0.0}, 0.0, 0.0),
        ({"min_confidence": None, "unsure_confidence": 0.5}, 0.6, 0.5),
        ({"min_confidence": None, "unsure_confidence": 0.0}, 0.6, 0.0),
        ({"min_confidence": None, "unsure_confidence": 0.9}, 0.6, 0.6),
        ({"min_confidence": 0.4, "unsure_confidence": 0.5}, 0.4, 0.4),
        ({"min_confidence": 0.4, "unsure_confidence": 0.1}, 0.4, 0.1),
    ],
)
def test_the_bounds_are_as_calibrated_or_those_of_the_settings_and_never_cross(home, chosen, sure, unsure):
    weights = shipped_weights()
    assert (weights.minimum_confidence, weights.unsure_confidence) == (0.6, 0.35)

    assert hashing_library(settings_for(home, **chosen)).bounds() == Bounds(sure, unsure)


@pytest.mark.parametrize(
    ("sure", "certainty", "confidence"),
    [
        (0.5, Certainty.UNSURE, 0.49),
        (0.2, Certainty.NONE, 0.19),  # the unsure bound is no higher, so nothing is unsure
        (0.0, Certainty.SURE, 0.9),
    ],
)
def test_what_lacks_what_is_asked_for_is_never_sure_whatever_bound_is_set(
    indexed, monkeypatch, sure, certainty, confidence
):
    """All that is changed of the search is how confident it is."""
    search = Searcher.search
    monkeypatch.setattr(Searcher, "search", lambda *args, **more: replace(search(*args, **more), confidence=0.9))
    library = hashing_library(indexed.home.settings.model_copy(update={"min_confidence": sure}))

    lacking, holding = library.ask("Когда собрали пшеницу с поля?"), library.ask("Сколько тонн пшеницы собрали?")

    assert (lacking.certainty, lacking.confidence) == (certainty, confidence)
    assert (holding.certainty, holding.confidence) == (Certainty.SURE, 0.9)
    assert library.bounds().certainty(lacking.confidence) is certainty


def test_opening_tells_what_is_missing(corpus, home_settings):
    with pytest.raises(IndexMissingError, match=r"there is no index yet in .*: run `citebot index`"):
        open_hashing_library(home_settings)


def test_an_article_is_looked_into_first_by_what_leans_on_a_conversation_and_by_nothing_else(indexed, corpus):
    first, second = "Мост через Неву открыли в мае.", "Мост через Обь открыли в июне."
    corpus.write("neva", first, "Движение началось.")
    corpus.write("ob", second, "Движение началось.")
    indexed.index()
    opened = Conversation("Мост открыли")

    def found(question, first_in, conversation=opened):
        return cited(indexed.ask(question, conversation=conversation, first_in=first_in, limit=1))

    assert (found("а когда его открыли?", "neva"), found("а когда его открыли?", "ob")) == (["neva"], ["ob"])
    assert found("когда открыли мост через Обь?", "neva") == ["ob"]
    assert found("когда открыли мост через Обь?", "neva", None) == ["ob"]
    assert found("а когда его открыли?", "no-such") == found("а когда его открыли?", None)
    indexed.forget(["neva"])
    assert found("а когда его открыли?", "neva") == found("а когда его открыли?", None) != ["neva"]


def test_asking_writes_nothing(indexed, home):
    indexed.ask("мост")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and not path.name.endswith("-shm")}
    fresh = hashing_library(indexed.home.settings)
    fresh.ask(COMET[0])
    fresh.status()

    assert {path: path.read_bytes() for path in before} == before


# Swapping


def test_a_running_library_answers_from_a_new_generation_at_once(indexed, corpus):
    reader = open_hashing_library(indexed.home.settings)
    assert cited(reader.ask(TRAM[0], limit=1)) != ["tram"]
    corpus.write("tram", *TRAM)
    indexed.index()

    assert cited(reader.ask(TRAM[0], limit=1)) == ["tram"]
    indexed.rollback()
    assert "tram" not in cited(reader.ask(TRAM[0], limit=10))


def test_a_library_that_is_not_asked_for_many_generations_goes_on_with_the_newest(indexed, corpus):
    reader = open_hashing_library(indexed.home.settings)
    for number in range(2, 8):
        corpus.write("bridge", f"Мост стоит уже {number} года без ремонта.")
        indexed.index()

    assert reader.ask("мост").citations[0].excerpt == "Мост стоит уже 7 года без ремонта."


@pytest.mark.of_files
def test_a_new_generation_that_cannot_be_opened_leaves_the_old_one_answering(indexed, corpus, home, caplog):
    reader = open_hashing_library(indexed.home.settings)
    corpus.write("tram", *TRAM)
    indexed.index()
    (home / "segments" / "000002" / "vectors.faiss").unlink()

    for _ in range(3):
        assert cited(reader.ask(COMET[0], limit=1)) == ["comet"]
    told = [record for record in caplog.records if record.name == "retrieval.answering.serving"]
    assert len(told) == 1
    assert told[0].getMessage().startswith("generation 000002 cannot be opened, going on with the one before: ")
    assert "vectors.faiss is missing" in told[0].getMessage()
    assert told[0].exc_info is None

    indexed.index()
    assert cited(reader.ask(TRAM[0], limit=1)) == ["tram"]


def test_a_generation_of_another_model_leaves_the_old_one_answering(indexed, corpus, home):
    reader = open_hashing_library(indexed.home.settings)
    hashing_library(indexed.home.settings, HashingEmbedder("hashing-2")).index(rebuild=True)

    assert cited(reader.ask(COMET[0], limit=1)) == ["comet"]
    with pytest.raises(IndexMismatchError):
        open_hashing_library(indexed.home.settings)


def test_questions_from_many_threads_never_fail_while_generations_are_swapped(indexed, corpus):
    versions = [articles_of(corpus.folder)]
    reader = open_hashing_library(indexed.home.settings)
    done, failures, answers = threading.Event(), [], []

    def ask(seed):
        generator = random.Random(seed)
        try:
            while not done.is_set():
                question = generator.choice(["мост длина", "Saturn comet", "пшеницы урожай", "трамвай"])
                answers.append(reader.ask(question, limit=generator.randint(1, 4)))
        except BaseException as error:  # noqa: BLE001 - of whatever kind
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for number in range(8):
        corpus.write("bridge", f"Мост стоит уже {number} года." + " Длина выросла." * number, *BRIDGE)
        corpus.write("comet", *(COMET if number % 2 else reversed(COMET)))
        versions.append(articles_of(corpus.folder))
        indexed.index()
        if number % 3 == 2:
            indexed.rollback()
    done.set()
    for thread in threads:
        thread.join()

    assert failures == []
    texts = {(article.id, article.text) for version in versions for article in version.values()}
    for answer in answers:
        for citation in answer.citations:
            assert any(
                citation.article_id == article_id and text[citation.start : citation.end] == citation.excerpt
                for article_id, text in texts
            )
    assert len({citation.excerpt for answer in answers for citation in answer.citations}) > 3


def test_two_threads_that_open_at_once_open_once(indexed, monkeypatch):
    reader = hashing_library(indexed.home.settings)
    opened = []
    open_searcher = reader.serving._open

    def noting(number):
        opened.append(number)
        return open_searcher(number)

    monkeypatch.setattr(reader.serving, "_open", noting)
    threads = [threading.Thread(target=reader.ask, args=("мост",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert opened == [1]


def test_the_moment_of_a_question_is_taken_as_it_is_given(indexed):
    assert indexed.ask("что было вчера", now=datetime.fromisoformat("2024-09-10T12:00")).question == "что было вчера"


def test_passages_are_ranked_as_of_the_moment_of_a_question(library, corpus):
    text = "Мост через реку открыли для машин."
    dates = {"first": "2024-09-08", "second": "2024-09-09"}
    lines = [{"id": name, "text": f"{text} {name}", "date": date} for name, date in dates.items()]
    corpus.write_lines("feed.jsonl", lines)
    library.index()
    first = [
        library.rank("Какой мост открыли вчера?", 2, now=datetime.fromisoformat(moment))[0].article.id
        for moment in ("2024-09-09T12:00", "2024-09-10T12:00")
    ]
    assert first == ["first", "second"]
