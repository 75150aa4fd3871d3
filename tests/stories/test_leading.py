"""Whom near-copies follow: found of what has changed alone, it is what is found of all."""

import numpy as np
import pytest

from retrieval.stories import leading
from retrieval.stories.leading import NONE, Signed, leaders_after, leaders_of

COUNT = 80


def corpus(chance):
    """Signatures around six texts, a seventh of the articles undated, many on the border of two stories."""
    numbers = chance.integers(0, 2**32, size=(6, 128), dtype=np.uint32)[chance.integers(0, 6, COUNT)]
    other = chance.random((COUNT, 128)) < chance.choice([0, 0.2, 0.3, 0.4], size=(COUNT, 1))
    signatures = np.where(other, chance.integers(0, 2**32, size=(COUNT, 128), dtype=np.uint32), numbers)
    moments = np.round(chance.random(COUNT) * 12, chance.integers(0, 4))
    return signatures.astype(np.uint32), np.where(chance.random(COUNT) < 1 / 7, np.inf, moments)


@pytest.mark.parametrize("seed", range(30))
def test_what_comes_and_goes_leaves_the_leaders_that_all_articles_have(seed, monkeypatch):
    monkeypatch.setattr(leading, "_WORTH_ALL", COUNT)
    chance = np.random.default_rng(seed)
    signatures, moments = corpus(chance)
    numbers = chance.permutation(COUNT)
    had, has = np.sort(chance.permutation(COUNT)[:60]), np.sort(chance.permutation(COUNT)[:70])

    def signed(rows):
        return Signed(numbers[rows], moments[rows], signatures[rows].__getitem__)

    led = leaders_of(signed(had))
    now = np.full(COUNT, NONE)
    now[has] = np.arange(len(has))
    before = np.full(len(has), NONE)
    kept = now[had] >= 0
    before[now[had[kept]]] = now[had[led[kept]]]

    found = leaders_after(before, signed(has))

    assert np.array_equal(found, leaders_of(signed(has)))
    assert (found != np.arange(len(has))).sum() > 10
