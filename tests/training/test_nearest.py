"""Near passages: by words, and with the real model by meaning, among a bounded number."""

import pytest

from retrieval.models.embedding import Embedder
from retrieval.models.model_files import resolve_model
from training.nearest import MOST, NearestByVectors, nearest_by_words

PASSAGES = [
    "Кошка спит на диване.",
    "Врач лечит больных в городской клинике.",
    "Ракета вышла на орбиту Земли.",
    "The hospital opened a new ward.",
]


@pytest.fixture(scope="module")
def embedder(models_folder):
    return Embedder.load(resolve_model(None, models_folder.parent))


def test_the_passage_with_the_questions_words_is_first():
    found = nearest_by_words(["Где спит кошка?", "Кто лечит больных?"], PASSAGES)
    assert [row[0] for row in found] == [PASSAGES[0], PASSAGES[1]]
    assert [sorted(row) for row in found] == [sorted(PASSAGES)] * 2


def test_the_passage_with_the_questions_meaning_is_first(embedder, tmp_path):
    nearest = NearestByVectors(embedder, tmp_path, most=10)
    found = nearest(["Какой питомец дремлет?", "Куда запустили космический корабль?"], PASSAGES)
    assert [row[0] for row in found] == [PASSAGES[0], PASSAGES[2]]
    assert len(list(tmp_path.iterdir())) == 1
    assert nearest(["Какой питомец дремлет?"], PASSAGES) == found[:1]
    assert len(list(tmp_path.iterdir())) == 1


def test_no_more_passages_than_given_get_vectors(embedder, tmp_path):
    passages = [f"Пассаж номер {number}." for number in range(40)]
    found = NearestByVectors(embedder, tmp_path, most=12)([f"Вопрос {number}?" for number in range(70)], passages)
    assert [len(row) for row in found] == [MOST] * 70
    assert len({passage for row in found for passage in row}) <= 12
