"""txtai: its hybrid index, with the texts beside it."""

from collections.abc import Sequence
from typing import Any

from txtai import Embeddings
from txtai.scoring import BM25

from peers.russian import paragraphs, stems, under_headline
from peers.system import Article, Passage, SearchedSystem, Task


class StemmedBM25(BM25):
    """txtai takes a scoring by the path of its class."""

    def tokenize(self, text: str) -> list[str]:
        """In place of words."""
        return stems(text)


class Hybrid(SearchedSystem):
    """As it comes whole articles, since txtai cuts nothing by itself; tuned, paragraphs with stems.

    The prompts of the model txtai finds and uses by itself.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(points_at_sentences=task.tuned)
        self._tuned = task.tuned
        options: dict[str, Any] = {"path": str(task.model), "content": True, "hybrid": True}
        if task.tuned:
            method = f"{StemmedBM25.__module__}.{StemmedBM25.__name__}"
            options["scoring"] = {"method": method, "terms": True, "normalize": True}
        self._embeddings = Embeddings(**options)
        self._texts: dict[str, tuple[str, str]] = {}

    def index(self, articles: Sequence[Article]) -> int:
        """Index the texts by ids from which the article is found again."""
        indexed: dict[str, str] = {}
        for article in articles:
            for number, text in enumerate(paragraphs(article.text) if self._tuned else [article.whole]):
                name = f"{article.id}#{number}"
                self._texts[name] = article.id, text
                indexed[name] = under_headline(article, text) if self._tuned else text
        self._embeddings.index(list(indexed.items()))
        return len(indexed)

    def search(self, question: str, count: int) -> list[Passage]:
        """Both scores, half and half."""
        found = self._embeddings.search(question, count)
        return [Passage(*self._texts[hit["id"]], hit["score"]) for hit in found]

    def similarities(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """By txtai's own function for it."""
        similar = dict(self._embeddings.similarity(question, list(texts)))
        return [similar[place] for place in range(len(texts))]


open_system = Hybrid
