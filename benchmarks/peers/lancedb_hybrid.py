"""LanceDB: a table on disk, searched for vectors and words at once, fused by its default reranker."""

from collections.abc import Sequence
from typing import Any

import lancedb
from lancedb.embeddings import get_registry
from lancedb.index import FTS
from lancedb.pydantic import LanceModel, Vector

from peers.russian import paragraphs, stems, under_headline
from peers.system import Article, Passage, SearchedSystem, Task, cosines


class Hybrid(SearchedSystem):
    """As it comes whole articles, since LanceDB cuts nothing by itself; tuned, paragraphs, stems and prompts."""

    def __init__(self, task: Task) -> None:
        super().__init__(points_at_sentences=task.tuned)
        self._tuned = task.tuned
        self._function = get_registry().get("sentence-transformers").create(name=str(task.model), device="cpu")
        self._function.generate_embeddings(["."])  # which loads the model
        self._database = lancedb.connect(str(task.folder / "lancedb"))

    def index(self, articles: Sequence[Article]) -> int:
        """Embed the texts, and index their words."""
        if not self._tuned:
            return self._index_whole(articles)
        pieces = [(article, text) for article in articles for text in paragraphs(article.text)]
        indexed = [under_headline(article, text) for article, text in pieces]
        vectors = self._function.generate_embeddings([f"passage: {text}" for text in indexed])
        rows = [
            {"article": article.id, "text": text, "stems": " ".join(stems(whole)), "vector": vector}
            for (article, text), whole, vector in zip(pieces, indexed, vectors, strict=True)
        ]
        self._table = self._database.create_table("passages", data=rows)
        # Stems need no stemming, and short ones may be what is asked for.
        words = FTS(base_tokenizer="whitespace", stem=False, remove_stop_words=False, ascii_folding=False)
        self._table.create_index("stems", config=words)
        return len(rows)

    def _index_whole(self, articles: Sequence[Article]) -> int:
        function = self._function

        class Whole(LanceModel):
            article: str
            text: str = function.SourceField()
            vector: Vector(function.ndims()) = function.VectorField()  # type: ignore[valid-type]

        self._table = self._database.create_table("articles", schema=Whole)
        self._table.add([{"article": article.id, "text": article.whole} for article in articles])
        self._table.create_fts_index("text")
        return len(articles)

    def search(self, question: str, count: int) -> list[Passage]:
        """As reciprocal rank fusion, its default, has them."""
        query: Any
        if self._tuned:
            [vector] = self._function.generate_embeddings([f"query: {question}"])
            query = self._table.search(query_type="hybrid").vector(vector).text(" ".join(stems(question)))
        else:
            query = self._table.search(question, query_type="hybrid")
        return [Passage(row["article"], row["text"], row["_relevance_score"]) for row in query.limit(count).to_list()]

    def similarities(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """By the vectors of its function."""
        prefixed = [f"query: {question}", *(f"passage: {text}" for text in texts)]
        vector, *vectors = self._function.generate_embeddings(prefixed)
        return cosines(vector, vectors)


open_system = Hybrid
