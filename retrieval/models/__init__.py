"""Files to vectors and spans: the embedding model and the reader."""
