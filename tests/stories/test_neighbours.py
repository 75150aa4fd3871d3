"""Which pairs of articles are among the nearest of either, and what they have in common: found at once or by and by."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.ingest.common_words import CommonWords, WeighedWords
from retrieval.stories import neighbours
from retrieval.stories.neighbours import MOST, TELLING, Dated, Neighbours, Window, exact_cosines, near_pairs


def articles(count, seed, around=3.0):
    """Unit vectors that are near each other, and days of one month."""
    chance = np.random.default_rng(seed)
    vectors = chance.normal(size=(count, 6)).astype(np.float32) + np.float32(around)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, chance.integers(1, 30, size=count).astype(np.int32)


def nearest_one_by_one(vectors, days, window):
    """The pairs that comparing each with each gives, each article's `MOST` nearest, and of these as many together."""
    rows = [(one, other) for one in range(len(days)) for other in range(len(days)) if one != other]
    ones, others = np.array(rows).T
    near = np.abs(days[ones] - days[others]) <= window.days
    ones, others = ones[near], others[near]
    cosines = exact_cosines(vectors[ones], vectors[others])
    kept = cosines >= window.least
    found = {}
    for one, other, cosine in zip(ones[kept].tolist(), others[kept].tolist(), cosines[kept].tolist(), strict=True):
        found.setdefault(one, []).append((-cosine, other))
    pairs = {}
    for one, its in found.items():
        for cosine, other in sorted(its)[:MOST]:
            pairs[min(one, other), max(one, other)] = round(-cosine, 3)
    counts = dict.fromkeys(range(len(days)), 0)
    chosen = set()
    place = {row: at for at, row in enumerate(np.lexsort((*vectors[:, :8].T, days)).tolist())}
    for pair in sorted(pairs, key=lambda pair: (-pairs[pair], *sorted(place[row] for row in pair))):
        if all(counts[row] < MOST for row in pair):
            chosen.add((pairs[pair], *pair))
            for row in pair:
                counts[row] += 1
    return chosen


@pytest.mark.parametrize(("count", "least"), [(30, 0.9), (120, 0.95), (120, 0.5)])
def test_of_an_article_with_many_near_ones_only_the_nearest_count(count, least):
    vectors, days = articles(count, count)
    window = Window(least, 14)

    found = near_pairs(vectors, days, window)

    assert set(found.listed()) == nearest_one_by_one(vectors, days, window)
    assert (np.diff(found.cosines) <= 0).all()
    if least == 0.5:
        most = np.bincount(np.concatenate([found.ones, found.others]))
        assert most.max() == MOST


@pytest.mark.parametrize(("least", "days"), [(0.9, 5), (0.5, 14), (0.5, 2)])
def test_neighbours_of_articles_that_come_and_go_are_those_that_are_found_at_once(least, days):
    chance = np.random.default_rng(5)
    vectors, published = articles(240, seed=7)
    window = Window(least, days)
    here = np.arange(150)
    found, fresh, bereft = Neighbours.none(150), np.ones(150, dtype=np.bool_), None
    looked_at = []
    for _ in range(12):
        dated = Dated.of(vectors[here].__getitem__, published[here], vectors[here][:, :TELLING])
        found = found.with_compared(dated, window, fresh, bereft)
        whole = near_pairs(vectors[here], published[here], window)
        assert [each.tolist() for each in found.pairs()] == [each.tolist() for each in whole]
        looked_at.append(int(fresh.sum()))
        stays = here[chance.random(len(here)) > 0.02]
        comes = chance.choice(np.setdiff1d(np.arange(240), here), size=2, replace=False)
        now = np.sort(np.concatenate([stays, comes]))
        rows = np.where(np.isin(here, stays), np.searchsorted(now, here), -1)
        found, lacking, bereft = found.carried(rows, len(now))
        fresh, here = lacking | np.isin(now, comes), now
    assert max(looked_at[1:]) < len(here)


def test_of_a_new_article_only_the_pairs_around_it_are_gone_through(monkeypatch):
    vectors, _ = articles(900, seed=3)
    days = np.random.default_rng(2).integers(1, 60, size=900).astype(np.int32)
    window = Window(0.8, 1)
    before = Dated.of(vectors[:899].__getitem__, days[:899], vectors[:899, :TELLING])
    known = Neighbours.none(899).with_compared(before, window, np.ones(899, dtype=np.bool_))
    found, _, bereft = known.carried(np.arange(899), 900)
    gone_through, way = [], neighbours._while_there_is_room
    monkeypatch.setattr(
        neighbours, "_while_there_is_room", lambda ones, *rest: gone_through.append(len(ones)) or way(ones, *rest)
    )

    dated = Dated.of(vectors.__getitem__, days, vectors[:, :TELLING])
    found = found.with_compared(dated, window, np.arange(900) == 899, bereft)

    assert [each.tolist() for each in found.pairs()] == [each.tolist() for each in near_pairs(vectors, days, window)]
    assert sum(gone_through[:-1]) < len(found.firsts) / 10


NOTHING = np.zeros(0, dtype=np.int64)


def weighed(words, hashes):
    numbers = {article: np.array(sorted(own)) for article, own in words.items()}
    return WeighedWords(numbers, hashes, np.linspace(0.5, 4, len(hashes)).astype(np.float32), 4.0)


def pairs_of(rows):
    ones, others = np.array(sorted(rows), dtype=np.int64).reshape(-1, 2).T
    return ones, others


def common_by_pair(common):
    return {
        (one, other): common.vocabulary[common.words[common.starts[at] : common.starts[at + 1]]].tolist()
        for at, (one, other) in enumerate(zip(common.ones.tolist(), common.others.tolist(), strict=True))
    }


def test_words_in_common_that_are_carried_on_are_those_that_are_found_anew():
    chance = np.random.default_rng(1)
    hashes = np.sort(chance.integers(1, 2**62, size=40).astype(np.uint64))
    words = {row: set(chance.choice(40, size=12, replace=False).tolist()) for row in range(10)}
    before = weighed({row: words[row] for row in range(8)}, hashes)
    known = CommonWords.of(*pairs_of([(0, 1), (2, 5), (3, 7), (4, 6)]), 8, before, CommonWords.none(), NOTHING)
    # The second article is gone and two have come, so that rows are others.
    now = [0, 8, 2, 3, 4, 9, 5, 6, 7]
    rows = np.array([0, -1, 2, 3, 4, 6, 7, 8])
    ones, others = pairs_of([(0, 1), (2, 6), (3, 8), (4, 5), (4, 7)])
    weighed_now = weighed({row: words[old] for row, old in enumerate(now)}, hashes)

    carried = CommonWords.of(ones, others, 9, weighed_now, known, rows)
    anew = CommonWords.of(ones, others, 9, weighed_now, CommonWords.none(), NOTHING)

    assert common_by_pair(carried) == common_by_pair(anew)
    assert common_by_pair(carried) == {
        (one, other): hashes[sorted(words[now[one]] & words[now[other]])].tolist()
        for one, other in zip(ones.tolist(), others.tolist(), strict=True)
    }
    for name in ("ones", "others", "starts", "words", "vocabulary"):
        assert np.array_equal(getattr(carried, name), getattr(anew, name)), name


def test_pairs_have_in_common_what_each_of_them_has():
    chance = np.random.default_rng(2)
    hashes = np.sort(chance.integers(1, 2**62, size=30).astype(np.uint64))
    words = weighed({row: set(chance.choice(30, size=9, replace=False).tolist()) for row in range(6)}, hashes)
    totals = np.array([words.rarity[words.of_articles[row]].astype(np.float64).sum() for row in range(6)])
    ones, others = pairs_of([(0, 1), (0, 4), (2, 3), (3, 5)])
    pairs = list(zip(ones.tolist(), others.tolist(), strict=True))
    near = words.with_pairs(CommonWords.of(ones, others, 6, words, CommonWords.none(), NOTHING), totals)
    none = words.with_pairs(CommonWords.none(), totals)

    shared, rarest = near.of_pairs(ones, others)

    assert [*zip(shared.tolist(), rarest.tolist(), strict=True)] == [none.in_common(*pair) for pair in pairs]
    assert [near.in_common(other, one) for one, other in pairs] == [none.in_common(*pair) for pair in pairs]
    assert near.in_common(1, 2) == none.in_common(1, 2)
    assert 0 < shared.min() < shared.max() < 1


def test_pairs_are_made_of_lists_that_were_noted_without_them():
    vectors, days = articles(90, seed=3)
    dated = Dated.of(vectors.__getitem__, days, vectors[:, :TELLING])
    fresh = np.arange(90) >= 80
    window = Window(0.9, 5)
    whole = Neighbours.none(90).with_compared(dated, window, np.ones(90, dtype=np.bool_))
    nothing = np.zeros(0, dtype=np.int64)

    lists = replace(whole, firsts=nothing, seconds=nothing, steps=nothing, counts=whole.counts[:0])

    found = lists.with_compared(dated, window, fresh)

    assert [each.tolist() for each in found.pairs()] == [each.tolist() for each in whole.pairs()]
    assert len(found.firsts) > 100
