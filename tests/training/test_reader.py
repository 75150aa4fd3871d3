"""A reader is trained on a tiny network: it learns, is measured, can be interrupted, and the product loads it."""

import json
import random
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors import safe_open
from transformers import BertConfig, BertModel

from retrieval.models.sentence_encoder import BertEncoder
from retrieval.models.span_reader import SpanReader
from training import reader, watched
from training.encoding import EncodedPair, encode
from training.learning import area, best_spans, counted, evaluate, in_right_sentence, loss_of, overlap
from training.network import Network, learned
from training.reader import Training, share_of_rate
from training.reader_pairs import NO_BAG, Pair
from training.reader_plans import BAGS, PLANS, SetPlan
from training.soup import write_reader

FLOOD = "Вода поднялась на три метра. Эвакуировали 412 человек. Мост закрыт."


@pytest.fixture(scope="module")
def model(tokenizer, tmp_path_factory):
    """The folder of an encoder of one layer with the bundled model's vocabulary."""
    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(tokenizer), **shape), add_pooling_layer=False).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture
def network(model):
    torch.manual_seed(1)
    return Network(model, rank=2, scale=1.0)


def a_batch():
    """Two rows of the same length; the first one's answer is its passage's second token."""
    return [
        EncodedPair([0, 5, 2, 2, 7, 8, 9, 2], 4, answerable=True, first=5, last=5),
        EncodedPair([0, 5, 2, 2, 8, 6, 4, 2], 4, answerable=False),
    ]


def test_an_untrained_network_is_the_encoder(network, model):
    encoder = BertModel.from_pretrained(
        model, dtype=torch.bfloat16, attn_implementation="eager", add_pooling_layer=False
    )
    ids = torch.tensor([[0, 5, 2, 2, 7, 8, 9, 2]])
    both = [
        each(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
        for each in (encoder, network.encoder)
    ]
    assert both[0].equal(both[1])


def test_only_factors_and_heads_are_trained_and_kept(network):
    trained = {name for name, parameter in network.named_parameters() if parameter.requires_grad}
    assert trained == set(learned(network))
    assert all("lora_" in name or "_head." in name for name in trained)
    assert len(trained) == 2 * 6 + 4


def test_a_network_learns_what_it_is_shown(network):
    batch = a_batch()
    optimiser = torch.optim.AdamW([one for one in network.parameters() if one.requires_grad], lr=0.05)
    first = sum(loss.item() for loss in loss_of(network, batch))
    for _ in range(30):
        optimiser.zero_grad()
        sum(loss_of(network, batch)).backward()
        optimiser.step()
    assert sum(loss.item() for loss in loss_of(network, batch)) < first / 3
    ids = torch.tensor([example.ids for example in batch])
    ends, answerable = network(ids, torch.ones_like(ids))
    assert answerable[0] > 0 > answerable[1]
    inside = torch.tensor([[False] * 4 + [True] * 3 + [False]] * 2)
    assert best_spans(ends, inside)[0] == (5, 5)


def test_without_a_span_only_the_answer_counts(network):
    answered, span = loss_of(network, a_batch()[1:])
    assert span.item() == 0
    assert answered.item() > 0


def in_bags(*rows):
    return [EncodedPair([], 0, answerable=answerable, bag=bag) for bag, answerable in rows]


def test_of_a_bag_that_answers_only_the_surest_passage_is_learned():
    batch = in_bags((NO_BAG, True), (4, True), (4, True), (4, True), (5, False), (5, False), (NO_BAG, False), (6, True))
    assert counted(batch, [0.0, 0.1, 0.9, 0.3, 5.0, 1.0, 2.0, -3.0]) == [0, 2, 4, 5, 6, 7]


def test_what_is_not_the_surest_of_its_bag_gets_no_loss(network):
    first, second = a_batch()
    bag = [replace(first, first=-1, last=-1, bag=1), replace(second, answerable=True, bag=1)]
    answered, span = loss_of(network, bag)
    alone = [loss_of(network, [one])[0].item() for one in bag]
    assert span.item() == 0
    assert answered.item() == pytest.approx(min(alone), rel=0.02)


def test_a_bag_is_as_sure_as_its_surest_passage():
    examples = in_bags((1, True), (1, True), (2, False), (2, False))
    assert area(examples, [0.1, 0.9, 0.5, 0.4]) == 1
    assert area(examples, [0.1, 0.3, 0.2, 0.4]) == 0


def test_the_best_span_is_within_the_passage_and_no_longer_than_may_be():
    ends = torch.zeros(1, 6, 2)
    ends[0, 0], ends[0, 2, 0], ends[0, 5, 1], ends[0, 3, 1] = 9, 3, 3, 2
    inside = torch.tensor([[False, True, True, True, True, True]])
    assert best_spans(ends, inside) == [(2, 5)]
    assert best_spans(ends, inside, longest=2) == [(2, 3)]


def test_overlap_is_that_of_tokens():
    example = EncodedPair([], 0, answerable=True, first=4, last=7)
    assert overlap(example, 4, 7) == 1
    assert overlap(example, 6, 9) == 0.5
    assert overlap(example, 8, 9) == 0


def test_a_sentence_is_right_if_it_holds_the_answers_words(tokenizer):
    pair = Pair("ru", "Сколько?", FLOOD, answerable=True, answer=(FLOOD.index("412"), FLOOD.index("412") + 3))
    [example] = encode([pair], tokenizer, random.Random(1), whole=True)
    assert in_right_sentence(example, example.first)
    assert not in_right_sentence(example, example.begin)


def test_pairs_are_measured(network, tokenizer):
    start = FLOOD.index("412")
    pairs = [
        Pair("ru", "Сколько?", FLOOD, answerable=True, answer=(start, start + 3)),
        Pair("ru", "Кто?", FLOOD, answerable=False),
    ]
    examples = encode(pairs, tokenizer, random.Random(1), whole=True)
    figures = evaluate(network, examples)
    assert figures.keys() == {"span_f1", "sentence", "auc"}
    assert all(0 <= figure <= 1 for figure in figures.values())


def test_the_product_loads_what_is_saved(network, model, tmp_path):
    with torch.no_grad():
        for name, value in learned(network).items():
            if "lora_B" in name:
                value.fill_(0.125)
    file = tmp_path / "reader.safetensors"
    write_reader({name: value.bfloat16() for name, value in learned(network).items()}, 2, file)
    SpanReader.load(SimpleNamespace(encoder=BertEncoder(Path(model))), file)
    with safe_open(file, "pt") as opened:
        assert set(opened.keys()) == set(learned(network))


def test_the_learning_rate_rises_and_falls():
    rates = [share_of_rate(done / 100) for done in range(101)]
    assert rates[0] == pytest.approx(0.01)
    assert max(rates) == rates[3] == pytest.approx(1)
    assert rates[3:] == sorted(rates[3:], reverse=True)
    assert rates[100] == 0


@pytest.fixture
def arguments(model, tokenizer, pairs, tmp_path, monkeypatch):
    """A run of half a second on made-up pairs."""
    loaded = SimpleNamespace(from_pretrained=lambda _: tokenizer)  # loading it takes seconds each time
    monkeypatch.setattr(reader, "AutoTokenizer", loaded)
    monkeypatch.setattr(watched, "MADE_NEGATIVES", 10)
    monkeypatch.setattr(watched, "WRITTEN_FROM_PASSAGES", {"squad2-en": slice(None, 20)})
    for name in PLANS:
        plans = (SetPlan("sberquad-val", 20, 0, 1.0), SetPlan("rubq-ru", 10, 10), SetPlan(BAGS, 3, 3))
        monkeypatch.setitem(PLANS, name, plans)
    return Namespace(
        model=model, pairs=pairs, work=tmp_path / "work", minutes=0.01, mix="broad", rank=2, scale=1.0, rate=1e-2,
        seed=1, start=None, vectors=0,
    )  # fmt: skip


def lines_of(arguments):
    return [json.loads(line) for line in (arguments.work / "log.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_run_ends_with_a_reader_and_a_log(arguments):
    arguments.vectors = 20
    Training(arguments).run()
    with safe_open(arguments.work / "reader.safetensors", "pt") as opened:
        assert opened.metadata() == {"scale": "1.0", "rank": "2"}
    assert len(list(arguments.work.glob("vectors-*.pickle"))) == 1
    lines = lines_of(arguments)
    assert lines[0]["arguments"]["mix"] == "broad"
    assert lines[-1]["squad2-en"].keys() == {"span_f1", "sentence", "auc"}
    assert lines[-1]["pairs"] > 0
    natural = ["rubq-ru", "rubq-en-ru", "wikiqa-en", "nomiracl-bags-fi", "nomiracl-bags-ko"]
    mean = sum(lines[-1][name]["auc"] for name in natural) / 5
    assert lines[-1]["natural"] == lines[-1]["best"] == pytest.approx(mean, abs=1e-4)


def test_the_reader_is_that_of_the_best_measurement(arguments):
    run = Training(arguments)
    run.measure()
    kept = (arguments.work / "reader.safetensors").read_bytes()
    best = run.state.best
    assert best > 0
    with torch.no_grad():
        run.network.answerable_head.weight.zero_()  # now all is a toss-up
        run.network.span_head.bias.add_(1)
    run.state.best = max(best, 0.5)
    run.measure()
    assert (arguments.work / "reader.safetensors").read_bytes() == kept
    assert lines_of(arguments)[-1]["natural"] == 0.5
    run.state.best = 0.4
    run.measure()
    assert (arguments.work / "reader.safetensors").read_bytes() != kept
    assert Training(arguments).state.best == 0.5


def test_a_run_goes_on_from_a_reader(arguments, tmp_path):
    first = Training(arguments)
    with torch.no_grad():
        for name, value in learned(first.network).items():
            if "lora_B" in name:
                value.fill_(0.125)
    write_reader(first.tensors(), first.rank, tmp_path / "start.safetensors")
    arguments.start, arguments.rank, arguments.work = tmp_path / "start.safetensors", None, tmp_path / "other"
    run = Training(arguments)
    assert run.rank == 2
    for name, value in first.tensors().items():
        assert run.tensors()[name].equal(value)
    run.run()
    lines = lines_of(arguments)
    assert (lines[1]["seconds"], lines[1]["natural"]) == (0, lines[1]["best"])
    assert lines[-1]["best"] >= lines[1]["best"]


def test_an_interrupted_run_goes_on_from_its_checkpoint(arguments):
    run = Training(arguments)
    run.epoch()
    run.keep()
    again = Training(arguments)
    assert again.state == run.state
    assert again.state.pairs > 0
    before, after = learned(run.network), learned(again.network)
    assert all(after[name].equal(value) for name, value in before.items())
    arguments.mix = "adversarial"
    other = Training(arguments)
    assert (other.state.mix, other.state.epoch, other.state.batch) == ("adversarial", run.state.epoch + 1, 0)
