"""A run is watched on what it never learns from, as the product reads it, and one number is made of it."""

import pytest

from training import watched
from training.held_out import split_held_out
from training.reader_pairs import grouped, read_pairs
from training.watched import watched_sets, worth

NATURAL = ["rubq-ru", "rubq-en-ru", "wikiqa-en", "nomiracl-bags-fi", "nomiracl-bags-ko"]


@pytest.fixture(scope="module")
def sets(pairs, tokenizer):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watched, "BAGS_OF_A_LANGUAGE", 4)
        return watched_sets(pairs, tokenizer)


def test_what_is_watched_is_held_out(sets, pairs):
    assert list(sets) == [*NATURAL, "sberquad-val", "squad2-en"]
    for name in ("rubq-ru", "rubq-en-ru", "wikiqa-en"):
        _rest, held = split_held_out(name, read_pairs(pairs / f"{name}.jsonl"))
        assert [example.pair.passage for example in sets[name]] == [pair.passage for pair in held]


def test_some_whole_bags_of_each_language_are_watched(sets):
    for language in ("fi", "ko"):
        examples = sets[f"nomiracl-bags-{language}"]
        assert {example.pair.language for example in examples} == {language}
        assert [len(bag) for bag in grouped(examples)] == [3] * 4


def test_no_title_is_read(sets):
    assert {example.pair.title for examples in sets.values() for example in examples} == {""}


def test_where_all_answers_negatives_are_made(sets):
    truth = [example.answerable for example in sets["sberquad-val"]]
    assert truth.count(True) == watched.MADE_NEGATIVES
    assert truth.count(False) == watched.MADE_NEGATIVES


def test_natural_questions_alone_make_the_number():
    figures = {name: {"auc": 0.5 + place / 10, "span_f1": 0.1} for place, name in enumerate(NATURAL)}
    assert worth({**figures, "squad2-en": {"auc": 0.1}}) == 0.7
