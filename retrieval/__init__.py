"""Articles in, cited excerpts out: loading, splitting, embedding, indexing, searching and answering.

Nothing is imported here, so that ``import retrieval.types`` stays free of torch and faiss.
Callers hold `retrieval.library.Library`.
"""
