"""Sets become examples: what is right in them, and what is kept from one run to the next."""

import numpy as np
import pytest
from evaluation_model import ARTICLES, QUESTIONS, write_folder
from hashing_model import HashingEmbedder, hashing_library, settings_for

from retrieval.evaluation.questions import KnownQuestion
from retrieval.ranking.features import Candidates, Features, find_candidates
from retrieval.types import Reading
from training import sets
from training.examples import Example, right_ones
from training.sets import QuestionSet, measure, read, readings_file


class CountingEmbedder(HashingEmbedder):
    """Remembers the questions."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def embed_query(self, text):
        self.asked.append(text)
        return super().embed_query(text)

    def embed_documents(self, texts, *, progress=None):
        return HashingEmbedder().embed_documents(texts, progress=progress)


class CountingReader:
    """Tells of every passage how much it believes in it, and remembers what it was asked."""

    def __init__(self, answerable=1.0):
        self.answerable = answerable
        self.asked = []

    def read(self, question, passages):
        self.asked.append(question)
        return [
            Reading(self.answerable, (1 / len(one.sentences),) * len(one.sentences), (None,) * len(one.sentences))
            for one in passages
        ]


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "folder", ARTICLES, QUESTIONS)


@pytest.fixture
def library(tmp_path, folder):
    library = hashing_library(settings_for(tmp_path / "home", folder / "articles.jsonl"), CountingEmbedder())
    library.index()
    return library


@pytest.fixture
def question_set(tmp_path, folder):
    return QuestionSet("made-up", folder, tmp_path / "caches", 100)


@pytest.fixture
def reader_file(tmp_path):
    file = tmp_path / "reader.safetensors"
    file.write_bytes(b"one reader")
    return file


def read_all(question_set, library, reader_file, reader):
    """Read as `collect` does, with a reader that is loaded from no file."""
    _, store, embedder = library.opened()
    file = readings_file(question_set, embedder, reader_file)
    return read(measure(question_set, library), store, file, lambda: reader)


def test_what_is_right_is_told_of_each_question(question_set, library):
    length, ticket, comet, president, _ = measure(question_set, library)
    for example in (length, ticket, comet):
        assert example.answerable
        assert example.passages.sum() == 1
    assert not president.answerable
    assert not president.passages.any()
    [place] = np.flatnonzero(length.passages)
    assert length.sentences[length.sentences_of(place)].tolist() == [False, True]
    assert length.sentences.sum() == 1
    assert length.can_teach_evidence(place)


def test_without_evidence_or_answer_every_passage_of_a_right_article_is_right(library):
    generation, store, _ = library.opened()
    texts = {name: text for name, (_, text) in ARTICLES.items()}
    ids = [int(row) for row in generation.layout.passage_ids]
    candidates = find_candidates(
        generation.layout, generation.vectors, HashingEmbedder().embed_query("мост"), np.ones(len(ids), np.float32)
    )
    passages = store.passages([ids[row] for row in candidates.passages])
    for fields in ({}, {"answers": ("stands nowhere",)}, {"evidence": "stands nowhere"}):
        question = KnownQuestion(id="q", question="q?", article_ids=("bridge",), **fields)
        right, _ = right_ones(question, passages, candidates, texts)
        assert [passage.article.id == "bridge" for passage in passages] == right.tolist()


def test_evidence_of_one_article_says_nothing_of_another(library):
    generation, store, _ = library.opened()
    texts = {name: text for name, (_, text) in ARTICLES.items()}
    ids = [int(row) for row in generation.layout.passage_ids]
    candidates = find_candidates(
        generation.layout, generation.vectors, HashingEmbedder().embed_query("мост"), np.ones(len(ids), np.float32)
    )
    passages = store.passages([ids[row] for row in candidates.passages])
    evidence = texts["bridge"][:20]
    question = KnownQuestion(id="q", question="q?", article_ids=("tram", "bridge"), evidence=evidence)

    right, _ = right_ones(question, passages, candidates, texts)

    assert {passage.article.id for passage, told in zip(passages, right, strict=True) if told} == {"bridge"}


def test_a_question_is_measured_as_it_is_searched_for(library, tmp_path):
    asked = {"id": "q", "question": "А кто собрал пшеницу с поля?", "answerable": False}
    folder = write_folder(tmp_path / "leaning", ARTICLES, [asked])

    [example] = measure(QuestionSet("leaning", folder, tmp_path / "caches", 1), library)

    assert example.question.searched == "Кто собрал пшеницу с поля?"


def test_questions_are_measured_once(question_set, library):
    first = measure(question_set, library)
    asked = len(library.model.load().asked)
    again = measure(question_set, library)
    assert len(library.model.load().asked) == asked == len(QUESTIONS)
    assert [example.passage_ids for example in first] == [example.passage_ids for example in again]
    assert np.array_equal(first[0].features.sentence["cosine"], again[0].features.sentence["cosine"])


def test_changed_questions_are_measured_anew(question_set, library, folder):
    measure(question_set, library)
    write_folder(folder, ARTICLES, QUESTIONS[:2])
    assert len(measure(question_set, library)) == 2


def test_another_number_of_questions_is_measured_anew(question_set, library, folder, tmp_path):
    measure(question_set, library)
    fewer = QuestionSet("made-up", folder, tmp_path / "caches", 3)
    assert len(measure(fewer, library)) == 3
    assert [one.id for one in fewer.questions()] == [one.id for one in fewer.questions()]


def test_a_changed_index_is_measured_anew(question_set, library, folder):
    before = measure(question_set, library)
    write_folder(folder, {name: ARTICLES[name] for name in ("bridge", "tram", "comet")}, QUESTIONS)
    library.index()
    assert len(measure(question_set, library)[0].passage_ids) < len(before[0].passage_ids)


def test_changed_code_measures_and_reads_anew(question_set, library, reader_file, monkeypatch):
    read_all(question_set, library, reader_file, CountingReader())
    monkeypatch.setattr(sets, "code_digest", lambda *_: "another version")
    asked, reader = len(library.model.load().asked), CountingReader()
    read_all(question_set, library, reader_file, reader)
    assert len(library.model.load().asked) == asked + len(QUESTIONS)
    assert len(reader.asked) == len(QUESTIONS)


def test_passages_are_read_once_and_the_reader_is_loaded_only_for_it(question_set, library, reader_file):
    first = read_all(question_set, library, reader_file, CountingReader())
    again = read_all(question_set, library, reader_file, None)
    assert [example.readings for example in again] == [example.readings for example in first]
    assert all(example.readings.keys() <= set(range(len(example.passage_ids))) for example in first)
    assert all(0 < len(example.readings) <= sets.READ for example in first)


def test_a_changed_reader_never_finds_what_another_one_read(question_set, library, reader_file):
    read_all(question_set, library, reader_file, CountingReader(answerable=1.0))
    reader_file.write_bytes(b"another reader")
    examples = read_all(question_set, library, reader_file, CountingReader(answerable=-2.0))
    assert {told.answerable for example in examples for told in example.readings.values()} == {-2.0}
    reader_file.write_bytes(b"one reader")
    examples = read_all(question_set, library, reader_file, None)
    assert {told.answerable for example in examples for told in example.readings.values()} == {1.0}


def test_an_added_question_is_the_only_one_read(question_set, library, reader_file, folder):
    read_all(question_set, library, reader_file, CountingReader())
    added = {"id": "who", "question": "Кто собрал пшеницу с поля?", "answerable": False}
    write_folder(folder, ARTICLES, [*QUESTIONS, added])
    reader = CountingReader()
    read_all(question_set, library, reader_file, reader)
    assert reader.asked == [added["question"]]


def test_texts_are_those_of_all_articles(question_set):
    assert question_set.texts() == {name: text for name, (_, text) in ARTICLES.items()}


@pytest.mark.parametrize(
    ("place", "sentences", "evidence", "is_right"),
    [
        (0, [False, True, False], [1, 2, 3], True),  # the best of its own two sentences answers
        (0, [False, True, False], [2, 1, 3], False),
        (0, [False, False, False], [2, 1, 3], True),  # no sentence is known to answer
        (0, [False, False, True], [2, 1, 3], False),  # only one of another passage is
        (1, [False, True, True], [1, 2, 3], False),  # the passage is not right
    ],
)
def test_a_passage_is_right_where_its_best_sentence_is_as_well(place, sentences, evidence, is_right):
    candidates = Candidates(np.arange(2), np.arange(3), firsts=np.array([0, 2]), lengths=np.array([2, 1]))
    features = Features(candidates, unknown=0.0, terms=1, asks_whether=False, sentence={}, passage={})
    example = Example(None, (7, 8), features, True, np.array([True, False]), np.array(sentences))

    assert example.is_right(place, np.array(evidence, np.float32)) is is_right
