"""The articles, in SQL: the truth from which every index is built. Only this package imports SQLAlchemy.

A stored text is an immutable **revision** of an article; a changed article is a new revision. A generation lists
the revisions it was built from, so publishing an older generation brings back its texts as well. Embeddings are
kept by model and text, so nothing is embedded twice. Rows never leave the package.
"""
