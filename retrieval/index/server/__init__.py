"""Generations on a PostgreSQL, searched there; the same answers as from a folder (`retrieval.index.engines`)."""
