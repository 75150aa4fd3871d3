"""Haystack: its store in memory, asked for words and for vectors in one pipeline, joined by reciprocal rank.

The reader and the cross-encoder that its tutorials put behind need weights that are to be had from a hub alone.
"""

from collections.abc import Sequence
from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from peers.russian import paragraphs, stems, under_headline
from peers.system import Article, Passage, SearchedSystem, Task, cosines


class Hybrid(SearchedSystem):
    """As it comes its splitter's chunks of 200 words; tuned, paragraphs, prompts, and a store of stems for BM25."""

    def __init__(self, task: Task) -> None:
        super().__init__(points_at_sentences=task.tuned)
        self._tuned = task.tuned
        query, passage = ({"prefix": "query: "}, {"prefix": "passage: "}) if task.tuned else ({}, {})
        shared = {"model": str(task.model), "progress_bar": False}
        self._questions = SentenceTransformersTextEmbedder(**shared, **query)
        self._documents = SentenceTransformersDocumentEmbedder(**shared, **passage)
        self._questions.warm_up()
        self._documents.warm_up()
        self._vectors = InMemoryDocumentStore()
        self._words = InMemoryDocumentStore() if task.tuned else self._vectors
        self._texts: dict[str, tuple[str, str]] = {}
        self._pipeline = self._asking()

    def _asking(self) -> Any:
        pipeline = Pipeline()
        pipeline.add_component("embedder", self._questions)
        pipeline.add_component("vectors", InMemoryEmbeddingRetriever(self._vectors))
        pipeline.add_component("words", InMemoryBM25Retriever(self._words))
        pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        pipeline.connect("embedder.embedding", "vectors.query_embedding")
        pipeline.connect("vectors", "joiner")
        pipeline.connect("words", "joiner")
        return pipeline

    def index(self, articles: Sequence[Article]) -> int:
        """Cut, embed and store the articles."""
        documents = _paragraphs(articles) if self._tuned else _chunks(articles)
        self._texts = {one.id: (one.meta["article"], one.meta.get("shown") or one.content) for one in documents}
        self._vectors.write_documents(self._documents.run(documents)["documents"])
        if self._tuned:
            self._words.write_documents(
                [Document(id=one.id, content=" ".join(stems(one.content))) for one in documents]
            )
        return len(documents)

    def search(self, question: str, count: int) -> list[Passage]:
        """As the joiner has them."""
        words = " ".join(stems(question)) if self._tuned else question
        asked = {
            "embedder": {"text": question},
            "vectors": {"top_k": count},
            "words": {"query": words, "top_k": count},
            "joiner": {"top_k": count},
        }
        found = self._pipeline.run(asked)["joiner"]["documents"]
        return [Passage(*self._texts[one.id], one.score) for one in found]

    def similarities(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """By the vectors of its embedders."""
        embedded = self._documents.run([Document(content=text) for text in texts])["documents"]
        return cosines(self._questions.run(question)["embedding"], [one.embedding for one in embedded])


def _chunks(articles: Sequence[Article]) -> list[Any]:
    """By the splitter that comes with it."""
    whole = [Document(content=article.whole, meta={"article": article.id}) for article in articles]
    return list(DocumentSplitter().run(whole)["documents"])


def _paragraphs(articles: Sequence[Article]) -> list[Any]:
    """Paragraphs under their headline."""
    return [
        Document(content=under_headline(article, text), meta={"article": article.id, "shown": text, "number": number})
        for article in articles
        for number, text in enumerate(paragraphs(article.text))
    ]


open_system = Hybrid
