"""An index that has grown is, to the last bit, the one that is built whole of what is there: only its files differ."""

import random
from contextlib import suppress
from dataclasses import fields

import numpy as np
import pytest
from hashing_model import hashing_library, settings_for

from retrieval.errors import NothingToRollBackError
from retrieval.index import postings
from retrieval.index.engines import Earlier
from retrieval.ingest import segments
from retrieval.ingest.building import build_generation, gather_parts
from retrieval.text.terms import question_terms, terms_of

RUSSIAN = "мост река Ильма склад пожар ночью Сосновка спасатели мэр Заречье трамвай билет урожай пшеница ёлка елка"
ENGLISH = "bridge river Lindal storm harbour mayor ticket harvest Saturn comet iPhone"
WORDS = f"{RUSSIAN} {ENGLISH}".split(" ")
OUTLETS = ("iz.ru", "b.ru", None, "c.ru")
QUESTIONS = ("мост через Ильму", "Пожар на складе в Сосновке ночью", "storm in the Lindal harbour", "ёлка", "нет")


def sentence(draw):
    words = draw.choices(WORDS, k=draw.randrange(3, 12))
    if draw.random() < 0.3:
        words.insert(1, f"{draw.randrange(2, 60)} тонн")
    return f"{' '.join(words).capitalize()}{draw.choice('..?')}"


def article(draw, name, known):
    """An article, a fifth of them retold after one that is known."""
    said = [sentence(draw) for _ in range(draw.randrange(1, 14))]
    if known and draw.random() < 0.4:
        told = draw.choice(known)["text"].split("\n\n")
        said = [*told[: draw.randrange(1, len(told) + 1)], *said[: draw.randrange(3)]]
    day = draw.randrange(1, 20)
    return {
        "id": name,
        "title": sentence(draw)[:-1],
        "text": "\n\n".join(said),
        "source": draw.choice(OUTLETS),
        "date": draw.choice([f"2024-09-{day:02}T{draw.randrange(24):02}:00:00", None, f"2024-09-{day:02}"]),
    }


class Grown:
    """A corpus that changes, and the library that follows it."""

    def __init__(self, home, corpus, seed):
        self.draw = random.Random(seed)
        self.corpus = corpus
        self.library = hashing_library(settings_for(home, corpus.folder))
        self.records = {}
        self.highest = 0
        self.add(12)

    def add(self, count=None):
        for _ in range(count or self.draw.randrange(1, 6)):
            # Ids whose order is not the one in which they come.
            name = f"{self.draw.randrange(100)}-{self.highest}"
            self.records[name] = article(self.draw, name, list(self.records.values()))
            self.highest += 1

    def change(self):
        for name in self.draw.sample(sorted(self.records), k=2):
            self.records[name] = article(self.draw, name, list(self.records.values()))

    def remove(self):
        for name in self.draw.sample(sorted(self.records), k=min(4, len(self.records) - 3)):
            del self.records[name]

    def forget(self):
        self.library.forget(self.draw.sample(sorted(self.published()), k=1))

    def roll_back(self):
        with suppress(NothingToRollBackError):
            self.library.rollback()

    def come_again(self):
        """Take an article away for so long that it is deleted, and let it come once more."""
        name = self.draw.choice(sorted(self.records))
        taken = self.records.pop(name)
        for _ in range(4):
            self.add(1)
            self.index()
        self.records[name] = taken

    def published(self):
        return {header.id for header in self.library.listed()}

    def index(self):
        self.corpus.write_lines("feed.jsonl", self.records.values())
        return self.library.index(accept_removals=True)


def same_layouts(one, other):
    for each in fields(one):
        ours, theirs = getattr(one, each.name), getattr(other, each.name)
        assert ours.dtype.kind == theirs.dtype.kind, each.name
        assert np.array_equal(ours, theirs), each.name


def same_words(one, other):
    assert len(one) == len(other)
    for question in QUESTIONS:
        terms = question_terms(question)
        others = [[[each.term for each in question_terms("мост Ильма")]] for _ in terms]
        for ways in ((), others):
            ours, theirs = one.query(terms, ways), other.query(terms, ways)
            assert np.array_equal(ours.weights, theirs.weights)
            assert np.array_equal(ours.known, theirs.known)
            assert np.array_equal(one.scores(ours), other.scores(theirs))
            rows = np.arange(len(one))
            assert np.array_equal(one.in_passages(ours, rows), other.in_passages(theirs, rows))
        assert [one.holds(term.term) for term in terms] == [other.holds(term.term) for term in terms]


def same_vectors(one, other, embedder):
    assert len(one) == len(other)
    rows = np.arange(len(one))
    assert np.array_equal(one.vectors(rows), other.vectors(rows))
    for question in QUESTIONS:
        query = embedder.embed_query(question)
        for among in (None, rows % 3 > 0):
            for count in (3, 40, len(one)):
                ours, theirs = one.search(query, count, among), other.search(query, count, among)
                assert np.array_equal(ours[0], theirs[0])
                assert np.array_equal(ours[1], theirs[1])


def same_lexicons(one, other):
    assert one._arrays.keys() == other._arrays.keys()
    for name, ours in one._arrays.items():
        assert np.array_equal(ours, other._arrays[name], equal_nan=name == "capitals"), name


def require_whole(library):
    """Compare what is published with what is built of the same articles without any segment that is there."""
    grown = library.opened().generation
    number = grown.manifest.number
    parts = gather_parts(library.home, number, grown.manifest.model_fingerprint, Earlier())
    stories = parts.stories()
    whole = build_generation(parts, stories, lambda **_: grown.manifest)

    assert stories == [story for story in library.home.stories.recorded(number) if len(story) > 1]
    same_layouts(grown.layout, whole.layout)
    same_words(grown.lexical, whole.lexical)
    same_vectors(grown.vectors, whole.vectors, library.model.load())
    same_lexicons(grown.lexicon, whole.lexicon)
    return grown


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_articles_the_index_is_the_one_that_is_built_whole(home, corpus, seed, monkeypatch):
    monkeypatch.setattr(segments, "_SMALL", 20)
    monkeypatch.setattr(segments, "MOST_SENTENCES", 150)
    grown = Grown(home, corpus, seed)
    grown.index()
    kept = set()
    for _ in range(4):
        for change in grown.draw.choices(
            [grown.add, grown.change, grown.remove, grown.forget, grown.roll_back, grown.come_again],
            [6, 3, 2, 1, 1, 1],
            k=2,
        ):
            change()
        grown.index()
        generation = require_whole(grown.library)
        kept.add(len(generation.segments))
    assert max(kept) > 1


def test_articles_that_did_not_change_are_not_read_again(indexed, corpus, monkeypatch):
    read = []
    passages_of = type(indexed.home.queries).passages_of
    monkeypatch.setattr(
        type(indexed.home.queries), "passages_of", lambda self, some: read.append(len(some)) or passages_of(self, some)
    )
    corpus.write("tram", "Новый трамвай вышел на линию до вокзала.")
    corpus.write("comet", "The comet is gone.")

    indexed.index()

    assert read == [2]


def test_where_words_are_read_otherwise_than_before_all_segments_are_made_anew(indexed, corpus, home, monkeypatch):
    corpus.write("tram", "Новый трамвай вышел на линию до вокзала.")
    monkeypatch.setattr(postings, "terms_of", lambda text: [f"{term}*" for term in terms_of(text)])

    report = indexed.index()

    assert (report.articles.added, report.embedded) == (1, 1)
    [only] = indexed.opened().generation.segments
    assert {"saturn*", "трамва*"} < set(only.words.words.listed())
    corpus.remove("tram")
    indexed.index(accept_removals=True)
    assert max(path.name for path in (home / "segments").iterdir()) == only.name


def test_what_was_forgotten_is_in_no_segment_of_the_next_generation(indexed, corpus, home):
    corpus.write("tram", "Новый трамвай вышел на линию до вокзала.")
    indexed.index()
    indexed.forget(["comet"])
    indexed.index()

    [first, second] = indexed.opened().generation.segments
    assert [len(first), len(second)] == [2, 1]
    assert not any("saturn" in segment.words.words.listed() for segment in (first, second))
