"""Candidates, features, first ranking, reranking, confidence."""
