"""From which share of common runs two articles are one story: how many reprints are found, and what is taken for one.

    python benchmarks/reprints.py ARTICLES.jsonl

makes reprints of every tenth article (cut, with a lead put before, with words changed, all of that), and prints for
several thresholds the share of each kind that is linked to its original, and how many pairs of the articles themselves
are linked, the most alike first. Then it measures what 20,000 articles cost.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.stories.leading import LEAST_SHARED
from retrieval.stories.reprints import signature_of, stories_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Signature = NDArray[np.uint32]

THRESHOLDS = (0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
EVERY = 10
MANY = 20_000


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("articles", type=Path, help='JSON Lines with "title", "text" and "source"')
    lines = parser.parse_args().articles.read_text(encoding="utf-8").splitlines()
    articles = [json.loads(line) for line in lines if line.strip()]
    texts = [article["text"] for article in articles]
    signatures = [signature_of(text) for text in texts]
    measure_reprints(texts, signatures)
    show_the_most_alike(articles, signatures)
    measure_cost(texts, signatures)


def kinds(text: str, others: list[str], rng: random.Random) -> dict[str, str]:
    """Return reprints of a text, by what was done to it."""
    words = text.split()
    lead = " ".join(rng.choice(others).split()[:40])
    vocabulary = rng.choice(others).split()

    def changed(share: float) -> str:
        return " ".join(rng.choice(vocabulary) if rng.random() < share else word for word in words)

    return {
        "last 30 % cut": " ".join(words[: len(words) * 7 // 10]),
        "last half cut": " ".join(words[: len(words) // 2]),
        "40 words before": f"{lead} {text}",
        "5 % of the words changed": changed(0.05),
        "10 % of the words changed": changed(0.10),
        "20 % cut, 40 words before, 3 % changed": f"{lead} " + " ".join(changed(0.03).split()[: len(words) * 4 // 5]),
    }


def measure_reprints(texts: list[str], signatures: list[Signature]) -> None:
    """Print the share of reprints that each threshold links to their original, and what it links of the articles."""
    rng = random.Random(1)
    made: dict[str, list[tuple[Signature, Signature]]] = {}
    for place in range(0, len(texts), EVERY):
        for kind, text in kinds(texts[place], texts, rng).items():
            made.setdefault(kind, []).append((signatures[place], signature_of(text)))
    print("threshold".ljust(42), *(f"{threshold:6.2f}" for threshold in THRESHOLDS))
    for kind, pairs in made.items():
        shares = [sum(bool(among(pair, least)) for pair in pairs) / len(pairs) for least in THRESHOLDS]
        print(kind.ljust(42), *(f"{share:6.3f}" for share in shares))
    linked = [sum(len(story) for story in among(signatures, least)) for least in THRESHOLDS]
    print("articles linked among themselves".ljust(42), *(f"{count:6d}" for count in linked))


def show_the_most_alike(articles: list[dict[str, Any]], signatures: list[Signature]) -> None:
    """Print the ten pairs of articles with the most common runs."""
    pairs = {pair for story in among(signatures, 0.15) for pair in combinations(story, 2)}
    alike = sorted(
        ((float((signatures[one] == signatures[other]).mean()), one, other) for one, other in pairs), reverse=True
    )
    for share, one, other in alike[:10]:
        print(
            f"{share:.2f}", *(f"{articles[each]['title'][:60]} ({articles[each]['source']})" for each in (one, other))
        )


def measure_cost(texts: list[str], signatures: list[Signature]) -> None:
    """Print how long a signature takes, and grouping many articles."""
    started = time.process_time()
    for text in texts[:500]:
        signature_of(text)
    each = (time.process_time() - started) / min(500, len(texts))
    rng = random.Random(2)
    # Each changed in all its numbers alike, so that hardly any two share one.
    many = [rng.choice(signatures) ^ np.uint32(rng.getrandbits(32)) for _ in range(MANY)]
    started = time.process_time()
    among(many)
    grouping = time.process_time() - started
    print(f"A signature takes {1000 * each:.1f} ms; grouping {MANY} articles takes {grouping:.1f} s")


def among(signatures: Sequence[Signature], least: float = LEAST_SHARED) -> list[tuple[int, ...]]:
    """The stories of articles that are undated, by their places."""
    undated = np.full(len(signatures), np.inf)
    return stories_among(np.arange(len(signatures)), np.stack(signatures), undated, least)


if __name__ == "__main__":
    main()
