"""Train the reader: low-rank changes to the encoder's weights, and two small heads, from question-passage pairs.

    OMP_WAIT_POLICY=PASSIVE python -m training.reader MODEL PAIRS WORK [--minutes 60] [--mix broad]

MODEL is a folder that transformers loads (Citebot keeps one in its home's `models/`), PAIRS the folder with the sets
of `reader_pairs.py`, WORK a folder for the checkpoint, the log and, at the end, `reader.safetensors`. Interrupted, it
goes on from its last checkpoint when it is started again, with another mix too. The learning rate falls with the time
that has been spent, so that a run takes what it was given on any machine.
"""

import argparse
import json
import random
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import AutoTokenizer

from training.encoding import EncodedPair, batches, encode
from training.learning import evaluate, loss_of
from training.network import Network, learned
from training.reader_pairs import PLANS, made_negatives, mix, read_pairs, split_held_out

REPORT_SECONDS = 30
CHECKPOINT_SECONDS = 240
MEASURED_CHECKPOINT = 3
"""Of so many checkpoints one is measured on held-out pairs."""
MADE_NEGATIVES = 300
"""Made for a set on which progress is watched, where it has none, and as many pairs with an answer are kept."""
DEVELOPMENT_SETS = {"sberquad-val": slice(-560, None), "squad2-en": slice(None, 400)}


def development(folder: Path, tokenizer: Any) -> dict[str, list[EncodedPair]]:
    """Build the held-out parts that progress is watched on; their negatives are made where the set has none."""
    found = {}
    for name, part in DEVELOPMENT_SETS.items():
        _rest, held = split_held_out(name, read_pairs(folder / f"{name}.jsonl"))
        chance = random.Random(0)
        some = held[part]
        if all(pair.answerable for pair in some):
            some = some[:MADE_NEGATIVES] + made_negatives(some, held, chance)[:MADE_NEGATIVES]
        found[name] = encode(some, tokenizer, chance, whole=True)
    return found


def save(network: Network, file: Path, facts: dict[str, str]) -> None:
    """Write what is not the encoder's own, in 16 bits, as `retrieval/models/span_reader.py` loads it."""
    kept = {name: value.to(torch.bfloat16).contiguous() for name, value in learned(network).items()}
    save_file(kept, file, metadata=facts)


@dataclass(slots=True)
class RunState:
    """How far a run is."""

    mix: str
    """Where it is started again with another mix than this, it goes on with a new drawing."""
    seconds: float = 0.0
    """Spent on learning."""
    epoch: int = 0
    batch: int = 0
    """Where in the epoch it is."""
    pairs: int = 0
    """Learned from so far."""


def share_of_rate(done: float) -> float:
    """Return by what the learning rate is multiplied when this share of the time is spent: it rises, and then falls."""
    return min(1.0, done / 0.03 + 0.01, (1 - done) / 0.97)


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
        self.state = RunState(mix=arguments.mix)
        self.checkpoint = arguments.work / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=False)
            self.network.load_state_dict(saved["network"], strict=False)
            self.optimiser.load_state_dict(saved["optimiser"])
            self.state = replace(self.state, **saved["state"])
        if self.state.mix != arguments.mix:
            self.state = replace(self.state, mix=arguments.mix, epoch=self.state.epoch + 1, batch=0)
        self.watched = development(arguments.pairs, self.tokenizer)
        self.losses = np.zeros(2)
        self.shown_at = self.kept_at = self.state.seconds

    @property
    def done(self) -> float:
        """Share of the time that is spent."""
        return self.state.seconds / float(self.arguments.minutes * 60)

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
        chance = random.Random(f"{self.arguments.seed} {self.state.epoch}")
        drawn = mix(self.arguments.pairs, self.arguments.seed + self.state.epoch, PLANS[self.arguments.mix])
        for number, batch in enumerate(batches(encode(drawn, self.tokenizer, chance), chance)):
            if number < self.state.batch:
                continue
            self.learn(batch)
            self.state.batch = number + 1
            self.tell()
            if self.done >= 1:
                return
        self.state.epoch += 1
        self.state.batch = 0

    def learn(self, batch: list[EncodedPair]) -> None:
        """Take one step; only these count as time spent."""
        begun = time.monotonic()
        for group in self.optimiser.param_groups:
            group["lr"] = self.arguments.rate * share_of_rate(self.done)
        self.network.train()
        answered, span = loss_of(self.network, batch)
        (answered + span).backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.losses = 0.98 * self.losses + 0.02 * np.array([answered.item(), span.item()])
        self.state.pairs += len(batch)
        self.state.seconds += time.monotonic() - begun

    def tell(self) -> None:
        """Report and keep what is learned, now and then."""
        if self.state.seconds - self.shown_at > REPORT_SECONDS:
            self.shown_at = self.state.seconds
            self.report(epoch=self.state.epoch, loss=[round(float(value), 3) for value in self.losses])
        if self.state.seconds - self.kept_at > CHECKPOINT_SECONDS:
            self.kept_at = self.state.seconds
            self.keep()
            if int(self.kept_at / CHECKPOINT_SECONDS) % MEASURED_CHECKPOINT == 0:
                self.measure()

    def keep(self) -> None:
        """Write the checkpoint, whole or not at all."""
        partial = self.checkpoint.with_suffix(".partial")
        saved = {
            "network": learned(self.network),
            "optimiser": self.optimiser.state_dict(),
            "state": asdict(self.state),
        }
        torch.save(saved, partial)
        partial.replace(self.checkpoint)

    def measure(self) -> None:
        """Report how well held-out pairs are read."""
        self.network.eval()
        self.report(**{name: evaluate(self.network, examples) for name, examples in self.watched.items()})

    def report(self, **facts: Any) -> None:
        """Print a line and add it to the log."""
        line = json.dumps({"seconds": round(self.state.seconds), "pairs": self.state.pairs, **facts})
        print(line, flush=True)
        with (self.arguments.work / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(line + "\n")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
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
