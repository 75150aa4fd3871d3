"""Which systems are compared, and what each is installed from."""

from dataclasses import dataclass

_SHARED = ("torch==2.13.0", "sentence-transformers", "PyStemmer", "razdel")
"""Newer releases of torch bring several gigabytes of accelerator libraries."""


@dataclass(frozen=True)
class Compared:
    """A system, with the module of this package that runs it."""

    name: str
    module: str
    requirements: tuple[str, ...]
    """As pip takes them; none for Citebot, which runs in the environment of the script."""

    @property
    def packages(self) -> tuple[str, ...]:
        """Names of what it is made of, the one that matters first."""
        return tuple(requirement.partition("==")[0] for requirement in self.requirements)


CITEBOT = Compared("Citebot", "citebot_library", ())
PEERS = (
    Compared("sentence-transformers + FAISS", "sentence_transformers_faiss", ("faiss-cpu", *_SHARED)),
    Compared("txtai", "txtai_hybrid", ("txtai", *_SHARED)),
    Compared(
        "LlamaIndex",
        "llama_index_fusion",
        ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-retrievers-bm25", *_SHARED),
    ),
    Compared("Haystack", "haystack_hybrid", ("haystack-ai", "sentence-transformers-haystack", *_SHARED)),
    Compared("LanceDB", "lancedb_hybrid", ("lancedb", *_SHARED)),
)


@dataclass(frozen=True)
class Variant:
    """A system as it comes, or tuned; Citebot is only as it comes."""

    compared: Compared
    tuned: bool

    @property
    def name(self) -> str:
        """As the table has it."""
        return f"{self.compared.name}, tuned" if self.tuned else self.compared.name


def variants(systems: tuple[Compared, ...]) -> list[Variant]:
    """Citebot first, then each peer as it comes and tuned."""
    return [Variant(CITEBOT, tuned=False), *(Variant(peer, tuned) for peer in systems for tuned in (False, True))]
