"""Train the reader: low-rank changes to the encoder's weights, and two small heads, from question-passage pairs.

    OMP_WAIT_POLICY=PASSIVE python -m training.reader MODEL PAIRS WORK [--minutes 60] [--mix broad] [--start FILE]

MODEL is a folder that transformers loads (Citebot keeps one in its home's `models/`), PAIRS the folder with the sets
of `reader_plans.py`, WORK a folder for the checkpoint, the log and `reader.safetensors`: the reader as it was when it
read the natural questions of `watched.py` best. Interrupted, the run goes on from its last checkpoint when it is
started again, with another mix too. The learning rate falls with the time that has been spent, so that a run takes
what it was given on any machine. With --start it goes on from a reader, of whose rank it then is: give it a lower
--rate too, since the default is meant for factors that have learned nothing yet.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AutoTokenizer

from retrieval.models.embedding import Embedder
from retrieval.models.model_files import resolve_model
from training.encoding import EncodedPair, batches, encode
from training.learning import evaluate, loss_of
from training.mixing import mix
from training.nearest import Nearest, NearestByVectors, nearest_by_words
from training.network import Network, learned
from training.reader_plans import PLANS
from training.soup import write_reader
from training.starting import DEFAULT_RANK, rank_of, start_from
from training.watched import watched_sets, worth

REPORT_SECONDS = 30
CHECKPOINT_SECONDS = 240
MEASURED_CHECKPOINT = 3
"""Of so many checkpoints one is measured on held-out pairs."""


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
    best: float = 0.0
    """The highest `watched.worth` so far, which is that of the reader that is written."""


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
        self.rank = arguments.rank or (rank_of(arguments.start) if arguments.start else DEFAULT_RANK)
        self.network = Network(arguments.model, self.rank, arguments.scale)
        self.trained = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimiser = torch.optim.AdamW(self.trained, lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0.01)
        self.state = RunState(mix=arguments.mix)
        self.checkpoint = arguments.work / "checkpoint.pt"
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=False)
            self.network.load_state_dict(saved["network"], strict=False)
            self.optimiser.load_state_dict(saved["optimiser"])
            self.state = replace(self.state, **saved["state"])
        elif arguments.start:
            start_from(self.network, arguments.start)
        if self.state.mix != arguments.mix:
            self.state = replace(self.state, mix=arguments.mix, epoch=self.state.epoch + 1, batch=0)
        self.watched = watched_sets(arguments.pairs, self.tokenizer)
        self.losses = np.zeros(2)
        self.shown_at = self.kept_at = self.state.seconds

    @property
    def done(self) -> float:
        """Share of the time that is spent."""
        return self.state.seconds / float(self.arguments.minutes * 60)

    def run(self) -> None:
        """Learn until the time is spent; a reader is written whenever it reads best."""
        size = sum(parameter.numel() for parameter in self.trained)
        self.report(parameters=size, arguments={key: str(value) for key, value in vars(self.arguments).items()})
        if self.arguments.start and not self.state.best:
            self.measure()
        while self.done < 1:
            self.epoch()
        self.keep()
        self.measure()

    def epoch(self) -> None:
        """Go through one drawing of the mix, from where an earlier run stopped."""
        chance = random.Random(f"{self.arguments.seed} {self.state.epoch}")
        seed, plans = self.arguments.seed + self.state.epoch, PLANS[self.arguments.mix]
        drawn = mix(self.arguments.pairs, seed, plans, self.ways())
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

    def ways(self) -> Sequence[Nearest]:
        """Return how near passages are found; the model for it is in memory only while they are looked for."""
        if not self.arguments.vectors:
            return [nearest_by_words]
        embedder = Embedder.load(resolve_model(self.arguments.model, self.arguments.work))
        return [nearest_by_words, NearestByVectors(embedder, self.arguments.work, self.arguments.vectors)]

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
        """Report how well held-out pairs are read, and write the reader if natural questions were never read better."""
        self.network.eval()
        figures = {name: evaluate(self.network, examples) for name, examples in self.watched.items()}
        natural = worth(figures)
        if natural > self.state.best:
            self.state.best = natural
            write_reader(self.tensors(), self.rank, self.arguments.work / "reader.safetensors", self.arguments.scale)
            self.keep()
        self.report(natural=natural, best=self.state.best, **figures)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return what a reader's file holds: what is not the encoder's own, in 16 bits."""
        return {name: value.to(torch.bfloat16).contiguous() for name, value in learned(self.network).items()}

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
    parser.add_argument("--start", type=Path, help="a reader.safetensors to go on from")
    parser.add_argument("--rank", type=int, help=f"of the factors: that of --start, or {DEFAULT_RANK}")
    parser.add_argument("--scale", type=float, default=1.0, help="by which the changes of weights are multiplied")
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vectors", type=int, default=1000, help="passages of a set that near ones are sought among")
    Training(parser.parse_args()).run()


if __name__ == "__main__":
    main()
