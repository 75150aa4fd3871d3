"""Measure Citebot and its baselines on several evaluation folders; prints the tables of docs/quality.md.

    python benchmarks/quality.py --homes FOLDER NAME=FOLDER …

The same figures as ``citebot evaluate --baselines``, with the indexes kept below --homes, so that a change of ranking
is measured without embedding everything anew.
"""

import argparse
from pathlib import Path

from retrieval.evaluation import SystemFigures
from retrieval.progress import TrialProgress
from retrieval.settings import RetrievalSettings
from retrieval.trial import run_trial

COLUMNS = (
    ("R@1", "articles", "recall_at_1"),
    ("R@5", "articles", "recall_at_5"),
    ("nDCG@10", "articles", "ndcg_at_10"),
    ("passage nDCG@10", "passages", "ndcg_at_10"),
    ("sentence@1", "evidence", "sentence_at_1"),
    ("evidence@1", "evidence", "excerpt_at_1"),
    ("evidence@3", "evidence", "excerpt_at_3"),
    ("answer F1", "evidence", "answer_span_f1"),
    ("false answers", "abstention", "false_answers"),
    ("wrong refusals", "abstention", "wrong_refusals"),
    ("AUC", "abstention", "area_under_roc"),
    ("p50, ms", "speed", "p50_ms"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--homes", type=Path, required=True)
    arguments = parser.parse_args()
    print("| set | system | " + " | ".join(name for name, _, _ in COLUMNS) + " |")
    print("|---" * (len(COLUMNS) + 2) + "|", flush=True)
    for argument in arguments.sets:
        name, folder = argument.split("=", 1)
        settings = RetrievalSettings(home=arguments.homes / name)
        trial = run_trial(Path(folder), settings, TrialProgress(), baselines=True, home=settings.home)
        for system in trial.systems:
            print(f"| {name} | {system.name} | " + " | ".join(cells(system)) + " |", flush=True)


def cells(system: SystemFigures) -> list[str]:
    values = [getattr(getattr(system, part), figure, None) for _, part, figure in COLUMNS]
    return ["–" if value is None else f"{value:.3f}" if value <= 1 else f"{value:.1f}" for value in values]


if __name__ == "__main__":
    main()
