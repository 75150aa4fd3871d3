"""Measure Citebot and its baselines on several evaluation folders; prints the tables of docs/quality.md.

    python benchmarks/quality.py --homes FOLDER [--no-baselines] NAME=FOLDER …

The same figures as ``citebot evaluate --baselines``, with the indexes kept below --homes, so that a change of ranking
is measured without embedding everything anew. --no-baselines leaves out BM25 and dense passages, for which all
passages are embedded too; Citebot without reading is measured all the same. --kinds adds a row for each kind of
question.
"""

import argparse
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from retrieval.evaluation.figures import SystemFigures, SystemResult, summarise
from retrieval.evaluation.trial import run_trial
from retrieval.progress import TrialProgress
from retrieval.settings import RetrievalSettings
from retrieval.types import Bounds

COLUMNS = (
    ("R@1", "articles", "recall_at_1"),
    ("R@5", "articles", "recall_at_5"),
    ("nDCG@10", "articles", "ndcg_at_10"),
    ("passage nDCG@10", "passages", "ndcg_at_10"),
    ("sentence@1", "evidence", "sentence_at_1"),
    ("evidence@1", "evidence", "excerpt_at_1"),
    ("evidence@3", "evidence", "excerpt_at_3"),
    ("answer F1", "evidence", "answer_span_f1"),
    ("sentence@1, lemmas", "evidence", "sentence_at_1_lemmas"),
    ("evidence@1, lemmas", "evidence", "excerpt_at_1_lemmas"),
    ("evidence@3, lemmas", "evidence", "excerpt_at_3_lemmas"),
    ("answer F1, lemmas", "evidence", "answer_span_f1_lemmas"),
    ("false answers", "abstention", "false_answers"),
    ("wrong refusals", "abstention", "wrong_refusals"),
    ("AUC", "abstention", "area_under_roc"),
    ("right, sure", "certainty", "right_sure"),
    ("wrong, sure", "certainty", "wrong_sure"),
    ("utility", "certainty", "utility"),
    ("p50, ms", "speed", "p50_ms"),
    ("p95, ms", "speed", "p95_ms"),
)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--homes", type=Path, required=True)
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--kinds", action="store_true")
    arguments = parser.parse_args()
    print("| set | system | " + " | ".join(name for name, _, _ in COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 2) + "|", flush=True)
    for argument in arguments.sets:
        name, folder = argument.split("=", 1)
        settings = RetrievalSettings(home=arguments.homes / name)
        trial = run_trial(
            Path(folder), settings, TrialProgress(), baselines=not arguments.no_baselines, home=settings.home
        )
        systems = list(trial.systems)
        if arguments.no_baselines:
            plain = settings.model_copy(update={"reader": "off"})
            [system] = run_trial(Path(folder), plain, TrialProgress(), baselines=False, home=settings.home).systems
            systems.append(replace(system, name="without reading"))
        for system in systems:
            print(f"| {name} | {system.name} | " + " | ".join(cells(system)) + " |", flush=True)
        for kind in kinds(systems[0]) if arguments.kinds else ():
            print(f"| {name} | {kind.name} | " + " | ".join(cells(kind)) + " |", flush=True)
        print(f"{name}: the embedding alone, p50 {trial.embedding_p50_ms:.1f} ms", file=sys.stderr, flush=True)


def kinds(system: SystemResult) -> list[SystemResult]:
    """Figures of each kind of question by itself."""
    by_kind = defaultdict(list)
    for outcome in system.outcomes:
        by_kind[outcome.question.kind or "–"].append(outcome)
    bounds = Bounds(system.certainty.sure_bound, system.certainty.unsure_bound) if system.certainty else None
    return [summarise(kind, outcomes, bounds) for kind, outcomes in sorted(by_kind.items())]


def cells(system: SystemFigures) -> list[str]:
    """Return the figures that `COLUMNS` names, as a row of the table has them."""
    values = [getattr(getattr(system, part), figure, None) for _, part, figure in COLUMNS]
    return ["–" if value is None else f"{value:.3f}" if value <= 1 else f"{value:.1f}" for value in values]


if __name__ == "__main__":
    main()
