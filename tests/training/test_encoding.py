"""Pairs as tokens: the answer stays in the window and can be read off again, and batches pad little."""

import random
from dataclasses import replace

import pytest

from retrieval.ingest.recipe import embedding_text
from training.encoding import (
    BATCH_TOKENS,
    LEAST_TOKENS,
    PASSAGE_TOKENS,
    QUESTION_TOKENS,
    EncodedPair,
    answer_tokens,
    batches,
    encode,
    tensors,
    titled,
    window,
)
from training.reader_pairs import Pair

QUESTION = "Сколько человек эвакуировали?"
FLOOD = "Вода поднялась на три метра. Эвакуировали 412 человек. Мост закрыт."
LONG = f"{'Вода поднялась на три метра. ' * 60}Эвакуировали 412 человек. {'Мост у переправы закрыт. ' * 60}"


def pair(passage, answer=None, question=QUESTION):
    start = passage.index(answer) if answer else 0
    return Pair("ru", question, passage, bool(answer), (start, start + len(answer)) if answer else None)


def one(pair, tokenizer, *, whole=True, seed=1):
    [encoded] = encode([pair], tokenizer, random.Random(seed), whole=whole)
    return encoded


def test_question_and_passage_are_laid_out_as_the_reader_lays_them_out(tokenizer):
    encoded = one(pair(FLOOD, "412"), tokenizer)
    question, passage = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (QUESTION, FLOOD))
    assert encoded.ids == [0, *question, 2, 2, *passage, 2]
    assert encoded.ids[encoded.begin :] == [*passage, 2]


@pytest.mark.parametrize("passage", [FLOOD, LONG], ids=["short", "long"])
@pytest.mark.parametrize("seed", range(5))
def test_the_answers_tokens_are_the_answer(tokenizer, passage, seed):
    for whole in (True, False):
        encoded = one(pair(passage, "412"), tokenizer, whole=whole, seed=seed)
        assert tokenizer.decode(encoded.ids[encoded.first : encoded.last + 1]).strip() == "412"
        assert len(encoded.ids) - encoded.begin - 1 <= PASSAGE_TOKENS


def test_offsets_are_those_of_the_windows_tokens(tokenizer):
    encoded = one(pair(LONG, "412"), tokenizer)
    first, last = (encoded.offsets[token - encoded.begin] for token in (encoded.first, encoded.last))
    assert LONG[first[0] : last[1]].strip() == "412"
    assert len(encoded.offsets) == PASSAGE_TOKENS
    assert encoded.pair.passage == LONG


def test_learned_passages_are_often_cut_shorter(tokenizer):
    pairs = [pair(LONG, "412")] * 100
    sizes = [len(found.ids) - found.begin - 1 for found in encode(pairs, tokenizer, random.Random(1))]
    assert 50 < sizes.count(PASSAGE_TOKENS) < 90
    assert min(sizes) >= LEAST_TOKENS


def test_a_pair_without_an_answer_has_no_span(tokenizer):
    encoded = one(pair(FLOOD), tokenizer)
    assert (encoded.answerable, encoded.first, encoded.last) == (False, -1, -1)


def test_a_pair_whose_answer_is_longer_than_the_window_is_left_out(tokenizer):
    pairs = [pair(LONG, LONG.strip()), pair(FLOOD, "412")]
    assert len(encode(pairs, tokenizer, random.Random(1), whole=True)) == 1


def test_a_long_question_is_cut(tokenizer):
    encoded = one(pair(FLOOD, "412", QUESTION * 30), tokenizer)
    assert encoded.begin == 1 + QUESTION_TOKENS + 2


def test_an_answers_tokens_overlap_it():
    offsets = [(0, 4), (4, 8), (8, 12)]
    assert answer_tokens(pair("abcdefghijkl", "efgh"), offsets) == (1, 1)
    assert answer_tokens(pair("abcdefghijkl", "defghi"), offsets) == (0, 2)
    assert answer_tokens(pair("abcdefghijkl"), offsets) == (-1, -1)


@pytest.mark.parametrize("seed", range(10))
def test_a_window_holds_the_answer(seed):
    left = window(100, 40, 45, 10, random.Random(seed))
    assert left <= 40
    assert left + 10 > 45
    assert 0 <= window(100, -1, -1, 10, random.Random(seed)) <= 90
    assert window(5, 1, 2, 10, random.Random(seed)) == 0


def encoded_of(*lengths):
    return [EncodedPair([0] * length, begin=4, answerable=True, first=number) for number, length in enumerate(lengths)]


def test_batches_hold_everything_once_within_their_bound():
    examples = encoded_of(*(random.Random(1).randint(10, 300) for _ in range(2500)))
    found = list(batches(examples, random.Random(1)))
    assert sorted(example.first for batch in found for example in batch) == list(range(2500))
    assert max(len(batch) * max(len(example.ids) for example in batch) for batch in found) <= BATCH_TOKENS
    padding = sum(
        max(len(one.ids) for one in batch) * len(batch) - sum(len(one.ids) for one in batch) for batch in found
    )
    assert padding < 0.05 * sum(len(example.ids) for example in examples)


def test_batches_are_of_the_same_order_for_the_same_seed():
    examples = encoded_of(*range(10, 300))
    assert list(batches(examples, random.Random(1))) == list(batches(examples, random.Random(1)))
    assert list(batches(examples, random.Random(1))) != list(batches(examples, random.Random(2)))


def test_tensors_tell_what_is_padding_and_what_is_the_passage():
    ids, mask, inside = tensors([EncodedPair([0, 9, 2, 2, 7, 8, 2], 4, True), EncodedPair([0, 2, 2, 7, 2], 3, True)])
    assert ids.tolist() == [[0, 9, 2, 2, 7, 8, 2], [0, 2, 2, 7, 2, 1, 1]]
    assert mask.tolist() == [[1] * 7, [1] * 5 + [0, 0]]
    assert [row.nonzero()[:, 0].tolist() for row in inside] == [[4, 5], [3]]


def test_a_title_stands_before_the_passage_as_in_the_index(tokenizer):
    told = replace(pair(FLOOD, "412"), title="Потоп 412.")
    encoded = one(told, tokenizer)
    text = embedding_text("Потоп 412.", FLOOD)
    question, passage = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in (QUESTION, text))
    assert encoded.ids == [0, *question, 2, 2, *passage, 2]
    assert tokenizer.decode(encoded.ids[encoded.begin :]).startswith("Вода поднялась")
    assert tokenizer.decode(encoded.ids[encoded.first : encoded.last + 1]).strip() == "412"
    assert encoded.first > encoded.begin
    first, last = (encoded.offsets[token - encoded.begin] for token in (encoded.first, encoded.last))
    assert FLOOD[first[0] : last[1]].strip() == "412"


@pytest.mark.parametrize("seed", range(5))
def test_a_title_is_kept_before_a_window_and_takes_its_tokens(tokenizer, seed):
    encoded = one(replace(pair(LONG, "412"), title="Потоп"), tokenizer, seed=seed)
    title = tokenizer("Потоп.", add_special_tokens=False)["input_ids"]
    assert encoded.ids[encoded.begin - len(title) : encoded.begin] == title
    assert tokenizer.decode(encoded.ids[encoded.first : encoded.last + 1]).strip() == "412"
    assert len(encoded.ids) - encoded.begin - 1 == PASSAGE_TOKENS - len(title)


def test_a_passage_whose_words_the_index_mends_is_read_alone():
    broken = pair("Эваку\u00adировали 412 человек.", "412")
    assert titled(replace(broken, title="Потоп")) == titled(broken) == broken.passage
    assert titled(replace(pair(FLOOD), title="Потоп")) == f"Потоп. {FLOOD}"


def test_a_bag_stays_in_one_batch():
    bags = [
        EncodedPair([0] * (40 + 20 * place), begin=4, answerable=True, bag=bag)
        for bag in range(50)
        for place in range(10)
    ]
    found = list(batches([*bags, *encoded_of(*range(10, 300))], random.Random(1)))
    where = {(example.bag, number) for number, batch in enumerate(found) for example in batch if example.bag >= 0}
    assert len(where) == 50
    assert sum(map(len, found)) == 500 + 290
    assert max(len(batch) * max(len(example.ids) for example in batch) for batch in found) <= BATCH_TOKENS
