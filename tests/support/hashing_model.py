"""A model whose vectors can be computed by hand, a library that runs on it, and articles to put there.

A text's vector counts its words: each word has the axis `axis_of(word)`, and the vector has length 1. So texts without
a common word have the cosine 0 (where no two words share an axis), and equal texts 1.
"""

import json
import re
import zlib
from pathlib import Path

import numpy as np

from retrieval.library import Library
from retrieval.models.model import Model
from retrieval.settings import RetrievalSettings

DIMENSION = 64


def axis_of(word):
    """Tell which number of a vector counts a word."""
    return zlib.crc32(word.lower().encode()) % DIMENSION


class HashingEmbedder:
    """Has the outside of `retrieval.models.embedding.Embedder`, and remembers what it was run on."""

    def __init__(self, fingerprint="hashing-1"):
        self.name = "hashing"
        self.fingerprint = fingerprint
        self.dimension = DIMENSION
        self.embedded = []

    def warm_up(self):
        """Nothing is compiled."""

    def embed_query(self, text):
        vector = np.zeros(DIMENSION, np.float32)
        for word in re.findall(r"\w+", text) or [""]:
            vector[axis_of(word)] += 1
        return vector / np.linalg.norm(vector)

    def embed_queries(self, texts):
        return np.stack([self.embed_query(text) for text in texts])

    def embed_documents(self, texts, *, progress=None):
        self.embedded += texts
        if progress:
            progress(len(texts))
        return np.stack([self.embed_query(text) for text in texts])


def hashing_model(embedder=None):
    """The embedder as the library is handed one."""
    embedder = embedder or HashingEmbedder()
    return Model(embedder.name, fingerprint=lambda: embedder.fingerprint, load=lambda _announce: embedder)


def hashing_library(settings, embedder=None, progress=None):
    """A library on a `HashingEmbedder`: everything else is real."""
    return Library(settings, progress, model=hashing_model(embedder))


def open_hashing_library(settings):
    """A library on a `HashingEmbedder` that is ready to be asked."""
    return Library.open(settings, model=hashing_model())


def settings_for(home, *sources, **others):
    """Settings that no environment and no ``.env`` has a part in, that never abstain and do not read."""
    values = {"home": Path(home), "sources": tuple(map(str, sources)), "min_confidence": 0.0, "reader": "off", **others}
    return RetrievalSettings(_env_file=None, **values)


class Corpus:
    """A folder of articles, one plain text file each."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, article_id, *sentences, title=None):
        path = self.folder / f"{article_id}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{title or article_id.title()}\n\n{' '.join(sentences)}\n", encoding="utf-8")
        return path

    def remove(self, article_id):
        (self.folder / f"{article_id}.txt").unlink()

    def write_lines(self, name, records):
        path = self.folder / name
        lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
        path.write_text("".join(lines), encoding="utf-8")
        return path


BRIDGE = ("Мост через Ильму открыли в сентябре.", "Его длина составляет 840 метров без подходов.")
HARVEST = ("Аграрии собрали 120 тонн пшеницы с поля.", "Урожай оказался выше прошлогоднего на треть.")
COMET = ("The comet passed Saturn late on Monday.", "Astronomers filmed its tail for eleven hours.")
TRAM = ("Новый трамвай вышел на линию до вокзала.", "Билет стоит 42 рубля при оплате картой.")


def write_three_articles(corpus):
    """Three articles of one passage and two sentences each, with no word in common."""
    corpus.write("bridge", *BRIDGE)
    corpus.write("harvest", *HARVEST)
    corpus.write("comet", *COMET)


def cited(answer):
    """Ids of the articles that an answer cites, in order."""
    return [citation.article_id for citation in answer.citations]
