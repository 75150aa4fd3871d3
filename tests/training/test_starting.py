"""A network takes up a reader, of its own rank or of another."""

import pytest
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

from training.network import Network, learned
from training.soup import write_reader
from training.starting import rank_of, start_from

IDS = torch.tensor([[0, 5, 2, 2, 7, 8, 9, 2]])


def model_of(folder, hidden):
    torch.manual_seed(1)
    shape = {"hidden_size": hidden, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=12, **shape), add_pooling_layer=False).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return model_of(tmp_path_factory.mktemp("tiny"), 8)


def network_of(model, rank, scale=1.0, seed=2):
    torch.manual_seed(seed)
    return Network(model, rank, scale).eval()


def changes_of(network):
    """What is added to each weight."""
    tensors = learned(network)
    return {
        name: network.scale * tensors[name.replace("lora_A", "lora_B")] @ tensors[name]
        for name in tensors
        if "lora_A" in name
    }


@pytest.fixture
def reader(model, tmp_path):
    """A reader of rank 3 that changes all weights, and the network that it was written of."""
    network = network_of(model, 3, seed=1)
    tensors = {name: torch.randn_like(value).bfloat16() for name, value in learned(network).items()}
    network.load_state_dict({name: value.float() for name, value in tensors.items()}, strict=False)
    file = tmp_path / "reader.safetensors"
    write_reader(tensors, 3, file)
    return file, network


@pytest.mark.parametrize(("rank", "scale"), [(3, 1.0), (5, 1.0), (3, 0.5), (7, 2.0)])
def test_a_network_of_at_least_the_readers_rank_reads_as_it_does(model, reader, rank, scale):
    file, before = reader
    network = network_of(model, rank, scale)
    start_from(network, file)
    for name, change in changes_of(before).items():
        assert torch.allclose(changes_of(network)[name], change, atol=1e-5)
    with torch.inference_mode():
        both = [each(IDS, torch.ones_like(IDS)) for each in (before, network)]
    assert torch.allclose(both[0][0], both[1][0], atol=0.05)
    assert torch.allclose(both[0][1], both[1][1], atol=0.05)


def test_ranks_that_the_reader_lacks_can_learn(model, reader):
    network = network_of(model, 5)
    start_from(network, reader[0])
    tensors = learned(network)
    for name in changes_of(network):
        assert tensors[name][3:].abs().min(dim=1).values.gt(0).all()
        assert tensors[name.replace("lora_A", "lora_B")][:, 3:].eq(0).all()


def test_a_network_of_a_lower_rank_gets_the_closest_changes(model, reader):
    file, before = reader
    network = network_of(model, 2)
    start_from(network, file)
    for name, change in changes_of(before).items():
        left, strengths, right = torch.linalg.svd(change, full_matrices=False)
        closest = left[:, :2] * strengths[:2] @ right[:2]
        assert torch.allclose(changes_of(network)[name], closest, atol=1e-4)


def test_the_rank_of_a_reader_is_told(reader, tmp_path):
    assert rank_of(reader[0]) == 3
    save_file({"span_head.bias": torch.zeros(2)}, tmp_path / "none.safetensors")
    with pytest.raises(ValueError, match="changes no weight"):
        rank_of(tmp_path / "none.safetensors")


def test_a_reader_of_another_model_is_refused(reader, tmp_path):
    with pytest.raises(ValueError, match="is of another size"):
        start_from(network_of(model_of(tmp_path / "wide", 16), 3), reader[0])
    save_file({"encoder.lora_A": torch.zeros(3, 8)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="changes other weights"):
        start_from(network_of(model_of(tmp_path / "tiny", 8), 3), tmp_path / "other.safetensors")
