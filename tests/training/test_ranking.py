"""The weights of ranking from questions to the file that the product loads."""

import numpy as np
import pytest
from evaluation_model import ARTICLES, QUESTIONS, write_folder
from hashing_model import hashing_library
from pydantic import TypeAdapter

from retrieval.ranking.weights import Weights, shipped_weights
from retrieval.types import Reading
from training import ranking, sets
from training.figures import figures_of, line
from training.models import fit
from training.ranked import ranked, ranked_and_read, reranked


class Knowing:
    """A reader that believes in a passage that shares a word of six letters and more with the question."""

    def read(self, question, passages):
        words = {word for word in question.lower().strip("?").split() if len(word) > 5}
        return [self._reading(words, passage) for passage in passages]

    def _reading(self, words, passage):
        sentences = [passage.text[span.start - passage.start : span.end - passage.start] for span in passage.sentences]
        shared = np.array([len(words & set(sentence.lower().strip(".").split())) for sentence in sentences])
        shares = (shared + 0.5) / (shared + 0.5).sum()
        return Reading(float(shared.max()) - 1, tuple(shares.tolist()), (None,) * len(sentences))


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two sets that are measured with a model and a reader that can be computed by hand."""
    for name, questions in (("one", QUESTIONS), ("other", QUESTIONS[1:])):
        write_folder(tmp_path / name, ARTICLES, questions)
    monkeypatch.chdir(tmp_path)  # where no `.env` is
    monkeypatch.setattr(ranking, "Library", hashing_library)
    monkeypatch.setattr(sets.SpanReader, "load", lambda *_: Knowing())
    return {name: tmp_path / name for name in ("one", "other")}


@pytest.fixture
def reader_file(tmp_path):
    file = tmp_path / "reader.safetensors"
    file.write_bytes(b"a reader")
    return file


@pytest.fixture
def examples(places, reader_file, tmp_path):
    return ranking.collect_all(places, tmp_path / "homes", 100, reader_file)


def test_the_command_writes_what_the_product_loads(places, reader_file, tmp_path, monkeypatch, capsys):
    file = tmp_path / "weights.json"
    arguments = ["--homes", str(tmp_path / "homes"), "--reader", str(reader_file), "--write", "--into", str(file)]
    monkeypatch.setattr("sys.argv", ["ranking", *arguments, *(f"{name}={path}" for name, path in places.items())])
    ranking.main()
    written = TypeAdapter(Weights).validate_json(file.read_bytes())
    shipped = shipped_weights()
    for part in ("evidence", "passage", "confidence"):
        assert getattr(written, part).keys() == getattr(shipped, part).keys()
        assert getattr(written.reranking, part).keys() == getattr(shipped.reranking, part).keys()
    titles = [told[:10].strip() for told in capsys.readouterr().out.splitlines()]
    assert titles == ["left out", "read"] * 2 + ["fitted", "read"] * 2


def test_sets_of_one_kind_are_left_out_together(examples, monkeypatch):
    fitted = []
    monkeypatch.setattr(ranking, "fit", lambda sets: fitted.append(list(sets)) or fit(sets))
    told = ranking.left_out({"trivia.ru": examples["one"], "news": examples["other"], "trivia.en": examples["one"]})
    assert [line[11:20].strip() for line in told] == ["trivia.ru"] * 2 + ["trivia.en"] * 2 + ["news"] * 2
    assert fitted == [["news"], ["trivia"]]


def test_a_set_that_was_learned_is_ranked_right(examples):
    weights = fit(examples)
    for rank in (ranked, reranked):
        figures = figures_of(examples["one"], weights, rank)
        assert figures["R@1"] == figures["MRR"] == figures["sentence@1"] == (1.0,)
        assert figures["AUC"] == (1.0,)


def test_the_same_examples_give_the_same_weights(examples):
    assert fit(examples) == fit(examples)


def test_what_the_reader_believes_speaks_for_an_answer(examples):
    assert fit(examples).reranking.confidence["answerable"] > 0


def test_a_set_in_which_all_is_answered_says_nothing_of_confidence(examples):
    answered = [example for example in examples["one"] if example.answerable]
    with_it, without = fit({"one": examples["one"], "answered": answered}), fit({"one": examples["one"]})
    assert with_it.confidence.keys() == without.confidence.keys()
    figures = figures_of(answered, with_it, ranked)
    assert "AUC" not in figures
    assert "R@5" in figures


def test_a_set_in_which_nothing_is_answered_says_nothing_of_confidence(examples):
    unanswered = [example for example in examples["one"] if not example.answerable]
    assert fit({"one": examples["one"], "unanswered": unanswered}) == fit({"one": examples["one"]})


def test_what_was_not_read_is_passed_over(examples):
    example, weights = examples["one"][0], shipped_weights()
    _, found = ranked_and_read(example, weights)
    assert len(found.places) > 0
    unread = type(example)(**{**vars(example), "readings": {}})
    _, found = ranked_and_read(unread, weights)
    assert len(found.places) == 0
    assert reranked(unread, weights).log_odds == ranked(unread, weights).log_odds


def test_a_set_without_answers_has_no_figures_of_ranks(examples):
    unanswered = [example for example in examples["one"] if not example.answerable]
    assert figures_of(unanswered, shipped_weights(), ranked) == {}


def test_figures_are_written_in_one_line():
    told = line("left out", "one", {"R@1": (0.5,), "false/refused": (0.25, 1.0)})
    assert told == "left out   one                  R@1 0.500  false/refused 0.25/1.00"
