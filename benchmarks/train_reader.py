"""Train the reader: low-rank changes to the encoder's weights, and two small heads, from question-passage pairs.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/train_reader.py MODEL PAIRS WORK [--minutes 60] [--mix broad]

MODEL is a folder that transformers loads (Citebot keeps one in its home's `models/`), PAIRS the folder with the sets
of `reader_pairs.py`, WORK a folder for the checkpoint, the log and, at the end, `reader.safetensors`. Interrupted, it
goes on from its last checkpoint when it is started again, with another mix too. The learning rate falls with the time
that has been spent, so that a run takes what it was given on any machine.
"""

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import razdel
import torch
from reader_pairs import PLANS, Pair, made_negatives, mix, read_pairs, split_held_out
from safetensors.torch import save_file
from sklearn.metrics import roc_auc_score
from torch import nn
from transformers import AutoTokenizer, BertModel

QUESTION_TOKENS = 48
PASSAGE_TOKENS = 224
BATCH_TOKENS = 3072
REPORT_SECONDS = 30
CHECKPOINT_SECONDS = 240
MEASURED_CHECKPOINT = 3
"""Of so many checkpoints one is measured on held-out pairs."""
DEVELOPMENT_SETS = {"sberquad-val": slice(-560, None), "squad2-en": slice(None, 400)}


class LowRankLinear(nn.Module):
    """A frozen linear layer whose weight is changed by the product of two thin matrices (https://arxiv.org/abs/2106.09685).

    The changed weight is computed once a batch: at these widths that is cheaper than a second path for the tokens.
    """

    def __init__(self, linear: nn.Linear, rank: int, scale: float) -> None:
        super().__init__()
        self.bias = nn.Parameter(linear.bias.detach().clone(), requires_grad=False)
        self.register_buffer("base", linear.weight.detach().float(), persistent=False)
        self.scale = scale
        self.lora_A = nn.Parameter(torch.empty(rank, linear.in_features))
        self.lora_B = nn.Parameter(torch.zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_A, a=math.sqrt(5))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Apply the changed layer."""
        weight = self.base + self.scale * (self.lora_B @ self.lora_A)
        return nn.functional.linear(hidden, weight.to(hidden.dtype), self.bias)


class Network(nn.Module):
    """The encoder with a head for the span's ends and one for "the passage answers", all in the passage's tokens."""

    def __init__(self, model: str, rank: int, scale: float) -> None:
        super().__init__()
        # The attention kernel of the default is half as fast on processors without matrix units.
        self.encoder = BertModel.from_pretrained(
            model, dtype=torch.bfloat16, attn_implementation="eager", add_pooling_layer=False
        )
        hidden = self.encoder.config.hidden_size
        self.encoder.requires_grad_(requires_grad=False)
        for _name, module in list(self.encoder.encoder.named_modules()):
            for child, layer in list(module.named_children()):
                if isinstance(layer, nn.Linear):
                    setattr(module, child, LowRankLinear(layer, rank, scale))
        self.span_head = nn.Linear(hidden, 2)
        self.answerable_head = nn.Linear(hidden, 1)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return scores of each token as the span's first and last, and log-odds that the passage answers."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        return self.span_head(hidden), self.answerable_head(hidden[:, 0])[:, 0]


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of question and passage; where the passage's tokens begin; the answer's first and last token or -1."""

    ids: list[int]
    begin: int
    answerable: bool
    first: int = -1
    last: int = -1
    offsets: tuple[tuple[int, int], ...] = ()
    pair: Pair | None = None


def encode(pairs: list[Pair], tokenizer: Any, chance: random.Random, *, whole: bool = False) -> list[Example]:
    """Tokenise pairs, each passage cut to a window around its answer: as long as may be, or (not `whole`) shorter."""
    examples = []
    for start in range(0, len(pairs), 4096):
        some = pairs[start : start + 4096]
        questions = tokenizer([pair.question for pair in some], add_special_tokens=False)["input_ids"]
        passages = tokenizer([pair.passage for pair in some], add_special_tokens=False, return_offsets_mapping=True)
        for number, pair in enumerate(some):
            ids, offsets = passages["input_ids"][number], passages["offset_mapping"][number]
            inside = [
                position
                for position, (left, right) in enumerate(offsets)
                if pair.answer and left < pair.answer[1] and right > pair.answer[0]
            ]
            first, last = (inside[0], inside[-1]) if inside else (-1, -1)
            width = PASSAGE_TOKENS if whole or chance.random() < 0.7 else chance.randint(60, PASSAGE_TOKENS)
            if last - first >= width:
                continue
            low, high = max(0, last + 1 - width), min(first, len(ids) - width)
            if not inside:
                low, high = 0, len(ids) - width
            left = chance.randint(low, high) if high > low else max(0, low)
            head = [0, *questions[number][:QUESTION_TOKENS], 2, 2]
            shift = len(head) - left
            examples.append(
                Example(
                    [*head, *ids[left : left + width], 2],
                    len(head),
                    pair.answerable,
                    first + shift if inside else -1,
                    last + shift if inside else -1,
                    tuple(offsets[left : left + width]) if whole else (),
                    pair if whole else None,
                )
            )
    return examples


def batches(examples: list[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Yield batches of about one length, in random order."""
    order = list(examples)
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), 1024):
        batch: list[Example] = []
        for example in sorted(order[start : start + 1024], key=lambda example: -len(example.ids)):
            if batch and len(batch[0].ids) * (len(batch) + 1) > BATCH_TOKENS:
                found.append(batch)
                batch = []
            batch.append(example)
        found.append(batch)
    chance.shuffle(found)
    yield from found


def tensors(batch: list[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, attention mask, and which tokens are the passage's."""
    length = max(len(example.ids) for example in batch)
    ids = torch.tensor([example.ids + [1] * (length - len(example.ids)) for example in batch])
    positions = torch.arange(length)[None]
    ends = torch.tensor([[len(example.ids)] for example in batch])
    begins = torch.tensor([[example.begin] for example in batch])
    return ids, (positions < ends).long(), (positions >= begins) & (positions < ends - 1)


def loss_of(network: Network, batch: list[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the losses of "does it answer" and of the span's two ends."""
    ids, mask, inside = tensors(batch)
    ends, answerable = network(ids, mask)
    yes = torch.tensor([float(example.answerable) for example in batch])
    answered = nn.functional.binary_cross_entropy_with_logits(answerable, yes)
    spanned = [number for number, example in enumerate(batch) if example.first >= 0]
    if not spanned:
        return answered, answered.detach() * 0
    ends = ends[spanned].masked_fill(~inside[spanned][..., None], -1e4)
    wanted = torch.tensor([[batch[number].first, batch[number].last] for number in spanned])
    span = nn.functional.cross_entropy(ends[..., 0], wanted[:, 0]) + nn.functional.cross_entropy(
        ends[..., 1], wanted[:, 1]
    )
    return answered, span / 2 * len(spanned) / len(batch)


def best_spans(ends: torch.Tensor, inside: torch.Tensor, longest: int = 30) -> list[tuple[int, int]]:
    """Return the most probable first and last token of each row."""
    ends = ends.masked_fill(~inside[..., None], -1e4).log_softmax(1)
    scores = ends[..., 0][:, :, None] + ends[..., 1][:, None, :]
    allowed = torch.ones_like(scores[0]).triu().tril(longest - 1).bool()
    flat = scores.masked_fill(~allowed, -1e9).flatten(1).argmax(1)
    return [(int(value) // scores.shape[2], int(value) % scores.shape[2]) for value in flat]


def evaluate(network: Network, examples: list[Example]) -> dict[str, float]:
    """Measure spans (token-overlap F1, and the right sentence) where there are some, and the area under ROC."""
    scores: list[float] = []
    overlaps, sentences = [], []
    with torch.inference_mode():
        for start in range(0, len(examples), 16):
            batch = examples[start : start + 16]
            ids, mask, inside = tensors(batch)
            ends, answerable = network(ids, mask)
            scores += answerable.tolist()
            for number, (first, last) in enumerate(best_spans(ends, inside)):
                example, pair = batch[number], batch[number].pair
                if pair is None or pair.answer is None or example.first < 0:
                    continue
                common = min(last, example.last) - max(first, example.first) + 1
                size = last - first + 1 + example.last - example.first + 1
                overlaps.append(max(0, 2 * common / size))
                place = example.offsets[first - example.begin][0] + 1
                found = next((s.text for s in razdel.sentenize(pair.passage) if s.start <= place <= s.stop), "")
                sentences.append(pair.passage[slice(*pair.answer)].casefold() in found.casefold())
    truth = [example.answerable for example in examples]
    return {
        "span_f1": round(float(np.mean(overlaps)), 4),
        "sentence": round(float(np.mean(sentences)), 4),
        "auc": round(float(roc_auc_score(truth, scores)), 4),
    }


def development(folder: Path, tokenizer: Any) -> dict[str, list[Example]]:
    """Build the held-out parts that progress is watched on; their negatives are made where the set has none."""
    found = {}
    for name, part in DEVELOPMENT_SETS.items():
        _rest, held = split_held_out(name, read_pairs(folder / f"{name}.jsonl"))
        chance = random.Random(0)
        some = held[part]
        if all(pair.answerable for pair in some):
            some = some[:300] + made_negatives(some, held, chance)[:300]
        found[name] = encode(some, tokenizer, chance, whole=True)
    return found


def save(network: Network, file: Path, facts: dict[str, str]) -> None:
    """Write what is not the encoder's own: low-rank factors and heads, in 16 bits."""
    kept = {name: value for name, value in network.state_dict().items() if "lora_" in name or "_head." in name}
    kept = {name: value.to(torch.bfloat16).contiguous() for name, value in kept.items()}
    save_file(kept, file, metadata=facts)


class Training:
    """A run that can be interrupted: what is learned so far, where in the data it is, and its log."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        arguments.work.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(arguments.seed)
        self.tokenizer = AutoTokenizer.from_pretrained(arguments.model)
        self.network = Network(arguments.model, arguments.rank, arguments.scale)
        self.trained = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimiser = torch.optim.AdamW(self.trained, lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0.01)
        self.state = {"seconds": 0.0, "epoch": 0, "batch": 0, "pairs": 0, "mix": arguments.mix}
        self.checkpoint = arguments.work / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=False)
            self.network.load_state_dict(saved["network"], strict=False)
            self.optimiser.load_state_dict(saved["optimiser"])
            self.state |= saved["state"]
        if self.state["mix"] != arguments.mix:
            self.state |= {"mix": arguments.mix, "epoch": self.state["epoch"] + 1, "batch": 0}
        self.watched = development(arguments.pairs, self.tokenizer)
        self.losses = np.zeros(2)
        self.shown_at = self.kept_at = self.state["seconds"]

    @property
    def done(self) -> float:
        """Share of the time that is spent."""
        return self.state["seconds"] / (self.arguments.minutes * 60)

    def run(self) -> None:
        """Learn until the time is spent; then measure, and write the reader."""
        size = sum(parameter.numel() for parameter in self.trained)
        self.report(parameters=size, arguments={key: str(value) for key, value in vars(self.arguments).items()})
        while self.done < 1:
            self.epoch()
        self.keep()
        self.measure()
        facts = {"scale": str(self.arguments.scale), "rank": str(self.arguments.rank)}
        save(self.network, self.arguments.work / "reader.safetensors", facts)

    def epoch(self) -> None:
        """Go through one drawing of the mix, from where an earlier run stopped."""
        chance = random.Random(f"{self.arguments.seed} {self.state['epoch']}")
        drawn = mix(self.arguments.pairs, self.arguments.seed + self.state["epoch"], PLANS[self.arguments.mix])
        for number, batch in enumerate(batches(encode(drawn, self.tokenizer, chance), chance)):
            if number < self.state["batch"]:
                continue
            self.learn(batch)
            self.state["batch"] = number + 1
            self.tell()
            if self.done >= 1:
                return
        self.state["epoch"] += 1
        self.state["batch"] = 0

    def learn(self, batch: list[Example]) -> None:
        """Take one step; only these count as time spent."""
        begun = time.monotonic()
        for group in self.optimiser.param_groups:
            group["lr"] = self.arguments.rate * min(1.0, self.done / 0.03 + 0.01, (1 - self.done) / 0.97)
        self.network.train()
        answered, span = loss_of(self.network, batch)
        (answered + span).backward()
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.losses = 0.98 * self.losses + 0.02 * np.array([answered.item(), span.item()])
        self.state["pairs"] += len(batch)
        self.state["seconds"] += time.monotonic() - begun

    def tell(self) -> None:
        """Report and keep what is learned, now and then."""
        if self.state["seconds"] - self.shown_at > REPORT_SECONDS:
            self.shown_at = self.state["seconds"]
            self.report(epoch=self.state["epoch"], loss=[round(float(value), 3) for value in self.losses])
        if self.state["seconds"] - self.kept_at > CHECKPOINT_SECONDS:
            self.kept_at = self.state["seconds"]
            self.keep()
            if int(self.kept_at / CHECKPOINT_SECONDS) % MEASURED_CHECKPOINT == 0:
                self.measure()

    def keep(self) -> None:
        """Write the checkpoint, whole or not at all."""
        kept = {key: value for key, value in self.network.state_dict().items() if "lora_" in key or "_head." in key}
        partial = self.checkpoint.with_suffix(".partial")
        torch.save({"network": kept, "optimiser": self.optimiser.state_dict(), "state": self.state}, partial)
        partial.replace(self.checkpoint)

    def measure(self) -> None:
        """Report how well held-out pairs are read."""
        self.network.eval()
        self.report(**{name: evaluate(self.network, examples) for name, examples in self.watched.items()})

    def report(self, **facts: Any) -> None:
        """Print a line and add it to the log."""
        line = json.dumps({"seconds": round(self.state["seconds"]), "pairs": self.state["pairs"], **facts})
        print(line, flush=True)
        with (self.arguments.work / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--mix", choices=PLANS, default="broad")
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--scale", type=float, default=1.0, help="by which the changes of weights are multiplied")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    Training(parser.parse_args()).run()


if __name__ == "__main__":
    main()
