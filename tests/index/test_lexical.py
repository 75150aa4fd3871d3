"""Which words of a question stand where."""

import numpy as np
import pytest
from small_generation import segment_of

from retrieval.index.lexical import SegmentWords
from retrieval.index.rows import rows_of
from retrieval.index.segment import Segment
from retrieval.store.queries import PassageText
from retrieval.text.terms import question_terms
from retrieval.types import Span


def passage(passage_id, title, *sentences):
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return PassageText(id=passage_id, title=title, published_at=None, text=" ".join(sentences), sentences=tuple(spans))


PASSAGES = [
    passage(10, "Мост", "Мэр открыл переправу.", "Длина моста 840 метров."),
    passage(11, "Урожай", "Собрали пшеницу."),
    passage(12, "Comet", "The comet passed Saturn.", "Saturn has rings.", "Мост ни при чём."),
    passage(13, "🙂", "…"),
]
ALL_PASSAGES = np.arange(4)
ALL_SENTENCES = np.arange(7)


def words_of(passages, folder=None):
    """The words of one segment; read back where a folder is given."""
    segment = segment_of(passages, np.zeros((sum(len(each.sentences) for each in passages), 4)))
    if folder is not None:
        segment.save(folder)
        segment = Segment.load(folder)
    starts = np.array([0, len(passages)])
    counts = (np.array([len(passages)]), np.array([sum(len(each.sentences) for each in passages)]))
    return SegmentWords([segment.words], rows_of(starts[:1], [starts[:1]], [counts]))


@pytest.fixture(params=["built", "loaded"])
def index(request, tmp_path):
    return words_of(PASSAGES, tmp_path if request.param == "loaded" else None)


def rows_where(found):
    """For each term of the question, the rows that hold it."""
    return [np.flatnonzero(column).tolist() for column in found.T]


def test_its_length_is_the_number_of_passages(index):
    assert len(index) == 4


def test_terms_are_found_in_passages_and_their_titles(index):
    query = index.query(question_terms("Мостов пшеницей сатурн Saturn комета comets"))

    assert rows_where(index.in_passages(query, ALL_PASSAGES)) == [[0, 2], [1], [], [2], [], [2]]


def test_terms_are_found_in_sentences_but_not_in_titles(index):
    query = index.query(question_terms("мост Saturn урожай 840"))

    assert rows_where(index.in_sentences(query, ALL_SENTENCES)) == [[1, 5], [3, 4], [], [1]]


def test_only_the_rows_that_are_asked_for_are_looked_at_in_their_order(index):
    query = index.query(question_terms("мост Saturn"))

    assert index.in_passages(query, np.array([3, 2, 0])).tolist() == [[False, False], [True, True], [True, False]]
    assert index.in_sentences(query, np.array([5, 0, 3])).tolist() == [[True, False], [False, False], [False, True]]
    assert index.in_passages(query, np.array([], dtype=np.int64)).shape == (0, 2)


def test_passages_without_a_word_of_the_question_score_nothing(index):
    scores = index.scores(index.query(question_terms("пшеница кольца rings")))

    assert np.flatnonzero(scores).tolist() == [1, 2]
    assert scores.shape == (4,)
    assert (scores >= 0).all()


def test_a_rarer_word_weighs_more_and_all_weights_are_one(index):
    weights = index.query(question_terms("мост Saturn неведомое")).weights

    assert weights[0] < weights[1] < weights[2]
    assert weights.sum() == pytest.approx(1)


@pytest.mark.parametrize("question", ["совершенно неизвестные слова", "", "…🙂"])
def test_a_question_of_unknown_words_or_none_finds_nothing(index, question):
    query = index.query(question_terms(question))

    assert index.scores(query).tolist() == [0, 0, 0, 0]
    assert not index.in_passages(query, ALL_PASSAGES).any()
    assert not index.in_sentences(query, ALL_SENTENCES).any()


def test_a_passage_with_more_of_the_words_scores_higher():
    index = words_of(
        [
            passage(1, "", "Мост через реку Ильму открыли."),
            passage(2, "", "Мост через реку Неву закрыли."),
            passage(3, "", "Театр на площади закрыли."),
        ]
    )

    scores = index.scores(index.query(question_terms("мост через Ильму")))

    assert np.argsort(-scores).tolist() == [0, 1, 2]


def test_a_loaded_index_answers_as_the_built_one(tmp_path):
    built = words_of(PASSAGES)
    loaded = words_of(PASSAGES, tmp_path)

    for question in ("мост Saturn 840", "неизвестное", "comet rings пшеница"):
        ours, theirs = built.query(question_terms(question)), loaded.query(question_terms(question))
        assert np.array_equal(ours.term_ids, theirs.term_ids)
        assert np.array_equal(ours.weights, theirs.weights)
        assert np.array_equal(built.scores(ours), loaded.scores(theirs))


def test_passages_without_a_single_word_can_be_indexed(tmp_path):
    index = words_of([passage(1, "", "…"), passage(2, "🙂", "🙂🙂", "!!!")], tmp_path)

    assert len(index) == 2
    assert index.scores(index.query(question_terms("мост"))).tolist() == [0, 0]
    assert index.in_sentences(index.query(question_terms("мост")), np.arange(3)).tolist() == [[False], [False], [False]]


def test_thousands_of_passages_keep_their_rows():
    index = words_of([passage(number, "", f"слово{number} общее", f"другое{number} общее") for number in range(2000)])

    for number in (0, 1, 999, 1999):
        query = index.query(question_terms(f"слово{number} другое{number} общее"))
        assert np.flatnonzero(index.in_passages(query, np.arange(2000))[:, 0]).tolist() == [number]
        assert np.flatnonzero(index.in_sentences(query, np.arange(4000))[:, 1]).tolist() == [2 * number + 1]
        assert index.in_sentences(query, np.arange(4000))[:, 2].all()
        assert int(np.argmax(index.scores(query))) == number
