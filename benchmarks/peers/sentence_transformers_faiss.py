"""The script that the documentation of sentence-transformers and FAISS adds up to: vectors alone."""

from collections.abc import Sequence

import faiss
from sentence_transformers import SentenceTransformer

from peers.russian import paragraphs, under_headline
from peers.system import Article, Passage, SearchedSystem, Task, cosines


class Script(SearchedSystem):
    """As it comes whole articles with `encode`; tuned, paragraphs with the prompts of the model."""

    def __init__(self, task: Task) -> None:
        super().__init__(points_at_sentences=task.tuned)
        self._tuned = task.tuned
        self._model = SentenceTransformer(str(task.model), device="cpu")
        self._texts: list[tuple[str, str]] = []

    def index(self, articles: Sequence[Article]) -> int:
        """Embed all, and put the vectors into a flat index of inner products."""
        if self._tuned:
            pieces = [(article, text) for article in articles for text in paragraphs(article.text)]
            self._texts = [(article.id, text) for article, text in pieces]
            vectors = self._model.encode_document([under_headline(article, text) for article, text in pieces])
        else:
            self._texts = [(article.id, article.whole) for article in articles]
            vectors = self._model.encode([text for _, text in self._texts])
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        return len(self._texts)

    def search(self, question: str, count: int) -> list[Passage]:
        """The nearest vectors."""
        vector = self._model.encode_query([question]) if self._tuned else self._model.encode([question])
        scores, rows = self._index.search(vector, min(count, len(self._texts)))
        found = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [Passage(*self._texts[int(row)], score) for row, score in found]

    def similarities(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """By the prompts of the model."""
        return cosines(self._model.encode_query(question), self._model.encode_document(list(texts)))


open_system = Script
