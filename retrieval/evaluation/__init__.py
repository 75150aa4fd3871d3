"""Known questions to figures."""
