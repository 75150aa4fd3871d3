"""LlamaIndex: an index of vectors and its BM25, fused by reciprocal rank."""

from collections.abc import Sequence
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

from peers.russian import Stems, paragraphs, under_headline
from peers.system import Article, Passage, SearchedSystem, Task, cosines


class Fusion(SearchedSystem):
    """As it comes its splitter's chunks of 1,024 tokens, with metadata; tuned, paragraphs, stems and prompts."""

    def __init__(self, task: Task) -> None:
        super().__init__(points_at_sentences=task.tuned)
        self._tuned = task.tuned
        prompts = {"query_instruction": "query: ", "text_instruction": "passage: "} if task.tuned else {}
        self._embedding = HuggingFaceEmbedding(model_name=str(task.model), device="cpu", **prompts)
        self._nodes: list[Any] = []
        self._retrievers: dict[int, Any] = {}

    def index(self, articles: Sequence[Article]) -> int:
        """Cut and embed the articles; words are indexed with the first retriever."""
        self._nodes = _paragraphs(articles) if self._tuned else _chunks(articles)
        self._index = VectorStoreIndex(nodes=self._nodes, embed_model=self._embedding)
        self._retriever(1)
        return len(self._nodes)

    def search(self, question: str, count: int) -> list[Passage]:
        """As the fusion has them."""
        found = self._retriever(count).retrieve(question)
        return [
            Passage(hit.node.ref_doc_id or hit.node.metadata["article"], _shown(hit.node), hit.score) for hit in found
        ]

    def similarities(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """By the vectors of its embedding."""
        embedding = self._embedding
        return cosines(embedding.get_query_embedding(question), embedding.get_text_embedding_batch(list(texts)))

    def _retriever(self, count: int) -> Any:
        """One for each count, since it is fixed when a retriever is made; queries are not rewritten by an LLM."""
        if count not in self._retrievers:
            asked = min(count, len(self._nodes))
            stemming = {"stemmer": Stems(), "language": "ru"} if self._tuned else {}
            words = BM25Retriever.from_defaults(nodes=self._nodes, similarity_top_k=asked, **stemming)
            vectors = self._index.as_retriever(similarity_top_k=asked)
            self._retrievers[count] = QueryFusionRetriever(
                [vectors, words],
                llm=MockLLM(),
                similarity_top_k=asked,
                num_queries=1,
                mode="reciprocal_rerank",
                use_async=False,
            )
        return self._retrievers[count]


def _chunks(articles: Sequence[Article]) -> list[Any]:
    """By the splitter that comes with it; metadata is embedded with the text."""
    documents = [
        Document(
            text=article.text,
            doc_id=article.id,
            metadata={"title": article.title, "date": article.date, "source": article.source},
        )
        for article in articles
    ]
    return list(SentenceSplitter().get_nodes_from_documents(documents))


def _paragraphs(articles: Sequence[Article]) -> list[Any]:
    """Paragraphs under their headline; nothing else of what is known of them is embedded."""
    return [
        TextNode(
            text=under_headline(article, text),
            metadata={"article": article.id, "shown": text},
            excluded_embed_metadata_keys=["article", "shown"],
        )
        for article in articles
        for text in paragraphs(article.text)
    ]


def _shown(node: Any) -> str:
    text: str = node.metadata.get("shown") or node.text
    return text


open_system = Fusion
