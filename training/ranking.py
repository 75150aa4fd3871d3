"""Learn the weights of ranking and confidence from questions with known answers: `retrieval/ranking/weights.json`.

Ranking is learned here over all candidates, and reranking over the passages that the reader read.

    python -m training.ranking --homes FOLDER --write NAME=FOLDER …

Each NAME=FOLDER is a set with `articles.jsonl` and `questions.jsonl`; its index is kept below --homes, and beside it
what was measured and read, so a second run is quick. Which models are fitted stands in `training/models.py`. Before
the final fit every set is left out once, and with it all of its kind, which are those whose names begin alike up to a
dot (`trivia.ru`, `trivia.en`): the figures printed for a set are those of weights that saw no set of its kind. Which
passages were read is the choice of the shipped weights, whichever are measured.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from retrieval.library import Library
from retrieval.models.span_reader import shipped_file
from retrieval.ranking.weights import Weights
from retrieval.settings import RetrievalSettings
from training.examples import Example
from training.figures import figures_of, line
from training.models import fit
from training.ranked import ranked, reranked
from training.sets import QuestionSet, collect

WEIGHTS = Path(__file__).parent.parent / "retrieval" / "ranking" / "weights.json"


def collect_all(folders: Mapping[str, Path], homes: Path, most: int, reader_file: Path) -> dict[str, list[Example]]:
    """Make examples of the sets in these folders, by their names."""
    found = {}
    for name, folder in folders.items():
        # The library reads nothing itself: what is read is decided, and kept, by the set.
        settings = RetrievalSettings(home=homes / name, sources=(str(folder / "articles.jsonl"),), reader="off")
        found[name] = collect(QuestionSet(name, folder, homes, most), Library(settings), reader_file)
    return found


def left_out(sets: Mapping[str, Sequence[Example]]) -> Iterator[str]:
    """Yield lines with the figures of each set after a fit on those of other kinds."""
    kinds = by_kind(sets)
    for kind in kinds:
        if rest := {other: found for other, found in kinds.items() if other != kind}:
            weights = fit(rest)
            for name, examples in sets.items():
                if kind_of(name) == kind:
                    yield from before_and_after("left out", name, examples, weights)


def by_kind(sets: Mapping[str, Sequence[Example]]) -> dict[str, list[Example]]:
    """Put sets of one kind together, so that every kind weighs the same."""
    found: dict[str, list[Example]] = {}
    for name, examples in sets.items():
        found.setdefault(kind_of(name), []).extend(examples)
    return found


def kind_of(name: str) -> str:
    """Return what the name of a set begins with, up to the first dot."""
    return name.partition(".")[0]


def before_and_after(title: str, name: str, examples: Sequence[Example], weights: Weights) -> Iterator[str]:
    """Yield a line with a set's figures before reading, and one with those after it."""
    yield line(title, name, figures_of(examples, weights, ranked))
    yield line("  read", name, figures_of(examples, weights, reranked))


def write(weights: Weights, file: Path) -> None:
    """Write weights as `retrieval.ranking.weights` loads them."""
    file.write_text(json.dumps(asdict(weights), indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--homes", type=Path, required=True, help="where the sets' indexes are kept")
    parser.add_argument("--most", type=int, default=1500, help="questions of a set, at most")
    parser.add_argument("--reader", type=Path, default=shipped_file(), help="another reader's file than the shipped")
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="another file to write")
    arguments = parser.parse_args()
    folders = {name: Path(folder) for name, _, folder in (argument.partition("=") for argument in arguments.sets)}
    sets = collect_all(folders, arguments.homes, arguments.most, arguments.reader)
    for told in left_out(sets):
        print(told, flush=True)
    final = fit(by_kind(sets))
    for name, examples in sets.items():
        for told in before_and_after("fitted", name, examples, final):
            print(told, flush=True)
    if arguments.write:
        write(final, arguments.into)


if __name__ == "__main__":
    main()
