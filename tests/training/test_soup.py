"""Averages of what several runs changed, as a reader: exact where its rank is enough, and the closest where not."""

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from training.soup import as_reader, average, factors, kept_share, main, read_changes

QUERY = "layer.0.attention.self.query.weight"
OUTPUT = "layer.0.output.dense.weight"
BEFORE = "encoder.encoder."
HEADS = {
    "span_head.weight": torch.tensor([[1.0, 2.0, 4.0], [0.5, 1.0, 2.0]]),
    "span_head.bias": torch.tensor([0.25, 0.5]),
    "answerable_head.weight": torch.tensor([[1.0, 0.0, 2.0]]),
    "answerable_head.bias": torch.tensor([2.0]),
}


def run_of(query, output):
    return {QUERY: torch.tensor(query), OUTPUT: torch.tensor(output)} | HEADS


ONE = run_of([[2.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [[2.0, 4.0], [1.0, 2.0], [0.0, 0.0]])
OTHER = run_of([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]], [[2.0, 4.0], [1.0, 2.0], [0.0, 0.0]])


def write(folder, run):
    """Write a run's changes in two files, in 16 bits."""
    folder.mkdir()
    tensors = {name: tensor.to(torch.bfloat16) for name, tensor in run.items()}
    for number, names in enumerate(([QUERY], [name for name in tensors if name != QUERY]), start=1):
        save_file({name: tensors[name] for name in names}, folder / f"changes-{number}.safetensors")
    return folder


def change_by(reader, name):
    place = BEFORE + name.removesuffix(".weight")
    return reader[f"{place}.lora_B"].float() @ reader[f"{place}.lora_A"].float()


def test_an_average_is_that_of_each_number():
    soup = average([ONE, OTHER])
    assert soup[QUERY].tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 0.5]]
    assert soup[OUTPUT].equal(ONE[OUTPUT])
    assert soup["span_head.weight"].equal(HEADS["span_head.weight"])


def test_only_runs_that_changed_the_same_are_averaged():
    with pytest.raises(ValueError, match=r"layer\.0\.output\.dense\.weight is not in all runs"):
        average([ONE, {name: tensor for name, tensor in OTHER.items() if name != OUTPUT}])


def test_factors_are_exact_where_their_rank_is_enough():
    change = torch.tensor([[2.0, 4.0], [1.0, 2.0], [0.0, 0.0]])
    thin_in, thin_out = factors(change, 1)
    assert thin_in.shape == (1, 2)
    assert thin_out.shape == (3, 1)
    assert torch.allclose(thin_out @ thin_in, change, atol=1e-6)
    assert float(thin_in.norm()) == pytest.approx(float(thin_out.norm()), rel=1e-5)


def test_factors_of_too_small_a_rank_keep_what_is_strongest():
    thin_in, thin_out = factors(torch.diag(torch.tensor([3.0, 1.0])), 1)
    assert torch.allclose(thin_out @ thin_in, torch.diag(torch.tensor([3.0, 0.0])), atol=1e-6)


def test_factors_have_the_rank_of_the_change_at_most():
    thin_in, thin_out = factors(torch.eye(2), 5)
    assert thin_in.shape == thin_out.shape == (2, 2)


def test_a_reader_holds_factors_and_heads_in_16_bits():
    reader = as_reader(ONE, 1)
    assert {tensor.dtype for tensor in reader.values()} == {torch.bfloat16}
    for name, head in HEADS.items():
        assert reader[name].float().equal(head)
    assert reader.keys() - HEADS.keys() == {
        f"{BEFORE}{name.removesuffix('.weight')}.lora_{side}" for name in (QUERY, OUTPUT) for side in "AB"
    }
    assert torch.allclose(change_by(reader, OUTPUT), ONE[OUTPUT], rtol=0.02)


@pytest.mark.parametrize("name", ["layer.0.output.dense.bias", "layer.0.output.LayerNorm.weight"])
def test_changes_for_which_there_is_no_place_are_refused(name):
    with pytest.raises(ValueError, match=name):
        as_reader(ONE | {name: torch.ones(3)}, 1)


def test_it_is_told_how_much_a_rank_keeps():
    changes = {QUERY: torch.diag(torch.tensor([3.0, 1.0]))} | HEADS
    assert kept_share(changes, as_reader(changes, 2)) == pytest.approx(1, abs=1e-3)
    assert kept_share(changes, as_reader(changes, 1)) == pytest.approx(0.9, abs=1e-3)


def test_folders_become_a_file(tmp_path, monkeypatch, capsys):
    folders = [str(write(tmp_path / name, run)) for name, run in (("one", ONE), ("other", OTHER))]
    file = tmp_path / "reader.safetensors"
    monkeypatch.setattr("sys.argv", ["soup", *folders, "--rank", "2", "--into", str(file)])
    main()
    assert "rank 2 keeps 1.000" in capsys.readouterr().out
    reader = load_file(file)
    assert torch.allclose(change_by(reader, QUERY), torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.5]]), atol=0.01)
    with safe_open(file, "pt") as opened:
        assert opened.metadata() == {"scale": "1.0", "rank": "2"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other", "reader.safetensors"]


def test_changes_are_read_from_all_files(tmp_path):
    changes = read_changes(write(tmp_path / "one", ONE))
    assert changes.keys() == ONE.keys()
    assert changes[OUTPUT].dtype == torch.float32
    assert changes[OUTPUT].equal(ONE[OUTPUT])


def test_a_folder_without_changes_is_told(tmp_path):
    with pytest.raises(ValueError, match="holds no changes"):
        read_changes(tmp_path)
