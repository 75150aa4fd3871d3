"""Hits to citations or a refusal; which generation serves."""
